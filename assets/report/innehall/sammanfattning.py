"""The summary: the questions that a nämnd asks, answered with released numbers."""

from collections.abc import Callable, Sequence

from assets.report.innehall.behov import behov_tabell, tecken
from assets.report.innehall.enkat import enkat_kort
from assets.report.innehall.forandring import forandringar
from assets.report.innehall.hjalp import insatser_text, skyddat, vanligast
from assets.report.innehall.kapitel import Bygge
from assets.report.innehall.okant import rakning, saknade, tomma
from assets.report.innehall.omvarld import brottstabell, jour_text, jourer, oj_text, viktigaste_brott
from assets.report.innehall.personer import barn_egna, barn_fragor, heder_text, nya, storsta_aldrar, vuxna
from assets.report.innehall.resultat import ORSAK, mal_text, utfall_text, vald_upphort
from assets.report.innehall.sprak import (
    VALDSUTSATTA,
    punkt,
    rakna_upp,
    stycke,
    viktigt,
)
from assets.report.innehall.tabeller import liten
from assets.report.innehall.valdet import risk_text, vald_text
from assets.report.modell import Avsnitt, Innehall, Stycke
from warehouse.contracts.codes import TOTAL

MAN_DOLDA = "Siffror om män kan inte visas utan att enskilda kan kännas igen."
KVINNOR_DOLDA = "Siffror om kvinnor kan inte visas utan att enskilda kan kännas igen."
DOLT = "Det kan inte visas utan att enskilda kan kännas igen."


def sammanfattning(b: Bygge, laege: str, pahittad: bool, egna: Sequence[Innehall]) -> tuple[Avsnitt, ...]:
    """The lead, and a part for each question."""
    lead: list[Innehall] = []
    if b.u.edition.tillstand in ("atertagen", "ersatt"):
        lead.append(viktigt(f"Den här utgåvan gäller inte längre: den är {laege}."))
    if pahittad:
        lead.append(
            viktigt(
                "PÅHITTADE UPPGIFTER: rapporten är ett exempel. Siffrorna är påhittade och gäller inga verkliga "
                "personer."
            )
        )
    lead.append(_lead(b))
    lead += egna
    parts = [
        Avsnitt(f"sammanfattning-{name}", title, 2, tuple(found))
        for name, title, make in _QUESTIONS
        if (found := make(b))
    ]
    return (Avsnitt("sammanfattning", "Sammanfattning", 1, tuple(lead)), *parts)


def plats(b: Bygge) -> str:
    """Where, in a sentence."""
    namnd = b.u.edition.namnd
    return (
        "i riket" if namnd == "riket" else f"i gruppen {b.u.plats}" if namnd.startswith("grupp:") else f"i {b.u.plats}"
    )


def _lead(b: Bygge) -> Stycke:
    return stycke(
        f"Rapporten visar vad som är känt om våld i nära relationer {plats(b)} {b.u.edition.ar}: vilka som sökte "
        "och fick hjälp av socialtjänsten, vilken hjälp det var, hur det gick och om hjälpen räcker. Den gäller dem "
        "som har kommit i kontakt med socialtjänsten, och säger inte hur vanligt våldet är."
    )


def _hur_manga(b: Bygge) -> list[Stycke]:
    found = vuxna(b.las)
    made = [_som_punkt(found)] if found else []
    children = barn_egna(b.las)
    made += [_som_punkt(children)] if children else []
    made += [_som_punkt(p) for p in nya(b.las, kort=True)]
    ages = storsta_aldrar(b.las)
    made += [_som_punkt(ages)] if ages else []
    told = ("arenden", "antal_personer")
    main = [k for k in (TOTAL, "kvinna", "man") if b.las.tal(*told, k, roll="valdsutsatt_vuxen")]
    if made and TOTAL not in main and len(main) < 2 and b.las.har("arenden") and b.u.edition.typ == "oppen":
        made.append(stycke("Grupper som inte nämns kan inte visas utan att enskilda kan kännas igen."))
    if not made and b.las.har("arenden"):
        made.append(stycke(f"Hur många som hade ett ärende går inte att berätta. {DOLT}"))
    for kon, said in (("man", MAN_DOLDA), ("kvinna", KVINNOR_DOLDA)):
        if kon not in b.las.visade_kon and _finns(b, kon):
            made.append(stycke(said))
    return made


def _finns(b: Bygge, kon: str) -> bool:
    """Whether there are cells of that sex that are protected."""
    return any(
        r["kon"] == kon and r["status"] == "skyddas"
        for t, rows in b.u.utgiven.rader.items()
        if b.las.har(t)
        for r in rows
    )


def _vilka(b: Bygge) -> list[Stycke]:
    found = [heder_text(b.las), *vald_text(b.las)[:2]]
    return [_som_punkt(p) for p in found if p]


def _vilken_hjalp(b: Bygge) -> list[Stycke]:
    made = insatser_text(b.las)
    common = vanligast(b.las)
    made += [common] if common else []
    made += skyddat(b.las)[:1]
    made += risk_text(b.las)[:1]
    made += barn_fragor(b.las)[:1]
    return [_som_punkt(p) for p in made]


