"""What Dagster shows of a table, derived from its contract or declaration. No counting here."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any

import dagster as dg

from assets.tables.spec import TableSpec
from warehouse.contracts.base import Contract
from warehouse.tables import leverans


class Meta(StrEnum):
    """Every metadata key there is: a key made from data could hold a value."""

    ROW_COUNT = "dagster/row_count"
    PARTITION_ROW_COUNT = "dagster/partition_row_count"
    COLUMNS = "dagster/column_schema"
    DELIVERIES = "leveranser"
    QUARANTINED = "rader_karantan"
    REFUSED = "avvisade"
    UNCHANGED = "oforandrade"
    STUCK = "fastnade"
    COUNTED = "raknade_tabeller"
    FAULTS = "antal_fel"
    FILES = "filer"
    BYTES = "storlek"


def meta(values: Mapping[Meta, Any]) -> dict[str, Any]:
    """Metadata as Dagster takes it: it cannot store enum members as keys."""
    return {key.value: value for key, value in values.items()}


OWNERS = ["team:data"]
KINDS = {"python", "postgres"}


def schema_of(contracts: Iterable[type[Contract]]) -> dg.TableSchema:
    """Columns of one or several stored tables, as table.column."""
    columns = []
    for contract in contracts:
        for c in contract.columns():
            rules = dg.TableColumnConstraints(
                nullable=c.nullable, other=[f"kod: {', '.join(c.allowed)}"] if c.allowed else []
            )
            columns.append(
                dg.TableColumn(
                    f"{contract.table()}.{c.name}",
                    c.kind,
                    f"{c.title}. {c.description}",
                    constraints=rules,
                    tags={"kanslighet": c.sensitivity.value},
                )
            )
    return dg.TableSchema(columns)


def schema_of_receipts() -> dg.TableSchema:
    """Columns of a receipt."""
    return dg.TableSchema([dg.TableColumn(c.name, str(c.type).lower(), c.comment) for c in leverans.columns])


def schema_of_table(spec: TableSpec) -> dg.TableSchema:
    """Columns of a table of the tabellplan."""
    names = ["period", *spec.view_columns, "kon", "matt"]
    return dg.TableSchema(
        [dg.TableColumn(n, "text") for n in names]
        + [dg.TableColumn("varde", "number", "Tomt om status inte är visas"), dg.TableColumn("status", "text")]
    )
