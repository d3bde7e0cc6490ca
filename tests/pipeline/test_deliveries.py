"""One delivery at a time, through the inbox: what is refused and why, what goes to quarantine, what is kept."""

import csv
import hashlib
import shutil
import threading
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from assets import inbox, receiving
from assets.intake import take_in
from assets.receiving import receive
from assets.workspace import Workspace
from sources.iop import write_form
from sources.synthetic import Plan
from sources.synthetic.forms import write_workbook
from tests.pipeline.helpers import (
    SLIP,
    case,
    deliver,
    everything_written,
    fault_list,
    insats,
    pnr,
    put,
    query,
    receipts,
    rows_now,
    rules,
    starts,
    stored,
    table_text,
    take,
)
from warehouse.contracts.codes import CODES
from warehouse.contracts.errors import UserError
from warehouse.contracts.faults import RULES
from warehouse.database import Database, WarehouseError
from warehouse.originals import OriginalMissing

EXAMPLES = Path(__file__).parents[2] / "examples"
GOOD = table_text([case(1), case(2)])
HEADERS = GOOD.partition("\n")[0]
MAPPING = """\
namn: testkommun
version: "3"
tabeller:
  arende:
    kolumner: {person_id: Personnr}
"""


def copy_example(ws: Workspace, name: str) -> None:
    for file in (name, f"{name}.foljesedel.yaml"):
        shutil.copy(EXAMPLES / file, ws.inbox / file)


# --- whole files that cannot be taken in


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        (b"", "tom_fil"),
        (b"\xef\xbb\xbf", "tom_fil"),
        (b"\r\n ;;\r\n", "tom_fil"),
        (HEADERS.encode(), "bara_rubriker"),
        (f"{HEADERS}\n;;;;;;;\n".encode(), "bara_rubriker"),
        (GOOD[:-20].encode(), "avkortad_fil"),
        (f'{GOOD}A3;"{pnr()}'.encode(), "avkortad_fil"),
        (GOOD.replace("nej", "nåj").encode() + b"A\xc3", "avkortad_fil"),
        (GOOD.replace("nej", "nåj").encode("utf-16-be"), "teckenkodning"),
        (GOOD.encode() + b"\x81\x9d\n", "teckenkodning"),
        (GOOD.encode() + b"\x00\n", "teckenkodning"),
        (b"PK\x03\x04" + GOOD.encode(), "filformat"),
        (GOOD.replace("kon;", "").replace("kvinna;", "").encode(), "saknad_kolumn"),
        (GOOD.replace("vuxen;", "Kon;").encode(), "dubbel_kolumn"),
    ],
)
def test_an_unreadable_file_is_refused_with_the_reason(workspace: Workspace, content: bytes, rule: str) -> None:
    result = deliver(workspace, content)
    assert (result.status, result.andring) == ("avvisad", "avvisad")
    assert rules(result)[0][0] == rule
    assert receipts(workspace, "status, rader_lasta, sha256") == [("avvisad", 0, hashlib.sha256(content).hexdigest())]
    assert stored(workspace) == 0
    assert fault_list(workspace, result)[0]["Vad som är fel"].partition("{")[0] in {
        RULES[rule].fel,
        RULES[rule].fel.format(kolumn="kon"),
        RULES[rule].fel.format(kolumn="kolumn E"),
    }


@pytest.mark.parametrize("missing", ["avsandare", "uttagsdatum", "omfang", "namnd", "period"])
def test_an_incomplete_delivery_note_names_what_is_missing(workspace: Workspace, missing: str) -> None:
    result = deliver(workspace, GOOD, **{missing: None})
    assert rules(result) == [("foljesedel_saknas", None, missing)]
    assert missing in fault_list(workspace, result)[0]["Vad som är fel"]
    assert stored(workspace) == 0


def test_no_delivery_note_at_all_names_all_that_is_missing(workspace: Workspace) -> None:
    result = deliver(workspace, GOOD, slip=None)
    assert {column for rule, _, column in rules(result) if rule == "foljesedel_saknas"} == {
        "namnd",
        "avsandare",
        "uttagsdatum",
        "omfang",
    }
    assert receipts(workspace, "tabell, namnd, status") == [("arende", None, "avvisad")]


