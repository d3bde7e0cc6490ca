"""``kvinnofrid disclosure attack``: reading all that a reader has of a kommun and a year, and attacking it.

The attacker is ``quality.attacker``; it is told what is published and the publication's own rules, nothing else. Words
and grids are in ``show_disclosure``.
"""

import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, text

from pipelines.reader import reading_as_oneself
from pipelines.settings import Settings
from warehouse import editions, released
from warehouse.contracts.errors import UserError
from warehouse.editions import Registered, State

if TYPE_CHECKING:
    from quality.attacker import Attack, Book, Counterfactual, Figure, Printed

INSIDE = "INOM SEKRETESS: ett utkast är med i angreppet. Det som står här får inte lämnas ut."


@dataclass(frozen=True, slots=True)
class Read:
    """An edition that was attacked. ``namnd`` is a kommun, its län, the nation or a group that it is in."""

    utgava: int
    namnd: str
    ar: int
    tillstand: str


@dataclass(frozen=True, slots=True)
class Revision:
    """A public report's figures, what they give away, and how they would have stood if they had been protected."""

    tal: "tuple[Figure, ...]"
    motbild: "Counterfactual"
    skyddad: "tuple[Printed, ...]"

    def as_json(self) -> dict[str, Any]:
        """The object that ``--json`` prints."""
        names = ("tabell", "dimensioner", "kon", "matt", "status", "varde")
        return self.motbild.as_json() | {
            "skyddad_rapport": [{n: getattr(c, n) for n in names} for c in self.skyddad],
        }


@dataclass(frozen=True, slots=True)
class Attacked:
    """What the attacker was given and what it found. ``attack`` None: nothing is published, and ``besked`` says so."""

    kommun: str
    ar: int
    utgavor: tuple[Read, ...] = ()
    utlamnat: int | None = 0
    """How many numbers that left another way were told too; None where the login may not read which they are."""
    utkast: int | None = None
    attack: "Attack | None" = None
    tid: float = 0.0
    """Seconds that the attack took."""
    externa: frozenset[int] = frozenset()
    """The numbers that stand for external releases among the findings."""
    revision: Revision | None = None
    besked: str = ""

    @property
    def rent(self) -> bool:
        """Whether everything was examined and nothing was recovered."""
        return self.attack is not None and self.attack.rent

    def as_json(self) -> dict[str, Any]:
        """The object that ``--json`` prints."""
        found = self.attack.as_json() if self.attack else {}
        for one in found.get("fynd", ()):
            if one["utgava"] in self.externa:
                one["utgava"] = None
        return {
            **({"sekretess": INSIDE} if self.utkast else {}),
            "kommun": self.kommun,
            "ar": self.ar,
            "utgavor": [asdict(one) for one in self.utgavor],
            "utlamnat": self.utlamnat,
            "utkast": self.utkast,
            "rent": self.rent if self.attack else None,
            **found,
            "tid": round(self.tid, 2),
            "revision": self.revision.as_json() if self.revision else None,
            "besked": self.besked,
        }


def attacked(
    settings: Settings, kommun: str, ar: int, *, utkast: int | None = None, revision: bool = False,
    seconds: float = 120.0,
) -> Attacked:  # fmt: skip
    """Attack all that is published and connected with a kommun and a year, with a draft if one is named.

    Raises:
        UserError: The login may not read what is registered, or the draft is another's or none.
    """
    from pipelines.plan import setup_of

    setup = setup_of(settings)
    with reading_as_oneself(settings) as database, database.begin() as conn:
        if not _made(conn):
            return _nothing(kommun, ar)
        found = _attack(conn, settings, kommun, ar, utkast, setup.plan, seconds)
        counter = audited(conn, kommun, ar, settings, setup.plan) if revision else None
    return replace(found, revision=counter)


def _made(conn: Connection) -> bool:
    if released.may_read(conn, "revision") is False or released.may_read(conn, "publicering") is False:
        raise UserError(
            "Inloggningen får inte läsa loggen över utgåvor, som säger vad som är ute. Använd en inloggning för "
            "kvalitet eller revisor."
        )
    return released.may_read(conn, "publicering") is not None and released.is_made(conn)


def _nothing(kommun: str, ar: int) -> Attacked:
    return Attacked(
        kommun, ar,
        besked=f"Ingen utgåva: inget är publicerat för {kommun} {ar}, så det finns inget att angripa. Ett utkast "
        "angrips med --utkast N.",
    )  # fmt: skip


def _attack(
    conn: Connection, settings: Settings, kommun: str, ar: int, utkast: int | None, plan: Any, seconds: float
) -> Attacked:
    out = connected(editions.dispatched(conn), kommun, ar, settings)
    if utkast is not None:
        out = [*out, _draft(conn, utkast, kommun, ar)]
    if not any(s.namnd == kommun for s in out):
        return _nothing(kommun, ar)
    inside = released.may_read(conn, "tabell")
    left = [e for e in editions.externals(conn) if e.what.namnd in {s.namnd for s in out}] if inside else []
    cells = [c for s in out for c in _printed(conn, s)]
    others = list(external(left, after=max(s.utgava for s in out)))
    began = time.monotonic()
    made = by_rule([*cells, *others], {s.utgava: s.regel for s in out}, open_book(plan), seconds)
    return Attacked(
        kommun,
        ar,
        tuple(Read(s.utgava, s.namnd, s.ar, s.tillstand) for s in out),
        len(others) if inside else None,
        utkast,
        made,
        time.monotonic() - began,
        frozenset(c.utgava for c in others),
    )


# --- what a reader has ------------------------------------------------------------------------------------------------


