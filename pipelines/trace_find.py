"""Finding the number that is asked for, by its reference or by where it stands, and saying what there is if not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection

from pipelines import trace_words as words
from warehouse import released, sparning
from warehouse.contracts.codes import TOTAL
from warehouse.contracts.errors import UserError
from warehouse.contracts.ord import TILLSTAND
from warehouse.released import Edition, NoEdition, Ref
from warehouse.sparning import Cell

MANY = 12


@dataclass(frozen=True, slots=True)
class Sought:
    """The number that is asked for: by its reference, or by where it stands."""

    ref: Ref | None = None
    utgava: int | None = None
    namnd: str | None = None
    ar: int | None = None
    tabell: str = ""
    matt: str = ""
    kon: str = TOTAL
    period: str | None = None
    koder: Mapping[str, str] = field(default_factory=dict)


def located(conn: Connection, sought: Sought) -> tuple[Edition, list[Cell], Cell]:
    """The edition, its table's cells and the cell that is asked for."""
    ref = sought.ref
    edition = _edition(conn, sought.utgava if ref is None else ref.utgava, sought)
    tabell = sought.tabell if ref is None else ref.tabell
    cells = sparning.table(conn, edition.utgava, tabell)
    if not cells:
        there = ", ".join(released.tables_of(conn, edition.utgava)) or "inga som inloggningen får läsa"
        raise UserError(f"Utgåva {edition.utgava} har ingen tabell {tabell}. Den har: {there}.")
    if ref is not None:
        found = next((c for c in cells if c.ordning == ref.ordning), None)
        if found is None:
            raise UserError(
                f"Det finns inget tal {ref}. Tabellen {tabell} i utgåva {edition.utgava} har talen {cells[0].ref} till "
                f"{cells[-1].ref}."
            )
        return edition, cells, found
    found = sparning.chosen(cells, sought.matt, sought.period or str(edition.ar), sought.kon, sought.koder)
    if found is None:
        raise UserError(_there_is(conn, edition, cells, sought))
    return edition, cells, found


def _edition(conn: Connection, utgava: int | None, sought: Sought) -> Edition:
    if utgava is None:
        held = [e for e in released.of_namnd(conn, sought.namnd or "") if e.ar == sought.ar and e.galler]
        if not held:
            raise NoEdition(f"Ingen utgåva gäller för {words.whose(sought.namnd or '')} {sought.ar}.")
        return held[-1]
    found = released.edition(conn, utgava)
    if found is not None:
        return found
    state = sparning.draft_state(conn, utgava)
    if state is None:
        raise UserError(
            f"Utgåva {utgava} finns inte, eller är inte öppen för den här inloggningen. Se vilka som finns: kvinnofrid "
            "release list"
        )
    raise UserError(
        f"Utgåva {utgava} är inte expedierad ({TILLSTAND[state]}): ett tal spåras när det är ute. Läs utkastet: "
        f"kvinnofrid release show {utgava}"
    )


def _there_is(conn: Connection, edition: Edition, cells: Sequence[Cell], sought: Sought) -> str:
    """What the table has, as near to what was asked for as it gets."""
    tabell = cells[0].tabell
    start = f"Det talet finns inte i tabellen {tabell} i utgåva {edition.utgava}."
    _, measures, _ = sparning.declared(conn, tabell)
    of_matt = [c for c in cells if c.matt == sought.matt]
    if not of_matt:
        names = dict.fromkeys(c.matt for c in cells)
        told = "; ".join(f"{m} ({measures[m]['titel']})" if m in measures else m for m in names)
        return f"{start} Den har måtten: {told}."
    period = sought.period or str(edition.ar)
    here = [c for c in of_matt if c.period == period]
    if not here:
        return f"{start} Måttet finns för: {', '.join(dict.fromkeys(c.period for c in of_matt))}."
    known = {d for c in here for d in c.dimensioner}
    if unknown := sorted(set(sought.koder) - known):
        split = ", ".join(sorted(known)) or "bara kön"
        return f"{start} Tabellen är inte indelad efter {', '.join(unknown)}. Den har: {split}."
    of_codes = [c for c in here if all(c.dimensioner.get(d, TOTAL) == k for d, k in sought.koder.items())]
    if of_codes:
        sexes = ", ".join(dict.fromkeys(c.kon for c in of_codes))
        rest = {d: k for c in of_codes for d, k in c.dimensioner.items() if d not in sought.koder and k != TOTAL}
        more = "".join(f" Lägg till till exempel --kod {d}={k}." for d, k in list(rest.items())[:1])
        return f"{start} Med de koderna finns kön: {sexes}.{more}"
    codes = {d: list(dict.fromkeys(c.dimensioner[d] for c in here if d in c.dimensioner)) for d in sorted(known)}
    told = "; ".join(f"{d}: {', '.join(k[:MANY])}{' ...' if len(k) > MANY else ''}" for d, k in codes.items())
    return f"{start} Där finns: {told}."
