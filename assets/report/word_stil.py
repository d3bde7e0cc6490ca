"""The styles that the Word report is written with, and how a template that lacks one gets it.

What is written with them is in ``word_innehall``.
"""

from collections.abc import Callable

from lxml import etree

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_FARG = "4B2E83"
_GRA = "595959"
PUNKTER, NUMMER = "{punkter}", "{nummer}"
"""Where a style names its list: the numbers are the document's own."""


def _run(size: float = 0, *, bold: bool = False, italic: bool = False, color: str = "", more: str = "") -> str:
    half = round(2 * size)
    made = "<w:b/><w:bCs/>" if bold else ""
    made += "<w:i/><w:iCs/>" if italic else ""
    made += f'<w:color w:val="{color}"/>' if color else ""
    made += f'<w:sz w:val="{half}"/><w:szCs w:val="{half}"/>' if size else ""
    return f"<w:rPr>{made}{more}</w:rPr>" if made or more else ""


def _space(before: int = 0, after: int = 0, line: int = 0) -> str:
    height = f' w:line="{line}" w:lineRule="auto"' if line else ""
    return f'<w:spacing w:before="{20 * before}" w:after="{20 * after}"{height}/>'


def _par(
    name: str, id_: str, par: str = "", run: str = "", *, base: str = "{normal}", then: str = "", own: bool = False,
    quick: bool = True,
) -> str:  # fmt: skip
    """A paragraph style. ``own``: no style that Word itself knows."""
    custom = ' w:customStyle="1"' if own else ""
    following = f'<w:next w:val="{then}"/>' if then else ""
    based = f'<w:basedOn w:val="{base}"/>' if base else ""
    return (
        f'<w:style w:type="paragraph"{custom} w:styleId="{id_}"><w:name w:val="{name}"/>{based}{following}'
        f"{'<w:qFormat/>' if quick else ''}<w:pPr>{par}</w:pPr>{run}</w:style>"
    )


def _heading(level: int, size: float, before: int, after: int, **look: str) -> str:
    return _par(
        f"heading {level}",
        f"Heading{level}",
        f'<w:keepNext/><w:keepLines/>{_space(before, after, 252)}<w:outlineLvl w:val="{level - 1}"/>',
        _run(size, bold=True, color=look.get("color", _FARG)),
        then="{normal}",
    )


def _list(name: str, id_: str, number: str, level: int) -> str:
    num = f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>'
    indent = f'<w:ind w:left="{357 * (level + 1)}" w:hanging="357"/>'
    return _par(name, id_, f"{num}{_space(0, 4)}{indent}")


def _box(side: str) -> str:
    return f'<w:{side} w:val="single" w:sz="24" w:space="10" w:color="{_FARG}"/>'


_TABLE = f"""<w:style w:type="table" w:customStyle="1" w:styleId="Kartlaggning"><w:name w:val="Kartläggning"/>
<w:qFormat/><w:pPr><w:spacing w:before="0" w:after="0" w:line="240" w:lineRule="auto"/></w:pPr>
<w:tblPr><w:tblBorders><w:top w:val="single" w:sz="8" w:space="0" w:color="{_FARG}"/>
<w:bottom w:val="single" w:sz="8" w:space="0" w:color="{_FARG}"/>
<w:insideH w:val="single" w:sz="4" w:space="0" w:color="D9D9D9"/></w:tblBorders>
<w:tblCellMar><w:top w:w="34" w:type="dxa"/><w:left w:w="60" w:type="dxa"/><w:bottom w:w="34" w:type="dxa"/>
<w:right w:w="60" w:type="dxa"/></w:tblCellMar></w:tblPr>
<w:tblStylePr w:type="firstRow"><w:rPr><w:b/><w:bCs/></w:rPr><w:tcPr><w:tcBorders>
<w:bottom w:val="single" w:sz="8" w:space="0" w:color="{_FARG}"/></w:tcBorders><w:vAlign w:val="bottom"/></w:tcPr>
</w:tblStylePr></w:style>"""

