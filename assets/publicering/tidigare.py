"""What is out already: earlier editions (withdrawn ones too) and what others have got, in the same system."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from assets.publicering.plan import PUBLICERAS, Samband, noll_kan_doljas
from assets.publicering.relationer import Draft, count, counted, relations, years
from assets.publicering.underlag import Raknad
from quality.disclosure.model import FREE, Cell, Relation
from quality.disclosure.primary import Count

ELSEWHERE = "0"
"""Begins the mark of what no edition told: editions are numbered from 1."""


@dataclass(frozen=True, slots=True)
class Tidigare:
    """A cell of an edition that is out: what it truly was then, and the printed status."""

    utgava: int
    cell: Raknad
    status: str
    fran: int | None = None
    till: int | None = None


@dataclass(frozen=True, slots=True)
class Kand:
    """What is known of a cell from elsewhere: least and most, equal where the number is out."""

    cell: str
    lag: int
    hog: int


def earlier(draft: Draft, now: Mapping[str, Raknad], tidigare: Sequence[Tidigare], samband: Sequence[Samband]) -> None:
    """Earlier editions in the same system: a cell that has not changed is the same count, one that has is another."""
    by_edition: dict[int, list[Tidigare]] = {}
    for old in tidigare:
        if old.cell.tabell in draft.plan and counted(old.cell):
            by_edition.setdefault(old.utgava, []).append(old)
    latest: dict[str, str] = {}
    versions: dict[str, dict[str, int]] = {}
    for number, olds in sorted(by_edition.items()):
        names: dict[str, str] = {}
        changed: dict[str, Raknad] = {}
        then = {o.cell.id: o.cell for o in olds}
        for old in olds:
            same = next((c for c in (old.cell.id, latest.get(old.cell.id, "")) if c and _equal(draft, c, old)), None)
            # What is not printed now keeps its name, so that pooled years find their single ones.
            name = same or (f"{old.cell.id}@{number}" if old.cell.id in draft.counts else old.cell.id)
            names[old.cell.id] = name
            if same is None:
                draft.counts[name] = _renamed(count(old.cell, draft.plan[old.cell.tabell], then, printed=False), name)
                changed[old.cell.id] = old.cell
            latest[old.cell.id] = name
            versions.setdefault(old.cell.id, {}).setdefault(name, number)
            _told(draft, name, old)
        if changed:
            _old_relations(draft, olds, names, changed, samband)
    draft.newest.update({cell: name for cell, name in latest.items() if cell not in now})
    for cell_before in {o.cell.id: o.cell for o in tidigare if o.cell.id in draft.newest}.values():
        years(draft, cell_before)
    # To all that it ever was: between two editions there may be one that told nothing of it.
    for cell, names_of in versions.items():
        for name, number in names_of.items():
            if cell in now and name != cell:
                _difference(draft, cell, name, "" if name == latest[cell] else f"@{number}")


def _equal(draft: Draft, name: str, old: Tidigare) -> bool:
    return name in draft.counts and draft.value(name) == round(old.cell.varde or 0)


def _renamed(count: Count, name: str) -> Count:
    return replace(count, cell=replace(count.cell, id=name))


def _told(draft: Draft, name: str, old: Tidigare) -> None:
    """What the edition printed of the cell is known for ever."""
    count = draft.counts[name]
    value = count.cell.value
    low, high = count.cell.low, count.cell.high
    if old.status == "skyddas" and value > 0 and not noll_kan_doljas(old.cell.tabell, old.cell.matt):
        low = max(low or 0, 1)  # it stood there hidden, and zeros of it are not
    if old.status == "visas":
        low = high = value
    elif old.status == "intervall" and old.fran is not None and old.till is not None:
        low = old.fran if low is None else max(low, old.fran)
        high = old.till if high is None else min(high, old.till)
    # A zero that was printed is none of the hidden ones, which are taken to be more.
    floor = min(count.cell.floor, value) if old.status == "visas" else count.cell.floor
    draft.counts[name] = replace(count, cell=replace(count.cell, floor=floor, low=low, high=high))


def _old_relations(
    draft: Draft,
    olds: Sequence[Tidigare],
    names: Mapping[str, str],
    changed: Collection[str],
    samband: Sequence[Samband],
) -> None:
    """The relations of an edition of which some cell has changed since, under the names that its cells have here."""
    number = olds[0].utgava
    then = Draft(draft.plan, draft.policy, {o.cell.id: o.cell.status for o in olds})
    cells = {o.cell.id: o.cell for o in olds}
    for cell in cells.values():
        then.counts[cell.id] = count(cell, draft.plan[cell.tabell], cells, printed=False)
    relations(then, cells, samband)
    for relation in then.relations:
        if not any(part in changed for part, _ in relation.terms):
            continue
        terms = []
        for part, factor in relation.terms:
            name = names.get(part, f"{part}@{number}")
            if part not in names:  # a remainder of that time
                draft.counts.setdefault(name, _renamed(then.counts[part], name))
            terms.append((name, factor))
        draft.relate(replace(relation, terms=tuple(terms)))


def _difference(draft: Draft, new: str, old: str, mark: str) -> None:
    """A small correction tells about the few whom it concerns: the difference is protected like a count."""
    value = draft.value(new) - draft.value(old)
    if not 0 < abs(value) < draft.policy.smallest_revision:
        return
    # Both ways: a rise is protected as the count of those who came, a fall as of those who went.
    name = f"{new}|ändring{mark}"
    more, less = (new, old) if value > 0 else (old, new)
    draft.counts[name] = Count(Cell(name, abs(value), FREE, printed=False), "person", abs(value))
    draft.relate(Relation(((more, 1), (less, -1), (name, -1)), 0, 0, "ändring sedan förra utgåvan"))


def known_elsewhere(draft: Draft, kanda: Sequence[Kand]) -> None:
    """Numbers that left another way and that nothing here counts: as they were told, so that years and totals know."""
    for one in kanda:
        tabell, matt = [*one.cell.split("|"), ""][:2]
        offentlig = PUBLICERAS.get(tabell) if tabell in draft.plan else None
        exact = one.lag == one.hog >= 0
        if exact and offentlig and offentlig.measure(matt) and one.cell not in draft.counts:
            told = Cell(one.cell, one.lag, 0, printed=False, low=one.lag, high=one.lag)
            draft.counts[one.cell] = Count(told, "oppen", one.lag)


def known(draft: Draft, kanda: Sequence[Kand]) -> None:
    """Take in what others know of cells; what no count was ever like is somebody's mistake, or of an earlier day.

    Then the change since is told by the two together, and is protected like one since an edition.
    """
    for place, one in enumerate(kanda):
        # What was told may be of the count as an earlier edition had it.
        names = [n for n in draft.counts if n == one.cell or n.startswith(f"{one.cell}@")]
        fits = False
        for name in names:
            found = draft.counts[name]
            low = one.lag if found.cell.low is None else max(one.lag, found.cell.low)
            high = one.hog if found.cell.high is None else min(one.hog, found.cell.high)
            if low <= found.cell.value <= high:
                fits = True
                draft.counts[name] = replace(found, cell=replace(found.cell, low=low, high=high))
        if one.cell in names and not fits:
            mark = f"@{ELSEWHERE}{place}"
            nearest = min(max(draft.value(one.cell), one.lag), one.hog)
            told = Cell(f"{one.cell}{mark}", nearest, 0, printed=False, low=one.lag, high=one.hog)
            draft.counts[told.id] = Count(told, "oppen", nearest)
            _difference(draft, one.cell, told.id, mark)
