"""Whether what is current would be read otherwise today: a mapping or a declared correction has changed since.

Tells only. To read an original once more is ``kvinnofrid deliver --igen``, or the next delivery of the source.
"""

import hashlib
from dataclasses import dataclass
from itertools import groupby

from sqlalchemy import Connection

from assets.workspace import Workspace
from quality.corrections import NONE
from quality.corrections_file import load_corrections
from warehouse import reading
from warehouse.contracts.errors import UserError
from warehouse.contracts.faults import OUTDATED

CORRECTED = frozenset({"bra", "scb", "kolada", "oj"})
"""Sources whose figures may be corrected: public ones."""


@dataclass(frozen=True, slots=True)
class Due:
    """Numbers of current deliveries, by the first one of their file."""

    igen: tuple[int, ...] = ()
    """Read with another mapping, or with other corrections, than they would be now."""
    inaktuella: tuple[int, ...] = ()
    """With a correction that is still declared, and that the source has overtaken."""
    trasig: str | None = None
    """Why the declared corrections cannot be read."""


def mapping_treatment(name: str, version: str, content: bytes) -> str:
    """How a receipt tells which mapping a delivery was read with."""
    return f"{name} {version} ({_digest(content)})"


def corrections_treatment(digests: list[str]) -> str | None:
    """How a receipt tells which corrections a delivery was read with: a digest for each table that has some."""
    return f"rättelser {' '.join(digests)}" if digests else None


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:12]


def due(ws: Workspace, conn: Connection) -> Due:
    """Compare how each current delivery was read with how it would be read now."""
    declared, broken = NONE, None
    try:
        declared = load_corrections(ws.corrections)
    except UserError as error:
        broken = str(error)
    again: list[int] = []
    outdated: list[int] = []
    now: dict[str, str] = {}
    for _, group in groupby(reading.treatments(conn, OUTDATED), key=lambda r: (r["sha256"], r["mappningsversion"])):
        rows = list(group)
        first, number = rows[0], rows[0]["leverans_id"]
        if first["kalla"] in CORRECTED and broken is None:
            wanted = corrections_treatment([d for r in rows if (d := declared.digest(r["tabell"]))])
            if wanted != first["mappningsversion"]:
                again.append(number)
            elif any(r["inaktuella"] for r in rows):
                outdated.append(number)
        elif first["mappning"] in ws.mappings:
            name = first["mappning"]
            if name not in now:
                now[name] = _digest(ws.mappings[name].read_bytes())
            if not str(first["mappningsversion"]).endswith(f"({now[name]})"):
                again.append(number)
    return Due(tuple(again), tuple(outdated), broken)
