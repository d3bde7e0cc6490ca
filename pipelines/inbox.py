"""Putting files in the inbox. Nothing is read yet; that is the run's work."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pipelines.home import make_folders
from pipelines.settings import Settings


def deliver_files(settings: Settings, files: Sequence[Path], stated: Mapping[str, Any]) -> list[str]:
    """Copy the files and their delivery notes to the inbox; returns the names they got there."""
    from assets.inbox import deliver
    from quality.identity_scan import mask_name
    from sources.foljesedel import SUFFIX

    make_folders(settings.home)
    inbox = settings.home / "inbox"
    return [mask_name(deliver(inbox, f, stated).name) for f in files if not f.name.endswith(SUFFIX)]
