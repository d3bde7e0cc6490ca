"""Draws cases and what surrounds them: contacts, children, assessments, counted insatser. No insatser, no measurements.

Everything is drawn as if the whole future were known; ``extract`` cuts it to what was known on a day.
"""

from dataclasses import dataclass

import numpy as np

from sources.synthetic import calibration as c
from sources.synthetic.columns import YEAR as ID_YEAR
from sources.synthetic.columns import Array, Columns, code, days, draw, new_year, pick, year_of
from sources.synthetic.population import AGES, NOTATIONS, age_groups, ages, new_persons


@dataclass(frozen=True)
class Fixed:
    """A year whose cases are set: the sex and the one granted insats of each, everything else is drawn."""

    year: int
    kon: Array
    insatstyp: Array


def ids(year: Array) -> Array:
    """Serial ids within each year; ``year`` is ascending."""
    first = np.searchsorted(year, year, side="left")
    return year.astype("int64") * ID_YEAR + np.arange(len(year)) - first + 1


def cases(rng: np.random.Generator, years: tuple[int, ...], counts: tuple[int, ...], fixed: Fixed | None) -> Columns:
    """The table ``arende``, by start date; one row is one person in one role."""
    year = np.repeat(np.array(years), counts)
    n = len(year)
    start = new_year(year) + days(rng.integers(0, 365, n))
    start = start[np.lexsort((start, year))]
    end = start + days(c.LENGTH_LEAST_DAYS + rng.exponential(c.LENGTH_MEAN_DAYS, n))
    own = np.zeros(n, dtype=bool) if fixed is None else year == fixed.year

    adult, child, perpetrator = (code("roll", r) for r in ("valdsutsatt_vuxen", "barn", "valdsutovare"))
    roll = np.where(own, adult, draw(rng, n, "roll", c.ROLL))
    heder = draw(rng, n, "ja_nej", c.HEDER)
    is_heder = heder == code("ja_nej", "ja")
    kon = _by_role(roll, *(draw(rng, n, "kon", s) for s in (c.KON_UTSATT, c.KON_BARN, c.KON_UTOVARE)))
    if fixed is not None:
        kon[own] = fixed.kon
    age_group = np.where(is_heder, draw(rng, n, "aldersgrupp", c.ALDER_HEDER), draw(rng, n, "aldersgrupp", c.ALDER))
    age_group = np.where(roll == child, draw(rng, n, "aldersgrupp", c.ALDER_BARN), age_group)
    person = new_persons(rng, np.minimum(age_group, len(AGES) - 1), start)
    _let_some_return(rng, years, year, end, ~own & (roll != child), (person, kon, roll, heder))
    is_heder = heder == code("ja_nej", "ja")
    age = ages(person, start)

    investigated = rng.random(n) < 0.88
    nat = np.datetime64("NaT", "D")
    opened = start + days(rng.integers(0, 11, n))
    finished = np.minimum(opened + days(rng.integers(20, 121, n)), end)
    goal = draw(rng, n, "ja_nej", {"ja": 0.62, "nej": 0.25, "okant": 0.05})
    met = np.where(is_heder, draw(rng, n, "mal_bedomning", c.MAL_HEDER), draw(rng, n, "mal_bedomning", c.MAL))
    met = np.where(goal == code("ja_nej", "ja"), met, -1)
    judge = draw(rng, n, "mal_bedomt_av", {"handlaggare": 0.6, "klient": 0.1, "gemensamt": 0.27})
    relation = np.where(is_heder, draw(rng, n, "relation", c.RELATION_HEDER), draw(rng, n, "relation", c.RELATION))
    relation = np.where(roll == child, draw(rng, n, "relation", c.RELATION_BARN), relation)
    other_kon = np.where(
        kon == code("kon", "man"),
        draw(rng, n, "kon", {"kvinna": 0.7, "man": 0.26}),
        draw(rng, n, "kon", {"man": 0.93, "kvinna": 0.03}),
    )
    units = min(1 + max(counts, default=0) // 100, 9)
    violence = _violence(rng, n)
    return {
        "arende_id": ids(year),
        "person_id": person * NOTATIONS + pick(rng, n, (0.6, 0.25, 0.15)),
        "roll": roll,
        "vuxen": np.where(age >= 18, code("ja_nej", "ja"), code("ja_nej", "nej")),
        "kon": kon,
        "aldersgrupp": age_groups(age),
        "verksamhetsomrade": np.where(
            roll == child, code("verksamhetsomrade", "barn_unga"), draw(rng, n, "verksamhetsomrade", c.OMRADE)
        ),
        "enhet": np.where(rng.random(n) < 0.98, rng.integers(0, units, n), -1),
        "valdstyp": np.where(rng.random(n) < 0.94, violence, 0),
        "svarighetsgrad": np.where(
            is_heder, draw(rng, n, "svarighetsgrad", c.GROVHET_HEDER), draw(rng, n, "svarighetsgrad", c.GROVHET)
        ),
        "relation_till_utovare": relation,
        "utovarens_kon": np.where(roll == perpetrator, kon, other_kon),
        "hederskontext": heder,
        "skyddade_personuppgifter": draw(rng, n, "ja_nej", {"ja": 0.08, "nej": 0.85, "okant": 0.03}),
        "utredning_inledd": np.where(investigated, opened, nat),
        "utredning_avslutad": np.where(investigated, finished, nat),
        "startdatum": start,
        "slutdatum": end,
        "avslutsorsak": draw(rng, n, "avslutsorsak", c.AVSLUT),
        "overgripande_mal_finns": goal,
        "mal_bedomning": met,
        "mal_bedomt_av": np.where((met >= 0) & (met != code("mal_bedomning", "ej_bedomt")), judge, -1),
        "_violence": violence,
    }


def aktualiseringar(rng: np.random.Generator, cases_: Columns) -> Columns:
    """Contacts: one that opened each case, some that concern an ongoing one, some that led to nothing."""
    n = len(cases_["arende_id"])
    start, end = cases_["startdatum"], cases_["slutdatum"]
    opened = np.arange(n)
    ongoing = np.flatnonzero(rng.random(n) < c.AKTUALISERING_ONGOING)
    loose = np.flatnonzero(rng.random(n) < c.AKTUALISERING_LOOSE)
    case = np.concatenate([opened, ongoing, np.full(len(loose), -1)])
    like = np.concatenate([opened, ongoing, loose])  # whose day, role and sex the contact resembles
    total = len(like)

    # The contact is kept in the year its case starts, so that a year's file never names a case of the next file.
    before = np.maximum(start - days(rng.integers(0, 15, n)), start.astype("M8[Y]").astype("M8[D]"))
    length = (end - start).astype("int64")
    during = start + days(rng.random(n) * length)
    date = np.concatenate([before, during[ongoing], start[loose]])
    led = np.where(np.isnat(cases_["utredning_inledd"]), "inte_inledd", "utredning_inledd")
    listed = {name: code("aktualisering_utfall", name) for name in ("inte_inledd", "utredning_inledd")}
    outcome = np.concatenate([
        np.where(led == "inte_inledd", listed["inte_inledd"], listed["utredning_inledd"]),
        np.full(len(ongoing), code("aktualisering_utfall", "pagaende_arende")),
        draw(rng, len(loose), "aktualisering_utfall", {"inte_inledd": 0.5, "tackat_nej": 0.28, "hanvisad": 0.22}),
    ])  # fmt: skip
    known_age = (case >= 0) | (rng.random(total) < 0.9)
    columns: Columns = {
        "arende_id": np.where(case >= 0, cases_["arende_id"][like], -1),
        "datum": date,
        "vag": draw(rng, total, "vag", c.VAG),
        "verksamhetsomrade": cases_["verksamhetsomrade"][like],
        "malgrupp": cases_["roll"][like],
        "kon": cases_["kon"][like],
        "aldersgrupp": np.where(known_age, cases_["aldersgrupp"][like], code("aldersgrupp", "okand")),
        "utfall": outcome,
        "_case": case,
    }
    order = np.argsort(date, kind="stable")
    columns = {name: values[order] for name, values in columns.items()}
    return {"aktualisering_id": ids(year_of(columns["datum"])), **columns}


def children(rng: np.random.Generator, cases_: Columns, housed: Array) -> Columns:
    """The table ``barn``: children of exposed adults; ``housed`` marks cases with a stay in a shelter."""
    parents = (cases_["roll"] == code("roll", "valdsutsatt_vuxen")) & (rng.random(len(housed)) < c.WITH_CHILDREN)
    case = np.repeat(np.flatnonzero(parents), 1 + pick(rng, int(parents.sum()), c.CHILDREN))
    n = len(case)
    # From 1 April 2024 a child in a shelter is placed by a decision of its own.
    decided = housed[case] & (cases_["startdatum"][case] >= np.datetime64("2024-04-01"))
    decision = draw(rng, n, "ja_nej", {"ja": 0.2, "nej": 0.65, "okant": 0.05})
    school = draw(rng, n, "ja_nej", {"ja": 0.55, "nej": 0.25, "okant": 0.1})
    return {
        "barn_id": ids(year_of(cases_["startdatum"][case])),
        "arende_id": cases_["arende_id"][case],
        "aldersgrupp": draw(rng, n, "aldersgrupp", {"0_6": 0.42, "7_12": 0.36, "13_17": 0.2, "okand": 0.02}),
        "kon": draw(rng, n, "kon", {"kvinna": 0.48, "man": 0.5, "annat_okant": 0.02}),
        "utsatt_eller_bevittnat": draw(
            rng, n, "utsatt_eller_bevittnat", {"utsatt": 0.16, "bevittnat": 0.5, "bada": 0.22, "okant": 0.12}
        ),
        "eget_beslut": np.where(decided & (rng.random(n) < 0.9), code("ja_nej", "ja"), decision),
        "forskola_skola_ordnad": np.where(housed[case], school, -1),
        "tillfragad_om_vald": draw(rng, n, "ja_nej", {"ja": 0.5, "nej": 0.3, "okant": 0.1}),
        "utredning": draw(rng, n, "ja_nej", {"ja": 0.6, "nej": 0.3, "okant": 0.04}),
        "_case": case,
    }


def assessments(rng: np.random.Generator, cases_: Columns) -> Columns:
    """The table ``bedomning``: FREDA or talk without method in most cases, PATRIARK and SARA in few."""
    n = len(cases_["arende_id"])
    method = rng.random(n)
    freda = method < c.FREDA
    talk = (method >= c.FREDA) & (method < c.FREDA + c.SAMTAL_UTAN_METOD)
    heder = cases_["hederskontext"] == code("ja_nej", "ja")
    perpetrator = cases_["roll"] == code("roll", "valdsutovare")
    danger = freda & (rng.random(n) < 0.65)
    who = {
        "freda_kortfragor": freda,
        "freda_beskrivning": freda & (rng.random(n) < 0.55),
        "freda_farlighet": danger,
        "patriark": heder & (rng.random(n) < 0.4),
        "sara": perpetrator & (rng.random(n) < 0.2),
        "samtal_utan_metod": talk,
    }
    again = np.flatnonzero(danger & (rng.random(n) < 0.2))
    case = np.concatenate([*(np.flatnonzero(mask) for mask in who.values()), again])
    instrument = np.concatenate([
        *(np.full(int(mask.sum()), code("instrument_bedomning", name)) for name, mask in who.items()),
        np.full(len(again), code("instrument_bedomning", "freda_farlighet")),
    ])  # fmt: skip
    total = len(case)
    date = cases_["startdatum"][case] + days(rng.integers(0, 15, total))
    # The second one stands well after the first, and before the end.
    length = (cases_["slutdatum"] - cases_["startdatum"]).astype("int64")[again]
    date[total - len(again) :] = cases_["startdatum"][again] + days(15 + rng.random(len(again)) * (length - 15))
    short = instrument == code("instrument_bedomning", "freda_kortfragor")
    bare = short | (instrument == code("instrument_bedomning", "freda_beskrivning"))
    plain = instrument == code("instrument_bedomning", "samtal_utan_metod")
    level = draw(rng, total, "niva", {"lag": 0.24, "medel": 0.4, "hog": 0.25, "ej_bedomd": 0.06})
    return {
        "arende_id": cases_["arende_id"][case],
        "instrument": instrument,
        "instrumentversion": np.where(plain | (rng.random(total) < 0.15), -1, 1),
        "syfte": np.where(short, code("syfte", "upptackt"), code("syfte", "risk")),
        "datum": date,
        "niva": np.where(bare, -1, level),
        "_case": case,
    }


def counted(rng: np.random.Generator, years: tuple[int, ...], counts: tuple[int, ...]) -> Columns:
    """The table ``insats_avidentifierad``: talks given without registration, per unit, month and sex."""
    units = min(1 + max(counts, default=0) // 100, 9)
    types = [code("insatstyp", name) for name in ("stodsamtal", "samtal_utovare")]
    year, month, unit, kind, kon = (
        a.ravel() for a in np.meshgrid(np.array(years), np.arange(12), np.arange(units), types, [0, 1], indexing="ij")
    )
    mean = np.repeat(np.array(counts), len(year) // max(len(years), 1)) * 0.3 / 12 / units
    talks = kind == types[0]
    share = np.where(talks, np.where(kon == code("kon", "kvinna"), 0.93, 0.07), np.where(kon == 0, 0.02, 0.18))
    number = rng.poisson(mean * share)
    rows: Columns = {
        "enhet": unit,
        "insatstyp": kind,
        "manad": (new_year(year).astype("M8[M]") + month.astype("timedelta64[M]")).astype("M8[D]"),
        "kon": kon,
        "antal": number,
    }
    return {name: values[number > 0] for name, values in rows.items()}


def _by_role(roll: Array, adult: Array, child: Array, perpetrator: Array) -> Array:
    return np.where(
        roll == code("roll", "barn"), child, np.where(roll == code("roll", "valdsutovare"), perpetrator, adult)
    )


def _violence(rng: np.random.Generator, n: int) -> Array:
    """A bit for each kind of violence, in the code list's order; never none."""
    bits = np.zeros(n, dtype="int64")
    for position, share in enumerate(c.VALDSTYP):
        bits |= (rng.random(n) < share).astype("int64") << position
    return np.where(bits == 0, 1 << code("valdstyp", "psykiskt"), bits)


def _let_some_return(
    rng: np.random.Generator, years: tuple[int, ...], year: Array, end: Array, may: Array, carried: tuple[Array, ...]
) -> None:
    """Give some cases the person (and what follows the person) of an earlier closed case; changes ``carried``."""
    last = may.copy()  # a person's latest case, so that nobody has two cases at once
    for this in years[1:]:
        earlier = np.flatnonzero(last & (year < this) & (end < new_year(this)))
        these = np.flatnonzero(may & (year == this))
        count = min(int(len(these) * c.RETURNING), len(earlier))
        old, new = rng.permutation(earlier)[:count], rng.permutation(these)[:count]
        for values in carried:
            values[new] = values[old]
        last[old] = False
