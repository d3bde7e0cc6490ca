"""T15 behov_utbud: how common violence is, what is reported, who came and what was given, side by side and never added.

Each row has a unit of its own: estimates in percent, offences, contacts, cases, insatser. No row is a part of another
and none is divided by another; only by inhabitants. What cases and insatser are is told in ``arenden`` and
``insatser``, offences in ``anmalda_brott``, contacts in ``iop``.
"""

import re
from functools import cache

import numpy as np
import pandas as pd

from assets.tables import arenden, befolkning_bas, insatser
from assets.tables.persons import as_persons
from assets.tables.reported import behind
from assets.tables.spec import KON, Dimension, Inputs, Measure, Period, TableSpec
from warehouse.contracts.codes import CODES, TOTAL, label
from warehouse.contracts.reference import brottstyper, seriebrott
from warehouse.contracts.swedish import number

OLDEST = 5
"""An estimate of up to so many years before is shown, with its year."""
_KINDS = tuple(CODES["kalla_matt"])
_AREAS = tuple(CODES["jamfort_omrade"])
_ROLES = tuple(CODES["roll"])
_POSTS = ("kontakter", "kontakttillfallen")
_KEY = ("kommun", "kalla_matt", "vad", "omrade", "kon")
_RATES = (
    ("antal", "per_10000_vuxna", befolkning_bas.VUXNA),
    ("antal", "per_10000_alla", befolkning_bas.ALLA),
    ("antal_personer", "personer_per_10000_vuxna", befolkning_bas.VUXNA),
)
_CLOSE = ("parrelation", "slaktskap_familj")
_SEX = re.compile(r"\b(?:kvinna|man) (?=18\+)")


def figures(inputs: Inputs, period: Period) -> pd.DataFrame:
    """All rows of the year for each kommun: counts, persons, rates per 10 000 and estimated shares."""
    counts = pd.concat(
        [_brott(inputs, period), _jour(inputs, period), _arenden(inputs, period), _insatser(inputs, period)],
        ignore_index=True,
    )
    cells = pd.concat([_forekomst(inputs, period), counts, *_rates(counts, inputs, period)], ignore_index=True)
    cells["status"] = np.select(
        [cells["varde"].notna(), (cells["kon"] == "annat_okant") & cells["matt"].str.contains("per_10000")],
        ["visas", "ej_tillampligt"],  # SCB knows women and men only
        "saknas",
    )
    cells["bakom"] = cells["bakom"].where(cells["varde"].notna(), None)
    places = {
        "kalla_matt": _KINDS, "omrade": _AREAS, "kon": (*KON.values, TOTAL), "matt": [m.name for m in SPEC.measures],
    }  # fmt: skip
    for name, codes in places.items():
        cells[f"_{name}"] = cells[name].map({code: at for at, code in enumerate(codes)})
    cells["_vad"] = cells["vad"].map({code: f" {at}" for at, code in enumerate(_ROLES)}).fillna(cells["vad"])
    cells = cells.sort_values(["kommun", "_kalla_matt", "_vad", "_omrade", "_kon", "_matt"], kind="stable")
    return cells[[*_KEY, "matt", "varde", "status", "bakom"]].reset_index(drop=True)


def _rates(counts: pd.DataFrame, inputs: Inputs, period: Period) -> list[pd.DataFrame]:
    """Per 10 000 of that sex in the kommun. Children are not counted by adults."""
    people = _people(inputs, period)
    counts = counts[counts["vad"] != "barn"]
    parts = []
    for matt, rate, group in _RATES:
        rows = counts[counts["matt"] == matt]
        persons = befolkning_bas.antal(people, rows["kommun"], rows["kon"], group)
        parts.append(rows.assign(matt=rate, varde=rows["varde"] * 10_000 / persons))
    return parts


def _people(inputs: Inputs, period: Period) -> pd.DataFrame:
    # A delivery of later years than the next is none that this year is recounted for.
    return befolkning_bas.persons(inputs, period.first, latest=period.first + SPEC.later_years)


# --- what others have estimated, and have reported -------------------------------------------------------------------


