"""Swedish sentences with numbers in them: counting words by sex, lists, plurals. Which numbers, the chapters know."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from assets.report.innehall.las import SEXES, SHOWN, Las, period_ord, under
from assets.report.modell import Del, Stycke, Tal
from warehouse.contracts.codes import TOTAL

Bit: TypeAlias = "str | Tal | Sequence[Bit]"
"""What a paragraph is put together from, however deep."""


def stycke(*delar: Bit, slag: Literal["text", "punkt", "viktigt"] = "text") -> Stycke:
    """A paragraph of words and numbers; words that meet become one piece."""
    flat: list[Del] = []
    for bit in _flat(delar):
        if isinstance(bit, str) and flat and isinstance(flat[-1], str):
            flat[-1] += bit
        elif bit != "":
            flat.append(bit)
    return Stycke(tuple(flat), slag)


def punkt(*delar: Bit) -> Stycke:
    """A point of a list."""
    return stycke(*delar, slag="punkt")


def viktigt(*delar: Bit) -> Stycke:
    """What must not be missed."""
    return stycke(*delar, slag="viktigt")


def _flat(delar: Iterable[Bit]) -> Iterable[Del]:
    for bit in delar:
        if isinstance(bit, str | Tal):
            yield bit
        else:
            yield from _flat(bit)


def rakna_upp(saker: Sequence[Bit], sist: str = "och") -> list[Del]:
    """``a``, ``a och b``, ``a, b och c``."""
    out: list[Del] = []
    for at, sak in enumerate(saker):
        if at:
            out.append(f" {sist} " if at == len(saker) - 1 else ", ")
        out += _flat((sak,))
    return out


@dataclass(frozen=True, slots=True)
class Ord:
    """What is counted, as one and as many: of all, of each sex."""

    alla: tuple[str, str]
    kvinna: tuple[str, str]
    man: tuple[str, str]
    annat_okant: tuple[str, str]
    ensamma: tuple[str, ...] = ("kvinna",)
    """The sexes of which some must be shown where the total is not: a number of the others alone would mislead."""

    def av(self, kon: str) -> tuple[str, str]:
        """The words of a sex; of all where it is none."""
        return {"kvinna": self.kvinna, "man": self.man, "annat_okant": self.annat_okant}.get(kon, self.alla)


def _same(word: str) -> tuple[str, str]:
    return (word, word)


_OTHER = ("person med annat eller okänt kön", "personer med annat eller okänt kön")
VUXNA = Ord(("vuxen", "vuxna"), ("kvinna", "kvinnor"), ("man", "män"), _OTHER)
BARN = Ord(
    _same("barn"),
    ("flicka", "flickor"),
    ("pojke", "pojkar"),
    _same("barn med annat eller okänt kön"),
    ("kvinna", "man"),
)
PERSONER = Ord(
    ("person", "personer"),
    ("kvinna eller flicka", "kvinnor och flickor"),
    ("man eller pojke", "män och pojkar"),
    _OTHER,
)
UTOVARE = Ord(("person", "personer"), ("kvinna", "kvinnor"), ("man", "män"), _OTHER, ("kvinna", "man"))


def gallande(en: str, flera: str) -> Ord:
    """Things that concern persons: ``1 230 insatser (1 068 för kvinnor och flickor)``."""
    return Ord(
        (en, flera),
        _same("för kvinnor och flickor"),
        _same("för män och pojkar"),
        _same("för personer med annat eller okänt kön"),
    )


def antal(las: Las, ord_: Ord, tabell: str, matt: str, period: str, **koder: str) -> list[Del] | None:
    """A count in words: ``1 598 vuxna (1 481 kvinnor och 99 män)``; what is not shown is left out. None: nothing is."""
    parts = []
    for kon in SEXES:
        found = las.tal(tabell, matt, kon, period, **koder)
        value = las.varde(tabell, matt, kon, period, **koder)
        if found is not None and not (kon == "annat_okant" and value == 0):
            parts.append((found, kon, value))
    whole = las.tal(tabell, matt, TOTAL, period, **koder)
    if whole is None:
        parts = [p for p in parts if p[2] != 0]
        if not any(kon in ord_.ensamma for _, kon, _ in parts):
            return None
        one = parts[0]
        # Words that cannot stand without what they are of are given it: "1 068 insatser för kvinnor och flickor".
        first = ord_.alla if ord_.kvinna[0] == ord_.kvinna[1] and ord_.kvinna[0].startswith("för ") else None
        named = [_said(*one, ord_, first), *(_said(*p, ord_) for p in parts[1:])]
        return rakna_upp(named)
    value = las.varde(tabell, matt, TOTAL, period, **koder)
    said: list[Del] = [whole, " ", en_flera(value, *ord_.alla)]
    if parts and value != 0:
        said += [" (", *rakna_upp([_said(*p, ord_) for p in parts]), ")"]
    return said


def forst(las: Las, ord_: Ord, tabell: str, matt: str, **koder: str) -> tuple[str, list[Del]] | None:
    """The first period in which a count can be told, in words (``Under`` goes before it), and the count in words."""
    found = forst_da(las, ord_, tabell, matt, **koder)
    return None if found is None else (period_ord(found[0]), found[1])


def forst_da(las: Las, ord_: Ord, tabell: str, matt: str, **koder: str) -> tuple[str, list[Del]] | None:
    """The same with the period as it is."""
    for period in las.perioder:
        told = antal(las, ord_, tabell, matt, period, **koder)
        if told is not None:
            return period, told
    return None


def sist(las: Las, ord_: Ord, tabell: str, matt: str, **koder: str) -> tuple[str, list[Del]] | None:
    """As ``forst``, with when it was as it stands last in a sentence: empty for the report's own year."""
    found = forst_da(las, ord_, tabell, matt, **koder)
    return None if found is None else (under(las, found[0]), found[1])


def _said(found: Tal, kon: str, value: float | None, ord_: Ord, before: tuple[str, str] | None = None) -> list[Del]:
    words = en_flera(value, *ord_.av(kon))
    return [found, " ", f"{en_flera(value, *before)} {words}" if before else words]


def en_flera(value: float | None, en: str, flera: str) -> str:
    """The singular for one, else the plural (also for spans)."""
    return en if value == 1 else flera


def grupper(las: Las, tabell: str, matt: Sequence[str], period: str, **koder: str) -> tuple[str, ...]:
    """The groups that all these numbers are shown for: everybody, or else each sex; the last is the base, never 0."""
    if _all_shown(las, tabell, matt, TOTAL, period, koder):
        return (TOTAL,)
    return tuple(k for k in SEXES[:2] if _all_shown(las, tabell, matt, k, period, koder))


def _all_shown(las: Las, tabell: str, matt: Sequence[str], kon: str, period: str, koder: dict[str, str]) -> bool:
    shown = all(las.status(tabell, m, kon, period, **koder) in SHOWN for m in matt)
    return shown and las.varde(tabell, matt[-1], kon, period, **koder) != 0


FOR_KON = {TOTAL: "", "kvinna": " för kvinnor och flickor", "man": " för män och pojkar"}
VALDSUTSATTA = {TOTAL: "våldsutsatta vuxna", "kvinna": "våldsutsatta kvinnor", "man": "våldsutsatta män"}


MINST = 10
"""A difference of fewer than so many is never called one."""


def storre(a: float, b: float) -> bool:
    """Whether two counts differ by ``MINST`` and by more than chance alone gives: twice the root of their sum."""
    return abs(a - b) >= MINST and abs(a - b) > 2 * math.sqrt(a + b)
