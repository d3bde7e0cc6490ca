"""Which small numbers are certain: linear and integer programs over one part of the puzzle. Knows no tables."""

import math
import time
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

import highspy
import numpy as np
from scipy.sparse import csr_matrix, vstack

from quality.attacker.puzzle import Contradiction, Part

_SLACK = 1e-6
_NOTHING = {
    highspy.HighsModelStatus.kInfeasible,
    highspy.HighsModelStatus.kUnbounded,
    highspy.HighsModelStatus.kUnboundedOrInfeasible,
}


class OutOfTime(Exception):
    """The clock stopped the search: nothing may be concluded."""


@dataclass
class Answers:
    """What was found of one part: the least and most of each number that is certain to be below the threshold."""

    small: dict[int, tuple[int, int]] = field(default_factory=dict)
    undecided: set[int] = field(default_factory=set)


@dataclass(frozen=True)
class Program:
    """Minimise cost x within bounds and rows. One thread, no output, no seed but HiGHS' own."""

    cost: np.ndarray
    low: np.ndarray
    high: np.ndarray
    matrix: csr_matrix
    least: np.ndarray
    most: np.ndarray

    def run(self, *, whole: int, seconds: float) -> np.ndarray | None:
        """Where it is least, the first ``whole`` in whole numbers; None where nothing fits or there is no end.

        Raises ``OutOfTime`` where the solver gives no answer.
        """
        model = highspy.HighsLp()
        model.num_col_, model.num_row_ = len(self.cost), len(self.least)
        model.col_cost_, model.col_lower_, model.col_upper_ = self.cost, self.low, self.high
        model.row_lower_, model.row_upper_ = self.least, self.most
        model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        model.a_matrix_.num_col_, model.a_matrix_.num_row_ = len(self.cost), len(self.least)
        model.a_matrix_.start_, model.a_matrix_.index_ = self.matrix.indptr, self.matrix.indices
        model.a_matrix_.value_ = self.matrix.data
        if whole:
            kinds = [highspy.HighsVarType.kInteger] * whole
            model.integrality_ = kinds + [highspy.HighsVarType.kContinuous] * (len(self.cost) - whole)
        solver = highspy.Highs()  # type: ignore[no-untyped-call]
        for option, value in (("output_flag", False), ("threads", 1), ("mip_rel_gap", 0.05), ("time_limit", seconds)):
            solver.setOptionValue(option, value)
        solver.passModel(model)
        solver.run()
        status = solver.getModelStatus()
        if status in _NOTHING:
            return None
        if solver.getInfo().primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
            raise OutOfTime
        if not whole and status != highspy.HighsModelStatus.kOptimal:
            raise OutOfTime
        return np.array(solver.getSolution().col_value)


