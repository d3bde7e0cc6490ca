"""``kvinnofrid audit``: is what is stored as it should be? Outside the nightly path, since it takes a while."""

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from assets.tables.catalogue import planned
from assets.workspace import Workspace
from pipelines.deliveries import calendar_path, late
from pipelines.forvantade import load_calendar
from pipelines.home import today
from pipelines.own_login import needs_installation
from pipelines.release_audit import Released, check_released
from pipelines.settings import Settings
from pipelines.work import up_to_date, workspace_of
from quality import table_rules
from quality.backtests import PUBLIC_RULES, Backtest, backtests, public_rules
from warehouse import reading
from warehouse.cells import Slice, altered, record_check, unnamed_inputs
from warehouse.contracts.errors import KvinnofridError
from warehouse.views import altered_plan

RUN = "audit"


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


def _record_tables(
    conn: Connection, slices: Sequence[Slice], found: Sequence[table_rules.Outcome], changed: Sequence[Slice]
) -> None:
    """The rules of each slice, then the slices that are not what was counted: they stop release too."""
    table_rules.record(conn, RUN, slices, found)
    for one in changed:
        record_check(conn, RUN, f"{one.tabell}.tabell_orord", "underkand", 1, one.kommun, one.ar)
    stops = sum(o.antal for o in found if o.rule.level == "stopp")
    notes = sum(o.antal for o in found if o.rule.level == "anmarkning")
    record_check(conn, RUN, "tabellregler", "underkand" if stops else "varning" if notes else "godkand", stops or notes)


def _record_late(conn: Connection, settings: Settings) -> int:
    """How many expected deliveries are late, by kommun and year."""
    waiting = late(conn, load_calendar(calendar_path(settings)), today(settings))
    for (namnd, ar), many in sorted(Counter((v.namnd, int(v.period)) for v in waiting).items()):
        record_check(conn, RUN, "sena_leveranser", "varning", many, namnd, ar)
    record_check(conn, RUN, "sena_leveranser", "varning" if waiting else "godkand", len(waiting))
    return len(waiting)


def _record_public(conn: Connection, found: Sequence[table_rules.Outcome], tested: Sequence[Backtest]) -> None:
    for rule in PUBLIC_RULES:
        many = sum(o.antal for o in found if o.rule is rule)
        verdict = "godkand" if not many else "underkand" if rule.level == "stopp" else "varning"
        record_check(conn, RUN, rule.name, verdict, many)
    off = sum(t.verdict == "avviker" for t in tested)
    record_check(conn, RUN, "tryckta_siffror", "varning" if off else "godkand", off)


def _record_released(conn: Connection, found: Released) -> None:
    for name, many in found.antal.items():
        record_check(conn, RUN, name, "underkand" if many else "godkand", many)


_LEVELS = {"stopp": "STOPP", "anmarkning": "Anmärkning"}
_VERDICTS = {
    "stammer": "stämmer med den tryckta siffran",
    "kand_avvikelse": "källans egen tabell ger ett annat tal än den trycker; det är känt",
    "avviker": "stämmer inte med den tryckta siffran",
}


def _lines(found: Sequence[table_rules.Outcome]) -> Iterator[str]:
    """What does not hold, what stops release first."""
    for one in sorted(found, key=lambda o: o.rule.level, reverse=True):
        at = one.slice
        yield f"{_LEVELS[one.rule.level]}: {at.tabell} {at.ar}, {at.kommun}: {one.antal} {one.rule.description}"


def _line(tested: Backtest) -> str:
    return f"{tested.published.om}: {_VERDICTS[tested.verdict]} ({tested.published.kalla})"


def _told(found: Sequence[table_rules.Outcome], level: str) -> list[dict[str, Any]]:
    return [
        {
            "tabell": o.slice.tabell,
            "kommun": o.slice.kommun,
            "ar": o.slice.ar,
            "regel": o.rule.name,
            "antal": o.antal,
            "vad": o.rule.description,
        }
        for o in found
        if o.rule.level == level
    ]


def audit_stored(settings: Settings, huvud: Path | None = None) -> dict[str, Any]:
    """Validate all stored rows and counted cells, compare with the ledger, and say where the pages are.

    ``huvud``: a copy of the log's signed heads, kept off the machine.
    """
    from quality.expectations import validate
    from quality.expectations_rows import row_suites
    from quality.expectations_tables import declared, public_suite, table_suites

    needs_installation(settings, "Granskningen av allt lagrat görs")
    with up_to_date(settings) as home:
        ws = workspace_of(home)
        with home.database.begin() as conn:
            slices = table_rules.counted_slices(conn)
            found = table_rules.rules_for(conn, slices, minsta_bas=ws.setup.regler.minsta_bas)
            public = public_rules(conn)
            tested = backtests(conn)
            suites = [*table_suites(declared(conn), slices, found), public_suite(conn, PUBLIC_RULES, public)]
        remarks = [*_lines([*found, *public]), *(_line(t) for t in tested if t.found is not None)]
        folder = settings.home / "reports" / "granskning"
        outcome = validate(home.database.url, folder, [*row_suites(), *suites], remarks)
        with home.database.begin() as conn:
            changed = altered(conn)
            lost = _lost_originals(ws, reading.deliveries(conn, limit=1_000_000))
            _record_tables(conn, slices, found, changed)
            _record_public(conn, public, tested)
            waiting = _record_late(conn, settings)
            record_check(conn, RUN, "tabeller_ororda", "underkand" if changed else "godkand", len(changed))
            unnamed, plan_rows = unnamed_inputs(conn), altered_plan(conn, planned(ws.setup.plan))
            record_check(conn, RUN, "indata_namngivna", "underkand" if unnamed else "godkand", unnamed)
            record_check(conn, RUN, "planen_orord", "underkand" if plan_rows else "godkand", plan_rows)
            record_check(conn, RUN, "original_ororda", "underkand" if lost else "godkand", len(lost))
            released = check_released(conn, settings.home / "keys", huvud)
            _record_released(conn, released)
            record_check(conn, RUN, "forvantningar", "godkand" if outcome.success else "underkand", outcome.failed)
    return {
        "uppfyllda": outcome.success and not (changed or lost or unnamed or plan_rows or released.fel),
        "forvantningar": outcome.expectations,
        "ej_uppfyllda": outcome.failed,
        "anmarkta": outcome.noted,
        "stoppar": _told([*found, *public], "stopp"),
        "anmarkningar": _told([*found, *public], "anmarkning"),
        "tryckta_siffror": [
            {"om": t.published.om, "tryckt": t.published.tryckt, "raknat": t.found, "utfall": t.verdict} for t in tested
        ],
        "sena_leveranser": waiting,
        "andrade_tabeller": [{"tabell": s.tabell, "kommun": s.kommun, "ar": s.ar} for s in changed],
        "original_som_inte_stammer": lost,
        "indata_som_saknas": unnamed,
        "andrade_rader_i_planen": plan_rows,
        "utgavor": {"haller": released.held, "fel": list(released.fel), "noterat": list(released.noterat)},
        "sida": str(outcome.page),
    }
