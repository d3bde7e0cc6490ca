"""Words for a trace: how a number is printed, what an edition's state means, which code made it. Reads nothing.

Numbers are written as ``assets.tables.presentation`` writes them, without importing what counts.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from assets.publicering.tecken import SPOKEN, SYMBOL
from assets.publicering.varianter import VARIANTER
from warehouse.contracts.codes import TOTAL, label
from warehouse.contracts.reference import brottstyper, kommuner, lan, oj_namn
from warehouse.contracts.swedish import day, number
from warehouse.released import Edition
from warehouse.sparning import Cell

INSIDE = (
    "Inom sekretess: här står sådant som utgåvans läsare inte får veta (antal rader, körningar, inloggningar). Lämna "
    "inte vidare utan sekretessprövning."
)
INDELNINGAR = {name: v.titel[:1].lower() + v.titel[1:] for name, v in VARIANTER.items()}
"""How an edition's tables are cut."""
RATES = {
    ("anmalda_brott", "per_100000"): ("antal_brott", 100_000),
    ("behov_utbud", "per_10000_vuxna"): ("antal", 10_000),
    ("behov_utbud", "per_10000_alla"): ("antal", 10_000),
    ("behov_utbud", "personer_per_10000_vuxna"): ("antal_personer", 10_000),
}
"""Rates that are counted here of a number that stands beside them and of SCB's population, by table and measure."""
MIXED = ("behov_utbud",)
"""Tables whose numbers are some counted here, some printed by their source."""
POPULATION = "befolkning"
_ATTRIBUTES = {"anmalda_brott": ("grupp", "gren", "alder", "plats", "relation")}
"""Dimensions that only say what another's code is, and are not told where that one's label is."""
_YEAR = re.compile(r"\b(?:19|20)\d\d")
_DECIMALS = {"antal": None, "tal": 1, "skillnad": 2, "dagar": None, "kronor": 0}


def printed(cell: Cell, measure: Mapping[str, Any] | None, measures: Mapping[str, Any] | None = None) -> str:
    """The cell as it stands in the report. The ends of an interval of a share are whole percent there."""
    if cell.status == "intervall":
        return f"{number(cell.fran)}–{number(cell.till)}"
    if cell.varde is None:
        return {"skyddas": SYMBOL, "ej_tillampligt": "."}.get(cell.status, "–")
    form = (measure or {}).get("form", "antal")
    if form == "andel":
        end = cell.matt.endswith(("_lag", "_hog")) and cell.matt[:-4] in (measures or {})
        return f"{number(100 * cell.varde, decimals=0 if end else 1)} %"
    decimals = _DECIMALS[form]
    return number(cell.varde if decimals is None else round(cell.varde, decimals) + 0.0, decimals=decimals)


def spoken(text: str) -> str:
    """What a symbol means, for those who do not see it; the text itself where it is none."""
    return SPOKEN.get(text, text)


def whose(namnd: str) -> str:
    """The nämnd in words: a kommun, a län, the nation, a group."""
    if namnd == "riket":
        return "riket"
    if namnd.startswith("lan:"):
        return lan().get(namnd[4:], namnd)
    return namnd.removeprefix("grupp:") if namnd.startswith("grupp:") else kommuner().get(namnd, namnd)


def split(cell: Cell, labels: Mapping[tuple[str, str], str]) -> list[dict[str, str]]:
    """What the number is split by, each code in words; totals and what only describes another code are not named."""
    passed = _ATTRIBUTES.get(cell.tabell, ())
    return [
        {"dimension": d, "kod": k, "i_ord": labels.get((d, k)) or _open(cell.tabell, d, k)}
        for d, k in cell.dimensioner.items()
        if k != TOTAL and d not in passed
    ]


def _open(tabell: str, dimension: str, code: str) -> str:
    """The word of a code that comes with the rows: of an offence, an indicator or who somebody is."""
    if (tabell, dimension) == ("anmalda_brott", "brott_id") and code.isdecimal() and int(code) in brottstyper():
        return brottstyper()[int(code)].etikett
    if dimension == "indikator":
        newest = {n.id: n.namn for n in sorted(oj_namn(), key=lambda n: n.ar_fran)}
        return newest.get(code, code.removeprefix("namn_").replace("_", " "))
    return label("roll", code) if dimension == "vad" else code


