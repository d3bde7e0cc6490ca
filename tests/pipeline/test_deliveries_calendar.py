"""``kvinnofrid deliveries``: slots, what is missing or late, and what waits for correction."""

import io
import json
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from assets.workspace import Workspace
from pipelines import show, show_deliveries
from pipelines.deliveries import deliveries, late
from pipelines.forvantade import load_calendar
from pipelines.settings import Settings
from sources.iop.form import EXAMPLE_FIGURES, EXAMPLE_REASONS, write_form
from tests.pipeline.helpers import case, deliver, take
from warehouse.contracts.errors import UserError

ROOT = Path(__file__).parents[2]
JOUR = "Påhittade jouren"
CALENDAR = """\
- kalla: iop
  tabell: iop_rapport
  namnd: "0114"
  avsandare: Påhittade jouren
  period: ar
  forsta: 2024
  senast: 31 januari
  beskrivning: Jourens årsrapport
- {kalla: verksamhetssystem, tabell: arende, namnd: "0114", period: ar, forsta: 2019, sista: 2020, dagar_efter: 90}
- {kalla: iop, tabell: iop_rapport, namnd: "0180", period: ar, forsta: 2025, dagar_efter: 60}
"""


@pytest.fixture
def look(workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., dict[str, Any]]:
    """What the command finds, on 1 February 2026."""
    for name in ("KVINNOFRID_HOME", "KVINNOFRID_EXPECTED"):
        monkeypatch.delenv(name, raising=False)
    calendar = tmp_path / "forvantade.yaml"
    calendar.write_text(CALENDAR, encoding="utf-8")
    url = workspace.database.owner.url.render_as_string(hide_password=False)

    def found(kommun: str | None = None, **changes: Any) -> dict[str, Any]:
        given = {"home": workspace.home, "database_url": url, "expected": calendar, "today": "2026-02-01"}
        return deliveries(Settings(**{n: v for n, v in (given | changes).items() if v is not None}), kommun)

    return found


def send_report(ws: Workspace, tmp_path: Path, ar: int = 2025, **cells: Any) -> None:
    path = tmp_path / "rapport.xlsx"
    write_form(path, kommun="0114", ar=ar, jour=JOUR, figures=EXAMPLE_FIGURES, reasons=EXAMPLE_REASONS)
    book = openpyxl.load_workbook(path)
    for place, value in cells.items():
        sheet, cell = place.split("_")
        book[sheet][cell] = value
    out = io.BytesIO()
    book.save(out)
    (ws.inbox / f"rapport {ar}.xlsx").write_bytes(out.getvalue())
    take(ws)


def states(found: Mapping[str, Any]) -> dict[tuple[str, str, str], tuple[str, int]]:
    return {(v["tabell"], v["namnd"], v["period"]): (v["lage"], v["dagar_sen"]) for v in found["vantade"]}


def test_an_empty_warehouse_has_slots_to_fill(look: Callable[..., dict[str, Any]]) -> None:
    found = look()
    assert (found["platser"], found["vantar_pa_rattning"], found["dag"]) == ([], [], date(2026, 2, 1))
    assert states(found) == {
        ("iop_rapport", "0114", "2024"): ("saknas", 366),
        ("iop_rapport", "0114", "2025"): ("saknas", 1),
        ("iop_rapport", "0114", "2026"): ("vantas", 0),
        ("arende", "0114", "2019"): ("saknas", (date(2026, 2, 1) - date(2020, 3, 30)).days),
        ("arende", "0114", "2020"): ("saknas", (date(2026, 2, 1) - date(2021, 3, 31)).days),
        ("iop_rapport", "0180", "2025"): ("vantas", 0),
        ("iop_rapport", "0180", "2026"): ("vantas", 0),
    }


