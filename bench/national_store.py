"""Many kommuner's cells and ledger into the warehouse by COPY, as ``warehouse.cells`` stores one's. Counts nothing.

Texts are joined column by column in Arrow. Notes and the digest of the content are not made here.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import Connection, text

from assets.tables.spec import Figures
from sources.synthetic.deliver import packed
from sources.synthetic.population import joined, scalar

CELL = ("tabell", "kommun", "ar", "ordning", "period", "dimensioner", "kon", "matt", "varde", "status")
VERSION = (
    "version_id",
    "tabell",
    "kommun",
    "ar",
    "indata_sha256",
    "innehall_sha256",
    "celler",
    "korning_id",
    "kodversion",
)
HASH = np.uint64(0x9E3779B97F4A7C15)


@dataclass(slots=True)
class Store:
    """What is stored by this run; versions and sets of deliveries are numbered here."""

    versions: int = 0
    """The last version's number."""
    known_sets: int = 0
    """Sets that were stored before: those of this run are numbered after them, and are not the same."""
    sets: dict[int, int] = field(default_factory=dict)
    cells: int = 0
    rows: int = 0

    @classmethod
    def replacing(cls, conn: Connection, kommuner: Sequence[str]) -> "Store":
        """A store that first takes away the cells of some kommuner; older versions keep their ledger."""
        conn.execute(text("DELETE FROM tabell.cell WHERE kommun = ANY(:kommuner)"), {"kommuner": list(kommuner)})
        versions = conn.execute(text("SELECT coalesce(max(version_id), 0) FROM revision.tabellversion")).scalar_one()
        sets = conn.execute(text("SELECT coalesce(max(mangd_id), 0) FROM revision.leveransmangd")).scalar_one()
        return cls(int(versions), int(sets))

    def add(self, conn: Connection, table: str, year: int, made: Figures) -> None:
        """Store a table's year of all its kommuner, in the caller's transaction."""
        cells, ledger = made.cells, made.ledger
        kommun, names = pd.factorize(cells["kommun"])
        first = np.searchsorted(kommun, np.arange(len(names) + 1))  # cells stand kommun by kommun
        order = np.arange(len(cells)) - first[kommun]
        _copy(conn, "tabell.cell", CELL, _cell_texts(table, year, cells, order))
        ids = self.versions + 1 + np.arange(len(names))
        self.versions += len(names)
        self.cells += len(cells)
        self.rows += len(ledger)
        version = [
            _text(ids),
            table,
            _text(np.asarray(names)),
            str(year),
            "0" * 64,
            "0" * 64,
            _text(np.diff(first)),
            "bench",
            "bench",
        ]
        _copy(conn, "revision.tabellversion", VERSION, version, len(names))
        self._ledger(conn, ledger, kommun, order, ids)

    def _ledger(
        self, conn: Connection, ledger: pd.DataFrame, kommun: np.ndarray, order: np.ndarray, ids: np.ndarray
    ) -> None:
        """Cells of a kommun with the same deliveries share a row."""
        cell, delivery, rows = (ledger[n].to_numpy(dtype="int64") for n in ("cell", "leverans_id", "rader"))
        if not len(cell):
            return
        starts = np.flatnonzero(np.r_[True, cell[1:] != cell[:-1]])
        many = np.diff(np.r_[starts, len(cell)])
        mixed = delivery.astype("uint64") * HASH
        mixed = (mixed ^ (mixed >> np.uint64(29))) * HASH
        key = np.add.reduceat(mixed ^ (mixed >> np.uint64(32)), starts)
        whose = kommun[cell[starts]]
        # One place for each (kommun, set); a delivery has one kommun, so the set tells the kommun.
        group, found = pd.factorize(key)
        self._sets(conn, found.tolist(), group, starts, many, delivery)
        by_group = np.argsort(group, kind="stable")
        size = np.bincount(group)
        lengths = many[by_group]
        # Where each cell's rows lie in the ledger, in the new order of cells.
        at = np.repeat(starts[by_group] - np.r_[0, np.cumsum(lengths)[:-1]], lengths) + np.arange(len(cell))
        versions = ids[whose[by_group[np.r_[0, np.cumsum(size)[:-1]]]]]
        _copy(
            conn, "revision.harkomst", ("version_id", "mangd_id", "celler", "rader"),
            [
                _text(versions), _text(np.array([self.sets[k] for k in found.tolist()])),
                _arrays(order[cell[starts]][by_group], size),
                _arrays(rows[at], np.bincount(group[by_group], weights=lengths).astype("int64")),
            ], len(found),
        )  # fmt: skip

    def _sets(
        self,
        conn: Connection,
        keys: Sequence[int],
        group: np.ndarray,
        starts: np.ndarray,
        many: np.ndarray,
        delivery: np.ndarray,
    ) -> None:
        _, representative = np.unique(group, return_index=True)
        fresh = [place for place, key in enumerate(keys) if key not in self.sets]
        for place in fresh:
            self.sets[keys[place]] = self.known_sets + len(self.sets) + 1
        if not fresh:
            return
        chosen = representative[fresh]
        lengths = many[chosen]
        at = np.repeat(starts[chosen] - np.r_[0, np.cumsum(lengths)[:-1]], lengths) + np.arange(lengths.sum())
        numbers = np.array([self.sets[keys[place]] for place in fresh])
        _copy(
            conn,
            "revision.leveransmangd",
            ("mangd_id", "leveranser"),
            [_text(numbers), _arrays(delivery[at], lengths)],
            len(fresh),
        )


