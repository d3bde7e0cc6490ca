"""Kolada's U30750, U30751 and U30752: adults exposed to violence who were aktualiserade, helped, and reached the goal.

Kolada's titles count adults, SKR's page counts cases with adults: both are here, and who reports chooses one. The split
by sex is our own; Kolada has none. Adults per area are in ``befolkning_bas``.
"""

from collections.abc import Callable

import numpy as np
import pandas as pd

from assets.tables.befolkning_bas import VUXNA, antal, persons
from assets.tables.measures import per
from assets.tables.persons import as_persons
from assets.tables.spec import ALDER, KON, Fact, Inputs, Measure, Period, TableSpec
from warehouse.contracts.codes import TOTAL

KPIS = {
    "u30750": "U30750 aktualiserade",
    "u30751": "U30751 minst en insats",
    "u30752": "U30752 avslutade, målet nått helt eller delvis",
}
UTANFOR_IFO = ("funktionshinder", "aldre", "socialpsykiatri")
"""Verksamhetsområden that are not individ- och familjeomsorg. A case without one is taken to be IFO."""
GIVEN = ("bifall", "utan_behovsprovning")
ASSESSORS = ("handlaggare", "gemensamt")
"""Whose assessment is the handläggare's: alone or together with the klient."""
_CHILDREN = ALDER.groups[0].members
_CASE = ["arende_id", "person_id", "kon"]

Rows = Callable[[Inputs, Period], pd.DataFrame]


def adults(inputs: Inputs) -> pd.DataFrame:
    """Cases of exposed adults. An unknown age is an adult's, where the role says adult."""
    cases = inputs.frames["arende"]
    return cases[(cases["roll"] == "valdsutsatt_vuxen") & ~cases["aldersgrupp"].isin(_CHILDREN)]


def aktualiserade(inputs: Inputs, period: Period) -> pd.DataFrame:
    """U30750: aktualiseringar of the period that belong to such a case."""
    rows = inputs.frames["aktualisering"]
    rows = rows.loc[period.within(rows["datum"]), ["kommun", "leverans_id", "arende_id"]]
    return rows.merge(adults(inputs)[_CASE], on="arende_id", how="inner")


def without_case(inputs: Inputs, period: Period) -> pd.DataFrame:
    """Aktualiseringar of exposed adults that belong to no delivered case: nobody knows whose they are."""
    rows = inputs.frames["aktualisering"]
    mine = (rows["malgrupp"] == "valdsutsatt_vuxen") & ~rows["aldersgrupp"].isin(_CHILDREN)
    return rows[mine & period.within(rows["datum"]) & ~rows["arende_id"].isin(inputs.frames["arende"]["arende_id"])]


def _given(inputs: Inputs) -> pd.DataFrame:
    """Insatser that were given: granted or without assessment, and begun."""
    rows = inputs.frames["insats"]
    return rows[rows["beslut"].isin(GIVEN) & rows["verkstalld"].notna()]


def helped(inputs: Inputs, period: Period) -> pd.DataFrame:
    """U30751: insatser that ran some day of the period, in such a case within IFO.

    One without an end ended with its case: else it would run on in every later year.
    """
    cases = adults(inputs)
    cases = cases.loc[~cases["verksamhetsomrade"].isin(UTANFOR_IFO), [*_CASE, "slutdatum"]]
    rows = _given(inputs)[["kommun", "leverans_id", "arende_id", "verkstalld", "slutdatum"]]
    rows = rows.merge(cases.rename(columns={"slutdatum": "arende_slut"}), on="arende_id", how="inner")
    last = rows["slutdatum"].fillna(rows["arende_slut"])
    last = last.mask(last < rows["verkstalld"], rows["verkstalld"])
    return rows[period.touches(rows["verkstalld"], last)].drop(columns=["verkstalld", "slutdatum", "arende_slut"])


