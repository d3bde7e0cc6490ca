"""The empty run: the same storage, asset keys, checks and years as the nightly job, one step an asset, nothing in them.

Run as ``python -m bench.empty FIRST LAST`` in a cold process with the installation's settings; it is the yardstick.
"""

import sys
import uuid
from collections.abc import Iterator
from typing import Any

import dagster as dg

from pipelines.definitions import build_definitions, partitions
from pipelines.home import opened, write_dagster_yaml
from pipelines.schedules import range_tags
from pipelines.settings import Settings


def _hollow(settings: Settings) -> dg.Definitions:
    graph = build_definitions(settings).resolve_asset_graph()
    checks: dict[dg.AssetKey, list[str]] = {}
    for check in graph.asset_check_keys:
        checks.setdefault(check.asset_key, []).append(check.name)
    assets = []
    for key in graph.get_all_asset_keys():
        node = graph.get(key)

        def build(key: dg.AssetKey = key, node: Any = node) -> dg.AssetsDefinition:
            names = sorted(checks.get(key, []))

            @dg.asset(
                key=key,
                deps=list(node.parent_keys),
                partitions_def=partitions(settings) if node.is_partitioned else None,
                backfill_policy=dg.BackfillPolicy.single_run() if node.is_partitioned else None,
                check_specs=[dg.AssetCheckSpec(n, asset=key) for n in names],
            )
            def hollow() -> Iterator[dg.MaterializeResult[None] | dg.AssetCheckResult]:
                yield dg.MaterializeResult()
                for name in names:
                    yield dg.AssetCheckResult(check_name=name, passed=True)

            return hollow

        assets.append(build())
    job = dg.define_asset_job(
        "tomt",
        selection=dg.AssetSelection.all(),
        partitions_def=partitions(settings),
        executor_def=dg.in_process_executor,
    )
    return dg.Definitions(assets=assets, jobs=[job])


def main() -> None:
    """Run it once."""
    settings = Settings()
    years = int(sys.argv[1]), int(sys.argv[2])
    with opened(settings) as home:
        write_dagster_yaml(home.dagster_home)
        with dg.DagsterInstance.from_config(str(home.dagster_home)) as instance:
            result = (
                _hollow(settings)
                .resolve_job_def("tomt")
                .execute_in_process(
                    instance=instance,
                    run_id=str(uuid.uuid4()),
                    tags=range_tags(years),
                    run_config={"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}},
                )
            )
    sys.exit(0 if result.success else 1)


if __name__ == "__main__":
    main()
