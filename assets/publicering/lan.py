"""Editions for a län or the nation: sums of what the kommuner have released, nothing else.

Each nämnd answers for its own records, so nothing here reads more than ``publicering``. A cell is shown where every
kommun that takes part shows it: a sum of printed numbers tells nothing that is not out already.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from sqlalchemy import Connection

from assets.publicering.forbered import Skyddad, examine
from assets.publicering.plan import PUBLICERAS, noter
from assets.publicering.relationer import Plan
from assets.publicering.system import Byggt
from assets.publicering.tecken import SAID
from assets.publicering.underlag import cell_id
from assets.publicering.varianter import Variant
from assets.tables.counting import INVENTED
from quality.disclosure.model import Cell, Pattern, Protection, Relation, System
from quality.disclosure.release import PublicCell, released
from warehouse import editions
from warehouse.contracts.errors import UserError
from warehouse.contracts.reference import kommuner, lan
from warehouse.editions import Printed

SLAPPTA = Variant("slappta", "Summor av kommunernas släppta tabeller")
FEWEST = 2
"""A sum over a single kommun is that kommun's own table."""

_Key = tuple[str, str, tuple[tuple[str, str], ...], str, str]
"""Table, period, codes, kön, measure."""


@dataclass(frozen=True, slots=True)
class Deltagare:
    """A kommun's edition that the sums rest on."""

    kommun: str
    utgava: int
    cells: Sequence[Printed]
    noter: Mapping[str, Sequence[str]]


def members(conn: Connection, namnd: str, ar: int) -> list[Deltagare]:
    """The kommuner of ``lan:01`` or ``riket`` with an open edition of the year that holds, in order of code."""
    inside = [k for k in sorted(kommuner()) if namnd == "riket" or k.startswith(namnd.removeprefix("lan:"))]
    found = []
    for kommun in inside:
        edition = editions.latest(conn, kommun, ar)
        if edition is not None:
            cells = editions.printed(conn, edition.utgava)
            found.append(Deltagare(kommun, edition.utgava, cells, editions.notes(conn, edition.utgava)))
    return found


def summed(namnd: str, ar: int, taking_part: Sequence[Deltagare], plan: Plan) -> Skyddad:
    """The sums as a protected edition, audited and released like any other. Raises ``UserError`` for too few."""
    if len(taking_part) < FEWEST:
        raise UserError(
            f"Minst {FEWEST} kommuner behöver en expedierad utgåva för {ar}; {len(taking_part)} har det. "
            "Se vilka som finns: kvinnofrid release list"
        )
    by_key: dict[_Key, list[Printed]] = defaultdict(list)
    for one in taking_part:
        for cell in one.cells:
            by_key[_key(cell)].append(cell)
    counts: dict[str, Cell] = {}
    relations: list[Relation] = []
    tables: dict[str, tuple[list[PublicCell], list[str]]] = {}
    notes = _notes(namnd, ar, taking_part)
    for key, cells in by_key.items():
        offentlig = PUBLICERAS.get(key[0])
        if offentlig is None or offentlig.oppen or offentlig.measure(key[4]) is None:
            continue
        made = _sum(key, cells, len(taking_part), counts, relations)
        told = (*noter(key[0], plan[key[0]].notes), SAID) if key[0] in plan else (SAID,)
        tables.setdefault(key[0], ([], [*notes, *told]))[0].append(made)
    for name, (cells_of, _) in tables.items():
        cells_of.extend(_shares(name, cells_of, plan))
    system = System(counts, tuple(relations))
    protection = Protection(Pattern(), (), engine="summor")
    verdicts = examine(system, protection)
    done = released(tables, system, protection.pattern, verdicts)
    return Skyddad(SLAPPTA, Byggt(system, ()), protection, verdicts, done)


def _key(cell: Printed) -> _Key:
    return cell.tabell, cell.period, tuple(sorted(cell.dimensioner.items())), cell.kon, cell.matt


def _sum(
    key: _Key, cells: Sequence[Printed], members_: int, counts: dict[str, Cell], relations: list[Relation]
) -> PublicCell:
    """One cell: the sum where all show it. A kommun without the row has not counted it, so the sum is missing."""
    tabell, period, codes, kon, matt = key
    statuses = {c.status for c in cells}
    absent = len(cells) < members_ and kon != "annat_okant"  # nobody of that sex has no row
    if statuses & {"skyddas", "intervall"}:
        return PublicCell(tabell, period, dict(codes), kon, matt, "skyddas")
    if absent or "saknas" in statuses:
        return PublicCell(tabell, period, dict(codes), kon, matt, "saknas")
    if statuses == {"ej_tillampligt"}:
        return PublicCell(tabell, period, dict(codes), kon, matt, "ej_tillampligt")
    name = cell_id(tabell, matt, period, kon, codes)
    parts = []
    for place, cell in enumerate(cells):
        value = round(cell.varde or 0)
        part = f"{name}#{place}"
        counts[part] = Cell(part, value, 0, low=value, high=value)
        parts.append(part)
    whole = sum(counts[p].value for p in parts)
    counts[name] = Cell(name, whole, 0, low=whole, high=whole)
    relations.append(Relation(((name, 1), *((p, -1) for p in parts)), 0, 0, "summan av kommunernas"))
    return PublicCell(tabell, period, dict(codes), kon, matt, "visas", float(whole), cell=name)


def _shares(tabell: str, cells: Sequence[PublicCell], plan: Plan) -> list[PublicCell]:
    """Shares of the sums, where both parts are shown."""
    if tabell not in plan:
        return []
    formulas = {m.name: m for m in plan[tabell].shown_measures if m.formula is not None}
    at = {(c.period, tuple(sorted(c.dimensioner.items())), c.kon, c.matt): c for c in cells}
    found = []
    for period, codes, kon in dict.fromkeys(k[:3] for k in at):
        for one in PUBLICERAS[tabell].harledda:
            measure = formulas.get(one.namn)
            parts = [at.get((period, codes, kon, d)) for d in one.delar]
            if one.slag != "andel" or measure is None or measure.parts != one.delar or any(p is None for p in parts):
                continue
            standing = [p for p in parts if p is not None]
            if any(p.status != "visas" for p in standing):
                status = "skyddas" if any(p.status == "skyddas" for p in standing) else "saknas"
                found.append(PublicCell(tabell, period, dict(codes), kon, one.namn, status))
                continue
            assert measure.formula is not None  # noqa: S101 - chosen so above
            with np.errstate(all="ignore"):
                value = float(measure.formula(*(np.array([p.varde]) for p in standing))[0])
            if np.isnan(value):
                found.append(PublicCell(tabell, period, dict(codes), kon, one.namn, "ej_tillampligt"))
            else:
                ids = tuple(p.cell for p in standing)
                found.append(PublicCell(tabell, period, dict(codes), kon, one.namn, "visas", value, parts=ids))
    return found


def _notes(namnd: str, ar: int, taking_part: Sequence[Deltagare]) -> list[str]:
    names = kommuner()
    where = "riket" if namnd == "riket" else lan()[namnd.removeprefix("lan:")]
    who = ", ".join(f"{names[d.kommun]} (utgåva {d.utgava})" for d in taking_part)
    invented = any(INVENTED in notes for d in taking_part for notes in d.noter.values())
    return [
        *([INVENTED] if invented else []),
        f"Summor av det som {len(taking_part)} kommuner har släppt för {ar}, inte hela {where}: {who}. En person som "
        "haft insatser i flera kommuner räknas i var och en.",
    ]
