"""``ReleasedTable``: the only type that can be published, made from passed audits of these very cells."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import InitVar, dataclass
from typing import Any, NoReturn

from quality.disclosure.model import Pattern, System, Verdict
from warehouse.contracts.errors import KvinnofridError

REQUIRED = ("certifikat", "lp")
"""The audits that must all have passed."""


class Unsafe(KvinnofridError):
    """What was to be released is not proved safe. Says which audit and how many cells, never a value."""


@dataclass(frozen=True, slots=True)
class PublicCell:
    """A cell as it is printed. ``varde`` only where ``status`` is ``visas``; ``fran``, ``till`` only for ``intervall``.

    ``cell`` names the count in the audited system. What is derived from counts (a share, a mean) names them in
    ``parts`` instead, and what is public at its source is ``oppen``. ``saknas`` and ``ej_tillampligt`` name nothing.
    """

    tabell: str
    period: str
    dimensioner: Mapping[str, str]
    kon: str
    matt: str
    status: str
    varde: float | None = None
    fran: int | None = None
    till: int | None = None
    cell: str = ""
    parts: tuple[str, ...] = ()
    oppen: bool = False


def content(cells: Sequence[PublicCell], notes: Sequence[str]) -> str:
    """SHA-256 of a table as it is printed: every cell in order, then the notes."""
    digest = hashlib.sha256()
    for c in cells:
        line = [
            c.tabell,
            c.period,
            dict(sorted(c.dimensioner.items())),
            c.kon,
            c.matt,
            c.status,
            c.varde,
            c.fran,
            c.till,
        ]
        digest.update(json.dumps(line, ensure_ascii=False).encode() + b"\n")
    digest.update(json.dumps(list(notes), ensure_ascii=False).encode())
    return digest.hexdigest()


_ONLY_HERE = object()


@dataclass(frozen=True)
class ReleasedTable:
    """A protected table. Cannot be made but by ``released``."""

    tabell: str
    cells: tuple[PublicCell, ...]
    notes: tuple[str, ...]
    sha256: str
    verdicts: tuple[Verdict, ...]
    key: InitVar[Any]
    """Not kept, so that no table hands it on."""

    def __post_init__(self, key: Any) -> None:
        if key is not _ONLY_HERE:
            raise Unsafe("En tabell kan bara släppas av röjandekontrollen.")
        self.intact()

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        """Refuse copies and pickles: what they are made into passes no gate."""
        raise Unsafe("En släppt tabell kan inte kopieras. Gör om: kvinnofrid release prepare")

    def intact(self) -> None:
        """Raise ``Unsafe`` where the cells are no longer those that were released."""
        if content(self.cells, self.notes) != self.sha256:
            raise Unsafe(f"Tabellen {self.tabell} har ändrats efter granskningen. Gör om: kvinnofrid release prepare")


def released(
    tables: Mapping[str, tuple[Sequence[PublicCell], Sequence[str]]],
    system: System,
    pattern: Pattern,
    verdicts: Sequence[Verdict],
) -> tuple[ReleasedTable, ...]:
    """The tables (cells and notes by name) as released ones.

    Raises ``Unsafe`` unless every required audit passed for this very system and pattern, and every printed cell says
    what the pattern lets it say: no number of a hidden cell or of what is derived from one, no other number than the
    true one, no cell that the system does not know.
    """
    digests = (system.digest(), pattern.digest())
    by_method = {v.method: v for v in verdicts}
    for method in REQUIRED:
        verdict = by_method.get(method)
        if verdict is None:
            raise Unsafe(f"Granskningen {method} är inte gjord, så inget släpps.")
        if (verdict.system, verdict.pattern) != digests:
            raise Unsafe(f"Granskningen {method} gäller andra uppgifter än de här. Gör om: kvinnofrid release prepare")
    for verdict in verdicts:
        if not verdict.passed or verdict.unsafe:
            raise Unsafe(f"Granskningen {verdict.method} godkände inte: {len(verdict.unsafe)} celler är osäkra.")
    for name, (cells, _) in tables.items():
        for cell in cells:
            if not _says_what_it_may(cell, system, pattern):
                raise Unsafe(f"Tabellen {name} säger mer än det som granskats.")
    return tuple(
        ReleasedTable(name, tuple(cells), tuple(notes), content(cells, notes), tuple(verdicts), _ONLY_HERE)
        for name, (cells, notes) in tables.items()
    )


def _says_what_it_may(cell: PublicCell, system: System, pattern: Pattern) -> bool:
    if cell.status in ("saknas", "ej_tillampligt"):
        return (cell.varde, cell.fran, cell.till) == (None, None, None)
    if cell.oppen and (cell.cell or cell.parts):
        return False
    if cell.status == "visas" and (cell.fran, cell.till) != (None, None):
        return False
    if cell.oppen or not cell.cell:
        if cell.status == "skyddas":
            return (cell.varde, cell.fran, cell.till) == (None, None, None)
        return cell.status == "visas" and (cell.oppen or _all_told(cell.parts, system, pattern))
    count = system.cells.get(cell.cell)
    if count is None or not count.printed:
        return False
    low, high = pattern.told(count)
    match cell.status:
        case "visas":
            return low == high == cell.varde
        case "intervall":
            return (
                count.id in pattern.bands and pattern.bands[count.id] == (cell.fran, cell.till) and cell.varde is None
            )
        case "skyddas":
            return (cell.varde, cell.fran, cell.till) == (None, None, None)
    return False


def _all_told(parts: Sequence[str], system: System, pattern: Pattern) -> bool:
    counts = [system.cells.get(p) for p in parts]
    return bool(parts) and all(c is not None and len({*pattern.told(c)}) == 1 for c in counts)
