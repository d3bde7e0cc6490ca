"""Shares, intervals and exact tests: against scipy, statsmodels, plain Python and printed tables, at every edge."""

import math
import statistics
import warnings
from collections.abc import Callable
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from fractions import Fraction
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.proportion import proportion_confint
from statsmodels.stats.weightstats import DescrStatsW

from assets.tables import statistik as s

METHOD_PAGE = Path(__file__).parents[2] / "docs" / "metod.md"

PAIRS = [(k, n) for n in (*range(1, 41), 97, 300, 5000, 100_000) for k in sorted({*range(min(n, 9)), n // 2, n - 1, n})]

FUNCTIONS: list[tuple[Callable[..., np.ndarray], int]] = [
    (s.andel, 2),
    (s.wilson_lag, 2),
    (s.wilson_hog, 2),
    (s.tecken_p, 2),
    (s.mcnemar_p, 2),
    (s.varians, 3),
    (s.t_lag, 3),
    (s.t_hog, 3),
    (s.median_lag_rang, 1),
    (s.median_hog_rang, 1),
    (lambda number, persons: s.per(number, persons, 100_000), 2),
    (s.standardiserad_skillnad, 4),
    (s.standardiserad_skillnad_andel, 4),
    (lambda share, base: s.mojlig_andel(share, 1, base), 2),
]

ANY = st.one_of(
    st.sampled_from([0.0, 1.0, 2.0, -1.0, 0.5, math.nan, math.inf, -math.inf, 1e308, 5e-324]),
    st.integers(0, 500).map(float),
    st.floats(),
)


def sums(values: list[float]) -> tuple[int, float, float]:
    return len(values), sum(values), sum(v * v for v in values)


# Whatever comes in


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(ANY, ANY, ANY, ANY), min_size=0, max_size=30))
def test_nothing_that_comes_in_raises_warns_or_changes_shape(rows: list[tuple[float, ...]]) -> None:
    columns = np.array(rows, dtype=np.float64).reshape(len(rows), 4).T
    with warnings.catch_warnings(), np.errstate(all="raise"):
        warnings.simplefilter("error")
        for function, arity in FUNCTIONS:
            found = function(*columns[:arity])
            assert found.shape == (len(rows),)
            assert not np.isinf(found).any()
            each = [float(function(*row[:arity])) for row in rows]  # one cell alone is the cell among many
            np.testing.assert_array_equal(np.asarray(found, dtype=float), each)


@pytest.mark.parametrize(("function", "arity"), FUNCTIONS)
def test_tables_of_cells_keep_their_shape_and_missing_counts_stay_missing(
    function: Callable[..., np.ndarray], arity: int
) -> None:
    counts = pd.Series([8, None, 8], dtype="Int64")
    found = np.asarray(function(*[counts] * arity), dtype=float)
    assert not found[1] > 0  # NaN, or False
    assert found.dtype == np.float64
    assert function(*[np.full((2, 3), 8.0)] * arity).shape == (2, 3)


# Shares and Wilson's interval


@pytest.mark.parametrize("function", [s.andel, s.wilson_lag, s.wilson_hog])
def test_a_share_of_nobody_is_not_known(function: Callable[..., np.ndarray]) -> None:
    assert np.isnan(function([0, 1, 0, math.nan, 1], [0, 0, -3, 4, math.nan])).all()


def test_an_impossible_share_is_shown_so_that_checks_see_it_but_has_no_interval() -> None:
    assert s.andel([6], [5]) == [1.2]
    assert np.isnan([s.wilson_lag(6, 5), s.wilson_hog(6, 5), s.wilson_lag(-1, 5), s.wilson_hog(-1, 5)]).all()


def test_wilson_is_what_statsmodels_says() -> None:
    k, n = np.array(PAIRS).T
    low, high = proportion_confint(k, n, alpha=0.05, method="wilson")
    np.testing.assert_allclose(s.wilson_lag(k, n), low, rtol=1e-9, atol=1e-15)
    np.testing.assert_allclose(s.wilson_hog(k, n), high, rtol=1e-9, atol=1e-15)
    np.testing.assert_array_equal(s.andel(k, n), [a / b for a, b in PAIRS])


@pytest.mark.parametrize(("k", "n"), [(0, 7), (1, 1), (3, 11), (10, 12), (29, 30), (44, 4321)])
def test_wilson_is_what_scipy_says(k: int, n: int) -> None:
    expected = stats.binomtest(k, n).proportion_ci(0.95, method="wilson")
    assert (s.wilson_lag(k, n), s.wilson_hog(k, n)) == pytest.approx((expected.low, expected.high), rel=1e-9)


def test_wilson_ends_exactly_at_nobody_and_everybody() -> None:
    n = np.arange(1, 3000)
    assert (s.wilson_lag(0 * n, n) == 0).all() and (s.wilson_hog(n, n) == 1).all()
    assert (s.wilson_hog(0 * n, n) < 1).all() and (s.wilson_lag(n, n) > 0).all()


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 10**9).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilson_holds_the_share_and_solves_its_own_equation(pair: tuple[int, int]) -> None:
    k, n = pair
    low, high = float(s.wilson_lag(k, n)), float(s.wilson_hog(k, n))
    assert 0 <= low <= k / n <= high <= 1
    z = statistics.NormalDist().inv_cdf(0.975)
    for p in (low, high):  # the bounds are the p whose score test just reaches 5 %
        assert (p - k / n) ** 2 == pytest.approx(z * z * p * (1 - p) / n, rel=1e-6, abs=1e-13)


