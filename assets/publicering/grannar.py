"""Kommuner that have agreed to publish together: one more set of tables, protected with all that each has out itself.

That each nämnd has agreed is for the installation to see to (``grannar`` in its settings). Persons are never linked
between nämnder, so a person known in two kommuner counts in both and counts of persons add up. Only counts are pooled:
shares, means and medians are left out, and so are figures that are public or reported by others.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from assets.publicering.forbered import Osaker, Skyddad, Underlag, earlier, gather, guarded, joined, known, settled
from assets.publicering.plan import PUBLICERAS
from assets.publicering.relationer import Plan
from assets.publicering.system import Byggt
from assets.publicering.tidigare import Kand, Tidigare
from assets.publicering.underlag import Raknad
from assets.publicering.varianter import Variant
from assets.tables.counting import STANDARD, Setup
from quality.disclosure.model import Cell, Relation, System, total
from quality.disclosure.policy import Policy
from warehouse.contracts.codes import TOTAL
from warehouse.contracts.errors import UserError
from warehouse.contracts.reference import kommuner

PREFIX = "grupp:"
"""Before a group's name, where a kommun's code stands otherwise."""


@dataclass(frozen=True, slots=True)
class Grupp:
    """What is counted and known of a group as one, and of each member."""

    samlat: Underlag
    medlemmar: tuple[Underlag, ...]


def gather_group(
    conn: Connection, namn: str, koder: Sequence[str], ar: int, *, setup: Setup = STANDARD
) -> Grupp:  # fmt: skip
    """Count the members and add them up, and read all that they and the group have out. Raises ``UserError``."""
    members = tuple(gather(conn, kod, ar, setup=setup) for kod in sorted(koder))
    return group(namn, members, setup.plan, tidigare=earlier(conn, PREFIX + namn, ar), kanda=known(conn, PREFIX + namn))


def group(
    namn: str, members: Sequence[Underlag], plan: Plan, *, tidigare: Iterable[Tidigare] = (),
    kanda: Iterable[Kand] = (),
) -> Grupp:  # fmt: skip
    """A group of what is counted already. Raises ``UserError`` where there are not two kommuner of the same year."""
    if len({m.kommun for m in members}) < 2 or len({m.kommun for m in members}) < len(members):
        raise UserError(f"Gruppen {namn} behöver minst två olika kommuner. Rätta den under grannar i inställningarna.")
    if len({m.ar for m in members}) > 1:
        raise UserError(f"Kommunerna i gruppen {namn} måste redovisa samma år.")
    names = kommuner()
    said = f"Tabellen gäller {_listed([names.get(m.kommun, m.kommun) for m in members])} tillsammans."
    both = "Den som är känd i flera av kommunerna räknas en gång i var och en."
    notes: dict[str, list[str]] = {}
    for table in dict.fromkeys(t for m in members for t in m.noter):
        every = dict.fromkeys(n for m in members for n in m.noter.get(table, ()))
        notes[table] = [said, both, *every]
    samlat = Underlag(
        PREFIX + namn, members[0].ar, tuple(pool([m.cells for m in members], plan)), tuple(tidigare), tuple(kanda),
        tuple(v for m in members for v in m.versioner), notes, max(m.logg_nr for m in members),
    )  # fmt: skip
    return Grupp(samlat, tuple(members))


def _listed(words: Sequence[str]) -> str:
    return " och ".join((", ".join(words[:-1]), words[-1])) if len(words) > 1 else "".join(words)


# --- adding up ----------------------------------------------------------------------------------------------------


def pool(members: Sequence[Iterable[Raknad]], plan: Plan) -> list[Raknad]:
    """The members' counts, cell by cell. What one of them does not know, the group does not know.

    A cell that a member does not have, since nobody there is of that kön or code, is nobody; for codes that are
    always listed a missing cell is not known.
    """
    by_member = [{c.id: c for c in cells if _pooled(c)} for cells in members]
    tables = [{(c.tabell, c.matt, c.period) for c in found.values()} for found in by_member]
    added = []
    for name, first in {i: c for found in by_member for i, c in found.items()}.items():
        if not all((first.tabell, first.matt, first.period) in there for there in tables):
            continue  # somebody has delivered nothing for the table
        here = [found.get(name) for found in by_member]
        added.append(_added(first, here, plan))
    return added


def _pooled(cell: Raknad) -> bool:
    offentlig = PUBLICERAS[cell.tabell]
    matt = offentlig.measure(cell.matt)
    return not offentlig.oppen and not offentlig.rapporterad and matt is not None and matt.slag != "oppen"


def _added(first: Raknad, here: Sequence[Raknad | None], plan: Plan) -> Raknad:
    there = [c for c in here if c is not None and c.status == "visas" and c.varde is not None]
    nobody = all(
        (c is None and _optional(first, plan)) or (c is not None and c.status in ("visas", "ej_tillampligt"))
        for c in here
    )
    if not there or not nobody:
        unknown = nobody and all(c is None or c.status == "ej_tillampligt" for c in here)
        status = "ej_tillampligt" if unknown else "saknas"
        return replace(first, status=status, varde=None, personer=0, storsta=None, utan=None, bakom=())
    largest = sorted((n for c in there for n in c.storsta or ()), reverse=True)[:2]
    rest = [c.utan for c in there]
    behind: Counter[int] = Counter()
    for c in there:
        behind.update(dict(c.bakom))
    return replace(
        first,
        status="visas",
        varde=sum(c.varde or 0 for c in there),
        personer=sum(c.personer for c in there),
        storsta=(largest[0], largest[1]) if len(largest) == 2 else None,
        utan=None if any(r is None for r in rest) else sum(r or 0 for r in rest),
        bakom=tuple(sorted(behind.items())),
    )


def _optional(cell: Raknad, plan: Plan) -> bool:
    """Whether a cell is left out of a table where nobody is in it."""
    codes = dict(cell.koder)
    opened = (d for d in plan[cell.tabell].dimensions if d.name != "kon" and not d.values)
    return cell.kon == "annat_okant" or any(codes[d.name] != TOTAL for d in opened)


# --- one system ---------------------------------------------------------------------------------------------------


def build_joint(
    grupp: Grupp, variant: Variant, policy: Policy, *, plan: Plan, trycker: str | None = None
) -> Byggt:  # fmt: skip
    """One system of the group and all its members: what one of them prints tells of the others.

    ``trycker`` is who makes an edition now: the group, or the kommun with that code (which must be protected against
    what the group has out). The others' cells are never printed here; what they have out is known. Ids of those who
    print are plain, the others' begin with ``kommunkod/`` or ``grupp:NAMN/``.

    Raises:
        Osaker: An edition of the group is out whose counts have changed since, which cannot be kept track of yet.
    """
    who = trycker or grupp.samlat.kommun
    parties = [grupp.samlat, *grupp.medlemmar]
    if who not in {p.kommun for p in parties}:
        raise UserError(f"{who} är inte med i gruppen {grupp.samlat.kommun}.")
    cells: dict[str, Cell] = {}
    relations: list[Relation] = []
    needs = []
    found: dict[str, Byggt] = {}
    for party in parties:
        prints = party.kommun == who
        niva = "grupp" if party is grupp.samlat else "kommun"
        built = joined(party, variant, policy, plan=plan, niva=niva)
        found[party.kommun] = built
        front = "" if prints else f"{party.kommun}/"
        out = {t.cell.id for t in party.tidigare}
        for one in built.system.cells.values():
            cells[front + one.id] = one if prints else _not_printed(one, front + one.id, told=one.id in out)
        relations += [replace(r, terms=tuple((front + c, f) for c, f in r.terms)) for r in built.system.relations]
        needs += [replace(n, cell=front + n.cell) for n in built.system.needs]
    _settled(grupp, found)
    relations += _sums(grupp, cells, who)
    skal = {n.cell: "primar" for n in needs}
    printing = found[who]
    return replace(printing, system=System(dict(sorted(cells.items())), tuple(relations), tuple(needs)), skal=skal)


def _not_printed(cell: Cell, name: str, *, told: bool) -> Cell:
    """Another party's count. That it is a zero is public only where that party has said so."""
    floor = cell.floor if told and cell.value >= cell.floor else min(cell.floor, 0)
    return replace(cell, id=name, printed=False, floor=floor)


