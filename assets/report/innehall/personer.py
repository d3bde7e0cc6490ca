"""Chapters on who came: adults, children, honour, those who use violence."""

from assets.report.innehall.bilder import budskap, diagram, vand
from assets.report.innehall.kapitel import Bygge, med_bild
from assets.report.innehall.las import SEXES, Las, under
from assets.report.innehall.sprak import (
    BARN,
    PERSONER,
    UTOVARE,
    VUXNA,
    en_flera,
    forst,
    gallande,
    grupper,
    rakna_upp,
    sist,
    stycke,
)
from assets.report.innehall.tabeller import forsta_utdrag, radtabell, utdrag
from assets.report.modell import Innehall, Stycke
from assets.report.underlag import Row
from assets.tables.spec import ALDER
from warehouse.contracts.codes import TOTAL

ALLA_KON = (TOTAL, *SEXES)
_ARENDEN = gallande("ärende", "ärenden")
_AKTUALISERINGAR = gallande("aktualisering", "aktualiseringar")


def vuxna(las: Las) -> Stycke | None:
    """How many adults had a case because of violence against them."""
    found = forst(las, VUXNA, "arenden", "antal_personer", roll="valdsutsatt_vuxen")
    if found is None:
        return None
    period, told = found
    return stycke(f"Under {period} hade ", told, " ett pågående ärende hos socialtjänsten för att de utsatts för våld.")


def nya(las: Las, *, kort: bool = False) -> list[Stycke]:
    """How many cases began, and how many contacts there were."""
    made = []
    if found := sist(las, _ARENDEN, "arenden", "antal_startade"):
        made.append(stycke("Det startade ", found[1], f"{found[0]}. Här räknas också våldsutövares ärenden."))
    if found := sist(las, _AKTUALISERINGAR, "arenden", "antal_aktualiseringar"):
        more = (
            ""
            if kort
            else (
                " En aktualisering är en kontakt som når nämnden, till exempel en ansökan eller en orosanmälan. Samma "
                "person kan ha aktualiserats flera gånger, och alla aktualiseringar leder inte till ett ärende."
            )
        )
        made.append(stycke("Socialtjänsten fick ", found[1], f"{found[0]}.", more))
    return made


def vilka(b: Bygge) -> tuple[Innehall, ...]:
    """Adults, new cases, ages; who came back; Kolada's figures."""
    las = b.las
    first = vuxna(las)
    return (*((first,) if first else ()), *nya(las), *_aldrar(b), *_ater(las, b.fore), *_kolada(las))


def _aldrar(b: Bygge) -> tuple[Innehall, ...]:
    for period in b.las.perioder:
        codes = alderskoder(b.las, period)

        def kept(row: Row, codes: tuple[str, ...] = codes) -> bool:
            return bara(row, "aldersgrupp") and row.get("aldersgrupp") in (*codes, TOTAL)

        table = utdrag(
            b.u,
            "arenden",
            "antal_personer",
            period,
            "Ålder, alla med pågående ärende, också barn och våldsutövare",
            behall=kept,
            kapitel="vilka",
        )
        if not codes or table is None or table.tom:
            continue
        title = budskap(table, "flest är {}", "Ålder", "är flest {}")
        title = f"Alla med ärende, också våldsutövare: {title[0].lower()}{title[1:]}"
        return med_bild(diagram(b.las, table, title, "Antal personer"), table)
    return ()


def alderskoder(las: Las, period: str) -> tuple[str, ...]:
    """The fine ages where some is shown, else the merged ones."""
    for codes in (ALDER.values, tuple(g.code for g in ALDER.groups)):
        if any(las.tal("arenden", "antal_personer", k, period, aldersgrupp=c) for c in codes for k in ALLA_KON):
            return codes
    return ()


def bara(row: Row, *but: str) -> bool:
    """Whether the row is split by nothing but these (and by sex)."""
    fixed = {"ordning", "period", "kon", "matt", "varde", "fran", "till", "status", *but}
    return all(v == TOTAL for n, v in row.items() if n not in fixed)


def _ater(las: Las, fore: Las | None) -> list[Stycke]:
    found = sist(las, VUXNA, "aterkommande", "antal_kohort", roll="valdsutsatt_vuxen")
    if found is None:
        return []
    made = [stycke("Ärendet avslutades för ", found[1], f"{found[0]}.")]
    for period in las.perioder:
        told = [_kom_ater(las, kon, period) for kon in _ater_grupper(las, period)]
        statuses = {las.status("aterkommande", "antal_ater_12", k, period, roll="valdsutsatt_vuxen") for k in ALLA_KON}
        if statuses - {"", "visas", "ej_tillampligt"} == {"saknas"}:
            told.append(
                stycke(
                    "Hur många av dem som får ett nytt ärende inom tolv månader går inte att veta ännu. "
                    f"Det kan räknas när uppgifter för hela {las.ar + 1} finns."
                )
            )
            if fore is not None:
                before = str(fore.ar)
                told += [_kom_ater(fore, kon, before, tidigare=True) for kon in _ater_grupper(fore, before)]
        if told:
            return [*made, *told]
    return made


