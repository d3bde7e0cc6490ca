"""How editions are kept: nothing gets out but what was audited and approved by two, and nothing that is out changes."""

import threading
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Connection, make_url, text

from quality.disclosure.model import Verdict
from tests.conftest import TestServer
from warehouse import audit_log, editions, harkomst, reading, released, roles, signing_key, sparning
from warehouse.contracts.errors import KvinnofridError, UserError
from warehouse.database import Database, WarehouseError
from warehouse.editions import Basis, CellRow, DraftTable, External, Head

SYSTEM, PATTERN = "a" * 64, "b" * 64
HEAD = Head("0114", 2019, SYSTEM, PATTERN, "fem", "kod-1", "korning-1", versioner=(7, 9))
PASSED = [Verdict(m, passed=True, system=SYSTEM, pattern=PATTERN, checked=3) for m in ("certifikat", "lp")]
STOCKHOLM = ZoneInfo("Europe/Stockholm")
STEPS = ("granskad", "godkand", "expedierad", "faststalld", "atertagen", "forkastad")


def today() -> date:
    return datetime.now(STOCKHOLM).date()


def cells(period: str = "2019", number: float = 12) -> list[CellRow]:
    return [
        CellRow(period, {"alder": "0_6"}, "kvinna", "antal", "visas", number),
        CellRow(period, {"alder": "0_6"}, "man", "antal", "skyddas"),
        CellRow(period, {"alder": "7_12"}, "kvinna", "antal", "intervall", None, 1, 9),
        CellRow(period, {"alder": "7_12"}, "man", "antal", "saknas"),
        CellRow(period, {"alder": "totalt"}, "totalt", "andel", "visas", 0.1 + 0.2),
    ]


BASIS = [
    Basis("c1", "arenden", "2019", {"alder": "0_6"}, "kvinna", "antal", 12.0, 12, "visas"),
    Basis("c2", "arenden", "2019", {"alder": "0_6"}, "man", "antal", 2.0, 2, "primar"),
]


def draft(database: Database, head: Head = HEAD, period: str | None = None, **more: Any) -> int:
    tables = [DraftTable("arenden", cells(period or str(head.ar)), ["En anmärkning; med tecken: å \\ \" '\nrad två"])]
    with database.begin() as conn:
        return editions.draft(conn, head, tables, BASIS, more.pop("verdicts", PASSED), **more)


def step(database: Database, number: int, steg: str, who: str = "", **said: Any) -> editions.State:
    """Take a step with all that it needs, by a person of its own unless named."""
    needs = {
        "expedierad": {"dnr": "SN 2020/17", "mottagare": "Socialnämnden"},
        "faststalld": {"datum": today(), "paragraf": "§ 45"},
        "atertagen": {"orsak": "En kolumn var fel"},
    }
    who = who or {"granskad": "Anna Åberg", "godkand": "Bo Ek"}.get(steg, "Cia Ö")
    with database.begin() as conn:
        return editions.step(conn, number, steg, who, **(needs.get(steg, {}) | said))


def bring(database: Database, number: int, to: str) -> int:
    """Take a draft by the book to a state."""
    way = {
        "utkast": (),
        "granskad": STEPS[:1],
        "godkand": STEPS[:2],
        "expedierad": STEPS[:3],
        "faststalld": STEPS[:4],
        "atertagen": (*STEPS[:3], "atertagen"),
        "forkastad": ("forkastad",),
    }[to]
    for steg in way:
        step(database, number, steg)
    return number


def rows(database: Database, query: str) -> list[Any]:
    with database.begin() as conn:
        return list(conn.execute(text(query)).all())


def as_owner(database: Database, *statements: str) -> None:
    with database.masked_connection() as conn, conn.begin():
        for statement in statements:
            conn.execute(text(statement))


@pytest.fixture
def login(server: TestServer, database: Database) -> Iterator[Callable[[str], Database]]:
    """Make a person's own login with a role's rights."""
    made: list[tuple[str, Database]] = []

    def make(role: str) -> Database:
        name, password = f"p{uuid.uuid4().hex[:10]}", uuid.uuid4().hex
        with database.owner.begin() as conn:
            roles.login(conn, name, f"kvinnofrid_{role}", password)
        url = make_url(database.owner_url).set(username=name, password=password)
        made.append((name, Database("", url.render_as_string(hide_password=False))))
        return made[-1][1]

    yield make
    for _, one in made:
        one.dispose()
    with server.admin.connect() as conn:
        for name, _ in made:
            conn.execute(text(f"DROP ROLE {name}"))


# --- by the book ------------------------------------------------------------------------------------------------------


def test_what_was_drafted_is_what_is_dispatched_to_the_last_digit(database: Database):
    number = bring(database, draft(database), "faststalld")
    with database.begin() as conn:
        state = editions.state(conn, number)
        printed = editions.printed(conn, number)
        assert [CellRow(*cell[2:]) for cell in printed] == cells()
        assert printed == editions.draft_cells(conn, number)
        assert editions.notes(conn, number) == {"arenden": ["En anmärkning; med tecken: å \\ \" '\nrad två"]}
        assert editions.basis(conn, number) == BASIS
        assert editions.latest(conn, "0114", 2019) == state
        assert [e.steg for e in editions.events(conn, number)] == ["utkast", *STEPS[:4]]
        assert [v["metod"] for v in editions.verdicts(conn, number)] == ["certifikat", "lp"]
        assert reading.latest_edition(conn, "0114", 2019) == number
        shown, notes = reading.read_table(conn, "arenden", "0114", 2019, edition=number)
        assert audit_log.verify(conn) == audit_log.Chain(5)
        assert audit_log.altered(conn) == []
    assert (state.tillstand, state.dnr, state.faststalld, state.paragraf) == (
        "faststalld",
        "SN 2020/17",
        today(),
        "§ 45",
    )
    assert (state.granskad_av, state.godkand_av, state.styrkt) == ("Anna Åberg", "Bo Ek", False)
    assert [(r["status"], r["varde"], r["fran"], r["till"]) for r in shown[:3]] == [
        ("visas", 12, None, None),
        ("skyddas", None, None, None),
        ("intervall", None, 1, 9),
    ]
    assert len(notes) == 1


