"""The child process of ``sources.marking``: an order (JSON, one line) and a workbook in, the marked copy out."""

import json
import re
import resource
import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from lxml import etree

from sources.marking import notes as _mark_notes
from sources.marking import summary as _mark_summary
from sources.marking.package import RELATIONS, Package, insert_before, tag

SUMMARY = "Att rätta"
FIRST = _mark_summary.FIRST
MACRO, FOREIGN = 4, 5
"""Exit codes: the workbook holds macros; it is written in a way that is not handled."""

_MEMORY = 3 << 30
_SECONDS = 50
_SIGN = '"att_ratta"="att_ratta"'
"""A condition that always holds, by which our own formats are found again."""
_SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
_SELECTED = re.compile(rb"""(<(?:\w+:)?sheetView\b[^>]*?)\s+tabSelected=(?:"[^"]*"|'[^']*')""")
# fmt: off
_AFTER_FORMATS = (
    "dataValidations", "hyperlinks", "printOptions", "pageMargins", "pageSetup", "headerFooter", "rowBreaks",
    "colBreaks", "customProperties", "cellWatches", "ignoredErrors", "smartTags", "drawing", "legacyDrawing",
    "legacyDrawingHF", "drawingHF", "picture", "oleObjects", "controls", "webPublishItems", "tableParts", "extLst",
)
# fmt: on
_CHUNK = 100
_ROWS, _COLUMNS = 1_048_576, 16_384

Box = tuple[int, int, int, int]
"""First row, first column, last row, last column, from 1."""


class _Foreign(Exception):
    """The workbook is not written as the standard's transitional form, which all spreadsheets use."""


def main() -> int:
    """Mark one workbook; nothing but the result is written."""
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    order = json.loads(sys.stdin.buffer.readline())
    package = Package(sys.stdin.buffer.read())
    if any(name.lower().endswith("vbaproject.bin") for name in package.parts):
        return MACRO
    try:
        _mark(package, order["leverans"], order["marks"], order["fler"])
    except _Foreign:
        return FOREIGN
    sys.stdout.buffer.write(package.content())
    return 0


def _mark(package: Package, leverans_id: int, marks: Sequence[dict[str, Any]], more: int) -> None:
    book = next((target for kind, target in package.related("").values() if kind == "officeDocument"), "")
    if book not in package.parts or package.tree(book).tag != tag("workbook"):
        raise _Foreign
    styles = next((target for kind, target in package.related(book).values() if kind == "styles"), None)
    if styles is None or styles not in package.parts:
        raise _Foreign
    _drop_summary(package, book)
    sheets = dict(_sheets(package, book))
    folded = {name.strip().casefold(): name for name in sheets}
    for part in sheets.values():
        _clean(package, part)
    kinds, look = _mark_summary.look(package, styles)
    wanted: dict[str, list[dict[str, Any]]] = {}
    for mark in marks:
        mark["till"] = None
        if mark["blad"] is None:
            continue
        name = mark["blad"] if mark["blad"] in sheets else folded.get(mark["blad"].strip().casefold())
        if name is None and (place := re.fullmatch(r"blad ([1-9]\d{0,3})", mark["blad"])):
            name = dict(enumerate(sheets, start=1)).get(int(place[1]))  # a name that was not repeated
        if name is not None and mark["rad"] and 1 <= mark["rad"] <= _ROWS:
            mark["blad"] = name
            wanted.setdefault(name, []).append(mark)
    for name, found in wanted.items():
        _mark_sheet(package, sheets[name], found, look)
    _add_summary(package, book, set(folded), _mark_summary.sheet(leverans_id, marks, more, kinds))


def _sheets(package: Package, book: str) -> Iterator[tuple[str, str]]:
    """Name and part of each worksheet, in order; charts on sheets of their own are not there."""
    related = package.related(book)
    for sheet in package.tree(book).iterfind(f"{tag('sheets')}/{tag('sheet')}"):
        kind, part = related.get(sheet.get(f"{{{RELATIONS}}}id") or "", ("", ""))
        if kind == "worksheet" and part in package.parts:
            yield sheet.get("name") or "", part


def _drop_summary(package: Package, book: str) -> None:
    """Take away the summary of an earlier return, and what counts sheets by their order."""
    for name, part in list(_sheets(package, book)):
        if name.strip().casefold() != SUMMARY.casefold() or _first_cell(package, book, part) != FIRST:
            continue
        root = package.tree(book)
        listed = list(root.iterfind(f"{tag('sheets')}/{tag('sheet')}"))
        place = next(n for n, s in enumerate(listed) if s.get("name") == name)
        package.unrelate(book, listed[place].get(f"{{{RELATIONS}}}id") or "")
        listed[place].getparent().remove(listed[place])  # type: ignore[union-attr]
        package.drop(part)
        for defined in list(root.iterfind(f"{tag('definedNames')}/{tag('definedName')}")):
            local = int(defined.get("localSheetId") or -1)
            if local == place:
                defined.getparent().remove(defined)  # type: ignore[union-attr]
            elif local > place:
                defined.set("localSheetId", str(local - 1))
        names = root.find(tag("definedNames"))
        if names is not None and not len(names):
            root.remove(names)


def _first_cell(package: Package, book: str, part: str) -> str:
    """The text of A1: in the cell, or shared as spreadsheets do when they save."""
    cell = package.tree(part).find(f"{tag('sheetData')}/{tag('row')}/{tag('c')}")
    if cell is None:
        return ""
    if cell.get("t") != "s":
        return "".join(t.text or "" for t in cell.iter(tag("t"), tag("v")))
    shared = next((target for kind, target in package.related(book).values() if kind == "sharedStrings"), "")
    strings = package.tree(shared).findall(tag("si"))
    number = int(cell.findtext(tag("v")) or -1)
    return "".join(t.text or "" for t in strings[number].iter(tag("t"))) if 0 <= number < len(strings) else ""


