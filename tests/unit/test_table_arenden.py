"""T1: cases, persons, investigations and contacts, over the edges of the year, and what may be odd about persons."""

from datetime import date, timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assets.tables.arenden import SPEC, persons
from assets.tables.spec import Figures, Period
from tests.table_tools import Record, cell, cells, inputs, table

ADULT = {"arende_id": "a1", "person_id": "p1", "roll": "valdsutsatt_vuxen", "kon": "kvinna", "aldersgrupp": "26_40"}
CONTACT = {"malgrupp": "valdsutsatt_vuxen", "kon": "kvinna", "aldersgrupp": "26_40", "datum": date(2019, 5, 1)}


def case(number: int, start: str, end: str | None, **other: Any) -> dict[str, Any]:
    dates = {"startdatum": date.fromisoformat(start), "slutdatum": date.fromisoformat(end) if end else None}
    return ADULT | {"arende_id": f"a{number}"} | dates | other


def built(*cases: Record, contacts: tuple[Record, ...] = (), **said: Any) -> Figures:
    return table(SPEC, {"arende": cases, "aktualisering": contacts}, **said)


@pytest.mark.parametrize(
    ("start", "end", "running"),
    [
        ("2018-03-01", "2018-12-31", []),
        ("2018-03-01", "2019-01-01", ["2019", "2019T1"]),
        ("2019-04-30", "2019-05-01", ["2019", "2019T1", "2019T2"]),
        ("2019-12-31", None, ["2019", "2019T3"]),
        ("2020-01-01", None, []),
        ("2017-01-01", None, ["2019", "2019T1", "2019T2", "2019T3"]),
    ],
)
def test_a_case_runs_in_every_period_that_has_a_day_of_it(start: str, end: str | None, running: list[str]) -> None:
    made = built(case(1, start, end), tertials=True)
    periods = ["2019", "2019T1", "2019T2", "2019T3"]
    assert [p for p in periods if cell(made, "antal_arenden", period=p) == 1] == running
    assert [p for p in periods if cell(made, "antal_personer", period=p) == 1] == running
    for matt, day in (("antal_startade", start), ("antal_avslutade", end or "")):
        in_year = [
            p for p in running if day.startswith("2019") and (p == "2019" or p[-1] == str(-(-int(day[5:7]) // 4)))
        ]
        assert [p for p in periods if cell(made, matt, period=p) == 1] == in_year


def test_a_person_in_two_roles_is_one_in_each_and_one_in_all() -> None:
    made = built(case(1, "2019-02-01", None), case(2, "2019-03-01", None, roll="valdsutovare"))
    assert cells(made, "antal_personer", "roll") == {"valdsutsatt_vuxen": 1, "valdsutovare": 1, "totalt": 1}
    assert cells(made, "antal_arenden", "roll") == {"valdsutsatt_vuxen": 1, "valdsutovare": 1, "totalt": 2}


def test_a_person_has_the_sex_and_age_of_the_latest_case_begun_by_then() -> None:
    made = built(
        case(1, "2019-02-01", "2019-02-20", kon="kvinna", aldersgrupp="18_25"),
        case(2, "2019-10-01", None, kon="man", aldersgrupp="26_40"),
        case(3, "2020-01-01", None, kon="annat_okant", aldersgrupp="41_60"),
        tertials=True,
    )
    assert cells(made, "antal_personer", "aldersgrupp", "kon") == {
        (age, sex): 1 for age in ("26_40", "fran_18", "totalt") for sex in ("man", "totalt")
    }
    assert cells(made, "antal_personer", "kon", period="2019T1") == {"kvinna": 1, "totalt": 1}
    assert cells(made, "antal_arenden", "kon") == {"kvinna": 1, "man": 1, "totalt": 2}
    assert "annat_okant" not in set(made.cells["kon"])


@pytest.mark.parametrize(("first_end", "second_end", "known_as"), [
    ("2019-04-01", "2019-03-01", "man"), ("2019-03-01", "2019-04-01", "kvinna"), (None, "2019-04-01", "man"),
    ("2019-03-01", None, "kvinna"), (None, None, "man"), ("2019-03-01", "2019-03-01", "man"),
])  # fmt: skip
def test_of_cases_begun_the_same_day_the_one_that_ends_last_tells(
    first_end: str | None, second_end: str | None, known_as: str
) -> None:
    made = built(case(1, "2019-02-01", first_end, kon="man"), case(2, "2019-02-01", second_end, kon="kvinna"))
    assert cells(made, "antal_personer", "kon") == {known_as: 1, "totalt": 1}


def test_an_adult_under_18_and_a_child_of_age_cannot_be_and_are_shown_if_they_are() -> None:
    made = built(
        case(1, "2019-02-01", "2019-03-01", roll="barn", aldersgrupp="13_17"),
        case(2, "2019-10-01", None, aldersgrupp="18_25"),
        contacts=(CONTACT | {"malgrupp": "barn", "aldersgrupp": "61_plus"},),
    )
    assert cell(made, "antal_arenden", roll="valdsutsatt_vuxen", aldersgrupp="13_17") == "ej_tillampligt"
    assert cell(made, "antal_arenden", roll="valdsutsatt_vuxen", aldersgrupp="under_18", kon="man") == "ej_tillampligt"
    assert cell(made, "antal_arenden", roll="barn", aldersgrupp="fran_18") == "ej_tillampligt"
    assert cell(made, "antal_arenden", roll="barn", aldersgrupp="okand") == 0
    assert cell(made, "antal_arenden", roll="valdsutovare", aldersgrupp="13_17") == 0
    # The child turned 18 before the later case; the contact is a fault that nobody should lose sight of.
    assert cell(made, "antal_personer", roll="barn", aldersgrupp="18_25") == 1
    assert cell(made, "antal_aktualiseringar", roll="barn", aldersgrupp="61_plus") == 1


def test_investigations_count_by_their_own_days() -> None:
    made = built(
        case(1, "2018-01-01", None, utredning_inledd=date(2018, 12, 31), utredning_avslutad=date(2019, 1, 1)),
        case(2, "2020-02-01", None, utredning_inledd=date(2019, 12, 31)),
        case(3, "2019-02-01", None),
        tertials=True,
    )
    assert [cell(made, f"antal_utredningar_{w}") for w in ("inledda", "avslutade")] == [1, 1]
    assert [cell(made, f"antal_utredningar_{w}", period="2019T1") for w in ("inledda", "avslutade")] == [0, 1]
    assert cell(made, "antal_arenden") == 2


def test_contacts_stand_by_way_and_by_what_they_led_to() -> None:
    contacts = (
        CONTACT | {"vag": "polis", "utfall": "utredning_inledd"},
        CONTACT | {"vag": "polis", "utfall": "tackat_nej", "kon": "man", "malgrupp": "valdsutovare"},
        CONTACT | {"vag": "skola", "utfall": "tackat_nej", "datum": date(2018, 12, 31)},
    )
    made = built(contacts=contacts)
    assert cells(made, "antal_aktualiseringar_vag", "vag", "kon") == {
        ("polis", "kvinna"): 1, ("polis", "man"): 1, ("polis", "totalt"): 2,
        ("totalt", "kvinna"): 1, ("totalt", "man"): 1, ("totalt", "totalt"): 2,
    }  # fmt: skip
    assert cells(made, "antal_aktualiseringar_utfall", "utfall") == {
        "utredning_inledd": 1, "tackat_nej": 1, "totalt": 2,
    }  # fmt: skip
    assert cells(made, "antal_aktualiseringar", "roll") == {"valdsutsatt_vuxen": 1, "valdsutovare": 1, "totalt": 2}


def test_an_area_that_is_not_told_is_counted_beside() -> None:
    made = built(case(1, "2019-02-01", None, verksamhetsomrade="vald"), case(2, "2019-02-01", None))
    assert cells(made, "antal_arenden_omrade", "verksamhetsomrade") == {"vald": 1, "totalt": 2}
    assert cell(made, "antal_utan_omrade") == 1


def test_contacts_that_are_not_delivered_are_missing_and_cases_are_not() -> None:
    made = built(case(1, "2019-02-01", None), absent=["aktualisering"])
    assert cell(made, "antal_aktualiseringar") == "saknas"
    assert cell(made, "antal_aktualiseringar_vag", vag="polis") == "saknas"
    assert cell(made, "antal_arenden") == 1


# --- whose a person-year is, against plain Python ------------------------------------------------------------------

day = st.integers(0, 500).map(lambda n: date(2018, 9, 1) + timedelta(n))


@st.composite
def registers(draw: st.DrawFn) -> list[Record]:
    cases: list[Record] = []
    for number in range(draw(st.integers(0, 9))):
        person = draw(st.integers(0, 3))
        start = draw(day | st.just(date(2019, 4, 30)))
        days = draw(st.none() | st.integers(0, 200))
        cases.append(
            ADULT
            | {"arende_id": f"a{number}", "person_id": f"p{person}", "kommun": ("0114", "1980")[person % 2]}
            | {"kon": draw(st.sampled_from(["kvinna", "man", "annat_okant"]))}
            | {"aldersgrupp": draw(st.sampled_from(["18_25", "26_40", "okand"])), "startdatum": start}
            | {"slutdatum": None if days is None else start + timedelta(days)}
        )
    return cases


@settings(max_examples=25, deadline=None)
@given(cases=registers())
def test_every_case_is_given_the_person_of_its_latest_case(cases: list[Record]) -> None:
    found = inputs(SPEC, {"arende": cases}, kommuner=("0114", "1980"))
    for period in (Period(2019, 2019), Period(2019, 2019, 1)):
        last = period.end.date()
        expected = {}
        for one in cases:
            if one["startdatum"] > last or (one["slutdatum"] and one["slutdatum"] < period.start.date()):
                continue
            theirs = [c for c in cases if c["person_id"] == one["person_id"] and c["startdatum"] <= last]
            order = [(c["startdatum"], c["slutdatum"] or date.max, c["kon"], c["aldersgrupp"]) for c in theirs]
            expected[one["arende_id"]] = max(order)[2:]
        rows = persons(found, period)
        assert dict(zip(rows["arende_id"], zip(rows["kon"], rows["aldersgrupp"], strict=True), strict=True)) == expected


def test_kommuner_counted_together_are_as_each_alone() -> None:
    pick = Random(4).choice
    cases = [
        case(n, f"2019-0{pick([1, 2, 3])}-01", pick([None, "2019-04-01", "2019-09-01"]), kon=pick(["kvinna", "man"]))
        | {"person_id": f"p{n % 7}", "kommun": ("0114", "1980")[n % 7 % 2], "roll": pick(["barn", "valdsutsatt_vuxen"])}
        for n in range(40)
    ]
    together = table(SPEC, {"arende": cases}, kommuner=("0114", "1980")).cells
    for kommun in ("0114", "1980"):
        alone = table(SPEC, {"arende": [c for c in cases if c["kommun"] == kommun]}, kommuner=(kommun,)).cells
        theirs = together[together["kommun"] == kommun]
        assert theirs.astype("object").reset_index(drop=True).equals(alone.astype("object"))
