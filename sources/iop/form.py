"""Writes the IOP report's Excel form, empty or filled in. Its looks are in ``iop_layout``; reading it is ``iop``."""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from sources.iop.example import EXAMPLE_FIGURES, EXAMPLE_REASONS
from sources.iop.layout import COVER, COVER_HEADERS, EXAMPLE, FIGURES, HELP, KON, LATEST, LIMIT, Cell, FormRow
from sources.iop.rules import control, control_formula
from warehouse.contracts.codes import CODES
from warehouse.contracts.errors import UserError
from warehouse.contracts.omvarld import IopRapport
from warehouse.contracts.reference import kommuner

__all__ = ["EXAMPLE_FIGURES", "EXAMPLE_REASONS", "FIRST_YEAR", "JOUR", "LAST_YEAR", "usable", "write_form"]

JOUR = next(re.compile(c.pattern) for c in IopRapport.columns() if c.name == "jour" and c.pattern)
FIRST_YEAR, LAST_YEAR = 1975, 2100

_REASONS = CODES["saknas_orsak_jour"]
_REASON, _CONTROL = len(KON) + 1, len(KON) + 2
_LEFT = {"Rätta": "att rätta", "Fyll i": "att fylla i", "Se över": "att se över"}
_REMAINS = "Rader kvar i bladet Uppgifter: "
_INVENTED = "PÅHITTADE UPPGIFTER – inte en riktig rapport"
_TIPS = {
    "kommun": "Kommunen som har avtalet (IOP) med jouren. Är den fel: be om ett nytt formulär.",
    "kommunkod": "Kommunens fyra siffror.",
    "ar": "Verksamhetsåret som siffrorna gäller, 1 januari till 31 december.",
    "jour": "Jourens namn, skrivet lika varje år.",
    "pahittad": "Den enda rutan att ändra här. Nej för en riktig rapport. Ja bara för övningar och exempel.",
    "formularversion": "Visar vilket formulär det är.",
}
_HELP: tuple[tuple[str, str], ...] = (
    ("header", "Så fyller ni i rapporten"),
    ("label", "1. Titta på försättsbladet: är det rätt kommun, år och jour? Är något fel: be kommunen om ett nytt."),
    (
        "label",
        "2. Skriv årets antal i bladet Uppgifter. Bara hela tal, utan ord. Vita rutor fylls i, rutor med – inte.",
    ),
    ("label", "3. Noll (0) betyder att ni har räknat och att det inte var någon."),
    ("label", "4. Tom ruta betyder att ni inte vet. Välj då i listan Saknas, orsak varför. Gissa inte."),
    ("label", "5. Vet ni totalen men inte hur den fördelas: skriv totalen, lämna delarna tomma och välj orsak."),
    (
        "label",
        "6. Kolumnen Kontroll säger OK, vad som är kvar att fylla i, vad som ska rättas eller är värt att se över.",
    ),
    ("label", "7. Bladet Exempel (påhittat) visar en ifylld rapport."),
    ("label", "8. Skriv aldrig namn, personnummer, adresser eller annat om enskilda, någonstans i filen."),
    ("label", "9. Verksamhetsberättelsen, lägesbilden och annat i löpande text skickas för sig, inte i den här filen."),
    ("label", "10. Spara som Excel-arbetsbok (.xlsx), utan lösenord. Lägg inte till rader, kolumner eller blad."),
    ("label", "11. Är något fel får ni tillbaka samma fil med rutorna markerade. Rätta i den och skicka den igen."),
    ("header", "Vad som räknas"),
)
_CREATED = datetime(2020, 1, 1, tzinfo=UTC).replace(tzinfo=None)
"""Fixed, so that the same figures give the same bytes."""
_BOX = {"border": 1, "valign": "vcenter"}
_FORMATS: Mapping[str, Mapping[str, Any]] = {
    "header": _BOX | {"indent": 1, "bold": True, "bg_color": "#1F4E5F", "font_color": "#FFFFFF", "text_wrap": True},
    "heading": {"indent": 1, "bold": True, "bg_color": "#CFDDE2", "top": 1, "bottom": 1, "valign": "vcenter"},
    "label": _BOX | {"indent": 1, "bg_color": "#EEF3F5", "text_wrap": True},
    "grey": _BOX | {"bg_color": "#D9D9D9", "font_color": "#404040", "align": "center"},
    "number": _BOX | {"locked": False, "num_format": "0"},
    "text": _BOX | {"indent": 1, "locked": False, "num_format": "@", "text_wrap": True},
    "shown_number": _BOX | {"num_format": "0"},
    "shown_text": _BOX | {"indent": 1, "text_wrap": True},
    "tip": {"indent": 1, "font_color": "#404040", "text_wrap": True, "valign": "vcenter"},
    "control": _BOX | {"indent": 1, "text_wrap": True},
    "warning": {"bold": True, "font_color": "#9C0006"},
    "mend": {"bold": True, "bg_color": "#FFC7CE", "font_color": "#7A0006"},
    "look": {"bg_color": "#FFEB9C", "font_color": "#5C4400"},
    "fine": {"font_color": "#1E5C1E"},
}
_Styles = Mapping[str, Format]


