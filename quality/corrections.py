"""Declared corrections: known errors in public data, mended on the way in with the reason written down.

Only what others have published: never records of persons, never a jour's or the organisation's own figures. Each
correction says what the source has now. When it no longer has that, the source's value is kept and the correction is
told to be outdated: somebody has to look. Reading of the files stands in ``corrections_file``.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any

import pandas as pd

from quality.validation import judge
from warehouse.contracts.base import Column, Contract, typed
from warehouse.contracts.delivery import Fault
from warehouse.contracts.faults import MENDED, OUTDATED


@dataclass(frozen=True, slots=True)
class Correction:
    """One known error. Values are typed as the contract's column; None where there is, or should be, no value."""

    tabell: str
    nyckel: Mapping[str, Any]
    """The contract's whole key."""
    kolumn: str
    gammalt_varde: Any
    nytt_varde: Any
    anledning: str
    anmald_av: str
    """A role or an organisation, never a person."""
    datum: date
    """When it was found."""
    fil: str
    rad: int
    """Line in the file where the correction begins."""

    @property
    def plats(self) -> str:
        """Where it is declared."""
        return f"{self.fil}, rad {self.rad}"


@dataclass(frozen=True, slots=True)
class Outdated:
    """A correction that does not fit what the source has now; its value is kept."""

    correction: Correction
    kallan_har_rattat: bool
    """The source now has the very value that the correction would have put there."""

    @property
    def text(self) -> str:
        """What to do, in Swedish. Public figures, but no values: they stand in the correction and in the table."""
        c = self.correction
        where = f"Rättelsen av {c.tabell}.{c.kolumn} ({c.plats})"
        if self.kallan_har_rattat:
            return f"{where} behövs inte längre: källan har rättat. Ta bort rättelsen."
        return (
            f"{where} passar inte längre: källan har ändrat till ett tredje värde, som är behållet. "
            "Se efter vad som gäller, och skriv om rättelsen eller ta bort den."
        )


@dataclass(frozen=True, slots=True)
class Corrections:
    """All declared corrections."""

    all: tuple[Correction, ...] = ()

    def of(self, tabell: str) -> tuple[Correction, ...]:
        """Those that concern a table."""
        return tuple(c for c in self.all if c.tabell == tabell)

    def digest(self, tabell: str) -> str | None:
        """Twelve signs that change when what is done to a table changes; None where nothing is.

        Who told, why and when are words beside it and change nothing; nor do files, lines and order.
        """
        said = sorted(
            json.dumps([_plain(c.nyckel), c.kolumn, str(c.gammalt_varde), str(c.nytt_varde)], ensure_ascii=False)
            for c in self.of(tabell)
        )
        return hashlib.sha256("\n".join(said).encode()).hexdigest()[:12] if said else None


NONE = Corrections()


def apply(
    corrections: Corrections, contract: type[Contract], frame: pd.DataFrame
) -> tuple[pd.DataFrame, list[Fault], list[Outdated]]:
    """The validated rows with the corrections put in, a note for each, and those that are outdated.

    ``frame`` has the contract's columns, typed, with ``rad``; it is not changed. A correction of a record that is not
    in the delivery is left alone.
    """
    notes: list[Fault] = []
    outdated: list[Outdated] = []
    mended = frame.copy()
    places = _places(contract, frame) if corrections.of(contract.table()) else {}
    for correction in corrections.of(contract.table()):
        at = places.get(_key(contract, correction.nyckel))
        if at is None:
            continue
        found = frame[correction.kolumn].loc[at]
        rad = int(frame["rad"].loc[at])
        if not same(found, correction.gammalt_varde):
            outdated.append(Outdated(correction, same(found, correction.nytt_varde)))
            notes.append(Fault(OUTDATED, rad, correction.kolumn, tabell=contract.table()))
            continue
        values = mended[correction.kolumn].copy()
        values.loc[at] = pd.NA if correction.nytt_varde is None else correction.nytt_varde
        mended[correction.kolumn] = values
        notes.append(Fault(MENDED, rad, correction.kolumn, tabell=contract.table()))
    return mended, notes, outdated


def holds(contract: type[Contract], correction: Correction) -> bool:
    """Whether the contract allows the new value in its column (rules over columns do not exist for public data)."""
    columns = {c.name: c for c in contract.columns()}
    row = {**_samples(columns.values()), **correction.nyckel, correction.kolumn: correction.nytt_varde}
    frame = typed(contract, pd.DataFrame([row]))
    asked = {correction.kolumn, *correction.nyckel}
    return not [hit for hit in judge(contract, frame) if hit[1] in asked]


def same(found: Any, expected: Any) -> bool:
    """Whether the source has the value: figures are compared as figures (2239 is 2239.0), missing equals missing."""
    if pd.isna(found) or expected is None:
        return bool(pd.isna(found)) and expected is None
    return bool(found == expected)


def _samples(columns: Iterable[Column]) -> dict[str, Any]:
    """Something of the right type in each column, so that the asked ones can be judged."""
    return {c.name: 1 for c in columns if c.kind in {"integer", "number"}}


def _places(contract: type[Contract], frame: pd.DataFrame) -> Mapping[tuple[str, ...], Any]:
    keys = frame[list(contract.key())]
    return MappingProxyType(
        {
            _key(contract, dict(zip(contract.key(), row, strict=True))): at
            for at, row in zip(frame.index, keys.itertuples(index=False), strict=True)
        }
    )


def _key(contract: type[Contract], values: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple("" if pd.isna(values[name]) else str(values[name]) for name in contract.key())


def _plain(key: Mapping[str, Any]) -> dict[str, str]:
    return {name: str(key[name]) for name in sorted(key)}
