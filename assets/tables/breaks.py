"""Breaks in series, as notes on every table that they touch: national ones, and the kommun's own from its YAML."""

from collections.abc import Collection
from dataclasses import dataclass

from assets.tables.spec import TableSpec
from warehouse.contracts.reference import seriebrott

COMPARED = 6
"""Years that are commonly shown together: a break further back matters no more."""


@dataclass(frozen=True, slots=True)
class OwnBreak:
    """A break of a kommun's own: a reorganisation, a new verksamhetssystem, a changed form."""

    kommun: str
    fran: str
    """From when: ``2019``, ``2019-05`` or ``2019-05-01``."""
    vad: str
    """What changed, in Swedish, for readers."""
    tabeller: tuple[str, ...] = ()
    """The tables it touches; empty: all that are counted from the nämnd's records."""


def break_notes(spec: TableSpec, kommun: str, year: int, own: Collection[OwnBreak]) -> list[str]:
    """What makes the year unlike those before it that it is likely to be compared with."""
    notes = [
        f"Serien bryts {found.fran}: {found.vad}"
        + (" Datumet är inte kontrollerat mot källan." if found.belagg == "from memory" else "")
        for found in seriebrott()
        if {found.kalla, f"{found.kalla}:{found.nyckel}"} & set(spec.breaks) and _matters(found.fran, year)
    ]
    notes += [
        f"Serien bryts {found.fran} (kommunens egen uppgift): {found.vad}"
        for found in own
        if found.kommun == kommun
        and (spec.name in found.tabeller or (not found.tabeller and not spec.public))
        and _matters(found.fran, year)
    ]
    return notes


def _matters(since: str, year: int) -> bool:
    return year - COMPARED < int(since[:4]) <= year