class Solver:
    """Programs over a part. ``below`` tells if every filling keeps a number under a limit."""

    def __init__(self, part: Part, until: float) -> None:
        self.part, self.until = part, until
        self.column = {n: at for at, n in enumerate(part.numbers)}
        self.low = np.array([part.low[n] for n in part.numbers], dtype=float)
        high = [part.high[n] for n in part.numbers]
        self.high = np.array([np.inf if h is None else h for h in high], dtype=float)
        rows, columns, factors = [], [], []
        for at, told in enumerate(part.told):
            for n, f in told.terms:
                rows.append(at)
                columns.append(self.column[n])
                factors.append(float(f))
        self.matrix = csr_matrix((factors, (rows, columns)), shape=(len(part.told), len(part.numbers)))
        self.least = np.array([-np.inf if t.low is None else t.low for t in part.told], dtype=float)
        self.most = np.array([np.inf if t.high is None else t.high for t in part.told], dtype=float)

    def filling(
        self, *, more: Mapping[int, tuple[int, int | None]], wanted: Collection[int] = (), limit: int = 0
    ) -> dict[int, int] | None:
        """Whole numbers that fit, checked without the solver; None where there are none.

        ``more`` narrows some numbers. Of ``wanted`` as much as can be is brought up to ``limit`` at once.
        """
        low, high = self._narrowed(more)
        if (low > high).any():
            return None
        size, extra = len(low), len(wanted)
        matrix, least, most = self.matrix, self.least, self.most
        if extra:  # a number beside each wanted: at most that, at most the limit
            at = [self.column[n] for n in sorted(wanted)]
            rows = np.tile(np.arange(extra), 2)
            beside = (np.r_[np.ones(extra), -np.ones(extra)], (rows, np.r_[at, size + np.arange(extra)]))
            matrix = _stacked(_widened(matrix, extra), csr_matrix(beside, shape=(extra, size + extra)))
            least, most = np.r_[least, np.zeros(extra)], np.r_[most, np.full(extra, np.inf)]
        program = Program(
            np.r_[np.zeros(size), -np.ones(extra)],
            np.r_[low, np.zeros(extra)],
            np.r_[high, np.full(extra, float(limit))],
            matrix,
            least,
            most,
        )
        got = program.run(whole=size, seconds=self._left())
        if got is None:
            return None
        values = {n: round(v) for n, v in zip(self.part.numbers, got[:size], strict=True)}
        if not self.fits(values, more):
            raise OutOfTime  # the solver's answer does not stand a check: undecided
        return values

    def end_of(self, number: int, way: int) -> float:
        """The most (``way`` 1) or least (-1) of a number if parts of people are let through; infinite: no end."""
        objective = np.zeros(len(self.low))
        objective[self.column[number]] = -way
        program = Program(objective, self.low, self.high, self.matrix, self.least, self.most)
        got = program.run(whole=0, seconds=self._left())
        return way * np.inf if got is None else float(got[self.column[number]])

    def fits(self, values: Mapping[int, int], more: Mapping[int, tuple[int, int | None]]) -> bool:
        """Whether numbers fulfil everything, in whole numbers."""
        for n in self.part.numbers:
            ends = [(self.part.low[n], self.part.high[n]), *([more[n]] if n in more else [])]
            if any(values[n] < low or (high is not None and values[n] > high) for low, high in ends):
                return False
        for told in self.part.told:
            got = sum(f * values[n] for n, f in told.terms)
            if (told.low is not None and got < told.low) or (told.high is not None and got > told.high):
                return False
        return True

    def _narrowed(self, more: Mapping[int, tuple[int, int | None]]) -> tuple[np.ndarray, np.ndarray]:
        low, high = self.low.copy(), self.high.copy()
        for n, (least, most) in more.items():
            at = self.column[n]
            low[at] = max(low[at], least)
            high[at] = high[at] if most is None else min(high[at], most)
        return low, high

    def _left(self) -> float:
        left = self.until - time.monotonic()
        if left <= 0:
            raise OutOfTime
        return left


def certain(part: Part, targets: Iterable[int], limit: int, until: float) -> Answers:
    """Which targets are below the limit in every filling, with their least and most.

    Raises ``Contradiction`` where there is no filling at all. What time did not allow is ``undecided``.
    """
    solver = Solver(part, until)
    answers = Answers()
    ends = {n: part.high[n] for n in targets}
    left = {n for n, high in ends.items() if high is None or high >= limit}
    closed = sorted(ends.keys() - left)
    try:
        first = True
        while left or first:
            found = solver.filling(more={}, wanted=left, limit=limit)
            if found is None:
                raise Contradiction
            first = False
            reached = {n for n in left if found[n] >= limit}
            left -= reached
            if not reached:
                break
        for number in sorted(left):
            if number not in left:
                continue
            found = None
            if solver.end_of(number, 1) > limit - 1 + _SLACK:
                found = solver.filling(more={number: (limit, None)})
            if found is None:
                closed.append(number)
                left.discard(number)
            else:
                left -= {n for n in left if found[n] >= limit}
        for number in closed:
            _ends(solver, number, limit, answers)
    except OutOfTime:
        answers.undecided = left
        for number in closed:  # that they are small is certain; how small there was no time for
            answers.small.setdefault(number, (part.low[number], limit - 1))
    return answers


def _ends(solver: Solver, number: int, limit: int, answers: Answers) -> None:
    """The least and most of a number that is certain to be below the limit."""
    least = max(math.ceil(solver.end_of(number, -1) - _SLACK), 0)
    most = min(math.floor(solver.end_of(number, 1) + _SLACK), limit - 1)
    while least < most and solver.filling(more={number: (least, least)}) is None:
        least += 1
    while least < most and solver.filling(more={number: (most, most)}) is None:
        most -= 1
    answers.small[number] = least, most


def _widened(matrix: csr_matrix, extra: int) -> csr_matrix:
    return csr_matrix((matrix.data, matrix.indices, matrix.indptr), shape=(matrix.shape[0], matrix.shape[1] + extra))


def _stacked(above: csr_matrix, below: csr_matrix) -> csr_matrix:
    return csr_matrix(vstack([above, below]))
