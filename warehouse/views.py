"""Views over what is current: one a register or context table, and one a table of the tabellplan for SQL readers."""

from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, text

from warehouse.contracts.base import Contract
from warehouse.contracts.omvarld import CONTEXT
from warehouse.contracts.register import REGISTER


def current_sql(
    contract: type[Contract], columns: Sequence[str] | None = None, *, where: str = "g.till IS NULL"
) -> str:
    """Select the current rows: of a key that stands in several current deliveries, the latest extract's."""
    names = list(columns or [c.name for c in contract.columns()])
    owner = [n for n in ("namnd",) if n in {c.name for c in contract.columns()}]
    key = ", ".join(f"r.{k}" for k in dict.fromkeys([*owner, *contract.key()]))
    picked = ", ".join(f"r.{n}" for n in names)
    return (
        f"SELECT DISTINCT ON ({key}) {picked} "
        f"FROM {contract.schema_name()}.{contract.table()} r "
        f"JOIN mottagning.gallande g ON g.leverans_id = r.leverans_id AND {where} "
        f"ORDER BY {key}, g.uttagsdatum DESC, g.fran DESC, r.leverans_id DESC"
    )


def table_view_sql(name: str, dimensions: Iterable[str]) -> str:
    """A tabellplan table with its dimensions as columns."""
    dims = "".join(f"dimensioner ->> '{d}' AS {d}, " for d in dimensions)
    return (
        f"CREATE VIEW tabell.{name} AS SELECT kommun, ar, {dims}kon, matt, varde, status "
        f"FROM tabell.cell WHERE tabell = '{name}' ORDER BY kommun, ar, ordning"
    )


def refresh(conn: Connection, tables: Iterable[tuple[str, Sequence[str]]]) -> None:
    """Make all views anew, in the caller's transaction. ``tables`` are (name, dimensions) of the tabellplan."""
    for contract in (*REGISTER, *CONTEXT):
        view = f"{contract.schema_name()}.{contract.table()}_gallande"
        conn.execute(text(f"DROP VIEW IF EXISTS {view}"))
        conn.execute(text(f"CREATE VIEW {view} AS {current_sql(contract)}"))
    for name, dimensions in tables:
        conn.execute(text(f"DROP VIEW IF EXISTS tabell.{name}"))
        conn.execute(text(table_view_sql(name, dimensions)))
