"""A sheet of the workbook: all measures of a released table as one rectangle that can be filtered, notes below it."""

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass

from xlsxwriter.worksheet import Worksheet

from assets.report.excel_stil import Stilar, rent
from assets.report.marken import marken
from assets.report.modell import Framsida, Rad, Ruta, Tabell
from assets.report.siffror import Tagen, decimaler, delar, radens_ref
from assets.tables.catalogue import TABLES
from warehouse.contracts.swedish import versal

_ABOUT = re.compile(r" \([^()]*\)$")
_LEDORD_MATT = ("Mått",)
_WIDTHS = {"matt": 46, "period": 12, "namn": 27, "tal": 13, "ref": 24}


@dataclass(frozen=True, slots=True)
class Blad:
    """What stands on a sheet."""

    titel: str
    namn: str
    """Name of the released table."""
    tabeller: tuple[Tabell, ...]
    titel_av_avsnitt: bool = True
    """Whether it is a released table in full, and not only what a chapter shows."""

    @property
    def ledord(self) -> tuple[str, ...]:
        """Headings of all names, in the order they first occur."""
        found = {w: None for t in self.tabeller if t.ledord != _LEDORD_MATT for w in t.ledord}
        return tuple(found)

    @property
    def kolumner(self) -> tuple[str, ...]:
        """Headings of all cells."""
        widest = max((t.kolumner for t in self.tabeller), key=len)
        return tuple(dict.fromkeys((*widest, *(k for t in self.tabeller for k in t.kolumner))))


def vad(blad: Blad, tabell: Tabell, rad: Rad, front: Framsida) -> tuple[str, str]:
    """What a row counts, and which period it is of, out of the table's caption."""
    said = tabell.rubrik.removeprefix(f"{blad.titel}: ")
    what, place, period = said.rpartition(f", {front.kommun} ")
    if not place:
        what, period = said, ""
    if blad.namn in TABLES and what not in {m.title for m in TABLES[blad.namn].shown_measures}:
        what = _ABOUT.sub("", what)  # on its own sheet a measure needs no words that tell it from another table's
    if tabell.ledord == _LEDORD_MATT:
        what = rad.namn[0]
    return versal(what), period


def namn(blad: Blad, tabell: Tabell, rad: Rad) -> tuple[str, ...]:
    """The row's names under the sheet's headings; empty where the measure is not split by one."""
    if tabell.ledord == _LEDORD_MATT:
        return tuple("" for _ in blad.ledord)
    told = dict(zip(tabell.ledord, rad.namn, strict=True))
    return tuple(told.get(w, "") for w in blad.ledord)


def monster(tagen: Tagen, form: str) -> str:
    """The number format that writes a number as the report does."""
    places = decimaler(tagen.text)
    plain = "#,##0" + ("." + "0" * places if places else "")
    if tagen.text.endswith("%") or (form == "andel" and tagen.vad in ("lag", "hog")):
        return f"{plain.replace('#,##', '')}%"
    if tagen.vad in ("antal", "bas"):
        return plain
    return plain + {"kronor": '" kr"', "dagar": '" dagar"'}.get(form, "")


def hojd(sheet: Worksheet, row: int, texts: Iterable[tuple[str, float]]) -> None:
    """Make a row as high as its texts need in columns of these widths: not every program does it when it opens."""
    lines = max((math.ceil(0.88 * len(text) / width) for text, width in texts if text), default=1)
    if lines > 1:
        sheet.set_row(row, 13.5 * lines)


def skriv_ruta(sheet: Worksheet, at: tuple[int, int], ruta: Ruta | None, form: str, s: Stilar, **more: object) -> None:
    """A cell: a number where one is shown, otherwise its symbol or span as text."""
    row, column = at
    own = next((d for d in delar(ruta) if d.vad == "varde"), None) if ruta is not None else None
    if ruta is None or ruta.status == "tom":
        sheet.write_blank(row, column, None, s.av(align="right", **more))
    elif own is not None and ruta.status == "visas":
        sheet.write_number(row, column, own.tal, s.tal(monster(own, form), **more))
    else:
        sheet.write_string(row, column, ruta.text, s.av(align="right", **more))


