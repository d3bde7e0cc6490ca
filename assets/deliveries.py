"""Asset ``leveranser``: everything in the inbox, taken in. The work is in ``assets.receiving``."""

from collections.abc import Iterator

import dagster as dg

from assets.columns import KINDS, OWNERS, Meta, meta, schema_of_receipts
from assets.page_html import is_current
from assets.receiving import receive
from assets.tables.counting import stale
from assets.workspace import Workspace
from warehouse.cells import record_check
from warehouse.contracts.errors import UserError

LEVERANSER = dg.AssetKey("leveranser")


@dg.asset(
    key=LEVERANSER,
    group_name="mottagning",
    owners=OWNERS,
    kinds=KINDS,
    description="Leveranserna i inbox: kvitto, karantän och rader i registret och omvärlden.",
    metadata=meta({Meta.COLUMNS: schema_of_receipts()}),
    required_resource_keys={"workspace"},
    output_required=False,
    check_specs=[
        dg.AssetCheckSpec("inget_i_karantan", asset=LEVERANSER, description="Rader som sattes i karantän vid intaget"),
        dg.AssetCheckSpec("inget_fastnade", asset=LEVERANSER, description="Filer som inte gick att ta in"),
        dg.AssetCheckSpec("rattelserna_galler", asset=LEVERANSER, description="Rättelser som källan har hunnit före"),
    ],
)
def leveranser(context: dg.AssetExecutionContext) -> Iterator[dg.MaterializeResult[None] | dg.AssetCheckResult]:
    """Take in the inbox. Emits nothing on a night with nothing new, so that nothing below runs."""
    ws: Workspace = context.resources.workspace
    try:
        got = receive(ws, ws.journal.tell)
    except UserError as error:
        ws.journal.stopped.append(str(error))
        raise dg.Failure(description=str(error), allow_retries=False) from None
    with ws.database.begin() as conn:
        left = stale(conn, setup=ws.setup, years=ws.years) or not is_current(ws, conn)
        quiet = not got.results and not got.stuck and not left
    if quiet:  # Dagster wants an answer from each check, or the run fails
        yield dg.AssetCheckResult(check_name="inget_i_karantan", passed=True, metadata=meta({Meta.FAULTS: 0}))
        yield dg.AssetCheckResult(check_name="inget_fastnade", passed=True, metadata=meta({Meta.STUCK: 0}))
        yield dg.AssetCheckResult(check_name="rattelserna_galler", passed=True, metadata=meta({Meta.FAULTS: 0}))
        return
    quarantined = sum(r.rader_karantan for r in got.results)
    with ws.database.begin() as conn:
        record_check(conn, context.run_id, "inget_i_karantan", "varning" if quarantined else "godkand", quarantined)
    ws.journal.received.append(got)
    yield dg.MaterializeResult(
        metadata=meta(
            {
                Meta.ROW_COUNT: sum(r.rader_godkanda for r in got.results if r.andring == "ny"),
                Meta.DELIVERIES: len(got.results),
                Meta.QUARANTINED: quarantined,
                Meta.REFUSED: sum(r.andring == "avvisad" for r in got.results),
                Meta.UNCHANGED: sum(r.andring == "oforandrad" for r in got.results),
            }
        )
    )
    yield dg.AssetCheckResult(
        check_name="inget_i_karantan",
        passed=quarantined == 0,
        severity=dg.AssetCheckSeverity.WARN,
        metadata=meta({Meta.FAULTS: quarantined}),
    )
    yield dg.AssetCheckResult(
        check_name="inget_fastnade", passed=not got.stuck, metadata=meta({Meta.STUCK: len(got.stuck)})
    )
    outdated = len(set(ws.journal.outdated))
    yield dg.AssetCheckResult(
        check_name="rattelserna_galler", passed=outdated == 0, metadata=meta({Meta.FAULTS: outdated})
    )
