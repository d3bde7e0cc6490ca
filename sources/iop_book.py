"""Opens an IOP report's workbook: its sheets as text, and which boxes hold a formula that gives nothing. No meaning."""

import io
import re
import zipfile
from dataclasses import dataclass

from sources.base import Unreadable
from sources.figures import text
from sources.readers import Grid, letter, read_book
from warehouse.contracts.delivery import Fault

_MACROS = "vbaproject.bin"
_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml")
_CELL = re.compile(rb"<(?:\w+:)?c\b([^>]*?)(?:/>|>(.*?)</(?:\w+:)?c>)", re.DOTALL)
_REF = re.compile(rb'\br="([A-Z]{1,3}[0-9]{1,7})"')
_ERROR = re.compile(rb'\bt="e"')
_FORMULA = re.compile(rb"<(?:\w+:)?f\b")
_READABLE = 20_000_000


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet's cells by row (from 1) and letter."""

    grid: Grid

    def cell(self, row: int, column: str) -> str | None:
        """What stands there without blanks around it; None where nothing does."""
        return self.at(row, ord(column) - ord("A"))

    def at(self, row: int, column: int) -> str | None:
        """The same by the column's place, from 0."""
        line = self.grid[row - 1] if 0 < row <= len(self.grid) else []
        return text(line[column]) if column < len(line) else None

    @property
    def height(self) -> int:
        """Rows that may hold something."""
        return len(self.grid)

    def beyond(self, rows: int, columns: int) -> list[tuple[int, str]]:
        """Where something stands outside the first rows and columns: the first of each column, and the first below."""
        found: dict[int, int] = {}
        for number, line in enumerate(self.grid, start=1):
            for place, value in enumerate(line):
                if text(value) and (place >= columns or number > rows):
                    found.setdefault(place if place >= columns else -1, number)
        return [(row, letter(place) if place >= 0 else "") for place, row in sorted(found.items())]


@dataclass(frozen=True, slots=True)
class Book:
    """A workbook's sheets by their names in small letters."""

    sheets: dict[str, Sheet]
    valueless: frozenset[str]
    """Cells (``E4``) of any sheet with an error or a formula: where such a one reads as blank it gave nothing."""

    def sheet(self, name: str) -> Sheet | None:
        """A sheet, whatever the case of its name."""
        return self.sheets.get(name.casefold())


def open_book(content: bytes) -> Book:
    """Opens a workbook.

    Raises:
        Unreadable: where it is empty, not a readable .xlsx (also one with a password), or holds macros.
    """
    try:
        sheets = read_book(content)
    except Unreadable as error:
        if {fault.regel for fault in error.faults} == {"filformat"}:
            raise Unreadable(Fault("iop_oppnas_inte")) from None
        raise
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        if any(name.casefold().endswith(_MACROS) for name in package.namelist()):
            raise Unreadable(Fault("iop_makro"))
        valueless = frozenset(
            place
            for member in package.infolist()
            if _SHEET.fullmatch(member.filename) and member.file_size <= _READABLE
            for place in _valueless(package.read(member))
        )
    return Book({name.strip().casefold(): Sheet(grid) for name, grid in sheets.items()}, valueless)


def _valueless(xml: bytes) -> list[str]:
    """The reader of workbooks gives an error, and a formula that was never worked out, as nothing at all."""
    found = []
    for attributes, inside in _CELL.findall(xml):
        if _ERROR.search(attributes) or _FORMULA.search(inside):
            ref = _REF.search(attributes)
            if ref:
                found.append(ref[1].decode())
    return found
