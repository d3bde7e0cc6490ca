"""From a warehouse to a report on disk: reads with a reader's rights, puts together, writes. Steps only.

What is read is ``underlag``'s, what it says ``innehall``'s, how it is written ``skriv``'s.
"""

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, text

from assets.report.kontroll import avvikande
from assets.report.modell import Rapport
from assets.report.underlag import Underlag
from assets.report.underlag import read as read_underlag
from assets.tables.catalogue import Plan
from warehouse import released
from warehouse.contracts.errors import KvinnofridError, UserError
from warehouse.released import NoEdition

INSIDE = "INOM SEKRETESS: rapporten är en sekretessbilaga. Den är bara för dem som den lämnats till."
Tell = Callable[[str], None]


class NotReleased(KvinnofridError):
    """The report would print what is not released: a fault of ours. Says how many numbers, none of them."""

    def __init__(self, antal: int) -> None:
        super().__init__(f"{antal} tal i rapporten är inte vad utgåvan säger. Inget är skrivet. Anmäl det gärna.")
        self.antal = antal


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
    egna: Path
    """Folder where the kommun's own texts are looked for."""
    egna_texter: int
    """How many were found."""
    rapport: Rapport

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
            "egna_texter": {"mapp": str(self.egna), "antal": self.egna_texter},
            "varningar": [{"fil": f, "rad": n, "besked": what} for f, n, what in self.varningar],
        }


def read(conn: Connection, kommun: str, ar: int, utgava: int | None, plan: Plan) -> Underlag:
    """What the report is made of: read as the public does, but for what is asked for by number and is not open.

    Raises:
        NoEdition: Nothing that holds is published.
        UserError: There is no such edition, or the login may not see it.
    """
    if not released.readable(conn):
        raise NoEdition(f"Ingen utgåva: inget är publicerat för {kommun} {ar}.")
    if conn.execute(text("SELECT to_regclass('publicering.tillkomst')")).scalar() is None:
        raise UserError("Databasens schema är äldre än programmet. Kör: kvinnofrid db upgrade")
    with _reader(conn, utgava):
        found = read_underlag(conn, kommun, ar, utgava, plan=plan)
    for edition in (found.utgiven, found.forra_aret, found.foregaende):
        if edition is not None:
            released.refuse_altered(conn, edition.edition.utgava)
    return found


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
    underlag: Underlag,
    home: Path,
    own: Path,
    *,
    formats: Collection[str],
    ut: Path | None = None,
    tell: Tell = lambda _text: None,
) -> Written:
    """Put the report together and write it; ``own`` is the folder of the kommuner's own texts, ``ut`` where to.

    Raises:
        UserError: The kommun's own texts have faults, or the report cannot be written.
    """
    from assets.report import egna
    from assets.report.innehall import bygg
    from assets.report.skriv import skriv_alla

    edition = underlag.edition
    tell("Läser kommunens egna texter")
    texts = egna.las(own / edition.namnd, underlag, med_mall="word" in formats)
    tell("Sätter samman rapporten")
    rapport = bygg(underlag, texts)
    if unlike := avvikande(underlag, rapport):
        raise NotReleased(len(unlike))
    mapp = (ut or folder(home, underlag)).expanduser().absolute()
    files = skriv_alla(underlag, rapport, mapp, formats=formats, mall=texts.mall, tell=tell)
    return Written(
        edition.utgava, edition.namnd, edition.ar, edition.typ, edition.tillstand, mapp, tuple(files),
        texts.varningar, own / edition.namnd, len(texts.texter), rapport,
    )  # fmt: skip


def folder(home: Path, underlag: Underlag) -> Path:
    """Where a report stands unless somebody says otherwise: open papers in one folder, others in another."""
    e = underlag.edition
    kind = "rapport" if e.typ == "oppen" else "sekretess"
    return home / "reports" / kind / f"{e.namnd.replace(':', '-')}-{e.ar}-U{e.utgava}"
