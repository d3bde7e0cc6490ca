"""Taking in all that waits, one delivery at a time: a bad delivery never costs a good one."""

from collections.abc import Callable

from assets.inbox import clear_taken, waiting
from assets.intake import take_in
from assets.journal import Received
from assets.returned import tidy
from assets.workspace import Workspace
from quality.identity_scan import mask_name
from warehouse import keys
from warehouse.contracts.errors import KvinnofridError, UserError
from warehouse.originals import OriginalDamaged


def receive(ws: Workspace, tell: Callable[[str], None] = lambda _text: None) -> Received:
    """Take in every file of the inbox in name order, and remove the originals whose time is up.

    Raises:
        UserError: A key is missing or wrong: nothing can be taken in before that is mended.
    """
    ws.make_folders()
    with ws.database.begin() as conn:
        used = keys.in_use(conn)
    ws.keyring.ensure(must_exist=used)
    clear_taken(ws.inbox)
    got = Received()
    for path in waiting(ws.inbox):
        name = mask_name(path.name)
        tell(f"Läser {name}")
        try:
            results = take_in(ws, path)
        except UserError:
            raise
        except KvinnofridError as error:
            got.stuck.append((name, str(error)))
        except Exception as error:
            got.stuck.append((name, f"Oväntat fel ({type(error).__name__}). Filen ligger kvar i inbox."))
        else:
            got.results.extend(results)
    tidy(ws)
    try:
        got.removed_originals = len(ws.originals.remove_due(ws.today()))
    except OriginalDamaged as error:
        got.removed_originals = len(error.removed)
        got.stuck.append(("archive", str(error)))
    return got
