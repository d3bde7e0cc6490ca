"""The inbox as files: what waits, how a file gets there, how it leaves. Nothing is read into tables here.

A file leaves by a rename first and a removal after, so that a killed run leaves neither a note without its file nor
a file that is taken for new.
"""

import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from quality.identity_scan import mask_name
from sources.foljesedel import SUFFIX, read_slip, write_slip
from warehouse.contracts.errors import UserError

TAKEN = ".mottagen"


@dataclass(frozen=True, slots=True)
class Waiting:
    """A file as it lay when it was read."""

    path: Path
    content: bytes
    mark: tuple[int, int, int]

    @property
    def slip(self) -> Path:
        """Where its delivery note lies, if it has one."""
        return self.path.with_name(self.path.name + SUFFIX)


def _mark(path: Path) -> tuple[int, int, int]:
    found = path.stat()
    return found.st_ino, found.st_mtime_ns, found.st_size


def waiting(inbox: Path) -> list[Path]:
    """The deliveries in the inbox, by name; delivery notes and half-copied files are not deliveries."""
    return sorted(
        path
        for path in inbox.glob("**/*")
        if path.is_file() and not path.name.startswith(".") and not path.name.endswith((SUFFIX, ".part"))
    )


def pick_up(path: Path) -> Waiting | None:
    """Read a file; None when another process took it meanwhile."""
    try:
        return Waiting(path, path.read_bytes(), _mark(path))
    except FileNotFoundError:
        return None


def clear(found: Waiting) -> None:
    """Remove a file that has been taken in, and its note. What was put in its place meanwhile is left there."""
    taken = found.path.with_name(f".{found.path.name}{TAKEN}")
    with suppress(FileNotFoundError):  # another process took it too
        if _mark(found.path) == found.mark:
            found.path.replace(taken)
            _finish(taken)


def clear_taken(inbox: Path) -> None:
    """Remove what a killed run had taken in but not cleared: a note left alone would be read with the next file."""
    for taken in inbox.glob(f"**/.*{TAKEN}"):
        _finish(taken)


def _finish(taken: Path) -> None:
    path = taken.with_name(taken.name[1:].removesuffix(TAKEN))
    if not path.exists():  # else a new delivery lies there with a note of its own
        path.with_name(path.name + SUFFIX).unlink(missing_ok=True)
    taken.unlink(missing_ok=True)


def deliver(inbox: Path, path: Path, stated: Mapping[str, Any]) -> Path:
    """Put a copy of a file in the inbox with its delivery note; nothing is read yet. Returns where it lies."""
    if not path.is_file():
        raise UserError(f"Filen finns inte: {mask_name(path.name)}")
    beside = path.with_name(path.name + SUFFIX)
    slip = (dict(read_slip(beside)) if beside.exists() else {}) | {k: v for k, v in stated.items() if v is not None}
    target = inbox / path.name
    number = 1
    while target.exists():
        target = inbox / f"{path.stem}-{(number := number + 1)}{path.suffix}"
    if slip:
        write_slip(target.with_name(target.name + SUFFIX), slip)
    part = target.with_name(f"{target.name}.{os.getpid()}.part")
    part.write_bytes(path.read_bytes())
    part.replace(target)
    return target
