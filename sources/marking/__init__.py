"""A copy of the sender's own workbook with the faulty cells marked, and a sheet that says what to do. No rules.

The copy is the sender's workbook, part by part: cells, formats, drop-downs, protection and pictures are the very same
bytes or elements. Marks are a conditional format (so that a cell's own look is never touched and comes back when the
mark is taken away) and a comment. Made in a child process with limits: no workbook can take the run with it.
"""

import json
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Final

from sources import _child
from sources.marking import child as _mark
from warehouse.contracts.errors import KvinnofridError

SUMMARY: Final = _mark.SUMMARY
"""The sheet that is added last and shown first: A1 ``Leverans``, B1 the delivery's number."""
MOST: Final = 500
"""Faults that are marked; the summary says how many more there are."""

_SECONDS = 60
_WHY: Mapping[int, str] = {
    _mark.MACRO: "arbetsboken innehåller makron",
    _mark.FOREIGN: "arbetsboken är sparad på ett sätt som inte går att märka",
}


class Unmarkable(KvinnofridError):
    """The workbook cannot be marked. The text says why, in Swedish, as half a sentence; never a value."""


@dataclass(frozen=True, slots=True)
class Mark:
    """One thing to correct: where, what is wrong and what to do, in words for the sender."""

    fel: str
    gor_sa_har: str
    blad: str | None = None
    """The sheet; None where it concerns the whole file."""
    rad: int | None = None
    bokstav: str | None = None
    """The column's letter; without it the whole row is marked."""
    kolumn: str | None = None
    """The column as the sender knows it."""
    att_veta: bool = False
    """Only good to know: listed last, nothing is marked."""


def mark(content: bytes, marks: Sequence[Mark], leverans_id: int, most: int = MOST) -> bytes:
    """The workbook with its marks; marks, comments and summary of an earlier return are taken away first.

    Args:
        content: An .xlsx workbook.
        marks: What is wrong, in the order to tell it.
        leverans_id: The delivery's number, which the sheet ``SUMMARY`` gives back when the workbook is returned.
        most: How many faults are marked and told; the rest are counted.

    Raises:
        Unmarkable: It is no workbook, holds macros, is damaged, or asks for more time or memory than is allowed.
    """
    if not _child.reasonable(content):
        raise Unmarkable("arbetsboken går inte att läsa, eller är orimligt stor")
    ordered = sorted(marks, key=lambda m: (m.att_veta, m.blad is not None))
    order = {"leverans": leverans_id, "marks": [asdict(m) for m in ordered[:most]], "fler": len(ordered[most:])}
    content = json.dumps(order).encode() + b"\n" + content
    try:
        done = _child.run("sources.marking.child", content=content, seconds=_SECONDS)
    except subprocess.TimeoutExpired:
        raise Unmarkable("arbetsboken tar för lång tid att märka") from None
    except OSError:
        raise Unmarkable("det fattas minne på datorn som skulle märka den") from None
    if done.returncode != 0:
        raise Unmarkable(_WHY.get(done.returncode, "arbetsboken är skadad eller för stor att märka"))
    return done.stdout
