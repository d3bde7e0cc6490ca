"""Any delivery that the generator writes, dressed as some system might dress it, reads back to the same facts."""

import csv
import io
from datetime import date
from typing import Any

import pandas as pd
import pytest
import xlsxwriter
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sources import _values, register
from sources.mapping import load_mapping
from sources.synthetic import Plan, generate
from warehouse.contracts.registry import CONTRACTS

FRAMES = generate(Plan("0580", (2024,), 14, seed=11, omfang="helbild"))
TABLES = [name for name, frame in FRAMES.items() if not frame.empty]
SOURCE = register.SOURCES[-1]
some = settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])

DATES = {
    "auto": lambda d: d.strftime("%Y%m%d"),
    "dag_manad_ar": lambda d: f"{d.day}/{d.month}/{d.year}",
    "excel": lambda d: str((d - date(1899, 12, 30)).days),
    "excel_1904": lambda d: str((d - date(1904, 1, 1)).days),
}
_headers = st.from_regex(r"[a-zåäöA-ZÅÄÖ]{3,9}( [a-zåäö]{2,5})?[0-9]?", fullmatch=True)
_codes = st.from_regex(r"[A-ZÅÄÖa-zåäö0-9]{1,6}", fullmatch=True).filter(lambda t: t != "NULL")


def unique(draw: st.DrawFn, strategy: st.SearchStrategy[str], count: int, taken: set[str]) -> list[str]:
    """As many different texts, however they are compared."""
    out: list[str] = []
    while len(out) < count:
        text = draw(strategy.filter(lambda t: _values.head(t) not in taken))
        taken.add(_values.head(text))
        out.append(text)
    return out


class Dress:
    """A system's own words for some tables: headers, codes, dates and what it writes for nothing."""

    def __init__(self, draw: st.DrawFn, tables: list[str], shared: tuple[str, ...] = ()) -> None:
        self.form = draw(st.sampled_from(sorted(DATES)))
        self.nothing = draw(st.sampled_from(["", "NULL", "-"]))
        taken: set[str] = set()
        self.common = dict(zip(shared, unique(draw, _headers, len(shared), taken), strict=True))
        self.kolumner: dict[str, dict[str, str]] = {}
        self.koder: dict[str, dict[str, dict[str, str]]] = {}
        for table in tables:
            own = [c for c in CONTRACTS[table].delivered() if c.name in FRAMES[table] and c.name not in shared]
            names = unique(draw, _headers, len(own), taken)
            self.kolumner[table] = {c.name: h for c, h in zip(own, names, strict=True)}
            self.koder[table] = {
                c.name: dict(zip(unique(draw, _codes, len(c.allowed), set()), c.allowed, strict=True))
                for c in own
                if c.codes
            }

    def header(self, table: str, column: str) -> str:
        return self.common.get(column) or self.kolumner[table][column]

    def frame(self, table: str) -> pd.DataFrame:
        """The table as the system would write it."""
        kinds = {c.name: c.kind for c in CONTRACTS[table].delivered()}
        out = {}
        for name, values in FRAMES[table].items():
            outside = {code: text for text, code in self.koder[table].get(str(name), {}).items()}
            out[self.header(table, str(name))] = [self._cell(v, kinds[str(name)], outside) for v in values]
        return pd.DataFrame(out)

    def _cell(self, value: Any, kind: str, outside: dict[str, str]) -> str:
        if not isinstance(value, str):
            return self.nothing
        if kind == "date":
            return DATES[self.form](date.fromisoformat(value))
        return "|".join(outside[v] for v in value.split(";")) if outside else value

    def mapping(self, **more: Any) -> str:
        tables = {t: {"kolumner": self.kolumner[t], "koder": self.koder[t]} for t in self.kolumner}
        tables["arende" if "arende" in tables else next(iter(tables))] |= more.pop("arende", {})
        said = {
            "namn": "prov",
            "version": "1",
            "datumformat": self.form,
            "tomma": [self.nothing] if self.nothing else [],
            "kolumner": self.common,
            "tabeller": tables,
            **more,
        }
        return yaml.safe_dump(said, allow_unicode=True, sort_keys=False)


def as_csv(frame: pd.DataFrame, encoding: str, separator: str) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=separator)
    writer.writerows([list(frame.columns), *frame.itertuples(index=False)])
    return out.getvalue().encode(encoding)


def facts(frame: pd.DataFrame, columns: list[str]) -> list[tuple[str | None, ...]]:
    return [tuple(v if isinstance(v, str) else None for v in r) for r in frame[columns].itertuples(index=False)]


def read(content: bytes, name: str, text: str) -> dict[str, pd.DataFrame]:
    mapping = load_mapping(text, refused=lambda _names: [])
    reading = SOURCE.read(content, {"_mapping": mapping, "_fil": name})
    assert [f for p in reading.parts for f in (*p.table.faults, *p.warnings)] == []
    return {p.tabell: p.table.frame for p in reading.parts}


