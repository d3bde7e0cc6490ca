"""What a report that is public already would have looked like protected: a counterfactual, and said to be one.

Made with the same engines and audits as an edition, of nothing but the figures that the report prints. It is never
stored and never an edition: that report is out, and protecting its figures now protects nobody.
"""

from collections.abc import Sequence

from assets.publicering.forbered import Osaker, examine
from assets.publicering.plan import PUBLICERAS
from assets.publicering.underlag import cell_id
from quality.attacker import Figure, Printed
from quality.disclosure.model import Cell, Relation, System, total
from quality.disclosure.policy import Kind, Policy
from quality.disclosure.primary import Count, primary
from quality.disclosure.protect import protect
from quality.disclosure.release import PublicCell, released
from warehouse.contracts.codes import TOTAL

SEXES = ("kvinna", "man")


def protected(figures: Sequence[Figure], policy: Policy, *, seconds: float = 30.0) -> list[Printed]:
    """The figures as a protected report would have printed them, kön by kön and together. Edition 1 of its own.

    Where both women and men are told, so is their sum: the reader has it. That few are of one kön is hidden before
    how many there are of the other, and the sum first of all.

    Raises:
        Osaker: No way of hiding could be shown to be safe.
    """
    cells, relations, where = _system(figures)
    found = primary([Count(c, _kind(where[c.id]), c.value) for c in cells], relations, policy)
    system = System({c.id: c for c in cells}, tuple(relations), found.needs)
    protection = protect(system, seconds=seconds)
    verdicts = examine(system, protection, seconds=seconds)
    if not all(v.passed for v in verdicts):
        raise Osaker("De rapporterade siffrorna kunde inte skyddas så att det gick att visa. Inget är sparat.")
    tables: dict[str, tuple[list[PublicCell], list[str]]] = {}
    for cell in cells:
        figure, kon = where[cell.id]
        low, high = protection.pattern.told(cell)
        shown = low == high
        said = PublicCell(
            figure.tabell, str(figure.ar), dict(figure.dimensioner), kon, figure.matt,
            "visas" if shown else "skyddas", float(low) if shown else None, cell=cell.id,
        )  # fmt: skip
        tables.setdefault(figure.tabell, ([], []))[0].append(said)
    made = released(tables, system, protection.pattern, verdicts)
    kommun, ar = figures[0].kommun, figures[0].ar
    return [
        Printed(1, c.tabell, kommun, ar, c.period, c.dimensioner, c.kon, c.matt, c.status, c.varde)
        for table in made
        for c in table.cells
    ]  # fmt: skip


Place = tuple[Figure, str]
"""A row of figures and a kön."""


def _system(figures: Sequence[Figure]) -> tuple[list[Cell], list[Relation], dict[str, Place]]:
    cells: list[Cell] = []
    relations: list[Relation] = []
    where: dict[str, Place] = {}
    for figure in figures:
        told = figure.told()
        both = all(kon in told for kon in SEXES)
        if both:
            told[TOTAL] = sum(told[kon] for kon in SEXES)
        ids = {kon: cell_id(figure.tabell, figure.matt, str(figure.ar), kon, figure.dimensioner) for kon in told}
        for kon, value in told.items():
            if ids[kon] in where:  # two documents tell of the same: one is enough
                continue
            where[ids[kon]] = figure, kon
            cells.append(Cell(ids[kon], value, weight=1.0 if both and kon == TOTAL else 2.0))
        if both and not any(r.terms[0][0] == ids[TOTAL] for r in relations):
            relations.append(total(ids[TOTAL], [ids[k] for k in SEXES], f"{figure.tabell}: kvinnor och män"))
    return cells, relations, where


def _kind(place: Place) -> Kind:
    """What is counted: as the plan says; what it does not know is taken to be persons."""
    figure, _ = place
    known = PUBLICERAS.get(figure.tabell)
    measure = known.measure(figure.matt) if known else None
    return measure.slag if measure else "person"
