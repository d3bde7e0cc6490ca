"""What editions are made of and told as: plain values, no database."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal, NamedTuple, Protocol

Typ = Literal["oppen", "sekretessbilaga", "tertial"]
Steg = Literal["granskad", "godkand", "expedierad", "faststalld", "atertagen", "forkastad"]
"""The steps that people take. ``utkast`` is ``draft``; ``ersatt`` comes when a newer edition is dispatched."""


@dataclass(frozen=True, slots=True)
class Head:
    """What a draft is of. ``namnd`` is a kommunkod, ``lan:01``, ``riket`` or ``grupp:NAMN``."""

    namnd: str
    ar: int
    system_sha256: str
    """Digest of the system of counts that was protected and audited."""
    monster_sha256: str
    """Digest of the pattern that says what is hidden."""
    regel: str
    """Name of the policy."""
    kodversion: str
    korning_id: str
    typ: Typ = "oppen"
    variant: str = ""
    """How coarse the tables are."""
    versioner: tuple[int, ...] = ()
    """Table versions that it was made from."""
    logg_nr: int | None = None
    """``audit_log.head(conn).nr`` when earlier editions and external releases began to be read for the system.

    What is released after that was not in the system, and stops the draft from being dispatched. None: now.
    """
    deltagare: tuple[int, ...] = ()
    """For sums of what others have released: their editions. Kept in the log."""

    @property
    def niva(self) -> str:
        """Level: kommun, grupp, lan or riket."""
        first = self.namnd.split(":")[0]
        return first if first in ("grupp", "lan", "riket") else "kommun"


class CellRow(NamedTuple):
    """A cell of an edition. ``varde`` only where status is ``visas``; ``fran``, ``till`` only for ``intervall``."""

    period: str
    dimensioner: Mapping[str, str]
    kon: str
    matt: str
    status: str
    varde: float | None = None
    fran: int | None = None
    till: int | None = None


@dataclass(frozen=True, slots=True)
class DraftTable:
    """A protected table: its cells in order (``CellRow``, or plain tuples of the same) and its notes."""

    tabell: str
    rows: Sequence[Sequence[Any]]
    notes: Sequence[str] = ()


class Basis(NamedTuple):
    """A count that an edition was made of: its true value and why it is hidden. Within secrecy.

    ``skal``: ``visas``, ``primar`` (hidden for its own sake), ``sekundar`` (for others') or ``rest`` (never printed).
    """

    cell: str
    """Id in the audited system."""
    tabell: str
    period: str
    dimensioner: Mapping[str, str]
    kon: str
    matt: str
    varde: float | None
    personer: int | None
    skal: str


class Behind(NamedTuple):
    """Rows of a delivery that stand behind a printed cell. Within secrecy."""

    tabell: str
    ordning: int
    """The cell's place among ``DraftTable.rows``."""
    leverans_id: int
    rader: int


class Verdict(Protocol):
    """What an audit found, as ``quality.disclosure.model.Verdict`` says it: ids and outcome, never a value."""

    @property
    def method(self) -> str:
        """``certifikat`` or ``lp``; others may be recorded too."""

    @property
    def passed(self) -> bool:
        """Whether all was proved safe."""

    @property
    def unsafe(self) -> Sequence[str]:
        """Ids of the unsafe cells."""

    @property
    def reason(self) -> str:
        """Why it did not pass."""

    @property
    def system(self) -> str:
        """Digest of the audited system."""

    @property
    def pattern(self) -> str:
        """Digest of the audited pattern."""

    @property
    def checked(self) -> int:
        """How many needs were examined."""


@dataclass(frozen=True, slots=True)
class Event:
    """A line of the log. ``styrkt``: the login is a person's own; otherwise the name is stated, not proved."""

    nr: int
    tid: datetime
    utgava: int | None
    steg: str
    av_login: str
    uppgiven: str
    styrkt: bool
    uppgifter: Mapping[str, Any]
    sha256: str


@dataclass(frozen=True, slots=True)
class State:
    """An edition and where it stands."""

    utgava: int
    namnd: str
    ar: int
    niva: str
    typ: str
    variant: str
    regel: str
    tillstand: str
    """utkast, granskad, godkand, expedierad, faststalld, ersatt, atertagen or forkastad."""
    skapad: datetime
    granskad_av: str | None
    godkand_av: str | None
    styrkt: bool
    """Whether two persons' own logins stand behind review and approval."""
    dnr: str | None
    expedierad: datetime | None
    faststalld: date | None
    paragraf: str | None
    ersatter: int | None
    ersatt_av: int | None
    atertagen: datetime | None
    orsak: str | None
    """Why it was withdrawn or thrown away."""
    text: str | None
    innehall_sha256: str | None
    """Digest of what was dispatched."""

    @property
    def galler(self) -> bool:
        """Whether it is out, neither replaced nor withdrawn."""
        return self.tillstand in ("expedierad", "faststalld")


class Printed(NamedTuple):
    """A cell of an edition with its table and place."""

    tabell: str
    ordning: int
    period: str
    dimensioner: Mapping[str, str]
    kon: str
    matt: str
    status: str
    varde: float | None
    fran: int | None
    till: int | None


@dataclass(frozen=True, slots=True)
class External:
    """A number that left another way: what it fixes of a cell (``lag`` = ``hog`` where it is exact)."""

    namnd: str
    ar: int
    mottagare: str
    datum: date
    vad: str
    tabell: str
    period: str
    kon: str
    matt: str
    lag: float | None
    hog: float | None
    dimensioner: Mapping[str, str] = field(default_factory=dict)
    dnr: str | None = None


@dataclass(frozen=True, slots=True)
class Registered:
    """An external release as it is kept."""

    extern_id: int
    registrerad: datetime
    uppgiven: str
    styrkt: bool
    what: External
