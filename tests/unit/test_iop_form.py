"""The IOP form as it is sent out: what can be changed in it, what it says of what is typed, and how it prints."""

import io
import re
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.worksheet.worksheet import Worksheet

from sources.iop.form import EXAMPLE_FIGURES, EXAMPLE_REASONS, write_form
from sources.iop.layout import LATEST, LAYOUTS
from sources.iop.rules import FILL_IN, checks, control, control_formula, findings
from warehouse.contracts.codes import CODES
from warehouse.contracts.errors import UserError
from warehouse.contracts.faults import RULES

EXAMPLE = Path(__file__).parents[2] / "examples" / "iop_0114_2019.xlsx"
JOUR = "Kvinnojouren Exempel (påhittad)"


def written(path: Path, **filled: Any) -> openpyxl.Workbook:
    write_form(path, kommun="0114", ar=2025, jour="Jouren Prov", **filled)
    return openpyxl.load_workbook(path)


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> openpyxl.Workbook:
    return written(tmp_path_factory.mktemp("form") / "form.xlsx")


@pytest.mark.parametrize(
    ("kommun", "ar", "jour"),
    [
        ("9999", 2025, "Jouren Prov"),
        ("114", 2025, "Jouren Prov"),
        ("0114", 1974, "Jouren Prov"),
        ("0114", 2101, "Jouren Prov"),
        ("0114", 2025, "Jour 7"),
        ("0114", 2025, "J"),
        ("0114", 2025, "jour@prov.example"),
        ("0114", 2025, " Jouren Prov"),
        ("0114", 2025, "J" * 61),
        ("0114", 2025, ""),
    ],
)
def test_a_form_that_could_not_be_read_back_is_not_written(tmp_path: Path, kommun: str, ar: int, jour: str) -> None:
    with pytest.raises(UserError):
        write_form(tmp_path / "form.xlsx", kommun=kommun, ar=ar, jour=jour)
    assert not (tmp_path / "form.xlsx").exists()


@pytest.mark.parametrize(
    "filled",
    [
        {"figures": {("volontarer", "kvinna"): 1}},
        {"figures": {("besok", "totalt"): 1}},
        {"reasons": {"besok": "annat"}},
        {"reasons": {"volontarer": "vet inte"}},
    ],
)
def test_figures_for_boxes_that_the_form_lacks_are_refused(tmp_path: Path, filled: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="boxes"):
        write_form(tmp_path / "form.xlsx", kommun="0114", ar=2025, jour="Jouren Prov", **filled)


def test_the_form_asks_for_every_post_once_and_the_first_version_for_its_own(book: openpyxl.Workbook) -> None:
    titles = [cell.value for cell in book["Uppgifter"]["A"]]
    assert [titles.count(title) for title in CODES["iop_post"].values()] == [1] * len(CODES["iop_post"])
    assert list(LATEST.posts) == list(CODES["iop_post"])
    assert len(LAYOUTS["iop-1"].posts) == 10
    assert set(LAYOUTS["iop-1"].posts) <= set(CODES["iop_post"])


def test_the_agreements_seven_items_are_asked_for_as_counts() -> None:
    asked = set(LATEST.cells)
    for post in ("kontakter", "boende_vuxna", "boende_barn", "boendenatter_vuxna", "boendenatter_barn",
                 "nekade_platsbrist", "nekade_barn_platsbrist", "kontakter_heder", "kontakter_under_18"):  # fmt: skip
        assert {kon for p, kon in asked if p == post} == {"kvinna", "man", "annat_okant", "totalt"}
    for post in ("barn_skolplats", "enkat_tillfragade", "enkat_svar", "enkat_hjalpta", "otillrackliga_insatser",
                 "utatriktade_aktiviteter", "volontarer", "volontartimmar", "fast_anstallda"):  # fmt: skip
        assert {kon for p, kon in asked if p == post} == {"totalt"}


def unlocked(sheet: Worksheet) -> set[str]:
    return {cell.coordinate for row in sheet.iter_rows() for cell in row if not cell.protection.locked}


def test_only_the_boxes_to_fill_in_can_be_changed(book: openpyxl.Workbook) -> None:
    assert book.sheetnames == ["Läs mig", "Försättsblad", "Uppgifter", "Exempel (påhittat)"]
    assert all(sheet.protection.sheet for sheet in book)
    assert unlocked(book["Läs mig"]) == unlocked(book["Exempel (påhittat)"]) == set()
    assert unlocked(book["Försättsblad"]) == {"B6"}
    boxes = {f"{letter}{row}" for row, letter in map(LATEST.place, LATEST.cells)}
    reasons = {f"F{row}" for row, _ in LATEST.posts.values()}
    assert len(boxes) == 9 * 4 + 12
    assert unlocked(book["Uppgifter"]) == boxes | reasons
    grey = {f"{c}{row}" for row, _ in LATEST.posts.values() for c in "BCDE"} - boxes
    assert {book["Uppgifter"][cell].value for cell in grey} == {"–"}


