"""Chapters on whether it got better: before and after, goals, and what the users think. Who was lost comes first."""

from dataclasses import replace

from assets.report.innehall.bilder import diagram, vand
from assets.report.innehall.kapitel import Bygge, med_bild
from assets.report.innehall.las import Las, period_ord
from assets.report.innehall.personer import bara
from assets.report.innehall.sprak import BLAND_KON, FOR_KON, en_flera, grupper, rakna_upp, stycke, viktigt
from assets.report.innehall.tabeller import utdrag
from assets.report.modell import Del, Innehall, Stycke, Tabell, Tal
from warehouse.contracts.codes import CODES
from warehouse.contracts.swedish import number

ORSAK = (
    "Resultatet gäller bara dem som svarat både före och efter. Det säger inte vad förändringen beror på: människor "
    "söker ofta hjälp när det är som svårast, och en del blir bättre också utan stöd."
)


def fragor(las: Las) -> tuple[str, ...]:
    """The questions that the outcome table asks, in its order."""
    found = (str(r["utfallsmatt"]) for r in las.of.rader.get("utfall", ()) if "utfallsmatt" in r)
    return tuple(dict.fromkeys(found))


def intervall(las: Las, tabell: str, matt: str, kon: str, period: str, **koder: str) -> list[Del]:
    """``, med hänsyn till slumpen 73 till 83 procent`` where the ends are shown."""
    ends = []
    for end in ("_lag", "_hog"):
        row = las.rad(tabell, matt + end, kon, period, **koder)
        if row is None or row["status"] != "visas" or row["varde"] is None:
            return []
        ends.append(Tal(number(100 * row["varde"], decimals=0), las.of.ref(tabell, row)))
    return ["; med hänsyn till slumpen mellan ", ends[0], " och ", ends[1], " procent"]


def utfall_text(las: Las) -> list[Stycke]:
    """For each question: how many answered both times, then how it went for them."""
    made = []
    for question in fragor(las):
        name = las.u.spec("utfall").dimensions[0].word(question).split(" (")[0].lower()
        for period in las.perioder:
            found = grupper(las, "utfall", ["antal_par", "antal_arenden"], period, utfallsmatt=question)
            for kon in found:
                made.append(_answered(las, question, name, kon, period))
                told = _went(las, question, kon, period)
                made += [told] if told else []
            if found:
                break
    return made


def _answered(las: Las, question: str, name: str, kon: str, period: str) -> Stycke:
    of = las.tal("utfall", "antal_arenden", kon, period, utfallsmatt=question)
    pairs = las.tal("utfall", "antal_par", kon, period, utfallsmatt=question)
    share = las.tal("utfall", "andel_par", kon, period, utfallsmatt=question)
    return stycke(
        f"Under {period_ord(period)} avslutades ", of or "", f" ärenden{FOR_KON[kon]}. Frågan om {name} är besvarad både "
        "före och efter i ", pairs or "", " av dem", [" (", share, ")"] if share else "", ". Hur det gick för de andra "
        "vet vi inte."
    )  # fmt: skip


def _went(las: Las, question: str, kon: str, period: str) -> Stycke | None:
    better = las.tal("utfall", "antal_forbattrade", kon, period, utfallsmatt=question)
    pairs = las.tal("utfall", "antal_par", kon, period, utfallsmatt=question)
    if better is None or pairs is None:
        return None
    share = las.tal("utfall", "andel_forbattrade", kon, period, utfallsmatt=question)
    same = las.tal("utfall", "antal_oforandrade", kon, period, utfallsmatt=question)
    worse = las.tal("utfall", "antal_forsamrade", kon, period, utfallsmatt=question)
    ends = intervall(las, "utfall", "andel_forbattrade", kon, period, utfallsmatt=question)
    rest = [[same, " oförändrat"]] if same else []
    rest += [[worse, " sämre"]] if worse else []
    return stycke(
        "Av ", pairs, f" svarade ", better, f" bättre efter än före", [" (", share, *ends, ")"] if share else "",
        [", ", rakna_upp(rest)] if rest else "", ".",
    )  # fmt: skip


