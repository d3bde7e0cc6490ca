"""The demo's editions and its report, by invented reviewers. Done in a second process: nothing here is printed."""

from dataclasses import dataclass

from pipelines import release
from pipelines.second import Tell
from pipelines.settings import Settings
from pipelines.work import working
from warehouse import reading
from warehouse.contracts.errors import KvinnofridError, UserError

VARIANT = "tva"
"""One way of cutting the tables, so that the demo is quick: ``release prepare`` compares them all."""
REVIEWER, DELEGATE = "Granskare Exempel", "Delegat Exempel"
PARAGRAF = "§ 1"
_INVENTED = "Påhittade uppgifter: utgåvan är ett exempel."


@dataclass(frozen=True, slots=True)
class Edition:
    """An edition of the demo and what is said of it. ``utgava`` None: there is none."""

    kommun: str
    ar: int
    utgava: int | None
    besked: str
    utkast: bool = False
    """Whether it is a draft still."""


_DRAFTS: dict[tuple[str, int], Edition] = {}


@dataclass(frozen=True, slots=True)
class Report:
    """The report, and one of its numbers traced. ``mapp`` None: it could not be written, and ``besked`` says why."""

    mapp: str | None
    besked: str = ""
    ref: str = ""
    """The traced number's reference."""
    spar: tuple[str, ...] = ()


def warm_up(_settings: Settings, _tell: Tell) -> None:
    """Import what the rest needs, while there is nothing else to do."""
    import pipelines.report
    import pipelines.trace  # noqa: F401
    from assets.publicering import utgava  # noqa: F401
    from assets.report import egna, innehall, skriv  # noqa: F401


def draft(settings: Settings, tell: Tell, kommun: str, ar: int, *, recounted: bool) -> Edition:
    """Make a draft; where nothing was counted again since the newest edition, that one holds."""
    tell(f"Förbereder en utgåva för {kommun} {ar}")
    with working(settings) as (home, _), home.database.begin() as conn:
        newest = reading.latest_edition(conn, kommun, ar)
    if newest and not recounted:
        said = f"Ingen ny utgåva behövs: inget har räknats om sedan utgåva {newest}, som gäller fortfarande."
        return Edition(kommun, ar, newest, said)
    try:
        made = release.prepare(settings, kommun, ar, variant=VARIANT, who=release.Who(REVIEWER))
    except KvinnofridError as error:  # as where somebody has released otherwise here already
        return Edition(kommun, ar, newest, str(error))
    if made.utgava is None:
        return Edition(kommun, ar, newest, made.besked)
    return Edition(kommun, ar, made.utgava, "", utkast=True)


def dispatched(settings: Settings, tell: Tell, made: Edition) -> Edition:
    """Take a draft through its steps; an edition that is out already stays as it is."""
    if not made.utkast or made.utgava is None:
        return made
    tell(f"Granskar och expedierar utgåva {made.utgava}")
    dnr = f"EXEMPEL {made.ar}/1"
    try:
        release.take_step(settings, made.utgava, "granskad", release.Who(REVIEWER))
        release.take_step(settings, made.utgava, "godkand", release.Who(DELEGATE))
        release.take_step(settings, made.utgava, "expedierad", release.Who(DELEGATE), dnr=dnr, text=_INVENTED)
    except UserError as error:
        return Edition(made.kommun, made.ar, None, str(error))
    return Edition(
        made.kommun, made.ar, made.utgava,
        f"Utgåva {made.utgava}: granskad av {REVIEWER}, godkänd av {DELEGATE}, expedierad med dnr {dnr}. De tre är "
        "påhittade.",
    )  # fmt: skip


def begin(settings: Settings, tell: Tell, kommun: str, ar: int) -> None:
    """Make the draft that ``edition`` is to go on with: its tables are counted, while others are not yet."""
    _DRAFTS[kommun, ar] = draft(settings, tell, kommun, ar, recounted=True)


def edition(settings: Settings, tell: Tell, kommun: str, ar: int, *, recounted: bool) -> Edition:
    """A draft, or the one that was begun with, taken through its steps."""
    begun = _DRAFTS.pop((kommun, ar), None)
    return dispatched(settings, tell, begun or draft(settings, tell, kommun, ar, recounted=recounted))


def adopted(settings: Settings, tell: Tell, kommun: str, ar: int, *, recounted: bool) -> Edition:
    """An edition that the nämnd has adopted too: today, by a paragraph that is invented."""
    from pipelines.home import today
    from warehouse import editions

    made = edition(settings, tell, kommun, ar, recounted=recounted)
    if made.utgava is not None:
        with working(settings) as (home, _), home.database.begin() as conn:
            waits = editions.state(conn, made.utgava).tillstand == "expedierad"
        if waits:
            day = today(settings).isoformat()
            release.take_step(
                settings, made.utgava, "faststalld", release.Who(REVIEWER), datum=day, paragraf=PARAGRAF
            )  # fmt: skip
    return made


def report(settings: Settings, tell: Tell, kommun: str, ar: int) -> Report:
    """The report of the edition in every form, and a number of it traced."""
    from assets.report.skriv import FILER
    from pipelines.report import write

    try:
        done = write(settings, kommun, ar, formats=tuple(FILER), tell=tell)
    except UserError as error:
        return Report(None, str(error))
    ref, *lines = _traced(settings, kommun, ar)
    return Report(str(done.mapp), "", ref, tuple(lines))


def _traced(settings: Settings, kommun: str, ar: int) -> list[str]:
    """A number's reference, and a few lines of what ``kvinnofrid trace`` tells: of what is public, and no more."""
    from pipelines.trace import trace
    from pipelines.trace_find import Sought

    s = trace(settings, Sought(namnd=kommun, ar=ar, tabell="arenden", matt="antal_personer", kon="kvinna"))
    main = next((d for d in s.leveranser if d["tabell"] == "arende"), None)
    lines = [s.referens, f"{s.referens}: {s.tal['tryckt']}. {s.tal['i_ord']}"]
    if main:
        lines.append(f"Räknat ur {main['filnamn']} (leverans {main['leverans_id']}, SHA-256 {main['sha256'][:12]}…).")
    out = next((h for h in s.steg if h["steg"] == "expedierad"), None)
    if out:
        lines.append(f"Expedierat av {out['uppgiven']}, dnr {s.utgava['dnr']}, händelse {out['nr']} i loggen.")
    return lines
