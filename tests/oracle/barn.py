"""T6: children with a case of their own, and children of a parent's case."""

from collections.abc import Iterable, Mapping
from datetime import date
from functools import partial

from tests.oracle.cells import (
    FRAN_18,
    KON,
    Cells,
    Span,
    cases,
    labels,
    listed,
    of_persons,
    share,
    unique,
)
from tests.oracle.registers import Record, World
from tests.oracle.skyddat_boende import placements

ALDER = labels(("0_6", "7_12", "13_17", "fran_18", "okand"))
QUESTIONS = ("eget_beslut", "tillfragad_om_vald", "utredning")


def _age(code: str) -> str:
    return "fran_18" if code in FRAN_18 else code


def _grown(at: Mapping[str, str]) -> bool:
    return at["barnalder"] == "fran_18"


def latest(rows: Iterable[Record], known: Mapping[str, Record]) -> Record:
    """A child's row of the case that started last; then that ends last, open last, then the last code."""

    def place(row: Record) -> tuple[date, date, str, str]:
        case = known[row["arende_id"]]
        return case["startdatum"], case["slutdatum"] or date.max, row["kon"], row["aldersgrupp"]

    return max(rows, key=place)


def _said(rows: Iterable[Record], question: str) -> str | None:
    answers = {r[question] for r in rows}
    return "ja" if "ja" in answers else "nej" if "nej" in answers else None


def _met(rows: Iterable[Record]) -> str:
    answers = {r["utsatt_eller_bevittnat"] for r in rows} - {"okant"}
    return answers.pop() if len(answers) == 1 else "bada" if answers else "okant"


def barn(world: World, span: Span) -> Cells:
    cells = Cells(world, "utsatt_eller_bevittnat", "fraga", "barnalder", "kon")
    known = cases(world)
    ongoing = {i for i, c in known.items() if span.touches(c["startdatum"], c["slutdatum"])}
    axes = {"barnalder": ALDER, "kon": KON}
    count = partial(cells.count, cannot=_grown)

    own = of_persons(world, [known[i] for i in ongoing if known[i]["roll"] == "barn"], span)
    own = [c | {"barnalder": _age(c["aldersgrupp"])} for c in own]
    count("antal_barn_eget_arende", axes, own, unique("person_id"), needs=("arende",))

    theirs: dict[str, list[Record]] = {}
    for row in world.register["barn"]:
        if row["arende_id"] in ongoing:
            theirs.setdefault(row["barn_id"], []).append(row)
    children, answers, school = [], [], []
    sheltered = {p["arende_id"] for p in placements(world, span)}
    for rows in theirs.values():
        row = latest(rows, known)
        child = {"kon": row["kon"], "barnalder": _age(row["aldersgrupp"]), "utsatt_eller_bevittnat": _met(rows)}
        children.append(child)
        answers += [child | {"fraga": question, "svar": _said(rows, question)} for question in QUESTIONS]
        there = [r for r in rows if r["arende_id"] in sheltered]
        if there:
            school.append(child | {"svar": _said(there, "forskola_skola_ordnad")})

    needs: tuple[str, ...] = ("barn", "arende")
    by_kind = {"utsatt_eller_bevittnat": listed("utsatt_eller_bevittnat"), **axes}
    count("antal_barn", by_kind, children, needs=needs)
    by_question = {"fraga": labels(QUESTIONS, total=False), **axes}
    count("antal_ja", by_question, [a for a in answers if a["svar"] == "ja"], needs=needs)
    count("antal_svar", by_question, [a for a in answers if a["svar"]], needs=needs)
    count("antal_utan_svar", by_question, [a for a in answers if not a["svar"]], needs=needs)
    cells.derive("andel_ja", by_question, ("antal_ja", "antal_svar"), share, bas="antal_svar")
    needs = ("barn", "arende", "insats")
    count("antal_i_boende", axes, school, needs=needs)
    count("antal_skola_ordnad", axes, [a for a in school if a["svar"] == "ja"], needs=needs)
    count("antal_skola_svar", axes, [a for a in school if a["svar"]], needs=needs)
    count("antal_skola_utan_svar", axes, [a for a in school if not a["svar"]], needs=needs)
    parts = ("antal_skola_ordnad", "antal_skola_svar")
    cells.derive("andel_skola_ordnad", axes, parts, share, bas="antal_skola_svar")
    return cells
