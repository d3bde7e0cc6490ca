"""Registers that change seldom and are nobody's delivery: kommuner, län, BRÅ's offence ids, names in ÖJ.

Read-only, no figures. ÖJ is Socialstyrelsen's Öppna jämförelser. The files are ours, in our own shape, in
``data/``; ids and codes are the owners' (SCB, BRÅ), but ÖJ has names only and those ids are ours.
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
class BraRegion:
    """What one of BRÅ's region ids stands for, and in which years. A kommun may have had several."""

    bra_region_id: int
    kommunkod: str
    fran_ar: int | None
    """The first year, None where it is not bounded."""
    till_ar: int | None
    """The last year."""

    def covers(self, year: int) -> bool:
        """Whether the id speaks for its kommun in that year."""
        return (self.fran_ar or year) <= year <= (self.till_ar or year)


@dataclass(frozen=True, slots=True)
class Seriebrott:
    """Where a series of figures cannot be read across: a note to print beside it."""

    kalla: str
    """The source, as ``Facts.kalla``."""
    nyckel: str
    """What of the source is concerned: a word of our own, such as ``misshandel_relation``."""
    fran: str
    """From when: ``2019``, ``2015-12`` or ``2021-07-01``."""
    vad: str
    """What changed, in Swedish, for readers."""
    belagg: Literal["seen", "from memory"]
    """``seen`` in a source that was read, or ``from memory``: to be checked before it is quoted."""

    @property
    def ar(self) -> int:
        """The year of the change."""
        return int(self.fran[:4])


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


@dataclass(frozen=True, slots=True)
class OjNamn:
    """A name that an indicator of Öppna jämförelser has had. Several names may have the same id: it was renamed.

    The names of 2015 are those of Socialstyrelsen's 60 indicators on support to victims of crime, as its table for the
    whole country prints them. The ids are ours.
    """

    id: str
    ar_fran: int
    ar_till: int | None
    """Last year with this name, None while none is known."""
    namn: str
    kortnamn: str | None
    """The name over its column in the yearly workbook."""
    kvalitetsomrade: str
    indikatoromrade: str


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
def kolada_nyckeltal() -> Mapping[str, str]:
    """The nyckeltal on violence that are fetched by default: Kolada's id to a short title of ours.

    Source: Kolada (RKA). Kolada's own titles and definitions come with the values.
    """
    return MappingProxyType({row["kpi"]: row["titel"] for row in _rows("kolada_nyckeltal.csv")})


@lru_cache(maxsize=1)
def brottstyper() -> Mapping[int, Brottstyp]:
    """BRÅ's offence ids that concern violence in close relationships, and the totals above them."""
    return MappingProxyType({typ.brott_id: typ for typ in map(_brottstyp, _rows("bra_brottstyper.csv"))})


@lru_cache(maxsize=1)
def bra_regioner() -> Mapping[int, BraRegion]:
    """BRÅ's region ids of kommuner: Heby has two, by its län; län, police regions and stadsdelar have none here.

    Source: BRÅ's statistics database, as read in a municipality's open harvest of it.
    """
    return MappingProxyType({region.bra_region_id: region for region in map(_bra_region, _rows("bra_regioner.csv"))})


@lru_cache(maxsize=1)
def seriebrott() -> tuple[Seriebrott, ...]:
    """Known breaks in series, by source and date."""
    return tuple(sorted((_seriebrott(row) for row in _rows("seriebrott.csv")), key=lambda b: (b.kalla, b.fran)))


def _bra_region(row: dict[str, str]) -> BraRegion:
    return BraRegion(
        bra_region_id=int(row["bra_region_id"]),
        kommunkod=row["kommunkod"],
        fran_ar=int(row["fran_ar"]) if row["fran_ar"] else None,
        till_ar=int(row["till_ar"]) if row["till_ar"] else None,
    )


def _seriebrott(row: dict[str, str]) -> Seriebrott:
    return Seriebrott(
        kalla=row["kalla"],
        nyckel=row["nyckel"],
        fran=row["fran"],
        vad=row["vad"],
        belagg=cast("Literal['seen', 'from memory']", row["belagg"]),
    )


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


@lru_cache(maxsize=1)
def oj_namn() -> tuple[OjNamn, ...]:
    """The concordance of Öppna jämförelser: each known name of each indicator, in the source's order."""
    return tuple(
        OjNamn(
            id=row["id"],
            ar_fran=int(row["ar_fran"]),
            ar_till=int(row["ar_till"]) if row["ar_till"] else None,
            namn=row["namn"],
            kortnamn=row["kortnamn"] or None,
            kvalitetsomrade=row["kvalitetsomrade"],
            indikatoromrade=row["indikatoromrade"],
        )
        for row in _rows("oj_indikatorer.csv")
    )
