"""T2: insatser decided, begun and ended, the wait, and those given without registration."""

from functools import partial

from tests.oracle.cells import (
    GIVEN,
    KON,
    Cells,
    Span,
    listed,
    middle,
    of_persons,
    share,
    summed,
    unique,
    with_case,
)
from tests.oracle.registers import World

SOON = 14


def insatser(world: World, span: Span) -> Cells:
    cells = Cells(world, "insatstyp", "kon")
    axes = {"insatstyp": listed("insatstyp"), "kon": KON}
    count = partial(cells.count, needs=("insats", "arende"))
    every = list(with_case(world, world.register["insats"]))
    decided = [i for i in every if span.has(i["beslutsdatum"] or i["verkstalld"])]
    granted = [i for i in decided if i["beslut"] == "bifall"]
    begun = [i for i in granted if i["verkstalld"]]
    waited = [i | {"vantat": max(0, (i["verkstalld"] - i["beslutsdatum"]).days)} for i in begun]
    ended = [i for i in every if i["beslut"] in GIVEN and span.has(i["slutdatum"])]

    count("antal_insatser", axes, granted)
    count("antal_personer", axes, of_persons(world, granted, span), unique("person_id"))
    for matt, beslut in {"avslag": "avslag", "avbojda": "avbojd", "utan_behovsprovning": "utan_behovsprovning"}.items():
        count(f"antal_{matt}", axes, [i for i in decided if i["beslut"] == beslut])
    count("antal_med_start", axes, begun)
    count("antal_utan_start", axes, [i for i in granted if not i["verkstalld"]])
    count("median_vantetid", axes, waited, middle("vantat"))
    cells.hide("median_vantetid", "antal_med_start")
    count("antal_inom_14", axes, [i for i in waited if i["vantat"] <= SOON])
    cells.derive("andel_inom_14", axes, ("antal_inom_14", "antal_med_start"), share, bas="antal_med_start")
    count("antal_genomforda", axes, [i for i in every if i["beslut"] in GIVEN and span.has(i["verkstalld"])])
    count("antal_avslutade", axes, ended)
    count("antal_med_tillfallen", axes, [i for i in ended if i["antal_tillfallen"] is not None])
    count("antal_tillfallen", axes, ended, summed("antal_tillfallen"))
    months = [f"{span.year}-{month:02}" for month in range(span.first.month, span.last.month + 1)]
    unregistered = [i for i in world.register["insats_avidentifierad"] if i["manad"] in months]
    cells.count("antal_avidentifierade", axes, unregistered, summed("antal"), needs=("insats_avidentifierad",))
    return cells
