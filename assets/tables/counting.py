"""Which tables must be counted again, and counting them: receipts decide, one transaction a table and year."""

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
from sqlalchemy import Connection, text

from assets.tables.breaks import OwnBreak, break_notes
from assets.tables.builder import build
from assets.tables.catalogue import TABLES, Plan
from assets.tables.rules import REGLER, Regler
from assets.tables.spec import Figures, Inputs, TableSpec, periods_of
from sources.foljesedel import SUFFIX
from warehouse import cells, contracts
from warehouse.cells import Slice
from warehouse.contracts.registry import CONTRACTS
from warehouse.database import Database
from warehouse.load import current

NOBODY = "0000"
NOTHING = Figures(pd.DataFrame({n: [] for n in ("period", "kon", "matt", "varde", "status")}))


@dataclass(frozen=True, slots=True)
class Setup:
    """What a kommun's installation decides about the tables: the plan, the rules, and its own series breaks."""

    plan: Plan = field(default_factory=lambda: TABLES)
    regler: Regler = REGLER
    breaks: tuple[OwnBreak, ...] = ()


STANDARD = Setup()
INVENTED = "PÅHITTADE UPPGIFTER: tabellen bygger på syntetiska poster och beskriver inga verkliga personer."
INVENTED_FIGURES = (
    "PÅHITTADE UPPGIFTER: siffrorna är påhittade för ett exempel och kommer inte från den källa som anges."
)
"""Of a table of public data, in which there are no records of persons."""
PERSONS = {"barn_id": "person_id"}
"""A child is a person: the same pseudonym in a parent's case and in a case of its own."""
RETIRED = "0" * 64
"""In place of a fingerprint: the table is no longer in the plan."""


@dataclass(frozen=True, slots=True)
class Delivered:
    """A current delivery, as far as counting cares."""

    leverans_id: int
    sha256: str
    mappningsversion: str | None
    uttagsdatum: date
    tabell: str
    namnd: str
    forsta_ar: int
    sista_ar: int
    period: str | None
    syntetisk: bool
    rader_karantan: int
    overlappar: bool
    rattade: int

    @property
    def covers(self) -> range:
        """The years it speaks for: its period, or for a helbild all years that its rows touch."""
        if self.period is None:
            return range(self.forsta_ar, self.sista_ar + 1)
        return range(int(self.period[:4]), int(self.period[-4:]) + 1)

    def speaks_for(self, year: int) -> bool:
        """Whether no row for a year means that there was nothing: a helbild knows all until it was taken out."""
        return year in self.covers or (self.period is None and self.forsta_ar <= year <= self.uttagsdatum.year)


@dataclass(frozen=True, slots=True)
class Job:
    """A table of a kommun and year that must be counted, from these deliveries."""

    slice: Slice
    fingerprint: str
    deliveries: tuple[Delivered, ...]
    absent: frozenset[str] = frozenset()
    known_until: date | None = None
    """The last day that deliveries of cases tell about without a gap from the counted year on."""


@cache
def code_digest() -> str:
    """A digest of the code that decides what the tables hold; when it changes everything is counted again."""
    digest = hashlib.sha256()
    for folder in (Path(__file__).parent, Path(contracts.__file__).parent):
        for path in sorted(folder.rglob("*")):
            if path.suffix in {".py", ".csv"}:
                digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()


def _slices(conn: Connection, spec: TableSpec, delivered: Collection[Delivered]) -> Iterator[tuple[str, int]]:
    first = next(iter(spec.sources))
    main = [d for d in delivered if d.tabell == first]
    pairs = {(d.namnd, year) for d in main if d.namnd != NOBODY for year in d.covers}
    if spec.public and any(d.namnd == NOBODY for d in main):
        contract = CONTRACTS[first]
        column = "left(period, 4)" if first == "bra_brott" else "ar::text"
        rows = conn.execute(
            text(
                f"SELECT DISTINCT kommunkod, {column} AS ar FROM {contract.schema_name()}.{first}_gallande"
                " WHERE kommunkod IS NOT NULL AND kommunkod <> '0000'"
            )
        )
        pairs |= {(r.kommunkod, int(r.ar)) for r in rows}
    yield from sorted(pairs)


