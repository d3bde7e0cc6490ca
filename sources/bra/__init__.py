"""BRÅ's published figures: which files are its, and which reader takes each. Reads nothing itself."""

from collections.abc import Mapping
from typing import Any

from sources.base import Glimpse, Reading, Source
from sources.bra import csv_shapes as bra_csv
from sources.bra import database as bra_database
from sources.bra import handlagda as bra_handlagda
from sources.bra import indikator as bra_indikator
from sources.bra.rows import AVSANDARE

__all__ = ["AVSANDARE", "SOURCES", "read"]


def read(content: bytes, slip: Mapping[str, Any]) -> Reading:
    """Reported offences: a page of the statistics database, or CSV in any of its shapes.

    Raises:
        Unreadable: as ``bra_csv.read`` and ``bra_database.read``.
    """
    page = content[:200].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<")
    return bra_database.read(content, slip) if page else bra_csv.read(content, slip)


def _tells(seen: Glimpse) -> bool:
    return bra_database.tells(seen) if seen.suffix in bra_database.SUFFIXES else bra_csv.tells(seen)


SOURCES: tuple[Source, ...] = (
    Source(
        kalla="bra",
        tabell="bra_brott",
        suffixes=(".csv", ".txt", *bra_database.SUFFIXES),
        tells=_tells,
        read=read,
    ),
    Source(
        kalla="bra",
        tabell="bra_handlagda",
        suffixes=(".txt", ".tsv", ".csv"),
        tells=bra_handlagda.tells,
        read=bra_handlagda.read,
    ),
    Source(
        kalla="bra",
        tabell="bra_indikator",
        suffixes=(".xlsx",),
        tells=bra_indikator.tells,
        read=bra_indikator.read,
    ),
)
