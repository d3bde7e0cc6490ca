"""The chapter on what help was given: insatser, waiting, protected housing."""

from collections.abc import Sequence

from assets.report.innehall.bilder import budskap, diagram
from assets.report.innehall.kapitel import Bygge, med_bild
from assets.report.innehall.las import Las
from assets.report.innehall.personer import bara
from assets.report.innehall.sprak import (
    BARN,
    FOR_KON,
    PERSONER,
    VUXNA,
    Bit,
    en_flera,
    gallande,
    grupper,
    rakna_upp,
    sist,
    stycke,
)
from assets.report.innehall.tabeller import forsta_utdrag
from assets.report.modell import Del, Innehall, Stycke
from warehouse.contracts.codes import CODES, TOTAL

INSATSER = gallande("insats", "insatser")
_KINDS = CODES["insatstyp"]


def insatser_text(las: Las) -> list[Stycke]:
    """How many exposed adults had help that ran in the year; then what was newly granted, and to how many."""
    made = []
    ongoing = sist(las, VUXNA, "kolada", "antal_u30751_personer")
    if ongoing:
        made.append(
            stycke(
                "Bland dem som utsatts för våld hade ",
                ongoing[1],
                f" minst en insats inom individ- och familjeomsorgen som pågick{_nar(ongoing)}.",
            )
        )
    if found := sist(las, INSATSER, "insatser", "antal_insatser"):
        made.append(stycke("Nämnden beviljade ", found[1], f" genom nya beslut{_nar(found)}."))
    if found := sist(las, PERSONER, "insatser", "antal_personer"):
        made.append(
            stycke(
                "Nya beslut om insatser gällde ",
                found[1],
                f"{found[0]}, barn och våldsutövare medräknade. Insatser som beslutats tidigare är inte med.",
            )
        )
    return made


def _nar(found: tuple[str, Sequence[Del]]) -> str:
    return found[0] or " under året"


def insatser_skillnad(las: Las) -> list[Stycke]:
    """Why those who had help and those who were granted it are not the same, where both are told."""
    had, granted = (
        sist(las, VUXNA, "kolada", "antal_u30751_personer"),
        sist(las, PERSONER, "insatser", "antal_personer"),
    )
    if not (had and granted):
        return []
    return [
        stycke(
            "De två antalen personer räknar olika saker. Pågående insatser räknas också när beslutet är från ett "
            "tidigare år och när de getts utan behovsprövning, men bara för våldsutsatta vuxna. Nya beslut räknar "
            "bara det som beviljats under perioden, men för alla: våldsutsatta vuxna, barn och våldsutövare."
        )
    ]


def vanligast(las: Las) -> Stycke | None:
    """The kinds of insatser of which most are shown, for the group that most kinds are shown for."""
    best: tuple[int, str, str] | None = None
    for period in las.perioder:
        for kon in (TOTAL, "kvinna"):
            known = sum(las.varde("insatser", "antal_insatser", kon, period, insatstyp=c) is not None for c in _KINDS)
            if best is None or known > best[0]:
                best = (known, kon, period)
        if best and best[0] >= 3:
            break
    if best is None or best[0] < 3:
        return None
    _, kon, period = best
    values = {c: las.varde("insatser", "antal_insatser", kon, period, insatstyp=c) for c in _KINDS}
    found = sorted(((v, c) for c, v in values.items() if v), key=lambda pair: -pair[0])
    if len(found) < 2:
        return None
    parts = [
        (_KINDS[c].lower(), " (", las.tal("insatser", "antal_insatser", kon, period, insatstyp=c) or "", ")")
        for _, c in found[:3]
    ]
    hidden = any(
        las.status("insatser", "antal_insatser", kon, period, insatstyp=c) in ("skyddas", "intervall") for c in _KINDS
    )
    lead = "Vanligast bland de insatser som kan visas" if hidden else "Vanligast"
    return stycke(f"{lead}{FOR_KON[kon]} var ", rakna_upp(parts), ".")


