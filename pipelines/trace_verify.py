"""Reading again what can be: digests, the log and its signatures, originals, the ledger, and a recount.

Each line says verified, not so, or that it cannot be read again and why. No record and no hidden number.
"""

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, text

from pipelines.home import today
from pipelines.own_login import OwnLogin
from pipelines.settings import Settings
from pipelines.trace import Spar, reading, told
from pipelines.trace_find import Sought, located
from warehouse import audit_log, harkomst, released, sparning
from warehouse.contracts.errors import KvinnofridError, UserError
from warehouse.contracts.swedish import minute
from warehouse.originals import OriginalMissing, OriginalStore
from warehouse.signing_key import SIGNED
from warehouse.sparning import Cell

Line = dict[str, Any]


def verified(settings: Settings, sought: Sought, login: OwnLogin | None = None) -> Spar:
    """Trace a number and read again what can be. Raises as ``trace`` does, but tells of an edition that was altered."""
    with reading(settings, login) as database, database.begin() as conn:
        edition, cells, cell = located(conn, sought)
        found = told(conn, edition, cells, cell, settings.home / "archive")
        found.verifiering = [
            *_digest(conn, cell),
            *_log(conn, settings.home / "keys"),
            *_originals(found, settings),
            *_behind(conn, cell),
            *_ledger(conn, cell, settings),
            *_recount(conn, cell, settings),
        ]
    return found


def _line(what: str, utfall: str, why: str = "") -> Line:
    return {"vad": what, "utfall": utfall, "varfor": why}


def _held(what: str, holds: bool, why: str = "") -> Line:
    return _line(what, "verifierat" if holds else "olika", "" if holds else why)


def _digest(conn: Connection, cell: Cell) -> Iterator[Line]:
    what = f"Utgåva {cell.utgava} är ord för ord den som expedierades"
    holds = released.intact(conn, cell.utgava)
    if holds is None:
        yield _line(what, "gar_inte", "inloggningen får inte räkna om utgåvans fingeravtryck. Det får rollen kvalitet.")
        return
    yield _held(what, holds, "Utgåvan är ändrad: den har inte det fingeravtryck som loggen har.")


def _log(conn: Connection, keys: Path) -> Iterator[Line]:
    what = "Loggens kedja är hel"
    if not sparning.may(conn, "revision.handelse"):
        yield _line(what, "gar_inte", "inloggningen får inte läsa loggen. Det får rollerna revisor och kvalitet.")
        return
    chain = audit_log.verify(conn)
    yield _held(what, chain.broken_at is None, f"Loggen är ändrad: kedjan brister vid händelse {chain.broken_at}.")
    what = "Loggens huvud är det som signerades"
    file = keys / SIGNED
    if not (keys.is_dir() and os.access(keys, os.R_OK | os.X_OK)) or (file.exists() and not os.access(file, os.R_OK)):
        yield _line(what, "gar_inte", "signaturerna finns inte här, eller får inte läsas härifrån.")
        return
    try:
        signed = audit_log.check_signed(conn, keys)
    except UserError as error:  # the key that they are checked with is gone
        yield _line(what, "olika", str(error))
        return
    faults = signed.faults()
    yield _held(what, not faults, " ".join(faults))


def _originals(found: Spar, settings: Settings) -> Iterator[Line]:
    store: OriginalStore | None = None
    try:
        from quality.keys import Keyring

        store = OriginalStore(settings.home / "archive", Keyring(settings.home / "keys").original_key())
    except (KvinnofridError, OSError):  # their text names files of the installation
        pass
    for one in found.leveranser:
        what = f"Originalet till leverans {one['leverans_id']} har kvittots SHA-256"
        if "original" not in one or store is None:
            yield _line(what, "gar_inte", "inloggningen eller platsen når inte de krypterade originalen och nyckeln.")
            continue
        due, sha = one["original_tas_bort"], one["sha256"].strip()
        try:
            same = hashlib.sha256(store.read(sha)).hexdigest() == sha
        except OriginalMissing:
            if due is not None and due > today(settings):
                yield _line(what, "olika", f"Det ska finnas kvar till {due} men gör det inte.")
            else:
                yield _line(
                    what, "gar_inte",
                    "originalet är gallrat. Kvittots fingeravtryck finns kvar, så den som har filen kan jämföra.",
                )  # fmt: skip
        except KvinnofridError:
            yield _line(what, "olika", "Originalet är ändrat på disken, eller sparat med en annan nyckel.")
        else:
            yield _held(what, same, "Filen är en annan.")


