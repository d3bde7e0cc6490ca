"""Suites of Great Expectations over the counted tables and the public sources, made from the plan and the rules.

The declared plan is read from the database. Rules are counted before (``table_rules``, ``backtests``): here they are
shown, one row a kommun and year with how many exceptions each rule has, so that the pages hold counts alone.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, text

from quality.consistency import CONSISTENCY
from quality.expectations import Expectations, Suite
from quality.table_rules import RULES, Outcome, Rule
from warehouse.cells import Slice
from warehouse.contracts.codes import CODES, TOTAL

_DECLARED = """
SELECT p.tabell, p.titel, p.dimensioner,
       (SELECT coalesce(json_object_agg(form, namn), '{}') FROM (SELECT form, json_agg(matt ORDER BY ordning) AS namn
        FROM tabell.matt m WHERE m.tabell = p.tabell GROUP BY form) f) AS matt,
       (SELECT coalesce(json_object_agg(dimension, koder), '{}') FROM (SELECT dimension, json_agg(kod ORDER BY ordning)
        AS koder FROM tabell.kod k WHERE k.tabell = p.tabell GROUP BY dimension) d) AS koder
FROM tabell.plan p ORDER BY p.ordning
"""


@dataclass(frozen=True, slots=True)
class Declared:
    """A table of the plan: its dimensions beside kön, its measures by form, its declared codes by dimension."""

    tabell: str
    titel: str
    dimensioner: Sequence[str]
    matt: dict[str, list[str]]
    koder: dict[str, list[str]]

    @property
    def columns(self) -> list[str]:
        """The columns of its view."""
        return ["kommun", "ar", "period", *self.dimensioner, "kon", "matt", "varde", "status"]


def declared(conn: Connection) -> list[Declared]:
    """The plan as the database holds it."""
    return [Declared(**row) for row in conn.execute(text(_DECLARED)).mappings()]


def table_suites(plan: Sequence[Declared], slices: Sequence[Slice], outcomes: Sequence[Outcome]) -> list[Suite]:
    """A suite a table against its declaration, one of what all cells are, and one of the rules for all slices."""
    found = [
        Suite(f"tabell.{one.tabell}.celler", one.titel, _declared(one), view=("tabell", one.tabell)) for one in plan
    ]
    found.append(Suite("tabell.cell.celler", "Alla tabeller", _any_cell, view=("tabell", "cell")))
    if slices:
        query = _as_rows(RULES, slices, outcomes)
        found.append(
            Suite("tabell.regler", "Alla tabeller, per tabell, kommun och år", _none_broken(RULES), query=query)
        )
    return found


def public_suite(conn: Connection, rules: Sequence[Rule], outcomes: Sequence[Outcome]) -> Suite:
    """The rules of public sources, those between sources and populations (``consistency``) too."""
    own = [c for c in CONSISTENCY if c.about == "omvarld"]
    between = [Rule(c.name, "omvarld", "anmarkning" if c.warning else "stopp", c.description, c.sql) for c in own]
    counts = {rule.name: sum(o.antal for o in outcomes if o.rule.name == rule.name) for rule in rules}
    counts |= {c.name: c.count(conn) for c in own}
    everything = [*rules, *between]
    columns = ", ".join(f"{counts[r.name]} AS {r.name}" for r in everything)
    return Suite("omvarld.regler", "Offentliga källor", _none_broken(everything), query=f"SELECT {columns}")


def _as_rows(rules: Sequence[Rule], slices: Sequence[Slice], outcomes: Sequence[Outcome]) -> str:
    """A query that gives the counted exceptions: table, kommun, year, and a column a rule."""
    counts: dict[tuple[Slice, str], int] = defaultdict(int)
    for outcome in outcomes:
        counts[outcome.slice, outcome.rule.name] += outcome.antal
    rows = (f"('{s.tabell}', '{s.kommun}', {s.ar}, {', '.join(str(counts[s, r.name]) for r in rules)})" for s in slices)
    return f"SELECT * FROM (VALUES {', '.join(rows)}) r(tabell, kommun, ar, {', '.join(r.name for r in rules)})"


def _none_broken(rules: Sequence[Rule]) -> Expectations:
    def make(gx: Any) -> Iterator[Any]:
        for rule in rules:
            yield gx.expectations.ExpectColumnValuesToBeInSet(
                column=rule.name,
                value_set=[0],
                severity="critical" if rule.level == "stopp" else "warning",
                notes=f"Inga {rule.description}",
            )

    return make


def _any_cell(gx: Any) -> Iterator[Any]:
    """What every cell must be, whatever its table."""
    from great_expectations.expectations.row_conditions import Column as Where

    e = gx.expectations
    for name in ("kommun", "ar", "period", "dimensioner", "kon", "matt", "status"):
        yield e.ExpectColumnValuesToNotBeNull(column=name, notes="Varje cell säger vad den gäller")
    yield e.ExpectColumnValuesToBeInSet(column="status", value_set=list(CODES["cellstatus"]))
    yield e.ExpectColumnValuesToBeInSet(column="kon", value_set=[*CODES["kon"], TOTAL])
    yield e.ExpectColumnValuesToNotBeNull(column="varde", row_condition=Where("status") == "visas")
    yield e.ExpectColumnValuesToBeNull(column="varde", row_condition=Where("status") != "visas")


def _declared(one: Declared) -> Expectations:
    """What the cells of a table must be, by its declaration."""

    def make(gx: Any) -> Iterator[Any]:
        from great_expectations.expectations.row_conditions import Column as Where

        e = gx.expectations
        yield e.ExpectTableColumnsToMatchSet(column_set=one.columns, exact_match=True)
        measures = [m for names in one.matt.values() for m in names]
        yield e.ExpectColumnValuesToBeInSet(column="matt", value_set=measures, notes="Deklarerade mått")
        for name in one.dimensioner:
            codes = {*one.koder.get(name, []), TOTAL}
            if codes != {TOTAL}:
                yield e.ExpectColumnValuesToBeInSet(column=name, value_set=sorted(codes), notes="Deklarerade koder")
        counts = [m for form in ("antal", "dagar", "kronor") for m in one.matt.get(form, [])]
        for names, least, most, note in (
            (counts, 0, None, "Antal, dagar och kronor är aldrig mindre än noll"),
            (one.matt.get("andel", []), 0, 1, "En andel ligger mellan 0 och 1"),
        ):
            if names:
                yield e.ExpectColumnValuesToBeBetween(
                    column="varde",
                    min_value=least,
                    max_value=most,
                    row_condition=Where("matt").is_in(names),
                    notes=note,
                )

    return make
