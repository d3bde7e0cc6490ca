"""Primary rules: what must stay unknown of each kind of count, expected by hand."""

from dataclasses import replace

import pytest

from quality.disclosure.model import Cell, Need, Relation, at_most, total
from quality.disclosure.policy import DEFAULT, PRESETS, Policy
from quality.disclosure.primary import Count, least, primary

FEM = PRESETS["fem"]


def _needs(*counts: Count, relations: tuple[Relation, ...] = (), policy: Policy = FEM) -> tuple[Need, ...]:
    found = primary(counts, relations, policy)
    assert found.already == ()
    return found.needs


def _person(value: int, persons: int | None = None, **how) -> Count:
    return Count(Cell("a", value, **how), "person", value if persons is None else persons)


# Persons ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("value", [1, 2, 3, 4])
def test_few_persons_may_be_one_to_five(value: int):
    assert _needs(_person(value)) == (Need("a", 1, 5),)


@pytest.mark.parametrize("value", [0, 5, 6, 400])
def test_none_and_enough_are_printed(value: int):
    assert _needs(_person(value)) == ()


def test_it_is_persons_that_count_not_cases():
    # Seven cases of two persons: seven must not be told either.
    assert _needs(_person(7, persons=2)) == (Need("a", 1, 7),)
    # Two cases of seven persons cannot be, but no rule protects them.
    assert _needs(_person(2, persons=7)) == ()


def test_a_count_that_is_public_at_its_source_needs_nothing():
    assert _needs(Count(Cell("a", 1), "oppen", 1)) == ()


def test_what_is_known_already_cannot_be_protected_and_is_said():
    counts = [_person(3, low=3, high=3), Count(Cell("b", 3, low=1, high=9), "person", 3)]
    found = primary(counts, (), FEM)
    assert found.already == ("a",)
    assert found.needs == (Need("b", 1, 5),)


def test_needs_come_in_order_whatever_order_the_counts_do():
    counts = [Count(Cell(c, 2), "person", 2) for c in "cab"]
    assert [n.cell for n in primary(counts, (), FEM).needs] == ["a", "b", "c"]
    assert primary(counts[::-1], (), FEM) == primary(counts, (), FEM)


# What zeros tell ----------------------------------------------------------------------------------


def test_a_total_is_at_least_its_positive_parts_over_all_levels():
    cells = {c: Cell(c, n) for c, n in {"t": 4, "g": 3, "a": 1, "b": 1, "c": 1, "d": 1, "tom": 0}.items()}
    relations = [total("t", ["g", "d", "tom"]), total("g", "abc")]
    assert least(cells, relations) == {"t": 4, "g": 3, "a": 1, "b": 1, "c": 1, "d": 1, "tom": 0}
    # In any order of the relations.
    assert least(cells, relations[::-1]) == least(cells, relations)
    counts = [Count(c, "person", c.value) for c in cells.values()]
    needs = {n.cell: (n.low, n.high) for n in primary(counts, relations, FEM).needs}
    assert needs == {"t": (4, 5), "g": (3, 5), **dict.fromkeys("abcd", (1, 5))}


def test_hidden_zeros_and_unlike_sums_tell_no_least():
    cells = {c: Cell(c, n, floor=0) for c, n in {"a": 0, "b": 2}.items()} | {"t": Cell("t", 2)}
    assert least(cells, [total("t", "ab")])["t"] == 1
    whole = {"p": Cell("p", 2), "q": Cell("q", 3)}
    # Persons are at most their cases: two cases may be of one person.
    assert least(whole, [at_most("p", "q")]) == {"p": 1, "q": 1}
    assert least(whole, [Relation((("p", 1), ("q", -1)), None, 0)]) == {"p": 1, "q": 1}


def test_the_least_is_never_above_the_truth():
    # The larger of two insatser bounds the persons from below only by what is positive.
    cells = {"x": Cell("x", 3, low=3, high=9), "t": Cell("t", 3)}
    assert least(cells, [total("t", ["x"])]) == {"x": 3, "t": 3}


# Sensitive traits ---------------------------------------------------------------------------------


def _trait(having: int, group: int, policy: Policy = FEM) -> dict[str, tuple[int, int]]:
    cells = [Cell("g", group), Cell("ja", having, floor=0), Cell("ovriga", group - having, floor=0, printed=False)]
    counts = [
        Count(cells[0], "person", group),
        Count(cells[1], "egenskap", having),
        Count(cells[2], "egenskap", group - having, remainder=True),
    ]
    return {n.cell: (n.low, n.high) for n in _needs(*counts, relations=(total("g", ["ja", "ovriga"]),), policy=policy)}


