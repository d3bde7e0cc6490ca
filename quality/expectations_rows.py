"""Suites of Great Expectations over stored records and context: made from the contracts, one row at a time.

What must hold between rows and tables is in ``consistency``; counted tables are in ``expectations_tables``.
"""

from collections.abc import Iterator
from functools import partial
from typing import Any

from quality.expectations import Suite
from warehouse.contracts.base import Column, Contract
from warehouse.contracts.registry import CONTRACTS

# The second day may not lie before the first.
_ORDER: dict[str, tuple[tuple[str, str], ...]] = {
    "arende": (("startdatum", "slutdatum"), ("utredning_inledd", "utredning_avslutad")),
    "insats": (("verkstalld", "slutdatum"),),
}


def row_suites() -> list[Suite]:
    """Two suites a contract: its current rows, and the keys of all rows ever stored."""
    found = []
    for contract in CONTRACTS.values():
        table = f"{contract.schema_name()}.{contract.table()}"
        view = (contract.schema_name(), f"{contract.table()}_gallande")
        found.append(Suite(f"{table}.gallande", contract.title(), partial(_row_expectations, contract), view=view))
        found.append(Suite(f"{table}.alla", contract.title(), _none_repeated, query=_repeated_sql(contract)))
    return found


def _row_expectations(contract: type[Contract], gx: Any) -> Iterator[Any]:
    """What each current row must be."""
    e = gx.expectations
    columns = list(contract.columns())
    yield e.ExpectTableColumnsToMatchSet(column_set=[c.name for c in columns], exact_match=True)
    for column in columns:
        note = f"{column.title}: {column.description}"
        if not column.nullable:
            yield e.ExpectColumnValuesToNotBeNull(column=column.name, notes=note)
        pattern = _pattern(column)
        if column.kind == "code":
            yield e.ExpectColumnValuesToBeInSet(column=column.name, value_set=list(column.allowed), notes=note)
        elif pattern:
            yield e.ExpectColumnValuesToMatchRegex(column=column.name, regex=pattern, notes=note)
        if column.minimum is not None or column.maximum is not None:
            yield e.ExpectColumnValuesToBeBetween(
                column=column.name, min_value=column.minimum, max_value=column.maximum, notes=note
            )
    if contract.table() == "insats":
        yield from _decisions(e)
    for first, last in _ORDER.get(contract.table(), ()):
        yield e.ExpectColumnPairValuesAToBeGreaterThanB(
            column_A=last, column_B=first, or_equal=True, ignore_row_if="either_value_is_missing"
        )


def _decisions(e: Any) -> Iterator[Any]:
    """A decision has a day; an insats without one has the day it began."""
    from great_expectations.expectations.row_conditions import Column as Where

    yield e.ExpectColumnValuesToNotBeNull(
        column="beslutsdatum",
        row_condition=Where("beslut").is_in(["bifall", "avslag", "avbojd"]),
        notes="Beslutsdatum finns när beslutet är bifall, avslag eller avböjd",
    )
    yield e.ExpectColumnValuesToNotBeNull(
        column="verkstalld",
        row_condition=(Where("beslut") == "utan_behovsprovning") & Where("beslutsdatum").is_null(),
        notes="Utan behovsprövning och utan beslutsdatum: dagen då insatsen började finns",
    )


def _repeated_sql(contract: type[Contract]) -> str:
    """Count the keys that stand twice in one delivery, of all stored rows: the views have already chosen among them.

    Great Expectations' own rule joins the table with itself, which takes minutes and overlooks keys with an empty part.
    """
    key = ", ".join(("leverans_id", *contract.key()))
    table = f"{contract.schema_name()}.{contract.table()}"
    return f"SELECT count(*) AS dubbletter FROM (SELECT 1 FROM {table} GROUP BY {key} HAVING count(*) > 1) d"


def _none_repeated(gx: Any) -> Iterator[Any]:
    yield gx.expectations.ExpectColumnValuesToBeInSet(
        column="dubbletter", value_set=[0], notes="En post står en gång i varje leverans"
    )


def _pattern(column: Column) -> str | None:
    """The column's pattern as PostgreSQL reads it."""
    if column.kind == "pseudonym":
        return "^[0-9a-f]{32}$"
    return column.pattern.replace(r"\d", "[0-9]") if column.pattern else None
