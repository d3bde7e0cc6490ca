"""Finds what points to a person where it should not be: wrong columns, free text, file names. Positions, not values.

What counts, and the trade made:

- ten or twelve digits that are a real date and four more, with a correct check digit: always, in any notation;
- the same without a correct check digit: only when a hyphen or plus stands before the last four, since a number
  mistyped by hand still points to a person, while plain digits and digits with spaces are often codes or amounts;
- reservnummer: a date and four characters with both letters and digits (in running text in capitals and without space);
- e-mail addresses and Swedish telephone numbers.

About seven in a thousand random ten-digit codes are a date with a right check digit: columns that hold local ids are
meant to be in ``skip``, since they become pseudonyms.
"""

import re
from collections.abc import Collection, Iterator

import numpy as np
import pandas as pd

from quality.identity_number import birth_date, is_regional_digits, luhn_ok, normalise

MASK = "•••"

# Cheap tests on unique values, written without lookaround so that they run inside Arrow.
# Letters such as å need no cleaning; anything else outside ASCII may be a digit, a dash or a space in disguise.
_MAYBE = r"@|[^\x00-\x7fÀ-ÿ]|\+ ?4|(?:[0-9][^0-9]{0,4}){5}[0-9](?:[^0-9A-Za-z]{0,4}[0-9A-Za-z]){2}"
# A time after a space has its colon: "19900101 9802" is no time.
_PLAIN = (
    r"(?:[0-9]{4}-?[0-9]{2}-?[0-9]{2}"
    r"(?:(?:T[0-9]{2}:?| [0-9]{2}:)[0-9]{2}(?::?[0-9]{2}(?:[.,][0-9]+)?)?(?:Z|[+-][0-9]{2}:?[0-9]{2})?)?"
    r"|[0-9a-f]{32,64})"
)

_MAYBE_RE = re.compile(_MAYBE)
_HEX = re.compile(
    r"(?<![0-9a-z])(?:[0-9a-f]{32,}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?![0-9a-z])", re.IGNORECASE
)
# Bounded, so that a long cell costs no more than its length.
_EMAIL = re.compile(r"[^\s@,;:<>()\"]{1,64}@[^\s@,;:<>()\"]{1,255}\.[^\W\d_]{2,}")
_DATE = (
    r"(?:(?P<century>18|19|20) ?)?"
    r"(?P<yy>[0-9]{2})(?P<sep>[-./_ ]?)(?P<mm>[01][0-9])(?P=sep)(?P<dd>[0-9]{2})"
)
# Not a fraction of a second, not the start of another date ("2019-01-01 - 2019-12-31").
_NUMBER = re.compile(
    r"(?<![0-9])(?<!:[0-9]{2}[.,])" + _DATE + r"(?P<gap>[^0-9A-Za-z]{0,5}|[^0-9A-Za-z]?[A-Za-z]{1,2}[^0-9A-Za-z]?)"
    r"(?!(?:19|20)[0-9]{2}([-./])[0-9]{1,2}\7[0-9]{1,2}(?![0-9]))(?P<last>[0-9]{4})(?![0-9])"
)
_RESERVE = re.compile(
    r"(?<![0-9A-Za-z])" + _DATE + r"(?P<gap>[-+]?)"
    r"(?P<last>(?=[0-9]{0,3}[A-Z])(?=[A-Z]{0,3}[0-9])[0-9A-Z]{4})(?![0-9A-Za-z])"
)
_REGIONAL = re.compile(r"(?<![0-9])99(?:19|20)[0-9]{8}(?![0-9])")
# The year and month after a kommunkod of 07.. ("0760-201901", "0760-2019-01") is not a subscriber.
_PHONE = re.compile(
    r"(?<![0-9+])(?<![0-9][-./])(?:"
    r"(?:\+|00) ?46(?:[ \-/.]{0,2}\(0\))?(?:[ \-/.]{0,2}[0-9]){7,10}"
    r"|07[02369](?:[0-9]{7}|[ \-/]{1,3}[0-9](?:[ \-.]?[0-9]){6})"
    r"|07[02369][0-9] ?[-/ ] ?(?!(?:19|20)[0-9]{2} ?-?(?:0[1-9]|1[0-2])(?![0-9]))[0-9]{2} ?[0-9]{2} ?[0-9]{2}"
    r"|0[1-9][0-9]{0,2}-[0-9]{2,3} [0-9]{2,3} [0-9]{2}|0[1-9][0-9]{2}-[0-9]{3} [0-9]{2}"
    r")(?![0-9])(?![-.][0-9])"
)

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_LONG = re.compile(r"(?<![0-9])[0-9]{13,}(?![0-9])")
_SEPARATORS = re.compile(r"[ \-+./_,']")
_FLOAT = re.compile(r"([0-9]{10}|[0-9]{12})[.,]0+")
_SCIENTIFIC = re.compile(r"([0-9])[.,]([0-9]+)[eE]\+?(09|9|11)")
_RESERVE_CELL = re.compile(r"(?:18|19|20)?[0-9]{6}(?=.*[A-Z])[0-9A-Z]{4}")


