"""What is stored of where a published number came from, as far as the login may read: for ``kvinnofrid trace``.

Reads schema ``publicering``, and receipts, versions and faults where the login has a right to them. No record, no count
that is hidden, no true value. Quick to import: no contracts, no pandas.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, text

from warehouse.contracts.codes import TOTAL
from warehouse.contracts.faults import MENDED

Row = Mapping[str, Any]
NOW = ("logg_obruten", "loggens_huvud", "vakter_pa", "utgavor_ororda", "utgavor_granskade")
"""Checks of what is out, by ``kvinnofrid audit``: the newest outcome counts."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A printed cell."""

    utgava: int
    tabell: str
    ordning: int
    period: str
    dimensioner: Mapping[str, str]
    kon: str
    matt: str
    varde: float | None
    fran: int | None
    till: int | None
    status: str

    @property
    def ref(self) -> str:
        """Its reference, as it is printed."""
        return f"U{self.utgava}-{self.tabell}-{self.ordning}"


def may(conn: Connection, name: str, right: str = "SELECT") -> bool | None:
    """Whether the login may read a table or view (``schema.name``); None where there is none such."""
    query = text(
        "SELECT has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(c.oid, :right) FROM pg_class c"
        " JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = :schema AND c.relname = :name"
    )
    schema, _, table = name.partition(".")
    found: bool | None = conn.execute(query, {"right": right, "schema": schema, "name": table}).scalar()
    return found


# --- the cell and those beside it -------------------------------------------------------------------------------------

_CELL = (
    "SELECT utgava, tabell, ordning, period, dimensioner, kon, matt, varde, fran, till, status FROM publicering.cell"
    " WHERE utgava = :utgava AND tabell = :tabell"
)


def table(conn: Connection, utgava: int, tabell: str) -> list[Cell]:
    """All cells of an edition's table, in order."""
    where = {"utgava": utgava, "tabell": tabell}
    return [Cell(*row) for row in conn.execute(text(f"{_CELL} ORDER BY ordning"), where)]


def chosen(cells: Sequence[Cell], matt: str, period: str, kon: str, koder: Mapping[str, str]) -> Cell | None:
    """The cell with these coordinates; dimensions that are not named are at their total."""
    for c in cells:
        if (c.matt, c.period, c.kon) == (matt, period, kon) and _codes(c.dimensioner) == _codes(koder):
            return c
    return None


def _codes(dimensioner: Mapping[str, str]) -> dict[str, str]:
    return {d: k for d, k in dimensioner.items() if k != TOTAL}


def beside(cells: Iterable[Cell], cell: Cell) -> list[Cell]:
    """The same number for each sex, itself too."""
    key = (cell.matt, cell.period, dict(cell.dimensioner))
    return [c for c in cells if (c.matt, c.period, dict(c.dimensioner)) == key]


def part(cells: Sequence[Cell], cell: Cell, matt: str) -> Cell | None:
    """The number that a derived one rests on; a base that is not split by a dimension is that of all."""
    known = [c for c in cells if c.matt == matt]
    split = {d for c in known for d in _codes(c.dimensioner)} | (
        {"kon"} if any(c.kon != TOTAL for c in known) else set()
    )
    codes = {d: k for d, k in cell.dimensioner.items() if d in split}
    return chosen(known, matt, cell.period, cell.kon if "kon" in split else TOTAL, codes)


# --- what it counts ---------------------------------------------------------------------------------------------------


def declared(conn: Connection, tabell: str) -> tuple[Row | None, dict[str, Row], dict[tuple[str, str], str]]:
    """The table, its measures by name and the labels of its codes by (dimension, code), as they are declared now."""
    plan = conn.execute(text("SELECT * FROM publicering.plan WHERE tabell = :t"), {"t": tabell}).mappings().first()
    measures = conn.execute(
        text("SELECT * FROM publicering.matt WHERE tabell = :t ORDER BY ordning"), {"t": tabell}
    ).mappings()
    codes = conn.execute(text("SELECT dimension, kod, etikett FROM publicering.kod WHERE tabell = :t"), {"t": tabell})
    return (
        None if plan is None else dict(plan),
        {m["matt"]: dict(m) for m in measures},
        {(d, k): label for d, k, label in codes},
    )


# --- where it came from -----------------------------------------------------------------------------------------------


