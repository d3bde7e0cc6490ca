"""Breaks in series, as notes on every table that they touch: national ones, and the kommun's own from its YAML."""

import calendar
import re
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

import yaml

from assets.tables.local_yaml import Page, nearest
from assets.tables.spec import TableSpec
from warehouse.contracts.errors import UserError
from warehouse.contracts.reference import kommuner, seriebrott

COMPARED = 6
"""Years that are commonly shown together: a break further back matters no more."""
SLAG = {
    "omorganisation": "omorganisation",
    "verksamhetssystem": "nytt verksamhetssystem",
    "formular": "ändrat formulär",
    "annat": "annan ändring",
}
"""What kind of break a kommun may declare, with the words for readers."""

EJ_KONTROLLERAT = " Datumet är inte kontrollerat mot källan."
"""Said of a break whose day is from memory, to those who look after the tables; a report leaves it out."""

_KEYS = ("kommun", "fran", "slag", "vad", "tabeller")
_DAY = re.compile(r"(19[7-9]\d|20\d\d)(?:-(0[1-9]|1[0-2])(?:-(0[1-9]|[12]\d|3[01]))?)?")


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
    slag: str = "annat"
    """A code of ``SLAG``."""


def read_breaks(path: Path, tables: Collection[str]) -> tuple[tuple[OwnBreak, ...], list[str]]:
    """The breaks that hold, and what is wrong with the others (file, line, what to do). No file: none of either.

    ``tables`` are the names that a break may touch.
    """
    if not path.exists():
        return (), []
    page = Page(path)
    node = page.node()
    if node is not None and not isinstance(node, yaml.SequenceNode):
        page.fault(node, "här ska stå en lista: varje brott börjar med - kommun:")
        node = None
    found: dict[OwnBreak, None] = {}
    for item in node.value if isinstance(node, yaml.SequenceNode) else ():
        one = _break(page, item, tables)
        if one in found:
            page.fault(item, "samma brott står två gånger; behåll ett av dem")
        elif one is not None:
            found[one] = None
    return tuple(found), page.faults


def load_breaks(path: Path, tables: Collection[str]) -> tuple[OwnBreak, ...]:
    """The kommun's own breaks; none where there is no file.

    Raises:
        UserError: naming file and line of everything that is wrong.
    """
    found, wrong = read_breaks(path, tables)
    if wrong:
        raise UserError("\n  ".join(["Kommunens egna seriebrott går inte att använda:", *wrong]))
    return found


def _break(page: Page, node: yaml.Node, tables: Collection[str]) -> OwnBreak | None:
    before = len(page.wrong)
    said = page.pairs(node, _KEYS, required=("kommun", "fran", "vad"))
    kommun = page.word(said.get("kommun"), "kommun")
    if kommun and kommun not in kommuner():
        page.fault(said["kommun"], "kommunkoden finns inte; skriv fyra siffror, till exempel 0114")
    fran = page.word(said.get("fran"), "fran")
    if fran and not _is_day(fran):
        page.fault(said["fran"], "fran skrivs ÅÅÅÅ, ÅÅÅÅ-MM eller ÅÅÅÅ-MM-DD, och dagen ska finnas")
    vad = page.prose(said.get("vad"), "vad", 300)
    slag = page.one_of(said.get("slag"), "slag", SLAG) or "annat"
    named = []
    for item in page.items(said.get("tabeller")):
        name = page.word(item, "tabeller")
        if name and name not in tables:
            page.fault(item, f"tabellen finns inte; {nearest(name, tables)}")
        named.append(name)
    if "tabeller" in said and not named:
        page.fault(said["tabeller"], "tabeller är tom; nämn minst en, eller ta bort raden så gäller det alla")
    if len(page.wrong) > before:
        return None
    return OwnBreak(kommun, fran, vad, tuple(dict.fromkeys(named)), slag)


def _is_day(text: str) -> bool:
    match = _DAY.fullmatch(text)
    if match is None:
        return False
    year, month, day = (int(part) if part else 1 for part in match.groups())
    return day <= calendar.monthrange(year, month)[1]


def break_notes(spec: TableSpec, kommun: str, year: int, own: Collection[OwnBreak]) -> list[str]:
    """What makes the year unlike those before it that it is likely to be compared with."""
    notes = [
        f"Serien bryts {found.fran}: {found.vad}" + (EJ_KONTROLLERAT if found.belagg == "from memory" else "")
        for found in seriebrott()
        if {found.kalla, f"{found.kalla}:{found.nyckel}"} & set(spec.breaks) and _matters(found.fran, year)
    ]
    notes += [
        f"Serien bryts {found.fran} ({SLAG[found.slag]}, kommunens egen uppgift): {_sentence(found.vad)}"
        for found in sorted(own, key=lambda b: (b.fran, b.slag, b.vad))
        if found.kommun == kommun
        and (spec.name in found.tabeller or (not found.tabeller and not spec.public))
        and _matters(found.fran, year)
    ]
    return notes


def _matters(since: str, year: int) -> bool:
    return year - COMPARED < int(since[:4]) <= year


def _sentence(text: str) -> str:
    return text if text[-1] in ".!?" else f"{text}."
