"""How charts look and are written: colours, patterns, sizes, width of words, ends of axes. No drawing here."""

import math
from dataclasses import dataclass

TYPSNITT = "Liberation Sans, Arial, Helvetica, sans-serif"
"""First the one that the drawing library carries within itself, so that the PNG is the same on every machine."""
BLACK, GREY, GRID, PAPER = "#1d1d1f", "#595959", "#dadada", "#ffffff"
BREDD = 520
"""Width in pixels: readable on a telephone, and as wide as the text of the PDF."""
TEXT, SMALL = 13, 12
RAD, STAPEL, GLAPP = 18, 12, 8
"""Height of a row, of its bar, and what parts two groups."""


@dataclass(frozen=True, slots=True)
class Utseende:
    """What tells one series from another: colour, pattern (for bars) and shape (for dots), never colour alone."""

    farg: str
    monster: str = ""
    """Empty where the bar is filled; else the name of a pattern in ``bild``."""
    form: str = "circle"
    streck: tuple[int, ...] = ()
    """Dashes of its line; none where it is drawn through."""

    @property
    def fyllning(self) -> str:
        """The fill of its bars: a colour, or a colour and a pattern for ``bild`` to make."""
        return f"{self.farg}:{self.monster}" if self.monster else self.farg


KVINNA = Utseende("#4b2e83")
MAN = Utseende("#b3541e", "snedrand", "square", (6, 3))
TOTALT = Utseende("#4d4d4d", "prickar", "diamond", (2, 3))
ANDRA = (
    Utseende("#1f5673"),
    Utseende("#b3541e", "snedrand", "square", (6, 3)),
    Utseende("#4d4d4d", "prickar", "diamond", (2, 3)),
    Utseende("#2f7d4f", "vagrand", "triangle-up", (8, 3, 2, 3)),
    Utseende("#8a3a6b", "lodrand", "cross", (1, 2)),
    Utseende("#7a6a1e", "rutor", "triangle-down", (10, 4)),
)


def utseende(serier: list[str]) -> dict[str, Utseende]:
    """How each series looks. The same sex looks the same in every chart; other series in their given order."""
    by_name = {serie: of_sex(serie) for serie in serier}
    if any(by_name.values()):
        return {s: u or ANDRA[3 + n % 3] for n, (s, u) in enumerate(by_name.items())}
    if serier == [""]:
        return {"": ANDRA[0]}
    return {serie: ANDRA[n % len(ANDRA)] for n, serie in enumerate(serier)}


def of_sex(serie: str) -> Utseende | None:
    """How a sex looks; None where the name is of something else."""
    word = serie.casefold()
    if word.startswith(("kvinn", "flick")):
        return KVINNA
    if word in ("man", "män") or word.startswith(("män ", "man ", "pojk")):
        return MAN
    return TOTALT if word.startswith(("total", "alla", "samtliga")) else None


_NARROW, _WIDE = frozenset("iljtfrI.,:;'|!()[] \u00a0-–"), frozenset("mwMWÅÄÖ%@▪")


def bredd(text: str, size: float = TEXT) -> float:
    """About how many pixels wide a text becomes, rather too many than too few (Liberation Sans has Arial's widths)."""
    em = sum(0.34 if c in _NARROW else 0.87 if c in _WIDE else 0.7 if c.isupper() else 0.57 for c in text)
    return em * size


def ryms(text: str, room: float, size: float = TEXT) -> str:
    """The text, shortened with an ellipsis where there is no room: its whole is in the table beside."""
    if bredd(text, size) <= room:
        return text
    while text and bredd(text + "…", size) > room:
        text = text[:-1]
    return text.rstrip(" ,–-") + "…"


def rader(text: str, room: float, size: float = TEXT) -> list[str]:
    """The text in lines that have room."""
    lines = [""]
    for word in text.split(" "):
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and bredd(longer, size) > room:
            lines.append(word)
        else:
            lines[-1] = longer
    return [ryms(line, room, size) for line in lines]


def skala(values: list[float], form: str) -> tuple[float, float, list[float]]:
    """Ends and marks of an axis, from values that are shown and no others: shares 0 to 100 %, all others with zero."""
    if form == "andel" and all(0 <= v <= 1 for v in values):
        return 0.0, 1.0, [0, 0.25, 0.5, 0.75, 1.0]
    low, high = min(0.0, *values, 0.0), max(0.0, *values, 0.0)
    if low == high:
        high = 1.0
    step = _step((high - low) / 4, form)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return first * step, last * step, [n * step for n in range(first, last + 1)]


def _step(rough: float, form: str) -> float:
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(m * power for m in (1, 2, 2.5, 5, 10) if m * power >= rough - 1e-12)
    if form in ("antal", "kronor", "dagar") and step < 1:
        return 1.0
    return 3.0 if form in ("antal", "kronor", "dagar") and step == 2.5 else step


def tal(value: float, form: str) -> str:
    """A mark of an axis in Swedish."""
    if form == "andel":
        return f"{_plain(100 * value)}\u00a0%"
    return _plain(value)


def _plain(value: float) -> str:
    said = f"{round(value, 3):,.3f}".rstrip("0").rstrip(".")
    said = said.replace(",", "\u00a0").replace(".", ",").replace("-", "\u2212")
    return "0" if said in ("\u22120", "") else said
