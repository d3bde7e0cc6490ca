"""A verksamhetssystem's extract through its mapping: `kvinnofrid mapping`, and all the way to the tables."""

import json
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from assets.receiving import receive
from assets.tables.counting import count, stale
from assets.workspace import Workspace
from pipelines.cli_mapping import app
from pipelines.exits import Exit
from quality.identity_columns import refused_columns
from sources.foljesedel import slip_path
from sources.mapping import load_mapping
from sources.synthetic import Plan, generate
from sources.synthetic.deliver import csv_parts
from tests.pipeline.helpers import case, pnr, query, table_text
from warehouse.contracts.errors import UserError

EXAMPLES = Path(__file__).parents[2] / "examples"
MAPPINGS = {p.stem: p for p in (EXAMPLES / "mappningar").glob("*.yaml")}
STRANDBY = EXAMPLES / "utdrag" / "PAHITTAD_strandby_beslut_2019.xlsx"
INVENTED = generate(Plan("0580", (2024,), 12, seed=3, omfang="helbild"))
GRANBY = EXAMPLES / "utdrag" / "PAHITTAD_granby_arenden_2019.csv"


def run(*words: object) -> Result:
    return CliRunner().invoke(app, [str(w) for w in words])


def checked(*words: object) -> dict:
    done = run("check", *words, "--json")
    return json.loads(done.output) | {"kod": done.exit_code}


# ---- all the way ----------------------------------------------------------------------------------------------------


def test_local_variables_travel_all_the_way_to_a_table(make_workspace: Callable[..., Workspace]) -> None:
    ws = make_workspace(today=date(2020, 2, 1), mappings=MAPPINGS)
    for path in (STRANDBY, slip_path(STRANDBY)):
        shutil.copy(path, ws.inbox / path.name)
    got = receive(ws)
    assert got.stuck == []
    assert [(r.tabell, r.status, r.rader_godkanda) for r in got.results] == [
        ("arende", "godkand", 6), ("insats", "godkand", 7), ("lokal_variabel", "godkand", 5),
        ("lokal_deklaration", "godkand", 6),
    ]  # fmt: skip
    with ws.database.begin() as conn:
        jobs = stale(conn, tables=["lokala_variabler"], years={2019})
    count(ws.database, jobs, run_id="prov", code_version="prov")
    rows = query(ws, "SELECT variabel, svar, kon, varde FROM tabell.lokala_variabler WHERE ar = 2019 AND varde > 0")
    # Counted by eye in the workbook: six cases, one man's among those with an answer, and one neither's.
    assert {r[:3]: int(r[3]) for r in rows} == {
        ("boendeform", "eget", "kvinna"): 2, ("boendeform", "eget", "totalt"): 2,
        ("boendeform", "andra_hand", "man"): 1, ("boendeform", "andra_hand", "totalt"): 1,
        ("boendeform", "hos_annan", "kvinna"): 1, ("boendeform", "hos_annan", "totalt"): 1,
        ("boendeform", "totalt", "kvinna"): 3, ("boendeform", "totalt", "man"): 1,
        ("boendeform", "totalt", "totalt"): 4,
        ("sokt_stod", "samtal", "kvinna"): 1, ("sokt_stod", "samtal", "man"): 1, ("sokt_stod", "samtal", "totalt"): 2,
        ("sokt_stod", "boende", "kvinna"): 1, ("sokt_stod", "boende", "man"): 1, ("sokt_stod", "boende", "totalt"): 2,
        ("sokt_stod", "juridik", "kvinna"): 1, ("sokt_stod", "juridik", "annat_okant"): 1,
        ("sokt_stod", "juridik", "totalt"): 2,
        ("sokt_stod", "totalt", "kvinna"): 2, ("sokt_stod", "totalt", "man"): 1,
        ("sokt_stod", "totalt", "annat_okant"): 1, ("sokt_stod", "totalt", "totalt"): 4,
    }  # fmt: skip


