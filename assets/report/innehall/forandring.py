"""What changed since the year before: both numbers, and a word only where the difference is more than chance."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from assets.report.innehall.bilder import diagram
from assets.report.innehall.kapitel import Bygge, med_bild
from assets.report.innehall.las import Las
from assets.report.innehall.sprak import punkt, storre
from assets.report.innehall.tabeller import liten
from assets.report.modell import Innehall, Rad, Ruta, Stycke, Tabell, Tal
from warehouse.contracts.codes import TOTAL
from warehouse.contracts.swedish import versal

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


SMA = 30
"""Where both numbers are below this, no change but a great one can be told from chance."""
FOR_SMA = "för små tal för att säga om det är en förändring"
INOM_SLUMPEN = "oförändrat inom slumpen"
LIKA = "lika många"
_VUXEN = {"roll": "valdsutsatt_vuxen"}
JAMFORELSER = (
    Jamforelse("Våldsutsatta {} med pågående ärende", "arenden", "antal_personer", _VUXEN, True),
    Jamforelse("Startade ärenden{}", "arenden", "antal_startade", {}, True),
    Jamforelse("Aktualiseringar{}", "arenden", "antal_aktualiseringar", {}, True),
    Jamforelse("Beviljade insatser{}", "insatser", "antal_insatser", {}),
    Jamforelse("Våldsutsatta {} i skyddat boende", "skyddat_boende", "antal_personer", _VUXEN, True),
    Jamforelse("Barn i föräldrars ärenden{}", "barn", "antal_barn", {}),
)


def namn(j: Jamforelse, kon: str) -> str:
    """What is compared, and of whom."""
    if j.koder:
        return j.namn.format({"kvinna": "kvinnor", "man": "män"}.get(kon, "vuxna"))
    if j.tabell == "barn":
        return j.namn.format({"kvinna": ", flickor", "man": ", pojkar"}.get(kon, ""))
    return j.namn.format({"kvinna": ", kvinnor och flickor", "man": ", män och pojkar"}.get(kon, ""))


def ord_for(fore: float, nu: float) -> str:
    """``fler`` or ``färre`` where the difference is more than chance alone gives; else why nothing can be said."""
    if fore == nu:
        return LIKA
    if storre(fore, nu):
        return "fler" if nu > fore else "färre"
    return FOR_SMA if max(fore, nu) < SMA else INOM_SLUMPEN


def brott_i_serien(b: Bygge, jamfort: Jamforelse) -> str:
    """What broke the series between the two years last, in words; empty where nothing did."""
    last = ("", "")
    for note in b.u.utgiven.noter.get(jamfort.tabell, ()):
        found = _BREAK.match(note)
        if found is None or not b.las.ar - 1 <= int(found[1]) <= b.las.ar:
            continue
        if jamfort.vuxna and found[2].startswith(("Medföljande barn", "5 kap. 11 a §")):
            continue
        last = max(last, (found[0].split(":")[0], found[2]))
    return last[1]


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


@dataclass(frozen=True, slots=True)
class _Par:
    """A count in both years, and what can be said of the two."""

    namn: str
    fore: Tal
    nu: Tal
    ord_: str
    brott: str


def _par(b: Bygge) -> list[_Par]:
    if b.fore is None or b.las.u.edition.typ == "tertial":
        return []
    made = []
    for j in JAMFORELSER:
        for kon in _kon(b, j):
            before, now = _exact(b.fore, j, kon), _exact(b.las, j, kon)
            first, second = b.fore.tal(j.tabell, j.matt, kon, **j.koder), b.las.tal(j.tabell, j.matt, kon, **j.koder)
            if before is not None and now is not None and first is not None and second is not None:
                made.append(_Par(namn(j, kon), first, second, ord_for(before, now), brott_i_serien(b, j)))
    return made


def forandringar(b: Bygge, mest: int = 99) -> list[Stycke]:
    """What is more or less, a point each; what broke; and together those of which chance may be all."""
    if b.fore is None:
        return []
    pairs = _par(b)[:mest]
    then, now = f" under {b.fore.ar}", f" under {b.las.ar}"
    made = [
        punkt(f"{versal(p.ord_)} {liten(p.namn)}: ", p.nu, f"{now}, ", p.fore, f"{then}.")
        for p in pairs
        if not p.brott and p.ord_ in ("fler", "färre")
    ]
    made += [
        punkt(
            f"{p.namn}: ", p.nu, f"{now}, ", p.fore, f"{then}. Talen går inte att jämföra rakt av. Orsaken: ",
            _orsak(p.brott),
        )
        for p in pairs
        if p.brott
    ]  # fmt: skip
    for said in (LIKA, INOM_SLUMPEN, FOR_SMA):
        same = [(f"{liten(p.namn)} (", p.fore, " och ", p.nu, ")") for p in pairs if not p.brott and p.ord_ == said]
        listed = [(one if at == 0 else ("; ", one)) for at, one in enumerate(same)]
        if same:
            made.append(punkt(f"{versal(said)}, {b.fore.ar} och {b.las.ar}: ", listed, "."))
    return made


def _orsak(brott: str) -> str:
    """What broke the series, after a colon; what it means is a sentence of its own."""
    what, _, so = brott.partition(": ")
    return f"{liten(what)}. {versal(so)}" if so else liten(what)


def jamfort(b: Bygge) -> tuple[Innehall, ...]:
    """The comparison as a chart and a table: a column for each year."""
    rows: list[Rad] = []
    if b.fore is not None:
        for j in JAMFORELSER:
            for kon in _kon(b, j):
                cells = tuple(_cell(las, j, kon) for las in (b.fore, b.las))
                rows.append(Rad((namn(j, kon),), cells))
    if not rows or b.fore is None or b.las.u.edition.typ == "tertial":
        return ()
    table = Tabell(
        f"jamforelse-{b.fore.ar}-{b.las.ar}",
        "arenden",
        f"{b.u.plats} {b.fore.ar} och {b.las.ar}",
        f"Varje rad har sin egen enhet. Talen för {b.fore.ar} är de som står i utgåva {b.fore.of.edition.utgava}.",
        ("Vad som räknas",),
        (str(b.fore.ar), str(b.las.ar)),
        tuple(rows),
    )
    persons = {namn(j, k) for j in JAMFORELSER if j.matt in ("antal_personer", "antal_barn") for k in _kon(b, j)}
    chart = diagram(
        b.las, table, f"Personer {b.fore.ar} och {b.las.ar}", "Antal personer", rader=lambda rad: rad.namn[0] in persons
    )
    return med_bild(chart, table)


def _cell(las: Las, j: Jamforelse, kon: str) -> Ruta:
    return las.ruta(j.tabell, las.rad(j.tabell, j.matt, kon, **j.koder))
