"""What periods and editions tell of each other: pooled years, tertials, and what is guessed to be unchanged."""

import re
from collections.abc import Iterable
from itertools import combinations, pairwise, product

from quality.attacker.printed import BAND, HIDDEN, SHOWN, Coordinate
from quality.attacker.puzzle import DEFINITION, EDITIONS, OMITTED, UNCHANGED, Told
from quality.attacker.reading import Reading

_POOLED = re.compile(r"^(\d{4})_(\d{4})$")
_TERTIAL = re.compile(r"^(\d{4})T([123])$")
_ONCE = {
    "startad",
    "avslutad",
    "beslutad",
    "aktualiserad",
    "utredning_inledd",
    "utredning_avslutad",
    "bedomd",
    "gjord",
    "anmald",
    "given",
}
"""Rules by which a row counts in one year only, so that years add up. What is ongoing counts in several."""

_AS_OF = {
    ("skyddat_boende", "antal_efterat"),
    ("valdsutovare", "antal_bedomda"),
    *(
        ("riskbedomning", f"antal_{what}")
        for what in (
            *("bedomda", "metod", "endast_samtal", "utan_bedomning", "freda", "heder_patriark"),
            *("startade_bedomda", "startade_freda"),
        )
    ),
}
"""Rows that are told by what is known at the period's end, so that a longer period may tell otherwise."""


def periods(reading: Reading) -> None:
    """Years pooled are the sum of the years where each row counts once, else between the largest and the sum."""
    by_rest: dict[Coordinate, dict[str, Coordinate]] = {}
    editions: dict[Coordinate, set[int]] = {}
    for edition, where in list(reading.number):
        rest = where._replace(ar=0, period="")
        by_rest.setdefault(rest, {})[where.period] = where
        editions.setdefault(where, set()).add(edition)
    for rest, found in by_rest.items():
        for period, whole in found.items():
            names = _pieces(period)
            pieces = [found[n] for n in names if n in found]
            if pieces and whole in reading.editions:
                complete = len(pieces) == len(names)
                for edition in sorted({u for w in (whole, *pieces) for u in reading.editions.get(w, [])}):
                    _pooled(reading, edition, rest, whole, pieces, complete=complete)


def _pieces(period: str) -> tuple[str, ...]:
    if found := _POOLED.match(period):
        return tuple(str(y) for y in range(int(found[1]), int(found[2]) + 1))
    return tuple(f"{period}T{t}" for t in (1, 2, 3)) if re.fullmatch(r"\d{4}", period) else ()


_GOES_ON = (
    ("arenden", "antal_arenden", "antal_startade", "antal_avslutade", DEFINITION),
    # A stay whose case has ended lacks its own last day: it ends, and is not counted among the ended.
    ("skyddat_boende", "antal_placeringar", "antal_paborjade", "antal_avslutade", OMITTED),
)
"""What goes on over a New Year: (table, going on, began, ended, how surely the three are all there is)."""


def new_years(reading: Reading) -> None:
    """What went on when a period ended goes on when the next one begins, and when two end together it is the same."""
    for tabell, going, began, ended, sure in _GOES_ON:
        sides: dict[tuple[Coordinate, int], list[tuple[Coordinate, Coordinate]]] = {}
        for where in reading.editions:
            if (where.tabell, where.matt) == (tabell, going) and (years := _years(where.period)):
                rest = where._replace(ar=0, period="")
                sides.setdefault((rest, years[-1]), []).append((where, where._replace(matt=ended)))
                sides.setdefault((rest, years[0] - 1), []).append((where, where._replace(matt=began)))
        for told in sides.values():
            for one, other in combinations(told, 2):
                if one[0].period != other[0].period:
                    _same_stock(reading, one, other, sure)


def _years(period: str) -> tuple[int, ...]:
    return tuple(int(y) for y in period.split("_")) if re.fullmatch(r"\d{4}(_\d{4})?", period) else ()


