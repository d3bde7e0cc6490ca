"""From a faulty workbook to an accepted correction: the sender needs nothing but the workbook that came back."""

import io
import os
import zipfile
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from assets.journal import Intake
from assets.receiving import receive
from assets.returned import tidy
from assets.workspace import Workspace
from sources.forms.arbetsbok_form import write_register_form
from sources.iop.form import EXAMPLE_FIGURES, EXAMPLE_REASONS
from tests.pipeline.helpers import case, deliver, fault_list, insats, put, query, receipts, take
from tests.report_tools import altered, written
from warehouse import reading

JOUR = "Påhittade jouren"
FIGURES, COVER, SUMMARY = "Uppgifter", "Försättsblad", "Att rätta"


def report(kommun: str = "0114", **cells: Any) -> bytes:
    """A jour's report of 2025; ``Uppgifter_B3="tolv"`` writes that in the box."""
    whole = written(kommun=kommun, ar=2025, jour=JOUR, figures=EXAMPLE_FIGURES, reasons=EXAMPLE_REASONS)
    return edited(whole, **cells)


def edited(content: bytes, **cells: Any) -> bytes:
    """The workbook with other things in some boxes, saved by another program than ours."""
    places = {(sheet, cell): value for place, value in cells.items() for sheet, cell in [place.split("_")]}
    return altered(content, {({"Summary": SUMMARY}.get(sheet, sheet), cell): v for (sheet, cell), v in places.items()})


def send(ws: Workspace, content: bytes, name: str = "rapport 2025.xlsx") -> list[Intake]:
    """Lay a workbook in the inbox without any note, and take it in."""
    put(ws, content, name, slip=None)
    got = receive(ws)
    assert got.stuck == []
    return got.results


def returned(ws: Workspace, number: int) -> bytes:
    return (ws.outbox / f"leverans-{number}-att-ratta.xlsx").read_bytes()


def outbox(ws: Workspace) -> list[str]:
    return sorted(path.name for path in ws.outbox.iterdir())


def answers(*numbers: int) -> list[str]:
    return sorted(f"leverans-{n}-{what}" for n in numbers for what in ("att-ratta.xlsx", "fellista.csv"))


def marked(content: bytes, sheet: str) -> dict[str, str]:
    """The cells with our comment; each is also shown by our format."""
    found = openpyxl.load_workbook(io.BytesIO(content))[sheet]
    comments = {c.coordinate: c.comment.text for row in found.iter_rows() for c in row if c.comment}
    ours = [f for f in found.conditional_formatting if "att_ratta" in str([r.formula for r in f.rules])]
    shown = {cell for formats in ours for cell in str(formats.sqref).split()}
    assert {cell.partition(":")[0] for cell in shown} == set(comments)
    return comments


def open_faults(ws: Workspace) -> list[int]:
    with ws.database.begin() as conn:
        return [row["leverans_id"] for row in reading.waiting_for_correction(conn)]


def test_a_jour_corrects_a_partly_accepted_report_in_the_workbook_that_came_back(workspace: Workspace) -> None:
    (first,) = send(workspace, report(Uppgifter_C8="några stycken", Uppgifter_E27=-4))
    assert (first.status, first.rader_karantan) == ("delvis_godkand", 2)
    assert outbox(workspace) == answers(1)
    assert open_faults(workspace) == [1]
    copy = returned(workspace, 1)
    assert set(marked(copy, FIGURES)) == {"C8", "E27"}
    assert [row["Cell"] for row in fault_list(workspace, first)] == ["C8", "E27"]

    (second,) = send(workspace, edited(copy, Uppgifter_C8=0, Uppgifter_E27=14), "leverans-1-att-ratta.xlsx")
    assert (second.status, second.andring, second.closed) == ("godkand", "ny", (1,))
    assert receipts(workspace, "status, rattad_av") == [("ersatt", 2), ("godkand", None)]
    assert query(workspace, "SELECT leverans_id FROM mottagning.gallande WHERE till IS NULL") == [(2,)]
    assert second.rader_godkanda == first.rader_lasta
    assert (outbox(workspace), open_faults(workspace)) == ([], [])


@pytest.mark.parametrize(
    ("cell", "wrong", "right"),
    [("B3", "01144", "0114"), ("B4", "i fjol", 2025), ("B5", None, JOUR), ("B2", "Solna", "Upplands Väsby")],
)
def test_a_refused_report_is_corrected_in_the_same_way(workspace: Workspace, cell: str, wrong: Any, right: Any) -> None:
    (first,) = send(workspace, report(**{f"{COVER}_{cell}": wrong}))
    assert first.status == "avvisad"
    copy = returned(workspace, 1)
    assert cell in marked(copy, COVER) or any(k.endswith(cell[1:]) for k in marked(copy, COVER))
    (second,) = send(workspace, edited(copy, **{f"{COVER}_{cell}": right}), "leverans-1-att-ratta.xlsx")
    assert (second.status, second.closed) == ("godkand", (1,))
    assert (outbox(workspace), open_faults(workspace)) == ([], [])


