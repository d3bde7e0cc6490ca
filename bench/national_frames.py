"""The national CSVs read with pyarrow into the frames that the builder takes. Counts and stores nothing."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
from pyarrow import csv as pacsv

from assets.tables.catalogue import TABLES
from assets.tables.counting import numbered
from assets.tables.spec import Inputs, TableSpec
from bench.national_data import TABLES as RECORDS
from bench.national_data import YEARS
from warehouse.contracts.reference import kommuner
from warehouse.contracts.registry import CONTRACTS
from warehouse.load import _ARROW

CODE = pa.dictionary(pa.int32(), pa.string())


def record_tables() -> list[TableSpec]:
    """The tables of the plan that are made from the records of the bench alone."""
    return [spec for spec in TABLES.values() if not spec.public and set(spec.sources) <= set(RECORDS)]


def arrow_table(path: Path, columns: dict[str, Any]) -> Any:
    """A CSV's columns as Arrow."""
    return pacsv.read_csv(
        path,
        parse_options=pacsv.ParseOptions(delimiter=";"),
        convert_options=pacsv.ConvertOptions(
            include_columns=list(columns), column_types=columns, strings_can_be_null=True, null_values=[""],
            quoted_strings_can_be_null=False,
        ),
    )  # fmt: skip


def types_of(table: str, names: Iterable[str]) -> dict[str, Any]:
    """Arrow types of some columns, as the warehouse reads them."""
    kinds = {c.name: c.kind for c in CONTRACTS[table].columns()}
    return {name: CODE if name == "namnd" else _ARROW[kinds[name]] for name in names}


def inputs_of(folder: Path, specs: Iterable[TableSpec], years: tuple[int, ...] = YEARS) -> Inputs:
    """All that the tables read, of all kommuner at once, each source once."""
    wanted: dict[str, dict[str, None]] = {}
    for spec in specs:
        for source, columns in spec.sources.items():
            wanted.setdefault(source, {"leverans_id": None, "namnd": None}).update(dict.fromkeys(columns))
    frames: dict[str, pd.DataFrame] = {}
    for source, names in wanted.items():
        table = arrow_table(folder / f"{source}.csv", types_of(source, names))
        frame: pd.DataFrame = table.to_pandas(self_destruct=True, split_blocks=True)
        frames[source] = frame.rename(columns={"namnd": "kommun"})
    codes = tuple(k for k in kommuner() if k in set().union(*(f["kommun"].cat.categories for f in frames.values())))
    for source, frame in frames.items():
        frames[source] = frame.assign(kommun=frame["kommun"].cat.set_categories(list(codes)))
    until = pd.Timestamp(years[-1], 12, 31)
    return Inputs(numbered(frames), codes, known_until=dict.fromkeys(codes, until))
