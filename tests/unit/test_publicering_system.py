"""Hand-made counts as systems: what a reader is taken to know, and what must stay unknown. No registers here."""

import pytest

from assets.publicering.system import Byggt, Forbjuden, build_system
from assets.publicering.tidigare import Kand, Tidigare
from assets.publicering.underlag import Raknad
from assets.tables.catalogue import TABLES
from quality.disclosure.policy import PRESETS
from tests.publicering_tools import rakna

FEM = PRESETS["fem"]


def built(
    *cells: Raknad, niva: str = "kommun", out: list[Tidigare] | None = None, known: list[Kand] | None = None
) -> Byggt:
    return build_system(cells, TABLES, FEM, niva=niva, tidigare=out or [], kanda=known or [])


def needs(made: Byggt) -> dict[str, tuple[int, int]]:
    return {n.cell: (n.low, n.high) for n in made.system.needs}


def sums(made: Byggt) -> list[set[str]]:
    """The cells of each relation that says that something is a sum."""
    return [{c for c, _ in r.terms} for r in made.system.relations if r.low == r.high == 0]


def limits(made: Byggt) -> list[dict[str, int]]:
    return [dict(r.terms) for r in made.system.relations if r.low == 0 and r.high is None]


def by_kon(*values: int, tabell: str = "arenden", matt: str = "antal_arenden", **koder: str) -> list[Raknad]:
    named = ("totalt", "kvinna", "man", "annat_okant")
    return [rakna(tabell, matt, v, k, **koder) for k, v in zip(named, values, strict=False)]


# --- totals --------------------------------------------------------------------------------------------------------


def test_kon_adds_up_with_and_without_those_of_another_kon() -> None:
    women, men, other, total = (
        rakna("arenden", "antal_arenden", v, k).id
        for k, v in (("kvinna", 9), ("man", 3), ("annat_okant", 1), ("totalt", 13))
    )
    assert {total, women, men, other} in sums(built(*by_kon(13, 9, 3, 1)))
    assert {total, women, men} in sums(built(*by_kon(12, 9, 3)))


def test_a_kon_that_is_not_known_leaves_a_count_that_must_be_protected_too() -> None:
    made = built(*by_kon(14, 9, 3))
    (rest,) = (c for c in made.system.cells.values() if not c.printed)
    assert rest.value == 2
    assert needs(made)[rest.id] == (0, 5)


def test_ages_are_parts_of_their_groups_and_groups_of_the_total() -> None:
    ages = [rakna("arenden", "antal_arenden", v, aldersgrupp=a) for a, v in (("0_6", 6), ("7_12", 7), ("13_17", 8))]
    young, all_ = rakna("arenden", "antal_arenden", 21, aldersgrupp="under_18"), rakna("arenden", "antal_arenden", 30)
    grown = rakna("arenden", "antal_arenden", 9, aldersgrupp="fran_18")
    unknown = rakna("arenden", "antal_arenden", 0, aldersgrupp="okand")
    made = built(all_, young, grown, unknown, *ages)
    assert {young.id, *(a.id for a in ages)} in sums(made)
    assert {all_.id, young.id, grown.id, unknown.id} in sums(made)


def test_what_cannot_occur_is_nobody_and_what_is_missing_may_be_somebody() -> None:
    parts = [
        rakna("skyddat_boende", "antal_placeringar", v, roll=r) for r, v in (("barn", 7), ("valdsutsatt_vuxen", 9))
    ]
    whole = rakna("skyddat_boende", "antal_placeringar", 16)
    not_here = rakna("skyddat_boende", "antal_placeringar", None, roll="valdsutovare", status="ej_tillampligt")
    missing = rakna("skyddat_boende", "antal_placeringar", None, roll="valdsutovare", status="saknas")
    exact = {whole.id, *(p.id for p in parts)}
    assert exact in sums(built(whole, *parts, not_here))
    assert exact not in sums(built(whole, *parts, missing))


