"""What counts as given away: small counts that are printed or certain, whole groups, small changes."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

from quality.attacker.across import small_changes
from quality.attacker.printed import BAND, HIDDEN, MISSING, SHOWN, Coordinate, Printed
from quality.attacker.puzzle import DEFINITION
from quality.attacker.reading import Key, Reading
from quality.attacker.relations import NOT_PERSONS

Kind = Literal["direkt", "exakt", "smatt", "grupp", "skillnad"]
PROVED, GUESSED = "bevisat", "antaget"


@dataclass(frozen=True, slots=True)
class Finding:
    """A cell of an edition that is given away, and what is known of it: ``fran`` to ``till`` (equal: exact).

    ``slag``: printed small (``direkt``), worked out exactly (``exakt``) or as some of the small numbers (``smatt``);
    of a ``grupp`` the span is of those without the trait; of a ``skillnad`` it is the change. ``grund`` says if it is
    proved or rests on the guess that a cell is the same in two editions.
    """

    utgava: int
    where: Coordinate
    slag: Kind
    fran: int
    till: int
    grund: str = PROVED

    def as_json(self) -> dict[str, Any]:
        """As plain data."""
        codes = dict(self.where.codes)
        return {
            "utgava": self.utgava,
            "tabell": self.where.tabell,
            "kommun": self.where.kommun,
            "ar": self.where.ar,
            "period": self.where.period,
            "dimensioner": {d: c for d, c in codes.items() if d != "kon"},
            "kon": codes.get("kon", "totalt"),
            "matt": self.where.matt,
            "slag": self.slag,
            "fran": self.fran,
            "till": self.till,
            "grund": self.grund,
        }


def counts_people(reading: Reading, where: Coordinate) -> bool:
    """Whether a count is of people, cases or insatser and not public."""
    book = reading.book
    return not book.is_open(where) and book.meaning(where.tabell, where.matt).enhet not in NOT_PERSONS


def targets(reading: Reading) -> dict[Key, tuple[int, Printed]]:
    """Protected counts of people, and results that are not shown for too small a base."""
    found = {}
    for key, cell in reading.printed.items():
        where = key[1]
        left_out = cell.status == MISSING and reading.book.meaning(where.tabell, where.matt).bas is not None
        if key in reading.number and (cell.status in (HIDDEN, BAND) or left_out) and counts_people(reading, where):
            found[key] = reading.number[key], cell
    return found


def groups(reading: Reading) -> dict[Key, tuple[int, int, int]]:
    """For each sensitive trait those without it: (number of them, of those with it, of all asked)."""
    traits = {(t, k): n for t, k, n in reading.book.traits}
    found = {}
    for edition, where in list(reading.printed):
        asked = traits.get((where.tabell, where.matt))
        if asked is None or (edition, where) not in reading.number:
            continue
        base = where._replace(matt=asked)
        if where.tabell == "vald":  # the base stands in the totals of what is asked
            base = base._replace(codes=tuple((d, c) for d, c in where.codes if d == "kon"))
            if base.codes == where.codes:
                continue
        if (edition, base) not in reading.number:
            continue
        with_it, all_asked = reading.number[edition, where], reading.number[edition, base]
        without = reading.puzzle.number()
        reading.puzzle.tell([(all_asked, 1), (with_it, -1), (without, -1)], 0, 0, DEFINITION, "egenskap")
        found[edition, where] = without, with_it, all_asked
    return found


def direct(reading: Reading, threshold: int) -> Iterable[Finding]:
    """What is printed small."""
    for (edition, where), cell in reading.printed.items():
        if cell.status == SHOWN and (edition, where) in reading.number and cell.varde is not None:
            value = round(cell.varde)
            if 0 < value < threshold and counts_people(reading, where):
                yield Finding(edition, where, "direkt", value, value)


def recovered(
    targets: dict[Key, tuple[int, Printed]],
    small: dict[int, tuple[int, int, str]],
    exact: dict[int, int],
    threshold: int,
) -> Iterable[Finding]:
    """Protected counts that are certain to be small."""
    for (edition, where), (n, _) in targets.items():
        low, high, ground = small.get(n, (0, threshold, PROVED))
        if n in exact and 0 < exact[n] < threshold:
            low, high, ground = exact[n], exact[n], PROVED
        if low > 0 and high < threshold:
            yield Finding(edition, where, "exakt" if low == high else "smatt", low, high, ground)


TELLS_NOTHING = frozenset({"okand", "okant", "nej", "ej_bedomt", "saknas"})
"""Codes that are no trait: that all of a group lack an answer says nothing of anyone."""


def whole_groups(
    groups: dict[Key, tuple[int, int, int]],
    small: dict[int, tuple[int, int, str]],
    exact: dict[int, int],
    threshold: int,
) -> Iterable[Finding]:
    """Groups in which all, or nearly all, have a sensitive trait."""
    for (edition, where), (without, with_it, asked) in groups.items():
        if TELLS_NOTHING & {code for _, code in where.codes}:
            continue
        if asked in small or exact.get(asked, threshold) < threshold or exact.get(with_it, 1) == 0:
            continue
        if with_it in exact and asked in exact:
            left = exact[asked] - exact[with_it]
            span = (left, left, PROVED)
        elif without in small:
            span = small[without]
        else:
            continue
        if span[0] >= 0 and span[1] < threshold:
            yield Finding(edition, where, "grupp", *span)


def changes(reading: Reading, exact: dict[int, int], threshold: int) -> Iterable[Finding]:
    """Cells that changed by few between two editions."""
    known = [(k, exact[n]) for k, n in reading.number.items() if n in exact and k in reading.printed]
    for (edition, where), by in small_changes(reading, known, threshold):
        if counts_people(reading, where):
            yield Finding(edition, where, "skillnad", abs(by), abs(by))
