"""What a table of the tabellplan declares. Data only: counting is in ``builder``, reading in ``frames``."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

import pandas as pd

from warehouse.contracts.codes import CODES

How = Literal["antal", "summa", "medel"]


@dataclass(frozen=True, slots=True)
class Period:
    """A span of whole years, first to last; tables are stored a year at a time."""

    first: int
    last: int

    @property
    def start(self) -> pd.Timestamp:
        """First day."""
        return pd.Timestamp(self.first, 1, 1)

    @property
    def end(self) -> pd.Timestamp:
        """Last day."""
        return pd.Timestamp(self.last, 12, 31)

    def within(self, dates: pd.Series) -> pd.Series:
        """Which dates lie in the period."""
        return (dates >= self.start) & (dates <= self.end)


@dataclass(frozen=True, slots=True)
class Dimension:
    """One way to split a table: codes in their order, with a total unless parts must not be added."""

    name: str
    codes: str
    """Name of a code list in ``warehouse.contracts.codes``."""
    total: bool = True

    @property
    def values(self) -> tuple[str, ...]:
        """The codes, in order."""
        return tuple(CODES[self.codes])


KON = Dimension("kon", "kon")


@dataclass(frozen=True, slots=True)
class Measure:
    """What is counted in each cell.

    ``antal`` counts rows, or distinct ``unit`` where one is named (a total is then not the sum of its parts);
    ``summa`` adds ``value``; ``medel`` is its mean over distinct ``unit``, None where nothing was measured.
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


@dataclass(frozen=True, slots=True)
class Inputs:
    """What a table is made of: one nämnd's or kommun's current rows by table name."""

    frames: Mapping[str, pd.DataFrame]
    kommun: str
    absent: frozenset[str] = frozenset()
    """Sources that no current delivery speaks for in the period."""


@dataclass(frozen=True, slots=True)
class Fact:
    """A population and what is counted in it.

    ``rows(inputs, period)`` gives one row a unit with the columns of ``dimensions`` and ``kon`` (codes; None means it
    belongs to the total only) and what the measures need. Dimensions of the table that the fact lacks are only totals.
    """

    rows: Callable[[Inputs, Period], pd.DataFrame]
    dimensions: tuple[str, ...]
    measures: tuple[Measure, ...]
    split_by: tuple[tuple[str, str], ...] = ()
    """(dimension, source): without the source only the dimension's total is known."""
    needs: tuple[str, ...] = ()
    """Sources without which nothing is known: where one is not delivered, the cells are missing, not zero."""


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
    """Contracts and columns that are read."""
    facts: tuple[Fact, ...] = ()
    figures: Callable[[Inputs, Period], "Figures"] | None = None
    """For tables of figures that arrive as figures: makes the cells itself."""
    public: bool = False
    """Built from public data by kommun, not from a nämnd's records."""
    notes: tuple[str, ...] = ()
    history: tuple[str, ...] = ()
    """Sources of which earlier years matter too."""
    follow_up_days: int = 0
    """Days after the year in which answers that belong to it can still come in."""
    remarks: Callable[[Inputs, Period], tuple[str, ...]] | None = None
    """Notes that depend on the data, for instance how many rows could not be counted."""

    breaks: tuple[str, ...] = ()
    """Known breaks in its series: a source (``bra``) or one of its breaks (``verksamhetssystem:beslut``)."""

    @property
    def view_columns(self) -> tuple[str, ...]:
        """The dimensions beside kön, as columns of the SQL view."""
        return tuple(d.name for d in self.dimensions if d.name != "kon")


@dataclass(frozen=True, slots=True)
class Figures:
    """Cells with columns dimensions..., kon, matt, varde (None where missing), and the notes that belong to them."""

    cells: pd.DataFrame
    notes: tuple[str, ...] = field(default=())
