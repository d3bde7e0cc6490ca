"""The result page of BRÅ's statistics database: HTML as the server sends it, or as a browser saves it. No network.

Seen in a stored page of the database and in clients for it: cells ``<td class="resultatAntal" headers="P G C R M">``
with the ids of period, group of periods, crime, region and measure (``antal``, ``antal_100``); headings
``<th id= axis=>`` with axis ``ar`` (År, or a year), ``manader`` (2025, 2016 prel., Aug), ``region`` and ``matt``. The
crime's own heading has no id: its id stands in the cells only. Cells of the rows above a chosen crime name fewer ids
and hold ``..`` or nothing. ISO-8859-1; blanks and nbsp in figures; ``..`` for missing.

Assumed: that ids may stand in another order, that headings of a crime may carry an id too, that ``axis`` may be gone
in a saved page (its headings are then told by their texts), and that a preliminary year or month says so in either of
its two headings. A browser that saves the page may have changed its encoding; what the bytes are decides.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from lxml import etree, html

from sources.base import Glimpse, Reading, Unreadable
from sources.bra.rows import Offences, region, whole_id
from sources.bra.words import Period, period_of
from sources.figures import number
from sources.readers import BLANKS, decode, letter
from warehouse.contracts.delivery import Fault
from warehouse.contracts.reference import brottstyper

SUFFIXES = (".html", ".htm")

_MEASURES = {"antal": "antal", "antal_100": "per_100000_inv", "antal_100k": "per_100000_inv"}
_TITLE = re.compile(r"resultatantal|sol, online statistik|statistik\.bra\.se|solwebb")
_NOT_TEXT = re.compile(r"^\s*<\?xml[^>]*\?>")


def tells(seen: Glimpse) -> bool:
    """Whether a page shows at its start that it comes from BRÅ's database."""
    return bool(_TITLE.search(seen.start.casefold()))


@dataclass(slots=True)
class _Headings:
    """Ids of the headings of a page, by what they head."""

    periods: dict[str, str] = field(default_factory=dict)
    regions: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class _Cell:
    rad: int
    bokstav: str
    ids: tuple[str, ...]
    figure: str | None


@dataclass(slots=True)
class _Figures:
    """The figures of one region, crime and period."""

    rad: int
    found: dict[str, tuple[str | None, str]] = field(default_factory=dict)
    """Contract column to figure and letter."""


def read(content: bytes, slip: Mapping[str, Any]) -> Reading:
    """The offences of one result page. Rows are counted in the result table, as a reader of the page counts them.

    Raises:
        Unreadable: where the page is cut, or no result table stands in it (an error page, the frame around it).
    """
    del slip
    page = decode(content)
    if not page.strip(BLANKS):
        raise Unreadable(Fault("tom_fil"))
    lowered = page.casefold()
    if "resultatantal" not in lowered:
        raise Unreadable(Fault("bra_ingen_tabell"))
    if ("<html" in lowered and "</html" not in lowered) or "</table" not in lowered:
        raise Unreadable(Fault("avkortad_fil"))
    try:
        tree = html.document_fromstring(_NOT_TEXT.sub("", page))
    except (etree.LxmlError, ValueError):
        raise Unreadable(Fault("filformat")) from None
    headings = _headings(tree)
    out = Offences()
    figures: dict[tuple[str, str, Period], _Figures] = {}
    for cell in _cells(tree):
        measure = [_MEASURES[i] for i in cell.ids if i in _MEASURES]
        ids = [i for i in cell.ids if i not in _MEASURES]
        if cell.figure is None and len(ids) < 3:
            continue  # a row above a chosen crime: a heading, with nothing in it
        key = _key(ids, headings) if len(measure) == 1 else None
        if key is None:
            out.refuse("bra_cell", cell.rad, measure[0] if measure else "antal", cell.bokstav)
        elif (period := period_of(*(headings.periods[i] for i in key[2:]))) is None:
            out.refuse("bra_period", cell.rad, "period", cell.bokstav)
        else:
            _put(figures.setdefault((key[0], key[1], period), _Figures(cell.rad)), measure[0], cell, out)
    if not figures and not out.faults:
        raise Unreadable(Fault("bra_ingen_tabell"))
    for (region_id, brott_id, period), one in figures.items():
        _add(out, region_id, brott_id, period, one)
    return Reading.of("bra_brott", out.table(), out.facts())


