"""``python -m bench.national [--rows N]``: the national decade, as ratios in one run. Decides about no test.

Invented records of 290 kommuner over ten years are made first (not timed). Then, each in a cold process: the floor
(pyarrow reads the measurements, PostgreSQL takes them by COPY); ours (pyarrow reads all records, the builder counts
every record table, cells and ledger are stored); the same tables in DuckDB's SQL and in plain pandas, as far as they
are written there; and one corrected kommun. Memory is the process's own peak, without the database server's.
"""

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, text

from assets.tables.catalogue import planned
from bench.national_data import YEARS, write_national
from warehouse import schema
from warehouse.database import Database, ensure_database
from warehouse.embedded import EmbeddedPostgres

KOMMUN = "0580"
STORED = ("tabell.cell", "revision.harkomst", "revision.leveransmangd", "revision.tabellversion")
GIB = 2**30


def contestant(name: str, folder: Path, **options: str) -> dict[str, Any]:
    """What a contestant says of itself, and its seconds from start to end."""
    words = [word for key, value in options.items() for word in (f"--{key}", value)]
    began = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "bench.national_parts", name, str(folder), *words], capture_output=True, check=False
    )
    took = time.perf_counter() - began
    if done.returncode != 0:
        sys.stderr.write(done.stderr.decode())
        raise SystemExit(f"bench: {name} ended with {done.returncode}")
    said: dict[str, Any] = json.loads(done.stdout)
    return {**said, "sekunder": took}


def counting(found: Mapping[str, Any], tables: tuple[str, ...]) -> float:
    """Seconds of reading and of counting some tables."""
    steps: dict[str, float] = found["steg"]
    return steps["läsa"] + sum(steps[f"räkna {t}"] for t in tables)


def show(name: str, found: Mapping[str, Any]) -> None:
    """One contestant: seconds by step, CPU seconds, peak memory."""
    counted = sum(seconds for step, seconds in found["steg"].items() if step.startswith("räkna"))
    others = {step: seconds for step, seconds in found["steg"].items() if not step.startswith("räkna")}
    steps = ", ".join(f"{step} {seconds:.1f}" for step, seconds in {**others, "räkna": counted}.items() if seconds)
    print(f"{name:22} {found['sekunder']:7.1f} s  (CPU {found['cpu']:.1f} s, {found['minne'] / GIB:.2f} GiB)  {steps}")


def sizes(url: str) -> None:
    """Bytes of what is stored, whole and by cell."""
    engine = create_engine(url)
    with engine.connect() as conn:
        cells = conn.execute(text("SELECT count(*) FROM tabell.cell")).scalar_one()
        for name in STORED:
            size = conn.execute(text("SELECT pg_total_relation_size(:name)"), {"name": name}).scalar_one()
            print(f"  {name:24} {size / 2**20:9.1f} MiB  {size / max(cells, 1):7.2f} bytes a cell of {cells} cells")
    engine.dispose()


def main() -> None:
    """Run the bench and print what was seen."""
    parser = argparse.ArgumentParser(prog="python -m bench.national", description=__doc__)
    parser.add_argument(
        "--rows", type=int, default=1_000_000, help="measurements in the nation; 10 million is the goal"
    )
    parser.add_argument("--data", type=Path, help="folder to keep the records in, and to find them in again")
    parser.add_argument("--tables", default="", help="only these tables, e.g. arenden,insatser")
    parser.add_argument("--stored", type=int, default=1, help="how many of the years, the last ones, are stored too")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="kf-nation-") as temporary:
        folder = asked.data or Path(temporary) / "poster"
        measure(folder, Path(temporary), asked.rows, asked.tables, str(asked.stored))


def measure(folder: Path, temporary: Path, rows: int, tables: str, stored: str) -> None:
    """Make what is missing of the records, let all run, print."""
    if not (folder / "klar").exists():
        began = time.perf_counter()
        write_national(folder, rows)
        (folder / "klar").touch()
        print(f"{rows} measurements and what belongs to them, invented in {time.perf_counter() - began:.0f} s")
    one = temporary / KOMMUN
    write_national(one, rows, [KOMMUN], deliveries_from=10_000_000)  # the kommun's new deliveries
    server = EmbeddedPostgres(temporary / "postgres")
    running = server.start_kept()
    try:
        url = running.url("nation", role="owner")
        ensure_database(running.url("postgres", role="owner"), "nation")
        database = Database(url, url)
        schema.upgrade(database, planned())
        database.dispose()
        floor = contestant("floor", folder, url=url)
        ours = contestant("ours", folder, url=url, tables=tables, stored=stored)
        print(f"The national decade {YEARS[0]}-{YEARS[-1]}, {floor['rader']} measurements, {ours['celler']} cells:")
        sizes(url)
        corrected = contestant("ours", one, url=url, tables=tables, stored=stored)
        duckdb = contestant("duckdb", folder, tables=tables)
        pandas = contestant("pandas", folder)
    finally:
        server.stop(force=True)
        shutil.rmtree(temporary / "postgres", ignore_errors=True)
    for name, found in (("Floor", floor), ("Ours", ours), ("DuckDB's SQL", duckdb), ("Plain pandas", pandas)):
        show(name, found)
    show(f"One kommun ({KOMMUN})", corrected)
    longest = sorted(((s, name) for name, s in ours["steg"].items()), reverse=True)[:8]
    print("Ours takes longest for: " + ", ".join(f"{name} {s:.1f} s" for s, name in longest))
    storing = ours["steg"]["lagra"]
    whole = ours["sekunder"] + storing * (ours["celler"] / max(ours["lagrade"], 1) - 1)
    print(
        f"Of {ours['celler']} cells {ours['lagrade']} were stored in {storing:.1f} s; all at that rate: {whole:.0f} s"
    )
    print(f"Ours / floor:               {whole / floor['sekunder']:.2f}   (goal: at most 2; storing all)")
    print(f"Ours, counting / floor:     {(ours['sekunder'] - storing) / floor['sekunder']:.2f}   (storing nothing)")
    print(f"Ours, peak memory:          {ours['minne'] / GIB:.2f} GiB   (goal: under 4)")
    for name, other in (("DuckDB's SQL", duckdb), ("plain pandas", pandas)):
        both = tuple(t for t in other["tabeller"] if t in ours["tabeller"])
        if both:
            ratio = counting(ours, both) / counting(other, both)
            print(f"Ours / {name:20} {ratio:.2f}   (goal: under 1; reading and counting {', '.join(both)})")
    print(f"One kommun / ours:          {corrected['sekunder'] / ours['sekunder']:.3f}   (goal: at most 0.05)")


if __name__ == "__main__":
    main()
