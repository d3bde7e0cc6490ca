"""BRÅ's indicator workbook: one sheet an indicator, areas in the first column, two figures a year beside them.

Seen in a description only, never as a file: a title on the first row; then headers; region (kommun, län, hela riket)
in the first column; for each year ``Antal`` and ``Antal per 100 000``; sheets with survey figures (NTU) after those
with reported offences; ``-`` for zero, ``..`` for missing, decimal comma.
Assumed: that the years stand in the headers' own row or in one above, once for both figures (merged cells) or over
each; that the sheets' names say nothing. A sheet whose title is not made of words that BRÅ uses, or whose table has
another shape, is left out with a note; sheets are called by their place, since a name may hold anything.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from sources._values import fold
from sources.base import Glimpse, Reading, Unreadable
from sources.bra.rows import AVSANDARE, NOBODY
from sources.bra.words import known_label, part_of_kommun, place_of
from sources.figures import number, span, text, value, whole
from sources.readers import Grid, letter, read_book
from warehouse.contracts.delivery import Fault, TextTable

_CONTRACT = ("omrade_typ", "omrade", "kommunkod", "ar", "indikator", "titel", "antal", "per_100000_inv")
_FIGURES = ("antal", "per_100000_inv")
_ZERO = frozenset({"-", "–", "−"})
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_YEARS_LAST = re.compile(r",?\s*(?:åren\s+|år\s+)?(?:19|20)\d\d\s*(?:[-–]\s*(?:19|20)\d\d)?\s*\.?\s*$", re.IGNORECASE)
_NUMBER_FIRST = re.compile(r"^(?:(?:tabell|indikator|blad)\s*\d+[a-z]?|\d+[a-z]?(?=[.:) ]))\s*[.:)]*\s*", re.IGNORECASE)
_SURVEY = re.compile(r"\bntu\b|nationella trygghetsundersökningen|självrapporterad", re.IGNORECASE)
_DEEPEST_HEADER = 8
_SAFE_NAME = re.compile(r"(?:blad|sheet|tabell|indikator)?[ _]?\d{1,2}[a-z]?", re.IGNORECASE)


def tells(seen: Glimpse) -> bool:
    """Never: the names of its sheets are not known, so a följesedel must say what the workbook is."""
    del seen
    return False


def read(content: bytes, slip: Mapping[str, Any]) -> Reading:
    """The figures of every sheet in known shape; several records from one row of a sheet, one a year.

    Sheets are one table, so each fault says its own sheet, and figures are judged here, where the sheet is known.

    Raises:
        Unreadable: where it is no workbook, or no sheet can be read.
    """
    del slip
    out = _Records()
    indicators: set[str] = set()
    for place, (name, grid) in enumerate(read_book(content).items(), start=1):
        out.blad = name if _SAFE_NAME.fullmatch(name) else f"blad {place}"
        title = _title(grid)
        columns, first = _columns(grid)
        indikator = _slug(title)
        if not title or not columns or _SURVEY.search(f"{name} {title}") or indikator in indicators:
            out.notes.append(Fault("bra_blad", blad=out.blad))
            continue
        indicators.add(indikator)
        for rad, row in enumerate(grid[first:], start=first + 1):
            _read_row(rad, row, columns, {"indikator": indikator, "titel": title}, out)
    if not indicators:
        raise Unreadable(Fault("bra_inga_blad"))
    facts: dict[str, Any] = {"kalla": "bra", "namnd": NOBODY, "avsandare": AVSANDARE, "omfang": "periodutdrag"}
    period = span({row["ar"] for _, row, _ in out.kept})
    return Reading.of("bra_indikator", out.table(), facts | ({"period": period} if period else {}), tuple(out.notes))


@dataclass(slots=True)
class _Records:
    """Collects records, faults and notes, sheet by sheet."""

    blad: str = ""
    kept: list[tuple[int, dict[str, str | None], dict[str, str]]] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    notes: list[Fault] = field(default_factory=list)
    _seen: set[tuple[str | None, ...]] = field(default_factory=set)

    def refuse(self, regel: str, rad: int, kolumn: str, bokstav: str) -> None:
        self.faults.append(Fault(regel, rad, kolumn, self.blad, bokstav=bokstav))

    def add(self, rad: int, row: dict[str, str | None], cells: dict[str, str]) -> None:
        """One record, if its figures are figures and nothing before it says the same."""
        for name in _FIGURES:
            if found := _wrong(name, row[name]):
                self.refuse(found, rad, name, cells.get(name, ""))
                return
        key = (row["omrade_typ"], row["omrade"], row["ar"], row["indikator"])
        if key in self._seen:
            self.refuse("dubblett", rad, "omrade", "A")
            return
        self._seen.add(key)
        self.kept.append((rad, row, cells))

    def table(self) -> TextTable:
        frame = pd.DataFrame({n: pd.Series([row[n] for _, row, _ in self.kept], dtype="str") for n in _CONTRACT})
        cells = {n: pd.Series([cells.get(n, "") for *_, cells in self.kept], dtype="str") for n in ("ar", *_FIGURES)}
        return TextTable(
            frame=frame,
            rows=pd.Series([rad for rad, *_ in self.kept], dtype="int64"),
            letters=("A", "A", "A", "", "", "", "", ""),
            faults=tuple(self.faults),
            cells=pd.DataFrame(cells),
        )


def _wrong(name: str, figure: str | None) -> str | None:
    if figure is None:
        return None
    if name == "antal" and whole(figure) is None:
        return "heltal"
    if (amount := value(figure)) is None:
        return "tal"
    return "utanfor_granser" if amount < 0 else None


_Column = tuple[int, str, str]
"""Where it stands, year, contract column."""


def _read_row(rad: int, row: list[str], columns: list[_Column], about: dict[str, str], out: _Records) -> None:
    cells = [text(cell) for cell in row]
    name = cells[0] if cells else None
    filled = any(cells[i] for i, *_ in columns if i < len(cells))
    if not filled:
        return  # blank, or a line of explanation under the table
    place = place_of(name) if name else None
    if name and place is None and part_of_kommun(name):
        out.notes.append(Fault("bra_inte_kommun", rad, blad=out.blad))
        return
    if place is None:
        out.refuse("bra_omrade" if name else "saknas", rad, "omrade", "A")
        return
    for year in dict.fromkeys(year for _, year, _ in columns):
        there = {what: i for i, of, what in columns if of == year and i < len(cells) and cells[i]}
        if there:
            record: dict[str, str | None] = {
                **about,
                "omrade_typ": place.omrade_typ,
                "omrade": place.omrade,
                "kommunkod": place.omrade if place.omrade_typ == "kommun" else None,
                "ar": year,
                **{what: _figure(cells[there[what]]) if what in there else None for what in _FIGURES},
            }
            letters = {what: letter(i) for what, i in there.items()}
            out.add(rad, record, letters | {"ar": next(iter(letters.values()))})


def _figure(cell: str | None) -> str | None:
    """``-`` is zero in BRÅ's workbooks, ``..`` is missing."""
    return "0" if cell in _ZERO else number(cell)


