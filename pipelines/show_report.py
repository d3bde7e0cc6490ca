"""What ``kvinnofrid report`` prints: where the report stands, and what to look at before it goes out."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from assets.report.gor import INSIDE
from assets.report.marken import inte_galler
from pipelines.show import SHOWN, say, say_where
from warehouse.contracts.reference import kommuner

if TYPE_CHECKING:
    from assets.report.gor import Written

_FIRST = {
    "webb/index.html": "Webbsidor, börja här",
    "rapport.pdf": "PDF",
    "rapport.docx": "Word",
    "rapport.xlsx": "Excel",
    "csv": "CSV, en fil per tabell",
}
_FORMS = {"html": "webbsidor", "pdf": "PDF", "word": "Word", "excel": "Excel", "csv": "CSV"}
_STANDS = {
    "ersatt": "Utgåvan är ersatt av en nyare. Det står på framsidan. Se vilken som gäller: kvinnofrid release list",
    "atertagen": "Utgåvan är återtagen. Det står på framsidan. Se om någon gäller: kvinnofrid release list",
}


def written(done: "Written", lost: Sequence[str] = ()) -> None:
    """Where everything is, and what needs a look; ``lost`` are forms of an earlier writing that are gone."""
    if done.typ != "oppen":
        say(INSIDE)
    say(f"Kartläggningen för {kommuner().get(done.kommun, done.kommun)} {done.ar}, utgåva {done.utgava}, är skriven.")
    if done.tillstand in _STANDS:
        say(f"{inte_galler(done.rapport.framsida)}. {_STANDS[done.tillstand]}")
    say_where(f"Mapp: {done.mapp}")
    for name, words in _FIRST.items():
        path = done.mapp / name
        if path in done.filer or path in {f.parent for f in done.filer}:
            say(f"  {words}: {Path(name)}")
    found = {0: "inga", 1: "en"}.get(done.egna_texter, str(done.egna_texter))
    say_where(f"Egna texter: {found} (ur {done.egna})")
    if lost:
        names = [_FORMS.get(f, f) for f in lost]
        told = " och ".join(filter(None, (", ".join(names[:-1]), names[-1])))
        say(
            f"Mappen hade också {told} från en tidigare skrivning. Det är borttaget, så allt i mappen säger detsamma. "
            f"Skriv allt på nytt utan --format, eller lägg till {','.join(lost)} i --format."
        )
    for file, line, what in done.varningar[:SHOWN]:
        say(f"Att se över, {file} rad {line}: {what}")
    if len(done.varningar) > SHOWN:
        say(f"... och {len(done.varningar) - SHOWN} till; alla står i --json.")
