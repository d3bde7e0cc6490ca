"""What the command line prints: Swedish for people, one JSON object for programs. Reads nothing, decides nothing."""

import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from quality.consistency import describe
from warehouse.contracts.codes import label
from warehouse.contracts.swedish import number, period_name

if TYPE_CHECKING:
    from assets.journal import Intake
    from assets.tables.spec import TableSpec
    from pipelines.runner import Night
    from pipelines.tables import Found

console = Console(highlight=False)
SHOWN = 20

_CHANGES = {
    "ny": "ny",
    "oforandrad": "redan mottagen, inget ändrat",
    "ateraktiverad": "gäller igen",
    "aldre": "äldre än den som gäller, sparad",
    "avvisad": "avvisad",
}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Path):
        return str(value)
    raise TypeError(type(value).__name__)


def emit(found: Mapping[str, Any]) -> None:
    """Print one JSON object."""
    sys.stdout.write(json.dumps(found, ensure_ascii=False, indent=1, default=_plain) + "\n")


def say(text: str) -> None:
    """Print a line."""
    console.print(escape(text))


def say_where(text: str) -> None:
    """Print a line with a path in one piece, so that it can be copied."""
    console.print(escape(text), soft_wrap=True)


def complain(text: str) -> None:
    """Say on stderr why there is nothing: what is written to a file or a pipe is figures only."""
    Console(stderr=True, highlight=False).print(escape(text))


@contextmanager
def progress(*, quiet: bool) -> Iterator[Callable[[str], None]]:
    """A line that tells what is going on now, on stderr; plain lines would fill a log, so only on a terminal."""
    to_people = Console(stderr=True)
    if quiet or not to_people.is_terminal:
        yield lambda _text: None
        return
    with to_people.status("Öppnar ...") as line:
        yield lambda text: line.update(escape(text) + " ...")


def night(done: "Night", *, as_json: bool) -> bool:
    """Show what a run did; returns whether something was refused or got stuck."""
    results = [r for got in done.journal.received for r in got.results]
    stuck = [s for got in done.journal.received for s in got.stuck]
    refused = bool(stuck) or any(r.status == "avvisad" for r in results)
    if as_json:
        from assets.answers import explained

        emit(
            {
                "korningar": done.run_ids,
                "dog_i_fortid": done.buried,
                "besked": list(dict.fromkeys(done.journal.notices)),
                "inaktuella_rattelser": list(dict.fromkeys(done.journal.outdated)),
                "att_lasa_igen": list(done.due.igen),
                "leveranser_med_inaktuella_rattelser": list(done.due.inaktuella),
                "trasiga_rattelser": done.due.trasig,
                "leveranser": [
                    {n: getattr(r, n) for n in _INTAKE}
                    | {"fel": [explained(f, r.contract) | {"regel": f.regel} for f in r.faults]}
                    for r in results
                ],
                "fastnade": [{"fil": name, "fel": why} for name, why in stuck],
                "raknade": [{"tabell": s.tabell, "kommun": s.kommun, "ar": s.ar} for s, _ in done.journal.counted],
                "kontroller": [
                    {"kontroll": name, "godkand": held, "antal": count} for name, held, count in done.journal.checks
                ],
            }
        )
        return refused
    if done.buried:
        say(f"{len(done.buried)} tidigare körning dog innan den var klar och är nu markerad som misslyckad.")
    if not done.run_ids:
        say(f"Inget nytt i {done.home}: inkorgen är tom och alla tabeller är aktuella.")
        reread(done)
        return refused
    received(results, stuck)
    for notice in dict.fromkeys([*done.journal.notices, *done.journal.outdated]):
        say(notice)
    counted(done)
    reread(done)
    return refused


_INTAKE = (
    *("fil", "leverans_id", "andring", "status", "kalla", "tabell", "namnd"),
    *("rader_lasta", "rader_godkanda", "rader_karantan", "overlapp"),
)


def received(results: Sequence["Intake"], stuck: Sequence[tuple[str, str]]) -> None:
    """The deliveries of a run, and what was wrong with them."""
    if results:
        grid = Table(title="Mottaget", title_justify="left")
        for heading in ("Nr", "Fil", "Tabell", "Kommun", "Utfall"):
            grid.add_column(heading, overflow="fold")
        for heading in ("Rader", "Godkända", "I karantän"):
            grid.add_column(heading, justify="right")
        for r in results:
            outcome = label("leveransstatus", r.status) if r.andring == "ny" else _CHANGES[r.andring].capitalize()
            counts = [number(n) for n in (r.rader_lasta, r.rader_godkanda, r.rader_karantan)]
            grid.add_row(str(r.leverans_id), escape(r.fil), r.tabell or "–", r.namnd or "–", outcome, *counts)
        console.print(grid)
    for number_ in dict.fromkeys(r.svar for r in results):
        fault_list([r for r in results if r.svar == number_])
    for name, why in stuck:
        say(f"{name} kunde inte tas in och ligger kvar: {why}")


