"""Person ids in every notation, pseudonyms, finding identifiers where they should not be, refused columns, age groups.

Every number is from the tax agency's test series (birth number 980-999) or cannot exist.
"""

import time
from datetime import date

import pandas as pd
import pytest

from quality.identity import (
    FORBIDDEN_COLUMNS,
    Pseudonymizer,
    age_group,
    age_group_from_years,
    canonical_local_id,
    canonical_person_id,
    find_identifiers,
    mask_text,
    refused_columns,
)
from quality.identity_scan import mask_name

REFERENCE = date(2020, 1, 31)
KEY = bytes(range(32))


def text(*values: str | None) -> pd.Series:
    return pd.Series(list(values), dtype="str")


def canonical(value: str | None, reference: date = REFERENCE) -> tuple[str | None, str]:
    forms, rules = canonical_person_id(text(value), reference)
    return (None if forms.isna().iat[0] else forms.iat[0]), rules.iat[0]


def found(value: str) -> bool:
    return len(find_identifiers(pd.DataFrame({"kolumn": text(value)}))) == 1


@pytest.mark.parametrize(
    ("value", "rule"),
    [
        (None, "saknas"),
        ("", "saknas"),
        (" \u00a0 ", "saknas"),
        ("-", "saknas"),
        ("..", "saknas"),
        ("000000-0000", "saknas"),
        ("NULL", "saknas"),
        ("okänd", "saknas"),
        ("Skyddad", "saknas"),
        ("189001019803", "personnummer_kontrollsiffra"),
        ("900101-9803", "personnummer_kontrollsiffra"),
        ("19900101 9803", "personnummer_kontrollsiffra"),
        ("19901301-9802", "personnummer_datum"),
        ("19900230-9802", "personnummer_datum"),
        ("900132-9802", "personnummer_datum"),
        ("19900192-9802", "personnummer_datum"),
        ("179001019802", "personnummer_datum"),
        ("20200201-9806", "personnummer_datum"),
        ("1234567890", "personnummer_datum"),
        ("991981000011", "personnummer_datum"),
        ("1,89001E+11", "form"),
        ("1.89001019802E+11", "form"),
        ("9E+09", "form"),
        ("se pnr 900101-9802", "form"),
        ("Anna Andersson", "form"),
        ("anna@example.org", "form"),
        ("1990-01-01", "form"),
        ("19900101-XXXX", "form"),
        ("P" * 41, "form"),
        ("åäö1", "form"),
    ],
)
def test_a_faulty_person_id_is_null_and_names_its_rule(value: str | None, rule: str) -> None:
    assert canonical(value) == (None, rule)


@pytest.mark.parametrize(
    "value",
    [
        "199001019802",
        "19900101-9802",
        "9001019802",
        "900101-9802",
        "900101 9802",
        "  900101-9802\t",
        "19900101 - 9802",
        "19900101\u00a09802",
        "19900101\u20139802",
        "19900101\u22129802",
        "19900101\u00ad9802",
        "19900101\u200b9802",
        "1990-01-01-9802",
        "1990.01.01.9802",
        "1990 01 01 9802",
        "19 900101-9802",
        "１９９００１０１－９８０２",
        "199001019802.0",
        "199001019802,00",
        "9001019802.0",
        "199\u00a0001\u00a0019\u00a0802",
        "'900101-9802",
        '="900101-9802"',
        '"900101-9802"',
    ],
)
def test_every_notation_of_a_person_gives_one_form(value: str) -> None:
    assert canonical(value) == ("199001019802", "")


