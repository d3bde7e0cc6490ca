"""Mappings: what a mapping file may say, and what it does to a table on its way to the contract's words."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sources import register
from sources.base import Unreadable
from sources.mapping import STANDARD, Mapping, Part, apply, load_mapping
from sources.readers import read_csv
from warehouse.contracts.codes import CODES
from warehouse.contracts.delivery import Fault, TextTable
from warehouse.contracts.errors import UserError
from warehouse.contracts.register import REGISTER, Aktualisering, Arende, Barn, Insats, InsatsAvidentifierad

EXAMPLE = Path(__file__).parents[2] / "examples" / "mappningar" / "exempelkommun.yaml"
PERSON = "189001019802"  # Skatteverket's test series


def anything(names: Sequence[str]) -> list[tuple[int, str]]:
    return []


def no_diagnosis(names: Sequence[str]) -> list[tuple[int, str]]:
    return [(i, "diagnos") for i, name in enumerate(names) if "diagnos" in name.casefold()]


def table(text: str) -> TextTable:
    return read_csv(text.encode())


def arende(**values: str) -> TextTable:
    row = {
        "arende_id": "A1", "person_id": PERSON, "roll": "valdsutsatt_vuxen", "vuxen": "ja", "kon": "kvinna",
        "aldersgrupp": "26_40", "hederskontext": "nej", "startdatum": "2019-01-15",
    } | values  # fmt: skip
    return table(";".join(row) + "\n" + ";".join(f'"{v}"' for v in row.values()) + "\n")


def one(mapped: TextTable, column: str) -> str | None:
    value = mapped.frame[column].iloc[0]
    return value if isinstance(value, str) else None


# ---- a mapping that is wrong ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "line", "part"),
    [
        ("namn: [a\nversion: 1\n", 2, "giltig YAML"),
        ("- namn\n", 1, "nyckel: värde"),
        ("namn: a\nversion: 1\nkolumner:\n  kon: K\n  kon: M\n", 5, "två gånger"),
        ("version: 1\n", 1, "namn och version"),
        ("namn: a\nversion: 1\nkolumer: {}\n", 3, "menades kolumner?"),
        ("namn: a\nversion: 1\nencoding: ebcdic\n", 3, "windows-1252"),
        ("namn: a\nversion: 1\nseparator: '|'\n", 3, "tab"),
        ("namn: a\nversion: 1\ndatumformat: us\n", 3, "dag_manad_ar"),
        ("namn: ../a\nversion: 1\n", 1, "namn går inte"),
        ("namn: a\nversion: 1\ntomma: NULL\n", 3, "lista"),
        ("namn: a\nversion: 1\nkolumner: Kön\n", 3, "nyckel: värde"),
        ("namn: a\nversion: 1\nkolumner:\n  kn: Kön\n", 4, "menades kon?"),
        ("namn: a\nversion: 1\nkolumner:\n  kon: [a, b]\n", 4, "ett enda värde"),
        ("namn: a\nversion: 1\nkolumner:\n  kon: Kön\n  vuxen: kön\n", 4, "flera av våra"),
        ("namn: a\nversion: 1\nkolumner:\n  leverans_id: Nr\n", 4, "okänd kolumn"),
        ("namn: a\nversion: 1\nkoder:\n  kon:\n    '1': kvinna\n    '2': mann\n", 6, "kvinna, man, annat_okant"),
        ("namn: a\nversion: 1\nkoder:\n  kon:\n    Q: kvinna\n    q: man\n", 6, "två betydelser"),
        ("namn: a\nversion: 1\nkoder:\n  startdatum:\n    x: y\n", 4, "kodlista"),
        ("namn: a\nversion: 1\nkoder:\n  alder:\n    x: y\n", 4, "kodlista"),
        ("namn: a\nversion: 1\nstandardvarden:\n  kon: x\n", 4, "kvinna, man, annat_okant"),
        ("namn: a\nversion: 1\nstandardvarden:\n  person_id: x\n", 4, "standardvärde"),
        ("namn: a\nversion: 1\nstandardvarden:\n  alder: 3\n", 4, "standardvärde"),
        ("namn: a\nversion: 1\nstandardvarden:\n  startdatum: 2019-01-01\n", 4, "standardvärde"),
        ("namn: a\nversion: 1\ntabeller:\n  arnde: {}\n", 4, "menades arende?"),
        ("namn: a\nversion: 1\ntabeller:\n  barn:\n    kolumner:\n      roll: x\n", 6, "okänd kolumn"),
        ("namn: a\nversion: 1\ntabeller:\n  insats:\n    kolumner:\n      alder: x\n", 6, "okänd kolumn"),
        ("namn: a\nversion: 1\ntabeller:\n  barn:\n    kolmner: {}\n", 5, "menades kolumner?"),
    ],
)
def test_a_wrong_mapping_names_the_line(text: str, line: int, part: str) -> None:
    with pytest.raises(UserError) as error:
        load_mapping(text, refused=anything)
    assert f"rad {line}: " in str(error.value)
    assert part in str(error.value)


def test_all_that_is_wrong_is_said_at_once() -> None:
    text = "namn: a\nversion: 1\nkolumner:\n  kn: x\nkoder:\n  kon:\n    '1': x\n"
    with pytest.raises(UserError) as error:
        load_mapping(text, refused=anything)
    assert [line for line in (4, 7) if f"rad {line}: " in str(error.value)] == [4, 7]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("namn: a\nversion: 1\nkolumner:\n  enhet: Diagnos ICD\n", 4),
        ("namn: a\nversion: 1\nkolumner:\n  diagnos: Kod\n", 4),
        ("namn: a\nversion: 1\ntabeller:\n  arende:\n    kolumner:\n      enhet: diagnoskod\n", 6),
    ],
)
def test_a_mapping_cannot_collect_what_is_not_collected(text: str, line: int) -> None:
    with pytest.raises(UserError) as error:
        load_mapping(text, refused=no_diagnosis)
    assert f"rad {line}: kolumnen får inte samlas in (diagnos)" in str(error.value)


def test_a_mapping_file_that_is_not_there_is_a_users_error(tmp_path: Path) -> None:
    with pytest.raises(UserError):
        load_mapping(tmp_path / "finns_inte.yaml", refused=anything)
    (tmp_path / "m.yaml").write_bytes(b"namn: \xe5\n")
    with pytest.raises(UserError):
        load_mapping(tmp_path / "m.yaml", refused=anything)


# ---- the worked example ---------------------------------------------------------------------------------------------


def test_the_example_turns_a_kommuns_words_into_ours() -> None:
    mapping = load_mapping(EXAMPLE, refused=anything)
    assert (mapping.name, mapping.version, mapping.encoding, mapping.separator) == (
        "exempelkommun", "2", "cp1252", ";",
    )  # fmt: skip
    content = (
        "Ärendenr;Personnr;Klientroll;Vuxen;Kön;Ålder vid start;Heder;Ärende startat;Ärende avslutat;Typ av våld\r\n"
        f"77;{PERSON};utsatt;J;2;34;;20190115;-;PSY|FYS\r\n"
        f"78;{PERSON};UTÖVARE;Nej;1;NULL;1;2019-02-01 00:00;2019-03-01;\r\n"
    ).encode("cp1252")
    source = next(s for s in register.SOURCES if s.tabell == "arende")
    reading = source.read(content, {"_mapping": mapping})
    (part,) = reading.parts
    assert part.warnings == ()
    rows = [{k: v for k, v in row.items() if isinstance(v, str)} for row in part.table.frame.to_dict(orient="records")]
    assert rows == [
        {
            "arende_id": "77", "person_id": PERSON, "roll": "valdsutsatt_vuxen", "vuxen": "ja", "kon": "man",
            "enhet": "enhet_1", "valdstyp": "fysiskt;psykiskt", "hederskontext": "okant",
            "startdatum": "2019-01-15", "alder": "34",
        },
        {
            "arende_id": "78", "person_id": PERSON, "roll": "valdsutovare", "vuxen": "nej", "kon": "kvinna",
            "enhet": "enhet_1", "hederskontext": "ja", "startdatum": "2019-02-01", "slutdatum": "2019-03-01",
        },
    ]  # fmt: skip
    assert part.table.letters == ("A", "B", "C", "D", "E", "", "J", "G", "H", "I", "F")


# ---- columns --------------------------------------------------------------------------------------------------------


def test_all_missing_columns_are_named_at_once() -> None:
    with pytest.raises(Unreadable) as error:
        apply(STANDARD, table("insats_id;beslut\n1;bifall\n"), Insats)
    assert error.value.faults == (
        Fault("saknad_kolumn", kolumn="arende_id"), Fault("saknad_kolumn", kolumn="insatstyp"),
    )  # fmt: skip


def test_columns_that_may_be_empty_may_be_absent() -> None:
    mapped, warnings = apply(STANDARD, arende(), Arende)
    assert (warnings, "enhet" in mapped.frame) == ([], False)


def test_a_column_the_tables_own_mapping_names_may_not_be_absent() -> None:
    mapping = Mapping("a", "1", tabeller={"arende": Part(kolumner={"slutdatum": "Avslut"})})
    with pytest.raises(Unreadable) as error:
        apply(mapping, arende(), Arende)
    assert error.value.faults == (Fault("saknad_kolumn", kolumn="slutdatum"),)
    shared = Mapping("a", "1", kolumner={"slutdatum": "Avslut"})
    assert "slutdatum" not in apply(shared, arende(), Arende)[0].frame


@pytest.mark.parametrize("header", ["KON", " Kön ", "kön", "Ko_n", "K ö n"])
def test_headers_are_matched_whatever_their_dress(header: str) -> None:
    text = f"enhet;insatstyp;Månad;{header};ANTAL\nenhet_1;stodsamtal;2019-01;kvinna;3\n"
    mapped, warnings = apply(STANDARD, table(text), InsatsAvidentifierad)
    assert list(mapped.frame.columns) == ["enhet", "insatstyp", "manad", "kon", "antal"]
    assert warnings == []


def test_two_headers_for_one_column_are_refused_by_letter() -> None:
    text = "enhet;insatstyp;manad;kon;antal;Kön\nenhet_1;stodsamtal;2019-01;kvinna;3;man\n"
    with pytest.raises(Unreadable) as error:
        apply(STANDARD, table(text), InsatsAvidentifierad)
    assert error.value.faults == (Fault("dubbel_kolumn", kolumn="kolumn F"),)


def test_a_column_the_mapping_names_for_one_thing_is_not_taken_for_another() -> None:
    mapping = Mapping("a", "1", kolumner={"kon": "utovarens_kon"})
    text = arende().frame.rename(columns={"kon": "utovarens_kon"}).to_csv(sep=";", index=False)
    mapped, _ = apply(mapping, table(text), Arende)
    assert one(mapped, "kon") == "kvinna"
    assert "utovarens_kon" not in mapped.frame


def test_unknown_columns_stay_last_and_are_told_by_letter_only() -> None:
    source = arende(**{"Anna Andersson": "x", "alder": "34"})
    mapped, warnings = apply(STANDARD, source, Arende)
    assert list(mapped.frame.columns)[-2:] == ["Anna Andersson", "alder"]
    assert warnings == [Fault("okand_kolumn", kolumn="kolumn I"), Fault("okand_kolumn", kolumn="kolumn J")]
    assert mapped.letters[-2:] == ("I", "J")
    assert mapped.rows.tolist() == source.rows.tolist()


def test_an_unknown_column_cannot_take_a_contract_columns_name() -> None:
    mapping = Mapping("a", "1", kolumner={"kon": "Klientens kön"})
    source = arende(**{"Klientens kön": "man"})
    mapped, warnings = apply(mapping, source, Arende)
    assert (one(mapped, "kon"), one(mapped, "kon (2)")) == ("man", "kvinna")
    assert warnings == [Fault("okand_kolumn", kolumn="kolumn E")]


def test_age_in_years_stands_in_for_the_age_group() -> None:
    text = "barn_id;arende_id;alder;kon;utsatt_eller_bevittnat\nB1;A1;7,0;flicka;Bevittnat våld\n"
    mapped, warnings = apply(STANDARD, table(text), Barn)
    assert (warnings, one(mapped, "alder"), "aldersgrupp" in mapped.frame) == ([], "7", False)
    assert one(mapped, "utsatt_eller_bevittnat") == "bevittnat"


def test_the_age_group_is_needed_where_nothing_else_gives_it() -> None:
    without = {k: v for k, v in arende().frame.iloc[0].items() if k != "aldersgrupp"}
    mapped, _ = apply(STANDARD, table(";".join(map(str, without)) + "\n" + ";".join(without.values())), Arende)
    assert "aldersgrupp" not in mapped.frame
    text = "aktualisering_id;datum;vag;malgrupp;kon;utfall\n1;2019-01-01;polis;barn;man;hanvisad\n"
    with pytest.raises(Unreadable) as error:
        apply(STANDARD, table(text), Aktualisering)
    assert error.value.faults == (Fault("saknad_kolumn", kolumn="aldersgrupp"),)


def test_faulty_rows_of_the_reading_are_passed_on() -> None:
    text = "enhet;insatstyp;manad;kon;antal\ne_1;stodsamtal\nenhet_1;stodsamtal;2019-01;k;3\n"
    mapped, _ = apply(STANDARD, table(text), InsatsAvidentifierad)
    assert [f.rad for f in mapped.faults] == [2]
    assert mapped.rows.tolist() == [3]


# ---- values ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("column", "text", "code"),
    [
        ("kon", "Kvinna", "kvinna"), ("kon", "K", "kvinna"), ("kon", "kvinnor", "kvinna"), ("kon", "M", "man"),
        ("kon", "MÄN", "man"), ("kon", "Annat eller okänt", "annat_okant"), ("kon", "uppgift saknas", "annat_okant"),
        ("kon", "1", "1"), ("kon", "2", "2"), ("kon", "-", "-"), ("kon", "T", "T"),
        ("vuxen", "Ja", "ja"), ("vuxen", "n", "nej"), ("vuxen", "VET EJ", "okant"), ("vuxen", "1", "1"),
        ("aldersgrupp", "0–6 år", "0_6"), ("aldersgrupp", "26-40", "26_40"), ("aldersgrupp", "34", "34"),
        ("roll", "Våldsutsatt vuxen", "valdsutsatt_vuxen"), ("roll", PERSON, PERSON),
    ],
)  # fmt: skip
def test_codes_are_known_by_code_label_and_word_never_by_number(column: str, text: str, code: str) -> None:
    mapped, _ = apply(STANDARD, arende(**{column: text}), Arende)
    assert one(mapped, column) == code


@given(st.sampled_from([(c.name, c.codes, code) for c in Arende.delivered() if c.kind == "code" for code in c.allowed]))
def test_every_code_is_its_own_and_its_labels_translation(case: tuple[str, str, str]) -> None:
    column, codes, code = case
    for text in (code, code.upper(), CODES[codes][code], f" {CODES[codes][code].upper()} "):
        assert one(apply(STANDARD, arende(**{column: text}), Arende)[0], column) == code


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("psykiskt;fysiskt", "fysiskt;psykiskt"),
        ("Psykiskt våld, Fysiskt våld", "fysiskt;psykiskt"),
        ("digitalt | fysiskt|digitalt", "fysiskt;digitalt"),
        ("fysiskt;", "fysiskt"),
        ("fysiskt;okänt slag", "fysiskt;okänt slag"),
        (";", ";"),
    ],
)
def test_lists_come_in_the_code_lists_order(text: str, expected: str) -> None:
    assert one(apply(STANDARD, arende(valdstyp=text), Arende)[0], "valdstyp") == expected


@pytest.mark.parametrize(
    ("form", "text", "expected"),
    [
        ("auto", "2019-02-28", "2019-02-28"),
        ("auto", "20190228", "2019-02-28"),
        ("auto", "2019-02-28 13:45:00", "2019-02-28"),
        ("auto", "2019-02-28T13:45:00.000", "2019-02-28"),
        ("auto", "2019-02-28T23:30:00Z", "2019-02-28T23:30:00Z"),
        ("auto", "2019-02-29", "2019-02-29"),
        ("auto", "20191301", "20191301"),
        ("auto", "2019-02/28", "2019-02/28"),
        ("auto", "28/2/2019", "28/2/2019"),
        ("auto", "43524", "43524"),
        ("dag_manad_ar", "28/2/2019", "2019-02-28"),
        ("dag_manad_ar", "2019-02-28", "2019-02-28"),
        ("dag_manad_ar", "2/28/2019", "2/28/2019"),
        ("excel", "43524", "2019-02-28"),
        ("excel", "43524.75", "2019-02-28"),
        ("excel", "20190228", "2019-02-28"),
        ("excel", "60", "60"),
        ("excel_1904", "42062", "2019-02-28"),
        ("auto", "okänt", "okänt"),
    ],
)
def test_dates_become_iso_or_stay_for_validation(form: str, text: str, expected: str) -> None:
    mapping = Mapping("a", "1", datumformat=form)
    assert one(apply(mapping, arende(startdatum=text), Arende)[0], "startdatum") == expected


@pytest.mark.parametrize(
    ("column", "text", "expected"),
    [
        ("kostnad_kr", "1 517,50", "1517.50"),
        ("kostnad_kr", "1\u00a0517\u00a0058", "1517058"),
        ("kostnad_kr", "1517 058", "1517058"),
        ("kostnad_kr", "\u221212,5", "-12.5"),
        ("kostnad_kr", "12.5", "12.5"),
        ("kostnad_kr", "1.517,50", "1.517,50"),
        ("kostnad_kr", "12 34", "12 34"),
        ("kostnad_kr", "12 kr", "12 kr"),
        ("antal_tillfallen", "12,0", "12"),
        ("antal_tillfallen", "12,5", "12.5"),
        ("antal_tillfallen", "..", ".."),
        ("antal_tillfallen", "٣", "٣"),
    ],
)
def test_numbers_become_plain_or_stay_for_validation(column: str, text: str, expected: str) -> None:
    source = table(f"insats_id;arende_id;insatstyp;beslut;{column}\n1;1;stodsamtal;bifall;{text}\n")
    assert one(apply(STANDARD, source, Insats)[0], column) == expected


def test_a_default_fills_an_absent_column_and_no_blank() -> None:
    mapping = Mapping("a", "1", standardvarden={"enhet": "enhet_9", "hederskontext": "okant"})
    mapped, _ = apply(mapping, arende(hederskontext=""), Arende)
    assert (one(mapped, "enhet"), one(mapped, "hederskontext")) == ("enhet_9", None)
    assert mapped.letters[list(mapped.frame.columns).index("enhet")] == ""


def test_the_tables_own_codes_go_before_the_general_ones() -> None:
    mapping = Mapping(
        "a", "1", koder={"kon": {"1": "kvinna", "X": "man"}}, tabeller={"arende": Part(koder={"kon": {"1": "man"}})}
    )
    assert one(apply(mapping, arende(kon="1"), Arende)[0], "kon") == "man"
    assert one(apply(mapping, arende(kon="x"), Arende)[0], "kon") == "man"


@given(st.text(alphabet=st.characters(blacklist_characters='";\r\n\x00', blacklist_categories=["Cs"]), max_size=12))
def test_whatever_stands_in_a_field_mapping_neither_fails_nor_repeats_it(text: str) -> None:
    fields = dict.fromkeys(("roll", "vuxen", "kon", "aldersgrupp", "startdatum", "slutdatum", "valdstyp"), text)
    mapped, warnings = apply(Mapping("a", "1", datumformat="excel"), arende(**fields), Arende)
    assert (len(mapped.frame), warnings) == (1, [])
    assert {str(dtype) for dtype in mapped.frame.dtypes} == {"str"}


# ---- the sources ----------------------------------------------------------------------------------------------------


def test_there_is_a_source_for_every_register_table() -> None:
    assert [s.tabell for s in register.SOURCES] == [*(contract.table() for contract in REGISTER), "utdrag"]
    assert {(s.kalla, s.person_data) for s in register.SOURCES} == {("verksamhetssystem", True)}


@pytest.mark.parametrize("said", [True, "ja"])
def test_an_empty_extract_is_taken_when_the_slip_says_so(said: object) -> None:
    source = next(s for s in register.SOURCES if s.tabell == "insats_avidentifierad")
    content = b"enhet;insatstyp;manad;kon;antal\n"
    with pytest.raises(Unreadable) as error:
        source.read(content, {"tom": False})
    assert [f.regel for f in error.value.faults] == ["bara_rubriker"]
    assert len(source.read(content, {"tom": said}).parts[0].table.frame) == 0
