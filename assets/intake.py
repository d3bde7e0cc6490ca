"""One delivery's way in: bytes -> text -> mapping -> identity -> validation -> rows, in one transaction.

A file may fill several tables: it is taken in or refused as a whole, and has a receipt for each of them.
Whatever is wrong ends in a receipt and an answer in the outbox; the file leaves the inbox only when its encrypted
original is kept and its receipt is committed, so a killed run finds it again.
"""

import hashlib
import re
from collections.abc import Mapping as AnyMapping
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pandas as pd
from sqlalchemy import Connection, Row

from assets.answers import answer, unanswered
from assets.inbox import clear, pick_up
from assets.journal import Intake
from assets.rereading import CORRECTED, corrections_treatment, mapping_treatment
from assets.returned import copy_of, list_of
from assets.workspace import Workspace
from quality import corrections
from quality.corrections import NONE, Corrections
from quality.corrections_file import load_corrections
from quality.deidentify import deidentify
from quality.identity import Pseudonymizer
from quality.identity_columns import refused_columns
from quality.identity_scan import mask_name, mask_text
from quality.validation import FIRST_DAY, parse
from sources import registry
from sources.base import Part, Reading, Source, Unreadable
from sources.foljesedel import facts_of, read_slip
from sources.mapping import Mapping, load_mapping, meanings
from sources.recognition import recognise
from warehouse import keys as key_records
from warehouse import load, receipts
from warehouse.contracts.base import Contract
from warehouse.contracts.delivery import Facts, Fault, TextTable
from warehouse.contracts.errors import KvinnofridError, UserError
from warehouse.contracts.reference import kommuner
from warehouse.contracts.registry import CONTRACTS

KEY_VERSION = 1
_TOLD = ("kalla", "tabell", "namnd", "avsandare")
_SAID_BY_THE_SENDER = ("avsandare", "dnr", "rattslig_grund", "mappning", "urval")


@dataclass(frozen=True, slots=True)
class _Understood:
    """A delivery whose facts are known and whose table could be read."""

    source: Source
    facts: Facts
    reading: Reading
    treatment: str | None
    """Which mapping or corrections it was read with: read in another way, the same content is another delivery."""
    corrections: Corrections = NONE
    local: AnyMapping[str, str] = field(default_factory=dict)
    """What may stand in the kommun's own variables, in words."""


@dataclass(frozen=True, slots=True)
class _Judged:
    """One table's rows that hold, and what was wrong with the others. Of a ``refused`` one nothing is taken in."""

    contract: type[Contract]
    good: pd.DataFrame
    faults: list[Fault]
    notes: tuple[Fault, ...]
    read: int
    set_aside: int
    refused: bool = False
    forbidden: bool = False
    """It holds what may not be collected: then nothing of the file is taken in."""


def take_in(ws: Workspace, path: Path) -> list[Intake]:
    """Take in one file: what became of each table in it. Empty when another process took it meanwhile."""
    found = pick_up(path)
    if found is None:
        return []
    file = receipts.File(mask_name(path.name), len(found.content), hashlib.sha256(found.content).hexdigest())
    slip: dict[str, Any] = {}
    try:
        slip = _slip(found.slip)
        results = _accept(ws, file, found.content, _understand(ws, path.name, found.content, slip))
    except Unreadable as error:
        told = _told(slip, error.facts)
        faults = (*_forbidden(error.headers), *error.faults)
        results = [_refuse(ws, file, found.content, faults, told, told.pop("form", None))]
    answer(ws, results, found.content)
    clear(found)
    number = min((r.leverans_id for r in results), default=0)
    listed, returned = list_of(ws.outbox, number).exists(), copy_of(ws.outbox, number).exists()
    return [replace(r, svar=number, besvarad=listed, atersand=returned) for r in results]


def _forbidden(headers: Sequence[TextTable]) -> list[Fault]:
    """Headers of what may not be collected, by letter: told also where the file is refused for something else."""
    hits = [(t, t.letters[place]) for t in headers for place, _ in refused_columns([str(h) for h in t.frame.columns])]
    return [Fault("far_inte_samlas_in", 1, f"kolumn {at}", table.blad, bokstav=at) for table, at in hits]


def _slip(path: Path) -> dict[str, Any]:
    return dict(read_slip(path)) if path.exists() else {}


