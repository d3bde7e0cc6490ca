"""Receipts, slots and quarantine: what was delivered, what is current, what was wrong.

A delivery is identified by its SHA-256. Rows are append-only; to replace is to move a slot's pointer in the same
transaction as the new rows arrive. Of a slot, and against a helbild, the latest ``uttagsdatum`` is current.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any, Literal

from sqlalchemy import Connection, Row, func, insert, select, text, update

from warehouse import tables as t
from warehouse.contracts.base import Contract
from warehouse.contracts.delivery import Facts, Fault

Change = Literal["ny", "oforandrad", "ateraktiverad", "aldre", "avvisad"]

_CLOCK = func.clock_timestamp()


@dataclass(frozen=True, slots=True)
class File:
    """A delivered file: its name without identifiers, size in bytes, SHA-256."""

    filnamn: str
    storlek: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Counts:
    """Rows of a delivery, the years (first, last) that the accepted ones touch, key and mapping behind them."""

    rader_lasta: int
    rader_godkanda: int
    rader_karantan: int
    forsta_ar: int | None = None
    sista_ar: int | None = None
    nyckelversion: int | None = None
    mappningsversion: str | None = None


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a delivery."""

    leverans_id: int
    andring: Change
    status: str
    overlapp: int = 0


def known(conn: Connection, sha256: str) -> Row[Any] | None:
    """The receipt of the same content, if it was taken in before (refused content may be tried again)."""
    return conn.execute(
        select(t.leverans).where(t.leverans.c.sha256 == sha256, t.leverans.c.status != "avvisad")
    ).one_or_none()


def same_place(receipt: Row[Any], facts: Facts) -> bool:
    """Whether the same content is stated to be the same thing; who sends it may be spelled in several ways."""
    return all(getattr(receipt, n) == getattr(facts, n) for n in ("kalla", "tabell", "namnd", "omfang", "period"))


def lock(conn: Connection, *words: str) -> None:
    """Hold others off the same slot family, or the same content, until the transaction ends."""
    conn.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:w, 7214))"), {"w": "|".join(words)})


def refuse(
    conn: Connection, file: File, faults: Sequence[Fault], facts: Facts | Mapping[str, str], read: int = 0
) -> Receipt:
    """Record a delivery that was refused as a whole, with its facts or the few that could be told."""
    stated = _stated(facts) if isinstance(facts, Facts) else dict(facts)
    leverans_id = _insert(conn, file, stated | {"status": "avvisad", "rader_lasta": read, "rader_karantan": read})
    _insert_faults(conn, leverans_id, faults, costs=True)
    return Receipt(leverans_id, "avvisad", "avvisad")


def accept(
    conn: Connection,
    file: File,
    facts: Facts,
    counts: Counts,
    faults: Sequence[Fault],
    notes: Sequence[Fault],
    contract: type[Contract],
    load: Callable[[int], None],
) -> Receipt:
    """Record an accepted delivery, load its rows (``load`` gets the delivery's id) and move the slot's pointer."""
    status = "delvis_godkand" if counts.rader_karantan else "godkand"
    leverans_id = _insert(conn, file, _stated(facts) | asdict(counts) | {"status": status})
    _insert_faults(conn, leverans_id, faults, costs=True)
    _insert_faults(conn, leverans_id, notes, costs=False)
    load(leverans_id)
    if not _point(conn, leverans_id, facts):
        conn.execute(update(t.leverans).where(t.leverans.c.leverans_id == leverans_id).values(status="ersatt"))
        return Receipt(leverans_id, "aldre", "ersatt")
    overlap = _overlap(conn, leverans_id, facts, contract)
    if overlap:
        conn.execute(update(t.leverans).where(t.leverans.c.leverans_id == leverans_id).values(rader_overlapp=overlap))
    return Receipt(leverans_id, "ny", status, overlap)


def again(conn: Connection, receipt: Row[Any], facts: Facts) -> Receipt:
    """The same content once more: no rows are stored. A later extract date is noted, and revives what was replaced."""
    slots = conn.execute(
        select(t.gallande.c.uttagsdatum).where(
            t.gallande.c.leverans_id == receipt.leverans_id, t.gallande.c.till.is_(None)
        )
    ).scalars()
    current_from = max(slots, default=None)
    known_from = current_from or receipt.uttagsdatum
    moved = replace(facts, avsandare=receipt.avsandare)
    if facts.uttagsdatum <= known_from or not _point(conn, receipt.leverans_id, moved):
        return Receipt(receipt.leverans_id, "oforandrad", receipt.status)
    if current_from is not None:  # still current, and now known to hold on a later day too
        return Receipt(receipt.leverans_id, "oforandrad", _restore_status(conn, receipt))
    return Receipt(receipt.leverans_id, "ateraktiverad", _restore_status(conn, receipt))


