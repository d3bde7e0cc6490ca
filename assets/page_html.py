"""The internal page as HTML: an overview and one page a kommun and year. Reads ``tabell``; never for publication."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from assets.tables.catalogue import TABLES
from assets.tables.spec import Measure, TableSpec
from assets.workspace import Workspace
from quality.reconciliation import Comparison, compare
from warehouse import reading
from warehouse.contracts.codes import CODES, TOTAL, label
from warehouse.contracts.reference import brottstyper, kommuner

_DIMENSION_TITLES = {
    "roll": "Roll",
    "aldersgrupp": "Ålder",
    "insatstyp": "Insatstyp",
    "utfallsmatt": "Fråga",
    "brott_id": "Brott",
    "period": "Period",
    "jour": "Jour",
    "post": "Uppgift",
}
_HIDDEN = {"grupp", "gren", "alder", "plats", "relation"}
"""Attributes of the offence that its label tells already."""

_OTHER_MEASURES = {"antal_brott": "Anmälda brott", "per_100000": "Per 100 000 av samma kön (egen beräkning)"}


def write_page(ws: Workspace) -> int:
    """Write all pages under ``reports/intern``; returns how many."""
    folder = ws.home / "reports" / "intern"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    loader = FileSystemLoader(Path(__file__).with_name("templates"))
    env = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    names = kommuner()
    with ws.database.begin() as conn:
        years: dict[str, dict[int, list[str]]] = {}
        for row in reading.counted(conn):
            years.setdefault(row["kommun"], {}).setdefault(row["ar"], []).append(row["tabell"])
        overview: list[dict[str, Any]] = []
        invented = False
        for code, by_year in years.items():
            pages = []
            for year, tables in sorted(by_year.items(), reverse=True):
                shown = [_table(conn, TABLES[n], code, year) for n in TABLES if n in tables]
                synthetic = any(t["syntetisk"] for t in shown)
                invented = invented or synthetic
                text = env.get_template("intern_ar.html.j2").render(
                    title=f"{names[code]} {year}", tabeller=shown, synthetic=synthetic
                )
                _write(folder / f"{code}-{year}.html", text)
                titles = ", ".join(t["titel"].lower() for t in shown)
                pages.append({"fil": f"{code}-{year}.html", "ar": year, "tabeller": titles})
            overview.append({"namn": names[code], "kod": code, "sidor": pages})
        text = env.get_template("intern_index.html.j2").render(
            title="Interna tabeller",
            kommuner=overview,
            avstamning=[_compared(c) for c in sorted(compare(conn), key=lambda c: c.equal is None)],
            synthetic=invented,
        )
    _write(folder / "index.html", text)
    written = {"index.html"} | {page["fil"] for one in overview for page in one["sidor"]}
    for old in folder.glob("*.html"):
        if old.name not in written:
            old.unlink()
    return len(written)


def _write(target: Path, text: str) -> None:
    part = target.with_suffix(".part")
    part.write_text(text, encoding="utf-8")
    part.replace(target)


def swedish(value: float | None, *, decimals: int | None = None) -> str:
    """A number as Swedes write it; an en dash where there is none."""
    if value is None:
        return "–"
    if decimals is None and float(value).is_integer():
        return f"{value:,.0f}".replace(",", "\u00a0")
    return f"{value:,.{1 if decimals is None else decimals}f}".replace(",", "\u00a0").replace(".", ",")


def _measures(spec: TableSpec, found: Sequence[str]) -> list[tuple[str, str]]:
    declared: list[Measure] = [m for f in spec.facts for m in f.measures]
    titles = {m.name: m.title for m in declared} | _OTHER_MEASURES
    order = [m.name for m in declared] or list(dict.fromkeys(found))
    return [(n, titles.get(n, label("iop_post", n.removeprefix("antal_")))) for n in order if n in set(found)]


def _name(dimension: str, code: str) -> str:
    if dimension == "brott_id":
        return brottstyper()[int(code)].etikett
    return label("iop_post" if dimension == "post" else dimension, code)


def _table(conn: Any, spec: TableSpec, kommun: str, year: int) -> dict[str, Any]:
    rows, notes = reading.read_table(conn, spec.name, kommun, year)
    dimensions = [n for n in spec.view_columns if n not in _HIDDEN]
    sexes = [k for k in (*CODES["kon"], TOTAL) if any(r["kon"] == k for r in rows)]
    blocks = []
    for name, title in _measures(spec, [r["matt"] for r in rows]):
        grid: dict[tuple[str, ...], dict[str, Any]] = {}
        for r in rows:
            if r["matt"] == name:
                grid.setdefault(tuple(r[d] for d in spec.view_columns), {})[r["kon"]] = r["varde"]
        shown, hidden = [], 0
        for key, values in grid.items():
            if not any(values.values()) and all(v == 0 for v in values.values()):
                hidden += 1
                continue
            by_name = dict(zip(spec.view_columns, key, strict=True))
            shown.append(
                {
                    "dimensioner": [_name(d, by_name[d]) for d in dimensions],
                    "varden": [swedish(values[k]) if k in values else "" for k in sexes],
                    "total": all(by_name[d] == TOTAL for d in dimensions),
                }
            )
        blocks.append(
            {
                "titel": title,
                "dimensioner": [_DIMENSION_TITLES[d] for d in dimensions],
                "kon": [label("kon", k) for k in sexes],
                "rader": shown,
                "dolda": hidden,
            }
        )
    return {
        "namn": spec.name,
        "titel": spec.title,
        "population": spec.population,
        "period_regel": label("period_regel", spec.period_regel).lower(),
        "enhet": label("enhet", spec.enhet).lower(),
        "malgrupp": spec.malgrupp,
        "matt": blocks,
        "noter": notes,
        "syntetisk": reading.is_synthetic(conn, spec.name, kommun, year),
    }


def _compared(c: Comparison) -> dict[str, str]:
    words = {True: "stämmer", False: "skiljer sig", None: "ingen räknad cell"}
    pairs = [part.split("=") for part in c.dimensioner.split(";") if part]
    spec = TABLES.get(c.tabell)
    titles = {m.name: m.title for f in spec.facts for m in f.measures} if spec else {}
    what = [label(name, code).replace("_", " ") for name, code in pairs]
    measure = (titles | _OTHER_MEASURES).get(c.matt, c.matt.replace("_", " "))
    return {
        "var": f"{kommuner()[c.kommun]} {c.ar}",
        "tabell": spec.title if spec else c.tabell.capitalize(),
        "vad": ", ".join([*what, measure.lower()]),
        "kon": label("kon", c.kon),
        "rapporterat": swedish(c.rapporterat),
        "raknat": swedish(c.raknat),
        "utfall": words[c.equal],
    }