def test_persons_of_several_kinds_are_no_fewer_than_of_any_and_no_more_than_of_all() -> None:
    whole = rakna("insatser", "antal_personer", 9)
    parts = [rakna("insatser", "antal_personer", v, insatstyp=t) for t, v in (("stodsamtal", 7), ("barninsats", 6))]
    rest = [
        rakna("insatser", "antal_personer", 0, insatstyp=t)
        for t in TABLES["insatser"].dimensions[0].values
        if t not in ("stodsamtal", "barninsats")
    ]
    found = limits(built(whole, *parts, *rest))
    assert all({whole.id: 1, p.id: -1} in found for p in parts)
    assert any(f[whole.id] == -1 and all(f[p.id] == 1 for p in parts) for f in found if whole.id in f)


def test_what_others_reported_adds_up_only_where_it_does() -> None:
    def contacts(*values: int) -> Byggt:
        named = zip(("totalt", "kvinna", "man"), values, strict=True)
        return built(*(rakna("iop", "antal_kontakter", v, k, jour="x") for k, v in named))

    assert contacts(10, 4, 5).system.relations == ()
    assert len(sums(contacts(10, 4, 6))) == 1


# --- what is left --------------------------------------------------------------------------------------------------


def test_those_without_the_trait_are_protected_when_they_are_few_or_none() -> None:
    for got, wanted in ((12, (0, 5)), (10, (0, 5)), (4, None)):
        whole, part = rakna("aterkommande", "antal_kohort", 12, roll="barn"), rakna(
            "aterkommande", "antal_ater_12", got, roll="barn", utan=12 - got)  # fmt: skip
        made = built(whole, part)
        rest = f"{whole.id}|utan|{part.id}"
        assert needs(made).get(rest) == wanted
        assert rest not in made.system.cells or {whole.id, part.id, rest} in sums(made)


def test_nobody_left_is_nobodys_secret_where_nothing_sensitive_is_told() -> None:
    made = built(rakna("arenden", "antal_arenden", 8), rakna("arenden", "antal_startade", 8, utan=0))
    assert all(c.printed for c in made.system.cells.values())


def test_few_persons_with_many_cases_left_are_few() -> None:
    whole, part = rakna("arenden", "antal_arenden", 30), rakna("arenden", "antal_startade", 20, utan=2)
    assert f"{whole.id}|utan|{part.id}" in needs(built(whole, part))


def test_everybody_in_one_code_of_a_trait_tells_of_each_but_not_where_the_code_is_no() -> None:
    whole = rakna("heder", "antal_arenden", 9)
    yes, no = (rakna("heder", "antal_arenden", 9, hederskontext=c) for c in ("ja", "nej"))
    assert f"{whole.id}|utan|{yes.id}" in needs(built(whole, yes))
    assert f"{whole.id}|utan|{no.id}" not in built(whole, no).system.cells


# --- primary -------------------------------------------------------------------------------------------------------


def test_zeros_are_public_but_where_a_trait_is_told() -> None:
    cells = built(
        rakna("arenden", "antal_arenden", 0), rakna("aterkommande", "antal_ater_12", 0, roll="barn")
    ).system.cells
    assert [c.hideable for _, c in sorted(cells.items())] == [False, True]


def test_few_questionnaires_and_all_answers_to_them_are_protected() -> None:
    asked = rakna("brukarenkat", "antal_besvarat", 8, fraga="bemotande")
    answer = rakna("brukarenkat", "antal_svar", 7, fraga="bemotande", svar="5")
    found = needs(built(asked, answer))
    assert found[asked.id][1] == 10
    assert found[answer.id] == (0, 7)


def test_a_sum_that_one_person_dominates_is_protected_and_an_even_one_is_not() -> None:
    uneven = rakna("skyddat_boende", "antal_dagar", 400, personer=8, storsta=(300, 60))
    even = rakna("skyddat_boende", "antal_dagar", 400, personer=8, storsta=(60, 55))
    assert needs(built(uneven))[uneven.id][0] < 400 < needs(built(uneven))[uneven.id][1]
    assert needs(built(even)) == {}


