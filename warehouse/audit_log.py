"""The log's chain, checked outside the database, and its head signed outside it. Events are written by the database.

Each event holds SHA-256 of the one before and of all that it says itself, so a changed, removed or inserted event
breaks the chain. Who can write past the triggers could make a new chain that holds: therefore the head is signed now
and then (Ed25519) and kept in a file outside the database, which the chain is compared with.
"""

import hashlib
import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from sqlalchemy import Connection, text

from warehouse.contracts.errors import UserError
from warehouse.database import Database

PRIVATE = "signering.key"
PUBLIC = "signering.pub"
SIGNED = "loggens_huvud.jsonl"
START = "0" * 64
_KEY_BYTES = 32
_BATCH = 20_000

# The same text as the database hashes (warehouse/_edition_sql.py): each field after its length in bytes.
_FIELDS = (
    *("nr::text", "to_char(tid AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US')", "utgava::text", "steg"),
    *("av_login", "uppgiven", "styrkt::text", "uppgifter::text"),
)
_EVENTS = (
    "SELECT nr, forra_sha256, sha256, concat_ws(',', "
    + ", ".join(f"coalesce(octet_length(convert_to({f}, 'UTF8')) || ':' || {f}, '-')" for f in _FIELDS)
    + ") AS said FROM revision.handelse ORDER BY nr"
)


@dataclass(frozen=True, slots=True)
class Chain:
    """The chain as far as it was followed. ``broken_at``: number of the first event that does not fit; None: all do."""

    events: int
    broken_at: int | None = None


@dataclass(frozen=True, slots=True)
class Head:
    """The newest event; ``nr`` 0 where there is none yet."""

    nr: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Signed:
    """What the signed heads say of the chain in the database.

    ``wrong``: numbers of signed events that the database no longer has as they were; ``forged``: lines of the file
    (from 1) that were not signed with this installation's key.
    """

    heads: int
    last_nr: int
    wrong: tuple[int, ...] = ()
    forged: tuple[int, ...] = ()

    @property
    def intact(self) -> bool:
        """Whether nothing was rewritten, cut or forged."""
        return not self.wrong and not self.forged


# --- the chain --------------------------------------------------------------------------------------------------------


def head(conn: Connection) -> Head:
    """The newest event: what is signed, and where a draft's system begins to be read (``editions.Head.logg_nr``)."""
    row = conn.execute(text("SELECT nr, sha256 FROM revision.handelse ORDER BY nr DESC LIMIT 1")).first()
    return Head(0, START) if row is None else Head(int(row.nr), str(row.sha256))


def verify(conn: Connection) -> Chain:
    """Follow the chain from its first event, hashing outside the database. Reads row by row: any length will do."""
    before, count = START, 0
    for nr, forra, sha256, said in _stream(conn):
        digest = hashlib.sha256((before + said).encode()).hexdigest()
        if nr != count + 1 or forra != before or sha256 != digest:
            return Chain(count, count + 1)
        before, count = digest, count + 1
    return Chain(count)


def _stream(conn: Connection) -> Iterator[tuple[int, str, str, str]]:
    options = {"stream_results": True, "yield_per": _BATCH}
    with conn.execute(text(_EVENTS), execution_options=options) as rows:
        for nr, forra, sha256, said in rows:
            yield int(nr), forra, sha256, said


def altered(conn: Connection) -> list[int]:
    """Dispatched editions that no longer are as the log says that they were dispatched, missing ones too."""
    query = text(
        "SELECT h.utgava FROM revision.handelse h LEFT JOIN publicering.utgava p USING (utgava)"
        " WHERE h.steg = 'expedierad' AND (p.innehall_sha256 IS NULL"
        " OR p.innehall_sha256 <> h.uppgifter ->> 'innehall_sha256'"
        " OR publicering.utgava_sha256(h.utgava) IS DISTINCT FROM h.uppgifter ->> 'innehall_sha256'"
        " OR tabell.utgava_sha256(h.utgava) IS DISTINCT FROM h.uppgifter ->> 'innehall_sha256')"
        " UNION SELECT p.utgava FROM publicering.utgava p WHERE NOT EXISTS (SELECT FROM revision.handelse h"
        " WHERE h.utgava = p.utgava AND h.steg = 'expedierad') ORDER BY 1"
    )
    return [int(n) for n in conn.execute(query).scalars()]