def _battre(b: Bygge) -> list[Stycke]:
    before = utfall_text(b.las)
    ended = vald_upphort(b.las)
    goals = mal_text(b.las)[:1]
    users = enkat_kort(b.las)
    if not (before or ended or goals or users):
        if not any(b.las.har(t) for t in ("utfall", "utfall_vald_samlat", "maluppfyllelse", "brukarenkat")):
            return [stycke("Det går inte att säga: utgåvan har inga uppgifter om hur det gick.")]
        return [stycke("Det går inte att säga. Resultaten kan inte visas utan att enskilda kan kännas igen.")]
    pairs = [_som_punkt(p) for p in (*before[:2], *ended)]
    made = [*pairs, stycke(ORSAK)] if pairs else []
    return [*made, *(_som_punkt(p) for p in (*goals, *users))]


def _racker(b: Bygge) -> list[Stycke]:
    crimes = brottstabell(b.las)
    reported: list[Stycke] = []
    for rad in viktigaste_brott(crimes)[:2]:
        shown = [
            (d, f" {heading.lower()}")
            for heading, cell in zip(crimes.kolumner if crimes else (), rad.rutor, strict=True)
            for d in cell.delar
            if not isinstance(d, str)
        ]
        if shown:
            reported.append(punkt(f"Anmälda brott, {liten(rad.namn[0])}: ", rakna_upp(shown), "."))
    if reported:
        known = any("bekant" in rad.namn[0] for rad in viktigaste_brott(crimes)[:2])
        friend = " En bekant till offret kan också vara en vän." if known else ""
        reported.append(punkt(f"Många brott anmäls aldrig.{friend}"))
    made = [*_bredvid(b), *reported]
    for jour in jourer(b.las):
        made += jour_text(b.las, jour)
    made += [_som_punkt(p) for p in oj_text(b.las)[:1]]
    table = behov_tabell(b.las)
    signs = tecken(b)
    if signs and made:
        made.insert(0, stycke("Det här är också känt om behovet och stödet:"))
    made = [*signs, *made]
    if not made and (table is None or table.tom):
        return [stycke("Det går inte att bedöma av siffrorna i den här utgåvan.")]
    missing = [
        word
        for table_name, word in (("iop", "jourernas rapporter"), ("anmalda_brott", "anmälda brott"))
        if not b.las.har(table_name)
    ]
    if missing:
        made.append(
            stycke(f"Utgåvan saknar uppgifter om {' och '.join(missing)}. Därför saknas en del av bilden av behovet.")
        )
    made.append(
        stycke(
            "Talen räknar olika saker och kan inte delas med varandra. De säger inte hur många som behöver "
            "hjälp men aldrig söker den."
        )
    )
    return made


def _bredvid(b: Bygge) -> list[Stycke]:
    """Exposed adults with a case and with an insats that ran, side by side: the same persons in the same year."""
    for kon in (TOTAL, "kvinna"):
        case = b.las.tal("arenden", "antal_personer", kon, roll="valdsutsatt_vuxen")
        insats = b.las.tal("kolada", "antal_u30751_personer", kon)
        if case and insats:
            return [
                punkt(
                    "Hos nämnden: ",
                    case,
                    f" {VALDSUTSATTA[kon]} hade ett pågående ärende, och ",
                    insats,
                    " hade minst en insats som pågick under året.",
                )
            ]
    return []


def _andrat(b: Bygge) -> list[Stycke]:
    if b.fore is None:
        return [stycke(f"Det finns ingen utgåva för {b.u.edition.ar - 1} att jämföra med.")]
    found = forandringar(b, 5)
    if not found:
        return [stycke(f"Inga tal visas både för {b.fore.ar} och för {b.las.ar}, så de två åren kan inte jämföras.")]
    return found


def _vet_inte(b: Bygge) -> list[Stycke]:
    made: list[Stycke] = [_som_punkt(p) for p in rakning(b.u)]
    empty = tomma(b)
    if empty:
        made.append(punkt(f"Inget tal kan visas om {', och inget om '.join(empty)}."))
    gone = saknade(b)
    if gone:
        made.append(punkt(f"Utgåvan har inga uppgifter om {_och(gone)}."))
    made.append(
        punkt("De som aldrig söker hjälp syns inte, och inte heller de som fått hjälp utan att det registrerats.")
    )
    return made


def _listed(words: Sequence[str]) -> list[str]:
    return [", ".join(words[:-1]), words[-1]] if len(words) > 1 else list(words)


def _och(words: Sequence[str]) -> str:
    return " och ".join(_listed(words))


def _som_punkt(p: Stycke) -> Stycke:
    return Stycke(p.delar, "punkt")


_QUESTIONS: tuple[tuple[str, str, Callable[[Bygge], list[Stycke]]], ...] = (
    ("hur-manga", "Hur många?", _hur_manga),
    ("vilka", "Vad hade de utsatts för?", _vilka),
    ("hjalp", "Vilken hjälp fick de?", _vilken_hjalp),
    ("battre", "Blev det bättre?", _battre),
    ("racker", "Räcker hjälpen?", _racker),
    ("andrat", "Vad har ändrats sedan förra året?", _andrat),
    ("vet-inte", "Vad vet vi inte?", _vet_inte),
)
