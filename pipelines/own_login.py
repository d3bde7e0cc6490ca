"""The database as a person's own login, which proves who it is, and what a login may not do, kindly said."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from sqlalchemy import make_url, text

from pipelines.home import existing
from pipelines.settings import Settings
from warehouse.contracts.errors import UserError
from warehouse.database import Database, WarehouseError, normalise_url
from warehouse.embedded import PIPELINE
from warehouse.roles import fit_for_login

_ANSWERS = "SELECT rolsuper OR pg_has_role(rolname, :role, 'MEMBER') FROM pg_roles WHERE rolname = session_user"


class OwnLogin(NamedTuple):
    """A login of one's own, and its password."""

    namn: str
    losenord: str

    def __repr__(self) -> str:
        return f"OwnLogin({self.namn!r})"


@contextmanager
def person(url: str, login: OwnLogin) -> Iterator[Database]:
    """The database at ``url`` as that login. Raises ``UserError`` where it does not get in."""
    if not fit_for_login(login.namn):
        raise UserError("Så kan en inloggning inte heta. Gör en egen: kvinnofrid db login NAMN --roll kvalitet")
    told = make_url(url).set(username=login.namn, password=login.losenord).render_as_string(hide_password=False)
    database = Database(told, told)
    try:
        try:
            with database.begin():
                pass
        except WarehouseError:
            raise UserError(
                f"Inloggningen {login.namn} kom inte in. Se efter namnet och lösenordet (KVINNOFRID_LOGIN_PASSWORD), "
                f"eller ge den ett nytt: kvinnofrid db login {login.namn}"
            ) from None
        yield database
    finally:
        database.dispose()


@contextmanager
def reading_as(settings: Settings, login: OwnLogin) -> Iterator[Database]:
    """The installation's warehouse as that login."""
    if settings.database_url:
        with person(normalise_url(settings.database_url), login) as database:
            yield database
        return
    with existing(settings) as home, person(home.database.url, login) as database:
        yield database


def needs_installation(settings: Settings, what: str, login: OwnLogin | None = None) -> None:
    """Refuse, kindly, a login that is a reader's where only the installation's own will do.

    ``what``: what is done, as a sentence begins. Raises ``UserError``.
    """
    if login is None:
        if not settings.database_url:
            return
        url = normalise_url(settings.database_url)
        database = Database(url, url)
        try:
            may = _is_pipeline(database)
        finally:
            database.dispose()
    else:
        with reading_as(settings, login) as database:
            may = _is_pipeline(database)
    if not may:
        raise UserError(
            f"{what} av den som sköter installationen, med installationens egen inloggning. Inloggningen du använder "
            "får läsa, men inte det. Be den som sköter installationen."
        )


def _is_pipeline(database: Database) -> bool:
    with database.begin() as conn:
        if conn.execute(text("SELECT to_regrole(:role)"), {"role": PIPELINE}).scalar() is None:
            return True  # a server that has not been set up: whoever comes first does it
        return bool(conn.execute(text(_ANSWERS), {"role": PIPELINE}).scalar())
