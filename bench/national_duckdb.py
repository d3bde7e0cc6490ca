"""The same tables of the same CSVs in DuckDB's SQL, as an engineer would write them. Nothing of the builder is used.

From the declarations come only the labels (codes, groups, totals); what is counted is written here once more. The
cells are stored in a DuckDB file. ``tests/unit/test_bench_duckdb.py`` proves that they are those of the builder.
"""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from assets.tables.catalogue import TABLES
from assets.tables.spec import Dimension
from bench.national_data import TABLES as RECORDS
from bench.national_data import YEARS
from warehouse.contracts.codes import TOTAL
from warehouse.contracts.registry import CONTRACTS

_SQL_TYPES = {"date": "DATE", "integer": "BIGINT", "number": "DOUBLE"}


@dataclass(frozen=True, slots=True)
class Count:
    """A measure: its name and the aggregate; ``distinct`` ones are counted anew in groups and totals."""

    name: str
    sql: str
    distinct: bool = False


@dataclass(frozen=True, slots=True)
class Fact:
    """Rows (kommun, ar, period, the dimensions and what the measures need) and what is counted of them."""

    rows: str
    measures: tuple[Count, ...]


# Sex and age of a person are those of the latest case begun by the end of the period: an ASOF join. Of cases begun the
# same day the one that ends last counts (open last), then the later code.
_LATEST = """
CREATE TEMP TABLE senaste AS
SELECT DISTINCT ON (person_id, startdatum) person_id, startdatum, kon, aldersgrupp FROM arende
ORDER BY person_id, startdatum, slutdatum DESC NULLS FIRST, kon DESC, aldersgrupp DESC
"""
_ONGOING = """
SELECT a.namnd AS kommun, p.ar, p.period, p.slut, a.person_id, a.roll, a.aldersgrupp, a.kon,
       a.startdatum BETWEEN p.start AND p.slut AS startad,
       coalesce(a.slutdatum BETWEEN p.start AND p.slut, false) AS avslutad
FROM arende a JOIN perioder p ON a.startdatum <= p.slut AND coalesce(a.slutdatum, DATE '9999-12-31') >= p.start
"""
_DECIDED = """
SELECT i.namnd AS kommun, p.ar, p.period, p.slut, i.insatstyp, a.kon, a.person_id, i.beslut
FROM insats i JOIN arende a USING (arende_id)
JOIN perioder p ON coalesce(i.beslutsdatum, i.verkstalld) BETWEEN p.start AND p.slut
"""

FACTS: dict[str, tuple[Fact, ...]] = {
    "arenden": (
        Fact(
            _ONGOING,
            (
                Count("antal_arenden", "count(*)"),
                Count("antal_startade", "count(*) FILTER (startad)"),
                Count("antal_avslutade", "count(*) FILTER (avslutad)"),
            ),
        ),
        Fact(
            f"""
            SELECT r.kommun, r.ar, r.period, r.roll, s.aldersgrupp, s.kon, r.person_id
            FROM ({_ONGOING}) r ASOF JOIN senaste s ON r.person_id = s.person_id AND s.startdatum <= r.slut
            """,
            (Count("antal_personer", "count(DISTINCT person_id)", distinct=True),),
        ),
        Fact(
            """
            SELECT k.namnd AS kommun, p.ar, p.period, k.malgrupp AS roll, k.aldersgrupp, k.kon
            FROM aktualisering k JOIN perioder p ON k.datum BETWEEN p.start AND p.slut
            """,
            (Count("antal_aktualiseringar", "count(*)"),),
        ),
    ),
    "insatser": (
        Fact(
            _DECIDED,
            (
                Count("antal_insatser", "count(*) FILTER (beslut = 'bifall')"),
                Count("antal_avslag", "count(*) FILTER (beslut = 'avslag')"),
                Count("antal_avbojda", "count(*) FILTER (beslut = 'avbojd')"),
                Count("antal_utan_behovsprovning", "count(*) FILTER (beslut = 'utan_behovsprovning')"),
            ),
        ),
        Fact(
            f"""
            SELECT r.kommun, r.ar, r.period, r.insatstyp, coalesce(s.kon, r.kon) AS kon, r.person_id, r.beslut
            FROM ({_DECIDED}) r ASOF LEFT JOIN senaste s ON r.person_id = s.person_id AND s.startdatum <= r.slut
            """,
            (Count("antal_personer", "count(DISTINCT person_id) FILTER (beslut = 'bifall')", distinct=True),),
        ),
        Fact(
            """
            SELECT i.namnd AS kommun, p.ar, p.period, i.insatstyp, i.kon, i.antal
            FROM insats_avidentifierad i JOIN perioder p ON CAST(i.manad || '-01' AS DATE) BETWEEN p.start AND p.slut
            """,
            (Count("antal_avidentifierade", "sum(antal)"),),
        ),
    ),
}


def run(folder: Path, only: Sequence[str], step: Callable[[str], AbstractContextManager[None]]) -> dict[str, Any]:
    """Read, count and store; the database lies beside the CSVs for as long as it takes."""
    path = folder / "bench.duckdb"
    path.unlink(missing_ok=True)
    tables = [t for t in FACTS if not only or t in only]
    with duckdb.connect(str(path)) as conn:
        with step("läsa"):
            load(conn, folder, tables)
        for table in tables:
            with step(f"räkna {table}"):
                count(conn, table)
        cells = conn.execute("SELECT count(*) FROM cell").fetchone()
    size = path.stat().st_size
    path.unlink()
    return {"tabeller": tables, "celler": cells[0] if cells else 0, "byte": size}


