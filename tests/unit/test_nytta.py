"""How useful an edition is said to be: who is seen in it, and which questions it answers."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assets.publicering.fragor import FRAGOR
from assets.publicering.nytta import SPANN, usefulness
from assets.publicering.plan import PUBLICERAS
from assets.publicering.underlag import cell_id
from assets.tables.catalogue import TABLES
from tests.plan_tools import INSATSER, POOLED, YEAR, Person, count, people, printed_as, unsafe

MANY = people(40, 20, housed=10)


def named(tabell: str, matt: str, kon: str = "totalt", **codes: str) -> str:
    return cell_id(tabell, matt, YEAR, kon, codes.items())


def test_what_is_not_safe_is_of_no_use() -> None:
    cells = count(MANY)
    found = usefulness(unsafe(printed_as(cells)), cells)
    assert (found.visade, found.kvinnor, found.personer, found.personer_bast, found.poang) == (0, 0, 0, 0, 0)
    assert found.besvarbara > 0


def test_what_was_never_counted_is_nobodys_fault() -> None:
    cells = [c for c in count(MANY) if c.tabell == "insatser"]
    found = usefulness(printed_as(cells), cells)
    assert found.svar["kvinnor"].grad == "saknas"
    assert found.svar["insatser_kvinnor"].grad == "helt"
    assert found.besvarbara == len(FRAGOR) - found.antal("saknas")


def test_everything_shown_is_everybody_seen() -> None:
    cells = count(MANY)
    found = usefulness(printed_as(cells), cells)
    assert found.personer == found.personer_bast == 1
    assert found.celler == found.visade == sum(c.varde != 0 for c in cells)
    assert found.kvinnor == sum(c.varde != 0 and c.kon == "kvinna" for c in cells)
    assert {found.svar[q].grad for q in ("kvinnor", "man", "alder", "insatser_kvinnor", "insatser_man")} == {"helt"}


@pytest.mark.parametrize(
    ("hidden", "grad", "hur"),
    [
        ([], "helt", ""),
        (["kvinna"], "delvis", "bara antalet ärenden"),
        (["kvinna", "arenden"], "delvis", "bara kvinnor och män tillsammans"),
        (["kvinna", "arenden", "totalt"], "inte", ""),
    ],
)
def test_women_hidden_step_by_step(hidden: list[str], grad: str, hur: str) -> None:
    cells = count(MANY)
    ids = {
        "kvinna": named("arenden", "antal_personer", "kvinna"),
        "arenden": named("arenden", "antal_arenden", "kvinna"),
        "totalt": named("arenden", "antal_personer"),
    }
    svar = usefulness(printed_as(cells, hidden=[ids[h] for h in hidden]), cells).svar["kvinnor"]
    assert (svar.grad, svar.hur) == (grad, hur)


def test_only_pooled_years_answer_in_part() -> None:
    cells = [*count(people(3, 2)), *count(MANY, POOLED)]
    year = [c.id for c in cells if c.period == YEAR]
    svar = usefulness(printed_as(cells, "tva_flera", hidden=year), cells).svar["kvinnor"]
    assert (svar.grad, svar.hur) == ("delvis", "åren tillsammans")


def test_spans_answer_in_part_and_see_half() -> None:
    cells = count(MANY)
    found = usefulness(printed_as(cells, spans=True), cells)
    assert found.svar["kvinnor"].hur == "i intervall"
    assert found.visade == 0
    assert found.personer_bast == SPANN


def test_a_variant_is_measured_by_all_that_was_counted() -> None:
    cells = count(MANY)
    totals = usefulness(printed_as(cells, "totaler"), cells)
    assert totals.delar[f"insatser|{YEAR}|insatstyp"] == 0
    assert totals.delar[f"insatser|{YEAR}|kon"] == 1
    assert totals.svar["insatser_kvinnor"].grad == "delvis"


@given(
    st.lists(
        st.builds(
            Person,
            st.sampled_from(("kvinna", "man")),
            st.sampled_from(("18_25", "26_40")),
            st.sampled_from(((), INSATSER[:1], INSATSER[1:], INSATSER)),
        ),
        min_size=1,
        max_size=30,
    ),
    st.randoms(use_true_random=False),
)
@settings(max_examples=25, deadline=None)
def test_shares_against_plain_counting(persons: list[Person], random: object) -> None:
    cells = count(persons)
    hidden = {c.id for c in cells if c.varde and random.random() < 0.4}  # type: ignore[attr-defined]
    found = usefulness(printed_as(cells, hidden=hidden), cells)
    women, men = (sum(p.kon == k for p in persons) for k in ("kvinna", "man"))
    seen = sum(
        n for k, n in (("kvinna", women), ("man", men)) if named("arenden", "antal_personer", k) not in hidden
    )  # fmt: skip
    assert found.delar[f"arenden|{YEAR}|kon"] == pytest.approx(seen / len(persons))
    pairs = seen = 0
    for kind in INSATSER:
        got = [p for p in persons if kind in p.insatser]
        pairs += len(got)
        by_kon = [sum(p.kon == k for p in got) for k in ("kvinna", "man")]
        told = [
            n
            for k, n in zip(("kvinna", "man"), by_kon, strict=True)
            if named("insatser", "antal_personer", k, insatstyp=kind) not in hidden
        ]
        whole = named("insatser", "antal_personer", insatstyp=kind) not in hidden
        seen += len(got) if whole else sum(told)
    if pairs:
        assert found.delar[f"insatser|{YEAR}|insatstyp"] == pytest.approx(seen / pairs)
    # Hiding more never makes an edition more useful.
    more = hidden | {c.id for c in cells if c.varde and random.random() < 0.3}  # type: ignore[attr-defined]
    less = usefulness(printed_as(cells, hidden=more), cells)
    assert less.poang <= found.poang
    assert less.visade <= found.visade
    assert all(less.delar[k] <= v for k, v in found.delar.items())


def test_questions_ask_for_what_is_published() -> None:
    assert len({f.id for f in FRAGOR}) == len(FRAGOR)
    for fraga in FRAGOR:
        assert fraga.vagar[0].hel, fraga.id
        assert all(v.hel != bool(v.hur) for v in fraga.vagar), fraga.id
        for monster in (m for v in fraga.vagar for m in v.monster):
            offentlig = PUBLICERAS[monster.tabell]
            assert monster.matt in {x.namn for x in (*offentlig.matt, *offentlig.harledda)}, fraga.id
            dimensions = {d.name: d for d in TABLES[monster.tabell].dimensions}
            asked = {d for d in (*monster.koder, monster.delning) if d}
            assert asked <= dimensions.keys(), fraga.id
            assert all(not dimensions[d].values or c in dimensions[d].values for d, c in monster.koder.items()), (
                fraga.id
            )
            facts = [f for f in TABLES[monster.tabell].facts if monster.matt in {m.name for m in f.measures}]
            split = {d for f in facts for d in f.dimensions}
            assert all(d.total or d.name in asked for d in dimensions.values() if d.name in split), fraga.id