def fault_list(file: Sequence["Intake"], most: int = SHOWN) -> None:
    """The faults of a file, all its tables together, as a kind colleague says them."""
    from assets.answers import explained, once

    items = [explained(f, r.contract) for r, f in once((r, f) for r in file for f in (*r.faults, *r.notes))]
    if not items:
        return
    first = file[0]
    for r in file:
        if r.status != "avvisad" and r.rader_karantan:
            of = f" ({r.tabell})" if len(file) > 1 else ""
            say(f"{number(r.rader_godkanda)} av {number(r.rader_lasta)} rader lästes in ur {r.fil}{of}.")
    heading = "Att rätta i" if any(r.faults for r in file) else "Bra att veta om"
    _faults(f"{heading} {first.fil} (leverans {first.svar})", items[:most])
    if len(items) > most:
        say(f"... och {len(items) - most} till. Hela listan: kvinnofrid status --leverans {first.svar}")
    if not first.besvarad:
        return
    if first.atersand:
        say(
            "I outbox ligger arbetsboken med felen markerade, att skicka tillbaka: "
            f"leverans-{first.svar}-att-ratta.xlsx (och listan: leverans-{first.svar}-fellista.csv)"
        )
    else:
        say(f"Listan ligger också i outbox: leverans-{first.svar}-fellista.csv")


def _faults(title: str, items: Sequence[Mapping[str, Any]]) -> None:
    grid = Table(title=escape(title), title_justify="left", show_lines=False)
    sheets = any(item["blad"] for item in items)
    for heading in (
        *(["Blad"] if sheets else []),
        "Cell" if sheets else "Rad",
        "Kolumn",
        "Vad som är fel",
        "Gör så här",
    ):
        grid.add_column(heading, justify="right" if heading == "Rad" else "left", overflow="fold")
    for item in items:
        place = (item["blad"], item["cell"] or item["rad"]) if sheets else (item["rad"],)
        texts = (*place, item["kolumn"], item["fel"], item["gor_sa_har"])
        grid.add_row(*("" if v is None else escape(str(v)) for v in texts))
    console.print(grid)
    say("Raderna är numrerade som i Excel: rubrikraden är rad 1.")


def reread(done: "Night") -> None:
    """What would be read otherwise today: changed mappings and corrections."""
    if done.due.trasig:
        say(f"{done.due.trasig}\nTills dess väntar offentliga uppgifter i inkorgen.")
    if done.due.inaktuella:
        which = ", ".join(map(str, done.due.inaktuella))
        say(
            f"En rättelse gäller inte längre det som källan har (leverans {which}). Se över den i mappen för rättelser."
        )
    if done.due.igen:
        numbers = " ".join(f"--igen {n}" for n in done.due.igen)
        say(f"Mappningar eller rättelser har ändrats sedan de här lästes. Läs dem igen: kvinnofrid deliver {numbers}")


def counted(done: "Night") -> None:
    """Which tables were counted, and the checks that did not hold."""
    by_kommun: dict[str, set[int]] = {}
    for slice_, _ in done.journal.counted:
        by_kommun.setdefault(slice_.kommun, set()).add(slice_.ar)
    if not by_kommun:
        say("Inga tabeller behövde räknas om.")
    for kommun, years in sorted(by_kommun.items()):
        tables = sorted({s.tabell for s, _ in done.journal.counted if s.kommun == kommun})
        say(f"Räknat för {kommun}, {_years(sorted(years))}: {', '.join(tables)}.")
    failed = [(name, count) for name, held, count in done.journal.checks if not held]
    for name, count in failed:
        say(f"Att se över: {describe(name)}: {number(count)}.")


def _years(years: Sequence[int]) -> str:
    whole = len(years) > 1 and years[-1] - years[0] == len(years) - 1
    return f"{years[0]}–{years[-1]}" if whole else ", ".join(map(str, years))


