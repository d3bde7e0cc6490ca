"""Pairs: the measurement before beside the one after, for each closed case and question, made once for all periods.

What is counted of them, for whom and under which words stands in ``utfall``, ``utfall_vald`` and ``utfall_bortfall``.
Everything here is arrays: one hash of the case ids, one sort of the measurements, then each question in one pass. The
rules in words, with the hard cases, stand in ``docs/metod.md``.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from assets.tables.rules import Regler
from assets.tables.spec import Inputs, Period
from warehouse.contracts.codes import CODES

Ints = NDArray[np.int64]
Floats = NDArray[np.floating[Any]]
Bools = NDArray[np.bool_]
Codes = NDArray[np.int8]

EXPOSED, PERPETRATORS = ("valdsutsatt_vuxen", "barn"), ("valdsutovare",)
VIOLENCE = tuple(CODES["utfall_vald"])
INSTRUMENTS = tuple(CODES["instrument_matning"])
CASE = ("arende_id", "person_id", "roll", "kon", "aldersgrupp", "hederskontext", "svarighetsgrad", "startdatum",
        "slutdatum")  # fmt: skip
MEASURED = ("arende_id", "fas", "matdatum", "instrument", "uppgiftslamnare", "perspektiv", "trygghet", "halsa", "poang",
            *(f"vald_{v}" for v in VIOLENCE), "saknas_orsak")  # fmt: skip
"""The columns that pairs are made of, of ``arende`` and ``matning``."""

_FORE, _UNDER, _EFTER = range(3)
_WHO = len(CODES["uppgiftslamnare"])
_KEYS = len(INSTRUMENTS) * _WHO
"""Of one case: its possible pairs of instrument and uppgiftslämnare (the perspective follows from the role)."""
_DAYS, _ZERO = 1 << 21, 1 << 20
"""Room for a day in a sort key, and day 0 in it."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """One question, an entry a case (for poäng one a case and instrument; for våld rows of six).

    ``fore``, ``under`` and ``efter`` are the pair's answers, NaN where there is no pair. Våld is 1 for yes, 0 for no,
    and who has an answer before or after is told by kind; its pair is of measurements with an answer to some kind.
    """

    fore: Floats
    under: Floats
    efter: Floats
    par: Bools
    har_fore: Bools
    har_efter: Bools
    senast_fore: Floats
    """The last answer before whether it has a pair or not; of one day that of the first instrument."""
    lev_fore: Floats
    lev_under: Floats
    lev_efter: Floats
    """Deliveries of the answers: those of the pair, else the last before and the first after."""


@dataclass(frozen=True, slots=True)
class Closed:
    """All closed cases, earliest closed first, with what was measured of them."""

    cases: pd.DataFrame
    persons: Ints
    """Each case's person as a number."""
    when: Ints
    """A number that grows with the days when cases were closed, then begun."""
    exposed: Bools
    questions: dict[str, Outcome]
    """``trygghet``, ``halsa``, ``vald`` and ``poang``."""
    reasons: Ints
    """By case and phase (före, efter): why there is no answer, as a place in ``saknas_orsak``; -1 for no reason given,
    -2 where nothing was measured within the window."""
    reason_delivery: Floats
    """The delivery that told the reason, or that nothing was answered."""
    misdated: Bools
    """Cases with a measurement called före or efter that lies outside its window or contradicts its phase."""


@dataclass(frozen=True, slots=True)
class _Rows:
    """Measurements that count, sorted by group, phase and day. ``at`` is a row's place in the frame of ``matning``."""

    at: Ints
    case: Ints
    group: Ints
    phase: Codes
    day: Ints
    key: Ints
    delivery: Ints


@dataclass(frozen=True, slots=True)
class _Side:
    """The answers of each group on one of its days."""

    group: Ints
    day: Ints
    value: Floats
    delivery: Ints

    def take(self, at: Any) -> "_Side":
        return _Side(self.group[at], self.day[at], self.value[at], self.delivery[at])


def place(ids: pd.Series, among: pd.Series) -> Ints:
    """Where each id stands among others; -1 where it does not."""
    if all(pd.api.types.is_integer_dtype(v.dtype) for v in (ids, among)):  # as the warehouse's pseudonyms are counted
        lookup = np.full(max(ids.max(), among.max()) + 1 if len(ids) and len(among) else 0, -1, dtype=np.int64)
        if not len(lookup):
            return np.full(len(ids), -1, dtype=np.int64)
        lookup[among.to_numpy()] = np.arange(len(among))
        return np.asarray(lookup[ids.to_numpy()])
    found = pc.index_in(
        pa.array(ids).cast(pa.large_string()), value_set=pa.array(among).cast(pa.large_string()), skip_nulls=True
    )
    return np.asarray(pc.fill_null(found, -1).to_numpy(zero_copy_only=False), dtype=np.int64)


