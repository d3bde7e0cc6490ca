"""Rules of the counted tables: a faultless table in a real database, broken once for each rule."""

import uuid
from collections.abc import Iterator
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import settings as limits
from hypothesis import strategies as st
from sqlalchemy import Connection, text

from assets.tables.statistik import baser, mojlig_andel
from quality.table_rules import RULES, noted, possible, record, rules_for, stopped
from warehouse import cells
from warehouse.cells import Slice

NAME, KOMMUN = "prov", "0114"
THIS, BEFORE = Slice(NAME, KOMMUN, 2019), Slice(NAME, KOMMUN, 2018)
# By code: women and men. ab is a group of a and b; persons recur, so that no total of them is the sum of its codes.
BASE = {"a": (12, 11), "b": (10, 10), "ab": (22, 21), "c": (10, 10), "totalt": (32, 31)}
YES = {"a": (6, 4), "b": (5, 5), "ab": (11, 9), "c": (1, 0), "totalt": (12, 9)}
PERSONS = {"a": (10, 7), "b": (9, 9), "ab": (15, 14), "c": (8, 8), "totalt": (20, 18)}
COUNTS = {"antal_bas": BASE, "antal_ja": YES, "antal_personer": PERSONS}


def value(measure: str, code: str, sex: int) -> float:
    """By place of the sex: women, men, both."""
    if measure in COUNTS:
        both = COUNTS[measure][code]
        return float((*both, sum(both))[sex])
    share = value("antal_ja", code, sex) / value("antal_bas", code, sex)
    return share * {"andel": 1, "andel_lag": 0.9, "andel_hog": 1.1}[measure]


