"""The first step of every delivery: identifiers become pseudonyms or the row is refused. Nothing before it validates.

What leaves this module holds pseudonyms, age groups and the contract's own columns, and nothing else.
"""

from dataclasses import dataclass

import pandas as pd

from quality.identity import (
    Pseudonymizer,
    age_group,
    age_group_from_years,
    canonical_local_id,
    canonical_person_id,
)
from quality.identity_columns import refused_columns
from quality.identity_scan import find_identifiers
from warehouse.contracts.base import Contract
from warehouse.contracts.delivery import Facts, Fault, TextTable

_PERSONS = ("person_id", "barn_id")
_KIND = {"person_id": "person", "barn_id": "person", "aktualisering_id": "aktualisering"}
_AGE_DAY = {"arende": "startdatum", "aktualisering": "datum"}


@dataclass(frozen=True, slots=True)
class Clean:
    """A text table without identifiers. ``refused`` means the whole delivery is refused by ``faults``."""

    table: TextTable
    faults: list[Fault]
    refused: bool = False


def refused_headers(table: TextTable, contract: type[Contract]) -> list[Fault]:
    """Headers of what may not be collected. The column is named by its letter: a header can hold a value."""
    ours = {c.name for c in contract.columns()}
    hits = []
    for position, _reason in refused_columns([str(h) for h in table.frame.columns]):
        if table.frame.columns[position] in ours:
            continue
        letter = table.letters[position] if position < len(table.letters) else str(position + 1)
        hits.append(Fault("far_inte_samlas_in", 1, f"kolumn {letter}", table.blad, bokstav=letter))
    return hits


def deidentify(table: TextTable, contract: type[Contract], facts: Facts, pseudonymizer: Pseudonymizer | None) -> Clean:
    """Refuse rows with identifiers where none belong, make pseudonyms where they do, drop everything else.

    ``pseudonymizer`` is None for sources without person data.
    """
    refused = refused_headers(table, contract)
    if refused:
        return Clean(TextTable(table.frame.iloc[0:0], table.rows.iloc[0:0], table.blad), refused, refused=True)
    frame, rows = table.frame.reset_index(drop=True), table.rows.reset_index(drop=True)
    columns = {c.name: c for c in contract.delivered()}
    ids = [n for n, c in columns.items() if c.kind == "pseudonym" and n in frame]
    faults: list[Fault] = []
    bad: set[int] = set()

    def fault(regel: str, index: int, name: str, letter: str | None = None) -> None:
        faults.append(Fault(regel, int(rows[index]), name, table.blad, bokstav=letter or table.letter(index, name)))
        bad.add(index)

    for row, position in find_identifiers(frame, skip=ids).itertuples(index=False):
        name = str(frame.columns[position])
        letter = table.letters[position] if position < len(table.letters) else str(position + 1)
        known = name in columns
        fault("identitet_i_fel_kolumn", int(row), name if known else f"kolumn {letter}", None if known else letter)

    out = frame[[n for n in columns if n in frame]].copy()
    if "alder" in frame and "aldersgrupp" in columns:
        years = pd.to_numeric(frame["alder"], errors="coerce").astype("float64").round()
        grouped = age_group_from_years(years.astype("Int64"))
        out["aldersgrupp"] = _filled(out, "aldersgrupp", grouped)
    if pseudonymizer is not None:
        for name in ids:
            if name in _PERSONS:
                canonical, rules = canonical_person_id(frame[name], facts.uttagsdatum)
                for index in rules[rules != ""].index:
                    if int(index) not in bad:
                        fault(str(rules[index]), int(index), name)
                day = _AGE_DAY.get(contract.table())
                if "aldersgrupp" in columns and day in frame:
                    on = pd.to_datetime(frame[day], format="%Y-%m-%d", errors="coerce")
                    out["aldersgrupp"] = _filled(out, "aldersgrupp", age_group(canonical, on))
            else:
                canonical = canonical_local_id(frame[name])
            out[name] = pseudonymizer.pseudonyms(_KIND.get(name, name.removesuffix("_id")), canonical)
    elif ids:
        raise ValueError("a source without person data has no columns with pseudonyms")
    keep = ~out.index.isin(list(bad))
    cells = None if table.cells is None else table.cells.reset_index(drop=True)[keep]
    return Clean(TextTable(out[keep], rows[keep], table.blad, _letters(table, out), cells=cells), faults)


def _letters(table: TextTable, out: pd.DataFrame) -> tuple[str, ...]:
    """Where the columns that are kept stood; an age group where the age or the number that it was made from did."""
    at = dict(zip(map(str, table.frame.columns), table.letters, strict=False))
    at.setdefault("aldersgrupp", at.get("alder", at.get("person_id", at.get("barn_id", ""))))
    return tuple(at.get(str(name), "") for name in out.columns)


def _filled(out: pd.DataFrame, name: str, values: pd.Series) -> pd.Series:
    if name not in out:
        return values.astype("str")
    return out[name].where(out[name].notna(), values.astype("str"))
