"""One delivery's way in: bytes -> text -> mapping -> identity -> validation -> rows, in one transaction.

Whatever is wrong ends in a receipt and a list in the outbox; the file leaves the inbox only when its encrypted
original is kept and its receipt is committed, so a killed run finds it again.
"""

import csv
import hashlib
import io
from collections.abc import Mapping as AnyMapping
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
from sqlalchemy import Connection

from assets.workspace import Workspace
from quality.deidentify import deidentify
from quality.identity import Pseudonymizer
from quality.identity_columns import refused_columns
from quality.identity_scan import mask_name, mask_text
from quality.validation import FIRST_DAY, allowed, parse
from sources import registry
from sources.base import Reading, Source, Unreadable
from sources.foljesedel import ALLOWED, SUFFIX, facts_of, read_slip, recognise, write_slip
from sources.mappings import Mapping, load_mapping
from warehouse import keys as key_records
from warehouse import load, reading, receipts
from warehouse.contracts.base import Contract
from warehouse.contracts.delivery import Facts, Fault
from warehouse.contracts.errors import UserError
from warehouse.contracts.faults import explain
from warehouse.contracts.reference import kommuner
from warehouse.contracts.registry import CONTRACTS

KEY_VERSION = 1
TAKEN = ".mottagen"


@dataclass(frozen=True, slots=True)
class Intake:
    """What became of one file in the inbox. Safe to print: no delivered value is in it."""

    fil: str
    leverans_id: int
    andring: receipts.Change
    status: str
    kalla: str | None = None
    tabell: str | None = None
    namnd: str | None = None
    rader_lasta: int = 0
    rader_godkanda: int = 0
    rader_karantan: int = 0
    overlapp: int = 0
    faults: tuple[Fault, ...] = ()
    notes: tuple[Fault, ...] = ()

    @property
    def contract(self) -> type[Contract] | None:
        """The contract of the table it fills, where that is known."""
        return CONTRACTS.get(self.tabell or "")


@dataclass(frozen=True, slots=True)
class _Understood:
    """A delivery whose facts are known and whose table could be read."""

    source: Source
    facts: Facts
    reading: Reading
    mapping_version: str | None


def waiting(inbox: Path) -> list[Path]:
    """The deliveries in the inbox, by name; delivery notes and half-copied files are not deliveries."""
    return sorted(
        path
        for path in inbox.glob("**/*")
        if path.is_file() and not path.name.startswith(".") and not path.name.endswith((SUFFIX, ".part"))
    )


def take_in(ws: Workspace, path: Path) -> Intake | None:
    """Take in one file; None when another process took it meanwhile."""
    slip_path = path.with_name(path.name + SUFFIX)
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return None
    file = receipts.File(mask_name(path.name), len(content), hashlib.sha256(content).hexdigest())
    try:
        result = _accept(ws, file, content, _understand(ws, path.name, content, slip_path))
    except Unreadable as error:
        result = _refuse(ws, file, content, error.faults, None)
    _answer(ws, result)
    taken = path.with_name(f".{path.name}{TAKEN}")
    with suppress(FileNotFoundError):  # another process took it too
        path.replace(taken)
        _clear(taken)
    return result


def _clear(taken: Path) -> None:
    path = taken.with_name(taken.name[1:].removesuffix(TAKEN))
    if not path.exists():  # else a new delivery lies there with a note of its own
        path.with_name(path.name + SUFFIX).unlink(missing_ok=True)
    taken.unlink(missing_ok=True)


def clear_taken(inbox: Path) -> None:
    """Remove what a killed run had taken in but not cleared: a note left alone would be read with the next file."""
    for taken in inbox.glob(f"**/.*{TAKEN}"):
        _clear(taken)


def _understand(ws: Workspace, name: str, content: bytes, slip_path: Path) -> _Understood:
    slip: dict[str, Any] = dict(read_slip(slip_path)) if slip_path.exists() else {}
    source = recognise(content, name, registry.SOURCES, slip)
    mapping_version = None
    if source.person_data:
        mapping_version = "standard 1"
        if slip.get("mappning"):
            mapping = _mapping(ws, str(slip["mappning"]))
            mapping_version = f"{mapping.name} {mapping.version}"
            slip["_mapping"] = mapping
    reading = source.read(content, slip)
    stated = {"kalla": source.kalla, "tabell": source.tabell} | dict(reading.facts)
    facts = facts_of(slip, stated, kommuner=kommuner(), today=ws.today(), person_data=source.person_data)
    pointing = [
        n for n in ("avsandare", "dnr", "rattslig_grund", "mappning") if (v := getattr(facts, n)) and mask_text(v) != v
    ]
    if pointing:
        raise Unreadable(*(Fault("identitet_i_foljesedel", kolumn=name) for name in pointing))
    return _Understood(source, facts, reading, mapping_version)


