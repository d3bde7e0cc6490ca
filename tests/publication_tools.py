"""Publications drawn at random: a register, its editions made the real way, corrections between them, and an attack.

Nothing here asserts. A publication is what a kommun lets out over time: editions of a year, corrected ones, the next
year's, a number that others know. Only the database and the commands are left out.
"""

import re
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from random import Random

from assets.publicering import forbered, tryck
from assets.publicering.forbered import Skyddad, Underlag
from assets.publicering.plan import PUBLICERAS, nollor_dolda
from assets.publicering.tidigare import Kand, Tidigare
from assets.publicering.underlag import Raknad, cell_id
from assets.publicering.varianter import MEETS, POOLED, VARIANTER
from assets.tables.catalogue import TABLES, planned
from assets.tables.spec import Period
from quality.attacker import Attack, Book, Finding, attack, book
from quality.attacker import Printed as Seen
from quality.disclosure.policy import PRESETS, Policy
from tests.oracle.registers import Record, Register, World
from tests.publicering_tools import COUNTED, consistent, raknade
from warehouse.editions import Basis, Printed

KOMMUN, YEAR = "0114", 2019
LINKED = (
    ("arenden", "heder"),
    ("arenden", "valdsutovare"),
    ("arenden", "riskbedomning", "vald"),
    ("arenden", "barn"),
    ("arenden", "bortfall"),
    ("maluppfyllelse", "aterkommande"),
    ("maluppfyllelse", "bortfall"),
    ("utfall", "utfall_vald_samlat"),
    ("insatser", "heder"),
    ("insatser", "skyddat_boende"),
    ("heder", "vald"),
    ("skyddat_boende",),
    ("brukarenkat", "arenden"),
)
"""Tables with counts that follow from each other's, drawn as often as any others."""
FINE, COARSE = (
    ("tva", "tva_alder", "tva_alder", "tva_flera", "alla"),
    ("en", "en_flera", "flera", "totaler", "intervall"),
)


COARSEST = "totaler"
_MOST = {"alla": 14, "tva_flera": 8, "tva": 25, "tva_alder": 25, "flera": 14, "en_flera": 14}
"""Cases at most, by the first variant: two hundred publications are to be done in a quarter of an hour."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is drawn for a publication, before any record of it is."""

    seed: int
    cases: int
    tables: tuple[str, ...]
    variants: tuple[str, ...]
    """Of each edition."""
    policy: str
    years: tuple[int, ...]
    withdrawn: bool = False
    """The first edition is withdrawn before the second."""
    known: bool = False
    """Others know a number before anything is published."""


def plan_of(seed: int) -> Plan:
    """The publication of a seed."""
    random = Random(f"publikation-{seed}")
    everything = seed % 50 == 7
    cases = random.randint(5, 40) if random.random() < 0.5 else random.randint(20, 150)
    if everything:
        tables, cases = tuple(COUNTED), min(cases, 15)
    elif random.random() < 0.5:
        tables = random.choice(LINKED)
    else:
        tables = tuple(random.sample(COUNTED, random.randint(1, 3)))
    tables = tuple(n for n in PUBLICERAS if n in tables)
    first = random.choice(COARSE if everything else (*FINE, *FINE, *COARSE))
    cases = min(cases, _MOST.get(first, 30))
    later = [first if random.random() < 0.7 else random.choice(("tva", "tva_alder", *COARSE)) for _ in range(2)]
    return Plan(
        seed, cases, tables, (first, *later),
        random.choice(("fem", "fem", "fem", "sex", "fyra_tjugo", "tio")),
        (YEAR, YEAR, random.choice((YEAR, YEAR, YEAR, YEAR + 1))),
        random.random() < 0.15,
        random.random() < 0.25,
    )  # fmt: skip


# --- records ----------------------------------------------------------------------------------------------------------

_OF_CASES = ("aktualisering", "insats", "barn", "bedomning", "matning", "lokal_variabel")


def without(register: Register, cases: set[str]) -> Register:
    """The register when cases and all that is told of them are taken back."""
    return {
        name: [r for r in rows if r.get("arende_id") not in cases] if name in (*_OF_CASES, "arende") else rows
        for name, rows in register.items()
    }


