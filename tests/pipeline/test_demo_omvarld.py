"""What surrounds the demo's large kommun: invented, read as any source, and never taken for a real one's figures."""

import shutil
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from assets.publicering import forbered
from assets.publicering.plan import PUBLICERAS
from assets.receiving import receive
from assets.tables.catalogue import TABLES
from assets.tables.counting import Setup, count, stale
from assets.workspace import Workspace
from quality.consistency import CONSISTENCY
from sources.foljesedel import SUFFIX, read_slip, slip_path
from sources.synthetic import write_surroundings
from tests.conftest import TestServer
from warehouse.database import Database
from warehouse.reading import is_synthetic, read_table

EXAMPLES = Path(__file__).parents[2] / "examples"
LARGE, BODEN, LUND = ("0580", 2025), ("2582", 2025), ("1281", 2015)
REAL = ("bra_anmalda_brott_2582_2025.csv", "scb_befolkning_2019.csv", "oj_2015_kommuner.csv", "oj_2015_riket.csv")
SETUP = Setup(plan={n: TABLES[n] for n in ("anmalda_brott", "oj", "iop")})


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return write_surroundings(tmp_path_factory.mktemp("ut"))


@pytest.fixture(scope="module")
def counted(
    server: TestServer, template: str, files: list[Path], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Workspace]:
    """Real and invented deliveries of the same sources, taken in together."""
    name = "kf_demo_omvarld"
    database: Database = server.create(name, template)
    ws = Workspace(tmp_path_factory.mktemp("hem"), database, lambda: date(2026, 11, 1), setup=SETUP)
    ws.make_folders()
    for file in (*files, *(EXAMPLES / n for n in REAL)):
        shutil.copy(file, ws.inbox)
        shutil.copy(file.with_name(file.name + SUFFIX), ws.inbox)
    got = receive(ws)
    assert not got.stuck
    assert {(r.status, r.rader_karantan) for r in got.results} == {("godkand", 0)}
    with database.begin() as conn:
        jobs = stale(conn, setup=SETUP, kommuner=[k for k, _ in (LARGE, BODEN, LUND)])
    count(database, jobs, run_id="korning", code_version="test", setup=SETUP)
    yield ws
    database.dispose()
    server.drop(name)


def notes(ws: Workspace, tabell: str, kommun: str, ar: int) -> tuple[list[str], list[str]]:
    """A table's notes within secrecy, and those that would be published."""
    with ws.database.begin() as conn:
        inside = read_table(conn, tabell, kommun, ar)[1]
        return inside, forbered._notes(conn, SETUP.plan[tabell], kommun, ar, SETUP)


def invented(said: Iterable[str]) -> bool:
    return any(note.startswith("PÅHITTADE") for note in said)


@pytest.mark.parametrize("ar", [2024, 2025])
@pytest.mark.parametrize("tabell", list(SETUP.plan))
def test_an_invented_table_says_so_first_and_calls_itself_nothing_else(
    counted: Workspace, tabell: str, ar: int
) -> None:
    inside, published = notes(counted, tabell, "0580", ar)
    for said in (inside, published):
        assert said[0].startswith("PÅHITTADE UPPGIFTER")
        assert not any("Verkliga" in note for note in said)
    if PUBLICERAS[tabell].oppen:  # printed as it is, and its population names a source
        assert "kommer inte från den källa som anges" in published[0]


@pytest.mark.parametrize(("tabell", "where"), [("anmalda_brott", BODEN), ("oj", LUND)])
def test_real_figures_of_the_same_source_are_not_called_invented(
    counted: Workspace, tabell: str, where: tuple[str, int]
) -> None:
    inside, published = notes(counted, tabell, *where)
    assert not invented(inside) and not invented(published)
    assert inside[0].startswith("Verkliga, offentliga")
    with counted.database.begin() as conn:
        assert not is_synthetic(conn, tabell, *where)
        assert is_synthetic(conn, tabell, *LARGE) is (tabell != "iop")


def test_rates_stand_on_the_invented_population_and_leave_the_real_one_alone(counted: Workspace) -> None:
    def rate(kommun: str, brott: str) -> tuple[float, float]:
        with counted.database.begin() as conn:
            rows, _ = read_table(conn, "anmalda_brott", kommun, 2025)
        found = {r["matt"]: r["varde"] for r in rows if r["brott_id"] == brott and r["period"] == "2025"}
        return found["antal_brott"], found["per_100000"]

    antal, per = rate("0580", "12255")  # misshandel of women and girls: per women and girls
    assert antal == 600
    assert per == pytest.approx(600 / 81_000 * 100_000)
    antal, per = rate("2582", "5036")
    assert per == pytest.approx(antal / 28_080 * 100_000, rel=0.01)


def test_the_kommuns_answers_stand_beside_shares_of_its_lan_and_the_country(counted: Workspace) -> None:
    with counted.database.begin() as conn:
        rows, _ = read_table(conn, "oj", *LARGE)
    shown = {(r["omrade"], r["matt"]) for r in rows if r["varde"] is not None and r["indikator"] != "totalt"}
    assert {("kommun", "antal_ja"), ("lan", "andel_ja_kalla"), ("riket", "andel_ja_kalla")} <= shown
    assert {r["indikator"] for r in rows if r["indikator"].startswith("namn_")} == set()  # all are known by name


def test_the_invented_figures_agree_with_each_other(counted: Workspace) -> None:
    with counted.database.begin() as conn:
        wrong = {rule.name: rule.count(conn) for rule in CONSISTENCY}
    assert set(wrong.values()) == {0}


def test_each_file_says_that_it_is_invented(files: list[Path]) -> None:
    assert len(files) == 7
    for file in files:
        told: dict[str, Any] = read_slip(slip_path(file))
        assert told["syntetisk"] is True
        assert told["namnd"] == LARGE[0]
        assert "påhittad" in told["avsandare"].casefold()
        assert file.name.startswith("PAHITTAD_")


def test_the_same_bytes_every_time(files: list[Path], tmp_path: Path) -> None:
    again = write_surroundings(tmp_path)
    assert [(p.name, p.read_bytes()) for p in again] == [(p.name, p.read_bytes()) for p in files]
    assert {slip_path(p).read_bytes() for p in again} == {slip_path(p).read_bytes() for p in files}
