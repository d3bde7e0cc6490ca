"""Between drawing and text: records as number columns, and the frames of text they are delivered as. No files.

A ``Columns`` holds one array a column: position in the code list for codes, -1 for a missing answer, NaT for a missing
date, a bit a code where several may stand. Names that begin with ``_`` are never delivered.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, cast

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from sources.synthetic.calibration import Shares
from sources.synthetic.population import NOTATIONS, joined, personnummer, scalar
from warehouse.contracts.base import Column
from warehouse.contracts.codes import CODES
from warehouse.contracts.register import REGISTER, LokalDeklaration, LokalVariabel

Array = npt.NDArray[Any]
Columns = dict[str, Array]

# A kommun's own variables are declared by its mapping: there are none to invent.
CONTRACTS = {c.table(): c for c in REGISTER if c not in (LokalVariabel, LokalDeklaration)}
DELIVERED = {name: contract.delivered() for name, contract in CONTRACTS.items()}

YEAR = 1_000_000
"""An id is ``year x YEAR + serial number``, written ``SYN-A-2019-00017``: nobody takes it for a real one."""
ID_LETTERS = {"aktualisering_id": "K", "arende_id": "A", "barn_id": "B", "insats_id": "I"}
LOCAL: Mapping[str, tuple[str, ...]] = {
    "enhet": tuple(f"enhet_{n}" for n in range(1, 10)),
    "utforare_id": ("jour_1", "jour_2", "boende_1", "boende_2", "oppenvard_1", "oppenvard_2"),
    "instrumentversion": ("1.0", "2.0"),
}


def code(code_list: str, name: str) -> int:
    """Position of a code in its list."""
    return list(CODES[code_list]).index(name)


def draw(rng: np.random.Generator, n: int, code_list: str, shares: Shares) -> Array:
    """Positions in the code list, drawn by share; what the shares leave of 1 is a missing answer (-1)."""
    positions = np.array([code(code_list, name) for name in shares] + [-1], dtype="int8")
    edges = np.cumsum(list(shares.values()))
    if edges[-1] > 1 - 1e-9:
        edges[-1] = 1.0
    return positions[np.searchsorted(edges, rng.random(n), side="right")]


def pick(rng: np.random.Generator, n: int, shares: tuple[float, ...]) -> Array:
    """Positions 0, 1, 2, ... drawn by share; the shares sum to 1."""
    return np.minimum(np.searchsorted(np.cumsum(shares), rng.random(n), side="right"), len(shares) - 1)


def days(count: Array) -> Array:
    """A number of days, to be added to dates."""
    return np.asarray(count).astype("int64").astype("timedelta64[D]")


def year_of(dates: Array) -> Array:
    """Calendar year of each date."""
    return dates.astype("M8[Y]").astype("int64") + 1970


def new_year(year: Array | int) -> Array:
    """First of January."""
    return (np.asarray(year) - 1970).astype("M8[Y]").astype("M8[D]")


def take(columns: Columns, keep: Array) -> Columns:
    """The rows that a mask keeps."""
    return {name: values[keep] for name, values in columns.items()}


def join(*parts: Columns) -> Columns:
    """Rows after rows; all with the same columns."""
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def frame(table: str, columns: Columns) -> pd.DataFrame:
    """The delivered columns of a register table, all text."""
    texts = {column.name: _text(column, columns[column.name]) for column in DELIVERED[table]}
    return cast("pd.DataFrame", pa.table(texts).to_pandas())


def _text(column: Column, values: Array) -> Any:
    if column.name == "person_id":
        return personnummer(values // NOTATIONS, values % NOTATIONS)
    if column.kind == "pseudonym":
        return _ids(ID_LETTERS[column.name], values)
    if column.kind == "code":
        return _lookup(column.allowed, values)
    if column.kind == "codes":
        return _lookup(_combinations(column.allowed), np.where(values > 0, values, -1))
    if column.kind == "date":
        return pc.cast(pa.array(values.astype("M8[D]")), pa.large_string())
    if column.name in LOCAL:
        return _lookup(LOCAL[column.name], values)
    if column.name == "manad":
        return pc.utf8_slice_codeunits(pc.cast(pa.array(values.astype("M8[D]")), pa.large_string()), 0, 7)
    return pc.cast(pa.array(values.astype("int64"), mask=values < 0), pa.large_string())


def _lookup(words: tuple[str, ...], values: Array) -> Any:
    return pc.take(pa.array(words, pa.large_string()), pa.array(values.astype("int64"), mask=values < 0))


@lru_cache(maxsize=8)
def _combinations(words: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(";".join(w for bit, w in enumerate(words) if bits >> bit & 1) for bits in range(2 ** len(words)))


def _ids(letter: str, values: Array) -> Any:
    missing = values < 0
    serial = pc.utf8_lpad(pc.cast(pa.array(values % YEAR), pa.large_string()), width=5, padding="0")
    year = pc.cast(pa.array(values // YEAR, mask=missing), pa.large_string())
    return joined([scalar(f"SYN-{letter}"), year, serial], "-")