@pytest.mark.parametrize(
    ("stated", "rule"),
    [
        ({"uttagsdatum": "2020-02-30"}, ("foljesedel_fel", None, "uttagsdatum")),
        ({"uttagsdatum": "i förrgår"}, ("foljesedel_fel", None, "uttagsdatum")),
        ({"uttagsdatum": "2026-02-02"}, ("foljesedel_fel", None, "uttagsdatum")),
        ({"omfang": "allt"}, ("foljesedel_fel", None, "omfang")),
        ({"period": "2019-2018"}, ("foljesedel_fel", None, "period")),
        ({"period": "2021"}, ("foljesedel_fel", None, "period")),
        ({"namnd": "9999"}, ("okand_kommun", None, "namnd")),
        ({"namnd": "0000"}, ("okand_kommun", None, "namnd")),
        ({"mappning": "finns_inte"}, ("mappning_saknas", None, "mappning")),
        ({"tabell": "finns_inte"}, ("foljesedel_fel", None, "tabell")),
    ],
)
def test_a_wrong_delivery_note_is_refused(
    workspace: Workspace, stated: dict[str, str], rule: tuple[str, None, str]
) -> None:
    result = deliver(workspace, GOOD, **stated)
    assert rules(result) == [rule]
    assert stored(workspace) == 0


@pytest.mark.parametrize("key", ["avsandare", "dnr", "rattslig_grund"])
def test_a_delivery_note_that_points_to_a_person_is_refused(workspace: Workspace, key: str) -> None:
    number = pnr("19680912")
    result = deliver(workspace, GOOD, **{key: f"Handläggare {number}"})
    assert rules(result) == [("identitet_i_foljesedel", None, key)]
    assert number not in everything_written(workspace)
    assert number[2:] not in str(result)


def test_the_refused_file_may_be_tried_again_with_a_corrected_note(workspace: Workspace) -> None:
    assert deliver(workspace, GOOD, uttagsdatum=None).status == "avvisad"
    assert deliver(workspace, GOOD, namnd="9999").status == "avvisad"
    result = deliver(workspace, GOOD)
    assert (result.status, result.rader_godkanda) == ("godkand", 2)
    assert receipts(workspace) == [("avvisad",), ("avvisad",), ("godkand",)]


@pytest.mark.parametrize(
    "header", ["Personens namn", "födelsedatum", "Religion", "adress", "FRITEXT", "garningsmannens_personnummer"]
)
def test_a_column_that_may_not_be_collected_refuses_the_file(workspace: Workspace, header: str) -> None:
    result = deliver(workspace, [case(1) | {header: "uppgiften"}])
    assert rules(result) == [("far_inte_samlas_in", 1, "kolumn I")]
    assert stored(workspace) == 0
    assert "uppgiften" not in everything_written(workspace)


def test_a_file_that_lacks_columns_is_also_told_what_may_not_be_collected(workspace: Workspace, tmp_path: Path) -> None:
    result = deliver(workspace, f"arende_id;namn\nA1;{pnr()}\n")
    assert rules(result)[0] == ("far_inte_samlas_in", 1, "kolumn B")
    assert {(regel, rad) for regel, rad, _ in rules(result)[1:]} == {("saknad_kolumn", None)}
    assert {kolumn for _, _, kolumn in rules(result)[1:]} >= {"person_id", "kon", "startdatum"}
    first = fault_list(workspace, result)[0]
    assert first["Cell"] == "B1"
    assert "inte får samlas in" in first["Vad som är fel"]
    assert "Ta bort kolumnen" in first["Gör så här"]
    assert pnr() not in everything_written(workspace)

    # The forms: a workbook with a sheet that lacks a column and another with names, and a row for each case.
    write_workbook(Plan("0114", (2019,), 2), tmp_path)
    book = openpyxl.load_workbook(next(tmp_path.glob("*.xlsx")))
    book["Insatser"].delete_cols(1)
    book["Ärenden"].cell(1, book["Ärenden"].max_column + 1, "Namn")
    book.save(tmp_path / "bok.xlsx")
    result = deliver(workspace, (tmp_path / "bok.xlsx").read_bytes(), name="bok.xlsx", slip=None)
    assert [f.regel for f in result.faults] == ["far_inte_samlas_in", "saknad_kolumn"]
    assert result.faults[0].blad == "Ärenden"
    result = deliver(workspace, "arende_id;forskola_skola_ordnad;adress\nA1;ja;x\n", name="b.csv", tabell="arendeblad")
    assert rules(result)[0] == ("far_inte_samlas_in", 1, "kolumn C")
    assert {r[0] for r in rules(result)[1:]} == {"saknad_kolumn"}


