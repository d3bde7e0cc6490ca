"""T2: what was decided, given and ended in a period, how long it took to begin, and insatser whose case is missing."""

from datetime import date
from typing import Any

import pytest

from assets.tables.insatser import SPEC
from assets.tables.rules import Regler
from assets.tables.spec import Figures
from tests.table_tools import Record, cell, cells, table

CASE = {"arende_id": "a1", "person_id": "p1", "kon": "kvinna", "startdatum": date(2019, 1, 1)}
FEW = Regler(minsta_bas=1)


def insats(
    decided: str | None = "2019-05-01", began: str | None = None, ended: str | None = None, **other: Any
) -> dict[str, Any]:
    days = {"beslutsdatum": decided, "verkstalld": began, "slutdatum": ended}
    dates = {name: date.fromisoformat(day) if day else None for name, day in days.items()}
    return {"arende_id": "a1", "insatstyp": "stodsamtal", "beslut": "bifall"} | dates | other


def built(*support: Record, cases: tuple[Record, ...] = (CASE,), **said: Any) -> Figures:
    return table(SPEC, {"arende": cases, "insats": support}, **said)


def test_each_decision_is_counted_for_itself() -> None:
    outcomes = ["bifall", "bifall", "avslag", "avbojd", "utan_behovsprovning", "utan_behovsprovning"]
    made = built(*(insats(beslut=b) for b in outcomes), insats(insatstyp="kontaktperson"))
    measures = ("antal_insatser", "antal_avslag", "antal_avbojda", "antal_utan_behovsprovning", "antal_personer")
    assert [cell(made, m, insatstyp="stodsamtal") for m in measures] == [2, 1, 1, 2, 1]
    assert [cell(made, m) for m in measures] == [3, 1, 1, 2, 1]


def test_an_insats_belongs_to_the_period_of_its_decision_and_without_one_to_that_of_its_start() -> None:
    made = built(
        insats("2018-12-31", began="2019-01-01"),
        insats("2019-12-31", began="2020-01-01"),
        insats(None, began="2019-04-30", beslut="utan_behovsprovning"),
        insats("2018-12-31", began="2019-05-01", beslut="utan_behovsprovning"),
        tertials=True,
    )
    assert [cell(made, "antal_insatser", period=p) for p in ("2019", "2019T1", "2019T3")] == [1, 0, 1]
    assert [cell(made, "antal_utan_behovsprovning", period=p) for p in ("2019", "2019T1", "2019T2")] == [1, 1, 0]
    assert [cell(made, "antal_genomforda", period=p) for p in ("2019", "2019T1", "2019T2")] == [3, 2, 1]


@pytest.mark.parametrize("refused", ["avslag", "avbojd"])
def test_what_was_refused_or_declined_was_never_carried_out(refused: str) -> None:
    made = built(insats(began="2019-05-02", ended="2019-06-01", beslut=refused, antal_tillfallen=3))
    measures = ("antal_genomforda", "antal_avslutade", "antal_tillfallen", "antal_med_start", "antal_utan_start")
    assert [cell(made, m) for m in measures] == [0, 0, 0, 0, 0]


@pytest.mark.parametrize(
    ("starts", "median", "soon"),
    [
        (["2019-05-01"], 0, 1),
        (["2019-04-20"], 0, 1),
        (["2019-05-15"], 14, 1),
        (["2019-05-16"], 15, 0),
        (["2019-05-02", "2019-05-04"], 2, 2),
        (["2019-05-02", "2019-05-03", "2020-05-01"], 2, 2),
        (["2019-05-04", None, None], 3, 1),
    ],
)
def test_the_wait_is_days_from_decision_to_start_of_those_that_began(
    starts: list[str | None], median: float, soon: int
) -> None:
    support = [insats(began=s) for s in starts]
    made = built(*support, insats(began="2019-08-01", beslut="utan_behovsprovning"), regler=FEW)
    began = sum(s is not None for s in starts)
    assert cell(made, "median_vantetid") == median
    assert cell(made, "antal_inom_14") == soon
    assert cell(made, "andel_inom_14") == pytest.approx(soon / began)
    assert [cell(made, f"antal_{w}_start") for w in ("med", "utan")] == [began, len(starts) - began]


def test_a_wait_of_few_is_not_shown_but_how_many_they_were_is() -> None:
    support = [insats(began="2019-05-03") for _ in range(10)]
    assert [cell(built(*support), m) for m in ("median_vantetid", "andel_inom_14", "antal_med_start")] == [2, 1, 10]
    few = built(*support[1:])
    assert [cell(few, m) for m in ("median_vantetid", "andel_inom_14", "antal_med_start")] == ["saknas", "saknas", 9]


