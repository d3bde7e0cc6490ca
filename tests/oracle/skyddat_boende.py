"""T8: placements in skyddat boende, their days and cost, and what came after."""

from collections.abc import Mapping
from datetime import date, timedelta
from functools import partial

from tests.oracle.cells import (
    EJ,
    GIVEN,
    KON,
    Cells,
    Span,
    Value,
    cases,
    days_between,
    labels,
    listed,
    middle,
    of_persons,
    summed,
    unique,
    with_case,
)
from tests.oracle.registers import Record, World
from warehouse.contracts.codes import CODES

ROLES, TYPES = list(CODES["roll"]), list(CODES["insatstyp"])
AFTER = labels((*TYPES, "arendet_avslutat", "ingen_ny_insats", "okant"))


def _not_here(at: Mapping[str, str]) -> bool:
    return at["roll"] == "valdsutovare"


def _all(world: World) -> list[Record]:
    """Every placement with its last day (None: it goes on)."""
    known, out = cases(world), []
    for i in with_case(world, world.register["insats"]):
        if i["insatstyp"] == "skyddat_boende" and i["beslut"] in GIVEN and i["verkstalld"]:
            last = i["slutdatum"]
            closed = known[i["arende_id"]]["slutdatum"]
            if last is None and closed is not None:
                last = max(closed, i["verkstalld"])
            out.append(i | {"sista": last})
    return out


def placements(world: World, span: Span) -> list[Record]:
    """Those with some day in the period."""
    return [p for p in _all(world) if span.touches(p["verkstalld"], p["sista"])]


def _told_until(world: World, span: Span) -> date:
    return world.known_until or date(span.year, 12, 31)


def _person_days(world: World, there: list[Record], span: Span) -> list[Record]:
    """One row a person and day: of the placement that began first, then of the role that stands first."""
    days: dict[tuple[str, date], Record] = {}
    for p in sorted(there, key=lambda p: (p["verkstalld"], ROLES.index(p["roll"]))):
        last = min(d for d in (p["sista"], span.last, _told_until(world, span)) if d)
        for day in days_between(max(p["verkstalld"], span.first), last):
            days.setdefault((p["person_id"], day), p)
    return list(days.values())


def _afterwards(world: World, gone: Record, span: Span) -> str:
    end, until = gone["slutdatum"], gone["slutdatum"] + timedelta(world.efter_boende)
    others = [p for p in _all(world) if p["person_id"] == gone["person_id"] and p["insats_id"] != gone["insats_id"]]
    if any(p["verkstalld"] <= end and (p["sista"] is None or p["sista"] > end) for p in others):
        return "skyddat_boende"
    theirs = [
        (i["verkstalld"], TYPES.index(i["insatstyp"]))
        for i in with_case(world, world.register["insats"])
        if i["person_id"] == gone["person_id"] and i["insats_id"] != gone["insats_id"]
        if i["beslut"] in GIVEN and i["verkstalld"] and end <= i["verkstalld"] <= until
    ]
    if theirs:
        return TYPES[min(theirs)[1]]
    if _told_until(world, span) < until:
        return "okant"
    closed = cases(world)[gone["arende_id"]]["slutdatum"]
    return "arendet_avslutat" if closed and closed <= until else "ingen_ny_insats"


def _per_day(cost: float, days: float) -> Value:
    return cost / days if days else EJ


def skyddat_boende(world: World, span: Span) -> Cells:
    cells = Cells(world, "roll", "efterat", "kon")
    axes = {"roll": listed("roll"), "kon": KON}
    count = partial(cells.count, needs=("insats", "arende"), cannot=_not_here)
    there = placements(world, span)
    ended = [
        p | {"langd": len(days_between(p["verkstalld"], p["slutdatum"]))} for p in there if span.has(p["slutdatum"])
    ]
    paid = [p for p in ended if p["kostnad_kr"] is not None]

    count("antal_placeringar", axes, there)
    count("antal_paborjade", axes, [p for p in there if span.has(p["verkstalld"])])
    count("antal_avslutade", axes, ended)
    count("median_dagar", axes, ended, middle("langd"))
    cells.hide("median_dagar", "antal_avslutade")
    count("kostnad_kr", axes, ended, summed("kostnad_kr"))
    count("antal_kostnad_kand", axes, paid)
    count("days", axes, paid, summed("langd"))
    cells.derive("kostnad_per_dag", axes, ("kostnad_kr", "days"), _per_day)
    cells.drop("days")
    count("antal_personer", axes, of_persons(world, there, span), unique("person_id"))
    count("antal_dagar", axes, of_persons(world, _person_days(world, there, span), span))
    after = [p | {"efterat": _afterwards(world, p, span)} for p in ended]
    count("antal_efterat", {"roll": listed("roll"), "efterat": AFTER, "kon": KON}, after)

    known, sheltered = cases(world), {p["arende_id"] for p in there}
    children: dict[str, list[Record]] = {}
    for row in world.register["barn"]:
        if row["arende_id"] in sheltered:
            children.setdefault(row["barn_id"], []).append(row)

    def started(row: Record) -> tuple[date, date, str]:
        case = known[row["arende_id"]]
        return case["startdatum"], case["slutdatum"] or date.max, row["kon"]

    found = [max(rows, key=started) for rows in children.values()]
    cells.count("antal_medfoljande_barn", {"kon": KON}, found, needs=("barn", "insats", "arende"))
    return cells
