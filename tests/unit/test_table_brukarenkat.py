"""T11: the questionnaire, against a plain count over sheets; blanks are bortfall, small bases hide results."""

from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assets.tables.brukarenkat import SPEC
from assets.tables.builder import build
from assets.tables.rules import Regler
from assets.tables.spec import Figures, Inputs, periods_of
from warehouse.contracts.codes import CODES

Sheet = dict[str, Any]
QUESTIONS = {
    "betydelse": ["stor", "viss", "ingen", "vet_ej"],
    "situation_nu": ["battre", "oforandrad", "samre", "vet_ej"],
    "bemotande": [1, 2, 3, 4, 5],
    "delaktighet": [1, 2, 3, 4, 5],
}
YEAR = 2019


def sheet(
    period: str = "2019", kon: str = "kvinna", enhet: str = "enhet_1", kommun: str = "0114", **said: Any
) -> Sheet:
    return {"kommun": kommun, "enhet": enhet, "period": period, "kon": kon} | dict.fromkeys(QUESTIONS) | said


def asked(number: int, period: str = "2019", kon: str = "kvinna", enhet: str = "enhet_1") -> dict[str, Any]:
    return {"kommun": "0114", "enhet": enhet, "period": period, "kon": kon, "tillfragade": number}


def frame(rows: list[dict[str, Any]], names: list[str], kommuner: tuple[str, ...]) -> pd.DataFrame:
    made = pd.DataFrame(rows, columns=["kommun", *names]).assign(leverans_id=7)
    for name in made:
        if name in ("bemotande", "delaktighet", "tillfragade"):
            made[name] = made[name].astype("Int64")
        elif name in {"enhet", "period"}:
            made[name] = made[name].astype("str")
        elif name in CODES or name in QUESTIONS:
            made[name] = made[name].astype("category")
    made["kommun"] = pd.Categorical(made["kommun"], list(kommuner))
    return made


def table(
    sheets: list[Sheet],
    sent: list[dict[str, Any]] | None = None,
    minsta_bas: int = 1,
    kommuner: tuple[str, ...] = ("0114",),
) -> Figures:
    frames = {
        "brukarenkat": frame(sheets, ["enhet", "period", "kon", *QUESTIONS], kommuner),
        "enkat_utskick": frame(sent or [], ["enhet", "period", "kon", "tillfragade"], kommuner),
    }
    absent = {} if sent is not None else {k: frozenset({"enkat_utskick"}) for k in kommuner}
    return build(SPEC, Inputs(frames, kommuner, absent, regler=Regler(minsta_bas=minsta_bas)), periods_of(SPEC, YEAR))


Cells = dict[tuple[str, ...], tuple[Any, str]]


def by_key(made: Figures) -> Cells:
    """Value (None unless shown) and status by matt, kon, period, fraga and svar."""
    c = made.cells
    keys = zip(c["matt"], c["kon"], c["period"], c["fraga"], c["svar"], strict=True)
    values = [(v if s == "visas" else None, s) for v, s in zip(c["varde"], c["status"], strict=True)]
    return dict(zip(keys, values, strict=True))


def found(
    made: Figures, matt: str, *, kon: str = "totalt", period: str = "2019", fraga: str = "totalt", svar: str = "totalt"
) -> tuple[Any, str]:
    return by_key(made)[matt, kon, period, fraga, svar]


def test_results_below_the_smallest_base_are_not_shown_but_the_bortfall_is() -> None:
    made = table([sheet(betydelse="stor", bemotande=5)] * 9 + [sheet()], minsta_bas=10)
    assert found(made, "antal_svar", fraga="betydelse", svar="stor") == (None, "saknas")
    assert found(made, "andel_svar", fraga="betydelse", svar="stor") == (None, "saknas")
    assert found(made, "medel_betyg", fraga="bemotande") == (None, "saknas")
    assert found(made, "antal_besvarat", fraga="betydelse") == (9, "visas")
    assert found(made, "antal_obesvarat", fraga="betydelse") == (1, "visas")


def test_an_answer_that_the_question_does_not_have_cannot_be() -> None:
    made = table([sheet(betydelse="stor", bemotande=5)], minsta_bas=10)
    assert found(made, "antal_svar", fraga="betydelse", svar="battre")[1] == "ej_tillampligt"
    assert found(made, "antal_svar", fraga="bemotande", svar="vet_ej")[1] == "ej_tillampligt"
    assert found(made, "medel_betyg", fraga="betydelse")[1] == "ej_tillampligt"


