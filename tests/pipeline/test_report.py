"""`kvinnofrid report` as people meet it: what there is to write, where it lands, and that every number is released."""

import errno
import json
import os
import re
import sys
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
from sqlalchemy import make_url, text

from assets.report import csvw, innehall
from assets.report.modell import Stycke, Tal
from assets.workspace import Workspace
from pipelines import cli
from pipelines.definitions import REPORTING, build_definitions
from pipelines.exits import Exit
from pipelines.settings import Settings
from tests.utdata import allt
from tests.utgivning_tools import AR, FORRA, KOMMUN, Utgiven, celler, ge_ut, ta_steg, tva_ar
from warehouse import roles
from warehouse.contracts.errors import UserError
from warehouse.database import Database, sibling_url
from warehouse.released import Ref

FEW = ("arenden",)
OF_YEAR = ("--kommun", KOMMUN, "--ar", str(AR))


@dataclass
class Desk:
    """An installation with editions, and its command line."""

    home: Path
    database: Database
    monkeypatch: pytest.MonkeyPatch
    capsys: pytest.CaptureFixture[str]
    err: str = field(default="")

    def run(self, *words: str, expected: int = Exit.OK) -> str:
        """What `kvinnofrid report` printed on one line; in ``err`` what it complained of."""
        self.monkeypatch.setattr(sys, "argv", ["kvinnofrid", "report", *words])
        with pytest.raises(SystemExit) as left:
            cli.main()
        told = self.capsys.readouterr()
        self.err = re.sub(r"\s+", " ", told.err)
        assert (left.value.code or 0) == expected, told.err + told.out
        assert "Traceback" not in told.err
        assert "Oväntat fel" not in told.err
        return told.out if "--json" in words else re.sub(r"\s+", " ", told.out)

    @property
    def reports(self) -> list[str]:
        """What lies where reports lie."""
        folder = self.home / "reports"
        return sorted(p.relative_to(folder).as_posix() for p in folder.glob("*/*"))


@pytest.fixture(scope="module")
def editions(server: Any, template: str) -> Iterator[str]:
    """A database with edition 1 of the year before and 2 of the year."""
    name = f"kf_{uuid.uuid4().hex[:12]}"
    database: Database = server.create(name, template)
    ge_ut(database, *tva_ar(FEW))
    database.dispose()
    yield name
    server.drop(name)


@pytest.fixture
def desk(
    server: Any, editions: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Desk]:
    """A copy of ``editions``, and a home of its own."""
    name = f"kf_{uuid.uuid4().hex[:12]}"
    database: Database = server.create(name, editions)
    for setting in [n for n in os.environ if n.startswith("KVINNOFRID_")]:
        monkeypatch.delenv(setting)
    monkeypatch.chdir(tmp_path)
    url = make_url(sibling_url(server.owner_url, name)).render_as_string(hide_password=False)
    monkeypatch.setenv("KVINNOFRID_HOME", str(tmp_path / "hem"))
    monkeypatch.setenv("KVINNOFRID_DATABASE_URL", url)
    monkeypatch.setenv("COLUMNS", "300")
    yield Desk(tmp_path / "hem", database, monkeypatch, capsys)
    database.dispose()
    server.drop(name)


# --- what there is nothing to write of --------------------------------------------------------------------------------


def test_without_an_edition_it_says_so_and_writes_nothing(desk: Desk) -> None:
    desk.run("--kommun", "0114", "--ar", "2025", "--format", "csv", expected=Exit.NO_EDITION)
    assert "Ingen utgåva är expedierad för 0114 2025" in desk.err
    assert "kvinnofrid release prepare" in desk.err
    desk.run("--kommun", "0000", "--ar", "2025", expected=Exit.MEND)
    assert "Kommunkoden finns inte" in desk.err
    desk.run(*OF_YEAR, "--utgava", "77", expected=Exit.MEND)
    assert "Utgåva 77 är inte expedierad, eller finns inte" in desk.err
    desk.run(*OF_YEAR, "--utgava", "1", expected=Exit.MEND)
    assert f"Utgåva 1 gäller {KOMMUN} {FORRA}" in desk.err
    assert desk.reports == []


def test_an_empty_database_has_nothing_published(desk: Desk, server: Any) -> None:
    name = f"kf_{uuid.uuid4().hex[:12]}"
    server.create(name).dispose()
    url = make_url(sibling_url(server.owner_url, name)).render_as_string(hide_password=False)
    desk.monkeypatch.setenv("KVINNOFRID_DATABASE_URL", url)
    desk.run(*OF_YEAR, expected=Exit.NO_EDITION)
    assert "inget är publicerat" in desk.err
    server.drop(name)


