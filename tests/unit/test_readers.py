"""Reading files as text: encodings, separators, row numbers, files that are cut off, Excel sheets."""

import csv
import io
import re
import string
import zipfile
from datetime import date, datetime

import openpyxl
import pytest
import xlsxwriter
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sources.base import Unreadable
from sources.readers import (
    letter,
    read_book,
    read_csv,
    read_exact,
    read_fast,
    read_headers,
    read_sheet,
    sheet_names,
)
from warehouse.contracts.delivery import TextTable


def rules(error: pytest.ExceptionInfo[Unreadable]) -> list[tuple[str, int | None, str | None]]:
    return [(f.regel, f.rad, f.kolumn) for f in error.value.faults]


def cells(table: TextTable) -> list[list[str | None]]:
    return [[v if isinstance(v, str) else None for v in row] for row in table.frame.itertuples(index=False, name=None)]


# ---- what is refused ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("content", [b"", b"\n\n", b"\xef\xbb\xbf", b" \t\r\n", b";;;\r\n;;;\r\n", b"\x1a"])
def test_a_file_without_text_is_empty(content: bytes) -> None:
    with pytest.raises(Unreadable) as error:
        read_csv(content)
    assert rules(error) == [("tom_fil", None, None)]


@pytest.mark.parametrize("content", [b"a;b\n", b"a;b", b"a;b\n;\n;\n", b'"a";"b"\r\n\r\n'])
def test_headers_alone_are_refused_unless_the_slip_says_empty(content: bytes) -> None:
    with pytest.raises(Unreadable) as error:
        read_csv(content)
    assert rules(error) == [("bara_rubriker", None, None)]
    table = read_csv(content, allow_empty=True)
    assert (list(table.frame.columns), len(table.frame), len(table.rows)) == (["a", "b"], 0, 0)
    assert {str(dtype) for dtype in table.frame.dtypes} == {"str"}


@pytest.mark.parametrize(
    "content",
    [
        b"a;b\n1;2\n3",
        b"a;b\r\n1;2\r\n3",
        b'a;b\n1;2\n3;"4',
        b'a;b\n1;2\n3;"4\n5;6\n',
        "a;b\nö;2\n3;å".encode()[:-1],
        "a;b\n1;2\n".encode("utf-16")[:-1],
        b'a;b\n1;2\n3;"' + b"x" * 200_000,
    ],
)
def test_a_file_cut_off_is_refused(content: bytes) -> None:
    with pytest.raises(Unreadable) as error:
        read_csv(content)
    assert rules(error) == [("avkortad_fil", None, None)]


def test_the_last_line_may_lack_its_line_break() -> None:
    assert cells(read_csv(b"a;b\n1;2\n3;4")) == [["1", "2"], ["3", "4"]]
    assert cells(read_csv(b'a;b\n1;2\n3;"4"')) == [["1", "2"], ["3", "4"]]


@pytest.mark.parametrize(
    "content",
    [
        b"a;b\n1;\x00\n",
        b"a;b\n1;\x81\n",
        b"a;b\n\xe5\x01\x02;2\n",
        b"\xef\xbb\xbfa;b\n\xe5;2\n",
        "a;b\nå;ä\n".encode() + "ö;1\n".encode("cp1252"),  # two encodings in one file
        "a;b\n1;2\n".encode("utf-32"),
        bytes(range(256)),
    ],
)
def test_unknown_encodings_are_refused(content: bytes) -> None:
    with pytest.raises(Unreadable) as error:
        read_csv(content)
    assert rules(error) == [("teckenkodning", None, None)]


def test_a_named_encoding_is_kept_to() -> None:
    with pytest.raises(Unreadable) as error:
        read_csv("a;b\nå;2\n".encode(), encoding="cp1252")
    assert rules(error) == [("teckenkodning", None, None)]
    with pytest.raises(Unreadable) as error:
        read_csv("a;b\nå;2\n".encode("cp1252"), encoding="utf-8")
    assert rules(error) == [("teckenkodning", None, None)]
    assert cells(read_csv("a;b\nå;2\n".encode("cp1252"), encoding="cp1252")) == [["å", "2"]]


