"""The one builder: from declared facts to cells and their ledger. Knows no database.

Every combination of the declared codes gets a cell: zero where nothing is counted, ``ej_tillampligt`` where nothing can
be, ``saknas`` where it is not known. ``annat_okant`` is shown only in a year's table where someone is in it; a row
without a code stands in the totals alone. Counting proper is in ``cube``.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from assets.tables.cube import MISSING, NOT_APPLICABLE, SHOWN, Axis, Counted, counted, derived
from assets.tables.reported import ledger as behind_cells
from assets.tables.spec import KON, Dimension, Fact, Figures, Inputs, Measure, Period, TableSpec
from warehouse.contracts.codes import TOTAL
from warehouse.contracts.registry import CONTRACTS

STATUSES = ("visas", "saknas", "ej_tillampligt")


def build(spec: TableSpec, inputs: Inputs, periods: Period | Sequence[Period]) -> Figures:
    """The table's cells in declared order for the periods of one year, its notes (of one kommun) and its ledger."""
    spans = [periods] if isinstance(periods, Period) else list(periods)
    made = _reported(spec, inputs, spans) if spec.figures else _counted(spec, inputs, spans)
    if len(inputs.kommuner) > 1:
        return made
    remarks = spec.remarks(inputs, spans[0]) if spec.remarks else ()
    return Figures(made.cells, (*_unheard(spec, inputs, spans[0]), *remarks, *spec.notes), made.ledger)


def _unheard(spec: TableSpec, inputs: Inputs, period: Period) -> Iterator[str]:
    """What is not delivered, of what cells need."""
    needed = {n for f in spec.facts for n in (*f.needs, *(source for _, source in f.split_by))}
    for name in sorted(n for n in needed if inputs.lacks(n)):
        contract = CONTRACTS[name]
        said = (
            f"{contract.title()}: inget är levererat för {period.first}. Strecket betyder att uppgift saknas, inte att "
            "antalet är noll."
        )
        own = contract.schema_name() == "register"
        how = "Finns det inget att redovisa: leverera en fil med bara rubriker och tom: ja i följesedeln."
        yield f"{said} {how}" if own else said


# --- figures that arrive as figures -----------------------------------------------------------------------------------


def _reported(spec: TableSpec, inputs: Inputs, periods: Sequence[Period]) -> Figures:
    parts = []
    for period in periods:
        assert spec.figures is not None  # noqa: S101 - told by the caller
        made = spec.figures(inputs, period)
        parts.append(made if "period" in made else made.assign(period=period.name))
    cells = pd.concat(parts, ignore_index=True)
    if "kommun" not in cells:
        cells["kommun"] = inputs.kommun
    if "status" not in cells:
        cells["status"] = np.where(cells["varde"].isna(), STATUSES[MISSING], STATUSES[SHOWN])
    ledger = Figures(cells).ledger
    if "bakom" in cells:
        ledger = behind_cells(cells["bakom"])
    elif "leverans_id" in cells:
        known = cells["leverans_id"].notna().to_numpy()
        behind = cells["leverans_id"].to_numpy()[known].astype("int64")
        ledger = pd.DataFrame({"cell": np.flatnonzero(known), "leverans_id": behind, "rader": 1})
    coordinates = ["kommun", "period", *spec.view_columns, "kon", "matt"]
    if cells.duplicated(coordinates).any():
        raise ValueError(f"{spec.name}: a coordinate came twice")
    return Figures(cells[[*coordinates, "varde", "status"]], (), ledger)


# --- counted cells ----------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Part:
    """A measure's cells, flat, with the place of each label in its axis."""

    places: dict[str, np.ndarray]
    kommun: np.ndarray
    period: int
    measure: int
    values: np.ndarray
    status: np.ndarray
    ledger: tuple[np.ndarray, np.ndarray, np.ndarray]
    """Cell, delivery, rows."""


def _counted(spec: TableSpec, inputs: Inputs, periods: Sequence[Period]) -> Figures:
    rows = [_rows(spec, inputs, period) for period in periods]
    frames = list({id(frame): frame for one in rows for frame in one}.values())  # facts share populations
    axes = [_axis(d, frames) for d in spec.dimensions]
    order = {m.name: place for place, m in enumerate(spec.shown_measures)}
    parts = []
    for place, found in enumerate(rows):
        known: dict[str, Counted] = {}
        for fact, frame in zip(spec.facts, found, strict=True):
            _measure(fact, frame, axes, inputs, known)
        for fact in spec.facts:
            shown = [m.name for m in fact.measures if not m.hidden]
            parts += [_flat(known[name], axes, place, order[name]) for name in shown]
    return _assembled(spec, inputs, periods, axes, parts, frames)


