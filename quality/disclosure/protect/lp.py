"""The counts of a part as deviations from the true ones, and the linear and whole-number models over them in HiGHS.

Knows how to find deviations that fit every relation; not which cells to hide for it.
"""

import math
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

import highspy
import numpy as np
from numpy.typing import NDArray

from quality.disclosure.model import FREE, Need, Side, System

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Status = Literal["found", "impossible", "undecided"]

WHOLE = 1e-6
"""A solver's number nearer to a whole one than this is taken for it; whether it fits is then checked in integers."""
_INF = highspy.kHighsInf


@dataclass(frozen=True, slots=True, order=True)
class Demand:
    """One side of a need: some set of counts that fits must have the cell at ``bound`` or past it."""

    cell: str
    side: Side
    bound: int

    def met(self, value: int) -> bool:
        """Whether a count is at the end or past it."""
        return value <= self.bound if self.side == "low" else value >= self.bound


def demands(needs: Iterable[Need]) -> list[Demand]:
    """Both sides of every need; of several needs for one cell the widest."""
    lows: dict[str, int] = {}
    highs: dict[str, int] = {}
    for need in needs:
        lows[need.cell] = min(need.low, lows.get(need.cell, need.low))
        highs[need.cell] = max(need.high, highs.get(need.cell, need.high))
    sides = [Demand(c, "low", b) for c, b in lows.items()] + [Demand(c, "high", b) for c, b in highs.items()]
    return sorted(sides)


class Flow:
    """A part's open cells, in order of id, and the relations over their deviations.

    Each cell may deviate up and down in up to two ways: ``free``, within what is told of it even when it is not hidden
    (a remainder, a band), and ``priced``, what only hiding it makes possible.
    """

    def __init__(self, part: System, bands: Mapping[str, tuple[int, int]], cheaper: Iterable[str] = ()) -> None:
        cells = [c for _, c in sorted(part.cells.items()) if c.uncertain]
        self.ids = [c.id for c in cells]
        self.place = {cell: j for j, cell in enumerate(self.ids)}
        self.value = [c.value for c in cells]
        self.hideable: Flags = np.array([c.hideable for c in cells], dtype=bool)
        sticky = frozenset(cheaper)
        self.weight: Floats = np.array([max(c.weight, 1e-3) * (0.1 if c.id in sticky else 1.0) for c in cells])
        self.rows: list[tuple[tuple[tuple[int, int], ...], int | None, int | None]] = []
        for terms, low, high in sorted(
            {(tuple(sorted(r.terms)), r.low, r.high) for r in part.relations},
            key=lambda row: (row[0], -math.inf if row[1] is None else row[1], math.inf if row[2] is None else row[2]),
        ):
            inside: dict[int, int] = {}
            for cell, factor in terms:
                if cell in self.place:
                    inside[self.place[cell]] = inside.get(self.place[cell], 0) + factor
            said = sum(f * part.cells[cell].value for cell, f in terms)
            if any(inside.values()):
                self.rows.append(
                    (
                        tuple(sorted((j, f) for j, f in inside.items() if f)),
                        None if low is None else low - said,
                        None if high is None else high - said,
                    )
                )
        self.rows_of: list[list[tuple[int, int]]] = [[] for _ in cells]
        for r, (row, _, _) in enumerate(self.rows):
            for j, f in row:
                self.rows_of[j].append((r, f))
        self.told_hidden = [c.bounds for c in cells]
        self.told_shown: list[tuple[int, int | None]] = []
        for c in cells:
            least, most = c.bounds
            if c.id in bands and c.printed:
                span = bands[c.id]
                self.told_shown.append((max(least, span[0]), span[1] if most is None else min(span[1], most)))
            else:
                self.told_shown.append((c.value, c.value) if c.printed else (least, most))
        self.columns = _columns(self)

    def fits(self, deviations: Mapping[int, int], hidden: Flags) -> bool:
        """Whether whole-number deviations (by place) fit all relations and all that is told, in integers."""
        sums: dict[int, int] = {}
        for j, d in deviations.items():
            low, high = self.told_hidden[j] if hidden[j] else self.told_shown[j]
            now = self.value[j] + d
            if now < low or (high is not None and now > high):
                return False
            for r, f in self.rows_of[j]:
                sums[r] = sums.get(r, 0) + f * d
        return all(
            (low is None or total >= low) and (high is None or total <= high)
            for total, (_, low, high) in ((total, self.rows[r]) for r, total in sums.items())
        )

    def outside(self, deviations: Mapping[int, int]) -> list[int]:
        """The places that such deviations need hidden: those past what is told of them when they are not."""
        found = []
        for j, d in deviations.items():
            low, high = self.told_shown[j]
            if self.value[j] + d < low or (high is not None and self.value[j] + d > high):
                found.append(j)
        return found


