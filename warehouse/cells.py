"""Cells of the tabellplan in the database: storing a table's year, reading it back, and what it was made of."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pandas as pd
from sqlalchemy import Connection, delete, func, insert, select, text
from sqlalchemy.dialects import postgresql

from warehouse import tables as t
from warehouse.contracts.base import Contract
from warehouse.contracts.faults import MENDED
from warehouse.load import copy_rows


@dataclass(frozen=True, slots=True)
class Slice:
    """One table of one kommun and year."""

    tabell: str
    kommun: str
    ar: int


CURRENT = "g.till IS NULL"
AS_OF = "g.fran <= :as_of AND (g.till IS NULL OR g.till > :as_of)"

_DELIVERIES = """
SELECT l.leverans_id, l.sha256, l.mappningsversion, g.uttagsdatum, l.tabell, l.namnd, l.forsta_ar, l.sista_ar,
       g.period, l.syntetisk, l.rader_karantan, l.rader_overlapp > 0 AS overlappar,
       (SELECT count(*) FROM mottagning.karantan k
        WHERE k.leverans_id = l.leverans_id AND k.regel = :mended) AS rattade
FROM mottagning.leverans l JOIN mottagning.gallande g USING (leverans_id)
WHERE {when} AND l.tabell = ANY(:tables)
ORDER BY l.tabell, g.uttagsdatum, g.fran, l.leverans_id
"""


def deliveries_of(conn: Connection, tables: Sequence[str], *, as_of: datetime | None = None) -> list[dict[str, Any]]:
    """The current deliveries of the named tables (or those current at ``as_of``): id, hash, table, nämnd and years.

    In the order in which they win over each other: of a key in several of them, the last one's row is current.
    """
    query = text(_DELIVERIES.format(when=AS_OF if as_of else CURRENT))
    where = {"tables": list(tables), "mended": MENDED} | ({"as_of": as_of} if as_of else {})
    return [dict(row) for row in conn.execute(query, where).mappings()]


def fingerprints(conn: Connection) -> dict[Slice, str]:
    """What the stored version of each slice was made of."""
    v = t.tabellversion.c
    newest = select(func.max(v.version_id)).group_by(v.tabell, v.kommun, v.ar)
    rows = conn.execute(select(v.tabell, v.kommun, v.ar, v.indata_sha256).where(v.version_id.in_(newest)))
    return {Slice(r.tabell, r.kommun, r.ar): r.indata_sha256 for r in rows}


def versions(conn: Connection, tables: Sequence[str], kommun: str, years: Iterable[int]) -> tuple[int, ...]:
    """The newest version of each of the tables and years, in order."""
    v = t.tabellversion.c
    newest = select(func.max(v.version_id)).group_by(v.tabell, v.ar)
    return tuple(
        sorted(
            conn.execute(newest.where(v.kommun == kommun, v.tabell.in_(list(tables)), v.ar.in_(list(years)))).scalars()
        )
    )


def store(
    conn: Connection,
    slice_: Slice,
    cells: pd.DataFrame,
    notes: Sequence[str],
    ledger: pd.DataFrame,
    *,
    fingerprint: str,
    deliveries: Sequence[int],
    run_id: str,
    code_version: str,
) -> None:
    """Replace the slice's cells and notes and record the version with its ledger, in the caller's transaction.

    ``cells`` has period, dimensions, kon, matt, varde, status; ``ledger`` has cell (position in ``cells``),
    leverans_id, rader.
    """
    c = t.tabell_cell.c
    conn.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:w, 7215))"), {"w": repr(slice_)})
    conn.execute(delete(t.tabell_cell).where(c.tabell == slice_.tabell, c.kommun == slice_.kommun, c.ar == slice_.ar))
    n = t.tabell_not.c
    conn.execute(delete(t.tabell_not).where(n.tabell == slice_.tabell, n.kommun == slice_.kommun, n.ar == slice_.ar))
    where = {"tabell": slice_.tabell, "kommun": slice_.kommun, "ar": slice_.ar}
    rows = list(rows_of(cells))
    key = (slice_.tabell, slice_.kommun, slice_.ar)
    copy_rows(conn, "tabell.cell", ("tabell", "kommun", "ar", *CELL), ((*key, *row) for row in rows))
    if notes:
        conn.execute(insert(t.tabell_not), [where | {"ordning": i, "text": note} for i, note in enumerate(notes)])
    version = where | {
        "indata_sha256": fingerprint,
        "innehall_sha256": content_digest(rows, notes),
        "celler": len(rows),
        "korning_id": run_id,
        "kodversion": code_version,
    }
    version_id = conn.execute(insert(t.tabellversion).values(version).returning(t.tabellversion.c.version_id)).scalar()
    if deliveries:
        conn.execute(insert(t.tabellindata), [{"version_id": version_id, "leverans_id": i} for i in deliveries])
    store_ledger(conn, int(version_id or 0), ledger)


CELL = ("ordning", "period", "dimensioner", "kon", "matt", "varde", "status")
"""A cell's columns within its slice, as ``rows_of`` gives them."""


