"""The chapter on the violence: kinds, severity, who used it. And the one on risk."""

from collections.abc import Sequence
from functools import partial

from assets.report.innehall.bilder import budskap, diagram, vand
from assets.report.innehall.kapitel import Bygge, med_bild
from assets.report.innehall.las import Las
from assets.report.innehall.personer import bara
from assets.report.innehall.sprak import FOR_KON, VALDSUTSATTA, Bit, en_flera, grupper, rakna_upp, stycke
from assets.report.innehall.tabeller import forsta_utdrag, radtabell
from assets.report.modell import Del, Innehall, Rad, Stycke, Tal
from assets.report.underlag import Row
from warehouse.contracts.swedish import versal

_SPLITS = (
    ("valdstyp", "Våldstyper", "Ett ärende kan ha flera våldstyper."),
    ("svarighetsgrad", "Hur grovt våldet var", ""),
    ("relation", "Utövarens relation till den utsatta", ""),
)
_VANLIGAST = {
    "valdstyp": ("{} är vanligast", "är {} vanligast"),
    "svarighetsgrad": ("{} är den vanligaste graden", "är {} den vanligaste graden"),
    "relation": ("Utövaren är oftast {}", "är utövaren oftast {}", "eller"),
}
"""What is most common: of all, and after whom it is of."""
_KINDS = {
    "fysiskt": "fysiskt",
    "psykiskt": "psykiskt",
    "sexuellt": "sexuellt",
    "ekonomiskt": "ekonomiskt",
    "digitalt": "digitalt",
}


def vald(b: Bygge) -> tuple[Innehall, ...]:
    """Kinds of violence, severity, relation: of the cases where it is known."""
    las = b.las
    made: list[Innehall] = [*vald_text(las)]
    for split, title, note in _SPLITS:
        table = forsta_utdrag(
            las,
            "vald",
            f"antal_{split}",
            f"{title}, antal ärenden",
            behall=partial(_split_by, split),
            kapitel="vald",
        )
        if table is None:
            continue
        heading = budskap(table, _VANLIGAST[split][0], title, *_VANLIGAST[split][1:])
        parts = vand(table, heading, "Andel av ärendena") if split == "svarighetsgrad" else None
        made += med_bild(parts or diagram(las, table, heading, "Antal ärenden"), table)
        if note:
            made.append(stycke(note))
    return tuple(made)


def _split_by(split: str, row: Row) -> bool:
    return bara(row, split)


def vald_text(las: Las) -> list[Stycke]:
    """In how many cases the kinds that are most asked about occurred, of those where it is known."""
    for period in las.perioder:
        found = grupper(las, "vald", ["antal_med_valdstyp"], period)
        if not found:
            continue
        made = []
        for kon in found:
            of = las.tal("vald", "antal_med_valdstyp", kon, period)
            whole = _alla(las, "antal_med_valdstyp", kon, period)
            cases = _arenden(las, "vald", "antal_med_valdstyp", kon, period)
            parts: list[Sequence[Del]] = []
            for code, word in _KINDS.items():
                number = las.tal("vald", "antal_valdstyp", kon, period, valdstyp=code)
                if number:
                    parts.append((f"{word} våld i ", number))
            if of and parts:
                made.append(
                    stycke(
                        "I ",
                        of,
                        (" av ", whole) if whole else "",
                        f" {cases}{FOR_KON[kon]} är det känt vilket slags våld det gällde: ",
                        rakna_upp(parts),
                        ". Ett ärende kan gälla flera slag.",
                    )
                )
            grave = las.tal("vald", "antal_svarighetsgrad", kon, period, svarighetsgrad="mycket_grovt")
            known = las.tal("vald", "antal_med_svarighetsgrad", kon, period)
            if grave and known:
                cases = _arenden(las, "vald", "antal_med_svarighetsgrad", kon, period)
                told = stycke("Våldet bedömdes som mycket grovt i ", grave, " av ", known, f" {cases}{FOR_KON[kon]}")
                made.append(stycke(told.delar, _okant(las, kon, period), _utan_svar(las, kon, period)))
        return made
    return []


