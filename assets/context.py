"""Asset ``omvarld``: public data and reported figures, checked against their contracts and each other."""

from collections.abc import Iterator

import dagster as dg

from assets.checking import contract_checks, run_checks
from assets.columns import KINDS, OWNERS, Meta, meta, schema_of
from assets.deliveries import LEVERANSER
from assets.workspace import Workspace
from warehouse.contracts.omvarld import CONTEXT as CONTRACTS

OMVARLD = dg.AssetKey("omvarld")
CHECKS = contract_checks("omvarld", CONTRACTS)


@dg.asset(
    key=OMVARLD,
    deps=[LEVERANSER],
    group_name="omvarld",
    owners=OWNERS,
    kinds=KINDS,
    description="BRÅ, SCB, jourernas rapporter och siffror som kommit som siffror.",
    metadata=meta({Meta.COLUMNS: schema_of(CONTRACTS)}),
    required_resource_keys={"workspace"},
    check_specs=[check.spec(OMVARLD) for check in CHECKS],
)
def omvarld(context: dg.AssetExecutionContext) -> Iterator[dg.MaterializeResult[None] | dg.AssetCheckResult]:
    """Count the current rows and what does not hold among them."""
    ws: Workspace = context.resources.workspace
    ws.journal.tell("Kontrollerar omvärlden")
    yield from run_checks(ws, context.run_id, OMVARLD, CHECKS, CONTRACTS)
