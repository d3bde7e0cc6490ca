"""Check values of the nämnders' keys: they tell a lost or wrong key, and say nothing of the key itself."""

from sqlalchemy import Connection, select
from sqlalchemy.dialects.postgresql import insert

from warehouse import tables as t


def in_use(conn: Connection) -> bool:
    """Whether anything stored depends on the keys: pseudonyms, or originals of earlier deliveries."""
    return any(conn.execute(select(c).limit(1)).first() for c in (t.nyckel.c.namnd, t.leverans.c.leverans_id))


def record(conn: Connection, namnd: str, version: int, check_value: str) -> str:
    """Store the check value the first time; return the one that is stored."""
    row = {"namnd": namnd, "version": version, "kontrollvarde": check_value}
    conn.execute(insert(t.nyckel).values(row).on_conflict_do_nothing())
    stored = select(t.nyckel.c.kontrollvarde).where(t.nyckel.c.namnd == namnd, t.nyckel.c.version == version)
    return str(conn.execute(stored).scalar_one())
