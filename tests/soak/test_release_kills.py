"""SIGKILL at any moment of preparing and dispatching: nothing unaudited is seen, and the command can be repeated."""

import json
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text

from tests.soak.homes import ROOT, Point, connected, environment, struck
from warehouse import audit_log
from warehouse.embedded import EmbeddedPostgres

pytestmark = pytest.mark.soak

KOMMUN, AR = "0114", "2019"
PREPARE = ("release", "prepare", "--kommun", KOMMUN, "--ar", AR, "--variant", "en", "--json")
ANNA, BO = "Anna Påhittad", "Bo Påhittad"

EDITIONS, FORBERED, LOG = "warehouse.editions", "assets.publicering.forbered", "warehouse.audit_log"
PREPARING = [
    Point(f"{FORBERED}:gather", "after"),
    Point(f"{FORBERED}:protect", "before"),
    Point(f"{FORBERED}:protect"),
    Point("quality.disclosure.audit:certificate", "before"),
    Point("quality.disclosure.audit:certificate"),
    Point("quality.disclosure.audit:lp", "before"),
    Point("quality.disclosure.audit:lp"),
    Point(f"{FORBERED}:released"),
    Point(f"{EDITIONS}:draft", "before"),
    Point(f"{EDITIONS}:copy_rows", "half", 1, "tabell.utgava_cell"),
    Point(f"{EDITIONS}:copy_rows", "half", 1, "tabell.utgava_underlag"),
    Point(f"{EDITIONS}:copy_rows", "after", 1, "tabell.utgava_underlag"),
    Point(f"{EDITIONS}:record_verdict", "before"),
    Point(f"{EDITIONS}:record_verdict"),
    Point(f"{EDITIONS}:record_verdict", "after", 2),
    Point(f"{EDITIONS}:draft"),
    Point(f"{LOG}:sign_head", "before"),
    Point(f"{LOG}:sign_head"),
]
DISPATCHING = [
    Point(f"{EDITIONS}:step", "before"),
    Point(f"{EDITIONS}:_step"),
    Point(f"{EDITIONS}:step"),
    Point(f"{EDITIONS}:state", "after", 2),
    Point(f"{LOG}:head", "before", 2),
    Point(f"{LOG}:sign_head", "before"),
    Point(f"{LOG}:sign_head"),
]
SERVER_DEATHS = [
    ("prepare", Point(f"{EDITIONS}:copy_rows", "half", 1, "tabell.utgava_cell")),
    ("prepare", Point(f"{EDITIONS}:record_verdict")),
    ("dispatch", Point(f"{EDITIONS}:_step")),
]


@dataclass(frozen=True)
class Seen:
    """What readers have: the released rows by edition, and the table that holds, as the command shows it."""

    cells: dict[int, list[Any]]
    table: dict[str, Any]


@dataclass
class Soak:
    """Homes that kills start from: one with edition 1 out, one with edition 2 approved as well."""

    folder: Path
    published: Path
    approved: Path
    before: Seen
    after: Seen
    """When edition 2 is out."""
    kills: list[str] = field(default_factory=list)
    recovered: list[str] = field(default_factory=list)


def _kvinnofrid(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "pipelines.cli", *words],
        cwd=ROOT, env=environment(home), capture_output=True, text=True, timeout=400, check=False,
    )  # fmt: skip


def _done(home: Path, *words: str, expected: tuple[int, ...] = (0,)) -> str:
    done = _kvinnofrid(home, *words)
    assert done.returncode in expected, done.stderr
    return done.stdout


def _copied(source: Path, to: Path) -> Path:
    shutil.copytree(source, to, ignore=shutil.ignore_patterns("*.lock"))
    return to


def _seen(home: Path) -> Seen:
    table = json.loads(_done(home, "table", "arenden", "--kommun", KOMMUN, "--ar", AR, "--json"))
    with connected(home, "kvinnofrid") as conn:
        rows = conn.execute(text("SELECT * FROM publicering.cell ORDER BY utgava, tabell, ordning")).mappings().all()
    cells: dict[int, list[Any]] = {}
    for row in rows:
        cells.setdefault(row["utgava"], []).append(dict(row))
    return Seen(cells, table)


def _approved(home: Path, number: str) -> None:
    _done(home, "release", "review", number, "--som", ANNA)
    _done(home, "release", "approve", number, "--som", BO)


def _dispatch(number: int) -> tuple[str, ...]:
    return ("release", "dispatch", str(number), "--dnr", f"SN 2020/{number}", "--som", BO, "--json")


@pytest.fixture(scope="module")
def soak(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, deliveries: Path) -> Iterator[Soak]:
    folder = tmp_path_factory.mktemp("utgavor")
    home = folder / "ett"
    shutil.copytree(deliveries, home / "inbox")
    _done(home, "run", "--json", expected=(0, 5))
    _done(home, *("totaler" if w == "en" else w for w in PREPARE))
    _approved(home, "1")
    _done(home, *_dispatch(1))
    EmbeddedPostgres(home / "postgres").stop(force=True)
    two = _copied(home, folder / "tva")
    number = json.loads(_done(two, *PREPARE))["utgava"]
    assert number == 2
    _approved(two, "2")
    EmbeddedPostgres(two / "postgres").stop(force=True)
    three = _copied(two, folder / "tre")
    _done(three, *_dispatch(2))
    made = Soak(folder, home, two, _seen(home), _seen(three))
    assert set(made.before.cells) == {1}
    assert set(made.after.cells) == {1, 2}
    assert made.before.table != made.after.table
    for each in (home, three):
        EmbeddedPostgres(each / "postgres").stop(force=True)
    yield made
    if made.kills and made.kills == made.recovered:
        capture = request.config.pluginmanager.getplugin("capturemanager")
        with capture.global_and_fixture_disabled():
            sys.stdout.write(f"\nsoak: {len(made.kills)} kills of releases, all recovered\n")