def rows_of(cells: pd.DataFrame) -> Iterator[tuple[Any, ...]]:
    """The cells of a slice as they are stored: the columns of ``CELL``, dimensions as JSON."""
    names = [name for name in cells.columns if name not in ("kommun", *CELL)]
    written: dict[tuple[str, ...], str] = {}
    dimensions = zip(*(cells[n].tolist() for n in names), strict=True) if names else [()] * len(cells)
    rest = zip(*(cells[n].tolist() for n in ("period", "kon", "matt", "varde", "status")), strict=True)
    for order, (codes, (period, kon, matt, varde, status)) in enumerate(zip(dimensions, rest, strict=True)):
        if codes not in written:
            written[codes] = json.dumps(dict(zip(names, codes, strict=True)), ensure_ascii=False, sort_keys=True)
        value = None if status != "visas" else float(varde)
        yield order, period, written[codes], kon, matt, value, status


def store_ledger(conn: Connection, version_id: int, ledger: pd.DataFrame) -> None:
    """Record the deliveries and rows behind the cells: cells with the same deliveries share a row."""
    by_cell: dict[int, tuple[list[int], list[int]]] = {}
    for cell, delivery, rows in zip(
        ledger["cell"].tolist(), ledger["leverans_id"].tolist(), ledger["rader"].tolist(), strict=True
    ):
        ids, counts = by_cell.setdefault(cell, ([], []))
        ids.append(delivery)
        counts.append(rows)
    sets: dict[tuple[int, ...], tuple[list[int], list[int]]] = {}
    for cell, (ids, counts) in by_cell.items():
        cells, rows_behind = sets.setdefault(tuple(ids), ([], []))
        cells.append(cell)
        rows_behind.extend(counts)
    if not sets:
        return
    known = postgresql.insert(t.leveransmangd).on_conflict_do_nothing()
    wanted = sorted(sets)
    conn.execute(known, [{"leveranser": list(ids)} for ids in wanted])
    m = t.leveransmangd.c
    found = conn.execute(select(m.mangd_id, m.leveranser).where(m.leveranser.in_([list(ids) for ids in wanted])))
    numbers = {tuple(row.leveranser): row.mangd_id for row in found}
    conn.execute(
        insert(t.harkomst),
        [
            {"version_id": version_id, "mangd_id": numbers[ids], "celler": sets[ids][0], "rader": sets[ids][1]}
            for ids in wanted
        ],
    )


def ledger_of(conn: Connection, version_id: int) -> list[tuple[int, int, int]]:
    """The ledger of a version: the cell's place in its table, delivery, rows."""
    query = text("SELECT ordning, leverans_id, rader FROM revision.harkomst_cell WHERE version_id = :v ORDER BY 1, 2")
    return [(int(o), int(d), int(n)) for o, d, n in conn.execute(query, {"v": version_id})]


def content_digest(rows: Iterable[Sequence[Any]], notes: Sequence[str]) -> str:
    """SHA-256 of a slice as it is stored: every cell in order with all it says (``CELL``), then the notes."""
    digest = hashlib.sha256()
    for row in rows:
        digest.update(json.dumps(row, ensure_ascii=False).encode() + b"\n")
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
        rows = [_as_counted(dict(row)) for row in conn.execute(cell_rows.order_by(c.ordning)).mappings()]
        notes = list(conn.execute(note_rows.order_by(n.ordning)).scalars())
        if content_digest(rows, notes) != version.innehall_sha256:
            wrong.append(Slice(version.tabell, version.kommun, version.ar))
    return wrong


def _as_counted(row: Mapping[str, Any]) -> tuple[Any, ...]:
    written = json.dumps(row["dimensioner"], ensure_ascii=False, sort_keys=True)
    return tuple(written if name == "dimensioner" else row[name] for name in CELL)


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


def analyze(conn: Connection) -> None:
    """Let the server look at what has been stored: without that it guesses, and its rules take ten times as long."""
    conn.execute(text("ANALYZE tabell.cell, revision.harkomst"))


_UNNAMED = """
SELECT count(*) FROM (
    SELECT DISTINCT h.version_id, u.leverans_id
    FROM revision.harkomst h JOIN revision.leveransmangd m USING (mangd_id)
    CROSS JOIN LATERAL unnest(m.leveranser) u (leverans_id)
) b WHERE NOT EXISTS (
    SELECT 1 FROM revision.tabellindata i WHERE i.version_id = b.version_id AND i.leverans_id = b.leverans_id
)
"""


def unnamed_inputs(conn: Connection) -> int:
    """How many deliveries stand behind cells of a version without standing among what that version was made of."""
    return int(conn.execute(text(_UNNAMED)).scalar_one())
