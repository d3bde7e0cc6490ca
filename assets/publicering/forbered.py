"""Preparing an edition: count, cut, protect, audit, release, store as a draft. Nothing here is visible to a reader.

Whatever stops on the way (time, an audit, a killed run) leaves no draft, and what was out stays as it was.
"""

import math
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from assets.publicering import tryck
from assets.publicering.plan import PUBLICERAS, noter
from assets.publicering.relationer import Plan
from assets.publicering.system import Byggt, build_system
from assets.publicering.tecken import SAID
from assets.publicering.tidigare import Kand, Tidigare
from assets.publicering.underlag import Raknad, cell_id, counted
from assets.publicering.varianter import MEETS, POOLED, Variant, printed, span, unprinted
from assets.tables.breaks import break_notes
from assets.tables.counting import STANDARD, Setup, invented, stale
from assets.tables.spec import TableSpec
from quality.disclosure import audit
from quality.disclosure.model import Pattern, Protection, System, Verdict
from quality.disclosure.policy import Policy
from quality.disclosure.protect import Engine, already, protect
from quality.disclosure.reach import within_reach
from quality.disclosure.release import ReleasedTable, released
from warehouse import audit_log, editions, reading
from warehouse import cells as stored
from warehouse.contracts.codes import TOTAL
from warehouse.contracts.errors import KvinnofridError, UserError
from warehouse.database import Database
from warehouse.editions import Basis, Behind, CellRow, DraftTable, Head, Printed


class Osaker(KvinnofridError):
    """The edition could not be proved safe: says why in Swedish, and what can be done. No value."""


@dataclass(frozen=True, slots=True)
class Underlag:
    """All that is counted and known before a variant is chosen."""

    kommun: str
    ar: int
    cells: tuple[Raknad, ...]
    tidigare: tuple[Tidigare, ...]
    kanda: tuple[Kand, ...]
    versioner: tuple[int, ...]
    noter: Mapping[str, Sequence[str]]
    logg_nr: int
    deltagare: tuple[int, ...] = ()
    """For sums of what kommuner have released: their editions."""


@dataclass(frozen=True, slots=True)
class Skyddad:
    """A variant protected and audited; ``tables`` is empty where an audit did not pass."""

    variant: Variant
    built: Byggt
    protection: Protection
    verdicts: tuple[Verdict, ...]
    tables: tuple[ReleasedTable, ...]

    @property
    def safe(self) -> bool:
        """Whether it may be published."""
        return bool(self.tables)

    @property
    def pattern(self) -> Pattern:
        """What is hidden."""
        return self.protection.pattern


def gather(conn: Connection, kommun: str, ar: int, *, setup: Setup = STANDARD) -> Underlag:
    """Count what may be published for a kommun and year, and read all that is out already. Raises ``UserError``."""
    last = audit_log.head(conn)
    names = [n for n in PUBLICERAS if n in setup.plan]
    years = {*range(ar - POOLED + 1, ar + 1)}
    refuse_stale(conn, names, kommun, years, setup)
    out = earlier(conn, kommun, ar)
    cells = counted(conn, kommun, ar, setup=setup)
    if not overlapping(out, ar):
        cells += counted(conn, kommun, ar, years=POOLED, setup=setup)
    if not any(c.tabell == "arenden" for c in cells):
        raise UserError(f"Inga ärenden är räknade för {kommun} {ar}. Leverera uppgifter och kör: kvinnofrid run")
    noter = {n: _notes(conn, setup.plan[n], kommun, ar, setup) for n in names}
    versions = stored.versions(conn, names, kommun, years)
    return Underlag(
        kommun, ar, tuple(cells), tuple(out), tuple(known(conn, kommun)), versions, noter,
        last.nr if last else 0,
    )  # fmt: skip


def refuse_stale(conn: Connection, names: Collection[str], kommun: str, years: Collection[int], setup: Setup) -> None:
    """Raise ``UserError`` where the tables are not counted on what is delivered now."""
    if stale(conn, setup=setup, tables=names, years=years, kommuner=[kommun]):
        raise UserError("Tabellerna är inte räknade på det som nu är levererat. Kör: kvinnofrid run")


def _notes(conn: Connection, spec: TableSpec, kommun: str, ar: int, setup: Setup) -> list[str]:
    """What always holds of the table. Notes that count records stay inside."""
    first = [invented(spec)] if reading.is_synthetic(conn, spec.name, kommun, ar) else []
    return [*first, *break_notes(spec, kommun, ar, setup.breaks), *noter(spec.name, spec.notes), SAID]


def earlier(conn: Connection, namnd: str, ar: int) -> list[Tidigare]:
    """Every cell of every open edition ever dispatched whose years can meet these, withdrawn and replaced ones too."""
    found = []
    for edition in editions.dispatched(conn, namnd):
        if abs(edition.ar - ar) >= MEETS or edition.typ != "oppen":
            continue
        found += told_then(edition.utgava, editions.printed(conn, edition.utgava), editions.basis(conn, edition.utgava))
    return found


