"""What the soak tests share: homes with the embedded server, and a picture of a warehouse."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, create_engine, text

from warehouse.contracts.omvarld import CONTEXT
from warehouse.contracts.register import REGISTER
from warehouse.embedded import EmbeddedPostgres

ROOT = Path(__file__).parents[2]
TODAY = "2026-11-01"

_CELLS = (
    "SELECT tabell, kommun, ar, ordning, dimensioner, kon, matt, varde, status FROM tabell.cell"
    " ORDER BY tabell, kommun, ar, ordning"
)
_NOTES = "SELECT tabell, kommun, ar, ordning, text FROM tabell.anmarkning ORDER BY tabell, kommun, ar, ordning"


def environment(home: Path) -> dict[str, str]:
    """What a user's shell would have: the home, a fixed day, and no other database."""
    ours = {k: v for k, v in os.environ.items() if not k.startswith(("KVINNOFRID_", "DAGSTER_"))}
    return ours | {"KVINNOFRID_HOME": str(home), "KVINNOFRID_TODAY": TODAY}


@contextmanager
def connected(home: Path, database: str) -> Iterator[Connection]:
    """A connection to one of the home's databases, as its owner."""
    with EmbeddedPostgres(home / "postgres") as running:
        engine = create_engine(running.url(database, role="owner"))
        try:
            with engine.connect() as conn:
                yield conn
        finally:
            engine.dispose()


def tables(conn: Connection) -> tuple[list[Any], list[Any]]:
    """All cells and notes of the tabellplan, in order."""
    cells = [tuple(r) for r in conn.execute(text(_CELLS))]
    return cells, [tuple(r) for r in conn.execute(text(_NOTES))]


def views() -> list[str]:
    """The views of current rows."""
    return [f"{c.schema_name()}.{c.table()}_gallande" for c in (*REGISTER, *CONTEXT)]
