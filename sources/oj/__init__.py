"""Öppna jämförelser (Socialstyrelsen): the yearly workbook and the tables of 2015. One record an area and indicator.

Seen: the tables of 2015 with their 60 names, 2 = ja, 1 = delvis, 0 = nej; that the yearly workbook has kommun,
stadsdel, län and riket and names its columns by a short name ("kortnamn"); that a sibling workbook has its header on
row 3 and data from row 8. All else about the workbook, and all words for no answer, is assumed: hence no fixed places.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from sources._values import fold
from sources.base import Glimpse, Reading, Source, Unreadable
from sources.figures import says_empty, span, text
from sources.oj import names as oj_names
from sources.oj.header import Sheet
from sources.oj.names import compact
from sources.oj.tables import Found, Record, tables
from sources.readers import read_book, read_csv
from warehouse.contracts.delivery import Fault, TextTable

AVSANDARE = "Socialstyrelsen"
SHARES = "andelar"
"""The ``urval`` of a file with nothing but shares of län and riket, which must not replace the kommuner's answers."""

_COLUMNS = ("omrade_typ", "omrade", "kommunkod", "ar", "indikator", "namn", "svar", "andel_procent", "bortfall")
_YEARS = (
    re.compile(r"öppna\s+jämförelser\D{0,80}?((?:19|20)\d\d)(?!\d)", re.IGNORECASE),
    re.compile(r"(?:undersökning|enkät)\w*\D{0,80}?((?:19|20)\d\d)(?!\d)", re.IGNORECASE),
    re.compile(r"^\D{0,60}((?:19|20)\d\d)\D{0,60}$"),
)
"""How a title says its year, the surest way first."""

_PLAIN_WORDS = frozenset(
    {
        *("oppna", "jamforelser", "oj", "resultat", "kommun", "kommuner", "och", "lan", "riket", "stadsdel"),
        *("stadsdelar", "indikator", "indikatorer", "data", "blad", "sheet", "tabell", "bilaga", "alla", "svar"),
        *("andelar", "information", "om", "forklaring", "beskrivning", "beskrivningar"),
    }
)
"""A sheet named with other words is told by its place: a name may be a person's."""


def read(content: bytes, slip: Mapping[str, Any]) -> Reading:
    """The answers and shares of one file. A faulty cell costs its row, an indicator that stands twice the file.

    Raises:
        Unreadable: where no header row is found, an area or indicator is ambiguous, or years contradict each other.
    """
    sheets = list(_sheets(content, slip))
    read_ones = [(sheet, tables(sheet)) for sheet in sheets]
    found = [f for _, f in read_ones if f is not None]
    if not any(f.is_table for f in found):
        raise Unreadable(Fault("oj_rubriker_saknas"))
    titles = [t for f in found for t in f.above]
    covers = [t for sheet, f in read_ones if f is None for row in sheet.grid for cell in row if (t := text(cell))]
    year = _year(titles, covers, slip)
    out = _Rows({short: full for f in found for short, full in f.full_names.items()}, year)
    for one in found:
        out.add(one)
    if not (out.kept or out.faults or says_empty(slip)):
        raise Unreadable(Fault("bara_rubriker"))
    years = {row["ar"] for _, _, row in out.kept}
    if not _within(years, slip.get("period")):
        raise Unreadable(Fault("oj_ar_olika", kolumn="period"))
    return Reading.of("oj_indikator", out.table(found), _facts(out, years, slip), out.warnings(found))


def _sheets(content: bytes, slip: Mapping[str, Any]) -> Iterable[Sheet]:
    if content.startswith(b"PK\x03\x04"):
        for at, (name, grid) in enumerate(read_book(content).items(), start=1):
            safe = all(word in _PLAIN_WORDS or word.isdecimal() for word in fold(name).split("_"))
            yield Sheet(name if safe else f"blad {at}", grid, range(1, len(grid) + 1))
        return
    table = read_csv(content, allow_empty=says_empty(slip))
    body = [[cell if isinstance(cell, str) else "" for cell in row] for row in table.frame.itertuples(index=False)]
    yield Sheet(None, [[str(name) for name in table.frame.columns], *body], [1, *map(int, table.rows)], table.faults)


def _year(titles: list[str], covers: list[str], slip: Mapping[str, Any]) -> str | None:
    """The year that the file's titles say, else what the note says; None where neither does."""
    said = str(slip.get("period") or "")
    for at, pattern in enumerate(_YEARS):
        years: set[str] = {match for t in (titles + covers if at < 2 else titles) for match in pattern.findall(t)}
        if said and years:
            inside = {y for y in years if _within({y}, said)}
            if not inside:
                raise Unreadable(Fault("oj_ar_olika", kolumn="period"))
            years = inside
        if len(years) == 1:
            return years.pop()
        if years and not said:
            raise Unreadable(Fault("oj_ar_olika", kolumn="period"))
    return said if re.fullmatch(r"\d{4}", said) else None


def _within(years: Iterable[str | None], period: object) -> bool:
    first, _, last = str(period or "").partition("-")
    if not first:
        return True
    return all(year is None or first <= year <= (last or first) for year in years)


