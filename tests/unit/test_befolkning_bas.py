"""Populations that rates stand on: what is not delivered stays unknown, then sums against plain Python."""

from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assets.tables.befolkning_bas import antal, persons, tackning, told, year_used
from assets.tables.spec import Inputs
from warehouse.contracts.reference import kommuner

Row = tuple[str, int, str, str, int]
NAMES = ("kommunkod", "ar", "kon", "alder", "antal")


def known(*rows: Row, year: int = 2025, latest: int | None = None) -> dict[tuple[str, str, str], tuple[int, int]]:
    """By area, group and sex the year used and the persons."""
    found = persons(inputs(*rows), year, latest=latest)
    key = zip(found["omrade"], found["grupp"], found["kon"], strict=True)
    out = dict(zip(key, zip(found["ar"], found["antal"], strict=True), strict=True))
    assert len(out) == len(found)
    return out


def inputs(*rows: Row) -> Inputs:
    frame = pd.DataFrame(list(rows), columns=list(NAMES)).assign(leverans_id=1)
    return Inputs({"befolkning": frame.astype({"antal": "Int64"})}, ("2582",))


def ages_of(kommun: str = "2582", ar: int = 2025, kon: str = "kvinna", start: int = 0) -> list[Row]:
    """Single years, as many persons in each as its age, plus ``start``."""
    return [(kommun, ar, kon, str(a), a + start) for a in range(100)] + [(kommun, ar, kon, "100_plus", start)]


def test_nothing_delivered_is_nothing_known() -> None:
    assert known() == {}
    people = persons(inputs(), 2025)
    assert year_used(people, "2582") is None
    assert np.isnan(antal(people, pd.Series(["2582"]), pd.Series(["kvinna"]))).all()


def test_ages_that_leave_somebody_out_are_not_everybody() -> None:
    gap = [r for r in ages_of() if r[3] != "57"]
    assert known(*gap) == {}
    no_end = [r for r in ages_of() if r[3] != "100_plus"]
    assert known(*no_end) == {}
    young = [r for r in ages_of() if r[3] == "100_plus" or int(r[3]) >= 18]
    assert known(*young) == {("2582", "vuxna", "kvinna"): (2025, sum(range(18, 100)))}


def test_groups_that_cross_eighteen_do_not_tell_who_is_adult() -> None:
    tens = [("2582", 2025, "man", f"{a}_{a + 9}", 10) for a in range(0, 100, 10)] + [
        ("2582", 2025, "man", "100_plus", 1)
    ]
    assert known(*tens) == {("2582", "alla", "man"): (2025, 101)}


def test_the_delivered_total_is_used_and_never_added_up() -> None:
    rows = [
        ("2582", 2025, "totalt", "totalt", 7),
        ("2582", 2025, "kvinna", "totalt", 4),
        ("2582", 2025, "man", "totalt", 5),
    ]
    assert known(*rows) == {("2582", "alla", k): (2025, n) for k, n in (("totalt", 7), ("kvinna", 4), ("man", 5))}
    assert known(*rows[1:]) == {("2582", "alla", k): (2025, n) for k, n in (("kvinna", 4), ("man", 5))}


def test_single_years_beside_groups_and_a_total_are_not_counted_twice() -> None:
    extra = [("2582", 2025, "kvinna", code, 10_000) for code in ("65_plus", "20_29", "16_64")]
    alla = ("2582", 2025, "kvinna", "totalt", 5_000)
    found = known(*ages_of(start=1), *extra, alla)
    assert found["2582", "alla", "kvinna"] == (2025, 5_000)
    # The fewest ages that fit: 18, 19, ..., 64 by year and the group of the old, whichever the year.
    assert (
        found["2582", "vuxna", "kvinna"][1]
        == sum(a + 1 for a in range(18, 20)) + 10_000 + sum(a + 1 for a in range(30, 65)) + 10_000
    )


