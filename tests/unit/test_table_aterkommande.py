"""Who comes back: the cohort, what is a new case and what is the same one, and when it can be known."""

from calendar import monthrange
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assets.tables.aterkommande import SPEC
from assets.tables.rules import Regler
from assets.tables.spec import Figures
from tests.table_tools import Record, cell, table

LONG = date(2021, 12, 31)
FIRST = ("2019-01-10", "2019-03-01")
Span = tuple[str, str | None]


def case(number: int, span: Span, **other: Any) -> dict[str, Any]:
    start, end = span
    same = {"arende_id": f"a{number}", "person_id": "p1", "roll": "valdsutsatt_vuxen", "kon": "kvinna"}
    dates = {"startdatum": date.fromisoformat(start), "slutdatum": date.fromisoformat(end) if end else None}
    return same | dates | other


def built(*cases: Record, known: date | None = LONG, **said: Any) -> Figures:
    return table(SPEC, {"arende": cases}, known=known, **said)


def found(made: Figures, roll: str = "valdsutsatt_vuxen", **codes: str) -> list[float | str]:
    return [cell(made, m, roll=roll, **codes) for m in ("antal_kohort", "antal_ater_12", "antal_ater_24")]


@pytest.mark.parametrize(
    ("spans", "expected"),
    [
        ([], [0, 0, 0]),
        ([("2019-01-10", None)], [0, 0, 0]),
        ([("2018-01-10", "2018-12-31")], [0, 0, 0]),
        ([("2019-01-10", "2019-12-31")], [1, 0, 0]),
        ([FIRST], [1, 0, 0]),
        ([FIRST, ("2019-03-02", None)], [1, 1, 1]),
        ([FIRST, ("2020-03-01", None)], [1, 1, 1]),
        ([FIRST, ("2020-03-02", None)], [1, 0, 1]),
        ([FIRST, ("2021-03-01", None)], [1, 0, 1]),
        ([FIRST, ("2021-03-02", None)], [1, 0, 0]),
        # Reopened the same day, or another case still running: not closed, and nobody comes back.
        ([FIRST, ("2019-03-01", None)], [0, 0, 0]),
        ([FIRST, ("2019-02-01", None)], [0, 0, 0]),
        ([FIRST, ("2019-03-01", "2019-06-01")], [1, 0, 0]),
        ([FIRST, ("2019-02-01", "2019-06-01"), ("2020-06-01", None)], [1, 1, 1]),
        ([FIRST, ("2019-02-01", "2020-06-01")], [0, 0, 0]),
        # A short case within a long one neither closes the long one nor opens a new one.
        ([("2019-01-01", "2019-09-01"), ("2019-02-01", "2019-03-01"), ("2019-04-01", "2019-05-01")], [1, 0, 0]),
        # The first closing of the year counts, and it alone.
        ([FIRST, ("2019-08-01", "2019-09-01"), ("2020-12-01", None)], [1, 1, 1]),
        ([("2018-06-01", "2018-12-01"), ("2019-08-01", "2019-09-01")], [1, 0, 0]),
    ],
)
def test_who_is_in_the_cohort_and_who_comes_back(spans: list[Span], expected: list[float]) -> None:
    cases = [case(number, span) for number, span in enumerate(spans)]
    assert found(built(*cases)) == expected
    assert found(built(*reversed(cases))) == expected


def test_another_role_or_another_person_is_no_return() -> None:
    made = built(
        case(1, FIRST), case(2, ("2019-06-01", "2019-07-01"), roll="valdsutovare"),
        case(3, ("2019-06-01", None), person_id="p2"),
    )  # fmt: skip
    assert found(made) == [1, 0, 0]
    assert found(made, "valdsutovare") == [1, 0, 0]
    assert "totalt" not in set(made.cells["roll"])


def test_sex_is_that_of_the_latest_case_begun_in_the_year() -> None:
    made = built(case(1, FIRST), case(2, ("2019-09-01", None), kon="man"), case(3, ("2020-09-01", None)))
    assert found(made, kon="man") == [1, 1, 1]
    assert found(made, kon="kvinna") == [0, 0, 0]