def _understand(ws: Workspace, name: str, content: bytes, stated_slip: dict[str, Any]) -> _Understood:
    slip = stated_slip | {"_fil": name, "_idag": ws.today()}
    source = recognise(content, name, registry.SOURCES, slip)
    treatment = None
    if source.person_data:
        treatment = "standard 1"
        if slip.get("mappning"):
            mapping = _mapping(ws, str(slip["mappning"]))
            treatment = mapping_treatment(
                mapping.name, mapping.version, ws.mappings[str(slip["mappning"])].read_bytes()
            )
            slip["_mapping"] = mapping
    reading = source.read(content, slip)
    stated = dict(reading.facts) | {"kalla": source.kalla, "tabell": source.tabell}
    try:
        facts = facts_of(slip, stated, kommuner=kommuner(), today=ws.today(), person_data=source.person_data)
    except Unreadable as error:
        raise Unreadable(*error.faults, facts=stated) from None
    pointing = [n for n in _SAID_BY_THE_SENDER if (v := getattr(facts, n)) and mask_text(v) != v]
    if pointing:
        raise Unreadable(*(Fault("identitet_i_foljesedel", kolumn=name) for name in pointing))
    declared = _corrections(ws, source)
    changed = [sign for part in reading.parts if (sign := declared.digest(part.tabell))]
    treatment = corrections_treatment(changed) or treatment
    local = meanings(slip["_mapping"]) if "_mapping" in slip else {}
    return _Understood(source, facts, reading, treatment, declared, local)


def _told(slip: AnyMapping[str, Any], stated: AnyMapping[str, Any]) -> dict[str, str]:
    """What a refused delivery says of where it comes from, so that it can be answered; only what is safe."""
    said = {str(n): str(v) for n, v in {**stated, **slip}.items() if v and not str(n).startswith("_")}
    said["form"] = said.get("tabell", "")
    known = {
        "tabell": CONTRACTS,
        "form": {s.tabell for s in registry.SOURCES},
        "namnd": kommuner(),
        "kalla": {s.kalla for s in registry.SOURCES},
    }
    safe = {n: v for n, v in said.items() if n in known and v in known[n]}
    sender = said.get("avsandare", "")
    if sender and len(sender) <= 200 and mask_text(sender) == sender:
        safe["avsandare"] = sender
    if re.fullmatch(r"(19|20)\d\d(-(19|20)\d\d)?", said.get("period", "")):
        safe |= {"period": said["period"], "omfang": "periodutdrag"}
    if re.fullmatch(r"[1-9]\d{0,8}", said.get("rattar", "")):
        safe["rattar"] = said["rattar"]
    return safe


def _mapping(ws: Workspace, name: str) -> Mapping:
    """The mapping that a delivery note names; a bad one refuses the delivery, not the night."""
    if name not in ws.mappings:
        raise Unreadable(Fault("mappning_saknas", kolumn="mappning"))
    try:
        return load_mapping(ws.mappings[name], refused=refused_columns)
    except UserError as error:
        ws.journal.notices.append(str(error))
        raise Unreadable(Fault("mappning_fel", kolumn="mappning")) from None


def _corrections(ws: Workspace, source: Source) -> Corrections:
    """The declared corrections, for public data only. While they cannot be read, such deliveries wait."""
    if source.kalla not in CORRECTED:
        return NONE
    try:
        return load_corrections(ws.corrections)
    except UserError as error:
        raise KvinnofridError(f"{error}\nFilen ligger kvar i inbox.") from None


def _accept(ws: Workspace, file: receipts.File, content: bytes, understood: _Understood) -> list[Intake]:
    facts, form = understood.facts, understood.source.tabell
    with ws.database.begin() as conn:
        known = bool(receipts.known(conn, file.sha256, understood.treatment))
    if known:  # no work, and no new removal date for the original: it has been said
        with ws.database.begin() as conn:
            return _again(ws, conn, file, understood)
    judged = [_judge(ws, understood, part) for part in understood.reading.parts]
    if understood.reading.whole_rows:
        judged = _whole_rows(judged)
    if any(part.forbidden for part in judged) or all(part.refused for part in judged):
        faults = [fault for part in judged for fault in part.faults]
        read = sum(part.read for part in judged)
        one = replace(facts, tabell=judged[0].contract.table())
        told: Facts | AnyMapping[str, str] = one if len(judged) == 1 else _told(asdict(facts), {})
        return [_refuse(ws, file, content, faults, told, form, read)]
    ws.originals.keep(content, file.sha256, ws.today(), ws.keep_days)
    return _store(ws, file, understood, judged)


