"""The report's content as WordprocessingML: headings, texts, tables and charts in reading order. No files, no template.

How text is escaped is in ``word_xml``, how it looks in ``word_stil``.
"""

import io
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any

from docx.opc.constants import RELATIONSHIP_TYPE

from assets.report.modell import (
    Avsnitt,
    Diagram,
    Faktarad,
    Fritext,
    Innehall,
    Lista,
    Rapport,
    Stycke,
    Tabell,
    Tal,
    TextBlock,
)
from assets.report.siffror import gemensam, radens_ref
from assets.report.word_bredd import bredder
from assets.report.word_listor import add_lists, restart
from assets.report.word_xml import Cell, Marken, field, inner_link, outer_link, paragraph, ren, run, table

if TYPE_CHECKING:
    from assets.report.diagram import Bild

_NBSP = "\u00a0"
_WHOLE = 9
"""A table with no more rows stands on one page."""
_DIAGRAM = 9000
"""The widest that a chart is, in twentieths of a point."""
_SIFFROR = (
    "De små upphöjda talen i texten leder hit. Här står varje siffra i påståendet med sin referens: med den kan "
    "siffran följas tillbaka till de uppgifter som den är räknad på."
)


class Skrivare:
    """What is counted while the report is gone through in reading order, and what the document has to write with."""

    def __init__(
        self, doc: Any, styles: Mapping[str, str], numbering: Any, bredd: int, bilder: "Mapping[str, Bild]"
    ) -> None:
        self.doc, self.styles, self.numbering, self.bredd, self.bilder = doc, styles, numbering, bredd, bilder
        self.marken = Marken()
        self.rubriker: list[tuple[int, str, str]] = []
        """Level, bookmark and words of each heading."""
        self.siffror: list[tuple[int, str]] = []
        """Statements with numbers: what is listed at the end."""
        self.tabeller: dict[str, int] = {}
        self.written: set[str] = set()
        self.diagram = 0
        self.niva = 0
        self.first = False
        self.luft = False
        """Whether a table was the last thing: it has no space of its own below."""
        self._numbers = 0

    def par(self, style: str, inside: str, more: str = "") -> str:
        """A paragraph in a style of the document, with air above where a table stands there."""
        if self.luft and style in ("normal", "list bullet", "list number", "definition", "viktigt"):
            more += '<w:spacing w:before="200"/>'
        self.luft = False
        return paragraph(self.styles[style], inside, more=more)

    def rubrik(self, wanted: int, words: str, *, page: bool = False) -> str:
        """A heading, never more than one level below the last."""
        self.niva = max(1, min(wanted, self.niva + 1, 4))
        mark = f"_Toc{len(self.rubriker) + 1:06}"
        self.rubriker.append((self.niva, mark, words))
        page, self.first = page or self.first, False
        more = "<w:pageBreakBefore/>" if page else ""
        return self.par(f"heading {self.niva}", self.marken.mark(mark, run(words)), more)

    def siffra(self, delar: Iterable[Any]) -> str:
        """The number of a statement, as a link to its numbers at the end; nothing where it tells none."""
        told = [f"{d.text} ({d.ref})" for d in delar if isinstance(d, Tal)]
        if not told:
            return ""
        at = len(self.siffror) + 1
        self.siffror.append((at, "; ".join(told)))
        return inner_link(f"_Siffra{at}", run(str(at), style=self.styles["sifferreferens"]))

    def ny_lista(self) -> int:
        """A numbered list that begins at 1."""
        if not self._numbers:
            self._numbers = add_lists(self.numbering)[1]
            return self._numbers
        return restart(self.numbering, self._numbers)

    def lank(self, address: str, inside: str) -> str:
        """A link out of the document."""
        return outer_link(self.doc.part.relate_to(address, RELATIONSHIP_TYPE.HYPERLINK, is_external=True), inside)


def innehall(w: Skrivare, rapport: Rapport, *, first: bool) -> str:
    """The whole report. ``first``: something stands before it, so it begins on a page of its own."""
    w.first = first
    w.tabeller = {t.id: n for n, t in enumerate(rapport.tabeller, 1)}
    made = []
    before: Avsnitt | None = None
    for a in rapport.avsnitt:
        page = a.niva == 1 and a.slag != "text" and (before is None or before.slag != a.slag)
        made.append(w.rubrik(a.niva, a.rubrik, page=page))
        level = w.niva
        made += [_sak(w, sak, level) for sak in a.innehall]
        before = a
    if w.siffror:
        made += [w.rubrik(1, "Siffrorna i texten", page=True), w.par("normal", run(_SIFFROR)), _siffror(w)]
    return "".join(made)


