"""One edition from beginning to end: gathered, cut, protected, audited, kept as a draft. For any kind of nämnd."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from functools import partial
from typing import Any

from sqlalchemy import Connection

from assets.publicering import forbered, grannar, lan
from assets.publicering.forbered import Osaker, Skyddad, Underlag
from assets.publicering.val import Val, choose
from assets.publicering.varianter import MEETS, VARIANTER
from assets.tables.counting import STANDARD, Setup
from quality.disclosure.policy import Policy
from quality.disclosure.release import PublicCell, ReleasedTable
from warehouse import audit_log, editions
from warehouse.contracts.errors import UserError
from warehouse.database import Database
from warehouse.editions import Printed, State


@dataclass(frozen=True, slots=True)
class Prepared:
    """What preparing came to. ``utgava`` None: no edition was made, and ``besked`` says why."""

    kommun: str
    """The nämnd: kommunkod, ``grupp:NAMN``, ``lan:01`` or ``riket``."""
    ar: int
    typ: str
    utgava: int | None = None
    variant: str = ""
    variant_titel: str = ""
    regel: str = ""
    varfor: str = ""
    """Why this variant: within secrecy with the draft, since it rests on true counts."""
    celler: dict[str, int] = field(default_factory=dict)
    """How many cells of each status."""
    besked: str = ""

    def as_json(self) -> dict[str, Any]:
        """The object that ``--json`` prints."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Order:
    """What is asked for, and by what it is made."""

    namnd: str
    ar: int
    policy: Policy
    run_id: str
    code_version: str
    uppgiven: str
    variant: str | None = None
    sekunder: float = 120.0
    grannar: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Kommuner that have agreed to publish together, by the group's name."""
    setup: Setup = STANDARD


def prepare(database: Database, order: Order) -> Prepared:
    """Make a draft, or say why there is none to make.

    Raises:
        UserError: There is nothing to make it of.
        Osaker: It could not be shown to be safe.
    """
    policy = order.policy
    nothing = Prepared(order.namnd, order.ar, "oppen", regel=policy.name)
    with database.begin() as conn:
        newest = editions.latest(conn, order.namnd, order.ar)
        before = editions.printed(conn, newest.utgava) if newest else []
        if _summed(order.namnd):
            base, made, words = _of_kommuner(conn, order)
        else:
            base, make = _gathered(conn, order)
    if not _summed(order.namnd):
        if newest and forbered.small_change(base, policy):
            return _without(nothing, newest, policy)
        chosen = _chosen(base, order, newest.variant if newest else None, make)
        made, words = chosen.skyddad, chosen.words + _lost_words(len(made_lost(chosen.skyddad)), order)
    if newest and newest.regel == policy.name and _same(made.tables, before):
        besked = f"Ingen ny utgåva behövs: inget har ändrats sedan utgåva {newest.utgava}, som gäller fortfarande."
        return Prepared(order.namnd, order.ar, "oppen", regel=policy.name, besked=besked)
    number = forbered.store(
        database, base, made, policy, run_id=order.run_id, code_version=order.code_version, uppgiven=order.uppgiven
    )
    cells = statuses(c for t in made.tables for c in t.cells)
    title = made.variant.titel
    return Prepared(order.namnd, order.ar, "oppen", number, made.variant.namn, title, policy.name, words, cells)


def _chosen(base: Underlag, order: Order, before: str | None, make: Callable[..., Skyddad]) -> Val:
    """Cut as asked for; else as the year's newest edition is, so that a correction changes no more than it must."""
    choosing = partial(choose, base, order.policy, setup=order.setup, seconds=order.sekunder, make=make)
    if order.variant is None and before in VARIANTER:
        with suppress(Osaker):
            return choosing(want=before, because="som årets förra utgåva har")
    return choosing(want=order.variant)


def made_lost(made: Skyddad) -> tuple[str, ...]:
    """The small counts that can be worked out from what is out already, whatever is hidden now."""
    return tuple(c for c in made.built.redan if c in made.built.system.cells)


def _lost_words(number: int, order: Order) -> str:
    if not number:
        return ""
    return (
        f"\nOBS! {number} små tal eller rester går redan att räkna ut av det som är ute (tidigare utgåvor eller "
        "registrerade utlämnanden), hur mycket som än döljs nu. De trycks inte. Vad en läsare hittar: "
        f"kvinnofrid disclosure attack --kommun {order.namnd} --ar {order.ar}"
    )