def find_identifiers(frame: pd.DataFrame, *, skip: Collection[str] = ()) -> pd.DataFrame:
    """Positions (``rad_index``, ``kolumn_index``, from 0) of cells of an all-text frame that may point to a person."""
    rows: list[np.ndarray] = []
    columns: list[np.ndarray] = []
    for place, name in enumerate(frame.columns):
        if name in skip:
            continue
        codes, uniques = pd.factorize(frame.iloc[:, place])
        values = pd.Series(uniques, dtype="str")
        maybe = values.str.contains(_MAYBE, regex=True) & ~values.str.fullmatch(_PLAIN)
        # One place more than the values, never hit: code -1 (null) reads it.
        hit = np.zeros(len(values) + 1, dtype=bool)
        hit[:-1] = maybe.to_numpy(dtype=bool)
        hit[hit.nonzero()] = [_holds(str(value)) for value in values[maybe]]
        found = np.flatnonzero(hit[codes])
        rows.append(found)
        columns.append(np.full(len(found), place))
    empty = np.empty(0, dtype="int64")
    return pd.DataFrame(
        {
            "rad_index": np.concatenate([empty, *rows]).astype("int64"),
            "kolumn_index": np.concatenate([empty, *columns]).astype("int64"),
        }
    )


def mask_text(text: str) -> str:
    """A text with every identifier replaced by ``•••``; unchanged when it holds none."""
    if not _holds(text):
        return text
    plain = normalise(text)
    parts, end = [], 0
    for start, stop in sorted(_spans(plain)):
        if start >= end:
            parts += [plain[end:start], MASK]
        end = max(end, stop)
    masked = "".join(parts) + plain[end:]
    # What is left may be a number only when read as a whole ("9 001 019 802").
    return MASK if _holds(masked) else masked


def mask_name(name: str) -> str:
    """A file name that may be shown. What stands beside a number is often a name: then only the suffix is left."""
    name = _CONTROL.sub("_", name)
    if mask_text(name) == name:
        return name
    suffix = re.search(r"\.[a-z]{1,5}$", name)
    return MASK + (suffix[0] if suffix else "")


def _holds(text: str) -> bool:
    plain = normalise(text).strip()
    if not _MAYBE_RE.search(plain):
        return False
    return _is_number_cell(plain) or next(_spans(plain), None) is not None


def _is_number_cell(text: str) -> bool:
    """A cell that is nothing but a number, also with thousands separators or in the shapes Excel leaves behind."""
    if whole := _FLOAT.fullmatch(text):
        text = whole[1]
    elif power := _SCIENTIFIC.fullmatch(text):
        text = (power[1] + power[2]).ljust(int(power[3]) + 1, "0")
    compact = _SEPARATORS.sub("", text).upper()
    if not compact.isascii() or len(compact) not in (10, 12):
        return False
    if compact.isdigit():
        return _is_date(compact[:-4]) and luhn_ok(compact[-10:])
    # With letters the separators must be those of a number: "2019-01-01 till" is a date and a word.
    return bool(_RESERVE_CELL.fullmatch(compact)) and " " not in text and _is_date(compact[:-4])


def _is_date(digits: str) -> bool:
    if len(digits) == 8:
        return digits[:2] in ("18", "19", "20") and birth_date(digits) is not None
    return any(birth_date(century + digits) is not None for century in ("19", "20"))


def _spans(text: str) -> Iterator[tuple[int, int]]:
    for found in _EMAIL.finditer(text):
        yield found.span()
    # Pseudonyms and other hex digests hold digits by chance.
    text = _HEX.sub(lambda m: " " * len(m[0]), text)
    for found in _REGIONAL.finditer(text):
        if is_regional_digits(found[0]):
            yield found.span()
    for run in _LONG.finditer(text):
        # A number with digits before or after it: only one that holds as a whole counts, most long codes do not.
        if any(_is_long_number(run[0][i : i + 12]) for i in range(len(run[0]) - 11)):
            yield run.span()
    for pattern in (_NUMBER, _RESERVE):
        start = 0
        while match := pattern.search(text, start):
            if _is_person(match):
                yield match.span()
                start = match.end()
            else:
                # A date that failed may overlap with one that holds.
                start = match.start() + 1
    for found in _PHONE.finditer(text):
        yield found.span()


def _is_long_number(twelve: str) -> bool:
    return twelve[:2] in ("18", "19", "20") and _is_date(twelve[:8]) and luhn_ok(twelve[2:])


def _is_person(match: re.Match[str]) -> bool:
    six = match["yy"] + match["mm"] + match["dd"]
    if not _is_date((match["century"] or "") + six):
        return False
    if not match["last"].isdigit() or "-" in match["gap"] or "+" in match["gap"]:
        return True
    return luhn_ok(six + match["last"])
