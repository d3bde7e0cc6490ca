"""What could be kept unknown at best: a need can ask no more than hiding everything would give.

A reader who sees nothing but zeros still knows that persons never exceed their cases, that a group has at least as many
as its parts, and all that is out already. Whole numbers, each need by itself, with scipy's own solver.
"""

import time
from collections.abc import Collection
from dataclasses import dataclass, replace

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array

from quality.disclosure.model import Need, System

_FAR = 10**6
"""In place of no limit: solvers answer a limited question more surely."""


@dataclass(frozen=True, slots=True)
class Reach:
    """The system with needs that can be met, and the cells that can be worked out whatever is hidden."""

    system: System
    lost: tuple[str, ...] = ()


def within_reach(system: System, cells: Collection[str], *, seconds: float = 30.0) -> Reach:
    """Lower what is asked of the named cells to what can be had: from below only.

    The least that a reader can know rises to what he knows anyway. Where he knows that a count is small whatever is
    hidden, it is lost: told, and asked for no more. What the solver does not answer in time stays as asked.
    """
    deadline = time.monotonic() + seconds
    changed: dict[str, Need | None] = {}
    for part in system.parts():
        for need in part.needs:
            if need.cell not in cells:
                continue
            low, high = (_end(part, need.cell, sign, deadline) for sign in (1, -1))
            if low is None or high is None:
                continue
            changed[need.cell] = None if high < need.high else Need(need.cell, max(need.low, low), need.high)
    needs = tuple(n for need in system.needs if (n := changed.get(need.cell, need)) is not None)
    lost = tuple(sorted(cell for cell, need in changed.items() if need is None))
    return Reach(replace(system, needs=needs), lost)


def _end(part: System, cell: str, sign: int, deadline: float) -> int | None:
    """The least (sign 1) or most (sign -1) that the cell can be; None where there is no answer."""
    left = deadline - time.monotonic()
    if left <= 0:
        return None
    ids = sorted(part.cells)
    at = {name: place for place, name in enumerate(ids)}
    lows, highs = np.empty(len(ids)), np.empty(len(ids))
    for place, name in enumerate(ids):
        count = part.cells[name]
        if count.hideable or not (count.printed or count.known):
            least, most = count.bounds
            lows[place], highs[place] = max(least, -_FAR), _FAR if most is None else most
        else:
            lows[place] = highs[place] = count.value
    rows, columns, factors = [], [], []
    for row, relation in enumerate(part.relations):
        for name, factor in relation.terms:
            rows.append(row)
            columns.append(at[name])
            factors.append(float(factor))
    matrix = coo_array((factors, (rows, columns)), shape=(len(part.relations), len(ids))).tocsr()
    least_sum = [-np.inf if r.low is None else r.low for r in part.relations]
    most_sum = [np.inf if r.high is None else r.high for r in part.relations]
    aim = np.zeros(len(ids))
    aim[at[cell]] = sign
    constraints = [LinearConstraint(matrix, least_sum, most_sum)] if part.relations else []
    found = milp(
        aim, integrality=np.ones(len(ids), dtype=np.int64), bounds=Bounds(lows, highs), constraints=constraints,
        options={"time_limit": left},
    )  # fmt: skip
    return round(sign * found.fun) if found.status == 0 and found.fun is not None else None
