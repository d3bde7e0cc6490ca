"""``kvinnofrid disclosure``: why cells are protected, and whether what is published can be undone."""

from typing import Annotated

import typer

from pipelines.cli_common import Json, settings

app = typer.Typer(
    help="Disclosure control: why cells are protected (internal), and an attack on what is published.",
    no_args_is_help=True,
)


@app.callback()
def _group() -> None:
    """Disclosure control: why cells are protected (internal), and an attack on what is published."""


@app.command()
def explain(
    utgava: Annotated[int, typer.Option("--utgava", help="Number of the edition, or of the draft.", min=1)],
    tabell: Annotated[str, typer.Option("--tabell", help="Table of the edition, e.g. insatser.")],
    matt: Annotated[str | None, typer.Option("--matt", help="Only this measure.")] = None,
    kon: Annotated[str | None, typer.Option("--kon", help="Only kvinna, man, annat_okant or totalt.")] = None,
    period: Annotated[str | None, typer.Option("--period", help="Only this period, e.g. 2019 or 2017_2019.")] = None,
    kod: Annotated[
        list[str] | None,
        typer.Option("--kod", help="Only this code; may be repeated.", metavar="DIM=KOD"),
    ] = None,
    as_json: Json = False,
) -> None:
    """Say why cells are hidden, what that protects and what was lost. Within secrecy: shows true values."""
    from assets.publicering.forklaring import INSIDE
    from pipelines import show
    from pipelines.explain import as_json as objects
    from pipelines.explain import explained, lines

    told = explained(settings(), utgava, tabell, matt=matt, kon=kon, period=period, koder=kod or [])
    if as_json:
        show.emit(objects(told, INSIDE))
        return
    for line in lines(told, INSIDE):
        show.say(line)
