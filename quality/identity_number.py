"""The shape of Swedish personal numbers: cleaning of notation, dates, check digit. One text at a time, no frames."""

import re
import unicodedata
from datetime import date
from functools import lru_cache

CENTURIES = (20, 19, 18)
"""Newest first: ten digits mean the latest of them that is not in the future."""

_DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2043\u2212\ufe58\ufe63\uff0d\u00ad"
_INVISIBLE = "\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\ufeff"
_TRANSLATE = {
    **{ord(c): "-" for c in _DASHES},
    **{ord(c): None for c in _INVISIBLE},
    ord("\u00b7"): ".",
    ord("\u2022"): ".",
    ord("\u2044"): "/",
    ord("\u2215"): "/",
}

_DISGUISED = re.compile(r"(?![0-9 ])[\d\s]")


def normalise(text: str) -> str:
    """Text with ASCII digits, hyphens and spaces whatever the sender's editor made of them."""
    if text.isascii():
        return text if text.isprintable() else re.sub(r"\s", " ", text)
    text = unicodedata.normalize("NFKC", text.translate(_TRANSLATE)).translate(_TRANSLATE)
    return _DISGUISED.sub(lambda m: " " if m[0].isspace() else str(unicodedata.decimal(m[0])), text)


def luhn_ok(digits: str) -> bool:
    """Whether the last of an even number of digits (ten, in a personnummer) is the check digit of the others."""
    total = 0
    for place, char in enumerate(digits):
        digit = int(char) * (1 if place % 2 else 2)
        total += digit - 9 if digit > 9 else digit
    return total % 10 == 0


@lru_cache(maxsize=65536)
def birth_date(eight: str) -> date | None:
    """Birth date of eight digits, or None where no such day exists.

    A samordningsnummer has 60 added to its day. Where the birth is not known it has day 60 (and month 00): then the
    first of the month (the first of July) stands in, which is near enough for an age group.
    """
    year, month, day = int(eight[:4]), int(eight[4:6]), int(eight[6:])
    if day >= 60:
        day -= 60
        if day == 0:
            month, day = month or 7, 1
    try:
        return date(year, month, day)
    except ValueError:
        return None


def with_century(six: str, reference: date, *, plus: bool) -> str | None:
    """The eight digits meant by six: the latest date not after the reference; with ``+`` of a hundred years or more.

    The plus sign is used from the year in which the person turns 100, so there the year decides, not the day.
    """
    for century in CENTURIES:
        eight = f"{century}{six}"
        born = birth_date(eight)
        if born is None or born > reference or (plus and born.year > reference.year - 100):
            continue
        return eight
    return None


def is_regional_digits(twelve: str) -> bool:
    """Region Stockholm's reserve number: 99, year, five digits and a check digit (no birth date in it)."""
    return twelve.startswith(("9919", "9920")) and luhn_ok(twelve[4:])
