"""The attack itself: everything published is read, put together and solved, and what can be told of small cells said.

Rank order in charts is not used. Another year is another number, but for what goes on over New Year.
"""

import time
from collections.abc import Collection, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from quality.attacker.across import new_years, periods, unchanged
from quality.attacker.algebra import determined
from quality.attacker.derived import derived
from quality.attacker.findings import (
    GUESSED,
    PROVED,
    Finding,
    changes,
    direct,
    groups,
    recovered,
    targets,
    whole_groups,
)
from quality.attacker.printed import BAND, HIDDEN, Book, Printed
from quality.attacker.puzzle import (
    DEFINITION,
    EDITIONS,
    OMITTED,
    UNCHANGED,
    Contradiction,
    Part,
    Told,
    narrowed,
    parts,
    split,
)
from quality.attacker.reading import Reading, read
from quality.attacker.solve import Answers, certain

_LEVELS = {
    DEFINITION: "bara definitionerna",
    OMITTED: "att det som utelämnats är noll och att resultat saknas när basen är för liten",
    UNCHANGED: "att det som ser oförändrat ut är lika i två utgåvor",
    EDITIONS: "att allt dolt är lika i två utgåvor",
}


@dataclass(frozen=True)
class Attack:
    """What a reader found. ``tid_ute``, ``oavgjorda`` or ``motsagda``: nobody may call it safe."""

    fynd: tuple[Finding, ...] = ()
    granskade: int = 0
    """Protected cells (hidden or printed as a span) that were examined."""
    skyddade: int = 0
    tid_ute: bool = False
    oavgjorda: int = 0
    """Cells that the time did not suffice for, or that the solver gave no answer for."""
    motsagda: int = 0
    """Cells that nothing can be concluded of, since what is printed contradicts itself whatever is given up."""
    slappta: tuple[str, ...] = ()
    """Assumptions that had to be given up since the publication contradicts them, weakest first."""

    @property
    def avslojade(self) -> int:
        """How many cells are given away, proved or guessed."""
        return len({(f.utgava, f.where) for f in self.fynd})

    @property
    def bevisade(self) -> int:
        """How many of them without any guess."""
        return len({(f.utgava, f.where) for f in self.fynd if f.grund == PROVED})

    @property
    def rent(self) -> bool:
        """Whether nothing was found and everything was examined."""
        return not (self.fynd or self.tid_ute or self.oavgjorda or self.motsagda)

    def as_json(self) -> dict[str, Any]:
        """As plain data: what was worked out, which is as public as what it was worked out from."""
        return {
            "avslojade": self.avslojade,
            "bevisade": self.bevisade,
            "granskade": self.granskade,
            "skyddade": self.skyddade,
            "tid_ute": self.tid_ute,
            "oavgjorda": self.oavgjorda,
            "motsagda": self.motsagda,
            "slappta": list(self.slappta),
            "fynd": [f.as_json() for f in self.fynd],
        }


@dataclass
class _Found:
    """What one part gave."""

    small: dict[int, tuple[int, int, str]] = field(default_factory=dict)
    exact: dict[int, int] = field(default_factory=dict)
    undecided: set[int] = field(default_factory=set)
    contradicted: set[int] = field(default_factory=set)
    dropped: list[str] = field(default_factory=list)


