"""SIGKILL at any moment: the next `kvinnofrid run` ends in the same tables as an undisturbed one."""

import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from tests.soak.homes import ROOT, Point, connected, environment, struck, tables, views
from warehouse.embedded import EmbeddedPostgres

pytestmark = pytest.mark.soak

RUN = [sys.executable, "-m", "pipelines.cli", "run", "--json"]
RANDOM_KILLS = 6

UNLINK, REPLACE = "pathlib:Path.unlink", "pathlib:Path.replace"
EVENT = "dagster_postgres.event_log.event_log:PostgresEventLogStorage.store_event"
RUNS = "dagster._core.storage.runs.sql_run_storage:SqlRunStorage"
BOUNDARIES = [
    Point("quality.keys:Keyring.ensure"),
    Point(REPLACE, "before", 1, ".tmp"),
    Point("warehouse.originals:OriginalStore.keep", "before"),
    Point("warehouse.originals:OriginalStore.keep", "after", 4),
    Point("warehouse.load:copy_in", "half"),
    Point("warehouse.load:copy_in", "half", 7),
    Point("warehouse.receipts:_point", "after", 3),
    Point("warehouse.receipts:accept", "after", 4),
    Point("warehouse.receipts:refuse"),
    Point("warehouse.receipts:accept", "after", 2, "arbetsbok"),
    Point("warehouse.receipts:_close", "before", 5),
    Point("assets.intake:answer", "before", 3),
    Point("assets.answers:mark", "before"),
    Point("assets.answers:mark"),
    Point("assets.answers:write_private", "after", 2),
    Point(UNLINK, "before", 1, "/inbox/"),
    Point(UNLINK, "after", 1, "/inbox/"),
    Point("warehouse.cells:record_check", "after", 2),
    Point("warehouse.cells:store", "before"),
    Point("warehouse.cells:store", "after", 3),
    Point("warehouse.cells:store", "before", 4),
    Point("assets.page_html:_write", "before"),
    Point(REPLACE, "before", 1, "/intern/"),
    Point(f"{RUNS}.add_run", "before"),
    Point(f"{RUNS}.add_run"),
    Point(EVENT, "before", 2),
    Point(EVENT, "after", 12),
    Point("dagster_postgres.event_log.event_log:PostgresEventLogStorage.store_event_batch", "before"),
    Point("pipelines.runner:_execute"),
]
SERVER_DEATHS = [
    Point("warehouse.load:copy_in", "half", 2),
    Point("warehouse.cells:store", "before", 3),
    Point(f"{RUNS}.add_run"),
]


@dataclass
class Picture:
    """What an installation holds that a killed run must not change."""

    tables: tuple[list[Any], list[Any]]
    rows: dict[str, int]
    accepted: list[tuple[str, str]]
    refused: set[str]
    answered: set[str]
    """The deliveries, by hash, whose list of faults lies in the outbox."""
    returned: set[str]
    """The workbooks, by hash, of which a marked copy lies there."""


@dataclass
class Soak:
    """What every kill starts from and is compared with."""

    folder: Path
    deliveries: Path
    reference: Picture
    seconds: float
    kills: list[str] = field(default_factory=list)
    recovered: list[str] = field(default_factory=list)


def _fill(home: Path, deliveries: Path) -> None:
    shutil.copytree(deliveries, home / "inbox")


def _run(home: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        RUN, cwd=ROOT, env=environment(home), capture_output=True, text=True, timeout=900, check=False
    )


def _picture(home: Path) -> Picture:
    with connected(home, "kvinnofrid") as conn:
        receipts = conn.execute(
            text("SELECT leverans_id, sha256, status FROM mottagning.leverans ORDER BY sha256, tabell")
        ).all()
        return Picture(
            tables(conn),
            {view: conn.execute(text(f"SELECT count(*) FROM {view}")).scalar_one() for view in views()},
            [(r.sha256, r.status) for r in receipts if r.status != "avvisad"],
            {r.sha256 for r in receipts if r.status == "avvisad"},
            {r.sha256 for r in receipts if (home / "outbox" / f"leverans-{r.leverans_id}-fellista.csv").exists()},
            {r.sha256 for r in receipts if (home / "outbox" / f"leverans-{r.leverans_id}-att-ratta.xlsx").exists()},
        )


