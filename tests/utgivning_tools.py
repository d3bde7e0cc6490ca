"""Two editions of a kommun in a database, in a second or so: what was released once, kept in ``fixtures/utgavor.csv``.

The figures were protected and audited the real way, of invented records. What stands inside is made up here: deliveries
with row counts that stand out, digests, true values of what is hidden. No tests here.
"""

import csv
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, text

from assets.report.egna import Egna
from assets.report.gor import make, read
from assets.report.innehall import bygg
from assets.report.modell import Diagram, Rapport, Stycke, Tabell, Tal
from assets.report.skriv import FILER
from assets.report.underlag import Underlag
from assets.report.underlag import Utgiven as Utgava
from assets.tables.catalogue import TABLES
from quality.disclosure.model import Verdict
from tests.kartlaggning_tools import sample
from warehouse import editions
from warehouse.contracts.codes import TOTAL
from warehouse.database import Database
from warehouse.editions import Basis, CellRow, DraftTable, Head
from warehouse.released import Edition

FIXTURE = Path(__file__).parent / "fixtures" / "utgavor.csv"
KOMMUN, AR, FORRA = "0580", 2025, 2024
ANNA, BO = "Anna Påhittad", "Bo Påhittad"
_COLUMNS = ("ar", "tabell", "period", "dimensioner", "kon", "matt", "status", "varde", "fran", "till")

RUN = "korning-4f1c9a7e"
SYSTEM, PATTERN, INPUT, CONTENT = (sign * 64 for sign in "abef")
"""Digests that stay inside."""
HEMLIGT = 7_710_000
"""True values of hidden cells begin here, so that one is known wherever it stands."""
ROWS = {"arende": 70123, "insats": 80231, "matning": 90347, "aktualisering": 60457, "iop_rapport": 50569}
"""How many rows each delivery had, which stays inside."""
PUBLIC_ROWS = 40693
"""The same of a public source, which is told."""
_PERSONAL = ("arende", "insats", "matning", "aktualisering")


def celler(ar: int, tabeller: Sequence[str] | None = None) -> dict[str, list[CellRow]]:
    """The released cells of a year, by table."""
    found: dict[str, list[CellRow]] = {}
    with FIXTURE.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if int(row["ar"]) != ar or (tabeller is not None and row["tabell"] not in tabeller):
                continue
            codes = dict.fromkeys(TABLES[row["tabell"]].view_columns, TOTAL)
            codes |= dict(part.split("=") for part in row["dimensioner"].split("&") if part)
            found.setdefault(row["tabell"], []).append(
                CellRow(
                    row["period"], codes, row["kon"], row["matt"], row["status"],
                    float(row["varde"]) if row["varde"] else None,
                    *(int(row[n]) if row[n] else None for n in ("fran", "till")),
                )
            )  # fmt: skip
    return found


@dataclass(frozen=True)
class Utgiven:
    """What to make an edition of."""

    ar: int
    celler: Mapping[str, Sequence[CellRow]]
    noter: Mapping[str, Sequence[str]] = field(default_factory=dict)
    typ: Any = "oppen"
    hemligt: int = HEMLIGT
    """What stands behind hidden cells: this number and those that follow."""
    faststalld: str = ""
    """Day of the nämnd's decision."""


def tva_ar(tabeller: Sequence[str] | None = None) -> list[Utgiven]:
    """The year before and the year."""
    return [Utgiven(ar, celler(ar, tabeller), {"arenden": [f"En not om {ar}."]}) for ar in (FORRA, AR)]


def ge_ut(database: Database, *utgivna: Utgiven) -> list[int]:
    """Dispatch editions with all that stands behind them; returns their numbers."""
    with database.begin() as conn:
        _deliveries(conn)
    return [_ge_ut(database, one) for one in utgivna]


