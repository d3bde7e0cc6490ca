"""Före and efter, case by case: which answers make a pair, which never do, and what is shown of them."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import pandas as pd
import pytest
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

from assets.tables import utfall, utfall_bortfall, utfall_vald
from assets.tables.builder import build
from assets.tables.rules import Regler
from assets.tables.spec import Figures, Period, TableSpec
from tests.table_tools import cell, inputs
from warehouse.contracts.codes import CODES

START, END = date(2019, 3, 1), date(2019, 9, 1)
ALL = Regler(minsta_bas=1)
SPECS = (*utfall.SPECS, *utfall_vald.SPECS, *utfall_bortfall.SPECS)

Row = dict[str, Any]


def case(number: int = 1, **other: Any) -> Row:
    known = {"roll": "valdsutsatt_vuxen", "kon": "kvinna", "aldersgrupp": "26_40", "hederskontext": "nej"}
    own = {"arende_id": f"a{number}", "person_id": f"p{number}", "startdatum": START, "slutdatum": END}
    return own | known | {"svarighetsgrad": "grovt"} | other


def answer(fas: str, day: date, value: int | None = None, **other: Any) -> Row:
    same = {"arende_id": "a1", "instrument": "uppfoljningsfragor", "uppgiftslamnare": "klient", "perspektiv": "utsatt"}
    return {**same, "fas": fas, "matdatum": day, "trygghet": value} | other


def before(value: int | None = None, days: int = 0, **other: Any) -> Row:
    return answer("fore", START + timedelta(days), value, **other)


def after(value: int | None = None, days: int = 0, **other: Any) -> Row:
    return answer("efter", END + timedelta(days), value, **other)


def support(kind: str = "stodsamtal", **other: Any) -> Row:
    return {"arende_id": "a1", "insatstyp": kind, "beslut": "bifall"} | other


def made(
    *measured: Row,
    cases: tuple[Row, ...] = (),
    given: tuple[Row, ...] = (),
    spec: TableSpec = utfall.SPEC,
    year: int = 2019,
    regler: Regler = ALL,
    kommuner: tuple[str, ...] = ("0114",),
) -> Figures:
    records = {"arende": cases or (case(),), "insats": given, "matning": measured}
    return build(spec, inputs(spec, records, regler=regler, kommuner=kommuner), Period(year, year))


def found(figures: Figures, *names: str, year: int = 2019, **codes: str) -> list[float | str]:
    if "utfallsmatt" in figures.cells:
        codes = {"utfallsmatt": "trygghet"} | codes
    return [cell(figures, name, period=str(year), **codes) for name in names]


LOST = ("antal_utan_fore", "antal_utan_efter", "antal_ej_jamforbara")
OTHER_WHO, OTHER_VIEW = {"uppgiftslamnare": "handlaggare"}, {"perspektiv": "utovat"}


# --- what is no pair ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("measured", "lost"),
    [
        ([], [1, 1, 0]),
        ([before(2)], [0, 1, 0]),
        ([after(2)], [1, 0, 0]),  # efter without före
        ([before(None), after(4)], [1, 0, 0]),
        ([before(2), after(None)], [0, 1, 0]),
        ([before(2), answer("under", END, 4)], [0, 1, 0]),
        ([before(2, days=-31), after(4)], [1, 0, 0]),
        ([before(2, days=15), after(4)], [1, 0, 0]),
        ([before(2), after(4, days=-15)], [0, 1, 0]),
        ([before(2), after(4, days=91)], [0, 1, 0]),
        ([before(2), after(4, instrument="annat")], [0, 0, 1]),
        ([before(2), after(4, **OTHER_WHO)], [0, 0, 1]),
        ([before(2), after(4, **OTHER_VIEW)], [0, 1, 0]),
        ([before(2, **OTHER_VIEW), after(4, **OTHER_VIEW)], [1, 1, 0]),
        ([before(2), after(4, arende_id="a2")], [0, 1, 0]),
    ],
)
def test_no_pair_is_made_of_what_does_not_belong_together(measured: list[Row], lost: list[float]) -> None:
    figures = made(*measured)

    assert found(figures, *LOST) == lost
    assert found(figures, "antal_arenden", "antal_par", "andel_par") == [1, 0, 0]
    assert found(figures, "antal_forbattrade", "medel_fore", "median_forandring") == ["saknas"] * 3


@pytest.mark.parametrize(
    ("measured", "lost"),
    [
        # A case of five days: before may not be after its end, after may not be before its start.
        ([answer("fore", date(2019, 3, 8), 2), answer("efter", date(2019, 3, 20), 4)], [1, 0, 0]),
        ([answer("fore", date(2019, 2, 10), 2), answer("efter", date(2019, 2, 25), 4)], [0, 1, 0]),
        # Both within, but after is not after before.
        ([answer("fore", date(2019, 3, 4), 2), answer("efter", date(2019, 3, 2), 4)], [0, 0, 1]),
        ([answer("fore", date(2019, 3, 4), 2), answer("efter", date(2019, 3, 4), 4)], [0, 0, 1]),
    ],
)
def test_phases_that_contradict_their_days_make_no_pair(measured: list[Row], lost: list[float]) -> None:
    figures = made(*measured, cases=(case(slutdatum=date(2019, 3, 6)),))

    assert found(figures, "antal_par", *LOST) == [0, *lost]


def test_cases_with_measurements_outside_their_phase_are_told() -> None:
    wrong = (after(4, days=-100), before(2, days=200), after(4, days=120, **OTHER_VIEW))

    assert any(n.startswith("I 1 av de avslutade ärendena") for n in made(*wrong).notes)
    assert not any("av de avslutade ärendena" in n for n in made(before(2), after(4)).notes)


# --- which pair -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("fore_days", "efter_days"), [(-30, -14), (14, 90), (0, 0)])
def test_the_windows_reach_to_their_last_day(fore_days: int, efter_days: int) -> None:
    figures = made(before(2, fore_days), after(5, efter_days))

    assert found(figures, "antal_par", "medel_fore", "medel_efter", "medel_forandring") == [1, 2, 5, 3]


def test_the_windows_are_those_that_the_kommun_has_set_and_the_table_says_so() -> None:
    own = Regler(fore_innan=1, fore_efter=2, efter_innan=3, efter_efter=4, minsta_bas=1)

    for fore_days, efter_days, pairs in ((-1, -3, 1), (2, 4, 1), (-2, 0, 0), (3, 0, 0), (0, -4, 0), (0, 5, 0)):
        figures = made(before(2, fore_days), after(5, efter_days), regler=own)
        assert found(figures, "antal_par") == [pairs]
        assert "1 dagar före till 2 dagar efter ärendets start" in figures.notes[0]


def test_several_before_and_after_give_the_last_and_the_first_and_three_under_give_the_last() -> None:
    under = [answer("under", START + timedelta(d), v) for d, v in ((30, 1), (60, 5), (90, 4))]
    outside = [answer("under", START, 1), answer("under", END + timedelta(3), 1)]
    figures = made(before(1, -20), before(2, -5), before(3, 10), *under, *outside, after(5, 3), after(4, 40))

    assert found(figures, "medel_fore", "medel_under", "medel_efter", "antal_med_under") == [3, 4, 5, 1]
    assert found(figures, "fore_3", "under_4", "efter_5", "fore_1", "under_5") == [1, 1, 1, 0, 0]


def test_an_under_with_other_questions_is_not_between() -> None:
    figures = made(before(2), answer("under", START + timedelta(60), 3, instrument="annat"), after(4))

    assert found(figures, "antal_par", "antal_med_under", "medel_under") == [1, 0, "saknas"]


def test_an_unanswered_later_question_does_not_hide_an_earlier_answer() -> None:
    figures = made(before(2, 0), before(None, 10), after(None, 1), after(4, 20))

    assert found(figures, "medel_fore", "medel_efter") == [2, 4]


def test_what_insats_a_measurement_concerns_does_not_matter() -> None:
    """Overlapping insatser: the questions are about the person's situation, and the case is the unit."""
    overlapping = (support(), support("skyddat_boende"))
    measured = (before(2, insats_id="i1"), after(3, 5, insats_id="i2"), after(5, 9))
    figures = made(*measured, given=overlapping, spec=utfall.BY_TYPE)

    for kind in ("stodsamtal", "skyddat_boende"):
        assert found(figures, "antal_par", "medel_efter", insatstyp=kind) == [1, 3]


