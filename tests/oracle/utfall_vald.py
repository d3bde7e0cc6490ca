"""Slow count of the tables of violence before and after. Pairs are in ``utfall``; written from ``docs/metod.md``."""

from collections.abc import Callable, Mapping
from typing import Any

from tests.oracle.cells import KON, Cells, Labels, Span, Value, listed
from tests.oracle.registers import Record, World
from tests.oracle.utfall import (
    KINDS,
    VALD,
    answered,
    bases,
    closed,
    exact_p,
    fill,
    in_phase,
    marked,
    persons,
    shares,
    types_of,
    where,
)
from warehouse.contracts.codes import CODES

FOUR = ("upphort", "minskat", "kvarstar", "okat")


def _became(before: int, after: int) -> str:
    """What became of it: how many kinds before and after, of those that can be compared."""
    if before == 0:
        return "tillkommit" if after else "utan_bada"
    if after == 0:
        return "upphort"
    return "minskat" if after < before else "kvarstar" if after == before else "okat"


def _told(counts: tuple[int, int], *, pair: bool) -> Record:
    """What became of it, and where the case stands among a person's of the same days: most kinds after first."""
    return {"blev": _became(*counts) if pair else None, "ordning": (-counts[1], counts[0])}


def of_kind(world: World, cases: list[Record], kind: str) -> list[Record]:
    """One row a case: one kind; a pair has yes or no about it in both measurements of the case's pair."""
    rows = []
    for row in answered(world, cases, *VALD):
        before, after = (row["fore"] or {}).get(kind), (row["efter"] or {}).get(kind)
        pair = before is not None and after is not None
        said = {
            f"har_{fas}": any(m[f"vald_{kind}"] in ("ja", "nej") for m in in_phase(world, row, fas))
            for fas in ("fore", "efter")
        }
        counts = int(before == "ja"), int(after == "ja")
        rows.append(row | said | {"valdsslag": kind, "par": pair} | _told(counts, pair=pair))
    return marked(rows)


def together(world: World, cases: list[Record], **said: Any) -> list[Record]:
    """One row a case: the kinds with yes or no both times; each that was yes before must have an answer after."""
    rows = []
    for row in answered(world, cases, *VALD):
        before, after = row["fore"] or {}, row["efter"] or {}
        both = set(before) & set(after)
        pair = bool(both) and all(kind in both for kind, answer in before.items() if answer == "ja")
        counts = sum(before[kind] == "ja" for kind in both), sum(after[kind] == "ja" for kind in both)
        rows.append(row | said | {"par": pair} | _told(counts, pair=pair))
    return marked(rows)


def count(
    cells: Cells, axes: Mapping[str, Labels], rows: list[Record], needs: tuple[str, ...], outcomes: tuple[str, ...]
) -> Cells:
    """All measures of a table of violence."""
    bases(cells, axes, rows, needs)

    def became(*names: str) -> Callable[[Record], bool]:
        return lambda r: r["blev"] in names

    exposed = became(*FOUR)
    measures: dict[str, Callable[[list[Record]], Value]] = {
        "antal_vald_fore": where(exposed),
        "antal_ej_vald_fore": where(became("tillkommit", "utan_bada")),
        "antal_tillkommit": where(became("tillkommit")),
        "antal_utan_bada": where(became("utan_bada")),
        "personer_vald_fore": persons(exposed),
        "new": persons(became("tillkommit")),
    }
    for name in outcomes:
        measures[f"antal_{name}"] = where(became(name))
        measures[f"personer_{name}"] = persons(became(name))
    fill(cells, axes, rows, measures, needs)
    cells.derive("mcnemar_p", axes, ("personer_upphort", "new"), exact_p, bas="antal_personer_intervall")
    cells.drop("new")
    for name in outcomes:
        shares(cells, axes, name, "antal_vald_fore", "personer_vald_fore")
    for name in outcomes:
        cells.hide(f"antal_{name}", "antal_vald_fore")
        cells.hide(f"personer_{name}", "personer_vald_fore")
    for name in ("antal_tillkommit", "antal_utan_bada"):
        cells.hide(name, "antal_ej_vald_fore")
    return cells


def _kinds(world: World, span: Span, *, exposed: bool) -> Cells:
    cases = closed(world, span, exposed=exposed)
    rows = [r for kind in KINDS for r in of_kind(world, cases, kind)]
    axes = {"valdsslag": listed("utfall_vald", total=False), "kon": KON}
    return count(Cells(world, "valdsslag", "kon"), axes, rows, ("arende", "matning"), ("upphort", "kvarstar"))


def _together(world: World, span: Span, *, exposed: bool) -> Cells:
    rows = together(world, closed(world, span, exposed=exposed))
    return count(Cells(world, "kon"), {"kon": KON}, rows, ("arende", "matning"), FOUR)


def utfall_vald(world: World, span: Span) -> Cells:
    """Those exposed, kind by kind."""
    return _kinds(world, span, exposed=True)


def utfall_utovare(world: World, span: Span) -> Cells:
    """Those who used violence, kind by kind."""
    return _kinds(world, span, exposed=False)


def utfall_vald_samlat(world: World, span: Span) -> Cells:
    """Those exposed, all kinds."""
    return _together(world, span, exposed=True)


def utfall_utovare_samlat(world: World, span: Span) -> Cells:
    """Those who used violence, all kinds."""
    return _together(world, span, exposed=False)


def utfall_vald_insatstyp(world: World, span: Span) -> Cells:
    """Those exposed, all kinds of violence, by insatstyp."""
    cases = closed(world, span)
    rows = []
    for kind in CODES["insatstyp"]:
        rows += together(world, [c for c in cases if kind in types_of(world, c)], insatstyp=kind)
    axes = {"insatstyp": listed("insatstyp", total=False), "kon": KON}
    return count(Cells(world, "insatstyp", "kon"), axes, rows, ("arende", "insats", "matning"), FOUR)
