"""T7: those who used violence, and the talks with them."""

from datetime import date

from tests.oracle.cells import (
    GIVEN,
    KON,
    SAKNAS,
    Cells,
    Span,
    cases,
    labels,
    listed,
    mean,
    of_persons,
    share,
    summed,
    unique,
    with_case,
)
from tests.oracle.registers import Record, World

CHILDREN = labels(("med_barn", "utan_barn"))
OFFER = (*GIVEN, "avbojd")


def valdsutovare(world: World, span: Span) -> Cells:
    cells = Cells(world, "barn_i_arendet", "instrument", "kon")
    axes = {"barn_i_arendet": CHILDREN, "kon": KON}
    parents = {b["arende_id"] for b in world.register["barn"]}

    def split(rows: list[Record]) -> list[Record]:
        return [r | {"barn_i_arendet": "med_barn" if r["arende_id"] in parents else "utan_barn"} for r in rows]

    users = split([c for c in world.register["arende"] if c["roll"] == "valdsutovare"])
    ongoing = [c for c in users if span.touches(c["startdatum"], c["slutdatum"])]
    talks = [i for i in world.register["insats"] if i["insatstyp"] == "samtal_utovare"]
    talks = split([i for i in with_case(world, talks) if i["roll"] == "valdsutovare"])
    offered = [i for i in talks if i["beslut"] in OFFER and span.has(i["beslutsdatum"] or i["verkstalld"])]
    given = [i for i in talks if i["beslut"] in GIVEN]
    ended = [i for i in given if i["verkstalld"] and span.has(i["slutdatum"])]
    known = cases(world)

    def end(talk: Record) -> date | None:
        closed: date | None = known[talk["arende_id"]]["slutdatum"]
        return talk["slutdatum"] or (max(closed, talk["verkstalld"]) if closed and talk["verkstalld"] else closed)

    of_cases, of_talks = ("arende",), ("insats", "arende")
    cells.count("antal_arenden", axes, ongoing, needs=of_cases)
    cells.count("antal_startade", axes, [c for c in users if span.has(c["startdatum"])], needs=of_cases)
    cells.count("antal_personer", axes, of_persons(world, ongoing, span), unique("person_id"), needs=of_cases)
    one = unique("arende_id")
    cells.count("antal_erbjudna", axes, offered, one, needs=of_talks)
    cells.count("antal_tackat_ja", axes, [i for i in offered if i["beslut"] in GIVEN], one, needs=of_talks)
    cells.count("antal_tackat_nej", axes, [i for i in offered if i["beslut"] == "avbojd"], one, needs=of_talks)
    cells.derive("andel_tackat_ja", axes, ("antal_tackat_ja", "antal_erbjudna"), share, bas="antal_erbjudna")
    cells.count("antal_paborjade", axes, [i for i in given if span.has(i["verkstalld"])], one, needs=of_talks)
    under_way = of_persons(world, [i for i in given if span.touches(i["verkstalld"], end(i))], span)
    cells.count("antal_personer_samtal", axes, under_way, unique("person_id"), needs=of_talks)
    cells.count("antal_avslutade_samtal", axes, ended, needs=of_talks)
    cells.count("antal_tillfallen", axes, ended, summed("antal_tillfallen"), needs=of_talks)
    told = [i for i in ended if i["antal_tillfallen"] is not None]
    cells.count("antal_tillfallen_kant", axes, told, needs=of_talks)
    cells.count("medel_tillfallen", axes, ended, mean("antal_tillfallen"), needs=of_talks)
    cells.hide("medel_tillfallen", "antal_tillfallen_kant")
    if "barn" in world.absent:  # whether there are children is not known then, but all else is
        unknown = ("med_barn", "utan_barn")
        cells.found |= {key: SAKNAS for key in cells.found if key[0] in unknown}

    there = {c["arende_id"] for c in ongoing}
    assessed = [b for b in world.register["bedomning"] if b["arende_id"] in there and b["datum"] <= span.last]
    by_method = {"instrument": listed("instrument_bedomning"), "kon": KON}
    cells.count("antal_bedomda", by_method, list(with_case(world, assessed)), one, needs=("bedomning", "arende"))
    return cells
