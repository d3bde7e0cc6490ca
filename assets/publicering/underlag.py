"""The true counts behind an edition, with the distinct persons behind each: counted from the register, stored nowhere.

What is counted here must equal what the tables hold; ``prepare`` sees to that before anything is protected.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import product

import numpy as np
import pandas as pd
from sqlalchemy import Connection

from assets.publicering.plan import PUBLICERAS, Offentlig
from assets.tables.builder import build
from assets.tables.counting import STANDARD, Setup, told
from assets.tables.spec import Dimension, Fact, Inputs, Measure, Period, TableSpec
from warehouse.contracts.codes import TOTAL

PERSONS = ("person_id", "barn_id", "person")
"""Columns that say who a row is about, the first that a population has."""


@dataclass(frozen=True, slots=True)
class Raknad:
    """A counted cell. ``personer`` are the distinct persons behind it (of rows that name nobody: the count itself)."""

    tabell: str
    period: str
    koder: tuple[tuple[str, str], ...]
    """The dimensions beside kön, in the table's order."""
    kon: str
    matt: str
    status: str
    varde: float | None
    personer: int
    storsta: tuple[int, int] | None = None
    """For sums: the two largest contributions of a person."""
    utan: int | None = None
    """For a measure that is some of another (``del_av``): the distinct persons behind the rest of that one."""
    bakom: tuple[tuple[int, int], ...] = field(default=(), compare=False, repr=False)
    """(delivery, rows of it) behind the cell, where it is shown."""

    @property
    def id(self) -> str:
        """The cell's name in every system and edition."""
        return cell_id(self.tabell, self.matt, self.period, self.kon, self.koder)


def cell_id(tabell: str, matt: str, period: str, kon: str, koder: Iterable[tuple[str, str]]) -> str:
    """A stable name for a cell, the same in every edition: totals are not named."""
    named = ",".join(f"{d}={c}" for d, c in sorted(koder) if c != TOTAL)
    return f"{tabell}|{matt}|{period}|{kon}|{named}"


def counted(
    conn: Connection,
    kommun: str,
    ar: int,
    *,
    years: int = 1,
    tables: Iterable[str] = PUBLICERAS,
    setup: Setup = STANDARD,
    as_of: datetime | None = None,
) -> list[Raknad]:
    """All cells of the published measures, for one year or pooled over several that end with ``ar``.

    With ``as_of`` from the deliveries that were current then.
    """
    period = Period(ar - years + 1, ar)
    # Small bases too are counted: what a table leaves out stands in its totals all the same.
    setup = replace(setup, regler=replace(setup.regler, minsta_bas=0))
    found: list[Raknad] = []
    names = [n for n in tables if n in setup.plan and not (years > 1 and setup.plan[n].figures)]
    for spec, inputs in told(conn, kommun, ar, names, years=years, setup=setup, as_of=as_of):
        found += cells_of(spec, PUBLICERAS[spec.name], inputs, period)
    return found


def cells_of(spec: TableSpec, offentlig: Offentlig, inputs: Inputs, period: Period) -> Iterator[Raknad]:
    """One table's published measures: what is derived too, since it is printed where its parts are."""
    figures = build(spec, inputs, period)
    made = figures.cells
    wanted = {m.namn for m in offentlig.matt} | {h.namn for h in offentlig.harledda}
    wanted |= {part for h in offentlig.harledda for part in h.delar}
    if not offentlig.oppen:
        made = made[made["matt"].isin(wanted)]
    sums = {m.namn for m in offentlig.matt if m.slag == "belopp"}
    by_person = _of_persons(spec, offentlig, inputs, period)
    people = _lookup(build(by_person, inputs, period).cells, spec) if by_person.shown_measures else {}
    largest = _largest(spec, inputs, period, sums)
    names = spec.view_columns
    columns = [made[n].astype("str").tolist() for n in names]
    rest = [made[n].tolist() for n in ("period", "kon", "matt", "varde", "status")]
    ledger = _ledger(figures.ledger)
    for at, (place, when, kon, matt, varde, status) in enumerate(zip(made.index.tolist(), *rest, strict=True)):
        codes = tuple((name, column[at]) for name, column in zip(names, columns, strict=True))
        value = float(varde) if status == "visas" else None
        key = (when, tuple(c for _, c in codes), kon, matt)
        persons = people.get(key)
        behind = int(persons) if persons is not None else max(0, round(value or 0))
        left = people.get((*key[:3], REST + matt))
        utan = None if left is None else int(left)
        yield Raknad(
            spec.name, when, codes, kon, matt, status, value, behind, largest.get(key), utan, ledger.get(place, ())
        )


Key = tuple[str, tuple[str, ...], str, str]
REST = "utan:"
"""Before a measure's name: what is left of the measure that it is some of."""