def _matters(spec: TableSpec, d: Delivered, kommun: str, year: int) -> bool:
    if d.namnd not in (kommun, NOBODY):
        return False
    if d.overlappar:  # it has taken rows over from other deliveries, perhaps with other dates than they had there
        return True
    if d.tabell in spec.history:  # what follows a case may come in the year after: an answer 90 days after closing
        return spec.public or d.forsta_ar <= year + spec.later_years
    return d.forsta_ar <= year <= d.sista_ar


def known_until(deliveries: Iterable[Delivered], year: int) -> date | None:
    """The last day from ``year`` on that deliveries of cases tell about without a gap; None where there is none."""
    cases = [d for d in deliveries if d.tabell == "arende"]
    until = None
    while True:
        speaking = [d.uttagsdatum for d in cases if d.speaks_for(year)]
        if not speaking:
            return until
        until = min(max(speaking), date(year, 12, 31))
        if until < date(year, 12, 31):
            return until
        year += 1


def _job(spec: TableSpec, slice_: Slice, behind: tuple[Delivered, ...], setup: Setup) -> Job:
    heard = {d.tabell for d in behind if d.speaks_for(slice_.ar)}
    absent = frozenset(spec.sources) - heard
    until = known_until(behind, slice_.ar) if "arende" in spec.sources else None
    said = (standing_notes(spec, slice_, behind, setup.breaks), sorted(absent), until, setup.regler, spec.declaration)
    digest = hashlib.sha256(f"{code_digest()}|{spec.name}|{said}".encode())
    for d in behind:
        digest.update(f"|{d.tabell}:{d.sha256}:{d.mappningsversion}:{d.period}".encode())
    return Job(slice_, digest.hexdigest(), behind, absent, until)


def stale(
    conn: Connection,
    *,
    setup: Setup = STANDARD,
    tables: Iterable[str] | None = None,
    years: Collection[int] | None = None,
    kommuner: Collection[str] | None = None,
) -> list[Job]:
    """The tables whose deliveries, code or rules are not those that they were counted from."""
    stored = cells.fingerprints(conn)
    names = list(tables or setup.plan)
    read = {source for name in names for source in setup.plan[name].sources}
    current_now = [Delivered(**row) for row in cells.deliveries_of(conn, sorted(read))]
    jobs = []
    for name in names:
        spec = setup.plan[name]
        delivered = [d for d in current_now if d.tabell in spec.sources]
        pairs = set(_slices(conn, spec, delivered))
        # A year that no current delivery speaks for any more is counted to nothing, as if it never had been there.
        gone = {(s.kommun, s.ar) for s in stored if s.tabell == name} - pairs
        for kommun, year in sorted(pairs | gone):
            if (years is not None and year not in years) or (kommuner is not None and kommun not in kommuner):
                continue
            behind = tuple(d for d in delivered if (kommun, year) in pairs and _matters(spec, d, kommun, year))
            job = _job(spec, Slice(name, kommun, year), behind, setup)
            if stored.get(job.slice) != job.fingerprint:
                jobs.append(job)
    return jobs if tables else [*jobs, *_gone(stored, setup)]


def retired(conn: Connection, setup: Setup) -> list[Job]:
    """What is stored of tables that the plan no longer has: counted to nothing."""
    return _gone(cells.fingerprints(conn), setup)


def _gone(stored: Mapping[Slice, str], setup: Setup) -> list[Job]:
    gone = [s for s, made_of in stored.items() if s.tabell not in setup.plan and made_of != RETIRED]
    return [Job(s, RETIRED, ()) for s in sorted(gone, key=lambda s: (s.tabell, s.kommun, s.ar))]


def rebuilt(conn: Connection, slice_: Slice, as_of: datetime, *, setup: Setup = STANDARD) -> Figures | None:
    """A table's year from the deliveries current at ``as_of``, not stored; None where none spoke for it then."""
    spec = setup.plan[slice_.tabell]
    delivered = [Delivered(**row) for row in cells.deliveries_of(conn, tuple(spec.sources), as_of=as_of)]
    behind = tuple(d for d in delivered if _matters(spec, d, slice_.kommun, slice_.ar))
    main = [d for d in behind if d.tabell == next(iter(spec.sources))]
    if not any(slice_.ar in d.covers for d in main):
        return None
    job = _job(spec, slice_, behind, setup)
    inputs = inputs_for(conn, slice_.kommun, [spec], as_of=as_of)
    made = _build(spec, job, inputs, setup)
    return replace(made, notes=(*standing_notes(spec, slice_, behind, setup.breaks), *made.notes))


