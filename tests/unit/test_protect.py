"""What is hidden to protect the rest: known traps, what cannot be protected, time, order, weights, bands."""

import time
from dataclasses import replace
from random import Random

import numpy as np
import pytest
from scipy.optimize import linprog

from quality.disclosure.model import Cell, Inconsistent, Need, Relation, System, total
from quality.disclosure.protect import already, protect
from tests.disclosure_tools import crossings, random_system, unproved


def system(cells, relations=(), needs=()):
    return System({c.id: c for c in cells}, tuple(relations), tuple(needs))


def table(rows, small):
    """A two-way table with margins, needs for the cells in ``small``."""
    cells, relations = [], []
    n, m = len(rows), len(rows[0])
    for i in range(n + 1):
        for j in range(m + 1):
            inside = [rows[a][b] for a in range(n) for b in range(m) if i in (a, n) and j in (b, m)]
            cells.append(Cell(f"{i},{j}", sum(inside)))
    relations += [total(f"{i},{m}", [f"{i},{j}" for j in range(m)]) for i in range(n + 1)]
    relations += [total(f"{n},{j}", [f"{i},{j}" for i in range(n)]) for j in range(m + 1)]
    return system(cells, relations, [Need(f"{i},{j}", 1, 5) for i, j in small])


TRAP_ROWS = [[2, 3, 30, 40], [3, 2, 2, 50], [20, 60, 3, 2], [70, 25, 2, 4]]
TRAP_SMALL = [(0, 0), (0, 1), (1, 0), (1, 1), (1, 2), (2, 2), (2, 3), (3, 2), (3, 3)]


def interval(y, hidden, cell):
    """What a reader can work out of a cell, by scipy: least and most."""
    ids = sorted(hidden)
    rows = [[dict(r.terms).get(i, 0) for i in ids] for r in y.relations]
    right = [-sum(f * y.cells[i].value for i, f in r.terms if i not in hidden) for r in y.relations]
    found = []
    for sign in (1, -1):
        cost = np.array([sign if i == cell else 0 for i in ids])
        answer = linprog(cost, A_eq=np.array(rows), b_eq=right, bounds=[(1, None)] * len(ids))
        assert answer.status in (0, 3)
        found.append(np.inf if answer.status == 3 else round(sign * answer.fun, 6))
    return tuple(found)


@pytest.mark.parametrize("engine", ["lp", "exact"])
def test_two_hidden_in_every_row_and_column_is_not_taken_for_safe(engine):
    y = table(TRAP_ROWS, TRAP_SMALL)
    naive = {f"{i},{j}" for i, j in TRAP_SMALL}
    assert interval(y, naive, "1,2") == (2, 2), "the trap itself"
    answer = protect(y, engine=engine)
    assert not answer.unsafe and not unproved(y, answer)
    assert naive < answer.pattern.hidden
    for need in y.needs:
        low, high = interval(y, answer.pattern.hidden, need.cell)
        assert low <= need.low and high >= need.high


def test_what_cannot_be_protected_is_named_and_the_rest_is_protected():
    y = system(
        [
            *(Cell("a", 3), Cell("b", 9, low=9, high=9), Cell("t", 12, low=12, high=12)),
            *(Cell("c", 2), Cell("d", 8), Cell("u", 10), Cell("k", 4, low=4, high=4)),
        ],
        [total("t", ["a", "b"]), total("u", ["c", "d"])],
        [Need("a", 1, 5), Need("c", 1, 5), Need("k", 1, 5)],
    )
    answer = protect(y)
    assert (answer.unsafe, answer.reason) == (("a", "k"), "omojligt")
    assert "a" in answer.pattern.hidden and "k" not in answer.pattern.hidden
    assert not unproved(y, answer)
    assert already(y) == ("a", "k")


def test_what_only_fractions_could_hide_is_unsafe():
    # b would have to be a half.
    y = system([Cell("a", 4), Cell("b", 2, floor=0)], [Relation((("a", 1), ("b", -2)))], [Need("a", 1, 4)])
    answer = protect(y)
    assert (answer.unsafe, answer.reason) == (("a",), "omojligt")
    assert already(y) == ("a",)


def test_without_time_every_need_is_unsafe():
    y = random_system(Random(4), (4, 4))
    answer = protect(y, seconds=0)
    assert answer.reason == "tid"
    assert set(answer.unsafe) == {n.cell for n in y.needs} and y.needs
    assert already(y, seconds=0) == ()


def test_time_that_ends_during_the_work_leaves_nothing_unproved_unsaid():
    y = random_system(Random(1), (8, 8, 6), mean=4)
    start = time.monotonic()
    answer = protect(y, seconds=0.1)
    assert time.monotonic() - start < 5
    assert not unproved(y, answer)
    assert answer.reason == "tid" or "avbruten" in answer.engine


