"""A reader who attacks what is published, with nothing else than what is published and what the docs say.

It shares no code with ``quality.disclosure`` and must never do so: what protects and what attacks may not have the same
blind spot. What it works out is as public as what it reads. Storing and fetching editions belongs elsewhere.
"""

from quality.attacker.attack import Attack, attack
from quality.attacker.findings import Finding
from quality.attacker.printed import Book, Hierarchy, Printed, book
from quality.attacker.revision import Counterfactual, Figure, counterfactual, figures

__all__ = [
    "Attack",
    "Book",
    "Counterfactual",
    "Figure",
    "Finding",
    "Hierarchy",
    "Printed",
    "attack",
    "book",
    "counterfactual",
    "figures",
]
