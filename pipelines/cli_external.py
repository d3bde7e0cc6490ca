"""``kvinnofrid release external``: what left another way. What is slow is imported inside."""

from pathlib import Path
from typing import Annotated

import typer

from pipelines.cli_common import Json, known_kommun, settings

app = typer.Typer(
    help="What left another way: Kolada, Öppna jämförelser, Länsstyrelsen, a journalist. It counts as known for ever.",
    no_args_is_help=True,
)


@app.command()
def add(
    kommun: Annotated[str, typer.Option("--kommun", help="Kommunkod.", metavar="KOD")] = "",
    ar: Annotated[str, typer.Option("--ar", help="Year that the number is of.", metavar="ÅR")] = "",
    mottagare: Annotated[str, typer.Option(help="Who got it.")] = "",
    datum: Annotated[str, typer.Option(help="Day that it left, YYYY-MM-DD.")] = "",
    vad: Annotated[str, typer.Option(help="What it was, in plain words.")] = "",
    tabell: Annotated[str, typer.Option(help="Table of the plan that holds it.")] = "",
    matt: Annotated[str, typer.Option(help="Measure, as the table names it.")] = "",
    kon: Annotated[str, typer.Option(help="kvinna, man, annat_okant or totalt.")] = "",
    kod: Annotated[list[str] | None, typer.Option(help="A code of the table, DIM=CODE; may be repeated.")] = None,
    period: Annotated[str, typer.Option(help="Several years together, e.g. 2017_2019; else the year.")] = "",
    varde: Annotated[str, typer.Option(help="The number as it was printed; a share in percent.")] = "",
    decimaler: Annotated[str, typer.Option(help="Decimals that it was printed with; else those written.")] = "",
    mellan: Annotated[tuple[str, str], typer.Option(help="Least and most, where a span was told.", metavar="A B")] = (
        "",
        "",
    ),
    bas: Annotated[str, typer.Option(help="What a share or rate is of, as whoever got it knows it.")] = "",
    dnr: Annotated[str, typer.Option(help="Diarienummer.")] = "",
    fil: Annotated[Path | None, typer.Option(help="CSV file with a line for each number.", metavar="FIL")] = None,
    som: Annotated[
        str | None, typer.Option("--som", help="Who registers; else the user of this computer.", metavar="NAMN")
    ] = None,
    as_json: Json = False,
) -> None:
    """Register a number that left another way, so that nothing published later can be put together with it."""
    from dataclasses import asdict

    from pipelines import show, show_release
    from pipelines.release import Who, somebody
    from pipelines.release_external import Line, lines_of, register

    line = Line(
        kommun, ar, period, mottagare, datum, vad, dnr, tabell, matt, kon, ",".join(kod or ()), varde, decimaler,
        *mellan, bas,
    )  # fmt: skip
    found = register(settings(), lines_of(fil, line) if fil else [line], Who(som or somebody()))
    if as_json:
        show.emit({"registrerade": [asdict(r) for r in found]})
    else:
        show_release.externals(found, new=True)


@app.command("list")
def list_registered(
    kommun: Annotated[str | None, typer.Option("--kommun", help="Only this kommun.", metavar="KOD")] = None,
    ar: Annotated[int | None, typer.Option("--ar", help="Only this year.", metavar="ÅR")] = None,
    as_json: Json = False,
) -> None:
    """Show what is registered as having left another way. Within secrecy."""
    from dataclasses import asdict

    from pipelines import show, show_release
    from pipelines.release_external import registered

    found = registered(settings(), known_kommun(kommun) if kommun else None, ar)
    if as_json:
        show.emit({"registrerade": [asdict(r) for r in found]})
    else:
        show_release.externals(found)
