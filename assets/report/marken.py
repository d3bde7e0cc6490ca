"""What must stand on every page of a report, in whatever form: sekretess, invented records, an edition that is over."""

from assets.report.modell import Framsida

PAHITTADE = "PÅHITTADE UPPGIFTER"
_OVER = ("ersatt", "återtagen")
"""How ``Framsida.laege`` begins where the edition does not hold."""


def inte_galler(front: Framsida) -> str:
    """That the edition holds no longer and why, as on the web; empty where it holds."""
    laege = front.laege.partition(":")[0].strip()  # the reason stands on the cover: it can be long
    if not laege.casefold().startswith(_OVER):
        return ""
    return f"UTGÅVAN GÄLLER INTE LÄNGRE: {laege}"


def marken(front: Framsida) -> list[str]:
    """The marks, in order."""
    return [m for m in (front.sekretess, PAHITTADE if front.pahittad else "", inte_galler(front)) if m]
