"""What changed since the year before: both numbers, and a word only where the difference is more than chance."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass

from assets.report.innehall.bilder import diagram
from assets.report.innehall.kapitel import Bygge, med_bild
from assets.report.innehall.las import Las
from assets.report.innehall.sprak import FOR_KON, stycke
from assets.report.modell import Diagram, Innehall, Rad, Ruta, Stycke, Tabell
from warehouse.contracts.codes import TOTAL

MINST = 10
"""A difference of fewer than so many is never called a change."""
_BREAK = re.compile(r"^Serien bryts (\d{4})(?:-\d{2}){0,2}: (.+)$")


@dataclass(frozen=True, slots=True)
class Jamforelse:
    """A count that is compared between years."""

    namn: str
    tabell: str
    matt: str
    koder: Mapping[str, str]
    vuxna: bool = False
    """Whether it counts adults exposed to violence alone, so that breaks of children and utövare do not touch it."""


JAMFORELSER = (
    Jamforelse("Våldsutsatta vuxna med pågående ärende", "arenden", "antal_personer", {"roll": "valdsutsatt_vuxen"}, True),
    Jamforelse("Startade ärenden", "arenden", "antal_startade", {}, True),
    Jamforelse("Aktualiseringar", "arenden", "antal_aktualiseringar", {}, True),
    Jamforelse("Beviljade insatser", "insatser", "antal_insatser", {}),
    Jamforelse("Våldsutsatta vuxna i skyddat boende", "skyddat_boende", "antal_personer", {"roll": "valdsutsatt_vuxen"}, True),
    Jamforelse("Barn i föräldrars ärenden", "barn", "antal_barn", {}),
)  # fmt: skip


def ord_for(fore: float, nu: float) -> str:
    """``fler``, ``färre`` or ``ungefär lika många``: a change is at least ``MINST`` and more than chance alone gives.

    Two counts that differ by chance alone are seldom further apart than twice the root of their sum.
    """
    if fore == nu:
        return "lika många"
    apart = abs(nu - fore)
    if apart < MINST or apart <= 2 * math.sqrt(fore + nu):
        return "ungefär lika många"
    return "fler" if nu > fore else "färre"


def brott_i_serien(b: Bygge, jamfort: Jamforelse) -> str:
    """What broke the series between the two years, in words; empty where nothing did."""
    for note in b.u.utgiven.noter.get(jamfort.tabell, ()):
        found = _BREAK.match(note)
        if found is None or not b.las.ar - 1 <= int(found[1]) <= b.las.ar:
            continue
        if jamfort.vuxna and found[2].startswith(("Medföljande barn", "5 kap. 11 a §")):
            continue
        return found[2]
    return ""


def _kon(b: Bygge, j: Jamforelse) -> tuple[str, ...]:
    """The groups that both years show exact numbers of: everybody, else each sex."""
    there = [
        k
        for k in (TOTAL, "kvinna", "man")
        if _exact(b.las, j, k) is not None and b.fore and _exact(b.fore, j, k) is not None
    ]
    return (TOTAL,) if TOTAL in there else tuple(there)


def _exact(las: Las, j: Jamforelse, kon: str) -> float | None:
    return las.varde(j.tabell, j.matt, kon, **j.koder)


def forandringar(b: Bygge, mest: int = 99) -> list[Stycke]:
    """A point for each count that both years show: both numbers, and what can be said of them."""
    made: list[Stycke] = []
    if b.fore is None or b.las.u.edition.typ == "tertial":
        return made
    for j in JAMFORELSER:
        for kon in _kon(b, j):
            before, now = _exact(b.fore, j, kon), _exact(b.las, j, kon)
            first, second = b.fore.tal(j.tabell, j.matt, kon, **j.koder), b.las.tal(j.tabell, j.matt, kon, **j.koder)
            if before is None or now is None or first is None or second is None:
                continue
            broken = brott_i_serien(b, j)
            said = (
                f". Talen går inte att jämföra rakt av: {broken[0].lower() if broken[1:2].islower() else broken[0]}{broken[1:]}"
                if broken else f": {ord_for(before, now)}."
            )  # fmt: skip
            about = {TOTAL: "", "kvinna": ", kvinnor och flickor", "man": ", män och pojkar"}[kon]
            if j.vuxna and j.koder:
                about = {TOTAL: "", "kvinna": ", kvinnor", "man": ", män"}[kon]
            made.append(
                stycke(f"{j.namn}{about}: ", first, f" under {b.fore.ar} och ", second, f" under {b.las.ar}", said,
                       slag="punkt")
            )  # fmt: skip
    return made[:mest]


def jamfort(b: Bygge) -> tuple[Innehall, ...]:
    """The comparison as a chart and a table: a column for each year."""
    rows: list[Rad] = []
    if b.fore is not None:
        for j in JAMFORELSER:
            for kon in _kon(b, j):
                cells = tuple(_cell(las, j, kon) for las in (b.fore, b.las))
                rows.append(Rad((f"{j.namn}{FOR_KON[kon]}",), cells))
    if not rows or b.fore is None or b.las.u.edition.typ == "tertial":
        return ()
    table = Tabell(
        f"jamforelse-{b.fore.ar}-{b.las.ar}", "arenden", f"{b.u.plats} {b.fore.ar} och {b.las.ar}",
        "Varje rad har sin egen enhet. Talen för det tidigare året är de som står i den utgåvan.",
        ("Vad som räknas",), (str(b.fore.ar), str(b.las.ar)), tuple(rows),
    )  # fmt: skip
    chart: Diagram | None = diagram(b.las, table, f"{b.las.ar} bredvid {b.fore.ar}", "Antal")
    return med_bild(chart, table)


def _cell(las: Las, j: Jamforelse, kon: str) -> Ruta:
    return las.ruta(j.tabell, las.rad(j.tabell, j.matt, kon, **j.koder))