def _same_stock(
    reading: Reading, one: tuple[Coordinate, Coordinate], other: tuple[Coordinate, Coordinate], sure: int
) -> None:
    """In every two editions that print them; what was written of one may have been mended before the other."""
    for u, v in product(reading.editions[one[0]], reading.editions[other[0]]):
        guessed = DEFINITION if u == v else EDITIONS if {one[0], other[0]} & reading.changed else UNCHANGED
        parts = [(reading.find(u, c)[0], f) for c, f in zip(one, (1, -1), strict=True)]
        parts += [(reading.find(v, c)[0], f) for c, f in zip(other, (-1, 1), strict=True)]
        reading.puzzle.tell(parts, 0, 0, max(sure, guessed), f"{one[0].tabell}: pågår vid årsskiftet")


def _pooled(
    reading: Reading, edition: int, rest: Coordinate, whole: Coordinate, pieces: list[Coordinate], *, complete: bool
) -> None:
    if (rest.tabell, rest.matt) in _AS_OF:
        return
    meaning = reading.book.meaning(rest.tabell, rest.matt)
    name = f"{rest.tabell}: {rest.matt} över {whole.period}"
    people = meaning.unik is not None or meaning.enhet in ("person", "barn")
    # A person's age or sex may be another in the longer period; those of a row are its own.
    sure = OMITTED if people and rest.codes else DEFINITION
    terms = [(whole, 1), *((p, -1) for p in pieces)]
    answers = meaning.period_regel == "besvarad"  # a questionnaire of the year alone is in no tertial
    once = not people and meaning.period_regel in _ONCE and meaning.slag in ("antal", "summa")
    if once:
        reading.tell(edition, terms, 0, 0 if complete else None, sure, name)
        return
    for piece in pieces:
        reading.tell(edition, [(whole, 1), (piece, -1)], 0, None, sure, name)
    if complete and not answers:
        reading.tell(edition, terms, None, 0, sure, name)


def unchanged(reading: Reading) -> None:
    """Guess that a cell hidden in one edition is the same in the next; less surely where something near it changed."""
    near: dict[int, list[Told]] = {}
    for told in reading.puzzle.told:
        for n, _ in told.terms:
            near.setdefault(n, []).append(told)
    changed = {reading.number[u, where] for where in reading.changed for u in reading.editions[where]}
    for where, editions in reading.editions.items():
        for before, after in pairwise(editions):
            a, b = ((u, where) for u in (before, after))
            statuses = {reading.printed[a].status, reading.printed[b].status}
            if not statuses & {HIDDEN, BAND} or not statuses <= {HIDDEN, BAND, SHOWN}:
                continue
            numbers = reading.number[a], reading.number[b]
            if _cannot_be_same(reading, *numbers):
                continue
            touched = any(n in changed for m in numbers for told in near.get(m, ()) for n, _ in told.terms)
            name = f"{where.tabell}: oförändrat mellan utgåva {before} och {after}"
            reading.puzzle.tell([(numbers[0], 1), (numbers[1], -1)], 0, 0, EDITIONS if touched else UNCHANGED, name)


def _cannot_be_same(reading: Reading, a: int, b: int) -> bool:
    puzzle = reading.puzzle
    low = max(puzzle.low[a], puzzle.floor[a], puzzle.low[b], puzzle.floor[b])
    return any(h is not None and h < low for h in (puzzle.high[a], puzzle.high[b]))


def small_changes(
    reading: Reading, exact: Iterable[tuple[tuple[int, Coordinate], int]], threshold: int
) -> list[tuple[tuple[int, Coordinate], int]]:
    """Cells known in two editions after each other that changed by few: (the later, by how many)."""
    known = dict(exact)
    found = []
    for where, editions in reading.editions.items():
        if reading.book.is_open(where):
            continue
        told = [u for u in editions if (u, where) in known]
        for before, after in pairwise(told):
            by = known[after, where] - known[before, where]
            if 0 < abs(by) < threshold:
                found.append(((after, where), by))
    return found
