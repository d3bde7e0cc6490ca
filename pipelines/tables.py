"""One table as the command line shows it: which layer, which edition, or why there is nothing."""

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from pipelines.home import opened
from pipelines.settings import Settings
from warehouse import reading
from warehouse.contracts.errors import UserError
from warehouse.contracts.swedish import in_order

SECRECY = "Inom sekretess: internt underlag, inte röjandekontrollerat, får inte publiceras."


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

    def of_period(self, period: str | None) -> "Found":
        """The same with the rows of one period; without one, all but the tertials."""
        known = tuple(in_order(r["period"] for r in self.rader))
        if period is not None and known and period not in known:
            raise UserError(f"Tabellen har inte perioden {period}. Välj någon av: {', '.join(known)}.")
        rows = [r for r in self.rader if (r["period"] == period if period else "T" not in r["period"])]
        return replace(self, rader=rows, perioder=known)

    def as_json(self) -> dict[str, Any]:
        """The object that ``--json`` prints."""
        names = ("tabell", "kommun", "ar", "skikt", "utgava", "noter", "rader")
        return {n: getattr(self, n) for n in names}


def read(settings: Settings, name: str, kommun: str, ar: int, layer: str) -> Found:
    """Read a table from ``publicering`` (the newest edition) or ``tabell`` (internal)."""
    with opened(settings) as home, home.database.begin() as conn:
        known = reading.table_names(conn)
        if known and name not in known:
            raise UserError(f"Tabellen finns inte. Välj någon av: {', '.join(known)}.")
        if layer == "publicering":
            edition = reading.latest_edition(conn, kommun, ar) if known else None
            if edition is None:
                why = (
                    f"Ingen utgåva: inget är publicerat för {kommun} {ar}. Interna siffror visas med --layer tabell; "
                    "de är inom sekretess."
                )
                return Found(name, kommun, ar, layer, None, [], [], why)
            rows, notes = reading.read_table(conn, name, kommun, ar, edition=edition)
            return Found(name, kommun, ar, layer, edition, notes, rows)
        rows, notes = reading.read_table(conn, name, kommun, ar) if known else ([], [])
        public = bool(known) and reading.is_public(conn, name)
    if not rows:
        why = f"Tabellen är inte räknad för {kommun} {ar}. Leverera uppgifter och kör: kvinnofrid run"
        return Found(name, kommun, ar, layer, None, [], [], why)
    open_source = "Källans egna siffror är offentliga; det är sammanställningen som är intern."
    told = [SECRECY, open_source] if public else [SECRECY]
    return Found(name, kommun, ar, layer, None, [*told, *notes], rows)


def read_as_of(settings: Settings, name: str, kommun: str, ar: int, day: date) -> Found:
    """Count a table anew from the deliveries current at the end of a day (Swedish time). Stores nothing."""
    from assets.tables.counting import rebuilt
    from pipelines.plan import setup_of
    from pipelines.work import ensure_schema
    from warehouse.cells import Slice

    setup = setup_of(settings)
    if name not in setup.plan:
        raise UserError(f"Tabellen finns inte. Välj någon av: {', '.join(setup.plan)}.")
    end = datetime.combine(day + timedelta(days=1), time(), ZoneInfo("Europe/Stockholm"))
    with opened(settings) as home:
        ensure_schema(home)
        with home.database.begin() as conn:
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
    notes = [SECRECY, f"Räknad på nytt av det som gällde den {day}; dagens tabell kan vara en annan.", *made.notes]
    return Found(name, kommun, ar, "tabell", None, notes, rows)
