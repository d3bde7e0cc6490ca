"""The case form, one row a case: what its columns give, and that what is wrong with it is told kindly, at its place."""

import io
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from sources import registry
from sources._values import head
from sources.base import Reading, Unreadable
from sources.forms import arendeblad
from sources.forms.arendeblad_columns import columns, known
from sources.forms.arendeblad_form import SHEET, write_arendeblad_form
from sources.mapping import load_mapping
from sources.recognition import recognise
from tests.form_tools import Grids, book, case_form, column_of, found, grids, records, table
from warehouse.contracts.delivery import Fault
from warehouse.contracts.errors import UserError
from warehouse.contracts.faults import RULES, explain
from warehouse.contracts.register import Arende

PERSON = "189001019802"  # Skatteverket's test series
CASE = {
    "arende_id": "A1",
    "person_id": PERSON,
    "roll": "valdsutsatt_vuxen",
    "vuxen": "ja",
    "kon": "kvinna",
    "aldersgrupp": "26_40",
    "startdatum": "2025-02-01",
    "fore_hederskontext": "nej",
}
BEFORE = {"fore_datum": "2025-02-03", "fore_uppgiftslamnare": "klient", "fore_trygghet": "2"}
AFTER = {"efter_datum": "2025-09-01", "efter_uppgiftslamnare": "klient", "efter_trygghet": "4"}
SUPPORT = {
    "under_insats_1_typ": "stodsamtal",
    "under_insats_1_beslut": "bifall",
    "under_insats_1_beslutsdatum": "2025-02-10",
}
END = {"efter_slutdatum": "2025-08-30", "efter_avslutsorsak": "mal_natt"}


def csv(*rows: dict[str, str], separator: str = ";") -> bytes:
    names = list(dict.fromkeys(name for row in rows for name in row))
    lines = [separator.join(names), *(separator.join(_quoted(row.get(n, "")) for n in names) for row in rows)]
    return "\r\n".join(lines).encode()


def _quoted(text: str) -> str:
    return f'"{text}"' if ";" in text else text


def read(*rows: dict[str, str], **slip: Any) -> Reading:
    return arendeblad.read(csv(*rows), slip)


def one(reading: Reading, tabell: str) -> dict[str, str | None]:
    """The only record of a table."""
    frame = table(reading, tabell).frame
    (row,) = records(frame, list(frame.columns))
    return row


def refused(content: bytes, slip: dict[str, Any] | None = None) -> list[tuple[str, str | None]]:
    with pytest.raises(Unreadable) as error:
        arendeblad.read(content, slip or {})
    for fault in error.value.faults:
        assert RULES[fault.regel].hel
        assert all(explain(fault.regel, fault.kolumn))
    return [(fault.regel, fault.kolumn) for fault in error.value.faults]


def told(reading: Reading, names: dict[str, str] | list[str]) -> set[tuple[str, int | None, str | None]]:
    """Rule, row and the name of the file's column, found by the letter of the fault."""
    letters = {chr(65 + i): name for i, name in enumerate(names)}
    return {(f.regel, f.rad, letters.get(f.bokstav or "")) for f in found(reading)}


def test_a_row_gives_its_records() -> None:
    reading = read(
        CASE | {"fore_aktualisering_datum": "2025-01-30", "fore_aktualisering_vag": "Polis",
                "fore_aktualisering_utfall": "utredning_inledd", "fore_bedomning_instrument": "FREDA kortfrågor",
                "fore_bedomning_syfte": "upptackt", "fore_bedomning_datum": "2025-02-02"}
        | BEFORE | SUPPORT | END | AFTER
    )  # fmt: skip
    assert [part.tabell for part in reading.parts] == ["arende", "aktualisering", "insats", "bedomning", "matning"]
    assert found(reading) == []
    contact = one(reading, "aktualisering")
    assert contact == {
        "aktualisering_id": "A1-akt", "arende_id": "A1", "datum": "2025-01-30", "vag": "polis",
        "verksamhetsomrade": None, "malgrupp": "valdsutsatt_vuxen", "kon": "kvinna", "aldersgrupp": "26_40",
        "utfall": "utredning_inledd",
    }  # fmt: skip
    support = one(reading, "insats")
    assert (support["insats_id"], support["arende_id"], support["insatstyp"]) == ("A1-1", "A1", "stodsamtal")
    assert one(reading, "bedomning")["instrument"] == "freda_kortfragor"
    measured = records(table(reading, "matning").frame, ["fas", "matdatum", "trygghet", "instrument", "perspektiv"])
    assert [tuple(m.values()) for m in measured] == [
        ("fore", "2025-02-03", "2", "uppfoljningsfragor", "utsatt"),
        ("efter", "2025-09-01", "4", "uppfoljningsfragor", "utsatt"),
    ]


