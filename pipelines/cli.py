"""The command line. What is slow is imported inside the command that needs it; rendering is in ``show``."""

import os
import signal
import sys
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from pipelines.cli_common import Json, Kommun, Years, a_day, known_kommun, settings, span
from pipelines.cli_db import app as db
from pipelines.cli_deliveries import deliveries
from pipelines.cli_disclosure import app as disclosure
from pipelines.cli_export import export
from pipelines.cli_fetch import fetch
from pipelines.cli_mapping import app as mapping
from pipelines.cli_release import app as release
from pipelines.cli_report import report
from pipelines.cli_template import app as template
from pipelines.cli_trace import app as recount
from pipelines.cli_trace import trace
from pipelines.exits import Exit

EPILOG = (
    "Exit codes: 0 done; 1 unexpected error; 2 wrong usage; 3 nothing published or counted; 4 something to mend, the "
    "message says what; 5 a delivery was refused; 6 the run failed; 7 the audit found stored rows that break a rule, "
    "the attack that what is published gives something away, or trace --verify that a number is not so. State lives in "
    "KVINNOFRID_HOME (default .kvinnofrid)."
)

app = typer.Typer(
    help="Follow-up of support to people exposed to violence in close relationships, for Swedish municipalities.",
    epilog=EPILOG,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)
app.add_typer(db, name="db")
app.add_typer(mapping, name="mapping")
app.add_typer(template, name="template")
app.add_typer(release, name="release")
app.add_typer(disclosure, name="disclosure")
app.add_typer(recount, name="recount")
app.command()(fetch)
app.command()(deliveries)
app.command()(export)
app.command()(trace)
app.command()(report)


def _version(wanted: bool) -> None:
    if wanted:
        from pipelines import show
        from pipelines.version import code_version

        show.say(f"kvinnofrid {code_version()}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show which code this is, and exit.")
    ] = False,
) -> None:
    """What goes before every command."""


@app.command()
def demo() -> None:
    """Put the example deliveries in the inbox, run the main job and show what came out."""
    from pipelines.demo import run_demo

    raise typer.Exit(run_demo(settings()))


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
    from pipelines.plan import faults_of
    from pipelines.runner import run_job
    from pipelines.work import beginning, working

    years = span(ar)
    kommuner = [known_kommun(k) for k in kommun or []]
    new = beginning(settings())
    if new and not as_json:
        show.say_where(new)
    with show.progress(quiet=as_json) as tell, working(settings()) as (home, ws):
        ws.journal.tell = tell
        if new and as_json:
            ws.journal.notices.append(new)
        night = run_job(home, ws, years=years, kommuner=kommuner)
    refused = show.night(night, as_json=as_json)
    broken = faults_of(settings())
    if broken:
        _complain(broken)
    if refused:
        raise typer.Exit(Exit.REFUSED)
    mend = broken or night.journal.outdated or night.due.inaktuella or night.due.trasig
    raise typer.Exit(Exit.MEND if mend else Exit.OK)


