"""Which editions a reader may meet, as schema ``publicering`` tells it: nothing here needs a right to anything else.

Cells and notes are read with ``reading.read_table(..., edition=)``; what goes on inside is in ``editions``.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from warehouse.contracts.errors import UserError


class NoEdition(UserError):
    """No edition that holds is published for what was asked."""


_REF = re.compile(r"^[Uu]([0-9]{1,9})-([a-z][a-z0-9_]*)-([0-9]{1,9})$")


@dataclass(frozen=True, slots=True, order=True)
class Ref:
    """The reference of a published number, as it is printed: ``U1-insatser-37``."""

    utgava: int
    tabell: str
    ordning: int
    """The cell's place in the edition's table."""

    def __str__(self) -> str:
        return f"U{self.utgava}-{self.tabell}-{self.ordning}"

    @classmethod
    def of(cls, said: str) -> "Ref":
        """Read a reference as people write it. Raises ``UserError`` where it is none."""
        found = _REF.match(said.strip())
        if found is None:
            raise UserError("Referensen känns inte igen. Den skrivs som i rapporten, till exempel U1-insatser-37.")
        return cls(int(found[1]), found[2], int(found[3]))


@dataclass(frozen=True, slots=True)
class Edition:
    """A dispatched edition and where it stands."""

    utgava: int
    namnd: str
    ar: int
    niva: str
    """kommun, grupp, lan or riket."""
    typ: str
    """oppen, sekretessbilaga or tertial."""
    variant: str
    regel: str
    tillstand: str
    """expedierad, faststalld, ersatt or atertagen."""
    dnr: str
    expedierad: datetime
    faststalld: date | None
    paragraf: str | None
    ersatter: int | None
    ersatt_av: int | None
    atertagen: datetime | None
    orsak: str | None
    text: str
    innehall_sha256: str

    @property
    def galler(self) -> bool:
        """Whether it is neither replaced nor withdrawn."""
        return self.tillstand in ("expedierad", "faststalld")


_COLUMNS = ", ".join(Edition.__dataclass_fields__)


def may_read(conn: Connection, schema: str) -> bool | None:
    """Whether the login has a right to a schema; None where there is no such schema yet."""
    query = text("SELECT has_schema_privilege(current_user, to_regnamespace(:schema)::oid, 'USAGE')")
    found: bool | None = conn.execute(query, {"schema": schema}).scalar()
    return found


def readable(conn: Connection) -> bool:
    """Whether anything can be published here at all. Raises ``UserError`` where the login may not read it."""
    may = may_read(conn, "publicering")
    if may is False:
        raise UserError(
            "Inloggningen får inte läsa det som är publicerat. Använd en inloggning med rollen publik, revisor eller "
            "kvalitet."
        )
    return may is not None and is_made(conn)


def is_made(conn: Connection) -> bool:
    """Whether the database knows editions at all. Asked only of one who may read ``publicering``."""
    return conn.execute(text("SELECT to_regclass('publicering.utgavor')")).scalar() is not None


def edition(conn: Connection, utgava: int) -> Edition | None:
    """A dispatched edition that the login may see; what is withdrawn or replaced has been public all the same."""
    row = conn.execute(text(f"SELECT {_COLUMNS} FROM publicering.utgavor WHERE utgava = :u"), {"u": utgava}).first()
    return None if row is None else Edition(*row)


def newest(conn: Connection, namnd: str, ar: int) -> Edition | None:
    """The open edition that was dispatched last, whether it holds or not."""
    query = text(
        f"SELECT {_COLUMNS} FROM publicering.utgavor WHERE namnd = :namnd AND ar = :ar AND typ = 'oppen'"
        " ORDER BY utgava DESC LIMIT 1"
    )
    row = conn.execute(query, {"namnd": namnd, "ar": ar}).first()
    return None if row is None else Edition(*row)


def tables_of(conn: Connection, utgava: int) -> list[str]:
    """The tables of an edition, by name."""
    query = text("SELECT DISTINCT tabell FROM publicering.cell WHERE utgava = :u ORDER BY tabell")
    return list(conn.execute(query, {"u": utgava}).scalars())


@contextmanager
def as_public(conn: Connection) -> Iterator[Connection]:
    """Read with no more rights than the public has, until the block ends: nothing else can be reached by mistake.

    A login that may not take that role reads as itself: it is a reader's own.
    """
    may = text("SELECT pg_has_role(session_user, 'kvinnofrid_publik', 'MEMBER')")
    role = str(conn.execute(text("SELECT current_user")).scalar_one()).replace('"', '""')
    if not conn.execute(may).scalar():
        yield conn
        return
    conn.execute(text("SET LOCAL ROLE kvinnofrid_publik"))
    try:
        yield conn
    except DBAPIError:  # the transaction is broken, and its role ends with it
        raise
    except BaseException:
        conn.execute(text(f'SET LOCAL ROLE "{role}"'))
        raise
    conn.execute(text(f'SET LOCAL ROLE "{role}"'))


def of_namnd(conn: Connection, namnd: str, typ: str = "oppen") -> list[Edition]:
    """Every edition of a nämnd that was ever dispatched, oldest first, whether it holds or not."""
    query = text(f"SELECT {_COLUMNS} FROM publicering.utgavor WHERE namnd = :namnd AND typ = :typ ORDER BY utgava")
    return [Edition(*row) for row in conn.execute(query, {"namnd": namnd, "typ": typ})]


def intact(conn: Connection, utgava: int) -> bool | None:
    """Whether an edition still is what was dispatched, by its own digest and the log's.

    None where the login may not work that out.
    """
    may = text("SELECT has_function_privilege(current_user, 'publicering.utgava_sha256(integer)', 'EXECUTE')")
    if not conn.execute(may).scalar():
        return None
    query = text(
        "SELECT publicering.utgava_sha256(p.utgava) = p.innehall_sha256 AND p.innehall_sha256 = (SELECT uppgifter ->>"
        " 'innehall_sha256' FROM revision.handelse WHERE utgava = p.utgava AND steg = 'expedierad')"
        " FROM publicering.utgava p WHERE p.utgava = :u"
    )
    return bool(conn.execute(query, {"u": utgava}).scalar())


def refuse_altered(conn: Connection, utgava: int) -> None:
    """Refuse to go on with an edition that is not what was dispatched: whoever shows its numbers asks this first.

    A login that may not work it out goes on. Raises ``UserError``.
    """
    if intact(conn, utgava) is False:
        raise UserError(
            f"Utgåva {utgava} är inte längre det som expedierades: någon har ändrat i databasen. Inget visas eller "
            "skrivs av den. Se vad som är ändrat: kvinnofrid audit"
        )


def rows(conn: Connection, utgava: int) -> dict[str, list[dict[str, Any]]]:
    """All cells by table, in order: ordning, period, the dimensions by name, kon, matt, varde, fran, till, status."""
    query = text(
        "SELECT tabell, ordning, period, dimensioner, kon, matt, varde, fran, till, status FROM publicering.cell"
        ' WHERE utgava = :u ORDER BY tabell COLLATE "C", ordning'
    )
    found: dict[str, list[dict[str, Any]]] = {}
    for r in conn.execute(query, {"u": utgava}).mappings():
        cell = {"ordning": r["ordning"], "period": r["period"], **r["dimensioner"]}
        cell |= {n: r[n] for n in ("kon", "matt", "varde", "fran", "till", "status")}
        found.setdefault(r["tabell"], []).append(cell)
    return found


def notes(conn: Connection, utgava: int) -> dict[str, list[str]]:
    """The notes of each table, in order."""
    query = text(
        'SELECT tabell, text FROM publicering.anmarkning WHERE utgava = :u ORDER BY tabell COLLATE "C", ordning'
    )
    found: dict[str, list[str]] = {}
    for tabell, note in conn.execute(query, {"u": utgava}):
        found.setdefault(tabell, []).append(note)
    return found


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where an edition came from, as far as a reader may know it: rows as mappings with the columns of the views."""

    tillkomst: Mapping[str, Any]
    """skapad and kodversion of the draft."""
    versioner: tuple[Mapping[str, Any], ...]
    """version_id, tabell, ar, skapad, kodversion."""
    leveranser: tuple[Mapping[str, Any], ...]
    """till_tabell, till_ar, leverans_id, kalla, tabell, form, avsandare, period, omfang, uttagsdatum, filnamn,
    mottagen, mappning, mappningsversion, syntetisk, dnr, rattslig_grund; sha256, storlek and rader_lasta,
    rader_godkanda, rader_karantan where a reader may know them, else None."""
    kontroller: tuple[Mapping[str, Any], ...]
    """kontroll, ar, utfall, skapad."""
    granskningar: tuple[Mapping[str, Any], ...]
    """metod, godkand, skapad."""
    handelser: tuple[Mapping[str, Any], ...]
    """nr, tid, steg, uppgiven, styrkt, sha256."""


def provenance(conn: Connection, utgava: int) -> Provenance:
    """Where an edition came from. Raises ``UserError`` where it is not dispatched or the login may not see it."""

    def of(view: str, order: str) -> tuple[Mapping[str, Any], ...]:
        query = text(f"SELECT * FROM publicering.{view} WHERE utgava = :u ORDER BY {order}")
        return tuple(dict(r) for r in conn.execute(query, {"u": utgava}).mappings())

    made = of("tillkomst", "utgava")
    if not made:
        raise UserError(f"Utgåva {utgava} är inte expedierad, eller finns inte. Se: kvinnofrid release list")
    return Provenance(
        made[0],
        of("tabellversion", "tabell, ar, version_id"),
        of("leverans", "till_tabell, till_ar, leverans_id"),
        of("kontroll", "kontroll, ar"),
        of("granskning", "granskning_id"),
        of("handelse", "nr"),
    )