def test_of_two_answers_the_same_day_the_least_favourable_pair_counts_in_any_order() -> None:
    measured = [before(2), before(4), after(5), after(3)]

    for rows in (measured, measured[::-1]):
        assert found(made(*rows), "medel_forandring") == [-1]


def test_of_two_pairs_as_fresh_the_clients_own_answer_counts() -> None:
    figures = made(before(5, **OTHER_WHO), after(5, **OTHER_WHO), before(2), after(3))

    assert found(figures, "antal_par", "medel_fore", "medel_efter") == [1, 2, 3]


@pytest.mark.parametrize(("efter", "matt"), [(4, "forbattrade"), (3, "oforandrade"), (1, "forsamrade")])
def test_a_pair_is_better_the_same_or_worse(efter: int, matt: str) -> None:
    kinds = ("forbattrade", "oforandrade", "forsamrade")
    figures = made(before(3), after(efter))

    assert found(figures, *(f"antal_{k}" for k in kinds)) == [float(k == matt) for k in kinds]
    assert found(figures, *(f"andel_{k}" for k in kinds)) == [float(k == matt) for k in kinds]


# --- whose, and when ------------------------------------------------------------------------------------------------


def test_a_case_counts_once_in_each_insatstyp_it_had_and_there_is_no_total_of_them() -> None:
    given = (support(), support(), support("kontaktperson", beslut="utan_behovsprovning"))
    refused = (support("nytt_boende", beslut="avslag"), support("barninsats", beslut="avbojd"))
    figures = made(before(2), after(4), given=(*given, *refused), spec=utfall.BY_TYPE)

    for kind, pairs in (("stodsamtal", 1), ("kontaktperson", 1), ("nytt_boende", 0), ("barninsats", 0)):
        assert found(figures, "antal_arenden", "antal_par", insatstyp=kind) == [pairs, pairs]
    assert "totalt" not in set(figures.cells["insatstyp"])


