"""What every source offers: how it is recognised, and how its bytes become text tables in the contracts' words.

A source turns outside names, codes and date formats into the contract's own (still as text). It does not judge
values: that is validation's work. It refuses only what it cannot read at all, with ``Unreadable``.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from warehouse.contracts.delivery import Fault, TextTable
from warehouse.contracts.errors import KvinnofridError


class Unreadable(KvinnofridError):
    """The whole file is refused. Carries faults (rules with ``hel=True``), never a value."""

    def __init__(
        self, *faults: Fault, facts: Mapping[str, Any] = MappingProxyType({}), headers: Sequence[TextTable] = ()
    ) -> None:
        """One or more faults that concern the whole file; ``facts`` are those that the file states all the same.

        ``headers`` are tables of the file without their rows (``only_headers``), for the identity step to judge: a
        sender who is told of missing columns only would send again what may not be collected.
        """
        super().__init__(", ".join(f.regel for f in faults))
        self.faults = faults
        self.facts = facts
        self.headers = headers


def only_headers(table: TextTable, places: Collection[int] | None = None) -> TextTable:
    """The table's headers and nothing under them; ``places``: those of these columns, else all."""
    kept = [i for i in range(table.frame.shape[1]) if places is None or i in places]
    letters = tuple(table.letters[i] for i in kept)
    return TextTable(table.frame.iloc[:0, kept], table.rows.iloc[:0], table.blad, letters)


@dataclass(frozen=True, slots=True)
class Part:
    """One table of a file."""

    tabell: str
    """Name of its contract."""
    table: TextTable
    warnings: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """A file as its source reads it: one part for each table that it fills, the main one first."""

    parts: tuple[Part, ...]
    facts: Mapping[str, Any] = field(default_factory=dict)
    """What the file itself states: any of the fields of ``warehouse.contracts.delivery.Facts`` but ``tabell``."""
    whole_rows: bool = False
    """Whether a row is one thing: then a fault in one of its records sets all of them aside."""

    @classmethod
    def of(cls, tabell: str, table: TextTable, facts: Mapping[str, Any], warnings: tuple[Fault, ...] = ()) -> "Reading":
        """A file that fills one table."""
        return cls((Part(tabell, table, warnings),), facts)


@dataclass(frozen=True, slots=True)
class Glimpse:
    """A file at first sight, to recognise it by. Not for messages: what looks like a header may be a value."""

    suffix: str
    """In small letters, with its dot."""
    headers: frozenset[str] = frozenset()
    """Of a CSV file, folded (``sources._values.fold``)."""
    sheets: tuple[str, ...] = ()
    """Of a workbook, in small letters."""
    start: str = ""
    """The first 4 000 characters of a text file."""


@dataclass(frozen=True, slots=True)
class Source:
    """An outside system's way of delivering one table, or one file that fills several.

    ``read(content, slip)`` gets the file's bytes and what the följesedel states; under ``_fil`` the file's name, under
    ``_idag`` the day, under ``_mapping`` the loaded mapping where one is named.
    """

    kalla: str
    tabell: str
    """The table it fills; for a file that fills several, the name of the form (``arbetsbok``)."""
    suffixes: tuple[str, ...]
    tells: Callable[[Glimpse], bool]
    """Whether a file gives itself away as this source's when no följesedel names it."""
    read: Callable[[bytes, Mapping[str, Any]], Reading]
    person_data: bool = False


@dataclass(frozen=True, slots=True)
class Fetched:
    """What a client got from a public source, as the delivery that it becomes: the same facts give the same bytes."""

    filnamn: str
    content: bytes
    slip: Mapping[str, Any]
    """The keys of a följesedel (``sources.foljesedel.ALLOWED``)."""


def by_headers(*names: str) -> Callable[[Glimpse], bool]:
    """Recognises a CSV file by headers that it must have (given in small letters without å ä ö)."""
    needed = frozenset(names)
    return lambda seen: bool(seen.headers) and needed <= seen.headers


def by_sheets(*names: str) -> Callable[[Glimpse], bool]:
    """Recognises a workbook by sheets that it must have (given in small letters)."""
    needed = frozenset(names)
    return lambda seen: needed <= frozenset(seen.sheets)