@app.command()
def deliver(
    files: Annotated[
        list[Path] | None, typer.Argument(help="Files to deliver; delivery notes beside them are found.")
    ] = None,
    igen: Annotated[
        list[int] | None,
        typer.Option("--igen", help="Deliver again the kept original of this delivery number.", metavar="NR"),
    ] = None,
    kalla: Annotated[
        str | None, typer.Option(help="Source: verksamhetssystem, bra, scb, kolada, oj, undersokning, iop or aggregat.")
    ] = None,
    tabell: Annotated[
        str | None, typer.Option(help="Table or form that the file fills, e.g. insats or arendeblad.")
    ] = None,
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
    """Put files in the inbox with their delivery notes. `kvinnofrid run` then takes them in.

    With --igen the kept original is read once more: after a changed mapping or correction.
    """
    from pipelines import show
    from pipelines.home import there_is_one
    from pipelines.inbox import deliver_again, deliver_files

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
    if not files and not igen:
        raise typer.BadParameter("name a file to deliver, or a delivery with --igen", param_hint="FILES")
    if files and igen:
        raise typer.BadParameter("name files or --igen, not both", param_hint="FILES")
    names = deliver_files(settings(), files, stated) if files else []
    if igen:
        names += deliver_again(settings(), igen, stated)
    show.delivered(names, as_json=as_json)
    home = settings().home.absolute()
    if names and not as_json and not there_is_one(settings()):
        show.say_where(
            f"I mappen {home} finns ingen installation än: kvinnofrid run börjar en ny där. Är det fel mapp, ta bort "
            f"det du lade in ur {home / 'inbox'}: där kan stå personuppgifter. Rätta sedan KVINNOFRID_HOME."
        )


@app.command()
def table(
    name: Annotated[
        str, typer.Argument(help="Table of the tabellplan, e.g. arenden or insatser; see docs/tabeller.md.")
    ],
    ar: Annotated[int, typer.Option("--ar", help="Year.", min=1975, max=2100, metavar="ÅR")],
    kommun: Kommun,
    layer: Annotated[
        str, typer.Option("--layer", help="publicering (released) or tabell (internal, within secrecy).")
    ] = "publicering",
    as_of: Annotated[
        str | None,
        typer.Option(
            "--as-of", help="As known at the end of this day (YYYY-MM-DD); internal layer only.", metavar="DAY"
        ),
    ] = None,
    period: Annotated[
        str | None,
        typer.Option("--period", help="A part of the year that the table has, e.g. 2019T1.", metavar="PERIOD"),
    ] = None,
    utgava: Annotated[
        int | None,
        typer.Option("--utgava", help="A given edition, also one that is replaced; else the one that holds.", min=1),
    ] = None,
    as_json: Json = False,
) -> None:
    """Show a table of a kommun and year. Only released figures, unless the internal layer is asked for.

    With --as-of the table is counted again, from the deliveries that were current on that day.
    """
    from pipelines import show
    from pipelines.tables import read, read_as_of

    if layer not in ("publicering", "tabell"):
        raise typer.BadParameter("use publicering or tabell", param_hint="--layer")
    if utgava is not None and layer != "publicering":
        raise typer.BadParameter("editions are the released layer: leave out --layer", param_hint="--utgava")
    if as_of is not None:
        if layer != "tabell":
            raise typer.BadParameter("--as-of counts the internal layer: add --layer tabell", param_hint="--as-of")
        found = read_as_of(settings(), name, known_kommun(kommun), ar, a_day(as_of, "--as-of"))
    else:
        found = read(settings(), name, known_kommun(kommun), ar, layer, utgava)
    if found.reason:
        show.nothing(found, as_json=as_json)
        raise typer.Exit(Exit.NO_EDITION)
    found = found.of_period(period)
    if as_json:
        show.emit(found.as_json())
    else:
        from pipelines.plan import setup_of

        show.table(found, setup_of(settings()).plan[name], period)


@app.command()
def status(
    leverans: Annotated[int | None, typer.Option("--leverans", help="List the faults of one delivery.")] = None,
    as_json: Json = False,
) -> None:
    """Show what has been delivered, what is counted and what waits."""
    from pipelines import show
    from pipelines.standing import faults_of, standing

    if leverans is not None:
        show.faults(faults_of(settings(), leverans), as_json=as_json)
    else:
        show.standing(standing(settings()), as_json=as_json)


@app.command()
def audit(
    huvud: Annotated[
        Path | None,
        typer.Option("--huvud", help="A copy of loggens_huvud.jsonl, kept off the machine.", metavar="FIL",
                     exists=True, dir_okay=False, readable=True),
    ] = None,
    as_json: Json = False,
) -> None:  # fmt: skip
    """Check all that is stored against its contracts with Great Expectations, and write pages for auditors."""
    from pipelines import show
    from pipelines.audit import audit_stored

    with show.progress(quiet=as_json) as tell:
        tell("Granskar det som är lagrat, det tar en stund")
        outcome = audit_stored(settings(), huvud)
    show.audited(outcome, as_json=as_json)
    raise typer.Exit(Exit.OK if outcome["uppfyllda"] else Exit.BROKEN)


@app.command()
def ui(port: Annotated[int, typer.Option(help="Port on this machine.", min=1, max=65535)] = 3000) -> None:
    """Open Dagster's page for this installation, with schedule and sensor. Ctrl-C ends it."""
    from pipelines.webpage import serve

    raise typer.Exit(serve(settings(), port))


@app.command()
def synth(
    folder: Annotated[Path, typer.Option("--ut", help="Folder to write to.", metavar="MAPP")],
    ar: Annotated[str, typer.Option("--ar", help="Years, e.g. 2023-2025.", metavar="ÅR")],
    kommun: Annotated[
        list[str] | None, typer.Option("--kommun", help="Kommunkod; may be repeated.", metavar="KOD")
    ] = None,
    nationen: Annotated[
        bool, typer.Option("--nationen", help="All 290 kommuner by their inhabitants, or those of them that are named.")
    ] = False,
    arenden: Annotated[
        int | None, typer.Option(help="Cases a year in each kommun; 100 if not said.", min=1, max=50_000)
    ] = None,
    matningar: Annotated[
        int | None, typer.Option(help="Measurements in the whole nation; 10 million if not said.", min=1)
    ] = None,
    seed: Annotated[int, typer.Option(help="The same seed gives the same bytes.", min=0)] = 1,
    helbild: Annotated[bool, typer.Option("--helbild", help="One file of all years, instead of one a year.")] = False,
    fel: Annotated[int, typer.Option(help="Faulty rows to put in each kommun.", min=0, max=1000)] = 0,
    form: Annotated[
        str, typer.Option("--form", help="csv (a file a table), arbetsbok (one workbook) or arendeblad (a row a case).")
    ] = "csv",
    as_json: Json = False,
) -> None:
    """Write synthetic deliveries: invented records, recognisably so, in the formats of real ones."""
    from pipelines import show
    from sources.synthetic import Nation, Plan, write, write_nation
    from sources.synthetic.forms import write_case_form, write_workbook
    from warehouse.contracts.reference import kommuner

    ways = {"csv": write, "arbetsbok": write_workbook, "arendeblad": write_case_form}
    if form not in ways:
        raise typer.BadParameter(f"use {', '.join(ways)}", param_hint="--form")
    if nationen and (arenden is not None or form != "csv"):
        raise typer.BadParameter("takes --matningar, not --arenden, and writes csv only", param_hint="--nationen")
    if not nationen and (matningar is not None or not kommun):
        raise typer.BadParameter("name a kommun with --kommun and --arenden, or use --nationen", param_hint="--kommun")

    first, last = span(ar) or (0, 0)
    years = tuple(range(first, last + 1))
    omfang: Literal["helbild", "periodutdrag"] = "helbild" if helbild else "periodutdrag"
    names = kommuner()
    codes = [known_kommun(code) for code in kommun or []]
    written: list[Path] = []
    if nationen:
        nation = Nation(years, matningar or 10_000_000, seed, omfang, fel)
        with show.progress(quiet=as_json) as tell:
            for code, files in write_nation(nation, folder, codes or None):
                tell(f"Skriver påhittade leveranser: {names[code]} är klar")
                written += files
    else:
        for code in codes:
            plan = Plan(code, years, arenden or 100, seed, omfang, fel)
            written += ways[form](plan, folder, names[code])
    show.written(written, as_json=as_json)


@cache
def _command() -> Any:
    """The commands, put together once a process."""
    return typer.main.get_command(app)


def main() -> None:
    """Run the command line: clear messages and exit codes instead of tracebacks."""
    for name in (signal.SIGTERM, signal.SIGINT):  # a service manager's stop is Ctrl-C, in a background job too
        signal.signal(name, signal.default_int_handler)
    from warehouse.contracts.errors import KvinnofridError

    code: Any = Exit.OK
    try:
        _command()()
    except SystemExit as leave:  # typer takes Ctrl-C itself, and says nothing
        code = leave.code
    except KeyboardInterrupt:  # it came before typer
        code = Exit.INTERRUPTED
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
    if code == Exit.INTERRUPTED:
        _complain("Avbrutet. Senaste goda läge gäller.")
    sys.exit(code)


def _complain(message: str) -> None:
    sys.stderr.write(f"Fel: {message}\n")


if __name__ == "__main__":
    main()
