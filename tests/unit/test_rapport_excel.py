"""The report as a workbook: nothing hidden, no formula, numbers as numbers, every number with its reference."""

import io
import re
import zipfile
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from openpyxl.workbook import Workbook

from assets.report import excel
from assets.report.excel_stil import namnge, namnge_alla
from assets.report.modell import Avsnitt, Lista, Rad, Rapport
from assets.report.siffror import decimaler, delar, tal
from tests.kartlaggning_tools import ANDELAR, TABELL, png, sample


def made(rapport: Rapport, tmp_path: Path) -> tuple[Workbook, dict[str, bytes]]:
    till = tmp_path / "rapport.xlsx"
    excel.skriv(rapport, till)
    content = till.read_bytes()
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        parts = {n: packed.read(n) for n in packed.namelist()}
    return openpyxl.load_workbook(io.BytesIO(content)), parts


def only(*tables: object) -> Rapport:
    return replace(sample(), avsnitt=(Avsnitt("t", "Insatser", 2, tables, "tabeller"),))  # type: ignore[arg-type]


def words(book: Workbook) -> list[str]:
    return [str(c.value) for sheet in book for row in sheet.iter_rows() for c in row if c.value is not None]


@pytest.mark.parametrize("text", ["=1+1", "+46", "-1", "@SUM(A1)", '=HYPERLINK("https://x.se")', "https://x.se", "007"])
def test_text_that_looks_like_a_formula_is_text(text: str, tmp_path: Path):
    table = replace(
        TABELL, ledord=(text,), noter=(text,), rubrik=text, rader=(Rad((text,), TABELL.rader[0].rutor),), nollor=(text,)
    )
    front = replace(sample().framsida, titel=text, kommun=text, dnr=text, text=text)
    book, parts = made(replace(only(table, Lista(((text, text),))), framsida=front), tmp_path)
    assert words(book).count(text) >= 8
    for name, content in parts.items():
        assert b"<f>" not in content and b"<f " not in content, name
        assert b'TargetMode="External"' not in content, name


def test_what_xml_cannot_hold_and_long_or_forbidden_names(tmp_path: Path):
    text = "Vad: [x]/\\?* & <b> {{ 7 }} \u0001 " + "å" * 80
    avsnitt = tuple(
        Avsnitt(f"t{n}", text, 2, (replace(TABELL, id=f"t{n}", tabell=name, rubrik=text, ledord=(text,)),), "tabeller")
        for n, name in enumerate(("insatser", "utfall"))
    )
    rows = tuple(replace(rad, rutor=TABELL.rader[0].rutor) for rad in TABELL.rader)
    avsnitt = (*avsnitt, Avsnitt("tom", text, 2, (replace(TABELL, id="x", tabell="vald", rader=rows[:0]),), "tabeller"))
    front = replace(sample().framsida, titel=text, kommun=text, dnr=text, sekretess=text, namnd=text)
    book, _ = made(replace(sample(), avsnitt=avsnitt, framsida=front), tmp_path)
    assert all(len(n) <= 31 and not re.search(r"[\[\]:*?/\\]", n) for n in book.sheetnames)
    assert len({n.casefold() for n in book.sheetnames}) == len(book.sheetnames)
    assert any("{{ 7 }}" in w and "<b>" in w for w in words(book))


def test_names_of_sheets_are_unlike_and_cut_at_a_word():
    taken = {"framsida"}
    assert namnge("Framsida", taken) == "Framsida (2)"
    assert namnge("'Före och efter': trygghet", taken) == "Före och efter"
    assert namnge("Före och efter: hälsa", taken) == "Före och efter (2)"
    assert namnge("12 Upptäckt och riskbedömning i ärenden", taken) == "12 Upptäckt och riskbedömning…"
    assert namnge("8 Barn som utsatts för eller bevittnat våld", taken) == "8 Barn som utsatts…"
    titles = ("Före och efter: trygghet och hälsa", "Före och efter: våld som upphört", "Våldet: typ")
    assert namnge_alla(titles, set()) == ["1 Före och efter trygghet", "2 Före och efter våld", "3 Våldet"]
    assert namnge("[]", taken) == "Tabell"


