"""Whether a logo may stand in a report: a PNG or SVG of a fair size that fetches nothing and runs nothing."""

import re
import struct
from pathlib import Path
from typing import Any

from lxml import etree

STORST = 1_000_000
"""Bytes."""
STORST_SIDA = 6000
"""Pixels."""
_PNG = b"\x89PNG\r\n\x1a\n"
_NO_PNG = "filen är ingen PNG; spara om logotypen som PNG"
_NO_SVG = "filen är ingen SVG som går att läsa; spara om logotypen, eller använd PNG"
_SVG = "http://www.w3.org/2000/svg"
_EDITORS = ("sodipodi", "inkscape", "rdf-syntax", "purl.org/dc", "creativecommons.org", "web.resource.org", "adobe.com")
"""Parts of the namespaces in which drawing programs keep their own: nothing reads it when the picture is shown."""
_ELEMENTS = (
    "svg g defs symbol use path rect circle ellipse line polyline polygon text tspan textpath title desc metadata "
    "style lineargradient radialgradient stop clippath mask pattern marker filter "
    "feblend fecolormatrix fecomponenttransfer fecomposite feconvolvematrix fediffuselighting fedisplacementmap "
    "fedistantlight fedropshadow feflood fefunca fefuncb fefuncg fefuncr fegaussianblur femerge femergenode "
    "femorphology feoffset fepointlight fespecularlighting fespotlight fetile feturbulence"
)
_DRAWN = frozenset(_ELEMENTS.split())
_CALLS = frozenset(
    ("rgb", "rgba", "hsl", "hsla", "matrix", "translate", "scale", "rotate", "skewx", "skewy", "calc", "not")
)
_CALL = re.compile(r"([\w-]*)\(\s*(['\"]?#)?")
_LOCAL = re.compile(r"#[^\s#]+")
_WORDS = ("id", "class", "role", "lang")
"""Attributes that name things; what stands in them is never read as an instruction."""
_SAVE = "spara om den som enkel SVG utan sådant, eller använd PNG"


def fel_i_logotyp(path: Path) -> str:
    """What is wrong with a logo and what to do, in Swedish; empty where nothing is."""
    try:
        if path.stat().st_size > STORST:
            return f"logotypen är för stor, högst {STORST // 1_000_000} MB; spara den i mindre storlek"
        raw = path.read_bytes()
    except OSError:
        return "logotypen går inte att läsa; har den som kör programmet rätt till den?"
    return _png(raw) if path.suffix.lower() == ".png" else _svg(raw)


def _png(raw: bytes) -> str:
    if not raw.startswith(_PNG) or raw[12:16] != b"IHDR" or len(raw) < 33:
        return _NO_PNG
    wide, high = struct.unpack(">II", raw[16:24])
    if not (0 < wide <= STORST_SIDA and 0 < high <= STORST_SIDA):
        return f"bilden har orimliga mått, högst {STORST_SIDA} bildpunkter i sida; spara den i mindre storlek"
    return "" if raw.rstrip(b"\x00\r\n ").endswith(b"IEND\xaeB`\x82") else f"{_NO_PNG}: den är avhuggen"


def _svg(raw: bytes) -> str:
    if b"<!doctype" in raw.lower() or b"<!entity" in raw.lower():
        return "SVG-filen har en DOCTYPE eller egna entiteter; spara om den som ren SVG"
    if re.search(rb"<\?(?!xml\s)", raw, re.IGNORECASE):
        return "SVG-filen har en instruktion till program (<?...?>); spara om den som ren SVG"
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(raw, parser)
    except (etree.XMLSyntaxError, ValueError):
        return _NO_SVG
    if root.tag != f"{{{_SVG}}}svg":
        return _NO_SVG
    about: Any = root.getroottree().docinfo
    if about.doctype or any(map(_wrong, root.itersiblings(preceding=True))):
        return f"SVG-filen har en DOCTYPE eller en instruktion till program; {_SAVE}"
    return next((f"SVG-filen {what}; {_SAVE}" for node in root.iter() if (what := _wrong(node))), "") or _deep(root)


def _wrong(node: etree._Element) -> str:
    """What an element holds that a picture need not; empty where nothing."""
    if not isinstance(node.tag, str):
        return "" if isinstance(node, etree._Comment) else "har en instruktion till program (<?...?>)"
    space = etree.QName(node).namespace or ""
    if space != _SVG:
        return "" if any(e in space for e in _EDITORS) else "har inbäddat innehåll"
    name = _name(node)
    if name not in _DRAWN:
        return "har skript, rörelse eller inbäddat innehåll"
    if name == "style" and ("@" in (text := "".join(map(str, node.itertext()))) or _runs(text)):
        return "har formatmallar som hämtar något"
    for key, value in node.attrib.items():
        about = etree.QName(key)
        said, word = str(value), about.localname.lower()
        if word == "href" and not _LOCAL.fullmatch(said.strip()):
            return "hänvisar till något utanför filen"
        if word.startswith("on") or word in ("src", "base"):
            return "har skript eller hänvisar till något utanför filen"
        named = (
            word in _WORDS or word.startswith(("aria-", "data-")) or any(e in str(about.namespace) for e in _EDITORS)
        )
        if not named and _runs(said):
            return "hänvisar till något utanför filen"
    return ""


def _runs(text: str) -> bool:
    """Whether style calls for more than colours, places and what stands in the file; written in whatever way."""
    if "\\" in text or "javascript:" in text.casefold():
        return True
    calls = ((m[1].casefold(), m[2]) for m in _CALL.finditer(text))
    return any(not local if name == "url" else bool(name) and name not in _CALLS for name, local in calls)


def _deep(root: etree._Element) -> str:
    """A thing drawn many times of things drawn many times takes a program any time to draw."""
    uses = list(root.iter(f"{{{_SVG}}}use"))
    told = {str(v).strip()[1:] for u in uses for k, v in u.attrib.items() if etree.QName(k).localname == "href"}
    if any(a.get("id") in told for u in uses for a in (u, *u.iterancestors())):
        return f"SVG-filen upprepar delar som själva upprepar delar; {_SAVE}"
    return ""


def _name(node: etree._Element) -> str:
    return etree.QName(node).localname.lower()
