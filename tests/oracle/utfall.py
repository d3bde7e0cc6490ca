"""Slow count of the tables of answers before and after (trygghet, hälsa, points), and the pairs that all outcomes use.

Written from *Före och efter (utfall)* in ``docs/metod.md``. Violence is in ``utfall_vald``, those lost in
``utfall_bortfall``.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import product
from typing import Any

from scipy.stats import binomtest, t

from tests.oracle.cells import EJ, EXPOSED, GIVEN, KON, SAKNAS, Cells, Labels, Span, Value, listed, mean, middle, share
from tests.oracle.cells import wilson as interval
from tests.oracle.registers import VIOLENCE, Record, World
from warehouse.contracts.codes import CODES

QUESTIONS = tuple(CODES["utfallsmatt"])
KINDS = tuple(CODES["utfall_vald"])
INSTRUMENTS = tuple(CODES["instrument_matning"])
Answers = Mapping[str, Any]
Read = Callable[[Record], Any]
Settle = Callable[[list[Any], str], Any]


# --- which measurements, and which pairs --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a case answered to one question; the answers are those of its pair, None where there is no pair."""

    har_fore: bool
    har_efter: bool
    par: bool
    fore: Any
    under: Any
    efter: Any
    senast_fore: Any
    """The last answer before, whoever gave it, in a pair or not."""


def closed(world: World, span: Span, *, exposed: bool = True) -> list[Record]:
    """Cases of those exposed, or of those who used violence, that were closed in the period."""
    return [c for c in world.register["arende"] if span.has(c["slutdatum"]) and (c["roll"] in EXPOSED) == exposed]


def in_phase(world: World, case: Record, fas: str) -> list[Record]:
    """A closed case's measurements in a phase and its window, with the perspective of the case's role."""
    own = "utsatt" if case["roll"] in EXPOSED else "utovat"
    start, end = case["startdatum"], case["slutdatum"]
    found = []
    for m in world.register["matning"]:
        if m["arende_id"] != case["arende_id"] or m["fas"] != fas or m["perspektiv"] != own:
            continue
        day = m["matdatum"]
        before = start - timedelta(world.fore[0]) <= day <= start + timedelta(world.fore[1]) and day <= end
        after = end - timedelta(world.efter[0]) <= day <= end + timedelta(world.efter[1]) and day >= start
        if {"fore": before, "efter": after, "under": True}[fas]:
            found.append(m)
    return found


def place(m: Record) -> tuple[int, int]:
    """Instrument and uppgiftslamnare in the order of their lists."""
    return INSTRUMENTS.index(m["instrument"]), list(CODES["uppgiftslamnare"]).index(m["uppgiftslamnare"])


def on_day(measured: list[Record], day: date, kind: tuple[int, int], fas: str, read: Read, settle: Settle) -> Any:
    """The answers of one day and kind as one."""
    return settle([read(m) for m in measured if m["matdatum"] == day and place(m) == kind], fas)


def outcome(world: World, case: Record, read: Read, settle: Settle) -> Outcome:
    """The pair of one question: ``read`` gives a measurement's answer (None: none), ``settle`` makes one of several."""
    answered = {
        fas: [m for m in in_phase(world, case, fas) if read(m) is not None] for fas in ("fore", "under", "efter")
    }
    before, during, after = answered["fore"], answered["under"], answered["efter"]
    pairs = []
    for kind in {place(m) for m in before} & {place(m) for m in after}:
        last = max(m["matdatum"] for m in before if place(m) == kind)
        first = min(m["matdatum"] for m in after if place(m) == kind)
        if first > last:
            pairs.append((-last.toordinal(), first.toordinal(), kind, last, first))
    fore = under = efter = senast = None
    if before:
        last = max(m["matdatum"] for m in before)
        kind = min(place(m) for m in before if m["matdatum"] == last)
        senast = on_day(before, last, kind, "fore", read, settle)
    if pairs:
        _, _, kind, last, first = min(pairs)
        fore = on_day(before, last, kind, "fore", read, settle)
        efter = on_day(after, first, kind, "efter", read, settle)
        between = [m["matdatum"] for m in during if place(m) == kind and last < m["matdatum"] < first]
        if between:
            under = on_day(during, max(between), kind, "under", read, settle)
    return Outcome(bool(before), bool(after), bool(pairs), fore, under, efter, senast)


