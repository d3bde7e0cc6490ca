"""Tables as people read them: cells and declarations into blocks of rows, one a measure, sexes side by side.

Used by the terminal and the internal page alike. Nothing is counted or hidden for secrecy here: a cell that release
hid is its symbol, a span is written as one. Rows of zeros only are gathered in a list, a share stands with its base and
its interval.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from assets.publicering.tecken import SYMBOL
from assets.tables.sexes import sex_words
from assets.tables.spec import Dimension, Measure, TableSpec
from warehouse.contracts.codes import CODES, TOTAL, label
from warehouse.contracts.swedish import number, period_name

LEGEND = (
    "0 = räknat, inga. – = uppgift saknas, eller för få svar för att visa. . = kan inte förekomma. "
    "Tom ruta = redovisas inte för det könet."
)
INTERVALS = "[70–81] är ett 95 % intervall: hur mycket talet kunde ha blivit ett annat av slumpen, räknat på personer."
"""Where intervals stand."""

Row = Mapping[str, Any]
"""A cell as ``warehouse.reading`` gives it: period, dimensions by name, kon, matt, varde, status; fran and till in
editions."""


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a block: the codes in words, and a text for each sex."""

    names: tuple[str, ...]
    cells: tuple[tuple["Piece", ...], ...]
    """For each sex the pieces that its text is made of; none where there is no such cell."""
    total: bool
    key: tuple[str, ...] = ()
    """The codes, in the order of the table's columns."""
    matt: str = ""
    """The measure that the row shows."""

    @property
    def texts(self) -> tuple[str, ...]:
        """A text for each sex."""
        return tuple("".join(p.text for p in pieces) for pieces in self.cells)


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a cell's text, and the cell that it writes out; None for what stands between numbers."""

    text: str
    row: "Row | None" = None


@dataclass(slots=True)
class Block:
    """What is shown of one measure in one period, or of all measures of a table that stands as one."""

    title: str
    rule: str
    period: str
    headings: tuple[str, ...]
    sexes: tuple[str, ...]
    lines: list[Line] = field(default_factory=list)
    zeros: list[str] = field(default_factory=list)
    """Rows in which all numbers are zero."""
    unknown: list[str] = field(default_factory=list)
    """Rows in which nothing is known."""
    gathered: bool = False
    """Whether the rows are measures, each of which has a total only."""


def of_period(text: str, period: str) -> str:
    """A text about the year, as it is said of a tertial."""
    if "_" in period:  # years pooled
        return text.replace("under året", "under något av åren").replace("för året", "för åren")
    return text.replace("under året", "under tertialet") if "T" in period else text


def rule_of(spec: TableSpec, measure: Measure | None = None, period: str = "") -> str:
    """What is counted and when, in words."""
    unit = (measure.enhet if measure else "") or spec.enhet
    if unit.startswith("per_"):  # a rate: its title says per what, the rule what is counted
        unit = spec.enhet
    rule = (measure.period_regel if measure else "") or spec.period_regel
    said = of_period(label("period_regel", rule).lower(), period)
    return f"Enhet: {label('enhet', unit).lower()}. Period: {said}."


def text_of(row: Row | None, measure: Measure) -> str:
    """A cell as people read it: a count, a share in percent, days, kronor."""
    if row is None:
        return ""
    if row["status"] == "intervall":
        return f"{number(row['fran'])}–{number(row['till'])}"
    if row["varde"] is None:
        return {"ej_tillampligt": ".", "skyddas": SYMBOL}.get(row["status"], "–")
    if measure.shape == "andel":
        return f"{number(100 * row['varde'], decimals=1)} %"
    return _plain(row["varde"], measure)


def _plain(value: float, measure: Measure) -> str:
    decimals = {"antal": None, "tal": 1, "skillnad": 2, "dagar": None, "kronor": 0, "andel": 1}[measure.shape]
    return number(round(value, decimals) + 0.0 if decimals is not None else value, decimals=decimals)


def blocks(spec: TableSpec, rows: Sequence[Row], period: str) -> list[Block]:
    """The blocks of one period, in the order of the declared measures."""
    here = [r for r in rows if r["period"] == period]
    by_cell: dict[tuple[Any, ...], Row] = {}
    keys: dict[str, dict[tuple[str, ...], None]] = {}
    for r in here:
        key = tuple(str(r[d]) for d in spec.view_columns)
        by_cell[(r["matt"], key, r["kon"])] = r
        keys.setdefault(r["matt"], {})[key] = None
    # Test values are for internal scrutiny in the database: beside results they would be read as proof.
    measures = {m.name: m for m in spec.shown_measures if m.name in keys and not m.intern}
    told = {f"{name}{end}" for name in measures for end in ("_lag", "_hog")}
    alone = [m for m in measures.values() if m.name not in told]
    made = [_block(spec, m, period, list(keys[m.name]), by_cell) for m in alone]
    return _joined(spec, made) if spec.one_block else _gathered(made)


