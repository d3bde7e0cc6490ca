"""Charts of tables: the same cells as marks, and a text that carries the message. Drawing is in ``report.diagram``."""

from collections.abc import Callable, Sequence
from typing import Literal

from assets.report.dolt import dolt
from assets.report.innehall.las import SHOWN, Las
from assets.report.innehall.sprak import storre
from assets.report.innehall.tabeller import liten
from assets.report.modell import Diagram, Punkt, Rad, Ruta, Tabell
from assets.tables.sexes import SEXES, in_full
from warehouse.contracts.swedish import versal

Slag = Literal["staplar", "delade", "intervall", "linje"]
_KINDS: dict[Slag, str] = {
    "staplar": "Stapeldiagram",
    "delade": "Delade staplar",
    "intervall": "Punkter med intervall",
    "linje": "Linjer",
}


def diagram(
    las: Las,
    tabell: Tabell,
    rubrik: str,
    axel: str,
    *,
    slag: Slag = "staplar",
    kategori: str = "",
    namn: Callable[[Rad], str] | None = None,
    rader: Callable[[Rad], bool] | None = None,
    serier: Sequence[str] | None = None,
) -> Diagram | None:
    """A chart of the table's rows but totals; a column with nothing shown has no series. None: nothing is shown."""
    name = namn or (lambda rad: ", ".join(rad.namn))
    rows = [rad for rad in tabell.rader if not rad.total and (rader is None or rader(rad))]
    columns = [at for at, heading in enumerate(tabell.kolumner) if _wanted(heading, at, tabell, rows, serier)]
    if not rows or not columns:
        return None
    points = []
    for rad in rows:
        for at in columns:
            cell = rad.rutor[at]
            series = _grupp(tabell.kolumner[at]) if len(columns) > 1 else ""
            low, high = _ends(las, cell)
            points.append(Punkt(name(rad), series, cell, low, high))
    points = [p for p in points if p.ruta.status != "tom"]
    only = tabell.kolumner[columns[0]] if len(columns) == 1 else "Totalt"
    if only not in SEXES:
        return gjord(f"{tabell.id}-diagram", slag, rubrik, axel, points, tabell, kategori)
    who = _grupp(only).lower()
    return gjord(
        f"{tabell.id}-diagram", slag, _om(rubrik, who), f"{axel} ({who})", points, tabell, kategori, who
    )  # fmt: skip


def _grupp(kolumn: str) -> str:
    """What a column is called where it stands for a group."""
    return {"Totalt": "Alla", "Annat eller okänt": "Annat eller okänt kön"}.get(kolumn, in_full(kolumn))


def _om(rubrik: str, vem: str) -> str:
    """A title that says that the chart is of one sex alone."""
    return rubrik if vem in rubrik.lower() else f"{rubrik}, {vem}"


def vand(tabell: Tabell, rubrik: str, axel: str, kategori: str = "") -> Diagram | None:
    """Parts of a whole for each sex: only the sexes whose parts are all shown; None where there is no such."""
    rows = [rad for rad in tabell.rader if not rad.total]
    whole = [
        at
        for at, heading in enumerate(tabell.kolumner)
        if rows and all(rad.rutor[at].status == "visas" for rad in rows) and sum(r.rutor[at].varde or 0 for r in rows)
    ]
    if any(tabell.kolumner[at] != "Totalt" for at in whole):
        whole = [at for at in whole if tabell.kolumner[at] != "Totalt"]
    points = [Punkt(_grupp(tabell.kolumner[at]), ", ".join(rad.namn), rad.rutor[at]) for at in whole for rad in rows]
    if not points:
        return None
    if len(whole) == 1 and tabell.kolumner[whole[0]] != "Totalt":
        rubrik = _om(rubrik, points[0].kategori.lower())
    return gjord(f"{tabell.id}-diagram", "delade", rubrik, axel, points, tabell, kategori)