def delivered(names: Sequence[str], *, as_json: bool) -> None:
    """Show what was put in the inbox."""
    if as_json:
        emit({"i_inkorgen": list(names)})
        return
    for name in names:
        say(f"{name} ligger i inkorgen.")
    say("Ta in och räkna: kvinnofrid run" if names else "Inga filer att leverera (följesedlar räknas inte som filer).")


def fetched(files: Mapping[str, Sequence[str]], failed: Mapping[str, str], *, as_json: bool) -> None:
    """Show what the public sources answered."""
    if as_json:
        emit({"i_inkorgen": files, "svarade_inte": failed})
        return
    for source, names in files.items():
        say(f"{source}: {len(names)} {'leverans' if len(names) == 1 else 'leveranser'} i inkorgen.")
    for why in failed.values():
        say(why)
    if any(files.values()):
        say("Ta in och räkna: kvinnofrid run")


def audited(outcome: Mapping[str, Any], *, as_json: bool) -> None:
    """Show what the audit of stored rows found."""
    if as_json:
        emit(outcome)
        return
    say(f"{number(outcome['forvantningar'])} förväntningar prövade, {number(outcome['ej_uppfyllda'])} uppfylls inte.")
    for level, what in (("stoppar", "STOPPAR det som ska släppas"), ("anmarkningar", "Anmärkning")):
        by_rule: dict[str, list[Mapping[str, Any]]] = {}
        for one in outcome[level]:
            by_rule.setdefault(one["vad"], []).append(one)
        for rule, places in by_rule.items():
            many = number(sum(p["antal"] for p in places))
            where = ", ".join(f"{p['tabell']} {p['ar']} ({p['kommun']})" for p in places[:3])
            rest = f" och {len(places) - 3} till" if len(places) > 3 else ""
            say(f"{what}: {many} {rule}. I {where}{rest}.")
    if not outcome["stoppar"]:
        say("Alla tabeller håller de regler som måste hålla (docs/kvalitet.md).")
    for s in outcome["andrade_tabeller"]:
        say(f"ÄNDRAD efter räkningen: {s['tabell']} {s['ar']} för {s['kommun']}. Siffrorna är inte de som räknades.")
    if not outcome["andrade_tabeller"]:
        say("Alla tabeller är som de räknades.")
    if outcome["indata_som_saknas"]:
        say(f"{number(outcome['indata_som_saknas'])} leveranser bakom celler saknas bland det som tabellen gjordes av.")
    if outcome["andrade_rader_i_planen"]:
        say(f"{number(outcome['andrade_rader_i_planen'])} rader om tabeller, mått och koder är inte som deklarerade.")
    for number_ in outcome["original_som_inte_stammer"]:
        say(f"Originalet till leverans {number_} saknas eller har ändrats.")
    if not outcome["original_som_inte_stammer"]:
        say("Alla original som ska finnas kan läsas och är oförändrade.")
    for fault in (*outcome["utgavor"]["fel"], *outcome["utgavor"]["noterat"]):
        say(f"UTGÅVOR: {fault}")
    if outcome["utgavor"]["haller"]:
        say("Loggen är hel och stämmer med sitt signerade huvud. Alla utgåvor är som de expedierades.")
    say(f"Sida för granskare: {outcome['sida']}")


def written(paths: Sequence[Path], *, as_json: bool) -> None:
    """Show what the generator wrote."""
    if as_json:
        emit({"filer": [str(p) for p in paths], "syntetisk": True})
        return
    many = "1 påhittad leverans skriven" if len(paths) == 1 else f"{len(paths)} påhittade leveranser skrivna"
    kinds = " ".join(f"{folder}/*{suffix}" for folder, suffix in sorted({(p.parent, p.suffix) for p in paths}))
    say(f"{many}. Leverera: kvinnofrid deliver {kinds}")


def nothing(found: "Found", *, as_json: bool) -> None:
    """Say why there is no table."""
    if as_json:
        emit(found.as_json() | {"besked": found.reason})
    else:
        complain(found.reason or "")


