"""Sums for a län or the nation: only of what kommuner have printed, and nothing where one of them hides."""

import pytest

from assets.publicering.lan import Deltagare, summed
from assets.tables.catalogue import TABLES
from warehouse.contracts.errors import UserError
from warehouse.editions import Printed

CODES = {"insatstyp": "stodsamtal"}


def cell(matt: str, varde: float | None, kon: str = "kvinna", status: str = "visas") -> Printed:
    return Printed("insatser", 0, "2019", CODES, kon, matt, status, varde, None, None)


def kommun(kod: str, *cells: Printed) -> Deltagare:
    return Deltagare(kod, int(kod), cells, {"insatser": ["n"]})


def told(*members: Deltagare) -> dict[tuple[str, str], tuple[str, float | None]]:
    made = summed("lan:01", 2019, members, TABLES)
    assert made.safe
    (table,) = made.tables
    return {(c.matt, c.kon): (c.status, c.varde) for c in table.cells}


def test_printed_numbers_are_added() -> None:
    found = told(
        kommun("0114", cell("antal_insatser", 34), cell("antal_med_start", 30), cell("antal_inom_14", 15)),
        kommun("0115", cell("antal_insatser", 6), cell("antal_med_start", 10), cell("antal_inom_14", 5)),
    )
    assert found["antal_insatser", "kvinna"] == ("visas", 40.0)
    assert found["andel_inom_14", "kvinna"] == ("visas", 0.5)


def test_what_one_kommun_hides_is_hidden_in_the_sum_and_in_its_shares() -> None:
    found = told(
        kommun("0114", cell("antal_med_start", 30), cell("antal_inom_14", 15)),
        kommun("0115", cell("antal_med_start", 10), cell("antal_inom_14", None, status="skyddas")),
    )
    assert found["antal_inom_14", "kvinna"] == ("skyddas", None)
    assert found["andel_inom_14", "kvinna"] == ("skyddas", None)
    assert found["antal_med_start", "kvinna"] == ("visas", 40.0)


def test_a_span_is_no_number_to_add() -> None:
    span = Printed("insatser", 0, "2019", CODES, "man", "antal_insatser", "intervall", None, 1, 9)
    found = told(kommun("0114", cell("antal_insatser", 7, "man")), kommun("0115", span))
    assert found["antal_insatser", "man"] == ("skyddas", None)


def test_what_one_kommun_has_not_counted_is_missing() -> None:
    found = told(kommun("0114", cell("antal_insatser", 34)), kommun("0115", cell("antal_avslag", 5)))
    assert found["antal_insatser", "kvinna"] == ("saknas", None)


def test_nobody_of_a_sex_that_has_no_row_is_nobody() -> None:
    found = told(
        kommun("0114", cell("antal_insatser", 12, "annat_okant")),
        kommun("0115", cell("antal_insatser", 34)),
    )
    assert found["antal_insatser", "annat_okant"] == ("visas", 12.0)


def test_one_kommun_is_no_sum() -> None:
    with pytest.raises(UserError, match="Minst 2 kommuner"):
        summed("lan:01", 2019, [kommun("0114", cell("antal_insatser", 34))], TABLES)


def test_readers_are_told_who_takes_part() -> None:
    members = [kommun("0114", cell("antal_insatser", 34)), kommun("0115", cell("antal_insatser", 6))]
    (table,) = summed("lan:01", 2019, members, TABLES).tables
    assert any("Upplands Väsby" in n and "Vallentuna" in n and "inte hela" in n for n in table.notes)
