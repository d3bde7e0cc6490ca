"""How useful a protected edition is: who is seen in it, and which questions it answers. Protects and chooses nothing.

All of it is reckoned from true counts beside printed cells, so it stays within secrecy with the draft.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from assets.publicering.forbered import Skyddad
from assets.publicering.fragor import FRAGOR, Fraga, Grad, Monster, Vag
from assets.publicering.plan import PUBLICERAS
from assets.publicering.underlag import Raknad, cell_id
from assets.tables.catalogue import TABLES, Plan
from assets.tables.spec import Dimension
from warehouse.contracts.codes import TOTAL

PERSONER = ("arenden", "insatser")
"""The tables whose persons are looked for."""
SPANN = 0.5
"""What a person in a cell that is told as a span is worth beside one in a cell told as a number."""
HEL, DEL = 0.8, 0.4
"""How much of a split must be seen for its question to be answered, and for it to be answered in part."""
POANG: Mapping[Grad, float] = {"helt": 1.0, "delvis": 0.5, "inte": 0.0, "saknas": 0.0}


@dataclass(frozen=True, slots=True)
class Svar:
    """How far a question is answered, and what the reader gets instead of all."""

    grad: Grad
    hur: str = ""


@dataclass(frozen=True, slots=True)
class Nytta:
    """How useful an edition is. Shares are 0 to 1; None where there is nothing to see."""

    delar: Mapping[str, float] = field(default_factory=dict)
    """For each table, period and dimension the part of the persons who are in some visible cell of it."""
    celler: int = 0
    """Counts of the edition that are not zero."""
    visade: int = 0
    """Those of them that are told as numbers."""
    kvinnor: int = 0
    """Counts of women that are not zero and told as numbers."""
    svar: Mapping[str, Svar] = field(default_factory=dict)

    @property
    def personer_bast(self) -> float:
        """The part of the persons in some visible cell finer than the grand total: of the dimension that shows most."""
        return max(self.delar.values(), default=0.0)

    @property
    def personer(self) -> float:
        """The same, mean over tables and dimensions, of the year or of the pooled years, whichever shows more."""
        found = []
        for pooled in (False, True):
            part = [v for k, v in self.delar.items() if ("_" in k.split("|")[1]) == pooled]
            found.append(sum(part) / len(part) if part else 0.0)
        return max(found)

    @property
    def andel_visade(self) -> float | None:
        """The part of the edition's own counts that is told."""
        return self.visade / self.celler if self.celler else None

    @property
    def poang(self) -> float:
        """A point for each question that is answered, half a point where it is in part."""
        return sum(POANG[s.grad] for s in self.svar.values())

    @property
    def besvarbara(self) -> int:
        """Questions that what is delivered could answer at all: the most points there can be."""
        return sum(s.grad != "saknas" for s in self.svar.values())

    def antal(self, grad: Grad) -> int:
        """How many questions are answered so."""
        return sum(s.grad == grad for s in self.svar.values())


class _Tryckt:
    """What an edition says of each cell, beside what was counted."""

    def __init__(self, skyddad: Skyddad, cells: Iterable[Raknad]) -> None:
        self.status = {
            cell_id(c.tabell, c.matt, c.period, c.kon, c.dimensioner.items()): c.status
            for table in skyddad.tables
            for c in table.cells
        }
        self.cells = {c.id: c for c in cells if c.status == "visas" and c.varde is not None}
        self.periods = sorted({c.period for c in self.cells.values()}, key=lambda p: ("_" in p, p))
        self.by_table: dict[tuple[str, str, str], list[Raknad]] = {}
        for cell in self.cells.values():
            self.by_table.setdefault((cell.tabell, cell.matt, cell.period), []).append(cell)

    def told(self, cell: str) -> float:
        """How well a cell is told: 1 as a number, less as a span, 0 not at all."""
        return {"visas": 1.0, "intervall": SPANN}.get(self.status.get(cell, ""), 0.0)


def usefulness(
    skyddad: Skyddad, cells: Iterable[Raknad], *, plan: Plan = TABLES, fragor: Sequence[Fraga] = FRAGOR
) -> Nytta:
    """How useful a protected edition is; one that is not safe is of no use.

    ``cells`` are all that was counted (``Underlag.cells``), so that variants are measured by the same yardstick.

    Aggregates do not say which person is where, so the part of the persons in a visible cell is reckoned for each
    dimension by itself: the told parts of a split, by code or by code and kön, over all its parts. Where a person can
    be in several parts (insatser) it is the part of all persons-in-a-code. Groups count where their members are
    hidden. A person in a cell told as a span counts ``SPANN``.
    """
    seen = _Tryckt(skyddad, cells)
    delar: dict[str, float] = {}
    for period in seen.periods:
        for tabell in PERSONER:
            delar |= _seen(seen, tabell, period, plan)
    counts = [c for c in skyddad.built.tryckta if _counts(c)]
    told = [c for c in counts if seen.status.get(c.id) == "visas"]
    return Nytta(
        delar,
        len(counts),
        len(told),
        sum(c.kon == "kvinna" for c in told),
        {f.id: _answer(f, seen, plan) for f in fragor},
    )


