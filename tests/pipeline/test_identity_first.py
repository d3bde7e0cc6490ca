"""Nothing that identifies a person passes the first step: what stands in the register after a delivery."""

from collections.abc import Callable, Iterator

import pytest

from assets.receiving import receive
from assets.workspace import Workspace
from quality.keys import KeyMismatch
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
    rows_now,
    rules,
    stored,
    table_text,
)

PERSONNUMMER = pnr("19850615", 980)
SAMORDNING = pnr("19850675", 981)
RESERV = "19850615A98B"
LONG_AGO = pnr("19120304", 982)

NOTATIONS = {
    PERSONNUMMER: (
        PERSONNUMMER,
        f"{PERSONNUMMER[:8]}-{PERSONNUMMER[8:]}",
        PERSONNUMMER[2:],
        f"{PERSONNUMMER[2:8]}-{PERSONNUMMER[8:]}",
        f" {PERSONNUMMER[2:8]} {PERSONNUMMER[8:]} ",
        f"{PERSONNUMMER[2:8]}\u2013{PERSONNUMMER[8:]}",
        f"{PERSONNUMMER}.0",
    ),
    SAMORDNING: (
        SAMORDNING,
        f"{SAMORDNING[:8]}-{SAMORDNING[8:]}",
        SAMORDNING[2:],
        f"{SAMORDNING[2:8]}-{SAMORDNING[8:]}",
    ),
    RESERV: (RESERV, f"{RESERV[:8]}-{RESERV[8:]}", RESERV.lower(), f"{RESERV[2:8]}-{RESERV[8:]}"),
    LONG_AGO: (LONG_AGO, f"{LONG_AGO[2:8]}+{LONG_AGO[8:]}"),
}


def persons(ws: Workspace, table: str = "arende", column: str = "person_id", namnd: str = "0114") -> list[str]:
    return [str(p) for p in rows_now(ws, (column,), table=table, namnd=namnd)[column]]


@pytest.fixture
def nothing_left(workspace: Workspace) -> Iterator[Callable[[str], None]]:
    """Say what was delivered; at the end none of it stands anywhere."""
    planted: list[str] = []
    yield planted.append
    written = everything_written(workspace).lower()
    assert planted
    for value in planted:
        assert value.lower() not in written


# --- identifiers where none belong


@pytest.mark.parametrize(
    ("column", "named"), [("enhet", "enhet"), ("vuxen", "vuxen"), ("startdatum", "startdatum"), ("övrigt", "kolumn I")]
)
def test_an_identifier_in_another_column_refuses_the_row(
    workspace: Workspace, nothing_left: Callable[[str], None], column: str, named: str
) -> None:
    notations = NOTATIONS[PERSONNUMMER][:4] + NOTATIONS[SAMORDNING][:2] + NOTATIONS[RESERV][:1]
    fine = {"enhet": "enhet_1", "övrigt": ""}.get(column)
    rows = [case(1) | ({} if fine is None else {column: fine})]
    for n, notation in enumerate(notations, start=2):
        nothing_left(notation)
        rows.append(case(n) | {column: notation})
    result = deliver(workspace, rows)
    faulty = range(3, len(rows) + 2)
    assert {("identitet_i_fel_kolumn", row, named) for row in faulty} <= set(rules(result))
    assert (result.rader_godkanda, result.rader_karantan) == (1, len(notations))
    assert not any(notation in str(result) for notation in notations)


@pytest.mark.parametrize(
    "text",
    [
        f"mor {PERSONNUMMER[:8]}-{PERSONNUMMER[8:]} ringde",
        f"se{PERSONNUMMER[2:8]}-{PERSONNUMMER[8:]}.",
        "nås på 070-123 45 67",
        "anna.andersson@example.se",
    ],
)
def test_free_text_that_points_to_a_person_refuses_the_row(
    workspace: Workspace, nothing_left: Callable[[str], None], text: str
) -> None:
    nothing_left(text)
    result = deliver(workspace, [case(1) | {"övrigt": ""}, case(2) | {"övrigt": text}])
    assert ("identitet_i_fel_kolumn", 3, "kolumn I") in rules(result)
    listed = [row for row in fault_list(workspace, result) if row["Rad"] == "3"]
    assert [row["Kolumn"] for row in listed] == ["kolumn I"]
    assert listed[0]["Gör så här"].startswith("Ta bort personnummer")
    assert stored(workspace) == 1