def told(
    conn: Connection, kommun: str, ar: int, names: Iterable[str], *, years: int = 1, setup: Setup = STANDARD,
    as_of: datetime | None = None,
) -> Iterator[tuple[TableSpec, Inputs]]:  # fmt: skip
    """Each named table with what it is counted from for ``years`` years that end with ``ar``, each source read once.

    A source that is silent about one of the years is absent. Tables that some year has no delivery for are left out.
    With ``as_of`` from the deliveries that were current then.
    """
    specs = [setup.plan[name] for name in names]
    sources = sorted({s for x in specs for s in x.sources})
    delivered = [Delivered(**row) for row in cells.deliveries_of(conn, sources, as_of=as_of)]
    inputs = inputs_for(conn, kommun, specs, as_of=as_of)
    for spec in specs:
        jobs = []
        for year in range(ar - years + 1, ar + 1):
            behind = tuple(d for d in delivered if d.tabell in spec.sources and _matters(spec, d, kommun, year))
            main = [d for d in behind if d.tabell == next(iter(spec.sources))]
            if any(year in d.covers for d in main):
                jobs.append(_job(spec, Slice(spec.name, kommun, year), behind, setup))
        if len(jobs) == years:
            absent = frozenset().union(*(job.absent for job in jobs))
            until = {kommun: pd.Timestamp(jobs[-1].known_until)} if jobs[-1].known_until else {}
            yield spec, replace(inputs, absent={kommun: absent}, known_until=until, regler=setup.regler)


def _build(spec: TableSpec, job: Job, inputs: Inputs, setup: Setup) -> Figures:
    """A job's cells. What the inputs hold for every year alike is made once for all of them."""
    kommun = job.slice.kommun
    until = {kommun: pd.Timestamp(job.known_until)} if job.known_until else {}
    told = replace(inputs, absent={kommun: job.absent}, known_until=until, regler=setup.regler)
    return build(spec, told, periods_of(spec, job.slice.ar))


def expected_years(conn: Connection, inbox: Path) -> set[int]:
    """The years that what waits in the inbox is likely to touch: its notes' periods, and the years known already."""
    years = set()
    for note in inbox.glob(f"**/*{SUFFIX}"):
        # Only a guess of how wide to look: what it misses is counted all the same, in a run of its own.
        with suppress(OSError):
            said = note.read_text("utf-8", errors="replace")
            years |= {int(y) for y in re.findall(r"(?m)^(?:period|uttagsdatum):.*?((?:19|20)\d\d)", said)}
    for row in cells.deliveries_of(conn, tuple(CONTRACTS)):
        if row["tabell"] != "befolkning":
            years |= set(Delivered(**row).covers)
    return years


def inputs_for(conn: Connection, kommun: str, specs: Iterable[TableSpec], *, as_of: datetime | None = None) -> Inputs:
    """All that the tables read of one kommun, each source once; public sources whole where they concern all."""
    wanted: dict[str, dict[str, None]] = {}
    everybody: set[str] = set()
    for spec in specs:
        everybody |= set(spec.whole)
        for source, columns in spec.sources.items():
            wanted.setdefault(source, {"leverans_id": None}).update(dict.fromkeys(columns))
    frames = {}
    for source, names in wanted.items():
        contract = CONTRACTS[source]
        known = {c.name for c in contract.columns()}
        owner = next((name for name in ("namnd", "kommunkod") if name in known), None)
        whole = source in everybody or (contract.schema_name() == "omvarld" and "omrade" in known)
        frame = current(
            conn, contract, tuple(names), owner=None if whole or not owner else (owner, kommun), as_of=as_of
        )
        frames[source] = frame.assign(kommun=pd.Categorical([kommun] * len(frame), [kommun]))
    return Inputs(numbered(frames), (kommun,))


