"""Cells of the tabellplan in the database: storing a table's year, reading it back, and what it was made of."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
from sqlalchemy import Connection, delete, func, insert, select, text

from warehouse import tables as t
from warehouse.contracts.base import Contract
from warehouse.contracts.faults import MENDED


@dataclass(frozen=True, slots=True)
class Slice:
    """One table of one kommun and year."""

    tabell: str
    kommun: str
    ar: int


def deliveries_of(conn: Connection, tables: Sequence[str]) -> list[dict[str, Any]]:
    """The current deliveries of the named tables: id, hash, table, nämnd and the years they touch.

    In the order in which they win over each other: of a key in several of them, the last one's row is current.
    """
    query = (
        select(
            t.leverans.c.leverans_id,
            t.leverans.c.sha256,
            t.leverans.c.mappningsversion,
            t.gallande.c.uttagsdatum,
            t.leverans.c.tabell,
            t.leverans.c.namnd,
            t.leverans.c.forsta_ar,
            t.leverans.c.sista_ar,
            t.gallande.c.period,
            t.leverans.c.syntetisk,
            t.leverans.c.rader_karantan,
            (t.leverans.c.rader_overlapp > 0).label("overlappar"),
            select(func.count())
            .where(t.karantan.c.leverans_id == t.leverans.c.leverans_id, t.karantan.c.regel == MENDED)
            .scalar_subquery()
            .label("rattade"),
        )
        .join(t.gallande, t.gallande.c.leverans_id == t.leverans.c.leverans_id)
        .where(t.gallande.c.till.is_(None), t.leverans.c.tabell.in_(tables))
        .order_by(t.leverans.c.tabell, t.gallande.c.uttagsdatum, t.gallande.c.fran, t.leverans.c.leverans_id)
    )
    return [dict(row) for row in conn.execute(query).mappings()]


def fingerprints(conn: Connection) -> dict[Slice, str]:
    """What the stored version of each slice was made of."""
    v = t.tabellversion.c
    newest = select(func.max(v.version_id)).group_by(v.tabell, v.kommun, v.ar)
    rows = conn.execute(select(v.tabell, v.kommun, v.ar, v.indata_sha256).where(v.version_id.in_(newest)))
    return {Slice(r.tabell, r.kommun, r.ar): r.indata_sha256 for r in rows}


def store(
    conn: Connection,
    slice_: Slice,
    cells: pd.DataFrame,
    notes: Sequence[str],
    *,
    fingerprint: str,
    deliveries: Sequence[int],
    run_id: str,
    code_version: str,
) -> None:
    """Replace the slice's cells and notes and record the version, in the caller's transaction."""
    c = t.tabell_cell.c
    conn.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:w, 7215))"), {"w": repr(slice_)})
    conn.execute(delete(t.tabell_cell).where(c.tabell == slice_.tabell, c.kommun == slice_.kommun, c.ar == slice_.ar))
    n = t.tabell_not.c
    conn.execute(delete(t.tabell_not).where(n.tabell == slice_.tabell, n.kommun == slice_.kommun, n.ar == slice_.ar))
    where = {"tabell": slice_.tabell, "kommun": slice_.kommun, "ar": slice_.ar}
    dimensions = [name for name in cells.columns if name not in ("kon", "matt", "varde")]
    rows = []
    for order, row in enumerate(cells.to_dict("records")):
        missing = pd.isna(row["varde"])
        rows.append(
            where
            | {
                "ordning": order,
                "dimensioner": {d: row[d] for d in dimensions},
                "kon": row["kon"],
                "matt": row["matt"],
                "varde": None if missing else float(row["varde"]),
                "status": "saknas" if missing else "visas",
            }
        )
    if rows:
        conn.execute(insert(t.tabell_cell), rows)
    if notes:
        conn.execute(insert(t.tabell_not), [where | {"ordning": i, "text": note} for i, note in enumerate(notes)])
    content = content_digest(rows, notes)
    version = where | {
        "indata_sha256": fingerprint,
        "innehall_sha256": content,
        "celler": len(rows),
        "korning_id": run_id,
        "kodversion": code_version,
    }
    version_id = conn.execute(insert(t.tabellversion).values(version).returning(t.tabellversion.c.version_id)).scalar()
    if deliveries:
        conn.execute(insert(t.tabellindata), [{"version_id": version_id, "leverans_id": i} for i in deliveries])


def content_digest(rows: Iterable[Mapping[str, Any]], notes: Sequence[str]) -> str:
    """SHA-256 of a slice as it is stored: every cell in order with all it says, then the notes."""
    digest = hashlib.sha256()
    for row in rows:
        said = [row["ordning"], row["dimensioner"], row["kon"], row["matt"], row["varde"], row["status"]]
        digest.update(json.dumps(said, sort_keys=True, ensure_ascii=False).encode() + b"\n")
    digest.update(json.dumps(list(notes), ensure_ascii=False).encode())
    return digest.hexdigest()


def altered(conn: Connection) -> list[Slice]:
    """The slices whose stored cells or notes are not those that were counted, by the digest in the ledger."""
    v, c, n = t.tabellversion.c, t.tabell_cell.c, t.tabell_not.c
    newest = select(func.max(v.version_id)).group_by(v.tabell, v.kommun, v.ar)
    wrong = []
    for version in conn.execute(select(t.tabellversion).where(v.version_id.in_(newest)).order_by(v.version_id)):
        cell_rows = select(t.tabell_cell).where(
            c.tabell == version.tabell, c.kommun == version.kommun, c.ar == version.ar
        )
        note_rows = select(n.text).where(n.tabell == version.tabell, n.kommun == version.kommun, n.ar == version.ar)
        rows = conn.execute(cell_rows.order_by(c.ordning)).mappings()
        notes = list(conn.execute(note_rows.order_by(n.ordning)).scalars())
        if content_digest([dict(row) for row in rows], notes) != version.innehall_sha256:
            wrong.append(Slice(version.tabell, version.kommun, version.ar))
    return wrong


def record_check(
    conn: Connection, run_id: str, name: str, outcome: str, count: int, kommun: str | None = None, ar: int | None = None
) -> None:
    """Record a check's outcome: a count, never a value."""
    row = {"korning_id": run_id, "kontroll": name, "utfall": outcome, "antal": count, "kommun": kommun, "ar": ar}
    conn.execute(insert(t.kontroll).values(row))