STYLES: dict[str, str] = {
    "heading 1": _heading(1, 20, 26, 8),
    "heading 2": _heading(2, 14, 18, 6),
    "heading 3": _heading(3, 11.5, 14, 4),
    "heading 4": _heading(4, 10.5, 12, 4, color="1D1D1F"),
    "title": _par("Title", "Title", _space(60, 8, 252), _run(32, bold=True, color=_FARG), then="Subtitle"),
    "subtitle": _par("Subtitle", "Subtitle", _space(0, 30), _run(16, color=_GRA), then="{normal}"),
    "caption": _par("caption", "Caption", f"<w:keepNext/><w:keepLines/>{_space(14, 3)}", _run(10, bold=True)),
    "list bullet": _list("List Bullet", "ListBullet", PUNKTER, 0),
    "list bullet 2": _list("List Bullet 2", "ListBullet2", PUNKTER, 1),
    "list bullet 3": _list("List Bullet 3", "ListBullet3", PUNKTER, 2),
    "list number": _list("List Number", "ListNumber", NUMMER, 0),
    "quote": _par("Quote", "Quote", f'{_space(6, 8)}<w:ind w:left="567" w:right="567"/>', _run(italic=True)),
    "toc heading": _par(
        "TOC Heading", "TOCHeading", f"<w:keepNext/>{_space(0, 10)}", _run(20, bold=True, color=_FARG), then="{normal}"
    ),
    "toc 1": _par("toc 1", "TOC1", _space(4, 0, 240), _run(9.5, bold=True), quick=False),
    "toc 2": _par("toc 2", "TOC2", f'{_space(0, 0, 240)}<w:ind w:left="284"/>', _run(9), quick=False),
    **{
        name.lower(): _par(
            name.lower(),
            name,
            '<w:tabs><w:tab w:val="right" w:pos="9354"/></w:tabs>' + _space(),
            _run(8.5, color=_GRA),
            quick=False,
        )
        for name in ("Header", "Footer")
    },
    "viktigt": _par(
        "Viktigt",
        "Viktigt",
        f'<w:keepLines/><w:pBdr>{_box("left")}</w:pBdr><w:shd w:val="clear" '
        f'w:color="auto" w:fill="F3F0F8"/>{_space(8, 12)}<w:ind w:left="227"/>',
        own=True,
    ),
    "uppgift": _par(
        "Uppgift",
        "Uppgift",
        '<w:tabs><w:tab w:val="left" w:pos="2268"/></w:tabs>'
        + _space(0, 3)
        + '<w:ind w:left="2268" w:hanging="2268"/>',
        own=True,
    ),
    "märkning": _par("Märkning", "Markning", _space(), _run(9, bold=True, color="8A1C1C"), own=True),
    "diagram": _par("Diagram", "Diagram", "<w:keepLines/>" + _space(2, 2), own=True),
    "tabelltext": _par("Tabelltext", "Tabelltext", _space(0, 0, 240), _run(8.5), own=True),
    "tabelltal": _par("Tabelltal", "Tabelltal", '<w:jc w:val="right"/>', base="Tabelltext", own=True),
    "tabellregel": _par(
        "Tabellregel", "Tabellregel", f"<w:keepNext/><w:keepLines/>{_space(0, 4, 240)}", _run(8.5, color=_GRA), own=True
    ),
    "tabellnot": _par("Tabellnot", "Tabellnot", f"<w:keepLines/>{_space(3, 1, 240)}", _run(8.5, color=_GRA), own=True),
    "definition": _par("Definition", "Definition", f"<w:keepLines/>{_space(0, 5)}", own=True),
    "hyperlink": '<w:style w:type="character" w:styleId="Hyperlink"><w:name w:val="Hyperlink"/><w:rPr>'
    f'<w:color w:val="{_FARG}"/><w:u w:val="single"/></w:rPr></w:style>',
    "sifferreferens": '<w:style w:type="character" w:customStyle="1" w:styleId="Sifferreferens"><w:name '
    f'w:val="Sifferreferens"/><w:rPr><w:color w:val="{_GRA}"/><w:vertAlign w:val="superscript"/></w:rPr></w:style>',
    "kartläggning": _TABLE,
}
"""By name in lower case, as Word compares them."""