def test_an_edition_that_is_over_says_so_on_every_sheet(tmp_path: Path):
    front = replace(sample().framsida, laege="återtagen 2026-05-01: fel i underlaget")
    book, _ = made(replace(sample(), framsida=front), tmp_path)
    said = "UTGÅVAN GÄLLER INTE LÄNGRE: återtagen 2026-05-01"
    assert any(said in str(c.value) for row in book["Alla siffror"].iter_rows(max_row=3) for c in row)
    assert any(said in str(c.value) for row in book["Framsida"].iter_rows() for c in row)
    assert all(said in (sheet.oddHeader.center.text or "") for sheet in book)


def test_nothing_is_hidden_and_nothing_protected_is_in_any_part(tmp_path: Path):
    secret = 48151
    rader = tuple(
        replace(rad, rutor=tuple(replace(x, varde=secret) if x.status == "skyddas" else x for x in rad.rutor))
        for rad in TABELL.rader
    )
    book, parts = made(only(replace(TABELL, rader=rader), ANDELAR), tmp_path)
    for name, content in parts.items():
        assert str(secret).encode() not in content, name
        assert not re.search(rb'hidden="1"|veryHidden|state="hidden"', content), name
    assert not [n for n in parts if re.search("comment|calcChain|externalLink|vba|drawing", n)]
    for sheet in book:
        assert sheet.sheet_state == "visible"
        assert not [c for c in sheet.column_dimensions.values() if c.hidden]
        assert not [r for r in sheet.row_dimensions.values() if r.hidden]


def test_the_same_report_gives_the_same_bytes_dated_by_the_edition(tmp_path: Path):
    book, _ = made(sample(), tmp_path)
    first = (tmp_path / "rapport.xlsx").read_bytes()
    made(sample(), tmp_path)
    assert (tmp_path / "rapport.xlsx").read_bytes() == first
    assert book.properties.created.date() == sample().framsida.expedierad
    assert book.properties.title == sample().framsida.titel
    assert [p.name for p in tmp_path.iterdir()] == ["rapport.xlsx"]


def test_a_released_table_is_one_rectangle_with_numbers(tmp_path: Path):
    book, _ = made(only(TABELL, replace(ANDELAR, tabell="insatser")), tmp_path)
    sheet = book["1 Insatser"]
    rows = [[c.value for c in row] for row in sheet.iter_rows(min_row=6, max_row=10)]
    assert rows[0] == [
        "Mått", "Period", "Insatstyp", "Fråga", "Kvinna", "Man", "Totalt", "Kvinna, lägst", "Kvinna, högst", "Ref.",
    ]  # fmt: skip
    assert rows[1] == ["Beviljade insatser", "2025", "Stödsamtal", None, 1234, "▪", "▪", None, None, "U7-insatser-0"]
    assert rows[2][4:7] == [20, "10–19", "–"]
    assert rows[4][4:] == [0.75, "▪", None, 0.6, 0.86, "U7-utfall-3"]
    share, low = sheet["E10"], sheet["H10"]
    assert (share.number_format, low.number_format, sheet["E7"].number_format) == ("0.0%", "0%", "#,##0")
    assert {sheet["F7"].alignment.horizontal, share.alignment.horizontal} == {"right"}
    assert not [m for m in sheet.merged_cells.ranges if m.min_row <= 10]
    (table,) = sheet.tables.values()
    assert table.ref == "A6:J10"
    assert sheet.print_title_rows == "$6:$6" and sheet.freeze_panes.endswith("7")
    said = words(book)
    assert "Beviljade insatser 2025: alla tal är noll för Kontaktperson." in said
    assert TABELL.noter[0] in said


