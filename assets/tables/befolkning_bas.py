"""How many persons rates stand on: by kommun, län and country, sex, all ages and adults. SCB's figures as delivered.

Nothing is estimated. Ages are added only where those delivered are exactly the ones asked for, kommuner only where all
of the län (or the country) are there for the same year. The total of both sexes is SCB's own, never the sum of women
and men: from 2025 every cell has a little noise.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping

import numpy as np
import pandas as pd

from assets.tables.spec import Inputs
from sources.scb.codes import ages
from warehouse.contracts.codes import TOTAL
from warehouse.contracts.reference import kommuner

ALLA, VUXNA = "alla", "vuxna"
ADULT = 18
RIKET = "riket"
COLUMNS = ("omrade", "grupp", "kon", "ar", "antal")


def persons(inputs: Inputs, year: int, *, latest: int | None = None) -> pd.DataFrame:
    """Persons on 31 December of the year, or of the nearest year that is delivered (the earlier of two as near).

    One row an area (``omrade``: kommunkod, länskod or ``riket``), ``grupp`` (``alla`` or ``vuxna``, 18 and older) and
    ``kon`` (kvinna, man, totalt) that is known: ``ar`` is the year used, ``antal`` the persons. Each area and group has
    its own year. Years after ``latest`` are not used.
    """
    known = inputs.once("befolkning_bas.known", lambda i: _known(i.frames["befolkning"]))
    if latest is not None:
        known = known[known["ar"] <= latest]
    order = known.assign(away=(known["ar"] - year).abs()).sort_values(["away", "ar"], kind="stable")
    nearest = order.drop_duplicates(["omrade", "grupp"])[["omrade", "grupp", "ar"]]
    found = known.merge(nearest, on=["omrade", "grupp", "ar"])
    return found.sort_values(["omrade", "grupp", "kon"], kind="stable").reset_index(drop=True)


def antal(people: pd.DataFrame, omrade: pd.Series, kon: pd.Series, grupp: str = ALLA) -> np.ndarray:
    """For each area and sex (two Series of one length) the persons; NaN where unknown, or where there is nobody."""
    rows = people[people["grupp"] == grupp]
    known = pd.Series(rows["antal"].to_numpy(dtype="float64"), index=pd.MultiIndex.from_frame(rows[["omrade", "kon"]]))
    asked = pd.MultiIndex.from_arrays([omrade.astype("str"), kon.astype("str")])
    found = known.reindex(asked).to_numpy(dtype="float64")
    return np.where(found > 0, found, np.nan)


def year_used(people: pd.DataFrame, omrade: str, grupp: str = ALLA) -> int | None:
    """Of which year an area's persons are; None where they are not known."""
    rows = people[(people["omrade"] == omrade) & (people["grupp"] == grupp)]
    return None if rows.empty else int(rows["ar"].iloc[0])


def told(used: int | None, year: int, what: str = "Antal per 100 000", who: str = "Folkmängd") -> Iterator[str]:
    """What a table must say of the year its rates stand on, where it is not its own."""
    if used is None:
        yield f"{who} saknas, så {what[0].lower()}{what[1:]} kan inte räknas."
    elif used != year:
        yield (f"{what} är räknat på folkmängden den 31 december {used}; uppgift för {year} är inte levererad.")


def tackning(codes: Collection[str], first: int) -> tuple[str, ...] | None:
    """Ages that together are everybody from ``first`` and up, nobody twice: the fewest; None where there are none.

    ``codes`` are ages as the contract writes them: ``18``, ``18_24``, ``65_plus``.
    """
    spans = {code: found for code in codes if (found := ages(code))}
    best: dict[int, tuple[str, ...]] = {}
    # From the oldest start down: what covers from the end of a span is known when the span is tried.
    for start in sorted({low for low, _ in spans.values()}, reverse=True):
        for code in sorted(c for c, (low, _) in spans.items() if low == start):
            high = spans[code][1]
            rest: tuple[str, ...] | None = () if high is None else best.get(high + 1)
            if rest is not None and (start not in best or len(rest) + 1 < len(best[start])):
                best[start] = (code, *rest)
    return best.get(first)


def _known(people: pd.DataFrame) -> pd.DataFrame:
    """Every area, group, sex and year that is known."""
    key = ["kommunkod", "ar", "kon"]
    rows = people[[*key, "alder", "antal"]].astype({"kommunkod": "str", "ar": "int64", "kon": "str", "alder": "str"})
    rows = rows[rows["kommunkod"].isin(list(kommuner()))]
    if rows.empty:
        return pd.DataFrame({n: pd.Series([], dtype="str") for n in COLUMNS}).astype({"ar": "int64", "antal": "int64"})
    groups = rows.groupby(key, sort=True)
    which = groups.ngroup()
    delivered = rows["alder"].groupby(which).agg(frozenset)
    # Few sets of ages are ever delivered: each is looked through once.
    chosen = pd.DataFrame(
        [(codes, group, code) for codes in set(delivered) for group, used in _groups(codes).items() for code in used],
        columns=["codes", "grupp", "alder"],
    )
    rows = rows.assign(codes=which.map(delivered)).merge(chosen, on=["codes", "alder"])
    rows = rows.astype({"antal": "int64"}).groupby([*key, "grupp"], sort=True)["antal"].sum().reset_index()
    kommun = rows.assign(omrade=rows["kommunkod"])
    lan = _whole(rows.assign(omrade=rows["kommunkod"].str[:2]), Counter(k[:2] for k in kommuner()))
    country = _whole(rows.assign(omrade=RIKET), {RIKET: len(kommuner())})
    return pd.concat([kommun, lan, country], ignore_index=True)[list(COLUMNS)]


def _groups(codes: frozenset[str]) -> Mapping[str, tuple[str, ...]]:
    """Which of the delivered ages make each group."""
    whole = (TOTAL,) if TOTAL in codes else tackning(codes, 0)
    return {ALLA: whole or (), VUXNA: tackning(codes, ADULT) or ()}


def _whole(rows: pd.DataFrame, many: Mapping[str, int]) -> pd.DataFrame:
    """Sums over kommuner, for the areas that all kommuner are there of."""
    sums = rows.groupby(["omrade", "grupp", "kon", "ar"], sort=True)["antal"].agg(["sum", "size"]).reset_index()
    complete = sums["size"] == sums["omrade"].map(many)
    return sums[complete].rename(columns={"sum": "antal"})
