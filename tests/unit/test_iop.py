"""The IOP report as a jour fills it in: what is wrong first, each fault at its cell, then that no figure changes."""

import io
import zipfile
from datetime import date
from typing import Any

import openpyxl
import pytest
import xlsxwriter

from quality.validation import parse
from sources import iop
from sources.base import Part, Reading, Unreadable
from sources.iop.form import EXAMPLE_FIGURES, EXAMPLE_REASONS
from sources.recognition import recognise
from sources.registry import SOURCES
from tests.report_tools import altered, saved, written
from warehouse.contracts.codes import CODES
from warehouse.contracts.delivery import Fault
from warehouse.contracts.faults import RULES
from warehouse.contracts.omvarld import IopRapport

JOUR = "Kvinnojouren Prov"
KNOWN = {"kalla": "iop", "tabell": "iop_rapport"}
FACTS = {"kalla": "iop", "namnd": "0114", "avsandare": JOUR, "omfang": "periodutdrag", "period": "2019"}
COVER, FIGURES = "Försättsblad", "Uppgifter"
# Where the form asks for what, as a person who looks at it would say.
ROWS = {"kontakter": 3, "kontakter_heder": 4, "kontakttillfallen": 6, "boende_vuxna": 8, "boendenatter": 10,
        "boendenatter_vuxna": 11, "boendenatter_barn": 12, "barn_skolplats": 16, "enkat_svar": 19, "enkat_hjalpta": 20,
        "otillrackliga_insatser": 22, "utatriktade_deltagare": 25, "volontarer": 27, "volontartimmar": 28}  # fmt: skip


def whole_form(**more: Any) -> bytes:
    """A report with nothing to remark on."""
    filled: dict[str, Any] = {"figures": EXAMPLE_FIGURES, "reasons": EXAMPLE_REASONS}
    return written(kommun="0114", ar=2019, jour=JOUR, **(filled | more))


def placed(**cells: Any) -> dict[tuple[str, str], Any]:
    """``Uppgifter_F2="..."`` by sheet and cell."""
    return {(place.split("_")[0], place.split("_")[1]): value for place, value in cells.items()}


def form(**cells: Any) -> bytes:
    return altered(whole_form(), placed(**cells))


def read(content: bytes) -> tuple[Reading, Part]:
    reading = iop.read(content, {})
    return reading, reading.parts[0]


def judged(content: bytes) -> list[Fault]:
    """All faults of a form that is taken in: the reader's and the contract's."""
    table = read(content)[1].table
    return sorted([*table.faults, *parse(IopRapport, table, date(2020, 1, 31))[1]], key=lambda f: (f.rad, f.bokstav))


def refused(content: bytes) -> Unreadable:
    with pytest.raises(Unreadable) as caught:
        iop.read(content, {})
    for fault in caught.value.faults:
        assert RULES[fault.regel].hel
    return caught.value


def cover(regel: str, row: int | None, name: str | None = None, letter: str | None = "B") -> Fault:
    return Fault(regel, row, name, COVER, bokstav=letter)


def at(regel: str, post: str, letter: str, column: str = "antal") -> Fault:
    return Fault(regel, ROWS[post], column, FIGURES, bokstav=letter)


# The file


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600  # how .xls begins, and a workbook with a password


@pytest.mark.parametrize(
    ("content", "regel"),
    [
        (b"", "tom_fil"),
        (b"Post;Kvinnor\n", "iop_oppnas_inte"),
        (b"PK", "iop_oppnas_inte"),
        (b"%PDF-1.7", "iop_oppnas_inte"),
        (OLE, "iop_oppnas_inte"),
    ],
    ids=["empty", "csv", "cut", "pdf", "xls or password"],
)
def test_what_is_no_workbook_is_refused_and_still_known_as_a_report(content: bytes, regel: str) -> None:
    error = refused(content)
    assert error.faults == (Fault(regel),)
    assert error.facts == KNOWN


