"""What goes on over a New Year: what two years' tables tell of each other is in the system, and is protected.

The relations are looked for blindly: differences of two counts of a year that always equal such a difference of the
next year's, in drawn registers that nobody has corrected in between.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from functools import cache
from itertools import combinations
from random import Random

import numpy as np
import pytest

from assets.publicering import forbered, system
from assets.publicering.system import build_system
from assets.publicering.tidigare import Tidigare
from assets.publicering.underlag import Raknad
from assets.publicering.varianter import VARIANTER
from assets.tables.catalogue import TABLES
from assets.tables.spec import Period
from quality.disclosure.model import System
from quality.disclosure.policy import PRESETS
from tests.oracle.registers import Register, World
from tests.publication_tools import YEAR, Plan, Publication, attacked, counted, edition_of, id_of, true_of, underlag
from tests.publicering_tools import consistent, published
from warehouse.contracts.codes import TOTAL

FEM = PRESETS["fem"]
GOING = ("arenden", "bortfall", "heder", "maluppfyllelse", "riskbedomning", "skyddat_boende", "valdsutovare", "vald")
KOMMUNER = tuple(f"0{120 + n}" for n in range(8))
POOL = f"{YEAR - 2}_{YEAR}"
Template = tuple[str, str, str]
"""Table, measure, codes; of every kön and year."""


@cache
def registers() -> tuple[Register, ...]:
    return tuple(consistent(Random(n), 150, f"{n}_") for n in range(len(KOMMUNER)))


@cache
def cells(year: int) -> dict[str, list[Raknad]]:
    worlds = {k: World(r, known_until=date(2023, 1, 1)) for k, r in zip(KOMMUNER, registers(), strict=True)}
    return published({k: replace(w, minsta_bas=0) for k, w in worlds.items()}, Period(year, year), GOING)


@cache
def vectors(year: int) -> dict[Template, np.ndarray]:
    """Each count over kommuner and kön, all roles and codes; rare ones left out."""
    found: dict[Template, np.ndarray] = {}
    kinds = ("kvinna", "man", "annat_okant", TOTAL)
    for place, kommun in enumerate(KOMMUNER):
        for c in cells(year)[kommun]:
            tabell, matt, _, kon, codes = c.id.split("|")
            vector = found.setdefault((tabell, matt, codes), np.zeros(len(KOMMUNER) * 4, int))
            vector[place * 4 + kinds.index(kon)] = round(c.varde or 0)
    return {k: v for k, v in sorted(found.items()) if (v > 0).sum() >= 12}


def differences(year: int) -> dict[bytes, tuple[Template, Template]]:
    """Two counts of a year by how much they differ, but for those that never do."""
    one_of_each = {v.tobytes(): k for k, v in vectors(year).items()}  # equal counts are declared within a year
    found = {}
    for a, b in combinations(one_of_each.values(), 2):
        way = vectors(year)[a] - vectors(year)[b]
        for sign, pair in ((1, (a, b)), (-1, (b, a))):
            found.setdefault((sign * way).tobytes(), pair)
    return found


def found_blindly() -> Iterator[tuple[tuple[Template, Template], tuple[Template, Template]]]:
    later = differences(YEAR + 1)
    for way, pair in differences(YEAR).items():
        if way in later and pair[0] < pair[1]:
            yield pair, later[way]


def told_then(cells_of: Sequence[Raknad]) -> list[Tidigare]:
    return [Tidigare(1, c, "skyddas") for c in cells_of]


@cache
def of_two_years() -> System:
    kommun = KOMMUNER[0]
    before = told_then(cells(YEAR)[kommun])
    return build_system(cells(YEAR + 1)[kommun], TABLES, FEM, niva="riket", tidigare=before).system


@cache
def known() -> tuple[dict[str, int], np.ndarray]:
    """What the system's equalities leave free, over all of its counts."""
    at = {name: n for n, name in enumerate(of_two_years().cells)}
    rows = defaultdict(lambda: np.zeros(len(at)))
    for n, relation in enumerate(r for r in of_two_years().relations if r.low == r.high == 0):
        for cell, factor in relation.terms:
            rows[n][at[cell]] += factor
    _, sizes, right = np.linalg.svd(np.array(list(rows.values())), full_matrices=True)
    return at, right[int((sizes > 1e-9).sum()) :].T


