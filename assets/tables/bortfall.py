"""T16 bortfall: how many of the answers that are expected are there, by variable, phase, unit and kön.

Why an answer before or after a case is missing, and who those are that lack a pair, stands in ``utfall_bortfall``.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from assets.tables.measures import andel
from assets.tables.spec import KON, Dimension, Fact, Inputs, Measure, Period, TableSpec
from assets.tables.utfall_par import EXPOSED, Ints, case_of, category, coded, place
from warehouse.contracts.codes import CODES

GRANTED = ("bifall", "utan_behovsprovning")
TALKS, HOUSING = ("stodsamtal", "samtal_utovare"), ("skyddat_boende", "tillfalligt_boende")
ASSESSED = ("helt", "delvis", "inte")


@dataclass(frozen=True, slots=True)
class Variable:
    """A column whose coverage is counted: where an answer is expected, and which codes say that it is unknown."""

    column: str
    expected: Callable[[pd.DataFrame], pd.Series] | None = None
    unknown: tuple[str, ...] = ()
    closing: bool = False
    """Known when the case is closed, not when it begins."""


def _exposed(cases: pd.DataFrame) -> pd.Series:
    return cases["roll"].isin(EXPOSED)


ARENDE = (
    Variable("aldersgrupp", unknown=("okand",)),
    Variable("verksamhetsomrade"),
    Variable("enhet"),
    Variable("valdstyp"),
    Variable("svarighetsgrad", unknown=("okand",)),
    Variable("relation_till_utovare", _exposed, ("okand",)),
    Variable("utovarens_kon", _exposed, ("annat_okant",)),
    Variable("hederskontext", unknown=("okant",)),
    Variable("avslutsorsak", closing=True),
    Variable("overgripande_mal_finns", unknown=("okant",), closing=True),
    Variable("mal_bedomning", lambda c: c["overgripande_mal_finns"] == "ja", ("ej_bedomt",), closing=True),
    Variable(
        "mal_bedomt_av",
        lambda c: (c["overgripande_mal_finns"] == "ja") & c["mal_bedomning"].isin(ASSESSED),
        closing=True,
    ),
)
INSATS = (
    Variable("verkstalld"),
    Variable("utforare_id", lambda i: i["verkstalld"].notna()),
    Variable("riktad_hedersutsatt", unknown=("okant",)),
    Variable("antal_tillfallen", lambda i: i["slutdatum"].notna() & i["insatstyp"].isin(TALKS)),
    Variable("kostnad_kr", lambda i: i["slutdatum"].notna() & i["insatstyp"].isin(HOUSING)),
    Variable("plan_mal_natt", lambda i: i["slutdatum"].notna(), ("ej_bedomt",)),
    Variable("anpassningsbehov", unknown=("okant",)),
    Variable("anpassning_tillgodosedd", lambda i: i["anpassningsbehov"] == "ja", ("okant",)),
)
MATNING = tuple(CODES["bortfall_fraga"])
ANSWERED = tuple(CODES["svarslage"])


# --- rows: one a record and variable where an answer is expected ----------------------------------------------------


def _covered(rows: pd.DataFrame, variable: Variable, keep: tuple[str, ...]) -> pd.DataFrame:
    """The rows where an answer is expected, and whether it is there, unknown or missing."""
    if variable.expected:
        rows = rows[variable.expected(rows).to_numpy(dtype=bool)]
    there = rows[variable.column].notna()
    unknown = rows[variable.column].isin(variable.unknown) if variable.unknown else pd.Series(False, rows.index)
    return rows[list(keep)].assign(besvarad=there & ~unknown, okant=unknown, saknas=~there)


def _named(parts: list[pd.DataFrame], codes: str, name: str) -> pd.DataFrame:
    """The parts as one frame, each with its code of the list, in the list's order."""
    for at, rows in enumerate(parts):
        rows[name] = category(np.full(len(rows), at), CODES[codes])
    return pd.concat(parts, ignore_index=True)


