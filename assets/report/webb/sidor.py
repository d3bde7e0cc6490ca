"""Pages from templates: text escaped, style and script inside, and a policy that lets nothing else in.

What stands on the pages is put together in ``sajt``.
"""

import base64
import hashlib
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from assets.publicering.tecken import SPOKEN
from assets.report.modell import Innehall, Rapport
from assets.report.webb import ord as words
from warehouse.contracts.swedish import number
from warehouse.released import Ref

_HERE = Path(__file__).parent
_PICTURES = {b"\x89PNG\r\n\x1a\n": "image/png", b"<svg": "image/svg+xml", b"<?xml": "image/svg+xml"}
_MARKS = {"pahittad": "PÅHITTADE UPPGIFTER", "sekretess": "INOM SEKRETESS"}
"""What stands at the foot of every printed page. Constants: nothing that somebody wrote comes into the style."""


@lru_cache
def environment() -> Environment:
    """Templates of the site, beside the one that tells how symbols are spoken."""
    loader = FileSystemLoader([_HERE / "templates", _HERE.parents[1] / "templates"])
    env = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    env.globals |= {"uttalas": SPOKEN, "ord": words, "slag": slag, "tal": number}
    return env


def slag(thing: Innehall) -> str:
    """Which kind of content it is, as templates ask."""
    return type(thing).__name__.lower()


@lru_cache
def _asset(name: str) -> str:
    return (_HERE / "templates" / name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    return "'sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() + "'"


def _style(rapport: Rapport) -> str:
    marks = [
        said
        for name, said in _MARKS.items()
        if (rapport.framsida.pahittad if name == "pahittad" else rapport.framsida.sekretess)
    ]
    foot = " · ".join(marks)
    page = f'\n@media print {{ @page {{ @bottom-left {{ content: "{foot}"; }} }} }}\n' if foot else ""
    return _asset("stil.css") + page


def sida(
    mall: str,
    rapport: Rapport,
    *,
    titel: str,
    rot: str,
    lank: Callable[[Ref], str],
    script: tuple[str, ...],
    **more: Any,
) -> str:
    """A page as text.

    Args:
        mall: Name of the template, without its endings.
        rapport: The report that the page is of.
        titel: What the page is called.
        rot: Way to the site's root: empty, or ``../``.
        lank: Where a number is explained, from this page.
        script: Names of the scripts that it runs; it must say all it says without them.
        more: What else the template uses.
    """
    style, code = _style(rapport), "".join(_asset(name) for name in script)
    policy = (
        f"default-src 'none'; style-src {_hash(style)}; script-src {_hash(code)}; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )
    return environment().get_template(f"{mall}.html.j2").render(
        rapport=rapport, framsida=rapport.framsida, titel=titel, mall=mall, policy=policy, lank=lank, rot=rot,
        stil=Markup(style), kod=Markup(code), **more,  # noqa: S704
    )  # fmt: skip


def bild(path: str) -> str:
    """A picture (PNG or SVG) as an address that holds it; empty where there is none or it is neither."""
    if not path:
        return ""
    try:
        data = Path(path).read_bytes()
    except OSError:
        return ""
    kind = next((k for start, k in _PICTURES.items() if data.lstrip()[: len(start)] == start), "")
    return f"data:{kind};base64,{base64.b64encode(data).decode()}" if kind else ""


def adresser(filer: Mapping[str, str]) -> dict[str, str]:
    """The other forms of the report by the names that people know, with addresses from the site's root."""
    named = {"pdf": "PDF", "word": "Word", "excel": "Excel", "csv": "CSV"}
    out = {}
    for name, address in filer.items():
        out[named.get(name.casefold(), name)] = address if address.startswith("../") else f"../{address}"
    return out