def test_only_cases_closed_in_the_year_are_there() -> None:
    cases = (
        case(1),
        case(2, slutdatum=None),
        case(3, slutdatum=date(2020, 1, 1)),
        case(4, startdatum=date(2019, 10, 1), slutdatum=date(2019, 12, 31)),
    )

    assert found(made(cases=cases), "antal_arenden") == [2]
    assert found(made(cases=cases, year=2020), "antal_arenden", year=2020) == [1]


def test_an_answer_after_new_year_belongs_to_the_year_the_case_was_closed() -> None:
    figures = made(before(2), answer("efter", date(2020, 2, 1), 4), cases=(case(slutdatum=date(2019, 12, 30)),))

    assert found(figures, "antal_par", "medel_efter") == [1, 4]


def test_a_case_that_is_reopened_counts_when_it_is_closed_again_with_an_answer_from_then() -> None:
    first_time = after(4)
    again = answer("efter", date(2020, 5, 1), 2)

    assert found(made(before(3), first_time, cases=(case(slutdatum=None),)), "antal_arenden") == [0]
    figures = made(before(3), first_time, again, cases=(case(slutdatum=date(2020, 4, 20)),), year=2020)
    assert found(figures, "antal_par", "medel_efter", year=2020) == [1, 2]


def test_sexes_and_their_total() -> None:
    cases = (case(1), case(2, kon="man"))
    measured = (before(1), after(2), before(5, arende_id="a2"), after(2, arende_id="a2"))

    changes = {k: found(made(*measured, cases=cases), "medel_forandring", kon=k) for k in ("kvinna", "man", "totalt")}
    assert changes == {"kvinna": [1], "man": [-3], "totalt": [-1]}


