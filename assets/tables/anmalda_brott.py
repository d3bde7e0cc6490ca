"""T12 anmalda_brott: BRÅ's reported offences by id, with rates per 100 000 of that sex, our own calculation.

BRÅ's own rate uses the whole population also for offences against women. It is shown only of the indicators, which
compare the kommun with its län and the country. The branches by sex and by age describe the same offences; nothing is
added here, and no kommuner are added to a län: only BRÅ knows the offences whose kommun is not known.
"""

import re

import numpy as np
import pandas as pd

from assets.tables import befolkning_bas
from assets.tables.spec import KON, Dimension, Inputs, Measure, Period, TableSpec
from warehouse.contracts.codes import TOTAL
from warehouse.contracts.reference import brottstyper, seriebrott
from warehouse.contracts.swedish import period_name

_DIMENSIONS = ("brott_id", "grupp", "gren", "alder", "plats", "relation")
_COLUMNS = ("kommun", "period", "omrade", *_DIMENSIONS, "kon", "matt", "varde", "leverans_id")
_AREAS = ("kommun", "lan", "riket")
_YEARS = re.compile(r",?\s*(?:åren\s+|år\s+)?(?:19|20)\d\d\s*(?:[-–]\s*(?:19|20)\d\d)?\s*\.?\s*$", re.IGNORECASE)
"""The years that an indicator's title ends with change from one workbook to the next."""
_WOMEN = r"\b(?:kvinn|flick)"
_MEN = r"\b(?:män|man\b|pojk)"


def figures(inputs: Inputs, period: Period) -> pd.DataFrame:
    """Counts and rates of the year and of its quarters and months, each offence id by itself; then the indicators."""
    people = befolkning_bas.persons(inputs, period.first)
    made = [_by_id(inputs, period, people), _indicators(inputs, period, people)]
    cells = pd.concat([m for m in made if len(m)] or made[:1], ignore_index=True)
    areas = cells["omrade"].map({area: at for at, area in enumerate(_AREAS)})
    number = pd.to_numeric(cells["brott_id"], errors="coerce")  # indicators have none and come last
    order = cells.assign(length=cells["period"].str.len(), number=number, area=areas)
    order = order.sort_values(["kommun", "length", "period", "number", "brott_id", "area", "matt"], kind="stable")
    return order[list(_COLUMNS)].reset_index(drop=True)


