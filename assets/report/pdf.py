"""The report as a PDF for reading and for the nämnd's papers: PDF/UA-1, by typst. How it looks: ``mallar/rapport.typ``.

What the report says goes to typst as data, never as markup: no sign in a text can be taken for a command.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path

import typst

from assets.report import pdf_innehall
from assets.report.diagram import Bild
from assets.report.diagram.stil import TYPSNITT
from assets.report.modell import Rapport
from assets.report.pdf_taggar import taggad
from assets.report.siffror import skriv_hel
from warehouse.contracts.errors import UserError

_FONT = "Libertinus Serif"
"""One that typst carries within itself: what a machine has installed changes nothing."""
_LOGO_MAX = 5_000_000


def skriv(rapport: Rapport, bilder: Mapping[str, Bild], till: Path) -> None:
    """Write the report, with the charts by their id: the same report, the same bytes.

    Raises:
        UserError: The logo cannot be used, the report cannot be set, or the file cannot be written.
    """
    files = {f"bild-{n}.svg": _svg(bilder[d.id]) for n, d in enumerate(rapport.diagram)}
    logo = _logo(rapport.framsida.logotyp)
    files |= logo
    name = next(iter(logo), "")
    said = pdf_innehall.innehall(rapport, bilder, {d.id: f"bild-{n}.svg" for n, d in enumerate(rapport.diagram)}, name)
    files["innehall.json"] = json.dumps(said, ensure_ascii=False).encode()
    day = rapport.framsida.expedierad
    content = _set({"main.typ": _template(), **files}, datetime(day.year, day.month, day.day, tzinfo=UTC))
    content = taggad(content, pdf_innehall.tagna(rapport))
    try:
        till.parent.mkdir(parents=True, exist_ok=True)
        skriv_hel(till, content)
    except OSError as error:
        raise UserError(
            f"PDF:en kan inte skrivas till {till} ({error.strerror}). Välj en annan mapp, eller stäng filen om den är"
            " öppen i ett annat program."
        ) from error


def _template() -> bytes:
    return (resources.files("assets.report") / "mallar" / "rapport.typ").read_bytes()


def _svg(bild: Bild) -> bytes:
    """The chart with the font of the text around it."""
    return bild.svg.replace(TYPSNITT, _FONT, 1).encode()


def _set(files: dict[str, bytes], when: datetime) -> bytes:
    try:
        made = typst.compile(
            files,  # type: ignore[call-overload]  # names and contents: its stub knows paths only
            ignore_system_fonts=True,
            pdf_standards="ua-1",
            timestamp=when,
        )
    except typst.TypstError as error:
        # Its words can quote what it was set from, and that belongs to the report and not to an error.
        raise UserError(
            "PDF:en kunde inte sättas. Pröva utan logotyp och egna texter, och skriv de andra formaten med --format"
            f" html,word,excel,csv så länge. Programmet för sättning säger: {_brief(error)}"
        ) from None
    return bytes(made)


def _brief(error: typst.TypstError) -> str:
    first = str(error.message).splitlines()[0] if error.message else "okänt fel"
    return first[:160]


def _logo(path: str) -> dict[str, bytes]:
    """The kommun's logo by the name that it is set under; empty where there is none."""
    if not path:
        return {}
    shown = Path(path).name
    try:
        found = Path(path)
        content = found.read_bytes() if found.stat().st_size <= _LOGO_MAX else None
    except OSError as error:
        raise UserError(
            f"Logotypen {shown} kan inte läsas ({error.strerror}). Rätta sökvägen, eller ta bort den."
        ) from error
    if content is None:
        raise UserError(f"Logotypen {shown} är större än 5 MB. Spara en mindre, som PNG eller SVG.")
    name = "logotyp.png" if content.startswith(b"\x89PNG\r\n\x1a\n") else "logotyp.svg"
    try:
        typst.compile({"main.typ": f'#image("{name}", width: 30mm)'.encode(), name: content}, ignore_system_fonts=True)  # type: ignore[call-overload]
    except typst.TypstError as error:
        raise UserError(
            f"Logotypen {shown} är ingen bild som kan läsas. Spara den som PNG eller SVG och försök igen."
        ) from error
    return {name: content}
