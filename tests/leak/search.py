"""Looks for planted identifiers in bytes, files and whole databases, also in what is packed or encoded.

Tells where and which kind, never what: its answers stand in the messages of failing tests.
"""

import base64
import binascii
import io
import re
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, text

from tests.leak.planted import LITERALS, PARTS, PATTERNS, RAW
from warehouse.database import sibling_url

_HEX = re.compile(rb"(?:\\\\?x)?((?:[0-9a-fA-F]{2}){12,})")
_BASE64 = re.compile(rb"[A-Za-z0-9+/_-]{24,}={0,2}")
_DEEP = 5
_MARK = b"<planted>"

_known: dict[tuple[bytes, int], frozenset[str]] = {}


@dataclass(frozen=True, slots=True)
class Hit:
    """One planted identifier found."""

    place: str
    kind: str


def search_bytes(content: bytes, place: str, deep: int = _DEEP) -> set[Hit]:
    """What is found in some bytes and in whatever is packed or encoded in them."""
    return {Hit(_safe(place), kind) for kind in _kinds(content, deep)}


def _kinds(content: bytes, deep: int) -> frozenset[str]:
    """The kinds that are found. Tables and files are searched after each of many runs: what is as before is known."""
    key = (sha256(content).digest(), deep)
    if key not in _known:
        lowered = content.lower()
        kinds = {kind for kind, pattern in PATTERNS.items() if pattern.search(lowered)}
        if any(part in content for part in PARTS):
            kinds |= {kind for kind, forms in LITERALS.items() if any(form in content for form in forms)}
        for inner in _inside(content) if deep else ():
            kinds |= _kinds(inner, deep - 1)
        _known[key] = frozenset(kinds)
    return _known[key]


def search_raw(content: bytes, place: str) -> set[Hit]:
    """Exact words only: for PostgreSQL's own files, which are large."""
    return {Hit(_safe(place), kind) for kind, forms in RAW.items() if any(form in content for form in forms)}


def _safe(place: str) -> str:
    """The place without the planted value that its own name may hold."""
    raw = place.encode()
    for pattern in PATTERNS.values():
        while found := pattern.search(raw.lower()):
            raw = raw[: found.start()] + _MARK + raw[found.end() :]
    return raw.decode("utf-8", "replace")


def _inside(content: bytes) -> Iterator[bytes]:
    """What the bytes are when unpacked or decoded."""
    yield from _unpacked(content)
    yield from _decoded(content)


def _unpacked(content: bytes) -> Iterator[bytes]:
    if content.startswith(b"PK"):
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                for name in archive.namelist():
                    yield name.encode()
                    yield archive.read(name)
        except (zipfile.BadZipFile, zlib.error, OSError, ValueError):
            return
    elif content.startswith((b"\x1f\x8b", b"\x78")):
        try:
            # Also what was cut off: the beginning can hold a value. 47: gzip or zlib, whichever it is.
            yield zlib.decompressobj(47).decompress(content)
        except zlib.error:
            return
    elif content[257:262] == b"ustar":
        with tarfile.open(fileobj=io.BytesIO(content)) as archive:
            for member in archive.getmembers():
                found = archive.extractfile(member)
                yield found.read() if found else b""


def _decoded(content: bytes) -> Iterator[bytes]:
    for found in _HEX.finditer(content):
        yield binascii.unhexlify(found[1])
    for found in _BASE64.finditer(content):
        run = found[0].rstrip(b"=").replace(b"-", b"+").replace(b"_", b"/")
        if run.isalnum() and run.lower() == run:
            continue  # a hash or a word
        inner = base64.b64decode(run[: len(run) - (len(run) % 4 == 1)] + b"=" * (-len(run) % 4))
        # Only what is packed: plain words in base64 are found by their literals.
        if inner.startswith((b"PK", b"\x1f\x8b", b"\x78")):
            yield inner


def search_tree(folder: Path, skip: tuple[Path, ...] = ()) -> set[Hit]:
    """What is found in the names and contents of all files in a folder, except under ``skip``."""
    hits: set[Hit] = set()
    for path in sorted(folder.rglob("*")):
        if any(path.is_relative_to(s) for s in skip):
            continue
        name = str(path.relative_to(folder))
        hits |= search_bytes(name.encode(), f"the name of {name}")
        if path.is_file():
            hits |= search_bytes(path.read_bytes(), f"file {name}")
    return hits


def marked_copies(home: Path) -> tuple[Path, ...]:
    """What is exempt in an installation's home: senders' own workbooks, marked, on their way back to them."""
    return tuple(sorted((home / "outbox").glob("leverans-*-att-ratta.xlsx")))


def search_server(owner_url: str) -> tuple[set[Hit], set[str]]:
    """What is found in every database of the server that takes connections, and the tables that were read."""
    admin = create_engine(owner_url, hide_parameters=True)
    with admin.connect() as conn:
        names = list(conn.execute(text("SELECT datname FROM pg_database WHERE datallowconn")).scalars())
    admin.dispose()
    return search_databases(owner_url, names)


def search_databases(owner_url: str, names: list[str]) -> tuple[set[Hit], set[str]]:
    """What is found in the named databases, and the tables that were read."""
    hits: set[Hit] = set()
    read: set[str] = set()
    for name in names:
        engine = create_engine(sibling_url(owner_url, name), hide_parameters=True)
        try:
            with engine.connect() as conn:
                for table in _tables(conn):
                    read.add(f"{name}: {table}")
                    for content in _contents(engine, table):
                        hits |= search_bytes(content, f"{name}: {table}")
        finally:
            engine.dispose()
    return hits, read


def _tables(conn: Connection) -> list[str]:
    """Every table with rows of its own, PostgreSQL's statistics (they hold sampled values) and comments among them."""
    query = text(
        "SELECT format('%I.%I', n.nspname, c.relname) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
        " WHERE c.relkind IN ('r', 'm', 'p') AND (n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')"
        " OR c.relname IN ('pg_statistic', 'pg_description', 'pg_largeobject')) ORDER BY 1"
    )
    return list(conn.execute(query).scalars())


def _contents(engine: Engine, table: str) -> Iterator[bytes]:
    """The whole table as text; what is binary comes as hex, which is decoded in the search."""
    raw = engine.raw_connection()
    try:
        cursor = raw.cursor()
        buffer = io.BytesIO()
        cursor.copy_expert(f"COPY (SELECT * FROM {table}) TO STDOUT", buffer)
        yield buffer.getvalue()
    finally:
        raw.close()