def test_a_result_below_the_smallest_base_is_missing_and_who_was_lost_is_not() -> None:
    cases = tuple(case(n) for n in range(1, 11))
    measured = tuple(f(v, arende_id=f"a{n}") for n in range(1, 11) for f, v in ((before, 2), (after, 4)))
    hidden = [m.name for m in utfall.SPEC.shown_measures if m.bas]

    enough = made(*measured, cases=cases, regler=Regler())
    few = made(*measured[:-1], cases=cases, regler=Regler())
    assert "saknas" not in found(enough, "antal_forbattrade", "fore_2", "andel_forbattrade_lag", "medel_forandring_hog")
    assert set(found(few, *hidden)) == {"saknas"}
    assert found(few, "antal_arenden", "antal_par", "antal_utan_efter") == [10, 9, 1]


# --- intervals ------------------------------------------------------------------------------------------------------


def test_intervals_count_a_person_once_with_the_case_that_was_closed_first() -> None:
    """A return within the year."""
    again = case(2, person_id="p1", startdatum=date(2019, 10, 1), slutdatum=date(2019, 12, 1))
    later = (
        answer("fore", date(2019, 10, 1), 4, arende_id="a2"),
        answer("efter", date(2019, 12, 1), 1, arende_id="a2"),
    )
    changes = (1, 0, 2, -1)
    cases = (*(case(n, kon="kvinna") for n in (1, 3, 4, 5)), again)
    measured = [f for n, c in zip((1, 3, 4, 5), changes, strict=True)
                for f in (before(3, arende_id=f"a{n}"), after(3 + c, arende_id=f"a{n}"))]  # fmt: skip
    figures = made(*measured, *later, cases=cases)

    assert found(figures, "antal_par", "antal_forsamrade", "antal_personer_intervall") == [5, 2, 4]
    assert found(figures, "andel_forbattrade", "personer_forbattrade") == [2 / 5, 2]
    wanted = proportion_confint(2, 4, method="wilson")
    assert found(figures, "andel_forbattrade_lag", "andel_forbattrade_hog") == pytest.approx(wanted)
    mean = stats.ttest_1samp(changes, 0).confidence_interval()
    assert found(figures, "medel_forandring_lag", "medel_forandring_hog") == pytest.approx(mean)
    assert found(figures, "medel_forandring", "median_forandring") == [(2 - 3) / 5, 0]
    assert found(figures, "tecken_p") == pytest.approx([stats.binomtest(2, 3).pvalue])


def test_siblings_are_two_persons_and_two_cases() -> None:
    cases = (case(1, roll="barn"), case(2, roll="barn"))
    measured = (before(2), after(4), before(2, arende_id="a2"), after(4, arende_id="a2"))

    assert found(made(*measured, cases=cases), "antal_par", "antal_personer_intervall") == [2, 2]


def test_test_values_are_for_the_inside_and_no_measure_claims_a_cause() -> None:
    for spec in SPECS:
        for measure in spec.shown_measures:
            assert measure.intern == measure.name.endswith("_p")
            said = f"{spec.title} {measure.title} {' '.join(spec.notes)}".lower()
            assert not [w for w in ("effekt", "ledde till", "tack vare", "påverka", "hjälpte", "orsakade") if w in said]


# --- violence -------------------------------------------------------------------------------------------------------


def kinds(**said: str) -> Mapping[str, str]:
    return {f"vald_{kind}": value for kind, value in said.items()}


