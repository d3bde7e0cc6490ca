"""What a protected table says: numbers, spans, one word for all that is hidden; shares only where all is told."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from assets.publicering import tryck
from assets.publicering.plan import EJ_NOTER, noter
from assets.publicering.system import Byggt, build_system
from assets.publicering.underlag import Raknad
from assets.tables.catalogue import TABLES
from quality.disclosure.model import Pattern, Verdict
from quality.disclosure.policy import PRESETS
from quality.disclosure.release import PublicCell, released
from tests.publicering_tools import rakna

FEM = PRESETS["fem"]
ALL = Pattern()
"""Nothing is hidden."""


def kohort(people: int, back: int, kon: str = "kvinna") -> list[Raknad]:
    return [
        rakna("aterkommande", "antal_kohort", people, kon, roll="barn"),
        rakna("aterkommande", "antal_ater_12", back, kon, roll="barn", utan=people - back),
        rakna("aterkommande", "andel_ater_12", back / people, kon, roll="barn"),
    ]


def built(*cells: Raknad) -> Byggt:
    return build_system(cells, TABLES, FEM)


def said(made: Byggt, pattern: Pattern = ALL, least: int = 0) -> Mapping[str, PublicCell]:
    """Each measure's cell as printed; every one passes the gate of ``released``."""
    found = tryck.tables(made, pattern, FEM, TABLES, {}, least)
    verdicts = [Verdict(m, True, (), "", made.system.digest(), pattern.digest()) for m in ("certifikat", "lp")]
    released(found, made.system, pattern, verdicts)
    return {c.matt: c for cells, _ in found.values() for c in cells}


def test_a_share_is_printed_where_both_its_counts_are() -> None:
    share = said(built(*kohort(20, 8)))["andel_ater_12"]
    assert (share.status, share.varde) == ("visas", 0.4)


@pytest.mark.parametrize("hidden", [0, 1])
def test_a_share_of_what_is_hidden_is_hidden(hidden: int) -> None:
    cells = kohort(20, 8)
    found = said(built(*cells), Pattern(frozenset({cells[hidden].id})))
    assert found[cells[hidden].matt].status == "skyddas"
    assert found[cells[hidden].matt].varde is None
    assert found["andel_ater_12"].status == "skyddas"
    # An outcome is not printed without its base, which is: readers would take another number for it.
    assert found["antal_kohort"].status == ("skyddas" if hidden == 0 else "visas")
    assert found["antal_ater_12"].status == "skyddas"


def test_a_missing_share_does_not_tell_that_a_hidden_base_is_small() -> None:
    cells = [*kohort(20, 8)[:2], rakna("aterkommande", "andel_ater_12", None, "kvinna", status="saknas", roll="barn")]
    assert said(built(*cells))["andel_ater_12"].status == "saknas"
    assert said(built(*cells), Pattern(frozenset({cells[0].id})))["andel_ater_12"].status == "skyddas"


def test_shares_of_few_are_hidden_by_the_policy_and_by_the_tables_own_rule() -> None:
    assert said(built(*kohort(4, 2)))["andel_ater_12"].status == "skyddas"
    assert said(built(*kohort(8, 4)))["andel_ater_12"].status == "visas"
    assert said(built(*kohort(8, 4)), least=10)["andel_ater_12"].status == "skyddas"


def test_a_median_needs_ten() -> None:
    for base, status in ((9, "skyddas"), (10, "visas")):
        cells = [
            rakna("insatser", "antal_med_start", base),
            rakna("insatser", "antal_inom_14", 0),
            rakna("insatser", "median_vantetid", 16.0),
        ]
        assert said(built(*cells))["median_vantetid"].status == status


def test_a_median_waits_for_the_count_that_it_would_bound() -> None:
    soon = rakna("insatser", "antal_inom_14", 5)
    cells = [rakna("insatser", "antal_med_start", 20), soon, rakna("insatser", "median_vantetid", 16.0)]
    assert said(built(*cells), Pattern(frozenset({soon.id})))["median_vantetid"].status == "skyddas"


def test_what_a_reader_can_work_out_is_not_printed_to_all() -> None:
    made = replace(built(*kohort(20, 8)), redan=(kohort(20, 8)[0].id,))
    found = said(made)
    assert found["antal_kohort"].status == "skyddas"
    assert found["andel_ater_12"].status == "skyddas"


def test_a_span_is_printed_in_place_of_a_number_and_nothing_of_it_is_derived() -> None:
    cells = kohort(20, 8)
    found = said(built(*cells), Pattern(bands={cells[0].id: (20, 29)}))
    span = found["antal_kohort"]
    assert (span.status, span.varde, span.fran, span.till) == ("intervall", None, 20, 29)
    assert found["andel_ater_12"].status == "skyddas"


def test_a_hidden_zero_of_a_trait_looks_as_any_other_hidden_cell() -> None:
    cells = kohort(20, 0)
    zero = said(built(*cells), Pattern(frozenset({cells[1].id})))["antal_ater_12"]
    some = said(built(*kohort(20, 3)), Pattern(frozenset({cells[1].id})))["antal_ater_12"]
    assert (zero.status, zero.varde) == (some.status, some.varde) == ("skyddas", None)


def test_public_figures_are_printed_as_they_are() -> None:
    cell = Raknad("anmalda_brott", "2019", tuple((d, "x") for d in TABLES["anmalda_brott"].view_columns), "kvinna",
                  "antal", "visas", 1.0, 1)  # fmt: skip
    found = said(built(cell))["antal"]
    assert (found.varde, found.oppen) == (1.0, True)


def test_reasons_tell_inside_which_cells_were_hidden_for_their_own_sake() -> None:
    small, large = rakna("arenden", "antal_arenden", 3, "man"), rakna("arenden", "antal_arenden", 9, "kvinna")
    shown = rakna("arenden", "antal_arenden", 12)
    made = built(shown, large, small)
    found = {c.id: why for c, why in tryck.reasons(made, Pattern(frozenset({small.id, large.id})))}
    assert found == {shown.id: "visas", large.id: "sekundar", small.id: "primar"}


def test_the_order_of_cells_is_that_of_the_table_whatever_is_hidden() -> None:
    cells = [*kohort(20, 8, "kvinna"), *kohort(9, 5, "man")]
    order = [[(c.matt, c.kon) for c in tryck.tables(built(*cells), p, FEM, TABLES, {})["aterkommande"][0]]
             for p in (Pattern(), Pattern(frozenset(c.id for c in cells)))]  # fmt: skip
    assert order[0] == order[1] == [(c.matt, c.kon) for c in cells]


def test_notes_that_are_left_out_are_there_to_be_left_out() -> None:
    for tabell, beginnings in EJ_NOTER.items():
        for beginning in beginnings:
            assert sum(n.startswith(beginning) for n in TABLES[tabell].notes) == 1, (tabell, beginning)
    told = noter("kolada", TABLES["kolada"].notes)
    assert len(told) == len(TABLES["kolada"].notes) - 1
    assert noter("vald", TABLES["vald"].notes) == list(TABLES["vald"].notes)
