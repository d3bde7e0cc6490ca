"""Answers from public sources, kept on disk for a while: only what is public and came whole. Judges no content."""

import hashlib
import json
import os
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

_SUFFIX = ".svar"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a source answered: the whole body, and its content type in small letters without parameters."""

    content: bytes
    content_type: str


class Answers:
    """A folder of answers, one file each: a line of JSON about it, then the body."""

    def __init__(self, folder: Path, fresh_seconds: float, clock: Callable[[], float]) -> None:
        """Makes the folder, closed to others, and throws away what is too old to be used."""
        self._folder, self._fresh, self._clock = folder, fresh_seconds, clock
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        folder.chmod(0o700)
        for path in folder.glob(f"*{_SUFFIX}"):
            if _read(path, self._is_fresh) is None:
                path.unlink(missing_ok=True)

    def find(self, method: str, url: str, body: bytes) -> Answer | None:
        """What was answered to the same question, if that was not long ago."""
        return _read(self._path(method, url, body), self._is_fresh)

    def keep(self, method: str, url: str, body: bytes, answer: Answer) -> None:
        """Remember an answer, whole or not at all; without it things are slower, so a full disk is no error."""
        about = {"hamtad": self._clock(), "typ": answer.content_type, "langd": len(answer.content)}
        path = self._path(method, url, body)
        with suppress(OSError):
            handle, part = tempfile.mkstemp(dir=self._folder, suffix=".part")
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(json.dumps(about).encode() + b"\n" + answer.content)
                Path(part).replace(path)
            except OSError:
                Path(part).unlink(missing_ok=True)

    def _path(self, method: str, url: str, body: bytes) -> Path:
        digest = hashlib.sha256(b"\n".join([method.encode(), url.encode(), body])).hexdigest()
        return self._folder / f"{digest}{_SUFFIX}"

    def _is_fresh(self, fetched: float) -> bool:
        return 0 <= self._clock() - fetched < self._fresh


def _read(path: Path, fresh: Callable[[float], bool]) -> Answer | None:
    """The answer in a file; None where there is none, it is old, or it is not as it was written."""
    try:
        first, _, content = path.read_bytes().partition(b"\n")
        about = json.loads(first)
        if fresh(float(about["hamtad"])) and int(about["langd"]) == len(content):
            return Answer(content, str(about["typ"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return None