@pytest.mark.parametrize(
    ("having", "group", "expected"),
    [
        (0, 20, {}),  # nobody has it: says of nobody that she has
        (3, 20, {"ja": (0, 5)}),
        (10, 20, {}),
        (17, 20, {"ovriga": (0, 5)}),  # all but three have it
        (20, 20, {"ovriga": (0, 5)}),  # everybody has it
        (3, 7, {"ja": (0, 5), "ovriga": (0, 5)}),
    ],
)
def test_a_trait_is_told_by_who_has_it_and_by_who_is_left(having, group, expected):
    assert _trait(having, group) == expected


# Questionnaires -----------------------------------------------------------------------------------


@pytest.mark.parametrize(("value", "expected"), [(0, ()), (1, (1, 10)), (9, (1, 10)), (10, ()), (30, ())])
def test_the_number_who_answered_is_shown_from_ten(value, expected):
    needs = _needs(Count(Cell("a", value), "enkat_bas", value))
    assert tuple((n.low, n.high) for n in needs) == ((expected,) if expected else ())


@pytest.mark.parametrize(
    ("value", "base", "expected"),
    [
        (0, 9, (0, 5)),  # that nobody of a few answered so tells what they did answer
        (0, 10, ()),
        (2, 40, (1, 5)),
        (7, 9, (1, 7)),  # enough gave it, but too few answered
        (7, 10, ()),
        (2, 9, (1, 5)),
        (7, None, ()),
    ],
)
def test_an_answer_needs_enough_who_gave_it_and_enough_who_answered(value, base, expected):
    needs = _needs(Count(Cell("a", value, floor=int(value > 0)), "enkat_svar", value, base=base))
    assert tuple((n.low, n.high) for n in needs) == ((expected,) if expected else ())


# Sums ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "persons", "largest", "expected"),
    [
        # 100 + 90 of 1 000: the second knows the first within 810, far above 20 % of 100.
        (1000, 30, (100, 90), None),
        # 900 + 60 of 1 000: the second knows it within 40, 20 % is 180, so 140 more must stay open.
        (1000, 30, (900, 60), (860, 1140)),
        # Exactly at the border: 20 % of 500 is 100 = 1 000 - 500 - 400.
        (1000, 30, (500, 400), None),
        (1000, 30, (505, 400), (994, 1006)),
        # Few persons: a fifth of the sum at least.
        (1000, 3, (400, 300), (1, 1200)),
        # One alone, and what is told is hers.
        (1000, 1, None, (1, 1200)),
        (1, 1, None, (1, 2)),
        (0, 0, None, None),
    ],
)
def test_a_sum_that_one_dominates_stays_open_by_a_fifth(value, persons, largest, expected):
    needs = _needs(Count(Cell("a", value), "belopp", persons, largest=largest))
    assert [(n.low, n.high) for n in needs] == ([expected] if expected else [])


# Presets ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "hidden"),
    [("fem", {1, 2, 3, 4}), ("fyra_tjugo", {1, 2, 3}), ("sex", {1, 2, 3, 4, 5}), ("tio", set(range(1, 10)))],
)
def test_each_preset_hides_what_it_says(name, hidden):
    policy = PRESETS[name]
    assert policy.name == name
    assert {n for n in range(30) if _needs(_person(n), policy=policy)} == hidden
    assert all(need.high == policy.threshold for n in hidden for need in _needs(_person(n), policy=policy))


def test_the_presets_are_those_told_and_none_is_unprotected():
    assert set(PRESETS) == {"fem", "fyra_tjugo", "sex", "tio"}
    assert DEFAULT in PRESETS
    for policy in PRESETS.values():
        assert policy.threshold >= 4 and policy.questionnaire_base >= policy.threshold
        assert policy.median_base >= policy.share_base >= 5
        assert policy.smallest_revision >= policy.threshold
        assert policy.title and policy.source
    assert (PRESETS["fyra_tjugo"].share_base, PRESETS["tio"].share_base, PRESETS["fem"].share_base) == (21, 10, 5)


def test_a_threshold_of_ones_own_is_followed():
    own = replace(FEM, threshold=8, questionnaire_base=20, dominance=50)
    assert _needs(_person(7), policy=own) == (Need("a", 1, 8),)
    assert _needs(Count(Cell("a", 15), "enkat_bas", 15), policy=own) == (Need("a", 1, 20),)
    assert _needs(Count(Cell("a", 1000), "belopp", 30, largest=(505, 300)), policy=own) == (Need("a", 942, 1058),)
    assert _trait(14, 21, own) == {"ovriga": (0, 8)}
