"""Which source a file comes from: by its följesedel, else by what it shows at first sight. Reads no rows."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from sources._values import fold
from sources.base import Glimpse, Source, Unreadable
from sources.readers import decode, read_headers, sheet_names
from warehouse.contracts.delivery import Fault

MAPPED = "utdrag"
"""The form of a file of which only the mapping says what it holds."""

_SEPARATED = (".csv", ".txt", ".tsv")
_START = 4000


def recognise(content: bytes, filename: str, sources: Sequence[Source], slip: Mapping[str, Any]) -> Source:
    """The source that a file comes from. Refuses where none or several fit."""
    stated = {name: slip[name] for name in ("kalla", "tabell") if slip.get(name)}
    if slip.get("mappning"):
        stated.setdefault("tabell", MAPPED)
    for name, value in stated.items():
        if value not in {getattr(s, name) for s in sources}:
            raise Unreadable(Fault("foljesedel_fel", kolumn=name))
    fits = [s for s in sources if all(getattr(s, name) == value for name, value in stated.items())]
    suffix = Path(filename).suffix.casefold()
    readable = [source for source in fits if suffix in source.suffixes]
    if fits and not readable:
        raise Unreadable(Fault("filformat"))
    if len(readable) > 1 or not stated:
        seen = glimpse(content, suffix)
        readable = [source for source in readable if source.tells(seen)]
    if len(readable) != 1:
        raise Unreadable(Fault("okand_kalla"))
    return readable[0]


def glimpse(content: bytes, suffix: str) -> Glimpse:
    """What a file shows at first sight. Raises Unreadable where it is damaged or not of the kind it calls itself."""
    if suffix == ".xlsx":
        return Glimpse(suffix, sheets=tuple(name.strip().casefold() for name in sheet_names(content)))
    if suffix in _SEPARATED:
        headers = frozenset(fold(header) for header in read_headers(content))
        return Glimpse(suffix, headers=headers, start=decode(content)[:_START])
    return Glimpse(suffix, start=content[: 4 * _START].decode("utf-8", "replace")[:_START])
