"""The workbook with a sheet for each register table: what is wrong with it is told kindly, at its place."""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from sources import registry
from sources._values import head
from sources.base import Reading, Unreadable
from sources.forms import arbetsbok
from sources.forms.arbetsbok_form import TABLES, columns, write_register_form
from sources.mapping import Mapping, load_mapping
from sources.readers import sheet_names
from sources.recognition import recognise
from tests.form_tools import Grids, book, column_of, found, grids, places, table, workbook
from warehouse.contracts.delivery import Fault
from warehouse.contracts.errors import UserError
from warehouse.contracts.faults import RULES, explain

COVER = "Försättsblad"


@pytest.fixture
def sheets() -> Grids:
    return grids(workbook())


def read(sheets: Grids, slip: dict[str, Any] | None = None, **formulas: Any) -> Reading:
    return arbetsbok.read(book(sheets, **formulas), slip or {})


def refused(content: bytes | Grids, slip: dict[str, Any] | None = None) -> list[Fault]:
    """What the whole file is refused for; every rule refuses whole files and has words of its own."""
    with pytest.raises(Unreadable) as error:
        arbetsbok.read(content if isinstance(content, bytes) else book(content), slip or {})
    for fault in error.value.faults:
        assert RULES[fault.regel].hel
        assert all(explain(fault.regel, fault.kolumn))
    return list(error.value.faults)


def told(sheets: Grids, **formulas: Any) -> set[tuple[str, str | None, int | None, str | None]]:
    return {(f.regel, f.blad, f.rad, f.bokstav) for f in found(read(sheets, **formulas))}


def row_of(sheets: Grids, question: str) -> int:
    return next(i for i, row in enumerate(sheets[COVER]) if row[0] == question)


def answer(sheets: Grids, question: str, text: str) -> Grids:
    sheets[COVER][row_of(sheets, question)][1] = text
    return sheets


def put(sheets: Grids, sheet: str, title: str, text: str, row: int = 1) -> tuple[str, int, int]:
    place = column_of(sheets[sheet], title)
    sheets[sheet][row][place] = text
    return sheet, row, place


def test_the_cover_says_what_a_foljesedel_says(sheets: Grids) -> None:
    assert read(sheets).facts == {
        "kalla": "verksamhetssystem",
        "namnd": "0114",
        "avsandare": "Socialtjänsten i Upplands Väsby (påhittade uppgifter)",
        "uttagsdatum": "2026-01-15",
        "omfang": "periodutdrag",
        "period": "2025",
        "syntetisk": "ja",
    }


def test_a_workbook_that_was_sent_back_says_which_delivery_it_corrects(sheets: Grids) -> None:
    sheets["Att rätta"] = [["Leverans", "17"], ["Blad", "Ärenden"]]
    assert read(sheets).facts["rattar"] == "17"
    sheets["Att rätta"] = [["Leverans", "Anna"]]
    assert "rattar" not in read(sheets).facts


def test_sheets_are_found_by_title_or_by_table_and_columns_in_any_order(sheets: Grids) -> None:
    want = table(read(sheets), "insats").frame
    grid = sheets.pop("Insatser")
    names = {head(c.title): c.name for c in TABLES["insats"].delivered()}
    turned = [list(reversed(row)) for row in grid]
    turned[0] = [names[head(cell)].upper() for cell in turned[0]]
    sheets["insats"] = [["Uttag ur systemet"], [], *turned]
    got = table(read(sheets), "insats")
    assert got.frame.equals(want)
    assert list(got.rows)[:2] == [4, 5]


def test_an_empty_sheet_is_not_delivered_and_one_said_to_hold_nothing_is(sheets: Grids) -> None:
    sheets["Barn"] = sheets["Barn"][:1]
    sheets.pop("Insatser")
    assert {"barn", "insats"}.isdisjoint(p.tabell for p in read(sheets).parts)
    answer(sheets, "Bladet Barn", "Inget att redovisa")
    answer(sheets, "Bladet Insatser", "inget att redovisa")
    reading = read(sheets)
    assert [len(table(reading, name).frame) for name in ("barn", "insats")] == [0, 0]
    assert found(reading) == []


