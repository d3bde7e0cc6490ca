"""Draws insatser and the measurements before, during and after them. No cases, no files."""

import numpy as np

from sources.synthetic import calibration as c
from sources.synthetic.cases import Fixed, ids
from sources.synthetic.columns import Array, Columns, code, days, draw, pick, year_of
from warehouse.contracts.codes import CODES

NAT = np.datetime64("NaT", "D")
HOUSING = tuple(code("insatstyp", name) for name in ("skyddat_boende", "tillfalligt_boende", "nytt_boende"))
TALKS = tuple(code("insatstyp", name) for name in ("stodsamtal", "samtal_utovare"))
_MEAN_DAYS = np.array([c.INSATS_MEAN_DAYS[name] for name in CODES["insatstyp"]])
_KR_A_DAY = 1900
_VIOLENCE = ("fysiskt", "psykiskt", "sexuellt", "ekonomiskt", "materiellt", "forsummelse")


def insatser(rng: np.random.Generator, cases: Columns, fixed: Fixed | None) -> Columns:
    """The table ``insats``, by case. In a kommun with a fixed year every decision is taken in the case's own year."""
    start, end = cases["startdatum"], cases["slutdatum"]
    heder = cases["hederskontext"] == code("ja_nej", "ja")
    number = 1 + np.minimum(rng.poisson(np.where(heder, c.EXTRA_INSATSER_HEDER, c.EXTRA_INSATSER)), 4)
    own_case = np.zeros(len(start), dtype=bool) if fixed is None else year_of(start) == fixed.year
    number[own_case] = 1
    case = np.repeat(np.arange(len(start)), number)
    own = own_case[case]
    n = len(case)
    first = np.concatenate([[True], case[1:] != case[:-1]]) if n else np.zeros(0, dtype=bool)

    kind = _kinds(rng, cases["roll"][case])
    if fixed is not None:
        kind[own] = fixed.insatstyp
    length = (end - start).astype("int64")[case]
    later = rng.random(n) * (length - 1) * 0.8
    decided = start[case] + days(np.minimum(np.where(first, rng.exponential(12, n), later), length - 1))
    if fixed is not None:
        decided = np.minimum(decided, (start[case].astype("M8[Y]") + 1).astype("M8[D]") - days(np.array(1)))
    outcome = draw(rng, n, "beslut", c.BESLUT)
    free = (
        (rng.random(n) < c.UTAN_BEHOVSPROVNING)
        & (decided >= np.datetime64(c.FROM_UTAN_BEHOVSPROVNING))
        & ~np.isin(kind, HOUSING)
    )
    outcome = np.where(free, code("beslut", "utan_behovsprovning"), outcome)
    outcome = np.where(own, code("beslut", "bifall"), outcome)

    granted = outcome == code("beslut", "bifall")
    carried_out = free | (granted & (rng.random(n) < 0.9))
    wait = np.where(np.isin(kind, HOUSING), rng.exponential(3, n), rng.exponential(14, n))
    began = np.where(free, decided, np.minimum(decided + days(wait), end[case]))
    over = np.minimum(began + days(1 + rng.exponential(_MEAN_DAYS[kind])), end[case])
    nights = (over - began).astype("int64")
    talks = carried_out & np.isin(kind, TALKS)
    housing = carried_out & np.isin(kind, HOUSING[:2])
    adaptation = draw(rng, n, "ja_nej", {"ja": 0.15, "nej": 0.7, "okant": 0.05})
    provider = np.where(np.isin(kind, HOUSING), rng.integers(0, 4, n), rng.integers(4, 6, n))
    late = np.where((rng.random(n) < c.LATE) & ~own, c.LATE_DAYS, 0)
    no_date = free & (rng.random(n) < 0.6)
    met = draw(rng, n, "mal_bedomning", {"helt": 0.3, "delvis": 0.38, "inte": 0.1, "ej_bedomt": 0.14})
    honour = np.where(
        heder[case], draw(rng, n, "ja_nej", {"ja": 0.6, "nej": 0.35}), draw(rng, n, "ja_nej", {"nej": 0.92})
    )
    cost = nights * _KR_A_DAY + rng.integers(0, 40, n) * 50
    return {
        "insats_id": ids(year_of(start)[case]),
        "arende_id": cases["arende_id"][case],
        "insatstyp": kind,
        "beslutsdatum": np.where(no_date, NAT, decided),
        "beslut": outcome,
        "verkstalld": np.where(carried_out, began, NAT),
        "slutdatum": np.where(carried_out, over, NAT),
        "utforare_id": np.where((granted | free) & (rng.random(n) < 0.9), provider, -1),
        "riktad_hedersutsatt": honour,
        "antal_tillfallen": np.where(talks & (rng.random(n) < 0.9), 1 + rng.poisson(8, n), -1),
        "kostnad_kr": np.where(housing & (rng.random(n) < 0.85), cost, -1),
        "plan_mal_natt": np.where(carried_out, met, -1),
        "anpassningsbehov": adaptation,
        "anpassning_tillgodosedd": np.where(
            adaptation == code("ja_nej", "ja"), draw(rng, n, "ja_nej", {"ja": 0.7, "nej": 0.15, "okant": 0.1}), -1
        ),
        "_case": case,
        "_first": first,
        "_known": decided + days(late),
    }


