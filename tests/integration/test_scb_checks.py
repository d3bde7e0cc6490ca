"""Population by age in a real warehouse: what the client writes is taken in whole, and the checks count what is off."""

import json
from itertools import product
from typing import Any

import pytest
from sqlalchemy import Connection, text

from assets.receiving import receive
from assets.workspace import Workspace
from quality.consistency import CONSISTENCY
from sources.foljesedel import SUFFIX, write_slip
from sources.scb import AVSANDARE
from tests.pipeline.helpers import rows_now
from tests.scb_tables import SEXES, Pairs, population, raw
from warehouse.database import Database

CHECKS = {check.name: check for check in CONSISTENCY}
SINGLE = [*map(str, range(100)), "100_plus"]
TENS = [*(f"{i}_{i + 9}" for i in range(0, 100, 10)), "100_plus"]
AGES: Pairs = [("tot", "totalt ålder"), *((str(i), f"{i} år") for i in range(100)), ("100+", "100+ år")]


def exceptions(conn: Connection, name: str, rows: list[tuple[str, int, str, str, int]]) -> int:
    """What a check counts when exactly these rows (kommunkod, ar, kon, alder, antal) are current."""
    conn.execute(text("DROP VIEW omvarld.befolkning_gallande"))
    conn.execute(
        text(
            "CREATE TABLE omvarld.befolkning_gallande"
            " (kommunkod text, ar integer, kon text, alder text, antal integer, UNIQUE (kommunkod, ar, kon, alder))"
        )
    )
    names = ("kommunkod", "ar", "kon", "alder", "antal")
    conn.execute(
        text("INSERT INTO omvarld.befolkning_gallande VALUES (:kommunkod, :ar, :kon, :alder, :antal)"),
        [dict(zip(names, row, strict=True)) for row in rows],
    )
    counted = CHECKS[name].count(conn)
    conn.rollback()
    return counted


def by_age(ages: list[str], off: int, year: int = 2024, kommun: str = "0114") -> list[tuple[str, int, str, str, int]]:
    return [(kommun, year, "kvinna", age, 10) for age in ages] + [
        (kommun, year, "kvinna", "totalt", 10 * len(ages) + off)
    ]


@pytest.mark.parametrize(("ages", "cells"), [(SINGLE, 101), (TENS, 11), (["0_64", "65_plus"], 2)])
def test_ages_must_give_all_ages_to_2024_and_nearly_from_2025(database: Database, ages: list[str], cells: int) -> None:
    most = 3 * (cells + 1)
    with database.owner.connect() as conn:
        for year, off, wrong in [
            (2024, 0, 0), (2024, 1, 1), (2024, -1, 1), (2025, most, 0), (2025, -most, 0), (2025, most + 1, 1),
        ]:  # fmt: skip
            assert exceptions(conn, "aldrarna_ger_alla_aldrar", by_age(ages, off, year)) == wrong


@pytest.mark.parametrize(
    "ages",
    [SINGLE[:-1], SINGLE[1:], SINGLE[:50] + SINGLE[51:], TENS[1:], TENS[:-1], ["0_9", "100_plus"], ["20"], ["65_plus"]],
)
def test_a_set_of_ages_with_a_gap_is_not_judged(database: Database, ages: list[str]) -> None:
    with database.owner.connect() as conn:
        assert exceptions(conn, "aldrarna_ger_alla_aldrar", by_age(ages, 5)) == 0


def test_years_and_groups_beside_each_other_are_each_judged(database: Database) -> None:
    years = [("0114", 2024, "kvinna", age, 10) for age in SINGLE]
    groups = [("0114", 2024, "kvinna", age, 100) for age in TENS[:-1]]
    total = [("0114", 2024, "kvinna", "totalt", 1010)]
    with database.owner.connect() as conn:
        assert exceptions(conn, "aldrarna_ger_alla_aldrar", years + groups + total) == 0
        assert exceptions(conn, "aldrarna_ger_alla_aldrar", [*years[1:], (*years[0][:4], 11), *groups, *total]) == 1
        assert exceptions(conn, "aldrarna_ger_alla_aldrar", [*years, *groups[1:], (*groups[0][:4], 99), *total]) == 1


