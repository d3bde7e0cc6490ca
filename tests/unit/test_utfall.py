"""Före and efter, case by case: which answers make a pair, and which never do."""

from datetime import date, timedelta
from typing import Any

import pandas as pd
import pytest

from assets.tables.builder import build
from assets.tables.catalogue import TABLES
from assets.tables.spec import Inputs, Period

START, END = date(2019, 3, 1), date(2019, 9, 1)
CASE = {"roll": "valdsutsatt_vuxen", "arende_id": "a1", "kon": "kvinna", "startdatum": START, "slutdatum": END}
STODSAMTAL = {"arende_id": "a1", "insatstyp": "stodsamtal", "beslut": "bifall"}
DATES = ("startdatum", "slutdatum", "matdatum")
COLUMNS = {name: TABLES["utfall"].sources[name] for name in ("arende", "insats", "matning")}

Found = dict[str, float | None]


def answer(fas: str, day: date, value: int | None, **other: Any) -> dict[str, Any]:
    same = {"arende_id": "a1", "instrument": "uppfoljningsfragor", "uppgiftslamnare": "klient", "perspektiv": "utsatt"}
    return {**same, "fas": fas, "matdatum": day, "trygghet": value, "halsa": None} | other


def before(value: int | None, days: int = 0, **other: Any) -> dict[str, Any]:
    return answer("fore", START + timedelta(days), value, **other)


def after(value: int | None, days: int = 0, **other: Any) -> dict[str, Any]:
    return answer("efter", END + timedelta(days), value, **other)


def frame(name: str, rows: list[dict[str, Any]]) -> pd.DataFrame:
    made = pd.DataFrame(rows, columns=list(COLUMNS[name]))
    for column in made.columns.intersection(DATES):
        made[column] = pd.to_datetime(made[column]).astype("datetime64[us]")
    coded = [c for c in made if c not in (*DATES, "arende_id", "trygghet", "halsa")]
    return made.astype(dict.fromkeys(coded, "category") | ({"trygghet": "float64"} if "trygghet" in made else {}))


def outcome(
    *measured: dict[str, Any],
    cases: tuple[dict[str, Any], ...] = (CASE,),
    support: tuple[dict[str, Any], ...] = (STODSAMTAL,),
    insatstyp: str = "totalt",
    kon: str = "totalt",
    year: int = 2019,
) -> Found:
    """The measures of one combination, for trygghet."""
    parts = {"arende": list(cases), "insats": list(support), "matning": list(measured)}
    frames = {name: frame(name, rows) for name, rows in parts.items()}
    cells = build(TABLES["utfall"], Inputs(frames, "0114"), Period(year, year)).cells
    here = cells[(cells["utfallsmatt"] == "trygghet") & (cells["insatstyp"] == insatstyp) & (cells["kon"] == kon)]
    return {m: None if pd.isna(v) else float(v) for m, v in zip(here["matt"], here["varde"], strict=True)}


@pytest.mark.parametrize(
    ("measured", "lost"),
    [
        ([], {"antal_utan_fore": 1, "antal_utan_efter": 1}),
        ([before(2)], {"antal_utan_fore": 0, "antal_utan_efter": 1}),
        ([after(2)], {"antal_utan_fore": 1, "antal_utan_efter": 0}),
        ([before(None), after(4)], {"antal_utan_fore": 1, "antal_utan_efter": 0}),
        ([before(2), after(None)], {"antal_utan_fore": 0, "antal_utan_efter": 1}),
        ([before(2), answer("under", END, 4)], {"antal_utan_fore": 0, "antal_utan_efter": 1}),
        ([before(2, days=-31), after(4)], {"antal_utan_fore": 1, "antal_utan_efter": 0}),
        ([before(2, days=15), after(4)], {"antal_utan_fore": 1, "antal_utan_efter": 0}),
        ([before(2), after(4, days=-15)], {"antal_utan_fore": 0, "antal_utan_efter": 1}),
        ([before(2), after(4, days=91)], {"antal_utan_fore": 0, "antal_utan_efter": 1}),
        ([before(2), after(4, instrument="annat")], {"antal_utan_fore": 0, "antal_utan_efter": 0}),
        ([before(2), after(4, uppgiftslamnare="handlaggare")], {"antal_utan_fore": 0, "antal_utan_efter": 0}),
        ([before(2), after(4, perspektiv="utovat")], {"antal_utan_fore": 0, "antal_utan_efter": 1}),
        (
            [before(2, perspektiv="utovat"), after(4, perspektiv="utovat")],
            {"antal_utan_fore": 1, "antal_utan_efter": 1},
        ),
        ([before(2), after(4, arende_id="a2")], {"antal_utan_fore": 0, "antal_utan_efter": 1}),
    ],
)
def test_no_pair_is_made_of_what_does_not_belong_together(measured: list[dict[str, Any]], lost: Found) -> None:
    found = outcome(*measured)

    assert {m: found[m] for m in lost} == lost
    assert found["antal_arenden"] == 1
    assert found["antal_par"] == 0
    assert found["medel_fore"] is found["medel_efter"] is found["medel_forandring"] is None


