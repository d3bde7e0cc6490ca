"""Is what was released as it was released? Part of ``kvinnofrid audit``: log, signed head, editions, verdicts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from sqlalchemy import Connection

from quality.disclosure.release import REQUIRED
from warehouse import audit_log, editions
from warehouse.contracts.errors import UserError

CHECKS = ("logg_obruten", "loggens_huvud", "utgavor_ororda", "utgavor_granskade")


@dataclass(frozen=True, slots=True)
class Released:
    """How many faults each check found, and what they are, in words. Numbers of editions and events only."""

    antal: Mapping[str, int]
    fel: Sequence[str]

    @property
    def held(self) -> bool:
        """Whether nothing was found."""
        return not self.fel


def check_released(conn: Connection, keys: Path) -> Released:
    """Follow the log, compare it with its signed heads, and every dispatched edition with what was dispatched.

    ``keys`` is the folder with the signed heads and the key that they are checked with.
    """
    faults: dict[str, list[str]] = {name: [] for name in CHECKS}
    log = audit_log.verify(conn)
    if log.broken_at is not None:
        faults["logg_obruten"].append(f"Loggen är ändrad: kedjan brister vid händelse {log.broken_at}.")
    try:
        signed = audit_log.check_signed(conn, keys)
    except UserError as error:
        faults["loggens_huvud"].append(str(error))
    else:
        unsigned = ["Loggens huvud är aldrig signerat här, fast det finns händelser."]
        faults["loggens_huvud"] += [
            *(unsigned if log.events and not signed.heads else []),
            *(f"Händelse {nr} är inte den som signerades: loggen är omskriven eller kapad." for nr in signed.wrong),
            *(f"Rad {row} i loggens huvud är inte signerad med den här nyckeln." for row in signed.forged),
        ]
    for utgava in audit_log.altered(conn):
        faults["utgavor_ororda"].append(f"Utgåva {utgava} är inte längre det som expedierades.")
    for state in editions.dispatched(conn):
        last = {v["metod"]: v for v in editions.verdicts(conn, state.utgava)}
        for method in REQUIRED:
            verdict = last.get(method)
            if verdict is None or not verdict["godkand"] or verdict["innehall_sha256"] != state.innehall_sha256:
                faults["utgavor_granskade"].append(f"Utgåva {state.utgava} saknar godkänd granskning ({method}).")
    return Released({name: len(found) for name, found in faults.items()}, list(chain.from_iterable(faults.values())))
