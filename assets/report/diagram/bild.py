"""From a drawing to files: an SVG that needs nothing beside it, and a PNG of the same. What is drawn: ``former``."""

import re
from dataclasses import dataclass
from xml.sax.saxutils import escape

import altair as alt
import vl_convert as vlc

from assets.report.diagram.former import bild
from assets.report.diagram.stil import BREDD, PAPER, TYPSNITT
from assets.report.modell import Diagram

TATHET = 3.0
"""Pixels of the PNG for each of the drawing: about 300 to an inch where it is as wide as a page's text."""
_VL = ".".join(alt.SCHEMA_VERSION.removeprefix("v").split(".")[:2])
_NOISE = re.compile(r' (?:class|role|aria-[a-z]+|font-family)="[^"]*"')
"""What the drawing library says of its own parts, in English; and its font, which is said once for all."""
_PATTERNED = re.compile(r'fill="(#[0-9a-f]{6}):([a-z]+)"')
_MONSTER = {
    "snedrand": ('width="5" height="5" patternTransform="rotate(45)"', '<path d="M0 0V5" stroke-width="3"/>'),
    "vagrand": ('width="5" height="5"', '<path d="M0 1H5" stroke-width="2"/>'),
    "lodrand": ('width="5" height="5"', '<path d="M1 0V5" stroke-width="2"/>'),
    "prickar": ('width="5" height="5"', '<circle cx="1.5" cy="1.5" r="1.2" fill="{0}" stroke="none"/>'),
    "rutor": ('width="6" height="6"', '<path d="M0 1H6M1 0V6" stroke-width="1.4"/>'),
}
"""Patterns: the size of their tile, and the lines of the series' colour on white."""


@dataclass(frozen=True, slots=True)
class Bild:
    """A chart that is drawn, ``bredd`` by ``hojd`` pixels (of the SVG; the PNG has three for each)."""

    svg: str
    png: bytes
    bredd: int
    hojd: int


def rita(d: Diagram) -> Bild:
    """Draw a chart: the same chart, the same bytes.

    Raises:
        ValueError: No point of it is shown.
    """
    yta, height = bild(d)
    high = round(height)
    drawn = vlc.vegalite_to_svg(yta.spec(high), vl_version=_VL)
    svg = _told(_with_patterns(_NOISE.sub("", drawn), d.id), d, high)
    return Bild(svg, vlc.svg_to_png(svg, scale=TATHET), BREDD, high)


def _with_patterns(svg: str, name: str) -> str:
    """Fills that name a pattern, as patterns of this chart's own: several charts may stand in one page."""
    used = dict.fromkeys(_PATTERNED.findall(svg))
    if not used:
        return svg
    defs = "".join(_pattern(color, kind, f"{_safe(name)}-{kind}") for color, kind in used)
    svg = _PATTERNED.sub(lambda m: f'fill="url(#{_safe(name)}-{m[2]})"', svg)
    return re.sub(r"(<svg[^>]*>)", rf"\1<defs>{defs}</defs>", svg, count=1)


def _pattern(color: str, kind: str, name: str) -> str:
    size, lines = _MONSTER[kind]
    return (
        f'<pattern id="{name}" patternUnits="userSpaceOnUse" {size}><rect width="6" height="6" fill="{PAPER}"/>'
        f'<g stroke="{color}" fill="none">{lines.format(color)}</g></pattern>'
    )


def _told(svg: str, d: Diagram, height: int) -> str:
    """The drawing with its title and its words, for those who hear it, and its font at the top."""
    name = _safe(d.id)
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="diagram" width="{BREDD}" height="{height}"'
        f' viewBox="0 0 {BREDD} {height}" role="img" lang="sv" xml:lang="sv"'
        f' aria-labelledby="{name}-t {name}-d" font-family="{TYPSNITT}">'
        f'<title id="{name}-t">{escape(d.rubrik)}</title><desc id="{name}-d">{escape(d.alt)}</desc>'
    )
    return re.sub(r"^.*?<svg[^>]*>", lambda _: head, svg.strip(), count=1, flags=re.DOTALL)


def _safe(name: str) -> str:
    return "d-" + re.sub(r"[^A-Za-z0-9_-]", "-", name)
