"""``kvinnofrid demo``: the example deliveries, the main job, an edition and an attack on it, and a summary of it all.

Everything about persons is invented; so are those who review and approve.
"""

import shutil
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from rich.markup import escape
from rich.table import Table
from sqlalchemy import Connection, text

from assets.journal import Journal
from assets.publicering.tecken import SAID, SYMBOL
from pipelines import attack, show, show_disclosure
from pipelines import demo_utgavor as utgavor
from pipelines.demo_utgavor import Edition, Report
from pipelines.exits import Exit
from pipelines.runner import Night, run_job
from pipelines.second import Second, Tell
from pipelines.settings import Settings
from pipelines.work import working
from quality.reconciliation import compare
from sources.foljesedel import SUFFIX
from sources.iop.form import EXAMPLE_FIGURES, EXAMPLE_REASONS, write_form
from sources.synthetic import write_demo, write_surroundings
from warehouse import reading
from warehouse.contracts.codes import label
from warehouse.contracts.errors import UserError
from warehouse.contracts.reference import brottstyper
from warehouse.contracts.swedish import number

EXAMPLES = Path(__file__).parent.parent / "examples"
LABEL = (
    "PÅHITTADE UPPGIFTER: alla poster om personer, jourernas rapporter och allt om Linköping 2023–2025 är påhittat. "
    "Övriga siffror från Brå, SCB, Socialstyrelsen (Öppna jämförelser 2015) och EY:s revisionsgranskning av Upplands "
    "Väsby är verkliga."
)
FAULTY = "iop_0114_2018_med_fel.xlsx"
"""A report with faults, to show what a sender gets back."""
SEXES = ("kvinna", "man", "annat_okant", "totalt")
SHOWN_OFFENCES = (5036, 11130, 12255, 12256, 12589, 12591)
RELEASED = ("0114", 2019)
SEVERAL = (("0580", 2024), ("0580", 2025))
"""Editions of a large kommun; the report is of the last."""


def run_demo(settings: Settings) -> int:
    """Run it all; returns the exit code."""
    began = time.monotonic()
    with ExitStack() as stack:
        tell = stack.enter_context(show.progress(quiet=False))
        second = stack.enter_context(Second(settings))
        if not (settings.home / "postgres").exists():
            import pipelines.definitions  # noqa: F401  Dagster takes seconds: meanwhile the other makes the server
        second.opened()
        home, ws = stack.enter_context(working(settings))
        stack.callback(second.close)  # before the installation is closed here
        with ws.database.begin() as conn:
            _only_invented(conn)
        ws.make_folders()
        count = _fill(ws.inbox)
        releasing = Releasing(second, ws.journal, tell)
        ws.journal.tell = releasing.told
        night = run_job(home, ws)
        releasing.rest()
        with ws.database.begin() as conn:
            tables = {
                key: reading.read_table(conn, *key)
                for key in (("insatser", "0114", 2019), ("anmalda_brott", "2582", 2025), ("utfall", "0580", 2025))
            }
            compared = compare(conn)
        large = [releasing.edition(where, tell) for where in SEVERAL]
        small = utgavor.edition(settings, tell, *RELEASED, recounted=releasing.counted(RELEASED[0]))
        with ws.database.begin() as conn:
            out = small.utgava
            printed = reading.read_table(conn, "insatser", *RELEASED, edition=out)[0] if out else []
        tell("Angriper utgåvan")
        attacked = attack.attacked(settings, *RELEASED, revision=True)
        report = releasing.report(tell)
    took = time.monotonic() - began
    show.console.rule("kvinnofrid: demo")
    show.say(LABEL)
    _received(night, count)
    _insatser(tables["insatser", "0114", 2019][0])
    _reconciled(compared)
    _offences(*tables["anmalda_brott", "2582", 2025])
    _outcomes(tables["utfall", "0580", 2025][0])
    _edition(out, small.besked, printed)
    show_disclosure.attacked(attacked)
    _report(large, report)
    _next(settings, took, night, out, report)
    return Exit.REFUSED if any(got.stuck for got in night.journal.received) else Exit.OK


class Releasing:
    """Has the second process make the large kommun's editions and report, as soon as what they rest on is there."""

    def __init__(self, second: Second, journal: Journal, tell: Tell) -> None:
        self._second, self._journal, self._tell = second, journal, tell
        self._begun = False
        self._asked: dict[object, int] = {}
        second.ask(utgavor.warm_up)

    def told(self, words: str) -> None:
        """Hears what the run is doing: the large kommun is counted first, and the page comes when all is checked."""
        from assets.page import BEGINS

        self._tell(words)
        if words == BEGINS:
            self.rest()
        elif not self._begun and self.counted(SEVERAL[0][0]) and self.counted(but=SEVERAL[0][0]):
            self._begun = True
            self._second.ask(utgavor.begin, *SEVERAL[0])

    def rest(self) -> None:
        """Ask for everything, once."""
        if self._asked:
            return
        for where in SEVERAL:
            task = utgavor.adopted if where == SEVERAL[-1] else utgavor.edition
            self._asked[where] = self._second.ask(task, *where, recounted=self.counted(where[0]))
        self._asked["rapport"] = self._second.ask(utgavor.report, *SEVERAL[-1])

    def edition(self, where: tuple[str, int], tell: Tell) -> Edition:
        """The edition of a kommun and year."""
        made: Edition = self._second.answer(self._asked[where], tell)
        return made

    def report(self, tell: Tell) -> Report:
        """The report."""
        made: Report = self._second.answer(self._asked["rapport"], tell)
        return made

    def counted(self, kommun: str | None = None, but: str | None = None) -> bool:
        """Whether the run has counted anything of a kommun, or of any but one."""
        return any(kommun in (None, s.kommun) and s.kommun != but for s, _ in self._journal.counted)


