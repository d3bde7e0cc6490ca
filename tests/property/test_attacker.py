"""On tables so small that every filling can be tried, the attacker finds what all agree on, and nothing else."""

from collections.abc import Iterator
from itertools import product

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from quality.attacker import Book, Printed, attack

LIMIT = 5
ROOM = 9
"""Inner cells are tried up to this. They are at most 4, so that what is certain to be below 5 is so up to here too."""
FEW = settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much]
)
ROWS, COLUMNS = ("a", "b", "totalt"), ("kvinna", "man", "totalt")
Place = tuple[int, str, str]
PLACES = [(r, c) for r in ROWS for c in COLUMNS]


@st.composite
def publications(draw: st.DrawFn) -> tuple[dict[Place, int], set[Place], dict[Place, tuple[int, int]]]:
    """One or two editions of a small table: true values, what is hidden, and what is told as a span."""
    truth: dict[Place, int] = {}
    inner = {(r, c): draw(st.integers(0, 4)) for r in ROWS[:2] for c in COLUMNS[:2]}
    for edition in range(1, draw(st.integers(1, 2)) + 1):
        if edition == 2 and draw(st.booleans()):
            place = draw(st.sampled_from(sorted(inner)))
            inner[place] = draw(st.integers(0, 4))
        for r, c in PLACES:
            rows = ROWS[:2] if r == "totalt" else (r,)
            columns = COLUMNS[:2] if c == "totalt" else (c,)
            truth[edition, r, c] = sum(inner[x, y] for x in rows for y in columns)
    hideable = [p for p, v in sorted(truth.items()) if v]
    hidden = set(draw(st.lists(st.sampled_from(hideable), unique=True, max_size=9))) if hideable else set()
    spans = {}
    for place in sorted(hidden):
        if draw(st.integers(0, 3)) == 0:
            low = draw(st.integers(0, truth[place]))
            spans[place] = (low, draw(st.integers(truth[place], truth[place] + 5)))
    return truth, hidden, spans


def printed(truth: dict[Place, int], hidden: set[Place], spans: dict[Place, tuple[int, int]]) -> list[Printed]:
    cells = []
    for (edition, r, c), value in truth.items():
        base = (edition, "prov", "0114", 2019, "2019", {"rad": r}, c, "antal")
        if (edition, r, c) in spans:
            cells.append(Printed(*base, "intervall", None, *spans[edition, r, c]))
        elif (edition, r, c) in hidden:
            cells.append(Printed(*base, "skyddas"))
        else:
            cells.append(Printed(*base, "visas", float(value)))
    return cells


def fillings(
    edition: int, truth: dict[Place, int], hidden: set[Place], spans: dict[Place, tuple[int, int]]
) -> Iterator[dict[Place, int]]:
    """Every table that could have been printed so: inner cells are tried one and all, margins follow."""

    def fits(place: Place, value: int) -> bool:
        if place in spans:
            return spans[place][0] <= value <= spans[place][1]
        return value >= 1 if place in hidden else value == truth[place]

    inner = [(edition, r, c) for r in ROWS[:2] for c in COLUMNS[:2]]
    for values in product(*(range(ROOM + 1) if p in hidden else (truth[p],) for p in inner)):
        made = dict(zip(inner, values, strict=True))
        for r, c in PLACES:
            rows = ROWS[:2] if r == "totalt" else (r,)
            columns = COLUMNS[:2] if c == "totalt" else (c,)
            made[edition, r, c] = sum(made[edition, x, y] for x in rows for y in columns)
        if all(fits(p, v) for p, v in made.items()):
            yield made


@FEW
@given(publications())
def test_what_is_proved_is_so_in_every_filling_and_nothing_else_is(
    publication: tuple[dict[Place, int], set[Place], dict[Place, tuple[int, int]]],
) -> None:
    truth, hidden, spans = publication
    made = attack(printed(*publication), Book())
    got = {
        (f.utgava, f.where.code("rad"), f.where.code("kon")): (f.fran, f.till)
        for f in made.fynd
        if f.grund == "bevisat" and f.slag in ("exakt", "smatt")
    }

    want = {}
    for edition in sorted({p[0] for p in truth}):
        all_ = list(fillings(edition, truth, hidden, spans))
        for place in sorted(p for p in hidden if p[0] == edition):
            values = {f[place] for f in all_}
            if min(values) > 0 and max(values) < LIMIT:
                want[place] = (min(values), max(values))
    assert got == want
    assert not made.oavgjorda and not made.tid_ute and not made.motsagda


@FEW
@given(publications())
def test_guesses_between_editions_hold_wherever_nothing_changed(
    publication: tuple[dict[Place, int], set[Place], dict[Place, tuple[int, int]]],
) -> None:
    truth, hidden, spans = publication
    if any(truth.get((2, r, c), truth[1, r, c]) != truth[1, r, c] for r, c in PLACES):
        truth = {(e, r, c): truth[1, r, c] for e, r, c in truth}
        spans = {p: s for p, s in spans.items() if s[0] <= truth[p] <= s[1]}
        hidden = {p for p in hidden if truth[p]}
        spans = {p: s for p, s in spans.items() if p in hidden}
    made = attack(printed(truth, hidden, spans), Book())

    assert not made.slappta
    for f in made.fynd:
        assert f.fran <= truth[f.utgava, f.where.code("rad"), f.where.code("kon")] <= f.till
    both = [{p[1:] for p in hidden if p[0] == e} for e in (1, 2)]
    seen_once = {p for p in both[0] ^ both[1] if (2, *p) in truth and 0 < truth[1, *p] < LIMIT}
    assert seen_once <= {(f.where.code("rad"), f.where.code("kon")) for f in made.fynd}