def used(found: Sequence[dict[str, Any]], cell: Cell) -> list[dict[str, Any]]:
    """The deliveries that a number of those tables can rest on: of the population only the year that it is per.

    That is the cell's year, else the nearest that is delivered (of two as near the earlier). Each that the ledger has
    no row of, but that the number is per, gets ``som_bas``.
    """
    if not any(tabell == cell.tabell for tabell, _ in RATES):
        return list(found)
    year = int(cell.period[:4])
    years = {y for d in found if d["tabell"] == POPULATION for y in _covered(d["period"])}
    nearest = min(years, key=lambda y: (abs(y - year), y), default=year)
    rate = (cell.tabell, cell.matt) in RATES
    kept = []
    for one in found:
        if one["tabell"] != POPULATION:
            kept.append(one)
        elif rate and nearest in (_covered(one["period"]) or (nearest,)):
            kept.append(one | {"som_bas": True})
    return kept


def _covered(period: str | None) -> Sequence[int]:
    """The years of ``2024`` or ``2023-2025``; none where the delivery has no period."""
    years = [int(y) for y in _YEAR.findall(period or "")]
    return range(years[0], years[-1] + 1) if years else ()


def sex(kon: str) -> str:
    """The sex in a word."""
    return "totalt" if kon == TOTAL else label("kon", kon).lower()


def state(e: Edition) -> str:
    """Where an edition stands, in a sentence."""
    if e.tillstand == "atertagen":
        when = f" {day(e.atertagen)}" if e.atertagen else ""
        return f"Utgåvan är återtagen{when} och gäller inte. Orsak: {e.orsak or 'inte angiven'}"
    if e.tillstand == "ersatt":
        return f"Utgåvan gäller inte längre: den är ersatt av utgåva {e.ersatt_av}."
    if e.faststalld:
        return f"Utgåvan gäller. Fastställd {e.faststalld}, {e.paragraf}."
    return "Utgåvan gäller. Den är expedierad men ännu inte fastställd av nämnden."


def code(kodversion: str) -> dict[str, Any]:
    """A code version in its parts: program version, commit and digest of the lock file, None where unknown."""
    first, *rest = kodversion.split("+")
    lock = next((r.removeprefix("lock-") for r in rest if r.startswith("lock-")), None)
    commit = next((r for r in rest if not r.startswith("lock-")), None)
    changed = bool(commit and commit.endswith("-changed"))
    commit = commit.removesuffix("-changed") if commit else None
    return {"kodversion": kodversion, "program": first, "commit": commit, "andrad": changed, "las": lock}


def code_words(parts: Mapping[str, Any]) -> str:
    """A code version in a line."""
    told = [f"kvinnofrid {parts['program']}"]
    if parts["commit"]:
        told.append(f"commit {parts['commit']}{' med ändringar som inte var incheckade' if parts['andrad'] else ''}")
    else:
        told.append("commit okänd (installerat utan källkodsförråd)")
    told.append(f"låsfil {parts['las']}" if parts["las"] else "låsfil okänd")
    return ", ".join(told)


def formula(measure: Mapping[str, Any] | None, parts: Sequence[Mapping[str, Any]]) -> str:
    """How the number is made, in a sentence."""
    if measure is None:
        return "Måttet finns inte längre i tabellplanen, så det går inte att säga hur det räknas."
    names = " och ".join(f"”{p['titel']}”" for p in parts)
    if measure["slag"] == "harledd" and measure["form"] == "andel" and len(parts) == 2:
        return f"En andel: ”{parts[0]['titel']}” delat med ”{parts[1]['titel']}”."
    if measure["slag"] == "harledd":
        return f"Räknat av {names}." if names else "Räknat av andra mått."
    if measure["slag"] in ("medel", "median"):
        what = {"medel": "Ett medelvärde", "median": "En median (det mittersta värdet)"}[measure["slag"]]
        return f"{what} av {names}." if names else f"{what}."
    if measure["unik"]:
        return "Ett antal där var och en räknas en gång, så delarna kan tillsammans bli fler än totalen."
    return "En summa." if measure["slag"] == "summa" else "Ett antal."


def check(name: str, tabell: str) -> str:
    """What a check is about, in words."""
    from quality.consistency import describe

    own = {
        f"{tabell}.regler": "Regler för räknade tabeller (summor, delar, andelar)",
        f"{tabell}.poster_utan_kod": "Poster utan kod, som bara står i totalen",
        f"{tabell}.ar_till_ar": "Stora förändringar från året innan",
        f"{tabell}.tabell_orord": "Den lagrade tabellen är den som räknades",
    }
    return own.get(name) or describe(name)