def test_rows_in_a_sheet_said_to_hold_nothing(sheets: Grids) -> None:
    faults = refused(answer(sheets, "Bladet Insatser", "Inget att redovisa"))
    assert [(f.regel, f.blad, f.tabell) for f in faults] == [("inget_men_rader", "Insatser", "insats")]


def test_nothing_filled_in(tmp_path: Path) -> None:
    path = tmp_path / "tom.xlsx"
    stated = {"uttagsdatum": "2026-01-15", "period": "2025"}
    write_register_form(path, kommun="0114", avsandare="Nämnden", rows=5, stated=stated)
    assert [f.regel for f in refused(path.read_bytes())] == ["arbetsbok_tom"]


def test_the_cover_is_missing(sheets: Grids) -> None:
    sheets.pop(COVER)
    assert refused(sheets) == [Fault("bladet_saknas", blad=COVER)]


@pytest.mark.parametrize("version", ["arbetsbok-0", "", "arendeblad-1"])
def test_another_version(sheets: Grids, version: str) -> None:
    row = row_of(sheets, "Formulärversion") + 1
    faults = refused(answer(sheets, "Formulärversion", version))
    assert faults == [Fault("formularversion", row, "version", COVER, bokstav="B")]


@pytest.mark.parametrize(
    ("question", "text", "rule", "kolumn"),
    [
        ("Kommunkod", "9999", "okand_kommun", "namnd"),
        ("Kommunkod", "", "forsattsblad_tomt", "namnd"),
        ("Kommun", "Linköping", "forsattsblad_fel", "kommun"),
        ("Avsändare", "", "forsattsblad_tomt", "avsandare"),
        ("Uttagsdatum", "i går", "forsattsblad_fel", "uttagsdatum"),
        ("Omfång", "Lite av varje", "forsattsblad_fel", "omfang"),
        ("Period", "förra året", "forsattsblad_fel", "period"),
        ("Period", "", "forsattsblad_fel", "period"),
        ("Påhittade uppgifter", "kanske", "forsattsblad_fel", "syntetisk"),
        ("Bladet Barn", "nej", "forsattsblad_fel", "barn"),
    ],
)
def test_a_bad_answer_on_the_cover(sheets: Grids, question: str, text: str, rule: str, kolumn: str) -> None:
    row = row_of(sheets, question) + 1
    assert refused(answer(sheets, question, text)) == [Fault(rule, row, kolumn, COVER, bokstav="B")]


def test_a_question_that_stands_twice(sheets: Grids) -> None:
    sheets[COVER].append(["Kommunkod", "0580"])
    assert refused(sheets) == [Fault("forsattsblad_fel", len(sheets[COVER]), "namnd", COVER, bokstav="A")]


def test_the_slip_may_say_what_the_cover_does_not(sheets: Grids) -> None:
    answer(sheets, "Avsändare", "")
    assert "avsandare" not in read(sheets, {"avsandare": "Förvaltningen"}).facts


def test_all_that_is_wrong_is_told_at_once(sheets: Grids) -> None:
    for sheet, title in (("Ärenden", "Roll"), ("Insatser", "Beslut"), ("Mätningar", "Fas")):
        place = column_of(sheets[sheet], title)
        sheets[sheet] = [row[:place] + row[place + 1 :] for row in sheets[sheet]]
    faults = refused(sheets)
    assert [(f.regel, f.kolumn, f.blad, f.tabell) for f in faults] == [
        ("saknad_kolumn", "roll", "Ärenden", "arende"),
        ("saknad_kolumn", "beslut", "Insatser", "insats"),
        ("saknad_kolumn", "fas", "Mätningar", "matning"),
    ]


