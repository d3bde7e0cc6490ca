"""What the chapters share: the edition to read, the kommun's own texts, and how a chapter is declared."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from assets.report.eget import Egna
from assets.report.innehall.las import SHOWN, Las
from assets.report.modell import Diagram, Innehall, Tabell
from assets.report.underlag import Underlag


@dataclass(frozen=True, slots=True)
class Bygge:
    """What a report is built of."""

    u: Underlag
    las: Las
    fore: Las | None
    """The edition of the year before."""
    egna: Egna
    sagt: Mapping[str, tuple[Innehall, ...]] = field(default_factory=dict)
    """What each chapter of figures has to say, by its id."""


@dataclass(frozen=True, slots=True)
class Kapitel:
    """A chapter of figures: it stands where some number of its tables is shown and it has something to say."""

    id: str
    rubrik: str
    tabeller: tuple[str, ...]
    bygg: Callable[[Bygge], tuple[Innehall, ...]]
    heter: str
    """What its figures are called in a list: ``uppgifter om skyddat boende``."""


def med_bild(bild: Diagram | None, tabell: Tabell | None) -> tuple[Innehall, ...]:
    """A chart and its table; the table alone where there is no chart, nothing where zeros are all that it shows."""
    shown = [r for rad in tabell.rader for r in rad.rutor if r.status in SHOWN] if tabell else []
    if tabell is None or not any(r.status == "intervall" or r.varde != 0 for r in shown):
        return ()
    return (bild, tabell) if bild is not None else (tabell,)
