"""T1: cases, persons and contacts."""

from collections.abc import Mapping
from functools import partial

from tests.oracle.cells import ALDER, FRAN_18, KON, UNDER_18, Cells, Span, listed, of_persons, unique
from tests.oracle.registers import World


def _never(at: Mapping[str, str]) -> bool:
    """An adult is not under 18, and a child is."""
    return (at["roll"] == "valdsutsatt_vuxen" and at["aldersgrupp"] in ("under_18", *UNDER_18)) or (
        at["roll"] == "barn" and at["aldersgrupp"] in ("fran_18", *FRAN_18)
    )


def arenden(world: World, span: Span) -> Cells:
    cells = Cells(world, "roll", "aldersgrupp", "verksamhetsomrade", "vag", "utfall", "kon")
    every = world.register["arende"]
    ongoing = [c for c in every if span.touches(c["startdatum"], c["slutdatum"])]
    contacts = [a | {"roll": a["malgrupp"]} for a in world.register["aktualisering"] if span.has(a["datum"])]
    axes = {"roll": listed("roll"), "aldersgrupp": ALDER, "kon": KON}
    of_cases = partial(cells.count, needs=("arende",))
    of_contacts = partial(cells.count, needs=("aktualisering",))

    of_cases("antal_arenden", axes, ongoing, cannot=_never)
    of_cases("antal_startade", axes, [c for c in every if span.has(c["startdatum"])], cannot=_never)
    of_cases("antal_avslutade", axes, [c for c in every if span.has(c["slutdatum"])], cannot=_never)
    of_cases("antal_personer", axes, of_persons(world, ongoing, span), unique("person_id"), cannot=_never)
    for matt, day in {"inledda": "utredning_inledd", "avslutade": "utredning_avslutad"}.items():
        of_cases(f"antal_utredningar_{matt}", axes, [c for c in every if span.has(c[day])], cannot=_never)
    of_contacts("antal_aktualiseringar", axes, contacts, cannot=_never)

    of_cases("antal_arenden_omrade", {"verksamhetsomrade": listed("verksamhetsomrade"), "kon": KON}, ongoing)
    of_cases("antal_utan_omrade", {"kon": KON}, [c for c in ongoing if c["verksamhetsomrade"] is None])
    of_contacts("antal_aktualiseringar_vag", {"vag": listed("vag"), "kon": KON}, contacts)
    of_contacts("antal_aktualiseringar_utfall", {"utfall": listed("aktualisering_utfall"), "kon": KON}, contacts)
    return cells
