"""The command ``kvinnofrid deliveries``. What is slow is imported inside; rendering is in ``show_deliveries``."""

from typing import Annotated

import typer

from pipelines.exits import Exit


def deliveries(
    kommun: Annotated[
        str | None, typer.Option("--kommun", help="Only this kommun (and public data), e.g. 0114.", metavar="KOD")
    ] = None,
    alla: Annotated[
        bool, typer.Option("--alla", help="Every period, not only the latest of each, and all that came in time.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object for programs.")] = False,
) -> None:
    """Show which delivery is current in each slot, what is missing or late, and what waits for correction."""
    from pipelines import cli
    from pipelines.deliveries import deliveries as found
    from pipelines.show_deliveries import deliveries as show

    settings = cli._settings()
    show(found(settings, cli._known_kommun(kommun) if kommun else None), alla=alla, as_json=as_json)
    raise typer.Exit(Exit.OK)
