"""Reads the kommun's own folder: texts, background, logo, Word template. All that is wrong is told at once.

A folder of the year (``rapport/0114/2024``) goes before the kommun's own (``rapport/0114``), file by file. What the
texts may hold is in ``egen_text``; nothing here is written anywhere, and no text is repeated in a message.
"""

from collections.abc import Iterator
from pathlib import Path

from assets.report.bakgrund import FIL, Bakgrund, las_bakgrund
from assets.report.egen_text import tolka
from assets.report.eget import Egna
from assets.report.innehall.ordning import AVSNITT
from assets.report.logotyp import fel_i_logotyp
from assets.report.modell import Fritext
from assets.report.underlag import Underlag
from assets.tables.local_yaml import nearest
from quality.identity_scan import mask_name
from warehouse.contracts.errors import UserError

__all__ = ["Egna", "las"]

STORST_TEXT = 200_000
"""Bytes of a text; a report is no place for more."""
_LOGOS = ("logotyp.png", "logotyp.svg")
_MALL = "mall.docx"
NAMN = (*(f"{name}.md" for name in AVSNITT), *_LOGOS, _MALL, FIL)
"""Every name that a file of the kommun's own may have."""

Fel = tuple[str, str]
"""The file, as it may be shown, and what is wrong with it, as a line."""


def las(folder: Path | None, u: Underlag, *, med_mall: bool = False) -> Egna:
    """What stands in a kommun's folder (``rapport/0114``); nothing where there is no folder.

    Args:
        folder: The kommun's own folder.
        u: What the report is made of.
        med_mall: Whether the Word template is to be used, and so must be in order too.

    Raises:
        UserError: Something in it cannot stand in a report: every fault, with file, line and what to do.
    """
    if folder is None or not folder.exists():
        return Egna()
    if not folder.is_dir():
        raise UserError(f"{mask_name(folder.name)} är ingen mapp. Gör en mapp med det namnet, eller ta bort filen.")
    faults: list[Fel] = []
    warnings: list[tuple[str, int, str]] = []
    texts: dict[str, Fritext] = {}
    background: Bakgrund | None = None
    files = dict(_files(folder, u.edition.ar, faults, warnings))
    for name, path in sorted(files.items()):
        shown = _shown(path, folder)
        if name.endswith(".md"):
            found, told = _text(path, shown, u, faults)
            warnings += told
            if found is not None and found.block:
                texts[name.removesuffix(".md")] = found
        elif name == FIL:
            background, wrong = las_bakgrund(path)
            faults += [(shown, line) for line in wrong]
        elif name in _LOGOS:
            wrong_logo = fel_i_logotyp(path)
            faults += [(shown, f"{shown}: {wrong_logo}.")] if wrong_logo else []
        elif med_mall:
            faults += [(shown, line) for line in _fel_i_mall(path, shown)]
    if faults:
        lines = [line for _, line in sorted(faults, key=lambda fault: fault[0])]  # within a file they are in order
        raise UserError("\n".join(("I kommunens egna filer måste det här rättas innan rapporten kan skrivas:", *lines)))
    logo = next((str(files[name]) for name in _LOGOS if name in files), "")
    namnd = background.namnd if background else Egna().namnd
    return Egna(texts, logo, files.get(_MALL), background, namnd, tuple(warnings))


def _files(
    folder: Path, ar: int, faults: list[Fel], warnings: list[tuple[str, int, str]]
) -> Iterator[tuple[str, Path]]:
    """The files that count, by name: the kommun's own first, then the year's, which take their place."""
    for place in (folder, folder / str(ar)):
        for path in sorted(place.iterdir()) if place.is_dir() else ():
            shown = _shown(path, folder)
            if path.name.startswith((".", "~")):
                continue
            if path.is_dir():
                if not (place == folder and path.name.isdecimal() and len(path.name) == 4):
                    warnings.append((shown, 1, "mappen används inte"))
            elif not path.is_file():  # a pipe would be read for ever
                faults.append((shown, f"{shown}: det här är ingen vanlig fil; ta bort den."))
            elif path.name in NAMN:
                yield path.name, path
            elif path.suffix.lower() in (".md", ".markdown", ".txt"):
                known = nearest(mask_name(path.name), [name for name in NAMN if name.endswith(".md")])
                faults.append((shown, f"{shown}: filen heter inte som något avsnitt; {known}."))
            else:
                warnings.append((shown, 1, "filen används inte"))


def _fel_i_mall(path: Path, shown: str) -> list[str]:
    """What is wrong with the Word template, as lines."""
    from assets.report.word import FALT  # slow to import
    from assets.report.word_las import SE, Mallfel
    from assets.report.word_las import las as las_mall

    try:
        las_mall(path, FALT)
    except Mallfel as wrong:
        return [*(f"{shown}: {what} {todo}" for what, todo in wrong.fel), f"{shown}: {SE}"]
    return []


def _shown(path: Path, folder: Path) -> str:
    """A file's name as it may be shown, with the year's folder."""
    name = mask_name(path.name)
    return name if path.parent == folder else f"{path.parent.name}/{name}"


def _text(path: Path, shown: str, u: Underlag, faults: list[Fel]) -> tuple[Fritext | None, list[tuple[str, int, str]]]:
    try:
        raw = path.read_bytes() if path.stat().st_size <= STORST_TEXT else None
    except OSError:
        faults.append((shown, f"{shown}: filen går inte att läsa; har den som kör programmet rätt till den?"))
        return None, []
    if raw is None:
        faults.append((shown, f"{shown}: filen är för stor, högst {STORST_TEXT // 1000} kB; korta texten."))
        return None, []
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        faults.append((shown, f"{shown}: filen är inte sparad som UTF-8; spara om den med den teckenkodningen."))
        return None, []
    found = tolka(text, u)
    faults += [(shown, f"{shown}, {wrong.plats}: {wrong.besked}.") for wrong in found.fel]
    warnings = [(shown, w.rad, f"tecken {w.tecken}: {w.besked}" if w.tecken else w.besked) for w in found.varningar]
    return Fritext(path.name, found.block), warnings
