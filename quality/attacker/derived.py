"""What shares, intervals, rates and means tell of the counts behind them. All are functions of counts, printed rounded.

What can be said as a relation between counts is added to the puzzle; what needs trying (an interval) narrows the two
counts directly. Medians, t intervals and standardised differences are not used.
"""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from quality.attacker.printed import SHOWN, Coordinate, Meaning, Printed
from quality.attacker.puzzle import DEFINITION, OMITTED
from quality.attacker.reading import Reading

_EXACT = 7
"""From so many decimals on a value is taken as printed in full: then it is a fraction of whole numbers."""
_LARGEST_BASE = 2000
_Z = 1.9599639845400545
_STEPS = {"fore": "fore", "efter": "efter", "under": "under"}
_WHOLE_SCALES = {"utfall", "utfall_insatstyp", "brukarenkat"}
"""Tables whose means are of whole steps."""

_WAITS = {"aterkommande"}
"""Tables whose results are missing also until enough time has passed."""


@dataclass(frozen=True, slots=True)
class Span:
    """What a printed value can have been rounded from."""

    low: Fraction
    high: Fraction
    exact: Fraction | None


def decimals(cells: list[Printed], reading: Reading) -> dict[tuple[int, str], int]:
    """How many decimals each edition prints for each form: the most that any of its values has."""
    most: dict[tuple[int, str], int] = {}
    for cell in cells:
        form = reading.book.meaning(cell.tabell, cell.matt).form
        if cell.status == SHOWN and cell.varde is not None and form != "antal":
            text = f"{cell.varde:.15f}".rstrip("0") if abs(cell.varde) < 1e6 else f"{cell.varde}"
            count = len(text.partition(".")[2])
            most[cell.utgava, form] = max(most.get((cell.utgava, form), 0), count)
    return most


def span(value: float, places: int, *, ratio: bool = True) -> Span:
    """The values that are written so with so many decimals; ``ratio``: of two numbers that are not large."""
    if places >= _EXACT:
        near = Fraction(value).limit_denominator(_LARGEST_BASE)
        slack = Fraction(1, 10**9)
        if ratio and abs(near - Fraction(value)) < slack:
            return Span(near, near, near)
        return Span(Fraction(value) - slack, Fraction(value) + slack, None)
    unit = Fraction(1, 10**places)
    centre = Fraction(round(value * 10**places), 10**places)
    return Span(centre - unit / 2, centre + unit / 2, None)


def derived(reading: Reading, cells: list[Printed]) -> None:
    """Take in all printed values that are made of counts."""
    places = decimals(cells, reading)
    intervals: dict[tuple[int, Coordinate, Coordinate], dict[str, Span]] = {}
    for cell in cells:
        where = cell.coordinate
        meaning = reading.book.meaning(where.tabell, where.matt)
        _base(reading, cell, where, meaning)
        if meaning.count or cell.status != SHOWN or cell.varde is None:
            continue
        scale = _scale(where.matt)
        seen = span(cell.varde, places.get((cell.utgava, meaning.form), 0), ratio=scale is None)
        if meaning.slag == "medel":
            _mean(reading, cell.utgava, where, seen)
        if meaning.slag != "harledd" or len(meaning.delar) != 2:
            continue
        k, n = (where._replace(matt=m) for m in meaning.delar)
        if meaning.form == "andel":
            side = where.matt[-4:] if where.matt.endswith(("_lag", "_hog")) else ""
            intervals.setdefault((cell.utgava, k, n), {})[side] = seen
            if not side:
                _ratio(reading, cell.utgava, k, n, seen, where.matt)
        elif scale is not None:
            per = Span(seen.low / scale, seen.high / scale, None)
            _ratio(reading, cell.utgava, k, n, per, where.matt)
    for (edition, k, n), ends in sorted(intervals.items()):
        _tried(reading, edition, k, n, ends)


def _base(reading: Reading, cell: Printed, where: Coordinate, meaning: Meaning) -> None:
    """A result that is shown has base enough; one that is missing, where its base is not, has too small a one."""
    if not meaning.bas or (cell.utgava, where._replace(matt=meaning.bas)) not in reading.number:
        return
    base, _ = reading.find(cell.utgava, where._replace(matt=meaning.bas))
    if cell.status == SHOWN:
        reading.puzzle.tell([(base, 1)], reading.minsta_bas, None, OMITTED, "minsta bas")
    elif where.tabell in _WAITS:
        return
    elif cell.status == "saknas" and reading.printed[cell.utgava, where._replace(matt=meaning.bas)].status != "saknas":
        reading.puzzle.tell([(base, 1)], None, reading.minsta_bas - 1, OMITTED, "minsta bas")


def _scale(matt: str) -> int | None:
    found = re.match(r"(?:\w+_)?per_?(\d+)", matt)
    return int(found[1]) if found else None


def _ratio(reading: Reading, edition: int, k: Coordinate, n: Coordinate, seen: Span, name: str) -> None:
    """K / n lies in the span; printed in full, both are the fraction's parts times the same whole number."""
    above, _ = reading.find(edition, k)
    below, _ = reading.find(edition, n)
    puzzle = reading.puzzle
    if puzzle.low[above] == puzzle.high[above] and puzzle.low[below] == puzzle.high[below]:
        return
    puzzle.tell([(below, 1)], 1, None, DEFINITION, name)
    if seen.exact is not None:
        times = puzzle.number(1)
        puzzle.tell([(above, 1), (times, -seen.exact.numerator)], 0, 0, DEFINITION, name)
        puzzle.tell([(below, 1), (times, -seen.exact.denominator)], 0, 0, DEFINITION, name)
        return
    for end, side in ((seen.low, 1), (seen.high, -1)):  # side x (k - end x n) >= 0
        puzzle.tell([(above, side * end.denominator), (below, -side * end.numerator)], 0, None, DEFINITION, name)


