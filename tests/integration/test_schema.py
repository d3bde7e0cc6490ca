"""The live schema is the declared one, and each role may do what it should and nothing more."""

import uuid
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, text

from assets.tables.catalogue import TABLES, planned
from warehouse import schema, tables, views
from warehouse.contracts.reference import kommuner
from warehouse.contracts.registry import CONTRACTS
from warehouse.database import Database, WarehouseError


def _constraints(conn: Connection) -> set[tuple[str, ...]]:
    rows = conn.execute(
        text(
            "SELECT c.conrelid::regclass::text, c.conname, pg_get_constraintdef(c.oid) FROM pg_constraint c"
            " JOIN pg_namespace n ON n.oid = c.connamespace WHERE n.nspname = ANY(:s)"
        ),
        {"s": list(tables.SCHEMAS)},
    )
    indexes = conn.execute(
        text("SELECT schemaname || '.' || tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = ANY(:s)"),
        {"s": list(tables.SCHEMAS)},
    )
    columns = conn.execute(
        text(
            "SELECT table_schema || '.' || table_name, column_name, data_type || is_nullable ||"
            " coalesce(column_default, '') || is_identity || coalesce(col_description("
            " (table_schema || '.' || table_name)::regclass, ordinal_position), '')"
            " FROM information_schema.columns WHERE table_schema = ANY(:s)"
        ),
        {"s": list(tables.SCHEMAS)},
    )
    return {tuple(map(str, r)) for part in (rows, indexes, columns) for r in part}


def test_migrations_give_what_is_declared(database: Database):
    with database.owner.connect() as conn:
        options = {
            "include_schemas": True,
            "include_name": lambda name, kind, _parents: kind != "schema" or name in tables.SCHEMAS,
            "compare_type": True,
        }
        context = MigrationContext.configure(conn, opts=options)
        assert compare_metadata(context, tables.metadata) == []


def test_constraints_indexes_and_comments_are_the_declared_ones(server: Any, database: Database):
    # Alembic does not compare CHECK constraints, so a second database is made straight from the declarations.
    name = f"kf_declared_{uuid.uuid4().hex[:8]}"
    declared = server.create(name)
    try:
        with declared.owner.begin() as conn:
            for part in tables.SCHEMAS:
                conn.execute(text(f"CREATE SCHEMA {part}"))
            tables.metadata.create_all(conn)
            views.refresh(conn, planned())
            wanted = _constraints(conn)
        with database.owner.connect() as conn:
            assert _constraints(conn) == wanted
        assert any("uq_gallande_plats" in part for row in wanted for part in row)
    finally:
        declared.dispose()
        server.drop(name)


def test_every_pattern_is_one_that_the_database_can_use(database: Database):
    # PostgreSQL looks at a CHECK's pattern first when a row comes: a bad one would stop every delivery then.
    with database.owner.connect() as conn:
        for contract in CONTRACTS.values():
            for column in contract.columns():
                if column.pattern:
                    conn.execute(text("SELECT 'a' ~ :pattern"), {"pattern": column.pattern})


def test_upgrade_twice_changes_nothing(database: Database):
    schema.upgrade(database, planned())
    with database.owner.connect() as conn:
        assert schema.is_current(conn, planned())
        assert not schema.is_current(conn, planned()[:-1])
        assert conn.execute(text("SELECT count(*) FROM omvarld.kommun")).scalar() == len(kommuner()) + 1
        found = conn.execute(text("SELECT count(*) FROM pg_views WHERE schemaname = 'tabell'")).scalar()
    assert found == 2 * len(TABLES)  # a long and a wide one


MAY = {
    "kvinnofrid_pipeline": {"mottagning", "register", "omvarld", "verksamhet", "tabell", "publicering", "revision"},
    "kvinnofrid_kvalitet": {"mottagning", "omvarld", "verksamhet", "tabell", "publicering"},
    "kvinnofrid_revisor": {"mottagning", "omvarld", "publicering", "revision"},
    "kvinnofrid_publik": {"publicering"},
    "kvinnofrid_registeransvarig": {"mottagning", "register"},
}
ONE_TABLE = {
    "mottagning": "leverans",
    "register": "arende",
    "omvarld": "befolkning",
    "verksamhet": "aggregat",
    "tabell": "cell",
    "publicering": "cell",
    "revision": "tabellindata",
}


@pytest.mark.parametrize("role", sorted(MAY))
def test_roles_read_their_schemas_and_no_other(database: Database, role: str):
    with database.owner.connect() as conn:
        for part, table in ONE_TABLE.items():
            where = {"r": role, "s": part, "t": f"{part}.{table}"}
            read = text("SELECT has_schema_privilege(:r, :s, 'USAGE') AND has_table_privilege(:r, :t, 'SELECT')")
            write = text("SELECT has_table_privilege(:r, :t, 'INSERT') OR has_table_privilege(:r, :t, 'DELETE')")
            assert conn.execute(read, where).scalar() is (part in MAY[role]), (role, part)
            assert role == "kvinnofrid_pipeline" or not conn.execute(write, where).scalar(), (role, part)


def test_auditors_read_nothing_that_guesses_at_hidden_counts_could_be_tried_against(database: Database):
    may = text("SELECT has_column_privilege('kvinnofrid_revisor', :t, :c, 'SELECT')")
    closed = [
        *(("revision.tabellversion", c) for c in ("innehall_sha256", "indata_sha256", "celler")),
        *(("revision.granskning", c) for c in ("system_sha256", "monster_sha256", "innehall_sha256")),
        ("omvarld.iop_rapport", "antal"),
        ("omvarld.iop_rapport_gallande", "antal"),
    ]
    with database.owner.connect() as conn:
        assert [one for one in closed if conn.execute(may, dict(zip("tc", one, strict=True))).scalar()] == []
        assert conn.execute(may, {"t": "revision.tabellversion", "c": "kodversion"}).scalar()
        assert conn.execute(may, {"t": "revision.granskning", "c": "godkand"}).scalar()


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM register.arende",
        "UPDATE register.insats SET beslut = 'avslag'",
        "DELETE FROM mottagning.leverans",
        "UPDATE mottagning.leverans SET sha256 = repeat('0', 64)",
        "DELETE FROM mottagning.gallande",
        "UPDATE revision.tabellversion SET celler = 0",
        "DELETE FROM revision.kontroll",
        "INSERT INTO publicering.utgava VALUES (1, '0114', 2019)",
        "DROP TABLE tabell.cell",
    ],
)
def test_the_pipeline_cannot_rewrite_records_ledger_or_publish(database: Database, statement: str):
    with pytest.raises(WarehouseError, match="42501"), database.begin() as conn:
        conn.execute(text(statement))


def test_every_connection_is_on_swedish_time_whatever_the_environment_says(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGTZ", "Pacific/Auckland")
    fresh = Database(database.owner_url, database.url, database.role)
    try:
        for engine in (fresh.engine, fresh.owner):
            with engine.connect() as conn:
                assert conn.execute(text("SHOW timezone")).scalar() == "Europe/Stockholm"
                conn.rollback()
                assert conn.execute(text("SHOW timezone")).scalar() == "Europe/Stockholm"
    finally:
        fresh.dispose()
