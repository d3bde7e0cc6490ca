"""BRÅ's figures as CSV in three shapes: our own columns, a municipality's harvest, and the yearly file of all kommuner.

Ids are the keys; labels (kön, ålder, plats, relation, the offence's name) are for people and are not read. What a file
is, it shows itself: by its headers, or by having none where the yearly file of one year had none.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sources._values import fold
from sources.base import Glimpse, Reading, Unreadable, by_headers
from sources.bra.rows import Offences, region, whole_id
from sources.bra.words import Period, part_of_kommun, period_of, place_of
from sources.figures import Columns, columns, number, says_empty, text
from sources.readers import BLANKS, decode, detect_separator, read_csv
from warehouse.contracts.delivery import Fault, TextTable

TOTAL = "5036"
"""BRÅ's yearly id of all offences together."""
URVAL = "kommunfil"
"""What the yearly file speaks for: totals of every kommun. It must not replace a kommun's own figures."""

_OWN = ("kommunkod", "period", "periodtyp", "brott_id", "antal", "per_100000_inv")
_OWN_KNOWN = frozenset({"kommun", "bra_region_id", "grupp", "kon", "alder", "plats", "relation", "source"})
_HARVEST = ("periodtyp", "periodnyckel", "region_id", "brott_id", "antal", "per100000")
_HARVEST_MORE = ("periodetikett", "preliminär", "status_antal", "status_per100000")
_HARVEST_KNOWN = frozenset(
    {"år", "månad", "kvartal", "period_start", "period_slut", "kommun", "brott", "brottsnivå", "förälder_id"}
    | {"förälder", *(f"nivå{n}" for n in range(1, 6))}
)
_DATABASE_FILE = frozenset({"region", "brott", "antal"})
_PERIODTYP = {"år": "ar", "helår": "ar", "månad": "manad", "kvartal": "kvartal"}
_PRELIMINAR = {"true": "ja", "sant": "ja", "ja": "ja", "1": "ja"}

_YEARLY_NAMES = ("Kommun", "Antal", "Per 100 000 inv.")
_FIGURE = re.compile(r"-?[\d\s]+(?:[.,]\d+)?|\.\.|\.|[-–−]?")


def tells(seen: Glimpse) -> bool:
    """Whether a CSV file shows one of the shapes. The yearly file without headers shows nothing: a note must say."""
    return bool(seen.headers) and (
        by_headers(*_OWN)(seen)
        or by_headers("periodnyckel", "region_id", "brott_id")(seen)
        or by_headers("brott", "per_100_000_inv")(seen)
        or (len(seen.headers) <= 3 and by_headers("kommun", "antal", "per_100_000_inv")(seen))
    )


def read(content: bytes, slip: Mapping[str, Any]) -> Reading:
    """The offences of one CSV file, whichever of the shapes it has.

    Raises:
        Unreadable: where it cannot be read, a column is missing, or the yearly file's year is not said.
    """
    lines = decode(content)
    first = next((line for line in lines.splitlines() if line.strip(BLANKS)), "")
    fields = [field.strip(f'{BLANKS}"') for field in first.split(detect_separator(lines))]
    headers = {fold(field) for field in fields}
    if headers >= _DATABASE_FILE and "brott_id" not in headers:
        raise Unreadable(Fault("bra_utan_id"))
    if "kommun" in headers and len([f for f in fields if f]) <= 3 and "antal" in headers:
        return _yearly(read_csv(content, allow_empty=says_empty(slip)), slip)
    if _without_header(fields):
        names = detect_separator(lines).join(_YEARLY_NAMES[: len(fields)])
        return _yearly(_moved_up(read_csv(f"{names}\n{lines.lstrip(BLANKS)}".encode())), slip)
    table = read_csv(content, allow_empty=says_empty(slip))
    return _harvest(table) if "periodnyckel" in headers else _own(table)


def _own(table: TextTable) -> Reading:
    picked = columns(table, _OWN, _OWN_KNOWN)
    out = Offences(letters={**picked.letters, "preliminar": picked.letters.get("periodtyp", "")})
    for rad, line in zip(table.rows, picked.records(), strict=True):
        periodtyp, preliminar = _periodtyp(text(line["periodtyp"]))
        out.add(
            rad,
            {
                "kommunkod": text(line["kommunkod"]),
                "period": number(line["period"]),
                "periodtyp": periodtyp,
                "preliminar": preliminar,
                "brott_id": number(line["brott_id"]),
                "antal": number(line["antal"]),
                "per_100000_inv": number(line["per_100000_inv"]),
            },
        )
    return Reading.of("bra_brott", out.table(table.faults), out.facts(), picked.warnings)


def _periodtyp(raw: str | None) -> tuple[str | None, str]:
    """``Månad (prel.)`` is a month whose figure may still change."""
    words = (raw or "").casefold().replace("(prel.)", "").strip()
    preliminar = "ja" if raw and "prel" in raw.casefold() else "nej"
    return _PERIODTYP.get(words, raw), preliminar


