"""What a table of the tabellplan declares. Data only: counting is in ``builder``, formulas in ``statistik``.

A declaration is one small file beside this one. Read ``docs/tabeller.md`` (made from the declarations) for what is
declared today, and ``docs/metod.md`` for what the words mean.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar

import numpy as np
import pandas as pd

from assets.tables.rules import REGLER, Regler
from warehouse.contracts.codes import CODES, TOTAL, label

How = Literal["antal", "summa", "medel", "median", "harledd"]
Form = Literal["antal", "andel", "tal", "skillnad", "dagar", "kronor"]
T = TypeVar("T")

TERTIALS = (1, 2, 3)


@dataclass(frozen=True, slots=True)
class Period:
    """A span of whole years, first to last, or one tertial (four months) of a year."""

    first: int
    last: int
    tertial: int | None = None

    @property
    def name(self) -> str:
        """``2019``, ``2019T2`` or ``2017_2019``."""
        if self.tertial:
            return f"{self.first}T{self.tertial}"
        return str(self.first) if self.first == self.last else f"{self.first}_{self.last}"

    @property
    def start(self) -> pd.Timestamp:
        """First day."""
        return pd.Timestamp(self.first, 4 * (self.tertial or 1) - 3, 1)

    @property
    def end(self) -> pd.Timestamp:
        """Last day."""
        return pd.Timestamp(self.last, 4 * (self.tertial or 3), 1) + pd.offsets.MonthEnd(0)

    def within(self, dates: pd.Series) -> pd.Series:
        """Which dates lie in the period."""
        return (dates >= self.start) & (dates <= self.end)

    def touches(self, first: pd.Series, last: pd.Series) -> pd.Series:
        """Which spans (``last`` empty: still open) have some day in the period."""
        return (first <= self.end) & (last.isna() | (last >= self.start))

    def days(self, first: pd.Series, last: pd.Series) -> pd.Series:
        """How many days of each span lie in the period; both ends count, an open end is the period's end."""
        begun = first.where(first >= self.start, self.start)
        ended = last.where(last <= self.end, self.end)  # an open end is no day before the period's
        days: pd.Series = (ended - begun).dt.days + 1
        return days.where(days > 0, 0)


def periods_of(spec: "TableSpec", year: int) -> tuple[Period, ...]:
    """The periods that a table is counted for in a year: the year, and its tertials where the table has them."""
    whole = Period(year, year)
    return (whole, *(Period(year, year, t) for t in TERTIALS)) if spec.tertial else (whole,)


@dataclass(frozen=True, slots=True)
class Group:
    """A step in a hierarchy: a code that stands for several, as ``vuxna`` does for four age groups."""

    code: str
    title: str
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Dimension:
    """One way to split a table: codes in order, with groups of them and a total unless parts must not be added."""

    name: str
    codes: str | None
    """Name of a code list in ``warehouse.contracts.codes``; None where the codes are those that the rows have."""
    title: str
    """Swedish heading."""
    total: bool = True
    groups: tuple[Group, ...] = ()
    attribute: bool = False
    """It says what another dimension's code is, and is not shown where that code's label stands."""
    within: str | None = None
    """An open dimension's codes may belong to another's, as answers to their question: only pairs that occur stand."""
    words: Callable[[str], str] | None = None
    """How a code is written, where no code list tells."""

    @property
    def values(self) -> tuple[str, ...]:
        """The declared codes, in order; empty where they come with the rows."""
        return tuple(CODES[self.codes]) if self.codes else ()

    def word(self, code: str) -> str:
        """A code as people read it."""
        if code == TOTAL:
            return "Totalt"
        for group in self.groups:
            if group.code == code:
                return group.title
        return self.words(code) if self.words else label(self.codes or "", code)


KON = Dimension("kon", "kon", "Kön")
ALDER = Dimension(
    "aldersgrupp",
    "aldersgrupp",
    "Ålder",
    groups=(
        Group("under_18", "Under 18 år", ("0_6", "7_12", "13_17")),
        Group("fran_18", "18 år och äldre", ("18_25", "26_40", "41_60", "61_plus")),
    ),
)


@dataclass(frozen=True, slots=True)
class Measure:
    """What is counted in each cell.

    ``antal`` counts rows, or distinct ``unit`` where one is named (a total is then not the sum of its parts);
    ``summa`` adds ``value``; ``medel`` and ``median`` are of ``value`` over distinct ``unit``. ``harledd`` is
    ``formula`` of the measures named in ``parts``, cell by cell: arrays in, an array out, NaN where it cannot be had.
    ``where`` names a boolean column that limits the rows.
    """

    name: str
    title: str
    how: How = "antal"
    unit: str | None = None
    value: str | None = None
    where: str | None = None
    enhet: str = ""
    """What is counted, where it is not the table's own unit."""
    period_regel: str = ""
    """When it counts, where that is not the table's own rule."""
    parts: tuple[str, ...] = ()
    formula: Callable[..., np.ndarray] | None = None
    bas: str | None = None
    """Measure that must reach ``Regler.minsta_bas`` in the cell, else the value is missing."""
    form: Form | None = None
    """How it is written; by default a count, or a number with a decimal."""
    hidden: bool = False
    """Only a part of others: neither stored nor shown."""
    intern: bool = False
    """For the internal table alone: never released (test values)."""

    @property
    def shape(self) -> Form:
        """How it is written."""
        return self.form or {"medel": "tal", "median": "tal", "harledd": "andel"}.get(self.how, "antal")  # type: ignore[return-value]

    @property
    def adds_up(self) -> tuple[str, ...] | None:
        """The dimensions whose parts make the total: all (None), some, or none."""
        if self.how in ("antal", "summa") and not self.unit:
            return None
        return ("kon",) if self.how == "antal" else ()


