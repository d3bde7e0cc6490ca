"""The plain functions: every faulty delivery, and errors of the database, the contracts and the keys. No Dagster."""

import gzip
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from sqlalchemy import text

from assets.inbox import deliver
from assets.receiving import receive
from assets.workspace import Workspace
from pipelines.inbox import deliver_files
from pipelines.settings import Settings
from quality.validation import ContractBroken, judge
from tests.leak.faulty import CASE, _slip, csv, mappings, plant
from tests.leak.planted import NAME, NUMBERS, SENTENCE, notations
from tests.leak.search import Hit, marked_copies, search_bytes, search_databases, search_tree
from warehouse import load
from warehouse.contracts.base import typed
from warehouse.contracts.errors import KvinnofridError, UserError
from warehouse.contracts.register import Arende
from warehouse.database import WarehouseError

# By name, since pytest prints the parameters of a test that fails.
WHAT = {"number": NUMBERS[0], "sentence": SENTENCE, "yaml": f"kalla: [{SENTENCE}", "key": f"{NAME}: x"}
ERRORS = {
    "value": ValueError(SENTENCE),
    "key-error": KeyError(NAME),
    "os": OSError(2, SENTENCE, NUMBERS[0]),
    "decode": UnicodeDecodeError("utf-8", SENTENCE.encode(), 0, 1, NAME),
}


def _everything(ws: Workspace, *told: object) -> set[Hit]:
    """What is found in the warehouse, the home (marked copies are exempt; the inbox is to be empty) and the words."""
    name = str(ws.database.owner.url.database)
    hits, read = search_databases(ws.database.owner.url.render_as_string(hide_password=False), [name])
    assert f"{name}: mottagning.karantan" in read
    hits |= search_tree(ws.home, marked_copies(ws.home))
    for words in told:
        hits |= search_bytes(f"{words!s} {words!r}".encode(), "words")
    return hits


def _chain(error: BaseException) -> list[str]:
    """The error as a log would show it, with whatever it was raised from."""
    found = []
    following: BaseException | None = error
    while following is not None:
        found.append(f"{following} {following.args!r} {getattr(following, 'detail', '')}")
        following = following.__cause__ or (None if following.__suppress_context__ else following.__context__)
    return found


def test_every_faulty_delivery(
    make_workspace: Callable[..., Workspace],
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
    recwarn: pytest.WarningsRecorder,
) -> None:
    caplog.set_level(0)
    told: list[str] = []
    ws = make_workspace(mappings=mappings(tmp_path / "mappningar"))
    ws.journal.tell = told.append
    planted = plant(ws.inbox)
    got = receive(ws, told.append)
    assert (len(got.results), got.stuck) == (planted, [])
    # The paths were walked: some rows held, some were set aside, most files were refused, for many reasons.
    assert sum(r.rader_godkanda for r in got.results) >= 32
    assert sum(r.rader_karantan for r in got.results) >= 70
    rules = {fault.regel for r in got.results for fault in r.faults}
    assert rules >= {
        *(
            "identitet_i_fel_kolumn",
            "okand_kod",
            "datum_format",
            "form",
            "personnummer_kontrollsiffra",
            "teckenkodning",
        ),
        *("avkortad_fil", "fel_antal_falt", "filformat", "bladet_saknas", "far_inte_samlas_in", "dubbel_kolumn"),
        *(
            "mappning_saknas",
            "mappning_fel",
            "foljesedel_fel",
            "okand_kalla",
            "okand_kommun",
            "saknad_kolumn",
            "tom_fil",
        ),
        *("identitet_i_foljesedel", "bara_rubriker"),
    }
    assert list(ws.inbox.iterdir()) == []
    assert sum(1 for _ in (ws.home / "archive").rglob("*.enc")) == planted
    out = capfd.readouterr()
    assert _everything(ws, told, got, out.out, out.err, caplog.text, [str(w.message) for w in recwarn]) == set()


def test_the_same_search_finds_what_is_put_in_this_very_place(workspace: Workspace) -> None:
    assert _everything(workspace) == set()
    with workspace.database.owner.begin() as conn:
        conn.execute(text("UPDATE omvarld.kommun SET namn = :n WHERE kommunkod = '0114'"), {"n": NAME})
    (workspace.outbox / "leverans-1-fellista.csv.gz").write_bytes(gzip.compress(notations(NUMBERS[1])[1].encode()))
    hits = _everything(workspace, SENTENCE)
    places = {hit.place.rpartition(": ")[2] for hit in hits}
    assert places == {"omvarld.kommun", "file outbox/leverans-1-fellista.csv.gz", "words"}


def _frame(**values: Any) -> pd.DataFrame:
    """One case as it is loaded, with what a careless step may have left in it."""
    row = {
        "leverans_id": 1,
        "rad": 2,
        "namnd": "0114",
        "nyckelversion": 1,
        "arende_id": "a" * 32,
        "person_id": "b" * 32,
        "roll": "valdsutsatt_vuxen",
        "vuxen": "ja",
        "kon": "kvinna",
        "aldersgrupp": "26_40",
        "hederskontext": "nej",
        "startdatum": "2025-03-01",
    }
    return typed(Arende, pd.DataFrame([row | values]))


