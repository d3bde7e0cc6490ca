"""Random linked tables for the tests of disclosure control: counts that add up, as one system. Synthetic throughout."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, product
from random import Random

from quality.disclosure.model import Cell, Protection, Relation, System, at_most, total
from quality.disclosure.policy import PRESETS
from quality.disclosure.primary import Count, primary

TOTAL = "*"


@dataclass(frozen=True)
class Tree:
    """A dimension: for each code the codes that it is the sum of (none for the finest), the total first."""

    parts: dict[str, tuple[str, ...]]

    @property
    def leaves(self) -> tuple[str, ...]:
        return tuple(code for code, parts in self.parts.items() if not parts)

    def above(self, leaf: str) -> tuple[str, ...]:
        """Every code that the leaf counts in, itself too."""
        found = [leaf]
        for code in reversed(self.parts):
            if any(p in found for p in self.parts[code]):
                found.append(code)
        return tuple(found)


def tree(size: int, groups: int = 0) -> Tree:
    """A total over ``size`` leaves, with ``groups`` in between (a group of one is possible: a one-child level)."""
    leaves = tuple(f"l{n:02}" for n in range(size))
    groups = min(groups, size)
    if not groups:
        return Tree({TOTAL: leaves, **dict.fromkeys(leaves, ())})
    members: dict[str, tuple[str, ...]] = {f"g{g}": tuple(leaves[g::groups]) for g in range(groups)}
    return Tree({TOTAL: tuple(members), **members, **dict.fromkeys(leaves, ())})


def crossings(dimensions: int, ways: int) -> list[tuple[int, ...]]:
    """The plan that crosses so many dimensions at a time: all two-way tables of four dimensions are six."""
    return list(combinations(range(dimensions), ways))


def random_system(
    rng: Random,
    shape: Sequence[int] = (4, 4),
    k: int = 5,
    *,
    plan: Collection[tuple[int, ...]] | None = None,
    groups: Sequence[int] = (),
    mean: float = 6.0,
    zeros: float = 0.2,
    traits: float = 0.0,
    overlaps: float = 0.0,
    known: float = 0.0,
    weights: bool = True,
) -> System:
    """Counts of persons crossed over dimensions of ``shape`` leaves, with every margin, and needs by ``primary``.

    ``plan`` names the dimensions of each table (all crossed, if not given); tables share their margins. ``groups`` are
    the middle levels of each dimension. ``zeros`` is the share of empty combinations. For a share ``traits`` of the
    tables' cells a sensitive trait is counted too (``#ja``, floor 0), with those left as an unprinted remainder
    (``#ovriga``). For a share ``overlaps`` persons have one or both of two insatser (``#a``, ``#b``), which do not add
    up. A share ``known`` of the printed cells is known already, wholly or as a span. ``weights``: totals cost less.
    """
    trees = [tree(size, groups[d] if d < len(groups) else 0) for d, size in enumerate(shape)]
    tables = [tuple(range(len(shape)))] if plan is None else list(plan)
    codes = [
        key
        for key in product(*(t.parts for t in trees))
        if any(all(code == TOTAL or d in table for d, code in enumerate(key)) for table in tables)
    ]
    counted = {key: [0, 0, 0, 0] for key in codes}
    for leaf in product(*(t.leaves for t in trees)):
        persons = 0 if rng.random() < zeros else _skewed(rng, mean)
        trait, second = (sum(rng.random() < share for _ in range(persons)) for share in (0.4, 0.6))
        # Everybody has one insats at least, and some have both.
        sizes = [persons, trait, rng.randint(persons - second, persons), second]
        for key in product(*(t.above(code) for t, code in zip(trees, leaf, strict=True))):
            if key in counted:
                counted[key] = [a + b for a, b in zip(counted[key], sizes, strict=True)]
    relations = _sums(codes, trees, "")
    counts = {}
    for key in codes:
        weight = 1.0 + (sum(code != TOTAL for code in key) / len(key) if weights else 0)
        name, (persons, trait, first, second) = "|".join(key), counted[key]
        counts[name] = Count(Cell(name, persons, weight=weight), "person", persons)
    with_trait = [key for key in codes if rng.random() < traits]
    for key in with_trait:
        name, (persons, trait, _, _) = "|".join(key), counted[key]
        for suffix, value, rest in (("#ja", trait, False), ("#ovriga", persons - trait, True)):
            cell = Cell(name + suffix, value, floor=0, printed=not rest)
            counts[cell.id] = Count(cell, "egenskap", value, remainder=rest)
        relations.append(total(name, [f"{name}#ja", f"{name}#ovriga"]))
    relations += _sums(with_trait, trees, "#ja")
    for key in codes:
        if rng.random() >= overlaps:
            continue
        name, (persons, _, first, second) = "|".join(key), counted[key]
        for suffix, value in (("#a", first), ("#b", second)):
            counts[name + suffix] = Count(Cell(name + suffix, value), "person", value)
            relations.append(at_most(name + suffix, name))
        relations.append(Relation(((f"{name}#a", 1), (f"{name}#b", 1), (name, -1)), 0, None))
    for name, count in counts.items():
        if count.cell.printed and rng.random() < known:
            value = count.cell.value
            span = rng.choice([(value, value), (max(0, value - 2), value + 3), (value, value)])
            counts[name] = replace(count, cell=replace(count.cell, low=span[0], high=span[1]))
    needs = primary(list(counts.values()), relations, replace(PRESETS["fem"], threshold=k)).needs
    return System({name: c.cell for name, c in counts.items()}, tuple(relations), needs)


def _skewed(rng: Random, mean: float) -> int:
    """Mostly small counts, at times a large one, never none."""
    return 1 + int(rng.expovariate(1 / mean))


def _sums(codes: Sequence[tuple[str, ...]], trees: Sequence[Tree], suffix: str) -> list[Relation]:
    """Every total over its parts, in each dimension, where all of them are counted."""
    present, relations = set(codes), []
    for key in codes:
        for d, dimension in enumerate(trees):
            parts = [(*key[:d], part, *key[d + 1 :]) for part in dimension.parts[key[d]]]
            if parts and all(p in present for p in parts):
                relations.append(total("|".join(key) + suffix, ["|".join(p) + suffix for p in parts]))
    return relations


def unproved(system: System, answer: Protection) -> list[str]:
    """The needs that are said to be met and are not proved to be, by whole numbers only; nothing but the witnesses.

    Written apart from what makes the witnesses and from what audits them.
    """
    found = []
    by_side = {(w.cell, w.side): w.values for w in answer.witnesses}
    for need in system.needs:
        if need.cell in answer.unsafe:
            continue
        for side, bound in (("low", need.low), ("high", need.high)):
            changed = by_side.get((need.cell, side))
            if changed is None:
                found.append(f"{need.cell} {side}: no witness")
                continue
            now = {i: changed.get(i, c.value) for i, c in system.cells.items()}
            reached = now[need.cell] <= bound if side == "low" else now[need.cell] >= bound
            sums = [(r, sum(f * now[i] for i, f in r.terms)) for r in system.relations]
            adds_up = all((r.low is None or s >= r.low) and (r.high is None or s <= r.high) for r, s in sums)
            whole = all(isinstance(v, int) for v in changed.values())
            if not (reached and adds_up and whole and all(_may_be(c, now[i], answer) for i, c in system.cells.items())):
                found.append(f"{need.cell} {side}")
    return found


def _may_be(cell: Cell, value: int, answer: Protection) -> bool:
    """Whether a reader who sees the pattern can believe that a cell counts so many."""
    if (cell.low is not None and value < cell.low) or (cell.high is not None and value > cell.high):
        return False
    if cell.printed and cell.value == 0 and cell.floor == 1:
        return value == 0
    if cell.id in answer.pattern.bands:
        return answer.pattern.bands[cell.id][0] <= value <= answer.pattern.bands[cell.id][1]
    if cell.printed and cell.id not in answer.pattern.hidden:
        return value == cell.value
    return value >= cell.floor
