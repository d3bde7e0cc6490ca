"""What could be kept unknown at best: a need can ask no more than hiding everything would give.

A reader who sees nothing but zeros still knows that persons never exceed their cases, that a group has at least as many
as its parts, and all that is out already. Each need by itself, in one model that is kept between the questions.
"""

import math
import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import highspy
import numpy as np

from quality.disclosure.model import Need, Pattern, Relation, System
from quality.disclosure.protect.lp import new_highs, run

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
            low, high = (program.end(need.cell, sign, deadline - time.monotonic(), whole=False) for sign in (1, -1))
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
        end = program.end(cell, sign, max(0.1, until - time.monotonic()), whole=True)
        if end is None:
            continue
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


class _Program:
    """Relations between counts, and least and most of each, as one linear programme."""

    def __init__(self, spans: Mapping[str, tuple[float, float]], relations: Sequence[Relation]) -> None:
        self.at = {name: place for place, name in enumerate(sorted(spans))}
        model = highspy.HighsLp()
        model.num_col_, model.num_row_ = len(self.at), len(relations)
        model.col_cost_ = np.zeros(len(self.at))
        ends = np.array([spans[name] for name in self.at], dtype=np.float64)
        model.col_lower_, model.col_upper_ = ends[:, 0], ends[:, 1]
        model.row_lower_ = np.array([-math.inf if r.low is None else r.low for r in relations], dtype=np.float64)
        model.row_upper_ = np.array([math.inf if r.high is None else r.high for r in relations], dtype=np.float64)
        terms = [self._summed(r) for r in relations]
        model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        model.a_matrix_.start_ = np.cumsum([0, *(len(t) for t in terms)]).astype(np.int32)
        model.a_matrix_.index_ = np.array([place for t in terms for place in t], dtype=np.int32)
        model.a_matrix_.value_ = np.array([factor for t in terms for factor in t.values()], dtype=np.float64)
        self.highs = new_highs()
        self.highs.passModel(model)
        self.whole = False
        self.asked: int | None = None

    def _summed(self, relation: Relation) -> dict[int, int]:
        found: dict[int, int] = {}
        for name, factor in relation.terms:
            found[self.at[name]] = found.get(self.at[name], 0) + factor
        return {place: factor for place, factor in found.items() if factor}

    def end(self, cell: str, sign: int, seconds: float, *, whole: bool) -> int | None:
        """The least (sign 1) or most (sign -1) whole number that a count can be; None where there is no answer.

        ``whole``: all the others are whole numbers too; where time runs out the end is the widest that it may be.
        """
        if seconds <= 0:
            return None
        if self.asked is not None:
            self.highs.changeColCost(self.asked, 0.0)
        self.asked = self.at[cell]
        self.highs.changeColCost(self.asked, float(sign))
        if whole and not self.whole:
            kinds = np.array([highspy.HighsVarType.kInteger] * len(self.at))
            self.highs.changeColsIntegrality(len(kinds), np.arange(len(kinds), dtype=np.int32), kinds)
            self.whole = True
        status = run(self.highs, seconds)
        info = self.highs.getInfo()
        if status == "found":
            found = info.objective_function_value
        elif whole and status == "undecided":
            found = info.mip_dual_bound
        else:
            return None
        return sign * math.ceil(found - _NEAR) if math.isfinite(found) else None
