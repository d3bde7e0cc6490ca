"""`kvinnofrid table`, `export` and `disclosure explain`: people get what is released, insiders alone the rest."""

import csv
import io
import itertools
import json
import re
import sys
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import make_url, text

from assets.page_html import environment
from assets.publicering.forbered import Underlag, protected, store
from assets.publicering.tecken import SAID, SYMBOL
from assets.publicering.underlag import Raknad
from assets.publicering.varianter import VARIANTER
from assets.tables.presentation import Block, Line, Piece
from pipelines import cli
from pipelines.exits import Exit
from quality.disclosure.policy import PRESETS
from tests.conftest import TestServer
from warehouse import audit_log, editions, roles
from warehouse.contracts.codes import CODES, TOTAL
from warehouse.database import Database

FEM = PRESETS["fem"]
KONEN = ("kvinna", "man", "annat_okant")
TABLE = ("table", "insatser", "--ar", "2019", "--kommun", "0114")
KOLADA = ("export", "kolada", "--ar", "2019", "--kommun", "0114")
NOTE = "En not om insatser."
GIVEN = {("stodsamtal", "kvinna"): 34, ("stodsamtal", "man"): 3, ("skyddat_boende", "kvinna"): 20,
         ("skyddat_boende", "man"): 1, ("kontaktperson", "kvinna"): 12}  # fmt: skip
"""Insatser given, each to a person of its own. Invented."""
ADULTS = {"kvinna": 18_000, "man": 18_000}
CAME = {"kvinna": 56, "man": 4}


def insatser(year: int, given: Mapping[tuple[str, str], int]) -> Iterator[Raknad]:
    for kind, kon in itertools.product((*CODES["insatstyp"], TOTAL), (*KONEN, TOTAL)):
        many = sum(n for (i, k), n in given.items() if kind in (i, TOTAL) and kon in (k, TOTAL))
        for matt in ("antal_insatser", "antal_personer"):
            yield Raknad("insatser", str(year), (("insatstyp", kind),), kon, matt, "visas", float(many), many)


def kolada(year: int) -> Iterator[Raknad]:
    for kon in (*KONEN, TOTAL):
        people = {m: sum(n for k, n in of.items() if kon in (k, TOTAL)) for m, of in (("a", ADULTS), ("c", CAME))}
        known = "ej_tillampligt" if kon == "annat_okant" else "visas"

        def cell(matt: str, status: str, value: float, persons: int, kon: str = kon) -> Raknad:
            return Raknad("kolada", str(year), (), kon, matt, status, value if status == "visas" else None, persons)

        yield cell("antal_vuxna", known, float(people["a"]), people["a"])
        yield cell("antal_u30750_personer", "visas", float(people["c"]), people["c"])
        yield cell("per10000_u30750_personer", known, 10_000 * people["c"] / max(people["a"], 1), people["c"])


@dataclass
class Office:
    """An installation with editions that are out, and the addresses of those who read it."""

    database: Database
    urls: dict[str, str]
    now: int
    """The edition of 2019 that holds."""
    before: int
    """The one it replaced."""
    spans: int
    """The edition of 2018, in spans."""
    draft: int
    """A draft of 2012, seen by nobody outside."""


def edition(database: Database, cells: Iterator[Raknad], year: int, variant: str = "tva") -> int:
    with database.begin() as conn:
        last = audit_log.head(conn)
    noter = {"insatser": [NOTE, SAID], "kolada": [SAID]}
    base = Underlag("0114", year, tuple(cells), (), (), (), noter, last.nr if last else 0)
    made = protected(base, VARIANTER[variant], FEM)
    return store(database, base, made, FEM, run_id="prov", code_version="prov", uppgiven="Anna Påhittad")


def dispatch(database: Database, number: int, dnr: str) -> int:
    with database.begin() as conn:
        for steg, who in (("granskad", "Anna Påhittad"), ("godkand", "Bo Påhittad")):
            editions.step(conn, number, steg, who)  # type: ignore[arg-type]
        editions.step(conn, number, "expedierad", "Bo Påhittad", dnr=dnr)
    return number


