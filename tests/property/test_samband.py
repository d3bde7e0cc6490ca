"""Nothing that hangs together is undeclared: what always held in drawn registers must follow from the systems.

Relations are looked for blindly (equal, sums of two, sums over a dimension, never more than), then asked of the systems
with linear algebra. What only the drawing makes is in lists, with the reason.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from functools import cache
from random import Random

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from assets.publicering.system import Byggt, build_system
from assets.publicering.tidigare import Kand, Tidigare
from assets.publicering.underlag import Raknad
from assets.tables.catalogue import TABLES
from assets.tables.spec import Period
from quality.disclosure.model import System
from quality.disclosure.policy import PRESETS
from tests.oracle.registers import World, make
from tests.publicering_tools import COUNTED, Template, consistent, published, template
from warehouse.contracts.codes import TOTAL

FEM = PRESETS["fem"]
YEAR = Period(2019, 2019)
Sum = Mapping[Template, int]
"""Counts with factors."""

CHANCE = {
    ("utfall", "antal_", "personer_"): "no drawn person has two cases with pairs in a year",
    ("utfall", "antal_", "antal_personer_intervall"): "the same",
    ("utfall_vald_samlat", "antal_", "personer_"): "the same",
    ("insatser", "antal_insatser", "antal_personer"): "of a rare kind no drawn person has two",
    ("maluppfyllelse", "antal_mal_natt", "antal_mal_bedomda"): "of few assessments all may be of goals reached",
    ("insatser", "antal_avslag", ""): "refusals are drawn less often than grants",
    ("insatser", "antal_inom_14", "antal_personer"): "few of the drawn began so soon",
    ("insatser", "antal_med_start", "antal_personer"): "few have a start",
    ("arenden", "antal_aktualiseringar", ""): "contacts are counted by their own day and belong to no case of the year",
    ("arenden", "antal_utredningar_inledda", ""): "investigations too",
    ("skyddat_boende", "antal_", "antal_dagar"): "two stays of a day are few among stays of weeks",
    ("skyddat_boende", "antal_avslutade", "antal_personer"): "many stays do not end",
    ("skyddat_boende", "antal_efterat", "antal_personer"): "the same",
    ("valdsutovare", "antal_", "antal_arenden"): "an offer may come in a case that has ended; few are drawn so",
    ("valdsutovare", "antal_", "antal_personer"): "the same",
    ("barn", "antal_barn_eget_arende", "antal_barn"): "children with a case of their own are others",
    ("kolada", "antal_u30752", ""): "few of the drawn cases are assessed; they need not be others' cases of the year",
}  # fmt: skip
"""What held in the drawn registers and need not hold: table, how the measures' names begin, why."""


# --- registers ----------------------------------------------------------------------------------------------------


@cache
def cells(unknown: float) -> dict[str, list[Raknad]]:
    """The counts of ten kommuner whose records agree, of whom some have no known age."""
    worlds = {
        f"0{120 + n}": World(consistent(Random(n), 150, f"{n}_", unknown=unknown), known_until=date(2022, 1, 1))
        for n in range(8)
    }
    tables = ("arenden", "barn", "bortfall") if unknown else COUNTED
    return published({k: replace(w, minsta_bas=0) for k, w in worlds.items()}, YEAR, tables)


@cache
def vectors(unknown: float) -> dict[Template, np.ndarray]:
    """Each count over kommuner and kön; where it does not stand nobody is."""
    places: dict[tuple[str, str], int] = {}
    found: dict[Template, dict[int, int]] = defaultdict(dict)
    for kommun, counted in cells(unknown).items():
        for cell in counted:
            kon, key = template(cell.id)
            at = places.setdefault((kommun, kon), len(places))
            found[key][at] = round(cell.varde or 0)
    return {k: np.array([v.get(at, 0) for at in range(len(places))]) for k, v in sorted(found.items())}


