"""Kolada's three nyckeltal: who is an adult, what is IFO, whose assessment counts, and rates per 10 000 adults."""

from datetime import date
from typing import Any

import pytest

from assets.tables.kolada import SPEC
from tests.table_tools import cell, table

DAY = date(2019, 3, 1)


def case(number: int = 1, **said: Any) -> dict[str, Any]:
    return {
        "arende_id": f"a{number}", "person_id": f"p{number}", "roll": "valdsutsatt_vuxen", "kon": "kvinna",
        "aldersgrupp": "26_40", "verksamhetsomrade": "vuxen", "startdatum": DAY, "slutdatum": date(2019, 9, 1),
        "overgripande_mal_finns": "ja", "mal_bedomning": "delvis", "mal_bedomt_av": "handlaggare",
    } | said  # fmt: skip


def contact(case_number: int | None = 1, **said: Any) -> dict[str, Any]:
    return {
        "aktualisering_id": f"k{said.get('kon')}{case_number}{said.get('datum', DAY)}", "datum": DAY, "kon": "kvinna",
        "arende_id": None if case_number is None else f"a{case_number}",
        "malgrupp": "valdsutsatt_vuxen", "aldersgrupp": "26_40",
    } | said  # fmt: skip


def insats(case_number: int = 1, **said: Any) -> dict[str, Any]:
    return {"arende_id": f"a{case_number}", "beslut": "bifall", "verkstalld": DAY, "slutdatum": None} | said


def people(**antal: int) -> list[dict[str, Any]]:
    return [{"kommunkod": "0114", "ar": 2019, "kon": k, "alder": "18_plus", "antal": n} for k, n in antal.items()]


def made(*, arende: Any = (), aktualisering: Any = (), insats: Any = (), befolkning: Any = (), **said: Any) -> Any:
    records = {"arende": arende, "aktualisering": aktualisering, "insats": insats, "befolkning": befolkning}
    return table(SPEC, records, **said)


def test_without_adults_the_rates_are_missing_and_the_counts_are_not() -> None:
    for population in ([], [p | {"ar": 2018} for p in people(kvinna=10, man=10)]):
        found = made(arende=[case()], aktualisering=[contact()], befolkning=population)
        assert cell(found, "antal_u30750_personer") == 1
        assert cell(found, "per10000_u30750_personer") == "saknas"
        assert any("Antal vuxna den 31 december 2019 saknas" in note for note in found.notes)


def test_the_total_is_scbs_own_also_where_its_parts_do_not_add_up() -> None:
    found = made(arende=[case()], aktualisering=[contact()], befolkning=people(kvinna=5000, man=4000, totalt=9003))
    assert cell(found, "antal_vuxna") == 9003
    assert cell(found, "per10000_u30750_arenden") == pytest.approx(10_000 / 9003)
    assert cell(found, "per10000_u30750_arenden", kon="kvinna") == pytest.approx(2)


def test_a_person_with_two_cases_is_one_adult_and_two_cases() -> None:
    cases = [case(1), case(2, person_id="p1", kon="man", startdatum=date(2019, 5, 1))]
    found = made(arende=cases, aktualisering=[contact(1), contact(1, datum=date(2019, 4, 1)), contact(2)])
    assert cell(found, "antal_u30750_arenden") == 2
    assert cell(found, "antal_u30750_personer") == 1
    assert cell(found, "antal_u30750_arenden", kon="kvinna") == 1
    assert cell(found, "antal_u30750_personer", kon="man") == 1


@pytest.mark.parametrize(
    "said", [{"roll": "barn", "aldersgrupp": "7_12"}, {"roll": "valdsutovare"}, {"aldersgrupp": "13_17"}]
)
def test_only_exposed_adults_count(said: dict[str, Any]) -> None:
    found = made(arende=[case(**said)], aktualisering=[contact()], insats=[insats()])
    for kpi in ("u30750", "u30751", "u30752"):
        assert cell(found, f"antal_{kpi}_arenden") == 0


