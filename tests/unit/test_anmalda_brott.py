"""Reported offences: each of BRÅ's counts as it stands, and rates of our own per 100 000 of that sex."""

import csv
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from assets.tables.builder import build
from assets.tables.catalogue import TABLES
from assets.tables.spec import Inputs, Period
from sources.bra import read
from warehouse.contracts.reference import brottstyper

EXAMPLES = Path(__file__).parents[2] / "examples"
BRA_FILE = EXAMPLES / "bra_anmalda_brott_2582_2025.csv"
SEXES = {"Kvinnor": "kvinna", "Män": "man", "Totalt": "totalt"}

Cells = dict[tuple[str, str, str], Any]


def lines(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        yield from csv.DictReader(file)


def population(kommun: str = "2582", years: tuple[int, ...] = (2019,)) -> list[dict[str, Any]]:
    rows = [r for r in lines(EXAMPLES / "scb_befolkning_2019.csv") if r["kommunkod"] == kommun]
    return [
        {
            "kommunkod": kommun,
            "ar": year,
            "kon": SEXES[r["kon"]],
            "alder": "totalt",
            "antal": int(r["folkmangd"]) + year - 2019,
        }
        for year in years
        for r in rows
    ]


def offence(brott_id: int, antal: int | None, period: str = "2025", preliminar: str = "nej") -> dict[str, Any]:
    return {
        "kommunkod": "2582",
        "period": period,
        "preliminar": preliminar,
        "brott_id": brott_id,
        "antal": antal,
    }


def delivered() -> list[dict[str, Any]]:
    return [
        offence(int(r["brott_id"]), int(r["antal"]), r["period"], "ja" if "prel" in r["periodtyp"] else "nej")
        for r in lines(BRA_FILE)
    ]


def made(
    offences: list[dict[str, Any]], people: list[dict[str, Any]], year: int = 2025
) -> tuple[pd.DataFrame, tuple[str, ...]]:
    bra = pd.DataFrame(offences, columns=["kommunkod", "period", "preliminar", "brott_id", "antal"])
    bra = bra.astype({"period": "str", "preliminar": "category", "antal": "float64"})
    scb = pd.DataFrame(people, columns=["kommunkod", "ar", "kon", "alder", "antal"])
    scb = scb.astype({"kon": "str", "alder": "str"})
    spec = TABLES["anmalda_brott"]
    figures = build(spec, Inputs({"bra_brott": bra, "befolkning": scb}, "2582"), Period(year, year))
    return figures.cells, tuple(n for n in figures.notes if n not in spec.notes)


def by_key(cells: pd.DataFrame) -> Cells:
    keys = zip(cells["period"], cells["brott_id"], cells["matt"], strict=True)
    found = {k: None if pd.isna(v) else v for k, v in zip(keys, cells["varde"], strict=True)}
    assert len(found) == len(cells)
    return found


@pytest.mark.parametrize("year", [2025, 2026])
def test_every_count_of_the_delivered_file_is_in_the_table_and_nothing_else(year: int) -> None:
    cells, _ = made(delivered(), population(), year)
    expected = {
        (r["period"], r["brott_id"], "antal_brott"): int(r["antal"])
        for r in lines(BRA_FILE)
        if r["period"].startswith(str(year))
    }

    assert expected
    assert {k: v for k, v in by_key(cells).items() if k[2] == "antal_brott"} == expected
    assert Counter(cells["matt"]) == {"antal_brott": len(expected), "per_100000": len(expected)}


def test_rates_are_per_100_000_of_that_sex() -> None:
    cells, _ = made(delivered(), population())
    counts = by_key(cells)
    people = {row["kon"]: row["antal"] for row in population()}
    kinds = brottstyper()
    seen = Counter(kinds[int(k[1])].kon for k in counts)

    assert min(seen["kvinna"], seen["man"], seen["totalt"]) > 10
    for period, brott_id, _ in [k for k in counts if k[2] == "per_100000"]:
        expected = counts[period, brott_id, "antal_brott"] * 100_000 / people[kinds[int(brott_id)].kon]
        assert counts[period, brott_id, "per_100000"] == pytest.approx(expected, rel=1e-12)


def test_the_sex_of_a_cell_is_that_of_its_offence_id() -> None:
    cells, _ = made(delivered(), population())

    assert {(int(b), k) for b, k in zip(cells["brott_id"], cells["kon"], strict=True)} == {
        (int(r["brott_id"]), brottstyper()[int(r["brott_id"])].kon)
        for r in lines(BRA_FILE)
        if r["period"].startswith("2025")
    }


def test_without_population_rates_are_missing_and_a_note_says_so() -> None:
    cells, notes = made(delivered(), [])

    assert cells.loc[cells["matt"] == "per_100000", "varde"].isna().all()
    assert cells.loc[cells["matt"] == "antal_brott", "varde"].notna().all()
    assert [n for n in notes if re.match("Folkmängd saknas", n)]


def test_people_of_one_age_are_not_the_population() -> None:
    ages = [row | {"alder": age, "antal": 7} for row in population(years=(2019, 2025)) for age in ("20", "100_plus")]

    assert made(delivered(), [*ages, *population(), *ages])[0].equals(made(delivered(), population())[0])
    assert made(delivered(), ages)[0].equals(made(delivered(), [])[0])


def test_a_sex_of_nobody_has_no_rate() -> None:
    woman = next(i for i, t in brottstyper().items() if t.kon == "kvinna")
    people = [row | {"antal": 0} for row in population()]

    found = by_key(made([offence(woman, 3)], people)[0])
    assert found["2025", str(woman), "per_100000"] is None
    assert found["2025", str(woman), "antal_brott"] == 3


@pytest.mark.parametrize(
    ("years", "used"),
    [((2025,), 2025), ((2019,), 2019), ((2024, 2026), 2024), ((2023, 2026), 2026), ((2019, 2025, 2026), 2025)],
)
def test_the_nearest_population_year_is_used_the_earlier_of_two_and_told_when_it_is_another(
    years: tuple[int, ...], used: int
) -> None:
    cells, notes = made([offence(5036, 2995)], population(years=years))
    people = next(p["antal"] for p in population(years=(used,)) if p["kon"] == "totalt")

    assert by_key(cells)["2025", "5036", "per_100000"] == pytest.approx(2995 * 100_000 / people, rel=1e-12)
    told = [n for n in notes if "31 december" in n]
    assert all(f"31 december {used}" in n for n in told)
    assert bool(told) == (used != 2025)


@pytest.mark.parametrize("said", ["..", "", "-"])
def test_what_the_source_does_not_say_is_missing_and_never_zero(said: str) -> None:
    header, first, *_ = BRA_FILE.read_text("utf-8").splitlines()
    changed = first.split(",")
    changed[header.split(",").index("antal")] = said
    row = read("\n".join([header, ",".join(changed)]).encode(), {}).parts[0].table.frame.iloc[0]
    count = None if pd.isna(row["antal"]) else int(row["antal"])
    found = by_key(made([offence(5036, count)], population())[0])

    # BRÅ's database writes a zero as 0; every mark means that there is no figure.
    assert found["2025", "5036", "antal_brott"] is None
    assert found["2025", "5036", "per_100000"] is None


def test_a_zero_is_a_zero() -> None:
    found = by_key(made([offence(5036, 0)], population())[0])

    assert (found["2025", "5036", "antal_brott"], found["2025", "5036", "per_100000"]) == (0, 0)


def test_preliminary_months_are_told_in_their_year_only() -> None:
    told = [[n for n in made(delivered(), population(), year)[1] if "Preliminärt" in n] for year in (2025, 2026)]

    assert [len(t) for t in told] == [0, 1]