@pytest.mark.parametrize("form", ["odt", "", "html;pdf", "csv,html,docx"])
def test_a_form_that_there_is_not(desk: Desk, form: str) -> None:
    desk.run(*OF_YEAR, "--format", form, expected=Exit.MEND)
    assert "Välj bland: html, pdf, word, excel, csv" in desk.err
    assert desk.reports == []


def test_a_draft_is_nothing_to_write_of(desk: Desk) -> None:
    with desk.database.owner.begin() as conn:
        conn.execute(text("SELECT 1"))
    desk.run("--kommun", KOMMUN, "--ar", "2023", "--format", "csv", expected=Exit.NO_EDITION)
    assert desk.reports == []


def test_a_withdrawn_edition_is_written_only_when_asked_for_and_says_so(desk: Desk) -> None:
    ta_steg(desk.database, 2, "atertagen", orsak="En kolumn var fel")
    desk.run(*OF_YEAR, "--format", "csv", expected=Exit.NO_EDITION)
    assert "återtagen: En kolumn var fel" in desk.err
    assert "--utgava 2" in desk.err
    assert desk.reports == []
    said = desk.run(*OF_YEAR, "--utgava", "2", "--format", "excel")
    assert "Utgåvan är återtagen. Det står på framsidan." in said
    assert desk.reports == [f"rapport/{KOMMUN}-{AR}-U2"]
    words = {s.text for s in allt(desk.home / "reports" / "rapport") if s.synligt}
    assert any("återtagen" in w and "En kolumn var fel" in w for w in words)


def test_a_replaced_edition_is_written_only_when_asked_for_and_says_so(desk: Desk) -> None:
    cells = celler(AR, FEW)
    assert ge_ut(desk.database, Utgiven(AR, {"arenden": cells["arenden"]})) == [3]
    assert "utgåva 3" in desk.run(*OF_YEAR, "--format", "csv")
    said = desk.run(*OF_YEAR, "--utgava", "2", "--format", "excel")
    assert "Utgåvan är ersatt av en nyare" in said
    words = {s.text for s in allt(desk.home / "reports" / "rapport" / f"{KOMMUN}-{AR}-U2") if s.synligt}
    assert any("ersatt av utgåva 3" in w for w in words)
    assert desk.reports == [f"rapport/{KOMMUN}-{AR}-U2", f"rapport/{KOMMUN}-{AR}-U3"]


# --- where it lands ---------------------------------------------------------------------------------------------------


def test_it_tells_where_everything_is(desk: Desk) -> None:
    said = desk.run(*OF_YEAR, "--format", "excel,csv")
    folder = desk.home / "reports" / "rapport" / f"{KOMMUN}-{AR}-U2"
    assert f"Mapp: {folder}" in said
    assert "Excel: rapport.xlsx" in said
    assert "CSV, en fil per tabell: csv" in said
    assert "PDF" not in said
    assert sorted(p.name for p in folder.iterdir()) == ["SHA256SUMS", "csv", "rapport.xlsx"]
    told = json.loads(desk.run(*OF_YEAR, "--format", "excel,csv", "--json"))
    assert (told["utgava"], told["typ"], told["tillstand"], told["mapp"]) == (2, "oppen", "expedierad", str(folder))
    assert all((folder / name).is_file() for name in told["filer"])
    assert told["bytes"] == sum(p.stat().st_size for p in folder.rglob("*") if p.is_file())


def test_forms_of_an_earlier_writing_that_are_gone_are_told(desk: Desk) -> None:
    assert "tidigare skrivning" not in desk.run(*OF_YEAR, "--format", "excel,csv")
    said = desk.run(*OF_YEAR, "--format", "csv")
    assert "Mappen hade också Excel från en tidigare skrivning" in said
    assert "lägg till excel i --format" in said
    assert json.loads(desk.run(*OF_YEAR, "--format", "excel", "--json"))["borttagna"] == ["csv"]


def test_an_open_report_is_never_put_among_the_closed(desk: Desk) -> None:
    number = closed(desk)
    reports = desk.home / "reports"
    desk.run(*OF_YEAR, "--format", "csv", "--ut", str(reports / "sekretess" / "x"), expected=Exit.MEND)
    assert "bara för det som är inom sekretess" in desk.err
    other = ("--utgava", str(number), "--ut", str(reports / "rapport" / "x"))
    desk.run(*OF_YEAR, "--format", "csv", *other, expected=Exit.MEND)
    assert "bara för öppna handlingar" in desk.err
    assert desk.reports == []


