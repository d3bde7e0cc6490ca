"""What a reader can work out of one count from everything told: least and most, in whole numbers. To explain with.

No release rests on it: the audits in ``quality.disclosure.audit`` decide, with their own models.
"""

import math
import time

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from quality.disclosure.model import Pattern, System

_NEAR = 1e-6


def interval(system: System, pattern: Pattern, cell: str, *, seconds: float = 30.0) -> tuple[int, int | None]:
    """Least and most that a reader must reckon with; where time runs out no narrower than what is told directly."""
    spans = {i: pattern.told(c) for i, c in system.cells.items()}
    if spans[cell][0] == spans[cell][1]:
        return spans[cell]
    inside = _connected(system, {i for i, (low, high) in spans.items() if low != high}, cell)
    order = sorted(inside)
    place = {name: at for at, name in enumerate(order)}
    rows: list[tuple[int, int, int]] = []
    lows: list[float] = []
    highs: list[float] = []
    for at in sorted({p for name in order for p in system.relations_of[name]}):
        relation = system.relations[at]
        told = sum(f * spans[c][0] for c, f in relation.terms if c not in inside)
        rows += [(len(lows), place[c], f) for c, f in relation.terms if c in inside]
        lows.append(-np.inf if relation.low is None else relation.low - told)
        highs.append(np.inf if relation.high is None else relation.high - told)
    bounds = Bounds(
        np.array([spans[c][0] for c in order], dtype=float),
        np.array([math.inf if (high := spans[c][1]) is None else high for c in order], dtype=float),
    )
    across, down, factors = zip(*rows, strict=True) if rows else ((), (), ())
    matrix = csr_array((np.array(factors, dtype=float), (across, down)), shape=(len(lows), len(order)))
    until = time.monotonic() + seconds
    low, high = spans[cell]
    for sign in (1, -1):
        goal = np.zeros(len(order))
        goal[place[cell]] = sign
        answer = milp(
            goal,
            integrality=np.ones(len(order), dtype=np.int64),
            bounds=bounds,
            constraints=LinearConstraint(matrix, np.array(lows), np.array(highs)) if lows else (),
            options={"time_limit": max(0.1, until - time.monotonic())},
        )
        found = answer.fun if answer.status == 0 else answer.mip_dual_bound
        if found is None or not math.isfinite(found):
            continue
        if sign > 0:
            low = max(low, math.ceil(found - _NEAR))
        else:
            most = math.floor(-found + _NEAR)
            high = most if high is None else min(high, most)
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
