"""Fetches SCB's population per kommun and year from PxWeb 2, as deliveries that ``sources.scb`` reads.

Which codes a table uses is read from its metadata and how much may be asked for from the server's own settings
(``sources.scb.pxweb``); nothing of that is assumed here. The form was seen in SCB's answers for TAB6471; that the
population tables TAB638 and TAB5557 have the same form is assumed.
"""

import hashlib
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial

from sources.base import Fetched
from sources.figures import whole
from sources.polite import Polite, Unavailable
from sources.scb import ALDER, AVSANDARE, CONTENTS, KON, REGION, TID, codes, rows_of
from sources.scb.jsonstat import Cube, Dimension, write_jsonstat
from sources.scb.pxweb import Selection, Server, Table, changed, understood
from warehouse.contracts.errors import UserError
from warehouse.contracts.reference import kommuner as all_kommuner

BASE = "https://statistikdatabasen.scb.se/api/v2/"
TABLES = ((2024, "TAB638"), (9999, "TAB5557"))
"""Last reference year and table. SCB began a new table when it began to change every cell (Cell Key Method)."""

_KON = {"kvinna": "kvinnor", "man": "män", codes.TOTAL: codes.TOTAL}
_SUMMED = "totalt (summan av kvinnor och män)"

_Key = tuple[str, str, str]
"""Kommunkod, age and sex in the contract's words."""


def fetch(
    polite: Polite,
    *,
    years: Iterable[int],
    kommuner: Sequence[str] | None = None,
    by_age: bool = False,
    codelist: str | None = None,
    sleep: Callable[[float], None] = time.sleep,
) -> Iterator[Fetched]:
    """Population on 31 December, one delivery a year: women, men and the total, of all ages and (``by_age``) by age.

    Totals are those that SCB publishes. Only where a table to 2024 has no total of the sexes are women and men added,
    which is exact there; the label says so. From 2025 nothing is added.

    Args:
        polite: a client for ``BASE``.
        years: reference years; one that SCB does not have yet is told of when the others are delivered.
        kommuner: kommunkoder, all where None.
        by_age: each single year to 99 and 100+, or the groups of ``codelist``.
        codelist: SCB's codelist of age groups (``agg_Ålder5år``).
        sleep: for tests.

    Raises:
        Unavailable: where SCB does not answer, answers in a form that is not known, or lacks a year.
        UserError: where a kommunkod is not one.
    """
    if unknown := sorted(set(kommuner or ()) - set(all_kommuner())):
        raise UserError(f"Det finns ingen kommun med koden {', '.join(unknown)}. Skriv fyra siffror, som 0114.")
    if kommuner is not None and not kommuner:
        raise UserError("Ange minst en kommun, eller ingen alls för alla.")
    server = Server(polite, sleep)
    tables: dict[str, Table] = {}
    groups = server.codelist(codelist) if by_age and codelist else None
    missing: list[int] = []
    for year in sorted(set(years)):
        name = next(table for last, table in TABLES if year <= last)
        if name not in tables:
            tables[name] = _table(server, name)
        table = tables[name]
        if str(year) not in table.dimensions[TID].codes:
            missing.append(year)
            continue
        cells = _cells(server, table, year, kommuner, _ages(table, year, by_age, groups))
        urval = _urval(by_age, codelist, kommuner)
        yield Fetched(
            filnamn=f"scb_befolkning_{year}_{urval}.json",
            content=write_jsonstat(_canonical(table, year, cells)),
            slip={
                "kalla": "scb",
                "tabell": "befolkning",
                "namnd": "0000",
                "avsandare": AVSANDARE,
                "omfang": "periodutdrag",
                "period": str(year),
                "urval": urval,
                "syntetisk": "nej",
            },
        )
    if missing:
        raise Unavailable(
            f"SCB har inte folkmängden för {', '.join(map(str, missing))}. Den kommer i februari året efter; "
            "försök igen då. Övriga år är hämtade."
        )