def test_an_unknown_column_is_noted_and_not_stored(workspace: Workspace) -> None:
    result = deliver(workspace, [case(1) | {"handl": "kodXYZ"}])
    assert result.status == "godkand"
    assert [(n.regel, n.kolumn) for n in result.notes] == [("okand_kolumn", "kolumn I")]
    assert query(workspace, "SELECT regel, kostar_rad FROM mottagning.karantan") == [("okand_kolumn", False)]
    assert "kodXYZ" not in everything_written(workspace)


def test_a_mapping_that_collects_what_it_may_not_refuses_the_delivery_only(
    make_workspace: Callable[..., Workspace], tmp_path: Path
) -> None:
    bad, good = tmp_path / "bad.yaml", tmp_path / "good.yaml"
    bad.write_text(MAPPING.replace("{person_id: Personnr}", "{person_id: Personnr, enhet: Klientens religion}"))
    good.write_text(MAPPING)
    ws = make_workspace(mappings={"dalig": bad, "testkommun": good})
    content = GOOD.replace("person_id", "Personnr")
    put(ws, content, "a.csv", mappning="dalig")
    put(ws, content + "\n", "b.csv", mappning="testkommun")
    refused, accepted = receive(ws).results
    assert rules(refused) == [("mappning_fel", None, "mappning")]
    assert accepted.status == "godkand"
    digest = hashlib.sha256(ws.mappings["testkommun"].read_bytes()).hexdigest()[:12]
    assert receipts(ws, "mappningsversion") == [(None,), (f"testkommun 3 ({digest})",)]


def test_a_file_of_nothing_but_faulty_rows_is_refused_and_replaces_nothing(workspace: Workspace) -> None:
    deliver(workspace, GOOD)
    result = deliver(workspace, [case(1, kon="1"), case(2, kon="2")], uttagsdatum="2020-06-01")
    assert (result.status, result.rader_lasta, result.rader_karantan) == ("avvisad", 2, 2)
    assert len(rows_now(workspace)) == 2


# --- rows


def test_a_faulty_row_is_listed_and_the_rest_is_loaded(workspace: Workspace) -> None:
    wrong = pnr("19850505")[:-1] + "5"
    rows = [
        case(1),
        case(2, kon="Kvinnna-secret"),
        case(3, startdatum="2019-13-45"),
        case(4, person_id=wrong),
        case(5, slutdatum="2018-01-01"),
        case(6, hederskontext=""),
        case(7, startdatum="2020-02-01", slutdatum=""),
        case(1, kon="man"),
        case(9),
    ]
    assert pnr("19850505")[-1] != "5"
    result = deliver(workspace, rows)
    assert (result.status, result.rader_lasta, result.rader_godkanda, result.rader_karantan) == (
        "delvis_godkand",
        9,
        2,
        7,
    )
    assert rules(result) == [
        ("okand_kod", 3, "kon"),
        ("datum_format", 4, "startdatum"),
        ("personnummer_kontrollsiffra", 5, "person_id"),
        ("slut_fore_start", 6, "slutdatum"),
        ("saknas", 7, "hederskontext"),
        ("datum_orimligt", 8, "startdatum"),
        ("dubblett", 9, "arende_id"),
    ]
    listed = fault_list(workspace, result)
    assert [(row["Rad"], row["Kolumn"]) for row in listed] == [(str(r), c) for _, r, c in rules(result)]
    assert listed[0]["Gör så här"] == "Använd någon av: kvinna, man, annat_okant."
    assert all(row["Vad som är fel"] and row["Gör så här"] for row in listed)
    written = everything_written(workspace) + str(result)
    for value in ("secret", "2019-13-45", wrong, wrong[2:], "2018-01-01"):
        assert value not in written
    assert query(workspace, "SELECT rad, kolumn, regel, kostar_rad FROM mottagning.karantan ORDER BY rad") == [
        (row, column, rule, True) for rule, row, column in rules(result)
    ]
    assert [r for (r,) in query(workspace, "SELECT rad FROM register.arende ORDER BY rad")] == [2, 10]


