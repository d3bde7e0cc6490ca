"""What a PDF's tags say beside what is seen: headings of rows, and what symbols are read out as.

typst 0.15 tags headings of columns, and has no stable way to say that a cell is the heading of its row or how it is
spoken. It writes each tag as an object of its own in plain text, found by the table of offsets; those are rewritten
here, and the offsets with them. Nothing that is seen changes.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

_CELL = re.compile(rb"\A\d+ 0 obj\n<</Type/StructElem/S/TD/")
_HEADERS = re.compile(rb"<</O/Table/Headers\[\(U(\d+)x(\d+)y\d+\)\]>>")
_XREF = re.compile(rb"xref\n0 (\d+)\n")
_END = re.compile(rb"startxref\n(\d+)\n%%EOF\s*\Z")


@dataclass(frozen=True, slots=True)
class Taggar:
    """Of a table: how many cells of each row are its heading; row by row what is said of each cell, empty as seen."""

    rubriker: int
    uttal: tuple[str, ...]


def taggad(pdf: bytes, tabeller: Sequence[Taggar]) -> bytes:
    """The PDF with these tags, for its tables as they stand.

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
    cells = _Celler(tabeller)
    # Tags are numbered as they stand in the document, which need not be as they lie in the file.
    by_number = [(n, o) for n, o in enumerate(offsets) if o is not None]
    ends = dict(zip(order, [*order[1:], start], strict=True))
    said = {o: cells.med_taggar(pdf[o : ends[o]]) for _, o in by_number}
    moved, at = {}, order[0]
    for offset in order:
        moved[offset] = at
        at += len(said[offset])
    rows = [e if o is None else b"%010d" % moved[o] + e[10:] for e, o in zip(entries, offsets, strict=True)]
    trailer = pdf[table.end() + 20 * count : end.start()]
    pieces = [pdf[: order[0]], *(said[o] for o in order), table[0], *rows, trailer]
    return b"".join([*pieces, b"startxref\n%d\n%%%%EOF" % at])


class _Celler:
    """The cells of the tables, met one after another."""

    def __init__(self, tabeller: Sequence[Taggar]) -> None:
        self._tabeller = tabeller
        self._met = [0] * len(tabeller)

    def med_taggar(self, piece: bytes) -> bytes:
        """An object of the file; a cell as it shall be, anything else as it is."""
        found = _HEADERS.search(piece) if _CELL.match(piece) else None
        number = int(found[1]) - 1 if found else len(self._tabeller)
        if found is None or number >= len(self._tabeller):
            return piece
        at, tags = self._met[number], self._tabeller[number]
        self._met[number] += 1
        heading = int(found[2]) < tags.rubriker
        # Headings that are named would be the only ones read out; without names, the row's and the column's are.
        piece = piece.replace(found[0], b"<</O/Table/Scope/Row>>" if heading else b"<</O/Table>>", 1)
        spoken = tags.uttal[at] if at < len(tags.uttal) else ""
        actual = b"/ActualText<feff%s>" % spoken.encode("utf-16-be").hex().encode() if spoken else b""
        return piece.replace(b"/S/TD/", (b"/S/TH" if heading else b"/S/TD") + actual + b"/", 1)
