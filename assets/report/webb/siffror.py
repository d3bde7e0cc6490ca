"""What every number of the report is, in words, and where on the pages it is explained.

Knows the cells of the edition and of those it is compared with. Renders nothing.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from assets.report.modell import Del, Fritext, Rapport, Ruta, Stycke, Tabell
from assets.report.underlag import Row, Underlag, Utgiven
from assets.tables.presentation import of_period
from assets.tables.sexes import in_full, sex_words
from assets.tables.spec import Measure, TableSpec
from warehouse.contracts.codes import TOTAL, label
from warehouse.contracts.errors import KvinnofridError
from warehouse.contracts.swedish import period_name
from warehouse.released import Ref

_NAME = re.compile("[a-z][a-z0-9_]{0,60}")
_CODE = re.compile(r"[A-Za-z0-9_]+")
_NOT_CODES = frozenset({"ordning", "period", "kon", "matt", "varde", "fran", "till", "status"})


@dataclass(frozen=True, slots=True)
class Siffra:
    """A cell of an edition, explained."""

    ref: Ref
    matt: str
    """Title of the measure."""
    vad: str
    """The codes in words; empty for the whole table."""
    kon: str
    period: str
    ruta: Ruta
    skriv: str
    """What brings the number into the kommun's own text; empty where it cannot be brought."""
    delar: tuple[tuple[str, Ruta], ...] = ()
    """What it is made of: numerator and base of a share, ends of its interval."""


@dataclass(frozen=True, slots=True)
class Matt:
    """A measure of a table in an edition, with its cells in order."""

    titel: str
    regel: str
    siffror: tuple[Siffra, ...]

    @property
    def perioder(self) -> tuple[str, ...]:
        """The periods of its cells, in order."""
        return tuple(dict.fromkeys(s.period for s in self.siffror))


@dataclass(slots=True)
class Siffror:
    """The numbers of an edition and of those that stand beside it."""

    underlag: Underlag
    _rows: dict[Ref, tuple[Utgiven, Row]] = field(init=False, default_factory=dict)
    _beside: dict[tuple[object, ...], Ref] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        for edition in self.utgivna:
            for tabell, rows in edition.rader.items():
                for row in rows:
                    ref = edition.ref(tabell, row)
                    self._rows[ref] = (edition, row)
                    self._beside[_place(ref, row, str(row["matt"]))] = ref

    @property
    def utgivna(self) -> tuple[Utgiven, ...]:
        """The edition, then those it is compared with."""
        u = self.underlag
        return tuple(e for e in (u.utgiven, u.forra_aret, u.foregaende) if e is not None)

    def of(self, ref: Ref) -> Siffra:
        """Explain a cell. Raises ``LookupError`` where no edition at hand has it: such a number must not be printed."""
        if ref not in self._rows:
            raise LookupError(f"{ref} finns inte i utgåvan")
        edition, row = self._rows[ref]
        measure = self.underlag.measure(ref.tabell, str(row["matt"]))
        return Siffra(
            ref,
            of_period(measure.title, str(row["period"])) if measure else str(row["matt"]),
            ", ".join(self._words(ref.tabell, row)),
            self._kon(ref.tabell, row),
            period_name(str(row["period"])),
            self._ruta(ref, edition, row),
            self._skriv(ref, edition, row) if measure else "",
            tuple(self._parts(ref, row, measure)) if measure else (),
        )

    def matt(self, edition: Utgiven, tabell: str) -> list[Matt]:
        """A table of an edition, measure by measure."""
        found = []
        rows = sorted(edition.rader[tabell], key=lambda r: int(r["ordning"]))
        order = list(dict.fromkeys(str(r["matt"]) for r in rows))
        rows.sort(key=lambda r: order.index(str(r["matt"])))
        for name, group in groupby(rows, key=lambda r: str(r["matt"])):
            measure, spec = self.underlag.measure(tabell, name), self.underlag.plan.get(tabell)
            cells = tuple(self.of(edition.ref(tabell, r)) for r in group)
            found.append(Matt(measure.title if measure else name, _rule(spec, measure), cells))
        return found

    def per_tabell(self, refs: Iterable[Ref]) -> Iterator[tuple[str, str, list[Siffra]]]:
        """Numbers by edition and table, in the edition's order: heading, anchor, numbers."""
        wanted = sorted(set(refs), key=lambda r: (r.utgava != self.underlag.edition.utgava, r))
        for (utgava, tabell), group in groupby(wanted, key=lambda r: (r.utgava, r.tabell)):
            edition = self._rows[Ref(utgava, tabell, next(iter(group)).ordning)][0].edition
            own = utgava == self.underlag.edition.utgava
            title = self.titel(tabell) + ("" if own else f" {edition.ar} (utgåva {utgava})")
            cells = [self.of(r) for r in wanted if (r.utgava, r.tabell) == (utgava, tabell)]
            yield title, f"siffror-u{utgava}-{tabell}", cells

    def titel(self, tabell: str) -> str:
        """A table's title."""
        spec = self.underlag.plan.get(tabell)
        return spec.title if spec else tabell

    def fil(self, utgava: int, tabell: str) -> str:
        """The page with the explanations of a table, from the site's root."""
        if not _NAME.fullmatch(tabell):
            raise KvinnofridError("En tabell har ett namn som inte kan bli ett filnamn. Inget skrevs.")
        own = utgava == self.underlag.edition.utgava
        return f"spar/{tabell}.html" if own else f"spar/u{utgava}-{tabell}.html"

    def _kon(self, tabell: str, row: Row) -> str:
        """The sex, in the words of those who are counted: of a child a girl or a boy."""
        spec, kon = self.underlag.plan.get(tabell), str(row["kon"])
        if spec is None:
            return label("kon", kon)
        return in_full(sex_words(spec, self.underlag.measure(tabell, str(row["matt"])), (row,))[kon])

    def _skriv(self, ref: Ref, edition: Utgiven, row: Row) -> str:
        """The reference in words, which follows into the next edition; the printed one where words cannot say it."""
        if edition is self.underlag.foregaende:
            return ""
        spec = self.underlag.plan.get(ref.tabell)
        codes = {n: str(v) for n, v in row.items() if n not in _NOT_CODES and v != TOTAL}
        if spec is None or any(not _CODE.fullmatch(v) or n not in spec.view_columns for n, v in codes.items()):
            return f"[[{ref}]]"
        if str(row["period"]) != str(self.underlag.edition.ar):
            codes["period"] = str(row["period"])
        words = [ref.tabell, str(row["matt"]), str(row["kon"]), *(f"{n}={v}" for n, v in codes.items())]
        return f"[[{' '.join(words)}]]"

    def _words(self, tabell: str, row: Row) -> Iterator[str]:
        spec = self.underlag.plan.get(tabell)
        known = {d.name: d for d in spec.dimensions} if spec else {}
        for name, code in row.items():
            if name in _NOT_CODES or code == TOTAL or (name in known and known[name].attribute):
                continue
            yield known[name].word(str(code)) if name in known else str(code)

    def _ruta(self, ref: Ref, edition: Utgiven, row: Row) -> Ruta:
        return self.underlag.ruta(ref.tabell, row, edition)

    def _parts(self, ref: Ref, row: Row, measure: Measure) -> Iterator[tuple[str, Ruta]]:
        if row["status"] != "visas":
            return
        wanted = []
        if measure.shape == "andel" and len(measure.parts) == 2:
            wanted += [("täljare", measure.parts[0]), ("nämnare", measure.parts[1])]
        wanted += [("intervallets nedre gräns", f"{measure.name}_lag"), ("övre gräns", f"{measure.name}_hog")]
        for word, name in wanted:
            other = self._beside.get(_place(ref, row, name))
            if other is not None:
                edition, cell = self._rows[other]
                if cell["status"] in ("visas", "intervall"):
                    yield word, self._ruta(other, edition, cell)


