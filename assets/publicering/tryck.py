"""What a protected table says: each cell as it is printed, derived ones only where all that they rest on is told."""

from collections.abc import Iterator, Mapping, Sequence

from assets.publicering.plan import PUBLICERAS, Harlett, Offentlig
from assets.publicering.relationer import Plan, beside
from assets.publicering.system import Byggt
from assets.publicering.underlag import Raknad
from assets.tables.spec import TableSpec
from quality.disclosure.model import Pattern, System
from quality.disclosure.policy import Policy
from quality.disclosure.release import PublicCell


def tables(
    built: Byggt, pattern: Pattern, policy: Policy, plan: Plan, notes: Mapping[str, Sequence[str]], minsta_bas: int = 0
) -> dict[str, tuple[list[PublicCell], list[str]]]:
    """The printed cells and notes of each table, in the plan's order. ``minsta_bas`` is the tables' own rule."""
    found: dict[str, tuple[list[PublicCell], list[str]]] = {}
    for cell in built.tryckta:
        cells, _ = found.setdefault(cell.tabell, ([], list(notes.get(cell.tabell, ()))))
        cells.append(_printed(cell, PUBLICERAS[cell.tabell], built, pattern, policy, minsta_bas, plan[cell.tabell]))
    return {name: found[name] for name in plan if name in found}


def _printed(
    cell: Raknad, offentlig: Offentlig, built: Byggt, pattern: Pattern, policy: Policy, minsta_bas: int, spec: TableSpec
) -> PublicCell:
    system = built.system

    def say(status: str, varde: float | None = None, **more: object) -> PublicCell:
        codes = dict(cell.koder)
        return PublicCell(cell.tabell, cell.period, codes, cell.kon, cell.matt, status, varde, **more)  # type: ignore[arg-type]

    if offentlig.oppen:
        return say(cell.status, cell.varde, oppen=True)
    derived = next((h for h in offentlig.harledda if h.namn == cell.matt), None)
    if derived is not None:
        parts = parts_of(cell, derived, spec)
        if any(p not in system.cells for p in parts):  # not counted, or nothing that can be
            return say(cell.status if cell.status in ("saknas", "ej_tillampligt") else "skyddas")
        if any(p in built.redan for p in parts) or not _told(parts, system, pattern):
            return say("skyddas")
        if cell.status != "visas":
            return say(cell.status)
        if _base(cell, derived, system, spec) < _least(derived, policy, minsta_bas):
            return say("skyddas")
        return say("visas", cell.varde, parts=parts)
    if cell.status != "visas":
        return say(cell.status)
    count = system.cells[cell.id]
    low, high = pattern.told(count)
    # What a reader can work out, or was told in confidence, is no reason to print it to all.
    if cell.id in built.redan or _without_base(cell, offentlig, system, pattern, spec):
        return say("skyddas", cell=cell.id)
    if low == high:
        return say("visas", float(low), cell=cell.id)
    if cell.id in pattern.bands and cell.id not in pattern.hidden:
        least, most = pattern.bands[cell.id]
        return say("intervall", cell=cell.id, fran=least, till=most)
    return say("skyddas", cell=cell.id)


def parts_of(cell: Raknad, derived: Harlett, spec: TableSpec) -> tuple[str, ...]:
    """The counts that a derived cell rests on; a base that is not split by a dimension is that of all."""
    return tuple(beside(cell, part, spec) for part in derived.delar)


def _without_base(cell: Raknad, offentlig: Offentlig, system: System, pattern: Pattern, spec: TableSpec) -> bool:
    """Whether it is an outcome whose base is hidden: readers would take another number for the base."""
    matt = offentlig.measure(cell.matt)
    if matt is None or matt.slag != "egenskap" or matt.del_av is None:
        return False
    base = system.cells.get(beside(cell, matt.del_av, spec))
    return base is not None and len({*pattern.told(base)}) > 1


def _told(parts: Sequence[str], system: System, pattern: Pattern) -> bool:
    return all(p in system.cells and len({*pattern.told(system.cells[p])}) == 1 for p in parts)


def _base(cell: Raknad, derived: Harlett, system: System, spec: TableSpec) -> int:
    return system.cells[beside(cell, derived.antal, spec)].value


def _least(derived: Harlett, policy: Policy, minsta_bas: int) -> int:
    match derived.slag:
        case "median":
            return max(policy.median_base, minsta_bas)
        case "andel" | "medel":
            return max(policy.share_base, minsta_bas)
    return 0


def reasons(built: Byggt, pattern: Pattern) -> Iterator[tuple[Raknad, str]]:
    """Every count of the edition, and why it is or is not shown: within secrecy."""
    for cell in built.tryckta:
        count = built.system.cells.get(cell.id)
        if count is None:
            continue
        low, high = pattern.told(count)
        if low == high:
            yield cell, "visas"
        else:
            yield cell, "primar" if cell.id in built.skal else "sekundar"