def test_every_step_out_of_order_is_refused_and_changes_nothing(database: Database):
    allowed = {
        "utkast": {"granskad", "forkastad"},
        "granskad": {"godkand", "forkastad"},
        "godkand": {"expedierad", "forkastad"},
        "expedierad": {"faststalld", "atertagen"},
        "faststalld": {"atertagen"},
        "atertagen": set(),
        "forkastad": set(),
    }
    for year, (state, may) in enumerate(allowed.items(), 2000):
        number = bring(database, draft(database, replace(HEAD, ar=year)), state)
        for steg in {*STEPS, "utkast", "ersatt", "extern", "hittepå"} - may:
            with pytest.raises(UserError, match="kan därför inte bli"):
                step(database, number, steg)
        with database.begin() as conn:
            assert editions.state(conn, number).tillstand == state
    # Taken back after adoption is the one long way that bring() does not go.
    number = bring(database, draft(database, replace(HEAD, ar=2010)), "faststalld")
    assert step(database, number, "atertagen").orsak == "En kolumn var fel"


def test_a_newer_draft_and_a_newer_edition_take_the_place_of_the_older(database: Database):
    first, second = draft(database), draft(database)
    with database.begin() as conn:
        assert [s.tillstand for s in editions.editions(conn, "0114", 2019)] == ["forkastad", "utkast"]
        assert editions.latest(conn, "0114", 2019) is None
    bring(database, second, "expedierad")
    other = bring(database, draft(database, replace(HEAD, typ="sekretessbilaga")), "expedierad")
    third = bring(database, draft(database), "faststalld")
    with database.begin() as conn:
        assert (editions.state(conn, second).tillstand, editions.state(conn, second).ersatt_av) == ("ersatt", third)
        assert editions.state(conn, third).ersatter == second
        assert editions.state(conn, other).tillstand == "expedierad"
        assert editions.latest(conn, "0114", 2019).utgava == third
    with pytest.raises(UserError, match="ersatt och kan därför inte"):
        step(database, second, "atertagen")
    step(database, third, "atertagen")
    with database.begin() as conn:
        # A withdrawn correction does not bring back what it corrected; what was printed stays known.
        assert editions.latest(conn, "0114", 2019) is None
        assert reading.latest_edition(conn, "0114", 2019) is None
        assert [s.utgava for s in editions.dispatched(conn, "0114", 2019)] == [second, other, third]
        assert len(editions.printed(conn, second)) == len(editions.printed(conn, third)) == len(cells())
        assert first not in {s.utgava for s in editions.dispatched(conn)}


# --- persons ----------------------------------------------------------------------------------------------------------


def test_who_reviewed_does_not_approve(database: Database):
    number = bring(database, draft(database), "granskad")
    for who in ("Anna Åberg", "  anna   åberg ", "ANNA ÅBERG", "Anna A\u030aberg", "Anna\u00a0Åberg"):
        with pytest.raises(UserError, match="någon annan än den som granskade"):
            step(database, number, "godkand", who)
    assert step(database, number, "godkand", "Anna Öberg").godkand_av == "Anna Öberg"


def test_a_shared_login_is_told_and_two_own_logins_are_proof(database: Database, login: Callable[[str], Database]):
    anna, bo = login("kvalitet"), login("registeransvarig")
    years = iter(range(2001, 2010))

    def approved(first: Database, second: Database) -> list[tuple[str, bool]]:
        number = draft(database, replace(HEAD, ar=next(years)))
        step(first, number, "granskad")
        step(second, number, "godkand")
        with database.begin() as conn:
            assert editions.state(conn, number).styrkt is editions.events(conn, number)[-1].styrkt
            return [(e.uppgifter.get("login", ""), e.styrkt) for e in editions.events(conn, number)[1:]]

    assert approved(database, database) == [("", False), ("samma", False)]
    with pytest.raises(UserError, match="någon annan"):  # a person's own login is that person, whatever name is stated
        approved(anna, anna)
    assert approved(database, anna) == [("", False), ("olika", False)]
    assert approved(anna, database) == [("", True), ("olika", False)]
    assert approved(anna, bo) == [("", True), ("olika", True)]


@pytest.mark.parametrize("again", ["Åberg Anna", "ANNA  ÅBERG.", "anna åberg"])
def test_the_same_name_written_otherwise_is_the_same_person(database: Database, again: str):
    number = draft(database)
    step(database, number, "granskad", "Anna Åberg")
    with pytest.raises(UserError, match="någon annan"):
        step(database, number, "godkand", again)


def test_a_step_has_a_name(database: Database):
    number = draft(database)
    for who in ("", "  ", "\u00a0", "Anna\nÅberg", "x" * 201):
        with pytest.raises(UserError, match="Ange vem"), database.begin() as conn:
            editions.step(conn, number, "granskad", who)


def test_dispatch_adoption_and_withdrawal_need_what_the_archive_needs(database: Database):
    number = bring(database, draft(database), "godkand")
    with pytest.raises(UserError, match="diarienummer"):
        step(database, number, "expedierad", dnr="  ")
    step(database, number, "expedierad")
    yesterday, tomorrow = today() - timedelta(days=1), today() + timedelta(days=1)
    for day in (yesterday, tomorrow, "2026-02-30", "igår", "", None, "20260101", "now", "infinity"):
        with pytest.raises(UserError, match="Datumet för beslutet"):
            step(database, number, "faststalld", datum=day)
    with pytest.raises(UserError, match="paragrafen"):
        step(database, number, "faststalld", paragraf=" ")
    with pytest.raises(UserError, match="orsaken"):
        step(database, number, "atertagen", orsak="")
    closed = bring(database, draft(database, replace(HEAD, typ="sekretessbilaga")), "godkand")
    with pytest.raises(UserError, match="mottagare"):
        step(database, closed, "expedierad", mottagare="")


# --- audits -----------------------------------------------------------------------------------------------------------

CERTIFICATE, LP = PASSED