def _by_id(inputs: Inputs, period: Period, people: pd.DataFrame) -> pd.DataFrame:
    """BRÅ's offences in the kommun, from its statistics database."""
    offences = _offences(inputs, period)
    known = brottstyper()
    kinds = [known[int(i)] for i in offences["brott_id"]]
    base = pd.DataFrame(
        {
            "kommun": offences["kommunkod"].astype("str").to_numpy(),
            "period": offences["period"].astype("str").to_numpy(),
            "omrade": "kommun",
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
    persons = befolkning_bas.antal(people, base["kommun"], base["kon"])
    return pd.concat(
        [
            base.assign(matt="antal_brott", varde=counts),
            base.assign(matt="per_100000", varde=counts * 100_000 / persons),
        ]
    )


def _indicators(inputs: Inputs, period: Period, people: pd.DataFrame) -> pd.DataFrame:
    """BRÅ's indicators of each kommun beside those of its län and of the country."""
    rows = _indicator_rows(inputs, period)
    counts = rows["antal"].astype("float64")
    base = pd.DataFrame(
        {
            "kommun": rows["kommun"],
            "period": rows["ar"].astype("int64").astype("str"),
            "omrade": rows["omrade_typ"],
            "brott_id": rows["titel"].astype("str").str.replace(_YEARS, "", regex=True),
            "grupp": "indikator",
            "gren": "ovrigt",
            **dict.fromkeys(("alder", "plats", "relation"), TOTAL),
            "kon": rows["kon"],
            "leverans_id": rows["leverans_id"],
        }
    )
    persons = befolkning_bas.antal(people, rows["omrade"], rows["kon"])
    return pd.concat(
        [
            base.assign(matt="antal_brott", varde=counts),
            base.assign(matt="per_100000", varde=counts * 100_000 / persons),
            base.assign(matt="per_100000_kalla", varde=rows["per_100000_inv"].astype("float64")),
        ]
    )


def _indicator_rows(inputs: Inputs, period: Period) -> pd.DataFrame:
    """The year's indicators, once for each kommun that they are read by: its own, its län's and the country's."""
    known = inputs.frames["bra_indikator"]
    known = known[known["ar"] == period.first].drop(columns="kommun", errors="ignore")
    known = known.astype({"omrade_typ": "str", "omrade": "str"})
    own = list(inputs.kommuner)
    areas = pd.concat(
        pd.DataFrame({"kommun": own, "omrade_typ": kind, "omrade": codes})
        for kind, codes in (("kommun", own), ("lan", [k[:2] for k in own]), ("riket", befolkning_bas.RIKET))
    )
    rows = areas.merge(known, on=["omrade_typ", "omrade"])
    title = rows["titel"].astype("str").str.casefold()
    women, men = title.str.contains(_WOMEN), title.str.contains(_MEN)
    return rows.assign(kon=np.select([women & ~men, men & ~women], ["kvinna", "man"], TOTAL))


def _offences(inputs: Inputs, period: Period) -> pd.DataFrame:
    offences = inputs.frames["bra_brott"]
    return offences[offences["period"].str[:4] == str(period.first)]


def remarks(inputs: Inputs, period: Period) -> tuple[str, ...]:
    """Which population the rates rest on, and what is preliminary."""
    year = period.first
    offences = _offences(inputs, period)
    people = befolkning_bas.persons(inputs, year)
    used = befolkning_bas.year_used(people, inputs.kommun)
    notes = list(befolkning_bas.told(used, year))
    if used is not None:
        notes += [found.vad for found in seriebrott() if found.kalla == "scb" and int(found.fran[:4]) <= used]
    early = sorted(set(offences.loc[offences["preliminar"] == "ja", "period"].astype("str")))
    if early:
        notes.append(f"Preliminärt hos Brå: {', '.join(period_name(p) for p in early)}.")
    compared = _indicator_rows(inputs, period)
    if len(compared):
        without = [word for kind, word in (("lan", "länet"), ("riket", "riket")) if _unknown(compared, kind, people)]
        if without:
            notes.append(
                f"Per 100 000 av vart kön saknas för {' och '.join(without)}: folkmängden för alla kommuner är inte "
                "med. Brås eget tal per 100 000 invånare finns."
            )
        notes.append(
            "Indikatorerna jämför kommunen med länet och riket så som Brå har räknat dem. Länet och riket har också "
            "brott som inte kan knytas till någon kommun, och läggs därför aldrig ihop av kommuner här."
        )
    return tuple(notes)


def _unknown(compared: pd.DataFrame, kind: str, people: pd.DataFrame) -> bool:
    rows = compared[compared["omrade_typ"] == kind]
    return bool(len(rows)) and bool(np.isnan(befolkning_bas.antal(people, rows["omrade"], rows["kon"])).any())


def _word(code: str) -> str:
    return brottstyper()[int(code)].etikett if code.isdecimal() else code


SPEC = TableSpec(
    name="anmalda_brott",
    title="Anmälda brott",
    population="Brott som anmälts under året, efter den kommun där brottet begåtts. Källa: Brå.",
    period_regel="anmald",
    enhet="brott",
    malgrupp="Alla invånare; brott mot kvinnor och män var för sig där källan anger det",
    dimensions=(
        Dimension("brott_id", None, "Brott", total=False, words=_word),
        *(Dimension(n, None, n.capitalize(), total=False, attribute=True) for n in _DIMENSIONS[1:]),
        Dimension("omrade", "jamfort_omrade", "Område", total=False),
        KON,
    ),
    sources={
        "bra_brott": ("kommunkod", "period", "preliminar", "brott_id", "antal"),
        "befolkning": ("kommunkod", "ar", "kon", "alder", "antal"),
        "bra_indikator": ("omrade_typ", "omrade", "ar", "titel", "antal", "per_100000_inv"),
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
            enhet="per_100000_inv",
        ),
        Measure(
            "per_100000_kalla",
            "Per 100 000 invånare enligt Brå (hela befolkningen, också för brott mot kvinnor)",
            "harledd",
            form="tal",
            enhet="per_100000_inv",
        ),
    ),
    public=True,
    real="Verkliga, offentliga siffror från Brå och SCB.",
    whole=("befolkning",),
    breaks=("bra",),
    notes=(
        "Antalet gäller brott, inte personer. En händelse kan ge flera anmälningar, och många brott anmäls aldrig.",
        "Per 100 000 är vår egen beräkning: brott mot kvinnor per 100 000 kvinnor, brott mot män per 100 000 män, "
        "övriga per 100 000 invånare, i alla åldrar. Brå räknar alltid på hela befolkningen, så talen skiljer sig. "
        "Brås eget tal visas bara för indikatorerna, som finns för kommunen, länet och riket.",
        "Grenarna kön och ålder under misshandel beskriver samma brott och får inte läggas ihop.",
    ),
)
