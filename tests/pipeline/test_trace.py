"""`kvinnofrid trace` and `kvinnofrid recount`: from a printed number to the delivered file, and counted again."""

import json
import os
import re
import shutil
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any

import pytest
from sqlalchemy import make_url, text

from assets.publicering.varianter import VARIANTER
from assets.receiving import receive
from assets.tables.catalogue import TABLES, planned
from assets.tables.counting import count, stale
from assets.tables.presentation import text_of
from assets.workspace import Workspace
from pipelines import cli, release, trace_words
from pipelines.exits import Exit
from pipelines.release import Who
from pipelines.release_audit import Released, check_released
from pipelines.settings import Settings
from pipelines.trace import _parts as parts_of
from tests.pipeline.helpers import case, insats, pnr, put
from tests.pipeline.test_release import FEW, narrow, settings_of
from warehouse import audit_log, cells, editions, roles, schema, sparning
from warehouse.contracts.reference import brottstyper
from warehouse.database import Database, WarehouseError, sibling_url
from warehouse.editions import CellRow, DraftTable, Head

KOMMUN, AR = "1980", 2019
YEARS = (2017, 2018, 2019)
ANNA, BO, CIA = "Anna Påhittad", "Bo Påhittad", "Cia Påhittad"


WOMEN, MEN = 30, 14


def kind(kon: str, at: int) -> str:
    """What a person was given: every third woman and three of the men got skyddat boende."""
    few = at % 3 == 2 if kon == "kvinna" else at < 3
    return "skyddat_boende" if few else "stodsamtal"


PEOPLE = [(kon, i, kind(kon, i)) for kon, many in (("kvinna", WOMEN), ("man", MEN)) for i in range(many)]


def rows_of(year: int) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    """Cases and what was given in a year, one of each a person."""
    cases, given = [], []
    for kon, at, insatstyp in PEOPLE:
        i = at + (500 if kon == "man" else 0)
        number = year * 1000 + i
        person = pnr(f"19{70 + i % 20}0{1 + i % 9}{10 + i // 20 % 18}", 980 + i % 20)
        cases.append(case(number, person_id=person, kon=kon, startdatum=f"{year}-03-01", slutdatum=f"{year}-09-30"))
        days = {"beslutsdatum": f"{year}-04-01", "verkstalld": f"{year}-04-{8 + 20 * (at % 2):02}"}
        given.append(insats(number, number, insatstyp=insatstyp, **days))
    return cases, given


def deliver(ws: Workspace, year: int, rows: Any = None, day: str = "") -> None:
    cases, given = rows or rows_of(year)
    stated: dict[str, Any] = {"namnd": KOMMUN, "period": str(year), "uttagsdatum": day or f"{year + 1}-01-31"}
    put(ws, cases, name=f"arenden-{year}{day}.csv", tabell="arende", **stated)
    put(ws, given, name=f"insatser-{year}{day}.csv", tabell="insats", **stated)
    got = receive(ws)
    assert [r.status for r in got.results] == ["godkand", "godkand"], [r.faults for r in got.results]


def recounted(ws: Workspace) -> None:
    with ws.database.begin() as conn:
        jobs = stale(conn, setup=FEW)
    count(
        ws.database,
        jobs,
        run_id="korning-av-tabellerna",
        code_version="0.1.0+abc123def456+lock-0123456789ab",
        setup=FEW,
    )


@pytest.fixture(scope="module")
def first_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home that the records were taken in with: keys, originals and the signed log."""
    return tmp_path_factory.mktemp("hem")


@pytest.fixture(scope="module")
def published(server: Any, first_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A database with edition 1 dispatched (single and pooled years) and edition 2, a draft of the year before."""
    name = f"kf_{uuid.uuid4().hex[:12]}"
    database: Database = server.create(name)
    schema.upgrade(database, planned(FEW.plan))
    ws = Workspace(first_home, database, lambda: date(2026, 2, 1), setup=FEW)
    ws.make_folders()
    for year in YEARS:
        deliver(ws, year)
    recounted(ws)
    with database.begin() as conn:
        cells.record_check(conn, "korning", "avstamning", "godkand", 0)
        cells.record_check(conn, "korning", "insatser.regler", "godkand", 0, KOMMUN, AR)
    with pytest.MonkeyPatch.context() as patch:
        narrow(patch)
        patch.chdir(tmp_path_factory.mktemp("mapp"))
        for setting, value in settings_of(server, name, first_home).items():
            patch.setenv(setting, value)
        assert release.prepare(Settings(), KOMMUN, AR, variant="tva_flera", who=Who(ANNA)).utgava == 1
        for steg, who, more in (("granskad", ANNA, {}), ("godkand", BO, {}), ("expedierad", BO, {"dnr": "SN 2020/1"})):
            release.take_step(Settings(), 1, steg, Who(who), **more)  # type: ignore[arg-type]
        with database.begin() as conn:
            head = Head(KOMMUN, 2018, "a" * 64, "b" * 64, "fem", "kod", "korning")
            cell = CellRow("2018", {}, "totalt", "antal_aktualiseringar", "visas", 12)
            assert editions.draft(conn, head, [DraftTable("arenden", [cell])]) == 2
        with audit_log.signing(database, first_home / "keys", print):  # as what a command left that was killed
            pass
    database.dispose()
    yield name
    server.drop(name)


