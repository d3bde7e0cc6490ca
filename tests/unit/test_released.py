"""The gate: only passed audits of these very counts release a table, and it says nothing that they did not cover."""

import copy
import pickle
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quality.disclosure.audit import certificate, lp
from quality.disclosure.model import Cell, Need, Pattern, System, total
from quality.disclosure.release import PublicCell, ReleasedTable, Unsafe, content, released
from tests.audit_tools import protected

SYSTEM = System(
    {c: Cell(c, n) for c, n in {"t": 90, "k": 87, "m": 3, "b": 23}.items()},
    (total("t", ["k", "m"]),),
    (Need("m", 1, 5),),
)
PATTERN = Pattern(frozenset({"t", "m"}), {"b": (20, 29)})
VERDICTS = (certificate(SYSTEM, protected(SYSTEM, PATTERN)), lp(SYSTEM, PATTERN))
NOTES = ("Syntetiska uppgifter.",)


def _cell(cell: str, status: str = "visas", **told) -> PublicCell:
    return PublicCell("prov", "2024", {"alder": "alla"}, cell, "antal", status, cell=cell, **told)


def _derived(*parts: str, status: str = "visas", **told) -> PublicCell:
    return PublicCell("prov", "2024", {"alder": "alla"}, "kvinna", "andel", status, parts=parts, **told)


GOOD = (
    _cell("k", varde=87),
    _cell("m", "skyddas"),
    _cell("t", "skyddas"),
    _cell("b", "intervall", fran=20, till=29),
    _derived("k", varde=100.0),
    _derived("k", "m", status="skyddas"),
    PublicCell("prov", "2024", {}, "man", "antal", "visas", varde=12, oppen=True),
    PublicCell("prov", "2024", {}, "man", "antal", "saknas"),
)


def _release(cells=GOOD, verdicts=VERDICTS, system=SYSTEM, pattern=PATTERN) -> ReleasedTable:
    (table,) = released({"prov": (cells, NOTES)}, system, pattern, verdicts)
    return table


def test_what_passed_is_released_whole():
    table = _release()
    assert (table.cells, table.notes, table.verdicts) == (GOOD, NOTES, VERDICTS)
    assert table.sha256 == content(GOOD, NOTES)
    table.intact()


@pytest.mark.parametrize("place", [0, 1])
def test_every_audit_must_be_there_have_passed_and_be_of_this(place: int):
    other = VERDICTS[1 - place]
    good = VERDICTS[place]
    assert good.passed
    for bad in (
        (),
        (replace(good, passed=False, unsafe=("m",)),),
        (replace(good, method="milp"),),
        (replace(good, system=SYSTEM.digest()[:-1] + "x"),),
        (replace(good, pattern=Pattern().digest()),),
        (replace(good, system=""),),
    ):
        with pytest.raises(Unsafe):
            _release(verdicts=(other, *bad))


def test_a_count_that_changed_after_the_audit_is_not_released():
    # T - M is still K, so the counts themselves are in order.
    cells = {**SYSTEM.cells, "t": replace(SYSTEM.cells["t"], value=91), "m": replace(SYSTEM.cells["m"], value=4)}
    with pytest.raises(Unsafe, match="andra uppgifter"):
        _release(system=replace(SYSTEM, cells=cells))
    with pytest.raises(Unsafe, match="andra uppgifter"):
        _release(system=replace(SYSTEM, needs=()))
    with pytest.raises(Unsafe, match="andra uppgifter"):
        _release(pattern=replace(PATTERN, hidden=PATTERN.hidden | {"k"}))


@pytest.mark.parametrize(
    "cell",
    [
        _cell("m", varde=3),
        _cell("m", varde=4),
        _cell("t", varde=90),
        _cell("k", varde=86),
        _cell("k", varde=None),
        _cell("b", varde=23),
        _cell("b", "intervall", fran=23, till=23),
        _cell("b", "intervall", fran=20, till=29, varde=23),
        _cell("k", "intervall", fran=80, till=89),
        _cell("m", "intervall", fran=1, till=9),
        _cell("m", "skyddas", varde=3),
        _cell("m", "skyddas", fran=3, till=3),
        _cell("m", "saknas", varde=3),
        _cell("m", "nytt"),
        _cell("finns_inte", varde=3),
        _cell("finns_inte", "skyddas"),
        _derived("k", "m", varde=96.7),
        _derived("t", varde=96.7),
        _derived("k", "b", varde=3.8),
        _derived("k", "finns_inte", varde=3.8),
        _derived(varde=3.8),
        _derived("m", status="skyddas", varde=3.3),
        _derived("k", status="intervall", fran=3, till=4),
    ],
)
def test_no_cell_says_more_than_was_audited(cell: PublicCell):
    with pytest.raises(Unsafe, match="säger mer"):
        _release((*GOOD, cell))


