"""The document as the PDF's template reads it: plain data for JSON. Widths are counted here; looks are not."""

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import Any

from assets.report.diagram import Bild
from assets.report.diagram.stil import bredd
from assets.report.marken import inte_galler
from assets.report.modell import (
    Avsnitt,
    Diagram,
    Faktarad,
    Fritext,
    Innehall,
    Lista,
    Rad,
    Rapport,
    Stycke,
    Tabell,
    Tal,
    TextBlock,
)
from assets.report.pdf_taggar import Taggar
from assets.report.siffror import gemensam, radens_ref
from warehouse.contracts.swedish import day_name

SPALT, SIDA = 118.0, 160.0
"""Widths in mm: of the running text, and of what may go out into the margin."""
_MM = 0.3528
_LUFT = 3.4
"""Between columns, in mm."""
_NAMN_MIN, _NAMN_MAX, _TAL_MIN, _TAL_MAX = 32.0, 62.0, 14.0, 46.0
_KORT = 110.0
"""A table that is not taller, in mm, stands on one page."""
_LANG = re.compile(r"\S{22,}")
_WORDS = re.compile("[\\s\u200b]+")

Data = dict[str, Any]


class _Dokument:
    """What is counted while the report is gone through in reading order."""

    def __init__(self, rapport: Rapport, bilder: Mapping[str, Bild], filer: Mapping[str, str]) -> None:
        self.rapport, self.bilder, self.filer = rapport, bilder, filer
        self.siffror: list[Data] = []
        self.niva = 0
        self.tabeller = {t.id for t in rapport.tabeller}
        self.seen: set[str] = set()

    def rubrik(self, wanted: int) -> int:
        """The level of a heading: never more than one below the last, or those who hear it lose their way."""
        self.niva = max(1, min(wanted, self.niva + 1))
        return self.niva

    def marke(self, id_: str) -> str:
        """The anchor of a thing; empty the second time it stands in the report."""
        if id_ in self.seen:
            return ""
        self.seen.add(id_)
        return id_

    def siffra(self, delar: Iterable[Any]) -> int:
        """The number of a statement, under which its numbers are listed at the end; 0 where it tells none."""
        told = [[d.text, str(d.ref)] for d in delar if isinstance(d, Tal)]
        if not told:
            return 0
        self.siffror.append({"nr": len(self.siffror) + 1, "tal": told})
        return len(self.siffror)


def tagna(rapport: Rapport) -> list[Taggar]:
    """What the tags of each printed table shall say beside what is seen, for the tables as they stand."""
    made = []
    for _, sak in rapport.alla():
        if isinstance(sak, Tabell) and sak.rader:
            has_ref = any(radens_ref(rad) for rad in sak.rader)
            said = [("",) * len(r.namn) + tuple(c.uttalas for c in r.rutor) + ("",) * has_ref for r in sak.rader]
            made.append(Taggar(len(sak.ledord), tuple(s for row in said for s in row)))
        elif isinstance(sak, Faktarad) and sak.rader:
            made.append(Taggar(min(1, len(sak.huvud) - 1), ("",) * sum(len(r) for r in sak.rader)))
    return made


def innehall(rapport: Rapport, bilder: Mapping[str, Bild], filer: Mapping[str, str], logotyp: str) -> Data:
    """The whole report. ``filer`` names each chart's file by its id."""
    front, doc = rapport.framsida, _Dokument(rapport, bilder, filer)
    sections = [_avsnitt(doc, a, before) for a, before in zip(rapport.avsnitt, (None, *rapport.avsnitt), strict=False)]
    return {
        "titel": front.titel,
        "kommun": front.kommun,
        "namnd": front.namnd,
        "ar": front.ar,
        "utgava": front.utgava,
        "laege": front.laege,
        "dnr": front.dnr,
        "dag": [front.expedierad.year, front.expedierad.month, front.expedierad.day],
        "expedierad": day_name(front.expedierad),
        "beslut": ", ".join(
            b for b in (day_name(front.faststalld) if front.faststalld else "", front.paragraf or "") if b
        ),
        "pahittad": front.pahittad,
        "text": front.text,
        "logotyp": logotyp,
        "sekretess": front.sekretess,
        "over": inte_galler(front),
        "tecken": [[sign, said] for sign, said in rapport.forklaringar.items()],
        "avsnitt": sections,
        "siffror": doc.siffror,
    }


def _avsnitt(doc: _Dokument, a: Avsnitt, before: Avsnitt | None) -> Data:
    level = doc.rubrik(a.niva)
    return {
        "id": a.id,
        "rubrik": a.rubrik,
        "niva": level,
        # All tables, and all appendices, begin on a page of their own.
        "nysida": level == 1 and a.slag != "text" and (before is None or before.slag != a.slag),
        "innehall": _ledin([made for sak in _points_together(a.innehall) for made in _sak(doc, sak, level)]),
    }