@pytest.mark.parametrize(
    ("known", "expected", "told"),
    [
        (date(2021, 12, 31), [1, 1, 1], []),
        (date(2021, 12, 30), [1, 1, "saknas"], ["24 månader"]),
        (date(2020, 12, 31), [1, 1, "saknas"], ["24 månader"]),
        (date(2020, 12, 30), [1, "saknas", "saknas"], ["12 månader", "24 månader"]),
        (None, [1, "saknas", "saknas"], ["12 månader", "24 månader"]),
    ],
)
def test_until_the_months_have_passed_it_is_missing_and_a_note_says_when(
    known: date | None, expected: list[float | str], told: list[str]
) -> None:
    made = built(case(1, FIRST), case(2, ("2019-04-01", None)), known=known, regler=Regler(minsta_bas=1))
    assert found(made) == expected
    assert [cell(made, f"andel_ater_{m}", roll="valdsutsatt_vuxen") for m in (12, 24)] == expected[1:]
    assert found(made, "barn") == [0, 0, 0]
    notes = [n for n in made.notes if n.startswith("Återkommande inom")]
    assert [n.split("inom ")[1].split(" kan")[0] for n in notes] == told
    assert all(("2021-12-31" if "24 månader" in n else "2020-12-31") in n for n in notes)


def test_a_share_of_few_is_not_shown() -> None:
    cases = [case(n, FIRST, person_id=f"p{n}") for n in range(10)] + [case(10, ("2019-05-01", None), person_id="p0")]
    made = built(*cases)
    assert cell(made, "andel_ater_12", roll="valdsutsatt_vuxen") == pytest.approx(0.1)
    assert cell(built(*cases[1:]), "andel_ater_12", roll="valdsutsatt_vuxen") == "saknas"


def test_behind_a_return_stand_both_deliveries() -> None:
    made = built(case(1, FIRST, leverans_id=7), case(2, ("2019-05-01", None), leverans_id=8))
    cells = made.cells
    at = cells.index[
        (cells["matt"] == "antal_ater_12") & (cells["roll"] == "valdsutsatt_vuxen") & (cells["kon"] == "totalt")
    ]
    behind = made.ledger[made.ledger["cell"].isin(at)]
    assert list(zip(behind["leverans_id"], behind["rader"], strict=True)) == [(7, 1), (8, 1)]


# --- against plain Python ------------------------------------------------------------------------------------------

ROLES = ("valdsutsatt_vuxen", "valdsutovare")


@st.composite
def registers(draw: st.DrawFn) -> list[Record]:
    out: list[Record] = []
    for number in range(draw(st.integers(0, 12))):
        start = date(2018, 10, 1) + timedelta(draw(st.integers(0, 60)) * 15)
        steps = draw(st.none() | st.integers(0, 12))
        end = None if steps is None else start + timedelta(steps * 15)
        other = {"person_id": f"p{draw(st.integers(0, 2))}", "roll": draw(st.sampled_from(ROLES))}
        out.append(case(number, FIRST) | {"startdatum": start, "slutdatum": end} | other)
    return out


def months_after(day: date, months: int) -> date:
    """The same date some months later; the month's last day where it has no such date."""
    year, month = day.year + (day.month - 1 + months) // 12, (day.month - 1 + months) % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def closing(theirs: list[Record]) -> date | None:
    """The first day of the year on which a person had a case that ended, and none that went on."""
    days = [
        c["slutdatum"]
        for c in theirs
        if c["slutdatum"] and c["slutdatum"].year == 2019
        and not any(o["startdatum"] <= c["slutdatum"] and (o["slutdatum"] or date.max) > c["slutdatum"] for o in theirs)
    ]  # fmt: skip
    return min(days, default=None)


@settings(max_examples=20, deadline=None)
@given(cases=registers())
def test_the_cohort_is_what_plain_python_finds(cases: list[Record]) -> None:
    expected = {}
    for roll in ROLES:
        closed = []
        for person in {c["person_id"] for c in cases}:
            theirs = [c for c in cases if c["person_id"] == person and c["roll"] == roll]
            day = closing(theirs)
            if day:
                starts = [c["startdatum"] for c in theirs if c["startdatum"] > day]
                closed.append([any(s <= months_after(day, m) for s in starts) for m in (12, 24)])
        expected[roll] = [len(closed), *(sum(c[i] for c in closed) for i in (0, 1))]
    made = built(*cases)
    assert {roll: found(made, roll) for roll in ROLES} == expected
