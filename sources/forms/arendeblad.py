"""The case form: one row a case with what is known before, during and after, as CSV or Excel.

Assumed format, modelled on what is publicly known of SUV and SU-Kvinnofrid: their own files have not been seen here,
and no compatibility is claimed. Columns: ``_arendeblad_columns``; a row's records: ``_arendeblad_records``.
"""

from collections.abc import Mapping as Dict
from dataclasses import replace
from typing import Any, Final

from sources._values import fold, head
from sources.base import Glimpse, Reading, Source, Unreadable, only_headers
from sources.forms import book as _form_book
from sources.forms import cover as _cover
from sources.forms.arendeblad_columns import Wide, columns, known
from sources.forms.arendeblad_form import SHEET, VERSION
from sources.forms.arendeblad_records import Sheet
from sources.mapping import LOCAL_TABLE, STANDARD, Mapping, local_parts
from sources.readers import read_csv
from warehouse.contracts.delivery import Fault, TextTable

KALLA: Final = "verksamhetssystem"
_CASE_ID = "arende_id"
_ZIP = b"PK\x03\x04"


def tells(seen: Glimpse) -> bool:
    """A workbook with the form's sheet, or a CSV file with columns of at least two of the form's parts."""
    if seen.sheets:
        return fold(SHEET) in {fold(name) for name in seen.sheets}
    bands = {
        wide.band for header in seen.headers if (wide := known().get(head(header))) and header.startswith(wide.band)
    }
    return len(bands - {""}) > 1


def read(content: bytes, slip: Dict[str, Any]) -> Reading:
    """A part for the cases and for each other kind of record that any row holds, then the kommun's local variables.

    Raises:
        Unreadable: with all that is wrong with the cover, the sheets and the columns.
    """
    mapping: Mapping = slip.get("_mapping") or STANDARD
    facts: dict[str, Any] = {"kalla": KALLA}
    told_empty = slip.get("tom") in {True, "ja"}
    wrong: dict[int, list[str]] = {}
    if content.startswith(_ZIP):
        table, wrong, stated, none = _from_workbook(content, slip, mapping)
        facts |= stated
        told_empty = told_empty or none
        if table.frame.empty and not wrong and not told_empty:
            raise Unreadable(Fault("bara_rubriker", blad=table.blad), facts=facts)
    else:
        table = read_csv(content, encoding=mapping.encoding, separator=mapping.separator, allow_empty=told_empty)
    if mapping.tomma:
        table = replace(table, frame=table.frame.mask(table.frame.isin(list(mapping.tomma))))
    try:
        places = _places(table, mapping)
        local, headers = local_parts(mapping, _with_case_id(table, places, mapping), LOCAL_TABLE)
    except Unreadable as error:
        unknown = [i for i, name in enumerate(table.frame.columns) if head(str(name)) not in known()]
        raise Unreadable(*error.faults, facts=facts, headers=[only_headers(table, unknown)]) from None
    taken = {*places.values(), *(i for i, name in enumerate(table.frame.columns) if str(name) in headers)}
    unknown = [i for i in range(table.frame.shape[1]) if i not in taken]
    names = {table.letters[place]: wide.column.name for wide, place in places.items()}
    told = _form_book.formula_faults(table, wrong, names)
    return Reading((*Sheet(table, places, unknown, mapping).parts(told), *local), facts, whole_rows=True)


def _from_workbook(
    content: bytes, slip: Dict[str, Any], mapping: Mapping
) -> tuple[TextTable, dict[int, list[str]], dict[str, Any], bool]:
    """The rows, the formula errors by row, what the cover states, and whether it says that there is nothing.

    A workbook that is not the form itself has one sheet with rows, whatever its name, and a följesedel.
    """
    found = _form_book.sheets(content)
    cover = found.pop(fold(_cover.COVER), None)
    facts: dict[str, Any] = _form_book.corrects(found)
    nothing: frozenset[str] = frozenset()
    if cover is not None:
        stated, nothing = _cover.read(cover[2], VERSION, slip, {"arende": SHEET})
        facts |= stated
    elif fold(SHEET) in found and not slip.get("namnd"):
        raise Unreadable(Fault("bladet_saknas", blad=_cover.COVER))
    own = {n: s for n, s in found.items() if not _form_book.ignored(n) and _form_book.filled(s[2])}
    chosen = fold(SHEET) if fold(SHEET) in own else next(iter(own), None)
    if chosen is None:
        raise Unreadable(Fault("bladet_saknas", blad=SHEET), facts=facts)
    strange = [Fault("okant_blad", kolumn=f"blad {place}") for n, (place, _, _) in own.items() if n != chosen]
    if strange:
        raise Unreadable(*strange, facts=facts)
    _, name, grid = own[chosen]
    headers = {*known(), *(head(header) for header in mapping.for_table(LOCAL_TABLE).kolumner.values())}
    table, wrong = _form_book.table_of(name, grid, headers, _form_book.formula_errors(content))
    if nothing and not table.frame.empty:
        raise Unreadable(Fault("inget_men_rader", blad=name), facts=facts)
    return table, wrong, facts, bool(nothing)


def _places(table: TextTable, mapping: Mapping) -> dict[Wide, int]:
    """The form's columns and where they stand. The mapping may call the columns of the case what it likes."""
    named = {head(header): name for name, header in mapping.for_table(LOCAL_TABLE).kolumner.items()}
    case = {wide.column.name: wide for wide in columns() if wide.record == LOCAL_TABLE and wide.code is None}
    places: dict[Wide, int] = {}
    faults = []
    for place, header in enumerate(table.frame.columns):
        word = head(str(header))
        wide = case.get(named[word]) if word in named else known().get(word)
        if wide is None:
            continue
        if wide in places:
            faults.append(Fault("dubbel_kolumn", 1, f"kolumn {table.letters[place]}", table.blad))
        places.setdefault(wide, place)
    faults += _missing(places, mapping, table.blad)
    if faults:
        raise Unreadable(*faults)
    return places


def _missing(places: Dict[Wide, int], mapping: Mapping, blad: str | None) -> list[Fault]:
    """Columns without which the records that the file begins on cannot be read, by the form's own name."""
    kinds = {(LOCAL_TABLE, ""), *((wide.record, wide.which) for wide in places)}
    faults = []
    for wide in columns():
        tabell = wide.record.removesuffix("_ruta")
        wanted = wide.needed and (wide.record, wide.which) in kinds
        if wanted and wide not in places and wide.column.name not in mapping.for_table(tabell).standardvarden:
            faults.append(Fault("saknad_kolumn", kolumn=wide.name, blad=blad))
    return faults


def _with_case_id(table: TextTable, places: Dict[Wide, int], mapping: Mapping) -> TextTable:
    """The table with the case's id under the header that the local variables look for."""
    wanted = mapping.for_table(LOCAL_TABLE).kolumner.get(_CASE_ID, _CASE_ID)
    place = next(place for wide, place in places.items() if wide.name == _CASE_ID)
    headers = [wanted if i == place else str(name) for i, name in enumerate(table.frame.columns)]
    return replace(table, frame=table.frame.set_axis(headers, axis=1))


SOURCES: tuple[Source, ...] = (
    Source(
        kalla=KALLA, tabell="arendeblad", suffixes=(".csv", ".txt", ".xlsx"), tells=tells, read=read, person_data=True
    ),
)
