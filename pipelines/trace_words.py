"""Words for a trace: how a number is printed, what an edition's state means, which code made it. Reads nothing.

Numbers are written as ``assets.tables.presentation`` writes them, without importing what counts.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from assets.publicering.tecken import SPOKEN, SYMBOL
from warehouse.contracts.codes import TOTAL, label
from warehouse.contracts.reference import kommuner, lan
from warehouse.contracts.swedish import number
from warehouse.released import Edition
from warehouse.sparning import Cell

INSIDE = (
    "Inom sekretess: här står sådant som utgåvans läsare inte får veta (antal rader, körningar, inloggningar). Lämna "
    "inte vidare utan sekretessprövning."
)
STEPS = {
    "utkast": "gjord som utkast",
    "granskad": "granskad",
    "godkand": "godkänd",
    "expedierad": "expedierad",
    "faststalld": "fastställd",
    "ersatt": "ersatt av en nyare",
    "atertagen": "återtagen",
    "forkastad": "förkastad",
}
TYPES = {"oppen": "öppen", "sekretessbilaga": "sekretessbilaga", "tertial": "tertialuppföljning, intern"}
METHODS = {
    "certifikat": "intyg för varje skyddat tal",
    "lp": "oberoende beräkning av vad en läsare kan räkna ut",
}
_STOCKHOLM = ZoneInfo("Europe/Stockholm")
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
    """What the number is split by, each code in words; totals are not named."""
    return [
        {"dimension": d, "kod": k, "i_ord": labels.get((d, k), k)} for d, k in cell.dimensioner.items() if k != TOTAL
    ]


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


def day(moment: datetime | date | None) -> str:
    """The day in Stockholm."""
    if isinstance(moment, datetime):
        return str(moment.astimezone(_STOCKHOLM).date())
    return str(moment) if moment else "–"


def minute(moment: datetime) -> str:
    """Day and time in Stockholm."""
    return f"{moment.astimezone(_STOCKHOLM):%Y-%m-%d %H:%M}"


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
