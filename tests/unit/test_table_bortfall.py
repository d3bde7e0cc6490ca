"""Bortfall: where an answer is expected, which answers say that it is not known, and what is missing."""

from datetime import date
from typing import Any

import pytest

from assets.tables import bortfall
from assets.tables.builder import build
from assets.tables.spec import Period, TableSpec
from tests.table_tools import cell, inputs
from warehouse.contracts.codes import CODES
from warehouse.contracts.registry import CONTRACTS

Row = dict[str, Any]
COUNTS = ("antal_forvantade", "antal_besvarade", "antal_okant", "antal_saknas")


def case(number: int = 1, **other: Any) -> Row:
    own = {"arende_id": f"a{number}", "startdatum": date(2019, 3, 1), "slutdatum": None}
    return own | {"roll": "valdsutsatt_vuxen", "kon": "kvinna", "aldersgrupp": "26_40", "hederskontext": "nej"} | other


def insats(**other: Any) -> Row:
    days = {"beslutsdatum": date(2019, 3, 5), "verkstalld": date(2019, 3, 9), "slutdatum": date(2019, 4, 9)}
    return {"insats_id": "i", "arende_id": "a1", "insatstyp": "stodsamtal", "beslut": "bifall"} | days | other


def measured(fas: str = "fore", **other: Any) -> Row:
    return {"arende_id": "a1", "fas": fas, "matdatum": date(2019, 3, 1)} | other


def made(spec: TableSpec, *cases: Row, absent: tuple[str, ...] = (), **records: list[Row]) -> Any:
    return build(spec, inputs(spec, {"arende": list(cases) or [case()], **records}, absent=absent), Period(2019, 2019))


def coverage(figures: Any, **codes: str) -> list[float | str]:
    return [cell(figures, name, **codes) for name in COUNTS]


def test_answered_unknown_and_missing_make_what_is_expected() -> None:
    cases = [case(n, svarighetsgrad=v) for n, v in enumerate(["grovt", "grovt", "okand", None])]
    figures = made(bortfall.SPEC, *cases)

    assert coverage(figures, variabel="arende_svarighetsgrad") == [4, 2, 1, 1]
    shares = [cell(figures, f"andel_{n}", variabel="arende_svarighetsgrad") for n in ("besvarade", "okant", "saknas")]
    assert shares == [2 / 4, 1 / 4, 1 / 4]
    assert coverage(figures, variabel="arende_svarighetsgrad", kon="man") == [0, 0, 0, 0]
    assert cell(figures, "andel_besvarade", variabel="arende_svarighetsgrad", kon="man") == "ej_tillampligt"


def test_what_is_known_at_the_end_is_expected_of_closed_cases_only_and_what_is_known_at_start_of_new_ones() -> None:
    older = case(2, startdatum=date(2018, 1, 1), slutdatum=date(2019, 5, 1), avslutsorsak="flyttat")
    next_year = case(3, startdatum=date(2020, 1, 1))
    figures = made(bortfall.SPEC, case(), older, next_year)

    assert coverage(figures, variabel="arende_hederskontext") == [1, 1, 0, 0]
    assert coverage(figures, variabel="arende_avslutsorsak") == [1, 1, 0, 0]
    assert coverage(figures, variabel="arende_overgripande_mal_finns") == [1, 0, 0, 1]


@pytest.mark.parametrize(
    ("goal", "assessed", "by", "wanted"),
    [
        ("nej", None, None, ([0, 0, 0, 0], [0, 0, 0, 0])),
        (None, None, None, ([0, 0, 0, 0], [0, 0, 0, 0])),
        ("nej", "helt", "klient", ([0, 0, 0, 0], [0, 0, 0, 0])),
        ("okant", "inte", None, ([0, 0, 0, 0], [0, 0, 0, 0])),
        ("ja", None, None, ([1, 0, 0, 1], [0, 0, 0, 0])),
        ("ja", "ej_bedomt", None, ([1, 0, 1, 0], [0, 0, 0, 0])),
        ("ja", "delvis", None, ([1, 1, 0, 0], [1, 0, 0, 1])),
        ("ja", "inte", "klient", ([1, 1, 0, 0], [1, 1, 0, 0])),
    ],
)
def test_an_assessment_is_expected_where_there_was_a_goal(goal: Any, assessed: Any, by: Any, wanted: Any) -> None:
    closed = case(slutdatum=date(2019, 5, 1), overgripande_mal_finns=goal, mal_bedomning=assessed, mal_bedomt_av=by)
    figures = made(bortfall.SPEC, closed)

    got = tuple(coverage(figures, variabel=f"arende_{name}") for name in ("mal_bedomning", "mal_bedomt_av"))
    assert got == wanted


def test_nobody_expects_the_relation_to_the_perpetrator_of_the_perpetrator() -> None:
    figures = made(bortfall.SPEC, case(1, roll="valdsutovare"), case(2, utovarens_kon="annat_okant"))

    assert coverage(figures, variabel="arende_relation_till_utovare") == [1, 0, 0, 1]
    assert coverage(figures, variabel="arende_utovarens_kon") == [1, 0, 1, 0]


