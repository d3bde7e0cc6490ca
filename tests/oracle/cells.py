"""A slow count of every table in plain Python, from what the tables say they hold; nothing of the builder.

Here are the words that the counts share: periods, labels of dimensions, and cells filled by going through the records.

A count of a table is ``count(world, span) -> Cells``. A cell's value is a number or one of ``SAKNAS`` (not known) and
``EJ`` (cannot be). It stands under its labels in the order of the table's dimensions, and the measure's name last.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import product
from statistics import NormalDist, median
from typing import Any

from tests.oracle.registers import Record, World
from warehouse.contracts.codes import CODES

Value = float | str
Labels = Mapping[str, frozenset[str] | None]
"""Each label with the codes that it stands for; None: all rows, also those without a code."""
TOTAL = "totalt"
SAKNAS, EJ = "saknas", "ej_tillampligt"
GIVEN = ("bifall", "utan_behovsprovning")
EXPOSED = ("valdsutsatt_vuxen", "barn")


@dataclass(frozen=True, slots=True)
class Span:
    """A year or one of its tertials, both days included."""

    year: int
    tertial: int | None = None

    @property
    def name(self) -> str:
        return f"{self.year}T{self.tertial}" if self.tertial else str(self.year)

    @property
    def first(self) -> date:
        return date(self.year, {None: 1, 1: 1, 2: 5, 3: 9}[self.tertial], 1)

    @property
    def last(self) -> date:
        month, day = {None: (12, 31), 1: (4, 30), 2: (8, 31), 3: (12, 31)}[self.tertial]
        return date(self.year, month, day)

    def has(self, day: date | None) -> bool:
        """Whether a day is known and lies in it."""
        return day is not None and self.first <= day <= self.last

    def touches(self, first: date | None, last: date | None) -> bool:
        """Whether what lasts from ``first`` to ``last`` (None: still) has a day in it."""
        return first is not None and first <= self.last and (last is None or last >= self.first)


def spans(year: int, *, tertials: bool) -> list[Span]:
    return [Span(year), *(Span(year, t) for t in (1, 2, 3) if tertials)]


# --- labels -------------------------------------------------------------------------------------------------------


def labels(codes: Iterable[str], *, total: bool = True, **groups: tuple[str, ...]) -> Labels:
    """The codes, groups of them, and the total unless parts must not be added."""
    own: dict[str, frozenset[str] | None] = {code: frozenset({code}) for code in codes}
    own |= {name: frozenset(members) for name, members in groups.items()}
    return own | ({TOTAL: None} if total else {})


def listed(name: str, *, total: bool = True) -> Labels:
    """The labels of a dimension with the codes of a list."""
    return labels(CODES[name], total=total)


UNDER_18, FRAN_18 = ("0_6", "7_12", "13_17"), ("18_25", "26_40", "41_60", "61_plus")
KON = listed("kon")
ALDER = labels(CODES["aldersgrupp"], under_18=UNDER_18, fran_18=FRAN_18)


# --- cells --------------------------------------------------------------------------------------------------------


class Cells:
    """A table's cells in one period. ``found`` has (labels..., measure) to value."""

    def __init__(self, world: World, *dimensions: str) -> None:
        self.world, self.dimensions = world, dimensions
        self.found: dict[tuple[str, ...], Value] = {}
        self.axes: dict[str, Mapping[str, Labels]] = {}

    def count(
        self,
        matt: str,
        axes: Mapping[str, Labels],
        rows: Iterable[Record],
        value: Callable[[list[Record]], Value] = len,
        *,
        needs: Iterable[str] = (),
        cannot: Callable[[Mapping[str, str]], bool] = lambda _labels: False,
    ) -> None:
        """One cell for each combination of labels: ``value`` of the rows that have those codes.

        ``needs``: tables without which nothing is known. ``cannot``: where a zero means that there can be none.
        """
        known, kept = not set(needs) & self.world.absent, list(rows)
        self.axes[matt] = axes
        for combination in product(*axes.values()):
            at = dict(zip(axes, combination, strict=True))
            here = [r for r in kept if all(_stands(r.get(n), axes[n][label]) for n, label in at.items())]
            made = value(here) if known else SAKNAS
            self.found[self.key(at, matt)] = EJ if made == 0 and cannot(at) else made

    def derive(
        self,
        matt: str,
        axes: Mapping[str, Labels],
        parts: tuple[str, ...],
        formula: Callable[..., Value],
        *,
        bas: str | None = None,
    ) -> None:
        """A formula of other measures' cells at the same labels (totals of what this measure is not split by)."""
        self.axes[matt] = axes
        for combination in product(*axes.values()):
            at = dict(zip(axes, combination, strict=True))
            values = [self.of(part, at) for part in parts]
            made: Value = SAKNAS if SAKNAS in values else EJ if EJ in values else formula(*values)
            self.found[self.key(at, matt)] = made
        if bas:
            self.hide(matt, bas)

    def hide(self, matt: str, bas: str) -> None:
        """Not known where the base (a count of the same table) is smaller than the smallest that is set."""
        axes = self.axes[matt]
        for combination in product(*axes.values()):
            at = dict(zip(axes, combination, strict=True))
            base = self.of(bas, at)
            if base != EJ and (isinstance(base, str) or base < self.world.minsta_bas):
                self.found[self.key(at, matt)] = SAKNAS

    def of(self, matt: str, at: Mapping[str, str]) -> Value:
        """A measure at labels, of those dimensions that it is split by."""
        return self.found[self.key({n: label for n, label in at.items() if n in self.axes[matt]}, matt)]

    def key(self, at: Mapping[str, str], matt: str) -> tuple[str, ...]:
        return (*(at.get(name, TOTAL) for name in self.dimensions), matt)

    def drop(self, matt: str) -> None:
        """Forget a measure that is only a part of others."""
        del self.axes[matt]
        self.found = {key: value for key, value in self.found.items() if key[-1] != matt}


