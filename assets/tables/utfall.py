"""T3 utfall: closed cases of the exposed, how they answered before and after; and the points of instruments.

Which answers make a pair is decided in ``utfall_par``; violence before and after stands in ``utfall_vald``, who was
lost in ``utfall_bortfall``. Nothing here says what caused a change.
"""

import pandas as pd

from assets.tables.spec import KON, Dimension, Fact, Inputs, Measure, Period, TableSpec
from assets.tables.utfall_matt import (
    CHANGES,
    COUNTED,
    INTERVALS,
    LINEAGE,
    SCALE,
    SCALE_NOTE,
    STANDING,
    TYPE_NOTE,
    bases,
    direction,
    distribution,
    levels,
    smallest,
    windows,
)  # fmt: skip
from assets.tables.utfall_par import (
    CASE,
    INSTRUMENTS,
    MEASURED,
    Closed,
    Ints,
    category,
    closed,
    coded,
    first_of,
    place,
    within,
)
from warehouse.contracts.codes import CODES

QUESTIONS = tuple(CODES["utfallsmatt"])
GRANTED = ("bifall", "utan_behovsprovning")


# --- rows: one a case and question --------------------------------------------------------------------------------


def base_of(found: Closed, at: Ints, name: str, units: Ints | None = None) -> pd.DataFrame:
    """What every outcome row has: kommun, kön, the person as a number and the deliveries behind it."""
    outcome = found.questions[name]
    units = at if units is None else units
    cases = found.cases
    return pd.DataFrame(
        {
            "kommun": cases["kommun"].iloc[at].array,
            "kon": cases["kon"].iloc[at].array,
            "leverans_id": cases["leverans_id"].to_numpy()[at],
            "lev_fore": outcome.lev_fore[units],
            "lev_under": outcome.lev_under[units],
            "lev_efter": outcome.lev_efter[units],
            "arende": at,
            "person": found.persons[at],
            "dagar": found.when[at],
            "har_fore": outcome.har_fore[units] if outcome.har_fore.ndim == 1 else outcome.har_fore[units].any(axis=1),
            "har_efter": outcome.har_efter[units]
            if outcome.har_efter.ndim == 1
            else outcome.har_efter[units].any(axis=1),
            "par": outcome.par[units],
        }
    )


def lost(rows: pd.DataFrame) -> pd.DataFrame:
    """With who was lost: no answer before, none after, or answers that are no pair."""
    rows["utan_fore"], rows["utan_efter"] = ~rows["har_fore"], ~rows["har_efter"]
    rows["ej_jamforbara"] = rows["har_fore"] & rows["har_efter"] & ~rows["par"]
    return rows


def changed(rows: pd.DataFrame) -> pd.DataFrame:
    """With the change of each pair; ``_person`` marks the one case that each person counts with in intervals."""
    change = (rows["efter"] - rows["fore"]).where(rows["par"])
    rows["forandring"] = change
    rows["battre"], rows["lika"], rows["samre"] = change > 0, change == 0, change < 0
    rows["med_under"] = rows["par"] & rows["under"].notna()
    for name in CHANGES:
        rows[f"{name}_person"] = rows[name] & rows["forsta"]
    rows["forandring_person"] = change.where(rows["forsta"])
    rows["forandring2_person"] = rows["forandring_person"] ** 2
    return rows


def _answered(found: Closed, at: Ints, question: str) -> pd.DataFrame:
    outcome = found.questions[question]
    rows = base_of(found, at, question)
    rows["utfallsmatt"] = pd.Categorical([question] * len(at), categories=QUESTIONS)
    for name in ("fore", "under", "efter"):
        rows[name] = getattr(outcome, name)[at]
    return lost(rows)


def _scaled(rows: pd.DataFrame) -> pd.DataFrame:
    """With the distribution of the pairs' answers."""
    for name in ("fore", "under", "efter"):
        for step in SCALE:
            rows[f"{name}_{step}"] = rows["par"] & (rows[name] == step)
    return changed(rows)