def test_violence_of_a_kind_has_those_exposed_to_it_before_as_its_base() -> None:
    answers = (("ja", "nej"), ("ja", "ja"), ("nej", "ja"), ("nej", "nej"), ("okant", "nej"), ("ja", "okant"))
    measured = [f(arende_id=f"a{n}", vald_fysiskt=v) for n, pair in enumerate(answers)
                for f, v in zip((before, after), pair, strict=True)]  # fmt: skip
    cases = tuple(case(n) for n in range(len(answers)))
    figures = made(*measured, cases=cases, spec=utfall_vald.KINDS)

    names = ("antal_par", "antal_vald_fore", "antal_upphort", "antal_kvarstar", "antal_tillkommit", "antal_utan_bada")
    assert found(figures, *names, valdsslag="fysiskt") == [4, 2, 1, 1, 1, 1]
    assert found(figures, "antal_utan_fore", "antal_utan_efter", valdsslag="fysiskt") == [1, 1]
    assert found(figures, "andel_upphort", valdsslag="fysiskt") == [1 / 2]
    assert found(figures, "andel_upphort_lag", "andel_upphort_hog", valdsslag="fysiskt") == pytest.approx(
        proportion_confint(1, 2, method="wilson")
    )
    assert found(figures, "antal_par", "antal_utan_fore", valdsslag="sexuellt") == [0, 6]


@pytest.mark.parametrize(
    ("fore", "efter", "became"),
    [
        (kinds(fysiskt="ja", psykiskt="ja"), kinds(fysiskt="nej", psykiskt="nej"), "upphort"),
        (kinds(fysiskt="ja", psykiskt="ja"), kinds(fysiskt="nej", psykiskt="ja"), "minskat"),
        (kinds(fysiskt="ja", psykiskt="ja"), kinds(fysiskt="ja", psykiskt="ja"), "kvarstar"),
        (kinds(fysiskt="ja", psykiskt="nej"), kinds(fysiskt="nej", psykiskt="ja"), "kvarstar"),
        (kinds(fysiskt="ja", psykiskt="nej"), kinds(fysiskt="ja", psykiskt="ja"), "okat"),
        (kinds(fysiskt="nej", psykiskt="nej"), kinds(fysiskt="nej", psykiskt="ja"), "tillkommit"),
        (kinds(fysiskt="nej"), kinds(fysiskt="nej", psykiskt="ja"), "utan_bada"),  # psykiskt was not asked before
        (kinds(fysiskt="ja", psykiskt="ja"), kinds(fysiskt="nej"), "ej_jamforbara"),  # what of the other?
        (kinds(fysiskt="ja"), kinds(psykiskt="nej"), "ej_jamforbara"),
        (kinds(fysiskt="ja", psykiskt="okant"), kinds(fysiskt="nej", psykiskt="ja"), "upphort"),
    ],
)
def test_violence_together_ceased_is_less_remains_is_more_or_is_new(fore: Row, efter: Row, became: str) -> None:
    all_of_them = ("upphort", "minskat", "kvarstar", "okat", "tillkommit", "utan_bada", "ej_jamforbara")
    counted = [became == name for name in all_of_them]
    figures = made(before(**fore), after(**efter), spec=utfall_vald.TOGETHER, regler=Regler(minsta_bas=0))
    assert found(figures, *(f"antal_{name}" for name in all_of_them)) == counted

    figures = made(
        before(**fore), after(**efter), given=(support(),), spec=utfall_vald.BY_TYPE, regler=Regler(minsta_bas=0)
    )
    assert found(figures, *(f"antal_{name}" for name in all_of_them), insatstyp="stodsamtal") == counted


def test_the_test_of_violence_is_mcnemars() -> None:
    pairs = [("ja", "nej")] * 6 + [("nej", "ja")] * 1 + [("ja", "ja")] * 2
    measured = [f(arende_id=f"a{n}", vald_fysiskt=v) for n, pair in enumerate(pairs)
                for f, v in zip((before, after), pair, strict=True)]  # fmt: skip
    cases = tuple(case(n) for n in range(len(pairs)))

    figures = made(*measured, cases=cases, spec=utfall_vald.KINDS)
    assert found(figures, "mcnemar_p", valdsslag="fysiskt") == pytest.approx([stats.binomtest(1, 7).pvalue])


