"""The header row of a table in Öppna jämförelser: where it stands, and what each column is. No answers, no rows.

The words are those of the tables of 2015 and of the workbook's description; what a new workbook says is added here.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from sources._values import fold
from sources.figures import text
from sources.readers import Grid
from warehouse.contracts.delivery import Fault

_SEARCHED = 40
"""Rows from the top among which the header row is looked for."""

ROLES = MappingProxyType(
    {
        "kommunkod": ("kommunkod", "kommun_kod", "kommunnr", "kommunnummer", "kod", "omradeskod", "regionkod", "knkod"),
        "kommun": (
            "kommun", "kommunnamn", "kommun_stadsdel", "kommun_eller_stadsdel", "kommun_och_stadsdel", "namn", "omrade",
            "region",
        ),
        "stadsdel": ("stadsdel", "stadsdelsnamn", "stadsdelsnamnd", "stadsdelsomrade"),
        "lanskod": ("lanskod", "lan_kod"),
        "lan": ("lan", "lansnamn", "lan_namn"),
        "ar": ("ar", "undersokningsar", "matar"),
        "indikator": ("indikator", "indikatornamn", "indikatorns_namn"),
        "kortnamn": ("kortnamn", "kortnamn_i_excelfilen", "kortnamn_excel"),
        "svar": ("svar",),
        "varde": ("varde",),
        "antal_ja": ("antal_ja", "summa_ja", "antal_ja_svar", "antal_ja_enligt_kallan"),
    }
)  # fmt: skip
"""What a header means, by its folded text."""

BESIDE = frozenset(
    {
        *("nr", "nummer", "kvalitetsomrade", "indikatoromrade", "source_document", "kalla", "indikator_i_kallan"),
        *("befolkningsgrupp", "kommungrupp", "matt", "syfte", "beskrivning"),
    }
)
"""Headers that describe; what stands under them is left unread without a word."""

_MEANING = {word: role for role, words in ROLES.items() for word in words}
_NAMES_ROWS = {"kommunkod", "kommun", "lanskod", "lan", "indikator", "kortnamn"}


@dataclass(frozen=True, slots=True)
class Sheet:
    """A grid and the number of each of its rows in the file; ``blad`` is None in a CSV file."""

    blad: str | None
    grid: Grid
    rows: Sequence[int]
    faults: tuple[Fault, ...] = ()
    """Rows that could not be read at all."""


@dataclass(frozen=True, slots=True)
class Header:
    """A header row: which column has which role, and the texts of the others."""

    at: int
    """Its place in the grid."""
    rad: int
    """Its number in the file."""
    roles: dict[str, int]
    others: dict[int, str]


def role_of(title: str) -> str | None:
    """What a header means, None where it is a name of its own."""
    return _MEANING.get(fold(title))


def find(sheet: Sheet) -> Header | None:
    """The first row that names an area or indicator column and has at least one column more."""
    for at, row in enumerate(sheet.grid[:_SEARCHED]):
        roles: dict[str, int] = {}
        others: dict[int, str] = {}
        for i, cell in enumerate(row):
            title = text(cell)
            role = role_of(title) if title else None
            if role and role not in roles:
                roles[role] = i
            elif title:
                others[i] = " ".join(title.split())
        if _NAMES_ROWS & set(roles) and len(roles) + len(others) > 1:
            return Header(at, sheet.rows[at], roles, others)
    return None


def above(sheet: Sheet, header: Header) -> list[str]:
    """The texts above the header row."""
    return [t for row in sheet.grid[: header.at] for cell in row if (t := text(cell))]


def body(sheet: Sheet, header: Header) -> Iterator[tuple[int, list[str]]]:
    """The rows under the header that hold something, with their numbers, all of the same width."""
    width = max((len(row) for row in sheet.grid), default=0)
    for rad, row in zip(sheet.rows[header.at + 1 :], sheet.grid[header.at + 1 :], strict=True):
        if any(text(cell) for cell in row):
            yield rad, [*row, *[""] * (width - len(row))]


def cell(row: Sequence[str], roles: dict[str, int], role: str) -> str | None:
    """What stands in the column of a role; None where nothing does, or there is no such column."""
    return text(row[roles[role]]) if role in roles else None
