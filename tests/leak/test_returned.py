"""The copy that goes back to a sender is the only file that may hold what it held, and it goes away."""

import io
import stat
import subprocess
import zipfile
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import openpyxl
import pytest

from assets.receiving import receive
from assets.returned import tidy
from assets.workspace import Workspace
from sources.forms.arbetsbok_form import write_register_form
from sources.marking import Mark, Unmarkable, mark
from tests.leak.planted import NAME, NUMBERS, SENTENCE, notations
from tests.leak.search import Hit, marked_copies, search_bytes, search_databases, search_tree

TODAY = date(2026, 2, 1)
CASE = {
    "arende_id": "A1",
    "person_id": NUMBERS[0],
    "roll": "valdsutsatt_vuxen",
    "vuxen": "ja",
    "kon": "kvinna",
    "hederskontext": "nej",
    "startdatum": "2025-03-01",
}


def _workbook(path: Path, **changes: str) -> bytes:
    """A register workbook with one case that holds and one with a name where a code should be."""
    tables = {"arende": [CASE, CASE | {"arende_id": "A2", "person_id": NUMBERS[3]} | changes]}
    stated = {"uttagsdatum": "2026-01-15", "period": "2025", "syntetisk": "ja"}
    write_register_form(path, kommun="0114", avsandare="Socialkontoret", tables=tables, stated=stated)
    return path.read_bytes()


def _elsewhere(ws: Workspace, *told: object) -> set[Hit]:
    """What is found anywhere but in the marked copies."""
    name = str(ws.database.owner.url.database)
    hits, read = search_databases(ws.database.owner.url.render_as_string(hide_password=False), [name])
    assert f"{name}: mottagning.karantan" in read
    hits |= search_tree(ws.home, marked_copies(ws.home))
    for words in told:
        hits |= search_bytes(f"{words!s} {words!r}".encode(), "words")
    return hits


def test_what_a_returned_workbook_holds_is_nowhere_else(
    workspace: Workspace,
    make_workspace: Callable[..., Workspace],
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(0)
    ws = workspace
    (ws.inbox / "bok.xlsx").write_bytes(_workbook(tmp_path / "bok.xlsx", kon=SENTENCE))
    got = receive(ws)
    assert [r.status for r in got.results] == ["delvis_godkand"]
    (copy,) = marked_copies(ws.home)
    # It is the sender's own file, so there it stands: the search would find it elsewhere too.
    assert {hit.kind for hit in search_bytes(copy.read_bytes(), "copy")} >= {"number 0", "number 3", "last name"}
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert stat.S_IMODE(ws.outbox.stat().st_mode) == 0o700
    out = capfd.readouterr()
    assert _elsewhere(ws, got, out.out, out.err, caplog.text) == set()
    # Our own words in it, and the list beside it, repeat nothing.
    book = openpyxl.load_workbook(io.BytesIO(copy.read_bytes()))
    ours = [str(cell.value) for row in book["Att rätta"] for cell in row]
    ours += [cell.comment.text for sheet in book for row in sheet.iter_rows() for cell in row if cell.comment]
    assert [word for word in ours if search_bytes(word.encode(), "words")] == []
    # Returned as it is and taken in again, then its time is up.
    (ws.inbox / copy.name).write_bytes(copy.read_bytes())
    assert receive(ws).stuck == []
    assert _elsewhere(ws) == set()
    assert tidy(make_workspace(today=TODAY + timedelta(days=ws.keep_returned_days))) == 1
    assert marked_copies(ws.home) == ()
    assert search_tree(ws.home) == set()


def test_when_its_faults_are_closed_nothing_is_left(workspace: Workspace, tmp_path: Path) -> None:
    ws = workspace
    (ws.inbox / "bok.xlsx").write_bytes(_workbook(tmp_path / "bok.xlsx", kon=SENTENCE))
    receive(ws)
    assert len(marked_copies(ws.home)) == 1
    (ws.inbox / "bok.xlsx").write_bytes(_workbook(tmp_path / "bok.xlsx"))
    got = receive(ws)
    assert [r.status for r in got.results] == ["godkand"]
    assert list(ws.outbox.iterdir()) == []
    assert search_tree(ws.home) == set()


def test_a_run_that_dies_while_it_marks_leaves_no_copy(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(0)
    ws = workspace

    def fails(*_args: object) -> None:
        raise OSError(28, SENTENCE, NUMBERS[0])

    (ws.inbox / "bok.xlsx").write_bytes(_workbook(tmp_path / "bok.xlsx", kon=SENTENCE))
    with monkeypatch.context() as patch:
        patch.setattr("assets.answers.write_private", fails)
        got = receive(ws)
    assert len(got.stuck) == 1
    (ws.inbox / "bok.xlsx").unlink()  # while it waits it is the sender's own file
    assert marked_copies(ws.home) == ()
    assert _elsewhere(ws, got, caplog.text) == set()


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/worksheets/sheet2.xml", "xl/styles.xml"])
def test_a_workbook_that_cannot_be_marked_says_nothing_of_what_it_holds(
    tmp_path: Path, part: str, capfd: pytest.CaptureFixture[str]
) -> None:
    content = _workbook(tmp_path / "bok.xlsx", kon=SENTENCE)
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            new.writestr(name, f"<{NAME}>{notations(NUMBERS[1])[1]}" if name == part else old.read(name))
    with pytest.raises(Unmarkable) as caught:
        mark(out.getvalue(), [Mark("f", "g", name, 3, "A") for name in ("Försättsblad", "Ärenden", "Läs mig")], 1)
    error = caught.value
    told = (str(error), repr(error), str(error.__cause__), *capfd.readouterr())
    assert [word for word in told if search_bytes(word.encode(), "words")] == []


def test_the_marking_child_gets_the_workbook_on_its_standard_input_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []
    run = subprocess.run

    def watching(command: list[str], **given: object) -> object:
        seen.append(f"{command} { {k: v for k, v in given.items() if k != 'input'} }")
        return run(command, **given)  # type: ignore[call-overload]

    monkeypatch.setattr("sources._child.subprocess.run", watching)
    mark(_workbook(tmp_path / "bok.xlsx", kon=SENTENCE), [Mark("f", "g", "Ärenden", 3, "A")], 1)
    assert seen
    assert search_bytes(" ".join(seen).encode(), "command") == set()
    assert [path.name for path in tmp_path.iterdir()] == ["bok.xlsx"]
