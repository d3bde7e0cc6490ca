"""Check values of the nämnders' keys: they tell a lost or wrong key, and say nothing of the key itself."""

from sqlalchemy import Connection, select
from sqlalchemy.dialects.postgresql import insert

from warehouse import tables as t


def any_recorded(conn: Connection) -> bool:
    """Whether the database holds pseudonyms of any nämnd."""
    return conn.execute(select(t.nyckel.c.namnd).limit(1)).first() is not None


def record(conn: Connection, namnd: str, version: int, check_value: str) -> str:
    """Store the check value the first time; return the one that is stored."""
    row = {"namnd": namnd, "version": version, "kontrollvarde": check_value}
    conn.execute(insert(t.nyckel).values(row).on_conflict_do_nothing())
    stored = select(t.nyckel.c.kontrollvarde).where(t.nyckel.c.namnd == namnd, t.nyckel.c.version == version)
    return str(conn.execute(stored).scalar_one())
