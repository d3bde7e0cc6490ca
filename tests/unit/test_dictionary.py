"""The data dictionary: current, complete, and readable as Markdown."""

import os
import re
import subprocess
import sys
from pathlib import Path

from warehouse.contracts.codes import CODES
from warehouse.contracts.dictionary import markdown
from warehouse.contracts.registry import CONTRACTS

ROOT = Path(__file__).resolve().parents[2]
STORED = ROOT / "docs" / "datakatalog.md"


def test_the_stored_dictionary_is_the_one_that_the_contracts_give() -> None:
    assert STORED.read_text("utf-8") == markdown(), (
        "stale: python -m warehouse.contracts.dictionary > docs/datakatalog.md"
    )


def test_the_command_writes_the_same_bytes_whatever_the_locale() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "warehouse.contracts.dictionary"],
        cwd=ROOT,
        env={**os.environ, "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONIOENCODING": "ascii"},
        capture_output=True,
        check=True,
    )

    assert done.stdout == STORED.read_bytes()


def test_every_column_of_every_table_is_there_once_with_its_title() -> None:
    sections = re.split(r"^### ", markdown(), flags=re.MULTILINE)
    for contract in CONTRACTS.values():
        place = f"(`{contract.schema_name()}.{contract.table()}`)"
        (section,) = [s for s in sections if place in s.splitlines()[0]]
        rows = [line for line in section.splitlines() if line.startswith("| `")]
        assert [r.split("`")[1] for r in rows] == [c.name for c in contract.columns()]
        assert all(c.title in row and c.description in row for c, row in zip(contract.columns(), rows, strict=True))


def test_every_row_has_as_many_cells_as_its_header() -> None:
    width = 0
    for line in markdown().splitlines():
        if not line.startswith("|"):
            width = 0
            continue
        cells = len(re.findall(r"(?<!\\)\|", line))
        assert cells == (width := width or cells)


def test_links_to_code_lists_lead_somewhere_and_labels_are_shown() -> None:
    page = markdown()
    targets = {f"kodlista-{name}" for name in re.findall(r"^### Kodlista (\w+)$", page, flags=re.MULTILINE)}

    assert set(re.findall(r"\(#([\w-]+)\)", page)) == targets
    assert all(f"| `{code}` | {label} |" in page for code, label in CODES["insatstyp"].items())
