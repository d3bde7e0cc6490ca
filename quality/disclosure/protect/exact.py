"""The cheapest pattern that there is, for small parts: a master problem over cells to hide, and cuts from the demands.

Benders' way as in Fischetti and Salazar-González (2001, Management Science 47): where a choice of cells leaves a demand
unmet, the dual prices of the linear model say which cells could help, and the master must take enough of them.
"""

import time

import highspy
import numpy as np

from quality.disclosure.protect.lp import Demand, Flags, Floats, Solver, new_highs, run
from quality.disclosure.protect.witness import NODES, Draft, within

TURNS = 150
"""Master problems that may be solved before the heuristic's answer is kept; a number, so that it is reproducible."""
_TINY = 1e-7
_WIDE = 1e6


def cheapest(work: Draft, deadline: float) -> bool:
    """Replace a safe pattern with the cheapest one. False, and nothing changed, where that is not proved."""
    flow = work.flow
    if not work.found:
        return False
    free = np.flatnonzero(flow.hideable & ~work.first)
    master = _master(flow.weight[free])
    most = _Most(work)
    pool = [(deviations, set(flow.outside(deviations))) for deviations in work.found.values()]
    for _ in range(TURNS):
        if run(master, max(deadline - time.monotonic(), 0.0)) != "found" or time.monotonic() >= deadline:
            return False
        hidden = work.first.copy()
        hidden[free[np.asarray(master.getSolution().col_value) > 0.5]] = True
        if flow.weight[hidden].sum() >= work.cost - 1e-9:
            return True
        places = set(np.flatnonzero(hidden).tolist())
        met, cuts = {}, 0
        for demand in work.found:
            fits = next((d for d, out in pool if out <= places and demand.met(work.value(demand, d))), None)
            if fits is not None:
                met[demand] = fits
                continue
            status, deviations = within(work, demand, hidden, deadline)
            if status == "found":
                pool.append((deviations, set(flow.outside(deviations))))
                met[demand] = deviations
                continue
            cut = most.cut(demand, hidden, deadline) if status == "impossible" else None
            if cut is None:
                return False
            coefficients, least = cut
            master.addRow(least, highspy.kHighsInf, len(free), np.arange(len(free), dtype=np.int32), coefficients[free])
            cuts += 1
        if not cuts:
            work.hidden, work.found = hidden, {demand: met[demand] for demand in work.found}
            return True
    return False


def _master(weight: Floats) -> highspy.Highs:
    highs = new_highs()
    for option, value in (("mip_rel_gap", 0.0), ("mip_abs_gap", 1e-7), ("mip_max_nodes", NODES)):
        highs.setOptionValue(option, value)
    n, index = len(weight), np.arange(len(weight), dtype=np.int32)
    highs.addVars(n, np.zeros(n), np.ones(n))
    highs.changeColsCost(n, index, weight)
    highs.changeColsIntegrality(n, index, np.ones(n, dtype=np.uint8))
    return highs


class _Most:
    """How far a demanded cell can be moved, and which cells would move it farther."""

    def __init__(self, work: Draft) -> None:
        self.flow = work.flow
        self.fixed = work.first
        self.solver = Solver(work.flow, (d.cell for d in work.found))

    def cut(self, demand: Demand, hidden: Flags, deadline: float) -> tuple[Floats, float] | None:
        """An inequality (coefficient of each cell, least sum) that every pattern that meets the demand fulfils.

        What is hidden for its own sake is moved to the right. None where the solver gave no answer in time.
        """
        flow, solver, c = self.flow, self.solver, self.flow.columns
        j = flow.place[demand.cell]
        distance = float(abs(demand.bound - flow.value[j]))
        way = 1.0 if demand.side == "high" else -1.0
        costs: Floats = np.where(c.cell == j, -way * c.sign, 0.0)
        solver.set_columns(costs, np.where(c.priced & ~hidden[c.cell], 0.0, c.high))
        solver.ask(demand.cell, *((0.0, distance) if way > 0 else (-distance, 0.0)))
        solver.highs.clearSolver()
        status, got = solver.run(deadline - time.monotonic())
        if status != "found":
            return None
        if way * got[j] >= distance - 1e-6:
            # Fractions reach it and whole numbers do not: something that is not hidden here must be.
            return np.where(hidden, 0.0, 1.0), 1.0
        return self._strengthened(costs, distance, hidden)

    def _strengthened(self, costs: Floats, distance: float, hidden: Flags) -> tuple[Floats, float] | None:
        """From the dual prices; any prices give a valid inequality, so what the solver rounds does no harm."""
        solver, c = self.solver, self.flow.columns
        rows, beyond = solver.reduced(costs, np.asarray(solver.highs.getSolution().row_dual))
        gain = np.where(beyond < -_TINY, -beyond, 0.0)
        helps: Floats = gain * np.minimum(c.high, _WIDE)
        if np.any(~c.priced & (gain > 0) & ~np.isfinite(c.high)):
            return None
        told = -rows + float(helps[~c.priced].sum())
        of_cell = np.bincount(c.cell[c.priced], weights=helps[c.priced], minlength=len(self.flow.ids))
        need = distance - told
        if need <= 1e-6:
            return None
        # A cell is hidden or not, so more than what is needed is never asked of it; then rounding up cannot do harm.
        coefficients = np.minimum(of_cell, need) / need
        least = 1.0 - float(coefficients[self.fixed].sum())
        if least - float(coefficients[hidden & ~self.fixed].sum()) <= 1e-6:
            return None
        return coefficients, least
