"""One table as the command line shows it: which layer, which edition, or why there is nothing."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Connection

from pipelines.reader import reading_as_oneself
from pipelines.settings import Settings
from warehouse import reading, released
from warehouse.contracts.errors import UserError
from warehouse.contracts.swedish import STOCKHOLM, day, in_order
from warehouse.released import Edition

SECRECY = "Inom sekretess: internt underlag, inte röjandekontrollerat, får inte publiceras."
NAMED_ONLY = "Inom sekretess: utgåvan är inte öppen, bara för dem som den lämnats till."
_STATES = {"ersatt": "ersatt av utgåva {ersatt_av}", "atertagen": "återtagen {atertagen}: {orsak}"}


@dataclass(frozen=True, slots=True)
class Found:
    """A table's year. ``reason`` says in Swedish why there is nothing to show."""

    tabell: str
    kommun: str
    ar: int
    skikt: str
    utgava: int | None
    noter: list[str]
    rader: list[dict[str, Any]]
    reason: str | None = None
    perioder: tuple[str, ...] = ()
    """All periods that the table has cells for; ``rader`` may be of some of them."""
    tillstand: str | None = None
    """Where the edition stands."""
    dnr: str | None = None
    forst: tuple[str, ...] = ()
    """What must be read before the figures: secrecy, or which edition it is and whether it holds."""

    def of_period(self, period: str | None) -> "Found":
        """The same with the rows of one period; without one, all but the tertials."""
        known = tuple(in_order(r["period"] for r in self.rader))
        if period is not None and known and period not in known:
            raise UserError(f"Tabellen har inte perioden {period}. Välj någon av: {', '.join(known)}.")
        rows = [r for r in self.rader if (r["period"] == period if period else "T" not in r["period"])]
        return replace(self, rader=rows, perioder=known)

    def as_json(self) -> dict[str, Any]:
        """The object that ``--json`` prints."""
        names = ("tabell", "kommun", "ar", "skikt", "utgava", "tillstand", "dnr")
        return {n: getattr(self, n) for n in names} | {"noter": [*self.forst, *self.noter], "rader": self.rader}


def read(settings: Settings, name: str, kommun: str, ar: int, layer: str, utgava: int | None = None) -> Found:
    """Read a table from ``publicering`` (the edition that holds, or the one asked for) or ``tabell`` (internal).

    Raises:
        UserError: There is no such table or edition, the edition was altered, or the login has no right to the layer.
    """
    with reading_as_oneself(settings) as database, database.begin() as conn:
        if layer == "publicering":
            return _released(conn, settings, name, kommun, ar, utgava)
        return _internal(conn, settings, name, kommun, ar)


# --- what is out ------------------------------------------------------------------------------------------------------


def _released(conn: Connection, settings: Settings, name: str, kommun: str, ar: int, utgava: int | None) -> Found:
    _known(settings, name)
    made = released.readable(conn)
    nothing = Found(name, kommun, ar, "publicering", utgava, [], [])
    edition = _edition(conn, kommun, ar, utgava) if made else None
    if edition is None:
        if utgava is not None:
            raise UserError(
                f"Utgåva {utgava} är inte expedierad, eller finns inte. Se vilka som finns: kvinnofrid release list"
            )
        return replace(nothing, reason=_no_edition(conn, kommun, ar, made=made))
    released.refuse_altered(conn, edition.utgava)
    rows, notes = reading.read_table(conn, name, kommun, ar, edition=edition.utgava)
    found = replace(nothing, utgava=edition.utgava, tillstand=edition.tillstand, dnr=edition.dnr)
    if not rows:
        return replace(found, reason=_not_in(name, edition, released.tables_of(conn, edition.utgava)))
    return replace(found, rader=rows, noter=notes, forst=_standing(edition))


def _edition(conn: Connection, kommun: str, ar: int, utgava: int | None) -> Edition | None:
    if utgava is None:
        utgava = reading.latest_edition(conn, kommun, ar)
        return None if utgava is None else released.edition(conn, utgava)
    edition = released.edition(conn, utgava)
    if edition is not None and (edition.namnd, edition.ar) != (kommun, ar):
        raise UserError(f"Utgåva {utgava} gäller {edition.namnd} {edition.ar}, inte {kommun} {ar}.")
    return edition


def _no_edition(conn: Connection, kommun: str, ar: int, *, made: bool) -> str:
    last = released.newest(conn, kommun, ar) if made else None
    gone = f" Utgåva {last.utgava} är {_state(last)}. Den kan läsas med --utgava {last.utgava}." if last else ""
    return (
        f"Ingen utgåva: inget som gäller är publicerat för {kommun} {ar}.{gone} Interna siffror visas med --layer "
        "tabell; de är inom sekretess."
    )


