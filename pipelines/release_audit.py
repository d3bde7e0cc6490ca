"""Is what was released as it was released? Part of ``kvinnofrid audit``: log, signed head, editions, verdicts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from sqlalchemy import Connection, text

from assets.publicering.plan import PUBLICERAS
from quality.disclosure.policy import PRESETS
from quality.disclosure.release import REQUIRED
from warehouse import audit_log, editions
from warehouse.contracts.errors import UserError
from warehouse.editions import Printed, State
from warehouse.vakter import guards

CHECKS = (
    *("logg_obruten", "loggens_huvud", "vakter_pa", "utgavor_ororda", "utgavor_granskade", "utgavor_utan_sma_tal"),
)


@dataclass(frozen=True, slots=True)
class Released:
    """How many faults each check found, and what they are, in words. Numbers of editions and events only."""

    antal: Mapping[str, int]
    fel: Sequence[str]
    noterat: Sequence[str] = ()
    """What is no fault but should be known."""

    @property
    def held(self) -> bool:
        """Whether nothing was found."""
        return not self.fel


def _small(cells: Sequence[Printed], state: State) -> int:
    """How many printed numbers no released edition can hold, whatever its verdicts say."""
    threshold = PRESETS[state.regel].threshold if state.regel in PRESETS else max(p.threshold for p in PRESETS.values())
    found = 0
    for cell in cells:
        offentlig = PUBLICERAS.get(cell.tabell)
        matt = offentlig.measure(cell.matt) if offentlig else None
        counts_people = matt is not None and matt.slag in ("person", "egenskap")
        small = cell.varde is not None and 0 < cell.varde < threshold
        found += offentlig is None or (counts_people and small)
    return found


_GUARDS = text(
    "SELECT n.nspname || '.' || c.relname, t.tgname, t.tgenabled::text, t.tgfoid::regproc::text FROM pg_trigger t"
    " JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace"
    " WHERE NOT t.tgisinternal AND n.nspname IN ('tabell', 'publicering', 'revision')"
)


def unguarded(conn: Connection) -> list[tuple[str, str, str]]:
    """The triggers that guard editions and are gone, off or another's: table, trigger and what is wrong with it."""
    there = {(table, name): (on, function) for table, name, on, function in conn.execute(_GUARDS)}
    found = []
    for table, name, function in guards():
        on, does = there.get((table, name), ("", ""))
        if not on:
            found.append((table, name, "saknas"))
        elif on != "A":
            found.append((table, name, "är avstängd" if on == "D" else "är inte alltid på"))
        elif does != function:
            found.append((table, name, "gör något annat än den ska"))
    return found


def check_released(conn: Connection, keys: Path, huvud: Path | None = None) -> Released:
    """Follow the log, compare it with its signed heads, and every dispatched edition with what was dispatched.

    ``keys`` is the folder with the signed heads and the key that they are checked with, ``huvud`` a copy of the heads.
    """
    faults: dict[str, list[str]] = {name: [] for name in CHECKS}
    log = audit_log.verify(conn)
    if log.broken_at is not None:
        faults["logg_obruten"].append(f"Loggen är ändrad: kedjan brister vid händelse {log.broken_at}.")
    noted: list[str] = []
    try:
        signed = audit_log.check_signed(conn, keys, huvud)
    except UserError as error:
        faults["loggens_huvud"].append(str(error))
    else:
        faults["loggens_huvud"] += signed.faults()
        noted = signed.remarks()
    faults["vakter_pa"] += [
        f"Vakten {name} på {table} {said}: tabellen har kunnat ändras förbi reglerna. Sätt tillbaka den: kvinnofrid db "
        "upgrade, och ta reda på vem som tog bort den."
        for table, name, said in unguarded(conn)
    ]
    for utgava in audit_log.altered(conn):
        faults["utgavor_ororda"].append(f"Utgåva {utgava} är inte längre det som expedierades.")
    for state in editions.dispatched(conn):
        last = {v["metod"]: v for v in editions.verdicts(conn, state.utgava)}
        for method in REQUIRED:
            verdict = last.get(method)
            if verdict is None or not verdict["godkand"] or verdict["innehall_sha256"] != state.innehall_sha256:
                faults["utgavor_granskade"].append(f"Utgåva {state.utgava} saknar godkänd granskning ({method}).")
        small = _small(editions.printed(conn, state.utgava), state) if state.typ == "oppen" else 0
        if small:
            faults["utgavor_utan_sma_tal"].append(
                f"Utgåva {state.utgava} trycker {small} tal som regeln skyddar, eller som aldrig publiceras."
            )
    said = list(chain.from_iterable(faults.values()))
    return Released({name: len(found) for name, found in faults.items()}, said, noted)
