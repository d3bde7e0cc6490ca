"""``kvinnofrid report``: the kartläggning of an edition, in the forms that people read."""

from pathlib import Path
from typing import Annotated

import typer

from pipelines.cli_common import Json, Kommun, known_kommun, settings
from pipelines.exits import Exit


def report(
    kommun: Kommun,
    ar: Annotated[int, typer.Option("--ar", help="Year.", min=1975, max=2100, metavar="ÅR")],
    utgava: Annotated[
        int | None,
        typer.Option("--utgava", help="A given edition, also one that is replaced or withdrawn.", min=1),
    ] = None,
    form: Annotated[
        str,
        typer.Option(
            "--format",
            help="Forms to write, with commas between: html (or webb), pdf, word, excel, csv. The folder then holds "
            "these and no others.",
        ),
    ] = "html,pdf,word,excel,csv",
    ut: Annotated[
        Path | None,
        typer.Option(
            "--ut", help="Folder to write to: new, empty, or with an earlier report. Else in reports/.", metavar="MAPP"
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Write the kartläggning of what is released: web pages, PDF, Word, Excel and CSV, all or nothing."""
    from assets.report.skriv import format_av
    from pipelines import show, show_report
    from pipelines.report import write
    from warehouse.released import NoEdition

    namnd, forms = known_kommun(kommun), format_av(form)
    lost: list[str] = []
    try:
        with show.progress(quiet=as_json) as tell:
            done = write(settings(), namnd, ar, utgava=utgava, formats=forms, ut=ut, tell=tell, gone=lost.extend)
    except NoEdition as none:
        show.complain(str(none))
        raise typer.Exit(Exit.NO_EDITION) from None
    if as_json:
        show.emit({**done.as_json(), "borttagna": lost})
    else:
        show_report.written(done, lost)
