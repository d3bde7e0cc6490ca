"""Registers that change seldom and are nobody's delivery: kommuner, län and BRÅ's offence ids. Read-only, no figures.

The files are ours, in our own shape, in ``data/``; ids and codes are the owners' (SCB, BRÅ).
"""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Literal, cast

Gren = Literal["kon", "alder", "ovrigt"]

_DATA = Path(__file__).with_name("data")


@dataclass(frozen=True, slots=True)
class Brottstyp:
    """What one of BRÅ's offence ids stands for. The id is the key; the label is ours and only for people."""

    brott_id: int
    periodtyp: Literal["ar", "manad"]
    """``manad`` for ids that BRÅ uses for months and quarters; they differ from the yearly ones."""
    grupp: str
    kon: Literal["kvinna", "man", "totalt"]
    alder: str | None
    plats: str | None
    relation: str | None
    gren: Gren
    """Under misshandel BRÅ counts the same offences twice, by sex and by age: never add the one to the other."""
    foralder_id: int | None
    """The nearest id above it that is listed here. Children may overlap (15+ and 18+), so they are not to be added."""
    etikett: str


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (_DATA / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


@lru_cache(maxsize=1)
def kommuner() -> Mapping[str, str]:
    """The 290 kommuner: kommunkod (four digits, leading zero) to name."""
    return MappingProxyType({row["kommunkod"]: row["namn"] for row in _rows("kommuner.csv")})


@lru_cache(maxsize=1)
def lan() -> Mapping[str, str]:
    """The 21 län: länskod (two digits) to name. A kommun's län is the first two digits of its code."""
    return MappingProxyType({row["lanskod"]: row["namn"] for row in _rows("lan.csv")})


@lru_cache(maxsize=1)
def brottstyper() -> Mapping[int, Brottstyp]:
    """BRÅ's offence ids that concern violence in close relationships, and the totals above them."""
    return MappingProxyType({typ.brott_id: typ for typ in map(_brottstyp, _rows("bra_brottstyper.csv"))})


def _brottstyp(row: dict[str, str]) -> Brottstyp:
    return Brottstyp(
        brott_id=int(row["brott_id"]),
        periodtyp=cast("Literal['ar', 'manad']", row["periodtyp"]),
        grupp=row["grupp"],
        kon=cast("Literal['kvinna', 'man', 'totalt']", row["kon"]),
        alder=row["alder"] or None,
        plats=row["plats"] or None,
        relation=row["relation"] or None,
        gren=cast("Gren", row["gren"]),
        foralder_id=int(row["foralder_id"]) if row["foralder_id"] else None,
        etikett=row["etikett"],
    )
