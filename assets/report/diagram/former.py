"""The four kinds of charts, row by row in the given order. Colours and widths: ``stil``; the drawing: ``yta``.

Geometry comes from what is shown and from nothing else: a protected number has no mark, whatever its point holds.
"""

import re
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

from assets.publicering.tecken import SYMBOL
from assets.report.diagram.stil import (
    BLACK,
    BREDD,
    GLAPP,
    GREY,
    GRID,
    PAPER,
    RAD,
    SMALL,
    STAPEL,
    TEXT,
    Utseende,
    bredd,
    of_sex,
    rader,
    ryms,
    skala,
    tal,
    utseende,
)
from assets.report.diagram.yta import Yta
from assets.report.dolt import dolt
from assets.report.modell import Diagram, Punkt, Status

_STEP = re.compile("[0-9]+( |$)")
_SPAN = re.compile("^([0-9\u00a0]+)–([0-9\u00a0]+)$")
_HIDDEN: dict[Status, str] = {
    "skyddas": "skyddad",
    "saknas": "uppgift saknas",
    "ej_tillampligt": "kan inte förekomma",
}
_NAMES = BREDD * 0.42
"""Most room that the names of rows may take at the left."""
_LEAST = BREDD * 0.4
"""Least room for what is drawn, where names could stand above the rows as well."""
_RING = 2.0
"""How thick the outline of a dot that is not filled is."""


def _clean(p: Punkt) -> Punkt:
    """The point with nothing in it that is not released, so that nothing further on can draw by it."""
    if p.ruta.status == "visas" and p.ruta.varde is not None:
        return p
    if p.ruta.status == "intervall":
        low, high = p.lag, p.hog
        if low is None or high is None:
            found = _SPAN.match(p.ruta.text)
            low, high = (float(e.replace("\u00a0", "")) for e in found.groups()) if found else (None, None)
        return replace(p, ruta=replace(p.ruta, varde=None), lag=low, hog=high)
    return replace(p, ruta=replace(p.ruta, varde=None), lag=None, hog=None)


def _ends(points: list[Punkt]) -> list[float]:
    return [v for p in points for v in (p.ruta.varde, p.lag, p.hog) if v is not None]


def _said(p: Punkt) -> str:
    """What stands at a point: its number as the table prints it, or its symbol and what that means."""
    meaning = _HIDDEN.get(p.ruta.status)
    return f"{p.ruta.text or '–'} {meaning}" if meaning else p.ruta.text


def _at_step(p: Punkt) -> str:
    """The same at a step of a scale, where the eye would find the top among the steps that are drawn."""
    return f"{_said(p)}, kan vara störst" if p.ruta.status == "skyddas" else _said(p)


def _look(p: Punkt) -> dict[str, str]:
    return {"color": BLACK} if p.ruta.status in ("visas", "intervall") else {"color": GREY, "fontStyle": "italic"}


def bild(d: Diagram) -> tuple[Yta, float]:
    """The drawing and its height in pixels.

    Raises:
        ValueError: No point is shown, so there is nothing to draw.
    """
    points = [_clean(p) for p in d.punkter if p.ruta.status != "tom"]
    if not _ends(points):
        raise ValueError(f"Diagrammet {d.id} har ingen siffra att visa och ska inte ritas.")
    clean = replace(d, punkter=tuple(points))
    hidden = dolt(d.slag, points)
    kinds: dict[str, Callable[[Diagram], tuple[Yta, float]]] = {
        "staplar": _staplar, "intervall": _staplar, "delade": _delade, "linje": _linje,
    }  # fmt: skip
    yta, height = kinds[d.slag](clean)
    for line in rader(f"{SYMBOL} {hidden}", BREDD - 8, SMALL) if hidden else ():
        yta.text(2, height + 10, line, fontSize=SMALL, color=GREY)
        height += 16
    return yta, height + (6 if hidden else 0)


