"""What to hide besides what must be hidden, so that nobody can work that out. The choice between the engines.

Proves nothing: what comes from here is trusted only after an audit, which shares no code with it. The engines are
``witness`` with ``cleanup`` (the heuristic over linear models) and ``exact``; ``lp`` holds the model that they share.
"""

import time
from collections.abc import Collection, Mapping
from typing import Literal

from quality.disclosure.model import Inconsistent, Pattern, Protection, System, Witness
from quality.disclosure.protect.cleanup import clean
from quality.disclosure.protect.exact import cheapest
from quality.disclosure.protect.witness import Draft, attainable, draft, find_all

__all__ = ["Engine", "already", "protect"]

Engine = Literal["auto", "exact", "lp", "quick"]

SMALL = 60
"""Parts of so many open cells are protected as cheaply as can be, where ``auto`` chooses: measured under a second."""
EXACT_SECONDS = 10.0
"""No part gets more than this for the proof that nothing is cheaper; the heuristic's answer stands then."""


def protect(
    system: System,
    *,
    bands: Mapping[str, tuple[int, int]] | None = None,
    prefer: Collection[str] = (),
    seconds: float = 60.0,
    engine: Engine = "auto",
) -> Protection:
    """Choose what to hide so that every need is met, with a witness for each side of each.

    The same system and options give the same answer, in whatever order cells and relations come, unless time runs
    out: then ``reason`` is ``tid`` (the needs that are left are unsafe), or ``engine`` ends with ``avbruten`` (safe,
    but more is hidden than had to be).

    Args:
        system: counts, relations and needs.
        bands: printed cells that are told as spans (least, most; the true count inside) from the start. They are
            hidden wholly where a need asks for it, and are then left out of the answer's bands.
        prefer: ids that were hidden last time: a tenth as dear to hide.
        seconds: for everything together.
        engine: ``exact`` tries to prove for each part that nothing is cheaper, ``lp`` never, ``auto`` for small parts;
            ``quick`` does not even look for what was hidden too much.

    Returns:
        The pattern; its ``unsafe`` names the cells whose need is not met, for the first of these reasons that some
        have: no time (or no answer from the solver), or not possible whatever is hidden. Nobody else loses protection.

    Raises:
        Inconsistent: a band is not of a printed cell of the system, or the true count is not in it; or a cell counts
            less than readers are said to take it to be at least.
    """
    bands = dict(sorted((bands or {}).items()))
    _checked(system)
    _fit(system, bands)
    deadline = time.monotonic() + seconds
    drafts = [draft(part, bands, frozenset(prefer)) for part in system.parts()]
    drafts.sort(key=lambda work: work.flow.ids[:1])
    # All are made safe before any is made cheaper.
    for work in drafts:
        find_all(work, deadline)
    complete = True
    proved = set()
    for work in drafts if engine != "quick" else ():
        complete &= clean(work, deadline)
        if engine == "exact" or (engine == "auto" and len(work.flow.ids) <= SMALL):
            proved.add(cheapest(work, min(deadline, time.monotonic() + EXACT_SECONDS)))
        else:
            proved.add(False)
    hidden = frozenset(work.flow.ids[j] for work in drafts for j in work.hidden.nonzero()[0])
    late = {d.cell for work in drafts for d in work.late}
    impossible = {d.cell for work in drafts for d in work.impossible}
    name = "exact" if proved == {True} else "exact+lp" if True in proved else "lp"
    return Protection(
        Pattern(hidden, {cell: span for cell, span in bands.items() if cell not in hidden}),
        tuple(sorted((witness for work in drafts for witness in _told(work)), key=lambda w: (w.cell, w.side))),
        tuple(sorted(late | impossible)),
        name if complete else f"{name}, avbruten",
        "tid" if late else "omojligt" if impossible else "",
    )


def already(system: System, *, seconds: float = 60.0) -> tuple[str, ...]:
    """The cells whose need cannot be met although everything that may be hidden were: readers know too much already.

    What is not decided within ``seconds`` is not among them; ``protect`` finds it unsafe.
    """
    _checked(system)
    deadline = time.monotonic() + seconds
    found: set[str] = set()
    for part in system.parts():
        found.update(d.cell for d in attainable(draft(part, {}, frozenset()), deadline))
    return tuple(sorted(found))


def _checked(system: System) -> None:
    """What is not so is nothing that a reader could believe, and no witness could be joined with it."""
    for cell in system.cells.values():
        if cell.uncertain and cell.value < cell.bounds[0]:
            raise Inconsistent(
                f"Cellen {cell.id} är mindre än det golv som sägs vara känt om den. En rest som kan vara noll ska ha "
                "golvet 0: rätta hur systemet byggs."
            )


def _fit(system: System, bands: Mapping[str, tuple[int, int]]) -> None:
    for cell, (least, most) in bands.items():
        count = system.cells.get(cell)
        if count is None or not count.printed:
            raise Inconsistent(f"Intervallet för {cell} gäller ingen uppgift som trycks. Rätta listan över intervall.")
        if not least <= count.value <= most:
            raise Inconsistent(f"Intervallet för {cell} stämmer inte med uppgiften. Räkna om intervallen.")


def _told(work: Draft) -> list[Witness]:
    flow = work.flow
    return [
        Witness(
            demand.cell,
            demand.side,
            {flow.ids[j]: flow.value[j] + d for j, d in sorted(deviations.items())},
        )
        for demand, deviations in sorted(work.found.items())
    ]