def _put(one: _Figures, measure: str, cell: _Cell, out: Offences) -> None:
    """A figure stands for itself; ``..`` of a row above a chosen crime never takes the place of one."""
    before = one.found.get(measure, (None, ""))[0]
    if before is None:
        one.found[measure] = (cell.figure, cell.bokstav)
    elif cell.figure not in {None, before}:
        out.refuse("samma_nyckel_olika_nummer", cell.rad, measure, cell.bokstav)


def _add(out: Offences, region_id: str, brott_id: str, period: Period, one: _Figures) -> None:
    place = region(region_id)
    figures = {name: one.found.get(name, (None, ""))[0] for name in ("antal", "per_100000_inv")}
    if not any(figures.values()) and whole_id(brott_id) not in brottstyper():
        return  # a row above a chosen crime
    if place and not place.covers(period.ar) and not any(figures.values()):
        return  # Heby's id of the other län: nothing is said, and the other id says it
    if place is None or not place.covers(period.ar):
        out.refuse("bra_region", one.rad, "kommunkod")
        return
    row = {
        "kommunkod": place.kommunkod,
        "period": period.nyckel,
        "periodtyp": period.periodtyp,
        "preliminar": period.preliminar,
        "brott_id": brott_id,
    }
    out.add(one.rad, row | figures, {name: at for name, (_, at) in one.found.items()})


def _headings(tree: html.HtmlElement) -> _Headings:
    found = _Headings()
    for heading in tree.iter("th"):
        name, axis = heading.get("id"), (heading.get("axis") or "").casefold()
        if not name or name in _MEASURES:
            continue
        said = " ".join(heading.text_content().split())
        if axis == "region" or (not axis and region(name) and not _of_a_period(said)):
            found.regions.add(name)
        elif axis in {"ar", "manader", "manad", "period"} or (not axis and _of_a_period(said)):
            found.periods[name] = said
    return found


def _of_a_period(said: str) -> bool:
    """Whether it heads a period, or part of one: ``År``, ``2025``, ``Aug``, ``Kvartal 2``."""
    return said.casefold() in {"år", "helår"} or bool(period_of(said) or period_of("2000", said))


def _cells(tree: html.HtmlElement) -> Iterator[_Cell]:
    for table in tree.iter("table"):
        rows = [row for row in table.iter("tr") if next(row.iterancestors("table")) is table]
        for rad, row in enumerate(rows, start=1):
            for place, cell in enumerate(row.iterchildren("td", "th")):
                if cell.tag == "td" and "resultatantal" in (cell.get("class") or "").casefold().split():
                    ids = tuple((cell.get("headers") or "").split())
                    yield _Cell(rad, letter(place), ids, number(cell.text_content()))


def _key(ids: list[str], headings: _Headings) -> tuple[str, ...] | None:
    """Region, crime and the ids of the period. The order seen decides where it fits; else what the headings say."""
    *before, crime, last = ids if len(ids) >= 3 else ("", "", "")
    placed = last in headings.regions and before and all(i in headings.periods for i in before)
    if placed and (len(ids) == 4 or crime not in headings.periods):
        return (last, crime, *before)
    regions = [i for i in ids if i in headings.regions]
    periods = [i for i in ids if i in headings.periods]
    crimes = [i for i in ids if i not in headings.regions and i not in headings.periods]
    if len(regions) != 1 or len(crimes) != 1 or not periods:
        return None
    return (regions[0], crimes[0], *periods)
