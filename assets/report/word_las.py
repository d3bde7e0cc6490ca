"""Opens a Word template: what it may hold, and in plain words what is wrong with one that cannot be used.

A kommun's template is a file that others can change. It may hold looks, text and placeholders; no macros, nothing
fetched from elsewhere, nothing left over from writing it. How it is filled in is in ``word``.
"""

import difflib
import io
import re
import zipfile
import zlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from docxtpl import DocxTemplate
from jinja2 import TemplateSyntaxError, nodes
from jinja2.sandbox import SandboxedEnvironment
from lxml import etree

from assets.report.word_falt import Fel, fel_i_del
from assets.report.word_xml import W
from warehouse.contracts.errors import UserError
from warehouse.contracts.swedish import versal

MOST = 50_000_000
"""Bytes that a template may take, packed and unpacked."""
_REL = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_DOTX = "application/vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml"
_MACROS = re.compile(rb"application/vnd\.ms-word\.(document|template)\.macroEnabled(Template)?\.main\+xml")
_SIMPLE = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.If, nodes.Not, nodes.And, nodes.Or,
    nodes.Const, nodes.Compare, nodes.Operand, nodes.Filter,
)  # fmt: skip
_FILTERS = ("upper", "lower", "capitalize", "trim")
SE = "Hur en mall görs står i docs/rapportmall.md."
UTANFOR = (
    "innehållet får inte plats där det står.",
    "Skriv {{ innehall }} och {{ innehallsforteckning }} ensamma i varsitt stycke i brödtexten, inte i en tabell eller "
    "textruta, och utan p.",
)
"""What is wrong where the report itself has no paragraph of the body to stand in."""
_PLACE = re.compile(r"\{\{[\s-]*innehall(?:sforteckning)?[\s|}-]")
_PARAGRAPH = re.compile(r"<w:p([ >])")


class Mallfel(UserError):
    """A template cannot be used: says all that is wrong and what to do."""

    def __init__(self, name: str, fel: Sequence[Fel]) -> None:
        """``fel`` are the faults, one or more."""
        self.fel = tuple(fel)
        said = [f"{what} {todo}" for what, todo in fel]
        lines = [f"- {versal(line)}" for line in said]
        told = f" {said[0]} " if len(said) == 1 else "\n".join(("", *lines, ""))
        super().__init__(f"Wordmallen {name} kan inte användas:{told}{SE}")


def miljo() -> SandboxedEnvironment:
    """What the template's placeholders run in: nothing of Python can be reached, and all text is escaped."""
    return SandboxedEnvironment(autoescape=True)


def las(mall: Path, namn: Collection[str]) -> bytes:
    """A template as the bytes of a docx that is safe to fill in.

    Args:
        mall: The file, docx or dotx.
        namn: The placeholders that there are.

    Raises:
        Mallfel: It is missing, is no Word file, holds what a template may not hold, or has placeholders that cannot
            be filled in. Says all that is wrong and what to do.
    """
    parts = _unpacked(mall)
    found = list(_no_more_than_text(mall.name, parts))
    without, links = _without_links(mall.name, parts)
    packed = _packed(without)
    found = list(dict.fromkeys([*found, *links, *_placeholders(mall.name, packed, namn)]))
    if found:
        raise Mallfel(mall.name, found)
    return packed


def _wrong(name: str, what: str, todo: str) -> Mallfel:
    return Mallfel(name, [(what, todo)])