def test_blank_is_missing_and_gives_no_record() -> None:
    names = dict.fromkeys([*BEFORE, *SUPPORT, *AFTER], "")
    assert [part.tabell for part in read(CASE | names).parts] == ["arende"]


def test_a_perpetrator_is_measured_as_one() -> None:
    reading = read(CASE | BEFORE | {"roll": "Våldsutövare"})
    assert one(reading, "matning")["perspektiv"] == "utovat"
    assert found(reading) == []


@pytest.mark.parametrize(
    "answers",
    [
        {"fore_valdstyp": "Psykiskt våld, fysiskt"},
        {"fore_valdstyp_fysiskt": "1", "fore_valdstyp_psykiskt": "x", "fore_valdstyp_digitalt": "0"},
        {"fore_valdstyp_fysiskt": "Ja", "fore_valdstyp_psykiskt": "ja", "fore_valdstyp_digitalt": "vet ej"},
        {"fore_valdstyp": "fysiskt;psykiskt", "fore_valdstyp_fysiskt": "1", "fore_valdstyp_psykiskt": "1"},
        {"valdstyp": "fysiskt|psykiskt", "fore_valdstyp_fysiskt": "", "fore_valdstyp_psykiskt": ""},
    ],
)
def test_several_answers_as_a_list_or_as_columns(answers: dict[str, str]) -> None:
    reading = read(CASE | answers)
    assert one(reading, "arende")["valdstyp"] == "fysiskt;psykiskt"
    assert found(reading) == []


def test_a_box_that_is_neither_yes_nor_no_and_a_list_that_says_something_else() -> None:
    rows = [
        CASE | {"fore_valdstyp": "", "fore_valdstyp_fysiskt": "2"},
        CASE | {"arende_id": "A2", "fore_valdstyp": "psykiskt", "fore_valdstyp_fysiskt": "1"},
        CASE | {"arende_id": "A3", "fore_valdstyp": "psykisk terror", "fore_valdstyp_fysiskt": ""},
    ]
    assert told(read(*rows), rows[0]) == {
        ("ruta_0_1", 2, "fore_valdstyp_fysiskt"),
        ("flerval_tva_satt", 3, "fore_valdstyp"),
        ("okand_kod", 4, "fore_valdstyp"),
    }


@pytest.mark.parametrize(
    "answers",
    [
        {"under_insats_stodsamtal": "1", "under_insats_kontaktperson": "1"},
        {"under_insatser": "Stödsamtal; kontaktperson"},
    ],
)
def test_insatser_that_are_ticked_share_their_decision(answers: dict[str, str]) -> None:
    reading = read(CASE | answers | {"under_insatser_beslut": "bifall", "under_insatser_beslutsdatum": "2025-03-01"})
    got = records(table(reading, "insats").frame, ["insats_id", "insatstyp", "beslut", "beslutsdatum"])
    assert [tuple(r.values()) for r in got] == [
        ("A1-stodsamtal", "stodsamtal", "bifall", "2025-03-01"),
        ("A1-kontaktperson", "kontaktperson", "bifall", "2025-03-01"),
    ]
    assert found(reading) == []


def test_faults_of_ticked_insatser_stand_in_their_own_columns() -> None:
    rows = [
        CASE | {"under_insatser": "sömnad", "under_insats_stodsamtal": "", "under_insatser_beslut": "avslag"},
        CASE | {"arende_id": "A2", "under_insats_stodsamtal": "1", "under_insatser_beslut": ""},
        CASE | {"arende_id": "A3", "under_insatser_beslut": "avslag"},
    ]
    names = list(rows[0])
    assert told(read(*rows), names) >= {
        ("okand_kod", 2, "under_insatser"),
        ("saknas", 3, "under_insatser_beslut"),
        ("saknas", 4, "under_insatser"),
    }