def cases(inputs: Inputs, period: Period) -> pd.DataFrame:
    """Cases begun in the period, or closed in it for what is known then, by variable."""
    whole = inputs.frames["arende"]
    begun, ended = whole[period.within(whole["startdatum"])], whole[period.within(whole["slutdatum"])]
    keep = ("kommun", "leverans_id", "kon", "enhet")
    parts = [_covered(ended if v.closing else begun, v, keep) for v in ARENDE]
    return _named(parts, "bortfall_variabel", "variabel")


def support(inputs: Inputs, period: Period) -> pd.DataFrame:
    """Insatser given, decided in the period (begun in it, where there was no decision), by variable."""
    insats = inputs.frames["insats"]
    insats = insats[insats["beslut"].isin(GRANTED)]
    insats = insats[period.within(insats["beslutsdatum"].fillna(insats["verkstalld"]))]
    at = place(insats["arende_id"], inputs.frames["arende"]["arende_id"])
    rows = _of_case(inputs, insats[at >= 0], at[at >= 0])
    keep = ("kommun", "leverans_id", "lev_arende", "kon")
    return _named([_covered(rows, v, keep) for v in INSATS], "bortfall_insats", "variabel")


def _of_case(inputs: Inputs, rows: pd.DataFrame, at: Ints) -> pd.DataFrame:
    """The rows with kön, unit and delivery of their cases, at these places."""
    whole = inputs.frames["arende"]
    return rows.assign(
        kon=whole["kon"].iloc[at].array,
        enhet=whole["enhet"].iloc[at].array,
        lev_arende=whole["leverans_id"].to_numpy()[at],
    )


def measured(inputs: Inputs, period: Period) -> pd.DataFrame:
    """Measurements of the period with kön and unit of their case; whether anything was answered, or why not."""
    matning = inputs.frames["matning"]
    at = case_of(inputs)
    here = period.within(matning["matdatum"]).to_numpy() & (at >= 0)
    rows = _of_case(inputs, matning[here], at[here])
    some = np.zeros(len(rows), dtype=bool)
    for name in MATNING:
        some |= _answered(rows, name)
    some |= rows["poang"].notna().to_numpy()
    why = coded(rows["saknas_orsak"], "saknas_orsak").astype(np.int64)
    given = np.array([ANSWERED.index(c) for c in (*CODES["saknas_orsak"], "utan_orsak")])
    place_ = np.where(some, 0, given[why])  # without a reason the last is reached by -1
    rows["svarslage"] = category(place_, ANSWERED)
    rows["har_svar"] = some
    return rows


def _answered(rows: pd.DataFrame, name: str) -> np.ndarray:
    """Whether there is an answer that says something: yes, no or a step."""
    if name.startswith("vald_"):
        return np.isin(coded(rows[name], "ja_nej"), [list(CODES["ja_nej"]).index(c) for c in ("ja", "nej")])
    return rows[name].notna().to_numpy(dtype=bool)


def questions(inputs: Inputs, period: Period) -> pd.DataFrame:
    """The same measurements by question."""
    rows = measured(inputs, period)
    keep = ("kommun", "leverans_id", "lev_arende", "kon", "fas")
    parts = [_covered(rows, Variable(n, unknown=("okant",) if n.startswith("vald_") else ()), keep) for n in MATNING]
    return _named(parts, "bortfall_fraga", "fraga")


def without_case(inputs: Inputs, period: Period) -> tuple[str, ...]:
    """How many measurements cannot be counted, since no delivery holds their case."""
    lost = int((period.within(inputs.frames["matning"]["matdatum"]).to_numpy() & (case_of(inputs) < 0)).sum())
    return (
        (f"{lost} mätningar är inte räknade: deras ärenden har inte levererats, eller ligger i karantän.",)
        if lost
        else ()
    )


# --- declarations -------------------------------------------------------------------------------------------------


