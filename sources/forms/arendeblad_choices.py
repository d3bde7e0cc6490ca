"""Questions with several answers in the case form: a list with ``;`` or a column of 1 and 0 for each. No records."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from sources import _values
from sources.forms.arendeblad_columns import Wide
from warehouse.contracts.delivery import Fault, TextTable

_YES = frozenset({"1", "x", "sant", "true", "yes"})
_NO = frozenset({"0", "falskt", "false", "no"})


@dataclass(frozen=True, slots=True)
class Choices:
    """The chosen codes by row, and where they stood."""

    codes: pd.Series
    """Codes with ``;`` between in the list's order; a text that holds anything else as it stood; None for nothing."""
    letters: pd.Series
    """The column of the list, or of the first box that is answered."""
    boxes: Mapping[str, str]
    """Code -> letter of its box, where it has one."""
    faults: tuple[Fault, ...]


def choices(
    table: TextTable, listed: tuple[Wide, int] | None, boxes: Sequence[tuple[Wide, int]], local: Mapping[str, str]
) -> Choices:
    """Reads a question from its list column and its boxes, with their places in the table; either may be absent.

    ``local`` are the kommun's own codes. A box that is neither yes nor no, and a list that says something else than
    the boxes, are faults.
    """
    frame, faults = table.frame, []
    wide = listed[0] if listed else boxes[0][0]
    order = wide.column.allowed
    known = _values.translations(str(wide.column.codes), local)
    blank = pd.Series(None, index=frame.index, dtype="str")
    said = blank if listed is None else frame.iloc[:, listed[1]].map(
        lambda text: _values.several_codes(text, known, order), na_action="ignore"
    ).astype("str")  # fmt: skip
    at_list = table.letters[listed[1]] if listed else ""
    ticked = {str(box.code): _box(frame.iloc[:, place]) for box, place in boxes}
    letters = {str(box.code): table.letters[place] for box, place in boxes}
    answered = pd.Series(False, index=frame.index)
    first = pd.Series(at_list, index=frame.index, dtype="str")
    for code, answer in reversed(ticked.items()):
        wrong = answer.eq("?")
        faults += list(_faults("ruta_0_1", table, wrong, wide.column.name, letters[code]))
        answered |= answer.notna() & ~wrong
        first = first.where(said.notna() | answer.ne("1").fillna(True).astype(bool), letters[code])
    chosen = pd.Series("", index=frame.index, dtype="str")
    for code in order:
        if code in ticked:
            chosen = chosen.where(ticked[code].ne("1").fillna(True).astype(bool), chosen + ";" + code)
    chosen = chosen.str.removeprefix(";")
    chosen = chosen.where(chosen.ne(""), None)
    # All boxes blank say nothing; all of them 0 are no answer that the register can hold either.
    differ = said.notna() & answered & said.ne(chosen.fillna(""))
    faults += list(_faults("flerval_tva_satt", table, differ, wide.column.name, at_list))
    return Choices(said.where(said.notna(), chosen), first, letters, tuple(faults))


def rows_with(chosen: Choices, order: Sequence[str]) -> Iterator[tuple[str, pd.Series]]:
    """Each code with the rows that chose it; a text that is no list of codes is passed on as it stands."""
    texts = chosen.codes.fillna("")
    parts = texts.str.split(";")
    for code in order:
        yield code, pd.Series([code in row for row in parts], index=texts.index, dtype=bool)
    strange = pd.Series([bool(set(row) - {*order, ""}) for row in parts], index=texts.index, dtype=bool)
    for text in texts[strange].unique():
        yield str(text), texts.eq(text)


def _box(values: pd.Series) -> pd.Series:
    """Each answer as 1, 0, ? for what is none of them, None for nothing and for *okänt*."""
    known = _values.translations("ja_nej", {})

    def read(text: str) -> str | None:
        word = _values.fold(text)
        code = "ja" if word in _YES else "nej" if word in _NO else known.get(word)
        return {"ja": "1", "nej": "0", "okant": None, None: "?"}[code]

    return values.map(read, na_action="ignore").astype("str")


def _faults(rule: str, table: TextTable, where: pd.Series, kolumn: str, bokstav: str) -> Iterator[Fault]:
    for row in np.flatnonzero(where.fillna(False).to_numpy(dtype=bool)):
        yield Fault(rule, int(table.rows.iloc[row]), kolumn, table.blad, bokstav=bokstav or None)