def write_form(
    path: Path,
    *,
    kommun: str,
    ar: int,
    jour: str,
    figures: Mapping[Cell, int | None] | None = None,
    reasons: Mapping[str, str] | None = None,
    pahittad: bool = False,
) -> None:
    """Writes the form's latest version for one jour and year, empty or with figures.

    Args:
        path: The workbook to write.
        kommun: Kommunkod of the kommun that has the agreement.
        ar: The year reported.
        jour: The jour's name.
        figures: Antal per (post, kon); what is not there is left blank.
        reasons: Post to the code of why figures are missing (``saknas_orsak_jour``).
        pahittad: Whether the cover says that everything in it is invented.

    Raises:
        UserError: where kommunkod, year or jour cannot be used.
        ValueError: where figures or reasons are given for boxes that the form does not have.
    """
    usable(kommun, ar, jour)
    figures, reasons = figures or {}, reasons or {}
    if not (
        set(figures) <= set(LATEST.cells)
        and set(reasons) <= set(LATEST.posts)
        and set(reasons.values()) <= set(_REASONS)
    ):
        raise ValueError("figures for boxes that the form does not have")
    answers = {
        "kommun": kommuner()[kommun],
        "kommunkod": kommun,
        "ar": str(ar),
        "jour": jour,
        "pahittad": "ja" if pahittad else "nej",
        "formularversion": LATEST.version,
    }
    book = xlsxwriter.Workbook(str(path))
    try:
        book.set_properties({"title": f"IOP-rapport {ar}", "created": _CREATED})
        book.set_custom_property("formularversion", LATEST.version)
        styles = {name: book.add_format(dict(look)) for name, look in _FORMATS.items()}
        _write_help(book.add_worksheet(HELP), styles)
        given = {cell: antal for cell, antal in figures.items() if antal is not None}
        controls = [control(LATEST, post, given, reason=post in reasons) for post in LATEST.posts]
        _write_cover(book, book.add_worksheet(COVER), styles, answers, controls)
        sheet = book.add_worksheet(FIGURES)
        _write_figures(sheet, styles, figures, reasons)
        _let_fill_in(book, sheet, styles)
        _write_example(book.add_worksheet(EXAMPLE), styles)
    finally:
        book.close()


def usable(kommun: str, ar: int, jour: str) -> None:
    """Raises UserError where a form cannot be made for that kommun, year and jour."""
    if kommun not in kommuner():
        raise UserError("Kommunkoden finns inte. Skriv fyra siffror, till exempel 0114.")
    if not FIRST_YEAR <= ar <= LAST_YEAR:
        raise UserError(f"Året ska vara mellan {FIRST_YEAR} och {LAST_YEAR}.")
    if not JOUR.match(jour) or jour != jour.strip():
        raise UserError("Jourens namn ska ha 2 till 60 tecken, utan siffror, @ och semikolon.")