def _ledin(things: list[Data]) -> list[Data]:
    """A section that begins with a paragraph and then a table or chart: they, and the heading, keep together."""
    if len(things) > 1 and things[0]["slag"] == "text" and things[1]["slag"] in ("tabell", "diagram", "fakta"):
        things[0]["ledin"] = True
    return things


def _points_together(things: Sequence[Innehall]) -> list[Innehall | list[Stycke]]:
    made: list[Innehall | list[Stycke]] = []
    for is_point, some in groupby(things, key=lambda s: isinstance(s, Stycke) and s.slag == "punkt"):
        group = list(some)
        made.extend([[s for s in group if isinstance(s, Stycke)]] if is_point else group)
    return made


def _sak(doc: _Dokument, sak: Innehall | list[Stycke], level: int) -> list[Data]:
    if isinstance(sak, list):
        return [{"slag": "punkter", "rader": [_stycke(doc, s) for s in sak]}]
    if isinstance(sak, Stycke):
        return [{"slag": sak.slag, **_stycke(doc, sak)}]
    if isinstance(sak, Tabell):
        return [_tabell(doc, sak)]
    if isinstance(sak, Diagram):
        return [_diagram(doc, sak)]
    if isinstance(sak, Lista):
        return [{"slag": "termer", "rader": [list(r) for r in sak.rader]}] if sak.rader else []
    if isinstance(sak, Faktarad):
        return [_fakta(doc, sak)]
    return _fritext(doc, sak, level)


def _stycke(doc: _Dokument, s: Stycke) -> Data:
    return {"text": brytbar(s.text), "nr": doc.siffra(s.delar)}


def _diagram(doc: _Dokument, d: Diagram) -> Data:
    return {
        "slag": "diagram",
        "id": doc.marke(d.id),
        "rubrik": d.rubrik,
        "alt": d.alt,
        "fil": doc.filer[d.id],
        "hojd": doc.bilder[d.id].hojd / doc.bilder[d.id].bredd,
        "tabell": d.tabell if d.tabell in doc.tabeller else "",
    }


def _tabell(doc: _Dokument, t: Tabell) -> Data:
    start = gemensam(t)
    refs, rows = [_radref(rad, start) for rad in t.rader], list[Data]()
    for rad, ref in zip(t.rader, refs, strict=True):
        printed = [brytbar(r.text) for r in rad.rutor]
        rows.append({"namn": [brytbar(n) for n in rad.namn], "rutor": printed, "ref": ref, "total": rad.total})
    names = [[t.ledord[n], *(brytbar(rad.namn[n]) for rad in t.rader)] for n in range(len(t.ledord))]
    cells = [[t.kolumner[n], *(rad.rutor[n].text for rad in t.rader)] for n in range(len(t.kolumner))]
    size, widths = _bredder(names, cells, refs)
    return {
        "slag": "tabell",
        "id": doc.marke(t.id),
        "rubrik": t.rubrik,
        "regel": t.regel,
        "ledord": list(t.ledord),
        "kolumner": list(t.kolumner),
        "rader": rows,
        "har_ref": any(refs),
        "ref": start,
        "bredder": widths,
        "storlek": size,
        "hel": _hojd([[*r["namn"], *r["rutor"]] for r in rows], widths, size) <= _KORT,
        "noter": [
            *([f"Noll i alla kolumner: {_upprakning(t.nollor)}."] if t.nollor else []),
            *([f"Inget är känt om: {_upprakning(t.okanda)}."] if t.okanda else []),
            *(brytbar(n) for n in t.noter),
        ],
    }


def _radref(rad: Rad, start: str) -> str:
    """What the column Ref. says: the place alone where the caption says the rest."""
    ref = radens_ref(rad)
    return "" if ref is None else str(ref.ordning) if start else str(ref)


def _fakta(doc: _Dokument, f: Faktarad) -> Data:
    columns = [[f.huvud[n], *(brytbar(r[n]) for r in f.rader)] for n in range(len(f.huvud))]
    size, widths = _bredder(columns, [])
    return {
        "slag": "fakta",
        "id": doc.marke(f.id),
        "rubrik": f.rubrik,
        "huvud": list(f.huvud),
        "rader": [[brytbar(c) for c in r] for r in f.rader],
        "bredder": widths,
        "storlek": size,
        "hel": _hojd([list(r) for r in f.rader], widths, size) <= _KORT,
    }