@pytest.mark.parametrize(
    "content", [b"PK\x03\x04rest", b"%PDF-1.7", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"\x1f\x8b\x08"]
)
def test_other_formats_are_named_as_such(content: bytes) -> None:
    with pytest.raises(Unreadable) as error:
        read_csv(content)
    assert rules(error) == [("filformat", None, None)]


def test_headers_twice_are_refused_by_letter_alone() -> None:
    with pytest.raises(Unreadable) as error:
        read_csv("Kön;namn; kön ;Namn\n1;2;3;4\n".encode())
    assert rules(error) == [("dubbel_kolumn", None, "kolumn C"), ("dubbel_kolumn", None, "kolumn D")]
    assert "namn" not in str(error.value).casefold()


def test_rows_with_wrong_number_of_fields_cost_only_themselves() -> None:
    table = read_csv(b"a;b;c\n1;2;3\n4;5\n6;7;8;9\n10;11;12\n")
    assert cells(table) == [["1", "2", "3"], ["10", "11", "12"]]
    assert list(table.rows) == [2, 5]
    assert [(f.regel, f.rad) for f in table.faults] == [("fel_antal_falt", 3), ("fel_antal_falt", 4)]


# ---- what is read ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("separator", [";", ",", "\t"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_encodings_separators_and_newlines_are_found(encoding: str, separator: str, newline: str) -> None:
    text = newline.join(separator.join(row) for row in (["Kön", "Ålder"], ["kvinna", "é"], ["man", "Ö"])) + newline
    table = read_csv(text.encode(encoding))
    assert list(table.frame.columns) == ["Kön", "Ålder"]
    assert cells(table) == [["kvinna", "é"], ["man", "Ö"]]
    assert list(table.rows) == [2, 3]
    assert table.letters == ("A", "B")


def test_blanks_of_all_kinds_are_stripped_and_blank_is_missing() -> None:
    table = read_csv("\u00a0a ;b\n \u00a01\u202f;\u00a0\n;NA\n".encode())
    assert list(table.frame.columns) == ["a", "b"]
    assert cells(table) == [["1", None], [None, "NA"]]


def test_trailing_blank_lines_and_columns_are_dropped() -> None:
    table = read_csv(b"a;b;;\n1;2;;\n3;;;\n;;;\n\n\n;;;\n")
    assert list(table.frame.columns) == ["a", "b"]
    assert cells(table) == [["1", "2"], ["3", None]]


def test_a_column_without_header_is_kept_when_it_holds_something() -> None:
    table = read_csv(b"a;;b;\n1;x;2;\n")
    assert list(table.frame.columns) == ["a", "kolumn B", "b"]


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_a_row_is_numbered_by_the_line_it_starts_on(newline: str) -> None:
    text = newline.join(["a;b", "1;2", "", '3;"fyra', "", 'rader"', ";", "5;6", ""])
    table = read_csv(text.encode())
    assert list(table.rows) == [2, 4, 8]
    assert table.frame["a"].tolist() == ["1", "3", "5"]


def test_a_separator_inside_quotes_does_not_decide() -> None:
    assert read_headers(b'"a, b, c";d\n1;2\n') == ("a, b, c", "d")
    assert cells(read_csv(b'"a, b, c";d\n"1; 2";"3 ""x"""\n')) == [["1; 2", '3 "x"']]


def test_excels_own_separator_line_is_understood() -> None:
    table = read_csv(b"sep=,\r\na,b\r\n1,2\r\n")
    assert (list(table.frame.columns), cells(table), list(table.rows)) == (["a", "b"], [["1", "2"]], [3])
    assert read_headers(b"sep=,\r\na,b\r\n1,2\r\n") == ("a", "b")


@pytest.mark.parametrize("content", [b'"' + b"a" * 200_000, b"a" * 200_000 + b";b\n1;2\n"])
def test_a_header_without_end_is_refused(content: bytes) -> None:
    for read in (read_headers, read_csv):
        with pytest.raises(Unreadable) as error:
            read(content)
        assert rules(error) == [("avkortad_fil", None, None)]


def test_letters_go_on_after_z() -> None:
    assert [letter(i) for i in (0, 25, 26, 51, 52, 701, 702)] == ["A", "Z", "AA", "AZ", "BA", "ZZ", "AAA"]


field = st.text(alphabet=st.sampled_from("ab1 \"'\u00a0åö,"), max_size=5)
lines = st.lists(st.lists(field, min_size=1, max_size=4), min_size=1, max_size=6)