def _groups(d: Diagram) -> dict[str, list[Punkt]]:
    made: dict[str, list[Punkt]] = {}
    for p in d.punkter:
        made.setdefault(p.kategori, []).append(p)
    return made


def _series(d: Diagram) -> list[str]:
    return list(dict.fromkeys(p.serie for p in d.punkter))


def _staplar(d: Diagram) -> tuple[Yta, float]:
    """Bars, or dots with intervals: a row for each point, named at its left, its number after it."""
    groups, series = _groups(d), _series(d)
    alone = series == [""]
    looks = utseende(list(groups)) if alone and any(of_sex(name) for name in groups) else utseende(series)
    names = list(groups) if alone else series
    wide = max(bredd(n) for n in names)
    right = max(max(bredd(_said(p)) for p in d.punkter if _ends([p])) + 12, 26)
    beside = not alone or (wide <= _NAMES and BREDD - wide - right > _LEAST)
    left = min(wide, _NAMES) + 14 if beside else 12.0
    low, high, marks = skala(_ends(list(d.punkter)), d.form)
    yta = Yta(low, high, left, min(right, BREDD * 0.45))
    y, rows = _title(yta, d.axel), list[tuple[Punkt, float]]()
    # Lines of the axis stand behind rows with marks only, so that no line goes through a name.
    spans: list[tuple[float, float]] = []
    for name, points in groups.items():
        if not (alone and beside):
            for line in rader(name, BREDD - 8):
                yta.text(2, y + RAD / 2, line, fontWeight="bold")
                y += RAD
        spans.append((y, y + RAD * len(points) + (3 if alone and beside else 0)))
        for p in points:
            rows.append((p, y + RAD / 2))
            y += RAD
        y += 3 if alone and beside else GLAPP
    bottom = spans[-1][1]
    yta.axel(marks, [tal(m, d.form) for m in marks], spans)
    for p, middle in rows:
        if beside:
            yta.text(left - 8, middle, ryms(p.kategori if alone else p.serie, _NAMES), align="right")
        look = looks[p.serie] if p.serie in looks else looks[p.kategori]
        (_dot if d.slag == "intervall" else _bar)(yta, p, middle, look)
    yta.nollinje(spans)
    said = _at_step if all(_STEP.match(name) for name in groups) else _said
    for p, middle in rows:
        end = max([yta.px(e) for e in _ends([p])], default=0)
        yta.text(max(end, yta.px(0)) + (7 if d.slag == "staplar" else 9), middle, said(p), **_look(p))
    return yta, bottom + 22


def _title(yta: Yta, axel: str) -> float:
    """What the axis measures, at the top; where the rows begin."""
    y = 0.0
    for line in rader(axel, BREDD - 8, SMALL):
        yta.text(2, y + 8, line, fontSize=SMALL, color=GREY)
        y += 16
    return y + 6


def _bar(yta: Yta, p: Punkt, middle: float, look: Utseende) -> None:
    half = STAPEL / 2
    if p.ruta.varde is not None:
        x, x2 = sorted((yta.px(0), yta.px(p.ruta.varde)))
        yta.rekt(x, x2, middle - half, middle + half, fill=look.fyllning, stroke=look.farg, strokeWidth=1)
    elif p.lag is not None and p.hog is not None:
        yta.rekt(
            yta.px(p.lag), yta.px(p.hog), middle - half, middle + half,
            fill=PAPER, stroke=look.farg, strokeWidth=1.25, strokeDash=(3, 2),
        )  # fmt: skip
    if p.ruta.varde is not None and p.lag is not None and p.hog is not None:
        _interval(yta, p.lag, p.hog, middle, BLACK)


def _interval(yta: Yta, lag: float, hog: float, middle: float, color: str) -> None:
    low, high = yta.px(lag), yta.px(hog)
    yta.linje(low, high, middle, middle, color=color, strokeWidth=1.5)
    for end in (low, high):
        yta.linje(end, end, middle - 4, middle + 4, color=color, strokeWidth=1.5)