def _bredder(names: list[list[str]], cells: list[list[str]], refs: Sequence[str] = ()) -> tuple[float, list[float]]:
    """Size of the text in points, and a width in mm for each column: as they need, and within the page."""
    for size in (9.5, 8.5, 7.6):
        ref = max((bredd(r, 0.86 * size) * _MM + _LUFT for r in ("Ref.", *refs)), default=0) if any(refs) else 0.0
        want = [min(_need(c, size), _NAMN_MAX if cells else 90.0) for c in names]
        want += [max(min(_need(c, size), _TAL_MAX), 13.0) for c in cells]
        total = sum(want) + ref
        if total <= SIDA:
            break
    room = SPALT if total <= SPALT else SIDA
    if total <= room:  # what is left over goes to the names: numbers stay close to one another
        for n in range(len(names)):
            want[n] += (room - total) / len(names)
    else:
        least = [max(_word(c, size), _NAMN_MIN if cells else 0) for c in names]
        least += [max(_word(c[1:], size), min(_word(c[:1], size), _TAL_MIN)) for c in cells]
        least = [min(pair) for pair in zip(want, least, strict=True)]
        spare = SIDA - ref - sum(least)
        if spare > 0:
            share = spare / (sum(want) - sum(least))
            want = [low + (w - low) * share for w, low in zip(want, least, strict=True)]
        else:
            want = [w * (SIDA - ref) / sum(least) for w in least]
    return size, [round(w, 2) for w in (*want, *([ref] if ref else []))]


def _word(column: list[str], size: float) -> float:
    """How narrow a column can be without breaking a word."""
    return max((bredd(w, size) for c in column for w in _WORDS.split(c)), default=10) * _MM * 0.94 + _LUFT


def _hojd(rows: list[list[str]], widths: list[float], size: float) -> float:
    """About how tall the rows become, in mm: rather too much than too little."""
    lines = (
        max((math.ceil(bredd(c, size) * _MM / max(w - _LUFT, 1)) for c, w in zip(r, widths, strict=False)), default=1)
        for r in rows
    )
    return sum(3.4 + size * _MM * 1.15 * max(n, 1) for n in lines)


def _need(column: list[str], size: float) -> float:
    """How wide a column wants to be: its cells on one line, its heading by its longest word."""
    head, *cells = column
    words = max([bredd(head, size) * 0.6, *(bredd(w, size) for w in head.split())])
    return max([words * 1.1, *(bredd(c, size) for c in cells)], default=10) * _MM * 0.92 + _LUFT


def _upprakning(words: Sequence[str]) -> str:
    return "; ".join(words)


def brytbar(text: str) -> str:
    """The text with places where a long name of a file or a digest may break; they are not seen and take no room."""
    return _LANG.sub(lambda m: re.sub(r"([_./\\-]|[0-9a-fA-F]{16})(?=.)", "\\1\u200b", m[0]), text)


def _fritext(doc: _Dokument, f: Fritext, level: int) -> list[Data]:
    made = list[Data]()
    for is_item, some in groupby(f.block, key=lambda b: b.slag in ("punkt", "nummer")):
        blocks = list(some)
        if is_item:
            made.extend(_listor(doc, blocks))
            continue
        for b in blocks:
            runs = _lopor(doc, b)
            if b.slag == "rubrik":
                made.append({"slag": "rubrik", "delar": runs, "niva": doc.rubrik(level + b.niva)})
            else:
                made.append({"slag": "citat" if b.slag == "citat" else "egen", "delar": runs})
    doc.niva = level
    return made


def _listor(doc: _Dokument, blocks: Sequence[TextBlock]) -> list[Data]:
    """Items as lists within lists, by how deep they stand."""
    made: list[Data] = []
    depth = min(b.niva for b in blocks)
    at = 0
    while at < len(blocks):
        b = blocks[at]
        end = at + 1
        while end < len(blocks) and blocks[end].niva > depth:
            end += 1
        item = {"delar": _lopor(doc, b), "under": _listor(doc, blocks[at + 1 : end]) if end > at + 1 else []}
        kind = "numrerad" if b.slag == "nummer" else "lista"
        if made and made[-1]["slag"] == kind:
            made[-1]["rader"].append(item)
        else:
            made.append({"slag": kind, "rader": [item]})
        at = end
    return made


def _lopor(doc: _Dokument, b: TextBlock) -> list[Data]:
    runs = []
    for text in b.delar:
        said = "".join(d if isinstance(d, str) else d.text for d in text.delar)
        link = text.lank if text.lank.startswith(("https://", "mailto:")) else ""
        runs.append({"t": brytbar(said), "fet": text.fet, "kursiv": text.kursiv, "lank": link})
    number = doc.siffra(d for text in b.delar for d in text.delar)
    return [*runs, {"nr": number}] if number else runs
