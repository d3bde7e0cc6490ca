"""`kvinnofrid release` as people meet it: an edition's whole life, two persons, corrections, what left another way."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import dagster as dg
import pytest
from sqlalchemy import make_url, text

from assets.publicering import bilaga, forbered
from assets.publicering.skillnad import skillnad
from assets.publicering.system import build_system
from assets.receiving import receive
from assets.tables.catalogue import TABLES, planned
from assets.tables.counting import Setup, count, stale
from assets.workspace import Workspace
from pipelines import cli, release
from pipelines.definitions import RELEASING, build_definitions
from pipelines.exits import Exit
from pipelines.release import Who
from pipelines.release_audit import Released, check_released
from pipelines.settings import Settings
from quality.disclosure.model import Pattern, Protection
from quality.disclosure.policy import PRESETS
from tests.pipeline.helpers import case, insats, pnr, put
from warehouse import audit_log, editions, roles, schema, signing_key
from warehouse.database import Database, sibling_url
from warehouse.editions import Printed

ROOT = Path(__file__).parents[2]
KOMMUN, AR = "1980", 2019
OF_YEAR = ("--kommun", KOMMUN, "--ar", str(AR))
FEW = Setup(plan={n: TABLES[n] for n in ("arenden", "insatser")})
"""Tables enough for an edition; all of them together are protected in other tests."""
ANNA, BO = "Anna Påhittad", "Bo Påhittad"
TODAY = datetime.now(ZoneInfo("Europe/Stockholm")).date().isoformat()

Row = dict[str, str]


def cases(women: int, men: int) -> list[Row]:
    """One case a person. Everyone was helped; every third got skyddat boende."""
    people = [("kvinna", i) for i in range(women)] + [("man", 500 + i) for i in range(men)]
    return [
        case(i, person_id=pnr(f"19{70 + i % 20}0{1 + i % 9}{10 + i // 20 % 18}", 980 + i % 20), kon=kon)
        for kon, i in people
    ]  # fmt: skip


def given(rows: Sequence[Row]) -> list[Row]:
    kinds = ("stodsamtal", "stodsamtal", "skyddat_boende")
    return [
        insats(at, insatstyp=kinds[at % 3]) | {"arende_id": row["arende_id"], "verkstalld": "2019-04-08"}
        for at, row in enumerate(rows)
    ]


def deliver(ws: Workspace, rows: Sequence[Row], day: str) -> None:
    """Deliver a whole year anew, and count it."""
    stated: dict[str, Any] = {"namnd": KOMMUN, "uttagsdatum": day}
    put(ws, rows, name=f"arenden-{day}.csv", tabell="arende", **stated)
    put(ws, given(rows), name=f"insatser-{day}.csv", tabell="insats", **stated)
    got = receive(ws)
    assert [r.status for r in got.results] == ["godkand", "godkand"], [r.faults for r in got.results]
    with ws.database.begin() as conn:
        jobs = stale(conn, setup=FEW)
    count(ws.database, jobs, run_id="korning", code_version="test", setup=FEW)


@dataclass
class Desk:
    """An installation with counted tables, and its command line."""

    env: Mapping[str, str]
    ws: Workspace
    monkeypatch: pytest.MonkeyPatch
    capsys: pytest.CaptureFixture[str]
    err: str = field(default="")

    def run(self, *words: str, expected: int = Exit.OK) -> str:
        """What `kvinnofrid release` printed; in ``err`` what it complained of."""
        self.monkeypatch.setattr(sys, "argv", ["kvinnofrid", "release", *words])
        with pytest.raises(SystemExit) as left:
            cli.main()
        told = self.capsys.readouterr()
        self.err = told.err
        assert (left.value.code or 0) == expected, told.err + told.out
        assert "Traceback" not in told.err
        return re.sub(r"\s+", " ", told.out)

    def json(self, *words: str, expected: int = Exit.OK) -> Any:
        self.monkeypatch.setattr(sys, "argv", ["kvinnofrid", "release", *words, "--json"])
        with pytest.raises(SystemExit) as left:
            cli.main()
        told = self.capsys.readouterr()
        assert (left.value.code or 0) == expected, told.err + told.out
        return json.loads(told.out)

    def prepare(self, *words: str) -> int:
        return int(self.json("prepare", *OF_YEAR, "--variant", "tva", *words)["utgava"])

    def publish(self) -> int:
        number = self.prepare()
        self.run("review", str(number), "--som", ANNA)
        self.run("approve", str(number), "--som", BO)
        self.run("dispatch", str(number), "--dnr", "SN 2020/1")
        return number

    def cells(self, number: int, tabell: str = "arenden") -> dict[tuple[str, str], tuple[str, float | None]]:
        """Totals of a table: measure and sex, to status and value."""
        rows = self.json("show", str(number), "--tabell", tabell)["rader"]
        others = {"roll", "verksamhetsomrade", "aldersgrupp", "vag", "utfall", "insatstyp", "beslut"} & set(rows[0])
        return {(r["matt"], r["kon"]): (r["status"], r["varde"]) for r in rows if all(r[d] == "totalt" for d in others)}

    def sql(self, query: str, **values: Any) -> list[tuple[Any, ...]]:
        with self.ws.database.owner.begin() as conn:
            found = conn.execute(text(query), values)
            return [tuple(row) for row in found] if found.returns_rows else []


def narrow(patch: pytest.MonkeyPatch) -> None:
    """Let the installation have the few tables only; those that they follow from are not there."""
    patch.setattr("pipelines.work.setup_of", lambda _settings: FEW)
    patch.setattr("assets.publicering.forbered.build_system", partial(build_system, samband=()))


@pytest.fixture(scope="module")
def first_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home whose keys the records were taken in with."""
    return tmp_path_factory.mktemp("hem")


