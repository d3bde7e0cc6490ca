"""Choosing how coarse tables are: only what is safe, the most useful of it, and why in words."""

from typing import Any

import pytest

from assets.publicering.forbered import Osaker, Skyddad, protected
from assets.publicering.val import BARA_PA_BEGARAN, NARA, NODFALL, choose
from assets.publicering.varianter import VARIANTER
from tests.plan_tools import FEM, POOLED, count, out, people, underlag
from warehouse.contracts.errors import UserError

SMALL = underlag([*count(people(9, 4, housed=2)), *count(people(31, 9, housed=7), POOLED)])
LARGE = underlag([*count(people(400, 90, housed=60)), *count(people(1100, 260, housed=170), POOLED)])


def out_of_time(*args: Any, **said: Any) -> Skyddad:
    """The real engine, given no time."""
    return protected(*args, **(said | {"seconds": 0.0}))


def test_a_variant_that_does_not_exist() -> None:
    with pytest.raises(UserError, match="finns inte") as caught:
        choose(SMALL, FEM, want="minsta")
    assert all(name in str(caught.value) for name in VARIANTER)


def test_neighbours_are_chosen_for_a_group_only() -> None:
    with pytest.raises(UserError, match="grupp av kommuner"):
        choose(SMALL, FEM, want="grannar")


@pytest.mark.parametrize("want", [None, "tva"])
def test_without_time_nothing_is_safe(want: str | None) -> None:
    with pytest.raises(Osaker) as caught:
        choose(SMALL, FEM, want=want, make=out_of_time)
    said = str(caught.value)
    assert "--sekunder" in said
    assert "nget är sparat" in said


def test_what_is_not_tried_in_time_is_told() -> None:
    found = choose(SMALL, FEM, seconds=0.0)
    assert len(found.provade) == 1
    assert "Tiden tog slut innan" in found.words


def test_a_large_kommun_gets_the_finest_and_the_rest_is_not_tried() -> None:
    found = choose(LARGE, FEM)
    first = next(n for n in VARIANTER if n not in BARA_PA_BEGARAN)
    assert found.skyddad.variant.namn == first
    assert len(found.provade) == 1
    assert found.skyddad.safe


def test_the_rule_holds_for_a_small_kommun() -> None:
    found = choose(SMALL, FEM)
    assert found.skyddad.safe
    safe = [p for p in found.provade if p.saker]
    most = max(p.nytta.poang for p in safe)
    assert found.nytta.poang >= most - NARA
    near = [p for p in safe if p.nytta.poang >= most - NARA]
    assert round(found.nytta.personer, 2) == max(round(p.nytta.personer, 2) for p in near)
    assert not BARA_PA_BEGARAN & {p.variant.namn for p in found.provade}
    assert len(found.provade) > 1
    assert found.words.startswith("Tabellerna delas upp så här")
    for said in ("Med den ", "sekretessbilaga", "--variant", found.skyddad.variant.titel):
        assert said in found.words


def test_last_resorts_wait_until_little_else_is_left() -> None:
    assert not NODFALL & {p.variant.namn for p in choose(LARGE, FEM).provade}
    tiny = choose(underlag(count(people(6, 2))), FEM)
    half = tiny.nytta.besvarbara / 2
    others = [p.nytta.poang for p in tiny.provade if p.variant.namn not in NODFALL]
    assert bool(NODFALL & {p.variant.namn for p in tiny.provade}) == (max(others) < half)


def test_the_wanted_one_is_used_and_nothing_else_tried() -> None:
    found = choose(SMALL, FEM, want="en")
    assert found.skyddad.variant.namn == "en"
    assert [p.variant.namn for p in found.provade] == ["en"]
    assert "som du bad om" in found.words


def test_one_unsafe_variant_is_passed_over_and_told() -> None:
    def first_fails(*args: Any, **said: Any) -> Skyddad:
        return (out_of_time if args[1].namn == "tva_flera" else protected)(*args, **said)

    found = choose(SMALL, FEM, make=first_fails)
    assert found.skyddad.variant.namn != "tva_flera"
    assert [p.variant.namn for p in found.provade if not p.saker] == ["tva_flera"]
    assert "kan inte användas: tiden räckte inte" in found.words


def test_the_same_choice_every_time() -> None:
    one, two = choose(SMALL, FEM), choose(SMALL, FEM)
    assert one.words == two.words
    assert one.skyddad.pattern.digest() == two.skyddad.pattern.digest()


def test_what_is_out_stays_hidden_in_every_variant() -> None:
    cells = count(people(9, 4, housed=2))
    first = choose(underlag(cells), FEM, want="en")
    hidden = {c.id for c in cells} - {
        c.cell for t in first.skyddad.tables for c in t.cells if c.status == "visas"
    }  # fmt: skip
    shown = [c for c in cells if c.id not in hidden]
    again = choose(underlag(cells, tidigare=out(shown)), FEM)
    small = {c.id for c in cells if c.varde and 0 < c.personer < FEM.threshold}
    told = {c.cell for t in again.skyddad.tables for c in t.cells if c.status == "visas"}
    assert not small & told


def test_no_variant_takes_all_the_time() -> None:
    given: list[float] = []

    def listening(*args: Any, **said: Any) -> Skyddad:
        given.append(said["seconds"])
        return (out_of_time if len(given) == 1 else protected)(*args, **said)

    choose(SMALL, FEM, seconds=100.0, make=listening)
    assert len(given) > 1
    assert all(one <= 50.0 for one in given)
