"""Finding witnesses: for each side of each need whole-number counts that fit, at the least cost of cells to hide.

A witness stays valid when more is hidden, so each is found once. What is hidden too much is for ``cleanup``.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from quality.disclosure.model import System
from quality.disclosure.protect.lp import Demand, Flags, Floats, Flow, Solver, Status, demands, whole

ROUNDS = 2
"""How many times costs are changed to make few cells dearer than large deviations."""
STEPS = 30
"""How many numbers are held whole, one after another, before the whole-number model is asked."""
GAP = 1e6
"""The whole-number model is asked for an answer, not for the best: what it may choose from is kept narrow instead."""
NODES = 2_000
"""Branches that a model may take where time must not decide; a number, so that the answer is reproducible."""
NEAR_NOTHING = 1e-3
"""The cost of a unit in a cell that is hidden already, against the mean weight: enough to keep witnesses small."""


@dataclass
class Draft:
    """A part while it is being protected. ``found`` holds deviations by place."""

    flow: Flow
    pending: list[Demand]
    hidden: Flags
    first: Flags
    """Those hidden for their own sake, from the start."""
    found: dict[Demand, dict[int, int]] = field(default_factory=dict)
    impossible: list[Demand] = field(default_factory=list)
    late: list[Demand] = field(default_factory=list)
    _lp: Solver | None = None
    _whole: Solver | None = None

    @property
    def lp(self) -> Solver:
        """The part's linear model, built once."""
        if self._lp is None:
            self._lp = Solver(self.flow, (d.cell for d in self.pending))
        return self._lp

    @property
    def whole(self) -> Solver:
        """The same over whole numbers, built where it is needed."""
        if self._whole is None:
            self._whole = Solver(self.flow, (d.cell for d in self.pending), whole=True)
        return self._whole

    @property
    def cost(self) -> float:
        """What it costs to hide what is hidden."""
        return float(self.flow.weight[self.hidden].sum())

    def value(self, demand: Demand, deviations: Mapping[int, int]) -> int:
        """What a demanded cell counts with such deviations."""
        j = self.flow.place[demand.cell]
        return self.flow.value[j] + deviations.get(j, 0)

    def keeps(self, demand: Demand, deviations: Mapping[int, int], hidden: Flags) -> bool:
        """Whether deviations meet a demand and fit all that is told, checked in integers."""
        return demand.met(self.value(demand, deviations)) and self.flow.fits(deviations, hidden)


def draft(part: System, bands: Mapping[str, tuple[int, int]], prefer: frozenset[str]) -> Draft:
    """A part before anything is found: hidden are the cells with a need, but those whose band leaves it open."""
    flow = Flow(part, bands, prefer)
    asked = demands(part.needs)
    first = np.zeros(len(flow.ids), dtype=bool)
    impossible = []
    for demand in asked:
        if demand.cell not in flow.place:
            if not demand.met(part.cells[demand.cell].value):
                impossible.append(demand)
            continue
        j = flow.place[demand.cell]
        low, high = flow.told_shown[j]
        inside = low <= demand.bound if demand.side == "low" else high is None or demand.bound <= high
        if flow.hideable[j] and not inside:
            first[j] = True
    made = Draft(flow, [d for d in asked if d.cell in flow.place], first.copy(), first, impossible=impossible)
    for demand in asked:
        if demand.cell not in flow.place and demand not in impossible:
            made.found[demand] = {}
    return made


def find_all(work: Draft, deadline: float) -> None:
    """Find a witness for every pending demand, hiding what that needs; what cannot be or is late is noted."""
    for demand in work.pending:
        if demand in work.found:
            continue
        if time.monotonic() >= deadline:
            work.late.append(demand)
            continue
        if demand.met(work.value(demand, {})):
            work.found[demand] = {}
            continue
        status, deviations = _cheapest(work, demand, deadline)
        if status == "found":
            for j in work.flow.outside(deviations):
                work.hidden[j] = True
            _share(work, demand, deviations)
        elif status == "impossible":
            work.impossible.append(demand)
        else:
            work.late.append(demand)


def _share(work: Draft, demand: Demand, deviations: dict[int, int]) -> None:
    """Note a witness for its demand and for every other that it happens to meet."""
    work.found[demand] = deviations
    for other in work.pending:
        if other not in work.found and other.met(work.value(other, deviations)):
            work.found[other] = deviations