def test_harmless_free_text_is_not_stored_either(workspace: Workspace, nothing_left: Callable[[str], None]) -> None:
    nothing_left("ringde i onsdags")
    assert deliver(workspace, [case(1) | {"övrigt": "ringde i onsdags"}]).status == "godkand"


def test_a_number_in_the_header_row_is_not_repeated(workspace: Workspace, nothing_left: Callable[[str], None]) -> None:
    nothing_left(PERSONNUMMER)
    result = deliver(workspace, [case(1) | {PERSONNUMMER: "x"}])
    assert [n.kolumn for n in result.notes] == ["kolumn I"]


def test_a_file_without_header_row_says_nothing_of_its_first_row(
    workspace: Workspace, nothing_left: Callable[[str], None]
) -> None:
    nothing_left(pnr("19900101", 981))
    result = deliver(workspace, table_text([case(1), case(2)]).partition("\n")[2])
    assert result.status == "avvisad"
    assert pnr("19900101", 981) not in str(result)


@pytest.mark.parametrize(
    ("value", "rule"),
    [
        (PERSONNUMMER[:-1] + str((int(PERSONNUMMER[-1]) + 1) % 10), "personnummer_kontrollsiffra"),
        ("19851345-9801", "personnummer_datum"),
        ("", "saknas"),
        ("okänd", "saknas"),
        ("19850615", None),
        (f"Anna {PERSONNUMMER}", "form"),
        ("850615-XXXX", "form"),
        ("1.98506E+11", "form"),
    ],
)
def test_a_faulty_person_id_costs_its_row(workspace: Workspace, value: str, rule: str | None) -> None:
    result = deliver(workspace, [case(1), case(2, person_id=value)])
    assert rules(result) == ([(rule, 3, "person_id")] if rule else [])


# --- pseudonyms


@pytest.mark.parametrize("whole", NOTATIONS)
def test_a_person_is_the_same_in_every_notation_over_years_and_tables(
    workspace: Workspace, nothing_left: Callable[[str], None], whole: str
) -> None:
    notations = NOTATIONS[whole]
    for year, born in ((2017, "x"), (2018, "y"), (2019, "z")):
        rows = [
            case(n, arende_id=f"{born}{n}", person_id=notation, startdatum=f"{year}-03-01", slutdatum=f"{year}-04-01")
            for n, notation in enumerate(notations)
        ]
        deliver(workspace, rows, period=str(year), uttagsdatum=f"{year + 1}-01-31")
    children = [
        {
            "arende_id": "x0",
            "barn_id": notations[-1],
            "aldersgrupp": "okand",
            "kon": "kvinna",
            "utsatt_eller_bevittnat": "okant",
        }
    ]
    assert deliver(workspace, children, tabell="barn").rader_godkanda == 1
    found = persons(workspace)
    assert len(found) == 3 * len(notations)
    assert len({*found, *persons(workspace, "barn", "barn_id")}) == 1
    for notation in notations:
        nothing_left(notation.strip())
    nothing_left(whole[2:8] + "-")


def test_different_persons_stay_different(workspace: Workspace) -> None:
    people = [PERSONNUMMER, SAMORDNING, RESERV, LONG_AGO, pnr("20120304", 982), "K-1", "K-10"]
    deliver(workspace, [case(n, person_id=person) for n, person in enumerate(people)])
    assert len(set(persons(workspace))) == len(people)


def test_a_person_is_someone_else_in_every_namnd(workspace: Workspace) -> None:
    rows = [case(1, person_id=PERSONNUMMER)]
    for namnd in ("0114", "0580", "2582"):
        # One blank line more: other bytes, the same records.
        deliver(workspace, table_text(rows) + "\n" * int(namnd[0]) + " \n" * int(namnd[1]), namnd=namnd)
    for column in ("person_id", "arende_id"):
        found = [persons(workspace, column=column, namnd=namnd) for namnd in ("0114", "0580", "2582")]
        assert [len(f) for f in found] == [1, 1, 1]
        assert len({f[0] for f in found}) == 3


