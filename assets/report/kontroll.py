"""Whether a report prints what is released and nothing else: each number against the cell that it names.

Numbers that stand in words without a reference are looked for by tests, in what is written.
"""

from collections.abc import Iterator, Mapping

from assets.report.modell import Del, Diagram, Fritext, Rapport, Stycke, Tabell, Tal
from assets.report.underlag import Row, Underlag
from assets.tables.presentation import text_of
from assets.tables.spec import Measure
from warehouse.contracts.swedish import number
from warehouse.released import Ref


def tal_i(rapport: Rapport) -> Iterator[Tal]:
    """Every number with a reference, in reading order."""
    for _, sak in rapport.alla():
        if isinstance(sak, Stycke):
            yield from _tal(sak.delar)
        elif isinstance(sak, Tabell):
            for rad in sak.rader:
                for ruta in rad.rutor:
                    yield from _tal(ruta.delar)
        elif isinstance(sak, Diagram):
            for punkt in sak.punkter:
                yield from _tal(punkt.ruta.delar)
        elif isinstance(sak, Fritext):
            for block in sak.block:
                for text in block.delar:
                    yield from _tal(text.delar)


def _tal(delar: tuple[Del, ...]) -> Iterator[Tal]:
    return (d for d in delar if isinstance(d, Tal))


def avvikande(u: Underlag, rapport: Rapport) -> list[Ref]:
    """References of numbers that are not what their cell prints, or that name no cell that is shown."""
    cells: dict[Ref, Row] = {}
    for edition in (u.utgiven, u.forra_aret, u.foregaende):
        if edition is not None:
            cells |= {edition.ref(name, row): row for name, rows in edition.rader.items() for row in rows}
    return [tal.ref for tal in tal_i(rapport) if not _printed_by(u, tal, cells)]


def _printed_by(u: Underlag, tal: Tal, cells: Mapping[Ref, Row]) -> bool:
    row = cells.get(tal.ref)
    measure = u.measure(tal.ref.tabell, str(row["matt"])) if row is not None else None
    if row is None or measure is None or row["status"] not in ("visas", "intervall"):
        return False
    return tal.text in _forms(row, measure)


def _forms(row: Row, measure: Measure) -> set[str]:
    """A cell as tables print it, as running text says it, and as the end of an interval."""
    if row["status"] == "intervall":
        ends = number(row["fran"]), number(row["till"])
        return {"–".join(ends), " till ".join(ends)}
    said = {text_of(row, measure)}
    if measure.shape == "andel":
        share = 100 * row["varde"]
        said |= {f"{number(share, decimals=1)} procent", number(share, decimals=1), number(share, decimals=0)}
    else:
        said.add(number(row["varde"]))
    return said
