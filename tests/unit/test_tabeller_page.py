"""The page of the tabellplan: current, and complete."""

from pathlib import Path

import pytest

from assets.tables.catalogue import TABLES
from assets.tables.dictionary import page

STORED = Path(__file__).resolve().parents[2] / "docs" / "tabeller.md"


def test_the_stored_page_is_the_one_that_the_declarations_give() -> None:
    assert STORED.read_text("utf-8") == page(), "stale: python -m assets.tables.dictionary > docs/tabeller.md"


@pytest.mark.parametrize("name", list(TABLES))
def test_each_table_and_measure_is_told_once(name: str) -> None:
    spec = TABLES[name]
    (section,) = [s for s in page().split("\n## ") if s.startswith(f"{spec.title} (`{name}`)")]
    measures = [line.split("`")[1] for line in section.splitlines() if line.startswith("| `")]

    assert measures == [m.name for m in spec.shown_measures]
    assert len(set(measures)) == len(measures)
    assert all(note in section for note in spec.notes)
