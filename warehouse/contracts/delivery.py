"""What passes between reading, validation and loading of a delivery: facts, text table, fault. No logic."""

from dataclasses import dataclass, field
from datetime import date
from typing import Literal

import pandas as pd

Omfang = Literal["helbild", "periodutdrag"]


@dataclass(frozen=True, slots=True)
class Facts:
    """What a delivery states about itself (its följesedel, or the file's own cover)."""

    kalla: str
    """The outside system: ``verksamhetssystem``, ``bra``, ``scb``, ``iop``, ``aggregat``."""
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
    faults: tuple[Fault, ...] = ()
    """Rows that could not be read at all (wrong number of fields)."""


@dataclass(slots=True)
class Parsed:
    """A delivery ready to be stored: rows that hold, faults of those that do not."""

    facts: Facts
    good: pd.DataFrame
    faults: list[Fault] = field(default_factory=list)
    read: int = 0
    """Data rows in the file."""
    quarantined: int = 0
    warnings: list[Fault] = field(default_factory=list)
    """Things to know that cost no row."""
