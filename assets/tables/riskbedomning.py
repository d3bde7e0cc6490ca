"""T9 riskbedomning: how exposed adults were assessed, and how many of their cases were.

Assessments of those who used violence are in ``valdsutovare``: FREDA and PATRIARK are made for the exposed.
"""

from dataclasses import replace

import pandas as pd

from assets.tables.measures import andel
from assets.tables.spec import KON, Dimension, Fact, Inputs, Measure, Period, TableSpec

_FREDA = ("freda_kortfragor", "freda_beskrivning", "freda_farlighet")
_PLAIN = "samtal_utan_metod"


def _of(inputs: Inputs, roles: tuple[str, ...]) -> pd.DataFrame:
    """All assessments in cases of these roles, with sex of the case."""
    cases = inputs.frames["arende"]
    cases = cases.loc[cases["roll"].isin(roles), ["arende_id", "kon"]]
    return inputs.frames["bedomning"].merge(cases, on="arende_id", how="inner")


def made(inputs: Inputs, period: Period) -> pd.DataFrame:
    """Assessments made in the period in cases of exposed adults."""
    rows = _of(inputs, ("valdsutsatt_vuxen",))
    rows = rows[period.within(rows["datum"])].copy()
    rows["utan_niva"] = rows["niva"].isna()
    return rows


def of_children(inputs: Inputs, period: Period) -> pd.DataFrame:
    """Assessments made in the period in children's own cases."""
    rows = _of(inputs, ("barn",))
    return rows[period.within(rows["datum"])]


def ongoing(inputs: Inputs, period: Period) -> pd.DataFrame:
    """Cases of exposed adults with some day in the period."""
    rows = inputs.frames["arende"]
    rows = rows[(rows["roll"] == "valdsutsatt_vuxen") & period.touches(rows["startdatum"], rows["slutdatum"])].copy()
    rows["startad"] = period.within(rows["startdatum"])
    rows["heder"] = rows["hederskontext"] == "ja"
    return rows


def coverage(inputs: Inputs, period: Period) -> pd.DataFrame:
    """The same cases with how they were assessed by the period's end.

    ``lev_bedomning`` is the delivery of the case's first assessment.
    """
    rows = ongoing(inputs, period)
    known = inputs.frames["bedomning"]
    known = known[known["datum"] <= period.end]
    first = known.sort_values(["arende_id", "datum", "leverans_id"]).drop_duplicates("arende_id")
    rows["lev_bedomning"] = rows["arende_id"].map(first.set_index("arende_id")["leverans_id"].astype("float64"))

    def has(mask: pd.Series) -> pd.Series:
        return rows["arende_id"].isin(known.loc[mask, "arende_id"])

    rows["bedomd"] = rows["lev_bedomning"].notna()
    rows["metod"] = has(known["instrument"] != _PLAIN)
    rows["samtal"] = rows["bedomd"] & ~rows["metod"]
    rows["ingen"] = ~rows["bedomd"]
    rows["freda"] = has(known["instrument"].isin(_FREDA))
    rows["startad_bedomd"] = rows["startad"] & rows["bedomd"]
    rows["startad_freda"] = rows["startad"] & rows["freda"]
    rows["heder_patriark"] = rows["heder"] & has(known["instrument"] == "patriark")
    return rows


def remarks(inputs: Inputs, period: Period) -> tuple[str, ...]:
    """Assessments that cannot be counted."""
    rows = inputs.frames["bedomning"]
    rows = rows[period.within(rows["datum"])]
    lost = int((~rows["arende_id"].isin(inputs.frames["arende"]["arende_id"])).sum())
    return (
        (f"{lost} bedömningar är inte räknade: deras ärenden har inte levererats, eller ligger i karantän.",)
        if lost
        else ()
    )


_NEEDS = ("arende", "bedomning")


def _started(name: str, title: str, numerator: str) -> Measure:
    return replace(andel(name, title, numerator, "antal_startade", bas="antal_startade"), period_regel="startad")


_BEHIND = ("leverans_id", "lev_bedomning")

