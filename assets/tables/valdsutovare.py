"""T7 valdsutovare: those who used violence: reached, offered talks, said yes, begun, and how many talks.

The register has no variable for the method of treatment. What stands as method here is how the case was assessed.
"""

from dataclasses import replace
from functools import partial

import numpy as np
import pandas as pd

from assets.tables.measures import andel
from assets.tables.persons import as_persons
from assets.tables.spec import KON, Dimension, Fact, Inputs, Measure, Period, TableSpec

_ACCEPTED = ("bifall", "utan_behovsprovning")


def cases(inputs: Inputs) -> pd.DataFrame:
    """All cases in the role, with whether a child stands in them."""
    return inputs.once("valdsutovare.cases", _cases)


def _cases(inputs: Inputs) -> pd.DataFrame:
    rows = inputs.frames["arende"]
    rows = rows[rows["roll"] == "valdsutovare"].copy()
    with_child = rows["arende_id"].isin(inputs.frames["barn"]["arende_id"])
    rows["barn_i_arendet"] = np.where(with_child, "med_barn", "utan_barn")
    return rows


def ongoing(inputs: Inputs, period: Period) -> pd.DataFrame:
    """Cases with some day in the period."""
    rows = cases(inputs)
    rows = rows[period.touches(rows["startdatum"], rows["slutdatum"])].copy()
    rows["startad"] = period.within(rows["startdatum"])
    return rows


def persons(inputs: Inputs, period: Period) -> pd.DataFrame:
    """The same cases, with sex of the person's latest case."""
    return as_persons(ongoing(inputs, period), inputs, period)


def talks(inputs: Inputs) -> pd.DataFrame:
    """All insatser samtal med våldsutövare in these cases; ``till`` is their last day, else that of the case."""
    return inputs.once("valdsutovare.talks", _talks)


def _talks(inputs: Inputs) -> pd.DataFrame:
    insatser = inputs.frames["insats"]
    own = cases(inputs)[["arende_id", "person_id", "kon", "barn_i_arendet", "slutdatum"]]
    own = own.rename(columns={"slutdatum": "arende_slut"})
    rows = insatser[insatser["insatstyp"] == "samtal_utovare"].merge(own, on="arende_id", how="inner")
    till = rows["slutdatum"].fillna(rows["arende_slut"])
    rows["till"] = till.mask(till < rows["verkstalld"], rows["verkstalld"])
    rows["ja"] = rows["beslut"].isin(_ACCEPTED)
    rows["nej"] = rows["beslut"] == "avbojd"
    rows["erbjuden"] = rows["ja"] | rows["nej"]
    return rows


def offered(inputs: Inputs, period: Period) -> pd.DataFrame:
    """Talks decided in the period (begun in it, where there was no decision)."""
    rows = talks(inputs)
    return rows[period.within(rows["beslutsdatum"].fillna(rows["verkstalld"]))]


def begun(inputs: Inputs, period: Period) -> pd.DataFrame:
    """Talks that began in the period."""
    rows = talks(inputs)
    return rows[rows["ja"] & period.within(rows["verkstalld"])]


def in_talks(inputs: Inputs, period: Period) -> pd.DataFrame:
    """Talks with some day in the period, with sex of the person's latest case."""
    rows = talks(inputs)
    going_on = rows["verkstalld"].notna() & period.touches(rows["verkstalld"], rows["till"])
    return as_persons(rows[rows["ja"] & going_on], inputs, period)


def ended(inputs: Inputs, period: Period) -> pd.DataFrame:
    """Talks that began at some time and ended in the period."""
    rows = talks(inputs)
    rows = rows[rows["ja"] & rows["verkstalld"].notna() & period.within(rows["slutdatum"])].copy()
    rows["kand"] = rows["antal_tillfallen"].notna()
    return rows


