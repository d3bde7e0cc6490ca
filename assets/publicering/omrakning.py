"""A published number counted anew from the register, with the deliveries that were current when its edition was made.

Answers equal, unequal or that it cannot be done, and why: never a number. A protected number is compared with the true
value that is stored with its edition.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import pandas as pd
from sqlalchemy import Connection, text

from assets.publicering import grannar, tryck
from assets.publicering.plan import PUBLICERAS
from assets.publicering.underlag import Raknad, cell_id, counted
from assets.tables.counting import STANDARD, Setup, rebuilt
from warehouse import harkomst, sparning
from warehouse.cells import Slice
from warehouse.contracts.registry import CONTRACTS
from warehouse.sparning import Cell

Utfall = Literal["lika", "olika", "gar_inte"]


@dataclass(frozen=True, slots=True)
class Svar:
    """What a recount came to. ``varfor``: why it could not be done, or what may explain that it is unequal."""

    utfall: Utfall
    varfor: str = ""
    bakom: Utfall | None = None
    """The same for the rows behind the number, where the edition's ledger is kept."""


@dataclass(frozen=True, slots=True)
class _Edition:
    namnd: str
    ar: int
    typ: str
    niva: str
    skapad: datetime
    kodversion: str
    kommuner: tuple[str, ...]


def recount(conn: Connection, cell: Cell, *, setup: Setup = STANDARD, code_version: str = "") -> Svar:
    """Count a printed cell anew and compare. Needs a right to the register."""
    made = _edition(conn, cell.utgava)
    if made.niva in ("lan", "riket"):
        return _summed(conn, cell)
    if cell.tabell not in setup.plan or cell.tabell not in PUBLICERAS:
        return Svar("gar_inte", f"tabellen {cell.tabell} finns inte längre i tabellplanen.")
    if gone := purged(conn, cell):
        return Svar("gar_inte", f"posterna i leverans {', '.join(map(str, gone))} finns inte kvar i registret.")
    found = _counted(conn, cell, made, setup)
    name = cell_id(cell.tabell, cell.matt, cell.period, cell.kon, cell.dimensioner.items())
    now = found.get(name)
    if now is None:
        return Svar("gar_inte", "tabellen går inte att räkna om med de leveranser som gällde då.")
    answer = _compared(conn, cell, name, now, found, setup)
    behind: Utfall | None = None
    if answer.utfall != "gar_inte" and harkomst.is_kept(conn, cell.utgava):
        kept = harkomst.behind(conn, cell.utgava, cell.tabell, cell.ordning)
        behind = "lika" if dict(now.bakom) == kept else "olika"
    if "olika" in (answer.utfall, behind) and code_version != made.kodversion:
        why = "Programmet är också en annan version; jämför med den som utgåvan gjordes med."
        return Svar(answer.utfall, why, behind)
    return Svar(answer.utfall, answer.varfor, behind)


def purged(conn: Connection, cell: Cell) -> list[int]:
    """Deliveries behind the cell's table that were accepted with rows and have no records left."""
    return [i for i, accepted, kept, _ in records(conn, cell) if accepted and not kept]


def records(conn: Connection, cell: Cell) -> list[tuple[int, int, int, bool]]:
    """Each delivery behind the cell's table: number, rows accepted, records kept, whether they should be as many."""
    first, _, last = cell.period.partition("_")
    years = list(range(int(first[:4]), int((last or first)[:4]) + 1))
    behind = sparning.deliveries(conn, cell.utgava, cell.tabell, years)
    found = []
    for number, receipt in sparning.receipts(conn, behind).items():
        contract = CONTRACTS[receipt["tabell"]]
        schema = contract.schema_name()
        query = text(f"SELECT count(*) FROM {schema}.{contract.table()} WHERE leverans_id = :i")
        kept = int(conn.execute(query, {"i": number}).scalar_one())
        alike = schema == "register" and receipt["form"] == receipt["tabell"]
        if alike or kept:  # a form may have given this table nothing
            found.append((number, int(receipt["rader_godkanda"]), kept, alike))
    return found


def ways(tabell: str, setup: Setup = STANDARD) -> int:
    """In how many ways a row may stand behind a cell of the table; 0 where it cannot be told."""
    spec = setup.plan.get(tabell)
    return 0 if spec is None or spec.figures else max(len(f.lineage) for f in spec.facts)


def _edition(conn: Connection, utgava: int) -> _Edition:
    head = conn.execute(
        text("SELECT namnd, ar, typ, niva, skapad, kodversion FROM tabell.utgava WHERE utgava = :u"), {"u": utgava}
    ).one()
    query = text("SELECT DISTINCT kommun FROM revision.utgava_version WHERE utgava = :u ORDER BY 1")
    kommuner = tuple(conn.execute(query, {"u": utgava}).scalars())
    return _Edition(head.namnd, head.ar, head.typ, head.niva, head.skapad, head.kodversion, kommuner)


