"""Dagster's resources: the workspace, opened when a run needs it and closed after it."""

from collections.abc import Iterator
from contextlib import contextmanager

import dagster as dg

from assets.workspace import Workspace
from pipelines import alive
from pipelines.settings import Settings
from pipelines.work import working


def workspace_resource(settings: Settings) -> dg.ResourceDefinition:
    """A resource that opens the installation itself: for runs that Dagster starts."""

    @dg.resource(description="Mappar, databas och nycklar för den här installationen")
    @contextmanager
    def workspace(context: dg.InitResourceContext) -> Iterator[Workspace]:
        with working(settings) as (home, ws), alive.session(home.database.url) as locks:
            if context.run_id:
                alive.take(locks, context.run_id)
            yield ws

    return workspace