@pytest.mark.parametrize(
    ("value", "form"),
    [
        # a plus means a hundred years or more, from the year of the hundredth birthday
        ("900101+9802", "189001019802"),
        ("18900101+9802", "189001019802"),
        ("201230+9809", "192012309809"),
        ("210101+9806", "182101019806"),
        # without it, the latest date that is not in the future
        ("200131-9801", "202001319801"),
        ("200201-9806", "192002019806"),
        # samordningsnummer, also with the birth date unknown
        ("701063-2391", "197010632391"),
        ("19701063-2391", "197010632391"),
        # reservnummer of the regions
        ("19900101-TF12", "19900101TF12"),
        ("900101a981", "19900101A981"),
        ("19810829M071", "19810829M071"),
        ("19810829SU3A", "19810829SU3A"),
        ("991981000010", "991981000010"),
        # the municipality's own keys
        ("P-00123", "P-00123"),
        (" p-00123 ", "P-00123"),
        ("13197", "13197"),
        ("13197.0", "13197"),
        ("19901350-TF12", "19901350-TF12"),
        ("A" * 40, "A" * 40),
    ],
)
def test_century_and_kinds_of_keys(value: str, form: str) -> None:
    assert canonical(value) == (form, "")


def test_canonical_keeps_index_and_order() -> None:
    given = pd.Series(["P-1", None, "900101-9802", "P-1"], index=[7, 3, 3, 1], dtype="str", name="person_id")
    forms, rules = canonical_person_id(given, REFERENCE)
    assert forms.index.tolist() == rules.index.tolist() == [7, 3, 3, 1]
    assert forms.fillna("?").tolist() == ["P-1", "?", "199001019802", "P-1"]
    assert rules.tolist() == ["", "saknas", "", ""]
    assert forms.name == "person_id"


def test_canonical_of_nothing() -> None:
    forms, rules = canonical_person_id(text(), REFERENCE)
    assert len(forms) == len(rules) == 0


def test_local_ids_are_one_whatever_the_notation() -> None:
    forms = canonical_local_id(text(" 2019/12 sn", "2019/12\u00a0SN", "13197.0", "13197", " ", None))
    assert forms.fillna("?").tolist() == ["2019/12 SN", "2019/12 SN", "13197", "13197", "?", "?"]


@pytest.mark.parametrize(("key", "version"), [(b"short", 1), (KEY, 0)])
def test_a_weak_key_is_refused(key: bytes, version: int) -> None:
    with pytest.raises(ValueError) as error:
        Pseudonymizer(key, version)
    assert "short" not in str(error.value)


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="kind"):
        Pseudonymizer(KEY, 1).pseudonyms("handlaggare", text("A"))


def test_null_and_blank_have_no_pseudonym() -> None:
    made = Pseudonymizer(KEY, 1).pseudonyms("person", text(None, "", " ", "\x1f", "P-1"))
    assert made.isna().tolist() == [True, True, True, True, False]


def test_pseudonyms_hide_the_id_and_depend_on_key_and_kind() -> None:
    ids = pd.Series(["199001019802", "P-1", "199001019802"], index=[2, 0, 1], dtype="str")
    maker = Pseudonymizer(KEY, 1)
    made = maker.pseudonyms("person", ids)
    assert made.str.fullmatch("[0-9a-f]{32}").all()
    assert made.index.tolist() == [2, 0, 1]
    assert made.iloc[0] == made.iloc[2] != made.iloc[1]
    assert not (made == maker.pseudonyms("arende", ids)).any()
    assert not (made == Pseudonymizer(KEY[::-1], 1).pseudonyms("person", ids)).any()
    assert (made == Pseudonymizer(KEY, 1).pseudonyms("person", ids)).all()


def test_the_key_is_not_in_the_text_of_a_pseudonymizer() -> None:
    secret = b"hemlig nyckel som inte far synas"
    shown = repr(Pseudonymizer(secret, 3)) + str(Pseudonymizer(secret, 3))
    assert "hemlig" not in shown
    assert "version=3" in shown


