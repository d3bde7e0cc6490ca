"""A kommun's mapping at work: renames columns and translates codes, dates and numbers to the contract's words.

It judges no value: what it does not know it leaves for validation. No value from a file reaches a message here:
faults name contract columns, or ``kolumn H`` where the header is not ours (without a header row it is a value).
"""

from collections.abc import Callable, Iterable, Sequence
from collections.abc import Mapping as Dict
from dataclasses import dataclass, replace
from functools import partial

import pandas as pd

from sources import _values, base
from sources.base import Unreadable, only_headers
from sources.mapping.loader import Refused, load_mapping
from sources.mapping.local import declaration, local_parts, meanings, untranslated
from sources.mapping.model import ALDER, LOCAL_TABLE, STANDARD, WITH_ALDER, File, Local, Mapping, Part
from sources.mapping.rows import chosen, once, with_something
from warehouse.contracts.base import Column, Contract
from warehouse.contracts.delivery import Fault, TextTable

__all__ = [
    "ALDER",
    "LOCAL_TABLE",
    "STANDARD",
    "File",
    "Local",
    "Mapping",
    "Part",
    "Refused",
    "apply",
    "declaration",
    "fill",
    "load_mapping",
    "local_parts",
    "meanings",
    "places_of",
    "untranslated",
]


def apply(mapping: Mapping, table: TextTable, contract: type[Contract]) -> tuple[TextTable, list[Fault]]:
    """The table with the contract's columns first, then those it does not know, and a warning for each of these.

    Raises Unreadable when a column that is needed, or one that the mapping names for this table, is missing.
    """
    found = _find(mapping, table, contract)
    return _with_rest(_mapped(mapping, table, contract, found), table, found.values())


def fill(mapping: Mapping, table: TextTable, contracts: Sequence[type[Contract]]) -> tuple[base.Part, ...]:
    """The parts that a file's rows give: one a table in the given order, then those of the local variables.

    Where rows hold several tables, a row that is blank in all the columns that are one table's alone is no record of
    that table. Columns that nothing uses stand last in the first part that keeps all rows.

    Raises Unreadable with all that is missing in any of the tables.
    """
    placed: list[dict[str, int]] = []
    wrong: list[Fault] = []
    for contract in contracts:
        others = [c.table() for c in contracts if c is not contract]
        try:
            placed.append(_find(mapping, table, contract, others))
        except Unreadable as error:
            several = contract.table() if others else None
            wrong += [replace(f, tabell=several) for f in error.faults]
    local: list[base.Part] = []
    local_headers: set[str] = set()
    try:
        for contract in contracts:
            parts, headers = local_parts(mapping, table, contract.table())
            local, local_headers = local + parts, local_headers | headers
    except Unreadable as error:
        wrong += error.faults
    if wrong:
        raise Unreadable(*dict.fromkeys(wrong), headers=[only_headers(table)])
    used = {p for found in placed for p in found.values()}
    used |= {i for i, name in enumerate(table.frame.columns) if str(name) in local_headers}
    parts = []
    repeated = [mapping.for_table(c.table()).upprepas for c in contracts]
    bearer = repeated.index(False) if False in repeated else 0
    for number, (contract, found) in enumerate(zip(contracts, placed, strict=True)):
        mapped = _mapped(mapping, table, contract, found)
        warnings: list[Fault] = []
        if number == bearer:
            mapped, warnings = _with_rest(mapped, table, used)
        # Lines that could not be read are told once, in the first part.
        mapped = replace(mapped, faults=table.faults if number == 0 else ())
        elsewhere = {p for other in placed if other is not found for p in other.values()}
        own = set(found.values()) - elsewhere
        if len(contracts) > 1 and own:
            mapped = chosen(mapped, with_something(table, own, mapping.tomma))
        if repeated[number]:
            mapped = once(mapped, contract)
        parts.append(base.Part(contract.table(), mapped, tuple(warnings)))
    return (*parts, *local)


@dataclass(frozen=True, slots=True)
class Places:
    """Where a table's columns are in a file: contract column -> letter, and the columns that are not there."""

    funna: Dict[str, str]
    standard: tuple[str, ...]
    """Filled with a default."""
    saknade: tuple[str, ...]
    """Neither there nor filled."""
    behovs: tuple[str, ...]
    """Those of ``saknade`` without which the file is refused."""


def places_of(mapping: Mapping, table: TextTable, contract: type[Contract], others: Sequence[str] = ()) -> Places:
    """What ``fill`` would find of a table in a file, also where it would refuse it. ``others`` share its rows."""
    try:
        found = _find(mapping, table, contract, others)
        needed: tuple[str, ...] = ()
    except Unreadable as error:
        needed = tuple(f.kolumn or "" for f in error.faults if f.regel == "saknad_kolumn")
        found = _look(mapping, table, contract, others)[0]
    part = mapping.for_table(contract.table())
    names = [c.name for c in contract.delivered()]
    standard = tuple(n for n in names if n not in found and n in part.standardvarden)
    by_age = {"aldersgrupp"} if ALDER in found and "aldersgrupp" not in needed else set()
    missing = tuple(n for n in names if n not in found and n not in standard and n not in by_age)
    return Places({n: table.letters[p] for n, p in found.items()}, standard, missing, needed)