def test_a_folder_of_ones_own_choice(desk: Desk, tmp_path: Path) -> None:
    target = tmp_path / "till nämnden" / "2025"
    desk.run(*OF_YEAR, "--format", "csv", "--ut", str(target))
    assert (target / "csv").is_dir()
    assert desk.reports == []
    (target / "mina anteckningar.txt").write_text("mitt eget")
    desk.run(*OF_YEAR, "--format", "csv", "--ut", str(target), expected=Exit.MEND)
    assert "1 fil är ny" in desk.err
    (tmp_path / "fil").write_text("en fil")
    desk.run(*OF_YEAR, "--format", "csv", "--ut", str(tmp_path / "fil"), expected=Exit.MEND)
    assert "ingen mapp" in desk.err
    desk.run(*OF_YEAR, "--format", "csv", "--ut", str(tmp_path / "fil" / "under"), expected=Exit.MEND)
    assert "en fil står i vägen" in desk.err


@pytest.mark.parametrize("at", range(3))
def test_a_full_disk_costs_nothing_that_was_there(desk: Desk, at: int) -> None:
    desk.run(*OF_YEAR, "--format", "csv")
    folder = desk.home / "reports" / "rapport" / f"{KOMMUN}-{AR}-U2"
    before = {p: p.read_bytes() for p in folder.rglob("*") if p.is_file()}
    real, done = Path.write_bytes, 0

    def full(path: Path, content: bytes) -> int:
        nonlocal done
        done += 1
        if done > at:
            raise OSError(errno.ENOSPC, "No space left on device")
        return real(path, content)

    desk.monkeypatch.setattr(Path, "write_bytes", full)
    desk.run(*OF_YEAR, "--format", "csv,excel", expected=Exit.MEND)
    assert "disken är full" in desk.err
    assert {p: p.read_bytes() for p in folder.rglob("*") if p.is_file()} == before
    assert [p.name for p in folder.parent.iterdir()] == [folder.name]


def test_a_writer_that_fails_leaves_nothing_half_written(desk: Desk) -> None:
    def broken(*_given: Any) -> None:
        raise UserError("Mallen går inte att läsa.")

    desk.monkeypatch.setattr(csvw, "skriv", broken)
    desk.run(*OF_YEAR, "--format", "csv,excel", expected=Exit.MEND)
    assert "Mallen går inte att läsa" in desk.err
    assert desk.reports == []


# --- what is not open -------------------------------------------------------------------------------------------------


def closed(desk: Desk) -> int:
    """A sekretessbilaga of the year."""
    (number,) = ge_ut(desk.database, Utgiven(AR, {"arenden": celler(AR, FEW)["arenden"]}, typ="sekretessbilaga"))
    return number


def test_a_sekretessbilaga_is_marked_and_never_beside_open_papers(desk: Desk, tmp_path: Path) -> None:
    number = closed(desk)
    desk.run(*OF_YEAR, "--format", "csv")
    said = desk.run(*OF_YEAR, "--utgava", str(number), "--format", "csv,excel")
    assert said.startswith("INOM SEKRETESS")
    assert desk.reports == [f"rapport/{KOMMUN}-{AR}-U2", f"sekretess/{KOMMUN}-{AR}-U{number}"]
    folder = desk.home / "reports" / "sekretess" / f"{KOMMUN}-{AR}-U{number}"
    assert folder.stat().st_mode & 0o077 == 0
    told = json.loads(desk.run(*OF_YEAR, "--utgava", str(number), "--format", "csv,excel", "--json"))
    assert told["sekretess"].startswith("INOM SEKRETESS")
    target = tmp_path / "ut"
    desk.run(*OF_YEAR, "--format", "csv", "--ut", str(target))
    for there in (target, target / "csv"):
        desk.run(*OF_YEAR, "--utgava", str(number), "--format", "csv", "--ut", str(there), expected=Exit.MEND)
    words = {s.fil for s in allt(folder) if "inom sekretess" in s.text.casefold()}
    assert "rapport.xlsx" in words
    assert any(name.startswith("csv/") for name in words)
    desk.run(*OF_YEAR, "--utgava", str(number), "--format", "csv", "--ut", str(tmp_path / "bilaga"))
    desk.run(*OF_YEAR, "--format", "csv", "--ut", str(tmp_path / "bilaga"), expected=Exit.MEND)
    assert "en annan rapport" in desk.err