def test_sessions_are_those_of_insatser_that_ended_and_unknown_is_not_nothing() -> None:
    made = built(
        insats("2018-05-01", "2018-05-01", "2019-01-01", antal_tillfallen=12),
        insats(ended="2019-12-31", antal_tillfallen=0, beslut="utan_behovsprovning"),
        insats(ended="2019-12-31"),
        insats(antal_tillfallen=5),
        insats(ended="2020-01-01", antal_tillfallen=5),
        insats(ended="2019-06-01", insatstyp="kontaktperson"),
    )
    measures = ("antal_avslutade", "antal_med_tillfallen", "antal_tillfallen")
    assert [cell(made, m, insatstyp="stodsamtal") for m in measures] == [3, 2, 12]
    assert [cell(made, m, insatstyp="kontaktperson") for m in measures] == [1, 0, "saknas"]
    assert [cell(made, m) for m in measures] == [4, 2, 12]
    assert [cell(made, m, insatstyp="skyddat_boende") for m in measures] == [0, 0, 0]


@pytest.mark.parametrize(
    ("lost", "told"),
    [
        ([], None),
        ([insats("2018-05-01", "2018-05-02", "2018-06-01")], None),
        ([insats()], "1 insats är inte räknad: dess ärende har inte levererats, eller ligger i karantän."),
        (
            [insats(), insats("2018-01-01", ended="2019-01-01"), insats("2018-01-01", "2019-01-01")],
            "3 insatser är inte räknade: deras ärenden har inte levererats, eller ligger i karantän.",
        ),
    ],
)
def test_an_insats_whose_case_is_missing_is_not_counted_and_a_note_says_so(
    lost: list[Record], told: str | None
) -> None:
    made = built(insats(began="2019-05-02", ended="2019-06-01"), *({**one, "arende_id": "borta"} for one in lost))
    assert [cell(made, m) for m in ("antal_insatser", "antal_genomforda", "antal_avslutade")] == [1, 1, 1]
    assert [n for n in made.notes if "karantän" in n] == ([told] if told else [])


def test_persons_have_the_sex_of_the_latest_case_and_insatser_that_of_their_own() -> None:
    cases = (CASE, CASE | {"arende_id": "a2", "kon": "man", "startdatum": date(2019, 9, 1)})
    made = built(insats(), insats(insatstyp="kontaktperson", arende_id="a2"), cases=cases)
    assert cells(made, "antal_personer", "kon") == {"man": 1, "totalt": 1}
    assert cells(made, "antal_personer", "insatstyp") == {"stodsamtal": 1, "kontaktperson": 1, "totalt": 1}
    assert cells(made, "antal_insatser", "kon") == {"kvinna": 1, "man": 1, "totalt": 2}


def test_behind_an_insats_stand_its_delivery_and_that_of_its_case() -> None:
    made = built(insats(leverans_id=5), insats(leverans_id=6), cases=(CASE | {"leverans_id": 9},))
    at = made.cells.index[
        (made.cells["matt"] == "antal_insatser")
        & (made.cells["insatstyp"] == "totalt")
        & (made.cells["kon"] == "totalt")
    ]
    behind = made.ledger[made.ledger["cell"].isin(at)]
    assert list(zip(behind["leverans_id"], behind["rader"], strict=True)) == [(5, 1), (6, 1), (9, 2)]


def test_unregistered_insatser_are_summed_by_month_and_stand_alone() -> None:
    months = [("2018-12", 4), ("2019-01", 5), ("2019-12", 6)]
    given = [{"insatstyp": "stodsamtal", "kon": "kvinna", "manad": m, "antal": n} for m, n in months]
    made = table(SPEC, {"insats_avidentifierad": given}, tertials=True)
    assert [cell(made, "antal_avidentifierade", period=p) for p in ("2019", "2019T1", "2019T2")] == [11, 5, 0]
    assert cell(made, "antal_insatser") == 0


@pytest.mark.parametrize("absent", ["insats", "arende"])
def test_without_insatser_or_cases_nothing_of_them_is_known(absent: str) -> None:
    made = built(insats(), absent=[absent])
    assert {cell(made, m.name) for f in SPEC.facts[:-1] for m in f.measures} == {"saknas"}
    assert cell(made, "antal_avidentifierade") == 0
