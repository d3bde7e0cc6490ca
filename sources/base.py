"""What every source offers: how it is recognised, and how its bytes become a text table in the contract's words.

A source turns outside names, codes and date formats into the contract's own (still as text). It does not judge
values: that is validation's work. It refuses only what it cannot read at all, with ``Unreadable``.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from warehouse.contracts.delivery import Fault, TextTable
from warehouse.contracts.errors import KvinnofridError


class Unreadable(KvinnofridError):
    """The whole file is refused. Carries faults (rules with ``hel=True``), never a value."""

    def __init__(self, *faults: Fault) -> None:
        """One or more faults that concern the whole file."""
        super().__init__(", ".join(f.regel for f in faults))
        self.faults = faults


@dataclass(frozen=True, slots=True)
class Reading:
    """A file as its source reads it."""

    table: TextTable
    facts: Mapping[str, Any] = field(default_factory=dict)
    """What the file itself states: any of the fields of ``warehouse.contracts.delivery.Facts``."""
    warnings: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True)
class Source:
    """An outside system's way of delivering one table.

    ``headers`` are the headers (lower case) that give the source away when no följesedel names it.
    ``read(content, slip)`` gets the file's bytes and what the följesedel states.
    """

    kalla: str
    tabell: str
    suffixes: tuple[str, ...]
    headers: frozenset[str]
    read: Callable[[bytes, Mapping[str, Any]], Reading]
    person_data: bool = False
