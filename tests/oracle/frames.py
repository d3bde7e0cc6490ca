"""Plain records as the warehouse gives them: what the builder is run on."""

from collections.abc import Collection, Mapping
from typing import Any

import pandas as pd
import pyarrow as pa

from assets.tables.rules import Regler
from assets.tables.spec import Inputs
from tests.oracle.registers import Register, World
from warehouse.contracts.registry import CONTRACTS

ARROW = {
    "text": pa.string(),
    "pseudonym": pa.string(),
    "code": pa.dictionary(pa.int32(), pa.string()),
    "codes": pa.string(),
    "date": pa.timestamp("us"),
    "integer": pa.int64(),
    "number": pa.float64(),
}
"""As in ``warehouse.load``: codes as categories, dates, numbers with gaps as floats."""
READ_AS = {pa.timestamp("us"): pa.date32()}
"""What Arrow makes of Python's own values, where it is another type first."""


def inputs(register: Register, kommun: str = "0114", **said: Any) -> Inputs:
    """A register of one kommun with all columns of its contracts, ids as they come. ``said`` is for ``World``."""
    return inputs_of({kommun: World(register, **said)})


def inputs_of(worlds: Mapping[str, World], only: Collection[str] = ()) -> Inputs:
    """The registers of one kommun or of several, counted at once; the rules are those of the first.

    ``only``: the tables that are wanted, all where nothing is said.
    """
    first = next(iter(worlds.values()))
    places = {k: {"kommun": k, "kommunkod": k} for k in worlds}
    frames = {}
    for source in only or dict.fromkeys(name for world in worlds.values() for name in world.register):
        kinds = {c.name: c.kind for c in CONTRACTS[source].columns() if c.kind in ARROW}
        rows = [row | places[k] for k, world in worlds.items() for row in world.register.get(source, ())]
        schema = pa.schema([(name, ARROW[kind]) for name, kind in kinds.items()])
        values = [pa.array([r.get(f.name) for r in rows], READ_AS.get(f.type, f.type)) for f in schema]
        table = pa.table([v.cast(f.type) for v, f in zip(values, schema, strict=True)], schema=schema)
        frames[source] = table.to_pandas().assign(
            kommun=pd.Categorical([r["kommun"] for r in rows], list(worlds)),
            leverans_id=pd.Series([r.get("leverans_id", 1) for r in rows], dtype="int64"),
        )
    before, after = first.fore, first.efter
    return Inputs(
        frames,
        tuple(worlds),
        {k: w.absent for k, w in worlds.items()},
        {k: pd.Timestamp(w.known_until) for k, w in worlds.items() if w.known_until},
        Regler(before[0], before[1], after[0], after[1], first.efter_boende, first.minsta_bas),
    )
