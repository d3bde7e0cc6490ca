"""A report's folder: whole or not at all, and nothing of anybody else's is ever taken away."""

import errno
import fcntl
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from assets.report import mapp as of
from assets.report.mapp import LISTA, ny_mapp, ratt_plats, whose
from assets.report.skriv import format_av
from warehouse.contracts.errors import UserError

OURS = "Exempelköping, öppna handlingar"


def write(folder: Path, text: str, vems: str = OURS, **more: Any) -> None:
    with ny_mapp(folder, vems, **more) as new:
        (new / "webb").mkdir()
        (new / "webb" / "index.html").write_text(text)
        (new / "rapport.pdf").write_text(text)


def left(folder: Path) -> dict[str, str]:
    """All that lies in the folder where the report stands, by name, without the lists."""
    return {
        path.relative_to(folder.parent).as_posix(): path.read_text()
        for path in sorted(folder.parent.rglob("*"))
        if path.is_file() and path.name != LISTA
    }


def beside(folder: Path) -> list[str]:
    return [path.name for path in folder.parent.iterdir()]


def whole(folder: Path, text: str) -> dict[str, str]:
    return {f"{folder.name}/rapport.pdf": text, f"{folder.name}/webb/index.html": text}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "ut" / "0580-2025-U3"


def test_what_is_written_takes_the_place_of_the_earlier_and_can_be_checked(folder: Path) -> None:
    write(folder, "ett")
    write(folder, "två")
    assert left(folder) == whole(folder, "två")
    assert beside(folder) == [folder.name]
    subprocess.run(["sha256sum", "--check", "--strict", LISTA], cwd=folder, check=True, capture_output=True)
    (folder / "rapport.pdf").write_text("annat")
    assert subprocess.run(["sha256sum", "-c", LISTA], cwd=folder, check=False, capture_output=True).returncode == 1


def test_the_same_report_gives_the_same_list(folder: Path) -> None:
    write(folder, "ett")
    first = (folder / LISTA).read_bytes()
    write(folder, "ett")
    assert (folder / LISTA).read_bytes() == first


@pytest.mark.parametrize(("kind", "oppen"), [("sekretess", True), ("rapport", False)])
def test_a_report_never_stands_among_those_of_the_other_kind(kind: str, oppen: bool, tmp_path: Path) -> None:
    reports = tmp_path / "reports"
    (reports / kind).mkdir(parents=True)
    (tmp_path / "genväg").symlink_to(reports / kind)
    own = "rapport" if oppen else "sekretess"
    for there in (
        reports / kind, reports / kind / "egen", reports / own / ".." / kind / "egen", tmp_path / "genväg" / "a" / "b"
    ):  # fmt: skip
        with pytest.raises(UserError, match="Välj en annan mapp med --ut"):
            ratt_plats(there, reports, oppen=oppen)
    for there in (reports / own / "egen", tmp_path / "ut", tmp_path / kind):
        ratt_plats(there, reports, oppen=oppen)


@pytest.mark.parametrize("said", ["webb", "html", "WEBB , html", "webb,"])
def test_web_pages_have_two_names(said: str) -> None:
    assert format_av(said) == ("html",)


class Stop(BaseException):
    """Whatever ends a process."""


def steps(monkeypatch: pytest.MonkeyPatch, at: int) -> Callable[[], int]:
    """Let the ``at``-th thing that is done to the disk fail; tells how many were done."""
    done = 0

    def counted(real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*words: Any, **more: Any) -> Any:
            nonlocal done
            done += 1
            if done == at:
                raise Stop
            return real(*words, **more)

        return call

    for owner, name in ((Path, "rename"), (Path, "mkdir"), (Path, "write_text"), (Path, "unlink"), (Path, "rmdir"),
                        (shutil, "rmtree"), (of, "_digest")):  # fmt: skip
        monkeypatch.setattr(owner, name, counted(getattr(owner, name)))
    return lambda: done


@contextmanager
def stopped(at: int) -> Iterator[Callable[[], int]]:
    with pytest.MonkeyPatch.context() as patch:
        yield steps(patch, at)


def test_interrupted_at_any_step_it_is_the_old_one_or_the_new_one(folder: Path) -> None:
    write(folder, "ett")
    with stopped(0) as done:
        write(folder, "två")
        total = done()
    assert total > 10
    write(folder, "ett")
    seen = set()
    for at in range(1, total + 1):
        with stopped(at), suppress(Stop):
            write(folder, "två")
        there = {name: text for name, text in left(folder).items() if name.startswith(f"{folder.name}/")}
        assert there in (whole(folder, "ett"), whole(folder, "två")), at
        seen.add(there[f"{folder.name}/rapport.pdf"])
        write(folder, "ett")
        assert left(folder) == whole(folder, "ett"), at
        assert beside(folder) == [folder.name], at
    assert seen == {"ett", "två"}


@pytest.mark.parametrize("what", ["part", "gammal"])
def test_what_a_killed_run_left_is_tidied(folder: Path, what: str) -> None:
    write(folder, "ett")
    shutil.copytree(folder, folder.with_name(f"{folder.name}.{what}"))
    (folder.with_name(f"{folder.name}.{what}") / "rapport.pdf").unlink()
    write(folder, "två")
    assert left(folder) == whole(folder, "två")
    assert beside(folder) == [folder.name]


