"""Row headings in a PDF's tags: what stands first in a row is its heading. Nothing that is seen changes.

typst 0.15 tags headings of columns, and has no stable way to say that a cell is the heading of its row. It writes
each tag as an object of its own in plain text, found by the table of offsets; those are rewritten here, and the
offsets with them.
"""

import re
from collections.abc import Sequence

_CELL = re.compile(rb"\A\d+ 0 obj\n<</Type/StructElem/S/TD/")
_HEADERS = re.compile(rb"<</O/Table/Headers\[\(U(\d+)x(\d+)y\d+\)\]>>")
_XREF = re.compile(rb"xref\n0 (\d+)\n")
_END = re.compile(rb"startxref\n(\d+)\n%%EOF\s*\Z")


def radrubriker(pdf: bytes, kolumner: Sequence[int]) -> bytes:
    """The PDF with row headings: in table n, counted as they stand, the first ``kolumner[n]`` cells of each row.

    A file that is not built as typst builds it is given back as it was: it is tagged all the same.
    """
    end = _END.search(pdf)
    table = _XREF.match(pdf, int(end[1])) if end else None
    if end is None or table is None:
        return pdf
    start, count = int(end[1]), int(table[1])
    entries = [pdf[table.end() + 20 * n : table.end() + 20 * (n + 1)] for n in range(count)]
    offsets = [int(e[:10]) if e[17:18] == b"n" else None for e in entries]
    order = sorted(o for o in offsets if o is not None)
    pieces, moved, at = [pdf[: order[0]]], {}, order[0]
    for offset, following in zip(order, [*order[1:], start], strict=True):
        moved[offset] = at
        piece = _cell(pdf[offset:following], kolumner)
        pieces.append(piece)
        at += len(piece)
    rows = [e if o is None else b"%010d" % moved[o] + e[10:] for e, o in zip(entries, offsets, strict=True)]
    trailer = pdf[table.end() + 20 * count : end.start()]
    return b"".join([*pieces, table[0], *rows, trailer, b"startxref\n%d\n%%%%EOF" % at])


def _cell(piece: bytes, columns: Sequence[int]) -> bytes:
    found = _HEADERS.search(piece) if _CELL.match(piece) else None
    if found is None or int(found[1]) > len(columns):
        return piece
    if int(found[2]) >= columns[int(found[1]) - 1]:
        # Named headings would be the only ones read out; without them, those of the row and the column are.
        return piece.replace(found[0], b"<</O/Table>>")
    return piece.replace(b"/S/TD/", b"/S/TH/", 1).replace(found[0], b"<</O/Table/Scope/Row>>")