def versions(conn: Connection, utgava: int, tabell: str, years: Sequence[int]) -> list[dict[str, Any]]:
    """The versions of the table behind the edition: with run and digests where the login may know them."""
    inside = bool(may(conn, "revision.utgava_version"))
    source = "revision.utgava_version" if inside else "publicering.tabellversion"
    query = text(
        f"SELECT * FROM {source} WHERE utgava = :u AND tabell = :t AND ar = ANY(:years) ORDER BY ar, version_id"
    )
    found = conn.execute(query, {"u": utgava, "t": tabell, "years": list(years)}).mappings()
    return [{k: v for k, v in row.items() if k != "utgava"} for row in found]


def deliveries(conn: Connection, utgava: int, tabell: str, years: Sequence[int]) -> dict[int, dict[str, Any]]:
    """The deliveries behind those versions, by number: what readers may know of each."""
    query = text(
        "SELECT * FROM publicering.leverans WHERE utgava = :u AND till_tabell = :t AND till_ar = ANY(:years)"
        " ORDER BY leverans_id, till_ar"
    )
    found = conn.execute(query, {"u": utgava, "t": tabell, "years": list(years)}).mappings()
    return {
        r["leverans_id"]: {k: v for k, v in r.items() if k not in ("utgava", "till_tabell", "till_ar")} for r in found
    }


_RECEIPT = (
    "SELECT leverans_id, kalla, tabell, form, namnd, avsandare, period, omfang, uttagsdatum, filnamn, mottagen,"
    " mappning, mappningsversion, syntetisk, dnr, rattslig_grund, sha256, storlek, rader_lasta, rader_godkanda,"
    " rader_karantan, status, rattad_av, original_tas_bort"
    " FROM mottagning.leverans WHERE leverans_id = ANY(:ids) ORDER BY leverans_id"
)


def receipts(conn: Connection, ids: Iterable[int]) -> dict[int, dict[str, Any]]:
    """The receipts by number. Needs a right to schema ``mottagning``."""
    return {r["leverans_id"]: dict(r) for r in conn.execute(text(_RECEIPT), {"ids": list(ids)}).mappings()}


def mended(conn: Connection, ids: Iterable[int]) -> list[dict[str, Any]]:
    """Declared corrections in the deliveries: how many values of which column."""
    query = text(
        "SELECT leverans_id, kolumn, count(*) AS antal FROM mottagning.karantan"
        " WHERE leverans_id = ANY(:ids) AND regel = :rule GROUP BY 1, 2 ORDER BY 1, 2"
    )
    return [dict(r) for r in conn.execute(query, {"ids": list(ids), "rule": MENDED}).mappings()]


def checks(
    conn: Connection, utgava: int, tabell: str, years: Sequence[int], about: Iterable[str], until: datetime
) -> list[dict[str, Any]]:
    """Outcomes of the checks of the table when the edition was made; with those of all rows where it may be known.

    ``about``: names of the checks of all rows that matter here.
    """
    query = text(
        "SELECT kontroll, ar, utfall, skapad FROM publicering.kontroll WHERE utgava = :u AND ar = ANY(:years)"
        " AND (split_part(kontroll, '.', 1) = :t OR kontroll NOT LIKE '%.%') ORDER BY ar, kontroll"
    )
    found = [dict(r) for r in conn.execute(query, {"u": utgava, "t": tabell, "years": list(years)}).mappings()]
    if may(conn, "revision.kontroll"):
        whole = text(
            "SELECT DISTINCT ON (kontroll) kontroll, ar, utfall, skapad, antal FROM revision.kontroll"
            " WHERE kommun IS NULL AND (kontroll = ANY(:about) AND skapad <= :until OR kontroll = ANY(:now))"
            " ORDER BY kontroll, kontroll_id DESC"
        )
        where = {"about": list(about), "until": until, "now": list(NOW)}
        found += [dict(r) for r in conn.execute(whole, where).mappings()]
    return found


def logins(conn: Connection, utgava: int) -> dict[int, str]:
    """The login behind each line of the edition's log; {} where it may not be known."""
    if not may(conn, "revision.handelse"):
        return {}
    return {
        int(n): str(who)
        for n, who in conn.execute(text("SELECT nr, av_login FROM revision.handelse WHERE utgava = :u"), {"u": utgava})
    }


def members(conn: Connection, utgava: int) -> list[int]:
    """The editions that a sum of what others have released is made of."""
    query = text("SELECT del FROM publicering.deltagare WHERE utgava = :u ORDER BY del")
    return [int(n) for n in conn.execute(query, {"u": utgava}).scalars()]


def draft_state(conn: Connection, utgava: int) -> str | None:
    """Where an edition that is not dispatched stands; None where there is none, or the login may not know."""
    if not may(conn, "revision.utgavor"):
        return None
    found: str | None = conn.execute(
        text("SELECT tillstand FROM revision.utgavor WHERE utgava = :u"), {"u": utgava}
    ).scalar()
    return found