def _estimates(inputs: Inputs, period: Period) -> pd.DataFrame:
    """For each kommun, area and question the latest estimates up to the year."""
    known = inputs.frames["forekomst"].drop(columns="kommun", errors="ignore")
    known = known[(known["ar"] <= period.first) & (known["ar"] >= period.first - OLDEST)]
    text = ("omrade_typ", "omrade", "undersokning", "fraga", "titel", "alder", "kon")
    known = known.astype(dict.fromkeys(text, "str"))
    series = ["omrade_typ", "omrade", "undersokning", "fraga", "alder"]
    known = known[known["ar"] == known.groupby(series)["ar"].transform("max")]
    own = list(inputs.kommuner)
    codes = {"kommun": own, "lan": [k[:2] for k in own], "riket": [befolkning_bas.RIKET] * len(own)}
    areas = pd.concat(pd.DataFrame({"kommun": own, "omrade_typ": k, "omrade": codes[k]}) for k in _AREAS)
    return areas.merge(known, on=["omrade_typ", "omrade"])


def _forekomst(inputs: Inputs, period: Period) -> pd.DataFrame:
    rows = _estimates(inputs, period)
    years = rows["alder"].str.replace("_plus", " år och äldre").str.replace(r"^(\d+)_(\d+)$", r"\1–\2 år", regex=True)
    ages = ("" + ", " + years).where(rows["alder"] != TOTAL, "")
    base = pd.DataFrame(
        {
            "kommun": rows["kommun"],
            "kalla_matt": "forekomst",
            "vad": rows["titel"] + ages + " (" + rows["undersokning"] + " " + rows["ar"].astype("str") + ")",
            "omrade": rows["omrade_typ"],
            "kon": rows["kon"],
            "bakom": _single(rows),
        }
    )
    # Two questions under one title cannot be told apart by a reader either: the first stands.
    once = ~base.duplicated(list(_KEY))
    parts = []
    for matt, column in (("andel", "andel_procent"), ("andel_lag", "lag_procent"), ("andel_hog", "hog_procent")):
        part = base.assign(matt=matt, varde=rows[column].astype("float64") / 100)[once]
        parts.append(part if matt == "andel" else part[part["varde"].notna()])
    return pd.concat(parts, ignore_index=True)


@cache
def brott_av_narstaende() -> dict[int, tuple[str, str]]:
    """BRÅ's ids of offences against adults by someone close: what it is called for both sexes, and the sex.

    In a relationship or in the family, for the whole year; of assault also indoors by someone known, which is as near
    as the source comes since 2020; and grov kvinnofridskränkning, which has no relation.
    """
    return {
        kind.brott_id: (_SEX.sub("", kind.etikett.replace(" (uppgift saknas i källan)", "")), kind.kon)
        for kind in brottstyper().values()
        if kind.periodtyp == "ar"
        and kind.gren != "kon"
        and (
            kind.grupp == "grov_kvinnofridskrankning"
            or (kind.alder == "18+" and kind.relation in _CLOSE)
            or (kind.alder == "18+" and kind.relation == "bekant" and kind.plats == "inomhus")
        )
    }


def _brott(inputs: Inputs, period: Period) -> pd.DataFrame:
    rows = inputs.frames["bra_brott"]
    known = brott_av_narstaende()
    rows = rows[(rows["period"].astype("str") == str(period.first)) & rows["brott_id"].isin(list(known))]
    kinds = [known[int(i)] for i in rows["brott_id"]]
    return pd.DataFrame(
        {
            "kommun": rows["kommunkod"].astype("str").to_numpy(),
            "kalla_matt": "brott",
            "vad": [name for name, _ in kinds],
            "omrade": "kommun",
            "kon": [sex for _, sex in kinds],
            "matt": "antal",
            "varde": rows["antal"].astype("float64").to_numpy(),
            "bakom": _single(rows).to_numpy(),
        }
    )


def _jour(inputs: Inputs, period: Period) -> pd.DataFrame:
    """What each jour reports: persons that contacted it, and contacts."""
    rows = inputs.frames["iop_rapport"]
    rows = rows[(rows["ar"] == period.first) & rows["post"].isin(_POSTS)]
    posts = rows["post"].astype("str").map({post: label("iop_post", post) for post in _POSTS})
    cells = pd.DataFrame(
        {
            "kommun": rows["namnd"].astype("str"),
            "kalla_matt": "jour",
            "vad": rows["jour"].astype("str") + ": " + posts,
            "omrade": "kommun",
            "kon": rows["kon"].astype("str"),
            "matt": "antal",
            "varde": rows["antal"].astype("float64"),
            "bakom": _single(rows),
        }
    )
    known = cells.groupby(["kommun", "vad"])["varde"].transform("count") > 0
    return cells[known | (cells["kon"] == TOTAL)]


def _single(rows: pd.DataFrame) -> pd.Series:
    """What stands behind cells of one row each."""
    return pd.Series([((int(i), 1),) for i in rows["leverans_id"]], index=rows.index, dtype="object")