def _write_help(sheet: Worksheet, styles: _Styles) -> None:
    sheet.set_column(0, 0, 52)
    sheet.set_column(1, 1, 78)
    row = 0
    for style, line in _HELP:
        sheet.merge_range(row, 0, row, 1, line, styles[style])
        row += 1
    for one in LATEST.rows:
        sheet.write_string(row, 0, one.title, styles["label" if one.post else "heading"])
        sheet.write_string(row, 1, one.tip, styles["shown_text" if one.post else "heading"])
        row += 1
    _finish(sheet, portrait=True)


def _write_cover(
    book: xlsxwriter.Workbook, sheet: Worksheet, styles: _Styles, answers: Mapping[str, str], controls: Sequence[str]
) -> None:
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 1, 42)
    sheet.set_column(2, 2, 62)
    sheet.write_row(0, 0, COVER_HEADERS, styles["header"])
    for row, (name, title) in enumerate(LATEST.cover.items(), start=1):
        sheet.set_row(row, 32)
        sheet.write_string(row, 0, title, styles["label"])
        sheet.write_string(row, 1, answers[name], styles["text" if name == "pahittad" else "shown_text"])
        sheet.write_string(row, 2, _TIPS[name], styles["tip"])
        book.define_name(f"iop_{name}", f"='{COVER}'!$B${row + 1}")
    place = list(LATEST.cover).index("pahittad") + 1
    sheet.data_validation(
        place, 1, place, 1,
        {
            "validate": "list", "source": ["nej", "ja"], "ignore_blank": False,
            "input_title": "Påhittade uppgifter", "input_message": _TIPS["pahittad"],
            "error_title": "Välj ja eller nej", "error_message": "Välj nej för en riktig rapport, ja för en övning.",
        },
    )  # fmt: skip
    invented = _INVENTED if answers["pahittad"] == "ja" else ""
    sheet.write_formula(
        len(LATEST.cover) + 2, 0, f'=IF(B{place + 1}="ja","{_INVENTED}","")', styles["warning"], invented
    )
    left = ", ".join(f"{sum(says.startswith(start) for says in controls)} {what}" for start, what in _LEFT.items())
    sheet.write_formula(len(LATEST.cover) + 3, 0, _left_formula(), styles["fine"], f"{_REMAINS}{left}")
    _finish(sheet)


def _left_formula() -> str:
    """How many rows the control column says to mend, to fill in and to look at."""
    area = f"{FIGURES}!$G$2:$G${len(LATEST.rows) + 1}"
    counts = (f'SUMPRODUCT((LEFT({area},{len(start)})="{start}")*1)&" {what}' for start, what in _LEFT.items())
    return f'="{_REMAINS}"&' + ', "&'.join(counts) + '"'


def _write_figures(
    sheet: Worksheet,
    styles: _Styles,
    figures: Mapping[Cell, int | None],
    reasons: Mapping[str, str],
    *,
    first: int = 0,
    shown: str = "",
) -> None:
    """The table of figures from row ``first`` (0 is the top); ``shown`` is a prefix of the locked styles."""
    sheet.set_column(0, 0, 46)
    sheet.set_column(1, len(KON), 11)
    sheet.set_column(_REASON, _REASON, 24)
    sheet.set_column(_CONTROL, _CONTROL, 52)
    sheet.set_row(first, 32)
    sheet.write_row(first, 0, LATEST.headers, styles["header"])
    given = {cell: antal for cell, antal in figures.items() if antal is not None}
    for row, one in enumerate(LATEST.rows, start=first + 1):
        if one.post is None:
            sheet.write_string(row, 0, one.title, styles["heading"])
            for column in range(1, len(LATEST.headers)):
                sheet.write_blank(row, column, None, styles["heading"])
            continue
        sheet.set_row(row, 31)
        sheet.write_string(row, 0, one.title, styles["label"])
        for column, kon in enumerate(KON, start=1):
            if kon not in one.kon:
                sheet.write_string(row, column, "–", styles["grey"])
            elif (one.post, kon) in given:
                sheet.write_number(row, column, given[one.post, kon], styles[f"{shown}number"])
            else:
                sheet.write_blank(row, column, None, styles[f"{shown}number"])
        reason = _REASONS.get(reasons.get(one.post, ""), "")
        sheet.write(row, _REASON, reason or None, styles[f"{shown}text"])
        says = control(LATEST, one.post, given, reason=bool(reason))
        if shown:
            sheet.write_string(row, _CONTROL, says, styles["control"])
        else:
            sheet.write_formula(row, _CONTROL, control_formula(LATEST, one.post), styles["control"], says)


