"""``kvinnofrid release``: editions, from draft to adopted. What is slow is imported inside the commands."""

import os
import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipelines.cli_common import Json, a_day, known_kommun, settings
from pipelines.cli_external import app as external
from pipelines.exits import Exit

if TYPE_CHECKING:
    from pipelines.release import Who

app = typer.Typer(
    help="Editions: prepare, review, approve, dispatch, adopt; list, show, diff, withdraw; what left another way.",
    no_args_is_help=True,
)
app.add_typer(external, name="external")

PASSWORD = "KVINNOFRID_LOGIN_PASSWORD"  # noqa: S105 - the name of a variable
TYPES = ("oppen", "sekretessbilaga", "tertial")

Number = Annotated[int, typer.Argument(help="Number of the edition; see `kvinnofrid release list`.", min=1)]
Year = Annotated[int, typer.Option("--ar", help="Year.", min=1975, max=2100, metavar="ÅR")]
Som = Annotated[str, typer.Option("--som", help="First name and surname of the person who does this.", metavar="NAMN")]
AnyOne = Annotated[
    str | None, typer.Option("--som", help="Who does this; else the user of this computer.", metavar="NAMN")
]
Login = Annotated[
    str | None,
    typer.Option(
        "--login",
        help=f"One's own database login, which proves who it is. The password is asked for, or is in {PASSWORD}.",
        metavar="NAMN",
    ),
]


def _who(som: str | None, login: str | None = None) -> "Who":
    from pipelines.release import Who, somebody

    if login is None:
        return Who(som or somebody())
    return Who(som or login, login, password_of(login))


def password_of(login: str) -> str:
    """The login's password, from the environment or asked for."""
    if PASSWORD not in os.environ and not sys.stdin.isatty():
        raise typer.BadParameter(f"set {PASSWORD}: there is no terminal to ask in", param_hint="--login")
    return os.environ.get(PASSWORD) or str(typer.prompt(f"Lösenord för {login}", hide_input=True, err=True))


def _step(number: int, steg: Any, who: "Who", as_json: bool, **uppgifter: str | None) -> None:
    from pipelines import show, show_release
    from pipelines.release import take_step

    found = take_step(settings(), number, steg, who, **uppgifter)
    if as_json:
        show.emit(found.as_json())
    else:
        show_release.taken(found)


def _namnd(kommun: str | None, grupp: str | None, lan: str | None, *, riket: bool) -> str:
    """Whose edition it is, from the one of the options that is given."""
    from warehouse.contracts.reference import lan as counties

    if sum((kommun is not None, grupp is not None, lan is not None, riket)) != 1:
        raise typer.BadParameter("use one of --kommun, --grupp, --lan and --riket", param_hint="--kommun")
    if kommun is not None:
        return known_kommun(kommun)
    if grupp is not None:
        return f"grupp:{grupp}"
    if lan is not None and lan not in counties():
        raise typer.BadParameter("there is no such län; use two digits, as 01", param_hint="--lan")
    return f"lan:{lan}" if lan else "riket"


@app.command()
def prepare(
    ar: Year,
    kommun: Annotated[str | None, typer.Option("--kommun", help="Kommunkod.", metavar="KOD")] = None,
    grupp: Annotated[
        str | None, typer.Option(help="Name of neighbours that publish together (setting grannar).", metavar="NAMN")
    ] = None,
    lan: Annotated[
        str | None, typer.Option("--lan", help="Länskod: sums of what its kommuner have released.", metavar="KOD")
    ] = None,
    riket: Annotated[bool, typer.Option("--riket", help="The nation: sums of what kommuner have released.")] = False,
    variant: Annotated[
        str | None, typer.Option(help="How coarse the tables are; else the finest that is safe and useful.")
    ] = None,
    sekunder: Annotated[float, typer.Option(help="Time for all the ways together.", min=1, max=86_400)] = 120.0,
    typ: Annotated[
        str, typer.Option(help="oppen (protected), or within secrecy: sekretessbilaga or tertial (true counts).")
    ] = "oppen",
    som: AnyOne = None,
    as_json: Json = False,
) -> None:
    """Count, protect and audit a year's tables together with all that is out, and keep them as a draft."""
    from pipelines import show, show_release
    from pipelines.release import prepare as made
    from pipelines.release_read import diff as between

    if typ not in TYPES:
        raise typer.BadParameter(f"use {', '.join(TYPES)}", param_hint="--typ")
    if typ != "oppen" and variant is not None:
        raise typer.BadParameter("is for what is published: leave it out", param_hint="--variant")
    namnd = _namnd(kommun, grupp, lan, riket=riket)
    with show.progress(quiet=as_json) as tell:
        tell("Räknar, skyddar och granskar tabellerna tillsammans med allt som är ute")
        found = made(
            settings(), namnd, ar, typ=typ, variant=variant, seconds=sekunder, who=_who(som)  # type: ignore[arg-type]
        )  # fmt: skip
    if as_json:
        show.emit(found.as_json())
    else:
        show_release.prepared(found)
        if found.utgava and typ == "oppen":
            show_release.since(between(settings(), found.utgava, None, None))


@app.command()
def review(number: Number, som: Som, login: Login = None, as_json: Json = False) -> None:
    """Say that you have read a draft, and that its protection is as it should be."""
    _step(number, "granskad", _who(som, login), as_json)


