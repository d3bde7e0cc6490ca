"""Counting on integer keys: rows into cells of all label combinations, for many kommuner at once. Knows no tables.

A cube has the kommun first, then one axis a dimension. What adds up is counted once by code and summed to groups and
totals; distinct units, medians and means of units are counted anew for each combination of steps in the hierarchies.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import product

import numpy as np
import pandas as pd

from assets.tables.spec import Fact, Group, Measure
from warehouse.contracts.codes import TOTAL

SHOWN, MISSING, NOT_APPLICABLE = 0, 1, 2
"""Statuses of a cell."""


class Axis:
    """A dimension as the counting sees it: labels in order (each group after its last member, the total last)."""

    __slots__ = ("codes", "groups", "labels", "name", "total")

    def __init__(self, name: str, codes: tuple[str, ...], groups: Sequence[Group] = (), *, total: bool = True) -> None:
        self.name, self.codes, self.total = name, codes, total
        self.groups = tuple(g for g in groups if set(g.members) <= set(codes))
        after = {g.members[-1]: g.code for g in self.groups}
        labels = [label for code in codes for label in (code, after.get(code)) if label is not None]
        self.labels: tuple[str, ...] = (*labels, TOTAL) if total else tuple(labels)

    def slots(self, values: pd.Series) -> np.ndarray:
        """Each value's place among the codes; one past the last where it has none."""
        none = len(self.codes)
        if isinstance(values.dtype, pd.CategoricalDtype):
            at = {code: place for place, code in enumerate(self.codes)}
            lookup = np.array([*(at.get(c, none) for c in values.cat.categories), none], dtype=np.int64)
            places: np.ndarray = lookup[values.cat.codes.to_numpy()]
            return places
        out = np.asarray(pd.Categorical(values, categories=list(self.codes)).codes, dtype=np.int64)
        return np.where(out < 0, none, out)

    def place(self, values: pd.Series) -> np.ndarray:
        """Each value's place among the labels; -1 where it has none."""
        places: np.ndarray = self.steps[0][self.slots(values)]
        return places

    @property
    def members(self) -> list[list[int]]:
        """For each label the slots that make it."""
        groups = {g.code: [self.codes.index(m) for m in g.members] for g in self.groups}
        whole = list(range(len(self.codes) + 1))
        return [
            groups.get(label) or (whole if self.total and at == len(self.labels) - 1 else [self.codes.index(label)])
            for at, label in enumerate(self.labels)
        ]

    @property
    def steps(self) -> list[np.ndarray]:
        """For each step of the hierarchy (codes, groups, total) the label's place by slot; -1 where there is none."""
        by_code = np.full(len(self.codes) + 1, -1, dtype=np.int64)
        for slot, code in enumerate(self.codes):
            by_code[slot] = self.labels.index(code)
        found = [by_code]
        if self.groups:
            by_group = np.full(len(self.codes) + 1, -1, dtype=np.int64)
            for group in self.groups:
                by_group[[self.codes.index(m) for m in group.members]] = self.labels.index(group.code)
            found.append(by_group)
        if self.total:
            found.append(np.full(len(self.codes) + 1, len(self.labels) - 1, dtype=np.int64))
        return found


