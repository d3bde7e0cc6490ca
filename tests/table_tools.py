"""Tables built in memory from plain records: what a test of one table family needs, and nothing of what is counted."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import pandas as pd

from assets.tables.builder import build
from assets.tables.rules import REGLER, Regler
from assets.tables.spec import Figures, Inputs, TableSpec, periods_of
from warehouse.contracts.registry import CONTRACTS

Record = Mapping[str, Any]
YEAR = 2019
KOMMUN = "0114"
_DTYPES: dict[str, Any] = {
    "date": "datetime64[us]",
    "code": "category",
    "codes": "category",
    "integer": "float64",
    "number": "float64",
}


def frame(spec: TableSpec, source: str, records: Iterable[Record]) -> pd.DataFrame:
    """The declared columns with the warehouse's types; ``kommun`` and ``leverans_id`` where a record does not say."""
    kinds = {c.name: c.kind for c in CONTRACTS[source].columns()}
    rows = list(records)
    made = {
        name: pd.Series([r.get(name) for r in rows], dtype="object").astype(_DTYPES.get(kinds[name], "str"))
        for name in spec.sources[source]
    }
    kommun = pd.Categorical([r.get("kommun", KOMMUN) for r in rows])
    return pd.DataFrame(made).assign(kommun=kommun, leverans_id=[r.get("leverans_id", 1) for r in rows])


def inputs(
    spec: TableSpec,
    records: Mapping[str, Iterable[Record]],
    *,
    kommuner: tuple[str, ...] = (KOMMUN,),
    absent: Iterable[str] = (),
    known: date | None = None,
    regler: Regler = REGLER,
) -> Inputs:
    """What the table is made of; ``absent`` and ``known`` are the same for all kommuner."""
    frames = {source: frame(spec, source, records.get(source, ())) for source in spec.sources}
    until = {k: pd.Timestamp(known) for k in kommuner} if known else {}
    return Inputs(frames, kommuner, {k: frozenset(absent) for k in kommuner}, until, regler)


def table(spec: TableSpec, records: Mapping[str, Iterable[Record]], *, tertials: bool = False, **said: Any) -> Figures:
    """The table of ``YEAR``, and of its tertials where they are asked for."""
    periods = periods_of(spec, YEAR)
    return build(spec, inputs(spec, records, **said), periods if tertials else periods[:1])


def cell(made: Figures, matt: str, *, period: str = str(YEAR), kommun: str = KOMMUN, **codes: str) -> float | str:
    """The value of the one such cell, of totals where nothing else is said; its status where it has no value."""
    wanted = {"matt": matt, "period": period, "kommun": kommun}
    names = [n for n in made.cells.columns if n not in (*wanted, "varde", "status")]
    wanted |= {name: codes.get(name, "totalt") for name in names}
    assert set(codes) <= set(names)
    found = made.cells
    for name, code in wanted.items():
        found = found[found[name] == code]
    (row,) = found.to_dict("records")
    return str(row["status"]) if row["status"] != "visas" else float(row["varde"])


def cells(made: Figures, matt: str, *names: str, period: str = str(YEAR)) -> dict[Any, float | str]:
    """The cells of a measure that are not zero, by their codes in ``names``; totals elsewhere."""
    found = made.cells[(made.cells["matt"] == matt) & (made.cells["period"] == period)]
    rest = [n for n in found.columns if n not in (*names, "kommun", "period", "matt", "varde", "status")]
    for name in rest:
        found = found[found[name] == "totalt"]
    return {
        tuple(r[n] for n in names) if len(names) > 1 else r[names[0]]: r["varde"]
        if r["status"] == "visas"
        else r["status"]
        for r in found.to_dict("records")
        if r["varde"] != 0
    }
