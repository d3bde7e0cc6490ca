"""Opening an installation: its folders, its server, its databases. Imports neither Dagster nor pandera."""

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from pipelines.settings import Settings
from warehouse.contracts.errors import UserError
from warehouse.contracts.swedish import STOCKHOLM
from warehouse.database import Database, ensure_database, normalise_url, sibling_url
from warehouse.embedded import PIPELINE, EmbeddedPostgres

DAGSTER_URL = "KVINNOFRID_DAGSTER_STORAGE"

DAGSTER_YAML = f"""\
# Written by kvinnofrid; the address is handed over in the environment, so that no password stands here.
storage:
  postgres:
    postgres_url:
      env: {DAGSTER_URL}
compute_logs:
  module: dagster._core.storage.noop_compute_log_manager
  class: NoOpComputeLogManager
telemetry:
  enabled: false
nux:
  enabled: false
run_coordinator:
  module: dagster._core.run_coordinator
  class: QueuedRunCoordinator
concurrency:
  runs:
    max_concurrent_runs: 1
"""


@dataclass(frozen=True)
class Home:
    """An open installation."""

    settings: Settings
    database: Database
    dagster_url: str

    @property
    def dagster_home(self) -> Path:
        """Dagster's folder, with its ``dagster.yaml``."""
        return self.settings.home / "dagster"


def today(settings: Settings) -> date:
    """The day in Stockholm, or the one that the settings pretend."""
    return date.fromisoformat(settings.today) if settings.today else datetime.now(STOCKHOLM).date()


def server(settings: Settings) -> EmbeddedPostgres:
    """The embedded server of this installation."""
    return EmbeddedPostgres(settings.home / "postgres")


def make_folders(home: Path) -> None:
    """Create the home's folders, closed to others; a parent's rights are never touched."""
    for folder in (home, *(home / n for n in ("inbox", "outbox", "archive", "keys", "reports", "dagster"))):
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise UserError(
                f"Mappen {folder} kan inte skapas ({error.strerror}). Ange en annan i KVINNOFRID_HOME."
            ) from None


def there_is_one(settings: Settings) -> bool:
    """Whether there is an installation: somebody's server is taken to be one."""
    return bool(settings.database_url) or (settings.home / "postgres" / "data").is_dir()


def none_here(settings: Settings) -> str:
    """That there is no installation here, and what to do: KVINNOFRID_HOME may be mistyped."""
    home = settings.home.absolute()
    make = "" if home.exists() else f"skapa mappen (mkdir {home}), "
    return (
        f"I mappen {home} finns ingen installation än. Står du i rätt mapp, och är KVINNOFRID_HOME rätt? "
        f"Ska en ny börja där: {make}lägg in filer (kvinnofrid deliver) och läs in dem (kvinnofrid run)."
    )


@contextmanager
def opened(settings: Settings) -> Iterator[Home]:
    """The installation with its server up and its databases there. The schema is not touched."""
    make_folders(settings.home)
    with ExitStack() as stack:
        if settings.database_url:
            url = normalise_url(settings.database_url)
            database = Database(url, url, role=PIPELINE)
            dagster_url = normalise_url(settings.dagster_url or _beside(url))
            if not settings.dagster_url:
                ensure_database(url, dagster_url.rsplit("/", 1)[-1].split("?")[0])
        else:
            running = stack.enter_context(server(settings))
            owner = running.url("postgres", role="owner")
            ensure_database(owner, "kvinnofrid")
            ensure_database(owner, "dagster", owner=PIPELINE)
            database = Database(running.url("kvinnofrid", role="owner"), running.url("kvinnofrid"))
            dagster_url = running.url("dagster")
        stack.callback(database.dispose)
        os.environ[DAGSTER_URL] = dagster_url
        os.environ["DAGSTER_HOME"] = str(settings.home / "dagster")
        yield Home(settings, database, dagster_url)


@contextmanager
def existing(settings: Settings) -> Iterator[Home]:
    """The installation that there is: for all that makes no new one.

    Raises:
        UserError: There is none, as where KVINNOFRID_HOME is mistyped.
    """
    if not there_is_one(settings):
        raise UserError(none_here(settings))
    with opened(settings) as home:
        yield home


def _beside(url: str) -> str:
    from sqlalchemy import make_url

    name = make_url(url).database or "kvinnofrid"
    return sibling_url(url, f"{name}_dagster")


def write_dagster_yaml(folder: Path) -> None:
    """Dagster's own settings, written when they are missing or have changed."""
    target = folder / "dagster.yaml"
    if not target.exists() or target.read_text(encoding="utf-8") != DAGSTER_YAML:
        part = folder / f"dagster.{os.getpid()}.part"
        part.write_text(DAGSTER_YAML, encoding="utf-8")
        part.replace(target)
