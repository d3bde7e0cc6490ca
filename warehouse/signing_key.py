"""The key that the log's head is signed with, made the first time and kept in a folder outside the database."""

import os
import secrets
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from warehouse.contracts.errors import UserError

PRIVATE = "signering.key"
PUBLIC = "signering.pub"
SIGNED = "loggens_huvud.jsonl"
"""The signed heads, beside the key."""
_KEY_BYTES = 32


def ensure_key(folder: Path) -> Path:
    """Make the signing key the first time; return where the private one is (mode 0600, in a folder of mode 0700).

    Raises:
        UserError: Heads are signed already and the key is gone, others may read it, or it cannot be written.
    """
    private = folder / PRIVATE
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not private.exists():
            if (folder / SIGNED).exists():
                raise UserError(
                    f"Nyckeln {private} saknas, men loggens huvud är redan signerat med den. Återställ den från "
                    "säkerhetskopian (backup); gör ingen ny."
                )
            _create(private, Ed25519PrivateKey.generate().private_bytes_raw())
        if not (folder / PUBLIC).exists():
            _create(folder / PUBLIC, load(private).public_key().public_bytes_raw())
    except OSError as error:
        raise UserError(f"Nyckeln kan inte skrivas i {folder}: {error.strerror}.") from None
    load(private)
    return private


def load(path: Path) -> Ed25519PrivateKey:
    """The private key. Raises ``UserError`` where it is gone, damaged or open to others."""
    try:
        mode = path.stat().st_mode & 0o777
        if mode & 0o077:
            raise UserError(
                f"{path} kan nås av andra (rättigheter {mode:04o}). Ta reda på vem som kan ha läst den, och kör sedan:"
                f" chmod 600 '{path}'"
            )
        return Ed25519PrivateKey.from_private_bytes(path.read_bytes())
    except FileNotFoundError:
        raise UserError(f"Nyckeln {path} saknas. Återställ den från säkerhetskopian (backup).") from None
    except OSError as error:
        raise UserError(f"Nyckeln {path} kan inte läsas: {error.strerror}.") from None
    except ValueError:
        raise UserError(f"{path} är inte en nyckel på {_KEY_BYTES} byte. Återställ den (backup).") from None


def public(folder: Path) -> Ed25519PublicKey:
    """The key that signatures are checked with; who only checks needs not have the private one."""
    path = folder / PUBLIC
    try:
        return Ed25519PublicKey.from_public_bytes(path.read_bytes())
    except (OSError, ValueError):
        raise UserError(
            f"Nyckeln {path} saknas eller är skadad. Återställ den från säkerhetskopian (backup)."
        ) from None


def _create(path: Path, content: bytes) -> None:
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}.tmp")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        # A hard link is all or nothing and never replaces: of several processes the first wins.
        path.hardlink_to(draft)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