def attack(
    printed: Sequence[Printed],
    book: Book,
    *,
    threshold: int = 5,
    seconds: float = 120,
    threads: int = 1,
    minsta_bas: int = 10,
    noll_dolda: Collection[tuple[str, str]] | None = None,
) -> Attack:
    """Attack everything that is printed, all editions together, withdrawn ones too.

    ``noll_dolda`` are the (table, measure) where zeros too may be hidden, as the rules tell; where it is not told,
    hidden cells are first taken to be at least 1. ``seconds`` is for all of it; ``threads`` work on different parts.
    """
    until = time.monotonic() + seconds
    cells = sorted(printed, key=lambda c: (c.utgava, c.coordinate))
    reading = read(cells, book, minsta_bas=minsta_bas, noll_dolda=noll_dolda)
    derived(reading, cells)
    periods(reading)
    new_years(reading)
    unchanged(reading)
    hidden = targets(reading)
    traits = groups(reading)
    wanted = {n for n, _ in hidden.values()} | {r for r, _, _ in traits.values()}
    pieces = parts(reading.puzzle)
    with ThreadPoolExecutor(max_workers=max(threads, 1)) as pool:
        results = list(pool.map(lambda p: _solved(reading, p[0], p[1], wanted & set(p[0]), threshold, until), pieces))
    small = {n: span for r in results for n, span in r.small.items()}
    undecided = {n for r in results for n in r.undecided}
    exact = {
        n: low for n, (low, high) in enumerate(zip(reading.puzzle.low, reading.puzzle.high, strict=True)) if low == high
    }
    exact |= {n: v for r in results for n, v in r.exact.items()}
    findings = [
        *direct(reading, threshold),
        *recovered(hidden, small, exact, threshold),
        *whole_groups(traits, small, exact, threshold),
        *changes(reading, exact, threshold),
    ]
    protected = [k for k, c in reading.printed.items() if c.status in (HIDDEN, BAND)]
    return Attack(
        tuple(sorted(set(findings), key=lambda f: (f.utgava, f.where, f.slag, f.fran))),
        granskade=len(hidden),
        skyddade=len(protected),
        tid_ute=bool(undecided) and time.monotonic() >= until,
        oavgjorda=len(undecided),
        motsagda=sum(len(r.contradicted) for r in results),
        slappta=tuple(dict.fromkeys(d for r in results for d in r.dropped)),
    )


# --- one part ---------------------------------------------------------------------------------------------------------


def _solved(
    reading: Reading,
    numbers: tuple[int, ...],
    told: tuple[Told, ...],
    wanted: set[int],
    threshold: int,
    until: float,
) -> _Found:
    """First what is proved, then what follows from guesses too. What contradicts itself is given up, weakest first."""
    found = _Found()
    if not wanted:
        return found
    proved = ((OMITTED, True), (DEFINITION, True), (OMITTED, False), (DEFINITION, False))
    _first_that_fits(reading, numbers, told, wanted, threshold, until, proved, PROVED, found)
    if any(t.sure > OMITTED for t in told):
        rest = wanted - found.small.keys() - found.undecided - found.contradicted
        guessed = ((EDITIONS, True), (UNCHANGED, True), (UNCHANGED, False))
        _first_that_fits(reading, numbers, told, rest, threshold, until, guessed, GUESSED, found)
    return found


def _first_that_fits(
    reading: Reading,
    numbers: tuple[int, ...],
    told: tuple[Told, ...],
    wanted: set[int],
    threshold: int,
    until: float,
    attempts: Iterable[tuple[int, bool]],
    ground: str,
    found: _Found,
) -> None:
    for sure, floors in attempts:
        kept = [t for t in told if t.sure <= sure]
        try:
            part = narrowed(reading.puzzle, numbers, kept, floors=floors)
            fixed: dict[int, int] = {}
            answers = Answers()
            for piece in split(part):
                fixed |= determined(piece.told, piece.low, piece.high)
                one = certain(piece, wanted & set(piece.numbers), threshold, until)
                answers.small |= one.small
                answers.undecided |= one.undecided
        except Contradiction:
            if any(t.sure == sure for t in told) or floors:
                found.dropped.append(
                    _LEVELS[sure] if floors else f"{_LEVELS[sure]}, också utan att dolda tal är minst 1"
                )
            continue
        _take(part, answers, fixed, wanted, threshold, ground, found)
        return
    if ground == PROVED:
        links = {link.name for link in reading.book.links}
        if any(t.name in links for t in told):
            found.dropped.append("sambanden mellan mått och tabeller")
            sums = tuple(t for t in told if t.name not in links)
            _first_that_fits(reading, numbers, sums, wanted, threshold, until, attempts, ground, found)
            return
        found.contradicted |= wanted  # whatever is given up: nothing may be concluded


def _take(
    part: Part,
    answers: Answers,
    fixed: dict[int, int],
    wanted: set[int],
    threshold: int,
    ground: str,
    found: _Found,
) -> None:
    told = {n: (low, high) for n, low in part.low.items() if (high := part.high[n]) == low and n in wanted}
    for n, (low, high) in (answers.small | {n: span for n, span in told.items() if span[1] < threshold}).items():
        found.small.setdefault(n, (low, high, ground))
    found.undecided |= answers.undecided
    if ground == PROVED:
        found.exact |= {n: low for n, low in part.low.items() if part.high[n] == low}
        found.exact |= fixed
