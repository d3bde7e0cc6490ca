"""Accounting for digits: which of those in a report's words are no figures of the edition, and of which kind they are.

A number that is neither a released cell's nor of a kind that is named here is found by its text. No tests here.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from assets.report import bakgrund
from assets.report.kontroll import tal_i
from assets.report.modell import Diagram, Rapport, Tal
from assets.tables.catalogue import TABLES
from warehouse.released import Provenance

MONTHS = "januari|februari|mars|april|maj|juni|juli|augusti|september|oktober|november|december"
SORTER: Mapping[str, str] = {
    "sha-256 och andra fingeravtryck": r"\bSHA-256\b|\b[0-9a-f]{8,64}\b",
    "programversion": r"\b\d+\.\d+\.\d+\+[\w.+-]+",
    "adress": r"https?://\S+|\b[\w.]+@[\w.]+",
    "filnamn": r"\b[\w-]+\.(?:csv|xlsx|ya?ml|html|pdf|docx|json|docx|md)\b",
    "referens": r"\bU\d+-[a-z_]+-\d+\b|\bU\d{5}\b",
    "tidpunkt": r"\b\d{4}-\d{2}-\d{2}(?:[ T]\d{2}[:.]\d{2}(?::\d{2})?)?\b|\b(?:kl\. )?\d{2}[.:]\d{2}\b",
    "datum": rf"\b\d{{1,2}} (?:{MONTHS})(?: \d{{4}})?\b",
    "lag": r"\b(?:19|20)\d{2}(?:/\d{2})?:\d+\b",
    "paragraf": r"\b\d+ ?[a-z]? (?:kap\.|§)|§+ ?\d+(?: [a-z]\b)?",
    "ålder": r"\b\d{1,2}–\d{1,2}(?= år)|\b\d{1,2}(?= (?:år|månader))",
    "period": r"\b(?:tertial|kvartal|T|Q) ?\d\b",
    "år": r"\b(?:19|20)\d{2}(?:[–_-](?:19|20)?\d{2}|[TQ]\d)?\b",
    "skala": r"\b1–5\b|\b1 till 5\b",
    "nivå": r"\b95[-  ](?:procent(?:igt|iga)?|%)|\bper \d{1,3}[  ]\d{3}\b",
    "standard": r"\bWCAG 2\.\d\b|\bPDF/UA-1\b|\bUTF-8\b|\bRFC \d+\b|\bCSVW?\b",
    "exempel": r"\b0,75 visas som 75,0 %|\[70–81\]",
    "utgåva": r"\b[Uu]tgåva(?:n|s)? \d+\b",
}
"""Kinds of numbers that are not figures, and what they look like."""
_KINDS = re.compile("|".join(f"(?:{pattern})" for pattern in SORTER.values()))


@cache
def deklarerat() -> tuple[str, ...]:
    """Words that are written in the plan or in the background, with digits in them: the longest first."""
    said: set[str] = set()
    for spec in TABLES.values():
        said |= set(_strings(spec))
    source = Path(str(bakgrund.__file__)).with_name(bakgrund.FIL)
    said |= set(_strings(yaml.safe_load(source.read_text(encoding="utf-8"))))
    return tuple(sorted((s for s in said if re.search(r"\d", s) and len(s) > 2), key=len, reverse=True))


@cache
def _koder() -> frozenset[str]:
    """Words that stand alone in a table or chart: codes as the plan has them, and symbols."""
    answers = [str(n) for n in range(1, 6)]
    asked = [d for d in TABLES["brukarenkat"].dimensions if d.words]
    listed = [d for spec in TABLES.values() for d in spec.dimensions if d.values]
    words = {d.word(c) for d in listed for c in d.values} | {d.word(c) for d in asked for c in answers}
    return frozenset(words | {"0", "[70–81]", *answers})


def _strings(thing: Any) -> Iterator[str]:
    """Every text in a value, however deep; the references' numbers and the provenance left out."""
    if isinstance(thing, str):
        yield thing
    elif isinstance(thing, Mapping):
        for name, value in thing.items():
            yield from _strings(name)
            yield from _strings(value)
    elif isinstance(thing, (list, tuple, set, frozenset)):
        for value in thing:
            yield from _strings(value)
    elif is_dataclass(thing) and not isinstance(thing, (Tal, Provenance)):
        for one in fields(thing):
            yield from _strings(getattr(thing, one.name))


def rensad(text: str) -> str:
    """A text without what is declared and without numbers of known kinds."""
    if not re.search(r"\d", text) or text in _koder():
        return ""
    for words in deklarerat():
        if words in text:
            text = text.replace(words, " ")
    return _KINDS.sub(" ", text)


def siffror(*texts: str) -> set[str]:
    """The numbers of texts, as they are compared: without what parts thousands."""
    return {re.sub(r"[\u00a0\u202f]", "", n) for text in texts for n in _NUMBER.findall(text)}