# ---- mapping check --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("mapping", "delivery"), [("strandby", STRANDBY), ("granby", GRANBY)])
def test_a_good_mapping_and_delivery_pass(mapping: str, delivery: Path) -> None:
    found = checked(MAPPINGS[mapping], "--against", delivery)
    assert (found["kod"], found["gar_bra"], found["fel"], found["okanda_kolumner"]) == (Exit.OK, True, [], [])
    assert found["tabeller"][0]["rader_lasta"] == found["tabeller"][0]["rader_godkanda"] == 6
    assert found["tabeller"][0]["kolumner"]["funna"]["person_id"] == "B"
    done = run("check", MAPPINGS[mapping], "--against", delivery)
    assert done.exit_code == Exit.OK
    assert "Allt skulle läsas in." in done.output


def test_a_mapping_alone_is_checked() -> None:
    done = run("check", MAPPINGS["strandby"])
    assert done.exit_code == Exit.OK
    assert "strandby 1 går att använda" in done.output
    assert checked(MAPPINGS["strandby"])["lokala"] == ["boendeform", "sokt_stod"]


def test_what_is_wrong_is_told_by_table_column_and_place(tmp_path: Path) -> None:
    mapping = tmp_path / "m.yaml"
    mapping.write_text(
        "namn: m\nversion: 1\nfiler:\n  '*.csv': {tabeller: [arende]}\nlokala:\n  bo:\n    titel: Boende\n"
        "    kolumn: Bo\n    koder: {'1': eget}\n    etiketter: {eget: Eget}\n"
    )
    rows = [
        case(1, kon="X1", Bo="1", Annat="a"), case(2, kon="X2", Bo="7"),
        case(3, kon="X1", Bo="8", startdatum="2019-02-30"),
        case(4, Bo="7", person_id="199001019999"), case(5, Bo=""), case(6, enhet=pnr()),
    ]  # fmt: skip
    delivery = tmp_path / "uttag.csv"
    delivery.write_text(table_text(rows), encoding="utf-8")
    found = checked(mapping, "--against", delivery)
    assert (found["kod"], found["gar_bra"]) == (Exit.MEND, False)
    arende, local = found["tabeller"]
    assert (arende["rader_lasta"], arende["rader_godkanda"]) == (6, 1)
    assert arende["otolkade"] == {"kon": 2}
    assert local["otolkade"] == {"lokal:bo": 2}
    faults = {(f["regel"], f["kolumn"]): (f["antal"], f["platser"]) for f in arende["fel"]}
    assert faults["okand_kod", "kon"] == (3, ["rad 2, kolumn E", "rad 3, kolumn E", "rad 4, kolumn E"])
    assert faults["datum_format", "startdatum"] == (1, ["rad 4, kolumn G"])
    assert faults["identitet_i_fel_kolumn", "enhet"][0] == 1
    assert [(f["regel"], f["kolumn"], f["antal"]) for f in local["fel"]] == [("okand_lokal_kod", "lokal:bo", 3)]
    assert "Svar som finns: Eget." in local["fel"][0]["gor_sa_har"]
    assert found["okanda_kolumner"] == ["J"]
    text = run("check", mapping, "--against", delivery).output
    assert not [v for v in ("X1", "X2", "199001019999", pnr(), "2019-02-30", "Annat") if v in text + json.dumps(found)]
    assert "Utan översättning i kon (kolumn E): 2 olika koder" in text


def test_only_the_first_places_of_many_are_told(tmp_path: Path) -> None:
    delivery = tmp_path / "uttag.csv"
    delivery.write_text(table_text([case(n, kon=f"K{n}") for n in range(1, 41)]), encoding="utf-8")
    mapping = tmp_path / "m.yaml"
    mapping.write_text("namn: m\nversion: 1\n")
    (table,) = checked(mapping, "--against", delivery, "--tabell", "arende")["tabeller"]
    assert (table["fel"][0]["antal"], len(table["fel"][0]["platser"]), table["otolkade"]) == (40, 5, {"kon": 40})