def test_adults_may_come_from_another_year_than_all_and_no_year_after_the_latest_is_used() -> None:
    rows = [*ages_of(ar=2020), ("2582", 2025, "kvinna", "totalt", 99), ("2582", 2027, "kvinna", "totalt", 77)]
    assert known(*rows) == {
        ("2582", "alla", "kvinna"): (2025, 99),
        ("2582", "vuxna", "kvinna"): (2020, sum(range(18, 100))),
    }
    assert known(*rows, year=2027)["2582", "alla", "kvinna"] == (2027, 77)
    assert known(*rows, year=2027, latest=2026)["2582", "alla", "kvinna"] == (2025, 99)
    assert known(*rows, year=2026)["2582", "alla", "kvinna"] == (2025, 99)  # of two as near the earlier
    assert known(("2582", 2030, "man", "totalt", 1), year=2020, latest=2021) == {}


def test_a_lan_is_its_kommuner_and_unknown_while_one_is_missing() -> None:
    uppsala = [k for k in kommuner() if k.startswith("03")]
    rows = [(k, 2024, "kvinna", "totalt", int(k)) for k in uppsala]
    assert known(*rows)["03", "alla", "kvinna"] == (2024, sum(map(int, uppsala)))
    assert ("03", "alla", "kvinna") not in known(*rows[:-1])
    moved = [*rows[:-1], (uppsala[-1], 2025, "kvinna", "totalt", 1)]
    assert ("03", "alla", "kvinna") not in known(*moved)  # not of one year


def test_the_country_needs_all_kommuner() -> None:
    rows = [(k, 2024, "man", "totalt", 2) for k in kommuner()]
    assert known(*rows)["riket", "alla", "man"] == (2024, 2 * len(kommuner()))
    assert ("riket", "alla", "man") not in known(*rows[1:])
    assert ("riket", "alla", "man") not in known(*rows[1:], ("0000", 2024, "man", "totalt", 9))


def test_nobody_is_no_base_for_a_rate() -> None:
    people = persons(inputs(("2582", 2025, "kvinna", "totalt", 0), ("2582", 2025, "man", "totalt", 3)), 2025)
    found = antal(people, pd.Series(["2582", "2582", "0114"]), pd.Series(["kvinna", "man", "man"]))
    assert np.isnan(found[[0, 2]]).all()
    assert found[1] == 3


def test_what_a_table_says_of_its_population() -> None:
    assert list(told(2025, 2025)) == []
    assert list(told(None, 2025)) == ["Folkmängd saknas, så antal per 100 000 kan inte räknas."]
    (said,) = told(2019, 2025)
    assert said.startswith("Antal per 100 000 är räknat på folkmängden den 31 december 2019; uppgift för 2025")


@pytest.mark.parametrize("what", ["totalt", "18-24", "abc"])
def test_what_is_no_age_covers_nothing(what: str) -> None:
    assert tackning([what], 18) is None


SPAN = st.tuples(st.integers(0, 8), st.integers(0, 4)).map(lambda p: str(p[0]) if not p[1] else f"{p[0]}_{sum(p)}")
CODES = st.sets(st.one_of(SPAN, st.integers(0, 8).map("{}_plus".format)), max_size=8)


def span_of(code: str) -> set[int]:
    """Ages of a code, in a world where nobody is older than 20."""
    if code.endswith("_plus"):
        return set(range(int(code.removesuffix("_plus")), 21))
    low, _, high = code.partition("_")
    return set(range(int(low), int(high or low) + 1))


@settings(max_examples=60, deadline=None)
@given(CODES, st.integers(0, 6))
def test_a_cover_is_everybody_once_and_is_found_where_there_is_one(codes: set[str], first: int) -> None:
    wanted = list(range(first, 21))
    every: list[tuple[Any, ...]] = [
        some
        for size in range(1, len(codes) + 1)
        for some in combinations(sorted(codes), size)
        if sorted(a for c in some for a in span_of(c)) == wanted and any(c.endswith("_plus") for c in some)
    ]
    found = tackning(codes, first)
    if found is None:
        assert not every
    else:
        assert tuple(sorted(found)) in every
        assert len(found) == min(map(len, every))
