"""Why a cell of an edition is hidden, what that protects, what a reader can work out, and what was lost. For insiders.

Everything here is within secrecy: it holds true values and says which cells are hidden for their own sake. The public
meets one symbol and one sentence (``tecken``), the same for every protected cell.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from assets.publicering import forbered
from assets.publicering.ordval import Ord
from assets.publicering.plan import PUBLICERAS, Harlett
from assets.publicering.relationer import Plan
from assets.publicering.system import Byggt, build_system
from assets.publicering.tecken import SYMBOL
from assets.publicering.tryck import parts_of
from assets.publicering.underlag import Raknad, cell_id
from assets.tables.catalogue import TABLES
from quality.disclosure import audit
from quality.disclosure.model import Pattern, System
from quality.disclosure.policy import PRESETS, Policy
from quality.disclosure.reach import interval
from warehouse import editions
from warehouse.contracts.codes import TOTAL
from warehouse.contracts.errors import UserError
from warehouse.contracts.swedish import number

INSIDE = "INOM SEKRETESS: förklaringen visar sanna värden och varför celler skyddas. Får inte lämnas ut."
CLOSE = 5
"""So few cells are looked at with the question: what would come out if it were shown?"""


@dataclass(frozen=True, slots=True)
class Forlust:
    """What an edition's protection took from a table. Persons are counted once in every cell that they are in."""

    tabell: str
    celler: int
    """Counts that are not zero."""
    for_egen_skull: int
    for_andras: int
    intervall: int
    personer: int
    personer_skyddade: int


@dataclass(frozen=True, slots=True)
class Granne:
    """A count that stands in the same sum: what it is, how it is printed, its true value."""

    vad: str
    tryckt: str
    varde: int | None


@dataclass(frozen=True, slots=True)
class Summa:
    """A row or column, or another relation, that the cell stands in."""

    namn: str
    celler: tuple[Granne, ...]


@dataclass(frozen=True, slots=True)
class Forklarad:
    """A hidden cell explained. ``lag`` and ``hog``: what a reader can work out, least and most (None: no limit)."""

    cell: str
    vad: str
    tryckt: str
    varde: float | None
    personer: int | None
    skal: str
    """``primar``, ``sekundar`` or ``harledd``."""
    orsak: str
    skyddar: tuple[str, ...] = ()
    """The counts beside it that are hidden for their own sake."""
    avslojar: tuple[str, ...] | None = None
    """What a reader could work out if it were shown; None where it was not asked (too many cells)."""
    lag: int | None = None
    hog: int | None = None
    summor: tuple[Summa, ...] = ()


@dataclass(frozen=True, slots=True)
class Forklaring:
    """The explanation of an edition's table."""

    utgava: int
    tabell: str
    regel: str
    forluster: tuple[Forlust, ...]
    celler: tuple[Forklarad, ...]


def explain(
    conn: Connection,
    utgava: int,
    tabell: str,
    *,
    matt: str | None = None,
    kon: str | None = None,
    period: str | None = None,
    koder: Mapping[str, str] | None = None,
    plan: Plan = TABLES,
    seconds: float = 30.0,
) -> Forklaring:
    """Explain the hidden cells of a table (all, or those of a measure, kön, period and codes), drafts too.

    Raises:
        UserError: There is no such edition or table in it, or no protected cell is as described.
    """
    head = editions.state(conn, utgava)
    rows = editions.draft_cells(conn, utgava)
    if tabell not in {r.tabell for r in rows}:
        names = ", ".join(dict.fromkeys(r.tabell for r in rows))
        raise UserError(f"Utgåva {utgava} har ingen sådan tabell. Välj någon av: {names}.")
    if head.regel not in PRESETS:
        raise UserError(f"Regeln {head.regel} som utgåva {utgava} skyddades efter finns inte längre i programmet.")
    policy = PRESETS[head.regel]
    book = _Bok(conn, head, rows, plan, policy)
    chosen = [
        r
        for r in rows
        if r.tabell == tabell
        and r.status in ("skyddas", "intervall")
        and (matt is None or r.matt == matt)
        and (kon is None or r.kon == kon)
        and (period is None or r.period == period)
        and all(r.dimensioner.get(d, TOTAL) == code for d, code in (koder or {}).items())
    ]
    narrowed = any(x for x in (matt, kon, period, koder))
    if narrowed and not chosen:
        raise UserError(
            f"Ingen skyddad cell i {tabell} stämmer med det. Se vilka som skyddas: kvinnofrid disclosure explain "
            f"--utgava {utgava} --tabell {tabell}"
        )
    close = len(chosen) <= CLOSE
    told = tuple(book.explained(r, close=close, seconds=seconds) for r in chosen)
    return Forklaring(utgava, tabell, policy.title, tuple(book.losses()), told)