def test_returned_uncorrected_it_comes_back_with_the_same_faults(workspace: Workspace) -> None:
    (first,) = send(workspace, report(Uppgifter_C8="några stycken"))
    (second,) = send(workspace, returned(workspace, 1), "leverans-1-att-ratta.xlsx")
    assert (second.status, second.faults) == (first.status, first.faults)
    assert outbox(workspace) == answers(2)
    copy = returned(workspace, 2)
    assert marked(copy, FIGURES) == {k: v for k, v in marked(copy, FIGURES).items() if k == "C8"} != {}
    book = openpyxl.load_workbook(io.BytesIO(copy))
    assert (book.sheetnames.count(SUMMARY), book[SUMMARY]["B1"].value) == (1, 2)
    assert open_faults(workspace) == [2]
    send(workspace, edited(copy, Uppgifter_C8=0), "leverans-2-att-ratta.xlsx")
    assert (outbox(workspace), open_faults(workspace)) == ([], [])


def test_a_refused_report_returned_uncorrected_leaves_nothing_open_in_the_end(workspace: Workspace) -> None:
    send(workspace, report(Försättsblad_B4="i fjol"))
    (second,) = send(workspace, returned(workspace, 1), "leverans-1-att-ratta.xlsx")
    assert second.status == "avvisad"
    send(workspace, edited(returned(workspace, 2), Försättsblad_B4=2025), "leverans-2-att-ratta.xlsx")
    assert (outbox(workspace), open_faults(workspace)) == ([], [])


def test_half_corrected_only_what_is_left_is_marked(workspace: Workspace) -> None:
    send(workspace, report(Uppgifter_C8="några", Uppgifter_E27=-4))
    send(workspace, edited(returned(workspace, 1), Uppgifter_C8=0), "leverans-1-att-ratta.xlsx")
    assert set(marked(returned(workspace, 2), FIGURES)) == {"E27"}


def test_the_senders_own_file_corrects_too(workspace: Workspace) -> None:
    send(workspace, report(Uppgifter_C8="några stycken"))
    (second,) = send(workspace, report())
    assert (second.closed, outbox(workspace), open_faults(workspace)) == ((1,), [], [])


@pytest.mark.parametrize("wrong", [{"Uppgifter_C8": "några"}, {"Försättsblad_B4": "i fjol"}])
def test_a_wrong_number_closes_nobody_elses_faults(workspace: Workspace, wrong: dict[str, str]) -> None:
    send(workspace, report(**wrong))
    send(workspace, report(kommun="0180", **wrong), "annan.xlsx")
    right = {"Uppgifter_C8": 0, "Försättsblad_B4": 2025}
    theirs = edited(returned(workspace, 2), **{cell: right[cell] for cell in wrong}, Summary_B1=1)
    (third,) = send(workspace, theirs, "leverans-1-att-ratta.xlsx")
    assert (third.namnd, third.closed) == ("0180", (2,))
    assert (outbox(workspace), open_faults(workspace)) == (answers(1), [1])


@pytest.mark.parametrize("number", [0, 99, -1, "ett", None, "=1+1", 10**12])
def test_a_number_that_means_nothing_does_no_harm(workspace: Workspace, number: Any) -> None:
    send(workspace, report(Uppgifter_C8="några"))
    (second,) = send(workspace, edited(returned(workspace, 1), Uppgifter_C8=0, Summary_B1=number), "x.xlsx")
    assert (second.status, second.closed) == ("godkand", (1,))


def test_a_workbook_that_fills_several_tables_has_one_list_and_one_copy(workspace: Workspace, tmp_path: Path) -> None:
    path = tmp_path / "bok.xlsx"
    tables = {"arende": [case(1), case(2)], "insats": [insats(1), insats(2, 2, beslutsdatum="våren 2019")]}
    stated = {"uttagsdatum": "2020-01-31", "omfang": "periodutdrag", "period": "2019", "syntetisk": "ja"}
    write_register_form(path, kommun="0114", avsandare="Socialkontoret", tables=tables, stated=stated)
    first = send(workspace, path.read_bytes(), "bok.xlsx")
    assert {r.tabell: r.rader_karantan for r in first} == {"arende": 0, "insats": 1}
    assert outbox(workspace) == answers(1)
    (fault,) = fault_list(workspace, first[0])
    assert fault["Tabell"] == "insats"
    (cell,) = marked(returned(workspace, 1), fault["Blad"])
    assert cell == fault["Cell"]
    right = edited(returned(workspace, 1), **{f"{fault['Blad']}_{cell}": "2019-04-01"})
    second = send(workspace, right, "leverans-1-att-ratta.xlsx")
    assert [r.status for r in second] == ["godkand", "godkand"]
    assert (outbox(workspace), open_faults(workspace)) == ([], [])