def as_login(desk: Desk, server: Any, role: str) -> str:
    name, password = f"p{uuid.uuid4().hex[:10]}", uuid.uuid4().hex
    with desk.database.owner.begin() as conn:
        roles.login(conn, name, f"kvinnofrid_{role}", password)
    url = make_url(desk.database.owner_url).set(username=name, password=password)
    desk.monkeypatch.setenv("KVINNOFRID_DATABASE_URL", url.render_as_string(hide_password=False))
    return name


@pytest.mark.parametrize(("role", "may"), [("publik", False), ("revisor", False), ("kvalitet", True)])
def test_who_may_write_what(desk: Desk, server: Any, role: str, may: bool) -> None:
    number = closed(desk)
    login = as_login(desk, server, role)
    try:
        desk.run(*OF_YEAR, "--format", "csv")
        desk.run(*OF_YEAR, "--utgava", str(number), "--format", "csv", expected=Exit.OK if may else Exit.MEND)
        if not may:
            assert f"Utgåva {number} är" in desk.err
            assert desk.reports == [f"rapport/{KOMMUN}-{AR}-U2"]
    finally:
        desk.database.dispose()
        with server.admin.connect() as conn:
            conn.execute(text(f"DROP ROLE {login}"))


def test_one_who_may_read_nothing_published_is_told(desk: Desk, server: Any) -> None:
    login = as_login(desk, server, "registeransvarig")
    try:
        desk.run(*OF_YEAR, expected=Exit.MEND)
        assert "får inte läsa det som är publicerat" in desk.err
    finally:
        with server.admin.connect() as conn:
            conn.execute(text(f"DROP ROLE {login}"))


# --- the kommun's own folder ------------------------------------------------------------------------------------------


def own(tmp_path: Path, **files: str | bytes) -> Path:
    folder = tmp_path / "rapport" / KOMMUN
    folder.mkdir(parents=True)
    for name, content in files.items():
        path = folder / name.replace("_", ".")
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


def test_the_kommuns_own_words_stand_in_every_form_and_are_kept(desk: Desk, tmp_path: Path) -> None:
    own(tmp_path, analys_md="Vi ser att **stödet** når fler. Ungefär 4711 fler än väntat.")
    said = desk.run(*OF_YEAR, "--format", "html,word,pdf")
    assert "Att se över, analys.md rad 1" in said
    assert "4711" not in said
    folder = desk.home / "reports" / "rapport" / f"{KOMMUN}-{AR}-U2"
    with_words = {s.fil for s in allt(folder) if s.synligt and "4711" in s.text}
    assert {"webb/rapport.html", "rapport.docx", "rapport.pdf"} <= with_words
    told = json.loads(desk.run(*OF_YEAR, "--format", "html", "--json"))
    assert [(w["fil"], w["rad"]) for w in told["varningar"]] == [("analys.md", 1)]
    assert "4711" not in json.dumps(told)


def test_all_faults_in_the_kommuns_words_are_told_at_once_and_nothing_is_written(desk: Desk, tmp_path: Path) -> None:
    folder = own(
        tmp_path,
        analys_md="Bra.\n\n<script>alert('hemligt')</script>\n\n![bild](http://exempel.se/hemlig.png)\n",
        slutsatser_md=b"\xff\xfe",
        slutsatsr_md="fel namn",
        logotyp_png=b"ingen bild",
    )
    (folder.parent / "0114").mkdir()
    (folder.parent / "0114" / "fel.md").write_text("en annan kommuns")
    desk.run(*OF_YEAR, "--format", "csv", expected=Exit.MEND)
    for place in ("analys.md, rad 3", "analys.md, rad 5", "slutsatser.md", "slutsatsr.md", "logotyp.png"):
        assert place in desk.err, place
    assert "hemlig" not in desk.err
    assert "fel.md" not in desk.err
    assert desk.reports == []


def test_a_broken_word_template_stops_all_of_it(desk: Desk, tmp_path: Path) -> None:
    own(tmp_path, mall_docx=b"PK ingen mall alls")
    desk.run(*OF_YEAR, "--format", "csv,word", expected=Exit.MEND)
    assert "mall" in desk.err.casefold()
    assert desk.reports == []
    desk.run(*OF_YEAR, "--format", "csv")