def _ledger(ledger: pd.DataFrame) -> dict[int, tuple[tuple[int, int], ...]]:
    """Deliveries and rows by the cell's place; equal ones are kept once."""
    found: dict[int, list[tuple[int, int]]] = {}
    for cell, delivery, rows in zip(*(ledger[n].tolist() for n in ("cell", "leverans_id", "rader")), strict=True):
        found.setdefault(int(cell), []).append((int(delivery), int(rows)))
    known: dict[tuple[tuple[int, int], ...], tuple[tuple[int, int], ...]] = {}
    return {cell: known.setdefault(t, t) for cell, behind in found.items() for t in [tuple(behind)]}


def _lookup(cells: pd.DataFrame, spec: TableSpec) -> dict[Key, float]:
    shown = cells[cells["status"] == "visas"]
    codes = zip(*(shown[n].astype("str") for n in spec.view_columns), strict=True) if spec.view_columns else None
    each = codes if codes is not None else iter([()] * len(shown))
    rest = zip(shown["period"], shown["kon"], shown["matt"], shown["varde"], strict=True)
    return {(p, tuple(c), k, m): v for c, (p, k, m, v) in zip(each, rest, strict=True)}


def _of_persons(spec: TableSpec, offentlig: Offentlig, inputs: Inputs, period: Period) -> TableSpec:
    """The same table counting distinct persons in place of what each measure counts, where its rows name persons."""
    facts: list[Fact] = []
    for fact in spec.facts:
        rows = fact.rows(inputs, period)
        who = _who(rows.columns)
        if not who:
            continue
        counted_here = {m.name: m for m in fact.measures if not m.hidden and m.how in ("antal", "summa")}
        counts = [Measure(m.name, m.title, unit=who, where=m.where) for m in counted_here.values() if m.unit != who]
        for name, measure in counted_here.items():
            part = offentlig.measure(name)
            whole = counted_here.get(part.del_av or "") if part else None
            if whole is not None and measure.where:
                rest = ~rows[measure.where] & (rows[whole.where] if whole.where else True)
                rows = rows.assign(**{REST + name: rest})
                counts.append(Measure(REST + name, "", unit=who, where=REST + name))
        facts.append(replace(fact, rows=_given(rows), measures=tuple(counts), impossible=()))
    return replace(spec, facts=tuple(facts), measures=(), remarks=None, notes=())


def _given(rows: pd.DataFrame) -> Callable[[Inputs, Period], pd.DataFrame]:
    return lambda _inputs, _period: rows


def _who(columns: Iterable[str]) -> str | None:
    known = set(columns)
    return next((name for name in PERSONS if name in known), None)


# --- who gives most to a sum ---------------------------------------------------------------------------------------


def _largest(spec: TableSpec, inputs: Inputs, period: Period, sums: set[str]) -> Mapping[Key, tuple[int, int]]:
    """For each cell of a sum the two largest contributions of a person, whole units."""
    found: dict[Key, tuple[int, int]] = {}
    for fact in spec.facts:
        for measure in fact.measures:
            if measure.name not in sums or measure.value is None:
                continue
            rows = fact.rows(inputs, period)
            who = _who(rows.columns)
            if measure.where:
                rows = rows[rows[measure.where]]
            for labels, members in _steps(spec.dimensions, fact, rows):
                rows_in = rows[members]
                gave = rows_in.groupby(who)[measure.value].sum() if who else rows_in[measure.value]
                top = np.sort(gave.dropna().to_numpy(dtype="float64"))[::-1][:2]
                top = np.concatenate([top, [0.0, 0.0]])[:2]
                codes = tuple(c for d, c in labels if d != "kon")
                kon = dict(labels).get("kon", TOTAL)
                found[period.name, codes, kon, measure.name] = (round(float(top[0])), round(float(top[1])))
    return found


def _steps(
    dimensions: Sequence[Dimension], fact: Fact, rows: pd.DataFrame
) -> Iterator[tuple[tuple[tuple[str, str], ...], pd.Series]]:
    """Every combination of codes, groups and totals, and which rows are in it."""
    choices: list[list[tuple[str, Callable[[pd.DataFrame], pd.Series]]]] = []
    for dimension in dimensions:
        everything: tuple[str, Callable[[pd.DataFrame], pd.Series]] = (TOTAL, lambda f: pd.Series(True, index=f.index))
        ways = [everything]
        if dimension.name in fact.dimensions:
            codes = dimension.values or tuple(sorted(rows[dimension.name].dropna().astype("str").unique()))
            ways += [(c, lambda f, n=dimension.name, c=c: f[n] == c) for c in codes]  # type: ignore[misc]
            ways += [
                (g.code, lambda f, n=dimension.name, g=g: f[n].isin(g.members))  # type: ignore[misc]
                for g in dimension.groups
            ]
        choices.append(ways)
    for chosen in product(*choices):
        members = pd.Series(True, index=rows.index)
        for _, inside in chosen:
            members &= inside(rows)
        yield tuple((d.name, label) for d, (label, _) in zip(dimensions, chosen, strict=True)), members