def _cheapest(work: Draft, demand: Demand, deadline: float) -> tuple[Status, dict[int, int]]:
    """A cheap witness: the linear model a few times with changed costs, whole numbers where that gives fractions."""
    flow = work.flow
    distance = max(1, abs(demand.bound - flow.value[flow.place[demand.cell]]))
    unit: Floats = np.where(work.hidden, NEAR_NOTHING * flow.weight.mean(), flow.weight / distance)
    shut = ~flow.hideable
    best: dict[int, int] | None = None
    best_cost = np.inf
    cost = unit
    near = work.hidden.copy()
    for _ in range(1 + ROUNDS):
        work.lp.prepare(cost, shut)
        status, got = work.lp.reach(demand, deadline - time.monotonic())
        if status != "found":
            if best is None:
                return status, {}
            break
        near |= np.abs(got) > 1e-6
        deviations = multiple(work, demand, got, flow.hideable)
        if deviations is None:
            deviations = dived(work, demand, flow.hideable, deadline)
        if deviations is not None:
            price = _price(work, deviations)
            if price >= best_cost - 1e-9:
                break
            best, best_cost = deviations, price
            if price == 0:
                break
        size = np.abs(got)
        cost = np.where(~work.hidden & (size > 1e-6), flow.weight / np.maximum(size, 1e-3), unit)
    if best is not None:
        return "found", best
    # Whole numbers are cheapest sought near the fractions: among what is hidden and what the linear answers use.
    status, deviations = in_whole_numbers(work, demand, unit, shut | ~near, deadline)
    if status == "found":
        return status, deviations
    return in_whole_numbers(work, demand, unit, shut, deadline)


def multiple(work: Draft, demand: Demand, got: Floats, hidden: Flags) -> dict[int, int] | None:
    """The deviations, or twice or three times as large, where that makes them whole and they still fit."""
    for times in (1, 2, 3):
        deviations = whole(got * times)
        if deviations is not None and work.keeps(demand, deviations, hidden):
            return deviations
    return None


def dived(work: Draft, demand: Demand, hidden: Flags, deadline: float, steps: int = STEPS) -> dict[int, int] | None:
    """Whole numbers near the linear model's last answer, by holding one number after another."""
    for got in work.lp.dive(deadline - time.monotonic(), steps):
        deviations = multiple(work, demand, got, hidden)
        if deviations is not None:
            return deviations
    return None


def in_whole_numbers(
    work: Draft, demand: Demand, cost: Floats, shut: Flags, deadline: float, nodes: int | None = None
) -> tuple[Status, dict[int, int]]:
    """A cheap witness by the whole-number model; with ``nodes``, undecided after so many branches."""
    solver = work.whole
    solver.highs.setOptionValue("mip_rel_gap", GAP)
    solver.highs.setOptionValue("mip_max_nodes", 2**31 - 1 if nodes is None else nodes)
    solver.prepare(cost, shut)
    status, got = solver.reach(demand, deadline - time.monotonic())
    if status != "found":
        return status, {}
    deviations = whole(got)
    if deviations is None or not work.keeps(demand, deviations, work.flow.hideable & ~shut):
        return "undecided", {}
    return "found", deviations


def attainable(work: Draft, deadline: float) -> list[Demand]:
    """The demands that cannot be met whatever is hidden. Those that are not decided are not among them."""
    flow = work.flow
    found: list[Demand] = list(work.impossible)
    seen = dict(work.found)
    for demand in work.pending:
        if demand in seen or demand.met(work.value(demand, {})):
            continue
        status, deviations = within(work, demand, flow.hideable, deadline)
        if status == "impossible":
            found.append(demand)
        elif status == "found":
            seen.update((d, deviations) for d in work.pending if d.met(work.value(d, deviations)))
    return found


def within(work: Draft, demand: Demand, hidden: Flags, deadline: float) -> tuple[Status, dict[int, int]]:
    """A witness that is within what is hidden, whatever it costs there; undecided where that takes too long."""
    cost: Floats = NEAR_NOTHING * work.flow.weight
    work.lp.prepare(cost, ~hidden)
    status, got = work.lp.reach(demand, deadline - time.monotonic())
    if status != "found":
        return status, {}
    deviations = multiple(work, demand, got, hidden)
    if deviations is None:
        deviations = dived(work, demand, hidden, deadline)
    if deviations is None:
        return in_whole_numbers(work, demand, cost, ~hidden, deadline, NODES)
    return "found", deviations


def _price(work: Draft, deviations: Mapping[int, int]) -> float:
    return float(sum(work.flow.weight[j] for j in work.flow.outside(deviations) if not work.hidden[j]))
