"""Editions: drafts and what they were made of, their steps, what was dispatched, and external releases.

The database decides whether a step may be taken (``warehouse._edition_sql``); here it is asked, and its refusals are
put into words. Nothing is counted, protected or audited here.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection, func, insert, select, text
from sqlalchemy.exc import DBAPIError

from warehouse import harkomst
from warehouse import tables as t
from warehouse._edition_errors import refusal
from warehouse._edition_types import (
    Basis,
    Behind,
    CellRow,
    DraftTable,
    Event,
    External,
    Head,
    Printed,
    Registered,
    State,
    Steg,
    Typ,
    Verdict,
)
from warehouse.contracts.errors import UserError
from warehouse.load import copy_rows

__all__ = [
    "Basis",
    "Behind",
    "CellRow",
    "DraftTable",
    "Event",
    "External",
    "Head",
    "Printed",
    "Registered",
    "State",
    "Steg",
    "Typ",
    "Verdict",
    "basis",
    "content_sha256",
    "dispatched",
    "draft",
    "draft_cells",
    "draft_notes",
    "editions",
    "events",
    "externals",
    "latest",
    "notes",
    "printed",
    "record_verdict",
    "register_external",
    "state",
    "step",
    "verdicts",
]

# --- drafts -----------------------------------------------------------------------------------------------------------

_CELL = ("ordning", "period", "dimensioner", "kon", "matt", "status", "varde", "fran", "till")


def draft(
    conn: Connection,
    head: Head,
    tables: Sequence[DraftTable],
    basis: Iterable[Sequence[Any]] = (),
    verdicts: Sequence[Verdict] = (),
    *,
    uppgiven: str = "kvinnofrid",
    bakom: Iterable[Sequence[Any]] = (),
) -> int:
    """Store a draft in the caller's transaction and return its number.

    ``basis`` gives ``Basis`` and ``bakom`` ``Behind``, or plain tuples of the same. Earlier drafts of that namnd, ar
    and typ that are not dispatched are thrown away (``forkastad``). The verdicts are recorded for these very cells.

    Raises:
        UserError: A table is empty of cells.
    """
    if not any(table.rows for table in tables):
        raise UserError("Utkastet har inga celler. Räkna tabellerna först: kvinnofrid run")
    row = asdict(head) | {"niva": head.niva, "versioner": list(head.versioner)}
    row.pop("deltagare")
    if head.logg_nr is None:
        row["logg_nr"] = select(func.coalesce(func.max(t.handelse.c.nr), 0)).scalar_subquery()
    number = int(conn.execute(insert(t.utgava).values(row).returning(t.utgava.c.utgava)).scalar_one())
    cells = (
        (number, table.tabell, head.namnd, head.ar, order, row[0], _json(row[1]), *row[2:])
        for table in tables
        for order, row in enumerate(CellRow(*r) for r in table.rows)
    )
    copy_rows(conn, "tabell.utgava_cell", ("utgava", "tabell", "kommun", "ar", *_CELL), cells)
    notes = ((number, table.tabell, i, note) for table in tables for i, note in enumerate(table.notes))
    copy_rows(conn, "tabell.utgava_not", ("utgava", "tabell", "ordning", "text"), notes)
    made_of = ((number, *one[:3], _json(one[3]), *one[4:]) for one in (Basis(*b) for b in basis))
    copy_rows(conn, "tabell.utgava_underlag", ("utgava", *Basis._fields), made_of)
    said: dict[str, Any] = {"deltagare": list(head.deltagare)} if head.deltagare else {}
    if ledger := harkomst.write(conn, number, bakom):
        said["harkomst_sha256"] = ledger
    if verdicts:
        content = content_sha256(conn, number)
        for verdict in verdicts:
            record_verdict(conn, number, verdict, content)
    said["underlag_sha256"] = harkomst.behind_digest(conn, number)
    _step(conn, number, "utkast", uppgiven, said)
    return number


def content_sha256(conn: Connection, utgava: int) -> str:
    """Digest of a draft as it is stored: its head, every cell, every note."""
    return str(conn.execute(text("SELECT tabell.utgava_sha256(:n)"), {"n": utgava}).scalar_one())


def record_verdict(conn: Connection, utgava: int, verdict: Verdict, innehall_sha256: str) -> None:
    """Record an audit's outcome for the content that it audited (``content_sha256`` read when it began)."""
    row = {
        "utgava": utgava,
        "metod": verdict.method,
        "godkand": verdict.passed,
        "osakra": len(verdict.unsafe),
        "provade": verdict.checked,
        "orsak": verdict.reason,
        "system_sha256": verdict.system,
        "monster_sha256": verdict.pattern,
        "innehall_sha256": innehall_sha256,
    }
    conn.execute(insert(t.granskning).values(row))


