"""Shared fixtures: one PostgreSQL a session, a migrated template, a fresh database and workspace a test.

The embedded server is used, or the one that ``KVINNOFRID_TEST_DATABASE_URL`` points to (a login that may create
databases and roles).
"""

import gc
import os
import uuid
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url, text

from assets.tables.catalogue import planned
from assets.workspace import Workspace
from warehouse import schema
from warehouse.database import Database, ensure_database, normalise_url, sibling_url
from warehouse.embedded import PIPELINE, EmbeddedPostgres

TODAY = date(2026, 2, 1)
# Nothing here has to survive a crash of the machine.
HASTY = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
}


def pytest_collection_finish() -> None:
    """What was imported stays: the collector need not walk through it again and again."""
    gc.collect()
    gc.freeze()


class TestServer:
    """The session's PostgreSQL: where databases are made and thrown away."""

    __test__ = False

    def __init__(self, owner_url: str, pipeline_url: str | None) -> None:
        self.owner_url = owner_url
        self.pipeline_url = pipeline_url
        self.admin = create_engine(owner_url, isolation_level="AUTOCOMMIT", hide_parameters=True)

    def database(self, name: str) -> Database:
        owner = sibling_url(self.owner_url, name)
        if self.pipeline_url is None:
            return Database(owner, owner, role=PIPELINE)
        return Database(owner, sibling_url(self.pipeline_url, name))

    def create(self, name: str, template: str | None = None) -> Database:
        with self.admin.connect() as conn:
            extra = f' TEMPLATE "{template}"' if template else ""
            if self.pipeline_url is not None:  # our own server: copying files is quicker there than the log
                extra += " STRATEGY FILE_COPY"
            conn.execute(text(f'CREATE DATABASE "{name}"{extra}'))
        return self.database(name)

    def drop(self, name: str) -> None:
        with self.admin.connect() as conn:
            conn.execute(text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestServer]:
    external = os.environ.get("KVINNOFRID_TEST_DATABASE_URL")
    if external:
        yield TestServer(normalise_url(external), None)
        return
    with EmbeddedPostgres(tmp_path_factory.mktemp("pg"), settings=HASTY) as running:
        made = TestServer(running.url("postgres", role="owner"), running.url("postgres"))
        yield made
        made.admin.dispose()


@pytest.fixture(scope="session")
def template(server: TestServer) -> Iterator[str]:
    name = f"kf_template_{uuid.uuid4().hex[:8]}"
    ensure_database(server.owner_url, name)
    database = server.database(name)
    schema.upgrade(database, planned())
    database.dispose()
    yield name
    server.drop(name)


@pytest.fixture
def database(server: TestServer, template: str) -> Iterator[Database]:
    """A fresh, migrated warehouse."""
    name = f"kf_{uuid.uuid4().hex[:12]}"
    made = server.create(name, template)
    yield made
    made.dispose()
    server.drop(name)


@pytest.fixture
def warehouse(database: Database) -> Database:
    """The same, under its everyday name."""
    return database


@pytest.fixture
def make_workspace(tmp_path: Path, database: Database) -> Callable[..., Workspace]:
    """Make a workspace on the fresh warehouse; ``today`` and ``mappings`` may be given."""

    def make(today: date = TODAY, mappings: dict[str, Path] | None = None) -> Workspace:
        ws = Workspace(home=tmp_path / "home", database=database, today=lambda: today, mappings=mappings or {})
        ws.make_folders()
        return ws

    return make


@pytest.fixture
def workspace(make_workspace: Callable[..., Workspace]) -> Workspace:
    """A workspace with an empty warehouse, on 1 February 2026."""
    return make_workspace()


@pytest.fixture
def cli_environment(server: TestServer, tmp_path: Path) -> Iterator[dict[str, str]]:
    """The environment of a `kvinnofrid` command with its own home and its own databases on the session's server."""
    name = f"kf_{uuid.uuid4().hex[:12]}"
    server.create(name)
    url = make_url(sibling_url(server.owner_url, name)).render_as_string(hide_password=False)
    yield os.environ | {
        "KVINNOFRID_HOME": str(tmp_path / "hem"),
        "KVINNOFRID_DATABASE_URL": url,
        "KVINNOFRID_TODAY": TODAY.isoformat(),
    }
    server.drop(name)
    server.drop(f"{name}_dagster")
