"""T5: several kinds of violence in one case, what is not told, and what must never be crossed."""

from datetime import date
from typing import Any

import pytest

from assets.tables.rules import Regler
from assets.tables.spec import Figures
from assets.tables.vald import QUESTIONS, SPEC
from tests.table_tools import Record, cell, cells, table

CASE = {"person_id": "p1", "roll": "valdsutsatt_vuxen", "kon": "kvinna", "startdatum": date(2019, 2, 1)}


def case(number: int, valdstyp: str | None = None, **other: Any) -> dict[str, Any]:
    return CASE | {"arende_id": f"a{number}", "valdstyp": valdstyp} | other


def built(*cases: Record, minsta_bas: int = 1, **said: Any) -> Figures:
    return table(SPEC, {"arende": cases}, regler=Regler(minsta_bas=minsta_bas), **said)


def test_a_case_counts_in_each_of_its_types_and_once_in_all() -> None:
    made = built(
        case(1, "fysiskt;psykiskt"), case(2, "psykiskt;latent;digitalt", kon="man"), case(3, "fysiskt;fysiskt"),
        case(4), case(5, "fysiskt", roll="valdsutovare"),
    )  # fmt: skip
    assert cells(made, "antal_valdstyp", "valdstyp") == {
        "fysiskt": 2, "psykiskt": 2, "latent": 1, "digitalt": 1, "totalt": 3,
    }  # fmt: skip
    assert cells(made, "antal_valdstyp", "kon") == {"kvinna": 2, "man": 1, "totalt": 3}
    assert [cell(made, m) for m in ("antal_arenden", "antal_med_valdstyp", "antal_utan_valdstyp")] == [4, 3, 1]
    assert cell(made, "andel_valdstyp", valdstyp="fysiskt") == pytest.approx(2 / 3)
    assert cell(made, "andel_valdstyp", valdstyp="fysiskt", kon="kvinna") == 1
    assert cell(made, "andel_valdstyp", valdstyp="sexuellt") == 0


@pytest.mark.parametrize(
    ("question", "column", "codes"),
    [
        ("svarighetsgrad", "svarighetsgrad", ["grovt", "grovt", "okand"]),
        ("relation", "relation_till_utovare", ["partner", "partner", "okand"]),
        ("utovarens_kon", "utovarens_kon", ["man", "man", "annat_okant"]),
    ],
)
def test_a_question_with_one_answer_and_those_who_have_none(question: str, column: str, codes: list[str]) -> None:
    known = [case(n, **{column: code}) for n, code in enumerate(codes)]
    made = built(*known, case(8, kon="man"), case(9, roll="valdsutovare", **{column: codes[0]}))
    assert cells(made, f"antal_{question}", question) == {codes[0]: 2, codes[2]: 1, "totalt": 3}
    assert [cell(made, f"antal_{w}_{question}") for w in ("med", "utan")] == [3, 1]
    assert [cell(made, f"antal_{w}_{question}", kon="man") for w in ("med", "utan")] == [0, 1]
    assert cell(made, f"andel_{question}", **{question: codes[0]}) == pytest.approx(2 / 3)


@pytest.mark.parametrize(("known", "shown"), [(10, 1.0), (9, "saknas")])
def test_the_share_of_few_is_not_shown(known: int, shown: float | str) -> None:
    made = built(*(case(n, "fysiskt") for n in range(known)), case(99), minsta_bas=10)
    assert cell(made, "andel_valdstyp", valdstyp="fysiskt") == shown
    assert cell(made, "antal_valdstyp", valdstyp="fysiskt") == known


def test_nobody_at_all_is_zero_and_no_delivery_is_missing() -> None:
    measures = [m.name for f in SPEC.facts for m in f.measures if m.how == "antal"]
    nobody, unheard = built(), built(case(1, "fysiskt"), absent=["arende"])
    assert {cell(nobody, m) for m in measures} == {0}
    assert {cell(unheard, m) for m in measures} == {"saknas"}


def test_kommuner_are_counted_apart() -> None:
    cases = [case(1, "fysiskt;latent"), case(2, "fysiskt", kommun="1980"), case(3, "digitalt", kommun="1980")]
    made = built(*cases, kommuner=("0114", "1980"))
    found = {k: cell(made, "antal_valdstyp", kommun=k, valdstyp="fysiskt") for k in ("0114", "1980")}
    assert found == {"0114": 1, "1980": 1}
    assert [cell(made, "antal_valdstyp", kommun=k) for k in ("0114", "1980")] == [1, 2]


def test_one_question_at_a_time_so_that_relation_and_the_perpetrators_sex_are_never_crossed() -> None:
    assert max(len(set(f.dimensions) & set(QUESTIONS)) for f in SPEC.facts) == 1
    made = built(case(1, "fysiskt", relation_till_utovare="partner", utovarens_kon="kvinna")).cells
    crossed = made[(made["relation"] != "totalt") & (made["utovarens_kon"] != "totalt")]
    assert crossed.empty
