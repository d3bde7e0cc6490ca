"""Who a record is about: canonical person ids, keyed pseudonyms and age groups.

Text in, pseudonyms and rule keys out; never sex, never a value in an error. Keys come from ``quality.keys``. Finding
identifiers where they should not be is in ``quality.identity_scan``, refused columns in ``quality.identity_columns``;
both are reached from here.
"""

import hmac
import re
from datetime import date

import numpy as np
import pandas as pd

from quality.identity_columns import FORBIDDEN_COLUMNS, refused_columns
from quality.identity_number import birth_date, is_regional_digits, luhn_ok, normalise, with_century
from quality.identity_scan import find_identifiers, mask_text

__all__ = [
    "AGE_GROUPS",
    "FORBIDDEN_COLUMNS",
    "KINDS",
    "Pseudonymizer",
    "age_group",
    "age_group_from_years",
    "canonical_local_id",
    "canonical_person_id",
    "find_identifiers",
    "mask_text",
    "refused_columns",
]

KINDS = ("person", "arende", "insats", "aktualisering", "barn")
AGE_GROUPS = ("0_6", "7_12", "13_17", "18_25", "26_40", "41_60", "61_plus", "okand")
_AGE_LIMITS = (6, 12, 17, 25, 40, 60, 130)

_SEPARATORS = re.compile(r"[ \-+./_,]")
_EXCEL_TEXT = re.compile(r"=?\"(.*)\"|'(.*)")
_WHOLE_FLOAT = re.compile(r"([0-9]+)[.,]0*")
_SCIENTIFIC = re.compile(r"[0-9]+[.,][0-9]+E\+?[0-9]{1,2}|[0-9]+E\+[0-9]{1,2}")
_ISO_DATE = re.compile(r"(?:18|19|20)[0-9]{2}-[0-9]{2}-[0-9]{2}")
_RESERVE = re.compile(r"(18|19|20)?([0-9]{6})([0-9A-Z]{4})")
_OPAQUE = re.compile(r"[A-Z0-9._-]{1,40}")
# A word for "nobody knows" must not become one person with many cases.
_NOBODY = re.compile(
    r"[-._?0 ]*|NULL|N/?A|NAN|NONE|X+|OK[ÄA]NDA?|SAKNAS|ANONYM|UPPGIFT SAKNAS|EJ K[ÄA]ND|SKYDDAD|SEKRETESS"
)


def _tidy(text: str) -> str:
    """A key as typed, without what Excel or an editor put around it."""
    text = " ".join(normalise(text).split()).upper()
    if wrapped := _EXCEL_TEXT.fullmatch(text):
        text = (wrapped[1] or wrapped[2] or "").strip()
    if whole := _WHOLE_FLOAT.fullmatch(text):
        text = whole[1]
    return text


def _number(digits: str, reference: date, *, plus: bool) -> tuple[str | None, str]:
    if len(digits) == 12:
        if is_regional_digits(digits):
            return digits, ""
        born = birth_date(digits[:8]) if digits[:2] in ("18", "19", "20") else None
        eight = digits[:8] if born is not None and born <= reference else None
    else:
        eight = with_century(digits[:6], reference, plus=plus)
    if eight is None:
        return None, "personnummer_datum"
    if not luhn_ok(digits[-10:]):
        return None, "personnummer_kontrollsiffra"
    return eight + digits[-4:], ""


def _person(text: str, reference: date) -> tuple[str | None, str]:
    text = _tidy(text)
    if _NOBODY.fullmatch(text):
        return None, "saknas"
    if _SCIENTIFIC.fullmatch(text) or _ISO_DATE.fullmatch(text):
        return None, "form"
    compact = _SEPARATORS.sub("", text)
    if compact.isdigit() and len(compact) in (10, 12):
        return _number(compact, reference, plus="+" in text)
    if (reserve := _RESERVE.fullmatch(compact)) and not compact.isdigit():
        century, six, last = reserve.groups()
        eight = f"{century}{six}" if century else with_century(six, reference, plus="+" in text)
        if eight and birth_date(eight):
            # XXXX is a hidden number: all born that day would become one person.
            return (None, "form") if last == "XXXX" else (eight + last, "")
    if text.isdigit() and len(text) > 12:  # a number with something before or after it would be a person of its own
        return None, "form"
    return (text, "") if _OPAQUE.fullmatch(text) else (None, "form")


