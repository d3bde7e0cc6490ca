"""The answer to a sender: each fault in kind Swedish, the list of them, and the workbook sent back with its marks.

The list holds no delivered value. The marked copy is the sender's own file: see ``assets.returned``.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, TypeVar

from sqlalchemy import Connection

from assets.journal import Intake
from assets.returned import copy_of, list_of, remove_corrected, write_private
from assets.workspace import Workspace
from quality.validation import allowed
from sources.foljesedel import ALLOWED
from sources.marking import Mark, Unmarkable, mark
from warehouse import reading
from warehouse.contracts.base import Contract
from warehouse.contracts.delivery import Fault
from warehouse.contracts.faults import explain
from warehouse.contracts.registry import CONTRACTS

__all__ = ["answer", "explained", "list_of", "once", "unanswered"]

_T = TypeVar("_T")
_HEADERS = ("Fil", "Tabell", "Kommun", "Blad", "Rad", "Kolumn", "Cell", "Vad som är fel", "Gör så här")


def explained(fault: Fault, contract: type[Contract] | None, column: str | None = None) -> dict[str, Any]:
    """A fault as a kind colleague says it: where, what is wrong, what to do. ``contract`` where it names no table.

    ``column`` is what to call the column in words, where its name in the contract says little to the reader.
    """
    hint = ALLOWED.get(fault.kolumn or "", "") if fault.regel.startswith("foljesedel") else ""
    own = CONTRACTS.get(fault.tabell or "", contract)
    fel, remedy = explain(
        fault.regel,
        column or fault.kolumn,
        hint or fault.tillatna or allowed(own, fault.kolumn, labels=column is not None),
    )
    cell = f"{fault.bokstav}{fault.rad}" if fault.bokstav and fault.rad else None
    where = {"blad": fault.blad, "rad": fault.rad, "kolumn": fault.kolumn, "cell": cell}
    return where | {"fel": fel, "gor_sa_har": remedy}


def once(told: Iterable[tuple[_T, Fault]]) -> Iterator[tuple[_T, Fault]]:
    """Each fault of a cell once: a cell that goes to several tables is wrong in all of them."""
    seen: set[tuple[str, str | None, int | None, str]] = set()
    for whose, fault in told:
        if fault.bokstav:
            key = (fault.regel, fault.blad, fault.rad, fault.bokstav)
            if key in seen:
                continue
            seen.add(key)
        yield whose, fault


def unanswered(ws: Workspace, conn: Connection, ids: Sequence[int]) -> dict[int, tuple[Fault, ...]]:
    """The faults of a file's deliveries whose list never reached the outbox: the run was killed after its receipts.

    None for a file that has been corrected since: its list was taken away.
    """
    if not ids or list_of(ws.outbox, min(ids)).exists() or reading.corrected(conn, [min(ids)]):
        return {}
    return {i: tuple(_fault(row) for row in reading.faults(conn, i)) for i in ids}


def _fault(row: dict[str, Any]) -> Fault:
    return Fault(*(row[name] for name in ("regel", "rad", "kolumn", "blad", "tabell", "bokstav")))


def answer(ws: Workspace, results: Sequence[Intake], content: bytes) -> None:
    """Write the list of faults, as a CSV that a spreadsheet opens, and send an .xlsx workbook back with its marks.

    The list is written last: where it lies, the file has been answered. Answers that this file made needless go away.
    """
    if any(result.closed for result in results):
        remove_corrected(ws)
    told = [(result, *_told(ws, result)) for result in results if result.andring != "aldre"]
    if not any(faults or any(map(_asks, notes)) for _, faults, notes in told):
        return
    number = min(result.leverans_id for result in results)
    why = None
    if results[0].fil.casefold().endswith(".xlsx") and any(faults for _, faults, _ in told):
        why = _send_back(ws, number, told, content)
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(_HEADERS)
    # No cell may start a formula in the sender's spreadsheet: the file's and the sheet's name are not ours.
    for result, fault in once((result, f) for result, faults, notes in told for f in (*faults, *notes)):
        said = explained(fault, result.contract) | {"blad": _harmless(fault.blad or "")}
        tabell = fault.tabell or result.tabell or ""
        about = (_harmless(result.fil), tabell, result.namnd or "")
        writer.writerow([*about, *("" if v is None else v for v in said.values())])
    if why:
        said_so = f"En kopia med felen märkta gick inte att göra: {why}."
        remedy = "Rätta i er egen fil efter den här listan."
        writer.writerow([_harmless(results[0].fil), *[""] * (len(_HEADERS) - 3), said_so, remedy])
    write_private(ws, list_of(ws.outbox, number), text.getvalue().encode("utf-8-sig"))


def _told(ws: Workspace, result: Intake) -> tuple[Sequence[Fault], Sequence[Fault]]:
    """What must be corrected, and what is only good to know: of content seen before, by its receipt."""
    if result.andring not in ("oforandrad", "ateraktiverad") or not result.faults:
        return result.faults, result.notes
    with ws.database.begin() as conn:
        rows = reading.faults(conn, result.leverans_id)
    faults, notes = ([_fault(r) for r in rows if r["kostar_rad"] == costs] for costs in (True, False))
    return faults, notes


def _send_back(
    ws: Workspace, number: int, told: Sequence[tuple[Intake, Sequence[Fault], Sequence[Fault]]], content: bytes
) -> str | None:
    """Put the marked copy in the outbox; where that cannot be, says why."""
    every = ((result, note, f) for result, *both in told for note, some in enumerate(both) for f in some)
    marks = [
        _mark(fault, result.contract, att_veta=bool(note))
        for (result, note), fault in once(((result, note), f) for result, note, f in every)
    ]
    try:
        marked = mark(content, marks, number)
    except Unmarkable as error:
        return str(error)
    write_private(ws, copy_of(ws.outbox, number), marked)
    return None


def _mark(fault: Fault, contract: type[Contract] | None, *, att_veta: bool) -> Mark:
    own = CONTRACTS.get(fault.tabell or "", contract)
    title = next((c.title for c in own.columns() if c.name == fault.kolumn), None) if own else None
    # In the workbook one sees headings and letters, not the contract's names.
    column = f"{title} ({fault.bokstav})" if title and fault.bokstav else title or fault.kolumn
    said = explained(fault, contract, column)
    of_the_note = fault.blad is None and fault.regel.startswith(("foljesedel", "mappning"))
    return Mark(
        fel=said["fel"],
        gor_sa_har=said["gor_sa_har"],
        blad=fault.blad,
        rad=None if of_the_note else fault.rad,
        bokstav=fault.bokstav,
        kolumn=column,
        att_veta=att_veta,
    )


def _asks(note: Fault) -> bool:
    """Whether there is something in a note for the sender to do."""
    return not explain(note.regel)[1].startswith("Inget behöver göras.")


def _harmless(text: str) -> str:
    return text.lstrip("=+-@\t\r ")
