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
    """Rows (kommun, ar, period, the dimensions and what the measures need), their dimensions and what is counted."""

    rows: str
    dimensions: tuple[str, ...]
    measures: tuple[Count, ...]


# Sex and age of a person are those of the latest case begun by the end of the period: an ASOF join. Of cases begun the
# same day the one that ends last counts (open last), then the later code.
_LATEST = """
CREATE OR REPLACE TEMP TABLE senaste AS
SELECT DISTINCT ON (person_id, startdatum) person_id, startdatum, kon, aldersgrupp FROM arende
ORDER BY person_id, startdatum, slutdatum DESC NULLS FIRST, kon DESC, aldersgrupp DESC
"""
_ONGOING = """
SELECT a.namnd AS kommun, p.ar, p.period, p.slut, a.* EXCLUDE (namnd),
       a.startdatum BETWEEN p.start AND p.slut AS startad,
       coalesce(a.slutdatum BETWEEN p.start AND p.slut, false) AS avslutad
FROM arende a JOIN perioder p ON a.startdatum <= p.slut AND coalesce(a.slutdatum, DATE '9999-12-31') >= p.start
"""
_EXPOSED = f"SELECT * FROM ({_ONGOING}) WHERE roll IN ('valdsutsatt_vuxen', 'barn')"
_DECIDED = "coalesce(i.beslutsdatum, i.verkstalld)"


def _persons(rows: str) -> str:
    """Rows of persons, with sex and age of the latest case."""
    return f"""
        SELECT r.* EXCLUDE (kon, aldersgrupp), coalesce(s.kon, r.kon) AS kon,
               coalesce(s.aldersgrupp, r.aldersgrupp) AS aldersgrupp
        FROM ({rows}) r ASOF LEFT JOIN senaste s ON r.person_id = s.person_id AND s.startdatum <= r.slut
    """


def _support(day: str, only: str = "true") -> str:
    """Insatser of a period by one of their days, with their case's person, sex and role."""
    return f"""
        SELECT p.ar, p.period, p.slut, i.namnd AS kommun, i.* EXCLUDE (namnd), a.kon, a.aldersgrupp, a.roll, a.person_id
        FROM insats i JOIN arende a USING (arende_id) JOIN perioder p ON {day} BETWEEN p.start AND p.slut WHERE {only}
    """


def _by_case_days(column: str) -> str:
    return f"a.{column} BETWEEN p.start AND p.slut"


_GIVEN = "i.beslut IN ('bifall', 'utan_behovsprovning')"
_GRANTED = _support(_DECIDED, "i.beslut = 'bifall' AND a.roll IN ('valdsutsatt_vuxen', 'barn')")
_CONTACTS = """
SELECT k.namnd AS kommun, p.ar, p.period, k.malgrupp AS roll, k.aldersgrupp, k.kon, k.vag, k.utfall
FROM aktualisering k JOIN perioder p ON k.datum BETWEEN p.start AND p.slut
"""
_BY_ROLE = ("roll", "aldersgrupp", "kon")
_BY_TYPE = ("insatstyp", "kon")
_QUESTIONS = {
    "valdstyp": "valdstyp", "svarighetsgrad": "svarighetsgrad", "relation": "relation_till_utovare",
    "utovarens_kon": "utovarens_kon",
}  # fmt: skip
_EXPECTED: tuple[tuple[str, str, str, bool], ...] = (
    # variable, where an answer is expected, the code that says it is unknown, known at the end
    ("aldersgrupp", "true", "okand", False),
    ("verksamhetsomrade", "true", "", False),
    ("enhet", "true", "", False),
    ("valdstyp", "true", "", False),
    ("svarighetsgrad", "true", "okand", False),
    ("relation_till_utovare", "roll IN ('valdsutsatt_vuxen', 'barn')", "okand", False),
    ("utovarens_kon", "roll IN ('valdsutsatt_vuxen', 'barn')", "annat_okant", False),
    ("hederskontext", "true", "okant", False),
    ("avslutsorsak", "true", "", True),
    ("overgripande_mal_finns", "true", "okant", True),
    ("mal_bedomning", "overgripande_mal_finns = 'ja'", "ej_bedomt", True),
    ("mal_bedomt_av", "overgripande_mal_finns = 'ja' AND mal_bedomning IN ('helt', 'delvis', 'inte')", "", True),
)
_COVERAGE = " UNION ALL ".join(
    f"""
    SELECT a.namnd AS kommun, p.ar, p.period, a.kon, 'arende_{name}' AS variabel, a.{name} IS NULL AS saknas,
           coalesce(a.{name} = '{unknown}', false) AS okant
    FROM arende a JOIN perioder p ON {_by_case_days("slutdatum" if closing else "startdatum")} WHERE {where}
    """
    for name, where, unknown, closing in _EXPECTED
)

