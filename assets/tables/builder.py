"""The one builder: from declared facts to cells. Counts on integer keys; knows no database.

Every combination of the declared codes gets a cell (zero where nothing is counted, None where nothing was measured).
``annat_okant`` is shown only in tables where someone is in it; those without a code stand in the totals alone.
"""

from collections.abc import Sequence
from itertools import product

import numpy as np
import pandas as pd

from assets.tables.spec import Dimension, Fact, Figures, Inputs, Measure, Period, TableSpec
from warehouse.contracts.codes import TOTAL
from warehouse.contracts.registry import CONTRACTS

COLUMNS = ("kon", "matt", "varde")


def build(spec: TableSpec, inputs: Inputs, period: Period) -> Figures:
    """The table's cells in declared order: its dimensions, ``kon``, ``matt`` and ``varde``; and its notes."""
    if spec.figures is not None:
        made = spec.figures(inputs, period)
        return Figures(made.cells, (*made.notes, *spec.notes))
    rows = [fact.rows(inputs, period) for fact in spec.facts]
    dimensions = [_present(d, rows) for d in spec.dimensions]
    cells = pd.concat(
        [_fact_cells(fact, inputs, frame, dimensions) for fact, frame in zip(spec.facts, rows, strict=True)],
        ignore_index=True,
    )
    remarks = spec.remarks(inputs, period) if spec.remarks else ()
    lost = sorted({n for f in spec.facts for n in (*f.needs, *(source for _, source in f.split_by))} & inputs.absent)
    missing = tuple(
        f"{CONTRACTS[n].title()} är inte levererade för {period.first}. Strecket betyder att uppgift saknas, inte att "
        "antalet är noll. Finns det inget att redovisa: leverera en fil med bara rubriker och tom: ja i följesedeln."
        for n in lost
    )
    return Figures(_ordered(cells, spec, dimensions), (*missing, *remarks, *spec.notes))


def _present(dimension: Dimension, rows: Sequence[pd.DataFrame]) -> "_Axis":
    codes = dimension.values
    if dimension.name == "kon" and not any((frame["kon"] == "annat_okant").any() for frame in rows):
        codes = tuple(c for c in codes if c != "annat_okant")
    return _Axis(dimension.name, codes, dimension.total)


class _Axis:
    """A dimension as the counting sees it: its codes, and the place after them for the total."""

    __slots__ = ("codes", "name", "total")

    def __init__(self, name: str, codes: tuple[str, ...], total: bool) -> None:
        self.name, self.codes, self.total = name, codes, total

    def positions(self, values: pd.Series) -> np.ndarray:
        """Each value's place among the codes; -1 where it has none."""
        return pd.Categorical(values.astype("str"), categories=list(self.codes)).codes.astype(np.int64)

    @property
    def labels(self) -> tuple[str, ...]:
        return (*self.codes, TOTAL) if self.total else self.codes


def _fact_cells(fact: Fact, inputs: Inputs, frame: pd.DataFrame, axes: Sequence[_Axis]) -> pd.DataFrame:
    used = [a for a in axes if a.name in fact.dimensions]
    positions = {a.name: a.positions(frame[a.name]) for a in used}
    parts = []
    unknown = bool(inputs.absent & set(fact.needs))
    for measure in fact.measures:
        values = np.nan if unknown else _cube(measure, frame, used, positions)
        grid = pd.DataFrame(list(product(*(a.labels for a in used))), columns=[a.name for a in used], dtype="str")
        for axis in axes:
            if axis.name not in fact.dimensions:
                grid[axis.name] = TOTAL
        made = grid.assign(matt=measure.name, varde=values)
        for dimension, source in fact.split_by:
            if source in inputs.absent:
                made["varde"] = made["varde"].where(made[dimension] == TOTAL)
        parts.append(made)
    return pd.concat(parts, ignore_index=True)


def _cube(measure: Measure, frame: pd.DataFrame, axes: Sequence[_Axis], positions: dict[str, np.ndarray]) -> np.ndarray:
    """One measure over all cells, flat in the order of the axes' labels."""
    mask = frame[measure.where].fillna(False).to_numpy(dtype=bool) if measure.where else np.ones(len(frame), dtype=bool)
    value = frame[measure.value].to_numpy(dtype="float64", na_value=np.nan) if measure.value else np.ones(len(frame))
    mask = mask & ~np.isnan(value)
    unit = pd.factorize(frame[measure.unit])[0] if measure.unit else np.arange(len(frame))
    mask = mask & (unit >= 0)
    shape = tuple(len(a.labels) for a in axes)
    sums = np.zeros(shape)
    counts = np.zeros(shape)
    # For each choice of "total or by code" per axis, units are counted once per cell.
    for split in product(*((False, True) if a.total else (True,) for a in axes)):
        keep = mask.copy()
        cell = np.zeros(len(frame), dtype=np.int64)
        for axis, by_code in zip(axes, split, strict=True):
            place = positions[axis.name] if by_code else np.full(len(frame), len(axis.codes), dtype=np.int64)
            keep &= place >= 0
            cell = cell * len(axis.labels) + place
        cells, units, values = cell[keep], unit[keep], value[keep]
        if measure.unit:
            _, first = np.unique(cells * (len(frame) + 1) + units, return_index=True)
            cells, values = cells[first], values[first]
        size = int(np.prod(shape))
        counts += np.bincount(cells, minlength=size).reshape(shape)
        sums += np.bincount(cells, weights=values, minlength=size).reshape(shape)
    if measure.how == "antal":
        return counts.ravel()
    if measure.how == "summa":
        return sums.ravel()
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(counts > 0, sums / counts, np.nan).ravel()


def _ordered(cells: pd.DataFrame, spec: TableSpec, axes: Sequence[_Axis]) -> pd.DataFrame:
    measures = [m.name for f in spec.facts for m in f.measures]
    order = pd.DataFrame(index=cells.index)
    for axis in axes:
        order[axis.name] = pd.Categorical(cells[axis.name], categories=[*axis.codes, TOTAL]).codes
    order["matt"] = pd.Categorical(cells["matt"], categories=measures).codes
    names = [a.name for a in axes]
    placed = cells.loc[order.sort_values([*names, "matt"], kind="stable").index]
    return placed[[*names, "matt", "varde"]].reset_index(drop=True)
