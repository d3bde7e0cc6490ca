"""Statistics of the tabellplan: shares, intervals and exact tests that hold for small groups.

Pure functions on numbers, over many cells at once. What is counted, for whom and what may be shown is declared in the
table families; why each formula was chosen and what it assumes stands in ``docs/metod.md``.

All take arrays (or numbers) of one shape and give float64 of that shape: NaN where nothing can be computed, never an
error or a warning. Shares are 0-1; intervals are two-sided, 95 %. scipy is imported where it is used: that takes
longer than the counting, and a night with nothing new needs none of it.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

Values = NDArray[np.float64]

_TAIL = 0.025
_Z = 1.959963984540054
"""The standard normal quantile at 1 - _TAIL."""
_EPS = float(np.finfo(np.float64).eps)
_EXACT = 2.0**53
"""Whole numbers up to here are exact in float64."""


def _arrays(*values: ArrayLike) -> list[Values]:
    """The same numbers as float64 arrays of one shape."""
    return list(np.broadcast_arrays(*(np.asarray(v, dtype=np.float64) for v in values)))


def _where(valid: NDArray[np.bool_], value: Values) -> Values:
    """``value`` where it is valid and finite, else NaN."""
    return np.where(valid & np.isfinite(value), value, np.nan)


def _whole(value: Values) -> NDArray[np.bool_]:
    """Which are whole numbers, zero or more."""
    return np.asarray(np.isfinite(value) & (value >= 0) & (value == np.floor(value)))


@np.errstate(all="ignore")
def andel(numerator: ArrayLike, base: ArrayLike) -> Values:
    """Share 0-1; NaN where the base is 0.

    A numerator larger than its base gives a share above 1: the checks of the tables must see it.
    """
    k, n = _arrays(numerator, base)
    return _where(n > 0, k / n)


@np.errstate(all="ignore")
def wilson_lag(numerator: ArrayLike, base: ArrayLike) -> Values:
    """Lower bound of Wilson's score interval for a share, without continuity correction (Wilson 1927).

    Exactly 0 where the numerator is 0. NaN where the base is 0 or smaller than the numerator.
    """
    k, n = _arrays(numerator, base)
    # (k + z²/2 - root) / (n + z²), multiplied by its conjugate: no difference of nearly equal numbers.
    root = _Z * np.sqrt(k * (n - k) / n + _Z**2 / 4)
    return _where((n > 0) & (k >= 0) & (k <= n), k * (k / n) / (k + _Z**2 / 2 + root))


@np.errstate(all="ignore")
def wilson_hog(numerator: ArrayLike, base: ArrayLike) -> Values:
    """Upper bound of Wilson's score interval; exactly 1 where numerator and base are equal."""
    k, n = _arrays(numerator, base)
    return np.asarray(1 - wilson_lag(n - k, n))


@np.errstate(all="ignore")
def tecken_p(better: ArrayLike, worse: ArrayLike) -> Values:
    """Two-sided p-value of the exact sign test: pairs that changed, in either direction.

    Unchanged pairs are left out. Where no pair changed it is 1. For internal review only: never published.
    """
    from scipy.special import betainc

    b, w = _arrays(better, worse)
    fewest, most = np.minimum(b, w), np.maximum(b, w)
    # P(X <= fewest) for X ~ Bin(fewest + most, 1/2), as an incomplete beta function.
    tail = np.where(most > 0, betainc(most, fewest + 1, 0.5), 1.0)
    return _where(_whole(b) & _whole(w), np.minimum(1.0, 2 * tail))


def mcnemar_p(b: ArrayLike, c: ArrayLike) -> Values:
    """Two-sided p-value of McNemar's exact test: ``b`` pairs went from yes to no, ``c`` from no to yes.

    The same binomial as ``tecken_p``. For internal review only: never published.
    """
    return tecken_p(b, c)


def _spread(n: Values, total: Values, squares: Values) -> Values:
    """The sum of squared deviations from the mean, times n; what is less than rounding can give counts as 0."""
    spread = n * squares - total**2
    exact = (total == np.rint(total)) & (squares == np.rint(squares)) & (n * squares <= _EXACT)
    rounding = np.where(exact, 0.0, 2 * (n + 2) * _EPS * n * squares)
    return np.where(np.abs(spread) <= rounding, 0.0, spread)


@np.errstate(all="ignore")
def varians(n: ArrayLike, total: ArrayLike, squares: ArrayLike) -> Values:
    """Sample variance (n - 1) from number, sum and sum of squares; NaN for n < 2 or sums that cannot be."""
    count, added, squared = _arrays(n, total, squares)
    spread = _spread(count, added, squared)
    return _where((count >= 2) & (spread >= 0), spread / (count * (count - 1)))


@np.errstate(all="ignore")
def _half_width(n: ArrayLike, total: ArrayLike, squares: ArrayLike) -> Values:
    """Half the width of the t-interval."""
    from scipy.special import stdtrit

    (count,) = _arrays(n)
    sizes, index = np.unique(count, return_inverse=True)  # few sizes, many cells: the quantile is slow
    quantile = stdtrit(sizes - 1, 1 - _TAIL)[index.reshape(count.shape)]
    return np.asarray(quantile * np.sqrt(varians(n, total, squares) / count))


