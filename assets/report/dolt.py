"""What a chart says of the marks that it does not draw. Who sees none believes that there is little, or nothing."""

from collections.abc import Sequence

from assets.report.modell import Punkt

_ONE = {
    "staplar": "En skyddad stapel ritas inte. Den kan vara den största.",
    "delade": "En skyddad del ritas inte. Den kan vara den största.",
    "intervall": "En skyddad punkt ritas inte. Den kan ligga högst.",
    "linje": "Ett skyddat tal ritas inte. Det kan vara det största.",
}
_MANY = {
    "staplar": "Skyddade staplar ritas inte. De kan vara de största.",
    "delade": "Skyddade delar ritas inte. De kan vara de största.",
    "intervall": "Skyddade punkter ritas inte. De kan ligga högst.",
    "linje": "Skyddade tal ritas inte. De kan vara de största.",
}


def dolt(slag: str, punkter: Sequence[Punkt]) -> str:
    """A sentence where some mark of the chart is protected, else nothing."""
    hidden = sum(p.ruta.status == "skyddas" for p in punkter)
    return (_ONE if hidden == 1 else _MANY)[slag] if hidden else ""
