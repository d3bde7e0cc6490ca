"""Öppna jämförelser: every shape it has been printed in, and what each kind of bad input is told."""

import csv
import io
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from quality.validation import parse
from sources import oj
from sources.base import Reading, Unreadable
from sources.oj.places import Place, UnknownPlaceError, place
from sources.readers import letter
from sources.recognition import recognise
from sources.registry import SOURCES
from warehouse.contracts.delivery import Fault
from warehouse.contracts.faults import RULES, explain
from warehouse.contracts.omvarld import OjIndikator
from warehouse.contracts.reference import kommuner, oj_namn

EXAMPLES = Path(__file__).parents[2] / "examples"
DAY = pd.Timestamp("2026-02-01").date()
SLIP = {"period": "2024"}
Row = Sequence[object]


def book(sheets: Mapping[str, Sequence[Row]]) -> bytes:
    """A workbook with these rows, from row 1."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as made:
        for name, rows in sheets.items():
            sheet = made.add_worksheet(name)
            for i, row in enumerate(rows):
                for j, cell in enumerate(row):
                    if cell is not None:
                        sheet.write(i, j, cell)
    return out.getvalue()


def year_book(*rows: Row, header: Row = ("Kommunkod", "Kommun", "rutin", "plan"), between: int = 4) -> bytes:
    """The yearly workbook as it is believed to be: title, header on row 3, data from row 8."""
    gap = [["", "", "Aktuell rutin", "Aktuell plan"], *([[]] * (between - 1))] if between else []
    return book({"Kommuner": [["Öppna jämförelser 2024 – våld i nära relationer"], [], header, *gap, *rows]})


def csv_text(*rows: Row) -> bytes:
    out = io.StringIO()
    csv.writer(out, delimiter=";", lineterminator="\n").writerows(rows)
    return out.getvalue().encode()


def read(content: bytes, **slip: str) -> Reading:
    return oj.read(content, slip)


def rows_of(reading: Reading) -> list[dict[str, Any]]:
    """The records that hold their contract; a fault there is a fault of the reader."""
    (part,) = reading.parts
    frame, faults = parse(OjIndikator, part.table, DAY)
    assert faults == []
    return frame.to_dict("records")


def said(reading: Reading) -> dict[tuple[str, str], object]:
    """(area, indicator) -> answer, share, or why there is none."""
    return {
        (r["omrade"], r["indikator"]): next(v for v in (r["svar"], r["andel_procent"], r["bortfall"]) if not pd.isna(v))
        for r in rows_of(reading)
    }


def faults(reading: Reading) -> list[tuple[str, str | None, int | None, str | None]]:
    return [(f.regel, f.blad, f.rad, f.bokstav) for f in reading.parts[0].table.faults]


def notes(reading: Reading) -> list[tuple[str, int | None, str | None]]:
    return [(f.regel, f.rad, f.bokstav) for f in reading.parts[0].warnings]


def refused(content: bytes, **slip: str) -> tuple[Fault, ...]:
    with pytest.raises(Unreadable) as caught:
        oj.read(content, slip)
    for fault in caught.value.faults:
        assert RULES[fault.regel].hel
        assert all(explain(fault.regel, fault.kolumn))
    return caught.value.faults


# What is right


def test_the_yearly_workbook_with_header_on_row_3_and_data_from_row_8():
    reading = read(
        year_book(
            ["0114", "Upplands Väsby", 2, "nej"],
            ["138", "Tyresö", "Delvis", 0],
            ["1480", "Göteborg, Askim, Frölunda, Högsbo", "JA", ""],
        )
    )
    assert faults(reading) == []
    assert said(reading) == {
        ("0114", "namn_rutin"): "ja",
        ("0114", "namn_plan"): "nej",
        ("0138", "namn_rutin"): "delvis",
        ("0138", "namn_plan"): "nej",
        ("1480_askim_frolunda_hogsbo", "namn_rutin"): "ja",
        ("1480_askim_frolunda_hogsbo", "namn_plan"): "okant",
    }
    assert {r["rad"] for r in rows_of(reading)} == {8, 9, 10}
    assert reading.facts["period"] == "2024"
    assert "urval" not in reading.facts
    table = reading.parts[0].table
    assert {(int(rad), table.letter(i, "svar")) for i, rad in enumerate(table.rows)} == {
        (rad, bokstav) for rad in (8, 9, 10) for bokstav in "CD"
    }


def test_kommuner_lan_and_riket_may_stand_in_sheets_of_their_own_and_short_names_are_explained():
    reading = read(
        book(
            {
                "Information": [["Öppna jämförelser 2024"], ["Källa: Socialstyrelsen"]],
                "Indikatorer": [["Kortnamn", "Indikator"], ["sam", "Stödsamtal till våldsutsatta vuxna"]],
                "Kommun": [["Kommunkod", "Kommun", "Län", "sam"], ["0114", "Upplands Väsby", "Stockholms län", "ja"]],
                "Län": [["Länskod", "Län", "sam"], ["1", "Stockholms län", 81.5], ["03", "Uppsala län", ".."]],
                "Riket": [["Område", "sam"], ["Riket", "81 %"]],
            }
        )
    )
    assert said(reading) == {
        ("0114", "stodsamtal_vuxna"): "ja",
        ("01", "stodsamtal_vuxna"): 81.5,
        ("03", "stodsamtal_vuxna"): "okant",
        ("riket", "stodsamtal_vuxna"): 81.0,
    }
    assert {r["namn"] for r in rows_of(reading)} == {"Stödsamtal till våldsutsatta vuxna"}
    assert notes(reading) == []


def test_a_stadsdel_is_never_read_as_its_kommun():
    reading = read(
        year_book(
            ["1480", "Göteborg", 0, 0],
            ["1480", "Göteborg - Centrum", 2, 2],
            ["1480", "Örgryte-Härlanda", 1, 1],
            ["148004", "Göteborg Stad: Norra Hisingen", 2, 1],
        )
    )
    assert faults(reading) == []
    areas = {r["omrade"]: (r["omrade_typ"], r["kommunkod"]) for r in rows_of(reading)}
    assert areas == {
        "1480": ("kommun", "1480"),
        "1480_centrum": ("stadsdel", "1480"),
        "1480_orgryte_harlanda": ("stadsdel", "1480"),
        "1480_norra_hisingen": ("stadsdel", "1480"),
    }


def test_a_stadsdel_may_have_a_column_of_its_own():
    header = ("Kommunkod", "Kommun", "Stadsdel", "rutin")
    reading = read(year_book(["1280", "Malmö", "", 0], ["1280", "Malmö", "Väster", 2], header=header, between=0))
    assert said(reading) == {("1280", "namn_rutin"): "nej", ("1280_vaster", "namn_rutin"): "ja"}


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        *((word, "okant") for word in ("..", "-", "–", "Svar saknas", "uppgift saknas", " ")),
        *((word, "inte_svarat") for word in ("Har inte svarat", "ej svarat", "BORTFALL")),
        *((word, "ej_aktuellt") for word in ("Ej aktuellt", "ej  relevant")),
        ("För få svar", "for_fa"),
    ],
)
def test_no_answer_is_never_nej_and_never_zero(cell: str, code: str):
    reading = read(year_book(["0114", "Upplands Väsby", cell, 2]))
    (row,) = [r for r in rows_of(reading) if r["indikator"] == "namn_rutin"] or [{"bortfall": None}]
    if cell.strip():
        assert row["bortfall"] == code and pd.isna(row["svar"])
    else:  # nothing says that an empty column is an indicator: it is told
        assert notes(reading)[0] == ("okand_kolumn", 3, "C")


def test_names_that_differ_in_spelling_only_are_the_same_indicator_and_renamed_ones_are_declared():
    ids = {
        said_as: next(iter(said(read(csv_text(["Kommun", said_as], ["Tyresö", 2]), period="2015"))))[1]
        for said_as in (
            "Aktuell rutin för intern samordning mellan utredning våldsutsatta vuxna och LSS-verksamheten",
            "aktuell rutin för intern  samordning mellan utredning våldsutsatta vuxna och LSSverksamheten",
            "Aktuell överenskommelse om extern samverkan mellan utredning våldsutsatta vuxna och kvinnojouren",
            "Aktuell överenskommelse om extern samverkan mellan utredning våldsutsatta vuxna och kvinnojour",
        )
    }
    assert list(ids.values()) == ["samordning_vuxna_lss"] * 2 + ["samverkan_vuxna_kvinnojour"] * 2


def test_a_name_out_of_its_years_or_unknown_is_an_indicator_of_its_own_and_told():
    misspelt = "Aktuell information om kommunens insatser till kvinnor och män som utövad våld"  # printed so in 2015
    for year, wanted, told in (
        ("2015", "information_utovare", []),
        ("2019", None, [("oj_okant_namn", 1, "B")]),
    ):
        reading = read(csv_text(["Kommun", misspelt], ["Tyresö", 2]), period=year)
        ((_, found),) = said(reading)
        assert notes(reading) == told
        assert (found == wanted) if wanted else found.startswith("namn_aktuell_information")


def test_a_name_like_an_id_of_ours_is_not_taken_for_it():
    reading = read(csv_text(["Kommun", "Stödsamtal vuxna"], ["Tyresö", 2]), period="2024")
    assert list(said(reading)) == [("0138", "namn_stodsamtal_vuxna")]


def test_a_very_long_name_gets_an_id_of_its_own_that_fits():
    names = ["Rutin " + "om våld " * 30 + end for end in ("A", "B")]
    reading = read(csv_text(["Kommun", *names], ["Tyresö", 2, 0]), period="2024")
    ids = [r["indikator"] for r in rows_of(reading)]
    assert len(set(ids)) == 2 and all(len(i) <= 150 for i in ids)


def test_descriptions_between_header_and_data_and_notes_below_are_not_areas():
    reading = read(year_book(["0114", "Upplands Väsby", 2, 0], ["Källa: Socialstyrelsen"]))
    assert faults(reading) == []
    assert len(rows_of(reading)) == 2
    assert ("oj_anmarkning", 9, None) in notes(reading)


def test_columns_that_are_no_indicators_are_told_and_left():
    header = ("Kommunkod", "Kommun", "Folkmängd", "Befolkningsgrupp", "rutin")
    reading = read(year_book(["0114", "Upplands Väsby", "45\u00a0543", 4, 2], header=header, between=0))
    assert list(said(reading)) == [("0114", "namn_rutin")]
    assert notes(reading)[0] == ("okand_kolumn", 3, "C")


def test_shares_written_as_fractions_are_percent():
    reading = read(book({"ÖJ": [["Län", "aa", "bb"], ["Uppsala län", 0.69, 0.07], ["Riket", 1, 0]]}), period="2024")
    assert sorted(map(float, said(reading).values())) == [0, 7, 69, 100]
    assert ("oj_brak", None, None) in notes(reading)
    assert reading.facts["urval"] == "andelar"


def test_one_workbook_may_mix_answers_and_shares():
    reading = read(
        year_book(["0114", "Upplands Väsby", 2, 0], ["01", "Stockholms län", 50, 2], ["0000", "Riket", 1, 0])
    )
    assert {k: v for k, v in said(reading).items() if k[1] == "namn_plan"} == {
        ("0114", "namn_plan"): "nej",
        ("01", "namn_plan"): 2.0,  # two percent, not ja
        ("riket", "namn_plan"): 0.0,
    }


def test_the_long_form_with_a_year_in_each_row():
    reading = read(
        csv_text(
            ["kommun", "kommunkod", "nr", "indikator", "varde", "svar", "ar"],
            ["Tyresö", "0138", 1, "Social jourverksamhet", 2, "ja", 2015],
            ["Tyresö", "0138", 1, "Social jourverksamhet", 1, "delvis", 2016],
        )
    )
    assert [(r["ar"], r["svar"], r["indikator"]) for r in rows_of(reading)] == [
        (2015, "ja", "social_jour"),
        (2016, "delvis", "social_jour"),
    ]
    assert reading.facts["period"] == "2015-2016"


# The real tables of 2015


def test_the_answers_of_2015_counted_in_two_ways_and_tyreso_as_it_stands_not_as_it_is_printed():
    content = (EXAMPLES / "oj_2015_kommuner.csv").read_bytes()
    reading = read(content, period="2015")
    counted = Counter((r["omrade"], r["svar"]) for r in rows_of(reading))
    printed, lines = {}, content.decode().splitlines()
    header = next(csv.reader(lines[:1], delimiter=";"))
    columns = {name: [line[i] for line in csv.reader(lines[1:], delimiter=";")] for i, name in enumerate(header)}
    for name in header[4:]:
        *answers, total = columns[name]
        area = "1480_askim_frolunda_hogsbo" if name.startswith("Göteborg") else next(
            code for code, kommun in kommuner().items() if kommun == name
        )  # fmt: skip
        assert [counted[area, svar] for svar in ("ja", "delvis", "nej")] == [answers.count(v) for v in "210"]
        printed[name] = (int(total), counted[area, "ja"], counted[area, "delvis"])
    assert printed["Tyresö"] == (49, 48, 1)
    assert [name for name, (total, ja, _) in printed.items() if total != ja] == ["Tyresö"]
    assert notes(reading) == [("oj_antal_ja", 62, "L")]
    assert header[ord("L") - ord("A")] == "Tyresö"


def test_the_shares_of_2015_have_the_same_60_indicators():
    shares = read((EXAMPLES / "oj_2015_riket.csv").read_bytes(), period="2015")
    answers = read((EXAMPLES / "oj_2015_kommuner.csv").read_bytes(), period="2015")
    ids = {r["indikator"] for r in rows_of(shares)}
    assert ids == {r["indikator"] for r in rows_of(answers)} == {row.id for row in oj_namn()}
    assert len(ids) == 60
    assert said(shares)["riket", "bedomningsmetod"] == 69
    assert shares.facts["urval"] == "andelar"
    assert notes(shares) == []


@pytest.mark.parametrize("name", ["oj_2015_kommuner.csv", "oj_2015_riket.csv"])
def test_the_tables_of_2015_are_recognised_without_a_note(name: str):
    assert recognise((EXAMPLES / name).read_bytes(), name, SOURCES, {}).kalla == "oj"


def test_a_workbook_is_recognised_by_its_sheets():
    content = book({"Kommun": [["x"]], "Län": [["x"]], "Riket": [["x"]]})
    assert recognise(content, "a.xlsx", SOURCES, {}).kalla == "oj"


# What is wrong: one row


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        (["0114", "Upplands Väsby", "kanske", 2], ("oj_svar", 9, "C")),
        (["0114", "Upplands Väsby", 2, 3], ("oj_svar", 9, "D")),
        (["0114", "Upplands Väsby", 2, 1.5], ("oj_svar", 9, "D")),
        (["9999", "Upplands Väsby", 2, 2], ("oj_omrade", 9, "A")),
        (["0114", "Tyresö", 2, 2], ("oj_kod_och_namn", 9, "A")),
        (["0114", "Upplands Vasbyx", 2, 2], ("oj_kod_och_namn", 9, "A")),
        (["", "", 2, 2], ("oj_omrade", 9, "A")),
        (["", "Storköping", 2, 2], ("oj_omrade", 9, "A")),
        (["0114", "Upplands Väsby, Centrum", 2, 2], ("oj_kod_och_namn", 9, "A")),
        (["01", "Uppsala län", 20, 20], ("oj_kod_och_namn", 9, "A")),
        (["01", "Stockholms län", "ja", 20], ("tal", 9, "C")),
        (["01", "Stockholms län", 20, 101], ("utanfor_granser", 9, "D")),
        (["01", "Stockholms län", -1, 20], ("utanfor_granser", 9, "C")),
        (["0138", "Tyresö", 0, 2], ("samma_nyckel_olika_nummer", 9, "C")),
        (["0138", "Tyresö", 2, 2], ("dubblett", 9, "C")),
    ],
)
def test_a_faulty_row_is_told_at_its_cell_and_the_others_are_read(row: Row, fault: tuple[str, int, str]):
    reading = read(year_book(["0138", "Tyresö", 2, 2], row, ["2482", "Skellefteå", 0, 0]))
    regel, rad, bokstav = fault
    assert faults(reading) == [(regel, "Kommuner", rad, bokstav)]
    assert not RULES[regel].hel
    assert {r["omrade"] for r in rows_of(reading)} == {"0138", "2482"}


def test_a_faulty_first_row_is_not_taken_for_a_description():
    reading = read(year_book(["0114x", "Upplands Väsbyx", 2, 2], ["0138", "Tyresö", 2, 2]))
    assert faults(reading) == [("oj_omrade", "Kommuner", 8, "A")]


def test_a_row_in_one_sheet_does_not_cost_the_row_with_its_number_in_another():
    reading = read(
        book(
            {
                "Kommun": [["Kommun", "aa"], ["Tyresö", "kanske"], ["Lund", "ja"]],
                "Riket": [["Område", "aa"], ["Riket", 50]],
            }
        ),
        period="2024",
    )
    assert faults(reading) == [("oj_svar", "Kommun", 2, "B")]
    assert set(said(reading)) == {("1281", "namn_aa"), ("riket", "namn_aa")}


def test_two_sheets_that_contradict_each_other():
    sheets = {"Kommun": [["Kommun", "aa"], ["Riket", 50]], "Riket": [["Kommun", "aa"], ["Riket", 60]]}
    assert faults(read(book(sheets), period="2024")) == [("samma_nyckel_olika_nummer", "Riket", 2, "B")]
    sheets["Riket"][1] = ["Riket", 50]
    assert faults(read(book(sheets), period="2024")) == []


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        (["Tyresö", "0138", "", 2, "ja", 2015], ("saknas", "C")),
        (["Tyresö", "0138", "aa", 2, "nej", 2015], ("samma_nyckel_olika_nummer", "E")),
        (["Tyresö", "0138", "aa", 2, "japp", 2015], ("oj_svar", "E")),
        (["Tyresö", "0138", "aa", 7, "ja", 2015], ("oj_svar", "D")),
        (["Lund", "0138", "aa", 2, "ja", 2015], ("oj_kod_och_namn", "B")),
        (["Tyresö", "0138", "aa", 2, "ja", "femton"], ("utanfor_granser", "F")),
        (["Tyresö", "0138", "aa", 2, "ja", 15], ("utanfor_granser", "F")),
    ],
)
def test_a_faulty_row_of_the_long_form(row: Row, fault: tuple[str, str]):
    header = ["kommun", "kommunkod", "indikator", "varde", "svar", "ar"]
    reading = read(csv_text(header, ["Lund", "1281", "aa", 2, "ja", 2015], row))
    assert faults(reading) == [(fault[0], None, 2 + 1, fault[1])]
    assert set(said(reading)) == {("1281", "namn_aa")}


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        (["aa", 2, "japp"], ("oj_svar", 3, "C")),
        (["", 2, 2], ("saknas", 3, "A")),
        (["Social  jourverksamhet", 2, 2], ("dubblett", 3, "A")),
    ],
)
def test_a_faulty_row_of_the_table_with_kommuner_as_columns(row: Row, fault: tuple[str, int, str]):
    reading = read(
        csv_text(["Indikator", "Tyresö", "Lund"], ["Social jourverksamhet", 2, 0], row, ["bb", 1, 1]), period="2015"
    )
    assert faults(reading) == [(fault[0], None, fault[1], fault[2])]
    assert {i for _, i in said(reading)} == {"social_jour", "namn_bb"}


# What is wrong: the whole file


def told(found: Sequence[Fault]) -> list[tuple[str, str | None]]:
    return [(f.regel, f.bokstav or f.kolumn) for f in found]


@pytest.mark.parametrize(
    ("content", "period", "wanted"),
    [
        (b"", None, [("tom_fil", None)]),
        (b"PK\x03\x04 not a workbook", "2024", [("filformat", None)]),
        (b"%PDF-1.7", "2024", [("filformat", None)]),
        (csv_text(["a", "b"], [1, 2]), "2024", [("oj_rubriker_saknas", None)]),
        (book({"Kommun": [["Öppna jämförelser 2024"]]}), None, [("oj_rubriker_saknas", None)]),
        (book({"I": [["Kortnamn", "Indikator"], ["aa", "bb"]]}), "2024", [("oj_rubriker_saknas", None)]),
        (csv_text(["Kommun", "rutin"], ["Tyresö", 2]), None, [("foljesedel_saknas", "period")]),
        (year_book(["0138", "Tyresö", 2, 2]), "2023", [("oj_ar_olika", "period")]),
        (csv_text(["kommun", "indikator", "svar", "ar"], ["Lund", "aa", 2, 2015]), "2016", [("oj_ar_olika", "period")]),
        (
            book({"ÖJ": [["Öppna jämförelser 2023"], ["Öppna jämförelser 2024"], ["Kommun", "aa"], ["Lund", 2]]}),
            None,
            [("oj_ar_olika", "period")],
        ),
        (csv_text(["Kommun", "rutin", "Rutin"], ["Lund", 2, 2]), "2024", [("dubbel_kolumn", "kolumn C")]),
        (book({"ÖJ": [["Kommun", "rutin", "Rut-in"], ["Lund", 2, 2]]}), "2024", [("oj_indikator_dubbel", "C")]),
        (csv_text(["Indikator", "Lund", "1281"], ["aa", 2, 2]), "2024", [("dubbel_kolumn", "C")]),
        (csv_text(["Indikator", "Lund", "Storköping"], ["aa", 2, 2]), "2024", [("oj_okant_omrade", "C")]),
        (csv_text(["indikator", "svar"], ["aa", "ja"]), "2024", [("saknad_kolumn", "kommunkod")]),
        (csv_text(["Kommun", "Folkmängd"], ["Lund", 120000]), "2024", [("saknad_kolumn", "indikator")]),
        (csv_text(["Kommun", "Social jourverksamhet"]), "2024", [("bara_rubriker", None)]),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_read(content: bytes, period: str | None, wanted: list[tuple[str, str | None]]):
    assert told(refused(content, **({"period": period} if period else {}))) == wanted


def test_two_names_of_the_same_indicator_in_a_file():
    names = [row.namn for row in oj_namn() if row.id == "samverkan_vuxna_kvinnojour"]
    assert len(names) == 2
    assert told(refused(csv_text(["Kommun", *names], ["Lund", 2, 2]), period="2015")) == [("oj_indikator_dubbel", "C")]


def test_a_sheet_named_after_somebody_is_told_by_its_place():
    reading = read(book({"Anna Andersson": [["Kommun", "aa"], ["Lund", "ja"], ["Tyresö", "x"]]}), period="2024")
    assert faults(reading) == [("oj_svar", "blad 1", 3, "B")]


@pytest.mark.parametrize("name", ["900101-9802", "19900101 9802", "070-174 06 05", "rutin x@example.com"])
def test_a_header_with_a_number_or_address_refuses_the_file(name: str):
    assert told(refused(csv_text(["Kommun", name], ["Lund", 2]), period="2024")) == [("far_inte_samlas_in", "B")]
    reading = read(year_book(["1480", f"Göteborg, {name}", 2, 2], ["1281", "Lund", 2, 2]))
    assert faults(reading) == [("oj_omrade", "Kommuner", 8, "A")]


def test_years_in_a_name_are_no_such_number():
    reading = read(csv_text(["Kommun", "Uppföljning 2023-2024"], ["Lund", 2]), period="2024")
    assert list(said(reading)) == [("1281", "namn_uppfoljning_2023_2024")]


# Areas


@pytest.mark.parametrize(
    ("code", "name", "wanted"),
    [
        ("0305", "Håbo", ("kommun", "0305")),
        ("1230", None, ("kommun", "1230")),
        (None, "Habo", ("kommun", "0643")),  # å is not a
        (None, "Upplands-Bro", ("kommun", "0139")),
        (None, "Malung–Sälen", ("kommun", "2023")),
        (None, "Region Gotland", ("kommun", "0980")),
        (None, "Gotlands län", ("lan", "09")),
        (None, "Borås stad", ("kommun", "1490")),
        ("980", "Gotland", ("kommun", "0980")),
        ("00", "Hela riket", ("riket", "riket")),
        ("0180", "Hägersten-Älvsjö", ("stadsdel", "0180_hagersten_alvsjo")),
    ],
)
def test_areas(code: str | None, name: str | None, wanted: tuple[str, str]):
    found = place(code, name)
    assert (found.omrade_typ, found.omrade) == wanted


@given(st.sampled_from(sorted(kommuner())), st.sampled_from(sorted(kommuner())))
def test_a_code_and_a_name_agree_or_are_refused(code: str, other: str):
    if code == other:
        assert place(code, kommuner()[other]) == Place("kommun", code, code)
        return
    try:
        found = place(code, kommuner()[other])
    except UnknownPlaceError:
        return
    raise AssertionError(found)


# What always holds

_ANSWERS = {"2": "ja", "1": "delvis", "0": "nej", "ja": "ja", "Delvis": "delvis", "NEJ": "nej", "..": "okant"}
_TABLE = st.lists(
    st.lists(st.sampled_from(sorted(_ANSWERS)), min_size=3, max_size=3), min_size=1, max_size=5
).filter(lambda rows: all(any(row[i] != ".." for row in rows) for i in range(3)))  # fmt: skip


def _as_csv(rows: list[list[str]], *, turned: bool) -> bytes:
    codes = sorted(kommuner())[: len(rows)]
    if turned:
        columns = ([f"i{j}", *column] for j, column in enumerate(zip(*rows, strict=True)))
        return csv_text(["Indikator", *(kommuner()[c] for c in codes)], *columns)
    return csv_text(["Kommunkod", "i0", "i1", "i2"], *([code, *row] for code, row in zip(codes, rows, strict=True)))


@given(_TABLE)
@settings(deadline=None, max_examples=20)
def test_a_table_says_the_same_whichever_way_it_is_turned(rows: list[list[str]]):
    codes = sorted(kommuner())
    wanted = {(codes[i], f"namn_i{j}"): _ANSWERS[v] for i, row in enumerate(rows) for j, v in enumerate(row)}
    assert said(read(_as_csv(rows, turned=False), period="2024")) == wanted
    assert said(read(_as_csv(rows, turned=True), period="2024")) == wanted


@given(_TABLE, st.data())
@settings(deadline=None, max_examples=20)
def test_a_single_faulty_cell_is_told_at_exactly_its_place(rows: list[list[str]], data: st.DataObject):
    rows = [list(row) for row in rows] + [["ja"] * 3]
    i, j = data.draw(st.integers(0, len(rows) - 1)), data.draw(st.integers(0, 2))
    rows[i][j] = data.draw(st.sampled_from(["3", "japp", "1,5", "2 st", "-1"]))
    reading = read(_as_csv(rows, turned=False), period="2024")
    known = [x for x in reading.parts[0].warnings if x.regel == "okand_kolumn"]
    assert known == []
    assert faults(reading) == [("oj_svar", None, 2 + i, letter(1 + j))]
    assert len(rows_of(reading)) == 3 * (len(rows) - 1) if len(rows) > 1 else True


@given(st.text(max_size=40))
@settings(deadline=None)
def test_no_text_of_a_cell_reaches_a_fault(text: str):
    mark = f"hemligt{text}"
    content = csv_text(["Kommun", "aa", mark], ["Lund", "ja", mark], [mark, "nej", "ja"])
    try:
        (part,) = read(content, period="2024").parts
        told_ = (part.table.faults, part.warnings)
    except Unreadable as error:
        told_ = (error.faults, (str(error), dict(error.facts)))
    assert "hemligt" not in repr(told_)
    assert told_ != ((), ())
