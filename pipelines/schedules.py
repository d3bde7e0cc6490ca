"""When it runs by itself: every night, when a delivery lands, and every week towards public sources.

All only ask for a run; work happens in assets.
"""

import hashlib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import dagster as dg
from dagster._core.storage.tags import ASSET_PARTITION_RANGE_END_TAG, ASSET_PARTITION_RANGE_START_TAG

from assets.inbox import waiting

CRON = "0 4 * * *"
"""04:00: no day in Stockholm lacks it, and none has it twice."""

WEEKLY = "30 3 * * 0"
"""Half past three: on the day that summer time begins it is there too."""


def range_tags(years: tuple[int, int]) -> dict[str, str]:
    """The tags of one run over a range of years."""
    return {ASSET_PARTITION_RANGE_START_TAG: str(years[0]), ASSET_PARTITION_RANGE_END_TAG: str(years[1])}


def _status(on: bool) -> tuple[dg.DefaultScheduleStatus, dg.DefaultSensorStatus]:
    if on:
        return dg.DefaultScheduleStatus.RUNNING, dg.DefaultSensorStatus.RUNNING
    return dg.DefaultScheduleStatus.STOPPED, dg.DefaultSensorStatus.STOPPED


def nightly(job: str, years: tuple[int, int], *, on: bool) -> dg.ScheduleDefinition:
    """The run at 04:00 in Stockholm, over all years: receipts decide what is counted."""

    @dg.schedule(
        job_name=job,
        name="natten",
        cron_schedule=CRON,
        execution_timezone="Europe/Stockholm",
        default_status=_status(on)[0],
        description="Varje natt klockan 04:00, svensk tid.",
    )
    def schedule() -> dg.RunRequest:
        return dg.RunRequest(tags=range_tags(years))

    return schedule


def weekly(job: str, *, on: bool) -> dg.ScheduleDefinition:
    """Public sources are asked on Sundays at 03:30, before the night's run: they change a few times a year."""
    return dg.ScheduleDefinition(
        name="veckan",
        job_name=job,
        cron_schedule=WEEKLY,
        execution_timezone="Europe/Stockholm",
        default_status=_status(on)[0],
        description="Varje söndag klockan 03:30, svensk tid.",
    )


def inbox_sensor(job: str, inbox: Path, years: tuple[int, int], *, on: bool) -> dg.SensorDefinition:
    """One run for what lies in the inbox; the key is the files' paths and contents, so the same is asked for once."""

    @dg.sensor(
        job_name=job,
        name="inkorgen",
        minimum_interval_seconds=60,
        default_status=_status(on)[1],
        description="När en leverans ligger i inbox.",
    )
    def sensor(_context: dg.SensorEvaluationContext) -> Iterator[dg.RunRequest | dg.SkipReason]:
        files = waiting(inbox)
        if not files:
            yield dg.SkipReason("Inkorgen är tom.")
            return
        digest = hashlib.sha256()
        for path in files:
            # A file may be gone by now, and the error's text would put its name in the event store.
            with suppress(OSError):
                digest.update(
                    str(path).encode()
                    + hashlib.sha256(path.read_bytes()).digest()
                    + str(path.stat().st_mtime_ns).encode()
                )
        yield dg.RunRequest(run_key=digest.hexdigest(), tags=range_tags(years))

    return sensor
