"""Reported figures against counted cells: the two are kept apart and compared, never mixed."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Connection, text


@dataclass(frozen=True, slots=True)
class Comparison:
    """One reported figure beside the counted cell (None where there is no such cell)."""

    tabell: str
    kommun: str
    ar: int
    dimensioner: str
    kon: str
    matt: str
    rapporterat: float
    raknat: float | None
    kalldokument: str

    @property
    def equal(self) -> bool | None:
        """Whether they agree; None where there is nothing to compare with."""
        return None if self.raknat is None else self.raknat == self.rapporterat


# A reported figure names some dimensions; those it does not name are totals in the counted table.
_SQL = """
SELECT a.tabell, a.namnd AS kommun, a.ar, coalesce(a.dimensioner, '') AS dimensioner, a.kon, a.matt,
       a.varde AS rapporterat, c.varde AS raknat, a.kalldokument
FROM verksamhet.aggregat_gallande a
LEFT JOIN tabell.cell c
  ON c.tabell = a.tabell AND c.kommun = a.namnd AND c.ar = a.ar AND c.kon = a.kon AND c.matt = a.matt
 AND c.period = a.ar::text
 AND NOT EXISTS (
    SELECT 1 FROM jsonb_each_text(c.dimensioner) d
    WHERE d.value <> coalesce(
        (SELECT split_part(p, '=', 2) FROM unnest(string_to_array(a.dimensioner, ';')) p
         WHERE split_part(p, '=', 1) = d.key), 'totalt'))
WHERE a.varde IS NOT NULL
ORDER BY a.namnd, a.ar, a.tabell, a.dimensioner, a.kon, a.matt
"""


def compare(conn: Connection, kommuner: Collection[str] | None = None) -> list[Comparison]:
    """All reported figures with their counted cells, where those exist."""
    rows = [Comparison(**row) for row in conn.execute(text(_SQL)).mappings()]
    return [r for r in rows if kommuner is None or r.kommun in kommuner]
