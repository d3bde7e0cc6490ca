"""Printed cells taken apart into numbers, and which reference stands at a row. For the forms that write both.

Nothing is read that is not printed: what is hidden has no number here either.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from assets.report.modell import Del, Rad, Ruta, Tabell, Tal
from warehouse.released import Ref

_PLACES = {" (": "antal", " av ": "bas", " [": "lag", "–": "hog"}
"""What a number is after these words."""


@dataclass(frozen=True, slots=True)
class Tagen:
    """A number in a printed cell, and what it is there: varde, antal, bas, lag, hog, fran, till or annat."""

    vad: str
    tal: float
    text: str
    ref: Ref | None


def tal(text: str) -> float | None:
    """A printed number as a number, a share of 1 where it ends in percent; None where it is none."""
    plain = text.replace("\u00a0", "").replace(" ", "").replace("−", "-").replace(",", ".")
    share = plain.endswith("%")
    try:
        found = float(plain.rstrip("%"))
    except ValueError:
        return None
    return found / 100 if share else found


def decimaler(text: str) -> int:
    """How many decimals a number is printed with."""
    return sum(c.isdigit() for c in text.partition(",")[2])


def delar(ruta: Ruta) -> Iterator[Tagen]:
    """The numbers of a cell in order, the cell's own first. A span gives its two ends."""
    said: list[Del] = list(ruta.delar)
    first = said[0] if said else ""
    if ruta.status == "intervall" and isinstance(first, Tal):
        ends = [tal(part) for part in first.text.split("–")]
        if len(ends) == 2 and None not in ends:
            for what, end, text in zip(("fran", "till"), ends, first.text.split("–"), strict=True):
                yield Tagen(what, end or 0.0, text, first.ref)
        return
    share = isinstance(first, Tal) and first.text.endswith("%")
    for at, piece in enumerate(said):
        if not isinstance(piece, Tal):
            continue
        before = said[at - 1] if at else ""
        what = next((w for end, w in _PLACES.items() if isinstance(before, str) and before.endswith(end)), "annat")
        what = what if at else "varde"
        number = ruta.varde if what == "varde" and ruta.varde is not None else tal(piece.text)
        if number is not None:
            # The ends of a share's interval are printed as whole percent without the sign.
            bare = share and what in ("lag", "hog")
            yield Tagen(what, number / 100 if bare else number, piece.text, piece.ref)


def radens_ref(rad: Rad) -> Ref | None:
    """The reference that a row is looked up by: that of its first cell which has one."""
    return next((r.ref for r in rad.rutor if r.ref is not None), None)


def gemensam(tabell: Tabell) -> str:
    """What the references of all rows begin with, ``U3-insatser-``; empty where they are of several tables."""
    starts = {str(ref)[: -len(str(ref.ordning))] for rad in tabell.rader if (ref := radens_ref(rad))}
    return starts.pop() if len(starts) == 1 else ""