def measurements(rng: np.random.Generator, cases: Columns, support: Columns) -> Columns:
    """The table ``matning``: fewer answers in each phase, most of those who answer twice are better off."""
    n = len(cases["arende_id"])
    start, end = cases["startdatum"], cases["slutdatum"]
    length = (end - start).astype("int64")
    has_before = rng.random(n) < c.FORE_OF_CASES
    during = np.minimum(pick(rng, n, c.UNDER_COUNT), (length - 30) // 30) * has_before
    before_case = np.flatnonzero(has_before)
    during_case = np.repeat(np.arange(n), during)
    after_case = np.flatnonzero(rng.random(n) < c.EFTER_OF_CLOSED)
    step = np.arange(len(during_case)) - np.repeat(np.cumsum(during) - during, during) + 1

    before = start + days(rng.integers(-30, 15, n))
    middle = (length - 30)[during_case] * step / (during[during_case] + 1)
    after = end + days(rng.integers(-14, 91, n))
    case = np.concatenate([before_case, during_case, after_case])
    phase = np.repeat([0, 1, 2], [len(before_case), len(during_case), len(after_case)])
    date = np.concatenate([before[before_case], start[during_case] + days(15 + middle), after[after_case]])

    total = len(case)
    answered = rng.random(total) < np.array([c.FORE_ANSWERED, c.UNDER_ANSWERED, c.EFTER_ANSWERED])[phase]
    safety = _states(rng, n)[case, phase]
    health = _states(rng, n)[case, phase]
    instrument = draw(
        rng, n, "instrument_matning", {"uppfoljningsfragor": 0.8, "freda_beskrivning": 0.15, "annat": 0.05}
    )[case]
    scored = answered & (instrument == code("instrument_matning", "freda_beskrivning")) & (rng.random(total) < 0.9)
    points = rng.integers(10, 60, n)[case] * np.array([4, 2, 1])[phase] // 4
    reason = draw(
        rng,
        total,
        "saknas_orsak",
        {"ej_tillfragad": 0.4, "ville_inte": 0.22, "kunde_inte": 0.1, "avbrutet": 0.2, "annat": 0.08},
    )
    perpetrator = cases["roll"] == code("roll", "valdsutovare")
    by_worker = (rng.random(n) < 0.1) | (cases["roll"] == code("roll", "barn"))
    about = _insats_about(rng, n, support)
    rows: Columns = {
        "arende_id": cases["arende_id"][case],
        "fas": phase,
        "matdatum": date,
        "instrument": instrument,
        "uppgiftslamnare": by_worker[case].astype("int64"),
        "perspektiv": perpetrator[case].astype("int64"),
        **_violence_answers(rng, cases["_violence"][case], phase, answered),
        "trygghet": np.where(answered & (rng.random(total) < 0.96), safety, -1),
        "halsa": np.where(answered & (rng.random(total) < 0.93), health, -1),
        "poang": np.where(scored, points, -1),
        "saknas_orsak": np.where(answered, -1, reason),
        "_case": case,
        "_insats": about[case],
        "_known": date + days(np.where(rng.random(total) < c.LATE, c.LATE_DAYS, 0)),
    }
    order = np.lexsort((date, case))
    return {name: values[order] for name, values in rows.items()}


def _kinds(rng: np.random.Generator, roll: Array) -> Array:
    n = len(roll)
    child = np.where(
        roll == code("roll", "barn"),
        draw(rng, n, "insatstyp", c.INSATSTYP_BARN),
        draw(rng, n, "insatstyp", c.INSATSTYP),
    )
    return np.where(roll == code("roll", "valdsutovare"), draw(rng, n, "insatstyp", c.INSATSTYP_UTOVARE), child)


def _states(rng: np.random.Generator, n: int) -> Array:
    """A state from 1 to 5 of each case in each phase; better after in the share that is published."""
    before = 1 + pick(rng, n, (0.25, 0.4, 0.25, 0.08, 0.02))
    better = rng.random(n) < c.IMPROVED / 0.98  # who begins at 5 cannot be better
    after = np.where(better, before + 1 + (rng.random(n) < 0.4), before - (rng.random(n) < 0.35))
    middle = np.where(rng.random(n) < 0.5, before, np.minimum(before, after) + (after > before))
    return np.asarray(np.clip(np.stack([before, middle, after], axis=1), 1, 5))


def _violence_answers(rng: np.random.Generator, bits: Array, phase: Array, answered: Array) -> Columns:
    """Yes or no for each kind in the last three months, with some unknown and some missing."""
    n = len(bits)
    lasting = np.array([0.85, 0.4, 0.2])[phase]
    yes, no, unknown = (code("ja_nej", name) for name in ("ja", "nej", "okant"))
    out: Columns = {}
    for name in _VIOLENCE:
        exposed = (bits >> code("valdstyp", name)) & 1 == 1
        given = np.where(rng.random(n) < np.where(exposed, lasting, 0.02), yes, no)
        chance = rng.random(n)
        given = np.where(chance < 0.04, unknown, np.where(chance < 0.07, -1, given))
        out[f"vald_{name}"] = np.where(answered, given, -1)
    return out


def _insats_about(rng: np.random.Generator, n: int, support: Columns) -> Array:
    """For two cases of five: which row of ``insats`` its measurements concern (the first, if given); else -1."""
    about = np.full(n, -1)
    rows = np.flatnonzero(support["_first"] & ~np.isnat(support["verkstalld"]))
    about[support["_case"][rows]] = rows
    return np.where(rng.random(n) < 0.4, about, -1)
