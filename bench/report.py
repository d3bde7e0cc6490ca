"""``python -m bench.report``: what each form of a report costs, beside reading the edition and putting it together.

A large kommun and year: the editions that the tests keep, in a PostgreSQL of their own. Medians of seconds of CPU
(the process's and its children's), and of the ratios in one round. The whole command, cold, is timed by the clock too.
"""

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from assets.report import diagram, egna
from assets.report.gor import read
from assets.report.innehall import bygg
from assets.report.skriv import FILER, skriv_alla
from assets.tables.catalogue import TABLES, planned
from tests.utgivning_tools import AR, KOMMUN, ge_ut, tva_ar
from warehouse import schema
from warehouse.database import Database, ensure_database
from warehouse.embedded import EmbeddedPostgres

ROUNDS, GOAL = 3, 30.0


def main() -> None:
    """Write the report again and again, and print what was seen."""
    with tempfile.TemporaryDirectory(prefix="kf-bench-") as folder:
        home = Path(folder) / "hem"
        with EmbeddedPostgres(home / "postgres") as server:
            owner = server.url("postgres", role="owner")
            ensure_database(owner, "kvinnofrid")
            database = Database(server.url("kvinnofrid", role="owner"), server.url("kvinnofrid"))
            schema.upgrade(database, planned())
            ge_ut(database, *tva_ar())
            rounds = [_round(database, Path(folder) / "ut") for _ in range(ROUNDS)]
            database.dispose()
        wall, cpu = _command(home)
    floor = [r["läsa och sätta samman"] for r in rounds]
    print(f"A kommun and year, {len(tva_ar()[1].celler)} tables:")
    for name in rounds[0]:
        times = [r[name] for r in rounds]
        ratio = statistics.median(t / f for t, f in zip(times, floor, strict=True))
        print(
            f"    {name:<22} median {statistics.median(times):6.2f} s CPU   {ratio:6.1f} x reading and putting together"
        )
    whole = statistics.median(sum(r.values()) for r in rounds)
    print(f"    all of it              median {whole:6.2f} s CPU")
    print(f"The whole command, cold: {wall:.1f} s by the clock (goal: under {GOAL:.0f}), {cpu:.1f} s CPU", flush=True)


def _round(database: Database, target: Path) -> dict[str, float]:
    """CPU seconds of each part."""
    shutil.rmtree(target, ignore_errors=True)
    seen: dict[str, float] = {}

    def timed(name: str, work: Callable[[], Any]) -> Any:
        began = _cpu()
        made = work()
        seen[name] = _cpu() - began
        return made

    def made() -> Any:
        with database.begin() as conn:
            underlag = read(conn, KOMMUN, AR, None, TABLES)
        return underlag, bygg(underlag, egna.Egna())

    underlag, rapport = timed("läsa och sätta samman", made)
    bilder = timed("diagram", lambda: {d.id: diagram.rita(d) for d in rapport.diagram})
    for form in FILER:  # what is drawn is timed for itself
        timed(form, lambda form=form: skriv_alla(underlag, rapport, target / form, formats=(form,), bilder=bilder))
    return seen


def _cpu() -> float:
    """Seconds of this process and of those that it has started."""
    return sum(os.times()[:4])


def _command(home: Path) -> tuple[float, float]:
    """Seconds by the wall's clock, and of CPU."""
    command = [sys.executable, "-m", "pipelines.cli", "report", "--kommun", KOMMUN, "--ar", str(AR)]
    began, before = time.perf_counter(), _cpu()
    done = subprocess.run(command, env=os.environ | {"KVINNOFRID_HOME": str(home)}, capture_output=True, check=False)
    if done.returncode != 0:
        sys.stderr.write(done.stderr.decode())
        raise SystemExit("bench: the report was not written")
    return time.perf_counter() - began, _cpu() - before


if __name__ == "__main__":
    main()
