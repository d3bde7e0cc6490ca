"""Audits of a protected system: traps that are known, mutations that must turn the verdict, solvers that fail."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from quality.disclosure.audit import Singletons, certificate, informed, lp, milp, singletons
from quality.disclosure.model import Cell, Need, Pattern, Protection, Relation, System, Verdict, Witness, at_most, total
from tests.audit_tools import protected, table

# Four small counts in a rectangle: hidden together they protect each other, and the rest may be shown.
RECTANGLE = table([[2, 3, 9], [4, 1, 8], [7, 6, 12]])
# In the rectangle r0 and r1, c0 and c1: sums 5, 5, 6, 4 leave one degree of freedom, too little for 5; so two more.
HIDDEN = frozenset({"r0c0", "r0c1", "r0c2", "r1c0", "r1c1", "r1c2", "r2c0", "r2c1", "r2c2"})
GOOD = Pattern(HIDDEN)


def _cells(**values: int) -> dict[str, Cell]:
    return {name: Cell(name, value) for name, value in values.items()}


def _verdicts(system: System, pattern: Pattern) -> list[Verdict]:
    """All audits; the certificate gets every witness that trying all numbers can find."""
    return [certificate(system, protected(system, pattern)), lp(system, pattern), milp(system, pattern, seconds=20)]


def _unsafe(system: System, pattern: Pattern) -> set[tuple[str, ...]]:
    for verdict in (found := _verdicts(system, pattern)):
        assert verdict.passed == (not verdict.unsafe)
        assert (verdict.system, verdict.pattern) == (system.digest(), pattern.digest())
        assert verdict.checked == len(system.needs)
    return {v.unsafe for v in found}


def test_a_protected_table_passes_all_audits():
    assert _unsafe(RECTANGLE, GOOD) == {()}
    assert [v.method for v in _verdicts(RECTANGLE, GOOD)] == ["certifikat", "lp", "milp"]


def test_a_table_with_nothing_hidden_shows_every_small_count():
    assert _unsafe(RECTANGLE, Pattern()) == {tuple(n.cell for n in RECTANGLE.needs)}


# Known traps ------------------------------------------------------------


def test_two_hidden_in_every_row_and_column_and_one_still_exact():
    system = table([[3, 12, 20, 20], [11, 9, 2, 20], [20, 20, 14, 13], [20, 20, 8, 15]])
    system = replace(system, needs=(Need("r1c2", 1, 5),))
    hidden = {"r0c0", "r0c1", "r1c0", "r1c1", "r2c2", "r2c3", "r3c2", "r3c3", "r1c2"}
    for line in range(4):
        assert sum(f"r{line}c{j}" in hidden for j in range(4)) >= 2
        assert sum(f"r{j}c{line}" in hidden for j in range(4)) >= 2
    # Both rows of the first block less both its columns leave the cell that joins the blocks.
    assert _unsafe(system, Pattern(frozenset(hidden))) == {("r1c2",)}
    assert _unsafe(system, Pattern(frozenset(hidden | {"r2c1", "r0c2"}))) == {()}


def test_linked_tables_that_are_safe_one_by_one():
    by_sex = [total("alla", ["ung", "vuxen"]), total("ung", ["ung_k", "ung_m"]), total("vuxen", ["vuxen_k", "vuxen_m"])]
    by_form = [total("ung", ["ung_a", "ung_b"])]
    cells = _cells(alla=40, ung=11, vuxen=29, ung_k=8, ung_m=3, vuxen_k=20, vuxen_m=9, ung_a=6, ung_b=5)
    needs = (Need("ung_m", 1, 5),)
    pattern = Pattern(frozenset({"ung_m", "ung", "vuxen", "vuxen_m"}))
    alone = System({c: cells[c] for c in cells if c not in ("ung_a", "ung_b")}, tuple(by_sex), needs)
    assert _unsafe(alone, pattern) == {()}
    # The other table prints the parts of what this one hides.
    assert _unsafe(System(cells, (*by_sex, *by_form), needs), pattern) == {("ung_m",)}


def test_a_level_with_one_child_is_the_same_count_twice():
    cells = _cells(alla=20, grupp=3, ensam=3, andra=17)
    system = System(cells, (total("alla", ["grupp", "andra"]), total("grupp", ["ensam"])), (Need("ensam", 1, 5),))
    assert _unsafe(system, Pattern(frozenset({"ensam", "andra"}))) == {("ensam",)}
    assert _unsafe(system, Pattern(frozenset({"ensam", "andra", "grupp"}))) == {()}


def test_unknown_sex_does_not_hide_the_men():
    relation = total("totalt", ["kvinna", "man", "annat_okant"])
    both = (Need("annat_okant", 1, 5), Need("man", 1, 5))
    few = System(_cells(totalt=22, kvinna=17, man=3, annat_okant=2), (relation,), both)
    # Together they are five: neither can be that, when both are at least one.
    assert _unsafe(few, Pattern(frozenset({"man", "annat_okant"}))) == {("annat_okant", "man")}
    none = System(_cells(totalt=20, kvinna=17, man=3, annat_okant=0), (relation,), both[1:])
    # A zero is public, also when somebody says that it is hidden.
    assert _unsafe(none, Pattern(frozenset({"man", "annat_okant"}))) == {("man",)}
    assert _unsafe(none, Pattern(frozenset({"man", "totalt"}))) == {()}


def test_total_less_women_is_men():
    system = System(_cells(t=90, k=87, m=3), (total("t", ["k", "m"]),), (Need("m", 1, 5),))
    assert _unsafe(system, Pattern(frozenset({"m"}))) == {("m",)}
    assert _unsafe(system, Pattern(frozenset({"m", "t"}))) == {()}
    assert _unsafe(system, Pattern(frozenset({"m", "k"}))) == {()}


def test_a_total_is_at_least_its_positive_parts():
    cells = _cells(t=4, a=2, b=1, c=1)
    hidden = Pattern(frozenset(cells))
    for low, expected in ((1, {("t",)}), (2, {("t",)}), (3, {()})):
        assert _unsafe(System(cells, (total("t", "abc"),), (Need("t", low, 5),)), hidden) == expected


def test_a_share_beside_its_base_is_the_count():
    base = {"n": Cell("n", 200), "ja": Cell("ja", 1)}
    need = (Need("ja", 1, 5),)
    hidden = Pattern(frozenset({"ja"}))
    assert _unsafe(System(base, (), need), hidden) == {()}
    # 0.5 %, one decimal: 0.45 % of the base at least, 0.55 % at most.
    printed = (Relation((("ja", 10_000), ("n", -45)), 0, None), Relation((("ja", 10_000), ("n", -55)), None, 0))
    assert _unsafe(System(base, printed, need), hidden) == {("ja",)}
    # Said in the other way: known, whatever is hidden.
    assert _unsafe(System({**base, "ja": Cell("ja", 1, low=1, high=1)}, (), need), hidden) == {("ja",)}


def test_what_an_earlier_edition_told_is_told_for_ever():
    hidden = Pattern(frozenset({"a"}))
    need = (Need("a", 1, 5),)
    for low, high, expected in ((3, 3, {("a",)}), (1, 4, {("a",)}), (2, 9, {("a",)}), (1, 9, {()})):
        assert _unsafe(System({"a": Cell("a", 3, low=low, high=high)}, (), need), hidden) == expected


def test_a_span_protects_only_what_lies_within_it():
    system = System(_cells(a=3, b=7, t=10), (total("t", "ab"),), (Need("a", 1, 5),))
    assert _unsafe(system, Pattern(frozenset(), {"a": (1, 9), "b": (1, 9)})) == {()}
    assert _unsafe(system, Pattern(frozenset(), {"a": (1, 9), "b": (6, 9)})) == {("a",)}
    assert _unsafe(system, Pattern(frozenset({"b"}), {"a": (1, 4)})) == {("a",)}


def test_a_sensitive_trait_that_everybody_has():
    def group(floor: int, left: int, **shown: int) -> System:
        cells = {
            "grupp": Cell("grupp", 8),
            "har": Cell("har", 8 - left, floor=floor),
            "ovriga": Cell("ovriga", left, floor=floor, printed=False),
        }
        return System(cells, (total("grupp", ["har", "ovriga"]),), (Need("ovriga", 0, 5),))

    assert _unsafe(group(0, 0), Pattern()) == {("ovriga",)}
    assert _unsafe(group(0, 0), Pattern(frozenset({"har"}))) == {()}
    # Were zeros public, the hidden remainder could not be none.
    assert _unsafe(group(1, 1), Pattern(frozenset({"har"}))) == {("ovriga",)}


def test_persons_and_their_cases_bound_each_other():
    cells = _cells(personer=2, arenden=4)
    needs = (Need("personer", 1, 5),)
    system = System(cells, (at_most("personer", "arenden"),), needs)
    assert _unsafe(system, Pattern(frozenset({"personer"}))) == {("personer",)}
    assert _unsafe(system, Pattern(frozenset({"personer", "arenden"}))) == {()}


def test_fractions_reach_further_than_persons():
    # Of two, at most one; so of three pairwise, one, but three halves in real numbers. Twice that: two, or three.
    names = [f"{side}{n}" for side in "xy" for n in range(3)]
    cells = {c: Cell(c, 0, floor=0) for c in names} | {"s": Cell("s", 0, floor=0)}
    pairs = [(f"{s}{i}", f"{s}{j}") for s in "xy" for i, j in ((0, 1), (1, 2), (0, 2))]
    relations = [Relation(((a, 1), (b, 1)), None, 1) for a, b in pairs]
    system = System(cells, (*relations, total("s", names)), (Need("s", 0, 3),))
    pattern = Pattern(frozenset(cells))
    assert lp(system, pattern).passed
    assert milp(system, pattern, seconds=20).unsafe == ("s",)
    # No engine can hand over whole numbers for it, so the certificate refuses and nothing is released.
    assert certificate(system, protected(system, pattern)).unsafe == ("s",)


# Mutations ------------------------------------------------------------


@pytest.mark.parametrize("cell", sorted(HIDDEN & {n.cell for n in RECTANGLE.needs}))
def test_showing_one_small_count_turns_every_verdict(cell: str):
    engine = protected(RECTANGLE, GOOD)
    shown = Pattern(HIDDEN - {cell})
    assert cell in certificate(RECTANGLE, replace(engine, pattern=shown)).unsafe
    assert cell in lp(RECTANGLE, shown).unsafe
    assert cell in milp(RECTANGLE, shown, seconds=20).unsafe


def test_a_relation_that_the_engine_did_not_know_turns_every_verdict():
    system = RECTANGLE
    engine = protected(system, GOOD)
    assert certificate(system, engine).passed
    # Another table printed the two men of the first row together.
    told = Cell("skrivet", 5)
    row = total("skrivet", ["r0c0", "r0c1"])
    wider = System({**system.cells, "skrivet": told}, (*system.relations, row), system.needs)
    assert not certificate(wider, engine).passed
    assert not lp(wider, GOOD).passed
    assert not milp(wider, GOOD, seconds=20).passed


def test_the_floor_turns_the_verdict():
    cells = _cells(t=6, a=2, b=4)
    needs = (Need("a", 0, 5),)
    hidden = Pattern(frozenset("ab"))
    zeros_hidden = {c: replace(cell, floor=0) for c, cell in cells.items()}
    assert _unsafe(System(zeros_hidden, (total("t", "ab"),), needs), hidden) == {()}
    assert _unsafe(System(cells, (total("t", "ab"),), needs), hidden) == {("a",)}
    up = {**cells, "b": replace(cells["b"], floor=2)}
    assert _unsafe(System(cells, (total("t", "ab"),), (Need("a", 1, 5),)), hidden) == {()}
    assert _unsafe(System(up, (total("t", "ab"),), (Need("a", 1, 5),)), hidden) == {("a",)}


def test_each_witness_is_needed_and_none_may_be_touched():
    engine = protected(RECTANGLE, GOOD)
    assert len(engine.witnesses) > 4
    for place, witness in enumerate(engine.witnesses):
        others = engine.witnesses[:place] + engine.witnesses[place + 1 :]
        assert certificate(RECTANGLE, replace(engine, witnesses=others)).unsafe == (witness.cell,)
        for cell, value in witness.values.items():
            for wrong in (value + 1, value - 1, float(value), True, None, str(value)):
                bad = replace(witness, values={**witness.values, cell: wrong})
                verdict = certificate(RECTANGLE, replace(engine, witnesses=(*others, bad)))
                assert verdict.unsafe == (witness.cell,), (cell, wrong)


@pytest.mark.parametrize(
    "bad",
    [
        Witness("r0c0", "low", {"r0c0": 1, "finns_inte": 3}),
        Witness("finns_inte", "low", {}),
        Witness("r0c0", "mitten", {}),  # type: ignore[arg-type]
        Witness("r0c0", "high", {"t": 70}),
        Witness("r0c0", "low", {"r0c0": 0, "r0c1": 5, "r1c0": 6, "r1c1": -1}),
    ],
)
def test_a_witness_that_does_not_hold_fails_even_where_nobody_needs_it(bad: Witness):
    engine = protected(RECTANGLE, GOOD)
    verdict = certificate(RECTANGLE, replace(engine, witnesses=(*engine.witnesses, bad)))
    assert not verdict.passed and verdict.unsafe == (bad.cell,) and verdict.reason


def test_what_the_engine_calls_unsafe_is_unsafe():
    engine = replace(protected(RECTANGLE, GOOD), unsafe=("r0c0",), reason="tid")
    assert certificate(RECTANGLE, engine).unsafe == ("r0c0",)


def test_nothing_to_protect_passes_but_nothing_said_does_not():
    empty = certificate(System({}), Protection(Pattern(), ()))
    assert empty.passed and empty.checked == 0
    assert lp(System({}), Pattern()).passed
    bare = certificate(RECTANGLE, Protection(GOOD, ()))
    assert not bare.passed and bare.unsafe == tuple(n.cell for n in RECTANGLE.needs)
    one_sided = System(_cells(a=5), (), (Need("a", 1, 5),))
    assert certificate(one_sided, Protection(Pattern(frozenset({"a"})), ())).unsafe == ("a",)


@pytest.mark.parametrize(
    ("system", "pattern"),
    [
        (System(_cells(a=3), (), (Need("b", 1, 5),)), Pattern(frozenset({"a"}))),
        (System(_cells(a=3), (), (Need("a", 5, 1),)), Pattern(frozenset({"a"}))),
        (System(_cells(a=3), (), (Need("a", 1, 5),)), Pattern(frozenset({"a", "b"}))),
        (System(_cells(a=3), (), (Need("a", 1, 5),)), Pattern(frozenset(), {"b": (1, 9)})),
        (System(_cells(a=3), (), (Need("a", 1, 5),)), Pattern(frozenset(), {"a": (4, 9)})),
        (System(_cells(a=3), (), (Need("a", 1, 5),)), Pattern(frozenset(), {"a": (1.0, 9.5)})),  # type: ignore[dict-item]
        (System({"a": Cell("a", 0, low=2, high=9)}, (), (Need("a", 0, 5),)), Pattern(frozenset({"a"}))),
        (System({"a": Cell("a", 0, printed=False)}, (), (Need("a", 0, 5),)), Pattern()),
        (System({"b": Cell("a", 3)}, (), (Need("b", 1, 5),)), Pattern(frozenset({"a", "b"}))),
    ],
    ids=["need", "ends", "hidden", "band", "untrue", "halves", "known", "unprinted", "name"],
)
def test_what_cannot_be_examined_is_unsafe(system: System, pattern: Pattern):
    witnesses = (Witness("a", "low", {"a": 1}), Witness("a", "high", {"a": 5}))
    for verdict in (
        certificate(system, Protection(pattern, witnesses)),
        lp(system, pattern),
        milp(system, pattern, seconds=20),
        informed(system, pattern, ()),
    ):
        assert not verdict.passed
        assert verdict.unsafe == (system.needs[0].cell,)


# Solvers that fail ------------------------------------------------------------


def test_a_time_out_is_unsafe():
    for verdict in (lp(RECTANGLE, GOOD, seconds=0), milp(RECTANGLE, GOOD, seconds=0)):
        assert not verdict.passed and verdict.unsafe and verdict.reason == "tid"


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (SimpleNamespace(status=1, x=None), "tid"),
        (SimpleNamespace(status=2, x=None), "omöjligt"),
        (SimpleNamespace(status=4, x=None), "lösaren svarade inte"),
        (SimpleNamespace(status=0, x=np.full(9, 5.0)), "lösaren svarade inte"),
        (SimpleNamespace(status=0, x=np.full(9, np.nan)), "lösaren svarade inte"),
    ],
    ids=["time", "infeasible", "silent", "untrue", "nan"],
)
def test_a_solver_that_does_not_answer_truly_is_unsafe(monkeypatch, answer, reason):
    monkeypatch.setattr("quality.disclosure.audit.intervals.linprog", lambda *_, **__: answer)
    verdict = lp(RECTANGLE, GOOD)
    assert not verdict.passed and verdict.unsafe == tuple(n.cell for n in RECTANGLE.needs) and verdict.reason == reason


# What someone knows of her own ------------------------------------------------------------


def test_who_is_alone_in_a_cell_learns_of_her_neighbours():
    # She subtracts herself; the other three of the rectangle follow.
    system = table([[1, 9, 20], [9, 4, 20], [20, 20, 20]])
    pattern = Pattern(frozenset({"r0c0", "r0c1", "r1c0", "r1c1"}))
    persons = {c: cell.value for c, cell in system.cells.items()}
    safe = replace(system, needs=(Need("r0c0", 1, 4), Need("r1c1", 4, 7)))
    assert lp(safe, pattern).passed
    assert singletons(safe, pattern, persons, seconds=20) == Singletons(1, 1, 1, 1, 0, "")
    assert informed(safe, pattern, ("r0c0",)).unsafe == ("r1c1",)
    more = Pattern(frozenset(c for c in system.cells if "c" in c and c != "t"))
    assert singletons(safe, more, persons, seconds=20) == Singletons(1, 0, 0, 0, 0, "")
    assert informed(safe, more, ("r0c0",)).passed
    late = singletons(safe, pattern, persons, seconds=0)
    assert late.undecided == 0 and late.reason == "tid"


def test_a_jour_that_knows_a_cell_we_do_not_is_not_cleared():
    assert informed(RECTANGLE, GOOD, ("r0c0", "finns_inte")).reason == "okänd cell"
    assert not informed(RECTANGLE, GOOD, ("finns_inte",)).passed


def test_no_value_leaves_an_audit():
    verdicts = [*_verdicts(RECTANGLE, Pattern()), informed(RECTANGLE, GOOD, ("t",))]
    assert all({type(p) for p in v.unsafe} <= {str} and not any(d.isdigit() for d in v.reason) for v in verdicts)
