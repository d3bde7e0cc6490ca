"""Two of the tables in plain pandas, as a data engineer would write them: merge, groupby, nunique. Stored as Parquet.

No empty combinations, no statuses and no ledger: what is fast to write, not what is asked for.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from itertools import product
from pathlib import Path
from typing import Any

import pandas as pd

from bench.national_data import YEARS

AGES = {
    "0_6": "under_18", "7_12": "under_18", "13_17": "under_18",
    "18_25": "fran_18", "26_40": "fran_18", "41_60": "fran_18", "61_plus": "fran_18",
}  # fmt: skip
STARTS = {"": ("01-01", "12-31"), "T1": ("01-01", "04-30"), "T2": ("05-01", "08-31"), "T3": ("09-01", "12-31")}
Step = Callable[[str], AbstractContextManager[None]]


def run(folder: Path, step: Step) -> dict[str, Any]:
    """Read, count and store arenden and insatser."""
    with step("läsa"):
        cases = _read(
            folder / "arende.csv",
            ["namnd", "arende_id", "person_id", "roll", "aldersgrupp", "kon"],
            ["startdatum", "slutdatum"],
        )
        contacts = _read(folder / "aktualisering.csv", ["namnd", "malgrupp", "aldersgrupp", "kon"], ["datum"])
        support = _read(folder / "insats.csv", ["arende_id", "insatstyp", "beslut"], ["beslutsdatum", "verkstalld"])
        counted = _read(folder / "insats_avidentifierad.csv", ["namnd", "insatstyp", "kon", "manad", "antal"], [])
        counted["manad"] = pd.to_datetime(counted["manad"])
        contacts = contacts.rename(columns={"malgrupp": "roll"})
    with step("räkna arenden"):
        arenden = pd.concat(_arenden(cases, contacts), ignore_index=True)
    with step("räkna insatser"):
        insatser = pd.concat(_insatser(cases, support, counted), ignore_index=True)
    with step("lagra"):
        for name, made in (("arenden", arenden), ("insatser", insatser)):
            path = folder / f"bench_{name}.parquet"
            made.to_parquet(path)
            path.unlink()
    return {"tabeller": ["arenden", "insatser"], "celler": len(arenden) + len(insatser)}


def _read(path: Path, columns: list[str], dates: list[str]) -> pd.DataFrame:
    types = dict.fromkeys((c for c in columns if not c.endswith("_id") and c != "antal"), "category")
    found: pd.DataFrame = pd.read_csv(path, sep=";", usecols=[*columns, *dates], dtype=types, parse_dates=dates)
    return found


def _periods() -> Iterator[tuple[str, pd.Timestamp, pd.Timestamp]]:
    for year in YEARS:
        for name, (start, end) in STARTS.items():
            yield f"{year}{name}", pd.Timestamp(f"{year}-{start}"), pd.Timestamp(f"{year}-{end}")


def _arenden(cases: pd.DataFrame, contacts: pd.DataFrame) -> Iterator[pd.DataFrame]:
    for period, start, end in _periods():
        rows = cases[(cases["startdatum"] <= end) & (cases["slutdatum"].isna() | (cases["slutdatum"] >= start))]
        split = ["roll", "aldersgrupp", "kon"]
        yield from _cells(rows, period, split, "antal_arenden")
        yield from _cells(rows[rows["startdatum"] >= start], period, split, "antal_startade")
        yield from _cells(rows[rows["slutdatum"] <= end], period, split, "antal_avslutade")
        yield from _cells(
            _latest(rows, cases, end, ["kon", "aldersgrupp"]), period, split, "antal_personer", "person_id"
        )
        yield from _cells(contacts[contacts["datum"].between(start, end)], period, split, "antal_aktualiseringar")


def _insatser(cases: pd.DataFrame, support: pd.DataFrame, counted: pd.DataFrame) -> Iterator[pd.DataFrame]:
    rows = support.merge(cases[["namnd", "arende_id", "person_id", "kon"]], on="arende_id")
    rows["datum"] = rows["beslutsdatum"].fillna(rows["verkstalld"])
    split = ["insatstyp", "kon"]
    for period, start, end in _periods():
        found = rows[rows["datum"].between(start, end)]
        for name, decision in (
            ("antal_insatser", "bifall"), ("antal_avslag", "avslag"), ("antal_avbojda", "avbojd"),
            ("antal_utan_behovsprovning", "utan_behovsprovning"),
        ):  # fmt: skip
            yield from _cells(found[found["beslut"] == decision], period, split, name)
        granted = found[found["beslut"] == "bifall"]
        yield from _cells(_latest(granted, cases, end, ["kon"]), period, split, "antal_personer", "person_id")
        given = counted[counted["manad"].between(start, end)]
        yield from _cells(given, period, split, "antal_avidentifierade", total="antal")


def _latest(rows: pd.DataFrame, cases: pd.DataFrame, end: pd.Timestamp, columns: list[str]) -> pd.DataFrame:
    """Sex and age of each person's latest case."""
    known = cases[cases["startdatum"] <= end].sort_values(["startdatum", "slutdatum"], na_position="last")
    last = known.drop_duplicates("person_id", keep="last")[["person_id", *columns]]
    return rows.drop(columns=columns).merge(last, on="person_id", how="left")


def _cells(
    rows: pd.DataFrame, period: str, split: Sequence[str], name: str, unit: str | None = None, total: str | None = None
) -> Iterator[pd.DataFrame]:
    """Every combination of code, age group and total, one groupby each."""
    for ways in product(*(("kod", "grupp", "totalt") if d == "aldersgrupp" else ("kod", "totalt") for d in split)):
        by = ["namnd"]
        made = rows
        for dimension, way in zip(split, ways, strict=True):
            if way == "grupp":
                made = made.assign(aldersgrupp=made["aldersgrupp"].map(AGES))
            if way != "totalt":
                by.append(dimension)
        grouped = made.groupby(by, observed=True)
        values = grouped[unit].nunique() if unit else grouped[total].sum() if total else grouped.size()
        cells = values.rename("varde").reset_index().assign(period=period, matt=name)
        yield cells.assign(**{d: "totalt" for d, way in zip(split, ways, strict=True) if way == "totalt"})
