"""Comments in a sheet: ours are added and taken away, the sender's own are kept. Runs only in the marking child.

A comment is kept in two parts: its text, and a drawing in VML that says where its box lies. The drawing is handled as
text (Latin-1, so that every byte comes back), since spreadsheets write it in ways that are no XML.
"""

import re
from collections.abc import Mapping

from lxml import etree

from sources.marking.package import DEFAULT, RELATIONS, Package, insert_before, tag

MARKER = "— Att rätta —"
"""Begins our words in a comment; what stands before it is the sender's."""

_AUTHOR = "kvinnofrid"
_THREADED = "tc="
_COMMENTS_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
_VML_TYPE = "application/vnd.openxmlformats-officedocument.vmlDrawing"
# fmt: off
_AFTER_LEGACY = (
    "legacyDrawingHF", "drawingHF", "picture", "oleObjects", "controls", "webPublishItems", "tableParts", "extLst",
)
# fmt: on
_SHAPE = re.compile(r"<v:shape\b.*?</v:shape>", re.DOTALL)
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_LINE = 40
_EMPTY_VML = (
    '<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
    'xmlns:x="urn:schemas-microsoft-com:office:excel"><o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="1"/>'
    '</o:shapelayout><v:shapetype id="_x0000_t202" coordsize="21600,21600" o:spt="202" '
    'path="m,l,21600r21600,l21600,xe"><v:stroke joinstyle="miter"/><v:path gradientshapeok="t" '
    'o:connecttype="rect"/></v:shapetype></xml>'
)


def clean(package: Package, sheet: str) -> None:
    """Take our words out of a sheet's comments; a comment that held nothing else goes away."""
    part = _part(package, sheet, "comments")
    if part is None or MARKER.encode() not in package.parts[part]:
        return
    gone = []
    for comment in list(package.tree(part).iter(tag("comment"))):
        texts = [t for t in comment.iter(tag("t")) if t.text]
        before, found, _ = "".join(t.text or "" for t in texts).partition(MARKER)
        if not found:
            continue
        if not before.strip():
            gone.append(comment.get("ref") or "")
            comment.getparent().remove(comment)  # type: ignore[union-attr]
            continue
        left = len(before.rstrip())
        for text in texts:
            text.text = (text.text or "")[:left]
            left -= len(text.text)
    vml = _part(package, sheet, "vmlDrawing")
    if vml is not None and gone:
        places = {_place(ref) for ref in gone}
        drawing = package.parts[vml].decode("latin-1")
        package.put(vml, _SHAPE.sub(lambda m: "" if _drawn(m[0]) in places else m[0], drawing).encode("latin-1"))


def write(package: Package, sheet: str, root: etree._Element, texts: Mapping[str, str]) -> None:
    """Give cells (``C14``) a comment. Where the sender has one, ours follows it."""
    comments = _comments(package, sheet)
    authors, listed = comments.find(tag("authors")), comments.find(tag("commentList"))
    assert authors is not None  # noqa: S101
    assert listed is not None  # noqa: S101
    names = [a.text or "" for a in authors]
    own = {c.get("ref") or "": c for c in listed}
    new = {ref: text for ref, text in texts.items() if ref not in own}
    for ref in texts.keys() & own.keys():
        if not names[int(own[ref].get("authorId") or 0)].startswith(_THREADED):  # a thread's text is not ours to touch
            _append(own[ref], f"\n\n{MARKER}\n{texts[ref]}")
    if not new:
        return
    if _AUTHOR not in names:
        etree.SubElement(authors, tag("author")).text = _AUTHOR
        names.append(_AUTHOR)
    for ref, text in new.items():
        comment = etree.Element(tag("comment"), ref=ref, authorId=str(names.index(_AUTHOR)))
        etree.SubElement(comment, tag("text"))
        _append(comment, f"{MARKER}\n{text}")
        listed.append(comment)
    listed[:] = sorted(listed, key=lambda c: _place(c.get("ref") or "A1"))
    vml = _vml(package, sheet, root)
    drawing = package.parts[vml].decode("latin-1")
    start = max([1024, *map(int, re.findall(r"_x0000_s(\d{4,9})\b", drawing))]) + 1
    shapes = "".join(_shape(start + n, _place(ref), text) for n, (ref, text) in enumerate(new.items()))
    head, end, tail = drawing.rpartition("</xml>")
    package.put(vml, (head + shapes + end + tail).encode("latin-1"))


