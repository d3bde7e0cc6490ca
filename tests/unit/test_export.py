"""The forms for Kolada and EIGE: secrecy first, one unit chosen or both, unknown is a blank with a word."""

from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from typer.testing import CliRunner

from assets.tables.catalogue import TABLES
from assets.tables.kolada import SPEC
from pipelines.cli import app
from pipelines.cli_export import SECRECY, as_csv, form_lines, write_xlsx
from tests.table_tools import table

CASE = {
    "arende_id": "a1", "person_id": "p1", "roll": "valdsutsatt_vuxen", "kon": "kvinna", "aldersgrupp": "26_40",
    "startdatum": date(2019, 1, 1),
}  # fmt: skip
CONTACT = {
    "aktualisering_id": "k1", "arende_id": "a1", "datum": date(2019, 1, 1), "malgrupp": "valdsutsatt_vuxen",
    "kon": "kvinna", "aldersgrupp": "26_40",
}  # fmt: skip


def lines(enhet: str | None = None) -> list[tuple[Any, ...]]:
    cells = table(SPEC, {"arende": [CASE], "aktualisering": [CONTACT]}).cells
    rows = [r | {"varde": r["varde"] if r["status"] == "visas" else None} for r in cells.to_dict("records")]
    return form_lines(SPEC, "0114", 2019, rows, ["=En not"], enhet)


def test_the_secrecy_comes_first_and_the_notes_last() -> None:
    text = as_csv(lines())
    assert text.splitlines()[0] == SECRECY
    assert "får inte lämnas ut" in SECRECY.casefold()
    assert text.splitlines()[-1] == "'=En not"  # no text is read as a formula
    assert "Upplands Väsby (0114), 2019" in text


@pytest.mark.parametrize(
    ("enhet", "cases", "persons"), [(None, True, True), ("arenden", True, False), ("personer", False, True)]
)
def test_the_unit_is_a_choice(enhet: str | None, cases: bool, persons: bool) -> None:
    titles = {line[1] for line in lines(enhet) if len(line) > 3}
    assert ("U30750 aktualiserade: ärenden med vuxna" in titles) == cases
    assert ("U30750 aktualiserade: vuxna" in titles) == persons


def test_what_is_not_known_is_blank_with_a_word_and_zero_is_zero() -> None:
    found = {(line[0], line[1]): line[3:] for line in lines() if len(line) > 4}
    assert found["Totalt", "Vuxna invånare den 31 december"] == ("", "uppgift saknas")
    assert found["Totalt", "U30750 aktualiserade: vuxna"] == (1.0, "")
    assert found["Man", "U30750 aktualiserade: vuxna"] == (0.0, "")


def test_the_workbook_holds_numbers_and_no_formulas(tmp_path: Path) -> None:
    path = tmp_path / "kolada.xlsx"
    write_xlsx(path, "kolada", lines())
    page = openpyxl.load_workbook(path)["kolada"]
    assert page["A1"].value == SECRECY
    assert {c.data_type for row in page for c in row if c.value is not None} == {"s", "n"}
    assert SECRECY in page.oddHeader.center.text


def test_what_is_protected_has_a_remark_and_a_span_is_text() -> None:
    cell = {"period": "2019", "kon": "man", "matt": "antal_u30750_personer", "varde": None, "fran": None, "till": None}
    rows = [cell | {"status": "skyddas"}, cell | {"status": "intervall", "fran": 10, "till": 19}]
    hidden, spans = form_lines(SPEC, "0114", 2019, rows, [], mark="Utgåva 7")[5:7]
    assert hidden == ("Man", "U30750 aktualiserade: vuxna", "Person", "", "skyddad uppgift")
    assert spans[3:] == ("10–19", "")
    assert as_csv(form_lines(SPEC, "0114", 2019, rows, [], mark="Utgåva 7")).startswith("Utgåva 7\r\n")


def test_a_rate_says_what_it_is_per_and_a_median_does_not() -> None:
    units = {m.name: m.enhet for spec in TABLES.values() for m in spec.shown_measures}
    assert units["per10000_u30751_arenden"] == "per_10000_vuxna"
    assert units["per_100000"] == "per_100000_inv"
    assert [n for n, enhet in units.items() if enhet.startswith("per_") and "per" not in n] == []
    found = {line[1]: line[2] for line in lines() if len(line) > 3}
    assert found["U30750 aktualiserade: vuxna per 10 000 vuxna"] == "Per 10 000 vuxna"


@pytest.mark.parametrize(
    "said",
    [
        ["socialstyrelsen", "--ar", "2019", "--kommun", "0114"],
        ["eige", "--ar", "2019", "--kommun", "0114", "--enhet", "arenden"],
        ["kolada", "--ar", "2019", "--kommun", "0114", "--enhet", "brott"],
        ["kolada", "--ar", "2019", "--kommun", "0114", "-o", "kolada.pdf"],
    ],
)
def test_a_wrong_call_is_told_before_anything_is_opened(said: list[str]) -> None:
    assert CliRunner().invoke(app, ["export", *said]).exit_code == 2
