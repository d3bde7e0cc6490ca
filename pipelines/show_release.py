"""What ``kvinnofrid release`` prints, in Swedish. Reads nothing, decides nothing."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from rich.markup import escape
from rich.table import Table

from assets.publicering.varianter import VARIANTER
from pipelines.show import SHOWN, console, say
from warehouse.contracts.codes import TOTAL, label
from warehouse.contracts.ord import STEG, TILLSTAND, TYP
from warehouse.contracts.reference import kommuner
from warehouse.contracts.swedish import day, minute, number

if TYPE_CHECKING:
    from assets.publicering.skillnad import Andrad
    from assets.publicering.utgava import Prepared
    from assets.tables.spec import TableSpec
    from pipelines.release import Taken
    from pipelines.release_read import Diff, Edition
    from warehouse.editions import Event, Registered, State

_STATUSES = {
    "visas": "visas",
    "skyddas": "skyddas",
    "intervall": "visas som intervall",
    "saknas": "saknar uppgift",
    "ej_tillampligt": "kan inte förekomma",
}
_KINDS = {
    "nytt_tal": "har ett annat tal",
    "for_liten": "har ändrats för lite för att det ska få visas",
    "visas_nu": "visas nu",
    "skyddas_nu": "skyddas nu",
    "ny": "finns bara i den nya",
    "borta": "finns inte längre",
    "annat": "sägs på ett annat sätt",
}
SAFE = (
    "Jämförelsen bygger bara på det som står i de två utgåvorna. Den nya är granskad ihop med alla tidigare: två "
    "tal för samma cell visas bara där också skillnaden är säker, och en skillnad som gäller för få visas aldrig."
)


def prepared(found: "Prepared") -> None:
    """The draft that was made, or why there is none."""
    if found.utgava is None:
        say(found.besked)
        return
    say(f"Utgåva {found.utgava} är ett utkast: {TYP[found.typ]}, {_whose(found.kommun)} {found.ar}. Inom sekretess.")
    say(f"Indelning: {found.variant_titel}." if found.typ == "oppen" else found.variant_titel)
    if found.varfor:
        say(found.varfor)
    say(f"Celler: {_counts(found.celler)}.")
    if found.typ == "oppen":
        say(f"Regel: {found.regel}. Granskad maskinellt på två oberoende sätt, tillsammans med allt som är ute redan.")
    n = found.utgava
    say(f"Läs igenom: kvinnofrid release show {n}. Vad som ändrats sedan sist: kvinnofrid release diff {n}")
    say(f"Nästa steg: kvinnofrid release review {found.utgava} --som NAMN")


def taken(found: "Taken") -> None:
    """A step: where the edition stands, who took it, and what comes next."""
    state, event = found.state, found.event
    n = state.utgava
    say(f"Utgåva {n} är {TILLSTAND[state.tillstand]}. {_who(event, found.login)}")
    match event.steg:
        case "granskad":
            say(f"Nästa steg, av en annan person: kvinnofrid release approve {n} --som NAMN")
        case "godkand":
            say(
                "Två personer, styrkta av var sin inloggning." if state.styrkt
                else "Att det är två olika personer är uppgivet, ej styrkt. Det styrks av att båda använder --login."
            )  # fmt: skip
            more = " --mottagare NAMN" if state.typ == "sekretessbilaga" else ""
            say(f"Nästa steg: kvinnofrid release dispatch {n} --dnr DIARIENUMMER{more}")
        case "expedierad":
            say(f"Diarienummer {state.dnr}. Härifrån ändras den aldrig: en rättelse blir en ny utgåva.")
            if state.ersatter:
                say(f"Den ersätter utgåva {state.ersatter}.")
            say(f"När nämnden har beslutat: kvinnofrid release adopt {n} --datum ÅÅÅÅ-MM-DD --paragraf N")
        case "faststalld":
            say(f"Fastställd {state.faststalld}, {state.paragraf}.")
        case "atertagen":
            say("Den är märkt som återtagen, med orsaken. Det som har varit ute räknas som känt även i fortsättningen.")


def editions(found: Sequence["State"]) -> None:
    """The list of editions."""
    if not found:
        say("Inga utgåvor. Förbered en: kvinnofrid release prepare --kommun KOD --ar ÅR")
        return
    grid = _grid("Utgåvor", "Nr", "Kommun", "År", "Läge", "Expedierad", "Fastställd")
    for column in grid.columns[-2:]:
        column.min_width = len("2026-01-01")  # dates, dnr and § stand whole also in a narrow terminal
    for s in found:
        out = f"{day(s.expedierad)} {s.dnr}" if s.expedierad else None
        persons = (", styrkt" if s.styrkt else ", uppgivet") if s.godkand_av else ""
        adopted = f"{s.faststalld} {s.paragraf or ''}".strip() if s.faststalld else None
        _row(grid, s.utgava, s.namnd, s.ar, f"{label_of(s.typ)}, {_state(s)}{persons}", out, adopted)
    console.print(grid)
    say("Styrkt = granskning och godkännande med två personers egna inloggningar; uppgivet = ej styrkt.")


def label_of(typ: str) -> str:
    """A type in a word."""
    return {"oppen": "öppen", "tertial": "tertial (intern)"}.get(typ, typ)


def _state(s: "State") -> str:
    if s.tillstand == "ersatt" and s.ersatt_av:
        return f"ersatt av {s.ersatt_av}"
    return TILLSTAND[s.tillstand]


def log(found: Sequence["Event"]) -> None:
    """The log, line by line."""
    if not found:
        say("Loggen är tom.")
        return
    grid = _grid("Logg", "Nr", "Tid", "Utgåva", "Steg", "Av", "Styrkt", "Uppgifter")
    for e in found:
        told = {k: v for k, v in e.uppgifter.items() if k != "login" and not k.endswith("sha256")}
        what = ", ".join(f"{k}: {v}" for k, v in sorted(told.items()))
        proved = f"ja ({e.av_login})" if e.styrkt else "nej"
        _row(grid, e.nr, minute(e.tid), e.utgava, STEG[e.steg], e.uppgiven, proved, what)
    console.print(grid)


def edition(found: "Edition") -> None:
    """An edition: state, audits, tables."""
    s = found.state
    say(f"Utgåva {s.utgava}: {TYP[s.typ]}, {_whose(s.namnd)} {s.ar}, {_state(s)}.")
    if s.expedierad is None:
        from pipelines.release_read import DRAFT

        say(DRAFT)
    if s.text:
        say(f"Till läsaren: {s.text}")
    if s.orsak:
        say(f"Orsak: {s.orsak}")
    for g in found.granskning:
        outcome = "godkänd" if g["godkand"] else f"INTE GODKÄND, {number(g['osakra'])} osäkra"
        say(f"Granskning {g['metod']}: {outcome}; {number(g['provade'])} krav prövade.")
    grid = _grid("Tabeller", "Tabell", "Celler", "Visas", "Intervall", "Skyddas", "Saknas")
    for t in found.tabeller:
        _row(grid, t["tabell"], *(number(t.get(n, 0)) for n in ("celler", "visas", "intervall", "skyddas", "saknas")))
    console.print(grid)
    say(f"Läs en av dem: kvinnofrid release show {s.utgava} --tabell NAMN")


def diff(found: "Diff", plan: Mapping[str, "TableSpec"]) -> None:
    """What changed and why."""
    if found.efter is None or found.fore is None:
        say(found.besked)
        return
    say(f"Utgåva {found.efter.utgava} ({TILLSTAND[found.efter.tillstand]}) jämförd med utgåva {found.fore.utgava}.")
    if found.efter.expedierad is None:
        say("Utgåvan är ett utkast: jämförelsen är inom sekretess tills den är expedierad.")
    _why(found)
    by_table: dict[str, dict[str, int]] = {}
    for one in found.andrade:
        kinds = by_table.setdefault(one.tabell, {})
        kinds[one.slag] = kinds.get(one.slag, 0) + 1
    for tabell, kinds in by_table.items():
        said = "; ".join(f"{number(many)} {_KINDS[kind]}" for kind, many in kinds.items())
        say(f"{plan[tabell].title if tabell in plan else tabell}: {said}.")
    if not found.andrade:
        say("Inget står annorlunda.")
    _numbers([a for a in found.andrade if a.slag == "nytt_tal"], plan)
    say(SAFE)


def _numbers(changed: Sequence["Andrad"], plan: Mapping[str, "TableSpec"]) -> None:
    if not changed:
        return
    grid = _grid("Nya tal", "Tabell", "Mått", "Period", "Indelning", "Kön", "Före", "Efter")
    for one in changed[:SHOWN]:
        spec = plan.get(one.tabell)
        matt = next((m for m in spec.shown_measures if m.name == one.matt), None) if spec else None
        names = {d.name: d for d in spec.dimensions} if spec else {}
        split = ", ".join(
            names[d].word(c) if d in names else c for d, c in one.dimensioner.items() if c != TOTAL
        )  # fmt: skip
        title, kon = matt.title if matt else one.matt, label("kon", one.kon)
        _row(grid, one.tabell, title, one.period, split or "totalt", kon, _value(one.fore), _value(one.efter))
    console.print(grid)
    if len(changed) > SHOWN:
        say(f"... och {len(changed) - SHOWN} till. Alla finns med --json.")


def since(found: "Diff") -> None:
    """A warning under a draft, where its year has an edition out and nothing has been delivered since."""
    if found.fore and found.varfor and not found.varfor.leveranser:
        say(f"OBS! Utgåva {found.fore.utgava} är redan ute för samma år.")
        _why(found)


def _why(found: "Diff") -> None:
    """What lies between the two editions: said before all that follows from it."""
    why = found.varfor
    if why is None or found.efter is None:
        return
    for one in why.leveranser:
        parts = [f"{number(n)} {word}" for n, word in ((one.nya, "nya"), (one.ersatta, "ersatta")) if n]
        say(f"Leveranser sedan dess, {one.kalla} {one.tabell}: {' och '.join(parts)}.".replace(" :", ":"))
    if not why.leveranser:
        say(f"Inga leveranser har kommit emellan{'' if why.kod else ', så inga uppgifter är rättade'}.")
    if why.variant:
        before, after = (VARIANTER[v].titel if v in VARIANTER else v for v in why.variant)
        say(f"Indelningen är en annan: {after}, i stället för {before}. Att tal finns i bara den ena kan bero på det.")
    if why.regel:
        say(f"Regeln är en annan: {why.regel[1]} i stället för {why.regel[0]}.")
    if why.kod:
        say("Programmet har uppdaterats emellan.")
    if not why.leveranser and found.efter.expedierad is None:
        say(f"Behövs inte den nya, kasta utkastet: kvinnofrid release discard {found.efter.utgava}")


def externals(found: Sequence["Registered"], *, new: bool = False) -> None:
    """What is registered as having left another way."""
    if not found:
        say("Inget är registrerat. Lägg till: kvinnofrid release external add")
        return
    grid = _grid("Utlämnat en annan väg", "Nr", "Till", "Vad", "Antal")
    for one in found:
        w = one.what
        split = ", ".join(f"{d}={c}" for d, c in w.dimensioner.items() if c != TOTAL)
        of = ", ".join(t for t in (w.tabell, w.matt, split, label("kon", w.kon).lower()) if t)
        told = f"{w.vad}\n{_whose(w.namnd)} {w.period.replace('_', '–')}: {of}"
        _row(grid, one.extern_id, f"{w.mottagare}\n{w.datum}", told, _between(w.lag, w.hog))
    console.print(grid)
    if new:
        say("Det räknas som känt i allt som publiceras härefter och tas aldrig bort.")


# --- words ------------------------------------------------------------------------------------------------------------


def _who(event: "Event", login: str | None) -> str:
    proved = f"styrkt av inloggningen {event.av_login}" if event.styrkt else "uppgivet, ej styrkt"
    if login and not event.styrkt:  # approved with one's own login what was reviewed with a shared one, or the same
        proved = f"inloggad som {event.av_login}"
    return f"Av {event.uppgiven} ({proved}), {minute(event.tid)}."


def _counts(statuses: Mapping[str, int]) -> str:
    return ", ".join(f"{number(statuses[s])} {words}" for s, words in _STATUSES.items() if s in statuses)


def _whose(namnd: str) -> str:
    return kommuner().get(namnd, namnd)


def _value(value: float | None) -> str:
    if value is None:
        return "–"
    return number(int(value)) if value == int(value) else number(value, decimals=3)


def _between(least: float | None, most: float | None) -> str:
    if least == most:
        return _value(least)
    if least is None or most is None:
        return f"högst {_value(most)}" if least is None else f"minst {_value(least)}"
    return f"{_value(least)}–{_value(most)}"


def _grid(title: str, *headings: str) -> Table:
    grid = Table(title=title, title_justify="left")
    for heading in headings:
        grid.add_column(heading, overflow="fold")
    return grid


def _row(grid: Table, *values: Any) -> None:
    grid.add_row(*("–" if v is None else escape(str(v)) for v in values))