def _mapping(ws: Workspace, name: str) -> Mapping:
    """The mapping that a delivery note names; a bad one refuses the delivery, not the night."""
    if name not in ws.mappings:
        raise Unreadable(Fault("mappning_saknas", kolumn="mappning"))
    try:
        return load_mapping(ws.mappings[name], refused=refused_columns)
    except UserError as error:
        ws.journal.tell(str(error))
        raise Unreadable(Fault("mappning_fel", kolumn="mappning")) from None


def _accept(ws: Workspace, file: receipts.File, content: bytes, understood: _Understood) -> Intake:
    facts, source = understood.facts, understood.source
    with ws.database.begin() as conn:
        before = receipts.known(conn, file.sha256)
    if before is None:
        contract = CONTRACTS[facts.tabell]
        pseudonymizer = _pseudonymizer(ws, facts.namnd) if source.person_data else None
        table = understood.reading.table
        clean = deidentify(table, contract, facts, pseudonymizer)
        if clean.refused:
            return _refuse(ws, file, content, clean.faults, facts)
        good, broken = parse(contract, clean.table, facts.uttagsdatum)
        faults = sorted([*table.faults, *clean.faults, *broken], key=lambda f: (f.rad or 0, f.kolumn or ""))
        # A row of a form may give several records: it is set aside whole.
        good = good[~good["rad"].isin([f.rad for f in faults])]
        set_aside = len({f.rad for f in faults})
        read = good["rad"].nunique() + set_aside
        if good.empty and faults:  # without faults the sender says that there is nothing (tom: ja)
            return _refuse(ws, file, content, faults, facts, read)
        first, last = years_touched(contract, good, facts)
        counts = receipts.Counts(
            rader_lasta=read,
            rader_godkanda=read - set_aside,
            rader_karantan=set_aside,
            forsta_ar=first,
            sista_ar=last,
            nyckelversion=KEY_VERSION if source.person_data else None,
            mappningsversion=understood.mapping_version,
        )
        # Known content is not kept anew: its removal date has been said.
        ws.originals.keep(content, file.sha256, ws.today(), ws.keep_days)
    with ws.database.begin() as conn:
        receipts.lock(conn, file.sha256)
        receipts.lock(conn, facts.kalla, facts.tabell, facts.namnd)
        earlier = receipts.known(conn, file.sha256)
        if earlier is not None and not receipts.same_place(earlier, facts):
            raise Unreadable(Fault("redan_mottagen_annorlunda"))
        if earlier is not None:
            receipt = receipts.again(conn, earlier, facts)
            return Intake(
                fil=file.filnamn,
                leverans_id=receipt.leverans_id,
                andring=receipt.andring,
                status=receipt.status,
                kalla=earlier.kalla,
                tabell=earlier.tabell,
                namnd=earlier.namnd,
                rader_lasta=earlier.rader_lasta,
                rader_godkanda=earlier.rader_godkanda,
                rader_karantan=earlier.rader_karantan,
                faults=_unanswered(ws, conn, receipt.leverans_id),
            )

        def load_rows(leverans_id: int) -> None:
            frame = good.assign(leverans_id=pd.Series(leverans_id, index=good.index, dtype="Int64"))
            if source.person_data:
                frame["namnd"] = facts.namnd
                frame["nyckelversion"] = pd.Series(KEY_VERSION, index=good.index, dtype="Int64")
            load.copy_in(conn, contract, frame)

        notes = understood.reading.warnings
        receipt = receipts.accept(conn, file, facts, counts, faults, notes, contract, load_rows)
        receipts.keep_until(conn, receipt.leverans_id, ws.originals.removal_date(file.sha256))
    return Intake(
        fil=file.filnamn,
        leverans_id=receipt.leverans_id,
        andring=receipt.andring,
        status=receipt.status,
        kalla=facts.kalla,
        tabell=facts.tabell,
        namnd=facts.namnd,
        rader_lasta=counts.rader_lasta,
        rader_godkanda=counts.rader_godkanda,
        rader_karantan=counts.rader_karantan,
        overlapp=receipt.overlapp,
        faults=tuple(faults),
        notes=tuple(notes),
    )


