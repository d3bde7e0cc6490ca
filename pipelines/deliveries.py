"""What ``kvinnofrid deliveries`` tells: slots, what is current, missing, late, and what waits for correction.

Quick: imports neither Dagster nor pandera. Reads the warehouse and the calendar; decides nothing.
"""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from pipelines.forvantade import Forvantan, Vantad, follow_up, load_calendar
from pipelines.home import opened, there_is_one, today
from pipelines.settings import Settings
from warehouse import reading
from warehouse.contracts.errors import UserError

_ANSWERS = ("leverans-{}-att-ratta.xlsx", "leverans-{}-fellista.csv")


def deliveries(settings: Settings, kommun: str | None = None) -> dict[str, Any]:
    """Slots, expected deliveries and open faults; of a kommun, with what is nobody's (``0000``), or of all.

    Raises:
        UserError: The calendar cannot be used.
    """
    path = calendar_path(settings)
    expected = [e for e in load_calendar(path) if kommun is None or e.namnd in (kommun, "0000")]
    day = today(settings)
    found: dict[str, Any] = {"dag": day, "kalender": str(path) if path.exists() else None, "kommun": kommun}
    slots: list[dict[str, Any]] = []
    waiting: list[dict[str, Any]] = []
    if there_is_one(settings):
        with opened(settings) as home, home.database.begin() as conn:
            if reading.table_names(conn):
                slots = reading.slots(conn, kommun)
                waiting = _waiting(conn, settings.home / "outbox", kommun)
    return found | {
        "platser": slots,
        "vantade": [v.as_json() for v in follow_up(expected, slots, waiting, day)],
        "vantar_pa_rattning": waiting,
    }


def late(conn: Connection, expected: Sequence[Forvantan], day: date) -> list[Vantad]:
    """Expected deliveries whose last day has passed and that nothing current speaks for, the latest day first."""
    if not expected:
        return []
    found = follow_up(expected, reading.slots(conn), reading.waiting_for_correction(conn), day)
    return sorted((v for v in found if v.dagar_sen), key=lambda v: -v.dagar_sen)


def calendar_path(settings: Settings) -> Path:
    """Where the calendar lies: the setting, or ``forvantade.yaml`` in the folder one stands in."""
    path: Path = settings.expected.expanduser().absolute()
    if "expected" in settings.model_fields_set and not path.is_file():
        raise UserError(f"Kalendern {path} finns inte. Rätta KVINNOFRID_EXPECTED, eller ta bort den.")
    return path


def _waiting(conn: Connection, outbox: Path, kommun: str | None) -> list[dict[str, Any]]:
    """Deliveries that wait for correction, with the answers that lie in the outbox.

    A file that was refused again and again is told once, by its newest receipt.
    """
    rows = reading.waiting_for_correction(conn, kommun)
    newest = {(row["sha256"], row["tabell"]): row["leverans_id"] for row in rows}
    told = [row for row in rows if newest[row["sha256"], row["tabell"]] == row["leverans_id"]]
    for row in told:
        names = [pattern.format(row["svar_nr"]) for pattern in _ANSWERS]
        row["svar"] = [name for name in names if (outbox / name).exists()]
    return told