def _unpacked(mall: Path) -> dict[str, bytes]:
    again = "Spara mallen på nytt i Word som Word-dokument (.docx)."
    try:
        if mall.stat().st_size > MOST:
            raise _wrong(mall.name, "den är för stor.", "Ta bort stora bilder ur den.")
        content = mall.read_bytes()
    except OSError:
        todo = "Kontrollera sökvägen, eller utelämna mallen så används den inbyggda."
        raise _wrong(mall.name, "den finns inte, eller går inte att läsa.", todo) from None
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            listed = packed.infolist()
            if sum(i.file_size for i in listed) > MOST or len(listed) > 2000:
                raise _wrong(mall.name, "den är för stor när den packas upp.", "Ta bort stora bilder ur den.")
            parts = {i.filename: packed.read(i) for i in listed if not i.is_dir()}
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError, OSError, ValueError, zlib.error):
        raise _wrong(
            mall.name, "filen är skadad, är skyddad med lösenord eller är inget Word-dokument.", again
        ) from None
    if "[Content_Types].xml" not in parts or "word/document.xml" not in parts:
        raise _wrong(mall.name, "filen är inget Word-dokument.", again)
    return parts


def _no_more_than_text(name: str, parts: Mapping[str, bytes]) -> Iterator[Fel]:
    """No macros, nothing embedded, nothing left over from writing it."""
    types = parts["[Content_Types].xml"]
    if b"macroEnabled" in types or any(re.search(r"vbaProject|vbaData|activeX", p) for p in parts):
        yield "den har makron.", "Spara den som Word-dokument utan makron (.docx)."
    elif _MAIN.encode() not in types and _DOTX.encode() not in types:
        raise _wrong(name, "filen är inget Word-dokument.", "Spara mallen på nytt i Word som Word-dokument (.docx).")
    if any(p.startswith("word/embeddings/") or "afchunk" in p.casefold() for p in parts):
        yield "den har andra filer inbäddade.", "Ta bort dem, eller klistra in dem som bilder."
    for named in _parsed(name, types):  # nothing to read that does not look like it
        kind, told = str(named.get("ContentType")), str(named.get("PartName") or f".{named.get('Extension')}")
        if kind.endswith("xml") and not kind.startswith("image/") and not told.casefold().endswith((".xml", ".rels")):
            raise _wrong(name, "filen är skadad.", "Spara mallen på nytt i Word som Word-dokument (.docx).")
    for path, content in parts.items():
        if not path.casefold().endswith((".xml", ".rels")):
            continue
        root = _parsed(name, content)
        if path.startswith("word/") or "wordprocessingml" in str(root.tag):
            yield from fel_i_del(root)


def _parsed(name: str, content: bytes) -> etree._Element:
    broken = _wrong(name, "filen är skadad.", "Spara mallen på nytt i Word som Word-dokument (.docx).")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError):
        raise broken from None
    about: Any = root.getroottree().docinfo
    if about.doctype:
        raise broken
    return root


def _without_links(name: str, parts: Mapping[str, bytes]) -> tuple[dict[str, bytes], list[Fel]]:
    """Without the path of the template that it was made from; whatever else is fetched from elsewhere is wrong."""
    out = dict(parts)
    found: list[Fel] = []
    for path, content in parts.items():
        if not path.endswith(".rels"):
            continue
        root = _parsed(name, content)
        for rel in root.findall(_REL):
            kind = str(rel.get("Type")).rpartition("/")[2]
            if kind == "attachedTemplate":
                root.remove(rel)
                out["word/settings.xml"] = re.sub(
                    rb"<w:attachedTemplate\b[^>]*/>", b"", out.get("word/settings.xml", b"")
                )
            elif rel.get("TargetMode") == "External":
                to = str(rel.get("Target")).casefold()
                if kind != "hyperlink" or not to.startswith(("https://", "http://", "mailto:")):
                    what = (
                        "den hämtar något utifrån: en länkad bild eller fil, eller en adress som inte är en webbsida."
                    )
                    found.append((what, "Bryt länken i Word, eller infoga bilden i stället för att länka den."))
        out[path] = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    out["[Content_Types].xml"] = out["[Content_Types].xml"].replace(_DOTX.encode(), _MAIN.encode())
    out["[Content_Types].xml"] = _MACROS.sub(_MAIN.encode(), out["[Content_Types].xml"])  # to be read on: it is refused
    return out, found


