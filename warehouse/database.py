"""Connections, and errors that say where without saying what. Servers are started in ``warehouse.embedded``."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import psycopg2
from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from warehouse.contracts.errors import KvinnofridError


class WarehouseError(KvinnofridError):
    """The database refused. Carries SQLSTATE, table and constraint, never PostgreSQL's DETAIL or parameters."""


@contextmanager
def masked() -> Iterator[None]:
    """Turn database errors into ``WarehouseError``: the original's text and parameters can hold a record."""
    try:
        yield
    except (DBAPIError, psycopg2.Error) as error:  # COPY goes past SQLAlchemy
        origin = error.orig if isinstance(error, DBAPIError) else error
        diag = getattr(origin, "diag", None)
        state = getattr(origin, "pgcode", None) or "okänd"
        where = ", ".join(
            str(part) for part in (getattr(diag, "table_name", None), getattr(diag, "constraint_name", None)) if part
        )
        message = f"Databasen sade nej (SQLSTATE {state}{'; ' + where if where else ''})."
        if state == "okänd" and isinstance(origin, psycopg2.OperationalError):
            message = (
                "Databasen går inte att nå. Se efter att servern är igång, att databasen finns och att inloggningen i "
                "KVINNOFRID_DATABASE_URL stämmer."
            )
        if state == "42501":
            message = (
                "Inloggningen saknar rättighet i databasen. Kör kvinnofrid db upgrade med en inloggning som får skapa "
                "roller (CREATEROLE) och databaser (CREATEDB), eller ange KVINNOFRID_DAGSTER_URL. (SQLSTATE 42501"
                f"{'; ' + where if where else ''})"
            )
    except SQLAlchemyError as error:
        message = f"Databasen kunde inte användas ({type(error).__name__})."
    else:
        return
    # The with statement is still handling the original here: without "from None" it would be shown as the context.
    raise WarehouseError(message) from None


@dataclass(frozen=True)
class Database:
    """The warehouse's address: as owner (migrations) and as pipeline (everything else).

    ``role`` is taken with SET ROLE on each of the pipeline's connections when the login itself is not the role.
    """

    owner_url: str
    url: str
    role: str | None = None

    @cached_property
    def engine(self) -> Engine:
        """The pipeline's engine."""
        return open_engine(self.url, f"SET ROLE {self.role}" if self.role else "")

    @cached_property
    def owner(self) -> Engine:
        """The owner's engine, for migrations and roles only."""
        return open_engine(self.owner_url)

    @contextmanager
    def begin(self) -> Iterator[Connection]:
        """One transaction, errors masked."""
        with masked(), self.engine.begin() as conn:
            yield conn

    @contextmanager
    def masked_connection(self) -> Iterator[Connection]:
        """A connection as the owner, to look at the schema itself; errors masked."""
        with masked(), self.owner.connect() as conn:
            yield conn

    def dispose(self) -> None:
        """Close all connections."""
        for name in ("engine", "owner"):
            if name in self.__dict__:
                self.__dict__[name].dispose()


def open_engine(url: str, first: str = "") -> Engine:
    """An engine on Swedish time whose errors do not show parameters; each connection begins with ``first``."""
    engine = create_engine(url, hide_parameters=True, pool_size=4, connect_args={"application_name": "kvinnofrid"})

    @event.listens_for(engine, "connect")
    def _begin(connection: Any, _record: Any) -> None:
        # Said in SQL: PGTZ in the environment goes before what a connection asks for when it is made.
        with connection.cursor() as cursor:
            cursor.execute(f"SET TIME ZONE 'Europe/Stockholm'; {first}")
        connection.commit()

    return engine


def sibling_url(url: str, database: str) -> str:
    """The same server and login, another database."""
    return make_url(url).set(database=database).render_as_string(hide_password=False)


def normalise_url(url: str) -> str:
    """An address as SQLAlchemy must have it: ``postgresql://`` would mean psycopg 3."""
    parsed: URL = make_url(url)
    if parsed.get_backend_name() != "postgresql":
        raise WarehouseError("KVINNOFRID_DATABASE_URL måste börja med postgresql://. Bara PostgreSQL stöds.")
    return parsed.set(drivername="postgresql+psycopg2").render_as_string(hide_password=False)


def ensure_database(admin_url: str, name: str, owner: str | None = None) -> None:
    """Create the database if it is missing. Safe when several processes do it at once."""
    engine = open_engine(admin_url).execution_options(isolation_level="AUTOCOMMIT")
    try:
        with masked(), engine.connect() as conn:
            if conn.execute(text("SELECT 1 FROM pg_database WHERE datname = :n"), {"n": name}).scalar():
                return
            conn.execute(text("SELECT pg_advisory_lock(7214001)"))
            if not conn.execute(text("SELECT 1 FROM pg_database WHERE datname = :n"), {"n": name}).scalar():
                conn.execute(text(f'CREATE DATABASE "{name}"' + (f' OWNER "{owner}"' if owner else "")))
            conn.execute(text("SELECT pg_advisory_unlock(7214001)"))
    finally:
        engine.dispose()
