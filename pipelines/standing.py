"""What ``kvinnofrid status`` tells. Quick: imports neither Dagster nor pandera."""

from dataclasses import asdict
from typing import Any

from pipelines.deliveries import calendar_path, late
from pipelines.forvantade import load_calendar
from pipelines.home import existing, none_here, opened, there_is_one, today
from pipelines.settings import Settings
from warehouse import reading
from warehouse.contracts.errors import UserError


def standing(settings: Settings) -> dict[str, Any]:
    """The installation at a glance."""
    inbox = settings.home / "inbox"
    waiting = [p for p in inbox.glob("**/*") if p.is_file()] if inbox.is_dir() else []
    waiting = [p for p in waiting if not p.name.startswith(".") and not p.name.endswith((".foljesedel.yaml", ".part"))]
    found: dict[str, Any] = {
        "hem": str(settings.home.absolute()),
        "vantar": len(waiting),
        "leveranser": [],
        "tabeller": [],
    }
    if not there_is_one(settings):
        return found | {"databas": "inte skapad än", "besked": none_here(settings)}
    with opened(settings) as home, home.database.begin() as conn:
        if not reading.table_names(conn):
            return found | {"databas": "tom"}
        return found | {
            "databas": "egen" if settings.database_url else "inbyggd",
            "leveranser": reading.deliveries(conn),
            "tabeller": reading.counted(conn),
            "kontroller": reading.checks(conn),
            "sena": [asdict(v) for v in late(conn, load_calendar(calendar_path(settings)), today(settings))],
        }


def faults_of(settings: Settings, leverans_id: int) -> dict[str, Any]:
    """A delivery's receipt and its faults, in words."""
    from assets.answers import explained
    from warehouse.contracts.delivery import Fault
    from warehouse.contracts.registry import CONTRACTS

    with existing(settings) as home, home.database.begin() as conn:
        receipt = reading.delivery(conn, leverans_id) if reading.table_names(conn) else None
        if receipt is None:
            raise UserError(f"Leverans {leverans_id} finns inte. Se numren med: kvinnofrid status")
        rows = sorted(reading.faults(conn, leverans_id), key=lambda r: r["regel"] != "far_inte_samlas_in")
    contract = CONTRACTS.get(receipt["tabell"] or "")
    explanations = [
        explained(Fault(r["regel"], r["rad"], r["kolumn"], r["blad"], r["tabell"], r["bokstav"]), contract)
        | {"regel": r["regel"], "kostar_rad": r["kostar_rad"]}
        for r in rows
    ]
    return {"leverans": receipt, "fel": explanations}
