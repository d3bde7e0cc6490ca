"""The counts that a reader is uncertain about, as bounded variables under rows: one region for each connected part.

Shared by the audits that use a solver. What is told exactly is a constant here, and connects nothing.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from quality.disclosure.audit.told import Span
from quality.disclosure.model import Need, System

Array = NDArray[np.float64]
Row = tuple[tuple[tuple[int, int], ...], int | None, int | None]
"""Column and factor of each term, then least and most of their sum."""

SWEEPS = 12
TOLERANCE = 1e-6


@dataclass(frozen=True)
class Region:
    """Variables (one a cell, in the order of ``cells``), their spans, the rows, the true counts, and needs in them."""

    cells: tuple[str, ...]
    spans: tuple[Span, ...]
    rows: tuple[Row, ...]
    true: Array
    needs: tuple[Need, ...]

    @cached_property
    def column(self) -> Mapping[str, int]:
        """Place of each cell."""
        return {cell: place for place, cell in enumerate(self.cells)}

    @cached_property
    def matrix(self) -> csr_array:
        """Rows by variables: made once, used by every solve."""
        places = [(r, c, f) for r, (terms, _, _) in enumerate(self.rows) for c, f in terms]
        row, column, factor = (np.array(x) for x in zip(*places, strict=True)) if places else ([], [], [])
        shape = (len(self.rows), len(self.cells))
        return csr_array((np.asarray(factor, dtype=float), (row, column)), shape=shape)

    @cached_property
    def row_bounds(self) -> tuple[Array, Array]:
        """Least and most of each row."""
        return (
            np.array([-np.inf if low is None else low for _, low, _ in self.rows], dtype=float),
            np.array([np.inf if high is None else high for _, _, high in self.rows], dtype=float),
        )

    @cached_property
    def bounds(self) -> tuple[Array, Array]:
        """Least and most of each variable."""
        return (
            np.array([low for low, _ in self.spans], dtype=float),
            np.array([np.inf if high is None else high for _, high in self.spans], dtype=float),
        )

    def knowing(self, cell: str, needs: Iterable[Need]) -> "Region":
        """The same region, with these needs, for a reader who knows the count of one cell in it."""
        spans, column = list(self.spans), self.column[cell]
        spans[column] = (int(self.true[column]), int(self.true[column]))
        known = Region(self.cells, narrowed(spans, self.rows), self.rows, self.true, tuple(needs))
        known.__dict__["matrix"] = self.matrix  # the rows are the same: made once
        return known

    def fits(self, x: Array) -> bool:
        """Whether counts keep within all spans and rows, as well as floating numbers can tell."""
        low, high = self.bounds
        if not (np.isfinite(x).all() and (x >= low - TOLERANCE).all() and (x <= high + TOLERANCE).all()):
            return False
        sums, (least, most) = self.matrix @ x, self.row_bounds
        slack = TOLERANCE * np.maximum(1.0, abs(self.matrix).max(axis=1).toarray().ravel()) if self.rows else 0.0
        return bool((sums >= least - slack).all() and (sums <= most + slack).all())


def regions(system: System, spans: Mapping[str, Span]) -> Iterator[Region]:
    """The parts that hold needs, in a fixed order, with spans narrowed as far as whole numbers row by row narrow them.

    A needed cell that is told exactly is a part of its own.
    """
    uncertain = {cell for cell, (low, high) in spans.items() if low != high}
    root = {cell: cell for cell in spans}

    def find(cell: str) -> str:
        while root[cell] != cell:
            root[cell] = root[root[cell]]
            cell = root[cell]
        return cell

    rows: list[tuple[str, dict[str, int], int | None, int | None]] = []
    for relation in system.relations:
        terms: dict[str, int] = {}
        told = 0
        for cell, factor in relation.terms:
            if cell in uncertain:
                terms[cell] = terms.get(cell, 0) + factor
            else:
                told += factor * spans[cell][0]
        if not terms:
            continue
        first, *others = sorted(terms)
        for cell in others:
            root[find(cell)] = find(first)
        low = None if relation.low is None else relation.low - told
        high = None if relation.high is None else relation.high - told
        rows.append((first, terms, low, high))
    members: dict[str, list[str]] = {}
    for cell in sorted(spans):
        members.setdefault(find(cell), []).append(cell)
    needs: dict[str, list[Need]] = {}
    for need in sorted(set(system.needs)):
        needs.setdefault(find(need.cell), []).append(need)
    of_part: dict[str, list[tuple[dict[str, int], int | None, int | None]]] = {}
    for first, terms, low, high in rows:
        of_part.setdefault(find(first), []).append((terms, low, high))
    for name in sorted(needs):
        cells = tuple(members[name])
        place = {cell: p for p, cell in enumerate(cells)}
        table: tuple[Row, ...] = tuple(
            (tuple(sorted((place[cell], f) for cell, f in terms.items() if f)), low, high)
            for terms, low, high in of_part.get(name, ())
        )
        true = np.array([system.cells[cell].value for cell in cells], dtype=float)
        yield Region(cells, narrowed([spans[c] for c in cells], table), table, true, tuple(needs[name]))


def narrowed(spans: list[Span], rows: tuple[Row, ...]) -> tuple[Span, ...]:
    """Spans after working out from each row what the others in it leave: what anyone does with pen and paper."""
    lows, highs = [low for low, _ in spans], [high for _, high in spans]
    for _ in range(SWEEPS):
        before = (tuple(lows), tuple(highs))
        for terms, low, high in rows:
            _narrow(terms, high, lows, highs)
            _narrow(tuple((c, -f) for c, f in terms), None if low is None else -low, lows, highs)
        if (tuple(lows), tuple(highs)) == before:
            break
    return tuple(zip(lows, highs, strict=True))


def _narrow(terms: tuple[tuple[int, int], ...], most: int | None, lows: list[int], highs: list[int | None]) -> None:
    """Use ``sum of factor x count <= most``."""
    if most is None:
        return
    least = [_times(f, lows[c] if f > 0 else highs[c]) for c, f in terms]
    open_ended = sum(part is None for part in least)
    if open_ended > 1:
        return
    known = sum(part for part in least if part is not None)
    for (column, factor), part in zip(terms, least, strict=True):
        if open_ended and part is not None:
            continue
        room = most - known + (part or 0)
        if factor > 0:
            limit = room // factor
            high = highs[column]
            highs[column] = limit if high is None else min(high, limit)
        else:
            limit = -(room // -factor)
            lows[column] = max(lows[column], limit)


def _times(factor: int, bound: int | None) -> int | None:
    return None if bound is None else factor * bound
