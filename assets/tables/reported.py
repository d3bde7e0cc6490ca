"""Tables of figures that rest on several deliveries: which, and how many rows of each. Counts and judges nothing."""

from collections.abc import Sequence

import pandas as pd

Behind = tuple[tuple[int, int], ...]
"""Deliveries behind a cell, each with how many of its rows."""


def behind(rows: pd.DataFrame, keys: Sequence[str]) -> pd.DataFrame:
    """For each combination of ``keys`` the deliveries of its rows: the keys and ``bakom`` (``Behind``, by id).

    Where ``rows`` has ``rader`` each of its rows stands for so many.
    """
    groups = rows.groupby([*keys, "leverans_id"], sort=True, observed=True)
    many = groups["rader"].sum() if "rader" in rows else groups.size()
    pairs = many.reset_index(name="rader")
    pairs["bakom"] = list(zip(pairs["leverans_id"].astype("int64"), pairs["rader"].astype("int64"), strict=True))
    return pairs.groupby(list(keys), sort=True)["bakom"].agg(tuple).reset_index()


def together(parts: pd.Series) -> Behind:
    """What stands behind several cells together."""
    rows: dict[int, int] = {}
    for part in parts:
        for delivery, many in part if isinstance(part, tuple) else ():
            rows[int(delivery)] = rows.get(int(delivery), 0) + int(many)
    return tuple(sorted(rows.items()))


def ledger(bakom: pd.Series) -> pd.DataFrame:
    """The ledger of cells in order: cell (position), leverans_id and rader, from ``bakom`` (empty or NaN: none)."""
    pairs = [(cell, *pair) for cell, found in enumerate(bakom) for pair in (found if isinstance(found, tuple) else ())]
    return pd.DataFrame(pairs, columns=["cell", "leverans_id", "rader"]).astype("int64")