def step_of(question: str) -> tuple[Read, Settle]:
    """An answer 1-5: of several the same day the highest before, the lowest after and between."""
    return (lambda m: m[question]), (lambda found, fas: max(found) if fas == "fore" else min(found))


def points_of(instrument: str) -> tuple[Read, Settle]:
    """Points of one instrument: of several the same day the middle of the lowest and the highest."""

    def read(m: Record) -> float | None:
        return m["poang"] if m["instrument"] == instrument else None

    return read, lambda found, _fas: (min(found) + max(found)) / 2


def _yes_no(m: Record) -> dict[str, str] | None:
    said = {kind: m[name] for kind, name in zip(KINDS, VIOLENCE, strict=True) if m[name] in ("ja", "nej")}
    return said or None


def _least_favourable(found: list[dict[str, str]], fas: str) -> dict[str, str]:
    wins = "nej" if fas == "fore" else "ja"
    out = {}
    for kind in KINDS:
        said = {one[kind] for one in found if kind in one}
        if said:
            out[kind] = wins if wins in said else said.pop()
    return out


VALD: tuple[Read, Settle] = (_yes_no, _least_favourable)
"""The six kinds as one question: kinds with yes or no."""


def firsts(rows: Iterable[Record]) -> set[str]:
    """The cases that intervals count: of each person in the table the first with a pair.

    Of those closed and begun the same days the one with the worst answer after, then the best before (``ordning``),
    then by sex.
    """

    def order(row: Record) -> tuple[Any, ...]:
        return row["slutdatum"], row["startdatum"], *row["ordning"], list(CODES["kon"]).index(row["kon"])

    chosen: dict[str, str] = {}
    for row in sorted((r for r in rows if r["par"]), key=order):
        chosen.setdefault(row["person_id"], row["arende_id"])
    return set(chosen.values())


def types_of(world: World, case: Record) -> set[str]:
    """The insatstyper that a case had, granted or given without an assessment of needs."""
    return {
        i["insatstyp"] for i in world.register["insats"] if i["arende_id"] == case["arende_id"] and i["beslut"] in GIVEN
    }


# --- counting -----------------------------------------------------------------------------------------------------

Counts = Mapping[str, Callable[[list[Record]], Value]]


def fill(cells: Cells, axes: Mapping[str, Labels], rows: list[Record], measures: Counts, needs: Iterable[str]) -> None:
    """As ``Cells.count`` for many measures at once: the rows of each combination are looked up a single time."""
    known = not set(needs) & cells.world.absent
    for matt in measures:
        cells.axes[matt] = axes
    for combination in product(*axes.values()):
        at = dict(zip(axes, combination, strict=True))
        wanted = [(n, axes[n][label]) for n, label in at.items()]
        here = [r for r in rows if all(codes is None or r[n] in codes for n, codes in wanted)]
        for matt, value in measures.items():
            cells.found[cells.key(at, matt)] = value(here) if known else SAKNAS


def where(test: Callable[[Record], bool]) -> Callable[[list[Record]], Value]:
    return lambda rows: sum(1 for r in rows if test(r))


def persons(test: Callable[[Record], bool]) -> Callable[[list[Record]], Value]:
    """Different persons among the rows that intervals count."""
    return lambda rows: len({r["person_id"] for r in rows if r["forsta"] and test(r)})


def exact_p(b: float, c: float) -> Value:
    """Sign test and exact McNemar."""
    n = int(b + c)
    return float(binomtest(int(b), n, 0.5).pvalue) if n else 1.0


