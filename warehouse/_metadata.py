"""What all tables share: the metadata with its naming, the schemas, and how a code list becomes a rule."""

from sqlalchemy import MetaData

SCHEMAS = ("mottagning", "register", "omvarld", "verksamhet", "tabell", "publicering", "revision")

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "ix": "ix_%(table_name)s_%(column_0_name)s",
    }
)


def one_of(column: str, codes: tuple[str, ...]) -> str:
    """A condition: the column holds one of the codes."""
    return f"{column} IN ({', '.join(repr(code) for code in codes)})"
