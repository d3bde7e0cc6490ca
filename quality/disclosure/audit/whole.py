"""The exact audit: whole numbers, by branch and bound. For small systems, for tests, and on request.

An end counts as reached only where the solver's counts, rounded, fulfil everything in whole-number arithmetic.
"""

import time

import numpy as np
from scipy.optimize import Bounds, LinearConstraint
from scipy.optimize import milp as solve

from quality.disclosure.audit.region import Region, regions
from quality.disclosure.audit.told import MALFORMED, SILENT, TIME, fault, refused, sound, told, verdict, within
from quality.disclosure.model import Need, Pattern, System, Verdict

METHOD = "milp"


def milp(system: System, pattern: Pattern, *, seconds: float) -> Verdict:
    """Whether every need lies within the whole-number interval that is left; what is not decided in time is unsafe."""
    if why := fault(system, pattern):
        return refused(METHOD, system, pattern, why)
    if not all(sound(need, system) for need in system.needs):
        return refused(METHOD, system, pattern, MALFORMED)
    until = time.monotonic() + seconds
    unsafe: dict[Need, str] = {}
    for region in regions(system, told(system, pattern)):
        reached = [[int(v) for v in region.true]]
        for need in region.needs:
            for end, sign in ((need.low, 1), (need.high, -1)):
                column = region.column[need.cell]
                if any(sign * (found[column] - end) <= 0 for found in reached):
                    continue
                found, why = _reach(region, column, end, sign, until)
                if found is None or sign * (found[column] - end) > 0:
                    unsafe[need] = unsafe.get(need) or why
                if found is not None:
                    reached.append(found)
    return verdict(METHOD, system, pattern, (n.cell for n in unsafe), unsafe.values())


def _reach(region: Region, column: int, end: int, sign: int, until: float) -> tuple[list[int] | None, str]:
    """Whole counts with one of them at or past ``end`` (``sign`` 1: at most that), or why there are none."""
    left = until - time.monotonic()
    if left <= 0:
        return None, TIME
    low, high = (bound.copy() for bound in region.bounds)
    if sign > 0:
        high[column] = min(high[column], end)
    else:
        low[column] = max(low[column], end)
    if low[column] > high[column]:
        return None, ""
    answer = solve(
        np.zeros(len(low)),
        integrality=np.ones(len(low), dtype=np.int64),
        bounds=Bounds(low, high),
        constraints=LinearConstraint(region.matrix, *region.row_bounds),
        options={"time_limit": left},
    )
    if answer.x is not None:
        found = [round(v) for v in np.asarray(answer.x, dtype=float).tolist()]
        return (found, "") if _holds(region, found) else (None, SILENT)
    # Infeasible is the answer that refutes: no whole counts reach that end.
    return None, {1: TIME, 2: ""}.get(answer.status, SILENT)


def _holds(region: Region, counts: list[int]) -> bool:
    if not all(within(n, span) for n, span in zip(counts, region.spans, strict=True)):
        return False
    for terms, low, high in region.rows:
        found = sum(f * counts[c] for c, f in terms)
        if (low is not None and found < low) or (high is not None and found > high):
            return False
    return True