def test_units_stand_beside_a_total_that_has_those_without() -> None:
    cases = (case(1, enhet="enhet_1", valdstyp="fysiskt;latent"), case(2, enhet="enhet_2", kon="man"), case(3))
    figures = made(bortfall.UNITS, *cases)

    wanted = {"enhet_1": [1, 1, 0, 0], "enhet_2": [1, 0, 0, 1], "totalt": [3, 1, 0, 2]}
    assert {e: coverage(figures, variabel="arende_valdstyp", enhet=e) for e in wanted} == wanted
    assert set(figures.cells["kon"]) == {"totalt"}


def test_what_is_expected_of_an_insats_depends_on_what_it_is_and_how_far_it_came() -> None:
    rows = [
        insats(antal_tillfallen=4, plan_mal_natt="ej_bedomt", utforare_id="jour_1", anpassningsbehov="ja"),
        insats(insatstyp="skyddat_boende", kostnad_kr=None, plan_mal_natt="helt", anpassningsbehov="nej"),
        insats(verkstalld=None, slutdatum=None, beslut="utan_behovsprovning", riktad_hedersutsatt="okant"),
        insats(beslut="avslag"),
        insats(arende_id="borta"),
        insats(beslutsdatum=date(2018, 12, 31)),
    ]
    figures = made(bortfall.SUPPORT, insats=rows)

    wanted = {
        "verkstalld": [3, 2, 0, 1],
        "utforare_id": [2, 1, 0, 1],
        "riktad_hedersutsatt": [3, 0, 1, 2],
        "antal_tillfallen": [1, 1, 0, 0],
        "kostnad_kr": [1, 0, 0, 1],
        "plan_mal_natt": [2, 1, 1, 0],
        "anpassningsbehov": [3, 2, 0, 1],
        "anpassning_tillgodosedd": [1, 0, 0, 1],
    }
    assert {name: coverage(figures, variabel=f"insats_{name}") for name in wanted} == wanted


def test_questions_are_counted_by_phase() -> None:
    rows = [
        measured(trygghet=3, vald_fysiskt="ja"),
        measured(vald_fysiskt="okant"),
        measured("efter", vald_fysiskt="nej"),
        measured("efter", matdatum=date(2020, 1, 1), trygghet=1),
        measured(arende_id="borta", trygghet=1),
    ]
    figures = made(bortfall.QUESTIONS, matning=rows)

    assert coverage(figures, fraga="vald_fysiskt", fas="fore") == [2, 1, 1, 0]
    assert coverage(figures, fraga="trygghet", fas="fore", kon="kvinna") == [2, 1, 0, 1]
    assert coverage(figures, fraga="trygghet", fas="efter") == [1, 0, 0, 1]
    assert figures.notes[0].startswith("1 mätningar är inte räknade")


def test_a_measurement_without_answers_stands_on_its_reason() -> None:
    rows = [
        measured(poang=3, saknas_orsak="annat"),
        measured(vald_fysiskt="okant"),
        measured(saknas_orsak="ville_inte"),
        measured("efter", saknas_orsak="ville_inte"),
    ]
    figures = made(bortfall.REASONS, matning=rows)
    wanted = dict.fromkeys(CODES["svarslage"], 0.0) | {"har_svar": 1, "utan_orsak": 1, "ville_inte": 1, "totalt": 3}
    wanted["ingen_matning"] = "ej_tillampligt"
    assert {s: cell(figures, "antal_matningar", fas="fore", svarslage=s) for s in wanted} == wanted

    units = made(bortfall.PHASES, case(enhet="enhet_1"), matning=rows)
    for unit in ("enhet_1", "totalt"):
        names = ("antal_matningar", "antal_med_svar", "andel_med_svar")
        assert [cell(units, name, fas="fore", enhet=unit) for name in names] == [3, 1, 1 / 3]


@pytest.mark.parametrize("spec", bortfall.SPECS, ids=lambda s: s.name)
def test_what_is_not_delivered_is_missing_and_not_zero(spec: TableSpec) -> None:
    silent = made(spec, absent=(next(iter(spec.sources)),))
    assert set(silent.cells["status"]) == {"saknas"}


def test_the_variables_are_called_what_the_contracts_call_them() -> None:
    for codes, source, variables in (
        ("bortfall_variabel", "arende", [v.column for v in bortfall.ARENDE]),
        ("bortfall_insats", "insats", [v.column for v in bortfall.INSATS]),
    ):
        titles = {c.name: c.title for c in CONTRACTS[source].columns()}
        called = {f"{source}_{v}": f"{source}: {titles[v]}".lower().replace("arende:", "ärende:") for v in variables}
        assert {code: words.lower() for code, words in CODES[codes].items()} == called
        assert list(CODES[codes]) == list(called)
    titles = {c.name: c.title for c in CONTRACTS["matning"].columns()}
    assert CODES["bortfall_fraga"] == {name: titles[name] for name in bortfall.MATNING}
