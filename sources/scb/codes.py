"""SCB's words for sex, age, area, time and content, to the contract's. By name: codes and their order are not to trust.

SCB's sex is 1 = män and 2 = kvinnor, Kolada's K and M, and the code for 0-9 years is ``0-9`` in one table and ``-9`` in
another codelist. A label that is not known gives None; nothing here raises.
"""

import re

TOTAL = "totalt"
CELL_KEY_FROM = 2025
"""Reference year from which SCB changes every cell a little (Cell Key Method): parts no longer add up to totals."""
CELL_KEY_NOISE = 3
"""How far one cell may be from the truth, in persons. Total less women and men, three cells, lay in -7 to +8 of 924
real cells (TAB6471): within 9 is three for each. Our reading of those cells; SCB does not publish the bound."""

_KON = {"kvinnor": "kvinna", "kvinna": "kvinna", "män": "man", "man": "man"}
_TOTAL = re.compile(r"total(?:t|er)?\b|samtliga\b")
_GAPS = re.compile(r"\s+")
_YEARS = re.compile(r"(\d{1,3})")
_GROUP = re.compile(r"(\d{1,3})[-_](\d{1,3})")
_OPEN = re.compile(r"(\d{1,3})(?:\+(?:5|10)?|[-_]w|[-_ ]?plus| år och äldre)")
_POPULATION = re.compile(r"folkmängd(?:en)?(?: per månad)?")
_POPULATION_CODES = frozenset({"BE0101N1", "000007ME", "000007SF"})


def fold(label: str) -> str:
    """Small letters, single blanks, one kind of hyphen."""
    return _GAPS.sub(" ", label.casefold().replace("–", "-").replace("−", "-")).strip()


def is_total(label: str) -> bool:
    """Whether a label says all of it: ``totalt ålder``, ``totalt, samtliga män och kvinnor``."""
    return _TOTAL.match(fold(label)) is not None


def kon(label: str) -> str | None:
    """The contract's sex of a label, never of a number."""
    return TOTAL if is_total(label) else _KON.get(fold(label))


def alder(label: str) -> str | None:
    """The contract's age of a label: ``0 år``, ``0-9 år``, ``100+ år``, ``65 år och äldre``, ``totalt ålder``."""
    plain = fold(label)
    if is_total(plain) or plain == "tot":
        return TOTAL
    if found := _OPEN.fullmatch(plain.removesuffix(" år")):
        return f"{int(found[1])}_plus"
    bare = plain.removesuffix("år").strip()
    if found := _YEARS.fullmatch(bare):
        return str(int(found[1])) if int(found[1]) < 100 else None
    if found := _GROUP.fullmatch(bare):
        low, high = int(found[1]), int(found[2])
        return f"{low}_{high}" if low < high else None
    return None


def ages(code: str) -> tuple[int, int | None] | None:
    """First and last year of a contract age, None for *and older*; None for ``totalt`` and what is no age."""
    if code.endswith("_plus"):
        return int(code.removesuffix("_plus")), None
    low, _, high = code.partition("_")
    return (int(low), int(high or low)) if low.isdigit() else None


def is_kommun(code: str) -> bool:
    """Four digits."""
    return re.fullmatch(r"\d{4}", code, re.ASCII) is not None


def is_wider(code: str) -> bool:
    """A län (two digits) or the country (00)."""
    return re.fullmatch(r"\d{2}", code, re.ASCII) is not None


def year(code: str) -> str | None:
    """A whole year; None for months (``2026M01``) and quarters."""
    return code if re.fullmatch(r"(?:19|20)\d\d", code, re.ASCII) else None


def is_population(code: str, label: str) -> bool:
    """Whether a content is the population itself (not its change, not a mean), by its label; by code where none is.

    A code that is known may have a longer label that begins with the same word.
    """
    plain = fold(label)
    return _POPULATION.fullmatch(plain) is not None or (
        code in _POPULATION_CODES and (label == code or plain.startswith(("folkmängd ", "folkmängden ")))
    )