# --- the nämnd's own records ------------------------------------------------------------------------------------------


def _arenden(inputs: Inputs, period: Period) -> pd.DataFrame:
    return _own(inputs, period, "arenden", arenden.ongoing(inputs, period), ("arende",))


def _insatser(inputs: Inputs, period: Period) -> pd.DataFrame:
    rows = insatser.decided(inputs, period)
    return _own(inputs, period, "insatser", rows[rows["beslut"].isin(insatser.GIVEN)], ("insats", "arende"))


def _own(inputs: Inputs, period: Period, kind: str, rows: pd.DataFrame, needs: tuple[str, ...]) -> pd.DataFrame:
    """Rows and distinct persons by role and sex, zeros too; unknown where what is needed is not delivered."""
    persons = as_persons(rows, inputs, period).drop_duplicates(["kommun", "roll", "person_id"])
    frames = {"antal": _many(rows), "antal_personer": _many(persons)}
    lacking = {k for k in inputs.kommuner if set(needs) & set(inputs.absent.get(k, ()))}
    others = {k for f in frames.values() for k in f.loc[f["kon"] == "annat_okant", "kommun"]}
    grid = pd.MultiIndex.from_product(
        [list(inputs.kommuner), _ROLES, [*KON.values, TOTAL]], names=["kommun", "vad", "kon"]
    ).to_frame(index=False)
    grid = grid[(grid["kon"] != "annat_okant") | grid["kommun"].isin(others)]
    parts = []
    for matt, frame in frames.items():
        found = behind(frame, ["kommun", "vad", "kon"])
        part = grid.merge(found, on=["kommun", "vad", "kon"], how="left")
        count = part["bakom"].map(lambda pairs: float(sum(n for _, n in pairs)) if isinstance(pairs, tuple) else 0.0)
        unknown = part["kommun"].isin(lacking)
        parts.append(part.assign(kalla_matt=kind, omrade="kommun", matt=matt, varde=count.where(~unknown)))
    return pd.concat(parts, ignore_index=True)


def _many(rows: pd.DataFrame) -> pd.DataFrame:
    """How many rows (``rader``) each delivery has by kommun, role and sex, and of all sexes together."""
    key = ["kommun", "roll", "kon", "leverans_id"]
    few = rows.groupby(key, observed=True, dropna=False, sort=True).size().reset_index(name="rader")
    few = few.astype({"kommun": "str", "roll": "str", "kon": "str"}).rename(columns={"roll": "vad"})
    return pd.concat([few[few["kon"].notna()], few.assign(kon=TOTAL)], ignore_index=True)


# --- words ------------------------------------------------------------------------------------------------------------


def remarks(inputs: Inputs, period: Period) -> tuple[str, ...]:
    """What is not there, and of which year or area that is which is not the kommun's own."""
    year = period.first
    people = _people(inputs, period)
    adults = befolkning_bas.year_used(people, inputs.kommun, befolkning_bas.VUXNA)
    everybody = befolkning_bas.year_used(people, inputs.kommun, befolkning_bas.ALLA)
    notes = [
        *insatser.without_case(inputs, period),
        *befolkning_bas.told(adults, year, "Antal per 10 000 vuxna", "Folkmängd efter ålder"),
        *befolkning_bas.told(everybody, year, "Antal per 10 000 i alla åldrar"),
    ]
    if adults is None and everybody is not None:
        notes.append(
            "Läs i stället raderna per 10 000 i alla åldrar: de är lägre, för barnen räknas med i folkmängden."
        )
    used = max((y for y in (adults, everybody) if y is not None), default=0)
    notes += [found.vad for found in seriebrott() if found.kalla == "scb" and int(found.fran[:4]) <= used]
    estimates = _estimates(inputs, period)
    if estimates.empty:
        notes.append(f"Ingen undersökning om förekomst från {year - OLDEST}–{year} är levererad.")
    else:
        years = ", ".join(str(y) for y in sorted(set(estimates["ar"].astype(int))))
        areas = [label("jamfort_omrade", a).lower() for a in _AREAS if (estimates["omrade_typ"] == a).any()]
        where = " och ".join(filter(None, [", ".join(areas[:-1]), areas[-1]]))
        notes.append(f"Skattningarna av utsatthet gäller {where} och svar från {years}.")
        bare = int(estimates["lag_procent"].isna().sum())
        if bare:
            notes.append(f"{number(bare)} av skattningarna saknar intervall i källan. De är osäkra ändå.")
    for kind, made in (("Anmälda brott", _brott), ("Rapport från någon jour", _jour)):
        if made(inputs, period).empty:
            notes.append(f"{kind} för {year} är inte levererad{'e' if kind[0] == 'A' else ''}. Det betyder inte noll.")
    return tuple(notes)