def _table(server: Server, name: str) -> Table:
    table = server.table(name)
    for dimension in (REGION, KON, CONTENTS, TID):
        if dimension not in table.dimensions:
            changed(f"tabell {name}: {dimension}")
    return table


def _urval(by_age: bool, codelist: str | None, kommuner: Sequence[str] | None) -> str:
    """What a delivery speaks for, so that a few kommuner never replace all of them."""
    ages = ("_aldersgrupp" if codelist else "_alder") if by_age else ""
    chosen = sorted(set(kommuner)) if kommuner is not None else []
    if len(chosen) > 4:
        return f"kon{ages}_{hashlib.sha256(','.join(chosen).encode()).hexdigest()[:8]}"
    return "_".join([f"kon{ages}", *chosen])


_Part = tuple[dict[str, str], dict[str, str]]
"""Contract age to SCB's code, and the codelist that the codes belong to, if any."""


def _ages(table: Table, year: int, by_age: bool, groups: Dimension | None) -> list[_Part]:
    """The questions about age: all ages, then each of them. An empty one leaves age out, which means all."""
    dimension = table.dimensions.get(ALDER)
    known = _known(dimension, codes.alder) if dimension else {}
    total = {codes.TOTAL: known.pop(codes.TOTAL)} if codes.TOTAL in known else {}
    if dimension and not total and not _left_out(table, ALDER, year):
        changed(f"tabell {table.id}: alla åldrar")
    if not by_age:
        return [(total, {})]
    if groups:
        grouped = {age: code for age, code in _known(groups, codes.alder).items() if age != codes.TOTAL}
        return [(total, {}), (grouped, {ALDER: groups.id})]
    single = {age: code for age, code in known.items() if age.isdigit() or age == "100_plus"}
    if set(single) != {*map(str, range(100)), "100_plus"}:
        changed(f"tabell {table.id}: ettårsåldrar")
    return [(total | single, {})] if total else [({}, {}), (single, {})]


def _known(dimension: Dimension, meaning: Callable[[str], str | None]) -> dict[str, str]:
    """The contract's value to SCB's code; of several codes with one meaning (``100+``, ``100+10``) the shortest."""
    found: dict[str, str] = {}
    for code, label in zip(dimension.codes, dimension.labels, strict=True):
        value = meaning(label)
        if value is not None and (value not in found or len(code) < len(found[value])):
            found[value] = code
    return found


