"""Chapters on who came: adults, children, honour, those who use violence."""

from assets.report.innehall.bilder import budskap, diagram, vand
from assets.report.innehall.kapitel import Bygge, med_bild
from assets.report.innehall.las import SEXES, Las, period_ord
from assets.report.innehall.sprak import (
    BARN,
    BLAND_KON,
    PERSONER,
    UTOVARE,
    VUXNA,
    antal,
    en_flera,
    gallande,
    grupper,
    rakna_upp,
    stycke,
    versal,
)
from assets.report.innehall.tabeller import utdrag
from assets.report.modell import Innehall, Stycke
from assets.report.underlag import Row
from assets.tables.spec import ALDER
from warehouse.contracts.codes import TOTAL

ALLA_KON = (TOTAL, *SEXES)


def vuxna(las: Las) -> Stycke | None:
    """How many adults had a case because of violence against them."""
    period = las.period("arenden", ["antal_personer"], ALLA_KON, roll="valdsutsatt_vuxen")
    if period is None:
        return None
    told = antal(las, VUXNA, "arenden", "antal_personer", period, roll="valdsutsatt_vuxen")
    return stycke(
        f"Under {period_ord(period)} hade ", told or "", " ett pågående ärende hos socialtjänsten för att de hade "
        "utsatts för våld."
    )  # fmt: skip


def nya(las: Las) -> list[Stycke]:
    """How many cases began, and how many contacts there were."""
    made = []
    period = las.period("arenden", ["antal_startade"], ALLA_KON)
    if period:
        told = antal(las, gallande("ärende", "ärenden"), "arenden", "antal_startade", period)
        made.append(
            stycke(versal(f"under {period_ord(period)} startade "), told or "", ". Här räknas alla roller, också "
                   "våldsutövare.")
        )  # fmt: skip
    period = las.period("arenden", ["antal_aktualiseringar"], ALLA_KON)
    if period:
        told = antal(las, gallande("aktualisering", "aktualiseringar"), "arenden", "antal_aktualiseringar", period)
        made.append(
            stycke(
                f"Under {period_ord(period)} fick socialtjänsten ", told or "", ". En aktualisering är en kontakt som "
                "når nämnden, till exempel en ansökan eller en orosanmälan. Samma person kan ha aktualiserats flera "
                "gånger, och alla aktualiseringar leder inte till ett ärende."
            )
        )  # fmt: skip
    return made


def vilka(b: Bygge) -> tuple[Innehall, ...]:
    """Adults, new cases, ages; who came back; Kolada's figures."""
    las = b.las
    first = vuxna(las)
    made: list[Innehall] = [first] if first else []
    made += nya(las)
    period = las.period("arenden", ["antal_personer"], ALLA_KON) or next(
        (p for p in las.perioder if _age_codes(las, p)), None
    )
    codes = _age_codes(las, period) if period else ()
    if period and codes:
        table = utdrag(
            b.u, "arenden", "antal_personer", period, "Personer med pågående ärende, efter ålder",
            behall=lambda r: r.get("roll") == TOTAL and r.get("aldersgrupp") in (*codes, TOTAL) and bara(r, "aldersgrupp", "roll"),
            kapitel="vilka",
        )  # fmt: skip
        if table:
            title = budskap(table, "flest är {}", "Personer med pågående ärende, efter ålder")
            chart = diagram(las, table, title, "Antal personer")
            made += med_bild(chart, table)
            if not table.tom:
                made.append(stycke("Åldrarna gäller alla som hade ett ärende, också barn och våldsutövare."))
    return (*made, *_ater(las), *_kolada(las))


def _age_codes(las: Las, period: str) -> tuple[str, ...]:
    """The fine ages where some is shown, else the merged ones."""
    for codes in (ALDER.values, tuple(g.code for g in ALDER.groups)):
        if any(las.tal("arenden", "antal_personer", k, period, aldersgrupp=c) for c in codes for k in ALLA_KON):
            return codes
    return ()


def bara(row: Row, *but: str) -> bool:
    """Whether the row is split by nothing but these (and by sex)."""
    fixed = {"ordning", "period", "kon", "matt", "varde", "fran", "till", "status", *but}
    return all(v == TOTAL for n, v in row.items() if n not in fixed)


