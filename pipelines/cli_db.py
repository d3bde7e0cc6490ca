"""``kvinnofrid db``: the embedded server, the schema, and logins for those who read."""

from typing import TYPE_CHECKING, Annotated

import typer

from pipelines.cli_common import settings

if TYPE_CHECKING:
    from pipelines.settings import Settings

app = typer.Typer(help="The database: start, stop, upgrade the schema, logins for readers.", no_args_is_help=True)


def _embedded() -> "Settings":
    """The settings, for commands about the embedded server; there is none where another is named."""
    from warehouse.contracts.errors import UserError

    chosen = settings()
    if chosen.database_url:
        raise UserError("KVINNOFRID_DATABASE_URL pekar på en egen server, så den inbyggda används inte.")
    return chosen


@app.command("start")
def db_start(
    tcp: Annotated[
        int | None,
        typer.Option(
            "--tcp", help="Answer on this port of 127.0.0.1 too, for Qlik, Power BI and Excel.", min=1024, max=65535
        ),
    ] = None,
) -> None:
    """Start the embedded PostgreSQL and leave it running."""
    from pipelines import show
    from pipelines.home import make_folders, server
    from warehouse.embedded import EmbeddedPostgres

    chosen = _embedded()
    make_folders(chosen.home)
    started = (EmbeddedPostgres(chosen.home / "postgres", tcp_port=tcp) if tcp else server(chosen)).start_kept()
    where = f"host={started.socket_dir} port={started.port} dbname=kvinnofrid user={started.pipeline}"
    show.say(f"PostgreSQL är igång (process {started.pid}). Stäng av med: kvinnofrid db stop")
    if tcp:
        show.say(f"Program på samma maskin når den på 127.0.0.1, port {tcp}. Inloggning: kvinnofrid db login NAMN")
    show.say(f'Anslut: psql "{where}" med lösenordet i {chosen.home / "postgres" / "secrets" / started.pipeline}')


@app.command("stop")
def db_stop(
    force: Annotated[bool, typer.Option("--force", help="Stop it although others are using it.")] = False,
) -> None:
    """Stop the embedded PostgreSQL."""
    from pipelines import show
    from pipelines.home import server

    stopped = server(_embedded()).stop(force=force)
    show.say("PostgreSQL är avstängd." if stopped else "PostgreSQL var inte igång.")


@app.command("upgrade")
def db_upgrade() -> None:
    """Bring the warehouse's schema up to date: migrations, registers, views and rights."""
    from assets.tables.catalogue import planned
    from pipelines import show
    from pipelines.home import opened
    from pipelines.plan import setup_of
    from warehouse import schema

    chosen = settings()
    with opened(chosen) as home:
        schema.upgrade(home.database, planned(setup_of(chosen).plan))
    show.say("Schemat är uppdaterat.")


@app.command("login")
def db_login(
    name: Annotated[str, typer.Argument(help="Name of the login, e.g. powerbi.")],
    roll: Annotated[
        str, typer.Option("--roll", help="kvalitet (tables), revisor (ledger), publik (released) or registeransvarig.")
    ] = "kvalitet",
) -> None:
    """Make a login that may read what its role may read, or give it a new password. The password is shown once."""
    import secrets

    from pipelines import show
    from pipelines.home import opened
    from pipelines.work import ensure_schema
    from warehouse import roles
    from warehouse.contracts.errors import UserError

    if roll not in roles.READERS:
        raise typer.BadParameter(f"use {', '.join(roles.READERS)}", param_hint="--roll")
    if not roles.fit_for_login(name):
        raise UserError(
            "Namnet ska vara 2 till 40 små bokstäver a till z, siffror eller _, och inte börja på kvinnofrid."
        )
    password = secrets.token_urlsafe(24)
    with opened(settings()) as home:
        ensure_schema(home)
        with home.database.owner.begin() as conn:
            roles.login(conn, name, roles.READERS[roll], password)
    show.say(f"Inloggningen {name} får läsa det som rollen {roles.READERS[roll]} får läsa.")
    show.say(f"Lösenord, visas bara nu: {password}")
    show.say("Databas: kvinnofrid. Se docs/tabeller.md för vyerna.")
