"""``kvinnofrid template``: empty forms to send out. What stands in them is for ``sources`` to say. Reads nothing."""

from pathlib import Path
from typing import Annotated

import typer

from pipelines.cli_common import Kommun, Overwrite, free_file, known_kommun

app = typer.Typer(help="Write empty forms: for jourer, for a whole register, for case by case.", no_args_is_help=True)

Target = Annotated[Path, typer.Option("--ut", "-o", help="Workbook to write (.xlsx).", metavar="FIL")]
Sender = Annotated[str | None, typer.Option(help="Who will send it; left to fill in where not given.")]
Rows = Annotated[int, typer.Option("--rader", help="Rows to fill in on each sheet.", min=1, max=20_000)]


@app.command()
def iop(
    kommun: Kommun,
    ar: Annotated[int, typer.Option("--ar", help="Year that the report is about.", metavar="ÅR")],
    jour: Annotated[str, typer.Option("--jour", help="Name of the jour, the same every year.", metavar="NAMN")],
    ut: Target,
    skriv_over: Overwrite = False,
) -> None:
    """The yearly report of a jour that has an agreement (IOP): docs/for-jourer.md goes with it."""
    from sources.iop.form import usable, write_form
    from warehouse.contracts.errors import UserError

    known_kommun(kommun)
    try:
        usable(kommun, ar, jour)
    except UserError as error:
        raise typer.BadParameter(str(error)) from None
    target = free_file(ut, (".xlsx",), overwrite=skriv_over, option="--ut")
    write_form(target, kommun=kommun, ar=ar, jour=jour)
    _told(target, "Skicka det till jouren tillsammans med docs/for-jourer.md.")


@app.command()
def register(
    kommun: Kommun,
    ut: Target,
    avsandare: Sender = None,
    rader: Rows = 200,
    skriv_over: Overwrite = False,
) -> None:
    """A workbook with a sheet for each table of the register."""
    from pipelines.template_register import write_register_form

    known_kommun(kommun)
    target = free_file(ut, (".xlsx",), overwrite=skriv_over, option="--ut")
    write_register_form(target, kommun=kommun, avsandare=avsandare, rows=rader)
    _told(target, "Ifylld innehåller den personuppgifter: skicka den bara på ett säkert sätt.")


@app.command()
def arendeblad(
    kommun: Kommun, ut: Target, avsandare: Sender = None, rader: Rows = 200, skriv_over: Overwrite = False
) -> None:
    """One row a case, with columns for before, during and after: for places without a system that can export."""
    from pipelines.template_register import write_arendeblad_form

    known_kommun(kommun)
    target = free_file(ut, (".xlsx",), overwrite=skriv_over, option="--ut")
    write_arendeblad_form(target, kommun=kommun, avsandare=avsandare, rows=rader)
    _told(target, "Ifyllt innehåller det personuppgifter: skicka det bara på ett säkert sätt.")


def _told(target: Path, advice: str) -> None:
    from pipelines import show

    show.say(f"Formuläret är skrivet till {target}. {advice}")
