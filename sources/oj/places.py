"""Which area a code and a name in Öppna jämförelser stand for: kommun, stadsdel, län or riket. No answers.

A stadsdel stands under its kommun's code and is never read as the kommun.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from sources._values import fold
from sources.oj.names import compact
from warehouse.contracts.reference import kommuner, lan

RIKET = "riket"
_WHOLE = frozenset({"riket", "helariket", "helalandet", "sverige"})
_WITH_STADSDELAR = ("0180", "1280", "1480")
"""Stockholm, Malmö and Göteborg: the kommuner whose stadsdelar have answered for themselves."""
_CODE = re.compile(r"(\d{3,4})(?:[-_ ]?(\d{1,4}))?")
"""A kommunkod, and what a stadsdel's own code adds to it."""
_CUT = re.compile(r"\s*[-,:;/–—]\s*")


@dataclass(frozen=True, slots=True)
class Place:
    """An area as the contract writes it."""

    omrade_typ: str
    omrade: str
    kommunkod: str | None = None

    @property
    def answers(self) -> bool:
        """Whether it has answered itself; of län and riket there are shares."""
        return self.omrade_typ in {"kommun", "stadsdel"}


class UnknownPlaceError(Exception):
    """No area. Knows which rule it breaks, repeats nothing."""

    def __init__(self, regel: str = "oj_omrade") -> None:
        super().__init__(regel)
        self.regel = regel


def place(code: str | None, name: str | None, stadsdel: str | None = None, *, counties: bool = False) -> Place:
    """The area of a code and a name, either of which may be missing. ``counties``: the code is a länskod.

    Raises:
        UnknownPlaceError: where they name no area, or two.
    """
    by_name = _of_name(name) if name else None
    if code is None:
        found = by_name
    elif counties or len(code) < 3:
        found = _of_county(code, by_name, named=bool(name))
    else:
        found = _of_kommun(code, name, by_name)
    if found is None:
        raise UnknownPlaceError
    if stadsdel and compact(stadsdel) not in _WHOLE:
        if found.kommunkod is None:
            raise UnknownPlaceError("oj_kod_och_namn")
        if found.omrade_typ == "kommun" and compact(stadsdel) not in _names_of(found.kommunkod):
            found = _part(found.kommunkod, stadsdel)
    return found


def of_header(text: str) -> Place | None:
    """The area that a column's header names, None where it names none."""
    code = text.strip()
    if re.fullmatch(r"\d{4}", code):
        return Place("kommun", code, code) if code in kommuner() else None
    if compact(text).startswith("andelja"):
        return Place(RIKET, RIKET)
    try:
        return _of_name(text)
    except UnknownPlaceError:
        return None


def _of_county(code: str, by_name: Place | None, *, named: bool) -> Place | None:
    if not code.strip("0"):
        return _agree(Place(RIKET, RIKET), by_name, named=named)
    county = code.zfill(2)
    return _agree(Place("lan", county), by_name, named=named) if county in lan() else None


def _of_kommun(code: str, name: str | None, by_name: Place | None) -> Place | None:
    if not code.strip("0"):
        return _agree(Place(RIKET, RIKET), by_name, named=bool(name))
    match = _CODE.fullmatch(code)
    kommun = match[1].zfill(4) if match else ""  # Excel takes the leading zero from a number
    if match is None or kommun not in kommuner():
        return None
    part_code = match[2] is not None
    if name is None:
        return None if part_code else Place("kommun", kommun, kommun)
    if by_name is None and kommun in _WITH_STADSDELAR:
        return _part(kommun, name)  # the stadsdel alone: its kommun is in the code
    if part_code and by_name is not None and by_name.omrade_typ != "stadsdel":
        return None
    return _agree(Place("kommun", kommun, kommun), by_name, named=True)


def _agree(by_code: Place, by_name: Place | None, *, named: bool) -> Place:
    """The name may be more exact than the code (a stadsdel), never another place."""
    if not named:
        return by_code
    if by_name is None:
        raise UnknownPlaceError("oj_kod_och_namn")
    same = by_name == by_code or (by_name.omrade_typ == "stadsdel" and by_name.kommunkod == by_code.kommunkod)
    if not same:
        raise UnknownPlaceError("oj_kod_och_namn")
    return by_name


def _of_name(name: str) -> Place | None:
    whole = compact(name)
    if whole in _WHOLE:
        return Place(RIKET, RIKET)
    if whole in _kommun_names():
        code = _kommun_names()[whole]
        return Place("kommun", code, code)
    if whole in _county_names():
        return Place("lan", _county_names()[whole])
    first, *rest = _CUT.split(name.strip(), maxsplit=1)
    code = _kommun_names().get(compact(first), "")
    return _part(code, rest[0]) if code in _WITH_STADSDELAR and rest else None


def _part(kommun: str, name: str) -> Place:
    slug = fold(name)
    if kommun not in _WITH_STADSDELAR or not slug or len(slug) > 100 or re.search(r"\d{3}|@", name):
        raise UnknownPlaceError
    return Place("stadsdel", f"{kommun}_{slug}", kommun)


@lru_cache(maxsize=1)
def _kommun_names() -> dict[str, str]:
    """``Göteborg``, ``Göteborgs kommun``, ``Göteborgs stad`` ... -> kommunkod."""
    return {name: code for code in kommuner() for name in _names_of(code)}


@lru_cache(maxsize=400)
def _names_of(code: str) -> frozenset[str]:
    name = compact(kommuner()[code])
    genitive = name if name.endswith("s") else name + "s"
    made = {name, *(stem + word for stem in (name, genitive) for word in ("kommun", "stad"))}
    return frozenset(made | ({"regiongotland"} if name == "gotland" else set()))


@lru_cache(maxsize=1)
def _county_names() -> dict[str, str]:
    """``Uppsala län`` -> länskod. Without the word it is the kommun."""
    return {compact(name): code for code, name in lan().items()}
