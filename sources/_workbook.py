"""Reads an .xlsx workbook in a child process with limits, so that no workbook can take the run with it.

The reader makes room for every cell between the first and the last one: a small damaged or hostile file can ask for
more memory than there is, and nothing in Python can catch that. The child's own words are thrown away.
"""

import gc
import json
import subprocess

from sources import _child, _sheet
from sources.base import Unreadable
from warehouse.contracts.delivery import Fault

_SECONDS = 60


Grid = list[list[str]]


def read_grid(content: bytes, sheet: str | None) -> tuple[str, Grid]:
    """The sheet's name and its cells as text, row by row from the first; the first sheet where none is named.

    Raises:
        Unreadable: It is empty, no .xlsx (also one with a password), damaged, unreasonably large, or lacks the sheet.
    """
    return _ask(content, *([f"={sheet}"] if sheet is not None else []), sheet=sheet)[0]


def read_book(content: bytes) -> dict[str, Grid]:
    """All sheets by name, in the workbook's order. Raises Unreadable as ``read_grid``."""
    return dict(_ask(content, "--all"))


def sheet_names(content: bytes) -> tuple[str, ...]:
    """The names of the sheets, in order. Raises Unreadable as ``read_grid``."""
    return tuple(name for name, _ in _ask(content, "--names"))


def _ask(content: bytes, *arguments: str, sheet: str | None = None) -> list[tuple[str, Grid]]:
    if not content:
        raise Unreadable(Fault("tom_fil"))
    if not _child.reasonable(content):
        raise Unreadable(Fault("filformat"))
    try:
        done = _child.run("sources._sheet", *arguments, content=content, seconds=_SECONDS)
    except subprocess.TimeoutExpired:
        raise Unreadable(Fault("filformat")) from None
    if done.returncode == _sheet.NO_SHEET:
        raise Unreadable(Fault("bladet_saknas", blad=sheet))
    if done.returncode != 0:
        raise Unreadable(Fault("filformat"))
    return _parsed(done.stdout)


def _parsed(answer: bytes) -> list[tuple[str, Grid]]:
    """The child's sheets. The collector would walk through all cells again and again while they are made."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        about, _, text = answer.decode("utf-8", "surrogatepass").partition("\n")
        sheets = []
        for one, cells in zip(json.loads(about), text.split(_sheet.SHEET), strict=True):
            if isinstance(one, str):
                sheets.append((one, [row.split(_sheet.CELL) for row in cells.split(_sheet.ROW)]))
            else:
                sheets.append((one[0], one[1]))
        return sheets
    finally:
        if collecting:
            gc.enable()
