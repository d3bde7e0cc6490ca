"""A kommun's local variables, from the columns of a file to their two tables. What they may be is in the mapping."""

from collections.abc import Iterable
from functools import partial

import numpy as np
import pandas as pd

from sources import _values
from sources.base import Part, Unreadable
from sources.mapping.model import LOCAL_TABLE, Local, Mapping
from warehouse.contracts.delivery import Fault, TextTable

VARIABLE, DECLARATION = "lokal_variabel", "lokal_deklaration"
CASE = "arende_id"


def local_parts(mapping: Mapping, table: TextTable, tabell: str) -> tuple[list[Part], set[str]]:
    """The parts that the mapping's local variables give, and the headers of the file's columns that they stand in.

    ``table`` is the file as it was read, with its own headers; ``tabell`` the contract that its rows fill. None where
    the mapping declares no local variables for that table. A cell with a code that is not declared gives a fault in
    the first part (``okand_lokal_kod``, column ``lokal:<name>``) and no row; a blank is a missing answer: no row.

    Raises Unreadable where a declared column, or that of ``arende_id``, is not in the file or stands twice.
    """
    declared = [v for v in mapping.lokala if v.tabell == tabell]
    if not declared:
        return [], set()
    named = mapping.for_table(LOCAL_TABLE).kolumner.get(CASE, CASE)
    case = _place(table, named, CASE)
    places = [_place(table, v.kolumn, v.column) for v in declared]
    wrong = [f for f in (case, *places) if isinstance(f, Fault)]
    if wrong:
        raise Unreadable(*wrong)
    found = [p for p in places if isinstance(p, int)]
    cases = _cleaned(table.frame.iloc[:, case], mapping) if isinstance(case, int) else pd.Series(dtype="str")
    answers = [_answers(v, place, cases, table, mapping) for v, place in zip(declared, found, strict=True)]
    frame = pd.concat([rows for rows, _ in answers], ignore_index=True)
    frame = frame.sort_values("_place", kind="stable", ignore_index=True)
    part = TextTable(
        frame[[CASE, "variabel", "varde"]].astype("str"),
        table.rows.iloc[frame["_place"].to_numpy(dtype="int64")].set_axis(frame.index),
        table.blad,
        (table.letters[case] if isinstance(case, int) and table.letters else "", "", ""),
        tuple(sorted((f for _, faults in answers for f in faults), key=lambda f: (f.rad or 0, f.bokstav or ""))),
        frame[["_letter"]].rename(columns={"_letter": "varde"}),
    )
    used = {str(table.frame.columns[place]) for place in found}
    return [Part(VARIABLE, part), Part(DECLARATION, declaration(declared, table.blad))], used


def declaration(variables: Iterable[Local], blad: str | None = None) -> TextTable:
    """What each code of each variable is called: a row a code, numbered, whether or not anyone has it."""
    rows = [(v.namn, v.titel, code, label) for v in variables for code, label in v.etiketter.items()]
    frame = pd.DataFrame(rows, columns=["variabel", "titel", "varde", "etikett"], dtype="str")
    return TextTable(frame, pd.Series(range(1, len(rows) + 1), dtype="int64", name="rad"), blad, ("",) * 4)


def meanings(mapping: Mapping) -> dict[str, str]:
    """Column name in faults (``lokal:<name>``) -> what its answers may mean: the words for the remedy."""
    return {v.column: ", ".join(v.etiketter.values()) for v in mapping.lokala}


def untranslated(mapping: Mapping, table: TextTable) -> dict[str, int]:
    """Column name in faults -> how many distinct texts of the file the mapping has no code for."""
    out = {}
    for variable in mapping.lokala:
        place = _place(table, variable.kolumn, variable.column)
        if isinstance(place, int):
            texts = _cleaned(table.frame.iloc[:, place], mapping).dropna().unique()
            out[variable.column] = sum(not _codes(variable, str(text)) for text in texts)
    return {column: count for column, count in out.items() if count}


def _place(table: TextTable, header: str, column: str) -> int | Fault:
    """Where a header stands, or what is wrong with it."""
    wanted = _values.head(header)
    places = [i for i, name in enumerate(table.frame.columns) if _values.head(str(name)) == wanted]
    if not places:
        return Fault("saknad_kolumn", kolumn=column, blad=table.blad)
    if len(places) > 1:
        return Fault("dubbel_kolumn", kolumn=f"kolumn {table.letters[places[1]]}", blad=table.blad)
    return places[0]


def _answers(
    variable: Local, place: int, cases: pd.Series, table: TextTable, mapping: Mapping
) -> tuple[pd.DataFrame, list[Fault]]:
    """The variable's rows (with ``_place`` and ``_letter``), and the cells that are not among them."""
    letter = table.letters[place] if place < len(table.letters) else ""
    fault = partial(Fault, kolumn=variable.column, blad=table.blad, tabell=VARIABLE, bokstav=letter or None)
    texts = _cleaned(table.frame.iloc[:, place], mapping).reset_index(drop=True)
    codes, distinct = pd.factorize(texts)
    known = [_codes(variable, str(text)) for text in distinct]
    unknown = np.array([not found for found in known] + [False])[codes]
    meant = pd.Series([";".join(found) for found in known], dtype="str").reindex(codes).reset_index(drop=True)
    # A case on several rows has one answer: the same again is no news, another one is a fault.
    who = cases.reset_index(drop=True)
    first = pd.Series(np.arange(len(who))).groupby(who.to_numpy()).transform("first")
    first = first.where(who.notna().to_numpy(), np.arange(len(who))).astype("int64")
    later = (first.to_numpy() != np.arange(len(who))).astype(bool)
    told = meant.fillna("").to_numpy()
    differs = later & (told != told[first.to_numpy()]) & ~unknown & ~unknown[first.to_numpy()]
    faults = [fault("okand_lokal_kod", rad=int(table.rows.iloc[i])) for i in np.flatnonzero(unknown)]
    faults += [fault("upprepas_olika", rad=int(table.rows.iloc[i])) for i in np.flatnonzero(differs)]
    keep = np.flatnonzero(~unknown & ~later & meant.notna().to_numpy(dtype=bool))
    rows = pd.DataFrame({CASE: who.iloc[keep], "varde": meant.iloc[keep].str.split(";"), "_place": keep})
    rows = rows.explode("varde").assign(variabel=variable.namn, _letter=letter)
    return rows, faults


def _codes(variable: Local, text: str) -> tuple[str, ...]:
    """The codes that a cell means, in declared order; none where any part of it is not declared.

    The codes and their labels are understood as they stand, as those of other columns are.
    """
    known = {_values.local_key(code): code for code in variable.etiketter}
    known |= {_values.local_key(label): code for code, label in variable.etiketter.items()}
    known |= {_values.local_key(outside): code for outside, code in variable.koder.items()}
    if whole := known.get(_values.local_key(text)):
        return (whole,)
    if not variable.flera:
        return ()
    order = tuple(variable.etiketter)
    found = _values.several_codes(text, known, order).split(";")
    return tuple(found) if set(found) <= set(order) else ()


def _cleaned(values: pd.Series, mapping: Mapping) -> pd.Series:
    return values.mask(values.isin(list(mapping.tomma))) if mapping.tomma else values