def _coverage(of: str) -> Iterator[Measure]:
    yield Measure("antal_forvantade", f"{of} där ett svar är att vänta")
    yield Measure("antal_besvarade", "– därav med svar", where="besvarad")
    yield Measure("antal_okant", "– därav med svaret okänt eller ej bedömt", where="okant")
    yield Measure("antal_saknas", "– därav utan svar", where="saknas")
    yield andel("andel_besvarade", "Andel med svar", "antal_besvarade", "antal_forvantade")
    yield andel("andel_okant", "Andel med svaret okänt eller ej bedömt", "antal_okant", "antal_forvantade")
    yield andel("andel_saknas", "Andel utan svar", "antal_saknas", "antal_forvantade")


_ALL = "Våldsutsatta vuxna, barn och våldsutövare"
_COLUMNS = ("arende_id", "roll", "kon", "startdatum", "slutdatum", *(v.column for v in ARENDE))
_OWNER = ("arende_id", "kon", "enhet")
_MEASURED = ("arende_id", "fas", "matdatum", *MATNING, "poang", "saknas_orsak")
_VARIABLE = Dimension("variabel", "bortfall_variabel", "Uppgift", total=False)
_UNIT = Dimension("enhet", None, "Enhet")
_PHASE = Dimension("fas", "fas", "Fas", total=False)
_READ = (
    "Okänt och ej bedömt är svar, och räknas för sig. Utövarens kön annat eller okänt räknas som okänt, för koden "
    "skiljer dem inte åt."
)
_EXPECTED = (
    "Uppgifter om starten räknas för ärenden som börjat under året, uppgifter om avslutet för dem som avslutats. "
    "Relation till utövaren och utövarens kön väntas bara för utsatta, målbedömning bara där ett övergripande mål "
    "finns, och vem som bedömt bara där målet bedömts (helt, delvis eller inte)."
)
_UNITS = "Totalen har också ärenden utan enhet. Enheter har olika uppdrag och ska inte rangordnas efter bortfall."
_CASES = "Ärenden som börjat under året, och för uppgifter om avslutet de som avslutats under året."
_MEASUREMENTS = "Mätningar gjorda under året, före, under och efter, i ärenden som levererats."
_OWN_DAY = (
    "Mätningar räknas efter den fas de är märkta med och den dag de gjordes, oavsett om de ingår i ett par. Poäng "
    "räknas inte bland frågorna: vilka instrument som ger poäng vet tabellen inte."
)

