"""Extracts of a verksamhetssystem through a mapping: files by name, several tables a row, local variables."""

import io
from collections.abc import Sequence
from typing import Any

import pandas as pd
import pytest
import xlsxwriter

from quality.identity_columns import refused_columns
from sources.base import Part, Unreadable
from sources.mapping import Mapping, fill, load_mapping, local_parts, meanings
from sources.readers import read_csv
from sources.recognition import MAPPED, recognise
from sources.registry import SOURCES
from warehouse.contracts.delivery import Fault
from warehouse.contracts.errors import UserError
from warehouse.contracts.faults import RULES, explain
from warehouse.contracts.register import Arende

PERSON = "189001019802"  # Skatteverket's test series
SLIP = {"kalla": "verksamhetssystem", "mappning": "m"}
MAPPING = """
namn: prov
version: 1
tomma: ["-"]
kolumner: {arende_id: Ärendenr}
koder: {kon: {"1": kvinna, "2": man}}
filer:
  "beslut_*.csv": {tabeller: [arende, insats], hoppa_over: 2}
  "beslut_*.xlsx": {tabeller: [arende, insats], blad: Uttag, rubrikrad: 3}
  "arenden.csv": {tabeller: [arende], separator: ",", encoding: windows-1252}
tabeller:
  arende:
    upprepas: ja
    kolumner: {person_id: Pnr, roll: Roll, startdatum: Start, slutdatum: Slut}
    standardvarden: {vuxen: ja, hederskontext: nej}
  insats:
    kolumner: {insats_id: Beslutsnr, insatstyp: Insats, slutdatum: Insats slut}
lokala:
  boende:
    titel: Hur personen bor
    kolumn: Boende
    koder: {"1": eget, "2": hos_annan}
    etiketter: {eget: Eget boende, hos_annan: Bor hos någon annan}
  stod:
    titel: Vad personen bett om
    kolumn: Bett om
    flera: ja
    koder: {S: samtal, "B, akut": boende}
    etiketter: {samtal: Samtal, boende: Boende}
"""
HEADERS = ["Ärendenr", "Pnr", "Roll", "Start", "Slut", "Kön", "Beslutsnr", "Insats", "Beslut", "Beslutsdatum",
           "Insats slut", "Boende", "Bett om"]  # fmt: skip


def mapping(text: str = MAPPING) -> Mapping:
    return load_mapping(text, refused=refused_columns)


def row(**changes: str) -> list[str]:
    """One faultless row: a case with one decision."""
    values = dict(
        zip(
            HEADERS,
            ["A1", PERSON, "Våldsutsatt vuxen", "2019-01-07", "-", "1", "B1", "stodsamtal", "bifall", "20190201", "",
             "1", "S"],
            strict=True,
        )
    )  # fmt: skip
    return list((values | {k.replace("_", " "): v for k, v in changes.items()}).values())


def csv_of(rows: Sequence[Sequence[str]], *, headers: Sequence[str] = HEADERS, before: int = 2) -> bytes:
    lines = [";".join(f'"{v}"' for v in r) for r in (headers, *rows)]
    return "\n".join(["Uttag ur systemet"] * before + lines).encode()


def read(content: bytes, name: str = "beslut_2019.csv", yaml: str = MAPPING, **slip: Any) -> dict[str, Part]:
    source = recognise(content, name, SOURCES, SLIP | slip)
    parts = source.read(content, SLIP | slip | {"_mapping": mapping(yaml), "_fil": name}).parts
    assert len({p.tabell for p in parts}) == len(parts)
    return {p.tabell: p for p in parts}


def records(part: Part) -> list[dict[str, str]]:
    return [{str(k): v for k, v in r.items() if isinstance(v, str)} for r in part.table.frame.to_dict(orient="records")]


def refusal(content: bytes, name: str = "beslut_2019.csv", yaml: str = MAPPING, **slip: Any) -> tuple[Fault, ...]:
    with pytest.raises(Unreadable) as error:
        read(content, name, yaml, **slip)
    return error.value.faults


