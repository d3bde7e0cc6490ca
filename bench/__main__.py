"""``make bench``: a kommun's night and an empty night against the empty run, each in a cold process, in turn.

Prints medians of seconds and of the ratios pair by pair. The kommun is a large one: about 1 000 cases a year over
three years, all register tables as helbild with corrections, and BRÅ, SCB, IOP and reported figures as they stand.
The national decade (``bench.national``), disclosure control (``bench.disclosure``) and the report (``bench.report``)
come after.
"""

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench import disclosure, national, report
from pipelines.demo import EXAMPLES
from sources.foljesedel import SUFFIX
from sources.synthetic import Plan, corrected, write

ROUNDS = 5
KOMMUN, NAME, YEARS, CASES = "0580", "Linköping", (2023, 2024, 2025), 1000


def _timed(command: list[str], environment: dict[str, str]) -> float:
    began = time.perf_counter()
    done = subprocess.run(command, env=environment, capture_output=True, check=False)
    took = time.perf_counter() - began
    if done.returncode != 0:
        sys.stderr.write(done.stderr.decode())
        raise SystemExit(f"bench: {' '.join(command[1:4])} ended with {done.returncode}")
    return took


def main() -> None:
    """Run the bench and print what was seen."""
    cli = [sys.executable, "-m", "pipelines.cli"]
    with tempfile.TemporaryDirectory(prefix="kf-bench-") as folder:
        home = Path(folder) / "hem"
        environment = os.environ | {"KVINNOFRID_HOME": str(home), "KVINNOFRID_TODAY": "2026-11-20"}
        _timed([*cli, "db", "start"], environment)
        try:
            inbox = home / "inbox"
            for note in sorted(EXAMPLES.glob(f"*{SUFFIX}")):
                for path in (note.with_name(note.name.removesuffix(SUFFIX)), note):
                    shutil.copyfile(path, inbox / path.name)
            write(Plan(KOMMUN, YEARS, CASES, omfang="helbild"), inbox, NAME)
            first = _timed([*cli, "run"], environment)
            rounds: list[tuple[float, float, float]] = []
            for number in range(ROUNDS):
                empty = _timed([sys.executable, "-m", "bench.empty", str(YEARS[0]), str(YEARS[-1] + 1)], environment)
                corrected(Plan(KOMMUN, YEARS, CASES, seed=2 + number, omfang="helbild"), inbox, NAME)
                night = _timed([*cli, "run"], environment)
                nothing = _timed([*cli, "run"], environment)
                rounds.append((empty, night, nothing))
        finally:
            _timed([*cli, "db", "stop", "--force"], environment)
    empties, nights, nothings = zip(*rounds, strict=True)
    print(f"First run (new warehouse, all deliveries): {first:.1f} s")
    print(f"Empty run (yardstick):  median {statistics.median(empties):.2f} s   {_each(empties)}")
    print(f"Kommun's night:         median {statistics.median(nights):.2f} s   {_each(nights)}")
    print(f"Night with nothing new: median {statistics.median(nothings):.2f} s   {_each(nothings)}")
    night_ratio = statistics.median(n / e for e, n, _ in rounds)
    nothing_ratio = statistics.median(o / e for e, _, o in rounds)
    print(f"Kommun's night / empty run:         {night_ratio:.2f}   (goal: at most 2)")
    print(f"Night with nothing new / empty run: {nothing_ratio:.2f}   (goal: at most 0.5)")
    national.main()
    disclosure.main()
    report.main()


def _each(seconds: tuple[float, ...]) -> str:
    return "(" + " ".join(f"{s:.2f}" for s in seconds) + ")"


if __name__ == "__main__":
    main()
