"""The sheet that lists what to correct, as XML. Runs only in the marking child."""

from collections.abc import Mapping, Sequence
from copy import deepcopy
from typing import Any

from lxml import etree

from sources.marking.package import DEFAULT, Package, insert_before, tag

FIRST = "Leverans"
"""What A1 says; B1 holds the number."""
_WIDTHS = (12, 20, 8, 24, 58, 58)
_HEADERS = ("Gå till", "Blad", "Rad", "Kolumn", "Vad som är fel", "Gör så här")
_ADVICE = (
    "Så här gör du",
    "1. Klicka på en ruta i kolumnen Gå till. Rutorna som ska rättas är gula med röd ram och har en kommentar.",
    "2. Rätta direkt i den här arbetsboken och spara den. Färgen ligger kvar när du har rättat: det ska den göra.",
    "3. Skicka tillbaka arbetsboken som den är, med det här bladet kvar. Den ersätter den förra leveransen.",
)
_NOTES = "Bra att veta (behöver inte rättas)"
_AFTER_FONTS = ("fills", "borders", "cellStyleXfs", "cellXfs", "cellStyles", "dxfs", "tableStyles", "colors", "extLst")
_AFTER_FILLS = _AFTER_FONTS[1:]
_AFTER_DXFS = _AFTER_FONTS[6:]

Row = Mapping[str, Any]
"""A mark as ``sources.marking.Mark`` has it, with ``till``: the cell to go to, or None."""


def look(package: Package, styles: str) -> tuple[dict[str, int], int]:
    """Add the summary's cell styles and the mark's look to the workbook; gives their numbers (the mark's last)."""
    root = package.tree(styles)
    fonts, fills = _list(root, "fonts", _AFTER_FONTS), _list(root, "fills", _AFTER_FILLS)
    xfs, dxfs = _list(root, "cellXfs", _AFTER_FONTS[4:]), _list(root, "dxfs", _AFTER_DXFS)
    bold, link = _font(fonts, "b"), _font(fonts, "u", color="FF0563C1")
    dark = _fill("FF1F4E5F")
    white = _font(fonts, "b", color="FFFFFFFF")
    fills.append(dark)
    header = len(fills) - 1
    kinds = {
        "text": _xf(xfs),
        "bold": _xf(xfs, font=bold),
        "wrap": _xf(xfs, wrap=True),
        "link": _xf(xfs, font=link, wrap=True),
        "header": _xf(xfs, font=white, fill=header, wrap=True),
    }
    mark = etree.SubElement(dxfs, tag("dxf"))
    mark.append(_fill("FFFFD966", differential=True))
    border = etree.SubElement(mark, tag("border"))
    for side in ("left", "right", "top", "bottom"):
        etree.SubElement(etree.SubElement(border, tag(side), style="thin"), tag("color"), rgb="FFC00000")
    for many in (fonts, fills, xfs, dxfs):
        many.set("count", str(len(many)))
    return kinds, len(dxfs) - 1


def sheet(leverans_id: int, rows: Sequence[Row], more: int, kinds: Mapping[str, int]) -> bytes:
    """The whole sheet. ``more`` is how many faults are not listed."""
    root = etree.Element(tag("worksheet"), nsmap=DEFAULT)
    about = etree.SubElement(root, tag("sheetPr"))
    etree.SubElement(about, tag("tabColor"), rgb="FFC00000")
    etree.SubElement(about, tag("pageSetUpPr"), fitToPage="1")
    views = etree.SubElement(root, tag("sheetViews"))
    etree.SubElement(views, tag("sheetView"), showGridLines="0", tabSelected="1", workbookViewId="0")
    columns = etree.SubElement(root, tag("cols"))
    for n, width in enumerate(_WIDTHS, start=1):
        etree.SubElement(columns, tag("col"), min=str(n), max=str(n), width=str(width), customWidth="1")
    lines = _Lines(etree.SubElement(root, tag("sheetData")), kinds)
    lines.add((FIRST, "bold"), (leverans_id, "bold"))
    for n, words in enumerate(_ADVICE):
        lines.add((words, "text" if n else "bold"))
    wrong = [r for r in rows if not r["att_veta"]]
    lines.add((_count(len(wrong) + more), "bold"))
    lines.add()
    links: list[tuple[str, str]] = []
    _table(lines, wrong, links)
    if more:
        lines.add((f"... och {more} till. Alla står i listan leverans-{leverans_id}-fellista.csv.", "bold"))
    if notes := [r for r in rows if r["att_veta"]]:
        lines.add()
        lines.add((_NOTES, "bold"))
        _table(lines, notes, links)
    guard = {"sheet": "1", "objects": "1", "scenarios": "1", "formatColumns": "0", "formatRows": "0"}
    etree.SubElement(root, tag("sheetProtection"), guard)
    if links:
        linked = etree.SubElement(root, tag("hyperlinks"))
        for ref, location in links:
            etree.SubElement(linked, tag("hyperlink"), ref=ref, location=location)
    etree.SubElement(root, tag("pageSetup"), orientation="landscape", paperSize="9", fitToHeight="0")
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _table(lines: "_Lines", rows: Sequence[Row], links: list[tuple[str, str]]) -> None:
    if not rows:
        return
    lines.add(*((h, "header") for h in _HEADERS))
    for row in rows:
        goal = row["till"]
        words = goal or ("Hela bladet" if row["blad"] else "Hela filen")
        cells = (row["blad"] or "", row["rad"] or "", row["kolumn"] or "", row["fel"], row["gor_sa_har"])
        number = lines.add((words, "link" if goal else "wrap"), *((c, "wrap") for c in cells))
        if goal:
            quoted = row["blad"].replace("'", "''")
            links.append((f"A{number}", f"'{quoted}'!{goal}"))