def test_few_persons_behind_a_large_count_protect_it() -> None:
    cell = rakna("arenden", "antal_arenden", 11, personer=3)
    assert needs(built(cell)) == {cell.id: (1, 11)}


def test_womens_counts_are_hidden_last_and_totals_before_parts() -> None:
    cells = built(*by_kon(60, 30, 20, 10), *by_kon(9, 5, 4, roll="barn")).system.cells
    weight = {i: c.weight for i, c in cells.items()}
    women, total = rakna("arenden", "antal_arenden", 1, "kvinna").id, rakna("arenden", "antal_arenden", 1).id
    assert max(weight, key=lambda i: weight[i]) == women
    assert weight[total] > weight[rakna("arenden", "antal_arenden", 1, roll="barn").id]


# --- other measures and tables -------------------------------------------------------------------------------------


def test_measures_and_tables_that_are_sums_of_each_other_are_tied() -> None:
    goals = [
        rakna("maluppfyllelse", "antal_mal", v, roll="barn", mal_utfall=u) for u, v in (("helt", 6), ("delvis", 5))
    ]
    reached = rakna("maluppfyllelse", "antal_mal_natt", 11, roll="barn")
    assert {reached.id, *(g.id for g in goals)} in sums(built(reached, *goals))
    one, other = rakna("vald", "antal_arenden", 9), rakna("heder", "antal_arenden", 9)
    assert {one.id, other.id} in sums(built(one, other))


def test_a_perpetrator_under_age_stands_nowhere_and_is_protected_all_the_same() -> None:
    young = rakna("arenden", "antal_arenden", 12, aldersgrupp="under_18")
    children = rakna("arenden", "antal_arenden", 11, roll="barn")
    made = built(young, children)
    (rest,) = (c for c in made.system.cells.values() if not c.printed)
    assert (rest.value, needs(made)[rest.id]) == (1, (0, 5))


def test_children_of_unknown_age_bound_the_role() -> None:
    young, unknown = (rakna("arenden", "antal_arenden", v, aldersgrupp=a) for a, v in (("under_18", 10), ("okand", 6)))
    children = rakna("arenden", "antal_arenden", 13, roll="barn")
    assert {children.id: -1, young.id: 1, unknown.id: 1} in limits(built(young, unknown, children))


# --- years ---------------------------------------------------------------------------------------------------------


def years(matt: str, pooled: int, **single: int) -> list[Raknad]:
    cells = [rakna("arenden", matt, v, period=y[1:]) for y, v in single.items()]
    return [rakna("arenden", matt, pooled, period="2017_2019"), *cells]


def test_years_of_what_happens_once_add_up_and_ongoing_ones_are_at_most_their_sum() -> None:
    cells = years("antal_startade", 30, y2017=10, y2018=11, y2019=9)
    assert {c.id for c in cells} in sums(built(*cells))
    cells = years("antal_arenden", 25, y2017=10, y2018=11, y2019=9)
    assert {cells[0].id: -1, **{c.id: 1 for c in cells[1:]}} in limits(built(*cells))


def test_a_year_that_was_never_printed_is_told_by_those_that_were() -> None:
    cells = years("antal_startade", 24, y2018=13, y2019=9)
    made = built(*cells)
    assert list(needs(made).values()) == [(0, 5)]
    assert [c.value for c in made.system.cells.values() if not c.printed] == [2]


def test_pools_that_overlap_tell_it_too() -> None:
    """2016_2018 and 2018 are out; the new ones are 2017_2019 and 2019: 2017 is what is left."""
    before = [
        Tidigare(1, rakna("arenden", "antal_startade", 30, period="2016_2018"), "visas"),
        Tidigare(1, rakna("arenden", "antal_startade", 13, period="2018"), "visas"),
    ]
    now = [rakna("arenden", "antal_startade", 24, period="2017_2019"), rakna("arenden", "antal_startade", 9)]
    made = built(*now, out=before)
    assert (0, 5) in needs(made).values()


