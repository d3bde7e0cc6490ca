"""The search itself: a value planted on purpose is found in every kind of place. Without this, no hits says nothing."""

import base64
import gzip
import io
import uuid
import zipfile
import zlib
from pathlib import Path

import psycopg2
import pytest
import xlsxwriter
from sqlalchemy import text

from tests.leak.planted import EMAIL, LITERALS, NAME, NUMBERS, PHONE, SENTENCE, STREET, WORDS, notations
from tests.leak.search import search_bytes, search_databases, search_raw, search_server, search_tree
from warehouse.database import Database
from warehouse.embedded import EmbeddedPostgres


def _xlsx(value: str) -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        book.add_worksheet().write_string(2, 3, value)
    return buffer.getvalue()


def _zip(content: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("inre.txt", content)
    return buffer.getvalue()


PACKED = {
    "utf8": str.encode,
    "cp1252": lambda s: s.encode("cp1252"),
    "utf16le": lambda s: s.encode("utf-16-le"),
    "utf16be": lambda s: s.encode("utf-16-be"),
    "upper": lambda s: s.upper().encode(),
    "json": lambda s: s.encode("ascii", "backslashreplace"),
    "html": lambda s: s.encode("ascii", "xmlcharrefreplace"),
    "gzip": lambda s: gzip.compress(s.encode()),
    "zlib": lambda s: zlib.compress(s.encode()),
    "zip": lambda s: _zip(s.encode()),
    "xlsx": _xlsx,
    "xlsx-in-zip": lambda s: _zip(_xlsx(s)),
    "base64": lambda s: base64.b64encode(b"ab" + s.encode() + b"cd"),
    "base64-utf16": lambda s: base64.b64encode(s.encode("utf-16")),
    "base64-gzip": lambda s: base64.b64encode(gzip.compress(s.encode() * 2)),
    "base64-zlib": lambda s: b'{"x": "' + base64.b64encode(zlib.compress(s.encode() * 2)) + b'"}',
    "hex": lambda s: s.encode().hex().encode(),
    "bytea-zlib": lambda s: b"1\t\\\\x" + zlib.compress(s.encode()).hex().encode() + b"\t2",
}


@pytest.mark.parametrize("way", PACKED)
def test_each_word_is_found_however_it_is_written(way: str) -> None:
    assert [place for place, word in enumerate(WORDS) if not search_bytes(PACKED[way](word), way)] == []


def test_each_exact_form_is_found_alone() -> None:
    """The search looks for the forms only where one of their pieces stands: every form has one."""
    forms = [(kind, form) for kind, forms in LITERALS.items() for form in sorted(forms)]
    assert len(forms) > 600
    missed = [kind for kind, form in forms if kind not in {h.kind for h in search_bytes(b"#" + form + b"#", "form", 0)}]
    assert missed == []


def test_what_is_searched_again_is_found_again_wherever_it_stands() -> None:
    packed = gzip.compress(SENTENCE.encode())
    first, again = search_bytes(packed, "one"), search_bytes(packed, "two")
    assert {hit.kind for hit in first} == {hit.kind for hit in again}
    assert ({hit.place for hit in first}, {hit.place for hit in again}) == ({"one"}, {"two"})
    assert search_bytes(packed, "packed", 0) == set()
    assert search_bytes(packed, "unpacked", 1)


def test_each_kind_has_its_own_find() -> None:
    kinds = {hit.kind for hit in search_bytes(" ".join(WORDS).encode(), "text") if not hit.kind.startswith("word")}
    assert kinds == {f"number {i}" for i in range(len(NUMBERS))} | {
        "first name",
        "last name",
        "street",
        "e-mail",
        "phone",
    }


def test_the_raw_search_finds_each_word() -> None:
    pages = [b"\x00\x01" + word.encode() + b"\x02" for word in WORDS]
    assert [place for place, page in enumerate(pages) if not search_raw(page, "page")] == []


def test_nothing_is_found_where_nothing_was_planted() -> None:
    plain = b"kommunkod 0114, 2019-01-01, 8f14e45fceea167a5a36dedd4bea2543, 12 345,60 kr, leverans 9001, 070-175 00 00"
    assert search_bytes(plain, "text") == set()


def test_the_answer_never_tells_the_value() -> None:
    hits = search_bytes(SENTENCE.encode(), f"file {SENTENCE} {' '.join(notations(NUMBERS[1]))}")
    assert hits
    told = repr(hits).encode()
    assert search_bytes(told, "answer") == set()
    for word in (EMAIL, STREET, PHONE):
        assert search_bytes(word.encode(), "x")


def test_files_and_their_names_are_searched(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / f"{NAME}.txt").write_text("inget här", encoding="utf-8")
    (tmp_path / "a" / "bok.xlsx").write_bytes(_xlsx(notations(NUMBERS[2])[1]))
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "undantagen.txt").write_text(SENTENCE, encoding="utf-8")
    assert {hit.place.partition(" ")[0] for hit in search_tree(tmp_path, skip=(tmp_path / "b",))} == {"the", "file"}
    assert any("undantagen" in hit.place for hit in search_tree(tmp_path))


def test_every_table_is_searched(server: object, database: Database) -> None:
    name = str(database.owner.url.database)
    with database.owner.begin() as conn:
        conn.execute(text("CREATE SCHEMA udda"))
        conn.execute(text("CREATE TABLE udda.plats (a int, b jsonb, c bytea, d text[])"))
    url = database.owner.url.render_as_string(hide_password=False)
    assert search_databases(url, [name])[0] == set()
    for column, value in (
        ("b", f'{{"x": "{NAME}"}}'),
        ("c", zlib.compress(notations(NUMBERS[0])[2].encode())),
        ("d", [PHONE]),
    ):
        with database.owner.begin() as conn:
            conn.execute(text("TRUNCATE udda.plats"))
            conn.execute(text(f"INSERT INTO udda.plats ({column}) VALUES (:v)"), {"v": value})
        hits, read = search_databases(url, [name])
        assert {hit.place for hit in hits} == {f"{name}: udda.plats"}
    assert {f"{name}: mottagning.leverans", f"{name}: register.arende", f"{name}: udda.plats"} <= read


def test_the_servers_log_and_pages_are_searched(tmp_path: Path) -> None:
    word = f"slump-{uuid.uuid4().hex}"
    home = tmp_path / "pg"
    with EmbeddedPostgres(home, settings={"fsync": "off"}) as running:
        url = running.url("postgres", role="owner")
        conn = psycopg2.connect(url.replace("+psycopg2", ""))
        conn.autocommit = True
        with conn.cursor() as cursor:
            cursor.execute(f"DO $$BEGIN RAISE LOG '{word} %', '{notations(NUMBERS[3])[1]}'; END$$")
            cursor.execute("CREATE TABLE plats (a text)")
            cursor.execute("INSERT INTO plats VALUES (%s)", (notations(NUMBERS[1])[1],))
            cursor.execute("CHECKPOINT")
        conn.close()
        assert any(hit.kind == "number 3" for hit in search_bytes((home / "log").read_bytes(), "log"))
        hits, read = search_server(url)
        assert {hit.place for hit in hits} == {"postgres: public.plats"}
        assert "template1: pg_catalog.pg_statistic" in read
        for part in ("base", "pg_wal"):
            assert any(search_raw(p.read_bytes(), part) for p in (home / "data" / part).rglob("*") if p.is_file())