def assessed(inputs: Inputs, period: Period) -> pd.DataFrame:
    """Such cases closed in the period with an insats given, an overall goal, and the handläggare's assessment of it."""
    rows = adults(inputs)
    mine = (
        period.within(rows["slutdatum"])
        & rows["arende_id"].isin(_given(inputs)["arende_id"])
        & (rows["overgripande_mal_finns"] == "ja")
        & rows["mal_bedomning"].isin(["helt", "delvis", "inte"])
        & rows["mal_bedomt_av"].isin(ASSESSORS)
    )
    return rows[mine].assign(natt=rows["mal_bedomning"].isin(["helt", "delvis"]))


def reached(inputs: Inputs, period: Period) -> pd.DataFrame:
    """U30752: those of them whose goal was reached in whole or in part."""
    rows = assessed(inputs, period)
    return rows[rows["natt"]]


def _persons(of: Rows) -> Rows:
    def rows(inputs: Inputs, period: Period) -> pd.DataFrame:
        return as_persons(of(inputs, period), inputs, period)

    return rows


def population(inputs: Inputs, period: Period) -> pd.DataFrame:
    """Adults on 31 December of the year: women, men, and what SCB's own total has beside them (noise, from 2025)."""
    people = persons(inputs, period.last)
    people = people[people["ar"] == period.last]
    kommuner = pd.Series(list(inputs.kommuner), dtype="str")
    known = {k: antal(people, kommuner, pd.Series([k] * len(kommuner)), VUXNA) for k in ("kvinna", "man", TOTAL)}
    women, men = known["kvinna"], known["man"]
    total = np.where(np.isnan(known[TOTAL]), women + men, known[TOTAL])
    rest = total - np.nan_to_num(women) - np.nan_to_num(men)
    raw = inputs.frames["befolkning"]
    raw = raw[raw["ar"] == period.last]
    source = kommuner.map(raw["leverans_id"].groupby(raw["kommunkod"].astype("str")).max())
    parts = [
        pd.DataFrame(
            {"kommun": kommuner, "leverans_id": source, "kon": kon, "vuxna": np.where(np.isnan(total), np.nan, v)}
        )
        for kon, v in (("kvinna", women), ("man", men), (None, rest))
    ]
    return pd.concat(parts, ignore_index=True)


def remarks(inputs: Inputs, period: Period) -> tuple[str, ...]:
    """What the counts leave out or take in, and a missing population."""
    notes = []
    lost = len(without_case(inputs, period))
    if lost:
        notes.append(
            f"{lost} aktualiseringar av våldsutsatta vuxna hör inte till något levererat ärende. De ingår inte i "
            "U30750, för det går inte att veta om de gäller samma person; de står för sig."
        )
    outside = adults(inputs)
    other = outside.loc[outside["verksamhetsomrade"].isin(UTANFOR_IFO), "arende_id"]
    beside = {
        "U30750": aktualiserade(inputs, period)["arende_id"],
        "U30752": reached(inputs, period)["arende_id"],
    }
    for kpi, ids in beside.items():
        many = ids[ids.isin(other)].nunique()
        if many:
            notes.append(f"I {kpi} ingår {many} ärenden utanför individ- och familjeomsorgen.")
    unknown = outside.loc[outside["verksamhetsomrade"].isna(), "arende_id"]
    ifo = helped(inputs, period)["arende_id"]
    many = ifo[ifo.isin(unknown)].nunique()
    if many:
        notes.append(
            f"I U30751 ingår {many} ärenden utan verksamhetsområde: de räknas till individ- och familjeomsorgen."
        )
    if population(inputs, period)["vuxna"].isna().all():
        notes.append(
            f"Antal vuxna den 31 december {period.last} saknas, så antal per 10 000 vuxna kan inte räknas. Leverera "
            "SCB:s folkmängd efter ålder för det året."
        )
    return tuple(notes)


