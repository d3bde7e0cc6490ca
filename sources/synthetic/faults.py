"""Spoils rows on purpose, each in one known way, so that validation has something to find. Draws nothing."""

from dataclasses import dataclass

import pandas as pd

from warehouse.contracts.delivery import Fault

TEST_NUMBER = "18900101-9802"
"""Skatteverket's test series: no person has it."""


@dataclass(frozen=True)
class Spoil:
    """One way to spoil a row: what is put where, in a row that has a value in ``needs``."""

    tabell: str
    kolumn: str
    value: str | None
    regel: str
    needs: str


SPOILS = (
    Spoil("insats", "insatstyp", "stodsamtall", "okand_kod", "insatstyp"),
    Spoil("matning", "trygghet", "7", "utanfor_granser", "trygghet"),
    Spoil("insats", "beslutsdatum", "2019-02-30", "datum_format", "beslutsdatum"),
    Spoil("matning", "fas", None, "saknas", "fas"),
    Spoil("insats", "slutdatum", "2001-01-01", "slut_fore_verkstalld", "slutdatum"),
    Spoil("insats", "utforare_id", TEST_NUMBER, "identitet_i_fel_kolumn", "utforare_id"),
    Spoil("matning", "instrument", "egen_enkat", "okand_kod", "instrument"),
    Spoil("insats", "beslut", None, "saknas", "beslut"),
    Spoil("matning", "matdatum", "2091-01-01", "datum_orimligt", "matdatum"),
    Spoil("insats", "antal_tillfallen", "9999", "utanfor_granser", "antal_tillfallen"),
)
"""In this order, again and again: unknown code, safety of 7, impossible date, missing phase, an end long before the
start, a test personnummer as provider, unknown instrument, missing decision, a date far ahead, too many occasions."""


def spoil(
    frames: dict[str, pd.DataFrame], count: int, tables: tuple[str, ...] = ("insats", "matning")
) -> dict[str, list[Fault]]:
    """Spoil ``count`` different rows, spread over kinds and over each file; frames are changed in place.

    Returns what each row should be reported for. Fewer rows are spoilt only where no row is left to spoil.
    """
    chosen = [s for s in SPOILS if s.tabell in tables and s.tabell in frames]
    done: dict[str, list[Fault]] = {name: [] for name in tables}
    for number in range(count if chosen else 0):
        how = chosen[number % len(chosen)]
        frame = frames[how.tabell]
        taken = {fault.rad for fault in done[how.tabell]}
        free = [row for row in frame.index[frame[how.needs].notna()] if row + 2 not in taken]
        if not free:
            continue
        row = int(free[(number + 1) * len(free) // (count + 2)])
        frame.loc[row, how.kolumn] = how.value
        done[how.tabell].append(Fault(regel=how.regel, rad=row + 2, kolumn=how.kolumn))
    return done
