"""What someone learns who knows more than the publication: who is alone in a cell, or has counts of her own."""

import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from quality.disclosure.audit.intervals import Intervals, unmet
from quality.disclosure.audit.region import regions
from quality.disclosure.audit.told import MALFORMED, UNKNOWN, fault, refused, sound, told, verdict
from quality.disclosure.model import Pattern, System, Verdict

METHOD = "egen_kunskap"


@dataclass(frozen=True, slots=True)
class Singletons:
    """Numbers of cells only. What could not be worked out in time counts as narrowed, and is said in ``undecided``."""

    examined: int
    """Cells with one person who knows that she is alone in it."""
    telling: int
    """Such cells that tell that person something of another needed cell."""
    narrowed: int
    """Needed cells that somebody who is alone elsewhere can tell more of than the need allows."""
    most: int
    """The most cells that one person learns of."""
    undecided: int
    """Cells with one person for which the answer was not found in time, or at all."""
    reason: str = ""


def singletons(system: System, pattern: Pattern, persons: Mapping[str, int], *, seconds: float) -> Singletons:
    """How much each person who is alone in a needed cell learns of other needed cells when she knows her own.

    ``persons`` gives the distinct persons behind a cell. Needs that are not met even without that are not counted.
    """
    until = time.monotonic() + seconds
    alone = sorted({n.cell for n in system.needs if persons.get(n.cell) == 1})
    why = fault(system, pattern) or ("" if all(sound(n, system) for n in system.needs) else MALFORMED)
    if why:
        everything = len({n.cell for n in system.needs})
        return Singletons(len(alone), len(alone), everything, everything, len(alone), why)
    learnt: set[str] = set()
    counts, undecided, reasons = [], 0, set[str]()
    for region in regions(system, told(system, pattern)):
        own = sorted({n.cell for n in region.needs} & set(alone))
        if not own:
            continue
        before = Intervals(region, until)
        failing = before.unmet()
        reasons |= set(failing.values())
        for cell in own:
            # Her own cell needs no protection from her.
            known = region.knowing(cell, (n for n in region.needs if n.cell != cell and n not in failing))
            found = Intervals(known, until, before.tried).unmet()
            others = {need.cell for need in found}
            learnt |= others
            counts.append(len(others))
            undecided += any(found.values())
            reasons |= set(found.values())
    telling, most = sum(n > 0 for n in counts), max(counts, default=0)
    said = "; ".join(sorted(reasons - {""}))
    return Singletons(len(alone), telling, len(learnt), most, undecided, said)


def informed(system: System, pattern: Pattern, known: Collection[str], *, seconds: float = 60) -> Verdict:
    """Whether the needs hold against a reader who knows the counts of ``known``: all women of her own jour, say.

    Her own cells need no protection from her; all others do.
    """
    if why := fault(system, pattern):
        return refused(METHOD, system, pattern, why)
    if not set(known) <= system.cells.keys():
        return refused(METHOD, system, pattern, UNKNOWN)
    if not all(sound(need, system) for need in system.needs):
        return refused(METHOD, system, pattern, MALFORMED)
    others = replace(system, needs=tuple(n for n in system.needs if n.cell not in known))
    unsafe = unmet(others, told(system, pattern, known), seconds=seconds)
    return verdict(METHOD, system, pattern, (n.cell for n in unsafe), unsafe.values())