def ordinal(inputs: Inputs, period: Period) -> pd.DataFrame:
    """Cases of the exposed closed in the period, one row a case and question."""
    found = closed(inputs)
    at = within(found, period, exposed=True)
    parts = [_answered(found, at, q) for q in QUESTIONS]
    for rows in parts:
        rows["forsta"] = first_of(rows, rows["person"].to_numpy(), rows["fore"].to_numpy(), rows["efter"].to_numpy())
    return _scaled(pd.concat(parts, ignore_index=True))


def types_of(inputs: Inputs) -> pd.DataFrame:
    """The insatstyper that each closed case had, each once: case, type (places) and the delivery that told."""

    def make(inputs: Inputs) -> pd.DataFrame:
        given = inputs.frames["insats"]
        given = given[given["beslut"].isin(GRANTED)]
        case = place(given["arende_id"], closed(inputs).cases["arende_id"])
        types = pd.DataFrame(
            {
                "arende": case,
                "typ": coded(given["insatstyp"], "insatstyp"),
                "lev_insats": given["leverans_id"].to_numpy(dtype="float64"),
            }
        )
        types = types[(types["arende"] >= 0) & (types["typ"] >= 0)].sort_values(["arende", "typ", "lev_insats"])
        return types.drop_duplicates(["arende", "typ"], keep="last")

    return inputs.once("utfall.insatstyper", make)


def by_type(inputs: Inputs, rows: pd.DataFrame) -> pd.DataFrame:
    """Rows of cases repeated for each insatstyp that the case had; a person is first once in each."""
    rows = rows.merge(types_of(inputs), on="arende")
    rows["insatstyp"] = category(rows["typ"], CODES["insatstyp"])
    unit = rows["person"].to_numpy() * len(CODES["insatstyp"]) + rows["typ"].to_numpy()
    rows["forsta"] = first_of(rows, unit, rows["fore"].to_numpy(), rows["efter"].to_numpy())
    return rows


def ordinal_by_type(inputs: Inputs, period: Period) -> pd.DataFrame:
    """The same, one row a case, question and insatstyp."""
    found = closed(inputs)
    at = within(found, period, exposed=True)
    return _scaled(pd.concat([by_type(inputs, _answered(found, at, q)) for q in QUESTIONS], ignore_index=True))


def points(inputs: Inputs, period: Period) -> pd.DataFrame:
    """The same cases, one row a case and instrument."""
    found = closed(inputs)
    outcome = found.questions["poang"]
    at = within(found, period, exposed=True)
    parts = []
    for number, instrument in enumerate(INSTRUMENTS):
        units = at * len(INSTRUMENTS) + number
        rows = lost(base_of(found, at, "poang", units))
        rows["instrument"] = pd.Categorical([instrument] * len(at), categories=INSTRUMENTS)
        for name in ("fore", "under", "efter"):
            rows[name] = getattr(outcome, name)[units]
        rows["forsta"] = first_of(rows, rows["person"].to_numpy(), rows["fore"].to_numpy(), rows["efter"].to_numpy())
        parts.append(changed(rows))
    return pd.concat(parts, ignore_index=True)


def remarks(inputs: Inputs, period: Period, *, exposed: bool) -> tuple[str, ...]:
    """Which measurements count, what is not shown, and how many cases have measurements that contradict their phase."""
    found = closed(inputs)
    number = int(found.misdated[within(found, period, exposed=exposed)].sum())
    told = (windows(inputs.regler), smallest(inputs.regler))
    if not number:
        return told
    return (
        *told,
        f"I {number} av de avslutade ärendena finns en mätning märkt före eller efter som ligger utanför sin tid eller "
        "motsäger sin fas. Den räknas inte; är datumet fel, rätta det i källan och leverera igen.",
    )


def remarks_of_exposed(inputs: Inputs, period: Period) -> tuple[str, ...]:
    """The remarks on tables of those exposed."""
    return remarks(inputs, period, exposed=True)


