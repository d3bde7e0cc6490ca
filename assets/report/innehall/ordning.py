"""The chapters of figures in reading order, and the places that the kommun can fill with its own words."""

from assets.report.innehall import behov, enkat, hjalp, omvarld, personer, resultat, valdet
from assets.report.innehall.kapitel import Kapitel

KAPITEL = (
    Kapitel(
        "vilka",
        "Vilka sökte och fick hjälp?",
        ("arenden", "aterkommande", "kolada"),
        personer.vilka,
        "vilka som sökte och fick hjälp",
    ),
    Kapitel("barn", "Barn", ("barn",), personer.barn, "barn"),
    Kapitel("heder", "Hedersrelaterat våld", ("heder",), personer.heder, "våld i hederskontext"),
    Kapitel("vald", "Våldet", ("vald",), valdet.vald, "vilket våld det gällde"),
    Kapitel("hjalp", "Vilken hjälp fick de?", ("insatser",), hjalp.hjalp, "insatser"),
    Kapitel("boende", "Skyddat boende", ("skyddat_boende",), hjalp.boende, "skyddat boende"),
    Kapitel("risk", "Bedömning av risk", ("riskbedomning",), valdet.risk, "bedömning av risk"),
    Kapitel(
        "resultat",
        "Blev det bättre?",
        ("utfall", "utfall_vald_samlat", "maluppfyllelse"),
        resultat.resultat,
        "hur det gick",
    ),
    Kapitel("enkat", "Vad tyckte de som fick hjälp?", ("brukarenkat",), enkat.enkat, "vad de som fick hjälp tyckte"),
    Kapitel("utovare", "Våldsutövare", ("valdsutovare",), personer.utovare, "våldsutövare"),
    Kapitel("behov", "Räcker hjälpen? Behov och utbud", behov.TABELLER, behov.behov, ""),
    Kapitel("jourer", "Jourerna", ("iop",), omvarld.iop, "jourernas arbete"),
    Kapitel("brott", "Anmälda brott", ("anmalda_brott",), omvarld.brott, "anmälda brott"),
    Kapitel("oj", "Öppna jämförelser", ("oj",), omvarld.oj, "Öppna jämförelser"),
)

KOMMUNENS = (
    ("analys", "Analys", ""),
    ("slutsatser", "Slutsatser", ""),
    ("handlingsplan", "Handlingsplan", "handlingsplan"),
    ("utbildning", "Utbildning", "utbildning"),
    ("styrkedja", "Styrning och ledning", "styrning"),
    ("boende-kommunen", "Boendeplatser", "boendeplatser"),
    ("ekonomi", "Ekonomi", "ekonomi"),
)
"""(id, heading, what there are no tables of yet; empty where there never will be)."""

OVRIGA = (
    "sammanfattning",
    "bakgrund",
    "vet-inte",
    "andringar",
    "metod",
    "datakvalitet",
    "spara",
    "harkomst",
    "ordlista",
    "tabeller",
)
"""Sections that are no chapters of figures."""

AVSNITT = (*(k.id for k in KAPITEL), *(name for name, _, _ in KOMMUNENS), *OVRIGA)
"""Every id that a file of the kommun's own may be named after."""