def vantan(las: Las) -> list[Stycke]:
    """How long people waited from decision to start, where the start is known."""
    for period in las.perioder:
        found = grupper(las, "insatser", ["median_vantetid"], period)
        if not found:
            continue
        made = []
        for kon in found:
            days = las.tal("insatser", "median_vantetid", kon, period)
            value = las.varde("insatser", "median_vantetid", kon, period)
            if days is None:
                continue
            soon = las.tal("insatser", "antal_inom_14", kon, period)
            of = las.tal("insatser", "antal_med_start", kon, period)
            share = las.andel("insatser", "andel_inom_14", kon, period)
            made.append(
                stycke(
                    f"Hälften av insatserna{FOR_KON[kon]} började inom ",
                    days,
                    f" {en_flera(value, 'dag', 'dagar')} från beslutet (median).",
                    [
                        " Av ",
                        of,
                        f" {en_flera(las.varde('insatser', 'antal_med_start', kon, period), 'insats', 'insatser')}"
                        " med känd startdag började ",
                        soon,
                        " inom två veckor",
                        [" (", share, ")"] if share else "",
                        ".",
                    ]
                    if soon and of
                    else "",
                )
            )
        return [
            *made,
            stycke("Insatser utan startdag är inte med. Har de inte börjat än är den verkliga väntan längre."),
        ]
    return []


def dagar(las: Las) -> list[Bit]:
    """The median waiting time of each group that it can be told of: ``5 dagar för kvinnor och flickor``."""
    for period in las.perioder:
        if found := grupper(las, "insatser", ["median_vantetid"], period):
            return [
                (
                    las.tal("insatser", "median_vantetid", kon, period) or "",
                    f" {en_flera(las.varde('insatser', 'median_vantetid', kon, period), 'dag', 'dagar')}{FOR_KON[kon]}",
                )
                for kon in found
            ]
    return []


def skyddat(las: Las) -> list[Stycke]:
    """Persons in protected housing, and how long."""
    made = []
    if found := sist(las, VUXNA, "skyddat_boende", "antal_personer", roll="valdsutsatt_vuxen"):
        made.append(stycke("I skyddat boende bodde ", found[1], f"{found[0]}."))
    if found := sist(las, BARN, "skyddat_boende", "antal_personer", roll="barn"):
        made.append(
            stycke(f"I skyddat boende bodde {'också ' if made else ''}", found[1], f" med eget ärende{found[0]}.")
        )
    if found := sist(las, BARN, "skyddat_boende", "antal_medfoljande_barn"):
        made.append(
            stycke(
                "I ärenden där en förälder hade skyddat boende fanns ",
                found[1],
                f"{found[0]}. Samma barn kan också ha ett eget ärende.",
            )
        )
    for period in las.perioder:
        groups = grupper(las, "skyddat_boende", ["median_dagar"], period, roll="valdsutsatt_vuxen")
        for kon in groups:
            days = las.tal("skyddat_boende", "median_dagar", kon, period, roll="valdsutsatt_vuxen")
            value = las.varde("skyddat_boende", "median_dagar", kon, period, roll="valdsutsatt_vuxen")
            whom = {"kvinna": "kvinnor", "man": "män"}.get(kon, "vuxna")
            made.append(
                stycke(
                    f"Hälften av de placeringar för {whom} som avslutades hade varat högst ",
                    days or "",
                    f" {en_flera(value, 'dag', 'dagar')} (median).",
                )
            )
        if groups:
            break
    return made


def hjalp(b: Bygge) -> tuple[Innehall, ...]:
    """Insatser and how long people waited for them."""
    las = b.las
    made: list[Innehall] = [*insatser_text(las), *insatser_skillnad(las)]
    common = vanligast(las)
    made += [common] if common else []
    table = forsta_utdrag(
        las, "insatser", "antal_insatser", "Beviljade insatser", behall=lambda r: bara(r, "insatstyp"), kapitel="hjalp"
    )
    if table:
        title = budskap(table, "{} är vanligast", "Beviljade insatser efter slag", "är {} vanligast")
        made += med_bild(diagram(las, table, title, "Antal insatser"), table)
    made += vantan(las)
    if found := sist(las, gallande("avslag", "avslag"), "insatser", "antal_avslag"):
        made.append(stycke("Nämnden gav ", found[1], f"{found[0]}."))
    if found := sist(las, INSATSER, "insatser", "antal_avidentifierade"):
        made.append(
            stycke(
                "Dessutom gavs ",
                found[1],
                " utan att personen registrerades. De räknas för sig, och kan gälla samma personer som ovan.",
            )
        )
    return tuple(made)


def boende(b: Bygge) -> tuple[Innehall, ...]:
    """Protected housing."""
    las = b.las
    made: list[Innehall] = [*skyddat(las)]
    title = "Personer i skyddat boende"
    table = forsta_utdrag(
        las, "skyddat_boende", "antal_personer", title, behall=lambda r: bara(r, "roll"), kapitel="boende"
    )
    if table:
        chart = diagram(las, table, title, "Antal personer") if len(table.rader) > 3 else None
        made += med_bild(chart, table)
    return tuple(made)
