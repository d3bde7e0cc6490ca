"""What the plain functions need to work: folders, database, keys, clock. Built by ``pipelines``."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path

from assets.journal import Journal
from assets.tables.counting import STANDARD, Setup
from quality.disclosure.policy import DEFAULT, PRESETS, Policy
from quality.keys import Keyring
from warehouse.database import Database
from warehouse.originals import OriginalStore


@dataclass(frozen=True)
class Workspace:
    """One installation: its home folder and its warehouse."""

    home: Path
    database: Database
    today: Callable[[], date]
    mappings: Mapping[str, Path] = field(default_factory=dict)
    corrections: tuple[Path, ...] = ()
    """Files with declared corrections of public data."""
    addresses: Mapping[str, str] = field(default_factory=dict)
    """Where public sources answer, by kalla."""
    setup: Setup = STANDARD
    """The tables of the plan, with the kommun's own tables, rules and series breaks."""
    keep_days: int = 730
    keep_refused_days: int = 90
    keep_returned_days: int = 30
    first_year: int = 2015
    code_version: str = "okänd"
    policy_of: Callable[[str], Policy] = lambda _namnd: PRESETS[DEFAULT]
    """The disclosure rule of a nämnd."""
    grannar: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Kommuner that have agreed to publish together, by the group's name."""
    journal: Journal = field(default_factory=Journal)

    @property
    def years(self) -> range:
        """The years that tables are counted for; what lies outside is stored and not counted."""
        return range(min(self.first_year, self.today().year), self.today().year + 1)

    @property
    def inbox(self) -> Path:
        """Where deliveries wait."""
        return self.home / "inbox"

    @property
    def outbox(self) -> Path:
        """Where answers to the senders lie."""
        return self.home / "outbox"

    @cached_property
    def keyring(self) -> Keyring:
        """The keys, outside the database."""
        return Keyring(self.home / "keys")

    @cached_property
    def originals(self) -> OriginalStore:
        """The encrypted originals."""
        return OriginalStore(self.home / "archive", self.keyring.original_key())

    def make_folders(self) -> None:
        """Create the home folders, closed to others."""
        for folder in (self.home, *(self.home / n for n in ("inbox", "outbox", "archive", "keys", "reports"))):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