def test_what_has_come_is_current_and_what_is_faulty_waits(
    workspace: Workspace, look: Callable[..., dict[str, Any]], tmp_path: Path
) -> None:
    deliver(workspace, [case(1), case(2)])
    send_report(workspace, tmp_path, 2024)
    send_report(workspace, tmp_path, 2025, Uppgifter_C8="några")
    deliver(workspace, [case(3, kon="ingen aning")], period="2020", uttagsdatum="2021-01-31", name="fel.csv")
    found = look()
    assert {k: v for k, v in states(found).items() if k[1] == "0114"} == {
        ("iop_rapport", "0114", "2024"): ("aktuell", 0),
        ("iop_rapport", "0114", "2025"): ("delvis", 0),
        ("iop_rapport", "0114", "2026"): ("vantas", 0),
        ("arende", "0114", "2019"): ("aktuell", 0),
        ("arende", "0114", "2020"): ("avvisad", (date(2026, 2, 1) - date(2021, 3, 31)).days),
    }
    slots = {(s["tabell"], s["period"]): s for s in found["platser"]}
    assert set(slots) == {("arende", "2019"), ("iop_rapport", "2024"), ("iop_rapport", "2025")}
    report = slots["iop_rapport", "2025"]
    assert (report["leverans_id"], report["avsandare"], report["rader_karantan"], report["fel"]) == (3, JOUR, 1, 1)
    assert report["mottagen"].tzinfo is not None
    waiting = {w["leverans_id"]: w for w in found["vantar_pa_rattning"]}
    assert set(waiting) == {3, 4}
    assert waiting[3]["svar"] == ["leverans-3-att-ratta.xlsx", "leverans-3-fellista.csv"]
    assert (waiting[4]["svar"], waiting[4]["status"]) == (["leverans-4-fellista.csv"], "avvisad")
    # Corrected, they wait no more.
    send_report(workspace, tmp_path, 2025)
    deliver(workspace, [case(3)], period="2020", uttagsdatum="2021-01-31", name="fel.csv")
    found = look()
    assert found["vantar_pa_rattning"] == []
    assert {v["lage"] for v in found["vantade"] if v["namnd"] == "0114"} == {"aktuell", "vantas"}


def test_the_same_refused_content_waits_once(workspace: Workspace, look: Callable[..., dict[str, Any]]) -> None:
    for _ in range(3):
        deliver(workspace, [case(3, kon="ingen aning")])
    assert [w["leverans_id"] for w in look()["vantar_pa_rattning"]] == [3]


def test_of_one_kommun(workspace: Workspace, look: Callable[..., dict[str, Any]]) -> None:
    deliver(workspace, [case(1)])
    deliver(workspace, [case(2)], namnd="0180", avsandare="Stockholm", name="annan.csv")
    found = look("0180")
    assert {s["namnd"] for s in found["platser"]} == {"0180"}
    assert {v["namnd"] for v in found["vantade"]} == {"0180"}


def test_a_helbild_speaks_for_the_years_that_had_ended(
    workspace: Workspace, look: Callable[..., dict[str, Any]]
) -> None:
    deliver(workspace, [case(1)], omfang="helbild", period=None, uttagsdatum="2020-06-30")
    found = states(look())
    assert found["arende", "0114", "2019"] == ("aktuell", 0)
    assert found["arende", "0114", "2020"][0] == "saknas"


def test_what_is_late_comes_with_the_latest_first(workspace: Workspace, tmp_path: Path) -> None:
    deliver(workspace, [case(1)])
    calendar = tmp_path / "forvantade.yaml"
    calendar.write_text(CALENDAR, encoding="utf-8")
    with workspace.database.begin() as conn:
        found = late(conn, load_calendar(calendar), date(2026, 2, 1))
        assert late(conn, (), date(2026, 2, 1)) == []
    assert [(v.tabell, v.period) for v in found] == [
        ("arende", "2020"),
        ("iop_rapport", "2024"),
        ("iop_rapport", "2025"),
    ]


