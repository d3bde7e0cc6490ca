"""Asset ``offentliga_kallor``: the public sources, asked. What they answer lies in the inbox for the night's run."""

from collections.abc import Iterator, Sequence

import dagster as dg

from assets.columns import OWNERS, Meta, meta
from assets.fetching import WAYS, fetch
from assets.workspace import Workspace
from warehouse.contracts.errors import UserError

PUBLIC = dg.AssetKey("offentliga_kallor")


def build_public(sources: Sequence[str]) -> dg.AssetsDefinition:
    """The asset for the sources that the settings name; it stands beside the night, which takes in what it lays."""

    @dg.asset(
        key=PUBLIC,
        group_name="mottagning",
        owners=OWNERS,
        kinds={"python", "http"},
        description="Frågar de offentliga källorna (" + ", ".join(sources or WAYS) + ") och lägger svaren i inbox.",
        metadata=meta({Meta.COLUMNS: dg.TableSchema([dg.TableColumn("fil", "text", "En leverans i inbox")])}),
        required_resource_keys={"workspace"},
        check_specs=[
            dg.AssetCheckSpec("kallorna_svarade", asset=PUBLIC, description="Källor som inte svarade som väntat")
        ],
    )
    def offentliga_kallor(
        context: dg.AssetExecutionContext,
    ) -> Iterator[dg.MaterializeResult[None] | dg.AssetCheckResult]:
        """Ask them all; one that does not answer never costs another."""
        ws: Workspace = context.resources.workspace
        try:
            got = fetch(ws, sources, tell=ws.journal.tell)
        except UserError as error:
            ws.journal.stopped.append(str(error))
            raise dg.Failure(description=str(error), allow_retries=False) from None
        ws.journal.notices.extend(got.failed.values())
        yield dg.MaterializeResult(metadata=meta({Meta.DELIVERIES: sum(len(files) for files in got.files.values())}))
        yield dg.AssetCheckResult(
            check_name="kallorna_svarade",
            passed=not got.failed,
            severity=dg.AssetCheckSeverity.WARN,
            metadata=meta({Meta.STUCK: len(got.failed)}),
        )

    return offentliga_kallor