# --- earlier editions and others -----------------------------------------------------------------------------------


def test_what_is_out_is_known_and_what_was_hidden_is_not() -> None:
    cell, hidden = rakna("arenden", "antal_arenden", 7), rakna("arenden", "antal_startade", 6, utan=1)
    made = built(cell, hidden, out=[Tidigare(1, cell, "visas"), Tidigare(1, hidden, "skyddas")])
    assert made.system.cells[cell.id].known
    assert made.system.cells[hidden.id].hideable
    assert set(made.system.cells) == {cell.id, hidden.id, f"{cell.id}|utan|{hidden.id}"}


def test_a_small_change_is_protected_as_a_count_and_a_large_one_is_not() -> None:
    now = rakna("arenden", "antal_arenden", 12)
    for old, wanted in ((10, True), (14, True), (20, False)):
        made = built(now, out=[Tidigare(1, rakna("arenden", "antal_arenden", old), "skyddas")])
        assert (f"{now.id}|ändring" in needs(made)) == wanted
        assert f"{now.id}@1" in made.system.cells


def test_a_count_that_fell_below_the_threshold_is_still_protected_and_the_old_one_stays_known() -> None:
    now = rakna("arenden", "antal_arenden", 4)
    made = built(now, out=[Tidigare(1, rakna("arenden", "antal_arenden", 6), "visas")])
    assert now.id in needs(made)
    assert made.system.cells[f"{now.id}@1"].known


def test_a_small_count_that_is_out_is_said_to_be_lost() -> None:
    now = rakna("arenden", "antal_arenden", 4)
    made = built(now, out=[Tidigare(1, now, "visas")])
    assert made.redan == (now.id,)
    assert needs(made) == {}


def test_an_old_span_and_what_others_know_narrow_a_count() -> None:
    cell = rakna("arenden", "antal_arenden", 12)
    made = built(cell, out=[Tidigare(1, cell, "intervall", 10, 19)], known=[Kand(cell.id, 11, 10**9)])
    assert made.system.cells[cell.id].bounds == (11, 19)
    made = built(cell, known=[Kand(cell.id, 13, 20), Kand("finns inte", 1, 1)])
    assert made.system.cells[cell.id].bounds == (1, None)  # somebody's mistake


def test_old_relations_hold_between_the_numbers_of_that_time() -> None:
    old = [Tidigare(1, c, "visas") for c in by_kon(15, 10, 5)]
    made = built(*by_kon(16, 10, 6), out=old)
    names = {r for s in sums(made) for r in s if "@1" in r}
    total, men = rakna("arenden", "antal_arenden", 1).id, rakna("arenden", "antal_arenden", 1, "man").id
    assert names == {f"{total}@1", f"{men}@1"}


def test_a_number_that_others_know_of_a_year_that_is_not_printed_is_a_count_too() -> None:
    other = rakna("arenden", "antal_arenden", 5, period="2017")
    made = built(rakna("arenden", "antal_arenden", 12), known=[Kand(other.id, 5, 5)])
    assert made.system.cells[other.id].known
    assert "finns|inte" not in built(known=[Kand("finns|inte", 5, 5)]).system.cells


# --- forbidden -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tabell", "matt", "koder"),
    [("vald", "antal_relation", {"relation": "partner", "utovarens_kon": "kvinna"})],
)
def test_crossings_that_derive_what_nobody_told_are_refused_below_their_level(
    tabell: str, matt: str, koder: dict[str, str]
) -> None:
    cell = rakna(tabell, matt, 100, "kvinna", **koder)
    for niva in ("kommun",):
        with pytest.raises(Forbjuden, match="korsningen kon, relation, utovarens_kon"):
            built(cell, niva=niva)
    assert cell.id in built(cell, niva="riket").system.cells
