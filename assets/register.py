"""Asset ``register``: the current records, checked against their contracts and each other. Nothing is changed here."""

from collections.abc import Iterator

import dagster as dg

from assets.checking import contract_checks, run_checks
from assets.columns import KINDS, OWNERS, Meta, meta, schema_of
from assets.deliveries import LEVERANSER
from assets.workspace import Workspace
from warehouse.contracts.register import REGISTER as CONTRACTS

REGISTER = dg.AssetKey("register")
CHECKS = contract_checks("register", CONTRACTS)


@dg.asset(
    key=REGISTER,
    deps=[LEVERANSER],
    group_name="register",
    owners=OWNERS,
    kinds=KINDS,
    description="Gällande poster per tabell, pseudonymiserade. Begränsad åtkomst.",
    metadata=meta({Meta.COLUMNS: schema_of(CONTRACTS)}),
    required_resource_keys={"workspace"},
    check_specs=[check.spec(REGISTER) for check in CHECKS],
)
def register(context: dg.AssetExecutionContext) -> Iterator[dg.MaterializeResult[None] | dg.AssetCheckResult]:
    """Count the current rows and what does not hold among them."""
    ws: Workspace = context.resources.workspace
    ws.journal.tell("Kontrollerar registret")
    yield from run_checks(ws, context.run_id, REGISTER, CHECKS, CONTRACTS)