def test_every_printed_number_stands_once_with_its_reference(tmp_path: Path):
    r = only(TABELL, ANDELAR)
    book, _ = made(r, tmp_path)
    rows = [[c.value for c in row] for row in book["Alla siffror"].iter_rows(min_row=5)]
    by_ref = {row[0]: row for row in rows}
    assert len(by_ref) == len(rows)
    refs = {str(p.ref) for t in r.tabeller for rad in t.rader for x in rad.rutor for p in delar(x) if p.ref}
    refs |= {str(x.ref) for t in r.tabeller for rad in t.rader for x in rad.rutor if x.ref}
    assert set(by_ref) == refs
    assert by_ref["U7-insatser-4"][7:] == [None, "10–19", "visas som spann", 10, 19]
    assert by_ref["U7-insatser-1"][7:] == [None, "▪", "skyddad uppgift", None, None]
    assert by_ref["U7-utfall-5"][3:9] == [
        "Blev tryggare, andel av paren (95 % intervall, högst)", "2025", "Fråga: Upplevd trygghet (1–5)", "Kvinna",
        0.86, "86",
    ]  # fmt: skip


@pytest.mark.parametrize("typ", ["oppen", "sekretessbilaga"])
def test_cover_contents_and_pages_say_what_it_is(typ: str, tmp_path: Path):
    r = sample(typ=typ)
    book, _ = made(r, tmp_path)
    assert book.sheetnames[:3] == ["Framsida", "Innehåll", "Så läser du"]
    cover = [str(c.value) for row in book["Framsida"].iter_rows() for c in row if c.value is not None]
    for said in (r.framsida.titel, "SN 2026/17", "§ 45", "2026-03-02", "2026-04-15", *r.forklaringar):
        assert said in cover
    for sheet in book:
        header = sheet.oddHeader.center.text or ""
        assert "PÅHITTADE UPPGIFTER" in header
        assert (r.framsida.sekretess in header) and sheet.page_setup.paperSize in (9, "9")
        assert str(sheet["A1"].value)
    linked = {row[0].value for row in book["Innehåll"].iter_rows(min_row=4) if row[0].value}
    assert linked == set(book.sheetnames) - {"Framsida", "Innehåll"}


@pytest.mark.parametrize("density", [None, 11811])
def test_the_logo_stands_on_the_cover_two_centimetres_high(density: int | None, tmp_path: Path):
    logo = tmp_path / "logotyp.png"
    logo.write_bytes(png(300, 100, density))
    r = sample()
    book, parts = made(replace(r, framsida=replace(r.framsida, logotyp=str(logo))), tmp_path)

    drawing = parts["xl/drawings/drawing1.xml"].decode()
    assert 'descr="Kommunens logotyp"' in drawing
    ((wide, high),) = re.findall(r'<a:ext cx="(\d+)" cy="(\d+)"/>', drawing)
    assert int(high) / 12700 == pytest.approx(56, abs=1)  # points
    assert int(wide) == pytest.approx(3 * int(high), rel=0.02)
    assert r.framsida.titel in [c.value for c in book["Framsida"]["A"]]
    assert book["Framsida"]["A1"].value is None


def test_a_chapters_extract_is_not_written_once_more_but_other_cells_are(tmp_path: Path):
    part = replace(TABELL, id="utdrag", rader=TABELL.rader[:1])
    full = Avsnitt("t", "Insatser", 2, (TABELL,), "tabeller")
    r = replace(sample(), avsnitt=(Avsnitt("k", "Kapitel", 1, (part, ANDELAR)), full))
    book, _ = made(r, tmp_path)
    assert [n for n in book.sheetnames if n[0].isdigit()] == ["1 Insatser", "2 Blev tryggare"]
    assert len(book["1 Insatser"].tables) == 1


@pytest.mark.parametrize(
    ("text", "number", "places"),
    [("1\u00a0234", 1234, 0), ("75,0 %", 0.75, 1), ("−0,45", -0.45, 2), ("▪", None, 0), ("–", None, 0), (".", None, 0)],
)
def test_printed_numbers_are_read_back(text: str, number: float | None, places: int):
    assert tal(text) == number
    assert decimaler(text) == places
