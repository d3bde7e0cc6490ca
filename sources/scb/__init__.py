"""SCB: population by kommun, sex and age on 31 December, as CSV or as PxWeb's json-stat2.

Sex is mapped by its name, never by number or order. Totals are the published ones, used as they are and only compared
with their parts. How the file is fetched stands in ``sources.scb.client``.
"""

from collections import defaultdict
from collections.abc import Mapping
from itertools import product
from typing import Any, NoReturn

import pandas as pd

from sources.base import Glimpse, Reading, Source, Unreadable, by_headers
from sources.figures import Rows, columns, number, says_empty, span, text, whole
from sources.readers import read_csv
from sources.scb import codes
from sources.scb.jsonstat import Cube, Dimension, read_jsonstat
from warehouse.contracts.delivery import Fault, TextTable

AVSANDARE = "Statistiska centralbyrån (SCB)"

_NEEDED = ("kommunkod", "kon", "ar", "folkmangd")
_KNOWN = frozenset({"kommun"})
_CONTRACT = {"kommunkod": "kommunkod", "ar": "ar", "kon": "kon", "alder": "alder", "antal": "folkmangd"}
"""Contract column to the source's column in CSV."""
_KON = {"kvinnor": "kvinna", "kvinna": "kvinna", "män": "man", "man": "man", "totalt": "totalt", "total": "totalt"}

REGION, ALDER, KON, CONTENTS, TID = "Region", "Alder", "Kon", "ContentsCode", "Tid"
"""SCB's names of the dimensions of its population tables."""
_COLUMNS = {REGION: "kommunkod", ALDER: "alder", KON: "kon", TID: "ar"}

Row = dict[str, str | None]
_Group = dict[str, int]


