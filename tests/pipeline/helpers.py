"""Deliveries written by hand for the tests, and reading back what became of them. No tests here.

Every personnummer has a birth number from the tax agency's test series (980-999).
"""

import csv
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pandas as pd
from sqlalchemy import text

from assets.journal import Intake
from assets.receiving import receive
from assets.workspace import Workspace
from sources.foljesedel import SUFFIX, write_slip
from warehouse.contracts.registry import CONTRACTS
from warehouse.load import current

SLIP: Mapping[str, str] = {
    "kalla": "verksamhetssystem",
    "tabell": "arende",
    "namnd": "0114",
    "avsandare": "Socialkontoret",
    "uttagsdatum": "2020-01-31",
    "omfang": "periodutdrag",
    "period": "2019",
}


def pnr(born: str = "19900101", number: int = 980) -> str:
    """A test number of twelve digits: birth date (a samordningsnummer has 60 added to its day) and birth number."""
    digits = f"{born}{number}"
    total = sum(sum(divmod(int(d) * (2 - i % 2), 10)) for i, d in enumerate(digits[2:]))
    return f"{digits}{-total % 10}"


def case(number: int = 1, **changes: str | None) -> dict[str, str]:
    """One faultless row of ``arende``."""
    row = {
        "arende_id": f"A{number}",
        "person_id": pnr("19900101", 980 + number % 20),
        "roll": "valdsutsatt_vuxen",
        "vuxen": "ja",
        "kon": "kvinna",
        "hederskontext": "nej",
        "startdatum": "2019-03-01",
        "slutdatum": "2019-09-30",
    }
    return {name: value for name, value in (row | changes).items() if value is not None}


def insats(number: int = 1, case_number: int = 1, **changes: str) -> dict[str, str]:
    """One faultless row of ``insats``."""
    row = {
        "insats_id": f"I{number}",
        "arende_id": f"A{case_number}",
        "insatstyp": "stodsamtal",
        "beslutsdatum": "2019-04-01",
        "beslut": "bifall",
        "verkstalld": "2019-04-08",
    }
    return row | changes


def table_text(rows: Sequence[Mapping[str, str]], separator: str = ";") -> str:
    """The rows as a delivery: headers first."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    lines = [separator.join(names), *(separator.join(row.get(name, "") for name in names) for row in rows)]
    return "\n".join(lines) + "\n"


def put(
    ws: Workspace,
    content: str | bytes | Sequence[Mapping[str, str]],
    name: str = "arenden.csv",
    *,
    slip: Mapping[str, str] | None = SLIP,
    **stated: str | None,
) -> Path:
    """Lay a file with its følgesedel in the inbox; ``stated`` changes the slip, None takes a line out of it."""
    path = ws.inbox / name
    path.parent.mkdir(parents=True, exist_ok=True)
    if slip is not None:
        lines = {k: v for k, v in (dict(slip) | stated).items() if v is not None}
        if lines.get("omfang") == "helbild" and "period" not in stated:
            lines.pop("period", None)
        write_slip(path.with_name(path.name + SUFFIX), lines)
    if isinstance(content, bytes):
        path.write_bytes(content)
    else:
        path.write_text(content if isinstance(content, str) else table_text(content), encoding="utf-8", newline="")
    return path


def take(ws: Workspace) -> Intake:
    """Receive the inbox, which holds one delivery and meets no error of ours."""
    got = receive(ws)
    assert got.stuck == []
    (result,) = got.results
    return result


def deliver(ws: Workspace, content: str | bytes | Sequence[Mapping[str, str]], **stated: Any) -> Intake:
    """Put one delivery and take it in."""
    put(ws, content, **stated)
    return take(ws)


def rules(result: Intake) -> list[tuple[str, int | None, str | None]]:
    """What was wrong: rule, row, column."""
    return [(f.regel, f.rad, f.kolumn) for f in result.faults]


def query(ws: Workspace, sql: str, **parameters: Any) -> list[tuple[Any, ...]]:
    """Rows of a query as the pipeline's role."""
    with ws.database.begin() as conn:
        return [tuple(row) for row in conn.execute(text(sql), parameters)]


def receipts(ws: Workspace, columns: str = "status") -> list[tuple[Any, ...]]:
    """The receipts, oldest first."""
    return query(ws, f"SELECT {columns} FROM mottagning.leverans ORDER BY leverans_id")


def stored(ws: Workspace, table: str = "register.arende") -> int:
    """All rows ever stored in a table, current or not."""
    return int(query(ws, f"SELECT count(*) FROM {table}")[0][0])


def rows_now(
    ws: Workspace,
    columns: Iterable[str] = ("startdatum",),
    table: str = "arende",
    namnd: str | None = None,
    as_of: datetime | None = None,
) -> pd.DataFrame:
    """The current rows of a register or context table."""
    owner = ("namnd", namnd) if namnd else None
    with ws.database.begin() as conn:
        return current(conn, CONTRACTS[table], tuple(columns), owner=owner, as_of=as_of)


def starts(ws: Workspace, **chosen: Any) -> list[date]:
    """The start dates of the current cases, in order: what the tests tell versions of a case apart by."""
    return sorted(day.date() for day in rows_now(ws, **chosen)["startdatum"])


def fault_list(ws: Workspace, result: Intake) -> list[dict[str, str]]:
    """The list for the sender, as a spreadsheet reads it."""
    content = (ws.outbox / f"leverans-{result.leverans_id}-fellista.csv").read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(content.decode("utf-8-sig").splitlines(), delimiter=";"))


def everything_written(ws: Workspace) -> str:
    """All text of all tables in the warehouse, and of the outbox: to look for what should not be there."""
    tables = query(ws, "SELECT schemaname, tablename FROM pg_tables WHERE schemaname IN ('mottagning', 'register')")
    parts = [str(query(ws, f"SELECT t::text FROM {schema}.{table} t")) for schema, table in tables]
    # A marked copy is the sender's own workbook, and may hold what stood in it.
    parts += [p.read_text("utf-8-sig") for p in sorted(ws.outbox.iterdir()) if p.suffix == ".csv"]
    return "\n".join(parts)
