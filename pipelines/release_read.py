"""Reading editions for those who make them: the list, the log, one edition, and what changed since the last."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from pipelines.own_login import needs_installation
from pipelines.settings import Settings
from pipelines.tables import Found
from pipelines.work import up_to_date
from warehouse import editions, released
from warehouse.contracts.errors import UserError
from warehouse.editions import Event, Printed, State

if TYPE_CHECKING:
    from assets.publicering.skillnad import Andrad, Varfor

DRAFT = "UTKAST, inom sekretess: får inte lämnas ut innan utgåvan är expedierad."
_LIVE = ("utkast", "granskad", "godkand")


def listed(settings: Settings, kommun: str | None, ar: int | None) -> list[State]:
    """All editions and drafts, oldest first."""
    needs_installation(settings, "Utgåvor och utkast listas")
    with up_to_date(settings) as home, home.database.begin() as conn:
        return editions.editions(conn, kommun, ar)


def logged(settings: Settings, utgava: int | None) -> list[Event]:
    """The log, oldest first. Raises ``UserError`` for an edition that there is not."""
    needs_installation(settings, "Hela loggen läses")
    with up_to_date(settings) as home, home.database.begin() as conn:
        if utgava is not None:
            editions.state(conn, utgava)
        return editions.events(conn, utgava)


@dataclass(frozen=True, slots=True)
class Edition:
    """An edition as it stands or would be dispatched: its state, its audits, its tables."""

    state: State
    granskning: Sequence[Mapping[str, Any]]
    tabeller: Sequence[Mapping[str, Any]]
    noter: Mapping[str, Sequence[str]]
    cells: Sequence[Printed]

    def as_json(self) -> dict[str, Any]:
        """The object that ``--json`` prints, without the cells."""
        audits = [{n: g[n] for n in ("metod", "godkand", "provade", "osakra", "orsak")} for g in self.granskning]
        return {
            "utgava": asdict(self.state),
            "granskning": audits,
            "tabeller": [dict(t) for t in self.tabeller],
            "noter": {name: list(notes) for name, notes in self.noter.items()},
        }

    def table(self, name: str) -> Found:
        """One of its tables, as the terminal and ``--json`` have it. Raises ``UserError`` where it has none such."""
        cells = [c for c in self.cells if c.tabell == name]
        if not cells:
            names = ", ".join(t["tabell"] for t in self.tabeller)
            raise UserError(f"Utgåvan har ingen sådan tabell. Välj någon av: {names}.")
        rows = [
            {"period": c.period, **c.dimensioner, "kon": c.kon, "matt": c.matt, "varde": c.varde, "fran": c.fran,
             "till": c.till, "status": c.status}
            for c in cells
        ]  # fmt: skip
        draft = self.state.expedierad is None
        s, layer = self.state, "utkast" if draft else "publicering"
        first = (DRAFT,) if draft else ()
        notes = list(self.noter.get(name, ()))
        return Found(
            name, s.namnd, s.ar, layer, s.utgava, notes, rows, tillstand=s.tillstand, dnr=s.dnr, forst=first
        )  # fmt: skip


def edition(settings: Settings, utgava: int) -> Edition:
    """One edition or draft. Within secrecy until it is dispatched. Raises ``UserError`` where there is none."""
    with up_to_date(settings) as home, home.database.begin() as conn:
        state = editions.state(conn, utgava)
        cells, notes = _said(conn, state)
        audits = editions.verdicts(conn, utgava)
    names = list(dict.fromkeys(c.tabell for c in cells))
    tables = [
        {"tabell": n, "celler": sum(many.values())} | dict(sorted(many.items()))
        for n in names
        for many in [Counter(c.status for c in cells if c.tabell == n)]
    ]
    return Edition(state, audits, tables, notes, cells)


def _said(conn: Any, state: State) -> tuple[list[Printed], dict[str, list[str]]]:
    if state.expedierad is None:
        return editions.draft_cells(conn, state.utgava), editions.draft_notes(conn, state.utgava)
    released.refuse_altered(conn, state.utgava)
    return editions.printed(conn, state.utgava), editions.notes(conn, state.utgava)


# --- what changed -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Diff:
    """What changed between two editions, and why. ``fore`` None: there is none before; ``besked`` says so."""

    efter: State | None
    fore: State | None = None
    andrade: Sequence["Andrad"] = ()
    varfor: "Varfor | None" = None
    besked: str = ""

    def as_json(self) -> dict[str, Any]:
        """The object that ``--json`` prints."""
        return {
            "utgava": self.efter.utgava if self.efter else None,
            "fore": self.fore.utgava if self.fore else None,
            "besked": self.besked,
            "antal": dict(sorted(Counter(a.slag for a in self.andrade).items())),
            "celler": [asdict(a) for a in self.andrade],
            "varfor": asdict(self.varfor) if self.varfor else None,
        }


def diff(settings: Settings, utgava: int | None, kommun: str | None, ar: int | None) -> Diff:
    """What an edition changes from the one dispatched before it; unless named, the year's draft or newest edition."""
    from assets.publicering.skillnad import skillnad, varfor

    with up_to_date(settings) as home, home.database.begin() as conn:
        after = editions.state(conn, utgava) if utgava is not None else None
        if after is None:
            of_year = editions.editions(conn, kommun, ar, "oppen")
            known = [s for s in of_year if s.tillstand in _LIVE or s.expedierad]
            if not known:
                return Diff(None, besked=f"Ingen utgåva: inget är förberett eller publicerat för {kommun} {ar}.")
            after = known[-1]
        if after.tillstand == "forkastad":
            raise UserError(f"Utgåva {after.utgava} är förkastad, så den ändrar ingenting.")
        earlier = [s for s in editions.dispatched(conn, after.namnd, after.ar) if s.typ == after.typ]
        out = [s for s in earlier if s.utgava < after.utgava]
        if not out:
            return Diff(after, besked=f"Utgåva {after.utgava} är årets första: det finns ingen att jämföra med.")
        before = out[-1]
        changed = skillnad(_said(conn, before)[0], _said(conn, after)[0], after.regel)
        return Diff(after, before, changed, varfor(conn, before, after))
