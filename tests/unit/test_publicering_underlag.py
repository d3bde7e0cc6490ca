"""Who stands behind each published count, against a plain count of small registers."""

from collections.abc import Iterator
from datetime import date
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from assets.publicering.underlag import Raknad, cell_id
from assets.tables.spec import Period
from tests.oracle.registers import Record, World, make
from tests.publicering_tools import raknade
from warehouse.contracts.codes import TOTAL

GROUPS = {"under_18": ("0_6", "7_12", "13_17"), "fran_18": ("18_25", "26_40", "41_60", "61_plus")}
few = settings(max_examples=5, deadline=None, database=None)


def cells(world: World, first: int, last: int, *tables: str) -> dict[str, Raknad]:
    return {c.id: c for c in raknade(world, Period(first, last), tables)}


def ongoing(world: World, first: int, last: int) -> list[Record]:
    start, end = date(first, 1, 1), date(last, 12, 31)
    return [
        c
        for c in world.register["arende"]
        if c["startdatum"] <= end and (c["slutdatum"] is None or c["slutdatum"] >= start)
    ]


def groups(rows: list[Record]) -> Iterator[tuple[str, str, str, list[Record]]]:
    """Every role, age (group) and kön that someone is in, totals too."""
    for role in {TOTAL, *(r["roll"] for r in rows)}:
        for age in {TOTAL, *GROUPS, *(r["aldersgrupp"] for r in rows)}:
            for kon in {TOTAL, *(r["kon"] for r in rows)}:
                mine = [
                    r
                    for r in rows
                    if role in (TOTAL, r["roll"])
                    and (age in (TOTAL, r["aldersgrupp"]) or r["aldersgrupp"] in GROUPS.get(age, ()))
                    and kon in (TOTAL, r["kon"])
                ]
                if mine:
                    yield role, age, kon, mine


@few
@given(seed=st.integers(0, 10**6), size=st.integers(1, 25), years=st.sampled_from([(2019, 2019), (2018, 2020)]))
def test_persons_behind_cases_and_behind_the_rest(seed: int, size: int, years: tuple[int, int]) -> None:
    world = World(make(Random(seed), size, emptied=0), minsta_bas=0)
    found, (first, last) = cells(world, *years, "arenden"), years
    period = Period(first, last).name
    for role, age, kon, rows in groups(ongoing(world, first, last)):
        codes = [("roll", role), ("aldersgrupp", age)]
        whole, part = (found[cell_id("arenden", m, period, kon, codes)] for m in ("antal_arenden", "antal_startade"))
        begun = [r for r in rows if date(first, 1, 1) <= r["startdatum"] <= date(last, 12, 31)]
        assert (whole.varde, whole.personer) == (len(rows), len({r["person_id"] for r in rows}))
        if begun:
            assert (part.varde, part.personer) == (len(begun), len({r["person_id"] for r in begun}))
        assert part.utan == len({r["person_id"] for r in rows if r not in begun})


def stay(number: int, person: str, first: date, last: date) -> tuple[Record, Record]:
    """A woman's case and its stay."""
    case: Record = {
        "arende_id": f"a{number}", "person_id": person, "roll": "valdsutsatt_vuxen", "kon": "kvinna",
        "aldersgrupp": "26_40", "startdatum": first, "slutdatum": None,
    }  # fmt: skip
    given_: Record = {
        "insats_id": f"i{number}", "arende_id": f"a{number}", "insatstyp": "skyddat_boende", "beslut": "bifall",
        "beslutsdatum": first, "verkstalld": first, "slutdatum": last,
    }  # fmt: skip
    return case, given_


def housed(*stays: tuple[Record, Record]) -> World:
    register = make(Random(1), 0) | {"arende": [s[0] for s in stays], "insats": [s[1] for s in stays]}
    return World(register, known_until=date(2020, 12, 31), minsta_bas=0)


def test_the_largest_contributions_are_a_persons_together() -> None:
    world = housed(
        stay(1, "p1", date(2019, 1, 1), date(2019, 1, 10)),
        stay(2, "p1", date(2019, 3, 1), date(2019, 3, 5)),
        stay(3, "p2", date(2019, 2, 1), date(2019, 2, 12)),
        stay(4, "p3", date(2018, 12, 1), date(2019, 1, 2)),
    )
    for kon in (TOTAL, "kvinna"):
        days = cells(world, 2019, 2019, "skyddat_boende")[cell_id("skyddat_boende", "antal_dagar", "2019", kon, ())]
        assert (days.varde, days.storsta, days.personer) == (29, (15, 12), 3)


def test_pooled_years_count_a_person_once() -> None:
    world = housed(
        stay(1, "p1", date(2018, 1, 1), date(2018, 1, 10)), stay(2, "p1", date(2019, 1, 1), date(2019, 1, 10))
    )
    found = cells(world, 2018, 2020, "skyddat_boende")
    stays = found[cell_id("skyddat_boende", "antal_placeringar", "2018_2020", TOTAL, ())]
    assert (stays.varde, stays.personer) == (2, 1)
    assert found[cell_id("skyddat_boende", "antal_personer", "2018_2020", TOTAL, ())].varde == 1


def test_of_rows_that_name_nobody_the_count_itself_stands_behind() -> None:
    world = World(make(Random(3), 30, emptied=0), minsta_bas=0)
    found = [c for c in cells(world, 2019, 2019, "brukarenkat").values() if c.matt == "antal_enkater" and c.varde]
    assert found
    assert all(c.personer == c.varde for c in found)


def test_what_is_missing_has_no_number_and_nobody_behind_it() -> None:
    world = World(make(Random(4), 20, emptied=0) | {"bedomning": []}, frozenset({"bedomning"}), minsta_bas=0)
    found = [c for c in cells(world, 2019, 2019, "riskbedomning").values() if c.matt == "antal_bedomda"]
    assert found
    assert {(c.status, c.varde, c.personer) for c in found} == {("saknas", None, 0)}