@dataclass
class Desk:
    """An installation with an edition out, and its command line."""

    server: Any
    name: str
    ws: Workspace
    monkeypatch: pytest.MonkeyPatch
    capsys: pytest.CaptureFixture[str]
    err: str = ""

    def run(self, *words: str, expected: int = Exit.OK) -> str:
        """What `kvinnofrid` printed; in ``err`` what it complained of."""
        self.monkeypatch.setattr(sys, "argv", ["kvinnofrid", *words])
        with pytest.raises(SystemExit) as left:
            cli.main()
        told = self.capsys.readouterr()
        self.err = re.sub(r"\s+", " ", told.err)
        assert (left.value.code or 0) == expected, told.err + told.out
        assert "Traceback" not in told.err
        return told.out

    def trace(self, *words: str, expected: int = Exit.OK) -> Any:
        return json.loads(self.run("trace", *words, "--json", expected=expected))

    def checked(self, ref: str, expected: int = Exit.OK) -> dict[str, str]:
        """What verifying came to, line by line."""
        told = self.trace(ref, "--verify", expected=expected)["verifiering"]
        return {line["vad"]: line["utfall"] for line in told}

    def wrong(self, ref: str) -> list[str]:
        """What does not hold; the command says so with its exit code."""
        return [what for what, outcome in self.checked(ref, Exit.BROKEN).items() if outcome == "olika"]

    def sql(self, query: str, **values: Any) -> list[tuple[Any, ...]]:
        with self.ws.database.owner.begin() as conn:
            found = conn.execute(text(query), values)
            return [tuple(row) for row in found] if found.returns_rows else []

    def past_triggers(self, table: str, query: str) -> None:
        """What only somebody with the owner's rights can do, past all that guards."""
        self.sql(f"ALTER TABLE {table} DISABLE TRIGGER ALL")
        self.sql(query)
        self.sql(f"ALTER TABLE {table} ENABLE TRIGGER ALL")

    def ref(self, matt: str, kon: str, period: str = str(AR), status: str = "visas") -> str:
        """The reference of a printed number of that kind: the largest, and the last of protected ones."""
        found = self.sql(
            "SELECT ordning FROM publicering.cell WHERE utgava = 1 AND tabell = 'insatser' AND matt = :matt"
            " AND kon = :kon AND period = :period AND status = :status ORDER BY varde, ordning",
            matt=matt, kon=kon, period=period, status=status,
        )  # fmt: skip
        return f"U1-insatser-{found[-1][0]}"

    @property
    def shown(self) -> str:
        """A printed count of rows, of the three years together."""
        return self.ref("antal_insatser", "totalt", "2017_2019")

    @property
    def hidden(self) -> str:
        """A protected one."""
        return self.ref("antal_insatser", "man", status="skyddas")

    def true(self, ref: str) -> int:
        """How many were given something in a year, by the deliveries as they were written."""
        ((codes, kon),) = self.sql(
            "SELECT dimensioner, kon FROM publicering.cell WHERE utgava = 1 AND tabell = 'insatser' AND ordning = :o",
            o=int(ref.rpartition("-")[2]),
        )
        return sum(codes["insatstyp"] in ("totalt", what) and kon in ("totalt", who) for who, _, what in PEOPLE)


