"""What a Word template's parts may not hold: other files, fields that fetch, hidden text. Whether, not what to do then.

Names of elements are compared without their namespace: Word reads two for the same thing.
"""

import re
from collections.abc import Iterator

from lxml import etree

Fel = tuple[str, str]
"""What is wrong, and what to do."""

_KINDS = (
    "= AUTHOR COMMENTS CREATEDATE DATE DOCPROPERTY FILENAME HYPERLINK IF INDEX KEYWORDS NOTEREF NUMPAGES NUMWORDS PAGE "
    "PAGEREF QUOTE REF SAVEDATE SECTION SECTIONPAGES SEQ STYLEREF SUBJECT SYMBOL TC TIME TITLE TOC XE"
)
_FALT = frozenset(_KINDS.split())
"""Fields that work with the document itself. Word reads what any other kind fetches when the document is opened."""
_FETCHES = (
    "Ta bort fältet, eller gör det till vanlig text (ställ markören i det och tryck Ctrl+Skift+F9). En bild infogas i "
    "stället för att länkas."
)
_EMBEDDED = ("den har andra filer inbäddade.", "Ta bort dem, eller klistra in dem som bilder.")
_NO = ("false", "0", "off")
_LOCAL = re.compile(r"\\l\b|https?://|mailto:", re.IGNORECASE)


def fel_i_del(root: etree._Element) -> Iterator[Fel]:
    """What is wrong with a part under ``word/``."""
    nodes = [e for e in root.iter() if isinstance(e.tag, str)]
    names = {_name(e) for e in nodes}
    if names & {"ins", "del", "moveFrom", "moveTo", "comment"}:
        yield "den har kommentarer eller spårade ändringar.", "Godkänn ändringarna och ta bort dem."
    if names & {"altChunk", "subDoc", "object", "control"}:
        yield _EMBEDDED
    for kind in dict.fromkeys(_kinds(nodes)):
        yield f"fältet {kind[:40]} hämtar något eller kör något.", _FETCHES
    if any(_fetched(e) for e in nodes):
        yield "den har en länkad bild.", "Infoga bilden i stället för att länka den."
    if any(_hidden(e) for e in nodes):
        yield (
            "den har dold text.",
            "Visa den (Ctrl+A, Tecken, avmarkera Dold) och ta bort den, också i sidhuvuden och formatmallar.",
        )


def _kinds(nodes: list[etree._Element]) -> Iterator[str]:
    """The kinds of fields that may not stand in a template."""
    for code in _codes(nodes):
        words = code.split()
        kind = words[0].upper() if words else ""
        kind = "=" if kind.startswith("=") else kind
        if kind and (kind not in _FALT or (kind == "HYPERLINK" and not _LOCAL.search(code))):
            yield kind if re.fullmatch(r"[A-Z]+", kind) else "okänt"


def _codes(nodes: list[etree._Element]) -> Iterator[str]:
    """The instructions of all fields, whole however many pieces they are written in, also one within another."""
    open_: list[list[str]] = []
    for node in nodes:
        name = _name(node)
        if name == "fldSimple":
            yield _attribute(node, "instr")
        elif name == "fldChar":
            kind = _attribute(node, "fldCharType")
            if kind == "begin":
                open_.append([])
            elif kind == "end" and open_:
                yield "".join(open_.pop())
        elif name in ("instrText", "delInstrText"):
            if not open_:
                open_.append([])
            open_[-1].append(node.text or "")
    yield from ("".join(code) for code in open_)


def _fetched(node: etree._Element) -> bool:
    """A picture of the older kind can name its file itself."""
    if "vml" not in str(node.tag):
        return False
    return any(str(k) in ("src", "href") and ":" in str(v) for k, v in node.attrib.items())


def _hidden(node: etree._Element) -> bool:
    if _name(node) != "vanish" or _attribute(node, "val").casefold() in _NO:
        return False
    style = next((a for a in node.iterancestors() if _name(a) == "style"), None)
    return style is None or not _attribute(style, "styleId").startswith("z-")  # Word's own, of web forms


def _attribute(node: etree._Element, name: str) -> str:
    return next((str(v) for k, v in node.attrib.items() if etree.QName(k).localname == name), "")


def _name(node: etree._Element) -> str:
    return etree.QName(node).localname
