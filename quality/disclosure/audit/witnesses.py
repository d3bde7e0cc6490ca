"""The audit that needs no solver: every need has counts to show for it, and these counts fit all that is told.

A witness is checked, never looked for. What this accepts is therefore proved for whole numbers; what it refuses may
still be safe but without proof.
"""

from collections.abc import Mapping

from quality.disclosure.audit.told import Span, fault, refused, row_sum, sound, told, verdict, within
from quality.disclosure.model import Protection, System, Verdict, Witness

METHOD = "certifikat"
MISSING = "bevis saknas"
BROKEN = "bevis håller inte"
ENGINE = "motorn skyddade inte allt"


def certificate(system: System, protection: Protection) -> Verdict:
    """Whether a protection proves that every need is met.

    A need is met where the true count or a sound witness reaches its low end, and one its high end. A witness that does
    not hold makes its cell unsafe even where nobody needs it: an engine that hands over such things is wrong somewhere.
    """
    pattern = protection.pattern
    if why := fault(system, pattern):
        return refused(METHOD, system, pattern, why)
    book = _Book(system, told(system, pattern))
    least = {i: c.value for i, c in system.cells.items()}
    most = dict(least)
    unsafe, reasons = set(protection.unsafe), {ENGINE} if protection.unsafe else set()
    for witness in protection.witnesses:
        if not book.holds(witness):
            unsafe.add(witness.cell)
            reasons.add(BROKEN)
            continue
        found = witness.values.get(witness.cell, system.cells[witness.cell].value)
        if witness.side == "low":
            least[witness.cell] = min(least[witness.cell], found)
        else:
            most[witness.cell] = max(most[witness.cell], found)
    for need in system.needs:
        if not sound(need, system) or least[need.cell] > need.low or most[need.cell] < need.high:
            unsafe.add(need.cell)
            reasons.add(MISSING)
    return verdict(METHOD, system, pattern, unsafe, reasons)


class _Book:
    """The true sums of all relations, so that a witness costs only as much as it changes."""

    def __init__(self, system: System, spans: Mapping[str, Span]) -> None:
        self.system, self.spans = system, spans
        values = {i: c.value for i, c in system.cells.items()}
        self.sums = [row_sum(r, values) for r in system.relations]
        self.places: dict[str, list[tuple[int, int]]] = {i: [] for i in system.cells}
        for place, relation in enumerate(system.relations):
            for cell, factor in relation.terms:
                self.places[cell].append((place, factor))

    def holds(self, witness: Witness) -> bool:
        """Whether its counts are whole, known of, let vary by what is told, and fulfil every relation they stand in."""
        if witness.cell not in self.spans or witness.side not in ("low", "high"):
            return False
        moved: dict[int, int] = {}
        for cell, value in witness.values.items():
            if type(value) is not int or cell not in self.spans or not within(value, self.spans[cell]):
                return False
            step = value - self.system.cells[cell].value
            for place, factor in self.places[cell]:
                moved[place] = moved.get(place, 0) + factor * step
        for place, step in moved.items():
            relation, found = self.system.relations[place], self.sums[place] + step
            if (relation.low is not None and found < relation.low) or (
                relation.high is not None and found > relation.high
            ):
                return False
        return True
