"""What could be kept unknown at best, against every combination of counts of tiny systems."""

from collections.abc import Iterator
from itertools import product
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from quality.disclosure.model import Cell, Need, Relation, System, at_most, total
from quality.disclosure.reach import within_reach

TOP = 9


def ways(system: System) -> Iterator[dict[str, int]]:
    """Every set of counts that a reader of zeros alone thinks possible."""
    choices = []
    for cell in system.cells.values():
        low, high = cell.bounds
        free = cell.hideable or not (cell.printed or cell.known)
        choices.append(range(low, (TOP if high is None else high) + 1) if free else [cell.value])
    for values in product(*choices):
        named = dict(zip(system.cells, values, strict=True))
        if all(r.holds(named) for r in system.relations):
            yield named


def tiny(seed: int) -> System:
    """A total, two parts and what is left unprinted; sometimes a limit, a known cell, a span."""
    random = Random(seed)
    a, b, rest = (random.randint(0, 3) for _ in range(3))
    known = random.random() < 0.3
    cells = [
        Cell("a", a, random.choice([0, 1])),
        Cell("b", b, 1, low=b if known else None, high=b if known else None),
        Cell("hel", a + b + rest, high=random.choice([None, TOP])),
        Cell("rest", rest, 0, printed=False),
    ]
    relations: list[Relation] = [total("hel", ["a", "b", "rest"]), Relation((("hel", 1),), None, TOP)]
    if a <= b:
        relations.append(at_most("a", "b"))
    needs = tuple(
        Need(c.id, min(c.value, random.randint(0, 2)), max(c.value, random.randint(1, 7)))
        for c in cells
        if not c.known and (c.value or c.floor == 0)
    )
    return System({c.id: c for c in cells}, tuple(relations), needs)


@settings(max_examples=25, deadline=None, database=None)
@given(seed=st.integers(0, 10**9))
def test_a_need_is_lowered_to_what_every_combination_allows_and_no_further(seed: int) -> None:
    system = tiny(seed)
    possible = list(ways(system))
    wanted, lost = set(), set()
    for need in system.needs:
        found = {w[need.cell] for w in possible}
        if max(found) < need.high:
            lost.add(need.cell)
        else:
            wanted.add(Need(need.cell, max(need.low, min(found)), need.high))
    reach = within_reach(system, [n.cell for n in system.needs])
    assert (set(reach.system.needs), set(reach.lost)) == (wanted, lost)


def test_what_is_not_named_stays_as_asked_and_so_does_all_where_there_is_no_time() -> None:
    system = System({"a": Cell("a", 2), "b": Cell("b", 1)}, (at_most("b", "a"),), (Need("a", 0, 5), Need("b", 0, 5)))
    assert within_reach(system, ["a"]).system.needs == (Need("a", 1, 5), Need("b", 0, 5))
    assert within_reach(system, ["a", "b"], seconds=0).system == system
