"""``kvinnofrid report``: reading an edition with a reader's rights, and writing the kartläggning of it.

What it says is ``assets.report``'s; words on the screen are in ``show_report``.
"""

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, text

from pipelines.home import opened
from pipelines.reader import reading_as_oneself
from pipelines.settings import Settings
from warehouse import released
from warehouse.contracts.errors import UserError
from warehouse.database import Database

if TYPE_CHECKING:
    from assets.report.underlag import Underlag
    from assets.tables.catalogue import Plan

INSIDE = "INOM SEKRETESS: rapporten är en sekretessbilaga. Den är bara för dem som den lämnats till."


class NoEdition(UserError):
    """Nothing that holds is published for what was asked."""


@dataclass(frozen=True, slots=True)
class Written:
    """A report that stands on disk."""

    utgava: int
    kommun: str
    ar: int
    typ: str
    tillstand: str
    mapp: Path
    filer: tuple[Path, ...]
    varningar: tuple[tuple[str, int, str], ...]
    """(file, line, what): what to look at in the kommun's own texts."""

    @property
    def storlek(self) -> int:
        """Bytes in all."""
        return sum(f.stat().st_size for f in self.filer)

    def as_json(self) -> dict[str, Any]:
        """The object that ``--json`` prints."""
        return {
            **({"sekretess": INSIDE} if self.typ != "oppen" else {}),
            "kommun": self.kommun,
            "ar": self.ar,
            "utgava": self.utgava,
            "typ": self.typ,
            "tillstand": self.tillstand,
            "mapp": str(self.mapp),
            "filer": [str(f.relative_to(self.mapp)) for f in self.filer],
            "bytes": self.storlek,
            "varningar": [{"fil": f, "rad": n, "besked": what} for f, n, what in self.varningar],
        }


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
    with _upgraded(settings) as database, database.begin() as conn:
        underlag = read(conn, kommun, ar, utgava, plan)
    return make(underlag, settings.home, settings.rapport, formats=formats, ut=ut, tell=tell)


@contextmanager
def _upgraded(settings: Settings) -> Iterator[Database]:
    """The warehouse: the installation's own with its schema up to date, somebody's server as the login may read it."""
    if settings.database_url:
        with reading_as_oneself(settings) as database:
            yield database
        return
    from pipelines.work import ensure_schema

    with opened(settings) as home:
        ensure_schema(home)
        yield home.database


def read(conn: Connection, kommun: str, ar: int, utgava: int | None, plan: "Plan") -> "Underlag":
    """What the report is made of: read as the public does, but for what is asked for by number and is not open."""
    from assets.report.underlag import read as underlag

    if released.may_read(conn, "publicering") is False:
        raise UserError(
            "Inloggningen får inte läsa det som är publicerat. Använd en inloggning för publik, revisor eller kvalitet."
        )
    if released.may_read(conn, "publicering") is None or not released.is_made(conn):
        raise NoEdition(f"Ingen utgåva: inget är publicerat för {kommun} {ar}.")
    if conn.execute(text("SELECT to_regclass('publicering.tillkomst')")).scalar() is None:
        raise UserError("Databasens schema är äldre än programmet. Kör: kvinnofrid db upgrade")
    with _reader(conn, utgava):
        if utgava is None and not any(e.ar == ar and e.galler for e in released.of_namnd(conn, kommun)):
            try:
                return underlag(conn, kommun, ar, plan=plan)
            except UserError as error:
                raise NoEdition(str(error)) from None
        return underlag(conn, kommun, ar, utgava, plan=plan)


@contextmanager
def _reader(conn: Connection, utgava: int | None) -> Iterator[None]:
    """The public's rights, or the login's own where it asks for an edition that is not open."""
    asked = released.edition(conn, utgava) if utgava is not None else None
    if asked is None or asked.typ == "oppen":
        with released.as_public(conn):
            yield
        return
    if not released.tables_of(conn, asked.utgava):
        raise UserError(
            f"Utgåva {asked.utgava} är inom sekretess, och inloggningen får inte läsa den. Använd en inloggning för "
            "kvalitet."
        )
    yield


def make(
    underlag: "Underlag",
    home: Path,
    own: Path,
    *,
    formats: Collection[str],
    ut: Path | None = None,
    tell: Callable[[str], None] = lambda _text: None,
) -> Written:
    """Put the report together and write it; ``own`` is the folder of the kommuner's own texts, ``ut`` where to."""
    from assets.report import egna
    from assets.report.innehall import bygg
    from assets.report.skriv import skriv_alla

    edition = underlag.edition
    tell("Läser kommunens egna texter")
    texts = egna.las(own / edition.namnd, underlag)
    tell("Sätter samman rapporten")
    rapport = bygg(underlag, texts)
    mapp = (ut or folder(home, underlag)).expanduser().absolute()
    files = skriv_alla(underlag, rapport, mapp, formats=formats, mall=texts.mall, tell=tell)
    return Written(
        edition.utgava, edition.namnd, edition.ar, edition.typ, edition.tillstand, mapp, tuple(files), texts.varningar
    )


def folder(home: Path, underlag: "Underlag") -> Path:
    """Where a report stands unless somebody says otherwise: open papers in one folder, others in another."""
    e = underlag.edition
    kind = "rapport" if e.typ == "oppen" else "sekretess"
    return home / "reports" / kind / f"{e.namnd.replace(':', '-')}-{e.ar}-U{e.utgava}"
