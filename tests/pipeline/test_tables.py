"""Tables on the database: counted from what was delivered, counted again when that changes, read back and checked."""

import csv
import shutil
import uuid
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import yaml
from sqlalchemy import Connection, text

from assets.checking import contract_checks
from assets.receiving import receive
from assets.tables import counting
from assets.tables.catalogue import TABLES, planned
from assets.tables.counting import Setup, count, stale
from assets.workspace import Workspace
from quality.consistency import CONSISTENCY
from quality.reconciliation import compare
from quality.table_rules import rules_for
from sources.synthetic import Plan, corrected, upplands_vasby_2019, write
from sources.synthetic.deliver import write_frames
from warehouse import cells
from warehouse.cells import Slice, unnamed_inputs
from warehouse.contracts.codes import CODES
from warehouse.contracts.omvarld import CONTEXT
from warehouse.contracts.register import REGISTER
from warehouse.database import Database, WarehouseError
from warehouse.reading import read_table
from warehouse.views import altered_plan

EXAMPLES = Path(__file__).parents[2] / "examples"
TODAY = date(2026, 11, 1)
VASBY, ELSEWHERE, BODEN = "0114", "1980", "2582"
PLAN = Plan(namnd=ELSEWHERE, years=(2017, 2018), cases_per_year=12, seed=3)
SUFFIX = ".foljesedel.yaml"

NewDatabase = Callable[..., Database]


def put(ws: Workspace, *files: Path) -> None:
    """Lay files and their notes in the inbox, and take them in. All must be accepted."""
    ws.make_folders()
    for file in files:
        for path in (file, file.with_name(file.name + SUFFIX)):
            shutil.copy(path, ws.inbox / path.name)
    got = receive(ws)
    assert not got.stuck
    assert [r.fil for r in got.results if r.status not in ("godkand", "delvis_godkand")] == []


FEW = {n: TABLES[n] for n in ("arenden", "insatser", "utfall", "anmalda_brott", "iop", "lokala_variabler")}
"""Tables of each kind; all of them are counted in ``test_tabellplan``."""
SETUP = Setup(plan=FEW)


def recount(ws: Workspace, run_id: str = "korning-1") -> list[Slice]:
    """Count what is stale; returns what was counted."""
    with ws.database.begin() as conn:
        jobs = stale(conn, setup=SETUP)
    count(ws.database, jobs, run_id=run_id, code_version="test", setup=SETUP)
    return [job.slice for job in jobs]


def waiting(ws: Workspace, **limits: Any) -> set[tuple[str, str, int]]:
    with ws.database.begin() as conn:
        return {(j.slice.tabell, j.slice.kommun, j.slice.ar) for j in stale(conn, setup=SETUP, **limits)}


def contents(database: Database, kommuner: Sequence[str]) -> dict[tuple[Any, ...], Any]:
    """Every cell, every note and the digest of every slice of some kommuner."""
    with database.begin() as conn:
        cells = conn.execute(
            text(
                "SELECT tabell, kommun, ar, ordning, period, dimensioner::text, kon, matt, varde, status"
                " FROM tabell.cell"
            )
        )
        notes = conn.execute(text("SELECT tabell, kommun, ar, ordning, text FROM tabell.anmarkning"))
        versions = conn.execute(
            text(
                "SELECT DISTINCT ON (tabell, kommun, ar) tabell, kommun, ar, innehall_sha256"
                " FROM revision.tabellversion ORDER BY tabell, kommun, ar, version_id DESC"
            )
        )
        found = {
            **{("cell", *r[:4]): tuple(r[4:]) for r in cells},
            **{("not", *r[:4]): r[4] for r in notes},
            **{("version", *r[:3]): r[3] for r in versions},
        }
    return {k: v for k, v in found.items() if k[2] in kommuner}


@pytest.fixture(scope="module")
def new_database(server: Any, template: str) -> Iterator[NewDatabase]:
    names = []

    def make(source: str = template) -> Database:
        names.append(f"kf_{uuid.uuid4().hex[:12]}")
        made: Database = server.create(names[-1], source)
        return made

    yield make
    for name in names:
        server.drop(name)


def local_variables(cases: pd.Series) -> dict[str, pd.DataFrame]:
    """A question of the kommun's own, answered in every other case."""
    answered = cases.iloc[::2].reset_index(drop=True)
    codes = [("eget", "andra_hand")[i % 2] for i in answered.index]
    declared = [
        ("boende", "Hur personen bor", "eget", "Eget"),
        ("boende", "Hur personen bor", "andra_hand", "Andra hand"),
    ]
    return {
        "lokal_variabel": pd.DataFrame({"arende_id": answered, "variabel": "boende", "varde": codes}, dtype="str"),
        "lokal_deklaration": pd.DataFrame(declared, columns=["variabel", "titel", "varde", "etikett"], dtype="str"),
    }