@app.command()
def approve(number: Number, som: Som, login: Login = None, as_json: Json = False) -> None:
    """Approve what another person has reviewed, by delegation."""
    _step(number, "godkand", _who(som, login), as_json)


@app.command()
def dispatch(
    number: Number,
    dnr: Annotated[str | None, typer.Option(help="Diarienummer.")] = None,
    text: Annotated[str | None, typer.Option(help="A line to readers, as what a correction concerns.")] = None,
    mottagare: Annotated[str | None, typer.Option(help="Who gets it: needed for a sekretessbilaga.")] = None,
    som: AnyOne = None,
    login: Login = None,
    as_json: Json = False,
) -> None:
    """Publish an approved edition. From here on it never changes."""
    _step(number, "expedierad", _who(som, login), as_json, dnr=dnr, text=text, mottagare=mottagare)


@app.command()
def adopt(
    number: Number,
    datum: Annotated[str, typer.Option(help="Day of the decision, YYYY-MM-DD.")],
    paragraf: Annotated[str, typer.Option(help="Paragraph of the nämnd's minutes, e.g. 45.")],
    som: AnyOne = None,
    login: Login = None,
    as_json: Json = False,
) -> None:
    """Record that the nämnd has adopted a dispatched edition."""
    a_day(datum, "--datum")
    said = paragraf if paragraf.strip().startswith("§") or not paragraf.strip() else f"§ {paragraf.strip()}"
    _step(number, "faststalld", _who(som, login), as_json, datum=datum, paragraf=said)


@app.command()
def withdraw(
    number: Number,
    orsak: Annotated[str, typer.Option(help="Why, told to readers and kept in the log.")],
    som: AnyOne = None,
    login: Login = None,
    as_json: Json = False,
) -> None:
    """Mark a dispatched edition as withdrawn. What it said is known for ever, and counted with."""
    _step(number, "atertagen", _who(som, login), as_json, orsak=orsak)


@app.command()
def discard(
    number: Number,
    orsak: Annotated[str | None, typer.Option(help="Why, kept in the log.")] = None,
    som: AnyOne = None,
    login: Login = None,
    as_json: Json = False,
) -> None:
    """Throw away a draft that is not to be published."""
    _step(number, "forkastad", _who(som, login), as_json, orsak=orsak)


@app.command("list")
def list_editions(
    kommun: Annotated[str | None, typer.Option("--kommun", help="Only this kommun.", metavar="KOD")] = None,
    ar: Annotated[int | None, typer.Option("--ar", help="Only this year.", metavar="ÅR")] = None,
    as_json: Json = False,
) -> None:
    """Show all editions and drafts, and where each stands."""
    from dataclasses import asdict

    from pipelines import show, show_release
    from pipelines.release_read import listed

    found = listed(settings(), known_kommun(kommun) if kommun else None, ar)
    if as_json:
        show.emit({"utgavor": [asdict(s) for s in found]})
    else:
        show_release.editions(found)


@app.command()
def log(
    number: Annotated[int | None, typer.Argument(help="Only this edition.", min=1)] = None, as_json: Json = False
) -> None:
    """Show who did what and when, with editions and with what left another way."""
    from dataclasses import asdict

    from pipelines import show, show_release
    from pipelines.release_read import logged

    found = logged(settings(), number)
    if as_json:
        show.emit({"handelser": [asdict(e) for e in found]})
    else:
        show_release.log(found)


@app.command("show")
def show_edition(
    number: Number,
    tabell: Annotated[str | None, typer.Option(help="One of its tables, as it will be read.")] = None,
    period: Annotated[str | None, typer.Option("--period", help="A period that the table has.")] = None,
    as_json: Json = False,
) -> None:
    """Show an edition or a draft: its audits, its tables, what is shown and hidden. A draft is within secrecy."""
    from pipelines import show, show_release
    from pipelines.release_read import edition

    found = edition(settings(), number)
    if tabell is None:
        if as_json:
            show.emit(found.as_json())
        else:
            show_release.edition(found)
        return
    of_table = found.table(tabell).of_period(period)
    if as_json:
        show.emit(of_table.as_json())
    else:
        from pipelines.plan import setup_of

        show.table(of_table, setup_of(settings()).plan[tabell], period)


@app.command()
def diff(
    number: Annotated[int | None, typer.Argument(help="The edition; else the year's newest.", min=1)] = None,
    kommun: Annotated[str | None, typer.Option("--kommun", help="Kommunkod.", metavar="KOD")] = None,
    ar: Annotated[int | None, typer.Option("--ar", help="Year.", min=1975, max=2100, metavar="ÅR")] = None,
    as_json: Json = False,
) -> None:
    """Show what an edition changes since the one before it, and why: from what the two print, nothing else."""
    from pipelines import show, show_release
    from pipelines.release_read import diff as between

    if number is None and (kommun is None or ar is None):
        raise typer.BadParameter("name an edition, or a kommun and a year", param_hint="NUMBER")
    found = between(settings(), number, known_kommun(kommun) if kommun else None, ar)
    if as_json:
        show.emit(found.as_json())
    else:
        from pipelines.plan import setup_of

        show_release.diff(found, setup_of(settings()).plan)
    raise typer.Exit(Exit.OK if found.efter else Exit.NO_EDITION)
