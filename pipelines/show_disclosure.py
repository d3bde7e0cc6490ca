"""What ``kvinnofrid disclosure attack`` prints, in Swedish. Reads nothing, decides nothing."""

from typing import TYPE_CHECKING

from rich.markup import escape
from rich.table import Table

from pipelines.show import SHOWN, complain, console, say
from quality.attacker.printed import place
from warehouse.contracts.codes import CODES, TOTAL, label
from warehouse.contracts.ord import TILLSTAND
from warehouse.contracts.reference import kommuner
from warehouse.contracts.swedish import number

if TYPE_CHECKING:
    from pipelines.attack import Attacked, Revision
    from quality.attacker import Attack, Figure, Finding

SYMBOL = "▪"
KINDS = {
    "direkt": "ett litet tal står tryckt",
    "exakt": "går att räkna ut",
    "smatt": "går att ringa in",
    "grupp": "alla eller nästan alla i gruppen",
    "skillnad": "skillnaden mellan två utgåvor",
}


def attacked(found: "Attacked") -> None:
    """The verdict, what it rests on, and what was recovered."""
    from pipelines.attack import INSIDE

    if found.utkast:
        say(INSIDE)
    if found.attack is None:
        complain(found.besked)
    else:
        _given(found)
        verdict(found.attack, found.tid)
        findings(found)
    if found.revision is not None:
        say("")
        revision(found.revision)


def _given(found: "Attacked") -> None:
    names = kommuner()
    read = ", ".join(
        f"{u.utgava} ({names.get(u.namnd, u.namnd)} {u.ar}, {TILLSTAND.get(u.tillstand, u.tillstand)})"
        for u in found.utgavor
    )  # fmt: skip
    say(f"Angriparen har fått allt som en läsare har: utgåva {read}.")
    if found.utlamnat is None:
        say("Inloggningen får inte se vad som lämnats ut en annan väg, så det är inte med.")
    elif found.utlamnat:
        many = "ett tal" if found.utlamnat == 1 else f"{number(found.utlamnat)} tal"
        say(f"Den vet också {many} som lämnats ut en annan väg.")


def verdict(attack: "Attack", seconds: float | None = None) -> None:
    """How much was examined, and how it went."""
    took = "" if seconds is None else f" på {number(seconds, decimals=1)} sekunder"
    say(f"{number(attack.skyddade)} celler är skyddade. {number(attack.granskade)} av dem är antal och prövades{took}.")
    if attack.avslojade:
        say(f"AVSLÖJADE: {_cells(attack.avslojade)}, varav {number(attack.bevisade)} bevisade utan någon gissning.")
    if attack.oavgjorda:
        say(f"INTE AVGJORT: {_cells(attack.oavgjorda)} hann inte prövas färdigt. Ge mer tid med --sekunder.")
    if attack.motsagda:
        say(
            f"INTE AVGJORT: {_cells(attack.motsagda)} går inte att pröva, för de tryckta talen säger emot "
            "varandra. Någon kan ha ändrat i databasen. Se efter: kvinnofrid audit"
        )
    if attack.rent:
        say("Avslöjade: 0. Angriparen, som inte delar kod med det som skyddar, kunde inte räkna fram något av dem.")


def _cells(many: int) -> str:
    return "1 cell" if many == 1 else f"{number(many)} celler"


def findings(found: "Attacked") -> None:
    """What was recovered, cell by cell."""
    if found.attack is None or not found.attack.fynd:
        return
    grid = _grid("Vad en läsare kan räkna fram", "Utgåva", "Tabell", "Mått", "Period", "Indelning", "Kön", "Hur", "Tal",
                 "Grund")  # fmt: skip
    for one in found.attack.fynd[:SHOWN]:
        codes = dict(one.where.codes)
        split = ", ".join(f"{d}={c}" for d, c in codes.items() if d != "kon") or "totalt"
        where = "utlämnat" if one.utgava in found.externa else one.utgava
        _row(grid, where, one.where.tabell, one.where.matt, one.where.period, split,
             label("kon", codes.get("kon", TOTAL)), KINDS[one.slag], _span(one), one.grund)  # fmt: skip
    console.print(grid)
    if len(found.attack.fynd) > SHOWN:
        say(f"... och {len(found.attack.fynd) - SHOWN} till. Alla finns med --json.")
    out = sum(one.utgava in found.externa for one in found.attack.fynd)
    if out:
        say(f"{number(out)} av dem har lämnats ut en annan väg. De kan inte skyddas längre, bara deras grannar.")
    if found.utkast:
        say("Släpp inte utkastet. Gör om det: kvinnofrid release prepare. Händer det igen är det ett fel i programmet.")
    else:
        say("Sprid inte listan. Ta kontakt med registeransvarig: utgåvan kan återtas, men det som varit ute är känt.")


