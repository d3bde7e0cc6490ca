"""Released tables as the report prints them: every block of every table and period, with the reference of each cell.

What is said about them is in the modules of the chapters.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from assets.publicering.tecken import SPOKEN
from assets.report.innehall.las import Las
from assets.report.modell import Del, Rad, Ruta, Tabell, Tal
from assets.report.underlag import Row, Underlag, Utgiven
from assets.tables.bortfall import ARENDE
from assets.tables.presentation import Block, Line, Piece, block_of, blocks, of_period
from assets.tables.sexes import SEXES, in_full
from assets.tables.spec import TableSpec
from warehouse.contracts.codes import CODES, TOTAL
from warehouse.contracts.swedish import in_order, period_name

VID_AVSLUT = tuple(code for code, v in zip(CODES["bortfall_variabel"], ARENDE, strict=True) if v.closing)
"""Answers that are expected when a case is closed: of those closed in the period, not of those begun."""
_FORMS = {
    "antal": "antal",
    "andel": "andelar",
    "tal": "tal",
    "skillnad": "skillnader",
    "dagar": "dagar",
    "kronor": "kronor",
}


Delade = Mapping[str, Sequence[TableSpec]]
"""Titles of measures that several tables of the edition have, and those tables."""


def tabeller(u: Underlag, tabell: str, delade: Delade | None = None) -> tuple[Tabell, ...]:
    """A table of the edition in full: one ``Tabell`` for each measure and period, those with a total only together.

    Measures whose titles are in ``delade`` are told with whom or what the table is about.
    """
    edition = u.utgiven
    spec, rows = u.plan.get(tabell), edition.rader.get(tabell, ())
    if spec is None:
        return ()
    taken: Counter[str] = Counter()
    made: list[Tabell] = []
    for period in in_order(r["period"] for r in rows):
        here = [r for r in rows if r["period"] == period]
        parts = list(_parts(u, spec, blocks(spec, here, period)))
        for block, form in parts:
            name = block.lines[0].matt if not block.gathered and block.lines else f"samlat_{form}"
            anchor = _anchor(tabell, name, period)
            taken[anchor] += 1
            if taken[anchor] > 1:
                anchor = f"{anchor}-{taken[anchor]}"
            like = [b for b, f in parts if not b.title and f == form]
            together = f"{spec.title}{_apart(block, like)}: {_FORMS[form]}"
            what = _title(spec, block, delade or {}) if block.title else together
            made.append(_bara_andelar(_table(u, edition, spec, block, form, anchor, what)))
    kept = [t for t in made if not _om_ingen(t)] or made[:1]
    kept = [replace(t, regel=_regel(spec, t.regel)) for t in kept]
    return tuple(t if at else replace(t, noter=(*t.noter, *noter(edition, tabell))) for at, t in enumerate(kept))


def _om_ingen(tabell: Tabell) -> bool:
    """Whether it tells only what is not known, and zeros of nobody."""
    cells = [r for rad in tabell.rader for r in rad.rutor]
    nothing = all(r.status in ("saknas", "ej_tillampligt", "tom") or r.varde == 0 for r in cells)
    unknown = bool(tabell.okanda) or any(r.status == "saknas" for r in cells)
    return nothing and unknown and not tabell.nollor


def _bara_andelar(tabell: Tabell) -> Tabell:
    """Counts of Öppna jämförelser without the list of every indicator that län and country have no count of."""
    if tabell.tabell != "oj" or tabell.form != "antal":
        return tabell
    known = tuple(row for row in tabell.okanda if not row.endswith((", Länet", ", Riket")))
    said = ("För länet och riket finns bara andelar.",) if known != tabell.okanda else ()
    return replace(tabell, okanda=known, noter=said)


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
    made = _table(u, edition, spec, block, measure.shape if measure else "antal", anchor, rubrik)
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


def delade_titlar(u: Underlag) -> Delade:
    """The titles that measures of several tables of the edition have."""
    found: dict[str, list[TableSpec]] = {}
    for spec in (spec for name, spec in u.plan.items() if u.utgiven.rader.get(name)):
        for title in {m.title for m in spec.shown_measures}:
            found.setdefault(title, []).append(spec)
    return {title: specs for title, specs in found.items() if len(specs) > 1}


def _about(spec: TableSpec, title: str, sharing: Sequence[TableSpec]) -> str:
    """What tells a measure of those of the same title: its table's name, or where that is an echo whom it is about."""
    of = [s.malgrupp.partition(";")[0] for s in sharing]
    whom = spec.malgrupp.partition(";")[0]
    echoes = {w for w in _words(title) if len(w) > 4} & set(_words(spec.title))
    if echoes and of.count(whom) == 1:
        return liten(whom)
    return liten(spec.title).removesuffix(f" i {liten(title)}")


def _words(title: str) -> list[str]:
    return [w.strip(",:;()").casefold() for w in title.split()]


def _apart(block: Block, like: Sequence[Block]) -> str:
    """What tells measures that stand together from others of the same form: their unit, their period or the sexes."""
    said = [part for part in _rules(block) if any(part not in _rules(other) for other in like)]
    if not said and any(other.sexes != block.sexes for other in like):
        said = [", ".join(in_full(sex) for sex in block.sexes if sex in SEXES)]
    return f" ({', '.join(liten(part) for part in said)})" if any(said) else ""


def _rules(block: Block) -> list[str]:
    return block.rule.removesuffix(".").replace("Period: ", "").split(". ")


def _title(spec: TableSpec, block: Block, delade: Delade) -> str:
    title = block.title
    if title.startswith("– därav "):
        before = ""
        for measure in spec.shown_measures:
            if measure.title == title:
                break
            before = measure.title if not measure.title.startswith("– ") else before
        return f"{before}, därav {title.removeprefix('– därav ')}" if before else title.removeprefix("– ")
    declared = {of_period(m.title, p): m.title for m in spec.shown_measures for p in ("", "2000T1", "2000_2001")}
    sharing = delade.get(declared.get(title, title), ())
    return f"{title} ({_about(spec, title, sharing)})" if sharing else title


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


def _table(u: Underlag, of: Utgiven, spec: TableSpec, block: Block, form: str, anchor: str, what: str) -> Tabell:
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
    )


def till_avslut(regel: str) -> str:
    """The rule of answers that are expected when cases close."""
    return regel.replace("startade", "avslutade")


def aven_avslut(spec: TableSpec) -> bool:
    """Whether a table of cases begun also has answers that are expected when cases close."""
    return "bortfall_variabel" in {d.codes for d in spec.dimensions}


def _regel(spec: TableSpec, regel: str) -> str:
    """The rule; both periods where a table has answers of cases begun and of cases closed."""
    if not aven_avslut(spec):
        return regel
    _, _, when = till_avslut(regel).partition("Period: ")
    return f"{regel.removesuffix('.')}; uppgifter om avslut och mål: {when}"


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
