"""Measures that tables declare often: shares with base and interval, rates. The formulas are in ``statistik``."""

from functools import partial

from assets.tables import statistik
from assets.tables.spec import Measure


def andel(name: str, title: str, numerator: str, base: str, *, bas: str | None = None, enhet: str = "") -> Measure:
    """The share (0 to 1) that ``numerator`` is of ``base``, both measures of the same table."""
    return Measure(
        name, title, "harledd", parts=(numerator, base), formula=statistik.andel, bas=bas, enhet=enhet, form="andel"
    )


def med_intervall(name: str, title: str, numerator: str, base: str, *, bas: str | None = None) -> tuple[Measure, ...]:
    """The share and the ends of its 95 % Wilson interval (``name`` with ``_lag`` and ``_hog``)."""
    return (
        andel(name, title, numerator, base, bas=bas),
        Measure(
            f"{name}_lag", f"{title}, 95 % intervall från", "harledd", parts=(numerator, base),
            formula=statistik.wilson_lag, bas=bas, form="andel",
        ),
        Measure(
            f"{name}_hog", f"{title}, 95 % intervall till", "harledd", parts=(numerator, base),
            formula=statistik.wilson_hog, bas=bas, form="andel",
        ),
    )  # fmt: skip


def per(name: str, title: str, number: str, persons: str, scale: int, *, enhet: str, period_regel: str = "") -> Measure:
    """``number`` per ``scale`` of ``persons``, both measures of the same table; ``enhet`` says per what."""
    return Measure(
        name, title, "harledd", parts=(number, persons), formula=partial(statistik.per, scale=scale), form="tal",
        enhet=enhet, period_regel=period_regel,
    )  # fmt: skip
