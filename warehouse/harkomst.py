"""The ledger of editions (which deliveries and rows stand behind each printed cell) and ordered recounts.

Row counts are within secrecy: who may read the ledger is in ``warehouse.roles``. Quick to import: no contracts, no
pandas, so that ``kvinnofrid trace`` answers at once.
"""

import csv
import hashlib
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, text

_COLUMNS = "utgava, tabell, ordning, leverans_id, rader"


def write(conn: Connection, utgava: int, bakom: Iterable[Sequence[Any]]) -> str:
    """Store an edition's ledger (table, place, delivery, rows) and return its digest; "" where there is none."""
    rows = sorted((str(t), int(o), int(d), int(n)) for t, o, d, n in bakom if n)
    if not rows:
        return ""
    buffer = io.StringIO(newline="")
    csv.writer(buffer, lineterminator="\n").writerows((utgava, *row) for row in rows)
    buffer.seek(0)
    cursor: Any = conn.connection.cursor()
    try:
        cursor.copy_expert(f"COPY revision.utgava_harkomst ({_COLUMNS}) FROM STDIN (FORMAT csv)", buffer)
    finally:
        cursor.close()
    return digest(conn, utgava)


def digest(conn: Connection, utgava: int) -> str:
    """SHA-256 of the ledger as it is stored; "" where there is none.

    The run of the edition is part of it: nobody else knows that, so row counts cannot be guessed from the digest.
    """
    run = conn.execute(text("SELECT korning_id FROM tabell.utgava WHERE utgava = :u"), {"u": utgava}).scalar()
    query = text(
        "SELECT tabell, ordning, leverans_id, rader FROM revision.utgava_harkomst WHERE utgava = :u"
        ' ORDER BY tabell COLLATE "C", ordning, leverans_id'
    )
    made = hashlib.sha256(f"{utgava} {run}\n".encode())
    empty = True
    for row in conn.execute(query, {"u": utgava}):
        made.update(" ".join(map(str, row)).encode() + b"\n")
        empty = False
    return "" if empty else made.hexdigest()


def behind(conn: Connection, utgava: int, tabell: str, ordning: int) -> dict[int, int]:
    """Rows behind a printed cell, by delivery."""
    query = text(
        "SELECT leverans_id, rader FROM revision.utgava_harkomst"
        " WHERE utgava = :u AND tabell = :t AND ordning = :o ORDER BY leverans_id"
    )
    return {int(d): int(n) for d, n in conn.execute(query, {"u": utgava, "t": tabell, "o": ordning})}


def is_kept(conn: Connection, utgava: int) -> bool:
    """Whether the edition has a ledger: those made before there were any have none."""
    query = text("SELECT EXISTS (SELECT FROM revision.utgava_harkomst WHERE utgava = :u)")
    return bool(conn.execute(query, {"u": utgava}).scalar())


def too_many(conn: Connection, utgava: int, tabell: str, times: int) -> list[int]:
    """Deliveries that there is no receipt for, or of which the ledger uses more rows than were accepted.

    ``times``: in how many ways a row of the table's deliveries may stand behind a cell; 0 where it cannot be told.
    A form that gives several records a row is not counted either.
    """
    query = text(
        "SELECT DISTINCT h.leverans_id FROM revision.utgava_harkomst h LEFT JOIN mottagning.leverans l"
        " USING (leverans_id) WHERE h.utgava = :u AND h.tabell = :t AND (l.leverans_id IS NULL"
        " OR (:times > 0 AND l.form = l.tabell AND h.rader > l.rader_godkanda * :times)) ORDER BY 1"
    )
    return [int(n) for n in conn.execute(query, {"u": utgava, "t": tabell, "times": times}).scalars()]


def logged_digest(conn: Connection, utgava: int) -> str | None:
    """The digest of the ledger that the log holds since the draft was made; None where it holds none."""
    return _logged(conn, utgava, "harkomst_sha256")


def _logged(conn: Connection, utgava: int, name: str) -> str | None:
    query = text("SELECT uppgifter ->> :name FROM revision.handelse WHERE utgava = :u AND steg = 'utkast'")
    found: str | None = conn.execute(query, {"u": utgava, "name": name}).scalar()
    return found


# --- what else stands behind an edition -------------------------------------------------------------------------------