def test_faults_of_every_kind_of_file_are_told_together(desk: Desk, tmp_path: Path) -> None:
    own(
        tmp_path,
        analys_md="Vi hade [[arenden antal_arende kvinna]] och [[arenden]] fall.",
        logotyp_png=b"ingen bild",
        bakgrund_yaml="okant: x",
        mall_docx=b"PK ingen mall alls",
    )
    desk.run(*OF_YEAR, "--format", "word", expected=Exit.MEND)
    places = [
        "analys.md, rad 1, tecken 9, den första referensen: måttet antal_arende finns inte i tabellen arenden",
        "analys.md, rad 1, tecken 45, den andra referensen: referensen ska vara tabell, mått och kön",
        "bakgrund.yaml, rad 1",
        "logotyp.png: ",
        "mall.docx: filen är skadad",
    ]
    found = [desk.err.find(place) for place in places]
    assert min(found) >= 0, desk.err
    assert found == sorted(found)
    assert desk.reports == []


def test_an_edition_with_nothing_to_show_is_a_report_all_the_same(desk: Desk) -> None:
    """All that could be told of the kommun is protected."""
    cells = [c._replace(status="skyddas", varde=None) for c in celler(AR, FEW)["arenden"]]
    assert ge_ut(desk.database, Utgiven(AR, {"arenden": cells})) == [3]
    said = desk.run(*OF_YEAR)
    assert "utgåva 3" in said
    folder = desk.home / "reports" / "rapport" / f"{KOMMUN}-{AR}-U3"
    assert sorted(p.name for p in folder.iterdir()) == sorted(
        ["SHA256SUMS", "csv", "rapport.docx", "rapport.pdf", "rapport.xlsx", "webb"]
    )


# --- Dagster ----------------------------------------------------------------------------------------------------------


def in_dagster(desk: Desk, **config: Any) -> dg.ExecuteInProcessResult:
    ws = Workspace(desk.home, desk.database, lambda: date(2026, 2, 1))
    ws.make_folders()
    given = {"workspace": dg.ResourceDefinition.hardcoded_resource(ws)}
    job = build_definitions(Settings(), given).resolve_job_def(REPORTING)
    quiet: dict[str, Any] = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}
    with dg.DagsterInstance.ephemeral() as instance:
        return job.execute_in_process(
            instance=instance, run_config=quiet | {"ops": {"rapport": {"config": config}}}, raise_on_error=False
        )


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only what is quick to write."""
    monkeypatch.setattr("assets.publicering.rapport.FILER", {"csv": "csv"})


@pytest.mark.usefixtures("quick")
def test_the_asset_writes_the_report_and_tells_counts_only(desk: Desk) -> None:
    result = in_dagster(desk, kommun=KOMMUN, ar=AR)
    assert result.success
    assert desk.reports == [f"rapport/{KOMMUN}-{AR}-U2"]
    (made,) = result.get_asset_materialization_events()
    assert made.asset_key == dg.AssetKey(["publicering", "rapport"])
    metadata = {n: v.value for n, v in made.materialization.metadata.items()}
    files = [p for p in (desk.home / "reports").rglob("*") if p.is_file()]
    assert metadata == {"filer": len(files), "storlek": sum(p.stat().st_size for p in files)}
    (check,) = result.get_asset_check_evaluations()
    assert (check.check_name, check.passed, check.metadata["antal_fel"].value) == ("bara_utgivna_tal", True, 0)


@pytest.mark.usefixtures("quick")
def test_the_asset_finds_a_number_that_is_not_released(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    real = innehall.bygg

    def with_a_fault(*given: Any) -> Any:
        made = real(*given)
        first = made.avsnitt[0]
        words = Stycke(("Det var ", Tal("4711", Ref(2, "arenden", 0))))
        return replace(made, avsnitt=(replace(first, innehall=(words, *first.innehall)), *made.avsnitt[1:]))

    monkeypatch.setattr(innehall, "bygg", with_a_fault)
    result = in_dagster(desk, kommun=KOMMUN, ar=AR)
    (check,) = result.get_asset_check_evaluations()
    assert (check.passed, check.metadata["antal_fel"].value) == (False, 1)
    assert not result.success
    assert desk.reports == []


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize(("config", "told"), [({"ar": 2023}, "Ingen utgåva"), ({"ar": AR, "utgava": 77}, "Utgåva 77")])
def test_what_there_is_nothing_to_write_of_fails_in_plain_words(desk: Desk, config: dict[str, int], told: str) -> None:
    result = in_dagster(desk, kommun=KOMMUN, **config)
    assert not result.success
    (failure,) = [e for e in result.all_events if e.is_step_failure]
    assert told in str(failure.step_failure_data.user_failure_data.description)
    assert desk.reports == []
