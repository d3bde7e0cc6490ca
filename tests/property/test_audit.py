"""Audits against the plainest one: every whole number tried, on small random linked tables."""

from dataclasses import replace
from random import Random

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from quality.disclosure.audit import certificate, informed, lp, milp, singletons
from quality.disclosure.model import Pattern, Protection, System, Verdict
from tests.audit_tools import Ends, TooMany, ends, protected, unsafe
from tests.disclosure_tools import random_system

SHAPES = (
    ((3,), None, (1,)),
    ((2, 2), None, ()),
    ((2, 3), None, (1,)),
    ((3, 3), None, (2,)),
    ((2, 2, 2), ((0, 1), (0, 2)), ()),
    ((2, 2, 2), ((0, 1), (1, 2), (0, 2)), (1,)),
)


@st.composite
def publications(draw: st.DrawFn) -> tuple[System, Pattern]:
    """Linked tables with zeros, traits, overlaps, remainders, and what is known already; hidden at random."""
    rng = Random(draw(st.integers(0, 10**6)))
    shape, plan, groups = draw(st.sampled_from(SHAPES))
    shares = {name: draw(st.sampled_from((0.0, 0.3))) for name in ("traits", "overlaps", "known")}
    system = random_system(rng, shape, plan=plan, groups=groups, mean=1.5, **shares)
    assume(system.needs)
    hide, span = draw(st.sampled_from((0.2, 0.6, 0.9, 1.0))), draw(st.sampled_from((0.0, 0.2)))
    needed = {n.cell for n in system.needs}
    hidden, bands = set(), {}
    for cell in system.cells.values():
        if not cell.hideable or rng.random() >= (0.95 if cell.id in needed else hide):
            continue
        if rng.random() < span:
            step = cell.value - cell.value % 5
            bands[cell.id] = (step or cell.floor, step + 9)
        else:
            hidden.add(cell.id)
    return system, Pattern(frozenset(hidden), bands)


def _ends(system: System, pattern: Pattern, known: tuple[str, ...] = ()) -> Ends:
    try:
        return ends(system, pattern, known)
    except TooMany:
        assume(False)
        raise


def _engine(system: System, pattern: Pattern) -> Protection:
    try:
        return protected(system, pattern)
    except TooMany:
        assume(False)
        raise


def quick(examples: int) -> settings:
    """So many examples; those with more combinations than there is time for are passed over."""
    return settings(max_examples=examples, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])


@quick(25)
@given(publications())
def test_audits_say_what_trying_every_number_says(publication):
    _agree(*publication)


@pytest.mark.soak
@quick(300)
@given(publications())
def test_audits_say_so_for_very_many(publication):
    _agree(*publication)


def _agree(system: System, pattern: Pattern) -> None:
    found = unsafe(_ends(system, pattern))
    assert certificate(system, _engine(system, pattern)).unsafe == found
    whole = milp(system, pattern, seconds=20)
    assert (whole.unsafe, whole.reason) == (found, "")
    real = lp(system, pattern)
    assert real.reason == ""
    # Fractions may reach further than persons, never less far.
    assert set(real.unsafe) <= set(found)


@quick(12)
@given(publications(), st.randoms(use_true_random=False))
def test_what_is_accepted_turns_under_every_mutation(publication, rng):
    system, pattern = publication
    engine = _engine(system, pattern)
    met = tuple(n for n in system.needs if n.cell not in certificate(system, engine).unsafe)
    system = replace(system, needs=met)
    engine = replace(engine, witnesses=tuple(w for w in engine.witnesses if w.cell in {n.cell for n in met}))
    assume(engine.witnesses)
    verdicts = [certificate(system, engine), lp(system, pattern)]
    assert all(v.passed for v in verdicts)

    place = rng.randrange(len(engine.witnesses))
    witness = engine.witnesses[place]
    others = engine.witnesses[:place] + engine.witnesses[place + 1 :]
    assert witness.cell in certificate(system, replace(engine, witnesses=others)).unsafe

    beyond = {**witness.values, witness.cell: pattern.told(system.cells[witness.cell])[0] - 1}
    bad = replace(engine, witnesses=(*others, replace(witness, values=beyond)))
    assert witness.cell in certificate(system, bad).unsafe

    # Printed after all, or by somebody else: the same to a reader.
    true = system.cells[witness.cell]
    shown = Pattern(pattern.hidden - {witness.cell}, {c: s for c, s in pattern.bands.items() if c != witness.cell})
    elsewhere = replace(system, cells={**system.cells, true.id: replace(true, low=true.value, high=true.value)})
    for now, what in ((elsewhere, pattern), *([(system, shown)] if true.printed else [])):
        assert witness.cell in certificate(now, replace(engine, pattern=what)).unsafe
        assert witness.cell in lp(now, what).unsafe
        assert witness.cell in milp(now, what, seconds=20).unsafe


@quick(10)
@given(publications(), st.randoms(use_true_random=False))
def test_own_knowledge_is_what_trying_every_number_with_it_says(publication, rng):
    system, pattern = publication
    known = (rng.choice(sorted(system.needs)).cell,)
    found = set(unsafe(_ends(system, pattern, known)))
    verdict: Verdict = informed(system, pattern, known)
    assert verdict.reason == ""
    assert set(verdict.unsafe) <= found
    # Who knows more works out no less.
    assert set(lp(system, pattern).unsafe) - set(known) <= set(verdict.unsafe)
    alone = singletons(system, pattern, {known[0]: 1}, seconds=20)
    assert (alone.examined, alone.undecided, alone.reason) == (1, 0, "")
    assert alone.narrowed == alone.most == len(set(verdict.unsafe) - set(lp(system, pattern).unsafe))