def test_a_header_that_stands_twice(sheets: Grids) -> None:
    width = len(sheets["Insatser"][0])
    for row in sheets["Insatser"]:
        row.append("Beslut" if row is sheets["Insatser"][0] else "")
    assert {(f.regel, f.blad) for f in refused(sheets)} == {("dubbel_kolumn", "Insatser")}
    sheets["Insatser"][0][width] = "beslut"  # the table's own name for the column that has the title
    assert {(f.regel, f.blad) for f in refused(sheets)} == {("dubbel_kolumn", "Insatser")}


def test_merged_headers(sheets: Grids) -> None:
    """Two headers merged to one: the second column has none, so what it held is missing."""
    place = column_of(sheets["Insatser"], "Beslut")
    sheets["Insatser"][0][place] = ""
    faults = refused(sheets)
    assert [(f.regel, f.kolumn, f.blad) for f in faults] == [("saknad_kolumn", "beslut", "Insatser")]


def test_a_sheet_that_is_not_ours(sheets: Grids) -> None:
    sheets["Anna Andersson"] = [["x"]]
    faults = refused(sheets)
    assert faults == [Fault("okant_blad", kolumn=f"blad {len(sheets)}")]
    sheets["Anna Andersson"] = [[""]]
    assert read(sheets).parts


def test_a_table_in_two_sheets(sheets: Grids) -> None:
    sheets["insats"] = sheets["Insatser"]
    assert [(f.regel, f.tabell) for f in refused(sheets)] == [("dubbelt_blad", "insats")]


def test_a_table_that_stands_in_the_example_sheet_only_is_not_read(sheets: Grids) -> None:
    sheets["Exempel insatser"] = sheets.pop("Insatser")
    assert "insats" not in [part.tabell for part in read(sheets).parts]


@pytest.mark.parametrize(
    ("sheet", "title", "text", "rule"),
    [
        ("Insatser", "Antal tillfällen", "sju", "heltal"),
        ("Insatser", "Antal tillfällen", "9999", "utanfor_granser"),
        ("Insatser", "Kostnad", "dyrt", "tal"),
        ("Insatser", "Insatstyp", "Stödsamtall", "okand_kod"),
        ("Insatser", "Beslutsdatum", "den 3 mars", "datum_format"),
        ("Insatser", "Beslutsdatum", "45000", "datum_format"),
        ("Insatser", "Beslutsdatum", "2031-01-01", "datum_orimligt"),
        ("Ärenden", "Våldstyp", "Fysiskt våld; annat", "okand_kod"),
        ("Ärenden", "Kön", "", "saknas"),
        ("Ärenden", "Ålder", "fyrtio", "heltal"),
        ("Ärenden", "Ålder", "400", "utanfor_granser"),
        ("Ärenden", "Enhet", "Storgatans mottagning", "form"),
        ("Ärenden", "Enhet", "18900101-9802", "identitet_i_fel_kolumn"),
        ("Ärenden", "Person", "18900101-9803", "personnummer_kontrollsiffra"),
        ("Brukarenkät", "Bemötande", "6", "utanfor_granser"),
    ],
)
def test_a_bad_cell(sheets: Grids, sheet: str, title: str, text: str, rule: str) -> None:
    _, row, place = put(sheets, sheet, title, text)
    letter = chr(65 + place)
    assert told(sheets) == {(rule, sheet, row + 1, letter)}


@pytest.mark.parametrize("sheet", ["Ärenden", "Insatser"])
def test_a_formula_error_is_no_blank(sheets: Grids, sheet: str) -> None:
    title = {"Ärenden": "Svårighetsgrad", "Insatser": "Antal tillfällen"}[sheet]
    cell = put(sheets, sheet, title, "#N/A", row=2)
    before = len(table(read(sheets), "insats").frame)
    reading = read(sheets, formulas=[cell])
    assert told(sheets, formulas=[cell]) == {("formelfel", sheet, 3, chr(65 + cell[2]))}
    assert len(table(reading, "insats").frame) == before - (sheet == "Insatser")


