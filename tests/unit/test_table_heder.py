"""T4: context of honour is of those exposed; what is not known is no "nej"; never by age."""

from datetime import date
from typing import Any

import pytest

from assets.tables.heder import SPEC
from assets.tables.rules import Regler
from assets.tables.spec import Figures
from tests.table_tools import Record, cell, cells, table

CASE = {"person_id": "p1", "roll": "valdsutsatt_vuxen", "kon": "kvinna", "startdatum": date(2019, 2, 1)}
GRANTED = {"arende_id": "a1", "insatstyp": "stodsamtal", "beslut": "bifall", "beslutsdatum": date(2019, 5, 1)}


def case(number: int, heder: str = "ja", **other: Any) -> dict[str, Any]:
    return CASE | {"arende_id": f"a{number}", "hederskontext": heder} | other


def built(*cases: Record, support: tuple[Record, ...] = (), minsta_bas: int = 1, **said: Any) -> Figures:
    return table(SPEC, {"arende": cases, "insats": support}, regler=Regler(minsta_bas=minsta_bas), **said)


def test_a_perpetrators_case_and_another_years_are_not_in_it() -> None:
    made = built(
        case(1), case(2, roll="barn", person_id="p2"), case(3, roll="valdsutovare", person_id="p3"),
        case(4, startdatum=date(2020, 1, 1), person_id="p4"),
        support=(GRANTED | {"arende_id": "a3", "riktad_hedersutsatt": "ja", "verkstalld": date(2019, 5, 1)},),
    )  # fmt: skip
    assert cells(made, "antal_arenden", "hederskontext") == {"ja": 2, "totalt": 2}
    measures = ("antal_heder", "antal_riktade_beviljade", "antal_riktade_genomforda", "antal_personer_riktade")
    assert [cell(made, m) for m in measures] == [2, 0, 0, 0]


def test_what_is_not_known_is_not_in_the_base_of_the_share() -> None:
    made = built(case(1), case(2, "nej"), case(3, "nej"), case(4, "okant"), case(5, "okant", kon="man"))
    assert cells(made, "antal_arenden", "hederskontext") == {"ja": 1, "nej": 2, "okant": 2, "totalt": 5}
    assert [cell(made, m) for m in ("antal_heder", "antal_bedomda")] == [1, 3]
    assert cell(made, "andel_heder") == pytest.approx(1 / 3)
    assert cell(made, "andel_heder", kon="man") in ("saknas", "ej_tillampligt")


@pytest.mark.parametrize(("known", "shown"), [(10, 0.1), (9, "saknas")])
def test_the_share_of_few_is_not_shown(known: int, shown: float | str) -> None:
    made = built(*(case(n, "ja" if n == 0 else "nej") for n in range(known)), minsta_bas=10)
    assert cell(made, "andel_heder") == shown
    assert cell(made, "antal_bedomda") == known


def test_a_person_assessed_both_ways_is_one_in_all_with_the_sex_of_the_latest_case() -> None:
    made = built(case(1, "ja"), case(2, "nej", startdatum=date(2019, 8, 1), kon="man"))
    assert cells(made, "antal_personer", "hederskontext", "kon") == {
        (code, sex): 1 for code in ("ja", "nej", "totalt") for sex in ("man", "totalt")
    }
    assert cells(made, "antal_arenden", "kon") == {"kvinna": 1, "man": 1, "totalt": 2}


def test_insatser_meant_for_those_exposed_to_honour_violence_whatever_the_case_says() -> None:
    meant = GRANTED | {"riktad_hedersutsatt": "ja"}
    made = built(
        case(1, "nej"),
        support=(
            meant,
            meant | {"insatstyp": "kontaktperson", "verkstalld": date(2020, 1, 1)},
            meant | {"beslutsdatum": date(2018, 12, 1), "verkstalld": date(2019, 1, 1)},
            meant | {"beslut": "utan_behovsprovning", "beslutsdatum": None, "verkstalld": date(2019, 3, 1)},
            meant | {"beslut": "avslag", "verkstalld": date(2019, 3, 1)},
            GRANTED | {"riktad_hedersutsatt": "nej", "verkstalld": date(2019, 3, 1)},
            GRANTED | {"riktad_hedersutsatt": "okant"},
            GRANTED,
            meant | {"arende_id": "borta"},
        ),
    )
    assert cells(made, "antal_riktade_beviljade", "insatstyp") == {"stodsamtal": 1, "kontaktperson": 1, "totalt": 2}
    assert cells(made, "antal_personer_riktade", "insatstyp") == {"stodsamtal": 1, "kontaktperson": 1, "totalt": 1}
    assert cells(made, "antal_riktade_genomforda", "insatstyp", "kon") == {
        (kind, sex): 2 for kind in ("stodsamtal", "totalt") for sex in ("kvinna", "totalt")
    }
    assert cell(made, "antal_riktning_okand") == 2
    assert any(n.startswith("1 insats är inte räknad") for n in made.notes)


def test_without_insatser_only_they_are_missing() -> None:
    made = built(case(1), absent=["insats"])
    assert [cell(made, m) for m in ("antal_arenden", "antal_riktade_beviljade")] == [1, "saknas"]


def test_honour_is_never_split_by_age_or_tertial_in_a_kommun() -> None:
    assert {d.name for d in SPEC.dimensions} == {"hederskontext", "insatstyp", "kon"}
    assert not SPEC.tertial
    assert not [f for f in SPEC.facts if {"hederskontext", "insatstyp"} <= set(f.dimensions)]