class _Rows:
    """The file's records as contract rows; a row of the file with a fault gives none."""

    def __init__(self, full_names: Mapping[str, str], year: str | None) -> None:
        self.full_names = full_names
        self.year = year
        self.kept: list[tuple[str | None, Record, dict[str, str | None]]] = []
        self.faults: list[Fault] = []
        self.unknown: list[Fault] = []
        self._seen: dict[tuple[str, ...], tuple[str | None, int, tuple[str, str]]] = {}

    def add(self, found: Found) -> None:
        """The records of one sheet."""
        faults = list(found.faults)
        spelled: dict[str, str] = {}
        rows = []
        for record in found.records:
            year = self._year_of(record)
            indikator = self._id(record, year, found)
            if spelled.setdefault(f"{indikator} {year}", compact(record.namn)) != compact(record.namn):
                rad, bokstav = found.named[compact(record.namn)]
                raise Unreadable(Fault("oj_indikator_dubbel", rad, f"kolumn {bokstav}", found.blad, bokstav=bokstav))
            key = (record.place.omrade_typ, record.place.omrade, year, indikator)
            said = (record.column, record.value)
            first = self._seen.setdefault(key, (found.blad, record.rad, said))
            if first[2] != said:
                faults.append(_cell("samma_nyckel_olika_nummer", record, found))
            elif first[:2] == (found.blad, record.rad):
                rows.append((found.blad, record, self._row(record, year, indikator)))
            elif first[0] == found.blad:  # another sheet may repeat it (Riket stands under län and under kommuner)
                faults.append(_cell("dubblett", record, found))
        faulty = {fault.rad for fault in faults}
        self.kept += [row for row in rows if row[1].rad not in faulty]
        # Of a row that stands twice the first cell tells it, and of one with two answers those that differ.
        worse = {fault.rad for fault in faults if fault.regel != "dubblett"}
        once = {fault.rad: fault for fault in reversed(faults) if fault.regel == "dubblett" and fault.rad not in worse}
        self.faults += [fault for fault in faults if fault.regel != "dubblett"] + list(once.values())

    def _year_of(self, record: Record) -> str:
        if record.year:
            return record.year
        if self.year is None:
            raise Unreadable(Fault("foljesedel_saknas", kolumn="period"))
        return self.year

    def _id(self, record: Record, year: str, found: Found) -> str:
        full = self.full_names.get(compact(record.namn))
        known = oj_names.known_id(record.namn, int(year)) or (oj_names.known_id(full, int(year)) if full else None)
        if known:
            return known
        rad, bokstav = found.named[compact(record.namn)]
        if oj_names.points_at_somebody(record.namn) or (full and oj_names.points_at_somebody(full)):
            raise Unreadable(Fault("far_inte_samlas_in", rad, f"kolumn {bokstav}", found.blad, bokstav=bokstav))
        fault = Fault("oj_okant_namn", rad, f"kolumn {bokstav}", found.blad, bokstav=bokstav)
        if fault not in self.unknown:
            self.unknown.append(fault)
        return oj_names.own_id(record.namn)

    def _row(self, record: Record, year: str, indikator: str) -> dict[str, str | None]:
        name = self.full_names.get(compact(record.namn), record.namn)
        row: dict[str, str | None] = dict.fromkeys(_COLUMNS)
        row |= {
            "omrade_typ": record.place.omrade_typ,
            "omrade": record.place.omrade,
            "kommunkod": record.place.kommunkod,
            "ar": year,
            "indikator": indikator,
            # The contract has no ; and no @: they are marks of lists and addresses.
            "namn": " ".join(re.sub("[;@]", " ", name).split())[:400],
        }
        row[record.column] = record.value
        return row

    def table(self, found: list[Found]) -> TextTable:
        """Everything kept, with the very cell that each answer came from."""
        frame = pd.DataFrame(
            {name: pd.Series([row[name] for _, _, row in self.kept], dtype="str") for name in _COLUMNS}
        )
        letters = pd.Series([record.bokstav for _, record, _ in self.kept], dtype="str")
        sheets = {f.blad for f in found if f.is_table}
        return TextTable(
            frame=frame,
            rows=pd.Series([record.rad for _, record, _ in self.kept], dtype="int64"),
            blad=sheets.pop() if len(sheets) == 1 else None,
            letters=("",) * len(_COLUMNS),
            faults=tuple(sorted(self.faults, key=lambda f: (f.blad or "", f.rad or 0, f.bokstav or ""))),
            cells=pd.DataFrame(dict.fromkeys(("svar", "andel_procent", "bortfall"), letters)),
        )

    def warnings(self, found: list[Found]) -> tuple[Fault, ...]:
        """What is good to know, the sheets' own notes first."""
        return (*(fault for f in found for fault in f.warnings), *self.unknown)


def _cell(regel: str, record: Record, found: Found) -> Fault:
    return Fault(regel, record.rad, record.column, found.blad, bokstav=record.bokstav)


def _facts(out: _Rows, years: set[str | None], slip: Mapping[str, Any]) -> dict[str, Any]:
    facts: dict[str, Any] = {"kalla": "oj", "namnd": "0000", "avsandare": AVSANDARE, "omfang": "periodutdrag"}
    period = span(years) or slip.get("period") or out.year
    if period:
        facts["period"] = period
    if out.kept and not any(record.place.answers for _, record, _ in out.kept):
        facts["urval"] = SHARES
    return facts


def tells(seen: Glimpse) -> bool:
    """By the name of a sheet, the title, or the columns of the tables of 2015."""
    if "indikator" in seen.headers:
        return bool({"svar", "varde", "andel_ja_procent", "indikatoromrade"} & seen.headers)
    names = [fold(name) for name in seen.sheets]
    titled = any(name.startswith(("oppna_jamforelser", "oj_")) or name == "oj" for name in names)
    return titled or {"kommun", "lan", "riket"} <= set(names) or fold(seen.start[:200]).startswith("oppna_jamforelser")


SOURCES: tuple[Source, ...] = (
    Source(kalla="oj", tabell="oj_indikator", suffixes=(".csv", ".xlsx"), tells=tells, read=read),
)
