"""One table as the command line shows it: which layer, which edition, or why there is nothing."""

from dataclasses import dataclass
from typing import Any

from pipelines.home import opened
from pipelines.settings import Settings
from warehouse import reading
from warehouse.contracts.errors import UserError


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
    if not rows:
        why = f"Tabellen är inte räknad för {kommun} {ar}. Leverera uppgifter och kör: kvinnofrid run"
        return Found(name, kommun, ar, layer, None, [], [], why)
    secrecy = "Inom sekretess: internt underlag, inte röjandekontrollerat, får inte publiceras."
    return Found(name, kommun, ar, layer, None, [secrecy, *notes], rows)