def statuses(cells: Iterable[PublicCell | Printed]) -> dict[str, int]:
    """How many cells of each status."""
    return dict(sorted(Counter(c.status for c in cells).items()))


def _summed(namnd: str) -> bool:
    return namnd == "riket" or namnd.startswith("lan:")


def _of_kommuner(conn: Connection, order: Order) -> tuple[Underlag, Skyddad, str]:
    if order.variant is not None:
        raise UserError("Ett län eller riket har ingen indelning att välja: det är summor av det kommunerna släppt.")
    last = audit_log.head(conn)
    members = lan.members(conn, order.namnd, order.ar)
    made = lan.summed(order.namnd, order.ar, members, order.setup.plan)
    taking_part = tuple(m.utgava for m in members)
    base = Underlag(order.namnd, order.ar, (), (), (), (), {}, last.nr if last else 0, taking_part)
    return base, made, f"Summor av det som {len(members)} kommuner har släppt. Inget annat är läst."


def _gathered(conn: Connection, order: Order) -> tuple[Underlag, Callable[..., Skyddad]]:
    """What is counted and out, and what protects it: beside neighbours where something is out together with them."""
    if order.namnd.startswith(grannar.PREFIX):
        namn = order.namnd.removeprefix(grannar.PREFIX)
        if namn not in order.grannar:
            names = ", ".join(sorted(order.grannar)) or "ingen"
            raise UserError(f"Gruppen {namn} finns inte i inställningarna (KVINNOFRID_GRANNAR). Där finns: {names}.")
        together = grannar.gather_group(conn, namn, order.grannar[namn], order.ar, setup=order.setup)
        return together.samlat, partial(_beside, together, None)
    groups = {e.namnd.removeprefix(grannar.PREFIX) for e in editions.dispatched(conn) if e.niva == "grupp"}
    forgotten = sorted(groups - set(order.grannar))
    if forgotten:
        raise UserError(
            f"Gruppen {forgotten[0]} har gett ut siffror tillsammans men står inte i inställningarna längre, så det "
            "går inte att se vilka de gäller. Sätt tillbaka den i KVINNOFRID_GRANNAR, med samma kommuner."
        )
    mine = sorted(namn for namn in groups if order.namnd in order.grannar[namn])
    out = [namn for namn in mine if _is_out(conn, namn, order.ar)]
    if len(out) > 1:
        raise UserError(
            f"{order.namnd} har gett ut siffror i flera grupper ({', '.join(out)}). De kan inte granskas tillsammans "
            "ännu, så inget nytt ges ut. Lämna uppgifterna i en sekretessbilaga så länge."
        )
    if out:
        together = grannar.gather_group(conn, out[0], order.grannar[out[0]], order.ar, setup=order.setup)
        base = next(m for m in together.medlemmar if m.kommun == order.namnd)
        return base, partial(_beside, together, order.namnd)
    return forbered.gather(conn, order.namnd, order.ar, setup=order.setup), forbered.protected


def _beside(together: grannar.Grupp, trycker: str | None, _base: Underlag, *args: Any, **said: Any) -> Skyddad:
    return grannar.protected_group(together, *args, trycker=trycker, **said)


def _is_out(conn: Connection, namn: str, ar: int) -> bool:
    found = editions.dispatched(conn, grannar.PREFIX + namn)
    return any(abs(e.ar - ar) < MEETS and e.typ == "oppen" for e in found)


def _without(nothing: Prepared, newest: State, policy: Policy) -> Prepared:
    besked = (
        f"Ingen ny utgåva behövs. Rättelsen sedan utgåva {newest.utgava} gäller färre än {policy.smallest_revision} "
        "personer i varje cell: den sparas tills det finns mer att rätta, för annars skulle skillnaden peka ut dem som "
        "den gäller. Utgåvan gäller fortfarande."
    )
    return Prepared(nothing.kommun, nothing.ar, nothing.typ, regel=nothing.regel, besked=besked)


def _same(tables: Sequence[ReleasedTable], before: Sequence[Printed]) -> bool:
    """Whether the tables say, cell by cell, what the edition already says."""
    return {_said(c) for t in tables for c in t.cells} == {_said(c) for c in before}


def _said(c: PublicCell | Printed) -> tuple[Any, ...]:
    codes = tuple(sorted(c.dimensioner.items()))
    return c.tabell, c.period, codes, c.kon, c.matt, c.status, c.varde, c.fran, c.till
