"""The data dictionary: current, complete, readable as Markdown. And what the other pages promise to name."""

import os
import re
import subprocess
import sys
import tomllib
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


def test_every_direct_dependency_has_its_reason() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    wanted = project["project"]["dependencies"] + project["dependency-groups"]["dev"]
    names = {re.split(r"[\[<>=~! ]", line, maxsplit=1)[0].lower() for line in wanted}
    page = (ROOT / "docs" / "decisions" / "0002-dependencies.md").read_text("utf-8").lower()

    assert {name for name in names if not re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", page)} == set()


def test_the_glossary_explains_each_term_once() -> None:
    lines = (ROOT / "docs" / "ordlista.md").read_text("utf-8").splitlines()
    terms = [line.split("|")[1].strip() for line in lines if line.startswith("| ")]
    terms = [t for t in terms if t != "Term"]

    assert len(terms) > 60
    assert len(set(terms)) == len(terms)


def test_links_between_the_pages_lead_somewhere() -> None:
    for page in (ROOT / "docs").rglob("*.md"):
        for link in re.findall(r"\]\(([^)#:]+)\)", page.read_text("utf-8")):
            assert (page.parent / link).exists(), (page.name, link)