@pytest.fixture(scope="module")
def deliveries(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The fixed set for Upplands Väsby, two years of another kommun, and the examples."""
    folder = tmp_path_factory.mktemp("leveranser")
    frames = upplands_vasby_2019()
    frames |= local_variables(frames["arende"]["arende_id"])
    records = write_frames(frames, folder, VASBY, date(2020, 1, 15), 2019, "Påhittad avsändare")
    examples = [p for p in sorted(EXAMPLES.iterdir()) if p.with_name(p.name + SUFFIX).exists()]
    return [*records, *write(PLAN, folder), *examples]


@pytest.fixture(scope="module")
def counted(
    new_database: NewDatabase, deliveries: list[Path], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Workspace]:
    """Everything delivered and counted. Not to be changed: see ``changed``."""
    database = new_database()
    ws = Workspace(home=tmp_path_factory.mktemp("hem"), database=database, today=lambda: TODAY)
    put(ws, *deliveries)
    recount(ws)
    yield ws
    database.dispose()


@pytest.fixture
def changed(counted: Workspace, new_database: NewDatabase, tmp_path: Path) -> Iterator[Workspace]:
    """A copy of all that was counted, to deliver more to."""
    counted.database.dispose()
    database = new_database(counted.database.owner_url.rsplit("/", 1)[1].split("?")[0])
    shutil.copytree(counted.home, tmp_path / "hem")
    yield Workspace(home=tmp_path / "hem", database=database, today=lambda: TODAY)
    database.dispose()


@pytest.fixture
def empty(new_database: NewDatabase, tmp_path: Path) -> Iterator[Workspace]:
    database = new_database()
    yield Workspace(home=tmp_path / "tomt", database=database, today=lambda: TODAY)
    database.dispose()


def deliver_rows(
    ws: Workspace, folder: Path, tabell: str, period: str, rows: Sequence[Mapping[str, Any]], day: str
) -> None:
    """Deliver a few records of Ale as a periodutdrag."""
    folder.mkdir(exist_ok=True)
    path = folder / f"{tabell}_{period}_{day}.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), delimiter=";")
        writer.writeheader()
        writer.writerows(rows)
    slip = {"kalla": "verksamhetssystem", "tabell": tabell, "namnd": "1440", "avsandare": "Ale (påhittad)"}
    slip |= {"uttagsdatum": day, "omfang": "periodutdrag", "period": period, "syntetisk": True}
    path.with_name(path.name + SUFFIX).write_text(yaml.safe_dump(slip, allow_unicode=True), encoding="utf-8")
    put(ws, path)


# --- what is counted --------------------------------------------------------------------------------------------


def table(conn: Connection, name: str, kommun: str = VASBY, ar: int = 2019) -> list[dict[str, Any]]:
    return read_table(conn, name, kommun, ar)[0]


def test_the_fixed_set_sums_to_the_audited_figures(counted: Workspace) -> None:
    with counted.database.begin() as conn:
        rows = table(conn, "insatser")
    varde = {(r["insatstyp"], r["kon"], r["matt"]): r["varde"] for r in rows if r["period"] == "2019"}

    for matt in ("antal_insatser", "antal_personer"):
        assert varde["stodsamtal", "kvinna", matt] == 34
        assert varde["stodsamtal", "man", matt] == 3
        assert varde["stodsamtal", "totalt", matt] == 37
        assert varde["skyddat_boende", "kvinna", matt] == 20
        assert varde["skyddat_boende", "man", matt] == 1
        assert varde["totalt", "totalt", matt] == 58


def test_a_table_is_read_as_one_object_a_cell(counted: Workspace) -> None:
    measures = {m.name for f in TABLES["insatser"].facts for m in f.measures}
    with counted.database.begin() as conn:
        rows, notes = read_table(conn, "insatser", VASBY, 2019)

    rows = [r for r in rows if r["period"] == "2019"]
    assert all(set(r) == {"period", *TABLES["insatser"].view_columns, "kon", "matt", "varde", "status"} for r in rows)
    kinds, sexes = {*CODES["insatstyp"], "totalt"}, {"kvinna", "man", "totalt"}
    assert Counter((r["insatstyp"], r["kon"], r["matt"]) for r in rows) == Counter(
        (i, k, m) for i in kinds for k in sexes for m in measures
    )
    # The set has no avidentifierade insatser: what was not delivered is missing, not zero.
    unknown = {r["matt"] for r in rows if r["varde"] is None}
    assert "antal_avidentifierade" in unknown and "antal_insatser" not in unknown
    assert {type(r["varde"]) for r in rows if r["matt"].startswith("antal") and r["varde"] is not None} == {int}
    assert all(r["status"] == "saknas" for r in rows if r["matt"] == "antal_avidentifierade")
    assert all((r["varde"] is None) == (r["status"] != "visas") for r in rows)
    assert notes[-len(TABLES["insatser"].notes) :] == list(TABLES["insatser"].notes)
    assert notes[0].startswith("PÅHITTADE")
    assert any(n.startswith("Avidentifierade insatser: inget är levererat för 2019") for n in notes)


@pytest.mark.parametrize("name", list(FEW))
def test_coordinates_are_unique_and_a_missing_value_says_so(counted: Workspace, name: str) -> None:
    kommun, ar = (BODEN, 2025) if name == "anmalda_brott" else (VASBY, 2019)
    with counted.database.begin() as conn:
        rows = table(conn, name, kommun, ar)

    assert rows
    assert len({tuple(v for k, v in r.items() if k not in ("varde", "status")) for r in rows}) == len(rows)
    assert all((r["varde"] is None) == (r["status"] in ("saknas", "ej_tillampligt")) for r in rows)
    assert all(isinstance(r["varde"], int | None) for r in rows if r["matt"].startswith("antal"))


def test_every_bra_count_of_the_file_is_read_back(counted: Workspace) -> None:
    with (EXAMPLES / "bra_anmalda_brott_2582_2025.csv").open(encoding="utf-8-sig", newline="") as file:
        expected = {(r["period"], r["brott_id"]): int(r["antal"]) for r in csv.DictReader(file)}
    with counted.database.begin() as conn:
        rows = [r for ar in (2025, 2026) for r in table(conn, "anmalda_brott", BODEN, ar)]
        _, notes = read_table(conn, "anmalda_brott", BODEN, 2025)

    counts = {(r["period"], r["brott_id"]): r["varde"] for r in rows if r["matt"] == "antal_brott"}
    assert counts == expected
    assert any("31 december 2019" in n for n in notes)


def test_plain_sql_over_the_register_gives_the_same_insatser(counted: Workspace) -> None:
    sql = text("""
        SELECT i.namnd, extract(year FROM i.beslutsdatum)::int AS ar, i.insatstyp, a.kon,
               count(*) AS antal_insatser, count(DISTINCT a.person_id) AS antal_personer
        FROM register.insats_gallande i JOIN register.arende_gallande a USING (namnd, arende_id)
        WHERE i.beslut = 'bifall' AND i.beslutsdatum BETWEEN '2017-01-01' AND '2019-12-31'
        GROUP BY i.namnd, ar, i.insatstyp, a.kon""")
    stored = text("""
        SELECT kommun, ar, insatstyp, kon, sum(varde) FILTER (WHERE matt = 'antal_insatser')::int,
               sum(varde) FILTER (WHERE matt = 'antal_personer')::int
        FROM tabell.insatser WHERE insatstyp <> 'totalt' AND kon <> 'totalt' AND period BETWEEN '2017' AND '2019'
          AND length(period) = 4
        GROUP BY 1, 2, 3, 4 HAVING sum(varde) FILTER (WHERE matt = 'antal_insatser') > 0""")
    with counted.database.begin() as conn:
        by_sql = {tuple(r) for r in conn.execute(sql)}
        by_table = {tuple(r) for r in conn.execute(stored)}

    assert {r[0] for r in by_sql} == {VASBY, ELSEWHERE}
    assert by_sql == by_table


# --- the same deliveries, the same tables -------------------------------------------------------------------------


def test_another_order_and_other_keys_give_the_same_tables(
    counted: Workspace, empty: Workspace, deliveries: list[Path]
) -> None:
    kommuner = (ELSEWHERE, BODEN)
    for file in reversed([p for p in deliveries if not p.name.startswith(VASBY)]):
        put(empty, file)
    recount(empty)

    as_counted = contents(counted.database, kommuner)
    assert len(as_counted) > 3000
    assert contents(empty.database, kommuner) == as_counted


# --- what is stale ------------------------------------------------------------------------------------------------


def test_nothing_is_stale_once_counted(counted: Workspace) -> None:
    assert waiting(counted) == set()


def test_a_corrected_year_makes_its_own_tables_stale_and_no_others(changed: Workspace, tmp_path: Path) -> None:
    later = [p for p in corrected(PLAN, tmp_path / "rattat") if "_2017_" in p.name]
    unlike = [p for p in later if "_insats_avidentifierad_" in p.name]

    put(changed, *unlike)  # the same content as before: nothing to count
    assert waiting(changed) == set()

    put(changed, *(p for p in later if p not in unlike))
    found = waiting(changed)
    # Some cases of 2017 stand in the next extract too, so both years may have changed; the other kommun's not.
    assert found == {(t, ELSEWHERE, y) for t in ("arenden", "insatser", "utfall") for y in (2017, 2018)}
    assert waiting(changed, years=[2018]) == {f for f in found if f[2] == 2018}
    assert waiting(changed, tables=["utfall"]) == {f for f in found if f[0] == "utfall"}
    assert waiting(changed, kommuner=[VASBY]) == set()

    with changed.database.begin() as conn:
        jobs = stale(conn, setup=SETUP, years=[2018], tables=["insatser"])
    count(changed.database, jobs, run_id="korning-2", code_version="test", setup=SETUP)
    assert waiting(changed) == found - {("insatser", ELSEWHERE, 2018)}


def test_a_contact_touches_only_the_table_and_year_that_count_it(changed: Workspace, tmp_path: Path) -> None:
    path = next(p for p in corrected(PLAN, tmp_path / "rattat") if "_aktualisering_2017_" in p.name)
    path.write_text(path.read_text("utf-8").replace(";skola;", ";vard;"), encoding="utf-8")
    put(changed, path)

    assert waiting(changed) == {("arenden", ELSEWHERE, 2017)}


def test_an_iop_report_touches_iop_only(changed: Workspace, tmp_path: Path) -> None:
    original = EXAMPLES / "iop_0114_2019.xlsx"
    path = tmp_path / original.name
    shutil.copy(original, path)
    with path.open("ab") as file:
        file.write(b"\0")  # the same workbook in other bytes, taken out a day later
    slip = original.with_name(original.name + SUFFIX).read_text("utf-8").replace("2020-01-31", "2020-02-01")
    path.with_name(path.name + SUFFIX).write_text(slip, encoding="utf-8")
    put(changed, path)

    assert waiting(changed) == {("iop", VASBY, 2019)}


def test_a_bra_file_touches_the_offences_of_its_kommun_only(changed: Workspace, tmp_path: Path) -> None:
    original = EXAMPLES / "bra_anmalda_brott_2582_2025.csv"
    slip = yaml.safe_load(original.with_name(original.name + SUFFIX).read_text("utf-8"))
    path = tmp_path / "bra_ale.csv"
    lines = [line for line in original.read_text("utf-8").splitlines() if ",2025," in line or "brott_id" in line]
    path.write_text("\n".join(lines).replace("Boden,2582", "Ale,1440"), encoding="utf-8")
    slip |= {"namnd": "1440", "period": "2025"}
    path.with_name(path.name + SUFFIX).write_text(yaml.safe_dump(slip, allow_unicode=True), encoding="utf-8")
    put(changed, path)

    assert waiting(changed) == {("anmalda_brott", "1440", 2025)}


def test_other_code_makes_everything_stale(counted: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    with counted.database.begin() as conn:
        everything = {tuple(r) for r in conn.execute(text("SELECT DISTINCT tabell, kommun, ar FROM tabell.cell"))}
    monkeypatch.setattr(counting, "code_digest", lambda: "another")

    assert {t for t, _, _ in everything} == set(FEW)
    assert waiting(counted) == everything


CASE = {"roll": "valdsutsatt_vuxen", "vuxen": "ja", "kon": "kvinna", "aldersgrupp": "26_40", "hederskontext": "nej"}
ANSWER = {"instrument": "uppfoljningsfragor", "uppgiftslamnare": "klient", "perspektiv": "utsatt"}


def case(number: str, start: str, end: str) -> dict[str, Any]:
    return {"arende_id": number, "person_id": "189001019802", **CASE, "startdatum": start, "slutdatum": end}


def measured(number: str, fas: str, day: str) -> dict[str, Any]:
    return {"arende_id": number, "fas": fas, "matdatum": day, **ANSWER, "trygghet": 3}


def varde(ws: Workspace, name: str, ar: int, matt: str, **where: str) -> Any:
    with ws.database.begin() as conn:
        rows = table(conn, name, "1440", ar)
    dimensions = {d.name: "totalt" for d in TABLES[name].dimensions} | {"period": str(ar)} | where
    (row,) = [r for r in rows if r["matt"] == matt and all(r[d] == v for d, v in dimensions.items())]
    return row["varde"]


def test_an_answer_after_new_year_is_counted_in_the_year_the_case_was_closed(empty: Workspace, tmp_path: Path) -> None:
    deliver_rows(empty, tmp_path / "1", "arende", "2017", [case("A-1", "2017-02-01", "2017-12-20")], "2018-01-02")
    deliver_rows(empty, tmp_path / "2", "matning", "2017", [measured("A-1", "fore", "2017-02-01")], "2018-01-02")
    recount(empty)
    assert varde(empty, "utfall", 2017, "antal_par", utfallsmatt="trygghet") == 0

    deliver_rows(empty, tmp_path / "3", "matning", "2018", [measured("A-1", "efter", "2018-02-01")], "2019-01-02")
    assert ("utfall", "1440", 2017) in waiting(empty)
    recount(empty)
    assert varde(empty, "utfall", 2017, "antal_par", utfallsmatt="trygghet") == 1


def test_a_case_that_a_later_extract_moves_leaves_its_old_year(empty: Workspace, tmp_path: Path) -> None:
    deliver_rows(
        empty,
        tmp_path / "1",
        "arende",
        "2017",
        [case("A-1", "2017-02-01", "2017-05-01"), case("A-2", "2017-03-01", "2017-04-01")],
        "2018-01-02",
    )
    recount(empty)
    assert varde(empty, "arenden", 2017, "antal_arenden") == 2

    deliver_rows(empty, tmp_path / "2", "arende", "2020", [case("A-1", "2020-02-01", "2020-05-01")], "2021-01-02")
    recount(empty)
    assert (varde(empty, "arenden", 2017, "antal_arenden"), varde(empty, "arenden", 2020, "antal_arenden")) == (1, 1)


def test_a_later_year_by_itself_leaves_the_earlier_ones_alone(empty: Workspace, tmp_path: Path) -> None:
    deliver_rows(empty, tmp_path / "1", "arende", "2017", [case("A-1", "2017-02-01", "2017-05-01")], "2018-01-02")
    recount(empty)
    deliver_rows(empty, tmp_path / "2", "arende", "2020", [case("A-2", "2020-02-01", "2020-05-01")], "2021-01-02")

    assert waiting(empty) == {("arenden", "1440", 2020), ("utfall", "1440", 2020)}


# --- where the numbers come from, and who may read them -----------------------------------------------------------


def test_each_version_names_its_run_and_the_deliveries_behind_it(counted: Workspace) -> None:
    with counted.database.begin() as conn:
        versions = conn.execute(text("SELECT * FROM revision.tabellversion")).mappings().all()
        behind = {
            tuple(r)
            for r in conn.execute(
                text(
                    "SELECT v.tabell, v.kommun, v.ar, l.tabell, l.namnd, l.period FROM revision.tabellindata i"
                    " JOIN revision.tabellversion v USING (version_id) JOIN mottagning.leverans l USING (leverans_id)"
                )
            )
        }
        cells = {
            tuple(r[:3]): r[3]
            for r in conn.execute(text("SELECT tabell, kommun, ar, count(*) FROM tabell.cell GROUP BY 1, 2, 3"))
        }

    assert {(v["tabell"], v["kommun"], v["ar"]): v["celler"] for v in versions} == cells
    assert {(v["korning_id"], v["kodversion"]) for v in versions} == {("korning-1", "test")}
    assert {b[3:] for b in behind if b[:3] == ("insatser", VASBY, 2019)} == {
        (t, VASBY, "2019") for t in ("arende", "insats")
    }
    assert {b[3:] for b in behind if b[:3] == ("anmalda_brott", BODEN, 2025)} == {
        ("bra_brott", BODEN, "2025-2026"),
        ("befolkning", "0000", "2019"),
    }
    assert {b[3:] for b in behind if b[:3] == ("iop", VASBY, 2019)} == {("iop_rapport", VASBY, "2019")}


def test_ledger_rows_sum_to_the_cell(counted: Workspace) -> None:
    """For every count the rows of the table that it counts add up to it; behind a zero there are none."""
    rows = text("""
        WITH h AS MATERIALIZED (SELECT version_id, ordning, leverans_id, rader FROM revision.harkomst_cell)
        SELECT c.tabell, c.matt, c.varde, l.tabell AS kalla, sum(h.rader) AS rader
        FROM tabell.cell c
        JOIN (SELECT DISTINCT ON (tabell, kommun, ar) * FROM revision.tabellversion
              ORDER BY tabell, kommun, ar, version_id DESC) v USING (tabell, kommun, ar)
        LEFT JOIN h ON h.version_id = v.version_id AND h.ordning = c.ordning
        LEFT JOIN mottagning.leverans l USING (leverans_id)
        WHERE c.status = 'visas' GROUP BY c.tabell, c.kommun, c.ar, c.ordning, c.matt, c.varde, l.tabell""")
    main = {
        (spec.name, m.name): fact.needs[0] for spec in FEW.values() for fact in spec.facts for m in fact.measures
        if m.how == "antal"
    }  # fmt: skip
    checked = Counter[str]()
    with counted.database.begin() as conn:
        for r in conn.execute(rows):
            kalla = main.get((r.tabell, r.matt))
            if kalla is None:
                continue
            assert r.kalla is not None or r.varde == 0, (r.tabell, r.matt)
            if r.kalla == kalla:
                assert r.rader == r.varde, (r.tabell, r.matt)
                checked[r.tabell] += 1

    assert {name for name, _ in main} - set(checked) <= {"lokala_variabler"} or checked["lokala_variabler"]
    assert sum(checked.values()) > 500


def test_a_table_as_known_on_a_day_is_the_one_that_was_counted_then(changed: Workspace, tmp_path: Path) -> None:
    names = ("arenden", "insatser", "utfall")
    with changed.database.begin() as conn:
        then = conn.execute(text("SELECT now()")).scalar_one()
        before = {name: read_table(conn, name, ELSEWHERE, 2017) for name in names}
    put(changed, *(p for p in corrected(PLAN, tmp_path / "rattat") if "_2017_" in p.name))
    recount(changed)
    with changed.database.begin() as conn:
        after = {name: read_table(conn, name, ELSEWHERE, 2017) for name in names}
        made = {name: counting.rebuilt(conn, Slice(name, ELSEWHERE, 2017), then) for name in names}
        assert counting.rebuilt(conn, Slice("arenden", ELSEWHERE, 2017), then - timedelta(days=1)) is None

    assert before != after
    for name, found in made.items():
        assert found is not None
        rows = [
            {k: v for k, v in row.items() if k != "kommun"}
            | {"varde": row["varde"] if row["status"] == "visas" else None}
            for row in found.cells.to_dict("records")
        ]
        assert (rows, list(found.notes)) == before[name]


def test_what_is_counted_again_is_byte_for_byte_a_full_build(
    changed: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(changed, *(p for p in corrected(PLAN, tmp_path / "rattat") if "_2017_" in p.name))
    assert recount(changed)
    narrow = contents(changed.database, [ELSEWHERE])

    monkeypatch.setattr(counting, "code_digest", lambda: "another")
    recount(changed)
    assert contents(changed.database, [ELSEWHERE]) == narrow


def test_a_table_that_leaves_the_plan_leaves_no_cells(changed: Workspace) -> None:
    fewer = counting.Setup(plan={name: spec for name, spec in FEW.items() if name != "iop"})
    with changed.database.begin() as conn:
        jobs = stale(conn, setup=fewer)
    assert {job.slice.tabell for job in jobs} == {"iop"}
    count(changed.database, jobs, run_id="korning-2", code_version="test", setup=fewer)

    with changed.database.begin() as conn:
        assert table(conn, "iop") == []
        assert stale(conn, setup=fewer) == []
        assert {job.slice.tabell for job in stale(conn, setup=SETUP)} == {
            "iop"
        }  # and back in the plan it is counted again


@pytest.mark.parametrize("name", list(FEW))
def test_the_sql_views_are_read_by_kvalitet_and_hold_the_cells(counted: Workspace, name: str) -> None:
    columns = TABLES[name].view_columns
    picked = ", ".join(("kommun", "ar", "period", *columns, "kon", "matt", "varde", "status"))
    unpacked = "".join(f"dimensioner ->> '{c}', " for c in columns)
    with counted.database.owner.begin() as conn:
        cells = conn.execute(
            text(
                f"SELECT kommun, ar, period, {unpacked}kon, matt, varde, status FROM tabell.cell WHERE tabell = :n"
                " ORDER BY kommun, ar, ordning"
            ),
            {"n": name},
        ).all()
        conn.execute(text("SET LOCAL ROLE kvinnofrid_kvalitet"))
        seen = conn.execute(text(f"SELECT {picked} FROM tabell.{name}")).all()

    assert seen
    assert [tuple(r) for r in seen] == [tuple(r) for r in cells]


# --- reported against counted ---------------------------------------------------------------------------------------


def test_reported_figures_are_compared_with_counted_ones(changed: Workspace, tmp_path: Path) -> None:
    def compared() -> dict[tuple[Any, ...], tuple[Any, ...]]:
        with changed.database.begin() as conn:
            assert VASBY not in {c.kommun for c in compare(conn, [ELSEWHERE, BODEN])}
            found = [c for c in compare(conn, [VASBY]) if c.tabell == "insatser"]
        return {(c.ar, c.dimensioner, c.kon): (c.rapporterat, c.raknat, c.equal) for c in found}

    audited = {
        (2019, "insatstyp=skyddat_boende", "kvinna"): (20, 20, True),
        (2019, "insatstyp=skyddat_boende", "man"): (1, 1, True),
        (2019, "insatstyp=stodsamtal", "kvinna"): (34, 34, True),
        (2019, "insatstyp=stodsamtal", "man"): (3, 3, True),
    }
    assert compared() == audited
    path = tmp_path / "fler.csv"
    path.write_text(
        "namnd,ar,tabell,dimensioner,kon,matt,varde,kalldokument\n"
        "0114,2019,insatser,,totalt,antal_insatser,60,Ett annat dokument\n"
        "0114,2019,insatser,insatstyp=stodsamtal,annat_okant,antal_insatser,2,Ett annat dokument\n"
        "0114,2015,insatser,,totalt,antal_insatser,5,Ett annat dokument\n",
        encoding="utf-8",
    )
    slip = {"kalla": "aggregat", "tabell": "aggregat", "namnd": VASBY, "avsandare": "En annan avsändare"}
    slip |= {"uttagsdatum": "2021-01-01", "omfang": "periodutdrag", "period": "2015-2019", "syntetisk": True}
    path.with_name(path.name + SUFFIX).write_text(yaml.safe_dump(slip, allow_unicode=True), encoding="utf-8")
    put(changed, path)

    assert compared() == audited | {
        (2019, "", "totalt"): (60, 58, False),
        (2019, "insatstyp=stodsamtal", "annat_okant"): (2, None, None),
        (2015, "", "totalt"): (5, None, None),
    }
    assert waiting(changed) == set()


# --- rules over what is stored --------------------------------------------------------------------------------------

# Each plants one exception to one rule; the database's own constraints do not stop it.
BROKEN = {
    "insats_har_arende": "UPDATE register.insats SET arende_id = repeat('f', 32) WHERE (leverans_id, rad) = "
    "(SELECT leverans_id, rad FROM register.insats_gallande WHERE namnd = '0114' ORDER BY rad LIMIT 1)",
    "barn_har_arende": "UPDATE register.barn SET arende_id = repeat('f', 32) WHERE (leverans_id, rad) = "
    "(SELECT leverans_id, rad FROM register.barn_gallande WHERE namnd = '0114' ORDER BY rad LIMIT 1)",
    "bedomning_har_arende": "UPDATE register.bedomning SET arende_id = repeat('f', 32) WHERE (leverans_id, rad) = "
    "(SELECT leverans_id, rad FROM register.bedomning_gallande WHERE namnd = '0114' ORDER BY rad LIMIT 1)",
    "matning_har_arende": "UPDATE register.matning SET arende_id = repeat('f', 32) WHERE (leverans_id, rad) = "
    "(SELECT leverans_id, rad FROM register.matning_gallande WHERE namnd = '0114' ORDER BY rad LIMIT 1)",
    "lokal_variabel_har_arende": "UPDATE register.lokal_variabel SET arende_id = repeat('f', 32) "
    "WHERE (leverans_id, rad) = "
    "(SELECT leverans_id, rad FROM register.lokal_variabel_gallande WHERE namnd = '0114' ORDER BY rad LIMIT 1)",
    "samma_kon_per_person": "UPDATE register.arende SET person_id = repeat('f', 32) WHERE (leverans_id, rad) IN "
    "(SELECT leverans_id, rad FROM (SELECT DISTINCT ON (kon) * FROM register.arende_gallande WHERE namnd = '0114') a)",
    "vuxen_stammer_med_alder": "UPDATE register.arende SET vuxen = 'nej', aldersgrupp = '26_40' "
    "WHERE (leverans_id, rad) = (SELECT leverans_id, rad FROM register.arende_gallande ORDER BY namnd, rad LIMIT 1)",
    "del_ryms_i_helhet": "UPDATE omvarld.bra_brott SET antal = 1000000 WHERE brott_id = 11086 AND period = '2025'",
    "kvinnor_och_man_ger_totalen": "UPDATE omvarld.befolkning SET antal = antal + 1 "
    "WHERE kommunkod = '0114' AND kon = 'man'",
    "aldrarna_ger_alla_aldrar": "INSERT INTO omvarld.befolkning (leverans_id, rad, kommunkod, ar, kon, alder, antal) "
    "SELECT leverans_id, rad, kommunkod, ar, kon, grupp, antal FROM omvarld.befolkning, "
    "(VALUES ('0_64'), ('65_plus')) g (grupp) WHERE kommunkod = '0114' AND kon = 'man'",
    "folkmangd_for_alla_kommuner": "DELETE FROM omvarld.befolkning WHERE kommunkod = '0114'",
}


@pytest.mark.parametrize("rule", CONSISTENCY, ids=lambda r: r.name)
def test_a_rule_holds_on_good_data_and_finds_what_breaks_it(counted: Workspace, rule: Any) -> None:
    with counted.database.owner.connect() as conn:
        before = rule.count(conn)
        changed_rows = conn.execute(text(BROKEN[rule.name])).rowcount
        after = rule.count(conn)
        conn.rollback()

    assert changed_rows > 0
    assert (before, after) == (0, 1)


@pytest.mark.parametrize(
    ("contract", "constraint", "planted"),
    [
        ("arende", "ck_arende_kon", "UPDATE register.arende SET kon = 'planterat'"),
        ("matning", "ck_matning_trygghet", "UPDATE register.matning SET trygghet = 9"),
        ("bra_brott", "ck_bra_brott_antal", "UPDATE omvarld.bra_brott SET antal = -1"),
    ],
)
def test_a_contract_check_counts_what_the_database_let_through(
    counted: Workspace, contract: str, constraint: str, planted: str
) -> None:
    contracts = [c for c in (*REGISTER, *CONTEXT) if c.table() == contract]
    (check,) = [c for c in contract_checks("ingenting", contracts) if c.name == f"kontrakt_{contract}"]
    schema = contracts[0].schema_name()
    with counted.database.owner.connect() as conn:
        before = check.count(conn)
        conn.execute(text(f"ALTER TABLE {schema}.{contract} DROP CONSTRAINT {constraint}"))
        conn.execute(
            text(
                f"{planted} WHERE (leverans_id, rad) IN (SELECT leverans_id, rad FROM {schema}.{contract}_gallande"
                " ORDER BY leverans_id, rad LIMIT 2)"
            )
        )
        after = check.count(conn)
        conn.rollback()

    assert (before, after, check.warning) == (0, 2, False)


@pytest.mark.parametrize(
    "planted",
    [
        "UPDATE tabell.cell SET varde = -1 WHERE tabell = 'insatser' AND kommun = '0114' AND kon = 'kvinna'"
        " AND period = '2019'"
        " AND matt = 'antal_avslag' AND dimensioner = '{\"insatstyp\": \"stodsamtal\"}'",
        "UPDATE tabell.cell SET varde = 1000 WHERE tabell = 'insatser' AND kommun = '0114' AND kon = 'man'"
        " AND period = '2019'"
        " AND matt = 'antal_insatser' AND dimensioner = '{\"insatstyp\": \"stodsamtal\"}'",
    ],
)
def test_a_part_larger_than_its_total_or_below_zero_is_found(counted: Workspace, planted: str) -> None:
    slices = [Slice("insatser", VASBY, 2019)]
    with counted.database.owner.connect() as conn:
        assert rules_for(conn, slices) == []
        assert conn.execute(text(planted)).rowcount == 1
        after = rules_for(conn, slices)
        assert rules_for(conn, []) == []
        conn.rollback()

    assert [o.rule.level for o in after].count("stopp") >= 1
    assert {o.slice for o in after} == set(slices)


def test_inputs_that_are_struck_out_and_a_changed_plan_are_found(counted: Workspace) -> None:
    with counted.database.owner.connect() as conn:
        assert (unnamed_inputs(conn), altered_plan(conn, planned())) == (0, 0)
        struck = conn.execute(
            text(
                "DELETE FROM revision.tabellindata WHERE (version_id, leverans_id) ="
                " (SELECT version_id, leverans_id FROM revision.harkomst_cell ORDER BY 1, 2 LIMIT 1)"
            )
        )
        assert (struck.rowcount, unnamed_inputs(conn)) == (1, 1)
        conn.execute(text("UPDATE tabell.kod SET etikett = 'Inte' WHERE tabell = 'vald' AND kod = 'fysiskt'"))
        conn.execute(text("DELETE FROM tabell.matt WHERE tabell = 'insatser' AND matt = 'antal_avslag'"))
        assert altered_plan(conn, planned()) == 3  # the old and the new row of the code, and the measure
        conn.rollback()
    with pytest.raises(WarehouseError), counted.database.begin() as conn:
        conn.execute(text("UPDATE tabell.plan SET titel = 'En annan'"))


def test_a_cell_changed_after_the_counting_is_found(changed: Workspace) -> None:
    with changed.database.owner.begin() as conn:
        assert cells.altered(conn) == []
        where = "tabell = 'insatser' AND varde = 34 AND kon = 'kvinna'"
        conn.execute(text(f"UPDATE tabell.cell SET varde = 43 WHERE {where}"))
        assert [(s.tabell, s.ar) for s in cells.altered(conn)] == [("insatser", 2019)]
