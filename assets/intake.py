"""One delivery's way in: bytes -> text -> mapping -> identity -> validation -> rows, in one transaction.

Whatever is wrong ends in a receipt and a list in the outbox; the file leaves the inbox only when its encrypted
original is kept and its receipt is committed, so a killed run finds it again.
"""

import hashlib
from collections.abc import Mapping as AnyMapping
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
from sqlalchemy import Connection, Row

from assets.answers import answer, unanswered
from assets.inbox import clear, pick_up
from assets.journal import Intake
from assets.workspace import Workspace
from quality.deidentify import deidentify
from quality.identity import Pseudonymizer
from quality.identity_columns import refused_columns
from quality.identity_scan import mask_name, mask_text
from quality.validation import FIRST_DAY, parse
from sources import registry
from sources.base import Reading, Source, Unreadable
from sources.foljesedel import facts_of, read_slip, recognise
from sources.mappings import Mapping, load_mapping
from warehouse import keys as key_records
from warehouse import load, receipts
from warehouse.contracts.base import Contract
from warehouse.contracts.delivery import Facts, Fault
from warehouse.contracts.errors import UserError
from warehouse.contracts.reference import kommuner
from warehouse.contracts.registry import CONTRACTS

KEY_VERSION = 1
_TOLD = ("kalla", "tabell", "namnd", "avsandare")


@dataclass(frozen=True, slots=True)
class _Understood:
    """A delivery whose facts are known and whose table could be read."""

    source: Source
    facts: Facts
    reading: Reading
    mapping_version: str | None


@dataclass(frozen=True, slots=True)
class _Judged:
    """The rows that hold, and what was wrong with the others. ``refused`` means that nothing is taken in."""

    good: pd.DataFrame
    faults: list[Fault]
    read: int
    set_aside: int
    refused: bool = False


def take_in(ws: Workspace, path: Path) -> Intake | None:
    """Take in one file; None when another process took it meanwhile."""
    found = pick_up(path)
    if found is None:
        return None
    file = receipts.File(mask_name(path.name), len(found.content), hashlib.sha256(found.content).hexdigest())
    try:
        result = _accept(ws, file, found.content, _understand(ws, path.name, found.content, found.slip))
    except Unreadable as error:
        result = _refuse(ws, file, found.content, error.faults, _told(found.slip))
    answer(ws.outbox, result)
    clear(found)
    return result


def _understand(ws: Workspace, name: str, content: bytes, slip_path: Path) -> _Understood:
    slip: dict[str, Any] = dict(read_slip(slip_path)) if slip_path.exists() else {}
    source = recognise(content, name, registry.SOURCES, slip)
    mapping_version = None
    if source.person_data:
        mapping_version = "standard 1"
        if slip.get("mappning"):
            mapping = _mapping(ws, str(slip["mappning"]))
            digest = hashlib.sha256(ws.mappings[str(slip["mappning"])].read_bytes()).hexdigest()
            mapping_version = f"{mapping.name} {mapping.version} ({digest[:12]})"
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


def _told(slip_path: Path) -> dict[str, str]:
    """What a refused delivery's note says of where it comes from, so that it can be answered; only what is safe."""
    try:
        slip = read_slip(slip_path) if slip_path.exists() else {}
    except Unreadable:
        return {}
    said = {n: str(slip[n]) for n in _TOLD if slip.get(n)}
    known = {"tabell": CONTRACTS, "namnd": kommuner(), "kalla": {s.kalla for s in registry.SOURCES}}
    return {n: v for n, v in said.items() if (v in known[n] if n in known else mask_text(v) == v and len(v) <= 200)}


def _mapping(ws: Workspace, name: str) -> Mapping:
    """The mapping that a delivery note names; a bad one refuses the delivery, not the night."""
    if name not in ws.mappings:
        raise Unreadable(Fault("mappning_saknas", kolumn="mappning"))
    try:
        return load_mapping(ws.mappings[name], refused=refused_columns)
    except UserError as error:
        ws.journal.notices.append(str(error))
        raise Unreadable(Fault("mappning_fel", kolumn="mappning")) from None


def _accept(ws: Workspace, file: receipts.File, content: bytes, understood: _Understood) -> Intake:
    facts = understood.facts
    with ws.database.begin() as conn:
        known = receipts.known(conn, file.sha256) is not None
    if known:  # no work, and no new removal date for the original: it has been said
        with ws.database.begin() as conn:
            return _again(ws, conn, file, facts)
    judged = _judge(ws, understood)
    if judged.refused:
        return _refuse(ws, file, content, judged.faults, facts, judged.read)
    ws.originals.keep(content, file.sha256, ws.today(), ws.keep_days)
    return _store(ws, file, understood, judged)


