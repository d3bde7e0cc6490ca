"""The indicators of Öppna jämförelser by name: which id a name has, over spellings and renamings. No answers.

The source has no ids and changes its names. What the declared concordance knows gets its id there; another name becomes
an id of its own (``namn_...``), so that it is never taken for an indicator that it only resembles.
"""

import hashlib
import re
from functools import lru_cache

from sources._values import fold
from warehouse.contracts.reference import oj_namn

_LONGEST = 150
_NUMBER = re.compile(r"\d(?:\W{0,3}\d){8,}")
"""Nine digits or more: a personnummer or a telephone number; two years are eight."""


def compact(name: str) -> str:
    """Spelling aside: case, blanks, hyphens and other signs. å, ä and ö are kept: Håbo is not Habo."""
    return "".join(c for c in name.casefold() if c.isalnum())


def points_at_somebody(name: str) -> bool:
    """Whether it is no indicator's name but holds a number or address of a person, which no id may be made of."""
    return "@" in name or _NUMBER.search(name) is not None


def known_id(name: str, year: int | None) -> str | None:
    """The concordance's id of a name or kortnamn in a year; None where it knows none. Without year: in any."""
    return next(
        (
            id_
            for id_, first, last in _concordance().get(compact(name), ())
            if year is None or (first <= year and (last is None or year <= last))
        ),
        None,
    )


def own_id(name: str) -> str:
    """The id of a name that the concordance does not know, made of the name itself."""
    made = f"namn_{fold(name)}"
    if len(made) <= _LONGEST:
        return made
    return f"{made[: _LONGEST - 9]}_{hashlib.sha256(compact(name).encode()).hexdigest()[:8]}"


@lru_cache(maxsize=1)
def _concordance() -> dict[str, list[tuple[str, int, int | None]]]:
    out: dict[str, list[tuple[str, int, int | None]]] = {}
    for row in oj_namn():
        for name in {compact(row.namn), compact(row.kortnamn or "")} - {""}:
            out.setdefault(name, []).append((row.id, row.ar_fran, row.ar_till))
    return out
