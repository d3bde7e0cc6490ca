"""Great Expectations on stored rows: what is found, and that neither values nor the password reach the pages."""

import logging
import re
import stat
from datetime import date
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pandas as pd
import pytest
from sqlalchemy import text

from quality.backtests import PUBLIC_RULES
from quality.expectations import ExpectationsError, Outcome
from quality.expectations import validate as run_suites
from quality.expectations_rows import row_suites
from quality.expectations_tables import declared, public_suite, table_suites
from quality.table_rules import RULES, rules_for
from quality.table_rules import Outcome as Broken
from warehouse import cells, receipts
from warehouse.cells import Slice
from warehouse.contracts.base import Contract, typed
from warehouse.contracts.delivery import Facts
from warehouse.contracts.register import Arende, Barn, Insats, Matning
from warehouse.contracts.registry import CONTRACTS
from warehouse.database import Database
from warehouse.load import copy_in

PLANTED_UNIT = "planterad_enhet_189001019802"
PLANTED_SEX = "planterat_kon"

ARENDE = {
    "arende_id": "a" * 32,
    "person_id": "b" * 32,
    "roll": "valdsutsatt_vuxen",
    "vuxen": "ja",
    "kon": "kvinna",
    "aldersgrupp": "26_40",
    "enhet": "enhet_1",
    "valdstyp": "fysiskt;psykiskt",
    "hederskontext": "nej",
    "startdatum": "2019-03-01",
    "slutdatum": "2019-09-01",
}
INSATS = {
    "insats_id": "c" * 32,
    "arende_id": "a" * 32,
    "insatstyp": "stodsamtal",
    "beslut": "utan_behovsprovning",
    "verkstalld": "2019-03-05",
    "antal_tillfallen": 4,
}
MATNING = {
    "arende_id": "a" * 32,
    "fas": "fore",
    "matdatum": "2019-03-02",
    "instrument": "uppfoljningsfragor",
    "uppgiftslamnare": "klient",
    "perspektiv": "utsatt",
}


def deliver(database: Database, contract: type[Contract], *rows: dict[str, object]) -> None:
    """Store the rows as one accepted delivery."""
    facts = Facts("verksamhetssystem", contract.table(), "0114", "test", date(2020, 1, 15), "helbild")
    file = receipts.File("rader.csv", 1, contract.table()[0].encode().hex().rjust(64, "0"))

    def load(leverans_id: int) -> None:
        added = {"leverans_id": leverans_id, "namnd": "0114", "nyckelversion": 1}
        frame = pd.DataFrame([row | added | {"rad": i} for i, row in enumerate(rows, start=2)])
        copy_in(conn, contract, typed(contract, frame))

    with database.begin() as conn:
        counts = receipts.Counts(len(rows), len(rows), 0, 2019, 2019, 1)
        receipts.accept(conn, file, facts, facts.tabell, counts, [], [], contract, load)


def validate(url: str, folder: Path, *contracts: type[Contract]) -> Outcome:
    """Examine the records' suites, of all tables or of some: each expectation takes its time."""
    wanted = {f"{c.schema_name()}.{c.table()}" for c in contracts or CONTRACTS.values()}
    return run_suites(url, folder, [s for s in row_suites() if s.name.rpartition(".")[0] in wanted])


def everything(folder: Path) -> bytes:
    return b"\n".join(str(p).encode() + p.read_bytes() for p in folder.rglob("*") if p.is_file())


def password(database: Database) -> str:
    return unquote(urlsplit(database.url).password or "")