def _facts(kpi: str, rows: Rows, needs: tuple[str, ...], rule: str) -> tuple[Fact, ...]:
    title = KPIS[kpi]
    made = []
    for what, unit, word, of in (
        ("personer", "person_id", "vuxna", _persons(rows)),
        ("arenden", "arende_id", "ärenden med vuxna", rows),
    ):
        enhet = "person" if what == "personer" else "arende"
        number = Measure(f"antal_{kpi}_{what}", f"{title}: {word}", unit=unit, enhet=enhet, period_regel=rule)
        rate = per(
            f"per10000_{kpi}_{what}", f"{title}: {word} per 10 000 vuxna", number.name, "antal_vuxna", 10_000,
            enhet="per_10000_vuxna", period_regel=rule,
        )  # fmt: skip
        made.append(Fact(rows=of, needs=needs, dimensions=("kon",), measures=(number, rate)))
    return tuple(made)


SPEC = TableSpec(
    name="kolada",
    title="Koladas nyckeltal U30750–U30752",
    population="Vuxna (18 år och äldre) som utsatts för våld i nära relation eller hedersrelaterat våld.",
    period_regel="aktualiserad",
    enhet="person",
    malgrupp="Våldsutsatta vuxna",
    dimensions=(KON,),
    sources={
        "arende": (
            *("arende_id", "person_id", "roll", "kon", "aldersgrupp", "verksamhetsomrade", "startdatum", "slutdatum"),
            *("overgripande_mal_finns", "mal_bedomning", "mal_bedomt_av"),
        ),
        "aktualisering": ("aktualisering_id", "arende_id", "datum", "malgrupp", "kon", "aldersgrupp"),
        "insats": ("arende_id", "beslut", "verkstalld", "slutdatum"),
        "befolkning": ("kommunkod", "ar", "kon", "alder", "antal"),
    },
    history=("arende", "insats"),
    facts=(
        Fact(
            rows=population,
            needs=("befolkning",),
            dimensions=("kon",),
            impossible=({"kon": ("annat_okant",)},),
            measures=(
                Measure("antal_vuxna", "Vuxna invånare den 31 december", "summa", value="vuxna", enhet="person"),
            ),
        ),
        *_facts("u30750", aktualiserade, ("aktualisering", "arende"), "aktualiserad"),
        Fact(
            rows=without_case,
            needs=("aktualisering", "arende"),
            dimensions=("kon",),
            measures=(
                Measure(
                    "antal_u30750_utan_arende",
                    "Aktualiseringar utan ärende, ingår inte i U30750",
                    enhet="aktualisering",
                ),
            ),
        ),
        *_facts("u30751", helped, ("insats", "arende"), "pagaende"),
        *_facts("u30752", reached, ("arende", "insats"), "avslutad"),
        Fact(
            rows=assessed,
            needs=("arende", "insats"),
            dimensions=("kon",),
            measures=(
                Measure(
                    "antal_u30752_bedomda",
                    "Avslutade ärenden med övergripande mål som handläggaren bedömt (underlag till U30752)",
                    enhet="arende",
                    period_regel="avslutad",
                ),
            ),
        ),
    ),
    remarks=remarks,
    breaks=("verksamhetssystem:beslut",),
    notes=(
        "Koladas titel räknar vuxna, SKR:s anvisning räknar ärenden med vuxna. Båda finns här: välj en och "
        "skriv vilken.",
        "Uppdelningen på kön är vår egen. Kolada har bara totalen, så bara den kan jämföras.",
        "U30751 räknar bara individ- och familjeomsorgen: alla verksamhetsområden utom funktionsnedsättning, äldre och "
        "socialpsykiatri. Insatsen ska vara beviljad eller given utan behovsprövning, ha börjat, och ha pågått någon "
        "dag under året.",
        "U30752 räknar ärenden med insats som avslutats under året, där det fanns ett övergripande mål och "
        "handläggaren (ensam eller tillsammans med klienten) bedömt att det nåtts helt eller delvis.",
        "En person räknas en gång i varje nyckeltal, med det kön som gäller i personens senaste ärende.",
        "Har ärendet rollen våldsutsatt vuxen och åldern är okänd räknas personen som vuxen.",
    ),
)