def _ater(las: Las) -> list[Stycke]:
    made = []
    for period in las.perioder:
        base = antal(las, VUXNA, "aterkommande", "antal_kohort", period, roll="valdsutsatt_vuxen")
        if base is None:
            continue
        made.append(stycke(f"Under {period_ord(period)} avslutades ärendet för ", base, "."))
        for kon in grupper(las, "aterkommande", ["antal_ater_12", "antal_kohort"], period, roll="valdsutsatt_vuxen"):
            again = las.tal("aterkommande", "antal_ater_12", kon, period, roll="valdsutsatt_vuxen")
            of = las.tal("aterkommande", "antal_kohort", kon, period, roll="valdsutsatt_vuxen")
            if again and of:
                about = {"kvinna": " kvinnor", "man": " män"}.get(kon, " vuxna")
                made.append(
                    stycke("Av ", of, about, " vars ärende avslutades fick ", again, " ett nytt ärende inom tolv månader. "
                           "Att någon återkommer kan betyda att våldet fortsätter, men också att personen vet vart det "
                           "går att vända sig.")
                )  # fmt: skip
        statuses = {
            las.status("aterkommande", "antal_ater_12", k, period, roll="valdsutsatt_vuxen") for k in ALLA_KON
        } - {""}
        if statuses == {"saknas"}:
            made.append(stycke("Hur många som får ett nytt ärende inom tolv månader går inte att veta ännu."))
        break
    return made


def _kolada(las: Las) -> list[Stycke]:
    """The key figures that are reported nationally, where the rate can be told."""
    said = {
        "u30750": ("aktualiserades (U30750)",),
        "u30751": ("fick minst en insats (U30751)",),
        "u30752": ("avslutades med målet helt eller delvis nått (U30752)",),
    }
    parts = []
    for name, (words,) in said.items():
        rate = las.tal("kolada", f"per10000_{name}_personer")
        if rate:
            parts.append([rate, f" {words}"])
    if not parts:
        return []
    return [stycke("Av 10 000 vuxna invånare: ", rakna_upp(parts), ". Nyckeltalen är de som kommuner rapporterar till "
                   "databasen Kolada, här räknade ur nämndens egna uppgifter.")]  # fmt: skip


def barn_egna(las: Las) -> Stycke | None:
    """Children with a case of their own, and in a parent's case: never added."""
    own_period = las.period("barn", ["antal_barn_eget_arende"], ALLA_KON)
    period = las.period("barn", ["antal_barn"], ALLA_KON)
    own = antal(las, BARN, "barn", "antal_barn_eget_arende", own_period) if own_period else None
    theirs = antal(las, BARN, "barn", "antal_barn", period) if period else None
    if own and theirs and own_period == period:
        return stycke(f"Under {period_ord(str(period))} hade ", own, " ett eget ärende. I föräldrars ärenden fanns ",
                      theirs, ". De två talen får inte läggas ihop, för samma barn kan finnas i båda.")  # fmt: skip
    if own and own_period:
        return stycke(f"Under {period_ord(own_period)} hade ", own, " ett eget ärende.")
    if theirs and period:
        return stycke(f"Under {period_ord(period)} fanns ", theirs, " i föräldrars ärenden.")
    return None


_ASKED = {
    "tillfragad_om_vald": "har barnet tillfrågats om våld",
    "utredning": "har en utredning inletts för barnet",
    "eget_beslut": "har barnet ett eget beslut",
}


def barn(b: Bygge) -> tuple[Innehall, ...]:
    """Children: how many, in what way they met violence, and whether they were asked."""
    las = b.las
    first = barn_egna(las)
    made: list[Innehall] = [first] if first else []
    for period in las.perioder:
        table = utdrag(
            b.u, "barn", "antal_barn", period, "Barn i föräldrars ärenden, efter hur de berörts",
            behall=lambda r: bara(r, "utsatt_eller_bevittnat"), kapitel="barn",
        )  # fmt: skip
        if table and not table.tom:
            title = budskap(table, "vanligast: {}", "Hur barnen i föräldrars ärenden har berörts av våldet")
            chart = diagram(las, table, title, "Antal barn") if len(table.rader) > 1 else None
            made += med_bild(chart, table)
            break
    made += barn_fragor(las)
    return tuple(made)


