"""How the workbook looks: formats, names of sheets, what stands on every printed page. No content."""

import re
from collections.abc import Sequence
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from assets.report.marken import marken
from assets.report.modell import Framsida

_BASE = {"font_name": "Arial", "font_size": 10, "valign": "top"}
_HANGS = ("för", "eller", "och", "i", "av", "som", "till", "med", "om", "på", "samt", "under", "från", "mot")
"""Words that a name must not end with where it was cut."""
_FORBIDDEN = re.compile(r"[\[\]:*?/\\]")


class Stilar:
    """The workbook's formats, each made once."""

    FARG = "#4B2E83"
    BOTTEN = "#EFEBF5"
    VARNING = "#8A1C1C"

    def __init__(self, book: Workbook) -> None:
        self._book = book
        self._made: dict[tuple[tuple[str, Any], ...], Format] = {}
        self.titel = self.av(bold=True, font_size=18, font_color=self.FARG)
        self.underrubrik = self.av(font_size=11, font_color="#444444")
        self.rubrik = self.av(bold=True, font_size=12, font_color=self.FARG)
        self.text = self.av(text_wrap=True)
        self.etikett = self.av(bold=True, text_wrap=True)
        self.tecken = self.av(bold=True, align="left")
        self.nummer = self.av(align="left", num_format="0")
        self.lank = self.av(underline=1, font_color="#4B2E83")
        self.varning = self.av(bold=True, font_color=self.VARNING)
        head = {"bold": True, "text_wrap": True, "bg_color": self.BOTTEN, "valign": "bottom"}
        self.huvud = self.av(**head, bottom=2, bottom_color=self.FARG)
        self.huvud_tal = self.av(**head, bottom=2, bottom_color=self.FARG, align="right")

    def av(self, **properties: Any) -> Format:
        """A format with these properties beside the common ones."""
        key = tuple(sorted(properties.items()))
        if key not in self._made:
            self._made[key] = self._book.add_format(_BASE | properties)
        return self._made[key]

    def tal(self, pattern: str, **more: Any) -> Format:
        """A number, right aligned."""
        return self.av(num_format=pattern, align="right", **more)


def rent(text: str) -> str:
    """Text for where the library writes it into XML as it is: headings of tables, pages' headers, the file's own data.

    Cells take any text.
    """
    return "".join(c if c.isprintable() or c in "\u00a0\u200b" else "\ufffd" for c in text)


def namnge(wanted: str, taken: set[str]) -> str:
    """A name that a sheet may have, unlike those taken (which it joins): at most 31 characters, cut at a word."""
    name = _FORBIDDEN.sub(" ", "".join(c for c in re.split(r"[:,(]", wanted)[0] if c.isprintable()))
    name = " ".join(name.split()).strip("' ") or "Tabell"
    found = number = 0
    while True:
        end = f" ({number})" if number else ""
        room = 31 - len(end)
        short = name if len(name) <= room else _cut(name, room)
        found_name = f"{short}{end}".strip("' ")
        if found_name.casefold() not in taken:
            taken.add(found_name.casefold())
            return found_name
        number = max(number + 1, 2)
        found += 1


def namnge_alla(titles: Sequence[str], taken: set[str]) -> list[str]:
    """Names of sheets with their numbers. Titles that begin alike are told apart by what comes after the colon."""
    begins = [t.partition(":")[0].strip() for t in titles]
    wanted = []
    for title, begin in zip(titles, begins, strict=True):
        rest = title.partition(":")[2].split()
        wanted.append(f"{begin} {rest[0]}" if rest and begins.count(begin) > 1 else title)
    return [namnge(f"{n} {w}", taken) for n, w in enumerate(wanted, 1)]


def _cut(name: str, room: int) -> str:
    """As many whole words as there is room for, and a mark that more followed; a long first word is cut."""
    words = name[:room].rpartition(" ")[0].split()
    while len(words) > 1 and words[-1].casefold() in _HANGS:
        words.pop()
    return f"{' '.join(words) or name[: room - 1]}…"


def sidan(sheet: Worksheet, front: Framsida) -> None:
    """A4, and on every page what it is, whose, and which edition."""
    sheet.set_paper(9)
    sheet.set_margins(left=0.6, right=0.6, top=0.9, bottom=0.8)
    sheet.hide_gridlines(2)
    marks = " · ".join(marken(front))
    if marks:
        sheet.set_header(f'&C&"Arial,Bold"&9{_code(marks)}')
    left = f"{front.kommun} · utgåva {front.utgava} · {front.dnr}"
    sheet.set_footer(f'&L&"Arial"&8{_code(left)}&R&"Arial"&8Sida &P av &N')


def _code(text: str) -> str:
    """Text in a header: & begins a code there, all of it holds 255 characters, and a digit must not join the size."""
    return " " + rent(text)[:150].replace("&", "&&")