def _rows(spec: TableSpec, inputs: Inputs, period: Period) -> list[pd.DataFrame]:
    """Each fact's rows; facts with the same population share them."""
    made: dict[object, pd.DataFrame] = {}
    for fact in spec.facts:
        if fact.rows not in made:
            made[fact.rows] = fact.rows(inputs, period)
    return [made[fact.rows] for fact in spec.facts]


def _axis(dimension: Dimension, frames: Sequence[pd.DataFrame]) -> Axis:
    codes = dimension.values
    if dimension.codes is None:
        found = {str(c) for f in frames if dimension.name in f for c in f[dimension.name].dropna().unique()}
        codes = tuple(sorted(found))
    return Axis(dimension.name, codes, dimension.groups, total=dimension.total)


def _measure(fact: Fact, frame: pd.DataFrame, axes: Sequence[Axis], inputs: Inputs, known: dict[str, Counted]) -> None:
    """Count a fact's measures into ``known``, those derived from others last."""
    used = [a for a in axes if a.name in fact.dimensions]
    unknown = np.array([bool(inputs.absent.get(k, frozenset()) & set(fact.needs)) for k in inputs.kommuner])
    for made in counted(fact, frame, used, inputs.kommuner):
        made.status[unknown] = MISSING
        for dimension, source in fact.split_by:
            _only_total(made, dimension, [source in inputs.absent.get(k, frozenset()) for k in inputs.kommuner])
        _impossible(made, fact.impossible)
        known[made.measure.name] = made
    for measure in fact.measures:
        if measure.how == "harledd":
            known[measure.name] = derived(measure, used, [known[p] for p in measure.parts])
    for measure in fact.measures:
        if measure.bas:
            base = derived(Measure(measure.bas, "", parts=(measure.bas,)), used, [known[measure.bas]])
            small = (base.status != NOT_APPLICABLE) & ~(base.values >= inputs.regler.minsta_bas)
            known[measure.name].status[small] = MISSING


def _only_total(made: Counted, dimension: str, lacking: Sequence[bool]) -> None:
    at = [a.name for a in made.axes].index(dimension)
    parts = [place for place, name in enumerate(made.axes[at].labels) if name != TOTAL]
    for kommun in np.flatnonzero(lacking):
        view = np.moveaxis(made.status[kommun], at, 0)
        view[parts] = MISSING


def _impossible(made: Counted, combinations: Sequence[Mapping[str, Collection[str]]]) -> None:
    """Zeros of combinations that cannot occur are not applicable. Should there be someone after all, it is shown."""
    for combination in combinations:
        if not set(combination) <= {a.name for a in made.axes}:
            continue
        where = np.ones(made.status.shape, dtype=bool)
        for at, axis in enumerate(made.axes):
            if axis.name in combination:
                inside = np.array([label in combination[axis.name] for label in axis.labels])
                shape = [1] * where.ndim
                shape[at + 1] = len(inside)
                where &= inside.reshape(shape)
        made.status[where & (made.values == 0) & (made.status == SHOWN)] = NOT_APPLICABLE


def _flat(made: Counted, axes: Sequence[Axis], period: int, measure: int) -> _Part:
    size = made.values.size
    shape = made.values.shape
    index = np.indices(shape).reshape(len(shape), size)
    places = {a.name: index[at + 1] for at, a in enumerate(made.axes)}
    for axis in axes:
        if axis.name not in places:
            places[axis.name] = np.full(size, axis.labels.index(TOTAL) if TOTAL in axis.labels else -1)
    status = made.status.ravel()
    ledger = made.ledger()
    shown = status[ledger[0]] == SHOWN
    told = (ledger[0][shown], ledger[1][shown], ledger[2][shown])
    return _Part(places, index[0], period, measure, made.values.ravel(), status, told)


