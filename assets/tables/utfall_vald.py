"""T3 utfall, violence: what had ceased, was less, remained or was new after, beside before.

Those exposed and those who used violence never share a table: the same measures are counted of each alone. The six
kinds are one question with one pair; how it is made is decided in ``utfall_par``.
"""

from collections.abc import Iterator
from functools import partial

import numpy as np
import pandas as pd

from assets.tables import statistik
from assets.tables.spec import KON, Dimension, Fact, Inputs, Measure, Period, TableSpec
from assets.tables.utfall import SOURCES, SOURCES_BY_TYPE, TYPE, base_of, by_type, lost, remarks, remarks_of_exposed
from assets.tables.utfall_matt import (
    COUNTED,
    INTERVALS,
    LINEAGE,
    STANDING,
    STANDING_UTOVARE,
    TYPE_NOTE,
    bases,
    person_count,
    share,
)
from assets.tables.utfall_par import VIOLENCE, Closed, Floats, Ints, category, closed, first_of, within

OUTCOMES = ("upphort", "minskat", "kvarstar", "okat")


def _compared(rows: pd.DataFrame, before: Floats, after: Floats) -> pd.DataFrame:
    """With what became of it: how many kinds before and after, both of those that can be compared; fewer is better."""
    pair = rows["par"].to_numpy()
    rows["fore"], rows["efter"] = -np.asarray(before, dtype=np.float64), -np.asarray(after, dtype=np.float64)
    exposed, spared = pair & (before > 0), pair & (before == 0)
    rows["vald_fore"], rows["ej_fore"] = exposed, spared
    rows["upphort"] = exposed & (after == 0)
    rows["minskat"] = exposed & (after > 0) & (after < before)
    rows["kvarstar"] = exposed & (after == before)
    rows["okat"] = exposed & (after > before)
    rows["tillkommit"] = spared & (after > 0)
    rows["utan_bada"] = spared & (after == 0)
    return rows


def _persons(rows: pd.DataFrame) -> pd.DataFrame:
    """With what intervals count: each person's first case with a pair."""
    for name in ("vald_fore", *OUTCOMES, "tillkommit"):
        rows[f"{name}_person"] = rows[name] & rows["forsta"]
    return rows


def _first(rows: pd.DataFrame) -> pd.DataFrame:
    rows["forsta"] = first_of(rows, rows["person"].to_numpy(), rows["fore"].to_numpy(), rows["efter"].to_numpy())
    return rows


def _kind(found: Closed, at: Ints, kind: int) -> pd.DataFrame:
    """One row a case: one kind of violence."""
    outcome = found.questions["vald"]
    before, after = outcome.fore[at, kind], outcome.efter[at, kind]
    rows = base_of(found, at, "vald")
    rows["har_fore"], rows["har_efter"] = outcome.har_fore[at, kind], outcome.har_efter[at, kind]
    rows["par"] = ~np.isnan(before) & ~np.isnan(after)
    rows["valdsslag"] = category(np.full(len(at), kind), VIOLENCE)
    return _compared(lost(rows), before, after)


def _any(found: Closed, at: Ints) -> pd.DataFrame:
    """One row a case: all six kinds together.

    A pair must have an answer after to each kind that was yes before, and some kind answered both times.
    """
    outcome = found.questions["vald"]
    before, after = outcome.fore[at], outcome.efter[at]
    both = ~np.isnan(before) & ~np.isnan(after)
    rows = base_of(found, at, "vald")
    rows["par"] = both.any(axis=1) & ~((before == 1) & ~both).any(axis=1)
    return _compared(lost(rows), (before == 1).sum(axis=1), ((after == 1) & both).sum(axis=1))


def kinds(inputs: Inputs, period: Period, *, exposed: bool = True) -> pd.DataFrame:
    """Cases closed in the period, one row a case and kind of violence."""
    found = closed(inputs)
    at = within(found, period, exposed=exposed)
    parts = [_persons(_first(_kind(found, at, kind))) for kind in range(len(VIOLENCE))]
    return pd.concat(parts, ignore_index=True)


def together(inputs: Inputs, period: Period, *, exposed: bool = True) -> pd.DataFrame:
    """The same cases, one row a case."""
    found = closed(inputs)
    return _persons(_first(_any(found, within(found, period, exposed=exposed))))


def together_by_type(inputs: Inputs, period: Period) -> pd.DataFrame:
    """The same cases of those exposed, one row a case and insatstyp."""
    found = closed(inputs)
    return _persons(by_type(inputs, _any(found, within(found, period, exposed=True))))


# --- measures -----------------------------------------------------------------------------------------------------

_TITLES = {
    "upphort": "Våldet har upphört: nej efter",
    "kvarstar": "Våldet kvarstår: ja också efter",
}
_TITLES_TOGETHER = {
    "upphort": "Allt våld har upphört: inget slag efter",
    "minskat": "Våldet har minskat: färre slag efter, men något",
    "kvarstar": "Våldet kvarstår: lika många slag efter",
    "okat": "Våldet har ökat: fler slag efter",
}