def step(conn: Connection, utgava: int, steg: Steg, uppgiven: str, **uppgifter: Any) -> State:
    """Take a step and return where the edition then stands. ``uppgiven``: who takes it, as stated.

    ``expedierad`` needs ``dnr`` (a sekretessbilaga also ``mottagare``) and takes ``text``, to readers;
    ``faststalld`` needs ``datum`` and ``paragraf``; ``atertagen`` needs ``orsak``, and ``forkastad`` takes it.

    Raises:
        UserError: The database refused, and why.
    """
    _step(conn, utgava, steg, uppgiven, uppgifter)
    return state(conn, utgava)


def _step(conn: Connection, utgava: int, steg: str, uppgiven: str, uppgifter: Mapping[str, Any]) -> None:
    call = text("SELECT revision.steg(:utgava, :steg, :uppgiven, CAST(:uppgifter AS jsonb))")
    where = {"utgava": utgava, "steg": steg, "uppgiven": uppgiven, "uppgifter": _json(uppgifter)}
    with refused(utgava, steg):
        conn.execute(call, where)


@contextmanager
def refused(utgava: int | None = None, steg: str = "") -> Iterator[None]:
    """Put what the database refuses (SQLSTATE class KV) into words; other errors pass."""
    try:
        yield
    except DBAPIError as error:
        told = refusal(error.orig, utgava, steg)
        if told is None:
            raise
    else:
        return
    raise UserError(told) from None


_ENCODER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, default=str)


def _json(value: Mapping[str, Any]) -> str:
    return _ENCODER.encode(dict(value))


# --- reading ----------------------------------------------------------------------------------------------------------

_STATES = (
    "SELECT utgava, namnd, ar, niva, typ, variant, regel, tillstand, skapad, granskad_av, godkand_av, styrkt, dnr,"
    " expedierad, faststalld, paragraf, ersatter, ersatt_av, atertagen, orsak, text, innehall_sha256"
    " FROM revision.utgavor"
)


def editions(conn: Connection, namnd: str | None = None, ar: int | None = None, typ: str | None = None) -> list[State]:
    """All editions and drafts, oldest first."""
    where = " AND ".join(f"{n} = :{n}" for n, v in (("namnd", namnd), ("ar", ar), ("typ", typ)) if v is not None)
    query = text(f"{_STATES}{' WHERE ' + where if where else ''} ORDER BY utgava")
    found = conn.execute(query, {n: v for n, v in (("namnd", namnd), ("ar", ar), ("typ", typ)) if v is not None})
    return [State(*row) for row in found]


def state(conn: Connection, utgava: int) -> State:
    """One edition. Raises ``UserError`` where there is none."""
    row = conn.execute(text(f"{_STATES} WHERE utgava = :n"), {"n": utgava}).first()
    if row is None:
        raise UserError(f"Utgåva {utgava} finns inte. Se vilka som finns: kvinnofrid release list")
    return State(*row)


def dispatched(conn: Connection, namnd: str | None = None, ar: int | None = None) -> list[State]:
    """Every edition that was ever dispatched, in that order: what is replaced or withdrawn is public all the same."""
    return sorted((s for s in editions(conn, namnd, ar) if s.expedierad), key=lambda s: (s.expedierad, s.utgava))


def latest(conn: Connection, namnd: str, ar: int, typ: Typ = "oppen") -> State | None:
    """The edition that holds: dispatched, neither replaced nor withdrawn. What a withdrawn one replaced stays so."""
    return max((s for s in editions(conn, namnd, ar, typ) if s.galler), key=lambda s: s.utgava, default=None)


