"""Bullets and numbers in a Word document: lists of our own beside those that a template has."""

from lxml import etree

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_SIGNS = ("•", "–", "·")
_NUMBERS = (("decimal", "%1."), ("lowerLetter", "%2)"), ("lowerRoman", "%3."))


def add_lists(numbering: etree._Element) -> tuple[int, int]:
    """Add a list with bullets and one with numbers, three levels each; returns what they are called by."""
    bullets = [("bullet", sign) for sign in _SIGNS]
    first = _next(numbering, "abstractNum", "abstractNumId")
    for at, levels in enumerate((bullets, list(_NUMBERS))):
        made = etree.Element(f"{{{W}}}abstractNum", {f"{{{W}}}abstractNumId": str(first + at)})
        etree.SubElement(made, f"{{{W}}}multiLevelType", {f"{{{W}}}val": "hybridMultilevel"})
        for level, (kind, text) in enumerate(levels):
            made.append(_level(level, kind, text))
        numbers = numbering.find(f"{{{W}}}num")
        if numbers is None:
            numbering.append(made)
        else:
            numbers.addprevious(made)
    return _num(numbering, first), _num(numbering, first + 1)


def restart(numbering: etree._Element, num: int) -> int:
    """A list that looks like another and begins anew at 1."""
    of = next(n for n in numbering.findall(f"{{{W}}}num") if n.get(f"{{{W}}}numId") == str(num))
    abstract = of.find(f"{{{W}}}abstractNumId")
    found = _num(numbering, int(str(abstract.get(f"{{{W}}}val"))) if abstract is not None else 0)
    for level in range(len(_NUMBERS)):
        override = etree.SubElement(numbering.findall(f"{{{W}}}num")[-1], f"{{{W}}}lvlOverride")
        override.set(f"{{{W}}}ilvl", str(level))
        etree.SubElement(override, f"{{{W}}}startOverride").set(f"{{{W}}}val", "1")
    return found


def _next(numbering: etree._Element, tag: str, attribute: str) -> int:
    used = [int(n.get(f"{{{W}}}{attribute}") or 0) for n in numbering.findall(f"{{{W}}}{tag}")]
    return max(used, default=0) + 1


def _num(numbering: etree._Element, abstract: int) -> int:
    at = _next(numbering, "num", "numId")
    made = etree.Element(f"{{{W}}}num", {f"{{{W}}}numId": str(at)})
    etree.SubElement(made, f"{{{W}}}abstractNumId").set(f"{{{W}}}val", str(abstract))
    last = numbering.findall(f"{{{W}}}num")
    if last:
        last[-1].addnext(made)
    else:
        numbering.append(made)
    return at


def _level(level: int, kind: str, text: str) -> etree._Element:
    made = etree.Element(f"{{{W}}}lvl", {f"{{{W}}}ilvl": str(level)})
    for tag, value in (("start", "1"), ("numFmt", kind), ("lvlText", text), ("lvlJc", "left")):
        etree.SubElement(made, f"{{{W}}}{tag}").set(f"{{{W}}}val", value)
    look = etree.SubElement(made, f"{{{W}}}pPr")
    etree.SubElement(look, f"{{{W}}}ind", {f"{{{W}}}left": str(357 * (level + 1)), f"{{{W}}}hanging": "357"})
    return made