def _behind(conn: Connection, cell: Cell) -> Iterator[Line]:
    what = "Kvitton, tabellversioner, kontroller och granskningar är de som utgåvan gjordes av"
    needed = ("tabell.utgava", "revision.tabellversion", "revision.kontroll", "revision.granskning")
    if not all(sparning.may(conn, name) for name in (*needed, "mottagning.leverans", "revision.handelse")):
        yield _line(what, "gar_inte", "bara installationens egen inloggning får läsa allt det.")
        return
    logged = harkomst.logged_behind(conn, cell.utgava)
    if logged is None:
        yield _line(what, "inte_provat", "Utgåvan är gjord innan det sparades.")
        return
    why = "Kvitton, versioner, kontroller eller granskningar bakom utgåvan är ändrade."
    yield _held(what, harkomst.behind_digest(conn, cell.utgava) == logged, why)


def _ledger(conn: Connection, cell: Cell, settings: Settings) -> Iterator[Line]:
    what = "Ledgern (raderna bakom utgåvans tal) är den som loggades"
    if not sparning.may(conn, "revision.utgava_harkomst") or not sparning.may(conn, "tabell.utgava"):
        yield _line(what, "gar_inte", "inloggningen får inte läsa ledgern.")
        return
    logged = harkomst.logged_digest(conn, cell.utgava)
    if logged is None:
        yield _line(what, "gar_inte", "utgåvan har ingen ledger: den gjordes innan sådana sparades, eller är en summa.")
        return
    yield _held(what, harkomst.digest(conn, cell.utgava) == logged, "Ledgern är ändrad sedan utgåvan gjordes.")
    from assets.publicering.omrakning import ways
    from pipelines.plan import setup_of

    wrong = harkomst.too_many(conn, cell.utgava, cell.tabell, ways(cell.tabell, setup_of(settings)))
    numbers = ", ".join(map(str, wrong))
    yield _held(
        "Ledgern använder inte fler rader än kvittona säger godkändes",
        not wrong,
        f"Fel för leverans {numbers}.",
    )


def _recount(conn: Connection, cell: Cell, settings: Settings) -> Iterator[Line]:
    what = "Talet räknat om ur registret"
    if not _may_count(conn):
        yield _line(
            what, "gar_inte",
            "inloggningen får inte läsa registret. Beställ en omräkning: kvinnofrid recount order "
            f"{cell.ref} --som NAMN",
        )  # fmt: skip
        return
    from assets.publicering.omrakning import records, recount
    from pipelines.plan import setup_of
    from pipelines.version import code_version

    odd = [i for i, accepted, kept, alike in records(conn, cell) if alike and kept and kept != accepted]
    numbers = ", ".join(map(str, odd))
    yield _held(
        "Registret har så många poster som kvittona säger", not odd, f"Det har det inte för leverans {numbers}."
    )
    answer = recount(conn, cell, setup=setup_of(settings), code_version=code_version())
    if answer.utfall == "gar_inte":
        kept = "Det som finns kvar att gå på är fingeravtrycken och ledgern ovan."
        yield _line(what, "gar_inte", f"{answer.varfor} {kept}")
        return
    against = "det sanna värde som är sparat" if cell.status == "skyddas" else "det som är tryckt"
    then = minute(_made(conn, cell.utgava))
    yield _held(
        f"{what}, med de leveranser som gällde {then}, är lika med {against}", answer.utfall == "lika",
        f"Registret ger något annat än det som lämnades ut. {answer.varfor}".rstrip(),
    )  # fmt: skip
    if answer.bakom is not None:
        yield _held(
            "Raderna bakom talet, räknade om, är de som står i ledgern", answer.bakom == "lika",
            f"Registret ger andra rader än de som står i ledgern. {answer.varfor}".rstrip(),
        )  # fmt: skip


def _may_count(conn: Connection) -> bool:
    needed = ("register.arende", "tabell.utgava", "tabell.utgava_underlag", "revision.utgava_version")
    return all(sparning.may(conn, name) for name in needed)


def _made(conn: Connection, utgava: int) -> Any:
    return conn.execute(text("SELECT skapad FROM publicering.tillkomst WHERE utgava = :u"), {"u": utgava}).scalar_one()
