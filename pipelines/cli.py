"""The command line. What is slow is imported inside the command that needs it; rendering is in ``show``."""

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipelines.exits import Exit

if TYPE_CHECKING:
    from pipelines.settings import Settings

EPILOG = (
    "Exit codes: 0 done; 1 unexpected error; 2 wrong usage; 3 nothing published or counted; 4 something to mend, the "
    "message says what; 5 a delivery was refused; 6 the run failed; 7 the audit found stored rows that break a rule. "
    "State lives in KVINNOFRID_HOME (default .kvinnofrid)."
)

app = typer.Typer(
    help="Follow-up of support to people exposed to violence in close relationships, for Swedish municipalities.",
    epilog=EPILOG,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)
db = typer.Typer(help="The embedded PostgreSQL: start, stop, upgrade the schema.", no_args_is_help=True)
app.add_typer(db, name="db")

Json = Annotated[bool, typer.Option("--json", help="Print one JSON object for programs.")]
Years = Annotated[str | None, typer.Option("--ar", help="Year or span of years, e.g. 2019 or 2017-2019.", metavar="ÅR")]
Kommun = Annotated[str, typer.Option("--kommun", help="Kommunkod, four digits, e.g. 0114.", metavar="KOD")]


def _settings() -> "Settings":
    from pydantic import ValidationError

    from pipelines.settings import Settings
    from warehouse.contracts.errors import UserError

    try:
        return Settings()
    except ValidationError as error:
        names = sorted({".".join(str(p) for p in e["loc"]) for e in error.errors()})
        raise UserError(f"Inställningen {', '.join(names)} går inte att använda. Se README, Inställningar.") from None
    except ValueError:
        raise UserError("Filen kvinnofrid.toml går inte att läsa som TOML. Rätta den eller ta bort den.") from None


def _embedded() -> "Settings":
    """The settings, for commands about the embedded server; there is none where another is named."""
    from warehouse.contracts.errors import UserError

    settings = _settings()
    if settings.database_url:
        raise UserError("KVINNOFRID_DATABASE_URL pekar på en egen server, så den inbyggda används inte.")
    return settings


def _span(text: str | None) -> tuple[int, int] | None:
    if text is None:
        return None
    first, _, last = text.partition("-")
    try:
        years = int(first), int(last or first)
    except ValueError:
        years = (0, 0)
    if not 1975 <= years[0] <= years[1] <= 2100:
        raise typer.BadParameter("write a year from 1975, or a span such as 2017-2019", param_hint="--ar")
    return years


def _known_kommun(code: str) -> str:
    from warehouse.contracts.errors import UserError
    from warehouse.contracts.reference import kommuner

    if code not in kommuner():
        raise UserError("Kommunkoden finns inte. Skriv fyra siffror, till exempel 0114 för Upplands Väsby.")
    return code


@app.command()
def demo() -> None:
    """Put the example deliveries in the inbox, run the main job and show what came out."""
    from pipelines.demo import run_demo

    raise typer.Exit(run_demo(_settings()))


@app.command()
def run(
    ar: Years = None,
    kommun: Annotated[
        list[str] | None, typer.Option("--kommun", help="Kommunkod to count; may be repeated.", metavar="KOD")
    ] = None,
    as_json: Json = False,
) -> None:
    """Take in what waits in the inbox, and count again what has changed: nothing else."""
    from pipelines import show
    from pipelines.runner import run_job
    from pipelines.work import working

    years = _span(ar)
    kommuner = [_known_kommun(k) for k in kommun or []]
    with show.progress(quiet=as_json) as tell, working(_settings()) as (home, ws):
        ws.journal.tell = tell
        night = run_job(home, ws, years=years, kommuner=kommuner)
    refused = show.night(night, as_json=as_json)
    raise typer.Exit(Exit.REFUSED if refused else Exit.OK)