def _dot(yta: Yta, p: Punkt, middle: float, look: Utseende) -> None:
    if p.lag is not None and p.hog is not None:
        _interval(yta, p.lag, p.hog, middle, look.farg)
    if p.ruta.varde is not None:
        _mark(yta, yta.px(p.ruta.varde), middle, look)


def _mark(yta: Yta, x: float, y: float, look: Utseende) -> None:
    fill = look.farg if look.form == "circle" else PAPER
    yta.punkt(x, y, shape=look.form, size=72, fill=fill, stroke=look.farg, strokeWidth=_RING, opacity=1)


def _delade(d: Diagram) -> tuple[Yta, float]:
    """Parts of a whole: one bar for each category, and beneath it each part's pattern, name and number."""
    groups, looks = _groups(d), utseende(_series(d))
    whole = {name: sum(p.ruta.varde or 0 for p in points) for name, points in groups.items()}
    # Each bar to its own whole, where all of it is shown; else lengths are what they are.
    alike = d.form != "andel" and all(p.ruta.status == "visas" for p in d.punkter) and all(whole.values())
    form = "andel" if alike else d.form
    low, high, marks = skala(
        [0.0, 1.0] if alike or (form == "andel" and max(whole.values()) < 1.005) else list(whole.values()), form
    )
    yta = Yta(low, high, 14, 22)
    y = _title(yta, f"{d.axel}; staplarna visar hur stor del" if alike else d.axel)
    spans: list[tuple[float, float]] = []
    for name, points in groups.items():
        if name:
            yta.text(2, y + RAD / 2, ryms(name, BREDD - 8), fontWeight="bold")
            y += RAD
        spans.append((y - 1, y + 23))
        y += 25
        x = 14.0
        for p in points:
            said = f"{p.serie}: {_said(p)}" if p.serie else _said(p)
            wide = 16 + bredd(said) + 12
            if x > 14 and x + wide > BREDD:
                x, y = 14.0, y + RAD - 2
            _key(yta, p, x, y + RAD / 2, looks[p.serie])
            yta.text(x + 16, y + RAD / 2, said, **_look(p))
            x += wide
        y += RAD + GLAPP
    yta.axel(marks, [tal(m, form) for m in marks], spans, y - GLAPP)
    for (name, points), (above, below) in zip(groups.items(), spans, strict=True):
        _parts(yta, points, (above + below) / 2, looks, whole[name] if alike else 1.0)
    yta.nollinje(spans)
    return yta, y + 13


def _key(yta: Yta, p: Punkt, x: float, middle: float, look: Utseende) -> None:
    """The pattern of a part before its name; an empty outline where it is not shown."""
    if p.ruta.status == "visas":
        yta.rekt(x, x + 11, middle - 6, middle + 5, fill=look.fyllning, stroke=look.farg, strokeWidth=1)
    else:
        yta.rekt(x, x + 11, middle - 6, middle + 5, fill=PAPER, stroke=look.farg, strokeWidth=1, strokeDash=(3, 2))


def _parts(yta: Yta, points: list[Punkt], middle: float, looks: dict[str, Utseende], whole: float) -> None:
    """Shown parts one after another from zero; what is not shown takes no place, and so has no size to measure."""
    at = 0.0
    for p in points:
        if p.ruta.varde is None or p.ruta.varde <= 0:
            continue
        x, x2 = yta.px(at), yta.px(at + p.ruta.varde / whole)
        look = looks[p.serie]
        # A hair of paper between parts, also where two patterns would run together in print.
        yta.rekt(
            x + 1, max(x2 - 1, x + 1.5), middle - 10, middle + 10, fill=look.fyllning, stroke=look.farg, strokeWidth=1
        )
        at += p.ruta.varde / whole


