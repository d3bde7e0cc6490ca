"""Which delivery is current: slots, helbild and periodutdrag, late and repeated ones, overlaps, and as of a moment."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pandas as pd
import pytest

from assets.journal import Intake
from assets.tables.catalogue import TABLES
from assets.tables.counting import Setup, count, stale
from assets.workspace import Workspace
from tests.pipeline.helpers import case, deliver, insats, query, receipts, rows_now, starts, stored
from warehouse import reading

MARCH, APRIL, MAY, JUNE = (date(2019, month, 1) for month in (3, 4, 5, 6))


def version(ws: Workspace, number: int, start: date, *, on: str, **stated: Any) -> Intake:
    """Deliver one case whose start date tells which version of it is seen."""
    return deliver(ws, [case(number, startdatum=start.isoformat())], uttagsdatum=on, **stated)


def helbild(ws: Workspace, number: int, start: date, *, on: str, **stated: Any) -> Intake:
    return version(ws, number, start, on=on, omfang="helbild", **stated)


# --- older ones that arrive late


def test_an_older_extract_of_the_slot_is_stored_but_not_current(workspace: Workspace) -> None:
    version(workspace, 1, APRIL, on="2020-03-01")
    late = version(workspace, 1, MARCH, on="2020-02-01")
    assert (late.andring, late.status) == ("aldre", "ersatt")
    assert starts(workspace) == [APRIL]
    assert stored(workspace) == 2
    assert receipts(workspace) == [("godkand",), ("ersatt",)]


def test_an_older_helbild_is_stored_but_not_current(workspace: Workspace) -> None:
    helbild(workspace, 1, APRIL, on="2020-03-01")
    late = helbild(workspace, 2, MARCH, on="2020-02-01")
    assert late.andring == "aldre"
    assert starts(workspace) == [APRIL]
    assert stored(workspace) == 2


def test_a_periodutdrag_older_than_the_helbild_is_not_current(workspace: Workspace) -> None:
    helbild(workspace, 1, APRIL, on="2020-03-01")
    assert version(workspace, 2, MARCH, on="2020-02-01").andring == "aldre"
    assert starts(workspace) == [APRIL]


def test_an_older_helbild_leaves_a_later_periodutdrag_and_fills_the_rest(workspace: Workspace) -> None:
    version(workspace, 1, APRIL, on="2020-03-01")
    assert helbild(workspace, 2, MARCH, on="2020-02-01").andring == "ny"
    assert starts(workspace) == [MARCH, APRIL]


# --- what a helbild replaces


def test_a_helbild_replaces_everything_earlier_of_its_source_table_and_namnd(workspace: Workspace) -> None:
    version(workspace, 1, MARCH, on="2020-01-31", period="2018")
    version(workspace, 2, MARCH, on="2020-01-31", period="2019")
    version(workspace, 3, MARCH, on="2020-01-31", avsandare="Enhet öst")
    helbild(workspace, 4, MARCH, on="2019-12-31")
    assert len(rows_now(workspace)) == 4
    result = helbild(workspace, 5, MAY, on="2020-01-31", avsandare="En annan")
    assert (result.andring, result.overlapp) == ("ny", 0)
    assert starts(workspace) == [MAY]
    assert receipts(workspace) == [("ersatt",)] * 4 + [("godkand",)]
    assert stored(workspace) == 5


def test_a_helbild_leaves_other_namnder_tables_and_later_periods(workspace: Workspace) -> None:
    version(workspace, 1, MARCH, on="2020-01-31", namnd="0580")
    deliver(workspace, [insats(1)], tabell="insats")
    version(workspace, 2, APRIL, on="2020-06-01")
    helbild(workspace, 3, MAY, on="2020-05-31")
    assert starts(workspace, namnd="0580") == [MARCH]
    assert starts(workspace, namnd="0114") == [APRIL, MAY]
    assert len(rows_now(workspace, ("insatstyp",), table="insats")) == 1


def test_a_periodutdrag_after_the_helbild_stands_beside_it_and_wins_where_they_overlap(workspace: Workspace) -> None:
    deliver(workspace, [case(1, startdatum="2019-03-01"), case(2, startdatum="2019-03-01")], omfang="helbild")
    result = deliver(
        workspace,
        [case(2, startdatum="2019-04-01"), case(3, startdatum="2019-04-01")],
        uttagsdatum="2020-02-28",
    )
    assert (result.andring, result.overlapp) == ("ny", 1)
    assert receipts(workspace, "rader_overlapp") == [(0,), (1,)]
    assert starts(workspace) == [MARCH, APRIL, APRIL]


# --- senders and periods


def test_two_senders_of_the_same_period_stand_side_by_side(workspace: Workspace) -> None:
    version(workspace, 1, MARCH, on="2020-01-31", avsandare="Enhet öst")
    version(workspace, 2, APRIL, on="2020-01-31", avsandare="Enhet väst")
    assert starts(workspace) == [MARCH, APRIL]
    version(workspace, 2, MAY, on="2020-02-28", avsandare="Enhet väst")
    assert starts(workspace) == [MARCH, MAY]


@pytest.mark.parametrize("later_first", [False, True])
def test_of_a_key_in_two_periods_the_latest_extract_wins_whichever_came_first(
    workspace: Workspace, later_first: bool
) -> None:
    deliveries: list[Callable[[], Intake]] = [
        lambda: deliver(
            workspace, [case(1, startdatum="2018-11-01", slutdatum="")], uttagsdatum="2019-01-31", period="2018"
        ),
        lambda: version(workspace, 1, APRIL, on="2020-01-31", period="2019"),
    ]
    overlaps = [make().overlapp for make in (reversed(deliveries) if later_first else deliveries)]
    assert overlaps == [0, 1]
    assert starts(workspace) == [APRIL]
    view = "SELECT count(*) FROM register.arende_gallande"
    assert query(workspace, view) == [(1,)]
    assert stored(workspace) == 2


def test_equal_extract_dates_are_settled_by_which_became_current_last(workspace: Workspace) -> None:
    version(workspace, 1, MARCH, on="2020-01-31", period="2018")
    version(workspace, 1, APRIL, on="2020-01-31", period="2019")
    assert starts(workspace) == [APRIL]


def test_the_same_case_number_in_two_namnder_is_two_cases(workspace: Workspace) -> None:
    version(workspace, 1, MARCH, on="2020-01-31")
    result = deliver(workspace, [case(1, startdatum="2019-03-01")], namnd="0580", uttagsdatum="2020-02-28")
    # The same bytes are known as the first nämnd's: said, not stored under a key of another's.
    assert result.andring == "avvisad"
    result = version(workspace, 1, APRIL, on="2020-01-31", namnd="0580")
    assert (result.andring, result.overlapp) == ("ny", 0)
    assert starts(workspace) == [MARCH, APRIL]


# --- the same content again


def test_content_that_comes_back_with_a_later_extract_is_current_again(workspace: Workspace) -> None:
    first = version(workspace, 1, MARCH, on="2020-01-31")
    version(workspace, 1, APRIL, on="2020-02-28")
    again = version(workspace, 1, MARCH, on="2020-03-31")
    assert (again.andring, again.leverans_id, again.status) == ("ateraktiverad", first.leverans_id, "godkand")
    assert starts(workspace) == [MARCH]
    assert receipts(workspace) == [("godkand",), ("ersatt",)]
    assert stored(workspace) == 2


def test_a_faulty_delivery_that_comes_back_is_still_only_partly_accepted(workspace: Workspace) -> None:
    rows = [case(1), case(2, kon="fel")]
    deliver(workspace, rows)
    version(workspace, 1, APRIL, on="2020-02-28")
    assert deliver(workspace, rows, uttagsdatum="2020-03-31").status == "delvis_godkand"
    assert receipts(workspace) == [("delvis_godkand",), ("ersatt",)]


@pytest.mark.parametrize("on", ["2020-01-31", "2020-02-27"])
def test_replaced_content_that_is_sent_again_without_a_later_date_stays_replaced(workspace: Workspace, on: str) -> None:
    version(workspace, 1, MARCH, on="2020-01-31")
    version(workspace, 1, APRIL, on="2020-02-28")
    assert version(workspace, 1, MARCH, on=on).andring == "oforandrad"
    assert starts(workspace) == [APRIL]
    assert receipts(workspace) == [("ersatt",), ("godkand",)]


def test_current_content_confirmed_on_a_later_day_outlives_what_lies_between(workspace: Workspace) -> None:
    version(workspace, 1, MARCH, on="2020-01-31")
    assert version(workspace, 1, MARCH, on="2020-03-31").andring == "oforandrad"
    assert receipts(workspace) == [("godkand",)]
    assert version(workspace, 1, APRIL, on="2020-02-28").andring == "aldre"
    assert starts(workspace) == [MARCH]


def test_a_late_delivery_that_never_was_current_can_become_so(workspace: Workspace) -> None:
    version(workspace, 1, APRIL, on="2020-03-01")
    version(workspace, 1, MARCH, on="2020-02-01")
    assert version(workspace, 1, MARCH, on="2020-04-01").andring == "ateraktiverad"
    assert starts(workspace) == [MARCH]


def test_a_periodutdrag_that_a_helbild_replaced_comes_back_beside_it(workspace: Workspace) -> None:
    version(workspace, 1, MARCH, on="2020-01-31")
    helbild(workspace, 2, APRIL, on="2020-02-28")
    assert version(workspace, 1, MARCH, on="2020-03-31").andring == "ateraktiverad"
    assert starts(workspace) == [MARCH, APRIL]


# --- as of


def moment(ws: Workspace) -> datetime:
    found: datetime = query(ws, "SELECT clock_timestamp()")[0][0]
    return found


def test_what_was_current_then_can_be_read_now(workspace: Workspace) -> None:
    before = moment(workspace)
    version(workspace, 1, MARCH, on="2020-01-31")
    after_first = moment(workspace)
    helbild(workspace, 2, APRIL, on="2020-02-28")
    after_helbild = moment(workspace)
    version(workspace, 3, JUNE, on="2020-02-01")
    version(workspace, 1, MARCH, on="2020-03-31")
    after_return = moment(workspace)
    helbild(workspace, 4, MAY, on="2020-04-30")
    seen = [starts(workspace, as_of=when) for when in (before, after_first, after_helbild, after_return)]
    assert seen == [[], [MARCH], [APRIL], [MARCH, APRIL]]
    assert starts(workspace) == [MAY]
    assert starts(workspace, as_of=datetime(2100, 1, 1, tzinfo=UTC)) == [MAY]


def test_at_no_moment_does_a_slot_have_two_deliveries_or_none(workspace: Workspace) -> None:
    for month in (3, 4, 5):
        version(workspace, 1, date(2019, month, 1), on=f"2020-0{month}-01")
    spans = query(workspace, "SELECT fran, till FROM mottagning.gallande ORDER BY fran")
    assert [till for _, till in spans] == [spans[1][0], spans[2][0], None]
    for fran, _ in spans:
        assert len(starts(workspace, as_of=fran)) == 1


def test_stored_rows_are_never_changed_or_taken_away(workspace: Workspace) -> None:
    def snapshot() -> set[str]:
        return {row for (row,) in query(workspace, "SELECT a::text FROM register.arende a")}

    seen: set[str] = set()
    for n, (on, omfang) in enumerate(
        [
            ("2020-01-31", "periodutdrag"),
            ("2020-03-31", "helbild"),
            ("2020-02-28", "helbild"),
            ("2020-03-31", "helbild"),
        ]
    ):
        deliver(workspace, [case(m, startdatum=f"2019-0{n + 1}-01") for m in range(3)], uttagsdatum=on, omfang=omfang)
        now = snapshot()
        assert seen < now
        seen = now
    assert len(seen) == 12


# --- tables follow the slots


def cell(ws: Workspace, year: int, matt: str = "antal_arenden") -> float | None:
    found = query(
        ws,
        "SELECT varde FROM tabell.cell WHERE tabell = 'arenden' AND kommun = '0114' AND ar = :y AND kon = 'totalt'"
        " AND matt = :m AND dimensioner->>'roll' = 'totalt' AND dimensioner->>'aldersgrupp' = 'totalt'",
        y=year,
        m=matt,
    )
    return found[0][0] if found else None


SETUP = Setup(plan={name: TABLES[name] for name in ("arenden", "insatser", "utfall")})


def recount(ws: Workspace) -> set[tuple[str, int]]:
    with ws.database.begin() as conn:
        jobs = stale(conn, setup=SETUP)
    count(ws.database, jobs, run_id="prov", code_version="prov")
    with ws.database.begin() as conn:
        assert stale(conn, setup=SETUP) == []
    return {(job.slice.tabell, job.slice.ar) for job in jobs}


def test_only_what_a_delivery_touches_is_counted_again(workspace: Workspace) -> None:
    for year in (2018, 2019):
        rows = [case(n + 10 * (year - 2000), startdatum=f"{year}-02-01", slutdatum=f"{year}-05-01") for n in range(3)]
        deliver(workspace, rows, period=str(year))
    assert recount(workspace) == {(table, year) for table in ("arenden", "utfall") for year in (2018, 2019)}
    assert recount(workspace) == set()
    deliver(workspace, [*rows, case(9, startdatum="2019-06-01")], uttagsdatum="2020-03-31")
    assert ("arenden", 2019) in recount(workspace)
    assert (cell(workspace, 2018), cell(workspace, 2019)) == (3, 4)
    deliver(workspace, rows, period="2019")
    assert recount(workspace) == set()


def test_a_slot_that_becomes_empty_counts_as_zero(workspace: Workspace) -> None:
    headers = ";".join(case(1)) + "\n"
    version(workspace, 1, MARCH, on="2020-01-31")
    recount(workspace)
    assert cell(workspace, 2019) == 1
    deliver(workspace, headers, tom="ja", uttagsdatum="2020-03-31")
    recount(workspace)
    assert cell(workspace, 2019) == 0


def test_dates_and_missing_values_come_back_as_they_were(workspace: Workspace) -> None:
    deliver(workspace, [case(1), case(2, slutdatum="")])
    rows = rows_now(workspace, ("startdatum", "slutdatum", "enhet"))
    assert rows["startdatum"].dtype.kind == "M"
    assert sorted(rows["slutdatum"].isna()) == [False, True]
    assert rows["enhet"].isna().all()
    assert rows["slutdatum"].dropna().tolist() == [pd.Timestamp("2019-09-30")]


def test_a_year_that_a_new_helbild_no_longer_touches_does_not_keep_its_old_figures(workspace: Workspace) -> None:
    rows = [case(1), case(2, startdatum="2017-02-01", slutdatum="2017-05-01")]
    deliver(workspace, rows, omfang="helbild")
    recount(workspace)
    assert cell(workspace, 2017) == 1
    deliver(workspace, rows[:1], omfang="helbild", uttagsdatum="2020-03-31")
    recount(workspace)
    assert cell(workspace, 2019) == 1
    assert not cell(workspace, 2017)
    with workspace.database.begin() as conn:
        assert 2017 not in {row["ar"] for row in reading.counted(conn)}
        assert stale(conn, setup=SETUP) == []