def case_of(inputs: Inputs) -> Ints:
    """For each measurement the place of its case in the frame of cases, -1 where that is not delivered."""
    frames = inputs.frames
    return inputs.once("matning.arende", lambda _: place(frames["matning"]["arende_id"], frames["arende"]["arende_id"]))


def coded(values: pd.Series, codes: str) -> Codes:
    """Codes as places in their list; -1 for none."""
    if isinstance(values.dtype, pd.CategoricalDtype):
        return np.asarray(values.cat.set_categories(list(CODES[codes])).cat.codes, dtype=np.int8)
    return np.asarray(pd.Categorical(values, categories=list(CODES[codes])).codes, dtype=np.int8)


def category(places: Any, codes: Iterable[str]) -> "pd.Categorical[str]":
    """Places in a list of codes as a column of these codes."""
    return pd.Categorical.from_codes(places, categories=pd.Index(list(codes)))


def days(dates: pd.Series) -> Ints:
    """Days since 1970; far in the past where there is no date."""
    return np.asarray(dates.to_numpy().astype("datetime64[D]").astype(np.int64))


def closed(inputs: Inputs) -> Closed:
    """Closed cases and their outcomes, the same for every period."""
    return inputs.once("utfall.par", _closed)


def within(found: Closed, period: Period, *, exposed: bool) -> Ints:
    """Places of the cases that were closed in the period, earliest first: of those exposed, or of perpetrators."""
    inside = period.within(found.cases["slutdatum"]).to_numpy() & (found.exposed == exposed)
    return np.flatnonzero(inside)


def first_of(rows: pd.DataFrame, unit: Ints, before: Floats, after: Floats) -> Bools:
    """Of each unit (a person) the case with a pair that was closed first: what intervals count, so nobody counts twice.

    Of cases closed and begun the same days the one with the worse answer after, then the better before, then the first
    kön in the code list: no order of rows decides. Higher answers are better.
    """
    at = np.flatnonzero(rows["par"].to_numpy())
    order = np.lexsort((coded(rows["kon"], "kon")[at], -before[at], after[at], rows["dagar"].to_numpy()[at], unit[at]))
    out = np.zeros(len(rows), dtype=bool)
    out[at[order[_starts(unit[at][order])]]] = True
    return out


def _closed(inputs: Inputs) -> Closed:
    whole = inputs.frames["arende"]
    counted = np.flatnonzero((whole["slutdatum"].notna() & whole["roll"].isin([*EXPOSED, *PERPETRATORS])).to_numpy())
    cases = whole.iloc[counted]
    start, end = days(cases["startdatum"]), days(cases["slutdatum"])
    order = np.lexsort((start, end))
    cases, when = cases.iloc[order].reset_index(drop=True), end[order] * _DAYS + start[order]
    exposed = cases["roll"].isin(EXPOSED).to_numpy()
    places = np.full(len(whole) + 1, -1, dtype=np.int64)  # the last is that of no case, which is reached by -1
    places[counted[order]] = np.arange(len(cases))
    matning = inputs.frames["matning"]
    rows, misdated = _rows(matning, places[case_of(inputs)], cases, exposed, inputs.regler)
    return Closed(
        cases,
        pd.factorize(cases["person_id"])[0].astype(np.int64),
        when,
        exposed,
        {
            "trygghet": _outcome(rows, _number(matning["trygghet"], rows), len(cases)),
            "halsa": _outcome(rows, _number(matning["halsa"], rows), len(cases)),
            "vald": _violence(rows, matning, len(cases)),
            "poang": _outcome(
                rows, _number(matning["poang"], rows), len(cases) * len(INSTRUMENTS), keys=_WHO, middle=True
            ),
        },
        *_reasons(rows, coded(matning["saknas_orsak"], "saknas_orsak"), len(cases)),
        misdated,
    )


