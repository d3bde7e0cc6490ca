"""Kommuner that publish together: counts add up, and what a member has out gives nobody away."""

from collections.abc import Collection
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assets.publicering.forbered import Osaker, Skyddad, protected
from assets.publicering.grannar import group, pool, protected_group
from assets.publicering.underlag import Raknad
from assets.publicering.varianter import VARIANTER
from assets.tables.catalogue import TABLES
from tests.plan_tools import FEM, YEAR, Person, count, out, people, underlag
from warehouse.contracts.errors import UserError

TVA = VARIANTER["tva"]
BIG, SMALL = people(30, 12, housed=8), people(9, 2, housed=1)


def told(made: Skyddad) -> set[str]:
    """The ids of the counts that are printed as numbers."""
    assert made.safe
    return {c.cell for t in made.tables for c in t.cells if c.status == "visas"}


def small(cells: Collection[Raknad]) -> set[str]:
    return {c.id for c in cells if 0 < c.personer < FEM.threshold}


@pytest.mark.parametrize("members", [["0114"], ["0114", "0114"]])
def test_a_group_is_two_kommuner(members: list[str]) -> None:
    with pytest.raises(UserError, match="minst två olika"):
        group("norr", [underlag(count(BIG), kommun=k) for k in members], TABLES)


def test_members_tell_of_the_same_year() -> None:
    with pytest.raises(UserError, match="samma år"):
        group("norr", [underlag(count(BIG)), replace(underlag(count(BIG), "0115"), ar=2024)], TABLES)


def test_what_one_member_does_not_know_the_group_does_not() -> None:
    one, other = count(BIG), count(SMALL)
    other = [c for c in other if c.tabell != "insatser"]
    silent = other[0]
    other[0] = replace(silent, status="saknas", varde=None, personer=0)
    found = {c.id: c for c in pool([one, other], TABLES)}
    assert (found[silent.id].status, found[silent.id].varde) == ("saknas", None)
    assert {c.tabell for c in found.values()} == {"arenden"}


def test_shares_and_public_figures_are_left_out() -> None:
    share = replace(count(BIG)[0], tabell="insatser", matt="andel_inom_14")
    public = replace(count(BIG)[0], tabell="anmalda_brott", matt="antal")
    assert pool([[share, public], [share, public]], TABLES) == []


_PERSON = st.builds(Person, st.sampled_from(("kvinna", "man")), st.sampled_from(("18_25", "26_40")))


@given(st.lists(st.lists(_PERSON, max_size=9), min_size=2, max_size=3))
@settings(max_examples=20, deadline=None)
def test_adding_counts_is_counting_all(kommuner: list[list[Person]]) -> None:
    everybody = [p for persons in kommuner for p in persons]
    added = {c.id: (c.varde, c.personer) for c in pool([count(p) for p in kommuner], TABLES)}
    assert added == {c.id: (c.varde, c.personer) for c in count(everybody)}


def test_a_group_says_who_it_is() -> None:
    made = group("norr", [replace(underlag(count(BIG)), noter={"arenden": ["Obs."]}), underlag(count(SMALL), "0115")],
                 TABLES)  # fmt: skip
    assert made.samlat.kommun == "grupp:norr"
    assert made.samlat.noter["arenden"][0] == "Tabellen gäller Upplands Väsby och Vallentuna tillsammans."
    assert "Obs." in made.samlat.noter["arenden"]


def test_a_group_of_kommuner_that_have_nothing_out_shows_more() -> None:
    members = [underlag(count(SMALL)), underlag(count(SMALL), "0115"), underlag(count(SMALL), "0117")]
    together = told(protected_group(group("norr", members, TABLES), TVA, FEM))
    alone = told(protected(members[0], TVA, FEM))
    assert len(together) > len(alone)
    assert not small(group("norr", members, TABLES).samlat.cells) & together


def test_a_group_does_not_give_away_the_one_whose_neighbour_has_published() -> None:
    one, other = count(BIG), count(SMALL)
    first = told(protected(underlag(one), TVA, FEM))
    published = out(one, hidden={c.id for c in one} - first)
    both = group("norr", [underlag(one, tidigare=published), underlag(other, "0115")], TABLES)
    # Protected by itself the group would give small counts of the second kommun away by subtraction ...
    assert small(other) & first & told(protected(both.samlat, TVA, FEM))
    # ... and in one system with what is out it does not.
    assert not small(other) & first & told(protected_group(both, TVA, FEM))


def test_a_member_that_publishes_after_the_group_does_not_give_the_other_away() -> None:
    one, other = count(BIG), count(SMALL)
    both = group("norr", [underlag(one), underlag(other, "0115")], TABLES)
    together = told(protected_group(both, TVA, FEM))
    cells = both.samlat.cells
    later = replace(both, samlat=replace(both.samlat, tidigare=tuple(out(cells, 7, {c.id for c in cells} - together))))
    assert small(other) & together & told(protected(later.medlemmar[0], TVA, FEM))
    assert not small(other) & together & told(protected_group(later, TVA, FEM, trycker="0114"))


def test_a_groups_edition_that_no_longer_holds_stops_the_next() -> None:
    both = group("norr", [underlag(count(BIG)), underlag(count(SMALL), "0115")], TABLES)
    then = [replace(c, varde=(c.varde or 0) + 6) for c in both.samlat.cells]
    later = replace(both, samlat=replace(both.samlat, tidigare=tuple(out(then))))
    with pytest.raises(Osaker, match="rättat"):
        protected_group(later, TVA, FEM)


def test_only_a_member_prints() -> None:
    both = group("norr", [underlag(count(BIG)), underlag(count(SMALL), "0115")], TABLES)
    with pytest.raises(UserError, match="inte med i gruppen"):
        protected_group(both, TVA, FEM, trycker="0180")
    assert all(f"|{YEAR}|" in c.id for c in both.samlat.cells)
