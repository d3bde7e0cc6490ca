"""``python -m bench.disclosure [CASES ...]``: protecting and auditing a kommun's tables, and how near the best it is.

Beside ours stand two peers: *by hand* (no total may have one hidden part only) and *textbook audit* (two
linear models for each small cell, by scipy: what it takes to find out whether a pattern is safe, without choosing one).
Seconds are the process's own (CPU), so that other jobs on the machine do not count. Invented counts, in memory.
"""

import statistics
import sys
import time
from collections.abc import Iterable, Sequence
from dataclasses import replace
from random import Random
from typing import Any

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import coo_array

from assets.publicering.forbered import Underlag, protected
from assets.publicering.varianter import VARIANTER
from bench import disclosure_plan
from quality.disclosure import audit
from quality.disclosure.model import Pattern, System
from quality.disclosure.policy import DEFAULT, PRESETS
from quality.disclosure.protect import protect
from tests.disclosure_tools import random_system

CASES = (40, 100, 300, 1000)
CORE = ("arenden", "insatser")
"""The tables that every kommun has: the plan of about 300 cells that the goal is about."""
SEEDS = (1, 2, 3)
FAR = 1e6


def main() -> None:
    """Print what was seen."""
    print("(a) A kommun's tables, each dimension by sex, one year: protect and both audits, in CPU seconds")
    for cases in [int(a) for a in sys.argv[1:]] or CASES:
        base = disclosure_plan.underlag(cases)
        core = replace(base, cells=tuple(c for c in base.cells if c.tabell in CORE))
        _kommun(f"{cases} cases, {' and '.join(CORE)}", core, goal=5.0)
        _kommun(f"{cases} cases, all tables", base)
    print("(b) 1 000 cells crossed over three dimensions, with every margin")
    for seed in SEEDS:
        _table(f"seed {seed}", _system(seed, (9, 9, 9)), goal=20.0)
    print("    How much more is hidden than has to be: cost / optimum, where the exact engine proves the optimum")
    for shape, seeds in (((30, 30), SEEDS), ((20, 20), SEEDS), ((10, 10), SEEDS), ((2, 3, 3), range(1, 7))):
        _optimum(shape, seeds)
    print("(c) Cells lost and usefulness, for each way to cut the tables")
    disclosure_plan.main()


# --- ours ---------------------------------------------------------------------------------------------------------


def _kommun(name: str, base: Underlag, goal: float | None = None) -> None:
    began, wall = time.process_time(), time.perf_counter()
    made = protected(base, VARIANTER["tva"], PRESETS[DEFAULT], seconds=600)
    took, wall = time.process_time() - began, time.perf_counter() - wall
    if not made.safe:
        raise SystemExit(f"bench: {name} was not safe")
    _say(name, made.built.system, made.pattern, took, wall, goal)


def _table(name: str, system: System, goal: float) -> None:
    began, wall = time.process_time(), time.perf_counter()
    made = protect(system, seconds=600)
    verdicts = audit.certificate(system, made), audit.lp(system, made.pattern, seconds=600)
    took, wall = time.process_time() - began, time.perf_counter() - wall
    if made.unsafe or not all(v.passed for v in verdicts):
        raise SystemExit(f"bench: {name} was not safe")
    _say(name, system, made.pattern, took, wall, goal)


def _say(name: str, system: System, pattern: Pattern, took: float, wall: float, goal: float | None) -> None:
    open_cells = [c for c in system.cells.values() if c.hideable and c.value]
    ours = sum(c.id in pattern.hidden for c in open_cells)
    textbook = bare_audit(system, pattern)
    began = time.process_time()
    hand = by_hand(system)
    quick = time.process_time() - began
    given_away = len(audit.lp(system, hand, seconds=600).unsafe)
    aim = f" (goal: under {goal:.0f} s)" if goal else ""
    print(f"    {name}: {len(open_cells)} non-zero cells, {len(system.needs)} to protect")
    print(f"        ours: {took:.2f} s{aim}, {wall:.2f} s by the clock; {ours} hidden; ours / textbook audit: "
          f"{took / textbook:.2f} ({textbook:.2f} s)")  # fmt: skip
    by = sum(c.id in hand.hidden for c in open_cells)
    print(f"        by hand: {quick:.2f} s, {by} hidden, and {given_away} small counts given away", flush=True)


