"""Receipts, slots and quarantine: what was delivered, what is current, what was wrong.

A delivery is identified by its SHA-256 and the treatment (mapping, corrections) that it was read with; a file that
fills several tables has a receipt for each. Rows are append-only; to replace is to move a slot's pointer in the same
transaction as the new rows arrive. Of a slot, and against a helbild, the latest ``uttagsdatum`` is current.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any, Literal

from sqlalchemy import Connection, Row, and_, func, insert, or_, select, text, update

from warehouse import tables as t
from warehouse.contracts.base import Contract
from warehouse.contracts.delivery import Facts, Fault

Change = Literal["ny", "oforandrad", "ateraktiverad", "aldre", "avvisad"]

_CLOCK = func.clock_timestamp()
_FAIR = 10
SHRANK = "farre_an_forut"


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
class Revision:
    """A delivery's records against those that it replaced, by key: not there before, other content, gone."""

    nya: int
    andrade: int
    borttagna: int
    fore: int
    """How many records it replaced."""

    @property
    def shrank(self) -> bool:
        """Whether more than half of a fair number of records is gone: often a wrong selection, seldom the truth."""
        return self.fore >= _FAIR and self.borttagna * 2 > self.fore


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a delivery."""

    leverans_id: int
    andring: Change
    status: str
    overlapp: int = 0
    revision: Revision | None = None
    """What it changed; None where it replaced nothing."""
    closed: tuple[int, ...] = ()
    """Deliveries whose faults it corrects."""


def known(conn: Connection, sha256: str, treatment: str | None) -> list[Row[Any]]:
    """The receipts of the same content read in the same way, one a table (refused content may be tried again)."""
    c = t.leverans.c
    query = select(t.leverans).where(
        c.sha256 == sha256, c.status != "avvisad", c.mappningsversion.is_not_distinct_from(treatment)
    )
    return list(conn.execute(query.order_by(c.leverans_id)))


def same_place(receipt: Row[Any], facts: Facts, form: str) -> bool:
    """Whether the same content is stated to be the same thing; who sends it may be spelled in several ways."""
    stated = ("kalla", "namnd", "omfang", "period", "urval")
    return receipt.form == form and all(getattr(receipt, n) == getattr(facts, n) for n in stated)


def lock(conn: Connection, *words: str) -> None:
    """Hold others off the same slot family, or the same content, until the transaction ends."""
    conn.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:w, 7214))"), {"w": "|".join(words)})


def refuse(
    conn: Connection, file: File, faults: Sequence[Fault], facts: Facts | Mapping[str, str], form: str | None, read: int
) -> Receipt:
    """Record a delivery that was refused as a whole, with its facts or the few that could be told.

    A workbook that was sent back and is refused again takes the place of the one before: that one waits no more.
    """
    stated = _stated(facts) if isinstance(facts, Facts) else dict(facts)
    rattar = facts.rattar if isinstance(facts, Facts) else int(stated.pop("rattar", 0))
    counts = {"rader_lasta": read, "rader_karantan": read}
    leverans_id = _insert(conn, file, stated | counts | {"form": form, "status": "avvisad"})
    _insert_faults(conn, leverans_id, faults, costs=True)
    closed: tuple[int, ...] = ()
    if rattar:
        c = t.leverans.c
        said = {"kalla": stated.get("kalla"), "namnd": stated.get("namnd"), "form": form}
        said["avsandare"] = stated.get("avsandare")
        agrees = (or_(c[n].is_(None), c[n] == v) for n, v in said.items() if v is not None)
        before = and_(c.leverans_id == rattar, c.leverans_id < leverans_id, c.status == "avvisad")
        statement = update(t.leverans).where(before, c.rattad_av.is_(None), *agrees).values(rattad_av=leverans_id)
        closed = tuple(conn.execute(statement.returning(c.leverans_id)).scalars())
    return Receipt(leverans_id, "avvisad", "avvisad", closed=closed)


def accept(
    conn: Connection,
    file: File,
    facts: Facts,
    form: str,
    counts: Counts,
    faults: Sequence[Fault],
    notes: Sequence[Fault],
    contract: type[Contract],
    load: Callable[[int], None],
) -> Receipt:
    """Record an accepted delivery, load its rows (``load`` gets the delivery's id) and move the slot's pointer."""
    status = "delvis_godkand" if counts.rader_karantan else "godkand"
    leverans_id = _insert(conn, file, _stated(facts) | asdict(counts) | {"form": form, "status": status})
    _insert_faults(conn, leverans_id, faults, costs=True)
    _insert_faults(conn, leverans_id, notes, costs=False)
    load(leverans_id)
    replaced = _point(conn, leverans_id, facts)
    if replaced is None:
        conn.execute(update(t.leverans).where(t.leverans.c.leverans_id == leverans_id).values(status="ersatt"))
        return Receipt(leverans_id, "aldre", "ersatt")
    overlap = _overlap(conn, leverans_id, facts, contract)
    revision = _compare(conn, leverans_id, replaced, contract) if replaced else None
    found: dict[str, Any] = {"rader_overlapp": overlap}
    if revision is not None:
        found |= {f"poster_{n}": getattr(revision, n) for n in ("nya", "andrade", "borttagna")}
        if revision.shrank:
            _insert_faults(conn, leverans_id, [Fault(SHRANK, tabell=facts.tabell)], costs=False)
    conn.execute(update(t.leverans).where(t.leverans.c.leverans_id == leverans_id).values(found))
    closed = _close(conn, leverans_id, file, facts, form, replaced)
    return Receipt(leverans_id, "ny", status, overlap, revision, closed)


def again(conn: Connection, file: File, receipt: Row[Any], facts: Facts) -> Receipt:
    """The same content once more: no rows are stored. A later extract date is noted, and revives what was replaced."""
    same = _close_refused_bytes(conn, receipt.leverans_id, file.sha256)
    slots = conn.execute(
        select(t.gallande.c.uttagsdatum).where(
            t.gallande.c.leverans_id == receipt.leverans_id, t.gallande.c.till.is_(None)
        )
    ).scalars()
    current_from = max(slots, default=None)
    known_from = current_from or receipt.uttagsdatum
    moved = replace(facts, avsandare=receipt.avsandare)
    # Read in another way meanwhile, and now in this way again (a correction was taken back): that is no old news.
    reread = current_from is None and facts.uttagsdatum == known_from and _reread(conn, receipt)
    later = facts.uttagsdatum > known_from or reread
    replaced = _point(conn, receipt.leverans_id, moved) if later else None
    if replaced is None:
        return Receipt(receipt.leverans_id, "oforandrad", receipt.status, closed=same)
    status = "delvis_godkand" if receipt.rader_karantan else "godkand"
    mine = t.leverans.c.leverans_id == receipt.leverans_id
    conn.execute(update(t.leverans).where(mine).values(status=status, rattad_av=None))
    if current_from is not None:  # still current, and now known to hold on a later day too
        return Receipt(receipt.leverans_id, "oforandrad", status, closed=same)
    closed = _close(conn, receipt.leverans_id, file, moved, receipt.form, replaced)
    return Receipt(receipt.leverans_id, "ateraktiverad", status, closed=(*same, *closed))


def _reread(conn: Connection, receipt: Row[Any]) -> bool:
    """Whether what is current instead is the same bytes of the same day, read with another mapping or correction."""
    c, g = t.leverans.c, t.gallande.c
    query = (
        select(g.gallande_id)
        .join(t.leverans, c.leverans_id == g.leverans_id)
        .where(g.till.is_(None), c.sha256 == receipt.sha256, c.tabell == receipt.tabell)
        .where(c.leverans_id != receipt.leverans_id, g.uttagsdatum == receipt.uttagsdatum)
    )
    return conn.execute(query).first() is not None


def keep_until(conn: Connection, leverans_id: int, day: date) -> None:
    """Note when the encrypted original is removed."""
    conn.execute(update(t.leverans).where(t.leverans.c.leverans_id == leverans_id).values(original_tas_bort=day))


def _stated(facts: Facts) -> dict[str, Any]:
    stated = asdict(facts)
    del stated["rattar"]  # what it came to is in ``rattad_av`` of the corrected one
    return stated


def _insert(conn: Connection, file: File, values: dict[str, Any]) -> int:
    statement = insert(t.leverans).values(**asdict(file), **values).returning(t.leverans.c.leverans_id)
    return int(conn.execute(statement).scalar_one())


def _insert_faults(conn: Connection, leverans_id: int, faults: Sequence[Fault], *, costs: bool) -> None:
    if faults:
        kept = ("regel", "rad", "kolumn", "blad", "tabell", "bokstav")
        rows = [{n: getattr(f, n) for n in kept} | {"leverans_id": leverans_id, "kostar_rad": costs} for f in faults]
        conn.execute(insert(t.karantan), rows)


def _point(conn: Connection, leverans_id: int, facts: Facts) -> list[int] | None:
    """Make the delivery current and close what it replaces, which is returned; None where something later is."""
    g = t.gallande.c
    family = (
        *(g.till.is_(None), g.kalla == facts.kalla, g.tabell == facts.tabell, g.namnd == facts.namnd),
        g.urval.is_not_distinct_from(facts.urval),
    )
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
        return None
    old = conn.execute(replaced).all()
    now = conn.execute(select(_CLOCK)).scalar_one()
    ids = sorted({r.leverans_id for r in old})
    if old:
        conn.execute(update(t.gallande).where(g.gallande_id.in_([r.gallande_id for r in old])).values(till=now))
        conn.execute(update(t.leverans).where(t.leverans.c.leverans_id.in_(ids)).values(status="ersatt"))
    conn.execute(
        insert(t.gallande).values(
            leverans_id=leverans_id,
            kalla=facts.kalla,
            tabell=facts.tabell,
            namnd=facts.namnd,
            period=facts.period,
            avsandare=facts.avsandare,
            urval=facts.urval,
            uttagsdatum=facts.uttagsdatum,
            fran=now,
        )
    )
    return [i for i in ids if i != leverans_id]


def _close(
    conn: Connection, leverans_id: int, file: File, facts: Facts, form: str, replaced: Sequence[int]
) -> tuple[int, ...]:
    """Note on faulty deliveries that this one corrects them: those that it replaces, and refused ones like it.

    A refused delivery is like it when the file itself names it, or when it was the same sender's same thing; what it
    says against that (another kommun, source or sender) always keeps it open.
    """
    c = t.leverans.c
    stated = {"kalla": facts.kalla, "namnd": facts.namnd, "form": form}
    untold = c.uttagsdatum.is_(None)  # refused before its facts were known: what is not there may be anything
    same_part = or_(and_(untold, c.urval.is_(None)), c.urval.is_not_distinct_from(facts.urval))
    agrees = and_(same_part, *(or_(c[n].is_(None), c[n] == v) for n, v in stated.items()))
    same_sender = or_(c.avsandare.is_(None), c.avsandare == facts.avsandare)
    same_period = or_(and_(untold, c.period.is_(None)), c.period.is_not_distinct_from(facts.period))
    alike = or_(
        and_(c.leverans_id == (facts.rattar or 0), same_sender),
        and_(c.filnamn == file.filnamn, c.namnd == facts.namnd, c.avsandare == facts.avsandare, same_period),
        and_(c.namnd == facts.namnd, c.form == form, c.avsandare == facts.avsandare, same_period),
    )
    faulty = and_(c.leverans_id.in_(replaced), c.rader_karantan > 0)
    refused = and_(c.status == "avvisad", c.leverans_id < leverans_id, agrees, alike)
    statement = (
        update(t.leverans)
        .where(c.rattad_av.is_(None), or_(faulty, refused))
        .values(rattad_av=leverans_id)
        .returning(c.leverans_id)
    )
    same = _close_refused_bytes(conn, leverans_id, file.sha256)
    return tuple(sorted({*same, *conn.execute(statement).scalars()}))


def _close_refused_bytes(conn: Connection, leverans_id: int, sha256: str) -> tuple[int, ...]:
    """The very same content was refused before (its note or mapping was wrong), and is taken in now."""
    c = t.leverans.c
    statement = (
        update(t.leverans)
        .where(c.sha256 == sha256, c.status == "avvisad", c.rattad_av.is_(None), c.leverans_id != leverans_id)
        .where(c.uttagsdatum.is_(None) | c.tabell.is_(None) | (c.tabell == c.form))
        .values(rattad_av=leverans_id)
        .returning(c.leverans_id)
    )
    return tuple(sorted(conn.execute(statement).scalars()))


def _compare(conn: Connection, leverans_id: int, replaced: Sequence[int], contract: type[Contract]) -> Revision:
    """The delivery's records against those of the deliveries that it replaced (of a key the newest one's)."""
    columns = list(contract.columns())
    table = f"{contract.schema_name()}.{contract.table()}"
    key = contract.key()
    nullable = {c.name for c in columns if c.nullable}
    same = " AND ".join(f"o.{k} IS NOT DISTINCT FROM n.{k}" if k in nullable else f"o.{k} = n.{k}" for k in key)
    values = [c.name for c in columns if c.delivered and c.name not in key]
    if values:
        mine, theirs = (", ".join(f"{side}.{v}" for v in values) for side in ("n", "o"))
        other = f"({mine}) IS DISTINCT FROM ({theirs})"
    else:
        other = "false"
    keys = ", ".join(key)
    query = text(
        f"WITH o AS (SELECT DISTINCT ON ({keys}) * FROM {table} WHERE leverans_id = ANY(:old)"
        f" ORDER BY {keys}, leverans_id DESC), n AS (SELECT * FROM {table} WHERE leverans_id = :new)"
        f" SELECT (SELECT count(*) FROM n WHERE NOT EXISTS (SELECT 1 FROM o WHERE {same})) AS nya,"
        f" (SELECT count(*) FROM n JOIN o ON {same} WHERE {other}) AS andrade,"
        f" (SELECT count(*) FROM o WHERE NOT EXISTS (SELECT 1 FROM n WHERE {same})) AS borttagna,"
        " (SELECT count(*) FROM o) AS fore"
    )
    row = conn.execute(query, {"new": leverans_id, "old": list(replaced)}).one()
    return Revision(row.nya, row.andrade, row.borttagna, row.fore)


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
