"""The IOP report's Excel form: its layout, and writing it. Reading a filled-in form is ``sources.iop``."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import xlsxwriter

from warehouse.contracts.codes import CODES
from warehouse.contracts.errors import UserError
from warehouse.contracts.reference import kommuner

VERSION = "iop-1"
COVER, FIGURES, HELP = "Försättsblad", "Uppgifter", "Läs mig"

COVER_HEADERS = ("Uppgift", "Svar")
COVER_FIELDS: Mapping[str, str] = {
    "kommun": "Kommun",
    "kommunkod": "Kommunkod",
    "ar": "År",
    "jour": "Jour",
    "formularversion": "Formulärversion",
}
KON: Mapping[str, str] = {
    "kvinna": "Kvinnor",
    "man": "Män",
    "annat_okant": "Annat eller okänt",
    "totalt": "Totalt",
}
FIGURE_HEADERS = ("Post", *KON.values(), "Saknas, orsak")

_TIPS = {
    "kommun": "Kommunen som har avtalet (IOP) med jouren.",
    "kommunkod": "Fyra siffror, till exempel 0114.",
    "ar": "Verksamhetsåret som siffrorna gäller.",
    "jour": "Jourens namn, utan siffror.",
    "formularversion": "Ändras inte.",
}
_HELP = (
    "Så fyller du i rapporten",
    "1. Kontrollera försättsbladet: kommun, år och jourens namn.",
    "2. Skriv årets antal i bladet Uppgifter. Bara siffror, utan enhet.",
    "3. Noll betyder att ni har räknat och att det inte var någon. Vet ni inte: lämna rutan tom.",
    "4. Är en ruta tom kan ni välja varför i kolumnen Saknas, orsak.",
    "5. Gäller siffran inte personer (till exempel nätter) räcker det att fylla i Totalt.",
    "6. Fyller ni i alla tre delarna ska de tillsammans bli totalen.",
    "7. Skriv inga namn, personnummer eller adresser någonstans i rapporten.",
    "8. Ändra inte rubriker, rader eller blad: då går rapporten inte att läsa in.",
)
_CREATED = datetime(2020, 1, 1, tzinfo=UTC).replace(tzinfo=None)
"""Fixed, so that the same figures give the same bytes."""
_LIMIT = 1_000_000
_HEADER_STYLE = {"bold": True, "bg_color": "#1F4E5F", "font_color": "#FFFFFF", "border": 1, "text_wrap": True}
_LABEL_STYLE = {"bg_color": "#EEF3F5", "border": 1, "text_wrap": True, "valign": "vcenter"}
_INPUT_STYLE = {"border": 1, "locked": False, "valign": "vcenter"}
_TIP_STYLE = {"italic": True, "font_color": "#555555", "text_wrap": True}


def write_form(
    path: Path,
    *,
    kommun: str,
    ar: int,
    jour: str,
    figures: Mapping[tuple[str, str], int | None] | None = None,
) -> None:
    """Writes the form for one jour and year, empty or with figures.

    Args:
        path: The workbook to write.
        kommun: Kommunkod of the kommun that has the agreement.
        ar: The year reported.
        jour: The jour's name.
        figures: Antal per (post, kon); what is not there is left blank.

    Raises:
        UserError: where the kommunkod is not known.
    """
    if kommun not in kommuner():
        raise UserError("Kommunkoden finns inte. Skriv fyra siffror, till exempel 0114.")
    book = xlsxwriter.Workbook(str(path))
    try:
        book.set_properties({"title": f"IOP-rapport {ar}", "created": _CREATED})
        styles = {
            "header": book.add_format(_HEADER_STYLE),
            "label": book.add_format(_LABEL_STYLE),
            "number": book.add_format(_INPUT_STYLE | {"num_format": "0"}),
            "text": book.add_format(_INPUT_STYLE | {"num_format": "@"}),
            "tip": book.add_format(_TIP_STYLE),
        }
        answers = {
            "kommun": kommuner()[kommun],
            "kommunkod": kommun,
            "ar": str(ar),
            "jour": jour,
            "formularversion": VERSION,
        }
        _write_cover(book.add_worksheet(COVER), styles, answers)
        _write_figures(book.add_worksheet(FIGURES), styles, figures or {})
        _write_help(book.add_worksheet(HELP), styles)
    finally:
        book.close()


def _write_cover(
    sheet: xlsxwriter.worksheet.Worksheet,
    styles: Mapping[str, xlsxwriter.format.Format],
    answers: Mapping[str, str],
) -> None:
    sheet.set_column(0, 0, 20)
    sheet.set_column(1, 1, 42)
    sheet.set_column(2, 2, 48)
    sheet.write_row(0, 0, COVER_HEADERS, styles["header"])
    for row, (name, title) in enumerate(COVER_FIELDS.items(), start=1):
        sheet.write_string(row, 0, title, styles["label"])
        style = styles["label"] if name == "formularversion" else styles["text"]
        sheet.write_string(row, 1, answers[name], style)
        sheet.write_string(row, 2, _TIPS[name], styles["tip"])
    _finish(sheet)


def _write_figures(
    sheet: xlsxwriter.worksheet.Worksheet,
    styles: Mapping[str, xlsxwriter.format.Format],
    figures: Mapping[tuple[str, str], int | None],
) -> None:
    posts = CODES["iop_post"]
    last, reason = len(posts), len(FIGURE_HEADERS) - 1
    sheet.set_column(0, 0, 50)
    sheet.set_column(1, reason - 1, 12)
    sheet.set_column(reason, reason, 24)
    sheet.set_row(0, 32)
    sheet.write_row(0, 0, FIGURE_HEADERS, styles["header"])
    for row, (post, title) in enumerate(posts.items(), start=1):
        sheet.write_string(row, 0, title, styles["label"])
        for column, kon in enumerate(KON, start=1):
            antal = figures.get((post, kon))
            if antal is None:
                sheet.write_blank(row, column, None, styles["number"])
            else:
                sheet.write_number(row, column, antal, styles["number"])
        sheet.write_blank(row, reason, None, styles["text"])
    sheet.data_validation(
        1, 1, last, reason - 1,
        {
            "validate": "integer", "criteria": "between", "minimum": 0, "maximum": _LIMIT,
            "error_title": "Bara heltal", "error_message": "Skriv ett antal med siffror, eller lämna rutan tom.",
        },
    )  # fmt: skip
    sheet.data_validation(
        1, reason, last, reason,
        {
            "validate": "list", "source": list(CODES["saknas_orsak_jour"].values()),
            "error_title": "Välj ur listan", "error_message": "Välj en orsak ur listan, eller lämna rutan tom.",
        },
    )  # fmt: skip
    _finish(sheet)


def _write_help(sheet: xlsxwriter.worksheet.Worksheet, styles: Mapping[str, xlsxwriter.format.Format]) -> None:
    sheet.set_column(0, 0, 100)
    for row, line in enumerate(_HELP):
        sheet.write_string(row, 0, line, styles["header"] if row == 0 else styles["label"])
    _finish(sheet)


def _finish(sheet: xlsxwriter.worksheet.Worksheet) -> None:
    """What every sheet has: headers in view, fits a page, only the answer cells can be changed."""
    sheet.freeze_panes(1, 0)
    sheet.hide_gridlines(2)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.protect("", {"format_columns": True})
