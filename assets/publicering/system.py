"""Counted cells as one system: what adds up, what is part of what, what earlier editions and others have told."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from assets.publicering.floden import floden
from assets.publicering.plan import FORBJUDNA, Samband
from assets.publicering.relationer import Draft, Plan, count, counted, relations, years
from assets.publicering.samband import SAMBAND
from assets.publicering.tidigare import Kand, Tidigare, earlier, known, known_elsewhere
from assets.publicering.underlag import Raknad
from quality.disclosure.model import System
from quality.disclosure.policy import Policy
from quality.disclosure.primary import primary
from warehouse.contracts.codes import TOTAL
from warehouse.contracts.errors import KvinnofridError


class Forbjuden(KvinnofridError):
    """A crossing that must not be published at this level."""


@dataclass(frozen=True, slots=True)
class Byggt:
    """The system of an edition, and the cells that it prints, in order."""

    system: System
    tryckta: tuple[Raknad, ...]
    skal: Mapping[str, str] = field(default_factory=dict)
    """Cells that are protected for their own sake: ``primar``; restricted."""
    redan: tuple[str, ...] = ()
    """Cells that ought to be protected but whose number is out already."""


def build_system(
    cells: Sequence[Raknad],
    plan: Plan,
    policy: Policy,
    *,
    niva: str = "kommun",
    tidigare: Sequence[Tidigare] = (),
    kanda: Sequence[Kand] = (),
    samband: Sequence[Samband] = SAMBAND,
    tysta: Sequence[Raknad] = (),
) -> Byggt:
    """The system of the cells that are to be printed, with everything that is out already. Raises ``Forbjuden``.

    ``tysta`` are counts that are not printed, but that a reader may work out from those that are: a coarse table must
    not give away what a finer one would have hidden.
    """
    _permitted(cells, niva)
    printed = {c.id: c for c in cells if counted(c)}
    now = printed | {c.id: c for c in tysta if counted(c) and c.id not in printed}
    draft = Draft(plan, policy, {c.id: c.status for c in (*tysta, *cells)})
    for cell in now.values():
        draft.counts[cell.id] = count(
            cell, plan[cell.tabell], now, printed=cell.id in printed, silent=cell.id not in printed
        )
    relations(draft, now, samband)
    earlier(draft, now, tidigare, samband)
    known_elsewhere(draft, kanda)
    for cell in now.values():
        years(draft, cell)
    floden(draft)
    known(draft, kanda)
    found = primary([*draft.counts.values()], draft.relations, policy)
    system = System({i: c.cell for i, c in sorted(draft.counts.items())}, tuple(draft.relations), found.needs)
    return Byggt(system, tuple(cells), {n.cell: "primar" for n in found.needs}, found.already)


def _permitted(cells: Iterable[Raknad], niva: str) -> None:
    order = ("kommun", "grupp", "lan", "riket")
    splits = {(c.tabell, frozenset(d for d, code in (*c.koder, ("kon", c.kon)) if code != TOTAL)) for c in cells}
    for tabell, split in sorted(splits, key=str):
        for names, below, why in FORBJUDNA:
            if names <= split and order.index(niva) <= order.index(below):
                raise Forbjuden(
                    f"{tabell}: korsningen {', '.join(sorted(names))} publiceras inte på den här nivån. {why}"
                )
