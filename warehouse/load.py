"""Frames into tables and back, by COPY. Which rows are current is decided in ``warehouse.views``."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import pandas as pd
import pyarrow as pa
from pyarrow import csv as pacsv
from sqlalchemy import Connection

from warehouse.contracts.base import Contract
from warehouse.views import current_sql

_ARROW: dict[str, Any] = {
    "text": pa.string(),
    "pseudonym": pa.string(),
    "code": pa.dictionary(pa.int32(), pa.string()),
    "codes": pa.string(),
    "date": pa.timestamp("us"),
    "timestamp": pa.timestamp("us"),
    "integer": pa.int64(),
    "number": pa.float64(),
}


@contextmanager
def _cursor(conn: Connection) -> Iterator[Any]:
    """psycopg2's own cursor: COPY is beyond DBAPI."""
    cursor: Any = conn.connection.cursor()
    try:
        yield cursor
    finally:
        cursor.close()


def copy_in(conn: Connection, contract: type[Contract], frame: pd.DataFrame) -> int:
    """Append the frame's rows (all of the contract's columns, typed) in the caller's transaction; returns how many."""
    names = [c.name for c in contract.columns()]
    table = pa.Table.from_pandas(frame[names], preserve_index=False)
    for position, column in enumerate(contract.columns()):
        if column.kind == "date":
            table = table.set_column(position, column.name, table[column.name].cast(pa.date32()))
    buffer = io.BytesIO()
    pacsv.write_csv(table, buffer, pacsv.WriteOptions(include_header=False))
    buffer.seek(0)
    with _cursor(conn) as cursor:
        cursor.copy_expert(
            f"COPY {contract.schema_name()}.{contract.table()} ({', '.join(names)}) FROM STDIN (FORMAT csv)", buffer
        )
    return len(frame)


def copy_rows(conn: Connection, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Append plain rows (None as NULL) to a table of ours, in the caller's transaction."""
    buffer = io.StringIO(newline="")
    csv.writer(buffer, lineterminator="\n").writerows(rows)
    buffer.seek(0)
    with _cursor(conn) as cursor:
        cursor.copy_expert(f"COPY {table} ({', '.join(columns)}) FROM STDIN (FORMAT csv)", buffer)


def copy_out(conn: Connection, sql: str, types: Mapping[str, Any], parameters: Mapping[str, Any]) -> pd.DataFrame:
    """The rows of a query as a frame. ``sql`` takes psycopg2's named parameters, ``types`` Arrow types by column."""
    buffer = io.BytesIO()
    with _cursor(conn) as cursor:
        query = cursor.mogrify(sql, dict(parameters)).decode()
        cursor.copy_expert(f"COPY ({query}) TO STDOUT (FORMAT csv, HEADER)", buffer)
    buffer.seek(0)
    table = pacsv.read_csv(
        buffer,
        convert_options=pacsv.ConvertOptions(
            column_types=dict(types), strings_can_be_null=True, quoted_strings_can_be_null=False, null_values=[""]
        ),
    )
    frame: pd.DataFrame = table.to_pandas()
    return frame


def current(
    conn: Connection,
    contract: type[Contract],
    columns: Sequence[str],
    *,
    owner: tuple[str, str] | None = None,
    as_of: datetime | None = None,
) -> pd.DataFrame:
    """The current rows of a table (or those current at ``as_of``), codes as categories, dates as datetime64.

    ``owner`` limits to one nämnd or kommun: (column, code).
    """
    when = "g.till IS NULL" if as_of is None else "g.fran <= %(as_of)s AND (g.till IS NULL OR g.till > %(as_of)s)"
    if owner:
        when += f" AND r.{owner[0]} = %(owner)s"
    kinds = {c.name: c.kind for c in contract.columns()}
    types = {name: _ARROW[kinds[name]] for name in columns}
    parameters = {"owner": owner[1] if owner else None, "as_of": as_of}
    return copy_out(conn, current_sql(contract, columns, where=when), types, parameters)