@dataclass(frozen=True)
class Columns:
    """The model's columns: for each its cell's place, sign, whether it is priced, and its room."""

    cell: NDArray[np.int32]
    sign: Floats
    priced: Flags
    high: Floats


def _columns(flow: Flow) -> Columns:
    found: list[tuple[int, float, bool, float]] = []
    for j, value in enumerate(flow.value):
        least, most = flow.told_hidden[j]
        near, far = flow.told_shown[j]
        up = _INF if far is None else float(max(far - value, 0))
        down = _INF if near <= FREE else float(max(value - near, 0))
        if up:
            found.append((j, 1.0, False, up))
        if down:
            found.append((j, -1.0, False, down))
        if flow.hideable[j]:
            over = _INF if most is None else float(most - value) - up
            under = _INF if least <= FREE else float(value - least) - down
            if over > 0:
                found.append((j, 1.0, True, over))
            if under > 0:
                found.append((j, -1.0, True, under))
    return Columns(
        np.array([f[0] for f in found], dtype=np.int32),
        np.array([f[1] for f in found], dtype=np.float64),
        np.array([f[2] for f in found], dtype=bool),
        np.array([f[3] for f in found], dtype=np.float64),
    )


class Solver:
    """A flow's model in HiGHS, passed once; costs, room and what is demanded change between solves."""

    def __init__(self, flow: Flow, needed: Iterable[str], *, whole: bool = False) -> None:
        self.flow = flow
        c = flow.columns
        of_cell: list[list[tuple[int, float]]] = [[] for _ in flow.ids]
        for column, (j, sign) in enumerate(zip(c.cell, c.sign, strict=True)):
            of_cell[j].append((column, sign))
        self.row_of: dict[str, int] = {}
        starts, index, factor = [0], [], []
        low: list[float] = []
        high: list[float] = []
        rows: list[tuple[tuple[tuple[int, int], ...], int | None, int | None]] = list(flow.rows)
        for cell in sorted(set(needed) & set(flow.place)):
            self.row_of[cell] = len(rows)
            rows.append((((flow.place[cell], 1),), None, None))
        for terms, least, most in rows:
            for j, f in terms:
                for column, sign in of_cell[j]:
                    index.append(column)
                    factor.append(f * sign)
            starts.append(len(index))
            low.append(-_INF if least is None else float(least))
            high.append(_INF if most is None else float(most))
        lp = highspy.HighsLp()
        lp.num_col_, lp.num_row_ = len(c.cell), len(rows)
        lp.col_cost_ = np.zeros(len(c.cell))
        lp.col_lower_, lp.col_upper_ = np.zeros(len(c.cell)), c.high
        lp.row_lower_, lp.row_upper_ = np.array(low), np.array(high)
        lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        lp.a_matrix_.start_ = np.array(starts, dtype=np.int32)
        lp.a_matrix_.index_ = np.array(index, dtype=np.int32)
        lp.a_matrix_.value_ = np.array(factor, dtype=np.float64)
        if whole:
            lp.integrality_ = [highspy.HighsVarType.kInteger] * len(c.cell)
        self.low, self.high = np.array(low), np.array(high)
        self.matrix = (np.array(starts), np.array(index, dtype=np.int64), np.array(factor, dtype=np.float64))
        self.highs = new_highs()
        if not whole:
            self.highs.setOptionValue("presolve", "off")
            self.highs.setOptionValue("solver", "simplex")
        self.highs.passModel(lp)
        self._all = np.arange(len(c.cell), dtype=np.int32)
        self._cost = np.zeros(len(c.cell))
        self._room = c.high.copy()
        self._asked: int | None = None

    def prepare(self, cost: Floats, shut: Flags) -> None:
        """Set what a unit of priced deviation costs in each cell, and which cells may not deviate that way."""
        c = self.flow.columns
        costs = np.where(c.priced, cost[c.cell], 1e-4)
        room = np.where(c.priced & shut[c.cell], 0.0, c.high)
        self.set_columns(costs, room)

    def set_columns(self, costs: Floats, room: Floats) -> None:
        """Set cost and room of every column; only what changed is passed on, so that the basis stays useful."""
        changed = np.flatnonzero(costs != self._cost).astype(np.int32)
        if len(changed):
            self.highs.changeColsCost(len(changed), changed, costs[changed])
            self._cost = costs
        changed = np.flatnonzero(room != self._room).astype(np.int32)
        if len(changed):
            self.highs.changeColsBounds(len(changed), changed, np.zeros(len(changed)), room[changed])
            self._room = room

    def ask(self, cell: str, low: float, high: float) -> None:
        """Demand a cell's deviation to be between two numbers, and none of any other cell."""
        row = self.row_of[cell]
        if self._asked is not None and self._asked != row:
            self._bound(self._asked, -_INF, _INF)
        self._bound(row, low, high)
        self._asked = row

    def _bound(self, row: int, low: float, high: float) -> None:
        self.highs.changeRowBounds(row, low, high)
        self.low[row], self.high[row] = low, high

    def reduced(self, costs: Floats, prices: Floats) -> tuple[float, Floats]:
        """What prices on the rows prove: the rows' part of a least cost, and each column's cost beyond its prices.

        Prices on a side where a row has no limit are left out, so that the proof holds for any prices.
        """
        limit = np.where(prices > 0, self.low, self.high)
        prices = np.where((np.abs(prices) > 1e-9) & np.isfinite(limit), prices, 0.0)
        starts, index, factor = self.matrix
        sums = np.zeros(len(costs))
        np.add.at(sums, index, np.repeat(prices, np.diff(starts)) * factor)
        return float((prices * np.where(prices == 0, 0.0, limit)).sum()), costs - sums

    def reach(self, demand: Demand, seconds: float) -> tuple[Status, Floats]:
        """The cheapest deviations (by place) with a demand met, within so many seconds."""
        distance = demand.bound - self.flow.value[self.flow.place[demand.cell]]
        low, high = (-_INF, float(distance)) if demand.side == "low" else (float(distance), _INF)
        self.ask(demand.cell, low, high)
        # With costs of nought and above "nothing deviates" is a better start than the last answer: few steps of the
        # dual simplex method from there (measured: a third of the time).
        self.highs.clearSolver()
        return self.run(seconds)

    def dive(self, seconds: float, steps: int) -> Iterator[Floats]:
        """After a solve with fractions: answers with ever more numbers held whole, until none is left or none fits."""
        deadline = time.monotonic() + seconds
        touched: dict[int, tuple[float, float]] = {}
        try:
            for _ in range(steps):
                got = np.asarray(self.highs.getSolution().col_value)
                away = np.abs(got - np.rint(got))
                broken = np.flatnonzero(away > WHOLE)
                if not len(broken):
                    return
                column = int(broken[np.argmin(np.round(away[broken], 6))])
                least, most = touched.get(column, (0.0, self._room[column]))
                below, above = (least, math.floor(got[column])), (math.ceil(got[column]), most)
                nearer_above = got[column] - below[1] > 0.5 + WHOLE
                for span in (above, below) if nearer_above else (below, above):
                    touched[column] = span
                    self.highs.changeColBounds(column, *span)
                    status, deviations = self.run(deadline - time.monotonic())
                    if status != "impossible":
                        break
                if status != "found":
                    return
                yield deviations
        finally:
            for column in touched:
                self.highs.changeColBounds(column, 0.0, self._room[column])

    def run(self, seconds: float) -> tuple[Status, Floats]:
        """Solve as it stands. Anything but a proved optimum or a proved impossibility is undecided."""
        none: Floats = np.zeros(0)
        if seconds <= 0:
            return "undecided", none
        status = run(self.highs, seconds)
        if status == "found":
            got = np.asarray(self.highs.getSolution().col_value)
            c = self.flow.columns
            sums: Floats = np.bincount(c.cell, weights=c.sign * got, minlength=len(self.flow.ids)).astype(np.float64)
            return "found", sums
        return status, none


