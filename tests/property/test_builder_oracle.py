"""Every cell of every counted table against a slow count in plain Python (``tests/oracle``), and what holds for all.

The counts know no frames and none of the builder's code: they are written from what the tables say they hold.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from functools import cache
from importlib import import_module
from pathlib import Path
from random import Random

import pandas as pd
import pytest
from hypothesis import HealthCheck, Phase, given, settings

from assets.tables.builder import build
from assets.tables.catalogue import TABLES
from assets.tables.spec import Figures, Inputs, TableSpec, periods_of
from tests.oracle import cells as shared
from tests.oracle.cells import EJ, SAKNAS, Cells, Span, Value, spans
from tests.oracle.frames import inputs_of
from tests.oracle.registers import KOMMUNER, YEAR, World, large, make, registers

Cell = tuple[str, ...]
Pair = tuple[Value | None, Value | None]

COUNTED = [spec for spec in TABLES.values() if spec.facts]
MODULES = [import_module(f"tests.oracle.{p.stem}") for p in sorted(Path(shared.__file__).parent.glob("[a-z]*.py"))]
COUNTS: Mapping[str, Callable[[World, Span], Cells]] = {
    spec.name: getattr(module, spec.name) for module in MODULES for spec in COUNTED if hasattr(module, spec.name)
}
"""The count of a table is a function with its name."""
OTHER = "annat_okant"

by_table = pytest.mark.parametrize("spec", COUNTED, ids=lambda spec: spec.name)
some = settings(
    max_examples=3,
    deadline=None,
    database=None,
    phases=[Phase.generate],  # a seed does not shrink to anything that is easier to read
    suppress_health_check=[HealthCheck.too_slow],
)


# --- the builder's cells as the counts have them ------------------------------------------------------------------


def by_cell(made: Figures, spec: TableSpec, kommun: str) -> dict[Cell, Value]:
    """A kommun's cells: the number where one is shown, else the status."""
    cells = made.cells[made.cells["kommun"] == kommun]
    values = [v if status == "visas" else status for v, status in zip(cells["varde"], cells["status"], strict=True)]
    keys = list(cells[["period", *spec.view_columns, "kon", "matt"]].itertuples(index=False, name=None))
    assert len(set(keys)) == len(keys)
    return dict(zip(keys, values, strict=True))


def counted(spec: TableSpec, world: World) -> dict[Cell, Value]:
    told = spans(YEAR, tertials=spec.tertial)
    return {(span.name, *key): value for span in told for key, value in COUNTS[spec.name](world, span).found.items()}


def differing(
    spec: TableSpec, made: Figures, world: World, kommun: str
) -> dict[Cell, tuple[Value | None, Value | None]]:
    """Cells that are not what the count gives: (built, counted). Those of ``OTHER`` may be left out where nobody is."""
    found, expected = by_cell(made, spec, kommun), counted(spec, world)
    left_out = not any(key[-2] == OTHER for key in found)
    if left_out and not any(v for key, v in expected.items() if key[-2] == OTHER and v not in (EJ, SAKNAS)):
        expected = {key: value for key, value in expected.items() if key[-2] != OTHER}
    every = {key: (found.get(key), expected.get(key)) for key in {**found, **expected}}
    return {key: pair for key, pair in every.items() if not same(*pair)}


def same(one: Value | None, other: Value | None) -> bool:
    if isinstance(one, str) or isinstance(other, str) or one is None or other is None:
        return one == other
    return math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-9)


def table(spec: TableSpec, inputs: Inputs) -> Figures:
    return build(spec, inputs, periods_of(spec, YEAR))


# --- every cell ---------------------------------------------------------------------------------------------------


def test_every_counted_table_has_a_slow_count() -> None:
    assert set(COUNTS) == {spec.name for spec in COUNTED}


@by_table
@some
@given(worlds=registers())
def test_every_cell_is_what_a_slow_count_gives(spec: TableSpec, worlds: dict[str, World]) -> None:
    made = table(spec, inputs_of(worlds, spec.sources))

    for kommun, world in worlds.items():
        assert differing(spec, made, world, kommun) == {}


@by_table
def test_every_cell_of_a_large_register_too(spec: TableSpec) -> None:
    assert differing(spec, alone(spec.name), crowded(), "0114") == {}
    assert differing(spec, alone(spec.name, "0180"), neighbour(), "0180") == {}


@by_table
def test_nor_is_anything_taken_for_zero_where_a_source_is_not_delivered(spec: TableSpec) -> None:
    """As many kommuner as the table has sources, each without one of them."""
    worlds = {}
    for number, (kommun, source) in enumerate(zip(KOMMUNER, spec.sources, strict=False)):
        register = make(Random(number), 8, prefix=f"{number}_") | {source: []}
        worlds[kommun] = World(register, frozenset({source}), date(2021, 12, 31), minsta_bas=1)
    made = table(spec, inputs_of(worlds, spec.sources))

    for kommun, world in worlds.items():
        assert differing(spec, made, world, kommun) == {}