def test_every_box_says_what_to_write_and_takes_nothing_else(book: openpyxl.Workbook) -> None:
    sheet = book["Uppgifter"]
    covered: set[str] = set()
    for rule in sheet.data_validations.dataValidation:
        assert rule.prompt and len(rule.prompt) <= 255
        assert rule.promptTitle and len(rule.promptTitle) <= 32
        assert rule.error and len(rule.error) <= 255
        assert (rule.showErrorMessage, rule.showInputMessage, rule.errorStyle or "stop") == (True, True, "stop")
        for area in rule.sqref.ranges:
            covered |= {f"{openpyxl.utils.get_column_letter(c)}{r}" for r, c in area.cells}
    assert covered == unlocked(sheet)
    lists = [rule.formula1 for rule in sheet.data_validations.dataValidation if rule.type == "list"]
    assert set(lists) == {'"' + ",".join(CODES["saknas_orsak_jour"].values()) + '"'}
    numbers = [rule for rule in sheet.data_validations.dataValidation if rule.type == "whole"]
    assert {(rule.formula1, rule.formula2) for rule in numbers} == {("0", "1000000")}


def test_it_prints_on_one_a4_wide_with_its_headers(book: openpyxl.Workbook) -> None:
    for sheet in book:
        assert (sheet.page_setup.paperSize, sheet.page_setup.fitToHeight) == (9, 0)
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert sheet.print_title_rows
        assert sheet.freeze_panes
        assert sheet.oddFooter.right.text


def test_the_version_stands_on_the_cover_and_is_named(book: openpyxl.Workbook) -> None:
    assert book.defined_names["iop_formularversion"].attr_text == "'Försättsblad'!$B$7"
    assert book["Försättsblad"]["B7"].value == LATEST.version == "iop-2"
    assert set(book.defined_names) >= {f"iop_{post}" for post in CODES["iop_post"]}


def test_what_is_invented_says_so_where_it_is_seen(tmp_path: Path, book: openpyxl.Workbook) -> None:
    assert "PÅHITTAT" in book["Exempel (påhittat)"]["A1"].value
    for made, says in ((True, True), (False, False)):
        path = tmp_path / f"{made}.xlsx"
        written(path, pahittad=made)
        shown = openpyxl.load_workbook(path, data_only=True)["Försättsblad"]
        assert shown["B6"].value == ("ja" if made else "nej")
        assert ("PÅHITTADE" in str(shown["A9"].value)) is says


