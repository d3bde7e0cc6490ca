"""T9: how exposed adults were assessed: assessments one by one, cases once, and coverage of the cases."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assets.tables.riskbedomning import SPEC
from assets.tables.rules import Regler
from assets.tables.spec import Figures
from tests.table_tools import cell, cells, table
from warehouse.contracts.codes import CODES

Record = dict[str, Any]


def case(arende_id: str = "a", **said: Any) -> Record:
    return {
        "arende_id": arende_id,
        "roll": "valdsutsatt_vuxen",
        "kon": "kvinna",
        "hederskontext": "nej",
        "startdatum": date(2018, 10, 1),
        "slutdatum": None,
    } | said


def assessed(instrument: str, arende_id: str = "a", day: date = date(2019, 2, 1), **said: Any) -> Record:
    return {"arende_id": arende_id, "instrument": instrument, "syfte": "risk", "datum": day, "niva": "hog"} | said


def built(arenden: list[Record], bedomningar: list[Record], base: int = 1, **said: Any) -> Figures:
    records = {"arende": arenden, "bedomning": bedomningar}
    return table(SPEC, records, regler=Regler(minsta_bas=base), **said)


def test_without_assessments_delivered_the_cases_are_known_and_their_coverage_missing() -> None:
    made = built([case()], [], absent=["bedomning"])
    assert (cell(made, "antal_arenden"), cell(made, "antal_utan_bedomning")) == (1, "saknas")
    assert cell(made, "andel_freda") == cell(made, "antal_bedomningar") == "saknas"
    assert cell(built([case()], []), "antal_utan_bedomning") == 1


def test_an_assessment_without_its_case_is_told() -> None:
    made = built([case()], [assessed("sara", "gone")])
    assert cell(made, "antal_bedomningar") == 0
    assert made.notes[0].startswith("1 bedömningar är inte räknade")


def test_other_roles_are_not_among_the_exposed_adults() -> None:
    cases = [case("b", roll="barn"), case("c", roll="valdsutovare")]
    made = built(cases, [assessed("freda_farlighet", "b"), assessed("sara", "b"), assessed("sara", "c")])
    assert cell(made, "antal_arenden") == cell(made, "antal_bedomda") == cell(made, "antal_bedomningar") == 0
    assert cells(made, "antal_arenden_barn", "instrument") == {"freda_farlighet": 1, "sara": 1, "totalt": 1}


@pytest.mark.parametrize(
    ("day", "covered", "in_year"),
    [(date(2018, 9, 1), 1, 0), (date(2019, 1, 1), 1, 1), (date(2019, 12, 31), 1, 1), (date(2020, 1, 1), 0, 0)],
)
def test_a_case_once_assessed_stays_so_but_the_assessment_is_of_its_year(day: date, covered: int, in_year: int) -> None:
    made = built([case()], [assessed("freda_farlighet", day=day)])
    assert cell(made, "antal_bedomda") == cell(made, "antal_freda") == covered
    assert cell(made, "antal_bedomningar") == in_year


def test_several_assessments_of_a_case_are_one_case_in_the_total() -> None:
    many = [
        assessed("freda_kortfragor", niva=None, syfte="upptackt"),
        assessed("freda_farlighet", niva="medel"),
        assessed("freda_farlighet", day=date(2019, 8, 1)),
        assessed("samtal_utan_metod", niva="ej_bedomd"),
    ]
    made = built([case()], many)
    assert cells(made, "antal_bedomningar", "instrument") == {
        "freda_kortfragor": 1, "freda_farlighet": 2, "samtal_utan_metod": 1, "totalt": 4,
    }  # fmt: skip
    assert cells(made, "antal_arenden_bedomda", "instrument") == {
        "freda_kortfragor": 1, "freda_farlighet": 1, "samtal_utan_metod": 1, "totalt": 1,
    }  # fmt: skip
    assert cells(made, "antal_bedomningar", "niva") == {"medel": 1, "hog": 1, "ej_bedomd": 1, "totalt": 4}
    assert cells(made, "antal_utan_niva", "syfte") == {"upptackt": 1, "totalt": 1}


def test_the_shares_and_their_bases() -> None:
    cases = [
        case("a"), case("b", startdatum=date(2019, 3, 1)), case("c", startdatum=date(2019, 3, 1)),
        case("d", hederskontext="ja"), case("e", hederskontext="ja"), case("f", hederskontext="okant"),
    ]  # fmt: skip
    how = [
        assessed("samtal_utan_metod", "a"), assessed("samtal_utan_metod", "b"), assessed("freda_beskrivning", "b"),
        assessed("patriark", "d"), assessed("patriark", "f"),
    ]  # fmt: skip
    made = built(cases, how)
    parts = ("antal_metod", "antal_endast_samtal", "antal_utan_bedomning")
    assert [cell(made, m) for m in parts] == [3, 1, 2]
    assert sum(cell(made, m) for m in parts) == cell(made, "antal_arenden")  # type: ignore[misc]
    assert cell(made, "andel_bedomda") == pytest.approx(4 / 6)
    assert cell(made, "andel_endast_samtal") == cell(made, "andel_freda") == pytest.approx(1 / 6)
    assert (cell(made, "antal_heder"), cell(made, "andel_heder_patriark")) == (2, 0.5)
    assert (cell(made, "andel_startade_bedomda"), cell(made, "andel_startade_freda")) == (0.5, 0.5)
    assert cell(built(cases, how, base=7), "andel_bedomda") == "saknas"


def test_a_tertial_knows_only_what_was_assessed_by_its_end() -> None:
    made = built([case()], [assessed("freda_farlighet", day=date(2019, 6, 1))], tertials=True)
    assert [cell(made, "antal_freda", period=p) for p in ("2019T1", "2019T2", "2019T3")] == [0, 1, 1]
    assert [cell(made, "antal_bedomningar", period=p) for p in ("2019T1", "2019T2", "2019T3")] == [0, 1, 0]


def test_the_deliveries_behind_coverage_are_the_cases_and_the_assessments() -> None:
    made = built([case()], [assessed("sara", leverans_id=2)])
    cells_ = made.cells[(made.cells["matt"] == "antal_bedomda") & (made.cells["kon"] == "totalt")]
    behind = made.ledger[made.ledger["cell"] == cells_.index[0]]
    assert sorted(zip(behind["leverans_id"], behind["rader"], strict=True)) == [(1, 1), (2, 1)]


@st.composite
def registers(draw: st.DrawFn) -> tuple[list[Record], list[Record]]:
    days = st.sampled_from([date(2018, 12, 31), date(2019, 1, 1), date(2019, 7, 1), date(2019, 12, 31)])
    cases = [
        case(
            f"a{n}",
            kon=draw(st.sampled_from(["kvinna", "man"])),
            hederskontext=draw(st.sampled_from(["ja", "nej", "okant"])),
            slutdatum=draw(st.none() | days),
        )
        for n in range(draw(st.integers(1, 5)))
    ]
    keys = st.tuples(
        st.integers(0, 5), st.sampled_from(list(CODES["instrument_bedomning"])), days | st.just(date(2020, 1, 1))
    )
    how = [
        assessed(
            instrument,
            f"a{n}",
            day,
            syfte=draw(st.sampled_from(["risk", "upptackt"])),
            niva=draw(st.sampled_from(["lag", "hog", None])),
        )
        for n, instrument, day in draw(st.lists(keys, unique=True, max_size=12))
    ]
    return cases, how


@settings(max_examples=15, deadline=None)
@given(registers())
def test_assessments_agree_with_a_plain_count(drawn: tuple[list[Record], list[Record]]) -> None:
    cases, how = drawn
    made = built(cases, how)
    sex = {c["arende_id"]: c["kon"] for c in cases}
    of_year = [h for h in how if h["arende_id"] in sex and h["datum"].year == 2019]
    names = ("instrument", "niva", "kon")
    counts, distinct = (cells(made, matt, *names) for matt in ("antal_bedomningar", "antal_arenden_bedomda"))
    for kon in ("kvinna", "man", "totalt"):
        for instrument in (*CODES["instrument_bedomning"], "totalt"):
            for niva in ("lag", "hog", "totalt"):
                here = [
                    h for h in of_year
                    if kon in (sex[h["arende_id"]], "totalt") and instrument in (h["instrument"], "totalt")
                    and niva in (h["niva"], "totalt")
                ]  # fmt: skip
                assert counts.get((instrument, niva, kon), 0) == len(here)
                assert distinct.get((instrument, niva, kon), 0) == len({h["arende_id"] for h in here})
        going_on = [
            c for c in cases
            if kon in (c["kon"], "totalt") and not (c["slutdatum"] and c["slutdatum"] < date(2019, 1, 1))
        ]  # fmt: skip
        used = [
            {h["instrument"] for h in how if h["arende_id"] == c["arende_id"] and h["datum"].year <= 2019}
            for c in going_on
        ]
        assert cell(made, "antal_arenden", kon=kon) == len(going_on)
        assert cell(made, "antal_freda", kon=kon) == sum(any(i.startswith("freda") for i in u) for u in used)
        assert cell(made, "antal_endast_samtal", kon=kon) == sum(u == {"samtal_utan_metod"} for u in used)
        assert cell(made, "antal_utan_bedomning", kon=kon) == sum(not u for u in used)
