"""The copy that goes back to a sender: what is marked, what is left as it was, and workbooks that cannot be marked."""

import io
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.comments import Comment
from openpyxl.workbook.defined_name import DefinedName

from sources import _child, marking
from sources.iop import read, write_form
from sources.marking import SUMMARY, Mark, Unmarkable, mark
from sources.readers import read_book

FAULT = Mark("Det är inte ett heltal.", "Skriv bara siffror.", "Uppgifter", 3, "C", "antal")


def _form(path: Path) -> bytes:
    write_form(path, kommun="0114", ar=2025, jour="Påhittade jouren", figures={("kontakter", "kvinna"): 12})
    return path.read_bytes()


def _book(**sheets: list[list[Any]]) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        for name, rows in (sheets or {"Blad1": [["a", "b"], [1, 2], [3, 4]]}).items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    return out.getvalue()


def _open(content: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(content))


def _saved(book: openpyxl.Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _marked_ranges(content: bytes, sheet: str) -> set[str]:
    """The ranges that our format shows as faulty; it always holds and stands before all others."""
    found: set[str] = set()
    for formats in _open(content)[sheet].conditional_formatting:
        for rule in formats.rules:
            if "att_ratta" in "".join(rule.formula):
                assert rule.dxf.fill.bgColor.rgb == "FFFFD966"
                assert rule.dxf.border.left.style == "thin"
                found |= set(str(formats.sqref).split())
    return found


def _comments(content: bytes, sheet: str) -> dict[str, str]:
    rows = _open(content)[sheet].iter_rows()
    return {cell.coordinate: cell.comment.text for row in rows for cell in row if cell.comment}


def _listed(content: bytes) -> list[list[Any]]:
    return [[cell for cell in row if cell is not None] for row in _open(content)[SUMMARY].iter_rows(values_only=True)]


def _parts(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _with_part(content: bytes, name: str, inner: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for part, old in (_parts(content) | {name: inner}).items():
            archive.writestr(part, old)
    return out.getvalue()


def test_the_faulty_cell_has_colour_border_comment_and_a_line_that_leads_to_it(tmp_path: Path) -> None:
    marked = mark(_form(tmp_path / "f.xlsx"), [FAULT], 17)
    assert _marked_ranges(marked, "Uppgifter") == {"C3"}
    assert _comments(marked, "Uppgifter") == {
        "C3": "— Att rätta —\nDet är inte ett heltal.\nGör så här: Skriv bara siffror."
    }
    book = _open(marked)
    summary = book[SUMMARY]
    assert (book.active.title, book.sheetnames[-1]) == (SUMMARY, SUMMARY)
    assert (summary["A1"].value, summary["B1"].value) == ("Leverans", 17)
    line = next(row for row in summary.iter_rows() if row[0].value == "C3")
    assert [cell.value for cell in line] == ["C3", "Uppgifter", 3, "antal", FAULT.fel, FAULT.gor_sa_har]
    assert line[0].hyperlink.location == "'Uppgifter'!C3"
    assert [sheet.title for sheet in book if sheet.sheet_view.tabSelected] == [SUMMARY]


def test_everything_else_is_as_the_sender_made_it(tmp_path: Path) -> None:
    content = _form(tmp_path / "f.xlsx")
    marked = mark(content, [FAULT], 17)
    before, after = _open(content), _open(marked)
    assert after.sheetnames[:-1] == before.sheetnames
    for old in before:
        new = after[old.title]
        assert list(new.values) == list(old.values)
        assert [c.number_format for row in new for c in row] == [c.number_format for row in old for c in row]
        assert [c.fill.fgColor.rgb for row in new for c in row] == [c.fill.fgColor.rgb for row in old for c in row]
        assert [c.protection.locked for row in new for c in row] == [c.protection.locked for row in old for c in row]
        assert new.protection.sheet == old.protection.sheet
        assert {k: v.width for k, v in new.column_dimensions.items()} == {
            k: v.width for k, v in old.column_dimensions.items()
        }
        assert [(str(v.sqref), v.type, v.formula1) for v in new.data_validations.dataValidation] == [
            (str(v.sqref), v.type, v.formula1) for v in old.data_validations.dataValidation
        ]
        assert new.freeze_panes == old.freeze_panes
        own = [(str(f.sqref), [r.formula for r in f.rules]) for f in old.conditional_formatting]
        assert own == [
            (str(f.sqref), [r.formula for r in f.rules])
            for f in new.conditional_formatting
            if "att_ratta" not in str(f.rules[0].formula)
        ]
    assert before["Uppgifter"].data_validations.count > 0
    assert before["Uppgifter"].protection.sheet
    # What is not marked is the very same bytes, pictures and charts among them.
    kept = {name for name, old in _parts(content).items() if _parts(marked)[name] == old}
    assert kept >= {"xl/sharedStrings.xml", "xl/theme/theme1.xml", "docProps/core.xml"}


def test_what_a_spreadsheet_library_would_lose_is_kept() -> None:
    content = _book(Blad1=[["Datum"], [1]])
    # A number where a date is expected, a drop-down from another sheet as Excel itself writes it, a counted formula.
    sheet = _parts(content)["xl/worksheets/sheet1.xml"].decode()
    extra = (
        '<extLst><ext xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main" '
        'uri="{CCE6A557-97BC-4b89-ADB6-D9C93CAAB3DF}"><x14:dataValidations count="1"/></ext></extLst></worksheet>'
    )
    formula = '<row r="3"><c r="A3"><f>1+1</f><v>2</v></c></row></sheetData>'
    sheet = sheet.replace("</sheetData>", formula).replace("</worksheet>", extra)
    content = _with_part(content, "xl/worksheets/sheet1.xml", sheet.encode())
    content = _with_part(content, "xl/media/image1.png", b"\x89PNG picture")
    marked = _parts(mark(content, [Mark("f", "g", "Blad1", 2, "A")], 1))
    assert b'x14:dataValidations count="1"' in marked["xl/worksheets/sheet1.xml"]
    assert b"<f>1+1</f><v>2</v>" in marked["xl/worksheets/sheet1.xml"]
    assert marked["xl/media/image1.png"] == b"\x89PNG picture"
    # The schema's order, without which Excel calls the workbook damaged.
    order = [b"</sheetData>", b"<conditionalFormatting", b"<pageMargins", b"<legacyDrawing", b"<extLst>"]
    places = [marked["xl/worksheets/sheet1.xml"].index(name) for name in order]
    assert places == sorted(places)


def test_the_copy_reads_back_to_the_same_facts(tmp_path: Path) -> None:
    content = _form(tmp_path / "f.xlsx")
    first, again = read(content, {}), read(mark(content, [FAULT], 17), {})
    assert again.facts == {**first.facts, "rattar": 17}
    assert again.parts[0].table.frame.equals(first.parts[0].table.frame)
    assert [w.regel for w in again.parts[0].warnings] == [w.regel for w in first.parts[0].warnings]


def test_marked_again_it_has_only_the_new_marks(tmp_path: Path) -> None:
    content = _form(tmp_path / "f.xlsx")
    once = mark(content, [FAULT, Mark("f", "g", "Försättsblad", 2, "B")], 17)
    twice = mark(once, [Mark("Annat fel.", "Rätta.", "Uppgifter", 5, "D")], 18)
    assert _marked_ranges(twice, "Uppgifter") == {"D5"}
    assert _comments(twice, "Uppgifter") == {"D5": "— Att rätta —\nAnnat fel.\nGör så här: Rätta."}
    assert (_marked_ranges(twice, "Försättsblad"), _comments(twice, "Försättsblad")) == (set(), {})
    assert _open(twice).sheetnames.count(SUMMARY) == 1
    assert _open(twice)[SUMMARY]["B1"].value == 18
    drawings = [part for name, part in _parts(twice).items() if "vmlDrawing" in name]
    assert sum(part.count(b"<v:shape ") for part in drawings) == 1


def test_marks_are_found_again_after_another_program_has_saved_the_copy(tmp_path: Path) -> None:
    saved = _saved(_open(mark(_form(tmp_path / "f.xlsx"), [FAULT], 17)))  # shared strings, drawings of its own
    again = mark(saved, [Mark("f", "g", "Uppgifter", 5, "D")], 18)
    assert _marked_ranges(again, "Uppgifter") == {"D5"}
    assert list(_comments(again, "Uppgifter")) == ["D5"]
    assert _open(again).sheetnames.count(SUMMARY) == 1


def test_the_senders_own_comments_stay() -> None:
    book = _open(_book())
    book["Blad1"]["B2"].comment = Comment("Ringde och frågade.", "Jouren")
    book["Blad1"]["A3"].comment = Comment("Uppskattat.", "Jouren")
    once = mark(_saved(book), [Mark("f", "g", "Blad1", 2, "B")], 1)
    assert _comments(once, "Blad1") == {
        "B2": "Ringde och frågade.\n\n— Att rätta —\nf\nGör så här: g",
        "A3": "Uppskattat.",
    }
    assert _open(once)["Blad1"]["B2"].comment.author == "Jouren"
    assert _comments(mark(once, [Mark("f", "g")], 2), "Blad1") == {"B2": "Ringde och frågade.", "A3": "Uppskattat."}


def test_a_fault_of_a_row_a_sheet_and_a_file() -> None:
    marks = [
        Mark("Radfel.", "Rätta.", "Blad1", 2),
        Mark("Bladfel.", "Rätta.", "Blad1"),
        Mark("Filfel.", "Rätta."),
        Mark("Tom rad.", "Fyll i.", "Blad1", 40, "Z"),
        Mark("Bra att veta.", "Inget.", "Blad1", 3, "A", att_veta=True),
    ]
    marked = mark(_book(), marks, 5)
    assert _marked_ranges(marked, "Blad1") == {"A2:B2", "Z40"}
    assert set(_comments(marked, "Blad1")) == {"A2", "Z40"}
    rows = [row for row in _listed(marked) if row]
    told = [row[0] for row in rows if row[-1] in {"Rätta.", "Fyll i.", "Inget."}]
    assert told == ["Hela filen", "A2", "Hela bladet", "Z40", "A3"]
    assert ["Det är 4 saker att rätta."] in rows
    assert rows.index(["Bra att veta (behöver inte rättas)"]) > rows.index(next(r for r in rows if r[0] == "Z40"))


def test_two_faults_of_a_cell_share_its_comment_and_a_merged_cell_is_marked_whole() -> None:
    book = _open(_book(Blad1=[["a", "b", "c"], [1, 2, 3]]))
    book["Blad1"].merge_cells("B2:C4")
    marked = mark(_saved(book), [Mark("Ett.", "x", "Blad1", 3, "C"), Mark("Två.", "y", "Blad1", 2, "B")], 1)
    assert _marked_ranges(marked, "Blad1") == {"B2:C4"}
    assert _comments(marked, "Blad1") == {"B2": "— Att rätta —\nEtt.\nGör så här: x\n\nTvå.\nGör så här: y"}


@pytest.mark.parametrize("name", ["Blad 'ett' & <två>", "=1+1", "Å"])
def test_names_of_sheets_are_only_text(name: str) -> None:
    marked = mark(_book(**{name: [["a"], [1]]}), [Mark("f", "g", name, 2, "A")], 1)
    line = next(row for row in _open(marked)[SUMMARY].iter_rows() if row[0].value == "A2")
    assert (line[1].value, line[1].data_type) == (name, "s")
    quoted = name.replace("'", "''")
    assert line[0].hyperlink.location == f"'{quoted}'!A2"


def test_over_the_limit_the_rest_is_counted() -> None:
    rows = [["a"], *([n] for n in range(30))]
    marked = mark(_book(Blad1=rows), [Mark("f", "g", "Blad1", n, "A") for n in range(2, 32)], 9, most=20)
    assert len(_marked_ranges(marked, "Blad1")) == len(_comments(marked, "Blad1")) == 20
    told = [row[0] for row in _listed(marked) if row]
    assert "Det är 30 saker att rätta." in told
    assert "... och 10 till. Alla står i listan leverans-9-fellista.csv." in told


def test_a_defined_name_keeps_its_sheet_when_the_summary_goes() -> None:
    book = _open(mark(_book(Ett=[["a"], [1]], Tre=[["b"], [2]]), [Mark("f", "g")], 1))
    book.move_sheet(SUMMARY, offset=-1)
    book["Tre"].defined_names["lokalt"] = DefinedName("lokalt", attr_text="Tre!$A$1")
    again = _open(mark(_saved(book), [Mark("f", "g")], 2))
    assert again.sheetnames == ["Ett", "Tre", SUMMARY]
    assert list(again["Tre"].defined_names) == ["lokalt"]


def test_the_same_faults_give_the_same_bytes() -> None:
    content = _book()
    marks = [Mark("f", "g", "Blad1", 2, "A")]
    assert mark(content, marks, 1) == mark(content, marks, 1)


def _cut(content: bytes) -> bytes:
    return content[: len(content) // 2]


BAD = {
    "empty": (b"", "går inte att läsa"),
    "no zip": (b"a;b\n1;2\n", "går inte att läsa"),
    "cut off": (_cut(_book()), "går inte att läsa"),
    "old Excel or a password": (b"\xd0\xcf\x11\xe0" + bytes(600), "går inte att läsa"),
    "another zip": (_with_part(b"PK\x05\x06" + bytes(18), "a.txt", b"x"), "sätt som inte går"),
    "macros": (_with_part(_book(), "xl/vbaProject.bin", b"x"), "makron"),
    "damaged sheet": (_with_part(_book(), "xl/worksheets/sheet1.xml", b"<worksheet"), "skadad"),
    "damaged styles": (_with_part(_book(), "xl/styles.xml", b"\x00\x01"), "skadad"),
    "another namespace": (
        _with_part(_book(), "xl/workbook.xml", b'<workbook xmlns="http://purl.oclc.org/ooxml/spreadsheetml/main"/>'),
        "sätt som inte går",
    ),
    "a sheet of the sender's own with the summary's name": (_book(**{SUMMARY: [["x"]]}), "sätt som inte går"),
}


@pytest.mark.parametrize("what", BAD)
def test_what_cannot_be_marked_says_why(what: str) -> None:
    content, why = BAD[what]
    with pytest.raises(Unmarkable) as caught:
        mark(content, [Mark("f", "g", "Blad1", 2, "A")], 1)
    assert why in str(caught.value)
    assert caught.value.__cause__ is None


def test_entities_are_not_unfolded_and_files_are_not_read() -> None:
    bomb = b'<!DOCTYPE x [<!ENTITY a "' + b"A" * 1000 + b'"><!ENTITY f SYSTEM "file:///etc/passwd">'
    bomb += b"".join(b'<!ENTITY a%d "%s">' % (n, b"&a%d;" % (n - 1) * 10 if n else b"&a;" * 10) for n in range(9))
    sheet = _parts(_book())["xl/worksheets/sheet1.xml"].partition(b"?>")[2]
    hostile = bomb + b"]>" + sheet.replace(b"</worksheet>", b"<x>&a8;&f;</x></worksheet>")
    content = _with_part(_book(), "xl/worksheets/sheet1.xml", hostile)
    try:
        marked = mark(content, [Mark("f", "g", "Blad1", 2, "A")], 1)
    except Unmarkable:
        return
    assert b"root:" not in _parts(marked)["xl/worksheets/sheet1.xml"]
    assert len(_parts(marked)["xl/worksheets/sheet1.xml"]) < 100_000


def test_what_unpacks_to_too_much_is_not_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_child, "UNPACKED", 1000)
    with pytest.raises(Unmarkable, match="orimligt stor"):
        mark(_book(), [], 1)


def test_what_takes_too_long_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(marking, "_SECONDS", 0.001)
    with pytest.raises(Unmarkable, match="tid"):
        mark(_book(), [], 1)


@settings(max_examples=12, deadline=None)
@given(
    places=st.sets(st.tuples(st.integers(1, 60), st.sampled_from("ABCDEZ")), min_size=1, max_size=12),
    first=st.sets(st.tuples(st.integers(1, 60), st.sampled_from("ABCDEZ")), max_size=12),
)
def test_exactly_the_faulty_cells_are_marked_whatever_was_marked_before(
    places: set[tuple[int, str]], first: set[tuple[int, str]]
) -> None:
    content = mark(_book(), [Mark("f", "g", "Blad1", row, letter) for row, letter in first], 1)
    marked = mark(content, [Mark("f", "g", "Blad1", row, letter) for row, letter in places], 2)
    cells = {f"{letter}{row}" for row, letter in places}
    assert _marked_ranges(marked, "Blad1") == cells
    assert set(_comments(marked, "Blad1")) == cells
    assert read_book(marked)["Blad1"][:3] == read_book(_book())["Blad1"]