_VERSIONS = "SELECT version_id FROM tabell.utgava u CROSS JOIN LATERAL unnest(u.versioner) n (version_id)"
# What may change by the book afterwards (status, rattad_av, when the original goes, counts of records) is not here.
_BOUND = (
    "SELECT version_id, tabell, kommun, ar, indata_sha256, innehall_sha256, celler, korning_id, kodversion, skapad"
    f" FROM revision.tabellversion WHERE version_id IN ({_VERSIONS} WHERE utgava = :u) ORDER BY version_id",
    f"SELECT version_id, leverans_id FROM revision.tabellindata WHERE version_id IN ({_VERSIONS} WHERE utgava = :u)"
    " ORDER BY version_id, leverans_id",
    "SELECT leverans_id, kalla, tabell, form, namnd, avsandare, urval, period, omfang, uttagsdatum, filnamn, mottagen,"
    " mappning, mappningsversion, syntetisk, dnr, rattslig_grund, sha256, storlek, rader_lasta, rader_godkanda,"
    " rader_karantan FROM mottagning.leverans WHERE leverans_id IN (SELECT leverans_id FROM revision.tabellindata"
    f" WHERE version_id IN ({_VERSIONS} WHERE utgava = :u)) ORDER BY leverans_id",
    # The newest outcome of each check is what is told.
    'SELECT DISTINCT ON (k.kontroll COLLATE "C", k.kommun, k.ar) k.kontroll_id, k.korning_id, k.kontroll, k.kommun,'
    " k.ar, k.utfall, k.antal, k.skapad FROM revision.kontroll k JOIN tabell.utgava u ON k.skapad <= u.skapad"
    " AND (k.kommun IS NULL OR k.kommun = u.namnd AND k.ar = u.ar) WHERE u.utgava = :u"
    ' ORDER BY k.kontroll COLLATE "C", k.kommun, k.ar, k.kontroll_id DESC',
    "SELECT g.granskning_id, g.metod, g.godkand, g.osakra, g.provade, g.orsak, g.system_sha256, g.monster_sha256,"
    " g.innehall_sha256, g.skapad FROM revision.granskning g JOIN tabell.utgava u USING (utgava)"
    " WHERE g.utgava = :u AND g.skapad <= u.skapad ORDER BY g.granskning_id",
)


def behind_digest(conn: Connection, utgava: int) -> str:
    """SHA-256 of the edition's table versions, their receipts, and checks and audits up to when it was made.

    The run of the edition is part of it, as in ``digest``: nothing can be guessed from it.
    """
    run = conn.execute(text("SELECT korning_id FROM tabell.utgava WHERE utgava = :u"), {"u": utgava}).scalar()
    made = hashlib.sha256(f"{utgava} {run}\n".encode())
    for query in _BOUND:
        for row in conn.execute(text(query), {"u": utgava}):
            made.update(json.dumps(list(row), default=_written).encode() + b"\n")
        made.update(b"\n")
    return made.hexdigest()


def _written(value: object) -> str:
    """A moment is the same whatever the session's time zone is."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(type(value).__name__)


def logged_behind(conn: Connection, utgava: int) -> str | None:
    """What ``behind_digest`` was when the draft was made; None for editions from before it was kept."""
    return _logged(conn, utgava, "underlag_sha256")


# --- ordered recounts -------------------------------------------------------------------------------------------------


class Order(NamedTuple):
    """An ordered recount and, where it has one, its answer. No numbers."""

    omrakning_id: int
    utgava: int
    tabell: str
    ordning: int
    bestalld: datetime
    av_login: str
    uppgiven: str
    styrkt: bool
    utfall: str | None
    """lika, olika or gar_inte; None while it waits."""
    orsak: str | None
    besvarad: datetime | None

    @property
    def ref(self) -> str:
        """The number's reference, as it is printed."""
        return f"U{self.utgava}-{self.tabell}-{self.ordning}"

    def as_json(self) -> Mapping[str, Any]:
        """The object that ``--json`` prints."""
        return {"referens": self.ref} | self._asdict()


def order(conn: Connection, utgava: int, tabell: str, ordning: int, uppgiven: str) -> int:
    """Order a recount; the database writes down the login. Raises the database's refusal where there is no such cell.

    Call within ``editions.refused`` or translate ``KV`` codes with ``_edition_errors``.
    """
    call = text("SELECT revision.bestall_omrakning(:u, :t, :o, :who)")
    return int(conn.execute(call, {"u": utgava, "t": tabell, "o": ordning, "who": uppgiven}).scalar_one())


_ORDERS = (
    "SELECT o.omrakning_id, o.utgava, o.tabell, o.ordning, o.bestalld, o.av_login, o.uppgiven, o.styrkt, s.utfall,"
    " s.orsak, s.besvarad FROM revision.omrakning o LEFT JOIN revision.omrakningssvar s USING (omrakning_id)"
)


def orders(conn: Connection, *, waiting: bool = False) -> list[Order]:
    """The ordered recounts, oldest first; or only those without an answer."""
    where = " WHERE s.omrakning_id IS NULL" if waiting else ""
    return [Order(*row) for row in conn.execute(text(f"{_ORDERS}{where} ORDER BY o.omrakning_id"))]


def orders_of(conn: Connection, utgava: int, tabell: str, ordning: int) -> list[Order]:
    """The recounts that were ordered of one cell, oldest first."""
    query = text(f"{_ORDERS} WHERE o.utgava = :u AND o.tabell = :t AND o.ordning = :o ORDER BY o.omrakning_id")
    return [Order(*row) for row in conn.execute(query, {"u": utgava, "t": tabell, "o": ordning})]


def answer(conn: Connection, omrakning_id: int, utfall: str, orsak: str, code_version: str) -> None:
    """Write the answer to an order, once: what another run answered meanwhile stays."""
    row = {"i": omrakning_id, "u": utfall, "o": orsak, "k": code_version}
    conn.execute(
        text(
            "INSERT INTO revision.omrakningssvar (omrakning_id, utfall, orsak, kodversion) VALUES (:i, :u, :o, :k)"
            " ON CONFLICT DO NOTHING"
        ),
        row,
    )
