"""``kvinnofrid audit``: Great Expectations on what is stored, outside the nightly path since it takes a while."""

from typing import Any

from pipelines.home import opened
from pipelines.settings import Settings
from pipelines.work import ensure_schema
from warehouse.cells import record_check


def audit_stored(settings: Settings) -> dict[str, Any]:
    """Validate all stored rows, record the outcome, and say where the pages are."""
    from quality.expectations import validate

    with opened(settings) as home:
        ensure_schema(home)
        outcome = validate(home.database.url, settings.home / "reports" / "granskning")
        with home.database.begin() as conn:
            record_check(conn, "audit", "forvantningar", "godkand" if outcome.success else "underkand", outcome.failed)
    return {
        "uppfyllda": outcome.success,
        "forvantningar": outcome.expectations,
        "ej_uppfyllda": outcome.failed,
        "sida": str(outcome.page),
    }