VERDICTS = [
    ([], "saknar granskning med intygen"),
    ([LP], "saknar granskning med intygen"),
    ([CERTIFICATE], "saknar granskning med den oberoende"),
    ([CERTIFICATE, replace(LP, passed=False, unsafe=("c2",))], "godkändes inte av den oberoende"),
    ([replace(CERTIFICATE, unsafe=("c2",)), LP], "godkändes inte av intygen"),
    ([*PASSED, replace(LP, passed=False, reason="Tiden tog slut")], "godkändes inte av den oberoende"),
    ([CERTIFICATE, replace(LP, system="c" * 64)], "inte längre den som granskades"),
    ([replace(CERTIFICATE, pattern="c" * 64), LP], "inte längre den som granskades"),
    ([replace(CERTIFICATE, system="", pattern=""), LP], "inte längre den som granskades"),
]


def test_missing_failed_and_foreign_verdicts_stop_the_review(database: Database):
    for year, (verdicts, told) in enumerate(VERDICTS, 2001):
        number = draft(database, replace(HEAD, ar=year), verdicts=verdicts)
        with pytest.raises(UserError, match=told):
            step(database, number, "granskad")


def test_the_newest_verdict_counts_and_only_for_what_it_audited(database: Database):
    number = draft(database, verdicts=[CERTIFICATE, replace(LP, passed=False)])
    with database.begin() as conn:
        content = editions.content_sha256(conn, number)
        editions.record_verdict(conn, number, LP, "0" * 64)
    with pytest.raises(UserError, match="inte längre den som granskades"):
        step(database, number, "granskad")
    with database.begin() as conn:
        editions.record_verdict(conn, number, LP, content)
    bring(database, number, "godkand")
    # An audit that fails after approval stops the dispatch.
    with database.begin() as conn:
        editions.record_verdict(conn, number, replace(LP, passed=False, unsafe=("c2",)), content)
    with pytest.raises(UserError, match="godkändes inte"):
        step(database, number, "expedierad")
    assert rows(database, "SELECT FROM publicering.utgava") == []


TAMPERED = [
    "UPDATE tabell.utgava_cell SET varde = 13 WHERE ordning = 0",
    "UPDATE tabell.utgava_cell SET varde = 0.3 WHERE ordning = 4",  # was 0.1 + 0.2
    "UPDATE tabell.utgava_cell SET status = 'visas', varde = 2 WHERE ordning = 1",
    "UPDATE tabell.utgava_cell SET till = 2 WHERE ordning = 2",
    "UPDATE tabell.utgava_cell SET kon = 'man' WHERE ordning = 0",
    "DELETE FROM tabell.utgava_cell WHERE ordning = 3",
    "INSERT INTO tabell.utgava_not SELECT utgava, tabell, 1, 'En man' FROM tabell.utgava_not",
    "UPDATE tabell.utgava SET typ = 'oppen'",
    "UPDATE tabell.utgava SET variant = 'fin'",
    "UPDATE tabell.utgava SET logg_nr = 10",
]


def test_a_draft_that_was_changed_after_its_audit_goes_no_further(database: Database):
    cases = [(state, one) for state in (("utkast", STEPS[0]), *pairwise(STEPS[:3])) for one in TAMPERED]
    for year, ((state, following), statement) in enumerate(cases, 1980):
        number = bring(database, draft(database, replace(HEAD, ar=year, typ="sekretessbilaga")), state)
        with database.begin() as conn:
            only = f"utgava = {number}"
            changed = f"{statement} AND {only}" if "WHERE" in statement else f"{statement} WHERE {only}"
            conn.execute(text(changed))
        with pytest.raises(UserError, match="inte längre den som granskades"):
            step(database, number, following)
    assert rows(database, "SELECT FROM publicering.utgava") == []


def test_a_changed_draft_that_is_audited_anew_must_be_reviewed_anew(database: Database):
    number = bring(database, draft(database), "granskad")
    with database.begin() as conn:
        conn.execute(text("UPDATE tabell.utgava_cell SET varde = 13 WHERE ordning = 0"))
        for verdict in PASSED:
            editions.record_verdict(conn, number, verdict, editions.content_sha256(conn, number))
    with pytest.raises(UserError, match="inte längre den som granskades"):
        step(database, number, "godkand")


# --- what else is out -------------------------------------------------------------------------------------------------


def test_what_is_released_after_a_draft_was_prepared_stops_it(database: Database):
    with database.begin() as conn:
        seen = audit_log.head(conn).nr
    number = bring(database, draft(database, HEAD, "2017_2019"), "godkand")
    bring(database, draft(database, replace(HEAD, namnd="0115")), "expedierad")  # another kommun
    bring(database, draft(database, replace(HEAD, ar=2016)), "expedierad")  # other years
    bring(database, draft(database, replace(HEAD, namnd="lan:25")), "expedierad")  # another län
    step(database, number, "expedierad")
    late = draft(database, replace(HEAD, logg_nr=seen))
    with pytest.raises(UserError, match="Något annat har lämnats ut sedan utgåva"):
        step(database, late, "granskad")


def test_editions_that_tell_of_the_same_persons_stop_each_other(database: Database):
    between = [
        (replace(HEAD, ar=2018), "2018"),  # one of the pooled years
        (replace(HEAD, ar=2021), "2019_2021"),  # pooled with one of them
        (replace(HEAD, namnd="lan:01"), "2019"),
        (replace(HEAD, namnd="riket"), "2019"),
        (replace(HEAD, namnd="grupp:Norrort"), "2019"),
    ]
    for place, (head, period) in enumerate(between):
        back = 5 * place  # so that the cases have nothing to do with each other
        mine, pooled = replace(HEAD, ar=2019 - back), f"{2017 - back}_{2019 - back}"
        number = bring(database, draft(database, mine, pooled), "godkand")
        its = "_".join(str(int(year) - back) for year in period.split("_"))
        bring(database, draft(database, replace(head, ar=head.ar - back), its), "expedierad")
        with pytest.raises(UserError, match="Något annat har lämnats ut"):
            step(database, number, "expedierad")
        bring(database, draft(database, mine, pooled), "expedierad")  # prepared again, it knows


def test_an_appendix_stops_no_open_edition_but_an_open_one_stops_it(database: Database):
    appendix = replace(HEAD, typ="sekretessbilaga")
    first, second = draft(database), draft(database, appendix)
    bring(database, second, "expedierad")
    bring(database, first, "godkand")
    waiting = bring(database, draft(database, appendix), "godkand")
    step(database, first, "expedierad")
    with pytest.raises(UserError, match="Något annat har lämnats ut"):
        step(database, waiting, "expedierad")


