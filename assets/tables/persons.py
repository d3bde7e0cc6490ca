"""Who a person is in a year: sex and age are those of the latest case, so that a person is one person in each year.

Which cases or insatser a table counts is its own affair; here is only whose they are. Made for a nation's cases at
once: persons are numbered and put in order a single time for all periods and tables of the same inputs.
"""

from typing import Any

import numpy as np
import pandas as pd

from assets.tables.spec import Inputs, Period

FACTS = ("kon", "aldersgrupp")
EXPOSED = ("valdsutsatt_vuxen", "barn")
"""The roles of those exposed to violence."""


def cases(inputs: Inputs) -> pd.DataFrame:
    """All cases, with ``person_id`` as a category: matched and counted on integers. Not to be changed in place."""
    return inputs.once("persons.cases", _cases)


def _cases(inputs: Inputs) -> pd.DataFrame:
    found = inputs.frames["arende"]
    numbers, known = pd.factorize(found["person_id"])
    return found.assign(person_id=pd.Categorical.from_codes(numbers, categories=pd.Index(known)))


def as_persons(rows: pd.DataFrame, inputs: Inputs, period: Period) -> pd.DataFrame:
    """The rows (with ``person_id``) with sex and age of the person's latest case begun by the end of the period.

    Of cases begun the same day the one that ends last counts (open is last), then the later code in the alphabet.
    A person without such a case keeps what the row says. That sexes disagree at all is a counted check.
    """
    every = cases(inputs)
    person = every["person_id"].cat
    order = inputs.once("persons.order", _order)
    begun = order[(every["startdatum"] <= period.end).to_numpy()[order]]
    whose = person.codes.to_numpy()[begun]
    last = np.append(whose[1:] != whose[:-1], True)[: len(whose)]
    latest = np.full(len(person.categories) + 1, -1)  # one more, for persons without any case
    latest[whose[last]] = begun[last]
    if rows["person_id"].dtype == every["person_id"].dtype:
        at = latest[rows["person_id"].cat.codes.to_numpy()]
    else:
        at = latest[person.categories.get_indexer(pd.Index(rows["person_id"]))]
    found = rows.copy()
    for name in (n for n in FACTS if n in rows and n in every):
        own, theirs = rows[name].astype("category"), every[name].astype("category")
        codes = own.cat.categories.union(theirs.cat.categories)
        known = np.append(theirs.cat.set_categories(codes).cat.codes, -1)
        kept = own.cat.set_categories(codes).cat.codes
        found[name] = pd.Categorical.from_codes(np.where(at >= 0, known[at], kept), categories=codes)
    return found


def ends(dates: pd.Series) -> np.ndarray:
    """Dates as integers that can be compared, an open end after all others."""
    numbers = dates.to_numpy().astype("datetime64[us]").astype("int64")
    return np.where(dates.isna().to_numpy(), np.iinfo("int64").max, numbers)


def _order(inputs: Inputs) -> np.ndarray:
    """Where the cases stand, person by person, the latest of each last."""
    rows = cases(inputs)
    keys: list[Any] = [_alphabet(rows[name]) for name in reversed(FACTS) if name in rows]
    keys += [ends(rows["slutdatum"]), ends(rows["startdatum"]), rows["person_id"].cat.codes]
    return np.lexsort(keys)


def _alphabet(values: pd.Series) -> np.ndarray:
    """Each code's place in the alphabet; none is last."""
    coded = values.astype("category").cat
    places = np.argsort(np.argsort(coded.categories.to_numpy(dtype=object)))
    return np.append(places, len(places))[coded.codes.to_numpy()]
