"""The `kvinnofrid` command as users meet it: help, exit codes, messages, JSON."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, make_url, text
from typer.testing import CliRunner

from pipelines import cli
from pipelines.exits import Exit
from pipelines.runner import ONE_AT_A_TIME, RunFailed
from pipelines.version import code_version
from sources.synthetic import upplands_vasby_2019
from sources.synthetic.deliver import extract_day, sender, write_frames
from warehouse.contracts.errors import KvinnofridError, UserError

ROOT = Path(__file__).parents[2]
COMMANDS = (
    *("demo", "run", "deliver", "table", "status", "ui", "synth", "disclosure"),
    *("db", "db start", "db stop", "db upgrade", "disclosure explain", "disclosure attack"),
)
TABLE = ("table", "insatser", "--ar", "2019", "--kommun", "0114")
SECRET = "hemligt-losen-i-adressen"
VALUE = "189001019802"


def kvinnofrid(env: Mapping[str, str], *words: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pipelines.cli", *words]
    path = {"PYTHONPATH": str(ROOT), "COLUMNS": "200"}
    return subprocess.run(
        command, cwd=cwd, env=dict(env) | path, capture_output=True, text=True, timeout=120, check=False
    )


def lonely(home: Path, **more: str) -> dict[str, str]:
    """An environment without any setting but the home, so that the embedded server is meant."""
    ours = {k: v for k, v in os.environ.items() if not k.startswith(("KVINNOFRID_", "DAGSTER_"))}
    return ours | {"KVINNOFRID_HOME": str(home)} | more


def _main(monkeypatch: pytest.MonkeyPatch, *words: str) -> int:
    """The command line in this process; returns its exit code."""
    monkeypatch.setattr(sys, "argv", ["kvinnofrid", *words])
    with pytest.raises(SystemExit) as left:
        cli.main()
    return int(left.value.code or 0)


@pytest.fixture
def alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """This process in an empty folder, with no settings but the home."""
    for name in [n for n in os.environ if n.startswith("KVINNOFRID_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("KVINNOFRID_HOME", str(tmp_path / "hem"))
    return tmp_path


# -- help and usage


@pytest.mark.parametrize("command", COMMANDS)
def test_help_says_what_a_command_does(command: str) -> None:
    shown = CliRunner().invoke(cli.app, [*command.split(), "--help"], env={"COLUMNS": "200"})
    assert shown.exit_code == 0
    first = next(line for line in shown.output.splitlines() if line.strip() and "Usage" not in line)
    assert len(first.strip()) > 20
    for option in re.findall(r"(--[a-z]+) ", shown.output):
        line = next(part for part in shown.output.splitlines() if option in part)
        assert len(line.split()) > 3, f"{option} is not explained"


def test_every_command_is_listed_and_the_exit_codes_are_explained() -> None:
    shown = CliRunner().invoke(cli.app, ["--help"], env={"COLUMNS": "200"})
    assert shown.exit_code == 0
    for command in {c.split()[0] for c in COMMANDS}:
        assert re.search(rf"^\W*{command}\s+\w", shown.output, re.MULTILINE)
    for code in (Exit.NO_EDITION, Exit.MEND, Exit.REFUSED, Exit.RUN_FAILED):
        assert f"{code.value} " in shown.output


def test_the_version_is_the_one_that_receipts_and_editions_name(
    alone: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _main(monkeypatch, "--version") == Exit.OK
    assert capsys.readouterr().out.strip() == f"kvinnofrid {code_version()}"
    assert list(alone.iterdir()) == []


OF_YEAR = ("--kommun", "0114", "--ar", "2019")


@pytest.mark.parametrize(
    "words",
    [
        TABLE,
        (*TABLE, "--layer", "tabell"),
        (*TABLE, "--layer", "tabell", "--as-of", "2026-01-01"),
        ("audit",),
        ("run",),
        ("run", "--json"),
        ("fetch", "kolada", "--kommun", "0114"),
        ("deliver", "--igen", "1"),
        ("status", "--leverans", "1"),
        ("export", "kolada", *OF_YEAR),
        ("report", *OF_YEAR),
        ("trace", "U1-arenden-1"),
        ("recount", "list"),
        ("recount", "run"),
        ("disclosure", "attack", *OF_YEAR),
        ("disclosure", "explain", "--utgava", "1", "--tabell", "arenden"),
        ("release", "prepare", *OF_YEAR, "--som", "Anna Exempel"),
        ("release", "show", "1"),
        ("release", "review", "1", "--som", "Anna Exempel"),
        ("release", "list"),
        ("release", "log"),
        ("release", "diff", *OF_YEAR),
        ("release", "external", "list"),
    ],
)
def test_a_mistyped_home_is_told_and_becomes_no_new_installation(
    words: tuple[str, ...], alone: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _main(monkeypatch, *words) == Exit.MEND
    said = capsys.readouterr().err
    assert f"I mappen {alone / 'hem'} finns ingen installation än." in said
    assert "kvinnofrid run" in said
    assert list(alone.iterdir()) == []


@pytest.mark.parametrize("words", [("status",), ("deliveries",)])
@pytest.mark.parametrize("typed", [True, False])
def test_what_looks_at_a_home_says_with_its_whole_path_that_nothing_is_there(
    words: tuple[str, ...],
    typed: bool,
    alone: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    home = alone / ("hem" if typed else ".kvinnofrid")
    if not typed:
        monkeypatch.delenv("KVINNOFRID_HOME")
    assert _main(monkeypatch, *words) == Exit.OK
    said = capsys.readouterr().out
    assert f"I mappen {home} finns ingen installation än." in said
    assert "demo" not in said
    assert list(alone.iterdir()) == []


@pytest.mark.parametrize("words", [("run",), ("fetch", "kolada", "--kommun", "0114")])
def test_what_begins_a_new_installation_says_so_first(
    words: tuple[str, ...], alone: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: object) -> None:
        raise UserError("Hit och inte längre.")

    (alone / "hem" / "inbox").mkdir(parents=True)
    (alone / "hem" / "inbox" / "a.csv").write_text("a;b\n1;2\n", encoding="utf-8")
    monkeypatch.setattr("pipelines.work.working", fail)
    assert _main(monkeypatch, *words) == Exit.MEND
    assert capsys.readouterr().out.splitlines() == [f"Ny installation i {alone / 'hem'}."]


def test_a_run_with_a_server_of_ones_own_refuses_a_mistyped_home_too(
    installed: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for _ in range(2):
        assert _main(monkeypatch, "run") == Exit.MEND
        assert f"I mappen {installed} finns ingen installation än." in capsys.readouterr().err
    assert not installed.exists()


@pytest.mark.parametrize(
    "words",
    [
        ("tabell",),
        ("table", "insatser"),
        ("table", "insatser", "--kommun", "0114", "--ar", "nittonhundra"),
        ("table", "insatser", "--kommun", "0114", "--ar", "1800"),
        (*TABLE, "--layer", "hemlig"),
        (*TABLE, "--layer", "tabell", "--utgava", "1"),
        ("disclosure", "explain", "--tabell", "insatser"),
        ("disclosure", "attack", "--kommun", "0114"),
        ("disclosure", "attack", "--kommun", "0114", "--ar", "2019", "--utkast", "0"),
        ("run", "--ar", "2019-2017"),
        ("run", "--ar", "i fjol"),
        ("deliver",),
        ("synth", "--ut", "x", "--kommun", "0114", "--ar", "2019", "--arenden", "0"),
        ("status", "--leverans", "ett"),
        ("ui", "--port", "0"),
    ],
)
def test_wrong_usage_is_exit_2_and_makes_nothing(
    alone: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], words: tuple[str, ...]
) -> None:
    assert _main(monkeypatch, *words) == Exit.USAGE
    assert capsys.readouterr().err.strip()
    assert list(alone.iterdir()) == []


@pytest.mark.parametrize(
    "words",
    [
        ("table", "insatser", "--ar", "2019", "--kommun", "9999"),
        ("run", "--kommun", "114"),
        ("synth", "--ut", "x", "--kommun", "0000", "--ar", "2019"),
        ("synth", "--ut", "x", "--kommun", "0114", "--ar", "2000-2019", "--arenden", "50000"),
    ],
)
def test_a_kommun_or_amount_that_cannot_be_is_explained(
    alone: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], words: tuple[str, ...]
) -> None:
    assert _main(monkeypatch, *words) == Exit.MEND
    told = capsys.readouterr()
    assert told.err.startswith("Fel: ")
    assert told.out == ""
    assert not (alone / "x").exists()


# -- settings


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("FIRST_YEAR", "abc"),
        ("FIRST_YEAR", "1066"),
        ("KEEP_DAYS", "0"),
        ("TODAY", "i går"),
        ("SCHEDULE_ON", "kanske"),
        ("DATABASE_URL", f"mysql://nagon:{SECRET}@localhost/kvinnofrid"),
        ("DATABASE_URL", f"postgresql://nagon:{SECRET}@localhost:port/kvinnofrid"),
        ("DATABASE_URL", f"inte en adress {SECRET}"),
        ("DATABASE_URL", f"postgresql://nagon:{SECRET}@127.0.0.1:1/kvinnofrid"),
        ("DAGSTER_URL", f"sqlite:///{SECRET}"),
    ],
)
def test_a_setting_that_cannot_be_used_is_something_to_mend(
    alone: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], name: str, value: str
) -> None:
    monkeypatch.setenv(f"KVINNOFRID_{name}", value)
    assert _main(monkeypatch, "status") == Exit.MEND
    told = capsys.readouterr()
    assert told.err.startswith("Fel: ")
    assert SECRET not in told.err + told.out
    assert "Traceback" not in told.err


def test_the_setting_that_is_wrong_is_named_and_its_value_is_not_shown(
    alone: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("KVINNOFRID_FIRST_YEAR", VALUE)
    assert _main(monkeypatch, "status") == Exit.MEND
    told = capsys.readouterr().err
    assert "first_year" in told
    assert VALUE not in told


@pytest.mark.parametrize(
    ("content", "named"),
    [("home = [", "kvinnofrid.toml"), ("hem = 'x'\n", "hem"), ("keep_days = 'lange'\n", "keep_days")],
)
def test_a_settings_file_that_cannot_be_used_is_something_to_mend(
    alone: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], content: str, named: str
) -> None:
    (alone / "kvinnofrid.toml").write_text(content, encoding="utf-8")
    assert _main(monkeypatch, "status") == Exit.MEND
    assert named in capsys.readouterr().err


def test_the_settings_file_counts_where_the_environment_says_nothing(
    alone: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (alone / "kvinnofrid.toml").write_text(f"home = '{alone / 'annan'}'\n", encoding="utf-8")
    assert _main(monkeypatch, "status", "--json") == Exit.OK
    assert json.loads(capsys.readouterr().out)["hem"] == str(alone / "hem")
    monkeypatch.delenv("KVINNOFRID_HOME")
    assert _main(monkeypatch, "status", "--json") == Exit.OK
    assert json.loads(capsys.readouterr().out)["hem"] == str(alone / "annan")


def test_a_home_that_cannot_be_made_is_something_to_mend(
    alone: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (alone / "hem").write_text("a file", encoding="utf-8")
    (alone / "a.csv").write_text("x\n", encoding="utf-8")
    assert _main(monkeypatch, "deliver", "a.csv") == Exit.MEND
    assert "KVINNOFRID_HOME" in capsys.readouterr().err


# -- what goes wrong


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (ValueError(VALUE), Exit.UNEXPECTED),
        (KeyError(VALUE), Exit.UNEXPECTED),
        (UserError("Rätta filen."), Exit.MEND),
        (KvinnofridError("Databasen sade nej."), Exit.MEND),
        (KeyboardInterrupt(), Exit.INTERRUPTED),
    ],
)
def test_what_goes_wrong_is_told_in_one_line_without_values(
    alone: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    error: BaseException,
    code: Exit,
) -> None:
    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr("pipelines.inbox.deliver_files", fail)
    assert _main(monkeypatch, "deliver", "a.csv") == code
    told = capsys.readouterr()
    assert len(told.err.splitlines()) == 1
    assert VALUE not in told.err + told.out
    if isinstance(error, KvinnofridError):
        assert str(error) in told.err


def test_a_failed_run_has_its_own_exit_code(
    alone: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: object) -> None:
        raise RunFailed("Körningen misslyckades i steget register.")

    monkeypatch.setattr("pipelines.inbox.deliver_files", fail)
    assert _main(monkeypatch, "deliver", "a.csv") == Exit.RUN_FAILED
    assert "register" in capsys.readouterr().err


# -- deliver


@pytest.fixture
def begun(alone: Path) -> Path:
    """The same, with a folder made for an installation."""
    (alone / "hem").mkdir()
    return alone


def test_delivering_a_file_that_is_not_there(
    begun: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _main(monkeypatch, "deliver", f"{VALUE}.csv") == Exit.MEND
    told = capsys.readouterr().err
    assert "finns inte" in told
    assert VALUE not in told


def test_what_is_stated_wins_over_the_note_beside_the_file(
    begun: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (begun / "a.csv").write_text("x;y\n", encoding="utf-8")
    (begun / "a.csv.foljesedel.yaml").write_text("tabell: arende\nnamnd: '0114'\n", encoding="utf-8")
    assert _main(monkeypatch, "deliver", "a.csv", "--tabell", "insats", "--period", "2019", "--json") == Exit.OK
    assert json.loads(capsys.readouterr().out) == {"i_inkorgen": ["a.csv"]}
    inbox = begun / "hem" / "inbox"
    note = (inbox / "a.csv.foljesedel.yaml").read_text(encoding="utf-8")
    assert "insats" in note
    assert "0114" in note
    assert "2019" in note
    assert "arende" not in note
    assert (inbox / "a.csv").read_text(encoding="utf-8") == "x;y\n"


def test_a_glob_that_holds_the_notes_too_delivers_each_file_once(
    begun: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("a.csv", "b.csv"):
        (begun / name).write_text(name, encoding="utf-8")
        (begun / f"{name}.foljesedel.yaml").write_text("tabell: arende\n", encoding="utf-8")
    names = sorted(p.name for p in begun.iterdir() if p.is_file())
    assert _main(monkeypatch, "deliver", *names, "--json") == Exit.OK
    assert json.loads(capsys.readouterr().out) == {"i_inkorgen": ["a.csv", "b.csv"]}
    assert sorted(p.name for p in (begun / "hem" / "inbox").iterdir()) == names


def test_a_name_that_lies_in_the_inbox_already_gets_a_number(
    begun: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for content in ("first", "second", "third"):
        (begun / "a.csv").write_text(content, encoding="utf-8")
        assert _main(monkeypatch, "deliver", "a.csv") == Exit.OK
    inbox = begun / "hem" / "inbox"
    assert {p.name: p.read_text(encoding="utf-8") for p in inbox.iterdir()} == {
        "a.csv": "first",
        "a-2.csv": "second",
        "a-3.csv": "third",
    }
    assert "kvinnofrid run" in capsys.readouterr().out


def test_delivering_only_notes_delivers_nothing(
    begun: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (begun / "a.csv.foljesedel.yaml").write_text("tabell: arende\n", encoding="utf-8")
    assert _main(monkeypatch, "deliver", "a.csv.foljesedel.yaml") == Exit.OK
    assert "Inga filer" in capsys.readouterr().out


@pytest.fixture
def say_of_a_file(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[[Path, Exit], str]:
    """Delivers a file from a folder, and gives what was said."""

    def delivered(folder: Path, expected: Exit) -> str:
        (folder / "a.csv").write_text("x;y\n", encoding="utf-8")
        assert _main(monkeypatch, "deliver", "a.csv") == expected
        told = capsys.readouterr()
        return told.err if expected else told.out

    return delivered


def test_delivering_to_a_mistyped_home_copies_nothing(alone: Path, say_of_a_file: Callable[[Path, Exit], str]) -> None:
    said = say_of_a_file(alone, Exit.MEND)
    assert f"I mappen {alone / 'hem'} finns ingen installation än." in said
    assert f"mkdir {alone / 'hem'}" in said
    assert not (alone / "hem").exists()


def test_delivering_to_a_folder_without_an_installation_says_so_and_how_to_undo_it(
    begun: Path, say_of_a_file: Callable[[Path, Exit], str]
) -> None:
    told = say_of_a_file(begun, Exit.OK)
    assert f"I mappen {begun / 'hem'} finns ingen installation än: kvinnofrid run börjar en ny där." in told
    assert f"ur {begun / 'hem' / 'inbox'}: där kan stå personuppgifter" in told
    (begun / "hem" / "postgres" / "data").mkdir(parents=True)
    assert "ingen installation" not in say_of_a_file(begun, Exit.OK)


# -- synth


def test_the_same_seed_gives_the_same_bytes(
    alone: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    told = []
    for folder in ("ett", "tva"):
        words = ("synth", "--ut", folder, "--kommun", "0114", "--ar", "2018-2019", "--arenden", "5", "--fel", "2")
        assert _main(monkeypatch, *words, "--json") == Exit.OK
        told.append(json.loads(capsys.readouterr().out))
    first, second = ({p.name: p.read_bytes() for p in (alone / f).iterdir()} for f in ("ett", "tva"))
    assert first == second
    assert set(told[0]) == {"filer", "syntetisk"}
    assert told[0]["syntetisk"] is True
    assert {Path(f).name for f in told[0]["filer"]} == {n for n in first if n.endswith(".csv")}
    words = ("synth", "--ut", "tre", "--kommun", "0114", "--ar", "2018-2019", "--arenden", "5", "--seed", "2")
    assert _main(monkeypatch, *words) == Exit.OK
    assert (alone / "tre" / "0114_arende_2018.csv").read_bytes() != first["0114_arende_2018.csv"]


# -- an installation of one's own


@pytest.fixture
def installed(cli_environment: dict[str, str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """This process and its home, on the session's server."""
    for name in ("HOME", "DATABASE_URL", "TODAY"):
        monkeypatch.setenv(f"KVINNOFRID_{name}", cli_environment[f"KVINNOFRID_{name}"])
    for name in ("DAGSTER_HOME", "KVINNOFRID_DAGSTER_STORAGE"):  # set by the command: put back after the test
        monkeypatch.setenv(name, "")
    monkeypatch.chdir(tmp_path)
    return tmp_path / "hem"


