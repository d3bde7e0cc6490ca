"""What nobody may do to a night or to another's delivery: with a note, a mapping, a sheet's name or a number."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from assets.receiving import receive
from assets.rereading import due
from assets.tables.counting import expected_years
from assets.workspace import Workspace
from tests.pipeline.helpers import case, deliver, everything_written, put, query, receipts, rules
from tests.pipeline.test_revisions import BRA, _bra

LATIN_NOTE = "avsandare: Socialtjänsten\nperiod: '2019'\n".encode("latin-1")
NUMBER = "189001019802"
MAPPING = "namn: prov\nversion: {version}\nfiler:\n  '*.xlsx':\n    tabeller: [arende]\n"


def test_a_note_in_another_encoding_costs_its_own_file_only(workspace: Workspace) -> None:
    put(workspace, [case()], name="bra.csv")
    path = put(workspace, [case(2)], name="gammal.csv", slip=None)
    path.with_name(path.name + ".foljesedel.yaml").write_bytes(LATIN_NOTE)
    with workspace.database.begin() as conn:
        assert 2019 in expected_years(conn, workspace.inbox)
    got = receive(workspace)
    assert got.stuck == []
    assert sorted(r.status for r in got.results) == ["avvisad", "godkand"]


@pytest.mark.parametrize("note", ["kalla: " + "[" * 5000, "kalla: " + "{a: " * 200 + "}" * 200, "a: 1\n" * 60_000])
def test_a_note_that_would_stall_the_reader_is_refused_at_once(workspace: Workspace, note: str) -> None:
    path = put(workspace, [case()], slip=None)
    path.with_name(path.name + ".foljesedel.yaml").write_text(note, encoding="utf-8")
    (result,) = receive(workspace).results
    assert [f.regel for f in result.faults] == ["foljesedel_fel"]


@pytest.mark.parametrize("said", [{"rattar": "9" * 5000}, {"rattar": "-1"}, {"urval": NUMBER}, {"period": "2019-9999"}])
def test_a_note_that_cannot_be_is_answered_and_leaves_nothing(workspace: Workspace, said: dict[str, str]) -> None:
    result = deliver(workspace, [case()], **said)
    assert result.status == "avvisad"
    assert list(workspace.inbox.iterdir()) == []
    assert NUMBER not in everything_written(workspace)
    assert NUMBER not in str(result)


def _workbook(path: Path, sheet: str, rows: list[dict[str, str]]) -> bytes:
    book = xlsxwriter.Workbook(str(path))
    page = book.add_worksheet(sheet)
    page.write_row(0, 0, list(rows[0]))
    for number, row in enumerate(rows, start=1):
        page.write_row(number, 0, list(row.values()))
    book.close()
    return path.read_bytes()


def test_a_sheets_name_is_not_repeated(make_workspace: Callable[..., Workspace], tmp_path: Path) -> None:
    mapping = tmp_path / "prov.yaml"
    mapping.write_text(MAPPING.format(version="1"), encoding="utf-8")
    ws = make_workspace(mappings={"prov": mapping})
    content = _workbook(tmp_path / "a.xlsx", f"Planteria {NUMBER}", [case(1), case(2, kon="x")])
    slip = {"mappning": "prov", "tabell": None, "kalla": None}
    result = deliver(ws, content, name="uttag.xlsx", **slip)
    assert [(f.regel, f.blad, f.rad, f.bokstav) for f in result.faults] == [("okand_kod", "blad 1", 3, "E")]
    assert NUMBER not in everything_written(ws)
    assert result.atersand  # the cell was found by the sheet's place


def test_a_name_of_a_file_closes_nobody_elses_faults(workspace: Workspace) -> None:
    deliver(workspace, [case(kon="x")], name="arenden.csv", namnd=None, avsandare=None)
    done = deliver(workspace, [case()], name="arenden.csv", namnd="0180")
    assert done.closed == ()


@pytest.mark.parametrize("second", [case(), case(kon="x")], ids=["accepted", "refused"])
def test_a_number_closes_nothing_of_another_sender(workspace: Workspace, second: dict[str, str]) -> None:
    deliver(workspace, [case(kon="y")], name="a.csv", avsandare="Jour A")
    done = deliver(workspace, [second], name="b.csv", avsandare="Jour B", rattar="1")
    assert done.closed == ()
    assert receipts(workspace, "rattad_av")[0] == (None,)


def test_refused_content_that_is_taken_in_waits_no_more(workspace: Workspace) -> None:
    assert rules(deliver(workspace, [case()], mappning="finns_inte"))
    done = deliver(workspace, [case()])
    assert done.closed == (1,)


def test_a_changed_mapping_and_a_new_correction_say_what_to_read_again(
    make_workspace: Callable[..., Workspace], tmp_path: Path
) -> None:
    mapping, rule = tmp_path / "prov.yaml", tmp_path / "fel.yaml"
    mapping.write_text("namn: prov\nversion: 1\n", encoding="utf-8")
    ws = make_workspace(mappings={"prov": mapping})
    deliver(ws, [case()], mappning="prov")
    deliver(ws, _bra({5036: 1}), name="b.csv", slip=BRA)

    def found(**changes: Any) -> tuple[Any, ...]:
        object.__setattr__(ws, "corrections", changes.get("corrections", ()))
        with ws.database.begin() as conn:
            now = due(ws, conn)
        return now.igen, now.inaktuella, now.trasig is not None

    assert found() == ((), (), False)
    mapping.write_text("namn: prov\nversion: 2\n", encoding="utf-8")
    assert found() == ((1,), (), False)
    rule.write_text(
        "- tabell: bra_brott\n  nyckel: {kommunkod: '2582', period: '2024', brott_id: '5036'}\n  kolumn: antal\n"
        "  gammalt_varde: 7\n  nytt_varde: 8\n  anledning: Påhittat fel\n  anmald_av: Kvalitetsenheten\n"
        "  datum: 2026-01-01\n",
        encoding="utf-8",
    )
    assert found(corrections=(rule,))[0] == (1, 2)
    deliver(ws, _bra({5036: 1}), name="b.csv", slip=BRA)
    assert found(corrections=(rule,)) == ((1,), (3,), False)
    rule.write_text("inte en lista", encoding="utf-8")
    assert found(corrections=(rule,))[2] is True
    kept = query(ws, "SELECT count(*) FROM mottagning.karantan WHERE regel = 'rattelse_inaktuell'")
    assert kept == [(1,)]
