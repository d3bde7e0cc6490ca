"""Draws the table ``brukarenkat``: answers linked to nobody. Of the cases only unit, sex and closing day are used."""

import numpy as np

from sources.synthetic import calibration as c
from sources.synthetic.columns import Columns, code, days, draw, pick, take, year_of


def answers(rng: np.random.Generator, cases: Columns) -> Columns:
    """One questionnaire for some of the adults whose case is closed, answered in the weeks after."""
    n = len(cases["arende_id"])
    asked = (cases["roll"] == code("roll", "valdsutsatt_vuxen")) & ~np.isnat(cases["slutdatum"])
    kept = asked & (rng.random(n) < c.ENKAT_OF_CLOSED)
    closed = take({name: cases[name] for name in ("enhet", "kon", "slutdatum")}, kept)
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