def _refuse(
    ws: Workspace, file: receipts.File, content: bytes, faults: Sequence[Fault], facts: Facts | None, read: int = 0
) -> Intake:
    ws.originals.keep(content, file.sha256, ws.today(), ws.keep_refused_days)
    with ws.database.begin() as conn:
        receipt = receipts.refuse(conn, file, faults, facts, read)
        receipts.keep_until(conn, receipt.leverans_id, ws.originals.removal_date(file.sha256))
    return Intake(
        fil=file.filnamn,
        leverans_id=receipt.leverans_id,
        andring="avvisad",
        status="avvisad",
        kalla=facts.kalla if facts else None,
        tabell=facts.tabell if facts else None,
        namnd=facts.namnd if facts else None,
        rader_lasta=read,
        rader_karantan=read,
        faults=tuple(faults),
    )


def _pseudonymizer(ws: Workspace, namnd: str) -> Pseudonymizer:
    """The nämnd's pseudonymizer; the first time its key's check value is recorded, later it must agree."""
    with ws.database.begin() as conn:
        stored = key_records.record(conn, namnd, KEY_VERSION, ws.keyring.check_value(namnd, KEY_VERSION))
    ws.keyring.require(namnd, KEY_VERSION, stored)
    return Pseudonymizer(ws.keyring.pseudonym_key(namnd, KEY_VERSION), KEY_VERSION)


def years_touched(contract: type[Contract], good: pd.DataFrame, facts: Facts) -> tuple[int, int]:
    """First and last year that the rows can matter for; an open case lasts to the extract."""
    if good.empty:  # the years for which it says that there is nothing
        said = facts.period or str(facts.uttagsdatum.year)
        return int(said[:4]), int(said[-4:])
    dates = [good[c.name] for c in contract.columns() if c.kind == "date"]
    if dates:
        years = pd.concat([d.dt.year.dropna() for d in dates]).astype(int)
        if "slutdatum" in good and good["slutdatum"].isna().any():
            return int(years.min()), facts.uttagsdatum.year
    elif "ar" in good:
        years = good["ar"].astype(int)
    else:
        column = next((n for n in ("manad", "period") if n in good), None)
        if column is None:  # nothing in the rows tells when: they can matter for any year
            return FIRST_DAY.year, facts.uttagsdatum.year
        years = good[column].str[:4].astype(int)
    return int(years.min()), int(years.max())


def explained(fault: Fault, contract: type[Contract] | None) -> dict[str, Any]:
    """A fault as a kind colleague says it: where, what is wrong, what to do."""
    hint = ALLOWED.get(fault.kolumn or "", "") if fault.regel.startswith("foljesedel") else ""
    fel, remedy = explain(fault.regel, fault.kolumn, hint or allowed(contract, fault.kolumn))
    return {"blad": fault.blad, "rad": fault.rad, "kolumn": fault.kolumn, "fel": fel, "gor_sa_har": remedy}


def _list_of(ws: Workspace, leverans_id: int) -> Path:
    return ws.outbox / f"leverans-{leverans_id}-fellista.csv"


def _unanswered(ws: Workspace, conn: Connection, leverans_id: int) -> tuple[Fault, ...]:
    """The faults of a delivery whose list never reached the outbox: the run was killed after its receipt."""
    if _list_of(ws, leverans_id).exists():
        return ()
    rows = reading.faults(conn, leverans_id)
    return tuple(Fault(r["regel"], r["rad"], r["kolumn"], r["blad"]) for r in rows)


def _answer(ws: Workspace, result: Intake) -> None:
    """Write the list of faults for the sender, as a CSV that a spreadsheet opens."""
    if not result.faults and not result.notes:
        return
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(["Blad", "Rad", "Kolumn", "Vad som är fel", "Gör så här"])
    for fault in (*result.faults, *result.notes):
        writer.writerow("" if v is None else v for v in explained(fault, result.contract).values())
    target = _list_of(ws, result.leverans_id)
    part = target.with_suffix(".part")
    part.write_text(text.getvalue(), encoding="utf-8-sig", newline="")
    part.replace(target)


def deliver(inbox: Path, path: Path, stated: AnyMapping[str, Any]) -> Path:
    """Put a copy of a file in the inbox with its delivery note; nothing is read yet. Returns where it lies."""
    if not path.is_file():
        raise UserError(f"Filen finns inte: {mask_name(path.name)}")
    beside = path.with_name(path.name + SUFFIX)
    slip = (dict(read_slip(beside)) if beside.exists() else {}) | {k: v for k, v in stated.items() if v is not None}
    target = inbox / path.name
    number = 1
    while target.exists():
        target = inbox / f"{path.stem}-{(number := number + 1)}{path.suffix}"
    if slip:
        write_slip(target.with_name(target.name + SUFFIX), slip)
    part = target.with_name(target.name + ".part")
    part.write_bytes(path.read_bytes())
    part.replace(target)
    return target