@settings(max_examples=300, deadline=None)
@given(lines, st.sampled_from(["\n", "\r\n", "\r"]), st.booleans(), st.sampled_from([";", ",", "\t"]), st.booleans())
@example([['a"b', '"a"b'], ['"', '""']], "\n", True, ";", False)
@example([['"a" "b"', "1"]], "\n", False, ";", False)
@example([['5"', '"x'], ["1", "2"]], "\n", True, ";", True)
@example([['"a', 'b"']], "\n", True, ";", False)
def test_the_fast_path_says_what_the_exact_path_says(
    body: list[list[str]], newline: str, last: bool, separator: str, raw_header: bool
) -> None:
    """Fields are joined raw, so that quotes stand everywhere, also where they should not."""
    head = [] if raw_header else [list(string.ascii_lowercase[: len(body[0])])]
    text = newline.join(separator.join(row) for row in [*head, *body])
    text += newline if last else ""
    fast = read_fast(text, separator)
    if fast is None:
        return
    header, table, rows, wrong = read_exact(text, separator)
    filled = [i for i, row in enumerate(table.to_pylist()) if any((v or "").strip(' "\u00a0') for v in row.values())]
    assert fast[0] == header
    assert fast[3] == wrong == []
    quick = dict(zip(fast[2].tolist(), fast[1].to_pylist(), strict=True))
    assert [(rows[i], table.to_pylist()[i]) for i in filled] == [(rows[i], quick[rows[i]]) for i in filled]


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.tuples(*[st.text(alphabet=st.sampled_from('ab;,"\n åÖ'), max_size=6).map(str.strip)] * 2, st.just("x")),
        min_size=1,
        max_size=8,
    )
)
def test_what_a_csv_writer_writes_is_read_back(body: list[tuple[str, str, str]]) -> None:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerows([("k1", "k2", "k3"), *body])
    table = read_csv(out.getvalue().encode())
    assert cells(table) == [[value or None for value in row] for row in body]
    starts = [2]
    for row in body:
        starts.append(starts[-1] + 1 + sum(value.count("\n") for value in row))
    assert list(table.rows) == starts[:-1]


# ---- Excel ----------------------------------------------------------------------------------------------------------


def workbook(sheets: dict[str, list[list[object]]]) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for i, row in enumerate(rows):
            for j, value in enumerate(row):
                if isinstance(value, date):
                    sheet.write_datetime(i, j, value, day)
                elif value is not None:
                    sheet.write(i, j, value)
    book.close()
    return out.getvalue()