def _mapped(mapping: Mapping, table: TextTable, contract: type[Contract], found: Dict[str, int]) -> TextTable:
    """The contract's columns of the table, translated."""
    part = mapping.for_table(contract.table())
    frame = table.frame
    columns: dict[str, pd.Series] = {}
    letters: list[str] = []
    for column in contract.delivered():
        name, place = column.name, found.get(column.name)
        if place is not None:
            columns[name] = _translate(frame.iloc[:, place], column, part.koder.get(name, {}), mapping)
        elif name in part.standardvarden:
            columns[name] = pd.Series(part.standardvarden[name], index=frame.index, dtype="str")
        else:
            continue
        letters.append("" if place is None else table.letters[place])
    if ALDER in found:
        years = _without(frame.iloc[:, found[ALDER]], mapping.tomma)
        columns[ALDER] = _each(years, partial(_values.plain_number, integer=True))
        letters.append(table.letters[found[ALDER]])
    out = pd.DataFrame(columns, index=frame.index)
    return TextTable(out, table.rows, table.blad, tuple(letters), table.faults)


def _with_rest(mapped: TextTable, table: TextTable, used: Iterable[int]) -> tuple[TextTable, list[Fault]]:
    """The file's unused columns after the mapped ones (the identity step looks there too), and a warning for each."""
    columns = {str(name): mapped.frame[name] for name in mapped.frame}
    letters = list(mapped.letters)
    warnings: list[Fault] = []
    for place in sorted(set(range(table.frame.shape[1])) - set(used)):
        columns[_unused(str(table.frame.columns[place]), columns)] = table.frame.iloc[:, place]
        letters.append(table.letters[place])
        warnings.append(Fault("okand_kolumn", kolumn=f"kolumn {table.letters[place]}", blad=table.blad))
    return replace(mapped, frame=pd.DataFrame(columns, index=table.frame.index), letters=tuple(letters)), warnings


def _find(mapping: Mapping, table: TextTable, contract: type[Contract], others: Sequence[str] = ()) -> dict[str, int]:
    """Contract column -> its place in the file. Refuses what is missing or stands twice."""
    found, wrong = _look(mapping, table, contract, others)
    part = mapping.for_table(contract.table())
    named = mapping.tabeller.get(contract.table(), Part()).kolumner
    for column in contract.delivered():
        name = column.name
        # A column that the table's own mapping names was promised: silence would turn answers into missing ones.
        needed = not column.nullable or name in named
        grouped_later = name == "aldersgrupp" and contract.table() in WITH_ALDER
        grouped_later = grouped_later and (ALDER in found or "person_id" in found)
        if needed and not grouped_later and name not in found and name not in part.standardvarden:
            wrong.append(Fault("saknad_kolumn", kolumn=name, blad=table.blad))
    if wrong:
        raise Unreadable(*dict.fromkeys(wrong))
    return found


def _look(
    mapping: Mapping, table: TextTable, contract: type[Contract], others: Sequence[str]
) -> tuple[dict[str, int], list[Fault]]:
    """Contract column -> its place in the file where it has one, and what stands twice."""
    places: dict[str, list[int]] = {}
    for place, header in enumerate(table.frame.columns):
        places.setdefault(_values.head(str(header)), []).append(place)
    part = mapping.for_table(contract.table())
    # What another table of the same rows, or a local variable, claims by name is not taken for what it happens to be.
    claims = [name for t in others for name in mapping.tabeller.get(t, Part()).kolumner.values()]
    claims += [v.kolumn for v in mapping.lokala if v.tabell in {contract.table(), *others}]
    claimed = {_values.head(name) for name in claims}
    names = [column.name for column in contract.delivered()] + ([ALDER] if contract.table() in WITH_ALDER else [])
    found: dict[str, int] = {}
    wrong: list[Fault] = []
    # Named columns first: what the mapping says about a column in the file beats what its header happens to be.
    for name in sorted(names, key=lambda name: name not in part.kolumner):
        header = _values.head(part.kolumner.get(name, name))
        if name not in part.kolumner and header in claimed:
            continue
        here = [i for i in places.get(header, []) if i not in found.values()]
        if len(here) > 1:
            wrong += [Fault("dubbel_kolumn", kolumn=f"kolumn {table.letters[i]}", blad=table.blad) for i in here[1:]]
        if here:
            found[name] = here[0]
    if "aldersgrupp" in found:
        found.pop(ALDER, None)
    return found, wrong


def _translate(values: pd.Series, column: Column, local: Dict[str, str], mapping: Mapping) -> pd.Series:
    values = _without(values, mapping.tomma)
    if column.codes:
        known = _values.translations(column.codes, local)
        if "" in known:
            values = values.fillna(known[""])
        if column.kind == "codes":
            return _each(values, partial(_values.several_codes, known=known, order=column.allowed))
        return _each(values, partial(_values.one_code, known=known))
    if column.kind == "date":
        return _each(values, partial(_values.iso_date, form=mapping.datumformat))
    if column.kind in {"integer", "number"}:
        return _each(values, partial(_values.plain_number, integer=column.kind == "integer"))
    return values


def _without(values: pd.Series, tomma: frozenset[str]) -> pd.Series:
    """What the system writes for nothing becomes nothing."""
    return values.mask(values.isin(list(tomma))) if tomma else values


def _each(values: pd.Series, translate: Callable[[str], str]) -> pd.Series:
    """Each distinct text once: a file has few codes and dates beside its rows."""
    places, distinct = pd.factorize(values)
    new = [translate(str(text)) for text in distinct]
    if new == list(distinct):
        return values
    return pd.Series(pd.array(new, dtype="str").take(places, allow_fill=True), index=values.index)


def _unused(header: str, taken: Dict[str, object]) -> str:
    """The file's own header, made different from the names already there."""
    name, number = header, 2
    while name in taken:
        name, number = f"{header} ({number})", number + 1
    return name
