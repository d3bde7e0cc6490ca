"""The embedded PostgreSQL's lifecycle: who uses it, when it starts and stops; nothing about what is stored in it.

Four things stand in `home`, each guarded by the kernel so that `kill -9` frees it:

- `mutex.lock`: held while somebody starts or stops; the last one out cannot meet a newcomer in the door.
- `lease.lock`: held shared by every user. Who gets it alone, under the mutex, was the last one.
- `server.lock`: inherited by initdb, the postmaster and all its backends. Free means that nobody works in `data`,
  whatever a stale `postmaster.pid` says.
- `kept`: a marker that `start_kept` leaves and `stop` takes away.
"""

import fcntl
import os
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Literal
from urllib.parse import quote

from warehouse._pgcluster import OWNER, PIPELINE
from warehouse._pgprocess import EmbeddedError, failure, from_os_error
from warehouse._pgserver import PAUSE, Pidfile, Postmaster, open_lock, try_lock

__all__ = ["OWNER", "PIPELINE", "EmbeddedError", "EmbeddedPostgres", "Server"]

_MUTEX_SECONDS = 180.0


@dataclass(frozen=True)
class Server:
    """A running server, as its users see it. Holds no password: those are read when a URL is asked for."""

    home: Path
    socket_dir: Path
    port: int
    owner: str
    pipeline: str
    pid: int

    def url(self, database: str, *, role: Literal["owner", "pipeline"] = "pipeline") -> str:
        """Make the SQLAlchemy URL to a database, with the role's password in it: never log it."""
        name = self.owner if role == "owner" else self.pipeline
        password = (self.home / "secrets" / name).read_text(encoding="ascii")
        place = f"host={quote(str(self.socket_dir), safe='')}&port={self.port}"
        return f"postgresql+psycopg2://{quote(name)}:{quote(password)}@/{quote(database, safe='')}?{place}"


class EmbeddedPostgres:
    """One PostgreSQL in `home`, shared by all processes that hold a lease; the last one out stops it."""

    def __init__(self, home: Path, *, tcp_port: int | None = None, settings: Mapping[str, str] | None = None) -> None:
        self.home = home.expanduser().resolve()
        self.data = self.home / "data"
        self._postmaster = Postmaster(self.home, tcp_port, dict(settings or {}))
        self._lease: int | None = None
        self._holders = 0
        self._thread = threading.RLock()

    def __enter__(self) -> Server:
        return self.acquire()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()

    def acquire(self) -> Server:
        """Take a lease on the server, and start it if it is down (make it, the first time)."""
        with self._thread, self._mutex():
            fresh = self._lease is None
            if self._lease is None:
                self._lease = open_lock(self.home / "lease.lock")
                # Waits for nobody: a lease is held alone only under the mutex.
                fcntl.flock(self._lease, fcntl.LOCK_SH)
            try:
                server = self._describe(self._postmaster.ensure_running())
            except BaseException:
                if fresh:
                    self._drop_lease()
                raise
            self._holders += 1
            return server

    def release(self) -> None:
        """Give the lease back; stop the server if nobody else holds one and it is not kept."""
        with self._thread:
            if self._lease is None:
                return
            self._holders -= 1
            if self._holders > 0:
                return
            with self._mutex():
                self._drop_lease()
                if not self._is_kept() and self._alone():
                    self._postmaster.stop()

    def start_kept(self) -> Server:
        """Start a server that stays up until `stop`, whoever comes and goes."""
        with self._thread, self._mutex():
            server = self._describe(self._postmaster.ensure_running())
            (self.home / "kept").touch(mode=0o600)
            return server

    def stop(self, *, force: bool = False) -> bool:
        """Stop the server, kept or not; return whether there was one to stop.

        Raises:
            EmbeddedError: somebody holds a lease and `force` was not asked for. Nothing is changed then.
        """
        if not self.home.is_dir():
            return False
        with self._thread, self._mutex():
            if not force and not self._alone():
                raise failure(
                    "Servern stoppades inte: den används av minst en annan körning.",
                    "vänta tills den är klar, eller stoppa ändå med kvinnofrid db stop --force (pågående körningar "
                    "avbryts då, men inget som är sparat går förlorat).",
                )
            (self.home / "kept").unlink(missing_ok=True)
            return self._postmaster.stop()

    def status(self) -> dict[str, Any]:
        """Tell what there is, without starting, stopping or making anything."""
        version = self.data / "PG_VERSION"
        found = self._postmaster.ready()
        return {
            "home": str(self.home),
            "running": found is not None,
            "pid": found.pid if found else None,
            "port": found.port if found else None,
            "socket_dir": str(found.socket_dir) if found else None,
            "tcp": found is not None and found.listens,
            "version": version.read_text(encoding="ascii").strip() if version.is_file() else None,
            "kept": self._is_kept(),
        }

    # -- locks

    @contextmanager
    def _mutex(self) -> Iterator[None]:
        """Hold the door: nobody else starts or stops the server meanwhile. Explains what the system refuses."""
        try:
            self.home.mkdir(mode=0o700, parents=True, exist_ok=True)
            lock = open_lock(self.home / "mutex.lock")
            try:
                deadline = time.monotonic() + _MUTEX_SECONDS
                while not try_lock(lock, fcntl.LOCK_EX):
                    if time.monotonic() > deadline:
                        raise failure(
                            "Servern kunde inte starta: en annan körning startar eller stoppar den redan.",
                            f"se efter med kvinnofrid status vad som pågår, och läs {self.home / 'log'}.",
                        )
                    time.sleep(PAUSE)
                yield
            finally:
                os.close(lock)
        except OSError as error:
            raise from_os_error(error, self.home) from None

    def _drop_lease(self) -> None:
        """Close the lease. Closing, not unlocking: a forked child may share the lock and still need it."""
        if self._lease is not None:
            os.close(self._lease)
            self._lease = None
        self._holders = 0

    def _alone(self) -> bool:
        """Tell whether no process holds a lease."""
        lock = open_lock(self.home / "lease.lock")
        try:
            return try_lock(lock, fcntl.LOCK_EX)
        finally:
            os.close(lock)

    def _is_kept(self) -> bool:
        return (self.home / "kept").exists()

    def _describe(self, found: Pidfile) -> Server:
        return Server(self.home, found.socket_dir, found.port, OWNER, PIPELINE, found.pid)
