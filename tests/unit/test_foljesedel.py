"""The följesedel: what it may say, what is missing, and how a file is recognised with and without one."""

from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from sources import register
from sources.base import Reading, Source, Unreadable, by_headers, by_sheets
from sources.foljesedel import ALLOWED, facts_of, read_slip, slip_path, write_slip
from sources.recognition import MAPPED, recognise
from warehouse.contracts.errors import UserError
from warehouse.contracts.faults import RULES, explain
from warehouse.contracts.registry import CONTRACTS

FULL: dict[str, Any] = {
    "kalla": "verksamhetssystem", "tabell": "arende", "namnd": "0114", "avsandare": "Socialtjänsten",
    "uttagsdatum": "2020-01-15", "omfang": "helbild",
}  # fmt: skip
PERIOD = {**FULL, "omfang": "periodutdrag", "period": "2019"}
TODAY = date(2020, 2, 1)

facts = partial(facts_of, kommuner={"0114", "2582"}, today=TODAY)


def faults(error: pytest.ExceptionInfo[Unreadable]) -> list[tuple[str, int | None, str | None]]:
    assert all(f.regel in RULES and RULES[f.regel].hel for f in error.value.faults)
    return [(f.regel, f.rad, f.kolumn) for f in error.value.faults]


# ---- the file -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (b"kalla: [a\nb: c\n", [("foljesedel_fel", 2, None)]),
        (b"kalla: a\nkalla: b\n", [("foljesedel_fel", 2, None)]),
        (b"bara text\n", [("foljesedel_fel", 1, None)]),
        (b"kalla: \xe5\n", [("foljesedel_fel", None, None)]),
        (b"kalla: a\nutagsdatum: 2019-01-01\n", [("foljesedel_fel", 2, "uttagsdatum")]),
        (b"Anna Andersson: 189001019802\n", [("foljesedel_fel", 1, None)]),
        (b"tom: kanske\nperiod: [2019]\n", [("foljesedel_fel", 1, "tom"), ("foljesedel_fel", 2, "period")]),
    ],
)
def test_a_slip_that_is_wrong_names_the_line_and_no_content(
    tmp_path: Path, text: bytes, expected: list[tuple[str, int | None, str | None]]
) -> None:
    path = tmp_path / "a.csv.foljesedel.yaml"
    path.write_bytes(text)
    with pytest.raises(Unreadable) as error:
        read_slip(path)
    assert faults(error) == expected
    assert not {"Anna", "189001019802", "kanske"} & set(str(error.value).split())


def test_no_slip_says_nothing(tmp_path: Path) -> None:
    assert read_slip(slip_path(tmp_path / "a.csv")) == {}
    slip_path(tmp_path / "b.csv").write_text("# allt borttaget\n")
    assert read_slip(slip_path(tmp_path / "b.csv")) == {}


def test_yaml_does_not_turn_codes_and_dates_into_something_else(tmp_path: Path) -> None:
    path = slip_path(tmp_path / "ärende.csv")
    path.write_bytes(
        "\ufeffnamnd: 0114\nuttagsdatum: 2020-01-15\nperiod: 2019\ntom: Nej\nsyntetisk: true\ndnr:\n".encode()
    )
    assert path.name == "ärende.csv.foljesedel.yaml"
    assert read_slip(path) == {
        "namnd": "0114", "uttagsdatum": "2020-01-15", "period": "2019", "tom": False, "syntetisk": True,
    }  # fmt: skip


line = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=12)


@given(st.fixed_dictionaries({}, optional={k: st.booleans() if k in {"tom", "syntetisk"} else line for k in ALLOWED}))
def test_what_is_written_is_read_back(tmp_path_factory: pytest.TempPathFactory, slip: dict[str, Any]) -> None:
    path = tmp_path_factory.mktemp("s") / "a.foljesedel.yaml"
    write_slip(path, {**slip, "_mapping": object()})
    assert read_slip(path) == slip
    assert [p.name for p in path.parent.iterdir()] == [path.name]


def test_a_slip_with_other_keys_is_not_written(tmp_path: Path) -> None:
    with pytest.raises(UserError):
        write_slip(tmp_path / "a", {"kund": "x"})
    assert list(tmp_path.iterdir()) == []


def test_flags_given_as_words_are_written_as_meant(tmp_path: Path) -> None:
    write_slip(tmp_path / "a", {"tom": "nej", "syntetisk": "ja"})
    assert read_slip(tmp_path / "a") == {"tom": False, "syntetisk": True}


