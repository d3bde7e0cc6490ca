"""Figures that arrive as figures, with the document they stand in: CSV in the contract's own columns. Derives none."""

from collections.abc import Mapping
from typing import Any

from sources.base import Reading, Source, by_headers
from sources.figures import Rows, columns, number, says_empty, text
from sources.readers import read_csv

COLUMNS = ("namnd", "ar", "tabell", "dimensioner", "kon", "matt", "varde", "kalldokument")
_FIGURES = frozenset({"ar", "varde"})


def read(content: bytes, slip: Mapping[str, Any]) -> Reading:
    """The figures of one file. A delivery is one nämnd's: where it is known, rows of another are refused."""
    source = read_csv(content, allow_empty=says_empty(slip))
    picked = columns(source, COLUMNS)
    out = Rows(COLUMNS, source, [picked.letters.get(name, "") for name in COLUMNS])
    rows = [
        {name: number(cell) if name in _FIGURES else text(cell) for name, cell in line.items()}
        for line in picked.records()
    ]
    namnder = {row["namnd"] for row in rows} - {None}
    own = next(iter(namnder)) if len(namnder) == 1 else None
    whose = text(slip.get("namnd")) or own
    for rad, row in zip(source.rows, rows, strict=True):
        if whose and row["namnd"] and row["namnd"] != whose:
            out.refuse("utanfor_granser", rad, "namnd")
        else:
            out.kept.append((rad, row))
    facts: dict[str, Any] = {"kalla": "aggregat"}
    return Reading.of("aggregat", out.table(), facts | ({"namnd": own} if own else {}), picked.warnings)


SOURCES: tuple[Source, ...] = (
    Source(kalla="aggregat", tabell="aggregat", suffixes=(".csv",), tells=by_headers(*COLUMNS), read=read),
)