def _optimum(shape: tuple[int, ...], seeds: Iterable[int]) -> None:
    ratios, slow, proved, cells = [], [], 0, 0
    for seed in seeds:
        system = _system(seed, shape)
        cells = len(system.cells)
        began = time.process_time()
        lp = protect(system, engine="lp", seconds=600)
        slow.append(time.process_time() - began)
        best = protect(system, engine="exact", seconds=600)
        if best.engine == "exact":
            proved += 1
            ratios.append(_cost(system, lp.pattern) / _cost(system, best.pattern))
    of = f"{proved} of {len(slow)} optima proved"
    said = f"median {statistics.median(ratios):.3f}, worst {max(ratios):.3f}" if ratios else "-"
    print(f"    {'x'.join(map(str, shape))} ({cells} cells): {of}; {said}   (goal: at most 1.15); "
          f"median {statistics.median(slow):.2f} s", flush=True)  # fmt: skip


def _system(seed: int, shape: tuple[int, ...]) -> System:
    return random_system(Random(seed), shape)  # noqa: S311 - the same tables each time, not a secret


def _cost(system: System, pattern: Pattern) -> float:
    return sum(system.cells[i].weight for i in pattern.hidden)


# --- the peers ----------------------------------------------------------------------------------------------------


def by_hand(system: System) -> Pattern:
    """Hide what is small, then beside every cell that is hidden alone in a total the cheapest other, until none is."""
    hidden = {n.cell for n in system.needs if system.cells[n.cell].hideable}
    sums = [r for r in system.relations if r.low == r.high]
    again = True
    while again:
        again = False
        for relation in sums:
            there = [system.cells[i] for i, _ in relation.terms]
            unknown = [c for c in there if c.id in hidden or not (c.printed or c.known)]
            free = [c for c in there if c.hideable and c.id not in hidden]
            if len(unknown) == 1 and free:
                hidden.add(min(free, key=lambda c: (c.value == 0, c.weight, c.id)).id)
                again = True
    return Pattern(frozenset(hidden))


def bare_audit(system: System, pattern: Pattern) -> float:
    """CPU seconds for the least and most of every cell to protect: two linear models each, with nothing in common."""
    took = 0.0
    for part in system.parts():
        ids = sorted(part.cells)
        at = {name: place for place, name in enumerate(ids)}
        bounds = [pattern.told(part.cells[i]) for i in ids]
        rows: dict[str, list[tuple[Sequence[tuple[str, int]], int]]] = {"eq": [], "ub": []}
        for r in part.relations:
            if r.low == r.high and r.low is not None:
                rows["eq"].append((r.terms, r.low))
                continue
            if r.high is not None:
                rows["ub"].append((r.terms, r.high))
            if r.low is not None:
                rows["ub"].append(([(i, -f) for i, f in r.terms], -r.low))
        asked: dict[str, Any] = {}
        for kind, lines in rows.items():
            if lines:
                triples = [(n, at[i], f) for n, (terms, _) in enumerate(lines) for i, f in terms]
                down, across, factors = (np.array(one) for one in zip(*triples, strict=True))
                asked[f"A_{kind}"] = coo_array((factors, (down, across)), shape=(len(lines), len(ids))).tocsr()
                asked[f"b_{kind}"] = np.array([bound for _, bound in lines])
        limits = [(low, FAR if high is None else high) for low, high in bounds]
        began = time.process_time()
        for need in part.needs:
            for sign in (1.0, -1.0):
                goal = np.zeros(len(ids))
                goal[at[need.cell]] = sign
                if linprog(goal, bounds=limits, method="highs", **asked).status != 0:
                    raise SystemExit("bench: the textbook audit got no answer")
        took += time.process_time() - began
    return took


if __name__ == "__main__":
    main()