def _let_fill_in(book: xlsxwriter.Workbook, sheet: Worksheet, styles: _Styles) -> None:
    """Drop-downs, help texts and colours; what the colours mean is said in words too."""
    for row, one in enumerate(LATEST.rows, start=1):
        if one.post is None:
            continue
        first = list(KON).index(one.kon[0]) + 1
        sheet.data_validation(row, first, row, len(KON), _number_box(one))
        sheet.data_validation(
            row, _REASON, row, _REASON,
            {
                "validate": "list", "source": list(_REASONS.values()),
                "input_title": "Saknas något på raden?",
                "input_message": "Välj varför. Är alla rutor på raden ifyllda lämnas den här tom.",
                "error_title": "Välj ur listan", "error_message": "Välj en orsak ur listan, eller lämna rutan tom.",
            },
        )  # fmt: skip
        book.define_name(f"iop_{one.post}", f"='{FIGURES}'!$B${row + 1}:$F${row + 1}")
    for start, style in (("Rätta", "mend"), ("Se över", "look"), ("OK", "fine")):
        sheet.conditional_format(
            1, _CONTROL, len(LATEST.rows), _CONTROL,
            {"type": "text", "criteria": "begins with", "value": start, "format": styles[style]},
        )  # fmt: skip
    _finish(sheet, freeze=1)


def _number_box(row: FormRow) -> dict[str, Any]:
    return {
        "validate": "integer", "criteria": "between", "minimum": 0, "maximum": LIMIT,
        "input_title": row.title.lstrip("– ")[:32], "input_message": f"{row.tip} 0 om noll, tomt om ni inte vet.",
        "error_title": "Bara hela tal",
        "error_message": "Skriv ett helt tal med siffror, utan ord. Vet ni inte: lämna rutan tom och välj orsak.",
    }  # fmt: skip


def _write_example(sheet: Worksheet, styles: _Styles) -> None:
    sheet.write_string(
        0, 0, "PÅHITTAT EXEMPEL: så här kan en ifylld rapport se ut. Bladet läses inte in.", styles["warning"]
    )
    _write_figures(sheet, styles, EXAMPLE_FIGURES, EXAMPLE_REASONS, first=1, shown="shown_")
    _finish(sheet, freeze=2, header="PÅHITTAT EXEMPEL")


def _finish(sheet: Worksheet, *, freeze: int = 1, header: str = "IOP-rapport", portrait: bool = False) -> None:
    """What every sheet has: headers in view, one A4 wide in print, only the boxes to fill in can be changed."""
    sheet.freeze_panes(freeze, 0)
    sheet.repeat_rows(0, freeze - 1)
    sheet.hide_gridlines(2)
    if not portrait:
        sheet.set_landscape()
    sheet.set_paper(9)
    sheet.set_margins(left=0.4, right=0.4)
    sheet.set_header(f"&L{header}: &A")
    sheet.set_footer("&RSidan &P av &N")
    sheet.fit_to_pages(1, 0)
    sheet.protect("", {"format_columns": True, "format_rows": True})
