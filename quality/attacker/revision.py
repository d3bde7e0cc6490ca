"""What a printed report gives away, and what a protected one would have: for figures that an audit has made public.

It is a counterfactual: such a report is public already, and protecting its figures now protects nobody. Reading the
figures from the warehouse, and protecting them, is the caller's.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from quality.attacker.attack import Attack, attack
from quality.attacker.printed import Book, Printed
from warehouse.contracts.codes import TOTAL

SEXES = ("kvinna", "man")
NOTE = (
    "Det här är ett tänkt fall (kontrafaktiskt). Rapporten med de här talen är redan offentlig, och det går inte att "
    "ta tillbaka. Det visar vad rapporten låter läsaren veta, och vad den hade låtit läsaren veta om talen hade "
    "skyddats."
)


@dataclass(frozen=True, slots=True)
class Figure:
    """A row of printed figures: what is counted, and how many of each sex, where the report tells."""

    tabell: str
    kommun: str
    ar: int
    dimensioner: tuple[tuple[str, str], ...]
    matt: str
    kvinna: int | None = None
    man: int | None = None
    totalt: int | None = None
    kalldokument: str = ""

    def told(self) -> dict[str, int]:
        """What is printed, by kön."""
        said = {"kvinna": self.kvinna, "man": self.man, TOTAL: self.totalt}
        return {kon: value for kon, value in said.items() if value is not None}


@dataclass(frozen=True, slots=True)
class Seen:
    """A small count that a reader of the report knows, and how: it stands there, or it is what is left (T - K)."""

    figure: Figure
    kon: str
    antal: int
    hur: Literal["direkt", "harlett"]


@dataclass(frozen=True)
class Counterfactual:
    """What the report gives away as printed; if only its small counts had been blanked; and in protected form."""

    tryckt: tuple[Seen, ...]
    bara_sma_dolda: tuple[Seen, ...]
    """What is derived all the same where only small counts are left out, and totals are printed."""
    skyddat: Attack | None
    not_: str = NOTE

    def as_json(self) -> dict[str, Any]:
        """As plain data: figures that are public, and what follows from them."""
        return {
            "kontrafaktiskt": True,
            "anmarkning": self.not_,
            "tryckt": [_seen(s) for s in self.tryckt],
            "bara_sma_dolda": [_seen(s) for s in self.bara_sma_dolda],
            "skyddat": None if self.skyddat is None else self.skyddat.as_json(),
        }


def figures(rows: Iterable[Mapping[str, Any]], *, open_tables: Iterable[str] = ()) -> tuple[Figure, ...]:
    """Rows of reported aggregates (namnd, ar, tabell, dimensioner, kon, matt, varde, kalldokument) put together by kön.

    Rows without a value, and of tables that are public at their source, are left out.
    """
    skip = frozenset(open_tables)
    found: dict[tuple[Any, ...], dict[str, int]] = {}
    for row in rows:
        if row["tabell"] in skip or row["varde"] in (None, ""):
            continue
        pairs = [p.partition("=") for p in str(row["dimensioner"] or "").split(";") if p]
        codes = tuple(sorted((d, c) for d, _, c in pairs))
        key = (row["tabell"], row["namnd"], int(row["ar"]), codes, row["matt"], row["kalldokument"])
        found.setdefault(key, {})[row["kon"]] = round(float(row["varde"]))
    return tuple(_figure(key, told) for key, told in found.items())


def _figure(key: tuple[Any, ...], told: Mapping[str, int]) -> Figure:
    tabell, kommun, ar, codes, matt, document = key
    return Figure(
        tabell, kommun, ar, codes, matt, told.get("kvinna"), told.get("man"), told.get(TOTAL), str(document or "")
    )


def counterfactual(
    printed: Sequence[Figure],
    *,
    skyddat: Sequence[Printed] | None = None,
    book: Book | None = None,
    threshold: int = 5,
    seconds: float = 60,
) -> Counterfactual:
    """What the printed figures give away, and what ``skyddat`` (the same figures, protected by the caller) does.

    That only women and men are printed leaves no secret in their sum, so a row without a total is taken to have it.
    """
    direct = [seen for f in printed for seen in _known(f, f.told(), threshold)]
    blanked = [seen for f in printed for seen in _known(f, _blanked(f, threshold), threshold)]
    attacked = None if skyddat is None else attack(skyddat, book or Book(), threshold=threshold, seconds=seconds)
    return Counterfactual(tuple(direct), tuple(blanked), attacked)


def _blanked(figure: Figure, threshold: int) -> dict[str, int]:
    """The row as it is usually mended: the total printed, and small counts blanked one by one."""
    told = figure.told()
    if all(kon in told for kon in SEXES):
        told.setdefault(TOTAL, sum(told[kon] for kon in SEXES))
    return {kon: value for kon, value in told.items() if not 0 < value < threshold}


def _known(figure: Figure, told: Mapping[str, int], threshold: int) -> Iterable[Seen]:
    for kon, value in told.items():
        if 0 < value < threshold:
            yield Seen(figure, kon, value, "direkt")
    if TOTAL in told:
        for kon, other in (SEXES, SEXES[::-1]):
            left = told[TOTAL] - told[other] if other in told and kon not in told else 0
            if 0 < left < threshold:
                yield Seen(figure, kon, left, "harlett")


def _seen(seen: Seen) -> dict[str, Any]:
    figure = seen.figure
    return {
        "tabell": figure.tabell,
        "kommun": figure.kommun,
        "ar": figure.ar,
        "dimensioner": dict(figure.dimensioner),
        "matt": figure.matt,
        "kon": seen.kon,
        "antal": seen.antal,
        "hur": seen.hur,
        "kalldokument": figure.kalldokument,
    }
