"""What the counted tables must be: rules as data, each a query that finds the cells that break it.

The declared plan is read from the database (``tabell.plan``, ``tabell.matt``, ``tabell.kod``), so nothing here knows
the declarations themselves. A rule either stops release or gives a note. What is told is how many cells, never which
or with what. Rules of public sources, and published figures, are in ``backtests``.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Connection, insert, text

from warehouse.cells import Slice
from warehouse.tables import kontroll

Level = Literal["stopp", "anmarkning"]

JUMP = 3
"""A value is noted where it is more than so many times that of the other of two years in a row,"""
JUMP_FROM = 60
"""and the larger of them is at least this: then no ordinary chance explains it (20 against 60, or 0 against 60)."""

CHECKED = "regler"
"""Name of the recorded check that tells that a slice was examined by all rules: ``<tabell>.regler``."""

_KOMMUNER_AT_A_TIME = 20


@dataclass(frozen=True, slots=True)
class Rule:
    """``sql`` selects kommun and ar once for every exception, from what ``_GIVEN`` defines."""

    name: str
    about: Literal["tabell", "omvarld"]
    level: Level
    description: str
    """What an exception is, in Swedish, as it can stand after a number."""
    sql: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """How many exceptions a rule has in a slice."""

    rule: Rule
    slice: Slice
    antal: int


# c: the slices' cells with what is declared of their measure; ``kombi`` numbers the combination of codes.
# delat: each combination as a whole or as a part of it, one row a dimension and whole (a total, or a group of codes).
# hel: each whole with its parts. A part that cannot be counts as zero; ``okand`` says that some part is not known.
# harkomst: the rows behind each cell in its newest version, by the table that they were delivered to.
_GIVEN = """
koder AS MATERIALIZED (
    SELECT dimension, kod, delar, kod = 'totalt' OR delar IS NOT NULL AS samlar FROM tabell.kod WHERE tabell = :tabell
), alla AS MATERIALIZED (
    SELECT c.kommun, c.ar, c.period, c.ordning, c.dimensioner, c.kon, c.matt, c.varde, c.status,
           m.matt IS NOT NULL AS deklarerat, m.slag, m.form, m.delar, m.unik, m.summerar, m.bas,
           coalesce(m.slag = 'antal' AND p.raknad, false) AS raknat
    FROM tabell.cell c
    LEFT JOIN tabell.matt m USING (tabell, matt)
    LEFT JOIN tabell.plan p USING (tabell)
    WHERE c.tabell = :tabell AND c.kommun = ANY(:kommuner) AND c.ar = ANY(:years)
), kombi AS MATERIALIZED (
    SELECT row_number() OVER () AS kombi, dimensioner, kon FROM (SELECT DISTINCT dimensioner, kon FROM alla) d
), c AS MATERIALIZED (
    SELECT * FROM alla JOIN kombi USING (dimensioner, kon)
), delat AS MATERIALIZED (
    SELECT x.kombi, e.dimension, h.kod AS hel, e.kod = h.kod AS ar_hel, coalesce(k.samlar, false) AS samlar,
           dense_rank() OVER (ORDER BY e.dimension, h.kod, e.resten) AS grupp,
           NOT EXISTS (SELECT 1 FROM jsonb_each_text(e.resten) r JOIN koder t ON t.dimension = r.key
                       AND t.kod = 'totalt' WHERE r.value <> 'totalt') AS ytterst
    FROM kombi x CROSS JOIN LATERAL (
        SELECT d.key AS dimension, d.value AS kod, (x.dimensioner - d.key) || jsonb_build_object('kon', x.kon) AS resten
        FROM jsonb_each_text(x.dimensioner) d UNION ALL SELECT 'kon', x.kon, x.dimensioner
    ) e
    JOIN koder h ON h.samlar AND h.dimension = e.dimension
      AND (h.kod = e.kod OR h.delar IS NULL OR e.kod = ANY(h.delar))
    LEFT JOIN koder k ON k.dimension = e.dimension AND k.kod = e.kod
), hel AS MATERIALIZED (
    SELECT kommun, ar, period, bool_or(raknat) AS raknat, min(dimension) AS dimension, min(hel) AS hel,
           bool_or(ytterst) AS ytterst,
           bool_or(unik IS NULL OR coalesce(dimension = ANY(summerar), false)) AS summerar,
           max(varde) FILTER (WHERE ar_hel) AS total,
           max(varde) FILTER (WHERE NOT ar_hel) AS storst,
           sum(varde) FILTER (WHERE NOT ar_hel AND NOT samlar) AS summa,
           coalesce(bool_or(status = 'saknas') FILTER (WHERE NOT ar_hel AND NOT samlar), false) AS okand
    FROM c JOIN delat USING (kombi) WHERE slag IN ('antal', 'summa')
    GROUP BY kommun, ar, period, matt, grupp
), version AS MATERIALIZED (
    SELECT kommun, ar, max(version_id) AS version_id FROM revision.tabellversion
    WHERE tabell = :tabell AND kommun = ANY(:kommuner) AND ar = ANY(:years) GROUP BY kommun, ar
), bakom AS MATERIALIZED (
    SELECT v.kommun, v.ar, h.celler || '{}' AS celler, h.rader || '{}' AS rader, m.leveranser || '{}' AS leveranser
    FROM version v
    JOIN revision.harkomst h USING (version_id) JOIN revision.leveransmangd m USING (mangd_id)
), harkomst AS MATERIALIZED (
    SELECT b.kommun, b.ar, b.celler[(r.nr - 1) / cardinality(b.leveranser) + 1] AS ordning, l.tabell AS kalla,
           sum(r.rader) AS rader
    FROM bakom b CROSS JOIN LATERAL unnest(b.rader) WITH ORDINALITY r(rader, nr)
    JOIN mottagning.leverans l ON l.leverans_id = b.leveranser[(r.nr - 1) % cardinality(b.leveranser) + 1]
    GROUP BY 1, 2, 3, 4
)
"""

_BESIDE = "d.kommun = c.kommun AND d.ar = c.ar AND d.period = c.period AND d.kombi = c.kombi"
# A share by its declaration: two parts, and not an end of an interval.
_SHARE = "c.form = 'andel' AND c.slag = 'harledd' AND cardinality(c.delar) = 2 AND c.matt !~ '_(lag|hog)$'"

RULES: tuple[Rule, ...] = (
    Rule(
        "deklarerad",
        "tabell",
        "stopp",
        "celler med mått, dimensioner eller koder som inte finns i tabellplanen",
        "SELECT kommun, ar FROM c WHERE NOT deklarerat OR kombi IN (SELECT kombi FROM kombi CROSS JOIN"
        " (SELECT array_agg(n ORDER BY n) AS namn FROM tabell.plan p, unnest(p.dimensioner) n WHERE p.tabell = :tabell)"
        " p CROSS JOIN (SELECT array_agg(DISTINCT dimension) AS slutna FROM koder WHERE NOT samlar) s"
        " WHERE (SELECT array_agg(n ORDER BY n) FROM jsonb_object_keys(dimensioner) n) IS DISTINCT FROM p.namn"
        " OR EXISTS (SELECT 1 FROM jsonb_each_text(dimensioner) d WHERE d.key = ANY(s.slutna) AND d.value <> 'totalt'"
        " AND NOT (d.key, d.value) IN (SELECT dimension, kod FROM koder)))",
    ),
    Rule(
        "koordinat_en_gang",
        "tabell",
        "stopp",
        "celler som står två gånger",
        "SELECT kommun, ar FROM c GROUP BY kommun, ar, period, kombi, matt HAVING count(*) > 1",
    ),
    Rule(
        "hela_tal",
        "tabell",
        "stopp",
        "antal som inte är hela tal, eller antal, dagar och kronor som är mindre än noll",
        "SELECT kommun, ar FROM c WHERE form IN ('antal', 'dagar', 'kronor') AND varde < 0"
        " OR form = 'antal' AND varde <> round(varde)",
    ),
    Rule(
        "andel_0_till_1",
        "tabell",
        "stopp",
        "andelar som inte ligger mellan 0 och 1",
        "SELECT kommun, ar FROM c WHERE form = 'andel' AND (varde < 0 OR varde > 1 + 1e-9)",
    ),
    Rule(
        "totalen_rymmer_delarna",
        "tabell",
        "stopp",
        "totaler som är mindre än någon av sina delar",
        "SELECT kommun, ar FROM hel WHERE storst > total * (1 + 1e-9)",
    ),
    Rule(
        "delarna_ger_totalen",
        "tabell",
        "stopp",
        "totaler som är mindre än summan av delar som ska ge totalen",
        "SELECT kommun, ar FROM hel WHERE summerar AND NOT okand AND summa > total * (1 + 1e-9)",
    ),
    Rule(
        "konen_ger_totalen",
        "tabell",
        "stopp",
        "totaler av räknade ärenden och personer som inte är kvinnor, män och annat eller okänt tillsammans",
        "SELECT kommun, ar FROM hel WHERE summerar AND raknat AND dimension = 'kon' AND NOT okand AND summa < total",
    ),
    Rule(
        "grupper_ger_delarna",
        "tabell",
        "stopp",
        "grupper av koder, till exempel 18 år och äldre, som inte är sina delar tillsammans",
        "SELECT kommun, ar FROM hel WHERE summerar AND raknat AND hel <> 'totalt' AND NOT okand AND summa <> total",
    ),
    Rule(
        "andel_av_egen_bas",
        "tabell",
        "stopp",
        "andelar som inte är täljare genom nämnare i samma cell",
        f"SELECT c.kommun, c.ar FROM c JOIN c d ON {_BESIDE} AND d.matt = c.delar[1]"
        " JOIN c b ON b.kommun = c.kommun AND b.ar = c.ar AND b.period = c.period AND b.kombi = c.kombi"
        " AND b.matt = c.delar[2]"
        f" WHERE {_SHARE} AND c.varde IS NOT NULL AND (d.varde IS NULL OR b.varde IS NULL OR b.varde = 0"
        " OR abs(c.varde * b.varde - d.varde) > 1e-6 * greatest(b.varde, 1))",
    ),
    Rule(
        "andel_mojlig",
        "tabell",
        "stopp",
        "andelar som inget antal av nämnaren kan ge",
        f"SELECT c.kommun, c.ar FROM c JOIN c d ON {_BESIDE} AND d.matt = c.delar[2]"
        f" WHERE {_SHARE} AND d.slag = 'antal' AND d.varde > 0"
        " AND abs(c.varde * d.varde - round(c.varde * d.varde)) > 1e-6 * greatest(d.varde, 1)",
    ),
    Rule(
        "bas_haller",
        "tabell",
        "stopp",
        "resultat som visas fast basen är mindre än den minsta som får visas",
        f"SELECT c.kommun, c.ar FROM c JOIN c d ON {_BESIDE} AND d.matt = c.bas"
        " WHERE c.varde IS NOT NULL AND coalesce(d.varde, 0) < :minsta_bas",
    ),
    Rule(
        "intervall_omsluter",
        "tabell",
        "stopp",
        "resultat som ligger utanför sitt eget intervall",
        f"SELECT c.kommun, c.ar FROM c JOIN c d ON {_BESIDE} AND c.matt = left(d.matt, -4)"
        " WHERE d.matt ~ '_(lag|hog)$' AND CASE WHEN d.matt LIKE '%lag' THEN d.varde - c.varde"
        " ELSE c.varde - d.varde END > 1e-9 * greatest(abs(c.varde), 1)",
    ),
    Rule(
        "harkomst_ger_cellen",
        "tabell",
        "stopp",
        "räknade celler vars rader i leveranserna inte ger cellens tal",
        "SELECT c.kommun, c.ar FROM c LEFT JOIN (SELECT kommun, ar, ordning, array_agg(rader) AS summor FROM harkomst"
        " GROUP BY 1, 2, 3) h USING (kommun, ar, ordning) WHERE c.raknat AND c.unik IS NULL AND c.varde IS NOT NULL"
        " AND NOT CASE WHEN c.varde = 0 THEN h.summor IS NULL"
        " ELSE coalesce(c.varde = ANY(h.summor::double precision[]), false) END",
    ),
    Rule(
        "poster_utan_kod",
        "tabell",
        "anmarkning",
        "totaler som är större än summan av sina delar: där finns poster utan kod, och de står bara i totalen",
        "SELECT kommun, ar FROM hel WHERE dimension <> 'kon' AND hel = 'totalt' AND raknat AND NOT okand"
        " AND summa < total AND ytterst AND period = ar::text",
    ),
    Rule(
        "ar_till_ar",
        "tabell",
        "anmarkning",
        f"tal som är mer än {JUMP} gånger så stora, eller mindre än en {'tredje' if JUMP == 3 else JUMP}del, mot året"
        f" före (bara hela år, och bara där det ena året har minst {JUMP_FROM})",
        "SELECT c.kommun, c.ar FROM c JOIN tabell.cell f ON f.tabell = :tabell AND f.kommun = c.kommun"
        " AND f.kommun = ANY(:kommuner) AND f.ar = c.ar - 1 AND f.period = (c.ar - 1)::text AND f.kon = c.kon"
        " AND f.matt = c.matt AND f.dimensioner = c.dimensioner WHERE c.period = c.ar::text"
        " AND c.slag IN ('antal', 'summa') AND (c.kommun, c.ar) IN (SELECT v.kommun, v.ar FROM version v"
        " JOIN revision.tabellindata i USING (version_id) JOIN mottagning.leverans l USING (leverans_id)"
        " GROUP BY v.kommun, v.ar HAVING max(l.uttagsdatum) > make_date(v.ar, 12, 31))"
        f" AND greatest(c.varde, f.varde) >= {JUMP_FROM}"
        f" AND greatest(c.varde, f.varde) > {JUMP} * least(c.varde, f.varde)",
    ),
)
"""All rules of counted tables, those that stop release first."""

_ALL = (
    f"WITH {_GIVEN} SELECT regel, kommun, ar, count(*) AS antal FROM ("
    + " UNION ALL ".join(
        f"SELECT {number} AS regel, x.kommun, x.ar FROM ({rule.sql}) x" for number, rule in enumerate(RULES)
    )
    + ") alla GROUP BY regel, kommun, ar ORDER BY kommun, ar, regel"
)


def rules_for(conn: Connection, slices: Iterable[Slice], *, minsta_bas: int = 10) -> list[Outcome]:
    """The rules that do not hold in some of these slices, with how many cells. Nothing is recorded.

    Args:
        conn: The warehouse.
        slices: Of any tables, kommuner and years. Other slices are not told about.
        minsta_bas: The smallest base of a result that may be shown (``Regler.minsta_bas``).
    """
    by_table: dict[str, set[Slice]] = defaultdict(set)
    for one in slices:
        by_table[one.tabell].add(one)
    found = []
    for tabell, wanted in sorted(by_table.items()):
        whose = sorted({s.kommun for s in wanted})
        for first in range(0, len(whose), _KOMMUNER_AT_A_TIME):
            kommuner = whose[first : first + _KOMMUNER_AT_A_TIME]
            where = {
                "tabell": tabell,
                "kommuner": kommuner,
                "years": sorted({s.ar for s in wanted if s.kommun in kommuner}),
                "minsta_bas": minsta_bas,
            }
            # What is given has no statistics: without this a few thousand cells are held against each other one by one.
            conn.execute(text("SET LOCAL enable_nestloop = off; SET LOCAL work_mem = '64MB'"))
            rows = conn.execute(text(_ALL), where).all()
            conn.execute(text("SET LOCAL enable_nestloop TO DEFAULT; SET LOCAL work_mem TO DEFAULT"))
            for row in rows:
                at = Slice(tabell, row.kommun, row.ar)
                if at in wanted:
                    found.append(Outcome(RULES[row.regel], at, row.antal))
    return found


def record(conn: Connection, run_id: str, slices: Iterable[Slice], outcomes: Sequence[Outcome]) -> None:
    """Record in ``revision.kontroll`` that the slices were examined, and after that each rule that did not hold."""
    broken: dict[Slice, list[Outcome]] = defaultdict(list)
    for outcome in outcomes:
        broken[outcome.slice].append(outcome)
    rows = []
    for one in sorted(set(slices), key=lambda s: (s.kommun, s.ar, s.tabell)):
        theirs = broken[one]
        level: Level | None = "stopp" if any(o.rule.level == "stopp" for o in theirs) else None
        level = level or ("anmarkning" if theirs else None)
        rows.append(_row(run_id, one, CHECKED, level, sum(o.antal for o in theirs)))
        rows += [_row(run_id, one, o.rule.name, o.rule.level, o.antal) for o in theirs]
    if rows:
        conn.execute(insert(kontroll), rows)


def _row(run_id: str, at: Slice, name: str, level: Level | None, antal: int) -> dict[str, object]:
    verdict = {None: "godkand", "anmarkning": "varning", "stopp": "underkand"}[level]
    where = {"korning_id": run_id, "kommun": at.kommun, "ar": at.ar}
    return where | {"kontroll": f"{at.tabell}.{name}", "utfall": verdict, "antal": antal}


_STANDING = """
WITH gallande AS (
    SELECT DISTINCT ON (tabell) tabell, celler, skapad FROM revision.tabellversion
    WHERE kommun = :kommun AND ar = :ar ORDER BY tabell, version_id DESC
), provad AS (
    SELECT g.tabell, max(k.kontroll_id) AS kontroll_id
    FROM gallande g LEFT JOIN revision.kontroll k
      ON k.kontroll = g.tabell || '.' || :checked AND k.kommun = :kommun AND k.ar = :ar AND k.skapad >= g.skapad
    WHERE g.celler > 0 GROUP BY g.tabell
)
SELECT p.tabell, coalesce(t.titel, p.tabell) AS titel, p.kontroll_id IS NOT NULL AS provad,
       split_part(k.kontroll, '.', 2) AS regel, k.antal, k.utfall
