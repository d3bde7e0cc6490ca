"""The edition beside the year before and beside the edition that it replaced: released cells as they are printed.

Nothing is computed: a change is two numbers, each with its own reference, and a protected one is its symbol.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assets.report.modell import Ruta
from assets.report.underlag import Row, Underlag, Utgiven
from assets.tables.sexes import in_full, sex_words
from assets.tables.spec import Measure, TableSpec
from warehouse.contracts.codes import CODES, TOTAL, label
from warehouse.contracts.swedish import period_name
from warehouse.released import Ref

Key = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Par:
    """A row: for each sex the cell before and the cell now."""

    namn: str
    rutor: tuple[tuple[Ruta, Ruta], ...]
    total: bool = False


@dataclass(frozen=True, slots=True)
class Jamforelse:
    """A measure (or those that have a total only) in both, row by row."""

    id: str
    rubrik: str
    ledord: str
    kon: tuple[str, ...]
    rader: tuple[Par, ...]


@dataclass(frozen=True, slots=True)
class Andring:
    """A cell that is printed otherwise than in the edition before."""

    vad: str
    kon: str
    fore: Ruta
    nu: Ruta


def ar_mot_ar(u: Underlag) -> dict[str, list[Jamforelse]]:
    """By table of the edition what can be laid beside the year before; nothing where there is no such edition.

    Whole years only. A row stands where a number that is not zero is shown in either year.
    """
    before = u.forra_aret
    if before is None:
        return {}
    found = {}
    for tabell in u.utgiven.rader:
        spec = u.plan.get(tabell)
        if spec is not None and tabell in before.rader:
            made = list(_table(u, spec, before))
            if made:
                found[tabell] = made
    return found


def _table(u: Underlag, spec: TableSpec, before: Utgiven) -> Iterator[Jamforelse]:
    sides = [(e, _cells(e, spec.name)) for e in (before, u.utgiven)]
    ends = {f"{m.name}{end}" for m in spec.shown_measures for end in ("_lag", "_hog")}
    alone: dict[tuple[str, ...], list[Par]] = {}
    for measure in spec.shown_measures:
        if measure.intern or measure.name in ends:
            continue
        keys = dict.fromkeys(key for _, cells in reversed(sides) for matt, key, _ in cells if matt == measure.name)
        sexes = tuple(
            k for k in (*CODES["kon"], TOTAL)
            if any((measure.name, key, k) in cells for key in keys for _, cells in sides)
        )  # fmt: skip
        rows = list(_rows(u, spec, measure, keys, sexes, sides))
        if not rows:
            continue
        words = sex_words(spec, measure, (dict(key) for key in keys))
        heads = tuple(words[k] for k in sexes)
        if len(rows) == 1 and rows[0].total:
            alone.setdefault(heads, []).append(Par(measure.title, rows[0].rutor))
            continue
        yield Jamforelse(
            f"{spec.name}-{measure.name}".replace("_", "-"), measure.title, "Indelning", heads, tuple(rows)
        )
    for at, (heads, pairs) in enumerate(alone.items(), 1):
        yield Jamforelse(
            f"{spec.name}-samlat-{at}".replace("_", "-"), "Mått utan indelning", "Mått", heads, tuple(pairs)
        )


def _rows(
    u: Underlag,
    spec: TableSpec,
    measure: Measure,
    keys: dict[Key, None],
    sexes: Sequence[str],
    sides: Sequence[tuple[Utgiven, dict[tuple[str, Key, str], Row]]],
) -> Iterator[Par]:
    for key in keys:
        pairs = []
        for kon in sexes:
            old, new = (
                u.ruta(spec.name, cells.get((measure.name, key, kon)), edition) for edition, cells in sides
            )  # fmt: skip
            pairs.append((old, new))
        if any(_says(cell) for pair in pairs for cell in pair):
            yield Par(_words(spec, key) or "Totalt", tuple(pairs), not _words(spec, key))


def _says(cell: Ruta) -> bool:
    return cell.status == "intervall" or (cell.status == "visas" and cell.varde != 0)


def andringar(u: Underlag) -> dict[str, list[Andring]]:
    """By table the cells that are printed otherwise than in the edition that this one replaced."""
    before = u.foregaende
    if before is None:
        return {}
    found: dict[str, list[Andring]] = {}
    for tabell in dict.fromkeys([*u.utgiven.rader, *before.rader]):
        old, new = (_cells(e, tabell, whole_years=False) for e in (before, u.utgiven))
        for place in dict.fromkeys([*new, *old]):
            a, b = u.ruta(tabell, old.get(place), before), u.ruta(tabell, new.get(place))
            if (a.text, a.status) == (b.text, b.status):
                continue
            matt, key, kon = place
            spec, measure = u.plan.get(tabell), u.measure(tabell, matt)
            period = dict(key)["period"]
            codes = tuple((n, v) for n, v in key if n != "period")
            what = [measure.title if measure else matt, _words(spec, codes) if spec else ""]
            what += [period_name(period)] if period != str(u.edition.ar) else []
            sex = in_full(sex_words(spec, measure, (dict(key),))[kon]) if spec else label("kon", kon)
            found.setdefault(tabell, []).append(Andring(", ".join(w for w in what if w), sex, a, b))
    return found


def _cells(e: Utgiven, tabell: str, *, whole_years: bool = True) -> dict[tuple[str, Key, str], Row]:
    skipped = {"ordning", "kon", "matt", "varde", "fran", "till", "status"} | ({"period"} if whole_years else set())
    return {
        (str(r["matt"]), tuple((n, str(v)) for n, v in r.items() if n not in skipped), str(r["kon"])): r
        for r in e.rader.get(tabell, ())
        if not whole_years or r["period"] == str(e.edition.ar)
    }


def _words(spec: TableSpec, key: Key) -> str:
    known = {d.name: d for d in spec.dimensions}
    return ", ".join(
        known[n].word(v) if n in known else v for n, v in key if v != TOTAL and not (n in known and known[n].attribute)
    )


def refs(sides: dict[str, list[Jamforelse]], changed: dict[str, list[Andring]]) -> list[Ref]:
    """The cells of both that are shown."""
    cells = [c for tables in sides.values() for t in tables for row in t.rader for pair in row.rutor for c in pair]
    cells += [c for many in changed.values() for one in many for c in (one.fore, one.nu)]
    return [c.ref for c in cells if c.ref is not None]
