"""``kvinnofrid export``: forms for Kolada and in the manner of EIGE, from what is published.

With ``--layer tabell`` the internal figures, as a form to work from: within secrecy, never a release.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from pipelines.cli_common import Kommun, Overwrite, free_file, known_kommun, settings
from pipelines.exits import Exit

if TYPE_CHECKING:
    from assets.tables.spec import TableSpec
    from pipelines.tables import Found

SECRECY = "INOM SEKRETESS, INTE RÖJANDEKONTROLLERAD, FÅR INTE LÄMNAS UT förrän en utgåva finns."
NEVER = {"eige": "Underlaget i EIGE:s form lämnas inte ut för en kommun."}
INSTEAD = (
    "Inom nämnden kan de interna siffrorna skrivas med --layer tabell: de är inom sekretess. Behöver någon annan dem, "
    "gör en sekretessprövning och lämna dem som sekretessbilaga."
)
HEADINGS = ("Mått", "Enhet", "Värde", "Anmärkning")
STATUS = {
    "saknas": "uppgift saknas",
    "ej_tillampligt": "kan inte förekomma",
    "skyddas": "skyddad uppgift",
}

Target = Annotated[
    Path | None, typer.Option("--ut", "-o", help="File to write, .csv or .xlsx; else CSV to the screen.", metavar="FIL")
]
Line = tuple[Any, ...]


def export(
    form: Annotated[str, typer.Argument(help="kolada (U30750-U30752) or eige (in the manner of EIGE and GREVIO).")],
    ar: Annotated[int, typer.Option("--ar", help="Year.", min=1975, max=2100, metavar="ÅR")],
    kommun: Kommun,
    ut: Target = None,
    enhet: Annotated[
        str | None, typer.Option("--enhet", help="Kolada: personer (its title) or arenden (SKR's page); else both.")
    ] = None,
    skriv_over: Overwrite = False,
    layer: Annotated[
        str, typer.Option("--layer", help="publicering (released) or tabell (internal, within secrecy).")
    ] = "publicering",
    utgava: Annotated[
        int | None, typer.Option("--utgava", help="A given edition; else the one that holds.", min=1)
    ] = None,
) -> None:
    """Write a form as CSV or XLSX: released figures only, unless the internal layer is asked for."""
    from pipelines import show
    from pipelines.plan import setup_of
    from pipelines.tables import read, why_not

    if form not in ("kolada", "eige"):
        raise typer.BadParameter("use kolada or eige", param_hint="FORM")
    if enhet is not None and (form != "kolada" or enhet not in ("personer", "arenden")):
        raise typer.BadParameter("use personer or arenden, and only with kolada", param_hint="--enhet")
    if layer not in ("publicering", "tabell"):
        raise typer.BadParameter("use publicering or tabell", param_hint="--layer")
    if utgava is not None and layer != "publicering":
        raise typer.BadParameter("editions are the released layer: leave out --layer", param_hint="--utgava")
    if ut is not None:
        free_file(ut, (".csv", ".xlsx"), overwrite=skriv_over, option="--ut")
    if layer == "publicering" and (why := why_not(form)):
        show.complain(f"{NEVER[form]} {why} {INSTEAD}")
        raise typer.Exit(Exit.NO_EDITION)
    found = read(settings(), form, known_kommun(kommun), ar, layer, utgava)
    if found.reason:
        show.complain(found.reason)
        raise typer.Exit(Exit.NO_EDITION)
    if enhet and not any(row["matt"].endswith(f"_{enhet}") for row in found.rader):
        show.complain(f"Utgåva {found.utgava} har inga nyckeltal räknade i {enhet}. Utan --enhet skrivs det som finns.")
        raise typer.Exit(Exit.NO_EDITION)
    spec = setup_of(settings()).plan[form]
    mark = mark_of(found)
    lines = form_lines(spec, found.kommun, ar, found.rader, found.noter, enhet, mark)
    if ut is None:
        typer.echo(as_csv(lines), nl=False)
        return
    if ut.suffix.casefold() == ".xlsx":
        write_xlsx(ut, form, lines)
    else:
        ut.write_text(as_csv(lines), encoding="utf-8-sig", newline="")
    show.say(f"Skrivet till {ut}. {mark}")


def mark_of(found: "Found") -> str:
    """What stands first in the file: secrecy, or which edition it is."""
    return SECRECY if found.skikt == "tabell" else " ".join(found.forst)


def form_lines(
    spec: "TableSpec",
    kommun: str,
    ar: int,
    rows: list[dict[str, Any]],
    notes: list[str],
    enhet: Literal["personer", "arenden"] | str | None = None,
    mark: str = SECRECY,
) -> list[Line]:
    """The form: its head, one line a cell of the year, and the notes. Shares are 0-1, as they are stored.

    ``mark`` stands first. What is protected has no value but a remark, a span stands as text.
    """
    from warehouse.contracts.codes import label
    from warehouse.contracts.reference import kommuner

    other = {"personer": "_arenden", "arenden": "_personer"}.get(enhet or "")
    measures = {m.name: m for m in spec.shown_measures if not (other and m.name.endswith(other))}
    dimensions = [d for d in spec.dimensions if d.name != "kon"]
    lines: list[Line] = [
        (mark,),
        (spec.title,),
        (f"{kommuner().get(kommun, kommun)} ({kommun}), {ar}",),
        (spec.population,),
        (*(d.title for d in dimensions), "Kön", *HEADINGS),
    ]
    for row in rows:
        measure = measures.get(row["matt"])
        if measure is None or row["period"] != str(ar):
            continue
        words = [d.word(str(row[d.name])) for d in dimensions]
        unit = label("enhet", measure.enhet or spec.enhet)
        value = "" if row["varde"] is None else row["varde"]
        if row["status"] == "intervall":
            value = f"{row['fran']}–{row['till']}"
        sex = label("kon", row["kon"])
        lines.append((*words, sex, measure.title, unit, value, STATUS.get(row["status"], "")))
    return [*lines, ("Noter",), *((note,) for note in notes)]


def as_csv(lines: list[Line]) -> str:
    """The form as Swedish Excel opens it: semicolons, decimal comma; no text is read as a formula."""
    import csv
    import io

    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerows([_plain(value) for value in line] for line in lines)
    return out.getvalue()


def write_xlsx(path: Path, sheet: str, lines: list[Line]) -> None:
    """The form as a workbook: numbers as numbers, text as text, and its mark in the header of every printed page."""
    import xlsxwriter

    with xlsxwriter.Workbook(path, {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        page = book.add_worksheet(sheet)
        bold = book.add_format({"bold": True})
        # A header holds 255 characters, and & is a code in it.
        page.set_header(f'&C&"Calibri,Bold"{str(lines[0][0])[:200].replace("&", "&&")}')
        for at, line in enumerate(lines):
            for column, value in enumerate(line):
                if isinstance(value, (int, float)):
                    page.write_number(at, column, value)
                else:
                    page.write_string(at, column, str(value), bold if at in (0, 1, 4) else None)
        page.set_column(0, max(len(line) for line in lines) - 1, 28)


def _plain(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.10g}".replace(".", ",")
    text = str(value)
    return f"'{text}" if text[:1] in ("=", "+", "-", "@") and not isinstance(value, int) else text
