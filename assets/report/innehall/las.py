"""Finding released cells to write about, by their coordinates, in the period that can be told.

Words are in ``sprak``.
"""

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any

from assets.report.modell import Ruta, Tal
from assets.report.underlag import Row, Underlag, Utgiven
from assets.tables.presentation import text_of
from warehouse.contracts.codes import TOTAL
from warehouse.contracts.swedish import in_order, number, period_name
from warehouse.released import Ref

_OTHER = frozenset({"ordning", "period", "kon", "matt", "varde", "fran", "till", "status"})
SHOWN = ("visas", "intervall")
MINSTA_BAS = 20
"""Of fewer than so many running text gives no percent: the numbers stand there themselves."""
SEXES = ("kvinna", "man", "annat_okant")


class Las:
    """An edition, with every cell at hand by its coordinates."""

    def __init__(self, u: Underlag, of: Utgiven | None = None) -> None:
        """``of`` is another edition than the report's own."""
        self.u = u
        self.of = of or u.utgiven
        self._tables: dict[str, Mapping[Any, Row]] = {}

    @property
    def ar(self) -> int:
        """The edition's year."""
        return self.of.edition.ar

    @cached_property
    def perioder(self) -> tuple[str, ...]:
        """Periods to write about, first what is wanted most: the year, years pooled; else the latest tertial first."""
        there = in_order({str(r["period"]) for rows in self.of.rader.values() for r in rows})
        year = [p for p in there if p == str(self.ar)]
        pooled = [p for p in there if "_" in p]
        tertials = [p for p in there if "T" in p]
        return tuple([*year, *pooled] or [*reversed(tertials)])

    def _index(self, tabell: str) -> Mapping[Any, Row]:
        if tabell not in self._tables:
            self._tables[tabell] = {
                (r["matt"], r["kon"], r["period"], _codes(r)): r
                for r in self.of.rader.get(tabell, ())
                if tabell in self.u.plan
            }
        return self._tables[tabell]

    def rad(self, tabell: str, matt: str, kon: str = TOTAL, period: str = "", **koder: str) -> Row | None:
        """The cell at these coordinates; None where there is none or its measure is unknown."""
        if self.u.measure(tabell, matt) is None:
            return None
        key = (matt, kon, period or str(self.ar), frozenset(k for k in koder.items() if k[1] != TOTAL))
        return self._index(tabell).get(key)

    def tal(self, tabell: str, matt: str, kon: str = TOTAL, period: str = "", **koder: str) -> Tal | None:
        """The number as running text has it, with its reference; None where none is shown."""
        row = self.rad(tabell, matt, kon, period, **koder)
        return None if row is None else self.skrivet(tabell, row)

    def andel(self, tabell: str, matt: str, kon: str = TOTAL, period: str = "", **koder: str) -> Tal | None:
        """A share as running text has it; None where none is shown, or where it is of so few that it would mislead."""
        measure = self.u.measure(tabell, matt)
        base = self.varde(tabell, measure.parts[-1], kon, period, **koder) if measure and measure.parts else None
        return None if base is not None and base < MINSTA_BAS else self.tal(tabell, matt, kon, period, **koder)

    def skrivet(self, tabell: str, row: Row) -> Tal | None:
        """A cell's number in words for running text: spans and shares spelled out."""
        measure = self.u.measure(tabell, str(row["matt"]))
        if measure is None or row["status"] not in SHOWN:
            return None
        if row["status"] == "intervall":
            said = f"{number(row['fran'])} till {number(row['till'])}"
        elif row["varde"] is None:
            return None
        elif measure.shape == "andel":
            said = f"{number(100 * row['varde'], decimals=1)} procent"
        else:
            said = text_of(row, measure)
        return Tal(said, self.of.ref(tabell, row))

    def varde(self, tabell: str, matt: str, kon: str = TOTAL, period: str = "", **koder: str) -> float | None:
        """The exact value, to choose words by; None where none is shown."""
        row = self.rad(tabell, matt, kon, period, **koder)
        return row["varde"] if row is not None and row["status"] == "visas" else None

    def status(self, tabell: str, matt: str, kon: str = TOTAL, period: str = "", **koder: str) -> str:
        """What the cell is; empty where there is none."""
        row = self.rad(tabell, matt, kon, period, **koder)
        return "" if row is None else str(row["status"])

    def ruta(self, tabell: str, row: Row | None) -> Ruta:
        """A cell as tables print it."""
        return self.u.ruta(tabell, row, self.of)

    def period(self, tabell: str, matt: Iterable[str], kon: Iterable[str] = (TOTAL,), **koder: str) -> str | None:
        """The first period in which every one of these measures is shown for some one of the sexes."""
        wanted, sexes = tuple(matt), tuple(kon)
        for period in self.perioder:
            if any(all(self.tal(tabell, m, k, period, **koder) for m in wanted) for k in sexes):
                return period
        return None

    def har(self, tabell: str) -> bool:
        """Whether the table is in the edition, and in the plan."""
        return tabell in self.u.plan and bool(self.of.rader.get(tabell))

    def visar(self, *tabeller: str) -> bool:
        """Whether any number of the tables is shown."""
        return any(r["status"] in SHOWN for t in tabeller if self.har(t) for r in self.of.rader[t])

    @cached_property
    def visade_kon(self) -> frozenset[str]:
        """The sexes that some number is shown for."""
        return frozenset(
            str(r["kon"]) for t, rows in self.of.rader.items() if self.har(t) for r in rows if r["status"] in SHOWN
        )

    @cached_property
    def rader_efter_ref(self) -> Mapping[Ref, Row]:
        """Every cell by its reference."""
        return {self.of.ref(t, r): r for t, rows in self.of.rader.items() for r in rows}

    def granne(self, ref: Ref, matt: str) -> Row | None:
        """The cell of another measure at the same place."""
        row = self.rader_efter_ref.get(ref)
        if row is None:
            return None
        return self._index(ref.tabell).get((matt, row["kon"], row["period"], _codes(row)))


def _codes(row: Row) -> frozenset[tuple[str, Any]]:
    return frozenset((n, v) for n, v in row.items() if n not in _OTHER and v != TOTAL)


def under(las: Las, period: str) -> str:
    """Last in a sentence, when it was, where it is not the report's year: ``under åren 2023–2025 tillsammans``."""
    return "" if period == str(las.ar) else f" under {period_ord(period)}"


def period_ord(period: str) -> str:
    """A period after ``Under``: 2025, åren 2023–2025 tillsammans, tertial 2 2025."""
    return f"åren {period_name(period)} tillsammans" if "_" in period else period_name(period)
