"""Sekretessbilaga and tertial: the tables as they are counted, for those who may know. Never readable by the public.

Nothing is protected here, so nothing here can become an open edition: the type is set where the draft is made, and the
database shows the public open editions only.
"""

from typing import Literal

from sqlalchemy import Connection

from assets.publicering.forbered import refuse_stale
from assets.publicering.plan import PUBLICERAS
from assets.tables.counting import Setup, invented
from assets.tables.spec import TableSpec
from quality.disclosure import audit
from quality.disclosure.model import Pattern, Protection, System
from warehouse import audit_log, editions, reading
from warehouse import cells as stored
from warehouse.contracts.errors import UserError
from warehouse.editions import Behind, CellRow, DraftTable, Head

RULE = "inom_sekretess"
VARIANT = "alla"
MARK = "INOM SEKRETESS: sanna tal, inte röjandekontrollerade. Får inte publiceras eller lämnas vidare."


def draft(
    conn: Connection, kommun: str, ar: int, typ: Literal["sekretessbilaga", "tertial"], *, setup: Setup, run_id: str,
    code_version: str, uppgiven: str,
) -> int:  # fmt: skip
    """Store the year's tables (``tertial``: its tertials) as a draft, in the caller's transaction; returns its number.

    Raises:
        UserError: The tables are not counted, or not on what is delivered now.
    """
    names = [n for n in PUBLICERAS if n in setup.plan]
    refuse_stale(conn, names, kommun, {ar}, setup)
    made = [found for n in names if (found := _table(conn, setup.plan[n], kommun, ar, typ == "tertial"))]
    tables = [table for table, _ in made]
    if not any(t.tabell == "arenden" for t in tables):
        what = f"tertialen {ar}" if typ == "tertial" else str(ar)
        raise UserError(f"Inga ärenden är räknade för {kommun}, {what}. Leverera uppgifter och kör: kvinnofrid run")
    # There is nothing to protect from those who may know: a system without needs, and audits that say so (0 examined).
    system, pattern = System({}), Pattern()
    verdicts = (audit.certificate(system, Protection(pattern, ())), audit.lp(system, pattern))
    versions = stored.versions(conn, names, kommun, {ar})
    head = Head(
        kommun, ar, system.digest(), pattern.digest(), RULE, code_version, run_id, typ, VARIANT, versions,
        audit_log.head(conn).nr,
    )  # fmt: skip
    behind = [row for _, rows in made for row in rows]
    return editions.draft(conn, head, tables, (), verdicts, uppgiven=uppgiven, bakom=behind)


def _table(
    conn: Connection, spec: TableSpec, kommun: str, ar: int, tertial: bool
) -> tuple[DraftTable, list[Behind]] | None:
    """The table as it is counted, and its ledger."""
    cells, notes = reading.read_table(conn, spec.name, kommun, ar)
    chosen = [at for at, c in enumerate(cells) if ("T" in c["period"]) == tertial]
    rows = [
        CellRow(c["period"], {d: c[d] for d in spec.view_columns}, c["kon"], c["matt"], c["status"], c["varde"])
        for c in (cells[at] for at in chosen)
    ]
    if not rows:
        return None
    first = [invented(spec)] if reading.is_synthetic(conn, spec.name, kommun, ar) else []
    place = {at: new for new, at in enumerate(chosen)}
    (version,) = stored.versions(conn, [spec.name], kommun, {ar})
    behind = [
        Behind(spec.name, place[at], delivery, many)
        for at, delivery, many in stored.ledger_of(conn, version)
        if at in place
    ]
    return DraftTable(spec.name, rows, [MARK, *first, *(n for n in notes if n not in first)]), behind