# --- declarations -------------------------------------------------------------------------------------------------

ORDINAL = (
    *bases(),
    *distribution(),
    *direction(
        (
            ("forbattrade", "Bättre efter än före"),
            ("oforandrade", "Oförändrat: samma svar före och efter"),
            ("forsamrade", "Sämre efter än före"),
        )
    ),
    *levels(),
)
POINTS = (
    *bases("poäng"),
    Measure("antal_med_under", "Par som också har poäng under tiden mellan", where="med_under"),
    *direction(
        (
            ("hogre", "Högre poäng efter än före"),
            ("oforandrade", "Samma poäng före och efter"),
            ("lagre", "Lägre poäng efter än före"),
        )
    ),
    *levels(", poäng"),
)
_POPULATION = "Ärenden för våldsutsatta, vuxna och barn, som avslutats under året."
_TARGET = "Våldsutsatta vuxna och barn; våldsutövare redovisas inte här"
_QUESTION = Dimension("utfallsmatt", "utfallsmatt", "Fråga", total=False)
TYPE = Dimension("insatstyp", "insatstyp", "Insatstyp", total=False)
SOURCES = {"arende": CASE, "matning": MEASURED}
SOURCES_BY_TYPE = SOURCES | {"insats": ("arende_id", "insatstyp", "beslut")}

SPEC = TableSpec(
    name="utfall",
    title="Före och efter: trygghet och hälsa i avslutade ärenden",
    population=_POPULATION,
    period_regel="avslutad",
    enhet="arende",
    malgrupp=_TARGET,
    dimensions=(_QUESTION, KON),
    sources=SOURCES,
    history=("arende", "matning"),
    follow_up_days=90,
    facts=(Fact(ordinal, ("utfallsmatt", "kon"), ORDINAL, needs=("arende", "matning"), lineage=LINEAGE),),
    remarks=remarks_of_exposed,
    notes=(COUNTED, SCALE_NOTE, INTERVALS, STANDING),
)

BY_TYPE = TableSpec(
    name="utfall_insatstyp",
    title="Före och efter: trygghet och hälsa i avslutade ärenden, efter insatstyp",
    population=f"{_POPULATION} Ett ärende är med en gång för varje insatstyp det haft.",
    period_regel="avslutad",
    enhet="arende",
    malgrupp=_TARGET,
    dimensions=(_QUESTION, TYPE, KON),
    sources=SOURCES_BY_TYPE,
    history=("arende", "insats", "matning"),
    follow_up_days=90,
    facts=(
        Fact(
            ordinal_by_type,
            ("utfallsmatt", "insatstyp", "kon"),
            ORDINAL,
            needs=("arende", "insats", "matning"),
            lineage=(*LINEAGE, "lev_insats"),
        ),
    ),
    remarks=remarks_of_exposed,
    notes=(TYPE_NOTE, COUNTED, SCALE_NOTE, INTERVALS, STANDING),
)

POINTS_SPEC = TableSpec(
    name="utfall_poang",
    title="Före och efter: instrumentens poäng i avslutade ärenden",
    population=_POPULATION,
    period_regel="avslutad",
    enhet="arende",
    malgrupp=_TARGET,
    dimensions=(Dimension("instrument", "instrument_matning", "Instrument", total=False), KON),
    sources=SOURCES,
    history=("arende", "matning"),
    follow_up_days=90,
    facts=(Fact(points, ("instrument", "kon"), POINTS, needs=("arende", "matning"), lineage=LINEAGE),),
    remarks=remarks_of_exposed,
    notes=(
        "Poäng jämförs bara inom samma instrument: instrumenten mäter olika saker på olika skalor, och om en högre "
        "poäng är bättre eller sämre står i instrumentets anvisning.",
        COUNTED,
        INTERVALS,
        STANDING,
    ),
)

SPECS = (SPEC, BY_TYPE, POINTS_SPEC)