def load(conn: Any, folder: Path, tables: Sequence[str], years: tuple[int, ...] = YEARS) -> None:
    """The sources of the tables as DuckDB tables, the periods, and the table of cells."""
    wanted: dict[str, dict[str, None]] = {"arende": {"person_id": None, "startdatum": None, "slutdatum": None}}
    for name in tables:
        for source, columns in TABLES[name].sources.items():
            wanted.setdefault(source, {}).update(dict.fromkeys(columns))
    for source, names in wanted.items():
        if source not in RECORDS:
            continue
        kinds = {c.name: _SQL_TYPES.get(c.kind, "VARCHAR") for c in CONTRACTS[source].columns()}
        whole = (folder / f"{source}.csv").open(encoding="utf-8").readline().strip().split(";")
        typed = ", ".join(f"'{name}': '{kinds[name]}'" for name in whole)
        conn.execute(
            f"CREATE TEMP TABLE {source} AS SELECT namnd, {', '.join(names)} FROM"
            f" read_csv('{folder / source}.csv', delim=';', header=true, columns={{{typed}}})"
        )
    conn.execute("CREATE TEMP TABLE perioder (ar INT, period VARCHAR, start DATE, slut DATE)")
    for year in years:
        conn.execute(
            f"""
            INSERT INTO perioder VALUES ({year}, '{year}', '{year}-01-01', '{year}-12-31'),
            ({year}, '{year}T1', '{year}-01-01', '{year}-04-30'), ({year}, '{year}T2', '{year}-05-01', '{year}-08-31'),
            ({year}, '{year}T3', '{year}-09-01', '{year}-12-31')
            """
        )
    conn.execute(_LATEST)
    conn.execute("CREATE TEMP TABLE kommuner AS SELECT DISTINCT namnd AS kommun FROM arende")
    conn.execute(
        "CREATE TABLE cell (tabell VARCHAR, kommun VARCHAR, period VARCHAR, dimensioner VARCHAR[], matt VARCHAR,"
        " varde DOUBLE)"
    )


def count(conn: Any, table: str) -> None:
    """A table's cells of all kommuner and periods into ``cell``; ``dimensioner`` in the declared order."""
    dimensions = TABLES[table].dimensions
    names = [d.name for d in dimensions]
    for d in dimensions:
        conn.execute(f"CREATE OR REPLACE TEMP TABLE steg_{d.name} (kod VARCHAR, etikett VARCHAR)")
        conn.executemany(f"INSERT INTO steg_{d.name} VALUES (?, ?)", _steps(d))
    listed = ", ".join(names)
    given = ", ".join(f"s_{n}.etikett AS {n}" for n in names)
    steps = " ".join(f"JOIN steg_{n} s_{n} ON s_{n}.kod IS NOT DISTINCT FROM r.{n}" for n in names)
    conn.execute("CREATE OR REPLACE TEMP TABLE annat (kommun VARCHAR, ar INT)")
    parts = []
    for number, fact in enumerate(FACTS[table]):
        conn.execute(f"CREATE OR REPLACE TEMP TABLE rader AS {fact.rows}")
        conn.execute("INSERT INTO annat SELECT DISTINCT kommun, ar FROM rader WHERE kon = 'annat_okant'")
        counted = ", ".join(f"{m.sql} AS {m.name}" for m in fact.measures)
        if any(m.distinct for m in fact.measures):
            made = f"SELECT kommun, period, {given}, {counted} FROM rader r {steps} GROUP BY ALL"
        else:
            base = f"SELECT kommun, period, {listed}, {counted} FROM rader GROUP BY ALL"
            sums = ", ".join(f"sum({m.name}) AS {m.name}" for m in fact.measures)
            made = f"SELECT kommun, period, {given}, {sums} FROM ({base}) r {steps} GROUP BY ALL"
        conn.execute(f"CREATE OR REPLACE TEMP TABLE del_{number} AS {made}")
        parts += [(number, m.name) for m in fact.measures]
    labels = " ".join(f"CROSS JOIN (SELECT DISTINCT etikett AS {n} FROM steg_{n})" for n in names)
    conn.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE rutor AS SELECT kommun, period, {listed} FROM kommuner CROSS JOIN perioder {labels}
        WHERE kon <> 'annat_okant' OR (kommun, ar) IN (SELECT (kommun, ar) FROM annat)
        """
    )
    for number, measure in parts:
        conn.execute(
            f"""
            INSERT INTO cell SELECT '{table}', kommun, period, [{listed}], '{measure}', coalesce({measure}, 0)
            FROM rutor LEFT JOIN del_{number} USING (kommun, period, {listed})
            """
        )


def _steps(dimension: Dimension) -> list[tuple[str | None, str]]:
    """Each code with the labels that it counts in; no code counts in the total alone."""
    out: list[tuple[str | None, str]] = [(code, code) for code in dimension.values]
    out += [(code, group.code) for group in dimension.groups for code in group.members]
    if dimension.total:
        out += [(code, TOTAL) for code in dimension.values] + [(None, TOTAL)]
    return out
