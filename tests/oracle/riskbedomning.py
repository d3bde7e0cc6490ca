"""Slow count of assessments of risk. Written from *Upptäckt och riskbedömning (T9)* in ``docs/metod.md``."""

from collections.abc import Callable

from tests.oracle.cells import KON, Cells, Span, listed, share, unique, with_case
from tests.oracle.registers import Record, World

FREDA = ("freda_kortfragor", "freda_beskrivning", "freda_farlighet")


def riskbedomning(world: World, span: Span) -> Cells:
    """Coverage of cases, and the assessments of the period."""
    cells = Cells(world, "instrument", "syfte", "niva", "kon")
    _coverage(cells, world, span)
    _made(cells, world, span)
    return cells


def _coverage(cells: Cells, world: World, span: Span) -> None:
    adults = [c for c in world.register["arende"] if c["roll"] == "valdsutsatt_vuxen"]
    used: dict[str, set[str]] = {c["arende_id"]: set() for c in adults}
    for row in world.register["bedomning"]:
        if row["arende_id"] in used and row["datum"] <= span.last:
            used[row["arende_id"]].add(row["instrument"])
    ongoing = [c for c in adults if span.touches(c["startdatum"], c["slutdatum"])]
    begun = [c for c in adults if span.has(c["startdatum"])]
    honour = [c for c in ongoing if c["hederskontext"] == "ja"]
    axes = {"kon": KON}
    for matt, cases in (("antal_arenden", ongoing), ("antal_startade", begun), ("antal_heder", honour)):
        cells.count(matt, axes, cases, needs=("arende",))

    def counted(matt: str, cases: list[Record], test: Callable[[set[str]], bool]) -> None:
        told = [c for c in cases if test(used[c["arende_id"]])]
        cells.count(matt, axes, told, needs=("arende", "bedomning"))

    counted("antal_bedomda", ongoing, bool)
    counted("antal_metod", ongoing, lambda its: bool(its - {"samtal_utan_metod"}))
    counted("antal_endast_samtal", ongoing, lambda its: its == {"samtal_utan_metod"})
    counted("antal_utan_bedomning", ongoing, lambda its: not its)
    counted("antal_freda", ongoing, lambda its: bool(its & set(FREDA)))
    counted("antal_heder_patriark", honour, lambda its: "patriark" in its)
    counted("antal_startade_bedomda", begun, bool)
    counted("antal_startade_freda", begun, lambda its: bool(its & set(FREDA)))
    for name, base in (
        ("bedomda", "antal_arenden"),
        ("endast_samtal", "antal_arenden"),
        ("freda", "antal_arenden"),
        ("heder_patriark", "antal_heder"),
        ("startade_bedomda", "antal_startade"),
        ("startade_freda", "antal_startade"),
    ):
        cells.derive(f"andel_{name}", axes, (f"antal_{name}", base), share, bas=base)


def _made(cells: Cells, world: World, span: Span) -> None:
    needs = ("bedomning", "arende")
    every = [r for r in with_case(world, world.register["bedomning"]) if span.has(r["datum"])]
    rows = [r for r in every if r["roll"] == "valdsutsatt_vuxen"]
    kinds = {"instrument": listed("instrument_bedomning"), "syfte": listed("syfte"), "kon": KON}
    axes = {**kinds, "niva": listed("niva")}
    cells.count("antal_bedomningar", axes, rows, needs=needs)
    cells.count("antal_arenden_bedomda", axes, rows, unique("arende_id"), needs=needs)
    cells.count("antal_utan_niva", kinds, [r for r in rows if r["niva"] is None], needs=needs)
    children = [r for r in every if r["roll"] == "barn"]
    own = {"instrument": kinds["instrument"], "kon": KON}
    cells.count("antal_arenden_barn", own, children, unique("arende_id"), needs=needs)