def _deliveries(conn: Connection) -> None:
    if conn.execute(text("SELECT 1 FROM mottagning.leverans")).first():
        return
    add = text(
        "INSERT INTO mottagning.leverans (kalla, tabell, namnd, avsandare, omfang, uttagsdatum, filnamn, storlek,"
        " sha256, mappningsversion, syntetisk, rader_lasta, rader_godkanda, status, period) VALUES (:kalla,"
        " :tabell, '0580', 'Socialtjänsten (påhittad)', 'periodutdrag', '2026-01-15', :filnamn, :rader, :sha,"
        " 'standard 1', true, :rader, :rader, 'godkand', '2025')"
    )
    for name, rows in ROWS.items():
        source = "iop" if name == "iop_rapport" else "verksamhetssystem"
        conn.execute(
            add, {"kalla": source, "tabell": name, "filnamn": f"{name}_2025.csv", "sha": sha_of(name), "rader": rows}
        )
    told = {"kalla": "bra", "tabell": "bra_brott", "filnamn": "brott.csv", "sha": sha_of("bra"), "rader": PUBLIC_ROWS}
    conn.execute(add, told)


def sha_of(name: str) -> str:
    """The digest of a delivery that was never made."""
    return f"{name.encode().hex():0<64}"[:64]


def _ge_ut(database: Database, one: Utgiven) -> int:
    with database.begin() as conn:
        versions = tuple(_version(conn, name, one.ar) for name in one.celler)
        conn.execute(
            text(
                "INSERT INTO revision.kontroll (korning_id, kontroll, kommun, ar, utfall, antal)"
                " VALUES (:run, 'insatser.regler', '0580', :ar, 'godkand', 70123)"
            ),
            {"run": RUN, "ar": one.ar},
        )
        hidden = [
            Basis(f"c{t}{n}", t, c.period, c.dimensioner, c.kon, c.matt, one.hemligt + n, one.hemligt + n, "primar")
            for t, cells in one.celler.items()
            for n, c in enumerate(cells)
            if c.status == "skyddas"
        ]
        passed = [Verdict(m, passed=True, system=SYSTEM, pattern=PATTERN, checked=3) for m in ("certifikat", "lp")]
        head = Head(KOMMUN, one.ar, SYSTEM, PATTERN, "fem", "0.1.0+prov", RUN, one.typ, "tva", versions)
        tables = [DraftTable(t, cells, one.noter.get(t, ())) for t, cells in one.celler.items()]
        number = editions.draft(conn, head, tables, hidden, passed)
    steps: list[tuple[Any, str, dict[str, str]]] = [
        ("granskad", ANNA, {}),
        ("godkand", BO, {}),
        ("expedierad", BO, {"dnr": f"SN 2026/{number}", "mottagare": "Socialnämnden"}),
    ]
    if one.faststalld:
        steps.append(("faststalld", BO, {"datum": one.faststalld, "paragraf": "§ 45"}))
    for steg, who, said in steps:
        ta_steg(database, number, steg, who, **said)
    return number


def ta_steg(database: Database, number: int, steg: Any, who: str = BO, **said: str) -> None:
    """Take a step with an edition."""
    with database.begin() as conn:
        editions.step(conn, number, steg, who, **said)  # type: ignore[arg-type]


def _version(conn: Connection, tabell: str, ar: int) -> int:
    made = conn.execute(
        text(
            "INSERT INTO revision.tabellversion (tabell, kommun, ar, indata_sha256, innehall_sha256, celler,"
            " korning_id, kodversion) VALUES (:t, '0580', :ar, :i, :c, 123, :run, '0.1.0+prov') RETURNING version_id"
        ),
        {"t": tabell, "ar": ar, "i": INPUT, "c": CONTENT, "run": RUN},
    )
    number = int(made.scalar_one())
    conn.execute(
        text("INSERT INTO revision.tabellindata SELECT :v, leverans_id FROM mottagning.leverans"), {"v": number}
    )
    return number


@dataclass(frozen=True)
class Skriven:
    """A report on disk, and what it was made of."""

    underlag: Underlag
    rapport: Rapport
    mapp: Path

    @property
    def filer(self) -> dict[str, bytes]:
        """Every file by its name."""
        return {p.relative_to(self.mapp).as_posix(): p.read_bytes() for p in self.mapp.rglob("*") if p.is_file()}