def _restore_status(conn: Connection, receipt: Row[Any]) -> str:
    status = "delvis_godkand" if receipt.rader_karantan else "godkand"
    conn.execute(update(t.leverans).where(t.leverans.c.leverans_id == receipt.leverans_id).values(status=status))
    return status


def keep_until(conn: Connection, leverans_id: int, day: date) -> None:
    """Note when the encrypted original is removed."""
    conn.execute(update(t.leverans).where(t.leverans.c.leverans_id == leverans_id).values(original_tas_bort=day))


def _stated(facts: Facts) -> dict[str, Any]:
    return asdict(facts)


def _insert(conn: Connection, file: File, values: dict[str, Any]) -> int:
    statement = insert(t.leverans).values(**asdict(file), **values).returning(t.leverans.c.leverans_id)
    return int(conn.execute(statement).scalar_one())


def _insert_faults(conn: Connection, leverans_id: int, faults: Sequence[Fault], *, costs: bool) -> None:
    if faults:
        rows = [asdict(f) | {"leverans_id": leverans_id, "kostar_rad": costs} for f in faults]
        conn.execute(insert(t.karantan), rows)


def _point(conn: Connection, leverans_id: int, facts: Facts) -> bool:
    """Make the delivery current and close what it replaces; False where something later is current already."""
    g = t.gallande.c
    family = (g.till.is_(None), g.kalla == facts.kalla, g.tabell == facts.tabell, g.namnd == facts.namnd)
    slot = (g.period.is_not_distinct_from(facts.period), g.avsandare == facts.avsandare)
    if facts.omfang == "helbild":
        later = select(g.gallande_id).where(*family, g.period.is_(None), g.uttagsdatum > facts.uttagsdatum)
        replaced = select(g.gallande_id, g.leverans_id).where(*family, g.uttagsdatum <= facts.uttagsdatum)
    else:
        later = select(g.gallande_id).where(
            *family, g.uttagsdatum > facts.uttagsdatum, g.period.is_(None) | (slot[0] & slot[1])
        )
        replaced = select(g.gallande_id, g.leverans_id).where(*family, *slot)
    if conn.execute(later).first():
        return False
    old = conn.execute(replaced).all()
    now = conn.execute(select(_CLOCK)).scalar_one()
    if old:
        conn.execute(update(t.gallande).where(g.gallande_id.in_([r.gallande_id for r in old])).values(till=now))
        conn.execute(
            update(t.leverans).where(t.leverans.c.leverans_id.in_([r.leverans_id for r in old])).values(status="ersatt")
        )
    conn.execute(
        insert(t.gallande).values(
            leverans_id=leverans_id,
            kalla=facts.kalla,
            tabell=facts.tabell,
            namnd=facts.namnd,
            period=facts.period,
            avsandare=facts.avsandare,
            uttagsdatum=facts.uttagsdatum,
            fran=now,
        )
    )
    return True


def _overlap(conn: Connection, leverans_id: int, facts: Facts, contract: type[Contract]) -> int:
    """How many of the delivery's keys stand in another current delivery of the table too."""
    g = t.gallande.c
    others = (
        select(g.leverans_id)
        .where(g.till.is_(None), g.tabell == facts.tabell, g.leverans_id != leverans_id)
        .where(g.namnd == facts.namnd)
    )
    ids = list(conn.execute(others).scalars())
    if not ids:
        return 0
    nullable = {c.name for c in contract.columns() if c.nullable}
    same = " AND ".join(
        f"o.{k} IS NOT DISTINCT FROM r.{k}" if k in nullable else f"o.{k} = r.{k}" for k in contract.key()
    )
    table = f"{contract.schema_name()}.{contract.table()}"
    query = text(
        f"SELECT count(*) FROM {table} r WHERE r.leverans_id = :new AND EXISTS"
        f" (SELECT 1 FROM {table} o WHERE o.leverans_id = ANY(:ids) AND {same})"
    )
    return int(conn.execute(query, {"new": leverans_id, "ids": ids}).scalar_one())
