"""The internal page as HTML: an overview and one page a kommun and year. Reads ``tabell``; never for publication."""

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from assets.tables.catalogue import Plan
from assets.tables.counting import code_digest
from assets.tables.spec import Measure, TableSpec
from assets.workspace import Workspace
from quality.reconciliation import Comparison, compare
from warehouse import reading
from warehouse.contracts.codes import CODES, TOTAL, label
from warehouse.contracts.reference import kommuner
from warehouse.contracts.swedish import number, period_name

MARK = ".raknat"
"""Says which counting the pages show; written last."""

_SEXES_OF_CRIME = {"kvinna": "Mot kvinnor och flickor", "man": "Mot män och pojkar", TOTAL: "Alla"}
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
    names, plan = kommuner(), ws.setup.plan
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
                shown = [_table(conn, spec, code, year) for n, spec in plan.items() if n in tables]
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
            avstamning=[_compared(c, plan) for c in sorted(compare(conn), key=lambda c: c.equal is None)],
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


def _measures(spec: TableSpec, found: Collection[str]) -> list[Measure]:
    """The measures to show."""
    return [m for m in spec.shown_measures if m.name in found]


def _rule(spec: TableSpec, unit: str, rule: str) -> str:
    period = label("period_regel", rule or spec.period_regel).lower()
    return f"Enhet: {label('enhet', unit or spec.enhet).lower()}. Period: {period}."


def text_of(value: float | None, measure: Measure | None, status: str = "visas") -> str:
    """A cell's value as people read it: a count, a share in percent, days, kronor; – missing, . not applicable."""
    if value is None:
        return "." if status == "ej_tillampligt" else "–"
    shape = measure.shape if measure else "antal"
    if shape == "andel":
        return f"{number(100 * value, decimals=1)} %"
    return number(value, decimals=1 if shape == "tal" else 0)


def _table(conn: Any, spec: TableSpec, kommun: str, year: int) -> dict[str, Any]:
    rows, notes = reading.read_table(conn, spec.name, kommun, year)
    dimensions = [d for d in spec.dimensions if d.name != "kon" and not d.attribute]
    sexes = [k for k in (*CODES["kon"], TOTAL) if any(r["kon"] == k for r in rows)]
    several = len({r["period"] for r in rows}) > 1
    blocks = []
    for measure in _measures(spec, {r["matt"] for r in rows}):
        grid: dict[tuple[str, ...], dict[str, Any]] = {}
        for r in rows:
            if measure.name == r["matt"]:
                grid.setdefault((r["period"], *(r[d] for d in spec.view_columns)), {})[r["kon"]] = r
        shown, zeros = [], []
        for (period, *key), values in grid.items():
            by_name = dict(zip(spec.view_columns, key, strict=True))
            texts = [*([period_name(period)] if several else []), *(d.word(by_name[d.name]) for d in dimensions)]
            if all(r["varde"] == 0 for r in values.values()):
                zeros.append(", ".join(texts))
                continue
            if all(r["status"] == "ej_tillampligt" for r in values.values()):
                continue
            shown.append(
                {
                    "dimensioner": texts,
                    "varden": [
                        text_of(values[k]["varde"], measure, values[k]["status"]) if k in values else "" for k in sexes
                    ],
                    "total": all(by_name[d.name] == TOTAL for d in dimensions),
                }
            )
        blocks.append(
            {
                "titel": measure.title,
                "regel": _rule(spec, measure.enhet, measure.period_regel),
                "dimensioner": [*(["Period"] if several else []), *(d.title for d in dimensions)],
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
    spec: TableSpec, kommun: str, year: int, rows: Sequence[dict[str, Any]]
) -> tuple[str, str, list[str], dict[tuple[str, ...], dict[str, str]]]:
    """A table in words, for the terminal: heading, rule, column headings, and values by sex for each row of texts."""
    dimensions = [d for d in spec.dimensions if d.name != "kon" and not d.attribute]
    measures = {m.name: m for m in spec.shown_measures}
    found: dict[tuple[str, ...], dict[str, str]] = {}
    for r in rows:
        measure = measures[r["matt"]]
        key = (period_name(r["period"]), *(d.word(r[d.name]) for d in dimensions), measure.title)
        found.setdefault(key, {})[r["kon"]] = text_of(r["varde"], measure, r["status"])
    headings = ["Period", *(d.title for d in dimensions), "Mått"]
    rule = f"{spec.population} {_rule(spec, '', '')} Målgrupp: {spec.malgrupp}."
    return f"{spec.title}, {kommuner()[kommun]} {year}", rule, headings, found


def _compared(c: Comparison, plan: Plan) -> dict[str, str]:
    words = {True: "stämmer", False: "skiljer sig", None: "inget att jämföra med"}
    pairs = [part.split("=") for part in c.dimensioner.split(";") if part]
    spec = plan.get(c.tabell)
    titles = {m.name: m.title for m in spec.shown_measures} if spec else {}
    measure = (titles | _WORDS).get(c.matt, c.matt.replace("_", " "))
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
