"""Which code made a number: the commit, and a digest of the lock file."""

import hashlib
import subprocess
from functools import cache
from importlib.metadata import version
from pathlib import Path

_ROOT = Path(__file__).parent.parent


@cache
def code_version() -> str:
    """``0.1.0+<commit>[-changed].lock-<digest>``; without a checkout or lock file those parts are left out."""
    parts = [version("kvinnofrid")]
    commit = _git("rev-parse", "--short=12", "HEAD")
    if commit:
        parts.append(commit + ("-changed" if _git("status", "--porcelain", "--untracked-files=no") else ""))
    lock = _ROOT / "requirements.lock"
    if lock.exists():
        parts.append(f"lock-{hashlib.sha256(lock.read_bytes()).hexdigest()[:12]}")
    return "+".join(parts)


def _git(*words: str) -> str:
    if not (_ROOT / ".git").exists():
        return ""
    try:
        done = subprocess.run(  # noqa: S603
            ["git", "-C", str(_ROOT), *words],  # noqa: S607
            capture_output=True,
            text=True,
            timeout=10,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""
