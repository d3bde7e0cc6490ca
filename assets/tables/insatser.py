"""T2 insatser: what was granted, refused, declined, given and ended, by type and sex, and how long it took to begin."""

import numpy as np
import pandas as pd

from assets.tables.measures import andel
from assets.tables.persons import as_persons, cases
from assets.tables.spec import KON, Dimension, Fact, Inputs, Measure, Period, TableSpec

GIVEN = ("bifall", "utan_behovsprovning")
"""Decisions after which an insats can be given."""
SOON = 14
"""Days within which a granted insats is counted as soon begun."""


def with_cases(inputs: Inputs) -> pd.DataFrame:
    """All insatser whose case is known, with its person, sex and role, and its delivery as ``lev_arende``."""
    return inputs.once("insatser.with_cases", _with_cases)


def _with_cases(inputs: Inputs) -> pd.DataFrame:
    rows, every = inputs.frames["insats"], cases(inputs)
    at = pd.Index(every["arende_id"]).get_indexer(rows["arende_id"])
    theirs = every.iloc[at[at >= 0]].reset_index(drop=True)
    found = rows[at >= 0].reset_index(drop=True)
    shared = {name: theirs[name] for name in ("person_id", "kon", "roll") if name in theirs}
    out: pd.DataFrame = found.assign(**shared, lev_arende=theirs["leverans_id"])
    return out


def decision_days(rows: pd.DataFrame) -> pd.Series:
    """The day of decision; where there was none, the day it began."""
    return rows["beslutsdatum"].fillna(rows["verkstalld"])


def without_case(inputs: Inputs, period: Period) -> tuple[str, ...]:
    """How many insatser cannot be counted, since no delivery holds their case."""
    rows = inputs.frames["insats"]
    days = (decision_days(rows), rows["verkstalld"], rows["slutdatum"])
    rows = rows[np.logical_or.reduce([period.within(d) for d in days])]
    lost = int((~rows["arende_id"].isin(inputs.frames["arende"]["arende_id"])).sum())
    if not lost:
        return ()
    what = "1 insats är inte räknad: dess ärende" if lost == 1 else f"{lost} insatser är inte räknade: deras ärenden"
    return (f"{what} har inte levererats, eller ligger i karantän.",)


def decided(inputs: Inputs, period: Period) -> pd.DataFrame:
    """Insatser decided in the period (begun in it, where there was no decision), with sex and person of the case.

    ``vantetid`` is days from decision to start of those granted, 0 where it began before the decision.
    """
    every = with_cases(inputs)
    rows = every[period.within(decision_days(every))].copy()
    for code in ("bifall", "avslag", "avbojd", "utan_behovsprovning"):
        rows[code] = rows["beslut"] == code
    days = (rows["verkstalld"] - rows["beslutsdatum"]).dt.days.astype("float64").clip(lower=0)
    rows["vantetid"] = days.where(rows["bifall"])
    rows["med_start"] = rows["vantetid"].notna()
    rows["utan_start"] = rows["bifall"] & ~rows["med_start"]
    rows["snart"] = rows["vantetid"] <= SOON
    return rows


def persons(inputs: Inputs, period: Period) -> pd.DataFrame:
    """The same insatser, with sex of the person's latest case."""
    return as_persons(decided(inputs, period), inputs, period)


def begun(inputs: Inputs, period: Period) -> pd.DataFrame:
    """Insatser given that began in the period, whenever they were decided."""
    every = with_cases(inputs)
    return every[period.within(every["verkstalld"]) & every["beslut"].isin(GIVEN)]


def ended(inputs: Inputs, period: Period) -> pd.DataFrame:
    """Insatser given that ended in the period, with all their sessions."""
    every = with_cases(inputs)
    rows = every[period.within(every["slutdatum"]) & every["beslut"].isin(GIVEN)]
    return rows.assign(med_tillfallen=rows["antal_tillfallen"].notna())


def unregistered(inputs: Inputs, period: Period) -> pd.DataFrame:
    """Insatser given without registration, counted by unit and month."""
    rows = inputs.frames["insats_avidentifierad"]
    return rows[period.within(pd.to_datetime(rows["manad"], format="%Y-%m"))]


BY = ("insatstyp", "kon")
NEEDS = ("insats", "arende")
BEHIND = ("leverans_id", "lev_arende")