@pytest.mark.parametrize(
    ("row", "rule", "name"),
    [
        (CASE | {"kon": "okänd sort"}, "okand_kod", "kon"),
        (CASE | {"startdatum": "i våras"}, "datum_format", "startdatum"),
        (CASE | {"startdatum": "2031-01-01"}, "datum_orimligt", "startdatum"),
        (CASE | {"person_id": ""}, "saknas", "person_id"),
        (CASE | {"person_id": "189001019803"}, "personnummer_kontrollsiffra", "person_id"),
        (CASE | BEFORE | {"fore_trygghet": "sju"}, "heltal", "fore_trygghet"),
        (CASE | BEFORE | {"fore_trygghet": "7"}, "utanfor_granser", "fore_trygghet"),
        (CASE | BEFORE | {"fore_datum": ""}, "saknas", "fore_datum"),
        (CASE | BEFORE | {"fore_uppgiftslamnare": ""}, "saknas", "fore_uppgiftslamnare"),
        (CASE | BEFORE | {"fore_uppgiftslamnare": "070-174 06 05"}, "identitet_i_fel_kolumn", "fore_uppgiftslamnare"),
        (CASE | SUPPORT | {"under_insats_1_typ": ""}, "saknas", "under_insats_1_typ"),
        (CASE | SUPPORT | {"under_insats_1_beslutsdatum": ""}, "beslut_utan_datum", "under_insats_1_beslutsdatum"),
        (CASE | END | {"efter_slutdatum": "2024-12-31"}, "slut_fore_start", "efter_slutdatum"),
        (CASE | END | {"efter_slutdatum": ""}, "avslut_utan_slutdatum", "efter_slutdatum"),
        (CASE | {"aldersgrupp": "", "alder": "ung"}, "heltal", "alder"),
    ],
)
def test_a_bad_cell_is_told_by_its_own_column(row: dict[str, str], rule: str, name: str) -> None:
    good = CASE | {"arende_id": "A9"}
    assert (rule, 3, name) in told(read(good, row), list(dict.fromkeys([*good, *row])))
    assert {place for _, place, _ in told(read(good, row), row)} == {3}


def test_the_same_case_twice() -> None:
    assert ("dubblett", 3, "arende_id") in told(read(CASE, CASE | {"kon": "man"}), CASE)


def test_an_efter_of_a_case_that_goes_on_is_noted_and_kept() -> None:
    reading = read(CASE | AFTER | {"efter_slutdatum": ""})
    assert found(reading) == []
    assert [(w.regel, w.rad) for p in reading.parts for w in p.warnings] == [("efter_fore_avslut", 2)]
    assert len(table(reading, "matning").frame) == 1


@pytest.mark.parametrize(
    ("row", "missing"),
    [
        ({k: v for k, v in CASE.items() if k != "roll"}, ["roll"]),
        ({k: v for k, v in CASE.items() if not k.startswith("fore_")}, ["fore_hederskontext"]),
        (CASE | {"fore_trygghet": "2"}, ["fore_datum", "fore_uppgiftslamnare"]),
        (CASE | {"under_insats_2_kostnad_kr": "500"}, ["under_insats_2_typ", "under_insats_2_beslut"]),
        (CASE | {"under_insats_stodsamtal": "1"}, ["under_insatser_beslut"]),
        (CASE | {"fore_aktualisering_datum": "2025-01-01"}, ["fore_aktualisering_vag", "fore_aktualisering_utfall"]),
    ],
)
def test_columns_that_a_record_cannot_do_without(row: dict[str, str], missing: list[str]) -> None:
    assert refused(csv(row)) == [("saknad_kolumn", name) for name in missing]


def test_a_column_that_stands_twice_by_name_and_title() -> None:
    row = CASE | BEFORE | {"Före: trygghet": "3"}
    assert refused(csv(row)) == [("dubbel_kolumn", f"kolumn {chr(65 + len(CASE | BEFORE))}")]


def test_headers_are_understood_as_names_and_as_titles() -> None:
    row = CASE | BEFORE | SUPPORT | END
    titles = {wide.name: wide.title for wide in columns()}
    want = read(row)
    got = read({titles[name].upper(): text for name, text in row.items()})
    assert [p.table.frame.to_dict() for p in got.parts] == [p.table.frame.to_dict() for p in want.parts]


def test_no_two_columns_can_be_taken_for_each_other() -> None:
    for wide in columns():
        assert known()[head(wide.name)] is wide
        assert known()[head(wide.title)] is wide


def test_every_column_of_the_case_has_a_place() -> None:
    there = {wide.column.name for wide in columns() if wide.record == "arende"}
    assert there == {column.name for column in Arende.delivered()} | {"alder"}