DEFAULTS = (
    f'<w:docDefaults xmlns:w="{W}"><w:rPrDefault><w:rPr><w:rFonts w:ascii="Arial" w:hAnsi="Arial" w:eastAsia="Arial" '
    'w:cs="Arial"/><w:color w:val="1D1D1F"/><w:sz w:val="20"/><w:szCs w:val="20"/>'
    '<w:lang w:val="sv-SE" w:eastAsia="sv-SE" w:bidi="ar-SA"/></w:rPr></w:rPrDefault><w:pPrDefault><w:pPr>'
    '<w:spacing w:after="140" w:line="276" w:lineRule="auto"/></w:pPr></w:pPrDefault></w:docDefaults>'
)
NORMAL = (
    '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/><w:qFormat/></w:style>'
    '<w:style w:type="character" w:default="1" w:styleId="DefaultParagraphFont"><w:name '
    'w:val="Default Paragraph Font"/></w:style><w:style w:type="table" w:default="1" w:styleId="TableNormal"><w:name '
    'w:val="Normal Table"/><w:tblPr><w:tblInd w:w="0" w:type="dxa"/><w:tblCellMar><w:top w:w="0" w:type="dxa"/>'
    '<w:left w:w="108" w:type="dxa"/><w:bottom w:w="0" w:type="dxa"/><w:right w:w="108" w:type="dxa"/></w:tblCellMar>'
    '</w:tblPr></w:style><w:style w:type="numbering" w:default="1" w:styleId="NoList"><w:name '
    'w:val="No List"/></w:style>'
)


def names_of(styles: etree._Element) -> dict[str, str]:
    """The styles of a document: id by name in lower case."""
    found: dict[str, str] = {}
    for style in styles.findall(f"{{{W}}}style"):
        name, id_ = style.find(f"{{{W}}}name"), style.get(f"{{{W}}}styleId")
        if name is not None and id_:
            found[str(name.get(f"{{{W}}}val")).casefold()] = id_
    return found


def fill_in(styles: etree._Element, lists: Callable[[], tuple[int, int]]) -> dict[str, str]:
    """Give a document the styles that it lacks; those that it has stay as they are. Returns ids by name.

    ``lists`` makes the document's bullets and numbers, and is asked only where a missing style needs one.
    """
    have = names_of(styles)
    ids = {s.get(f"{{{W}}}styleId") for s in styles.findall(f"{{{W}}}style")}
    normal = next(
        (
            str(s.get(f"{{{W}}}styleId"))
            for s in styles.findall(f"{{{W}}}style")
            if s.get(f"{{{W}}}type") == "paragraph" and s.get(f"{{{W}}}default") in ("1", "true")
        ),
        "Normal",
    )
    have.setdefault("normal", normal)
    numbers: tuple[int, int] | None = None
    for name, text in STYLES.items():
        if name in have:
            continue
        xml = text
        if PUNKTER in xml or NUMMER in xml:
            numbers = numbers or lists()
            xml = xml.replace(PUNKTER, str(numbers[0])).replace(NUMMER, str(numbers[1]))
        made = etree.fromstring(xml.replace("{normal}", normal).replace("<w:style ", f'<w:style xmlns:w="{W}" ', 1))
        wanted = str(made.get(f"{{{W}}}styleId"))
        if wanted in ids:  # their id for something else
            made.set(f"{{{W}}}styleId", f"Kvinnofrid{wanted}")
        for tag in ("basedOn", "next"):
            child = made.find(f"{{{W}}}{tag}")
            if child is not None and child.get(f"{{{W}}}val") in ("Tabelltext", "Subtitle"):
                other = str(child.get(f"{{{W}}}val")).casefold()
                child.set(f"{{{W}}}val", have.get(other, str(child.get(f"{{{W}}}val"))))
        styles.append(made)
        have[name] = str(made.get(f"{{{W}}}styleId"))
        ids.add(have[name])
    return have