def test_the_list_says_the_row_that_a_person_sees(workspace: Workspace) -> None:
    text = f"{HEADERS}\r\n\r\n" + "\r\n".join(table_text([case(1), case(2, kon="x")]).splitlines()[1:])
    result = deliver(workspace, text)
    assert rules(result) == [("okand_kod", 4, "kon")]


def test_a_row_with_too_many_fields_costs_that_row_only(workspace: Workspace) -> None:
    lines = GOOD.splitlines()
    result = deliver(workspace, "\n".join([*lines[:2], lines[1].replace("A1", "A3") + ";extra;mer", lines[2]]) + "\n")
    assert rules(result) == [("fel_antal_falt", 3, None)]
    assert (result.rader_lasta, result.rader_godkanda, result.rader_karantan) == (3, 2, 1)


def test_the_corrected_file_replaces_the_faulty_one(workspace: Workspace) -> None:
    first = deliver(workspace, [case(1), case(2, kon="fel")])
    second = deliver(workspace, [case(1), case(2, kon="man")])
    assert (first.status, second.status, second.andring) == ("delvis_godkand", "godkand", "ny")
    assert receipts(workspace) == [("ersatt",), ("godkand",)]
    assert list(rows_now(workspace, ("kon",))["kon"]) in (["kvinna", "man"], ["man", "kvinna"])
    assert stored(workspace) == 3
    assert not (workspace.outbox / f"leverans-{second.leverans_id}-fellista.csv").exists()


def test_the_counts_of_every_receipt_add_up(workspace: Workspace) -> None:
    deliver(workspace, GOOD)
    deliver(workspace, [case(1), case(2, kon="fel"), case(2), case(3, vuxen="")], period="2018")
    deliver(workspace, [case(1, kon="fel")], period="2017")
    deliver(workspace, b"", period="2016")
    found = receipts(workspace, "leverans_id, rader_lasta, rader_godkanda, rader_karantan")
    assert [row[1:] for row in found] == [(2, 2, 0), (4, 2, 2), (1, 0, 1), (0, 0, 0)]
    for leverans_id, _, accepted, quarantined in found:
        loaded = query(workspace, "SELECT count(*) FROM register.arende WHERE leverans_id = :i", i=leverans_id)
        rows = "SELECT count(DISTINCT rad) FROM mottagning.karantan WHERE leverans_id = :i AND kostar_rad"
        assert loaded == [(accepted,)]
        assert query(workspace, rows, i=leverans_id) == [(quarantined,)]


def test_an_empty_period_is_accepted_when_the_note_says_so(workspace: Workspace) -> None:
    deliver(workspace, GOOD)
    result = deliver(workspace, HEADERS + "\n", tom="ja", uttagsdatum="2020-06-01")
    assert (result.status, result.rader_lasta) == ("godkand", 0)
    assert rows_now(workspace).empty
    assert receipts(workspace, "status, forsta_ar, sista_ar")[1] == ("godkand", 2019, 2019)


def test_saying_that_it_is_empty_does_not_let_faulty_rows_through(workspace: Workspace) -> None:
    deliver(workspace, GOOD)
    result = deliver(workspace, [case(1, kon="fel")], tom="ja", uttagsdatum="2020-06-01")
    assert result.status == "avvisad"
    assert len(rows_now(workspace)) == 2


# --- the same content


