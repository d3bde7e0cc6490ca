"""The forms with person records: what is written reads back, and one faulty cell is told at exactly that cell."""

from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from sources.forms import arbetsbok, arendeblad
from sources.forms.arbetsbok_form import TABLES, columns, write_register_form
from sources.forms.arendeblad_columns import columns as wide_columns
from sources.forms.arendeblad_form import asked, write_arendeblad_form
from sources.readers import letter
from sources.synthetic import Plan, generate
from sources.synthetic.forms import write_case_form, write_workbook
from tests.form_tools import book, case_form, found, grids, places, records, table, workbook
from warehouse.contracts.base import Column

SLOW = settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
FEW = settings(SLOW, max_examples=3)
STATED = {"avsandare": "Testkommun", "uttagsdatum": "2026-01-15", "period": "2025"}
TEXTS = {
    "enhet": st.integers(1, 99).map("enhet_{}".format),
    "utforare_id": st.integers(1, 99).map("jour_{}".format),
    "instrumentversion": st.sampled_from(["1", "2.0", "3.10"]),
    "manad": st.sampled_from(["2025-01", "2025-12"]),
    "period": st.sampled_from(["2025", "2025T2"]),
}
NONSENSE = {"code": "finns inte", "codes": "finns inte", "date": "2025-02-30", "integer": "tre", "number": "mycket"}


def answer(column: Column) -> st.SearchStrategy[str | None]:
    """Anything that may stand in a column, as the contract writes it."""
    if column.kind == "code":
        said: st.SearchStrategy[str] = st.sampled_from(column.allowed)
    elif column.kind == "codes":
        said = st.sets(st.sampled_from(column.allowed), min_size=1).map(
            lambda chosen: ";".join(code for code in column.allowed if code in chosen)
        )
    elif column.kind == "date":
        said = st.dates(date(2020, 1, 1), date(2026, 1, 14)).map(date.isoformat)
    elif column.kind in {"integer", "number"}:
        said = st.integers(int(column.minimum or 0), int(min(column.maximum or 1000, 90_000))).map(str)
        if column.kind == "number":
            said |= st.integers(0, 9999).map(lambda n: f"{n}.5")
    elif column.kind == "pseudonym":
        said = st.from_regex(r"[A-Z]{1,3}-\d{1,4}", fullmatch=True)
    else:
        said = TEXTS[column.name]
    return said if not column.nullable else st.none() | said


def record(names: dict[str, Column]) -> st.SearchStrategy[dict[str, str | None]]:
    return st.fixed_dictionaries({name: answer(column) for name, column in names.items()})


def written(write: Any, **given_: Any) -> bytes:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "formular.xlsx"
        write(path, kommun="0114", rows=0, stated=STATED, **given_)
        return path.read_bytes()


@SLOW
@given(data=st.data())
def test_any_workbook_of_the_template_reads_back(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(list(TABLES)))
    ours = {c.name: c for c in TABLES[name].delivered()}
    rows = data.draw(st.lists(record(ours), min_size=1, max_size=6))
    reading = arbetsbok.read(written(write_register_form, tables={name: rows}), {})
    assert [part.tabell for part in reading.parts] == [name]
    assert records(table(reading, name).frame, list(ours)) == rows
    assert list(table(reading, name).rows) == list(range(2, len(rows) + 2))


@FEW
@given(seed=st.integers(0, 10_000), count=st.integers(1, 15))
def test_invented_records_read_back_from_the_workbook(seed: int, count: int) -> None:
    plan = Plan(namnd="0580", years=(2024,), cases_per_year=count, seed=seed)
    with TemporaryDirectory() as folder:
        reading = arbetsbok.read(write_workbook(plan, Path(folder))[0].read_bytes(), {})
    assert (reading.facts["namnd"], reading.facts["period"], reading.facts["syntetisk"]) == ("0580", "2024", "ja")
    frames = generate(plan)
    for name, contract in TABLES.items():
        names = [c.name for c in contract.delivered()]
        assert records(table(reading, name).frame, names) == records(frames[name], names), name
    assert found(reading) == []


