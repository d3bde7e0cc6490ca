"""T5: the violence, question by question."""

from functools import partial

from tests.oracle.cells import EXPOSED, KON, Cells, Span, listed, share, unique
from tests.oracle.registers import World

QUESTIONS = {
    "valdstyp": ("valdstyp", "valdstyp"),
    "svarighetsgrad": ("svarighetsgrad", "svarighetsgrad"),
    "relation": ("relation_till_utovare", "relation"),
    "utovarens_kon": ("utovarens_kon", "kon"),
}
"""The column of each question and the list of its codes."""


def vald(world: World, span: Span) -> Cells:
    cells = Cells(world, *QUESTIONS, "kon")
    count = partial(cells.count, needs=("arende",))
    cases = [
        c for c in world.register["arende"] if c["roll"] in EXPOSED and span.touches(c["startdatum"], c["slutdatum"])
    ]
    count("antal_arenden", {"kon": KON}, cases)
    for name, (column, codes) in QUESTIONS.items():
        answered = [c for c in cases if c[column]]
        each = [c | {name: code} for c in answered for code in c[column].split(";")]
        axes = {name: listed(codes), "kon": KON}
        count(f"antal_med_{name}", {"kon": KON}, answered)
        count(f"antal_utan_{name}", {"kon": KON}, [c for c in cases if not c[column]])
        count(f"antal_{name}", axes, each, unique("arende_id"))
        cells.derive(f"andel_{name}", axes, (f"antal_{name}", f"antal_med_{name}"), share, bas=f"antal_med_{name}")
    return cells
