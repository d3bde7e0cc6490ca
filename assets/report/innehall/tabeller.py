"""Released tables as the report prints them: every block of every table and period, with the reference of each cell.

What is said about them is in the modules of the chapters.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from assets.publicering.tecken import SPOKEN
from assets.report.modell import Del, Rad, Ruta, Tabell, Tal
from assets.report.underlag import Underlag, Utgiven
from assets.tables.presentation import Block, Line, Piece, blocks
from assets.tables.spec import TableSpec
from warehouse.contracts.swedish import in_order, period_name

_FORMS = {
    "antal": "antal", "andel": "andelar", "tal": "tal", "skillnad": "skillnader", "dagar": "dagar", "kronor": "kronor",
}  # fmt: skip


def tabeller(u: Underlag, tabell: str, of: Utgiven | None = None) -> tuple[Tabell, ...]:
    """A table of the edition in full: one ``Tabell`` for each measure and period, those with a total only together."""
    edition = of or u.utgiven
    spec, rows = u.plan.get(tabell), edition.rader.get(tabell, ())
    if spec is None:
        return ()
    taken: dict[str, int] = {}
    notes = noter(edition, tabell)
    made = []
    for period in in_order(r["period"] for r in rows):
        here = [r for r in rows if r["period"] == period]
        for block, form in _parts(u, spec, blocks(spec, here, period)):
            name = block.lines[0].matt if not block.gathered and block.lines else f"samlat-{form}"
            anchor = f"{tabell}-{name}-{period}".lower().replace("_", "-")
            taken[anchor] = taken.get(anchor, 0) + 1
            if taken[anchor] > 1:
                anchor = f"{anchor}-{taken[anchor]}"
            made.append(_table(u, edition, spec, block, period, form, anchor, () if made else notes))
    return tuple(made)


def noter(of: Utgiven, tabell: str) -> tuple[str, ...]:
    """A table's notes, but for what is true of all tables and is said once."""
    return tuple(n for n in of.noter.get(tabell, ()) if not n.startswith(("PÅHITTADE UPPGIFTER", "▪")))


def _parts(u: Underlag, spec: TableSpec, made: Sequence[Block]) -> Iterator[tuple[Block, str]]:
    """Blocks with how their values are written; measures with a total only, apart by that and by what is counted."""
    gathered: dict[tuple[Any, ...], Block] = {}
    for block in made:
        if not block.gathered:
            continue
        for line in block.lines:
            key = (block.sexes, block.rule, _form(u, spec, line.matt))
            if key not in gathered:
                gathered[key] = Block("", block.rule, block.period, block.headings, block.sexes, gathered=True)
            gathered[key].lines.append(line)
    yield from ((block, key[-1]) for key, block in gathered.items())
    for block in made:
        if not block.gathered and (block.lines or block.zeros or block.unknown):
            first = block.lines[0].matt if block.lines else ""
            yield block, "antal" if spec.one_block else _form(u, spec, first)


def _form(u: Underlag, spec: TableSpec, matt: str) -> str:
    measure = u.measure(spec.name, matt)
    return measure.shape if measure else "antal"


def _table(
    u: Underlag, of: Utgiven, spec: TableSpec, block: Block, period: str, form: str, anchor: str, notes: tuple[str, ...]
) -> Tabell:
    what = _lower(block.title) if block.title else _FORMS[form]
    return Tabell(
        anchor,
        spec.name,
        f"{spec.title}: {what}, {u.plats} {period_name(period)}",
        block.rule,
        block.headings,
        block.sexes,
        tuple(_row(of, spec.name, line) for line in block.lines),
        form,
        tuple(block.zeros),
        tuple(block.unknown),
        notes,
    )


def _lower(title: str) -> str:
    return title[0].lower() + title[1:] if title[1:2].islower() else title


def _row(of: Utgiven, tabell: str, line: Line) -> Rad:
    return Rad(line.names, tuple(_cell(of, tabell, pieces) for pieces in line.cells), line.total)


def _cell(of: Utgiven, tabell: str, pieces: Sequence[Piece]) -> Ruta:
    own = pieces[0].row if pieces else None
    if own is None:
        return Ruta(("",), "tom")
    said = tuple(_piece(of, tabell, p) for p in pieces)
    shown = own["status"] == "visas"
    text = "".join(p.text for p in pieces)
    return Ruta(said, own["status"], of.ref(tabell, own), own["varde"] if shown else None, SPOKEN.get(text, ""))


def _piece(of: Utgiven, tabell: str, piece: Piece) -> Del:
    row: Mapping[str, Any] | None = piece.row
    if row is None or row["status"] not in ("visas", "intervall"):
        return piece.text
    return Tal(piece.text, of.ref(tabell, row))
