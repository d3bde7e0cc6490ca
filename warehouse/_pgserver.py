"""One server's life under the mutex: ready, start, stop, and what killed ones leave; not who uses it."""

import fcntl
import hashlib
import os
import signal
import tempfile
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from warehouse._pgcluster import (
    OWNER,
    PIPELINE,
    as_options,
    check_version,
    make_cluster,
    server_settings,
    set_passwords,
)
from warehouse._pgprocess import binaries, check_reach, choose_runner, explain, failure, private_folder

_SOCKET_LIMIT = 107
_START_SECONDS = 120.0
# A server that is asked to stop just as it restarts after a crashed backend may forget it (seen in PostgreSQL 18).
# Stopping at once then loses nothing: what is committed is in its log, which the next start replays.
_STOP_SECONDS = 15.0
PAUSE = 0.02
_LOG_BYTES = 5_000_000


@dataclass(frozen=True)
class Pidfile:
    """What the postmaster says of itself in `postmaster.pid`."""

    pid: int
    port: int
    socket_dir: Path
    listens: bool
    ready: bool


class Postmaster:
    """The server in `home`. The caller holds the mutex, except for `is_taken`, `ready` and `read_pidfile`."""

    def __init__(self, home: Path, tcp_port: int | None, settings: Mapping[str, str]) -> None:
        self.home = home
        self.data = home / "data"
        self._tcp_port = tcp_port
        self._settings = settings

    def is_taken(self) -> bool:
        """Tell whether any PostgreSQL process works in `data`."""
        path = self.home / "server.lock"
        if not path.exists():
            return False
        lock = open_lock(path)
        try:
            return not try_lock(lock, fcntl.LOCK_SH)
        finally:
            os.close(lock)

    def ensure_running(self) -> Pidfile:
        """Return the running server; start one if there is none."""
        deadline = time.monotonic() + _START_SECONDS
        while True:
            found = self.ready()
            if found is not None:
                return self._check_usable(found)
            # Taken but not ready: it is starting, stopping, or its backends outlive a killed postmaster for a moment.
            lock = open_lock(self.home / "server.lock")
            try:
                if try_lock(lock, fcntl.LOCK_EX):
                    written = self._start(lock)
                    break
            finally:
                os.close(lock)
            self._pause(deadline)
        while (found := self.ready()) is None:
            if not self.is_taken():
                with (self.home / "log").open("rb") as log:
                    log.seek(written)
                    raise explain(log.read().decode("utf-8", "replace"), self.home)
            self._pause(deadline)
        return self._check_usable(found)

    def _pause(self, deadline: float) -> None:
        if time.monotonic() > deadline:
            raise failure(
                f"Servern kunde inte starta: den blev inte klar på {_START_SECONDS:.0f} sekunder.",
                f"läs {self.home / 'log'}; hjälper inget annat, starta om datorn och försök igen.",
            )
        time.sleep(PAUSE)

    def _start(self, lock: int) -> int:
        """Start the postmaster, which inherits `lock`; return where in the log its words begin."""
        programs = binaries()
        runner = choose_runner(os.geteuid())
        if runner.user is not None:
            os.chown(self.home, runner.user, -1)
        check_reach(runner, programs, self.home)
        if not self.data.exists():
            make_cluster(programs, self.home, runner, lock)
        check_version(programs, self.data, runner)
        self._clear_stale_files()
        if not all((self.home / "secrets" / name).is_file() for name in (OWNER, PIPELINE)):
            set_passwords(programs, self.home, self.data, runner, lock)
        socket_dir = _socket_dir(self.home, self._tcp_port or 5432)
        private_folder(socket_dir, runner)
        # Nobody can have a server here (we hold its lock), so what lies here is what a killed one left.
        for left in socket_dir.glob(".s.PGSQL.*"):
            left.unlink(missing_ok=True)
        settings = server_settings(socket_dir, self._tcp_port, self._settings)
        log_path = self.home / "log"
        if log_path.exists() and log_path.stat().st_size > _LOG_BYTES:
            log_path.replace(self.home / "log.1")
        log = os.open(log_path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            written = os.fstat(log).st_size
            runner.detach([str(programs / "postgres"), "-D", str(self.data), *as_options(settings)], log, [lock])
        finally:
            os.close(log)
        return written

    def _clear_stale_files(self) -> None:
        """Remove the pid file of a dead server: its number may by now be another living process's."""
        found = self.read_pidfile()
        if found is not None and self.is_postmaster(found.pid, unknown=False):
            raise failure(
                f"Servern kunde inte starta: process {found.pid} kör redan PostgreSQL i {self.data}, men är inte "
                "startad av Kvinnofrid.",
                f"stoppa den (kill {found.pid}) och försök igen.",
            )
        (self.data / "postmaster.pid").unlink(missing_ok=True)

    def stop(self) -> bool:
        """Stop the server in fast mode, and wait until its last process is gone."""
        if not self.is_taken():
            return False
        found = self.read_pidfile()
        socket_dir = found.socket_dir if found else None
        for sign, seconds in ((signal.SIGINT, _STOP_SECONDS), (signal.SIGQUIT, 10.0)):
            deadline = time.monotonic() + seconds
            sent = False
            while time.monotonic() < deadline:
                # One that is still starting has no pid file yet, so look again until there is somebody to tell.
                found = None if sent else self.read_pidfile()
                if found is not None and self.is_postmaster(found.pid):
                    socket_dir = found.socket_dir
                    _signal(found.pid, sign)
                    sent = True
                if not self.is_taken():
                    _remove_empty(socket_dir)
                    return True
                time.sleep(PAUSE / 2)
        raise failure(
            "Servern kunde inte stoppas.",
            f"läs {self.home / 'log'}; avsluta de program som använder den och försök igen.",
        )

    def ready(self) -> Pidfile | None:
        """Return the running server's own description if it takes connections."""
        if not self.is_taken():
            return None
        found = self.read_pidfile()
        return found if found and found.ready and self.is_postmaster(found.pid) else None

    def _check_usable(self, found: Pidfile) -> Pidfile:
        """Refuse a ready server that cannot serve this user."""
        again = "stoppa den med kvinnofrid db stop och försök igen."
        if self._tcp_port is not None and not (found.listens and found.port == self._tcp_port):
            raise failure(f"Servern kör redan, men inte på TCP-port {self._tcp_port}.", again)
        if not (found.socket_dir / f".s.PGSQL.{found.port}").exists():
            raise failure(f"Servern kör, men dess mapp {found.socket_dir} har försvunnit.", again)
        return found

    def read_pidfile(self) -> Pidfile | None:
        """Read `postmaster.pid`; None if it is missing, half written or not understood."""
        try:
            lines = os.fsdecode((self.data / "postmaster.pid").read_bytes()).splitlines()
            ready = len(lines) > 7 and lines[7].strip() == "ready"
            return Pidfile(int(lines[0]), int(lines[3]), Path(lines[4]), len(lines) > 5 and bool(lines[5]), ready)
        except (FileNotFoundError, ValueError, IndexError):
            return None

    def is_postmaster(self, pid: int, *, unknown: bool = True) -> bool:
        """Tell whether `pid` lives and works in our data folder; `unknown` where the system does not say."""
        try:
            return Path(f"/proc/{pid}/cwd").readlink() == self.data
        except FileNotFoundError:
            return unknown and not Path("/proc/self/cwd").exists()
        except OSError:
            return unknown


def open_lock(path: Path) -> int:
    """Open a lock file. Not inheritable, as all of Python's files: only `pass_fds` gives one to a child."""
    return os.open(path, os.O_RDWR | os.O_CREAT, 0o600)


def try_lock(lock: int, kind: int) -> bool:
    try:
        fcntl.flock(lock, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _signal(pid: int, sign: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, sign)


def _remove_empty(folder: Path | None) -> None:
    """Take the socket folder away when the server is gone; that it cannot be done harms nothing."""
    if folder is not None:
        with suppress(OSError):
            folder.rmdir()


def _socket_dir(home: Path, port: int) -> Path:
    """Choose a short folder for the socket: its whole path may have 107 bytes at most."""
    name = f"kf-{os.geteuid()}-{hashlib.sha256(os.fsencode(home)).hexdigest()[:12]}"
    for parent in (Path(tempfile.gettempdir()), Path("/tmp")):  # noqa: S108 - 0700 and its owner is checked
        folder = parent.resolve() / name
        if len(os.fsencode(folder / f".s.PGSQL.{port}")) <= _SOCKET_LIMIT:
            return folder
    raise failure(
        "Servern kunde inte starta: mappen för tillfälliga filer har för lång sökväg.", "sätt TMPDIR till en kortare."
    )
