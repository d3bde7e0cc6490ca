"""The command ``kvinnofrid deliveries``. What is slow is imported inside; rendering is in ``show_deliveries``."""

from typing import Annotated

import typer

from pipelines.cli_common import Json, known_kommun, settings
from pipelines.exits import Exit


def deliveries(
    kommun: Annotated[
        str | None, typer.Option("--kommun", help="Only this kommun (and public data), e.g. 0114.", metavar="KOD")
    ] = None,
    alla: Annotated[
        bool, typer.Option("--alla", help="Every period, not only the latest of each, and all that came in time.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Show which delivery is current in each slot, what is missing or late, and what waits for correction."""
    from pipelines.deliveries import deliveries as found
    from pipelines.home import none_here, there_is_one
    from pipelines.show import say_where
    from pipelines.show_deliveries import deliveries as show

    if not as_json and not there_is_one(settings()):
        say_where(none_here(settings()))
    show(found(settings(), known_kommun(kommun) if kommun else None), alla=alla, as_json=as_json)
    raise typer.Exit(Exit.OK)
