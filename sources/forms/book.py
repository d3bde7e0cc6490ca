"""A form's workbook as it comes back: its sheets, formula errors, the delivery it corrects. Judges no answer.

Shared by the workbook (``arbetsbok``) and the case form (``arendeblad``).
"""

import html
import io
import re
import zipfile
from collections.abc import Collection, Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from sources._values import fold, head
from sources.mapping.model import ALDER
from sources.readers import Grid, read_book, sheet_table
from warehouse.contracts.delivery import Fault, TextTable

CORRECTIONS = "att_ratta"
"""The sheet that a workbook gets when it is sent back, as ``fold`` writes its name."""
_IGNORED = (CORRECTIONS, "las_mig", "exempel", "listor")
_HEADER_ROWS = 10
OLDEST = 120
_SHEET = re.compile(rb"<(?:\w+:)?sheet\b[^>]*>")
_ERROR = re.compile(rb"<(?:\w+:)?c\b(?=[^>]*\bt=[\"']e[\"'])[^>]*>")
_CELL = re.compile(rb"\br=[\"']([A-Z]+)(\d+)[\"']")

Errors = Mapping[str, Collection[tuple[int, str]]]
"""Sheet name -> row and letter of each cell that holds a formula error."""


def sheets(content: bytes) -> dict[str, tuple[int, str, Grid]]:
    """Folded name -> place from the left, name, cells: the sheets that may hold answers. Raises Unreadable."""
    found = {}
    for place, (name, grid) in enumerate(read_book(content).items(), start=1):
        found[fold(name) or f"blad_{place}"] = (place, name, grid)
    return found


def ignored(folded: str) -> bool:
    """Whether a sheet is the form's own and holds no answers."""
    return folded.startswith(_IGNORED)


def filled(grid: Grid) -> bool:
    """Whether anything stands in a sheet."""
    return any(cell.strip() for row in grid for cell in row)


def corrects(found: Mapping[str, tuple[int, str, Grid]]) -> dict[str, str]:
    """The delivery that a workbook that was sent back corrects (B1 of its own sheet), as a fact; else nothing."""
    for folded, (_, _, grid) in found.items():
        if folded.startswith(CORRECTIONS) and grid and len(grid[0]) > 1 and fold(grid[0][0]) == "leverans":
            number = grid[0][1].strip()
            return {"rattar": number} if re.fullmatch(r"[1-9]\d{0,8}", number) else {}
    return {}


def header_row(grid: Grid, known: Collection[str]) -> int | None:
    """The row, as a person counts, that holds the headers: the one of the first ten with most of the known ones.

    None where no row has any; a banner above the headers does no harm.
    """
    hits = [sum(bool(cell.strip()) and head(cell) in known for cell in row) for row in grid[:_HEADER_ROWS]]
    return hits.index(max(hits)) + 1 if any(hits) else None


def table_of(name: str, grid: Grid, known: Collection[str], errors: Errors) -> tuple[TextTable, dict[int, list[str]]]:
    """A sheet as a table without the rows that hold formula errors, and the letters of these cells by row."""
    table = sheet_table(name, grid, header_row=header_row(grid, known), allow_empty=True)
    wrong: dict[int, list[str]] = {}
    for rad, bokstav in errors.get(name, ()):
        wrong.setdefault(rad, []).append(bokstav)
    keep = ~table.rows.isin(list(wrong))
    if not keep.all():
        table = replace(table, frame=table.frame[keep], rows=table.rows[keep])
    return table, wrong


def formula_faults(table: TextTable, wrong: Mapping[int, list[str]], names: Mapping[str, str]) -> tuple[Fault, ...]:
    """A fault for each formula error; ``names`` has the contract's name of the columns that are known, by letter."""
    return tuple(
        Fault("formelfel", rad, names.get(bokstav, f"kolumn {bokstav}"), table.blad, bokstav=bokstav)
        for rad in sorted(wrong)
        for bokstav in wrong[rad]
    )


def formula_errors(content: bytes) -> dict[str, list[tuple[int, str]]]:
    """Where the workbook's formulas ended in an error: the reader gives such a cell as blank, as if nobody answered."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            targets = _targets(archive.read("xl/_rels/workbook.xml.rels"))
            out = {}
            for tag in _SHEET.findall(archive.read("xl/workbook.xml")):
                path = targets.get(_attribute(tag, rb"\w+:id"))
                found = _ERROR.findall(archive.read(path)) if path in archive.namelist() else []
                cells = [match for tag_ in found if (match := _CELL.search(tag_))]
                out[_attribute(tag, b"name")] = [(int(cell[2]), cell[1].decode()) for cell in cells]
            return out
    except (KeyError, ValueError, OSError, zipfile.BadZipFile):
        return {}  # laid out in a way of its own: the cells are blank then


def _targets(rels: bytes) -> dict[str, str]:
    tags = re.findall(rb"<(?:\w+:)?Relationship\b[^>]*>", rels)
    found = {_attribute(tag, b"Id"): _attribute(tag, b"Target") for tag in tags}
    return {name: path.removeprefix("/") if path.startswith("/") else f"xl/{path}" for name, path in found.items()}


def _attribute(tag: bytes, name: bytes) -> str:
    match = re.search(rb"\b" + name + rb"=(?:\"([^\"]*)\"|'([^']*)')", tag)
    return html.unescape((match[1] or match[2] or b"").decode("utf-8", "replace")) if match else ""


def renamed(table: TextTable, names: Mapping[str, str]) -> TextTable:
    """The table with the headers that ``names`` knows (as ``head`` writes them) under the contract's names."""
    headers = [names.get(head(str(header)), str(header)) for header in table.frame.columns]
    return replace(table, frame=table.frame.set_axis(pd.Index(headers), axis=1))


def age_faults(table: TextTable) -> tuple[Fault, ...]:
    """Ages that are no age. They are grouped before anything is judged, so they are told here."""
    if ALDER not in table.frame:
        return ()
    ages = table.frame[ALDER].reset_index(drop=True)
    whole = ages.str.fullmatch(r"\d{1,9}").fillna(False).astype(bool)
    wrong = {int(i): "heltal" for i in np.flatnonzero((ages.notna() & ~whole).to_numpy(dtype=bool))}
    wrong |= {int(i): "utanfor_granser" for i in np.flatnonzero(whole.to_numpy()) if int(ages[i]) > OLDEST}
    return tuple(
        Fault(rule, int(table.rows.iloc[i]), ALDER, table.blad, bokstav=table.letter(i, ALDER))
        for i, rule in sorted(wrong.items())
    )