@pytest.mark.parametrize("name", ["arenden.csv", "ett annat namn åäö.CSV", "mapp/under/arenden.csv"])
def test_the_same_file_again_is_a_no_op_under_any_name(workspace: Workspace, name: str) -> None:
    first = deliver(workspace, GOOD)
    again = deliver(workspace, GOOD, name=name)
    assert (again.andring, again.leverans_id, again.status) == ("oforandrad", first.leverans_id, "godkand")
    assert (again.rader_lasta, again.rader_godkanda) == (2, 2)
    assert stored(workspace) == 2
    assert receipts(workspace) == [("godkand",)]
    assert query(workspace, "SELECT count(*) FROM mottagning.gallande") == [(1,)]


@pytest.mark.parametrize(
    "stated", [{"namnd": "0580"}, {"period": "2018"}, {"omfang": "helbild", "period": None}], ids=str
)
def test_the_same_content_stated_to_be_something_else_is_not_passed_over_in_silence(
    workspace: Workspace, stated: dict[str, Any]
) -> None:
    deliver(workspace, GOOD)
    again = deliver(workspace, GOOD, **(stated | {"uttagsdatum": "2020-06-01"}))
    assert rules(again) == [("redan_mottagen_annorlunda", None, None)]
    assert len(rows_now(workspace, namnd="0114")) == 2
    # The remedy that the list names works.
    assert deliver(workspace, GOOD + "\n", **(stated | {"uttagsdatum": "2020-06-01"})).andring == "ny"


def test_a_changed_file_replaces_its_slot(workspace: Workspace) -> None:
    deliver(workspace, [case(1), case(2)])
    changed = deliver(workspace, [case(1, startdatum="2019-04-01")])
    assert changed.andring == "ny"
    assert starts(workspace) == [date(2019, 4, 1)]
    assert stored(workspace) == 3


def test_taken_in_by_several_at_once_it_is_received_once(workspace: Workspace) -> None:
    for round_ in range(4):
        path = put(workspace, [case(n) for n in range(round_, round_ + 30)], period=str(2010 + round_))
        spaces = [
            Workspace(home=workspace.home, database=Database(db.owner_url, db.url, db.role), today=workspace.today)
            for db in [workspace.database] * 3
        ]
        barrier = threading.Barrier(len(spaces))
        results: list[Any] = []

        def work(ws: Workspace, path: Path = path, barrier: threading.Barrier = barrier, into: Any = results) -> None:
            barrier.wait()
            try:
                into.append(take_in(ws, path))
            finally:
                ws.database.dispose()

        workspace.keyring.ensure()
        threads = [threading.Thread(target=work, args=(ws,)) for ws in spaces]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(results) == len(spaces)
        changes = sorted(r.andring for taken in results for r in taken)
        assert changes.count("ny") == 1
        assert set(changes) <= {"ny", "oforandrad"}
        assert not path.exists()
        assert stored(workspace) == 30 * (round_ + 1)
        assert query(workspace, "SELECT count(*) FROM mottagning.gallande") == [(round_ + 1,)]
    assert receipts(workspace) == [("godkand",)] * 4


def test_different_deliveries_of_one_slot_at_once_leave_the_latest_extract_current(workspace: Workspace) -> None:
    workspace.keyring.ensure()
    paths = [
        put(workspace, [case(1, startdatum=f"2019-0{n}-01")], f"{n}.csv", uttagsdatum=f"2020-0{n}-15")
        for n in range(1, 6)
    ]
    barrier = threading.Barrier(len(paths))

    def work(path: Path) -> None:
        db = Database(workspace.database.owner_url, workspace.database.url, workspace.database.role)
        barrier.wait()
        try:
            take_in(Workspace(home=workspace.home, database=db, today=workspace.today), path)
        finally:
            db.dispose()

    threads = [threading.Thread(target=work, args=(path,)) for path in paths]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert starts(workspace) == [date(2019, 5, 1)]
    assert stored(workspace) == 5
    assert sorted(receipts(workspace)) == [("ersatt",)] * 4 + [("godkand",)]


# --- what is kept and what is removed


