"""Exit codes of the command line, so that a program can tell what happened. Codes 1 and 2 are as everywhere."""

from enum import IntEnum


class Exit(IntEnum):
    """What an exit code means."""

    OK = 0
    UNEXPECTED = 1
    USAGE = 2
    NO_EDITION = 3
    """Nothing is published (or, with ``--layer tabell``, counted) for what was asked."""
    MEND = 4
    """Something the user can mend: the message says what."""
    REFUSED = 5
    """The run went well, but at least one delivery was refused or could not be taken in."""
    RUN_FAILED = 6
    BROKEN = 7
    """The audit found stored rows that break a rule, or the attack that what is published gives something away."""
    INTERRUPTED = 130