def assessed(inputs: Inputs, period: Period) -> pd.DataFrame:
    """Assessments in ongoing cases, made by the end of the period, also before it."""
    own = ongoing(inputs, period)[["arende_id", "kon"]]
    rows = inputs.frames["bedomning"].merge(own, on="arende_id", how="inner")
    return rows[rows["datum"] <= period.end]


def remarks(inputs: Inputs, period: Period) -> tuple[str, ...]:
    """Talks that stand where they are not counted, and talks of another kind."""
    insatser = inputs.frames["insats"]
    insatser = insatser[period.within(insatser["beslutsdatum"].fillna(insatser["verkstalld"]))]
    roles = insatser["arende_id"].map(inputs.frames["arende"].set_index("arende_id")["roll"].astype("str"))
    talk = insatser["insatstyp"] == "samtal_utovare"
    lost = int((talk & roles.isna()).sum())
    elsewhere = int((talk & roles.notna() & (roles != "valdsutovare")).sum())
    support = int(((insatser["insatstyp"] == "stodsamtal") & (roles == "valdsutovare")).sum())
    notes = []
    if lost:
        notes.append(
            f"{lost} insatser samtal med våldsutövare är inte räknade: deras ärenden har inte levererats, eller ligger "
            "i karantän."
        )
    if elsewhere:
        notes.append(
            f"{elsewhere} insatser samtal med våldsutövare finns i ärenden där personen har en annan roll. De räknas "
            "inte här. Rätta rollen eller insatstypen i verksamhetssystemet."
        )
    if support:
        notes.append(
            f"{support} insatser i våldsutövares ärenden är registrerade som stödsamtal. De räknas inte som samtal "
            "med våldsutövare. Gäller de våldet: ändra insatstypen i verksamhetssystemet."
        )
    return tuple(notes)


_ended = partial(Measure, period_regel="avslutad")
_decided = partial(Measure, unit="arende_id", period_regel="beslutad")
_SPLIT = (("barn_i_arendet", "barn"),)

