"""Encrypted originals: tampering, wrong keys and lost files first; then keeping, reading and removing on time."""

import hashlib
import os
import shutil
import stat
from datetime import date, timedelta
from pathlib import Path

import pytest

from warehouse.contracts.errors import KvinnofridError, UserError
from warehouse.originals import OriginalDamaged, OriginalMissing, OriginalStore

KEY = bytes(range(32))
CONTENT = b"person_id;vag\n900101-9802;polis\n"
RECEIVED = date(2019, 12, 1)


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


SHA = digest(CONTENT)


@pytest.fixture
def store(tmp_path: Path) -> OriginalStore:
    return OriginalStore(tmp_path / "archive", KEY)


@pytest.fixture
def kept(store: OriginalStore) -> Path:
    return store.keep(CONTENT, SHA, RECEIVED, 30)


def flip(path: Path, place: int) -> None:
    whole = bytearray(path.read_bytes())
    whole[place] ^= 1
    path.write_bytes(bytes(whole))


def test_every_changed_byte_is_noticed(store: OriginalStore, kept: Path) -> None:
    whole = kept.read_bytes()
    for place in range(len(whole)):
        kept.write_bytes(whole)
        flip(kept, place)
        with pytest.raises(OriginalDamaged, match=SHA):
            store.read(SHA)


def test_a_moved_removal_date_is_noticed_without_reading_the_content(store: OriginalStore, kept: Path) -> None:
    kept.write_bytes(kept.read_bytes().replace(b"2019-12-31", b"2099-12-31"))
    with pytest.raises(OriginalDamaged):
        store.removal_date(SHA)
    with pytest.raises(OriginalDamaged, match="1 original ") as error:
        store.remove_due(date(2020, 1, 1))
    assert error.value.removed == ()
    assert kept.exists()


@pytest.mark.parametrize("size", [0, 3, 26, 57, 58, 70])
def test_a_truncated_original_is_noticed(store: OriginalStore, kept: Path, size: int) -> None:
    kept.write_bytes(kept.read_bytes()[:size])
    with pytest.raises(OriginalDamaged):
        store.read(SHA)


def test_one_original_cannot_stand_for_another(store: OriginalStore, kept: Path) -> None:
    other = store.keep(b"another", digest(b"another"), RECEIVED, 30)
    shutil.copy(other, kept)
    with pytest.raises(OriginalDamaged):
        store.read(SHA)
    with pytest.raises(OriginalDamaged):
        store.removal_date(SHA)


def test_the_wrong_key_is_a_clear_error_without_content(store: OriginalStore, kept: Path) -> None:
    wrong = OriginalStore(store.folder, KEY[::-1])
    for use in (
        lambda: wrong.read(SHA),
        lambda: wrong.removal_date(SHA),
        lambda: wrong.keep(CONTENT, SHA, RECEIVED, 30),
    ):
        with pytest.raises(KvinnofridError, match="annan nyckel") as error:
            use()
        assert "9802" not in str(error.value)
        assert error.value.__cause__ is None
    assert store.read(SHA) == CONTENT


def test_what_is_damaged_does_not_keep_the_rest_from_being_removed(store: OriginalStore, kept: Path) -> None:
    others = [digest(bytes([n])) for n in range(4)]
    for n, sha256 in enumerate(others):
        store.keep(bytes([n]), sha256, RECEIVED, 10)
    flip(kept, 10)
    with pytest.raises(OriginalDamaged) as error:
        store.remove_due(date(2020, 1, 1))
    assert sorted(error.value.removed) == sorted(others)
    assert list(store.folder.rglob("*.enc")) == [kept]


def test_what_is_not_kept_is_said_to_be_missing(store: OriginalStore) -> None:
    for use in (store.read, store.removal_date):
        with pytest.raises(OriginalMissing, match=SHA):
            use(SHA)


@pytest.mark.parametrize("sha256", ["", "../../etc/passwd", SHA.upper(), SHA[:-1], f"{SHA}\n"])
def test_only_a_hash_is_a_name(store: OriginalStore, sha256: str) -> None:
    for use in (store.read, store.removal_date, lambda name: store.keep(CONTENT, name, RECEIVED, 30)):
        with pytest.raises(ValueError, match="SHA-256"):
            use(sha256)