def overlapping(out: Iterable[Tidigare], ar: int) -> set[str]:
    """Pooled periods that are out and share a year with, but are not, the one that ends with ``ar``.

    Two such would give away the years that they do not share, so pooled years are published with years between them.
    """
    mine = set(range(ar - POOLED + 1, ar + 1))
    pools = {t.cell.period for t in out if "_" in t.cell.period}
    spans = {p: range(*(int(y) + i for i, y in enumerate(p.split("_")))) for p in pools}
    return {p for p, years in spans.items() if mine & set(years) and mine != set(years)}


def told_then(utgava: int, rows: Iterable[Printed], basis: Iterable[Basis]) -> list[Tidigare]:
    """What an edition printed, each count with the true value that it had then."""
    truth = {b.cell: b for b in basis}
    found = []
    for row in rows:
        name = cell_id(row.tabell, row.matt, row.period, row.kon, row.dimensioner.items())
        true = truth.get(name)
        cell = Raknad(
            row.tabell, row.period, tuple(row.dimensioner.items()), row.kon, row.matt, "visas" if true else row.status,
            true.varde if true else None, true.personer or 0 if true else 0,
        )  # fmt: skip
        found.append(Tidigare(utgava, cell, row.status, row.fran, row.till))
    return found


def known(conn: Connection, namnd: str) -> list[Kand]:
    """What left another way, as least and most of a count."""
    found = []
    for one in editions.externals(conn, namnd):
        what = one.what
        name = cell_id(what.tabell, what.matt, what.period, what.kon, what.dimensioner.items())
        low = 0 if what.lag is None else math.ceil(what.lag - 1e-9)
        high = 10**9 if what.hog is None else math.floor(what.hog + 1e-9)
        found.append(Kand(name, low, high))
    return found


def protected(
    base: Underlag, variant: Variant, policy: Policy, *, setup: Setup = STANDARD, seconds: float = 60.0,
    prefer: Iterable[str] = (), quick: bool = False,
) -> Skyddad:  # fmt: skip
    """Cut the tables as the variant says, choose what to hide, audit it, and release it if it is safe.

    ``quick`` leaves out the search for what need not be hidden after all: as safe, for comparing variants.
    """
    out = bool(base.tidigare or base.kanda)
    built = settled(joined(base, variant, policy, plan=setup.plan), out=out, seconds=seconds)
    return guarded(
        base, variant, built, policy, setup=setup, seconds=seconds, prefer=prefer, engine="quick" if quick else "auto"
    )


def joined(base: Underlag, variant: Variant, policy: Policy, *, plan: Plan, niva: str = "kommun") -> Byggt:
    """The system of what a variant prints, with what a reader could work out besides and what is out already."""
    cells = [c for c in base.cells if printed(variant, plan[c.tabell], c, public=PUBLICERAS[c.tabell].oppen)]
    silent = [c for c in base.cells if unprinted(variant, plan[c.tabell], c) or _beside_known(c, base.kanda)]
    return build_system(cells, plan, policy, niva=niva, tidigare=base.tidigare, kanda=base.kanda, tysta=silent)


def _beside_known(cell: Raknad, kanda: Iterable[Kand]) -> bool:
    """Whether a cell hangs together with a number that left another way: split by no more than that one is."""
    tabell, matt, period, _, _ = cell.id.split("|")
    split = {d for d, c in cell.koder if c != TOTAL}
    for one in kanda:
        theirs = one.cell.split("|")
        if theirs[:3] == [tabell, matt, period] and split <= {p.partition("=")[0] for p in theirs[4].split(",")}:
            return True
    return False


def guarded(
    base: Underlag, variant: Variant, built: Byggt, policy: Policy, *, setup: Setup, seconds: float,
    prefer: Iterable[str], engine: Engine = "auto",
) -> Skyddad:  # fmt: skip
    """A settled system protected, audited and, where it is safe, released."""
    bands = _bands(built.system) if variant.intervall else {}
    before = sorted({*prefer, *_before(base)})
    protection = protect(built.system, bands=bands, prefer=before, seconds=seconds, engine=engine)
    verdicts = examine(built.system, protection, seconds=seconds)
    tables: tuple[ReleasedTable, ...] = ()
    if all(v.passed for v in verdicts):
        made = tryck.tables(built, protection.pattern, policy, setup.plan, base.noter, setup.regler.minsta_bas)
        tables = released(made, built.system, protection.pattern, verdicts)
    return Skyddad(variant, built, protection, verdicts, tables)