# --- the signed head --------------------------------------------------------------------------------------------------


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
            _create(folder / PUBLIC, _load(private).public_key().public_bytes_raw())
    except OSError as error:
        raise UserError(f"Nyckeln kan inte skrivas i {folder}: {error.strerror}.") from None
    _load(private)
    return private


@contextmanager
def signing(database: Database, folder: Path) -> Iterator[None]:
    """Sign the log's head when what is done inside has been committed. The key is looked after before."""
    private = ensure_key(folder)
    yield
    with database.begin() as conn:
        found = head(conn)
    sign_head(private, folder / SIGNED, found)


def sign_head(path_private: Path, path_log: Path, found: Head) -> None:
    """Append the signed head to the file; nothing where that head stands last already."""
    key = _load(path_private)
    lines = _lines(path_log)
    last = lines[-1] if lines else None
    if last and (last.nr, last.sha256) == (found.nr, found.sha256) and _is_ours(key.public_key(), last):
        return
    tid = datetime.now(UTC).isoformat(timespec="seconds")
    line = _Line(found.nr, found.sha256, tid, key.sign(_message(found.nr, found.sha256, tid)).hex())
    try:
        handle = os.open(path_log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(json.dumps(asdict(line)) + "\n")
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise UserError(f"Loggens huvud kan inte skrivas i {path_log}: {error.strerror}.") from None


def check_signed(conn: Connection, folder: Path) -> Signed:
    """Compare every signed head with the event of that number in the database: finds a rewritten or cut chain.

    The chain itself is followed by ``verify``; both are needed.
    """
    lines = _lines(folder / SIGNED)
    if not lines:
        return Signed(0, 0)
    key = _public(folder)
    ours = [line for line in lines if line is not None and _is_ours(key, line)]
    forged = tuple(place for place, line in enumerate(lines, 1) if line is None or not _is_ours(key, line))
    query = text("SELECT nr, sha256 FROM revision.handelse WHERE nr = ANY(:nr)")
    known = {int(r.nr): str(r.sha256) for r in conn.execute(query, {"nr": [line.nr for line in ours]})} | {0: START}
    wrong = sorted({line.nr for line in ours if known.get(line.nr) != line.sha256})
    return Signed(len(lines), max((line.nr for line in ours), default=0), tuple(wrong), forged)


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of the file of signed heads."""

    nr: int
    sha256: str
    tid: str
    signatur: str


def _message(nr: int, sha256: str, tid: str) -> bytes:
    return f"kvinnofrid loggens huvud 1\n{nr}\n{sha256}\n{tid}".encode()


def _is_ours(key: Ed25519PublicKey, line: _Line) -> bool:
    try:
        key.verify(bytes.fromhex(line.signatur), _message(line.nr, line.sha256, line.tid))
    except (ValueError, InvalidSignature):
        return False
    return True


def _lines(path: Path) -> list[_Line | None]:
    """The signed heads; None for a line that is none."""
    try:
        written = path.read_text(encoding="utf-8", errors="replace").splitlines()
    except FileNotFoundError:
        return []
    except OSError as error:
        raise UserError(f"Loggens huvud kan inte läsas i {path}: {error.strerror}.") from None
    return [_parsed(line) for line in written if line.strip()]


def _parsed(line: str) -> _Line | None:
    try:
        found = json.loads(line)
        return _Line(int(found["nr"]), str(found["sha256"]), str(found["tid"]), str(found["signatur"]))
    except (ValueError, KeyError, TypeError):
        return None


def _load(path: Path) -> Ed25519PrivateKey:
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


def _public(folder: Path) -> Ed25519PublicKey:
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