def external(**other: Any) -> External:
    said = {
        "namnd": "0114",
        "ar": 2019,
        "mottagare": "Länsstyrelsen",
        "datum": date(2020, 3, 1),
        "vad": "Antal män",
        "tabell": "arenden",
        "period": "2019",
        "kon": "man",
        "matt": "antal",
        "lag": 3.0,
        "hog": 3.0,
        "dimensioner": {"alder": "0_6"},
    }
    return External(**(said | other))


def test_an_external_release_stops_what_was_prepared_without_it_and_is_kept(
    database: Database, login: Callable[[str], Database]
):
    number = bring(database, draft(database), "godkand")
    told = [external(), external(kon="kvinna", lag=None, hog=9.0, dnr="17/2020")]
    with login("kvalitet").begin() as conn:
        assert editions.externals(conn, "0114") == []
    with database.begin() as conn:
        ids = editions.register_external(conn, told, " Anna Åberg ")
        editions.register_external(conn, [external(namnd="0115")], "Anna Åberg")
        kept = editions.externals(conn, "0114", 2019)
        assert [k.what for k in kept] == told
        assert [(k.extern_id, k.uppgiven, k.styrkt) for k in kept] == [(i, "Anna Åberg", False) for i in ids]
        assert len(editions.externals(conn)) == 3
        event = editions.events(conn)[-3]
        assert (event.steg, event.utgava, event.uppgifter["extern_id"]) == ("extern", None, ids[0])
        assert "lag" not in event.uppgifter
    with pytest.raises(UserError, match="Något annat har lämnats ut"):
        step(database, number, "expedierad")
    with database.begin() as conn:  # who registers does not say which login it was
        conn.execute(
            text(
                "INSERT INTO tabell.extern (namnd, ar, mottagare, datum, vad, tabell, period, dimensioner, kon, matt,"
                " lag, av_login, uppgiven, styrkt, registrerad) VALUES ('0114', 2019, 'x', '2020-01-01', 'x', 'x',"
                " '2019', '{}', 'man', 'x', 1, 'nagon', 'Bo', true, '1999-01-01')"
            )
        )
        spoofed = editions.externals(conn)[-1]
    assert (spoofed.styrkt, spoofed.registrerad.year > 2000) == (False, True)
    assert rows(database, "SELECT av_login = session_user FROM tabell.extern ORDER BY extern_id DESC LIMIT 1") == [
        (True,)
    ]
    tomorrow = today() + timedelta(days=1)
    for wrong in (external(lag=None, hog=None), external(lag=4.0, hog=3.0), external(datum=tomorrow)):
        with pytest.raises(UserError), database.begin() as conn:
            editions.register_external(conn, [wrong], "Anna Åberg")


# --- what is out stays ------------------------------------------------------------------------------------------------

REWRITES = [
    "UPDATE publicering.cell SET varde = 1 WHERE status = 'visas'",
    "UPDATE publicering.utgava SET typ = 'oppen'",
    "DELETE FROM publicering.cell",
    "DELETE FROM publicering.utgava",
    "UPDATE publicering.anmarkning SET text = ''",
    "TRUNCATE publicering.utgava CASCADE",
    "TRUNCATE publicering.cell",
    "INSERT INTO publicering.anmarkning SELECT utgava, 'arenden', 5, 'En man' FROM publicering.utgava",
    "INSERT INTO publicering.cell SELECT utgava, tabell, kommun, ar, period, 99, dimensioner, kon, matt, varde, fran,"
    " till, status FROM publicering.cell LIMIT 1",
    "UPDATE revision.handelse SET uppgiven = 'Bo'",
    "DELETE FROM revision.handelse",
    "TRUNCATE revision.handelse",
    "UPDATE revision.granskning SET godkand = true",
    "DELETE FROM revision.granskning",
    "TRUNCATE revision.granskning",
    "UPDATE tabell.extern SET hog = 4",
    "DELETE FROM tabell.extern",
    "TRUNCATE tabell.extern",
]
FROZEN = [
    "UPDATE tabell.utgava SET korning_id = 'x'",
    "UPDATE tabell.utgava_cell SET varde = 1 WHERE status = 'visas'",
    "DELETE FROM tabell.utgava_cell",
    "DELETE FROM tabell.utgava_not",
    "UPDATE tabell.utgava_underlag SET skal = 'rest'",
    "INSERT INTO tabell.utgava_not SELECT utgava, 'arenden', 7, 'x' FROM publicering.utgava",
    # Moving a row of another draft into the one that is out.
    "UPDATE tabell.utgava_not SET utgava = (SELECT min(utgava) FROM publicering.utgava), ordning = 9"
    " WHERE utgava = (SELECT max(utgava) FROM tabell.utgava)",
]


def _contents(database: Database) -> list[Any]:
    tables = ("publicering.utgava", "publicering.cell", "publicering.anmarkning", "revision.handelse", "tabell.extern")
    return [rows(database, f"SELECT x::text FROM {name} x ORDER BY 1") for name in (*tables, "revision.granskning")]


def test_nobody_rewrites_what_is_out_not_even_the_owner(database: Database):
    bring(database, draft(database), "expedierad")
    draft(database, replace(HEAD, ar=2020))
    with database.begin() as conn:
        editions.register_external(conn, [external()], "Anna")
    before = _contents(database)
    for statement in (*REWRITES, *FROZEN):
        with pytest.raises(WarehouseError, match="KV012"):
            as_owner(database, statement)
        with pytest.raises(WarehouseError, match="KV012" if statement in FROZEN else "42501"), database.begin() as conn:
            conn.execute(text(statement))
    with database.owner.connect() as conn:
        as_superuser = conn.execute(text("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")).scalar()
    if as_superuser:  # also where ordinary triggers are turned off for the session
        with pytest.raises(WarehouseError, match="KV012"):
            as_owner(database, "SET LOCAL session_replication_role = replica", REWRITES[0])
    assert _contents(database) == before