@FEW
@given(seed=st.integers(0, 10_000), count=st.integers(1, 15))
def test_invented_cases_read_back_from_the_case_form(seed: int, count: int) -> None:
    plan = Plan(namnd="0580", years=(2024,), cases_per_year=count, seed=seed)
    with TemporaryDirectory() as folder:
        reading = arendeblad.read(write_case_form(plan, Path(folder))[0].read_bytes(), {})
    frames, got = generate(plan), {part.tabell: part.table.frame for part in reading.parts}
    for name, key in {"arende": "arende_id", "insats": "arende_id", "bedomning": "arende_id"}.items():
        names = [c.name for c in TABLES[name].delivered() if c.name != "insats_id"]
        if frames[name].empty:
            assert name not in got
            continue
        want = sorted(records(frames[name], names), key=repr)
        if name == "bedomning":  # room for four
            most = {row[key]: sum(r[key] == row[key] for r in want) for row in want}
            assume(max(most.values()) <= 4)
        assert sorted(records(got[name], names), key=repr) == want, name
    measured = records(frames["matning"], [c.name for c in TABLES["matning"].delivered() if c.name != "insats_id"])
    first = {(row["arende_id"], row["fas"]): row for row in reversed(measured)}
    names = list(measured[0]) if measured else []
    assert sorted(records(got["matning"], names) if measured else [], key=repr) == sorted(first.values(), key=repr)
    assert found(reading) == []


@SLOW
@given(data=st.data())
def test_any_case_form_of_the_template_reads_back(data: st.DataObject) -> None:
    wides = [w for w in asked(3, 2) if w.column.name != "alder"]
    box = st.none() | st.sampled_from(["1", "0"])
    row = st.fixed_dictionaries({w.name: box if w.code else answer(w.column) for w in wides})
    rows = data.draw(st.lists(row, min_size=1, max_size=3, unique_by=lambda r: r["arende_id"]))
    reading = arendeblad.read(written(write_arendeblad_form, records=rows), {})
    got = {part.tabell: part.table for part in reading.parts}
    assert list(got["arende"].rows) == list(range(2, len(rows) + 2))
    case = {w.column.name: w.name for w in wides if w.record == "arende" and not w.code}
    for want, have in zip(rows, records(got["arende"].frame, [*case, "valdstyp"]), strict=True):
        ticked = [w.code for w in wides if w.code and want[w.name] == "1"]
        assert have == {c: want[n] for c, n in case.items()} | {"valdstyp": ";".join(map(str, ticked)) or None}
    for number in ("1", "2", "3"):
        names = {w.column.name: w.name for w in wides if (w.record, w.which) == ("insats", number)}
        want_ = [{c: r[n] for c, n in names.items()} for r in rows]
        have_ = [
            {c: r[c] for c in names}
            for r in records(got["insats"].frame, ["insats_id", *names])
            if str(r["insats_id"]).endswith(f"-{number}")
        ]
        assert have_ == [r for r in want_ if any(r.values())]
    phases = records(got["matning"].frame, ["arende_id", "fas", "matdatum", "trygghet", "saknas_orsak"])
    assert phases == [
        {
            "arende_id": r["arende_id"], "fas": fas, "matdatum": r[f"{fas}_datum"], "trygghet": r[f"{fas}_trygghet"],
            "saknas_orsak": r[f"{fas}_saknas_orsak"],
        }
        for r in rows for fas in ("fore", "under", "efter")
    ]  # fmt: skip


@SLOW
@given(data=st.data())
def test_one_faulty_cell_of_the_workbook_is_told_at_that_cell(data: st.DataObject) -> None:
    sheets = grids(workbook())
    name = data.draw(st.sampled_from([n for n, c in TABLES.items() if len(_rows(sheets[c.title()])) > 0]))
    title = TABLES[name].title()
    choices = [(place, c) for place, c in enumerate(columns(TABLES[name])) if c.kind != "pseudonym" or not c.nullable]
    place, column = data.draw(st.sampled_from(choices))
    row = data.draw(st.sampled_from(_rows(sheets[title])))
    sheets[title][row][place] = _wrong(column)
    told = found(arbetsbok.read(book(sheets), {}))
    assert places(told) == {(title, row + 1, letter(place))}


@SLOW
@given(data=st.data())
def test_one_faulty_cell_of_the_case_form_is_told_at_that_cell(data: st.DataObject) -> None:
    sheets = grids(case_form())
    grid = sheets["Ärendeblad"]
    wides = {w.title: w for w in wide_columns()}
    filled = [
        (row, place, wides[grid[0][place].removesuffix("*").strip()])
        for row in _rows(grid) for place, cell in enumerate(grid[row]) if cell
    ]  # fmt: skip
    row, place, wide = data.draw(st.sampled_from(filled))
    grid[row][place] = "kanske" if wide.code else _wrong(wide.column)
    told = found(arendeblad.read(book(sheets), {}))
    assert places(told) == {("Ärendeblad", row + 1, letter(place))}


def _rows(grid: list[list[str]]) -> list[int]:
    return [i for i, row in enumerate(grid) if i and any(row)]


def _wrong(column: Column) -> str:
    """Nonsense of a kind that may be met: a wrong check digit for a person, nothing for an id, else a wrong word."""
    if column.name in {"person_id", "barn_id"}:
        return "18900101-9803" if column.name == "person_id" else ""
    return NONSENSE.get(column.kind, "" if column.kind == "pseudonym" else "Storgatans grupp!")
