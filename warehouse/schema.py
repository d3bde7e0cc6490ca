"""Bringing the warehouse's schema up to date: migrations, seeded registers, views and rights, in one place."""

import hashlib
from pathlib import Path

from sqlalchemy import Connection, text
from sqlalchemy.dialects.postgresql import insert

from warehouse import _edition_sql, _released_sql, _trace_sql, roles, tables, views
from warehouse.contracts import reference
from warehouse.database import Database, masked
from warehouse.views import Plan

MIGRATIONS = Path(__file__).with_name("migrations")

_LOCK = "SELECT pg_advisory_xact_lock(7214002)"
_MARK = "SELECT obj_description('mottagning'::regnamespace, 'pg_namespace')"


def head() -> str:
    """The newest migration, read from the file names (they start with their number)."""
    return max(path.name.split("_")[0] for path in (MIGRATIONS / "versions").glob("[0-9]*.py"))


def _mark(planned: Plan) -> str:
    """What the schema should be: the migration, and a digest of what is derived from contracts."""
    digest = hashlib.sha256(repr(list(planned)).encode())
    derived = (Path(module.__file__ or "") for module in (views, roles, _edition_sql, _released_sql, _trace_sql))
    for path in (*derived, *sorted(Path(reference.__file__).parent.rglob("*.*"))):
        if path.suffix in {".py", ".csv"}:
            digest.update(path.read_bytes())
    return f"{head()}-{digest.hexdigest()[:16]}"


def is_current(conn: Connection, planned: Plan) -> bool:
    """Whether the live schema is the one that this code declares."""
    known = conn.execute(text("SELECT to_regnamespace('mottagning')")).scalar()
    return bool(known) and conn.execute(text(_MARK)).scalar() == _mark(planned)


def is_empty(conn: Connection) -> bool:
    """Whether nothing of the warehouse is there yet."""
    return conn.execute(text("SELECT to_regnamespace('mottagning')")).scalar() is None


def upgrade(database: Database, planned: Plan) -> None:
    """Run migrations as the owner, then seed registers, remake views and grants. One transaction, one at a time."""
    from alembic import command
    from alembic.config import Config

    with masked(), database.owner.begin() as conn:
        conn.execute(text(_LOCK))
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
        config.attributes["connection"] = conn
        command.upgrade(config, "head")
        _seed(conn)
        views.refresh(conn, planned)
        owner = str(conn.execute(text("SELECT current_user")).scalar())
        roles.grant(conn, owner)
        conn.execute(text(f"COMMENT ON SCHEMA mottagning IS '{_mark(planned)}'"))


def _seed(conn: Connection) -> None:
    lan = [{"lanskod": "00", "namn": "Riket"}] + [{"lanskod": k, "namn": n} for k, n in reference.lan().items()]
    kommuner = [{"kommunkod": "0000", "namn": "Riket", "lanskod": "00"}] + [
        {"kommunkod": k, "namn": n, "lanskod": k[:2]} for k, n in reference.kommuner().items()
    ]
    brott = [
        {c.name: getattr(b, c.name) for c in tables.bra_brottstyp.columns} for b in reference.brottstyper().values()
    ]
    for table, rows in ((tables.lan, lan), (tables.kommun, kommuner), (tables.bra_brottstyp, brott)):
        statement = insert(table)
        keys = [c.name for c in table.primary_key]
        changed = {c.name: statement.excluded[c.name] for c in table.columns if c.name not in keys}
        conn.execute(statement.on_conflict_do_update(index_elements=keys, set_=changed), rows)