def test_the_original_is_kept_encrypted_and_removed_on_its_day(make_workspace: Callable[..., Workspace]) -> None:
    day = date(2026, 2, 1)
    ws = make_workspace(today=day)
    accepted, refused = GOOD.encode(), GOOD.replace("vuxen;", "").encode()
    put(ws, accepted, "a.csv")
    put(ws, refused, "b.csv")
    receive(ws)
    hashes = [hashlib.sha256(content).hexdigest() for content in (accepted, refused)]
    assert [ws.originals.read(h) for h in hashes] == [accepted, refused]
    kept = [path.read_bytes() for path in (ws.home / "archive").rglob("*.enc")]
    assert len(kept) == 2
    assert not any(pnr("19900101", 981).encode() in content for content in kept)
    removal = [day + timedelta(days=730), day + timedelta(days=90)]
    assert receipts(ws, "original_tas_bort") == [(d,) for d in removal]

    assert receive(make_workspace(today=removal[1] - timedelta(days=1))).removed_originals == 0
    assert receive(make_workspace(today=removal[1])).removed_originals == 1
    assert ws.originals.read(hashes[0]) == accepted
    with pytest.raises(OriginalMissing):
        ws.originals.read(hashes[1])
    assert receive(make_workspace(today=removal[0])).removed_originals == 1
    assert list((ws.home / "archive").rglob("*.enc")) == []
    assert len(rows_now(ws)) == 2
    # Without its original the content is still known, and is not kept for another while.
    assert deliver(make_workspace(today=removal[0]), GOOD).andring == "oforandrad"
    assert list((ws.home / "archive").rglob("*.enc")) == []


def test_a_damaged_original_is_told_and_costs_no_delivery(workspace: Workspace) -> None:
    deliver(workspace, GOOD)
    (original,) = (workspace.home / "archive").rglob("*.enc")
    original.write_bytes(original.read_bytes().replace(b"KFO1", b"KFO2"))
    put(workspace, GOOD + "\n", period="2018")
    got = receive(workspace)
    assert [r.andring for r in got.results] == ["ny"]
    assert len(got.stuck) == 1


def test_the_inbox_is_empty_afterwards_and_half_copied_files_wait(workspace: Workspace) -> None:
    put(workspace, GOOD, "bra.csv")
    put(workspace, b"", "under/dalig.csv")
    put(workspace, GOOD + "\n", "halv.csv.part", period="2018")
    put(workspace, GOOD + "\n\n", ".dold.csv", period="2018")
    assert len(receive(workspace).results) == 2
    assert sorted(p.name for p in workspace.inbox.rglob("*") if p.is_file()) == [
        ".dold.csv",
        ".dold.csv.foljesedel.yaml",
        "halv.csv.part",
        "halv.csv.part.foljesedel.yaml",
    ]