FACTS: dict[str, tuple[Fact, ...]] = {
    "arenden": (
        Fact(
            _ONGOING,
            _BY_ROLE,
            (
                Count("antal_arenden", "count(*)"),
                Count("antal_startade", "count(*) FILTER (startad)"),
                Count("antal_avslutade", "count(*) FILTER (avslutad)"),
            ),
        ),
        Fact(_persons(_ONGOING), _BY_ROLE, (Count("antal_personer", "count(DISTINCT person_id)", distinct=True),)),
        Fact(
            f"""
            SELECT a.namnd AS kommun, p.ar, p.period, a.roll, a.aldersgrupp, a.kon,
                   coalesce({_by_case_days("utredning_inledd")}, false) AS inledd,
                   coalesce({_by_case_days("utredning_avslutad")}, false) AS avslutad
            FROM arende a JOIN perioder p
            ON {_by_case_days("utredning_inledd")} OR {_by_case_days("utredning_avslutad")}
            """,
            _BY_ROLE,
            (
                Count("antal_utredningar_inledda", "count(*) FILTER (inledd)"),
                Count("antal_utredningar_avslutade", "count(*) FILTER (avslutad)"),
            ),
        ),
        Fact(_CONTACTS, _BY_ROLE, (Count("antal_aktualiseringar", "count(*)"),)),
        Fact(_ONGOING, ("verksamhetsomrade", "kon"), (Count("antal_arenden_omrade", "count(*)"),)),
        Fact(_ONGOING, ("kon",), (Count("antal_utan_omrade", "count(*) FILTER (verksamhetsomrade IS NULL)"),)),
        Fact(_CONTACTS, ("vag", "kon"), (Count("antal_aktualiseringar_vag", "count(*)"),)),
        Fact(_CONTACTS, ("utfall", "kon"), (Count("antal_aktualiseringar_utfall", "count(*)"),)),
    ),
    "insatser": (
        Fact(
            _support(_DECIDED),
            _BY_TYPE,
            (
                Count("antal_insatser", "count(*) FILTER (beslut = 'bifall')"),
                Count("antal_avslag", "count(*) FILTER (beslut = 'avslag')"),
                Count("antal_avbojda", "count(*) FILTER (beslut = 'avbojd')"),
                Count("antal_utan_behovsprovning", "count(*) FILTER (beslut = 'utan_behovsprovning')"),
                Count("antal_med_start", "count(*) FILTER (beslut = 'bifall' AND verkstalld IS NOT NULL)"),
                Count("antal_utan_start", "count(*) FILTER (beslut = 'bifall' AND verkstalld IS NULL)"),
                Count("antal_inom_14", "count(*) FILTER (beslut = 'bifall' AND verkstalld - beslutsdatum <= 14)"),
            ),
        ),
        Fact(
            _persons(_support(_DECIDED)),
            _BY_TYPE,
            (Count("antal_personer", "count(DISTINCT person_id) FILTER (beslut = 'bifall')", distinct=True),),
        ),
        Fact(_support("i.verkstalld", _GIVEN), _BY_TYPE, (Count("antal_genomforda", "count(*)"),)),
        Fact(
            _support("i.slutdatum", _GIVEN),
            _BY_TYPE,
            (
                Count("antal_avslutade", "count(*)"),
                Count("antal_med_tillfallen", "count(antal_tillfallen)"),
                Count("antal_tillfallen", "sum(antal_tillfallen)"),
            ),
        ),
        Fact(
            """
            SELECT i.namnd AS kommun, p.ar, p.period, i.insatstyp, i.kon, i.antal
            FROM insats_avidentifierad i JOIN perioder p ON CAST(i.manad || '-01' AS DATE) BETWEEN p.start AND p.slut
            """,
            _BY_TYPE,
            (Count("antal_avidentifierade", "sum(antal)"),),
        ),
    ),
    "heder": (
        Fact(_EXPOSED, ("hederskontext", "kon"), (Count("antal_arenden", "count(*)"),)),
        Fact(
            _persons(_EXPOSED),
            ("hederskontext", "kon"),
            (Count("antal_personer", "count(DISTINCT person_id)", distinct=True),),
        ),
        Fact(
            _EXPOSED,
            ("kon",),
            (
                Count("antal_heder", "count(*) FILTER (hederskontext = 'ja')"),
                Count("antal_bedomda", "count(*) FILTER (hederskontext IN ('ja', 'nej'))"),
            ),
        ),
        Fact(
            _GRANTED,
            _BY_TYPE,
            (Count("antal_riktade_beviljade", "count(*) FILTER (riktad_hedersutsatt = 'ja')"),),
        ),
        Fact(
            _persons(_GRANTED),
            _BY_TYPE,
            (
                Count(
                    "antal_personer_riktade",
                    "count(DISTINCT person_id) FILTER (riktad_hedersutsatt = 'ja')",
                    distinct=True,
                ),
            ),
        ),
        Fact(
            _support("i.verkstalld", f"{_GIVEN} AND a.roll IN ('valdsutsatt_vuxen', 'barn')"),
            _BY_TYPE,
            (Count("antal_riktade_genomforda", "count(*) FILTER (riktad_hedersutsatt = 'ja')"),),
        ),
        Fact(
            _GRANTED,
            ("kon",),
            (
                Count(
                    "antal_riktning_okand",
                    "count(*) FILTER (coalesce(riktad_hedersutsatt, '') NOT IN ('ja', 'nej'))",
                ),
            ),
        ),
    ),
    "vald": (
        Fact(
            _EXPOSED,
            ("kon",),
            (
                Count("antal_arenden", "count(*)"),
                *(Count(f"antal_med_{name}", f"count({column})") for name, column in _QUESTIONS.items()),
                *(Count(f"antal_utan_{name}", f"count(*) - count({column})") for name, column in _QUESTIONS.items()),
            ),
        ),
        Fact(
            f"""
            SELECT kommun, ar, period, kon, arende_id, unnest(string_split(valdstyp, ';')) AS valdstyp
            FROM ({_EXPOSED}) WHERE valdstyp IS NOT NULL
            """,
            ("valdstyp", "kon"),
            (Count("antal_valdstyp", "count(DISTINCT arende_id)", distinct=True),),
        ),
        *(
            Fact(
                f"SELECT kommun, ar, period, kon, {column} AS {name} FROM ({_EXPOSED}) WHERE {column} IS NOT NULL",
                (name, "kon"),
                (Count(f"antal_{name}", "count(*)"),),
            )
            for name, column in _QUESTIONS.items()
            if name != "valdstyp"
        ),
    ),
    "bortfall": (
        Fact(
            _COVERAGE,
            ("variabel", "kon"),
            (
                Count("antal_forvantade", "count(*)"),
                Count("antal_besvarade", "count(*) FILTER (NOT okant AND NOT saknas)"),
                Count("antal_okant", "count(*) FILTER (okant)"),
                Count("antal_saknas", "count(*) FILTER (saknas)"),
            ),
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
    always = ("arende_id", "person_id", "roll", "kon", "aldersgrupp", "startdatum", "slutdatum")
    wanted: dict[str, dict[str, None]] = {"arende": dict.fromkeys(always)}
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
    conn.execute("CREATE TEMP TABLE tider (ar INT, period VARCHAR, start DATE, slut DATE)")
    for year in years:
        conn.execute(
            f"""
            INSERT INTO tider VALUES ({year}, '{year}', '{year}-01-01', '{year}-12-31'),
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
    spec = TABLES[table]
    declared = {d.name: d for d in spec.dimensions}
    conn.execute(
        "CREATE OR REPLACE TEMP TABLE perioder AS SELECT * FROM tider"
        + ("" if spec.tertial else " WHERE length(period) = 4")
    )
    for d in spec.dimensions:
        conn.execute(f"CREATE OR REPLACE TEMP TABLE steg_{d.name} (kod VARCHAR, etikett VARCHAR)")
        conn.executemany(f"INSERT INTO steg_{d.name} VALUES (?, ?)", _steps(d))
    conn.execute("CREATE OR REPLACE TEMP TABLE annat (kommun VARCHAR, ar INT)")
    rows = ""
    for number, fact in enumerate(FACTS[table]):
        if fact.rows != rows:
            conn.execute(f"CREATE OR REPLACE TEMP TABLE rader AS {fact.rows}")
            conn.execute("INSERT INTO annat SELECT DISTINCT kommun, ar FROM rader WHERE kon = 'annat_okant'")
        rows = fact.rows
        listed = ", ".join(fact.dimensions)
        given = ", ".join(f"s_{n}.etikett AS {n}" for n in fact.dimensions)
        steps = " ".join(f"JOIN steg_{n} s_{n} ON s_{n}.kod IS NOT DISTINCT FROM r.{n}" for n in fact.dimensions)
        counted = ", ".join(f"{m.sql} AS {m.name}" for m in fact.measures)
        if any(m.distinct for m in fact.measures):
            made = f"SELECT kommun, period, {given}, {counted} FROM rader r {steps} GROUP BY ALL"
        else:
            base = f"SELECT kommun, period, {listed}, {counted} FROM rader GROUP BY ALL"
            sums = ", ".join(f"sum({m.name}) AS {m.name}" for m in fact.measures)
            made = f"SELECT kommun, period, {given}, {sums} FROM ({base}) r {steps} GROUP BY ALL"
        conn.execute(f"CREATE OR REPLACE TEMP TABLE del_{number} AS {made}")
    for number, fact in enumerate(FACTS[table]):
        listed = ", ".join(fact.dimensions)
        said = ", ".join(n if n in fact.dimensions else f"'{TOTAL}'" for n in declared)
        labels = " ".join(f"CROSS JOIN (SELECT DISTINCT etikett AS {n} FROM steg_{n})" for n in fact.dimensions)
        for m in fact.measures:
            conn.execute(
                f"""
                INSERT INTO cell SELECT '{table}', kommun, period, [{said}], '{m.name}', coalesce({m.name}, 0)
                FROM (SELECT * FROM kommuner CROSS JOIN perioder {labels})
                LEFT JOIN del_{number} USING (kommun, period, {listed})
                WHERE kon <> 'annat_okant' OR (kommun, ar) IN (SELECT (kommun, ar) FROM annat)
                """
            )


def _steps(dimension: Dimension) -> list[tuple[str | None, str]]:
    """Each code with the labels that it counts in; no code counts in the total alone."""
    out: list[tuple[str | None, str]] = [(code, code) for code in dimension.values]
    out += [(code, group.code) for group in dimension.groups for code in group.members]
    if dimension.total:
        out += [(code, TOTAL) for code in dimension.values] + [(None, TOTAL)]
    return out
