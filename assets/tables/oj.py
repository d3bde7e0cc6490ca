"""T14 oj: Öppna jämförelser, the kommun's answers beside those of its län and the country. No persons, no sexes.

A län or the country is counted from the answers only where all its kommuner are in the deliveries; else the shares are
the source's own, and how many they rest on is not known.
"""

from collections import Counter
from functools import cache

import numpy as np
import pandas as pd

from assets.tables.measures import andel
from assets.tables.reported import behind, together
from assets.tables.spec import KON, Dimension, Inputs, Measure, Period, TableSpec
from assets.tables.statistik import andel as share
from warehouse.contracts.codes import CODES, TOTAL
from warehouse.contracts.reference import kommuner, oj_namn

RIKET = "riket"
_AREAS = tuple(CODES["jamfort_omrade"])
_ANSWERS = tuple(CODES["oj_svar"])
_COUNTS = ("antal_svar", *(f"antal_{answer}" for answer in _ANSWERS), "antal_utan_svar")
_SHARES = ("andel_ja", "andel_ja_kalla")
_ROUNDING = 0.005
"""The source prints whole percent."""


def figures(inputs: Inputs, period: Period) -> pd.DataFrame:
    """For each indicator the answers of the kommun, its län and the country; and all indicators together."""
    wide = _wide(inputs, period)
    if wide.empty:
        return pd.DataFrame(columns=["kommun", "indikator", "omrade", "kon", "matt", "varde", "status", "bakom"])
    parts = []
    for at, name in enumerate((*_COUNTS, *_SHARES)):
        part = wide if name in _COUNTS else wide[wide["omrade"] != "kommun"]
        part = part if name != "andel_ja_kalla" else part[part["indikator"] != TOTAL]
        value = part[name].astype("float64")
        none = (part["antal_svar"] == 0) & (name == "andel_ja")
        status = np.select([value.notna(), none], ["visas", "ej_tillampligt"], "saknas")
        source = part["bakom_kalla"] if name == "andel_ja_kalla" else part["bakom"]
        known = source.where(value.notna(), None)
        parts.append(
            part[["kommun", "indikator", "omrade"]].assign(
                kon=TOTAL, matt=name, varde=value, status=status, bakom=known, at=at
            )
        )
    cells = pd.concat(parts, ignore_index=True)
    cells["last"] = cells["indikator"] == TOTAL
    cells["area"] = cells["omrade"].map({area: at for at, area in enumerate(_AREAS)})
    cells = cells.sort_values(["kommun", "last", "indikator", "area", "at"], kind="stable")
    return cells.drop(columns=["last", "area", "at"]).reset_index(drop=True)


def _wide(inputs: Inputs, period: Period) -> pd.DataFrame:
    """One row a kommun, area and indicator, with its counts and shares; then one for all indicators together."""
    year = _of_year(inputs, period)
    indicators = sorted(year["indikator"].unique())
    own = list(inputs.kommuner)
    codes = {"kommun": own, "lan": [k[:2] for k in own], "riket": [RIKET] * len(own)}
    areas = pd.concat(pd.DataFrame({"kommun": own, "omrade": kind, "kod": codes[kind]}) for kind in _AREAS)
    grid = areas.merge(pd.DataFrame({"indikator": pd.Series(indicators, dtype="str")}), how="cross")
    wide = grid.merge(_counted(year), on=["omrade", "kod", "indikator"], how="left")
    wide = wide.merge(_stated(year), on=["omrade", "kod", "indikator"], how="left")
    wide = pd.concat([wide, _all_together(wide)], ignore_index=True)
    return wide.assign(andel_ja=share(wide["antal_ja"], wide["antal_svar"]))


def _of_year(inputs: Inputs, period: Period) -> pd.DataFrame:
    rows = inputs.frames["oj_indikator"]
    rows = rows[rows["ar"] == period.first]
    return rows.astype(dict.fromkeys(("omrade_typ", "omrade", "kommunkod", "indikator", "svar"), "str"))


def _answers(year: pd.DataFrame) -> pd.DataFrame:
    """What kommuner and stadsdelar have answered, or not: one row an answer, with its kommun."""
    return year[year["omrade_typ"].isin(["kommun", "stadsdel"]) & year["kommunkod"].isin(list(kommuner()))]


def _counted(year: pd.DataFrame) -> pd.DataFrame:
    """Counts of each kommun, and of each län and the country where all kommuner are there for the indicator."""
    answers = _answers(year)
    said = answers["svar"].isin(_ANSWERS)
    answers = answers.assign(
        antal_svar=said.astype("int64"),
        antal_utan_svar=(~said).astype("int64"),
        **{f"antal_{answer}": (answers["svar"] == answer).astype("int64") for answer in _ANSWERS},
    )
    parts: list[pd.DataFrame] = []
    for kind in _AREAS:
        rows = answers.assign(omrade=kind, kod=_area(answers["kommunkod"], kind))
        key = ["omrade", "kod", "indikator"]
        sums = rows.groupby(key, sort=True)[list(_COUNTS)].sum()
        there = rows.groupby(key, sort=True)["kommunkod"].nunique()
        whole = Counter(_area(pd.Series(list(kommuner())), kind))
        needed = there.index.get_level_values("kod").map(whole)
        sums = sums[there.to_numpy() == needed.to_numpy()].reset_index()
        parts.append(sums.merge(behind(rows, key), on=key, how="left"))
    return pd.concat(parts, ignore_index=True)


