"""Answers in the outbox as files: how they are written, and how they go away.

A marked copy is the sender's own workbook and may hold what points out a person. Beside the encrypted originals the
outbox is the only place where such a thing lies: it is closed to others, and emptied by age and when its faults are
closed.
"""

import os
import re
import time
from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from assets.workspace import Workspace
from warehouse import reading
from warehouse.contracts.swedish import STOCKHOLM

_ANSWER = re.compile(r"leverans-(\d+)-(?:fellista\.csv|att-ratta\.xlsx)")
_OLD = 24 * 3600.0
"""Seconds after which half an answer, or a public source's kept one, is of no use."""


def list_of(outbox: Path, leverans_id: int) -> Path:
    """Where the list of a file's faults lies, by the number of its first delivery."""
    return outbox / f"leverans-{leverans_id}-fellista.csv"


def copy_of(outbox: Path, leverans_id: int) -> Path:
    """Where the marked copy of a workbook lies, by the number of its first delivery."""
    return outbox / f"leverans-{leverans_id}-att-ratta.xlsx"


def write_private(ws: Workspace, target: Path, content: bytes) -> None:
    """Write an answer whole or not at all, for the owner only, dated on the workspace's day."""
    part = target.with_suffix(".part")
    part.unlink(missing_ok=True)
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
    day = datetime.combine(ws.today(), datetime.min.time(), UTC).timestamp() + 12 * 3600
    os.utime(part, (day, day))
    part.replace(target)


def tidy(ws: Workspace) -> int:
    """Remove marked copies whose time is up, and answers whose faults are closed; returns how many files.

    To be called at every run, also one with nothing new.
    """
    removed = remove_corrected(ws)
    for path in ws.outbox.glob("leverans-*-att-ratta.xlsx"):
        with suppress(FileNotFoundError):
            written = datetime.fromtimestamp(path.stat().st_mtime, STOCKHOLM).date()
            if (ws.today() - written).days >= ws.keep_returned_days:
                path.unlink()
                removed += 1
    for old in (*ws.outbox.glob("leverans-*.part"), *(p for p in ws.home.glob("cache/*/*") if p.is_file())):
        with suppress(FileNotFoundError):
            if time.time() - old.stat().st_mtime > _OLD:
                old.unlink()
    return removed


def remove_corrected(ws: Workspace) -> int:
    """Remove the answers of files whose faults are all closed, also those that a killed run left."""
    named = (_ANSWER.fullmatch(path.name) for path in ws.outbox.glob("leverans-*"))
    ids = sorted({int(match[1]) for match in named if match})
    if not ids:
        return 0
    with ws.database.begin() as conn:
        done = reading.corrected(conn, ids)
    return remove_answers(ws, done)


def remove_answers(ws: Workspace, ids: Iterable[int]) -> int:
    """Remove list and marked copy of deliveries, by the number that the answers have; returns how many files."""
    paths = [path for i in ids for path in (copy_of(ws.outbox, i), list_of(ws.outbox, i)) if path.exists()]
    for path in paths:
        path.unlink(missing_ok=True)
    return len(paths)
