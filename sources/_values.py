"""One delivered text to the contract's text: codes, lists of codes, dates, numbers. Unknown texts come back unchanged.

Pure functions of one text; validation judges what they leave. Nothing here raises or reports: texts are values.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from types import MappingProxyType

from warehouse.contracts.codes import CODES

_UNKNOWN = ("okänt", "okänd", "okända", "vet ej", "vet inte", "uppgift saknas", "ej känt")

SYNONYMS: Mapping[str, Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        # Words only: 1 and 2 mean opposite things in different systems and are for the kommun's mapping to say.
        "kon": {
            "kvinna": ("k", "kvinnor", "kvinnlig", "kvinnligt", "flicka", "flickor"),
            "man": ("m", "män", "manlig", "manligt", "pojke", "pojkar"),
            "annat_okant": ("annat", "annat/okänt", *_UNKNOWN),
        },
        "ja_nej": {"ja": ("j",), "nej": ("n",), "okant": _UNKNOWN},
        "aldersgrupp": {"okand": _UNKNOWN},
        "svarighetsgrad": {"okand": _UNKNOWN},
        "relation": {"okand": _UNKNOWN},
        "utsatt_eller_bevittnat": {"okant": _UNKNOWN},
    }
)

_LIST = re.compile(r"[;,|]")
_DAY = re.compile(r"(\d{4})([-/.]?)(\d{2})\2(\d{2})(?:[T ]\d{2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?)?")
_DAY_FIRST = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})(?: \d{2}:\d{2}(?::\d{2})?)?")
_SERIAL = re.compile(r"(\d{1,5})(?:[.,]\d+)?")
_NUMBER = re.compile(r"([-+\u2212]?)(\d+(?:[ \u00a0\u2009\u202f]\d{3})*)(?:[.,](\d+))?")
_GAPS = re.compile(r"[ \u00a0\u2009\u202f]")
# Day 0 of Excel's two calendars; the first one counts a 29 February 1900 that never was, hence no serial under 61.
_EPOCHS = {"excel": (date(1899, 12, 30), 61), "excel_1904": (date(1904, 1, 1), 1)}

DATE_FORMATS = ("auto", "excel", "excel_1904", "dag_manad_ar")
"""``auto`` reads ÅÅÅÅ-MM-DD and ÅÅÅÅMMDD, with or without a time; the others read one form more."""


def fold(text: str) -> str:
    """Case, accents and signs aside, with ``_`` between words: ``0–6 år`` is ``0_6_ar``."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(c for c in plain if not unicodedata.combining(c))
    return re.sub(r"[^a-z0-9]+", "_", plain).strip("_")


def head(name: str) -> str:
    """How headers are compared: case, accents, blanks and underscores aside."""
    return fold(name).replace("_", "") or name


def translations(code_list: str, local: Mapping[str, str]) -> dict[str, str]:
    """Folded outside text -> code: the codes, their labels, common synonyms, and first of all the kommun's own."""
    known = {fold(code): code for code in CODES[code_list]}
    known |= {fold(label): code for code, label in CODES[code_list].items()}
    known |= {fold(word): code for code, words in SYNONYMS.get(code_list, {}).items() for word in words}
    known.pop("", None)
    return known | {local_key(text): code for text, code in local.items()}


def local_key(text: str) -> str:
    """How an outside code is looked up: folded, or as it stands when it has only signs (``-``)."""
    return fold(text) or text.strip()


def one_code(text: str, known: Mapping[str, str]) -> str:
    """The code, or the text unchanged."""
    return known.get(local_key(text), text)


def several_codes(text: str, known: Mapping[str, str], order: Sequence[str]) -> str:
    """``b, a`` -> ``a;b`` in the list's order; unchanged when any part is unknown."""
    whole = known.get(local_key(text))
    if whole:
        return whole
    parts = [known.get(local_key(part)) for part in _LIST.split(text) if part.strip()]
    if not parts or None in parts:
        return text
    return ";".join(code for code in order if code in parts)


def iso_date(text: str, form: str) -> str:
    """The day as ÅÅÅÅ-MM-DD, or the text unchanged. A time of day is dropped; one with a time zone is not touched."""
    if match := _DAY.fullmatch(text):
        return _day(text, match[1], match[3], match[4])
    if form == "dag_manad_ar" and (match := _DAY_FIRST.fullmatch(text)):
        return _day(text, match[3], match[2], match[1])
    if form in _EPOCHS and (match := _SERIAL.fullmatch(text)):
        start, first = _EPOCHS[form]
        days = int(match[1])
        return (start + timedelta(days=days)).isoformat() if days >= first else text
    return text


def _day(text: str, year: str, month: str, day: str) -> str:
    try:
        return date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return text


def plain_number(text: str, *, integer: bool) -> str:
    """``1 517,50`` -> ``1517.50``; an integer loses decimals that are all zero. Otherwise the text unchanged."""
    match = _NUMBER.fullmatch(text)
    if not match:
        return text
    sign, whole, decimals = match[1], _GAPS.sub("", match[2]), match[3]
    if integer and decimals and not decimals.strip("0"):
        decimals = None
    return ("-" if sign in {"-", "\u2212"} else "") + whole + (f".{decimals}" if decimals else "")
