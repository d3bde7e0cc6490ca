"""Work on a stranger's workbook in a child process: what it does to itself there, the run survives. No reading here.

The child sets its own limits of memory; its own words are thrown away.
"""

import io
import os
import subprocess
import sys
import zipfile
from pathlib import Path

UNPACKED = 200_000_000


def run(module: str, *arguments: str, content: bytes, seconds: float) -> subprocess.CompletedProcess[bytes]:
    """Run a module of ours on ``content``. Raises ``subprocess.TimeoutExpired``, and OSError where it cannot start."""
    here = str(Path(__file__).parent.parent)
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([here, os.environ.get("PYTHONPATH", "")])}
    return subprocess.run(  # noqa: S603
        [sys.executable, "-m", module, *arguments],
        input=content,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment,
        timeout=seconds,
        check=False,
    )


def reasonable(content: bytes) -> bool:
    """Whether it is a zip archive (.xls and encrypted workbooks are not) that unpacks to a bearable size."""
    try:
        return sum(member.file_size for member in zipfile.ZipFile(io.BytesIO(content)).infolist()) <= UNPACKED
    except (zipfile.BadZipFile, OSError, ValueError):
        return False
