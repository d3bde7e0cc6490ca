"""What a reader knows of how counts hang together: totals, groups, measures of each other, years, tables."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from assets.publicering.plan import PUBLICERAS, Offentlig, Ref, Samband, noll_kan_doljas
from assets.publicering.underlag import Raknad, cell_id
from assets.tables.spec import Dimension, TableSpec
from quality.disclosure.model import Cell, Relation, at_most, total
from quality.disclosure.policy import Kind, Policy
from quality.disclosure.primary import Count
from warehouse.contracts.codes import TOTAL

Plan = Mapping[str, TableSpec]
_KON_WEIGHT = {"kvinna": 4.0, "man": 2.0, "annat_okant": 1.0, TOTAL: 1.5}


@dataclass(slots=True)
class Draft:
    """What is being put together."""

    plan: Plan
    policy: Policy
    statuses: Mapping[str, str] = field(default_factory=dict)
    """Of every printed cell, also those that are no counts."""
    counts: dict[str, Count] = field(default_factory=dict)
    relations: list[Relation] = field(default_factory=list)
    newest: dict[str, str] = field(default_factory=dict)
    """Of cells that are not printed now, what the newest edition of them is called."""

    def value(self, cell: str) -> int:
        """The true value."""
        return self.counts[cell].cell.value

    def relate(self, relation: Relation) -> None:
        """Add a relation."""
        self.relations.append(relation)

    def rest(self, whole: str, part: str, *, trait: bool, name: str, persons: int | None = None) -> None:
        """What is left of a whole without a part: protected like a count of its own, and nobody is nobody's secret.

        ``persons`` are those behind it; where that is not known, no more than must be.
        """
        if not self.value(whole):
            return
        left = self.value(whole) - self.value(part)
        behind = max(1, self.counts[whole].persons - self.counts[part].persons) if persons is None else persons
        if (left > 0 and min(behind, left) < self.policy.threshold) or (left == 0 and trait):
            self.remainder(f"{whole}|utan|{part}", whole, (part,), trait=trait, name=name, persons=behind)

    def remainder(
        self, cell: str, whole: str, parts: Iterable[str], *, trait: bool, name: str, persons: int | None = None
    ) -> None:
        """A count that is never printed: the whole without the parts."""
        parts = tuple(parts)
        left = self.value(whole) - sum(self.value(p) for p in parts)
        kind: Kind = "egenskap" if trait else "person"
        behind = left if persons is None else min(persons, left)
        self.counts[cell] = Count(Cell(cell, left, 0, printed=False), kind, behind, remainder=True)
        self.relate(total(whole, (*parts, cell), name))


def counted(cell: Raknad) -> bool:
    """Whether it is a count that a system holds: shares are not, and what is missing has none."""
    offentlig = PUBLICERAS[cell.tabell]
    return cell.status == "visas" and not offentlig.oppen and offentlig.measure(cell.matt) is not None


def count(cell: Raknad, spec: TableSpec, cells: Mapping[str, Raknad], *, printed: bool, silent: bool = False) -> Count:
    """A cell as the primary rules see it: of what kind, how many persons, how much it is missed.

    ``silent``: no edition has printed it, so that it may be zero for all that a reader knows.
    """
    offentlig = PUBLICERAS[cell.tabell]
    matt = offentlig.measure(cell.matt)
    assert matt is not None  # noqa: S101 - told by counted
    kind = matt.slag
    split = [d for d, code in cell.koder if code != TOTAL and next(x for x in spec.dimensions if x.name == d).total]
    if kind == "person" and any(d in offentlig.egenskaper for d in split):
        kind = "egenskap"
    value = round(cell.varde or 0)
    coarse = 4.0 if not split or _asked_for(cell) else 1.0
    weight = matt.vikt * _KON_WEIGHT[cell.kon] * coarse * (2.0 if "_" in cell.period else 1.0)
    base = None
    if kind == "enkat_svar":
        of = [(d, code) for d, code in cell.koder if d != "svar"]
        whole = cells.get(cell_id(cell.tabell, "antal_besvarat", cell.period, cell.kon, of))
        base = round(whole.varde or 0) if whole else 0
    floor = 0 if noll_kan_doljas(cell.tabell, cell.matt) or silent else 1
    known = value if kind == "oppen" else None
    made = Cell(cell.id, value, floor, weight, printed, known, known)
    persons = cell.personer if value else 0
    return Count(made, kind, max(persons, 1 if value else 0), base, cell.storsta)


def _asked_for(cell: Raknad) -> bool:
    """The rows that a kartläggning is about: adults exposed to violence."""
    return [c for _, c in cell.koder if c != TOTAL] == ["valdsutsatt_vuxen"]


# --- what adds up -------------------------------------------------------------------------------------------------


def relations(draft: Draft, cells: Mapping[str, Raknad], samband: Sequence[Samband]) -> None:
    """All that a reader knows of cells of one edition; of pooled years beside single ones see ``years``."""
    for cell in cells.values():
        spec, offentlig = draft.plan[cell.tabell], PUBLICERAS[cell.tabell]
        for dimension in spec.dimensions:
            _over(draft, cell, dimension, cells, offentlig)
        _measures(draft, cell, cells, offentlig)
    for one in samband:
        _between(draft, one, cells)


def _at(cell: Raknad, dimension: str, code: str) -> str:
    """The id of the cell beside this one, with another code of a dimension."""
    if dimension == "kon":
        return cell_id(cell.tabell, cell.matt, cell.period, code, cell.koder)
    codes = [(d, code if d == dimension else c) for d, c in cell.koder]
    return cell_id(cell.tabell, cell.matt, cell.period, cell.kon, codes)


def _code(cell: Raknad, dimension: str) -> str:
    return cell.kon if dimension == "kon" else dict(cell.koder)[dimension]


def _over(draft: Draft, cell: Raknad, dimension: Dimension, cells: Mapping[str, Raknad], offentlig: Offentlig) -> None:
    """The cell as total or group over its parts along a dimension, where the parts stand in the tables."""
    code = _code(cell, dimension.name)
    group = next((g for g in dimension.groups if g.code == code), None)
    if group:
        levels: list[tuple[str, ...]] = [group.members]
    elif code == TOTAL and dimension.total:
        grouped = {m for g in dimension.groups for m in g.members}
        leaves = dimension.values or _standing(cell.tabell, dimension.name, cells)
        loose = tuple(c for c in leaves if c not in grouped)
        levels = [tuple(leaves)]
        if dimension.groups:
            levels.append((*(g.code for g in dimension.groups), *loose))
    else:
        return
    spec = draft.plan[cell.tabell]
    measure = next(m for m in spec.shown_measures if m.name == cell.matt)
    adds = measure.adds_up is None or dimension.name in measure.adds_up
    for codes in levels:
        names = {c: _at(cell, dimension.name, c) for c in codes}
        parts = [p for p in names.values() if p in cells]
        if not parts:
            continue
        whole = all(p in cells or _nobody(draft, dimension, c, p) for c, p in names.items())
        _add_up(draft, cell, parts, dimension.name, whole=whole, adds=adds, loose=bool(spec.figures))
        for part in parts if code == TOTAL and dimension.name in offentlig.egenskaper else ():
            if _code(cells[part], dimension.name) not in offentlig.egenskaper[dimension.name]:
                draft.rest(cell.id, part, trait=True, name=f"{cell.tabell}.{cell.matt}: resten av {dimension.name}")


def _standing(tabell: str, dimension: str, cells: Mapping[str, Raknad]) -> tuple[str, ...]:
    """The codes of an open dimension that stand in a table."""
    return tuple(sorted({_code(c, dimension) for c in cells.values() if c.tabell == tabell} - {TOTAL}))


def _nobody(draft: Draft, dimension: Dimension, code: str, cell: str) -> bool:
    """Whether a cell that is no count cannot have anyone: it cannot occur, or is left out since nobody is there."""
    optional = code == "annat_okant" if dimension.name == "kon" else not dimension.values
    return draft.statuses.get(cell, "ej_tillampligt" if optional else "saknas") == "ej_tillampligt"


def _add_up(
    draft: Draft, cell: Raknad, parts: Sequence[str], dimension: str, *, whole: bool, adds: bool, loose: bool
) -> None:
    """A total over parts; ``whole``: no part is missing; ``loose``: as others reported it, it need not add up."""
    name = f"{cell.tabell}.{cell.matt} över {dimension}"
    left = draft.value(cell.id) - sum(draft.value(p) for p in parts)
    if loose and left:
        return
    if whole and left == 0:  # also of persons: each may well stand once, and a reader may take it to be so
        draft.relate(total(cell.id, parts, name))
        return
    if whole and adds and left > 0:  # rows without a code stand in the total alone
        draft.remainder(f"{cell.id}|utan {dimension}", cell.id, parts, trait=False, name=name)
        return
    for part in parts:
        if draft.value(part) <= draft.value(cell.id):
            draft.relate(at_most(part, cell.id, name))
    if adds and left >= 0:
        draft.relate(Relation(((cell.id, 1), *((p, -1) for p in parts)), 0, None, name))
    if whole and left <= 0:
        draft.relate(Relation(((cell.id, -1), *((p, 1) for p in parts)), 0, None, name))


def _measures(draft: Draft, cell: Raknad, cells: Mapping[str, Raknad], offentlig: Offentlig) -> None:
    """The cell beside other measures: those of the same coordinates, and those that are split by fewer dimensions."""
    matt = offentlig.measure(cell.matt)
    assert matt is not None  # noqa: S101 - told by counted
    for other in (matt.del_av, matt.hogst):
        whole = beside(cell, other, draft.plan[cell.tabell]) if other else ""
        if whole in cells and draft.value(cell.id) <= draft.value(whole):
            draft.relate(at_most(cell.id, whole, f"{cell.tabell}: {cell.matt} ingår i {other}"))
    whole = beside(cell, matt.del_av, draft.plan[cell.tabell]) if matt.del_av else ""
    if whole in cells and whole.partition("|")[2].partition("|")[2] == cell.id.partition("|")[2].partition("|")[2]:
        name = f"{cell.tabell}: {matt.del_av} utan {cell.matt}"
        draft.rest(whole, cell.id, trait=matt.slag == "egenskap", name=name, persons=cell.utan)
    for named, parts in offentlig.summor:
        same = [cell_id(cell.tabell, p, cell.period, cell.kon, cell.koder) for p in parts]
        if named == cell.matt and all(p in cells for p in same):
            draft.relate(total(cell.id, same, f"{cell.tabell}: {named} är summan"))
    for named, part, dimension, codes in offentlig.delsummor:
        if named == cell.matt:
            _part_sum(draft, cell, part, dimension, codes, cells)


def _part_sum(
    draft: Draft, cell: Raknad, part: str, dimension: str, codes: Sequence[str], cells: Mapping[str, Raknad]
) -> None:
    """The cell as the sum of another measure over codes of a dimension that it is not split by itself."""
    koder = dict(cell.koder)
    if koder.get(dimension, TOTAL) != TOTAL:
        return
    own = codes or _standing(cell.tabell, dimension, cells)
    found = [cell_id(cell.tabell, part, cell.period, cell.kon, (koder | {dimension: c}).items()) for c in own]
    parts = [p for p in found if p in cells]
    if parts and draft.value(cell.id) == sum(draft.value(p) for p in parts):
        draft.relate(total(cell.id, parts, f"{cell.tabell}: {cell.matt} är summan av {part}"))


def beside(cell: Raknad, other: str, spec: TableSpec) -> str:
    """The other measure where the cell is: dimensions that it is not split by are left out."""
    dimensions = next((f.dimensions for f in spec.facts if any(m.name == other for m in f.measures)), None)
    koder = [(d, c if dimensions is None or d in dimensions else TOTAL) for d, c in cell.koder]
    return cell_id(cell.tabell, other, cell.period, cell.kon, koder)


_EVENTS = ("aktualiserad", "beslutad", "startad", "avslutad", "utredning_inledd", "given", "besvarad")
"""What happens once, so that years add up."""


def years(draft: Draft, cell: Raknad) -> None:
    """Pooled years beside single ones: sums of what happens once, at most the sum of what may go on or come back.

    What is left when a year is taken away is told by the two together, also of years that were never printed.
    """
    if "_" not in cell.period:
        return
    first, last = (int(y) for y in cell.period.split("_"))
    years = [cell_id(cell.tabell, cell.matt, str(y), cell.kon, cell.koder) for y in range(first, last + 1)]
    whole = draft.newest.get(cell.id, cell.id)
    known = [n for y in years if (n := draft.newest.get(y, y)) in draft.counts]
    name = f"{cell.tabell}: {cell.period} utan ett år"
    for year in known:
        if draft.value(year) <= draft.value(whole):
            draft.relate(at_most(year, whole, f"{cell.tabell}: året ingår i {cell.period}"))
            draft.rest(whole, year, trait=False, name=name)
    left = draft.value(whole) - sum(draft.value(y) for y in known)
    if len(known) == len(years) and left == 0:
        draft.relate(total(whole, known, f"{cell.tabell}: åren är tillsammans {cell.period}"))
    elif len(known) == len(years) and left < 0:
        terms = ((whole, -1), *((y, 1) for y in known))
        draft.relate(Relation(terms, 0, None, f"{cell.tabell}: åren är minst {cell.period}"))
    elif len(known) > 1 and left > 0 and _once(draft.plan[cell.tabell], cell.matt):
        draft.remainder(f"{whole}|utan|{'+'.join(known)}", whole, known, trait=False, name=name)


def _once(spec: TableSpec, matt: str) -> bool:
    """Whether what a measure counts happens in one year only."""
    measure = next(m for m in spec.shown_measures if m.name == matt)
    return measure.adds_up is None and (measure.period_regel or spec.period_regel) in _EVENTS


def _between(draft: Draft, samband: Samband, cells: Mapping[str, Raknad]) -> None:
    """The same relation for every kön and period that all its cells stand in."""
    for period, kon in sorted({(c.period, c.kon) for c in cells.values() if c.tabell == samband.helhet.tabell}):
        if not {r.tabell for r in (samband.helhet, *samband.delar)} <= draft.plan.keys():
            return
        whole = _ref(samband.helhet, period, kon, draft.plan)
        parts = [_ref(d, period, kon, draft.plan) for d in samband.delar]
        standing = [p for p in parts if p in draft.counts]
        # Nobody of a sex that is not printed is nobody.
        if whole not in draft.counts or not standing or (kon != "annat_okant" and len(standing) < len(parts)):
            continue
        left = draft.value(whole) - sum(draft.value(p) for p in standing)
        name = f"{samband.helhet.tabell} och {samband.delar[0].tabell}"
        if samband.slag == "summa" and left == 0:
            draft.relate(total(whole, standing, name))
        elif samband.slag == "hogst":
            for part in standing:
                if draft.value(part) <= draft.value(whole):
                    draft.relate(at_most(part, whole, name))
        elif samband.slag == "minst" and left < 0:
            draft.relate(Relation(((whole, -1), *((p, 1) for p in standing)), 0, None, name))
        elif samband.slag == "rest" and left > 0:
            draft.remainder(f"{whole}|utan|{'+'.join(standing)}", whole, standing, trait=False, name=name)


def _ref(ref: Ref, period: str, kon: str, plan: Plan) -> str:
    codes = [(d, ref.koder.get(d, TOTAL)) for d in plan[ref.tabell].view_columns]
    return cell_id(ref.tabell, ref.matt, period, kon, codes)