def parts(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return {name: package.read(name) for name in package.namelist()}


def test_the_same_figures_give_the_same_bytes_and_the_example_is_such_a_form(tmp_path: Path) -> None:
    filled: dict[str, Any] = {"figures": EXAMPLE_FIGURES, "reasons": EXAMPLE_REASONS, "pahittad": True}
    first, second = tmp_path / "a.xlsx", tmp_path / "b.xlsx"
    for path in (first, second):
        write_form(path, kommun="0114", ar=2019, jour=JOUR, **filled)
    assert first.read_bytes() == second.read_bytes()
    # Compression differs between builds of zlib, so the committed form is compared by what it holds.
    assert parts(first.read_bytes()) == parts(EXAMPLE.read_bytes())


# What the sheet says beside each row


def test_a_new_form_lists_what_is_to_be_filled_in_and_the_example_has_nothing_to_mend(tmp_path: Path) -> None:
    for filled, says in (({}, {FILL_IN}), ({"figures": EXAMPLE_FIGURES, "reasons": EXAMPLE_REASONS}, {"OK"})):
        path = tmp_path / "form.xlsx"
        written(path, **filled)
        shown = openpyxl.load_workbook(path, data_only=True)["Uppgifter"]
        assert {shown.cell(row, 7).value for row, _ in LATEST.posts.values()} == says


def test_the_cover_counts_what_is_left_to_do(tmp_path: Path) -> None:
    worse = dict(EXAMPLE_FIGURES) | {("kontakter", "totalt"): 1, ("enkat_svar", "totalt"): 99}
    del worse["volontarer", "totalt"]
    for figures, left in (
        ({}, "0 att rätta, 21 att fylla i, 0 att se över"),
        (EXAMPLE_FIGURES, "0 att rätta, 0 att fylla i, 0 att se över"),
        (worse, "4 att rätta, 1 att fylla i, 0 att se över"),  # the total, its two parts, and the answers
    ):
        path = tmp_path / "form.xlsx"
        written(path, figures=figures, reasons=EXAMPLE_REASONS if figures else {})
        shown = openpyxl.load_workbook(path, data_only=True)["Försättsblad"]["A10"].value
        assert shown == f"Rader kvar i bladet Uppgifter: {left}"
        formula = openpyxl.load_workbook(path)["Försättsblad"]["A10"].value
        assert formula.count("SUMPRODUCT(") == 3 and "$G$2:$G$29" in formula


def test_every_rule_between_boxes_has_words_and_can_be_broken() -> None:
    told = set()
    for check in checks(LATEST):
        figures = dict.fromkeys(check.left, 1_000_000) | dict.fromkeys(check.right, 0)
        told |= {f.regel for f in findings(LATEST, figures) if f.at == check.at}
        assert check.regel in told
        assert RULES[check.regel].fel.endswith(".")
        assert len(RULES[check.regel].fel) < 240
    assert {check.regel for check in checks(LATEST)} == told - {"iop_summa"}


class Seen:
    """One cell as a formula sees it."""

    def __init__(self, value: Any) -> None:
        self.value = value

    def __eq__(self, other: object) -> bool:
        return ("" if self.value is None and isinstance(other, str) else self.value or 0) == other

    def __ne__(self, other: object) -> bool:
        return not self == other

    __hash__ = None  # type: ignore[assignment]

    def __lt__(self, other: float) -> bool:
        return (self.value or 0) < other

    def __gt__(self, other: float) -> bool:
        return (self.value or 0) > other


def shown_by(formula: str, cells: dict[str, Any]) -> Any:
    """What the formula comes to, worked out by Python from the formula's own text: no code of the form's is used."""

    def area(first: str, last: str) -> list[Any]:
        return [cells.get(f"{chr(c)}{first[1:]}") for c in range(ord(first[0]), ord(last[0]) + 1)]

    def flat(values: tuple[Any, ...]) -> list[Any]:
        out: list[Any] = []
        for value in values:
            out += value.raw if isinstance(value, Area) else [value.value if isinstance(value, Seen) else value]
        return out

    class Area(np.ndarray):
        raw: list[Any]

    def make(first: str, last: str) -> Any:
        raw = area(first, last)
        made = np.array([v if isinstance(v, int | float) else 0 for v in raw], dtype=float).view(Area)
        made.raw = raw
        return made

    words = re.split(r'("[^"]*")', formula.removeprefix("="))
    for place in range(0, len(words), 2):
        text = words[place].replace("<>", "!=")
        text = re.sub(r"(?<![!<>=])=(?!=)", "==", text)
        text = re.sub(r"\b([A-G]\d+):([A-G]\d+)\b", r"AREA('\1','\2')", text)
        words[place] = re.sub(r"(?<!')\b([A-G]\d+)\b(?!')", r"CELL('\1')", text)
    names = {
        "AREA": make,
        "CELL": lambda ref: Seen(cells.get(ref)),
        "IF": lambda test, yes, no: yes if test else no,
        "AND": lambda *tests: all(tests),
        "OR": lambda *tests: any(tests),
        "NOT": lambda test: not test,
        "INT": lambda values: np.floor(np.asarray(values)),
        "COUNT": lambda *values: sum(isinstance(v, int | float) for v in flat(values)),
        "COUNTA": lambda *values: sum(v is not None for v in flat(values)),
        "SUM": lambda *values: sum(v for v in flat(values) if isinstance(v, int | float)),
        "SUMPRODUCT": lambda values: np.asarray(values).sum(),
    }
    return eval("".join(words), {"__builtins__": {}}, names)  # noqa: S307


REPORTS = st.fixed_dictionaries(
    {},
    optional={
        cell: st.one_of(st.integers(0, 3), st.sampled_from([50, 366, 367, 9000, 1_000_000])) for cell in LATEST.cells
    },
)


@given(figures=REPORTS, reasons=st.sets(st.sampled_from(list(LATEST.posts))))
@settings(max_examples=60, deadline=None)
def test_the_sheets_own_formulas_say_what_reading_says(figures: dict[tuple[str, str], int], reasons: set[str]) -> None:
    cells: dict[str, Any] = {}
    for cell, antal in figures.items():
        row, letter = LATEST.place(cell)
        cells[f"{letter}{row}"] = antal
    cells |= {f"F{LATEST.posts[post][0]}": "Annan orsak" for post in reasons}
    for post in LATEST.posts:
        said = shown_by(control_formula(LATEST, post), cells)
        assert said == control(LATEST, post, figures, reason=post in reasons)


@pytest.mark.parametrize("typed", ["ca 17", -1, 2.5, 1_000_001])
def test_the_sheets_own_formula_asks_for_whole_numbers(typed: Any) -> None:
    assert shown_by(control_formula(LATEST, "kontakter"), {"B3": typed}).startswith("Rätta: skriv bara hela tal")
    assert shown_by(control_formula(LATEST, "volontarer"), {"E27": typed}).startswith("Rätta: skriv bara hela tal")