@pytest.mark.parametrize("column", ["person_id", "kon", "enhet", "valdstyp", "namnd"])
@pytest.mark.parametrize("what", ["number", "sentence"])
def test_a_constraint_of_the_database(
    workspace: Workspace, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture, column: str, what: str
) -> None:
    caplog.set_level(0)
    with pytest.raises(WarehouseError) as caught, workspace.database.begin() as conn:
        load.copy_in(conn, Arende, _frame(**{column: WHAT[what]}))
    out = capfd.readouterr()
    assert "SQLSTATE 23" in str(caught.value)
    assert _everything(workspace, *_chain(caught.value), out, caplog.text) == set()


def test_a_statement_that_fails_with_planted_parameters(workspace: Workspace) -> None:
    with pytest.raises(WarehouseError) as caught, workspace.database.begin() as conn:
        conn.execute(text("SELECT CAST(:v AS integer)"), {"v": SENTENCE})
    assert _everything(workspace, *_chain(caught.value)) == set()


def test_a_frame_that_breaks_its_contract_as_a_whole() -> None:
    for broken in (
        _frame().assign(**{NAME: SENTENCE}),  # a column too many, named after a person
        _frame(kon=SENTENCE).drop(columns=["enhet"]),
        _frame(person_id=NUMBERS[0]).assign(rad=SENTENCE),  # of the wrong type
    ):
        with pytest.raises(ContractBroken) as caught:
            judge(Arende, broken)
        assert [h for words in _chain(caught.value) for h in search_bytes(words.encode(), "words")] == []


def _plant_one(ws: Workspace) -> None:
    ws.make_folders()
    (ws.inbox / "a.csv").write_text(csv([CASE]), encoding="utf-8")
    (ws.inbox / "a.csv.foljesedel.yaml").write_text(_slip(tabell="arende"), encoding="utf-8")


@pytest.mark.parametrize("harm", ["missing", "other", "short", "open"])
def test_a_key_that_is_not_right(make_workspace: Callable[..., Workspace], harm: str) -> None:
    ws = make_workspace()
    _plant_one(ws)
    receive(ws)
    key = ws.home / "keys" / "master.key"
    if harm == "missing":
        key.unlink()
    elif harm == "open":
        key.chmod(0o644)
    else:
        key.write_bytes(os.urandom(32 if harm == "other" else 5))
    (ws.inbox / "b.csv").write_text(csv([CASE | {"arende_id": "A2"}]), encoding="utf-8")
    (ws.inbox / "b.csv.foljesedel.yaml").write_text(_slip(tabell="arende"), encoding="utf-8")
    with pytest.raises(UserError) as caught:
        receive(ws)
    waits = {"b.csv", "b.csv.foljesedel.yaml"}
    assert {p.name for p in ws.inbox.iterdir()} == waits
    found = {hit.place for hit in _everything(ws, *_chain(caught.value))}
    # Exempt: what still waits in the inbox is the sender's own file.
    assert {place for place in found if not place.startswith("file inbox/")} == set()


@pytest.mark.parametrize("what", ["value", "key-error", "os", "decode"])
def test_an_unexpected_error_while_a_file_is_taken_in(
    make_workspace: Callable[..., Workspace],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    what: str,
) -> None:
    caplog.set_level(0)
    ws = make_workspace()
    _plant_one(ws)

    def fails(*_args: object) -> None:
        raise ERRORS[what]

    monkeypatch.setattr("assets.intake.parse", fails)
    got = receive(ws)
    assert len(got.stuck) == 1
    monkeypatch.undo()
    assert receive(ws).results[0].status == "godkand"
    assert list(ws.inbox.iterdir()) == []
    assert _everything(ws, got, caplog.text) == set()


def test_delivering_a_file_with_a_telling_name(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    name = f"{NAME} {notations(NUMBERS[0])[1]}.csv"
    settings = Settings(home=tmp_path / "hem")
    settings.home.mkdir()
    with pytest.raises(UserError) as caught:
        deliver_files(settings, [tmp_path / name], {})
    (tmp_path / name).write_text("x", encoding="utf-8")
    names = deliver_files(settings, [tmp_path / name, tmp_path / name], {})
    assert len(names) == 2
    for words in (*_chain(caught.value), *names, *capfd.readouterr()):
        assert search_bytes(words.encode(), "words") == set()


@pytest.mark.parametrize("what", ["yaml", "key", "sentence"])
def test_delivering_with_a_faulty_note(tmp_path: Path, what: str) -> None:
    file = tmp_path / "a.csv"
    file.write_text("x", encoding="utf-8")
    file.with_name("a.csv.foljesedel.yaml").write_text(WHAT[what], encoding="utf-8")
    with pytest.raises(KvinnofridError) as caught:
        deliver(tmp_path, file, {})
    assert [h for words in _chain(caught.value) for h in search_bytes(words.encode(), "words")] == []
