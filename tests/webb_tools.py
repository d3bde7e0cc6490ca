"""Editions without a database, for tests of the site: one that fits ``sample()``, and one of a whole kommun."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from lxml import html

from assets.report.diagram import Bild
from assets.report.modell import Rapport
from assets.report.underlag import Underlag, Utgiven
from assets.report.webb import skriv
from assets.tables.catalogue import TABLES
from tests.kartlaggning_tools import UTGAVA, sample
from tests.utgivning_tools import celler
from warehouse.released import Edition

FILER = {"pdf": "rapport.pdf", "word": "rapport.docx", "excel": "rapport.xlsx", "csv": "csv"}
WHEN = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="520" height="60">'
    '<defs><pattern id="m" width="4" height="4"/></defs>'
    '<rect x="0" y="0" width="120" height="20" fill="url(#m)" aria-label="5"/><text x="130" y="15">1 234</text></svg>'
)
BILD = Bild(SVG, b"", 520, 60)
Row = dict[str, Any]


def edition(utgava: int = UTGAVA, ar: int = 2025, tillstand: str = "faststalld", **more: Any) -> Edition:
    """A dispatched edition."""
    adopted = (date(2026, 4, 15), "§ 45") if tillstand == "faststalld" else (None, None)
    made = Edition(
        utgava, "0580", ar, "kommun", "oppen", "tva", "fem", tillstand, "SN 2026/17", WHEN, *adopted, None, None, None,
        None, "", "ef" * 32,
    )  # fmt: skip
    return replace(made, **more)


def _rows(dimension: str, told: Sequence[tuple[int, str, str, str, float | None, str]], period: str) -> list[Row]:
    return [
        {
            "ordning": n, "period": period, dimension: code, "kon": kon, "matt": matt, "varde": value,
            "fran": 10 if status == "intervall" else None, "till": 19 if status == "intervall" else None,
            "status": status,
        }
        for n, code, kon, matt, value, status in told
    ]  # fmt: skip


def insatser(period: str = "2025", stod: float = 1234) -> list[Row]:
    """The cells of the sample's table."""
    m = "antal_insatser"
    return _rows(
        "insatstyp",
        [
            (0, "stodsamtal", "kvinna", m, stod, "visas"),
            (1, "stodsamtal", "man", m, None, "skyddas"),
            (2, "stodsamtal", "totalt", m, None, "skyddas"),
            (3, "skyddat_boende", "kvinna", m, 20.0, "visas"),
            (4, "skyddat_boende", "man", m, None, "intervall"),
            (5, "skyddat_boende", "totalt", m, None, "saknas"),
            (6, "totalt", "kvinna", m, stod + 20, "visas"),
            (7, "totalt", "man", m, None, "ej_tillampligt"),
            (8, "totalt", "totalt", m, None, "skyddas"),
        ],
        period,
    )


def utfall() -> list[Row]:
    """The cells of the sample's shares."""
    return _rows(
        "utfallsmatt",
        [
            (0, "trygghet", "kvinna", "antal_par", 40.0, "visas"),
            (1, "trygghet", "kvinna", "antal_forbattrade", 30.0, "visas"),
            (3, "trygghet", "kvinna", "andel_forbattrade", 0.75, "visas"),
            (4, "trygghet", "kvinna", "andel_forbattrade_lag", 0.60, "visas"),
            (5, "trygghet", "kvinna", "andel_forbattrade_hog", 0.86, "visas"),
            (9, "trygghet", "man", "andel_forbattrade", None, "skyddas"),
        ],
        "2025",
    )


def litet(rapport: Rapport | None = None, **more: Any) -> Underlag:
    """The edition of ``sample()``, the year before, and the edition that it replaced."""
    now = edition(ersatter=6)
    before = edition(5, 2024, "expedierad")
    replaced = edition(6, 2025, "ersatt", ersatt_av=UTGAVA)
    made = Underlag(
        Utgiven(now, {"insatser": insatser(), "utfall": utfall()}, {"insatser": ["En not."]}),
        (rapport or sample()).harkomst,
        TABLES,
        Utgiven(before, {"insatser": insatser("2024", 987)}, {}),
        Utgiven(replaced, {"insatser": insatser(stod=1200)}, {}),
        (before, replaced, now),
    )
    return replace(made, **more)


def tomt() -> tuple[Rapport, Underlag]:
    """An edition that shows nothing at all, with nothing beside it."""
    report = sample()
    front = replace(report.framsida, text="", faststalld=None, paragraf=None)
    bare = replace(report.harkomst, versioner=(), leveranser=(), kontroller=(), granskningar=(), handelser=())
    report = replace(report, framsida=front, avsnitt=(), harkomst=bare, forklaringar={})
    u = litet(report, forra_aret=None, foregaende=None)
    return report, replace(u, utgiven=replace(u.utgiven, rader={}, noter={}))


@lru_cache
def _of_year(ar: int) -> Mapping[str, list[Row]]:
    return {
        tabell: [
            {
                "ordning": n, "period": c.period, **c.dimensioner, "kon": c.kon, "matt": c.matt, "varde": c.varde,
                "fran": c.fran, "till": c.till, "status": c.status,
            }
            for n, c in enumerate(cells)
        ]
        for tabell, cells in celler(ar).items()
    }  # fmt: skip


def stort() -> Underlag:
    """Two years of a kommun with all tables."""
    now, before = edition(3, 2025), edition(2, 2024, "expedierad")
    said = sample().harkomst
    long = {
        "filnamn": "0580_insats_avidentifierad_helbild.csv",
        "avsandare": "Socialtjänsten i Linköping (påhittade uppgifter)",
    }
    harkomst = replace(said, leveranser=tuple({**one, **long} for one in said.leveranser))
    return Underlag(
        Utgiven(now, _of_year(2025), {"insatser": ["Serien bryts 2025-07-01: ny socialtjänstlag."]}),
        harkomst, TABLES, Utgiven(before, _of_year(2024), {}), None, (before, now),
    )  # fmt: skip


def skrivet(rapport: Rapport, underlag: Underlag, mapp: Path) -> dict[str, html.HtmlElement]:
    """The site, written and read: each page by its place."""
    skriv(rapport, underlag, {d.id: BILD for d in rapport.diagram}, mapp, FILER)
    return {p.relative_to(mapp).as_posix(): html.fromstring(p.read_bytes()) for p in sorted(mapp.rglob("*.html"))}
