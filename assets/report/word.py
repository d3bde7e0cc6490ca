"""The report as a Word document, on the built-in template or the kommun's own.

Here the template is filled in, marked and packed. What it may hold is in ``word_las``, the report's content in
``word_innehall``, its styles in ``word_stil``.
"""

import io
import zipfile
from collections.abc import Mapping
from datetime import UTC, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docx import Document
from docx.document import Document as Docx
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import XmlPart
from docx.oxml import parse_xml
from docx.section import _BaseHeaderFooter  # the one type that headers of all kinds share
from docxtpl import DocxTemplate
from lxml import etree

from assets.report.logotyp_bild import logotyp
from assets.report.mapp import skriv_hel
from assets.report.marken import PAHITTADE, marken
from assets.report.modell import Framsida, Rapport
from assets.report.word_innehall import Skrivare, forteckning, innehall
from assets.report.word_las import UTANFOR, Mallfel, las, miljo
from assets.report.word_listor import add_lists
from assets.report.word_stil import fill_in
from assets.report.word_xml import NAMESPACES, W, paragraph, ren, run
from assets.report.wordmall import MALL

if TYPE_CHECKING:
    from assets.report.diagram import Bild

FALT = (
    "titel", "kommun", "namnd", "ar", "utgava", "laege", "dnr", "expedierad", "faststalld", "paragraf", "text",
    "sekretess", "pahittade", "markning", "logotyp", "innehallsforteckning", "innehall",
)  # fmt: skip
"""The placeholders of a template."""
_PLATSER = {name: f"\ue0f0{name}\ue0f1" for name in ("logotyp", "innehallsforteckning", "innehall")}
_VAKT = "\ue0f2"
_TECKEN = ("{_{", "}_}", "{_%", "%_}")
"""What docxtpl would read as its own."""
_LOGOTYP = 1134
"""Height of the logo, in twentieths of a point (2 cm)."""


def skriv(rapport: Rapport, bilder: "Mapping[str, Bild]", till: Path, mall: Path | None = None) -> None:
    """Write the document. It is put in place when it is whole; the same report and template give the same bytes.

    Args:
        rapport: The report.
        bilder: The charts by id, drawn.
        till: The file.
        mall: The kommun's own template; without one the built-in.

    Raises:
        UserError: The template cannot be used, or the logo cannot be read. Nothing is written.
    """
    front = rapport.framsida
    template = DocxTemplate(io.BytesIO(las(mall or MALL, FALT)))
    template.render(_values(front), miljo(), autoescape=True)
    filled = io.BytesIO()
    template.save(filled)
    doc = Document(io.BytesIO(filled.getvalue()))
    _fill(doc, rapport, bilder, (mall or MALL).name)
    _mark_pages(doc, front)
    _properties(doc, front)
    out = io.BytesIO()
    doc.save(out)
    skriv_hel(till, _stable(out.getvalue(), front))


def _values(front: Framsida) -> dict[str, str]:
    said = {
        "titel": front.titel,
        "kommun": front.kommun,
        "namnd": front.namnd,
        "ar": str(front.ar),
        "utgava": str(front.utgava),
        "laege": front.laege,
        "dnr": front.dnr,
        "expedierad": front.expedierad.isoformat(),
        "faststalld": front.faststalld.isoformat() if front.faststalld else "",
        "paragraf": front.paragraf or "",
        "text": front.text,
        "sekretess": front.sekretess,
        "pahittade": PAHITTADE if front.pahittad else "",
        "markning": " · ".join(marken(front)),
    }
    made = {name: _guarded(text) for name, text in said.items()}
    return made | _PLATSER | ({} if front.logotyp else {"logotyp": ""})


def _guarded(text: str) -> str:
    for sign in _TECKEN:
        text = text.replace(sign, f"{sign[0]}{_VAKT}{sign[1:]}")
    return ren(text).replace("\f", " ").replace("\a", " ")


def _fill(doc: Docx, rapport: Rapport, bilder: "Mapping[str, Bild]", name: str) -> None:
    """Put logo, contents and the report itself in their places."""
    for root in (doc.element, *(part.element for part in _headers(doc))):
        for t in root.iter(f"{{{W}}}t"):
            if t.text and _VAKT in t.text:
                t.text = t.text.replace(_VAKT, "")
    styles = fill_in(doc.styles.element, lambda: add_lists(_numbering(doc)))
    places = {key: _places(doc, mark) for key, mark in _PLATSER.items()}
    body = doc.element.body
    if len(places["innehall"]) != 1 or any(
        p.getparent() is not body for key in places if key != "logotyp" for p in places[key]
    ):
        raise Mallfel(name, [UTANFOR])  # what only shows when the conditions are worked out
    (place,) = places["innehall"]
    writer = Skrivare(doc, styles, _numbering(doc), _width(doc, place), bilder)
    content = innehall(writer, rapport, first=place.getprevious() is not None)
    for at in places["innehallsforteckning"]:
        _replace(at, forteckning(writer))
    _replace(place, content)
    for at in places["logotyp"]:
        _logo(doc, writer, at, rapport.framsida.logotyp)


def _places(doc: Docx, mark: str) -> list[Any]:
    """The paragraphs that hold a place's mark."""
    roots = [doc.element, *(part.element for part in _headers(doc))]
    every = [p for root in roots for p in root.iter(f"{{{W}}}p")]
    return [p for p in every if mark in "".join(t.text or "" for t in p.iter(f"{{{W}}}t"))]