SPEC = TableSpec(
    name="insatser",
    title="Insatser",
    population=(
        "Insatser i ärenden, med beslut under perioden (året eller tertialet) om inget annat står. Beviljade är de med "
        "bifall."
    ),
    period_regel="beslutad",
    enhet="insats",
    malgrupp="Våldsutsatta vuxna, barn och våldsutövare",
    dimensions=(Dimension("insatstyp", "insatstyp", "Insatstyp"), KON),
    sources={
        "insats": (
            "insats_id", "arende_id", "insatstyp", "beslutsdatum", "beslut", "verkstalld", "slutdatum",
            "antal_tillfallen",
        ),
        "arende": ("arende_id", "person_id", "kon", "startdatum", "slutdatum"),
        "insats_avidentifierad": ("insatstyp", "manad", "kon", "antal"),
    },
    tertial=True,
    history=("arende",),
    facts=(
        Fact(
            rows=decided,
            needs=NEEDS,
            dimensions=BY,
            measures=(Measure("antal_insatser", "Beviljade insatser", where="bifall"),),
            lineage=BEHIND,
        ),
        Fact(
            rows=persons,
            needs=NEEDS,
            dimensions=BY,
            measures=(
                Measure(
                    "antal_personer", "Personer med minst en beviljad insats", unit="person_id", where="bifall",
                    enhet="person",
                ),
            ),
            lineage=BEHIND,
        ),
        Fact(
            rows=decided,
            needs=NEEDS,
            dimensions=BY,
            measures=(
                Measure("antal_avslag", "Avslag", where="avslag"),
                Measure("antal_avbojda", "Avböjda", where="avbojd"),
                Measure("antal_utan_behovsprovning", "Insatser utan behovsprövning", where="utan_behovsprovning"),
                Measure("antal_med_start", "Beviljade insatser med känd startdag", where="med_start"),
                Measure("antal_utan_start", "Beviljade insatser utan startdag", where="utan_start"),
                Measure(
                    "median_vantetid", "Väntetid från beslut till start, median i dagar", "median", value="vantetid",
                    where="med_start", bas="antal_med_start", form="dagar",
                ),
                Measure(
                    "antal_inom_14", f"Beviljade insatser som började inom {SOON} dagar från beslutet", where="snart"
                ),
                andel(
                    "andel_inom_14", f"Andel som började inom {SOON} dagar, av dem med känd startdag", "antal_inom_14",
                    "antal_med_start", bas="antal_med_start",
                ),
            ),
            lineage=BEHIND,
        ),
        Fact(
            rows=begun,
            needs=NEEDS,
            dimensions=BY,
            measures=(Measure("antal_genomforda", "Genomförda (verkställda) insatser", period_regel="startad"),),
            lineage=BEHIND,
        ),
        Fact(
            rows=ended,
            needs=NEEDS,
            dimensions=BY,
            measures=(
                Measure("antal_avslutade", "Avslutade insatser", period_regel="avslutad"),
                Measure(
                    "antal_med_tillfallen", "Avslutade insatser med uppgift om antal tillfällen",
                    where="med_tillfallen", period_regel="avslutad",
                ),
                Measure(
                    "antal_tillfallen", "Tillfällen (samtal, besök) i avslutade insatser", "summa",
                    value="antal_tillfallen", enhet="tillfalle", period_regel="avslutad",
                ),
            ),
            lineage=BEHIND,
        ),
        Fact(
            rows=unregistered,
            needs=("insats_avidentifierad",),
            dimensions=BY,
            measures=(
                Measure(
                    "antal_avidentifierade", "Avidentifierade insatser", "summa", value="antal", period_regel="given"
                ),
            ),
        ),
    ),
    remarks=without_case,
    breaks=("verksamhetssystem:beslut", "verksamhetssystem:barn_skyddat_boende"),
    notes=(
        "Beviljade insatser är de med bifall, efter beslutsdatum. Insatser utan behovsprövning räknas för sig, efter "
        "beslutsdatum eller, om det saknas, dagen de började.",
        "En person kan ha flera insatser. Antal personer räknar varje person en gång i varje cell, med det kön som "
        "gäller i personens senaste ärende som börjat senast på periodens sista dag. Övriga mått har könet som står i "
        "insatsens ärende.",
        "Genomförda insatser är beviljade insatser och insatser utan behovsprövning som började under perioden, "
        "oavsett när de beslutades och om de har slutat.",
        "Väntetiden är dagar från beslut till start för beviljade insatser med känd startdag; den som började före "
        "beslutet har väntat 0 dagar. De utan startdag har antingen inte börjat när uppgifterna togs ut eller saknar "
        "datum. De är inte med, så väntetiden kan vara för kort, mest för det som beslutats sent. 14 dagar är en gräns "
        "vald för tabellen, inte en regel i lag.",
        "Tillfällen räknas när insatsen är slut, alla på en gång, för tillfällena har inga egna datum. Insatser utan "
        "uppgift om antal bidrar inte, så summan är minst så stor.",
        "Avidentifierade insatser kan inte knytas till personer och läggs inte ihop med de andra.",
        "Från den 1 juli 2025 ger socialtjänstlagen större utrymme för insatser utan behovsprövning. Beviljade "
        "insatser före och efter det datumet går inte att jämföra rakt av.",
    ),
)  # fmt: skip