def made(year: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The cells of a year and their ledger: as many cases as each count says, and one row of a questionnaire."""
    rows = [
        (str(year), code, sex, measure, value(measure, code, place), "visas")
        for code in BASE
        for place, sex in enumerate(("kvinna", "man", "totalt"))
        for measure in (*COUNTS, "andel", "andel_lag", "andel_hog")
    ]
    frame = pd.DataFrame(rows, columns=["period", "grupp", "kon", "matt", "varde", "status"])
    counted = frame["matt"].isin(COUNTS) & (frame["varde"] > 0)
    ledger = [(cell, 1, int(frame["varde"][cell])) for cell in frame.index[counted]]
    ledger += [(cell, 2, 1) for cell in frame.index[counted]]
    return frame, pd.DataFrame(sorted(ledger), columns=["cell", "leverans_id", "rader"])


def declare(conn: Connection) -> None:
    """The plan's rows of the table, and the two deliveries behind it."""
    for number, table in ((1, "arende"), (2, "brukarenkat")):
        conn.execute(
            text(
                "INSERT INTO mottagning.leverans (leverans_id, kalla, tabell, namnd, avsandare, omfang, uttagsdatum,"
                " filnamn, storlek, sha256, status) OVERRIDING SYSTEM VALUE VALUES (:n, 'verksamhetssystem', :t,"
                " '0114', 'prov', 'helbild', '2020-01-31', 'prov.csv', 1, :s, 'godkand')"
            ),
            {"n": number, "t": table, "s": str(number) * 64},
        )
    conn.execute(
        text(
            "INSERT INTO tabell.plan VALUES (:t, 99, 'Prov', 'Prov.', 'Alla', 'pagaende', 'arende',"
            " ARRAY['grupp'], false, true)"
        ),
        {"t": NAME},
    )
    measures: list[tuple[Any, ...]] = [
        ("antal_bas", "antal", "antal", [], None, None, None),
        ("antal_ja", "antal", "antal", [], None, None, None),
        ("antal_personer", "antal", "antal", [], "person_id", ["kon"], None),
        *((n, "harledd", "andel", ["antal_ja", "antal_bas"], None, [], "antal_bas")
          for n in ("andel", "andel_lag", "andel_hog")),
    ]  # fmt: skip
    for order, (name, how, form, parts, unit, adds, base) in enumerate(measures):
        conn.execute(
            text(
                "INSERT INTO tabell.matt VALUES (:t, :n, :o, :n, 'arende', 'pagaende', :h, :f, CAST(:d AS text[]), :u,"
                " CAST(:s AS text[]), :b, false)"
            ),
            {"t": NAME, "n": name, "o": order, "h": how, "f": form, "d": parts, "u": unit, "s": adds, "b": base},
        )
    codes: list[tuple[str, str, list[str] | None]] = [("grupp", c, ["a", "b"] if c == "ab" else None) for c in BASE]
    codes += [("kon", c, None) for c in ("kvinna", "man", "annat_okant", "totalt")]
    for order, (dimension, code, parts) in enumerate(codes):
        conn.execute(
            text("INSERT INTO tabell.kod VALUES (:t, :d, :k, :o, :k, CAST(:p AS text[]))"),
            {"t": NAME, "d": dimension, "k": code, "o": order, "p": parts},
        )


def store(conn: Connection, at: Slice) -> None:
    frame, ledger = made(at.ar)
    version = {"fingerprint": "0" * 64, "deliveries": [1, 2], "run_id": "prov", "code_version": "prov"}
    cells.store(conn, at, frame, [], ledger, **version)


@pytest.fixture(scope="module")
def prepared(server: Any, template: str) -> Iterator[Any]:
    name = f"kf_{uuid.uuid4().hex[:12]}"
    database = server.create(name, template)
    with database.owner.begin() as conn:
        declare(conn)
        store(conn, BEFORE)
        store(conn, THIS)
    yield database
    database.dispose()
    server.drop(name)


@pytest.fixture
def conn(prepared: Any) -> Iterator[Connection]:
    """A transaction that is rolled back, by the owner: nobody else may change the ledger."""
    with prepared.owner.connect() as made:
        yield made
        made.rollback()


def change(conn: Connection, measure: str, code: str, kon: str, to: str, year: int = 2019) -> None:
    """Set what stands in one cell."""
    changed = conn.execute(
        text(
            f"UPDATE tabell.cell SET {to} WHERE tabell = :t AND ar = :a AND matt = :m AND kon = :k"
            " AND dimensioner ->> 'grupp' = :g"
        ),
        {"t": NAME, "a": year, "m": measure, "k": kon, "g": code},
    )
    assert changed.rowcount == 1


def found(conn: Connection) -> dict[str, int]:
    return {o.rule.name: o.antal for o in rules_for(conn, [THIS])}


def test_a_faultless_table_breaks_no_rule(conn: Connection) -> None:
    assert rules_for(conn, [THIS, BEFORE]) == []
    assert rules_for(conn, []) == []


BREAKS = [
    ("deklarerad", ("antal_bas", "c", "man", "matt = 'antal_annat'")),
    ("deklarerad", ("antal_bas", "c", "man", """dimensioner = '{"grupp"\\: "d"}'""")),
    ("deklarerad", ("antal_bas", "c", "man", """dimensioner = '{"grupp"\\: "c", "mer"\\: "c"}'""")),
    ("koordinat_en_gang", ("antal_bas", "c", "man", "kon = 'kvinna'")),
    ("hela_tal", ("antal_personer", "c", "man", "varde = 7.5")),
    ("hela_tal", ("antal_ja", "c", "man", "varde = -1")),
    ("andel_0_till_1", ("andel", "a", "man", "varde = 1.2")),
    ("totalen_rymmer_delarna", ("antal_personer", "totalt", "kvinna", "varde = 9")),
    ("totalen_rymmer_delarna", ("antal_personer", "a", "totalt", "varde = 9")),
    ("delarna_ger_totalen", ("antal_bas", "totalt", "kvinna", "varde = 31")),
    ("konen_ger_totalen", ("antal_bas", "c", "totalt", "varde = 21")),
    ("konen_ger_totalen", ("antal_personer", "a", "totalt", "varde = 18")),
    ("grupper_ger_delarna", ("antal_bas", "ab", "kvinna", "varde = 23")),
    ("andel_av_egen_bas", ("andel", "a", "kvinna", "varde = 0.25")),
    ("andel_av_egen_bas", ("antal_ja", "a", "kvinna", "varde = NULL, status = 'saknas'")),
    ("andel_mojlig", ("andel", "a", "kvinna", "varde = 0.51")),
    ("bas_haller", ("antal_bas", "c", "kvinna", "varde = 9")),
    ("bas_haller", ("antal_bas", "c", "kvinna", "varde = NULL, status = 'saknas'")),
    ("intervall_omsluter", ("andel_hog", "a", "kvinna", "varde = 0.49")),
    ("intervall_omsluter", ("andel_lag", "a", "kvinna", "varde = 0.51")),
    ("harkomst_ger_cellen", ("antal_ja", "c", "kvinna", "varde = 2")),
    ("harkomst_ger_cellen", ("antal_ja", "c", "kvinna", "varde = 0")),
    ("harkomst_ger_cellen", ("antal_ja", "c", "man", "varde = 1")),
    ("poster_utan_kod", ("antal_bas", "totalt", "totalt", "varde = 64")),
    ("ar_till_ar", ("antal_bas", "totalt", "totalt", "varde = 20")),
]


@pytest.mark.parametrize(("rule", "broken"), BREAKS)
def test_each_rule_finds_the_cell_that_breaks_it(conn: Connection, rule: str, broken: tuple[str, ...]) -> None:
    change(conn, *broken)

    outcomes = [o for o in rules_for(conn, [THIS, BEFORE]) if o.rule.name == rule]
    assert [(o.slice, o.antal > 0) for o in outcomes] == [(THIS, True)]
    assert rules_for(conn, [BEFORE]) == []


def test_every_rule_is_broken_above() -> None:
    assert {r.name for r in RULES} == {rule for rule, _ in BREAKS}


def test_totals_of_what_is_partly_unknown_and_of_what_cannot_be(conn: Connection) -> None:
    """An unknown part may hold anything, one that cannot be holds nothing."""
    change(conn, "antal_bas", "totalt", "totalt", "varde = 90")
    assert "konen_ger_totalen" in found(conn)
    change(conn, "antal_bas", "totalt", "man", "varde = NULL, status = 'saknas'")
    assert "konen_ger_totalen" not in found(conn)
    change(conn, "antal_bas", "totalt", "man", "status = 'ej_tillampligt'")
    assert "konen_ger_totalen" in found(conn)


def test_figures_that_arrive_as_figures_need_neither_rows_nor_all_parts(conn: Connection) -> None:
    change(conn, "antal_bas", "c", "totalt", "varde = 25")
    assert {"konen_ger_totalen", "harkomst_ger_cellen"} <= set(found(conn))
    conn.execute(text("UPDATE tabell.plan SET raknad = false WHERE tabell = :t"), {"t": NAME})
    assert not {"konen_ger_totalen", "harkomst_ger_cellen"} & set(found(conn))
    change(conn, "antal_bas", "c", "totalt", "varde = 19")
    assert "delarna_ger_totalen" in found(conn)


def test_a_year_that_had_not_ended_is_not_held_against_the_one_before(conn: Connection) -> None:
    change(conn, "antal_bas", "totalt", "totalt", "varde = 20")
    assert "ar_till_ar" in found(conn)
    conn.execute(text("UPDATE mottagning.leverans SET uttagsdatum = '2019-12-31'"))
    assert "ar_till_ar" not in found(conn)


def test_the_smallest_base_is_the_settings(conn: Connection) -> None:
    assert {o.rule.name for o in rules_for(conn, [THIS], minsta_bas=11)} == {"bas_haller"}


# --- release ------------------------------------------------------------------------------------------------------


def test_release_is_stopped_by_what_matters_until_it_is_examined_anew(conn: Connection) -> None:
    (unexamined,) = stopped(conn, KOMMUN, 2019)
    assert unexamined == "Prov: inte prövad sedan den räknades. Kör: kvinnofrid audit"

    change(conn, "antal_ja", "c", "kvinna", "varde = 2")
    change(conn, "antal_bas", "totalt", "totalt", "varde = 20", year=2018)
    record(conn, "natt-1", [THIS], rules_for(conn, [THIS]))
    assert any("vars rader i leveranserna inte ger cellens tal" in why for why in stopped(conn, KOMMUN, 2019))
    assert any("mot året före" in note for note in noted(conn, KOMMUN, 2019))
    assert all("mot året före" not in why for why in stopped(conn, KOMMUN, 2019))
    assert stopped(conn, KOMMUN, 2017) == stopped(conn, "0580", 2019) == []

    change(conn, "antal_ja", "c", "kvinna", "varde = 1")
    change(conn, "antal_bas", "totalt", "totalt", "varde = 63", year=2018)
    record(conn, "natt-2", [THIS], rules_for(conn, [THIS]))
    assert stopped(conn, KOMMUN, 2019) == noted(conn, KOMMUN, 2019) == []
    assert stopped(conn, KOMMUN, 2018) != []


def test_what_is_recorded_is_counts(conn: Connection) -> None:
    change(conn, "antal_ja", "c", "kvinna", "varde = 777")
    record(conn, "natt", [THIS, BEFORE], rules_for(conn, [THIS, BEFORE]))
    rows = conn.execute(text("SELECT kontroll, kommun, ar, utfall, antal FROM revision.kontroll ORDER BY 1, 3")).all()
    assert ("prov.regler", KOMMUN, 2018, "godkand", 0) in rows
    assert [r.utfall for r in rows if r.kontroll == "prov.regler" and r.ar == 2019] == ["underkand"]
    assert all(r.antal < 777 for r in rows)


# --- percentages --------------------------------------------------------------------------------------------------

# Region Jönköpings län: share of kommuner with a routine, by verksamhet, as printed for 2019, 2020 and 2021.
PRINTED = {2019: (58, 50, 42, 42, 58), 2020: (67, 75, 58, 58, 58, 67), 2021: (45, 45, 36, 36, 27, 45)}


def fitting(percentages: tuple[int, ...]) -> list[int]:
    return [n for n in range(1, 14) if all(possible(p, n) for p in percentages)]


def test_jonkopings_percentages_fit_eleven_or_twelve_kommuner_and_never_thirteen() -> None:
    assert {year: fitting(p) for year, p in PRINTED.items()} == {2019: [12], 2020: [12], 2021: [11]}
    assert fitting((45,)) == [11]  # Barn och unga LSS 2019
    assert fitting(PRINTED[2020]) == baser(PRINTED[2020], 0, 13)


def test_94_percent_is_impossible_of_15() -> None:
    assert [p for p in range(90, 101) if possible(p, 15)] == [93, 100]
    assert not possible(94, 15)
    assert not possible(50, 0)
    assert not possible(101, 10_000)
    assert possible(12.5, 8, 1)
    assert possible(12, 8)  # 12.5 may have been rounded to even
    assert possible(13, 8)
    assert not possible(12.4, 8, 1)


@limits(max_examples=30, deadline=None)
@given(st.integers(0, 1000), st.integers(0, 1), st.integers(1, 400))
def test_a_percentage_is_possible_where_some_count_prints_as_it(tenths: int, decimals: int, base: int) -> None:
    printed = tenths / 10 if decimals else tenths // 10
    half = 0.05 if decimals else 0.5
    by_hand = any(abs(100 * k / base - printed) <= half + 1e-9 for k in range(base + 1))
    assert possible(printed, base, decimals) == by_hand
    if by_hand != bool(mojlig_andel(printed, decimals, base)):
        assert any(abs(abs(100 * k / base - printed) - half) < 1e-9 for k in range(base + 1))
