"""Background and legal basis as data: what is said, by whom, and how well it is known. Reads YAML, writes nothing."""

from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

import yaml

from assets.tables.local_yaml import Page
from warehouse.contracts.errors import UserError

FIL = "bakgrund.yaml"
STATUS = {
    "läst": "läst i källan",
    "räknat": "uträknat ur källans siffror",
    "kommunens": "kommunen svarar för uppgiften",
}
_NEEDED = ("rubrik", "text", "kalla", "status")
_KEYS = (*_NEEDED, "fran")
VARFOR_SKYDD = "Varför alla siffror inte kan visas"
"""The heading that stands only where something is protected."""
_LONGEST = 1500
_DAY = r"\d{4}-\d{2}-\d{2}"
_HOW = "skriv dagen som ÅÅÅÅ-MM-DD, en dag som finns"


@dataclass(frozen=True, slots=True)
class Pastaende:
    """A statement with its source."""

    rubrik: str
    text: str
    kalla: str
    status: str
    """A key of ``STATUS``. For those who look after the text; readers are told the source."""
    fran: str = ""
    """The day from which it is in force (``2024-04-01``); empty where it has none. Earlier years leave it out."""


@dataclass(frozen=True, slots=True)
class Bakgrund:
    """What stands in a background file. No statements: the program's own stand."""

    pastaenden: tuple[Pastaende, ...] = ()
    namnd: str = "Socialnämnden"


def las_bakgrund(path: Path) -> tuple[Bakgrund, list[str]]:
    """The background, and what is wrong in the file: file, line, what to do. What is wrong is left out."""
    page = Page(path)
    node = page.node()
    if node is None:
        return Bakgrund(), page.faults
    keys = page.pairs(node, ("namnd", "pastaenden"))
    namnd = page.prose(keys.get("namnd"), "namnd", 100) or "Socialnämnden"
    found = []
    listed = keys.get("pastaenden")
    if listed is not None and not isinstance(listed, yaml.SequenceNode):
        page.fault(listed, "pastaenden: här ska stå en lista där varje påstående börjar med - rubrik:")
        listed = None
    for item in page.items(listed):
        parts = page.pairs(item, _KEYS, _NEEDED)
        said = {k: page.prose(parts.get(k), k, _LONGEST) for k in ("rubrik", "text", "kalla")}
        status = page.one_of(parts.get("status"), "status", STATUS)
        fran = page.named(parts.get("fran"), "fran", _DAY, _HOW)
        if fran and not _is_day(fran):
            page.fault(parts["fran"], f"fran: {_HOW}")
        if all(said.values()) and status:
            found.append(Pastaende(said["rubrik"], said["text"], said["kalla"], status, fran))
    return Bakgrund(tuple(found), namnd), page.faults


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


@cache
def standard() -> Bakgrund:
    """The background that comes with the program."""
    found, faults = las_bakgrund(Path(__file__).with_name(FIL))
    if faults:
        raise UserError("\n".join(faults))
    return found
