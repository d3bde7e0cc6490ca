"""A case that ran over New Year, delivered in both forms: once in each year, once over both years together."""

from collections.abc import Callable, Mapping

import pytest

from assets.tables.arenden import SPEC as ARENDEN
from assets.tables.builder import build
from assets.tables.counting import count, inputs_for, stale
from assets.tables.insatser import SPEC as INSATSER
from assets.tables.spec import Period, TableSpec
from assets.workspace import Workspace
from tests.pipeline.helpers import case, deliver, insats, query

OVER = {"startdatum": "2018-11-15", "slutdatum": "2019-03-31"}
OPEN = OVER | {"slutdatum": ""}
ONLY_2018 = {"startdatum": "2018-02-01", "slutdatum": "2018-06-01"}
ONLY_2019 = {"startdatum": "2019-05-01", "slutdatum": "2019-08-01"}
"""The case of these tests, as it is known and as it was first known; and one of each year alone."""

Form = Callable[[Workspace, str], None]


def cases(namnd: str, *dates: Mapping[str, str]) -> list[dict[str, str]]:
    """Cases numbered after when they began; the unit makes each nämnd's file one of its own."""
    return [case(int(d["startdatum"][5:7]), enhet=f"enhet_{int(namnd) % 1000}", **d) for d in dates]


def two_extracts(ws: Workspace, namnd: str = "0114") -> None:
    """What was known at each year's end: in the first the case is still open."""
    deliver(ws, cases(namnd, OPEN, ONLY_2018), period="2018", uttagsdatum="2019-01-31", namnd=namnd)
    result = deliver(ws, cases(namnd, OVER, ONLY_2019), period="2019", uttagsdatum="2020-01-31", namnd=namnd)
    assert result.overlapp == 1


def two_extracts_the_later_first(ws: Workspace, namnd: str = "0114") -> None:
    deliver(ws, cases(namnd, OVER, ONLY_2019), period="2019", uttagsdatum="2020-01-31", namnd=namnd)
    deliver(ws, cases(namnd, OPEN, ONLY_2018), period="2018", uttagsdatum="2019-01-31", namnd=namnd)


def one_helbild(ws: Workspace, namnd: str = "0114") -> None:
    deliver(ws, cases(namnd, OVER, ONLY_2018, ONLY_2019), omfang="helbild", namnd=namnd)


def helbild_then_extract(ws: Workspace, namnd: str = "0114") -> None:
    """The helbild of the first winter and the extract of the second year stand beside each other."""
    deliver(ws, cases(namnd, OPEN, ONLY_2018), omfang="helbild", uttagsdatum="2019-01-31", namnd=namnd)
    result = deliver(ws, cases(namnd, OVER, ONLY_2019), period="2019", uttagsdatum="2020-01-31", namnd=namnd)
    assert result.overlapp == 1


def extracts_then_helbild(ws: Workspace, namnd: str = "0114") -> None:
    two_extracts(ws, namnd)
    one_helbild(ws, namnd)


FORMS: Mapping[str, Form] = {
    "0114": two_extracts,
    "0580": two_extracts_the_later_first,
    "2582": one_helbild,
    "0180": helbild_then_extract,
    "1480": extracts_then_helbild,
}
"""Each way to deliver the same, for a nämnd of its own."""


def figures(
    ws: Workspace, spec: TableSpec, first: int, last: int, namnd: str = "0114"
) -> dict[tuple[str, ...], float | str]:
    """Every cell of a table over a span of years, by its codes and measure; its status where it has no value."""
    with ws.database.begin() as conn:
        inputs = inputs_for(conn, namnd, [spec])
    cells = build(spec, inputs, Period(first, last)).cells.drop(columns=["kommun", "period"])
    rows = cells.itertuples(index=False, name=None)
    return {tuple(codes): varde if status == "visas" else status for *codes, varde, status in rows}


def totals(ws: Workspace, first: int, last: int, namnd: str = "0114") -> dict[str, float | str]:
    """The measures of ``arenden`` with all dimensions together."""
    return {
        key[-1]: value for key, value in figures(ws, ARENDEN, first, last, namnd).items() if set(key[:-1]) == {"totalt"}
    }


@pytest.fixture
def delivered(workspace: Workspace) -> Workspace:
    """Every form delivered, each by a nämnd of its own."""
    for namnd, form in FORMS.items():
        form(workspace, namnd)
    return workspace