# ---- what is wrong with a mapping -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "line", "part"),
    [
        ("[arende, insats], hoppa_over", "[arnde], hoppa_over", 8, "menades arende?"),
        ("{tabeller: [arende, insats], hoppa_over: 2}", "{hoppa_over: 2}", 8, "tabeller behövs"),
        ("hoppa_over: 2", "hoppa: 2", 8, "menades hoppa_over?"),
        ("hoppa_over: 2", "hoppa_over: två", 8, "heltal från 0 till 1000"),
        ("rubrikrad: 3", "rubrikrad: 0", 9, "heltal från 1 till 1000"),
        ("rubrikrad: 3", "rubrikrad: 3, hoppa_over: 2", 9, "inte båda"),
        ("rubrikrad: 3", "separator: ';'", 9, "bara textfiler"),
        ("hoppa_over: 2", "blad: Uttag", 8, "bara Excel"),
        ("windows-1252", "ebcdic", 10, "windows-1252"),
        ('"arenden.csv"', '"mapp/arenden.csv"', 10, "filnamn utan mapp"),
        ("upprepas: ja", "upprepas: kanske", 13, "ja eller nej"),
        ("  boende:", "  Boende:", 19, "små bokstäver"),
        ("titel: Hur personen bor", "titel: Personens religion", 20, "får inte samlas in (religion)"),
        ("kolumn: Boende", "kolumn: Diagnoskod", 21, "får inte samlas in (diagnos)"),
        ("  boende:", "  etnicitet:", 19, "får inte samlas in (etnicitet)"),
        ('    koder: {"1": eget, "2": hos_annan}\n', "", 19, "fritext samlas inte in"),
        ('koder: {"1": eget, "2": hos_annan}', "koder: {}", 22, "fritext samlas inte in"),
        ('"2": hos_annan', '"": hos_annan', 22, "uteblivet svar"),
        ('"2": hos_annan', '"2": Hos annan', 22, "små bokstäver"),
        ("{eget: Eget boende, ", "{", 23, "varje kod behöver en etikett"),
        ("{eget: Eget boende, ", "{egt: x, eget: Eget boende, ", 23, "menades eget?"),
        ("Eget boende", f"Eget {PERSON}", 23, "för många siffror"),
        ("Eget boende", "Eget; boende", 23, "har ; eller @"),
        ("kolumn: Bett om", "kolumn: boende", 18, "flera lokala variabler"),
        ("kolumn: Boende", "kolumn: Roll", 18, "används redan"),
        ("    flera: ja\n", "    flera: många\n", 27, "ja eller nej"),
        ("    flera: ja\n", "    tabell: insats\n", 27, "tabellen arende"),
    ],
)
def test_a_wrong_mapping_names_the_line(old: str, new: str, line: int, part: str) -> None:
    assert MAPPING.count(old) == 1
    with pytest.raises(UserError) as error:
        mapping(MAPPING.replace(old, new))
    said = [text for text in str(error.value).splitlines() if f"rad {line}: " in text]
    assert [text for text in said if part in text], str(error.value)
    assert PERSON not in str(error.value)


def test_too_many_codes_are_text() -> None:
    codes = ", ".join(f'"{i}": k{i}' for i in range(51))
    labels = ", ".join(f"k{i}: Svar" for i in range(51))
    yaml = MAPPING.replace('{"1": eget, "2": hos_annan}', f"{{{codes}}}")
    with pytest.raises(UserError, match="högst 50 koder"):
        mapping(yaml.replace("{eget: Eget boende, hos_annan: Bor hos någon annan}", f"{{{labels}}}"))


# ---- what is wrong with a delivery ----------------------------------------------------------------------------------


def without(*names: str) -> bytes:
    keep = [i for i, name in enumerate(HEADERS) if name not in names]
    return csv_of([[row()[i] for i in keep]], headers=[HEADERS[i] for i in keep])


