"""``kvinnofrid disclosure explain``: reading what is asked for, and saying it. Within secrecy, for kvalitetsenheten.

What is explained is worked out in ``assets.publicering.forklaring``.
"""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from pipelines.reader import reading_as_oneself
from pipelines.settings import Settings
from warehouse import released
from warehouse.contracts.errors import UserError
from warehouse.contracts.swedish import number

if TYPE_CHECKING:
    from assets.publicering.forklaring import Forklarad, Forklaring, Forlust

SHOWN = 40
"""So many cells are listed; all stand in the JSON."""


def explained(
    settings: Settings, utgava: int, tabell: str, *, matt: str | None, kon: str | None, period: str | None,
    koder: Sequence[str],
) -> "Forklaring":  # fmt: skip
    """Explain an edition's table. Raises ``UserError`` where the login may not see inside, or there is no such cell."""
    from assets.publicering.forklaring import explain
    from pipelines.plan import setup_of

    plan = setup_of(settings).plan
    codes = dict(_pair(k, tabell, plan) for k in koder)
    with reading_as_oneself(settings) as database, database.begin() as conn:
        if not released.may_read(conn, "tabell") or not released.may_read(conn, "revision"):
            raise UserError(
                "Inloggningen får inte läsa förklaringar: de är inom sekretess. De är till för kvalitetsenheten. Det "
                "som är publicerat visas med kvinnofrid table."
            )
        return explain(conn, utgava, tabell, matt=matt, kon=kon, period=period, koder=codes, plan=plan)


def _pair(said: str, tabell: str, plan: Any) -> tuple[str, str]:
    name, _, code = said.partition("=")
    known = plan[tabell].view_columns if tabell in plan else (name,)
    if not code or name not in known:
        raise UserError(
            f"Skriv --kod som dimension=kod. {tabell} har dimensionerna: {', '.join(known) or 'inga utom kön'}."
        )
    return name, code


def as_json(told: "Forklaring", inside: str) -> dict[str, Any]:
    """The object that ``--json`` prints."""
    return {"sekretess": inside} | asdict(told)


def lines(told: "Forklaring", inside: str) -> Iterator[str]:
    """What is printed, line by line."""
    yield inside
    yield f"Utgåva {told.utgava}, {told.tabell}. Regel: {told.regel.lower()}."
    yield ""
    yield "Vad skyddet kostade (tal som inte är noll; personer räknas en gång i varje tal de står i):"
    yield from (f"  {_lost(one)}" for one in told.forluster)
    if not told.celler:
        yield f"Inget skyddas i {told.tabell}."
    for one in told.celler[:SHOWN]:
        yield ""
        yield from _cell(one)
    if len(told.celler) > SHOWN:
        yield ""
        yield f"{len(told.celler) - SHOWN} till finns med --json, eller välj ut med --matt, --kon, --period och --kod."


def _lost(one: "Forlust") -> str:
    hidden = one.for_egen_skull + one.for_andras
    spans = f", {one.intervall} i intervall" if one.intervall else ""
    return (
        f"{one.tabell}: {hidden} av {one.celler} tal skyddas ({one.for_egen_skull} för egen skull, "
        f"{one.for_andras} för andras){spans}; {number(one.personer_skyddade)} av {number(one.personer)} personer"
    )


def _cell(one: "Forklarad") -> Iterator[str]:
    true = "" if one.varde is None else f" Sant värde: {number(one.varde)} ({number(one.personer)} personer)."
    yield f"{one.vad}. Tryckt: {one.tryckt}.{true}"
    yield f"  {one.orsak}"
    if one.skal != "harledd":
        most = "utan övre gräns" if one.hog is None else f"högst {number(one.hog)}"
        yield f"  En läsare kan räkna ut: minst {number(one.lag)}, {most}."
    if one.skyddar:
        yield f"  Bredvid står skyddade för egen skull: {'; '.join(one.skyddar)}."
    if one.avslojar:
        yield f"  Visades den kunde en läsare ringa in: {'; '.join(one.avslojar)}."
    elif one.avslojar is not None:
        yield "  Visades bara den skulle inget skyddat kunna ringas in: då är den utbytbar mot någon annan."
    for row in one.summor:
        yield f"  I sambandet {row.namn}:"
        for cell in row.celler:
            true = "" if cell.varde is None else f" (sant värde {number(cell.varde)})"
            yield f"    {cell.vad}: {cell.tryckt}{true}"