def _clean(package: Package, part: str) -> None:
    """Take away our marks of an earlier return; no sheet but the summary is to be the chosen one."""
    if b"att_ratta" in package.parts[part]:
        root = package.tree(part)
        for formula in list(root.iter(tag("formula"))):
            rule = formula.getparent()
            if rule is None or "att_ratta" not in (formula.text or ""):
                continue
            formats = rule.getparent()
            if formats is None:
                continue
            formats.remove(rule)
            if not len(formats):
                formats.getparent().remove(formats)  # type: ignore[union-attr]
        for view in root.iter(tag("sheetView")):
            view.attrib.pop("tabSelected", "")
    else:
        package.put(part, _SELECTED.sub(rb"\1", package.parts[part]))
    _mark_notes.clean(package, part)


def _mark_sheet(package: Package, part: str, marks: Sequence[dict[str, Any]], look: int) -> None:
    root = package.tree(part)
    if root.tag != tag("worksheet"):
        raise _Foreign
    rows = _filled(root, {m["rad"] for m in marks})
    merged = [_box(m.get("ref") or "") for m in root.iterfind(f"{tag('mergeCells')}/{tag('mergeCell')}")]
    boxes: dict[Box, None] = {}
    notes: dict[str, list[str]] = {}
    for mark in marks:
        row, column = mark["rad"], _number(mark["bokstav"] or "")
        if 1 <= column <= _COLUMNS:
            box = (row, column, row, column)
        else:
            filled = rows.get(row) or [1]
            box = (row, min(filled), row, max(filled))
        first = next((m for m in merged if m and m[0] <= row <= m[2] and m[1] <= box[1] <= m[3]), None)
        top = (first or box)[:2]
        mark["till"] = f"{_letter(top[1])}{top[0]}"
        if mark["att_veta"]:
            continue
        boxes[first if first and box[1] == box[3] else box] = None
        said = notes.setdefault(mark["till"], [])
        words = f"{mark['fel']}\nGör så här: {mark['gor_sa_har']}"
        if words not in said:
            said.append(words)
    _format(root, [_range(box) for box in boxes], look)
    if notes:
        _mark_notes.write(package, part, root, {ref: "\n\n".join(said) for ref, said in notes.items()})


def _filled(root: etree._Element, wanted: set[int]) -> dict[int, list[int]]:
    """The columns that hold something, for the rows asked for."""
    found: dict[int, list[int]] = {}
    number = 0
    for row in root.iterfind(f"{tag('sheetData')}/{tag('row')}"):
        number = int(row.get("r") or number + 1)
        if number not in wanted:
            continue
        column = 0
        for cell in row.iterfind(tag("c")):
            column = _number(re.sub(r"\d", "", cell.get("r") or "")) or column + 1
            if len(cell):
                found.setdefault(number, []).append(column)
    return found


def _format(root: etree._Element, ranges: Sequence[str], look: int) -> None:
    """Show the ranges with the mark's look, before all other conditional formats."""
    chunks = [ranges[n : n + _CHUNK] for n in range(0, len(ranges), _CHUNK)]
    for rule in root.iter(tag("cfRule")):
        rule.set("priority", str(int(rule.get("priority") or 1) + len(chunks)))
    for n, chunk in enumerate(chunks, start=1):
        formats = etree.Element(tag("conditionalFormatting"), sqref=" ".join(chunk))
        said: Mapping[str, str] = {"type": "expression", "dxfId": str(look), "priority": str(n)}
        rule = etree.SubElement(formats, tag("cfRule"), dict(said))
        etree.SubElement(rule, tag("formula")).text = _SIGN
        insert_before(root, formats, _AFTER_FORMATS)


def _add_summary(package: Package, book: str, taken: set[str], content: bytes) -> None:
    """Put the summary last, so that no sheet changes place, and show it when the workbook is opened."""
    part = package.unused("xl/worksheets/sheet{}.xml")
    package.put(part, content, _SHEET_TYPE)
    root = package.tree(book)
    sheets = root.find(tag("sheets"))
    if sheets is None or SUMMARY.casefold() in taken:  # a sheet of the sender's own by that name
        raise _Foreign
    number = max((int(s.get("sheetId") or 0) for s in sheets), default=0) + 1
    said = {"name": SUMMARY, "sheetId": str(number), f"{{{RELATIONS}}}id": package.relate(book, "worksheet", part)}
    etree.SubElement(sheets, tag("sheet"), said)
    views = root.find(tag("bookViews"))
    if views is None:
        views = etree.Element(tag("bookViews"))
        root.insert(root.index(sheets), views)
    if not len(views):
        etree.SubElement(views, tag("workbookView"))
    for view in views:
        view.set("activeTab", str(len(sheets) - 1))


def _number(letters: str) -> int:
    """A column's number from 1; 0 for what is no column."""
    if not re.fullmatch(r"[A-Z]{1,3}", letters):
        return 0
    number = 0
    for char in letters:
        number = number * 26 + ord(char) - 64
    return number


def _letter(number: int) -> str:
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _box(ref: str) -> Box | None:
    match = re.fullmatch(r"([A-Z]{1,3})(\d+):([A-Z]{1,3})(\d+)", ref.replace("$", ""))
    return (int(match[2]), _number(match[1]), int(match[4]), _number(match[3])) if match else None


def _range(box: Box) -> str:
    first, last = f"{_letter(box[1])}{box[0]}", f"{_letter(box[3])}{box[2]}"
    return first if first == last else f"{first}:{last}"


if __name__ == "__main__":
    sys.exit(main())
