"""T7: those who used violence: who was offered talks, said yes, began, and how often; children and method beside."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assets.tables.rules import Regler
from assets.tables.spec import Figures
from assets.tables.valdsutovare import SPEC
from tests.table_tools import cell, cells, table

Record = dict[str, Any]


def case(arende_id: str = "a", **said: Any) -> Record:
    return {
        "arende_id": arende_id,
        "person_id": f"person_{arende_id}",
        "roll": "valdsutovare",
        "kon": "man",
        "startdatum": date(2018, 10, 1),
        "slutdatum": None,
    } | said


def talk(insats_id: str = "i", arende_id: str = "a", **said: Any) -> Record:
    return {
        "insats_id": insats_id,
        "arende_id": arende_id,
        "insatstyp": "samtal_utovare",
        "beslut": "bifall",
        "beslutsdatum": date(2019, 2, 1),
        "verkstalld": date(2019, 3, 1),
        "slutdatum": date(2019, 9, 1),
        "antal_tillfallen": 8,
    } | said


def assessed(instrument: str, arende_id: str = "a", day: date = date(2019, 1, 10)) -> Record:
    return {"arende_id": arende_id, "instrument": instrument, "datum": day}


def built(
    arenden: list[Record],
    insatser: list[Record] | None = None,
    barn: list[Record] | None = None,
    bedomningar: list[Record] | None = None,
    **said: Any,
) -> Figures:
    records = {"arende": arenden, "insats": insatser or [], "barn": barn or [], "bedomning": bedomningar or []}
    return table(SPEC, records, regler=Regler(minsta_bas=1), **said)


def funnel(made: Figures) -> tuple[float | str, ...]:
    names = ("antal_erbjudna", "antal_tackat_ja", "antal_tackat_nej", "antal_paborjade", "antal_personer_samtal")
    return tuple(cell(made, name) for name in names)


def test_without_insatser_nothing_is_known_of_talks_and_without_barn_nothing_of_children() -> None:
    made = built([case()], absent=["insats", "barn"])
    assert set(funnel(made)) == {"saknas"}
    assert (cell(made, "antal_arenden"), cell(made, "antal_arenden", barn_i_arendet="utan_barn")) == (1, "saknas")


def test_talks_in_another_role_and_without_a_case_are_told_and_not_counted() -> None:
    cases = [case("a", roll="valdsutsatt_vuxen"), case("b")]
    made = built(cases, [talk("i", "a"), talk("j", "gone"), talk("k", "b", insatstyp="stodsamtal")])
    assert funnel(made) == (0, 0, 0, 0, 0)
    assert [note.split(" ")[0] for note in made.notes[:3]] == ["1", "1", "1"]
    assert "inte levererats" in made.notes[0]
    assert "en annan roll" in made.notes[1]
    assert "stödsamtal" in made.notes[2]


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({}, (1, 1, 0, 1, 1)),
        ({"beslut": "avslag", "verkstalld": None}, (0, 0, 0, 0, 0)),
        ({"beslut": "avbojd", "verkstalld": None}, (1, 0, 1, 0, 0)),
        ({"beslut": "utan_behovsprovning", "beslutsdatum": None}, (1, 1, 0, 1, 1)),
        ({"verkstalld": None, "slutdatum": None}, (1, 1, 0, 0, 0)),
        ({"beslutsdatum": date(2018, 12, 1)}, (0, 0, 0, 1, 1)),
        ({"beslutsdatum": date(2018, 12, 1), "verkstalld": date(2018, 12, 9)}, (0, 0, 0, 0, 1)),
        ({"verkstalld": date(2020, 1, 9), "slutdatum": None}, (1, 1, 0, 0, 0)),
        ({"beslutsdatum": date(2018, 11, 1), "verkstalld": date(2018, 12, 9), "slutdatum": date(2018, 12, 31)},
         (0, 0, 0, 0, 0)),
    ],
)  # fmt: skip
def test_offered_accepted_and_begun_each_by_its_own_day(said: Record, expected: tuple[int, ...]) -> None:
    assert funnel(built([case()], [talk(**said)])) == expected


def test_a_case_that_declined_and_then_accepted_stands_once_in_each() -> None:
    made = built([case()], [talk("i", beslut="avbojd", verkstalld=None), talk("j"), talk("k")])
    assert funnel(made) == (1, 1, 1, 1, 1)
    assert cell(made, "andel_tackat_ja") == 1


def test_talks_without_end_in_a_closed_case_ended_with_it() -> None:
    made = built([case(slutdatum=date(2018, 12, 20))],
                 [talk(beslutsdatum=date(2018, 11, 1), verkstalld=date(2018, 12, 1), slutdatum=None)])  # fmt: skip
    assert (cell(made, "antal_personer_samtal"), cell(made, "antal_avslutade_samtal")) == (0, 0)


def test_occasions_are_of_the_talks_that_ended_and_unknown_is_not_zero() -> None:
    ended = [talk("i"), talk("j", antal_tillfallen=3), talk("k", antal_tillfallen=None), talk("l", slutdatum=None)]
    made = built([case()], ended)
    assert (cell(made, "antal_avslutade_samtal"), cell(made, "antal_tillfallen_kant")) == (3, 2)
    assert (cell(made, "antal_tillfallen"), cell(made, "medel_tillfallen")) == (11, 5.5)
    unknown = built([case()], [talk(antal_tillfallen=None)])
    assert (cell(unknown, "antal_tillfallen"), cell(unknown, "medel_tillfallen")) == ("saknas", "saknas")


def test_with_and_without_children() -> None:
    cases = [case("a"), case("b"), case("c", kon="kvinna")]
    made = built(cases, [talk("i", "b")], [{"barn_id": n, "arende_id": "a"} for n in "xy"])
    assert cells(made, "antal_arenden", "barn_i_arendet") == {"med_barn": 1, "utan_barn": 2, "totalt": 3}
    assert cells(made, "antal_erbjudna", "barn_i_arendet") == {"utan_barn": 1, "totalt": 1}


def test_one_person_in_two_cases_is_reached_once_with_the_latest_cases_sex() -> None:
    cases = [case("a", person_id="p"), case("b", person_id="p", kon="kvinna", startdatum=date(2019, 1, 5))]
    made = built(cases, barn=[{"barn_id": "x", "arende_id": "a"}])
    assert (cell(made, "antal_arenden"), cell(made, "antal_startade")) == (2, 1)
    assert cells(made, "antal_personer", "kon") == {"kvinna": 1, "totalt": 1}
    assert cells(made, "antal_personer", "barn_i_arendet") == {"med_barn": 1, "utan_barn": 1, "totalt": 1}


def test_method_is_how_the_ongoing_case_was_assessed_also_before_the_year() -> None:
    cases = [case("a"), case("b"), case("c", slutdatum=date(2018, 12, 1)), case("d", roll="valdsutsatt_vuxen")]
    how = [
        assessed("sara"), assessed("sara", day=date(2018, 11, 1)), assessed("samtal_utan_metod"),
        assessed("sara", "b", date(2018, 11, 1)), assessed("patriark", "b", date(2020, 1, 1)),
        assessed("sara", "c"), assessed("sara", "d"),
    ]  # fmt: skip
    made = built(cases, bedomningar=how)
    assert cells(made, "antal_bedomda", "instrument") == {"sara": 2, "samtal_utan_metod": 1, "totalt": 2}


@st.composite
def registers(draw: st.DrawFn) -> tuple[list[Record], list[Record], list[Record]]:
    day = st.none() | st.sampled_from([date(2018, 12, 31), date(2019, 1, 1), date(2019, 12, 31), date(2020, 1, 1)])
    cases = [
        case(
            f"a{n}",
            person_id=draw(st.sampled_from("pq")),
            roll=draw(st.sampled_from(["valdsutovare", "valdsutovare", "barn"])),
            slutdatum=draw(day),
        )
        for n in range(draw(st.integers(1, 4)))
    ]
    talks = []
    for n in range(draw(st.integers(0, 8))):
        began, ended = draw(day), draw(day)
        talks.append(
            talk(
                f"i{n}",
                f"a{draw(st.integers(0, 4))}",
                insatstyp=draw(st.sampled_from(["samtal_utovare", "samtal_utovare", "annan_insats"])),
                beslut=draw(st.sampled_from(["bifall", "avslag", "avbojd", "utan_behovsprovning"])),
                beslutsdatum=draw(day),
                verkstalld=began,
                slutdatum=max(began, ended) if began and ended else ended,
                antal_tillfallen=draw(st.none() | st.integers(0, 5)),
            )
        )
    children = [{"barn_id": "x", "arende_id": f"a{n}"} for n in draw(st.sets(st.integers(0, 4)))]
    return cases, talks, children


@settings(max_examples=15, deadline=None)
@given(registers())
def test_talks_agree_with_a_plain_count(drawn: tuple[list[Record], list[Record], list[Record]]) -> None:
    cases, talks, children = drawn
    made = built(cases, talks, children)
    own = {c["arende_id"]: c for c in cases if c["roll"] == "valdsutovare"}
    theirs = [t for t in talks if t["arende_id"] in own and t["insatstyp"] == "samtal_utovare"]
    with_child = {c["arende_id"] for c in children}
    for barn, among in {
        "totalt": set(own),
        "med_barn": set(own) & with_child,
        "utan_barn": set(own) - with_child,
    }.items():
        offered, accepted, began, persons, ended, known = set(), set(), set(), set(), [], []
        for t in (t for t in theirs if t["arende_id"] in among):
            day, yes = t["beslutsdatum"] or t["verkstalld"], t["beslut"] in ("bifall", "utan_behovsprovning")
            if day and day.year == 2019 and t["beslut"] != "avslag":
                offered.add(t["arende_id"])
                accepted |= {t["arende_id"]} if yes else set()
            if not yes or not t["verkstalld"]:
                continue
            closes = own[t["arende_id"]]["slutdatum"]
            last = t["slutdatum"] or (max(closes, t["verkstalld"]) if closes else date.max)
            if t["verkstalld"].year == 2019:
                began.add(t["arende_id"])
            if t["verkstalld"] <= date(2019, 12, 31) and last >= date(2019, 1, 1):
                persons.add(own[t["arende_id"]]["person_id"])
            if t["slutdatum"] and t["slutdatum"].year == 2019:
                ended.append(t)
                known += [t["antal_tillfallen"]] if t["antal_tillfallen"] is not None else []
        found = {name: cell(made, name, barn_i_arendet=barn) for name in (
            "antal_erbjudna", "antal_tackat_ja", "antal_paborjade", "antal_personer_samtal", "antal_avslutade_samtal",
            "antal_tillfallen_kant", "antal_tillfallen",
        )}  # fmt: skip
        occasions = "saknas" if ended and not known else sum(known)
        numbers = (*map(len, (offered, accepted, began, persons, ended, known)), occasions)
        assert tuple(found.values()) == numbers
