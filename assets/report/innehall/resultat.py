"""The chapter on whether it got better: before and after, violence, goals. Who was lost comes first."""

from assets.report.innehall.bilder import diagram, vand
from assets.report.innehall.kapitel import Bygge, med_bild
from assets.report.innehall.las import Las, under
from assets.report.innehall.personer import bara
from assets.report.innehall.sprak import Bit, en_flera, grupper, rakna_upp, stycke, viktigt
from assets.report.innehall.tabeller import forsta_utdrag, radtabell
from assets.report.modell import Del, Innehall, Stycke, Tal
from warehouse.contracts.codes import TOTAL
from warehouse.contracts.swedish import number

ORSAK = (
    "Talen om före och efter gäller bara dem som svarat båda gångerna. De säger inte vad förändringen beror på: "
    "människor söker ofta hjälp när det är som svårast, och en del blir bättre också utan stöd."
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
    share = las.andel("utfall", "andel_par", kon, period, utfallsmatt=question)
    cases = _closed(las, "utfall", "antal_arenden", kon, period, utfallsmatt=question)
    everybody = of is not None and pairs is not None and of.text == pairs.text
    return stycke(
        f"Frågan om {name} är besvarad både före och efter i ",
        pairs or "",
        " av ",
        of or "",
        f" {cases}{_UTSATTA[kon]}{under(las, period)}",
        (" (", share, ")") if share else "",
        "." if everybody else ". Hur det gick för de andra vet vi inte.",
    )


def _went(las: Las, question: str, kon: str, period: str) -> Stycke | None:
    better = las.tal("utfall", "antal_forbattrade", kon, period, utfallsmatt=question)
    pairs = las.tal("utfall", "antal_par", kon, period, utfallsmatt=question)
    if better is None or pairs is None:
        few = las.varde("utfall", "antal_par", kon, period, utfallsmatt=question)
        missing = las.status("utfall", "antal_forbattrade", kon, period, utfallsmatt=question) == "saknas"
        return stycke("Färre än tio svar: resultatet visas inte.") if missing and few and few < _TIO else None
    share = las.andel("utfall", "andel_forbattrade", kon, period, utfallsmatt=question)
    same = las.tal("utfall", "antal_oforandrade", kon, period, utfallsmatt=question)
    worse = las.tal("utfall", "antal_forsamrade", kon, period, utfallsmatt=question)
    ends = intervall(las, "utfall", "andel_forbattrade", kon, period, utfallsmatt=question)
    rest = [(same, " oförändrat")] if same else []
    rest += [(worse, " sämre")] if worse else []
    return stycke(
        "Av de ",
        pairs,
        " svarade ",
        better,
        " bättre efter än före",
        (" (", share, *ends, ")") if share else "",
        (", ", rakna_upp(rest)) if rest else "",
        ".",
    )


_TIO = 10
_UTSATTA = {
    TOTAL: " för våldsutsatta vuxna och barn",
    "kvinna": " för våldsutsatta kvinnor och flickor",
    "man": " för våldsutsatta män och pojkar",
}


def _closed(las: Las, tabell: str, matt: str, kon: str, period: str, **koder: str) -> str:
    return en_flera(las.varde(tabell, matt, kon, period, **koder), "avslutat ärende", "avslutade ärenden")


def vald_upphort(las: Las) -> list[Stycke]:
    """How many of those who met violence before had met none after."""
    table = "utfall_vald_samlat"
    for period in las.perioder:
        found = grupper(las, table, ["antal_upphort", "antal_vald_fore"], period)
        made = []
        for kon in found:
            gone = las.tal(table, "antal_upphort", kon, period)
            before = las.tal(table, "antal_vald_fore", kon, period)
            share = las.andel(table, "andel_upphort", kon, period)
            ends = intervall(las, table, "andel_upphort", kon, period)
            if gone and before:
                made.append(
                    stycke(
                        *_both_times(las, kon, period, before),
                        " Allt våld hade upphört i ",
                        gone,
                        " av dem",
                        (" (", share, *ends, ")") if share else "",
                        ". ",
                        _still_there(las, kon, period),
                        "Hur ofta och hur grovt våldet var framgår inte.",
                    )
                )
        if made:
            return made
    return []


def _both_times(las: Las, kon: str, period: str, before: Tal) -> tuple[Bit, ...]:
    """How many of the closed cases answered both times, and in how many of those there was violence before."""
    table = "utfall_vald_samlat"
    closed, pairs = (las.tal(table, m, kon, period) for m in ("antal_arenden", "antal_par"))
    if closed is None or pairs is None:
        done = _closed(las, table, "antal_vald_fore", kon, period)
        end = f" {done}{_UTSATTA[kon]} med svar om våld både före och efter fanns det våld före stödet."
        return ("I ", before, end)
    done = _closed(las, table, "antal_arenden", kon, period)
    said = f" {done}{_UTSATTA[kon]} finns svar om våld både före och efter. I "
    return ("I ", pairs, " av ", closed, said, before, " av dem fanns det våld före stödet.")


def _still_there(las: Las, kon: str, period: str) -> tuple[Bit, ...]:
    """What became of the rest, told as kinds of violence."""
    parts: list[Bit] = []
    some = False
    for matt, word in (("antal_minskat", "färre"), ("antal_kvarstar", "lika många"), ("antal_okat", "fler")):
        number = las.tal("utfall_vald_samlat", matt, kon, period)
        if number is None:
            continue
        none = las.varde("utfall_vald_samlat", matt, kon, period) == 0
        some = some or not none
        kinds = f" {word}" if parts else f" fanns {word} slag av våld"
        parts.append(("i inget ärende" if none else ("i ", number), kinds))
    return ("Av de andra: ", rakna_upp(parts), ". ") if some else ()


_WHOM = {
    "valdsutsatt_vuxen": {
        TOTAL: "våldsutsatta vuxna (barn räknas för sig)",
        "kvinna": "våldsutsatta kvinnor (flickor räknas för sig)",
        "man": "våldsutsatta män (pojkar räknas för sig)",
    },
    "barn": {TOTAL: "barn", "kvinna": "flickor", "man": "pojkar"},
    "valdsutovare": {TOTAL: "våldsutövare", "kvinna": "kvinnor som utövat våld", "man": "män som utövat våld"},
}


def mal_text(las: Las) -> list[Stycke]:
    """How many reached their goal, of those where it is assessed."""
    made = []
    for roll, whom in _WHOM.items():
        for period in las.perioder:
            found = grupper(las, "maluppfyllelse", ["antal_mal_natt", "antal_mal_bedomda"], period, roll=roll)
            made += [_goals(las, roll, whom[kon], kon, period) for kon in found]
            if found:
                break
    return made


def _goals(las: Las, roll: str, whom: str, kon: str, period: str) -> Stycke:
    """How many had a goal, in how many it is assessed, and how it went: all of it that is shown."""
    table = "maluppfyllelse"
    closed, had, of, some = (
        las.tal(table, m, kon, period, roll=roll)
        for m in ("antal_avslutade", "antal_mal", "antal_mal_bedomda", "antal_mal_natt")
    )
    share = las.andel(table, "andel_mal_natt", kon, period, roll=roll)
    lead: Bit
    if closed and had:
        done = _closed(las, table, "antal_avslutade", kon, period, roll=roll)
        lead = ("Av ", closed, f" {done} för {whom} hade ", had, " ett mål. I ", of or "", " är det bedömt: ")
    else:
        done = _closed(las, table, "antal_mal_bedomda", kon, period, roll=roll)
        lead = ("Målet för ärendet är bedömt i ", of or "", f" {done} för {whom}: ")
    parts = [
        (word, "inget" if las.varde(table, "antal_mal", kon, period, roll=roll, mal_utfall=code) == 0 else number)
        for code, word in (("helt", "nått helt i "), ("delvis", ", delvis i "), ("inte", ", inte alls i "))
        if (number := las.tal(table, "antal_mal", kon, period, roll=roll, mal_utfall=code))
    ]
    if len(parts) == len(("helt", "delvis", "inte")):
        end: Bit = (" Målet nåddes alltså helt eller delvis i ", share, " av de bedömda ärendena.") if share else ""
        return stycke(lead, parts, ".", end, _bedomare(las, roll, kon, period))
    reached: Bit = ("nått helt eller delvis i ", some or "", (" (", share, ")") if share else "", ".")
    return stycke(lead, reached, _bedomare(las, roll, kon, period))


_BEDOMARE = {
    "handlaggare": "av handläggaren ensam i ",
    "gemensamt": "av handläggaren och personen tillsammans i ",
    "klient": "av personen själv i ",
    "annan": "av någon annan i ",
}


def _bedomare(las: Las, roll: str, kon: str, period: str) -> Bit:
    """Who judged, of those that are shown: whose word it is matters."""
    parts = [
        (word, number)
        for code, word in _BEDOMARE.items()
        if (number := las.tal("maluppfyllelse", "antal_mal_bedomda", kon, period, roll=roll, mal_bedomt_av=code))
        and las.varde("maluppfyllelse", "antal_mal_bedomda", kon, period, roll=roll, mal_bedomt_av=code) != 0
    ]
    if not parts:
        return " Målet bedöms av handläggaren, av personen själv eller av båda tillsammans."
    return (" Bedömningen gjordes ", rakna_upp(parts), ".")


def resultat(b: Bygge) -> tuple[Innehall, ...]:
    """Before and after; violence that ended; goals."""
    las = b.las
    before = utfall_text(las)
    ended = vald_upphort(las)
    made: list[Innehall] = [viktigt(ORSAK)] if before or ended else []
    if not made and las.har("utfall"):
        made.append(stycke("Hur de mådde före och efter stödet kan inte visas utan att enskilda kan kännas igen."))
    made += before
    made += _chart_of_outcomes(b)
    made += ended
    made += _chart_of_violence(b)
    goals = mal_text(las)
    made += goals
    table = forsta_utdrag(
        las,
        "maluppfyllelse",
        "antal_mal",
        "Våldsutsatta vuxna: hur det övergripande målet nåddes",
        behall=lambda r: r.get("roll") == "valdsutsatt_vuxen" and bara(r, "roll", "mal_utfall"),
        kapitel="mal",
    )
    if table:
        title = "Hur målet nåddes för våldsutsatta vuxna"
        chart = vand(table, title, "Andel av ärendena") or diagram(las, table, title, "Antal ärenden")
        made += med_bild(chart, table)
    return tuple(made)


def _chart_of_outcomes(b: Bygge) -> tuple[Innehall, ...]:
    title = "Bättre efter än före, andel av dem som svarat båda gångerna"
    table = forsta_utdrag(b.las, "utfall", "andel_forbattrade", title, kapitel="resultat")
    if table is None:
        return ()
    chart = diagram(b.las, table, "Andel som svarade bättre efter än före", "Andel, procent", slag="intervall")
    return med_bild(chart, table)


_ENDED = (
    ("andel_upphort", "Allt våld har upphört"),
    ("andel_minskat", "Färre slag av våld, men något"),
    ("andel_kvarstar", "Lika många slag av våld"),
    ("andel_okat", "Fler slag av våld"),
)


def _chart_of_violence(b: Bygge) -> tuple[Innehall, ...]:
    """The measures of one table as the rows of one: they are shares of the same base."""
    title = "Våldet efter stödet jämfört med före"
    for period in b.las.perioder:
        table = radtabell(
            b.u,
            "utfall_vald_samlat",
            _ENDED,
            period,
            f"{title}, andel av de ärenden där det fanns våld före",
            "Våldet",
            "upphort",
        )
        if table:
            return med_bild(diagram(b.las, table, title, "Andel av ärendena, procent", slag="intervall"), table)
    return ()
