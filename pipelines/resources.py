"""Dagster's resources: the workspace, opened when a run needs it and closed after it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import dagster as dg

from assets.workspace import Workspace
from pipelines.settings import Settings
from pipelines.work import working


def workspace_resource(settings: Settings) -> dg.ResourceDefinition:
    """A resource that opens the installation itself: for runs that Dagster starts."""

    @dg.resource(description="Mappar, databas och nycklar för den här installationen")
    @contextmanager
    def workspace(_context: Any) -> Iterator[Workspace]:
        with working(settings) as (_home, ws):
            yield ws

    return workspace