def test_what_is_not_printed_is_not_printed():
    cells = {**SYSTEM.cells, "rest": Cell("rest", 3, printed=False, low=3, high=3)}
    system = System(cells, SYSTEM.relations, SYSTEM.needs)
    verdicts = [certificate(system, protected(system, PATTERN)), lp(system, PATTERN)]
    assert _release(system=system, verdicts=verdicts)
    with pytest.raises(Unsafe):
        _release((_cell("rest", varde=3),), verdicts, system)


@settings(max_examples=40, deadline=None)
@given(
    st.sampled_from(sorted(SYSTEM.cells)),
    st.sampled_from(["visas", "skyddas", "intervall", "saknas", "ej_tillampligt", ""]),
    st.none() | st.integers(0, 100),
    st.none() | st.tuples(st.integers(0, 40), st.integers(0, 40)),
)
def test_only_the_true_number_the_span_or_nothing_passes(cell, status, value, span):
    fran, till = span or (None, None)
    printed = _cell(cell, status, varde=value, fran=fran, till=till)
    hidden, in_band = cell in PATTERN.hidden, cell in PATTERN.bands
    allowed = {
        "visas": value == SYSTEM.cells[cell].value and not hidden and not in_band and span is None,
        "intervall": value is None and in_band and span == PATTERN.bands.get(cell),
        "skyddas": value is None and span is None,
        "saknas": value is None and span is None,
        "ej_tillampligt": value is None and span is None,
        "": False,
    }[status]
    if allowed:
        assert _release((printed,)).cells == (printed,)
        return
    with pytest.raises(Unsafe) as refused:
        _release((printed,))
    assert not any(sign.isdigit() for sign in str(refused.value))


def test_nobody_makes_a_released_table_but_the_gate():
    table = _release()
    with pytest.raises((Unsafe, TypeError)):
        ReleasedTable("prov", GOOD, NOTES, content(GOOD, NOTES), VERDICTS)  # type: ignore[call-arg]
    for key in (None, object(), True, "_ONLY_HERE"):
        with pytest.raises(Unsafe):
            ReleasedTable("prov", GOOD, NOTES, content(GOOD, NOTES), VERDICTS, key)
    more = (*GOOD, _cell("m", varde=3))
    for change in ({"cells": more}, {"cells": more, "sha256": content(more, NOTES)}, {"notes": ()}, {}):
        with pytest.raises((Unsafe, ValueError)):
            replace(table, **change)
    for make in (copy.copy, copy.deepcopy, lambda t: pickle.loads(pickle.dumps(t))):  # noqa: S301
        with pytest.raises((Unsafe, TypeError)):
            make(table)


def test_a_change_after_the_release_is_found():
    inside = replace(GOOD[0], dimensioner={"alder": "alla"})
    table = _release((inside, *GOOD[1:]))
    inside.dimensioner["alder"] = "18-29"  # type: ignore[index]
    with pytest.raises(Unsafe, match="ändrats"):
        table.intact()
    for name, value in (("cells", GOOD[:-1]), ("notes", ("Annat.",)), ("cells", (*GOOD, _cell("m", varde=3)))):
        table = _release()
        object.__setattr__(table, name, value)
        with pytest.raises(Unsafe, match="ändrats"):
            table.intact()


@pytest.mark.parametrize("passed", [False, True])
def test_one_audit_that_found_something_is_enough(passed: bool):
    for method in ("lp", "milp", "certifikat"):
        bad = replace(VERDICTS[1], method=method, passed=passed, unsafe=("m",))
        for verdicts in ((bad, *VERDICTS), (*VERDICTS, bad)):
            with pytest.raises(Unsafe):
                _release(verdicts=verdicts)


@pytest.mark.parametrize(
    "cell",
    [
        _cell("m", varde=3, oppen=True),
        _cell("m", "skyddas", oppen=True),
        _cell("k", varde=87, fran=3, till=3),
        _derived("k", varde=100.0, fran=3),
    ],
    ids=["open", "open-hidden", "span", "derived-span"],
)
def test_no_way_around(cell: PublicCell):
    with pytest.raises(Unsafe):
        _release((*GOOD, cell))
