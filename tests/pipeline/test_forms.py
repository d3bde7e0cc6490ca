"""The forms with person records on their whole way from the inbox to the register: faults, corrections, variables."""

from collections.abc import Callable
from pathlib import Path

import pytest

from assets.receiving import receive
from assets.workspace import Workspace
from sources.forms.arbetsbok_form import TABLES
from sources.readers import read_csv
from tests.form_tools import DAY, book, case_form, column_of, grids, workbook
from tests.pipeline.helpers import put, query, receipts, stored


@pytest.fixture
def ws(make_workspace: Callable[..., Workspace]) -> Workspace:
    return make_workspace(today=DAY)


def take(
    ws: Workspace, content: bytes, name: str = "formular.xlsx", slip: dict[str, str] | None = None
) -> dict[str, str]:
    """Table -> status of what was taken in."""
    put(ws, content, name=name, slip=slip)
    got = receive(ws)
    assert got.stuck == []
    assert not list(ws.inbox.glob("*"))
    return {result.tabell or "": result.status for result in got.results}


def rows_of(content: bytes) -> dict[str, int]:
    """How many rows stand in each table's sheet, counted by their first cells."""
    found = grids(content)
    return {n: sum(any(row) for row in found[c.title()][1:]) for n, c in TABLES.items()}


def test_a_workbook_fills_every_table(ws: Workspace) -> None:
    assert take(ws, workbook()) == dict.fromkeys(TABLES, "godkand")
    assert {n: stored(ws, f"register.{n}") for n in TABLES} == rows_of(workbook())
    assert {row[0] for row in receipts(ws, "namnd || ' ' || avsandare || ' ' || period")} == {
        "0114 Socialtjänsten i Upplands Väsby (påhittade uppgifter) 2025"
    }
    linked = "SELECT count(*) FROM register.insats i JOIN register.arende a USING (namnd, arende_id)"
    assert query(ws, linked) == [(rows_of(workbook())["insats"],)]
    delivered = {row[1] for row in grids(workbook())["Ärenden"][1:]}
    people = {row[0] for row in query(ws, "SELECT DISTINCT person_id FROM register.arende")}
    assert people.isdisjoint(delivered) and len(people) == len(delivered - {""})


def test_the_answered_questionnaires_are_linked_to_nobody(ws: Workspace) -> None:
    take(ws, workbook())
    names = {row[0] for row in query(
        ws, "SELECT column_name FROM information_schema.columns WHERE table_schema = 'register' "
        "AND table_name = 'brukarenkat'",
    )}  # fmt: skip
    assert stored(ws, "register.brukarenkat") == rows_of(workbook())["brukarenkat"] > 0
    assert names.isdisjoint({"arende_id", "person_id", "insats_id"})


def test_a_faulty_row_costs_no_other_and_the_corrected_workbook_replaces_it(ws: Workspace) -> None:
    sheets = grids(workbook())
    place = column_of(sheets["Insatser"], "Beslut")
    right, sheets["Insatser"][3][place] = sheets["Insatser"][3][place], "Kanske"
    statuses = take(ws, book(sheets))
    assert statuses == dict.fromkeys(TABLES, "godkand") | {"insats": "delvis_godkand"}
    all_rows = rows_of(workbook())
    assert stored(ws, "register.insats") == all_rows["insats"] - 1
    told = query(ws, "SELECT blad, rad, kolumn, bokstav, regel FROM mottagning.karantan")
    assert told == [("Insatser", 4, "beslut", chr(65 + place), "okand_kod")]
    sheets["Insatser"][3][place] = right
    (number,) = query(ws, "SELECT leverans_id FROM mottagning.leverans WHERE tabell = 'insats'")[0]
    sheets["Att rätta"] = [["Leverans", str(number)]]
    assert take(ws, book(sheets)) == dict.fromkeys(TABLES, "godkand")
    assert stored(ws, "register.insats") == 2 * all_rows["insats"] - 1
    assert query(ws, "SELECT count(*) FROM mottagning.leverans WHERE status = 'ersatt'") == [(len(TABLES),)]


