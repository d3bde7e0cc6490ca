"""T3 utfall: closed cases of the exposed, the last measurement before beside the first one after.

A pair shares instrument and uppgiftslämnare. Those exposed and those who used violence are never mixed: this is the
exposed, and what they answer of what they were exposed to. Nothing here says what caused a change.
"""

from itertools import starmap

import pandas as pd

from assets.tables.spec import KON, Dimension, Fact, Inputs, Measure, Period, TableSpec
from warehouse.contracts.codes import CODES

EXPOSED = ("valdsutsatt_vuxen", "barn")
ANSWERS = ("trygghet", "halsa")
BEFORE_START, AFTER_START = pd.Timedelta(days=30), pd.Timedelta(days=14)
BEFORE_END, AFTER_END = pd.Timedelta(days=14), pd.Timedelta(days=90)
_CODED = {"instrument": "instrument_matning", "uppgiftslamnare": "uppgiftslamnare", "perspektiv": "perspektiv"}
_SAME = ["arende_id", *_CODED]


def _answers(matning: pd.DataFrame, phase: str, answer: str, low: pd.Series, high: pd.Series) -> pd.DataFrame:
    """Answered measurements of a phase within [low, high] days, both by row."""
    inside = (matning["fas"] == phase) & matning[answer].notna() & matning["matdatum"].between(low, high)
    return matning.loc[inside, [*_SAME, "matdatum", answer]]


def paired(cases: pd.DataFrame, matning: pd.DataFrame, answer: str) -> pd.DataFrame:
    """One row a case: ``fore`` and ``efter`` of one pair, or None where no pair is to be had.

    Of several possible pairs the one with the latest före, then the earliest efter, counts (then the order of codes).
    Of several answers the same day the least favourable pair counts, so that row order decides nothing.
    """
    dated = matning.merge(cases[["arende_id", "startdatum", "slutdatum"]], on="arende_id", how="inner")
    before = _answers(
        dated,
        "fore",
        answer,
        dated["startdatum"] - BEFORE_START,
        dated["startdatum"] + AFTER_START,
    )
    after = _answers(
        dated,
        "efter",
        answer,
        dated["slutdatum"] - BEFORE_END,
        dated["slutdatum"] + AFTER_END,
    )
    last = before.sort_values([*_SAME, "matdatum", answer], kind="stable").drop_duplicates(_SAME, keep="last")
    first = after.sort_values([*_SAME, "matdatum", answer], kind="stable").drop_duplicates(_SAME, keep="first")
    pairs = last.merge(first, on=_SAME, suffixes=("_fore", "_efter"))
    pairs = pairs.sort_values(
        ["arende_id", "matdatum_fore", "matdatum_efter", "instrument", "uppgiftslamnare", "perspektiv"],
        ascending=[True, False, True, True, True, True],
        kind="stable",
    ).drop_duplicates("arende_id")
    out = cases.merge(
        pairs[["arende_id", f"{answer}_fore", f"{answer}_efter"]].rename(
            columns={f"{answer}_fore": "fore", f"{answer}_efter": "efter"}
        ),
        on="arende_id",
        how="left",
    )
    out["har_fore"] = out["arende_id"].isin(before["arende_id"])
    out["har_efter"] = out["arende_id"].isin(after["arende_id"])
    return out


