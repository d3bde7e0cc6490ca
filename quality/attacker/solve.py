"""Which small numbers are certain: linear and integer programs over one part of the puzzle. Knows no tables."""

import time
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import csr_matrix, vstack

from quality.attacker.puzzle import Contradiction, Part

_INFEASIBLE = 2


class OutOfTime(Exception):
    """The clock stopped the search: nothing may be concluded."""


@dataclass
class Answers:
    """What was found of one part: the least and most of each number that is certain to be below the threshold."""

    small: dict[int, tuple[int, int]] = field(default_factory=dict)
    undecided: set[int] = field(default_factory=set)


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
        at = [self.column[n] for n in sorted(wanted)]
        # an extra number for each wanted: at most the number, at most the limit
        matrix = self.matrix
        least, most = self.least, self.most
        if extra:
            add = csr_matrix(
                (
                    np.r_[np.ones(extra), -np.ones(extra)],
                    (np.r_[np.arange(extra), np.arange(extra)], np.r_[at, size + np.arange(extra)]),
                ),
                shape=(extra, size + extra),
            )
            matrix = _stacked(_widened(matrix, extra), add)
            least, most = np.r_[least, np.zeros(extra)], np.r_[most, np.full(extra, np.inf)]
        objective = np.r_[np.zeros(size), -np.ones(extra)]
        bounds = Bounds(np.r_[low, np.zeros(extra)], np.r_[high, np.full(extra, float(limit))])
        whole = np.r_[np.ones(size), np.zeros(extra)]
        found = milp(
            objective,
            integrality=whole,
            bounds=bounds,
            constraints=LinearConstraint(matrix, least, most) if matrix.shape[0] else (),
            options={"time_limit": self._left(), "mip_rel_gap": 0.05},
        )
        if found.x is None:
            if found.status == _INFEASIBLE:
                return None
            raise OutOfTime
        values = {n: int(round(v)) for n, v in zip(self.part.numbers, found.x[:size], strict=True)}
        if not self.fits(values, more):
            raise OutOfTime  # the solver's answer does not stand a check: undecided
        return values

    def most_of(self, number: int) -> float:
        """The most that a number can be if parts of people are let through; infinite where there is no end."""
        objective = np.zeros(len(self.low))
        objective[self.column[number]] = -1.0
        sides = [(self.matrix, self.most), (-self.matrix, -self.least)]
        kept = [(m[np.isfinite(e)], e[np.isfinite(e)]) for m, e in sides]
        upper = _stacked(kept[0][0], kept[1][0])
        found = linprog(
            objective,
            A_ub=upper if upper.shape[0] else None,
            b_ub=np.r_[kept[0][1], kept[1][1]] if upper.shape[0] else None,
            bounds=np.c_[self.low, self.high],
            method="highs",
            options={"time_limit": self._left()},
        )
        return -float(found.fun) if found.status == 0 else float("inf")

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
            if solver.most_of(number) > limit - 1 + 1e-6:
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
    can = [
        value
        for value in range(max(solver.part.low[number], 0), limit)
        if solver.filling(more={number: (value, value)}) is not None
    ]
    if can:
        answers.small[number] = min(can), max(can)
    else:
        answers.undecided.add(number)


def _widened(matrix: csr_matrix, extra: int) -> csr_matrix:
    return csr_matrix((matrix.data, matrix.indices, matrix.indptr), shape=(matrix.shape[0], matrix.shape[1] + extra))


def _stacked(above: csr_matrix, below: csr_matrix) -> csr_matrix:
    return csr_matrix(vstack([above, below]))
