"""T10 maluppfyllelse: whether the overall goal of the case was reached, and that of the insats' genomförandeplan.

The two are different goals of different units, and are never added or compared. Nothing here says why.
"""

import pandas as pd

from assets.tables.measures import andel
from assets.tables.persons import as_persons
from assets.tables.spec import KON, Dimension, Fact, Inputs, Measure, Period, TableSpec

_GIVEN = ("bifall", "utan_behovsprovning")


def _outcome(rows: pd.DataFrame, column: str) -> pd.DataFrame:
    """The rows with ``mal_utfall`` (a missing answer has a code of its own), ``bedomd`` and ``natt``."""
    answers = rows[column].astype("object")
    rows["mal_utfall"] = answers.where(answers.notna(), "saknas")
    rows["natt"] = rows["mal_utfall"].isin(["helt", "delvis"])
    rows["bedomd"] = rows["natt"] | (rows["mal_utfall"] == "inte")
    return rows


def closed(inputs: Inputs, period: Period) -> pd.DataFrame:
    """Cases closed in the period."""
    rows = inputs.frames["arende"]
    rows = rows[period.within(rows["slutdatum"])].copy()
    rows["mal"] = rows["overgripande_mal_finns"] == "ja"
    rows["utan_mal"] = rows["overgripande_mal_finns"] == "nej"
    rows["okant"] = ~rows["mal"] & ~rows["utan_mal"]
    return rows


def with_goal(inputs: Inputs, period: Period) -> pd.DataFrame:
    """Those of them that had an overall goal, with how it was reached."""
    rows = closed(inputs, period)
    rows = _outcome(rows[rows["mal"]].copy(), "mal_bedomning")
    rows["utan_bedomare"] = rows["bedomd"] & rows["mal_bedomt_av"].isna()
    return rows


def plans(inputs: Inputs, period: Period) -> pd.DataFrame:
    """Insatser that were carried out and ended in the period, with role, sex and person of the case."""
    insatser = inputs.frames["insats"]
    mine = insatser["beslut"].isin(_GIVEN) & insatser["verkstalld"].notna() & period.within(insatser["slutdatum"])
    cases = inputs.frames["arende"][["arende_id", "person_id", "roll", "kon"]]
    return _outcome(insatser[mine].merge(cases, on="arende_id", how="inner"), "plan_mal_natt")


def plan_persons(inputs: Inputs, period: Period) -> pd.DataFrame:
    """The same insatser, with sex of the person's latest case."""
    return as_persons(plans(inputs, period), inputs, period)


def remarks(inputs: Inputs, period: Period) -> tuple[str, ...]:
    """Answers that contradict each other, and insatser that cannot be counted."""
    cases = closed(inputs, period)
    odd = int((~cases["mal"] & cases["mal_bedomning"].isin(["helt", "delvis", "inte"])).sum())
    insatser = inputs.frames["insats"]
    mine = insatser[period.within(insatser["slutdatum"])]
    lost = int((~mine["arende_id"].isin(inputs.frames["arende"]["arende_id"])).sum())
    notes = []
    if odd:
        notes.append(
            f"{odd} avslutade ärenden har en bedömning av det övergripande målet fast det inte står att ett mål fanns. "
            "De räknas inte bland bedömda mål. Rätta uppgiften om mål i verksamhetssystemet."
        )
    if lost:
        notes.append(f"{lost} insatser är inte räknade: deras ärenden har inte levererats, eller ligger i karantän.")
    return tuple(notes)