class Known:
    """What follows from the relations of a system, for the totals over kön."""

    def __init__(self, built: Byggt, at: Mapping[Template, int]) -> None:
        equal, less = [], []
        system: System = built.system
        for relation in system.relations:
            hidden = [c for c, _ in relation.terms if not system.cells[c].printed]
            terms = [(template(c), f) for c, f in relation.terms if c not in hidden]
            if {kon for (kon, _), _ in terms} != {TOTAL}:
                continue
            row = np.zeros(len(at))
            for (_, key), factor in terms:
                row[at[key]] += factor
            if relation.low == relation.high == 0 and not hidden:
                equal.append(row)
            elif relation.low == 0:
                less.append(-row)
        positive = {template(c)[1] for c, v in system.cells.items() if v.printed and v.value}
        self.nobody = np.array([key not in positive for key in at])
        self.equal, self.less = np.array(equal)[:, ~self.nobody], np.array(less)[:, ~self.nobody]
        _, sizes, rows = np.linalg.svd(self.equal)
        self.free = rows[int((sizes > 1e-9).sum()) :].T

    def __call__(self, sum_: np.ndarray, *, equal: bool) -> bool:
        sum_ = sum_[~self.nobody]
        if equal and np.abs(sum_ @ self.free).max(initial=0) < 1e-7:
            return True
        return all(self.most(sign * sum_) < 1e-7 for sign in ((1, -1) if equal else (1,)))

    def most(self, sum_: np.ndarray) -> float:
        """The most that the sum can be."""
        found = linprog(
            -sum_, A_ub=self.less, b_ub=np.zeros(len(self.less)), A_eq=self.equal, b_eq=np.zeros(len(self.equal)),
            bounds=(0, 1), method="highs",
        )  # fmt: skip
        return -float(found.fun)


@cache
def systems(unknown: float) -> tuple[Known, ...]:
    at = {key: n for n, key in enumerate(vectors(unknown))}
    some = [*cells(unknown).values()][:2]
    return tuple(Known(build_system(c, TABLES, FEM, niva="riket"), at) for c in some)


def follows(unknown: float, sum_: Sum, *, equal: bool = True) -> bool:
    """Whether it follows in each system: what one register has by chance another has not."""
    at = {key: n for n, key in enumerate(vectors(unknown))}
    row = np.zeros(len(at))
    for key, factor in sum_.items():
        row[at[key]] += factor
    return all(known(row, equal=equal) for known in systems(unknown))


def chance(*keys: Template) -> bool:
    """Whether it is one of those that the drawing makes."""
    if len({k[0] for k in keys}) > 1:
        return False
    names = {k[1] for k in keys}
    return any(
        keys[0][0] == tabell and any(n.startswith(one) for n in names) and any(n.startswith(other) for n in names)
        for tabell, one, other in CHANCE
    )


def told(unknown: float) -> list[tuple[tuple[Template, ...], np.ndarray]]:
    """Counts that are not rare, each alone, and their sums over a dimension, all roles and the exposed ones too."""
    every = vectors(unknown)
    alone = [((k,), v) for k, v in every.items() if (v > 0).sum() >= 7]
    groups: dict[tuple[object, ...], list[Template]] = defaultdict(list)
    for key in every:
        for dimension, code in key[2]:
            spec = next(d for d in TABLES[key[0]].dimensions if d.name == dimension)
            if code in spec.values:
                rest = tuple(c for c in key[2] if c[0] != dimension)
                groups[key[0], key[1], dimension, rest].append(key)
                if dimension == "roll" and code != "valdsutovare":
                    groups[key[0], key[1], "utsatta", rest].append(key)
    sums = [(tuple(keys), sum((every[k] for k in keys), np.zeros(1, int))) for keys in groups.values() if len(keys) > 1]
    return alone + [(k, v) for k, v in sums if (v > 0).sum() >= 7]


def undeclared_sums(unknown: float) -> Iterator[str]:
    found = told(unknown)
    weights = np.random.default_rng(1).integers(1, 2**40, len(found[0][1]))
    by_value: dict[int, list[tuple[Template, ...]]] = defaultdict(list)
    for keys, vector in found:
        by_value[int(vector @ weights)].append(keys)
    for same in by_value.values():
        for other in same[1:]:
            sum_: dict[Template, int] = defaultdict(int)
            for k in same[0]:
                sum_[k] += 1
            for k in other:
                sum_[k] -= 1
            if not chance(*same[0], *other) and not follows(unknown, sum_):
                yield f"{same[0]} = {other}"
    values = {h: keys[0][0] for h, keys in by_value.items() if len(keys[0]) == 1}
    numbers = np.array(list(values))
    for at, one in enumerate(numbers):
        for other in numbers[at:][np.isin(one + numbers[at:], numbers)]:
            a, b, whole = values[int(one)], values[int(other)], values[int(one + other)]
            if not chance(a, b, whole) and not follows(unknown, {a: 1, b: 1, whole: -1}):
                yield f"{a} + {b} = {whole}"


