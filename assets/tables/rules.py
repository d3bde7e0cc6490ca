"""The rules of counting that a kommun may set for itself: windows in days, and the smallest base of a result.

Standard library only: settings are read where nothing heavy is imported. What they mean stands in ``docs/metod.md``.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Regler:
    """Windows in days, both ends included, and the smallest base."""

    fore_innan: int = 30
    """A före measurement may lie this many days before the case's start,"""
    fore_efter: int = 14
    """and this many after it."""
    efter_innan: int = 14
    """An efter measurement may lie this many days before the case's end,"""
    efter_efter: int = 90
    """and this many after it."""
    efter_boende: int = 30
    """What came after skyddat boende: the next insats begun within this many days of its end."""
    minsta_bas: int = 10
    """A share, mean or median of an outcome is shown only where at least this many answered."""


REGLER = Regler()
"""The rules where nothing else is set."""
