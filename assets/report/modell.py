"""The report as a document, whatever form it is written in: text, tables and charts, every number with its reference.

Made in ``innehall``, written by ``webb``, ``pdf``, ``word``, ``excel`` and ``csvw``. Data only.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from warehouse.released import Provenance, Ref

Status = Literal["visas", "skyddas", "intervall", "saknas", "ej_tillampligt", "tom"]
"""``tom``: there is no such cell (a measure that is not told for that sex)."""


@dataclass(frozen=True, slots=True)
class Tal:
    """A number as it is printed, and which released cell it is."""

    text: str
    ref: Ref


Del = str | Tal
"""A piece of running text: words, or a number with its reference."""


@dataclass(frozen=True, slots=True)
class Stycke:
    """A paragraph, or a point in a list (``punkt``), or something that must not be missed (``viktigt``)."""

    delar: tuple[Del, ...]
    slag: Literal["text", "punkt", "viktigt"] = "text"

    @property
    def text(self) -> str:
        """Its words and numbers, without references."""
        return "".join(d if isinstance(d, str) else d.text for d in self.delar)

    @property
    def refs(self) -> tuple[Ref, ...]:
        """The released cells whose numbers it tells, each once."""
        return tuple(dict.fromkeys(d.ref for d in self.delar if isinstance(d, Tal)))


@dataclass(frozen=True, slots=True)
class Ruta:
    """A cell of a printed table: its text in pieces (a share can hold its numerator, base and interval)."""

    delar: tuple[Del, ...]
    status: Status
    ref: Ref | None = None
    """Of the cell itself, also where it is protected; None where there is no such cell."""
    varde: float | None = None
    """Only where status is ``visas``: what Excel, CSV and sorting use. A share is a number from 0 to 1."""
    uttalas: str = ""
    """What a screen reader says in place of a symbol."""

    @property
    def text(self) -> str:
        """As it is printed."""
        return "".join(d if isinstance(d, str) else d.text for d in self.delar)


@dataclass(frozen=True, slots=True)
class Rad:
    """A row: its names (codes in words), a cell for each column."""

    namn: tuple[str, ...]
    rutor: tuple[Ruta, ...]
    total: bool = False


@dataclass(frozen=True, slots=True)
class Tabell:
    """One measure of a released table in one period (or the measures that have a total only), sexes side by side."""

    id: str
    """Unique in the report, fit for an anchor: ``insatser-antal_insatser-2019``."""
    tabell: str
    """Name of the released table."""
    rubrik: str
    """Caption: what, where, which period."""
    regel: str
    """Unit and when it counts, in words."""
    ledord: tuple[str, ...]
    """Headings of the names."""
    kolumner: tuple[str, ...]
    """Headings of the cells: sexes, or periods."""
    rader: tuple[Rad, ...]
    form: str = "antal"
    """How values are written: antal, andel, tal, skillnad, dagar or kronor."""
    nollor: tuple[str, ...] = ()
    """Rows in which all numbers are zero, in words."""
    okanda: tuple[str, ...] = ()
    """Rows in which nothing is known, in words."""
    noter: tuple[str, ...] = ()

    @property
    def tom(self) -> bool:
        """Whether no number in it is shown."""
        return not any(r.status in ("visas", "intervall") for rad in self.rader for r in rad.rutor)


@dataclass(frozen=True, slots=True)
class Punkt:
    """A mark of a chart. Without a value it stands as the symbol of its status."""

    kategori: str
    serie: str
    """Which sex, answer or year it belongs to; empty where there is one series only."""
    ruta: Ruta
    lag: float | None = None
    hog: float | None = None
    """Ends of the interval, only where they are released."""


@dataclass(frozen=True, slots=True)
class Diagram:
    """A chart of released numbers. ``alt`` carries the message without it; the table with the numbers stands beside."""

    id: str
    slag: Literal["staplar", "delade", "intervall", "linje"]
    """``staplar``: grouped bars; ``delade``: parts of a whole, stacked to it; ``intervall``: dots with intervals;
    ``linje``: over years."""
    rubrik: str
    axel: str
    """What the values are, with unit."""
    punkter: tuple[Punkt, ...]
    alt: str
    tabell: str
    """Id of the ``Tabell`` with the same numbers."""
    form: str = "antal"
    kategori: str = ""
    """What the categories are."""


@dataclass(frozen=True, slots=True)
class Lista:
    """Words that are explained: (word, explanation)."""

    rader: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Faktarad:
    """A table of words, no numbers from the edition: deliveries, checks, legal basis."""

    id: str
    rubrik: str
    huvud: tuple[str, ...]
    rader: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Fritext:
    """What the kommun has written itself, as tokens of Markdown that are safe to write in any form."""

    fil: str
    """Name of the file, to say where something is wrong."""
    block: tuple["TextBlock", ...]


@dataclass(frozen=True, slots=True)
class Text:
    """A run of words of the kommun's own text."""

    delar: tuple[Del, ...]
    fet: bool = False
    kursiv: bool = False
    lank: str = ""
    """An https or mailto address; empty where it is no link."""


