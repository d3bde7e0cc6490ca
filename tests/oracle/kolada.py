"""Slow count of Kolada's U30750 to U30752. Written from *Koladas nyckeltal* in ``docs/metod.md``."""

from datetime import date

from tests.oracle.cells import GIVEN, KON, SAKNAS, TOTAL, Cells, Span, Value, cases, of_persons, unique
from tests.oracle.registers import Record, World

OUTSIDE = ("funktionshinder", "aldre", "socialpsykiatri")
CHILDREN = ("0_6", "7_12", "13_17")


def kolada(world: World, span: Span) -> Cells:
    """The three, as persons and as cases, and per 10 000 adults."""
    cells = Cells(world, "kon")
    cells.count("antal_vuxna", {"kon": KON}, [], needs=("befolkning",), cannot=lambda at: at["kon"] == "annat_okant")
    if "befolkning" not in world.absent:
        for sex in ("kvinna", "man", TOTAL):
            cells.found[cells.key({"kon": sex}, "antal_vuxna")] = _adults(world, span.year, sex)
    adult = [
        c for c in world.register["arende"] if c["roll"] == "valdsutsatt_vuxen" and c["aldersgrupp"] not in CHILDREN
    ]
    contacts = [k for k in world.register["aktualisering"] if span.has(k["datum"])]
    reported = {k["arende_id"] for k in contacts}
    _both(cells, span, "u30750", [c for c in adult if c["arende_id"] in reported], ("aktualisering", "arende"))
    loose = [k for k in contacts if _adult_without_case(world, k)]
    cells.count("antal_u30750_utan_arende", {"kon": KON}, loose, needs=("aktualisering", "arende"))

    given = [i for i in world.register["insats"] if i["beslut"] in GIVEN and i["verkstalld"] is not None]
    known = cases(world)
    helped = {
        i["arende_id"]
        for i in given
        if i["arende_id"] in known and span.touches(i["verkstalld"], _last_day(i, known[i["arende_id"]]))
    }
    social = [c for c in adult if c["verksamhetsomrade"] not in OUTSIDE and c["arende_id"] in helped]
    _both(cells, span, "u30751", social, ("insats", "arende"))

    ever = {i["arende_id"] for i in given}
    assessed = [
        c
        for c in adult
        if span.has(c["slutdatum"])
        and c["arende_id"] in ever
        and c["overgripande_mal_finns"] == "ja"
        and c["mal_bedomning"] in ("helt", "delvis", "inte")
        and c["mal_bedomt_av"] in ("handlaggare", "gemensamt")
    ]
    reached = [c for c in assessed if c["mal_bedomning"] != "inte"]
    _both(cells, span, "u30752", reached, ("arende", "insats"))
    cells.count("antal_u30752_bedomda", {"kon": KON}, assessed, unique("arende_id"), needs=("arende", "insats"))
    return cells


def _adult_without_case(world: World, contact: Record) -> bool:
    adult = contact["malgrupp"] == "valdsutsatt_vuxen" and contact["aldersgrupp"] not in CHILDREN
    return adult and contact["arende_id"] not in {c["arende_id"] for c in world.register["arende"]}


def _last_day(insats: Record, case: Record) -> date | None:
    """Its own; else that of its case, but not before it began."""
    if insats["slutdatum"] or not case["slutdatum"]:
        own: date | None = insats["slutdatum"]
        return own
    return max(insats["verkstalld"], case["slutdatum"])


def _both(cells: Cells, span: Span, name: str, found: list[Record], needs: tuple[str, ...]) -> None:
    people = of_persons(cells.world, found, span)
    for unit, rows, key in (("personer", people, "person_id"), ("arenden", found, "arende_id")):
        matt = f"{name}_{unit}"
        cells.count(f"antal_{matt}", {"kon": KON}, rows, unique(key), needs=needs)
        cells.derive(f"per10000_{matt}", {"kon": KON}, (f"antal_{matt}", "antal_vuxna"), _per10000)


def _per10000(number: float, persons: float) -> float:
    return number * 10_000 / persons


def _adults(world: World, year: int, sex: str) -> Value:
    """SCB's figure; women and men together only where SCB's own total is not known. Without a total none is."""
    known = {s: _of_sex(world, year, s) for s in ("kvinna", "man", TOTAL)}
    total = known[TOTAL] or (known["kvinna"] and known["man"] and known["kvinna"] + known["man"])
    wanted = total if sex == TOTAL else known[sex]
    return float(wanted) if total and wanted else SAKNAS


def _of_sex(world: World, year: int, sex: str) -> int:
    """18 and older, where the ages that are delivered can tell it, else 0: of nobody there is no figure.

    The registers have few ways to split ages.
    """
    ages = {r["alder"]: r["antal"] for r in world.register["befolkning"] if r["ar"] == year and r["kon"] == sex}
    for cover in (("18_plus",), ("18_64", "65_plus")):
        if set(cover) <= set(ages):
            return int(sum(ages[age] for age in cover))
    return 0
