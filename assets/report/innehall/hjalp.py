"""The chapter on what help was given: insatser, waiting, protected housing."""

from assets.report.innehall.bilder import budskap, diagram
from assets.report.innehall.kapitel import Bygge, med_bild
from assets.report.innehall.las import Las, period_ord
from assets.report.innehall.personer import ALLA_KON, bara
from assets.report.innehall.sprak import (
    BARN,
    FOR_KON,
    PERSONER,
    VUXNA,
    antal,
    en_flera,
    gallande,
    grupper,
    rakna_upp,
    stycke,
)
from assets.report.innehall.tabeller import utdrag
from assets.report.modell import Innehall, Stycke
from warehouse.contracts.codes import CODES, TOTAL

INSATSER = gallande("insats", "insatser")


def insatser_text(las: Las) -> list[Stycke]:
    """How many insatser were granted, to how many."""
    period = las.period("insatser", ["antal_insatser"], ALLA_KON)
    if period is None:
        return []
    told = antal(las, INSATSER, "insatser", "antal_insatser", period)
    made = [stycke(f"Under {period_ord(period)} beviljades ", told or "", ".")]
    people = antal(las, PERSONER, "insatser", "antal_personer", period)
    if people:
        made.append(stycke("Minst en insats beviljades för ", people, "."))
    return made


def vanligast(las: Las) -> Stycke | None:
    """The kinds of insatser of which most are shown, for everybody or for women; of what can be shown."""
    period = las.period("insatser", ["antal_insatser"], ALLA_KON)
    if period is None:
        return None
    for kon in (TOTAL, "kvinna"):
        found = [
            (value, code)
            for code in CODES["insatstyp"]
            if (value := las.varde("insatser", "antal_insatser", kon, period, insatstyp=code))
        ]
        found.sort(key=lambda pair: -pair[0])
        if len(found) < 2:
            continue
        parts = [
            [f"{CODES['insatstyp'][code].lower()} ", las.tal("insatser", "antal_insatser", kon, period, insatstyp=code) or ""]
            for _, code in found[:3]
        ]  # fmt: skip
        every = all(
            las.status("insatser", "antal_insatser", kon, period, insatstyp=c) in ("visas", "ej_tillampligt", "")
            for c in CODES["insatstyp"]
        )
        lead = "De vanligaste insatserna" if every else "Vanligast bland de insatser som kan visas"
        return stycke(f"{lead}{FOR_KON[kon]} var ", rakna_upp(parts), ".")
    return None


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
            share = las.tal("insatser", "andel_inom_14", kon, period)
            made.append(
                stycke(
                    f"Väntetiden från beslut till start{FOR_KON[kon]} var i mitten (median) ",
                    days,
                    f" {en_flera(value, 'dag', 'dagar')}: hälften väntade högst så länge.",
                    [
                        " Av ",
                        of,
                        " insatser med känd startdag började ",
                        soon,
                        " inom två veckor",
                        [" (", share, ")"] if share else "",
                        ".",
                    ]
                    if soon and of
                    else "",
                )  # fmt: skip
            )
        return [
            *made,
            stycke("Insatser utan startdag är inte med. Har de inte börjat än är den verkliga väntan längre."),
        ]
    return []


def skyddat(las: Las) -> list[Stycke]:
    """Persons in protected housing, and how long."""
    period = las.period("skyddat_boende", ["antal_personer"], ALLA_KON, roll="valdsutsatt_vuxen")
    made = []
    if period:
        told = antal(las, VUXNA, "skyddat_boende", "antal_personer", period, roll="valdsutsatt_vuxen")
        made.append(stycke(f"Under {period_ord(period)} bodde ", told or "", " i skyddat boende."))
    period = las.period("skyddat_boende", ["antal_personer"], ALLA_KON, roll="barn")
    if period:
        told = antal(las, BARN, "skyddat_boende", "antal_personer", period, roll="barn")
        made.append(stycke(f"Under {period_ord(period)} bodde ", told or "", " med eget ärende i skyddat boende."))
    period = las.period("skyddat_boende", ["antal_medfoljande_barn"], ALLA_KON)
    if period:
        told = antal(las, BARN, "skyddat_boende", "antal_medfoljande_barn", period)
        made.append(stycke(told or "", " fanns i ärenden där en förälder hade skyddat boende. Samma barn kan också ha "
                           "ett eget ärende."))  # fmt: skip
    for period in las.perioder:
        for kon in grupper(las, "skyddat_boende", ["median_dagar"], period, roll="valdsutsatt_vuxen"):
            days = las.tal("skyddat_boende", "median_dagar", kon, period, roll="valdsutsatt_vuxen")
            about = {"kvinna": " för kvinnor", "man": " för män"}.get(kon, " för vuxna")
            if days:
                made.append(stycke(f"Den placering i mitten (median){about} som avslutades varade ", days, " dagar."))
    return made


def hjalp(b: Bygge) -> tuple[Innehall, ...]:
    """Insatser and how long people waited for them."""
    las = b.las
    made: list[Innehall] = [*insatser_text(las)]
    common = vanligast(las)
    made += [common] if common else []
    for period in las.perioder:
        table = utdrag(b.u, "insatser", "antal_insatser", period, "Beviljade insatser",
                       behall=lambda r: bara(r, "insatstyp"), kapitel="hjalp")  # fmt: skip
        if table and not table.tom:
            title = budskap(table, "vanligast: {}", "Beviljade insatser efter slag")
            made += med_bild(diagram(las, table, title, "Antal insatser"), table)
            break
    made += vantan(las)
    period = las.period("insatser", ["antal_avslag"], ALLA_KON)
    if period:
        told = antal(las, gallande("avslag", "avslag"), "insatser", "antal_avslag", period)
        made.append(stycke(f"Under {period_ord(period)} gavs ", told or "", "."))
    period = las.period("insatser", ["antal_avidentifierade"], ALLA_KON)
    if period:
        told = antal(las, INSATSER, "insatser", "antal_avidentifierade", period)
        made.append(stycke("Utan att någon registrerades gavs ", told or "", ". De räknas för sig och kan gälla samma "
                           "personer som ovan."))  # fmt: skip
    return tuple(made)


def boende(b: Bygge) -> tuple[Innehall, ...]:
    """Protected housing."""
    las = b.las
    made: list[Innehall] = [*skyddat(las)]
    for period in las.perioder:
        table = utdrag(b.u, "skyddat_boende", "antal_personer", period, "Personer i skyddat boende",
                       behall=lambda r: bara(r, "roll"), kapitel="boende")  # fmt: skip
        if table and not table.tom:
            chart = diagram(las, table, "Personer i skyddat boende", "Antal personer") if len(table.rader) > 2 else None
            made += med_bild(chart, table)
            break
    return tuple(made)