def _cells(
    server: Server, table: Table, year: int, kommuner: Sequence[str] | None, parts: list[_Part]
) -> dict[_Key, str | None]:
    """All that was asked for, each cell once. Raises where something else came."""
    there = [code for code in table.dimensions[REGION].codes if codes.is_kommun(code)]
    wanted = sorted(set(there if kommuner is None else kommuner))
    if not wanted or not set(wanted) <= set(there):
        changed(f"tabell {table.id}: kommuner")
    sexes = _sexes(table, year)
    fixed = _fixed(table, year) | {KON: list(sexes.values()), CONTENTS: [_content(table)], TID: [str(year)]}
    cells: dict[_Key, str | None] = {}
    for ages, codelists in parts:
        for regions, some in _batches(server.limits.cells // len(sexes), wanted, list(ages)):
            selection = fixed | {REGION: regions} | ({ALDER: [ages[age] for age in some]} if some else {})
            came = _of(table, year, server.data(table.id, selection, codelists))
            due = {(r, a, k) for r in regions for a in some or [codes.TOTAL] for k in sexes}
            if set(came) != due:
                changed(f"tabell {table.id}: annat än det som frågades efter")
            cells |= came
    return cells if codes.TOTAL in sexes else _summed(cells)


def _of(table: Table, year: int, cube: Cube) -> dict[_Key, str | None]:
    rows, faults, _ = understood(table.id, partial(rows_of, cube))
    if faults or {row["ar"] for _, row in rows} - {str(year)}:
        changed(f"tabell {table.id}: annat än det som frågades efter")
    return {(str(r["kommunkod"]), str(r["alder"]), str(r["kon"])): r["antal"] for _, r in rows}


def _batches(most: int, regions: list[str], ages: list[str]) -> Iterator[tuple[list[str], list[str]]]:
    """Questions of at most ``most`` regions times ages (no ages: all of them as one)."""
    if most < 1:
        changed("inställningar (config): för få värden per fråga")
    wide = max(1, min(len(ages), most))
    deep = max(1, most // wide)
    for first in range(0, len(regions), deep):
        for start in range(0, max(1, len(ages)), wide):
            yield regions[first : first + deep], ages[start : start + wide]


def _sexes(table: Table, year: int) -> dict[str, str]:
    """Contract sex to SCB's code: both parts and the published total, where the table has one."""
    found = _known(table.dimensions[KON], codes.kon)
    if not {"kvinna", "man"} <= set(found):
        changed(f"tabell {table.id}: kön")
    if codes.TOTAL not in found and year >= codes.CELL_KEY_FROM:
        changed(f"tabell {table.id}: totalt för kön")
    return found


def _left_out(table: Table, name: str, year: int) -> bool:
    """Whether leaving a dimension out gives all of it: the server then adds, which is right only to 2024."""
    return name in table.optional and year < codes.CELL_KEY_FROM


def _content(table: Table) -> str:
    content = table.dimensions[CONTENTS]
    found = [c for c, label in zip(content.codes, content.labels, strict=True) if codes.is_population(c, label)]
    if len(found) != 1:
        changed(f"tabell {table.id}: folkmängd")
    return found[0]


def _fixed(table: Table, year: int) -> Selection:
    """Civilstånd and the like: the published total, or left out where the table lets that mean all."""
    chosen: Selection = {}
    for name, dimension in table.dimensions.items():
        if name in {REGION, ALDER, KON, CONTENTS, TID}:
            continue
        totals = [c for c, label in zip(dimension.codes, dimension.labels, strict=True) if codes.is_total(label)]
        if totals:
            chosen[name] = [min(totals, key=len)]
        elif not _left_out(table, name, year):
            changed(f"tabell {table.id}: en indelning utan totalt")
    return chosen


def _summed(cells: dict[_Key, str | None]) -> dict[_Key, str | None]:
    """With women and men added, for years when that is exact; no total where either is missing."""
    sums: dict[_Key, str | None] = {}
    for region, age, kon in cells:
        if kon == "kvinna":
            parts = [whole(cells[region, age, k]) for k in ("kvinna", "man")]
            known = [n for n in parts if n is not None]
            sums[region, age, codes.TOTAL] = str(sum(known)) if len(known) == len(parts) else None
    return cells | sums


def _canonical(table: Table, year: int, cells: dict[_Key, str | None]) -> Cube:
    """The same facts in the same order whatever the batches were: kommuner, ages, sexes."""
    regions = sorted({r for r, _, _ in cells})
    ages = sorted({a for _, a, _ in cells}, key=lambda a: codes.ages(a) or (-1, 0))
    published = codes.TOTAL in _sexes(table, year)
    names = all_kommuner()
    sexes = {k: _SUMMED if k == codes.TOTAL and not published else label for k, label in _KON.items()}
    return Cube(
        dimensions=(
            Dimension(REGION, tuple(regions), tuple(names.get(r, r) for r in regions), "region"),
            Dimension(ALDER, tuple(ages), tuple(_age_label(a) for a in ages), "ålder"),
            Dimension(KON, tuple(sexes), tuple(sexes.values()), "kön"),
            Dimension(CONTENTS, (_content(table),), ("Folkmängd",), "tabellinnehåll"),
            Dimension(TID, (str(year),), (str(year),), "år"),
        ),
        values=[cells[r, a, k] for r in regions for a in ages for k in sexes],
        label=f"Folkmängd den 31 december efter region, ålder, kön och år. Källa: SCB, {table.id}",
        time=(TID,),
        metric=(CONTENTS,),
    )


def _age_label(age: str) -> str:
    span = codes.ages(age)
    if span is None:
        return "totalt ålder"
    low, high = span
    return f"{low}+ år" if high is None else f"{low} år" if low == high else f"{low}-{high} år"
