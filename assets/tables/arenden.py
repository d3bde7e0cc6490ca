"""T1 arenden: contacts and cases of a year, by role, age and sex."""

import pandas as pd

from assets.tables.persons import as_persons
from assets.tables.spec import ALDER, KON, Dimension, Fact, Inputs, Measure, Period, TableSpec


def ongoing(inputs: Inputs, period: Period) -> pd.DataFrame:
    """Cases that ran on some day of the period."""
    cases = inputs.frames["arende"]
    open_or_later = cases["slutdatum"].isna() | (cases["slutdatum"] >= period.start)
    rows = cases[(cases["startdatum"] <= period.end) & open_or_later].copy()
    rows["startad"] = period.within(rows["startdatum"])
    rows["avslutad"] = period.within(rows["slutdatum"])
    return rows


def persons(inputs: Inputs, period: Period) -> pd.DataFrame:
    """The same cases, with sex and age of the person's latest case."""
    return as_persons(ongoing(inputs, period), inputs, period)


def contacts(inputs: Inputs, period: Period) -> pd.DataFrame:
    """Contacts that reached the nämnd in the period; the target group is the role they concern."""
    rows = inputs.frames["aktualisering"]
    return rows[period.within(rows["datum"])].rename(columns={"malgrupp": "roll"})


SPEC = TableSpec(
    name="arenden",
    title="Ärenden och personer",
    population="Ärenden som pågått någon dag under året, oavsett när de började.",
    period_regel="pagaende",
    enhet="arende",
    malgrupp="Våldsutsatta vuxna, barn och våldsutövare",
    dimensions=(Dimension("roll", "roll", "Roll"), ALDER, KON),
    sources={
        "arende": ("arende_id", "person_id", "roll", "kon", "aldersgrupp", "startdatum", "slutdatum"),
        "aktualisering": ("aktualisering_id", "malgrupp", "kon", "aldersgrupp", "datum"),
    },
    tertial=True,
    history=("arende",),
    facts=(
        Fact(
            rows=ongoing,
            needs=("arende",),
            dimensions=("roll", "aldersgrupp", "kon"),
            measures=(
                Measure("antal_arenden", "Pågående ärenden"),
                Measure("antal_startade", "Ärenden som startat under året", where="startad", period_regel="startad"),
                Measure(
                    "antal_avslutade", "Ärenden som avslutats under året", where="avslutad", period_regel="avslutad"
                ),
            ),
        ),
        Fact(
            rows=persons,
            needs=("arende",),
            dimensions=("roll", "aldersgrupp", "kon"),
            measures=(Measure("antal_personer", "Personer med pågående ärende", unit="person_id", enhet="person"),),
        ),
        Fact(
            rows=contacts,
            needs=("aktualisering",),
            dimensions=("roll", "aldersgrupp", "kon"),
            measures=(
                Measure(
                    "antal_aktualiseringar",
                    "Aktualiseringar under året",
                    enhet="aktualisering",
                    period_regel="aktualiserad",
                ),
            ),
        ),
    ),
    breaks=("verksamhetssystem:utovare",),
    notes=(
        "En person kan ha flera ärenden. Antal personer räknar varje person en gång i varje cell, så totalen kan vara "
        "mindre än summan av delarna. Kön och ålder är de som gäller i personens senaste ärende.",
        "Ett ärende som pågår över nyår räknas en gång i vart och ett av åren.",
        "Här räknas bara barn med eget ärende. Barn i en förälders ärende, och bedömningar (FREDA, PATRIARK, SARA), "
        "tas emot men redovisas ännu inte i någon tabell.",
    ),
)
