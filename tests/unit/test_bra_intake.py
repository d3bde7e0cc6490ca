"""BRÅ's files all the way in: what is delivered is what is stored, and only what it speaks for is replaced."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from assets.workspace import Workspace
from sources.foljesedel import SUFFIX, write_slip
from tests.pipeline.helpers import fault_list, query, rows_now, rules, take
from tests.unit.test_bra_client import BODEN, Database, collect, figures_of

FORMER = Path(__file__).parents[2] / "examples" / "bra_former"


def lay(ws: Workspace, name: str, content: bytes, slip: str) -> None:
    (ws.inbox / name).write_bytes(content)
    (ws.inbox / f"{name}.foljesedel.yaml").write_text(slip, encoding="utf-8")


def example(ws: Workspace, name: str, folder: Path = FORMER) -> None:
    lay(ws, name, (folder / name).read_bytes(), (folder / f"{name}.foljesedel.yaml").read_text("utf-8"))


@pytest.fixture
def ws(make_workspace: Callable[..., Workspace]) -> Workspace:
    return make_workspace(today=date(2026, 11, 1))


def yearly(ws: Workspace, *lines: str, year: int = 2025) -> None:
    content = "\r\n".join(["Kommun;Antal;Per 100 000 inv.", *lines, ""]).encode("utf-8-sig")
    lay(ws, "kommuner.csv", content, f"kalla: bra\ntabell: bra_brott\nuttagsdatum: 2026-10-01\nperiod: {year}\n")


def test_a_saved_page_is_stored_as_it_stands_though_its_parts_do_not_add_up(ws: Workspace) -> None:
    example(ws, "bra_resultatsida_2582_2025.html")
    got = take(ws)
    assert (got.status, rules(got)) == ("godkand", [])
    found = rows_now(ws, ("kommunkod", "period", "brott_id", "antal"), table="bra_brott")
    counts = {int(r.brott_id): int(r.antal) for r in found.itertuples()}
    assert len(counts) == 12
    assert (counts[5036], counts[11084] + counts[11085]) == (2995, 2994)


def test_the_yearly_file_is_a_delivery_of_its_own(ws: Workspace) -> None:
    example(ws, "bra_resultatsida_2582_2025.html")
    take(ws)
    yearly(ws, "Ale;2537;7810", "Bodens kommun;2 995;10 569", "Angereds stadsdelsområde;1;1")
    got = take(ws)
    assert (got.status, rules(got)) == ("godkand", [])
    assert [(f.regel, f.rad) for f in got.notes] == [("bra_inte_kommun", 4)]
    found = rows_now(ws, ("kommunkod", "brott_id", "antal"), table="bra_brott")
    assert len(found[found["kommunkod"] == "2582"]) == 12
    assert list(found.loc[found["kommunkod"] == "1440", "antal"]) == [2537]


def test_a_bad_row_is_told_in_the_list_and_the_rest_is_stored(ws: Workspace) -> None:
    yearly(ws, "Ale;2537;7810", "Alle;7;7", "Boden;många;7")
    got = take(ws)
    assert got.status == "delvis_godkand"
    told = {(row["Rad"], row["Gör så här"].split()[0]) for row in fault_list(ws, got)}
    assert {rad for rad, _ in told} == {"3", "4"}
    assert list(rows_now(ws, ("antal",), table="bra_brott")["antal"]) == [2537]


def test_handled_offences_are_stored_by_label_and_year(ws: Workspace) -> None:
    example(ws, "bra_handlagda_brott_2023.txt", FORMER.parent)
    got = take(ws)
    assert (got.status, rules(got)) == ("godkand", [])
    assert query(
        ws,
        "SELECT ar, kon, relation, handlagda, utredda, direktavskrivna FROM omvarld.bra_handlagda WHERE brott ="
        " 'misshandel_mot_kvinna_18_ar_eller_aldre_narstaende_genom_parrelation'",
    ) == [(2023, "kvinna", "parrelation", 14885, 14228, 657)]
    assert query(ws, "SELECT count(*) FROM omvarld.bra_handlagda") == [(91,)]


def test_what_the_client_fetched_is_stored_and_the_same_again_is_known(ws: Workspace) -> None:
    for again in (False, True):
        (fetched,) = collect(Database(), **BODEN)
        (ws.inbox / fetched.filnamn).write_bytes(fetched.content)
        write_slip(ws.inbox / (fetched.filnamn + SUFFIX), fetched.slip)
        got = take(ws)
        assert (got.status, rules(got)) == ("godkand", [])
        stored = query(ws, "SELECT kommunkod, period, brott_id, antal FROM omvarld.bra_brott ORDER BY 1, 2, 3")
        expected = {key: None if said[0] is None else int(said[0]) for key, said in figures_of(fetched).items()}
        assert {(k, p, str(b)): a for k, p, b, a in stored} == expected
        assert len(stored) == len(expected) == 4, again
