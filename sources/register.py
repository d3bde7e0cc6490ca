"""Record-level deliveries from a verksamhetssystem: one CSV file a register table, read through a mapping.

Assumed shape, since no extract of a real system is known to us: CSV, one row a record, names and codes of the kommun.
"""

from collections.abc import Mapping as Dict
from functools import partial
from typing import Any, Final

from sources.base import Reading, Source
from sources.mappings import STANDARD, Mapping, apply
from sources.readers import read_csv
from warehouse.contracts.base import Contract
from warehouse.contracts.register import REGISTER

KALLA: Final = "verksamhetssystem"

MAPPING_KEY: Final = "_mapping"
"""Where the slip carries the loaded mapping; the file it was loaded from is the slip's own ``mappning``."""


def _read(contract: type[Contract], content: bytes, slip: Dict[str, Any]) -> Reading:
    """The file in the contract's words. Without a mapping in the slip, its headers are the contract's own."""
    mapping: Mapping = slip.get(MAPPING_KEY) or STANDARD
    table = read_csv(
        content, encoding=mapping.encoding, separator=mapping.separator, allow_empty=slip.get("tom") in {True, "ja"}
    )
    table, warnings = apply(mapping, table, contract)
    return Reading(table, {"kalla": KALLA, "tabell": contract.table()}, tuple(warnings))


def _telling(contract: type[Contract]) -> frozenset[str]:
    """What every file of this table has: the columns that may not be absent. Age may come in years instead."""
    needed = {column.name for column in contract.delivered() if not column.nullable}
    return frozenset(needed - {"aldersgrupp"})


SOURCES: tuple[Source, ...] = tuple(
    Source(
        kalla=KALLA,
        tabell=contract.table(),
        suffixes=(".csv", ".txt"),
        headers=_telling(contract),
        read=partial(_read, contract),
        person_data=True,
    )
    for contract in REGISTER
)