# Exact tests


def test_the_sign_test_is_what_scipy_and_plain_fractions_say() -> None:
    for better, worse in product(range(13), repeat=2):
        n = better + worse
        tail = sum(Fraction(math.comb(n, i), 2**n) for i in range(min(better, worse) + 1))
        expected = float(min(Fraction(1), 2 * tail))
        assert s.tecken_p(better, worse) == pytest.approx(expected, rel=1e-12)
        if n:
            assert stats.binomtest(better, n, 0.5).pvalue == pytest.approx(expected, rel=1e-9)


def test_mcnemar_is_what_statsmodels_says() -> None:
    pairs = [(0, 0), (0, 1), (5, 0), (0, 6), (3, 9), (12, 12), (40, 61), (700, 812), (2, 400)]
    found = s.mcnemar_p(*np.array(pairs).T)
    expected = [mcnemar([[17, b], [c, 4]], exact=True).pvalue for b, c in pairs]
    np.testing.assert_allclose(found, expected, rtol=1e-9)


def test_where_no_pair_changed_there_is_nothing_to_tell() -> None:
    assert s.tecken_p(0, 0) == 1.0
    assert (s.tecken_p([4, 1, 30], [4, 1, 30]) == 1.0).all()


def test_the_sign_test_takes_whole_counts_only() -> None:
    assert np.isnan(s.tecken_p([0.5, -1, math.nan, math.inf], [3, 3, 3, 3])).all()
    assert np.isnan(s.mcnemar_p([3, 3, 3, 3], [0.5, -1, math.nan, math.inf])).all()


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 3000), st.integers(0, 3000))
def test_the_sign_test_does_not_know_which_way_is_better(better: int, worse: int) -> None:
    p = float(s.tecken_p(better, worse))
    assert 0 <= p <= 1
    assert p == s.tecken_p(worse, better)
    if better > worse:  # one more the same way is never less sure
        assert s.tecken_p(better + 1, worse) <= p
    n = better + worse
    assert p == pytest.approx(min(1.0, 2 * stats.binom.cdf(min(better, worse), n, 0.5)), rel=1e-6, abs=1e-300)


# Means


def test_a_mean_of_one_or_none_has_no_interval() -> None:
    for function in (s.varians, s.t_lag, s.t_hog):
        assert np.isnan(function([0, 1, -2, math.nan], [0, 3, 3, 3], [0, 9, 9, 9])).all()


