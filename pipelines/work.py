"""Opening a workspace: an installation with an up-to-date schema, ready for the plain functions of ``assets``."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from assets.inbox import waiting
from assets.journal import Journal
from assets.tables.catalogue import planned
from assets.workspace import Workspace
from pipelines.home import Home, existing, none_here, opened, there_is_one, today
from pipelines.plan import setup_of
from pipelines.settings import Settings
from pipelines.version import code_version
from warehouse import schema
from warehouse.contracts.errors import UserError


def ensure_schema(home: Home) -> None:
    """Migrate the embedded warehouse by itself; ask before touching somebody else's server."""
    plan = planned(setup_of(home.settings).plan)
    with home.database.masked_connection() as conn:
        if schema.is_current(conn, plan):
            return
        empty = schema.is_empty(conn)
    if home.settings.database_url and not empty:
        raise UserError("Databasens schema är äldre än programmet. Kör: kvinnofrid db upgrade")
    schema.upgrade(home.database, plan)


def _yaml(folder: Path) -> list[Path]:
    """The YAML files of a folder; a pipe there would be read for ever."""
    return sorted(p for p in folder.glob("*.y*ml") if p.is_file())


def workspace_of(home: Home, journal: Journal | None = None) -> Workspace:
    """The workspace of an open installation."""
    settings = home.settings
    return Workspace(
        home=settings.home,
        database=home.database,
        today=lambda: today(settings),
        mappings={p.stem: p for p in _yaml(settings.mappings)},
        corrections=tuple(_yaml(settings.corrections)),
        addresses={n: url for n in ("kolada", "scb", "bra") if (url := getattr(settings, f"{n}_url"))},
        setup=setup_of(settings),
        keep_days=settings.keep_days,
        keep_refused_days=settings.keep_refused_days,
        keep_returned_days=settings.keep_returned_days,
        first_year=settings.first_year,
        code_version=code_version(),
        policy_of=settings.policy_of,
        grannar=settings.grannar,
        journal=journal or Journal(),
    )


@contextmanager
def up_to_date(settings: Settings) -> Iterator[Home]:
    """The installation that there is, with its schema up to date. Raises ``UserError`` where there is none."""
    with existing(settings) as home:
        ensure_schema(home)
        yield home


def beginning(settings: Settings) -> str:
    """A line that says that a new installation begins in this home, for the files that wait there; "" where one is.

    Raises:
        UserError: There is none and nothing waits, as where KVINNOFRID_HOME is mistyped: nothing is made there.
    """
    if there_is_one(settings) and settings.home.is_dir():  # somebody's server says nothing of the home
        return ""
    if not waiting(settings.home / "inbox"):
        raise UserError(none_here(settings))
    return f"Ny installation i {settings.home.absolute()}."


@contextmanager
def working(settings: Settings) -> Iterator[tuple[Home, Workspace]]:
    """An open installation with its schema up to date, and its workspace; made where there is none."""
    with opened(settings) as home:
        ensure_schema(home)
        yield home, workspace_of(home)
