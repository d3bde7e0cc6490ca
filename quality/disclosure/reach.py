"""What could be kept unknown at best: a need can ask no more than hiding everything would give.

A reader who sees nothing but zeros still knows that persons never exceed their cases, that a group has at least as many
as its parts, and all that is out already. Each need by itself, with scipy's own solver.
"""

import math
import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, OptimizeResult, milp
from scipy.sparse import coo_array

from quality.disclosure.model import Need, Pattern, Relation, System

_FAR = 10**6
"""In place of no limit: solvers answer a limited question more surely."""
_NEAR = 1e-6


@dataclass(frozen=True, slots=True)
class Reach:
    """The system with needs that can be met, and the cells that can be worked out whatever is hidden."""

    system: System
    lost: tuple[str, ...] = ()


def within_reach(system: System, cells: Collection[str], *, seconds: float = 30.0) -> Reach:
    """Lower what is asked of the named cells to what can be had: from below only.

    The least that a reader can know rises to what he knows anyway. Where he knows that a count is small whatever is
    hidden, it is lost: told, and asked for no more. What the solver does not answer in time stays as asked. Fractions
    are allowed here: where whole numbers reach less far, the need is not met, and the audit says so.
    """
    deadline = time.monotonic() + seconds
    changed: dict[str, Need | None] = {}
    for part in system.parts():
        asked = [need for need in part.needs if need.cell in cells]
        if not asked:
            continue
        program = _Program(_untold(part), part.relations)
        for need in asked:
            low, high = (_end(program, need.cell, sign, deadline) for sign in (1, -1))
            if low is None or high is None:
                continue
            changed[need.cell] = None if high < need.high else Need(need.cell, max(need.low, low), need.high)
    needs = tuple(n for need in system.needs if (n := changed.get(need.cell, need)) is not None)
    lost = tuple(sorted(cell for cell, need in changed.items() if need is None))
    return Reach(replace(system, needs=needs), lost)


def interval(system: System, pattern: Pattern, cell: str, *, seconds: float = 30.0) -> tuple[int, int | None]:
    """Least and most that a reader must reckon with of a count, from everything told; to explain with.

    Whole numbers; where time runs out no narrower than what is sure. No release rests on it: the audits decide.
    """
    spans = {i: pattern.told(c) for i, c in system.cells.items()}
    low, high = spans[cell]
    if low == high:
        return low, high
    inside = _connected(system, {i for i, (least, most) in spans.items() if least != most}, cell)
    relations = [system.relations[p] for p in sorted({p for name in inside for p in system.relations_of[name]})]
    touched = inside | {name for r in relations for name, _ in r.terms}
    ends = {n: (least, math.inf if most is None else most) for n in touched for least, most in [spans[n]]}
    program = _Program(ends, relations)
    until = time.monotonic() + seconds
    for sign in (1, -1):
        answer = program.solved(cell, sign, max(0.1, until - time.monotonic()), whole=True)
        found = answer.fun if answer.status == 0 else answer.mip_dual_bound
        if found is None or not math.isfinite(found):
            continue
        end = sign * math.ceil(found - _NEAR)
        if sign > 0:
            low = max(low, end)
        else:
            high = end if high is None else min(high, end)
    return low, high


def _connected(system: System, uncertain: set[str], start: str) -> set[str]:
    """The counts that a reader is uncertain about and that hang together with one of them."""
    found, waiting = {start}, [start]
    while waiting:
        for place in system.relations_of[waiting.pop()]:
            for other, _ in system.relations[place].terms:
                if other in uncertain and other not in found:
                    found.add(other)
                    waiting.append(other)
    return found


def _untold(part: System) -> dict[str, tuple[float, float]]:
    """Least and most of each count with everything hidden that may be."""
    spans: dict[str, tuple[float, float]] = {}
    for name, count in part.cells.items():
        least, most = count.bounds if count.uncertain else (count.value, count.value)
        spans[name] = (max(least, -_FAR), _FAR if most is None else most)
    return spans


def _end(program: "_Program", cell: str, sign: int, deadline: float) -> int | None:
    """The least (sign 1) or most (sign -1) whole number that the cell can be; None where there is no answer."""
    left = deadline - time.monotonic()
    if left <= 0:
        return None
    found = program.solved(cell, sign, left, whole=False)
    if found.status != 0 or found.fun is None:
        return None
    return sign * math.ceil(float(found.fun) - _NEAR)


class _Program:
    """Relations between counts, and least and most of each, as one linear programme."""

    def __init__(self, spans: Mapping[str, tuple[float, float]], relations: Sequence[Relation]) -> None:
        self.at = {name: place for place, name in enumerate(sorted(spans))}
        ends = np.array([spans[name] for name in self.at], dtype=float)
        self.bounds = Bounds(ends[:, 0], ends[:, 1])
        terms = [(row, self.at[n], float(f)) for row, r in enumerate(relations) for n, f in r.terms]
        rows, columns, factors = ([t[i] for t in terms] for i in range(3))
        matrix = coo_array((factors, (rows, columns)), shape=(len(relations), len(self.at))).tocsr()
        low = [-np.inf if r.low is None else r.low for r in relations]
        high = [np.inf if r.high is None else r.high for r in relations]
        self.constraints = [LinearConstraint(matrix, low, high)] if relations else []

    def solved(self, cell: str, sign: int, seconds: float, *, whole: bool) -> OptimizeResult:
        """The solver's answer for the least (sign 1) or most (sign -1, negated) of a count."""
        aim = np.zeros(len(self.at))
        aim[self.at[cell]] = sign
        kinds = np.full(len(self.at), int(whole), dtype=np.int64)
        return milp(
            aim, integrality=kinds, bounds=self.bounds, constraints=self.constraints, options={"time_limit": seconds}
        )
