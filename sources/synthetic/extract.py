"""Cuts drawn records to what a system knew on a day, and to what belongs to a year. Draws nothing, writes nothing."""

from datetime import date

import numpy as np

from sources.synthetic.columns import Array, Columns, code, new_year, take, year_of
from warehouse.contracts.codes import CODES

Records = dict[str, Columns]

UNKNOWN_UNTIL_END = {
    "arende": ("avslutsorsak", "mal_bedomning", "mal_bedomt_av"),
    "insats": ("plan_mal_natt", "kostnad_kr", "antal_tillfallen"),
}
CORRECTED = 17
"""In a corrected extract every seventeenth case has another svarighetsgrad and a settled hederskontext."""


def known_on(records: Records, day: date) -> Records:
    """The records as they stood at the end of ``day``: later events are not there, or not yet ended."""
    now = np.datetime64(day, "D")
    cases, support, measured = records["arende"], records["insats"], records["matning"]
    started = cases["startdatum"] <= now
    alive = {name: _of_cases(started, rows) for name, rows in records.items() if "_case" in rows}
    keep_insats = alive["insats"] & (support["_known"] <= now)
    keep_matning = alive["matning"] & (measured["_known"] <= now)
    about = measured["_insats"]
    named = (about >= 0) & keep_insats[about]
    measured = {**measured, "insats_id": np.where(named, support["insats_id"][about], -1)}
    month_end = (records["insats_avidentifierad"]["manad"].astype("M8[M]") + 1).astype("M8[D]")
    return {
        "aktualisering": take(
            records["aktualisering"], alive["aktualisering"] & (records["aktualisering"]["datum"] <= now)
        ),
        # ``_row`` remembers which drawn case a row is, since ``_case`` of the others points to it.
        "arende": take(
            _not_ended({**cases, "_row": np.arange(len(started))}, "arende", now, ("utredning_inledd",)), started
        ),
        "barn": take(records["barn"], alive["barn"]),
        "insats": take(_not_ended(support, "insats", now, ("verkstalld",)), keep_insats),
        "insats_avidentifierad": take(records["insats_avidentifierad"], month_end <= now),
        "bedomning": take(records["bedomning"], alive["bedomning"] & (records["bedomning"]["datum"] <= now)),
        "matning": take(measured, keep_matning),
        "brukarenkat": take(records["brukarenkat"], records["brukarenkat"]["_day"] <= now),
        "enkat_utskick": _counted(take(records["enkat_utskick"], records["enkat_utskick"]["_day"] <= now)),
    }


def of_year(known: Records, year: int) -> Records:
    """What belongs to a year: cases that ran or were measured in it, with all that is known of them, and its contacts.

    A case over New Year therefore stands in two years' extracts.
    """
    cases, measured = known["arende"], known["matning"]
    ended = cases["slutdatum"]
    ran = (cases["startdatum"] < new_year(year + 1)) & (np.isnat(ended) | (ended >= new_year(year)))
    size = int(cases["_row"].max()) + 1 if len(cases["_row"]) else 0
    here = np.zeros(size, dtype=bool)
    here[cases["_row"][ran]] = True
    begun = np.zeros(size, dtype=bool)
    begun[cases["_row"][cases["startdatum"] < new_year(year + 1)]] = True
    here[measured["_case"][year_of(measured["matdatum"]) == year]] = True
    here &= begun
    contacts, counted = known["aktualisering"], known["insats_avidentifierad"]
    return {
        "aktualisering": take(contacts, year_of(contacts["datum"]) == year),
        "arende": take(cases, here[cases["_row"]]),
        **{name: take(known[name], here[known[name]["_case"]]) for name in ("barn", "insats")},
        "insats_avidentifierad": take(counted, year_of(counted["manad"]) == year),
        **{name: take(known[name], here[known[name]["_case"]]) for name in ("bedomning", "matning")},
        **{name: take(known[name], known[name]["period"] == year) for name in ("brukarenkat", "enkat_utskick")},
    }


def correct(known: Records) -> Records:
    """The records after the handläggare have gone through them: some cases changed, none removed."""
    cases = known["arende"]
    changed = cases["arende_id"] % CORRECTED == 0
    gravity, heder = cases["svarighetsgrad"], cases["hederskontext"]
    unknown = heder == code("ja_nej", "okant")
    return {
        **known,
        "arende": {
            **cases,
            "svarighetsgrad": np.where(changed, (gravity + 1) % code("svarighetsgrad", "okand"), gravity),
            "hederskontext": np.where(changed & unknown, code("ja_nej", "nej"), heder),
        },
    }


def _of_cases(keep: Array, rows: Columns) -> Array:
    """Which rows belong to kept cases; those of no case (-1) are kept."""
    case = rows["_case"]
    return np.where(case >= 0, keep[case], True) if len(keep) else np.zeros(len(case), dtype=bool)


def _counted(asked: Columns) -> Columns:
    """How many were asked, by unit, year and sex."""
    year, sexes = year_of(asked["_day"]), len(CODES["kon"])
    found, number = np.unique((asked["enhet"] * 10_000 + year) * sexes + asked["kon"], return_counts=True)
    unit_year, kon = np.divmod(found, sexes)
    return {"enhet": unit_year // 10_000, "period": unit_year % 10_000, "kon": kon, "tillfragade": number}


def _not_ended(rows: Columns, table: str, now: np.datetime64, dates: tuple[str, ...]) -> Columns:
    """Blank what had not happened: later dates, and what is filled in at the end of those still open."""
    out = dict(rows)
    for name in (*dates, "slutdatum", *(("utredning_avslutad",) if table == "arende" else ())):
        out[name] = np.where(rows[name] <= now, rows[name], np.datetime64("NaT", "D"))
    ended = ~np.isnat(out["slutdatum"])
    for name in UNKNOWN_UNTIL_END[table]:
        out[name] = np.where(ended, rows[name], -1)
    return out