def connected(out: Sequence[State], kommun: str, ar: int, settings: Settings) -> list[State]:
    """Open editions of the kommun, its län, the nation and its groups, of every year that pooled periods reach.

    Years are within reach of each other where some pooled period could hold both, step by step. What is replaced or
    withdrawn has been public all the same.
    """
    from assets.publicering.varianter import POOLED

    groups = {f"grupp:{name}" for name, codes in settings.grannar.items() if kommun in codes}
    ours = [s for s in out if s.typ == "oppen" and s.namnd in {kommun, f"lan:{kommun[:2]}", "riket", *groups}]
    years, grown = set[int](), {ar}
    while grown - years:
        years |= grown
        grown = {s.ar for s in ours if any(abs(s.ar - y) < POOLED for y in years)}
    return [s for s in ours if s.ar in years]


def _draft(conn: Connection, utkast: int, kommun: str, ar: int) -> State:
    if not released.may_read(conn, "tabell"):
        raise UserError("Inloggningen får inte läsa utkast: de är inom sekretess. De är till för kvalitetsenheten.")
    state = editions.state(conn, utkast)
    if state.expedierad is not None:
        raise UserError(f"Utgåva {utkast} är redan expedierad och är alltid med. Utelämna --utkast.")
    if (state.namnd, state.ar) != (kommun, ar):
        raise UserError(f"Utkast {utkast} gäller {state.namnd} {state.ar}, inte {kommun} {ar}.")
    if state.typ != "oppen" or state.tillstand == "forkastad":
        raise UserError(f"Utgåva {utkast} kan inte bli öppen: den är förkastad eller en sekretessbilaga.")
    return state


def _printed(conn: Connection, state: State) -> list["Printed"]:
    from quality.attacker import Printed

    read = editions.draft_cells if state.expedierad is None else editions.printed
    return [
        Printed(
            state.utgava, c.tabell, state.namnd, state.ar, c.period, c.dimensioner, c.kon, c.matt, c.status, c.varde,
            c.fran, c.till,
        )
        for c in read(conn, state.utgava)
    ]  # fmt: skip


def external(left: Sequence[Registered], after: int) -> list["Printed"]:
    """What left another way, as printed cells of editions of their own (one more for each time a cell was told)."""
    import math

    from quality.attacker import Printed

    found, times = [], dict[Any, int]()
    for one in left:
        w = one.what
        low = 0 if w.lag is None else math.ceil(w.lag - 1e-9)
        high = None if w.hog is None else math.floor(w.hog + 1e-9)
        exact = low == high
        cell = Printed(
            after + 1, w.tabell, w.namnd, w.ar, w.period, w.dimensioner, w.kon, w.matt,
            "visas" if exact else "intervall", float(low) if exact else None, None if exact else low,
            None if exact else high,
        )  # fmt: skip
        times[cell.coordinate] = times.get(cell.coordinate, 0) + 1
        found.append(replace(cell, utgava=after + times[cell.coordinate]))
    return found


def open_book(plan: Any) -> "Book":
    """What the documentation tells a reader of the plan's tables."""
    from assets.publicering.plan import PUBLICERAS
    from assets.tables.catalogue import planned
    from quality.attacker import book

    return book(planned(plan), also_open=[o.tabell for o in PUBLICERAS.values() if o.oppen])


def by_rule(cells: Sequence["Printed"], rules: dict[int, str], open_to_all: "Book", seconds: float = 120.0) -> "Attack":
    """Attack all the cells together; each edition is held to the rule that it was published under."""
    from assets.publicering.plan import nollor_dolda
    from quality.attacker import attack
    from quality.disclosure.policy import DEFAULT, PRESETS

    fewest = {u: PRESETS[r if r in PRESETS else DEFAULT].threshold for u, r in rules.items()}
    thresholds = sorted(set(fewest.values()), reverse=True)
    found = [
        attack(cells, open_to_all, threshold=t, seconds=seconds, minsta_bas=0, noll_dolda=nollor_dolda())
        for t in thresholds
    ]
    fynd = tuple(f for t, a in zip(thresholds, found, strict=True) for f in a.fynd
                 if fewest.get(f.utgava, thresholds[0]) == t)  # fmt: skip
    return replace(
        found[0], fynd=fynd, tid_ute=any(a.tid_ute for a in found), oavgjorda=max(a.oavgjorda for a in found),
        motsagda=max(a.motsagda for a in found),
    )  # fmt: skip


# --- what an audit has made public already ----------------------------------------------------------------------------

_AUDITED = text(
    "SELECT namnd, ar, tabell, dimensioner, kon, matt, varde, kalldokument FROM verksamhet.aggregat_gallande"
    " WHERE namnd = :kommun AND ar = :ar ORDER BY tabell, dimensioner, kon, matt"
)


def audited(conn: Connection, kommun: str, ar: int, settings: Settings, plan: Any) -> Revision | None:
    """What a report with the delivered figures (source ``aggregat``) gives away, and had done if protected.

    None where no such figures are delivered. Raises ``UserError`` where the login may not read them.
    """
    from assets.publicering.motbild import protected
    from assets.publicering.plan import PUBLICERAS
    from quality.attacker import counterfactual, figures

    if not released.may_read(conn, "verksamhet"):
        raise UserError("Inloggningen får inte läsa de rapporterade siffrorna. De är till för kvalitetsenheten.")
    rows = [dict(row) for row in conn.execute(_AUDITED, {"kommun": kommun, "ar": ar}).mappings()]
    told = figures(rows, open_tables=[o.tabell for o in PUBLICERAS.values() if o.oppen])
    if not told:
        return None
    policy = settings.policy_of(kommun)
    safe = protected(told, policy)
    made = counterfactual(told, skyddat=safe, book=open_book(plan), threshold=policy.threshold)
    return Revision(told, made, tuple(safe))
