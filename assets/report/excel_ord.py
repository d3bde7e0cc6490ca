"""The workbook's sheets for those who count on: every number with its reference, and how measures and codes are called.

What the tables themselves look like is in ``excel_blad``.
"""

from collections.abc import Iterator, Sequence

from xlsxwriter.worksheet import Worksheet

from assets.report.excel_blad import Blad, hojd, monster, namn, vad
from assets.report.excel_stil import Stilar
from assets.report.marken import marken
from assets.report.modell import Framsida, Ruta
from assets.report.siffror import Tagen, delar
from assets.tables.catalogue import TABLES
from assets.tables.spec import Dimension, TableSpec
from warehouse.contracts.codes import CODES, TOTAL, label
from warehouse.released import Ref

_STATUS = {
    "visas": "visas",
    "intervall": "visas som spann",
    "skyddas": "skyddad uppgift",
    "saknas": "uppgift saknas",
    "ej_tillampligt": "kan inte förekomma",
}
_DELAR = {"antal": "täljare", "bas": "bas", "lag": "95 % intervall, lägst", "hog": "95 % intervall, högst"}
_FORMS = {
    "antal": "antal",
    "andel": "andel (0 till 1)",
    "tal": "tal",
    "skillnad": "skillnad",
    "dagar": "dagar",
    "kronor": "kronor",
}


def skriv_alla_siffror(sheet: Worksheet, groups: Sequence[Blad], front: Framsida, s: Stilar) -> None:
    """One row for each released cell that the report prints, and for the interval of each."""
    heads = ("Referens", "Utgåva", "Tabell", "Mått", "Period", "Uppdelning", "Kolumn", "Värde", "Skrivs", "Status",
             "Från", "Till")  # fmt: skip
    _head(sheet, "Alla siffror", heads, (26, 8, 26, 46, 12, 44, 18, 14, 22, 20, 10, 10), s, numbers=(1, 7, 8, 10, 11))
    sheet.write_string(2, 0, " · ".join(marken(front)), s.varning)
    at = 3
    for row in _cells(groups, front):
        at += 1
        ref, words, column, ruta, part, form = row
        own = {d.vad: d for d in delar(ruta)} if part is None else {"varde": part}
        texts = (str(ref), None, *words, column, None, part.text if part else ruta.text, _STATUS.get(ruta.status, ""))
        for place, text in enumerate(texts):
            if text is not None:
                sheet.write_string(at, place, text, s.av(align="right") if place == 8 else s.av())
        sheet.write_number(at, 1, ref.utgava, s.tal("0"))
        shown = own.get("varde")
        if shown is not None and ruta.status == "visas":
            kind = part if part is not None else shown
            sheet.write_number(at, 7, shown.tal, s.tal(monster(kind, form)))
        for place, end in ((10, "fran"), (11, "till")):
            if end in own:
                sheet.write_number(at, place, own[end].tal, s.tal(monster(own[end], form)))
    if at > 3:
        columns = [{"header": h} for h in heads]
        sheet.add_table(3, 0, at, len(heads) - 1, {"columns": columns, "name": "Alla_siffror", "style": None})
        for place, word in enumerate(heads):
            sheet.write_string(3, place, word, s.huvud_tal if place in (1, 7, 8, 10, 11) else s.huvud)
    sheet.freeze_panes(4, 1)
    sheet.repeat_rows(3)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)


Cell = tuple[Ref, tuple[str, str, str, str], str, Ruta, Tagen | None, str]


