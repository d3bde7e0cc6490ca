"""Asset checks made from the contracts and the declared consistency rules. They tell counts and nothing else."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import dagster as dg
from sqlalchemy import Connection

from assets.columns import Meta, meta
from assets.workspace import Workspace
from quality.consistency import CONSISTENCY
from quality.validation import judge
from warehouse.cells import record_check, stored_rows
from warehouse.contracts.base import Contract, typed
from warehouse.load import current


@dataclass(frozen=True, slots=True)
class Check:
    """A named count that should be zero."""

    name: str
    description: str
    count: Callable[[Connection], int]
    warning: bool

    def spec(self, asset: dg.AssetKey) -> dg.AssetCheckSpec:
        """What Dagster shows."""
        return dg.AssetCheckSpec(self.name, asset=asset, description=self.description)


def _contract_check(contract: type[Contract]) -> Check:
    def count(conn: Connection) -> int:
        frame = current(conn, contract, [c.name for c in contract.columns()])
        return len({row for row, _, _ in judge(contract, typed(contract, frame))})

    description = f"Rader i {contract.schema_name()}.{contract.table()} som bryter mot sitt kontrakt"
    return Check(f"kontrakt_{contract.table()}", description, count, warning=False)


def contract_checks(about: str, contracts: Sequence[type[Contract]]) -> list[Check]:
    """One check a contract, and the consistency rules that belong here."""
    between = [Check(c.name, c.description, c.count, c.warning) for c in CONSISTENCY if c.about == about]
    return [*(_contract_check(c) for c in contracts), *between]


def run_checks(
    ws: Workspace, run_id: str, asset: dg.AssetKey, checks: Sequence[Check], contracts: Sequence[type[Contract]]
) -> Iterator[dg.MaterializeResult[None] | dg.AssetCheckResult]:
    """Materialise the asset with its row count, and evaluate its checks."""
    with ws.database.begin() as conn:
        rows = sum(stored_rows(conn, contract) for contract in contracts)
        counts = [(check, check.count(conn)) for check in checks]
        for check, found in counts:
            outcome = "godkand" if not found else "varning" if check.warning else "underkand"
            record_check(conn, run_id, check.name, outcome, found)
            ws.journal.checks.append((check.name, not found, found))
    yield dg.MaterializeResult(asset_key=asset, metadata=meta({Meta.ROW_COUNT: rows}))
    for check, found in counts:
        yield dg.AssetCheckResult(
            asset_key=asset,
            check_name=check.name,
            passed=found == 0,
            severity=dg.AssetCheckSeverity.WARN if check.warning else dg.AssetCheckSeverity.ERROR,
            metadata=meta({Meta.FAULTS: found}),
        )