def test_sums_that_cannot_be_have_no_interval() -> None:
    for function in (s.varians, s.t_lag, s.t_hog):
        assert np.isnan(function(4, 20, 99))  # four values that add to 20: at least 100


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(-4, 5), min_size=2, max_size=60))
def test_the_t_interval_of_answers_is_what_scipy_and_statsmodels_say(answers: list[int]) -> None:
    low, high = float(s.t_lag(*sums(answers))), float(s.t_hog(*sums(answers)))
    if len(set(answers)) == 1:
        assert low == high == answers[0]
        return
    mean, error = statistics.fmean(answers), statistics.stdev(answers) / math.sqrt(len(answers))
    assert (low, high) == pytest.approx(stats.t.interval(0.95, len(answers) - 1, mean, error), rel=1e-9, abs=1e-9)
    assert (low, high) == pytest.approx(DescrStatsW(answers).tconfint_mean(0.05), rel=1e-9, abs=1e-9)
    assert s.varians(*sums(answers)) == pytest.approx(float(statistics.variance(answers)), rel=1e-12)


@pytest.mark.parametrize(
    ("n", "printed"),
    [(2, 12.706), (3, 4.303), (5, 2.776), (10, 2.262), (11, 2.228), (21, 2.086), (31, 2.042), (121, 1.980)],
)
def test_the_t_interval_has_the_quantile_of_the_printed_tables(n: int, printed: float) -> None:
    values = [0.0, 2.0] * (n // 2) + [1.0] * (n % 2)
    width = float(s.t_hog(*sums(values)) - s.t_lag(*sums(values)))
    assert width / 2 / (statistics.stdev(values) / math.sqrt(n)) == pytest.approx(printed, abs=0.0006)


@settings(max_examples=30, deadline=None)
@given(st.floats(-1e6, 1e6).map(lambda v: round(v, 6)), st.integers(2, 500))
def test_equal_values_give_no_width_even_where_their_sums_are_rounded(value: float, n: int) -> None:
    n_, total, squares = sums([value] * n)
    assert s.t_lag(n_, total, squares) == s.t_hog(n_, total, squares) == total / n
    assert s.varians(n_, total, squares) == 0


@pytest.mark.parametrize("n", [2, 3, 1000, 2_000_000])
def test_one_answer_that_differs_is_seen_among_many(n: int) -> None:
    assert s.varians(n, 5 * n - 1, 25 * n - 9) == pytest.approx(1 / n, rel=1e-9)  # all 5 but one 4


# Median


def test_the_ranks_for_a_median_are_what_scipy_says() -> None:
    for n in (*range(1, 80), 250):
        found = stats.quantile_test(np.arange(1, n + 1), q=0, p=0.5).confidence_interval(0.95)
        np.testing.assert_equal([float(s.median_lag_rang(n)), float(s.median_hog_rang(n))], [found.low, found.high])


def test_the_ranks_for_a_median_are_the_narrowest_that_hold() -> None:
    n = np.concatenate([np.arange(6, 3000), 10**6 + np.arange(200), 10**8 + np.arange(200)])
    low, high = s.median_lag_rang(n), s.median_hog_rang(n)
    assert (2 * stats.binom.cdf(low - 1, n, 0.5) <= 0.05).all()
    assert (2 * stats.binom.cdf(low, n, 0.5) > 0.05).all()
    assert (low + high == n + 1).all() and (low < high).all()
    assert np.isnan(s.median_lag_rang([0, 5, 6.5, -7, math.nan])).all()
    assert (s.median_lag_rang([6, 8, 9]) == [1, 1, 2]).all()


def test_the_ranks_for_a_median_reject_what_the_sign_test_rejects() -> None:
    changes = sorted([-1, 1, 1, 1, 1, 2, 2, 2, 3, 3, 3, 4])  # one worse of twelve
    assert s.tecken_p(11, 1) <= 0.05
    assert changes[int(s.median_lag_rang(12)) - 1] > 0


# Rates, and how the lost differ


def test_a_rate_is_per_the_scale_and_of_nobody_unknown() -> None:
    np.testing.assert_array_equal(
        s.per([3, 0, 7, 3, 3], [30_000, 500, 0, math.nan, -1], 10_000), [1, 0, *[math.nan] * 3]
    )
    assert s.per(755, 28_337, 100_000) == 755 * 100_000 / 28_337


def test_the_standardised_difference_is_what_plain_python_says() -> None:
    lost, kept = [1, 2, 2, 3, 5], [3, 4, 4, 5, 5, 5, 2]
    spread = math.sqrt((statistics.variance(lost) + statistics.variance(kept)) / 2)
    expected = (statistics.fmean(lost) - statistics.fmean(kept)) / spread
    group = [(sum(v) / len(v), float(s.varians(*sums(v)))) for v in (lost, kept)]
    assert s.standardiserad_skillnad(*group[0], *group[1]) == pytest.approx(expected, rel=1e-12)
    assert s.standardiserad_skillnad(*group[1], *group[0]) == pytest.approx(-expected, rel=1e-12)


def test_the_standardised_difference_of_shares_is_that_of_the_answers_themselves() -> None:
    for (a, n), (b, m) in [((3, 8), (10, 20)), ((0, 5), (7, 9)), ((40, 41), (1, 3))]:
        yes_no = [[1.0] * k + [0.0] * (size - k) for k, size in ((a, n), (b, m))]
        expected = (a / n - b / m) / math.sqrt(statistics.fmean(statistics.pvariance(v) for v in yes_no))
        assert s.standardiserad_skillnad_andel(a, n, b, m) == pytest.approx(expected, rel=1e-12)


def test_groups_that_do_not_vary_have_a_difference_only_where_they_are_equal() -> None:
    assert s.standardiserad_skillnad(3, 0, 3, 0) == 0
    assert s.standardiserad_skillnad(1 / 3, 0.2, 2 / 6, 0.4) == 0
    assert (s.standardiserad_skillnad_andel([0, 4, 2], [5, 4, 6], [0, 9, 3], [8, 9, 9]) == 0).all()
    assert np.isnan(s.standardiserad_skillnad([3, 3, 3], [0, math.nan, -1], [4, 3, 4], [0, 1, 3])).all()
    assert np.isnan(s.standardiserad_skillnad([4, 3, 4], [0, 1, 3], [3, 3, 3], [0, math.nan, -1])).all()
    assert np.isnan(s.standardiserad_skillnad_andel([0, 0, 1], [5, 0, 3], [8, 4, 0], [8, 4, 0])).all()


# Printed percentages that cannot be

JONKOPING = {
    # Printed for Jönköpings län 2019-2021 (table 2 of the county's follow-up): percent of its kommuner with a routine
    # in ekonomiskt bistånd, missbruk, social psykiatri, vuxen LSS, barn och unga LSS, barn och unga.
    2019: (58, 50, 42, 42, 45, 58),
    2020: (67, 75, 58, 58, 58, 67),
    2021: (45, 45, 36, 36, 27, 45),
}


def test_jonkopings_routines_were_never_a_share_of_its_thirteen_kommuner() -> None:
    assert s.baser(JONKOPING[2020], 0, 13) == [12]
    assert s.baser(JONKOPING[2021], 0, 13) == [11]
    assert s.baser(JONKOPING[2019], 0, 13) == []  # the rows of 2019 have not one base
    others, lss = [p for p in JONKOPING[2019] if p != 45], [45]
    assert s.baser(others, 0, 13) == [12]
    assert 11 in s.baser(lss, 0, 13) and 12 not in s.baser(lss, 0, 13)
    assert not any(13 in s.baser([p], 0, 13) for p in (58, 42, 45, 67, 75, 36, 27))


def test_94_percent_is_no_share_of_fifteen() -> None:
    assert not s.mojlig_andel(94, 0, 15)
    assert s.mojlig_andel([93, 100, 0], 0, 15).all()
    assert s.baser([94], 0, 20) == [16, 17, 18]


def printable(base: int, decimals: int) -> set[Decimal]:
    """Every percentage that k of the base can be printed as, both ways to round a half."""
    step = Decimal(1).scaleb(-decimals)
    ways = (ROUND_HALF_UP, ROUND_HALF_EVEN)
    return {(Decimal(100 * k) / base).quantize(step, way) for k in range(base + 1) for way in ways}


@pytest.mark.parametrize(("decimals", "bases"), [(0, range(1, 130)), (1, (1, 7, 8, 16, 40, 200, 333, 800, 1999, 2000))])
def test_a_percentage_is_possible_when_some_count_prints_it(decimals: int, bases: range | tuple[int, ...]) -> None:
    grid = [Decimal(m).scaleb(-decimals) for m in range(100 * 10**decimals + 1)]
    for base in bases:
        can = printable(base, decimals)
        found = s.mojlig_andel([float(p) for p in grid], decimals, base)
        assert found.tolist() == [p in can for p in grid], base


def test_a_half_may_go_up_or_to_even_but_not_down_to_odd() -> None:
    assert s.mojlig_andel([13, 12, 38, 37], 0, 8).tolist() == [True, True, True, False]  # 12.5 and 37.5
    assert s.mojlig_andel([0.5, 0.4, 0.6], 1, 200).tolist() == [True, False, False]


def test_what_is_no_percentage_or_no_base_is_not_possible() -> None:
    assert not s.mojlig_andel([math.nan, -1, 101, 50.5, math.inf], 0, 1000).any()
    assert not s.mojlig_andel(50, 0, [0, -2, math.nan, 2.5, math.inf]).any()


def test_a_missing_percentage_rules_out_no_base() -> None:
    assert s.baser([50, math.nan], 0, 5) == s.baser([50], 0, 5) == [2, 4]
    assert s.baser([], 0, 3) == [1, 2, 3]
    assert s.baser([50], 0, 0) == []


# What docs/metod.md says about the intervals


def told(*numbers: float) -> str:
    return " | ".join(f"{100 * x:.1f}".replace(".", ",") + " %" for x in numbers)


def test_the_method_page_tells_how_often_wilson_holds() -> None:
    page = METHOD_PAGE.read_text(encoding="utf-8")
    p = np.linspace(0.0005, 0.9995, 2000)[:, None]
    middle = (p[:, 0] >= 0.1) & (p[:, 0] <= 0.9)
    for n in (5, 10, 20, 30, 50):
        k = np.arange(n + 1)
        chance = stats.binom.pmf(k[None, :], n, p)
        half = 1.96 * np.sqrt(k / n * (1 - k / n) / n)
        wilson = (chance * ((s.wilson_lag(k, n) <= p) & (p <= s.wilson_hog(k, n)))).sum(axis=1)
        common = (chance * ((k / n - half <= p) & (p <= k / n + half))).sum(axis=1)
        assert f"| {n} | {told(wilson.mean(), wilson[middle].min(), common.mean(), common[middle].min())} |" in page


def test_the_method_page_tells_how_often_the_t_interval_holds() -> None:
    page = METHOD_PAGE.read_text(encoding="utf-8")
    scale = np.arange(1, 6)
    for n in (5, 10, 20):
        parts = np.array([c for c in product(range(n + 1), repeat=4) if sum(c) <= n])
        counts = np.column_stack([parts, n - parts.sum(axis=1)])
        total, squares = counts @ scale, counts @ scale**2
        low, high = s.t_lag(n, total, squares), s.t_hog(n, total, squares)
        held = []
        for shares in ((0.1, 0.2, 0.4, 0.2, 0.1), (0.05, 0.05, 0.1, 0.2, 0.6)):
            mean = float(np.dot(scale, shares))
            held.append(stats.multinomial.pmf(counts, n, shares)[(low <= mean) & (mean <= high)].sum())
        assert f"| {n} | {told(*held)} |" in page


def test_the_examples_on_the_method_page_are_what_is_counted() -> None:
    page = " ".join(METHOD_PAGE.read_text(encoding="utf-8").split())
    for k, n, words in [(6, 8, "6 av 8 ger 75 %, med"), (0, 10, "Noll av 10 ger 0 %, med")]:
        assert f"{words} intervallet {100 * s.wilson_lag(k, n):.0f}–{100 * s.wilson_hog(k, n):.0f} %" in page
    for n in (6, 10, 20):
        assert f"| {n} | {s.median_lag_rang(n):.0f} och {s.median_hog_rang(n):.0f} |" in page
    assert (s.tecken_p(5, 0), s.tecken_p(6, 0)) == (0.0625, 0.03125) and "åt samma håll ger 0,0625" in page
