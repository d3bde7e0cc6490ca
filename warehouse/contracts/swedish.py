"""How Swedes write a number, a period and a moment. Standard library only."""

from collections.abc import Iterable
from datetime import date, datetime
from zoneinfo import ZoneInfo

STOCKHOLM = ZoneInfo("Europe/Stockholm")

_MONTHS = (
    *("januari", "februari", "mars", "april", "maj", "juni"),
    *("juli", "augusti", "september", "oktober", "november", "december"),
)


def number(value: float | None, *, decimals: int | None = None) -> str:
    """A number with decimal comma and hard spaces between thousands; an en dash where there is none.

    Without ``decimals`` a whole number has none and any other has one.
    """
    if value is None:
        return "–"
    if decimals is None:
        decimals = 0 if float(value).is_integer() else 1
    return f"{value:,.{decimals}f}".replace(",", "\u00a0").replace(".", ",").replace("-", "−")


def versal(text: str) -> str:
    """With a capital first."""
    return text[:1].upper() + text[1:]


def in_order(periods: Iterable[str]) -> list[str]:
    """Distinct periods as tables show them: the year first, then its parts."""
    return sorted(set(periods), key=lambda p: (len(p) != 4, len(p), p))


def period_name(period: str) -> str:
    """``202508``, ``2025Q1``, ``2025T2`` or ``2023_2025`` as people say it: augusti 2025, kvartal 1 2025."""
    year, rest = period[:4], period[4:]
    if rest.startswith("_"):
        return f"{year}–{rest[1:]}"
    if rest.startswith(("Q", "T")):
        return f"{'kvartal' if rest[0] == 'Q' else 'tertial'} {rest[1:]} {year}"
    return f"{_MONTHS[int(rest) - 1]} {year}" if rest else year


def day_of(moment: datetime) -> date:
    """The day in Stockholm, whatever time zone the moment was written in."""
    return moment.astimezone(STOCKHOLM).date()


def day(moment: datetime | date | None) -> str:
    """The day in Stockholm, as ``2026-03-02``; an en dash where there is none."""
    if moment is None:
        return "–"
    return str(day_of(moment) if isinstance(moment, datetime) else moment)


def minute(moment: datetime) -> str:
    """Day and time in Stockholm, as ``2026-03-02 10:30``."""
    return f"{moment.astimezone(STOCKHOLM):%Y-%m-%d %H:%M}"


def day_name(when: date) -> str:
    """A day as people say it: 2 mars 2026."""
    return f"{when.day} {_MONTHS[when.month - 1]} {when.year}"
