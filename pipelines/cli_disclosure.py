"""``kvinnofrid disclosure``: why cells are protected, and whether what is published can be undone."""

from typing import Annotated

import typer

from pipelines.cli_common import Json, Kommun, known_kommun, settings
from pipelines.exits import Exit

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


@app.command()
def attack(
    ar: Annotated[int, typer.Option("--ar", help="Year.", min=1975, max=2100, metavar="ÅR")],
    kommun: Kommun,
    utkast: Annotated[
        int | None, typer.Option("--utkast", help="Attack this draft too, before it is published.", min=1, metavar="N")
    ] = None,
    revision: Annotated[
        bool,
        typer.Option(
            "--revision", help="Show what a public report with delivered figures gives away, a counterfactual."
        ),
    ] = False,
    sekunder: Annotated[float, typer.Option(help="Time for the attack.", min=1, max=86_400)] = 120.0,
    as_json: Json = False,
) -> None:
    """Attack all that is published of a kommun and year as a reader could, and say what it gives away.

    Exit code 0: nothing was recovered; 7: something was, or the time did not suffice; 3: nothing is published.
    """
    from pipelines import show, show_disclosure
    from pipelines.attack import attacked

    known_kommun(kommun)
    with show.progress(quiet=as_json) as tell:
        tell("Läser allt som är publicerat och försöker räkna fram det som skyddas")
        found = attacked(settings(), kommun, ar, utkast=utkast, revision=revision, seconds=sekunder)
    if as_json:
        show.emit(found.as_json())
    else:
        show_disclosure.attacked(found)
    raise typer.Exit(Exit.NO_EDITION if found.attack is None else Exit.OK if found.rent else Exit.BROKEN)