@pytest.fixture(scope="module")
def office(server: TestServer, template: str) -> Iterator[Office]:
    name = f"kf_{uuid.uuid4().hex[:12]}"
    database = server.create(name, template)
    urls = {"agare": database.owner_url}
    logins = {role: f"p{uuid.uuid4().hex[:10]}" for role in ("publik", "kvalitet", "registeransvarig")}
    for role, login in logins.items():
        with database.owner.begin() as conn:
            roles.login(conn, login, f"kvinnofrid_{role}", "påhittat")
        urls[role] = make_url(database.owner_url).set(username=login, password="påhittat").render_as_string(False)
    before = dispatch(database, edition(database, insatser(2019, GIVEN), 2019), "SN 2020/1")
    both = itertools.chain(insatser(2019, GIVEN), kolada(2019))
    now = dispatch(database, edition(database, both, 2019), "SN 2020/2")
    spans = dispatch(database, edition(database, insatser(2018, GIVEN), 2018, "intervall"), "SN 2019/9")
    draft = edition(database, insatser(2012, GIVEN), 2012)
    yield Office(database, urls, now, before, spans, draft)
    database.dispose()
    server.drop(name)
    with server.admin.connect() as conn:
        for login in logins.values():
            conn.execute(text(f"DROP ROLE {login}"))


Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(office: Office, tmp_path: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """The command line as a login: exit code, what it printed, what it complained of (lines joined)."""

    def command(*words: str, as_who: str = "publik") -> tuple[int, str, str]:
        monkeypatch.setenv("KVINNOFRID_HOME", str(tmp_path / "hem"))
        monkeypatch.setenv("KVINNOFRID_DATABASE_URL", office.urls[as_who])
        monkeypatch.setattr(sys, "argv", ["kvinnofrid", *words])
        monkeypatch.chdir(tmp_path)
        capsys.readouterr()
        with pytest.raises(SystemExit) as left:
            cli.main()
        told = capsys.readouterr()
        return int(left.value.code or 0), told.out, " ".join(told.err.split())

    return command


def cells(run: Run, *words: str, as_who: str = "publik") -> dict[tuple[str, ...], dict[str, Any]]:
    code, out, err = run(*words, "--json", as_who=as_who)
    assert code == Exit.OK, err
    return {(r.get("insatstyp", ""), r["kon"], r["matt"]): r for r in json.loads(out)["rader"]}


# --- tables -----------------------------------------------------------------------------------------------------------


def test_a_table_is_read_from_the_edition_that_holds(run: Run, office: Office) -> None:
    code, out, _ = run(*TABLE, "--json")
    found = json.loads(out)
    assert code == Exit.OK
    assert [found[n] for n in ("skikt", "utgava", "tillstand", "dnr")] == [
        *("publicering", office.now, "expedierad", "SN 2020/2")
    ]
    assert {tuple(r) for r in found["rader"]} == {
        ("period", "insatstyp", "kon", "matt", "varde", "fran", "till", "status")
    }
    assert found["noter"][-2:] == [NOTE, SAID]


def test_no_number_of_the_few_or_of_what_gives_them_away_comes_out(run: Run) -> None:
    found = cells(run, *TABLE)
    for (kind, kon), many in GIVEN.items():
        row = found[kind, kon, "antal_personer"]
        if many < FEM.threshold:
            assert (row["status"], row["varde"], row["fran"], row["till"]) == ("skyddas", None, None, None)
    # What is shown never leaves one hidden number alone in a sum.
    for matt, kind in itertools.product(("antal_personer", "antal_insatser"), (*CODES["insatstyp"], TOTAL)):
        hidden = [k for k in (*KONEN, TOTAL) if found[kind, k, matt]["status"] == "skyddas"]
        assert len(hidden) != 1, (matt, kind)
    shown = {key: r["varde"] for key, r in found.items() if r["status"] == "visas"}
    assert shown["stodsamtal", "kvinna", "antal_personer"] == 34


def test_what_is_protected_is_one_symbol_with_one_sentence_under_the_table(run: Run) -> None:
    _, out, _ = run(*TABLE)
    told = " ".join(out.split())
    (line,) = [ln for ln in out.split("antal")[0].splitlines() if "Stödsamtal" in ln][:1]
    assert SYMBOL in line
    assert "34" in line
    assert told.count(SAID) == 1
    assert told.index("│ Totalt") < told.index(SAID)
    assert f"• {NOTE}" in out
    assert not any(word in told.casefold() for word in ("primär", "sekundär", "för egen skull", "komplement"))


def test_a_span_is_written_as_one(run: Run) -> None:
    words = ("table", "insatser", "--ar", "2018", "--kommun", "0114")
    row = cells(run, *words)["stodsamtal", "kvinna", "antal_personer"]
    assert (row["status"], row["varde"], row["fran"], row["till"]) == ("intervall", None, 30, 39)
    _, out, _ = run(*words)
    assert "30–39" in out
    assert " 34 " not in out


def test_an_edition_that_is_replaced_can_be_read_and_says_so_first(run: Run, office: Office) -> None:
    code, out, _ = run(*TABLE, "--utgava", str(office.before))
    assert code == Exit.OK
    first = " ".join(out.split("Insatser, Upplands")[0].split())
    assert f"Gäller inte längre: utgåvan är ersatt av utgåva {office.now}." in first
    assert "SN 2020/1" in first


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("table", "insatser", "--ar", "2016", "--kommun", "0114"), Exit.NO_EDITION, "Ingen utgåva"),
        (("table", "insatser", "--ar", "2019", "--kommun", "0580"), Exit.NO_EDITION, "Ingen utgåva"),
        (("table", "insatser", "--ar", "2012", "--kommun", "0114"), Exit.NO_EDITION, "Ingen utgåva"),
        (("table", "eige", "--ar", "2019", "--kommun", "0114"), Exit.NO_EDITION, "publiceras aldrig"),
        (("table", "heder", "--ar", "2019", "--kommun", "0114"), Exit.NO_EDITION, "I utgåvan finns: insatser, kolada."),
        (("table", "hedern", "--ar", "2019", "--kommun", "0114"), Exit.MEND, "Välj någon av"),
        ((*TABLE, "--utgava", "99"), Exit.MEND, "inte expedierad, eller finns inte"),
        ((*TABLE[:4], "0114", "--ar", "2018", "--utgava", "{now}"), Exit.USAGE, ""),
        (("table", "insatser", "--ar", "2018", "--kommun", "0114", "--utgava", "{now}"), Exit.MEND, "gäller 0114 2019"),
        (
            ("table", "insatser", "--ar", "2012", "--kommun", "0114", "--utgava", "{draft}"),
            Exit.MEND,
            "inte expedierad",
        ),
        ((*TABLE, "--layer", "utkast"), Exit.USAGE, ""),
    ],
)
def test_what_is_not_out_is_explained(run: Run, office: Office, words: tuple[str, ...], code: int, said: str) -> None:
    got, out, err = run(*(w.format(now=office.now, draft=office.draft) for w in words))
    assert (got, out) == (code, "")
    assert said in err


