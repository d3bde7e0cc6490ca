"""Slow count of a kommun's own questions. Written from *Kommunens egna frågor* in ``docs/metod.md``."""

from tests.oracle.cells import KON, Cells, Span, labels, unique, with_case
from tests.oracle.registers import World


def lokala_variabler(world: World, span: Span) -> Cells:
    """Ongoing cases with a declared answer; every declared answer stands, also where nobody gave it."""
    cells = Cells(world, "variabel", "svar", "kon")
    declared: dict[str, set[str]] = {}
    for row in world.register["lokal_deklaration"]:
        declared.setdefault(row["variabel"], set()).add(row["varde"])
    ongoing = {c["arende_id"] for c in world.register["arende"] if span.touches(c["startdatum"], c["slutdatum"])}
    for question, answers in declared.items():
        rows = [
            r | {"svar": r["varde"]}
            for r in with_case(world, world.register["lokal_variabel"])
            if r["arende_id"] in ongoing and r["variabel"] == question and r["varde"] in answers
        ]
        axes = {"variabel": labels([question], total=False), "svar": labels(sorted(answers)), "kon": KON}
        cells.count("antal_arenden", axes, rows, unique("arende_id"), needs=("lokal_variabel", "arende"))
    return cells
