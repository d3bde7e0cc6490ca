"""Slow count of those who were lost between before and after. Pairs are in ``utfall``; written from docs/metod.md."""

from collections.abc import Iterator
from fractions import Fraction
from math import sqrt

from tests.oracle.cells import EJ, KON, Cells, Span, Value, labels, listed, share
from tests.oracle.registers import Record, World
from tests.oracle.utfall import VALD, Outcome, Read, Settle, closed, fill, in_phase, outcome, step_of, where
from warehouse.contracts.codes import CODES

NEEDS = ("arende", "matning")
ASKED: dict[str, tuple[Read, Settle]] = {"trygghet": step_of("trygghet"), "halsa": step_of("halsa"), "vald": VALD}


def _questions(*, exposed: bool) -> tuple[str, ...]:
    """Those who used violence are asked of violence alone."""
    return tuple(ASKED) if exposed else ("vald",)


def _situation(world: World, case: Record, question: str, fas: str) -> str:
    """Answered, or why not: the reason of the latest measurement in the window that has one."""
    measured = in_phase(world, case, fas)
    if any(ASKED[question][0](m) is not None for m in measured):
        return "har_svar"
    if not measured:
        return "ingen_matning"
    told = [m for m in measured if m["saknas_orsak"]]
    if not told:
        return "utan_orsak"
    last = max(m["matdatum"] for m in told)
    reasons = {m["saknas_orsak"] for m in told if m["matdatum"] == last}
    return next(reason for reason in CODES["saknas_orsak"] if reason in reasons)


def _lost(world: World, span: Span, *, exposed: bool) -> Cells:
    rows = [
        case | {"fraga": question, "fas": fas, "svarslage": _situation(world, case, question, fas)}
        for case in closed(world, span, exposed=exposed)
        for question in _questions(exposed=exposed)
        for fas in CODES["utfall_fas"]
    ]
    own = {"fraga": listed("utfall_fraga", total=False)} if exposed else {}
    whole = {**own, "fas": listed("utfall_fas", total=False), "kon": KON}
    axes = {**own, "fas": whole["fas"], "svarslage": listed("svarslage"), "kon": KON}
    cells = Cells(world, *axes)
    fill(cells, whole, rows, {"all": len}, NEEDS)
    fill(cells, axes, rows, {"antal_arenden": len}, NEEDS)
    cells.derive("andel_arenden", axes, ("antal_arenden", "all"), share)
    cells.drop("all")
    return cells


def utfall_bortfall(world: World, span: Span) -> Cells:
    """Those exposed: answers and reasons."""
    return _lost(world, span, exposed=True)


def utfall_utovare_bortfall(world: World, span: Span) -> Cells:
    """Those who used violence: answers and reasons."""
    return _lost(world, span, exposed=False)


# --- those lost beside those kept ---------------------------------------------------------------------------------


def difference(lost: float, all_lost: float, kept: float, all_kept: float) -> Value:
    """Two shares' difference in standard deviations: without a pair minus with one."""
    if not all_lost or not all_kept:
        return EJ
    a, b = Fraction(int(lost), int(all_lost)), Fraction(int(kept), int(all_kept))
    variance = (a * (1 - a) + b * (1 - b)) / 2
    if a == b:
        return 0.0
    return float(a - b) / sqrt(variance) if variance else EJ


def _traits(case: Record) -> Iterator[str]:
    young = case["aldersgrupp"] in ("0_6", "7_12", "13_17")
    yield "alder_under_18" if young else f"alder_{case['aldersgrupp']}"
    yield f"heder_{case['hederskontext']}"
    yield f"grad_{case['svarighetsgrad'] or 'saknas'}"


def _compared(
    world: World, own: dict[str, str], rows: list[Record], by: str, codes: list[str], *, total: bool
) -> Cells:
    """Cases with and without a pair of one question, by what they are split by."""
    cells = Cells(world, *own, by, "kon")
    fixed = {name: labels([code], total=False) for name, code in own.items()}
    whole = {**fixed, "kon": KON}
    axes = {**fixed, by: labels(codes, total=total), "kon": KON}
    cases = list({r["arende_id"]: r for r in rows}.values())
    kept, lost = where(lambda r: r["par"]), where(lambda r: not r["par"])
    fill(cells, whole, cases, {"all_kept": kept, "all_lost": lost}, NEEDS)
    cells.derive("fewest", whole, ("all_kept", "all_lost"), min)
    fill(cells, axes, rows, {"antal_kvar": kept, "antal_bortfallna": lost}, NEEDS)
    cells.derive("andel_kvar", axes, ("antal_kvar", "all_kept"), share, bas="all_kept")
    cells.derive("andel_bortfallna", axes, ("antal_bortfallna", "all_lost"), share, bas="all_lost")
    parts = ("antal_bortfallna", "all_lost", "antal_kvar", "all_kept")
    cells.derive("standardiserad_skillnad", axes, parts, difference, bas="fewest")
    for name in ("all_kept", "all_lost", "fewest"):
        cells.drop(name)
    return cells


def _own(question: str, *, exposed: bool) -> dict[str, str]:
    return {"fraga": question} if exposed else {}


def _known_at_start(world: World, span: Span, *, exposed: bool) -> Cells:
    cases = closed(world, span, exposed=exposed)
    made = Cells(world, *_own("", exposed=exposed), "egenskap", "kon")
    for question in _questions(exposed=exposed):
        own = _own(question, exposed=exposed)
        rows = [
            case | own | {"egenskap": trait, "par": outcome(world, case, *ASKED[question]).par}
            for case in cases
            for trait in _traits(case)
        ]
        made.found |= _compared(world, own, rows, "egenskap", list(CODES["startegenskap"]), total=False).found
    return made


def _said_before(found: Outcome, question: str) -> str:
    if question == "vald":
        return "ja" if "ja" in found.senast_fore.values() else "nej"
    return str(found.senast_fore)


def _by_answer(world: World, span: Span, *, exposed: bool) -> Cells:
    cases = closed(world, span, exposed=exposed)
    made = Cells(world, *_own("", exposed=exposed), "svar_fore", "kon")
    for question in _questions(exposed=exposed):
        own = _own(question, exposed=exposed)
        found = [(case, outcome(world, case, *ASKED[question])) for case in cases]
        rows = [
            case | own | {"svar_fore": _said_before(its, question), "par": its.par}
            for case, its in found
            if its.har_fore
        ]
        said = sorted({r["svar_fore"] for r in rows}) if not world.absent & set(NEEDS) else []
        made.found |= _compared(world, own, rows, "svar_fore", said, total=True).found
    return made


def utfall_bortfallna(world: World, span: Span) -> Cells:
    """Those exposed, by what was known at the start."""
    return _known_at_start(world, span, exposed=True)


def utfall_utovare_bortfallna(world: World, span: Span) -> Cells:
    """Those who used violence, by what was known at the start."""
    return _known_at_start(world, span, exposed=False)


def utfall_bortfallna_svar(world: World, span: Span) -> Cells:
    """Those exposed, by what they answered before."""
    return _by_answer(world, span, exposed=True)


def utfall_utovare_bortfallna_svar(world: World, span: Span) -> Cells:
    """Those who used violence, by what they answered before."""
    return _by_answer(world, span, exposed=False)