def test_what_refuses_the_whole_file_names_the_missing_columns(tmp_path: Path) -> None:
    delivery = tmp_path / "arenden.csv"
    delivery.write_text("Dossiernummer;Personnummer\n1;2\n", encoding="cp1252")
    found = checked(MAPPINGS["granby"], "--against", delivery, "--tabell", "arende")
    assert found["kod"] == Exit.MEND
    assert {f["kolumn"] for f in found["fel"]} >= {"roll", "kon", "startdatum"}
    assert set(found["tabeller"][0]["kolumner"]["behovs"]) >= {"roll", "kon", "startdatum"}
    assert found["tabeller"][0]["kolumner"]["funna"] == {"arende_id": "A", "person_id": "B"}


@pytest.mark.parametrize(
    ("name", "content", "rule"),
    [
        ("annat.csv", b"a;b\n1;2\n", "mappning_okand_fil"),
        ("x_granby_arenden_1.csv", b"", "tom_fil"),
        ("x_granby_arenden_1.csv", b"PK\x03\x04", "filformat"),
        ("x_granby_arenden_1.csv", b"PASTA\r\nDossiernummer\r\n", "bara_rubriker"),
    ],
)
def test_a_file_that_cannot_be_read_is_told(tmp_path: Path, name: str, content: bytes, rule: str) -> None:
    (tmp_path / name).write_bytes(content)
    found = checked(MAPPINGS["granby"], "--against", tmp_path / name)
    assert (found["kod"], [f["regel"] for f in found["fel"]]) == (Exit.MEND, [rule])
    assert "Filen skulle avvisas" in run("check", MAPPINGS["granby"], "--against", tmp_path / name).output


@pytest.mark.parametrize("words", [("finns_inte.yaml",), (STRANDBY,), (GRANBY,)])
def test_what_is_no_mapping_is_a_users_error(words: tuple[object, ...]) -> None:
    assert isinstance(run("check", *words).exception, UserError)


def test_a_header_of_what_may_not_be_collected_refuses_the_table(tmp_path: Path) -> None:
    delivery = tmp_path / "uttag.csv"
    delivery.write_text(table_text([case(1, Efternamn="x")]), encoding="utf-8")
    mapping = tmp_path / "m.yaml"
    mapping.write_text("namn: m\nversion: 1\n")
    (table,) = checked(mapping, "--against", delivery, "--tabell", "arende")["tabeller"]
    assert (table["rader_godkanda"], [f["regel"] for f in table["fel"]]) == (0, ["far_inte_samlas_in"])


def test_a_form_of_its_own_is_checked_with_the_mappings_local_variables(tmp_path: Path) -> None:
    mapping = tmp_path / "m.yaml"
    mapping.write_text(
        "namn: m\nversion: 1\nlokala:\n  bo:\n    titel: Boende\n    kolumn: Bo\n    koder: {'1': eget}\n"
        "    etiketter: {eget: Eget}\n"
    )
    delivery = tmp_path / "blad.csv"
    delivery.write_text(table_text([case(1, Bo="1"), case(2, Bo="Planterad")]), encoding="utf-8")
    found = checked(mapping, "--against", delivery, "--tabell", "arendeblad")
    local = next(t for t in found["tabeller"] if t["tabell"] == "lokal_variabel")
    assert [(f["regel"], f["kolumn"], f["antal"]) for f in local["fel"]] == [("okand_lokal_kod", "lokal:bo", 1)]
    assert "Planterad" not in run("check", mapping, "--against", delivery, "--tabell", "arendeblad").output


@pytest.mark.parametrize("tabell", ["finns_inte", "utdrag"])
def test_a_table_that_is_not_there_is_told(tabell: str) -> None:
    found = checked(MAPPINGS["exempelkommun"], "--against", GRANBY, "--tabell", tabell)
    assert found["kod"] == Exit.MEND
    assert found["fel"][0]["regel"] in {"foljesedel_fel", "mappning_okand_fil"}


# ---- mapping suggest ------------------------------------------------------------------------------------------------


