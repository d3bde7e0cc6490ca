"""The command line with a trap in it: ``python -m tests.soak.armed POINT WHEN NTH ONLY VICTIM WORD...``.

``POINT`` is ``module:name`` or ``module:Class.name``. At its nth call (of those with an argument that holds ``ONLY``)
the process (``self``) or its server (``postmaster``) is killed: ``before``, ``after``, or ``half`` way through, when
half of the last argument's rows have been sent in a transaction that is open.
"""

import importlib
import os
import signal
import sys
from pathlib import Path
from typing import Any

import pandas as pd


def arm(point: str, when: str, nth: int, only: str, victim: str) -> None:
    """Put the trap in its place."""
    module, _, path = point.partition(":")
    owner: Any = importlib.import_module(module)
    *inner, name = path.split(".")
    for part in inner:
        owner = getattr(owner, part)
    original = getattr(owner, name)
    calls = 0

    def armed(*args: Any, **kwargs: Any) -> Any:
        nonlocal calls
        meant = not only or any(only in str(a) for a in args)
        calls += meant
        if not meant or calls != nth:
            return original(*args, **kwargs)
        if when == "before":
            _strike(victim)
        made = original(*(_halved(args) if when == "half" else args), **kwargs)
        if when != "before":
            _strike(victim)
        return made

    setattr(owner, name, armed)


def _halved(args: tuple[Any, ...]) -> tuple[Any, ...]:
    *before, rows = args
    if isinstance(rows, pd.DataFrame):
        return (*before, rows.iloc[: len(rows) // 2])
    listed = list(rows)
    return (*before, listed[: len(listed) // 2])


def _strike(victim: str) -> None:
    if victim == "self":
        os.kill(os.getpid(), signal.SIGKILL)
    pidfile = Path(os.environ["KVINNOFRID_HOME"], "postgres", "data", "postmaster.pid")
    os.kill(int(pidfile.read_text().split()[0]), signal.SIGKILL)


if __name__ == "__main__":
    point, when, nth, only, victim, *words = sys.argv[1:]
    arm(point, when, int(nth), only, victim)
    sys.argv = ["kvinnofrid", *words]
    from pipelines.cli import main

    main()
