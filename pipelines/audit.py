"""``kvinnofrid audit``: is what is stored as it should be? Outside the nightly path, since it takes a while."""

from typing import Any

from assets.workspace import Workspace
from pipelines.home import opened
from pipelines.settings import Settings
from pipelines.work import ensure_schema, workspace_of
from warehouse import reading
from warehouse.cells import altered, record_check
from warehouse.contracts.errors import KvinnofridError


def _lost_originals(ws: Workspace, receipts: list[dict[str, Any]]) -> list[int]:
    """The deliveries whose original should be kept but is gone, changed on disk, or under another key."""
    lost = []
    for receipt in receipts:
        due = receipt["original_tas_bort"]
        if due is not None and due > ws.today():
            try:
                ws.originals.read(receipt["sha256"])
            except KvinnofridError:
                lost.append(receipt["leverans_id"])
    return lost


def audit_stored(settings: Settings) -> dict[str, Any]:
    """Validate all stored rows, compare tables and originals with the ledger, and say where the pages are."""
    from quality.expectations import validate

    with opened(settings) as home:
        ensure_schema(home)
        outcome = validate(home.database.url, settings.home / "reports" / "granskning")
        with home.database.begin() as conn:
            changed = altered(conn)
            lost = _lost_originals(workspace_of(home), reading.deliveries(conn, limit=1_000_000))
            record_check(conn, "audit", "tabeller_ororda", "underkand" if changed else "godkand", len(changed))
            record_check(conn, "audit", "original_ororda", "underkand" if lost else "godkand", len(lost))
            record_check(conn, "audit", "forvantningar", "godkand" if outcome.success else "underkand", outcome.failed)
    return {
        "uppfyllda": outcome.success and not changed and not lost,
        "forvantningar": outcome.expectations,
        "ej_uppfyllda": outcome.failed,
        "andrade_tabeller": [{"tabell": s.tabell, "kommun": s.kommun, "ar": s.ar} for s in changed],
        "original_som_inte_stammer": lost,
        "sida": str(outcome.page),
    }
