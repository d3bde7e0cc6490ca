"""``kvinnofrid template``: wrong usage told in Swedish, nothing written over, and forms that their sources read."""

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from pipelines.cli_template import app
from pipelines.exits import Exit
from sources import iop
from sources.base import Unreadable
from sources.recognition import recognise
from sources.registry import SOURCES
from warehouse.contracts.errors import UserError


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments))


def told(result: Result) -> str:
    return " ".join(result.output.replace("│", " ").split())


def asked(path: Path, **changes: str) -> list[str]:
    options = {"kommun": "0114", "ar": "2025", "jour": "Jouren Prov", "ut": str(path)} | changes
    return ["iop", *(part for name, value in options.items() for part in (f"--{name}", value))]


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"ar": "1950"}, "Året ska vara mellan 1975 och 2100"),
        ({"ar": "2025-2026"}, "ar"),
        ({"jour": "Jour 7"}, "utan siffror"),
        ({"jour": ""}, "2 till 60 tecken"),
    ],
)
def test_what_cannot_be_asked_for_is_told_and_nothing_is_written(
    tmp_path: Path, changes: dict[str, str], says: str
) -> None:
    result = run(*asked(tmp_path / "form.xlsx", **changes))
    assert result.exit_code == Exit.USAGE
    assert says in told(result)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("kommun", ["9999", "114"])
def test_a_kommun_that_there_is_not_gets_no_form(tmp_path: Path, kommun: str) -> None:
    found = run(*asked(tmp_path / "form.xlsx", kommun=kommun))
    assert isinstance(found.exception, UserError)
    assert "Kommunkoden finns inte" in str(found.exception)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("command", ["iop", "register", "arendeblad"])
@pytest.mark.parametrize(
    ("name", "says"), [("form.csv", "sluta på .xlsx"), ("finns/inte/form.xlsx", "Mappen finns inte")]
)
def test_where_a_form_cannot_be_written_is_told(tmp_path: Path, command: str, name: str, says: str) -> None:
    arguments = (
        asked(tmp_path / name) if command == "iop" else [command, "--kommun", "0114", "--ut", str(tmp_path / name)]
    )
    result = run(*arguments)
    assert (result.exit_code, says in told(result)) == (Exit.USAGE, True)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("command", ["iop", "register", "arendeblad"])
def test_a_filled_in_form_is_never_written_over_unasked(tmp_path: Path, command: str) -> None:
    path = tmp_path / "form.xlsx"
    path.write_bytes(b"ifylld")
    arguments = asked(path) if command == "iop" else [command, "--kommun", "0114", "-o", str(path)]
    result = run(*arguments)
    assert (result.exit_code, "--skriv-over" in told(result)) == (Exit.USAGE, True)
    assert path.read_bytes() == b"ifylld"
    assert run(*arguments, "--skriv-over").exit_code == Exit.OK
    assert path.read_bytes().startswith(b"PK")


@pytest.mark.parametrize("missing", ["--kommun", "--ar", "--jour", "--ut"])
def test_what_was_not_said_is_asked_for(tmp_path: Path, missing: str) -> None:
    arguments = asked(tmp_path / "form.xlsx")
    place = arguments.index(missing)
    result = run(*arguments[:place], *arguments[place + 2 :])
    assert (result.exit_code, missing in told(result)) == (Exit.USAGE, True)


def test_the_form_is_for_the_kommun_year_and_jour_that_were_said(tmp_path: Path) -> None:
    path = tmp_path / "form.xlsx"
    result = run(*asked(path))
    assert (result.exit_code, "for-jourer.md" in told(result)) == (Exit.OK, True)
    with pytest.raises(Unreadable) as refused:
        iop.read(path.read_bytes(), {})
    assert [fault.regel for fault in refused.value.faults] == ["iop_inget_ifyllt"]
    facts = refused.value.facts
    assert (facts["namnd"], facts["period"], facts["avsandare"]) == ("0114", "2025", "Jouren Prov")


@pytest.mark.parametrize(
    ("command", "tabell"), [("iop", "iop_rapport"), ("register", "arbetsbok"), ("arendeblad", "arendeblad")]
)
def test_each_form_is_known_as_what_it_is(tmp_path: Path, command: str, tabell: str) -> None:
    path = tmp_path / "form.xlsx"
    arguments = asked(path) if command == "iop" else [command, "--kommun", "0114", "-o", str(path)]
    assert run(*arguments).exit_code == Exit.OK
    assert recognise(path.read_bytes(), path.name, SOURCES, {}).tabell == tabell