def t_end(side: int, value: Callable[[Record], float]) -> Callable[[list[Record]], Value]:
    """An end of the t-interval of the mean of a value over the rows that intervals count, one a person."""

    def end(rows: list[Record]) -> Value:
        values = [value(r) for r in rows if r["forsta"]]
        n = len(values)
        if n < 2:
            return EJ
        middle_ = sum(values) / n
        variance = sum((v - middle_) ** 2 for v in values) / (n - 1)
        return float(middle_ + side * t.ppf(0.975, n - 1) * (variance / n) ** 0.5)

    return end


BASES: Counts = {
    "antal_arenden": len,
    "antal_med_fore": where(lambda r: r["har_fore"]),
    "antal_med_efter": where(lambda r: r["har_efter"]),
    "antal_par": where(lambda r: r["par"]),
    "antal_utan_fore": where(lambda r: not r["har_fore"]),
    "antal_utan_efter": where(lambda r: not r["har_efter"]),
    "antal_ej_jamforbara": where(lambda r: r["har_fore"] and r["har_efter"] and not r["par"]),
    "antal_personer_intervall": persons(lambda _r: True),
}


def bases(cells: Cells, axes: Mapping[str, Labels], rows: list[Record], needs: Iterable[str]) -> None:
    """What stands beside every result."""
    fill(cells, axes, rows, BASES, needs)
    cells.derive("andel_par", axes, ("antal_par", "antal_arenden"), share)


def shares(cells: Cells, axes: Mapping[str, Labels], name: str, base: str, base_persons: str) -> None:
    """A share of pairs, and the interval that counts persons; hidden where its base is small."""
    cells.derive(f"andel_{name}", axes, (f"antal_{name}", base), share, bas=base)
    for end, side in (("lag", -1), ("hog", 1)):
        parts = (f"personer_{name}", base_persons)
        cells.derive(f"andel_{name}_{end}", axes, parts, interval(side), bas=base_persons)


CHANGES: Mapping[str, Callable[[float], bool]] = {
    "better": lambda change: change > 0,
    "same": lambda change: change == 0,
    "worse": lambda change: change < 0,
}


def changes(
    cells: Cells, axes: Mapping[str, Labels], rows: list[Record], needs: tuple[str, ...], names: tuple[str, str, str]
) -> None:
    """Better, the same and worse, the level of the answers, and intervals."""
    counted: dict[str, Callable[[list[Record]], Value]] = {
        "antal_med_under": where(lambda r: r["par"] and r["under"] is not None)
    }
    for name, test in zip(names, CHANGES.values(), strict=True):
        counted[f"antal_{name}"] = where(lambda r, test=test: r["par"] and test(r["forandring"]))  # type: ignore[misc]
        counted[f"personer_{name}"] = persons(lambda r, test=test: test(r["forandring"]))  # type: ignore[misc]
    for name in ("fore", "efter", "forandring"):
        counted[f"medel_{name}"] = lambda rows, n=name: mean(n)([r for r in rows if r["par"]])  # type: ignore[misc]
        counted[f"median_{name}"] = lambda rows, n=name: middle(n)([r for r in rows if r["par"]])  # type: ignore[misc]
    counted["medel_under"] = lambda rows: mean("under")([r for r in rows if r["under"] is not None])
    counted["medel_forandring_lag"] = t_end(-1, lambda r: r["forandring"])
    counted["medel_forandring_hog"] = t_end(1, lambda r: r["forandring"])
    fill(cells, axes, rows, counted, needs)
    cells.derive("tecken_p", axes, (f"personer_{names[0]}", f"personer_{names[2]}"), exact_p)
    for name in names:
        shares(cells, axes, name, "antal_par", "antal_personer_intervall")
    for name in names:
        cells.hide(f"antal_{name}", "antal_par")
    for matt in [*(f"personer_{name}" for name in names), "tecken_p", "medel_forandring_lag", "medel_forandring_hog"]:
        cells.hide(matt, "antal_personer_intervall")
    for name in ("fore", "efter", "forandring"):
        cells.hide(f"medel_{name}", "antal_par")
        cells.hide(f"median_{name}", "antal_par")
    cells.hide("medel_under", "antal_med_under")


