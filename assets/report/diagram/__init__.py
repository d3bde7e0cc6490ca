"""Charts: a ``Diagram`` of released numbers becomes an SVG (web, PDF) and a PNG (Word). Which charts: ``innehall``."""

from assets.report.diagram.bild import Bild, rita

__all__ = ["Bild", "rita"]