def _stands(code: Any, codes: frozenset[str] | None) -> bool:
    return codes is None or code in codes


# --- values of the rows of a cell ---------------------------------------------------------------------------------


def unique(name: str) -> Callable[[list[Record]], Value]:
    """How many different ones there are."""
    return lambda rows: len({r[name] for r in rows if r[name] is not None})


def summed(name: str) -> Callable[[list[Record]], Value]:
    """The sum of what is known; not known where there are rows and none has a value."""

    def value(rows: list[Record]) -> Value:
        known = [r[name] for r in rows if r[name] is not None]
        return SAKNAS if rows and not known else sum(known)

    return value


def _of_known(name: str, formula: Callable[[list[float]], float]) -> Callable[[list[Record]], Value]:
    def value(rows: list[Record]) -> Value:
        known = [r[name] for r in rows if r[name] is not None]
        return formula(known) if known else SAKNAS if rows else EJ

    return value


def middle(name: str) -> Callable[[list[Record]], Value]:
    """The median of what is known."""
    return _of_known(name, lambda known: float(median(known)))


def mean(name: str) -> Callable[[list[Record]], Value]:
    """The mean of what is known."""
    return _of_known(name, lambda known: sum(known) / len(known))


def share(numerator: float, base: float) -> Value:
    """Of none there is no share."""
    return numerator / base if base else EJ


def wilson(side: int) -> Callable[[float, float], Value]:
    """An end of the 95 % interval of a share as printed in ``docs/metod.md``: -1 the lower, 1 the upper."""
    z = NormalDist().inv_cdf(0.975)

    def end(k: float, n: float) -> Value:
        if not n:
            return EJ
        p = k / n
        return (p + z**2 / (2 * n) + side * z * (p * (1 - p) / n + z**2 / (4 * n**2)) ** 0.5) / (1 + z**2 / n)

    return end


# --- whose records they are ---------------------------------------------------------------------------------------


def cases(world: World) -> dict[str, Record]:
    """The cases by id."""
    return {c["arende_id"]: c for c in world.register["arende"]}


def of_person(world: World, row: Record, span: Span) -> Record:
    """The row with sex and age of its person's latest case begun by the end of the period, whatever its role.

    Of those begun the same day the one that ends last (still open is last), then the code last in the alphabet.
    """
    begun = [c for c in world.register["arende"] if c["person_id"] == row["person_id"] and c["startdatum"] <= span.last]
    if not begun:
        return row
    last = max(begun, key=lambda c: (c["startdatum"], c["slutdatum"] or date.max, c["kon"], c["aldersgrupp"]))
    return row | {"kon": last["kon"], "aldersgrupp": last["aldersgrupp"]}


def of_persons(world: World, rows: Iterable[Record], span: Span) -> list[Record]:
    return [of_person(world, row, span) for row in rows]


def with_case(world: World, rows: Iterable[Record], *names: str) -> Iterator[Record]:
    """The rows whose case is delivered, with what it says of person, role, sex and more; the rest is dropped."""
    known = cases(world)
    for row in rows:
        case = known.get(row["arende_id"])
        if case:
            yield row | {name: case[name] for name in ("person_id", "roll", "kon", *names)}


def days_between(first: date, last: date) -> list[date]:
    """Every day, both ends included."""
    return [first + timedelta(n) for n in range((last - first).days + 1)]