# ---- the facts ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", ["kalla", "tabell", "namnd", "avsandare", "uttagsdatum", "omfang"])
def test_what_is_missing_is_named(key: str) -> None:
    with pytest.raises(Unreadable) as error:
        facts({k: v for k, v in FULL.items() if k != key}, {})
    assert faults(error) == [("foljesedel_saknas", None, key)]
    with pytest.raises(Unreadable) as error:
        facts({**FULL, key: None}, {key: ""})
    assert faults(error) == [("foljesedel_saknas", None, key)]


def test_everything_missing_is_said_at_once() -> None:
    with pytest.raises(Unreadable) as error:
        facts({}, {})
    assert [kolumn for _, _, kolumn in faults(error)] == [
        "kalla", "tabell", "namnd", "avsandare", "uttagsdatum", "omfang",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("slip", "key"),
    [
        ({**FULL, "uttagsdatum": "2020-02-02"}, "uttagsdatum"),
        ({**FULL, "uttagsdatum": "2019-02-29"}, "uttagsdatum"),
        ({**FULL, "uttagsdatum": "15/1 2020"}, "uttagsdatum"),
        ({**FULL, "uttagsdatum": "0001-01-01"}, "uttagsdatum"),
        ({**FULL, "omfang": "allt"}, "omfang"),
        ({**FULL, "period": "2019"}, "period"),
        ({**PERIOD, "period": "19"}, "period"),
        ({**PERIOD, "period": "2019-2018"}, "period"),
        ({**PERIOD, "period": "2021"}, "period"),
        ({**PERIOD, "period": "2019-01"}, "period"),
        ({**FULL, "syntetisk": "kanske"}, "syntetisk"),
        ({**FULL, "avsandare": "a\nb"}, "avsandare"),
        ({**FULL, "dnr": "x" * 201}, "dnr"),
    ],
)
def test_what_cannot_be_used_is_named(slip: dict[str, Any], key: str) -> None:
    with pytest.raises(Unreadable) as error:
        facts(slip, {})
    assert faults(error) == [("foljesedel_fel", None, key)]
    assert ALLOWED[key] in " ".join(explain("foljesedel_fel", key, ALLOWED[key]))


def test_a_periodutdrag_needs_its_period() -> None:
    with pytest.raises(Unreadable) as error:
        facts({**FULL, "omfang": "periodutdrag"}, {})
    assert faults(error) == [("foljesedel_saknas", None, "period")]


@pytest.mark.parametrize("namnd", ["0115", "114", "0000", "Boden"])
def test_a_kommun_that_is_not_one_is_refused(namnd: str) -> None:
    with pytest.raises(Unreadable) as error:
        facts({**FULL, "namnd": namnd}, {})
    assert faults(error) == [("okand_kommun", None, "namnd")]


def test_public_data_may_be_nobodys_and_of_today() -> None:
    slip = {**FULL, "namnd": "0000", "uttagsdatum": None}
    found = facts(slip, {}, person_data=False)
    assert (found.namnd, found.uttagsdatum) == ("0000", TODAY)
    with pytest.raises(Unreadable) as error:
        facts({**slip, "namnd": "9999"}, {}, person_data=False)
    assert faults(error) == [("okand_kommun", None, "namnd")]


def test_the_slip_wins_and_the_file_fills_the_rest() -> None:
    stated = {"kalla": "verksamhetssystem", "tabell": "arende", "namnd": "2582", "period": "2018-2019", "dnr": "D1"}
    slip = {k: v for k, v in PERIOD.items() if k not in {"kalla", "tabell", "period"}}
    found = facts(slip, stated)
    assert (found.kalla, found.tabell, found.namnd, found.period, found.dnr) == (
        "verksamhetssystem", "arende", "0114", "2018-2019", "D1",
    )  # fmt: skip
    assert (found.uttagsdatum, found.omfang, found.syntetisk) == (date(2020, 1, 15), "periodutdrag", False)
    assert facts(FULL, {"period": "2019"}).period is None


def test_dates_and_flags_come_as_they_are_or_as_text() -> None:
    as_text = facts({**FULL, "uttagsdatum": "20200115", "syntetisk": "ja"}, {})
    assert as_text == facts({**FULL, "uttagsdatum": date(2020, 1, 15), "syntetisk": True}, {})
    assert as_text.syntetisk