@pytest.fixture(scope="module")
def counted(server: Any, first_home: Path) -> Iterator[str]:
    """A database with a year's tables counted, to be copied: 34 women and 3 men."""
    name = f"kf_{uuid.uuid4().hex[:12]}"
    database: Database = server.create(name)
    schema.upgrade(database, planned(FEW.plan))
    ws = Workspace(first_home, database, lambda: date(2026, 2, 1), setup=FEW)
    ws.make_folders()
    deliver(ws, cases(34, 3), "2020-01-31")
    database.dispose()
    yield name
    server.drop(name)


def settings_of(server: Any, name: str, home: Path) -> dict[str, str]:
    url = make_url(sibling_url(server.owner_url, name)).render_as_string(hide_password=False)
    return {"KVINNOFRID_HOME": str(home), "KVINNOFRID_DATABASE_URL": url, "KVINNOFRID_DAGSTER_URL": url}


@pytest.fixture(scope="module")
def drafted(server: Any, counted: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The same with a draft, edition 1."""
    name = f"kf_{uuid.uuid4().hex[:12]}"
    server.create(name, counted).dispose()
    with pytest.MonkeyPatch.context() as patch:
        narrow(patch)
        patch.chdir(tmp_path_factory.mktemp("mapp"))
        for setting, value in settings_of(server, name, tmp_path_factory.mktemp("hem")).items():
            patch.setenv(setting, value)
        made = release.prepare(Settings(), KOMMUN, AR, variant="tva", who=Who(ANNA))
    assert made.utgava == 1
    yield name
    server.drop(name)


@pytest.fixture(scope="module")
def published(server: Any, drafted: str) -> Iterator[str]:
    """The same, dispatched."""
    name = f"kf_{uuid.uuid4().hex[:12]}"
    database: Database = server.create(name, drafted)
    with database.begin() as conn:
        editions.step(conn, 1, "granskad", ANNA)
        editions.step(conn, 1, "godkand", BO)
        editions.step(conn, 1, "expedierad", BO, dnr="SN 2020/1")
    database.dispose()
    yield name
    server.drop(name)


@pytest.fixture
def desk(
    request: pytest.FixtureRequest, server: Any, first_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Iterator[Desk]:  # fmt: skip
    """A copy of ``counted``, or of what the test is parametrised with."""
    name = f"kf_{uuid.uuid4().hex[:12]}"
    database: Database = server.create(name, request.getfixturevalue(getattr(request, "param", "counted")))
    for setting in [n for n in os.environ if n.startswith("KVINNOFRID_")]:
        monkeypatch.delenv(setting)
    monkeypatch.chdir(tmp_path)
    env = settings_of(server, name, tmp_path / "hem")
    for setting, value in env.items():
        monkeypatch.setenv(setting, value)
    monkeypatch.setenv("COLUMNS", "300")
    narrow(monkeypatch)
    ws = Workspace(tmp_path / "hem", database, lambda: date(2026, 2, 1), setup=FEW)
    ws.make_folders()
    for name_of_key in ("master.key", "original.key"):
        shutil.copy(first_home / "keys" / name_of_key, ws.home / "keys")
    private = signing_key.ensure_key(ws.home / "keys")
    with database.begin() as conn:  # the log so far, as this home would have signed it
        audit_log.sign_head(private, ws.home / "keys" / signing_key.SIGNED, audit_log.head(conn), 0)
    yield Desk(env, ws, monkeypatch, capsys)
    database.dispose()
    server.drop(name)


WITH_DRAFT = pytest.mark.parametrize("desk", ["drafted"], indirect=True)
WITH_EDITION = pytest.mark.parametrize("desk", ["published"], indirect=True)


# -- what cannot be prepared


def test_what_there_is_nothing_to_make_of_is_explained(desk: Desk) -> None:
    desk.run("prepare", "--kommun", "0000", "--ar", "2019", expected=Exit.MEND)
    assert "Kommunkoden finns inte" in desk.err
    desk.run("prepare", "--kommun", "0114", "--ar", "2019", expected=Exit.MEND)
    assert "Inga ärenden är räknade" in desk.err
    desk.run("prepare", *OF_YEAR, "--variant", "finast", expected=Exit.MEND)
    assert "tva" in desk.err
    desk.run("prepare", *OF_YEAR, "--typ", "hemlig", expected=Exit.USAGE)
    desk.run("prepare", *OF_YEAR, "--typ", "tertial", "--variant", "tva", expected=Exit.USAGE)
    for words in (("review", "7", "--som", ANNA), ("show", "7"), ("log", "7"), ("diff", "7")):
        desk.run(*words, expected=Exit.MEND)
        assert "Utgåva 7 finns inte" in desk.err
    assert "inget är förberett" in desk.run("diff", *OF_YEAR, expected=Exit.NO_EDITION)
    assert "Inga utgåvor" in desk.run("list")
    assert desk.json("list") == {"utgavor": []}
    assert desk.sql("SELECT count(*) FROM tabell.utgava") == [(0,)]


def test_an_edition_that_cannot_be_shown_to_be_safe_is_not_kept(desk: Desk) -> None:
    desk.monkeypatch.setattr(forbered, "protect", lambda *_args, **_more: Protection(Pattern(), ()))
    desk.run("prepare", *OF_YEAR, "--variant", "tva", expected=Exit.MEND)
    assert "--variant" in desk.err
    assert desk.sql("SELECT count(*) FROM tabell.utgava") == [(0,)]
    assert desk.json("log") == {"handelser": []}


KILLED = """
import os, signal, sys
sys.path.insert(0, {root!r})
import pytest
from tests.pipeline.test_release import narrow
from warehouse import editions
narrow(pytest.MonkeyPatch())
editions.record_verdict = lambda *a: os.kill(os.getpid(), signal.SIGKILL)
sys.argv = ["kvinnofrid", "release", "prepare", *{words!r}]
from pipelines import cli
cli.main()
"""


def test_a_killed_prepare_leaves_nothing(desk: Desk) -> None:
    code = KILLED.format(root=str(ROOT), words=(*OF_YEAR, "--variant", "tva"))
    done = subprocess.run(
        [sys.executable, "-c", code], env=os.environ | desk.env, capture_output=True, timeout=100, check=False
    )
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()
    assert desk.sql("SELECT count(*) FROM tabell.utgava") == [(0,)]
    assert desk.sql("SELECT count(*) FROM tabell.utgava_cell") == [(0,)]
    assert desk.sql("SELECT count(*) FROM revision.handelse") == [(0,)]


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("ROJANDEREGEL", "ingen"),
        ("ROJANDEREGEL", ""),
        ("ROJANDEREGEL", "0"),
        ("ROJANDEREGLER", '{"1980": "av"}'),
        ("ROJANDEREGLER", '{"9999": "fem"}'),
        ("GRANNAR", '{"Ensam": ["1980"]}'),
        ("GRANNAR", '{"Okand": ["1980", "9999"]}'),
    ],
)
def test_no_setting_switches_protection_off(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], setting: str, value: str
) -> None:
    monkeypatch.setenv("KVINNOFRID_HOME", str(tmp_path / "hem"))
    monkeypatch.setenv(f"KVINNOFRID_{setting}", value)
    monkeypatch.setattr(sys, "argv", ["kvinnofrid", "release", "prepare", *OF_YEAR])
    with pytest.raises(SystemExit) as left:
        cli.main()
    assert left.value.code == Exit.MEND
    assert setting.lower() in capsys.readouterr().err
    assert not (tmp_path / "hem").exists()


def test_every_rule_that_can_be_chosen_protects(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KVINNOFRID_ROJANDEREGLER", '{"1980": "tio"}')
    chosen = Settings()
    assert (chosen.policy_of("1980").name, chosen.policy_of("0114").name) == ("tio", "fem")
    for rule in PRESETS.values():
        assert min(rule.threshold, rule.share_base, rule.smallest_revision) >= 3


# -- the order of things


@WITH_DRAFT
def test_no_step_is_taken_out_of_order_or_alone(desk: Desk) -> None:
    for words, told in (
        (("approve", "1", "--som", BO), "Nästa steg är kvinnofrid release review"),
        (("dispatch", "1", "--dnr", "SN 1"), "ett utkast"),
        (("adopt", "1", "--datum", TODAY, "--paragraf", "4"), "ett utkast"),
        (("withdraw", "1", "--orsak", "fel"), "ett utkast"),
    ):
        desk.run(*words, expected=Exit.MEND)
        assert told in desk.err
    desk.run("review", "1", expected=Exit.USAGE)
    desk.run("review", "1", "--som", "  ", expected=Exit.MEND)
    assert "uppgivet, ej styrkt" in desk.run("review", "1", "--som", ANNA)
    desk.run("approve", "1", "--som", ANNA.upper(), expected=Exit.MEND)
    assert "någon annan" in desk.err
    assert "ej styrkt" in desk.run("approve", "1", "--som", BO)
    desk.run("dispatch", "1", expected=Exit.MEND)
    assert "diarienummer" in desk.err
    assert desk.sql("SELECT count(*) FROM publicering.cell") == [(0,)]
    assert "ändras den aldrig" in desk.run("dispatch", "1", "--dnr", "SN 2020/1", "--text", "Årets siffror")
    desk.run("adopt", "1", "--datum", "2019-01-01", "--paragraf", "4", expected=Exit.MEND)
    desk.run("adopt", "1", "--datum", "i går", "--paragraf", "4", expected=Exit.USAGE)
    desk.run("adopt", "1", "--datum", TODAY, "--paragraf", "", expected=Exit.MEND)
    assert "paragraf" in desk.err
    assert "§ 45" in desk.run("adopt", "1", "--datum", TODAY, "--paragraf", "45")
    desk.run("discard", "1", expected=Exit.MEND)
    (listed,) = desk.json("list", *OF_YEAR)["utgavor"]
    assert (listed["tillstand"], listed["dnr"], listed["paragraf"], listed["styrkt"]) == (
        "faststalld", "SN 2020/1", "§ 45", False,
    )  # fmt: skip
    said = desk.json("log", "1")["handelser"]
    assert [e["steg"] for e in said] == ["utkast", "granskad", "godkand", "expedierad", "faststalld"]
    assert [e["uppgiven"] for e in said[1:3]] == [ANNA, BO]
    assert BO in desk.run("log")
    assert "§ 45" in desk.run("list")
    assert "Årets siffror" in desk.run("show", "1")


@WITH_DRAFT
def test_a_draft_that_is_changed_after_its_audit_goes_nowhere(desk: Desk) -> None:
    desk.run("review", "1", "--som", ANNA)
    desk.sql("UPDATE tabell.utgava_cell SET status = 'visas', varde = 3 WHERE status = 'skyddas'")
    desk.run("approve", "1", "--som", BO, expected=Exit.MEND)
    assert "något har ändrats efteråt" in desk.err
    assert "prepare" in desk.err
    assert "förkastad" in desk.run("discard", "1", "--orsak", "ändrad")
    desk.run("diff", "1", expected=Exit.MEND)


@WITH_DRAFT
def test_a_draft_says_what_it_shows_and_hides_and_is_within_secrecy(desk: Desk) -> None:
    shown = desk.run("show", "1")
    assert "UTKAST, inom sekretess" in shown
    assert shown.count("godkänd;") == 2
    told = desk.json("show", "1")
    assert {g["metod"] for g in told["granskning"]} == {"certifikat", "lp"}
    assert {t["tabell"] for t in told["tabeller"]} == {"arenden", "insatser"}
    men, women = (desk.cells(1)[("antal_personer", kon)] for kon in ("man", "kvinna"))
    assert men == ("skyddas", None)
    everyone = desk.cells(1)[("antal_personer", "totalt")]
    assert None in (women[1], everyone[1]), "the men's number follows from the two others"
    assert "UTKAST" in desk.run("show", "1", "--tabell", "arenden")
    desk.run("show", "1", "--tabell", "barn", expected=Exit.MEND)


# -- two persons


@WITH_DRAFT
def test_two_persons_are_told_apart_by_their_own_logins(desk: Desk) -> None:
    with desk.ws.database.owner.begin() as conn:
        for name, role in (("anna_p", "kvalitet"), ("bo_p", "registeransvarig"), ("cia_p", "publik")):
            roles.login(conn, name, roles.READERS[role], f"langt-losenord-{name}")
    desk.monkeypatch.setenv("KVINNOFRID_LOGIN_PASSWORD", "fel")
    desk.run("review", "1", "--som", ANNA, "--login", "anna_p", expected=Exit.MEND)
    assert "anna_p kom inte in" in desk.err
    desk.run("review", "1", "--som", ANNA, "--login", "kvinnofrid_pipeline", expected=Exit.MEND)
    desk.monkeypatch.setenv("KVINNOFRID_LOGIN_PASSWORD", "langt-losenord-cia_p")
    desk.run("review", "1", "--som", "Cia Påhittad", "--login", "cia_p", expected=Exit.MEND)
    assert "får inte" in desk.err
    desk.monkeypatch.setenv("KVINNOFRID_LOGIN_PASSWORD", "langt-losenord-anna_p")
    assert "styrkt av inloggningen anna_p" in desk.run("review", "1", "--som", ANNA, "--login", "anna_p")
    desk.monkeypatch.setenv("KVINNOFRID_LOGIN_PASSWORD", "langt-losenord-bo_p")
    assert "Två personer, styrkta" in desk.run("approve", "1", "--som", BO, "--login", "bo_p")
    taken = desk.json("dispatch", "1", "--dnr", "SN 2020/1", "--login", "bo_p")
    assert taken["utgava"]["styrkt"] is True
    assert set(taken) == {"utgava", "handelse"}
    assert taken["handelse"]["av_login"] == "bo_p"
    said = json.dumps(desk.json("log"))
    assert "langt-losenord" not in said


# -- the next edition


@WITH_EDITION
def test_what_is_too_little_to_tell_waits(desk: Desk) -> None:
    told = desk.json("prepare", *OF_YEAR, "--variant", "tva")
    assert told["utgava"] is None
    assert "inget har ändrats sedan utgåva 1" in told["besked"]
    deliver(desk.ws, cases(36, 3), "2020-02-29")
    assert "färre än 5 personer" in desk.run("prepare", *OF_YEAR)
    assert len(desk.json("list")["utgavor"]) == 1


@WITH_EDITION
def test_another_cut_of_what_is_out_already_is_told_before_what_follows_from_it(desk: Desk) -> None:
    said = desk.run("prepare", *OF_YEAR, "--variant", "totaler")
    assert "OBS! Utgåva 1 är redan ute för samma år. Inga leveranser har kommit emellan" in said
    assert "Indelningen är en annan: Bara totaler, i stället för Varje indelning för sig, efter kön." in said
    assert "kvinnofrid release discard 2" in said
    said = desk.run("diff", "2")
    assert said.index("Inga leveranser har kommit emellan") < said.index("Indelningen är en annan")
    assert said.index("Indelningen är en annan") < said.index("finns inte längre")


@WITH_EDITION
def test_a_correction_makes_a_new_edition_and_the_difference_is_told_in_protected_form(desk: Desk) -> None:
    assert "årets första" in desk.run("diff", "1")
    deliver(desk.ws, cases(58, 3), "2020-02-29")
    before = desk.json("show", "1", "--tabell", "arenden")["rader"]
    made = desk.json("prepare", *OF_YEAR)
    # Nobody asked for another cut: a correction changes no more than it must.
    assert (made["utgava"], made["variant"]) == (2, desk.json("show", "1")["utgava"]["variant"])
    assert "som årets förra utgåva har" in made["varfor"]
    told = desk.json("diff", *OF_YEAR)
    assert (told["utgava"], told["fore"]) == (2, 1)
    after = desk.json("show", "2", "--tabell", "arenden")["rader"]
    changed = [c for c in told["celler"] if c["slag"] == "nytt_tal"]
    assert changed
    assert told["antal"]["nytt_tal"] == len(changed)
    for cell in (c for c in changed if c["tabell"] == "arenden"):
        for rows, value in ((before, cell["fore"]), (after, cell["efter"])):
            (row,) = [
                r for r in rows
                if (r["matt"], r["kon"], r["period"]) == (cell["matt"], cell["kon"], cell["period"])
                and all(r[d] == code for d, code in cell["dimensioner"].items())
            ]  # fmt: skip
            assert row["varde"] == value
    assert all(c["fore"] is None and c["efter"] is None for c in told["celler"] if c["slag"] != "nytt_tal")
    counts = [c for c in changed if c["matt"].startswith("antal_")]
    assert all(abs(c["efter"] - c["fore"]) >= PRESETS["fem"].smallest_revision for c in counts)
    assert told["varfor"]["leveranser"] == [
        {"kalla": "verksamhetssystem", "tabell": t, "nya": 1, "ersatta": 1} for t in ("arende", "insats")
    ]
    said = desk.run("diff", "2")
    assert "granskad ihop med alla tidigare" in said
    assert "1 nya och 1 ersatta" in said
    for step in (("review", "2", "--som", ANNA), ("approve", "2", "--som", BO)):
        desk.run(*step)
    assert "ersätter utgåva 1" in desk.run("dispatch", "2", "--dnr", "SN 2020/2", "--text", "Fler ärenden")
    assert [u["tillstand"] for u in desk.json("list")["utgavor"]] == ["ersatt", "expedierad"]
    assert desk.cells(2)[("antal_personer", "man")] == ("skyddas", None)


def test_a_step_that_is_too_small_is_not_told_even_where_both_editions_print_it() -> None:
    def says(matt: str, varde: float | None, **codes: str) -> Printed:
        status = "skyddas" if varde is None else "visas"
        return Printed("insatser", 0, "2019", codes, "totalt", matt, status, varde, None, None)

    before = [
        says("antal_inom_14", 20.0), says("antal_med_start", 40.0), says("andel_inom_14", 0.5),
        says("antal_personer", 30.0), says("antal_insatser", 60.0, insatstyp="stodsamtal"),
        says("antal_insatser", None, insatstyp="kontaktperson"), says("antal_avslag", 9.0),
    ]  # fmt: skip
    after = [
        says("antal_inom_14", 24.0), says("antal_med_start", 40.0), says("andel_inom_14", 0.6),
        says("antal_personer", 35.0), says("antal_insatser", None, insatstyp="stodsamtal"),
        says("antal_insatser", 12.0, insatstyp="kontaktperson"),
    ]  # fmt: skip
    assert [(a.matt, a.slag, a.fore, a.efter) for a in skillnad(before, after, "fem")] == [
        ("antal_inom_14", "for_liten", None, None),
        ("andel_inom_14", "for_liten", None, None),
        ("antal_personer", "nytt_tal", 30.0, 35.0),
        ("antal_insatser", "skyddas_nu", None, None),
        ("antal_insatser", "visas_nu", None, None),
        ("antal_avslag", "borta", None, None),
    ]
    assert [a.slag for a in skillnad(before, after, "tio")][2] == "for_liten"
    assert skillnad(before, before, "fem") == []


def test_a_share_tells_of_a_base_that_is_not_split_as_it_is() -> None:
    def says(base: float) -> list[Printed]:
        kind = {"valdstyp": "fysiskt"}
        return [
            Printed("vald", 0, "2019", {}, "kvinna", "antal_med_valdstyp", "visas", base, None, None),
            Printed("vald", 1, "2019", kind, "kvinna", "andel_valdstyp", "visas", 30 / base, None, None),
        ]

    assert [a.slag for a in skillnad(says(60), says(62), "fem")] == ["for_liten", "for_liten"]
    assert [a.slag for a in skillnad(says(60), says(66), "fem")] == ["nytt_tal", "nytt_tal"]


@WITH_EDITION
def test_a_withdrawn_edition_says_why_and_stays_in_the_log(desk: Desk) -> None:
    desk.run("withdraw", "1", expected=Exit.USAGE)
    desk.run("withdraw", "1", "--orsak", " ", expected=Exit.MEND)
    assert "återtagen" in desk.run("withdraw", "1", "--orsak", "Fel år i rubriken")
    assert "Fel år i rubriken" in desk.run("show", "1")
    assert desk.sql("SELECT count(*) > 0 FROM publicering.cell") == [(True,)]


# -- what left another way


def external(**changes: str) -> list[str]:
    """Words that register a share of 40 percent of 35: 14."""
    said = {
        "kommun": KOMMUN, "ar": str(AR), "mottagare": "Länsstyrelsen", "datum": "2020-02-01", "vad": "Väntetider",
        "tabell": "insatser", "matt": "andel_inom_14", "kon": "totalt", "varde": "40,0", "bas": "35",
    } | changes  # fmt: skip
    return ["external", "add", *(w for n, v in said.items() if v for w in (f"--{n}", v))]


FAULTS: list[tuple[dict[str, str], str]] = [
    ({"tabell": "lokala_variabler"}, "tabellen finns inte"),
    ({"matt": "antal_hemliga"}, "måttet publiceras inte"),
    ({"matt": "median_vantetid"}, "antal_med_start"),
    ({"kon": "kvinnor"}, "kon ska vara"),
    ({"kod": "insatstyp=samtalsstod"}, "koden finns inte"),
    ({"kod": "stad=1980"}, "delas inte in så"),
    ({"bas": ""}, "basen"),
    ({"varde": "40,1", "bas": "10"}, "inget helt antal"),
    ({"varde": "40,05", "decimaler": "1"}, "fler decimaler"),
    ({"varde": "-1"}, "inte är negativt"),
    ({"varde": "nan"}, "inte är negativt"),
    ({"varde": ""}, "ange ett värde"),
    ({"datum": "1 februari"}, "ÅÅÅÅ-MM-DD"),
    ({"datum": "2999-01-01"}, "framtiden"),
    ({"kommun": "9999"}, "kommunkoden"),
    ({"period": "2017_2018"}, "perioden"),
    ({"mottagare": ""}, "mottagare"),
]


def test_what_cannot_be_registered_is_explained_without_the_value(desk: Desk) -> None:
    for changes, told in FAULTS:
        desk.run(*external(**changes), expected=Exit.MEND)
        assert told in desk.err, changes
        assert "40,0" not in desk.err
    assert desk.json("external", "list") == {"registrerade": []}


def test_a_share_is_turned_into_the_counts_behind_it_and_a_file_is_all_or_nothing(desk: Desk, tmp_path: Path) -> None:
    assert "aldrig bort" in desk.run(*external())
    desk.run(*external(tabell="kolada", matt="per10000_u30750_personer", varde="4,2", bas="36000"))
    desk.run(
        *external(matt="antal_personer", varde="", bas=""), "--mellan", "10", "19", "--kod", "insatstyp=stodsamtal"
    )
    spans = [
        (r["what"]["matt"], r["what"]["lag"], r["what"]["hog"]) for r in desk.json("external", "list")["registrerade"]
    ]
    assert spans == [
        ("antal_inom_14", 14, 14), ("antal_med_start", 35, 35), ("antal_u30750_personer", 15, 15),
        ("antal_personer", 10, 19),
    ]  # fmt: skip
    path = tmp_path / "ut.csv"
    path.write_text("kon;varde;bas\nkvinna;50;30\nman;x;4\n", encoding="utf-8")
    desk.run(*external(kon="", varde="", bas=""), "--fil", str(path), expected=Exit.MEND)
    assert "Rad 3" in desk.err
    assert "Rad 2" not in desk.err
    path.write_text("rubrik;varde\n1;2\n", encoding="utf-8")
    desk.run(*external(), "--fil", str(path), expected=Exit.MEND)
    assert len(desk.json("external", "list")["registrerade"]) == 4
    path.write_text("\ufeffkon;varde;bas\nkvinna;50;30\nman;50;4\n", encoding="utf-8")
    assert len(desk.json(*external(kon="", varde="", bas=""), "--fil", str(path))["registrerade"]) == 4


@WITH_DRAFT
def test_what_left_another_way_stops_the_draft_and_leads_to_more_protection(desk: Desk) -> None:
    was = desk.cells(1)
    hidden = [k for k in (("antal_personer", kon) for kon in ("kvinna", "totalt")) if was[k][0] == "skyddas"]
    assert hidden, "one of them is hidden for the men's sake"
    desk.run("review", "1", "--som", ANNA)
    # What was hidden has left another way, with the men's number in it: the other one must go.
    (matt, kon) = hidden[0]
    value = {"kvinna": "34", "totalt": "37"}[kon]
    desk.run(*external(tabell="arenden", matt=matt, kon=kon, varde=value, bas=""))
    desk.run("approve", "1", "--som", BO, expected=Exit.MEND)
    assert "Något annat har lämnats ut" in desk.err
    now = desk.cells(desk.prepare())
    other = {"kvinna": "totalt", "totalt": "kvinna"}[kon]
    assert was[(matt, other)][0] == "visas"
    assert now[(matt, other)] == ("skyddas", None)
    assert now[(matt, "man")] == ("skyddas", None)


# -- within secrecy


@WITH_EDITION
def test_a_sekretessbilaga_is_for_those_it_is_given_to(desk: Desk) -> None:
    assert bilaga.MARK in desk.run("prepare", *OF_YEAR, "--typ", "sekretessbilaga")
    assert desk.cells(2)[("antal_personer", "man")] == ("visas", 3)
    desk.run("review", "2", "--som", ANNA)
    desk.run("approve", "2", "--som", BO)
    desk.run("dispatch", "2", "--dnr", "SN 2020/3", expected=Exit.MEND)
    assert "mottagare" in desk.err
    desk.run("dispatch", "2", "--dnr", "SN 2020/3", "--mottagare", "Socialnämnden")
    assert desk.json("log", "2")["handelser"][-1]["uppgifter"]["mottagare"] == "Socialnämnden"
    assert [u["tillstand"] for u in desk.json("list")["utgavor"]] == ["expedierad", "expedierad"]
    notes = desk.json("show", "2", "--tabell", "arenden")["noter"]
    assert bilaga.MARK in notes
    with desk.ws.database.owner.begin() as conn:
        conn.execute(text("SET LOCAL ROLE kvinnofrid_publik"))
        assert conn.execute(text("SELECT DISTINCT utgava FROM publicering.cell")).scalars().all() == [1]
        assert conn.execute(text("SELECT utgava FROM publicering.utgavor")).scalars().all() == [1]


def test_a_tertial_edition_is_internal_and_holds_the_tertials(desk: Desk) -> None:
    told = desk.json("prepare", *OF_YEAR, "--typ", "tertial")
    assert (told["typ"], told["utgava"]) == ("tertial", 1)
    periods = {p for (p,) in desk.sql("SELECT DISTINCT period FROM tabell.utgava_cell")}
    assert periods == {"2019T1", "2019T2", "2019T3"}
    desk.run("diff", *OF_YEAR, expected=Exit.NO_EDITION)


# -- afterwards


@WITH_EDITION
def test_the_audit_finds_what_was_changed_behind_the_commands(desk: Desk) -> None:
    desk.run("adopt", "1", "--datum", TODAY, "--paragraf", "45")
    keys = desk.ws.home / "keys"

    def found() -> Released:
        with desk.ws.database.begin() as conn:
            return check_released(conn, keys)

    assert found().held
    desk.sql("ALTER TABLE publicering.cell DISABLE TRIGGER ALL")
    desk.sql("UPDATE publicering.cell SET varde = varde + 1 WHERE tabell = 'arenden' AND status = 'visas'")
    assert found().antal["utgavor_ororda"] == 1
    desk.sql("ALTER TABLE revision.handelse DISABLE TRIGGER ALL")
    desk.sql("UPDATE revision.handelse SET uppgiven = 'Någon Annan' WHERE steg = 'godkand'")
    assert found().antal["logg_obruten"] == 1
    desk.sql("UPDATE revision.handelse SET sha256 = repeat('1', 64) WHERE steg = 'faststalld'")
    assert found().antal["loggens_huvud"] == 1
    desk.sql("ALTER TABLE revision.granskning DISABLE TRIGGER ALL")
    desk.sql("UPDATE revision.granskning SET godkand = false WHERE metod = 'lp'")
    assert found().antal["utgavor_granskade"] == 1
    copy = keys / "kopia.jsonl"
    (keys / "loggens_huvud.jsonl").rename(copy)
    assert any("aldrig signerat" in fault for fault in found().fel)
    assert any("saknar signatur" in fault for fault in found().fel)
    with desk.ws.database.begin() as conn:
        assert any("i kopian finns inte i loggens huvud" in fault for fault in check_released(conn, keys, copy).fel)


@WITH_EDITION
def test_what_a_killed_command_left_is_a_fault_until_the_next_one(desk: Desk) -> None:
    signed = desk.ws.home / "keys" / "loggens_huvud.jsonl"
    desk.run("adopt", "1", "--datum", TODAY, "--paragraf", "45")
    signed.write_text("".join(signed.read_text(encoding="utf-8").splitlines(keepends=True)[:-1]), encoding="utf-8")

    def found() -> Released:
        with desk.ws.database.begin() as conn:
            return check_released(conn, signed.parent)

    assert found().antal["loggens_huvud"] == 1 and "Händelse 5 saknar signatur" in found().fel[0]
    desk.run("withdraw", "1", "--orsak", "En kolumn var fel")
    assert "Händelse 5 skrevs av ett kommando som avbröts" in re.sub(r"\s+", " ", desk.err)
    assert found().held and "Händelse 5 signerades först av nästa kommando" in found().noterat[0]


# -- what is written for ever


def test_nobodys_number_is_written_in_the_log(desk: Desk) -> None:
    given = external(vad="om 18900101-9802")
    for words in (["withdraw", "1", "--orsak", "gällde 18900101-9802", "--som", ANNA], given):
        desk.run(*words, expected=Exit.MEND)
        assert "personnummer" in desk.err
        assert "9802" not in desk.err
    assert "9802" not in desk.run("log")


# -- dagster


def test_dagster_makes_a_draft_when_somebody_asks(desk: Desk) -> None:
    defs = build_definitions(Settings(), {"workspace": dg.ResourceDefinition.hardcoded_resource(desk.ws)}, FEW.plan)
    job = defs.resolve_job_def(RELEASING)
    instance = dg.DagsterInstance.ephemeral()
    quiet = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}

    def make(namnd: str) -> dg.ExecuteInProcessResult:
        asked = {"namnd": namnd, "ar": AR, "uppgiven": ANNA, "variant": "en"}
        config = quiet | {"ops": {"utkast": {"config": asked}}}
        return job.execute_in_process(instance=instance, run_config=config, raise_on_error=False)

    assert not make("0114").success  # nothing is counted there
    done = make(KOMMUN)
    assert done.success
    (check,) = done.get_asset_check_evaluations()
    assert check.passed
    (draft,) = desk.json("list")["utgavor"]
    assert (draft["tillstand"], draft["namnd"], draft["variant"]) == ("utkast", KOMMUN, "en")