def _area(kommun: pd.Series, kind: str) -> pd.Series:
    """The code of the kommun's area of a kind: its own, its län's, the country's."""
    if kind == "kommun":
        return kommun
    return kommun.str[:2] if kind == "lan" else pd.Series(RIKET, index=kommun.index, dtype="str")


def _stated(year: pd.DataFrame) -> pd.DataFrame:
    """The shares that the source itself prints of län and the country."""
    rows = year[year["omrade_typ"].isin(["lan", "riket"]) & year["andel_procent"].notna()]
    rows = rows.assign(kod=rows["omrade"], omrade=rows["omrade_typ"])
    key = ["omrade", "kod", "indikator"]
    found = rows[key].assign(andel_ja_kalla=rows["andel_procent"].astype("float64") / 100)
    return found.merge(behind(rows, key).rename(columns={"bakom": "bakom_kalla"}), on=key, how="left")


def _all_together(wide: pd.DataFrame) -> pd.DataFrame:
    """Sums over the indicators; unknown where one of them is."""
    key = ["kommun", "omrade", "kod"]
    groups = wide.groupby(key, sort=True)
    sums = groups[list(_COUNTS)].sum(min_count=1).where(groups["antal_svar"].count() == groups.size())
    sums["bakom"] = groups["bakom"].agg(together)
    return sums.reset_index().assign(indikator=TOTAL, andel_ja_kalla=np.nan, bakom_kalla=None)


def remarks(inputs: Inputs, period: Period) -> tuple[str, ...]:
    """Where the län's and the country's figures come from, and where the source's own shares differ from ours."""
    year = _of_year(inputs, period)
    wide = _wide(inputs, period)
    wide = wide[wide["indikator"] != TOTAL]
    there = set(_answers(year)["kommunkod"])
    notes = []
    for kind, word in (("lan", "länet"), ("riket", "riket")):
        area = _area(pd.Series([inputs.kommun]), kind).iloc[0]
        members = [k for k in kommuner() if area in (RIKET, k[:2])]
        found = sum(k in there for k in members)
        if wide.loc[wide["omrade"] == kind, "antal_svar"].isna().any():
            notes.append(
                f"Svar finns från {found} av {len(members)} kommuner i {word}, inte från alla för varje indikator. "
                f"Där räknas inga antal för {word}; andelen är källans egen, om den finns."
            )
    apart = int(((wide["andel_ja"] - wide["andel_ja_kalla"]).abs() > _ROUNDING + 1e-9).sum())
    if apart:
        notes.append(
            f"För {apart} av andelarna skiljer sig källans egen andel från den som svaren ger, mer än av avrundning. "
            "Båda visas."
        )
    parts = int((_answers(year).query("kommunkod == @inputs.kommun")["omrade_typ"] == "stadsdel").sum())
    if parts:
        notes.append("Kommunens stadsdelar har svarat var för sig, och varje stadsdels svar räknas.")
    return tuple(notes)


@cache
def _names() -> dict[str, str]:
    return {found.id: found.namn for found in sorted(oj_namn(), key=lambda n: n.ar_fran)}


def _word(code: str) -> str:
    """The latest name of an indicator; one that is not in the concordance is told by its own id."""
    return _names().get(code, code.removeprefix("namn_").replace("_", " "))


SPEC = TableSpec(
    name="oj",
    title="Öppna jämförelser",
    population=(
        "Svar på årets indikatorer i Socialstyrelsens Öppna jämförelser: kommunens egna, och alla kommuners i länet "
        "och i riket. En stadsdel som svarat själv är ett svar för sig."
    ),
    period_regel="undersokt",
    enhet="svar",
    malgrupp="Kommuner och stadsdelar",
    dimensions=(
        Dimension("indikator", None, "Indikator", words=_word),
        Dimension("omrade", "jamfort_omrade", "Område", total=False),
        KON,
    ),
    sources={"oj_indikator": ("omrade_typ", "omrade", "kommunkod", "ar", "indikator", "svar", "andel_procent")},
    figures=figures,
    remarks=remarks,
    measures=(
        Measure("antal_svar", "Antal svar (ja, delvis eller nej)"),
        Measure("antal_ja", "Svarat ja"),
        Measure("antal_delvis", "Svarat delvis"),
        Measure("antal_nej", "Svarat nej"),
        Measure("antal_utan_svar", "Har inte svarat, eller svaret saknas i källan"),
        andel("andel_ja", "Andel ja av dem som svarat, räknad ur svaren", "antal_ja", "antal_svar"),
        Measure("andel_ja_kalla", "Andel ja enligt källan", "harledd", form="andel"),
    ),
    public=True,
    real="Verkliga, offentliga uppgifter från Socialstyrelsens Öppna jämförelser.",
    breaks=("oj",),
    notes=(
        "Antalen för länet och riket är räknade ur kommunernas egna svar, och bara där alla kommuner finns med. "
        "Källans egen andel står för sig; vad den har för bas framgår inte av källan.",
        "Uppgifterna gäller hur kommunen arbetar, inte personer, och är därför inte uppdelade på kön.",
        "Ett ja betyder att kommunen säger sig uppfylla indikatorn. Att en kommun inte svarat är inte ett nej.",
        "Indikatorer byter namn och lydelse mellan åren. Samma id betyder samma indikator enligt namnlistan i "
        "projektet; jämför inte andra över åren.",
    ),
)
