"""What a report is made of: a released edition, those before it, and where it came from. Reads nothing else.

Reads through ``warehouse.released`` alone; with whose rights, ``gor`` decides.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from assets.publicering.tecken import SPOKEN
from assets.report.modell import Ruta, Tal
from assets.tables.breaks import EJ_KONTROLLERAT
from assets.tables.catalogue import TABLES, Plan
from assets.tables.presentation import text_of
from assets.tables.spec import Measure, TableSpec
from warehouse import released
from warehouse.contracts.codes import TOTAL
from warehouse.contracts.errors import UserError
from warehouse.contracts.reference import kommuner, lan
from warehouse.released import Edition, NoEdition, Provenance, Ref

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Utgiven:
    """A dispatched edition with all that it says."""

    edition: Edition
    rader: Mapping[str, Sequence[Row]]
    """By table: cells as ``warehouse.released.rows`` gives them."""
    noter: Mapping[str, Sequence[str]]

    def rad(self, tabell: str, matt: str, kon: str = TOTAL, period: str | None = None, **koder: str) -> Row | None:
        """The cell at these coordinates; dimensions that are not named are totals. None where there is none."""
        wanted = period or str(self.edition.ar)
        for row in self.rader.get(tabell, ()):
            if row["matt"] == matt and row["kon"] == kon and row["period"] == wanted:
                rest = {n: v for n, v in row.items() if n not in _NOT_CODES}
                if all(rest.get(n) == v for n, v in koder.items()) and all(
                    v == TOTAL for n, v in rest.items() if n not in koder
                ):
                    return row
        return None

    def ref(self, tabell: str, row: Row) -> Ref:
        """The reference of a cell."""
        return Ref(self.edition.utgava, tabell, int(row["ordning"]))


_NOT_CODES = frozenset({"ordning", "period", "kon", "matt", "varde", "fran", "till", "status"})


@dataclass(frozen=True, slots=True)
class Underlag:
    """Everything that a report may use."""

    utgiven: Utgiven
    harkomst: Provenance
    plan: Plan
    forra_aret: Utgiven | None = None
    """The newest edition that holds of the year before."""
    foregaende: Utgiven | None = None
    """The edition of the same year that this one replaced."""
    alla: tuple[Edition, ...] = ()
    """Every edition of the nämnd that was dispatched, oldest first."""

    @property
    def edition(self) -> Edition:
        """The edition that the report is about."""
        return self.utgiven.edition

    @property
    def plats(self) -> str:
        """The kommun's name, or what the group, län or country is called."""
        namnd = self.edition.namnd
        group = namnd.partition(":")[2]
        return kommuner().get(namnd) or (lan().get(group, group) if group else "Riket")

    def measure(self, tabell: str, matt: str) -> Measure | None:
        """A measure as it is declared."""
        spec = self.plan.get(tabell)
        return next((m for m in spec.shown_measures if m.name == matt), None) if spec else None

    def spec(self, tabell: str) -> TableSpec:
        """A table as it is declared."""
        return self.plan[tabell]

    def ruta(self, tabell: str, row: Row | None, of: Utgiven | None = None) -> Ruta:
        """A cell as a report prints it; an empty one where there is no such cell."""
        edition = of or self.utgiven
        measure = self.measure(tabell, str(row["matt"])) if row is not None else None
        if row is None or measure is None:
            return Ruta(("",), "tom")
        ref = edition.ref(tabell, row)
        words = text_of(row, measure)
        shown = row["status"] in ("visas", "intervall")
        return Ruta((Tal(words, ref),) if shown else (words,), row["status"], ref, row["varde"], SPOKEN.get(words, ""))

    def tal(
        self, tabell: str, matt: str, kon: str = TOTAL, period: str | None = None, *, of: Utgiven | None = None,
        **koder: str,
    ) -> Tal | None:  # fmt: skip
        """The number at these coordinates as it is printed, with its reference; None where none is shown."""
        edition = of or self.utgiven
        ruta = self.ruta(tabell, edition.rad(tabell, matt, kon, period, **koder), edition)
        return next((d for d in ruta.delar if isinstance(d, Tal)), None)

    def varde(
        self, tabell: str, matt: str, kon: str = TOTAL, period: str | None = None, *, of: Utgiven | None = None,
        **koder: str,
    ) -> float | None:  # fmt: skip
        """The released value at these coordinates, to choose words by; None where no exact one is shown."""
        row = (of or self.utgiven).rad(tabell, matt, kon, period, **koder)
        return None if row is None else row["varde"]


def read(conn: Connection, namnd: str, ar: int, utgava: int | None = None, *, plan: Plan = TABLES) -> Underlag:
    """Read an edition and what is beside it: the one that holds, or the one asked for (also replaced or withdrawn).

    Raises:
        NoEdition: None holds.
        UserError: The one asked for is not there, is of another nämnd or year, or the login may not see it.
    """
    asked = released.edition(conn, utgava) if utgava is not None else None
    if utgava is not None and asked is None:
        raise UserError(
            f"Utgåva {utgava} är inte expedierad, eller finns inte. Se vilka som finns: kvinnofrid release list"
        )
    if asked is not None and (asked.namnd, asked.ar) != (namnd, ar):
        raise UserError(f"Utgåva {utgava} gäller {asked.namnd} {asked.ar}, inte {namnd} {ar}.")
    opened = released.of_namnd(conn, namnd)
    every = opened if asked is None or asked.typ == "oppen" else released.of_namnd(conn, namnd, asked.typ)
    edition = asked or max((e for e in every if e.ar == ar and e.galler), key=lambda e: e.utgava, default=None)
    if edition is None:
        raise NoEdition(_none(namnd, ar, [e for e in every if e.ar == ar]))
    before = max((e for e in opened if e.ar == ar - 1 and e.galler), key=lambda e: e.utgava, default=None)
    replaced = released.edition(conn, edition.ersatter) if edition.ersatter else None
    return Underlag(
        _of(conn, edition),
        released.provenance(conn, edition.utgava),
        plan,
        _of(conn, before) if before else None,
        _of(conn, replaced) if replaced else None,
        tuple(every),
    )


def _of(conn: Connection, edition: Edition) -> Utgiven:
    notes = {
        table: [note.removesuffix(EJ_KONTROLLERAT) for note in said]
        for table, said in released.notes(conn, edition.utgava).items()
    }
    return Utgiven(edition, released.rows(conn, edition.utgava), notes)


def _none(namnd: str, ar: int, gone: Sequence[Edition]) -> str:
    last = gone[-1] if gone else None
    if last is None:
        return (
            f"Ingen utgåva är expedierad för {namnd} {ar}, så det finns inget att skriva en rapport av. Gör en: "
            f"kvinnofrid release prepare --kommun {namnd} --ar {ar}"
        )
    why = f"återtagen: {last.orsak}" if last.atertagen else "ersatt"
    return (
        f"Ingen utgåva gäller för {namnd} {ar}: utgåva {last.utgava} är {why}. Gör en ny med kvinnofrid release "
        f"prepare, eller skriv rapporten av den gamla med --utgava {last.utgava}; det står då på framsidan."
    )
