"""Released tables as the report prints them: every block of every table and period, with the reference of each cell.

What is said about them is in the modules of the chapters.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from assets.publicering.tecken import SPOKEN
from assets.report.innehall.las import Las
from assets.report.modell import Del, Rad, Ruta, Tabell, Tal
from assets.report.underlag import Row, Underlag, Utgiven
from assets.tables.catalogue import Plan
from assets.tables.presentation import Block, Line, Piece, block_of, blocks, of_period
from assets.tables.spec import TableSpec
from warehouse.contracts.codes import TOTAL
from warehouse.contracts.swedish import in_order, period_name

_FORMS = {
    "antal": "antal",
    "andel": "andelar",
    "tal": "tal",
    "skillnad": "skillnader",
    "dagar": "dagar",
    "kronor": "kronor",
}


def tabeller(u: Underlag, tabell: str, delade: Collection[str] = ()) -> tuple[Tabell, ...]:
    """A table of the edition in full: one ``Tabell`` for each measure and period, those with a total only together.

    Measures whose titles are in ``delade`` are told with the table's name.
    """
    edition = u.utgiven
    spec, rows = u.plan.get(tabell), edition.rader.get(tabell, ())
    if spec is None:
        return ()
    taken: Counter[str] = Counter()
    made: list[Tabell] = []
    for period in in_order(r["period"] for r in rows):
        here = [r for r in rows if r["period"] == period]
        for block, form in _parts(u, spec, blocks(spec, here, period)):
            name = block.lines[0].matt if not block.gathered and block.lines else f"samlat_{form}"
            anchor = _anchor(tabell, name, period)
            taken[anchor] += 1
            if taken[anchor] > 1:
                anchor = f"{anchor}-{taken[anchor]}"
            notes = () if made else noter(edition, tabell)
            what = _title(spec, block, delade) if block.title else f"{spec.title}: {_FORMS[form]}"
            made.append(_bara_andelar(_table(u, edition, spec, block, form, anchor, what, notes)))
    return tuple(made)


def _bara_andelar(tabell: Tabell) -> Tabell:
    """Counts of Öppna jämförelser without the list of every indicator that län and country have no count of."""
    if tabell.tabell != "oj" or tabell.form != "antal":
        return tabell
    known = tuple(row for row in tabell.okanda if not row.endswith((", Länet", ", Riket")))
    said = ("För länet och riket finns bara andelar.",) if known != tabell.okanda else ()
    return replace(tabell, okanda=known, noter=(*said, *tabell.noter))


def utdrag(
    u: Underlag,
    tabell: str,
    matt: str,
    period: str,
    rubrik: str,
    *,
    behall: Callable[[Row], bool] | None = None,
    kapitel: str = "",
) -> Tabell | None:
    """The part of a table that belongs to a chart: one measure, the rows that are kept, only headings that differ."""
    spec, edition = u.plan.get(tabell), u.utgiven
    if spec is None:
        return None
    block = block_of(spec, [r for r in edition.rader.get(tabell, ()) if behall is None or behall(r)], matt, period)
    if block is None or not (block.lines or block.zeros or block.unknown):
        return None
    measure = u.measure(tabell, matt)
    anchor = f"kap-{kapitel or tabell}-{_anchor('', matt, period)}".replace("_", "-")
    made = _table(u, edition, spec, block, measure.shape if measure else "antal", anchor, rubrik, ())
    return _narrowed(made)


def forsta_utdrag(
    las: Las,
    tabell: str,
    matt: str,
    rubrik: str,
    *,
    behall: Callable[[Row], bool] | None = None,
    kapitel: str = "",
) -> Tabell | None:
    """The extract of the first period in which it shows a number; None where it shows none in any."""
    for period in las.perioder:
        table = utdrag(las.u, tabell, matt, period, rubrik, behall=behall, kapitel=kapitel)
        if table and not table.tom:
            return table
    return None


def radtabell(
    u: Underlag, tabell: str, matt: Sequence[tuple[str, str]], period: str, rubrik: str, ledord: str, kapitel: str
) -> Tabell | None:
    """Totals of several measures of the same form as the rows of one table. ``matt`` is (measure, words)."""
    parts = [(words, utdrag(u, tabell, name, period, rubrik, behall=_whole, kapitel=kapitel)) for name, words in matt]
    there = [(words, part) for words, part in parts if part is not None and part.rader]
    if not there or all(part.tom for _, part in there):
        return None
    first = there[0][1]
    columns = max((part.kolumner for _, part in there), key=len)
    rows = tuple(Rad((words,), tuple(_at(part, heading) for heading in columns)) for words, part in there)
    return replace(first, kolumner=columns, rader=rows, ledord=(ledord,))


def _at(part: Tabell, heading: str) -> Ruta:
    cells = dict(zip(part.kolumner, part.rader[0].rutor, strict=True))
    return cells.get(heading, Ruta(("",), "tom"))


def _whole(row: Row) -> bool:
    """Whether the row is the total of every dimension but sex."""
    fixed = ("ordning", "period", "kon", "matt", "varde", "fran", "till", "status")
    return all(v == TOTAL for n, v in row.items() if n not in fixed)


def _narrowed(tabell: Tabell) -> Tabell:
    """Without the headings whose name is the same in every row."""
    keep = [at for at in range(len(tabell.ledord)) if len({rad.namn[at] for rad in tabell.rader if not rad.total}) > 1]
    keep = keep or list(range(len(tabell.ledord)))[-1:]
    rows = tuple(replace(rad, namn=tuple(rad.namn[at] for at in keep)) for rad in tabell.rader)
    rows = tuple(replace(rad, total=rad.total or set(rad.namn) == {"Totalt"}) for rad in rows)
    same = {rad.namn[at] for rad in tabell.rader for at in range(len(tabell.ledord)) if at not in keep}
    tabell = replace(tabell, nollor=_short(tabell.nollor, same), okanda=_short(tabell.okanda, same))
    if not keep:  # a measure that nothing splits has one row without a name
        return replace(tabell, ledord=("Mått",), rader=tuple(replace(rad, namn=("Totalt",)) for rad in rows))
    return replace(tabell, ledord=tuple(tabell.ledord[at] for at in keep), rader=rows)


def _short(said: tuple[str, ...], same: set[str]) -> tuple[str, ...]:
    """Rows in words without the names that every row shares."""
    return tuple(", ".join(w for w in row.split(", ") if w not in same) or row for row in said)


def noter(of: Utgiven, tabell: str) -> tuple[str, ...]:
    """A table's notes, but for what is true of all tables and is said once."""
    return tuple(n for n in of.noter.get(tabell, ()) if not n.startswith(("PÅHITTADE UPPGIFTER", "▪")))


