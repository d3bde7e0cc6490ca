"""The invented nation: its size, whose part is whose, and memory that does not grow with the number of kommuner."""

import csv
import json
import subprocess
import sys
from itertools import islice, pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from pipelines.cli import app
from sources.synthetic import Nation, Plan, PlanError, write, write_nation
from sources.synthetic.columns import CONTRACTS
from sources.synthetic.nation import inhabitants, shared_out
from warehouse.contracts.reference import kommuner

DECADE = tuple(range(2016, 2026))
MEASURED = """
import resource, sys
from pathlib import Path
from sources.synthetic import Nation, write_nation
from warehouse.contracts.reference import kommuner
nation = Nation(tuple(range(2016, 2026)), 1_000_000, omfang="helbild")
wanted = int(sys.argv[2])
alike = [k for k, cases in nation.cases_per_year().items() if 250 <= cases <= 450][:wanted]
assert len(alike) == wanted
for _ in write_nation(nation, Path(sys.argv[1]), alike):
    pass
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def rows(folder: Path, table: str, kommun: str = "*") -> int:
    """Data rows of a table's files, lines counted."""
    return sum(len(p.read_bytes().splitlines()) - 1 for p in folder.glob(f"{kommun}_{table}_*.csv"))


@pytest.mark.parametrize(
    "wrong",
    [
        {"matningar": 1000},
        {"matningar": 200_000_000},
        {"years": (2025, 2024)},
        {"years": ()},
        {"seed": -1},
        {"faults": -1},
    ],
)
def test_a_nation_that_cannot_be_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(PlanError):
        Nation(**{"years": DECADE, "matningar": 1_000_000, **wrong})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "words",
    [
        ("--ar", "2025"),
        ("--ar", "2025", "--kommun", "0114", "--matningar", "20000"),
        ("--ar", "2025", "--nationen", "--arenden", "5"),
        ("--ar", "2025", "--nationen", "--form", "arbetsbok"),
        ("--ar", "2025", "--nationen", "--matningar", "0"),
    ],
)
def test_options_that_do_not_fit_each_other_are_wrong_usage(words: tuple[str, ...], tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["synth", "--ut", str(tmp_path / "ut"), *words])
    assert done.exit_code == 2
    assert not (tmp_path / "ut").exists()


def test_the_command_writes_the_named_part_of_the_nation(tmp_path: Path) -> None:
    words = ["--nationen", "--matningar", "15000", "--ar", "2024-2025", "--kommun", "0114", "--json", "--helbild"]
    done = CliRunner().invoke(app, ["synth", "--ut", str(tmp_path / "a"), *words])
    told = json.loads(done.stdout)
    assert told["syntetisk"] is True
    [(_, files)] = write_nation(Nation((2024, 2025), 15_000, omfang="helbild"), tmp_path / "b", ["0114"])
    assert [Path(f).read_bytes() for f in told["filer"]] == [f.read_bytes() for f in files]


def test_a_nation_has_every_kommun_and_about_as_many_measurements_as_asked_for(tmp_path: Path) -> None:
    nation = Nation((2024, 2025), 200_000, omfang="helbild")
    cases = nation.cases_per_year()
    assert list(cases) == list(kommuner())
    assert [kommun for kommun, _ in islice(write_nation(nation, tmp_path / "alla"), 2)] == list(kommuner())[:2]
    some = [k for k in cases if 100 <= cases[k] <= 400][::8]
    written = dict(write_nation(nation, tmp_path, some))
    assert list(written) == some
    part = sum(cases[k] for k in some) / sum(cases.values())
    assert rows(tmp_path, "matning") == pytest.approx(200_000 * part, rel=0.03)
    assert {p.name[5:].removesuffix("_helbild.csv") for p in written[some[0]]} == set(CONTRACTS)
    assert all(p.with_name(p.name + ".foljesedel.yaml").exists() for files in written.values() for p in files)