@dataclass(frozen=True, slots=True)
class Inputs:
    """What tables are made of: current rows by table name, of one kommun or of several.

    Every frame has beside its declared columns ``kommun`` and ``leverans_id`` (the delivery of the row).
    """

    frames: Mapping[str, pd.DataFrame]
    kommuner: tuple[str, ...]
    absent: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """By kommun the sources that no current delivery speaks for in the period."""
    known_until: Mapping[str, pd.Timestamp] = field(default_factory=dict)
    """By kommun the last day that its deliveries of cases tell about without a gap from the counted year on."""
    regler: Regler = REGLER
    memo: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)

    @property
    def kommun(self) -> str:
        """The kommun, where there is one only."""
        (only,) = self.kommuner
        return only

    def lacks(self, source: str) -> bool:
        """Whether no current delivery of any of the kommuner speaks for a source."""
        return all(source in self.absent.get(k, ()) for k in self.kommuner)

    def once(self, key: str, make: Callable[["Inputs"], T]) -> T:
        """What is the same for every period of these inputs, made once. It must depend on frames and rules alone."""
        if key not in self.memo:
            self.memo[key] = make(self)
        found: T = self.memo[key]
        return found


@dataclass(frozen=True, slots=True)
class Fact:
    """A population and what is counted in it.

    ``rows(inputs, period)`` gives one row a unit with ``kommun``, the columns of ``dimensions`` (codes; None means it
    belongs to the total only), the columns of ``lineage`` and what the measures need. Dimensions of the table that the
    fact lacks are only totals.
    """

    rows: Callable[[Inputs, Period], pd.DataFrame]
    dimensions: tuple[str, ...]
    measures: tuple[Measure, ...]
    split_by: tuple[tuple[str, str], ...] = ()
    """(dimension, source): without the source only the dimension's total is known."""
    needs: tuple[str, ...] = ()
    """Sources without which nothing is known: where one is not delivered, the cells are missing, not zero. The rows
    are those of the first of them."""
    lineage: tuple[str, ...] = ("leverans_id",)
    """Columns that name the deliveries of the records behind a row; the first is the row's own."""
    impossible: tuple[Mapping[str, tuple[str, ...]], ...] = ()
    """Combinations of codes that cannot occur: their zeros are not applicable."""


@dataclass(frozen=True, slots=True)
class Figures:
    """Cells and what belongs to them.

    ``cells`` has kommun, period, the table's dimensions, kon, matt, varde (NaN where there is none) and status.
    ``ledger`` has cell (position in ``cells``), leverans_id and rader: the rows of that delivery behind the cell.
    """

    cells: pd.DataFrame
    notes: tuple[str, ...] = field(default=())
    ledger: pd.DataFrame = field(default_factory=lambda: pd.DataFrame({"cell": [], "leverans_id": [], "rader": []}))


@dataclass(frozen=True, slots=True)
class TableSpec:
    """A table of the tabellplan."""

    name: str
    title: str
    population: str
    period_regel: str
    enhet: str
    malgrupp: str
    dimensions: tuple[Dimension, ...]
    sources: Mapping[str, tuple[str, ...]]
    """Contracts and columns that are read. The first is what the table is about."""
    facts: tuple[Fact, ...] = ()
    figures: Callable[[Inputs, Period], pd.DataFrame] | None = None
    """For tables of figures that arrive as figures: gives the cells itself, as dimensions..., kon, matt, varde (and
    status, where not told by varde), with leverans_id where the figure came in a delivery, or ``bakom``
    (``reported.Behind``) where it rests on several."""
    measures: tuple[Measure, ...] = ()
    """What a table of figures shows, where it has no facts."""
    public: bool = False
    """Built from public data by kommun, not from a nämnd's records."""
    real: str = ""
    """What is said of where figures of others come from, unless they are invented for an example."""
    one_block: str = ""
    """Heading, where all measures are read as the rows of one table (a form) and not one by one."""
    tertial: bool = False
    """Whether the tertials of the year are counted too."""
    notes: tuple[str, ...] = ()
    history: tuple[str, ...] = ()
    """Sources of which other years than the counted one matter too."""
    whole: tuple[str, ...] = ()
    """Public sources of which every kommun's rows are read, not the own kommun's alone."""
    later_years: int = 1
    """For sources in ``history``: how many years after the counted one a delivery still matters."""
    follow_up_days: int = 0
    """Days after the year in which answers that belong to it can still come in."""
    remarks: Callable[[Inputs, Period], tuple[str, ...]] | None = None
    """Notes that depend on the data, for instance how many rows could not be counted."""
    breaks: tuple[str, ...] = ()
    """Known breaks in its series: a source (``bra``) or one of its breaks (``verksamhetssystem:beslut``)."""
    declaration: str = ""
    """What makes a declaration of a kommun's own unlike another with the same name: its digest."""

    @property
    def view_columns(self) -> tuple[str, ...]:
        """The dimensions beside kön, as columns of the SQL view."""
        return tuple(d.name for d in self.dimensions if d.name != "kon")

    @property
    def shown_measures(self) -> tuple[Measure, ...]:
        """The measures that are stored and shown, in order."""
        declared = self.measures or tuple(m for f in self.facts for m in f.measures)
        return tuple(m for m in declared if not m.hidden)