def corrected(register: Register, random: Random, number: int, many: int) -> Register:
    """Some cases taken back, some new, some otherwise than was said: about ``many`` in all."""
    share = [random.random() for _ in range(3)]
    gone, new, changed = (round(many * s / sum(share)) for s in share)
    ids = [c["arende_id"] for c in register["arende"]]
    register = without(register, set(random.sample(ids, min(gone, len(ids) // 2))))
    donors = consistent(random, max(changed, 1) * 3, f"givare{number}_")["arende"]
    chosen = {c["arende_id"] for c in random.sample(register["arende"], min(changed, len(register["arende"])))}
    register = register | {
        "arende": [_changed(c, donors, random) if c["arende_id"] in chosen else c for c in register["arende"]]
    }
    if new:
        more = consistent(random, new, f"ny{number}_")
        register = register | {name: register[name] + more[name] for name in ("arende", *_OF_CASES)}
    return register


_MENDED = (
    "aldersgrupp", "verksamhetsomrade", "valdstyp", "svarighetsgrad", "relation_till_utovare", "hederskontext",
    "overgripande_mal_finns",
)  # fmt: skip


def _changed(case: Record, donors: Sequence[Record], random: Random) -> Record:
    """The case with some of what another one says, so that role and age still agree."""
    alike = [d for d in donors if d["roll"] == case["roll"]]
    if not alike:
        return case
    donor = random.choice(alike)
    names = random.sample(_MENDED, random.randint(1, 3))
    more = {n: donor[n] for n in names}
    if random.random() < 0.3:  # another day: in or out of the year
        more |= {n: donor[n] for n in ("startdatum", "slutdatum", "avslutsorsak", "mal_bedomning", "mal_bedomt_av")}
    return case | more


def counted(register: Register, plan: Plan, year: int) -> list[Raknad]:
    """What is counted of the year, and of the years that end with it."""
    world = World(register)
    periods = [Period(year, year)]
    if any(VARIANTER[v].flera_ar != "inga" for v in plan.variants):
        periods.append(Period(year - POOLED + 1, year))
    return [c for p in periods for c in raknade(world, p, plan.tables)]


# --- editions ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Edition:
    """What was let out: as printed and stored, with what was true."""

    number: int
    year: int
    made: Skyddad
    rows: tuple[Printed, ...]
    basis: tuple[Basis, ...]
    truth: Mapping[str, float | None]
    """Of all that was counted for it, also what is printed nowhere."""

    @property
    def told(self) -> list[Tidigare]:
        """As ``forbered.earlier`` has it from the database."""
        return forbered.told_then(self.number, self.rows, self.basis)

    @property
    def seen(self) -> list[Seen]:
        """As a reader has it."""
        return [
            Seen(self.number, r.tabell, KOMMUN, self.year, r.period, r.dimensioner, r.kon, r.matt, r.status, r.varde,
                 r.fran, r.till)
            for r in self.rows
        ]  # fmt: skip


def edition_of(number: int, year: int, made: Skyddad, cells: Iterable[Raknad]) -> Edition:
    """What is stored of a safe edition, made of the counted cells."""
    rows = tuple(
        Printed(c.tabell, order, c.period, c.dimensioner, c.kon, c.matt, c.status, c.varde, c.fran, c.till)
        for t in made.tables
        for order, c in enumerate(t.cells)
    )
    return Edition(number, year, made, rows, basis_of(made), {c.id: c.varde for c in cells})


def basis_of(made: Skyddad) -> tuple[Basis, ...]:
    """The true counts, as ``forbered.store`` keeps them."""
    return tuple(
        Basis(c.id, c.tabell, c.period, dict(c.koder), c.kon, c.matt, c.varde, c.personer, why)
        for c, why in tryck.reasons(made.built, made.pattern)
    )


def underlag(
    cells: Sequence[Raknad], year: int, editions: Sequence[Edition] = (), kanda: Sequence[Kand] = ()
) -> Underlag:
    """As ``forbered.gather`` makes it."""
    told = [t for e in editions if abs(e.year - year) < MEETS for t in e.told]
    if forbered.overlapping(told, year):
        cells = [c for c in cells if "_" not in c.period]
    return Underlag(KOMMUN, year, tuple(cells), tuple(told), tuple(kanda), (), {}, 0)


@dataclass
class Publication:
    """All that was let out of one register."""

    plan: Plan
    editions: list[Edition] = field(default_factory=list)
    outside: list[Seen] = field(default_factory=list)
    """What others told."""
    unsafe: int = 0
    """Editions that could not be proved safe."""
    small: int = 0
    """Corrections that waited since they concerned too few."""

    @property
    def seen(self) -> list[Seen]:
        """Everything that a reader has."""
        return [*self.outside, *(s for e in self.editions for s in e.seen)]


Maker = Callable[..., Skyddad]


def published(plan: Plan, *, seconds: float = 30.0, protected: Maker = forbered.protected) -> Publication:
    """Let out the editions of a plan, each with a correction before it; a refused one in totals, or left out."""
    random = Random(plan.seed)
    policy, found = PRESETS[plan.policy], Publication(plan)
    register = consistent(random, plan.cases)
    kanda: list[Kand] = []
    withdrawn = False
    for place, (year, name) in enumerate(zip(plan.years, plan.variants, strict=True)):
        for attempt in range(3):
            if place or attempt:
                many = random.choice((1, 2, 5, 8, 13, 30)) * (1 + 2 * attempt)
                register = corrected(register, random, 10 * place + attempt, min(many, max(12, plan.cases)))
            cells = counted(register, plan, year)
            if plan.known and not place and not attempt:
                _learn(cells, random, policy, found, kanda)
            base = underlag(cells, year, found.editions, kanda)
            holds = any(e.year == year for e in found.editions) and not withdrawn
            if holds and forbered.small_change(base, policy):
                found.small += 1
                continue
            made = protected(base, VARIANTER[name], policy, seconds=seconds)
            if not made.safe and name != COARSEST:  # as a kommun would
                made = protected(base, VARIANTER[COARSEST], policy, seconds=seconds)
            if made.safe:
                found.editions.append(edition_of(place + 1, year, made, cells))
                withdrawn = plan.withdrawn and not place
            else:
                found.unsafe += 1
            break
    return found


def _learn(cells: Sequence[Raknad], random: Random, policy: Policy, found: Publication, kanda: list[Kand]) -> None:
    """Others know a count that is not small, or between which numbers it is."""
    large = [
        c
        for c in cells
        if (measure := PUBLICERAS[c.tabell].measure(c.matt))
        and measure.slag != "oppen" and (c.varde or 0) >= policy.threshold
    ]  # fmt: skip
    for cell in random.sample(large, min(len(large), random.randint(1, 3))):
        value = round(cell.varde or 0)
        low, high = random.choice(((value, value), (value - 1, value + 2), (value - 3, value)))
        low = max(low, policy.threshold)
        kanda.append(Kand(cell.id, low, high))
        told = ("visas", float(value), None, None) if low == high else ("intervall", None, low, high)
        found.outside.append(
            Seen(0, cell.tabell, KOMMUN, YEAR, cell.period, dict(cell.koder), cell.kon, cell.matt, *told)
        )


# --- the attack -------------------------------------------------------------------------------------------------------


@cache
def the_book() -> Book:
    """What the plan tells a reader."""
    return book(planned(TABLES))


def attacked(found: Publication, *, seconds: float = 120.0) -> Attack:
    """All that is out, read by somebody who knows the rules."""
    policy = PRESETS[found.plan.policy]
    return attack(
        found.seen,
        the_book(),
        threshold=policy.threshold,
        seconds=seconds,
        noll_dolda=nollor_dolda(),
        minsta_bas=0,
    )


def given_away(found: Publication, seen: Attack) -> list[Finding]:
    """What the attack found, but for what cannot be kept and what is not so.

    The first is what an edition itself says was out already and cannot be hidden again. The second are guesses (that a
    cell is the same in two editions) that lead to something untrue, or rest on it: who goes by them learns nothing.
    """
    already = {(e.number, re.sub(r"(\|ändring)@\d+$", r"\1", i)) for e in found.editions for i in e.made.built.redan}
    ends = {"skillnad": "|ändring"}
    left = [
        f
        for f in seen.fynd
        if f.utgava and not {id_of(f), id_of(f) + ends.get(f.slag, "")} & {i for n, i in already if n == f.utgava}
    ]
    left = [f for f in left if not (f.slag == "grupp" and asked_in(found, f) == 0)]  # nobody is there to tell of
    misled = any(f.grund == "antaget" and not true_of(found, f) for f in left) or outdated(found)
    return [f for f in left if f.grund != "antaget" or not (misled or changed_unseen(found, f.where.tabell))]


def changed_unseen(found: Publication, tabell: str) -> bool:
    """Whether a cell of the table that two editions hide is another count in the later: to guess otherwise misleads.

    What is the same in truth stands as one count in the system, and is audited as such.
    """
    last: dict[str, float | None] = {}
    for edition in found.editions:
        truth = {b.cell: b.varde for b in edition.basis}
        for row in (r for r in edition.rows if r.tabell == tabell):
            name = cell_id(row.tabell, row.matt, row.period, row.kon, row.dimensioner.items())
            if row.status in ("skyddas", "intervall"):
                if last.get(name, truth.get(name)) != truth.get(name):
                    return True
                last[name] = truth.get(name)
    return False


def outdated(found: Publication) -> bool:
    """Whether what others told is no longer so: to guess that it still is leads astray."""
    for edition in found.editions:
        for one in found.outside:
            value = edition.truth.get(cell_id(one.tabell, one.matt, one.period, one.kon, one.dimensioner.items()))
            low, high = (one.varde, one.varde) if one.status == "visas" else (one.fran, one.till)
            if value is not None and not (low or 0) <= value <= (high or 0):
                return True
    return False


def id_of(finding: Finding) -> str:
    """The cell's name in systems."""
    where = finding.where
    codes = [(d, c) for d, c in where.codes if d != "kon"]
    return cell_id(where.tabell, where.matt, where.period, where.code("kon"), codes)


def true_of(found: Publication, finding: Finding) -> bool:
    """Whether what was found is so: an attack that tells untrue things is no proof of anything."""
    value = _truth(found, finding).get(id_of(finding))
    if finding.slag == "grupp":  # of which the span is of those without the trait
        asked = asked_in(found, finding)
        value = None if asked is None or value is None else asked - value
    return finding.slag == "skillnad" or value is None or finding.fran <= value <= finding.till


def _truth(found: Publication, finding: Finding) -> dict[str, float | None]:
    return {b.cell: b.varde for e in found.editions if e.number == finding.utgava for b in e.basis}


def asked_in(found: Publication, finding: Finding) -> float | None:
    """How many could have the trait in truth: in ``vald`` they stand in the totals. None where that is not counted."""
    where = finding.where
    asked = next(n for t, k, n in the_book().traits if (t, k) == (where.tabell, where.matt))
    codes = [(d, c) for d, c in where.codes if d != "kon" and where.tabell != "vald"]
    return _truth(found, finding).get(cell_id(where.tabell, asked, where.period, where.code("kon"), codes))


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one publication came to, in few words that go between processes."""

    seed: int
    editions: int
    unsafe: int
    small: int
    hidden: int
    already: int
    findings: tuple[str, ...] = ()
    clean: bool = True
    seconds: tuple[float, float] = (0.0, 0.0)


def tried(seed: int) -> Outcome:
    """Draw, publish and attack the publication of a seed."""
    began = time.monotonic()
    found = published(plan_of(seed))
    between = time.monotonic()
    if not found.editions:
        return Outcome(seed, 0, found.unsafe, found.small, 0, 0, seconds=(between - began, 0.0))
    seen = attacked(found)
    left = given_away(found, seen)
    words = tuple(
        f"utgåva {f.utgava} {id_of(f)}: {f.slag} {f.fran}-{f.till} ({f.grund}, sant: {true_of(found, f)})" for f in left
    )
    already = len(seen.fynd) - len(left)
    return Outcome(
        seed, len(found.editions), found.unsafe, found.small, seen.skyddade, already, words,
        not (seen.tid_ute or seen.oavgjorda or seen.motsagda), (between - began, time.monotonic() - between),
    )  # fmt: skip