# ---- recognising a file ---------------------------------------------------------------------------------------------


def unread(content: bytes, slip: object) -> Reading:
    raise AssertionError("recognising a file must not read it")


FORM = Source("iop", "iop_rapport", (".xlsx",), by_sheets("uppgifter"), unread)
PUBLIC = Source("bra", "bra_brott", (".csv",), by_headers("kommunkod", "brott_id"), unread)
SOURCES = (*register.SOURCES, PUBLIC, FORM)
TABLES = [s for s in register.SOURCES if s.tabell in CONTRACTS]


@pytest.mark.parametrize("source", TABLES, ids=lambda s: s.tabell)
@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1252"])
def test_a_file_with_the_formats_headers_is_recognised(source: Source, encoding: str) -> None:
    columns = CONTRACTS[source.tabell].delivered()
    headers = [c.name.upper() for c in columns if not c.nullable and c.name != "aldersgrupp"]
    for more in ([], ["aldersgrupp", "Övrigt"]):
        content = ";".join([*headers, *more]).encode(encoding) + b"\n"
        assert recognise(content, "Uttag.CSV", SOURCES, {}) is source


@pytest.mark.parametrize(
    ("content", "name", "slip", "rule"),
    [
        (b"a;b\n1;2\n", "a.csv", {}, "okand_kalla"),
        (b"kommunkod;brott_id;enhet;insatstyp;manad;kon;antal\n", "a.csv", {}, "okand_kalla"),  # two fit
        (b"kommunkod;brott_id\n", "a.csv", {"tabell": "insats", "kalla": "bra"}, "okand_kalla"),
        (b"a;b\n", "a.csv", {"kalla": "verksamhetssystem"}, "okand_kalla"),
        (b"x", "a.pdf", {}, "filformat"),
        (b"kommunkod;brott_id\n", "a.xlsx", {"kalla": "bra"}, "filformat"),
        (b"PK\x03\x04", "a.csv", {}, "filformat"),
        (b"", "a.csv", {}, "tom_fil"),
        (b"a;\x00\n", "a.csv", {}, "teckenkodning"),
    ],
)
def test_a_file_that_is_not_recognised_is_refused(content: bytes, name: str, slip: dict[str, Any], rule: str) -> None:
    with pytest.raises(Unreadable) as error:
        recognise(content, name, SOURCES, slip)
    assert faults(error) == [(rule, None, None)]


@pytest.mark.parametrize("slip", [{"kalla": "finns_inte"}, {"tabell": "arenden", "kalla": "verksamhetssystem"}])
def test_a_source_or_table_that_does_not_exist_is_named_as_such(slip: dict[str, Any]) -> None:
    with pytest.raises(Unreadable) as error:
        recognise(b"a;b\n1;2\n", "a.csv", SOURCES, slip)
    assert faults(error) == [("foljesedel_fel", None, next(iter(slip)))]


def test_the_slip_decides_whatever_the_headers_are() -> None:
    assert (
        recognise(b"Nr;Vem\n", "a.csv", SOURCES, {"kalla": "verksamhetssystem", "tabell": "insats"}).tabell == "insats"
    )
    assert recognise(b"Nr;Vem\n", "a.csv", SOURCES, {"tabell": "insats"}).tabell == "insats"
    assert recognise(b"Nr;Vem\n", "a.csv", SOURCES, {"kalla": "bra"}) is PUBLIC


def test_a_workbook_is_told_by_its_sheets(tmp_path: Path) -> None:
    for sheet, expected in (("Uppgifter", FORM), ("Annat", None)):
        book = xlsxwriter.Workbook(str(tmp_path / "bok.xlsx"))
        book.add_worksheet(sheet)
        book.close()
        content = (tmp_path / "bok.xlsx").read_bytes()
        if expected:
            assert recognise(content, "Rapport.XLSX", SOURCES, {}) is expected
        else:
            with pytest.raises(Unreadable) as error:
                recognise(content, "Rapport.XLSX", SOURCES, {})
            assert faults(error) == [("okand_kalla", None, None)]


def test_a_mapping_without_a_table_leaves_it_to_the_mapping_what_the_file_holds() -> None:
    assert recognise(b"Nr;Vem\n", "a.csv", SOURCES, {"mappning": "granby"}).tabell == MAPPED