@pytest.mark.parametrize(
    "value",
    [
        "900101-9802",
        "900101+9802",
        "19900101-9802",
        "199001019802",
        "9001019802",
        "900101 9802",
        "900101.9802",
        "19240101 9803",
        "9001019802.0",
        "9 001 019 802",
        "9001019802,00",
        "1.99001019802E+11",
        "9,001019802E+09",
        "9,001019802E+9",
        "se pnr 900101-9802",
        "pnr9001019802, ring",
        "(19900101 - 9802)",
        "1. 900101-9802",
        "10 10 900101 9802",
        "1990-01-01-9802",
        "1990.01.01-9802",
        "19900101\u20139802",
        "19900101\u00a09802",
        "１９９００１０１－９８０２",
        "90\u200b0101-9802",
        "701063-2391",
        "klient 7010632391",
        # mistyped by hand: no right check digit, but written as a person's number
        "900101-9803",
        "19900101+9803",
        "19900101-TF12",
        "900101A981",
        "se 19810829M071 ovan",
        "991981000010",
        "anna.andersson@example.org",
        "Skriv till anna＠example.se!",
        "0701740605",
        "070-174 06 05",
        "070 174 06 05",
        "0701-74 06 05",
        "+46701740605",
        "+46 70 174 06 05",
        "+46 (0)70-174 06 05",
        "0046 70 174 06 05",
        "ring 070-1740605 efter tre",
        "08-465 004 04",
        "031-390 06 00",
    ],
)
def test_identifiers_are_found(value: str) -> None:
    assert found(value)


@pytest.mark.parametrize(
    "value",
    [
        "",
        "2019-01-01",
        "20190101",
        "190101",
        "2019-01-01T12:00:00",
        "2019-01-01 12:00:00.101112+0100",
        "klockan 12:00:00.101112+0100",
        "20190101T120000Z",
        "2019-01-01 12:00",
        "2019-01-01T10:20:30+01:00",
        "2019-01-01 - 2019-12-31",
        "2019-01-01--2019-12-31",
        "20190101-20191231",
        "190101-191231",
        "2019-01-01 till 2019-12-31",
        "2019-01-01 kl10",
        "2019-01 - 2019-12",
        "0114",
        "0760 2019",
        "0760-201901",
        "0760-2019-01",
        "0512_201912",
        "13197",
        "12500,50",
        "1 250 000",
        "1250000000",
        "9001019803",
        "900101 9803",
        "199013019802",
        "900230-9802",
        "12345678901234567890",
        "P-00123",
        "enhet_12",
        "bifall",
        "stodsamtal;skyddat_boende",
        "9001019802" + "ab" * 11,
        "d" * 22 + "9001019802",
        "9001019802ab9001019802ab9001019802ab9001019802ab9001019802abcdef",
        "19900101-1234-4abc-8def-1234567890ab",
        "FREDA 2019",
        "kl. 07.30 till 09.15",
        "a@b",
        "@2019",
    ],
)
def test_codes_dates_and_amounts_are_left_alone(value: str) -> None:
    assert not found(value)


def test_positions_are_given_and_skipped_columns_are_not_searched() -> None:
    frame = pd.DataFrame(
        {
            "person_id": text("900101-9802", "900101-9802", None),
            "vag": text("polis", None, "se 900101-9802"),
            "enhet": text("070-174 06 05", "enhet_1", "enhet_1"),
        }
    ).set_axis([10, 20, 30])
    positions = find_identifiers(frame, skip=["person_id"])
    assert positions.columns.tolist() == ["rad_index", "kolumn_index"]
    assert sorted(positions.itertuples(index=False, name=None)) == [(0, 2), (2, 1)]


def test_columns_of_the_same_name_are_told_apart_by_position() -> None:
    frame = pd.DataFrame([["ok", "900101-9802"]], columns=["vag", "vag"], dtype="str")
    assert find_identifiers(frame).to_numpy().tolist() == [[0, 1]]


@pytest.mark.parametrize("frame", [pd.DataFrame(), pd.DataFrame({"a": text()}), pd.DataFrame({"a": text(None, None)})])
def test_an_empty_frame_holds_nothing(frame: pd.DataFrame) -> None:
    assert len(find_identifiers(frame)) == 0