def forteckning(w: Skrivare) -> str:
    """A table of contents: what stands in it is there at once, and Word gives page numbers when it is updated."""
    entries = [(level, mark, words) for level, mark, words in w.rubriker if level <= 2]
    if not entries:
        return ""
    begin, end = field('TOC \\o "1-2" \\h \\z \\u', "\0").split("\0")
    made = []
    for at, (level, mark, words) in enumerate(entries):
        inside = inner_link(mark, run(words))
        inside = (begin if at == 0 else "") + inside + (end if at == len(entries) - 1 else "")
        made.append(w.par(f"toc {level}", inside))
    return (
        '<w:sdt><w:sdtPr><w:docPartObj><w:docPartGallery w:val="Table of Contents"/><w:docPartUnique/></w:docPartObj>'
        f"</w:sdtPr><w:sdtContent>{''.join(made)}</w:sdtContent></w:sdt>"
    )


def _sak(w: Skrivare, sak: Innehall, level: int) -> str:
    if isinstance(sak, Stycke):
        style = {"text": "normal", "punkt": "list bullet", "viktigt": "viktigt"}[sak.slag]
        return w.par(style, run(sak.text) + w.siffra(sak.delar))
    if isinstance(sak, Tabell):
        return _tabell(w, sak)
    if isinstance(sak, Diagram):
        return _diagram(w, sak)
    if isinstance(sak, Lista):
        return "".join(w.par("definition", run(word, bold=True) + run(f": {said}")) for word, said in sak.rader)
    if isinstance(sak, Faktarad):
        return _fakta(w, sak)
    return _fritext(w, sak, level)


def _caption(w: Skrivare, kind: str, number: int, words: str, mark: str) -> str:
    label = run(f"{kind} ") + field(f"SEQ {kind} \\* ARABIC", run(str(number)))
    return w.par("caption", w.marken.mark(mark, label) + run(f". {words}"))


def _tabell(w: Skrivare, t: Tabell) -> str:
    number = w.tabeller[t.id]
    if t.id in w.written:
        return w.par(
            "normal", run("Se ") + inner_link(f"_Tabell{number}", run(f"Tabell {number}")) + run(f": {t.rubrik}.")
        )
    w.written.add(t.id)
    start = gemensam(t)
    text, tal = w.styles["tabelltext"], w.styles["tabelltal"]
    refs = [radens_ref(rad) for rad in t.rader]
    shown = ["" if ref is None else str(ref.ordning) if start else str(ref) for ref in refs]
    has_ref = any(shown)
    head = [Cell(run(word), text) for word in t.ledord] + [Cell(run(k), tal) for k in t.kolumner]
    rows = []
    for rad, ref in zip(t.rader, shown, strict=True):
        row = [Cell(run(name, bold=rad.total), text) for name in rad.namn]
        row += [Cell(run(_hel(r.text), bold=rad.total), tal) for r in rad.rutor]
        rows.append(row + ([Cell(run(ref), tal)] if has_ref else []))
    names = [[word, *(rad.namn[n] for rad in t.rader)] for n, word in enumerate(t.ledord)]
    cells = [[k, *(rad.rutor[n].text for rad in t.rader)] for n, k in enumerate(t.kolumner)]
    if has_ref:
        head.append(Cell(run("Ref."), tal))
        cells.append(["Ref.", *shown])
    rule = [t.regel] if t.regel else []
    rule += [f"Referens: {start}<Ref.>."] if start and has_ref else []
    made = _caption(w, "Tabell", number, t.rubrik, f"_Tabell{number}")
    made += w.par("tabellregel", run(" ".join(rule))) if rule else ""
    if rows:
        whole = len(rows) <= _WHOLE
        widths = bredder(names, cells, w.bredd)
        made += table(w.styles["kartläggning"], widths, head, rows, title=t.rubrik, whole=whole)
    notes = [f"Noll i alla kolumner: {'; '.join(t.nollor)}."] if t.nollor else []
    notes += [f"Inget är känt om: {'; '.join(t.okanda)}."] if t.okanda else []
    made += "".join(w.par("tabellnot", run(n)) for n in (*notes, *t.noter))
    w.luft = True
    return made


def _hel(text: str) -> str:
    """A share's (30 av 40) is not broken: where a cell is narrow it stands on a line of its own."""
    start, bracket, rest = text.partition(" (")
    return f"{start}{bracket}{rest.replace(' av ', f'{_NBSP}av{_NBSP}')}" if bracket else text