@some
@given(st.data(), st.sampled_from(TABLES))
def test_a_text_file_of_any_dress_reads_back(data: st.DataObject, table: str) -> None:
    dress = data.draw(st.composite(lambda draw: Dress(draw, [table]))())
    encoding = data.draw(st.sampled_from(["utf-8", "utf-8-sig", "cp1252", "utf-16"]))
    separator = data.draw(st.sampled_from([";", ",", "\t"]))
    before = data.draw(st.integers(0, 3))
    content = as_csv(dress.frame(table), "utf-8" if encoding == "utf-8-sig" else encoding, separator)
    text = (
        content.decode("utf-16") if encoding == "utf-16" else content.decode("utf-8" if "8" in encoding else "cp1252")
    )
    content = ("Uttag\r\n" * before + text).encode(encoding)
    file = {"*.csv": {"tabeller": [table], "separator": "tab" if separator == "\t" else separator,
                      "encoding": {"cp1252": "windows-1252"}.get(encoding, encoding.removesuffix("-sig")),
                      "hoppa_over": str(before)}}  # fmt: skip
    found = read(content, "uttag.csv", dress.mapping(filer=file))[table]
    columns = list(FRAMES[table].columns)
    assert facts(found, columns) == facts(FRAMES[table], columns)


@settings(some, max_examples=3)
@given(st.data(), st.sampled_from(TABLES))
def test_a_workbook_of_any_dress_reads_back(data: st.DataObject, table: str) -> None:
    dress = data.draw(st.composite(lambda draw: Dress(draw, [table]))())
    first = data.draw(st.integers(1, 5))
    frame = dress.frame(table)
    content = io.BytesIO()
    with xlsxwriter.Workbook(content) as book:
        book.add_worksheet("Om").write(0, 0, "Uttag")
        sheet = book.add_worksheet("Poster")
        for number, values in enumerate([list(frame.columns), *frame.itertuples(index=False)], start=first - 1):
            for place, value in enumerate(values):
                if value:
                    sheet.write_string(number, place, value)
    file = {"*.xlsx": {"tabeller": [table], "blad": "poster", "rubrikrad": str(first)}}
    found = read(content.getvalue(), "uttag.xlsx", dress.mapping(filer=file))[table]
    columns = list(FRAMES[table].columns)
    assert facts(found, columns) == facts(FRAMES[table], columns)


@some
@given(st.data())
def test_cases_repeated_on_their_decisions_read_back_to_both_tables(data: st.DataObject) -> None:
    dress = data.draw(st.composite(lambda draw: Dress(draw, ["arende", "insats"], ("arende_id",)))())
    key = dress.common["arende_id"]
    joined = dress.frame("arende").merge(dress.frame("insats"), on=key, how="left").fillna(dress.nothing)
    joined = joined.sample(frac=1, random_state=data.draw(st.integers(0, 99))).reset_index(drop=True)
    file = {"*": {"tabeller": ["arende", "insats"]}}
    text = dress.mapping(filer=file, arende={"upprepas": "ja"})
    found = read(as_csv(joined, "utf-8", ";"), "uttag.csv", text)
    for table in ("arende", "insats"):
        columns = list(FRAMES[table].columns)
        assert sorted(map(str, facts(found[table], columns))) == sorted(map(str, facts(FRAMES[table], columns)))


@settings(some, max_examples=5)
@given(st.data())
def test_a_case_that_is_told_differently_on_one_row_is_a_fault_at_that_row(data: st.DataObject) -> None:
    """Any single cell of a later row of a case: exactly its row and column, and no other."""
    dress = data.draw(st.composite(lambda draw: Dress(draw, ["arende", "insats"], ("arende_id",)))())
    key = dress.common["arende_id"]
    joined = dress.frame("arende").merge(dress.frame("insats"), on=key, how="left").fillna(dress.nothing)
    place = data.draw(st.sampled_from([i for i in joined.index if joined[key].duplicated()[i]]))
    column = data.draw(st.sampled_from(sorted(set(dress.kolumner["arende"]) - {"person_id"})))
    joined.loc[place, dress.header("arende", column)] = "något annat"
    text = dress.mapping(filer={"*": {"tabeller": ["arende", "insats"]}}, arende={"upprepas": "ja"})
    mapping = load_mapping(text, refused=lambda _names: [])
    parts = SOURCE.read(as_csv(joined, "utf-8", ";"), {"_mapping": mapping, "_fil": "x.csv"}).parts
    (fault,) = [f for p in parts for f in p.table.faults]
    assert (fault.regel, fault.rad, fault.kolumn) == ("upprepas_olika", place + 2, column)


def test_the_generator_gives_something_to_read() -> None:
    assert {"arende", "insats", "matning"} <= set(TABLES)
    assert FRAMES["insats"]["arende_id"].duplicated().any()
    assert pytest.approx(14) == len(FRAMES["arende"])