def test_faults_that_the_database_let_through_are_found_and_no_value_is_kept(
    database: Database, tmp_path: Path, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    with database.owner.begin() as conn:
        for table, constraint in (
            ("arende", "ck_arende_enhet"),
            ("arende", "ck_arende_kon"),
            ("matning", "uq_matning_nyckel"),
        ):
            conn.execute(text(f"ALTER TABLE register.{table} DROP CONSTRAINT {constraint}"))
    wrong = {"enhet": PLANTED_UNIT, "kon": PLANTED_SEX, "slutdatum": "2019-02-28", "arende_id": "d" * 32}
    deliver(database, Arende, ARENDE, ARENDE | wrong)
    deliver(database, Matning, MATNING, MATNING)
    deliver(database, Insats, INSATS | {"verkstalld": None}, INSATS | {"insats_id": "f" * 32, "beslut": "bifall"})
    folder = tmp_path / "granskning"

    with caplog.at_level(logging.DEBUG):
        outcome = validate(database.url, folder, Arende, Matning, Insats)

    # enhet, kon, the order of days; a key twice, with an empty part; and two decisions without their day
    assert (outcome.success, outcome.failed) == (False, 6)
    assert "6 uppfylls inte" in outcome.page.read_text("utf-8")
    written = everything(folder) + caplog.text.encode() + "".join(capfd.readouterr()).encode()
    assert b"register.arende" in written  # the search does find what is there
    for secret in (PLANTED_UNIT, "189001019802", PLANTED_SEX, "2019-02-28", "a" * 32, "d" * 32, password(database)):
        assert secret.encode() not in written
    assert b"postgresql" not in written


def test_good_rows_hold_and_the_pages_stand_on_their_own(database: Database, tmp_path: Path) -> None:
    deliver(database, Arende, ARENDE, ARENDE | {"arende_id": "d" * 32, "slutdatum": None})
    deliver(database, Insats, INSATS)
    deliver(database, Matning, MATNING, MATNING | {"fas": "efter"})
    folder = tmp_path / "granskning"

    outcome = validate(database.url, folder)

    assert outcome.success
    assert outcome.failed == 0
    assert outcome.expectations > 200
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    pages = list(folder.rglob("*.html"))
    assert all(stat.S_IMODE(p.stat().st_mode) == 0o600 for p in pages)
    assert not any(re.search(r"<(script|link|img)\b[^>]*https?://", p.read_text("utf-8")) for p in pages)
    assert not any("newsletter" in p.read_text("utf-8") for p in pages)
    links = re.findall(r'href="([^"]+)"', outcome.page.read_text("utf-8"))
    assert len(links) == 2 * len(CONTRACTS)  # each table's current rows, and all of its rows
    assert all((folder / link).is_file() for link in links)


@pytest.mark.parametrize("instead", ["", "CREATE VIEW register.barn_gallande AS SELECT 1 AS leverans_id"])
def test_a_table_that_is_not_as_declared_gives_no_pages(instead: str, database: Database, tmp_path: Path) -> None:
    folder = tmp_path / "granskning"
    (folder / "data_docs").mkdir(parents=True)
    (folder / "index.html").write_text("from an earlier time")
    with database.owner.begin() as conn:
        conn.execute(text("DROP VIEW register.barn_gallande"))
        if instead:
            conn.execute(text(instead))

    with pytest.raises(ExpectationsError, match="gick inte"):
        validate(database.url, folder, Arende, Barn)

    assert everything(folder) == b""


def test_a_refused_login_says_nothing_of_the_address(database: Database, tmp_path: Path) -> None:
    wrong = database.url.replace(password(database), "fel-losenord")

    with pytest.raises(ExpectationsError) as caught:
        validate(wrong, tmp_path / "granskning")

    assert "fel-losenord" not in str(caught.value)
    assert caught.value.__cause__ is None
    assert everything(tmp_path / "granskning") == b""


# --- counted tables -----------------------------------------------------------------------------------------------

AT = Slice("insatser", "0114", 2019)


def count_insatser(database: Database, women: float, status: str = "visas") -> None:
    """Store a small, faultless table of insatser, with so many stödsamtal to women and none to men."""
    rows = [
        ("2019", code, kon, "antal_avidentifierade", women if kon != "man" else 0.0, "visas")
        for code in ("stodsamtal", "totalt")
        for kon in ("kvinna", "man", "totalt")
    ]
    frame = pd.DataFrame(rows, columns=["period", "insatstyp", "kon", "matt", "varde", "status"])
    ledger = pd.DataFrame({"cell": [], "leverans_id": [], "rader": []})
    with database.begin() as conn:
        cells.store(
            conn, AT, frame, [], ledger, fingerprint="0" * 64, deliveries=[], run_id="prov", code_version="prov"
        )


def examined(database: Database, folder: Path) -> Outcome:
    """The suites of the table and of public sources."""
    with database.begin() as conn:
        found = rules_for(conn, [AT])
        plan = [one for one in declared(conn) if one.tabell == AT.tabell]
        suites = [*table_suites(plan, [AT], found), public_suite(conn, PUBLIC_RULES, [])]
    lines = [f"{o.rule.name}: {o.antal} <b>" for o in found]
    return run_suites(database.url, folder, suites, lines)


def test_a_counted_table_holds_and_one_that_was_changed_does_not(database: Database, tmp_path: Path) -> None:
    count_insatser(database, women=7654321.0)
    outcome = examined(database, tmp_path / "forst")
    assert (outcome.success, outcome.failed, outcome.noted) == (True, 0, 0)

    with database.owner.begin() as conn:
        conn.execute(text("ALTER TABLE tabell.cell DROP CONSTRAINT ck_cell_status"))
        conn.execute(text("ALTER TABLE tabell.cell DROP CONSTRAINT ck_cell_varde"))
        conn.execute(
            text(
                "UPDATE tabell.cell SET varde = -9876543.5 WHERE kon = 'man'"
                " AND dimensioner ->> 'insatstyp' = 'stodsamtal'"
            )
        )
        conn.execute(text("UPDATE tabell.cell SET status = 'planterad' WHERE kon = 'totalt'"))
    folder = tmp_path / "sedan"
    outcome = examined(database, folder)

    # The status; values beside a status that shows none; less than zero, by the declaration and by the rules.
    assert outcome.failed == 4
    assert not outcome.success
    assert "hela_tal" in outcome.page.read_text("utf-8")
    assert "&lt;b&gt;" in outcome.page.read_text("utf-8")
    written = everything(folder)
    assert b"hela_tal" in written
    for value in (b"7654321", b"9876543", b"planterad"):
        assert value not in written


def test_a_note_is_told_and_fails_nothing(database: Database, tmp_path: Path) -> None:
    count_insatser(database, women=3.0)
    (rule,) = (r for r in RULES if r.name == "ar_till_ar")
    with database.begin() as conn:
        plan = [one for one in declared(conn) if one.tabell == AT.tabell]
        public = public_suite(conn, PUBLIC_RULES, [Broken(PUBLIC_RULES[-1], Slice("oj_indikator", "0000", 2015), 4)])
    suites = [*table_suites(plan, [AT], [Broken(rule, AT, 2)]), public]

    outcome = run_suites(database.url, tmp_path / "granskning", suites)

    assert (outcome.success, outcome.failed, outcome.noted) == (True, 0, 2)
    assert "0 uppfylls inte och 2 ger anmärkningar" in outcome.page.read_text("utf-8")
