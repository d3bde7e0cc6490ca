"""Several tables from the same rows, and records that stand on several rows: which row is whose. Translates nothing."""

from collections.abc import Iterable

import numpy as np
import pandas as pd

from warehouse.contracts.base import Contract
from warehouse.contracts.delivery import Fault, TextTable


def with_something(table: TextTable, places: Iterable[int], tomma: frozenset[str]) -> np.ndarray:
    """Which rows hold anything in these columns of the file: a row without is no record of theirs."""
    some = np.zeros(len(table.frame), dtype=bool)
    for place in places:
        values = table.frame.iloc[:, place]
        some |= (values.notna() & ~values.isin(list(tomma))).to_numpy(dtype=bool)
    return some


def chosen(table: TextTable, keep: np.ndarray) -> TextTable:
    """The table with these rows only."""
    cells = None if table.cells is None else table.cells[keep]
    return TextTable(table.frame[keep], table.rows[keep], table.blad, table.letters, table.faults, cells)


def once(table: TextTable, contract: type[Contract]) -> TextTable:
    """The table with each record on its first row.

    A later row that says the same in every column of ``contract`` (and in ``alder``) is dropped; one that says
    something else of the same record is dropped with a fault (``upprepas_olika``) for each column that differs. Rows
    that lack a part of the key stay as they are.
    """
    ours = [c for c in contract.delivered() if c.name in table.frame]
    key = [c.name for c in ours if c.name in contract.key()]
    if not key or len(table.frame) < 2:
        return table
    frame = table.frame.reset_index(drop=True)
    names = [c.name for c in ours] + [n for n in ("alder",) if n in frame]
    ids = {c.name for c in ours if c.kind == "pseudonym"}
    told = pd.DataFrame({n: _bare(frame[n]) if n in ids else frame[n].fillna("") for n in names})
    place = np.arange(len(frame))
    needed = [c.name for c in ours if c.name in key and not c.nullable]
    whole = frame[needed].notna().all(axis=1).to_numpy(dtype=bool)
    first = pd.Series(place).groupby([told[n] for n in key], sort=False).transform("first").to_numpy()
    first = np.where(whole, first, place)
    later = first != place
    faults: list[Fault] = []
    numbers = table.rows.to_numpy()
    for name in names:
        texts = told[name].to_numpy()
        differs = np.flatnonzero(later & (texts != texts[first]))
        letter = table.letter(0, name)
        faults += [
            Fault("upprepas_olika", int(numbers[i]), name, table.blad, contract.table(), letter) for i in differs
        ]
    faults.sort(key=lambda f: f.rad or 0)
    kept = chosen(table, ~later)
    return TextTable(kept.frame, kept.rows, kept.blad, kept.letters, (*table.faults, *faults), kept.cells)


def _bare(values: pd.Series) -> pd.Series:
    """An id without what a system may put in it or not: blanks and hyphens."""
    return values.fillna("").str.replace(r"[\s\-]", "", regex=True).str.upper()
