"""Putting files in the inbox. Nothing is read yet; that is the run's work."""

import glob
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from pipelines.home import make_folders, none_here
from pipelines.settings import Settings
from warehouse.contracts.errors import UserError


def _check(settings: Settings, stated: Mapping[str, Any]) -> None:
    """Say at once what would be refused in the night."""
    from sources.registry import SOURCES
    from warehouse.contracts.codes import CODES
    from warehouse.contracts.reference import kommuner
    from warehouse.contracts.registry import CONTRACTS

    forms = dict.fromkeys([s.tabell for s in SOURCES]) | dict.fromkeys(CONTRACTS)
    allowed = {"namnd": ("kommun", kommuner()), "tabell": ("tabell", forms), "omfang": ("omfang", CODES["omfang"])}
    for name, (option, codes) in allowed.items():
        if stated.get(name) is not None and stated[name] not in codes:
            hint = "fyra siffror, till exempel 0114" if name == "namnd" else ", ".join(codes)
            raise UserError(f"--{option} går inte att använda. Tillåtet: {hint}.")
    mapping = stated.get("mappning")
    if mapping is not None and not any(settings.mappings.glob(f"{glob.escape(mapping)}.y*ml")):
        raise UserError(f"--mappning går inte att använda: filen finns inte i {settings.mappings}.")
    if stated.get("uttagsdatum") is not None:
        try:
            date.fromisoformat(stated["uttagsdatum"])
        except ValueError:
            raise UserError("--uttagsdatum går inte att använda. Skriv ÅÅÅÅ-MM-DD.") from None


def deliver_files(settings: Settings, files: Sequence[Path], stated: Mapping[str, Any]) -> list[str]:
    """Copy the files and their delivery notes to the inbox; returns the names they got there.

    Raises:
        UserError: The home is not there, as where it is mistyped: what points out persons is not copied just anywhere.
    """
    from assets.inbox import deliver
    from quality.identity_scan import mask_name
    from sources.foljesedel import SUFFIX

    _check(settings, stated)
    if not settings.home.exists():
        raise UserError(none_here(settings))
    make_folders(settings.home)
    inbox = settings.home / "inbox"
    return [mask_name(deliver(inbox, f, stated).name) for f in files if not f.name.endswith(SUFFIX)]


_FACTS = (
    *("kalla", "form", "namnd", "avsandare", "uttagsdatum", "omfang", "period", "dnr", "rattslig_grund"),
    *("mappning", "urval", "syntetisk"),
)


def deliver_again(settings: Settings, numbers: Sequence[int], changed: Mapping[str, Any]) -> list[str]:
    """Put the kept originals of deliveries in the inbox once more, with what their receipts say of them.

    Read in the same way they change nothing; with another mapping or correction they replace what was read before.

    Raises:
        UserError: There is no such delivery, or its original has been removed.
    """
    from assets.inbox import lay
    from pipelines.work import up_to_date, workspace_of
    from warehouse import reading
    from warehouse.originals import OriginalMissing

    _check(settings, changed)
    names = []
    with up_to_date(settings) as home:
        ws = workspace_of(home)
        for number in numbers:
            with ws.database.begin() as conn:
                receipt = reading.delivery(conn, number)
            if receipt is None:
                raise UserError(f"Leverans {number} finns inte. Numren står i: kvinnofrid deliveries")
            try:
                content = ws.originals.read(receipt["sha256"])
            except OriginalMissing:
                raise UserError(
                    f"Originalet till leverans {number} är borttaget. Be avsändaren om filen igen."
                ) from None
            slip = {name: receipt[name] for name in _FACTS if receipt[name] is not None}
            slip["tabell"] = slip.pop("form", None)
            if slip.get("mappning") and slip["tabell"] == "utdrag":
                del slip["tabell"]
            slip |= {name: value for name, value in changed.items() if value is not None}
            if changed.get("omfang") == "helbild":
                slip.pop("period", None)
            names.append(lay(ws.inbox, receipt["filnamn"], content, slip).name)
    return names