def test_a_calendar_that_cannot_be_used_says_why(look: Callable[..., dict[str, Any]], tmp_path: Path) -> None:
    (tmp_path / "trasig.yaml").write_text("- kalla: x\n", encoding="utf-8")
    with pytest.raises(UserError, match="Rad 1"):
        look(expected=tmp_path / "trasig.yaml")


def test_people_read_it_in_swedish(
    workspace: Workspace,
    look: Callable[..., dict[str, Any]],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(show_deliveries, "console", show.Console(width=200, highlight=False))
    deliver(workspace, [case(1)])
    send_report(workspace, tmp_path, 2025, Uppgifter_C8="några")
    show_deliveries.deliveries(look(), alla=False, as_json=False)
    said = " ".join(capsys.readouterr().out.split())
    for words in ("saknas, 366 dagar sen", "har kommit, rader att rätta", "Jourens årsrapport", "Väntar på rättning"):
        assert words in said
    assert "Skicka till avsändaren, ur outbox (leverans 2): leverans-2-att-ratta.xlsx" in said
    assert "En väntad leverans har kommit utan fel." in said
    (tmp_path / "ingen").mkdir()
    monkeypatch.chdir(tmp_path / "ingen")
    show_deliveries.deliveries(look(expected=None), alla=True, as_json=False)
    assert "Ingen kalender finns" in " ".join(capsys.readouterr().out.split())


def test_a_calendar_that_is_named_and_not_there_is_no_silent_end_of_the_watch(
    look: Callable[..., dict[str, Any]], tmp_path: Path
) -> None:
    with pytest.raises(UserError, match="Rätta KVINNOFRID_EXPECTED"):
        look(expected=tmp_path / "finns inte.yaml")


@pytest.mark.parametrize("words", ["ring 070-1740605", "se 18900101-9802", "skriv till nagon@exempel.example"])
def test_a_calendar_names_no_person(look: Callable[..., dict[str, Any]], tmp_path: Path, words: str) -> None:
    calendar = tmp_path / "namn.yaml"
    calendar.write_text(CALENDAR + f"# {words}\n", encoding="utf-8")
    with pytest.raises(UserError, match="kan peka ut en person") as error:
        look(expected=calendar)
    assert words not in str(error.value)


def _command(environment: Mapping[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "pipelines.cli", "deliveries", *words],
        cwd=ROOT,
        env=dict(environment) | {"PYTHONPATH": str(ROOT), "COLUMNS": "160"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_the_command_before_anything_is_there(tmp_path: Path) -> None:
    calendar = tmp_path / "kalender.yaml"
    calendar.write_text(CALENDAR, encoding="utf-8")
    environment = {"KVINNOFRID_HOME": str(tmp_path / "hem"), "KVINNOFRID_TODAY": "2026-02-01"}
    done = _command(environment | {"KVINNOFRID_EXPECTED": str(calendar)}, "--json", "--kommun", "0180")
    assert (done.returncode, done.stderr) == (0, "")
    found = json.loads(done.stdout)
    assert (found["kalender"], found["dag"], found["platser"]) == (str(calendar), "2026-02-01", [])
    assert [v["senast"] for v in found["vantade"]] == ["2026-03-01", "2027-03-01"]
    assert not (tmp_path / "hem").exists()
    said = _command(environment)
    assert (said.returncode, "Inget är levererat än" in said.stdout) == (0, True)
    wrong = _command(environment, "--kommun", "9999")
    assert wrong.returncode != 0
    assert "0114" in wrong.stderr


def test_it_starts_without_what_is_slow() -> None:
    program = (
        "import sys, pipelines.deliveries, pipelines.show_deliveries, pipelines.cli_deliveries\n"
        "print([m for m in ('pandas', 'dagster', 'pandera', 'openpyxl', 'great_expectations') if m in sys.modules])"
    )
    begun = time.monotonic()
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
    assert time.monotonic() - begun < 10
