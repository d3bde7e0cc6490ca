"""The EIGE and GREVIO table: two-way counts against plain Python, and never the crossing that tells orientation."""

from datetime import date
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from assets.tables.eige import SPEC
from tests.table_tools import cell, table

KON = ["kvinna", "man", "annat_okant"]

drawn = st.lists(
    st.fixed_dictionaries(
        {
            "person_id": st.sampled_from(["p1", "p2", "p3"]),
            "roll": st.sampled_from(["valdsutsatt_vuxen", "barn", "valdsutovare"]),
            "kon": st.sampled_from(KON),
            "startdatum": st.sampled_from([date(2018, 12, 31), date(2019, 1, 1), date(2019, 12, 31)]),
            "utovarens_kon": st.sampled_from([*KON, None]),
            "relation_till_utovare": st.sampled_from(["partner", "foralder", None]),
            "valdstyp": st.sampled_from(["fysiskt", "fysiskt;psykiskt", "psykiskt;ekonomiskt", None]),
            "barn": st.lists(
                st.tuples(st.sampled_from(["utsatt", "bevittnat", "bada", "okant"]), st.sampled_from(KON)), max_size=2
            ),
        }
    ),
    max_size=10,
)


@settings(max_examples=10, deadline=None)
@given(drawn)
def test_every_way_is_the_plain_count(drawn: list[dict[str, Any]]) -> None:
    cases = [row | {"arende_id": f"a{i}"} for i, row in enumerate(drawn)]
    children = [
        {"barn_id": f"b{i}_{n}", "arende_id": f"a{i}", "utsatt_eller_bevittnat": how, "kon": kon}
        for i, row in enumerate(drawn)
        for n, (how, kon) in enumerate(row["barn"])
    ]
    made = table(SPEC, {"arende": cases, "barn": children})
    ours = [c for c in cases if c["roll"] != "valdsutovare" and c["startdatum"].year == 2019]
    seen = [b for b in children if b["utsatt_eller_bevittnat"] in ("bevittnat", "bada")]
    witnessed = {b["arende_id"] for b in seen}
    assert cell(made, "antal_personer") == len({c["person_id"] for c in ours})
    assert cell(made, "antal_utan_utovarens_kon") == sum(c["utovarens_kon"] is None for c in ours)
    for kon in ("kvinna", "man", "totalt"):
        mine = [c for c in ours if kon in (c["kon"], "totalt")]
        assert cell(made, "antal_arenden", kon=kon) == len(mine)
        for other in ("kvinna", "man", "totalt"):
            theirs = [c for c in mine if other in (c["utovarens_kon"], "totalt")]
            assert cell(made, "antal_arenden_utovare", kon=kon, utovarens_kon=other) == len(theirs)
            both = sum(c["arende_id"] in witnessed for c in theirs)
            assert cell(made, "antal_arenden_med_barn_utovare", kon=kon, utovarens_kon=other) == both
        for kind in ("fysiskt", "psykiskt", "digitalt"):
            number = sum(kind in (c["valdstyp"] or "").split(";") for c in mine)
            assert cell(made, "antal_arenden_vald", kon=kon, valdstyp=kind) == number
        told = sum(c["valdstyp"] is not None for c in mine)
        assert cell(made, "antal_arenden_vald", kon=kon) == told
    partner = {c["arende_id"] for c in ours if c["relation_till_utovare"] == "partner"}
    assert cell(made, "antal_barn_relation", relation="partner") == sum(b["arende_id"] in partner for b in seen)


def test_sex_by_perpetrators_sex_by_relation_is_nowhere() -> None:
    for fact in SPEC.facts:
        assert len(set(fact.dimensions) & {"kon", "utovarens_kon", "relation"}) <= 2
    person = {"person_id": "p1", "roll": "valdsutsatt_vuxen", "kon": "kvinna", "startdatum": date(2019, 1, 1)}
    row = person | {"arende_id": "a1", "utovarens_kon": "kvinna", "relation_till_utovare": "partner"}
    cells = table(SPEC, {"arende": [row]}).cells
    three = cells[(cells["kon"] != "totalt") & (cells["utovarens_kon"] != "totalt") & (cells["relation"] != "totalt")]
    assert three.empty


def test_without_the_children_only_their_figures_are_missing() -> None:
    row = {"person_id": "p1", "roll": "barn", "kon": "man", "startdatum": date(2019, 1, 1), "arende_id": "a1"}
    made = table(SPEC, {"arende": [row]}, absent=["barn"])
    assert cell(made, "antal_barn") == cell(made, "antal_arenden_med_barn_relation") == "saknas"
    assert cell(made, "antal_arenden") == 1


def test_a_person_whose_cases_differ_in_sex_is_one_person_with_that_of_the_latest() -> None:
    first = {"person_id": "p1", "roll": "valdsutsatt_vuxen", "kon": "kvinna", "startdatum": date(2019, 1, 1)}
    later = first | {"kon": "man", "startdatum": date(2019, 5, 1)}
    made = table(SPEC, {"arende": [first | {"arende_id": "a1"}, later | {"arende_id": "a2"}]})

    assert [cell(made, "antal_arenden", kon=kon) for kon in ("kvinna", "man", "totalt")] == [1, 1, 2]
    assert [cell(made, "antal_personer", kon=kon) for kon in ("kvinna", "man", "totalt")] == [0, 1, 1]