def test_the_case_counts_once_in_each_year_and_once_in_both(delivered: Workspace) -> None:
    for namnd in FORMS:
        each = [totals(delivered, *years, namnd) for years in ((2018, 2018), (2019, 2019), (2018, 2019))]
        assert [found["antal_arenden"] for found in each] == [2, 2, 3]
        assert [found["antal_personer"] for found in each] == [2, 2, 3]
        assert [found["antal_startade"] for found in each] == [2, 1, 3]
        assert [found["antal_avslutade"] for found in each] == [1, 2, 3]


def test_every_cell_is_the_same_whichever_form_it_came_in(delivered: Workspace) -> None:
    for years in ((2017, 2017), (2018, 2018), (2019, 2019), (2018, 2019), (2017, 2020)):
        first, *others = [figures(delivered, ARENDEN, *years, namnd) for namnd in FORMS]
        assert all(cells == first for cells in others)


def test_the_stored_tables_agree(delivered: Workspace) -> None:
    with delivered.database.begin() as conn:
        jobs = stale(conn, tables=["arenden"], years=(2018, 2019))
    count(delivered.database, jobs, run_id="prov", code_version="prov")
    found = query(
        delivered,
        "SELECT kommun, ar, varde FROM tabell.arenden WHERE roll = 'totalt' AND aldersgrupp = 'totalt'"
        " AND verksamhetsomrade = 'totalt' AND kon = 'totalt' AND matt = 'antal_arenden' AND period = ar::text"
        " ORDER BY kommun, ar",
    )
    assert found == [(namnd, year, 2) for namnd in sorted(FORMS) for year in (2018, 2019)]


def test_an_insats_decided_in_the_first_year_finds_its_case_in_the_second_extract(workspace: Workspace) -> None:
    two_extracts(workspace)
    deliver(
        workspace,
        [insats(1, case_number=11, beslutsdatum="2018-12-20", verkstalld="2019-01-08")],
        tabell="insats",
        period="2018",
        uttagsdatum="2019-01-31",
    )
    deliver(
        workspace,
        [
            insats(1, case_number=11, beslutsdatum="2018-12-20", verkstalld="2019-01-08"),
            insats(2, case_number=11, beslutsdatum="2019-01-10"),
        ],
        tabell="insats",
        period="2019",
    )
    granted = [
        figures(workspace, INSATSER, *years)["stodsamtal", "totalt", "antal_insatser"]
        for years in ((2018, 2018), (2019, 2019), (2018, 2019))
    ]
    assert granted == [1, 1, 2]


def test_a_case_still_open_runs_on_until_an_extract_closes_it(workspace: Workspace) -> None:
    still_open = case(1, **OPEN)
    deliver(workspace, [still_open], period="2018", uttagsdatum="2019-01-31")
    assert [totals(workspace, y, y)["antal_arenden"] for y in (2017, 2018, 2019)] == [0, 1, 1]
    deliver(workspace, [case(1, **OVER | {"slutdatum": "2018-12-31"})], period="2018", uttagsdatum="2020-01-31")
    assert [totals(workspace, y, y)["antal_arenden"] for y in (2017, 2018, 2019)] == [0, 1, 0]


def test_a_delivery_that_shrinks_leaves_only_what_is_current(workspace: Workspace) -> None:
    deliver(workspace, cases("0114", OVER, ONLY_2018, ONLY_2019), omfang="helbild", uttagsdatum="2020-01-31")
    assert [totals(workspace, y, y)["antal_arenden"] for y in (2018, 2019)] == [2, 2]
    fewer = deliver(workspace, cases("0114", ONLY_2019), omfang="helbild", uttagsdatum="2020-02-28")
    assert [totals(workspace, y, y)["antal_arenden"] for y in (2018, 2019)] == [0, 1]
    assert fewer.revision is not None
    assert fewer.revision.borttagna == 2


@pytest.mark.parametrize(
    ("start", "end", "years"),
    [
        ("2018-12-31", "2019-01-01", [1, 1]),
        ("2018-12-31", "2018-12-31", [1, 0]),
        ("2019-01-01", "2019-01-01", [0, 1]),
        ("2017-06-01", "", [1, 1]),
    ],
)
def test_the_days_at_new_year_belong_to_their_own_year(
    workspace: Workspace, start: str, end: str, years: list[int]
) -> None:
    deliver(workspace, [case(1, startdatum=start, slutdatum=end)], omfang="helbild")
    assert [totals(workspace, y, y)["antal_arenden"] for y in (2018, 2019)] == years
    assert totals(workspace, 2018, 2019)["antal_arenden"] == 1
