"""For the tests of the jour's report: forms written once, changed as one does with another program. No tests here."""

import io
from collections.abc import Mapping
from copy import copy
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import openpyxl
from openpyxl.workbook import Workbook

from sources.iop import write_form

_written: dict[str, bytes] = {}


def written(**said: Any) -> bytes:
    """The form as ``write_form`` makes it (the same bytes each time, so it is written once)."""
    key = repr(sorted(said.items()))
    if key not in _written:
        with TemporaryDirectory() as folder:
            path = Path(folder) / "rapport.xlsx"
            write_form(path, **said)
            _written[key] = path.read_bytes()
    return _written[key]


def saved(book: Workbook) -> bytes:
    """The workbook as openpyxl saves it."""
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@lru_cache(maxsize=2)
def _opened(content: bytes) -> Workbook:
    return openpyxl.load_workbook(io.BytesIO(content))


def altered(content: bytes, cells: Mapping[tuple[str, str], Any]) -> bytes:
    """The workbook with other things in some cells (sheet, cell), as one who took the lock away saves it."""
    book = _opened(content)
    places = [book[sheet][cell] for sheet, cell in cells]
    before = [(place.value, copy(place._style)) for place in places]  # a date brings a format of its own
    try:
        for place, value in zip(places, cells.values(), strict=True):
            place.value = value
        return saved(book)
    finally:
        for place, (value, style) in zip(places, before, strict=True):
            place.value, place._style = value, style