@pytest.mark.parametrize(("fore_days", "efter_days"), [(-30, -14), (14, 90), (0, 0)])
def test_the_windows_reach_to_their_last_day(fore_days: int, efter_days: int) -> None:
    found = outcome(before(2, fore_days), after(5, efter_days))

    assert found["antal_par"] == 1
    assert (found["medel_fore"], found["medel_efter"], found["medel_forandring"]) == (2, 5, 3)


def test_the_last_before_and_the_first_after_count_and_three_under_do_not() -> None:
    under = [answer("under", START + timedelta(d), 1) for d in (30, 60, 90)]
    found = outcome(before(1, -20), before(2, -5), before(3, 10), *under, after(5, 3), after(4, 40), after(1, 80))

    assert (found["medel_fore"], found["medel_efter"]) == (3, 5)


def test_an_unanswered_later_question_does_not_hide_an_earlier_answer() -> None:
    found = outcome(before(2, 0), before(None, 10), after(None, 1), after(4, 20))

    assert (found["medel_fore"], found["medel_efter"]) == (2, 4)


def test_of_two_answers_the_same_day_the_least_favourable_pair_counts_in_any_order() -> None:
    measured = [before(2), before(4), after(5), after(3)]

    for rows in (measured, measured[::-1]):
        assert outcome(*rows)["medel_forandring"] == -1


def test_of_two_pairs_as_fresh_the_clients_own_answer_counts() -> None:
    theirs = {"uppgiftslamnare": "handlaggare"}
    found = outcome(before(5, **theirs), after(5, **theirs), before(2), after(3))

    assert (found["antal_par"], found["medel_fore"], found["medel_efter"]) == (1, 2, 3)


@pytest.mark.parametrize(
    ("efter", "matt"), [(4, "antal_forbattrade"), (3, "antal_oforandrade"), (1, "antal_forsamrade")]
)
def test_a_pair_is_better_the_same_or_worse(efter: int, matt: str) -> None:
    found = outcome(before(3), after(efter))
    kinds = ("antal_forbattrade", "antal_oforandrade", "antal_forsamrade")

    assert {k: found[k] for k in kinds} == {k: float(k == matt) for k in kinds}


def test_a_case_counts_once_in_each_insatstyp_and_once_in_the_total() -> None:
    support = (STODSAMTAL, STODSAMTAL, STODSAMTAL | {"insatstyp": "kontaktperson", "beslut": "utan_behovsprovning"})
    measured = (before(2), after(4))

    for kind in ("stodsamtal", "kontaktperson", "totalt"):
        found = outcome(*measured, support=support, insatstyp=kind)
        assert (found["antal_arenden"], found["antal_par"], found["medel_efter"]) == (1, 1, 4)
    assert outcome(*measured, support=support, insatstyp="skyddat_boende")["antal_arenden"] == 0


@pytest.mark.parametrize("beslut", ["avslag", "avbojd"])
def test_what_was_not_given_is_no_insatstyp_of_the_case(beslut: str) -> None:
    support = (STODSAMTAL | {"beslut": beslut},)

    assert outcome(before(2), after(4), support=support, insatstyp="stodsamtal")["antal_arenden"] == 0
    assert outcome(before(2), after(4), support=support)["antal_par"] == 1


def test_only_cases_closed_in_the_year_are_there() -> None:
    open_case = CASE | {"arende_id": "a2", "slutdatum": None}
    later = CASE | {"arende_id": "a3", "slutdatum": date(2020, 1, 1)}
    returned = CASE | {"arende_id": "a4", "startdatum": date(2019, 10, 1), "slutdatum": date(2019, 12, 31)}
    cases = (CASE, open_case, later, returned)

    assert outcome(cases=cases)["antal_arenden"] == 2
    assert outcome(cases=cases, year=2020)["antal_arenden"] == 1


def test_an_answer_after_new_year_belongs_to_the_year_the_case_was_closed() -> None:
    case = CASE | {"slutdatum": date(2019, 12, 30)}
    found = outcome(before(2), answer("efter", date(2020, 2, 1), 4), cases=(case,))

    assert (found["antal_par"], found["medel_efter"]) == (1, 4)


def test_the_mean_is_over_cases_of_that_sex() -> None:
    man = CASE | {"arende_id": "a2", "kon": "man"}
    measured = (before(1), after(2), before(5, arende_id="a2"), after(2, arende_id="a2"))

    changes = {k: outcome(*measured, cases=(CASE, man), kon=k)["medel_forandring"] for k in ("kvinna", "man", "totalt")}
    assert changes == {"kvinna": 1, "man": -3, "totalt": -1}


def test_annat_okant_is_shown_when_someone_is_in_it_and_only_then() -> None:
    other = CASE | {"arende_id": "a2", "kon": "annat_okant"}

    assert outcome(kon="annat_okant") == {}
    assert outcome(cases=(CASE, other), kon="annat_okant")["antal_arenden"] == 1
    assert outcome(cases=(CASE, other))["antal_arenden"] == 2


def test_those_who_used_violence_are_never_mixed_in() -> None:
    other = CASE | {"arende_id": "a2", "roll": "valdsutovare"}
    measured = (before(2), after(4), before(1, arende_id="a2"), after(5, arende_id="a2"))

    assert outcome(*measured, cases=(CASE, other)) == outcome(*measured, cases=(CASE,))
