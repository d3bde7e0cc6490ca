"""Makes the national records of the bench: one wide CSV a register table, as in the warehouse. Times nothing.

``python -m bench.national_data FOLDER ROWS [KOMMUN ...]``. Ids are pseudonyms already (invented ones, 32 hex as real
ones are), and each row names nämnd and delivery: a delivery a table, kommun and year, a case's rows in the last year
that it ran, which is the delivery whose row is current.
"""

import sys
from collections.abc import Collection
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa

from sources.synthetic.columns import CONTRACTS, Array, Columns, frame, year_of
from sources.synthetic.deliver import csv_parts, extract_day, invent
from sources.synthetic.extract import Records, known_on
from sources.synthetic.nation import Nation
from sources.synthetic.population import NOTATIONS
from warehouse.contracts.reference import kommuner

YEARS = tuple(range(2016, 2026))
TABLES = tuple(CONTRACTS)
_KINDS = {"arende_id": 1, "person_id": 2, "insats_id": 3, "barn_id": 4, "aktualisering_id": 5}


def write_national(
    folder: Path,
    rows: int,
    only: Collection[str] | None = None,
    *,
    years: tuple[int, ...] = YEARS,
    seed: int = 1,
    deliveries_from: int = 1,
) -> None:
    """Write the tables of all kommuner, or of some of the same nation, one kommun at a time."""
    folder.mkdir(parents=True, exist_ok=True)
    nation = Nation(years, rows, seed)
    cases = nation.cases_per_year()
    files = {name: (folder / f"{name}.csv").open("wb") for name in TABLES}
    try:
        for place, kommun in enumerate(kommuner()):
            if only is not None and kommun not in only:
                continue
            known = known_on(invent(kommun, years, (cases[kommun],) * len(years), seed), extract_day(years[-1]))
            delivered = _years(known, years)
            for number, name in enumerate(TABLES):
                texts = frame(name, known[name])
                for column in _KINDS.keys() & set(texts.columns):
                    texts[column] = _pseudonyms(known[name], column, kommun)
                total = len(texts)
                first = deliveries_from + (place * len(TABLES) + number) * len(years)
                texts.insert(0, "leverans_id", _numbers(first + delivered[name] - years[0]))
                texts.insert(1, "rad", _numbers(np.arange(2, total + 2)))
                texts.insert(2, "namnd", kommun)
                texts.insert(3, "nyckelversion", "1")
                parts = iter(csv_parts(texts))
                header = next(parts)
                if files[name].tell() == 0:
                    files[name].write(header)
                files[name].writelines(parts)
    finally:
        for file in files.values():
            file.close()


def _years(known: Records, years: tuple[int, ...]) -> dict[str, Array]:
    """For each table the year whose delivery holds each row."""
    cases = known["arende"]
    ended = np.where(np.isnat(cases["slutdatum"]), years[-1], year_of(cases["slutdatum"]))
    of_case = np.zeros(int(cases["_row"].max()) + 1, dtype="int64")
    of_case[cases["_row"]] = ended
    own = {
        "arende": ended,
        "aktualisering": year_of(known["aktualisering"]["datum"]),
        "insats_avidentifierad": year_of(known["insats_avidentifierad"]["manad"]),
        **{name: known[name]["period"] for name in ("brukarenkat", "enkat_utskick")},
    }
    return {
        name: np.clip(own[name] if name in own else of_case[known[name]["_case"]], years[0], years[-1])
        for name in TABLES
    }


def _numbers(values: Array) -> pd.Series:
    return pd.Series(pa.array(values).cast(pa.large_string()).to_pandas())


def _pseudonyms(columns: Columns, name: str, kommun: str) -> pd.Series:
    """128 bits mixed from kommun, kind and number: the same number gives the same pseudonym in every table."""
    number = columns[name].astype("int64")
    missing = number < 0
    if name == "person_id":
        number = number // NOTATIONS
    seed = (int(kommun) * 16 + _KINDS[name]) << 44
    words = np.stack([_mixed(number + seed), _mixed(~(number + seed))], axis=1)
    text = words.astype(">u8").tobytes().hex().encode()
    offsets = np.arange(len(number) + 1, dtype="int64") * 32
    made = pa.LargeStringArray.from_buffers(len(number), pa.py_buffer(offsets), pa.py_buffer(text))
    out: pd.Series = made.to_pandas()
    return out.mask(missing) if missing.any() else out


def _mixed(number: Array) -> Array:
    """Splitmix64: well spread, and one to one."""
    word = number.astype("uint64") + np.uint64(0x9E3779B97F4A7C15)
    word = (word ^ (word >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    word = (word ^ (word >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return word ^ (word >> np.uint64(31))


if __name__ == "__main__":
    write_national(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3:] or None)
