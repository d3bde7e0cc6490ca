"""Who is alive: each run holds a lock in the database as long as its process lives, so a dead one can be told."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, text

from warehouse.database import masked, open_engine

LOCK_TAG = "kvinnofrid/las"
"""Marks the runs that take their lock before Dagster knows of them."""

_LOCK = "hashtextextended('kvinnofrid-run-' || :run, 7217)"
_GRACE = 120.0
"""Seconds in which a run that Dagster itself started may not have come to take its lock."""


def take(conn: Connection, run_id: str) -> None:
    """Hold the run's lock as long as the connection lives."""
    conn.execute(text(f"SELECT pg_advisory_lock({_LOCK})"), {"run": run_id})


@contextmanager
def session(url: str) -> Iterator[Connection]:
    """A connection of its own, outside transactions, for locks."""
    engine = open_engine(url)
    try:
        with masked():
            conn = engine.connect()
        with conn:
            yield conn.execution_options(isolation_level="AUTOCOMMIT")
    finally:
        engine.dispose()


def bury(instance: Any, conn: Connection) -> list[str]:
    """Mark runs failed whose process is gone: a lock that can be taken has no living holder. Returns their ids."""
    import dagster as dg

    states = [dg.DagsterRunStatus.NOT_STARTED, dg.DagsterRunStatus.STARTING, dg.DagsterRunStatus.STARTED]
    buried = []
    for record in instance.get_run_records(dg.RunsFilter(statuses=states)):
        run = record.dagster_run
        ours = LOCK_TAG in run.tags
        settled = record.start_time is not None and time.time() - record.start_time > _GRACE
        if not ours and not settled:
            continue
        if conn.execute(text(f"SELECT pg_try_advisory_lock({_LOCK})"), {"run": run.run_id}).scalar():
            instance.report_run_failed(run, "Processen dog innan körningen var klar.")
            conn.execute(text(f"SELECT pg_advisory_unlock({_LOCK})"), {"run": run.run_id})
            buried.append(run.run_id)
    return buried