def _rows(matning: pd.DataFrame, case: Ints, cases: pd.DataFrame, exposed: Bools, rules: Regler) -> tuple[_Rows, Bools]:
    """Measurements of closed cases in their windows, and which cases have some outside them."""
    own = np.where(exposed, *(list(CODES["perspektiv"]).index(p) for p in ("utsatt", "utovat")))
    at = np.flatnonzero(case >= 0)
    at = at[coded(matning["perspektiv"], "perspektiv")[at] == own[case[at]]]
    named = ("fas", "fas"), ("instrument", "instrument_matning"), ("uppgiftslamnare", "uppgiftslamnare")
    phase, instrument, who = (coded(matning[name], codes)[at] for name, codes in named)
    case, day = case[at], days(matning["matdatum"])[at]
    start, end = days(cases["startdatum"])[case], days(cases["slutdatum"])[case]
    before = (day >= start - rules.fore_innan) & (day <= np.minimum(start + rules.fore_efter, end))
    after = (day >= np.maximum(end - rules.efter_innan, start)) & (day <= end + rules.efter_efter)
    inside = np.where(phase == _FORE, before, (phase == _UNDER) | after)
    misdated = np.zeros(len(cases), dtype=bool)
    misdated[case[~inside]] = True
    inside &= (phase >= 0) & (instrument >= 0) & (who >= 0)
    at, case, day, phase = at[inside], case[inside], day[inside], phase[inside]
    group = case * _KEYS + instrument[inside] * np.int64(_WHO) + who[inside]
    key = _stamp(group, phase, day)
    order = np.argsort(key)  # what is equal is merged below, so that its order decides nothing
    delivery = matning["leverans_id"].to_numpy(dtype=np.int64)
    return (
        _Rows(at[order], case[order], group[order], phase[order], day[order], key[order], delivery[at[order]]),
        misdated,
    )


def _stamp(group: Ints, phase: Codes | int, day: Ints) -> Ints:
    return (group * 3 + phase) * _DAYS + day + _ZERO


def _number(values: pd.Series, rows: _Rows) -> Floats:
    return values.to_numpy(dtype=np.float64, na_value=np.nan)[rows.at]


def _starts(sorted_values: Ints) -> Ints:
    """Where runs of equal values begin."""
    if not len(sorted_values):
        return np.zeros(0, dtype=np.int64)
    return np.flatnonzero(np.concatenate([[True], sorted_values[1:] != sorted_values[:-1]]))


def _answered(rows: _Rows, values: Floats, phase: int, *, high: bool, middle: bool) -> _Side:
    """The answers of a phase, one entry a group and day.

    Of several the same day the highest or the lowest (of each kind of violence) stands, so that their order decides
    nothing; in ``middle`` between the two.
    """
    some = ~np.isnan(values) if values.ndim == 1 else ~np.isnan(values).all(axis=1)
    here = np.flatnonzero((rows.phase == phase) & some)
    starts = _starts(rows.key[here])
    of = values[here]
    value = _merged(np.fmax if high and not middle else np.fmin, of, starts)
    if middle:
        value = (_merged(np.fmax, of, starts) + value) / 2
    delivery = np.maximum.reduceat(rows.delivery[here], starts)
    return _Side(rows.group[here][starts], rows.day[here][starts], value, delivery)


def _merged(how: np.ufunc, values: Floats, starts: Ints) -> Floats:
    """Each run of values as one; few runs are longer than one."""
    many = np.diff(starts, append=len(values))
    out = values[starts]
    longer = many > 1
    if longer.any():
        some = many[longer]
        out[longer] = how.reduceat(values[np.repeat(longer, many)], np.cumsum(some) - some, axis=0)
    return out


def _first(unit: Ints, day: Ints) -> Ints:
    """Of each unit the place of the entry with the lowest day, then the first group; entries stand by group."""
    starts = _starts(unit)
    lowest = np.repeat(np.minimum.reduceat(day, starts), np.diff(starts, append=len(unit)))
    hits = np.flatnonzero(day == lowest)
    return hits[_starts(unit[hits])]


