"""The report as Word: templates that cannot be used, what comes out as it was, what readers and machines find there."""

import io
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from docx import Document
from lxml import etree

from assets.report import word, wordmall
from assets.report.diagram import rita
from assets.report.modell import Avsnitt, Fritext, Rapport, Stycke, Tabell, Text, TextBlock
from assets.report.word_xml import W, paragraph, run
from tests.kartlaggning_tools import TABELL, sample
from warehouse.contracts.errors import UserError

BILDER = {d.id: rita(d) for d in sample().diagram}
Q = f"{{{W}}}"
Parts = dict[str, bytes]


def parts_of(content: bytes) -> Parts:
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        return {n: packed.read(n) for n in packed.namelist()}


def pack(parts: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        for name, content in parts.items():
            packed.writestr(name, content)
    return out.getvalue()


def changed(change: Callable[[Parts], object]) -> bytes:
    """The built-in template with something done to its parts."""
    parts = parts_of(wordmall.gor())
    change(parts)
    return pack(parts)


def with_text(text: str) -> bytes:
    """The built-in template with a paragraph more."""

    def add(parts: Parts) -> None:
        made = paragraph("Normal", run(text)).encode()
        parts["word/document.xml"] = parts["word/document.xml"].replace(b"<w:sectPr>", made + b"<w:sectPr>")

    return changed(add)


def relation(kind: str, target: str, mode: str = ' TargetMode="External"') -> bytes:
    made = (
        '<Relationship Id="rId90" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/'
        f'{kind}" Target="{target}"{mode}/></Relationships>'
    ).encode()

    def add(parts: Parts) -> None:
        name = "word/_rels/document.xml.rels"
        parts[name] = parts[name].replace(b"</Relationships>", made)

    return changed(add)


def edit(part: str, old: str, new: str) -> bytes:
    def swap(parts: Parts) -> None:
        assert old.encode() in parts[part]
        parts[part] = parts[part].replace(old.encode(), new.encode())

    return changed(swap)


def add_part(name: str, content: bytes = b"x") -> bytes:
    return changed(lambda parts: parts.update({name: content}))


def field(*pieces: str, nested: str = "") -> bytes:
    """The built-in template with a field more, its instruction in so many pieces, perhaps with another within it."""

    def coded(code: tuple[str, ...], inner: str = "") -> str:
        texts = "".join(f"<w:r><w:instrText>{c}</w:instrText></w:r>" for c in code)
        begin, end = (f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in ("begin", "end"))
        return f"{begin}{texts}{inner}{end}"

    made = f"<w:p>{coded(pieces, coded((nested,)) if nested else '')}</w:p><w:sectPr>"
    return edit("word/document.xml", "<w:sectPr>", made)


BAD = {
    "inget Word-dokument": (b"Hej", "inget Word-dokument"),
    "avklippt": (wordmall.gor()[:900], "skadad"),
    "annan zip": (pack({"x.txt": b"x"}), "inget Word-dokument"),
    "kalkylblad": (edit("[Content_Types].xml", "wordprocessingml.document.main", "spreadsheetml.sheet.main"), "Word"),
    "makron": (add_part("word/vbaProject.bin"), "makron"),
    "makrotyp": (
        edit("[Content_Types].xml", "vnd.openxmlformats-officedocument.wordprocessingml.document.main",
             "vnd.ms-word.document.macroEnabled.main"),
        "makron",
    ),
    "inbäddat": (add_part("word/embeddings/oleObject1.bin"), "inbäddade"),
    "länkad bild": (relation("image", "https://example.se/bild.png"), "utifrån"),
    "länk till fil": (relation("hyperlink", "file:///c:/x.docx"), "utifrån"),
    "del med annan ändelse": (
        edit("[Content_Types].xml", "</Types>",
             '<Override PartName="/x.bin" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.'
             'header+xml"/></Types>'),
        "skadad",
    ),
    "trasig xml": (edit("word/styles.xml", "</w:styles>", ""), "skadad"),
    "doctype": (
        edit("word/settings.xml", "<w:settings", '<!DOCTYPE x [<!ENTITY a "b">]><w:settings'), "skadad"
    ),
    "spårad ändring": (edit("word/document.xml", "<w:sectPr>", '<w:p><w:ins w:id="1"/></w:p><w:sectPr>'), "spårade"),
    "inget innehåll": (edit("word/document.xml", "{{ innehall }}", "slut"), "{{ innehall }}"),
    "innehåll två gånger": (with_text("{{ innehall }}"), "{{ innehall }}"),
    "innehåll i sidhuvud": (edit("word/header1.xml", "{{ titel }}", "{{ innehall }}"), "{{ innehall }}"),
    "okänt fält": (with_text("{{ tittel }}"), "tittel"),
    "fel i fält": (with_text("{{ titel }"), "felskrivet"),
    "öppet villkor": (with_text("{%p if text %}"), "felskrivet"),
    "attribut": (with_text("{{ titel.__class__ }}"), "mer än en mall får"),
    "uttryck": (with_text("{{ 'a' * 999999999 }}"), "mer än en mall får"),
    "slinga": (with_text("{% for x in titel %}{% endfor %}"), "mer än en mall får"),
    "bild som hämtas": (field('INCLUDEPICTURE "https://example.se/b.png" \\d'), "INCLUDEPICTURE"),
    "i bitar": (field(*'include', 'text "c:\\x.docx"'), "INCLUDETEXT"),
    "dde": (field("DDEAUTO c:\\x cmd"), "DDEAUTO"),
    "fält i fält": (field("IF 1 = 1 ", nested="LINK Excel.Sheet c:\\x.xlsx"), "LINK"),
    "enkelt fält": (
        edit("word/header1.xml", "</w:hdr>", '<w:p><w:fldSimple w:instr=" DATABASE \\d x"/></w:p></w:hdr>'), "DATABASE"
    ),
    "knapp": (field("MACROBUTTON Kör här"), "MACROBUTTON"),
    "import": (field("IMPORT x.wmf"), "IMPORT"),
    "länkfält till fil": (field('HYPERLINK "file:///c:/x"'), "HYPERLINK"),
    "oavslutat fält": (
        edit("word/document.xml", "<w:sectPr>", '<w:p><w:r><w:instrText>DDE x</w:instrText></w:r></w:p><w:sectPr>'),
        "DDE",
    ),
    "dold text": (
        edit("word/document.xml", "<w:sectPr>",
             "<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>dolt</w:t></w:r></w:p><w:sectPr>"),
        "dold text",
    ),
    "dold formatmall": (
        edit("word/styles.xml", "</w:styles>",
             '<w:style w:type="character" w:styleId="D"><w:rPr><w:vanish w:val="1"/></w:rPr></w:style></w:styles>'),
        "dold text",
    ),
    "filter": (with_text("{{ titel|pprint }}"), "mer än en mall får"),
    "innehåll i en tabell": (
        edit("word/document.xml", paragraph("Normal", run("{{ innehall }}")),
             f"<w:tbl><w:tr><w:tc>{paragraph('Normal', run('{{ innehall }}'))}</w:tc></w:tr></w:tbl>"),
        "inte i en tabell",
    ),
    "innehåll utan stycke": (edit("word/document.xml", "{{ innehall }}", "{{p innehall }}"), "utan p"),
    "två platser i ett stycke": (
        edit("word/document.xml", "{{ innehall }}", "{{ innehallsforteckning }} {{ innehall }}"), "varsitt stycke"
    ),
    "innehåll bara ibland": (
        edit("word/document.xml", paragraph("Normal", run("{{ innehall }}")),
             "".join(paragraph("Normal", run(x)) for x in ("{%p if sekretess %}", "{{ innehall }}", "{%p endif %}"))),
        "ensamma i varsitt stycke",
    ),
    "förteckning i sidhuvud": (
        edit("word/header1.xml", "{{ titel }}", "{{ innehallsforteckning }}"), "varsitt stycke"
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", BAD)
def test_a_template_that_cannot_be_used_is_named_and_nothing_is_written(what: str, tmp_path: Path):
    content, said = BAD[what]
    mall, till = tmp_path / "kommunens.docx", tmp_path / "rapport.docx"
    mall.write_bytes(content)
    till.write_bytes(b"den gamla")
    with pytest.raises(UserError, match=r"kommunens\.docx") as caught:
        word.skriv(sample(), BILDER, till, mall)
    assert said in str(caught.value)
    assert till.read_bytes() == b"den gamla"
    assert {p.name for p in tmp_path.iterdir()} == {"kommunens.docx", "rapport.docx"}


def test_all_that_is_wrong_with_a_template_is_told_at_once(tmp_path: Path):
    def spoil(parts: Parts) -> None:
        made = paragraph("Normal", run("{{ tittel }}") + run("{{ namd }}")) + field_xml()
        parts["word/document.xml"] = parts["word/document.xml"].replace(b"<w:sectPr>", made.encode() + b"<w:sectPr>")
        parts["word/vbaProject.bin"] = b"x"

    def field_xml() -> str:
        return '<w:p><w:fldSimple w:instr="INCLUDE x"/><w:r><w:rPr><w:vanish/></w:rPr><w:t>x</w:t></w:r></w:p>'

    (tmp_path / "m.docx").write_bytes(changed(spoil))
    with pytest.raises(UserError) as caught:
        word.skriv(sample(), BILDER, tmp_path / "r.docx", tmp_path / "m.docx")
    for said in ("makron", "INCLUDE", "dold text", "tittel", "namd", "docs/rapportmall.md"):
        assert said in str(caught.value)


def test_fields_of_the_document_itself_are_taken(tmp_path: Path):
    mall = changed(
        lambda parts: parts.update({"word/footer1.xml": parts["word/footer1.xml"].replace(
            b"</w:ftr>", b'<w:p><w:fldSimple w:instr=" page \\* MERGEFORMAT "/><w:fldSimple w:instr=" NUMPAGES "/>'
            b'<w:r><w:rPr><w:vanish w:val="0"/></w:rPr><w:t>synlig</w:t></w:r></w:p></w:ftr>')})
    )  # fmt: skip
    assert "synlig" in words(made(sample(), tmp_path, mall), "word/footer1.xml")


def test_a_template_that_is_not_there_and_a_logo_that_is_not(tmp_path: Path):
    with pytest.raises(UserError, match="finns inte"):
        word.skriv(sample(), BILDER, tmp_path / "r.docx", tmp_path / "saknas.docx")
    logo = replace(sample(), framsida=replace(sample().framsida, logotyp=str(tmp_path / "vapen.png")))
    with pytest.raises(UserError, match=r"vapen\.png"):
        word.skriv(logo, BILDER, tmp_path / "r.docx")
    assert not list(tmp_path.iterdir())


def made(rapport: Rapport, tmp_path: Path, mall: bytes | None = None) -> Parts:
    till = tmp_path / "rapport.docx"
    where = None
    if mall is not None:
        where = tmp_path / "mall.docx"
        where.write_bytes(mall)
    word.skriv(rapport, BILDER, till, where)
    return parts_of(till.read_bytes())


def words(parts: Parts, name: str = "word/document.xml") -> str:
    root = etree.fromstring(parts[name])
    return "\n".join("".join(p.itertext(f"{Q}t")) for p in root.iter(f"{Q}p"))


HOSTILE = "{{ 7*7 }} {% if x %} {_{ x }_} <w:br/> & \"'> ]]> {# #} \u0001 ﷽ \\x"


def hostile() -> Rapport:
    r = sample()
    table = replace(TABELL, id="x", rubrik=HOSTILE, noter=(HOSTILE,), ledord=(HOSTILE,))
    own = Fritext("x.md", (TextBlock("stycke", (Text((HOSTILE,), lank='https://example.se/?a=1&b="<>'),)),))
    front = replace(r.framsida, titel=HOSTILE, kommun=HOSTILE, text=HOSTILE, dnr=HOSTILE * 9)
    return replace(r, framsida=front, avsnitt=(Avsnitt("a", HOSTILE, 1, (Stycke((HOSTILE,)), table, own)),))


def test_text_that_looks_like_code_comes_out_as_it_is(tmp_path: Path):
    parts = made(hostile(), tmp_path)
    seen = HOSTILE.replace("\u0001", "\ufffd")
    assert words(parts).count(seen) >= 8
    assert seen in words(parts, next(n for n in parts if "header" in n and b"Header" in parts[n]))
    Document(tmp_path / "rapport.docx")


def test_the_same_report_gives_the_same_bytes(tmp_path: Path):
    first = made(sample(), tmp_path) and (tmp_path / "rapport.docx").read_bytes()
    assert made(sample(), tmp_path) and (tmp_path / "rapport.docx").read_bytes() == first
    with zipfile.ZipFile(io.BytesIO(first)) as packed:
        assert {i.date_time[:3] for i in packed.infolist()} == {(2026, 3, 2)}


def test_headings_captions_lists_and_references_are_real(tmp_path: Path):
    made(sample(), tmp_path)
    doc = Document(tmp_path / "rapport.docx")
    by_style: dict[str, list[str]] = {}
    for p in doc.paragraphs:
        by_style.setdefault(p.style.name, []).append(p.text)
    assert by_style["Heading 1"][:2] == ["Sammanfattning", "Vilken hjälp fick de?"]
    assert by_style["Heading 1"][-1] == "Siffrorna i texten"
    assert by_style["Heading 2"] == ["Vår analys", "Blev det bättre?"]
    assert by_style["List Bullet"] == ["Män redovisas inte: för få.", "Se över väntetiderna & kön <till> stöd."]
    assert by_style["Viktigt"][-1] == "Svaren gäller bara dem som svarat."
    assert by_style["Caption"][0] == "Diagram 1. Stödsamtal är den vanligaste insatsen för kvinnor"
    assert "Tabell 1. Beviljade insatser, Exempelköping 2025" in by_style["Caption"]
    assert any("Referens: U7-insatser-<Ref.>." in t for t in by_style["Tabellregel"])
    assert not [p for p in doc.paragraphs if not p.text and not p._p.xpath(".//w:drawing")]
    table = doc.tables[0]
    assert [c.text for c in table.rows[0].cells] == ["Insatstyp", "Kvinna", "Man", "Totalt", "Ref."]
    assert [c.text for c in table.rows[2].cells] == ["Skyddat boende", "20", "10–19", "–", "3"]
    assert table.style.name == "Kartläggning"
    last = doc.tables[-1]
    assert [c.text for c in last.rows[1].cells] == ["1", "1\u00a0254 (U7-insatser-6)"]
    xml = parts_of((tmp_path / "rapport.docx").read_bytes())["word/document.xml"].decode()
    assert xml.count("<w:tblHeader/>") == len(doc.tables) == xml.count('w:firstColumn="1"')
    assert 'w:anchor="_Siffra1"' in xml and 'w:name="_Siffra1"' in xml
    anchors = {a.get(f"{Q}anchor") for a in doc.element.iter(f"{Q}hyperlink")} - {None}
    assert anchors <= {b.get(f"{Q}name") for b in doc.element.iter(f"{Q}bookmarkStart")}
    ids = [b.get(f"{Q}id") for b in doc.element.iter(f"{Q}bookmarkStart")]
    assert len(ids) == len(set(ids))


def test_contents_stand_at_once_and_can_be_updated(tmp_path: Path):
    xml = made(sample(), tmp_path)["word/document.xml"].decode()
    doc = Document(tmp_path / "rapport.docx")
    listed = [
        "".join(t.text for t in p.iter(f"{Q}t")) for p in doc.element.iter(f"{Q}p") if _style(p).startswith("TOC")
    ]
    assert listed[1:4] == ["Sammanfattning", "Vilken hjälp fick de?", "Vår analys"]
    assert 'TOC \\o "1-2"' in xml
    assert xml.count('fldCharType="begin"') == xml.count('fldCharType="end"')


def _style(p: etree._Element) -> str:
    found = p.find(f"{Q}pPr/{Q}pStyle")
    return str(found.get(f"{Q}val")) if found is not None else ""


def test_charts_have_words_and_the_logo_none(tmp_path: Path):
    logo = tmp_path / "vapen.svg"
    logo.write_text('<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20"><path d="M0 0h9v9z"/></svg>')
    r = replace(sample(), framsida=replace(sample().framsida, logotyp=str(logo)))
    xml = made(r, tmp_path)["word/document.xml"].decode()
    for chart in sample().diagram:
        assert f'descr="{chart.alt}"' in xml
    assert xml.count("decorative") and xml.count('descr=""') == 2


def test_what_the_file_says_of_itself(tmp_path: Path):
    parts = made(sample(), tmp_path)
    about = Document(tmp_path / "rapport.docx").core_properties
    assert (about.title, about.author) == (sample().framsida.titel, "Socialnämnden, Exempelköping")
    assert about.language == "sv-SE" and b'w:lang w:val="sv-SE"' in parts["word/styles.xml"]
    assert about.created == about.modified and about.created.date() == sample().framsida.expedierad


def bare() -> bytes:
    """A template as another makes it: hardly any styles, no lists, no headers, a section with other first pages."""

    def strip(parts: Parts) -> None:
        del parts["word/numbering.xml"]
        parts["[Content_Types].xml"] = _without(parts["[Content_Types].xml"], b"<Override", b"/word/numbering.xml")
        rels = "word/_rels/document.xml.rels"
        for part in (b"numbering.xml", b"header1.xml", b"header2.xml", b"footer1.xml", b"footer2.xml"):
            parts[rels] = _without(parts[rels], b"<Relationship ", part)
        normal = (
            f'<w:styles xmlns:w="{W}"><w:style w:type="paragraph" w:default="1" w:styleId="Brdtext"><w:name '
            'w:val="Normal"/></w:style><w:style w:type="paragraph" w:styleId="Rubrik1"><w:name w:val="heading 1"/>'
            "</w:style></w:styles>"
        )
        parts["word/styles.xml"] = normal.encode()
        body = paragraph("Brdtext", run("{{ titel|upper }}")) + paragraph("Brdtext", run("{{ innehall }}"))
        parts["word/document.xml"] = (
            f'<w:document xmlns:w="{W}"><w:body>{body}<w:sectPr><w:pgSz w:w="11906" w:h="16838"/><w:titlePg/>'
            "</w:sectPr></w:body></w:document>"
        ).encode()

    return changed(strip)


def _without(xml: bytes, tag: bytes, having: bytes) -> bytes:
    start = next(at for at in range(len(xml)) if xml.startswith(tag, at) and having in xml[at : xml.index(b"/>", at)])
    return xml[:start] + xml[xml.index(b"/>", start) + 2 :]


@pytest.mark.parametrize("typ", ["oppen", "sekretessbilaga"])
def test_a_template_with_hardly_anything_gets_styles_lists_and_marks_on_every_page(typ: str, tmp_path: Path):
    r = sample(typ=typ)
    parts = made(r, tmp_path, bare())
    doc = Document(tmp_path / "rapport.docx")
    section = doc.sections[0]
    for header in (section.header, section.first_page_header):
        said = "\n".join(p.text for p in header.paragraphs)
        assert "PÅHITTADE UPPGIFTER" in said
        assert (r.framsida.sekretess in said) and bool(r.framsida.sekretess) == (typ != "oppen")
    assert {p.style.style_id for p in doc.paragraphs if p.style.name == "Heading 1"} == {"Rubrik1"}
    bullets = doc.styles["List Bullet"].element.find(f".//{Q}numId").get(f"{Q}val")
    assert f'w:numId="{bullets}"'.encode() in parts["word/numbering.xml"]
    assert b'w:lang w:val="sv-SE"' in parts["word/styles.xml"]


def test_an_edition_that_is_over_says_so_on_every_page(tmp_path: Path):
    front = replace(sample().framsida, laege="ersatt av utgåva 9")
    parts = made(replace(sample(), framsida=front), tmp_path)
    assert any(
        "UTGÅVAN GÄLLER INTE LÄNGRE: ersatt av utgåva 9" in words(parts, n)
        for n in parts
        if n.startswith("word/header")
    )


def test_a_dotx_and_the_path_of_another_template_are_taken(tmp_path: Path):
    kind = "wordprocessingml.document.main"
    as_template = parts_of(relation("attachedTemplate", "file:///C:/Users/nn/Kommun.dotm"))
    types = as_template["[Content_Types].xml"]
    as_template["[Content_Types].xml"] = types.replace(kind.encode(), b"wordprocessingml.template.main")
    parts = made(sample(), tmp_path, pack(as_template))
    assert not [n for n, content in parts.items() if b"Kommun.dotm" in content]
    assert b"template.main" not in parts["[Content_Types].xml"]


def test_nothing_protected_stands_in_any_part(tmp_path: Path):
    secret = 48151
    rader = tuple(
        replace(rad, rutor=tuple(replace(x, varde=secret) if x.status == "skyddas" else x for x in rad.rutor))
        for rad in TABELL.rader
    )
    r = replace(sample(), avsnitt=(Avsnitt("a", "A", 1, (replace(TABELL, rader=rader),)),))
    for name, content in made(r, tmp_path).items():
        assert str(secret).encode() not in content, name


def test_numbered_lists_begin_anew(tmp_path: Path):
    item = TextBlock("nummer", (Text(("steg",)),))
    own = Fritext("x.md", (item, item, TextBlock("stycke", (Text(("och",)),)), item, replace(item, niva=2)))
    made(replace(sample(), avsnitt=(Avsnitt("a", "A", 1, (own,)),)), tmp_path)
    doc = Document(tmp_path / "rapport.docx")
    nums = [p._p.pPr.numPr.numId.val for p in doc.paragraphs if p.style.name == "List Number"]
    assert nums[0] == nums[1] != nums[2]


def test_a_table_told_twice_stands_once(tmp_path: Path):
    twice: tuple[Tabell, ...] = (TABELL, TABELL)
    made(replace(sample(), avsnitt=(Avsnitt("a", "A", 1, twice),)), tmp_path)
    doc = Document(tmp_path / "rapport.docx")
    assert len(doc.tables) == 1
    assert any(p.text.startswith("Se Tabell 1") for p in doc.paragraphs)


def test_the_built_in_template_is_what_its_script_makes():
    assert parts_of(wordmall.MALL.read_bytes()) == parts_of(wordmall.gor())
