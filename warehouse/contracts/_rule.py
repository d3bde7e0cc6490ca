"""What a rule that a delivery can break is. Standard library only."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rule:
    """What is wrong, and what to do. ``hel`` rules refuse the whole delivery, the others one row."""

    fel: str
    gor_sa_har: str
    hel: bool = False
