"""Everything that a report's files say, by whatever means: texts, attributes, comments, scripts, hidden parts, names.

What a reader sees is marked so. Used to look for what must not be there; no tests here.
"""

import csv
import io
import json
import re
import struct
import zipfile
import zlib
from base64 import b64decode
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote_to_bytes
from xml.etree import ElementTree

import pikepdf


@dataclass(frozen=True, slots=True)
class Sagt:
    """A piece of text in a file: where it stands, and whether a reader meets it."""

    fil: str
    plats: str
    text: str
    synligt: bool = False


def allt(mapp: Path) -> Iterator[Sagt]:
    """All that the files of a report say."""
    for path in sorted(p for p in mapp.rglob("*") if p.is_file()):
        name = path.relative_to(mapp).as_posix()
        yield Sagt(name, "filnamn", name)
        yield from innehall(name, path.read_bytes())


def innehall(fil: str, content: bytes) -> Iterator[Sagt]:
    """All that one file says. Raises ``AssertionError`` for a kind of file that nobody has taught this to read."""
    kind = fil.rpartition(".")[2].lower()
    if kind in ("html", "htm"):
        yield from _html(fil, content.decode("utf-8"))
    elif kind in ("svg", "xml", "rels", "vml"):
        yield from _xml(fil, content)
    elif kind == "png":
        yield from _png(fil, content)
    elif kind == "pdf":
        yield from _pdf(fil, content)
    elif kind in ("docx", "xlsx", "zip"):
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            yield Sagt(fil, "zip, anmärkning", packed.comment.decode("latin-1"))
            for info in packed.infolist():
                yield Sagt(fil, "zip, namn", info.filename)
                yield Sagt(fil, "zip, anmärkning", (info.comment + info.extra).decode("latin-1"))
                for said in innehall(info.filename, packed.read(info)):
                    yield Sagt(fil, f"{info.filename}: {said.plats}", said.text, said.synligt)
    elif kind == "csv":
        text = content.decode("utf-8-sig")
        for row in csv.reader(io.StringIO(text), delimiter=";" if text.partition("\n")[0].count(";") else ","):
            for cell in row:
                yield Sagt(fil, "ruta", cell, synligt=True)
    elif kind in ("json", "jsonld"):
        yield from _json(fil, json.loads(content.decode("utf-8")))
    elif kind in ("js", "css", "txt", "md", "mjs") or fil.endswith("SHA256SUMS"):
        yield Sagt(fil, "text", content.decode("utf-8"))
    else:
        raise AssertionError(f"{fil}: okänd sorts fil")


# --- web pages --------------------------------------------------------------------------------------------------------

_UNSEEN = ("script", "style", "template")


class _Page(HTMLParser):
    def __init__(self, fil: str) -> None:
        super().__init__()
        self.fil, self.within, self.said = fil, list[str](), list[Sagt]()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_startendtag(tag, attrs)
        self.within.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            self.said.append(Sagt(self.fil, f"<{tag} {name}>", f"{name}={value or ''}"))
            if value and value.startswith("data:"):
                self.said += _data(f"{self.fil}, <{tag} {name}>", value)

    def handle_endtag(self, tag: str) -> None:
        if tag in self.within:
            while self.within.pop() != tag:
                pass

    def handle_data(self, data: str) -> None:
        if data.strip():
            inner = self.within[-1] if self.within else ""
            self.said.append(Sagt(self.fil, f"<{inner}>", data, not set(self.within) & set(_UNSEEN)))

    def handle_comment(self, data: str) -> None:
        self.said.append(Sagt(self.fil, "kommentar", data))

    def handle_decl(self, decl: str) -> None:
        self.said.append(Sagt(self.fil, "deklaration", decl))

    handle_pi = unknown_decl = handle_comment


def _html(fil: str, text: str) -> Iterator[Sagt]:
    page = _Page(fil)
    page.feed(text)
    page.close()
    yield from page.said


def _data(fil: str, url: str) -> list[Sagt]:
    head, _, body = url.removeprefix("data:").partition(",")
    content = b64decode(body) if head.endswith(";base64") else unquote_to_bytes(body)
    kind = {"image/svg+xml": "svg", "image/png": "png", "text/css": "css"}.get(head.split(";")[0])
    if kind is None:
        return [Sagt(fil, "data", content.decode("latin-1"))]
    return list(innehall(f"{fil}.{kind}", content))


# --- XML, JSON, pictures ----------------------------------------------------------------------------------------------


class _Kept(ElementTree.TreeBuilder):
    def __init__(self) -> None:
        super().__init__(insert_comments=True, insert_pis=True)


_SEEN = {"t", "text", "tspan", "title", "desc"}


def _xml(fil: str, content: bytes) -> Iterator[Sagt]:
    root = ElementTree.fromstring(content, ElementTree.XMLParser(target=_Kept()))  # noqa: S314 - our own files
    for node in root.iter():
        tag = node.tag.rpartition("}")[2] if isinstance(node.tag, str) else "kommentar"
        for name, value in node.attrib.items():
            yield Sagt(fil, f"<{tag} {name.rpartition('}')[2]}>", value)
        for text in (node.text, node.tail):
            if text and text.strip():
                yield Sagt(fil, f"<{tag}>", text, tag in _SEEN)


def _json(fil: str, node: Any, place: str = "") -> Iterator[Sagt]:
    if isinstance(node, dict):
        for name, value in node.items():
            yield Sagt(fil, f"{place} nyckel", name)
            yield from _json(fil, value, f"{place}.{name}")
    elif isinstance(node, list):
        for value in node:
            yield from _json(fil, value, f"{place}[]")
    else:
        yield Sagt(fil, place, str(node))


