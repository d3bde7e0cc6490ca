"""Small editions made by hand, for tests of what a report says: a cell is (table, measure, sex, value, codes)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from assets.report.underlag import Underlag, Utgiven
from assets.tables.catalogue import TABLES
from tests.kartlaggning_tools import sample
from warehouse.contracts.codes import TOTAL
from warehouse.released import Edition

WHEN = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


@dataclass(frozen=True)
class Cell:
    """A released cell. ``varde`` may be a status instead, or a pair that is a span."""

    tabell: str
    matt: str
    kon: str
    varde: Any
    koder: Mapping[str, str]
    period: str = ""


def cell(tabell: str, matt: str, kon: str, varde: Any, period: str = "", **koder: str) -> Cell:
    return Cell(tabell, matt, kon, varde, koder, period)


def edition(ar: int = 2025, utgava: int = 3, **said: Any) -> Edition:
    known = {
        "utgava": utgava, "namnd": "0580", "ar": ar, "niva": "kommun", "typ": "oppen", "variant": "tva", "regel": "fem",
        "tillstand": "expedierad", "dnr": "SN 2026/17", "expedierad": WHEN, "faststalld": None, "paragraf": None,
        "ersatter": None, "ersatt_av": None, "atertagen": None, "orsak": None, "text": "", "innehall_sha256": "ab" * 32,
    }  # fmt: skip
    return Edition(**(known | said))


def utgiven(cells: Iterable[Cell], of: Edition, noter: Mapping[str, tuple[str, ...]] | None = None) -> Utgiven:
    rows: dict[str, list[dict[str, Any]]] = {}
    for c in cells:
        table = rows.setdefault(c.tabell, [])
        row = {"ordning": len(table), "period": c.period or str(of.ar)}
        row |= {d: c.koder.get(d, TOTAL) for d in TABLES[c.tabell].view_columns}
        row |= {"kon": c.kon, "matt": c.matt, "varde": None, "fran": None, "till": None, "status": "visas"}
        if isinstance(c.varde, str):
            row["status"] = c.varde
        elif isinstance(c.varde, tuple):
            row |= {"status": "intervall", "fran": c.varde[0], "till": c.varde[1]}
        else:
            row["varde"] = float(c.varde)
        table.append(row)
    return Utgiven(of, rows, noter or {})


def underlag(
    *cells: Cell,
    fore: Iterable[Cell] | None = None,
    ersatt: Iterable[Cell] | None = None,
    noter: Mapping[str, tuple[str, ...]] | None = None,
    **said: Any,
) -> Underlag:
    """An edition of 2025, with the year before's and the one that it replaced where they are given."""
    now = edition(**said)
    return Underlag(
        utgiven(cells, now, noter),
        sample(pahittad=False).harkomst,
        TABLES,
        utgiven(fore, edition(now.ar - 1, 2)) if fore is not None else None,
        utgiven(ersatt, edition(now.ar, 1, tillstand="ersatt", ersatt_av=now.utgava)) if ersatt is not None else None,
        (now,),
    )