def _packed(parts: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        for path, content in parts.items():
            packed.writestr(path, content)
    return out.getvalue()


def _placeholders(name: str, content: bytes, known: Collection[str]) -> Iterator[Fel]:
    """That every placeholder is one that there is, and that there is nothing else than placeholders and if."""
    template = DocxTemplate(io.BytesIO(content))
    try:
        template.render_init()
        texts = [template.get_xml()]
    except Exception:  # python-docx tells of a broken file in many ways, and quotes it
        raise _wrong(name, "filen är skadad.", "Spara mallen på nytt i Word som Word-dokument (.docx).") from None
    for uri in (template.HEADER_URI, template.FOOTER_URI):
        texts += [template.get_part_xml(part) for _, part in template.get_headers_footers(uri)]
    faults: list[Fel] = []
    used = [_names(template.patch_xml(text), known, faults) for text in texts]
    yield from faults
    unread = used[0] is None  # then it cannot be told what stands there
    if not unread and (
        (used[0] or []).count("innehall") != 1 or any("innehall" in (found or []) for found in used[1:])
    ):
        yield (
            "platsen för rapportens innehåll saknas, eller står på mer än ett ställe.",
            "Skriv {{ innehall }} en gång, ensamt i ett stycke i brödtexten.",
        )
    elif not unread and (
        _outside(template.patch_xml(texts[0])) or any(_PLACE.search(template.patch_xml(text)) for text in texts[1:])
    ):
        yield UTANFOR


def _outside(xml: str) -> bool:
    """Whether the report or its contents stand in something else than a paragraph each of the body, such as a table."""
    root = etree.fromstring(xml.encode(), etree.XMLParser(recover=True, resolve_entities=False, no_network=True))
    every = [p for p in root.iter(f"{{{W}}}p") if _PLACE.search("".join(map(str, p.itertext())))]
    placed = [p for p in every if (above := p.getparent()) is not None and above.tag == f"{{{W}}}body"]
    return not len(_PLACE.findall(xml)) == len(every) == len(placed)


def _names(xml: str, known: Collection[str], faults: list[Fel]) -> list[str] | None:
    """The placeholders of a part in order; None where it cannot be read. What is wrong joins ``faults``."""
    source = _PARAGRAPH.sub(r"\n<w:p\1", xml)
    lines = source.split("\n")
    try:
        tree = miljo().parse(source)
    except TemplateSyntaxError as e:
        at = _said(lines, e.lineno)
        todo = "Skriv fält som {{ titel }} och villkor som {%p if text %} … {%p endif %}."
        faults.append((f"ett fält är felskrivet{at}.", todo))
        return None
    found: list[str] = []
    for node in _all(tree):
        if isinstance(node, nodes.Name) and node.name not in known:
            like = difflib.get_close_matches(node.name, known, 1)
            tip = f"Menade ni {like[0]}?" if like else ""
            there = f"Fält som finns: {', '.join(known)}."
            what = f"fältet {node.name[:60]} finns inte{_said(lines, node.lineno)}."
            faults.append((what, f"{tip} {there}".strip()))
        simple = isinstance(node, _SIMPLE) and (not isinstance(node, nodes.Filter) or node.name in _FILTERS)
        if not simple:
            what = f"ett fält gör mer än en mall får{_said(lines, node.lineno)}."
            faults.append((what, "Använd bara fältens namn och if, else, endif."))
        if isinstance(node, nodes.Name):
            found.append(node.name)
    return found


def _all(tree: nodes.Node) -> list[nodes.Node]:
    found = [tree]
    for child in tree.iter_child_nodes():
        found += _all(child)
    return found


def _said(lines: list[str], line: int) -> str:
    """The paragraph that a line of the template's XML is, as people see it."""
    text = re.sub(r"<[^>]*>", "", lines[line - 1]) if 0 < line <= len(lines) else ""
    return f" i stycket ”{text.strip()[:80]}”" if text.strip() else ""
