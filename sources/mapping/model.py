"""What a mapping is. Standard library only; read from YAML in ``_mapping_yaml``, used in ``mappings``."""

from collections.abc import Mapping as Dict
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Final

ALDER: Final = "alder"
"""Age in years: may stand instead of ``aldersgrupp``; it is grouped in the identity step and not kept."""

WITH_ALDER: Final = frozenset({"aktualisering", "arende", "barn"})

LOCAL_TABLE: Final = "arende"
"""Local variables are answers about a case, so they stand in the rows that hold the cases."""


@dataclass(frozen=True, slots=True)
class Part:
    """What holds for one table: contract column <- column in the file, outside code -> code, defaults."""

    kolumner: Dict[str, str] = field(default_factory=dict)
    koder: Dict[str, Dict[str, str]] = field(default_factory=dict)
    standardvarden: Dict[str, str] = field(default_factory=dict)
    upprepas: bool = False
    """The table's record stands on several rows (a case on each of its decisions) and is one record all the same."""


@dataclass(frozen=True, slots=True)
class File:
    """Which tables files with a name like this fill, and how they are to be read where they differ from the rest."""

    monster: str
    tabeller: tuple[str, ...]
    encoding: str | None = None
    separator: str | None = None
    blad: str | None = None
    rubrikrad: int | None = None
    """The row that holds the headers, as a person counts; None for the first row with text."""


@dataclass(frozen=True, slots=True)
class Local:
    """A question of the kommun's own: where its answers stand, and what they are called."""

    namn: str
    titel: str
    kolumn: str
    koder: Dict[str, str]
    """Outside code -> code."""
    etiketter: Dict[str, str]
    """Code -> what it means, for every code."""
    flera: bool = False
    """A cell may hold several answers, with ``;`` ``,`` or ``|`` between them."""
    tabell: str = LOCAL_TABLE

    @property
    def column(self) -> str:
        """What its column is called in faults: the kommun's own word for the variable, never the file's header."""
        return f"lokal:{self.namn}"


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
    filer: tuple[File, ...] = ()
    lokala: tuple[Local, ...] = ()

    def for_table(self, tabell: str) -> Part:
        """The general part with the table's own on top."""
        own = self.tabeller.get(tabell, Part())
        koder = {c: {**self.koder.get(c, {}), **own.koder.get(c, {})} for c in {*self.koder, *own.koder}}
        return Part(
            {**self.kolumner, **own.kolumner}, koder, {**self.standardvarden, **own.standardvarden}, own.upprepas
        )

    def for_file(self, name: str) -> File | None:
        """The first entry of ``filer`` that fits the file's name, whatever its case; None where none does.

        A mapping of one table alone needs no ``filer``: any file is that table's.
        """
        if not self.filer and len(self.tabeller) == 1:
            return File("*", tuple(self.tabeller))
        return next((f for f in self.filer if fnmatchcase(name.casefold(), f.monster.casefold())), None)


STANDARD: Final = Mapping(name="standard", version="1")
"""Used when none is named: the contract's own names and codes."""
