"""T8 skyddat_boende: stays in skyddat boende, their days, cost and what came after.

A stay is an insats that was carried out. Never where it was: the register holds no place.
"""

from functools import partial

import numpy as np
import pandas as pd

from assets.tables import statistik
from assets.tables.persons import as_persons
from assets.tables.spec import KON, Dimension, Fact, Inputs, Measure, Period, TableSpec
from warehouse.contracts.codes import CODES

GIVEN = ("bifall", "utan_behovsprovning")
"""Decisions after which an insats can be carried out."""
_DAY = pd.Timedelta(days=1)
_FIRST = pd.Timestamp(1900, 1, 1)
_NEVER = 2**30


def stays(inputs: Inputs) -> pd.DataFrame:
    """All stays, with their case's person, role, sex and days, person by person in the order they began.

    ``till`` is the last day they are counted to: a stay without an end is counted to the end of its case (its own first
    day, should the case have ended before that), and has none where the case goes on too. ``taget`` is the last day
    that the person's earlier stays have, as a number of days.
    """
    return inputs.once("skyddat_boende.stays", _stays)


def _stays(inputs: Inputs) -> pd.DataFrame:
    insatser = inputs.frames["insats"]
    mine = (insatser["insatstyp"] == "skyddat_boende") & _carried_out(insatser)
    cases = inputs.frames["arende"][["arende_id", "person_id", "roll", "kon", "startdatum", "slutdatum"]]
    cases = cases.rename(columns={"startdatum": "arende_start", "slutdatum": "arende_slut"})
    rows = insatser[mine].merge(cases, on="arende_id", how="inner")
    till = rows["slutdatum"].fillna(rows["arende_slut"])
    rows["till"] = till.mask(till < rows["verkstalld"], rows["verkstalld"])
    rows["plats"] = rows["roll"].astype("str").map({code: at for at, code in enumerate(CODES["roll"])})
    rows = rows.sort_values(["person_id", "verkstalld", "plats", "till", "leverans_id"]).reset_index(drop=True)
    latest = _number(rows["till"]).groupby(rows["person_id"]).cummax()
    rows["taget"] = latest.groupby(rows["person_id"]).shift(fill_value=-1)
    return rows


def _carried_out(insatser: pd.DataFrame) -> pd.Series:
    return insatser["beslut"].isin(GIVEN) & insatser["verkstalld"].notna()