def test_cases_follow_inhabitants_as_far_as_the_numbers_of_the_test_series_last() -> None:
    people = inhabitants()
    assert sum(people.values()) * 100 == pytest.approx(10_327_589, abs=290 * 50)  # SCB's total of 2019
    cases = Nation(DECADE, 1_000_000).cases_per_year()
    scale = sum(cases.values()) / sum(people.values())
    assert all(abs(cases[k] - people[k] * scale) <= 1 for k in cases)
    largest = Nation(DECADE, 10_000_000).cases_per_year()
    assert max(largest.values()) == largest["0180"] == 15_000
    ordered = sorted(largest, key=lambda k: people[k])
    assert all(largest[a] <= largest[b] for a, b in pairwise(ordered) if people[a] < people[b])


@settings(max_examples=30, deadline=None)
@given(st.data())
def test_what_is_shared_out_is_shared_out_whole_and_by_weight(data: st.DataObject) -> None:
    weights = data.draw(st.dictionaries(st.text(min_size=1, max_size=3), st.integers(1, 10_000), min_size=1))
    most = data.draw(st.integers(1, 5000))
    total = data.draw(st.integers(len(weights), len(weights) * most))
    parts = shared_out(total, weights, most)
    assert list(parts) == list(weights)
    assert sum(parts.values()) == total
    assert all(1 <= n <= most for n in parts.values())
    ordered = sorted(weights, key=weights.__getitem__)
    assert all(parts[a] <= parts[b] + (weights[a] == weights[b]) for a, b in pairwise(ordered))


def test_a_kommun_is_the_same_whichever_others_are_written(tmp_path: Path) -> None:
    nation = Nation((2024, 2025), 15_000, seed=5)
    together = dict(write_nation(nation, tmp_path / "flera", ["0114", "0580", "1980"]))
    alone = dict(write_nation(nation, tmp_path / "en", ["0580"]))
    assert list(alone) == ["0580"]
    assert [p.name for p in alone["0580"]] == [p.name for p in together["0580"]]
    assert [p.read_bytes() for p in alone["0580"]] == [p.read_bytes() for p in together["0580"]]
    plan = nation.plan("0580")
    assert plan == Plan("0580", (2024, 2025), plan.cases_per_year, seed=5)
    assert [p.read_bytes() for p in write(plan, tmp_path / "plan", "Linköping")] == [
        p.read_bytes() for p in alone["0580"]
    ]
    other = dict(write_nation(Nation((2024, 2025), 15_000, seed=6), tmp_path / "annan", ["0580"]))
    assert other["0580"][0].read_bytes() != alone["0580"][0].read_bytes()


def test_every_person_is_of_the_test_series(tmp_path: Path) -> None:
    list(write_nation(Nation((2024, 2025), 15_000, omfang="helbild"), tmp_path, ["0114", "0180"]))
    for path in tmp_path.glob("*_arende_*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            numbers = [row["person_id"].replace("-", "")[-4:-1] for row in csv.DictReader(file, delimiter=";")]
        assert numbers
        assert all(980 <= int(n) <= 999 for n in numbers)


def test_faults_stand_in_each_kommun(tmp_path: Path) -> None:
    list(write_nation(Nation((2025,), 15_000, omfang="helbild", faults=1), tmp_path, ["0114", "0115"]))
    for kommun in ("0114", "0115"):
        assert "stodsamtall" in (tmp_path / f"{kommun}_insats_helbild.csv").read_text(encoding="utf-8")


@pytest.mark.soak
def test_memory_does_not_grow_with_the_number_of_kommuner(tmp_path: Path) -> None:
    """Peak memory of two processes; the second writes the first's two kommuner and ten more like them."""

    def peak(number: int) -> int:
        done = subprocess.run(
            [sys.executable, "-c", MEASURED, str(tmp_path / str(number)), str(number)],
            capture_output=True, check=True, text=True,
        )  # fmt: skip
        return int(done.stdout) * 1024

    few, many = peak(2), peak(12)
    text = sum(p.stat().st_size for p in (tmp_path / "12").glob("*.csv"))
    assert many - few < text / 4  # to keep what was written would be several times the text
