"""The keys: where they are, who may read them, how a nämnd's key comes from the master key. No database, no records.

A key is made once and never again: without it no pseudonym can be joined to an earlier one. The database keeps only the
version and a check value, by which a wrong or lost key is found before anything is written under it.
"""

import hmac
import os
import secrets
import unicodedata
from pathlib import Path

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from warehouse.contracts.errors import UserError

KEY_BYTES = 32
MASTER = "master.key"
ORIGINAL = "original.key"


class KeyMissing(UserError):
    """A key that data already depend on is not there."""


class KeyDamaged(UserError):
    """A key file does not hold a key."""


class KeyExposed(UserError):
    """Others than the owner may read a key."""


class KeyMismatch(UserError):
    """The key is another one than the one the data were made under."""


class Keyring:
    """The folder of keys: ``master.key`` for pseudonyms, ``original.key`` for the encrypted originals."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def ensure(self, *, must_exist: bool = False) -> None:
        """Make the keys that are not there; with ``must_exist`` (data depend on them) refuse instead.

        Several processes may do this at once: one key wins, all of them use it.
        """
        if must_exist:
            self._read(MASTER)
            self._read(ORIGINAL)
            return
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            for name in (MASTER, ORIGINAL):
                if not (self.folder / name).exists():
                    self._refuse_loose(self.folder, 0o700)
                    self._create(name)
        except OSError as error:
            raise UserError(f"Nycklarna kan inte skrivas i {self.folder}: {error.strerror}.") from None
        self._read(MASTER)
        self._read(ORIGINAL)

    def pseudonym_key(self, namnd: str, version: int = 1) -> bytes:
        """The key of one nämnd: never the same for two nämnder or two versions."""
        return self._derive("pseudonym", namnd, version)

    def check_value(self, namnd: str, version: int = 1) -> str:
        """What the database stores to know the key again; says nothing about the key."""
        return hmac.digest(self._derive("check", namnd, version), b"kvinnofrid", "sha256").hex()[:16]

    def require(self, namnd: str, version: int, stored: str) -> None:
        """Refuse to go on when the stored check value was made under another key."""
        if not hmac.compare_digest(self.check_value(namnd, version).encode(), stored.encode()):
            raise KeyMismatch(
                f"{self.folder / MASTER} är inte den nyckel som pseudonymerna för {namnd} (version {version}) gjordes"
                " med. Återställ rätt nyckel från säkerhetskopian (backup); inget har skrivits."
            )

    def original_key(self) -> bytes:
        """The key of the encrypted originals: a file of its own, so that it can be destroyed on its own."""
        return self._read(ORIGINAL)

    def _derive(self, purpose: str, namnd: str, version: int) -> bytes:
        name = unicodedata.normalize("NFC", namnd.strip()).encode()
        if not name or version < 1:
            raise ValueError("a key belongs to a named nämnd and a version from 1")
        # The name comes last, so that no name and version can be read as another name and version.
        info = b"kvinnofrid\x00" + purpose.encode() + b"\x00" + str(version).encode() + b"\x00" + name
        return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=info).derive(self._read(MASTER))

    def _read(self, name: str) -> bytes:
        path = self.folder / name
        try:
            self._refuse_loose(self.folder, 0o700)
            self._refuse_loose(path, 0o600)
            key = path.read_bytes()
        except FileNotFoundError:
            raise KeyMissing(
                f"Nyckeln {path} saknas. Återställ den från säkerhetskopian (backup). Gör ingen ny: det som är sparat"
                " gjordes med den gamla och skulle aldrig mer kunna läsas eller kopplas ihop."
            ) from None
        except OSError as error:
            raise UserError(f"Nyckeln {path} kan inte läsas: {error.strerror}.") from None
        if len(key) != KEY_BYTES:
            raise KeyDamaged(
                f"{path} är inte en nyckel på {KEY_BYTES} byte. Återställ den från säkerhetskopian (backup)."
            )
        return key

    @staticmethod
    def _refuse_loose(path: Path, wanted: int) -> None:
        mode = path.stat().st_mode & 0o777
        if mode & 0o077:
            raise KeyExposed(
                f"{path} kan nås av andra (rättigheter {mode:04o}). Ta reda på vem som kan ha läst den, och kör sedan:"
                f" chmod {wanted:o} '{path}'"
            )

    def _create(self, name: str) -> None:
        draft = self.folder / f".{name}.{secrets.token_hex(8)}.tmp"
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(secrets.token_bytes(KEY_BYTES))
                file.flush()
                os.fsync(file.fileno())
            # A hard link is all or nothing and never replaces: the first process wins.
            (self.folder / name).hardlink_to(draft)
            folder = os.open(self.folder, os.O_RDONLY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