def new_highs() -> highspy.Highs:
    """A solver that says nothing, uses one thread and does the same thing every time."""
    highs: highspy.Highs = highspy.Highs()  # type: ignore[no-untyped-call]
    for option, value in (("output_flag", False), ("threads", 1), ("parallel", "off"), ("random_seed", 0)):
        highs.setOptionValue(option, value)
    return highs


def run(highs: highspy.Highs, seconds: float) -> Status:
    """Solve what the solver holds, once more from scratch where it gave up for a numerical reason."""
    states = highspy.HighsModelStatus
    for again in (False, True):
        if again:
            highs.clearSolver()
        highs.setOptionValue("time_limit", seconds)
        highs.run()
        status = highs.getModelStatus()
        if status in (states.kOptimal, states.kModelEmpty):
            return "found"
        if status == states.kInfeasible:
            return "impossible"
        if status in (states.kTimeLimit, states.kSolutionLimit, states.kIterationLimit, states.kInterrupt):
            break
    return "undecided"


def whole(deviations: Floats) -> dict[int, int] | None:
    """The deviations that are not nought, by place, where all are whole numbers."""
    near = np.rint(deviations)
    if np.abs(deviations - near).max(initial=0.0) > WHOLE:
        return None
    return {int(j): int(near[j]) for j in np.flatnonzero(near)}