SPEC = TableSpec(
    name="valdsutovare",
    title="Våldsutövare",
    population="Ärenden i rollen våldsutövare, och insatsen samtal med våldsutövare i dem.",
    period_regel="pagaende",
    enhet="arende",
    malgrupp="Våldsutövare",
    dimensions=(
        Dimension("barn_i_arendet", "barn_i_arendet", "Barn"),
        Dimension("instrument", "instrument_bedomning", "Bedömningsmetod"),
        KON,
    ),
    sources={
        "arende": ("arende_id", "person_id", "roll", "kon", "startdatum", "slutdatum"),
        "insats": (
            "insats_id", "arende_id", "insatstyp", "beslutsdatum", "beslut", "verkstalld", "slutdatum",
            "antal_tillfallen",
        ),
        "barn": ("barn_id", "arende_id"),
        "bedomning": ("arende_id", "instrument", "datum"),
    },
    tertial=True,
    history=("arende", "insats", "barn", "bedomning"),
    facts=(
        Fact(
            rows=ongoing,
            needs=("arende",),
            split_by=_SPLIT,
            dimensions=("barn_i_arendet", "kon"),
            measures=(
                Measure("antal_arenden", "Pågående ärenden för våldsutövare"),
                Measure(
                    "antal_startade", "Ärenden för våldsutövare som startat under perioden", where="startad",
                    period_regel="startad",
                ),
            ),
        ),
        Fact(
            rows=persons,
            needs=("arende",),
            split_by=_SPLIT,
            dimensions=("barn_i_arendet", "kon"),
            measures=(Measure("antal_personer", "Våldsutövare som nåtts", unit="person_id", enhet="person"),),
        ),
        Fact(
            rows=offered,
            needs=("insats", "arende"),
            split_by=_SPLIT,
            dimensions=("barn_i_arendet", "kon"),
            measures=(
                _decided("antal_erbjudna", "Ärenden där samtal erbjudits under perioden", where="erbjuden"),
                _decided("antal_tackat_ja", "Ärenden där erbjudna samtal beviljats eller getts direkt", where="ja"),
                _decided("antal_tackat_nej", "Ärenden där erbjudna samtal avböjts", where="nej"),
                replace(
                    andel(
                        "andel_tackat_ja", "Andel av ärendena med erbjudna samtal där de beviljats eller getts direkt",
                        "antal_tackat_ja", "antal_erbjudna", bas="antal_erbjudna",
                    ),
                    period_regel="beslutad",
                ),
            ),
        ),
        Fact(
            rows=begun,
            needs=("insats", "arende"),
            split_by=_SPLIT,
            dimensions=("barn_i_arendet", "kon"),
            measures=(
                Measure(
                    "antal_paborjade", "Ärenden där samtal börjat under perioden", unit="arende_id",
                    period_regel="startad",
                ),
            ),
        ),
        Fact(
            rows=in_talks,
            needs=("insats", "arende"),
            split_by=_SPLIT,
            dimensions=("barn_i_arendet", "kon"),
            measures=(
                Measure("antal_personer_samtal", "Våldsutövare i pågående samtal", unit="person_id", enhet="person"),
            ),
        ),
        Fact(
            rows=ended,
            needs=("insats", "arende"),
            split_by=_SPLIT,
            dimensions=("barn_i_arendet", "kon"),
            measures=(
                _ended("antal_avslutade_samtal", "Samtalsinsatser som avslutats under perioden", enhet="insats"),
                _ended(
                    "antal_tillfallen", "Samtalstillfällen i de avslutade samtalsinsatserna", "summa",
                    value="antal_tillfallen", enhet="tillfalle",
                ),
                _ended(
                    "antal_tillfallen_kant", "Avslutade samtalsinsatser med känt antal tillfällen", where="kand",
                    enhet="insats",
                ),
                _ended(
                    "medel_tillfallen", "Samtalstillfällen per avslutad samtalsinsats, medelvärde", "medel",
                    value="antal_tillfallen", bas="antal_tillfallen_kant", enhet="tillfalle",
                ),
            ),
        ),
        Fact(
            rows=assessed,
            needs=("bedomning", "arende"),
            dimensions=("instrument", "kon"),
            measures=(Measure("antal_bedomda", "Pågående ärenden som bedömts, efter metod", unit="arende_id"),),
        ),
    ),
    remarks=remarks,
    breaks=("verksamhetssystem:utovare", "verksamhetssystem:foreskrift"),
    notes=(
        "Samtal är insatsen samtal med våldsutövare i ett ärende där personen har rollen våldsutövare. Stödsamtal till "
        "våldsutövare, som revisorer brukar fråga efter, är antalet våldsutövare i pågående samtal.",
        "Erbjudna samtal är beslut om bifall, avböjda samtal och samtal utan behovsprövning, efter beslutsdatum (dagen "
        "de började, om beslut saknas). Avslag är inget erbjudande. Ett ärende räknas en gång också när erbjudandet "
        "getts flera gånger, så ett ärende kan finnas både bland dem som fått samtal och dem som avböjt.",
        "Samtal som börjat räknas efter den dag de började, oavsett när de erbjöds. De behöver alltså inte vara en del "
        "av periodens erbjudna.",
        "Samtalstillfällen räknas i den period då insatsen avslutas och gäller hela insatsen. Insatser utan uppgift "
        "om antal är inte med i summan eller medelvärdet. Medelvärdet visas inte när för få uppgifter är kända.",
        "Registret har ingen uppgift om behandlingsmetod. Metod är här hur ärendet bedömts (till exempel med SARA), i "
        "alla bedömningar till och med periodens sista dag. Ett ärende kan ha flera metoder och räknas en gång i "
        "totalen.",
        "Utan barn betyder att inget barn är registrerat i ärendet. Barn kan finnas ändå.",
        "Den som redovisas är utövaren: kön är utövarens. Personer räknas med det kön som gäller i det senaste "
        "ärendet.",
    ),
)  # fmt: skip
