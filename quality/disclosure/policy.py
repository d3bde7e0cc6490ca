"""The rules that a nämnd chooses between: thresholds as data. There is no preset that publishes unprotected.

Where the figures come from is told in ``docs/rojandekontroll.md``; none of them is law.
"""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["person", "egenskap", "enkat_bas", "enkat_svar", "belopp", "oppen"]
"""What a count is of. ``person``: people (or what people have), classified by what is not secret. ``egenskap``: people
with a sensitive trait, as outcome, honour context, risk or kind of violence. ``enkat_bas``, ``enkat_svar``: those who
answered a questionnaire, and their answers. ``belopp``: a sum that one person can dominate. ``oppen``: public already.
"""


@dataclass(frozen=True, slots=True)
class Policy:
    """What needs protection, and how much."""

    name: str
    title: str
    source: str
    """Who uses such a rule, and where it was seen."""
    threshold: int = 5
    """Counts of fewer persons than this, and more than none, are protected."""
    questionnaire_base: int = 10
    """Answers of fewer than this are not shown."""
    share_base: int = 5
    """Shares, means and intervals of fewer than this are not shown."""
    median_base: int = 10
    """Medians of fewer than this are not shown: near the value of one person."""
    dominance: int = 20
    """A sum is protected where its second largest contributor could tell the largest within so many percent."""
    smallest_revision: int = 5
    """A corrected edition does not show that a count changed by fewer persons than this."""


PRESETS = {
    p.name: p
    for p in (
        Policy("fem", "Färre än fem personer skyddas", "Skolverket och flera brukarundersökningar i Kolada; sedvänja"),
        Policy(
            "fyra_tjugo",
            "Färre än fyra personer skyddas, och andelar av färre än 21",
            "Socialstyrelsens nyckeltal om placerade barn (Kolada N33870-N33877)",
            threshold=4,
            share_base=21,
            median_base=21,
            smallest_revision=4,
        ),
        Policy(
            "sex",
            "Färre än sex personer skyddas",
            "Senior alert (Kolada N20580)",
            threshold=6,
            share_base=6,
            median_base=12,
            smallest_revision=6,
        ),
        Policy(
            "tio",
            "Färre än tio personer skyddas",
            "SKR:s brukarundersökningar inom IFO (Kolada U30901), här för alla uppgifter",
            threshold=10,
            share_base=10,
            median_base=20,
            smallest_revision=10,
        ),
    )
}
DEFAULT = "fem"
