"""Återkommande: persons whose case closed in a year, and how many of them had a new one within 12 and 24 months.

A cohort is followed forward, so it is known only when all its months have passed; until then the results are missing.
"""

import numpy as np
import pandas as pd

from assets.tables.measures import med_intervall
from assets.tables.persons import as_persons, cases, ends
from assets.tables.spec import KON, Dimension, Fact, Inputs, Measure, Period, TableSpec

MONTHS = (12, 24)
"""How far a cohort is followed."""


def spells(inputs: Inputs) -> pd.DataFrame:
    """Each person's unbroken spells of cases in one role, in order, with what comes after.

    Cases that overlap or follow on the same day are one spell. ``slut`` is its last day (NaT: it still runs),
    ``nasta`` the first day of the person's next spell in that role and ``lev_nasta`` that case's delivery. The other
    columns are those of the case that ended the spell.
    """
    return inputs.once("aterkommande.spells", _spells)


def _spells(inputs: Inputs) -> pd.DataFrame:
    every = cases(inputs)
    roles = every["roll"].astype("category").cat
    last_day = ends(every["slutdatum"])
    who = every["person_id"].cat.codes.to_numpy().astype("int64") * max(len(roles.categories), 1)
    who = who + roles.codes.to_numpy()
    order = np.lexsort((every["leverans_id"], last_day, ends(every["startdatum"]), who))
    rows, who, last_day = every.iloc[order].reset_index(drop=True), who[order], last_day[order]
    so_far = pd.Series(last_day).groupby(who).cummax().to_numpy()
    same = np.zeros(len(rows), dtype=bool)
    same[1:] = (who[1:] == who[:-1]) & (ends(rows["startdatum"])[1:] <= so_far[:-1])
    spell = np.cumsum(~same)
    # The case that ends a spell: of those that end last, the first.
    closing = np.lexsort((np.arange(len(rows)), -last_day, spell))
    closing = closing[np.diff(spell[closing], prepend=0) > 0]
    opening = np.flatnonzero(~same)
    found = rows.iloc[closing][["kommun", "leverans_id", "person_id", "roll", "kon"]].reset_index(drop=True)
    found["slut"] = rows["slutdatum"].to_numpy()[closing]
    followed = np.append(who[opening][1:] == who[opening][:-1], False)[: len(found)]
    starts, behind = rows["startdatum"].iloc[opening], rows["leverans_id"].iloc[opening].astype("float64")
    found["nasta"] = starts.shift(-1).where(followed).to_numpy()
    found["lev_nasta"] = behind.shift(-1).where(followed).to_numpy()
    return found


def cohort(inputs: Inputs, period: Period) -> pd.DataFrame:
    """One row a person and role: the first spell that ended in the period, with ``ater_12`` and ``ater_24``.

    They are 1.0 or 0.0, and NaN where the kommun's cases are not known for so long after the period's last day.
    """
    every = spells(inputs)
    rows = every[period.within(every["slut"])].drop_duplicates(["person_id", "roll"]).copy()
    for months in MONTHS:
        again = rows["nasta"] <= rows["slut"] + pd.DateOffset(months=months)
        rows[f"ater_{months}"] = again.astype("float64").where(rows["kommun"].isin(_followed(inputs, period, months)))
        if months == max(MONTHS):
            rows["lev_nasta"] = rows["lev_nasta"].where(again)
    return as_persons(rows, inputs, period)


def _last_day(period: Period, months: int) -> pd.Timestamp:
    """The last day of the follow-up of those who closed on the period's last day."""
    day: pd.Timestamp = period.end + pd.DateOffset(months=months)
    return day


def _followed(inputs: Inputs, period: Period, months: int) -> list[str]:
    """The kommuner whose cases are known to the end of the follow-up."""
    last = _last_day(period, months)
    return [k for k, until in inputs.known_until.items() if until >= last]


def when_known(inputs: Inputs, period: Period) -> tuple[str, ...]:
    """When what is missing can be counted."""
    until = inputs.known_until.get(inputs.kommun)
    now = f"Nu är de kända till och med {until.date()}." if until is not None else "Nu är de inte kända."
    return tuple(
        f"Återkommande inom {months} månader kan räknas för {period.name} när kommunens ärenden är kända till och med "
        f"{_last_day(period, months).date()}. {now}"
        for months in MONTHS
        if inputs.kommun not in _followed(inputs, period, months)
    )


def _measures(months: int) -> tuple[Measure, ...]:
    returned = Measure(
        f"antal_ater_{months}",
        f"Personer med nytt ärende inom {months} månader",
        "summa",
        "person_id",
        f"ater_{months}",
    )
    share = f"Andel med nytt ärende inom {months} månader"
    return (returned, *med_intervall(f"andel_ater_{months}", share, returned.name, "antal_kohort", bas="antal_kohort"))


SPEC = TableSpec(
    name="aterkommande",
    title="Återkommande ärenden",
    population=(
        "Personer vars ärende avslutats under året och som då inte hade något annat ärende i samma roll. Varje person "
        "räknas en gång i varje roll, från årets första sådana avslut."
    ),
    period_regel="avslutad",
    enhet="person",
    malgrupp="Våldsutsatta vuxna, barn och våldsutövare, var för sig",
    dimensions=(Dimension("roll", "roll", "Roll", total=False), KON),
    sources={"arende": ("arende_id", "person_id", "roll", "kon", "startdatum", "slutdatum")},
    history=("arende",),
    later_years=2,
    facts=(
        Fact(
            rows=cohort,
            needs=("arende",),
            dimensions=("roll", "kon"),
            measures=(Measure("antal_kohort", "Personer vars ärende avslutats", unit="person_id"),),
        ),
        Fact(
            rows=cohort,
            needs=("arende",),
            dimensions=("roll", "kon"),
            measures=tuple(m for months in MONTHS for m in _measures(months)),
            lineage=("leverans_id", "lev_nasta"),
        ),
    ),
    remarks=when_known,
    breaks=("verksamhetssystem:utovare", "verksamhetssystem:barn_skyddat_boende"),
    notes=(
        "Ett nytt ärende är ett ärende i samma roll hos samma nämnd som börjar minst en dag och högst 12 (24) månader "
        "efter avslutet. Ett ärende som började före avslutet, eller öppnas igen samma dag, är inget återkommande: då "
        "räknas avslutet först när också det ärendet är slut.",
        "Måtten visas först när 12 (24) månader har gått sedan årets sista dag och ärendena är kända så länge. "
        "Till dess står att uppgift saknas, om någon finns i gruppen. Där ingen finns står noll.",
        "Den som återkommer i en annan roll, i en annan kommun eller med en ny identitet syns inte här. Rollerna läggs "
        "inte ihop.",
        "Att någon återkommer är inte i sig ett misslyckande: det kan betyda att våldet fortsätter, men också att "
        "personen vet vart hon eller han kan vända sig. Att någon inte återkommer betyder inte att våldet upphört.",
        "Kön är det som gäller i personens senaste ärende som börjat senast på årets sista dag.",
    ),
)
