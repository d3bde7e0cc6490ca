"""Those who come back within 12 and 24 months of the end of a continuous time."""

from calendar import monthrange
from collections.abc import Iterator
from datetime import date

from tests.oracle.cells import KON, SAKNAS, Cells, Span, Value, listed, of_person, share, unique, wilson
from tests.oracle.registers import Record, World


def years_later(day: date, years: int) -> date:
    """The same date, or the month's last where there is none."""
    year = day.year + years
    return date(year, day.month, min(day.day, monthrange(year, day.month)[1]))


def _times(cases: list[Record]) -> list[tuple[date, Record]]:
    """The last day of each continuous time that has one, with its last case."""
    ends = []
    end: date | None = date.min
    for case in sorted(cases, key=lambda c: (c["startdatum"], c["slutdatum"] or date.max)):
        if end is not None and case["startdatum"] > end:
            ends.append((end, case))
            end = case["slutdatum"]
        elif end is not None:
            end = None if case["slutdatum"] is None else max(end, case["slutdatum"])
    return [*((day, case) for day, case in ends if day > date.min), *([(end, {})] if end and end > date.min else [])]


def _cohort(world: World, span: Span) -> Iterator[Record]:
    every = world.register["arende"]
    for person, role in {(c["person_id"], c["roll"]) for c in every}:
        theirs = [c for c in every if (c["person_id"], c["roll"]) == (person, role)]
        closed = [day for day, _ in _times(theirs) if span.has(day)]
        if closed:
            day = min(closed)
            came = {
                12 * years: any(day < c["startdatum"] <= years_later(day, years) for c in theirs) for years in (1, 2)
            }
            row = {"person_id": person, "roll": role, "kon": None, "aldersgrupp": None}
            yield of_person(world, row, span) | {"12": came[12], "24": came[24]}


def aterkommande(world: World, span: Span) -> Cells:
    cells = Cells(world, "roll", "kon")
    axes = {"roll": listed("roll", total=False), "kon": KON}
    cohort = list(_cohort(world, span))
    cells.count("antal_kohort", axes, cohort, unique("person_id"), needs=("arende",))
    for years, months in ((1, "12"), (2, "24")):
        passed = world.known_until is not None and world.known_until >= date(span.year + years, 12, 31)

        def back(rows: list[Record], months: str = months, passed: bool = passed) -> Value:
            return SAKNAS if rows and not passed else sum(r[months] for r in rows)

        number, base = f"antal_ater_{months}", "antal_kohort"
        cells.count(number, axes, cohort, back, needs=("arende",))
        cells.derive(f"andel_ater_{months}", axes, (number, base), share, bas=base)
        cells.derive(f"andel_ater_{months}_lag", axes, (number, base), wilson(-1), bas=base)
        cells.derive(f"andel_ater_{months}_hog", axes, (number, base), wilson(1), bas=base)
    return cells