def test_headers_of_what_may_not_be_collected(sheets: Grids) -> None:
    for row in sheets["Barn"]:
        row += ["", ""]
    width = len(sheets["Barn"][0])
    sheets["Barn"][0][width - 2 :] = ["Skolans namn", "Adress"]
    letters = [chr(65 + width - 2), chr(65 + width - 1)]
    assert told(sheets) == {("far_inte_samlas_in", "Barn", 1, letter) for letter in letters}


def test_a_column_that_nobody_knows_is_noted_and_searched_for_identifiers(sheets: Grids) -> None:
    for row in sheets["Barn"]:
        row.append("")
    width = len(sheets["Barn"][0])
    sheets["Barn"][0][-1], sheets["Barn"][1][-1] = "Eget", "070-174 06 05"
    reading = read(sheets)
    letter = chr(64 + width)
    notes = [(w.regel, w.kolumn, w.blad) for p in reading.parts for w in p.warnings]
    assert notes == [("okand_kolumn", f"kolumn {letter}", "Barn")]
    assert [(f.regel, f.kolumn, f.bokstav) for f in found(reading)] == [
        ("identitet_i_fel_kolumn", f"kolumn {letter}", letter)
    ]


def test_blank_rows_change_nothing(sheets: Grids) -> None:
    want = table(read(sheets), "insats")
    sheets["Insatser"][2:2] = [[" "] * 3, []]
    sheets["Insatser"] += [[" "], [], ["\u00a0"]]
    got = table(read(sheets), "insats")
    assert got.frame.reset_index(drop=True).equals(want.frame.reset_index(drop=True))
    assert list(got.rows) == [2, *(row + 2 for row in want.rows[1:])]


def test_hidden_rows_are_read_like_the_others(tmp_path: Path) -> None:
    opened = openpyxl.load_workbook(io.BytesIO(workbook()))
    opened["Ärenden"].row_dimensions[3].hidden = True
    opened.save(tmp_path / "dold.xlsx")
    want = table(arbetsbok.read(workbook(), {}), "arende")
    got = table(arbetsbok.read((tmp_path / "dold.xlsx").read_bytes(), {}), "arende")
    assert got.frame.equals(want.frame)
    assert list(got.rows) == list(want.rows)


def test_an_age_fills_the_age_group(sheets: Grids) -> None:
    for row in sheets["Ärenden"][1:]:
        if row[0]:
            row[column_of(sheets["Ärenden"], "Åldersgrupp")] = ""
            row[column_of(sheets["Ärenden"], "Ålder")] = "44"
    reading = read(sheets)
    assert found(reading) == []
    assert not any(part.warnings for part in reading.parts)


@pytest.mark.parametrize(
    "broken",
    [
        b"",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512,  # .xls, and any workbook with a password
        b"PK\x03\x04 cut short",
        b"Ingen arbetsbok alls",
    ],
)
def test_a_file_that_is_no_workbook(broken: bytes) -> None:
    assert {f.regel for f in refused(broken)} <= {"tom_fil", "filformat"}


def test_a_workbook_without_its_sheets() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("hej.txt", "hej")
    assert [f.regel for f in refused(out.getvalue())] == ["filformat"]


def test_a_workbook_with_macros_is_not_opened() -> None:
    with pytest.raises(Unreadable) as error:
        recognise(workbook(), "arbetsbok.xlsm", registry.SOURCES, {"tabell": "arbetsbok"})
    assert [f.regel for f in error.value.faults] == ["filformat"]


def test_it_is_recognised_without_a_slip() -> None:
    assert recognise(workbook(), "vad som helst.xlsx", registry.SOURCES, {}).tabell == "arbetsbok"


def mapping(text: str) -> Mapping:
    return load_mapping(f"namn: prov\nversion: '1'\n{text}", refused=lambda _names: [])


def test_the_kommuns_own_names_and_codes(sheets: Grids) -> None:
    want = table(read(sheets), "arende").frame
    place = column_of(sheets["Ärenden"], "Kön")
    sheets["Ärenden"][0][place] = "Juridiskt kön"
    for row in sheets["Ärenden"][1:]:
        row[place] = {"Kvinna": "F", "Man": "H", "Annat eller okänt": "?"}.get(row[place], "")
    slip = {"_mapping": mapping(
        "tabeller:\n  arende:\n    kolumner:\n      kon: Juridiskt kön\n"
        "    koder:\n      kon:\n        F: kvinna\n        H: man\n        '?': annat_okant\n"
    )}  # fmt: skip
    assert table(read(sheets, slip), "arende").frame.equals(want)


