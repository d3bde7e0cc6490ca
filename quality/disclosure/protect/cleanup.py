"""Showing again what was hidden too much. Every step keeps a witness for every need, so it may stop at any time."""

import time

import numpy as np

from quality.disclosure.protect.lp import Demand, Flags, Floats
from quality.disclosure.protect.witness import NEAR_NOTHING, Draft, dived, multiple

FEW_STEPS = 6
"""Numbers held on the way to a whole answer: here a miss costs one cell too much hidden, and patience costs minutes."""


def clean(work: Draft, deadline: float) -> bool:
    """Show each cell that is not hidden for its own sake, dearest first, where all witnesses can do without it.

    What cannot be shown now cannot be shown when less is hidden, so each cell is tried once. Returns whether there was
    time for all.
    """
    flow = work.flow
    uses = {demand: set(flow.outside(deviations)) for demand, deviations in work.found.items()}
    used = set().union(*uses.values()) if uses else set()
    if not len(work.hidden):
        return True
    extra = [int(j) for j in np.flatnonzero(work.hidden & ~work.first)]
    for j in extra:
        if j not in used:
            work.hidden[j] = False
    order = sorted((j for j in extra if j in used), key=lambda j: (-flow.weight[j], flow.ids[j]))
    # Witnesses that use few other cells leave those free to be shown.
    cost: Floats = np.where(work.first, NEAR_NOTHING * flow.weight.mean(), flow.weight)
    for j in order:
        if not any(j in places for places in uses.values()):
            work.hidden[j] = False
            continue
        if time.monotonic() >= deadline:
            return False
        trial = work.hidden.copy()
        trial[j] = False
        anew = _without(work, j, trial, cost, uses, deadline)
        if anew is None:
            continue
        work.hidden = trial
        for demand, deviations in anew.items():
            work.found[demand] = deviations
            uses[demand] = set(flow.outside(deviations))
    return time.monotonic() < deadline


def _without(
    work: Draft, j: int, trial: Flags, cost: Floats, uses: dict[Demand, set[int]], deadline: float
) -> dict[Demand, dict[int, int]] | None:
    """Other witnesses for all that use a cell, within the rest of what is hidden; None where one has none."""
    anew: dict[Demand, dict[int, int]] = {}
    work.lp.prepare(cost, ~trial)
    for demand in [d for d in work.found if j in uses[d]]:
        if demand in anew:
            continue
        status, got = work.lp.reach(demand, deadline - time.monotonic())
        if status != "found":
            return None
        deviations = multiple(work, demand, got, trial)
        if deviations is None:
            deviations = dived(work, demand, trial, deadline, FEW_STEPS)
        if deviations is None:
            return None
        for other in work.found:
            if j in uses[other] and other not in anew and other.met(work.value(other, deviations)):
                anew[other] = deviations
    return anew
