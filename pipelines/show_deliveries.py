"""What ``kvinnofrid deliveries`` prints, in Swedish. Reads nothing, decides nothing."""

from collections.abc import Mapping, Sequence
from typing import Any

from rich.markup import escape
from rich.table import Table

from pipelines.show import SHOWN, console, emit, say
from warehouse.contracts.swedish import day_of, number

_ORDER = ("saknas", "avvisad", "delvis", "vantas", "aktuell")
_NOBODY = "0000"


def deliveries(found: Mapping[str, Any], *, alla: bool, as_json: bool) -> None:
    """Show slots, expected deliveries and what waits for correction."""
    if as_json:
        emit(found)
        return
    if found["vantade"]:
        _expected(found["vantade"], alla=alla)
    elif found["kalender"] is None:
        say(
            "Ingen kalender finns, så det går inte att se vad som saknas. Se docs/rattningsrundan.md (forvantade.yaml)."
        )
    if found["vantar_pa_rattning"]:
        _waiting(found["vantar_pa_rattning"])
    if found["platser"]:
        _slots(found["platser"], alla=alla)
    else:
        say("Inget är levererat än.")


def worded(expected: Mapping[str, Any]) -> str:
    """The state of an expected delivery in words."""
    days = expected["dagar_sen"]
    late = f"{number(days)} {'dag' if days == 1 else 'dagar'} sen" if days else ""
    if expected["lage"] == "avvisad":
        return "avvisad, väntar på rättning" + (f", {late}" if late else "")
    if expected["lage"] == "saknas":
        return f"saknas, {late}"
    return {"aktuell": "har kommit", "delvis": "har kommit, rader att rätta", "vantas": "väntas"}[expected["lage"]]


def _expected(rows: Sequence[Mapping[str, Any]], *, alla: bool) -> None:
    # What is late or faulty first, whatever its year; what has come as it should is counted.
    ordered = sorted(rows, key=lambda r: (_ORDER.index(r["lage"]), -r["dagar_sen"], r["senast"]))
    shown = [r for r in ordered if alla or r["lage"] != "aktuell"]
    if shown:
        grid = _grid("Väntade leveranser", "Läge", "Period", "Senast", "Vad", "Kommun", "Avsändare", "Nr")
        for r in shown:
            what = r["beskrivning"] or _what(r)
            texts = (worded(r), r["period"], r["senast"], what, _whose(r["namnd"]), r["avsandare"], r["leverans_id"])
            grid.add_row(*map(_cell, texts))
        console.print(grid)
    done = sum(r["lage"] == "aktuell" for r in rows)
    if done and not alla:
        come = "En väntad leverans" if done == 1 else f"{number(done)} väntade leveranser"
        say(f"{come} har kommit utan fel. Visa allt: kvinnofrid deliveries --alla")


def _waiting(rows: Sequence[Mapping[str, Any]]) -> None:
    grid = _grid("Väntar på rättning", "Nr", "Fil", "Vad", "Kommun", "Avsändare", "Period", "Utfall")
    grid.add_column("Fel", justify="right")
    for r in rows:
        outcome = "avvisad" if r["status"] == "avvisad" else f"{number(r['rader_karantan'])} rader i karantän"
        texts = (r["leverans_id"], r["filnamn"], _what(r), _whose(r["namnd"]), r["avsandare"], r["period"], outcome)
        grid.add_row(*map(_cell, texts), number(r["fel"]))
    console.print(grid)
    for r in rows:
        if r["svar"]:
            say(f"Skicka till avsändaren, ur outbox (leverans {r['leverans_id']}): {', '.join(r['svar'])}")
    say("Felen i ord: kvinnofrid status --leverans NR. Är leveransen rättad stängs felen av sig själva.")


def _slots(rows: Sequence[Mapping[str, Any]], *, alla: bool) -> None:
    families: dict[tuple[Any, ...], list[Mapping[str, Any]]] = {}
    for r in rows:
        families.setdefault(tuple(r[n] for n in ("kalla", "tabell", "namnd", "avsandare", "urval")), []).append(r)
    grid = _grid("Gäller nu", "Nr", "Vad", "Kommun", "Avsändare", "Period", "Uttagen", "Mottagen")
    for heading in ("Rader", "I karantän"):
        grid.add_column(heading, justify="right")
    if not alla:
        grid.add_column("Tidigare perioder", justify="right")
    shown = 0
    for members in families.values():
        members = sorted(members, key=lambda r: (r["period"] is None, r["period"] or "", r["uttagsdatum"]))  # noqa: PLW2901
        for r in members if alla else members[-1:]:
            shown += 1
            if not alla and shown > SHOWN:
                continue
            texts = (r["leverans_id"], _what(r), _whose(r["namnd"]), r["avsandare"], r["period"] or "helbild")
            days = (r["uttagsdatum"], day_of(r["mottagen"]))
            counts = (number(r["rader_godkanda"]), number(r["rader_karantan"]))
            earlier = () if alla else (number(len(members) - 1) if len(members) > 1 else "",)
            grid.add_row(*map(_cell, (*texts, *days)), *counts, *earlier)
    console.print(grid)
    if not alla and shown > SHOWN:
        say(f"{SHOWN} av {number(shown)} visas. Alla: kvinnofrid deliveries --alla")


def _grid(title: str, *headings: str) -> Table:
    grid = Table(title=title, title_justify="left")
    for heading in headings:
        grid.add_column(heading, overflow="fold")
    return grid


def _what(row: Mapping[str, Any]) -> str:
    name = row["tabell"] or row["form"] or "okänt"
    return f"{name} ({row['urval']})" if row["urval"] else name


def _whose(namnd: str | None) -> str | None:
    return "offentlig" if namnd == _NOBODY else namnd


def _cell(value: object) -> str:
    return "–" if value is None else escape(str(value))
