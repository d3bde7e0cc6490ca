"""The tabellplan as one subsettable ``multi_asset``, by year; receipts decide which tables and years are counted."""

from collections.abc import Iterator

import dagster as dg

from assets.columns import KINDS, OWNERS, Meta, meta, schema_of_table
from assets.context import OMVARLD
from assets.register import REGISTER
from assets.tables.catalogue import Plan
from assets.tables.counting import Job, count, retired, stale
from assets.tables.spec import TableSpec
from assets.workspace import Workspace
from quality.reconciliation import compare
from quality.table_rules import record, rules_for
from warehouse.cells import Slice, record_check, stored_cells
from warehouse.contracts.codes import label
from warehouse.contracts.registry import CONTRACTS

CELLS_HOLD = "celler_haller"
RECONCILED = "avstamning"


class Limits(dg.Config):
    """Which nämnder to count; all when empty."""

    kommuner: list[str] = []


def key_of(spec: TableSpec) -> dg.AssetKey:
    """The asset key of a table."""
    return dg.AssetKey(["tabell", spec.name])


def _upstream(spec: TableSpec) -> list[dg.AssetKey]:
    """The assets that hold what the table reads."""
    schemas = {CONTRACTS[name].schema_name() for name in spec.sources}
    return [*([REGISTER] if "register" in schemas else []), *([OMVARLD] if schemas - {"register"} else [])]


def _spec(spec: TableSpec) -> dg.AssetSpec:
    rule = f"{label('period_regel', spec.period_regel)}. Enhet: {label('enhet', spec.enhet).lower()}."
    return dg.AssetSpec(
        key_of(spec),
        deps=_upstream(spec),
        description=f"{spec.title}. {spec.population} {rule} Målgrupp: {spec.malgrupp}. Inom sekretess.",
        group_name="tabell",
        owners=OWNERS,
        kinds=KINDS,
        skippable=True,
        metadata=meta({Meta.COLUMNS: schema_of_table(spec)}),
    )


def build_tables(plan: Plan, partitions: dg.PartitionsDefinition[str]) -> dg.AssetsDefinition:
    """The multi_asset over the plan's tables and the given years."""

    @dg.multi_asset(
        name="tabeller",
        specs=[_spec(s) for s in plan.values()],
        check_specs=[
            *(
                dg.AssetCheckSpec(
                    CELLS_HOLD, asset=key_of(s), description="Reglerna för räknade tabeller, se docs/kvalitet.md"
                )
                for s in plan.values()
            ),
            dg.AssetCheckSpec(
                RECONCILED, asset=key_of(plan["insatser"]), description="Räknade celler mot rapporterade siffror"
            ),
        ],
        can_subset=True,
        partitions_def=partitions,
        backfill_policy=dg.BackfillPolicy.single_run(),
        required_resource_keys={"workspace"},
    )
    def tabeller(
        context: dg.AssetExecutionContext, config: Limits
    ) -> Iterator[dg.MaterializeResult[None] | dg.AssetCheckResult]:
        """Count what the receipts say has changed, in the selected tables and years."""
        ws: Workspace = context.resources.workspace
        selected = [s for s in plan.values() if key_of(s) in context.selected_asset_keys]
        years = sorted(int(k) for k in context.partition_keys)
        wanted = config.kommuner or None
        with ws.database.begin() as conn:
            jobs = stale(conn, setup=ws.setup, tables=[s.name for s in selected], years=years, kommuner=wanted)
            jobs += retired(conn, ws.setup)

        def done(job: Job, cells: int) -> None:
            ws.journal.tell(f"Räknat {job.slice.tabell} {job.slice.ar} för {job.slice.kommun}")
            ws.journal.counted.append((job.slice, cells))

        count(ws.database, jobs, run_id=context.run_id, code_version=ws.code_version, setup=ws.setup, done=done)
        for spec in selected:
            yield from _result(ws, context, spec, [j.slice for j in jobs if j.slice.tabell == spec.name])

    return tabeller


def _result(
    ws: Workspace, context: dg.AssetExecutionContext, spec: TableSpec, counted: list[Slice]
) -> Iterator[dg.MaterializeResult[None] | dg.AssetCheckResult]:
    key = key_of(spec)
    with ws.database.begin() as conn:
        found = rules_for(conn, counted, minsta_bas=ws.setup.regler.minsta_bas)
        record(conn, context.run_id, counted, found)
        faults = sum(outcome.antal for outcome in found if outcome.rule.level == "stopp")
        rows = stored_cells(conn, spec.name)
        record_check(conn, context.run_id, f"{CELLS_HOLD}_{spec.name}", "underkand" if faults else "godkand", faults)
        differing = None
        if spec.name == "insatser":
            differing = sum(c.equal is False for c in compare(conn))
            record_check(conn, context.run_id, RECONCILED, "varning" if differing else "godkand", differing)
    yield dg.MaterializeResult(asset_key=key, metadata=meta({Meta.ROW_COUNT: rows, Meta.COUNTED: len(counted)}))
    yield dg.AssetCheckResult(
        asset_key=key, check_name=CELLS_HOLD, passed=faults == 0, metadata=meta({Meta.FAULTS: faults})
    )
    if differing is not None:
        yield dg.AssetCheckResult(
            asset_key=key,
            check_name=RECONCILED,
            passed=differing == 0,
            severity=dg.AssetCheckSeverity.WARN,
            metadata=meta({Meta.FAULTS: differing}),
        )
