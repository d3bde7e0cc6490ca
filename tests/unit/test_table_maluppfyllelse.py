"""T10: the goals of cases and of insatser apart; what was not assessed is bortfall; a goal that never was is told."""

from collections import Counter
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assets.tables.maluppfyllelse import SPEC
from assets.tables.rules import Regler
from assets.tables.spec import Figures
from tests.table_tools import cell, cells, table

Record = dict[str, Any]
ADULT = {"roll": "valdsutsatt_vuxen"}


def case(arende_id: str = "a", goal: str | None = "ja", met: str | None = "helt", **said: Any) -> Record:
    return {
        "arende_id": arende_id,
        "person_id": f"person_{arende_id}",
        "roll": "valdsutsatt_vuxen",
        "kon": "kvinna",
        "startdatum": date(2018, 5, 1),
        "slutdatum": date(2019, 5, 1),
        "overgripande_mal_finns": goal,
        "mal_bedomning": met,
        "mal_bedomt_av": "handlaggare" if met else None,
    } | said


def insats(insats_id: str = "i", met: str | None = "helt", **said: Any) -> Record:
    return {
        "insats_id": insats_id,
        "arende_id": "a",
        "beslut": "bifall",
        "verkstalld": date(2018, 6, 1),
        "slutdatum": date(2019, 2, 1),
        "plan_mal_natt": met,
    } | said


def built(arenden: list[Record], insatser: list[Record] | None = None, base: int = 1, **said: Any) -> Figures:
    return table(SPEC, {"arende": arenden, "insats": insatser or []}, regler=Regler(minsta_bas=base), **said)


def test_what_is_not_delivered_is_missing() -> None:
    made = built([case()], absent=["insats"])
    assert cell(made, "antal_plan", **ADULT) == "saknas"
    assert cell(made, "antal_avslutade", **ADULT) == 1


@pytest.mark.parametrize("end", [None, date(2018, 12, 31), date(2020, 1, 1)])
def test_what_did_not_close_in_the_year_is_not_counted(end: date | None) -> None:
    made = built([case(slutdatum=end)], [insats(slutdatum=end)])
    for matt in ("antal_avslutade", "antal_mal", "antal_mal_bedomda", "antal_plan", "antal_personer_bedomda"):
        assert cell(made, matt, **ADULT) == 0


def test_a_goal_that_was_assessed_though_there_was_none_is_told_and_not_counted() -> None:
    made = built([case("a", "nej", "helt"), case("b", "okant", "inte"), case("c", None, "delvis"), case("d", "ja")])
    assert cell(made, "antal_mal_natt", **ADULT) == cell(made, "antal_mal_bedomda", **ADULT) == 1
    assert (cell(made, "antal_utan_mal", **ADULT), cell(made, "antal_mal_okant", **ADULT)) == (1, 2)
    assert made.notes[0].startswith("3 avslutade ärenden har en bedömning")
    quiet = built([case("a", "nej", "ej_bedomt"), case("b", "nej", None), case("c", "ja")])
    assert not any("har en bedömning av" in n for n in quiet.notes)


def test_not_assessed_and_missing_are_bortfall_beside_the_share() -> None:
    met = ["helt", "delvis", "inte", "inte", "ej_bedomt", None]
    made = built([case(str(n), met=answer) for n, answer in enumerate(met)])
    assert {k: v for k, v in cells(made, "antal_mal", "roll", "mal_utfall").items() if k[0] in ADULT.values()} == {
        (ADULT["roll"], code): n
        for code, n in {"helt": 1, "delvis": 1, "inte": 2, "ej_bedomt": 1, "saknas": 1, "totalt": 6}.items()
    }
    assert cell(made, "antal_mal_bedomda", **ADULT) == 4
    assert cell(made, "andel_mal_natt", **ADULT) == 0.5


def test_a_share_needs_its_base() -> None:
    nine, ten = ([case(str(n), met="helt") for n in range(count)] for count in (9, 10))
    assert cell(built(nine, base=10), "andel_mal_natt", **ADULT) == "saknas"
    assert cell(built(ten, base=10), "andel_mal_natt", **ADULT) == 1