def _outcome(rows: _Rows, values: Floats, size: int, *, keys: int = _KEYS, middle: bool = False) -> Outcome:
    """The pairs of a question. A unit has ``keys`` groups; higher is better, and of one day the worse pair counts."""
    before = _answered(rows, values, _FORE, high=True, middle=middle)
    during = _answered(rows, values, _UNDER, high=False, middle=middle)
    after = _answered(rows, values, _EFTER, high=False, middle=middle)
    last_before = before.take(
        np.flatnonzero(np.append(before.group[1:] != before.group[:-1], True)[: len(before.group)])
    )
    first_after = after.take(_starts(after.group))
    e = np.searchsorted(first_after.group, last_before.group)
    f = np.flatnonzero(e < len(first_after.group))
    f = f[first_after.group[e[f]] == last_before.group[f]]
    e = e[f]
    both = first_after.day[e] > last_before.day[f]
    fore, efter = last_before.take(f[both]), first_after.take(e[both])
    # Of several pairs the one with the latest före, then the earliest efter, then the first in the order of codes.
    unit = fore.group // keys
    order = np.lexsort((fore.group, efter.day, -fore.day, unit))
    chosen = order[_starts(unit[order])]
    fore, efter, unit = fore.take(chosen), efter.take(chosen), unit[chosen]

    blank = np.full((size, *values.shape[1:]), np.nan)
    out = {name: blank.copy() for name in ("fore", "under", "efter", "senast_fore")}
    lev = {name: np.full(size, np.nan) for name in ("lev_fore", "lev_under", "lev_efter")}
    flags = {name: np.zeros(size, dtype=bool) for name in ("par", "har_fore", "har_efter")}
    latest = before.take(_first(before.group // keys, -before.day))
    earliest = after.take(_first(after.group // keys, after.day))
    for side, flag, name in ((latest, "har_fore", "lev_fore"), (earliest, "har_efter", "lev_efter")):
        flags[flag][side.group // keys] = True
        lev[name][side.group // keys] = side.delivery
    out["senast_fore"][latest.group // keys] = latest.value
    flags["par"][unit] = True
    out["fore"][unit], out["efter"][unit] = fore.value, efter.value
    lev["lev_fore"][unit], lev["lev_efter"][unit] = fore.delivery, efter.delivery
    _fill_during(during, fore, efter, unit, out["under"], lev["lev_under"])
    return Outcome(**out, **lev, **flags)


def _fill_during(during: _Side, fore: _Side, efter: _Side, unit: Ints, value: Floats, delivery: Floats) -> None:
    """Put the last answer between the days of each pair in its place."""
    at = np.searchsorted(_stamp(during.group, _UNDER, during.day), _stamp(efter.group, _UNDER, efter.day)) - 1
    some = np.flatnonzero(at >= 0)
    some = some[(during.group[at[some]] == fore.group[some]) & (during.day[at[some]] > fore.day[some])]
    value[unit[some]] = during.value[at[some]]
    delivery[unit[some]] = during.delivery[at[some]]


def _violence(rows: _Rows, matning: pd.DataFrame, size: int) -> Outcome:
    """The six kinds of violence, which are one question: 1 for yes, 0 for no, NaN for unknown or unanswered."""
    worth = np.array(
        [0.0, 1.0, np.nan, np.nan], dtype=np.float32
    )  # ja, nej, okänt, none: higher is better, as elsewhere
    free = np.empty((len(rows.at), len(VIOLENCE)), dtype=np.float32)
    for column, kind in enumerate(VIOLENCE):
        free[:, column] = worth[coded(matning[f"vald_{kind}"], "ja_nej")[rows.at]]
    found = _outcome(rows, free, size)
    return Outcome(
        1 - found.fore, 1 - found.under, 1 - found.efter, found.par,
        _kinds_answered(rows, free, _FORE, size), _kinds_answered(rows, free, _EFTER, size),
        1 - found.senast_fore, found.lev_fore, found.lev_under, found.lev_efter,
    )  # fmt: skip


def _kinds_answered(rows: _Rows, values: Floats, phase: int, size: int) -> Bools:
    """Which kinds each case has an answer to in some measurement of the phase."""
    out = np.zeros((size, values.shape[1]), dtype=bool)
    here = np.flatnonzero(rows.phase == phase)
    for kind in range(values.shape[1]):
        out[rows.case[here[~np.isnan(values[here, kind])]], kind] = True
    return out


def _reasons(rows: _Rows, reason: Codes, size: int) -> tuple[Ints, Floats]:
    """The reason of the last measurement with one, by case and phase; of one day the first in the code list."""
    out, delivery = np.full((size, 2), -2, dtype=np.int64), np.full((size, 2), np.nan)
    why = reason[rows.at]
    for column, phase in enumerate((_FORE, _EFTER)):
        here = np.flatnonzero(rows.phase == phase)
        starts = _starts(rows.case[here])
        out[rows.case[here], column] = -1
        delivery[rows.case[here][starts], column] = np.maximum.reduceat(rows.delivery[here], starts)
        here = here[why[here] >= 0]
        order = np.lexsort((-rows.delivery[here], why[here], -rows.day[here], rows.case[here]))
        chosen = here[order[_starts(rows.case[here][order])]]
        out[rows.case[chosen], column] = why[chosen]
        delivery[rows.case[chosen], column] = rows.delivery[chosen]
    return out, delivery
