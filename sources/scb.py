"""SCB: population by kommun and sex on 31 December, as CSV. Sex is mapped by its name, never by number or order."""

from collections.abc import Mapping
from typing import Any

from sources.base import Reading, Source
from sources.figures import Rows, columns, number, says_empty, span, text, whole
from sources.readers import read_csv

AVSANDARE = "Statistiska centralbyrån (SCB)"

_NEEDED = ("kommunkod", "kon", "ar", "folkmangd")
_KNOWN = frozenset({"kommun"})
_CONTRACT = {"kommunkod": "kommunkod", "ar": "ar", "kon": "kon", "antal": "folkmangd"}
"""Contract column to the source's column."""

_KON = {"kvinnor": "kvinna", "kvinna": "kvinna", "män": "man", "man": "man", "totalt": "totalt", "total": "totalt"}
_CELL_KEY_FROM = 2025
_CELL_KEY_NOISE = 9
"""From 2025 SCB changes every cell a little (Cell Key Method): total less parts lay in -7 to +8 of 924 real cells."""


def read(content: bytes, slip: Mapping[str, Any]) -> Reading:
    """The population of one file. A total that is not its parts, or a sex given as a number, costs its row."""
    source = read_csv(content, allow_empty=says_empty(slip))
    picked = columns(source, _NEEDED, _KNOWN)
    out = Rows(tuple(_CONTRACT), source, [picked.letters.get(name, "") for name in _CONTRACT.values()])
    rows: list[tuple[int, dict[str, str | None]]] = []
    for rad, line in zip(source.rows, picked.records(), strict=True):
        kon = text(line["kon"])
        code = _KON.get(kon.casefold()) if kon else None
        if kon and code is None:
            out.refuse("okand_kod", rad, "kon")
            continue
        row = {
            "kommunkod": text(line["kommunkod"]),
            "ar": number(line["ar"]),
            "kon": code,
            "antal": number(line["folkmangd"]),
        }
        rows.append((rad, row))
    parts = _parts(rows)
    for rad, row in rows:
        if row["kon"] == "totalt" and not _adds_up(row, parts):
            out.refuse("summa", rad, "antal")
        else:
            out.kept.append((rad, row))
    return Reading(out.table(), _facts(rows), picked.warnings)


_Parts = dict[tuple[str | None, str | None], dict[str, int]]


def _parts(rows: list[tuple[int, dict[str, str | None]]]) -> _Parts:
    """Women and men per kommun and year; the first of each where one stands twice."""
    parts: _Parts = {}
    for _, row in rows:
        kon, antal = row["kon"], whole(row["antal"])
        if kon in {"kvinna", "man"} and antal is not None:
            parts.setdefault((row["kommunkod"], row["ar"]), {}).setdefault(kon, antal)
    return parts


def _adds_up(row: dict[str, str | None], parts: _Parts) -> bool:
    """Judges only where total, both parts and the year are there."""
    of_it = parts.get((row["kommunkod"], row["ar"]), {})
    total, year = whole(row["antal"]), whole(row["ar"])
    if total is None or year is None or len(of_it) < 2:
        return True
    slack = _CELL_KEY_NOISE if year >= _CELL_KEY_FROM else 0
    return abs(total - sum(of_it.values())) <= slack


def _facts(rows: list[tuple[int, dict[str, str | None]]]) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "kalla": "scb",
        "tabell": "befolkning",
        "namnd": "0000",
        "avsandare": AVSANDARE,
        "omfang": "periodutdrag",
    }
    period = span({row["ar"] for _, row in rows})
    return facts | ({"period": period} if period else {})


SOURCES: tuple[Source, ...] = (
    Source(kalla="scb", tabell="befolkning", suffixes=(".csv",), headers=frozenset(_NEEDED), read=read),
)
