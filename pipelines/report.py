"""``kvinnofrid report``: opens the warehouse for the report. What is done then is the work of ``assets.report``."""

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

from assets.report.gor import Written, folder, make, read
from assets.report.mapp import ratt_plats, whose
from assets.report.skriv import FILER
from pipelines.reader import reading_as_oneself
from pipelines.settings import Settings
from warehouse.contracts.errors import UserError
from warehouse.database import Database


def write(
    settings: Settings,
    kommun: str,
    ar: int,
    *,
    utgava: int | None = None,
    formats: Collection[str],
    ut: Path | None = None,
    tell: Callable[[str], None] = lambda _text: None,
    gone: Callable[[tuple[str, ...]], None] = lambda _forms: None,
) -> Written:
    """Write the report of the edition that holds, or of the one asked for.

    ``gone`` hears which forms of an earlier writing the folder no longer holds: they could say something else.

    Raises:
        NoEdition: Nothing that holds is published.
        UserError: The edition may not be seen, the kommun's own texts have faults, or it cannot be written.
    """
    from pipelines.plan import setup_of

    tell("Läser utgåvan")
    if "rapport" in settings.model_fields_set and not settings.rapport.is_dir():
        raise UserError(
            f"Mappen {settings.rapport} finns inte, så rapporten skulle sakna kommunens egna texter. Rätta "
            "KVINNOFRID_RAPPORT, eller ta bort inställningen."
        )
    plan = setup_of(settings).plan
    with _warehouse(settings) as database, database.begin() as conn:
        underlag = read(conn, kommun, ar, utgava, plan)
    if ut is not None:
        ratt_plats(ut, settings.home / "reports", oppen=underlag.edition.typ == "oppen")
    before = _forms((ut or folder(settings.home, underlag)).expanduser().absolute())
    done = make(underlag, settings.home, settings.rapport, formats=formats, ut=ut, tell=tell)
    if lost := tuple(f for f in before if f not in formats):
        gone(lost)
    return done


def _forms(mapp: Path) -> tuple[str, ...]:
    """The forms of the report that stands in a folder; none where it is another's, which is refused later."""
    return tuple(f for f, name in FILER.items() if (mapp / name).exists()) if whose(mapp) is not None else ()


@contextmanager
def _warehouse(settings: Settings) -> Iterator[Database]:
    """The installation's own with its schema up to date, or somebody's server as the login may read it."""
    if settings.database_url:
        with reading_as_oneself(settings) as database:
            yield database
        return
    from pipelines.work import up_to_date

    with up_to_date(settings) as home:
        yield home.database
