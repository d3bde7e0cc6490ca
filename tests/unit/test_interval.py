"""What a reader can work out of a count: as trying every set of counts says."""

from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from quality.disclosure.model import Cell, Pattern, System, at_most, total
from quality.disclosure.reach import interval


def system(a: list[int], known: int | None) -> System:
    values = {"a": a[0], "b": a[1], "c": a[2], "d": a[3]}
    values |= {
        "ab": a[0] + a[1],
        "cd": a[2] + a[3],
        "ac": a[0] + a[2],
        "bd": a[1] + a[3],
        "t": sum(a),
        "p": min(a[0], 2),
    }
    cells = {i: Cell(i, v, 0 if i == "p" else 1) for i, v in values.items()}
    if known is not None:
        cells["a"] = Cell("a", a[0], 1, low=max(1, a[0] - known), high=a[0] + known)
    lines = [("ab", "ab"), ("cd", "cd"), ("ac", "ac"), ("bd", "bd")]
    sums = [total(whole, parts) for whole, parts in lines]
    return System(cells, (*sums, total("t", ["ab", "cd"]), total("t", ["ac", "bd"]), at_most("p", "a")))


@settings(max_examples=20, deadline=None)
@given(
    st.lists(st.integers(1, 2), min_size=4, max_size=4),
    st.sets(st.sampled_from(["a", "b", "c", "d", "ab", "ac", "p"])),
    st.none() | st.integers(0, 2),
    st.sampled_from(["a", "d", "ab", "p"]),
)
def test_it_is_the_least_and_most_of_all_counts_that_fit(
    a: list[int], hidden: set[str], known: int | None, asked: str
) -> None:
    made = system(a, known)
    pattern = Pattern(frozenset(h for h in hidden if made.cells[h].hideable))
    spans = {i: pattern.told(c) for i, c in made.cells.items()}
    # The total is told, so no count exceeds it.
    ranges = {i: range(low, sum(a) + 1 if high is None else high + 1)
              for i, (low, high) in spans.items() if i in "abcdp"}  # fmt: skip
    fitting = []
    for tried in product(*ranges.values()):
        values = dict(zip(ranges, tried, strict=True))
        x, y, z, w = (values[i] for i in "abcd")
        if x + y + z + w != sum(a):
            continue
        values |= {"ab": x + y, "cd": z + w, "ac": x + z, "bd": y + w, "t": x + y + z + w}
        inside = all(spans[i][0] <= n and (spans[i][1] is None or n <= spans[i][1]) for i, n in values.items())
        if inside and all(r.holds(values) for r in made.relations):
            fitting.append(values[asked])
    assert interval(made, pattern, asked) == (min(fitting), max(fitting))


def test_what_has_no_limit_has_none_and_what_is_told_is_told() -> None:
    two = System({"m": Cell("m", 3), "k": Cell("k", 30), "t": Cell("t", 33)}, (total("t", ["m", "k"]),))
    assert interval(two, Pattern(frozenset({"m", "t"})), "m") == (1, None)
    assert interval(two, Pattern(frozenset({"m"})), "m") == (3, 3)
    assert interval(two, Pattern(), "k") == (30, 30)
    assert interval(two, Pattern(frozenset({"t"}), {"m": (1, 9)}), "t") == (31, 39)