SPEC = TableSpec(
    name="maluppfyllelse",
    title="Måluppfyllelse",
    population=(
        "Ärenden som avslutats under året (övergripande mål), och för sig insatser som avslutats under året "
        "(genomförandeplanens mål)."
    ),
    period_regel="avslutad",
    enhet="arende",
    malgrupp="Våldsutsatta vuxna, barn och våldsutövare, var för sig",
    dimensions=(
        Dimension("roll", "roll", "Roll", total=False),
        Dimension("mal_utfall", "mal_utfall", "Hur målet nåddes"),
        Dimension("mal_bedomt_av", "mal_bedomt_av", "Bedömt av"),
        KON,
    ),
    sources={
        "arende": (
            "arende_id", "person_id", "roll", "kon", "startdatum", "slutdatum", "overgripande_mal_finns",
            "mal_bedomning", "mal_bedomt_av",
        ),
        "insats": ("insats_id", "arende_id", "beslut", "verkstalld", "slutdatum", "plan_mal_natt"),
    },
    history=("arende", "insats"),
    facts=(
        Fact(
            rows=closed,
            needs=("arende",),
            dimensions=("roll", "kon"),
            measures=(
                Measure("antal_avslutade", "Avslutade ärenden"),
                Measure("antal_utan_mal", "Avslutade ärenden utan övergripande mål", where="utan_mal"),
                Measure("antal_mal_okant", "Avslutade ärenden där det inte är känt om mål fanns", where="okant"),
            ),
        ),
        Fact(
            rows=with_goal,
            needs=("arende",),
            dimensions=("roll", "mal_utfall", "kon"),
            measures=(Measure("antal_mal", "Avslutade ärenden med övergripande mål, efter hur det nåddes"),),
        ),
        Fact(
            rows=with_goal,
            needs=("arende",),
            dimensions=("roll", "mal_bedomt_av", "kon"),
            measures=(
                Measure("antal_mal_natt", "Ärenden där övergripande målet nåtts helt eller delvis", where="natt"),
                Measure("antal_mal_bedomda", "Ärenden där övergripande målet är bedömt", where="bedomd"),
                andel(
                    "andel_mal_natt", "Andel ärenden där målet nåtts helt eller delvis, av dem där det är bedömt",
                    "antal_mal_natt", "antal_mal_bedomda", bas="antal_mal_bedomda",
                ),
            ),
        ),
        Fact(
            rows=with_goal,
            needs=("arende",),
            dimensions=("roll", "kon"),
            measures=(
                Measure(
                    "antal_utan_bedomare", "Ärenden med bedömt mål utan uppgift om vem som bedömt",
                    where="utan_bedomare",
                ),
            ),
        ),
        Fact(
            rows=plans,
            needs=("insats", "arende"),
            dimensions=("roll", "mal_utfall", "kon"),
            measures=(
                Measure(
                    "antal_plan", "Avslutade insatser, efter hur genomförandeplanens mål nåddes", enhet="insats"
                ),
            ),
        ),
        Fact(
            rows=plans,
            needs=("insats", "arende"),
            dimensions=("roll", "kon"),
            measures=(
                Measure(
                    "antal_plan_natt", "Insatser där planens mål nåtts helt eller delvis", where="natt",
                    enhet="insats",
                ),
                Measure("antal_plan_bedomda", "Insatser där planens mål är bedömt", where="bedomd", enhet="insats"),
                andel(
                    "andel_plan_natt", "Andel insatser där planens mål nåtts helt eller delvis, av dem där det är "
                    "bedömt", "antal_plan_natt", "antal_plan_bedomda", bas="antal_plan_bedomda", enhet="insats",
                ),
            ),
        ),
        Fact(
            rows=plan_persons,
            needs=("insats", "arende"),
            dimensions=("roll", "kon"),
            measures=(
                Measure(
                    "antal_personer_natt", "Personer där planens mål nåtts helt eller delvis i minst en insats",
                    unit="person_id", where="natt", enhet="person",
                ),
                Measure(
                    "antal_personer_bedomda", "Personer där planens mål är bedömt i minst en insats",
                    unit="person_id", where="bedomd", enhet="person",
                ),
                andel(
                    "andel_personer_natt", "Andel personer där planens mål nåtts helt eller delvis i minst en insats",
                    "antal_personer_natt", "antal_personer_bedomda", bas="antal_personer_bedomda", enhet="person",
                ),
            ),
        ),
    ),
    remarks=remarks,
    notes=(
        "Övergripande mål gäller ärendet, genomförandeplanens mål gäller en insats. Det är olika mål som bedöms på "
        "olika sätt: de får inte läggas ihop eller jämföras.",
        "Övergripande mål räknas bara i ärenden där det står att ett mål fanns. Andelen räknas av dem där målet är "
        "bedömt som helt, delvis eller inte nått. Ej bedömt och saknad uppgift är bortfall och visas bredvid.",
        "Insatserna är de som haft bifall eller getts utan behovsprövning, har börjat, och avslutats under året.",
        "Vem som bedömt spelar roll: handläggarens och den enskildes bedömning är olika uppgifter och ska inte "
        "jämföras som om de vore samma. Saknas uppgift om vem finns bedömningen bara i totalen.",
        "En person som har flera insatser räknas en gång, med det kön som gäller i personens senaste ärende.",
        "Andelar visas inte när för få är bedömda. Att ett mål nåtts säger inte vad det beror på.",
    ),
)  # fmt: skip