def _counted(conn: Connection, cell: Cell, made: _Edition, setup: Setup) -> Mapping[str, Raknad]:
    """The cells of the table, by name, as they are counted now from what was current then."""
    if made.typ != "oppen":
        return _whole(conn, cell, made, setup)
    first, _, last = cell.period.partition("_")
    years = int(last or first) - int(first) + 1
    parties = [
        counted(conn, kommun, int(last or first), years=years, tables=[cell.tabell], setup=setup, as_of=made.skapad)
        for kommun in made.kommuner
    ]
    found: Sequence[Raknad] = parties[0] if made.niva == "kommun" else grannar.pool(parties, setup.plan)
    return {c.id: c for c in found}


def _whole(conn: Connection, cell: Cell, made: _Edition, setup: Setup) -> Mapping[str, Raknad]:
    """The table as it is counted for those who may know, tertials too."""
    figures = rebuilt(conn, Slice(cell.tabell, made.namnd, made.ar), made.skapad, setup=setup)
    if figures is None:
        return {}
    behind: dict[int, list[tuple[int, int]]] = {}
    for at, delivery, rows in figures.ledger[["cell", "leverans_id", "rader"]].itertuples(index=False):
        behind.setdefault(int(at), []).append((int(delivery), int(rows)))
    names = setup.plan[cell.tabell].view_columns
    found = {}
    for at, period, codes, kon, matt, varde, status in _rows(figures.cells, names):
        one = Raknad(cell.tabell, period, codes, kon, matt, status, varde, 0, bakom=tuple(behind.get(at, ())))
        found[one.id] = one
    return found


def _rows(
    frame: pd.DataFrame, names: Sequence[str]
) -> Iterator[tuple[int, str, tuple[tuple[str, str], ...], str, str, float | None, str]]:
    columns = [frame[n].astype("str").tolist() for n in names]
    rest = [frame[n].tolist() for n in ("period", "kon", "matt", "varde", "status")]
    for at, (period, kon, matt, varde, status) in enumerate(zip(*rest, strict=True)):
        codes = tuple((n, c[at]) for n, c in zip(names, columns, strict=True))
        yield at, period, codes, kon, matt, float(varde) if status == "visas" else None, status


def _compared(
    conn: Connection, cell: Cell, name: str, now: Raknad, found: Mapping[str, Raknad], setup: Setup
) -> Svar:  # fmt: skip
    if cell.status == "visas":
        return Svar("lika" if _same(cell.varde, now.varde) else "olika")
    if cell.status == "intervall":
        inside = now.varde is not None and (cell.fran or 0) <= now.varde <= (cell.till or 0)
        return Svar("lika" if inside else "olika")
    if cell.status != "skyddas":
        return Svar("lika" if now.status == cell.status else "olika")
    rests = [name]
    derived = next((h for h in PUBLICERAS[cell.tabell].harledda if h.namn == cell.matt), None)
    if derived is not None:
        rests = list(tryck.parts_of(now, derived, setup.plan[cell.tabell]))
    query = text("SELECT cell, varde FROM tabell.utgava_underlag WHERE utgava = :u AND cell = ANY(:names)")
    true = {str(c): v for c, v in conn.execute(query, {"u": cell.utgava, "names": rests})}
    if not true:
        return Svar("gar_inte", "talet är skyddat, och inget sant värde är sparat att jämföra med.")
    alike = all(n in found and _same(v, found[n].varde) for n, v in true.items())
    return Svar("lika" if alike else "olika")


def _same(a: float | None, b: float | None) -> bool:
    if a is None or b is None:
        return a is b
    return math.isclose(a, b, rel_tol=1e-9, abs_tol=1e-9)


def _summed(conn: Connection, cell: Cell) -> Svar:
    """A sum of what others have released: added up again from their editions."""
    parts = [
        sparning.chosen(sparning.table(conn, n, cell.tabell), cell.matt, cell.period, cell.kon, cell.dimensioner)
        for n in sparning.members(conn, cell.utgava)
    ]
    if not parts:
        return Svar("gar_inte", "det är inte sparat vilka utgåvor summan gjordes av.")
    if cell.status != "visas":
        hidden = any(p is None or p.status != "visas" for p in parts)
        return Svar("lika" if hidden else "olika")
    if PUBLICERAS[cell.tabell].measure(cell.matt) is None:
        return Svar("gar_inte", "talet är härlett av två summor: räkna om var och en av dem.")
    return Svar("lika" if _same(cell.varde, sum(p.varde or 0 for p in parts if p is not None)) else "olika")
