"""What a delivery changes of what it replaces, whose faults it closes, and when the same bytes are read again."""

from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assets.workspace import Workspace
from tests.pipeline.helpers import case, deliver, insats, put, query, receipts, rows_now, rules, starts, take

BRA = {
    "kalla": "bra", "tabell": "bra_brott", "namnd": "0000", "avsandare": "Brå", "uttagsdatum": "2026-01-01",
    "omfang": "periodutdrag", "period": "2024",
}  # fmt: skip
MAPPING = """\
namn: prov
version: {version}
koder:
  kon:
    {man}: man
    {kvinna}: kvinna
"""


def closed(ws: Workspace) -> list[tuple[Any, ...]]:
    return receipts(ws, "leverans_id, rattad_av")


# ---- what is not closed ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "other",
    [{"namnd": "0180"}, {"tabell": "insats"}, {"avsandare": "Någon annan"}, {"period": "2018"}, {"urval": "enhet_ett"}],
    ids=lambda o: next(iter(o)),
)
def test_a_delivery_of_something_else_leaves_a_refused_one_open(workspace: Workspace, other: dict[str, str]) -> None:
    deliver(workspace, [case(kon="x")], name="fel.csv")
    good = [insats()] if other.get("tabell") == "insats" else [case()]
    done = deliver(workspace, good, name="annan.csv", **other)
    assert done.status == "godkand"
    assert done.closed == ()
    assert closed(workspace) == [(1, None), (2, None)]


def test_a_number_cannot_close_another_kommuns_faults(workspace: Workspace) -> None:
    deliver(workspace, [case(kon="x")], name="fel.csv")
    done = deliver(workspace, [case()], name="ratt.csv", namnd="0180", rattar="1")
    assert done.closed == ()


def test_an_older_extract_closes_nothing(workspace: Workspace) -> None:
    deliver(workspace, [case(), case(2, kon="x")], name="ny.csv", uttagsdatum="2020-01-31")
    done = deliver(workspace, [case()], name="gammal.csv", uttagsdatum="2020-01-15")
    assert done.andring == "aldre"
    assert closed(workspace) == [(1, None), (2, None)]


# ---- what is closed --------------------------------------------------------------------------------------------------


def test_a_corrected_delivery_closes_the_refused_one_of_the_same_sender(workspace: Workspace) -> None:
    assert deliver(workspace, [case(kon="x")], name="a.csv").status == "avvisad"
    assert deliver(workspace, [case(kon="x", startdatum="i går")], name="b.csv").status == "avvisad"
    done = deliver(workspace, [case()], name="c.csv")
    assert done.closed == (1, 2)
    assert closed(workspace) == [(1, 3), (2, 3), (3, None)]


def test_a_delivery_without_a_note_is_closed_by_the_file_of_its_name(workspace: Workspace) -> None:
    assert deliver(workspace, [case()], name="arenden.csv", slip=None).status == "avvisad"
    assert deliver(workspace, [case()], name="arenden.csv").closed == (1,)


def test_a_partly_accepted_one_is_closed_when_its_slot_is_replaced(workspace: Workspace) -> None:
    first = deliver(workspace, [case(), case(2, kon="x")], name="a.csv")
    assert (first.status, first.rader_karantan) == ("delvis_godkand", 1)
    second = deliver(workspace, [case(), case(2), case(3, kon="x")], name="b.csv", uttagsdatum="2020-02-01")
    assert second.closed == (1,)
    third = deliver(workspace, [case(), case(2), case(3)], name="c.csv", uttagsdatum="2020-02-02")
    assert third.closed == (2,)
    assert closed(workspace) == [(1, 2), (2, 3), (3, None)]


def test_a_faulty_one_that_becomes_current_again_is_open_again(workspace: Workspace) -> None:
    faulty = [case(), case(2, kon="x")]
    deliver(workspace, faulty, name="a.csv")
    deliver(workspace, [case()], name="b.csv", uttagsdatum="2020-02-01")
    done = deliver(workspace, faulty, name="a.csv", uttagsdatum="2020-02-02")
    assert done.andring == "ateraktiverad"
    assert closed(workspace)[0] == (1, None)


# ---- what is changed -------------------------------------------------------------------------------------------------


def test_nothing_is_compared_where_nothing_is_replaced(workspace: Workspace) -> None:
    assert deliver(workspace, [case()]).revision is None
    assert receipts(workspace, "poster_nya, poster_andrade, poster_borttagna") == [(None, None, None)]