def barn_fragor(las: Las) -> list[Stycke]:
    """How many of the children were asked, and got an enquiry: of those where it is known."""
    made = []
    for question, words in _ASKED.items():
        for period in las.perioder:
            found = grupper(las, "barn", ["antal_ja", "antal_svar"], period, fraga=question)
            for kon in found:
                yes = las.tal("barn", "antal_ja", kon, period, fraga=question)
                of = las.tal("barn", "antal_svar", kon, period, fraga=question)
                share = las.tal("barn", "andel_ja", kon, period, fraga=question)
                whom = {"kvinna": "flickor", "man": "pojkar"}.get(kon, "barn")
                if yes and of:
                    made.append(
                        stycke("För ", of, f" {whom} i föräldrars ärenden är svaret känt på frågan: {words}? Svaret är "
                               "ja för ", yes, [" (", share, ")"] if share else "", ".", slag="punkt")
                    )  # fmt: skip
            if found:
                break
    return made


def heder_text(las: Las) -> Stycke | None:
    """How many persons in a context of honour, as the handläggare judged."""
    period = las.period("heder", ["antal_personer"], ALLA_KON, hederskontext="ja")
    told = antal(las, PERSONER, "heder", "antal_personer", period, hederskontext="ja") if period else None
    if told is None or period is None:
        return None
    return stycke(f"Under {period_ord(period)} bedömdes våldet ske i en hederskontext för ", told, ".")


def heder(b: Bygge) -> tuple[Innehall, ...]:
    """Honour: persons, parts of all, and insatser for them."""
    las = b.las
    first = heder_text(las)
    made: list[Innehall] = [first] if first else []
    period = las.period("heder", ["antal_personer"], ALLA_KON, hederskontext="okant")
    if period:
        unknown = antal(las, PERSONER, "heder", "antal_personer", period, hederskontext="okant")
        made.append(stycke("För ", unknown or "", " är det inte känt om våldet har med heder att göra. Okänt är inte "
                           "samma sak som nej."))  # fmt: skip
    for period in las.perioder:
        table = utdrag(
            b.u, "heder", "antal_personer", period, "Personer med pågående ärende, efter hederskontext",
            behall=lambda r: bara(r, "hederskontext"), kapitel="heder",
        )  # fmt: skip
        if table and not table.tom:
            title = "Personer med pågående ärende, efter om våldet sker i en hederskontext"
            chart = vand(table, title, "Andel av personerna") or diagram(las, table, title, "Antal personer")
            made += med_bild(chart, table)
            break
    period = las.period("heder", ["antal_riktade_beviljade"], ALLA_KON)
    if period:
        told = antal(las, gallande("insats", "insatser"), "heder", "antal_riktade_beviljade", period)
        made.append(stycke(f"Under {period_ord(period)} beviljades ", told or "", " som riktar sig särskilt till "
                           "hedersutsatta."))  # fmt: skip
    return tuple(made)


def utovare(b: Bygge) -> tuple[Innehall, ...]:
    """Those who use violence: how many were reached, and took what they were offered."""
    las = b.las
    made: list[Innehall] = []
    period = las.period("valdsutovare", ["antal_personer"], ALLA_KON)
    if period:
        told = antal(las, UTOVARE, "valdsutovare", "antal_personer", period)
        made.append(stycke(f"Under {period_ord(period)} hade ", told or "", " ett pågående ärende för att de själva "
                           "har utövat våld."))  # fmt: skip
    period = las.period("valdsutovare", ["antal_erbjudna"], ALLA_KON)
    if period:
        for kon in grupper(las, "valdsutovare", ["antal_erbjudna"], period):
            offered = las.tal("valdsutovare", "antal_erbjudna", kon, period)
            taken = las.tal("valdsutovare", "antal_tackat_ja", kon, period)
            value = las.varde("valdsutovare", "antal_erbjudna", kon, period)
            if offered:
                made.append(
                    stycke("Samtal erbjöds i ", offered, f" {en_flera(value, 'ärende', 'ärenden')}{BLAND_KON[kon]}",
                           [". I ", taken, " av dem togs erbjudandet emot."] if taken else
                           ". Hur många som tog emot erbjudandet kan inte visas.")
                )  # fmt: skip
    for period in las.perioder:
        table = utdrag(b.u, "valdsutovare", "antal_personer", period, "Våldsutövare som nåtts",
                       behall=lambda r: bara(r), kapitel="utovare")  # fmt: skip
        if table and not table.tom:
            made.append(table)
            break
    return tuple(made)
