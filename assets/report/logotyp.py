"""Whether a logo may stand in a report: a PNG or SVG of a fair size that fetches nothing and runs nothing."""

import re
import struct
from pathlib import Path

from lxml import etree

STORST = 1_000_000
"""Bytes."""
STORST_SIDA = 6000
"""Pixels."""
_PNG = b"\x89PNG\r\n\x1a\n"
_NO_PNG = "filen är ingen PNG; spara om logotypen som PNG"
_NO_SVG = "filen är ingen SVG som går att läsa; spara om logotypen, eller använd PNG"
_OUTSIDE = re.compile(r"url\(\s*['\"]?\s*(?!#)|@import|expression\(|javascript:", re.IGNORECASE)
_ACTIVE = {"script", "foreignobject", "iframe", "object", "embed", "audio", "video", "handler", "listener", "set"}


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
    if _name(root) != "svg":
        return _NO_SVG
    for node in root.iter():
        if not isinstance(node.tag, str):
            continue  # a comment
        if _name(node) in _ACTIVE or _OUTSIDE.search(node.text or ""):
            return "SVG-filen har skript eller inbäddat innehåll; spara om den utan, eller använd PNG"
        for key, value in node.attrib.items():
            name = etree.QName(key).localname.lower()
            if name.startswith("on") or _OUTSIDE.search(str(value)):
                return (
                    "SVG-filen har skript eller hänvisar till något utanför filen; spara om den utan, eller använd PNG"
                )
            if name in ("href", "src") and not str(value).startswith("#"):
                return "SVG-filen hänvisar till något utanför filen; spara om den utan, eller använd PNG"
    return ""


def _name(node: etree._Element) -> str:
    return etree.QName(node).localname.lower()