_NUMBER = re.compile(r"\d+(?:[\u00a0\u202f]\d{3})*(?:[,.]\d+)?")


def oforklarade(text: str, also: Collection[str] = ()) -> set[str]:
    """Numbers of a text that are of no kind; ``also`` are numbers that are known from elsewhere."""
    return siffror(rensad(text)) - set(also)


def _printed(thing: Any) -> Iterator[str]:
    """What the cells in a table or chart print."""
    if isinstance(thing, Tal):
        yield thing.text
    elif isinstance(thing, (list, tuple)):
        for value in thing:
            yield from _printed(value)
    elif is_dataclass(thing):
        for one in fields(thing):
            yield from _printed(getattr(thing, one.name))


def raknade_tecken(rapport: Rapport, rader: Mapping[str, Any]) -> set[str]:
    """How many numbers the edition has, by table and in all, and how many of each status: what anybody can count."""
    found: set[int] = {len(rapport.tabeller), len(rapport.diagram), len(rader)}
    # Öppna jämförelser has shares of the län and the country, and no counts: those are not counted as missing.
    told = {
        name: [r for r in rows if not (name == "oj" and r["status"] == "saknas" and r["omrade"] in ("lan", "riket"))]
        for name, rows in rader.items()
    }
    groups = [[r for rows in told.values() for r in rows], *told.values()]
    for one in groups:
        statuses = [str(r["status"]) for r in one]
        counts = [statuses.count(s) for s in ("visas", "intervall", "skyddas", "saknas", "ej_tillampligt")]
        zeros = sum(r["status"] == "visas" and float(r["varde"]) == 0 for r in one)
        found |= {*counts, len(one), len(one) - counts[-1], counts[0] + counts[1], zeros, counts[0] - zeros}
    return {str(n) for n in found}


def oredovisade(rapport: Rapport, rader: Mapping[str, Any]) -> list[tuple[str, str]]:
    """(where, number) of every number in a report's words that is of no kind and is no released number beside it."""
    counted, provenance = raknade_tecken(rapport, rader), set(_of_provenance(rapport.harkomst))
    found: list[tuple[str, str]] = []
    for avsnitt, sak in rapport.alla():
        also: set[str] = set()
        if isinstance(sak, Diagram):  # its text tells what it shows
            also = siffror(*_printed(sak.punkter), *_printed(_tabell(rapport, sak.tabell)))
            also |= siffror(*(p.serie for p in sak.punkter), *(p.kategori for p in sak.punkter))
        elif avsnitt.slag == "bilaga":
            also = counted | provenance
        elif avsnitt.id in RAKNAR:
            also = counted
        said = [s for s in _strings(sak) if not _is_name(sak, s)]
        found += [(avsnitt.id, n) for text in said for n in oforklarade(_anonymous(rapport, text), also)]
    front = _strings((rapport.framsida, [a.rubrik for a in rapport.avsnitt], dict(rapport.forklaringar)))
    found += [("framsida, rubriker och tecken", n) for text in front for n in oforklarade(_anonymous(rapport, text))]
    return found


RAKNAR = ("vet-inte", "sammanfattning-vet-inte")
"""Sections that say how many of the edition's numbers are protected or missing."""


def _anonymous(rapport: Rapport, text: str) -> str:
    """Without the report's diarienummer, paragraph and kommun."""
    front = rapport.framsida
    for name in (front.dnr, front.paragraf, front.kommun):
        text = text.replace(name, " ") if name else text
    return text


def _is_name(sak: Any, text: str) -> bool:
    """Anchors and names of parts are no words for readers."""
    return text in {getattr(sak, name, None) for name in ("id", "tabell", "slag", "form", "fil")}


def _tabell(rapport: Rapport, name: str) -> Any:
    return next((t for t in rapport.tabeller if t.id == name), ())


def kanda(rapport: Rapport, rader: Mapping[str, Any]) -> set[str]:
    """Every number that the report's document has in it, and what can be counted in the edition."""
    found = siffror(*_strings(rapport), *(t.text for t in tal_i(rapport))) | raknade_tecken(rapport, rader)
    return found | set(_of_provenance(rapport.harkomst))


def _of_provenance(harkomst: Provenance) -> Iterator[str]:
    """Numbers of deliveries, versions and events, and what is told of public sources."""
    told = ("leverans_id", "version_id", "nr", "storlek", "rader_lasta", "rader_godkanda", "rader_karantan")
    for rows in (harkomst.leveranser, harkomst.versioner, harkomst.handelser):
        yield from (str(row[n]) for row in rows for n in told if row.get(n) is not None)
    yield from (str(len(rows)) for rows in (harkomst.leveranser, harkomst.versioner, harkomst.handelser))