def gjord(
    anchor: str, slag: Slag, rubrik: str, axel: str, punkter: Sequence[Punkt], tabell: Tabell, kategori: str,
    vem: str = "",
) -> Diagram | None:  # fmt: skip
    """A chart of these marks; None where hardly any number is shown. ``vem``: whom all of it is about, if one sex."""
    shown = sum(p.ruta.status in SHOWN for p in punkter)
    if (
        shown < 2 or not any(_tells(p.ruta) for p in punkter) or 3 * shown < len(punkter)
    ):  # a chart of symbols tells less than its table
        return None
    return Diagram(
        anchor,
        slag,
        rubrik,
        axel,
        tuple(punkter),
        alt(slag, rubrik, punkter, vem),
        tabell.id,
        tabell.form,
        kategori or (tabell.ledord[0] if tabell.ledord else ""),
    )


def alt(slag: Slag, rubrik: str, punkter: Sequence[Punkt], vem: str = "") -> str:
    """The chart in words: its message, then every number of it, and of whom."""
    by: dict[str, list[Punkt]] = {}
    for p in punkter:
        by.setdefault(p.kategori, []).append(p)
    said = []
    for category, marks in by.items():
        told = [f"{p.serie.lower() or vem} {_told(p.ruta)}".strip() for p in marks]
        said.append(f"{category}: {', '.join(told)}.")
    return " ".join(w for w in (f"{_KINDS[slag]}. {rubrik}.", *said, dolt(slag, punkter)) if w)


def _tells(cell: Ruta) -> bool:
    return cell.status == "intervall" or (cell.status == "visas" and cell.varde != 0)


def _told(cell: Ruta) -> str:
    return (cell.uttalas or cell.text).replace("[", "intervall ").replace("]", "")


def _wanted(heading: str, at: int, tabell: Tabell, rows: Sequence[Rad], serier: Sequence[str] | None) -> bool:
    if serier is not None and heading not in serier:
        return False
    if not any(_tells(rad.rutor[at]) for rad in rows):  # zeros beside hidden numbers make no picture
        return False
    others = [n for n, h in enumerate(tabell.kolumner) if h in SEXES and any(_tells(rad.rutor[n]) for rad in rows)]
    if heading == "Totalt":
        return not others or bool(serier)
    return heading != "Annat eller okänt"  # its numbers stand in the table: bars of a few would only be noise


def _ends(las: Las, cell: Ruta) -> tuple[float | None, float | None]:
    row = las.rader_efter_ref.get(cell.ref) if cell.ref else None
    if cell.ref is None or row is None or row["status"] != "visas":
        return None, None
    ends = [las.granne(cell.ref, f"{row['matt']}{end}") for end in ("_lag", "_hog")]
    low, high = (e["varde"] if e is not None and e["status"] == "visas" else None for e in ends)
    return (low, high) if low is not None and high is not None else (None, None)


def storst(tabell: Tabell, kolumn: str) -> tuple[str, ...]:
    """The row with the largest number of a column, or the rows that chance alone may tell apart from it.

    Empty unless all of the column is shown, and unless few rows stand out among several.
    """
    if kolumn not in tabell.kolumner:
        return ()
    at = tabell.kolumner.index(kolumn)
    rows = [rad for rad in tabell.rader if not rad.total]
    if len(rows) < 3 or any(rad.rutor[at].status != "visas" for rad in rows):
        return ()
    best = sorted(rows, key=lambda rad: -(rad.rutor[at].varde or 0))
    top = best[0].rutor[at].varde or 0
    near = [rad for rad in best if not storre(top, rad.rutor[at].varde or 0)]
    return tuple(", ".join(rad.namn) for rad in near) if len(near) <= 2 and top else ()


def budskap(tabell: Tabell, mening: str, annars: str, efter: str = "", och: str = "och") -> str:
    """A title that says which row is largest (``{}``) where that can be said.

    Where it is not of all it says of whom, and then as ``efter`` has it: "Bland kvinnor och flickor är {} vanligast".
    """
    sexes = [h for h in tabell.kolumner if h in SEXES]
    found = {h: storst(tabell, h) for h in ("Totalt", *sexes)}
    said = found["Totalt"]
    about = ""
    form = mening
    if not said and sexes and all(found[h] == found[sexes[0]] for h in sexes):
        said = found[sexes[0]]
    women = next((h for h in sexes if h.startswith(("Kvinn", "Flick"))), "")
    if not said and found.get(women):
        said, about, form = found[women], f"Bland {in_full(women).lower()} ", efter or mening
    if not said:
        return annars
    words = f" {och} ".join(liten(w) for w in said)
    return versal(about + form.format(words))
