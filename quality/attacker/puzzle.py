"""Unknown whole numbers, what is said of them together, and what follows at once. Knows no tables."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

DEFINITION, OMITTED, UNCHANGED, EDITIONS = range(4)
"""How sure a relation is: by definition; that what is left out is zero (or too few); that what seems unchanged in
another edition is so; that everything is. What contradicts itself loses the last first."""


class Contradiction(Exception):
    """No whole numbers fit."""


@dataclass(frozen=True, slots=True)
class Told:
    """``low <= sum of factor x number <= high``; None: no limit. ``sure`` is one of the levels above."""

    terms: tuple[tuple[int, int], ...]
    low: int | None
    high: int | None
    sure: int = DEFINITION
    name: str = ""


@dataclass
class Puzzle:
    """``low``, ``high`` by variable: bounds that are certain; ``floor``: the least if hidden zeros do not occur."""

    low: list[int] = field(default_factory=list)
    high: list[int | None] = field(default_factory=list)
    floor: list[int] = field(default_factory=list)
    told: list[Told] = field(default_factory=list)

    def number(self, low: int = 0, high: int | None = None, floor: int | None = None) -> int:
        """A new unknown."""
        self.low.append(low)
        self.high.append(high)
        self.floor.append(low if floor is None else floor)
        return len(self.low) - 1

    def tell(
        self,
        terms: Iterable[tuple[int, int]],
        low: int | None,
        high: int | None,
        sure: int = DEFINITION,
        name: str = "",
    ) -> None:
        """Add a relation; the same number in several terms is taken once."""
        merged: dict[int, int] = {}
        for number, factor in terms:
            merged[number] = merged.get(number, 0) + factor
        kept = tuple(sorted((n, f) for n, f in merged.items() if f))
        if kept and (low is not None or high is not None):
            self.told.append(Told(kept, low, high, sure, name))


@dataclass(frozen=True, slots=True)
class Part:
    """Numbers that hang together, with the relations between them and where each begins and ends."""

    numbers: tuple[int, ...]
    told: tuple[Told, ...]
    low: dict[int, int]
    high: dict[int, int | None]


def parts(puzzle: Puzzle) -> list[tuple[tuple[int, ...], tuple[Told, ...]]]:
    """The numbers that are not fixed, in groups that have nothing to do with each other, all levels taken together."""
    open_ = [n for n, (low, high) in enumerate(zip(puzzle.low, puzzle.high, strict=True)) if high is None or high > low]
    return _groups(open_, puzzle.told)


def _groups(numbers: Sequence[int], told: Sequence[Told]) -> list[tuple[tuple[int, ...], tuple[Told, ...]]]:
    group = {n: n for n in numbers}

    def root(n: int) -> int:
        while group[n] != n:
            group[n] = group[group[n]]
            n = group[n]
        return n

    for one in told:
        linked = [n for n, _ in one.terms if n in group]
        for n in linked[1:]:
            group[root(n)] = root(linked[0])
    members: dict[int, list[int]] = {}
    for n in numbers:
        members.setdefault(root(n), []).append(n)
    said: dict[int, list[Told]] = {}
    for one in told:
        first = next((n for n, _ in one.terms if n in group), None)
        if first is not None:
            said.setdefault(root(first), []).append(one)
    return [(tuple(m), tuple(said.get(r, ()))) for r, m in sorted(members.items())]


def split(part: Part) -> list[Part]:
    """A narrowed part in pieces: what is fixed by now, and relations that cannot be broken, connect nothing."""
    open_ = [n for n in part.numbers if part.low[n] != part.high[n]]
    inside = set(open_)
    binding = [t for t in part.told if not _always(t, part.low, part.high)]
    return [
        Part(numbers, tuple(_folded(t, inside, part.low) for t in told), part.low, part.high)
        for numbers, told in _groups(open_, binding)
    ]


def _always(told: Told, low: Mapping[int, int], high: Mapping[int, int | None]) -> bool:
    """Whether the bounds alone fulfil a relation."""
    if told.low is not None:
        ends = [(low[n] if f > 0 else high[n], f) for n, f in told.terms]
        if any(e is None for e, _ in ends) or sum(f * e for e, f in ends if e is not None) < told.low:
            return False
    if told.high is not None:
        ends = [(high[n] if f > 0 else low[n], f) for n, f in told.terms]
        if any(e is None for e, _ in ends) or sum(f * e for e, f in ends if e is not None) > told.high:
            return False
    return True


def narrowed(puzzle: Puzzle, numbers: Sequence[int], told: Sequence[Told], *, floors: bool, rounds: int = 60) -> Part:
    """What follows at once from these relations, again and again. Raises ``Contradiction``.

    What the constants are is folded into the relations. Stops after ``rounds`` even where more would follow, which is
    always sound.
    """
    inside = set(numbers)
    low = {n: max(puzzle.low[n], puzzle.floor[n] if floors else puzzle.low[n]) for n in numbers}
    high = {n: puzzle.high[n] for n in numbers}
    folded = [_folded(t, inside, puzzle.low) for t in told]
    touching: dict[int, list[int]] = {n: [] for n in numbers}
    for at, one in enumerate(folded):
        for n, _ in one.terms:
            touching[n].append(at)
    waiting = dict.fromkeys(range(len(folded)))
    left = rounds * max(len(folded), 1)
    while waiting and left:
        left -= 1
        at = next(iter(waiting))
        del waiting[at]
        for n in _tighten(folded[at], low, high):
            for other in touching[n]:
                waiting[other] = None
    for n in numbers:
        most = high[n]
        if most is not None and low[n] > most:
            raise Contradiction
    return Part(tuple(numbers), tuple(folded), low, high)


def _folded(told: Told, inside: set[int], values: Sequence[int] | Mapping[int, int]) -> Told:
    fixed = sum(f * values[n] for n, f in told.terms if n not in inside)
    terms = tuple((n, f) for n, f in told.terms if n in inside)
    low = None if told.low is None else told.low - fixed
    high = None if told.high is None else told.high - fixed
    return Told(terms, low, high, told.sure, told.name)


def _tighten(told: Told, low: dict[int, int], high: dict[int, int | None]) -> set[int]:
    """Narrow the bounds of each number in one relation by those of the others; gives those that changed."""
    least, most = 0, 0
    least_open, most_open = 0, 0  # how many terms have no end that way
    for n, f in told.terms:
        down, up = (low[n], high[n]) if f > 0 else (high[n], low[n])
        if down is None:
            least_open += 1
        else:
            least += f * down
        if up is None:
            most_open += 1
        else:
            most += f * up
    if (told.high is not None and not least_open and least > told.high) or (
        told.low is not None and not most_open and most < told.low
    ):
        raise Contradiction
    changed = set()
    for n, f in told.terms:
        down, up = (low[n], high[n]) if f > 0 else (high[n], low[n])
        if told.high is not None and least_open - (down is None) == 0:
            room = told.high - least + (0 if down is None else f * down)  # f x number <= room
            changed |= _below(n, room // f, high) if f > 0 else _above(n, -(-room // f), low)
        if told.low is not None and most_open - (up is None) == 0:
            room = told.low - most + (0 if up is None else f * up)  # f x number >= room
            changed |= _above(n, -(-room // f), low) if f > 0 else _below(n, room // f, high)
        if n in changed:
            end = high[n]
            if end is not None and low[n] > end:
                raise Contradiction
            break  # the sums above are of the old bounds: begin again
    return changed


def _below(n: int, most: int, high: dict[int, int | None]) -> set[int]:
    old = high[n]
    if old is None or most < old:
        high[n] = most
        return {n}
    return set()


def _above(n: int, least: int, low: dict[int, int]) -> set[int]:
    if least > low[n]:
        low[n] = least
        return {n}
    return set()