@dataclass(slots=True)
class Counted:
    """A measure over all label combinations: ``values`` and ``status`` have shape (kommuner, labels of each axis).

    ``behind`` is, for each lineage column, the delivery ids (kommuner, deliveries; -1 where there is none) and the rows
    of each in every cell (kommuner, labels..., deliveries).
    """

    measure: Measure
    axes: tuple[Axis, ...]
    values: np.ndarray
    status: np.ndarray
    behind: list[tuple[np.ndarray, np.ndarray]] = field(default_factory=list)

    def ledger(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Rows behind each cell, what is not zero: cell (flat position), delivery, rows; a pair may come twice."""
        parts = []
        for ids, rows in self.behind:
            found = np.nonzero(rows)
            cell = np.ravel_multi_index(found[:-1], self.values.shape)
            parts.append((cell, ids[found[0], found[-1]], rows[found].astype(np.int64)))
        if not parts:
            nothing = np.empty(0, dtype=np.int64)
            return nothing, nothing, nothing
        cells, deliveries, counts = (np.concatenate(p) for p in zip(*parts, strict=True))
        return cells, deliveries, counts


@dataclass(slots=True)
class _Rows:
    """A fact's rows as integers."""

    frame: pd.DataFrame
    axes: Sequence[Axis]
    kommun: np.ndarray
    slots: list[np.ndarray]
    deliveries: list[tuple[np.ndarray, np.ndarray]]
    """For each lineage column the ids (kommuner, deliveries) and each row's place among its kommun's, -1 for none."""
    kommuner: int


def counted(fact: Fact, frame: pd.DataFrame, axes: Sequence[Axis], kommuner: Sequence[str]) -> Iterator[Counted]:
    """The fact's measures that are counted from its rows."""
    owners = np.asarray(pd.Categorical(frame["kommun"], categories=list(kommuner)).codes, dtype=np.int64)
    rows = _Rows(
        frame,
        axes,
        owners,
        [a.slots(frame[a.name]) for a in axes],
        [_deliveries(frame[name], owners, len(kommuner)) for name in fact.lineage],
        len(kommuner),
    )
    for measure in fact.measures:
        if measure.how != "harledd":
            yield _count(measure, rows)


def _deliveries(ids: pd.Series, kommun: np.ndarray, kommuner: int) -> tuple[np.ndarray, np.ndarray]:
    """The deliveries of each kommun, sorted, and each row's place among them."""
    number = ids.to_numpy(dtype="float64", na_value=np.nan)
    known = ~np.isnan(number) & (kommun >= 0)
    # One key a (kommun, delivery): ids are far below 2**40.
    codes, keys = pd.factorize(kommun[known] * 2**40 + number[known].astype(np.int64))
    order = np.argsort(keys)
    owners, deliveries = keys[order] >> 40, keys[order] & (2**40 - 1)
    within = np.arange(len(keys)) - np.searchsorted(owners, owners)
    table = np.full((kommuner, int(within.max(initial=-1)) + 1), -1, dtype=np.int64)
    table[owners, within] = deliveries
    rank = np.empty(len(keys), dtype=np.int64)
    rank[order] = within
    place = np.full(len(number), -1, dtype=np.int64)
    place[known] = rank[codes]
    return table, place


def _count(measure: Measure, rows: _Rows) -> Counted:
    frame = rows.frame
    mask = rows.kommun >= 0
    if measure.where:
        mask = mask & frame[measure.where].fillna(False).to_numpy(dtype=bool)
    unit = pd.factorize(frame[measure.unit])[0] if measure.unit else None
    if unit is not None:
        mask = mask & (unit >= 0)
    value = frame[measure.value].to_numpy(dtype="float64", na_value=np.nan) if measure.value else None
    known = mask if value is None else mask & ~np.isnan(value)
    if unit is None and measure.how != "median":
        totals, sums, behind = _by_sums(rows, mask, known, value)
    else:
        totals, sums, behind = _by_steps(measure, rows, mask, known, value, unit)
    counts = totals["known"]
    status = np.zeros(counts.shape, dtype=np.int8)
    if measure.how == "antal":
        values = counts
    elif measure.how == "summa":
        # Rows without a value are not rows with nothing: of nothing but such the sum is not known.
        values, status[(totals["all"] > 0) & (counts == 0)] = sums, MISSING
    else:
        with np.errstate(invalid="ignore", divide="ignore"):
            values = sums if measure.how == "median" else np.where(counts > 0, sums / counts, np.nan)
        status[counts == 0] = NOT_APPLICABLE
        status[(counts == 0) & (totals["all"] > 0)] = MISSING
    return Counted(measure, tuple(rows.axes), values, status, behind)


def _by_sums(
    rows: _Rows, mask: np.ndarray, known: np.ndarray, value: np.ndarray | None
) -> tuple[dict[str, np.ndarray], np.ndarray, list[tuple[np.ndarray, np.ndarray]]]:
    """Counts and sums by code, then added up to groups and totals."""
    shape = (rows.kommuner, *(len(a.codes) + 1 for a in rows.axes))
    cell = rows.kommun.copy()
    for axis, slots in zip(rows.axes, rows.slots, strict=True):
        cell = cell * (len(axis.codes) + 1) + slots
    size = int(np.prod(shape))

    def added(keep: np.ndarray, weights: np.ndarray | None = None) -> np.ndarray:
        base = np.bincount(cell[keep], weights=None if weights is None else weights[keep], minlength=size)
        return _widen(base.reshape(shape).astype("float64"), rows.axes)

    totals = {"known": added(known)}
    totals["all"] = totals["known"] if value is None else added(mask)
    sums = totals["known"] if value is None else added(known, value)
    behind = []
    for ids, place in rows.deliveries:
        keep = known & (place >= 0)
        width = ids.shape[1]
        base = np.bincount(cell[keep] * width + place[keep], minlength=size * width).reshape(*shape, width)
        behind.append((ids, _widen(base, rows.axes)))
    return totals, sums, behind


def _widen(base: np.ndarray, axes: Sequence[Axis]) -> np.ndarray:
    """From slots of codes to labels: groups and totals are sums of slots."""
    for at, axis in enumerate(axes, start=1):
        base = np.stack([base.take(slots, axis=at).sum(axis=at) for slots in axis.members], axis=at)
    return base


def _by_steps(
    measure: Measure,
    rows: _Rows,
    mask: np.ndarray,
    known: np.ndarray,
    value: np.ndarray | None,
    unit: np.ndarray | None,
) -> tuple[dict[str, np.ndarray], np.ndarray, list[tuple[np.ndarray, np.ndarray]]]:
    """Distinct units (the first row of each in a cell counts), and medians, for each choice of steps."""
    shape = (rows.kommuner, *(len(a.labels) for a in rows.axes))
    size = int(np.prod(shape))
    counts, every, sums = np.zeros(size), np.zeros(size), np.zeros(size)
    if measure.how == "median":
        sums[:] = np.nan
    behind = [np.zeros(size * ids.shape[1], dtype=np.int64) for ids, _ in rows.deliveries]
    for steps in product(*(a.steps for a in rows.axes)):
        inside = mask.copy()
        cell = rows.kommun.copy()
        for axis, slots, step in zip(rows.axes, rows.slots, steps, strict=True):
            place = step[slots]
            inside &= place >= 0
            cell = cell * len(axis.labels) + place
        if value is not None:
            every += np.bincount(cell[inside], minlength=size)
        inside &= known
        picked = np.flatnonzero(inside)
        if unit is not None:
            # Cells and rows are few enough for one integer key.
            repeated = pd.Series(cell[picked] * (len(unit) + 1) + unit[picked]).duplicated().to_numpy()
            picked = picked[~repeated]
        here = cell[picked]
        counts += np.bincount(here, minlength=size)
        if value is not None and measure.how == "median":
            _medians(here, value[picked], sums)
        elif value is not None:
            sums += np.bincount(here, weights=value[picked], minlength=size)
        for at, (ids, place) in enumerate(rows.deliveries):
            width, whose = ids.shape[1], place[picked]
            behind[at] += np.bincount((here * width + whose)[whose >= 0], minlength=size * width)
    found = [(ids, out.reshape(*shape, ids.shape[1])) for (ids, _), out in zip(rows.deliveries, behind, strict=True)]
    totals = {"known": counts.reshape(shape), "all": (counts if value is None else every).reshape(shape)}
    return totals, (counts if value is None else sums).reshape(shape), found


def _medians(cell: np.ndarray, value: np.ndarray, out: np.ndarray) -> None:
    """The median of the values of each cell, put in its place: the mean of the two in the middle where they are two."""
    order = np.lexsort((value, cell))
    cell, value = cell[order], value[order]
    where, first, many = np.unique(cell, return_index=True, return_counts=True)
    out[where] = (value[first + (many - 1) // 2] + value[first + many // 2]) / 2


def derived(measure: Measure, axes: Sequence[Axis], parts: Sequence[Counted]) -> Counted:
    """A formula of other measures, cell by cell; a part that is not split by an axis is the same for all its labels.

    Missing parts make it missing; where the formula gives none it is not applicable. Behind it stand the rows behind
    its parts, where several share a row the most.
    """
    spread = [_spread(part, axes) for part in parts]
    values = [np.where(status == SHOWN, values, np.nan) for values, status, _ in spread]
    result = values[0] if measure.formula is None else measure.formula(*values)
    status = np.where(np.isnan(result), NOT_APPLICABLE, SHOWN).astype(np.int8)
    status[np.any([s == MISSING for _, s, _ in spread], axis=0)] = MISSING
    return Counted(measure, tuple(axes), result, status, _together([b for _, _, b in spread]))


def _spread(part: Counted, axes: Sequence[Axis]) -> tuple[np.ndarray, np.ndarray, list[tuple[np.ndarray, np.ndarray]]]:
    """A measure over other axes: at the total of those that are not asked for, repeated over those it lacks."""
    values, status = part.values, part.status
    behind = list(part.behind)
    own = list(part.axes)
    for at in range(len(own) - 1, -1, -1):
        if own[at].name not in {a.name for a in axes}:
            last = len(own[at].labels) - 1
            values, status = values.take(last, axis=at + 1), status.take(last, axis=at + 1)
            behind = [(ids, rows.take(last, axis=at + 1)) for ids, rows in behind]
            del own[at]
    names = [a.name for a in own]
    for at, axis in enumerate(axes, start=1):
        if axis.name not in names:
            many = len(axis.labels)
            values, status = (np.repeat(np.expand_dims(v, at), many, axis=at) for v in (values, status))
            behind = [(ids, np.repeat(np.expand_dims(rows, at), many, axis=at)) for ids, rows in behind]
            names.insert(at - 1, axis.name)
    return values, status, behind


def _together(parts: Sequence[list[tuple[np.ndarray, np.ndarray]]]) -> list[tuple[np.ndarray, np.ndarray]]:
    """The deliveries behind several measures: those of one fact cell by cell the most, others beside each other."""
    out: list[tuple[np.ndarray, np.ndarray]] = []
    for behind in parts:
        for ids, rows in behind:
            for at, (known, most) in enumerate(out):
                if known is ids:
                    out[at] = (ids, np.maximum(most, rows))
                    break
            else:
                out.append((ids, rows))
    return out