def test_a_large_frame_is_searched_quickly() -> None:
    rows = 100_000
    days = pd.date_range("2010-01-01", periods=3650).strftime("%Y-%m-%d").to_numpy()
    columns = {
        f"datum_{n}": pd.Series(days[[(i * (n + 7)) % 3650 for i in range(rows)]], dtype="str") for n in range(5)
    }
    columns |= {f"kod_{n}": pd.Series([f"kod_{i % 9}" for i in range(rows)], dtype="str") for n in range(9)}
    columns["lopnummer"] = pd.Series([f"I-{i:07d}" for i in range(rows)], dtype="str")
    frame = pd.DataFrame(columns)
    frame.loc[rows - 1, "kod_3"] = "900101-9802"
    start = time.process_time()
    positions = find_identifiers(frame)
    spent = time.process_time() - start
    assert positions.to_numpy().tolist() == [[rows - 1, frame.columns.get_loc("kod_3")]]
    assert spent < 2


@pytest.mark.parametrize("piece", ["a", "9", "9001 ", "ab1@", "0701-", "(0) ", "é9"])
def test_a_very_long_cell_costs_no_more_than_its_length(piece: str) -> None:
    start = time.process_time()
    assert found(piece * 30_000 + " se 900101-9802 ")
    assert time.process_time() - start < 5


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("arenden_2019.csv", "arenden_2019.csv"),
        ("insats_0114_20191231.csv", "insats_0114_20191231.csv"),
        ("Årsuttag – 2019.csv", "Årsuttag – 2019.csv"),
        ("900101-9802.csv", "•••.csv"),
        ("utdrag_19900101_9802_ny.csv", "utdrag_•••_ny.csv"),
        ("anna.a@example.org 900101-9802.xlsx", "••• •••.xlsx"),
        ("9 001 019 802", "•••"),
        ("ring 070-174 06 05 om 9001019802", "ring ••• om •••"),
    ],
)
def test_file_names_are_masked(name: str, masked: str) -> None:
    assert mask_text(name) == masked


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("Sexuell läggning", "sexuell_laggning"),
        ("KÖNSIDENTITET", "konsidentitet"),
        ("etnicitet", "etnicitet"),
        ("Etnisk tillhörighet", "etnicitet"),
        ("religion", "religion"),
        ("Religiös tillhörighet", "religion"),
        ("huvud_diagnos", "diagnos"),
        ("Födelseland", "fodelseland"),
        ("födelse land", "fodelseland"),
        ("Fo\u0308delseland", "fodelseland"),
        ("Våldsutövarens namn", "utovarens_identitet"),
        ("utovare_personnummer", "utovarens_identitet"),
        ("utövare_id", "utovarens_identitet"),
        ("Förövarens personnummer", "utovarens_identitet"),
        ("gärningsmannensEfternamn", "utovarens_identitet"),
        ("Målnummer", "polis_domstol_nummer"),
        ("tingsrättens mål-nr", "polis_domstol_nummer"),
        ("polisens diarienummer", "polis_domstol_nummer"),
        ("K-nummer", "polis_domstol_nummer"),
        ("knr", "polis_domstol_nummer"),
        ("barnets skola", "barnets_skola"),
        ("Skolans namn", "barnets_skola"),
        ("skola", "barnets_skola"),
        ("Boendets adress", "boendets_plats"),
        ("skyddat boende ort", "boendets_plats"),
        ("Postnummer", "boendets_plats"),
        ("Fritext", "fritext"),
        ("Övriga anteckningar", "fritext"),
        ("kommentar2", "fritext"),
        ("Födelsedatum", "fodelsedatum"),
        ("födelse-datum", "fodelsedatum"),
        ("FödelseDatum", "fodelsedatum"),
        ("E-post", "epost"),
        ("klientens e-postadress", "epost"),
        ("email", "epost"),
        ("Telefon", "telefon"),
        ("Mobilnummer", "telefon"),
        ("Adress", "adress"),
        ("folkbokföringsadress", "adress"),
        ("Namn", "namn"),
        ("förnamn", "namn"),
        ("EFTERNAMN", "namn"),
        ("barnNamn", "namn"),
        ("klient_namn", "namn"),
    ],
)
def test_columns_that_are_not_collected_are_refused(name: str, reason: str) -> None:
    assert refused_columns(["datum", name]) == [(1, reason)]
    assert reason in FORBIDDEN_COLUMNS.values()


