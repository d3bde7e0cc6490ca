"""A table says where its series breaks, in the years that are likely to be compared across the break."""

import pytest

from assets.tables.catalogue import TABLES
from assets.tables.counting import standing_notes
from warehouse.cells import Slice
from warehouse.contracts.reference import seriebrott


def told(table: str, year: int) -> list[str]:
    notes = standing_notes(TABLES[table], Slice(table, "0114", year), [])
    return [n.split(":")[0].removeprefix("Serien bryts ") for n in notes if n.startswith("Serien bryts")]


@pytest.mark.parametrize(
    ("table", "year", "expected"),
    [
        ("insatser", 2023, []),
        ("insatser", 2024, ["2024-04-01"]),
        ("insatser", 2025, ["2024-04-01", "2025-07-01"]),
        ("insatser", 2030, ["2025-07-01"]),
        ("insatser", 2031, []),
        ("arenden", 2020, []),
        ("arenden", 2021, ["2021"]),
        ("utfall", 2025, []),
        ("iop", 2025, []),
        ("anmalda_brott", 2006, []),
        ("anmalda_brott", 2024, ["2019", "2020", "2020", "2021-07-01", "2022-06-01"]),
        ("anmalda_brott", 2025, ["2020", "2020", "2021-07-01", "2022-06-01"]),
    ],
)
def test_a_break_is_told_from_its_year_and_five_years_on(table: str, year: int, expected: list[str]) -> None:
    assert told(table, year) == expected


def test_a_date_that_nobody_has_looked_up_says_so() -> None:
    notes = standing_notes(TABLES["anmalda_brott"], Slice("anmalda_brott", "0114", 2022), [])
    unsure = [n for n in notes if n.endswith("Datumet är inte kontrollerat mot källan.")]
    assert len(unsure) == 2
    assert sum(b.belagg == "from memory" for b in seriebrott()) == 2