def table(found: "Found", spec: "TableSpec", period: str | None = None) -> None:
    """Show a table: one grid a measure, sexes side by side; the year, unless a part of it is asked for.

    Under a released one stands the one sentence about protected cells, the same whether any is protected or not.
    """
    from assets.publicering.tecken import SAID
    from assets.tables.presentation import INTERVALS, LEGEND, blocks, rule_of
    from warehouse.contracts.reference import kommuner

    known = found.perioder
    wanted = period or known[0]
    for first in found.forst:
        say(first)
    say(f"{spec.title}, {kommuner()[found.kommun]} {period_name(wanted)}")
    say(f"{spec.population} {rule_of(spec, period=wanted)} Målgrupp: {spec.malgrupp}.")
    for block in blocks(spec, found.rader, wanted):
        about = "" if block.rule == rule_of(spec, period=wanted) else f" ({block.rule.rstrip('.')})"
        say(f"{block.title or 'Mått utan uppdelning'}{about}")
        grid = Table()
        for name in block.headings:
            grid.add_column(name, overflow="fold")
        for sex in block.sexes:
            grid.add_column(sex, justify="right")
        for line in block.lines:
            style = "bold" if line.total and len(block.lines) > 1 else None
            grid.add_row(*map(escape, (*line.names, *line.texts)), style=style)
        if block.lines:
            console.print(grid)
        for names, what in ((block.zeros, "Alla tal är noll"), (block.unknown, "Uppgift saknas")):
            if names:
                shown = "; ".join(names[:SHOWN]) + (f" och {len(names) - SHOWN} till" if len(names) > SHOWN else "")
                say(f"{what}: {shown}.")
    released = found.skikt == "publicering"
    if released:
        say(SAID)
    say(LEGEND)
    if any(m.name.endswith("_lag") for m in spec.shown_measures):
        say(INTERVALS)
    if len(known) > 1:
        say(f"Visa en annan period: --period {' eller '.join(p for p in known if p != wanted)}")
    for note in found.noter:
        if not (released and note == SAID):
            say(f"• {note}")


def faults(found: Mapping[str, Any], *, as_json: bool) -> None:
    """Show one delivery's faults."""
    if as_json:
        emit(found)
        return
    receipt = found["leverans"]
    status = label("leveransstatus", receipt["status"]).lower()
    say(f"Leverans {receipt['leverans_id']}: {receipt['filnamn']}, {status}.")
    if found["fel"]:
        _faults("Att rätta", found["fel"])
    else:
        say("Inga fel.")


def standing(found: Mapping[str, Any], *, as_json: bool) -> None:
    """Show the installation at a glance."""
    if as_json:
        emit(found)
        return
    say(f"Hem: {found['hem']}. Databas: {found['databas']}. I inkorgen: {found['vantar']}.")
    deliveries = found["leveranser"]
    if deliveries:
        grid = Table(title=f"Leveranser ({len(deliveries)})", title_justify="left")
        for name in ("Nr", "Fil och tabell", "Kommun", "Omfång", "Uttagen", "Status"):
            grid.add_column(name, overflow="fold", no_wrap=name == "Uttagen")
        for d in deliveries[:SHOWN]:
            scope = d["period"] or label("omfang", d["omfang"] or "")
            status, aside = label("leveransstatus", d["status"]), d["rader_karantan"]
            status += f", {number(aside)} {'rad' if aside == 1 else 'rader'} i karantän" if aside else ""
            file = f"{d['filnamn']}\n{d['tabell'] or '–'}"
            texts = (d["leverans_id"], file, d["namnd"], scope, d["uttagsdatum"], status)
            grid.add_row(*(escape("–" if v is None else str(v)) for v in texts))
        console.print(grid)
        if len(deliveries) > SHOWN:
            say(f"De {SHOWN} senaste visas; alla finns med --json.")
    if found.get("sena"):
        from pipelines.show_deliveries import worded

        for one in found["sena"]:
            what = one["beskrivning"] or one["tabell"] or one["form"] or one["kalla"]
            say(f"{what} {one['period']}, {one['namnd']}: {worded(one)}. Se: kvinnofrid deliveries")
    by_kommun: dict[str, dict[str, list[int]]] = {}
    for row in found["tabeller"]:
        by_kommun.setdefault(row["kommun"], {}).setdefault(row["tabell"], []).append(row["ar"])
    for kommun, tables in by_kommun.items():
        say(f"Räknat för {kommun}: " + "; ".join(f"{t} {_years(sorted(years))}" for t, years in tables.items()) + ".")
    for check in found.get("kontroller", []):
        if check["utfall"] != "godkand":
            say(f"Att se över: {describe(check['kontroll'])}: {number(check['antal'])}.")
    if not deliveries and found["vantar"]:
        say("Inget är mottaget än. Ta in det som väntar: kvinnofrid run")
    elif not deliveries:
        say_where(found.get("besked") or "Inget är levererat än. Lägg in filer: kvinnofrid deliver")
