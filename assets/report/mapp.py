"""A report's folder, whole or not at all: written beside, then put in the place of the one that was there.

What a folder of ours holds is known by its list of files (``SHA256SUMS``), so nothing else is ever removed. What is
written into it belongs to the forms.
"""

import errno
import fcntl
import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from warehouse.contracts.errors import UserError

LISTA = "SHA256SUMS"
"""The files of a report with their digests, as ``sha256sum -c`` reads them, and whose report it is."""
_FORST = "# Rapport ur kvinnofrid: "
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_NOT_OURS = frozenset({".DS_Store", "Thumbs.db", "desktop.ini"})
"""What systems lay in folders by themselves."""


@contextmanager
def ny_mapp(mapp: Path, vems: str, *, sluten: bool = False) -> Iterator[Path]:
    """A folder to write in; when the block ends it stands as ``mapp``, and what stood there is gone.

    Until then the earlier one stays as it was. ``vems`` says whose report it is and of which kind; only a report of
    the same is replaced. ``sluten``: nobody else on the machine may open it.

    Raises:
        UserError: Something else than such a report lies there, another process writes it, or it cannot be written.
    """
    mapp = mapp.absolute()
    if not mapp.name:
        raise UserError("Rapporten kan inte ersätta hela disken. Välj en mapp med --ut.")
    part, before = mapp.with_name(f"{mapp.name}.part"), mapp.with_name(f"{mapp.name}.gammal")
    with _words(mapp), _alone(mapp, part):
        if not mapp.exists() and whose(before) is not None:
            before.rename(mapp)  # a run died between the two renamings below
        _replaceable(mapp, vems)
        try:
            _emptied(part)
            (part / LISTA).write_text(f"{_FORST}{vems}\n", encoding="utf-8")
            if sluten:
                part.chmod(0o700)
            yield part
            _list(part, vems)
            _put(part, mapp, before)
        except BaseException:
            with suppress(OSError):
                _removed(part)
            raise


def ratt_plats(mapp: Path, reports: Path, *, oppen: bool) -> None:
    """Open papers do not stand among the closed ones, nor closed among the open, however the folder is written.

    Raises:
        UserError: ``mapp`` lies in the other kind's folder under ``reports``, the installation's own.
    """
    other, kind = ("sekretess", "öppen") if oppen else ("rapport", "inom sekretess")
    there = (reports / other).resolve()
    where = mapp.expanduser().absolute().resolve()
    if where == there or there in where.parents:
        held = "det som är inom sekretess" if oppen else "öppna handlingar"
        raise UserError(
            f"Rapporten är {kind}, och {there} är bara för {held}. Välj en annan mapp med --ut, eller utelämna --ut."
        )


def whose(folder: Path) -> str | None:
    """Whose report a folder holds; None where it holds none."""
    try:
        first = (folder / LISTA).read_text(encoding="utf-8").partition("\n")[0]
    except (OSError, UnicodeDecodeError):
        return None
    return first.removeprefix(_FORST) if first.startswith(_FORST) else None


@contextmanager
def _words(mapp: Path) -> Iterator[None]:
    """What the system says, in Swedish."""
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            why = "disken är full. Gör plats och försök igen"
        elif error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
            why = "mappen får inte skrivas av den här användaren. Välj en annan med --ut"
        elif error.errno in (errno.ENOTDIR, errno.EEXIST):
            why = "en fil står i vägen. Välj en annan mapp med --ut"
        else:
            why = f"systemet säger: {error.strerror or type(error).__name__}"
        raise UserError(f"Rapporten kunde inte skrivas i {mapp}: {why}. Det som fanns där förut är kvar.") from None