def test_who_assessed_stands_apart_and_unknown_in_the_total_alone() -> None:
    cases = [
        case("a"), case("b", met="inte"), case("c", mal_bedomt_av="klient"), case("d", mal_bedomt_av=None),
        case("e", met="ej_bedomt", mal_bedomt_av=None),
    ]  # fmt: skip
    made = built(cases)
    by = {who: cell(made, "antal_mal_bedomda", mal_bedomt_av=who, **ADULT)
          for who in ("handlaggare", "klient", "gemensamt", "annan", "totalt")}  # fmt: skip
    assert by == {"handlaggare": 2, "klient": 1, "gemensamt": 0, "annan": 0, "totalt": 4}
    assert cell(made, "andel_mal_natt", mal_bedomt_av="handlaggare", **ADULT) == 0.5
    assert cell(made, "antal_utan_bedomare", **ADULT) == 1


def test_those_exposed_and_those_who_used_violence_are_never_added() -> None:
    made = built([case(), case("b", roll="valdsutovare", kon="man")])
    assert set(made.cells["roll"]) == {"valdsutsatt_vuxen", "barn", "valdsutovare"}
    assert cell(made, "antal_avslutade", kon="man", **ADULT) == 0


@pytest.mark.parametrize("said", [{"beslut": "avslag"}, {"beslut": "avbojd"}, {"verkstalld": None}])
def test_an_insats_that_was_never_carried_out_has_no_plan_to_reach(said: Record) -> None:
    assert cell(built([case()], [insats(**said)]), "antal_plan", **ADULT) == 0


def test_an_insats_without_its_case_is_told() -> None:
    made = built([case()], [insats(arende_id="gone")])
    assert made.notes[0].startswith("1 insatser är inte räknade")


def test_plans_are_counted_by_insats_and_by_person_whatever_the_case_says() -> None:
    cases = [case("a", "nej", None, slutdatum=None, person_id="p"), case("b", slutdatum=None, person_id="q")]
    plans = [
        insats("1", "helt"), insats("2", "inte"), insats("3", "ej_bedomt"),
        insats("4", "inte", arende_id="b"), insats("5", None, arende_id="b"),
    ]  # fmt: skip
    made = built(cases, plans)
    assert cell(made, "antal_avslutade", **ADULT) == 0
    assert (cell(made, "antal_plan", **ADULT), cell(made, "antal_plan_bedomda", **ADULT)) == (5, 3)
    assert cell(made, "andel_plan_natt", **ADULT) == pytest.approx(1 / 3)
    assert (cell(made, "antal_personer_natt", **ADULT), cell(made, "antal_personer_bedomda", **ADULT)) == (1, 2)
    assert cell(made, "andel_personer_natt", **ADULT) == 0.5
    assert cell(made, "antal_plan", mal_utfall="saknas", **ADULT) == 1


@st.composite
def registers(draw: st.DrawFn) -> list[Record]:
    day = st.sampled_from([None, date(2018, 12, 31), date(2019, 1, 1), date(2019, 12, 31), date(2020, 1, 1)])
    met = st.sampled_from(["helt", "delvis", "inte", "ej_bedomt", None])
    return [
        case(
            str(n),
            draw(st.sampled_from(["ja", "ja", "nej", "okant", None])),
            draw(met),
            slutdatum=draw(day),
            roll=draw(st.sampled_from(["valdsutsatt_vuxen", "barn", "valdsutovare"])),
            kon=draw(st.sampled_from(["kvinna", "man"])),
            mal_bedomt_av=draw(st.sampled_from(["handlaggare", "klient", None])),
        )
        for n in range(draw(st.integers(0, 12)))
    ]


@settings(max_examples=15, deadline=None)
@given(registers())
def test_goals_agree_with_a_plain_count(cases: list[Record]) -> None:
    closed = [c for c in cases if c["slutdatum"] and c["slutdatum"].year == 2019]
    reached: Counter[tuple[str, str]] = Counter()
    assessed: Counter[tuple[str, str]] = Counter()
    for c in closed:
        if c["overgripande_mal_finns"] == "ja":
            reached[c["roll"], c["kon"]] += c["mal_bedomning"] in ("helt", "delvis")
            assessed[c["roll"], c["kon"]] += c["mal_bedomning"] in ("helt", "delvis", "inte")
    made = built(cases)
    for roll in ("valdsutsatt_vuxen", "barn", "valdsutovare"):
        for kon in ("kvinna", "man"):
            base, met = assessed[roll, kon], reached[roll, kon]
            assert cell(made, "antal_mal_bedomda", roll=roll, kon=kon) == base
            assert cell(made, "andel_mal_natt", roll=roll, kon=kon) == (pytest.approx(met / base) if base else "saknas")
        parts = [cell(made, m, roll=roll) for m in ("antal_utan_mal", "antal_mal_okant", "antal_mal")]
        assert sum(parts) == cell(made, "antal_avslutade", roll=roll)  # type: ignore[arg-type]
