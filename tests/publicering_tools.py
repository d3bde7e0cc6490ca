"""Registers whose records do not contradict each other, their published counts, and hand-made cells for systems.

Shared by the tests of ``assets/publicering``. In ``tests/oracle`` a child may be sixty: what hangs together by what the
words mean (a child is under 18) shows only where records keep to it.
"""

from collections.abc import Iterable, Mapping
from random import Random

from assets.publicering.plan import PUBLICERAS
from assets.publicering.underlag import Raknad, cells_of
from assets.tables.builder import build
from assets.tables.catalogue import TABLES
from assets.tables.spec import Period
from tests.oracle.frames import inputs_of
from tests.oracle.registers import Record, Register, World, make

Template = tuple[str, str, tuple[tuple[str, str], ...]]
"""A count for every kön and period: table, measure, the codes that are not totals."""

YOUNG, GROWN = ("0_6", "7_12", "13_17"), ("18_25", "26_40", "41_60", "61_plus")
COUNTED = [n for n in PUBLICERAS if not TABLES[n].figures]
"""Published tables that are counted from records."""


def consistent(random: Random, cases: int, prefix: str = "", *, unknown: float = 0.0) -> Register:
    """A register in which roles and ages agree and a person has one kön and one role's age; some ages are unknown."""
    register = make(random, cases, prefix, emptied=0)
    sex: dict[str, str] = {}
    who: dict[str, str] = {}

    def agreed(row: Record, role: str, person: str) -> Record:
        kon = sex.setdefault(person, random.choice(["kvinna", "kvinna", "man", "annat_okant"]))
        age = random.choice(YOUNG if role == "barn" else GROWN)
        return row | {"kon": kon, "aldersgrupp": "okand" if random.random() < unknown else age}

    cases_ = []
    for case in register["arende"]:
        person = f"{case['person_id']}{'b' if case['roll'] == 'barn' else ''}"  # a child is another than an adult
        who[case["arende_id"]] = person
        cases_.append(agreed(case, case["roll"], person) | {"person_id": person})
    contacts = [agreed(c, c["malgrupp"], f"kontakt{n}") for n, c in enumerate(register["aktualisering"])]
    children = [agreed(c, "barn", c["barn_id"]) for c in register["barn"]]
    return register | {"arende": cases_, "aktualisering": contacts, "barn": children}


def published(worlds: Mapping[str, World], period: Period, tables: Iterable[str] = COUNTED) -> dict[str, list[Raknad]]:
    """Every published count of all kommuner, counted at once; behind each stand as many as are counted."""
    inputs = inputs_of(worlds)
    found: dict[str, list[Raknad]] = {kommun: [] for kommun in worlds}
    for name in tables:
        spec, public = TABLES[name], PUBLICERAS[name]
        made = build(spec, inputs, period).cells
        made = made[made["matt"].isin([m.namn for m in public.matt])]
        columns = [made[c].astype("str").tolist() for c in spec.view_columns]
        rest = [made[c].astype("str").tolist() for c in ("kommun", "period", "kon", "matt", "status")]
        values = made["varde"].tolist()
        for at, (kommun, when, kon, matt, status) in enumerate(zip(*rest, strict=True)):
            codes = tuple((c, column[at]) for c, column in zip(spec.view_columns, columns, strict=True))
            value = float(values[at]) if status == "visas" else None
            found[kommun].append(Raknad(name, when, codes, kon, matt, status, value, round(value or 0)))
    return found


def template(cell: str) -> tuple[str, Template]:
    """The kön, and the count whatever its kön and period, of a cell's id."""
    tabell, matt, _, kon, codes = cell.split("|")
    return kon, (tabell, matt, tuple(tuple(c.split("=")) for c in codes.split(",") if c))  # type: ignore[misc]


def raknade(world: World, period: Period, tables: Iterable[str] = COUNTED) -> list[Raknad]:
    """The cells of a kommun as an edition has them."""
    inputs = inputs_of({"0114": world})
    return [c for name in tables for c in cells_of(TABLES[name], PUBLICERAS[name], inputs, period)]


def rakna(
    tabell: str,
    matt: str,
    varde: float | None,
    kon: str = "totalt",
    *,
    period: str = "2019",
    status: str = "visas",
    personer: int | None = None,
    utan: int | None = None,
    storsta: tuple[int, int] | None = None,
    **koder: str,
) -> Raknad:
    """A cell as it might have been counted; codes that are not named are totals."""
    named = tuple((d, koder.get(d, "totalt")) for d in TABLES[tabell].view_columns)
    behind = round(varde or 0) if personer is None else personer
    return Raknad(tabell, period, named, kon, matt, status, varde if status == "visas" else None, behind, storsta, utan)
