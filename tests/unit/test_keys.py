"""Keys: lost, damaged, exposed and wrong ones first; then making them, and one per nämnd."""

import stat
import subprocess
import sys
from pathlib import Path

import pytest

from quality.keys import MASTER, ORIGINAL, KeyDamaged, KeyExposed, KeyMismatch, KeyMissing, Keyring
from warehouse.contracts.errors import KvinnofridError, UserError

NAMND = "0114-socialnamnden"


@pytest.fixture
def keyring(tmp_path: Path) -> Keyring:
    made = Keyring(tmp_path / "keys")
    made.ensure()
    return made


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.parametrize("name", [MASTER, ORIGINAL])
def test_a_lost_key_is_never_replaced_when_data_depend_on_it(keyring: Keyring, name: str) -> None:
    (keyring.folder / name).unlink()
    with pytest.raises(KeyMissing) as error:
        keyring.ensure(must_exist=True)
    assert str(keyring.folder / name) in str(error.value)
    assert "backup" in str(error.value)
    assert not (keyring.folder / name).exists()


def test_a_lost_folder_is_never_replaced_when_data_depend_on_it(tmp_path: Path) -> None:
    with pytest.raises(KeyMissing):
        Keyring(tmp_path / "keys").ensure(must_exist=True)
    assert not (tmp_path / "keys").exists()


def test_reading_makes_no_key(tmp_path: Path) -> None:
    keyring = Keyring(tmp_path / "keys")
    for read in (lambda: keyring.pseudonym_key(NAMND), keyring.original_key, lambda: keyring.check_value(NAMND)):
        with pytest.raises(KeyMissing):
            read()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("content", [b"", b"short", bytes(33)])
def test_a_damaged_key_is_refused_and_left_as_it_is(keyring: Keyring, content: bytes) -> None:
    (keyring.folder / MASTER).write_bytes(content)
    for use in (keyring.ensure, lambda: keyring.ensure(must_exist=True), lambda: keyring.pseudonym_key(NAMND)):
        with pytest.raises(KeyDamaged, match=MASTER):
            use()
    assert (keyring.folder / MASTER).read_bytes() == content


@pytest.mark.parametrize("rights", [0o640, 0o604, 0o660, 0o644])
def test_a_key_that_others_reach_is_refused(keyring: Keyring, rights: int) -> None:
    (keyring.folder / MASTER).chmod(rights)
    for use in (keyring.ensure, lambda: keyring.pseudonym_key(NAMND)):
        with pytest.raises(KeyExposed, match="chmod 600"):
            use()
    (keyring.folder / MASTER).chmod(0o600)
    keyring.ensure()


@pytest.mark.parametrize("rights", [0o750, 0o705, 0o777])
def test_a_folder_that_others_reach_is_refused(tmp_path: Path, rights: int) -> None:
    folder = tmp_path / "keys"
    folder.mkdir()
    folder.chmod(rights)
    with pytest.raises(KeyExposed, match="chmod 700"):
        Keyring(folder).ensure()
    assert list(folder.iterdir()) == []


def test_a_folder_that_cannot_be_made_is_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(UserError, match="Nycklarna kan inte skrivas"):
        Keyring(tmp_path / "file" / "keys").ensure()


def test_the_wrong_key_is_known_by_the_stored_check_value(keyring: Keyring, tmp_path: Path) -> None:
    other = Keyring(tmp_path / "other")
    other.ensure()
    stored = keyring.check_value(NAMND)
    with pytest.raises(KeyMismatch, match="backup"):
        other.require(NAMND, 1, stored)
    with pytest.raises(KeyMismatch):
        keyring.require(NAMND, 2, stored)
    with pytest.raises(KeyMismatch):
        keyring.require(NAMND, 1, "å")
    keyring.require(NAMND, 1, stored)


