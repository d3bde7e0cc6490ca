"""Draws ``brukarenkat`` and who was asked: answers linked to nobody. Of a case only unit, sex and closing day count."""

import numpy as np

from sources.synthetic import calibration as c
from sources.synthetic.columns import Columns, code, days, draw, pick, take, year_of


def answers(rng: np.random.Generator, cases: Columns) -> Columns:
    """One questionnaire for some of the adults whose case is closed, answered in the weeks after."""
    closed = _closed(cases)
    closed = take(closed, rng.random(len(cases["arende_id"]))[closed["_case"]] < c.ENKAT_OF_CLOSED)
    total = len(closed["kon"])
    day = closed["slutdatum"] + days(rng.integers(1, 43, total))
    unit = np.maximum(closed["enhet"], 0)
    order = np.lexsort((day, year_of(day), unit))
    unit, day, kon = unit[order], day[order], closed["kon"][order]
    pile = unit * 10_000 + year_of(day)
    first = np.r_[True, pile[1:] != pile[:-1]] if total else np.zeros(0, dtype=bool)
    starts = np.flatnonzero(first)
    number = np.arange(total) - np.repeat(starts, np.diff(np.r_[starts, total])) + 1
    return {
        "enhet": unit,
        "period": year_of(day),
        "svar_nr": number,
        "kon": kon,
        "betydelse": draw(rng, total, "enkat_betydelse", c.ENKAT_BETYDELSE),
        "situation_nu": draw(rng, total, "enkat_situation", c.ENKAT_SITUATION),
        "bemotande": 1 + pick(rng, total, c.ENKAT_FIVE),
        "delaktighet": np.where(rng.random(total) < 0.93, 1 + pick(rng, total, c.ENKAT_FIVE), -1),
        "_day": day,
    }


def asked(rng: np.random.Generator, cases: Columns, answered: Columns) -> Columns:
    """One row a person who was asked: all who answered, the day they did, and some of those whose cases are closed.

    Which of the answers is whose is not known here either, so more may stand as asked than there are cases.
    """
    others = _closed(cases)
    total = len(others["kon"])
    others = take(others, rng.random(total) < c.ENKAT_ASKED_OF_OTHERS * (1 - c.ENKAT_OF_CLOSED))
    day = others["slutdatum"] + days(rng.integers(1, 43, len(others["kon"])))
    return {
        "enhet": np.r_[answered["enhet"], np.maximum(others["enhet"], 0)],
        "kon": np.r_[answered["kon"], others["kon"]],
        "_day": np.r_[answered["_day"], day],
    }


def _closed(cases: Columns) -> Columns:
    """The closed cases of exposed adults."""
    kept = (cases["roll"] == code("roll", "valdsutsatt_vuxen")) & ~np.isnat(cases["slutdatum"])
    columns = {name: cases[name] for name in ("enhet", "kon", "slutdatum")}
    return take({**columns, "_case": np.arange(len(kept))}, kept)