def _judge(ws: Workspace, understood: _Understood, part: Part) -> _Judged:
    facts, table = understood.facts, part.table
    contract = CONTRACTS[part.tabell]
    pseudonymizer = _pseudonymizer(ws, facts.namnd) if understood.source.person_data else None
    clean = deidentify(table, contract, facts, pseudonymizer)
    if clean.refused:
        return _Judged(contract, pd.DataFrame(), _of(contract, clean.faults), (), 0, 0, refused=True, forbidden=True)
    good, broken = parse(contract, clean.table, facts.uttagsdatum)
    faults = sorted([*table.faults, *clean.faults, *broken], key=lambda f: (f.rad or 0, f.kolumn or ""))
    rows = {(f.blad, f.rad) for f in faults}
    # A row of a form may give several records: it is set aside whole. Other sheets have rows with the same number.
    good = good[~good["rad"].isin([rad for blad, rad in rows if blad in {None, table.blad}])]
    good, mended, outdated = corrections.apply(understood.corrections, contract, good)
    ws.journal.outdated.extend(correction.text for correction in outdated)
    read = good["rad"].nunique() + len(rows)
    # Without rows and without faults the sender says that there is nothing (tom: ja).
    refused = good.empty and bool(faults)
    every = [Fault("alla_rader_fel", blad=table.blad)] if refused else []
    told = _of(contract, [*every, *faults], understood.local)
    notes = tuple(_of(contract, [*part.warnings, *(replace(note, blad=table.blad) for note in mended)]))
    return _Judged(contract, good, told, notes, read, len(rows), refused)


def _whole_rows(judged: Sequence[_Judged]) -> list[_Judged]:
    """Set aside the records of rows that have a fault in another table."""
    bad = {fault.rad for part in judged for fault in part.faults if fault.rad is not None}
    out = []
    for part in judged:
        if part.refused or part.good.empty:
            out.append(part)
            continue
        mixed = part.good["rad"].isin(list(bad))
        lost = part.good.loc[mixed, "rad"].nunique()
        good = part.good[~mixed].reset_index(drop=True)
        out.append(replace(part, good=good, set_aside=part.set_aside + lost, refused=good.empty))
    return out


def _of(
    contract: type[Contract], faults: Sequence[Fault], local: AnyMapping[str, str] = MappingProxyType({})
) -> list[Fault]:
    """The faults as this table's; of the kommun's own variables the mapping says what may stand there."""
    return [replace(f, tabell=contract.table(), tillatna=local.get(f.kolumn or "")) for f in faults]


def _store(ws: Workspace, file: receipts.File, understood: _Understood, judged: Sequence[_Judged]) -> list[Intake]:
    facts, form = understood.facts, understood.source.tabell
    spans = [years_touched(part.contract, part.good, facts) for part in judged]
    dated = [span for span in spans if span is not None]
    whole = (min(a for a, _ in dated), max(b for _, b in dated)) if dated else (FIRST_DAY.year, facts.uttagsdatum.year)
    done = []
    with ws.database.begin() as conn:
        receipts.lock(conn, file.sha256)
        for part in judged:
            receipts.lock(conn, facts.kalla, part.contract.table(), facts.namnd)
        if receipts.known(conn, file.sha256, understood.treatment):  # another process was quicker
            return _again(ws, conn, file, understood)
        for part, span in zip(judged, spans, strict=True):
            own = replace(facts, tabell=part.contract.table())
            if part.refused:  # the file's other tables are good; what was current of this one stays so
                done.append(_refused_part(ws, conn, file, own, form, part))
                continue
            first, last = span or whole
            counts = receipts.Counts(
                rader_lasta=part.read,
                rader_godkanda=part.read - part.set_aside,
                rader_karantan=part.set_aside,
                forsta_ar=first,
                sista_ar=last,
                nyckelversion=KEY_VERSION if understood.source.person_data else None,
                mappningsversion=understood.treatment,
            )
            load_rows = partial(_load, conn, part, own, person_data=understood.source.person_data)
            receipt = receipts.accept(conn, file, own, form, counts, part.faults, part.notes, part.contract, load_rows)
            receipts.keep_until(conn, receipt.leverans_id, ws.originals.removal_date(file.sha256))
            shrank = receipt.revision is not None and receipt.revision.shrank
            notes = (*part.notes, *([Fault(receipts.SHRANK, tabell=own.tabell)] if shrank else []))
            done.append(_intake(file, receipt, own, counts, faults=part.faults, notes=notes))
    return done