# --- what holds for all of them -----------------------------------------------------------------------------------


@cache
def crowded() -> World:
    return large(114, known_until=date(2020, 12, 31), minsta_bas=6)


@cache
def neighbour() -> World:
    """Another kommun: other persons, and not all is delivered."""
    made = make(Random(115), 90, prefix="n")
    return World(made | {"bedomning": []}, frozenset({"bedomning"}), date(2019, 11, 30), minsta_bas=6)


@cache
def inputs_for(*names: str) -> Inputs:
    """All tables' frames, as all tables of a kommun are counted from the same."""
    return inputs_of({kommun: crowded() if kommun == "0114" else neighbour() for kommun in names})


@cache
def alone(name: str, kommun: str = "0114") -> Figures:
    return table(TABLES[name], inputs_for(kommun))


def told(made: Figures, kommun: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """A kommun's cells in order, and the deliveries behind each with their rows."""
    mine = made.cells[made.cells["kommun"] == kommun]
    place = pd.Series(range(len(mine)), index=mine.index)
    ledger = made.ledger[made.ledger["cell"].isin(mine.index)]
    behind = ledger.assign(cell=place.loc[ledger["cell"]].to_numpy())
    words = dict.fromkeys(mine.columns.drop("varde"), "str")
    return mine.astype(words).reset_index(drop=True), behind.sort_values(["cell", "leverans_id"]).reset_index(drop=True)


@by_table
def test_two_kommuner_counted_at_once_have_the_cells_and_ledgers_of_each_alone(spec: TableSpec) -> None:
    both = table(spec, inputs_for("0114", "0180"))

    for kommun, one in {"0114": alone(spec.name), "0180": alone(spec.name, "0180")}.items():
        for mine, theirs in zip(told(both, kommun), told(one, kommun), strict=True):
            pd.testing.assert_frame_equal(mine, theirs, check_dtype=False)


@cache
def shuffled_with_older_cases() -> Inputs:
    """The same records in another order, among closed cases of other persons from another decade."""
    before = make(Random(116), 12, prefix="x")
    moved = {
        name: [row | {k: decade_ago(v) for k, v in row.items() if isinstance(v, date)} for row in before[name]]
        for name in ("arende", "aktualisering", "insats", "bedomning", "matning")
    }
    there = {c["arende_id"] for c in moved["arende"] if c["slutdatum"]}
    older = {name: [r for r in rows if r["arende_id"] in there] for name, rows in moved.items()}
    assert all(older.values())
    mixed = {name: [*rows, *older.get(name, [])] for name, rows in crowded().register.items()}
    random = Random(117)
    return inputs_of({"0114": replace(crowded(), register={n: random.sample(r, len(r)) for n, r in mixed.items()})})


def decade_ago(day: date) -> date:
    return day.replace(year=day.year - 10, day=min(day.day, 28))


@by_table
def test_neither_the_order_of_rows_nor_persons_of_another_decade_change_anything(spec: TableSpec) -> None:
    """Of a person's several rows the first stands in the ledger, so that may name another of the deliveries."""
    (cells, behind), (as_before, ledger) = (
        told(made, "0114") for made in (table(spec, shuffled_with_older_cases()), alone(spec.name))
    )
    pd.testing.assert_frame_equal(cells, as_before, check_dtype=False)
    rows = [m.name for f in spec.facts for m in f.measures if m.how != "harledd" and not m.unit]
    of_rows = cells.index[cells["matt"].isin(rows)]
    mine, theirs = (part[part["cell"].isin(of_rows)].reset_index(drop=True) for part in (behind, ledger))
    pd.testing.assert_frame_equal(mine, theirs, check_dtype=False)


@by_table
def test_behind_every_count_stand_as_many_rows_of_its_deliveries(spec: TableSpec) -> None:
    """Those of the counted records themselves; what stands behind them as well (as a child's case) is left aside."""
    facts = tuple(replace(fact, lineage=fact.lineage[:1]) for fact in spec.facts)
    made = build(replace(spec, facts=facts), inputs_for("0114"), periods_of(spec, YEAR)[0])
    counts = [m.name for f in spec.facts for m in f.measures if m.how == "antal"]
    cells = made.cells[made.cells["matt"].isin(counts) & (made.cells["status"] == "visas")]
    behind = made.ledger.groupby("cell")["rader"].sum().reindex(cells.index).fillna(0)

    assert cells["varde"].sum() > 0
    assert behind.tolist() == cells["varde"].tolist()
