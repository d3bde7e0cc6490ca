"""What a run did, for the one who started it in the same process. Data only; holds no delivered value."""

from collections.abc import Callable
from dataclasses import dataclass, field

from warehouse.cells import Slice
from warehouse.contracts.base import Contract
from warehouse.contracts.delivery import Fault
from warehouse.contracts.registry import CONTRACTS
from warehouse.receipts import Change, Revision


@dataclass(frozen=True, slots=True)
class Intake:
    """What became of one file in the inbox; of a file that fills several tables, one of them."""

    fil: str
    leverans_id: int
    andring: Change
    status: str
    kalla: str | None = None
    tabell: str | None = None
    namnd: str | None = None
    rader_lasta: int = 0
    rader_godkanda: int = 0
    rader_karantan: int = 0
    overlapp: int = 0
    revision: Revision | None = None
    """What it changed of what it replaced; None where it replaced nothing."""
    closed: tuple[int, ...] = ()
    """Deliveries whose faults it corrects."""
    faults: tuple[Fault, ...] = ()
    notes: tuple[Fault, ...] = ()
    svar: int = 0
    """The number that the file's answers in the outbox have: that of its first delivery."""
    besvarad: bool = False
    """Whether a list for the sender lies there."""
    atersand: bool = False
    """Whether a marked copy of the workbook lies there."""

    @property
    def contract(self) -> type[Contract] | None:
        """The contract of the table it fills, where that is known."""
        return CONTRACTS.get(self.tabell or "")


@dataclass(slots=True)
class Received:
    """What became of the inbox. ``stuck`` are files that met an error that is ours: they lie where they lay."""

    results: list[Intake] = field(default_factory=list)
    stuck: list[tuple[str, str]] = field(default_factory=list)
    removed_originals: int = 0


def _silent(_text: str) -> None:
    """Tell nobody."""


@dataclass(slots=True)
class Journal:
    """A run's deliveries, counted tables and checks; ``tell`` is told what is going on now."""

    tell: Callable[[str], None] = _silent
    received: list[Received] = field(default_factory=list)
    counted: list[tuple[Slice, int]] = field(default_factory=list)
    checks: list[tuple[str, bool, int]] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    """What the engineer should know and the sender need not: which lines of a mapping are wrong."""
    outdated: list[str] = field(default_factory=list)
    """Declared corrections that the source has overtaken: they must be taken away."""
    stopped: list[str] = field(default_factory=list)
    """What must be mended before anything can be taken in."""
