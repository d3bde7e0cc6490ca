"""The bench compares like with like: DuckDB's SQL gives the builder's cells, on a small nation."""

from pathlib import Path

import duckdb
import pytest

from assets.tables.builder import build
from assets.tables.catalogue import TABLES
from assets.tables.spec import Inputs, periods_of
from bench.national_data import write_national
from bench.national_duckdb import FACTS, count, load
from bench.national_frames import inputs_of

YEARS = (2024, 2025)
Cells = dict[tuple[str, ...], float]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("nation")
    write_national(made, 20_000, ["0114", "0117", "0580"], years=YEARS)
    return made


@pytest.fixture(scope="module")
def inputs(folder: Path) -> Inputs:
    return inputs_of(folder, [TABLES[name] for name in FACTS], YEARS)


@pytest.mark.parametrize("table", list(FACTS))
def test_the_sql_counts_what_the_builder_counts(table: str, folder: Path, inputs: Inputs) -> None:
    spec = TABLES[table]
    measures = {m.name for fact in FACTS[table] for m in fact.measures}
    ours: Cells = {}  # what is not applicable is a zero to the SQL, which knows of no statuses
    for year in YEARS:
        cells = build(spec, inputs, periods_of(spec, year)).cells
        where = cells[["kommun", "period", *(d.name for d in spec.dimensions), "matt"]].itertuples(
            index=False, name=None
        )
        values = zip(where, cells["varde"].fillna(0.0), cells["matt"], strict=True)
        ours |= {tuple(key): value for key, value, measure in values if measure in measures}
    with duckdb.connect() as conn:
        load(conn, folder, [table], YEARS)
        count(conn, table)
        found = conn.execute("SELECT kommun, period, dimensioner, matt, varde FROM cell").fetchall()
    theirs: Cells = {(kommun, period, *codes, measure): value for kommun, period, codes, measure, value in found}
    assert len(theirs) == len(found)
    assert {key[-1] for key in theirs} == measures
    assert sum(value > 0 for value in ours.values()) > 200
    assert theirs.keys() == ours.keys()
    assert {key: (value, ours[key]) for key, value in theirs.items() if value != ours[key]} == {}
