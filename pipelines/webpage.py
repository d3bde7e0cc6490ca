"""Dagster's own page and daemon for this installation; the lease on the server is held for them."""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

from pipelines.home import opened, write_dagster_yaml
from pipelines.settings import Settings
from pipelines.work import ensure_schema
from warehouse.contracts.errors import UserError


def serve(settings: Settings, port: int) -> int:
    """Run Dagster's web server and daemon until interrupted; returns their exit code."""
    with socket.socket() as probe:
        if probe.connect_ex(("127.0.0.1", port)) == 0:
            raise UserError(f"Porten {port} är upptagen. Välj en annan med --port.")
    with opened(settings) as home:
        ensure_schema(home)
        write_dagster_yaml(home.dagster_home)
        command = [
            *(sys.executable, "-m", "dagster", "dev", "-m", "pipelines.definitions"),
            *("--host", "127.0.0.1", "--port", str(port)),
        ]
        environment = os.environ | {"KVINNOFRID_HOME": str(settings.home), "DAGSTER_HOME": str(home.dagster_home)}
        environment["PYTHONWARNINGS"] = "ignore"
        child = subprocess.Popen(command, cwd=Path(__file__).parent.parent, env=environment)  # noqa: S603
        try:
            return child.wait()
        except KeyboardInterrupt:
            child.send_signal(signal.SIGINT)
            try:
                child.wait(timeout=30)
            except subprocess.TimeoutExpired:
                child.kill()
            return 0