def _state(edition: Edition) -> str:
    return _STATES.get(edition.tillstand, edition.tillstand).format(
        ersatt_av=edition.ersatt_av, atertagen=day(edition.atertagen), orsak=edition.orsak
    )


def _standing(edition: Edition) -> tuple[str, ...]:
    """Which edition it is, and whether it holds."""
    said = f"Utgåva {edition.utgava}, expedierad {day(edition.expedierad)}, dnr {edition.dnr}"
    if edition.faststalld:
        said += f", fastställd av nämnden {day(edition.faststalld)}, {edition.paragraf}"
    first = [NAMED_ONLY] if edition.typ != "oppen" else []
    if edition.tillstand in _STATES:
        first.append(f"Gäller inte längre: utgåvan är {_state(edition)}.")
    return (*first, f"{said}.", *([edition.text] if edition.text else []))


def _not_in(name: str, edition: Edition, tables: Iterable[str]) -> str:
    return (
        f"Utgåva {edition.utgava} innehåller inte tabellen {name}. {why_not(name)}".rstrip()
        + f" I utgåvan finns: {', '.join(tables)}."
    )


def why_not(name: str) -> str:
    """Why a table is in no edition at all; empty where it may be."""
    from assets.publicering.plan import EJ_PUBLICERADE, PUBLICERAS

    if name in PUBLICERAS:
        return ""
    why = EJ_PUBLICERADE.get(name, "Den har bara andra mått på det som publiceras, eller finare korsningar.")
    return f"Den publiceras aldrig. {why}"


def _known(settings: Settings, name: str) -> None:
    from pipelines.plan import setup_of

    names = setup_of(settings).plan
    if name not in names:
        raise UserError(f"Tabellen finns inte. Välj någon av: {', '.join(names)}.")


# --- what is within secrecy -------------------------------------------------------------------------------------------


def _internal(conn: Connection, settings: Settings, name: str, kommun: str, ar: int) -> Found:
    _may_see_inside(conn, "tabell")
    known = reading.table_names(conn) if released.may_read(conn, "tabell") else []
    if name not in known:
        _known(settings, name)
    rows, notes = reading.read_table(conn, name, kommun, ar) if known else ([], [])
    if not rows:
        why = f"Tabellen är inte räknad för {kommun} {ar}. Leverera uppgifter och kör: kvinnofrid run"
        return Found(name, kommun, ar, "tabell", None, [], [], why)
    open_source = "Källans egna siffror är offentliga; det är sammanställningen som är intern."
    told = (SECRECY, open_source) if reading.is_public(conn, name) else (SECRECY,)
    return Found(name, kommun, ar, "tabell", None, notes, rows, forst=told)


def _may_see_inside(conn: Connection, schema: str) -> None:
    if released.may_read(conn, schema) is False:
        raise UserError(
            "Inloggningen får inte läsa interna siffror: de är inom sekretess. Utan --layer tabell visas det som är "
            "publicerat. Behöver du de interna siffrorna, be den som är registeransvarig om en inloggning för dem."
        )


def read_as_of(settings: Settings, name: str, kommun: str, ar: int, day: date) -> Found:
    """Count a table anew from the deliveries current at the end of a day (Swedish time). Stores nothing."""
    from assets.tables.counting import rebuilt
    from pipelines.plan import setup_of
    from pipelines.work import up_to_date
    from warehouse.cells import Slice

    setup = setup_of(settings)
    _known(settings, name)
    with reading_as_oneself(settings) as database, database.begin() as conn:
        for schema in ("tabell", "register"):
            _may_see_inside(conn, schema)
    end = datetime.combine(day + timedelta(days=1), time(), STOCKHOLM)
    with up_to_date(settings) as home, home.database.begin() as conn:
        made = rebuilt(conn, Slice(name, kommun, ar), end, setup=setup)
    if made is None:
        why = (
            f"Ingen leverans gällde för {name}, {kommun} {ar} den {day}. Dagen är den då leveransen togs emot här, "
            "inte då den togs ut ur källan."
        )
        return Found(name, kommun, ar, "tabell", None, [], [], why)
    dimensions = ["period", *setup.plan[name].view_columns, "kon", "matt"]
    rows = [
        {n: row[n] for n in dimensions}
        | {"varde": reading.number(row["varde"]) if row["status"] == "visas" else None, "status": row["status"]}
        for row in made.cells.to_dict("records")
    ]
    again = f"Räknad på nytt av det som gällde den {day}; dagens tabell kan vara en annan."
    return Found(name, kommun, ar, "tabell", None, list(made.notes), rows, forst=(SECRECY, again))
