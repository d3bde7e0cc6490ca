"""What this installation counts: the tabellplan, with the rules that the settings name."""

from assets.tables.counting import Setup
from assets.tables.rules import Regler
from pipelines.settings import Settings


def setup_of(settings: Settings) -> Setup:
    """The plan and its rules."""
    return Setup(
        regler=Regler(
            fore_innan=settings.fore_innan,
            fore_efter=settings.fore_efter,
            efter_innan=settings.efter_innan,
            efter_efter=settings.efter_efter,
            efter_boende=settings.efter_boende,
            minsta_bas=settings.minsta_bas,
        ),
    )
