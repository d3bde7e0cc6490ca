"""Record-level deliveries from a verksamhetssystem: extracts of rows, read through a mapping.

Assumed shape, since no extract of a real system is known to us: CSV or Excel with a header row, one row a record or
the records of several tables side by side on the same row, with names and codes of the kommun. Without a mapping: one
CSV file a register table, in the contract's own words.
"""

import io
from collections.abc import Iterable, Sequence
from collections.abc import Mapping as Dict
from dataclasses import replace
from functools import partial
from pathlib import PurePath
from typing import Any, Final

from sources.base import Reading, Source, Unreadable, by_headers
from sources.mapping import STANDARD, File, Mapping, fill
from sources.readers import decode, read_csv, read_sheet
from sources.recognition import MAPPED
from warehouse.contracts.base import Contract
from warehouse.contracts.delivery import Fault, TextTable
from warehouse.contracts.register import REGISTER

KALLA: Final = "verksamhetssystem"

MAPPING_KEY: Final = "_mapping"
"""Where the slip carries the loaded mapping; the file it was loaded from is the slip's own ``mappning``."""

FILE_KEY: Final = "_fil"
"""Where the slip carries the file's name, by which the mapping knows what it holds."""

WORKBOOK: Final = ".xlsx"
_CONTRACTS = {contract.table(): contract for contract in REGISTER}


def read_table(content: bytes, name: str, mapping: Mapping, file: File | None, *, allow_empty: bool) -> TextTable:
    """The rows of a file as text, under its own headers, read as the mapping says that files of this name are.

    Row numbers are those of the file, also where rows before the headers are skipped. Raises Unreadable.
    """
    first = file.rubrikrad if file else None
    if PurePath(name).suffix.casefold() == WORKBOOK:
        return read_sheet(content, file.blad if file else None, header_row=first, allow_empty=allow_empty)
    encoding = (file and file.encoding) or mapping.encoding
    separator = (file and file.separator) or mapping.separator
    if not first or first == 1:
        return read_csv(content, encoding=encoding, separator=separator, allow_empty=allow_empty)
    rest = _without_lines(decode(content, encoding), first - 1)
    table = read_csv(rest.encode(), encoding="utf-8", separator=separator, allow_empty=allow_empty)
    return replace(
        table,
        rows=table.rows + first - 1,
        faults=tuple(replace(f, rad=f.rad + first - 1) if f.rad else f for f in table.faults),
    )


def _without_lines(text: str, count: int) -> str:
    lines = list(io.StringIO(text, newline=""))
    if len(lines) <= count:
        raise Unreadable(Fault("tom_fil"))
    return "".join(lines[count:])


def _read(contract: type[Contract], content: bytes, slip: Dict[str, Any]) -> Reading:
    """The file in the contract's words. Without a mapping in the slip, its headers are the contract's own."""
    mapping: Mapping = slip.get(MAPPING_KEY) or STANDARD
    name = str(slip.get(FILE_KEY, ""))
    file = mapping.for_file(name)
    if file and contract.table() not in file.tabeller:
        file = None
    return _reading(content, name, mapping, file, [contract], slip)


def _read_mapped(content: bytes, slip: Dict[str, Any]) -> Reading:
    """The file in the words of all the tables that the mapping says it fills."""
    mapping: Mapping = slip.get(MAPPING_KEY) or STANDARD
    name = str(slip.get(FILE_KEY, ""))
    file = mapping.for_file(name)
    if file is None:
        raise Unreadable(Fault("mappning_okand_fil", kolumn="mappning"))
    return _reading(content, name, mapping, file, [_CONTRACTS[t] for t in file.tabeller], slip)


def _reading(
    content: bytes,
    name: str,
    mapping: Mapping,
    file: File | None,
    contracts: Sequence[type[Contract]],
    slip: Dict[str, Any],
) -> Reading:
    table = read_table(content, name, mapping, file, allow_empty=slip.get("tom") in {True, "ja"})
    return Reading(fill(mapping, table, contracts), {"kalla": KALLA})


def _telling(contract: type[Contract]) -> Iterable[str]:
    """What every file of this table has: the columns that may not be absent. Age may come in years instead."""
    return (c.name for c in contract.delivered() if not c.nullable and c.name != "aldersgrupp")


SOURCES: tuple[Source, ...] = (
    *(
        Source(
            kalla=KALLA,
            tabell=contract.table(),
            suffixes=(".csv", ".txt"),
            tells=by_headers(*_telling(contract)),
            read=partial(_read, contract),
            person_data=True,
        )
        for contract in REGISTER
    ),
    Source(
        kalla=KALLA,
        tabell=MAPPED,
        suffixes=(".csv", ".txt", ".tsv", WORKBOOK),
        # Only a mapping says what such a file holds.
        tells=lambda _seen: False,
        read=_read_mapped,
        person_data=True,
    ),
)
