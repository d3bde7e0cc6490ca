"""Opens an IOP report's workbook: its sheets as text, and where formulas ended in an error. Knows no meaning."""

import io
import zipfile
from dataclasses import dataclass

from sources.base import Unreadable
from sources.figures import text
from sources.forms.book import formula_errors
from sources.readers import Grid, letter, read_book
from warehouse.contracts.delivery import Fault

_MACROS = "vbaproject.bin"


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet's cells by row (from 1) and letter."""

    grid: Grid
    errors: frozenset[tuple[int, str]] = frozenset()
    """Row and letter of cells where a formula ended in an error. They read as blank."""

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
    errors = formula_errors(content)
    return Book(
        {name.strip().casefold(): Sheet(grid, frozenset(errors.get(name, ()))) for name, grid in sheets.items()}
    )