@pytest.mark.parametrize(
    ("content", "name", "faults"),
    [
        (csv_of([row()]), "uttag.csv", [Fault("mappning_okand_fil", kolumn="mappning")]),
        (without("Roll"), "beslut_1.csv", [Fault("saknad_kolumn", kolumn="roll", tabell="arende")]),
        (
            without("Beslut", "Kön", "Boende"),
            "beslut_1.csv",
            [
                Fault("saknad_kolumn", kolumn="kon", tabell="arende"),
                Fault("saknad_kolumn", kolumn="beslut", tabell="insats"),
                Fault("saknad_kolumn", kolumn="lokal:boende"),
            ],
        ),
        (without("Insats slut"), "beslut_1.csv", [Fault("saknad_kolumn", kolumn="slutdatum", tabell="insats")]),
        (without("Ärendenr"), "beslut_1.csv", None),
        (csv_of([row()], before=0), "beslut_1.csv", None),
        (csv_of([]), "beslut_1.csv", [Fault("bara_rubriker")]),
        (b"Uttag\n", "beslut_1.csv", [Fault("tom_fil")]),
        (csv_of([row()])[:-4], "beslut_1.csv", [Fault("avkortad_fil")]),
        (b"\xff" * 40, "beslut_1.csv", None),
        (b"", "beslut_1.xlsx", [Fault("tom_fil")]),
        (csv_of([row()]), "beslut_1.xlsx", [Fault("filformat")]),
        (csv_of([[*row(), "man"]], headers=[*HEADERS, "kon"]), "beslut_1.csv",
         [Fault("dubbel_kolumn", kolumn="kolumn N", tabell="arende")]),
        (csv_of([row()], before=0), "arenden.csv", None),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_read_is_refused_with_place_and_remedy(
    content: bytes, name: str, faults: list[Fault] | None
) -> None:
    found = refusal(content, name)
    assert found
    if faults is not None:
        assert list(found) == faults
    for fault in found:
        assert RULES[fault.regel].hel
        assert all(explain(fault.regel, fault.kolumn))


def test_a_workbook_without_the_sheet_is_refused() -> None:
    content = io.BytesIO()
    with xlsxwriter.Workbook(content) as book:
        book.add_worksheet("Blad1").write(0, 0, "Ärendenr")
    assert refusal(content.getvalue(), "beslut_1.xlsx") == (Fault("bladet_saknas", blad="Uttag"),)


def test_a_mapping_without_files_cannot_say_what_a_file_holds() -> None:
    yaml = "namn: a\nversion: 1\ntabeller:\n  arende: {}\n  insats: {}\n"
    assert refusal(csv_of([row()]), yaml=yaml) == (Fault("mappning_okand_fil", kolumn="mappning"),)


def test_rows_of_one_record_that_disagree_are_faults_at_the_later_row() -> None:
    rows = [row(), row(Beslutsnr="B2"), row(Beslutsnr="B3", Kön="2", Slut="2019-05-01"), row(Beslutsnr="B4")]
    parts = read(csv_of(rows))
    assert [r["kon"] for r in records(parts["arende"])] == ["kvinna"]
    assert parts["arende"].table.faults == (
        Fault("upprepas_olika", 6, "kon", None, "arende", "F"),
        Fault("upprepas_olika", 6, "slutdatum", None, "arende", "E"),
    )
    assert parts["insats"].table.rows.tolist() == [4, 5, 6, 7]
    assert parts["insats"].table.faults == ()


def test_without_upprepas_every_row_is_a_record() -> None:
    parts = read(csv_of([row(), row(Beslutsnr="B2")]), yaml=MAPPING.replace("    upprepas: ja\n", ""))
    assert parts["arende"].table.rows.tolist() == [4, 5]


@pytest.mark.parametrize(("column", "letter"), [("Boende", "L"), ("Bett om", "M")])
def test_a_local_code_that_is_not_declared_is_a_fault_at_its_cell(column: str, letter: str) -> None:
    parts = read(csv_of([row(), row(Ärendenr="A2", **{column.replace(" ", "_"): "9"})]))
    name = "lokal:boende" if column == "Boende" else "lokal:stod"
    assert parts["lokal_variabel"].table.faults == (
        Fault("okand_lokal_kod", 5, name, None, "lokal_variabel", letter),
    )  # fmt: skip
    assert {r["arende_id"] for r in records(parts["lokal_variabel"]) if name.endswith(r["variabel"])} == {"A1"}
    fel, remedy = explain("okand_lokal_kod", name, meanings(mapping())[name])
    assert name in fel
    assert ("Eget boende, Bor hos någon annan" if column == "Boende" else "Samtal, Boende") in remedy


def test_several_answers_where_one_is_meant_are_a_fault() -> None:
    faults = read(csv_of([row(Boende="1;2")]))["lokal_variabel"].table.faults
    assert [(f.regel, f.rad, f.kolumn) for f in faults] == [("okand_lokal_kod", 4, "lokal:boende")]


def test_local_answers_of_one_case_that_disagree_are_a_fault() -> None:
    rows = [row(), row(Beslutsnr="B2", Boende="2"), row(Beslutsnr="B3", Bett_om="S,S")]
    part = read(csv_of(rows))["lokal_variabel"]
    assert part.table.faults == (Fault("upprepas_olika", 5, "lokal:boende", None, "lokal_variabel", "L"),)
    assert [(r["variabel"], r["varde"]) for r in records(part)] == [("boende", "eget"), ("stod", "samtal")]


def test_nothing_is_repeated_of_what_stood_in_the_file() -> None:
    rows = [row(), row(Boende="Planterad", Kön="2"), row(Ärendenr="A2", Boende=PERSON)]
    for part in read(csv_of(rows, headers=[*HEADERS[:-1], "Bett om"])).values():
        said = repr((part.table.faults, part.warnings))
        assert "Planterad" not in said and PERSON not in said


# ---- what is right --------------------------------------------------------------------------------------------------


def test_one_row_a_decision_fills_case_decision_and_local_answers() -> None:
    rows = [
        row(Bett_om="B, akut"),
        row(Beslutsnr="B2", Insats="Skyddat boende", Bett_om="b akut"),
        row(Ärendenr="A2", Beslutsnr="-", Insats="", Beslut="-", Beslutsdatum="", Boende="-", Bett_om="S|B, akut"),
    ]
    parts = read(csv_of(rows))
    assert list(parts) == ["arende", "insats", "lokal_variabel", "lokal_deklaration"]
    assert parts["arende"].table.rows.tolist() == [4, 6]
    assert [(r["insats_id"], r["arende_id"], r["insatstyp"]) for r in records(parts["insats"])] == [
        ("B1", "A1", "stodsamtal"),
        ("B2", "A1", "skyddat_boende"),
    ]
    assert parts["insats"].table.rows.tolist() == [4, 5]
    local = parts["lokal_variabel"].table
    assert [tuple(r.values()) for r in records(parts["lokal_variabel"])] == [
        ("A1", "boende", "eget"),
        ("A1", "stod", "boende"),
    ]
    assert local.rows.tolist() == [4, 4]
    assert [local.letter(i, "varde") for i in range(2)] == ["L", "M"]
    # The third row's list holds a part that no declared code is: "B, akut" has the list's own comma in it.
    assert local.faults == (Fault("okand_lokal_kod", 6, "lokal:stod", None, "lokal_variabel", "M"),)
    assert all(p.warnings == () for p in parts.values())


def test_all_declared_codes_travel_with_their_meaning() -> None:
    assert [tuple(r.values()) for r in records(read(csv_of([row()]))["lokal_deklaration"])] == [
        ("boende", "Hur personen bor", "eget", "Eget boende"),
        ("boende", "Hur personen bor", "hos_annan", "Bor hos någon annan"),
        ("stod", "Vad personen bett om", "samtal", "Samtal"),
        ("stod", "Vad personen bett om", "boende", "Boende"),
    ]


def test_a_workbook_has_its_own_sheet_and_header_row() -> None:
    content = io.BytesIO()
    with xlsxwriter.Workbook(content) as book:
        book.add_worksheet("Försättsblad").write(0, 0, "Uttag")
        sheet = book.add_worksheet("Uttag")
        for number, values in enumerate([HEADERS, row(), row(Kön="2", Beslutsnr="B2")], start=2):
            for place, value in enumerate(values):
                sheet.write(number, place, value)
    parts = read(content.getvalue(), "BESLUT_2019.XLSX")
    assert parts["arende"].table.rows.tolist() == [4]
    assert parts["arende"].table.faults == (Fault("upprepas_olika", 5, "kon", "Uttag", "arende", "F"),)


def test_a_file_of_its_own_encoding_and_separator() -> None:
    names = ["Ärendenr", "Pnr", "Roll", "Start", "Slut", "Kön", "Boende", "Bett om"]
    content = ("\n".join([",".join(names), f"Å1,{PERSON},Våldsutövare,2019-01-07,,2,2,"])).encode("cp1252")
    parts = read(content, "Arenden.csv")
    assert list(parts) == ["arende", "lokal_variabel", "lokal_deklaration"]
    assert records(parts["arende"])[0]["arende_id"] == "Å1"
    assert [tuple(r.values()) for r in records(parts["lokal_variabel"])] == [("Å1", "boende", "hos_annan")]


def test_one_tables_column_is_not_taken_for_anothers() -> None:
    """Without its own Slut the case has no end: the decision's end is not the case's."""
    yaml = MAPPING.replace(", slutdatum: Slut}", "}").replace("slutdatum: Insats slut", "slutdatum: slutdatum")
    headers = [{"Insats slut": "slutdatum"}.get(h, h) for h in HEADERS if h != "Slut"]
    values = [v for h, v in zip(HEADERS, row(Insats_slut="2019-06-01"), strict=True) if h != "Slut"]
    parts = read(csv_of([values], headers=headers), yaml=yaml)
    assert "slutdatum" not in parts["arende"].table.frame
    assert records(parts["insats"])[0]["slutdatum"] == "2019-06-01"


def test_a_column_that_nothing_reads_is_told_once_and_stays_for_the_identity_step() -> None:
    parts = read(csv_of([[*row(), "x"], [*row(Beslutsnr="B2"), "y"]], headers=[*HEADERS, "Planterad rubrik"]))
    assert parts["insats"].warnings == (Fault("okand_kolumn", kolumn="kolumn N"),)
    assert parts["arende"].warnings == ()
    assert parts["insats"].table.frame["Planterad rubrik"].tolist() == ["x", "y"]


def test_lines_with_the_wrong_number_of_fields_are_told_once_at_their_own_row() -> None:
    content = csv_of([row()]) + b'\n"A2";"x"\n'
    parts = read(content)
    assert [f for p in parts.values() for f in p.table.faults] == [Fault("fel_antal_falt", rad=5)]


def test_an_extract_of_nothing_is_taken_when_the_slip_says_so() -> None:
    parts = read(csv_of([]), tom=True)
    assert {name: len(p.table.frame) for name, p in parts.items()} == {
        "arende": 0, "insats": 0, "lokal_variabel": 0, "lokal_deklaration": 4,
    }  # fmt: skip


def test_a_stated_table_is_read_alone_with_what_the_mapping_says_of_the_file() -> None:
    parts = read(csv_of([row(), row(Beslutsnr="B2")]), tabell="insats")
    assert list(parts) == ["insats"]
    assert parts["insats"].table.rows.tolist() == [4, 5]


def test_a_mapping_of_one_table_needs_no_files() -> None:
    yaml = "namn: a\nversion: 1\ntabeller:\n  barn:\n    kolumner: {utsatt_eller_bevittnat: Hur}\n"
    content = "barn_id;arende_id;alder;kon;Hur\nB1;A1;7;flicka;Bevittnat våld\n".encode()
    assert list(read(content, "vad_som_helst.csv", yaml)) == ["barn"]


def test_a_mapping_without_a_table_in_the_slip_is_the_mapped_source() -> None:
    found = recognise(b"a;b\n", "x.csv", SOURCES, {"mappning": "m"})
    assert (found.kalla, found.tabell, found.person_data) == ("verksamhetssystem", MAPPED, True)
    assert recognise(b"a;b\n", "x.csv", SOURCES, SLIP | {"tabell": "arende"}).tabell == "arende"


def test_local_parts_serve_other_forms_too() -> None:
    table = read_csv(b"arende_id;Boende;Bett om;fore_x\nA1;1;S;\nA2;;;\n")
    yaml = MAPPING.replace("kolumner: {arende_id: Ärendenr}\n", "")
    parts, used = local_parts(mapping(yaml), table, "arende")
    assert used == {"Boende", "Bett om"}
    assert [p.tabell for p in parts] == ["lokal_variabel", "lokal_deklaration"]
    assert len(parts[0].table.frame) == 2
    assert local_parts(mapping(yaml), table, "insats") == ([], set())
    with pytest.raises(Unreadable):
        local_parts(mapping(yaml), read_csv(b"arende_id\nA1\n"), "arende")


def test_all_frames_are_text() -> None:
    for part in read(csv_of([row(), row(Ärendenr="", Pnr="", Boende="", Bett_om="")])).values():
        assert {str(d) for d in part.table.frame.dtypes} == {"str"}, part.tabell
        assert len(part.table.rows) == len(part.table.frame)
        assert isinstance(part.table.frame, pd.DataFrame)


def test_rows_without_a_key_are_left_for_validation() -> None:
    part = read(csv_of([row(Ärendenr=""), row(Ärendenr="", Beslutsnr="B2", Kön="2")]))["arende"]
    assert (part.table.rows.tolist(), part.table.faults) == ([4, 5], ())


def test_fill_alone_gives_parts_in_the_given_order() -> None:
    table = read_csv(csv_of([row()], before=0))
    assert [p.tabell for p in fill(mapping(), table, [Arende])] == ["arende", "lokal_variabel", "lokal_deklaration"]
