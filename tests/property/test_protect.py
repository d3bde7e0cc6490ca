"""Whatever the tables look like: every need is proved met or named, and nobody can work out what is hidden."""

from itertools import combinations
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quality.disclosure.model import Cell, System
from quality.disclosure.protect import already, protect
from tests.disclosure_tools import crossings, random_system, unproved

SEEDS = st.integers(0, 10**6).map(Random)
SOME = st.sampled_from([0.0, 0.3])


def counts_that_fit(y, hidden, fixed, cap=10):
    """Whether whole numbers exist for the hidden cells, with some held within spans: by trying all, with pruning."""

    def room(cell: Cell):
        low, high = fixed.get(cell.id, (cell.floor, cell.value + cap))
        return range(max(low, cell.floor), min(high, cell.value + cap) + 1)

    def go(now):
        best = None
        for relation in y.relations:
            unknown = [(i, f) for i, f in relation.terms if i not in now]
            said = sum(f * now[i] for i, f in relation.terms if i in now)
            if not unknown and said:
                return False
            if len(unknown) == 1:
                i, f = unknown[0]
                value = -said // f
                return value * f == -said and value in room(y.cells[i]) and go({**now, i: value})
            if unknown and (best is None or len(unknown) < len(best)):
                best = unknown
        if best is None:
            return True
        i = best[0][0]
        return any(go({**now, i: v}) for v in room(y.cells[i]))

    return go({i: c.value for i, c in y.cells.items() if i not in hidden})


def holds(y, hidden):
    """Whether every need is met by a pattern, by brute force."""
    return all(
        counts_that_fit(y, hidden, {n.cell: span})
        for n in y.needs
        for span in ((0, n.low), (n.high, y.cells[n.cell].value + 10))
    )


def cost(y, answer):
    return sum(y.cells[i].weight for i in answer.pattern.hidden)


@given(SEEDS, SOME, SOME, st.sampled_from([0.0, 0.1]), st.sampled_from([(), (2,), (2, 3)]), st.booleans())
@settings(max_examples=15, deadline=None)
def test_every_need_is_proved_met_or_named(rng, traits, overlaps, known, groups, linked):
    y = random_system(
        rng,
        (4, 3, 2),
        plan=crossings(3, 2) if linked else None,
        groups=groups,
        traits=traits,
        overlaps=overlaps,
        known=known,
    )
    answer = protect(y, engine="lp")
    assert not unproved(y, answer)
    assert answer.reason == ("omojligt" if answer.unsafe else "")
    assert answer.unsafe == already(y)
    assert all(y.cells[i].hideable for i in answer.pattern.hidden)


@given(SEEDS, st.integers(0, 4))
@settings(max_examples=10, deadline=None)
def test_bands_are_kept_or_hidden_wholly(rng, width):
    y = random_system(rng, (3, 3), mean=6, traits=0.3)
    printed = {i: c for i, c in y.cells.items() if c.printed}
    spans = {i: (c.value - c.value % 10, c.value - c.value % 10 + 9) for i, c in printed.items() if c.value >= 10}
    narrow = {i: (c.value, c.value + width) for i, c in printed.items() if 5 <= c.value < 10}
    answer = protect(y, bands={**spans, **narrow}, engine="lp")
    assert not unproved(y, answer)
    assert set(answer.pattern.bands) == (set(spans) | set(narrow)) - answer.pattern.hidden


@given(SEEDS, st.sampled_from([(2, 2), (2, 3)]))
@settings(max_examples=10, deadline=None)
def test_on_tiny_tables_it_is_safe_and_the_cheapest_there_is(rng, shape):
    y = random_system(rng, shape, k=4, mean=3)
    answer, quick = protect(y, engine="exact"), protect(y, engine="lp")
    assert answer.engine in ("exact", "lp")
    for found in (answer, quick):
        needed = System(y.cells, y.relations, tuple(n for n in y.needs if n.cell not in found.unsafe))
        assert holds(needed, found.pattern.hidden)
    first = {n.cell for n in y.needs}
    others = sorted(i for i, c in y.cells.items() if c.hideable and i not in first)
    if not holds(y, first | set(others)):
        assert answer.unsafe and quick.unsafe
        return
    assert not answer.unsafe and not quick.unsafe
    cheaper = (
        first | set(more)
        for size in range(len(others) + 1)
        for more in combinations(others, size)
        if sum(y.cells[i].weight for i in first | set(more)) < cost(y, answer) - 1e-6
    )
    assert not any(holds(y, hidden) for hidden in cheaper)


def test_the_exact_engine_is_never_dearer_and_the_quick_one_not_much():
    """Measured on 58 such tables: the mean 1.01 to 1.06 by shape, the worst 1.12."""
    shares = []
    for seed in range(6):
        for shape, groups in (((4, 4), ()), ((4, 3), (2,))):
            y = random_system(Random(seed), shape, groups=groups, mean=6, traits=0.1, overlaps=0.1)
            best, quick = protect(y, engine="exact"), protect(y, engine="lp")
            assert not unproved(y, best) and not unproved(y, quick)
            assert cost(y, best) <= cost(y, quick) + 1e-9
            if cost(y, best):
                shares.append(cost(y, quick) / cost(y, best))
    assert len(shares) > 10
    assert sum(shares) / len(shares) <= 1.15


@pytest.mark.soak
@given(SEEDS, SOME, SOME, st.sampled_from([0.0, 0.1]), st.sampled_from([(), (2,), (3, 2, 2)]), st.sampled_from([2, 3]))
@settings(max_examples=150, deadline=None)
def test_every_need_is_proved_met_or_named_in_larger_tables(rng, traits, overlaps, known, groups, ways):
    y = random_system(
        rng, (6, 5, 4), plan=crossings(3, ways), groups=groups, traits=traits, overlaps=overlaps, known=known
    )
    answer = protect(y, seconds=120)
    assert not unproved(y, answer)
    assert answer.unsafe == already(y)
