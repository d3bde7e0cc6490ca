"""What could be kept unknown at best: a need can ask no more than hiding everything would give.

A reader who sees nothing but zeros still knows that persons never exceed their cases, that a group has at least as many
as its parts, and all that is out already. Each need by itself, with scipy's own solver.
"""

import math
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
    hidden, it is lost: told, and asked for no more. What the solver does not answer in time stays as asked. Fractions
    are allowed here: where whole numbers reach less far, the need is not met, and the audit says so.
    """
    deadline = time.monotonic() + seconds
    changed: dict[str, Need | None] = {}
    for part in system.parts():
        asked = [need for need in part.needs if need.cell in cells]
        if not asked:
            continue
        model = _Model(part)
        for need in asked:
            low, high = model.end(need.cell, 1, deadline), model.end(need.cell, -1, deadline)
            if low is None or high is None:
                continue
            changed[need.cell] = None if high < need.high else Need(need.cell, max(need.low, low), need.high)
    needs = tuple(n for need in system.needs if (n := changed.get(need.cell, need)) is not None)
    lost = tuple(sorted(cell for cell, need in changed.items() if need is None))
    return Reach(replace(system, needs=needs), lost)


class _Model:
    """A part with everything hidden that may be, as one linear programme."""

    def __init__(self, part: System) -> None:
        self.at = {name: place for place, name in enumerate(sorted(part.cells))}
        size = len(self.at)
        self.lows, self.highs = np.empty(size), np.empty(size)
        for name, place in self.at.items():
            count = part.cells[name]
            if count.hideable or not (count.printed or count.known):
                least, most = count.bounds
                self.lows[place], self.highs[place] = max(least, -_FAR), _FAR if most is None else most
            else:
                self.lows[place] = self.highs[place] = count.value
        terms = [(row, self.at[n], float(f)) for row, r in enumerate(part.relations) for n, f in r.terms]
        rows, columns, factors = ([t[i] for t in terms] for i in range(3))
        matrix = coo_array((factors, (rows, columns)), shape=(len(part.relations), size)).tocsr()
        low = [-np.inf if r.low is None else r.low for r in part.relations]
        high = [np.inf if r.high is None else r.high for r in part.relations]
        self.constraints = [LinearConstraint(matrix, low, high)] if part.relations else []

    def end(self, cell: str, sign: int, deadline: float) -> int | None:
        """The least (sign 1) or most (sign -1) whole number that the cell can be; None where there is no answer."""
        left = deadline - time.monotonic()
        if left <= 0:
            return None
        aim = np.zeros(len(self.at))
        aim[self.at[cell]] = sign
        found = milp(
            aim, bounds=Bounds(self.lows, self.highs), constraints=self.constraints, options={"time_limit": left}
        )
        if found.status != 0 or found.fun is None:
            return None
        return sign * math.ceil(found.fun - 1e-6)