def read(content: bytes, slip: Mapping[str, Any]) -> Reading:
    """The population of one file.

    A CSV file has ``kommunkod, kon, ar, folkmangd`` and may have ``alder``; without it every row is of all ages. A
    json-stat2 file has the dimensions Region and Tid, and may have Alder, Kon and ContentsCode. A total that is not
    its parts costs its row. Row numbers are lines in CSV; in json-stat2 the value's place in the list, from 1.

    Raises:
        Unreadable: where the file as a whole cannot be understood, as ``readers.read_csv`` and
            ``scb_jsonstat.read_jsonstat``; ``scb_*`` where the table is another than population per kommun and year.
    """
    if (
        str(slip.get("_fil", "")).casefold().endswith(".json")
        or content[:100].lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{"
    ):
        return _read_cube(content)
    return _read_csv(content, slip)


def _read_csv(content: bytes, slip: Mapping[str, Any]) -> Reading:
    source = read_csv(content, allow_empty=says_empty(slip))
    by_age = any(str(header).strip().casefold() == "alder" for header in source.frame.columns)
    picked = columns(source, (*_NEEDED, "alder") if by_age else _NEEDED, _KNOWN)
    out = Rows(tuple(_CONTRACT), source, [picked.letters.get(name, "") for name in _CONTRACT.values()])
    rows: list[tuple[int, Row]] = []
    for rad, line in zip(source.rows, picked.records(), strict=True):
        kon, alder = text(line["kon"]), text(line["alder"]) if by_age else codes.TOTAL
        code = _KON.get(kon.casefold()) if kon else None
        age = codes.alder(alder) if alder else None
        if (kon and code is None) or (alder and age is None):
            out.refuse("okand_kod", rad, "kon" if kon and code is None else "alder")
            continue
        row: Row = {
            "kommunkod": text(line["kommunkod"]),
            "ar": number(line["ar"]),
            "kon": code,
            "alder": age,
            "antal": number(line["folkmangd"]),
        }
        rows.append((rad, row))
    return _judged(rows, out, picked.warnings)


def _read_cube(content: bytes) -> Reading:
    cube = read_jsonstat(content)
    source = TextTable(frame=pd.DataFrame(), rows=pd.Series(dtype="int64"))
    out = Rows(tuple(_CONTRACT), source, [""] * len(_CONTRACT))
    rows, out.faults, wider = rows_of(cube)
    if not rows:
        _refuse("scb_inga_kommuner", REGION)
    return _judged(rows, out, (Fault("utelamnat_omrade"),) if wider else ())


def rows_of(cube: Cube) -> tuple[list[tuple[int, Row]], list[Fault], bool]:
    """Each value of a kommun with its place from 1, what is wrong, and whether län or the country were left out.

    Raises:
        Unreadable: ``scb_*`` where the cube is another than population per kommun and year.
    """
    axes, wider = _axes(cube)
    rows: list[tuple[int, Row]] = []
    faults: list[Fault] = []
    seen: dict[tuple[str | None, ...], str | None] = {}
    for place, (parts, value) in enumerate(zip(product(*axes), cube.values, strict=True)):
        row: Row = {"kon": codes.TOTAL, "alder": codes.TOTAL}
        for part in parts:
            row |= part
        if row["kommunkod"] is None:
            continue
        # SCB's signs: a dash is nothing to count, two points are not known.
        row["antal"] = "0" if value is None and cube.status.get(place) == "-" else number(value)
        key = (row["kommunkod"], row["ar"], row["kon"], row["alder"])
        if key not in seen:
            seen[key] = row["antal"]
            rows.append((place + 1, row))
        # SCB has 100+ once for each set of age groups: the same people, so the same figure.
        elif seen[key] != row["antal"]:
            faults.append(Fault("samma_nyckel_olika_nummer", place + 1, "antal"))
    return rows, faults, wider


def _axes(cube: Cube) -> tuple[list[list[Row]], bool]:
    """What each category of each dimension says of a row, and whether some areas are wider than a kommun."""
    found = {dimension.id: dimension for dimension in cube.dimensions}
    for name in (REGION, TID):
        if name not in found:
            _refuse("scb_indelning", name)
    if CONTENTS in found:
        content = found[CONTENTS]
        if len(content.codes) > 1 or not codes.is_population(content.codes[0], content.labels[0]):
            _refuse("scb_innehall", CONTENTS)
    axes: list[list[Row]] = []
    for dimension in cube.dimensions:
        if dimension.id in _COLUMNS:
            axes.append([{_COLUMNS[dimension.id]: value} for value in _category(dimension)])
            continue
        # Civilstånd and the like: only when it is of all of them, for parts would be taken for the whole.
        if dimension.id != CONTENTS and not (len(dimension.codes) == 1 and codes.is_total(dimension.labels[0])):
            _refuse("scb_indelning", "region, ålder, kön eller år")
        axes.append([{}])
    return axes, any(codes.is_wider(code) for code in found[REGION].codes)


def _category(dimension: Dimension) -> list[str | None]:
    """The contract's value of each category. None for areas wider than a kommun."""
    pairs = list(zip(dimension.codes, dimension.labels, strict=True))
    if dimension.id == REGION:
        if not all(codes.is_kommun(code) or codes.is_wider(code) for code, _ in pairs):
            _refuse("scb_kategori", REGION)
        return [code if codes.is_kommun(code) else None for code, _ in pairs]
    if dimension.id == TID:
        years = [codes.year(code) for code, _ in pairs]
        if None in years:
            _refuse("scb_period", TID)
        return years
    known = [codes.alder(label) if dimension.id == ALDER else codes.kon(label) for _, label in pairs]
    if None in known:
        _refuse("scb_kategori", dimension.id)
    return known


def _refuse(regel: str, kolumn: str) -> NoReturn:
    raise Unreadable(Fault(regel, kolumn=kolumn))


def _judged(rows: list[tuple[int, Row]], out: Rows, warnings: tuple[Fault, ...]) -> Reading:
    """Keeps every row but the totals that their parts contradict."""
    by_kon, by_alder = _groups(rows)
    for rad, row in rows:
        wholes: list[list[int]] = []
        if row["kon"] == codes.TOTAL:
            sexes = by_kon[row["kommunkod"], row["ar"], row["alder"]]
            wholes += [[sexes["kvinna"], sexes["man"]]] if {"kvinna", "man"} <= set(sexes) else []
        if row["alder"] == codes.TOTAL:
            wholes += age_sets(by_alder[row["kommunkod"], row["ar"], row["kon"]])
        if not all(_adds_up(row, parts) for parts in wholes):
            out.refuse("summa", rad, "antal")
        else:
            out.kept.append((rad, row))
    return Reading.of("befolkning", out.table(), _facts(rows), warnings)


_Key = tuple[str | None, str | None, str | None]


def _groups(rows: list[tuple[int, Row]]) -> tuple[dict[_Key, _Group], dict[_Key, _Group]]:
    """Persons by sex for each kommun, year and age, and by age for each kommun, year and sex; the first where twice."""
    by_kon: dict[_Key, _Group] = defaultdict(dict)
    by_alder: dict[_Key, _Group] = defaultdict(dict)
    for _, row in rows:
        antal, kon, alder = whole(row["antal"]), row["kon"], row["alder"]
        if antal is not None and kon and alder:
            by_kon[row["kommunkod"], row["ar"], alder].setdefault(kon, antal)
            by_alder[row["kommunkod"], row["ar"], kon].setdefault(alder, antal)
    return by_kon, by_alder


def age_sets(by_age: Mapping[str, int]) -> list[list[int]]:
    """The counts of each whole set of ages among these: all single years, all groups. A set with a gap is left out."""
    spans = {code: span_ for code in by_age if (span_ := codes.ages(code))}
    # The open end belongs to both sets.
    single = {code for code, (low, high) in spans.items() if high is None or low == high}
    grouped = {code for code, (low, high) in spans.items() if high is None or low != high}
    return [[by_age[code] for code in part] for part in (single, grouped) if _whole_life([spans[c] for c in part])]


def _whole_life(spans: list[tuple[int, int | None]]) -> bool:
    """Whether the ages follow on each other from 0 to an open end, each year once."""
    following = 0
    for place, (low, high) in enumerate(sorted(spans, key=lambda s: s[0]), start=1):
        if low != following:
            return False
        if high is None:
            return place == len(spans) > 1
        following = high + 1
    return False


def _adds_up(row: Row, parts: list[int]) -> bool:
    """Judges only where total and year are there. Exact to 2024; from 2025 within the most that the noise can be."""
    total, year = whole(row["antal"]), whole(row["ar"])
    if total is None or year is None:
        return True
    slack = codes.CELL_KEY_NOISE * (len(parts) + 1) if year >= codes.CELL_KEY_FROM else 0
    return abs(total - sum(parts)) <= slack


def _facts(rows: list[tuple[int, Row]]) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "kalla": "scb",
        "namnd": "0000",
        "avsandare": AVSANDARE,
        "omfang": "periodutdrag",
        # With and without ages are two parts of the source: one does not replace the other.
        "urval": "kon" if all(row["alder"] == codes.TOTAL for _, row in rows) else "kon_alder",
    }
    # Whole years only: what stands in a faulty row is not for the delivery to be known by.
    period = span({year for year in {row["ar"] for _, row in rows} if year and codes.year(year)})
    return facts | ({"period": period} if period else {})


def _tells(seen: Glimpse) -> bool:
    """CSV by its headers; json as a dataset of json-stat2 with population in its title."""
    if seen.suffix == ".json":
        start = seen.start.casefold().replace("\\u00e4", "ä")
        return '"dataset"' in start and "folkmängd" in start
    return by_headers(*_NEEDED)(seen)


SOURCES: tuple[Source, ...] = (
    Source(kalla="scb", tabell="befolkning", suffixes=(".csv", ".json"), tells=_tells, read=read),
)
