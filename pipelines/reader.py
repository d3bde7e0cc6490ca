"""The warehouse as the login itself may read it: what a person is shown is never read with more than their own rights.

With a database of one's own the login reads as what it is (kvalitet, revisor, publik); the installation's own server
has only the pipeline's. Nothing is written, made or upgraded here.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from pipelines.home import existing
from pipelines.settings import Settings
from warehouse.database import Database, normalise_url


@contextmanager
def reading_as_oneself(settings: Settings) -> Iterator[Database]:
    """The warehouse's database, with the login's own rights."""
    if not settings.database_url:
        with existing(settings) as home:
            yield home.database
        return
    url = normalise_url(settings.database_url)
    database = Database(url, url)
    try:
        yield database
    finally:
        database.dispose()
