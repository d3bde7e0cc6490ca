"""Who a person is in a year: sex and age are those of the latest case, so that a person is one person in each year."""

import pandas as pd

from assets.tables.spec import Inputs, Period

FACTS = ("kon", "aldersgrupp")


def as_persons(rows: pd.DataFrame, inputs: Inputs, period: Period) -> pd.DataFrame:
    """The rows (with ``person_id``) with sex and age of the person's latest case begun by the end of the period.

    Of cases begun the same day the one that ends last counts (open is last), then the later code in the alphabet.
    A person without such a case keeps what the row says. That sexes disagree at all is a counted check.
    """
    known = [name for name in FACTS if name in rows]
    cases = inputs.frames["arende"]
    cases = cases[cases["startdatum"] <= period.end].astype(dict.fromkeys(known, "str"))
    order = ["person_id", "startdatum", "slutdatum", *known]
    latest = cases.sort_values(order, na_position="last").drop_duplicates("person_id", keep="last")
    latest = latest.set_index("person_id")
    found = rows.astype(dict.fromkeys(known, "str"))
    for name in known:
        found[name] = found["person_id"].map(latest[name]).fillna(found[name])
    return found
