"""``kvinnofrid trace`` and ``kvinnofrid recount``: where a published number came from. Imports nothing slow."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipelines.cli_common import Json, Overwrite, free_file, known_kommun, settings
from pipelines.cli_release import Login, password_of
from pipelines.exits import Exit

if TYPE_CHECKING:
    from pipelines.own_login import OwnLogin
    from pipelines.trace_find import Sought

app = typer.Typer(help="Supervised recounts of a published number: order, run, list.", no_args_is_help=True)


def _sought(
    ref: str | None, utgava: int | None, kommun: str | None, ar: int | None, tabell: str | None, matt: str | None,
    kon: str, period: str | None, kod: list[str] | None,
) -> "Sought":  # fmt: skip
    from pipelines.trace_find import Sought
    from warehouse.contracts.codes import CODES, TOTAL
    from warehouse.released import Ref

    if ref is not None:
        if any(x is not None for x in (utgava, kommun, ar, tabell, matt, period)) or kod:
            raise typer.BadParameter("give a reference or coordinates, not both", param_hint="REF")
        return Sought(Ref.of(ref))
    if tabell is None or matt is None or (utgava is None and (kommun is None or ar is None)):
        raise typer.BadParameter(
            "give a reference (U3-insatser-37), or --tabell and --matt with --utgava, or with --kommun and --ar",
            param_hint="REF",
        )
    if kon not in (*CODES["kon"], TOTAL):
        raise typer.BadParameter(f"use {', '.join((*CODES['kon'], TOTAL))}", param_hint="--kon")
    pairs = [k.partition("=") for k in kod or []]
    if any(not (d and k) for d, _, k in pairs):
        raise typer.BadParameter("write dimension=code, e.g. insatstyp=stodsamtal", param_hint="--kod")
    namnd = kommun if kommun is None or not kommun.isdecimal() else known_kommun(kommun)
    return Sought(None, utgava, namnd, ar, tabell, matt, kon, period, {d: k for d, _, k in pairs})


def trace(
    ref: Annotated[str | None, typer.Argument(help="The number's reference, as printed: U3-insatser-37.")] = None,
    utgava: Annotated[int | None, typer.Option("--utgava", help="The edition.", min=1)] = None,
    kommun: Annotated[
        str | None,
        typer.Option("--kommun", help="Kommunkod (or lan:01, riket): what holds.", metavar="KOD"),
    ] = None,
    ar: Annotated[int | None, typer.Option("--ar", help="Year.", min=1975, max=2100, metavar="ÅR")] = None,
    tabell: Annotated[str | None, typer.Option("--tabell", help="Table.")] = None,
    matt: Annotated[str | None, typer.Option("--matt", help="Measure.")] = None,
    kon: Annotated[str, typer.Option("--kon", help="kvinna, man, annat_okant or totalt.")] = "totalt",
    period: Annotated[str | None, typer.Option("--period", help="2025 or 2023_2025; else the edition's year.")] = None,
    kod: Annotated[
        list[str] | None, typer.Option("--kod", help="dimension=code; may be repeated. Others at their total.")
    ] = None,
    html: Annotated[Path | None, typer.Option("--html", help="Write a page of its own here.", metavar="FIL")] = None,
    skriv_over: Overwrite = False,
    verify: Annotated[
        bool,
        typer.Option("--verify", help="Read and count again what can be. Exit code 7 if something is not so."),
    ] = False,
    login: Login = None,
    as_json: Json = False,
) -> None:
    """Trace a published number to edition, run, code, declaration, deliveries, checks and decisions.

    Tells what the login may know, and says what it leaves out.
    """
    from warehouse.released import NoEdition, Ref

    if html is not None:
        free_file(html, (".html", ".htm"), overwrite=skriv_over, option="--html")
    sought = _sought(ref, utgava, kommun, ar, tabell, matt, kon, period, kod)
    own = _own(login)
    try:
        if verify:
            from pipelines import show
            from pipelines.trace_verify import verified

            with show.progress(quiet=as_json) as tell:
                tell("Läser om och räknar om, det tar en stund")
                found = verified(settings(), sought, own)
        else:
            from pipelines.trace import trace as traced

            found = traced(settings(), sought, own)
    except NoEdition as none:
        from pipelines.show import complain

        complain(str(none))
        raise typer.Exit(Exit.NO_EDITION) from None
    if html is not None:
        from pipelines.show_trace import write_page

        write_page(found, html)
    if as_json:
        from pipelines.show import emit

        emit(found.as_json())
    elif html is not None:
        from pipelines.show import say_where

        say_where(f"Spåret av {Ref.of(found.referens)} står i {html}.")
    else:
        from pipelines.show_trace import show as show_it

        show_it(found)
    if any(v["utfall"] == "olika" for v in found.verifiering or []):
        raise typer.Exit(Exit.BROKEN)


@app.command()
def order(
    ref: Annotated[str, typer.Argument(help="The number's reference, as printed: U3-insatser-37.")],
    som: Annotated[str, typer.Option("--som", help="Who orders: first and last name.", metavar="NAMN")],
    login: Login = None,
    as_json: Json = False,
) -> None:
    """Order a recount of a published number: for those who may not read the register. No number is given or told."""
    from pipelines import show
    from pipelines.recount import order as ordered
    from warehouse.released import Ref

    found = ordered(settings(), Ref.of(ref), som, _own(login))
    if as_json:
        show.emit(found.as_json())
        return
    show.say(
        f"Omräkning {found.omrakning_id} av {found.ref} är beställd av {found.uppgiven} ({_proved(found.styrkt)})."
    )
    show.say("Den görs med: kvinnofrid recount run. Svaret står sedan i: kvinnofrid recount list")


@app.command()
def run(login: Login = None, as_json: Json = False) -> None:
    """Carry out the orders that wait, and write the answers: equal, unequal, or why it cannot be done."""
    from pipelines import show
    from pipelines.recount import run as carried_out

    own = _own(login)
    with show.progress(quiet=as_json) as tell:
        tell("Räknar om det som är beställt")
        done = carried_out(settings(), own)
    if as_json:
        show.emit({"omrakningar": [o.as_json() for o in done.orders]})
    else:
        from pipelines.show_trace import orders

        orders(done.orders, "Inga beställda omräkningar väntar.")
    raise typer.Exit(Exit.BROKEN if done.unequal else Exit.OK)


@app.command("list")
def list_orders(login: Login = None, as_json: Json = False) -> None:
    """Show the ordered recounts and their answers."""
    from pipelines import show
    from pipelines.recount import listed

    found = listed(settings(), _own(login))
    if as_json:
        show.emit({"omrakningar": [o.as_json() for o in found]})
    else:
        from pipelines.show_trace import orders

        orders(found, "Inga omräkningar är beställda.")


def _own(login: str | None) -> "OwnLogin | None":
    from pipelines.own_login import OwnLogin

    return None if login is None else OwnLogin(login, password_of(login))


def _proved(styrkt: bool) -> str:
    return "styrkt av egen inloggning" if styrkt else "uppgivet, ej styrkt"