@pytest.fixture(scope="module")
def soak(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, deliveries: Path) -> Iterator[Soak]:
    folder = tmp_path_factory.mktemp("kills")
    home = folder / "ostord"
    _fill(home, deliveries)
    began = time.monotonic()
    done = _run(home)
    seconds = time.monotonic() - began
    assert done.returncode == 5, done.stderr
    made = Soak(folder, deliveries, _picture(home), seconds)
    assert made.reference.tables[0]
    assert len({sha for sha, _ in made.reference.accepted}) == 10
    assert len(made.reference.refused) == 1
    assert len(made.reference.returned) == 1
    yield made
    if made.kills and made.kills == made.recovered:
        capture = request.config.pluginmanager.getplugin("capturemanager")
        with capture.global_and_fixture_disabled():
            sys.stdout.write(f"\nsoak: {len(made.kills)} kills, all recovered\n")


@pytest.fixture(scope="module")
def ready(soak: Soak) -> Path:
    """A home whose server and schema are made, with nothing delivered: most kills start here, to save time."""
    home = soak.folder / "redo"
    made = [sys.executable, "-m", "pipelines.cli", "db", "upgrade"]
    subprocess.run(made, cwd=ROOT, env=environment(home), capture_output=True, timeout=900, check=True)
    return home


@pytest.fixture
def home(soak: Soak, ready: Path, request: pytest.FixtureRequest) -> Iterator[Path]:
    """A copy of that home with a full inbox."""
    made = soak.folder / f"hem{len(soak.kills)}"
    shutil.copytree(ready, made, ignore=shutil.ignore_patterns("inbox", "*.lock"))
    _fill(made, soak.deliveries)
    yield made
    EmbeddedPostgres(made / "postgres").stop(force=True)
    shutil.rmtree(made)


def _recovers(soak: Soak, home: Path) -> None:
    done = _run(home)
    assert done.returncode in (0, 5), done.stderr
    assert _picture(home) == soak.reference
    assert [p.name for p in (home / "inbox").rglob("*") if p.is_file()] == []
    assert [p.name for p in home.rglob("*.part") if "postgres" not in p.parts] == []
    with connected(home, "dagster") as conn:
        alive = conn.execute(text("SELECT count(*) FROM runs WHERE status NOT IN ('SUCCESS', 'FAILURE')")).scalar()
    assert alive == 0
    assert (home / "reports" / "intern" / "index.html").read_text(encoding="utf-8").count("0114-2019.html") > 0
    soak.recovered.append(soak.kills[-1])


@pytest.mark.parametrize("point", BOUNDARIES, ids=str)
def test_a_run_killed_at_a_boundary_is_mended_by_the_next(soak: Soak, home: Path, point: Point) -> None:
    soak.kills.append(str(point))
    killed = struck(home, point, "run", "--json")
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    _recovers(soak, home)


@pytest.mark.parametrize("number", range(RANDOM_KILLS))
def test_a_run_killed_at_any_time_in_an_empty_folder_is_mended_by_the_next(soak: Soak, number: int) -> None:
    home = soak.folder / f"tom{number}"
    _fill(home, soak.deliveries)
    soak.kills.append(f"tid-{number}")
    moment = (number + random.Random(number).random()) / RANDOM_KILLS * soak.seconds
    run = subprocess.Popen(RUN, cwd=ROOT, env=environment(home), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        run.wait(timeout=moment)
    except subprocess.TimeoutExpired:
        run.kill()
        run.wait()
    try:
        _recovers(soak, home)
    finally:
        EmbeddedPostgres(home / "postgres").stop(force=True)


@pytest.mark.parametrize("point", SERVER_DEATHS, ids=str)
def test_a_server_killed_under_a_run_is_mended_by_the_next(soak: Soak, home: Path, point: Point) -> None:
    soak.kills.append(f"server-{point}")
    failed = struck(home, point, "run", "--json", victim="postmaster")
    assert failed.returncode in (1, 4, 5, 6)
    assert "Traceback" not in failed.stderr
    _recovers(soak, home)