@app.command()
def deliver(
    files: Annotated[list[Path], typer.Argument(help="Files to deliver; delivery notes beside them are found.")],
    kalla: Annotated[str | None, typer.Option(help="Source: verksamhetssystem, bra, scb, iop or aggregat.")] = None,
    tabell: Annotated[str | None, typer.Option(help="Table that the file fills, e.g. insats.")] = None,
    kommun: Annotated[str | None, typer.Option(help="Kommunkod of the nämnd.", metavar="KOD")] = None,
    avsandare: Annotated[str | None, typer.Option(help="Who sends it.")] = None,
    uttagsdatum: Annotated[str | None, typer.Option(help="Day of the extract, YYYY-MM-DD.")] = None,
    omfang: Annotated[str | None, typer.Option(help="helbild or periodutdrag.")] = None,
    period: Annotated[str | None, typer.Option(help="Year of a periodutdrag, e.g. 2019.")] = None,
    mappning: Annotated[str | None, typer.Option(help="Name of the mapping to read it with.")] = None,
    dnr: Annotated[str | None, typer.Option(help="Diarienummer.")] = None,
    rattslig_grund: Annotated[str | None, typer.Option(help="Legal basis.")] = None,
    as_json: Json = False,
) -> None:
    """Put files in the inbox with their delivery notes. `kvinnofrid run` then takes them in."""
    from pipelines import show
    from pipelines.inbox import deliver_files

    stated = {
        "kalla": kalla,
        "tabell": tabell,
        "namnd": kommun,
        "avsandare": avsandare,
        "uttagsdatum": uttagsdatum,
        "omfang": omfang,
        "period": period,
        "mappning": mappning,
        "dnr": dnr,
        "rattslig_grund": rattslig_grund,
    }
    show.delivered(deliver_files(_settings(), files, stated), as_json=as_json)


@app.command()
def table(
    name: Annotated[str, typer.Argument(help="Table: arenden, insatser, utfall, anmalda_brott or iop.")],
    ar: Annotated[int, typer.Option("--ar", help="Year.", min=1975, max=2100, metavar="ÅR")],
    kommun: Kommun,
    layer: Annotated[
        str, typer.Option("--layer", help="publicering (released) or tabell (internal, within secrecy).")
    ] = "publicering",
    as_json: Json = False,
) -> None:
    """Show a table of a kommun and year. Only released figures, unless the internal layer is asked for."""
    from pipelines import show
    from pipelines.tables import read

    if layer not in ("publicering", "tabell"):
        raise typer.BadParameter("use publicering or tabell", param_hint="--layer")
    found = read(_settings(), name, _known_kommun(kommun), ar, layer)
    if found.reason:
        show.nothing(found, as_json=as_json)
        raise typer.Exit(Exit.NO_EDITION)
    show.table(found, as_json=as_json)


@app.command()
def status(
    leverans: Annotated[int | None, typer.Option("--leverans", help="List the faults of one delivery.")] = None,
    as_json: Json = False,
) -> None:
    """Show what has been delivered, what is counted and what waits."""
    from pipelines import show
    from pipelines.standing import faults_of, standing

    if leverans is not None:
        show.faults(faults_of(_settings(), leverans), as_json=as_json)
    else:
        show.standing(standing(_settings()), as_json=as_json)


@app.command()
def audit(as_json: Json = False) -> None:
    """Check all that is stored against its contracts with Great Expectations, and write pages for auditors."""
    from pipelines import show
    from pipelines.audit import audit_stored

    with show.progress(quiet=as_json) as tell:
        tell("Granskar det som är lagrat, det tar en stund")
        outcome = audit_stored(_settings())
    show.audited(outcome, as_json=as_json)
    raise typer.Exit(Exit.OK if outcome["uppfyllda"] else Exit.BROKEN)


@app.command()
def ui(port: Annotated[int, typer.Option(help="Port on this machine.", min=1, max=65535)] = 3000) -> None:
    """Open Dagster's page for this installation, with schedule and sensor. Ctrl-C ends it."""
    from pipelines.webpage import serve

    raise typer.Exit(serve(_settings(), port))