def _ater_grupper(las: Las, period: str) -> tuple[str, ...]:
    return grupper(las, "aterkommande", ["antal_ater_12", "antal_kohort"], period, roll="valdsutsatt_vuxen")


def _kom_ater(las: Las, kon: str, period: str, *, tidigare: bool = False) -> Stycke:
    """How many came back; of an earlier edition with its year and number."""
    again, of = (
        las.tal("aterkommande", m, kon, period, roll="valdsutsatt_vuxen") for m in ("antal_ater_12", "antal_kohort")
    )
    about = {"kvinna": "kvinnor", "man": "män"}.get(kon, "vuxna")
    when, where = (f" under {las.ar}", f", enligt utgåva {las.of.edition.utgava}") if tidigare else ("", "")
    return stycke(
        "Av ",
        of or "",
        f" {about} vars ärende avslutades{when} fick ",
        again or "",
        f" ett nytt ärende inom tolv månader{where}. Att någon återkommer kan betyda att våldet fortsätter, men också "
        "att personen vet vart det går att vända sig.",
    )


_KOLADA = {
    "u30750": "aktualiserades under året (U30750)",
    "u30751": "hade minst en insats som pågick under året (U30751)",
    "u30752": "hade ett ärende som avslutades med målet helt eller delvis nått (U30752)",
}


def _kolada(las: Las) -> list[Stycke]:
    """The key figures that are reported nationally, where the rate can be told."""
    parts = [
        (rate, f" {words}")
        for name, words in _KOLADA.items()
        if (rate := las.tal("kolada", f"per10000_{name}_personer", period=str(las.ar)))
    ]
    if not parts:
        return []
    both = all(las.tal("kolada", f"per10000_{name}_personer", period=str(las.ar)) for name in ("u30750", "u30751"))
    return [
        stycke(
            "Våldsutsatta vuxna per 10 000 vuxna invånare: ",
            rakna_upp(parts),
            ". ",
            "Den som har en insats från ett tidigare år behöver inte ha aktualiserats igen, så de med insats kan vara "
            "fler än de som aktualiserades. "
            if both
            else "",
            "Nyckeltalen är de som kommuner rapporterar till databasen Kolada, här räknade ur nämndens egna uppgifter.",
        )
    ]


def barn_egna(las: Las) -> Stycke | None:
    """Children with a case of their own, and in a parent's case: never added."""
    own = sist(las, BARN, "barn", "antal_barn_eget_arende")
    theirs = sist(las, BARN, "barn", "antal_barn")
    if own and theirs and own[0] == theirs[0]:
        return stycke(
            "Ett eget ärende hade ",
            own[1],
            f"{own[0]}. I föräldrars ärenden fanns ",
            theirs[1],
            ". De två talen får inte läggas ihop, för samma barn kan finnas i båda.",
        )
    if own:
        return stycke("Ett eget ärende hade ", own[1], f"{own[0]}.")
    if theirs:
        return stycke("I föräldrars ärenden fanns ", theirs[1], f"{theirs[0]}.")
    return None


_ASKED = {
    "tillfragad_om_vald": ("hade", "tillfrågats om våld"),
    "utredning": ("hade en utredning inletts för", ""),
    "eget_beslut": ("fanns ett eget beslut för", ""),
}


def barn(b: Bygge) -> tuple[Innehall, ...]:
    """Children: how many, in what way they met violence, and whether they were asked."""
    las = b.las
    first = barn_egna(las)
    made: list[Innehall] = [first] if first else []
    table = forsta_utdrag(
        las,
        "barn",
        "antal_barn",
        "Barn i föräldrars ärenden, efter hur de berörts",
        behall=lambda r: bara(r, "utsatt_eller_bevittnat"),
        kapitel="barn",
    )
    if table:
        title = budskap(
            table, "{} är vanligast", "Hur barnen i föräldrars ärenden har berörts av våldet", "är {} vanligast"
        )
        made += med_bild(diagram(las, table, title, "Antal barn"), table)
    return (*made, *barn_fragor(las))


