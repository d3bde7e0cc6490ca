"""Writing the sheets of a form to be filled in: cover, help, answers with drop-downs and plausibility rules.

What a form asks for stands with the form (``arbetsbok_form``, ``_arendeblad_form``). Nothing here is read back.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from sources.readers import letter
from warehouse.contracts.base import Column
from warehouse.contracts.codes import CODES

LISTS = "Listor"
_CREATED = datetime(2020, 1, 1, tzinfo=UTC).replace(tzinfo=None)
"""Fixed, so that the same answers give the same bytes."""
_FIRST_DAY = date(1990, 1, 1)
_PRINTED = 30
_TITLE, _MESSAGE = 32, 255  # what Excel shows at most
_YES_NO = ("Ja", "Nej")
_PERSONS = ("person_id", "barn_id")

_BANDS = {"": "#1F4E5F", "fore": "#2E6B3A", "under": "#8A5A00", "efter": "#5B3A7A"}
_STYLES: Mapping[str, Mapping[str, object]] = {
    "title": {"bold": True, "font_size": 15, "font_color": "#1F4E5F"},
    "head": {"bold": True, "bg_color": "#1F4E5F", "font_color": "#FFFFFF", "border": 1, "text_wrap": True},
    "label": {"bg_color": "#EEF3F5", "border": 1, "text_wrap": True, "valign": "top"},
    "tip": {"italic": True, "font_color": "#555555", "text_wrap": True, "valign": "top"},
    "line": {"text_wrap": True, "valign": "top"},
    "cell": {"border": 1, "text_wrap": True, "valign": "top"},
    "text": {"border": 1, "valign": "top", "border_color": "#BFBFBF", "locked": False, "num_format": "@"},
    "date": {"border": 1, "align": "left", "border_color": "#BFBFBF", "locked": False, "num_format": "yyyy-mm-dd"},
    "integer": {"border": 1, "border_color": "#BFBFBF", "locked": False, "num_format": "0"},
    "number": {"border": 1, "border_color": "#BFBFBF", "locked": False, "num_format": "0.##"},
    "missing": {"bg_color": "#FFE699"},
    "twice": {"bg_color": "#F8CBAD"},
}


@dataclass(frozen=True, slots=True)
class Field:
    """A column to fill in: its header, what is said of it, and what may stand there."""

    title: str
    help: str
    column: Column
    required: bool
    band: str = ""
    """Part of the form, by colour: ``fore``, ``under``, ``efter`` or none."""
    not_before: str | None = None
    """Title of the column with the day that this one may not come before."""
    box: bool = False
    """Answered with Ja or Nej although the column holds codes: one column a code."""
    unique: bool = False

    @property
    def header(self) -> str:
        """As it stands in the sheet: what must be filled in has a star."""
        return f"{self.title} *" if self.required else self.title


class Book:
    """A workbook being written: its styles, and the code lists that its drop-downs use."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        self.book = book
        self.styles: dict[str, Format] = {name: book.add_format(dict(style)) for name, style in _STYLES.items()}
        for band, colour in _BANDS.items():
            style = {**_STYLES["head"], "bg_color": colour, "valign": "top"}
            self.styles[f"band_{band}"] = book.add_format(style)
        self.lists: dict[tuple[str, ...], str] = {}

    def drop_down(self, labels: tuple[str, ...]) -> str:
        """The range that holds a list: Excel takes no more than 255 characters in the rule itself."""
        place = letter(len(self.lists))
        return self.lists.setdefault(labels, f"={LISTS}!${place}$1:${place}${len(labels)}")

    def write_lists(self) -> None:
        """The hidden sheet with the lists: last, when all of them are known."""
        sheet = self.book.add_worksheet(LISTS)
        for place, labels in enumerate(self.lists):
            sheet.write_column(0, place, labels)
        sheet.protect()
        sheet.hide()


@contextmanager
def form(path: Path, title: str) -> Iterator[Book]:
    """A workbook to write in; closed, with its lists, when the block ends."""
    with xlsxwriter.Workbook(str(path)) as workbook:
        workbook.set_properties({"title": title, "created": _CREATED})
        book = Book(workbook)
        yield book
        book.write_lists()


def write_help(book: Book, title: str, lines: Sequence[str]) -> None:
    """The sheet that is read first."""
    sheet = book.book.add_worksheet("Läs mig")
    sheet.set_column(0, 0, 110)
    sheet.write_string(0, 0, title, book.styles["title"])
    for row, line in enumerate(lines, start=2):
        sheet.write_string(row, 0, line, book.styles["line"])
        sheet.set_row(row, _height((line, 110)))
    _finish(sheet, freeze=0)