def test_without_word_of_how_many_were_asked_the_response_rate_is_missing() -> None:
    made = table([sheet(betydelse="stor")])
    assert found(made, "svarsfrekvens") == (None, "saknas")
    assert found(made, "antal_tillfragade") == (None, "saknas")
    assert found(made, "antal_enkater") == (1, "visas")
    assert any("inget är levererat" in note for note in made.notes)


def test_units_that_told_nothing_of_how_many_were_asked_are_outside_the_rate_and_told() -> None:
    sheets = [sheet(), sheet(), sheet(kon="man"), *[sheet(enhet="enhet_2")] * 5]
    made = table(sheets, [asked(4), asked(2, kon="man")])
    assert found(made, "svarsfrekvens") == (0.5, "visas")
    assert found(made, "svarsfrekvens", kon="kvinna") == (0.5, "visas")
    assert found(made, "antal_enkater") == (8, "visas")
    assert found(made, "antal_enkater_utskick") == (3, "visas")
    assert "5 enkäter är inte med i svarsfrekvensen" in " ".join(made.notes)


def test_a_tertial_counts_only_what_was_given_by_it_and_the_rest_is_told() -> None:
    made = table(
        [sheet("2019T1"), sheet("2019T1"), sheet("2019T3"), sheet("2019"), sheet("2018T1")], [asked(3, "2019T1")]
    )
    assert [found(made, "antal_enkater", period=p)[0] for p in ("2019", "2019T1", "2019T2", "2019T3")] == [4, 2, 0, 1]
    assert found(made, "svarsfrekvens", period="2019T1")[0] == pytest.approx(2 / 3)
    assert any(note.startswith("1 av 4 enkäter") for note in made.notes)


def test_two_kommuner_are_counted_side_by_side() -> None:
    made = table([sheet(), sheet(kommun="0180", betydelse="viss"), sheet(kommun="0180")], kommuner=("0114", "0180"))
    rows = made.cells[(made.cells["matt"] == "antal_enkater") & (made.cells["kon"] == "totalt")]
    year = rows[rows["period"] == "2019"]
    assert dict(zip(year["kommun"], year["varde"], strict=True)) == {"0114": 1, "0180": 2}


drawn = st.lists(
    st.fixed_dictionaries(
        {
            "period": st.sampled_from(["2019", "2019T1", "2019T2", "2018"]),
            "kon": st.sampled_from(["kvinna", "man", "annat_okant"]),
            "enhet": st.sampled_from(["enhet_1", "enhet_2"]),
        }
        | {name: st.none() | st.sampled_from(codes) for name, codes in QUESTIONS.items()}
    ).map(lambda row: {"kommun": "0114"} | row),
    max_size=14,
)


@settings(max_examples=8, deadline=None)
@given(drawn, st.integers(1, 4))
def test_every_answer_is_the_plain_count(sheets: list[Sheet], base: int) -> None:
    cells = by_key(table(sheets, [], minsta_bas=base))
    for period in ("2019", "2019T1", "2019T3"):
        here = [s for s in sheets if s["period"] == period or (period == "2019" and s["period"][:4] == "2019")]
        for kon in ("kvinna", "man", "totalt"):
            ours = [s for s in here if kon in (s["kon"], "totalt")]
            assert cells["antal_enkater", kon, period, "totalt", "totalt"][0] == len(ours)
            for question, codes in QUESTIONS.items():
                said = [s[question] for s in ours if s[question] is not None]
                shown = len(said) >= base
                whole = (kon, period, question, "totalt")
                assert cells["antal_besvarat", *whole][0] == len(said)
                assert cells["antal_obesvarat", *whole][0] == len(ours) - len(said)
                for code in codes:
                    one = (kon, period, question, str(code))
                    assert cells["antal_svar", *one][0] == (said.count(code) if shown else None)
                    share = said.count(code) / len(said) if shown else None
                    assert cells["andel_svar", *one][0] == pytest.approx(share)
                if question in ("bemotande", "delaktighet"):
                    assert cells["medel_betyg", *whole][0] == pytest.approx(sum(said) / len(said) if shown else None)
