"""Bytes of a CSV file or an Excel sheet to a table of text that remembers each line's row number. No mapping, no types.

Row numbers are those a person sees: the physical line in a CSV (a quoted line break counts), the row in Excel.
"""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv

from sources._workbook import Grid, read_book, read_grid, sheet_names
from sources.base import Unreadable
from warehouse.contracts.delivery import Fault, TextTable

__all__ = [
    "Grid",
    "decode",
    "letter",
    "read_book",
    "read_csv",
    "read_headers",
    "read_sheet",
    "sheet_names",
    "sheet_table",
]

BLANKS = " \t\r\n\v\f\x1a\u00a0\u2007\u202f\u200b\ufeff"
"""What is stripped around a value: all kinds of blanks that exports leave behind."""

_SEPARATORS = ";\t,"
_FOREIGN = (b"PK\x03\x04", b"%PDF", b"\xd0\xcf\x11\xe0", b"\x1f\x8b", b"{\\rtf")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f]")
# å ä ö as UTF-8 bytes read as Windows-1252: the file mixes encodings, and guessing on would garble it.
_GARBLED = re.compile("Ã[¥¤¶…„–]")
_END = "\x00slut"

Cells = tuple[list[str], "pa.Table", "np.ndarray[Any, Any]", list[int]]
"""Header, body as text columns, line number of each body row, lines with the wrong number of fields."""


def letter(index: int) -> str:
    """The column as a spreadsheet names it: 0 is A, 26 is AA."""
    name = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        name = chr(65 + rest) + name
    return name


def decode(content: bytes, encoding: str | None = None) -> str:
    """The file's text: BOM first, then the named encoding, else UTF-8, else Windows-1252. Refuses what is neither."""
    if content.startswith(_FOREIGN):
        raise Unreadable(Fault("filformat"))
    content = content.rstrip(b"\x1a")
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = _strict(content, "utf-16")
    elif content.startswith(b"\xef\xbb\xbf"):
        text = _strict(content, "utf-8-sig")
    elif encoding:
        text = _strict(content, encoding)
    else:
        text = _utf8_or_windows(content)
    if "\x00" in text:
        raise Unreadable(Fault("teckenkodning"))
    return text


def _strict(content: bytes, encoding: str) -> str:
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        cut = error.reason in {"unexpected end of data", "truncated data"}
        raise Unreadable(Fault("avkortad_fil" if cut else "teckenkodning")) from None
    except (LookupError, UnicodeError):
        raise Unreadable(Fault("teckenkodning")) from None
    if _GARBLED.search(text) or (not encoding.startswith("utf") and _CONTROL.search(text)):
        raise Unreadable(Fault("teckenkodning"))
    return text


def _utf8_or_windows(content: bytes) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        # Cut in the middle of a character: only believable when the characters before it were UTF-8 too.
        if error.reason == "unexpected end of data" and not content[: error.start].isascii():
            raise Unreadable(Fault("avkortad_fil")) from None
    return _strict(content, "cp1252")


def read_csv(
    content: bytes, *, encoding: str | None = None, separator: str | None = None, allow_empty: bool = False
) -> TextTable:
    """A CSV file as text. Rows with the wrong number of fields become faults; the rest is read.

    ``allow_empty`` lets a file with headers but no rows pass (the följesedel says ``tom: ja``).
    """
    text = decode(content, encoding)
    if not text.strip(BLANKS + _SEPARATORS + '"'):
        raise Unreadable(Fault("tom_fil"))
    separator = separator or detect_separator(text)
    cells = read_fast(text, separator) or read_exact(text, separator)
    return _finish(cells, blad=None, allow_empty=allow_empty)


def read_headers(content: bytes) -> tuple[str, ...]:
    """The headers of a CSV file, to recognise it by. Not for messages: without a header row they are values."""
    text = decode(content)
    if not text.strip(BLANKS):
        raise Unreadable(Fault("tom_fil"))
    try:
        for record in csv.reader(io.StringIO(text, newline=""), delimiter=detect_separator(text)):
            if _filled(record) and not _is_separator_line(record):
                return tuple(_clean_header(h) for h in record)
    except csv.Error:
        raise Unreadable(Fault("avkortad_fil")) from None
    return ()


def detect_separator(text: str) -> str:
    """The separator that the first line with text uses most, outside quotes; semicolon when it has none."""
    first = next((line for line in io.StringIO(text[:100_000], newline="") if line.strip(BLANKS)), "")
    if re.fullmatch(r"sep=[;,\t]", first.strip("\r\n"), re.IGNORECASE):
        return first[4]
    bare = re.sub(r'"[^"]*"', "", first)
    return max(_SEPARATORS, key=bare.count)


def read_fast(text: str, separator: str) -> Cells | None:
    """The whole body through Arrow; None where row numbers or fields would not be certain."""
    head = re.match(r"[^\r\n]*", text)
    first = head[0] if head else ""
    body = text[len(first) :].removeprefix("\r").removeprefix("\n").rstrip("\r\n").encode()
    try:
        header, *end = csv.reader([first, _END], delimiter=separator)
    except csv.Error:
        return None
    if not _filled(header) or end != [[_END]] or _is_separator_line(header) or not body:
        return None
    quoted = b'"' in body
    lines = body.count(b"\n") + body.count(b"\r") - body.count(b"\r\n") + 1
    names = [str(i) for i in range(len(header))]
    # Arrow lets an unclosed quote in the last field through. A line of our own after it is then swallowed.
    body += ("\nx" + separator * (len(header) - 1)).encode()
    try:
        table = pacsv.read_csv(
            pa.BufferReader(body),
            read_options=pacsv.ReadOptions(column_names=names),
            parse_options=pacsv.ParseOptions(
                delimiter=separator, quote_char='"', newlines_in_values=quoted, ignore_empty_lines=False
            ),
            convert_options=pacsv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False, check_utf8=False
            ),
        )
    except (pa.ArrowInvalid, pa.ArrowKeyError):
        return None
    if table.num_rows != lines + 1:
        return None
    return header, table.slice(0, lines), np.arange(2, lines + 2), []


