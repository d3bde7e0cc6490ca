"""What a reader has: printed cells, and what the plan says of tables, codes and measures. No counting, no guessing."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from quality.attacker.relations import (
    ALSO_PARTS,
    INCOMPLETE,
    LINKS,
    LOCAL,
    OPEN,
    SEVERAL_SEXES,
    TRAITS,
    Link,
    links,
)
from warehouse.contracts.codes import TOTAL
from warehouse.views import PlannedTable

SHOWN, HIDDEN, BAND, MISSING, NOT_APPLICABLE = "visas", "skyddas", "intervall", "saknas", "ej_tillampligt"
KON, UNKNOWN_SEX = "kon", "annat_okant"


class Coordinate(NamedTuple):
    """Where a cell stands, whichever edition; ``codes`` are (dimension, code) by name, kön too, but no totals."""

    tabell: str
    kommun: str
    ar: int
    period: str
    codes: tuple[tuple[str, str], ...]
    matt: str

    def code(self, dimension: str) -> str:
        """The code in a dimension; the total where it has none."""
        return dict(self.codes).get(dimension, TOTAL)

    def at(self, dimension: str, code: str) -> "Coordinate":
        """The same with another code in one dimension."""
        return place(*self[:4], {**dict(self.codes), dimension: code}, self.matt)


def place(tabell: str, kommun: str, ar: int, period: str, codes: Mapping[str, str], matt: str) -> Coordinate:
    """A coordinate in its one form."""
    told = tuple(sorted((d, c) for d, c in codes.items() if c != TOTAL))
    return Coordinate(tabell, kommun, ar, period, told, matt)


@dataclass(frozen=True, slots=True)
class Printed:
    """One printed cell of one edition. ``varde`` where it is shown; ``fran`` to ``till`` where a span is."""

    utgava: int
    tabell: str
    kommun: str
    ar: int
    period: str
    dimensioner: Mapping[str, str]
    kon: str
    matt: str
    status: str
    varde: float | None = None
    fran: int | None = None
    till: int | None = None

    @property
    def coordinate(self) -> Coordinate:
        """Where it stands."""
        return place(self.tabell, self.kommun, self.ar, self.period, {**self.dimensioner, KON: self.kon}, self.matt)


@dataclass(frozen=True, slots=True)
class Hierarchy:
    """The codes of a dimension of a table: leaves, and what each group stands for. No leaves: codes as printed."""

    leaves: tuple[str, ...] = ()
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    total: bool = True


@dataclass(frozen=True, slots=True)
class Meaning:
    """What is said of a measure: if it is a count, of what, when, what adds up, what it is made of."""

    count: bool
    unik: str | None = None
    summerar: tuple[str, ...] | None = None
    period_regel: str = ""
    enhet: str = ""
    slag: str = "antal"
    form: str = "antal"
    delar: tuple[str, ...] = ()
    bas: str | None = None


@dataclass(frozen=True)
class Book:
    """All that can be looked up. Tables that it does not know have sums over kön only."""

    hierarchies: Mapping[tuple[str, str], Hierarchy] = field(default_factory=dict)
    meanings: Mapping[tuple[str, str], Meaning] = field(default_factory=dict)
    open_tables: frozenset[str] = frozenset()
    relations: str = LINKS

    @cached_property
    def links(self) -> tuple[Link, ...]:
        """The relations between measures and tables that the docs tell."""
        return links(self.relations)

    def hierarchy(self, tabell: str, dimension: str) -> Hierarchy:
        """The codes of a dimension; of an unknown table none but kön's."""
        known = self.hierarchies.get((tabell, dimension))
        if known is None and dimension == KON:
            return Hierarchy(("kvinna", "man", UNKNOWN_SEX))
        return known or Hierarchy()

    def meaning(self, tabell: str, matt: str) -> Meaning:
        """What a measure is; unknown ones are read as plain counts."""
        return self.meanings.get((tabell, matt)) or Meaning(not matt.startswith(("andel", "medel", "median", "per")))

    def is_open(self, where: Coordinate) -> bool:
        """Whether what stands there is public at its source or counts no persons."""
        if where.tabell in self.open_tables:
            return True
        if self.meaning(where.tabell, where.matt).form != "antal":
            return True
        return any(
            where.tabell == tabell and where.matt in (matt, matt or where.matt) and where.code(dimension) == code
            if dimension
            else (where.tabell, where.matt) == (tabell, matt)
            for tabell, matt, dimension, code in OPEN
        )

    def adds_over(self, tabell: str, matt: str, dimension: str) -> bool:
        """Whether each one counted stands under one code at most, so that parts never count anyone twice."""
        said = self.meaning(tabell, matt)
        if dimension == KON and (said.unik, tabell) in SEVERAL_SEXES:
            return False
        if said.summerar is None or dimension in said.summerar:
            return True
        return (tabell, matt, dimension) in ALSO_PARTS

    def everyone_coded(self, tabell: str, matt: str, dimension: str) -> bool:
        """Whether nobody stands in the total alone."""
        if dimension == KON:
            return True
        if tabell.startswith(LOCAL):
            return False
        return not any((t, dimension) in INCOMPLETE or (t, f"{dimension}:{matt}") in INCOMPLETE for t in (tabell, "*"))

    @cached_property
    def traits(self) -> tuple[tuple[str, str, str], ...]:
        """Sensitive traits as (table, those who have it, those who were asked)."""
        return tuple(TRAITS)


def book(planned: Sequence[PlannedTable], *, also_open: Collection[str] = ()) -> Book:
    """What the plan tells a reader; ``also_open`` are tables that hold nothing secret."""
    hierarchies: dict[tuple[str, str], Hierarchy] = {}
    meanings: dict[tuple[str, str], Meaning] = {}
    for table in planned:
        for dimension in (*table.dimensioner, KON):
            codes = [c for c in table.koder if c.dimension == dimension]
            hierarchies[table.tabell, dimension] = Hierarchy(
                tuple(c.kod for c in codes if c.delar is None and c.kod != TOTAL),
                {c.kod: c.delar for c in codes if c.delar is not None},
                any(c.kod == TOTAL for c in codes),
            )
        for m in table.matt:
            meanings[table.tabell, m.matt] = Meaning(
                m.slag in ("antal", "summa") and m.form == "antal",
                m.unik,
                m.summerar,
                m.period_regel,
                m.enhet,
                m.slag,
                m.form,
                m.delar,
                m.bas,
            )
    open_tables = frozenset(t.tabell for t in planned if t.offentlig) | frozenset(also_open)
    return Book(hierarchies, meanings, open_tables)
