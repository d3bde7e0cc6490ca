"""What a mapping makes of a delivery, counted: columns found and missing, rows, faults, codes without a translation.

Nothing is stored, and nothing that is told here holds a value or a header of the file: contract columns, letters and
numbers only. Identity and validation belong to ``quality`` and are passed in.
"""

from collections.abc import Callable, Iterable, Sequence
from collections.abc import Mapping as Dict
from dataclasses import dataclass
from typing import Any, Final

from sources.base import Part, Source, Unreadable
from sources.mapping import LOCAL_TABLE, Mapping, Places, fill, meanings, places_of, untranslated
from sources.recognition import MAPPED
from sources.register import FILE_KEY, KALLA, MAPPING_KEY, read_table
from sources.registry import SOURCES
from warehouse.contracts.base import Contract
from warehouse.contracts.delivery import Fault, TextTable
from warehouse.contracts.faults import explain
from warehouse.contracts.registry import CONTRACTS

Judge = Callable[[Part], tuple[int, Sequence[Fault]]]
"""How many of a part's rows would be accepted, and what is wrong with the others: identity first, then the contract."""

Allowed = Callable[[type[Contract] | None, str | None], str]
"""What may stand in a contract's column, in words."""

FIRST: Final = 5
"""So many places of each kind of fault are told."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One kind of fault in one column."""

    regel: str
    kolumn: str | None
    antal: int
    platser: tuple[str, ...]
    """The first of them: ``rad 5, kolumn C``."""
    fel: str
    gor_sa_har: str


@dataclass(frozen=True, slots=True)
class TableReport:
    """What became of one table."""

    tabell: str
    titel: str
    kolumner: Places
    rader_lasta: int
    rader_godkanda: int
    fel: tuple[Finding, ...]
    otolkade: Dict[str, int]
    """Column -> how many distinct texts in it the mapping has no code for."""


@dataclass(frozen=True, slots=True)
class Report:
    """A delivery as the mapping reads it. ``fel`` concern the whole file, which would be refused."""

    tabeller: tuple[TableReport, ...] = ()
    fel: tuple[Finding, ...] = ()
    okanda_kolumner: tuple[str, ...] = ()
    """Letters of the columns that nothing reads."""

    @property
    def good(self) -> bool:
        """Whether the delivery would be taken in whole."""
        return not self.fel and not any(t.fel for t in self.tabeller)


def examine(
    mapping: Mapping, content: bytes, name: str, slip: Dict[str, Any], judge: Judge, allowed: Allowed
) -> Report:
    """Read a delivery with the mapping and judge it. ``name`` is the file's, ``slip`` what its följesedel states."""
    says = _Words(mapping, allowed)
    form = next((s for s in SOURCES if s.kalla == KALLA and s.tabell == slip.get("tabell") != MAPPED), None)
    if form is not None and form.tabell not in CONTRACTS:
        return _of_form(form, content, {**slip, MAPPING_KEY: mapping, FILE_KEY: name}, judge, says)
    try:
        contracts = _contracts(mapping, name, slip)
        file = mapping.for_file(name)
        if file and not {c.table() for c in contracts} <= set(file.tabeller):
            file = None
        table = read_table(content, name, mapping, file, allow_empty=slip.get("tom") in {True, "ja"})
    except Unreadable as error:
        return Report(fel=says.findings(error.faults))
    names = [c.table() for c in contracts]
    where = {c.table(): places_of(mapping, table, c, [t for t in names if t != c.table()]) for c in contracts}
    try:
        parts = fill(mapping, table, contracts)
    except Unreadable as error:
        empty = tuple(TableReport(c.table(), c.title(), where[c.table()], 0, 0, (), {}) for c in contracts)
        return Report(empty, says.findings(error.faults))
    local = untranslated(mapping, table) if LOCAL_TABLE in names else {}
    tables = tuple(
        says.table(part, where.get(part.tabell), judge, local if part.tabell not in where else None)
        for part in parts
        if part.tabell != "lokal_deklaration"
    )
    return Report(tables, okanda_kolumner=_unknown(parts))