def _only_invented(conn: Connection) -> None:
    real = text("SELECT 1 FROM mottagning.leverans WHERE nyckelversion IS NOT NULL AND NOT syntetisk LIMIT 1")
    if conn.execute(real).first():
        raise UserError(
            "Här finns riktiga leveranser. Demon skriver påhittade uppgifter och vill ha en egen plats: "
            "sätt KVINNOFRID_HOME till en annan mapp."
        )


def _fill(inbox: Path) -> int:
    """Put the example deliveries in the inbox; returns how many."""
    for path in sorted(EXAMPLES.iterdir()):
        if path.is_file() and path.name.endswith(SUFFIX):
            shutil.copyfile(path.with_name(path.name.removesuffix(SUFFIX)), inbox / path.name.removesuffix(SUFFIX))
            shutil.copyfile(path, inbox / path.name)
    write_demo(inbox)
    write_surroundings(inbox)
    wrong = {("kontakter", "totalt"): 999, ("enkat_svar", "totalt"): 998}
    write_form(
        inbox / FAULTY, kommun="0114", ar=2018, jour="Den påhittade jouren", pahittad=True,
        figures={**EXAMPLE_FIGURES, **wrong}, reasons=EXAMPLE_REASONS,
    )  # fmt: skip
    return sum(1 for p in inbox.iterdir() if p.is_file() and not p.name.endswith(SUFFIX))


def _received(night: Night, count: int) -> None:
    results = [r for got in night.journal.received for r in got.results]
    unchanged = sum(r.andring == "oforandrad" for r in results)
    rows = sum(r.rader_lasta for r in results)
    good = sum(r.rader_godkanda for r in results)
    aside = sum(r.rader_karantan for r in results)
    show.say("")
    show.say(f"{count} filer lades i inkorgen: {len(results) - unchanged} nya, {unchanged} redan mottagna.")
    show.say(f"{number(rows)} rader lästa, {number(good)} godkända, {number(aside)} i karantän.")
    grid = Table(title="Mottaget", title_justify="left")
    for heading in ("Kommun", "Tabell"):
        grid.add_column(heading)
    for heading in ("Filer", "Rader", "I karantän"):
        grid.add_column(heading, justify="right")
    groups: dict[tuple[str, str], list[Any]] = {}
    for r in results:
        groups.setdefault((r.namnd or "–", r.tabell or "–"), []).append(r)
    for (kommun, tabell), members in sorted(groups.items()):
        totals = [sum(getattr(m, n) for m in members) for n in ("rader_lasta", "rader_karantan")]
        grid.add_row(kommun, tabell, str(len(members)), *map(number, totals))
    show.console.print(grid)
    for number_ in dict.fromkeys(r.svar for r in results if r.faults):
        show.fault_list([r for r in results if r.svar == number_])


def _cells(rows: list[dict[str, Any]], **where: str) -> dict[str, float | None]:
    return {r["kon"]: r["varde"] for r in rows if all(r[k] == v for k, v in where.items())}


def _grid(title: str, first: str) -> Table:
    grid = Table(title=escape(title), title_justify="left")
    grid.add_column(first)
    for sex in SEXES:
        grid.add_column(label("kon", sex), justify="right")
    return grid


def _row(grid: Table, name: str, cells: dict[str, float | None], absent: str = "–") -> None:
    shown = {k: absent if v is None else number(v) for k, v in cells.items()}
    grid.add_row(escape(name), *(shown.get(k, "") for k in SEXES))


def _insatser(
    rows: list[dict[str, Any]],
    title: str = "Beviljade insatser, Upplands Väsby 2019 (påhittade poster, räknade)",
    absent: str = "–",
) -> None:
    grid = _grid(title, "Insats")
    for code in ("stodsamtal", "skyddat_boende", "totalt"):
        cells = _cells(rows, insatstyp=code, matt="antal_insatser", period="2019")
        _row(grid, label("insatstyp", code), cells, absent)
    show.console.print(grid)


def _edition(edition: int | None, said: str, rows: list[dict[str, Any]]) -> None:
    """The same table as it is published, and the sentence that stands under it."""
    show.say("")
    show.say(said)
    if edition is None:
        return
    _insatser(rows, f"Samma tabell som den är publicerad: utgåva {edition} (påhittade poster)", SYMBOL)
    show.say(SAID)


