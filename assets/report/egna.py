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
_KNOWN = (*_LOGOS, _MALL, FIL)


def las(folder: Path | None, u: Underlag) -> Egna:
    """What stands in a kommun's folder (``rapport/0114``); nothing where there is no folder.

    Raises:
        UserError: Something in it cannot stand in a report: every fault, with file, line and what to do.
    """
    if folder is None or not folder.exists():
        return Egna()
    if not folder.is_dir():
        raise UserError(f"{mask_name(folder.name)} är ingen mapp. Gör en mapp med det namnet, eller ta bort filen.")
    faults: list[str] = []
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
            faults += wrong
        elif name in _LOGOS:
            wrong_logo = fel_i_logotyp(path)
            faults += [f"{shown}: {wrong_logo}"] if wrong_logo else []
    if faults:
        raise UserError(
            "\n".join(("I kommunens egna filer måste det här rättas innan rapporten kan skrivas:", *faults))
        )
    logo = next((str(files[name]) for name in _LOGOS if name in files), "")
    namnd = background.namnd if background else Egna().namnd
    return Egna(texts, logo, files.get(_MALL), background, namnd, tuple(warnings))


def _files(
    folder: Path, ar: int, faults: list[str], warnings: list[tuple[str, int, str]]
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
                faults.append(f"{shown}: det här är ingen vanlig fil; ta bort den.")
            elif path.name in _KNOWN or (path.name.removesuffix(".md") in AVSNITT and path.suffix == ".md"):
                yield path.name, path
            elif path.suffix.lower() in (".md", ".markdown", ".txt"):
                names = [f"{name}.md" for name in AVSNITT]
                faults.append(f"{shown}: filen heter inte som något avsnitt; {nearest(mask_name(path.name), names)}.")
            else:
                warnings.append((shown, 1, "filen används inte"))


def _shown(path: Path, folder: Path) -> str:
    """A file's name as it may be shown, with the year's folder."""
    name = mask_name(path.name)
    return name if path.parent == folder else f"{path.parent.name}/{name}"


def _text(path: Path, shown: str, u: Underlag, faults: list[str]) -> tuple[Fritext | None, list[tuple[str, int, str]]]:
    try:
        raw = path.read_bytes() if path.stat().st_size <= STORST_TEXT else None
    except OSError:
        faults.append(f"{shown}: filen går inte att läsa; har den som kör programmet rätt till den?")
        return None, []
    if raw is None:
        faults.append(f"{shown}: filen är för stor, högst {STORST_TEXT // 1000} kB; korta texten.")
        return None, []
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        faults.append(f"{shown}: filen är inte sparad som UTF-8; spara om den med den teckenkodningen.")
        return None, []
    found = tolka(text, u)
    faults += [f"{shown}, rad {line}: {what}{'' if what.endswith('?') else '.'}" for line, what in found.fel]
    return Fritext(path.name, found.block), [(shown, line, what) for line, what in found.varningar]