def _refused_part(
    ws: Workspace, conn: Connection, file: receipts.File, facts: Facts, form: str, part: _Judged
) -> Intake:
    receipt = receipts.refuse(conn, file, part.faults, facts, form, part.read)
    receipts.keep_until(conn, receipt.leverans_id, ws.originals.removal_date(file.sha256))
    return _intake(file, receipt, facts, receipts.Counts(part.read, 0, part.read), faults=part.faults, notes=part.notes)


def _load(conn: Connection, part: _Judged, facts: Facts, leverans_id: int, *, person_data: bool) -> None:
    good = part.good
    frame = good.assign(leverans_id=pd.Series(leverans_id, index=good.index, dtype="Int64"))
    if person_data:
        frame["namnd"] = facts.namnd
        frame["nyckelversion"] = pd.Series(KEY_VERSION, index=good.index, dtype="Int64")
    load.copy_in(conn, part.contract, frame)


def _again(ws: Workspace, conn: Connection, file: receipts.File, understood: _Understood) -> list[Intake]:
    """Content that was taken in before: nothing is stored, but an answer that was never sent is."""
    facts, form = understood.facts, understood.source.tabell
    receipts.lock(conn, file.sha256)
    for part in understood.reading.parts:
        receipts.lock(conn, facts.kalla, part.tabell, facts.namnd)
    known = receipts.known(conn, file.sha256, understood.treatment)
    if not all(receipts.same_place(earlier, facts, form) for earlier in known):
        raise Unreadable(Fault("redan_mottagen_annorlunda"))
    missing = unanswered(ws, conn, [earlier.leverans_id for earlier in known])
    done = []
    for earlier in known:
        receipt = receipts.again(conn, file, earlier, replace(facts, tabell=earlier.tabell))
        faults = missing.get(earlier.leverans_id, ())
        done.append(_intake(file, receipt, earlier, earlier, faults=faults))
    return done


def _refuse(
    ws: Workspace,
    file: receipts.File,
    content: bytes,
    faults: Sequence[Fault],
    facts: Facts | AnyMapping[str, str],
    form: str | None,
    read: int = 0,
) -> Intake:
    ws.originals.keep(content, file.sha256, ws.today(), ws.keep_refused_days)
    with ws.database.begin() as conn:
        receipt = receipts.refuse(conn, file, faults, facts, form, read)
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
        revision=receipt.revision,
        closed=receipt.closed,
        faults=tuple(faults),
        notes=tuple(notes),
    )


def _pseudonymizer(ws: Workspace, namnd: str) -> Pseudonymizer:
    """The nämnd's pseudonymizer; the first time its key's check value is recorded, later it must agree."""
    with ws.database.begin() as conn:
        stored = key_records.record(conn, namnd, KEY_VERSION, ws.keyring.check_value(namnd, KEY_VERSION))
    ws.keyring.require(namnd, KEY_VERSION, stored)
    return Pseudonymizer(ws.keyring.pseudonym_key(namnd, KEY_VERSION), KEY_VERSION)


def years_touched(contract: type[Contract], good: pd.DataFrame, facts: Facts) -> tuple[int, int] | None:
    """First and last year that the rows can matter for; an open case lasts to the extract.

    None where nothing in the rows tells when: then the file's other tables do, or they can matter for any year.
    """
    if good.empty:  # the years for which it says that there is nothing
        said = facts.period or str(facts.uttagsdatum.year)
        return int(said[:4]), int(said[-4:])
    dates = [good[c.name] for c in contract.columns() if c.kind == "date"]
    if dates:
        years = pd.concat([d.dt.year.dropna() for d in dates]).astype(int)
        if years.empty:
            return None
        if "slutdatum" in good and good["slutdatum"].isna().any():
            return int(years.min()), facts.uttagsdatum.year
    elif "ar" in good:
        years = good["ar"].astype(int)
    else:
        column = next((n for n in ("manad", "period") if n in good), None)
        if column is None:
            return None
        years = good[column].str[:4].astype(int)
    return int(years.min()), int(years.max())
