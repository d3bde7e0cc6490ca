"""Slow count of the users' survey. Written from *Brukarenkäten (T11)* in ``docs/metod.md``."""

from collections.abc import Mapping

from tests.oracle.cells import KON, Cells, Span, labels, listed, mean, share, summed
from tests.oracle.registers import Record, World

QUESTIONS = {
    "betydelse": ("stor", "viss", "ingen", "vet_ej"),
    "situation_nu": ("battre", "oforandrad", "samre", "vet_ej"),
    "bemotande": ("1", "2", "3", "4", "5"),
    "delaktighet": ("1", "2", "3", "4", "5"),
}
SCALES = ("bemotande", "delaktighet")


def _of(span: Span, rows: list[Record]) -> list[Record]:
    """A year has the rows of the year and of its tertials; a tertial those of just that."""
    if span.tertial:
        return [r for r in rows if r["period"] == span.name]
    return [r for r in rows if r["period"][:4] == str(span.year)]


def brukarenkat(world: World, span: Span) -> Cells:
    """Forms, how many were asked, and the answers to each question."""
    cells, needs = Cells(world, "fraga", "svar", "kon"), ("brukarenkat",)
    forms, asked = _of(span, world.register["brukarenkat"]), _of(span, world.register["enkat_utskick"])
    told = {r["enhet"] for r in asked}
    cells.count("antal_enkater", {"kon": KON}, forms, needs=needs)
    whose = [r for r in forms if r["enhet"] in told]
    cells.count("antal_enkater_utskick", {"kon": KON}, whose, needs=needs)
    cells.count("antal_tillfragade", {"kon": KON}, asked, summed("tillfragade"), needs=("enkat_utskick",))
    cells.derive("svarsfrekvens", {"kon": KON}, ("antal_enkater_utskick", "antal_tillfragade"), share)
    asks = [
        r | {"fraga": name, "svar": None if r[name] is None else str(r[name]), "betyg": r[name]}
        for r in forms
        for name in QUESTIONS
    ]
    answered = [r for r in asks if r["svar"] is not None]
    question = {"fraga": labels(QUESTIONS, total=False), "kon": KON}
    cells.count("antal_besvarat", question, answered, needs=needs)
    cells.count("antal_obesvarat", question, [r for r in asks if r["svar"] is None], needs=needs)
    axes = question | {"svar": listed("enkat_svar", total=False)}

    def cannot(at: Mapping[str, str]) -> bool:
        return at["svar"] not in QUESTIONS[at["fraga"]]

    every = [r | {"svar": code, "chosen": r["svar"] == code} for r in answered for code in QUESTIONS[r["fraga"]]]
    cells.count("bas", axes, every, needs=needs, cannot=cannot)
    cells.count("antal_svar", axes, [r for r in every if r["chosen"]], needs=needs, cannot=cannot)
    cells.derive("andel_svar", axes, ("antal_svar", "antal_besvarat"), share, bas="bas")
    cells.hide("antal_svar", "bas")
    scaled = [r for r in answered if r["fraga"] in SCALES]
    cells.count("bas", question, scaled, needs=needs, cannot=lambda at: at["fraga"] not in SCALES)
    cells.count("medel_betyg", question, scaled, mean("betyg"), needs=needs)
    cells.hide("medel_betyg", "bas")
    cells.drop("bas")
    return cells