def _png(fil: str, content: bytes) -> Iterator[Sagt]:
    """What is written in the picture's file; what is drawn is as the SVG that it is made of."""
    at = 8
    while at < len(content):
        (size,), kind = struct.unpack(">I", content[at : at + 4]), content[at + 4 : at + 8]
        body = content[at + 8 : at + 8 + size]
        if kind not in (b"IDAT", b"PLTE", b"IHDR", b"IEND", b"pHYs", b"sRGB", b"gAMA", b"tRNS", b"sBIT"):
            _, _, packed = body.partition(b"\0\0")
            with suppress(zlib.error):
                body += zlib.decompress(packed)
            yield Sagt(fil, kind.decode("latin-1"), body.decode("latin-1"))
        at += 12 + size
    yield Sagt(fil, "efter slutet", content[at:].decode("latin-1"))


# --- PDF --------------------------------------------------------------------------------------------------------------


def _pdf(fil: str, content: bytes) -> Iterator[Sagt]:
    with pikepdf.open(io.BytesIO(content)) as pdf:
        for name, value in pdf.docinfo.items():
            yield Sagt(fil, f"uppgift {name}", str(value))
        for name, attached in pdf.attachments.items():
            yield Sagt(fil, "bilaga", name)
            yield from innehall(name, attached.get_file().read_bytes())
        fonts = dict[Any, dict[int, str]]()
        for number, page in enumerate(pdf.pages, start=1):
            yield Sagt(fil, f"sida {number}", "".join(_shown(page, fonts)), synligt=True)
        for thing in pdf.objects:
            yield from _strings(fil, thing)
        end = content.rfind(b"%%EOF")
        yield Sagt(fil, "efter slutet", content[end + 5 :].decode("latin-1"))


_TEXTS = ("/Alt", "/ActualText", "/E", "/T", "/Contents", "/TU", "/Title", "/URI", "/Summary", "/Lang", "/Desc")


def _strings(fil: str, thing: Any) -> Iterator[Sagt]:
    """Strings of an object: alternative texts, titles, addresses; and XML that it carries."""
    if not isinstance(thing, pikepdf.Object) or thing._type_name not in ("dictionary", "stream"):
        return
    for name, value in thing.items():
        if isinstance(value, pikepdf.String):
            yield Sagt(fil, f"{name}", str(value), synligt=name in ("/Alt", "/ActualText"))
        elif isinstance(value, pikepdf.Array):
            for one in value:
                if isinstance(one, pikepdf.String):
                    yield Sagt(fil, f"{name}[]", str(one))
        elif name not in ("/Length", "/Parent", "/P", "/K", "/Pg", "/S", "/Type") and isinstance(
            value, pikepdf.Dictionary
        ):
            for inner, text in value.items():
                if isinstance(text, pikepdf.String):
                    yield Sagt(fil, f"{name}{inner}", str(text))
    if thing._type_name == "stream" and thing.get("/Type") == pikepdf.Name("/Metadata"):
        yield from _xml(fil, thing.read_bytes())


def _shown(page: Any, fonts: dict[Any, dict[int, str]]) -> Iterator[str]:
    """The page's text as its fonts tell it, with a line break wherever the pen moves."""
    table = dict[int, str]()
    for operands, operator in pikepdf.parse_content_stream(page):
        sign = str(operator)
        if sign == "Tf":
            font = page.Resources.Font[str(operands[0])]
            if font.objgen not in fonts:
                fonts[font.objgen] = _meaning(font)
            table = fonts[font.objgen]
        elif sign in ("Tj", "'", '"'):
            yield _said(bytes(operands[-1]), table)
        elif sign == "TJ":
            yield "".join(_said(bytes(o), table) for o in operands[0] if isinstance(o, pikepdf.String))
        elif sign in ("Td", "TD", "Tm", "T*", "ET"):
            yield "\n"


def _said(codes: bytes, table: dict[int, str]) -> str:
    return "".join(table.get(int.from_bytes(codes[at : at + 2], "big"), "\ufffd") for at in range(0, len(codes), 2))


def _meaning(font: Any) -> dict[int, str]:
    """What each two-byte code stands for (``ToUnicode``)."""
    source = font.ToUnicode.read_bytes().decode("latin-1")
    table: dict[int, str] = {}

    def text(code: str) -> str:
        return bytes.fromhex(code).decode("utf-16-be")

    for block in re.findall(r"beginbfchar(.*?)endbfchar", source, re.DOTALL):
        for code, means in re.findall(r"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>", block):
            table[int(code, 16)] = text(means)
    for block in re.findall(r"beginbfrange(.*?)endbfrange", source, re.DOTALL):
        for first, last, means in re.findall(r"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>", block):
            for step, code in enumerate(range(int(first, 16), int(last, 16) + 1)):
                table[code] = chr(ord(text(means)) + step)
    return table


# --- numbers ----------------------------------------------------------------------------------------------------------


def hittade(sagt: Iterable[Sagt], sokta: set[str]) -> set[tuple[str, str]]:
    """(file, place) wherever any of the words or whole numbers stands, also with thousands apart."""
    looked_for = re.compile("|".join(_form(one) for one in sorted(sokta)))
    return {(one.fil, one.plats) for one in sagt if looked_for.search(one.text)}


def _form(word: str) -> str:
    if not word.isdecimal():
        return re.escape(word)
    groups = re.findall(r"\d{1,3}(?=(?:\d{3})*$)", word)
    return r"(?<![\d.,])" + r"[ \u00a0\u202f.,]?".join(groups) + r"(?![\d])"
