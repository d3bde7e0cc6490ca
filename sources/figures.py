"""How files with published figures are written: missing marks, thousands blanks, which columns. Judges no value."""

import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from sources.base import Unreadable
from warehouse.contracts.delivery import Fault, TextTable

_BLANKS = re.compile(r"\s")  # takes nbsp and narrow nbsp too
_WHOLE = re.compile(r"^-?\d+(?:[.,]0+)?$")
_DECIMAL = re.compile(r"^-?\d+[.,]\d+$")
_THOUSANDS = re.compile(r"^-?\d+(?:\s\d{3})+(?:[.,]\d+)?$")  # the odd "1517 058" stands in official tables
_YEAR = re.compile(r"^(?:19|20)\d\d")

MISSING = frozenset({"", "..", ".", "-", "–", "−"})
"""Marks that mean *no figure*. None of them is ever zero in the shapes read here."""


def text(value: Any) -> str | None:
    """A cell without blanks around it, å ä ö as one character each; None where nothing stands."""
    return (unicodedata.normalize("NFC", value).strip() or None) if isinstance(value, str) else None


def number(value: Any) -> str | None:
    """A figure as plain digits with a point, None where a mark says there is none, else what stood there.

    Whole numbers lose their ``.0`` so that ``2239.0`` and ``2 239`` are the same figure. What is not a figure is
    passed on for validation to refuse.
    """
    raw = text(value)
    if raw is None or raw in MISSING:
        return None
    plain = _BLANKS.sub("", raw) if _THOUSANDS.match(raw) else raw
    if _WHOLE.match(plain):
        return re.split("[.,]", plain)[0]
    return plain.replace(",", ".") if _DECIMAL.match(plain) else raw


def value(figure: str | None) -> float | None:
    """A figure from ``number`` to compare with, None where it is none."""
    return float(figure) if figure and (_WHOLE.match(figure) or _DECIMAL.match(figure)) else None


def whole(figure: str | None) -> int | None:
    """A figure from ``number`` to add, None where it is not a whole one."""
    return int(figure) if figure and re.fullmatch(r"-?\d+", figure) else None


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns a source reads, under their own names, and where they stood."""

    frame: pd.DataFrame
    letters: Mapping[str, str]
    warnings: tuple[Fault, ...]
    """One for each column that nobody knows; its content goes no further."""

    def records(self) -> list[dict[str, Any]]:
        """The lines as dicts; missing cells are not strings."""
        return [{str(name): cell for name, cell in row.items()} for row in self.frame.to_dict("records")]


def columns(table: TextTable, needed: Sequence[str], known: Collection[str] = ()) -> Columns:
    """Picks the needed columns by header, whatever its case.

    Raises:
        Unreadable: where needed columns are missing.
    """
    headers = [str(header).strip().casefold() for header in table.frame.columns]
    faults = [Fault("saknad_kolumn", 1, name, table.blad) for name in needed if name not in headers]
    if faults:
        raise Unreadable(*faults)
    letters = dict(zip(headers, table.letters, strict=False))
    warnings = tuple(
        Fault("okand_kolumn", 1, f"kolumn {letters.get(header, '?')}", table.blad)
        for header in headers
        if header not in needed and header not in known
    )
    return Columns(table.frame.set_axis(headers, axis=1)[list(needed)], letters, warnings)


@dataclass(slots=True)
class Rows:
    """Collects contract rows with the file row each came from; rows with a fault are left out."""

    names: Sequence[str]
    source: TextTable
    letters: Sequence[str] = ()
    kept: list[tuple[int, dict[str, str | None]]] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    def refuse(self, regel: str, rad: int, kolumn: str) -> None:
        """Notes a fault; the caller keeps the row out."""
        self.faults.append(Fault(regel, rad, kolumn, self.source.blad))

    def table(self) -> TextTable:
        """Everything kept, as all-text contract columns."""
        frame = pd.DataFrame({name: pd.Series([row[name] for _, row in self.kept], dtype="str") for name in self.names})
        return TextTable(
            frame=frame,
            rows=pd.Series([number for number, _ in self.kept], dtype="int64"),
            blad=self.source.blad,
            letters=tuple(self.letters),
            faults=(*self.source.faults, *self.faults),
        )


def says_empty(slip: Mapping[str, Any]) -> bool:
    """Whether the följesedel says ``tom: ja``: headers without rows are then what was meant."""
    return str(slip.get("tom", "")).casefold() in {"ja", "true"}


def span(periods: Collection[str | None]) -> str | None:
    """The years that the periods cover: ``2025`` or ``2024-2026``; None where no year can be read."""
    years = sorted({p[:4] for p in periods if p and _YEAR.match(p)})
    if not years:
        return None
    return years[0] if years[0] == years[-1] else f"{years[0]}-{years[-1]}"