def _cells(groups: Sequence[Blad], front: Framsida) -> Iterator[Cell]:
    """Each cell once, in the order of the sheets; parts of a cell that are cells of their own come after all."""
    seen: set[Ref] = set()
    parts: dict[Ref, Cell] = {}
    for blad in groups:
        for tabell in blad.tabeller:
            for rad in tabell.rader:
                what, period = vad(blad, tabell, rad, front)
                split = "; ".join(f"{h}: {w}" for h, w in zip(blad.ledord, namn(blad, tabell, rad), strict=True) if w)
                for column, ruta in zip(tabell.kolumner, rad.rutor, strict=True):
                    if ruta.ref is None or ruta.ref in seen:
                        continue
                    seen.add(ruta.ref)
                    words = (blad.titel, what, period, split)
                    yield ruta.ref, words, column, ruta, None, tabell.form
                    for part in delar(ruta):
                        if part.ref is not None and part.vad in _DELAR:
                            told = (blad.titel, f"{what} ({_DELAR[part.vad]})", period, split)
                            parts.setdefault(part.ref, (part.ref, told, column, ruta, part, tabell.form))
    yield from (cell for ref, cell in parts.items() if ref not in seen)


def skriv_matt(sheet: Worksheet, groups: Sequence[Blad], s: Stilar) -> None:
    """What each measure is and when it counts, and what the codes of the CSV files stand for."""
    heads = ("Tabell", "Mått eller uppdelning", "Kod i CSV", "Vad det är", "Skrivs som", "Enhet och period")
    widths = (26, 34, 34, 58, 18, 44)
    _head(sheet, "Mått och koder", heads, widths, s)
    at = 3
    done: set[str] = set()
    for blad in groups:
        if blad.namn in done:
            continue
        done.add(blad.namn)
        spec = TABLES.get(blad.namn)
        for line in _of_spec(blad, spec) if spec else _of_report(blad):
            at += 1
            for place, text in enumerate((blad.titel, *line)):
                sheet.write_string(at, place, text, s.text)
            hojd(sheet, at, zip((blad.titel, *line), widths, strict=True))
    sheet.freeze_panes(4, 0)
    sheet.repeat_rows(3)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    if at > 3:
        columns = [{"header": h} for h in heads]
        sheet.add_table(3, 0, at, len(heads) - 1, {"columns": columns, "name": "Matt_och_koder", "style": None})
        for place, word in enumerate(heads):
            sheet.write_string(3, place, word, s.huvud)


Line = tuple[str, str, str, str, str]


def _of_spec(blad: Blad, spec: TableSpec) -> Iterator[Line]:
    """The declared measures and the codes of the dimensions that the sheet is split by."""
    for m in spec.shown_measures:
        if not m.intern:
            unit = label("enhet", m.enhet or spec.enhet).lower()
            rule = label("period_regel", m.period_regel or spec.period_regel).lower()
            yield "Mått", m.name, m.title, _FORMS[m.shape], f"Enhet: {unit}. Period: {rule}."
    said = {w for t in blad.tabeller for rad in t.rader for w in rad.namn}
    said |= {w for t in blad.tabeller for line in (*t.nollor, *t.okanda) for w in line.split(", ")}
    for dimension in spec.dimensions:
        if dimension.name == "kon" or dimension.title in blad.ledord:
            for code, word in _codes(dimension):
                if dimension.name == "kon" or word in said:
                    yield dimension.title, f"{dimension.name} = {code}", word, "", ""


def _codes(dimension: Dimension) -> Iterator[tuple[str, str]]:
    codes = CODES[dimension.codes] if dimension.codes else {}
    yield from ((code, dimension.word(code)) for code in codes)
    yield from ((g.code, g.title) for g in dimension.groups)
    if dimension.total:
        yield TOTAL, dimension.word(TOTAL)


def _of_report(blad: Blad) -> Iterator[Line]:
    """Of a table that the kommun has declared itself: what the report says of it."""
    for t in blad.tabeller:
        yield "Mått", "", t.rubrik, _FORMS.get(t.form, t.form), t.regel


def _head(
    sheet: Worksheet, title: str, heads: Sequence[str], widths: Sequence[int], s: Stilar, numbers: Sequence[int] = ()
) -> None:
    sheet.write_string(0, 0, title, s.titel)
    sheet.set_row(0, 26)
    sheet.write_url(1, 0, "internal:'Innehåll'!A1", s.lank, "Till innehållet")
    for column, (word, width) in enumerate(zip(heads, widths, strict=True)):
        sheet.write_string(3, column, word, s.huvud_tal if column in numbers else s.huvud)
        sheet.set_column(column, column, width)
