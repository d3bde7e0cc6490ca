"""``kvinnofrid fetch``: ask public sources now. What they answer waits in the inbox for the next run."""

from typing import Annotated

import typer

from pipelines.cli_common import Json, known_kommun, settings, span
from pipelines.exits import Exit


def fetch(
    kalla: Annotated[list[str], typer.Argument(help="Sources to ask: kolada, scb, bra.", metavar="KÄLLA")],
    kommun: Annotated[
        list[str] | None,
        typer.Option("--kommun", help="Kommunkod; may be repeated. Default: those that have delivered.", metavar="KOD"),
    ] = None,
    ar: Annotated[
        str | None, typer.Option("--ar", help="Year or span. Default: all counted years that are over.", metavar="ÅR")
    ] = None,
    kpi: Annotated[
        list[str] | None, typer.Option("--kpi", help="Nyckeltal in Kolada; default: those on violence.", metavar="ID")
    ] = None,
    alder: Annotated[bool, typer.Option("--alder", help="Population by age too (SCB).")] = False,
    as_json: Json = False,
) -> None:
    """Ask public sources, and put what they answer in the inbox. `kvinnofrid run` then takes it in."""
    from assets.fetching import fetch as ask
    from pipelines import show
    from pipelines.work import beginning, working
    from quality.identity_scan import mask_name

    years = span(ar)
    new = beginning(settings())
    if new and not as_json:
        show.say_where(new)
    with show.progress(quiet=as_json) as tell, working(settings()) as (_, ws):
        got = ask(
            ws,
            kalla,
            kommuner=[known_kommun(k) for k in kommun or []],
            years=range(years[0], years[1] + 1) if years else (),
            kpi=kpi or (),
            by_age=alder,
            tell=tell,
        )
    names = {source: [mask_name(path.name) for path in files] for source, files in got.files.items()}
    show.fetched(names, got.failed, as_json=as_json)
    raise typer.Exit(Exit.MEND if got.failed else Exit.OK)