@np.errstate(all="ignore")
def t_lag(n: ArrayLike, total: ArrayLike, squares: ArrayLike) -> Values:
    """Lower bound of the t-interval for a mean (Student 1908), from number, sum and sum of squares.

    NaN for n < 2. Equal values give the mean itself. It may fall outside a bounded scale: see ``docs/metod.md``.
    """
    return np.asarray(andel(total, n) - _half_width(n, total, squares))


@np.errstate(all="ignore")
def t_hog(n: ArrayLike, total: ArrayLike, squares: ArrayLike) -> Values:
    """Upper bound of the t-interval for a mean; as ``t_lag``."""
    return np.asarray(andel(total, n) + _half_width(n, total, squares))


@np.errstate(all="ignore")
def median_lag_rang(n: ArrayLike) -> Values:
    """Rank, counted from 1 in sorted values, of the lower bound of an interval for the median.

    The largest rank r with P(Bin(n, 1/2) < r) <= 0.025 (Thompson 1936): at least 95 % also where values tie. NaN for
    n < 6, where no two values reach 95 %.
    """
    from scipy.special import betainc

    (count,) = _arrays(n)
    sizes, index = np.unique(count, return_inverse=True)
    near = np.floor((sizes - _Z * np.sqrt(sizes)) / 2)  # the rank is this or the next; one to spare
    rank = np.full(sizes.shape, np.nan)
    for step in range(-1, 3):
        tried = near + step
        rank = np.where((tried >= 1) & (betainc(sizes - tried + 1, tried, 0.5) <= _TAIL), tried, rank)
    return _where(_whole(sizes), rank)[index.reshape(count.shape)]


@np.errstate(all="ignore")
def median_hog_rang(n: ArrayLike) -> Values:
    """Rank of the upper bound of the interval for the median: as far from the end as ``median_lag_rang``."""
    (count,) = _arrays(n)
    return np.asarray(count + 1 - median_lag_rang(count))


@np.errstate(all="ignore")
def per(number: ArrayLike, persons: ArrayLike, scale: float) -> Values:
    """Rate per ``scale`` persons; NaN where nobody lives or the population is unknown."""
    counted, people = _arrays(number, persons)
    return _where(people > 0, counted * scale / people)


@np.errstate(all="ignore")
def standardiserad_skillnad(mean_a: ArrayLike, var_a: ArrayLike, mean_b: ArrayLike, var_b: ArrayLike) -> Values:
    """Difference a - b of two means, in standard deviations (the root of the mean of both variances).

    Source: Flury and Riedwyl 1986; Austin 2009. 0 where the means are equal; NaN where they differ and neither group
    varies, or a variance is unknown.
    """
    a, va, b, vb = _arrays(mean_a, var_a, mean_b, var_b)
    difference = a - b
    value = np.where(difference == 0, 0.0, difference / np.sqrt((va + vb) / 2))
    return _where((va >= 0) & (vb >= 0), value)


@np.errstate(all="ignore")
def standardiserad_skillnad_andel(
    numerator_a: ArrayLike, base_a: ArrayLike, numerator_b: ArrayLike, base_b: ArrayLike
) -> Values:
    """Difference a - b of two shares, in standard deviations p(1 - p); from numerators and bases.

    NaN where a base is 0, or where nobody in one group and everybody in the other has it.
    """
    a, b = andel(numerator_a, base_a), andel(numerator_b, base_b)
    return standardiserad_skillnad(a, a * (1 - a), b, b * (1 - b))


@np.errstate(all="ignore")
def mojlig_andel(share_in_percent: ArrayLike, decimals: int, base: ArrayLike) -> NDArray[np.bool_]:
    """Whether a printed percentage can be k of ``base`` for a whole k, 0 <= k <= base.

    Halves may have been rounded up or to even. False for what is not a percentage 0-100 with so many decimals, and
    for a base that is not a whole number above 0. Counted in whole numbers, so nothing is rounded on the way.
    """
    printed, n = _arrays(share_in_percent, base)
    scaled = printed * 10**decimals
    valid = (printed >= 0) & (printed <= 100) & (np.abs(scaled - np.rint(scaled)) < 1e-6) & _whole(n) & (n > 0)
    m = np.where(valid, np.rint(scaled), 0).astype(np.int64)
    size = np.where(valid, n, 1).astype(np.int64)
    hundred = 2 * 100 * 10**decimals
    # m - 1/2 <= k · 100 · 10^decimals / base <= m + 1/2: the smallest k that is not below decides (never above base).
    k = np.maximum(0, -((1 - 2 * m) * size // hundred))
    over = hundred * k - (2 * m + 1) * size
    return np.asarray(valid & ((over < 0) | ((over == 0) & (m % 2 == 0))))


def baser(percentages: ArrayLike, decimals: int, largest: int) -> list[int]:
    """The bases 1 to ``largest`` that all printed percentages can have in common; missing ones (NaN) are left out."""
    printed = np.asarray(percentages, dtype=np.float64).ravel()
    sizes = np.arange(1, largest + 1)
    fits = mojlig_andel(printed[~np.isnan(printed)][:, None], decimals, sizes[None, :])
    return [int(n) for n in sizes[fits.all(axis=0)]]