def _title(grid: Grid) -> str | None:
    """The first row's text, where it is made of words that BRÅ uses."""
    words = next((" ".join(cell.split()) for cell in (grid[0] if grid else []) if cell.strip()), "")
    return words if 2 <= len(words) <= 300 and known_label(words) else None


def _slug(title: str | None) -> str:
    """The title without its number and the years it covers, which change from one year's workbook to the next."""
    return fold(_YEARS_LAST.sub("", _NUMBER_FIRST.sub("", title or "")))[:200].strip("_")


def _columns(grid: Grid) -> tuple[list[_Column], int]:
    """The columns with figures and the row position after the headers; nothing where a figure has no year."""
    heads = [i for i, row in enumerate(grid[:_DEEPEST_HEADER]) if i and any(_measure(cell) for cell in row[1:])]
    if not heads:
        return [], 0
    last = heads[-1]
    above: list[str | None] = [None] * len(grid[last])
    for row in grid[1:last]:
        year = None
        for i in range(1, len(above)):
            year = _year(row[i]) or year if i < len(row) else year
            above[i] = year or above[i]
    found: list[_Column] = []
    for i, cell in enumerate(grid[last]):
        measure = _measure(cell) if i else None
        if measure:
            year = _year(cell) or above[i]
            if year is None or any((year, measure) == column[1:] for column in found):
                return [], 0
            found.append((i, year, measure))
    return found, last + 1


def _year(cell: str) -> str | None:
    years = set(_YEAR.findall(cell.replace("100 000", "")))
    return years.pop() if len(years) == 1 else None


def _measure(cell: str) -> str | None:
    plain = re.sub(r"_?(19|20)\d\d_?", "", fold(cell))
    if plain.startswith(("antal_per_100", "per_100")):
        return "per_100000_inv"
    return "antal" if plain in {"antal", "antal_brott", "antal_anmalda_brott"} else None
