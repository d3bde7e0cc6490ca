"""The report of an edition as an asset, made when somebody asks. What it does is ``assets.report``'s."""

from collections.abc import Iterator
from pathlib import Path

import dagster as dg

from assets.columns import OWNERS, Meta, meta
from assets.publicering.asset import UTKAST
from assets.report.gor import NotReleased, make, read
from assets.report.skriv import FILER
from assets.tables.catalogue import Plan
from assets.workspace import Workspace
from warehouse.contracts.errors import KvinnofridError

RAPPORT = dg.AssetKey(["publicering", "rapport"])
UTGIVNA_TAL = "bara_utgivna_tal"


class Asked(dg.Config):
    """Which report: of the edition that holds, unless one is named."""

    kommun: str
    ar: int
    utgava: int = 0


def build_report(plan: Plan, own: Path) -> dg.AssetsDefinition:
    """The asset; ``own`` is the folder of the kommuner's own texts."""

    @dg.multi_asset(
        name="rapport",
        specs=[
            dg.AssetSpec(
                RAPPORT,
                deps=[UTKAST],
                description="Kartläggningen av en utgåva: webbsidor, PDF, Word, Excel och CSV. Läser bara det som är "
                "expedierat.",
                group_name="publicering",
                owners=OWNERS,
                kinds={"python", "html"},
            )
        ],
        check_specs=[
            dg.AssetCheckSpec(UTGIVNA_TAL, asset=RAPPORT, description="Antal tal som inte är vad utgåvan skriver")
        ],
        required_resource_keys={"workspace"},
    )
    def rapport(
        context: dg.AssetExecutionContext, config: Asked
    ) -> Iterator[dg.MaterializeResult[None] | dg.AssetCheckResult]:
        """Write one report; what would print anything but the edition's numbers is not written."""
        ws: Workspace = context.resources.workspace
        try:
            with ws.database.begin() as conn:
                underlag = read(conn, config.kommun, config.ar, config.utgava or None, plan)
            done = make(underlag, ws.home, own, formats=tuple(FILER), tell=ws.journal.tell)
        except NotReleased as error:
            yield _checked(error.antal)
            raise dg.Failure(str(error), allow_retries=False) from None
        except KvinnofridError as error:  # its words are safe, and say what to do
            raise dg.Failure(str(error), allow_retries=False) from None
        yield dg.MaterializeResult(
            asset_key=RAPPORT, metadata=meta({Meta.FILES: len(done.filer), Meta.BYTES: done.storlek})
        )
        yield _checked(0)

    return rapport


def _checked(wrong: int) -> dg.AssetCheckResult:
    return dg.AssetCheckResult(
        asset_key=RAPPORT, check_name=UTGIVNA_TAL, passed=not wrong, metadata=meta({Meta.FAULTS: wrong})
    )
