"""The log's chain, checked outside the database, and its head signed outside it. Events are written by the database.

Each event holds SHA-256 of the one before and of all that it says itself, so a changed, removed or inserted event
breaks the chain. Who can write past the triggers could make a new chain that holds: therefore each command signs the
head after what it wrote (Ed25519), in a file outside the database that the chain is compared with. A line answers for
the events from ``fran`` to ``nr`` and is bound to the line before it. What no line answers for may have been changed.
"""

import fcntl
import hashlib
import json
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import Connection, text

from warehouse import signing_key
from warehouse.contracts.errors import UserError
from warehouse.contracts.ord import STEG
from warehouse.database import Database

START = "0" * 64
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
    """What the signed heads say of the chain in the database."""

    heads: int
    last_nr: int
    wrong: tuple[int, ...] = ()
    """Signed events that the database no longer has as they were."""
    forged: tuple[int, ...] = ()
    """Lines of the file (from 1) that were not signed with this installation's key."""
    loose: tuple[int, ...] = ()
    """Lines that do not follow on the one before them: lines were taken away or put in."""
    lost: tuple[int, ...] = ()
    """Lines of the copy that the file does not have: it was cut or written anew."""
    unsigned: tuple[tuple[int, int], ...] = ()
    """Events, from and to, that no line answers for."""
    late: tuple[tuple[int, int], ...] = ()
    """Events, from and to, that were signed by the next command, since the one that wrote them was cut short."""

    @property
    def intact(self) -> bool:
        """Whether nothing of what was signed was rewritten, cut or forged. What is ``unsigned`` is not asked."""
        return not (self.wrong or self.forged or self.loose or self.lost)

    def faults(self) -> list[str]:
        """What does not hold, in words; nothing: every event is as it was signed."""
        none = "Loggens huvud är aldrig signerat här, eller så är signaturerna borta, fast det finns händelser."
        return [
            *(f"Händelse {nr} är inte vad som signerades: loggen är omskriven eller kapad."
              for nr in _runs(self.wrong)),
            *(f"Rad {row} i loggens huvud har ingen signatur med den här nyckeln." for row in _runs(self.forged)),
            *(f"Rad {row} i loggens huvud följer inte på raden före: rader är borttagna eller inlagda."
              for row in _runs(self.loose)),
            *(f"Rad {row} i kopian finns inte i loggens huvud här: det är kapat eller omskrivet."
              for row in _runs(self.lost)),
            *([none] if self.unsigned and not self.heads else []),
            *(f"Händelse {_span(*span)} saknar signatur och kan ha ändrats. Avbröts ett kommando nyss signeras det som "
              "det skrev av nästa release-kommando. Jämför annars med en kopia: kvinnofrid audit --huvud FIL"
              for span in self.unsigned),
        ]  # fmt: skip

    def remarks(self) -> list[str]:
        """What is no fault but should be known."""
        return [
            f"Händelse {_span(*span)} signerades först av nästa kommando: det som skrev loggen avbröts. Däremellan kan "
            "den ha ändrats."
            for span in self.late
        ]


def _span(first: int, last: int) -> str:
    return str(first) if first == last else f"{first}–{last}"


def _runs(numbers: Sequence[int]) -> list[str]:
    """Numbers in order, those that follow on each other together: 3, 7–9."""
    spans: list[tuple[int, int]] = []
    for n in numbers:
        if spans and spans[-1][1] == n - 1:
            spans[-1] = spans[-1][0], n
        else:
            spans.append((n, n))
    return [_span(*one) for one in spans]


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


@contextmanager
def signing(database: Database, folder: Path, tell: Callable[[str], None]) -> Iterator[None]:
    """Sign the log's head when what is done inside has been committed. The key is looked after before.

    What an earlier command left unsigned is signed first if one that was cut short can have written it: the events of
    one step, or of one registration. More than that stays unsigned, since it may have been changed. ``tell`` hears.
    """
    private = signing_key.ensure_key(folder)
    path = folder / signing_key.SIGNED
    with database.begin() as conn:
        before = head(conn)
        left = _after(conn, _answered(folder), before.nr)
    if left and _one_command(left):
        sign_head(private, path, before, left[0].nr - 1, late=True)
        tell(
            f"Händelse {_span(left[0].nr, before.nr)} skrevs av ett kommando som avbröts innan det signerades "
            f"({_what(left[0])}). Nu är det signerat."
        )
    elif left:
        tell(
            f"Händelse {_span(left[0].nr, before.nr)} saknar signatur, och det är mer än vad ett avbrutet kommando kan "
            "ha lämnat. Det signeras inte i efterhand. Se efter: kvinnofrid audit"
        )
    yield
    with database.begin() as conn:
        found = head(conn)
    sign_head(private, path, found, before.nr)