def test_an_installation_from_nothing_to_tables(
    installed: Path,
    cli_environment: dict[str, str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def shown(*words: str, code: Exit = Exit.OK) -> Any:
        assert _main(monkeypatch, *words, "--json") == code
        return json.loads(capsys.readouterr().out)

    # Nothing is there yet: no table, no edition, no delivery.
    empty = shown("status")
    assert (empty["leveranser"], empty["tabeller"], empty["vantar"]) == ([], [], 0)
    assert shown(*TABLE, "--layer", "tabell", code=Exit.NO_EDITION)["rader"] == []
    assert _main(monkeypatch, "status", "--leverans", "1") == Exit.MEND
    assert "finns inte" in capsys.readouterr().err

    # A delivery with a fault in it, and a file that cannot be anything.
    frames = upplands_vasby_2019()
    frames["barn"].loc[0, "utsatt_eller_bevittnat"] = "kanske"
    sent = write_frames(frames, tmp_path / "ut", "0114", extract_day(2019), 2019, sender("0114"))
    (tmp_path / "ut" / "okand.csv").write_text("a;b\n1;2\n", encoding="utf-8")
    assert _main(monkeypatch, "deliver", *map(str, sent), str(tmp_path / "ut" / "okand.csv")) == Exit.OK
    assert "kvinnofrid run" in capsys.readouterr().out
    assert shown("status")["vantar"] == len(sent) + 1

    # One run takes it all in; the refused file gives the exit code.
    done = kvinnofrid(cli_environment, "run", "--json")
    assert done.returncode == Exit.REFUSED, done.stderr
    assert done.stderr == ""
    night = json.loads(done.stdout)
    assert set(night) == {
        "korningar",
        "dog_i_fortid",
        "besked",
        "inaktuella_rattelser",
        "att_lasa_igen",
        "leveranser_med_inaktuella_rattelser",
        "trasiga_rattelser",
        "leveranser",
        "fastnade",
        "raknade",
        "kontroller",
    }
    assert len(night["korningar"]) == 1
    assert {d["tabell"]: d["status"] for d in night["leveranser"]} == {
        "aktualisering": "godkand",
        "arende": "godkand",
        "barn": "delvis_godkand",
        "bedomning": "godkand",
        "insats": "godkand",
        "matning": "godkand",
        None: "avvisad",
    }
    counted = {(c["tabell"], c["kommun"], c["ar"]) for c in night["raknade"]}
    assert counted >= {(t, "0114", 2019) for t in ("arenden", "insatser", "utfall", "vald", "bortfall", "kolada")}
    assert {c[1:] for c in counted} == {("0114", 2019)}
    (fault,) = next(d for d in night["leveranser"] if d["tabell"] == "barn")["fel"]
    assert (fault["rad"], fault["kolumn"]) == (2, "utsatt_eller_bevittnat")
    assert "kanske" not in done.stdout

    # The table: exactly these names, one row a cell, and the audited sums.
    found = shown(*TABLE, "--layer", "tabell")
    assert list(found) == ["tabell", "kommun", "ar", "skikt", "utgava", "tillstand", "dnr", "noter", "rader"]
    assert [found[n] for n in ("tabell", "kommun", "ar", "skikt", "utgava", "tillstand", "dnr")] == [
        *("insatser", "0114", 2019, "tabell"),
        *(None, None, None),
    ]
    assert any("sekretess" in note for note in found["noter"])
    assert any("PÅHITTADE" in note for note in found["noter"])
    cells = found["rader"]
    assert {tuple(r) for r in cells} == {("period", "insatstyp", "kon", "matt", "varde", "status")}
    assert {r["period"] for r in cells} == {"2019"}
    assert {r["period"] for r in shown(*TABLE, "--layer", "tabell", "--period", "2019T1")["rader"]} == {"2019T1"}
    assert _main(monkeypatch, *TABLE, "--layer", "tabell", "--period", "2019T4") == Exit.MEND
    assert "2019T3" in capsys.readouterr().err
    assert len({tuple(r[n] for n in ("insatstyp", "kon", "matt")) for r in cells}) == len(cells)
    values = {(r["insatstyp"], r["kon"]): r["varde"] for r in cells if r["matt"] == "antal_insatser"}
    assert [values["stodsamtal", k] for k in ("kvinna", "man")] == [34, 3]
    assert [values["skyddat_boende", k] for k in ("kvinna", "man")] == [20, 1]
    assert _main(monkeypatch, *TABLE, "--layer", "tabell") == Exit.OK
    assert "34" in capsys.readouterr().out

    # What is not there, and what is not released.
    released = shown(*TABLE, code=Exit.NO_EDITION)
    assert released["skikt"] == "publicering"
    assert released["rader"] == []
    assert "Ingen utgåva" in released["besked"]
    assert _main(monkeypatch, *TABLE) == Exit.NO_EDITION
    told = capsys.readouterr()
    assert "Ingen utgåva" in told.err
    assert told.out == ""
    for words in (("--ar", "2012", "--kommun", "0114"), ("--ar", "2019", "--kommun", "0580")):
        assert shown("table", "insatser", *words, "--layer", "tabell", code=Exit.NO_EDITION)["rader"] == []
    assert _main(monkeypatch, "table", "insatserna", *TABLE[2:]) == Exit.MEND
    assert "insatser" in capsys.readouterr().err

    # The receipts, and the faults of one of them.
    known = shown("status")
    assert known["vantar"] == 0
    assert len(known["leveranser"]) == len(sent) + 1
    assert {(t["tabell"], t["kommun"], t["ar"]) for t in known["tabeller"]} == counted
    number = next(d["leverans_id"] for d in known["leveranser"] if d["tabell"] == "barn")
    listed = shown("status", "--leverans", str(number))
    assert set(listed) == {"leverans", "fel"}
    assert [(f["rad"], f["kolumn"], f["kostar_rad"]) for f in listed["fel"]] == [(2, "utsatt_eller_bevittnat", True)]
    assert listed["fel"][0]["gor_sa_har"]
    assert "kanske" not in json.dumps(listed)
    for words in (("status",), ("status", "--leverans", str(number))):
        assert _main(monkeypatch, *words) == Exit.OK
        assert capsys.readouterr().out.strip()

    # Once more: nothing new, nothing counted, in either form.
    again = shown("run")
    assert (again["korningar"], again["raknade"], again["leveranser"]) == ([], [], [])
    assert _main(monkeypatch, "run") == Exit.OK
    assert "Inget nytt" in capsys.readouterr().out


INTERRUPTED = """
import os, signal, sys, time
import assets.deliveries

def receive(*_):
    os.kill(os.getpid(), signal.SIGINT)
    time.sleep(30)

assets.deliveries.receive = receive
sys.argv = ["kvinnofrid", "run"]
from pipelines.cli import main
main()
"""


TOLD_TO_END = """
import os, signal, sys
from types import SimpleNamespace
import pipelines.runner

pipelines.runner.time = SimpleNamespace(sleep=lambda _seconds: os.kill(os.getpid(), signal.SIGTERM))
sys.argv = ["kvinnofrid", "run"]
from pipelines.cli import main
main()
"""


@pytest.mark.soak
def test_an_interrupted_run_says_so_and_leaves_no_run_alive(installed: Path, cli_environment: dict[str, str]) -> None:
    (installed / "inbox").mkdir(parents=True)
    (installed / "inbox" / "a.csv").write_text("a;b\n1;2\n", encoding="utf-8")
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", INTERRUPTED],
        cwd=ROOT,
        env=cli_environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 128 + signal.SIGINT, done.stderr
    assert time.monotonic() - began < 60
    assert done.stderr.splitlines() == ["Fel: Avbrutet. Senaste goda läge gäller."]
    assert (installed / "inbox" / "a.csv").exists()
    url = make_url(cli_environment["KVINNOFRID_DATABASE_URL"])
    engine = create_engine(url.set(database=f"{url.database}_dagster"))
    try:
        with engine.connect() as conn:
            states = list(conn.execute(text("SELECT status FROM runs")).scalars())
    finally:
        engine.dispose()
    assert states in (["FAILURE"], ["CANCELED"])


def test_a_run_that_is_told_to_end_says_so_before_dagster_listens(
    installed: Path, cli_environment: dict[str, str]
) -> None:
    """SIGTERM, as a service manager sends it, while the run waits for another."""
    installed.mkdir()
    engine = create_engine(cli_environment["KVINNOFRID_DATABASE_URL"], isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as another:
            another.execute(text(f"SELECT pg_advisory_lock({ONE_AT_A_TIME})"))
            done = subprocess.run(
                [sys.executable, "-c", TOLD_TO_END],
                cwd=ROOT,
                env=cli_environment,
                capture_output=True,
                text=True,
                timeout=60,
                check=False,
            )
    finally:
        engine.dispose()
    assert (done.returncode, done.stdout) == (Exit.INTERRUPTED, "")
    assert done.stderr.splitlines() == ["Fel: Avbrutet. Senaste goda läge gäller."]


# -- the embedded server


def test_the_embedded_server_is_started_upgraded_and_stopped(
    alone: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("DAGSTER_HOME", "KVINNOFRID_DAGSTER_STORAGE"):
        monkeypatch.setenv(name, "")
    told = []
    for words in ("stop", "start", "start", "upgrade", "upgrade", "stop", "stop"):
        assert _main(monkeypatch, "db", words) == Exit.OK
        told.append(capsys.readouterr().out.strip())
    assert "inte igång" in told[0]
    assert told[1] == told[2]
    assert "igång (process" in told[1]
    assert told[3] == told[4] == "Schemat är uppdaterat."
    assert told[5] == "PostgreSQL är avstängd."
    assert "inte igång" in told[6]
    assert not (alone / "hem" / "postgres" / "data" / "postmaster.pid").exists()


# -- quick ones stay quick


@pytest.mark.parametrize("words", [("--help",), ("status",)])
def test_help_and_status_load_neither_dagster_nor_pandera(
    tmp_path: Path, cli_environment: dict[str, str], words: tuple[str, ...]
) -> None:
    code = (
        "import atexit, sys\n"
        "heavy = ('dagster', 'pandera', 'pandas', 'great_expectations')\n"
        "atexit.register(lambda: sys.stderr.write(' '.join(m for m in heavy if m in sys.modules)))\n"
        f"sys.argv = ['kvinnofrid', *{words!r}]\n"
        "from pipelines.cli import main\n"
        "main()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=cli_environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == Exit.OK
    assert done.stdout.strip()
    assert done.stderr == ""
