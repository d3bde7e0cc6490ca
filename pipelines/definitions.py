"""Dagster's definitions, built from settings. Importing this reads settings and opens nothing."""

import logging
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import dagster as dg

from assets.context import omvarld
from assets.deliveries import leveranser
from assets.page import build_page
from assets.public import PUBLIC, build_public
from assets.publicering.asset import UTKAST, build_draft
from assets.publicering.rapport import RAPPORT, build_report
from assets.register import register
from assets.tables.asset import build_tables
from assets.tables.catalogue import Plan
from pipelines.plan import setup_of
from pipelines.resources import workspace_resource
from pipelines.schedules import inbox_sensor, nightly, weekly
from pipelines.settings import Settings
from warehouse.contracts.swedish import STOCKHOLM

JOB = "natt"
FETCHING = "hamta"
RELEASING = "utkast_till_utgava"
REPORTING = "kartlaggning"


def partitions(settings: Settings) -> dg.TimeWindowPartitionsDefinition:
    """Years, from the first one in the settings to the current one (which is not over yet)."""
    return dg.TimeWindowPartitionsDefinition(
        start=str(settings.first_year), cron_schedule="0 0 1 1 *", fmt="%Y", timezone="Europe/Stockholm", end_offset=1
    )


def years_of(settings: Settings) -> tuple[int, int]:
    """First and last year with a partition."""
    last = datetime.now(STOCKHOLM).year
    return min(settings.first_year, last), last


def build_definitions(
    settings: Settings, overrides: Mapping[str, Any] | None = None, plan: Plan | None = None
) -> dg.Definitions:
    """All assets, checks, the nightly job, its schedule and the inbox sensor.

    ``overrides`` replaces resources (``workspace``), for tests and for the command line, which has one open already.
    ``plan`` is that of the settings where it is not given.
    """
    logging.getLogger("dagster.redacted_errors").setLevel(logging.CRITICAL + 1)
    plan = plan or setup_of(settings).plan
    tables = build_tables(plan, partitions(settings))
    page = build_page(plan)
    draft = build_draft(plan)
    report = build_report(plan, settings.rapport)
    job = dg.define_asset_job(
        JOB,
        selection=dg.AssetSelection.all() - dg.AssetSelection.assets(PUBLIC, UTKAST, RAPPORT),
        partitions_def=partitions(settings),
        description="Tar in leveranser, kontrollerar och räknar det som ändrats.",
        executor_def=dg.in_process_executor,
    )
    fetching = dg.define_asset_job(
        FETCHING,
        selection=dg.AssetSelection.assets(PUBLIC),
        description="Frågar de offentliga källorna. Natten tar in svaren.",
        executor_def=dg.in_process_executor,
    )
    releasing = dg.define_asset_job(
        RELEASING,
        selection=dg.AssetSelection.assets(UTKAST),
        description="Gör ett utkast till utgåva för en nämnd och ett år. Granska och expediera: kvinnofrid release.",
        executor_def=dg.in_process_executor,
    )
    reporting = dg.define_asset_job(
        REPORTING,
        selection=dg.AssetSelection.assets(RAPPORT),
        description="Skriver kartläggningen av en expedierad utgåva: webbsidor, PDF, Word, Excel och CSV.",
        executor_def=dg.in_process_executor,
    )
    asks = settings.schedule_on and bool(settings.fetch)
    return dg.Definitions(
        assets=[build_public(settings.fetch), leveranser, register, omvarld, tables, page, draft, report],
        jobs=[job, fetching, releasing, reporting],
        schedules=[nightly(JOB, years_of(settings), on=settings.schedule_on), weekly(FETCHING, on=asks)],
        sensors=[inbox_sensor(JOB, settings.home / "inbox", years_of(settings), on=settings.sensor_on)],
        resources={"workspace": workspace_resource(settings)} | dict(overrides or {}),
        executor=dg.in_process_executor,
    )


defs = build_definitions(Settings())