def closed(inputs: Inputs, period: Period) -> pd.DataFrame:
    """Cases closed in the period, one row a case, insatstyp and answer; a case without insats is in the total only."""
    cases = inputs.frames["arende"]
    cases = cases[period.within(cases["slutdatum"]) & cases["roll"].isin(EXPOSED)]
    cases = cases[["kommun", "leverans_id", "arende_id", "kon", "startdatum", "slutdatum"]]
    insatser = inputs.frames["insats"]
    given = insatser[insatser["beslut"].isin(["bifall", "utan_behovsprovning"])]
    types = given[["arende_id", "insatstyp"]].astype({"insatstyp": "str"}).drop_duplicates()
    matning = inputs.frames["matning"]
    matning = matning[matning["perspektiv"] == "utsatt"]
    matning = matning.assign(**{n: pd.Categorical(matning[n], tuple(CODES[codes])) for n, codes in _CODED.items()})

    def of(answer: str) -> pd.DataFrame:
        return paired(cases, matning, answer).assign(utfallsmatt=answer)

    rows = pd.concat([of(answer) for answer in ANSWERS], ignore_index=True)
    rows = rows.merge(types, on="arende_id", how="left")
    rows["fore"] = rows["fore"].astype("float64")
    rows["efter"] = rows["efter"].astype("float64")
    rows["forandring"] = rows["efter"] - rows["fore"]
    rows["par"] = rows["forandring"].notna()
    rows["forbattrad"] = rows["forandring"] > 0
    rows["oforandrad"] = rows["forandring"] == 0
    rows["forsamrad"] = rows["forandring"] < 0
    rows["utan_fore"] = ~rows["har_fore"]
    rows["utan_efter"] = ~rows["har_efter"]
    return rows


def _count(name: str, title: str, where: str | None = None) -> Measure:
    return Measure(name, title, unit="arende_id", where=where)


def _mean(name: str, title: str, value: str) -> Measure:
    return Measure(name, title, how="medel", unit="arende_id", value=value, where="par")


SPEC = TableSpec(
    name="utfall",
    title="Före och efter: avslutade ärenden",
    population="Ärenden för våldsutsatta, vuxna och barn, som avslutats under året.",
    period_regel="avslutad",
    enhet="arende",
    malgrupp="Våldsutsatta vuxna och barn; våldsutövare redovisas inte här",
    dimensions=(
        Dimension("utfallsmatt", "utfallsmatt", "Fråga", total=False),
        Dimension("insatstyp", "insatstyp", "Insatstyp"),
        KON,
    ),
    sources={
        "arende": ("arende_id", "roll", "kon", "startdatum", "slutdatum"),
        "insats": ("arende_id", "insatstyp", "beslut"),
        "matning": (*_SAME, "fas", "matdatum", *ANSWERS),
    },
    history=("arende", "insats", "matning"),
    follow_up_days=90,
    facts=(
        Fact(
            rows=closed,
            needs=("arende", "matning"),
            split_by=(("insatstyp", "insats"),),
            dimensions=("utfallsmatt", "insatstyp", "kon"),
            measures=(
                *starmap(
                    _count,
                    (
                        ("antal_arenden", "Avslutade ärenden", None),
                        ("antal_par", "Ärenden med svar både före och efter", "par"),
                        ("antal_forbattrade", "Bättre efter än före", "forbattrad"),
                        ("antal_oforandrade", "Oförändrat: samma svar före och efter", "oforandrad"),
                        ("antal_forsamrade", "Sämre efter än före", "forsamrad"),
                        ("antal_utan_fore", "Utan svar före", "utan_fore"),
                        ("antal_utan_efter", "Utan svar efter", "utan_efter"),
                    ),
                ),
                _mean("medel_fore", "Medelvärde före", "fore"),
                _mean("medel_efter", "Medelvärde efter", "efter"),
                _mean("medel_forandring", "Medelförändring", "forandring"),
            ),
        ),
    ),
    notes=(
        "Före är det sista svaret från 30 dagar före till 14 dagar efter ärendets start, efter är det första svaret "
        "från 14 dagar före till 90 dagar efter avslutet. Ett par har samma frågor och uppgiftslämnare, "
        "och gäller vad personen själv utsatts för.",
        "Bättre, oförändrat och sämre gäller bara dem som svarat både före och efter. Ett ärende kan sakna både och.",
        "Ett ärende räknas en gång för varje insatstyp det haft, så insatstyperna får inte läggas ihop eller jämföras. "
        "Totalen har också ärenden utan insats.",
        "Människor söker stöd i kris, skyddat boende avbryter utsattheten och de som svarar skiljer sig från de andra. "
        "Skillnaden före och efter säger inte vad den beror på.",
    ),
)
