"""Slow count of goals reached. Written from *Måluppfyllelse (T10)* in ``docs/metod.md``."""

from tests.oracle.cells import GIVEN, KON, Cells, Span, listed, of_persons, share, unique, with_case
from tests.oracle.registers import World

REACHED = ("helt", "delvis")
ASSESSED = (*REACHED, "inte")


def maluppfyllelse(world: World, span: Span) -> Cells:
    """The case's overall goal, and for itself the goals of plans."""
    cells = Cells(world, "roll", "mal_utfall", "mal_bedomt_av", "kon")
    _goals(cells, world, span)
    _plans(cells, world, span)
    return cells


def _goals(cells: Cells, world: World, span: Span) -> None:
    roles = {"roll": listed("roll", total=False), "kon": KON}
    closed = [c for c in world.register["arende"] if span.has(c["slutdatum"])]
    cells.count("antal_avslutade", roles, closed, needs=("arende",))
    without = [c for c in closed if c["overgripande_mal_finns"] == "nej"]
    cells.count("antal_utan_mal", roles, without, needs=("arende",))
    unknown = [c for c in closed if c["overgripande_mal_finns"] in (None, "okant")]
    cells.count("antal_mal_okant", roles, unknown, needs=("arende",))
    goal = [c for c in closed if c["overgripande_mal_finns"] == "ja"]
    told = [c | {"mal_utfall": c["mal_bedomning"] or "saknas"} for c in goal]
    cells.count("antal_mal", roles | {"mal_utfall": listed("mal_utfall")}, told, needs=("arende",))
    by = roles | {"mal_bedomt_av": listed("mal_bedomt_av")}
    assessed = [c for c in goal if c["mal_bedomning"] in ASSESSED]
    reached = [c for c in goal if c["mal_bedomning"] in REACHED]
    cells.count("antal_mal_natt", by, reached, needs=("arende",))
    cells.count("antal_mal_bedomda", by, assessed, needs=("arende",))
    cells.derive("andel_mal_natt", by, ("antal_mal_natt", "antal_mal_bedomda"), share, bas="antal_mal_bedomda")
    nobody = [c for c in assessed if c["mal_bedomt_av"] is None]
    cells.count("antal_utan_bedomare", roles, nobody, needs=("arende",))


def _plans(cells: Cells, world: World, span: Span) -> None:
    roles, needs = {"roll": listed("roll", total=False), "kon": KON}, ("insats", "arende")
    ended = [
        i | {"mal_utfall": i["plan_mal_natt"] or "saknas"}
        for i in with_case(world, world.register["insats"])
        if i["beslut"] in GIVEN and i["verkstalld"] is not None and span.has(i["slutdatum"])
    ]
    cells.count("antal_plan", roles | {"mal_utfall": listed("mal_utfall")}, ended, needs=needs)
    assessed = [i for i in ended if i["plan_mal_natt"] in ASSESSED]
    reached = [i for i in ended if i["plan_mal_natt"] in REACHED]
    cells.count("antal_plan_natt", roles, reached, needs=needs)
    cells.count("antal_plan_bedomda", roles, assessed, needs=needs)
    cells.derive("andel_plan_natt", roles, ("antal_plan_natt", "antal_plan_bedomda"), share, bas="antal_plan_bedomda")
    people = unique("person_id")
    cells.count("antal_personer_natt", roles, of_persons(world, reached, span), people, needs=needs)
    cells.count("antal_personer_bedomda", roles, of_persons(world, assessed, span), people, needs=needs)
    parts = ("antal_personer_natt", "antal_personer_bedomda")
    cells.derive("andel_personer_natt", roles, parts, share, bas="antal_personer_bedomda")
