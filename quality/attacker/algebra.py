"""What equations alone give: Gaussian elimination in fractions, without bounds. A second way, apart from the solver."""

from collections.abc import Mapping, Sequence
from fractions import Fraction

from quality.attacker.puzzle import Contradiction, Told

LARGEST = 500
"""Unknowns beyond which elimination in fractions is left out."""


def determined(told: Sequence[Told], low: Mapping[int, int], high: Mapping[int, int | None]) -> dict[int, int]:
    """Numbers that the equations fix. Raises ``Contradiction`` where they have no whole, allowed solution."""
    rows: dict[int, dict[int | None, Fraction]] = {}
    unknown = {n for t in told if t.low == t.high and t.low is not None for n, _ in t.terms}
    if len(unknown) > LARGEST:
        return {}
    for one in told:
        if one.low is None or one.low != one.high:
            continue
        row: dict[int | None, Fraction] = {n: Fraction(f) for n, f in one.terms}
        row[None] = Fraction(one.low)
        for n in [n for n in row if n is not None and n in rows]:
            _subtract(row, rows[n], row.get(n, Fraction(0)))
        pivot = min((n for n in row if n is not None), default=None)
        if pivot is None:
            if row.get(None):
                raise Contradiction
            continue
        scale = row[pivot]
        row = {n: v / scale for n, v in row.items() if v}
        for other in rows.values():
            if pivot in other:
                _subtract(other, row, other[pivot])
        rows[pivot] = row
    found = {}
    for n, row in rows.items():
        if all(k is None or k == n for k in row):
            value = row.get(None, Fraction(0))
            end = high[n]
            if value.denominator != 1 or value < low[n] or (end is not None and value > end):
                raise Contradiction
            found[n] = int(value)
    return found


def _subtract(row: dict[int | None, Fraction], other: Mapping[int | None, Fraction], times: Fraction) -> None:
    if not times:
        return
    for n, v in other.items():
        left = row.get(n, Fraction(0)) - times * v
        if left or n is None:
            row[n] = left
        else:
            row.pop(n, None)
