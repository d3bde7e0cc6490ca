"""What a PDF says, read without a viewer: text page by page, tags as a tree. For tests."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pikepdf

_HEX = re.compile(rb"<([0-9a-fA-F\s]*)>")


@dataclass
class Tagg:
    """An element of the tags: its kind, its own attributes, what stands within it."""

    slag: str
    alt: str = ""
    uttal: str = ""
    titel: str = ""
    scope: str = ""
    under: list["Tagg"] = field(default_factory=list)

    def alla(self, slag: str = "") -> Iterator["Tagg"]:
        for tagg in self.under:
            if not slag or tagg.slag == slag:
                yield tagg
            yield from tagg.alla(slag)


def taggar(pdf: pikepdf.Pdf) -> Tagg:
    root = Tagg("rot")
    _walk(pdf.Root.StructTreeRoot.K, root)
    return root


def _walk(node: Any, above: Tagg) -> None:
    if isinstance(node, pikepdf.Array):
        for kid in node:
            _walk(kid, above)
    elif isinstance(node, pikepdf.Dictionary) and "/S" in node:
        attributes = [a for a in node.get("/A", []) if isinstance(a, pikepdf.Dictionary)]
        scope = next((str(a["/Scope"]) for a in attributes if "/Scope" in a), "")
        said = [str(node.get(n, "")) for n in ("/Alt", "/ActualText", "/T")]
        here = Tagg(str(node.S).lstrip("/"), *said, scope)
        above.under.append(here)
        if "/K" in node:
            _walk(node.K, here)


def text(till: Path, *, upplast: bool = False) -> list[str]:
    """The text of each page as it is drawn; ``upplast``: only what is read out, and no headers or footers."""
    with pikepdf.open(till) as pdf:
        return [_drawn(page, page.obj.get("/Resources"), {}, upplast) for page in pdf.pages]


def _drawn(stream: Any, resources: Any, seen: dict[Any, dict[int, str]], upplast: bool) -> str:
    fonts = resources.get("/Font", {}) if resources is not None else {}
    objects = resources.get("/XObject", {}) if resources is not None else {}
    said, glyphs, marked = list[str](), dict[int, str](), list[str]()
    for operands, operator in pikepdf.parse_content_stream(stream):
        kind = str(operator)
        if kind in ("BDC", "BMC"):
            marked.append(str(operands[0]))
        elif kind == "EMC":
            marked.pop()
        elif upplast and "/Artifact" in marked:
            continue
        elif kind == "Tf":
            name = str(operands[0])
            glyphs = seen.setdefault((id(resources), name), _map(fonts[name]))
        elif kind in ("Tj", "TJ"):
            parts = operands[0] if kind == "TJ" else operands
            raw = b"".join(bytes(p) for p in parts if isinstance(p, pikepdf.String))
            said.append("".join(glyphs.get(int.from_bytes(raw[n : n + 2], "big"), "") for n in range(0, len(raw), 2)))
        elif kind == "ET":
            said.append(" ")
        elif kind == "Do" and objects.get(str(operands[0]), {}).get("/Subtype") == "/Form":
            form = objects[str(operands[0])]
            said.append(_drawn(form, form.get("/Resources", resources), seen, upplast))
    return "".join(said)


def _map(font: Any) -> dict[int, str]:
    made: dict[int, str] = {}
    content = bytes(font.ToUnicode.read_bytes())
    for block in re.findall(rb"beginbfchar(.*?)endbfchar", content, re.S):
        codes = _HEX.findall(block)
        for code, said in zip(codes[::2], codes[1::2], strict=True):
            made[int(code, 16)] = bytes.fromhex(said.decode()).decode("utf-16-be")
    for block in re.findall(rb"beginbfrange(.*?)endbfrange", content, re.S):
        codes = _HEX.findall(block)
        for low, high, said in zip(codes[::3], codes[1::3], codes[2::3], strict=True):
            first = bytes.fromhex(said.decode()).decode("utf-16-be")
            for n in range(int(high, 16) - int(low, 16) + 1):
                made[int(low, 16) + n] = first[:-1] + chr(ord(first[-1]) + n)
    return made