@pytest.fixture
def desk(
    published: str, server: Any, first_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Iterator[Desk]:  # fmt: skip
    """A copy of ``published``, with keys and originals of its own."""
    name = f"kf_{uuid.uuid4().hex[:12]}"
    database: Database = server.create(name, published)
    for setting in [n for n in os.environ if n.startswith("KVINNOFRID_")]:
        monkeypatch.delenv(setting)
    monkeypatch.chdir(tmp_path)
    for setting, value in settings_of(server, name, tmp_path / "hem").items():
        monkeypatch.setenv(setting, value)
    monkeypatch.setenv("KVINNOFRID_TODAY", "2026-02-01")
    monkeypatch.setenv("COLUMNS", "80")
    narrow(monkeypatch)
    monkeypatch.setattr("pipelines.plan.setup_of", lambda _settings: FEW)
    shutil.copytree(first_home, tmp_path / "hem")
    yield Desk(
        server, name, Workspace(tmp_path / "hem", database, lambda: date(2026, 2, 1), setup=FEW), monkeypatch, capsys
    )
    database.dispose()
    server.drop(name)


@pytest.fixture
def login(desk: Desk) -> Iterator[Callable[[str], None]]:
    """Use the command line from now on with a person's own login, of a role."""
    made = []

    def use(role: str) -> None:
        name, password = f"p{uuid.uuid4().hex[:10]}", uuid.uuid4().hex
        with desk.ws.database.owner.begin() as conn:
            roles.login(conn, name, f"kvinnofrid_{role}", password)
        made.append(name)
        url = make_url(sibling_url(desk.server.owner_url, desk.name)).set(username=name, password=password)
        desk.monkeypatch.setenv("KVINNOFRID_DATABASE_URL", url.render_as_string(hide_password=False))

    yield use
    with desk.server.admin.connect() as conn:
        for name in made:
            conn.execute(text(f"DROP ROLE {name}"))


# --- what cannot be traced --------------------------------------------------------------------------------------------


UNTRACEABLE: Sequence[tuple[Sequence[str], int, str]] = [
    (("insatser 37",), Exit.MEND, "U1-insatser-37"),
    (("U9-insatser-0",), Exit.MEND, "Utgåva 9 finns inte"),
    (("U2-insatser-0",), Exit.MEND, "Utgåva 2 är inte expedierad"),
    (("U1-insatser-99999",), Exit.MEND, "har talen U1-insatser-0 till U1-insatser-"),
    (("U1-kolada-0",), Exit.MEND, "Den har: arenden, insatser."),
    (("--utgava", "1", "--tabell", "insatser", "--matt", "antal_personen"), Exit.MEND, "antal_personer (Personer"),
    (("--utgava", "1", "--tabell", "insatser", "--matt", "antal_personer", "--period", "2018"), Exit.MEND, "2019"),
    (
        ("--utgava", "1", "--tabell", "insatser", "--matt", "antal_personer", "--kod", "roll=x"),
        Exit.MEND,
        "inte indelad efter roll. Den har: insatstyp",
    ),
    (
        ("--utgava", "1", "--tabell", "insatser", "--matt", "antal_personer", "--kod", "insatstyp=samtal"),
        Exit.MEND,
        "insatstyp: stodsamtal, skyddat_boende",
    ),
    (
        ("--utgava", "1", "--tabell", "insatser", "--matt", "antal_personer", "--kon", "annat_okant"),
        Exit.MEND,
        "finns kön: kvinna, man, totalt",
    ),
    (
        ("--kommun", KOMMUN, "--ar", "2015", "--tabell", "insatser", "--matt", "antal_personer"),
        Exit.NO_EDITION,
        "Ingen utgåva gäller för Västerås 2015",
    ),
    (("U1-insatser-0", "--tabell", "insatser"), Exit.USAGE, "not both"),
    (("--tabell", "insatser", "--matt", "antal_personer"), Exit.USAGE, "give a reference"),
    (("--utgava", "1", "--tabell", "insatser", "--matt", "x", "--kod", "roll"), Exit.USAGE, "dimension=code"),
    (("--utgava", "1", "--tabell", "insatser", "--matt", "x", "--kon", "hon"), Exit.USAGE, "kvinna, man"),
    ((), Exit.USAGE, "give a reference"),
]  # fmt: skip


def test_what_cannot_be_traced_says_what_there_is(desk: Desk) -> None:
    for words, code, said in UNTRACEABLE:
        assert desk.run("trace", *words, expected=code) == "", words
        assert said in re.sub(r"[\s│]+", " ", desk.err), words


def test_a_page_that_cannot_be_written_is_no_page(desk: Desk, tmp_path: Path) -> None:
    for place, said in (("borta/spar.html", "Mappen finns inte"), (".", "sluta på .html"), ("spar.txt", "sluta på")):
        desk.run("trace", desk.shown, "--html", str(tmp_path / place), expected=Exit.USAGE)
        assert said in re.sub(r"[\s│]+", " ", desk.err)
    desk.run("trace", desk.shown, "--html", str(tmp_path / f"{'a' * 245}.html"), expected=Exit.MEND)
    assert "Sidan kan inte skrivas" in desk.err
    assert not [*tmp_path.glob(".*.part"), *tmp_path.glob("*.html")]


def test_a_page_that_exists_is_written_over_when_asked(desk: Desk, tmp_path: Path) -> None:
    page = tmp_path / "spar.html"
    page.write_text("mitt", encoding="utf-8")
    desk.run("trace", desk.shown, "--html", str(page), expected=Exit.USAGE)
    assert page.read_text(encoding="utf-8") == "mitt"
    desk.run("trace", desk.shown, "--html", str(page), "--skriv-over")
    assert "<html" in page.read_text(encoding="utf-8")


def test_who_may_not_read_what_is_published_is_told_so(desk: Desk, login: Callable[[str], None]) -> None:
    ref = desk.shown
    login("registeransvarig")
    desk.run("trace", ref, expected=Exit.MEND)
    assert "rollen publik, revisor eller kvalitet" in desk.err


# --- what is told -----------------------------------------------------------------------------------------------------


def test_a_number_is_traced_from_print_to_delivery(desk: Desk) -> None:
    told = desk.trace(desk.shown)
    many = desk.true(desk.shown)
    assert (told["tal"]["tryckt"], told["tal"]["titel"]) == (str(3 * many), "Beviljade insatser")
    assert told["tal"]["i_ord"].startswith("Beviljade insatser: ")
    assert told["tal"]["i_ord"].endswith("totalt, 2017–2019, Västerås.")
    assert told["deklaration"]["periodregel_i_ord"] == "Beslutade under året"
    assert (told["utgava"]["dnr"], told["utgava"]["galler"]) == ("SN 2020/1", True)
    assert [(s["steg"], s["uppgiven"], s["styrkt"]) for s in told["steg"]] == [
        ("utkast", ANNA, False), ("granskad", ANNA, False), ("godkand", BO, False), ("expedierad", BO, False),
    ]  # fmt: skip
    assert [v["ar"] for v in told["versioner"]] == list(YEARS)
    version = told["versioner"][0]
    assert (version["korning_id"], version["kod"]["commit"], version["kod"]["las"]) == (
        "korning-av-tabellerna", "abc123def456", "0123456789ab",
    )  # fmt: skip
    assert {g["metod"]: g["godkand"] for g in told["rojandekontroll"]["granskningar"]} == {
        "certifikat": True,
        "lp": True,
    }
    by_name = {d["filnamn"]: d for d in told["leveranser"]}
    used = {name: d["rader_anvanda"] for name, d in by_name.items() if d["rader_anvanda"]}
    assert used == {f"{name}-{year}.csv": many for name in ("insatser", "arenden") for year in YEARS}
    receipt = by_name["insatser-2019.csv"]
    assert (receipt["rader_godkanda"], receipt["rader_karantan"], receipt["original"]["finns"]) == (
        len(PEOPLE),
        0,
        True,
    )
    content = (desk.ws.originals.read(receipt["sha256"])).decode()
    assert content.startswith("insats_id;arende_id")
    assert told["sekretess"].startswith("Inom sekretess")
    assert told["utelamnat"] == []


def test_coordinates_and_reference_lead_to_the_same_number(desk: Desk) -> None:
    place = ("--tabell", "insatser", "--matt", "antal_insatser", "--kon", "kvinna", "--kod", "insatstyp=stodsamtal")
    by_edition = desk.trace("--utgava", "1", *place)
    assert desk.trace("--kommun", KOMMUN, "--ar", str(AR), *place) == by_edition
    assert desk.trace(by_edition["referens"]) == by_edition
    assert by_edition["tal"]["indelning"] == [{"dimension": "insatstyp", "kod": "stodsamtal", "i_ord": "Stödsamtal"}]
    assert {s["kon"] for s in by_edition["syskon"]} == {"man", "totalt"}
    assert len({s["referens"] for s in by_edition["syskon"]} | {by_edition["referens"]}) == 3


def test_a_share_is_explained_by_its_parts_and_pooled_years_by_all_their_deliveries(desk: Desk) -> None:
    told = desk.trace(desk.ref("andel_inom_14", "kvinna", "2017_2019"))
    some, base = told["delar"]
    assert [p["matt"] for p in (some, base)] == ["antal_inom_14", "antal_med_start"]
    assert [desk.trace(p["referens"])["tal"]["tryckt"] for p in (some, base)] == [some["tryckt"], base["tryckt"]]
    share = float(some["tryckt"]) / float(base["tryckt"])
    assert told["tal"]["tryckt"] == f"{100 * share:.1f} %".replace(".", ",")
    assert {v["ar"] for v in told["versioner"]} == set(YEARS)
    used = {d["filnamn"]: d["rader_anvanda"] for d in told["leveranser"] if d["tabell"] == "insats"}
    assert used == {f"insatser-{year}.csv": int(base["tryckt"]) / 3 for year in YEARS}


def test_a_rate_names_its_count_and_the_population_that_it_is_per() -> None:
    def cell(matt: str, ordning: int, value: float) -> sparning.Cell:
        codes = {"brott_id": "11306", "grupp": "grov_fridskrankning", "gren": "ovrigt", "omrade": "kommun"}
        return sparning.Cell(1, "anmalda_brott", ordning, "2024", codes, "totalt", matt, value, None, None, "visas")

    cells = [cell("antal_brott", 0, 40), cell("per_100000", 1, 62.5)]
    labels = {("omrade", "kommun"): "Kommunen"}
    split = [p["i_ord"] for p in trace_words.split(cells[1], labels)]
    assert split == [brottstyper()[11306].etikett, "Kommunen"]
    came = [
        {"leverans_id": n, "tabell": t, "period": p, "filnamn": f"{t}.csv"}
        for n, (t, p) in enumerate([("bra_brott", "2024"), ("befolkning", "2021-2023"), ("befolkning", "2022")], 1)
    ]
    per, count = (trace_words.used(came, c) for c in reversed(cells))
    assert [(d["leverans_id"], d.get("som_bas", False)) for d in per] == [(1, False), (2, True)]
    assert [d["leverans_id"] for d in count] == [1]
    measures = {m.name: {"titel": m.title, "form": m.shape, "delar": m.parts, "bas": m.bas, "slag": m.how}
                for m in TABLES["anmalda_brott"].shown_measures}  # fmt: skip
    (part,) = parts_of(cells, cells[1], measures)
    assert (part["matt"], part["referens"], part["tryckt"]) == ("antal_brott", "U1-anmalda_brott-0", "40")
    for table, name in trace_words.RATES:
        assert {name, trace_words.RATES[table, name][0]} <= {m.name for m in TABLES[table].shown_measures}


def test_a_variant_has_the_title_that_it_is_chosen_by() -> None:
    assert {n: t.casefold() for n, t in trace_words.INDELNINGAR.items()} == {
        n: v.titel.casefold() for n, v in VARIANTER.items()
    }


def test_a_protected_number_is_traced_without_numbers(desk: Desk) -> None:
    ref = desk.hidden
    told = desk.trace(ref)
    assert (told["tal"]["tryckt"], told["tal"]["utlast"], told["tal"]["varde"]) == ("▪", "skyddad uppgift", None)
    assert not any("rader_anvanda" in d for d in told["leveranser"])
    assert "Talet är skyddat" in told["utelamnat"][0]
    assert len(told["leveranser"]) > 1
    assert not re.search(r"primär|sekundär|primar|sekundar", json.dumps(told))


def test_a_withdrawn_edition_is_still_traced_and_says_so(desk: Desk) -> None:
    with desk.ws.database.begin() as conn:
        editions.step(conn, 1, "atertagen", BO, orsak="En kolumn var fel")
    ref = desk.shown
    told = desk.trace(ref)
    assert not told["utgava"]["galler"]
    printed = re.sub(r"\s+", " ", desk.run("trace", ref))
    assert "OBS! Utgåvan är återtagen" in printed
    assert "Orsak: En kolumn var fel" in printed
    coordinates = ("--tabell", "insatser", "--matt", "antal_personer")
    desk.run("trace", "--kommun", KOMMUN, "--ar", str(AR), *coordinates, expected=Exit.NO_EDITION)


def test_an_edition_without_a_ledger_says_that_it_has_none(desk: Desk) -> None:
    desk.past_triggers("revision.utgava_harkomst", "DELETE FROM revision.utgava_harkomst")
    told = desk.trace(desk.shown)
    assert "inte sparat" in told["utelamnat"][0]
    assert len(told["leveranser"]) > 1


def test_every_number_is_written_as_in_the_report(desk: Desk) -> None:
    with desk.ws.database.begin() as conn:
        for tabell in ("arenden", "insatser"):
            _, measures, _ = sparning.declared(conn, tabell)
            known = {m.name: m for m in TABLES[tabell].shown_measures}
            found = sparning.table(conn, 1, tabell)
            assert len(found) > 50
            for c in found:
                row = {"status": c.status, "varde": c.varde, "fran": c.fran, "till": c.till}
                assert trace_words.printed(c, measures[c.matt], measures) == text_of(row, known[c.matt]), c.ref


def test_random_numbers_trace_completely_and_ledger_receipts_and_cells_agree(desk: Desk) -> None:
    everything = desk.sql(
        "SELECT c.tabell, c.ordning, c.varde, c.status, c.matt, m.slag, m.unik FROM publicering.cell c"
        " JOIN publicering.matt m USING (tabell, matt) WHERE c.utgava = 1 ORDER BY 1, 2"
    )
    plain = 0
    for tabell, ordning, varde, status, matt, slag, unik in Random(7).sample(everything, 50):
        with desk.ws.database.begin() as conn:
            from pipelines.trace import told
            from pipelines.trace_find import Sought, located
            from warehouse.released import Ref

            found = told(conn, *located(conn, Sought(Ref(1, tabell, ordning))), desk.ws.home / "archive")
        assert found.versioner, (tabell, ordning)
        assert all(d["sha256"] and d["original"]["finns"] for d in found.leveranser)
        assert all(d.get("rader_anvanda", 0) <= d["rader_godkanda"] for d in found.leveranser)
        assert {g["godkand"] for g in found.rojandekontroll["granskningar"]} == {True}
        if status != "visas" or slag != "antal" or unik:
            continue
        fact = next(f for f in TABLES[tabell].facts if any(m.name == matt for m in f.measures))
        source = (fact.needs or tuple(TABLES[tabell].sources))[0]
        used = desk.sql(
            "SELECT coalesce(sum(h.rader), 0) FROM revision.utgava_harkomst h JOIN mottagning.leverans l"
            " USING (leverans_id) WHERE h.utgava = 1 AND h.tabell = :t AND h.ordning = :o AND l.tabell = :s",
            t=tabell, o=ordning, s=source,
        )  # fmt: skip
        assert used == [(varde,)], (tabell, ordning, matt)
        plain += 1
    assert plain > 10


def test_the_ledger_says_what_the_register_says(desk: Desk) -> None:
    pooled = desk.ref("antal_insatser", "totalt", "2017_2019")
    told = desk.trace(pooled)
    codes = [c["kod"] for c in told["tal"]["indelning"]]
    used = {d["filnamn"]: d["rader_anvanda"] for d in told["leveranser"]}
    for year in YEARS:
        ((many,),) = desk.sql(
            "SELECT count(*) FROM register.insats_gallande WHERE namnd = :k AND beslut = 'bifall'"
            " AND beslutsdatum BETWEEN make_date(:y, 1, 1) AND make_date(:y, 12, 31)"
            " AND (:code = '' OR insatstyp = :code)", k=KOMMUN, y=year, code="".join(codes),
        )  # fmt: skip
        assert used[f"insatser-{year}.csv"] == many > 0
    assert told["tal"]["varde"] == sum(used[f"insatser-{year}.csv"] for year in YEARS)


# --- who may know what ------------------------------------------------------------------------------------------------


def test_a_revisor_is_told_all_but_the_rows_behind_a_number(desk: Desk, login: Callable[[str], None]) -> None:
    ref = desk.shown
    login("revisor")
    told = desk.trace(ref)
    assert not any("rader_anvanda" in d for d in told["leveranser"])
    assert {d["rader_godkanda"] for d in told["leveranser"]} == {len(PEOPLE)}
    assert told["versioner"][0]["korning_id"] == "korning-av-tabellerna"
    assert told["tal"]["titel"] == "Beviljade insatser"
    assert f"kvinnofrid recount order {ref}" in told["utelamnat"][0]
    assert told["sekretess"]
    outcomes = {line["vad"]: line for line in desk.trace(ref, "--verify")["verifiering"]}
    assert outcomes["Loggens kedja är hel"]["utfall"] == "verifierat"
    assert "recount order" in outcomes["Talet räknat om ur registret"]["varfor"]


def test_the_public_is_told_what_is_public(desk: Desk, login: Callable[[str], None], tmp_path: Path) -> None:
    ref = desk.shown
    inside = desk.trace(ref)
    login("publik")
    told = desk.trace(ref)
    assert told["sekretess"] is None
    assert told["tal"] == inside["tal"]
    known = {key for d in told["leveranser"] for key, value in d.items() if value is not None}
    assert not known & {"rader_lasta", "rader_godkanda", "rader_karantan", "rader_anvanda", "storlek", "original"}
    assert {d["sha256"] for d in told["leveranser"]} == {None}  # a small file could be guessed until it fits
    assert {d["filnamn"] for d in told["leveranser"]} == {d["filnamn"] for d in inside["leveranser"]}
    assert not {"korning_id", "innehall_sha256", "indata_sha256", "celler"} & set(told["versioner"][0])
    assert not any("inloggning" in s for s in told["steg"])
    assert not any("antal" in k for k in told["kontroller"])
    assert any("kvalitet eller revisor" in line for line in told["utelamnat"])
    desk.run("trace", ref, "--html", str(tmp_path / "spar.html"))
    assert "Inom sekretess" not in (tmp_path / "spar.html").read_text("utf-8")
    outcomes = desk.checked(ref)
    assert set(outcomes.values()) == {"gar_inte"}
    desk.run("recount", "order", ref, "--som", CIA, expected=Exit.MEND)
    assert "rollerna revisor och kvalitet" in desk.err
    desk.run("recount", "list", expected=Exit.MEND)


def test_kvalitetsenheten_reads_receipts_and_no_ledger(desk: Desk, login: Callable[[str], None]) -> None:
    ref = desk.shown
    login("kvalitet")
    told = desk.trace(ref)
    assert {d["rader_godkanda"] for d in told["leveranser"]} == {len(PEOPLE)}
    assert not any("rader_anvanda" in d for d in told["leveranser"])
    assert desk.checked(ref)["Utgåva 1 är ord för ord den som expedierades"] == "verifierat"


def test_one_traces_and_orders_as_oneself_with_a_login(desk: Desk, login: Callable[[str], None]) -> None:
    ref, own = desk.shown, os.environ["KVINNOFRID_DATABASE_URL"]
    login("revisor")
    revisor = make_url(os.environ["KVINNOFRID_DATABASE_URL"])
    name = str(revisor.username)
    refused = [("audit", "Granskningen"), ("release log", "Hela loggen"), ("recount run", "Beställda omräkningar")]
    for words, said in refused:
        desk.run(*words.split(), expected=Exit.MEND)
        assert said in desk.err
        assert "av den som sköter installationen" in desk.err
        assert "CREATEROLE" not in desk.err
    desk.monkeypatch.setenv("KVINNOFRID_DATABASE_URL", own)
    assert any("rader_anvanda" in d for d in desk.trace(ref)["leveranser"])
    desk.run("trace", ref, "--login", name, expected=Exit.USAGE)
    desk.monkeypatch.setenv("KVINNOFRID_LOGIN_PASSWORD", "fel")
    desk.run("trace", ref, "--login", name, expected=Exit.MEND)
    assert "kom inte in" in desk.err
    desk.monkeypatch.setenv("KVINNOFRID_LOGIN_PASSWORD", str(revisor.password))
    for verify in ((), ("--verify",)):
        assert not any("rader_anvanda" in d for d in desk.trace(ref, "--login", name, *verify)["leveranser"])
    desk.run("recount", "order", ref, "--som", CIA, "--login", name)
    (found,) = json.loads(desk.run("recount", "list", "--login", name, "--json"))["omrakningar"]
    assert (found["av_login"], found["styrkt"]) == (name, True)
    desk.run("recount", "run", "--login", name, expected=Exit.MEND)
    assert "av den som sköter installationen" in desk.err


# --- reading again ----------------------------------------------------------------------------------------------------


KINDS_OF_NUMBERS = [
    ("antal_insatser", "kvinna", "2019", "visas"),
    ("antal_insatser", "man", "2019", "skyddas"),
    ("antal_personer", "kvinna", "2017_2019", "visas"),
    ("andel_inom_14", "kvinna", "2017_2019", "visas"),
    ("andel_inom_14", "man", "2019", "skyddas"),
    ("median_vantetid", "kvinna", "2017_2019", "visas"),
    ("antal_personer", "man", "2017_2019", "skyddas"),
]


def test_what_is_as_it_was_is_verified(desk: Desk) -> None:
    for kind_of in KINDS_OF_NUMBERS:
        outcomes = desk.checked(desk.ref(*kind_of))
        assert set(outcomes.values()) == {"verifierat"}, (kind_of, outcomes)
        assert any("räknat om ur registret" in what for what in outcomes)
        assert any(what.startswith("Originalet") for what in outcomes)


def test_a_number_is_recounted_with_what_was_current_when_its_edition_was_made(desk: Desk) -> None:
    cases, given = rows_of(AR)
    deliver(desk.ws, AR, (cases[5:], given[5:]), "2020-06-30")
    recounted(desk.ws)
    assert set(desk.checked(desk.shown).values()) == {"verifierat"}


@pytest.mark.parametrize(
    ("table", "change", "found"),
    [
        ("mottagning.leverans", "UPDATE mottagning.leverans SET sha256 = reverse(sha256)", "Originalet till leverans"),
        ("mottagning.leverans", "UPDATE mottagning.leverans SET rader_godkanda = 5, rader_lasta = 5",
         "Ledgern använder inte fler"),
        ("revision.utgava_harkomst", "UPDATE revision.utgava_harkomst SET rader = rader - 1 WHERE rader > 1",
         "Raderna bakom talet"),
        ("revision.utgava_harkomst", "DELETE FROM revision.utgava_harkomst WHERE ordning % 2 = 0", "som loggades"),
        ("register.insats", "UPDATE register.insats SET beslut = 'avslag'", "är lika med det som är tryckt"),
        ("register.insats", "DELETE FROM register.insats WHERE insats_id = (SELECT min(insats_id)"
         " FROM register.insats WHERE beslutsdatum >= '2019-01-01')", "så många poster som kvittona"),
        ("publicering.cell", "UPDATE publicering.cell SET varde = varde + 1 WHERE varde IS NOT NULL", "ord för ord"),
        ("revision.handelse", "UPDATE revision.handelse SET uppgiven = 'Någon Annan' WHERE steg = 'godkand'",
         "Loggens kedja"),
        *((table, f"UPDATE {table} SET {change}", "Kvitton, tabellversioner, kontroller och granskningar")
          for table, change in (
              ("mottagning.leverans", "avsandare = 'Någon Annan'"),
              ("mottagning.leverans", "filnamn = 'annan.csv' WHERE leverans_id = 1"),
              ("mottagning.leverans", "mottagen = mottagen + interval '1 day' WHERE leverans_id = 1"),
              ("mottagning.leverans", "rader_lasta = rader_lasta + 1, rader_karantan = rader_karantan + 1"),
              ("revision.tabellversion", "kodversion = '9.9.9' WHERE tabell = 'insatser'"),
              ("revision.tabellversion", "korning_id = 'en-annan' WHERE tabell = 'insatser'"),
              ("revision.granskning", "provade = provade + 1 WHERE metod = 'lp'"),
              ("revision.kontroll", "utfall = CASE utfall WHEN 'godkand' THEN 'varning' ELSE 'godkand' END"),
          )),
        ("revision.tabellindata", "DELETE FROM revision.tabellindata WHERE leverans_id = (SELECT min(leverans_id)"
         " FROM revision.tabellindata)", "Kvitton, tabellversioner"),
        ("revision.kontroll", "INSERT INTO revision.kontroll (korning_id, kontroll, utfall, antal, skapad)"
         " VALUES ('x', 'tabellregler', 'godkand', 0, '2026-01-01')", "Kvitton, tabellversioner"),
    ],
)  # fmt: skip
def test_what_was_tampered_with_is_found(desk: Desk, table: str, change: str, found: str) -> None:
    ref = desk.shown
    desk.past_triggers(table, change)
    assert any(found in what for what in desk.wrong(ref))


def test_what_changes_by_the_book_is_no_fault(desk: Desk) -> None:
    desk.sql(
        "UPDATE mottagning.leverans SET status = 'ersatt', rader_overlapp = 3, poster_nya = 2, original_tas_bort ="
        " '2050-01-01'"
    )
    desk.sql(
        "INSERT INTO revision.kontroll (korning_id, kontroll, utfall, antal) VALUES ('x', 'avstamning', 'varning', 1)"
    )
    assert set(desk.checked(desk.shown).values()) == {"verifierat"}


def test_an_edition_from_before_it_was_bound_says_that_it_is_not_examined(desk: Desk) -> None:
    ref = desk.shown
    desk.past_triggers("revision.handelse", "UPDATE revision.handelse SET uppgifter = uppgifter - 'underlag_sha256'")
    line = next(v for v in desk.trace(ref, "--verify", expected=Exit.BROKEN)["verifiering"] if "Kvitton" in v["vad"])
    assert (line["utfall"], line["varfor"]) == ("inte_provat", "Utgåvan är gjord innan det sparades.")
    printed = re.sub(r"\s+", " ", desk.run("trace", ref, "--verify", expected=Exit.BROKEN))
    assert "inte prövat: utgåvan är gjord innan det sparades." in printed


def test_signatures_that_are_gone_are_a_fault(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "hem" / "keys" / "loggens_huvud.jsonl").unlink()
    assert desk.wrong(desk.shown) == ["Loggens huvud är det som signerades"]


def test_signatures_that_do_not_reach_the_last_event_are_a_fault(desk: Desk, tmp_path: Path) -> None:
    signed = tmp_path / "hem" / "keys" / "loggens_huvud.jsonl"
    lines = signed.read_text(encoding="utf-8").splitlines(keepends=True)
    signed.write_text("".join(lines[:2]), encoding="utf-8")
    told = desk.trace(desk.shown, "--verify", expected=Exit.BROKEN)["verifiering"]
    (line,) = [v for v in told if v["utfall"] == "olika"]
    assert line["vad"] == "Loggens huvud är det som signerades"
    assert line["varfor"].startswith("Händelse 3–5 saknar signatur och kan ha ändrats.")


@pytest.mark.parametrize(
    "words",
    [
        ("trace", "{ref}"),
        ("trace", "{ref}", "--json"),
        ("table", "insatser", "--kommun", KOMMUN, "--ar", str(AR), "--json"),
        ("table", "insatser", "--kommun", KOMMUN, "--ar", str(AR), "--utgava", "1"),
        ("release", "show", "1", "--tabell", "insatser", "--json"),
    ],
    ids=" ".join,
)
def test_nothing_is_shown_of_an_edition_that_was_tampered_with(desk: Desk, words: tuple[str, ...]) -> None:
    ref = desk.shown
    desk.past_triggers("publicering.cell", f"UPDATE publicering.cell SET varde = varde + 1 WHERE tabell = 'insatser'"
                       f" AND ordning = {ref.rpartition('-')[2]}")  # fmt: skip
    assert desk.run(*(w.format(ref=ref) for w in words), expected=Exit.MEND) == ""
    assert "Utgåva 1 är inte längre det som expedierades" in re.sub(r"\s+", " ", desk.err)


def test_a_protected_number_that_is_no_longer_so_is_found_without_a_number(desk: Desk) -> None:
    ref = desk.hidden
    desk.sql(
        "UPDATE register.insats SET beslut = 'avslag' WHERE insats_id IN (SELECT i.insats_id FROM register.insats i"
        " JOIN register.arende a USING (arende_id) WHERE a.kon = 'man' AND i.beslutsdatum >= '2019-01-01')"
    )
    assert any("det sanna värde som är sparat" in what for what in desk.wrong(ref))
    printed = desk.run("trace", ref, "--verify", expected=Exit.BROKEN)
    section = printed[printed.index("Verifiering") :]
    assert "STÄMMER INTE" in section
    for line in desk.trace(ref, "--verify", expected=Exit.BROKEN)["verifiering"]:
        said = re.sub(
            r"Originalet till leverans \d+|SHA-256|[Uu]tgåva 1|\d{4}-\d\d-\d\d \d\d:\d\d|\([^)]*\)", "", str(line)
        )
        assert not re.search(r"\d", said), line


def test_an_original_that_is_changed_or_gone_too_early_is_found(desk: Desk) -> None:
    behind = desk.trace(desk.shown)["leveranser"]
    first = desk.ws.home / "archive" / behind[0]["sha256"][:2] / f"{behind[0]['sha256']}.enc"
    first.write_bytes(first.read_bytes()[:-1] + b"x")
    assert desk.wrong(desk.shown) == [f"Originalet till leverans {behind[0]['leverans_id']} har kvittots SHA-256"]
    for path in (desk.ws.home / "archive").glob("*/*.enc"):
        path.unlink()
    assert len(desk.wrong(desk.shown)) == len(behind)


def test_what_is_purged_is_proved_by_hash_and_ledger_and_said(desk: Desk) -> None:
    ref = desk.shown
    desk.monkeypatch.setenv("KVINNOFRID_TODAY", "2031-01-01")
    desk.ws.originals.remove_due(date(2031, 1, 1))
    desk.sql("DELETE FROM register.insats")
    told = desk.trace(ref, "--verify")
    outcomes = {line["vad"]: line for line in told["verifiering"]}
    originals = [line for what, line in outcomes.items() if what.startswith("Originalet")]
    assert {line["utfall"] for line in originals} == {"gar_inte"}
    assert "gallrat" in originals[0]["varfor"]
    assert "finns inte kvar i registret" in outcomes["Talet räknat om ur registret"]["varfor"]
    assert outcomes["Ledgern (raderna bakom utgåvans tal) är den som loggades"]["utfall"] == "verifierat"
    assert all(d["original"]["finns"] is False and d["sha256"] for d in told["leveranser"])
    assert "gallrat" in re.sub(r"\s+", " ", desk.run("trace", ref, "--verify"))


GUARDS = [
    ("ALTER TABLE publicering.cell DISABLE TRIGGER orubblig", "orubblig på publicering.cell är avstängd"),
    ("ALTER TABLE revision.handelse ENABLE TRIGGER orubblig", "orubblig på revision.handelse är inte alltid på"),
    ("DROP TRIGGER fryst_delete ON revision.utgava_harkomst", "fryst_delete på revision.utgava_harkomst saknas"),
    ("DROP TRIGGER expedierad ON publicering.utgava", "expedierad på publicering.utgava saknas"),
    ("ALTER TABLE revision.omrakning DISABLE TRIGGER ALL", "orubblig på revision.omrakning är avstängd"),
    (
        "CREATE OR REPLACE TRIGGER fryst_insert AFTER INSERT ON publicering.cell FOR EACH STATEMENT EXECUTE FUNCTION"
        " revision.orubblig(); ALTER TABLE publicering.cell ENABLE ALWAYS TRIGGER fryst_insert",
        "fryst_insert på publicering.cell gör något annat",
    ),
]


def test_the_audit_finds_guards_that_are_off_gone_or_exchanged(desk: Desk) -> None:
    def found() -> Released:
        with desk.ws.database.begin() as conn:
            return check_released(conn, desk.ws.home / "keys")

    assert found().held
    for statement, _ in GUARDS:
        desk.sql(statement)
    now = found()
    assert now.antal["vakter_pa"] == len(GUARDS)
    for _, said in GUARDS:
        assert any(said in fault for fault in now.fel), said


# --- recounts that somebody orders ------------------------------------------------------------------------------------


def test_a_revisor_orders_a_recount_and_is_answered_without_a_number(desk: Desk, login: Callable[[str], None]) -> None:
    shown, hidden = desk.shown, desk.hidden
    own = os.environ["KVINNOFRID_DATABASE_URL"]
    login("revisor")
    auditor = os.environ["KVINNOFRID_DATABASE_URL"]
    for ref in (shown, hidden):
        desk.run("recount", "order", ref, "--som", CIA)
    desk.run("recount", "order", "U1-insatser-99999", "--som", CIA, expected=Exit.MEND)
    assert "inget sådant tal" in desk.err
    desk.run("recount", "order", "U2-insatser-0", "--som", CIA, expected=Exit.MEND)
    desk.run("recount", "order", shown, "--som", " ", expected=Exit.MEND)
    desk.run("recount", "order", shown, "--som", f"Cia {pnr()}", expected=Exit.MEND)
    assert "personnummer" in desk.err
    waiting = json.loads(desk.run("recount", "list", "--json"))["omrakningar"]
    assert [(o["referens"], o["utfall"], o["styrkt"]) for o in waiting] == [(shown, None, True), (hidden, None, True)]
    desk.monkeypatch.setenv("KVINNOFRID_DATABASE_URL", own)
    done = json.loads(desk.run("recount", "run", "--json"))["omrakningar"]
    assert [(o["referens"], o["utfall"]) for o in done] == [(shown, "lika"), (hidden, "lika")]
    assert "väntar" in desk.run("recount", "run")
    desk.sql("UPDATE register.insats SET beslut = 'avslag'")
    desk.run("recount", "order", shown, "--som", BO)
    assert "OLIKA" in desk.run("recount", "run", expected=Exit.BROKEN)
    desk.sql("DELETE FROM register.insats")
    desk.run("recount", "order", shown, "--som", BO)
    assert "gick inte att räkna om" in desk.run("recount", "run")
    desk.monkeypatch.setenv("KVINNOFRID_DATABASE_URL", auditor)
    answers = json.loads(desk.run("recount", "list", "--json"))["omrakningar"]
    assert [o["utfall"] for o in answers] == ["lika", "lika", "olika", "gar_inte"]
    assert [o["utfall"] for o in desk.trace(shown)["omrakningar"]] == ["lika", "olika", "gar_inte"]
    assert [bool(o["orsak"]) for o in answers] == [False, False, False, True]
    assert not {"varde", "fran", "till", "rader"} & {key for o in answers for key in o}


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO revision.omrakning (utgava, tabell, ordning, av_login, uppgiven, styrkt)"
        " VALUES (1, 'insatser', 0, 'a', 'b', true)",
        "UPDATE revision.omrakning SET uppgiven = 'x'",
        "DELETE FROM revision.omrakningssvar",
        "DELETE FROM revision.utgava_harkomst",
        "INSERT INTO revision.utgava_harkomst VALUES (1, 'insatser', 0, 999, 1)",
    ],
)
def test_orders_answers_and_ledger_cannot_be_rewritten(desk: Desk, statement: str) -> None:
    with pytest.raises(WarehouseError), desk.ws.database.begin() as conn:
        conn.execute(text(statement))


