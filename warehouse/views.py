"""Views over what is current: one a register or context table, and one a table of the tabellplan for SQL readers."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Connection, delete, insert, select, text

from warehouse import _edition_sql, _released_sql, _trace_sql
from warehouse.contracts.base import Contract
from warehouse.contracts.omvarld import CONTEXT
from warehouse.contracts.register import REGISTER
from warehouse.tables import kod, matt, plan


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


@dataclass(frozen=True, slots=True)
class PlannedMeasure:
    """A measure as the database tells about it: a row of ``tabell.matt``."""

    matt: str
    titel: str
    enhet: str
    period_regel: str
    slag: str
    form: str
    delar: tuple[str, ...]
    unik: str | None
    summerar: tuple[str, ...] | None
    bas: str | None
    intern: bool


@dataclass(frozen=True, slots=True)
class PlannedCode:
    """A code of a dimension, kön too: a row of ``tabell.kod``."""

    dimension: str
    kod: str
    etikett: str
    delar: tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class PlannedTable:
    """A table of the tabellplan as the database tells about it."""

    tabell: str
    titel: str
    population: str
    malgrupp: str
    period_regel: str
    enhet: str
    dimensioner: tuple[str, ...]
    """The columns beside kön."""
    offentlig: bool
    raknad: bool
    """Counted from rows; figures that arrive as figures are not."""
    matt: tuple[PlannedMeasure, ...]
    koder: tuple[PlannedCode, ...]


Plan = Sequence[PlannedTable]


def _dimensions(table: PlannedTable) -> str:
    return "".join(f"dimensioner ->> '{d}' AS {d}, " for d in table.dimensioner)


def long_view_sql(table: PlannedTable) -> str:
    """One row a cell, with the table's dimensions as columns, in declared order."""
    return (
        f"CREATE VIEW tabell.{table.tabell} AS SELECT kommun, ar, period, {_dimensions(table)}kon, matt, varde, status "
        f"FROM tabell.cell WHERE tabell = '{table.tabell}' ORDER BY kommun, ar, ordning"
    )


def wide_view_sql(table: PlannedTable) -> str:
    """One row a combination of codes, with each measure and its status as columns."""
    by = ", ".join(["kommun", "ar", "period", *table.dimensioner, "kon"])
    measures = ", ".join(
        f"max(varde) FILTER (WHERE matt = '{m.matt}') AS {m.matt}, "
        f"max(status) FILTER (WHERE matt = '{m.matt}') AS {m.matt}_status"
        for m in table.matt
    )
    return (
        f"CREATE VIEW tabell.{table.tabell}_bred AS SELECT {by}, {measures} FROM "
        f"(SELECT kommun, ar, period, {_dimensions(table)}kon, matt, varde, status, ordning FROM tabell.cell "
        f"WHERE tabell = '{table.tabell}') c GROUP BY {by} ORDER BY kommun, ar, min(ordning)"
    )


_LEDGER = """
CREATE VIEW revision.harkomst_cell AS
SELECT v.version_id, v.tabell, v.kommun, v.ar, h.celler[i] AS ordning, m.leveranser[j] AS leverans_id,
       h.rader[(i - 1) * cardinality(m.leveranser) + j] AS rader
FROM revision.harkomst h
JOIN revision.leveransmangd m USING (mangd_id)
JOIN revision.tabellversion v USING (version_id)
CROSS JOIN LATERAL generate_subscripts(h.celler, 1) i
CROSS JOIN LATERAL generate_subscripts(m.leveranser, 1) j
"""


def refresh(conn: Connection, planned: Plan) -> None:
    """Make all views and the declared plan anew, in the caller's transaction."""
    for contract in (*REGISTER, *CONTEXT):
        view = f"{contract.schema_name()}.{contract.table()}_gallande"
        conn.execute(text(f"DROP VIEW IF EXISTS {view}"))
        conn.execute(text(f"CREATE VIEW {view} AS {current_sql(contract)}"))
    conn.execute(text("DROP VIEW IF EXISTS revision.harkomst_cell"))
    conn.execute(text(_LEDGER))
    _edition_sql.refresh(conn)
    _released_sql.refresh(conn)
    _trace_sql.refresh(conn)
    for old in conn.execute(text("SELECT viewname FROM pg_views WHERE schemaname = 'tabell'")).scalars().all():
        conn.execute(text(f'DROP VIEW tabell."{old}"'))
    for table in (kod, matt, plan):
        conn.execute(delete(table))
    for order, one in enumerate(planned):
        said = asdict(one)
        measures, codes = said.pop("matt"), said.pop("koder")
        conn.execute(insert(plan), said | {"ordning": order})
        conn.execute(insert(matt), [m | {"tabell": one.tabell, "ordning": i} for i, m in enumerate(measures)])
        if codes:
            conn.execute(insert(kod), [k | {"tabell": one.tabell, "ordning": i} for i, k in enumerate(codes)])
        conn.execute(text(long_view_sql(one)))
        conn.execute(text(wide_view_sql(one)))
        about = f"{one.titel}. {one.population}".replace("'", "''").replace(":", "\\:")
        conn.execute(text(f"COMMENT ON VIEW tabell.{one.tabell} IS '{about} En rad per cell.'"))
        conn.execute(text(f"COMMENT ON VIEW tabell.{one.tabell}_bred IS '{about} En kolumn per mått.'"))


def altered_plan(conn: Connection, planned: Plan) -> int:
    """How many rows of ``tabell.plan``, ``matt`` and ``kod`` are not as declared, missing ones counted too."""
    want: dict[str, set[str]] = {"plan": set(), "matt": set(), "kod": set()}
    for order, one in enumerate(planned):
        said = asdict(one)
        measures, codes = said.pop("matt"), said.pop("koder")
        want["plan"].add(_said(said | {"ordning": order}))
        want["matt"] |= {_said(m | {"tabell": one.tabell, "ordning": i}) for i, m in enumerate(measures)}
        want["kod"] |= {_said(k | {"tabell": one.tabell, "ordning": i}) for i, k in enumerate(codes)}
    tables = {"plan": plan, "matt": matt, "kod": kod}
    return sum(
        len(want[name] ^ {_said(dict(row)) for row in conn.execute(select(table)).mappings()})
        for name, table in tables.items()
    )


def _said(row: Mapping[str, Any]) -> str:
    return json.dumps({k: list(v) if isinstance(v, tuple) else v for k, v in row.items()}, sort_keys=True)