def test_the_order_in_which_things_come_does_not_matter():
    y = random_system(Random(5), (4, 3, 3), traits=0.3, overlaps=0.2, known=0.1)
    first = protect(y)
    assert protect(y) == first
    rng = Random(0)
    for _ in range(3):
        cells, relations, needs = list(y.cells.items()), list(y.relations), list(y.needs)
        for part in (cells, relations, needs):
            rng.shuffle(part)
        relations = [replace(r, terms=tuple(rng.sample(r.terms, len(r.terms)))) for r in relations]
        assert protect(System(dict(cells), tuple(relations), tuple(needs))) == first


SEXES = (Cell("kvinna", 40, weight=5), Cell("man", 3), Cell("totalt", 43, weight=1))


def test_the_total_is_hidden_before_the_women():
    for engine in ("lp", "exact"):
        y = system(SEXES, [total("totalt", ["kvinna", "man"])], [Need("man", 1, 5)])
        assert protect(y, engine=engine).pattern.hidden == {"man", "totalt"}


def test_what_was_hidden_last_time_is_hidden_again():
    y = system([replace(c, weight=1) for c in SEXES], [total("totalt", ["kvinna", "man"])], [Need("man", 1, 5)])
    for last in ("kvinna", "totalt"):
        for engine in ("lp", "exact"):
            assert protect(y, prefer=[last], engine=engine).pattern.hidden == {"man", last}


def test_few_cells_are_hidden_rather_than_small_changes():
    # One large count can give all that is needed, or five small ones a unit each.
    cells = [Cell("s", 1), Cell("stor", 90), *(Cell(f"l{n}", 20) for n in range(5)), Cell("t", 191)]
    y = system(cells, [total("t", ["s", "stor", *(f"l{n}" for n in range(5))])], [Need("s", 1, 5)])
    assert len(protect(y, engine="lp").pattern.hidden) == 2


BANDED = ([Cell("a", 3), Cell("b", 11), Cell("t", 14)], [total("t", ["a", "b"])], [Need("a", 1, 5)])


def test_a_band_that_is_wide_enough_hides_nothing_more():
    answer = protect(system(*BANDED), bands={"t": (10, 19)})
    assert answer.pattern.hidden == {"a"} and answer.pattern.bands == {"t": (10, 19)}
    assert not unproved(system(*BANDED), answer)


def test_a_band_that_is_too_narrow_gives_way():
    answer = protect(system(*BANDED), bands={"t": (14, 15)})
    assert not answer.unsafe and not unproved(system(*BANDED), answer)
    assert len(answer.pattern.hidden) == 2
    assert ("t" in answer.pattern.hidden) != ("t" in answer.pattern.bands)


def test_a_needed_cell_may_stay_in_a_band_that_holds_its_need():
    y = system([Cell("a", 3), Cell("b", 20), Cell("t", 23)], [total("t", ["a", "b"])], [Need("a", 1, 5)])
    answer = protect(y, bands={"a": (1, 9), "t": (20, 29)})
    assert answer.pattern.hidden == frozenset() and not unproved(y, answer)


@pytest.mark.parametrize("bands", [{"t": (15, 19)}, {"saknas": (1, 4)}, {"dold": (0, 4)}])
def test_a_band_that_is_wrong_is_refused(bands):
    cells, relations, needs = BANDED
    with pytest.raises(Inconsistent, match="Intervallet") as told:
        protect(system([*cells, Cell("dold", 2, floor=0, printed=False)], relations, needs), bands=bands)
    assert "14" not in str(told.value)


def test_a_remainder_that_is_less_than_its_floor_is_refused():
    cells = [Cell("grupp", 6), Cell("ja", 6, floor=0), Cell("ovriga", 0, floor=1, printed=False)]
    y = system(cells, [total("grupp", ["ja", "ovriga"])], [Need("ja", 1, 6)])
    for ask in (protect, already):
        with pytest.raises(Inconsistent, match="golvet 0"):
            ask(y)


def test_where_all_have_the_trait_nobody_is_told_so():
    y = system(
        [Cell("grupp", 6), Cell("ja", 6, floor=0), Cell("ovriga", 0, floor=0, printed=False)],
        [total("grupp", ["ja", "ovriga"])],
        [Need("ovriga", 0, 5)],
    )
    answer = protect(y)
    assert not answer.unsafe and not unproved(y, answer)
    assert len(answer.pattern.hidden) == 1


def test_where_nothing_needs_it_nothing_is_hidden():
    y = random_system(Random(3), (4, 4))
    assert protect(System(y.cells, y.relations)).pattern.hidden == frozenset()


def test_a_kommun_sized_two_way_plan_is_quick():
    y = random_system(Random(0), (4, 6, 5, 5, 6), plan=crossings(5, 2), mean=1, zeros=0.97)
    assert len(y.cells) > 250
    start = time.process_time()
    answer = protect(y)
    assert time.process_time() - start < 4
    assert not answer.unsafe and not unproved(y, answer)


@pytest.mark.soak
def test_a_thousand_cells_in_three_dimensions():
    y = random_system(Random(0), (9, 9, 9), mean=4, zeros=0.3)
    answer = protect(y)
    assert not answer.unsafe and not unproved(y, answer)
    assert "avbruten" not in answer.engine
