"""``make check``: Dagster's own validation of the workspace, and of the definitions as they are loaded."""

import subprocess
import sys
from pathlib import Path


def main() -> int:
    """Validate the definitions that ``workspace.yaml`` names; returns the exit code."""
    root = Path(__file__).parent.parent
    command = [sys.executable, "-m", "dagster", "definitions", "validate", "-w", str(root / "workspace.yaml")]
    return subprocess.run(command, cwd=root, check=False).returncode  # noqa: S603


if __name__ == "__main__":
    sys.exit(main())