# --- sums of others, and what is not open -----------------------------------------------------------------------------


def test_a_sum_is_traced_to_the_editions_that_it_is_made_of(desk: Desk) -> None:
    def out(head: Head, value: float) -> int:
        cell = CellRow("2019", {}, "totalt", "antal_aktualiseringar", "visas", value)
        with (
            audit_log.signing(desk.ws.database, desk.ws.home / "keys", print),
            desk.ws.database.begin() as conn,
        ):
            number = editions.draft(conn, head, [DraftTable("arenden", [cell])], (), verdicts(head))
            for steg in ("granskad", "godkand", "expedierad"):
                editions.step(conn, number, steg, ANNA if steg == "granskad" else BO, dnr="SN 1")  # type: ignore[arg-type]
        return number

    def verdicts(head: Head) -> list[Any]:
        from quality.disclosure.model import Verdict

        return [
            Verdict(m, passed=True, system=head.system_sha256, pattern=head.monster_sha256)
            for m in ("certifikat", "lp")
        ]

    def head(namnd: str, **more: Any) -> Head:
        return Head(namnd, 2019, "a" * 64, "b" * 64, "fem", "kod", "korning", **more)

    parts = (out(head("1981"), 12), out(head("1982"), 20))
    whole = out(head("lan:19", deltagare=parts), 32)
    told = desk.trace(f"U{whole}-arenden-0", "--verify")
    assert [(m["namnd_i_ord"], m["tryckt"], m["referens"]) for m in told["deltagare"]] == [
        ("Sala", "12", f"U{parts[0]}-arenden-0"), ("Fagersta", "20", f"U{parts[1]}-arenden-0"),
    ]  # fmt: skip
    assert told["verifiering"][-1]["utfall"] == "verifierat"
    desk.past_triggers("publicering.cell", f"UPDATE publicering.cell SET varde = 13 WHERE utgava = {parts[0]}")
    assert any("räknat om" in what for what in desk.wrong(f"U{whole}-arenden-0"))