@pytest.mark.soak
def test_what_always_agrees_over_a_new_year_is_declared() -> None:
    at, free = known()
    seen = 0
    for before, after in found_blindly():
        for kon in ("kvinna", "man", TOTAL):
            row = np.zeros(len(at))
            for year, pair, sign in ((YEAR, before, 1), (YEAR + 1, after, -1)):
                for (tabell, matt, codes), factor in zip(pair, (sign, -sign), strict=True):
                    name = f"{tabell}|{matt}|{year}|{kon}|{codes}"
                    if name in at:
                        row[at[name]] += factor
            assert np.abs(row @ free).max(initial=0) < 1e-7, (before, after, kon)
            seen += 1
    assert seen >= 9  # three roles at least


def test_what_was_going_on_at_new_year_is_the_same_from_both_sides() -> None:
    """The expected value another way: case by case."""
    for kommun, register in zip(KOMMUNER[:3], registers(), strict=False):
        values = {c.id: round(c.varde or 0) for y in (YEAR, YEAR + 1) for c in cells(y)[kommun]}
        world = replace(World(register, known_until=date(2023, 1, 1)), minsta_bas=0)
        several = published({kommun: world}, Period(YEAR - 2, YEAR), ("arenden", "maluppfyllelse"))
        pool = {c.id: round(c.varde or 0) for c in several[kommun]}
        for role in ("valdsutsatt_vuxen", "barn", "valdsutovare"):
            over = [
                c
                for c in register["arende"]
                if c["roll"] == role
                and c["startdatum"].year <= YEAR
                and (c["slutdatum"] is None or c["slutdatum"].year > YEAR)
            ]
            ends = values[f"arenden|antal_arenden|{YEAR}|totalt|roll={role}"]
            ends -= values[f"maluppfyllelse|antal_avslutade|{YEAR}|totalt|roll={role}"]
            begins = values[f"arenden|antal_arenden|{YEAR + 1}|totalt|roll={role}"]
            begins -= values[f"arenden|antal_startade|{YEAR + 1}|totalt|roll={role}"]
            assert ends == begins == len(over)
            # Three years together end where the last of them does.
            assert (
                pool[f"arenden|antal_arenden|{POOL}|totalt|roll={role}"] - len(over)
                == (pool[f"maluppfyllelse|antal_avslutade|{POOL}|totalt|roll={role}"])
            )


def two_years(seed: int) -> Publication:
    """Two years of one register that nobody corrects, each year's edition made with the one before in mind."""
    plan = Plan(seed, 220, ("arenden", "maluppfyllelse"), ("en", "en"), "fem", (YEAR, YEAR + 1))
    register, found = consistent(Random(seed), plan.cases), Publication(plan)
    for number, (year, name) in enumerate(zip(plan.years, plan.variants, strict=True), 1):
        told = counted(register, plan, year)
        made = forbered.protected(underlag(told, year, found.editions), VARIANTER[name], FEM, seconds=20)
        assert made.safe
        found.editions.append(edition_of(number, year, made, told))
    return found


@pytest.mark.parametrize("seed", [10, 14])
def test_the_year_after_gives_no_small_count_of_the_year_before_away(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert attacked(two_years(seed), seconds=20).fynd == ()
    # The control: where the system does not know, the attacker finds some, and they are so.
    monkeypatch.setattr(system, "floden", lambda _: None)
    careless = two_years(seed)
    found = attacked(careless, seconds=20).fynd
    assert found
    assert {id_of(f).split("|")[1] for f in found} <= {"antal_avslutade", "antal_startade", "antal_arenden"}
    assert all(true_of(careless, f) for f in found)