class _Bok:
    """An edition's counts put together again as they were protected, with what was out before it."""

    def __init__(
        self, conn: Connection, head: editions.State, rows: Sequence[editions.Printed], plan: Plan, policy: Policy
    ) -> None:
        self.plan, self.policy = plan, policy
        self.basis = {b.cell: b for b in editions.basis(conn, head.utgava)}
        self.printed = {_id(r): r for r in rows}
        cells = [self._counted(r) for r in rows if r.tabell in plan and r.tabell in PUBLICERAS]
        before = [t for t in forbered.earlier(conn, head.namnd, head.ar) if t.utgava < head.utgava]
        known = forbered.known(conn, head.namnd)
        self.built: Byggt = build_system(cells, plan, policy, niva=head.niva, tidigare=before, kanda=known)
        self.cells = {c.id: c for c in cells}
        self.pattern = Pattern(
            frozenset(i for i, r in self.printed.items() if r.status == "skyddas" and i in self.system.cells),
            {
                i: (r.fran, r.till)
                for i, r in self.printed.items()
                if r.fran is not None and r.till is not None and i in self.system.cells
            },
        )
        self.words = Ord(plan, self.cells)

    @property
    def system(self) -> System:
        """All counts that a reader can connect."""
        return self.built.system

    def _counted(self, row: editions.Printed) -> Raknad:
        true = self.basis.get(_id(row))
        codes = tuple(row.dimensioner.items())
        if true is None:
            status = "skyddas" if row.status == "intervall" else row.status
            return Raknad(row.tabell, row.period, codes, row.kon, row.matt, status, row.varde, 0)
        return Raknad(row.tabell, row.period, codes, row.kon, row.matt, "visas", true.varde, true.personer or 0)

    # --- one cell -----------------------------------------------------------------------------------------------------

    def explained(self, row: editions.Printed, *, close: bool, seconds: float) -> Forklarad:
        """Why it is hidden, what that protects, what a reader can work out."""
        name = _id(row)
        what, printed = self.words.of(name), _printed(row)
        cell = self.cells[name]
        derived = next((h for h in PUBLICERAS[row.tabell].harledda if h.namn == row.matt), None)
        if derived is not None:
            return Forklarad(name, what, printed, None, None, "harledd", self._derived(cell, derived))
        if name not in self.system.cells:
            return Forklarad(name, what, printed, None, None, "sekundar", "Talet finns inte i röjandekontrollen.")
        skal = self.basis[name].skal
        beside = self._beside(name)
        low, high = interval(self.system, self.pattern, name, seconds=seconds)
        return Forklarad(
            name, what, printed, cell.varde, cell.personer, skal, self._why(cell, skal, row.status),
            tuple(self.words.of(n) for n in beside),
            self._comes_out(name, seconds) if close else None,
            low, high, tuple(self._sums(name)) if close else (),
        )  # fmt: skip

    def _why(self, cell: Raknad, skal: str, status: str) -> str:
        if skal == "visas":
            return "Visas, men i intervall." if status == "intervall" else "Skyddas inte."
        if skal != "primar":
            return "För andras skull: visades den skulle en annan siffra kunna räknas ut."
        matt = PUBLICERAS[cell.tabell].measure(cell.matt)
        slag = matt.slag if matt else "person"
        trait = any(d in PUBLICERAS[cell.tabell].egenskaper for d, code in cell.koder if code != TOTAL)
        if slag == "person" and trait:
            slag = "egenskap"
        few = f"färre än {self.policy.threshold} personer"
        return "För egen skull: " + {
            "person": f"{few}.",
            "egenskap": f"en känslig uppgift (utfall, heder, risk eller våld) om {few}.",
            "enkat_bas": f"färre än {self.policy.questionnaire_base} svar.",
            "enkat_svar": f"svar av {few}, eller färre än {self.policy.questionnaire_base} svar att vara en del av.",
            "belopp": f"en person står för så mycket att det kan räknas ut på {self.policy.dominance} procent när.",
        }.get(slag, f"{few}.")

    def _derived(self, cell: Raknad, derived: Harlett) -> str:
        parts = parts_of(cell, derived, self.plan[cell.tabell])
        missing = [p for p in parts if p in self.printed and self.printed[p].status in ("saknas", "ej_tillampligt")]
        if missing:
            return "Kan inte räknas: uppgift saknas om " + "; ".join(self.words.of(p) for p in missing) + "."
        hidden = [
            p for p in parts
            if p not in self.system.cells or len({*self.pattern.told(self.system.cells[p])}) > 1
        ]  # fmt: skip
        if hidden:
            return "Räknas av siffror som skyddas: " + "; ".join(self.words.of(p) for p in hidden) + "."
        return "Räknas på för få: andelar, medelvärden och medianer visas först när fler står bakom."

    def _beside(self, name: str) -> list[str]:
        """The counts with a need of their own in the same sums."""
        needs = {n.cell for n in self.system.needs}
        found = {
            cell for place in self.system.relations_of[name] for cell, _ in self.system.relations[place].terms
            if cell in needs and cell != name
        }  # fmt: skip
        return sorted(found)

    def _comes_out(self, name: str, seconds: float) -> tuple[str, ...]:
        """What could be worked out if the cell were shown and all else stayed as it is."""
        bands = {i: span for i, span in self.pattern.bands.items() if i != name}
        shown = Pattern(self.pattern.hidden - {name}, bands)
        now = set(audit.lp(self.system, self.pattern, seconds=seconds).unsafe)
        then = set(audit.lp(self.system, shown, seconds=seconds).unsafe)
        return tuple(self.words.of(cell) for cell in sorted(then - now - {name}))

    def _sums(self, name: str) -> list[Summa]:
        found = []
        for place in self.system.relations_of[name]:
            relation = self.system.relations[place]
            order = sorted(relation.terms, key=lambda term: (-term[1], term[0]))
            members = tuple(Granne(self.words.of(c), self._told(c), self.system.cells[c].value) for c, _ in order)
            found.append(Summa(relation.name, members))
        return found

    def _told(self, name: str) -> str:
        if name in self.printed:
            return _printed(self.printed[name])
        return "står inte i någon tabell"

    # --- what was lost ------------------------------------------------------------------------------------------------

    def losses(self) -> list[Forlust]:
        """By table, in the plan's order."""
        found = []
        for table in dict.fromkeys(r.tabell for r in self.printed.values()):
            counts = [b for b in self.basis.values() if b.tabell == table and b.varde and b.cell in self.printed]
            status = {b.cell: self.printed[b.cell].status for b in counts}
            hidden = [b for b in counts if status[b.cell] == "skyddas"]
            if counts:
                found.append(
                    Forlust(
                        table, len(counts), sum(b.skal == "primar" for b in hidden),
                        sum(b.skal != "primar" for b in hidden), sum(s == "intervall" for s in status.values()),
                        sum(b.personer or 0 for b in counts), sum(b.personer or 0 for b in hidden),
                    )
                )  # fmt: skip
        return found


def _id(row: editions.Printed) -> str:
    return cell_id(row.tabell, row.matt, row.period, row.kon, row.dimensioner.items())


def _printed(row: editions.Printed) -> str:
    if row.status == "intervall":
        return f"{number(row.fran)}–{number(row.till)}"
    return {"skyddas": SYMBOL, "ej_tillampligt": "."}.get(row.status, number(row.varde))
