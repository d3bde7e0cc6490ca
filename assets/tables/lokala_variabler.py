"""Lokala variabler: cases of the year by the kommun's own questions, as declared in its mapping."""

import pandas as pd

from assets.tables.spec import KON, Dimension, Fact, Inputs, Measure, Period, TableSpec


def _declared(inputs: Inputs) -> pd.DataFrame:
    """Variables and their answers in the order in which the kommun declared them."""
    declared = inputs.frames["lokal_deklaration"].astype(
        dict.fromkeys(("kommun", "variabel", "titel", "varde", "etikett"), "str")
    )
    declared = declared.sort_values(["variabel", "rad"], kind="stable")
    return declared.drop_duplicates(["kommun", "variabel", "varde"], keep="last")


def answered(inputs: Inputs, period: Period) -> pd.DataFrame:
    """Ongoing cases, one row an answer to a declared question; and a row of no case for each declared answer."""
    cases = inputs.frames["arende"]
    cases = cases.loc[period.touches(cases["startdatum"], cases["slutdatum"]), ["arende_id", "kon"]]
    rows = inputs.frames["lokal_variabel"].merge(cases, on="arende_id")
    declared = _declared(inputs)[["kommun", "leverans_id", "variabel", "varde"]]
    rows = rows.astype({"kommun": "str", "variabel": "str", "varde": "str"})
    rows = rows.merge(declared[["kommun", "variabel", "varde"]])
    return pd.concat([rows, declared], ignore_index=True).rename(columns={"varde": "svar"})


def meanings(inputs: Inputs, _period: Period) -> tuple[str, ...]:
    """What the variables and their codes are called, a note a variable."""
    return tuple(
        f"{variable} = {rows['titel'].iloc[0]}. "
        + "; ".join(f"{code} = {label}" for code, label in zip(rows["varde"], rows["etikett"], strict=True))
        + "."
        for variable, rows in _declared(inputs).groupby("variabel", sort=False)
    )


SPEC = TableSpec(
    name="lokala_variabler",
    title="Kommunens egna frågor",
    population="Ärenden som pågått någon dag under året och som har ett svar på frågan.",
    period_regel="pagaende",
    enhet="arende",
    malgrupp="Våldsutsatta vuxna, barn och våldsutövare",
    dimensions=(
        Dimension("variabel", None, "Fråga", total=False),
        Dimension("svar", None, "Svar", within="variabel"),
        KON,
    ),
    sources={
        "lokal_variabel": ("arende_id", "variabel", "varde"),
        "lokal_deklaration": ("variabel", "titel", "varde", "etikett", "rad"),
        "arende": ("arende_id", "kon", "startdatum", "slutdatum"),
    },
    history=("lokal_variabel", "lokal_deklaration", "arende"),
    facts=(
        Fact(
            rows=answered,
            needs=("lokal_variabel", "arende"),
            dimensions=("variabel", "svar", "kon"),
            measures=(Measure("antal_arenden", "Ärenden", unit="arende_id"),),
        ),
    ),
    remarks=meanings,
    notes=(
        "Frågorna är kommunens egna och kan inte jämföras med andra kommuners. Svaret totalt är ärenden med något "
        "svar: ärenden utan svar är inte med. Kan ett ärende ha flera svar är totalen inte summan av dem.",
    ),
)
