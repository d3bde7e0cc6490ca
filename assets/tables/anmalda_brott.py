"""T12 anmalda_brott: BRÅ's reported offences by id, with rates per 100 000 of that sex, our own calculation.

BRÅ's own rate uses the whole population also for offences against women, so it is kept in ``omvarld`` and not shown.
The branches by sex and by age describe the same offences; nothing is added here.
"""

import numpy as np
import pandas as pd

from assets.tables.spec import KON, Dimension, Figures, Inputs, Period, TableSpec
from warehouse.contracts.codes import TOTAL
from warehouse.contracts.reference import brottstyper, seriebrott

_MONTHS = (
    *("januari", "februari", "mars", "april", "maj", "juni"),
    *("juli", "augusti", "september", "oktober", "november", "december"),
)

_DIMENSIONS = ("period", "brott_id", "grupp", "gren", "alder", "plats", "relation")


def _population(people: pd.DataFrame, year: int) -> tuple[int | None, dict[str, int]]:
    """The population year nearest to the wanted one (the earlier of two equally near), and persons by sex, all ages."""
    people = people[people["alder"].astype(str) == TOTAL]
    years = sorted(set(people["ar"].astype(int)), key=lambda y: (abs(y - year), y))
    if not years:
        return None, {}
    rows = people[people["ar"] == years[0]]
    return years[0], dict(zip(rows["kon"].astype(str), rows["antal"].astype(int), strict=True))


def period_name(period: str) -> str:
    """``202508`` as people say it: augusti 2025."""
    if len(period) == 4:
        return period
    year, rest = period[:4], period[4:]
    return f"kvartal {rest[1:]} {year}" if rest.startswith("Q") else f"{_MONTHS[int(rest) - 1]} {year}"


def figures(inputs: Inputs, period: Period) -> Figures:
    """Counts and rates of the year and of its quarters and months, each offence id by itself."""
    year = period.first
    offences = inputs.frames["bra_brott"]
    offences = offences[offences["period"].str[:4] == str(year)]
    known = brottstyper()
    kinds = [known[int(i)] for i in offences["brott_id"]]
    population_year, people = _population(inputs.frames["befolkning"], year)
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
    notes = []
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
    notes.insert(0, "Verkliga, offentliga siffror från Brå och SCB.")
    return Figures(order[[*_DIMENSIONS, "kon", "matt", "varde"]].reset_index(drop=True), tuple(notes))


SPEC = TableSpec(
    name="anmalda_brott",
    title="Anmälda brott",
    population="Brott som anmälts under året, efter den kommun där brottet begåtts. Källa: Brå.",
    period_regel="anmald",
    enhet="brott",
    malgrupp="Alla invånare; brott mot kvinnor och män var för sig där källan anger det",
    dimensions=(*(Dimension(n, n, total=False) for n in _DIMENSIONS), KON),
    sources={
        "bra_brott": ("kommunkod", "period", "preliminar", "brott_id", "antal"),
        "befolkning": ("kommunkod", "ar", "kon", "alder", "antal"),
    },
    history=("befolkning",),
    figures=figures,
    public=True,
    breaks=("bra",),
    notes=(
        "Antalet gäller brott, inte personer. En händelse kan ge flera anmälningar, och många brott anmäls aldrig.",
        "Per 100 000 är vår egen beräkning: brott mot kvinnor per 100 000 kvinnor, brott mot män per 100 000 män, "
        "övriga per 100 000 invånare, i alla åldrar. Brå räknar alltid på hela befolkningen, så talen skiljer sig.",
        "Grenarna kön och ålder under misshandel beskriver samma brott och får inte läggas ihop.",
    ),
)
