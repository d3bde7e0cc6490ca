"""What a reader is told of every cell, and whether that can be true at all. No solver, whole numbers only."""

from collections.abc import Collection, Iterable, Mapping

from quality.disclosure.model import Need, Pattern, Relation, System, Verdict

Span = tuple[int, int | None]
"""Least and most; None: no limit."""

IMPOSSIBLE = "omöjligt"
"""What is told contradicts itself or the true counts, so nothing can be proved from it."""
TIME = "tid"
SILENT = "lösaren svarade inte"
UNKNOWN = "okänd cell"
MALFORMED = "trasigt underlag"


def told(system: System, pattern: Pattern, known: Collection[str] = ()) -> dict[str, Span]:
    """What is told of each cell, where the reader besides knows the counts of ``known``."""
    spans: dict[str, Span] = {i: pattern.told(cell) for i, cell in system.cells.items()}
    for cell in known:
        spans[cell] = (system.cells[cell].value, system.cells[cell].value)
    return spans


def within(value: int, span: Span) -> bool:
    """Whether a count is one that the reader may take it to be."""
    return span[0] <= value and (span[1] is None or value <= span[1])


def row_sum(relation: Relation, values: Mapping[str, int]) -> int:
    """The left side of a relation."""
    return sum(factor * values[cell] for cell, factor in relation.terms)


def fault(system: System, pattern: Pattern) -> str:
    """Why nothing can be proved of this system and pattern; empty when something can.

    The true counts must themselves be among those that a reader may believe in: all intervals rest on that.
    """
    ids = system.cells.keys()
    if not pattern.hidden <= ids or not pattern.bands.keys() <= ids:
        return UNKNOWN
    if any(cell not in ids for relation in system.relations for cell, _ in relation.terms):
        return UNKNOWN
    numbers: list[object] = [n for c in system.cells.values() for n in (c.value, c.floor, c.low or 0, c.high or 0)]
    numbers += [n for r in system.relations for n in (r.low or 0, r.high or 0, *(f for _, f in r.terms))]
    numbers += [n for span in pattern.bands.values() for n in span]
    numbers += [n for need in system.needs for n in (need.low, need.high)]
    if any(type(n) is not int for n in numbers) or any(i != c.id for i, c in system.cells.items()):
        return MALFORMED
    for cell, span in told(system, pattern).items():
        count = system.cells[cell]
        outside = (count.low is not None and count.value < count.low) or (
            count.high is not None and count.value > count.high
        )
        if outside or not within(count.value, span):
            return IMPOSSIBLE
    values = {i: c.value for i, c in system.cells.items()}
    return "" if all(r.holds(values) for r in system.relations) else IMPOSSIBLE


def sound(need: Need, system: System) -> bool:
    """Whether a need says something that can be examined."""
    return need.cell in system.cells and need.low <= need.high


def verdict(method: str, system: System, pattern: Pattern, unsafe: Iterable[str], reasons: Iterable[str]) -> Verdict:
    """An outcome: passed only where nothing is unsafe and nothing was in the way."""
    cells = tuple(sorted(set(unsafe)))
    why = "; ".join(sorted({r for r in reasons if r}))
    needs = len(set(system.needs))
    return Verdict(method, not cells and not why, cells, why, system.digest(), pattern.digest(), needs)


def refused(method: str, system: System, pattern: Pattern, why: str) -> Verdict:
    """All needs unsafe, since nothing could be examined."""
    return verdict(method, system, pattern, (need.cell for need in system.needs), (why,))