def sign_head(path_private: Path, path_log: Path, found: Head, since: int, *, late: bool = False) -> None:
    """Append the signed head, which answers for the events after number ``since`` that no line answers for yet.

    ``late``: by another command than the one that wrote them.
    """
    key = signing_key.load(path_private)
    try:
        handle = os.open(path_log, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
        with os.fdopen(handle, "r+", encoding="utf-8", errors="replace") as file:
            fcntl.flock(file, fcntl.LOCK_EX)  # each line is bound to the one before it
            content = file.read()
            lines = _split(content)
            fran = 1 + max(since, _newest(key.public_key(), lines))
            if found.nr < fran:
                return
            tid = datetime.now(UTC).isoformat(timespec="seconds")
            line = _Line(fran, found.nr, found.sha256, tid, late, _digest(lines[-1]) if lines else START, "")
            line = replace(line, signatur=key.sign(_message(line)).hex())
            torn = bool(content) and not content.endswith("\n")
            file.write("\n" * torn + json.dumps(asdict(line)) + "\n")
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise UserError(f"Loggens huvud kan inte skrivas i {path_log}: {error.strerror}.") from None


def check_signed(conn: Connection, folder: Path, copy: Path | None = None) -> Signed:
    """Compare every signed head with the event of that number in the database: finds a rewritten or cut chain.

    The chain itself is followed by ``verify``; both are needed. ``copy``: the file of heads as it was once, kept where
    nobody who can change this one can change it.
    """
    lines, kept = _said(folder / signing_key.SIGNED), _said(copy) if copy else []
    last = head(conn).nr
    if not lines and not kept:
        return Signed(0, 0, unsigned=((1, last),) if last else ())
    key = signing_key.public(folder)
    ours = [_ours(key, said) for said in lines]
    forged = tuple(place for place, line in enumerate(ours, 1) if line is None)
    before = [START, *(_digest(said) for said in lines)]
    loose = tuple(place for place, line in enumerate(ours, 1) if line and line.forra_sha256 != before[place - 1])
    there = set(lines)
    lost = tuple(place for place, said in enumerate(kept, 1) if said not in there)
    known = [line for line in (*ours, *(_ours(key, said) for said in kept)) if line]
    query = text("SELECT nr, sha256 FROM revision.handelse WHERE nr = ANY(:nr)")
    events = {int(r.nr): str(r.sha256) for r in conn.execute(query, {"nr": [line.nr for line in known]})}
    wrong = tuple(sorted({line.nr for line in known if events.get(line.nr) != line.sha256}))
    newest = max((line.nr for line in known), default=0)
    late = tuple(sorted({(line.fran, line.nr) for line in known if line.efterhand}))
    return Signed(len(lines), newest, wrong, forged, loose, lost, _between(known, last), late)


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of the file of signed heads."""

    fran: int
    nr: int
    sha256: str
    tid: str
    efterhand: bool
    forra_sha256: str
    """Of the line before this one."""
    signatur: str


def _message(line: _Line) -> bytes:
    said = (line.fran, line.nr, line.sha256, line.tid, line.efterhand, line.forra_sha256)
    return "\n".join(["kvinnofrid loggens huvud 2", *map(str, said)]).encode()


def _digest(said: str) -> str:
    return hashlib.sha256(said.encode()).hexdigest()


def _said(path: Path) -> list[str]:
    """The lines of a file of signed heads, as they stand."""
    try:
        return _split(path.read_text(encoding="utf-8", errors="replace"))
    except FileNotFoundError:
        return []
    except OSError as error:
        raise UserError(f"Loggens huvud kan inte läsas i {path}: {error.strerror}.") from None


def _split(content: str) -> list[str]:
    return [line.strip() for line in content.splitlines() if line.strip()]


def _ours(key: Ed25519PublicKey, said: str) -> _Line | None:
    """The line; None for one that was not signed with the key."""
    try:
        line = _Line(**json.loads(said))
        line = replace(line, fran=int(line.fran), nr=int(line.nr))
        key.verify(bytes.fromhex(line.signatur), _message(line))
    except (ValueError, TypeError, InvalidSignature):
        return None
    return line


def _newest(key: Ed25519PublicKey, lines: Sequence[str]) -> int:
    """The last event that a line answers for."""
    return max((line.nr for said in lines if (line := _ours(key, said))), default=0)


def _answered(folder: Path) -> int:
    lines = _said(folder / signing_key.SIGNED)
    return _newest(signing_key.public(folder), lines) if lines else 0


def _between(lines: Sequence[_Line], last: int) -> tuple[tuple[int, int], ...]:
    """The events up to the last one that no line answers for: from and to."""
    gaps, seen = [], 0
    for fran, nr in sorted((line.fran, line.nr) for line in lines):
        if fran > seen + 1:
            gaps.append((seen + 1, min(fran - 1, last)))
        seen = max(seen, nr)
    if seen < last:
        gaps.append((seen + 1, last))
    return tuple(gap for gap in gaps if gap[0] <= gap[1])


class _Left(NamedTuple):
    """An event that no line answers for."""

    nr: int
    utgava: int | None
    steg: str
    uppgiven: str
    av: str | None
    """The edition whose step replaced this event's edition, or threw it away."""


def _after(conn: Connection, nr: int, last: int) -> list[_Left]:
    query = text(
        "SELECT nr, utgava, steg, uppgiven, uppgifter ->> 'av' FROM revision.handelse"
        " WHERE nr > :nr AND nr <= :last ORDER BY nr"
    )
    return [_Left(*row) for row in conn.execute(query, {"nr": nr, "last": last})]


def _one_command(left: Sequence[_Left]) -> bool:
    """Whether one command can have written them: a step and what it replaced, or what was registered together."""
    first, *rest = left
    if first.steg == "extern":
        return all((one.steg, one.uppgiven) == ("extern", first.uppgiven) for one in rest)
    return first.av is None and all(one.av == str(first.utgava) for one in rest)


def _what(one: _Left) -> str:
    return STEG[one.steg] if one.utgava is None else f"utgåva {one.utgava}, {STEG[one.steg]}"
