"""`kvinnofrid mapping check` and `suggest` say nothing that was planted: in cells, headers, sheet, file and mapping."""

import io
from itertools import cycle
from pathlib import Path

import pytest
import xlsxwriter
from typer.testing import CliRunner

from pipelines.cli_mapping import app
from tests.leak.planted import EMAIL, NAME, NUMBERS, PATTERNS, PHONE, STREET, WORDS, notations

HEADERS = ("arende_id", "person_id", "roll", "vuxen", "kon", "hederskontext", "startdatum", "valdstyp", "Klientroll",
           "Område", "Bo")  # fmt: skip
GOOD = ("A1", NUMBERS[0], "valdsutsatt_vuxen", "ja", "kvinna", "nej", "2019-03-01", "fysiskt", "utsatt", "vald", "1")
MAPPING = """namn: prov
version: 1
filer:
  "*": {tabeller: [arende]}
lokala:
  bo:
    titel: Hur personen bor
    kolumn: Bo
    koder: {"1": eget}
    etiketter: {eget: Eget boende}
"""
PLANTS = (NAME, STREET, EMAIL, PHONE, *(n for number in NUMBERS for n in notations(number)))


def leaks(said: str) -> list[str]:
    """The kinds of planted identifiers that a text holds, whatever line it was folded at."""
    lowered = " ".join(said.split()).lower().encode()
    found = [kind for kind, pattern in PATTERNS.items() if pattern.search(lowered)]
    return found + [f"word {i}" for i, word in enumerate(WORDS) if word in said]


def say(*words: object) -> str:
    """All that a command says, errors too."""
    done = CliRunner().invoke(app, [str(w) for w in words])
    return done.output + repr(done.exception)


def everything(mapping: Path, delivery: Path) -> str:
    said = [say("check", mapping, "--against", delivery), say("check", mapping, "--against", delivery, "--json")]
    said.append(say("suggest", delivery))
    out = mapping.parent / "forslag.yaml"
    out.unlink(missing_ok=True)
    said.append(say("suggest", delivery, "-o", out))
    said.append(out.read_text("utf-8") if out.exists() else "")
    return "\n".join(said)


def rows_with(column: int, *, each: int) -> list[list[str]]:
    """Rows with what is planted in a column, each thing on so many rows; the others are faultless."""
    plants = [p for p in PLANTS for _ in range(each)]
    return [[p if i == column else v for i, v in enumerate(GOOD)] for p in plants]


def as_csv(headers: list[str], rows: list[list[str]]) -> bytes:
    return "\n".join(";".join(f'"{v}"' for v in r) for r in (headers, *rows)).encode()


@pytest.fixture
def mapping(tmp_path: Path) -> Path:
    path = tmp_path / "m.yaml"
    path.write_text(MAPPING, encoding="utf-8")
    return path


def test_the_search_finds_what_is_said() -> None:
    assert all(leaks(f"Fel på raden: {plant}.") for plant in PLANTS)
    assert not leaks("Fel på rad 12 i kolumn B.")


@pytest.mark.parametrize("column", range(len(HEADERS)), ids=HEADERS)
def test_nothing_planted_in_a_cell_is_said(mapping: Path, tmp_path: Path, column: int) -> None:
    delivery = tmp_path / "uttag.csv"
    delivery.write_bytes(as_csv(list(HEADERS), rows_with(column, each=4)))
    said = everything(mapping, delivery)
    assert "arende" in said
    assert leaks(said) == []


@pytest.mark.parametrize("column", [2, 3, 10])
def test_a_few_that_repeat_as_codes_do_are_not_shown_either(mapping: Path, tmp_path: Path, column: int) -> None:
    """At most thirty texts on many rows each: they look like codes, and are names and streets."""
    plants = cycle((NAME, NAME.lower(), NAME.upper(), NAME.split()[0], NAME.split()[1], STREET, STREET.lower()))
    rows = [[next(plants) if i == column else v for i, v in enumerate(GOOD)] for _ in range(70)]
    delivery = tmp_path / "uttag.csv"
    delivery.write_bytes(as_csv(list(HEADERS), rows))
    said = everything(mapping, delivery)
    assert "visas inte här" in said or column == 10
    assert leaks(said) == []


@pytest.mark.parametrize("plant", [NAME, STREET, EMAIL, PHONE, *notations(NUMBERS[0])])
def test_nothing_planted_in_a_header_is_said(mapping: Path, tmp_path: Path, plant: str) -> None:
    delivery = tmp_path / "uttag.csv"
    delivery.write_bytes(as_csv([*HEADERS, plant, f"Kön {plant}"], [[*GOOD, "x", "y"]]))
    said = everything(mapping, delivery)
    assert "kolumn L" in said
    assert leaks(said) == []


@pytest.mark.parametrize("first", [[NAME, NUMBERS[0], "kvinna", STREET], [NUMBERS[1], EMAIL, "roll", PHONE]])
def test_a_file_without_headers_is_not_repeated(mapping: Path, tmp_path: Path, first: list[str]) -> None:
    delivery = tmp_path / "uttag.csv"
    delivery.write_bytes(as_csv(first, [first]))
    assert leaks(everything(mapping, delivery)) == []


@pytest.mark.parametrize("plant", [NAME, STREET, NUMBERS[0], notations(NUMBERS[1])[2], EMAIL])
def test_sheet_file_and_mapping_names_are_not_repeated(tmp_path: Path, plant: str) -> None:
    content = io.BytesIO()
    with xlsxwriter.Workbook(content) as book:
        sheet = book.add_worksheet(plant[:31])
        for number, values in enumerate(((plant, ""), HEADERS, GOOD)):
            for place, value in enumerate(values):
                sheet.write(number, place, value)
    # A name of a person in a file's name cannot be told from any other word: numbers and addresses can.
    name = plant if any(sign.isdigit() or sign == "@" for sign in plant) and plant != STREET else "uttag"
    mapping, delivery = tmp_path / f"m {name}.yaml", tmp_path / f"{name}.xlsx"
    mapping.write_text(MAPPING.replace("namn: prov", "namn: [prov"), encoding="utf-8")
    delivery.write_bytes(content.getvalue())
    said = say("check", mapping, "--against", delivery) + say("suggest", delivery)
    said += say("suggest", delivery, "-o", tmp_path / "finns" / "inte" / f"{name}.yaml")
    mapping.write_text(MAPPING, encoding="utf-8")
    said += say("check", mapping, "--against", tmp_path / f"{name}.csv")
    assert leaks(said) == []


@pytest.mark.parametrize("plant", [NAME, STREET, EMAIL, PHONE, *NUMBERS])
def test_a_delivery_given_as_the_mapping_is_not_repeated(tmp_path: Path, plant: str) -> None:
    for text in (f"{plant}: {plant}\n", f"namn: a\nversion: 1\nkolumner:\n  {plant}: x\n", f"arende_id;{plant}\n1;2\n",
                 f"namn: a\nversion: 1\nkoder:\n  kon:\n    '{plant}': '{plant}'\n",
                 f"namn: a\nversion: 1\nlokala:\n  '{plant}':\n    titel: '{plant}'\n    etiketter: {{'{plant}': x}}\n",
                 f"namn: a\nversion: 1\nfiler:\n  '{plant}':\n    tabeller: ['{plant}']\n"):  # fmt: skip
        path = tmp_path / "m.yaml"
        path.write_text(text, encoding="utf-8")
        said = say("check", path)
        assert "UserError" in said
        assert leaks(said) == []