def _part(package: Package, sheet: str, kind: str) -> str | None:
    found = (target for k, target in package.related(sheet).values() if k == kind and target in package.parts)
    return next(found, None)


def _comments(package: Package, sheet: str) -> etree._Element:
    part = _part(package, sheet, "comments")
    if part is None:
        part = package.unused("xl/comments{}.xml")
        empty = etree.Element(tag("comments"), nsmap=DEFAULT)
        etree.SubElement(empty, tag("authors"))
        etree.SubElement(empty, tag("commentList"))
        package.put(part, etree.tostring(empty), _COMMENTS_TYPE)
        package.relate(sheet, "comments", part)
    return package.tree(part)


def _vml(package: Package, sheet: str, root: etree._Element) -> str:
    """The drawing of the sheet's comments; one is made where there is none."""
    shown = root.find(tag("legacyDrawing"))
    if shown is not None:
        target = package.related(sheet).get(shown.get(f"{{{RELATIONS}}}id") or "", ("", ""))[1]
        if target in package.parts:
            return target
        root.remove(shown)
    part = package.unused("xl/drawings/vmlDrawing{}.vml")
    package.put(part, _EMPTY_VML.encode())
    package.default_type("vml", _VML_TYPE)
    relation = package.relate(sheet, "vmlDrawing", part)
    insert_before(root, etree.Element(tag("legacyDrawing"), {f"{{{RELATIONS}}}id": relation}), _AFTER_LEGACY)
    return part


def _append(comment: etree._Element, words: str) -> None:
    text = comment.find(tag("text"))
    if text is None:
        text = etree.SubElement(comment, tag("text"))
    plain = text.find(tag("t"))
    if plain is not None:  # plain text and runs do not go together
        run = etree.Element(tag("r"))
        text.replace(plain, run)
        run.append(plain)
    run = etree.Element(tag("r"))
    look = etree.SubElement(run, tag("rPr"))
    etree.SubElement(look, tag("sz"), val="10")
    etree.SubElement(look, tag("color"), indexed="81")
    etree.SubElement(look, tag("rFont"), val="Tahoma")
    said = etree.SubElement(run, tag("t"))
    said.set(_SPACE, "preserve")
    said.text = words
    insert_before(text, run, ("rPh", "phoneticPr"))


def _place(ref: str) -> tuple[int, int]:
    """Row and column from 0 of a cell."""
    match = re.fullmatch(r"\$?([A-Z]{1,3})\$?(\d+)", ref.partition(":")[0].upper())
    if match is None:
        return (0, 0)
    column = 0
    for char in match[1]:
        column = column * 26 + ord(char) - 64
    return int(match[2]) - 1, column - 1


def _drawn(shape: str) -> tuple[int, int] | None:
    row, column = re.search(r"<x:Row>\s*(\d+)", shape), re.search(r"<x:Column>\s*(\d+)", shape)
    return (int(row[1]), int(column[1])) if row and column else None


def _shape(number: int, place: tuple[int, int], text: str) -> str:
    row, column = place
    lines = 2 + sum(1 + len(line) // _LINE for line in text.splitlines())
    left, right = min(column + 1, 16380), min(column + 5, 16383)
    anchor = f"{left}, 15, {row}, 4, {right}, 15, {row + lines}, 4"
    return (
        f'<v:shape id="_x0000_s{number}" type="#_x0000_t202" style="position:absolute;visibility:hidden" '
        f'fillcolor="#fff2cc" o:insetmode="auto"><v:fill color2="#fff2cc"/><v:shadow on="t" color="black" '
        f'obscured="t"/><v:path o:connecttype="none"/><v:textbox style="mso-direction-alt:auto">'
        f'<div style="text-align:left"></div></v:textbox><x:ClientData ObjectType="Note"><x:MoveWithCells/>'
        f"<x:SizeWithCells/><x:Anchor>{anchor}</x:Anchor><x:AutoFill>False</x:AutoFill>"
        f"<x:Row>{row}</x:Row><x:Column>{column}</x:Column></x:ClientData></v:shape>"
    )
