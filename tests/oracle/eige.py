"""Slow count of the table in EIGE's and GREVIO's form. Written from its section in ``docs/metod.md`` and its notes."""

from tests.oracle.cells import EXPOSED, KON, Cells, Span, cases, listed, of_persons, unique
from tests.oracle.registers import World

SEEN = ("bevittnat", "bada")


def eige(world: World, span: Span) -> Cells:
    """Cases of those exposed that began in the year, two by two; and children who saw or heard the violence."""
    cells = Cells(world, "utovarens_kon", "relation", "valdstyp", "kon")
    children = [b for b in world.register["barn"] if b["utsatt_eller_bevittnat"] in SEEN]
    witnessed = {b["arende_id"] for b in children}
    begun = [
        c | {"relation": c["relation_till_utovare"]}
        for c in world.register["arende"]
        if c["roll"] in EXPOSED and span.has(c["startdatum"])
    ]
    sex = {"kon": KON}
    other = {"utovarens_kon": listed("kon")}
    relation = {"relation": listed("relation")}
    kind = {"valdstyp": listed("valdstyp")}

    cells.count("antal_arenden", sex, begun, needs=("arende",))
    people = of_persons(world, begun, span)
    cells.count("antal_personer", sex, people, unique("person_id"), needs=("arende",))
    for name, column in (
        ("utovarens_kon", "utovarens_kon"),
        ("relation", "relation_till_utovare"),
        ("valdstyp", "valdstyp"),
    ):
        cells.count(f"antal_utan_{name}", sex, [c for c in begun if c[column] is None], needs=("arende",))
    seen = [c for c in begun if c["arende_id"] in witnessed]
    for name, axis in (("utovare", other), ("relation", relation)):
        cells.count(f"antal_arenden_{name}", axis | sex, begun, needs=("arende",))
        cells.count(f"antal_arenden_med_barn_{name}", axis | sex, seen, needs=("arende", "barn"))

    violence = [c | {"valdstyp": code} for c in begun if c["valdstyp"] for code in c["valdstyp"].split(";")]
    for name, axis in (("vald_utovare", other), ("vald_relation", relation), ("vald", sex)):
        cells.count(f"antal_arenden_{name}", kind | axis, violence, unique("arende_id"), needs=("arende",))

    of_year = {c["arende_id"] for c in begun}
    known = cases(world)
    rows = [
        b
        | {
            "utovarens_kon": known[b["arende_id"]]["utovarens_kon"],
            "relation": known[b["arende_id"]]["relation_till_utovare"],
        }
        for b in children
        if b["arende_id"] in of_year
    ]
    for suffix, axis in (("_utovare", other), ("_relation", relation), ("", sex)):
        cells.count(f"antal_barn{suffix}", axis, rows, unique("barn_id"), needs=("barn", "arende"))
    return cells