def _judge(ws: Workspace, understood: _Understood) -> _Judged:
    facts, table = understood.facts, understood.reading.table
    contract = CONTRACTS[facts.tabell]
    pseudonymizer = _pseudonymizer(ws, facts.namnd) if understood.source.person_data else None
    clean = deidentify(table, contract, facts, pseudonymizer)
    if clean.refused:
        return _Judged(pd.DataFrame(), clean.faults, 0, 0, refused=True)
    good, broken = parse(contract, clean.table, facts.uttagsdatum)
    faults = sorted([*table.faults, *clean.faults, *broken], key=lambda f: (f.rad or 0, f.kolumn or ""))
    rows = {f.rad for f in faults}
    # A row of a form may give several records: it is set aside whole.
    good = good[~good["rad"].isin(list(rows))]
    read = good["rad"].nunique() + len(rows)
    # Without rows and without faults the sender says that there is nothing (tom: ja).
    refused = good.empty and bool(faults)
    return _Judged(good, [*([Fault("alla_rader_fel")] if refused else []), *faults], read, len(rows), refused)


def _store(ws: Workspace, file: receipts.File, understood: _Understood, judged: _Judged) -> Intake:
    facts, good, person_data = understood.facts, judged.good, understood.source.person_data
    contract = CONTRACTS[facts.tabell]
    first, last = years_touched(contract, good, facts)
    counts = receipts.Counts(
        rader_lasta=judged.read,
        rader_godkanda=judged.read - judged.set_aside,
        rader_karantan=judged.set_aside,
        forsta_ar=first,
        sista_ar=last,
        nyckelversion=KEY_VERSION if person_data else None,
        mappningsversion=understood.mapping_version,
    )
    notes = understood.reading.warnings
    with ws.database.begin() as conn:
        receipts.lock(conn, file.sha256)
        receipts.lock(conn, facts.kalla, facts.tabell, facts.namnd)
        if receipts.known(conn, file.sha256) is not None:  # another process was quicker
            return _again(ws, conn, file, facts)

        def load_rows(leverans_id: int) -> None:
            frame = good.assign(leverans_id=pd.Series(leverans_id, index=good.index, dtype="Int64"))
            if person_data:
                frame["namnd"] = facts.namnd
                frame["nyckelversion"] = pd.Series(KEY_VERSION, index=good.index, dtype="Int64")
            load.copy_in(conn, contract, frame)

        receipt = receipts.accept(conn, file, facts, counts, judged.faults, notes, contract, load_rows)
        receipts.keep_until(conn, receipt.leverans_id, ws.originals.removal_date(file.sha256))
    return _intake(file, receipt, facts, counts, faults=judged.faults, notes=notes)


def _again(ws: Workspace, conn: Connection, file: receipts.File, facts: Facts) -> Intake:
    """Content that was taken in before: nothing is stored, but a list that was never sent is."""
    receipts.lock(conn, file.sha256)
    receipts.lock(conn, facts.kalla, facts.tabell, facts.namnd)
    earlier = receipts.known(conn, file.sha256)
    if earlier is None or not receipts.same_place(earlier, facts):
        raise Unreadable(Fault("redan_mottagen_annorlunda"))
    receipt = receipts.again(conn, earlier, facts)
    return _intake(file, receipt, earlier, earlier, faults=unanswered(ws.outbox, conn, receipt.leverans_id))


def _refuse(
    ws: Workspace,
    file: receipts.File,
    content: bytes,
    faults: Sequence[Fault],
    facts: Facts | AnyMapping[str, str],
    read: int = 0,
) -> Intake:
    ws.originals.keep(content, file.sha256, ws.today(), ws.keep_refused_days)
    with ws.database.begin() as conn:
        receipt = receipts.refuse(conn, file, faults, facts, read)
        receipts.keep_until(conn, receipt.leverans_id, ws.originals.removal_date(file.sha256))
    told = {n: getattr(facts, n) for n in _TOLD} if isinstance(facts, Facts) else facts
    return _intake(file, receipt, told, receipts.Counts(read, 0, read), faults=faults)


def _intake(
    file: receipts.File,
    receipt: receipts.Receipt,
    facts: Facts | Row[Any] | AnyMapping[str, str],
    counts: receipts.Counts | Row[Any],
    *,
    faults: Sequence[Fault] = (),
    notes: Sequence[Fault] = (),
) -> Intake:
    told = facts if isinstance(facts, AnyMapping) else {n: getattr(facts, n) for n in _TOLD}
    return Intake(
        fil=file.filnamn,
        leverans_id=receipt.leverans_id,
        andring=receipt.andring,
        status=receipt.status,
        kalla=told.get("kalla"),
        tabell=told.get("tabell"),
        namnd=told.get("namnd"),
        rader_lasta=counts.rader_lasta,
        rader_godkanda=counts.rader_godkanda,
        rader_karantan=counts.rader_karantan,
        overlapp=receipt.overlapp,
        faults=tuple(faults),
        notes=tuple(notes),
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