def events(conn: Connection, utgava: int | None = None) -> list[Event]:
    """The log, oldest first; of one edition, or all of it with external releases."""
    h = t.handelse.c
    query = select(h.nr, h.tid, h.utgava, h.steg, h.av_login, h.uppgiven, h.styrkt, h.uppgifter, h.sha256)
    if utgava is not None:
        query = query.where(h.utgava == utgava)
    return [Event(*row) for row in conn.execute(query.order_by(h.nr))]


def verdicts(conn: Connection, utgava: int) -> list[Mapping[str, Any]]:
    """What the audits said of a draft, in the order recorded: counts only."""
    g = t.granskning.c
    found = conn.execute(select(t.granskning).where(g.utgava == utgava).order_by(g.granskning_id))
    return [dict(row) for row in found.mappings()]


def printed(conn: Connection, utgava: int) -> list[Printed]:
    """The cells of a dispatched edition, as they were dispatched."""
    return _cells(conn, t.publicering_cell, utgava)


def draft_cells(conn: Connection, utgava: int) -> list[Printed]:
    """The cells of a draft, as they would be dispatched. Within secrecy until they are."""
    return _cells(conn, t.utgava_cell, utgava)


def _cells(conn: Connection, table: Any, utgava: int) -> list[Printed]:
    c = table.c
    query = select(*(c[name] for name in Printed._fields)).where(c.utgava == utgava).order_by(c.tabell, c.ordning)
    return [Printed(*row) for row in conn.execute(query)]


def notes(conn: Connection, utgava: int) -> dict[str, list[str]]:
    """The notes of a dispatched edition, by table."""
    return _notes(conn, t.publicering_not, utgava)


def draft_notes(conn: Connection, utgava: int) -> dict[str, list[str]]:
    """The notes of a draft, by table."""
    return _notes(conn, t.utgava_not, utgava)


def _notes(conn: Connection, table: Any, utgava: int) -> dict[str, list[str]]:
    c = table.c
    found: dict[str, list[str]] = {}
    for tabell, note in conn.execute(select(c.tabell, c.text).where(c.utgava == utgava).order_by(c.tabell, c.ordning)):
        found.setdefault(tabell, []).append(note)
    return found


def basis(conn: Connection, utgava: int) -> list[Basis]:
    """What an edition was made of: true values, and why a cell is hidden. Within secrecy."""
    c = t.utgava_underlag.c
    query = select(*(c[name] for name in Basis._fields)).where(c.utgava == utgava).order_by(c.cell)
    return [Basis(*row) for row in conn.execute(query)]


# --- what left another way --------------------------------------------------------------------------------------------


def register_external(conn: Connection, released: Sequence[External], uppgiven: str) -> list[int]:
    """Register numbers that left another way; they are never taken away. Returns their numbers.

    Raises:
        UserError: The database refused, and why.
    """
    for one in released:
        if one.lag is None and one.hog is None:
            raise UserError("Ange det tal som lämnats ut, eller minst och högst där det är ett intervall.")
        if one.lag is not None and one.hog is not None and one.lag > one.hog:
            raise UserError("Det minsta som lämnats ut är större än det högsta. Byt plats på dem.")
    done = []
    for one in released:
        row = asdict(one) | {"dimensioner": dict(one.dimensioner), "uppgiven": uppgiven}
        with refused():
            done.append(int(conn.execute(insert(t.extern).values(row).returning(t.extern.c.extern_id)).scalar_one()))
    return done


_EXTERNAL = (
    *("namnd", "ar", "mottagare", "datum", "vad", "tabell", "period", "kon", "matt", "lag", "hog"),
    *("dimensioner", "dnr"),
)


def externals(conn: Connection, namnd: str | None = None, ar: int | None = None) -> list[Registered]:
    """The external releases of a nämnd (or all) and year (or all), in the order registered."""
    e = t.extern.c
    query = select(t.extern).order_by(e.extern_id)
    if namnd is not None:
        query = query.where(e.namnd == namnd)
    if ar is not None:
        query = query.where(e.ar == ar)
    return [
        Registered(r.extern_id, r.registrerad, r.uppgiven, r.styrkt, External(*(r._mapping[n] for n in _EXTERNAL)))
        for r in conn.execute(query)
    ]