def _reconciled(compared: list[Any]) -> None:
    with_cell = [c for c in compared if c.equal is not None]
    equal = sum(c.equal is True for c in with_cell)
    show.say(
        f"Avstämning mot revisionsgranskningens verkliga siffror för Upplands Väsby 2019: {equal} av {len(with_cell)} "
        "räknade celler stämmer. Posterna är påhittade för att ge samma tal: det prövar beräkningen, inget annat. "
        f"{len(compared) - len(with_cell)} rapporterade siffror har inget att jämföras med."
    )


def _offences(rows: list[dict[str, Any]], notes: list[str]) -> None:
    grid = Table(title="Anmälda brott, Boden 2025 (verkliga siffror, källa: Brå)", title_justify="left")
    grid.add_column("Brott")
    grid.add_column("Antal", justify="right")
    grid.add_column("Per 100 000 invånare*", justify="right")
    for offence in SHOWN_OFFENCES:
        found = {r["matt"]: r["varde"] for r in rows if r["brott_id"] == str(offence) and r["period"] == "2025"}
        if found:
            name = brottstyper()[offence].etikett
            grid.add_row(escape(name), number(found["antal_brott"]), number(found["per_100000"]))
    show.console.print(grid)
    show.say("* Egen beräkning; rader för ett kön: per 100 000 av det könet, alla åldrar.")
    for note in notes:
        if "folkmängden" in note or "Folkmängd" in note:
            show.say(f"  {note}")


def _outcomes(rows: list[dict[str, Any]]) -> None:
    grid = _grid("Upplevd trygghet före och efter, avslutade ärenden, Linköping 2025 (påhittade poster)", "Mått")
    names = {"antal_arenden": "Avslutade ärenden", "antal_par": "Svar både före och efter"}
    names |= {"antal_forbattrade": "Bättre", "antal_oforandrade": "Oförändrat", "antal_forsamrade": "Sämre"}
    for measure, name in names.items():
        _row(grid, name, _cells(rows, utfallsmatt="trygghet", matt=measure))
    show.console.print(grid)
    show.say("Bättre, oförändrat och sämre gäller bara dem som svarat både före och efter.")


def _report(made: list[Edition], report: Report) -> None:
    """The editions of the large kommun, and where the report of the last one stands."""
    show.say("")
    numbers = " och ".join(f"{e.utgava} ({e.ar})" for e in made if e.utgava)
    if numbers:
        show.say(f"Utgåva {numbers} av Linköping (påhittat) är gjorda, granskade och expedierade på samma sätt.")
    for one in made:
        if one.utgava is None:
            show.say(f"{one.kommun} {one.ar}: {one.besked}")
    if report.mapp is None:
        show.say(f"Kartläggningen kunde inte skrivas. {report.besked}")
        return
    show.say(f"Kartläggningen för 2025, som webbsidor, PDF, Word, Excel och CSV: {report.mapp}")
    show.say("  Öppna webb/index.html där i en webbläsare, eller rapport.pdf.")
    if report.spar:
        show.say("Ett tal i den, spårat:")
        for line in report.spar:
            show.say(f"  {line}")


def _next(settings: Settings, took: float, night: Night, edition: int | None, report: Report) -> None:
    page = settings.home / "reports" / "intern" / "index.html"
    tables = len(night.journal.counted)
    show.say(
        f"Klart på {took:.0f} sekunder; {tables} tabeller räknade (per kommun och år). Allt ligger i {settings.home}"
    )
    show.say("")
    show.say(
        "Bara utgåvorna är röjandekontrollerade och publicerade (i den här installationen). Alla andra siffror ovan "
        "vore inom sekretess om de gällde riktiga personer."
    )
    show.say("")
    program = Path(".venv/bin/kvinnofrid")
    command = str(program) if program.exists() else "kvinnofrid"
    show.say("Prova sedan:")
    for words, why in (
        ("status", "vad som levererats och räknats"),
        ("table insatser --ar 2019 --kommun 0114", "en tabell som den är publicerad; --json för program"),
        ("table insatser --ar 2019 --kommun 0114 --layer tabell", "samma tabell inom sekretess"),
        (f"disclosure explain --utgava {edition or 1} --tabell insatser", "varför celler skyddas (inom sekretess)"),
        ("disclosure attack --ar 2019 --kommun 0114", "angrip det som är publicerat"),
        (f"trace {report.ref or 'REFERENS'}", "allt som går att veta om ett tal"),
        ("report --kommun 0580 --ar 2024", "kartläggningen för ett annat år"),
        ("run", "igen: inget nytt, så inget räknas"),
        ("deliveries", "vad som gäller, saknas och väntar på rättning"),
        ("ui", "Dagsters sida, på http://127.0.0.1:3000"),
        ("--help", "allt som finns"),
    ):
        show.say(f"  {command} {words}   # {why}")
    show.say(f"  Öppna {page} i en webbläsare   # alla tabeller")
