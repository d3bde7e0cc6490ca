"""The chapter on what the users think: an anonymous questionnaire, of which one asks first how many got it."""

from collections.abc import Sequence
from functools import partial

from assets.report.innehall.bilder import diagram, vand
from assets.report.innehall.kapitel import Bygge, med_bild
from assets.report.innehall.las import Las, under
from assets.report.innehall.sprak import PERSONER, Bit, en_flera, grupper, rakna_upp, stycke
from assets.report.innehall.tabeller import forsta_utdrag, liten
from assets.report.modell import Innehall, Stycke
from assets.report.underlag import Row
from warehouse.contracts.codes import CODES, TOTAL

_QUESTIONS = (
    ("betydelse", "Vad stödet har betytt", ("stor", "viss", "ingen")),
    ("situation_nu", "Situationen nu jämfört med före stödet", ("battre", "oforandrad", "samre")),
)
_FRAN = {TOTAL: "", "kvinna": " från kvinnor och flickor", "man": " från män och pojkar"}


def enkat_text(las: Las) -> list[Stycke]:
    """How many answered, and what they said of what the support meant and how it is now."""
    made = []
    for period in las.perioder:
        for kon in grupper(las, "brukarenkat", ["antal_enkater"], period):
            value = las.varde("brukarenkat", "antal_enkater", kon, period)
            number = las.tal("brukarenkat", "antal_enkater", kon, period)
            words = en_flera(value, "enkät", "enkäter")
            made.append(
                stycke(
                    "Det kom in ",
                    number or "",
                    f" {words}{_FRAN[kon]}{under(las, period)}. Svaren är anonyma, och samma person kan ha svarat "
                    "flera gånger.",
                )
            )
        if made:
            break
    return [*made, *svarsfrekvens(las), *(p for question in _QUESTIONS for p in _svar(las, *question))]


def _svar(las: Las, question: str, lead: str, answers: Sequence[str]) -> list[Stycke]:
    """The answers to a question: of all, else of each sex."""
    for period in las.perioder:
        whole = _answers(las, question, lead, answers, TOTAL, period)
        each = [_answers(las, question, lead, answers, kon, period) for kon in ("kvinna", "man")]
        if told := [whole] if whole else [p for p in each if p]:
            return told
    return []


OKAND_SVARSFREKVENS = (
    "Hur många som fick brukarenkäten framgår inte av utgåvan, så ingen kan säga hur väl svaren gäller alla."
)


def svarsfrekvens(las: Las) -> list[Stycke]:
    """How many were asked, and how many of them answered; or that it is not known."""
    if not las.visar("brukarenkat"):
        return []
    for period in las.perioder:
        made = []
        for kon in grupper(las, "brukarenkat", ["antal_tillfragade"], period):
            asked, came = (las.tal("brukarenkat", m, kon, period) for m in ("antal_tillfragade", _BESVARADE))
            share = las.andel("brukarenkat", "svarsfrekvens", kon, period)
            lead: Bit = (
                asked or "",
                f" {_ord(las, 'antal_tillfragade', kon, period, PERSONER.av(kon))} fick brukarenkäten",
            )
            some: Bit = ", och hur många enkäter som kom in kan inte visas."
            if came:
                some = (
                    ", och ",
                    came,
                    f" {_ord(las, _BESVARADE, kon, period, ('enkät', 'enkäter'))} kom in",
                    (" (", share, ")") if share else "",
                    ".",
                )
            made.append(stycke(lead, some, " Bara enheter som uppgett hur många de frågat är med."))
        if made:
            return made
    return [stycke(OKAND_SVARSFREKVENS)]


_BESVARADE = "antal_enkater_utskick"


def _ord(las: Las, matt: str, kon: str, period: str, ord_: tuple[str, str]) -> str:
    return en_flera(las.varde("brukarenkat", matt, kon, period), *ord_)


def enkat_kort(las: Las) -> list[Stycke]:
    """The answers to the last question that has some, as what they are: an anonymous questionnaire of its own."""
    for question, lead, answers in reversed(_QUESTIONS):
        if told := _svar(las, question, f"Den anonyma brukarenkäten: {liten(lead)}", answers):
            return [*told, *svarsfrekvens(las)]
    return []


def _answers(las: Las, question: str, lead: str, answers: Sequence[str], kon: str, period: str) -> Stycke | None:
    """The answers to a question, where at least two are shown: one alone would tell half of it."""
    parts = [
        (f"{CODES['enkat_svar'][code].lower()} ", found)
        for code in answers
        if (found := las.tal("brukarenkat", "antal_svar", kon, period, fraga=question, svar=code))
    ]
    base = las.tal("brukarenkat", "antal_besvarat", kon, period, fraga=question)
    if len(parts) < 2 or not any(
        las.varde("brukarenkat", "antal_svar", kon, period, fraga=question, svar=code) for code in answers
    ):
        return None
    of: Bit = (", av ", base, f" svar{_FRAN[kon]}: ") if base else (f", svar{_FRAN[kon]}: ")
    return stycke(lead, of, rakna_upp(parts), ".", slag="punkt")


def _of_question(question: str, row: Row) -> bool:
    return bool(row.get("fraga") == question)


def enkat(b: Bygge) -> tuple[Innehall, ...]:
    """What the users think of the support."""
    las = b.las
    made: list[Innehall] = [*enkat_text(las)]
    for question in CODES["enkat_fraga"]:
        title = CODES["enkat_fraga"][question]
        table = forsta_utdrag(
            las,
            "brukarenkat",
            "antal_svar",
            title,
            behall=partial(_of_question, question),
            kapitel=f"enkat-{question}",
        )
        if table:
            chart = vand(table, title, "Andel av svaren") or diagram(las, table, title, "Antal svar")
            made += med_bild(chart, table)
    return tuple(made)