def _of_form(form: Source, content: bytes, slip: Dict[str, Any], judge: Judge, says: "_Words") -> Report:
    """A form with columns of its own, of which the mapping only adds to what it holds (``arendeblad``)."""
    try:
        parts = form.read(content, slip).parts
    except Unreadable as error:
        return Report(fel=says.findings(error.faults))
    tables = tuple(says.table(part, None, judge, None) for part in parts if part.tabell != "lokal_deklaration")
    return Report(tables, okanda_kolumner=_unknown(parts))


def _unknown(parts: Iterable[Part]) -> tuple[str, ...]:
    """Letters of the columns that nothing reads."""
    told = [w.kolumn or "" for p in parts for w in p.warnings if w.regel == "okand_kolumn"]
    return tuple(dict.fromkeys(name.removeprefix("kolumn ") for name in told))


def _contracts(mapping: Mapping, name: str, slip: Dict[str, Any]) -> list[type[Contract]]:
    """The tables that a file of this name fills. Raises Unreadable where nothing says."""
    stated = slip.get("tabell")
    if stated and stated != MAPPED:
        if stated not in CONTRACTS:
            raise Unreadable(Fault("foljesedel_fel", kolumn="tabell"))
        return [CONTRACTS[stated]]
    file = mapping.for_file(name)
    if file is None:
        raise Unreadable(Fault("mappning_okand_fil", kolumn="mappning"))
    return [CONTRACTS[t] for t in file.tabeller]


class _Words:
    """Faults in words: what may stand in a column is the contract's, for a local variable the mapping's."""

    def __init__(self, mapping: Mapping, allowed: Allowed) -> None:
        self.meanings = meanings(mapping)
        self.allowed = allowed

    def table(self, part: Part, where: Places | None, judge: Judge, local: Dict[str, int] | None) -> TableReport:
        contract = CONTRACTS[part.tabell]
        accepted, judged = judge(part)
        faults = (*part.table.faults, *judged)
        return TableReport(
            tabell=part.tabell,
            titel=contract.title(),
            kolumner=where or Places({}, (), (), ()),
            rader_lasta=accepted + len({f.rad for f in faults if f.rad is not None}),
            rader_godkanda=accepted,
            fel=self.findings(faults, contract),
            otolkade=_untranslated(part.table, contract) if local is None else local,
        )

    def findings(self, faults: Iterable[Fault], contract: type[Contract] | None = None) -> tuple[Finding, ...]:
        """The faults by rule and column, those that are most first."""
        groups: dict[tuple[str, str | None], list[Fault]] = {}
        for fault in faults:
            groups.setdefault((fault.regel, fault.kolumn), []).append(fault)
        found = []
        for (regel, kolumn), here in groups.items():
            may = self.meanings.get(kolumn or "") or self.allowed(contract, kolumn)
            fel, remedy = explain(regel, kolumn, may)
            places = tuple(p for f in here[:FIRST] if (p := _place(f)))
            found.append(Finding(regel, kolumn, len(here), places, fel, remedy))
        return tuple(sorted(found, key=lambda f: -f.antal))


def _place(fault: Fault) -> str:
    parts = [f"blad {fault.blad}" if fault.blad else "", f"rad {fault.rad}" if fault.rad else ""]
    return ", ".join([*filter(None, parts), *([f"kolumn {fault.bokstav}"] if fault.bokstav else [])])


def _untranslated(table: TextTable, contract: type[Contract]) -> dict[str, int]:
    """Column -> how many distinct texts in it are no code; none of them leaves this function."""
    out = {}
    for column in contract.delivered():
        if column.codes and column.name in table.frame:
            known = set(column.allowed)
            texts = [str(t) for t in table.frame[column.name].dropna().unique()]
            parted = [t.split(";") if column.kind == "codes" else [t] for t in texts]
            out[column.name] = sum(not set(parts) <= known for parts in parted)
    return {name: count for name, count in out.items() if count}