def settled(built: Byggt, *, out: bool, seconds: float) -> Byggt:
    """What cannot be kept unknown even with everything hidden is asked for as far as it goes.

    ``out``: something is out already; what could be worked out of that alone is lost: told, and asked for no more. What
    would be lost by this edition's own zeros and divisions, or where nothing is out, stays asked for: it cannot be
    protected, and stops the edition.
    """
    reach = within_reach(built.system, already(built.system, seconds=seconds), seconds=seconds)
    if reach.lost and not (out and {*reach.lost} <= _lost_before(built.system, seconds)):
        return built
    return replace(built, system=reach.system, redan=(*built.redan, *reach.lost))


def _lost_before(system: System, seconds: float) -> set[str]:
    """What could be worked out before this edition told anything: the same counts, and not even zeros are public."""
    silent = replace(
        system, cells={i: replace(c, floor=min(c.floor, 0), printed=False) for i, c in system.cells.items()}
    )
    return {*within_reach(silent, already(silent, seconds=seconds), seconds=seconds).lost}


def examine(system: System, protection: Protection, *, seconds: float = 60.0) -> tuple[Verdict, ...]:
    """The audits that a release needs: each by its own way, each on these very counts and this very pattern."""
    return (
        audit.certificate(system, protection),
        audit.lp(system, protection.pattern, seconds=seconds),
    )


def _bands(system: System) -> dict[str, tuple[int, int]]:
    return {i: span(c.value) for i, c in system.cells.items() if c.hideable and c.value > 0}


def _before(base: Underlag) -> set[str]:
    """What was hidden last time, this year's cells and last year's: patterns that stay the same tell less."""
    hidden = {t.cell.id for t in base.tidigare if t.status == "skyddas"}
    moved = {i.replace(f"|{base.ar - 1}|", f"|{base.ar}|", 1) for i in hidden}
    return hidden | moved


def small_change(base: Underlag, policy: Policy) -> bool:
    """Whether all that differs from the newest edition of the year concerns too few to be told in a new one."""
    ours = [t for t in base.tidigare if t.cell.period == str(base.ar) and t.cell.varde is not None]
    if not ours:
        return False
    newest = max(t.utgava for t in ours)
    now = {c.id: c for c in base.cells}
    changes = [
        abs(round((now[t.cell.id].varde or 0) - (t.cell.varde or 0)))
        for t in ours
        if t.utgava == newest and t.cell.id in now
    ]
    return any(changes) and max(changes) < policy.smallest_revision


def store(
    database: Database, base: Underlag, made: Skyddad, policy: Policy, *, run_id: str, code_version: str,
    uppgiven: str, typ: editions.Typ = "oppen",
) -> int:  # fmt: skip
    """Keep a safe edition as a draft, in one transaction; returns its number. Raises ``Osaker`` where it is not."""
    if not made.safe:
        raise Osaker(unsafe_words(made))
    for table in made.tables:
        table.intact()
    head = Head(
        base.kommun, base.ar, made.built.system.digest(), made.pattern.digest(), policy.name, code_version, run_id,
        typ, made.variant.namn, base.versioner, base.logg_nr, base.deltagare,
    )  # fmt: skip
    tables = [
        DraftTable(t.tabell, [CellRow(c.period, c.dimensioner, c.kon, c.matt, c.status, c.varde, c.fran, c.till)
                              for c in t.cells], t.notes)
        for t in made.tables
    ]  # fmt: skip
    basis = [
        Basis(c.id, c.tabell, c.period, dict(c.koder), c.kon, c.matt, c.varde, c.personer, why)
        for c, why in tryck.reasons(made.built, made.pattern)
    ]
    with database.begin() as conn:
        return editions.draft(conn, head, tables, basis, made.verdicts, uppgiven=uppgiven, bakom=list(_behind(made)))


def _behind(made: Skyddad) -> Iterator[Behind]:
    """The ledger of what is printed, hidden cells too: by the cell's place in its table."""
    counted_from = {c.id: c.bakom for c in made.built.tryckta}
    for table in made.tables:
        for place, c in enumerate(table.cells):
            name = cell_id(c.tabell, c.matt, c.period, c.kon, c.dimensioner.items())
            for delivery, rows in counted_from.get(name, ()):
                yield Behind(table.tabell, place, delivery, rows)


def unsafe_words(made: Skyddad) -> str:
    """Why a variant is not safe, and what can be done."""
    why = {"tid": "tiden tog slut", "omojligt": "det går inte hur mycket som än döljs"}
    said = [f"{v.method}: {len(v.unsafe)} celler{f' ({why.get(v.reason, v.reason)})' if v.reason else ''}"
            for v in made.verdicts if not v.passed]  # fmt: skip
    return (
        f"Utgåvan kunde inte visas vara säker med {made.variant.titel.lower()} ({'; '.join(said)}). Inget är sparat. "
        "Välj en grövre indelning med --variant, eller ge mer tid med --sekunder."
    )