def _harvest(table: TextTable) -> Reading:
    there = {str(name).strip().casefold() for name in table.frame.columns}
    picked = columns(table, (*_HARVEST, *(n for n in _HARVEST_MORE if n in there)), _HARVEST_KNOWN)
    out = Offences(letters=_harvest_letters(picked))
    for rad, line in zip(table.rows, picked.records(), strict=True):
        said = {name: text(line.get(name)) for name in _HARVEST_MORE}
        place = region(number(line["region_id"]))
        period, label = number(line["periodnyckel"]), _label(said["periodetikett"])
        periodtyp, preliminar = _periodtyp(text(line["periodtyp"]))
        if preliminar == "nej":
            preliminar = _PRELIMINAR.get((said["preliminär"] or "").casefold(), label.preliminar if label else "nej")
        antal, rate = number(line["antal"]), number(line["per100000"])
        if label and period and label.nyckel != period:
            out.refuse("bra_period", rad, "period")
        elif place is None or (period and not place.covers(whole_id(period[:4]))):
            out.refuse("bra_region", rad, "kommunkod")
        elif (antal and said["status_antal"] == "missing") or (rate and said["status_per100000"] == "missing"):
            out.refuse("bra_status", rad, "antal" if antal and said["status_antal"] == "missing" else "per_100000_inv")
        else:
            out.add(
                rad,
                {
                    "kommunkod": place.kommunkod,
                    "period": period,
                    "periodtyp": periodtyp,
                    "preliminar": preliminar,
                    "brott_id": number(line["brott_id"]),
                    "antal": antal,
                    "per_100000_inv": rate,
                },
            )
    return Reading.of("bra_brott", out.table(table.faults), out.facts(), picked.warnings)


def _label(said: str | None) -> Period | None:
    return period_of(said) if said else None


def _harvest_letters(picked: Columns) -> dict[str, str]:
    names = {
        "kommunkod": "region_id",
        "period": "periodnyckel",
        "periodtyp": "periodtyp",
        "preliminar": "preliminär" if "preliminär" in picked.letters else "periodetikett",
        "brott_id": "brott_id",
        "antal": "antal",
        "per_100000_inv": "per100000",
    }
    return {ours: picked.letters.get(theirs, "") for ours, theirs in names.items()}


def _without_header(fields: list[str]) -> bool:
    """A kommun's name and one or two figures on the very first line."""
    name, *figures = fields
    return (
        1 <= len(figures) <= 2
        and not _FIGURE.fullmatch(name)
        and any(figures)
        and all(_FIGURE.fullmatch(figure) for figure in figures)
    )


def _moved_up(table: TextTable) -> TextTable:
    """Row numbers without the line of headers that was put above."""
    return replace(
        table,
        rows=table.rows - 1,
        faults=tuple(replace(fault, rad=fault.rad - 1 if fault.rad else None) for fault in table.faults),
    )


def _yearly(table: TextTable, slip: Mapping[str, Any]) -> Reading:
    """Totals of all kommuner in the year that the följesedel says. Stadsdelar are left out, each with a note."""
    year = str(slip.get("period", ""))
    if not re.fullmatch(r"(?:19|20)\d\d", year):
        raise Unreadable(Fault("bra_ar_saknas", kolumn="period"))
    rate = next((str(n) for n in table.frame.columns if fold(str(n)).startswith(("per_100_000", "per_100000"))), None)
    named = table.frame.rename(columns={rate: "per"} if rate else {})
    picked = columns(replace(table, frame=named), ("kommun", "antal", *(("per",) if rate else ())))
    out = Offences(
        letters={
            "kommunkod": picked.letters["kommun"],
            "antal": picked.letters["antal"],
            "per_100000_inv": picked.letters.get("per", ""),
        }
    )
    notes = list(picked.warnings)
    for rad, line in zip(table.rows, picked.records(), strict=True):
        name = text(line["kommun"])
        place = place_of(name) if name else None
        if name and (part_of_kommun(name) or (place and place.omrade_typ != "kommun")):
            notes.append(Fault("bra_inte_kommun", int(rad)))
        elif place is None:
            out.refuse("bra_omrade" if name else "saknas", rad, "kommunkod")
        else:
            out.add(
                rad,
                {
                    "kommunkod": place.omrade,
                    "period": year,
                    "periodtyp": "ar",
                    "preliminar": "nej",
                    "brott_id": TOTAL,
                    "antal": number(line["antal"]),
                    "per_100000_inv": number(line.get("per")),
                },
            )
    facts = out.facts() | {"namnd": "0000", "period": year, "urval": URVAL}
    return Reading.of("bra_brott", out.table(table.faults), facts, tuple(notes))