def _linje(d: Diagram) -> tuple[Yta, float]:
    """Over years: a column for each category, a line for each series, named at its right end, every number told."""
    groups, series, looks = _groups(d), _series(d), utseende(_series(d))
    low, high, marks = skala(_ends(list(d.punkter)), d.form)
    left = max(bredd(tal(m, d.form), 11) for m in marks) + 12
    names = max(bredd(s) for s in series) + 14
    top, tall = _title(Yta(0, 1, 0, 0), d.axel) + 12, 210.0
    yta = Yta(low, high, left, names)
    _title(yta, d.axel)

    def at(value: float) -> float:
        return top + tall * (1 - (value - low) / (high - low))

    inset = max((max(bredd(_said(p), SMALL) for p in d.punkter) / 2), 20)
    span = BREDD - left - names - 2 * inset
    column = {n: left + inset + (span * i / (len(groups) - 1) if len(groups) > 1 else span / 2)
              for i, n in enumerate(groups)}  # fmt: skip
    for m in marks:
        yta.linje(left, BREDD - names, at(m), at(m), color=GREY if abs(m) < 1e-12 else GRID, strokeWidth=1)
        yta.text(left - 6, at(m), tal(m, d.form), align="right", fontSize=11, color=GREY)
    for name, x in column.items():
        yta.text(x, top + tall + 12, name, align="center")
    for serie in series:
        _line(yta, [p for p in d.punkter if p.serie == serie], column, at, looks[serie])
    room = span / max(len(groups) - 1, 1)
    for name, points in groups.items():
        _column(yta, points, column[name], at, low, room)
    _names(yta, d, series, at)
    return yta, top + tall + 26


def _line(
    yta: Yta, points: list[Punkt], column: dict[str, float], at: Callable[[float], float], look: Utseende
) -> None:
    """The line of a series, broken where a number is not shown."""
    order = list(column)
    shown = [
        (order.index(p.kategori), column[p.kategori], at(p.ruta.varde)) for p in points if p.ruta.varde is not None
    ]
    for (n, x, y), (n2, x2, y2) in pairwise(shown):
        if n2 == n + 1:
            yta.linje(
                x, x2, y, y2, color=look.farg, strokeWidth=2, **({"strokeDash": look.streck} if look.streck else {})
            )
    for p in points:
        x = column[p.kategori]
        if p.lag is not None and p.hog is not None:
            yta.linje(x, x, at(p.lag), at(p.hog), color=look.farg, strokeWidth=1.5)
            for end in (p.lag, p.hog):
                yta.linje(x - 4, x + 4, at(end), at(end), color=look.farg, strokeWidth=1.5)
    for _, x, y in shown:
        _mark(yta, x, y, look)


def _column(yta: Yta, points: list[Punkt], x: float, at: Callable[[float], float], low: float, room: float) -> None:
    """The numbers of a year: the higher above its mark, the others beneath; what is not shown stands at the axis."""
    shown = sorted((p for p in points if _ends([p])), key=lambda p: -_ends([p])[0])
    for n, p in enumerate(shown):
        y = at(max(_ends([p]))) - 13 if n == 0 else at(min(_ends([p]))) + 14
        yta.text(x, y, _said(p), align="center", fontSize=SMALL, **_look(p))
    hidden = [p for p in points if not _ends([p])]
    for n, p in enumerate(hidden):
        label = f"{p.serie} {_said(p)}".strip()
        if bredd(label, SMALL) > room:
            label = f"{p.serie} {p.ruta.text or '–'}".strip()
        yta.text(x, at(max(low, 0)) - 10 - 15 * n, label, align="center", fontSize=SMALL, **_look(p))


def _names(yta: Yta, d: Diagram, series: list[str], at: Callable[[float], float]) -> None:
    """Each series' name beside its last shown number, moved apart where two would meet."""
    ends = []
    for serie in series:
        shown = [p.ruta.varde for p in d.punkter if p.serie == serie and p.ruta.varde is not None]
        if serie and shown:
            ends.append((at(shown[-1]), serie))
    used = -1e9
    for y, serie in sorted(ends):
        used = max(y, used + TEXT + 3)
        yta.text(BREDD - yta.hoger + 6, used, serie, fontWeight="bold", color=utseende(series)[serie].farg)