def block_of(spec: TableSpec, rows: Sequence[Row], matt: str, period: str) -> Block | None:
    """The block of one measure alone, of such rows as are wanted; None where there is no such cell."""
    measure = next((m for m in spec.shown_measures if m.name == matt and not m.intern), None)
    here = [r for r in rows if r["period"] == period]
    keys = {tuple(str(r[d]) for d in spec.view_columns): None for r in here if r["matt"] == matt}
    if measure is None or not keys:
        return None
    cells = {(r["matt"], tuple(str(r[d]) for d in spec.view_columns), r["kon"]): r for r in here}
    return _block(spec, measure, period, list(keys), cells)


def _block(
    spec: TableSpec,
    measure: Measure,
    period: str,
    keys: Sequence[tuple[str, ...]],
    cells: Mapping[tuple[Any, ...], Row],
) -> Block:
    shown = _split_by(spec, measure, keys)
    sexes = [k for k in (*CODES["kon"], TOTAL) if any((measure.name, key, k) in cells for key in keys)]
    # What all rows of one form share, they share the heading of; else each measure has that of those it counts.
    counted = (dict(zip(spec.view_columns, key, strict=True)) for key in keys)
    words = sex_words(spec, None if spec.one_block else measure, counted)
    block = Block(
        of_period(measure.title, period),
        rule_of(spec, measure, period),
        period_name(period),
        tuple(d.title for _, d in shown),
        tuple(words[k] for k in sexes),
    )
    for key in keys:
        found = [cells.get((measure.name, key, k)) for k in sexes]
        statuses = {r["status"] for r in found if r}
        names = tuple(d.word(key[at]) for at, d in shown)
        short = ", ".join(n for (at, _), n in zip(shown, names, strict=True) if key[at] != TOTAL)
        total = all(key[at] == TOTAL for at, _ in shown)
        if statuses == {"ej_tillampligt"} and not total:
            continue
        if statuses == {"saknas"} and not total:
            block.unknown.append(short)
        elif not total and all(r["varde"] == 0 for r in found if r):
            block.zeros.append(short)
        else:
            pieces = tuple(_told(measure, key, k, cells) for k in sexes)
            block.lines.append(Line(names, pieces, total, key, measure.name))
    return block


def _split_by(spec: TableSpec, measure: Measure, keys: Sequence[tuple[str, ...]]) -> list[tuple[int, Dimension]]:
    """The dimensions that split a measure, with their places in the keys."""
    fact = next((f for f in spec.facts if any(m.name == measure.name for m in f.measures)), None)
    by_name = {d.name: d for d in spec.dimensions}
    return [
        (at, by_name[name])
        for at, name in enumerate(spec.view_columns)
        if not by_name[name].attribute and (name in fact.dimensions if fact else any(key[at] != TOTAL for key in keys))
    ]


def _told(
    measure: Measure,
    key: tuple[str, ...],
    sex: str,
    cells: Mapping[tuple[Any, ...], Row],
) -> tuple[Piece, ...]:
    """A cell's text; a share with its numerator, base and interval where the table has them."""
    row = cells.get((measure.name, key, sex))
    if row is None:
        return ()
    told = [Piece(text_of(row, measure), row)]
    if row["varde"] is None:
        return tuple(told)
    parts = [cells.get((name, key, sex)) for name in measure.parts] if measure.shape == "andel" else []
    if len(parts) == 2 and all(p is not None and p["varde"] is not None for p in parts):
        some, base = (Piece(number(p["varde"]), p) for p in parts if p)
        told += [Piece(" ("), some, Piece(" av "), base, Piece(")")]
    ends = [cells.get((f"{measure.name}{end}", key, sex)) for end in ("_lag", "_hog")]
    if all(e is not None and e["varde"] is not None for e in ends):
        share = measure.shape == "andel"
        low, high = (
            Piece(number(100 * e["varde"], decimals=0) if share else _plain(e["varde"], measure), e) for e in ends if e
        )
        told += [Piece(" ["), low, Piece("–"), high, Piece("]")]
    return tuple(told)


def _gathered(made: Sequence[Block]) -> list[Block]:
    """Measures of which there is a total only stand together, a row each."""
    out: list[Block] = []
    for block in made:
        if not (len(block.lines) == 1 and block.lines[0].total):
            out.append(block)
            continue
        last = out[-1] if out else None
        if last is None or not last.gathered or (last.sexes, last.rule) != (block.sexes, block.rule):
            last = Block("", block.rule, block.period, ("Mått",), block.sexes, gathered=True)
            out.append(last)
        last.lines.append(replace(block.lines[0], names=(block.title,), total=False))
    return out


def _joined(spec: TableSpec, made: Sequence[Block]) -> list[Block]:
    """All measures as the rows of one block, where each has a row of its own in the form it came in."""
    if not made:
        return []
    words = sex_words(spec, None, ({},))
    sexes = tuple(words[k] for k in (*CODES["kon"], TOTAL) if any(words[k] in b.sexes for b in made))
    whole = Block(spec.one_block, rule_of(spec), made[0].period, made[0].headings, sexes)
    for block in made:
        for line in block.lines:
            told = dict(zip(block.sexes, line.cells, strict=True))
            whole.lines.append(replace(line, cells=tuple(told.get(s, ()) for s in sexes)))
        whole.zeros += block.zeros
        whole.unknown += block.unknown
    return [whole]
