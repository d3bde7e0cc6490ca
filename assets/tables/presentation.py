"""Tables as people read them: cells and declarations into blocks of rows, one a measure, sexes side by side.

Used by the terminal and the internal page alike. Nothing is counted or hidden for secrecy here; rows of zeros only are
gathered in a list, a share stands with its base and its interval.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from assets.tables.spec import Dimension, Measure, TableSpec
from warehouse.contracts.codes import CODES, TOTAL, label
from warehouse.contracts.swedish import number, period_name

LEGEND = (
    "0 = räknat, inga. – = uppgift saknas, eller för få svar för att visa. . = kan inte förekomma. "
    "Tom ruta = redovisas inte för det könet."
)
_CRIME = {"kvinna": "Mot kvinnor och flickor", "man": "Mot män och pojkar", TOTAL: "Alla"}

Row = Mapping[str, Any]
"""A cell as ``warehouse.reading`` gives it: period, dimensions by name, kon, matt, varde, status."""


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a block: the codes in words, and a text for each sex."""

    names: tuple[str, ...]
    texts: tuple[str, ...]
    total: bool


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


def rule_of(spec: TableSpec, measure: Measure | None = None) -> str:
    """What is counted and when, in words."""
    unit = (measure.enhet if measure else "") or spec.enhet
    rule = (measure.period_regel if measure else "") or spec.period_regel
    return f"Enhet: {label('enhet', unit).lower()}. Period: {label('period_regel', rule).lower()}."


def text_of(row: Row | None, measure: Measure) -> str:
    """A cell as people read it: a count, a share in percent, days, kronor."""
    if row is None:
        return ""
    if row["varde"] is None:
        return {"ej_tillampligt": ".", "skyddas": ".."}.get(row["status"], "–")
    if measure.shape == "andel":
        return f"{number(100 * row['varde'], decimals=1)} %"
    decimals = {"antal": None, "tal": 1, "dagar": None, "kronor": 0}[measure.shape]
    return number(row["varde"], decimals=decimals)


def periods(rows: Iterable[Row]) -> list[str]:
    """The periods that a table has cells for: the year first."""
    found = sorted({str(r["period"]) for r in rows})
    return sorted(found, key=lambda p: (len(p) != 4, len(p), p))


def blocks(spec: TableSpec, rows: Sequence[Row], period: str) -> list[Block]:
    """The blocks of one period, in the order of the declared measures."""
    here = [r for r in rows if r["period"] == period]
    by_cell: dict[tuple[Any, ...], Row] = {}
    keys: dict[str, dict[tuple[str, ...], None]] = {}
    for r in here:
        key = tuple(str(r[d]) for d in spec.view_columns)
        by_cell[(r["matt"], key, r["kon"])] = r
        keys.setdefault(r["matt"], {})[key] = None
    measures = {m.name: m for m in spec.shown_measures if m.name in keys}
    told = {f"{name}{end}" for name in measures for end in ("_lag", "_hog")}
    alone = [m for m in measures.values() if m.name not in told]
    made = [_block(spec, m, period, list(keys[m.name]), by_cell) for m in alone]
    return _joined(spec, made) if spec.one_block else made


def _block(
    spec: TableSpec,
    measure: Measure,
    period: str,
    keys: Sequence[tuple[str, ...]],
    cells: Mapping[tuple[Any, ...], Row],
) -> Block:
    shown = _split_by(spec, measure, keys)
    sexes = [k for k in (*CODES["kon"], TOTAL) if any((measure.name, key, k) in cells for key in keys)]
    block = Block(
        measure.title,
        rule_of(spec, measure),
        period_name(period),
        tuple(d.title for _, d in shown),
        tuple((_CRIME if spec.public else {}).get(k, label("kon", k)) for k in sexes),
    )
    for key in keys:
        found = [cells.get((measure.name, key, k)) for k in sexes]
        statuses = {r["status"] for r in found if r}
        names = tuple(d.word(key[at]) for at, d in shown)
        total = all(key[at] == TOTAL for at, _ in shown)
        if statuses == {"ej_tillampligt"} and not total:
            continue
        if statuses == {"saknas"} and not total:
            block.unknown.append(", ".join(names))
        elif not total and all(r["varde"] == 0 for r in found if r):
            block.zeros.append(", ".join(names))
        else:
            texts = tuple(_told(measure, key, k, cells) for k in sexes)
            block.lines.append(Line(names, texts, total))
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
) -> str:
    """A cell's text; a share with its numerator, base and interval where the table has them."""
    row = cells.get((measure.name, key, sex))
    text = text_of(row, measure)
    if row is None or row["varde"] is None or measure.shape != "andel" or len(measure.parts) != 2:
        return text
    parts = [cells.get((name, key, sex)) for name in measure.parts]
    if all(p is not None and p["varde"] is not None for p in parts):
        text += " ({} av {})".format(*(number(p["varde"]) for p in parts if p))
    ends = [cells.get((f"{measure.name}{end}", key, sex)) for end in ("_lag", "_hog")]
    if all(e is not None and e["varde"] is not None for e in ends):
        text += " [{}–{}]".format(*(number(100 * e["varde"], decimals=0) for e in ends if e))
    return text


def _joined(spec: TableSpec, made: Sequence[Block]) -> list[Block]:
    """All measures as the rows of one block, where each has a row of its own in the form it came in."""
    if not made:
        return []
    sexes = tuple(
        dict.fromkeys(s for k in (*CODES["kon"], TOTAL) for b in made for s in b.sexes if s == label("kon", k))
    )
    whole = Block(spec.one_block, rule_of(spec), made[0].period, made[0].headings, sexes)
    for block in made:
        for line in block.lines:
            texts = dict(zip(block.sexes, line.texts, strict=True))
            whole.lines.append(Line(line.names, tuple(texts.get(s, "") for s in sexes), line.total))
        whole.zeros += block.zeros
        whole.unknown += block.unknown
    return [whole]