def test_unknown_columns_are_noted_and_forbidden_ones_refused() -> None:
    reading = read(CASE | {"eget": "1"})
    letter = chr(65 + len(CASE))
    assert [(w.regel, w.kolumn) for p in reading.parts for w in p.warnings] == [("okand_kolumn", f"kolumn {letter}")]
    for header in ("klientens namn", "fore_adress", "efter_fritext", "fore_diagnos"):
        assert [(f.regel, f.bokstav) for f in found(read(CASE | {header: "x"}))] == [("far_inte_samlas_in", letter)]


def test_identifiers_are_found_in_unknown_columns() -> None:
    faults = found(read(CASE | {"eget": "planteria@hemlig.example"}))
    assert [(f.regel, f.rad, f.bokstav) for f in faults] == [("identitet_i_fel_kolumn", 2, chr(65 + len(CASE)))]


def test_the_number_gives_the_age_group_and_the_contact_says_unknown() -> None:
    contact = {
        "fore_aktualisering_datum": "2025-01-30",
        "fore_aktualisering_vag": "polis",
        "fore_aktualisering_utfall": "hanvisad",
    }
    row = {k: v for k, v in (CASE | contact).items() if k != "aldersgrupp"}
    reading = read(row)
    assert found(reading) == []
    assert one(reading, "aktualisering")["aldersgrupp"] == "okand"
    assert found(read(row | {"alder": "31"})) == []
    assert one(read(row | {"alder": "31"}), "aktualisering")["alder"] == "31"


@pytest.mark.parametrize("content", [b"", b"\xd0\xcf\x11\xe0" * 200, b"PK\x03\x04 av", b"arende_id;\x00\x01"])
def test_a_file_that_cannot_be_read(content: bytes) -> None:
    assert {rule for rule, _ in refused(content)} <= {"tom_fil", "filformat", "teckenkodning", "avkortad_fil"}


def test_only_headers() -> None:
    content = csv(CASE).split(b"\r\n")[0]
    assert refused(content) == [("bara_rubriker", None)]
    assert [len(p.table.frame) for p in arendeblad.read(content, {"tom": True}).parts] == [0]


def test_windows_encoding_and_commas() -> None:
    row = CASE | BEFORE | {"roll": "Våldsutövare"}
    content = csv(row, separator=",").decode().encode("cp1252")
    assert one(arendeblad.read(content, {}), "arende")["roll"] == "valdsutovare"


@pytest.fixture
def sheets() -> Grids:
    return grids(case_form())


def test_the_workbook_says_whose_it_is_and_what_it_corrects(sheets: Grids) -> None:
    sheets["Att rätta"] = [["Leverans", "23"]]
    facts = arendeblad.read(book(sheets), {}).facts
    assert (facts["namnd"], facts["period"], facts["rattar"]) == ("0114", "2025", "23")


def test_a_banner_above_the_headers_does_no_harm(sheets: Grids) -> None:
    want = arendeblad.read(book(sheets), {})
    sheets[SHEET][0:0] = [["Ärendet", "", "", "Före", "", "Under", "Efter"], []]
    got = arendeblad.read(book(sheets), {})
    assert [p.table.frame.equals(q.table.frame) for p, q in zip(got.parts, want.parts, strict=True)]
    assert list(table(got, "arende").rows) == [row + 2 for row in table(want, "arende").rows]
    assert found(got) == []


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        (lambda s: s.pop("Försättsblad"), "bladet_saknas"),
        (lambda s: s.pop(SHEET), "bladet_saknas"),
        (lambda s: s.update({"Blad2": [["x"]]}), "okant_blad"),
        (lambda s: s.update({SHEET: s[SHEET][:1]}), "bara_rubriker"),
        (lambda s: s["Försättsblad"].append(["Formulärversion", "2"]), "forsattsblad_fel"),
        (lambda s: s["Försättsblad"].__delitem__(slice(-2, None)), "formularversion"),
    ],
)
def test_a_workbook_that_was_rebuilt(sheets: Grids, change: Any, rule: str) -> None:
    change(sheets)
    assert [r for r, _ in refused(book(sheets))] == [rule]


def test_a_formula_error_sets_its_row_aside(sheets: Grids) -> None:
    place = column_of(sheets[SHEET], "Före: svårighetsgrad")
    cell = (SHEET, 2, place)
    reading = arendeblad.read(book(sheets, [cell]), {})
    assert [(f.regel, f.rad, f.kolumn) for f in found(reading)] == [("formelfel", 3, "svarighetsgrad")]
    assert 3 not in list(table(reading, "arende").rows)


