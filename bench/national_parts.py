"""One contestant of the national bench in a process of its own: ``python -m bench.national_parts NAME ...``.

Each prints one JSON object: seconds by step, CPU seconds, peak memory (of this process; the server's is not ours) and
what it made. ``bench.national`` runs them and prints ratios.
"""

import argparse
import json
import resource
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

STEPS: dict[str, float] = {}


@contextmanager
def step(name: str) -> Iterator[None]:
    """Add the seconds of a step."""
    began = time.perf_counter()
    yield
    STEPS[name] = STEPS.get(name, 0.0) + time.perf_counter() - began


def floor(folder: Path, url: str) -> dict[str, Any]:
    """Read the measurements with pyarrow, and COPY the same file into a table like ``register.matning``."""
    from pyarrow import csv as pacsv
    from sqlalchemy import create_engine, text

    path = folder / "matning.csv"
    with step("läsa"):
        rows = pacsv.read_csv(path, parse_options=pacsv.ParseOptions(delimiter=";")).num_rows
    engine = create_engine(url)
    with step("COPY"), engine.begin() as conn:
        names = path.open(encoding="utf-8").readline().strip().replace(";", ", ")
        conn.execute(text("DROP TABLE IF EXISTS public.matning"))
        conn.execute(text("CREATE TABLE public.matning (LIKE register.matning)"))
        cursor: Any = conn.connection.cursor()
        with path.open("rb") as file:
            cursor.copy_expert(f"COPY public.matning ({names}) FROM STDIN (FORMAT csv, HEADER, DELIMITER ';')", file)
    return {"rader": rows}


def ours(folder: Path, url: str, only: tuple[str, ...] = (), stored: int = 10) -> dict[str, Any]:
    """Read, count all tables of all years with the builder, replace the last years' cells and store their ledger.

    The folder holds all kommuner, or one that has been corrected: what is stored of the others then stays.
    """
    from sqlalchemy import create_engine

    from assets.tables.builder import build
    from assets.tables.spec import periods_of
    from bench.national_data import YEARS
    from bench.national_frames import inputs_of, record_tables
    from bench.national_store import Store

    specs = [s for s in record_tables() if not only or s.name in only]
    with step("läsa"):
        inputs = inputs_of(folder, specs)
    engine, cells = create_engine(url), 0
    with engine.begin() as conn:
        with step("lagra"):
            store = Store.replacing(conn, inputs.kommuner)
        for spec in specs:
            for year in YEARS:
                with step(f"räkna {spec.name}"):
                    made = build(spec, inputs, periods_of(spec, year))
                cells += len(made.cells)
                if year > YEARS[-1] - stored:
                    with step("lagra"):
                        store.add(conn, spec.name, year, made)
    return {"tabeller": [s.name for s in specs], "celler": cells, "lagrade": store.cells, "harkomst": store.rows}


def main() -> None:
    """Run one contestant."""
    parser = argparse.ArgumentParser()
    parser.add_argument("name", choices=["floor", "ours", "duckdb", "pandas"])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--url", default="")
    parser.add_argument("--tables", default="")
    parser.add_argument("--stored", type=int, default=10)
    asked = parser.parse_args()
    only = tuple(t for t in asked.tables.split(",") if t)
    if asked.name == "floor":
        made = floor(asked.folder, asked.url)
    elif asked.name == "ours":
        made = ours(asked.folder, asked.url, only, asked.stored)
    elif asked.name == "duckdb":
        from bench.national_duckdb import run

        made = run(asked.folder, only, step)
    else:
        from bench.national_pandas import run

        made = run(asked.folder, step)
    used = resource.getrusage(resource.RUSAGE_SELF)
    print(json.dumps({**made, "steg": STEPS, "cpu": used.ru_utime + used.ru_stime, "minne": used.ru_maxrss * 1024}))


if __name__ == "__main__":
    main()