def _fails(*_args: object, **_kwargs: object) -> None:
    raise RuntimeError


@pytest.mark.parametrize("wrong", [{"Uppgifter_C8": "några"}, {"Försättsblad_B4": "i fjol"}])
@pytest.mark.parametrize("where", ["assets.intake.answer", "assets.answers.mark", "assets.answers.list_of"])
def test_a_run_that_dies_before_the_answer_is_answered_by_the_next(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, where: str, wrong: dict[str, str]
) -> None:
    put(workspace, report(**wrong), "rapport.xlsx", slip=None)
    with monkeypatch.context() as patch:
        patch.setattr(where, _fails)
        assert len(receive(workspace).stuck) == 1
    (result,) = receive(workspace).results
    (sheet, cell) = next(iter(wrong)).split("_")
    assert cell in marked(returned(workspace, result.leverans_id), sheet)
    assert fault_list(workspace, result)
    assert not list(workspace.outbox.glob("*.part"))


def test_a_delivery_that_was_corrected_is_not_answered_again(workspace: Workspace) -> None:
    faulty = report(Uppgifter_C8="några")
    send(workspace, faulty)
    send(workspace, report())
    (again,) = send(workspace, faulty, "gammal.xlsx")
    assert (again.andring, outbox(workspace)) == ("oforandrad", [])


def test_answers_are_closed_to_others(workspace: Workspace) -> None:
    before = os.umask(0)
    try:
        send(workspace, report(Uppgifter_C8="några"))
    finally:
        os.umask(before)
    assert {path.stat().st_mode & 0o777 for path in workspace.outbox.iterdir()} == {0o600}


def test_the_copy_goes_away_on_time_and_the_list_stays(
    workspace: Workspace, make_workspace: Callable[..., Workspace]
) -> None:
    send(workspace, report(Uppgifter_C8="några"))
    day = date(2026, 2, 1)
    assert tidy(make_workspace(today=day + timedelta(days=29))) == 0
    assert outbox(workspace) == answers(1)
    assert tidy(make_workspace(today=day + timedelta(days=30))) == 1
    assert outbox(workspace) == ["leverans-1-fellista.csv"]
    # The same content again gives no new copy: its list lies there, and says what to do.
    deliver(workspace, report(Uppgifter_C8="några"), name="igen.xlsx", slip=None)
    assert "leverans-1-att-ratta.xlsx" not in outbox(workspace)


def test_what_a_killed_run_left_goes_away(workspace: Workspace) -> None:
    send(workspace, report(Uppgifter_C8="några"))
    left = {path.name: path.read_bytes() for path in workspace.outbox.iterdir()}
    send(workspace, report())
    for name, content in left.items():  # killed after the receipt of the correction
        (workspace.outbox / name).write_bytes(content)
    (workspace.outbox / "leverans-7-att-ratta.part").write_bytes(b"x")
    os.utime(workspace.outbox / "leverans-7-att-ratta.part", (0, 0))
    assert tidy(workspace) == 2
    assert outbox(workspace) == []


def test_what_others_lay_in_the_outbox_is_left(workspace: Workspace) -> None:
    for name in ("leverans-x-att-ratta.xlsx.txt", "svar.docx", "leverans-1-fellista.csv"):
        (workspace.outbox / name).write_text("x", encoding="utf-8")
    assert tidy(workspace) == 0
    assert len(outbox(workspace)) == 3


def test_a_workbook_that_cannot_be_marked_is_answered_by_the_list(workspace: Workspace) -> None:
    content = io.BytesIO(report(Uppgifter_C8="några"))
    with zipfile.ZipFile(content, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"x")
    (result,) = send(workspace, content.getvalue())
    assert outbox(workspace) == ["leverans-1-fellista.csv"]
    *faults, last = fault_list(workspace, result)
    assert faults
    assert "makron" in last["Vad som är fel"]
    assert last["Gör så här"] == "Rätta i er egen fil efter den här listan."


def test_a_csv_has_a_list_and_no_copy(workspace: Workspace) -> None:
    result = deliver(workspace, [case(1), case(2, kon="ingen aning")])
    assert result.rader_karantan == 1
    assert outbox(workspace) == ["leverans-1-fellista.csv"]


def test_a_damaged_workbook_has_a_list_that_says_why_there_is_no_copy(workspace: Workspace) -> None:
    (result,) = send(workspace, report()[:3000])
    assert result.status == "avvisad"
    assert outbox(workspace) == ["leverans-1-fellista.csv"]
    assert "kopia" in fault_list(workspace, result)[-1]["Vad som är fel"]


def test_a_faultless_report_is_not_answered(workspace: Workspace) -> None:
    put(workspace, report(), "rapport.xlsx", slip=None)
    assert take(workspace).status == "godkand"
    assert not [name for name in outbox(workspace) if name.endswith(".xlsx")]