@pytest.mark.parametrize(("namnd", "version"), [("", 1), ("  ", 1), (NAMND, 0)])
def test_a_key_belongs_to_a_named_namnd_and_a_version(keyring: Keyring, namnd: str, version: int) -> None:
    with pytest.raises(ValueError, match="named nämnd"):
        keyring.pseudonym_key(namnd, version)


def test_errors_are_safe_to_show_and_hold_no_key(keyring: Keyring) -> None:
    key = (keyring.folder / MASTER).read_bytes()
    (keyring.folder / MASTER).write_bytes(key + b"x")
    with pytest.raises(KvinnofridError) as error:
        keyring.ensure()
    assert key.hex() not in str(error.value) + repr(error.value)
    assert repr(key) not in str(error.value) + repr(error.value)


def test_keys_are_made_once_with_tight_rights_and_nothing_left_over(keyring: Keyring) -> None:
    first = {path.name: path.read_bytes() for path in keyring.folder.iterdir()}
    assert set(first) == {MASTER, ORIGINAL}
    assert {len(key) for key in first.values()} == {32}
    assert first[MASTER] != first[ORIGINAL]
    assert mode(keyring.folder) == 0o700
    assert {mode(path) for path in keyring.folder.iterdir()} == {0o600}
    keyring.ensure()
    keyring.ensure(must_exist=True)
    assert {path.name: path.read_bytes() for path in keyring.folder.iterdir()} == first


def test_a_lost_original_key_leaves_pseudonyms_as_they_are(keyring: Keyring) -> None:
    before = keyring.check_value(NAMND)
    (keyring.folder / ORIGINAL).unlink()
    keyring.ensure()
    assert keyring.check_value(NAMND) == before


def test_no_two_namnder_or_versions_share_a_key(keyring: Keyring) -> None:
    names = [("1", 1), ("11", 1), ("1", 11), ("1\x001", 1), (NAMND, 1), (NAMND, 2), ("0115-socialnamnden", 1)]
    keys = [keyring.pseudonym_key(*name) for name in names]
    assert len({*keys, keyring.original_key(), (keyring.folder / MASTER).read_bytes()}) == len(names) + 2
    assert {len(key) for key in keys} == {32}
    assert len({keyring.check_value(*name) for name in names}) == len(names)
    assert keyring.check_value(NAMND) not in keyring.pseudonym_key(NAMND).hex()


def test_keys_come_again_from_the_same_files(keyring: Keyring) -> None:
    again = Keyring(keyring.folder)
    assert again.pseudonym_key(NAMND) == keyring.pseudonym_key(NAMND)
    assert again.pseudonym_key("Nämnd") == keyring.pseudonym_key(" Na\u0308mnd ")
    assert again.original_key() == keyring.original_key()


def test_several_processes_at_once_get_the_same_keys(tmp_path: Path) -> None:
    # All wait for the starting file, so that they create at the same time.
    code = (
        "import sys, time; from pathlib import Path; from quality.keys import Keyring\n"
        "home = Path(sys.argv[1]); (home / f'ready{sys.argv[2]}').touch()\n"
        "while not (home / 'go').exists(): time.sleep(0.001)\n"
        "ring = Keyring(home / 'keys'); ring.ensure()\n"
        "print(ring.check_value('0114'), len(ring.original_key()))"
    )
    root = Path(__file__).parents[2]
    workers = [
        subprocess.Popen(
            [sys.executable, "-c", code, str(tmp_path), str(n)], cwd=root, stdout=subprocess.PIPE, text=True
        )
        for n in range(6)
    ]
    while len(list(tmp_path.glob("ready*"))) < len(workers):
        assert all(worker.poll() is None for worker in workers)
    (tmp_path / "go").touch()
    outputs = {worker.communicate(timeout=60)[0] for worker in workers}
    assert outputs == {f"{Keyring(tmp_path / 'keys').check_value('0114')} 32\n"}
    assert sorted(path.name for path in (tmp_path / "keys").iterdir()) == [MASTER, ORIGINAL]