def barn_fragor(las: Las) -> list[Stycke]:
    """For how many of the children something was done: of those where it is known."""
    made = []
    for question, (verb, rest) in _ASKED.items():
        for period in las.perioder:
            found = grupper(las, "barn", ["antal_ja", "antal_svar"], period, fraga=question)
            for kon in found:
                yes, of = (las.tal("barn", m, kon, period, fraga=question) for m in ("antal_ja", "antal_svar"))
                share = las.andel("barn", "andel_ja", kon, period, fraga=question)
                whom = {"kvinna": "flickor", "man": "pojkar"}.get(kon, "barn")
                part = (yes or "", (" (", share, ")") if share else "")
                said = f" {whom} i föräldrars ärenden där det är känt "
                end = f" {rest}." if rest else "."
                made.append(stycke("Av de ", of or "", f"{said}{verb} ", part, end, slag="punkt"))
            if found:
                break
    return made


def heder_text(las: Las) -> Stycke | None:
    """How many persons in a context of honour, as the handläggare judged."""
    found = sist(las, PERSONER, "heder", "antal_personer", hederskontext="ja")
    if found is None:
        return None
    return stycke("Våldet bedömdes ske i en hederskontext för ", found[1], f"{found[0]}.")


def heder(b: Bygge) -> tuple[Innehall, ...]:
    """Honour: persons, parts of all, and insatser for them."""
    las = b.las
    first = heder_text(las)
    made: list[Innehall] = [first] if first else []
    if found := forst(las, PERSONER, "heder", "antal_personer", hederskontext="okant"):
        made.append(
            stycke(
                "För ", found[1], " är det inte känt om våldet har med heder att göra. Okänt är inte samma sak som nej."
            )
        )
    table = forsta_utdrag(
        las,
        "heder",
        "antal_personer",
        "Personer med pågående ärende, efter hederskontext",
        behall=lambda r: bara(r, "hederskontext"),
        kapitel="heder",
    )
    if table:
        title = "Personer med pågående ärende, efter om våldet sker i en hederskontext"
        chart = vand(table, title, "Andel av personerna") or diagram(las, table, title, "Antal personer")
        made += med_bild(chart, table)
    if found := sist(las, gallande("insats", "insatser"), "heder", "antal_riktade_beviljade"):
        made.append(stycke("Nämnden beviljade ", found[1], f"{found[0]} som riktar sig särskilt till hedersutsatta."))
    return tuple(made)


def utovare(b: Bygge) -> tuple[Innehall, ...]:
    """Those who use violence: how many were reached, and took what they were offered."""
    las = b.las
    made: list[Innehall] = []
    if found := sist(las, UTOVARE, "valdsutovare", "antal_personer"):
        made.append(stycke("För att de själva utövat våld hade ", found[1], f" ett pågående ärende{found[0]}."))
    for period in las.perioder:
        offered = grupper(las, "valdsutovare", ["antal_erbjudna"], period)
        for kon in offered:
            number = las.tal("valdsutovare", "antal_erbjudna", kon, period)
            taken = las.tal("valdsutovare", "antal_tackat_ja", kon, period)
            words = en_flera(las.varde("valdsutovare", "antal_erbjudna", kon, period), "ärende", "ärenden")
            about = {"kvinna": " för kvinnor", "man": " för män"}.get(kon, "")
            made.append(
                stycke(
                    "Samtal erbjöds i ",
                    number or "",
                    f" {words}{about}{under(las, period)}.",
                    (" I ", taken, " av dem togs erbjudandet emot.")
                    if taken
                    else " Hur många som tog emot erbjudandet kan inte visas.",
                )
            )
        if offered:
            break
    rows = (
        ("antal_arenden", "Pågående ärenden"),
        ("antal_personer", "Personer som nåtts"),
        ("antal_erbjudna", "Ärenden där samtal erbjudits"),
        ("antal_tackat_ja", "Ärenden där samtal tagits emot"),
    )
    for period in las.perioder:
        table = radtabell(b.u, "valdsutovare", rows, period, "Våldsutövare och samtal", "Vad som räknas", "utovare")
        if table:
            made += med_bild(None, table)
            break
    return tuple(made)


def storsta_aldrar(las: Las) -> Stycke | None:
    """The ages with most persons, of those that can be shown for everybody; None where too few can."""
    for period in las.perioder:
        codes = [c for c in alderskoder(las, period) if c != "okand"]
        found = [(v, c) for c in codes if (v := las.varde("arenden", "antal_personer", TOTAL, period, aldersgrupp=c))]
        if len(found) < 3:
            continue
        found.sort(key=lambda pair: -pair[0])
        names = {c: ALDER.word(c) for c in codes}
        parts = [
            (
                names[c],
                " (",
                las.tal("arenden", "antal_personer", TOTAL, period, aldersgrupp=c) or "",
                f" {en_flera(v, 'person', 'personer')})",
            )
            for v, c in found[:3]
        ]
        lead = (
            "De största åldersgrupperna är "
            if len(found) == len(codes)
            else "De största av de åldersgrupper som kan visas är "
        )
        end = ". Här räknas alla med ett pågående ärende: våldsutsatta, barn och våldsutövare."
        return stycke(lead, rakna_upp(parts), end)
    return None