@pytest.mark.parametrize(("year", "noise"), [(2024, 0), (2025, 9)])
def test_women_and_men_give_the_total_for_each_age_by_itself(database: Database, year: int, noise: int) -> None:
    rows = [
        ("0114", year, kon, age, 20 if kon == "totalt" else 10)
        for age, kon in product(["totalt", "5", "20_29"], ["kvinna", "man", "totalt"])
    ]
    name = "kvinnor_och_man_ger_totalen"
    with database.owner.connect() as conn:
        assert exceptions(conn, name, rows) == 0
        for place in range(len(rows)):
            near, far = (
                [*rows[:place], (*rows[place][:4], rows[place][4] + off), *rows[place + 1 :]]
                for off in (noise, noise + 1)
            )
            assert exceptions(conn, name, near) == 0
            assert exceptions(conn, name, far) == 1
        assert exceptions(conn, name, [row for row in rows if row[2:4] != ("man", "5")]) == 0  # no parts to add


def test_a_kommun_with_ages_only_is_still_one_without_population(database: Database) -> None:
    rows = [("0114", 2024, "totalt", "totalt", 5), ("0115", 2024, "totalt", "5", 5)]
    with database.owner.connect() as conn:
        assert exceptions(conn, "folkmangd_for_alla_kommuner", rows) == 289


def put(ws: Workspace, name: str, data: Any, slip: dict[str, str]) -> None:
    (ws.inbox / name).write_bytes(raw(data))
    write_slip(ws.inbox / f"{name}{SUFFIX}", slip)


def test_a_delivery_by_age_is_loaded_whole_beside_the_one_without(workspace: Workspace) -> None:
    """Both are current, each for its part; where both give a figure the later extract's stands."""
    slip = {"kalla": "scb", "tabell": "befolkning", "namnd": "0000", "avsandare": AVSANDARE, "omfang": "periodutdrag",
            "period": "2024"}  # fmt: skip

    def count(region: str, age: str, sex: str, _year: str) -> int:
        ages = 101 if age.startswith("totalt") else 1
        return int(region) * ages * (2 if sex.startswith("totalt") else 1)

    put(workspace, "a.json", population(count), slip | {"urval": "kon", "uttagsdatum": "2025-03-01"})
    put(workspace, "b.json", population(count, ages=AGES), slip | {"urval": "kon_alder", "uttagsdatum": "2025-03-02"})
    got = receive(workspace)
    assert [(r.status, r.rader_godkanda, r.rader_karantan) for r in got.results] == [
        ("godkand", 6, 0),
        ("godkand", 2 * 102 * 3, 0),
    ]
    rows = rows_now(workspace, ("kommunkod", "kon", "alder", "antal"), table="befolkning")
    assert len(rows) == 2 * 102 * 3
    for row in rows.itertuples():
        ages = 101 if row.alder == "totalt" else 1
        assert row.antal == int(row.kommunkod) * ages * (2 if row.kon == "totalt" else 1)
    assert {k for _, k in SEXES} & set(rows["kon"]) == set()
    with workspace.database.owner.connect() as conn:
        for name in ("kvinnor_och_man_ger_totalen", "aldrarna_ger_alla_aldrar"):
            assert CHECKS[name].count(conn) == 0


def test_a_faulty_table_costs_the_rows_that_are_wrong_and_says_where(workspace: Workspace) -> None:
    data = population(lambda region, _age, sex, _year: {"män": 4, "kvinnor": 5}.get(sex, 9) + (region == "0115"))
    data["value"][1] = "många"
    put(workspace, "svar.json", data, {"uttagsdatum": "2025-03-01"})
    (result,) = receive(workspace).results
    assert result.status == "delvis_godkand"
    assert {(f.regel, f.rad, f.kolumn) for f in result.faults} == {("heltal", 2, "antal"), ("summa", 6, "antal")}
    assert json.loads(raw(data))["value"][5] == 10  # what the second fault is about: 5 and 6 are 11
    assert len(rows_now(workspace, ("antal",), table="befolkning")) == 4
