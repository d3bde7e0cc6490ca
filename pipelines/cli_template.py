"""``kvinnofrid template``: empty forms to send out. What stands in them is for ``sources`` to say. Reads nothing."""

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(help="Write empty forms: for jourer, for a whole register, for case by case.", no_args_is_help=True)

Kommun = Annotated[str, typer.Option("--kommun", help="Kommunkod, four digits, e.g. 0114.", metavar="KOD")]
Target = Annotated[Path, typer.Option("--ut", "-o", help="Workbook to write (.xlsx).", metavar="FIL")]
Sender = Annotated[str | None, typer.Option(help="Who will send it; left to fill in where not given.")]
Rows = Annotated[int, typer.Option("--rader", help="Rows to fill in on each sheet.", min=1, max=20_000)]
Overwrite = Annotated[bool, typer.Option("--skriv-over", help="Write over a file that exists.")]


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

    _known(kommun)
    try:
        usable(kommun, ar, jour)
    except UserError as error:
        raise typer.BadParameter(str(error)) from None
    target = _free(ut, skriv_over)
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

    _known(kommun)
    target = _free(ut, skriv_over)
    write_register_form(target, kommun=kommun, avsandare=avsandare, rows=rader)
    _told(target, "Ifylld innehåller den personuppgifter: skicka den bara på ett säkert sätt.")


@app.command()
def arendeblad(
    kommun: Kommun, ut: Target, avsandare: Sender = None, rader: Rows = 200, skriv_over: Overwrite = False
) -> None:
    """One row a case, with columns for before, during and after: for places without a system that can export."""
    from pipelines.template_register import write_arendeblad_form

    _known(kommun)
    target = _free(ut, skriv_over)
    write_arendeblad_form(target, kommun=kommun, avsandare=avsandare, rows=rader)
    _told(target, "Ifyllt innehåller det personuppgifter: skicka det bara på ett säkert sätt.")


def _known(code: str) -> None:
    from warehouse.contracts.reference import kommuner

    if code not in kommuner():
        raise typer.BadParameter(
            "Kommunkoden finns inte. Skriv fyra siffror, till exempel 0114 för Upplands Väsby.", param_hint="--kommun"
        )


def _free(target: Path, overwrite: bool) -> Path:
    """The file to write, where nothing stands in the way."""
    if target.suffix.casefold() != ".xlsx":
        raise typer.BadParameter("Filens namn ska sluta på .xlsx.", param_hint="--ut")
    if target.is_dir() or not target.absolute().parent.is_dir():
        raise typer.BadParameter("Mappen finns inte, eller så är det en mapp som heter så.", param_hint="--ut")
    if target.exists() and not overwrite:
        raise typer.BadParameter(
            "Filen finns redan. Välj ett annat namn, eller lägg till --skriv-over.", param_hint="--ut"
        )
    return target


def _told(target: Path, advice: str) -> None:
    from pipelines import show

    show.say(f"Formuläret är skrivet till {target}. {advice}")
