"""A draft edition as an asset, made when somebody asks and never by the night. Review and release are for people."""

from collections.abc import Iterator

import dagster as dg

from assets.columns import KINDS, OWNERS, Meta, meta
from assets.publicering.plan import PUBLICERAS
from assets.tables.asset import key_of
from assets.tables.catalogue import Plan
from assets.workspace import Workspace
from warehouse import audit_log, editions
from warehouse.contracts.errors import KvinnofridError

UTKAST = dg.AssetKey(["publicering", "utkast"])
GRANSKAD = "granskad"


class Wanted(dg.Config):
    """Whose edition, of which year."""

    namnd: str
    ar: int
    uppgiven: str
    variant: str = ""
    sekunder: float = 120.0


def build_draft(plan: Plan) -> dg.AssetsDefinition:
    """The asset of drafts, over the tables that are published."""

    @dg.multi_asset(
        name="utkast",
        specs=[
            dg.AssetSpec(
                UTKAST,
                deps=[key_of(plan[name]) for name in PUBLICERAS if name in plan],
                description="Utkast till utgåva: skyddade tabeller, granskade tillsammans med allt som är ute. "
                "Inom sekretess tills det är expedierat.",
                group_name="publicering",
                owners=OWNERS,
                kinds=KINDS,
                skippable=True,
            )
        ],
        check_specs=[
            dg.AssetCheckSpec(GRANSKAD, asset=UTKAST, description="Antal granskningar som inte godkände utkastet")
        ],
        required_resource_keys={"workspace"},
    )
    def utkast(
        context: dg.AssetExecutionContext, config: Wanted
    ) -> Iterator[dg.MaterializeResult[None] | dg.AssetCheckResult]:
        """Prepare one draft, and say how its audits went."""
        from assets.publicering.utgava import Order, prepare  # solvers: a night need not load them

        ws: Workspace = context.resources.workspace
        order = Order(
            config.namnd, config.ar, ws.policy_of(config.namnd), context.run_id, ws.code_version, config.uppgiven,
            config.variant or None, config.sekunder, ws.grannar, ws.setup,
        )  # fmt: skip
        try:
            with audit_log.signing(ws.database, ws.home / "keys", context.log.warning):
                made = prepare(ws.database, order)
        except KvinnofridError as error:  # its words are safe, and say what to do
            raise dg.Failure(str(error), allow_retries=False) from None
        with ws.database.begin() as conn:
            verdicts = editions.verdicts(conn, made.utgava) if made.utgava else []
        if made.utgava is not None:
            yield dg.MaterializeResult(asset_key=UTKAST, metadata=meta({Meta.ROW_COUNT: sum(made.celler.values())}))
            failed = sum(not v["godkand"] for v in verdicts)
            yield dg.AssetCheckResult(
                asset_key=UTKAST, check_name=GRANSKAD, passed=not failed, metadata=meta({Meta.FAULTS: failed})
            )

    return utkast
