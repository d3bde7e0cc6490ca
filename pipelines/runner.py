"""Running the nightly job in this process: one run at a time, dead runs buried, nothing started when nothing is new."""

import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, text

from assets.inbox import waiting
from assets.journal import Journal
from assets.page_html import is_current
from assets.rereading import Due, due
from assets.returned import tidy
from assets.tables.counting import expected_years, stale
from assets.workspace import Workspace
from pipelines import alive
from pipelines.home import Home, write_dagster_yaml
from warehouse.contracts.errors import KvinnofridError, UserError
from warehouse.database import masked

ONE_AT_A_TIME = 7216
_PATIENCE = 0.5
# Of Dagster's connections: none of its questions takes minutes.
_STATEMENT_MILLISECONDS, _RECYCLE_SECONDS, _MORE_CONNECTIONS = 600_000, 3_600, 20


class RunFailed(KvinnofridError):
    """The run did not end well. The text names the step, nothing else."""


@dataclass(slots=True)
class Night:
    """What a run did."""

    journal: Journal
    home: Path
    due: Due = field(default_factory=Due)
    """What would be read otherwise today."""
    run_ids: list[str] = field(default_factory=list)
    buried: list[str] = field(default_factory=list)


@contextmanager
def _alone(home: Home, journal: Journal) -> Iterator[Connection]:
    """Hold the installation's run lock. The connection also holds a lock for each run, which tells that it lives."""
    with alive.session(home.database.url) as conn:
        if not conn.execute(text("SELECT pg_try_advisory_lock(:n)"), {"n": ONE_AT_A_TIME}).scalar():
            journal.tell("En annan körning pågår. Väntar på att den blir klar")
            # Asked again and again: a wait inside the database's client cannot be interrupted.
            while not conn.execute(text("SELECT pg_try_advisory_lock(:n)"), {"n": ONE_AT_A_TIME}).scalar():
                time.sleep(_PATIENCE)
        yield conn


def _unfinished(home: Home) -> bool:
    """Whether Dagster's storage has runs that look alive; asked in SQL, since Dagster takes seconds to import."""
    with masked(), alive.session(home.dagster_url) as conn:
        if conn.execute(text("SELECT to_regclass('runs')")).scalar() is None:
            return False
        query = text("SELECT 1 FROM runs WHERE status IN ('NOT_STARTED', 'STARTING', 'STARTED') LIMIT 1")
        return conn.execute(query).first() is not None


def run_job(home: Home, ws: Workspace, *, years: tuple[int, int] | None = None, kommuner: Sequence[str] = ()) -> Night:
    """Take in the inbox and count what has changed, as one Dagster run in this process.

    ``years`` (first, last) and ``kommuner`` limit what is counted, never what is taken in. Nothing is started on a
    night with nothing new.

    Raises:
        UserError: Something that must be mended first (a key, a setting).
        RunFailed: A step failed; the text names the step.
    """
    night = Night(ws.journal, ws.home)
    wanted = ws.years if years is None else range(years[0], years[1] + 1)
    with _alone(home, ws.journal) as locks:
        if _unfinished(home):
            with _dagster(home) as instance:
                night.buried = alive.bury(instance, locks)
        # The second time round counts years that the deliveries of the first turned out to touch.
        for _ in range(2):
            with ws.database.begin() as conn:
                left = {
                    job.slice.ar for job in stale(conn, setup=ws.setup, years=wanted, kommuner=list(kommuner) or None)
                }
                shown = bool(night.run_ids) or is_current(ws, conn)
            waits = bool(waiting(ws.inbox))
            if not left and shown and (not waits or night.run_ids):
                break
            with ws.database.begin() as conn:
                span = years or _span(left | (expected_years(conn, ws.inbox) if waits else set()), ws.years)
            night.run_ids.append(_execute(home, ws, locks, span, kommuner))
        with ws.database.begin() as conn:
            night.due = due(ws, conn)
        if not night.run_ids and (ws.home / "keys" / "original.key").exists():
            ws.originals.remove_due(ws.today())  # a run does it too, but a quiet night starts none
            tidy(ws)
    return night


def _span(wanted: set[int], years: range) -> tuple[int, int]:
    inside = {y for y in wanted if y in years} or {years[-1]}
    return min(inside), max(inside)


@contextmanager
def _dagster(home: Home) -> Iterator[Any]:
    """Dagster's instance on the installation's own storage."""
    import dagster as dg

    write_dagster_yaml(home.dagster_home)
    with dg.DagsterInstance.from_config(str(home.dagster_home)) as instance:
        # An open connection, as Dagster's own page has it: by default each event of a run makes a new one.
        instance.optimize_for_webserver(
            statement_timeout=_STATEMENT_MILLISECONDS, pool_recycle=_RECYCLE_SECONDS, max_overflow=_MORE_CONNECTIONS
        )
        try:
            yield instance
        finally:  # Dagster leaves it to the end of the process
            stores: tuple[Any, ...] = (instance.run_storage, instance.event_log_storage, instance.schedule_storage)
            for store in stores:
                store._engine.dispose()


def _execute(home: Home, ws: Workspace, locks: Connection, years: tuple[int, int], kommuner: Sequence[str]) -> str:
    """One run over the given years; returns its id."""
    ws.journal.tell("Startar körningen")
    import dagster as dg

    from pipelines.definitions import JOB, build_definitions
    from pipelines.schedules import range_tags

    run_id = str(uuid.uuid4())
    alive.take(locks, run_id)
    with _dagster(home) as instance:
        defs = build_definitions(home.settings, {"workspace": dg.ResourceDefinition.hardcoded_resource(ws)})
        try:
            result = defs.resolve_job_def(JOB).execute_in_process(
                instance=instance,
                run_id=run_id,
                raise_on_error=False,
                tags=range_tags(years) | {alive.LOCK_TAG: "1"},
                run_config={
                    "loggers": {"console": {"config": {"log_level": "CRITICAL"}}},
                    "ops": {"tabeller": {"config": {"kommuner": list(kommuner)}}},
                },
            )
        except KeyboardInterrupt:
            run = instance.get_run_by_id(run_id)
            if run is not None and not run.is_finished:
                instance.report_run_failed(run, "Avbruten av användaren.")
            raise
        interrupted = not result.success and _was_interrupted(instance, run_id)
    if interrupted:  # Dagster takes Ctrl-C and calls it a failure
        raise KeyboardInterrupt
    if ws.journal.stopped:
        raise UserError(ws.journal.stopped[0])
    if not result.success:
        steps = sorted({e.step_key for e in result.all_events if e.is_step_failure and e.step_key})
        raise RunFailed(f"Körningen misslyckades i steget {', '.join(steps) or 'okänt'}. Senaste goda läge gäller.")
    return run_id


def _was_interrupted(instance: Any, run_id: str) -> bool:
    from dagster import DagsterEventType
    from dagster._core.events import RunFailureReason

    failures = instance.all_logs(run_id, of_type=DagsterEventType.RUN_FAILURE)
    reasons = [f.dagster_event.job_failure_data.failure_reason for f in failures if f.dagster_event]
    return RunFailureReason.UNEXPECTED_TERMINATION in reasons
