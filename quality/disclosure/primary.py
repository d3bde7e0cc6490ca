"""Primary rules: which counts must stay unknown, and how unknown. What to hide besides is for ``protect``."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from quality.disclosure.model import Cell, Need, Relation
from quality.disclosure.policy import Kind, Policy


@dataclass(frozen=True, slots=True)
class Count:
    """What the rules need to know of a cell. ``persons`` are the distinct persons behind it.

    ``base`` is the number of answers that an answer is one of. ``largest`` are the two largest contributions to a sum.
    ``remainder`` marks what is left of a group when those counted are taken away: where the trait is sensitive nobody
    left tells as much as few.
    """

    cell: Cell
    kind: Kind
    persons: int
    base: int | None = None
    largest: tuple[int, int] | None = None
    remainder: bool = False


@dataclass(frozen=True, slots=True)
class Primary:
    """The needs, and the cells that have a need that cannot be met since their value is known already."""

    needs: tuple[Need, ...]
    already: tuple[str, ...]


def least(cells: Mapping[str, Cell], relations: Iterable[Relation]) -> dict[str, int]:
    """What zeros alone tell of each cell: at least its floor, and a total at least as much as its parts together.

    ``max(1, positive parts)`` of requirement R, over all levels. Public zeros count as zero, all else as hidden.
    """

    def start(cell: Cell) -> int:
        return cell.value if cell.value == 0 and cell.floor >= 1 else cell.bounds[0]

    found = {i: start(c) for i, c in cells.items()}
    # Only "one whole over its parts" tells a least; a whole may itself be a part, so it is repeated until it settles.
    wholes = [r for r in relations if r.low == 0 and sum(f > 0 for _, f in r.terms) == 1]
    changed = True
    while changed:
        changed = False
        for relation in wholes:
            (whole,) = (i for i, f in relation.terms if f > 0)
            told = sum(-f * max(found[i], 0) for i, f in relation.terms if f < 0)
            factor = next(f for i, f in relation.terms if i == whole)
            told = math.ceil(told / factor)
            if told > found[whole] and cells[whole].value >= told:
                found[whole] = told
                changed = True
    return found


def primary(counts: Sequence[Count], relations: Iterable[Relation], policy: Policy) -> Primary:
    """What each rule says of each count."""
    lows = least({c.cell.id: c.cell for c in counts}, relations)
    needs, already = [], []
    for count in counts:
        need = _need(count, lows[count.cell.id], policy)
        if need is None:
            continue
        if count.cell.known:
            # Of a sum that is out nobody kept who gave how much: it was judged when it was let out.
            if count.kind != "belopp" or count.largest is not None:
                already.append(count.cell.id)
        else:
            needs.append(need)
    return Primary(tuple(sorted(needs)), tuple(sorted(already)))


def _need(count: Count, low: int, policy: Policy) -> Need | None:
    cell, value = count.cell, count.cell.value
    low = min(max(low, 0), value)
    few = 0 < count.persons < policy.threshold
    match count.kind:
        case "oppen":
            return None
        case "belopp":
            return _dominated(count, few=few, policy=policy)
        case "enkat_bas":
            asked = policy.questionnaire_base
            return Need(cell.id, low, max(asked, value)) if 0 < value < asked else None
        case "enkat_svar":
            # That nobody of a few answered so tells what they did answer.
            thin = count.base is not None and 0 < count.base < policy.questionnaire_base
            return Need(cell.id, low, max(policy.threshold, value)) if few or thin else None
        case "egenskap":
            nobody = count.remainder and value == 0
            return Need(cell.id, low, max(policy.threshold, value)) if few or nobody else None
        case "person":
            return Need(cell.id, low, max(policy.threshold, value)) if few else None


def _dominated(count: Count, *, few: bool, policy: Policy) -> Need | None:
    """The p % rule, and few persons: what is known of the sum must leave the largest contribution open by p %."""
    value, cell = count.cell.value, count.cell
    first, second = count.largest or (value, 0)
    span = policy.dominance / 100
    pad = math.ceil(first * span - (value - first - second))
    if value <= 0 or (pad <= 0 and not few):
        return None
    if few:  # a sum that is surely large tells that several were there
        pad = max(pad, math.ceil(value * span), 1)
        return Need(cell.id, max(cell.bounds[0], 0), value + pad)
    return Need(cell.id, max(cell.bounds[0], value - pad), value + pad)
