"""Releasing: a draft prepared, and the steps that people take with it. Words and grids are in ``show_release``.

What may be done is decided by the database (``warehouse.editions``), what is safe by ``quality.disclosure``. Here they
are put in order, and the log's head is signed after each step.
"""

import getpass
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from pipelines.home import Home
from pipelines.own_login import OwnLogin, person
from pipelines.settings import Settings
from pipelines.work import up_to_date, workspace_of
from quality.identity_scan import mask_text
from warehouse import audit_log, editions
from warehouse.contracts.errors import UserError
from warehouse.database import Database, WarehouseError
from warehouse.editions import Event, State, Steg, Typ

if TYPE_CHECKING:
    from assets.publicering.utgava import Prepared


@dataclass(frozen=True, slots=True)
class Who:
    """Who takes a step: the name that is stated, and a database login of one's own where there is one."""

    som: str
    login: str | None = None
    losenord: str = field(default="", repr=False)


def somebody() -> str:
    """Who is stated where nobody is named: the user of this computer."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "okänd användare"


@contextmanager
def logged_in(home: Home, who: Who) -> Iterator[Database]:
    """The warehouse as that person's own login; without one as the installation's."""
    if who.login is None:
        yield home.database
        return
    with person(home.database.url, OwnLogin(who.login, who.losenord)) as database:
        yield database


@contextmanager
def signed(home: Home) -> Iterator[None]:
    """Sign the log's head after what is done inside, with the installation's key."""
    from pipelines.show import complain

    with audit_log.signing(home.database, home.settings.home / "keys", complain):
        yield


@contextmanager
def permitted() -> Iterator[None]:
    """Say what a login may not do in words that help."""
    try:
        yield
    except WarehouseError as error:
        if "42501" not in str(error):
            raise
    else:
        return
    raise UserError(
        "Inloggningen får inte göra det här. Den ska ha rollen kvalitet eller registeransvarig: "
        "kvinnofrid db login NAMN --roll kvalitet"
    )


# --- preparing --------------------------------------------------------------------------------------------------------


def prepare(
    settings: Settings, namnd: str, ar: int, *, typ: Typ = "oppen", variant: str | None = None, seconds: float = 120.0,
    who: Who,
) -> "Prepared":  # fmt: skip
    """Make a draft for a kommun, ``grupp:NAMN``, ``lan:01`` or ``riket``.

    Raises ``UserError`` where there is nothing to make it of, ``Osaker`` where it cannot be safe.
    """
    from assets.publicering import bilaga, utgava

    refuse_identifiers(who.som)
    with up_to_date(settings) as home, signed(home):
        ws = workspace_of(home)
        run_id = str(uuid.uuid4())
        if typ == "oppen":
            order = utgava.Order(
                namnd, ar, settings.policy_of(namnd), run_id, ws.code_version, who.som, variant, seconds,
                ws.grannar, ws.setup,
            )  # fmt: skip
            return utgava.prepare(home.database, order)
        if not namnd.isdigit():
            raise UserError("En sekretessbilaga eller tertialutgåva görs för en kommun i taget.")
        with home.database.begin() as conn:
            number = bilaga.draft(
                conn, namnd, ar, typ, setup=ws.setup, run_id=run_id, code_version=ws.code_version, uppgiven=who.som
            )
            cells = utgava.statuses(editions.draft_cells(conn, number))
        return utgava.Prepared(namnd, ar, typ, number, bilaga.VARIANT, bilaga.MARK, bilaga.RULE, "", cells)


# --- steps ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Taken:
    """A step that was taken: where the edition stands, and the line of the log."""

    state: State
    event: Event
    login: str | None = None
    """The login of one's own that it was taken with."""

    def as_json(self) -> dict[str, Any]:
        """The object that ``--json`` prints."""
        return {"utgava": asdict(self.state), "handelse": asdict(self.event)}


def refuse_identifiers(*texts: str) -> None:
    """What is written in the log stays there: nobody's personnummer may. Raises ``UserError`` without the value."""
    if any(mask_text(text) != text for text in texts):
        raise UserError(
            "Texten ser ut att innehålla ett personnummer eller ett liknande nummer. Det som skrivs i loggen går "
            "aldrig att ta bort, och en del av det läser alla. Skriv utan det."
        )


def take_step(settings: Settings, utgava: int, steg: Steg, who: Who, **uppgifter: str | None) -> Taken:
    """Take a step with an edition. What the database refuses is told as ``UserError``."""
    given = {name: value for name, value in uppgifter.items() if value is not None}
    refuse_identifiers(who.som, *given.values())
    with (
        up_to_date(settings) as home,
        signed(home),
        logged_in(home, who) as database,
        permitted(),
        database.begin() as conn,
    ):
        editions.step(conn, utgava, steg, who.som, **given)
        event = editions.events(conn, utgava)[-1]
        state = editions.state(conn, utgava)
    return Taken(state, event, who.login)