def test_a_run_that_died_between_the_renamings_lost_nothing(folder: Path) -> None:
    write(folder, "ett")
    folder.rename(folder.with_name(f"{folder.name}.gammal"))
    with pytest.raises(RuntimeError), ny_mapp(folder, OURS):
        raise RuntimeError
    assert left(folder) == whole(folder, "ett")


@pytest.mark.parametrize("name", ["anteckningar.txt", "webb/egen.html"])
def test_a_report_with_somebodys_own_file_in_it_is_not_replaced(folder: Path, name: str) -> None:
    write(folder, "ett")
    (folder / name).write_text("mitt eget")
    with pytest.raises(UserError, match="1 fil är ny") as told:
        write(folder, "två")
    assert "anteckningar" not in str(told.value)
    assert (folder / name).read_text() == "mitt eget"
    assert (folder / "rapport.pdf").read_text() == "ett"


def test_a_report_that_somebody_has_worked_on_is_not_replaced(folder: Path) -> None:
    write(folder, "ett")
    (folder / "rapport.pdf").write_text("ett, med mina ändringar")
    with pytest.raises(UserError, match="1 fil har ändrats"):
        write(folder, "två")
    assert (folder / "rapport.pdf").read_text() == "ett, med mina ändringar"


def test_files_that_systems_lay_in_folders_are_nobodys_work(folder: Path) -> None:
    write(folder, "ett")
    (folder / ".DS_Store").write_text("")
    (folder / "rapport.pdf").unlink()
    write(folder, "två")
    assert left(folder) == whole(folder, "två")


def test_a_folder_with_something_else_in_it_is_left_alone(folder: Path) -> None:
    folder.mkdir(parents=True)
    (folder / "viktigt.txt").write_text("mitt eget")
    with pytest.raises(UserError, match="inte tom"):
        write(folder, "två")
    assert left(folder) == {f"{folder.name}/viktigt.txt": "mitt eget"}
    other = folder.with_name("annan")
    other.with_name("annan.part").mkdir()
    (other.with_name("annan.part") / "mitt.txt").write_text("mitt eget")
    with pytest.raises(UserError, match="annat än en halv rapport"):
        write(other, "två")
    assert (other.with_name("annan.part") / "mitt.txt").read_text() == "mitt eget"


def test_the_whole_disk_is_no_folder_for_a_report() -> None:
    with pytest.raises(UserError, match="hela disken"):
        write(Path("/"), "ett")


def test_an_empty_folder_is_used(folder: Path) -> None:
    folder.mkdir(parents=True)
    write(folder, "ett")
    assert left(folder) == whole(folder, "ett")


def test_another_kind_of_report_is_never_put_in_the_same_folder_or_inside(folder: Path) -> None:
    write(folder, "öppet")
    closed = "Exempelköping, inom sekretess"
    with pytest.raises(UserError, match="en annan rapport"):
        write(folder, "hemligt", closed)
    with pytest.raises(UserError, match="själv en rapport"):
        write(folder / "webb" / "bilaga", "hemligt", closed)
    assert left(folder) == whole(folder, "öppet")
    assert whose(folder) == OURS
    assert whose(folder.parent) is None


def test_a_closed_report_is_closed_to_others_on_the_machine(folder: Path) -> None:
    write(folder, "hemligt", sluten=True)
    assert folder.stat().st_mode & 0o077 == 0


def test_the_second_of_two_at_once_is_told_so(folder: Path) -> None:
    write(folder, "ett")
    with ny_mapp(folder, OURS) as new:
        with pytest.raises(UserError, match="En annan körning"):
            write(folder, "två")
        (new / "rapport.pdf").write_text("ett till")
    assert left(folder) == {f"{folder.name}/rapport.pdf": "ett till"}
    write(folder, "två")
    assert left(folder) == whole(folder, "två")


def test_a_lock_on_a_folder_that_was_moved_meanwhile_is_none(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The other process finished between our opening of the folder and our lock."""
    real = fcntl.flock

    def late(held: int, how: int) -> None:
        folder.with_name(f"{folder.name}.part").rmdir()
        real(held, how)

    monkeypatch.setattr(fcntl, "flock", late)
    with pytest.raises(UserError, match="En annan körning"):
        write(folder, "två")


@pytest.mark.parametrize(
    ("number", "told"),
    [
        (errno.ENOSPC, "disken är full"),
        (errno.EDQUOT, "disken är full"),
        (errno.EROFS, "får inte skrivas"),
        (errno.EACCES, "får inte skrivas"),
        (errno.EIO, "systemet säger"),
    ],
)
def test_what_the_disk_says_is_told_in_swedish(folder: Path, number: int, told: str) -> None:
    write(folder, "ett")

    def failing() -> None:
        with ny_mapp(folder, OURS) as new:
            (new / "rapport.pdf").write_text("två")
            raise OSError(number, os.strerror(number), "hemligt namn")

    with pytest.raises(UserError, match=told) as error:
        failing()
    assert "hemligt namn" not in str(error.value)
    assert "är kvar" in str(error.value)
    assert left(folder) == whole(folder, "ett")


def test_a_file_in_the_way_is_told(folder: Path) -> None:
    folder.parent.write_text("en fil")
    with pytest.raises(UserError, match="en fil står i vägen"):
        write(folder, "ett")
    target = folder.parent.with_name("fil")
    target.write_text("en fil")
    with pytest.raises(UserError, match="ingen mapp"):
        write(target, "ett")
    assert target.read_text() == "en fil"
    link = folder.parent.with_name("lank")
    link.symlink_to(target.parent)
    with pytest.raises(UserError, match="ingen mapp"):
        write(link, "ett")