def test_a_withdrawn_edition_says_so_and_nothing_holds_any_more(run: Run, office: Office) -> None:
    with office.database.begin() as conn:
        editions.step(conn, office.spans, "atertagen", "Bo Påhittad", orsak="Fel år i rubriken")
    words = ("table", "insatser", "--ar", "2018", "--kommun", "0114")
    code, _, err = run(*words)
    assert code == Exit.NO_EDITION
    assert "Fel år i rubriken" in err
    assert f"--utgava {office.spans}" in err
    _, out, _ = run(*words, "--utgava", str(office.spans))
    assert out.startswith("Gäller inte längre: utgåvan är återtagen")


# --- who may see inside -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("layer", [("--layer", "tabell"), ("--layer", "tabell", "--as-of", "2020-01-01")])
def test_a_login_for_what_is_released_is_told_kindly_that_it_may_not_see_inside(
    run: Run, layer: tuple[str, ...]
) -> None:
    code, out, err = run(*TABLE, *layer)
    assert (code, out) == (Exit.MEND, "")
    assert "inom sekretess" in err
    assert "SQLSTATE" not in err
    assert "Utan --layer tabell visas det som är publicerat." in err


def test_each_login_reads_with_its_own_rights(run: Run) -> None:
    assert run(*TABLE, "--layer", "tabell", as_who="kvalitet")[0] == Exit.NO_EDITION  # may look, nothing is counted
    assert run(*TABLE, as_who="kvalitet")[0] == Exit.OK
    assert run(*TABLE, "--layer", "tabell", "--as-of", "2020-01-01", as_who="kvalitet")[0] == Exit.MEND
    code, _, err = run(*TABLE, as_who="registeransvarig")
    assert code == Exit.MEND
    assert "får inte läsa det som är publicerat" in err


# --- exports ----------------------------------------------------------------------------------------------------------


