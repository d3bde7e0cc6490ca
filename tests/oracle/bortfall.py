"""Slow count of how much of what is to be expected is answered. Written from *Bortfall* in ``docs/metod.md``."""

from collections.abc import Iterator, Mapping

from tests.oracle.cells import EXPOSED, GIVEN, KON, Cells, Labels, Span, labels, listed, share, with_case
from tests.oracle.registers import VIOLENCE, Record, World
from warehouse.contracts.codes import CODES

UNKNOWN = ("okant", "okand", "ej_bedomt")
AT_START = (
    *("aldersgrupp", "verksamhetsomrade", "enhet", "valdstyp"),
    *("svarighetsgrad", "relation_till_utovare", "utovarens_kon", "hederskontext"),
)
AT_END = ("avslutsorsak", "overgripande_mal_finns", "mal_bedomning", "mal_bedomt_av")
QUESTIONS = (*VIOLENCE, "trygghet", "halsa")


def _answer(row: Record, column: str) -> Record:
    """The row with whether it has an answer to a question, an unknown one, or none."""
    value = row[column]
    unknown = value in UNKNOWN or (column == "utovarens_kon" and value == "annat_okant")
    return row | {"svar": "saknas" if value is None else "okant" if unknown else "besvarade"}


def _count(cells: Cells, axes: Mapping[str, Labels], rows: list[Record], needs: tuple[str, ...]) -> Cells:
    cells.count("antal_forvantade", axes, rows, needs=needs)
    for name in ("besvarade", "okant", "saknas"):
        cells.count(f"antal_{name}", axes, [r for r in rows if r["svar"] == name], needs=needs)
        cells.derive(f"andel_{name}", axes, (f"antal_{name}", "antal_forvantade"), share)
    return cells


# --- cases --------------------------------------------------------------------------------------------------------


def _of_cases(world: World, span: Span) -> Iterator[Record]:
    for case in world.register["arende"]:
        if span.has(case["startdatum"]):
            for column in AT_START:
                if column in ("relation_till_utovare", "utovarens_kon") and case["roll"] not in EXPOSED:
                    continue
                yield _answer(case, column) | {"variabel": f"arende_{column}"}
        if span.has(case["slutdatum"]):
            goal = case["overgripande_mal_finns"] == "ja"
            assessed = goal and case["mal_bedomning"] in ("helt", "delvis", "inte")
            for column in AT_END:
                if (column == "mal_bedomning" and not goal) or (column == "mal_bedomt_av" and not assessed):
                    continue
                yield _answer(case, column) | {"variabel": f"arende_{column}"}


def bortfall(world: World, span: Span) -> Cells:
    """Of cases, by sex."""
    axes = {"variabel": listed("bortfall_variabel", total=False), "kon": KON}
    return _count(Cells(world, "variabel", "kon"), axes, list(_of_cases(world, span)), ("arende",))


def bortfall_enhet(world: World, span: Span) -> Cells:
    """Of cases, by unit: those that have such cases, in alphabetic order, and the total."""
    rows = list(_of_cases(world, span))
    axes = {"variabel": listed("bortfall_variabel", total=False), "enhet": _units(rows)}
    return _count(Cells(world, "variabel", "enhet", "kon"), axes, rows, ("arende",))


def _units(rows: list[Record]) -> Labels:
    return labels(sorted({r["enhet"] for r in rows if r["enhet"] is not None}))


# --- insatser -----------------------------------------------------------------------------------------------------


def _of_support(world: World, span: Span) -> Iterator[Record]:
    for row in with_case(world, world.register["insats"]):
        if row["beslut"] not in GIVEN or not span.has(row["beslutsdatum"] or row["verkstalld"]):
            continue
        ended = row["slutdatum"] is not None
        expected = {
            "verkstalld": True,
            "utforare_id": row["verkstalld"] is not None,
            "riktad_hedersutsatt": True,
            "antal_tillfallen": ended and row["insatstyp"] in ("stodsamtal", "samtal_utovare"),
            "kostnad_kr": ended and row["insatstyp"] in ("skyddat_boende", "tillfalligt_boende"),
            "plan_mal_natt": ended,
            "anpassningsbehov": True,
            "anpassning_tillgodosedd": row["anpassningsbehov"] == "ja",
        }
        for column, yes in expected.items():
            if yes:
                yield _answer(row, column) | {"variabel": f"insats_{column}"}


def bortfall_insats(world: World, span: Span) -> Cells:
    """Of insatser, with the sex of their case."""
    axes = {"variabel": listed("bortfall_insats", total=False), "kon": KON}
    return _count(Cells(world, "variabel", "kon"), axes, list(_of_support(world, span)), ("insats", "arende"))


# --- measurements -------------------------------------------------------------------------------------------------


def _measured(world: World, span: Span) -> Iterator[Record]:
    for row in with_case(world, world.register["matning"], "enhet"):
        if span.has(row["matdatum"]):
            some = any(row[name] in ("ja", "nej") for name in VIOLENCE)
            some = some or any(row[name] is not None for name in ("trygghet", "halsa", "poang"))
            yield row | {"svarslage": "har_svar" if some else row["saknas_orsak"] or "utan_orsak"}


def bortfall_fas(world: World, span: Span) -> Cells:
    """Every question of every measurement."""
    rows = [_answer(row, name) | {"fraga": name} for row in _measured(world, span) for name in QUESTIONS]
    axes = {"fraga": labels(CODES["bortfall_fraga"], total=False), "fas": listed("fas", total=False), "kon": KON}
    return _count(Cells(world, *axes), axes, rows, ("matning", "arende"))


def bortfall_orsak(world: World, span: Span) -> Cells:
    """Measurements with an answer, or by why not. All of them are measurements: none is *ingen mätning*."""
    axes = {"fas": listed("fas", total=False), "svarslage": listed("svarslage"), "kon": KON}
    cells = Cells(world, *axes)
    cells.count(
        "antal_matningar",
        axes,
        _measured(world, span),
        needs=("matning", "arende"),
        cannot=lambda at: at["svarslage"] == "ingen_matning",
    )
    return cells


def bortfall_fas_enhet(world: World, span: Span) -> Cells:
    """Measurements with some answer, by the unit of their case."""
    rows = list(_measured(world, span))
    axes = {"fas": listed("fas", total=False), "enhet": _units(rows)}
    cells, needs = Cells(world, "fas", "enhet", "kon"), ("matning", "arende")
    cells.count("antal_matningar", axes, rows, needs=needs)
    cells.count("antal_med_svar", axes, [r for r in rows if r["svarslage"] == "har_svar"], needs=needs)
    cells.derive("andel_med_svar", axes, ("antal_med_svar", "antal_matningar"), share)
    return cells