def _span(one: "Finding") -> str:
    return str(one.fran) if one.fran == one.till else f"{one.fran}–{one.till}"


# --- a report that is public ------------------------------------------------------------------------------------------


def revision(found: "Revision") -> None:
    """What a public report gives away, and what it would have if its figures had been protected."""
    printed = {c.coordinate: c for c in found.skyddad}
    grid = _grid("Tänkt fall: en rapport som redan är offentlig", "Vad", "Kön", "I rapporten", "Bara små tal dolda",
                 "Skyddad")  # fmt: skip
    blanked = {(s.figure, s.kon): s.antal for s in found.motbild.bara_sma_dolda}
    for figure in found.tal:
        told = figure.told()
        both = "kvinna" in told and "man" in told
        whole = told["kvinna"] + told["man"] if both else None
        for kon in ("kvinna", "man", TOTAL):
            value = told.get(kon, whole if kon == TOTAL else None)
            if value is None:
                continue
            small = any(s.figure == figure and s.kon == kon for s in found.motbild.tryckt)
            known = blanked.get((figure, kon))
            other = next((told[k] for k in ("kvinna", "man") if k != kon and k in told), 0)
            mended = (
                f"{SYMBOL}, men {whole} − {other} = {known}" if known and both else SYMBOL if small else number(value)
            )
            where = place("", "", 0, "", {**dict(figure.dimensioner), "kon": kon}, figure.matt)
            safe = next((c for at, c in printed.items() if (at.tabell, at.codes, at.matt)
                         == (figure.tabell, where.codes, figure.matt)), None)  # fmt: skip
            shown = "–" if safe is None else SYMBOL if safe.varde is None else number(safe.varde)
            printed_as = number(value) if kon in told else f"{number(value)} (summan)"
            _row(grid, _what(figure), label("kon", kon), printed_as, mended, shown)
    console.print(grid)
    documents = dict.fromkeys(f.kalldokument for f in found.tal if f.kalldokument)
    say(f"Källa: {'; '.join(documents)}.")
    say(found.motbild.not_)
    say(
        f"Rapporten trycker {number(len(found.motbild.tryckt))} tal om så få personer att de skulle ha skyddats. "
        f"Döljs bara de går {number(len(found.motbild.bara_sma_dolda))} av dem att räkna ut ändå."
    )
    if (safe_attack := found.motbild.skyddat) is not None:
        outcome = "inget av dem" if safe_attack.rent else f"{number(safe_attack.avslojade)} av dem"
        say(
            f"Skyddad som en utgåva hade {number(safe_attack.skyddade)} tal varit {SYMBOL}, och angriparen hade kunnat "
            f"räkna fram {outcome}."
        )


def _what(figure: "Figure") -> str:
    words = [_word(d, c) for d, c in sorted(figure.dimensioner, reverse=True)]
    return ", ".join([*words, *([figure.matt.removeprefix("antal_")] if figure.tabell == "stodverksamheter" else [])])


def _word(dimension: str, code: str) -> str:
    if dimension in CODES:
        return label(dimension, code)
    return f"{dimension} {code}".replace("_", " ")


def _grid(title: str, *headings: str) -> Table:
    grid = Table(title=title, title_justify="left")
    for heading in headings:
        grid.add_column(heading, overflow="fold")
    return grid


def _row(grid: Table, *values: object) -> None:
    grid.add_row(*(escape(str(v)) for v in values))
