"""The internal page as HTML: an overview and one page a kommun and year. Reads ``tabell``; never for publication."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from assets.tables.anmalda_brott import period_name
from assets.tables.catalogue import TABLES
from assets.tables.counting import code_digest
from assets.tables.spec import Measure, TableSpec
from assets.workspace import Workspace
from quality.reconciliation import Comparison, compare
from warehouse import reading
from warehouse.contracts.codes import CODES, TOTAL, label
from warehouse.contracts.reference import brottstyper, kommuner
from warehouse.contracts.swedish import number

MARK = ".raknat"
"""Says which counting the pages show; written last."""

_DIMENSION_TITLES = {
    "roll": "Roll",
    "aldersgrupp": "Ålder",
    "insatstyp": "Insatstyp",
    "utfallsmatt": "Fråga",
    "brott_id": "Brott",
    "period": "Period",
    "jour": "Jour",
    "post": "Uppgift",
    "variabel": "Fråga",
    "svar": "Svar",
}
_HIDDEN = {"grupp", "gren", "alder", "plats", "relation"}
"""Attributes of the offence that its label tells already."""

_OTHER_MEASURES = {
    "antal_arenden": "Ärenden",
    "antal_brott": "Antal anmälda brott",
    "per_100000": "Per 100 000 invånare, egen beräkning (rader för ett kön: per 100 000 av det könet, alla åldrar)",
}
_SEXES_OF_CRIME = {"kvinna": "Mot kvinnor och flickor", "man": "Mot män och pojkar", TOTAL: "Alla"}
_ALL = "*"
_WORDS = {
    "stockholms_lan": "ansökningar i hela Stockholms län",
    "upplands_vasby": "bosatta i Upplands Väsby",
    "okand": "bostadsort okänd",
    "origo": "Origo",
    "stodverksamheter": "Stödverksamheter",
    "antal_ansokningar": "antal ansökningar",
}
"""How some codes of reported figures are written out."""


def _mark(conn: Any) -> str:
    return f"{reading.newest_version(conn)} {code_digest()}"


def is_current(ws: Workspace, conn: Any) -> bool:
    """Whether the pages show what is counted now: a run may have been killed before it wrote them."""
    mark = ws.home / "reports" / "intern" / MARK
    return mark.exists() and mark.read_text(encoding="utf-8") == _mark(conn)


def write_page(ws: Workspace) -> int:
    """Write all pages under ``reports/intern``; returns how many."""
    folder = ws.home / "reports" / "intern"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    loader = FileSystemLoader(Path(__file__).with_name("templates"))
    env = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    names = kommuner()
    with ws.database.begin() as conn:
        mark = _mark(conn)
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
                    title=f"{names[code]} {year}" + (" – påhittade uppgifter" if synthetic else ""),
                    tabeller=shown,
                    synthetic=synthetic,
                )
                _write(folder / f"{code}-{year}.html", text)
                titles = ", ".join(t["titel"] for t in shown)
                page = {"fil": f"{code}-{year}.html", "ar": year, "tabeller": titles, "syntetisk": synthetic}
                pages.append(page)
            overview.append({"namn": names[code], "kod": code, "sidor": pages})
        text = env.get_template("intern_index.html.j2").render(
            title="Interna tabeller",
            kommuner=overview,
            avstamning=[_compared(c) for c in sorted(compare(conn), key=lambda c: c.equal is None)],
            synthetic=invented,
        )
    _write(folder / "index.html", text)
    _write(folder / MARK, mark)
    written = {"index.html"} | {page["fil"] for one in overview for page in one["sidor"]}
    for old in folder.glob("*.html"):
        if old.name not in written:
            old.unlink()
    return len(written)


def _write(target: Path, text: str) -> None:
    part = target.with_suffix(".part")
    part.write_text(text, encoding="utf-8")
    part.replace(target)


def _measures(spec: TableSpec, found: Sequence[str]) -> list[tuple[str, str, str]]:
    """The measures to show: name, title, and what each counts and when."""
    whole = _rule(spec, "", "")
    declared: list[Measure] = [m for f in spec.facts for m in f.measures]
    if declared:
        return [(m.name, m.title, _rule(spec, m.enhet, m.period_regel)) for m in declared if m.name in set(found)]
    if spec.name == "iop":
        return [(_ALL, "Rapporterade uppgifter", whole)]
    return [(n, _OTHER_MEASURES[n], whole) for n in dict.fromkeys(found)]


def _rule(spec: TableSpec, unit: str, rule: str) -> str:
    period = label("period_regel", rule or spec.period_regel).lower()
    return f"Enhet: {label('enhet', unit or spec.enhet).lower()}. Period: {period}."


def _name(dimension: str, code: str) -> str:
    if dimension == "brott_id":
        return brottstyper()[int(code)].etikett
    if dimension == "period":
        return period_name(code)
    return label("iop_post" if dimension == "post" else dimension, code)


def _table(conn: Any, spec: TableSpec, kommun: str, year: int) -> dict[str, Any]:
    rows, notes = reading.read_table(conn, spec.name, kommun, year)
    dimensions = [n for n in spec.view_columns if n not in _HIDDEN]
    sexes = [k for k in (*CODES["kon"], TOTAL) if any(r["kon"] == k for r in rows)]
    blocks = []
    for name, title, rule in _measures(spec, [r["matt"] for r in rows]):
        grid: dict[tuple[str, ...], dict[str, Any]] = {}
        for r in rows:
            if name in (r["matt"], _ALL):
                grid.setdefault(tuple(r[d] for d in spec.view_columns), {})[r["kon"]] = r["varde"]
        shown, zeros = [], []
        for key, values in grid.items():
            by_name = dict(zip(spec.view_columns, key, strict=True))
            texts = [_name(d, by_name[d]) for d in dimensions]
            if all(v == 0 for v in values.values()):
                zeros.append(", ".join(texts))
                continue
            decimals = 1 if name.startswith(("medel_", "per_")) else None
            shown.append(
                {
                    "dimensioner": texts,
                    "varden": [number(values[k], decimals=decimals) if k in values else "" for k in sexes],
                    "total": all(by_name[d] == TOTAL for d in dimensions),
                }
            )
        blocks.append(
            {
                "titel": title,
                "regel": rule,
                "dimensioner": [_DIMENSION_TITLES[d] for d in dimensions],
                "kon": [(_SEXES_OF_CRIME if spec.public else {}).get(k, label("kon", k)) for k in sexes],
                "rader": shown,
                "noll": zeros,
            }
        )
    return {
        "namn": spec.name,
        "titel": spec.title,
        "population": spec.population,
        "malgrupp": spec.malgrupp,
        "matt": blocks,
        "noter": notes,
        "syntetisk": reading.is_synthetic(conn, spec.name, kommun, year),
    }


def worded(
    tabell: str, kommun: str, year: int, rows: Sequence[dict[str, Any]]
) -> tuple[str, str, list[str], dict[tuple[str, ...], dict[str, float | None]]]:
    """A table in words, for the terminal: heading, rule, column headings, and values by sex for each row of texts."""
    spec = TABLES[tabell]
    dimensions = [n for n in spec.view_columns if n not in _HIDDEN]
    titles = {name: title for name, title, _ in _measures(spec, [r["matt"] for r in rows]) if name != _ALL}
    found: dict[tuple[str, ...], dict[str, float | None]] = {}
    for r in rows:
        key = tuple(_name(d, r[d]) for d in dimensions) + ((titles[r["matt"]],) if titles else ())
        found.setdefault(key, {})[r["kon"]] = r["varde"]
    headings = [_DIMENSION_TITLES[d] for d in dimensions] + (["Mått"] if titles else [])
    rule = f"{spec.population} {_rule(spec, '', '')} Målgrupp: {spec.malgrupp}."
    return f"{spec.title}, {kommuner()[kommun]} {year}", rule, headings, found


def _compared(c: Comparison) -> dict[str, str]:
    words = {True: "stämmer", False: "skiljer sig", None: "inget att jämföra med"}
    pairs = [part.split("=") for part in c.dimensioner.split(";") if part]
    spec = TABLES.get(c.tabell)
    titles = {m.name: m.title for f in spec.facts for m in f.measures} if spec else {}
    measure = (titles | _OTHER_MEASURES | _WORDS).get(c.matt, c.matt.replace("_", " "))
    what = [_WORDS.get(code, label({"relation": "brottsrelation"}.get(name, name), code)) for name, code in pairs]
    return {
        "var": f"{kommuner()[c.kommun]} {c.ar}",
        "tabell": spec.title if spec else _WORDS.get(c.tabell, c.tabell.replace("_", " ").capitalize()),
        "vad": ", ".join([*what, measure.lower()]).capitalize(),
        "kon": label("kon", c.kon),
        "rapporterat": number(c.rapporterat),
        "raknat": number(c.raknat),
        "utfall": words[c.equal],
    }
