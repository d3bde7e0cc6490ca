"""The slowest and plainest audit there is, for the tests of the others: try every whole number, one cell at a time."""

from collections.abc import Collection, Iterable, Mapping

from quality.disclosure.model import Cell, Need, Pattern, Protection, Relation, System, Witness, total

ABOVE = 8
"""How far above its true value a cell without a limit is tried: needs lie within 5 of it."""


class TooMany(Exception):
    """More combinations than a test has time for."""


def filling(
    system: System, pattern: Pattern, within: Mapping[str, tuple[int, int]], *, limit: int = 3_000
) -> dict[str, int] | None:
    """Some counts that fit all that is told, those of ``within`` between these numbers; None: there are none."""
    spans = {}
    for cell in system.cells.values():
        low, high = pattern.told(cell)
        high = cell.value + ABOVE if high is None else high
        least, most = within.get(cell.id, (low, high))
        spans[cell.id] = (max(low, least), min(high, most))
    order = _order(system, {c for c, (low, high) in spans.items() if low == high}, sorted(spans))
    chosen: dict[str, int] = {}
    tried = 0

    def possible(relation: Relation) -> bool:
        least = most = 0
        for cell, factor in relation.terms:
            ends = [factor * n for n in ((chosen[cell],) if cell in chosen else spans[cell])]
            least, most = least + min(ends), most + max(ends)
        return (relation.high is None or least <= relation.high) and (relation.low is None or most >= relation.low)

    def go(depth: int) -> bool:
        nonlocal tried
        if depth == len(order):
            return True
        cell = order[depth]
        low, high = spans[cell]
        true = system.cells[cell].value
        for value in sorted(range(low, high + 1), key=lambda n: (abs(n - true), n)):
            tried += 1
            if tried > limit:
                raise TooMany
            chosen[cell] = value
            if all(possible(system.relations[p]) for p in system.relations_of[cell]) and go(depth + 1):
                return True
        chosen.pop(cell, None)
        return False

    return dict(chosen) if go(0) else None


def _order(system: System, told: set[str], cells: list[str]) -> list[str]:
    """What is told first, then always a cell in a relation that has fewest others left: dead ends show early."""
    left = {p: sum(c not in told for c, _ in r.terms) for p, r in enumerate(system.relations)}
    order, waiting = sorted(told), [c for c in cells if c not in told]
    while waiting:
        cell = min(waiting, key=lambda c: (min((left[p] for p in system.relations_of[c]), default=99), c))
        waiting.remove(cell)
        order.append(cell)
        for place in system.relations_of[cell]:
            left[place] -= 1
    return order


Ends = dict[tuple[Need, str], dict[str, int] | None]


def ends(system: System, pattern: Pattern, known: Collection[str] = ()) -> Ends:
    """For each need and side the counts that reach it, for a reader who knows the counts of ``known`` besides."""
    fixed = {cell: (system.cells[cell].value,) * 2 for cell in known}
    far = 10**6
    found: Ends = {}
    seen: list[dict[str, int]] = []
    for need in system.needs:
        for side, (low, high) in (("low", (-far, need.low)), ("high", (need.high, far))):
            if need.cell in known:
                continue
            reached = next((counts for counts in seen if low <= counts[need.cell] <= high), None)
            if reached is None:
                reached = filling(system, pattern, {**fixed, need.cell: (low, high)})
                seen += [reached] if reached else []
            found[need, side] = reached
    return found


def unsafe(found: Mapping[tuple[Need, str], dict[str, int] | None]) -> tuple[str, ...]:
    """The cells of needs with an end that nothing reaches."""
    return tuple(sorted({need.cell for (need, _), counts in found.items() if counts is None}))


def protected(system: System, pattern: Pattern) -> Protection:
    """What an engine would hand over for this pattern, with a witness for each end that can be reached at all."""
    witnesses = []
    for (need, side), counts in ends(system, pattern).items():
        true = system.cells[need.cell].value
        if counts is None or (true <= need.low if side == "low" else true >= need.high):
            continue
        changed = {c: n for c, n in counts.items() if n != system.cells[c].value}
        witnesses.append(Witness(need.cell, side, changed))
    return Protection(pattern, tuple(witnesses))


def table(rows: Iterable[Iterable[int]], *, threshold: int = 5) -> System:
    """A two-way table with all margins: cells ``r0c0``, totals ``r0``, ``c0`` and ``t``; small counts are needed."""
    grid = [list(row) for row in rows]
    width = len(grid[0])
    values = {f"r{i}c{j}": n for i, row in enumerate(grid) for j, n in enumerate(row)}
    values |= {f"r{i}": sum(row) for i, row in enumerate(grid)}
    values |= {f"c{j}": sum(row[j] for row in grid) for j in range(width)}
    values["t"] = sum(map(sum, grid))
    relations = [total(f"r{i}", [f"r{i}c{j}" for j in range(width)], f"rad {i}") for i in range(len(grid))]
    relations += [total(f"c{j}", [f"r{i}c{j}" for i in range(len(grid))], f"kolumn {j}") for j in range(width)]
    relations += [total("t", [f"r{i}" for i in range(len(grid))]), total("t", [f"c{j}" for j in range(width)])]
    needs = [Need(c, 1, threshold) for c, n in values.items() if 0 < n < threshold]
    return System({c: Cell(c, n) for c, n in values.items()}, tuple(relations), tuple(sorted(needs)))