def vald_upphort(las: Las) -> list[Stycke]:
    """How many of those who met violence before had met none after."""
    table = "utfall_vald_samlat"
    for period in las.perioder:
        found = grupper(las, table, ["antal_upphort", "antal_vald_fore"], period)
        made = []
        for kon in found:
            gone = las.tal(table, "antal_upphort", kon, period)
            before = las.tal(table, "antal_vald_fore", kon, period)
            share = las.tal(table, "andel_upphort", kon, period)
            ends = intervall(las, table, "andel_upphort", kon, period)
            others = (("antal_minskat", "minskat"), ("antal_kvarstar", "inte ändrats"), ("antal_okat", "ökat"))
            rest = [[f"{word} i ", t] for m, word in others if (t := las.tal(table, m, kon, period))]
            if gone and before:
                made.append(
                    stycke("I ", before, f" avslutade ärenden{FOR_KON[kon]} med svar både före och efter fanns det våld "
                           "före stödet. Allt våld hade upphört i ", gone, " av dem",
                           [" (", share, *ends, ")"] if share else "",
                           [", och våldet hade ", rakna_upp(rest)] if rest else "", ".")
                )  # fmt: skip
        if made:
            return made
    return []


def mal_text(las: Las) -> list[Stycke]:
    """How many reached their goal, of those where it is assessed."""
    made = []
    for roll, whom in (("valdsutsatt_vuxen", "våldsutsatta vuxna"), ("barn", "barn"), ("valdsutovare", "våldsutövare")):
        for period in las.perioder:
            found = grupper(las, "maluppfyllelse", ["antal_mal_natt", "antal_mal_bedomda"], period, roll=roll)
            for kon in found:
                some = las.tal("maluppfyllelse", "antal_mal_natt", kon, period, roll=roll)
                of = las.tal("maluppfyllelse", "antal_mal_bedomda", kon, period, roll=roll)
                share = las.tal("maluppfyllelse", "andel_mal_natt", kon, period, roll=roll)
                about = {"kvinna": " (kvinnor och flickor)", "man": " (män och pojkar)"}.get(kon, "")
                if some and of:
                    made.append(
                        stycke(f"Målet för ärendet är bedömt i ", of, f" avslutade ärenden för {whom}{about}. Det var "
                               "nått helt eller delvis i ", some, [" (", share, ")"] if share else "", ".")
                    )  # fmt: skip
            if found:
                break
    return made


def resultat(b: Bygge) -> tuple[Innehall, ...]:
    """Before and after; violence that ended; goals."""
    las = b.las
    before = utfall_text(las)
    ended = vald_upphort(las)
    made: list[Innehall] = [viktigt(ORSAK)] if before or ended else []
    made += before
    made += _chart_of_outcomes(b)
    made += ended
    made += _chart_of_violence(b)
    goals = mal_text(las)
    made += goals
    for period in las.perioder:
        table = utdrag(
            b.u, "maluppfyllelse", "antal_mal", period, "Våldsutsatta vuxna: hur det övergripande målet nåddes",
            behall=lambda r: r.get("roll") == "valdsutsatt_vuxen" and bara(r, "roll", "mal_utfall"), kapitel="mal",
        )  # fmt: skip
        if table and not table.tom:
            title = "Hur målet nåddes för våldsutsatta vuxna"
            chart = vand(table, title, "Andel av ärendena") or diagram(las, table, title, "Antal ärenden")
            made += med_bild(chart, table)
            break
    return tuple(made)


def _chart_of_outcomes(b: Bygge) -> tuple[Innehall, ...]:
    for period in b.las.perioder:
        table = utdrag(b.u, "utfall", "andel_forbattrade", period, "Bättre efter än före, andel av dem som svarat båda gångerna",
                       kapitel="resultat")  # fmt: skip
        if table and not table.tom:
            chart = diagram(b.las, table, "Andel som svarade bättre efter än före", "Andel, procent", slag="intervall")
            return med_bild(chart, table)
    return ()


