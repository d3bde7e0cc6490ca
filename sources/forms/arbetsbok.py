"""The workbook with a sheet for each register table, read through the kommun's mapping if there is one.

The format is this project's own (``arbetsbok_form``): no real extract of this kind is known here.
"""

from collections.abc import Mapping as Dict
from dataclasses import replace
from typing import Any

import pandas as pd

from sources._values import fold, head
from sources.base import Glimpse, Part, Reading, Source, Unreadable, only_headers
from sources.forms import book as _form_book
from sources.forms import cover as _cover
from sources.forms.arbetsbok_form import TABLES, VERSION, columns
from sources.mapping import ALDER, STANDARD, Mapping, fill
from sources.readers import Grid
from warehouse.contracts.base import Contract
from warehouse.contracts.delivery import Fault, TextTable

KALLA = "verksamhetssystem"
_SHEETS: Dict[str, str] = {fold(word): name for name, contract in TABLES.items() for word in (name, contract.title())}
"""Folded name of a sheet -> its table: the contract's title and the table's own name are both understood."""
_LOCAL = ("lokal_variabel", "lokal_deklaration")


def tells(seen: Glimpse) -> bool:
    """A cover, and a sheet of one of the tables; the other forms name their sheets otherwise."""
    names = {fold(name) for name in seen.sheets}
    return fold(_cover.COVER) in names and bool(names & set(_SHEETS)) and not names & {"arendeblad", "uppgifter"}


def read(content: bytes, slip: Dict[str, Any]) -> Reading:
    """A part for each sheet with rows, and for each that the cover says was looked through and holds nothing.

    Raises:
        Unreadable: with all that is wrong with the cover, the sheets and their columns.
    """
    mapping: Mapping = slip.get("_mapping") or STANDARD
    found = _form_book.sheets(content)
    cover = found.pop(fold(_cover.COVER), None)
    if cover is None:
        raise Unreadable(Fault("bladet_saknas", blad=_cover.COVER))
    stated, nothing = _cover.read(cover[2], VERSION, slip, {n: c.title() for n, c in TABLES.items()})
    facts = {"kalla": KALLA, **stated, **_form_book.corrects(found)}
    placed, faults = _placed(found)
    errors = _form_book.formula_errors(content)
    parts: list[Part] = []
    headers: list[TextTable] = []
    for name, contract in TABLES.items():
        if name not in placed and name not in nothing:
            continue
        title, grid = placed.get(name, (contract.title(), []))
        try:
            parts += _parts(mapping, contract, title, grid, errors, told_empty=name in nothing)
        except Unreadable as error:
            faults += error.faults
            headers += error.headers
    if faults:
        headers += [only_headers(part.table) for part in parts if part.tabell not in _LOCAL]
        raise Unreadable(*faults, facts=facts, headers=headers)
    if not parts:
        raise Unreadable(Fault("arbetsbok_tom"), facts=facts)
    return Reading((*(p for p in parts if p.tabell not in _LOCAL), *(p for p in parts if p.tabell in _LOCAL)), facts)


def _placed(found: Dict[str, tuple[int, str, Grid]]) -> tuple[dict[str, tuple[str, Grid]], list[Fault]]:
    """Table -> the name and cells of its sheet; and the sheets that are none of ours but hold something."""
    placed: dict[str, tuple[str, Grid]] = {}
    faults = []
    for folded, (place, title, grid) in found.items():
        name = _SHEETS.get(folded)
        if _form_book.ignored(folded) or not _form_book.filled(grid):
            continue
        if name is None:
            faults.append(Fault("okant_blad", kolumn=f"blad {place}"))  # its name may be a person's
        elif name in placed:
            faults.append(Fault("dubbelt_blad", kolumn=f"blad {place}", tabell=name))
        else:
            placed[name] = (title, grid)
    return placed, faults


def _parts(
    mapping: Mapping, contract: type[Contract], title: str, grid: Grid, errors: _form_book.Errors, *, told_empty: bool
) -> list[Part]:
    """What one sheet gives: its table, and the kommun's local variables; nothing where it was not filled in."""
    tabell = contract.table()
    names = {head(word): c.name for c in columns(contract) for word in (c.name, c.title)}
    if not _form_book.filled(grid):
        return [Part(tabell, _nothing(contract, title))] if told_empty else []
    known = {*names, *(head(header) for header in mapping.for_table(tabell).kolumner.values())}
    raw, wrong = _form_book.table_of(title, grid, known, errors)
    empty = raw.frame.empty and not wrong and not raw.faults
    if empty:
        return [Part(tabell, _nothing(contract, title))] if told_empty else []
    if told_empty:
        raise Unreadable(Fault("inget_men_rader", blad=title, tabell=tabell))
    try:
        main, *local = fill(mapping, _form_book.renamed(raw, names), [contract])
    except Unreadable as error:
        raise Unreadable(*(replace(f, tabell=tabell) for f in error.faults), headers=error.headers) from None
    at = {letter: str(name) for name, letter in zip(main.table.frame.columns, main.table.letters, strict=False)}
    at = {letter: name for letter, name in at.items() if name in names.values()}
    faults = _form_book.formula_faults(raw, wrong, at) + _form_book.age_faults(main.table)
    told = (*main.table.faults, *faults)
    # An age stands beside the age group and fills it where it is blank: no unknown column.
    age = [letter for letter, name in at.items() if name == ALDER]
    notes = tuple(note for note in main.warnings if note.kolumn not in {f"kolumn {letter}" for letter in age})
    return [replace(main, table=replace(main.table, faults=told), warnings=notes), *local]


def _nothing(contract: type[Contract], title: str) -> TextTable:
    """A table that was looked through and holds nothing."""
    frame = pd.DataFrame({column.name: pd.Series(dtype="str") for column in contract.delivered()})
    return TextTable(frame, pd.Series(dtype="int64", name="rad"), title, ("",) * len(frame.columns))


SOURCES: tuple[Source, ...] = (
    Source(kalla=KALLA, tabell="arbetsbok", suffixes=(".xlsx",), tells=tells, read=read, person_data=True),
)
