"""The report as a PDF for reading and for the nämnd's papers: PDF/UA-1, by typst. How it looks: ``mallar/rapport.typ``.

What the report says goes to typst as data, never as markup: no sign in a text can be taken for a command.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

import typst

from assets.report import pdf_innehall
from assets.report.diagram import Bild
from assets.report.diagram.stil import TYPSNITT
from assets.report.mapp import skriv_hel
from assets.report.modell import Rapport
from assets.report.pdf_taggar import taggad
from warehouse.contracts.errors import UserError

_FONT = "Libertinus Serif"
"""One that typst carries within itself: what a machine has installed changes nothing."""
_LOGO_MAX = 5_000_000


def skriv(rapport: Rapport, bilder: Mapping[str, Bild], till: Path) -> None:
    """Write the report, with the charts by their id: the same report, the same bytes.

    Raises:
        UserError: The logo cannot be used, the report cannot be set, or the file cannot be written.
    """
    files: dict[str, bytes] = {f"bild-{n}.svg": _svg(bilder[d.id]) for n, d in enumerate(rapport.diagram)}
    logo = _logo(rapport.framsida.logotyp)
    files |= logo
    name = next(iter(logo), "")
    said = pdf_innehall.innehall(rapport, bilder, {d.id: f"bild-{n}.svg" for n, d in enumerate(rapport.diagram)}, name)
    files["innehall.json"] = json.dumps(said, ensure_ascii=False).encode()
    day = rapport.framsida.expedierad
    files["main.typ"] = _template()
    try:
        till.parent.mkdir(parents=True, exist_ok=True)
        # Set beside the file itself: what is secret is never laid anywhere else.
        content = _set(files, till.parent, datetime(day.year, day.month, day.day, tzinfo=UTC))
        content = taggad(content, pdf_innehall.tagna(rapport))
        skriv_hel(till, content)
    except OSError as error:
        raise UserError(
            f"PDF:en kan inte skrivas till {till} ({error.strerror}). Välj en annan mapp, eller stäng filen om den är"
            " öppen i ett annat program."
        ) from None


def _template() -> bytes:
    return (resources.files("assets.report") / "mallar" / "rapport.typ").read_bytes()


def _svg(bild: Bild) -> bytes:
    """The chart with the font of the text around it."""
    return bild.svg.replace(TYPSNITT, _FONT, 1).encode()


def _set(files: Mapping[str, bytes], beside: Path, when: datetime) -> bytes:
    try:
        return _compile(files, beside, when, "ua-1")
    except RuntimeError:  # what it says can quote what it was set from: that belongs to the report, not to an error
        raise UserError(
            "PDF:en kunde inte sättas. Pröva utan logotyp och egna texter: går det då, är det något i dem. De andra"
            " formaten skrivs för sig så länge: --format html,word,excel,csv"
        ) from None


def _compile(
    files: Mapping[str, bytes],
    beside: Path | None = None,
    when: datetime | None = None,
    standard: Literal["ua-1"] | None = None,
) -> bytes:
    """Set ``main.typ`` in a folder with these files and no others: nothing else of the machine is within reach."""
    with TemporaryDirectory(prefix=".pdf-", dir=beside) as made:
        folder = Path(made)
        for name, content in files.items():
            (folder / name).write_bytes(content)
        return typst.compile(
            folder / "main.typ",
            root=folder,
            ignore_system_fonts=True,
            pdf_standards=standard,
            timestamp=when,
        )


def _logo(path: str) -> dict[str, bytes]:
    """The kommun's logo by the name that it is set under; empty where there is none."""
    if not path:
        return {}
    logo = Path(path)
    try:
        content = logo.read_bytes() if logo.stat().st_size <= _LOGO_MAX else None
    except OSError as error:
        raise UserError(
            f"Logotypen {logo.name} kan inte läsas ({error.strerror}). Rätta sökvägen, eller ta bort den."
        ) from None
    if content is None:
        raise UserError(f"Logotypen {logo.name} är större än 5 MB. Spara en mindre, som PNG eller SVG.")
    name = "logotyp.png" if content.startswith(b"\x89PNG\r\n\x1a\n") else "logotyp.svg"
    try:
        _compile({"main.typ": f'#image("{name}", width: 30mm)'.encode(), name: content})
    except RuntimeError:
        raise UserError(
            f"Logotypen {logo.name} är ingen bild som kan läsas. Spara den som PNG eller SVG och försök igen."
        ) from None
    return {name: content}
