"""A kommun's mapping at work: renames columns and translates codes, dates and numbers to the contract's words.

It judges no value: what it does not know it leaves for validation. No value from a file reaches a message here:
faults name contract columns, or ``kolumn H`` where the header is not ours (without a header row it is a value).
"""

from collections.abc import Callable
from collections.abc import Mapping as Dict
from functools import partial

import pandas as pd

from sources import _values
from sources._mapping import ALDER, STANDARD, WITH_ALDER, Mapping, Part
from sources._mapping_yaml import Refused, load_mapping
from sources.base import Unreadable
from warehouse.contracts.base import Column, Contract
from warehouse.contracts.delivery import Fault, TextTable

__all__ = ["ALDER", "STANDARD", "Mapping", "Part", "Refused", "apply", "load_mapping"]


def apply(mapping: Mapping, table: TextTable, contract: type[Contract]) -> tuple[TextTable, list[Fault]]:
    """The table with the contract's columns first, then those it does not know, and a warning for each of these.

    Raises Unreadable when a column that is needed, or one that the mapping names for this table, is missing.
    """
    part = mapping.for_table(contract.table())
    found = _find(mapping, part, table, contract)
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
    warnings: list[Fault] = []
    for place in sorted(set(range(frame.shape[1])) - set(found.values())):
        columns[_unused(str(frame.columns[place]), columns)] = frame.iloc[:, place]
        letters.append(table.letters[place])
        warnings.append(Fault("okand_kolumn", kolumn=f"kolumn {table.letters[place]}", blad=table.blad))
    out = pd.DataFrame(columns, index=frame.index)
    return TextTable(out, table.rows, table.blad, tuple(letters), table.faults), warnings


def _find(mapping: Mapping, part: Part, table: TextTable, contract: type[Contract]) -> dict[str, int]:
    """Contract column -> its place in the file. Refuses what is missing or stands twice."""
    places: dict[str, list[int]] = {}
    for place, header in enumerate(table.frame.columns):
        places.setdefault(_head(str(header)), []).append(place)
    named = mapping.tabeller.get(contract.table(), Part()).kolumner
    with_alder = contract.table() in WITH_ALDER
    names = [column.name for column in contract.delivered()] + ([ALDER] if with_alder else [])
    found: dict[str, int] = {}
    wrong: list[Fault] = []
    # Named columns first: what the mapping says about a column in the file beats what its header happens to be.
    for name in sorted(names, key=lambda name: name not in part.kolumner):
        here = [i for i in places.get(_head(part.kolumner.get(name, name)), []) if i not in found.values()]
        if len(here) > 1:
            wrong += [Fault("dubbel_kolumn", kolumn=f"kolumn {table.letters[i]}", blad=table.blad) for i in here[1:]]
        if here:
            found[name] = here[0]
    if "aldersgrupp" in found:
        found.pop(ALDER, None)
    for column in contract.delivered():
        name = column.name
        # A column that the table's own mapping names was promised: silence would turn answers into missing ones.
        needed = not column.nullable or name in named
        grouped_later = name == "aldersgrupp" and with_alder and (ALDER in found or "person_id" in found)
        if needed and not grouped_later and name not in found and name not in part.standardvarden:
            wrong.append(Fault("saknad_kolumn", kolumn=name, blad=table.blad))
    if wrong:
        raise Unreadable(*dict.fromkeys(wrong))
    return found


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


def _head(name: str) -> str:
    """How headers are compared: case, accents, blanks and underscores aside."""
    return _values.fold(name).replace("_", "") or name
