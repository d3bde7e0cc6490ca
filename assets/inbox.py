"""The inbox as files: what waits, how a file gets there, how it leaves. Nothing is read into tables here.

A file leaves by a rename first and a removal after, so that a killed run leaves neither a note without its file nor
a file that is taken for new.
"""

import os
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from quality.identity_scan import mask_name
from sources.foljesedel import SUFFIX, read_slip, write_slip
from warehouse.contracts.errors import UserError

TAKEN = ".mottagen"
OLD = 24 * 3600.0
"""Seconds after which a half copy is nobody's any more."""


Mark = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Waiting:
    """A file as it lay when it was read, and the note that lay beside it then."""

    path: Path
    content: bytes
    mark: Mark
    slip_mark: Mark | None

    @property
    def slip(self) -> Path:
        """Where its delivery note lies, if it has one."""
        return note_of(self.path)


def note_of(path: Path) -> Path:
    """Where a file's delivery note lies."""
    return path.with_name(path.name + SUFFIX)


def _mark(found: os.stat_result) -> Mark:
    return found.st_ino, found.st_mtime_ns, found.st_size


def _mark_of(path: Path) -> Mark | None:
    try:
        return _mark(path.stat())
    except FileNotFoundError:
        return None


def waiting(inbox: Path) -> list[Path]:
    """The deliveries in the inbox, by name. Notes, half-copied files and links (they lead elsewhere) are not."""
    return sorted(
        path
        for path in inbox.glob("**/*")
        if path.is_file()
        and not path.is_symlink()
        and not path.name.startswith(".")
        and not path.name.endswith((SUFFIX, ".part"))
    )


def pick_up(path: Path) -> Waiting | None:
    """Read a file; None when another process took it meanwhile."""
    try:
        with path.open("rb") as file:
            mark = _mark(os.fstat(file.fileno()))  # before reading: what is put in its place while we read is another
            return Waiting(path, file.read(), mark, _mark_of(note_of(path)))
    except FileNotFoundError:
        return None


def clear(found: Waiting) -> None:
    """Remove a file that has been taken in, and its note. What was put in their place meanwhile is left there."""
    taken = found.path.with_name(f".{found.path.name}{TAKEN}")
    if _mark_of(found.path) != found.mark:
        return
    with suppress(FileNotFoundError):  # another process took it too
        found.path.replace(taken)
        if _mark_of(taken) != found.mark and not found.path.exists():  # it was replaced in this very moment
            taken.replace(found.path)
            return
        if _mark_of(found.slip) == found.slip_mark:
            _finish(taken)
        taken.unlink(missing_ok=True)


def clear_taken(inbox: Path) -> None:
    """Remove what killed commands left: files taken in but not cleared with their notes, and old half copies."""
    for taken in inbox.glob(f"**/.*{TAKEN}"):
        _finish(taken)
    for part in inbox.glob("**/*.part"):
        if time.time() - part.stat().st_mtime > OLD:
            part.unlink(missing_ok=True)


def _finish(taken: Path) -> None:
    path = taken.with_name(taken.name[1:].removesuffix(TAKEN))
    if not path.exists():  # else a new delivery lies there with a note of its own
        note_of(path).unlink(missing_ok=True)
    taken.unlink(missing_ok=True)


def deliver(inbox: Path, path: Path, stated: Mapping[str, Any]) -> Path:
    """Put a copy of a file in the inbox with its delivery note; nothing is read yet. Returns where it lies."""
    if not path.is_file():
        raise UserError(f"Filen finns inte: {mask_name(path.name)}")
    beside = path.with_name(path.name + SUFFIX)
    slip = (dict(read_slip(beside)) if beside.exists() else {}) | {k: v for k, v in stated.items() if v is not None}
    return lay(inbox, path.name, path.read_bytes(), slip)


def lay(inbox: Path, name: str, content: bytes, slip: Mapping[str, Any]) -> Path:
    """Put content in the inbox under a name that is free there, its note first. Returns where it lies."""
    wanted = Path(name)
    target = inbox / wanted.name
    number = 1
    while target.exists():
        target = inbox / f"{wanted.stem}-{(number := number + 1)}{wanted.suffix}"
    if slip:
        write_slip(note_of(target), slip)
    part = target.with_name(f"{target.name}.{os.getpid()}.part")
    try:
        part.touch(mode=0o600)  # it may be an original with what points out a person
        part.write_bytes(content)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
    return target