def skriv(database: Database, ut: Path, *, ar: int = AR, formats: Sequence[str] = tuple(FILER)) -> Skriven:
    """Write a year's report into a folder."""
    with database.begin() as conn:
        underlag = read(conn, KOMMUN, ar, None, TABLES)
    done = make(underlag, ut, ut / "inga egna texter", formats=formats, ut=ut / "rapport")
    return Skriven(underlag, done.rapport, done.mapp)


def i_minnet(tabeller: Sequence[str]) -> Underlag:
    """What the report of the year is made of, without a database: editions 1 and 2, of fixed days."""

    def one(number: int, ar: int) -> Utgava:
        when = datetime(ar + 1, 3, 2, 9, 30, tzinfo=UTC)
        edition = Edition(
            number, KOMMUN, ar, "kommun", "oppen", "tva", "fem", "expedierad", f"SN {ar + 1}/{number}", when, None,
            None, None, None, None, None, "", "0" * 64,
        )  # fmt: skip
        rows = {
            name: [
                {"ordning": n, "period": c.period, **c.dimensioner} | {f: getattr(c, f) for f in CellRow._fields[2:]}
                for n, c in enumerate(cells)
            ]
            for name, cells in celler(ar, tabeller).items()
        }
        return Utgava(edition, rows, {})

    this, before = one(2, AR), one(1, FORRA)
    return Underlag(this, sample().harkomst, TABLES, before, None, (before.edition, this.edition))


STOMME, STOMMENS = FIXTURE.with_name("rapport_stomme.json"), ("arenden", "insatser", "utfall")


def stomme(rapport: Rapport) -> list[list[Any]]:
    """What a report is made of: its sections with level and heading, and what stands in each: ids and numbers."""

    def said(sak: Any) -> str:
        if isinstance(sak, Stycke):
            return f"{sak.slag}: {', '.join(f'{t.text} = {t.ref}' for t in sak.delar if isinstance(t, Tal))}"
        if isinstance(sak, Tabell):
            return f"tabell {sak.id}: {len(sak.rader)} rader, {', '.join(sak.kolumner)}"
        if isinstance(sak, Diagram):
            return f"diagram {sak.id}: {sak.slag}, {len(sak.punkter)} punkter"
        return f"{type(sak).__name__.casefold()}: {getattr(sak, 'id', '')}"

    return [[a.niva, a.id, a.rubrik, *(said(s) for s in a.innehall)] for a in rapport.avsnitt]


def _rad(r: Mapping[str, Any]) -> list[Any]:
    codes = "&".join(f"{d}={c}" for d, c in r["dimensioner"].items() if c != TOTAL)
    value = "" if r["varde"] is None else repr(r["varde"])
    return [r["ar"], r["tabell"], r["period"], codes, r["kon"], r["matt"], r["status"], value, r["fran"], r["till"]]


def main() -> None:
    """``python -m tests.utgivning_tools`` keeps how a report is built; with a database's URL its editions instead."""
    if len(sys.argv) == 1:
        lines = [json.dumps(one, ensure_ascii=False) for one in stomme(bygg(i_minnet(STOMMENS), Egna()))]
        STOMME.write_text("[\n" + ",\n".join(lines) + "\n]\n", encoding="utf-8")
        return
    database = Database(sys.argv[1], sys.argv[1])
    query = text(
        "SELECT c.* FROM publicering.cell c JOIN publicering.utgavor u USING (utgava) WHERE u.namnd = :n AND u.typ ="
        " 'oppen' AND u.ar IN (:a, :f) AND u.tillstand IN ('expedierad', 'faststalld')"
        ' ORDER BY u.ar, tabell COLLATE "C", ordning'
    )
    with database.begin() as conn, FIXTURE.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(_COLUMNS)
        rows = conn.execute(query, {"n": KOMMUN, "a": AR, "f": FORRA}).mappings()
        out.writerows(_rad(r) for r in rows if not TABLES[r["tabell"]].figures)


if __name__ == "__main__":
    main()
