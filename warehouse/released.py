"""Which editions a reader may meet, as schema ``publicering`` tells it: nothing here needs a right to anything else.

Cells and notes are read with ``reading.read_table(..., edition=)``; what goes on inside is in ``editions``.
"""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, text


@dataclass(frozen=True, slots=True)
class Edition:
    """A dispatched edition and where it stands."""

    utgava: int
    namnd: str
    ar: int
    typ: str
    tillstand: str
    """expedierad, faststalld, ersatt or atertagen."""
    dnr: str
    expedierad: datetime
    faststalld: date | None
    paragraf: str | None
    ersatt_av: int | None
    atertagen: datetime | None
    orsak: str | None
    text: str


_COLUMNS = ", ".join(Edition.__dataclass_fields__)


def may_read(conn: Connection, schema: str) -> bool | None:
    """Whether the login has a right to a schema; None where there is no such schema yet."""
    query = text("SELECT has_schema_privilege(current_user, to_regnamespace(:schema)::oid, 'USAGE')")
    found: bool | None = conn.execute(query, {"schema": schema}).scalar()
    return found


def is_made(conn: Connection) -> bool:
    """Whether the database knows editions at all. Asked only of one who may read ``publicering``."""
    return conn.execute(text("SELECT to_regclass('publicering.utgavor')")).scalar() is not None


def edition(conn: Connection, utgava: int) -> Edition | None:
    """A dispatched edition that the login may see; what is withdrawn or replaced has been public all the same."""
    row = conn.execute(text(f"SELECT {_COLUMNS} FROM publicering.utgavor WHERE utgava = :u"), {"u": utgava}).first()
    return None if row is None else Edition(*row)


def newest(conn: Connection, namnd: str, ar: int) -> Edition | None:
    """The open edition that was dispatched last, whether it holds or not."""
    query = text(
        f"SELECT {_COLUMNS} FROM publicering.utgavor WHERE namnd = :namnd AND ar = :ar AND typ = 'oppen'"
        " ORDER BY utgava DESC LIMIT 1"
    )
    row = conn.execute(query, {"namnd": namnd, "ar": ar}).first()
    return None if row is None else Edition(*row)


def tables_of(conn: Connection, utgava: int) -> list[str]:
    """The tables of an edition, by name."""
    query = text("SELECT DISTINCT tabell FROM publicering.cell WHERE utgava = :u ORDER BY tabell")
    return list(conn.execute(query, {"u": utgava}).scalars())
