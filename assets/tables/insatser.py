"""T2 insatser: what was granted, refused, declined or given without assessment, by type and sex."""

import pandas as pd

from assets.tables.persons import as_persons
from assets.tables.spec import KON, Dimension, Fact, Inputs, Measure, Period, TableSpec


def _of_period(inputs: Inputs, period: Period) -> pd.DataFrame:
    insatser = inputs.frames["insats"]
    return insatser[period.within(insatser["beslutsdatum"].fillna(insatser["verkstalld"]))]


def without_case(inputs: Inputs, period: Period) -> tuple[str, ...]:
    """How many insatser cannot be counted, since no delivery holds their case."""
    rows = _of_period(inputs, period)
    lost = int((~rows["arende_id"].isin(inputs.frames["arende"]["arende_id"])).sum())
    return (
        (f"{lost} insatser är inte räknade: deras ärenden har inte levererats, eller ligger i karantän.",)
        if lost
        else ()
    )


def decided(inputs: Inputs, period: Period) -> pd.DataFrame:
    """Insatser decided in the period (begun in it, where there was no decision), with sex and person of the case."""
    rows = _of_period(inputs, period)
    cases = inputs.frames["arende"][["arende_id", "person_id", "kon"]]
    rows = rows.merge(cases, on="arende_id", how="inner")
    for code in ("bifall", "avslag", "avbojd", "utan_behovsprovning"):
        rows[code] = rows["beslut"] == code
    return rows


def persons(inputs: Inputs, period: Period) -> pd.DataFrame:
    """The same insatser, with sex of the person's latest case."""
    return as_persons(decided(inputs, period), inputs, period)


def unregistered(inputs: Inputs, period: Period) -> pd.DataFrame:
    """Insatser given without registration, counted by unit and month."""
    rows = inputs.frames["insats_avidentifierad"]
    return rows[period.within(pd.to_datetime(rows["manad"], format="%Y-%m"))]


SPEC = TableSpec(
    name="insatser",
    title="Insatser",
    population="Insatser med beslut under året. Beviljade är de med bifall.",
    period_regel="beslutad",
    enhet="insats",
    malgrupp="Våldsutsatta vuxna, barn och våldsutövare",
    dimensions=(Dimension("insatstyp", "insatstyp", "Insatstyp"), KON),
    sources={
        "insats": ("insats_id", "arende_id", "insatstyp", "beslutsdatum", "beslut", "verkstalld"),
        "arende": ("arende_id", "person_id", "kon", "startdatum", "slutdatum"),
        "insats_avidentifierad": ("insatstyp", "manad", "kon", "antal"),
    },
    tertial=True,
    history=("arende",),
    facts=(
        Fact(
            rows=decided,
            needs=("insats", "arende"),
            dimensions=("insatstyp", "kon"),
            measures=(Measure("antal_insatser", "Beviljade insatser", where="bifall"),),
        ),
        Fact(
            rows=persons,
            needs=("insats", "arende"),
            dimensions=("insatstyp", "kon"),
            measures=(
                Measure(
                    "antal_personer",
                    "Personer med minst en beviljad insats",
                    unit="person_id",
                    where="bifall",
                    enhet="person",
                ),
            ),
        ),
        Fact(
            rows=decided,
            needs=("insats", "arende"),
            dimensions=("insatstyp", "kon"),
            measures=(
                Measure("antal_avslag", "Avslag", where="avslag"),
                Measure("antal_avbojda", "Avböjda", where="avbojd"),
                Measure(
                    "antal_utan_behovsprovning",
                    "Insatser utan behovsprövning",
                    where="utan_behovsprovning",
                    period_regel="startad",
                ),
            ),
        ),
        Fact(
            rows=unregistered,
            needs=("insats_avidentifierad",),
            dimensions=("insatstyp", "kon"),
            measures=(
                Measure(
                    "antal_avidentifierade",
                    "Avidentifierade insatser",
                    how="summa",
                    value="antal",
                    period_regel="given",
                ),
            ),
        ),
    ),
    remarks=without_case,
    breaks=("verksamhetssystem:beslut", "verksamhetssystem:barn_skyddat_boende"),
    notes=(
        "Antal insatser räknar beviljade insatser (bifall) efter beslutsdatum. Insatser utan behovsprövning räknas för "
        "sig, efter den dag de började om beslut saknas.",
        "En person kan ha flera insatser. Antal personer räknar varje person en gång i varje cell, med det kön som "
        "gäller i personens senaste ärende.",
        "Avidentifierade insatser kan inte knytas till personer och läggs inte ihop med de andra.",
        "Från den 1 juli 2025 ger socialtjänstlagen större utrymme för insatser utan behovsprövning. Beviljade "
        "insatser före och efter det datumet går inte att jämföra rakt av.",
    ),
)