def undeclared_limits(unknown: float) -> Iterator[str]:
    by_codes: dict[object, list[Template]] = defaultdict(list)
    for keys, _ in told(unknown):
        if len(keys) == 1:
            by_codes[keys[0][0], keys[0][2]].append(keys[0])
    every = vectors(unknown)
    for group in by_codes.values():
        for less in group:
            for more in group:
                if less == more or (every[less] > every[more]).any() or chance(less, more):
                    continue
                if not follows(unknown, {less: 1, more: -1}, equal=False):
                    yield f"{less} <= {more}"


def test_equal_counts_and_sums_follow_from_the_systems() -> None:
    assert list(undeclared_sums(0.0)) == []


def test_so_they_do_where_some_ages_are_unknown() -> None:
    assert list(undeclared_sums(0.15)) == []


@pytest.mark.soak
def test_what_never_exceeds_another_measure_is_declared() -> None:
    assert list(undeclared_limits(0.0)) == []


def test_the_search_finds_a_relation_that_is_not_declared() -> None:
    """Without the relations between tables there is a lot that does not follow."""
    at = {key: n for n, key in enumerate(vectors(0.0))}
    one = Known(build_system(next(iter(cells(0.0).values())), TABLES, FEM, niva="riket", samband=()), at)
    row = np.zeros(len(at))
    row[at["vald", "antal_arenden", ()]] = 1
    row[at["heder", "antal_arenden", ()]] = -1
    assert not one(row, equal=True)
    assert follows(0.0, {("vald", "antal_arenden", ()): 1, ("heder", "antal_arenden", ()): -1})


# --- the declared ones hold ----------------------------------------------------------------------------------------

SOME = ("arenden", "heder", "barn", "bortfall", "maluppfyllelse", "aterkommande")


def drawn(seed: int, size: int) -> World:
    """Half of them have records that contradict each other."""
    random = Random(seed)
    register = make(random, size, f"{seed}_") if seed % 2 else consistent(random, size, f"{seed}_", unknown=0.1)
    return World(register, known_until=date(2022, 1, 1), minsta_bas=0)


@settings(max_examples=1, deadline=None, database=None, phases=[Phase.generate])
@given(first=st.integers(0, 10**6), sizes=st.lists(st.integers(5, 30), min_size=3, max_size=3))
def test_no_register_contradicts_what_is_said_of_it(first: int, sizes: list[int]) -> None:
    """Building raises where a relation does not hold; nor do three editions with records corrected between them."""
    random = Random(first)
    worlds = {f"0{120 + n}": drawn(first + n, size) for n, size in enumerate(sizes)}
    out: dict[str, list[Tidigare]] = {kommun: [] for kommun in worlds}
    for edition in (1, 2, 3):
        for kommun, now in published(worlds, YEAR, SOME).items():
            built = build_system(now, TABLES, FEM, niva="riket", tidigare=out[kommun])
            shown = [c for c in now if c.status == "visas"]
            assert {c.id for c in shown} <= set(built.system.cells)
            out[kommun] += [Tidigare(edition, c, random.choice(["visas", "skyddas"])) for c in shown]
        for kommun, world in worlds.items():
            kept = [row for row in world.register["arende"] if random.random() < 0.9]
            worlds[kommun] = replace(world, register=world.register | {"arende": kept})


def test_what_others_know_wrongly_is_left_out() -> None:
    now = cells(0.0)["0120"]
    wrong = [Kand(c.id, round(c.varde or 0) + FEM.smallest_revision, 10**6) for c in now if c.status == "visas"]
    built = build_system(now, TABLES, FEM, niva="riket", kanda=wrong)
    assert all(c.low is None for i, c in built.system.cells.items() if "@" not in i)
    assert not any("ändring" in i for i in built.system.cells)