def test_an_appendix_is_traced_within_secrecy_and_by_nobody_else(desk: Desk, login: Callable[[str], None]) -> None:
    number = release.prepare(Settings(), KOMMUN, AR, typ="sekretessbilaga", who=Who(ANNA)).utgava
    assert number is not None
    for steg, who, more in (
        ("granskad", ANNA, {}), ("godkand", BO, {}), ("expedierad", BO, {"dnr": "SN 2", "mottagare": "Nämnden"}),
    ):  # fmt: skip
        release.take_step(Settings(), number, steg, Who(who), **more)  # type: ignore[arg-type]
    place = ("--utgava", str(number), "--tabell", "insatser", "--matt", "antal_insatser", "--kon", "man")
    told = desk.trace(*place, "--verify")
    assert told["tal"]["tryckt"] == str(MEN)
    assert told["sekretess"]
    assert {d["rader_anvanda"] for d in told["leveranser"]} == {0, MEN}
    assert {line["utfall"] for line in told["verifiering"]} == {"verifierat"}
    for role in ("publik", "revisor"):
        login(role)
        desk.run("trace", *place, expected=Exit.MEND)


# --- the page, and how quick it is ------------------------------------------------------------------------------------


def test_the_page_stands_alone_and_says_where_it_is_within_secrecy(desk: Desk, tmp_path: Path) -> None:
    ref = desk.hidden
    path = tmp_path / "spar.html"
    assert "spar.html" in desk.run("trace", ref, "--html", str(path))
    page = path.read_text("utf-8")
    assert path.stat().st_mode & 0o077 == 0
    assert '<html lang="sv">' in page
    assert "Inom sekretess" in page
    assert not re.search(r"https?://|src=|<script|@import|url\(", page)
    assert "skyddad uppgift" in page
    headings = [int(n) for n in re.findall(r"<h(\d)", page)]
    assert headings[0] == 1
    assert all(b - a <= 1 for a, b in pairwise(headings))


def test_the_same_in_a_narrow_terminal(desk: Desk) -> None:
    told = desk.run("trace", desk.shown)
    assert max(map(len, told.splitlines())) <= 80
    used = f"Bakom talet: {desk.true(desk.shown)} rader"
    for said in ("totalt, 2017–2019, Västerås.", "Diarienummer: SN 2020/1", used,
                 "commit abc123def456", "godkänd, av Bo Påhittad"):  # fmt: skip
        assert said in re.sub(r"\s+", " ", told)


COLD = """
import sys
sys.argv = ["kvinnofrid", "trace", {ref!r}, "--html", "spar.html"]
from pipelines import cli
try:
    cli.main()
finally:
    slow = {{"pandas", "numpy", "pandera", "dagster", "pyarrow", "alembic"}} & set(sys.modules)
    assert not slow, slow
"""


def test_a_trace_imports_nothing_slow(desk: Desk) -> None:
    code = COLD.format(ref=desk.shown)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    assert "Spåret av U1-insatser-" in done.stdout
