"""The table of local variables, against a count in plain Python over the same records."""

from collections.abc import Iterable
from datetime import date
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assets.tables.builder import build
from assets.tables.catalogue import TABLES
from assets.tables.spec import Inputs, Period
from warehouse.views import table_view_sql

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
    return Inputs(frames, "0114", absent)


def rows(made: pd.DataFrame) -> list[tuple[Any, ...]]:
    return [tuple(r) for r in made.itertuples(index=False)]


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


@given(cases_drawn, st.data())
def test_every_cell_is_the_plain_count(drawn: list[tuple[str, date, int | None]], data: st.DataObject) -> None:
    cases: list[Case] = [
        (f"a{i}", kon, start, None if length is None else date.fromordinal(start.toordinal() + length))
        for i, (kon, start, length) in enumerate(drawn)
    ]
    possible = [(c[0], d[0], d[2]) for c in cases for d in DECLARED]
    answers: list[Answer] = data.draw(st.lists(st.sampled_from(possible), unique=True)) if possible else []
    made = build(SPEC, inputs(cases, answers), Period(YEAR, YEAR))
    assert rows(made.cells) == counted(cases, answers)


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


@pytest.mark.parametrize(("declared", "absent"), [((), frozenset()), (DECLARED, frozenset({"lokal_variabel"}))])
def test_without_a_delivery_there_are_no_cells(declared: Any, absent: frozenset[str]) -> None:
    made = build(SPEC, inputs([("a1", "man", date(2019, 5, 1), None)], [], declared, absent), Period(YEAR, YEAR))
    assert made.cells.empty
    assert list(made.cells.columns) == ["variabel", "svar", "kon", "matt", "varde"]


def test_without_the_cases_the_figures_are_missing_not_zero() -> None:
    made = build(SPEC, inputs([], [], absent=frozenset({"arende"})), Period(YEAR, YEAR))
    assert len(made.cells) == 18
    assert made.cells["varde"].isna().all()


def test_the_view_has_no_column_twice() -> None:
    sql = table_view_sql(SPEC.name, SPEC.view_columns)
    assert sql.count(" varde") == 1
    assert "AS svar" in sql and "AS variabel" in sql