def _counts(cell: Raknad) -> bool:
    """Whether it is a count of our own that is not zero."""
    offentlig = PUBLICERAS[cell.tabell]
    return bool(cell.varde) and not offentlig.oppen and offentlig.measure(cell.matt) is not None


# --- who is seen --------------------------------------------------------------------------------------------------


def _seen(seen: _Tryckt, tabell: str, period: str, plan: Plan) -> dict[str, float]:
    found = {}
    persons = seen.by_table.get((tabell, "antal_personer", period), [])
    for dimension in plan[tabell].dimensions if persons else ():
        by_code: dict[str, dict[str, Raknad]] = {}
        for cell in persons:
            others = [c for d, c in cell.koder if d != dimension.name]
            if all(c == TOTAL for c in others):
                code = cell.kon if dimension.name == "kon" else dict(cell.koder)[dimension.name]
                by_code.setdefault(code, {})[TOTAL if dimension.name == "kon" else cell.kon] = cell
        whole = by_code.pop(TOTAL, {}).get(TOTAL)
        everybody = whole.varde or 0 if whole else 0
        grouped = {m for g in dimension.groups for m in g.members}
        leaves = [c for c in by_code if c not in {g.code for g in dimension.groups}]
        size = {c: (by_kon[TOTAL].varde or 0) if TOTAL in by_kon else 0 for c, by_kon in by_code.items()}
        told = {c: _told(seen, by_code[c]) for c in by_code}
        if not any(size[c] for c in leaves):
            continue
        visible = sum(told[c] for c in leaves if c not in grouped)
        for group in dimension.groups:
            visible += max(told.get(group.code, 0.0), sum(told.get(m, 0.0) for m in group.members))
        found[f"{tabell}|{period}|{dimension.name}"] = min(1.0, visible / max(everybody, sum(size[c] for c in leaves)))
    return found


def _told(seen: _Tryckt, by_kon: Mapping[str, Raknad]) -> float:
    """How many of a code's persons are seen: in its own cell, or in those of its women, men and others."""
    parts = {k: seen.told(c.id) * (c.varde or 0) for k, c in by_kon.items()}
    return max(parts.pop(TOTAL, 0.0), sum(parts.values()))


# --- what is answered ---------------------------------------------------------------------------------------------


def _answer(fraga: Fraga, seen: _Tryckt, plan: Plan) -> Svar:
    """How far a question is answered.

    ``helt``: for the year, in numbers, and where it is a split at least ``HEL`` of what it divides is seen. ``delvis``:
    only for the pooled years, only as spans, only in coarser words (``Vag.hur``), or at least ``DEL`` of the split.
    """
    best = Svar("saknas")
    for period in seen.periods:
        for vag in fraga.vagar:
            parts = [_part(m, period, seen, plan) for m in vag.monster]
            if any(p is None for p in parts):
                continue
            worst = min(p for p in parts if p is not None)
            found = _graded(vag, worst, spans=_spans(vag, period, seen, plan), pooled="_" in period)
            if found.grad == "helt":
                return found
            if best.grad == "saknas" or POANG[found.grad] > POANG[best.grad]:
                best = found
    return best


def _graded(vag: Vag, part: float, *, spans: bool, pooled: bool) -> Svar:
    if part < DEL:
        return Svar("inte")
    said = [vag.hur] if vag.hur else []
    said += ["åren tillsammans"] if pooled else []
    said += ["i intervall"] if spans else []
    said += ["en del skyddas"] if part < HEL and not spans else []
    return Svar("delvis" if said else "helt", ", ".join(said))


def _cells_of(monster: Monster, period: str, seen: _Tryckt, plan: Plan) -> list[Raknad]:
    dimensions = {d.name: d for d in plan[monster.tabell].dimensions} if monster.tabell in plan else {}
    found = []
    for cell in seen.by_table.get((monster.tabell, monster.matt, period), ()):
        codes = dict(cell.koder)
        split = codes.pop(monster.delning or "", None)
        if cell.kon != monster.kon or any(monster.koder.get(d, TOTAL) != c for d, c in codes.items()):
            continue
        if split is None or _wanted(dimensions[monster.delning or ""], split, grupper=monster.grupper):
            found.append(cell)
    return found


def _wanted(dimension: Dimension, code: str, *, grupper: bool) -> bool:
    groups = {g.code for g in dimension.groups}
    members = {m for g in dimension.groups for m in g.members}
    return code != TOTAL and code not in (members if grupper else groups)


def _part(monster: Monster, period: str, seen: _Tryckt, plan: Plan) -> float | None:
    """How much of what is asked for is told, 0 to 1; None where nothing was counted that could tell."""
    cells = _cells_of(monster, period, seen, plan)
    if not cells:
        return None
    everything = sum(c.varde or 0 for c in cells)
    if not everything:  # nobody: told where it is said of all of them
        return min(1.0 if seen.told(c.id) else 0.0 for c in cells)
    return sum((c.varde or 0) * (1.0 if seen.told(c.id) else 0.0) for c in cells) / everything


def _spans(vag: Vag, period: str, seen: _Tryckt, plan: Plan) -> bool:
    """Whether some of what tells it is told as a span."""
    return any(
        seen.status.get(c.id) == "intervall" for m in vag.monster for c in _cells_of(m, period, seen, plan) if c.varde
    )
