"""The ways to cut a kommun's tables: from every crossing to totals only. Choosing between them is in ``val``."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from warehouse.contracts.codes import TOTAL

if TYPE_CHECKING:  # the variants are read where nothing slow may be imported
    from assets.publicering.underlag import Raknad
    from assets.tables.spec import Dimension, TableSpec

Korsning = Literal["alla", "tva", "en", "totaler", "inga"]
"""``alla``: every crossing; ``tva``: each dimension by kön; ``en``: one dimension at a time; ``totaler``: no split."""

_MOST = {"alla": 99, "tva": 1, "en": 1, "totaler": 0, "inga": -1}


@dataclass(frozen=True, slots=True)
class Variant:
    """A table plan for a kommun's size."""

    namn: str
    titel: str
    """As kvalitetsenheten reads it."""
    ar: Korsning = "tva"
    """Crossings of the single year."""
    flera_ar: Korsning = "inga"
    """Crossings of the pooled years."""
    aldersgrupper: bool = False
    """Ages merged into their groups."""
    intervall: bool = False
    """Spans (1-9, 10-19, ...) in place of numbers."""
    grannar: bool = False
    """Together with the kommuner that have agreed to it."""


POOLED = 3
"""How many years are pooled."""
MEETS = 2 * POOLED - 1
"""Editions of years closer than this can hang together by the years that they pool."""

VARIANTER = {
    v.namn: v
    for v in (
        Variant("alla", "Alla korsningar", "alla"),
        Variant("tva_flera", "Varje indelning för sig, efter kön, för året och för tre år tillsammans", "tva", "tva"),
        Variant("tva", "Varje indelning för sig, efter kön"),
        Variant("tva_alder", "Varje indelning för sig, efter kön, med sammanslagna åldersgrupper", aldersgrupper=True),
        Variant("en_flera", "Året en indelning i taget, tre år tillsammans efter kön", "en", "tva", aldersgrupper=True),
        Variant("flera", "Året i totaler, tre år tillsammans efter kön", "totaler", "tva", aldersgrupper=True),
        Variant("en", "En indelning i taget", "en", aldersgrupper=True),
        Variant(
            "intervall", "Varje indelning för sig, efter kön, i intervall", "tva", aldersgrupper=True, intervall=True
        ),
        Variant("grannar", "Tillsammans med kommuner som gått med på det", "tva", aldersgrupper=True, grannar=True),
        Variant("totaler", "Bara totaler", "totaler", "totaler", aldersgrupper=True),
    )
}


def printed(variant: Variant, spec: "TableSpec", cell: "Raknad", *, public: bool = False) -> bool:
    """Whether a cell stands in the tables of a variant. What is public at its source always does."""
    if public:
        return True
    level = variant.flera_ar if "_" in cell.period else variant.ar
    codes = dict(cell.koder)
    split = 0
    for dimension in spec.dimensions:
        if dimension.name == "kon" or not dimension.total or codes[dimension.name] == TOTAL:
            continue
        if variant.aldersgrupper and _finer(dimension, codes[dimension.name]):
            return False
        split += 1
    if level == "en" and cell.kon != TOTAL:
        split += 1
    return split <= _MOST[level]


def unprinted(variant: Variant, spec: "TableSpec", cell: "Raknad") -> bool:
    """Whether a cell that a variant leaves out must be protected all the same: a reader might work it out.

    Each dimension by kön, in the periods that the variant prints. Finer crossings than that hang together with what is
    printed by their totals alone, and are protected where they are printed.
    """
    level = variant.flera_ar if "_" in cell.period else variant.ar
    return level in ("en", "totaler") and printed(VARIANTER["tva_flera"], spec, cell)


def _finer(dimension: "Dimension", code: str) -> bool:
    """Whether a code is a part of a group."""
    return any(code in group.members for group in dimension.groups)


def span(value: int) -> tuple[int, int]:
    """The span that a count is told in: 1-9, then tens up to a hundred, then hundreds."""
    if value < 10:
        return 1, 9
    step = 10 if value < 100 else 100
    low = value // step * step
    return low, low + step - 1
