"""A trace as people read it: in the terminal and as a page of its own. The same words in both; reads nothing."""

import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines import trace_words as words
from warehouse.contracts.errors import UserError
from warehouse.contracts.ord import KALLA
from warehouse.contracts.swedish import day, minute, number

if TYPE_CHECKING:
    from pipelines.trace import Spar
    from warehouse.harkomst import Order

TEMPLATES = Path(__file__).parent.parent / "assets" / "templates"
OUTCOMES = {
    "verifierat": "verifierat",
    "olika": "stämmer inte",
    "gar_inte": "går inte att läsa om",
    "inte_provat": "inte prövat",
}
ANSWERS = {"lika": "lika", "olika": "OLIKA", "gar_inte": "gick inte att räkna om", None: "väntar"}


@dataclass(frozen=True, slots=True)
class Block:
    """Facts that belong together: a heading (or none), and each a term and what is said of it."""

    rubrik: str
    fakta: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the trace."""

    titel: str
    block: Sequence[Block]


def parts(s: "Spar") -> list[Part]:
    """The trace in words, part by part; parts with nothing to tell are left out."""
    made = [
        Part("Vad talet är", [Block("", list(_what(s)))]),
        Part("Utgåvan", [Block("", list(_edition(s))), Block("Beslut och steg", list(_steps(s)))]),
        Part("Skyddet av enskilda", [Block("", list(_protection(s)))]),
        Part("Summan", [Block("", list(_members(s)))]),
        Part("Räkningen", [Block("", [*_counted(s)])]),
        Part("Leveranserna", [Block(_head(d), list(_delivery(d))) for d in s.leveranser]),
        Part("Kontrollerna", [Block("", [*_checks(s), *_mended(s)])]),
        Part("Tabellens anmärkningar", [Block("", [("", n) for n in s.deklaration["anmarkningar"]])]),
        Part("Omräkningar", [Block("", list(_orders(s)))]),
        Part("Verifiering", [Block("", list(_verified(s)))]),
        Part("Det som inte står här", [Block("", [("", t) for t in s.utelamnat])]),
    ]
    return [p for p in made if any(b.fakta for b in p.block)]


def _what(s: "Spar") -> Iterator[tuple[str, str]]:
    t, d = s.tal, s.deklaration
    if s.syskon:
        yield "I samma rad", "; ".join(f"{o['kon_i_ord']} {_symbol(o['tryckt'])} ({o['referens']})" for o in s.syskon)
    yield "Tabell", f"{t['tabelltitel']} ({t['tabell']}), måttet {t['matt']}"
    if not d["finns"]:
        yield "Så räknas det", words.formula(None, ())
    else:
        yield "Enhet", d["enhet_i_ord"].lower()
        yield "Period", f"{t['period'].replace('_', '–')}: {d['periodregel_i_ord'].lower()}"
        yield "Vilka det gäller", d["population"]
        yield "Målgrupp", d["malgrupp"].lower()
        yield "Så räknas det", _formula(s)
    for part in s.delar:
        where = f"{_symbol(part['tryckt'])} ({part['referens']})" if part["referens"] else "står inte i utgåvan"
        yield part["titel"], where


def _formula(s: "Spar") -> str:
    tabell = s.tal["tabell"]
    if rate := words.RATES.get((tabell, s.tal["matt"])):
        base = [f"{d['leverans_id']} ({d['filnamn']})" for d in s.leveranser if d.get("som_bas")]
        whence = f", leverans {', '.join(base)}" if base else ""
        of = f"”{s.delar[0]['titel']}”" if s.delar else "Antalet"
        return f"Räknat här: {of} delat med folkmängden (SCB{whence}) och gånger {number(rate[1])}."
    if tabell in words.MIXED and s.tal["matt"] in {name for name, _ in words.RATES.values()}:
        return "Ärenden och insatser är räknade här ur posterna. Brott och jourernas antal är källans egna siffror."
    if not s.deklaration["raknad"] and not s.delar and not (tabell == "oj" and not s.tal["matt"].endswith("_kalla")):
        return "Siffran kom som en siffra i leveransen: den är inte räknad här."
    return words.formula(s.deklaration, s.delar)


def _edition(s: "Spar") -> Iterator[tuple[str, str]]:
    u = s.utgava
    yield "Utgåva", f"{u['utgava']}, {u['typ_i_ord']}, {u['namnd_i_ord']} {u['ar']}"
    yield "Gäller den", u["i_ord"]
    yield "Diarienummer", u["dnr"]
    yield "Expedierad", day(u["expedierad"])
    if u["faststalld"]:
        yield "Nämndens beslut", f"{u['faststalld']}, {u['paragraf']}"
    if u["ersatter"]:
        yield "Ersatte", f"utgåva {u['ersatter']}"
    if u["text"]:
        yield "Till läsaren", u["text"]
    yield "Fingeravtryck (SHA-256)", u["innehall_sha256"]


def _steps(s: "Spar") -> Iterator[tuple[str, str]]:
    for h in s.steg:
        login = f", inloggning {h['inloggning']}" if "inloggning" in h else ""
        proved = "styrkt av egen inloggning" if h["styrkt"] else "uppgivet, ej styrkt"
        yield minute(h["tid"]), f"{h['i_ord']}, av {h['uppgiven']} ({proved}{login}), händelse {h['nr']}"


def _protection(s: "Spar") -> Iterator[tuple[str, str]]:
    r = s.rojandekontroll
    if s.utgava["typ"] != "oppen":
        yield "Regel", "Inget är skyddat: utgåvan är till för dem som får veta."
        return
    yield "Regel", f"{r['regel_i_ord']} ({r['regel']})"
    yield "Indelning", r["variant_i_ord"]
    for g in r["granskningar"]:
        outcome = "godkänd" if g["godkand"] else "INTE GODKÄND"
        yield "Granskad", f"{outcome} {minute(g['skapad'])}, {g['i_ord']}"
    yield "Talet", "skyddat, så att ingen enskild kan kännas igen" if r["skyddat"] else "får visas"


def _members(s: "Spar") -> Iterator[tuple[str, str]]:
    for m in s.deltagare:
        value = f"{_symbol(m['tryckt'])} ({m['referens']})" if m["referens"] else "har inte talet"
        yield f"{m['namnd_i_ord']}, utgåva {m['utgava']}", f"{value}. {m['i_ord']}"


def _counted(s: "Spar") -> Iterator[tuple[str, str]]:
    for v in s.versioner:
        of = f" {words.whose(v['kommun'])}" if v.get("kommun") and v["kommun"] != s.utgava["namnd"] else ""
        run = f", körning {v['korning_id']}" if "korning_id" in v else ""
        said = f"räknad {minute(v['skapad'])}{run}. {words.code_words(v['kod'])}"
        yield f"Tabellversion {v['version_id']} ({v['ar']}{of})", said
        if "innehall_sha256" in v:
            yield "dess fingeravtryck", f"{v['innehall_sha256']}"
    yield "Utgåvan gjord", f"{minute(s.kod['gjord'])}. {words.code_words(s.kod)}"


def _head(d: Mapping[str, Any]) -> str:
    return f"Leverans {d['leverans_id']}: {d['filnamn']}"


def _delivery(d: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    if d["syntetisk"]:
        yield "Påhittad", "ja, filen innehåller påhittade uppgifter och beskriver inga verkliga personer"
    yield "Innehåll", f"{d['tabell']} från {KALLA.get(d['kalla'], d['kalla'])}, avsändare {d['avsandare']}"
    scope = f"perioden {d['period']}" if d["period"] else "helbild (allt som fanns)"
    yield "Omfattning", f"{scope}, uttagen {d['uttagsdatum']}"
    mapping = ", ".join(m for m in (d["mappning"], d["mappningsversion"]) if m)
    yield "Mottagen", minute(d["mottagen"]) + (f", läst med {mapping}" if mapping else "")
    if d["dnr"] or d["rattslig_grund"]:
        told = [t for t in (f"dnr {d['dnr']}" if d["dnr"] else "", d["rattslig_grund"] or "") if t]
        yield "Grund", ", ".join(told)
    if d.get("rader_lasta") is not None:
        read, good, aside = (number(d[f"rader_{n}"]) for n in ("lasta", "godkanda", "karantan"))
        yield "Rader", f"{read} lästa, {good} godkända, {aside} i karantän"
    if d.get("som_bas"):
        yield "Bakom talet", "folkmängden som talet är delat med"
    elif "rader_anvanda" in d:
        many = d["rader_anvanda"]
        yield (
            "Bakom talet",
            f"{number(many)} {'rad' if many == 1 else 'rader'}" if many else "ingen rad ur den i det här talet",
        )
    if d.get("rattad_av"):
        yield "Rättad", f"av leverans {d['rattad_av']}"
    if "original" in d:
        yield "Original", d["original"]["i_ord"]
    if d.get("sha256"):
        yield "SHA-256", d["sha256"]


def _checks(s: "Spar") -> Iterator[tuple[str, str]]:
    for k in s.kontroller:
        many = f", {number(k['antal'])}" if k.get("antal") else ""
        year = f" {k['ar']}" if k["ar"] else ""
        yield f"{k['i_ord']}{year}", f"{k['utfall_i_ord']}{many} ({day(k['skapad'])})"


def _mended(s: "Spar") -> Iterator[tuple[str, str]]:
    for r in s.rattelser:
        what = "ett värde" if r["antal"] == 1 else f"{number(r['antal'])} värden"
        yield "Förklarad rättelse", f"{what} i kolumnen {r['kolumn']}, leverans {r['leverans_id']}"


def _orders(s: "Spar") -> Iterator[tuple[str, str]]:
    for o in s.omrakningar:
        why = f": {o['orsak']}" if o["orsak"] else ""
        when = f" {minute(o['besvarad'])}" if o["besvarad"] else ""
        proved = "styrkt" if o["styrkt"] else "uppgivet"
        yield (
            f"Nr {o['omrakning_id']}, {minute(o['bestalld'])}",
            f"beställd av {o['uppgiven']} ({proved}). Svar: {ANSWERS[o['utfall']]}{why}{when}",
        )


def _verified(s: "Spar") -> Iterator[tuple[str, str]]:
    for v in s.verifiering or []:
        why = f", därför att {v['varfor']}" if v["utfall"] == "gar_inte" else f". {v['varfor']}" if v["varfor"] else ""
        if v["utfall"] == "inte_provat":
            why = f": {v['varfor'][:1].lower()}{v['varfor'][1:]}"
        said = OUTCOMES[v["utfall"]]
        yield v["vad"], f"{said.upper() if v['utfall'] == 'olika' else said}{why}"


def _symbol(text: str) -> str:
    spoken = words.spoken(text)
    return text if spoken == text else f"{text} ({spoken})"


# --- the terminal -----------------------------------------------------------------------------------------------------


def show(s: "Spar") -> None:
    """Print the trace."""
    from rich.markup import escape
    from rich.padding import Padding
    from rich.text import Text

    from pipelines.show import console

    console.print(f"[bold]{escape(s.referens)}: {escape(_symbol(s.tal['tryckt']))}[/bold]")
    console.print(escape(s.tal["i_ord"]))
    if not s.utgava["galler"]:
        console.print(f"[bold]OBS! {escape(s.utgava['i_ord'])}[/bold]")
    if s.sekretess:
        console.print(Text(s.sekretess, style="italic"))
    for part in parts(s):
        console.print(f"\n[bold]{escape(part.titel)}[/bold]")
        for block in part.block:
            if block.rubrik and block.fakta:
                console.print(Padding(Text(block.rubrik, style="underline"), (0, 0, 0, 2)))
            for term, said in block.fakta:
                text = Text.assemble((f"{term}: " if term else "– ", "dim" if term else ""), said)
                console.print(Padding(text, (0, 0, 0, 4 if block.rubrik else 2)))
    if s.verifiering is None:
        console.print(f"\nLäs om det som går att läsa om: kvinnofrid trace {s.referens} --verify")


def orders(found: "Sequence[Order]", nothing: str) -> None:
    """Print ordered recounts with their answers."""
    from pipelines.show import say

    if not found:
        say(nothing)
    for o in found:
        why = f": {o.orsak}" if o.orsak else ""
        answered = f", {minute(o.besvarad)}" if o.besvarad else ""
        proved = f"styrkt av {o.av_login}" if o.styrkt else "uppgivet, ej styrkt"
        say(f"{o.omrakning_id}. {o.ref}: {ANSWERS[o.utfall]}{why}{answered}")
        say(f"   Beställd {minute(o.bestalld)} av {o.uppgiven} ({proved}).")


# --- the page ---------------------------------------------------------------------------------------------------------


def page(s: "Spar") -> str:
    """A page of its own, readable offline, that says where it is within secrecy."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    env = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
    invented = any(d["syntetisk"] for d in s.leveranser)
    return env.get_template("spar.html.j2").render(
        spar=s, delar=parts(s), tryckt=s.tal["tryckt"], utlast=s.tal["utlast"], pahittat=invented
    )


def write_page(s: "Spar", path: Path) -> None:
    """Write the page, all or nothing, readable by its owner only. Raises ``UserError`` where it cannot be."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    made = page(s)
    try:
        draft.touch(mode=0o600)
        draft.write_text(made, encoding="utf-8")
        draft.replace(path)
    except OSError as error:
        with suppress(OSError):
            draft.unlink(missing_ok=True)
        raise UserError(f"Sidan kan inte skrivas till {path}: {error.strerror}.") from None