def test_case_numbers_link_tables_and_are_pseudonyms_too(
    workspace: Workspace, nothing_left: Callable[[str], None]
) -> None:
    nothing_left("dnr-4711")
    nothing_left("ins-0815")
    deliver(workspace, [case(1, arende_id="DNR-4711")])
    deliver(workspace, [insats(1, arende_id=" dnr-4711 ", insats_id="INS-0815")], tabell="insats")
    joined = "SELECT count(*) FROM register.insats_gallande JOIN register.arende_gallande USING (namnd, arende_id)"
    assert query(workspace, joined) == [(1,)]
    assert all(len(value) == 32 for value in persons(workspace, "insats", "insats_id"))


def test_a_person_and_a_case_with_equal_ids_get_different_pseudonyms(workspace: Workspace) -> None:
    deliver(workspace, [case(1, arende_id="4711", person_id="4711")])
    assert persons(workspace, column="arende_id") != persons(workspace)


# --- age


@pytest.mark.parametrize(
    ("born", "start", "group"),
    [
        ("20011231", "2019-12-30", "13_17"),
        ("20011231", "2019-12-31", "18_25"),
        ("19850675", "2019-06-14", "26_40"),
        ("19120304", "2019-06-14", "61_plus"),
    ],
)
def test_age_is_grouped_on_the_day_the_case_began(workspace: Workspace, born: str, start: str, group: str) -> None:
    deliver(workspace, [case(1, person_id=pnr(born, 985), startdatum=start, slutdatum="")])
    assert list(rows_now(workspace, ("aldersgrupp",))["aldersgrupp"]) == [group]


def test_age_in_years_is_grouped_and_not_kept(workspace: Workspace) -> None:
    deliver(workspace, [case(n, person_id=f"K{n}") | {"alder": age} for n, age in enumerate(["37", "17", "", "999"])])
    rows = rows_now(workspace, ("rad", "aldersgrupp")).sort_values("rad")
    assert list(rows["aldersgrupp"]) == ["26_40", "13_17", "okand", "okand"]
    columns = query(workspace, "SELECT column_name FROM information_schema.columns WHERE table_schema = 'register'")
    assert not {name for (name,) in columns} & {"alder", "fodelsedatum", "personnummer", "namn"}


def test_sex_is_never_taken_from_the_number(workspace: Workspace) -> None:
    # The last digit but one is even for women: the field says otherwise, and the field decides.
    rows = [case(1, person_id=pnr("19850615", 980), kon="man"), case(2, person_id=pnr("19850615", 981), kon="kvinna")]
    deliver(workspace, rows)
    assert list(rows_now(workspace, ("rad", "kon")).sort_values("rad")["kon"]) == ["man", "kvinna"]
    assert rules(deliver(workspace, [case(3, kon=""), case(4)], period="2018")) == [("saknas", 2, "kon")]


# --- keys


def test_each_namnd_has_its_own_check_value(workspace: Workspace) -> None:
    deliver(workspace, [case(1)])
    deliver(workspace, [case(2)], namnd="0580")
    deliver(workspace, [case(3)], period="2018")
    found = query(workspace, "SELECT namnd, version, kontrollvarde FROM mottagning.nyckel ORDER BY namnd")
    assert [(namnd, version) for namnd, version, _ in found] == [("0114", 1), ("0580", 1)]
    assert len({value for _, _, value in found}) == 2
    assert query(workspace, "SELECT DISTINCT nyckelversion FROM register.arende") == [(1,)]


def test_a_wrong_check_value_of_one_namnd_stops_that_namnd_before_anything_is_written(workspace: Workspace) -> None:
    deliver(workspace, [case(1)])
    deliver(workspace, [case(2)], namnd="0580")
    with workspace.database.owner.begin() as conn:
        conn.exec_driver_sql("UPDATE mottagning.nyckel SET kontrollvarde = repeat('0', 16) WHERE namnd = '0580'")
    assert deliver(workspace, [case(3)], period="2018").status == "godkand"
    put(workspace, [case(4)], slip=dict(SLIP) | {"namnd": "0580", "period": "2018"})
    with pytest.raises(KeyMismatch, match="0580"):
        receive(workspace)
    assert stored(workspace) == 3