def write_examples(book: Book, parts: Mapping[str, Sequence[Field]], example: Mapping[str, str]) -> None:
    """Every column with what it means, what may stand there, and an invented answer.

    ``example`` has answers by column name where the general one would not do.
    """
    sheet = book.book.add_worksheet("Exempel")
    heads = ("Blad", "Kolumn", "Måste fyllas i", "Vad som avses", "Så skrivs det", "PÅHITTAT exempel")
    widths = (24, 38, 15, 46, 60, 26)
    for place, width in enumerate(widths):
        sheet.set_column(place, place, width)
    sheet.write_row(0, 0, heads, book.styles["head"])
    row = 1
    for name, fields in parts.items():
        for field in fields:
            answer = "Ja" if field.box else example.get(field.column.name) or _example(field.column)
            must = "Ja" if field.required else ""
            line = (name, field.header, must, _meaning(field), _allowed(field), answer)
            sheet.write_row(row, 0, line, book.styles["cell"])
            sheet.set_row(row, _height(*zip(line, widths, strict=True)))
            row += 1
    _finish(sheet)


def write_answers(
    book: Book,
    name: str,
    fields: Sequence[Field],
    records: Sequence[Mapping[str, str | None]],
    *,
    rows: int,
    frozen: int = 1,
) -> None:
    """A sheet with a header row and room for ``rows`` records; ``records`` has answers by title, as codes and ISO."""
    sheet = book.book.add_worksheet(name)
    rows = max(rows, len(records) + 20)
    places = {field.title: place for place, field in enumerate(fields)}
    sheet.set_row(0, 62 if any(field.band for field in fields) else 34)
    for place, field in enumerate(fields):
        style = book.styles[_style(field)]
        sheet.set_column(place, place, _width(field))
        sheet.write_string(0, place, field.header, book.styles[f"band_{field.band}"])
        for row in range(rows):
            text = records[row].get(field.title) if row < len(records) else None
            _write(sheet, row + 1, place, field, text, style)
        sheet.data_validation(1, place, rows, place, _rule(book, field, places))
        area = (1, place, rows, place)
        here = letter(place)
        if field.unique:
            twice = f'=AND({here}2<>"",COUNTIF(${here}$2:${here}${rows + 1},{here}2)>1)'
            sheet.conditional_format(*area, {"type": "formula", "criteria": twice, "format": book.styles["twice"]})
        if field.required:
            missing = f"=AND(ISBLANK({here}2),COUNTA($A2:${letter(len(fields) - 1)}2)>0)"
            sheet.conditional_format(*area, {"type": "formula", "criteria": missing, "format": book.styles["missing"]})
    _finish(sheet, frozen=frozen, wide=len(fields) > _PRINTED)


def write_cover(
    book: Book, name: str, lines: Sequence[tuple[str, str, str, tuple[str, ...] | None]], locked: Sequence[str]
) -> None:
    """The cover: (question, answer, tip, what to choose from); ``locked`` questions are not changed."""
    sheet = book.book.add_worksheet(name)
    widths = (36, 44, 78)
    for place, width in enumerate(widths):
        sheet.set_column(place, place, width)
    sheet.write_row(0, 0, ("Uppgift", "Svar", "Förklaring"), book.styles["head"])
    for row, (title, answer, tip, choices) in enumerate(lines, start=1):
        sheet.write_string(row, 0, title, book.styles["label"])
        sheet.set_row(row, _height(*zip((title, answer, tip), widths, strict=True)))
        style = book.styles["label" if title in locked else "text"]
        if answer:
            sheet.write_string(row, 1, answer, style)
        else:
            sheet.write_blank(row, 1, None, style)
        sheet.write_string(row, 2, tip, book.styles["tip"])
        if choices:
            sheet.data_validation(
                row, 1, row, 1,
                {
                    "validate": "list", "source": book.drop_down(choices),
                    "error_title": "Välj ur listan", "error_message": "Välj ett av svaren i listan.",
                },
            )  # fmt: skip
    _finish(sheet)


def _write(sheet: Worksheet, row: int, place: int, field: Field, text: str | None, style: Format) -> None:
    """An answer as a person would have entered it; what is no date or number stays text."""
    column = field.column
    if text is None:
        sheet.write_blank(row, place, None, style)
        return
    if column.codes:
        labels = CODES["ja_nej" if field.box else column.codes]
        sheet.write_string(row, place, "; ".join(labels.get(code, code) for code in text.split(";")), style)
        return
    try:
        if column.kind == "date":
            sheet.write_datetime(row, place, datetime.combine(date.fromisoformat(text), datetime.min.time()), style)
            return
        if column.kind in {"integer", "number"}:
            sheet.write_number(row, place, float(text), style)
            return
    except ValueError:
        pass
    sheet.write_string(row, place, text, style)


