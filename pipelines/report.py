"""``kvinnofrid report``: opens the warehouse for the report. What is done then is the work of ``assets.report``."""

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

from assets.report.gor import NoEdition, Written, make, read
from pipelines.home import opened
from pipelines.reader import reading_as_oneself
from pipelines.settings import Settings
from warehouse.database import Database

__all__ = ["NoEdition", "Written", "write"]


def write(
    settings: Settings,
    kommun: str,
    ar: int,
    *,
    utgava: int | None = None,
    formats: Collection[str],
    ut: Path | None = None,
    tell: Callable[[str], None] = lambda _text: None,
) -> Written:
    """Write the report of the edition that holds, or of the one asked for.

    Raises:
        NoEdition: Nothing that holds is published.
        UserError: The edition may not be seen, the kommun's own texts have faults, or it cannot be written.
    """
    from pipelines.plan import setup_of

    tell("Läser utgåvan")
    plan = setup_of(settings).plan
    with _warehouse(settings) as database, database.begin() as conn:
        underlag = read(conn, kommun, ar, utgava, plan)
    return make(underlag, settings.home, settings.rapport, formats=formats, ut=ut, tell=tell)


@contextmanager
def _warehouse(settings: Settings) -> Iterator[Database]:
    """The installation's own with its schema up to date, or somebody's server as the login may read it."""
    if settings.database_url:
        with reading_as_oneself(settings) as database:
            yield database
        return
    from pipelines.work import ensure_schema

    with opened(settings) as home:
        ensure_schema(home)
        yield home.database