FROM provad p LEFT JOIN tabell.plan t USING (tabell)
LEFT JOIN revision.kontroll k ON k.kommun = :kommun AND k.ar = :ar AND k.kontroll_id > p.kontroll_id
  AND k.kontroll LIKE p.tabell || '.%' AND k.utfall <> 'godkand'
ORDER BY t.ordning, k.kontroll_id
"""
OTHER = {"tabell_orord": "celler eller anmärkningar som ändrats efter räkningen"}
"""Checks of a slice that are not rules over cells: what an exception is."""


def describe(name: str) -> str:
    """What an exception to a rule is, in words."""
    return {r.name: r.description for r in RULES}.get(name) or OTHER.get(name, name.replace("_", " "))


def _standing(conn: Connection, kommun: str, ar: int, verdict: str) -> Iterator[str]:
    rows = conn.execute(text(_STANDING), {"kommun": kommun, "ar": ar, "checked": CHECKED}).all()
    for row in rows:
        if not row.provad and verdict == "underkand":
            yield f"{row.titel}: inte prövad sedan den räknades. Kör: kvinnofrid audit"
        elif row.utfall == verdict:
            yield f"{row.titel}: {row.antal} {describe(row.regel)}."


def stopped(conn: Connection, kommun: str, ar: int) -> list[str]:
    """Why the kommun's year may not be released, a line a reason; empty where nothing stops it.

    A table that was counted after it was last examined stops release too.
    """
    return list(_standing(conn, kommun, ar, "underkand"))


def noted(conn: Connection, kommun: str, ar: int) -> list[str]:
    """What the newest examination noted of the kommun's year, without stopping anything."""
    return list(_standing(conn, kommun, ar, "varning"))


def counted_slices(conn: Connection) -> list[Slice]:
    """Every slice that has cells."""
    rows = conn.execute(text("SELECT DISTINCT tabell, kommun, ar FROM tabell.cell ORDER BY tabell, kommun, ar"))
    return [Slice(*row) for row in rows]


def summed(outcomes: Iterable[Outcome]) -> Counter[tuple[str, str]]:
    """Exceptions by table and rule."""
    found: Counter[tuple[str, str]] = Counter()
    for one in outcomes:
        found[one.slice.tabell, one.rule.name] += one.antal
    return found


def possible(percent: float, base: int, decimals: int = 0) -> bool:
    """Whether a printed percentage can be a whole number of ``base``; a half may be rounded either way."""
    unit: int = 10**decimals
    printed = round(percent * unit)
    if base <= 0 or not 0 <= printed <= 100 * unit or abs(percent * unit - printed) > 1e-6:
        return False
    # printed - 1/2 <= k * 100 * unit / base <= printed + 1/2, for some whole k, in whole numbers.
    most = (2 * printed + 1) * base // (200 * unit)
    return most * 200 * unit >= (2 * printed - 1) * base
