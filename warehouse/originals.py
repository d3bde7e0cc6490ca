"""The delivered files as they came: encrypted, one file each, removed on time. What is in them is not known here.

A file is ``KFO1``, the removal date, a nonce, a tag over those (so that the date can be trusted without reading the
rest), and the content under AES-256-GCM with header and SHA-256 as associated data. The key is passed in.
"""

import hashlib
import hmac
import os
import re
import secrets
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import date, timedelta
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from warehouse.contracts.errors import KvinnofridError, UserError

_MAGIC = b"KFO1"
_DATE_BYTES, _NONCE_BYTES, _TAG_BYTES = 10, 12, 32
_HEADER_BYTES = len(_MAGIC) + _DATE_BYTES + _NONCE_BYTES
_MAX_BYTES = 2**31 - 1
_STALE_SECONDS = 86400
_SHA256 = re.compile(r"[0-9a-f]{64}")


class OriginalMissing(UserError):
    """No such original: never kept, or already removed."""


class OriginalDamaged(KvinnofridError):
    """An original that cannot be trusted: changed on disk, or kept under another key.

    Attributes:
        removed: The originals that ``remove_due`` had removed all the same.
    """

    def __init__(self, message: str, removed: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.removed = removed


class OriginalStore:
    """A folder of encrypted originals, found by the SHA-256 of their content."""

    def __init__(self, folder: Path, key: bytes) -> None:
        if len(key) != 32:
            raise ValueError("the key of the originals has 32 bytes")
        self.folder = folder
        self._cipher = AESGCM(key)
        self._header_key = hmac.digest(key, b"kvinnofrid original header", "sha256")

    def keep(self, content: bytes, sha256: str, received: date, keep_days: int) -> Path:
        """Keep a file until ``keep_days`` after it came. The same content again only moves a removal date forward.

        Raises:
            OriginalDamaged: It is kept already, but what is on disk cannot be read back.
            KvinnofridError: It is too large.
            UserError: The time is not one, or the folder cannot be written.
        """
        path = self._path(sha256)
        if len(content) > _MAX_BYTES:
            raise KvinnofridError("Filen är större än 2 GiB. Dela den och leverera delarna var för sig.")
        if keep_days < 0:
            raise UserError("Antalet dagar som original sparas kan inte vara negativt.")
        if hashlib.sha256(content).hexdigest() != sha256:
            raise ValueError("the hash is not that of the content")
        try:
            removal = received + timedelta(days=keep_days)
        except OverflowError:
            raise UserError("Antalet dagar som original sparas är för stort.") from None
        if path.exists():
            self.read(sha256)
            if self.removal_date(sha256) >= removal:  # refused first and accepted later, it is kept as accepted
                return path
        nonce = secrets.token_bytes(_NONCE_BYTES)
        header = _MAGIC + removal.isoformat().encode() + nonce
        sealed = self._cipher.encrypt(nonce, content, header + sha256.encode())
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            path.parent.mkdir(mode=0o700, exist_ok=True)
            _write(path, header + self._tag(header, sha256) + sealed)
        except OSError as error:
            raise UserError(f"Originalet kan inte sparas i {self.folder}: {error.strerror}.") from None
        return path

    def read(self, sha256: str) -> bytes:
        """The content as it was delivered.

        Raises:
            OriginalMissing: It was never kept, or has been removed.
            OriginalDamaged: It was changed on disk, or kept under another key.
        """
        whole = self._bytes(sha256)
        header = self._header(whole, sha256)
        try:
            return self._cipher.decrypt(
                header[-_NONCE_BYTES:], whole[_HEADER_BYTES + _TAG_BYTES :], header + sha256.encode()
            )
        except InvalidTag:
            raise self._damaged(sha256) from None

    def removal_date(self, sha256: str) -> date:
        """The first day on which the original is no longer kept."""
        header = self._header(self._bytes(sha256, _HEADER_BYTES + _TAG_BYTES), sha256)
        return date.fromisoformat(header[len(_MAGIC) : len(_MAGIC) + _DATE_BYTES].decode())

    def remove_due(self, today: date) -> list[str]:
        """Remove every original whose time is up, and what interrupted writes left; the SHA-256 of each removed.

        Raises:
            OriginalDamaged: Some have a date that cannot be trusted; the others that were due are removed.
        """
        removed: list[str] = []
        damaged: list[str] = []
        for sha256 in self._kept():
            try:
                if self.removal_date(sha256) <= today:
                    self._path(sha256).unlink()
                    removed.append(sha256)
            except OriginalMissing:
                continue  # another process removed it
            except OriginalDamaged:
                damaged.append(sha256)
        for draft in self.folder.glob("??/*.tmp"):
            with suppress(FileNotFoundError):  # its writer finished it just now
                if draft.stat().st_mtime < time.time() - _STALE_SECONDS:
                    draft.unlink()
        if damaged:
            raise OriginalDamaged(
                f"{len(damaged)} original i {self.folder} har ändrats eller hör till en annan nyckel, det första är"
                f" {damaged[0]}. Deras gallringsdatum går inte att lita på: se över dem och ta bort dem för hand.",
                tuple(removed),
            )
        return removed

    def _kept(self) -> Iterator[str]:
        for path in sorted(self.folder.glob("??/*.enc")):
            if _SHA256.fullmatch(path.stem):
                yield path.stem

    def _path(self, sha256: str) -> Path:
        if not _SHA256.fullmatch(sha256):
            raise ValueError("a SHA-256 is 64 hex characters in lower case")
        return self.folder / sha256[:2] / f"{sha256}.enc"

    def _bytes(self, sha256: str, size: int = -1) -> bytes:
        try:
            with self._path(sha256).open("rb") as file:
                return file.read(size)
        except FileNotFoundError:
            raise OriginalMissing(
                f"Originalet {sha256} är inte sparat: det kom aldrig, eller så är dess tid ute."
            ) from None
        except OSError as error:
            raise UserError(f"Originalet {sha256} kan inte läsas: {error.strerror}.") from None

    def _header(self, whole: bytes, sha256: str) -> bytes:
        header, tag = whole[:_HEADER_BYTES], whole[_HEADER_BYTES : _HEADER_BYTES + _TAG_BYTES]
        if not header.startswith(_MAGIC) or not hmac.compare_digest(tag, self._tag(header, sha256)):
            raise self._damaged(sha256)
        return header

    def _tag(self, header: bytes, sha256: str) -> bytes:
        return hmac.digest(self._header_key, header + sha256.encode(), "sha256")

    @staticmethod
    def _damaged(sha256: str) -> OriginalDamaged:
        return OriginalDamaged(f"Originalet {sha256} har ändrats på disken, eller sparades med en annan nyckel.")


def _write(path: Path, content: bytes) -> None:
    """All or nothing, also when the power goes."""
    draft = path.with_name(f".{path.stem}.{secrets.token_hex(8)}.tmp")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