def test_those_exposed_and_those_who_used_violence_are_never_in_the_same_table() -> None:
    """A person in two roles: two cases, each with the measurements of its own perspective."""
    cases = (case(1), case(2, person_id="p1", roll="valdsutovare"))
    of_both = [
        f(1, arende_id=a, perspektiv=p, vald_fysiskt=v)
        for a in ("a1", "a2")
        for p, pair in (("utsatt", ("ja", "nej")), ("utovat", ("nej", "ja")))
        for f, v in zip((before, after), pair, strict=True)
    ]
    exposed = made(*of_both, cases=cases, spec=utfall_vald.KINDS, regler=Regler(minsta_bas=0))
    own = made(*of_both, cases=cases, spec=utfall_vald.OWN_KINDS, regler=Regler(minsta_bas=0))

    names = ("antal_arenden", "antal_par", "antal_upphort", "antal_tillkommit")
    assert found(exposed, *names, valdsslag="fysiskt") == [1, 1, 1, 0]
    assert found(own, *names, valdsslag="fysiskt") == [1, 1, 0, 1]
    assert found(made(*of_both, cases=cases), "antal_arenden", "antal_par") == [1, 1]
    for spec in SPECS:
        assert ("utövare" in spec.title) == spec.name.startswith("utfall_utovare")
        assert "utsatta" not in spec.population or "utövare" not in spec.population


# --- points ---------------------------------------------------------------------------------------------------------


def test_points_change_within_an_instrument_only() -> None:
    freda = {"instrument": "freda_beskrivning"}
    measured = (
        before(poang=40, **freda),
        after(poang=22.5, **freda),
        before(poang=3),
        after(poang=4, instrument="annat"),
    )
    figures = made(*measured, spec=utfall.POINTS_SPEC)

    names = ("antal_par", "antal_lagre", "medel_forandring", "median_forandring")
    assert found(figures, *names, instrument="freda_beskrivning") == [1, 1, -17.5, -17.5]
    for other, lost in (("uppfoljningsfragor", [1, 0, 1]), ("annat", [1, 1, 0])):
        assert found(figures, "antal_arenden", "antal_utan_fore", "antal_utan_efter", instrument=other) == lost


def test_of_points_of_one_day_the_middle_counts_since_nobody_says_which_is_worse() -> None:
    freda = {"instrument": "freda_beskrivning"}
    measured = [before(poang=v, **freda) for v in (10, 40, 16)] + [after(poang=v, **freda) for v in (4, 8)]

    figures = made(*measured, spec=utfall.POINTS_SPEC)
    assert found(figures, "medel_fore", "medel_efter", instrument="freda_beskrivning") == [25, 6]


# --- who was lost ---------------------------------------------------------------------------------------------------


def test_each_closed_case_has_an_answer_or_a_reason_in_each_phase() -> None:
    cases = tuple(case(n) for n in range(1, 7))
    measured = (
        before(3),
        before(saknas_orsak="ville_inte", arende_id="a2"),
        before(saknas_orsak="avbrutet", days=-5, arende_id="a3"),
        before(saknas_orsak="kunde_inte", days=3, arende_id="a3"),
        before(arende_id="a4"),
        before(saknas_orsak="annat", days=40, arende_id="a5"),
        before(saknas_orsak="annat", arende_id="a6", **OTHER_VIEW),
    )
    figures = made(*measured, cases=cases, spec=utfall_bortfall.REASONS)

    situations = dict.fromkeys(CODES["svarslage"], 0.0) | {"totalt": 6.0}
    situations |= {"har_svar": 1, "ville_inte": 1, "kunde_inte": 1, "utan_orsak": 1, "ingen_matning": 2}
    for s, number in situations.items():
        got = found(figures, "antal_arenden", "andel_arenden", fraga="trygghet", fas="fore", svarslage=s)
        assert got == [number, number / 6]
    assert found(figures, "antal_arenden", fraga="halsa", fas="fore", svarslage="utan_orsak") == [2]
    assert found(figures, "antal_arenden", fraga="vald", fas="efter", svarslage="ingen_matning") == [6]


