"""The search form of BRÅ's statistics database: which periods, regions and crimes can be chosen. No network.

Seen in clients for it: the choices stand in the page's script as ``arrayPeriod[0]="id*name*year id*full name*kind"``,
``arrayRegionNivaEtt``/``arrayRegionNivaTva`` (``id*name...``) and ``arrayNivaett``/``arrayNivatva`` (crimes,
``id*name...``); a period's id is a number of the database's own, another in each menu. Assumed: that ``<option>``
elements of a list whose name tells what it holds mean the same, where the arrays are gone.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from lxml import etree, html

from sources.bra.words import period_of

_ARRAY = re.compile(r"array(\w+?)\[\d+\]\s*=\s*([\"'])((?:\\.|(?!\2).)*)\2")
_REGIONS = ("RegionNivaEtt", "RegionNivaTva")
_CRIMES = ("Nivaett", "Nivatva", "NivaEtt", "NivaTva")


@dataclass(frozen=True, slots=True)
class Form:
    """What can be chosen, by the database's own ids."""

    periods: Mapping[str, str]
    """The period as the contract writes it (``2025``, ``2025Q1``, ``202501``) to its id in this menu."""
    regions: frozenset[str]
    crimes: frozenset[str]

    @property
    def whole(self) -> bool:
        """Whether the page was a form at all: the database answers with a stub where the session is gone."""
        return bool(self.periods and self.regions and self.crimes)


def read_form(page: str) -> Form:
    """The choices of the page that ``urval`` answers with."""
    arrays: dict[str, list[list[str]]] = {}
    for name, _, said in _ARRAY.findall(page):
        arrays.setdefault(name, []).append(said.replace("\\xA0", " ").replace('\\"', '"').split("*"))
    return Form(
        periods=_periods(arrays.get("Period") or _options(page, "period")),
        regions=_ids(arrays, _REGIONS) or frozenset(row[0] for row in _options(page, "region")),
        crimes=_ids(arrays, _CRIMES) or frozenset(row[0] for row in _options(page, "brott")),
    )


def _ids(arrays: Mapping[str, list[list[str]]], names: Iterable[str]) -> frozenset[str]:
    return frozenset(row[0].strip() for name in names for row in arrays.get(name, ()))


def _periods(rows: Iterable[list[str]]) -> dict[str, str]:
    """The full name says year and month; where there is none, the name does."""
    found: dict[str, str] = {}
    for number, *names in rows:
        period = next(filter(None, (period_of(name) for name in (*names[2:3], *names[:1]))), None)
        if period:
            found.setdefault(period.nyckel, number.strip())
    return found


def _options(page: str, word: str) -> list[list[str]]:
    try:
        tree = html.document_fromstring(page)
    except (etree.LxmlError, ValueError):
        return []
    lists = [s for s in tree.iter("select") if word in f"{s.get('name', '')} {s.get('id', '')}".casefold()]
    return [
        [o.get("value", ""), " ".join(" ".join(map(str, o.itertext())).split())]
        for s in lists
        for o in s.iter("option")
    ]