def test_koladas_form_holds_the_edition_and_no_more(run: Run, office: Office) -> None:
    code, out, _ = run(*KOLADA)
    lines = list(csv.reader(io.StringIO(out), delimiter=";"))
    assert code == Exit.OK
    assert lines[0][0].startswith(f"Utgåva {office.now}, expedierad ")
    assert "SN 2020/2" in lines[0][0]
    assert "SEKRETESS" not in out
    found = {(line[0], line[1]): tuple(line[2:]) for line in lines[5:] if len(line) == 5}
    assert {title for _, title in found} == {
        "Vuxna invånare den 31 december", "U30750 aktualiserade: vuxna", "U30750 aktualiserade: vuxna per 10 000 vuxna",
    }  # fmt: skip
    rate, count = "U30750 aktualiserade: vuxna per 10 000 vuxna", "U30750 aktualiserade: vuxna"
    assert found["Kvinna", count] == ("Person", "56", "")
    assert found["Kvinna", rate][:2] == ("Per 10 000 vuxna", "31,11111111")
    # The men are few: neither they, nor the total that would give them, nor a rate of either.
    for kon, title in itertools.product(("Man", "Totalt"), (count, rate)):
        assert found[kon, title][1:] == ("", "skyddad uppgift")


def test_a_form_that_is_never_released_says_why_and_what_to_do(run: Run, tmp_path: Any) -> None:
    target = tmp_path / "eige.csv"
    code, out, err = run("export", "eige", "--ar", "2019", "--kommun", "0114", "-o", str(target))
    assert (code, out, target.exists()) == (Exit.NO_EDITION, "", False)
    for words in ("publiceras aldrig", "bara för län och riket", "--layer tabell", "sekretessprövning"):
        assert words in err


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ((*KOLADA, "--enhet", "arenden"), Exit.NO_EDITION),
        ((*KOLADA, "--layer", "tabell"), Exit.MEND),
        ((*KOLADA, "--layer", "utkast"), Exit.USAGE),
        ((*KOLADA, "--layer", "tabell", "--utgava", "1"), Exit.USAGE),
    ],
)
def test_an_export_writes_nothing_that_it_has_not(run: Run, tmp_path: Any, words: tuple[str, ...], code: int) -> None:
    target = tmp_path / "kolada.xlsx"
    got, out, err = run(*words, "-o", str(target))
    assert (got, out, target.exists()) == (code, "", False)
    assert err