def liten(title: str) -> str:
    """A title inside a sentence: small first letter unless it is a name or an abbreviation."""
    return title[0].lower() + title[1:] if title[1:2].islower() else title


def delade_titlar(plan: Plan) -> frozenset[str]:
    """The titles that measures of several tables have."""
    titles = Counter(m.title for spec in plan.values() for m in spec.shown_measures)
    return frozenset(title for title, n in titles.items() if n > 1)


def _title(spec: TableSpec, block: Block, delade: Collection[str]) -> str:
    title = block.title
    if title.startswith("– därav "):
        before = ""
        for measure in spec.shown_measures:
            if measure.title == title:
                break
            before = measure.title if not measure.title.startswith("– ") else before
        return f"{before}, därav {title.removeprefix('– därav ')}" if before else title.removeprefix("– ")
    declared = {of_period(m.title, p): m.title for m in spec.shown_measures for p in ("", "2000T1", "2000_2001")}
    return f"{title} ({liten(spec.title)})" if declared.get(title, title) in delade else title


def _anchor(*parts: str) -> str:
    return "-".join(p for p in parts if p).lower().replace("_", "-")


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
    u: Underlag, of: Utgiven, spec: TableSpec, block: Block, form: str, anchor: str, what: str, notes: tuple[str, ...]
) -> Tabell:
    return Tabell(
        anchor,
        spec.name,
        f"{what}, {u.plats} {block.period or period_name(str(of.edition.ar))}",
        block.rule,
        block.headings,
        block.sexes,
        tuple(_row(of, spec.name, line) for line in block.lines),
        form,
        tuple(block.zeros),
        tuple(block.unknown),
        notes,
    )


def _row(of: Utgiven, tabell: str, line: Line) -> Rad:
    return Rad(line.names, tuple(_cell(of, tabell, pieces) for pieces in line.cells), line.total)


def _cell(of: Utgiven, tabell: str, pieces: Sequence[Piece]) -> Ruta:
    own = pieces[0].row if pieces else None
    if own is None:
        return Ruta(("",), "tom")
    said = tuple(_piece(of, tabell, p) for p in pieces)
    text = "".join(p.text for p in pieces)
    value = own["varde"] if own["status"] == "visas" else None
    return Ruta(said, own["status"], of.ref(tabell, own), value, SPOKEN.get(text, ""))


def _piece(of: Utgiven, tabell: str, piece: Piece) -> Del:
    row: Mapping[str, Any] | None = piece.row
    if row is None or row["status"] not in ("visas", "intervall"):
        return piece.text
    return Tal(piece.text, of.ref(tabell, row))
