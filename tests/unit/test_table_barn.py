"""T6: children of their own and of their parents apart; a child in two cases is one child; bortfall beside."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assets.tables.barn import SPEC
from assets.tables.rules import Regler
from assets.tables.spec import Figures
from tests.table_tools import cell, cells, table

Record = dict[str, Any]
ANSWERS = ("eget_beslut", "tillfragad_om_vald", "utredning", "forskola_skola_ordnad")
BASE = Regler(minsta_bas=1)


def case(arende_id: str = "a", **said: Any) -> Record:
    return {
        "arende_id": arende_id,
        "person_id": f"person_{arende_id}",
        "roll": "valdsutsatt_vuxen",
        "kon": "kvinna",
        "aldersgrupp": "26_40",
        "startdatum": date(2019, 2, 1),
        "slutdatum": None,
    } | said


def child(barn_id: str = "x", arende_id: str = "a", **said: Any) -> Record:
    return {
        "barn_id": barn_id,
        "arende_id": arende_id,
        "aldersgrupp": "7_12",
        "kon": "man",
        "utsatt_eller_bevittnat": "bevittnat",
    } | said


def stay(arende_id: str = "a", **said: Any) -> Record:
    return {
        "insats_id": f"i_{arende_id}",
        "arende_id": arende_id,
        "insatstyp": "skyddat_boende",
        "beslut": "bifall",
        "verkstalld": date(2019, 3, 1),
        "slutdatum": date(2019, 3, 9),
    } | said


def built(barn: list[Record], arenden: list[Record] | None = None, insatser: list[Record] | None = None,
          **said: Any) -> Figures:  # fmt: skip
    return table(SPEC, {"barn": barn, "arende": arenden or [case()], "insats": insatser or []}, **said)


def test_what_is_not_delivered_is_missing() -> None:
    made = built([], absent=["barn"])
    assert (cell(made, "antal_barn"), cell(made, "antal_i_boende")) == ("saknas", "saknas")
    assert cell(made, "antal_barn_eget_arende") == 0
    assert cell(built([], absent=["insats"]), "antal_i_boende") == "saknas"
    assert cell(built([], absent=["insats"]), "antal_barn") == 0


@pytest.mark.parametrize(
    "other", [case(startdatum=date(2020, 1, 1)), case(startdatum=date(2018, 1, 1), slutdatum=date(2018, 12, 31))]
)
def test_a_child_of_another_years_case_is_not_counted(other: Record) -> None:
    made = built([child()], [other, case("b")])
    assert cell(made, "antal_barn") == 0
    assert not any("inte räknade" in n for n in made.notes)


def test_a_child_without_its_parents_case_is_told() -> None:
    made = built([child(arende_id="gone")])
    assert cell(made, "antal_barn") == 0
    assert made.notes[0].startswith("1 rader om barn är inte räknade")


def test_children_of_their_own_and_of_parents_stand_apart() -> None:
    own = case("own", person_id="x", roll="barn", kon="man", aldersgrupp="7_12")
    made = built([child("x"), child("y")], [case(), own])
    assert cells(made, "antal_barn_eget_arende", "barnalder", "kon") == {
        ("7_12", "man"): 1, ("7_12", "totalt"): 1, ("totalt", "man"): 1, ("totalt", "totalt"): 1,
        ("fran_18", "kvinna"): "ej_tillampligt", ("fran_18", "man"): "ej_tillampligt",
        ("fran_18", "totalt"): "ej_tillampligt",
    }  # fmt: skip
    assert cell(made, "antal_barn") == 2


def test_someone_of_age_is_an_error_that_is_seen() -> None:
    made = built([child(aldersgrupp="18_25"), child("y", aldersgrupp="okand")])
    assert (cell(made, "antal_barn", barnalder="fran_18"), cell(made, "antal_barn", barnalder="okand")) == (1, 1)


def test_a_child_in_two_cases_is_one_child_with_the_latest_cases_age_and_all_its_answers() -> None:
    cases = [case("a", startdatum=date(2018, 1, 1)), case("b", startdatum=date(2019, 5, 1))]
    both = [
        child("x", "b", aldersgrupp="7_12", utsatt_eller_bevittnat="bevittnat", eget_beslut="nej", utredning=None),
        child("x", "a", aldersgrupp="0_6", utsatt_eller_bevittnat="utsatt", eget_beslut="ja", utredning="okant",
              leverans_id=2),
    ]  # fmt: skip
    made = built(both, cases, regler=BASE)
    assert cells(made, "antal_barn", "utsatt_eller_bevittnat") == {"bada": 1, "totalt": 1}
    assert cell(made, "antal_barn", barnalder="7_12") == 1
    assert (cell(made, "antal_ja", fraga="eget_beslut"), cell(made, "antal_svar", fraga="eget_beslut")) == (1, 1)
    assert cell(made, "antal_utan_svar", fraga="utredning") == 1
    assert cell(made, "andel_ja", fraga="utredning") == "saknas"
    # Both deliveries stand behind it.
    at = made.cells[(made.cells["matt"] == "antal_barn") & (made.cells["varde"] == 1)].index[0]
    assert set(made.ledger.loc[made.ledger["cell"] == at, "leverans_id"]) == {1, 2}


def test_unknown_and_blank_are_bortfall_beside_the_share() -> None:
    said = ["ja", "ja", "ja", "nej", "okant", None]
    made = built([child(str(n), tillfragad_om_vald=answer) for n, answer in enumerate(said)], regler=BASE)
    of = {m: cell(made, m, fraga="tillfragad_om_vald") for m in ("antal_ja", "antal_svar", "antal_utan_svar")}
    assert of == {"antal_ja": 3, "antal_svar": 4, "antal_utan_svar": 2}
    assert cell(made, "andel_ja", fraga="tillfragad_om_vald") == 0.75
    assert cell(built([child(tillfragad_om_vald="ja")]), "andel_ja", fraga="tillfragad_om_vald") == "saknas"


@pytest.mark.parametrize(
    ("placed", "counts"),
    [
        (stay(), True),
        (stay(verkstalld=date(2018, 12, 1), slutdatum=date(2019, 1, 1)), True),
        (stay(verkstalld=date(2018, 12, 1), slutdatum=None), True),
        (stay(verkstalld=date(2018, 12, 1), slutdatum=date(2018, 12, 31)), False),
        (stay(verkstalld=None), False),
        (stay(beslut="avslag"), False),
        (stay(insatstyp="tillfalligt_boende"), False),
        (stay("b"), False),
    ],
)
def test_school_is_asked_of_children_whose_parents_case_had_skyddat_boende(placed: Record, counts: bool) -> None:
    made = built([child(forskola_skola_ordnad="ja")], [case(), case("b")], [placed], regler=BASE)
    assert cell(made, "antal_i_boende") == cell(made, "antal_skola_ordnad") == int(counts)
    assert cell(made, "andel_skola_ordnad") == (1 if counts else "saknas")


def test_school_in_another_case_than_the_one_with_a_stay_does_not_matter() -> None:
    both = [child("x", "a", forskola_skola_ordnad=None), child("x", "b", forskola_skola_ordnad="ja")]
    made = built(both, [case(), case("b")], [stay("a")])
    assert (cell(made, "antal_i_boende"), cell(made, "antal_skola_ordnad")) == (1, 0)
    assert cell(made, "antal_skola_utan_svar") == 1


@st.composite
def registers(draw: st.DrawFn) -> tuple[list[Record], list[Record], list[Record]]:
    days = st.dates(date(2018, 11, 1), date(2020, 2, 1))
    cases = []
    for n in range(draw(st.integers(1, 5))):
        first, last = draw(days), draw(st.none() | days)
        kind = {"person_id": draw(st.sampled_from(["x", "y", "z"])), "roll": "barn"} if draw(st.booleans()) else {}
        ends = max(first, last) if last else None
        # All of one sex and age: which case tells them is tested above.
        cases.append(case(f"a{n}", startdatum=first, slutdatum=ends, aldersgrupp="7_12", kon="man", **kind))
    pairs = draw(st.lists(st.tuples(st.sampled_from("xyzvw"), st.integers(0, 5)), unique=True, max_size=10))
    answer = st.sampled_from(["ja", "nej", "okant", None])
    how = st.sampled_from(["utsatt", "bevittnat", "bada", "okant"])
    children = [
        child(who, f"a{n}", utsatt_eller_bevittnat=draw(how), **{name: draw(answer) for name in ANSWERS})
        for who, n in pairs
    ]
    placed = [stay(f"a{n}") for n in draw(st.sets(st.integers(0, 4)))]
    return children, cases, placed


def counted(barn: list[Record], arenden: list[Record], insatser: list[Record]) -> dict[Any, float]:
    """Each child by itself: what its records say together."""
    going_on = {
        c["arende_id"]: c for c in arenden
        if c["startdatum"] <= date(2019, 12, 31) and not (c["slutdatum"] and c["slutdatum"] < date(2019, 1, 1))
    }  # fmt: skip
    sheltered = {i["arende_id"] for i in insatser}
    own = {c["person_id"] for c in going_on.values() if c["roll"] == "barn"}
    out: dict[Any, float] = {"antal_barn_eget_arende": len(own)}

    def add(key: Any, number: bool = True) -> None:
        out[key] = out.get(key, 0) + number

    records: dict[str, list[Record]] = {}
    for r in barn:
        if r["arende_id"] in going_on:
            records.setdefault(r["barn_id"], []).append(r)
    for theirs in records.values():
        add("antal_barn")
        seen = {r["utsatt_eller_bevittnat"] for r in theirs}
        exposed, witness = bool(seen & {"utsatt", "bada"}), bool(seen & {"bevittnat", "bada"})
        add(("antal_barn", {(1, 1): "bada", (1, 0): "utsatt", (0, 1): "bevittnat", (0, 0): "okant"}[exposed, witness]))
        for name in ANSWERS[:3]:
            said = {r[name] for r in theirs}
            add(("antal_ja", name), "ja" in said)
            add(("antal_svar", name), bool(said & {"ja", "nej"}))
            add(("antal_utan_svar", name), not said & {"ja", "nej"})
        housed = {r["forskola_skola_ordnad"] for r in theirs if r["arende_id"] in sheltered}
        add("antal_i_boende", bool(housed))
        add("antal_skola_ordnad", "ja" in housed)
        add("antal_skola_svar", bool(housed & {"ja", "nej"}))
        add("antal_skola_utan_svar", bool(housed) and not housed & {"ja", "nej"})
    return out


@settings(max_examples=15, deadline=None)
@given(registers())
def test_children_agree_with_a_count_child_by_child(drawn: tuple[list[Record], list[Record], list[Record]]) -> None:
    made = built(*drawn)
    for key, expected in counted(*drawn).items():
        matt, code = key if isinstance(key, tuple) else (key, None)
        name = "fraga" if matt in ("antal_ja", "antal_svar", "antal_utan_svar") else "utsatt_eller_bevittnat"
        assert cell(made, matt, **({name: code} if code else {})) == expected