@contextmanager
def _alone(mapp: Path, part: Path) -> Iterator[None]:
    """Hold the folder that is written in, so that no other process writes the same report. The kernel frees it."""
    mapp.parent.mkdir(parents=True, exist_ok=True)
    part.mkdir(exist_ok=True)
    held = os.open(part, os.O_RDONLY | os.O_DIRECTORY)
    try:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            there = part.stat().st_ino == os.fstat(held).st_ino
        except (BlockingIOError, FileNotFoundError):
            there = False
        if not there:
            raise UserError(f"En annan körning skriver {mapp} just nu. Vänta tills den är klar och försök igen.")
        if whose(part) is None and any(part.iterdir()):
            raise UserError(f"I {part} ligger annat än en halv rapport. Flytta det, eller välj en annan mapp med --ut.")
        yield
    finally:
        os.close(held)
        with suppress(OSError):
            part.rmdir()  # only where nothing was written


def _replaceable(mapp: Path, vems: str) -> None:
    """Whether the folder may be replaced: it is free, or holds such a report and nothing else."""
    for above in mapp.parents:
        if whose(above) is not None:
            raise UserError(f"{above} är själv en rapport. Välj en mapp utanför den.")
    if not mapp.exists():
        return
    if not mapp.is_dir() or mapp.is_symlink():
        raise UserError(f"{mapp} är ingen mapp. Välj en annan med --ut.")
    there, elsewhere = whose(mapp), "Flytta det, eller välj en annan mapp med --ut."
    if there is None:
        if any(mapp.iterdir()):
            raise UserError(f"Mappen {mapp} är inte tom, och det som ligger där är ingen rapport. {elsewhere}")
    elif there != vems:
        raise UserError(f"I {mapp} ligger en annan rapport ({there}), som inte får ersättas av den här. {elsewhere}")
    else:
        more, changed = _own_work(mapp)
        if more or changed:
            told = [f"{changed} {'fil har' if changed == 1 else 'filer har'} ändrats sedan rapporten skrevs"] * bool(
                changed
            )
            told += [f"{more} {'fil är ny' if more == 1 else 'filer är nya'}"] * bool(more)
            raise UserError(f"I {mapp}: {' och '.join(told)}. Det skulle gå förlorat. {elsewhere}")


def _own_work(mapp: Path) -> tuple[int, int]:
    """How many files somebody else has put there, and how many that somebody has changed or taken away."""
    told = dict(_listed(mapp))
    there = set(_files(mapp))
    changed = sum(name in there and _digest(mapp / name) != digest for name, digest in told.items())
    return len(there - told.keys()), changed


def _listed(mapp: Path) -> Iterator[tuple[str, str]]:
    for line in (mapp / LISTA).read_text(encoding="utf-8").splitlines()[1:]:
        digest, _, name = line.partition("  ")
        yield name, digest


def _files(mapp: Path) -> Iterator[str]:
    for path in sorted(mapp.rglob("*")):
        name = path.relative_to(mapp).as_posix()
        if not path.is_dir() and name != LISTA and path.name not in _NOT_OURS:
            yield name


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _emptied(folder: Path) -> None:
    """What an interrupted run left is taken away; the list stays to the last, so that it is known for ours."""
    for path in folder.iterdir():
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        elif path.name != LISTA:
            path.unlink()


def _removed(folder: Path) -> None:
    if folder.exists():
        _emptied(folder)
        (folder / LISTA).unlink(missing_ok=True)
        folder.rmdir()


def _list(part: Path, vems: str) -> None:
    lines = [f"{_digest(part / name)}  {name}" for name in _files(part)]
    (part / LISTA).write_text("\n".join([f"{_FORST}{vems}", *lines]) + "\n", encoding="utf-8")


def _put(part: Path, mapp: Path, before: Path) -> None:
    """Put the new one in place. Where that fails the old one is put back."""
    if not mapp.exists():
        part.rename(mapp)
        return
    if whose(before) is not None:  # a run died before it had taken this away
        _removed(before)
    mapp.rename(before)
    try:
        part.rename(mapp)
    except BaseException:
        before.rename(mapp)
        raise
    with suppress(OSError):  # the new one is in place; the next run takes this away
        _removed(before)


def skriv_hel(till: Path, content: bytes) -> None:
    """Write a file beside its place and put it there when it is whole."""
    beside = till.with_name(f".{till.name}.del")
    try:
        beside.write_bytes(content)
        beside.replace(till)
    finally:
        with suppress(OSError):
            beside.unlink(missing_ok=True)