def read_exact(text: str, separator: str) -> Cells:
    """Line by line with Python's csv module: slower, with the exact line of every record."""
    reader = csv.reader(_lines_and_end(text), delimiter=separator)
    header: list[str] = []
    records: list[list[str]] = []
    lines: list[int] = []
    wrong: list[int] = []
    short_last = False
    start = 1
    try:
        for record in reader:
            line, start = start, reader.line_num + 1
            if record == [_END]:
                break
            if record and record[-1].endswith(_END):
                raise Unreadable(Fault("avkortad_fil"))
            if not _filled(record) or (not header and _is_separator_line(record)):
                continue
            if not header:
                header = record
            elif len(record) < len(header) or _filled(record[len(header) :]):
                wrong.append(line)
                short_last = len(record) < len(header)
            else:
                records.append(record[: len(header)])
                lines.append(line)
                short_last = False
    except csv.Error:
        # Only an unclosed quote makes a field longer than the csv module's limit.
        raise Unreadable(Fault("avkortad_fil")) from None
    if short_last and not text.endswith(("\n", "\r")):
        raise Unreadable(Fault("avkortad_fil"))
    return header, _columns(records, len(header)), np.array(lines, dtype="int64"), wrong


def _lines_and_end(text: str) -> Iterator[str]:
    """The physical lines, then a mark of its own: it lands inside a field when a quote was never closed."""
    yield from io.StringIO(text, newline="")
    yield _END


def read_sheet(
    content: bytes, sheet: str | None = None, *, header_row: int | None = None, allow_empty: bool = False
) -> TextTable:
    """One sheet of an .xlsx workbook as text: dates as ISO, whole numbers without decimals, ja/nej for truth values.

    Without ``sheet`` the first sheet is read; without ``header_row`` the first row with text holds the headers.
    """
    # A name that the file chose is not repeated: it may be a person's.
    name, grid = read_grid(content, sheet)
    return sheet_table(name if sheet else "blad 1", grid, header_row=header_row, allow_empty=allow_empty)


def sheet_table(name: str, grid: Grid, *, header_row: int | None = None, allow_empty: bool = False) -> TextTable:
    """A sheet that has been read (``read_book``) as a table: as ``read_sheet``."""
    first = header_row - 1 if header_row else next((i for i, row in enumerate(grid) if _filled(row)), len(grid))
    if first >= len(grid):
        raise Unreadable(Fault("tom_fil", blad=name))
    header = grid[first]
    numbered = [(i, row) for i, row in enumerate(grid[first + 1 :], start=first + 2) if _filled(row)]
    table = _columns([row for _, row in numbered], len(header))
    lines = np.array([i for i, _ in numbered], dtype="int64")
    return _finish((header, table, lines, []), blad=name, allow_empty=allow_empty)


def _filled(record: Sequence[str]) -> bool:
    return any(field and field.strip(BLANKS) for field in record)


def _is_separator_line(record: Sequence[str]) -> bool:
    """Excel's own first line ``sep=;``, split at the separator it names."""
    return len(record) <= 2 and record[0].lower().startswith("sep=") and not any(record[1:])


def _clean_header(header: str) -> str:
    return " ".join(header.strip(BLANKS).split())


def _columns(records: list[list[str]], width: int) -> "pa.Table":
    columns = list(zip(*records, strict=True)) if records else [()] * width
    return pa.table({str(i): pa.array(column, type=pa.string()) for i, column in enumerate(columns)})


def _finish(cells: Cells, *, blad: str | None, allow_empty: bool) -> TextTable:
    """Strip, drop what is blank, name the columns: the same for every way of reading."""
    header, table, lines, wrong = cells
    columns = [_strip(column) for column in table.columns]
    kept = [i for i, name in enumerate(header) if _clean_header(name)]
    width = max([*kept, *(i for i, c in enumerate(columns) if c.null_count < len(c))], default=-1) + 1
    names = [_clean_header(header[i]) or f"kolumn {letter(i)}" for i in range(width)]
    seen: set[str] = set()
    twice = [i for i, name in enumerate(names) if name.casefold() in seen or seen.add(name.casefold())]  # type: ignore[func-returns-value]
    if twice:
        raise Unreadable(*(Fault("dubbel_kolumn", kolumn=f"kolumn {letter(i)}", blad=blad) for i in twice))
    text = pa.table(columns[:width], names=names)
    blank = np.ones(len(lines), dtype=bool)
    for column in columns[:width]:
        blank &= column.is_null().to_numpy(zero_copy_only=False)
    if blank.any():
        text, lines = text.filter(pa.array(~blank)), lines[~blank]
    if not len(lines) and not wrong and not allow_empty:
        raise Unreadable(Fault("bara_rubriker", blad=blad))
    frame = text.to_pandas().astype("str")
    return TextTable(
        frame=frame,
        rows=pd.Series(lines, index=frame.index, dtype="int64", name="rad"),
        blad=blad,
        letters=tuple(letter(i) for i in range(width)),
        faults=tuple(Fault("fel_antal_falt", rad=line, blad=blad) for line in wrong),
    )


def _strip(column: "pa.ChunkedArray") -> "pa.Array":
    joined = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    trimmed = pc.utf8_trim(joined, characters=BLANKS)
    return pc.if_else(pc.equal(trimmed, ""), pa.scalar(None, pa.string()), trimmed)
