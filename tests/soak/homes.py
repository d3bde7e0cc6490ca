"""What the soak tests share: homes with the embedded server, a picture of a warehouse, and places to kill at."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
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


@dataclass(frozen=True)
class Point:
    """Where to strike: a function, before, after or half-way through its nth call whose arguments contain a text."""

    function: str
    when: str = "after"
    nth: int = 1
    only: str = ""

    def __str__(self) -> str:
        words = (self.function.rpartition(":")[2], self.only.strip("/"), self.when, str(self.nth))
        return "-".join(w for w in words if w)


def struck(home: Path, point: Point, *words: str, victim: str = "self") -> subprocess.CompletedProcess[str]:
    """Run a command with the trap set there; ``victim``: ``self``, or the home's ``postmaster``."""
    trap = (point.function, point.when, str(point.nth), point.only, victim)
    return subprocess.run(
        [sys.executable, "-m", "tests.soak.armed", *trap, *words],
        cwd=ROOT, env=environment(home), capture_output=True, text=True, timeout=900, check=False,
    )  # fmt: skip
