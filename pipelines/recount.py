"""Supervised recounts: an auditor orders, the pipeline counts, and the answer is equal, unequal or why it cannot be.

An order carries no number and an answer none, so nothing can be found out by asking.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import Connection, text

from pipelines.own_login import OwnLogin, needs_installation
from pipelines.settings import Settings
from pipelines.trace import reading
from warehouse import harkomst, sparning
from warehouse.contracts.errors import KvinnofridError, UserError
from warehouse.harkomst import Order
from warehouse.released import Ref

if TYPE_CHECKING:
    from assets.tables.counting import Setup

_MAY_ORDER = text(
    "SELECT has_schema_privilege('revision', 'USAGE')"
    " AND has_function_privilege('revision.bestall_omrakning(integer, text, integer, text)', 'EXECUTE')"
)


@dataclass(frozen=True, slots=True)
class Done:
    """What a run of waiting orders came to: each with its answer."""

    orders: tuple[Order, ...]

    @property
    def unequal(self) -> bool:
        """Whether some number was not as it is printed."""
        return any(o.utfall == "olika" for o in self.orders)


def order(settings: Settings, ref: Ref, som: str, login: OwnLogin | None = None) -> Order:
    """Order a recount of a published number. Raises ``UserError`` where it may not be, or there is none such."""
    from pipelines.release import refuse_identifiers
    from warehouse.editions import refused

    refuse_identifiers(som)
    with reading(settings, login) as database, database.begin() as conn:
        if not conn.execute(_MAY_ORDER).scalar():
            raise UserError("Inloggningen får inte beställa omräkningar. Det får rollerna revisor och kvalitet.")
        with refused():
            number = harkomst.order(conn, ref.utgava, ref.tabell, ref.ordning, som)
        return next(o for o in harkomst.orders(conn) if o.omrakning_id == number)


def listed(settings: Settings, login: OwnLogin | None = None) -> list[Order]:
    """The orders and their answers. Raises ``UserError`` where the login may not read them."""
    with reading(settings, login) as database, database.begin() as conn:
        if not sparning.may(conn, "revision.omrakning"):
            raise UserError("Inloggningen får inte läsa omräkningarna. Det får rollerna revisor och kvalitet.")
        return harkomst.orders(conn)


def run(settings: Settings, login: OwnLogin | None = None) -> Done:
    """Carry out the orders that wait, each in a transaction of its own. Needs the installation's own login."""
    needs_installation(settings, "Beställda omräkningar görs", login)
    from pipelines.work import up_to_date, workspace_of

    with up_to_date(settings) as home:
        ws = workspace_of(home)
        with home.database.begin() as conn:
            waiting = harkomst.orders(conn, waiting=True)
        for one in waiting:
            with home.database.begin() as conn:
                utfall, why = _answer(conn, one, ws.setup, ws.code_version)
                harkomst.answer(conn, one.omrakning_id, utfall, why, ws.code_version)
        numbers = {o.omrakning_id for o in waiting}
        with home.database.begin() as conn:
            return Done(tuple(o for o in harkomst.orders(conn) if o.omrakning_id in numbers))


def _answer(conn: Connection, one: Order, setup: "Setup", code_version: str) -> tuple[str, str]:
    from assets.publicering.omrakning import recount

    cells = sparning.table(conn, one.utgava, one.tabell)
    cell = next(c for c in cells if c.ordning == one.ordning)
    try:
        found = recount(conn, cell, setup=setup, code_version=code_version)
    except KvinnofridError as error:  # its words are safe, and say what to do
        return "gar_inte", str(error)
    if found.utfall == "lika" and found.bakom == "olika":
        return "olika", ""
    return found.utfall, found.varfor if found.utfall == "gar_inte" else ""
