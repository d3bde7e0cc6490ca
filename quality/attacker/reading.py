"""From printed cells to a puzzle: what number is behind each cell, and how the numbers of an edition hang together.

What derived values tell is in ``derived``, what periods and editions tell in ``across``.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from quality.attacker.printed import (
    BAND,
    HIDDEN,
    KON,
    NOT_APPLICABLE,
    SHOWN,
    UNKNOWN_SEX,
    Book,
    Coordinate,
    Printed,
    place,
)
from quality.attacker.puzzle import DEFINITION, EDITIONS, OMITTED, UNCHANGED, Puzzle
from quality.attacker.relations import Link, Term
from warehouse.contracts.codes import TOTAL

Key = tuple[int, Coordinate]
Where = dict[str, str]


@dataclass
class Reading:
    """The puzzle, and which number stands behind which printed cell (edition and coordinate)."""

    book: Book
    puzzle: Puzzle = field(default_factory=Puzzle)
    number: dict[Key, int] = field(default_factory=dict)
    printed: dict[Key, Printed] = field(default_factory=dict)
    editions: dict[Coordinate, list[int]] = field(default_factory=dict)
    """In which editions a coordinate is printed, in order."""
    unknown_sex: dict[tuple[int, str, str, str], bool] = field(default_factory=dict)
    """For each table of an edition whether it has people of unknown sex: otherwise there are none."""
    changed: set[Coordinate] = field(default_factory=set)
    """Coordinates that are shown with different values."""
    minsta_bas: int = 10
    noll_dolda: Collection[tuple[str, str]] | None = None

    def find(self, edition: int, where: Coordinate) -> tuple[int, int]:
        """The number of a coordinate as an edition has it, else as the nearest other has it, and how sure that is.

        What is printed nowhere is an unknown of its own; what lacks only since nobody is of unknown sex is zero.
        """
        own = self.number.get((edition, where))
        if own is not None:
            return own, DEFINITION
        others = self.editions.get(where, [])
        if others:
            nearest = max((u for u in others if u < edition), default=min(others))
            return self.number[nearest, where], EDITIONS if where in self.changed else UNCHANGED
        made = self.puzzle.number()
        self.number[edition, where] = made
        block = (edition, where.tabell, where.kommun, where.period)
        if where.code(KON) == UNKNOWN_SEX and self.unknown_sex.get(block) is False:
            self.puzzle.tell([(made, 1)], 0, 0, OMITTED, "utelämnat")
        return made, DEFINITION

    def tell(
        self,
        edition: int,
        terms: Iterable[tuple[Coordinate, int]],
        low: int | None,
        high: int | None,
        sure: int,
        name: str,
    ) -> None:
        """Say something of several coordinates as an edition has them."""
        found = [(*self.find(edition, where), factor) for where, factor in terms]
        self.puzzle.tell([(n, f) for n, _, f in found], low, high, max([sure, *(s for _, s, _ in found)]), name)


def read(
    cells: Sequence[Printed], book: Book, *, minsta_bas: int, noll_dolda: Collection[tuple[str, str]] | None
) -> Reading:
    """Numbers for all printed counts, and the relations within each edition."""
    reading = Reading(book, minsta_bas=minsta_bas, noll_dolda=noll_dolda)
    for cell in cells:
        _number(reading, cell)
    for edition in sorted({c.utgava for c in cells}):
        own = [where for (u, where) in reading.printed if u == edition and book.meaning(where.tabell, where.matt).count]
        for where_parts in _wholes(reading, own):
            _whole(reading, edition, *where_parts)
        by_measure: dict[tuple[str, str], list[Coordinate]] = {}
        for where in own:
            by_measure.setdefault((where.tabell, where.matt), []).append(where)
        for link in book.links:
            for terms, low, high in _instances(link, by_measure):
                reading.tell(edition, terms, low, high, DEFINITION, link.name)
    return reading


def _number(reading: Reading, cell: Printed) -> None:
    where = cell.coordinate
    key = (cell.utgava, where)
    reading.printed[key] = cell
    if not reading.book.meaning(where.tabell, where.matt).count:
        return
    puzzle = reading.puzzle
    if cell.status == SHOWN and cell.varde is not None:
        made = puzzle.number(round(cell.varde), round(cell.varde))
    elif cell.status == NOT_APPLICABLE:
        made = puzzle.number(0, 0)
    elif cell.status == BAND and cell.fran is not None:
        made = puzzle.number(cell.fran, cell.till)
    elif cell.status == HIDDEN:
        zeros = reading.noll_dolda is not None and (where.tabell, where.matt) in reading.noll_dolda
        made = puzzle.number(0, None, 0 if zeros else 1)
    else:
        made = puzzle.number()
    reading.number[key] = made
    block = (cell.utgava, where.tabell, where.kommun, where.period)
    if cell.kon != TOTAL:  # a table without a column for women has none left out either
        reading.unknown_sex[block] = reading.unknown_sex.get(block, False) or cell.kon == UNKNOWN_SEX
    seen = reading.editions.setdefault(where, [])
    seen.append(cell.utgava)
    seen.sort()
    if cell.status == SHOWN:
        other = (reading.printed[u, where] for u in seen if u != cell.utgava)
        if any(o.status == SHOWN and o.varde != cell.varde for o in other):
            reading.changed.add(where)


# --- wholes and parts -------------------------------------------------------------------------------------------------


def _wholes(
    reading: Reading, own: Sequence[Coordinate]
) -> Iterator[tuple[Coordinate, tuple[Coordinate, ...], str, bool]]:
    """Each total and group with its parts: (whole, parts, dimension, whether it is a total)."""
    by_rest: dict[tuple[Coordinate, str], set[str]] = {}
    dimensions: dict[str, set[str]] = {}
    for where in own:
        dimensions.setdefault(where.tabell, set()).update(d for d, _ in where.codes)
        dimensions[where.tabell].add(KON)
    for where in own:
        for dimension, code in where.codes:
            by_rest.setdefault((where.at(dimension, TOTAL), dimension), set()).add(code)
    codes_of: dict[tuple[str, str], set[str]] = {}
    for (rest, dimension), codes in by_rest.items():
        codes_of.setdefault((rest.tabell, dimension), set()).update(codes)
    for (rest, dimension), codes in by_rest.items():
        hierarchy = reading.book.hierarchy(rest.tabell, dimension)
        leaves = hierarchy.leaves or tuple(sorted(codes_of[rest.tabell, dimension] - set(hierarchy.groups)))
        if hierarchy.total:
            yield rest, tuple(rest.at(dimension, c) for c in leaves), dimension, True
        for group, members in hierarchy.groups.items():
            if codes & {group, *members}:
                yield rest.at(dimension, group), tuple(rest.at(dimension, c) for c in members), dimension, False


def _whole(
    reading: Reading, edition: int, whole: Coordinate, parts: tuple[Coordinate, ...], dimension: str, total: bool
) -> None:
    book = reading.book
    name = f"{whole.tabell}: {whole.matt} över {dimension}"
    coded = not total or book.everyone_coded(whole.tabell, whole.matt, dimension)
    terms = [(whole, 1), *((p, -1) for p in parts)]
    if book.adds_over(whole.tabell, whole.matt, dimension):
        reading.tell(edition, terms, 0, 0 if coded else None, DEFINITION, name)
        return
    for part in parts:
        if (edition, part) in reading.number:
            reading.tell(edition, [(whole, 1), (part, -1)], 0, None, DEFINITION, name)
    if coded:
        reading.tell(edition, terms, None, 0, DEFINITION, name)


# --- links between measures and tables --------------------------------------------------------------------------------


def _instances(
    link: Link, own: Mapping[tuple[str, str], Sequence[Coordinate]]
) -> Iterator[tuple[list[tuple[Coordinate, int]], int, int | None]]:
    """The link for every kommun, period, kön and code that it holds for and that the edition prints some cell of."""
    sides = [*((t, 1) for t in link.right), *((t, -1) for t in link.left)]
    bindings: dict[tuple[str, int, str, tuple[tuple[str, str], ...]], None] = {}
    for term, _ in sides:
        for where in own.get((term.tabell, term.matt), ()):
            bound = _bound(link, term, where)
            if bound is not None:
                bindings[where.kommun, where.ar, where.period, tuple(sorted(bound.items()))] = None
    for kommun, ar, period, pairs in bindings:
        values = dict(pairs)
        terms = [(place(t.tabell, kommun, ar, period, _codes(t, values), t.matt), f) for t, f in sides]
        yield terms, 0, 0 if link.kind == "=" else None


def _bound(link: Link, term: Term, where: Coordinate) -> Where | None:
    """What a printed cell of the term's measure binds the link's free names to; None where it is no such term."""
    codes = dict(where.codes)
    if any(codes.get(d, TOTAL) != code for d, code in term.codes.items()):
        return None
    bound = {}
    for dimension, name in term.free.items():
        bound[name] = codes.get(dimension, TOTAL)
    rest = {d: c for d, c in codes.items() if d not in term.codes and d not in term.free}
    if KON not in link.named:
        bound[f".{KON}"] = rest.pop(KON, TOTAL)
    if link.within:
        return None if rest.keys() & link.named else {**bound, **{f".{d}": c for d, c in rest.items()}}
    return None if rest else bound


def _codes(term: Term, bound: Mapping[str, str]) -> Where:
    same = {name[1:]: code for name, code in bound.items() if name.startswith(".")}
    return {**same, **{d: bound.get(name, TOTAL) for d, name in term.free.items()}, **term.codes}
