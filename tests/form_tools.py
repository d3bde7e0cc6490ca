"""For the tests of the forms with person records: filled-in workbooks, and faults as the intake finds them.

No tests here.
"""

import io
import pickle
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache, lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pandas as pd
import xlsxwriter

from quality.deidentify import deidentify
from quality.identity import Pseudonymizer
from quality.validation import parse
from sources.base import Reading
from sources.readers import read_book
from sources.synthetic import Plan
from sources.synthetic.forms import write_case_form, write_workbook
from warehouse.contracts.delivery import Facts, Fault
from warehouse.contracts.registry import CONTRACTS

Grids = dict[str, list[list[str]]]
PLAN = Plan(namnd="0114", years=(2025,), cases_per_year=12, seed=3)
DAY = date(2026, 1, 15)


@cache
def workbook() -> bytes:
    """The invented records of a year in the workbook with a sheet for each table."""
    with TemporaryDirectory() as folder:
        return write_workbook(PLAN, Path(folder))[0].read_bytes()


@cache
def case_form() -> bytes:
    """The same records as a case form."""
    with TemporaryDirectory() as folder:
        return write_case_form(PLAN, Path(folder))[0].read_bytes()


def grids(content: bytes) -> Grids:
    """The sheets as cells of text, free to change."""
    return {name: [list(row) for row in grid] for name, grid in _read(content).items()}


@lru_cache(maxsize=8)
def _read(content: bytes) -> Grids:
    return read_book(content)


def book(sheets: Mapping[str, Sequence[Sequence[str]]], formulas: Sequence[tuple[str, int, int]] = ()) -> bytes:
    """Cells as a workbook; ``formulas`` (sheet, row, column from 0) end in an error."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as made:
        for name, grid in sheets.items():
            sheet = made.add_worksheet(name)
            for number, row in enumerate(grid):
                for place, cell in enumerate(row):
                    if (name, number, place) in formulas:
                        sheet.write_formula(number, place, "=NA()", None, "#N/A")
                    elif cell:
                        sheet.write_string(number, place, cell)
    return out.getvalue()


def column_of(grid: Sequence[Sequence[str]], title: str, header: int = 0) -> int:
    """Place of a column by its title; the star of what must be filled in aside."""
    return [cell.removesuffix("*").strip() for cell in grid[header]].index(title)


def facts(reading: Reading) -> Facts:
    """What a reading states, as far as judging needs it."""
    return Facts("verksamhetssystem", reading.parts[0].tabell, "0114", "test", DAY, "periodutdrag", "2025")


def found(reading: Reading) -> list[Fault]:
    """All faults of all parts, found as the intake finds them."""
    stated = facts(reading)
    return [fault for part in reading.parts for fault in _judged(part.tabell, pickle.dumps((part.table, stated)))]


@cache
def _judged(tabell: str, judged: bytes) -> tuple[Fault, ...]:
    """The faults of one table. A test changes one sheet of many: those that are as before are judged once."""
    table, stated = pickle.loads(judged)  # noqa: S301 - our own bytes
    contract = CONTRACTS[tabell]
    clean = deidentify(table, contract, stated, Pseudonymizer(b"k" * 32, 1))
    broken = () if clean.refused else parse(contract, clean.table, DAY)[1]
    return (*table.faults, *clean.faults, *broken)


def places(faults: Sequence[Fault]) -> set[tuple[str | None, int | None, str | None]]:
    """Sheet, row and letter of each fault."""
    return {(fault.blad, fault.rad, fault.bokstav) for fault in faults}


def records(frame: pd.DataFrame, names: Sequence[str]) -> list[dict[str, str | None]]:
    """Rows as dicts of these columns; what is missing is None."""
    return [
        {name: row.get(name) if isinstance(row.get(name), str) else None for name in names}
        for row in frame.to_dict("records")
    ]


def table(reading: Reading, tabell: str) -> Any:
    """The table of one part."""
    return next(part.table for part in reading.parts if part.tabell == tabell)