def test_nothing_comes_into_publicering_or_the_log_past_the_steps(database: Database):
    number = bring(database, draft(database), "godkand")
    utgava = (
        "INSERT INTO publicering.utgava SELECT utgava, namnd, ar, niva, typ, variant, regel, 'dnr', now(),"
        " tabell.utgava_sha256(utgava), NULL, '' FROM tabell.utgava"
    )
    cell = (
        "INSERT INTO publicering.cell SELECT utgava, tabell, kommun, ar, period, ordning, dimensioner, kon, matt,"
        " varde, fran, till, status FROM tabell.utgava_cell"
    )
    event = (
        f"INSERT INTO revision.handelse SELECT 99, now(), {number}, 'expedierad', 'x', 'x', true, '{{}}', sha256,"
        " sha256 FROM revision.handelse LIMIT 1"
    )
    for statement in (utgava, cell, event, f"SELECT revision.logga({number}, 'expedierad', 'Bo', true, '{{}}')"):
        with pytest.raises(WarehouseError, match="42501"), database.begin() as conn:
            conn.execute(text(statement))
    # The owner may write there, but what was not dispatched by the book is thrown out when the transaction ends.
    with pytest.raises(WarehouseError, match="KV012"):
        as_owner(database, utgava, cell)
    assert rows(database, "SELECT FROM publicering.utgava") == []


def test_the_words_a_step_brings_cannot_stand_in_for_the_databases_own(database: Database):
    number = draft(database)
    step(database, number, "granskad", innehall_sha256="0" * 64, login="olika", anteckning="Läst")
    with database.begin() as conn:
        said = editions.events(conn, number)[-1].uppgifter
        assert said == {"innehall_sha256": editions.content_sha256(conn, number), "anteckning": "Läst"}


# --- who reads what ---------------------------------------------------------------------------------------------------


def test_the_public_reads_open_editions_and_nothing_else(database: Database, login: Callable[[str], Database]):
    opened = bring(database, draft(database), "expedierad")
    closed = bring(database, draft(database, replace(HEAD, typ="sekretessbilaga")), "expedierad")
    tertial = bring(database, draft(database, replace(HEAD, typ="tertial")), "expedierad")
    public, auditor, unit = login("publik"), login("revisor"), login("kvalitet")
    cells_of = "SELECT DISTINCT utgava FROM publicering.{} ORDER BY 1"
    for name in ("utgava", "cell", "anmarkning", "utgavor"):
        assert rows(public, cells_of.format(name)) == [(opened,)], name
        assert rows(unit, cells_of.format(name)) == [(opened,), (closed,), (tertial,)], name
    # Auditors see that there is one, and who was given it, but not what it says.
    for name, seen in (("utgava", 3), ("utgavor", 3), ("cell", 1), ("anmarkning", 1)):
        assert len(rows(auditor, cells_of.format(name))) == seen, name
    with auditor.begin() as conn:
        assert editions.events(conn, closed)[-1].uppgifter["mottagare"] == "Socialnämnden"
        assert [s.utgava for s in editions.dispatched(conn)] == [opened, closed, tertial]
    with unit.begin() as conn:
        assert editions.basis(conn, opened) == BASIS
    with public.begin() as conn:
        assert reading.latest_edition(conn, "0114", 2019) == opened
    for reader, forbidden in (
        (public, ("tabell.utgava", "tabell.utgava_cell", "tabell.utgava_underlag", "tabell.extern")),
        (public, ("revision.handelse", "revision.utgavor", "revision.granskning")),
        (auditor, ("tabell.utgava", "tabell.utgava_cell", "tabell.utgava_underlag", "tabell.extern")),
    ):
        for name in forbidden:
            with pytest.raises(WarehouseError, match="42501"):
                rows(reader, f"SELECT * FROM {name}")
    for reader in (public, auditor):
        with pytest.raises(WarehouseError, match="42501"):
            step(reader, opened, "atertagen")


# --- interrupted, and at once -----------------------------------------------------------------------------------------


def test_what_is_killed_half_way_leaves_nothing(database: Database):
    def killed(work: Callable[[Connection], Any]) -> None:
        with database.begin() as conn:
            work(conn)
            mine = conn.execute(text("SELECT pg_backend_pid()")).scalar()
            as_owner(database, f"SELECT pg_terminate_backend({mine}, 5000)")
            conn.execute(text("SELECT 1"))

    def dispatch(conn: Connection) -> None:
        editions.step(conn, number, "expedierad", "Cia", dnr="SN 1")
        assert len(editions.printed(conn, number)) == len(cells())

    with pytest.raises(WarehouseError):
        killed(lambda conn: editions.draft(conn, HEAD, [DraftTable("arenden", cells())], BASIS, PASSED))
    assert rows(database, "SELECT FROM tabell.utgava") == rows(database, "SELECT FROM revision.handelse") == []
    number = bring(database, draft(database), "godkand")
    with pytest.raises(WarehouseError):
        killed(dispatch)
    assert rows(database, "SELECT FROM publicering.utgava UNION ALL SELECT FROM publicering.cell") == []
    with database.begin() as conn:
        assert editions.state(conn, number).tillstand == "godkand"
        assert audit_log.verify(conn) == audit_log.Chain(3)
    assert step(database, number, "expedierad").tillstand == "expedierad"


