"""The answer to a sender: each fault in kind Swedish, and the list of them in the outbox. Never a delivered value."""

import csv
import io
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from assets.journal import Intake
from quality.validation import allowed
from sources.foljesedel import ALLOWED
from warehouse import reading
from warehouse.contracts.base import Contract
from warehouse.contracts.delivery import Fault
from warehouse.contracts.faults import explain


def explained(fault: Fault, contract: type[Contract] | None) -> dict[str, Any]:
    """A fault as a kind colleague says it: where, what is wrong, what to do."""
    hint = ALLOWED.get(fault.kolumn or "", "") if fault.regel.startswith("foljesedel") else ""
    fel, remedy = explain(fault.regel, fault.kolumn, hint or allowed(contract, fault.kolumn))
    return {"blad": fault.blad, "rad": fault.rad, "kolumn": fault.kolumn, "fel": fel, "gor_sa_har": remedy}


def list_of(outbox: Path, leverans_id: int) -> Path:
    """Where the list of a delivery's faults lies."""
    return outbox / f"leverans-{leverans_id}-fellista.csv"


def unanswered(outbox: Path, conn: Connection, leverans_id: int) -> tuple[Fault, ...]:
    """The faults of a delivery whose list never reached the outbox: the run was killed after its receipt."""
    if list_of(outbox, leverans_id).exists():
        return ()
    rows = reading.faults(conn, leverans_id)
    return tuple(Fault(r["regel"], r["rad"], r["kolumn"], r["blad"]) for r in rows)


def answer(outbox: Path, result: Intake) -> None:
    """Write the list of faults for the sender, as a CSV that a spreadsheet opens."""
    if not result.faults and not result.notes:
        return
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    # No cell may start a formula in the sender's spreadsheet; the file name is the only text that is not ours.
    about = [result.fil.lstrip("=+-@\t\r "), result.tabell or "", result.namnd or ""]
    writer.writerow(["Fil", "Tabell", "Kommun", "Blad", "Rad", "Kolumn", "Vad som är fel", "Gör så här"])
    for fault in (*result.faults, *result.notes):
        told = explained(fault, result.contract).values()
        writer.writerow([*about, *("" if v is None else v for v in told)])
    target = list_of(outbox, result.leverans_id)
    part = target.with_suffix(".part")
    part.write_text(text.getvalue(), encoding="utf-8-sig", newline="")
    part.replace(target)
