"""Counts of a system in words, as kvalitetsenheten reads them: printed cells, remainders, changes, earlier editions."""

from collections.abc import Mapping

from assets.publicering.relationer import Plan
from assets.publicering.tidigare import ELSEWHERE
from assets.publicering.underlag import Raknad
from warehouse.contracts.codes import TOTAL, label
from warehouse.contracts.swedish import period_name


class Ord:
    """Names of the counts of an edition."""

    def __init__(self, plan: Plan, cells: Mapping[str, Raknad]) -> None:
        self.plan, self.cells = plan, cells

    def of(self, name: str) -> str:
        """What a count is of."""
        if name in self.cells:
            return self._cell(self.cells[name])
        if name.endswith("|ändring"):
            return f"ändringen sedan förra utgåvan av: {self.of(name.removesuffix('|ändring'))}"
        whole, utan, part = name.partition("|utan|")
        if utan:
            return f"resten av ({self.of(whole)}) när man räknat bort ({self.of(part)})"
        whole, utan, dimension = name.partition("|utan ")
        if utan:
            return f"de utan uppgift om {dimension} i ({self.of(whole)})"
        earlier, at, edition = name.rpartition("@")
        if at and edition.isdecimal():
            elsewhere = edition.startswith(ELSEWHERE)
            if earlier.endswith("|ändring"):
                since = "det som lämnats ut en annan väg" if elsewhere else f"utgåva {edition}"
                return f"ändringen sedan {since} av: {self.of(earlier.removesuffix('|ändring'))}"
            then = "som lämnats ut en annan väg" if elsewhere else f"som det var i utgåva {edition}"
            return f"{self.of(earlier)}, {then}"
        return name

    def _cell(self, cell: Raknad) -> str:
        spec = self.plan[cell.tabell]
        title = next((m.title for m in spec.shown_measures if m.name == cell.matt), cell.matt)
        codes = dict(cell.koder)
        words = [
            d.word(codes[d.name]) for d in spec.dimensions if d.name != "kon" and codes.get(d.name, TOTAL) != TOTAL
        ]
        sex = label("kon", cell.kon) if cell.kon != TOTAL else "båda könen"
        return f"{cell.tabell}: {title}, {', '.join([*words, sex.lower()])}, {period_name(cell.period)}"
