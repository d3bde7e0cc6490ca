"""A chart as it can stand in a page: nothing that runs, fetches or is named twice.

What a chart shows is drawn elsewhere. Its text alternative stands on the picture as a whole, so names inside it, which
screen readers would read one by one, are taken away.
"""

import re

from lxml import etree
from markupsafe import Markup

_SVG = "http://www.w3.org/2000/svg"
_NEVER = {"script", "foreignObject", "a", "image", "iframe", "animate", "set", "style", "metadata", "title", "desc"}
_NAMES = {"role", "aria-roledescription", "aria-label", "aria-hidden", "aria-labelledby", "tabindex", "style", "class"}
_URL = re.compile(r"url\((['\"]?)#([^)'\"]+)\1\)")


def inbaddad(svg: str, ankare: str, alt: str) -> Markup:
    """The picture as markup, its ids made the chart's own and its message as its name.

    Raises:
        ValueError: It is no SVG.
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True)
    root = etree.fromstring(svg.encode(), parser)
    if root.tag != f"{{{_SVG}}}svg":
        raise ValueError("a chart is an SVG")
    for element in list(root.iter()):
        if etree.QName(element).localname in _NEVER and element is not root:
            parent = element.getparent()
            if parent is not None:
                parent.remove(element)
            continue
        _cleaned(element, ankare)
    width, height = root.get("width"), root.get("height")
    if root.get("viewBox") is None and width and height:
        root.set("viewBox", f"0 0 {float(width.rstrip('px')):g} {float(height.rstrip('px')):g}")
    root.set("role", "img")
    root.set("aria-label", alt)
    root.set("focusable", "false")
    etree.cleanup_namespaces(root)
    return Markup(etree.tostring(root, encoding="unicode"))  # noqa: S704


def _cleaned(element: "etree._Element", ankare: str) -> None:
    for style in str(element.attrib.pop("style", "")).split(";"):  # a policy against inline style would drop it
        name, _, value = style.partition(":")
        if value.strip() and name.strip() not in element.attrib:
            element.set(name.strip(), value.strip())
    for name in [str(n) for n in element.attrib]:
        value, local = str(element.attrib[name]), etree.QName(name).localname
        if local in _NAMES or local.startswith(("on", "data-")):
            del element.attrib[name]
        elif local == "href":
            if value.startswith("#"):
                element.set(name, f"#{ankare}-{value[1:]}")
            else:
                del element.attrib[name]
        elif local == "id":
            element.set(name, f"{ankare}-{value}")
        elif "url(" in value:
            local_only = _URL.fullmatch(value.strip())
            if local_only is None:
                del element.attrib[name]
            else:
                element.set(name, f"url(#{ankare}-{local_only[2]})")