def _arenden(las: Las, tabell: str, matt: str, kon: str, period: str) -> str:
    return en_flera(las.varde(tabell, matt, kon, period), "ärende", "ärenden")


def _alla(las: Las, matt: str, kon: str, period: str) -> Tal | None:
    """All cases of the period, where more than those with an answer."""
    some, every = (las.varde("vald", m, kon, period) for m in (matt, "antal_arenden"))
    same = some is None or every is None or some == every
    return None if same else las.tal("vald", "antal_arenden", kon, period)


def _utan_svar(las: Las, kon: str, period: str) -> Sequence[Bit]:
    """That the rest of the cases have no answer at all."""
    every = _alla(las, "antal_med_svarighetsgrad", kon, period)
    if every is None:
        return ()
    return (" Resten av ", "årets " if period == str(las.ar) else "periodens ", every, " ärenden saknar svar.")


def _okant(las: Las, kon: str, period: str) -> Sequence[Del]:
    """How many of them are told as unknown, which also is an answer."""
    unknown = las.tal("vald", "antal_svarighetsgrad", kon, period, svarighetsgrad="okand")
    if unknown is None:
        return (". Där räknas också ärenden där svårighetsgraden är okänd.",)
    if las.varde("vald", "antal_svarighetsgrad", kon, period, svarighetsgrad="okand") == 0:
        return (".",)
    return ("; i ", unknown, " är svårighetsgraden okänd.")


def risk_text(las: Las) -> list[Stycke]:
    """How many cases were assessed, and with a method."""
    for period in las.perioder:
        found = grupper(las, "riskbedomning", ["antal_bedomda", "antal_arenden"], period)
        made = []
        for kon in found:
            some = las.tal("riskbedomning", "antal_bedomda", kon, period)
            of = las.tal("riskbedomning", "antal_arenden", kon, period)
            share = las.andel("riskbedomning", "andel_bedomda", kon, period)
            whom = VALDSUTSATTA[kon]
            if some and of:
                made.append(
                    stycke(
                        "Av ",
                        of,
                        f" pågående {_arenden(las, 'riskbedomning', 'antal_arenden', kon, period)} för {whom} hade ",
                        some,
                        [" (", share, ")"] if share else "",
                        " en bedömning av våldet eller risken.",
                    )
                )
        for kon in grupper(las, "riskbedomning", ["antal_freda", "antal_arenden"], period):
            freda = las.tal("riskbedomning", "antal_freda", kon, period)
            of = las.tal("riskbedomning", "antal_arenden", kon, period)
            share = las.andel("riskbedomning", "andel_freda", kon, period)
            whom = VALDSUTSATTA[kon]
            if freda and of:
                made.append(
                    stycke(
                        "Bedömningsinstrumentet FREDA användes i ",
                        freda,
                        " av ",
                        of,
                        f" {_arenden(las, 'riskbedomning', 'antal_arenden', kon, period)} för {whom}",
                        [" (", share, ")"] if share else "",
                        ". I de andra kan en annan metod ha använts, eller samtal utan metod.",
                    )
                )
        if made:
            return made
    return []


def _utan_darav(rad: Rad) -> str:
    return versal(rad.namn[0].removeprefix("– därav "))


def risk(b: Bygge) -> tuple[Innehall, ...]:
    """Whether risk is assessed, and how."""
    made: list[Innehall] = [*risk_text(b.las)]
    rows = (
        ("antal_arenden", "Pågående ärenden för våldsutsatta vuxna"),
        ("antal_bedomda", "– därav med någon bedömning"),
        ("antal_freda", "– därav bedömda med FREDA"),
    )
    for period in b.las.perioder:
        table = radtabell(b.u, "riskbedomning", rows, period, "Bedömningar av våld och risk", "Ärenden", "risk")
        if table:
            made += med_bild(
                diagram(b.las, table, "Hur många ärenden som har en bedömning", "Antal ärenden", namn=_utan_darav),
                table,
            )
            break
    return tuple(made)
