"""T4: honour-related violence, and insatser meant for those exposed to it."""

from functools import partial

from tests.oracle.cells import EXPOSED, GIVEN, KON, Cells, Span, listed, of_persons, share, unique, with_case
from tests.oracle.registers import World


def heder(world: World, span: Span) -> Cells:
    cells = Cells(world, "hederskontext", "insatstyp", "kon")
    by_answer, by_type = {"hederskontext": listed("ja_nej"), "kon": KON}, {"insatstyp": listed("insatstyp"), "kon": KON}
    cases = [
        c for c in world.register["arende"] if c["roll"] in EXPOSED and span.touches(c["startdatum"], c["slutdatum"])
    ]
    of_cases = partial(cells.count, needs=("arende",))
    of_cases("antal_arenden", by_answer, cases)
    of_cases("antal_personer", by_answer, of_persons(world, cases, span), unique("person_id"))
    of_cases("antal_heder", {"kon": KON}, [c for c in cases if c["hederskontext"] == "ja"])
    of_cases("antal_bedomda", {"kon": KON}, [c for c in cases if c["hederskontext"] in ("ja", "nej")])
    cells.derive("andel_heder", {"kon": KON}, ("antal_heder", "antal_bedomda"), share, bas="antal_bedomda")

    of_insatser = partial(cells.count, needs=("insats", "arende"))
    theirs = [i for i in with_case(world, world.register["insats"]) if i["roll"] in EXPOSED]
    granted = [i for i in theirs if i["beslut"] == "bifall" and span.has(i["beslutsdatum"])]
    meant = [i for i in granted if i["riktad_hedersutsatt"] == "ja"]
    begun = [i for i in theirs if i["beslut"] in GIVEN and span.has(i["verkstalld"])]
    of_insatser("antal_riktade_beviljade", by_type, meant)
    of_insatser("antal_personer_riktade", by_type, of_persons(world, meant, span), unique("person_id"))
    of_insatser("antal_riktade_genomforda", by_type, [i for i in begun if i["riktad_hedersutsatt"] == "ja"])
    unknown = [i for i in granted if i["riktad_hedersutsatt"] not in ("ja", "nej")]
    of_insatser("antal_riktning_okand", {"kon": KON}, unknown)
    return cells