def _place(ref: Ref, row: Row, matt: str) -> tuple[object, ...]:
    codes = tuple(str(v) for n, v in row.items() if n not in _NOT_CODES)
    return ref.utgava, ref.tabell, matt, codes, row["kon"], row["period"]


def _rule(spec: TableSpec | None, measure: Measure | None) -> str:
    if spec is None or measure is None:
        return ""
    unit, when = measure.enhet or spec.enhet, measure.period_regel or spec.period_regel
    if unit.startswith("per_"):
        unit = spec.enhet
    return f"Enhet: {label('enhet', unit).lower()}. Period: {label('period_regel', when).lower()}."


def refs_of(rapport: Rapport) -> list[Ref]:
    """Every number that the report prints in text and tables, in order, each once."""
    found: dict[Ref, None] = {}
    for _, thing in rapport.alla():
        if isinstance(thing, Stycke):
            found |= dict.fromkeys(thing.refs)
        elif isinstance(thing, Tabell):
            found |= dict.fromkeys(_refs(d for row in thing.rader for cell in row.rutor for d in cell.delar))
        elif isinstance(thing, Fritext):
            found |= dict.fromkeys(_refs(d for b in thing.block for run in b.delar for d in run.delar))
    return list(found)


def _refs(pieces: Iterable[Del]) -> Iterator[Ref]:
    for piece in pieces:
        if not isinstance(piece, str):
            yield piece.ref


def tabeller_av(rapport: Rapport, u: Underlag) -> Mapping[str, Sequence[Tabell]]:
    """The released tables as the report prints them in full, in its order."""
    full = [a for a in rapport.avsnitt if a.slag == "tabeller"] or rapport.avsnitt
    found: dict[str, dict[str, Tabell]] = {}
    for thing in (thing for part in full for thing in part.innehall):
        if isinstance(thing, Tabell) and thing.tabell in u.utgiven.rader:
            found.setdefault(thing.tabell, {})[thing.id] = thing
    return {name: list(tables.values()) for name, tables in found.items()}
