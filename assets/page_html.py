"""The internal page as HTML: an overview and one page a kommun and year. Reads ``tabell``; never for publication."""

from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from assets.publicering.tecken import SPOKEN
from assets.tables.catalogue import Plan
from assets.tables.counting import code_digest
from assets.tables.presentation import INTERVALS, LEGEND, blocks
from assets.tables.spec import TableSpec
from assets.workspace import Workspace
from quality.reconciliation import Comparison, compare
from warehouse import reading
from warehouse.contracts.codes import label
from warehouse.contracts.reference import kommuner
from warehouse.contracts.swedish import in_order, number, period_name

MARK = ".raknat"
"""Says which counting the pages show; written last."""

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


def environment() -> Environment:
    """Templates for pages: text is escaped, and ``tecken.html.j2`` knows how symbols are spoken."""
    loader = FileSystemLoader(Path(__file__).with_name("templates"))
    env = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    env.globals["uttalas"] = SPOKEN
    return env


def write_page(ws: Workspace) -> int:
    """Write all pages under ``reports/intern``; returns how many."""
    folder = ws.home / "reports" / "intern"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    env = environment()
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
                    forklaring=f"{LEGEND} {INTERVALS}",
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


def _table(conn: Any, spec: TableSpec, kommun: str, year: int) -> dict[str, Any]:
    rows, notes = reading.read_table(conn, spec.name, kommun, year)
    whole, *parts = in_order(r["period"] for r in rows) or [str(year)]
    return {
        "namn": spec.name,
        "titel": spec.title,
        "population": spec.population,
        "malgrupp": spec.malgrupp,
        "block": blocks(spec, rows, whole),
        "delar": [(period_name(p), blocks(spec, rows, p)) for p in parts],
        "noter": notes,
        "syntetisk": reading.is_synthetic(conn, spec.name, kommun, year),
    }


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