def _together(*tasks: Callable[[], Any]) -> list[Any]:
    """Run at once; the outcome or the error of each."""
    outcomes: list[Any] = [None] * len(tasks)
    ready = threading.Barrier(len(tasks))

    def run(place: int) -> None:
        ready.wait()
        try:
            outcomes[place] = tasks[place]()
        except KvinnofridError as error:
            outcomes[place] = error

    threads = [threading.Thread(target=run, args=(i,)) for i in range(len(tasks))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return outcomes


def test_of_two_dispatches_at_once_one_wins(database: Database):
    number = bring(database, draft(database), "godkand")
    outcomes = _together(*[lambda: step(database, number, "expedierad")] * 3)
    assert sorted(type(o).__name__ for o in outcomes) == ["State", "UserError", "UserError"]
    assert len(rows(database, "SELECT FROM publicering.cell")) == len(cells())
    made = _together(*[lambda: draft(database)] * 3)
    with database.begin() as conn:
        standing = [editions.state(conn, n).tillstand for n in made]
        assert sorted(standing) == ["forkastad", "forkastad", "utkast"]
        assert audit_log.verify(conn).broken_at is None


def test_a_draft_that_is_changed_during_its_dispatch(database: Database):
    number = bring(database, draft(database), "godkand")
    change = text("UPDATE tabell.utgava_cell SET varde = 13 WHERE ordning = 0")

    def dispatched() -> editions.State:
        return step(database, number, "expedierad")

    def changed() -> None:
        with database.begin() as conn:
            conn.execute(change)

    def waits() -> bool:
        query = "SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        return any(rows(database, query) for _ in range(500))

    with database.begin() as conn:  # the dispatch comes first: the change waits, and is refused
        editions.step(conn, number, "expedierad", "Cia", dnr="SN 1")
        late = threading.Thread(target=lambda: outcome.extend(_together(changed)))
        outcome: list[Any] = []
        late.start()
        assert waits()
    late.join(30)
    assert "KV012" in str(outcome[0])
    number = bring(database, draft(database), "godkand")
    change = text(f"UPDATE tabell.utgava_cell SET varde = 13 WHERE ordning = 0 AND utgava = {number}")
    with database.begin() as conn:  # the change comes first: the dispatch waits, and is refused
        conn.execute(change)
        outcome = []
        late = threading.Thread(target=lambda: outcome.extend(_together(dispatched)))
        late.start()
        assert waits()
    late.join(30)
    assert "inte längre den som granskades" in str(outcome[0])


# --- the log ----------------------------------------------------------------------------------------------------------

UNGUARDED = "ALTER TABLE revision.handelse DISABLE TRIGGER orubblig"


CHAIN_REWRITES = [
    ("UPDATE revision.handelse SET uppgiven = 'Bo Ek' WHERE nr = 2", 2),
    ("UPDATE revision.handelse SET styrkt = NOT styrkt WHERE nr = 3", 3),
    ("UPDATE revision.handelse SET av_login = 'annan' WHERE nr = 3", 3),
    ("UPDATE revision.handelse SET tid = tid + interval '1 microsecond' WHERE nr = 4", 4),
    ('UPDATE revision.handelse SET uppgifter = uppgifter || \'{"dnr": "X"}\' WHERE nr = 4', 4),
    ("UPDATE revision.handelse SET steg = 'forkastad' WHERE nr = 4", 4),
    ("UPDATE revision.handelse SET sha256 = repeat('1', 64) WHERE nr = 4", 4),
    ("UPDATE revision.handelse SET forra_sha256 = repeat('0', 64) WHERE nr = 3", 3),
    # A field's end moved into the next one.
    ("UPDATE revision.handelse SET av_login = av_login || ',1', uppgiven = substr(uppgiven, 2) WHERE nr = 3", 3),
    ("DELETE FROM revision.handelse WHERE nr = 2", 2),
    ("DELETE FROM revision.handelse WHERE nr = 1", 1),
    (
        "INSERT INTO revision.handelse SELECT 5, now(), utgava, 'atertagen', 'x', 'x', true, '{}', sha256,"
        " repeat('2', 64) FROM revision.handelse WHERE nr = 4",
        5,
    ),
]


def test_a_changed_removed_or_inserted_event_breaks_the_chain(database: Database):
    bring(database, draft(database), "expedierad")
    for rewrite, broken_at in CHAIN_REWRITES:
        with database.masked_connection() as conn:
            assert audit_log.verify(conn) == audit_log.Chain(4)
            conn.execute(text(UNGUARDED))
            conn.execute(text(rewrite))
            assert audit_log.verify(conn) == audit_log.Chain(broken_at - 1, broken_at), rewrite
            conn.rollback()


def test_a_chain_made_anew_and_a_cut_one_are_found_by_the_signed_head(database: Database, tmp_path: Path):
    folder = tmp_path / "nycklar"
    private, signed = signing_key.ensure_key(folder), folder / signing_key.SIGNED
    assert signing_key.ensure_key(folder) == private
    assert oct(private.stat().st_mode & 0o777) == "0o600"
    number = bring(database, draft(database), "granskad")

    def sign() -> None:
        with database.begin() as conn:
            audit_log.sign_head(private, signed, audit_log.head(conn), 0)

    def checked() -> audit_log.Signed:
        with database.begin() as conn:
            return audit_log.check_signed(conn, folder)

    assert checked() == audit_log.Signed(0, 0, unsigned=((1, 2),))
    assert "aldrig signerat" in checked().faults()[0]
    sign()
    sign()
    assert checked() == audit_log.Signed(1, 2)
    step(database, number, "godkand")
    sign()
    assert checked() == audit_log.Signed(2, 3)
    # Somebody with all rights says that Dan approved, and makes a chain that holds with the database's own function.
    as_owner(
        database,
        UNGUARDED,
        "CREATE TEMP TABLE kvar AS SELECT * FROM revision.handelse ORDER BY nr",
        "DELETE FROM revision.handelse",
        "SELECT revision.logga(utgava, steg, CASE steg WHEN 'godkand' THEN 'Dan' ELSE uppgiven END, styrkt, uppgifter)"
        " FROM (SELECT * FROM kvar ORDER BY nr) k",
    )
    with database.begin() as conn:
        assert audit_log.verify(conn) == audit_log.Chain(3)
    assert checked().wrong == (2, 3)
    as_owner(database, "DELETE FROM revision.handelse WHERE nr = 3")
    with database.begin() as conn:
        assert audit_log.verify(conn) == audit_log.Chain(2)
    assert 3 in checked().wrong
    # What is not signed with the key is not taken for a head: its number is not believed.
    honest = signed.read_text(encoding="utf-8")
    signed.write_text(honest.replace('"nr": 3', '"nr": 2') + "skräp\n", encoding="utf-8")
    assert checked().forged == (2, 3)


REMADE = (
    "CREATE TEMP TABLE kvar AS SELECT * FROM revision.handelse WHERE nr >= {}",
    "DELETE FROM revision.handelse WHERE nr >= {}",
    "SELECT revision.logga(utgava, steg, CASE WHEN nr = {} THEN 'Dan' ELSE uppgiven END, styrkt, uppgifter)"
    " FROM (SELECT * FROM kvar ORDER BY nr) k",
    "DROP TABLE kvar",
)
"""A chain that holds, with another name in an event and all later ones made anew."""


@dataclass
class Signer:
    """Commands that sign the log, and what they told."""

    database: Database
    folder: Path
    told: list[str] = field(default_factory=list)

    @property
    def file(self) -> Path:
        return self.folder / signing_key.SIGNED

    def lines(self) -> list[str]:
        return self.file.read_text(encoding="utf-8").splitlines(keepends=True)

    def command(self, work: Callable[[], Any], *, killed: bool = False) -> None:
        with suppress(InterruptedError), audit_log.signing(self.database, self.folder, self.told.append):
            work()
            if killed:  # after what it did was committed, before it was signed
                raise InterruptedError

    def bring(self, number: int, steps: Sequence[str]) -> None:
        for steg in steps:
            self.command(lambda steg=steg: step(self.database, number, steg))  # type: ignore[misc]

    def checked(self, copy: Path | None = None) -> audit_log.Signed:
        with self.database.begin() as conn:
            return audit_log.check_signed(conn, self.folder, copy)

    def remade(self, nr: int) -> None:
        as_owner(self.database, UNGUARDED, *(s.replace("{}", str(nr)) for s in REMADE))
        with self.database.begin() as conn:
            assert audit_log.verify(conn).broken_at is None


@pytest.fixture
def signer(database: Database, tmp_path: Path) -> Signer:
    return Signer(database, tmp_path / "nycklar")


def test_a_file_of_heads_that_is_cut_leaves_events_that_nobody_answers_for(signer: Signer, tmp_path: Path):
    signer.command(lambda: draft(signer.database))
    signer.bring(1, STEPS[:4])
    copy = tmp_path / "kopia.jsonl"
    copy.write_text("".join(signer.lines()), encoding="utf-8")
    assert signer.checked() == signer.checked(copy) == audit_log.Signed(5, 5)
    signer.file.write_text("".join(signer.lines()[:2]), encoding="utf-8")
    signer.remade(3)
    cut = signer.checked()
    assert cut.intact and cut.unsigned == ((3, 5),)
    assert cut.faults()[0].startswith("Händelse 3–5 saknar signatur och kan ha ändrats.")
    # The copy that is kept elsewhere has the lines that are gone, and knows which events are others now.
    told = signer.checked(copy)
    assert (told.lost, told.wrong, told.unsigned) == ((3, 4, 5), (3, 4, 5), ())
    assert told.faults() == [
        "Händelse 3–5 är inte vad som signerades: loggen är omskriven eller kapad.",
        "Rad 3–5 i kopian finns inte i loggens huvud här: det är kapat eller omskrivet.",
    ]
    # The next command signs what it wrote itself, and nothing of what was made meanwhile.
    signer.bring(1, ["atertagen"])
    assert signer.told == [
        "Händelse 3–5 saknar signatur, och det är mer än vad ett avbrutet kommando kan ha lämnat. Det signeras inte i"
        " efterhand. Se efter: kvinnofrid audit"
    ]
    assert signer.checked().unsigned == ((3, 5),)
    assert signer.checked().last_nr == 6


def test_what_a_killed_command_left_is_signed_by_the_next_which_says_so(signer: Signer):
    signer.command(lambda: draft(signer.database))
    signer.bring(1, STEPS[:3])
    signer.command(lambda: draft(signer.database))
    signer.bring(2, STEPS[:2])
    signer.command(lambda: step(signer.database, 2, "expedierad"), killed=True)  # and edition 1 is replaced
    assert signer.checked().intact and signer.checked().unsigned == ((8, 9),)
    assert signer.told == []
    with pytest.raises(UserError, match="kan därför inte bli"):  # a command that is refused mends it too
        signer.command(lambda: step(signer.database, 2, "expedierad"))
    assert signer.told == [
        "Händelse 8–9 skrevs av ett kommando som avbröts innan det signerades (utgåva 2, expedierad). Nu är det"
        " signerat."
    ]
    checked = signer.checked()
    assert (checked.intact, checked.unsigned, checked.last_nr, checked.late) == (True, (), 9, ((8, 9),))
    assert checked.faults() == []
    assert "Händelse 8–9" in checked.remarks()[0]


def test_what_was_registered_together_is_one_command(signer: Signer):
    where = ("arenden", "2018", "kvinna", "antal")
    told = [External("0114", 2018, "Kolada", today(), "siffror", *where, float(n), float(n)) for n in (1, 2)]

    def register(who: str) -> None:
        with signer.database.begin() as conn:
            editions.register_external(conn, told, who)

    signer.command(lambda: register("Anna"), killed=True)
    signer.command(lambda: register("Bo"), killed=True)
    assert "(utlämnat en annan väg)" in signer.told[0] and signer.checked().unsigned == ((3, 4),)
    register("Cia")
    signer.command(lambda: None)
    assert "mer än vad ett avbrutet kommando" in signer.told[1] and signer.checked().unsigned == ((3, 6),)


def test_each_signed_line_is_bound_to_the_one_before_it(signer: Signer):
    signer.command(lambda: draft(signer.database))
    signer.bring(1, STEPS[:3])
    lines = signer.lines()
    for kept, loose in (((0, 2, 3), (2,)), ((1, 2, 3), (1,)), ((0, 2, 1, 3), (2, 3, 4))):
        signer.file.write_text("".join(lines[i] for i in kept), encoding="utf-8")
        assert signer.checked().loose == loose
        assert "rader är borttagna eller inlagda" in " ".join(signer.checked().faults())
    # A line that was torn (the power went) is told; what comes after it stands on a line of its own.
    signer.file.write_text("".join(lines[:3]) + lines[3][:40], encoding="utf-8")
    signer.bring(1, ["faststalld"])
    checked = signer.checked()
    assert (checked.forged, checked.loose, checked.unsigned, checked.last_nr) == ((4,), (), (), 5)


def test_keys_that_are_gone_open_to_others_or_damaged_are_told(database: Database, tmp_path: Path):
    private = signing_key.ensure_key(tmp_path)
    found = audit_log.Head(1, "0" * 64)
    audit_log.sign_head(private, tmp_path / signing_key.SIGNED, found, 0)
    private.chmod(0o640)
    with pytest.raises(UserError, match="chmod 600"):
        signing_key.ensure_key(tmp_path)
    private.chmod(0o600)
    private.write_bytes(b"kort")
    with pytest.raises(UserError, match="inte en nyckel"):
        audit_log.sign_head(private, tmp_path / signing_key.SIGNED, found, 0)
    private.unlink()
    with pytest.raises(UserError, match="gör ingen ny"):
        signing_key.ensure_key(tmp_path)
    with database.begin() as conn:
        assert audit_log.check_signed(conn, tmp_path).wrong == (1,)  # the public key is enough to look
        (tmp_path / signing_key.PUBLIC).unlink()
        with pytest.raises(UserError, match="Återställ"):
            audit_log.check_signed(conn, tmp_path)


def test_cells_changed_past_the_guards_are_found(database: Database):
    numbers = [bring(database, draft(database, replace(HEAD, ar=y)), "expedierad") for y in (2011, 2012, 2013)]
    with database.begin() as conn:
        assert audit_log.altered(conn) == []
    off = [f"ALTER TABLE {t} DISABLE TRIGGER USER" for t in ("publicering.cell", "publicering.utgava")]
    as_owner(
        database,
        *off,
        f"UPDATE publicering.cell SET varde = 13 WHERE ordning = 0 AND utgava = {numbers[0]}",
        f"UPDATE publicering.utgava SET typ = 'tertial' WHERE utgava = {numbers[2]}",
    )
    as_owner(  # the digest beside the cells is made to fit: the log has another
        database,
        f"UPDATE publicering.cell SET varde = 13 WHERE ordning = 0 AND utgava = {numbers[1]}",
        "UPDATE publicering.utgava SET innehall_sha256 = publicering.utgava_sha256(utgava)"
        f" WHERE utgava = {numbers[1]}",
    )
    with database.begin() as conn:
        assert audit_log.altered(conn) == numbers
        for number in numbers:
            with pytest.raises(UserError, match=f"Utgåva {number} är inte längre det som expedierades"):
                released.refuse_altered(conn, number)


def test_an_unknown_edition_and_an_empty_draft_are_told(database: Database):
    with pytest.raises(UserError, match="Utgåva 7 finns inte"):
        step(database, 7, "granskad")
    with pytest.raises(UserError, match="Utgåva 7 finns inte"), database.begin() as conn:
        editions.state(conn, 7)
    with pytest.raises(UserError, match="inga celler"), database.begin() as conn:
        editions.draft(conn, HEAD, [DraftTable("arenden", [])])


def test_a_table_that_was_counted_again_with_another_result_stops_the_draft(database: Database) -> None:
    def counted(content: str) -> int:
        with database.begin() as conn:
            row = {"a": "arenden", "k": "0114", "i": "1" * 64, "c": content * 64}
            return int(
                conn.execute(
                    text(
                        "INSERT INTO revision.tabellversion (tabell, kommun, ar, indata_sha256, innehall_sha256,"
                        " celler, korning_id, kodversion) VALUES (:a, :k, 2019, :i, :c, 1, 'k', 'k')"
                        " RETURNING version_id"
                    ),
                    row,
                ).scalar_one()
            )

    first = counted("c")
    number = bring(database, draft(database, replace(HEAD, versioner=(first,))), "granskad")
    counted("c")  # the same result: nothing has changed
    step(database, number, "godkand")
    counted("d")
    with pytest.raises(UserError, match="räknats om"):
        step(database, number, "expedierad")
    assert not rows(database, f"SELECT 1 FROM publicering.cell WHERE utgava = {number}")


# --- the ledger -------------------------------------------------------------------------------------------------------

LEDGER = [("arenden", 0, 3, 12), ("arenden", 1, 3, 2), ("arenden", 4, 3, 5), ("arenden", 4, 4, 9)]


def test_the_ledger_is_kept_with_the_edition_bound_in_the_log_and_frozen_with_it(database: Database):
    number = draft(database, bakom=LEDGER)
    other = draft(database, replace(HEAD, namnd="0115"), bakom=LEDGER)
    with database.begin() as conn:
        assert harkomst.behind(conn, number, "arenden", 4) == {3: 5, 4: 9}
        assert harkomst.behind(conn, number, "arenden", 2) == {}
        kept = harkomst.digest(conn, number)
        assert kept == harkomst.logged_digest(conn, number) != harkomst.digest(conn, other)
        assert harkomst.too_many(conn, number, "arenden", 1) == [3, 4], "there are no receipts"
    as_owner(database, f"UPDATE revision.utgava_harkomst SET rader = 6 WHERE utgava = {number} AND leverans_id = 4")
    with database.begin() as conn:
        assert harkomst.digest(conn, number) != kept
    bring(database, number, "expedierad")
    statements = (
        f"INSERT INTO revision.utgava_harkomst VALUES ({number}, 'arenden', 3, 3, 1)",
        f"UPDATE revision.utgava_harkomst SET rader = 7 WHERE utgava = {number}",
        f"UPDATE revision.utgava_harkomst SET utgava = {number}, ordning = ordning + 9 WHERE utgava = {other}",
        f"DELETE FROM revision.utgava_harkomst WHERE utgava = {number}",
        "TRUNCATE revision.utgava_harkomst",
    )
    for statement in statements:
        with pytest.raises(WarehouseError, match=r"KV012|42501"):
            as_owner(database, statement)


@pytest.mark.parametrize("role", ["kvalitet", "revisor", "publik", "registeransvarig"])
def test_nobody_but_the_pipeline_reads_the_ledger(database: Database, login: Callable[[str], Database], role: str):
    draft(database, bakom=LEDGER)
    with pytest.raises(WarehouseError, match="42501"), login(role).begin() as conn:
        conn.execute(text("SELECT * FROM revision.utgava_harkomst"))


def test_which_editions_a_sum_is_made_of_is_public(database: Database, login: Callable[[str], Database]):
    parts = [bring(database, draft(database, replace(HEAD, namnd=n)), "expedierad") for n in ("0114", "0115")]
    whole = bring(database, draft(database, replace(HEAD, namnd="lan:01", deltagare=tuple(parts))), "expedierad")
    with login("publik").begin() as conn:
        assert sparning.members(conn, whole) == parts
        assert sparning.members(conn, parts[0]) == []