def _assembled(
    spec: TableSpec,
    inputs: Inputs,
    periods: Sequence[Period],
    axes: Sequence[Axis],
    parts: Sequence[_Part],
    frames: Sequence[pd.DataFrame],
) -> Figures:
    """All parts as one frame in declared order, without the codes that a kommun has nobody in."""
    kommun = np.concatenate([p.kommun for p in parts])
    period = np.concatenate([np.full(len(p.kommun), p.period) for p in parts])
    measure = np.concatenate([np.full(len(p.kommun), p.measure) for p in parts])
    places = [np.concatenate([p.places[a.name] for p in parts]) for a in axes]
    keep = np.ones(len(kommun), dtype=bool)
    by_name = dict(zip((a.name for a in axes), zip(axes, places, strict=True), strict=True))
    for dimension, axis, place in zip(spec.dimensions, axes, places, strict=True):
        parent, where = by_name[dimension.within] if dimension.within else (None, np.zeros(len(kommun), dtype=np.int64))
        present = _present(dimension, axis, parent, frames, inputs.kommuner)
        if present is not None:
            keep &= present[kommun, where, place]
    order = np.lexsort((measure, *reversed(places), period, kommun))
    order = order[keep[order]]
    values = np.concatenate([p.values for p in parts])[order]
    status = np.concatenate([p.status for p in parts])[order]
    columns: dict[str, pd.Categorical | np.ndarray] = {
        "kommun": _coded(kommun[order], inputs.kommuner),
        "period": _coded(period[order], [p.name for p in periods]),
        **{a.name: _coded(place[order], a.labels) for a, place in zip(axes, places, strict=True)},
        "matt": _coded(measure[order], [m.name for m in spec.shown_measures]),
        "varde": np.where(status == SHOWN, values, np.nan),
        "status": _coded(status, STATUSES),
    }
    wanted = ["kommun", "period", *spec.view_columns, "kon", "matt", "varde", "status"]
    cells = pd.DataFrame({name: columns[name] for name in wanted})
    return Figures(cells, (), _ledger(parts, order, len(kommun)))


def _coded(places: np.ndarray, names: Sequence[str]) -> pd.Categorical:
    """Names by their places; -1 is the total that an axis does not have as a label."""
    known = [*names] if TOTAL in names else [*names, TOTAL]
    codes = np.where(places < 0, len(known) - 1, places)
    return pd.Categorical.from_codes(codes, categories=pd.Index(known, dtype="str"))


def _present(
    dimension: Dimension, axis: Axis, parent: Axis | None, frames: Sequence[pd.DataFrame], kommuner: Sequence[str]
) -> np.ndarray | None:
    """Which codes each kommun has rows of, by label of the dimension that they belong to; None where all stand."""
    if dimension.codes is None:
        optional = set(axis.codes)
    elif dimension.name == KON.name:
        optional = {"annat_okant"}
    else:
        return None
    standing = [label not in optional for label in (*axis.labels, TOTAL)]
    present = np.array([[standing] * (len(parent.labels) + 1 if parent else 1)] * len(kommuner))
    for frame in frames:
        if dimension.name in frame:
            owners = np.asarray(pd.Categorical(frame["kommun"], categories=list(kommuner)).codes)
            where = axis.place(frame[dimension.name])
            above = parent.place(frame[parent.name]) if parent else np.zeros(len(frame), dtype=np.int64)
            found = (where >= 0) & (owners >= 0)
            present[owners[found], above[found], where[found]] = True
            if parent:
                present[owners[found], -1, where[found]] = True
    return present


def _ledger(parts: Sequence[_Part], order: np.ndarray, size: int) -> pd.DataFrame:
    """The parts' ledgers with each cell's place in the assembled frame."""
    placed = np.full(size, -1, dtype=np.int64)
    placed[order] = np.arange(len(order))
    offsets = np.cumsum([0, *(len(p.kommun) for p in parts[:-1])])
    cell = placed[np.concatenate([p.ledger[0] + offset for p, offset in zip(parts, offsets, strict=True)])]
    delivery = np.concatenate([p.ledger[1] for p in parts])
    rows = np.concatenate([p.ledger[2] for p in parts])
    ordered = np.lexsort((delivery, cell))
    ordered = ordered[cell[ordered] >= 0]
    cell, delivery, rows = cell[ordered], delivery[ordered], rows[ordered]
    # Rows of one delivery may stand behind a cell in two ways, as before and after.
    new = np.ones(len(cell), dtype=bool)
    new[1:] = (cell[1:] != cell[:-1]) | (delivery[1:] != delivery[:-1])
    first = np.flatnonzero(new)
    summed = np.add.reduceat(rows, first) if len(first) else rows
    return pd.DataFrame({"cell": cell[first], "leverans_id": delivery[first], "rader": summed})