@pytest.mark.parametrize("error", [RuntimeError("19900101-9802"), WarehouseError("nej")])
def test_a_file_that_meets_an_error_of_ours_stays_and_the_others_are_taken_in(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    for n, name in enumerate(["a.csv", "b.csv", "c.csv"]):
        put(workspace, GOOD + "\n" * n, name, period=str(2015 + n))

    def sometimes(ws: Workspace, path: Path) -> Any:
        if path.name == "b.csv":
            raise error
        return take_in(ws, path)

    with monkeypatch.context() as patch:
        patch.setattr(receiving, "take_in", sometimes)
        got = receive(workspace)
    assert [r.fil for r in got.results] == ["a.csv", "c.csv"]
    assert [name for name, _ in got.stuck] == ["b.csv"]
    assert "9802" not in str(got.stuck)
    assert sorted(p.name for p in workspace.inbox.iterdir()) == ["b.csv", "b.csv.foljesedel.yaml"]
    assert [r.fil for r in receive(workspace).results] == ["b.csv"]


def test_when_the_database_says_no_nothing_of_the_delivery_is_stored(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> int:
        raise WarehouseError("Databasen sade nej.")

    put(workspace, GOOD)
    with monkeypatch.context() as patch:
        patch.setattr("warehouse.load.copy_in", broken)
        got = receive(workspace)
    assert (got.results, len(got.stuck)) == ([], 1)
    assert (receipts(workspace), stored(workspace)) == ([], 0)
    assert take(workspace).andring == "ny"


@pytest.mark.parametrize("name", [f"uttag {pnr('19720303')}.csv", "19720303-9804 ärenden.csv", "anna@example.se.csv"])
def test_what_points_to_a_person_in_a_file_name_is_masked(workspace: Workspace, name: str) -> None:
    said: list[str] = []
    put(workspace, GOOD, name)
    put(workspace, b"", f"b {name}")
    got = receive(workspace, said.append)
    written = everything_written(workspace) + str(got) + str(said)
    assert all("•••" in r.fil for r in got.results)
    assert not any(part in written for part in ("720303", "anna@"))


# --- keys


def test_without_its_key_nothing_is_taken_in_and_no_new_one_is_made(workspace: Workspace) -> None:
    deliver(workspace, GOOD)
    (workspace.home / "keys" / "master.key").unlink()
    put(workspace, GOOD + "\n", period="2018")
    with pytest.raises(UserError, match=r"master\.key"):
        receive(workspace)
    assert not (workspace.home / "keys" / "master.key").exists()
    assert (workspace.inbox / "arenden.csv").exists()
    assert (len(receipts(workspace)), stored(workspace)) == (1, 2)


def test_with_another_key_nothing_is_taken_in(make_workspace: Callable[..., Workspace]) -> None:
    ws = make_workspace()
    deliver(ws, GOOD)
    (ws.home / "keys" / "master.key").write_bytes(bytes(32))
    ws = make_workspace()
    put(ws, GOOD + "\n", period="2018")
    with pytest.raises(UserError, match="0114"):
        receive(ws)
    assert (ws.inbox / "arenden.csv").exists()
    assert (len(receipts(ws)), stored(ws)) == (1, 2)


@pytest.mark.parametrize("first", ["refused", "public"])
def test_the_first_delivery_ever_may_be_refused_or_public(workspace: Workspace, first: str) -> None:
    if first == "refused":
        put(workspace, b"", "a.csv")
    else:
        copy_example(workspace, "scb_befolkning_2019.csv")
    put(workspace, GOOD, "z.csv")
    assert [r.status for r in receive(workspace).results] == ["avvisad" if first == "refused" else "godkand", "godkand"]


# --- the other sources


def example_rows(name: str) -> list[dict[str, str]]:
    with (EXAMPLES / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_figure_of_the_bra_example_is_loaded(make_workspace: Callable[..., Workspace]) -> None:
    ws = make_workspace(today=date(2026, 12, 1))
    copy_example(ws, "bra_anmalda_brott_2582_2025.csv")
    result = take(ws)
    assert (result.status, result.rader_karantan) == ("godkand", 0)
    found = {
        (r.period, str(r.brott_id)): str(r.antal)
        for r in rows_now(ws, ("period", "brott_id", "antal"), table="bra_brott").itertuples()
    }
    wanted = {(row["period"], row["brott_id"]): row["antal"] for row in example_rows("bra_anmalda_brott_2582_2025.csv")}
    assert found == wanted
    assert len(wanted) > 100


def test_every_figure_of_the_scb_example_is_loaded(workspace: Workspace) -> None:
    copy_example(workspace, "scb_befolkning_2019.csv")
    assert take(workspace).rader_karantan == 0
    sexes = {"Kvinnor": "kvinna", "Män": "man", "Totalt": "totalt"}
    found = {
        (r.kommunkod, r.kon): str(r.antal)
        for r in rows_now(workspace, ("kommunkod", "kon", "antal"), table="befolkning").itertuples()
    }
    assert found == {
        (row["kommunkod"], sexes[row["kon"]]): row["folkmangd"] for row in example_rows("scb_befolkning_2019.csv")
    }
    assert found["0114", "kvinna"] == "23262"


def test_the_aggregat_example_is_loaded_as_it_stands(workspace: Workspace) -> None:
    copy_example(workspace, "aggregat_0114_2019.csv")
    assert take(workspace).rader_karantan == 0
    rows = rows_now(workspace, ("dimensioner", "kon", "varde"), table="aggregat")
    found = {(r.dimensioner, r.kon): r.varde for r in rows.itertuples()}
    assert found["insatstyp=stodsamtal", "kvinna"] == 34
    assert found["insatstyp=skyddat_boende", "man"] == 1
    assert len(found) == len(example_rows("aggregat_0114_2019.csv"))


def test_the_iop_example_is_loaded(workspace: Workspace) -> None:
    copy_example(workspace, "iop_0114_2019.xlsx")
    result = take(workspace)
    assert (result.status, result.rader_lasta) == ("godkand", 21)
    assert receipts(workspace, "tabell, namnd, period, syntetisk") == [("iop_rapport", "0114", "2019", True)]
    rows = rows_now(workspace, ("post", "kon", "antal"), table="iop_rapport")
    assert set(rows["post"]) == set(CODES["iop_post"])
    assert rows["antal"].notna().any()


def test_a_faulty_line_of_a_form_costs_its_line_once(workspace: Workspace) -> None:
    path = workspace.inbox / "iop.xlsx"
    figures = {("kontakter", "kvinna"): -3, ("kontakter", "man"): 2, ("boendenatter", "totalt"): 40}
    write_form(path, kommun="0114", ar=2019, jour="Jouren Prov", figures=figures)
    put(workspace, path.read_bytes(), "iop.xlsx", slip={k: SLIP[k] for k in ("uttagsdatum", "namnd")})
    result = take(workspace)
    assert (result.status, result.rader_lasta, result.rader_godkanda, result.rader_karantan) == (
        "delvis_godkand",
        21,
        20,
        1,
    )
    assert [(rule, column) for rule, _, column in rules(result)] == [("utanfor_granser", "antal")]
    assert result.faults[0].blad == "Uppgifter"
    assert "kontakter" not in set(rows_now(workspace, ("post",), table="iop_rapport")["post"])


def test_insatser_are_loaded_with_their_cases(workspace: Workspace) -> None:
    put(workspace, [case(1)], "a.csv")
    put(workspace, [insats(1), insats(2, beslutsdatum="")], "b.csv", tabell="insats")
    _, result = receive(workspace).results
    assert rules(result) == [("beslut_utan_datum", 3, "beslutsdatum")]
    joined = "SELECT count(*) FROM register.insats_gallande JOIN register.arende_gallande USING (namnd, arende_id)"
    assert query(workspace, joined) == [(1,)]


def test_a_note_that_unfolds_without_end_is_refused_at_once(workspace: Workspace) -> None:
    levels = "\n".join(f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 30)}]" for i in range(1, 7))
    (workspace.inbox / "a.csv").write_text("x;y\n1;2\n")
    (workspace.inbox / "a.csv.foljesedel.yaml").write_text(f"a0: &a0 [x]\n{levels}\n")
    (result,) = receive(workspace).results
    assert [f.regel for f in result.faults] == ["foljesedel_fel"]


def test_a_file_put_in_place_of_one_that_is_read_is_left_and_taken_next(workspace: Workspace) -> None:
    path = workspace.inbox / "a.csv"
    path.write_text("first")
    found = inbox.pick_up(path)
    assert found is not None
    other = workspace.inbox / "other.part"
    other.write_text("second")
    other.replace(path)
    inbox.clear(found)
    assert path.read_text() == "second"


def test_a_link_in_the_inbox_is_no_delivery(workspace: Workspace, tmp_path: Path) -> None:
    (tmp_path / "elsewhere.csv").write_text("a;b\n1;2\n")
    (workspace.inbox / "a.csv").symlink_to(tmp_path / "elsewhere.csv")
    assert receive(workspace).results == []


def test_a_refused_delivery_still_says_who_sent_it(workspace: Workspace) -> None:
    put(workspace, "helt;fel\n1;2\n", "a.csv")
    (result,) = receive(workspace).results
    assert (result.status, result.tabell, result.namnd) == ("avvisad", "arende", "0114")
    assert receipts(workspace, "namnd, tabell") == [("0114", "arende")]