def test_a_suggestion_can_be_used_and_finds_the_columns(tmp_path: Path) -> None:
    out = tmp_path / "forslag.yaml"
    assert run("suggest", GRANBY, "-o", out).exit_code == Exit.OK
    mapping = load_mapping(out, refused=refused_columns)
    wanted = load_mapping(MAPPINGS["granby"], refused=refused_columns)
    found = mapping.for_table("arende").kolumner
    assert {**found, "arende_id": "Dossiernummer"} == {**wanted.for_table("arende").kolumner}
    assert (mapping.encoding, mapping.separator, mapping.tomma) == ("cp1252", ";", frozenset({"NULL"}))
    assert mapping.filer[0].rubrikrad == 2
    again = run("suggest", GRANBY, "-o", out)
    assert isinstance(again.exception, UserError)


def test_a_workbook_of_several_tables_is_understood() -> None:
    text = run("suggest", STRANDBY).output
    mapping = load_mapping(text, refused=refused_columns)
    assert mapping.filer[0].tabeller == ("arende", "insats")
    assert mapping.filer[0].rubrikrad == 4
    assert mapping.datumformat == "excel"
    assert mapping.tabeller["arende"].upprepas is True
    assert mapping.tabeller["insats"].kolumner["arende_id"] == "AktId"


@pytest.mark.parametrize("table", [t for t, frame in INVENTED.items() if not frame.empty])
def test_an_extract_in_the_formats_own_words_is_understood_whole(tmp_path: Path, table: str) -> None:
    delivery = tmp_path / "uttag.csv"
    delivery.write_bytes(b"".join(csv_parts(INVENTED[table])))
    text = run("suggest", delivery).output
    mapping = load_mapping(text, refused=refused_columns)
    assert mapping.filer[0].tabeller == (table,)
    assert mapping.tabeller[table].kolumner == {name: name for name in INVENTED[table]}
    assert "behövs" not in text
    (tmp_path / "m.yaml").write_text(text, encoding="utf-8")
    assert checked(tmp_path / "m.yaml", "--against", delivery)["tabeller"][0]["rader_lasta"] == len(INVENTED[table])


def test_codes_are_guessed_shown_and_left(tmp_path: Path) -> None:
    words = ["FYS", "Slag", "Hemligstad", "Fysiskt våld"]
    rows = [case(n, valdstyp=words[n % 4], enhet="enhet_1") for n in range(1, 25)]
    delivery = tmp_path / "uttag.csv"
    delivery.write_text(table_text(rows).replace("valdstyp", "Typ av våld", 1), encoding="utf-8")
    text = run("suggest", delivery).output
    assert '"FYS": fysiskt   # gissat' in text
    assert '# "Slag": ""   # fyll i' in text
    assert "# 1 kod till visas inte här" in text
    assert "Hemligstad" not in text
    assert load_mapping(text, refused=refused_columns).for_table("arende").koder == {"valdstyp": {"FYS": "fysiskt"}}


def test_shapes_are_told_by_letter(tmp_path: Path) -> None:
    rows = [
        case(n, **{"Qwx": "12/3/2019", "Zxy": str(n), "Efternamn": "x", "Vvv": f"{n} åäö ord"}) for n in range(1, 8)
    ]
    delivery = tmp_path / "uttag.csv"
    delivery.write_text(table_text(rows), encoding="utf-8")
    text = run("suggest", delivery).output
    assert "# kolumn I: ser ut som datum" in text
    assert "# kolumn J: ser ut som tal" in text
    assert "# kolumn K: får inte samlas in (namn)" in text
    assert "# kolumn L: ser ut som ett id eller fritext" in text
    assert not [h for h in ("Qwx", "Zxy", "Efternamn", "Vvv") if h in text]


@pytest.mark.parametrize("content", [b"", b"a;b;c\n1;2;3\n", b"Anna;189001019802;kvinna\nEva;1;man\n", b"PK\x03\x04"])
def test_without_headers_nothing_is_suggested(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x.csv").write_bytes(content)
    done = run("suggest", tmp_path / "x.csv")
    assert isinstance(done.exception, UserError)
    assert "Anna" not in done.output + str(done.exception)