def _settled(grupp: Grupp, found: Mapping[str, Byggt]) -> None:
    old = {t.cell.id for t in grupp.samlat.tidigare}
    now = {c.id: c for c in grupp.samlat.cells}
    same = all(
        t.cell.varde is None or (t.cell.id in now and now[t.cell.id].varde == t.cell.varde)
        for t in grupp.samlat.tidigare
    )
    moved = any("@" in c for m in grupp.medlemmar for c in found[m.kommun].system.cells if c.split("@")[0] in old)
    if old and not (same and not moved):
        raise Osaker(
            f"Kommunerna i {grupp.samlat.kommun} har redan gett ut siffror tillsammans, och någon av dem har rättat "
            "sina uppgifter sedan dess. Sådana utgåvor kan inte granskas tillsammans ännu, så inget nytt ges ut. "
            "Lämna uppgifterna i en sekretessbilaga så länge."
        )


def _sums(grupp: Grupp, cells: Mapping[str, Cell], who: str) -> list[Relation]:
    """A count of the group is the sum of its members'."""

    def name(party: str, cell: str) -> str:
        return cell if party == who else f"{party}/{cell}"

    found = []
    for cell in grupp.samlat.cells:
        whole = name(grupp.samlat.kommun, cell.id)
        parts = [p for m in grupp.medlemmar if (p := name(m.kommun, cell.id)) in cells]
        if whole in cells and parts and cells[whole].value == sum(cells[p].value for p in parts):
            found.append(total(whole, parts, f"{grupp.samlat.kommun}: {cell.tabell}.{cell.matt}"))
    return found


def protected_group(
    grupp: Grupp, variant: Variant, policy: Policy, *, setup: Setup = STANDARD, seconds: float = 60.0,
    prefer: Iterable[str] = (), quick: bool = False, trycker: str | None = None,
) -> Skyddad:  # fmt: skip
    """As ``forbered.protected``, for a group, or (``trycker``) for a member beside what the group has out."""
    base = next((m for m in grupp.medlemmar if m.kommun == trycker), grupp.samlat)
    out = any(p.tidigare or p.kanda for p in (grupp.samlat, *grupp.medlemmar))
    joint = build_joint(grupp, variant, policy, plan=setup.plan, trycker=trycker)
    built = settled(joint, out=out, seconds=seconds)
    return guarded(
        base, variant, built, policy, setup=setup, seconds=seconds, prefer=prefer, engine="quick" if quick else "auto"
    )
