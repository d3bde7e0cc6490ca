"""What passes between reading, validation and loading of a delivery: facts, text table, fault. No logic."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

import pandas as pd

Omfang = Literal["helbild", "periodutdrag"]


@dataclass(frozen=True, slots=True)
class Facts:
    """What a delivery states about itself (its följesedel, or the file's own cover)."""

    kalla: str
    """The outside system: ``verksamhetssystem``, ``bra``, ``scb``, ``kolada``, ``oj``, ``iop``, ``aggregat``."""
    tabell: str
    """The table it fills, by its contract's name."""
    namnd: str
    """Kommunkod of the controller; ``0000`` for public data that is nobody's."""
    avsandare: str
    uttagsdatum: date
    omfang: Omfang
    period: str | None = None
    """``2019`` for a periodutdrag, None for a helbild."""
    dnr: str | None = None
    rattslig_grund: str | None = None
    mappning: str | None = None
    syntetisk: bool = False
    urval: str | None = None
    """Which part of the source it speaks for, where a source is delivered in parts that replace only themselves."""
    rattar: int | None = None
    """The delivery that it corrects, where the file says so (a workbook that was sent back)."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong: where, and which rule. Never what stood there."""

    regel: str
    """A key in ``warehouse.contracts.faults.RULES``."""
    rad: int | None = None
    """Row in the file as a person counts them (the header is row 1); None for the whole file."""
    kolumn: str | None = None
    """A contract's column name, or ``kolumn H`` for a header that no contract knows."""
    blad: str | None = None
    tabell: str | None = None
    """The contract's table, where a file fills several."""
    bokstav: str | None = None
    """The column as a spreadsheet names it (``C``): with ``blad`` and ``rad`` the very cell."""
    tillatna: str | None = None
    """What may stand there, where no contract knows. Told to the sender; not kept."""


@dataclass(frozen=True, slots=True)
class TextTable:
    """A file as it was read: all text, with the row each line came from.

    ``frame`` has dtype str throughout (missing and blank are None), columns named by the file's own headers made
    unique; ``rows`` holds the row number in the file for each line. ``letters`` are the columns as a spreadsheet
    names them, for messages that must not repeat an unknown header.
    """

    frame: pd.DataFrame
    rows: pd.Series
    blad: str | None = None
    letters: tuple[str, ...] = ()
    """The column that each of the frame's columns came from, as a spreadsheet names it; "" where none."""
    faults: tuple[Fault, ...] = ()
    """Rows that could not be read at all (wrong number of fields)."""
    cells: pd.DataFrame | None = None
    """Where a file's row gives several records: for these columns the letter that each value came from, row by row."""

    def letter(self, row: int, column: str) -> str | None:
        """The column that a value came from, by the frame's row position and column name."""
        if self.cells is not None and column in self.cells:
            found = self.cells[column].iloc[row]
            return found if isinstance(found, str) and found else None
        names = list(self.frame.columns)
        place = names.index(column) if column in names else len(self.letters)
        return (self.letters[place] or None) if place < len(self.letters) else None