def _diagram(w: Skrivare, d: Diagram) -> str:
    w.diagram += 1
    made = _caption(w, "Diagram", w.diagram, d.rubrik, f"_Diagram{w.diagram}")
    picture = w.bilder.get(d.id)
    if picture is None:
        made += w.par("normal", run(d.alt))
    else:
        relation, _ = w.doc.part.get_or_add_image(io.BytesIO(picture.png))
        width = min(w.bredd, _DIAGRAM, round(picture.bredd * 15))
        height = round(width * picture.hojd / picture.bredd)
        alt = w.marken.picture(relation, f"Diagram {w.diagram}", d.alt or d.rubrik, width, height)
        made += w.par("diagram", alt, "<w:keepNext/>" if d.tabell in w.tabeller else "")
    if d.tabell in w.tabeller:
        at = w.tabeller[d.tabell]
        link = inner_link(f"_Tabell{at}", run(f"Tabell {at}"))
        made += w.par("tabellnot", run("Siffrorna står i ") + link + run("."))
    return made


def _fakta(w: Skrivare, f: Faktarad) -> str:
    text = w.styles["tabelltext"]
    made = w.par("caption", run(f.rubrik)) if f.rubrik else ""
    if not f.rader:
        return made
    columns = [[word, *(r[n] for r in f.rader)] for n, word in enumerate(f.huvud)]
    rows = [[Cell(run(c), text) for c in r] for r in f.rader]
    head = [Cell(run(word), text) for word in f.huvud]
    widths = bredder(columns, [], w.bredd)
    whole = len(rows) <= _WHOLE
    w.luft = True
    return made + table(w.styles["kartläggning"], widths, head, rows, title=f.rubrik, whole=whole)


def _fritext(w: Skrivare, f: Fritext, level: int) -> str:
    made = []
    for is_item, some in groupby(f.block, key=lambda b: b.slag in ("punkt", "nummer")):
        blocks = list(some)
        made += _listor(w, blocks) if is_item else [_eget(w, b, level) for b in blocks]
    w.niva = level
    return "".join(made)


def _eget(w: Skrivare, b: TextBlock, level: int) -> str:
    if b.slag == "rubrik":
        words = "".join(d if isinstance(d, str) else d.text for t in b.delar for d in t.delar)
        return w.rubrik(level + b.niva, words)
    return w.par("quote" if b.slag == "citat" else "normal", _lopor(w, b))


def _listor(w: Skrivare, blocks: Sequence[TextBlock]) -> list[str]:
    """Items of lists within lists. A numbered list begins anew where another item than a deeper one stood before."""
    made: list[str] = []
    running: dict[int, int] = {}
    for b in blocks:
        depth = max(1, min(b.niva, 3))
        running = {level: num for level, num in running.items() if level <= depth}
        if b.slag == "punkt":
            running.pop(depth, None)
            made.append(w.par("list bullet" if depth == 1 else f"list bullet {depth}", _lopor(w, b)))
            continue
        if depth not in running:
            running[depth] = w.ny_lista()
        num = f'<w:numPr><w:ilvl w:val="{depth - 1}"/><w:numId w:val="{running[depth]}"/></w:numPr>'
        w.luft = False  # a list's own properties come in an order of their own
        indent = f'<w:ind w:left="{357 * depth}" w:hanging="357"/>'
        made.append(w.par("list number", _lopor(w, b), num + indent))
    return made


def _lopor(w: Skrivare, b: TextBlock) -> str:
    made = ""
    for text in b.delar:
        said = "".join(d if isinstance(d, str) else d.text for d in text.delar)
        linked = text.lank.startswith(("https://", "mailto:"))
        look = w.styles["hyperlink"] if linked else ""
        inside = run(said, bold=text.fet, italic=text.kursiv, style=look)
        made += w.lank(ren(text.lank), inside) if linked else inside
    return made + w.siffra(d for text in b.delar for d in text.delar)


def _siffror(w: Skrivare) -> str:
    text = w.styles["tabelltext"]
    rows = [[Cell(w.marken.mark(f"_Siffra{at}", run(str(at))), text), Cell(run(said), text)] for at, said in w.siffror]
    head = [Cell(run("Nr"), text), Cell(run("Siffror, med referens"), text)]
    widths = [700, w.bredd - 700]
    return table(w.styles["kartläggning"], widths, head, rows, title="Siffrorna i texten", whole=False)