def _cell_texts(table: str, year: int, cells: pd.DataFrame, order: np.ndarray) -> list[Any]:
    dimensions = [n for n in cells.columns if n not in ("kommun", *CELL)]
    said, number = np.zeros(len(cells), dtype="int64"), 1
    levels = []
    for name in dimensions:
        codes, found = pd.factorize(cells[name], sort=True)
        said, number = said * len(found) + codes, number * len(found)
        levels.append((name, found))
    words = np.array([_json(levels, place) for place in range(number)], dtype=object)
    return [
        table, _codes(cells["kommun"]), str(year), _text(order), _codes(cells["period"]),
        pc.take(pa.array(words, pa.large_string()), pa.array(said)), _codes(cells["kon"]), _codes(cells["matt"]),
        _text(cells["varde"].to_numpy(dtype="float64"), missing=cells["status"].to_numpy() != "visas"),
        _codes(cells["status"]),
    ]  # fmt: skip


def _json(levels: Sequence[tuple[str, Any]], place: int) -> str:
    said = []
    for name, found in reversed(levels):
        place, code = divmod(place, len(found))
        said.append(f'"{name}": "{found[code]}"')
    return "{" + ", ".join(sorted(said)) + "}"


def _codes(column: pd.Series) -> Any:
    codes, found = pd.factorize(column)
    return pc.take(pa.array(list(found), pa.large_string()), pa.array(codes))


def _text(values: np.ndarray, missing: np.ndarray | None = None) -> Any:
    return pc.cast(pa.array(values, mask=missing), pa.large_string())


def _arrays(values: np.ndarray, lengths: np.ndarray) -> Any:
    """PostgreSQL arrays: the values in pieces of the given lengths."""
    offsets = pa.array(np.r_[0, np.cumsum(lengths)], pa.int32())
    inner = pc.binary_join(pa.ListArray.from_arrays(offsets, pc.cast(pa.array(values), pa.string())), ",")
    return joined([scalar("{"), inner.cast(pa.large_string()), scalar("}")])


def _copy(conn: Connection, table: str, columns: Sequence[str], texts: Sequence[Any], rows: int | None = None) -> None:
    """COPY in PostgreSQL's text format: nothing here holds a tab, a backslash or a new line."""
    total = rows if rows is not None else max(len(t) for t in texts if not isinstance(t, str))
    cursor: Any = conn.connection.cursor()
    for first in range(0, total, 500_000):
        parts = [scalar(t) if isinstance(t, str) else t.slice(first, 500_000) for t in texts]
        lines = packed(joined([joined(parts, "\t", missing="\\N"), scalar("\n")]))
        cursor.copy_expert(f"COPY {table} ({', '.join(columns)}) FROM STDIN", io.BytesIO(lines))
    cursor.close()
