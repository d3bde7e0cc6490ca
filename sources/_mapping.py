"""What a mapping is. Standard library only; read from YAML in ``_mapping_yaml``, used in ``mappings``."""

from collections.abc import Mapping as Dict
from dataclasses import dataclass, field
from typing import Final

ALDER: Final = "alder"
"""Age in years: may stand instead of ``aldersgrupp``; it is grouped in the identity step and not kept."""

WITH_ALDER: Final = frozenset({"aktualisering", "arende", "barn"})


@dataclass(frozen=True, slots=True)
class Part:
    """What holds for one table: contract column <- column in the file, outside code -> code, defaults."""

    kolumner: Dict[str, str] = field(default_factory=dict)
    koder: Dict[str, Dict[str, str]] = field(default_factory=dict)
    standardvarden: Dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Mapping:
    """A whole mapping. ``kolumner``, ``koder`` and ``standardvarden`` hold for all tables, ``tabeller`` refines them.

    A default fills a column that the file does not have, never a blank in one it has. ``tomma`` are the texts that
    the system writes for nothing (``NULL``, ``-``).
    """

    name: str
    version: str
    encoding: str | None = None
    separator: str | None = None
    kolumner: Dict[str, str] = field(default_factory=dict)
    koder: Dict[str, Dict[str, str]] = field(default_factory=dict)
    datumformat: str = "auto"
    standardvarden: Dict[str, str] = field(default_factory=dict)
    tomma: frozenset[str] = frozenset()
    tabeller: Dict[str, Part] = field(default_factory=dict)

    def for_table(self, tabell: str) -> Part:
        """The general part with the table's own on top."""
        own = self.tabeller.get(tabell, Part())
        koder = {c: {**self.koder.get(c, {}), **own.koder.get(c, {})} for c in {*self.koder, *own.koder}}
        return Part({**self.kolumner, **own.kolumner}, koder, {**self.standardvarden, **own.standardvarden})


STANDARD: Final = Mapping(name="standard", version="1")
"""Used when none is named: the contract's own names and codes."""