SPEC = TableSpec(
    name="bortfall",
    title="Bortfall: uppgifter om ärenden",
    population=_CASES,
    period_regel="startad",
    enhet="arende",
    malgrupp=_ALL,
    dimensions=(_VARIABLE, KON),
    sources={"arende": tuple(dict.fromkeys(_COLUMNS))},
    history=("arende",),
    facts=(Fact(cases, ("variabel", "kon"), tuple(_coverage("Ärenden")), needs=("arende",)),),
    notes=(_EXPECTED, _READ),
)
UNITS = TableSpec(
    name="bortfall_enhet",
    title="Bortfall: uppgifter om ärenden, per enhet",
    population=_CASES,
    period_regel="startad",
    enhet="arende",
    malgrupp=_ALL,
    dimensions=(_VARIABLE, _UNIT, KON),
    sources=SPEC.sources,
    history=("arende",),
    facts=(Fact(cases, ("variabel", "enhet"), tuple(_coverage("Ärenden")), needs=("arende",)),),
    notes=("Tabellen är inte delad på kön, för att cellerna inte ska bli för små.", _UNITS, _EXPECTED, _READ),
)
SUPPORT = TableSpec(
    name="bortfall_insats",
    title="Bortfall: uppgifter om insatser",
    population="Insatser som getts, med beslut under året (utan beslut: som börjat under året).",
    period_regel="beslutad",
    enhet="insats",
    malgrupp=_ALL,
    dimensions=(Dimension("variabel", "bortfall_insats", "Uppgift", total=False), KON),
    sources={
        "insats": (
            *("arende_id", "insatstyp", "beslut", "beslutsdatum", "slutdatum"),
            *(v.column for v in INSATS),
        ),
        "arende": _OWNER,
    },
    history=("arende",),
    facts=(
        Fact(
            support,
            ("variabel", "kon"),
            tuple(_coverage("Insatser")),
            needs=("insats", "arende"),
            lineage=("leverans_id", "lev_arende"),
        ),
    ),
    notes=(
        "Med insatser menas här bifall och utan behovsprövning. Utförare väntas för verkställda insatser, planens mål "
        "för avslutade, antal tillfällen för avslutade stödsamtal och samtal med våldsutövare, kostnad för avslutade "
        "skyddade och tillfälliga boenden, och om anpassningen tillgodosetts där behov av den finns.",
        _READ,
    ),
)
_MATNING = {"matning": _MEASURED, "arende": _OWNER}
QUESTIONS = TableSpec(
    name="bortfall_fas",
    title="Bortfall: svar på mätningarnas frågor, per fas",
    population=_MEASUREMENTS,
    period_regel="gjord",
    enhet="matning",
    malgrupp=_ALL,
    dimensions=(Dimension("fraga", "bortfall_fraga", "Fråga", total=False), _PHASE, KON),
    sources=_MATNING,
    history=("arende",),
    facts=(
        Fact(
            questions,
            ("fraga", "fas", "kon"),
            tuple(_coverage("Mätningar")),
            needs=("matning", "arende"),
            lineage=("leverans_id", "lev_arende"),
        ),
    ),
    remarks=without_case,
    notes=(
        "Alla mätningar väntas ha svar på alla frågor, oavsett instrument och om svaret gäller vad personen utsatts "
        "för eller själv utövat.",
        _OWN_DAY,
    ),
)
REASONS = TableSpec(
    name="bortfall_orsak",
    title="Bortfall: mätningar utan svar, per fas och orsak",
    population=_MEASUREMENTS,
    period_regel="gjord",
    enhet="matning",
    malgrupp=_ALL,
    dimensions=(_PHASE, Dimension("svarslage", "svarslage", "Svar eller orsak"), KON),
    sources=_MATNING,
    history=("arende",),
    facts=(
        Fact(
            measured,
            ("fas", "svarslage", "kon"),
            (Measure("antal_matningar", "Mätningar"),),
            needs=("matning", "arende"),
            lineage=("leverans_id", "lev_arende"),
            impossible=({"svarslage": ("ingen_matning",)},),
        ),
    ),
    remarks=without_case,
    notes=(
        "En mätning har svar när minst en fråga är besvarad (okänt är inget svar här) eller poäng finns. Annars står "
        "den på den orsak som angetts.",
        _OWN_DAY,
    ),
)
PHASES = TableSpec(
    name="bortfall_fas_enhet",
    title="Bortfall: mätningar med svar, per fas och enhet",
    population=_MEASUREMENTS,
    period_regel="gjord",
    enhet="matning",
    malgrupp=_ALL,
    dimensions=(_PHASE, _UNIT, KON),
    sources=_MATNING,
    history=("arende",),
    facts=(
        Fact(
            measured,
            ("fas", "enhet"),
            (
                Measure("antal_matningar", "Mätningar"),
                Measure("antal_med_svar", "– därav med något svar", where="har_svar"),
                andel("andel_med_svar", "Andel med något svar", "antal_med_svar", "antal_matningar"),
            ),
            needs=("matning", "arende"),
            lineage=("leverans_id", "lev_arende"),
        ),
    ),
    remarks=without_case,
    notes=("Tabellen är inte delad på kön, för att cellerna inte ska bli för små.", _UNITS, _OWN_DAY),
)

SPECS = (SPEC, UNITS, SUPPORT, QUESTIONS, REASONS, PHASES)
