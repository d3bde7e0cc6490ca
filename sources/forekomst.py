"""How common exposure is, as surveys estimate it: CSV in the contract's own columns, as printed. Computes none.

The form is ours. Someone copies the figures from a survey's page or report, one row a figure; an interval stands only
where the source prints one.
"""

from collections.abc import Mapping
from typing import Any

from sources.base import Reading, Source, by_headers
from sources.figures import Rows, columns, number, says_empty, span, text, value
from sources.readers import read_csv
from warehouse.contracts.reference import kommuner, lan

COLUMNS = (
    *("omrade_typ", "omrade", "ar", "undersokning", "fraga", "titel", "alder", "kon"),
    *("andel_procent", "lag_procent", "hog_procent", "svarande", "kalldokument"),
)
_CONTRACT = (*COLUMNS[:2], "kommunkod", *COLUMNS[2:])
_FIGURES = frozenset({"ar", "andel_procent", "lag_procent", "hog_procent", "svarande"})
_KEY = ("omrade_typ", "omrade", "ar", "undersokning", "fraga", "alder", "kon")
NOBODY = "0000"


def read(content: bytes, slip: Mapping[str, Any]) -> Reading:
    """The estimates of one file. Rows that contradict themselves or an earlier row are refused.

    Raises:
        Unreadable: where it is no CSV file with these columns.
    """
    source = read_csv(content, allow_empty=says_empty(slip))
    picked = columns(source, COLUMNS)
    letters = ["" if name == "kommunkod" else picked.letters.get(name, "") for name in _CONTRACT]
    out = Rows(_CONTRACT, source, letters)
    seen: dict[tuple[str | None, ...], dict[str, str | None]] = {}
    for rad, line in zip(source.rows, picked.records(), strict=True):
        row = {name: number(cell) if name in _FIGURES else text(cell) for name, cell in line.items()}
        row["kommunkod"] = row["omrade"] if row["omrade_typ"] == "kommun" else None
        first = seen.setdefault(tuple(row[name] for name in _KEY), row)
        if not _is_area(row["omrade_typ"], row["omrade"]):
            out.refuse("form", rad, "omrade")
        elif wrong := _outside(row):
            out.refuse("utanfor_granser", rad, wrong)
        elif first is not row:
            out.refuse("dubblett" if first == row else "samma_nyckel_olika_nummer", rad, "andel_procent")
        else:
            out.kept.append((rad, row))
    facts: dict[str, Any] = {"kalla": "undersokning", "namnd": NOBODY, "omfang": "periodutdrag"}
    period = span([row["ar"] for _, row in out.kept])
    surveys = {row["undersokning"] for _, row in out.kept} - {None}
    if len(surveys) == 1:  # a survey replaces itself alone: another of the same years stands beside it
        facts["urval"] = next(iter(surveys))
    return Reading.of("forekomst", out.table(), facts | ({"period": period} if period else {}), picked.warnings)


def _is_area(kind: str | None, area: str | None) -> bool:
    """Whether a kommun, län or the country is what it says it is; other kinds are validation's to judge."""
    known = {"kommun": kommuner(), "lan": lan(), "riket": {"riket": ""}}
    return kind is None or area is None or kind not in known or area in known[kind]


def _outside(row: Mapping[str, str | None]) -> str | None:
    """The end of the interval that lies on the wrong side of the estimate; None where all is well or unknown."""
    low, share, high = (value(row[name]) for name in ("lag_procent", "andel_procent", "hog_procent"))
    if low is not None and share is not None and low > share:
        return "lag_procent"
    if high is not None and share is not None and high < share:
        return "hog_procent"
    return "lag_procent" if low is not None and high is not None and low > high else None


SOURCES: tuple[Source, ...] = (
    Source(
        kalla="undersokning",
        tabell="forekomst",
        suffixes=(".csv",),
        tells=by_headers("undersokning", "fraga", "andel_procent"),
        read=read,
    ),
)
