"""Counts that belong together, what is known of them, and what must not become known. Numbers and ids only.

A system holds every count that a reader can connect: all tables of a nämnd and period, earlier editions of them, and
what left another way. It says nothing of how it is protected or audited.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from warehouse.contracts.errors import KvinnofridError

FREE = -(10**9)
"""Floor of a number that may be negative, as a difference."""

Side = Literal["low", "high"]


class Inconsistent(KvinnofridError):
    """The counts of a system break a relation that they are said to fulfil: nothing can be protected on that ground."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A count. ``value`` is the true one: never log it, never put it in an error."""

    id: str
    value: int
    floor: int = 1
    """The least that a reader takes a hidden cell to be: 1 where zeros are public, 0 where they too may be hidden."""
    weight: float = 1.0
    """What it costs to hide: more where the number is needed most."""
    printed: bool = True
    """Whether it stands in a table. What is not printed (a remainder) is never known but through others."""
    low: int | None = None
    high: int | None = None
    """What is known from elsewhere: an earlier edition, an external release. Equal: known, and cannot be hidden."""

    @property
    def known(self) -> bool:
        """Whether the value is known whatever is hidden now."""
        return self.low is not None and self.low == self.high

    @property
    def hideable(self) -> bool:
        """Whether hiding it can tell a reader less: it is printed, not known already, and not a zero that is public."""
        return self.printed and not self.known and not (self.value == 0 and self.floor >= 1)

    @property
    def uncertain(self) -> bool:
        """Whether a reader can be uncertain about it at all: it may be hidden, or is never printed."""
        return self.hideable or not (self.printed or self.known)

    @property
    def bounds(self) -> tuple[int, int | None]:
        """What a reader knows of it when it is hidden, from nothing else: least and most (None: no limit)."""
        low = self.floor if self.low is None else max(self.floor, self.low)
        return low, self.high


@dataclass(frozen=True, slots=True)
class Relation:
    """``low <= sum of factor x count <= high``; None: no limit on that side. Most are ``total - parts = 0``."""

    terms: tuple[tuple[str, int], ...]
    low: int | None = 0
    high: int | None = 0
    name: str = ""

    def holds(self, values: Mapping[str, int]) -> bool:
        """Whether numbers for all its cells fulfil it."""
        found = sum(factor * values[cell] for cell, factor in self.terms)
        return (self.low is None or found >= self.low) and (self.high is None or found <= self.high)


def total(whole: str, parts: Iterable[str], name: str = "") -> Relation:
    """The whole is the sum of its parts."""
    return Relation(((whole, 1), *((p, -1) for p in sorted(parts))), 0, 0, name)


def at_most(less: str, more: str, name: str = "") -> Relation:
    """One count never exceeds another, as persons never exceed their cases."""
    return Relation(((more, 1), (less, -1)), 0, None, name)


@dataclass(frozen=True, slots=True, order=True)
class Need:
    """Requirement R for a cell: what a reader can work out must still leave both ``low`` and ``high`` possible."""

    cell: str
    low: int
    high: int