def _rule(book: Book, field: Field, places: Mapping[str, int]) -> dict[str, object]:
    """Help when the cell is chosen, and what Excel itself refuses."""
    column = field.column
    says: dict[str, object] = {
        "validate": "any",
        "input_title": field.title[:_TITLE],
        "input_message": _cut(f"{_meaning(field).rstrip('.')}. {_allowed(field)}"),
    }
    if column.codes and (field.box or column.kind == "code"):
        choices = _YES_NO if field.box else tuple(CODES[column.codes].values())
        return says | {
            "validate": "list", "source": book.drop_down(choices),
            "error_title": "Välj ur listan", "error_message": "Välj ett av svaren i listan, eller lämna rutan tom.",
        }  # fmt: skip
    if column.kind == "date":
        least: object = _FIRST_DAY
        told = "Skriv ett datum som ÅÅÅÅ-MM-DD, inte senare än i dag."
        if field.not_before is not None and field.not_before in places:
            least = f"=MAX(DATE(1990,1,1),${letter(places[field.not_before])}2)"
            told = f"Skriv ett datum som ÅÅÅÅ-MM-DD, inte före {field.not_before.lower()} och inte senare än i dag."
        return says | {
            "validate": "date", "criteria": "between", "minimum": least, "maximum": "=TODAY()",
            "error_title": "Datumet går inte", "error_message": _cut(told),
        }  # fmt: skip
    if column.kind in {"integer", "number"}:
        return says | {
            "validate": "integer" if column.kind == "integer" else "decimal", "criteria": "between",
            "minimum": column.minimum or 0, "maximum": column.maximum if column.maximum is not None else 1e9,
            "error_title": "Talet går inte", "error_message": _cut(f"{_allowed(field)} Skriv bara siffror."),
        }  # fmt: skip
    return says


def _meaning(field: Field) -> str:
    """What is said of a column to the one who fills it in: the pseudonym is made later and elsewhere."""
    if field.box:
        return "Förekom detta slag?"
    return field.help.partition(", pseudonymiserat")[0]


def _allowed(field: Field) -> str:
    column = field.column
    if column.name in _PERSONS:
        return "Personnummer, samordningsnummer eller ert eget id. Byts mot en pseudonym innan något sparas."
    if column.kind == "pseudonym":
        return "Ert eget id, samma i alla blad. Byts mot en pseudonym innan något sparas."
    if field.box:
        return "Välj Ja eller Nej; tomt betyder att det inte är känt."
    if column.codes and column.kind == "codes":
        return "En eller flera, med semikolon emellan: " + "; ".join(CODES[column.codes].values()) + "."
    if column.codes:
        return "Välj: " + ", ".join(CODES[column.codes].values()) + "."
    if column.kind == "date":
        return "Datum, ÅÅÅÅ-MM-DD."
    if column.kind in {"integer", "number"} and column.maximum is not None:
        return f"Ett tal från {column.minimum or 0:.0f} till {column.maximum:.0f}."
    if column.kind in {"integer", "number"}:
        return "Ett tal."
    return "Utan namn och utan personnummer."


def _example(column: Column) -> str:
    if column.codes:
        return next(iter(CODES[column.codes].values()))
    if column.kind == "date":
        return "2025-03-01"
    if column.kind in {"integer", "number"}:
        return "3"
    return "PÅHITTAD-1" if column.kind == "pseudonym" else "enhet_1"


def _style(field: Field) -> str:
    kind = field.column.kind
    return kind if kind in {"date", "integer", "number"} and not field.box else "text"


def _width(field: Field) -> float:
    return 23 if field.column.kind in {"code", "codes", "pseudonym"} and not field.box else 13


def _cut(text: str) -> str:
    return text if len(text) <= _MESSAGE else text[: _MESSAGE - 1].rstrip() + "…"


def _height(*texts: tuple[str, float]) -> float:
    """Room for the tallest of some wrapped texts, each with the width of its column in characters."""
    return 16 * max(-(-len(text) // max(int(width * 0.95), 1)) or 1 for text, width in texts)


def _finish(sheet: Worksheet, *, freeze: int = 1, frozen: int = 0, wide: bool = False) -> None:
    """What every sheet has: headers in view, fits a page in width, only the answer cells can be changed."""
    if freeze:
        sheet.freeze_panes(freeze, frozen)
    sheet.hide_gridlines(2)
    sheet.set_landscape()
    sheet.set_paper(9)
    if wide:  # on one page nobody could read it
        sheet.set_print_scale(70)
        sheet.repeat_rows(0)
        sheet.repeat_columns(0, max(frozen - 1, 0))
    else:
        sheet.fit_to_pages(1, 0)
    sheet.protect("", {"format_columns": True, "format_rows": True})
