"""An .xlsx file as a package of parts: reading, relations, content types, writing. Runs only in the marking child."""

import io
import posixpath
import zipfile
from typing import Any

from lxml import etree

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
DEFAULT: Any = {None: MAIN}
"""Namespaces of a new part: no prefix (lxml takes it, its types do not)."""
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_TYPES_PART = "[Content_Types].xml"
_EPOCH = (1980, 1, 1, 0, 0, 0)


def tag(name: str) -> str:
    """A spreadsheet element's full name."""
    return f"{{{MAIN}}}{name}"


class Package:
    """The parts of a workbook. What nobody asks for as a tree is written back as the bytes it was."""

    def __init__(self, content: bytes) -> None:
        """All parts of the zip archive."""
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            self.parts = {info.filename: archive.read(info) for info in archive.infolist() if not info.is_dir()}
        self._trees: dict[str, etree._Element] = {}

    def tree(self, part: str) -> etree._Element:
        """A part as a tree; changes to it are written."""
        if part not in self._trees:
            self._trees[part] = etree.fromstring(self.parts[part], _parser())
        return self._trees[part]

    def put(self, part: str, content: bytes, content_type: str | None = None) -> None:
        """Set a part's content; a new part has a content type of its own (or one by its suffix)."""
        self.parts[part] = content
        self._trees.pop(part, None)
        if content_type is not None:
            types = self.tree(_TYPES_PART)
            etree.SubElement(types, f"{{{_TYPES}}}Override", PartName=f"/{part}", ContentType=content_type)

    def default_type(self, suffix: str, content_type: str) -> None:
        """The content type of parts with a suffix, where none is said."""
        types = self.tree(_TYPES_PART)
        if not any((d.get("Extension") or "").lower() == suffix for d in types.iter(f"{{{_TYPES}}}Default")):
            types.insert(0, etree.Element(f"{{{_TYPES}}}Default", Extension=suffix, ContentType=content_type))

    def content_type(self, part: str) -> str:
        """What a part is said to be; "" where only its suffix says it."""
        for override in self.tree(_TYPES_PART).iter(f"{{{_TYPES}}}Override"):
            if override.get("PartName") == f"/{part}":
                return override.get("ContentType") or ""
        return ""

    def drop(self, part: str) -> None:
        """Take a part away, with its relations and its content type."""
        for name in (part, _rels_of(part)):
            self.parts.pop(name, None)
            self._trees.pop(name, None)
        for override in list(self.tree(_TYPES_PART).iter(f"{{{_TYPES}}}Override")):
            if override.get("PartName") == f"/{part}":
                _remove(override)

    def related(self, part: str) -> dict[str, tuple[str, str]]:
        """Relation id to (last word of its kind, part that it leads to); what leads outside is left out."""
        if _rels_of(part) not in self.parts:
            return {}
        found = {}
        for rel in self.tree(_rels_of(part)):
            if rel.get("TargetMode") != "External":
                target = posixpath.normpath(posixpath.join("/", posixpath.dirname(part), rel.get("Target") or ""))
                found[rel.get("Id") or ""] = ((rel.get("Type") or "").rpartition("/")[2], target.lstrip("/"))
        return found

    def relate(self, part: str, kind: str, target: str) -> str:
        """Add a relation; returns its id."""
        if _rels_of(part) not in self.parts:
            self.parts[_rels_of(part)] = etree.tostring(etree.Element(f"{{{_PACKAGE}}}Relationships"))
        rels = self.tree(_rels_of(part))
        used = {rel.get("Id") for rel in rels}
        new = next(name for n in range(1, len(used) + 2) if (name := f"rId{n}") not in used)
        kinds = {"Id": new, "Type": f"{RELATIONS}/{kind}", "Target": f"/{target}"}
        etree.SubElement(rels, f"{{{_PACKAGE}}}Relationship", kinds)
        return new

    def unrelate(self, part: str, relation: str) -> None:
        """Take a relation away."""
        for rel in list(self.tree(_rels_of(part))):
            if rel.get("Id") == relation:
                _remove(rel)

    def unused(self, pattern: str) -> str:
        """The first part name of a pattern with ``{}`` for a number that is not taken."""
        taken = {name.lower() for name in self.parts}
        return next(name for n in range(1, len(taken) + 2) if (name := pattern.format(n)).lower() not in taken)

    def content(self) -> bytes:
        """The whole file; the same parts give the same bytes."""
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in self.parts.items():
                root = self._trees.get(name)
                if root is not None:
                    content = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)  # noqa: PLW2901
                archive.writestr(zipfile.ZipInfo(name, _EPOCH), content, zipfile.ZIP_DEFLATED)
        return out.getvalue()


def insert_before(root: etree._Element, new: etree._Element, following: tuple[str, ...]) -> None:
    """Insert a child where the schema wants it: before the first of the elements that come after it."""
    for place, child in enumerate(root):
        if isinstance(child.tag, str) and etree.QName(child).localname in following:
            root.insert(place, new)
            return
    root.append(new)


def _remove(element: etree._Element) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)


def _parser() -> etree.XMLParser:
    return etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)


def _rels_of(part: str) -> str:
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")