@dataclass(frozen=True, slots=True)
class TextBlock:
    """A paragraph, heading or list item of the kommun's own text."""

    slag: Literal["stycke", "rubrik", "punkt", "nummer", "citat"]
    delar: tuple[Text, ...]
    niva: int = 1
    """Of a heading (1 is below the section's own), or how deep a list item stands."""


Innehall = Stycke | Tabell | Diagram | Lista | Faktarad | Fritext


@dataclass(frozen=True, slots=True)
class Avsnitt:
    """A section. ``niva`` 1 is a chapter, 2 a part of one; they stand in reading order."""

    id: str
    rubrik: str
    niva: int
    innehall: tuple[Innehall, ...]
    slag: Literal["text", "tabeller", "bilaga"] = "text"
    """``tabeller``: all that is released, for looking up; ``bilaga``: method, provenance, words."""


@dataclass(frozen=True, slots=True)
class Framsida:
    """What stands on the cover."""

    titel: str
    kommun: str
    namnd: str
    """Who it is written for: Socialnämnden, unless the settings say otherwise."""
    ar: int
    utgava: int
    typ: str
    """oppen or sekretessbilaga (tertial)."""
    laege: str
    """Where the edition stands, in words: expedierad, fastställd, ersatt av utgåva 4, återtagen."""
    dnr: str
    expedierad: date
    faststalld: date | None
    paragraf: str | None
    pahittad: bool
    """Whether it rests on invented records."""
    text: str = ""
    """To the reader, from who dispatched it: what a correction is about."""
    logotyp: str = ""
    """Path of the kommun's logo (PNG or SVG); empty where there is none."""
    sekretess: str = ""
    """Stands first on every page where the report is not open."""


@dataclass(frozen=True, slots=True)
class Rapport:
    """The whole report."""

    framsida: Framsida
    avsnitt: tuple[Avsnitt, ...]
    harkomst: Provenance
    forklaringar: Mapping[str, str] = field(default_factory=dict)
    """Symbols and what they mean: ▪, –, ., tom ruta."""

    def alla(self) -> Iterator[tuple[Avsnitt, Innehall]]:
        """Everything in reading order, with the section that it stands in."""
        for avsnitt in self.avsnitt:
            for sak in avsnitt.innehall:
                yield avsnitt, sak

    @property
    def tabeller(self) -> tuple[Tabell, ...]:
        """Every table, each once."""
        found = {sak.id: sak for _, sak in self.alla() if isinstance(sak, Tabell)}
        return tuple(found.values())

    @property
    def diagram(self) -> tuple[Diagram, ...]:
        """Every chart, each once."""
        found = {sak.id: sak for _, sak in self.alla() if isinstance(sak, Diagram)}
        return tuple(found.values())