def test_a_plain_workbook_with_one_sheet_and_a_slip(sheets: Grids) -> None:
    reading = arendeblad.read(book({"Blad1": sheets[SHEET]}), {"namnd": "0114"})
    assert reading.facts == {"kalla": "verksamhetssystem"}
    assert len(table(reading, "arende").frame) == 12


def test_it_is_recognised_without_a_slip() -> None:
    for content, name in ((case_form(), "x.xlsx"), (csv(CASE | BEFORE | END), "x.csv")):
        assert recognise(content, name, registry.SOURCES, {}).tabell == "arendeblad"


def test_the_kommuns_own_names_codes_and_local_variables() -> None:
    mapping = load_mapping(
        "namn: prov\nversion: '1'\ntomma: ['-']\n"
        "tabeller:\n  arende:\n    kolumner:\n      arende_id: Akt\n      kon: Juridiskt kön\n"
        "    koder:\n      kon:\n        F: kvinna\n"
        "lokala:\n  hund:\n    titel: Husdjur i hemmet\n    kolumn: Har hund\n"
        "    koder:\n      J: ja\n    etiketter:\n      ja: Ja\n",
        refused=lambda _names: [],
    )
    row = {"Akt" if k == "arende_id" else "Juridiskt kön" if k == "kon" else k: v for k, v in (CASE | BEFORE).items()}
    reading = read(row | {"Juridiskt kön": "F", "fore_trygghet": "-", "Har hund": "J"}, _mapping=mapping)
    assert [p.tabell for p in reading.parts] == ["arende", "matning", "lokal_variabel", "lokal_deklaration"]
    assert one(reading, "arende")["kon"] == "kvinna"
    assert one(reading, "matning")["trygghet"] is None
    assert one(reading, "lokal_variabel") == {"arende_id": "A1", "variabel": "hund", "varde": "ja"}
    assert found(reading) == []
    assert not any(part.warnings for part in reading.parts)


def test_the_template_is_locked_and_has_lists_and_help(tmp_path: Path) -> None:
    write_arendeblad_form(tmp_path / "mall.xlsx", kommun="0114", rows=10)
    opened = openpyxl.load_workbook(io.BytesIO((tmp_path / "mall.xlsx").read_bytes()))
    assert opened.sheetnames == ["Läs mig", "Försättsblad", "Exempel", SHEET, "Listor"]
    assert all(sheet.protection.sheet for sheet in opened.worksheets)
    example = [cell.value for row in opened["Exempel"].iter_rows() for cell in row]
    assert "PÅHITTAT exempel" in example and "18900101-9802" in example
    sheet = opened[SHEET]
    assert len(sheet.data_validations.dataValidation) == sheet.max_column
    places = {str(c.value).removesuffix(" *"): c.column_letter for c in sheet[1]}
    rules = {str(rule.sqref).partition("2:")[0]: rule for rule in sheet.data_validations.dataValidation}
    end = rules[places["Efter: slutdatum"]]
    assert f"${places['Startdatum']}2" in end.formula1
    assert all(rule.prompt and len(rule.prompt) <= 255 for rule in rules.values())


def test_an_unknown_kommun_gets_no_template(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="Kommunkoden"):
        write_arendeblad_form(tmp_path / "mall.xlsx", kommun="9999")


def test_no_value_of_a_record_is_in_a_fault() -> None:
    faults: list[Fault] = found(read(CASE | BEFORE | {"roll": "Hemlig uppgift", "fore_uppgiftslamnare": PERSON}))
    assert len(faults) >= 2
    assert not any("Hemlig" in repr(f) or PERSON in repr(f) for f in faults)


def described() -> str:
    """The form's columns as they stand in its description."""
    lines = ["| Namn | Titel | Måste finnas |", "|---|---|---|"]
    for wide in columns():
        if wide.which in {str(n) for n in range(2, 10)}:
            continue
        name, title = wide.name.replace("_1_", "_N_"), wide.title.replace(" 1,", " N,")
        must = "ja" if wide.record == "arende" and wide.needed else "om posten finns" if wide.needed else ""
        lines.append(f"| `{name}` | {title} | {must} |")
    return "\n".join(lines) + "\n"


def test_the_description_names_every_column() -> None:
    text = (Path(__file__).parents[2] / "docs" / "arendeblad.md").read_text(encoding="utf-8")
    start, end = "<!-- kolumner: görs av koden -->\n", "<!-- slut -->"
    assert text.partition(start)[2].partition(end)[0] == described()