def _bra(counts: dict[int, int | None], mark: int = 0) -> str:
    """Yearly counts by offence id; ``mark`` stands in a column that is not read and makes the bytes another file."""
    lines = ["kommunkod;period;periodtyp;brott_id;antal;per_100000_inv;source"]
    lines += [f"2582;2024;År;{b};{'..' if n is None else n};..;{mark}" for b, n in counts.items()]
    return "\n".join(lines) + "\n"


MARKS = count(1)
IDS = (5036, 11084, 11130, 11306, 11314, 11323, 11330)
COUNTS = st.dictionaries(st.sampled_from(IDS), st.none() | st.integers(0, 3), min_size=1)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], derandomize=True)
@given(before=COUNTS, after=COUNTS)
def test_new_changed_and_removed_records_are_counted(
    workspace: Workspace, before: dict[int, int | None], after: dict[int, int | None]
) -> None:
    mark = next(MARKS)
    deliver(workspace, _bra(before, 2 * mark), name="fore.csv", slip=BRA, avsandare=f"Prov {mark}")
    done = deliver(workspace, _bra(after, 2 * mark + 1), name="efter.csv", slip=BRA, avsandare=f"Prov {mark}")
    found = done.revision
    assert found is not None
    assert found.nya == sum(b not in before for b in after)
    assert found.borttagna == sum(b not in after for b in before)
    assert found.andrade == sum(b in before and before[b] != n for b, n in after.items())
    assert found.fore == len(before)


def test_a_delivery_that_loses_most_of_what_was_there_says_so(workspace: Workspace) -> None:
    deliver(workspace, [case(n) for n in range(1, 13)], name="a.csv")
    few = deliver(workspace, [case(n) for n in range(1, 6)], name="b.csv", uttagsdatum="2020-02-01")
    assert few.status == "godkand"
    assert [f.regel for f in few.notes] == ["farre_an_forut"]
    assert (few.revision.nya, few.revision.andrade, few.revision.borttagna) == (0, 0, 7)  # type: ignore[union-attr]
    assert query(workspace, "SELECT regel, kostar_rad FROM mottagning.karantan") == [("farre_an_forut", False)]
    half = deliver(workspace, [case(n) for n in range(1, 4)], name="c.csv", uttagsdatum="2020-02-02")
    assert half.notes == ()  # five records are too few to judge by


# ---- parts of a source, and the way it was read ----------------------------------------------------------------------


def test_two_parts_of_a_source_do_not_replace_each_other(workspace: Workspace) -> None:
    deliver(workspace, _bra({5036: 1}), name="a.csv", slip=BRA)
    deliver(workspace, _bra({11130: 2}), name="b.csv", slip=BRA, urval="misshandel")
    deliver(workspace, _bra({11130: 3}), name="c.csv", slip=BRA, urval="misshandel", uttagsdatum="2026-01-02")
    rows = rows_now(workspace, ("brott_id", "antal"), table="bra_brott")
    assert sorted(map(tuple, rows.to_numpy().tolist())) == [(5036, 1), (11130, 3)]


def test_the_same_bytes_are_read_again_with_a_changed_mapping(
    make_workspace: Callable[..., Workspace], tmp_path: Path
) -> None:
    path = tmp_path / "prov.yaml"
    path.write_text(MAPPING.format(version=1, man="'1'", kvinna="'2'"), encoding="utf-8")
    ws = make_workspace(mappings={"prov": path})
    rows = [case(kon="1")]
    assert deliver(ws, rows, mappning="prov").andring == "ny"
    assert deliver(ws, rows, mappning="prov").andring == "oforandrad"
    path.write_text(MAPPING.format(version=2, man="'2'", kvinna="'1'"), encoding="utf-8")
    again = deliver(ws, rows, mappning="prov")
    assert again.andring == "ny"
    assert (again.revision.nya, again.revision.andrade, again.revision.borttagna) == (0, 1, 0)  # type: ignore[union-attr]
    assert list(rows_now(ws, ("kon",))["kon"]) == ["kvinna"]
    assert receipts(ws, "status") == [("ersatt",), ("godkand",)]


def test_a_fault_names_the_very_cell(workspace: Workspace) -> None:
    rows = [{"extra": ""} | case(1, startdatum="2019-13-01", slutdatum=None), {"extra": ""} | case(2, slutdatum=None)]
    done = deliver(workspace, rows)
    assert [(f.regel, f.rad, f.kolumn, f.bokstav, f.tabell) for f in done.faults] == [
        ("datum_format", 2, "startdatum", "H", "arende")
    ]
    assert query(workspace, "SELECT tabell, rad, bokstav FROM mottagning.karantan WHERE kostar_rad") == [
        ("arende", 2, "H")
    ]
    assert starts(workspace)
    assert rules(done)
    put(workspace, [case(3)], name="b.csv")
    assert take(workspace).status == "godkand"