def _mean(reading: Reading, edition: int, where: Coordinate, seen: Span) -> None:
    """A mean on a scale of whole steps is a sum divided by a number; beside its distribution it is a relation."""
    if where.tabell not in _WHOLE_SCALES:
        return
    when = where.matt.removeprefix("medel_")
    puzzle, name = reading.puzzle, where.matt
    if when in _STEPS and (edition, where._replace(matt=f"{when}_1")) in reading.number:
        steps = [reading.find(edition, where._replace(matt=f"{when}_{s}"))[0] for s in range(1, 6)]
        for end, side in ((seen.low, 1), (seen.high, -1)):  # side x sum of (step - end) x count >= 0
            terms = [(c, side * (s * end.denominator - end.numerator)) for s, c in enumerate(steps, 1)]
            puzzle.tell(terms, 0, None, DEFINITION, name)
    base = {"under": "antal_med_under", "betyg": "antal_besvarat"}.get(when, "antal_par")
    if seen.exact is not None and base != "antal_besvarat" and (edition, where._replace(matt=base)) in reading.number:
        times = puzzle.number(1)
        below, _ = reading.find(edition, where._replace(matt=base))
        puzzle.tell([(below, 1), (times, -seen.exact.denominator)], 0, 0, DEFINITION, name)


# --- intervals: try every pair ----------------------------------------------------------------------------------------


def wilson(k: int, n: int) -> tuple[float, float]:
    """Wilson's 95 % score interval (Wilson 1927): the roots of (p - k/n)^2 = z^2 p (1 - p) / n."""
    a, b, c = n + _Z**2, 2 * k + _Z**2, k * k / n
    root = math.sqrt(max(b * b - 4 * a * c, 0.0))
    return (b - root) / (2 * a), (b + root) / (2 * a)


def _tried(reading: Reading, edition: int, k: Coordinate, n: Coordinate, ends: dict[str, Span]) -> None:
    """Narrow k and n to the pairs that print these ends (and this share, if it is of the same two)."""
    if not ends.keys() & {"_lag", "_hog"}:
        return
    above, _ = reading.find(edition, k)
    below, _ = reading.find(edition, n)
    puzzle = reading.puzzle
    if puzzle.low[above] == puzzle.high[above] and puzzle.low[below] == puzzle.high[below]:
        return
    pairs = list(_pairs(ends, (puzzle.low[below], puzzle.high[below]), (puzzle.low[above], puzzle.high[above])))
    if not pairs or not _all_tried(ends, puzzle.high[below]):
        return
    for number, values in ((above, [p[0] for p in pairs]), (below, [p[1] for p in pairs])):
        puzzle.tell([(number, 1)], min(values), max(values), DEFINITION, "intervall")
    if 1 < len(pairs) <= 8:  # exactly one of the pairs
        chosen = [puzzle.number(0, 1) for _ in pairs]
        puzzle.tell([(c, 1) for c in chosen], 1, 1, DEFINITION, "intervall")
        for number, at in ((above, 0), (below, 1)):
            terms = [(number, 1), *((c, -p[at]) for c, p in zip(chosen, pairs, strict=True))]
            puzzle.tell(terms, 0, 0, DEFINITION, "intervall")


def _all_tried(ends: dict[str, Span], most: int | None) -> bool:
    """Whether no larger base can print the same: intervals only get narrower."""
    if most is not None and most <= _LARGEST_BASE:
        return True
    if not {"_lag", "_hog"} <= ends.keys():
        return False
    return float(ends["_hog"].low - ends["_lag"].high) > _Z / math.sqrt(_LARGEST_BASE)


def _pairs(
    ends: dict[str, Span], bases: tuple[int, int | None], counts: tuple[int, int | None]
) -> Iterator[tuple[int, int]]:
    slack = 1e-9
    last = _LARGEST_BASE if bases[1] is None else min(bases[1], _LARGEST_BASE)
    for n in range(max(bases[0], 1), last + 1):
        # k lies near the middle of the interval; the ends only move upwards with k
        first, most = counts[0], n if counts[1] is None else min(counts[1], n)
        for k in _near(ends, n, first, most):
            got = {"_lag": wilson(k, n)[0], "_hog": wilson(k, n)[1], "": k / n}
            if all(float(s.low) - slack <= got[side] <= float(s.high) + slack for side, s in ends.items()):
                yield k, n


def _near(ends: dict[str, Span], n: int, first: int, last: int) -> range:
    side, seen = next((s, e) for s, e in sorted(ends.items()) if s)
    at = 0 if side == "_lag" else 1
    low, high = first, last
    while low < high:  # the first k whose end reaches the least that it can be
        middle = (low + high) // 2
        if wilson(middle, n)[at] < float(seen.low) - 1e-9:
            low = middle + 1
        else:
            high = middle
    return range(low, min(last, low + math.ceil(8 * float(seen.high - seen.low) * (n + 8)) + 3) + 1)
