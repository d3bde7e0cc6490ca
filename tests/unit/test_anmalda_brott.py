"""Reported offences: each of BRÅ's counts as it stands, and rates of our own per 100 000 of that sex."""

import csv
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from assets.tables.anmalda_brott import SPEC
from assets.tables.builder import build
from assets.tables.spec import Figures, Inputs, Period
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
    figures = built(offences, people, [], year)
    return figures.cells, tuple(n for n in figures.notes if n not in SPEC.notes)


def built(
    offences: list[dict[str, Any]],
    people: list[dict[str, Any]],
    indicators: list[dict[str, Any]],
    year: int = 2025,
    kommuner: tuple[str, ...] = ("2582",),
) -> Figures:
    bra = frame("bra_brott", offences).astype({"period": "str", "preliminar": "category", "antal": "float64"})
    scb = frame("befolkning", people).astype({"kon": "str", "alder": "str"})
    compared = frame("bra_indikator", indicators).astype({"omrade_typ": "category", "antal": "float64"})
    frames = {"bra_brott": bra, "befolkning": scb, "bra_indikator": compared}
    return build(SPEC, Inputs(frames, kommuner), Period(year, year))


def frame(source: str, rows: list[dict[str, Any]]) -> pd.DataFrame:
    """As the warehouse gives it: the declared columns, the kommun and the delivery of each row."""
    owner = [str(r.get("kommunkod", "2582")) for r in rows]
    made = pd.DataFrame(rows, columns=[*SPEC.sources[source], "leverans_id"])
    return made.fillna({"leverans_id": 1}).astype({"leverans_id": "int64"}).assign(kommun=pd.Categorical(owner))


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


# --- the kommun beside its län and the country ---------------------------------------------------------------------

WOMEN = "Anmälda misshandelsbrott mot kvinnor 18 år eller äldre, 2016–2025"


def indicator(kind: str, area: str, antal: int | None, rate: float | None = None, **other: Any) -> dict[str, Any]:
    titel = {"ar": 2025, "titel": WOMEN} | other
    return {"omrade_typ": kind, "omrade": area, "antal": antal, "per_100000_inv": rate, "leverans_id": 2} | titel


AREAS = [
    indicator("kommun", "0980", 30, 49.5),
    indicator("lan", "09", 31, 51.2),
    indicator("riket", "riket", 30_000, 285.0),
    indicator("kommun", "2582", 9, 32.1),
    indicator("lan", "25", None),
    indicator("riket", "riket", 29_000, 276.0, ar=2024),
]


def compared(figures: Figures) -> dict[tuple[str, str, str], float | None]:
    rows = figures.cells[figures.cells["grupp"] == "indikator"]
    keys = zip(rows["kommun"], rows["omrade"], rows["matt"], strict=True)
    found = {k: None if pd.isna(v) else v for k, v in zip(keys, rows["varde"], strict=True)}
    assert len(found) == len(rows)
    return found


def test_a_kommun_stands_beside_its_lan_and_the_country_as_the_source_says() -> None:
    people = population("0980", (2025,)) + population(years=(2025,))
    women = {r["kommunkod"]: r["antal"] for r in people if r["kon"] == "kvinna"}
    found = compared(built([], people, AREAS, kommuner=("0980", "2582")))

    # Gotland is a län of one kommun: its women are those of the län too.
    assert found == {
        ("0980", "kommun", "antal_brott"): 30,
        ("0980", "kommun", "per_100000"): pytest.approx(30 * 100_000 / women["0980"], rel=1e-12),
        ("0980", "kommun", "per_100000_kalla"): 49.5,
        ("0980", "lan", "antal_brott"): 31,
        ("0980", "lan", "per_100000"): pytest.approx(31 * 100_000 / women["0980"], rel=1e-12),
        ("0980", "lan", "per_100000_kalla"): 51.2,
        ("0980", "riket", "antal_brott"): 30_000,
        ("0980", "riket", "per_100000"): None,
        ("0980", "riket", "per_100000_kalla"): 285,
        ("2582", "kommun", "antal_brott"): 9,
        ("2582", "kommun", "per_100000"): pytest.approx(9 * 100_000 / women["2582"], rel=1e-12),
        ("2582", "kommun", "per_100000_kalla"): 32.1,
        ("2582", "lan", "antal_brott"): None,
        ("2582", "lan", "per_100000"): None,
        ("2582", "lan", "per_100000_kalla"): None,
        ("2582", "riket", "antal_brott"): 30_000,
        ("2582", "riket", "per_100000"): None,
        ("2582", "riket", "per_100000_kalla"): 285,
    }


def test_an_indicator_has_its_title_without_the_years_and_the_sex_that_it_names() -> None:
    titles = {
        WOMEN: ("Anmälda misshandelsbrott mot kvinnor 18 år eller äldre", "kvinna"),
        "Misshandel mot pojkar 0–6 år": ("Misshandel mot pojkar 0–6 år", "man"),
        "Misshandel mot kvinnor och män år 2024": ("Misshandel mot kvinnor och män", "totalt"),
        "Anmälda våldtäktsbrott åren 2015-2024.": ("Anmälda våldtäktsbrott", "totalt"),
    }
    rows = [indicator("kommun", "2582", 1, titel=t) for t in titles]
    cells = built([], population(), rows).cells

    assert set(zip(cells["brott_id"], cells["kon"], strict=True)) == set(titles.values())
    (word,) = {d.word(WOMEN) for d in SPEC.dimensions if d.name == "brott_id"}
    assert word == WOMEN


def test_rates_that_the_lan_and_the_country_lack_are_told_once() -> None:
    notes = built([offence(5036, 7)], population(years=(2025,)), AREAS).notes
    assert sum("saknas för länet och riket" in n for n in notes) == 1
    assert not [n for n in built([offence(5036, 7)], population(), []).notes if "länet" in n and "saknas för" in n]


def test_an_indicator_of_other_kommuner_or_years_gives_no_cells() -> None:
    other = [indicator("kommun", "0114", 5), indicator("lan", "01", 50), indicator("riket", "riket", 1, ar=2024)]
    assert compared(built([offence(5036, 7)], population(), other)) == {}


def test_each_kommun_has_its_own_offences_and_population_year_where_several_are_counted_together() -> None:
    offences = [offence(5036, 100), offence(5036, 50) | {"kommunkod": "0980"}]
    people = population("0980", (2025,)) + population(years=(2019,))
    cells = built(offences, people, [], kommuner=("0980", "2582")).cells
    expected = {
        kommun: count * 100_000 / next(r["antal"] for r in people if r["kommunkod"] == kommun and r["kon"] == "totalt")
        for kommun, count in (("0980", 50), ("2582", 100))
    }
    rates = cells[cells["matt"] == "per_100000"]
    assert dict(zip(rates["kommun"], rates["varde"], strict=True)) == pytest.approx(expected, rel=1e-12)


def test_without_any_delivery_the_table_is_empty() -> None:
    made_ = built([], [], [])
    assert (len(made_.cells), len(made_.ledger)) == (0, 0)
    assert any("Folkmängd saknas" in n for n in made_.notes)
