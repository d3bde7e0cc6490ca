"""What a kommun adds to its report, once read and checked. Reading is in ``egna``; where it stands, in ``innehall``."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from assets.report.bakgrund import Bakgrund
from assets.report.modell import Fritext


@dataclass(frozen=True, slots=True)
class Egna:
    """What the kommun has put in its own folder."""

    texter: Mapping[str, Fritext] = field(default_factory=dict)
    """By section id."""
    logotyp: str = ""
    """Path of the logo (PNG or SVG); empty where there is none."""
    mall: Path | None = None
    """The kommun's own Word template."""
    bakgrund: Bakgrund | None = None
    """The kommun's own background; None where that of the program stands."""
    namnd: str = "Socialnämnden"
    """Who the report is written for."""
    varningar: tuple[tuple[str, int, str], ...] = ()
    """(file, line, what): what cannot be traced and the like. Never the text itself."""