def _replace(place: Any, xml: str) -> None:
    for made in parse_xml(f"<w:body {NAMESPACES}>{xml}</w:body>"):
        place.addprevious(made)
    if place.find(f"{{{W}}}pPr/{{{W}}}sectPr") is None:
        place.getparent().remove(place)
        return
    for run_ in place.findall(f"{{{W}}}r"):  # the section ends here
        place.remove(run_)


def _logo(doc: Docx, writer: Skrivare, place: Any, path: str) -> None:
    part = next((p for p in _headers(doc) if place.getroottree().getroot() is p.element), doc.part)
    content = logotyp(path)
    relation, image = part.get_or_add_image(io.BytesIO(content))
    width = min(round(image.px_width * _LOGOTYP / max(1, image.px_height)), writer.bredd)
    height = round(width * image.px_height / max(1, image.px_width))
    made = parse_xml(f"<w:p {NAMESPACES}>{writer.marken.picture(relation, 'Logotyp', '', width, height)}</w:p>")
    runs = place.findall(f"{{{W}}}r")
    runs[0].addprevious(made[0])
    for run_ in runs:
        place.remove(run_)


def _headers(doc: Docx) -> list[Any]:
    kinds = (RELATIONSHIP_TYPE.HEADER, RELATIONSHIP_TYPE.FOOTER)
    return [rel.target_part for rel in doc.part.rels.values() if not rel.is_external and rel.reltype in kinds]


def _numbering(doc: Docx) -> Any:
    """The document's lists; made where it has none."""
    for rel in doc.part.rels.values():
        if rel.reltype == RELATIONSHIP_TYPE.NUMBERING:
            return rel.target_part.element
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.numbering+xml"
    element = parse_xml(f'<w:numbering xmlns:w="{W}"/>')
    part = XmlPart(PackURI("/word/numbering.xml"), kind, element, doc.part.package)
    doc.part.relate_to(part, RELATIONSHIP_TYPE.NUMBERING)
    return element


def _width(doc: Docx, place: Any) -> int:
    """How wide the text is where the report stands, in twentieths of a point."""
    ends = [s for s in doc.element.iter(f"{{{W}}}sectPr") if s.getparent().tag != f"{{{W}}}sectPrChange"]
    order = {id(e): n for n, e in enumerate(doc.element.iter())}
    section = next((s for s in ends if order[id(s)] > order[id(place)]), ends[-1] if ends else None)
    if section is None:
        return 9354

    def of(tag: str, name: str, otherwise: int) -> int:
        found = section.find(f"{{{W}}}{tag}")
        value = found.get(f"{{{W}}}{name}") if found is not None else None
        return int(float(value)) if value else otherwise

    return max(4000, of("pgSz", "w", 11906) - of("pgMar", "left", 1276) - of("pgMar", "right", 1276))


def _mark_pages(doc: Docx, front: Framsida) -> None:
    """What must stand on every page stands there, whatever the template has."""
    style = {s.name: s.style_id for s in doc.styles}.get("Märkning", "Markning")
    for at, section in enumerate(doc.sections):
        headers = [section.header]
        headers += [section.first_page_header] if section.different_first_page_header_footer else []
        headers += [section.even_page_header] if doc.settings.odd_and_even_pages_header_footer else []
        for header in headers:
            new = header.is_linked_to_previous
            if new and at:
                continue  # the one before is marked
            lacking = [m for m in marken(front) if m not in _text(header)]
            for mark in reversed(lacking):
                made = parse_xml(f"<w:hdr {NAMESPACES}>{paragraph(style, run(mark))}</w:hdr>")
                header._element.insert(0, made[0])
            if new and lacking:
                header._element.remove(header._element[-1])  # the empty paragraph that it was made with


def _text(header: _BaseHeaderFooter) -> str:
    return "".join(t.text or "" for t in header._element.iter(f"{{{W}}}t"))


def _properties(doc: Docx, front: Framsida) -> None:
    """The file's own data: the edition's, and Swedish as its language."""
    when = datetime.combine(front.expedierad, time(), UTC).replace(tzinfo=None)
    about = doc.core_properties
    author = f"{front.namnd}, {front.kommun}"
    about.title, about.author, about.last_modified_by = _short(front.titel), _short(author), _short(author)
    about.subject = _short(f"Utgåva {front.utgava}, {front.dnr}")
    about.keywords, about.comments, about.category = "", _short(" ".join(marken(front))), _short(front.sekretess)
    about.created = about.modified = when
    about.language, about.revision = "sv-SE", 1
    defaults = doc.styles.element.find(f"{{{W}}}docDefaults")
    if defaults is None:
        defaults = parse_xml(f'<w:docDefaults xmlns:w="{W}"/>')
        doc.styles.element.insert(0, defaults)
    look = defaults
    for tag in ("rPrDefault", "rPr", "lang"):
        found = look.find(f"{{{W}}}{tag}")
        look = found if found is not None else etree.SubElement(look, f"{{{W}}}{tag}")
    look.set(f"{{{W}}}val", "sv-SE")


def _short(text: str) -> str:
    """As much as a file's own data can hold."""
    return ren(text)[:255]


def _stable(content: bytes, front: Framsida) -> bytes:
    """The same package with the edition's day on all its parts."""
    day = front.expedierad
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as before, zipfile.ZipFile(out, "w") as after:
        names = sorted(before.namelist(), key=lambda n: (n != "[Content_Types].xml", n != "_rels/.rels", n))
        for name in names:
            made = zipfile.ZipInfo(name, (max(day.year, 1980), day.month, day.day, 0, 0, 0))
            made.external_attr = 0o644 << 16
            after.writestr(made, before.read(name), zipfile.ZIP_DEFLATED)
    return out.getvalue()