@app.command()
def synth(
    folder: Annotated[Path, typer.Option("--ut", help="Folder to write to.", metavar="MAPP")],
    kommun: Annotated[list[str], typer.Option("--kommun", help="Kommunkod; may be repeated.", metavar="KOD")],
    ar: Annotated[str, typer.Option("--ar", help="Years, e.g. 2023-2025.", metavar="ÅR")],
    arenden: Annotated[int, typer.Option(help="Cases a year in each kommun.", min=1, max=50_000)] = 100,
    seed: Annotated[int, typer.Option(help="The same seed gives the same bytes.", min=0)] = 1,
    helbild: Annotated[bool, typer.Option("--helbild", help="One file of all years, instead of one a year.")] = False,
    fel: Annotated[int, typer.Option(help="Faulty rows to put in.", min=0, max=1000)] = 0,
    as_json: Json = False,
) -> None:
    """Write synthetic deliveries: invented records, recognisably so, in the formats of real ones."""
    from pipelines import show
    from sources.synthetic import Plan, write
    from warehouse.contracts.reference import kommuner

    years = _span(ar)
    assert years is not None  # noqa: S101  (the option is required)
    names = kommuner()
    written: list[Path] = []
    for code in kommun:
        plan = Plan(
            namnd=_known_kommun(code),
            years=tuple(range(years[0], years[1] + 1)),
            cases_per_year=arenden,
            seed=seed,
            omfang="helbild" if helbild else "periodutdrag",
            faults=fel,
        )
        written += write(plan, folder, names[code])
    show.written(written, as_json=as_json)


@db.command("start")
def db_start() -> None:
    """Start the embedded PostgreSQL and leave it running."""
    from pipelines import show
    from pipelines.home import make_folders, server

    settings = _embedded()
    make_folders(settings.home)
    started = server(settings).start_kept()
    where = f"host={started.socket_dir} port={started.port} dbname=kvinnofrid user={started.pipeline}"
    show.say(f"PostgreSQL är igång (process {started.pid}). Stäng av med: kvinnofrid db stop")
    show.say(f'Anslut: psql "{where}" med lösenordet i {settings.home / "postgres" / "secrets" / started.pipeline}')


@db.command("stop")
def db_stop(
    force: Annotated[bool, typer.Option("--force", help="Stop it although others are using it.")] = False,
) -> None:
    """Stop the embedded PostgreSQL."""
    from pipelines import show
    from pipelines.home import server

    stopped = server(_embedded()).stop(force=force)
    show.say("PostgreSQL är avstängd." if stopped else "PostgreSQL var inte igång.")


@db.command("upgrade")
def db_upgrade() -> None:
    """Bring the warehouse's schema up to date: migrations, registers, views and rights."""
    from assets.tables.catalogue import VIEWS
    from pipelines import show
    from pipelines.home import opened
    from warehouse import schema

    with opened(_settings()) as home:
        schema.upgrade(home.database, VIEWS)
    show.say("Schemat är uppdaterat.")


def main() -> None:
    """Run the command line: clear messages and exit codes instead of tracebacks."""
    from warehouse.contracts.errors import KvinnofridError

    code: Any = Exit.OK
    try:
        app()
    except SystemExit as leave:
        code = leave.code
        if code == Exit.INTERRUPTED:  # typer takes Ctrl-C itself, and says nothing
            _complain("Avbrutet. Senaste goda läge gäller.")
    except KvinnofridError as error:
        _complain(str(error))
        code = Exit.RUN_FAILED if type(error).__name__ == "RunFailed" else Exit.MEND
    except PermissionError:
        home = os.environ.get("KVINNOFRID_HOME", ".kvinnofrid")
        _complain(f"Filerna i {home} får inte läsas eller skrivas av den här användaren. Kör som den som äger dem.")
        code = Exit.MEND
    except BrokenPipeError:
        sys.stderr.close()
    except Exception as error:  # its text can hold a record
        where = error.__traceback__
        while where is not None and where.tb_next is not None:
            where = where.tb_next
        line = f"{Path(where.tb_frame.f_code.co_filename).name}, rad {where.tb_lineno}" if where else "okänt ställe"
        _complain(f"Oväntat fel ({type(error).__name__} i {line}). Det är vårt fel, inte ditt: anmäl det gärna.")
        code = Exit.UNEXPECTED
    sys.exit(code)


def _complain(message: str) -> None:
    sys.stderr.write(f"Fel: {message}\n")


if __name__ == "__main__":
    main()
