"""A report in all its forms, in one folder. How each form looks is its own module's; what it says is the document's."""

from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from assets.report.mapp import ny_mapp
from assets.report.modell import Rapport
from assets.report.underlag import Underlag
from warehouse.contracts.errors import UserError

if TYPE_CHECKING:
    from assets.report.diagram import Bild

FILER: Mapping[str, str] = {
    "html": "webb/index.html",
    "pdf": "rapport.pdf",
    "word": "rapport.docx",
    "excel": "rapport.xlsx",
    "csv": "csv",
}
"""The forms, and what each is called in the report's folder."""
_ALSO = {"webb": "html"}
_SAGS = {
    "html": "webbsidor",
    "pdf": "PDF",
    "word": "Word-dokument",
    "excel": "Excelbok",
    "csv": "CSV-filer",
}


def format_av(sagt: str) -> tuple[str, ...]:
    """The forms of ``html,pdf``, in their own order. Raises ``UserError`` for one that there is not."""
    asked = [_ALSO.get(f, f) for f in (word.strip().casefold() for word in sagt.split(",")) if f]
    if not asked or set(asked) - FILER.keys():
        raise UserError(
            f"Formatet finns inte. Välj bland: {', '.join(FILER)}, med komma emellan (webb är detsamma som html)."
        )
    return tuple(f for f in FILER if f in asked)


def vems(rapport: Rapport) -> str:
    """Whose report it is and of which kind: what one report must share with another to replace it."""
    front = rapport.framsida
    return f"{front.kommun}, {'öppna handlingar' if front.typ == 'oppen' else 'inom sekretess'}"


def skriv_alla(
    underlag: Underlag,
    rapport: Rapport,
    mapp: Path,
    *,
    formats: Collection[str] = tuple(FILER),
    mall: Path | None = None,
    bilder: "Mapping[str, Bild] | None" = None,
    tell: Callable[[str], None] = lambda _text: None,
) -> list[Path]:
    """Write the report in the forms asked for, all of them or nothing; returns the files in order.

    The folder holds these forms and no others afterwards: they are of the same report. ``mall`` is the kommun's own
    Word template. ``bilder`` are the charts, where they are drawn already. ``tell`` hears what is going on.

    Raises:
        UserError: A form that there is not, a template that cannot be used, or a folder that cannot be written.
    """
    wanted = format_av(",".join(formats))
    if bilder is None:
        bilder = _bilder(rapport, tell) if {"html", "pdf", "word"} & set(wanted) else {}
    with ny_mapp(mapp, vems(rapport), sluten=rapport.framsida.typ != "oppen") as ny:
        for form in wanted:
            tell(f"Skriver {_SAGS[form]}")
            _skriv(form, underlag, rapport, bilder, ny, wanted, mall)
    return sorted(p for p in mapp.rglob("*") if p.is_file())


def _bilder(rapport: Rapport, tell: Callable[[str], None]) -> "Mapping[str, Bild]":
    from assets.report import diagram

    charts = rapport.diagram
    if charts:
        tell(f"Ritar {len(charts)} diagram")
    return {d.id: diagram.rita(d) for d in charts}


def _skriv(
    form: str,
    underlag: Underlag,
    rapport: Rapport,
    bilder: "Mapping[str, Bild]",
    mapp: Path,
    wanted: Collection[str],
    mall: Path | None,
) -> None:
    if form == "html":
        from assets.report import webb

        webb.skriv(rapport, underlag, bilder, mapp / "webb", {f: FILER[f] for f in wanted if f != "html"})
    elif form == "pdf":
        from assets.report import pdf

        pdf.skriv(rapport, bilder, mapp / FILER["pdf"])
    elif form == "word":
        from assets.report import word

        word.skriv(rapport, bilder, mapp / FILER["word"], mall)
    elif form == "excel":
        from assets.report import excel

        excel.skriv(rapport, mapp / FILER["excel"])
    else:
        from assets.report import csvw

        csvw.skriv(rapport, underlag, mapp / FILER["csv"])