@dataclass(frozen=True)
class System:
    """Cells by id, relations between them, and needs. Raises ``Inconsistent`` where a relation does not hold."""

    cells: Mapping[str, Cell]
    relations: tuple[Relation, ...] = ()
    needs: tuple[Need, ...] = ()

    def __post_init__(self) -> None:
        values = {c.id: c.value for c in self.cells.values()}
        for relation in self.relations:
            if any(cell not in values for cell, _ in relation.terms):
                raise Inconsistent(f"Sambandet {relation.name or '(utan namn)'} nämner en cell som inte finns.")
            if not relation.holds(values):
                raise Inconsistent(
                    f"Sambandet {relation.name or '(utan namn)'} stämmer inte i uppgifterna. Räkna om tabellerna "
                    "(kvinnofrid run) och försök igen; hjälper inte det är sambandet fel deklarerat."
                )
        for cell in self.cells.values():
            low, high = cell.bounds
            if cell.value and (cell.value < low or (high is not None and cell.value > high)):
                raise Inconsistent("En cell har ett värde utanför det som sägs vara känt om den.")

    def digest(self) -> str:
        """SHA-256 of all that protecting and auditing depend on. Not reversible, but keep it within secrecy."""
        said = [
            [[c.id, c.value, c.floor, c.weight, c.printed, c.low, c.high] for _, c in sorted(self.cells.items())],
            # By what is written: the same terms may stand with a limit and with none.
            sorted(([sorted(r.terms), r.low, r.high] for r in self.relations), key=str),
            sorted([n.cell, n.low, n.high] for n in self.needs),
        ]
        return hashlib.sha256(json.dumps(said, default=str).encode()).hexdigest()

    @cached_property
    def relations_of(self) -> Mapping[str, tuple[int, ...]]:
        """For each cell the places of the relations that it stands in."""
        found: dict[str, list[int]] = {cell: [] for cell in self.cells}
        for place, relation in enumerate(self.relations):
            for cell, _ in relation.terms:
                found[cell].append(place)
        return {cell: tuple(places) for cell, places in found.items()}

    def parts(self) -> Iterator["System"]:
        """The systems that have nothing to do with each other, those with needs only, in a fixed order.

        Cells that nobody can be uncertain about (zeros that are public, what is known already) connect nothing.
        """
        group: dict[str, str] = {}

        def root(cell: str) -> str:
            while group.setdefault(cell, cell) != cell:
                group[cell] = group[group[cell]]
                cell = group[cell]
            return cell

        open_cells = {i for i, c in self.cells.items() if c.uncertain}
        for relation in self.relations:
            linked = [cell for cell, _ in relation.terms if cell in open_cells]
            for cell in linked[1:]:
                group[root(cell)] = root(linked[0])
        members: dict[str, set[str]] = {}
        for cell in sorted(open_cells):
            members.setdefault(root(cell), set()).add(cell)
        by_root: dict[str, list[Need]] = {}
        for need in sorted(self.needs):
            by_root.setdefault(root(need.cell) if need.cell in open_cells else need.cell, []).append(need)
        for name, needs in sorted(by_root.items()):
            inside = members.get(name, {name})
            places = sorted({p for cell in inside for p in self.relations_of[cell]})
            relations = tuple(self.relations[p] for p in places)
            touched = inside | {cell for r in relations for cell, _ in r.terms}
            yield System({i: self.cells[i] for i in sorted(touched)}, relations, tuple(needs))


@dataclass(frozen=True, slots=True)
class Pattern:
    """What is hidden of a system's printed cells, and what is told as a span (least, most) instead of a number."""

    hidden: frozenset[str] = frozenset()
    bands: Mapping[str, tuple[int, int]] = field(default_factory=dict)

    def digest(self) -> str:
        """SHA-256 of the pattern; which cells are hidden for their own sake is not in it."""
        said = [sorted(self.hidden), sorted((cell, *span) for cell, span in self.bands.items())]
        return hashlib.sha256(json.dumps(said).encode()).hexdigest()

    def told(self, cell: Cell) -> tuple[int, int | None]:
        """What the publication and all that is known tell directly of a cell: least and most."""
        if cell.known or (cell.value == 0 and cell.floor >= 1 and cell.printed):
            return cell.value, cell.value
        if cell.id in self.bands:
            low, high = cell.bounds
            least, most = self.bands[cell.id]
            return max(low, least), most if high is None else min(high, most)
        if cell.id in self.hidden or not cell.printed:
            return cell.bounds
        return cell.value, cell.value


@dataclass(frozen=True, slots=True)
class Witness:
    """A set of counts that fits all that is told and has a needed cell at (or past) one end of its need.

    ``values`` holds the cells that differ from the true ones. Anyone can check it with whole numbers and no solver.
    """

    cell: str
    side: Side
    values: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Protection:
    """What a protecting engine answers. Nothing in it is trusted before an audit.

    ``unsafe`` names needs that cannot be met by hiding whatever may be hidden: publishing must stop or be made coarser.
    """

    pattern: Pattern
    witnesses: tuple[Witness, ...]
    unsafe: tuple[str, ...] = ()
    engine: str = ""
    reason: str = ""
    """Why it stopped, where it did: ``tid`` (time-out), ``omojligt`` (infeasible), empty when all went well."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What an audit found: ids and outcome, never a value."""

    method: str
    passed: bool
    unsafe: tuple[str, ...] = ()
    reason: str = ""
    system: str = ""
    """Digest of the system that was audited."""
    pattern: str = ""
    """Digest of the pattern that was audited."""
    checked: int = 0
    """How many needs were examined."""