def _count(faults: int) -> str:
    if faults == 1:
        return "Det är en sak att rätta."
    return f"Det är {faults} saker att rätta." if faults else "Det finns inget som måste rättas."


class _Lines:
    """Rows of a sheet, written one after another. Text is always text: nothing becomes a formula."""

    def __init__(self, data: etree._Element, kinds: Mapping[str, int]) -> None:
        self._data = data
        self._kinds = kinds
        self._number = 0

    def add(self, *cells: tuple[str | int, str]) -> int:
        """A row of (value, style); returns its number."""
        self._number += 1
        row = etree.SubElement(self._data, tag("row"), r=str(self._number))
        # Not every program makes room for wrapped text by itself.
        fits = (len(str(v)) * 1.15 / w for (v, kind), w in zip(cells, _WIDTHS, strict=False) if kind == "wrap")
        row.attrib.update({"ht": str(15 * (1 + int(max(fits, default=0)))), "customHeight": "1"})
        for letter, (value, kind) in zip("ABCDEF", cells, strict=False):
            cell = etree.SubElement(row, tag("c"), r=f"{letter}{self._number}", s=str(self._kinds[kind]))
            if isinstance(value, int):
                etree.SubElement(cell, tag("v")).text = str(value)
            elif value:
                cell.set("t", "inlineStr")
                etree.SubElement(etree.SubElement(cell, tag("is")), tag("t")).text = value
        return self._number


def _list(root: etree._Element, name: str, following: tuple[str, ...]) -> etree._Element:
    found = root.find(tag(name))
    if found is None:
        found = etree.Element(tag(name))
        insert_before(root, found, following)
    return found


def _font(fonts: etree._Element, *marks: str, color: str | None = None) -> int:
    """The workbook's first font, with these marks (b, u) and colour: the number of the new one."""
    font = deepcopy(fonts[0]) if len(fonts) else etree.Element(tag("font"))
    for child in list(font):
        if etree.QName(child).localname in (*marks, *(["color"] if color else [])):
            font.remove(child)
    # The schema's order: b, i, strike, ..., color, sz, u, vertAlign, name, ...
    if "b" in marks:
        font.insert(0, etree.Element(tag("b")))
    if color:
        insert_before(font, etree.Element(tag("color"), rgb=color), ("sz", "u", "vertAlign", "name", "rFont", "family"))
    if "u" in marks:
        insert_before(font, etree.Element(tag("u")), ("vertAlign", "name", "rFont", "family", "charset", "scheme"))
    fonts.append(font)
    return len(fonts) - 1


def _fill(rgb: str, *, differential: bool = False) -> etree._Element:
    fill = etree.Element(tag("fill"))
    pattern = etree.SubElement(fill, tag("patternFill"), patternType="solid")
    etree.SubElement(pattern, tag("fgColor"), rgb=rgb)
    # In a conditional format the background colour is the one that is seen.
    etree.SubElement(pattern, tag("bgColor"), {"rgb": rgb} if differential else {"indexed": "64"})
    return fill


def _xf(xfs: etree._Element, *, font: int = 0, fill: int = 0, wrap: bool = False) -> int:
    said = {"numFmtId": "0", "fontId": str(font), "fillId": str(fill), "borderId": "0", "xfId": "0"}
    xf = etree.SubElement(xfs, tag("xf"), said | {"applyFont": "1", "applyFill": "1", "applyAlignment": "1"})
    lies = {"vertical": "top", "horizontal": "left"} | ({"wrapText": "1"} if wrap else {})
    etree.SubElement(xf, tag("alignment"), lies)
    return len(xfs) - 1