def _number(days: pd.Series) -> pd.Series:
    """Days as whole numbers that can be compared and counted; none is after all others."""
    return ((days - _FIRST) // _DAY).fillna(_NEVER).astype("int64")


def placements(inputs: Inputs, period: Period) -> pd.DataFrame:
    """Stays with some day in the period; length in days (both ends counted) and cost of those that ended in it."""
    rows = stays(inputs)
    rows = rows[period.touches(rows["verkstalld"], rows["till"])].copy()
    rows["paborjad"] = period.within(rows["verkstalld"])
    rows["avslutad"] = period.within(rows["slutdatum"])
    rows["langd"] = (rows["slutdatum"] - rows["verkstalld"]).dt.days + 1
    rows["kostnad_kand"] = rows["avslutad"] & rows["kostnad_kr"].notna()
    return rows


def person_days(inputs: Inputs, period: Period) -> pd.DataFrame:
    """The same stays with sex of the person's latest case, and ``dagar``: days of the period that no earlier stay has.

    A day on which a person has several stays belongs to the one that began first, then to the first role in its list.
    Days that the deliveries do not tell about yet are not counted.
    """
    rows = stays(inputs)
    rows = rows[period.touches(rows["verkstalld"], rows["till"])].copy()
    told = _known(inputs, rows["kommun"], period)
    last = np.minimum(_number(rows["till"]), _number(told.where(told <= period.end, period.end)))
    first = np.maximum(_number(rows["verkstalld"]), (period.start - _FIRST).days)
    rows["dagar"] = np.maximum(last - np.maximum(first, rows["taget"] + 1) + 1, 0)
    return as_persons(rows, inputs, period)


def _known(inputs: Inputs, kommun: pd.Series, period: Period) -> pd.Series:
    """The last day that each row's kommun has told about; the year's last where nothing else is said."""
    end = pd.Timestamp(period.last, 12, 31)
    days = {k: inputs.known_until.get(k, end) for k in inputs.kommuner}
    return pd.to_datetime(kommun.astype("str").map(days)).fillna(end)


def afterwards(inputs: Inputs, period: Period) -> pd.DataFrame:
    """Stays that ended in the period with ``efterat``: what came after, within ``Regler.efter_boende`` days."""
    rows = inputs.once("skyddat_boende.followed", _followed)
    rows = rows[period.within(rows["slutdatum"])].copy()
    gone = rows["horisont"] <= _known(inputs, rows["kommun"], period)
    without = np.where(rows["arende_slut"] <= rows["horisont"], "arendet_avslutat", "ingen_ny_insats")
    rows["efterat"] = rows["foljd"].where(rows["foljd"].notna(), np.where(gone, without, "okant"))
    return rows


def _followed(inputs: Inputs) -> pd.DataFrame:
    """All stays that ended, with ``foljd``: the insats that followed within the days to ``horisont``, if any."""
    rows = stays(inputs)
    rows = rows[rows["slutdatum"].notna()].reset_index(drop=True)
    rows["horisont"] = rows["slutdatum"] + pd.Timedelta(days=inputs.regler.efter_boende)
    own = rows[["person_id", "insats_id", "slutdatum", "horisont"]].rename_axis("stay").reset_index()
    after = own.merge(_begun(inputs), on="person_id", suffixes=("", "_next"))
    after = after[
        (after["insats_id"] != after["insats_id_next"])
        & (after["verkstalld"] >= after["slutdatum"])
        & (after["verkstalld"] <= after["horisont"])
    ]
    first = after.sort_values(["stay", "verkstalld", "place"]).drop_duplicates("stay").set_index("stay")["insatstyp"]
    other = own.merge(stays(inputs)[["person_id", "insats_id", "verkstalld", "till"]], on="person_id")
    other = other[
        (other["insats_id_x"] != other["insats_id_y"])
        & (other["verkstalld"] <= other["slutdatum"])
        & (other["till"].isna() | (other["till"] > other["slutdatum"]))
    ]
    rows["foljd"] = first.astype("object").reindex(rows.index)
    rows.loc[other["stay"].unique(), "foljd"] = "skyddat_boende"
    return rows


def _begun(inputs: Inputs) -> pd.DataFrame:
    """All insatser that were carried out, with their person; ``place`` is the type's place in its code list."""
    insatser = inputs.frames["insats"]
    rows = insatser.loc[_carried_out(insatser), ["insats_id", "arende_id", "insatstyp", "verkstalld"]]
    rows = rows.merge(inputs.frames["arende"][["arende_id", "person_id"]], on="arende_id", how="inner")
    rows["insatstyp"] = rows["insatstyp"].astype("str")
    rows["place"] = rows["insatstyp"].map({code: at for at, code in enumerate(CODES["insatstyp"])})
    return rows


def accompanying(inputs: Inputs, period: Period) -> pd.DataFrame:
    """Children of cases with a stay in the period, one row a child, as its parent's latest such case has it."""
    rows = stays(inputs)
    rows = rows[period.touches(rows["verkstalld"], rows["till"])]
    cases = rows[["arende_id", "arende_start", "arende_slut"]].drop_duplicates("arende_id")
    children = inputs.frames["barn"].merge(cases, on="arende_id", how="inner").astype({"kon": "str"})
    order = ["barn_id", "arende_start", "arende_slut", "kon", "leverans_id"]
    return children.sort_values(order, na_position="last").drop_duplicates("barn_id", keep="last")


def remarks(inputs: Inputs, period: Period) -> tuple[str, ...]:
    """Stays that cannot be counted, and those that are counted to the end of their case."""
    insatser = inputs.frames["insats"]
    mine = insatser[(insatser["insatstyp"] == "skyddat_boende") & _carried_out(insatser)]
    mine = mine[period.touches(mine["verkstalld"], mine["slutdatum"])]
    lost = int((~mine["arende_id"].isin(inputs.frames["arende"]["arende_id"])).sum())
    rows = stays(inputs)
    rows = rows[period.touches(rows["verkstalld"], rows["till"])]
    open_ended = int((rows["slutdatum"].isna() & (rows["arende_slut"] <= period.end)).sum())
    notes = []
    if lost:
        notes.append(f"{lost} placeringar är inte räknade: deras ärenden har inte levererats, eller ligger i karantän.")
    if open_ended:
        notes.append(
            f"{open_ended} placeringar saknar slutdatum fast ärendet är avslutat. Deras dagar räknas till och med "
            "ärendets sista dag. De räknas inte som avslutade, och deras kostnad är inte med. Fyll i slutdatum i "
            "verksamhetssystemet."
        )
    return tuple(notes)


_ended = partial(Measure, where="avslutad", period_regel="avslutad")
_NOT_HERE = ({"roll": ("valdsutovare",)},)
"""Those who used violence are not given shelter. Should one stand there, it is shown."""

SPEC = TableSpec(
    name="skyddat_boende",
    title="Skyddat boende",
    population="Insatser av typen skyddat boende som har verkställts och som pågått någon dag under perioden.",
    period_regel="pagaende",
    enhet="insats",
    malgrupp="Våldsutsatta vuxna och barn med eget ärende; barn i förälderns ärende visas för sig",
    dimensions=(
        Dimension("roll", "roll", "Roll"),
        Dimension("efterat", "efter_boende", "Vad som kom efter"),
        KON,
    ),
    sources={
        "insats": (
            "insats_id", "arende_id", "insatstyp", "beslut", "verkstalld", "slutdatum", "kostnad_kr",
        ),
        "arende": ("arende_id", "person_id", "roll", "kon", "startdatum", "slutdatum"),
        "barn": ("barn_id", "arende_id", "kon"),
    },
    tertial=True,
    history=("insats", "arende", "barn"),
    facts=(
        Fact(
            rows=placements,
            needs=("insats", "arende"),
            dimensions=("roll", "kon"),
            impossible=_NOT_HERE,
            measures=(
                Measure("antal_placeringar", "Placeringar som pågått under perioden"),
                Measure(
                    "antal_paborjade", "Placeringar som börjat under perioden", where="paborjad",
                    period_regel="startad",
                ),
                _ended("antal_avslutade", "Placeringar som avslutats under perioden"),
                _ended(
                    "median_dagar", "Mediantid i dagar för de placeringar som avslutats", "median", value="langd",
                    bas="antal_avslutade", form="dagar", enhet="dag",
                ),
                _ended(
                    "kostnad_kr", "Kostnad för de placeringar som avslutats, hela vistelsen", "summa",
                    value="kostnad_kr", form="kronor", enhet="krona",
                ),
                Measure(
                    "antal_kostnad_kand", "Avslutade placeringar med känd kostnad", where="kostnad_kand",
                    period_regel="avslutad",
                ),
                Measure("dagar_kostnad_kand", "", "summa", value="langd", where="kostnad_kand", hidden=True),
                Measure(
                    "kostnad_per_dag", "Kostnad per dag, avslutade placeringar med känd kostnad", "harledd",
                    parts=("kostnad_kr", "dagar_kostnad_kand"), formula=partial(statistik.per, scale=1),
                    form="kronor", enhet="krona", period_regel="avslutad",
                ),
            ),
        ),
        Fact(
            rows=person_days,
            needs=("insats", "arende"),
            dimensions=("roll", "kon"),
            impossible=_NOT_HERE,
            measures=(
                Measure("antal_personer", "Personer i skyddat boende", unit="person_id", enhet="person"),
                Measure("antal_dagar", "Dagar i skyddat boende", "summa", value="dagar", enhet="dag"),
            ),
        ),
        Fact(
            rows=afterwards,
            needs=("insats", "arende"),
            dimensions=("roll", "efterat", "kon"),
            impossible=_NOT_HERE,
            measures=(
                Measure("antal_efterat", "Avslutade placeringar, efter vad som kom sedan", period_regel="avslutad"),
            ),
        ),
        Fact(
            rows=accompanying,
            needs=("barn", "insats", "arende"),
            dimensions=("kon",),
            measures=(
                Measure("antal_medfoljande_barn", "Barn i ärenden där föräldern haft skyddat boende", enhet="barn"),
            ),
        ),
    ),
    remarks=remarks,
    breaks=("verksamhetssystem:barn_skyddat_boende",),
    notes=(
        "En placering är en insats skyddat boende med bifall eller utan behovsprövning som har verkställts. "
        "Tillfälligt boende och nytt permanent boende ingår inte. Rollen är personens roll i ärendet: barn är barn med "
        "eget ärende.",
        "Dagar är dagar inom perioden, med både första och sista dagen. En dag räknas en gång för en person också när "
        "två placeringar överlappar. Pågående placeringar räknas till periodens slut, eller till den dag som "
        "leveranserna sträcker sig till om den kommer först.",
        "Kostnaden räknas i den period då placeringen avslutas och gäller hela vistelsen, också dagar under tidigare "
        "år. Placeringar utan uppgift om kostnad är inte med i summan: jämför antalet med känd kostnad med antalet "
        "avslutade. Tiden för en placering gäller också hela vistelsen, med både första och sista dagen.",
        "Vad som kom efter är den första insats som personen börjat från placeringens sista dag och inom det antal "
        "dagar som kommunen ställt in (30 om inget annat sagts). Bor personen kvar i en annan placering som överlappar "
        "är det skyddat boende. Insatser som redan pågick räknas inte som nya. Har dagarna inte gått ännu går det inte "
        "att veta.",
        "Barn i förälderns ärende och barn med eget ärende får inte läggas ihop: samma barn kan finnas i båda.",
    ),
)  # fmt: skip