def test_a_case_form_fills_the_tables_that_it_holds(ws: Workspace) -> None:
    statuses = take(ws, case_form())
    assert statuses == dict.fromkeys(("arende", "aktualisering", "insats", "bedomning", "matning"), "godkand")
    assert stored(ws, "register.arende") == rows_of(workbook())["arende"]
    for table in ("aktualisering", "insats", "bedomning", "matning"):
        linked = f"SELECT count(*) FROM register.{table} t JOIN register.arende a USING (namnd, arende_id)"
        assert query(ws, linked) == [(stored(ws, f"register.{table}"),)], table
    ids = query(ws, "SELECT count(DISTINCT insats_id), count(*) FROM register.insats")[0]
    assert ids[0] == ids[1] > 0


def test_the_same_case_has_the_same_pseudonym_whatever_the_form(ws: Workspace, tmp_path: Path) -> None:
    take(ws, workbook())
    first = query(ws, "SELECT DISTINCT arende_id, person_id FROM register.arende ORDER BY 1")
    take(ws, case_form(), "arendeblad.xlsx")
    assert query(ws, "SELECT DISTINCT arende_id, person_id FROM register.arende ORDER BY 1") == first


def test_a_case_form_as_csv_with_local_variables(make_workspace: Callable[..., Workspace], tmp_path: Path) -> None:
    mapping = tmp_path / "prov.yaml"
    mapping.write_text(
        "namn: prov\nversion: '1'\nlokala:\n  hund:\n    titel: Husdjur i hemmet\n    kolumn: Har hund\n"
        "    koder:\n      J: ja\n      N: nej\n    etiketter:\n      ja: Ja\n      nej: Nej\n",
        encoding="utf-8",
    )
    ws = make_workspace(today=DAY, mappings={"prov": mapping})
    grid = [row for row in grids(case_form())["Ärendeblad"] if any(row)]
    extra = ["Har hund", *("JN"[i % 2] for i in range(len(grid) - 1))]
    lines = [";".join([*(cell.replace(";", ",") for cell in row), tail]) for row, tail in zip(grid, extra, strict=True)]
    content = "\n".join(lines).encode()
    assert len(read_csv(content).frame) == len(grid) - 1
    slip = {
        "kalla": "verksamhetssystem", "tabell": "arendeblad", "namnd": "0114", "avsandare": "Socialkontoret",
        "uttagsdatum": "2026-01-15", "omfang": "periodutdrag", "period": "2025", "mappning": "prov",
    }  # fmt: skip
    statuses = take(ws, content, "arenden.csv", slip)
    assert set(statuses.values()) == {"godkand"}
    assert {"lokal_variabel", "lokal_deklaration"} < set(statuses)
    answers = dict(query(ws, "SELECT varde, count(*) FROM register.lokal_variabel GROUP BY 1"))
    cases = len(grid) - 1
    assert answers == {"ja": (cases + 1) // 2, "nej": cases // 2}
    joined = "SELECT count(*) FROM register.lokal_variabel l JOIN register.arende a USING (namnd, arende_id)"
    assert query(ws, joined) == [(cases,)]


def test_a_workbook_that_is_refused_leaves_what_was_there(ws: Workspace) -> None:
    take(ws, workbook())
    sheets = grids(workbook())
    sheets["Fel blad"] = [["x"]]
    put(ws, book(sheets), name="igen.xlsx", slip=None)
    (result,) = receive(ws).results
    assert (result.status, [f.regel for f in result.faults]) == ("avvisad", ["okant_blad"])
    assert stored(ws, "register.arende") == rows_of(workbook())["arende"]
    assert query(ws, "SELECT count(*) FROM mottagning.leverans WHERE status = 'ersatt'") == [(0,)]