def test_an_export_writes_nothing_of_an_edition_that_was_tampered_with(
    run: Run, office: Office, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    monkeypatch.setattr("warehouse.released.intact", lambda _conn, utgava: utgava != office.now)
    target = tmp_path / "kolada.xlsx"
    code, out, err = run(*KOLADA, "-o", str(target), as_who="kvalitet")
    assert (code, out) == (Exit.MEND, "") and f"Utgåva {office.now} är inte längre det som expedierades" in err
    assert not target.exists()


# --- explanations -----------------------------------------------------------------------------------------------------


def explained(run: Run, number: int, *words: str) -> dict[str, Any]:
    told = ("disclosure", "explain", "--utgava", str(number), "--tabell", "insatser", *words, "--json")
    code, out, err = run(*told, as_who="kvalitet")
    assert code == Exit.OK, err
    found: dict[str, Any] = json.loads(out)
    return found


def test_kvalitetsenheten_learns_why_and_what_it_protects(run: Run, office: Office) -> None:
    few = explained(run, office.now, "--matt", "antal_personer", "--kon", "man", "--kod", "insatstyp=stodsamtal")
    (cell,) = few["celler"]
    assert few["sekretess"].startswith("INOM SEKRETESS")
    assert (cell["skal"], cell["varde"], cell["tryckt"]) == ("primar", 3, SYMBOL)
    assert "färre än 5 personer" in cell["orsak"]
    assert cell["lag"] <= 1
    assert cell["hog"] is None or cell["hog"] >= FEM.threshold
    across = next(s for s in cell["summor"] if s["namn"].endswith("antal_personer över kon"))
    assert [g["tryckt"] for g in across["celler"]].count(SYMBOL) >= 2
    assert {g["varde"] for g in across["celler"]} == {37, 34, 3, 0}

    found = explained(run, office.now)
    for other in (c for c in found["celler"] if c["skal"] == "sekundar"):
        assert other["orsak"].startswith("För andras skull")
    sums = explained(run, office.now, "--matt", "antal_personer", "--kon", "totalt", "--kod", "insatstyp=stodsamtal")
    (total,) = sums["celler"]
    assert total["skal"] == "sekundar"
    # With women shown, the total gives the men away.
    assert any("man" in what for what in total["avslojar"])
    assert any("man" in what for what in total["skyddar"])


def test_what_was_lost_adds_up_to_what_is_printed(run: Run, office: Office) -> None:
    lost = {f["tabell"]: f for f in explained(run, office.now)["forluster"]}["insatser"]
    found = cells(run, *TABLE)
    sums = {
        key: sum(n for (i, k), n in GIVEN.items() if key[0] in (i, TOTAL) and key[1] in (k, TOTAL)) for key in found
    }
    real = {key: r["status"] for key, r in found.items() if sums[key]}
    assert lost["celler"] == len(real)
    assert lost["for_egen_skull"] + lost["for_andras"] == sum(s == "skyddas" for s in real.values())
    assert lost["for_egen_skull"] >= sum(n < FEM.threshold for n in GIVEN.values())
    assert lost["personer"] == sum(sums[key] for key in real)
    assert lost["personer_skyddade"] == sum(sums[key] for key, s in real.items() if s == "skyddas")


def test_what_is_printed_says_that_it_is_within_secrecy_and_drafts_can_be_asked_about(run: Run, office: Office) -> None:
    asked = ("disclosure", "explain", "--utgava", str(office.draft), "--tabell", "insatser")
    code, out, err = run(*asked, as_who="kvalitet")
    assert code == Exit.OK, err
    assert out.startswith("INOM SEKRETESS")
    assert "För andras skull" in out


@pytest.mark.parametrize(
    ("words", "who", "said"),
    [
        (("{now}", "--tabell", "insatser"), "publik", "till för kvalitetsenheten"),
        (("99", "--tabell", "insatser"), "kvalitet", "finns inte"),
        (("{now}", "--tabell", "heder"), "kvalitet", "Välj någon av: insatser, kolada"),
        (("{now}", "--tabell", "insatser", "--kod", "insatstyp"), "kvalitet", "dimension=kod"),
        (("{now}", "--tabell", "insatser", "--kod", "roll=barn"), "kvalitet", "insatstyp"),
        (("{now}", "--tabell", "insatser", "--matt", "antal_insatser", "--kod", "insatstyp=skyddat_boende",
          "--kon", "kvinna", "--period", "2010"), "kvalitet", "Ingen skyddad cell"),
    ],
)  # fmt: skip
def test_what_cannot_be_explained_is_told(
    run: Run, office: Office, words: tuple[str, ...], who: str, said: str
) -> None:
    told = (w.format(now=office.now) for w in words)
    code, out, err = run("disclosure", "explain", "--utgava", *told, as_who=who)
    assert (code, out) == (Exit.MEND, "")
    assert said in err


# --- pages ------------------------------------------------------------------------------------------------------------


def test_a_screen_reader_says_what_a_symbol_means() -> None:
    page = environment().from_string('{% from "tecken.html.j2" import cell %}{{ cell(text) }}')
    assert page.render(text=SYMBOL) == (
        f'<span aria-hidden="true">{SYMBOL}</span><span class="uttalas">skyddad uppgift</span>'
    )
    assert "uppgift saknas" in page.render(text="–")
    assert page.render(text="10–19") == "10–19"
    assert page.render(text="<b>") == "&lt;b&gt;"


def test_the_internal_page_cannot_be_taken_for_a_release() -> None:
    block = Block("Ärenden", "", "2019", ("Typ",), ("Kvinna",), [Line(("Stöd",), ((Piece("7"),),), total=False)])
    shown = {"namn": "x", "titel": "X", "population": "", "malgrupp": "", "delar": [], "noter": [], "syntetisk": False}
    page = (
        environment()
        .get_template("intern_ar.html.j2")
        .render(title="Påhittad 2019", tabeller=[shown | {"block": [block]}], forklaring="", synthetic=False)
    )
    assert page.startswith("<!doctype html>")
    assert "<title>INTERNT: " in page
    assert "Det här är ingen utgåva" in page
    (caption,) = re.findall("<caption>.*?</caption>", page, re.DOTALL)
    assert "Inom sekretess, ingen utgåva" in caption  # a table that is copied takes it along
    assert "INOM SEKRETESS" in page.rpartition("</main>")[2]  # and every printed page has it