def test_local_variables_that_are_declared_are_read_and_others_are_noted(sheets: Grids) -> None:
    for number, row in enumerate(sheets["Ärenden"]):
        row.extend(["Har hund", "Övrigt"] if number == 0 else (["J", "x"] if number == 1 else ["", ""]))
    slip = {"_mapping": mapping(
        "lokala:\n  hund:\n    titel: Husdjur i hemmet\n    kolumn: Har hund\n"
        "    koder:\n      J: ja\n      N: nej\n    etiketter:\n      ja: Ja\n      nej: Nej\n"
    )}  # fmt: skip
    reading = read(sheets, slip)
    assert table(reading, "lokal_variabel").frame.iloc[0].to_dict() == {
        "arende_id": sheets["Ärenden"][1][0], "variabel": "hund", "varde": "ja",
    }  # fmt: skip
    assert [w.regel for p in reading.parts for w in p.warnings] == ["okand_kolumn"]


def test_the_template_asks_for_every_column_once() -> None:
    for contract in TABLES.values():
        meant = {(head(word), c.name) for c in columns(contract) for word in (c.name, c.title)}
        assert len({word for word, _ in meant}) == len(meant)
        assert {c.name for c in columns(contract)} >= {c.name for c in contract.delivered()}


def test_the_template_is_locked_and_has_lists_and_help(tmp_path: Path) -> None:
    path = tmp_path / "mall.xlsx"
    write_register_form(path, kommun="0114", rows=30)
    assert sheet_names(path.read_bytes())[:3] == ("Läs mig", COVER, "Exempel")
    opened = openpyxl.load_workbook(path)
    assert all(sheet.protection.sheet for sheet in opened.worksheets)
    sheet = opened["Insatser"]
    assert sheet["A1"].protection.locked and not sheet["A2"].protection.locked
    rules = {str(rule.sqref): rule for rule in sheet.data_validations.dataValidation}
    assert len(rules) == len(list(TABLES["insats"].delivered()))
    assert all(rule.showInputMessage and rule.prompt for rule in rules.values())
    place = {c.name: chr(65 + i) for i, c in enumerate(TABLES["insats"].delivered())}
    kind = rules[f"{place['insatstyp']}2:{place['insatstyp']}31"]
    assert kind.type == "list" and kind.showErrorMessage
    end = rules[f"{place['slutdatum']}2:{place['slutdatum']}31"]
    assert end.type == "date" and f"${place['verkstalld']}2" in end.formula1 and end.formula2 == "TODAY()"
    assert opened["Listor"].sheet_state == "hidden"


def test_the_same_records_give_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a.xlsx", "b.xlsx"):
        write_register_form(tmp_path / name, kommun="0114", rows=5)
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


@pytest.mark.parametrize("kommun", ["9999", "Väsby"])
def test_an_unknown_kommun_gets_no_template(tmp_path: Path, kommun: str) -> None:
    with pytest.raises(UserError, match="Kommunkoden"):
        write_register_form(tmp_path / "mall.xlsx", kommun=kommun)
    assert not list(tmp_path.iterdir())


def test_no_value_of_a_record_is_in_a_fault(sheets: Grids) -> None:
    word: Callable[[Fault], str] = lambda fault: f"{fault!r}{explain(fault.regel, fault.kolumn)}"  # noqa: E731
    put(sheets, "Ärenden", "Roll", "Hemlig uppgift")
    put(sheets, "Ärenden", "Enhet", "18900101-9802", row=2)
    faults = found(read(sheets))
    assert len(places(faults)) == 2
    assert not any("Hemlig" in word(f) or "9802" in word(f) for f in faults)
