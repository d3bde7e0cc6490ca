"""What a kommun's own tables can be about: the rows, when they count, what may split them. Data only."""

from collections.abc import Mapping
from dataclasses import dataclass

from warehouse.contracts.base import Column, Contract
from warehouse.contracts.register import Aktualisering, Arende, Insats


@dataclass(frozen=True, slots=True)
class Base:
    """A register table whose rows can be counted."""

    contract: type[Contract]
    key: str
    role: str
    """The column that says whom it concerns."""
    rules: Mapping[str, tuple[str, ...]]
    """By period_regel the column of the day that decides, or the first and last day of a span."""
    units: Mapping[str, str]
    """By enhet the column that tells one from another."""
    numbers: Mapping[str, str]
    """Columns with numbers, and how their sums are written."""
    of_case: bool
    """Whether each row belongs to a case: its role, person and codes come with it."""

    @property
    def columns(self) -> Mapping[str, Column]:
        """All columns that people deliver, of the rows and of their cases."""
        own = {c.name: c for c in self.contract.delivered()}
        return own | ({c.name: c for c in Arende.delivered() if c.name not in own} if self.of_case else {})

    @property
    def coded(self) -> Mapping[str, Column]:
        """The columns that may split a table or limit a measure."""
        return {n: c for n, c in self.columns.items() if c.codes and n not in NEVER and n != "kon"}


NEVER = ("skyddade_personuppgifter",)
"""It steers handling and is never shown."""

SENSITIVE = (
    (
        frozenset({"utovarens_kon", "relation_till_utovare"}),
        "kön, utövarens kön och relation tillsammans kan visa sexuell läggning",
    ),
    (
        frozenset({"hederskontext", "aldersgrupp"}),
        "hederskontext, kön och ålder tillsammans kan peka ut någon i en kommun",
    ),
    (
        frozenset({"riktad_hedersutsatt", "aldersgrupp"}),
        "insats för hedersutsatta, kön och ålder tillsammans kan peka ut någon i en kommun",
    ),
)
"""Columns that must not meet in one table: kön is always there."""

BASES: Mapping[str, Base] = {
    "arende": Base(
        contract=Arende,
        key="arende_id",
        role="roll",
        rules={"startad": ("startdatum",), "pagaende": ("startdatum", "slutdatum"), "avslutad": ("slutdatum",)},
        units={"arende": "arende_id", "person": "person_id"},
        numbers={},
        of_case=False,
    ),
    "insats": Base(
        contract=Insats,
        key="insats_id",
        role="roll",
        rules={
            "beslutad": ("beslutsdatum",),
            "startad": ("verkstalld",),
            "pagaende": ("verkstalld", "slutdatum"),
            "avslutad": ("slutdatum",),
        },
        units={"insats": "insats_id", "arende": "arende_id", "person": "person_id"},
        numbers={"antal_tillfallen": "antal", "kostnad_kr": "kronor"},
        of_case=True,
    ),
    "aktualisering": Base(
        contract=Aktualisering,
        key="aktualisering_id",
        role="malgrupp",
        rules={"aktualiserad": ("datum",)},
        units={"aktualisering": "aktualisering_id"},
        numbers={},
        of_case=False,
    ),
}
