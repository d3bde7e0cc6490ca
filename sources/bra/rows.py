"""Rows of reported offences as every shape of BRÅ's ends in: the checks that need only the row, and its facts."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from sources.figures import span, value
from warehouse.contracts.delivery import Fault, TextTable
from warehouse.contracts.reference import BraRegion, bra_regioner, brottstyper

AVSANDARE = "Brottsförebyggande rådet (BRÅ)"
NOBODY = "0000"
COLUMNS = ("kommunkod", "period", "periodtyp", "preliminar", "brott_id", "antal", "per_100000_inv")

Row = Mapping[str, str | None]
_LENGTH = {"ar": 4, "manad": 6, "kvartal": 6}


@dataclass(slots=True)
class Offences:
    """Collects rows of ``bra_brott``; those with a fault are left out, and told by row and column."""

    blad: str | None = None
    letters: Mapping[str, str] = field(default_factory=dict)
    """Where the columns stood, for shapes where they stand in one place."""
    faults: list[Fault] = field(default_factory=list)
    kept: list[tuple[int, Row, Mapping[str, str]]] = field(default_factory=list)
    _seen: dict[tuple[str | None, ...], tuple[float | None, ...]] = field(default_factory=dict)

    def refuse(self, regel: str, rad: int, kolumn: str, bokstav: str | None = None) -> None:
        """Notes a fault, once a row and column."""
        fault = Fault(regel, rad, kolumn, self.blad, bokstav=bokstav)
        if fault not in self.faults:
            self.faults.append(fault)

    def add(self, rad: int, row: Row, cells: Mapping[str, str] | None = None) -> None:
        """Judges a row and keeps it. ``cells`` are the letters of its figures where they differ from row to row."""
        cells = cells or {}
        if found := self._fault(row):
            regel, kolumn = found
            self.refuse(regel, rad, kolumn, cells.get(kolumn))
        else:
            self.kept.append((rad, row, cells))

    def _fault(self, row: Row) -> tuple[str, str] | None:
        known = brottstyper()
        brott_id, period, periodtyp = row["brott_id"], row["period"], row["periodtyp"]
        offence = known.get(whole_id(brott_id))
        if offence is None and brott_id and brott_id.isdecimal():
            return "okand_kod", "brott_id"
        if _unlike(period, periodtyp):
            return "form", "period"
        if offence and periodtyp in _LENGTH and (offence.periodtyp == "ar") != (periodtyp == "ar"):
            return "bra_id_periodtyp", "brott_id"
        key = (row["kommunkod"], period, brott_id)
        figures = (value(row["antal"]), value(row["per_100000_inv"]))
        if None not in key and self._seen.setdefault(key, figures) != figures:
            return "samma_nyckel_olika_nummer", "antal"
        return None

    def table(self, faults: Sequence[Fault] = ()) -> TextTable:
        """Everything kept, as all-text contract columns; ``faults`` are those of the reading before."""
        frame = pd.DataFrame({name: pd.Series([row[name] for _, row, _ in self.kept], dtype="str") for name in COLUMNS})
        placed = sorted({name for *_, cells in self.kept for name in cells})
        cells = pd.DataFrame(
            {name: pd.Series([cells.get(name, "") for *_, cells in self.kept], dtype="str") for name in placed}
        )
        return TextTable(
            frame=frame,
            rows=pd.Series([rad for rad, *_ in self.kept], dtype="int64"),
            blad=self.blad,
            letters=tuple(self.letters.get(name, "") for name in COLUMNS),
            faults=(*faults, *self.faults),
            cells=cells if placed else None,
        )

    def facts(self) -> dict[str, Any]:
        """Whose figures they are: the one kommun's, or nobody's where they are of several."""
        kommuner = {row["kommunkod"] for _, row, _ in self.kept}
        facts: dict[str, Any] = {
            "kalla": "bra",
            "namnd": next(iter(kommuner)) if len(kommuner) == 1 and None not in kommuner else NOBODY,
            "avsandare": AVSANDARE,
            "omfang": "periodutdrag",
        }
        period = span({row["period"] for _, row, _ in self.kept})
        return facts | ({"period": period} if period else {})


def region(bra_region_id: str | None) -> BraRegion | None:
    """The kommun that a region id of BRÅ's means."""
    return bra_regioner().get(whole_id(bra_region_id))


def whole_id(text: str | None) -> int:
    """An id as a number; 0, which is nobody's, where it is none."""
    return int(text) if text and re.fullmatch(r"[0-9]{1,9}", text) else 0


def _unlike(period: str | None, periodtyp: str | None) -> bool:
    """A month that calls itself a year would be added to the year's own figure."""
    if period is None or periodtyp not in _LENGTH:
        return False
    return len(period) != _LENGTH[periodtyp] or ("Q" in period) != (periodtyp == "kvartal")
