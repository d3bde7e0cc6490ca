"""Reading tables back for people and programs: quick to import, no contracts, no pandas."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, text


def read_table(
    conn: Connection, tabell: str, kommun: str, ar: int, *, edition: int | None = None
) -> tuple[list[dict[str, Any]], list[str]]:
    """The cells (one object a cell, dimensions by name) and notes of a table's year, or of its edition.

    ``fran`` and ``till`` stand in editions only: the span that is shown where ``status`` is ``intervall``.
    """
    where = {"tabell": tabell, "kommun": kommun, "ar": ar, "utgava": edition}
    schema, only = ("tabell", "") if edition is None else ("publicering", " AND utgava = :utgava")
    spans = () if edition is None else ("fran", "till")
    columns = ("period", "dimensioner", "kon", "matt", "varde", *spans, "status")
    rows = conn.execute(
        text(
            f"SELECT {', '.join(columns)} FROM {schema}.cell"
            f" WHERE tabell = :tabell AND kommun = :kommun AND ar = :ar{only} ORDER BY ordning"
        ),
        where,
    )
    cells = []
    for r in rows.mappings():
        rest = {name: number(r[name]) if name == "varde" else r[name] for name in columns[2:]}
        cells.append({"period": r["period"], **r["dimensioner"], **rest})
    of_slice = "kommun = :kommun AND ar = :ar" if edition is None else "utgava = :utgava"
    notes = conn.execute(
        text(f"SELECT text FROM {schema}.anmarkning WHERE tabell = :tabell AND {of_slice} ORDER BY ordning"), where
    )
    return cells, list(notes.scalars())


def number(value: float | None) -> float | int | None:
    """A whole number as such, so that a count reads as one."""
    if value is not None and value == int(value):
        return int(value)
    return value


def table_names(conn: Connection) -> list[str]:
    """The tables of the tabellplan, in order; empty where there is no warehouse yet."""
    if conn.execute(text("SELECT to_regclass('tabell.plan')")).scalar() is None:
        return []
    return list(conn.execute(text("SELECT tabell FROM tabell.plan ORDER BY ordning")).scalars())


def is_public(conn: Connection, tabell: str) -> bool:
    """Whether a table of the plan rests on public data."""
    return bool(conn.execute(text("SELECT offentlig FROM tabell.plan WHERE tabell = :t"), {"t": tabell}).scalar())


def latest_edition(conn: Connection, kommun: str, ar: int) -> int | None:
    """The open edition of a kommun (or ``lan:01``, ``riket``) and year that holds: not replaced, not withdrawn."""
    query = text(
        "SELECT max(utgava) FROM publicering.utgavor WHERE namnd = :kommun AND ar = :ar AND typ = 'oppen'"
        " AND tillstand IN ('expedierad', 'faststalld')"
    )
    found = conn.execute(query, {"kommun": kommun, "ar": ar}).scalar()
    return None if found is None else int(found)


def is_synthetic(conn: Connection, tabell: str, kommun: str, ar: int) -> bool:
    """Whether the newest version of the table rests on invented records."""
    query = text(
        "SELECT bool_or(l.syntetisk) FROM revision.tabellindata i JOIN mottagning.leverans l USING (leverans_id)"
        " WHERE i.version_id = (SELECT max(version_id) FROM revision.tabellversion"
        " WHERE tabell = :tabell AND kommun = :kommun AND ar = :ar)"
    )
    return bool(conn.execute(query, {"tabell": tabell, "kommun": kommun, "ar": ar}).scalar())


def counted(conn: Connection) -> list[dict[str, Any]]:
    """Which tables, kommuner and years are counted, and when."""
    query = text(
        "SELECT * FROM (SELECT DISTINCT ON (tabell, kommun, ar) tabell, kommun, ar, celler, skapad"
        " FROM revision.tabellversion ORDER BY tabell, kommun, ar, version_id DESC) v"
        " WHERE celler > 0 ORDER BY kommun, ar, tabell"
    )
    return [dict(r) for r in conn.execute(query).mappings()]


_RECEIPT = (
    "SELECT leverans_id, kalla, form, tabell, namnd, avsandare, period, omfang, urval, uttagsdatum, filnamn, storlek,"
    " sha256, mottagen, rader_lasta, rader_godkanda, rader_karantan, rader_overlapp, poster_nya, poster_andrade,"
    " poster_borttagna, status, rattad_av, syntetisk, dnr, rattslig_grund, mappning, mappningsversion,"
    " original_tas_bort FROM mottagning.leverans"
)


def deliveries(conn: Connection, limit: int = 1000) -> list[dict[str, Any]]:
    """The receipts, newest first."""
    rows = conn.execute(text(f"{_RECEIPT} ORDER BY leverans_id DESC LIMIT :n"), {"n": limit})
    return [dict(r) for r in rows.mappings()]


def newest_version(conn: Connection) -> int:
    """The number of the newest table version; 0 where nothing is counted."""
    return int(conn.execute(text("SELECT coalesce(max(version_id), 0) FROM revision.tabellversion")).scalar_one())


def delivery(conn: Connection, leverans_id: int) -> dict[str, Any] | None:
    """One receipt."""
    row = conn.execute(text(f"{_RECEIPT} WHERE leverans_id = :id"), {"id": leverans_id}).mappings().first()
    return None if row is None else dict(row)


def checks(conn: Connection) -> list[dict[str, Any]]:
    """The newest outcome of each check: counts only."""
    query = text(
        "SELECT DISTINCT ON (kontroll) kontroll, utfall, antal, skapad FROM revision.kontroll"
        " WHERE kommun IS NULL ORDER BY kontroll, kontroll_id DESC"
    )
    return [dict(r) for r in conn.execute(query).mappings()]


def faults(conn: Connection, leverans_id: int) -> list[dict[str, Any]]:
    """What was wrong with a delivery: where and which rule."""
    query = text(
        "SELECT tabell, blad, rad, kolumn, bokstav, regel, kostar_rad FROM mottagning.karantan WHERE leverans_id = :id"
        " ORDER BY kostar_rad DESC, rad NULLS FIRST, kolumn"
    )
    return [dict(r) for r in conn.execute(query, {"id": leverans_id}).mappings()]


_OPEN = "(l.status = 'avvisad' OR l.rader_karantan > 0) AND l.rattad_av IS NULL"


def corrected(conn: Connection, ids: Sequence[int]) -> set[int]:
    """Which of these deliveries nobody waits for: corrected or replaced, with all tables of the same file."""
    query = text(
        "SELECT m.leverans_id FROM mottagning.leverans m JOIN mottagning.leverans l USING (sha256)"
        " WHERE m.leverans_id = ANY(:ids) GROUP BY m.leverans_id"
        " HAVING bool_and(l.rattad_av IS NOT NULL OR l.status = 'ersatt' OR l.status = 'godkand')"
        " AND bool_or(l.rattad_av IS NOT NULL OR l.status = 'ersatt')"
    )
    return set(conn.execute(query, {"ids": list(ids)}).scalars())


def slots(conn: Connection, kommun: str | None = None) -> list[dict[str, Any]]:
    """Every slot with the delivery that is current in it, and how many faults it has that cost a row."""
    query = text(
        "SELECT g.kalla, l.form, g.tabell, g.namnd, g.period, g.avsandare, g.urval, g.uttagsdatum, g.fran,"
        " l.leverans_id, l.omfang, l.filnamn, l.mottagen, l.rader_lasta, l.rader_godkanda, l.rader_karantan, l.status,"
        " l.forsta_ar, l.sista_ar, l.syntetisk, l.poster_nya, l.poster_andrade, l.poster_borttagna,"
        " (SELECT count(*) FROM mottagning.karantan k WHERE k.leverans_id = l.leverans_id AND k.kostar_rad) AS fel"
        " FROM mottagning.gallande g JOIN mottagning.leverans l USING (leverans_id)"
        " WHERE g.till IS NULL AND (CAST(:kommun AS text) IS NULL OR g.namnd IN (:kommun, '0000'))"
        " ORDER BY g.namnd, g.kalla, g.tabell, g.urval NULLS FIRST, g.avsandare, g.period NULLS FIRST"
    )
    return [dict(r) for r in conn.execute(query, {"kommun": kommun}).mappings()]


def waiting_for_correction(conn: Connection, kommun: str | None = None) -> list[dict[str, Any]]:
    """Deliveries with faults that nobody has corrected: refused ones, and current ones with rows set aside."""
    query = text(
        "SELECT l.leverans_id, l.kalla, l.form, l.tabell, l.namnd, l.avsandare, l.period, l.urval, l.filnamn,"
        " l.mottagen, l.uttagsdatum, l.rader_lasta, l.rader_karantan, l.status, l.sha256,"
        # A file's answer has the number of its first delivery.
        " CASE WHEN l.status = 'avvisad' THEN l.leverans_id ELSE (SELECT min(o.leverans_id) FROM mottagning.leverans o"
        " WHERE o.sha256 = l.sha256 AND o.status <> 'avvisad'"
        " AND o.mappningsversion IS NOT DISTINCT FROM l.mappningsversion) END AS svar_nr,"
        " (SELECT count(*) FROM mottagning.karantan k WHERE k.leverans_id = l.leverans_id AND k.kostar_rad) AS fel"
        f" FROM mottagning.leverans l WHERE {_OPEN} AND (l.status = 'avvisad' OR EXISTS (SELECT 1"
        " FROM mottagning.gallande g WHERE g.leverans_id = l.leverans_id AND g.till IS NULL))"
        " AND (CAST(:kommun AS text) IS NULL OR l.namnd IS NULL OR l.namnd IN (:kommun, '0000'))"
        " ORDER BY l.leverans_id"
    )
    return [dict(r) for r in conn.execute(query, {"kommun": kommun}).mappings()]


def namnder(conn: Connection) -> list[str]:
    """The nämnder with current deliveries of their own, in order."""
    query = text("SELECT DISTINCT namnd FROM mottagning.gallande WHERE till IS NULL AND namnd <> '0000' ORDER BY namnd")
    return list(conn.execute(query).scalars())


def treatments(conn: Connection, rule: str) -> list[dict[str, Any]]:
    """The current deliveries with how they were read, file by file, and how many notes of a rule each has."""
    query = text(
        "SELECT l.leverans_id, l.sha256, l.kalla, l.tabell, l.mappning, l.mappningsversion,"
        " (SELECT count(*) FROM mottagning.karantan k WHERE k.leverans_id = l.leverans_id AND k.regel = :rule)"
        " AS inaktuella FROM mottagning.leverans l WHERE EXISTS"
        " (SELECT 1 FROM mottagning.gallande g WHERE g.leverans_id = l.leverans_id AND g.till IS NULL)"
        " ORDER BY l.sha256, l.mappningsversion, l.leverans_id"
    )
    return [dict(r) for r in conn.execute(query, {"rule": rule}).mappings()]