@pytest.fixture
def home(soak: Soak) -> Iterator[Path]:
    made = soak.folder / f"hem{len(soak.kills)}"
    yield made
    EmbeddedPostgres(made / "postgres").stop(force=True)
    shutil.rmtree(made)


def _sound(home: Path) -> None:
    """The log's chain verifies, and its signed heads; every dispatched edition is as it was dispatched."""
    with connected(home, "kvinnofrid") as conn:
        chain = audit_log.verify(conn)
        assert chain.broken_at is None
        assert audit_log.check_signed(conn, home / "keys").intact
        assert audit_log.altered(conn) == []
        # A draft is whole, with both audits, or is not there.
        unaudited = text(
            "SELECT count(*) FROM tabell.utgava u WHERE (SELECT count(*) FROM revision.granskning g"
            " WHERE g.utgava = u.utgava AND g.godkand) < 2"
        )
        assert conn.execute(unaudited).scalar_one() == 0


def _prepared_again(soak: Soak, home: Path) -> None:
    """A repeated command makes the edition, and readers see it when it is dispatched."""
    assert _seen(home) == soak.before
    _sound(home)
    number = json.loads(_done(home, *PREPARE))["utgava"]
    assert _seen(home) == soak.before
    _approved(home, str(number))
    _done(home, *_dispatch(number))
    seen = _seen(home)
    assert seen.cells[1] == soak.before.cells[1]
    strip = [{k: v for k, v in c.items() if k != "utgava"} for c in seen.cells[number]]
    assert strip == [{k: v for k, v in c.items() if k != "utgava"} for c in soak.after.cells[2]]
    _sound(home)
    soak.recovered.append(soak.kills[-1])


def _today() -> str:
    """The day by the database's clock: it says when an edition went out."""
    return datetime.now(ZoneInfo("Europe/Stockholm")).date().isoformat()


def _dispatched_again(soak: Soak, home: Path) -> None:
    """Edition 2 is out whole or not at all; then it is out."""
    seen = _seen(home)
    assert seen.cells in (soak.before.cells, soak.after.cells)
    was_out = 2 in seen.cells
    _sound(home)
    done = _kvinnofrid(home, *_dispatch(2))
    assert done.returncode == (4 if was_out else 0), done.stderr
    assert _seen(home).cells == soak.after.cells
    _done(home, "release", "adopt", "2", "--datum", _today(), "--paragraf", "7", "--som", BO)
    _sound(home)
    with connected(home, "kvinnofrid") as conn:
        signed = audit_log.check_signed(conn, home / "keys")
        assert signed.last_nr == audit_log.head(conn).nr
        assert signed.faults() == []
    soak.recovered.append(soak.kills[-1])


@pytest.mark.parametrize("point", PREPARING, ids=str)
def test_a_killed_prepare_shows_nothing_and_can_be_repeated(soak: Soak, home: Path, point: Point) -> None:
    soak.kills.append(str(point))
    _copied(soak.published, home)
    killed = struck(home, point, *PREPARE)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    _prepared_again(soak, home)


@pytest.mark.parametrize("point", DISPATCHING, ids=str)
def test_a_killed_dispatch_shows_all_or_nothing(soak: Soak, home: Path, point: Point) -> None:
    soak.kills.append(f"dispatch-{point}")
    _copied(soak.approved, home)
    killed = struck(home, point, *_dispatch(2))
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    _dispatched_again(soak, home)


@pytest.mark.parametrize(("command", "point"), SERVER_DEATHS, ids=str)
def test_a_server_killed_under_a_release_is_mended(soak: Soak, home: Path, command: str, point: Point) -> None:
    soak.kills.append(f"server-{command}-{point}")
    _copied(soak.published if command == "prepare" else soak.approved, home)
    failed = struck(home, point, *(PREPARE if command == "prepare" else _dispatch(2)), victim="postmaster")
    assert failed.returncode in (1, 4, 6)
    assert "Traceback" not in failed.stderr
    (_prepared_again if command == "prepare" else _dispatched_again)(soak, home)


def test_the_audit_tells_of_a_kill_until_the_next_command(soak: Soak, home: Path) -> None:
    """`kvinnofrid audit` goes through all that is stored: after a dispatch killed before it was signed, and mended."""
    point = Point(f"{LOG}:sign_head", "before")
    soak.kills.append(f"audit-{point}")
    _copied(soak.approved, home)
    assert struck(home, point, *_dispatch(2)).returncode == -signal.SIGKILL
    (fault,) = json.loads(_done(home, "audit", "--json", expected=(7,)))["utgavor"]["fel"]
    assert "saknar signatur" in fault
    _done(home, "release", "adopt", "2", "--datum", _today(), "--paragraf", "7", "--som", BO)
    found = json.loads(_done(home, "audit", "--json"))["utgavor"]
    assert found["haller"] and len(found["noterat"]) == 1
    soak.recovered.append(soak.kills[-1])
