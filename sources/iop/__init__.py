"""The IOP report: one jour's year, in the project's own Excel form and no other. Refuses a form that was rebuilt.

A form row becomes up to four contract rows (one a kon), all with the Excel row they came from. What the figures must
agree on stands in ``iop_rules``, how each version looks in ``iop_layout``. Nothing written freely is read.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import pandas as pd

from sources.base import Glimpse, Reading, Source, Unreadable
from sources.figures import Rows, number, whole
from sources.iop.book import Book, Sheet, open_book
from sources.iop.cover import Cover
from sources.iop.form import write_form
from sources.iop.layout import (
    CORRECTIONS,
    COVER,
    EXAMPLE,
    FIGURES,
    HELP,
    KON,
    LATEST,
    LAYOUTS,
    LETTERS,
    LIMIT,
    PARTS,
    Cell,
    Layout,
)
from sources.iop.rules import NOT_BLANK, findings
from warehouse.contracts.codes import CODES
from warehouse.contracts.delivery import Fault, TextTable

__all__ = ["SOURCES", "read", "write_form"]

_COLUMNS = ("namnd", "ar", "jour", "post", "kon", "antal", "saknas_orsak")
_KNOWN = {"kalla": "iop", "tabell": "iop_rapport"}
_REASONS = {title.casefold(): code for code, title in CODES["saknas_orsak_jour"].items()}
_SHEETS = frozenset(name.casefold() for name in (COVER, FIGURES, HELP, EXAMPLE, CORRECTIONS))
_MISPLACED = 5
"""More misplaced rows than this are one row put in or taken out: then only the first is told."""


def read(content: bytes, slip: Mapping[str, Any]) -> Reading:
    """The figures of one filled-in form; the cover says whose and which year.

    Raises:
        Unreadable: where it cannot be opened, a sheet is missing, the form is another version or was rebuilt, the
            cover is not filled in, or nothing else is. All that is wrong is told at once, with the facts that it
            states all the same.
    """
    del slip  # the cover says everything
    try:
        book = open_book(content)
    except Unreadable as error:
        raise Unreadable(*error.faults, facts=_KNOWN) from None
    cover = Cover.of(book.sheet(COVER))
    sheet = book.sheet(FIGURES)
    faults = list(cover.faults)
    if sheet is None:
        faults.append(Fault("bladet_saknas", blad=FIGURES))
    elif cover.layout is not None:
        faults += _misplaced(cover.layout, sheet)
    facts = cover.facts | _corrects(book)
    if faults or sheet is None or cover.layout is None:
        raise Unreadable(*faults, facts=_KNOWN | facts)
    form = _Figures(cover, sheet)
    table = form.table()
    if not form.answered:
        raise Unreadable(Fault("iop_inget_ifyllt", blad=FIGURES), facts=_KNOWN | facts)
    notes = (*_about_the_book(book, cover), *form.notes)
    return Reading.of("iop_rapport", table, {"kalla": "iop"} | facts, notes)


def _corrects(book: Book) -> dict[str, int]:
    """Which delivery a workbook that was sent back corrects."""
    summary = book.sheet(CORRECTIONS)
    if summary is None or summary.cell(1, "A") != "Leverans":
        return {}
    found = summary.cell(1, "B")
    return {"rattar": int(found)} if found and re.fullmatch(r"[1-9]\d{0,8}", found) else {}


def _about_the_book(book: Book, cover: Cover) -> Iterator[Fault]:
    """Notes of what is in the workbook beside the form; no name of a sheet is repeated."""
    if cover.layout is not LATEST:
        yield Fault("iop_aldre")
    if set(book.sheets) - _SHEETS:
        yield Fault("iop_extra_blad")
    sheet = book.sheet(COVER)
    if sheet is not None:
        # Below the answers the form itself says whether they are invented, and what is left to do.
        outside = sheet.beyond(len(LAYOUTS[cover.version].cover) + 4, 3)
        yield from (Fault("iop_utanfor", row, blad=COVER, bokstav=column or None) for row, column in outside)


def _misplaced(layout: Layout, sheet: Sheet) -> list[Fault]:
    """Where headers or rows are not those of the form."""
    headers = [
        Fault("iop_ombyggd", 1, blad=FIGURES, bokstav=chr(ord("A") + place))
        for place, title in enumerate(layout.headers)
        if _plain(sheet.at(1, place)) != _plain(title)
    ]
    rows = [
        Fault("iop_ombyggd", row, "post", FIGURES, bokstav="A")
        for row, one in enumerate(layout.rows, start=2)
        if _plain(sheet.cell(row, "A")) != _plain(one.title)
    ]
    return headers + (rows[:1] if len(rows) > _MISPLACED else rows)


def _plain(title: str | None) -> str:
    return " ".join((title or "").casefold().split())


class _Figures:
    """The figures sheet of a form that is as it was written."""

    def __init__(self, cover: Cover, sheet: Sheet) -> None:
        self.layout = LAYOUTS[cover.version]
        self.sheet = sheet
        facts = cover.facts
        self.whose = {"namnd": facts["namnd"], "ar": facts["period"], "jour": facts["avsandare"]}
        self.notes: list[Fault] = []
        self.answered = False
        """Whether any box is filled in."""
        self._rows = Rows(_COLUMNS, TextTable(pd.DataFrame(), pd.Series(dtype="int64"), FIGURES), ("",) * len(_COLUMNS))
        self._letters: list[str] = []

    def table(self) -> TextTable:
        """The records of the rows that hold; the faults of the others."""
        said = {cell: number(self.sheet.cell(*self._place(cell))) for cell in self.layout.cells}
        possible = {
            cell: value for cell, raw in said.items() if (value := whole(raw)) is not None and 0 <= value <= LIMIT
        }
        broken: dict[str, list[Fault]] = {post: [] for post in self.layout.posts}
        for finding in findings(self.layout, possible):
            fault = self._fault(finding.regel, finding.at)
            (self.notes if finding.odd else broken[finding.at[0]]).append(fault)
        for post, (row, one) in self.layout.posts.items():
            self._one(post, row, {kon: said[post, kon] for kon in one.kon}, broken[post])
        self._outside()
        self.notes.sort(key=lambda fault: (fault.rad or 0, fault.bokstav or ""))
        table = self._rows.table()
        cells = pd.DataFrame({"antal": self._letters}, index=table.frame.index, dtype="str")
        static = cells.assign(post=LETTERS["post"], saknas_orsak=LETTERS["saknas_orsak"])
        return replace(table, cells=static)

    def _one(self, post: str, row: int, said: dict[str, str | None], broken: list[Fault]) -> None:
        letter = LETTERS["saknas_orsak"]
        raw = number(self.sheet.cell(row, letter))
        reason = _REASONS.get(raw.casefold()) if raw else None
        broken += [
            self._fault("iop_formel", (post, kon))
            for kon, figure in said.items()
            if figure is None and (row, LETTERS[kon]) in self.sheet.errors
        ]
        if raw and reason is None:
            broken.append(Fault("iop_orsak", row, "saknas_orsak", FIGURES, bokstav=letter))
        elif raw is None and (row, letter) in self.sheet.errors:
            broken.append(Fault("iop_formel", row, "saknas_orsak", FIGURES, bokstav=letter))
        blank = [kon for kon, figure in said.items() if figure is None]
        self.answered |= len(blank) < len(said) or raw is not None or bool(broken)
        if broken:
            # Validation will not see the row, so what it would have said is said here.
            self._rows.faults += broken + [self._fault(rule, (post, kon)) for kon, rule in _impossible(said)]
            return
        if blank and reason is None and (self.layout.parts_asked or set(blank) != set(PARTS)):
            self.notes.append(self._fault("iop_tomt", (post, blank[0])))
        if reason and not blank:
            self.notes.append(Fault(NOT_BLANK, row, "saknas_orsak", FIGURES, bokstav=letter))
        for answer in _answers(said, reason):
            self._rows.kept.append((row, {**self.whose, "post": post, **answer}))
            self._letters.append(LETTERS[str(answer["kon"])])

    def _outside(self) -> None:
        """What stands beside the boxes is told of, not read."""
        for row, one in enumerate(self.layout.rows, start=2):
            boxes = {LETTERS[kon] for kon in one.kon} | {LETTERS["saknas_orsak"]} if one.post else set()
            for letter in (*(LETTERS[kon] for kon in KON), LETTERS["saknas_orsak"]):
                if letter not in boxes and number(self.sheet.cell(row, letter)) is not None:
                    self.notes.append(Fault("iop_utanfor", row, blad=FIGURES, bokstav=letter))
        for row, letter in self.sheet.beyond(len(self.layout.rows) + 1, len(self.layout.headers)):
            self.notes.append(Fault("iop_utanfor", row, blad=FIGURES, bokstav=letter or None))

    def _place(self, cell: Cell) -> tuple[int, str]:
        return self.layout.place(cell)

    def _fault(self, regel: str, cell: Cell) -> Fault:
        row, letter = self._place(cell)
        return Fault(regel, row, "antal", FIGURES, bokstav=letter)


def _impossible(said: Mapping[str, str | None]) -> Iterator[tuple[str, str]]:
    for kon, raw in said.items():
        value = whole(raw)
        if raw is not None and (value is None or not 0 <= value <= LIMIT):
            yield kon, "heltal" if value is None else "utanfor_granser"


def _answers(cells: Mapping[str, str | None], reason: str | None) -> list[dict[str, str | None]]:
    """One answer a kon. Where nothing is said of the parts there is only the total."""
    split = reason is not None or any(cells.get(kon) is not None for kon in PARTS)
    return [
        {"kon": kon, "antal": antal, "saknas_orsak": reason if antal is None else None}
        for kon, antal in cells.items()
        if split or kon == "totalt"
    ]


def _tells(seen: Glimpse) -> bool:
    """Both sheets, or one of them and the form's own example: then reading tells what became of the other."""
    found = {name.casefold() for name in (COVER, FIGURES, EXAMPLE)} & set(seen.sheets)
    return len(found) > 1


SOURCES: tuple[Source, ...] = (Source(kalla="iop", tabell="iop_rapport", suffixes=(".xlsx",), tells=_tells, read=read),)
