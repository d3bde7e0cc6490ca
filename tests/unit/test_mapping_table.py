"""The table of local variables, against a count in plain Python over the same records."""

from collections.abc import Iterable
from datetime import date
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assets.tables.builder import build
from assets.tables.catalogue import TABLES
from assets.tables.spec import Inputs, Period

SPEC = TABLES["lokala_variabler"]
YEAR = 2019
DECLARED = (
    ("boende", "Hur personen bor", "eget", "Eget boende"),
    ("boende", "Hur personen bor", "andra_hand", "Andra hand"),
    ("stod", "Stöd som personen frågat efter", "samtal", "Samtal"),
    ("stod", "Stöd som personen frågat efter", "juridik", "Juridisk hjälp"),
)

Case = tuple[str, str, date, date | None]
Answer = tuple[str, str, str]


def inputs(
    cases: Iterable[Case],
    answers: Iterable[Answer],
    declared: Iterable[tuple[str, str, str, str]] = DECLARED,
    absent: frozenset[str] = frozenset(),
) -> Inputs:
    arende = pd.DataFrame(cases, columns=["arende_id", "kon", "startdatum", "slutdatum"])
    arende["kon"] = arende["kon"].astype("category")
    for name in ("startdatum", "slutdatum"):
        arende[name] = pd.to_datetime(arende[name]).astype("datetime64[us]")
    deklaration = pd.DataFrame(declared, columns=["variabel", "titel", "varde", "etikett"], dtype="str")
    deklaration["rad"] = pd.Series(range(1, len(deklaration) + 1), index=deklaration.index, dtype="Int64")
    variabel = pd.DataFrame(answers, columns=["arende_id", "variabel", "varde"], dtype="str")
    frames = {"arende": arende, "lokal_deklaration": deklaration, "lokal_variabel": variabel}
    # Of one kommun here, where an answer's kommun is not said.
    frames = {n: f.assign(leverans_id=1, kommun=pd.Categorical(["0114"] * len(f), ["0114"])) for n, f in frames.items()}
    return Inputs(frames, ("0114",), {"0114": absent})


def rows(made: pd.DataFrame) -> list[tuple[Any, ...]]:
    """Variabel, svar, kon, matt and value of each cell."""
    assert set(made["kommun"]) <= {"0114"} and set(made["period"]) <= {str(YEAR)}
    return [tuple(r) for r in made[["variabel", "svar", "kon", "matt", "varde"]].itertuples(index=False)]


def counted(cases: list[Case], answers: list[Answer]) -> list[tuple[Any, ...]]:
    """The oracle: goes through the records for every cell."""
    ran = {c[0]: c[1] for c in cases if c[2] <= date(YEAR, 12, 31) and (c[3] is None or c[3] >= date(YEAR, 1, 1))}
    other = any(ran.get(a[0]) == "annat_okant" for a in answers)
    out = []
    for variable in ("boende", "stod"):
        for code in [*(d[2] for d in DECLARED if d[0] == variable), "totalt"]:
            for sex in ["kvinna", "man", *(["annat_okant"] if other else []), "totalt"]:
                who = set()
                for case, question, answer in answers:
                    fits = question == variable and code in {answer, "totalt"}
                    if fits and case in ran and sex in {ran[case], "totalt"}:
                        who.add(case)
                out.append((variable, code, sex, "antal_arenden", float(len(who))))
    return out


cases_drawn = st.lists(
    st.tuples(
        st.sampled_from(["kvinna", "man", "annat_okant"]),
        st.dates(date(2017, 1, 1), date(2020, 12, 31)),
        st.none() | st.integers(0, 900),
    ),
    max_size=12,
)


@settings(max_examples=15, deadline=None)
@given(cases_drawn, st.data())
def test_every_cell_is_the_plain_count(drawn: list[tuple[str, date, int | None]], data: st.DataObject) -> None:
    cases: list[Case] = [
        (f"a{i}", kon, start, None if length is None else date.fromordinal(start.toordinal() + length))
        for i, (kon, start, length) in enumerate(drawn)
    ]
    possible = [(c[0], d[0], d[2]) for c in cases for d in DECLARED]
    answers: list[Answer] = data.draw(st.lists(st.sampled_from(possible), unique=True)) if possible else []
    made = build(SPEC, inputs(cases, answers), Period(YEAR, YEAR))
    # Open codes stand in the order of the alphabet.
    assert sorted(rows(made.cells)) == sorted(counted(cases, answers))


def test_titles_and_labels_are_told() -> None:
    made = build(SPEC, inputs([], []), Period(YEAR, YEAR))
    assert made.notes[0] == "boende = Hur personen bor. eget = Eget boende; andra_hand = Andra hand."
    assert made.notes[1].startswith("stod = Stöd som personen frågat efter. samtal = Samtal;")
    assert [c[4] for c in rows(made.cells)] == [0.0] * 18


def test_a_case_with_two_answers_is_one_case_in_the_total() -> None:
    cases: list[Case] = [("a1", "kvinna", date(2019, 5, 1), None)]
    answers = [("a1", "stod", "samtal"), ("a1", "stod", "juridik")]
    found = {c[:3]: c[4] for c in rows(build(SPEC, inputs(cases, answers), Period(YEAR, YEAR)).cells)}
    assert found["stod", "samtal", "kvinna"] == found["stod", "juridik", "kvinna"] == 1
    assert found["stod", "totalt", "kvinna"] == found["stod", "totalt", "totalt"] == 1
    assert found["stod", "totalt", "man"] == 0


def test_without_a_declaration_there_are_no_cells() -> None:
    made = build(SPEC, inputs([("a1", "man", date(2019, 5, 1), None)], [], ()), Period(YEAR, YEAR))
    assert made.cells.empty
    assert list(made.cells.columns) == ["kommun", "period", "variabel", "svar", "kon", "matt", "varde", "status"]


@pytest.mark.parametrize("absent", ["lokal_variabel", "arende"])
def test_what_is_not_delivered_is_missing_not_zero(absent: str) -> None:
    made = build(SPEC, inputs([], [], absent=frozenset({absent})), Period(YEAR, YEAR))
    assert len(made.cells) == 18
    assert made.cells["varde"].isna().all()


def test_another_kommuns_question_with_the_same_name_is_another() -> None:
    made = inputs([("a1", "kvinna", date(2019, 5, 1), None)], [("a1", "boende", "eget"), ("a1", "boende", "gard")])
    theirs = pd.DataFrame([("boende", "Boende", "gard", "Gård")], columns=["variabel", "titel", "varde", "etikett"])
    declared = made.frames["lokal_deklaration"].assign(kommun="0114")
    both = pd.concat([declared, theirs.assign(rad=1, leverans_id=2, kommun="0180")], ignore_index=True)
    many = Inputs({**made.frames, "lokal_deklaration": both}, ("0114", "0180"))
    cells = build(SPEC, many, Period(YEAR, YEAR)).cells
    found = {(c.kommun, c.svar): c.varde for c in cells.itertuples() if c.variabel == "boende" and c.kon == "totalt"}
    assert found == {
        ("0114", "andra_hand"): 0, ("0114", "eget"): 1, ("0114", "totalt"): 1,
        ("0180", "gard"): 0, ("0180", "totalt"): 0,
    }  # fmt: skip