def skriv_blad(sheet: Worksheet, blad: Blad, front: Framsida, s: Stilar, nummer: int) -> int:
    """Write a sheet; returns how many rows its table has."""
    ends = _intervals(blad)
    periods = {vad(blad, t, rad, front)[1] for t in blad.tabeller for rad in t.rader} - {""}
    heads = ["Mått", *(["Period"] if periods else []), *blad.ledord]
    numbers = [*blad.kolumner, *(f"{k}, {end}" for k in ends for end in ("lägst", "högst"))]
    heads_all = _unlike([*heads, *blad.kolumner, *numbers[len(blad.kolumner) :], "Ref."])
    sheet.write_string(0, 0, blad.titel, s.titel)
    sheet.set_row(0, 26)
    sheet.write_string(
        1, 0, f"{front.kommun} {front.ar}. Utgåva {front.utgava}, {front.dnr}, {front.laege}.", s.underrubrik
    )
    sheet.write_string(2, 0, " · ".join(marken(front)), s.varning)
    sheet.write_url(3, 0, "internal:'Innehåll'!A1", s.lank, "Till innehållet")
    top = 5
    for column, word in enumerate(heads_all):
        sheet.write_string(top, column, word, s.huvud_tal if len(heads) <= column < len(heads_all) - 1 else s.huvud)
    widths = _widths(heads, periods, len(numbers))
    hojd(sheet, top, zip(heads_all, widths, strict=True))
    at, before = top, None
    for tabell in blad.tabeller:
        for rad in tabell.rader:
            at += 1
            what, period = vad(blad, tabell, rad, front)
            line: dict[str, object] = {"top": 1, "top_color": "#9AA9AE"} if (what, period) != before else {}
            before = (what, period)
            line |= {"bold": True} if rad.total else {}
            words = [what, *([period] if periods else []), *namn(blad, tabell, rad)]
            for column, word in enumerate(words):
                write = sheet.write_string if word else sheet.write_blank
                write(at, column, word, s.av(text_wrap=True, **line))
            hojd(sheet, at, zip(words, widths, strict=False))
            told = dict(zip(tabell.kolumner, rad.rutor, strict=True))
            for column, k in enumerate(blad.kolumner, len(heads)):
                skriv_ruta(sheet, (at, column), told.get(k), tabell.form, s, **line)
            column = len(heads) + len(blad.kolumner)
            for k in ends:
                found = {d.vad: d for d in delar(told[k])} if k in told else {}
                for end in ("lag", "hog"):
                    if end in found:
                        sheet.write_number(at, column, found[end].tal, s.tal(monster(found[end], tabell.form), **line))
                    else:
                        sheet.write_blank(at, column, None, s.av(align="right", **line))
                    column += 1
            ref = radens_ref(rad)
            sheet.write_string(
                at, column, str(ref) if ref else "", s.av(font_color="#555555", align="left", indent=1, **line)
            )
    if at > top:
        columns = [{"header": word} for word in heads_all]
        name = "T" + re.sub(r"[^A-Za-z0-9_]", "_", f"{nummer}_{blad.namn}")
        sheet.add_table(top, 0, at, len(heads_all) - 1, {"columns": columns, "name": name, "style": None})
        for column, word in enumerate(heads_all):  # the table writes its headings without their format
            sheet.write_string(top, column, word, s.huvud_tal if len(heads) <= column < len(heads_all) - 1 else s.huvud)
    for column, width in enumerate(widths):
        sheet.set_column(column, column, width)
    _below(sheet, at + 2, blad, front, s, widths)
    sheet.freeze_panes(top + 1, len(heads) if len(heads) <= 3 else 1)
    sheet.repeat_rows(top)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    return at - top


def _intervals(blad: Blad) -> list[str]:
    """The columns in which some number has an interval."""
    return [
        k
        for k in blad.kolumner
        if any(
            d.vad in ("lag", "hog")
            for t in blad.tabeller
            if k in t.kolumner
            for rad in t.rader
            for d in delar(rad.rutor[t.kolumner.index(k)])
        )
    ]


def _unlike(words: list[str]) -> list[str]:
    """Headings that a table object takes: none empty, none twice."""
    out: list[str] = []
    for word in words:
        wanted, n = rent(word) or "Kolumn", 2
        while wanted.casefold() in {w.casefold() for w in out}:
            wanted, n = f"{rent(word)} ({n})", n + 1
        out.append(wanted)
    return out


def _widths(heads: list[str], periods: set[str], numbers: int) -> list[int]:
    names = [_WIDTHS["namn"]] * (len(heads) - (2 if periods else 1))
    return [
        _WIDTHS["matt"],
        *([_WIDTHS["period"]] if periods else []),
        *names,
        *[_WIDTHS["tal"]] * numbers,
        _WIDTHS["ref"],
    ]


def _below(sheet: Worksheet, at: int, blad: Blad, front: Framsida, s: Stilar, widths: list[int]) -> None:
    """What the table does not show as rows, how its measures count, and its notes."""
    last = max(1, len(blad.ledord) + len(blad.kolumner))
    width = sum(widths[: last + 1])
    said: list[tuple[str, list[str]]] = [("Inte med som rader", []), ("Enhet och period", []), ("Noter", [])]
    for t in blad.tabeller:
        what, period = vad(blad, t, t.rader[0], front) if t.rader else (t.rubrik, "")
        name = t.rubrik if t.ledord == _LEDORD_MATT else f"{what} {period}".strip()
        if t.nollor:
            said[0][1].append(f"{name}: alla tal är noll för {'; '.join(t.nollor)}.")
        if t.okanda:
            said[0][1].append(f"{name}: uppgift saknas för {'; '.join(t.okanda)}.")
        rule = f"{name.removeprefix(f'{blad.titel}: ')}: {t.regel[:1].lower()}{t.regel[1:]}"
        if t.regel and rule not in said[1][1]:
            said[1][1].append(versal(rule))
        said[2][1].extend(n for n in t.noter if n not in said[2][1])
    for heading, lines in said:
        if not lines:
            continue
        sheet.write_string(at, 0, heading, s.rubrik)
        for line in lines:
            at += 1
            sheet.merge_range(at, 0, at, last, "", s.text)
            sheet.write_string(at, 0, line, s.text)
            hojd(sheet, at, [(line, width)])
        at += 2