@pytest.mark.parametrize(
    "content", [b"PK\x03\x04 not a workbook", b"a;b\n1;2\n", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" * 64]
)
def test_what_is_no_workbook_is_refused(content: bytes) -> None:
    with pytest.raises(Unreadable) as error:
        read_sheet(content, "Blad1")
    assert rules(error) == [("filformat", None, None)]


def test_a_workbook_cut_off_is_refused() -> None:
    whole = workbook({"Blad1": [["a"], [1]]})
    with pytest.raises(Unreadable) as error:
        read_sheet(whole[: len(whole) // 2], "Blad1")
    assert rules(error) == [("filformat", None, None)]


@pytest.mark.parametrize("reference", ["ZZZZZZZ99999999", "XFD1048576", "A99999999999999999999"])
def test_a_cell_that_claims_a_giant_sheet_is_refused(reference: str) -> None:
    """Calamine would ask for the memory and end the process."""
    whole, out = zipfile.ZipFile(io.BytesIO(workbook({"Blad1": [["a"], [1]]}))), io.BytesIO()
    with zipfile.ZipFile(out, "w") as damaged:
        for name in whole.namelist():
            damaged.writestr(name, whole.read(name).replace(b'r="A2"', f'r="{reference}"'.encode()))
    with pytest.raises(Unreadable) as error:
        read_sheet(out.getvalue(), "Blad1")
    assert rules(error) == [("filformat", None, None)]


def test_a_missing_or_empty_sheet_is_named() -> None:
    content = workbook({"Siffror": [["a"], [1]], "Tomt": []})
    with pytest.raises(Unreadable) as error:
        read_sheet(content, "Annat")
    assert [(f.regel, f.blad) for f in error.value.faults] == [("bladet_saknas", "Annat")]
    with pytest.raises(Unreadable) as error:
        read_sheet(content, "Tomt")
    assert [(f.regel, f.blad) for f in error.value.faults] == [("tom_fil", "Tomt")]


def test_a_sheet_becomes_text_with_excels_row_numbers() -> None:
    rows: list[list[object]] = [
        [],
        [None, " Dag ", "Antal", "Andel", "Text", "Sant"],
        [None, date(2019, 2, 28), 34, 0.25, " x\u00a0", True],
        [],
        [None, datetime(2019, 3, 1, 13, 30), 1000000, 3.0, None, False],  # noqa: DTZ001
    ]
    table = read_sheet(workbook({"Blad1": rows}), " blad1 ")
    assert list(table.frame.columns) == ["kolumn A", "Dag", "Antal", "Andel", "Text", "Sant"]
    assert cells(table) == [
        [None, "2019-02-28", "34", "0.25", "x", "ja"],
        [None, "2019-03-01 13:30:00", "1000000", "3", None, "nej"],
    ]
    assert list(table.rows) == [3, 5]
    assert (table.blad, table.letters) == ("Blad1", ("A", "B", "C", "D", "E", "F"))


def test_headers_may_stand_on_a_given_row() -> None:
    content = workbook({"Data": [["En titel"], ["a", "b"], [1, 2]]})
    table = read_sheet(content, header_row=2)
    assert (list(table.frame.columns), cells(table), list(table.rows)) == (["a", "b"], [["1", "2"]], [3])


def _bomb(*, cells: str, name: str = "sheet1.xml") -> bytes:
    """A small workbook whose sheet asks for far more room than there is."""
    book, sheet = io.BytesIO(), io.BytesIO()
    made = openpyxl.Workbook()
    made.active["A1"] = "x"
    made.save(sheet)
    with zipfile.ZipFile(sheet) as old, zipfile.ZipFile(book, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            text = old.read(part)
            if part == "xl/worksheets/sheet1.xml":
                head = b'<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
                text = head + f"<sheetData>{cells}</sheetData></worksheet>".encode()
            text = text.replace(b"sheet1.xml", name.encode())
            new.writestr(part.replace("sheet1.xml", name), text)
    return book.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        _bomb(cells="<row>" + "<c><v>1</v></c>" * 16_000 + "</row>" + "<row><c><v>1</v></c></row>" * 150_000),
        _bomb(cells='<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>', name="sheet1.dat"),
        _bomb(cells='<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'),
    ],
    ids=["cells without places", "a sheet by another name", "one cell far away"],
)
def test_a_workbook_that_asks_for_too_much_is_refused_and_ends_nothing_else(content: bytes) -> None:
    with pytest.raises(Unreadable) as error:
        read_sheet(content)
    assert [f.regel for f in error.value.faults] == ["filformat"]


def _unescaped(text: str) -> str:
    """The other library leaves control characters as Excel writes them: ``_x001F_``."""
    return re.sub("_x([0-9A-F]{4})_", lambda found: chr(int(found[1], 16)), text)


_TEXTS = st.text(st.sampled_from('aåÖ;"\n\x1d\x1e\x1f 1,'), max_size=4)


@settings(max_examples=15, deadline=None)
@given(
    grids=st.lists(st.lists(st.lists(_TEXTS, min_size=2, max_size=3), min_size=1, max_size=4), min_size=1, max_size=3)
)
@example(grids=[[["a"]], [[""]], [["b", "c"]]])
def test_a_whole_workbook_is_read_cell_by_cell_as_another_library_reads_it(grids: list[list[list[str]]]) -> None:
    content = workbook({f"Blad{i}": list(map(list, grid)) for i, grid in enumerate(grids)})
    assert sheet_names(content) == tuple(f"Blad{i}" for i in range(len(grids)))
    found = read_book(content)
    other = openpyxl.load_workbook(io.BytesIO(content))
    assert list(found) == other.sheetnames
    for name, grid in found.items():
        theirs = [[_unescaped(str(cell or "")) for cell in row] for row in other[name].iter_rows(values_only=True)]
        ours = [[cell.replace("\r\n", "\n") for cell in row] for row in grid]
        assert [row for row in ours if any(row)] == [row[: len(ours[0]) if ours else 0] for row in theirs if any(row)]
