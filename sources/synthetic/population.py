"""Invented persons: birth dates, ages and personnummer from Skatteverket's test series. No records, no files.

A person is one integer, ``day of birth x 20 + birth number``, so that a number is unique within its kommun. Whether the
number is even says nothing about sex here, on purpose: sex is never to be read from it.
"""

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Array = npt.NDArray[Any]

EPOCH = np.datetime64("1900-01-01", "D")
FIRST_NUMBER = 980
"""Birth numbers 980-999 are Skatteverket's test series: they are never given to anyone."""
NUMBERS_A_DAY = 20
NOTATIONS = 3
"""``YYYYMMDD-NNNN``, ``YYMMDD-NNNN``, ``YYYYMMDDNNNN``."""
OLDEST_SHORT = 1935
"""Born before this a number is never written with two-digit year, which would soon mean another century."""

AGES: dict[str, tuple[float, float]] = {
    "0_6": (0.2, 6.9),
    "7_12": (7.0, 12.9),
    "13_17": (13.0, 17.9),
    "18_25": (18.1, 25.9),
    "26_40": (26.0, 40.9),
    "41_60": (41.0, 60.9),
    "61_plus": (61.0, 85.0),
}
_LIMITS = np.array([7, 13, 18, 26, 41, 61])


def new_persons(rng: np.random.Generator, group: Array, on: Array) -> Array:
    """One new person for each age group (position in the code list) on the day given; all different."""
    low, high = np.array(list(AGES.values())).T
    years = low[group] + rng.random(len(group)) * (high - low)[group]
    born = on - (years * 365.25).astype("int64").astype("timedelta64[D]")
    key: Array = (born - EPOCH).astype("int64") * NUMBERS_A_DAY + rng.integers(0, NUMBERS_A_DAY, len(group))
    # Two on the same number: the later moves to the next free one, by a day at most unless the days are crowded.
    order = np.argsort(key, kind="stable")
    steps = np.arange(len(key))
    key[order] = np.maximum.accumulate(key[order] - steps) + steps
    return key


def birth_dates(person: Array) -> Array:
    """Day of birth."""
    return np.asarray(EPOCH + (person // NUMBERS_A_DAY).astype("timedelta64[D]"))


def ages(person: Array, on: Array) -> Array:
    """Age in whole years on the day given."""
    born = birth_dates(person)
    months = on.astype("M8[M]").astype("int64") - born.astype("M8[M]").astype("int64")
    early = (on - on.astype("M8[M]")) < (born - born.astype("M8[M]"))
    return np.asarray((months - early) // 12)


def age_groups(age: Array) -> Array:
    """Position in the code list ``aldersgrupp``."""
    return np.searchsorted(_LIMITS, age, side="right").astype("int8")


def luhn(nine: Array) -> Array:
    """Check digit of nine digits given as an integer."""
    total = np.zeros(len(nine), dtype="int64")
    for position in range(9):
        digit = nine // 10 ** (8 - position) % 10
        if position % 2 == 0:
            digit = np.where(digit > 4, digit * 2 - 9, digit * 2)
        total += digit
    return (10 - total % 10) % 10


def personnummer(person: Array, notation: Array) -> Any:
    """The number of each person as text (Arrow), in one of three notations; one in 23 is a samordningsnummer."""
    born = birth_dates(person)
    year = born.astype("M8[Y]").astype("int64") + 1970
    month = born.astype("M8[M]").astype("int64") % 12 + 1
    day = (born - born.astype("M8[M]")).astype("int64") + 1
    day = np.where(person % 23 == 7, day + 60, day)
    date = year * 10_000 + month * 100 + day
    number = FIRST_NUMBER + person % NUMBERS_A_DAY
    last = number * 10 + luhn(date % 1_000_000 * 1000 + number)
    notation = np.where((notation == 1) & (year < OLDEST_SHORT), 0, notation)
    text = pc.cast(pa.array(date), pa.large_string())
    text = pc.if_else(pa.array(notation == 1), pc.utf8_slice_codeunits(text, 2), text)
    hyphen = pc.take(pa.array(["-", "-", ""], pa.large_string()), pa.array(notation))
    return joined([text, hyphen, pc.cast(pa.array(last), pa.large_string())])


def scalar(text: str) -> Any:
    """One text as Arrow takes it beside columns of text."""
    return pa.scalar(text, pa.large_string())


def joined(parts: list[Any], separator: str = "", missing: str | None = None) -> Any:
    """Texts joined row by row; a missing part makes the row missing, unless something stands for it."""
    handling = "emit_null" if missing is None else "replace"
    return pc.binary_join_element_wise(
        *parts, scalar(separator), null_handling=handling, null_replacement=missing or ""
    )