def _word(code: str) -> str:
    return label("roll", code)


SPEC = TableSpec(
    name="behov_utbud",
    title="Behov och utbud",
    population=(
        "Rader om samma år från olika källor, bredvid varandra: skattad utsatthet, anmälda brott mot vuxna av någon "
        "närstående, jourernas rapporter, nämndens pågående ärenden, och insatser som beviljats eller getts utan "
        "behovsprövning. Varje rad har sin egen enhet."
    ),
    period_regel="olika",
    enhet="olika",
    malgrupp="Alla invånare, de som anmält, de som sökt jouren och de som nämnden har mött; olika för varje rad",
    dimensions=(
        Dimension("kalla_matt", "kalla_matt", "Källa", total=False),
        Dimension("vad", None, "Vad som räknas", total=False, words=_word),
        Dimension("omrade", "jamfort_omrade", "Område", total=False),
        KON,
    ),
    sources={
        "arende": ("arende_id", "person_id", "roll", "kon", "aldersgrupp", "startdatum", "slutdatum"),
        "insats": ("insats_id", "arende_id", "beslutsdatum", "beslut", "verkstalld", "slutdatum"),
        "bra_brott": ("kommunkod", "period", "brott_id", "antal"),
        "befolkning": ("kommunkod", "ar", "kon", "alder", "antal"),
        "forekomst": (
            "omrade_typ",
            "omrade",
            "ar",
            "undersokning",
            "fraga",
            "titel",
            "alder",
            "kon",
            "andel_procent",
            "lag_procent",
            "hog_procent",
        ),
        "iop_rapport": ("namnd", "ar", "jour", "post", "kon", "antal"),
    },
    history=("arende", "befolkning", "forekomst"),
    figures=figures,
    remarks=remarks,
    measures=(
        Measure("antal", "Antal (ärenden, insatser, brott eller det jouren räknat)"),
        Measure("antal_personer", "Antal personer", unit="person_id", enhet="person"),
        Measure(
            "per_10000_vuxna",
            "Antal per 10 000 vuxna (18 år och äldre) av det könet",
            "harledd",
            form="tal",
            enhet="per_10000_vuxna",
        ),
        Measure(
            "per_10000_alla",
            "Antal per 10 000 invånare av det könet, alla åldrar",
            "harledd",
            form="tal",
            enhet="per_10000_inv",
        ),
        Measure(
            "personer_per_10000_vuxna",
            "Personer per 10 000 vuxna (18 år och äldre) av det könet",
            "harledd",
            form="tal",
            enhet="per_10000_vuxna",
        ),
        Measure("andel", "Andel utsatta, skattad i en undersökning", "harledd", form="andel", enhet="person"),
        Measure("andel_lag", "Andel utsatta, 95 % intervall från", "harledd", form="andel", enhet="person"),
        Measure("andel_hog", "Andel utsatta, 95 % intervall till", "harledd", form="andel", enhet="person"),
    ),
    breaks=("verksamhetssystem:utovare", "verksamhetssystem:beslut", "bra:misshandel_relation"),
    notes=(
        "Raderna får inte läggas ihop eller delas med varandra: de räknar olika saker, och samma person kan finnas i "
        "flera av dem. Ett tal per invånare gör dem inte jämförbara, bara lättare att följa över åren.",
        "Skattad utsatthet kommer ur undersökningar och gäller området som raden anger, oftast riket. Den säger inte "
        "hur många som är utsatta i kommunen.",
        "Brott räknas efter var de begåtts och när de anmälts, inte efter var den utsatta bor. Ett brott är inte en "
        "person. Raderna överlappar, och grova fridskränkningar kan innehålla flera händelser.",
        "Jourernas kontakter är inte personer, och samma person kan ha sökt flera jourer. En jour kan ta emot personer "
        "från andra kommuner, och talet per invånare gäller ändå bara kommunens.",
        "Ärenden och insatser gäller bara dem som kommit till nämnden. Få ärenden kan betyda lite våld eller att få "
        "söker hjälp. Insatser räknas efter beslutsdag, beviljade och utan behovsprövning tillsammans.",
        "Barn räknas till antal, inte per invånare: folkmängden här är de vuxna eller alla.",
    ),
)