_ENDED = (
    ("andel_upphort", "Allt våld har upphört"), ("andel_minskat", "Våldet har minskat"),
    ("andel_kvarstar", "Våldet kvarstår"), ("andel_okat", "Våldet har ökat"),
)  # fmt: skip


def _chart_of_violence(b: Bygge) -> tuple[Innehall, ...]:
    """The measures of one table as the rows of one: they are shares of the same base."""
    for period in b.las.perioder:
        parts = [
            (words, utdrag(b.u, "utfall_vald_samlat", matt, period, "Våldet efter stödet jämfört med före, andel av de ärenden där det fanns våld före",
                           kapitel="upphort"))
            for matt, words in _ENDED
        ]  # fmt: skip
        there = [(words, t) for words, t in parts if t is not None and t.rader]
        if not there or all(t.tom for _, t in there):
            continue
        first: Tabell = there[0][1]
        rows = tuple(
            replace(t.rader[0], namn=(words,), total=False) for words, t in there if t.kolumner == first.kolumner
        )
        table = replace(first, rader=rows, ledord=("Våldet efter stödet",))
        chart = diagram(
            b.las, table, "Våldet efter stödet jämfört med före", "Andel av ärendena, procent", slag="intervall"
        )
        return med_bild(chart, table)
    return ()


def enkat_text(las: Las) -> list[Stycke]:
    """How many answered, and what they said of what the support meant and how it is now."""
    made = []
    for period in las.perioder:
        found = grupper(las, "brukarenkat", ["antal_enkater"], period)
        for kon in found:
            value = las.varde("brukarenkat", "antal_enkater", kon, period)
            number = las.tal("brukarenkat", "antal_enkater", kon, period)
            if number:
                verb = en_flera(value, "enkät lämnades", "enkäter lämnades")
                made.append(stycke(f"Under {period_ord(period)}: ", number, f" {verb} in{BLAND_KON[kon]}. Svaren är "
                                   "anonyma, och samma person kan ha svarat flera gånger."))  # fmt: skip
        if made:
            break
    questions = (
        ("betydelse", "Stödet har haft", (("stor", "stor betydelse"), ("viss", "viss betydelse"), ("ingen", "ingen betydelse"))),
        ("situation_nu", "Situationen är nu", (("battre", "bättre"), ("oforandrad", "oförändrad"), ("samre", "sämre"))),
    )  # fmt: skip
    for question, lead, answers in questions:
        for period in las.perioder:
            told = []
            for kon in grupper(las, "brukarenkat", ["antal_besvarat"], period, fraga=question):
                of = las.tal("brukarenkat", "antal_besvarat", kon, period, fraga=question)
                parts = [
                    [f"{word}: ", t]
                    for code, word in answers
                    if (t := las.tal("brukarenkat", "antal_svar", kon, period, fraga=question, svar=code))
                ]
                value = las.varde("brukarenkat", "antal_besvarat", kon, period, fraga=question)
                if of and parts and value:
                    told.append(
                        stycke(f"{lead} ... ", rakna_upp(parts), " (av ", of, f" svar{BLAND_KON[kon]}).", slag="punkt")
                    )
            made += told
            if told:
                break
    return made


def enkat(b: Bygge) -> tuple[Innehall, ...]:
    """What the users think of the support."""
    las = b.las
    made: list[Innehall] = [*enkat_text(las)]
    for question in CODES["enkat_fraga"]:
        for period in las.perioder:
            table = utdrag(
                b.u, "brukarenkat", "antal_svar", period, CODES["enkat_fraga"][question],
                behall=lambda r, q=question: r.get("fraga") == q, kapitel=f"enkat-{question}",
            )  # fmt: skip
            if table is None or table.tom:
                continue
            title = CODES["enkat_fraga"][question]
            chart = vand(table, title, "Andel av svaren") or diagram(las, table, title, "Antal svar")
            made += med_bild(chart, table)
            break
    return tuple(made)