def stored_rows(conn: Connection, contract: type[Contract]) -> int:
    """How many current rows a table has."""
    view = f"{contract.schema_name()}.{contract.table()}_gallande"
    return int(conn.execute(text(f"SELECT count(*) FROM {view}")).scalar_one())


def stored_cells(conn: Connection, tabell: str) -> int:
    """How many cells a table has, all kommuner and years."""
    return int(conn.execute(select(func.count()).where(t.tabell_cell.c.tabell == tabell)).scalar_one())


# A total holds all of its parts, so no part can exceed it; counts and rates are never negative.
_FAULTS = """
SELECT count(*) FROM (
    SELECT varde, max(varde) FILTER (WHERE kon = 'totalt') OVER (PARTITION BY kommun, ar, matt, dimensioner) AS total
    FROM tabell.cell WHERE tabell = :tabell AND ar = ANY(:years) AND kommun = ANY(:kommuner) AND matt LIKE 'antal%'
) c WHERE varde < 0 OR varde > total
"""


def table_faults(conn: Connection, slices: Sequence[Slice]) -> int:
    """How many cells of one table's slices cannot be: negative, or larger than the total of both sexes."""
    if not slices:
        return 0
    where = {
        "tabell": slices[0].tabell,
        "years": sorted({s.ar for s in slices}),
        "kommuner": sorted({s.kommun for s in slices}),
    }
    return int(conn.execute(text(_FAULTS), where).scalar_one())