def test_an_unknown_age_is_an_adults_where_the_role_says_adult() -> None:
    found = made(arende=[case(aldersgrupp="okand")], aktualisering=[contact()])
    assert cell(found, "antal_u30750_personer") == 1


def test_contacts_without_a_case_stand_by_themselves() -> None:
    found = made(
        arende=[case()], aktualisering=[contact(), contact(None), contact(9, kon="man"), contact(8, malgrupp="barn")]
    )
    assert cell(found, "antal_u30750_arenden") == 1
    assert cell(found, "antal_u30750_utan_arende") == 2
    assert any(note.startswith("2 aktualiseringar") for note in found.notes)


@pytest.mark.parametrize(
    ("area", "counted"), [("vald", 1), ("missbruk", 1), (None, 1), ("aldre", 0), ("funktionshinder", 0)]
)
def test_only_ifo_has_insatser_but_all_areas_the_others(area: str | None, counted: int) -> None:
    found = made(arende=[case(verksamhetsomrade=area)], aktualisering=[contact()], insats=[insats()])
    assert cell(found, "antal_u30751_arenden") == counted
    assert cell(found, "antal_u30750_arenden") == cell(found, "antal_u30752_arenden") == 1
    assert any("utanför individ- och familjeomsorgen" in n for n in found.notes) == (not counted)
    assert any("utan verksamhetsområde" in n for n in found.notes) == (area is None)


@pytest.mark.parametrize(
    ("said", "counted"),
    [
        ({}, 1), ({"beslut": "utan_behovsprovning"}, 1), ({"beslut": "avslag"}, 0), ({"beslut": "avbojd"}, 0),
        ({"verkstalld": None}, 0), ({"verkstalld": date(2020, 1, 1)}, 0),
        ({"verkstalld": date(2017, 1, 1), "slutdatum": date(2019, 1, 1)}, 1),
        ({"verkstalld": date(2017, 1, 1), "slutdatum": date(2018, 12, 31)}, 0),
    ],
)  # fmt: skip
def test_an_insats_counts_where_it_was_given_some_day_of_the_year(said: dict[str, Any], counted: int) -> None:
    found = made(arende=[case()], insats=[insats(**said)])
    assert cell(found, "antal_u30751_personer") == counted


@pytest.mark.parametrize(
    ("said", "assessed", "reached"),
    [
        ({}, 1, 1), ({"mal_bedomning": "helt"}, 1, 1), ({"mal_bedomning": "inte"}, 1, 0),
        ({"mal_bedomning": "ej_bedomt"}, 0, 0), ({"mal_bedomning": None}, 0, 0),
        ({"mal_bedomt_av": "gemensamt"}, 1, 1), ({"mal_bedomt_av": "klient"}, 0, 0), ({"mal_bedomt_av": None}, 0, 0),
        ({"overgripande_mal_finns": "nej"}, 0, 0), ({"slutdatum": None}, 0, 0), ({"slutdatum": date(2020, 1, 1)}, 0, 0),
    ],
)  # fmt: skip
def test_a_goal_counts_only_where_it_was_and_the_handlaggare_assessed_it(
    said: dict[str, Any], assessed: int, reached: int
) -> None:
    found = made(arende=[case(**said)], insats=[insats()])
    assert cell(found, "antal_u30752_bedomda") == assessed
    assert cell(found, "antal_u30752_arenden") == cell(found, "antal_u30752_personer") == reached
    assert cell(made(arende=[case(**said)]), "antal_u30752_bedomda") == 0


def test_what_is_not_delivered_is_missing_not_zero() -> None:
    found = made(arende=[case()], aktualisering=[contact()], absent=["insats"])
    assert cell(found, "antal_u30751_arenden") == cell(found, "antal_u30752_personer") == "saknas"
    assert cell(found, "antal_u30750_arenden") == 1