ALLOWED = """person_id arende_id insats_id aktualisering_id barn_id datum vag verksamhetsomrade malgrupp kon aldersgrupp
alder utfall roll vuxen enhet valdstyp svarighetsgrad relation_till_utovare utovarens_kon hederskontext
skyddade_personuppgifter utredning_inledd utredning_avslutad startdatum slutdatum avslutsorsak overgripande_mal_finns
mal_bedomning mal_bedomt_av utsatt_eller_bevittnat eget_beslut forskola_skola_ordnad tillfragad_om_vald utredning
insatstyp beslutsdatum beslut verkstalld utforare_id riktad_hedersutsatt antal_tillfallen kostnad_kr plan_mal_natt
anpassningsbehov anpassning_tillgodosedd manad antal instrument instrumentversion syfte niva fas matdatum
uppgiftslamnare perspektiv vald_fysiskt vald_psykiskt vald_sexuellt vald_ekonomiskt vald_materiellt vald_forsummelse
trygghet halsa poang saknas_orsak personnummer kommunnamn enhetens_namn utförarens_namn antal_boendeplatser plats
handläggning nämnd ursprungligt_beslut"""


@pytest.mark.parametrize("name", ALLOWED.split())
def test_columns_of_the_contracts_are_not_refused(name: str) -> None:
    assert refused_columns([name, name.upper(), name.replace("_", " ").title()]) == []


@pytest.mark.parametrize(
    ("number", "day", "group"),
    [
        ("P-00123", "2019-06-01", "okand"),
        (None, "2019-06-01", "okand"),
        ("199001019802", None, "okand"),
        ("201912319802", "2019-06-01", "okand"),
        ("19901350TF12", "2019-06-01", "okand"),
        ("991981000010", "2019-06-01", "okand"),
        ("20190601-TF1", "2019-06-01", "okand"),
        ("201906019802", "2019-06-01", "0_6"),
        ("201206029802", "2019-06-01", "0_6"),
        ("201206019802", "2019-06-01", "7_12"),
        ("200606029802", "2019-06-01", "7_12"),
        ("200606019802", "2019-06-01", "13_17"),
        ("200106019802", "2019-06-01", "18_25"),
        ("199306019802", "2019-06-01", "26_40"),
        ("197806019802", "2019-06-01", "41_60"),
        ("195806019802", "2019-06-01", "61_plus"),
        ("189001019802", "2019-06-01", "61_plus"),
        ("200102299802", "2019-06-01", "okand"),
        ("200002299802", "2018-02-28", "13_17"),
        ("200002299802", "2018-03-01", "18_25"),
        ("197010632391", "2019-06-01", "41_60"),
        ("197000602399", "2019-06-01", "41_60"),
        ("19900101TF12", "2019-06-01", "26_40"),
    ],
)
def test_age_group_on_a_day(number: str | None, day: str | None, group: str) -> None:
    ages = age_group(pd.Series([number], index=[5], dtype="str"), pd.to_datetime(pd.Series([day], index=[5])))
    assert ages.to_dict() == {5: group}


def test_age_group_of_nothing() -> None:
    assert len(age_group(text(), pd.Series([], dtype="datetime64[ns]"))) == 0


def test_age_groups_from_years() -> None:
    years = pd.Series([None, -1, 131, 0, 6, 7, 12, 13, 17, 18, 25, 26, 40, 41, 60, 61, 130], dtype="Int64")
    assert age_group_from_years(years).tolist() == (
        ["okand"] * 3
        + ["0_6"] * 2
        + ["7_12"] * 2
        + ["13_17"] * 2
        + ["18_25"] * 2
        + ["26_40"] * 2
        + ["41_60"] * 2
        + ["61_plus"] * 2
    )


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("insatser 2019.csv", "insatser 2019.csv"),
        ("18900101-9802.csv", "•••.csv"),
        ("Någon Påhittad 18900101-9802 akt.xlsx", "•••.xlsx"),
        ("utdrag.18900101-9802", "•••"),
        ("189001019802 utan punkt", "•••"),
    ],
)
def test_a_file_name_with_an_identifier_is_hidden_whole(name: str, shown: str) -> None:
    assert mask_name(name) == shown