def distribution(cells: Cells, axes: Mapping[str, Labels], rows: list[Record], needs: tuple[str, ...]) -> None:
    """How many pairs answered each step, before, between and after."""
    steps = [(fas, step) for fas in ("fore", "under", "efter") for step in range(1, 6)]
    fill(
        cells,
        axes,
        rows,
        {f"{fas}_{step}": where(lambda r, f=fas, s=step: r["par"] and r[f] == s) for fas, step in steps},  # type: ignore[misc]
        needs,
    )
    for fas, step in steps:
        cells.hide(f"{fas}_{step}", "antal_med_under" if fas == "under" else "antal_par")


def answered(world: World, cases: list[Record], read: Read, settle: Settle, **said: str) -> list[Record]:
    """One row a case with its outcome of one question."""
    rows = []
    for case in cases:
        made = outcome(world, case, read, settle)
        names = ("har_fore", "har_efter", "par", "fore", "under", "efter")
        order = (made.efter, -made.fore) if made.par and not isinstance(made.fore, dict) else None
        rows.append(case | said | {name: getattr(made, name) for name in names} | {"ordning": order})
    return rows


def marked(rows: list[Record]) -> list[Record]:
    """With the change, and whether intervals count the case."""
    chosen = firsts(rows)
    return [
        r
        | {
            "forsta": r["par"] and r["arende_id"] in chosen,
            "forandring": r["efter"] - r["fore"] if r["par"] and not isinstance(r["fore"], dict) else None,
        }
        for r in rows
    ]


ORDINAL = ("forbattrade", "oforandrade", "forsamrade")


def utfall(world: World, span: Span) -> Cells:
    """Trygghet and hälsa."""
    cells, needs = Cells(world, "utfallsmatt", "kon"), ("arende", "matning")
    axes = {"utfallsmatt": listed("utfallsmatt", total=False), "kon": KON}
    cases = closed(world, span)
    rows = [r for q in QUESTIONS for r in marked(answered(world, cases, *step_of(q), utfallsmatt=q))]
    bases(cells, axes, rows, needs)
    changes(cells, axes, rows, needs, ORDINAL)
    distribution(cells, axes, rows, needs)
    return cells


def utfall_insatstyp(world: World, span: Span) -> Cells:
    """The same by insatstyp: a case once in each that it had; and a person once in each."""
    cells, needs = Cells(world, "utfallsmatt", "insatstyp", "kon"), ("arende", "insats", "matning")
    axes = {
        "utfallsmatt": listed("utfallsmatt", total=False),
        "insatstyp": listed("insatstyp", total=False),
        "kon": KON,
    }
    cases = closed(world, span)
    rows = []
    for question, kind in product(QUESTIONS, CODES["insatstyp"]):
        had = [c for c in cases if kind in types_of(world, c)]
        rows += marked(answered(world, had, *step_of(question), utfallsmatt=question, insatstyp=kind))
    bases(cells, axes, rows, needs)
    changes(cells, axes, rows, needs, ORDINAL)
    distribution(cells, axes, rows, needs)
    return cells


def utfall_poang(world: World, span: Span) -> Cells:
    """Points, instrument by instrument."""
    cells, needs = Cells(world, "instrument", "kon"), ("arende", "matning")
    axes = {"instrument": listed("instrument_matning", total=False), "kon": KON}
    cases = closed(world, span)
    rows = []
    for instrument in INSTRUMENTS:
        made = marked(answered(world, cases, *points_of(instrument)))
        rows += [r | {"instrument": instrument} for r in made]
    bases(cells, axes, rows, needs)
    changes(cells, axes, rows, needs, ("hogre", "oforandrade", "lagre"))
    return cells
