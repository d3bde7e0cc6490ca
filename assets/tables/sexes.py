"""What the sexes are called over numbers: by whether adults, children or both are counted in them."""

from collections.abc import Iterable, Mapping
from typing import Any

from assets.tables.spec import ALDER, Measure, TableSpec
from warehouse.contracts.codes import CODES, TOTAL, label

_ADULTS = {"kvinna": "Kvinnor", "man": "Män"}
_CHILDREN = {"kvinna": "Flickor", "man": "Pojkar"}
_BOTH = {"kvinna": "Kvinnor, flickor", "man": "Män, pojkar"}
_CRIME = {"kvinna": "Mot kvinnor och flickor", "man": "Mot män och pojkar", TOTAL: "Alla"}
_WORDS = {frozenset({"vuxna"}): _ADULTS, frozenset({"barn"}): _CHILDREN}
_FULL = {kon: _BOTH[kon].replace(", ", " och ") for kon in _BOTH}
_AGES = {code: "barn" if group.code == "under_18" else "vuxna" for group in ALDER.groups for code in group.members} | {
    "under_18": "barn",
    "fran_18": "vuxna",
}
_ROLES = {"barn": "barn", "valdsutsatt_vuxen": "vuxna", "valdsutovare": "vuxna"}
SEXES = frozenset(word for words in (_ADULTS, _CHILDREN, _BOTH) for word in words.values())
"""Every heading of a sex over persons."""


_USUAL = {kon: label("kon", kon) for kon in (*CODES["kon"], TOTAL)}
MIXED = _USUAL | _BOTH
"""The headings over rows of which some count adults, some children and some both."""


def sex_words(spec: TableSpec, measure: Measure | None, rows: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """A heading for each code of kön, over rows with these codes. Short: ``in_full`` has the words of running text."""
    if spec.public:
        return _USUAL | _CRIME
    whom = frozenset(who for row in rows for who in _whom(spec, measure, row))
    return _USUAL | _WORDS.get(whom, _BOTH)


def in_full(heading: str) -> str:
    """``Kvinnor och flickor`` for ``Kvinnor, flickor``; any other heading as it is."""
    return next((_FULL[kon] for kon, word in _BOTH.items() if word == heading), heading)


def together(heading: str) -> str:
    """The heading of a sex where rows of adults, of children and of both stand under it."""
    for words in (_ADULTS, _CHILDREN):
        for kon, word in words.items():
            if word == heading:
                return _BOTH[kon]
    return heading


def _whom(spec: TableSpec, measure: Measure | None, row: Mapping[str, Any]) -> tuple[str, ...]:
    """Who is counted in a row: adults, children or both."""
    enhet = measure.enhet if measure else ""
    if spec.malgrupp == "Barn" or enhet == "barn" or (measure and measure.title.startswith("Barns egna ")):
        return ("barn",)
    adults_only = spec.malgrupp.partition(";")[0] == "Våldsutsatta vuxna" or spec.malgrupp.startswith("Våldsutövare")
    if adults_only or enhet == "per_10000_vuxna":
        return ("vuxna",)
    said = _ROLES.get(str(row.get("roll"))) or _AGES.get(str(row.get("aldersgrupp")))
    return (said,) if said else ("barn", "vuxna")
