"""The command as a child process, with its own embedded server: faulty deliveries, a crash in a load.

Everything that is left is then searched: what it said, all databases (Dagster's too), the server's log and pages, its
write-ahead log, and all files. Only marked copies in the outbox are exempt at the end (``test_returned``): the inbox is
empty, and what lies in the archive is encrypted. While a delivery waits in the inbox it is the sender's own file.
"""

import os
import subprocess
import sys
from pathlib import Path

import psycopg2
import pytest

from tests.leak.faulty import CASE, SLIP, _slip, csv, mappings, plant
from tests.leak.planted import NUMBERS, SENTENCE, notations
from tests.leak.search import Hit, marked_copies, search_bytes, search_raw, search_server, search_tree
from warehouse.embedded import EmbeddedPostgres

KOMMUN = SLIP["namnd"].strip('"')
RUN = "import sys; from pipelines.cli import main; main()"
# The process is killed when the rows have been sent and nothing is committed.
CRASH = f"""
import os, signal
from warehouse import load
copy_in = load.copy_in
def dying(*given):
    copy_in(*given)
    os.kill(os.getpid(), signal.SIGKILL)
load.copy_in = dying
{RUN}
"""
# An edition from draft to reader, and all that is said of it, in one process; and what nobody should write there.
EDITION = f"""
import sys
from pipelines import cli
of_year = ("--kommun", {KOMMUN!r}, "--ar", "2025")
for code, *words in (
    (0, "release", "prepare", *of_year, "--variant", "totaler", "--som", "Anna Exempel"),
    (0, "disclosure", "attack", *of_year, "--utkast", "1"),
    (0, "release", "review", "1", "--som", "Anna Exempel"),
    (0, "release", "approve", "1", "--som", "Bo Exempel"),
    (0, "release", "dispatch", "1", "--dnr", "EXEMPEL 2025/1"),
    (0, "table", "arenden", *of_year, "--json"),
    (0, "release", "log"),
    (0, "disclosure", "attack", *of_year, "--revision"),
    (0, "disclosure", "attack", *of_year, "--revision", "--json"),
    (0, "disclosure", "explain", "--utgava", "1", "--tabell", "arenden"),
    (4, "disclosure", "explain", "--utgava", "1", "--tabell", "arenden", "--kod", {SENTENCE!r}),
    (4, "disclosure", "explain", "--utgava", "1", "--tabell", {SENTENCE!r}, "--json"),
    (4, "disclosure", "attack", "--ar", "2025", "--kommun", {notations(NUMBERS[0])[1]!r}),
):
    sys.argv = ["kvinnofrid", *words]
    try:
        cli.main()
    except SystemExit as left:
        if (left.code or 0) != code:
            sys.exit(f"{{words[:2]}} {{left.code}}")
"""


class Installation:
    """A home of its own, and what the commands said there."""

    def __init__(self, home: Path, mapping_folder: Path) -> None:
        self.home = home
        self.inbox = home / "inbox"
        self.said = b""
        own = ("KVINNOFRID_", "DAGSTER")
        self.environment = {k: v for k, v in os.environ.items() if not k.startswith(own)} | {
            "KVINNOFRID_HOME": str(home),
            "KVINNOFRID_MAPPINGS": str(mapping_folder),
            "KVINNOFRID_TODAY": "2026-02-01",
            "KVINNOFRID_FIRST_YEAR": "2025",
        }

    def command(self, *words: str, program: str = RUN) -> int:
        done = subprocess.run(
            [sys.executable, "-c", program, *words], env=self.environment, capture_output=True, timeout=300, check=False
        )
        self.said += done.stdout + done.stderr
        return done.returncode

    def deliver(self, number: str) -> None:
        row = CASE | {"arende_id": f"A{number}", "person_id": notations(number)[1]}
        faulty = row | {"arende_id": f"B{number}", "kon": SENTENCE}
        (self.inbox / f"{NUMBERS.index(number)}.csv").write_text(csv([row, faulty]), encoding="utf-8")
        (self.inbox / f"{NUMBERS.index(number)}.csv.foljesedel.yaml").write_text(_slip(tabell="arende"))

    def left(self, server_url: str) -> set[Hit]:
        """Everything that is written in the installation."""
        with psycopg2.connect(server_url.replace("+psycopg2", "")) as conn, conn.cursor() as cursor:
            cursor.execute("CHECKPOINT")
        hits, read = search_server(server_url)
        assert {
            "kvinnofrid: register.arende",
            "dagster: public.event_logs",
            "postgres: pg_catalog.pg_statistic",
        } <= read
        data = self.home / "postgres" / "data"
        assert (self.home / "postgres" / "log").stat().st_size
        hits |= search_tree(self.home, skip=(data, *marked_copies(self.home))) | search_bytes(
            self.said, "stdout or stderr"
        )
        for path in (*(data / "base").rglob("*"), *(data / "pg_wal").rglob("*")):
            if path.is_file():
                hits |= search_raw(path.read_bytes(), f"file {path.relative_to(self.home)}")
        return hits


@pytest.fixture
def installation(tmp_path: Path) -> Installation:
    mappings(tmp_path / "mappningar")
    return Installation(tmp_path / "hem", tmp_path / "mappningar")


def test_nothing_is_left_by_faults_and_a_crash(installation: Installation) -> None:
    installation.home.mkdir(mode=0o700)
    with EmbeddedPostgres(installation.home / "postgres", settings={"fsync": "off"}) as running:
        url = running.url("postgres", role="owner")
        plant(installation.inbox)
        assert installation.command("run") == 5
        assert list(installation.inbox.iterdir()) == []

        installation.deliver(NUMBERS[2])
        assert installation.command("run", program=CRASH) == -9
        assert (installation.inbox / "2.csv").exists()

        assert installation.command("run", "--json") == 0
        assert list(installation.inbox.iterdir()) == []
        buried = b'"dog_i_fortid": [\n' in installation.said  # not in the assertion: its message would show it all
        assert buried

        assert installation.command("status", "--leverans", "5") == 0
        # A table counted anew, an export, and a table of the kommun's own that names a person.
        where = ("--ar", "2025", "--kommun", KOMMUN)
        assert installation.command("table", "arenden", *where, "--layer", "tabell", "--as-of", "2099-01-01") == 0
        assert installation.command(program=EDITION) == 0
        assert installation.command("export", "kolada", *where, "--ut", str(installation.home / "kolada.csv")) == 0
        own = installation.home.parent / "tabeller"
        own.mkdir()
        (own / "egen.yaml").write_text(f"namn: lokal_egen\ntitel: {SENTENCE} {notations(NUMBERS[0])[0]}\n", "utf-8")
        installation.environment["KVINNOFRID_TABLES"] = str(own)
        assert installation.command("run") == 4
        assert installation.left(url) == set()

        # The control: in this very installation, what is put there is found.
        with psycopg2.connect(url.replace("+psycopg2", "")) as conn, conn.cursor() as cursor:
            cursor.execute(f"DO $$BEGIN RAISE LOG '%', '{notations(NUMBERS[1])[1]}'; END$$")
            cursor.execute("CREATE TABLE prov AS SELECT %s AS vad", (SENTENCE,))
        places = {hit.place for hit in installation.left(url)}
        assert {"postgres: public.prov", "file postgres/log"} <= places
        assert any(place.startswith("file postgres/data/base/") for place in places)
        assert any(place.startswith("file postgres/data/pg_wal/") for place in places)
