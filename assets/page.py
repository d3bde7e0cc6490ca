"""Asset ``intern_sida``: a plain page with the tables as they are counted. Within secrecy, never published."""

from collections.abc import Iterator

import dagster as dg

from assets.columns import OWNERS, Meta, meta
from assets.page_html import write_page
from assets.tables.asset import key_of
from assets.tables.catalogue import Plan
from assets.workspace import Workspace

PAGE = dg.AssetKey("intern_sida")
BEGINS = "Skriver intern sida"
"""What the journal is told when all tables are counted and checked."""


def build_page(plan: Plan) -> dg.AssetsDefinition:
    """The asset, below all tables."""

    @dg.asset(
        key=PAGE,
        deps=[key_of(s) for s in plan.values()],
        group_name="intern",
        owners=OWNERS,
        kinds={"python", "html"},
        description="Intern sida med alla räknade tabeller. Inom sekretess, får inte publiceras.",
        metadata=meta({Meta.COLUMNS: dg.TableSchema([dg.TableColumn("sida", "html", "En sida per kommun och år")])}),
        required_resource_keys={"workspace"},
    )
    def intern_sida(context: dg.AssetExecutionContext) -> Iterator[dg.MaterializeResult[None]]:
        """Write the page anew."""
        ws: Workspace = context.resources.workspace
        ws.journal.tell(BEGINS)
        pages = write_page(ws)
        yield dg.MaterializeResult(metadata=meta({Meta.ROW_COUNT: pages}))

    return intern_sida