def _measures(what: str, titles: dict[str, str]) -> Iterator[Measure]:
    """``what`` says what being a yes before is: exposed to it, or having used it."""
    yield from bases("svar om våld")
    yield Measure("antal_vald_fore", f"{what} före: bas för det som upphört eller kvarstår", where="vald_fore")
    for name, title in titles.items():
        yield Measure(f"antal_{name}", title, where=name, bas="antal_vald_fore")
    yield Measure("antal_ej_vald_fore", "Nej före: bas för det som tillkommit", where="ej_fore")
    yield Measure("antal_tillkommit", "Våld har tillkommit: nej före, ja efter", where="tillkommit",
                  bas="antal_ej_vald_fore")  # fmt: skip
    yield Measure("antal_utan_bada", "Nej både före och efter", where="utan_bada", bas="antal_ej_vald_fore")
    yield Measure(
        "personer_vald_fore", f"{what} före: personer i intervallet", where="vald_fore_person", enhet="person"
    )
    for name, title in titles.items():
        yield person_count(
            f"personer_{name}", f"{title}, personer i intervallet", f"{name}_person", "personer_vald_fore"
        )
        yield from share(
            f"andel_{name}",
            f"{title}, andel av {what[0].lower()}{what[1:]} före",
            (f"antal_{name}", "antal_vald_fore"),
            (f"personer_{name}", "personer_vald_fore"),
        )
    yield Measure("personer_tillkommit", "", where="tillkommit_person", hidden=True)
    yield Measure(
        "mcnemar_p",
        "McNemars test, p (för intern granskning, publiceras aldrig)",
        "harledd",
        parts=("personer_upphort", "personer_tillkommit"),
        formula=statistik.mcnemar_p,
        bas="antal_personer_intervall",
        form="tal",
        enhet="person",
        intern=True,
    )


# --- declarations -------------------------------------------------------------------------------------------------

_KIND = Dimension("valdsslag", "utfall_vald", "Våldsslag", total=False)
_KINDS_NOTE = "Ett ärende kan ha flera slags våld, så slagen får inte läggas ihop."
_TOGETHER_NOTE = (
    "Bara slag som har ja eller nej både före och efter jämförs, och varje slag som var ja före måste ha ett svar "
    "efter. Lika många slag kan vara andra slag. Hur ofta och hur grovt våldet var syns inte."
)
_OWN_NOTE = (
    "Svaren gäller personens eget utövade våld, som klienten eller handläggaren uppger det. De får inte läggas ihop "
    "eller jämföras med vad utsatta uppger."
)
_EXPOSED = "Ärenden för våldsutsatta, vuxna och barn, som avslutats under året."
_PERPETRATORS = "Ärenden för våldsutövare som avslutats under året."


def _spec(
    name: str,
    title: str,
    rows: partial[pd.DataFrame],
    by: tuple[Dimension, ...],
    titles: dict[str, str],
    notes: tuple[str, ...],
    *,
    exposed: bool = True,
) -> TableSpec:
    """A table of violence before and after; by insatstyp where that is among its dimensions."""
    typed = TYPE in by
    return TableSpec(
        name=name,
        title=title,
        population=(_EXPOSED if exposed else _PERPETRATORS)
        + (" Ett ärende är med en gång för varje insatstyp det haft." if typed else ""),
        period_regel="avslutad",
        enhet="arende",
        malgrupp="Våldsutsatta vuxna och barn" if exposed else "Våldsutövare: eget utövat våld",
        dimensions=(*by, KON),
        sources=SOURCES_BY_TYPE if typed else SOURCES,
        history=("arende", "insats", "matning") if typed else ("arende", "matning"),
        follow_up_days=90,
        facts=(
            Fact(
                rows,
                (*(d.name for d in by), "kon"),
                tuple(_measures("Utsatta" if exposed else "Utövade våld", titles)),
                needs=("arende", "insats", "matning") if typed else ("arende", "matning"),
                lineage=(*LINEAGE, "lev_insats") if typed else LINEAGE,
            ),
        ),
        remarks=remarks_of_exposed if exposed else partial(remarks, exposed=False),
        breaks=() if exposed else ("verksamhetssystem:utovare",),
        notes=(*notes, COUNTED, INTERVALS, STANDING if exposed else STANDING_UTOVARE),
    )


KINDS = _spec(
    "utfall_vald",
    "Före och efter: våld som upphört, kvarstår eller tillkommit, per våldsslag",
    partial(kinds),
    (_KIND,),
    _TITLES,
    (_KINDS_NOTE,),
)
TOGETHER = _spec(
    "utfall_vald_samlat",
    "Före och efter: våld som upphört, minskat, kvarstår eller ökat",
    partial(together),
    (),
    _TITLES_TOGETHER,
    (_TOGETHER_NOTE,),
)
BY_TYPE = _spec(
    "utfall_vald_insatstyp",
    "Före och efter: våld som upphört, minskat, kvarstår eller ökat, efter insatstyp",
    partial(together_by_type),
    (TYPE,),
    _TITLES_TOGETHER,
    (TYPE_NOTE, _TOGETHER_NOTE),
)
OWN_KINDS = _spec(
    "utfall_utovare",
    "Våldsutövares eget utövade våld före och efter, per våldsslag",
    partial(kinds, exposed=False),
    (_KIND,),
    _TITLES,
    (_OWN_NOTE, _KINDS_NOTE),
    exposed=False,
)
OWN_TOGETHER = _spec(
    "utfall_utovare_samlat",
    "Våldsutövares eget utövade våld före och efter",
    partial(together, exposed=False),
    (),
    _TITLES_TOGETHER,
    (_OWN_NOTE, _TOGETHER_NOTE),
    exposed=False,
)

SPECS = (KINDS, TOGETHER, BY_TYPE, OWN_KINDS, OWN_TOGETHER)
