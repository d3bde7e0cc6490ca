"""Stock and flow: what is ongoing when a period begins is what was ongoing when the one before it ended.

What went on in a period without what ended in it goes on when it ends; without what began in it, it went on when it
began. So two years' tables, or pooled years beside a single one, tell of each other though no table says so.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations, product

from assets.publicering.relationer import Draft
from quality.disclosure.model import Cell, Relation
from quality.disclosure.primary import Count

Names = Mapping[str, list[str]]
"""Cells by id, each with the names that its versions have in the system."""


@dataclass(frozen=True, slots=True)
class Bestand:
    """Something that goes on: what counts it, what counts those that began, and those that ended.

    ``avslutade``: (codes, table, measure, codes there); None among codes means: the same as what goes on has.
    """

    tabell: str
    pagaende: str
    startade: str
    avslutade: tuple[tuple[str | None, str, str, str | None], ...]

    def ended(self, period: str, kon: str, codes: str) -> str:
        """The id of the cell that counts those that ended; one that stands nowhere where no table has it."""
        for own, tabell, matt, theirs in self.avslutade:
            if own in (None, codes):
                return f"{tabell}|{matt}|{period}|{kon}|{codes if theirs is None else theirs}"
        return f"{self.tabell}|avslutade|{period}|{kon}|{codes}"


BESTAND = (
    Bestand(
        "arenden", "antal_arenden", "antal_startade",
        (
            ("", "bortfall", "antal_forvantade", "variabel=arende_avslutsorsak"),
            *((f"roll={r}", "maluppfyllelse", "antal_avslutade", None)
              for r in ("valdsutsatt_vuxen", "barn", "valdsutovare")),
        ),
    ),
    Bestand(
        "skyddat_boende", "antal_placeringar", "antal_paborjade",
        ((None, "skyddat_boende", "antal_avslutade", None),),
    ),
)  # fmt: skip
"""A case keeps its role, kön, age (that of the day it began) and unit, a stay its role and kön."""


@dataclass(frozen=True, slots=True)
class _Side:
    """A period on one side of a New Year: what goes on (``hela``) without what ended or began in it (``del_``)."""

    period: str
    hela: str
    del_: str
    """The part's name in the system; the id that it would have where it stands nowhere."""
    known: bool


def floden(draft: Draft) -> None:
    """Tie together what two periods tell of each New Year between them, in all versions that agree.

    A part that stands nowhere, and that a reader can work out from the rest, is a count of its own.
    """
    versions: dict[str, list[str]] = defaultdict(list)
    for name in draft.counts:
        if name.count("|") == 4:
            versions[name.partition("@")[0]].append(name)
    for stock in BESTAND:
        for turn in _turns(stock, versions).values():
            for one, other in _across(turn):
                _tie(draft, one, other)
            for side in turn:
                if side.known and f"{side.hela}|utan|{side.del_}" not in draft.counts:
                    draft.rest(side.hela, side.del_, trait=False, name=f"{stock.tabell}: pågår vid årsskiftet")


def _turns(stock: Bestand, versions: Names) -> Mapping[tuple[int, str, str], list[_Side]]:
    """All that is told of each New Year (its old year, kön, codes)."""
    found: dict[tuple[int, str, str], list[_Side]] = defaultdict(list)
    for cell, names in versions.items():
        tabell, matt, period, kon, codes = cell.split("|")
        years = period.split("_")
        if (tabell, matt) != (stock.tabell, stock.pagaende) or not all(y.isdigit() for y in years):
            continue
        ends = stock.ended(period, kon, codes)
        begins = f"{tabell}|{stock.startade}|{period}|{kon}|{codes}"
        for year, part in ((int(years[-1]), ends), (int(years[0]) - 1, begins)):
            for whole, one in product(names, versions.get(part, [part])):
                found[year, kon, codes].append(_Side(period, whole, one, part in versions))
    return found


def _across(sides: list[_Side]) -> Iterator[tuple[_Side, _Side]]:
    """Every two of different periods of which at least one is told whole, that one first."""
    for one, other in combinations(sides, 2):
        if one.period != other.period and (one.known or other.known):
            yield (one, other) if one.known else (other, one)


def _tie(draft: Draft, one: _Side, other: _Side) -> None:
    """``one`` is told whole. Where the records of two editions do not agree a reader is wrong, and learns nothing."""
    ongoing = draft.value(one.hela) - draft.value(one.del_)
    name = "pågår vid årsskiftet"
    part = other.del_
    if not other.known:
        left = draft.value(other.hela) - ongoing
        if left < 0 or ongoing < 0:
            return
        part = f"{other.hela}|utan|{one.hela}|{one.del_}"
        draft.counts[part] = Count(Cell(part, left, 0, printed=False), "person", left, remainder=True)
    elif draft.value(other.hela) - draft.value(part) != ongoing:
        return
    draft.relate(Relation(((one.hela, 1), (one.del_, -1), (other.hela, -1), (part, 1)), 0, 0, name))