def test_a_workbook_that_was_cut_on_the_way_is_refused() -> None:
    content = whole_form()
    assert refused(content[: len(content) // 2]).faults == (Fault("iop_oppnas_inte"),)


def test_a_workbook_with_macros_is_refused_whatever_it_is_called() -> None:
    out = io.BytesIO(whole_form())
    with zipfile.ZipFile(out, "a") as package:
        package.writestr("xl/vbaProject.bin", b"\0")
    assert refused(out.getvalue()).faults == (Fault("iop_makro"),)


def test_a_form_that_nobody_filled_in_never_replaces_a_report() -> None:
    error = refused(whole_form(figures={}, reasons={}))
    assert error.faults == (Fault("iop_inget_ifyllt", blad=FIGURES),)
    assert error.facts == KNOWN | FACTS


def test_a_single_figure_or_reason_is_a_report() -> None:
    for filled in (
        {"figures": {("volontarer", "totalt"): 0}, "reasons": {}},
        {"figures": {}, "reasons": {"volontarer": "annat"}},
    ):
        rows = records(read(whole_form(**filled))[1])
        assert [r["post"] for r in rows] == list(CODES["iop_post"])
        assert sum(r["antal"] is not None or r["saknas_orsak"] is not None for r in rows) == 1


# The form


@pytest.mark.parametrize(
    ("cells", "faults"),
    [
        (
            {"Uppgifter_B1": "Män", "Uppgifter_C1": "Kvinnor"},
            [("iop_ombyggd", 1, None, "B"), ("iop_ombyggd", 1, None, "C")],
        ),
        ({"Uppgifter_F1": None}, [("iop_ombyggd", 1, None, "F")]),
        ({"Uppgifter_A3": "Annat vi gjorde"}, [("iop_ombyggd", 3, "post", "A")]),
        ({"Uppgifter_A29": None}, [("iop_ombyggd", 29, "post", "A")]),
        ({"Uppgifter_A7": "Hus"}, [("iop_ombyggd", 7, "post", "A")]),
        (
            {"Uppgifter_A27": "Volontärtimmar", "Uppgifter_A28": "Volontärer"},
            [("iop_ombyggd", 27, "post", "A"), ("iop_ombyggd", 28, "post", "A")],
        ),
    ],
)
def test_a_rebuilt_form_is_refused_at_every_cell_that_is_not_the_forms(
    cells: dict[str, Any], faults: list[tuple[Any, ...]]
) -> None:
    error = refused(form(**cells))
    assert [(f.regel, f.rad, f.kolumn, f.bokstav) for f in error.faults] == faults
    assert {f.blad for f in error.faults} == {FIGURES}
    assert error.facts == KNOWN | FACTS


def test_a_row_put_in_is_told_once_where_it_was_put_in() -> None:
    book = openpyxl.load_workbook(io.BytesIO(whole_form()))
    book[FIGURES].insert_rows(5)
    assert refused(saved(book)).faults == (Fault("iop_ombyggd", 5, "post", FIGURES, bokstav="A"),)


def test_a_column_put_in_is_told_at_the_headers_that_moved() -> None:
    book = openpyxl.load_workbook(io.BytesIO(whole_form()))
    book[FIGURES].insert_cols(6)
    assert [f.bokstav for f in refused(saved(book)).faults] == ["F", "G"]


@pytest.mark.parametrize("sheets", [[COVER], [FIGURES], [COVER, FIGURES]])
@pytest.mark.parametrize("rename", [True, False])
def test_a_sheet_that_is_gone_or_renamed_is_asked_for_by_its_name(sheets: list[str], rename: bool) -> None:
    book = openpyxl.load_workbook(io.BytesIO(whole_form()))
    for place, sheet in enumerate(sheets):
        if rename:
            book[sheet].title = f"Blad{place}"
        else:
            del book[sheet]
    error = refused(saved(book))
    assert error.faults == tuple(Fault("bladet_saknas", blad=sheet) for sheet in sheets)
    assert error.facts == (KNOWN | FACTS if COVER not in sheets else KNOWN)


def test_everything_that_refuses_a_form_is_told_at_once() -> None:
    cells = {"Försättsblad_B2": "Boden", "Försättsblad_B4": "i fjol", "Försättsblad_B5": None, "Uppgifter_A3": "x"}
    error = refused(form(**cells))
    assert set(error.faults) == {
        cover("iop_kommun", 2, "kommun"),
        cover("iop_ar", 4, "ar"),
        cover("iop_forsattsblad_tomt", 5, "jour"),
        Fault("iop_ombyggd", 3, "post", FIGURES, bokstav="A"),
    }
    assert error.facts == KNOWN | {"namnd": "0114", "omfang": "periodutdrag"}


@pytest.mark.parametrize(
    ("cell", "value", "fault"),
    [
        ("B2", "Boden", cover("iop_kommun", 2, "kommun")),
        ("B2", None, cover("iop_forsattsblad_tomt", 2, "kommun")),
        ("B3", "9999", cover("iop_kommunkod", 3, "kommunkod")),
        ("B3", "Väsby", cover("iop_kommunkod", 3, "kommunkod")),
        ("B4", "i fjol", cover("iop_ar", 4, "ar")),
        ("B4", "2019-2020", cover("iop_ar", 4, "ar")),
        ("B4", "1066", cover("iop_ar", 4, "ar")),
        ("B4", None, cover("iop_forsattsblad_tomt", 4, "ar")),
        ("B5", "Jour 7", cover("iop_jour", 5, "jour")),
        ("B5", "jour@prov.example", cover("iop_jour", 5, "jour")),
        ("B5", " ", cover("iop_forsattsblad_tomt", 5, "jour")),
        ("B6", "kanske", cover("iop_pahittad", 6, "pahittad")),
        ("B6", None, cover("iop_forsattsblad_tomt", 6, "pahittad")),
        ("B7", "iop-99", cover("iop_version", 7, "formularversion")),
        ("B7", None, cover("iop_version", 7, "formularversion")),
        ("A7", "Version", cover("iop_ombyggd", None, None, None)),
        ("A4", "Period", cover("iop_ombyggd", 4, None, "A")),
        ("B1", "Värde", cover("iop_ombyggd", 1)),
    ],
)
def test_a_cover_that_cannot_be_used_is_refused_at_its_cell(cell: str, value: str | None, fault: Fault) -> None:
    error = refused(form(**{f"Försättsblad_{cell}": value}))
    assert error.faults == (fault,)
    lost = {"B3": "namnd", "B4": "period", "B5": "avsandare", "A4": "period"}.get(cell)
    assert error.facts == {k: v for k, v in (KNOWN | FACTS).items() if k != lost}


def test_a_kommunkod_that_excel_made_a_number_keeps_its_meaning() -> None:
    assert read(form(Försättsblad_B3=114, Försättsblad_B4=2019))[0].facts == FACTS


def test_invented_reports_say_so_and_others_say_nothing() -> None:
    assert read(whole_form(pahittad=True))[0].facts == FACTS | {"syntetisk": True}
    assert read(form(Försättsblad_B6="Nej"))[0].facts == FACTS


# The figures


BAD = {
    "word": ("ca 17", "heltal"),
    "unit": ("12 st", "heltal"),
    "decimal": (3.5, "heltal"),
    "decimal comma": ("3,5", "heltal"),
    "percent": (0.5, "heltal"),
    "date": (date(2019, 3, 4), "heltal"),
    "truth": (True, "heltal"),
    "negative": (-4, "utanfor_granser"),
    "too large": (1_000_001, "utanfor_granser"),
    "error": ("#DIV/0!", "iop_formel"),
}


@pytest.mark.parametrize("kind", BAD)
@pytest.mark.parametrize(("post", "letter"), [("kontakter", "C"), ("boendenatter", "E"), ("volontartimmar", "E")])
def test_what_is_no_figure_costs_its_row_and_is_told_at_its_cell(kind: str, post: str, letter: str) -> None:
    value, regel = BAD[kind]
    content = form(**{f"Uppgifter_{letter}{ROWS[post]}": value})
    assert judged(content) == [at(regel, post, letter)]
    table = read(content)[1].table
    good, _ = parse(IopRapport, table, date(2020, 1, 31))
    left = set(good.loc[good["rad"] != ROWS[post], "post"])
    assert left == set(CODES["iop_post"]) - {post}


@pytest.mark.parametrize(
    ("cells", "faults"),
    [
        ({"Uppgifter_E3": 125}, [at("iop_summa", "kontakter", "E")]),
        ({"Uppgifter_D3": None, "Uppgifter_B3": 130}, [at("iop_summa", "kontakter", "E")]),
        ({"Uppgifter_B4": 119, "Uppgifter_E4": 120}, [at("iop_darav", "kontakter_heder", "B")]),
        (
            {"Uppgifter_B4": 0, "Uppgifter_C4": 0, "Uppgifter_D4": 125, "Uppgifter_E4": 125},
            [at("iop_darav", "kontakter_heder", "D"), at("iop_darav", "kontakter_heder", "E")],
        ),
        ({"Uppgifter_E19": 61}, [at("iop_svar", "enkat_svar", "E")]),
        ({"Uppgifter_E20": 42}, [at("iop_darav", "enkat_hjalpta", "E")]),
        ({"Uppgifter_E10": 1474}, [at("iop_natter", "boendenatter", "E")]),
        ({"Uppgifter_E10": 1476}, [at("iop_natter", "boendenatter", "E")]),
        ({"Uppgifter_E10": 600, "Uppgifter_E12": None}, [at("iop_natter", "boendenatter", "E")]),
    ],
)
def test_figures_that_cannot_be_true_together_cost_the_row_that_is_told(
    cells: dict[str, Any], faults: list[Fault]
) -> None:
    content = form(**cells)
    assert judged(content) == faults
    gone = {fault.rad for fault in faults}
    assert set(read(content)[1].table.rows) == {row for row in range(3, 30) if row not in HEADINGS} - gone


HEADINGS = {7, 15, 17, 21, 23, 26}


def test_all_that_is_wrong_in_a_row_is_told_at_once() -> None:
    cells = {"Uppgifter_B3": "många", "Uppgifter_C3": 200, "Uppgifter_D3": -1, "Uppgifter_F3": "Vet ej"}
    assert judged(form(**cells)) == [
        at("heltal", "kontakter", "B"),
        at("utanfor_granser", "kontakter", "D"),
        at("iop_summa", "kontakter", "E"),
        at("iop_orsak", "kontakter", "F", "saknas_orsak"),
    ]


@pytest.mark.parametrize(
    ("cells", "notes"),
    [
        ({"Uppgifter_E6": 123}, [at("iop_fa_tillfallen", "kontakttillfallen", "E")]),
        ({"Uppgifter_B11": 16, "Uppgifter_E11": 16, "Uppgifter_E10": 679}, [
            at("iop_fa_natter", "boendenatter_vuxna", "B"), at("iop_fa_natter", "boendenatter_vuxna", "E"),
        ]),
        ({"Uppgifter_E12": 21 * 366 + 1, "Uppgifter_E10": 21 * 366 + 813}, [
            at("iop_manga_natter", "boendenatter_barn", "E"),
        ]),
        ({"Uppgifter_E16": 22}, [at("iop_skolplats", "barn_skolplats", "E")]),
        ({"Uppgifter_E24": 0}, [at("iop_deltagare", "utatriktade_deltagare", "E")]),
        ({"Uppgifter_E27": 0}, [at("iop_volontartimmar", "volontartimmar", "E")]),
        ({"Uppgifter_F27": "Annan orsak"}, [at("iop_orsak_utan_tomt", "volontarer", "F", "saknas_orsak")]),
        ({"Uppgifter_E27": None}, [at("iop_tomt", "volontarer", "E")]),
        ({"Uppgifter_F12": None}, [at("iop_tomt", "boendenatter_barn", "B")]),
    ],
)  # fmt: skip
def test_what_is_odd_is_told_and_read(cells: dict[str, Any], notes: list[Fault]) -> None:
    content = form(**cells)
    assert judged(content) == []
    assert list(read(content)[1].warnings) == notes
    assert {r["post"] for r in records(read(content)[1])} == set(CODES["iop_post"])


def test_a_blank_is_not_a_zero_and_keeps_its_reason() -> None:
    rows = {(r["post"], r["kon"]): (r["antal"], r["saknas_orsak"]) for r in records(read(whole_form())[1])}
    assert rows["nekade_barn_platsbrist", "totalt"] == ("0", None)
    assert rows["otillrackliga_insatser", "totalt"] == (None, "raknas_inte")
    assert [rows["boendenatter_barn", kon] for kon in ("kvinna", "man", "annat_okant", "totalt")] == [
        (None, "gar_inte_att_ta_fram"), (None, "gar_inte_att_ta_fram"), (None, "gar_inte_att_ta_fram"), ("663", None),
    ]  # fmt: skip
    assert ("volontarer", "kvinna") not in rows


@pytest.mark.parametrize("mark", ["-", "–", "..", " "])
def test_a_mark_for_nothing_is_a_blank(mark: str) -> None:
    content = form(Uppgifter_E27=mark)
    assert list(read(content)[1].warnings) == [at("iop_tomt", "volontarer", "E")]


def test_a_figure_is_the_same_however_it_is_typed() -> None:
    for typed in (1260, 1260.0, "1260", "1 260", "1\u00a0260", " 1260,0 "):
        rows = records(read(form(Uppgifter_E28=typed))[1])
        assert [r["antal"] for r in rows if r["post"] == "volontartimmar"] == ["1260"]


def test_a_faulty_formula_is_no_blank_in_the_reason_either() -> None:
    content = form(Uppgifter_F22="#N/A")
    assert judged(content) == [at("iop_formel", "otillrackliga_insatser", "F", "saknas_orsak")]


# What stands beside the form


def note(row: int, letter: str | None, sheet: str = FIGURES) -> Fault:
    return Fault("iop_utanfor", row, None, sheet, bokstav=letter)


@pytest.mark.parametrize(
    ("cells", "notes"),
    [
        ({"Uppgifter_B27": 9}, [note(27, "B")]),
        ({"Uppgifter_C7": "x", "Uppgifter_F7": "y"}, [note(7, "C"), note(7, "F")]),
        ({"Uppgifter_H3": "en anteckning", "Uppgifter_H9": "en till"}, [note(3, "H")]),
        ({"Uppgifter_A31": "Tack!", "Uppgifter_B40": 7}, [note(31, None)]),
        ({"Uppgifter_G3": "OK, tycker vi"}, []),
        ({"Försättsblad_E2": "ring mig"}, [note(2, "E", COVER)]),
        ({"Försättsblad_A11": "ring mig"}, [note(11, None, COVER)]),
        ({"Försättsblad_C2": "en tanke"}, []),
    ],
)
def test_what_stands_outside_the_boxes_is_told_of_and_not_read(cells: dict[str, Any], notes: list[Fault]) -> None:
    reading, part = read(form(**cells))
    assert sorted(part.warnings, key=lambda f: f.bokstav or "") == notes
    assert records(part) == records(read(whole_form())[1])
    assert reading.facts == FACTS


def test_a_pasted_table_beside_the_form_is_told_of_once_a_column() -> None:
    pasted = {f"Uppgifter_{letter}{row}": 1 for letter in "IJK" for row in range(1, 60)}
    assert [(f.rad, f.bokstav) for f in read(form(**pasted))[1].warnings] == [(1, "I"), (1, "J"), (1, "K")]


def test_sheets_of_their_own_are_told_of_without_their_names() -> None:
    book = openpyxl.load_workbook(io.BytesIO(whole_form()))
    book.create_sheet("Anteckningar om Anna")["A1"] = 7
    book.create_sheet("Mer")
    assert read(saved(book))[1].warnings == (Fault("iop_extra_blad"),)


@pytest.mark.parametrize(
    ("cells", "rattar"),
    [
        ({"A1": "Leverans", "B1": 17}, {"rattar": 17}),
        ({"A1": "Leverans", "B1": "17"}, {"rattar": 17}),
        ({"A1": "Leverans", "B1": "sjutton"}, {}),
        ({"A1": "Leverans"}, {}),
        ({"A1": "Något annat", "B1": 17}, {}),
        ({}, {}),
    ],
)
def test_a_workbook_that_was_sent_back_says_what_it_corrects(cells: dict[str, Any], rattar: dict[str, int]) -> None:
    book = openpyxl.load_workbook(io.BytesIO(whole_form()))
    summary = book.create_sheet("Att rätta")
    for cell, value in cells.items():
        summary[cell] = value
    reading, part = read(saved(book))
    assert reading.facts == FACTS | rattar
    assert part.warnings == ()
    book[FIGURES]["A3"] = "x"
    assert refused(saved(book)).facts == KNOWN | FACTS | rattar


# Older forms, other programs


OLD = [
    "Våldsutsatta som kontaktat jouren", "Medföljande barn med förskole- eller skolplats",
    "Vuxna som bott i jourens boende", "Medföljande barn som bott i jourens boende", "Nätter i jourens boende",
    "Nekade plats på grund av platsbrist", "Volontärer", "Volontärtimmar", "Fast anställda", "Utåtriktade aktiviteter",
]  # fmt: skip


def old_form(*figures: list[int | None]) -> bytes:
    """The form's first version, word for word as it was sent out."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet("Försättsblad")
        for row, line in enumerate((
            ("Uppgift", "Svar"), ("Kommun", "Upplands Väsby", "Kommunen som har avtalet (IOP) med jouren."),
            ("Kommunkod", "0114", "Fyra siffror, till exempel 0114."), ("År", "2019", "Verksamhetsåret."),
            ("Jour", JOUR, "Jourens namn, utan siffror."), ("Formulärversion", "iop-1", "Ändras inte."),
        )):  # fmt: skip
            sheet.write_row(row, 0, line)
        sheet = book.add_worksheet("Uppgifter")
        sheet.write_row(0, 0, ("Post", "Kvinnor", "Män", "Annat eller okänt", "Totalt", "Saknas, orsak"))
        for row, title in enumerate(OLD, start=1):
            sheet.write_row(row, 0, [title, *(figures[row - 1] if row <= len(figures) else [])])
        book.add_worksheet("Läs mig").write(0, 0, "Så fyller du i rapporten")
    return out.getvalue()


def test_a_report_in_the_first_version_is_still_read_and_said_to_be_old() -> None:
    content = old_form(
        [118, 4, 2, 124], [None, None, None, 9], [17, 0, 0, 17], [11, 10, 0, 21], [None, None, None, 812]
    )
    reading, part = read(content)
    assert reading.facts == FACTS
    assert judged(content) == []
    found = {(r["post"], r["kon"]): r["antal"] for r in records(part) if r["antal"] is not None}
    assert found == {
        ("kontakter", "kvinna"): "118", ("kontakter", "man"): "4", ("kontakter", "annat_okant"): "2",
        ("kontakter", "totalt"): "124", ("barn_skolplats", "totalt"): "9", ("boende_vuxna", "kvinna"): "17",
        ("boende_vuxna", "man"): "0", ("boende_vuxna", "annat_okant"): "0", ("boende_vuxna", "totalt"): "17",
        ("boende_barn", "kvinna"): "11", ("boende_barn", "man"): "10", ("boende_barn", "annat_okant"): "0",
        ("boende_barn", "totalt"): "21", ("boendenatter", "totalt"): "812",
    }  # fmt: skip
    # A total alone was enough then; five rows are wholly blank.
    assert [(f.regel, f.rad) for f in part.warnings] == [("iop_aldre", None), *(("iop_tomt", n) for n in range(7, 12))]


@pytest.mark.parametrize(
    ("cells", "fault"),
    [
        ({"Uppgifter_E2": 125}, Fault("iop_summa", 2, "antal", FIGURES, bokstav="E")),
        ({"Uppgifter_C2": "fyra"}, Fault("heltal", 2, "antal", FIGURES, bokstav="C")),
        ({"Uppgifter_F3": "Kanske"}, Fault("iop_orsak", 3, "saknas_orsak", FIGURES, bokstav="F")),
    ],
)
def test_a_fault_in_the_first_version_is_told_at_its_cell(cells: dict[str, Any], fault: Fault) -> None:
    assert judged(altered(old_form([118, 4, 2, 124]), placed(**cells))) == [fault]


def test_a_row_of_the_first_version_that_was_moved_refuses_it() -> None:
    error = refused(altered(old_form([1, 0, 0, 1]), {(FIGURES, "A3"): OLD[0]}))
    assert error.faults == (Fault("iop_ombyggd", 3, "post", FIGURES, bokstav="A"),)
    assert error.facts == KNOWN | FACTS


def test_saved_by_another_program_it_says_the_same() -> None:
    content = whole_form()
    again = altered(altered(content, {}), {})
    # Another program puts its own order, styles and shared strings, and drops what formulas came to.
    assert again != content
    assert read(again)[0].facts == read(content)[0].facts
    assert records(read(again)[1]) == records(read(content)[1])
    assert read(again)[1].warnings == ()


# Which file it is


def test_a_report_is_known_without_a_delivery_note_also_when_a_sheet_is_gone() -> None:
    contents = [whole_form(), old_form([1, 0, 0, 1])]
    for sheet in (COVER, FIGURES):
        book = openpyxl.load_workbook(io.BytesIO(contents[0]))
        del book[sheet]
        contents.append(saved(book))
    for content in contents:
        assert recognise(content, "rapport.xlsx", SOURCES, {}).kalla == "iop"


def records(part: Part) -> list[dict[str, Any]]:
    frame = part.table.frame.astype(object)
    return frame.where(frame.notna(), None).to_dict("records")
