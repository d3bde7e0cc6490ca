"""Alembic's environment: runs on the connection that ``warehouse.schema`` hands over."""

from alembic import context

from warehouse.tables import SCHEMAS, metadata


def _ours(name: str | None, kind: str, _parents: object) -> bool:
    return kind != "schema" or name in SCHEMAS


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    include_schemas=True,
    include_name=_ours,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