SPEC = TableSpec(
    name="riskbedomning",
    title="Upptäckt och riskbedömning",
    population="Ärenden för våldsutsatta vuxna, och bedömningarna i dem.",
    period_regel="pagaende",
    enhet="arende",
    malgrupp="Våldsutsatta vuxna; barns egna ärenden visas för sig, och våldsutövare i tabellen Våldsutövare",
    dimensions=(
        Dimension("instrument", "instrument_bedomning", "Bedömningsmetod"),
        Dimension("syfte", "syfte", "Syfte"),
        Dimension("niva", "niva", "Bedömd nivå"),
        KON,
    ),
    sources={
        "arende": ("arende_id", "roll", "kon", "hederskontext", "startdatum", "slutdatum"),
        "bedomning": ("arende_id", "instrument", "syfte", "datum", "niva"),
    },
    tertial=True,
    history=("arende", "bedomning"),
    facts=(
        Fact(
            rows=ongoing,
            needs=("arende",),
            dimensions=("kon",),
            measures=(
                Measure("antal_arenden", "Pågående ärenden för våldsutsatta vuxna"),
                Measure(
                    "antal_startade", "Ärenden för våldsutsatta vuxna som startat under perioden", where="startad",
                    period_regel="startad",
                ),
                Measure("antal_heder", "Pågående ärenden i hederskontext", where="heder"),
            ),
        ),
        Fact(
            rows=coverage,
            needs=_NEEDS,
            lineage=_BEHIND,
            dimensions=("kon",),
            measures=(
                Measure("antal_bedomda", "Pågående ärenden med någon bedömning", where="bedomd"),
                Measure("antal_metod", "Pågående ärenden bedömda med någon bedömningsmetod", where="metod"),
                Measure("antal_endast_samtal", "Pågående ärenden bedömda bara i samtal utan metod", where="samtal"),
                Measure("antal_utan_bedomning", "Pågående ärenden utan bedömning", where="ingen"),
                Measure("antal_freda", "Pågående ärenden bedömda med FREDA", where="freda"),
                Measure(
                    "antal_heder_patriark", "Pågående ärenden i hederskontext bedömda med PATRIARK",
                    where="heder_patriark",
                ),
                Measure(
                    "antal_startade_bedomda", "Startade ärenden med någon bedömning", where="startad_bedomd",
                    period_regel="startad",
                ),
                Measure(
                    "antal_startade_freda", "Startade ärenden bedömda med FREDA", where="startad_freda",
                    period_regel="startad",
                ),
                andel("andel_bedomda", "Andel pågående ärenden med någon bedömning", "antal_bedomda",
                      "antal_arenden", bas="antal_arenden"),
                andel("andel_endast_samtal", "Andel pågående ärenden bedömda bara i samtal utan metod",
                      "antal_endast_samtal", "antal_arenden", bas="antal_arenden"),
                andel("andel_freda", "Andel pågående ärenden bedömda med FREDA", "antal_freda",
                      "antal_arenden", bas="antal_arenden"),
                andel("andel_heder_patriark", "Andel pågående ärenden i hederskontext bedömda med PATRIARK",
                      "antal_heder_patriark", "antal_heder", bas="antal_heder"),
                _started("andel_startade_bedomda", "Andel startade ärenden med någon bedömning",
                         "antal_startade_bedomda"),
                _started("andel_startade_freda", "Andel startade ärenden bedömda med FREDA", "antal_startade_freda"),
            ),
        ),
        Fact(
            rows=made,
            needs=("bedomning", "arende"),
            dimensions=("instrument", "syfte", "niva", "kon"),
            measures=(
                Measure("antal_bedomningar", "Bedömningar under perioden", enhet="bedomning", period_regel="bedomd"),
                Measure(
                    "antal_arenden_bedomda", "Ärenden som bedömts under perioden", unit="arende_id",
                    period_regel="bedomd",
                ),
            ),
        ),
        Fact(
            rows=made,
            needs=("bedomning", "arende"),
            dimensions=("instrument", "syfte", "kon"),
            measures=(
                Measure(
                    "antal_utan_niva", "Bedömningar under perioden utan uppgift om nivå", where="utan_niva",
                    enhet="bedomning", period_regel="bedomd",
                ),
            ),
        ),
        Fact(
            rows=of_children,
            needs=("bedomning", "arende"),
            dimensions=("instrument", "kon"),
            measures=(
                Measure(
                    "antal_arenden_barn", "Barns egna ärenden som bedömts under perioden", unit="arende_id",
                    period_regel="bedomd",
                ),
            ),
        ),
    ),
    remarks=remarks,
    breaks=("verksamhetssystem:foreskrift",),
    notes=(
        "Andelarna gäller ärenden för våldsutsatta vuxna. Ett ärende är bedömt om det finns en bedömning i det till "
        "och med periodens sista dag, också om den gjordes ett tidigare år.",
        "Någon bedömning är alla metoder och samtal utan metod. FREDA är minst en av kortfrågor, beskrivning och "
        "farlighetsbedömning. Bara samtal betyder att ingen bedömningsmetod har använts i ärendet.",
        "PATRIARK räknas av ärenden med hederskontext ja. Är hederskontexten okänd är ärendet inte med.",
        "Ett ärende kan ha flera bedömningar. Bedömningar räknas var för sig. Ärenden räknas en gång i varje cell, så "
        "metoder, syften och nivåer får inte läggas ihop: totalen är olika ärenden.",
        "Alla metoder ger inte en nivå. Bedömningar utan uppgift om nivå finns i totalen och visas för sig; ej bedömd "
        "är ett svar.",
        "Andelar visas inte när antalet ärenden bakom dem är för litet.",
        "Att fler bedöms ha hög risk kan betyda att risken ökat, eller att fler bedöms.",
    ),
)  # fmt: skip
