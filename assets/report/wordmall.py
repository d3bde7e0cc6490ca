"""Makes the built-in Word template: ``python -m assets.report.wordmall`` writes ``mallar/rapport.docx`` anew.

The template is a file so that a kommun can open it, change it and use it as its own; it is made here so that what is in
it can be read and reviewed. How it is filled in is in ``word``.
"""

import io
import zipfile
from pathlib import Path

from lxml import etree

from assets.report.word_listor import add_lists
from assets.report.word_stil import DEFAULTS, NORMAL, W, fill_in
from assets.report.word_xml import NAMESPACES, field, paragraph, run

MALL = Path(__file__).parent / "mallar" / "rapport.docx"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PARTS = (
    ("styles", "styles"),
    ("numbering", "numbering"),
    ("settings", "settings"),
    ("header1", "header"),
    ("header2", "header"),
    ("footer1", "footer"),
    ("footer2", "footer"),
)
_UPPGIFTER = (
    ("", "Utgåva", "utgava"),
    ("", "Läge", "laege"),
    ("dnr", "Diarienummer", "dnr"),
    ("", "Expedierad", "expedierad"),
    ("faststalld", "Fastställd", "faststalld"),
    ("paragraf", "Paragraf", "paragraf"),
)


def _if(name: str, inside: str) -> str:
    """Paragraphs that stand only where there is something to say."""
    return paragraph("Normal", run(f"{{%p if {name} %}}")) + inside + paragraph("Normal", run("{%p endif %}"))


def _body() -> str:
    made = _if("logotyp", paragraph("Normal", run("{{ logotyp }}")))
    made += paragraph("Title", run("{{ titel }}"))
    made += paragraph("Subtitle", run("{{ kommun }}. {{ namnd }}"))
    for condition, word, name in _UPPGIFTER:
        line = paragraph("Uppgift", run(f"{word}\t") + run(f"{{{{ {name} }}}}"))
        made += _if(condition, line) if condition else line
    made += _if("text", paragraph("Viktigt", run("Till läsaren: ", bold=True) + run("{{ text }}")))
    invented = "Rapporten bygger på syntetiska poster och beskriver inga verkliga personer."
    made += _if("pahittade", paragraph("Viktigt", run("{{ pahittade }}. ", bold=True) + run(invented)))
    made += _if("sekretess", paragraph("Viktigt", run("{{ sekretess }}", bold=True)))
    made += paragraph("TOCHeading", run("Innehåll"), more="<w:pageBreakBefore/>")
    made += paragraph("Normal", run("{{ innehallsforteckning }}")) + paragraph("Normal", run("{{ innehall }}"))
    return made + (
        '<w:sectPr><w:headerReference w:type="default" r:id="rId4"/><w:headerReference w:type="first" r:id="rId5"/>'
        '<w:footerReference w:type="default" r:id="rId6"/><w:footerReference w:type="first" r:id="rId7"/>'
        '<w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1531" w:right="1276" w:bottom="1361" w:left="1276" '
        'w:header="624" w:footer="567" w:gutter="0"/><w:cols w:space="708"/><w:titlePg/></w:sectPr>'
    )


def _styles() -> tuple[str, str]:
    """The styles, and the lists that they name."""
    numbering = etree.fromstring(f'<w:numbering xmlns:w="{W}"/>'.encode())
    styles = etree.fromstring(f'<w:styles xmlns:w="{W}">{DEFAULTS}{NORMAL}</w:styles>'.encode())
    fill_in(styles, lambda: add_lists(numbering))
    return etree.tostring(styles, encoding="unicode"), etree.tostring(numbering, encoding="unicode")


def gor() -> bytes:
    """The template as a file's bytes: the same every time."""
    styles, numbering = _styles()
    pages = field("PAGE", run("1")), field("NUMPAGES", run("1"))
    mark = _if("markning", paragraph("Markning", run("{{ markning }}")))
    header = mark + paragraph("Header", run("{{ titel }}\t{{ kommun }}"))
    footer = run("Utgåva {{ utgava }} · {{ dnr }}\tSida ") + pages[0] + run(" av ") + pages[1]
    word = "application/vnd.openxmlformats-officedocument.wordprocessingml"
    types = "".join(
        f'<Override PartName="/word/{name}.xml" ContentType="{word}.{kind}+xml"/>'
        for name, kind in (("document", "document.main"), *_PARTS)
    )
    relations = "".join(
        f'<Relationship Id="rId{n}" Type="{_REL}/{kind}" Target="{name}.xml"/>'
        for n, (name, kind) in enumerate(_PARTS, 1)
    )
    package = "http://schemas.openxmlformats.org/package/2006"
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types"><Default Extension="rels" ContentType="'
        'application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" '
        f'ContentType="application/xml"/>{types}<Override PartName="/docProps/core.xml" '
        'ContentType="application/vnd.openxmlformats-package.core-properties+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="rId1" '
        f'Type="{_REL}/officeDocument" Target="word/document.xml"/><Relationship Id="rId2" Type="{package}'
        '/relationships/metadata/core-properties" Target="docProps/core.xml"/></Relationships>',
        "docProps/core.xml": f'<cp:coreProperties xmlns:cp="{package}/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>Rapportmall</dc:title><dc:language>sv-SE</dc:language>'
        "</cp:coreProperties>",
        "word/document.xml": f"<w:document {NAMESPACES}><w:body>{_body()}</w:body></w:document>",
        "word/_rels/document.xml.rels": f'<Relationships xmlns="{package}/relationships">{relations}</Relationships>',
        "word/styles.xml": styles,
        "word/numbering.xml": numbering,
        "word/settings.xml": f'<w:settings xmlns:w="{W}"><w:defaultTabStop w:val="567"/><w:compat><w:compatSetting '
        'w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat>'
        '<w:themeFontLang w:val="sv-SE"/></w:settings>',
        "word/header1.xml": f"<w:hdr {NAMESPACES}>{header}</w:hdr>",
        "word/header2.xml": f"<w:hdr {NAMESPACES}>{paragraph('Markning', run('{{ markning }}'))}</w:hdr>",
        "word/footer1.xml": f"<w:ftr {NAMESPACES}>{paragraph('Footer', footer)}</w:ftr>",
        "word/footer2.xml": f"<w:ftr {NAMESPACES}>{paragraph('Footer', run('{{ namnd }}, {{ kommun }}'))}</w:ftr>",
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, text in parts.items():
            packed.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), _HEAD + text, zipfile.ZIP_DEFLATED)
    return out.getvalue()


if __name__ == "__main__":
    MALL.write_bytes(gor())
