"""T1 arenden: contacts, investigations and cases of a year, by role, age and sex.

Who comes back after a case has closed stands in ``aterkommande``.
"""

import pandas as pd

from assets.tables.persons import as_persons, cases
from assets.tables.spec import ALDER, KON, Dimension, Fact, Inputs, Measure, Period, TableSpec

CHILDREN = ("0_6", "7_12", "13_17", "under_18")
ADULTS = ("18_25", "26_40", "41_60", "61_plus", "fran_18")
IMPOSSIBLE = (
    {"roll": ("valdsutsatt_vuxen",), "aldersgrupp": CHILDREN},
    {"roll": ("barn",), "aldersgrupp": ADULTS},
)
"""Roles that the age at the start of a case rules out. A perpetrator may be under 18."""


def ongoing(inputs: Inputs, period: Period) -> pd.DataFrame:
    """Cases that ran on some day of the period."""
    every = cases(inputs)
    rows = every[period.touches(every["startdatum"], every["slutdatum"])]
    return rows.assign(startad=period.within(rows["startdatum"]), avslutad=period.within(rows["slutdatum"]))


def by_area(inputs: Inputs, period: Period) -> pd.DataFrame:
    """The same cases, and whether the area of socialtjänsten is told."""
    rows = ongoing(inputs, period)
    return rows.assign(utan_omrade=rows["verksamhetsomrade"].isna())


def persons(inputs: Inputs, period: Period) -> pd.DataFrame:
    """The same cases, with sex and age of the person's latest case."""
    return as_persons(ongoing(inputs, period), inputs, period)


def investigated(inputs: Inputs, period: Period) -> pd.DataFrame:
    """Cases with an investigation begun or ended in the period, whenever the case itself began."""
    every = cases(inputs)
    begun, ended = period.within(every["utredning_inledd"]), period.within(every["utredning_avslutad"])
    return every.assign(inledd=begun, avslutad=ended)[begun | ended]


def contacts(inputs: Inputs, period: Period) -> pd.DataFrame:
    """Contacts that reached the nämnd in the period; the target group is the role they concern."""
    rows = inputs.frames["aktualisering"]
    return rows[period.within(rows["datum"])].rename(columns={"malgrupp": "roll"})


def _contacts(name: str, title: str) -> Measure:
    return Measure(name, title, enhet="aktualisering", period_regel="aktualiserad")


SPEC = TableSpec(
    name="arenden",
    title="Ärenden, personer och aktualiseringar",
    population=(
        "Ärenden som pågått någon dag under perioden (året eller tertialet), oavsett när de började. Start- och "
        "slutdag räknas med. Aktualiseringar och utredningar räknas efter sin egen dag."
    ),
    period_regel="pagaende",
    enhet="arende",
    malgrupp="Våldsutsatta vuxna, barn och våldsutövare",
    dimensions=(
        Dimension("roll", "roll", "Roll"),
        ALDER,
        Dimension("verksamhetsomrade", "verksamhetsomrade", "Verksamhetsområde"),
        Dimension("vag", "vag", "Väg"),
        Dimension("utfall", "aktualisering_utfall", "Vad aktualiseringen ledde till"),
        KON,
    ),
    sources={
        "arende": (
            "arende_id", "person_id", "roll", "kon", "aldersgrupp", "verksamhetsomrade", "startdatum", "slutdatum",
            "utredning_inledd", "utredning_avslutad",
        ),
        "aktualisering": ("aktualisering_id", "malgrupp", "kon", "aldersgrupp", "datum", "vag", "utfall"),
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
                Measure("antal_startade", "Startade ärenden", where="startad", period_regel="startad"),
                Measure("antal_avslutade", "Avslutade ärenden", where="avslutad", period_regel="avslutad"),
            ),
            impossible=IMPOSSIBLE,
        ),
        Fact(
            rows=persons,
            needs=("arende",),
            dimensions=("roll", "aldersgrupp", "kon"),
            measures=(Measure("antal_personer", "Personer med pågående ärende", unit="person_id", enhet="person"),),
            impossible=IMPOSSIBLE,
        ),
        Fact(
            rows=investigated,
            needs=("arende",),
            dimensions=("roll", "aldersgrupp", "kon"),
            measures=(
                Measure(
                    "antal_utredningar_inledda", "Ärenden där utredning inletts", where="inledd",
                    period_regel="utredning_inledd",
                ),
                Measure(
                    "antal_utredningar_avslutade", "Ärenden där utredning avslutats", where="avslutad",
                    period_regel="utredning_avslutad",
                ),
            ),
            impossible=IMPOSSIBLE,
        ),
        Fact(
            rows=contacts,
            needs=("aktualisering",),
            dimensions=("roll", "aldersgrupp", "kon"),
            measures=(_contacts("antal_aktualiseringar", "Aktualiseringar"),),
            impossible=IMPOSSIBLE,
        ),
        Fact(
            rows=by_area,
            needs=("arende",),
            dimensions=("verksamhetsomrade", "kon"),
            measures=(Measure("antal_arenden_omrade", "Pågående ärenden efter verksamhetsområde"),),
        ),
        Fact(
            rows=by_area,
            needs=("arende",),
            dimensions=("kon",),
            measures=(
                Measure("antal_utan_omrade", "Pågående ärenden utan uppgift om verksamhetsområde", where="utan_omrade"),
            ),
        ),
        Fact(
            rows=contacts,
            needs=("aktualisering",),
            dimensions=("vag", "kon"),
            measures=(_contacts("antal_aktualiseringar_vag", "Aktualiseringar efter väg"),),
        ),
        Fact(
            rows=contacts,
            needs=("aktualisering",),
            dimensions=("utfall", "kon"),
            measures=(_contacts("antal_aktualiseringar_utfall", "Aktualiseringar efter vad de ledde till"),),
        ),
    ),
    breaks=("verksamhetssystem:utovare", "verksamhetssystem:barn_skyddat_boende", "verksamhetssystem:foreskrift"),
    notes=(
        "En person kan ha flera ärenden, också i olika roller. Antal personer räknar varje person en gång i varje "
        "cell, så totalen kan vara mindre än summan av delarna. Kön och ålder är de som gäller i personens senaste "
        "ärende som börjat senast på periodens sista dag. Övriga mått har könet och åldern som står i ärendet "
        "(åldern vid start) eller aktualiseringen.",
        "Ett ärende som pågår över nyår räknas en gång i vart och ett av åren, och på samma sätt i tertialen. Summera "
        "därför inte pågående ärenden eller personer över tertial eller år.",
        "En våldsutsatt vuxen är minst 18 år och ett barn är under 18 år när ärendet startar. Sådana noll visas som "
        "ej tillämpligt. Står det ändå någon där visas antalet: en ungdom kan ha fyllt 18 i sitt senaste ärende, "
        "annars är en uppgift fel.",
        "Väg blandar två saker: formen (ansökan, orosanmälan) och avsändaren (polis, vård, skola, annan enhet, jour, "
        "annan kommun). En orosanmälan från polisen står bara på en av raderna, den som handläggaren valt. Läs därför "
        "inte raden Polis som allt som kommit från polisen, eller raden Orosanmälan som alla orosanmälningar.",
        "Väg, vad aktualiseringen ledde till och verksamhetsområde visas var för sig, för alla roller tillsammans. "
        "Korsade med varandra blir grupperna för små.",
        "Här räknas bara barn med eget ärende. Barn som finns i en förälders ärende är inte med.",
    ),
)  # fmt: skip