def test_a_hash_of_something_else_is_refused(store: OriginalStore) -> None:
    with pytest.raises(ValueError, match="hash"):
        store.keep(CONTENT, digest(b"another"), RECEIVED, 30)
    assert not store.folder.exists()


@pytest.mark.parametrize("days", [-1, 10**9])
def test_an_impossible_time_is_refused(store: OriginalStore, days: int) -> None:
    with pytest.raises(UserError, match="Antalet dagar"):
        store.keep(CONTENT, SHA, RECEIVED, days)
    assert not store.folder.exists()


def test_a_key_of_the_wrong_size_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        OriginalStore(tmp_path, b"short")


def test_a_folder_that_cannot_be_written_is_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / "archive").touch()
    with pytest.raises(UserError, match="kan inte sparas"):
        OriginalStore(tmp_path / "archive", KEY).keep(CONTENT, SHA, RECEIVED, 30)


def test_an_interrupted_write_leaves_nothing_that_counts(store: OriginalStore, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(UserError, match="No space left"):
            store.keep(CONTENT, SHA, RECEIVED, 30)
    assert [path for path in store.folder.rglob("*") if path.is_file()] == []
    store.keep(CONTENT, SHA, RECEIVED, 30)
    assert store.read(SHA) == CONTENT


def test_drafts_of_killed_processes_are_removed_after_a_day(store: OriginalStore, kept: Path) -> None:
    old, new = kept.parent / ".a.tmp", kept.parent / ".b.tmp"
    old.write_bytes(b"half")
    new.write_bytes(b"half")
    os.utime(old, (0, 0))
    assert store.remove_due(date(2019, 12, 2)) == []
    assert not old.exists()
    assert new.exists()
    assert kept.exists()


def test_content_comes_back_and_does_not_stand_in_the_file(store: OriginalStore, kept: Path) -> None:
    assert kept == store.folder / SHA[:2] / f"{SHA}.enc"
    assert store.read(SHA) == CONTENT
    assert b"9802" not in kept.read_bytes()
    assert [path.name for path in kept.parent.iterdir()] == [kept.name]
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert {stat.S_IMODE(path.stat().st_mode) for path in (kept.parent, store.folder)} == {0o700}


def test_an_empty_file_is_kept_too(store: OriginalStore) -> None:
    store.keep(b"", digest(b""), RECEIVED, 1)
    assert store.read(digest(b"")) == b""


def test_keeping_again_with_an_earlier_removal_date_changes_nothing(store: OriginalStore, kept: Path) -> None:
    before = kept.read_bytes()
    assert store.keep(CONTENT, SHA, date(2019, 1, 1), 1) == kept
    assert kept.read_bytes() == before
    assert store.removal_date(SHA) == date(2019, 12, 31)


def test_what_was_refused_first_and_accepted_later_is_kept_as_accepted(store: OriginalStore, kept: Path) -> None:
    assert store.keep(CONTENT, SHA, date(2020, 6, 1), 999) == kept
    assert store.removal_date(SHA) == date(2020, 6, 1) + timedelta(days=999)
    assert store.read(SHA) == CONTENT


def test_equal_content_is_not_seen_in_the_cipher_text(tmp_path: Path) -> None:
    paths = [OriginalStore(tmp_path / name, KEY).keep(CONTENT, SHA, RECEIVED, 30) for name in "ab"]
    assert paths[0].read_bytes() != paths[1].read_bytes()


def test_originals_are_removed_on_their_day_and_not_before(store: OriginalStore, kept: Path) -> None:
    later = digest(b"later")
    store.keep(b"later", later, RECEIVED, 31)
    assert store.remove_due(date(2019, 12, 30)) == []
    assert store.remove_due(date(2019, 12, 31)) == [SHA]
    assert store.remove_due(date(2019, 12, 31)) == []
    assert store.read(later) == b"later"
    with pytest.raises(OriginalMissing):
        store.read(SHA)


def test_nothing_to_remove_where_nothing_was_kept(store: OriginalStore) -> None:
    assert store.remove_due(date(2030, 1, 1)) == []
    assert not store.folder.exists()
