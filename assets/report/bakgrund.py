"""Background and legal basis as data: what is said, by whom, and how well it is known. Reads YAML, writes nothing."""

from dataclasses import dataclass
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
_KEYS = ("rubrik", "text", "kalla", "status")
_LONGEST = 1500


@dataclass(frozen=True, slots=True)
class Pastaende:
    """A statement with its source."""

    rubrik: str
    text: str
    kalla: str
    status: str
    """A key of ``STATUS``."""


@dataclass(frozen=True, slots=True)
class Bakgrund:
    """What stands in a background file."""

    pastaenden: tuple[Pastaende, ...] = ()
    namnd: str = "Socialnämnden"


def las_bakgrund(path: Path) -> tuple[Bakgrund, list[str]]:
    """The background, and what is wrong in the file: file, line, what to do. What is wrong is left out."""
    page = Page(path)
    node = page.node()
    if node is None:
        return Bakgrund(), page.faults
    keys = page.pairs(node, ("namnd", "pastaenden"), ("pastaenden",))
    namnd = page.prose(keys.get("namnd"), "namnd", 100) or "Socialnämnden"
    found = []
    listed = keys.get("pastaenden")
    if listed is not None and not isinstance(listed, yaml.SequenceNode):
        page.fault(listed, "pastaenden: här ska stå en lista där varje påstående börjar med - rubrik:")
        listed = None
    for item in page.items(listed):
        parts = page.pairs(item, _KEYS, _KEYS)
        said = {k: page.prose(parts.get(k), k, _LONGEST) for k in ("rubrik", "text", "kalla")}
        status = page.one_of(parts.get("status"), "status", STATUS)
        if all(said.values()) and status:
            found.append(Pastaende(said["rubrik"], said["text"], said["kalla"], status))
    return Bakgrund(tuple(found), namnd), page.faults


@cache
def standard() -> Bakgrund:
    """The background that comes with the program."""
    found, faults = las_bakgrund(Path(__file__).with_name(FIL))
    if faults:
        raise UserError("\n".join(faults))
    return found
