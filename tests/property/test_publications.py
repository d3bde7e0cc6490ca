"""Publications end to end, few and small, and what is seen when a part of the protection is taken away.

The long run is ``tests/soak/test_publications.py``. Each weakened way must be caught: by the audit that knows the whole
system, or by the attacker who has only what is printed.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from itertools import pairwise
from random import Random

import pytest

from assets.publicering import tryck
from assets.publicering.forbered import Skyddad, protected
from assets.publicering.plan import nollor_dolda
from assets.publicering.system import Byggt, build_system
from assets.publicering.tidigare import Kand
from assets.publicering.underlag import Raknad
from assets.publicering.varianter import VARIANTER, printed
from assets.tables.catalogue import TABLES
from quality.attacker import Printed, attack
from quality.disclosure import audit
from quality.disclosure.model import Pattern, Relation, System
from quality.disclosure.policy import PRESETS
from quality.disclosure.protect import protect
from tests.publication_tools import (
    KOMMUN,
    YEAR,
    Plan,
    Publication,
    attacked,
    corrected,
    counted,
    edition_of,
    given_away,
    published,
    the_book,
    underlag,
)
from tests.publicering_tools import consistent
from warehouse.contracts.codes import TOTAL

FEM = PRESETS["fem"]
YEARS = (YEAR, YEAR, YEAR)
SMALL = (
    Plan(105, 60, ("heder",), ("tva",) * 3, "fem", YEARS),
    Plan(102, 40, ("skyddat_boende",), ("en",) * 3, "sex", YEARS, withdrawn=True),
    Plan(103, 25, ("utfall_vald_samlat",), ("tva",) * 3, "fem", (YEAR, YEAR, YEAR + 1), known=True),
)


@cache
def let_out(plan: Plan) -> Publication:
    return published(plan, seconds=10)


@pytest.mark.parametrize("plan", SMALL, ids=lambda p: p.tables[0])
def test_everything_published_gives_no_small_count_away(plan: Plan) -> None:
    found = let_out(plan)
    seen = attacked(found, seconds=20)

    assert len(found.editions) >= 2
    assert seen.skyddade > 0
    assert given_away(found, seen) == []
    assert not seen.tid_ute
    assert seen.oavgjorda == seen.motsagda == 0


def test_a_zero_that_was_printed_may_turn_out_to_be_some() -> None:
    """The commonest correction: somebody where nobody was."""
    risen = []
    for plan in SMALL:
        editions = let_out(plan).editions
        for before, after in pairwise(editions):
            was = {b.cell: b.varde for b in before.basis if b.skal == "visas"}
            risen += [b.cell for b in after.basis if b.varde and was.get(b.cell) == 0]

    assert risen


# --- a part of it taken away ------------------------------------------------------------------------------------------

TABLES_OF = {"arenden": ("arenden", "heder"), "mal": ("maluppfyllelse", "aterkommande")}


@cache
def true_cells(which: str, seed: int = 5, cases: int = 45) -> tuple[Raknad, ...]:
    """What is counted, cut as one of the variants says."""
    plan = Plan(seed, cases, TABLES_OF[which], ("tva_alder",), "fem", (YEAR,))
    cells = counted(consistent(Random(seed), cases), plan, YEAR)
    return tuple(c for c in cells if printed(VARIANTER["tva_alder"], TABLES[c.tabell], c))


@cache
def whole(which: str) -> tuple[Byggt, Pattern]:
    """The system with nothing taken away, and a safe pattern of it."""
    made = protected(underlag(true_cells(which), YEAR), VARIANTER["tva_alder"], FEM, seconds=20)
    assert made.safe
    return made.built, made.pattern


def as_printed(built: Byggt, pattern: Pattern) -> list[Printed]:
    told = tryck.tables(built, pattern, FEM, TABLES, {})
    return [
        Printed(1, c.tabell, KOMMUN, YEAR, c.period, c.dimensioner, c.kon, c.matt, c.status, c.varde, c.fran, c.till)
        for cells, _ in told.values()
        for c in cells
    ]


def found_in(rows: list[Printed]) -> int:
    return attack(rows, the_book(), seconds=30, noll_dolda=nollor_dolda()).avslojade


@pytest.mark.parametrize("which", TABLES_OF)
def test_with_nothing_taken_away_there_is_nothing_to_see(which: str) -> None:
    built, pattern = whole(which)

    assert audit.lp(built.system, pattern).passed
    assert found_in(as_printed(built, pattern)) == 0


def test_a_cell_with_a_need_that_is_printed_is_seen() -> None:
    built, pattern = whole("arenden")
    needed = sorted({n.cell for n in built.system.needs} & pattern.hidden)
    for cell in Random(1).sample(needed, 3):
        shown = Pattern(pattern.hidden - {cell})

        assert not audit.lp(built.system, shown).passed


def test_most_of_what_is_hidden_for_others_is_missed_when_it_is_printed() -> None:
    built, pattern = whole("arenden")
    others = sorted(pattern.hidden - {n.cell for n in built.system.needs})
    tried = Random(1).sample(others, min(8, len(others)))

    assert sum(not audit.lp(built.system, Pattern(pattern.hidden - {c})).passed for c in tried) * 2 > len(tried)


Weaken = Callable[[System], System]


def _without(told: Callable[[Relation], bool]) -> Weaken:
    return lambda s: replace(s, relations=tuple(r for r in s.relations if not told(r)))


def _floors(system: System) -> System:
    """As if a zero too could be hidden anywhere."""
    return replace(system, cells={i: replace(c, floor=0 if c.value else c.floor) for i, c in system.cells.items()})


WEAKER: dict[str, tuple[str, Weaken]] = {
    "kon": ("arenden", _without(lambda r: r.name.endswith("över kon"))),
    "koder": ("arenden", _without(lambda r: " över " in r.name)),
    "samband": ("arenden", _without(lambda r: " och " in r.name)),
    "delsummor": ("mal", _without(lambda r: "är summan av" in r.name)),
    "delar": ("mal", _without(lambda r: " utan " in r.name or " ingår i " in r.name)),
    "golv": ("arenden", _floors),
}


@pytest.mark.parametrize("weak", WEAKER)
def test_protection_that_does_not_know_of_all_is_caught(weak: str) -> None:
    which, weaken = WEAKER[weak]
    built, _ = whole(which)
    pattern = protect(weaken(built.system), seconds=20).pattern

    assert not audit.lp(built.system, pattern).passed


def test_linked_tables_protected_one_by_one_are_caught() -> None:
    cells = true_cells("arenden")
    built, _ = whole("arenden")
    hidden: set[str] = set()
    for table in TABLES_OF["arenden"]:
        alone = build_system([c for c in cells if c.tabell == table], TABLES, FEM)
        hidden |= protect(alone.system, seconds=20).pattern.hidden
    pattern = Pattern(frozenset(hidden))

    assert not audit.lp(built.system, pattern).passed
    assert found_in(as_printed(built, pattern))


def test_an_edition_that_forgets_the_ones_before_is_caught() -> None:
    """Safe by itself, and unsafe beside what is out."""
    plan = Plan(7, 40, ("heder",), ("tva",), "fem", (YEAR,))
    register = consistent(Random(7), 40)
    before = counted(register, plan, YEAR)
    first = edition_of(1, YEAR, protected(underlag(before, YEAR), VARIANTER["tva"], FEM), before)
    cells = counted(corrected(register, Random(8), 1, 9), plan, YEAR)
    forgetful = protected(underlag(cells, YEAR), VARIANTER["tva"], FEM)
    knowing = protected(underlag(cells, YEAR, [first]), VARIANTER["tva"], FEM)

    assert forgetful.safe
    both = Publication(plan, [first, edition_of(2, YEAR, forgetful, cells)])
    assert given_away(both, attacked(both, seconds=30))
    assert knowing.safe
    both = Publication(plan, [first, edition_of(2, YEAR, knowing, cells)])
    assert given_away(both, attacked(both, seconds=30)) == []


@pytest.mark.parametrize(("seed", "low", "high"), [(2, -1, -1), (4, 2, 2), (5, 1, 3), (5, -3, -2)])
def test_what_has_changed_by_few_since_it_left_another_way_is_not_told(seed: int, low: int, high: int) -> None:
    """What left was right then: beside it the number of today would tell of the one or two who came or went."""
    plan = Plan(seed, 40, ("arenden",), ("tva_alder",), "fem", (YEAR,))
    cells = counted(consistent(Random(seed), 40), plan, YEAR)
    whole = next(
        c for c in cells if c.matt == "antal_arenden" and {c.kon, *dict(c.koder).values()} == {TOTAL} and c.varde
    )
    least, most = round(whole.varde or 0) + low, round(whole.varde or 0) + high
    told = ("visas", float(least), None, None) if low == high else ("intervall", None, least, most)
    seen = Printed(0, whole.tabell, KOMMUN, YEAR, whole.period, dict(whole.koder), whole.kon, whole.matt, *told)

    def made(kanda: list[Kand]) -> tuple[Skyddad, str]:
        safe = protected(underlag(cells, YEAR, (), kanda), VARIANTER["tva_alder"], FEM)
        return safe, next(
            c.status for t in safe.tables for c in t.cells
            if (c.matt, {c.kon, *c.dimensioner.values()}) == (whole.matt, {TOTAL})
        )  # fmt: skip

    assert made([])[1] == "visas", "it would have been told"
    safe, status = made([Kand(whole.id, least, most)])
    assert status == "skyddas"
    both = Publication(plan, [edition_of(1, YEAR, safe, cells)], [seen])
    assert given_away(both, attacked(both, seconds=30)) == []
