"""The audit by linear programming: the interval that everything told leaves for each needed cell, in real numbers.

A real interval is never narrower than the whole-number one, so there are patterns that this accepts and only ``milp``
(or ``certificate``) refuses: where the end of the interval is reached with fractions only.
"""

import random
import time
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csr_array, vstack

from quality.disclosure.audit.region import TOLERANCE, Array, Region, regions
from quality.disclosure.audit.told import (
    IMPOSSIBLE,
    MALFORMED,
    SILENT,
    TIME,
    Span,
    fault,
    refused,
    sound,
    told,
    verdict,
)
from quality.disclosure.model import Need, Pattern, Side, System, Verdict

METHOD = "lp"
Target = tuple[Need, Side]
ROUNDS = 30
WORTH_IT = 4
KEPT = 100


def lp(system: System, pattern: Pattern, *, seconds: float = 60) -> Verdict:
    """Whether every need lies within the interval that is left; what is not decided within ``seconds`` is unsafe."""
    if why := fault(system, pattern):
        return refused(METHOD, system, pattern, why)
    if not all(sound(need, system) for need in system.needs):
        return refused(METHOD, system, pattern, MALFORMED)
    unsafe = unmet(system, told(system, pattern), seconds=seconds)
    return verdict(METHOD, system, pattern, (n.cell for n in unsafe), unsafe.values())


def unmet(system: System, spans: Mapping[str, Span], *, seconds: float) -> dict[Need, str]:
    """The needs that are not met by what is told, each with what went wrong: empty where nothing did but the answer."""
    until = time.monotonic() + seconds
    found: dict[Need, str] = {}
    for region in regions(system, spans):
        found |= Intervals(region, until).unmet()
    return found


class Intervals:
    """Intervals within one region. Every set of counts that the solver finds is tried on all ends not yet reached.

    ``tried`` are sets of counts found earlier, worth trying first; those found here are added to it.
    """

    def __init__(self, region: Region, until: float, tried: Sequence[Array] = ()) -> None:
        self.region, self.until = region, until
        self.tried = [region.true, *tried]
        self.open: dict[Target, None] = {(n, side): None for n in region.needs for side in ("low", "high")}
        self.failed: dict[Need, str] = {}
        least, most = region.row_bounds
        same = least == most
        upper, lower = np.isfinite(most) & ~same, np.isfinite(least) & ~same
        matrix = region.matrix
        equal = matrix[np.flatnonzero(same)]
        under = csr_array(vstack([matrix[np.flatnonzero(upper)], -matrix[np.flatnonzero(lower)]]))
        self.rows: dict[str, Any] = {}
        if same.any():
            self.rows |= {"A_eq": equal, "b_eq": least[same]}
        if upper.any() or lower.any():
            self.rows |= {"A_ub": under, "b_ub": np.concatenate([most[upper], -least[lower]])}

    def unmet(self) -> dict[Need, str]:
        """The needs that the region does not leave open."""
        self._outside()
        for earlier in tuple(self.tried):
            self._try(earlier)
        self._together()
        while self.open:
            target = next(iter(self.open))
            x, why = self._reach([target])
            if x is not None:
                self.tried = [*self.tried[-KEPT:], x]
                self._try(x)
            if target in self.open:
                self._fail(target[0], why)
        return self.failed

    def _fail(self, need: Need, why: str) -> None:
        self.failed[need] = self.failed.get(need) or why
        for side in ("low", "high"):
            self.open.pop((need, side), None)

    def _outside(self) -> None:
        """Needs that pen and paper refute: no solver is needed to refuse, only to accept."""
        for need in self.region.needs:
            low, high = self.region.spans[self.region.column[need.cell]]
            if low > need.low or (high is not None and high < need.high):
                self._fail(need, "")

    def _try(self, x: Array) -> None:
        """Strike the ends that these counts reach, if they are counts that a reader may believe in."""
        near = np.round(x)
        x = np.where(np.abs(x - near) < TOLERANCE, near, x)
        if not self.region.fits(x):
            return
        for need, side in tuple(self.open):
            value, slack = x[self.region.column[need.cell]], TOLERANCE
            if value <= need.low + slack if side == "low" else value >= need.high - slack:
                del self.open[need, side]

    def _together(self) -> None:
        """Many ends in one solve, as long as that pays."""
        coin = random.Random(0)  # noqa: S311 - the same choice each time, not a secret
        for _ in range(ROUNDS):
            before = len(self.open)
            if before < WORTH_IT:
                return
            one_side: dict[str, Target] = {}
            for target in sorted(self.open):
                if target[0].cell not in one_side or coin.random() < 0.5:
                    one_side[target[0].cell] = target
            x, _ = self._reach(list(one_side.values()))
            if x is not None:
                self.tried = [*self.tried[-KEPT:], x]
                self._try(x)
            if before - len(self.open) < max(2, before // 50):
                return

    def _reach(self, targets: Sequence[Target]) -> tuple[Array | None, str]:
        """Counts as near to these ends as can be, or why there are none. No count is driven past its end.

        The true counts lie on the near side of every end that is still open, so that stopping there excludes nothing
        that would prove the end: what lies past it can be mixed with the true counts.
        """
        left = self.until - time.monotonic()
        if left <= 0:
            return None, TIME
        low, high = (bound.copy() for bound in self.region.bounds)
        towards = np.zeros(len(low))
        for need, side in targets:
            column = self.region.column[need.cell]
            gap = abs(self.region.true[column] - (need.low if side == "low" else need.high))
            towards[column] = (1 if side == "low" else -1) / max(gap, 1.0)
            if side == "low":
                low[column] = max(low[column], need.low)
            else:
                high[column] = min(high[column], need.high)
        bounds = list(zip(low.tolist(), high.tolist(), strict=True))
        why = SILENT
        for presolve in (True, False):  # an answer that does not hold is asked for once more, the plain way
            options: Any = {"time_limit": left, "presolve": presolve}
            answer = linprog(towards, bounds=bounds, method="highs-ds", options=options, **self.rows)
            if answer.status == 0 and self.region.fits(x := np.asarray(answer.x, dtype=float)):
                return x, ""
            why = {1: TIME, 2: IMPOSSIBLE}.get(answer.status, SILENT)
            if why == TIME:
                break
        return None, why