def test_those_lost_stand_beside_those_kept_on_what_was_known_at_start() -> None:
    kept = [(case(n, aldersgrupp="18_25" if n < 3 else "61_plus"), n) for n in range(4)]
    gone = [(case(n, aldersgrupp="7_12" if n < 5 else "18_25", svarighetsgrad=None), n) for n in range(4, 9)]
    measured = [f(2, arende_id=f"a{n}") for _, n in kept for f in (before, after)]
    measured += [before(1, arende_id="a4"), before(2, arende_id="a5")]
    cases = tuple(c for c, _ in (*kept, *gone))
    figures = made(*measured, cases=cases, spec=utfall_bortfall.TRAITS_SPEC)

    names = ("antal_kvar", "antal_bortfallna", "andel_kvar", "andel_bortfallna")
    assert found(figures, *names, fraga="trygghet", egenskap="alder_18_25") == [3, 4, 3 / 4, 4 / 5]
    assert found(figures, *names, fraga="trygghet", egenskap="alder_under_18") == [0, 1, 0, 1 / 5]
    assert found(figures, *names, fraga="trygghet", egenskap="grad_saknas") == [0, 5, 0, 1]
    (difference,) = found(figures, "standardiserad_skillnad", fraga="trygghet", egenskap="alder_18_25")
    assert difference == pytest.approx((4 / 5 - 3 / 4) / ((4 / 5 / 5 + 3 / 4 / 4) / 2) ** 0.5)

    figures = made(*measured, cases=cases, spec=utfall_bortfall.ANSWERS_SPEC)
    assert found(figures, *names, fraga="trygghet", svar_fore="2") == [4, 1, 1, 1 / 2]
    assert found(figures, *names, fraga="trygghet", svar_fore="totalt") == [4, 2, 1, 1]


# --- where it came from, and what is not known ----------------------------------------------------------------------


def test_the_ledger_names_the_deliveries_of_case_before_between_and_after() -> None:
    cases = (case(leverans_id=10), case(2, leverans_id=11))
    between = answer("under", START + timedelta(50), 3, leverans_id=30)
    measured = (before(2, leverans_id=20), between, after(4, leverans_id=40))
    given = (support(leverans_id=50), support(leverans_id=51, arende_id="a2"))

    for spec, more, codes in ((utfall.SPEC, {}, {}), (utfall.BY_TYPE, {50: 1}, {"insatstyp": "stodsamtal"})):
        figures = made(*measured, cases=cases, given=given, spec=spec)
        here = figures.cells.assign(place=range(len(figures.cells)))
        for name, value in {"utfallsmatt": "trygghet", "kon": "totalt", "matt": "antal_par", **codes}.items():
            here = here[here[name] == value]
        (place,) = here["place"]
        behind = figures.ledger[figures.ledger["cell"] == place]
        assert dict(zip(behind["leverans_id"], behind["rader"], strict=True)) == {10: 1, 20: 1, 30: 1, 40: 1} | more


def test_cases_of_two_kommuner_are_counted_each_for_itself() -> None:
    cases = (case(1, kommun="0114"), case(2, kommun="0180"))
    measured = (before(2, kommun="0114"), after(4, kommun="0114"), before(5, kommun="0180", arende_id="a2"))
    figures = made(*measured, cases=cases, kommuner=("0114", "0180"))

    assert [cell(figures, "antal_par", kommun=k, utfallsmatt="trygghet") for k in ("0114", "0180")] == [1, 0]


@pytest.mark.parametrize("spec", SPECS, ids=lambda s: s.name)
def test_without_measurements_nothing_is_known_and_nothing_fails(spec: TableSpec) -> None:
    silent = build(spec, inputs(spec, {"arende": [case()]}, absent=["matning"]), Period(2019, 2019))
    assert set(silent.cells["status"]) <= {"saknas"}
    empty = build(spec, inputs(spec, {}), Period(2019, 2019))
    counts = empty.cells[empty.cells["matt"].isin(["antal_arenden", "antal_par", "antal_kvar"])]
    assert set(counts["varde"]) <= {0.0}
    assert pd.isna(counts["varde"]).sum() == 0
