"""What changed between two editions, and why: from what they print and from receipts, never from what they are made of.

Whoever has both editions can work out all that is said here. A new edition is audited together with every earlier one,
so two numbers of the same cell stand side by side only where the step between them is proved safe; a step that the
rule calls too small is not told even so.
"""

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import Connection, text

from assets.publicering.plan import PUBLICERAS
from assets.publicering.tryck import parts_of
from assets.publicering.underlag import Raknad, cell_id
from assets.tables.catalogue import TABLES
from quality.disclosure.policy import PRESETS
from warehouse.editions import Printed, State

Slag = Literal["nytt_tal", "for_liten", "visas_nu", "skyddas_nu", "ny", "borta", "annat"]
"""``nytt_tal``: a number became another; ``for_liten``: so did it, by fewer than may be told; ``visas_nu``,
``skyddas_nu``: shown or hidden where it was not; ``ny``, ``borta``: stands in one of the editions only; ``annat``:
another span, or known to be missing."""


@dataclass(frozen=True, slots=True)
class Andrad:
    """A cell that the two editions say different things of. Numbers only where both editions show them."""

    tabell: str
    matt: str
    period: str
    dimensioner: Mapping[str, str]
    kon: str
    slag: Slag
    fore: float | None = None
    efter: float | None = None


def skillnad(before: Sequence[Printed], after: Sequence[Printed], regel: str) -> list[Andrad]:
    """The cells that differ, in the new edition's order and then what is gone. ``regel`` is the new edition's rule."""
    least = PRESETS[regel].smallest_revision if regel in PRESETS else max(p.smallest_revision for p in PRESETS.values())
    old, new = _by_cell(before), _by_cell(after)
    small = {n for n, cell in new.items() if n in old and _is_small(old[n], cell, least)}
    found = [_changed(old.get(name), cell, small) for name, cell in new.items()]
    found += [_andrad(cell, "borta") for name, cell in old.items() if name not in new]
    return [one for one in found if one is not None]


def _by_cell(cells: Iterable[Printed]) -> dict[str, Printed]:
    return {_name(c): c for c in cells}


def _name(cell: Printed) -> str:
    return cell_id(cell.tabell, cell.matt, cell.period, cell.kon, cell.dimensioner.items())


def _parts(cell: Printed) -> list[str]:
    """The counts that a share or mean rests on: it tells of them."""
    public = PUBLICERAS.get(cell.tabell)
    derived = next((h for h in public.harledda if h.namn == cell.matt), None) if public else None
    if derived is None:
        return []
    at = Raknad(cell.tabell, cell.period, tuple(cell.dimensioner.items()), cell.kon, cell.matt, cell.status, None, 0)
    return [*parts_of(at, derived, TABLES[cell.tabell])]


def _is_small(old: Printed, new: Printed, least: int) -> bool:
    return old.varde is not None and new.varde is not None and _counts(new) and 0 < abs(new.varde - old.varde) < least


def _changed(old: Printed | None, new: Printed, small: AbstractSet[str]) -> Andrad | None:
    if old is None:
        return _andrad(new, "ny")
    if (old.status, old.varde, old.fran, old.till) == (new.status, new.varde, new.fran, new.till):
        return None
    if old.varde is not None and new.varde is not None:
        if small and not small.isdisjoint({_name(new), *_parts(new)}):
            return _andrad(new, "for_liten")
        return _andrad(new, "nytt_tal", old.varde, new.varde)
    if new.status == "visas":
        return _andrad(new, "visas_nu")
    if old.status == "visas" and new.status in ("skyddas", "intervall"):
        return _andrad(new, "skyddas_nu")
    return _andrad(new, "annat")


def _counts(cell: Printed) -> bool:
    """Whether the cell counts people or what people have; what is public at its source is not ours to protect."""
    public = PUBLICERAS.get(cell.tabell)
    matt = public.measure(cell.matt) if public else None
    return not (public and public.oppen) and matt is not None and matt.slag != "oppen"


def _andrad(cell: Printed, slag: Slag, fore: float | None = None, efter: float | None = None) -> Andrad:
    return Andrad(cell.tabell, cell.matt, cell.period, cell.dimensioner, cell.kon, slag, fore, efter)


# --- why --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Leveranser:
    """Deliveries of a source and table: how many came in between, and how many no longer stand behind the figures."""

    kalla: str
    tabell: str
    nya: int
    ersatta: int


@dataclass(frozen=True, slots=True)
class Varfor:
    """Why two editions differ: what was delivered between them, and what was decided or programmed otherwise."""

    leveranser: tuple[Leveranser, ...]
    variant: tuple[str, str] | None
    regel: tuple[str, str] | None
    kod: bool
    """Whether the tables were counted by another version of the program."""


_BEHIND = text(
    "SELECT DISTINCT i.leverans_id, l.kalla, coalesce(l.tabell, '') AS tabell"
    " FROM tabell.utgava u JOIN revision.tabellindata i ON i.version_id = ANY(u.versioner)"
    " JOIN mottagning.leverans l USING (leverans_id) WHERE u.utgava = :n"
)


def varfor(conn: Connection, before: State, after: State) -> Varfor:
    """What lies between two editions: receipts are counted, never read."""
    old, new = (_behind(conn, one.utgava) for one in (before, after))
    places = sorted({*(place for _, place in old.items()), *(place for _, place in new.items())})
    counted = [
        Leveranser(
            *place,
            nya=sum(1 for one, at in new.items() if at == place and one not in old),
            ersatta=sum(1 for one, at in old.items() if at == place and one not in new),
        )
        for place in places
    ]
    kod = conn.execute(
        text("SELECT count(DISTINCT kodversion) FROM tabell.utgava WHERE utgava IN (:a, :b)"),
        {"a": before.utgava, "b": after.utgava},
    ).scalar_one()
    return Varfor(
        tuple(one for one in counted if one.nya or one.ersatta),
        None if before.variant == after.variant else (before.variant, after.variant),
        None if before.regel == after.regel else (before.regel, after.regel),
        int(kod) > 1,
    )


def _behind(conn: Connection, utgava: int) -> dict[int, tuple[str, str]]:
    rows: Iterable[Any] = conn.execute(_BEHIND, {"n": utgava})
    return {int(r.leverans_id): (str(r.kalla), str(r.tabell)) for r in rows}
