"""What this installation counts: the tabellplan, the kommun's own tables, its breaks, and the rules of the settings.

A file that cannot be used stops nothing else: its table is left out, the others are counted, and ``faults_of`` says
what to mend. So national tables never wait for a comma in a kommun's own file.
"""

from dataclasses import dataclass
from types import MappingProxyType

from assets.tables.breaks import read_breaks
from assets.tables.catalogue import TABLES
from assets.tables.counting import Setup
from assets.tables.local import read_tables
from assets.tables.rules import Regler
from pipelines.settings import Settings
from warehouse.contracts.errors import KvinnofridError


@dataclass(frozen=True, slots=True)
class Planned:
    """The setup, and what is wrong with the kommun's own files: file, line and what to do."""

    setup: Setup
    faults: tuple[str, ...] = ()


def plan_of(settings: Settings) -> Planned:
    """Read the kommun's own tables and breaks; never raises for what stands in them."""
    own, faults = read_tables(settings.tables, _variables(settings))
    plan = MappingProxyType({**TABLES, **own})
    breaks, wrong = read_breaks(settings.breaks, plan)
    regler = Regler(
        fore_innan=settings.fore_innan,
        fore_efter=settings.fore_efter,
        efter_innan=settings.efter_innan,
        efter_efter=settings.efter_efter,
        efter_boende=settings.efter_boende,
        minsta_bas=settings.minsta_bas,
    )
    return Planned(Setup(plan, regler, breaks), (*faults, *wrong))


def setup_of(settings: Settings) -> Setup:
    """The plan, its rules and the kommun's own breaks: all that can be used."""
    return plan_of(settings).setup


def faults_of(settings: Settings) -> str | None:
    """What must be mended in the kommun's own tables and breaks, in Swedish; None where all can be used."""
    faults = plan_of(settings).faults
    if not faults:
        return None
    said = "Något i kommunens egna tabeller eller seriebrott går inte att använda. Resten är räknat."
    return "\n  ".join([said, *faults])


def _variables(settings: Settings) -> frozenset[str] | None:
    """The local variables that the mappings declare; None where there is no mapping, or one cannot be read."""
    if not settings.tables.is_dir() or not settings.mappings.is_dir():
        return None
    from quality.identity_columns import refused_columns
    from sources.mapping.loader import load_mapping

    found: set[str] = set()
    paths = sorted(p for p in settings.mappings.glob("*.y*ml") if p.is_file())
    try:
        for path in paths:
            found |= {v.namn for v in load_mapping(path, refused=refused_columns).lokala}
    except KvinnofridError:
        return None  # told when something is read with it
    return frozenset(found) if paths else None
