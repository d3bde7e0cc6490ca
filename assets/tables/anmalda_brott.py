"""T12 anmalda_brott: BRÅ's reported offences by id, with rates per 100 000 of that sex, our own calculation.

BRÅ's own rate uses the whole population also for offences against women, so it is kept in ``omvarld`` and not shown.
The branches by sex and by age describe the same offences; nothing is added here.
"""

import numpy as np
import pandas as pd

from assets.tables.spec import KON, Dimension, Inputs, Measure, Period, TableSpec
from warehouse.contracts.codes import TOTAL
from warehouse.contracts.reference import brottstyper, seriebrott
from warehouse.contracts.swedish import period_name

_DIMENSIONS = ("brott_id", "grupp", "gren", "alder", "plats", "relation")


def _population(people: pd.DataFrame, year: int) -> tuple[int | None, dict[str, int]]:
    """The population year nearest to the wanted one (the earlier of two equally near), and persons by sex, all ages."""
    people = people[people["alder"].astype(str) == TOTAL]
    years = sorted(set(people["ar"].astype(int)), key=lambda y: (abs(y - year), y))
    if not years:
        return None, {}
    rows = people[people["ar"] == years[0]]
    return years[0], dict(zip(rows["kon"].astype(str), rows["antal"].astype(int), strict=True))


def figures(inputs: Inputs, period: Period) -> pd.DataFrame:
    """Counts and rates of the year and of its quarters and months, each offence id by itself."""
    offences = _offences(inputs, period)
    known = brottstyper()
    kinds = [known[int(i)] for i in offences["brott_id"]]
    _, people = _population(inputs.frames["befolkning"], period.first)
    base = pd.DataFrame(
        {
            "period": offences["period"].astype("str").to_numpy(),
            "brott_id": offences["brott_id"].astype("int64").astype("str").to_numpy(),
            "grupp": [k.grupp for k in kinds],
            "gren": [k.gren for k in kinds],
            "alder": [k.alder or TOTAL for k in kinds],
            "plats": [k.plats or TOTAL for k in kinds],
            "relation": [k.relation or TOTAL for k in kinds],
            "kon": [k.kon for k in kinds],
            "leverans_id": offences["leverans_id"].to_numpy(),
        }
    )
    counts = offences["antal"].astype("float64").to_numpy()
    persons = np.array([people.get(k) or np.nan for k in base["kon"]], dtype="float64")  # of nobody there is no rate
    cells = pd.concat(
        [
            base.assign(matt="antal_brott", varde=counts),
            base.assign(matt="per_100000", varde=counts * 100_000 / persons),
        ]
    )
    order = cells.assign(length=cells["period"].str.len(), number=cells["brott_id"].astype("int64"))
    order = order.sort_values(["length", "period", "number", "matt"], kind="stable")
    return order[["period", *_DIMENSIONS, "kon", "matt", "varde", "leverans_id"]].reset_index(drop=True)


def _offences(inputs: Inputs, period: Period) -> pd.DataFrame:
    offences = inputs.frames["bra_brott"]
    return offences[offences["period"].str[:4] == str(period.first)]


def remarks(inputs: Inputs, period: Period) -> tuple[str, ...]:
    """Which population the rates rest on, and what is preliminary."""
    year = period.first
    offences = _offences(inputs, period)
    population_year, _ = _population(inputs.frames["befolkning"], year)
    notes = ["Verkliga, offentliga siffror från Brå och SCB."]
    if population_year is None:
        notes.append("Folkmängd saknas, så antal per 100 000 kan inte räknas.")
    elif population_year != year:
        notes.append(
            f"Antal per 100 000 är räknat på folkmängden den 31 december {population_year}; "
            f"uppgift för {year} är inte levererad."
        )
    if population_year is not None:
        notes += [
            found.vad for found in seriebrott() if found.kalla == "scb" and int(found.fran[:4]) <= population_year
        ]
    early = sorted(set(offences.loc[offences["preliminar"] == "ja", "period"].astype("str")))
    if early:
        notes.append(f"Preliminärt hos Brå: {', '.join(period_name(p) for p in early)}.")
    return tuple(notes)


SPEC = TableSpec(
    name="anmalda_brott",
    title="Anmälda brott",
    population="Brott som anmälts under året, efter den kommun där brottet begåtts. Källa: Brå.",
    period_regel="anmald",
    enhet="brott",
    malgrupp="Alla invånare; brott mot kvinnor och män var för sig där källan anger det",
    dimensions=(
        Dimension("brott_id", None, "Brott", total=False, words=lambda code: brottstyper()[int(code)].etikett),
        *(Dimension(n, None, n.capitalize(), total=False, attribute=True) for n in _DIMENSIONS[1:]),
        KON,
    ),
    sources={
        "bra_brott": ("kommunkod", "period", "preliminar", "brott_id", "antal"),
        "befolkning": ("kommunkod", "ar", "kon", "alder", "antal"),
    },
    history=("befolkning",),
    figures=figures,
    remarks=remarks,
    measures=(
        Measure("antal_brott", "Antal anmälda brott"),
        Measure(
            "per_100000",
            "Per 100 000 invånare, egen beräkning (rader för ett kön: per 100 000 av det könet, alla åldrar)",
            "harledd",
            form="tal",
        ),
    ),
    public=True,
    breaks=("bra",),
    notes=(
        "Antalet gäller brott, inte personer. En händelse kan ge flera anmälningar, och många brott anmäls aldrig.",
        "Per 100 000 är vår egen beräkning: brott mot kvinnor per 100 000 kvinnor, brott mot män per 100 000 män, "
        "övriga per 100 000 invånare, i alla åldrar. Brå räknar alltid på hela befolkningen, så talen skiljer sig.",
        "Grenarna kön och ålder under misshandel beskriver samma brott och får inte läggas ihop.",
    ),
)
