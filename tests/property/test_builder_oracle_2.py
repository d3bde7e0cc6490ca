"""Outcomes, and tables that lack a source, cell by cell against the slow counts of ``tests/oracle``.

``test_builder_oracle`` goes through all tables on registers of all sorts; there few cases have a pair. Here most have
one, the windows are also a kommun's own, and each source is absent in its turn.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings

from assets.tables.builder import build
from assets.tables.catalogue import TABLES
from assets.tables.spec import periods_of
from tests.oracle import (
    bortfall,
    brukarenkat,
    eige,
    kolada,
    lokala_variabler,
    maluppfyllelse,
    riskbedomning,
    utfall,
    utfall_bortfall,
    utfall_vald,
)
from tests.oracle.cells import Cells, Span, Value, spans
from tests.oracle.followed import WINDOWS, followed, followed_up
from tests.oracle.frames import inputs_of
from tests.oracle.registers import YEAR, World, large

Cell = tuple[str, ...]
Count = Callable[[World, Span], Cells]

OUTCOMES: Mapping[str, Count] = {
    name: getattr(module, name)
    for name in TABLES
    for module in (utfall, utfall_vald, utfall_bortfall)
    if name.startswith("utfall") and hasattr(module, name)
}
OTHERS: Mapping[str, Count] = {
    name: getattr(module, name)
    for name in TABLES
    for module in (bortfall, riskbedomning, maluppfyllelse, brukarenkat, kolada, eige, lokala_variabler)
    if hasattr(module, name)
}
COUNTS = {**OUTCOMES, **OTHERS}
NEEDED = [
    (name, source) for name in COUNTS for source in sorted({s for fact in TABLES[name].facts for s in fact.needs})
]

by_outcome = pytest.mark.parametrize("table", OUTCOMES)
some = settings(max_examples=4, deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow])


def built(table: str, world: World, year: int) -> dict[Cell, Value]:
    """A table's cells: the number where one is shown, else the status."""
    spec = TABLES[table]
    cells = build(spec, inputs_of({"0114": world}, spec.sources), periods_of(spec, year)).cells
    values = [v if status == "visas" else status for v, status in zip(cells["varde"], cells["status"], strict=True)]
    keys = cells[["period", *spec.view_columns, "kon", "matt"]].itertuples(index=False, name=None)
    return dict(zip(keys, values, strict=True))


def counted(table: str, world: World, year: int) -> dict[Cell, Value]:
    told = spans(year, tertials=TABLES[table].tertial)
    return {(span.name, *key): value for span in told for key, value in COUNTS[table](world, span).found.items()}


def differing(table: str, world: World, year: int = YEAR) -> dict[Cell, tuple[Value | None, Value | None]]:
    """Cells that are not what the count gives: (built, counted). A third sex may be left out where it has nobody."""
    found, expected = built(table, world, year), counted(table, world, year)
    if not any(key[-2] == "annat_okant" for key in found):
        told = {key for key, v in expected.items() if key[-2] != "annat_okant" or (not isinstance(v, str) and v)}
        expected = {key: expected[key] for key in told}
    every = {key: (found.get(key), expected.get(key)) for key in {**found, **expected}}
    return {key: pair for key, pair in every.items() if not same(*pair)}


def same(one: Value | None, other: Value | None) -> bool:
    if isinstance(one, str) or isinstance(other, str) or one is None or other is None:
        return one == other
    return math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-12)


# --- outcomes -----------------------------------------------------------------------------------------------------


@by_outcome
@some
@given(world=followed_up())
def test_every_cell_of_an_outcome_is_what_a_slow_count_gives(table: str, world: World) -> None:
    assert differing(table, world) == {}


@cache
def many(number: int) -> World:
    """Enough cases for results by insatstyp; with the windows as they are, and with others."""
    seed, windows = ((4, WINDOWS[0]), (1, WINDOWS[-1]))[number]
    return followed(Random(seed), 150, minsta_bas=2, windows=windows)


@by_outcome
@pytest.mark.parametrize("number", [0, 1])
def test_every_cell_of_a_large_register_too(table: str, number: int) -> None:
    assert differing(table, many(number)) == {}


@by_outcome
def test_the_large_registers_show_every_measure(table: str) -> None:
    """Else the comparisons above would compare nothing with nothing."""
    found = [cell for number in (0, 1) for cell in counted(table, many(number), YEAR).items()]

    assert {key[-1] for key, v in found if not isinstance(v, str) and v} == {
        m.name for m in TABLES[table].shown_measures
    }


# --- what is not delivered ----------------------------------------------------------------------------------------


@cache
def few() -> World:
    return followed(Random(3), 30, minsta_bas=2)


@cache
def crowded() -> World:
    return large(31, cases=60, minsta_bas=3)


@pytest.mark.parametrize(("table", "source"), NEEDED)
def test_without_a_source_just_its_cells_are_missing(table: str, source: str) -> None:
    world = few() if table in OUTCOMES else crowded()
    lacking = replace(world, register=world.register | {source: []}, absent=frozenset({source}))

    assert differing(table, lacking) == {}


@pytest.mark.parametrize("table", OTHERS)
@pytest.mark.parametrize("year", [2018, 2020])
def test_other_years_too(table: str, year: int) -> None:
    assert differing(table, crowded(), year) == {}
