"""WordprocessingML as text: paragraphs, runs, links, fields, tables and pictures, with everything escaped.

Knows no report. Text of any kind comes out as it is; what XML cannot hold (control characters) becomes U+FFFD.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
NAMESPACES = (
    f'xmlns:w="{W}" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"'
)
EMU = 635
"""In a twentieth of a point, which Word measures pages in."""
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def ren(text: str) -> str:
    """Text that XML can hold."""
    return _NOT_XML.sub("\ufffd", text)


def attr(text: str) -> str:
    """Text inside the quotes of an attribute."""
    return escape(ren(text), {'"': "&quot;", "\n": "&#10;", "\r": "&#10;", "\t": "&#9;"})


def run(text: str, *, bold: bool = False, italic: bool = False, style: str = "") -> str:
    """A run of text. Lines and tabs in it are lines and tabs."""
    look = f'<w:rStyle w:val="{style}"/>' if style else ""
    look += "<w:b/><w:bCs/>" if bold else ""
    look += "<w:i/><w:iCs/>" if italic else ""
    said = ""
    for piece in re.split(r"(\r\n|\n|\r|\t)", ren(text)):
        if piece == "\t":
            said += "<w:tab/>"
        elif piece in ("\r\n", "\n", "\r"):
            said += "<w:br/>"
        elif piece:
            said += f'<w:t xml:space="preserve">{escape(piece)}</w:t>'
    return f"<w:r>{f'<w:rPr>{look}</w:rPr>' if look else ''}{said}</w:r>" if said else ""


def paragraph(style: str, inside: str, *, more: str = "") -> str:
    """A paragraph. ``more`` is what else its properties hold, in the order that Word wants."""
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{more}</w:pPr>{inside}</w:p>'


def field(code: str, result: str) -> str:
    """A field and what it shows until it is updated (runs)."""
    return (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        f'<w:r><w:instrText xml:space="preserve"> {escape(code)} </w:instrText></w:r>'
        f'<w:r><w:fldChar w:fldCharType="separate"/></w:r>{result}<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )


def inner_link(anchor: str, inside: str) -> str:
    """A link within the document."""
    return f'<w:hyperlink w:anchor="{anchor}" w:history="1">{inside}</w:hyperlink>'


def outer_link(relation: str, inside: str) -> str:
    """A link out of it."""
    return f'<w:hyperlink r:id="{relation}" w:history="1">{inside}</w:hyperlink>'


class Marken:
    """Bookmarks and pictures, numbered as they come."""

    def __init__(self) -> None:
        self._last = 5000

    def next(self) -> int:
        """A number that nothing else has."""
        self._last += 1
        return self._last

    def mark(self, name: str, inside: str) -> str:
        """A bookmark around runs."""
        at = self.next()
        return f'<w:bookmarkStart w:id="{at}" w:name="{name}"/>{inside}<w:bookmarkEnd w:id="{at}"/>'

    def picture(self, relation: str, name: str, alt: str, width: int, height: int) -> str:
        """A run with a picture in the line, in twentieths of a point. Without ``alt`` it is decoration."""
        at, size = self.next(), f'cx="{width * EMU}" cy="{height * EMU}"'
        decorative = (
            '<a:extLst><a:ext uri="{C183D7F6-B498-43B3-948B-1728B52AA6E4}"><adec:decorative xmlns:adec="http://schemas.'
            'microsoft.com/office/drawing/2017/decorative" val="1"/></a:ext></a:extLst>'
        )
        return (
            f'<w:r><w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent {size}/>'
            f'<wp:docPr id="{at}" name="{attr(name)}" descr="{attr(alt)}">{"" if alt else decorative}</wp:docPr>'
            '<wp:cNvGraphicFramePr><a:graphicFrameLocks noChangeAspect="1"/></wp:cNvGraphicFramePr><a:graphic>'
            '<a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:pic><pic:nvPicPr>'
            f'<pic:cNvPr id="{at}" name="{attr(name)}" descr="{attr(alt)}"/><pic:cNvPicPr/></pic:nvPicPr><pic:blipFill>'
            f'<a:blip r:embed="{relation}"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill><pic:spPr><a:xfrm>'
            f'<a:off x="0" y="0"/><a:ext {size}/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr>'
            "</pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>"
        )


@dataclass(frozen=True, slots=True)
class Cell:
    """A table's cell: runs, and the style of its paragraph."""

    inside: str
    style: str


def table(
    style: str, widths: Sequence[int], head: Sequence[Cell], rows: Sequence[Sequence[Cell]], *, title: str, whole: bool
) -> str:
    """A table with a heading row that is repeated on each page, and names first in each row.

    ``title`` is what a screen reader calls it; ``whole`` keeps it on one page.
    """
    grid = "".join(f'<w:gridCol w:w="{w}"/>' for w in widths)
    look = (
        f'<w:tblPr><w:tblStyle w:val="{style}"/><w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:tblLayout '
        'w:type="fixed"/><w:tblLook w:val="00A0" w:firstRow="1" w:lastRow="0" w:firstColumn="1" w:lastColumn="0" '
        f'w:noHBand="0" w:noVBand="1"/><w:tblCaption w:val="{attr(title[:250])}"/></w:tblPr>'
    )
    made = [_row(head, widths, "<w:cantSplit/><w:tblHeader/>", keep=True)]
    for at, row in enumerate(rows):
        made.append(_row(row, widths, "<w:cantSplit/>", keep=at == 0 or (whole and at < len(rows) - 1)))
    return f"<w:tbl>{look}<w:tblGrid>{grid}</w:tblGrid>{''.join(made)}</w:tbl>"


def _row(cells: Sequence[Cell], widths: Sequence[int], look: str, *, keep: bool) -> str:
    more = "<w:keepNext/>" if keep else ""
    inside = "".join(
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr>{paragraph(c.style, c.inside, more=more)}</w:tc>'
        for c, width in zip(cells, widths, strict=True)
    )
    return f"<w:tr><w:trPr>{look}</w:trPr>{inside}</w:tr>"