def numbered(frames: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """The frames with numbers for pseudonyms, the same in all of them: quicker to join and count, and no longer ids."""
    places: dict[str, list[tuple[str, str]]] = {}
    for source, frame in frames.items():
        kinds = {c.name: c.kind for c in CONTRACTS[source].columns()}
        for name in frame.columns:
            if kinds.get(name) == "pseudonym":
                places.setdefault(PERSONS.get(name, name), []).append((source, name))
    out = dict(frames)
    for columns in places.values():
        codes, _ = pd.factorize(pd.concat([frames[source][name] for source, name in columns], ignore_index=True))
        first = 0
        for source, name in columns:
            mine = codes[first : first + len(frames[source])]
            first += len(mine)
            numbers = mine if (mine >= 0).all() else np.where(mine >= 0, mine, np.nan)
            out[source] = out[source].assign(**{name: numbers})
    return out


def count(
    database: Database,
    jobs: Collection[Job],
    *,
    run_id: str,
    code_version: str,
    setup: Setup = STANDARD,
    done: Callable[[Job, int], None] = lambda _job, _cells: None,
) -> int:
    """Count the jobs, kommun by kommun; returns how many cells were stored. ``done`` is told of each job.

    The kommun with the most to count comes first: it takes longest, so others can go on with it soonest.
    """
    total = 0
    many = Counter(job.slice.kommun for job in jobs)
    for kommun in sorted(many, key=lambda k: (-many[k], k)):
        ours = [job for job in jobs if job.slice.kommun == kommun]
        with database.begin() as conn:
            names = {j.slice.tabell: None for j in ours if j.deliveries}
            inputs = inputs_for(conn, kommun, [setup.plan[name] for name in names])
        for job in ours:
            made, standing = NOTHING, []
            if job.deliveries:
                spec = setup.plan[job.slice.tabell]
                made = _build(spec, job, inputs, setup)
                standing = standing_notes(spec, job.slice, job.deliveries, setup.breaks)
            with database.begin() as conn:
                cells.store(
                    conn,
                    job.slice,
                    made.cells,
                    [*standing, *made.notes],
                    made.ledger,
                    fingerprint=job.fingerprint,
                    deliveries=[d.leverans_id for d in job.deliveries],
                    run_id=run_id,
                    code_version=code_version,
                )
            total += len(made.cells)
            done(job, len(made.cells))
    if jobs:
        with database.begin() as conn:
            cells.analyze(conn)
    return total


def invented(spec: TableSpec) -> str:
    """What stands first in a table that rests on something invented."""
    return INVENTED_FIGURES if spec.public else INVENTED


def standing_notes(
    spec: TableSpec, slice_: Slice, behind: Collection[Delivered], breaks: Collection[OwnBreak] = ()
) -> list[str]:
    """Notes that come first in any table: whether it is invented, when it was taken out, what was set aside."""
    notes = []
    if any(d.syntetisk for d in behind):
        notes.append(invented(spec))
    elif spec.real:
        notes.append(spec.real)
    main = [d.uttagsdatum for d in behind if d.tabell == next(iter(spec.sources)) and slice_.ar in d.covers]
    if main and not spec.public:
        taken, last_day = max(main), date(slice_.ar, 12, 31)
        if taken <= last_day:
            notes.append(f"Uppgifterna togs ut {taken}, så året är inte med i sin helhet.")
        if taken < last_day + timedelta(days=spec.follow_up_days):
            since = taken - timedelta(days=spec.follow_up_days)
            notes.append(f"För ärenden som avslutats efter {since} kan svar efter ännu komma in.")
    mended = sum(d.rattade for d in behind)
    if mended:
        what = "Ett värde" if mended == 1 else f"{mended} värden"
        notes.append(
            f"{what} i leveranserna bakom tabellen är rättade här enligt en förklarad rättelse; källan har något annat."
        )
    notes += break_notes(spec, slice_.kommun, slice_.ar, breaks)
    for name in spec.sources:
        aside = sum(d.rader_karantan for d in behind if d.tabell == name)
        if aside:
            rows = "rad" if aside == 1 else "rader"
            notes.append(
                f"{aside} {rows} i leveranserna av {CONTRACTS[name].title().lower()} ligger i karantän och räknas inte "
                "med, så siffrorna kan vara för låga."
            )
    return notes
