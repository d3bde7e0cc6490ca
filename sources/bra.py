"""BRÅ: reported offences per kommun and period, as CSV from its statistics database. No rates of our own.

Ids are the keys; the labels beside them (kön, ålder, plats, relation) are for people and are not read.
"""

from collections.abc import Mapping
from typing import Any

from sources.base import Reading, Source
from sources.figures import Rows, columns, number, says_empty, span, text, value
from sources.readers import read_csv
from warehouse.contracts.reference import brottstyper

AVSANDARE = "Brottsförebyggande rådet (BRÅ)"
NOBODY = "0000"

_NEEDED = ("kommunkod", "period", "periodtyp", "brott_id", "antal", "per_100000_inv")
_KNOWN = frozenset({"kommun", "bra_region_id", "grupp", "kon", "alder", "plats", "relation", "source"})
_CONTRACT = {
    "kommunkod": "kommunkod",
    "period": "period",
    "periodtyp": "periodtyp",
    "preliminar": "periodtyp",
    "brott_id": "brott_id",
    "antal": "antal",
    "per_100000_inv": "per_100000_inv",
}
"""Contract column to the source's column."""

_PERIODTYP = {"år": "ar", "helår": "ar", "månad": "manad", "kvartal": "kvartal"}
_LENGTH = {"ar": 4, "manad": 6, "kvartal": 6}


def read(content: bytes, slip: Mapping[str, Any]) -> Reading:
    """The offences of one file. An id that is not known, or a second figure for the same key, costs its row."""
    source = read_csv(content, allow_empty=says_empty(slip))
    picked = columns(source, _NEEDED, _KNOWN)
    out = Rows(tuple(_CONTRACT), source, [picked.letters.get(name, "") for name in _CONTRACT.values()])
    known = brottstyper()
    seen: dict[tuple[str | None, ...], tuple[float | None, ...]] = {}
    for rad, line in zip(source.rows, picked.records(), strict=True):
        row = _row(line)
        brott_id = row["brott_id"]
        if brott_id and brott_id.isdecimal() and int(brott_id) not in known:
            out.refuse("okand_kod", rad, "brott_id")
            continue
        if _unlike(row["period"], row["periodtyp"]):
            out.refuse("form", rad, "period")
            continue
        key = (row["kommunkod"], row["period"], brott_id)
        figures = (value(row["antal"]), value(row["per_100000_inv"]))
        if None not in key and seen.setdefault(key, figures) != figures:
            out.refuse("samma_nyckel_olika_nummer", rad, "antal")
            continue
        out.kept.append((rad, row))
    return Reading(out.table(), _facts([row for _, row in out.kept]), picked.warnings)


def _row(line: Mapping[str, Any]) -> dict[str, str | None]:
    periodtyp, preliminar = _periodtyp(text(line["periodtyp"]))
    return {
        "kommunkod": text(line["kommunkod"]),
        "period": number(line["period"]),
        "periodtyp": periodtyp,
        "preliminar": preliminar,
        "brott_id": number(line["brott_id"]),
        "antal": number(line["antal"]),
        "per_100000_inv": number(line["per_100000_inv"]),
    }


def _periodtyp(raw: str | None) -> tuple[str | None, str]:
    """``Månad (prel.)`` is a month whose figure may still change."""
    words = (raw or "").casefold().replace("(prel.)", "").strip()
    preliminar = "ja" if raw and "prel" in raw.casefold() else "nej"
    return _PERIODTYP.get(words, raw), preliminar


def _unlike(period: str | None, periodtyp: str | None) -> bool:
    """A month that calls itself a year would be added to the year's own figure."""
    if period is None or periodtyp not in _LENGTH:
        return False
    return len(period) != _LENGTH[periodtyp] or ("Q" in period) != (periodtyp == "kvartal")


def _facts(rows: list[dict[str, str | None]]) -> dict[str, Any]:
    kommuner = {row["kommunkod"] for row in rows}
    facts: dict[str, Any] = {
        "kalla": "bra",
        "tabell": "bra_brott",
        "namnd": next(iter(kommuner)) if len(kommuner) == 1 and None not in kommuner else NOBODY,
        "avsandare": AVSANDARE,
        "omfang": "periodutdrag",
    }
    period = span({row["period"] for row in rows})
    return facts | ({"period": period} if period else {})


SOURCES: tuple[Source, ...] = (
    Source(kalla="bra", tabell="bra_brott", suffixes=(".csv",), headers=frozenset(_NEEDED), read=read),
)
