"""The cluster on disk: made whole or not at all, its version, passwords and settings; no locks or running server."""

import os
import secrets
import shutil
from collections.abc import Mapping
from pathlib import Path

from warehouse._pgprocess import MAJOR, Runner, check, failure

OWNER = "kvinnofrid_agare"
PIPELINE = "kvinnofrid_pipeline"

# Paths only: no statement, parameter or row can reach this file's readers (the server logs tersely too).
_QUIET = {
    "log_error_verbosity": "terse",
    "log_min_messages": "log",
    "log_min_error_statement": "panic",
}
_HBA = """# Written by Kvinnofrid. A password is asked of everybody, everywhere.
local all all scram-sha-256
host all all 127.0.0.1/32 scram-sha-256
"""


def check_version(programs: Path, data: Path, runner: Runner) -> None:
    """Refuse a cluster made by another major version or owned by another user."""
    made_by = (data / "PG_VERSION").read_text(encoding="ascii").strip()
    answer = runner.run([str(programs / "postgres"), "--version"]).stdout
    ours = next((word.split(".")[0] for word in answer.split() if word[:1].isdigit()), str(MAJOR))
    if made_by != ours:
        raise failure(
            f"Servern kunde inte starta: {data} skapades av PostgreSQL {made_by}, programmet har {ours}.",
            "kör kvinnofrid db upgrade, eller installera den version av Kvinnofrid som skapade databasen.",
        )
    if data.stat().st_uid != runner.uid:
        raise failure(
            f"Servern kunde inte starta: {data} ägs av en annan användare än den som ska köra servern.",
            "kör Kvinnofrid som samma användare som första gången, eller sätt KVINNOFRID_HOME till en ny mapp.",
        )


def write_secret(path: Path, value: str) -> None:
    """Write a secret that only its owner may read, whole or not at all."""
    path.parent.mkdir(mode=0o700, exist_ok=True)
    new = path.with_name(path.name + ".new")
    try:
        new.unlink(missing_ok=True)
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(value)
            file.flush()
            os.fsync(file.fileno())
        new.replace(path)
    finally:
        new.unlink(missing_ok=True)


def make_cluster(programs: Path, home: Path, runner: Runner, lock: int) -> None:
    """Make the cluster beside its place and move it there when it is whole."""
    new = home / "data.new"
    shutil.rmtree(new, ignore_errors=True)
    command = [
        *(str(programs / "initdb"), "-D", str(new), "-U", OWNER, "--encoding=UTF8", "--locale=C"),
        *("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--auth=reject", "--no-instructions"),
    ]
    try:
        check(runner.run(command, keep=[lock]), home)
        (new / "pg_hba.conf").write_text(_HBA, encoding="ascii")
        set_passwords(programs, home, new, runner, lock)
        new.rename(home / "data")
    except BaseException:
        shutil.rmtree(new, ignore_errors=True)
        raise


def set_passwords(programs: Path, home: Path, data: Path, runner: Runner, lock: int) -> None:
    """Give both roles new random passwords; the server must be down (single-user mode)."""
    owner, pipeline = secrets.token_hex(24), secrets.token_hex(24)
    statements = (
        f"DO $$BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{PIPELINE}') "
        f"THEN CREATE ROLE {PIPELINE}; END IF; END$$;\n"
        f"ALTER ROLE {PIPELINE} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD '{pipeline}';\n"
        f"ALTER ROLE {OWNER} LOGIN PASSWORD '{owner}';\n"
    )
    # Iterations slow down guessing of weak passwords; these are 192 random bits, and Dagster connects for each event.
    fast = {"password_encryption": "scram-sha-256", "scram_iterations": "1"}
    options = as_options({**_QUIET, "exit_on_error": "on", **fast})
    command = [str(programs / "postgres"), "--single", "-D", str(data), *options, "postgres"]
    check(runner.run(command, stdin=statements, keep=[lock]), home)
    write_secret(home / "secrets" / OWNER, owner)
    write_secret(home / "secrets" / PIPELINE, pipeline)


def as_options(settings: Mapping[str, str]) -> list[str]:
    """Write settings as arguments to `postgres`."""
    return [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]


def server_settings(socket_dir: Path, tcp_port: int | None, extra: Mapping[str, str]) -> dict[str, str]:
    """Gather the server's settings; the caller's own come last."""
    folder = str(socket_dir).replace('"', '""')
    return {
        "listen_addresses": "" if tcp_port is None else "127.0.0.1",
        "port": str(tcp_port or 5432),
        "unix_socket_directories": f'"{folder}"',
        "unix_socket_permissions": "0700",
        **_QUIET,
        "log_statement": "none",
        "log_checkpoints": "off",
        "logging_collector": "off",
        "log_timezone": "Europe/Stockholm",
        "timezone": "Europe/Stockholm",
        "password_encryption": "scram-sha-256",
        "max_connections": "60",
        "shared_buffers": "128MB",
        "fsync": "on",
        "jit": "off",  # compiling a long question takes longer than to answer it of a kommun's tables
        **extra,
    }