def canonical_person_id(text: pd.Series, reference: date) -> tuple[pd.Series, pd.Series]:
    """One form per person, and the rule key that each faulty cell broke (empty where fine).

    Personnummer, samordningsnummer and reservnummer become twelve characters without separators; ten get their
    century from ``reference`` (the day of the extract). Other keys of the municipality's own (A-Z, digits, ``._-``, at
    most 40) are taken as they are, upper-cased. A number in running text, in scientific notation, or a plain date is
    ``form``. Digits that are neither 10 nor 12 are a local key: a leading zero lost in Excel cannot be told from one.
    """
    codes, uniques = pd.factorize(text)
    forms = np.empty(len(uniques) + 1, dtype=object)
    rules = np.empty(len(uniques) + 1, dtype=object)
    for place, value in enumerate(uniques):
        forms[place], rules[place] = _person(str(value), reference)
    # Code -1 (null) reads the last place.
    forms[-1], rules[-1] = None, "saknas"
    return (
        pd.Series(forms[codes], index=text.index, dtype="str", name=text.name),
        pd.Series(rules[codes], index=text.index, dtype="str", name="regel"),
    )


def canonical_local_id(text: pd.Series) -> pd.Series:
    """One form per case, insats or contact number, whatever its spaces, case or ``.0`` from Excel; blank is null."""
    codes, uniques = pd.factorize(text)
    forms = np.array([_tidy(str(value)) or None for value in uniques] + [None], dtype=object)
    return pd.Series(forms[codes], index=text.index, dtype="str", name=text.name)


class Pseudonymizer:
    """Makes pseudonyms under one nämnd's key; the kind keeps a person and a case with equal ids apart."""

    __slots__ = ("_key", "version")

    def __init__(self, key: bytes, version: int) -> None:
        if len(key) < 32 or version < 1:
            raise ValueError("a pseudonym key has at least 32 bytes, and a version from 1")
        self._key = key
        self.version = version

    def __repr__(self) -> str:
        """Without the key: this text may reach a log."""
        return f"Pseudonymizer(version={self.version})"

    def pseudonyms(self, kind: str, canonical: pd.Series) -> pd.Series:
        """32 hex characters per id (half of an HMAC-SHA-256); null and blank stay null."""
        if kind not in KINDS:
            raise ValueError(f"kind is one of {', '.join(KINDS)}")
        prefix = kind.encode() + b"\x00"
        codes, uniques = pd.factorize(canonical)
        made = np.empty(len(uniques) + 1, dtype=object)
        for place, value in enumerate(uniques):
            word = str(value)
            if word.strip():
                made[place] = hmac.digest(self._key, prefix + word.encode(), "sha256").hex()[:32]
        return pd.Series(made[codes], index=canonical.index, dtype="str", name=canonical.name)


def age_group(canonical: pd.Series, on: pd.Series) -> pd.Series:
    """Age group code on the given dates, from the birth date in a canonical number; ``okand`` for other keys."""
    digits = canonical.astype("str").str.extract(r"^((?:18|19|20)[0-9]{6})[0-9A-Z]{4}$", expand=False)
    codes, uniques = pd.factorize(digits)
    births = [birth_date(str(value)) for value in uniques]
    missing = np.nan
    table = np.array(
        [[b.year, b.month * 100 + b.day] if b else [missing, missing] for b in births] + [[missing, missing]]
    )
    born = table[codes]
    day = pd.to_datetime(on)
    before_birthday = (day.dt.month * 100 + day.dt.day).to_numpy(dtype=float) < born[:, 1]
    years = day.dt.year.to_numpy(dtype=float) - born[:, 0] - before_birthday
    return _grouped(years, canonical.index)


def age_group_from_years(years: pd.Series) -> pd.Series:
    """Age group code for ages that the source gives in whole years; ``okand`` where missing or not an age."""
    return _grouped(years.to_numpy(dtype=float, na_value=np.nan), years.index)


def _grouped(years: np.ndarray, index: pd.Index) -> pd.Series:
    place = np.searchsorted(_AGE_LIMITS, years, side="left")
    place = np.where(np.isnan(years) | (years < 0) | (years > _AGE_LIMITS[-1]), len(AGE_GROUPS) - 1, place)
    return pd.Series(np.array(AGE_GROUPS, dtype=object)[place], index=index, dtype="str", name="aldersgrupp")
