"""The report's tables as a workbook: cover, contents, how to read, a sheet for each released table, every number.

Nothing is hidden: no sheets, rows, columns, comments, formulas or stored results. How a table's sheet looks is in
``excel_blad``; what the tables say is the document's.
"""

import io
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, time
from pathlib import Path

import xlsxwriter
from xlsxwriter.image import Image
from xlsxwriter.worksheet import Worksheet

from assets.report.excel_blad import Blad, hojd, skriv_blad
from assets.report.excel_ord import skriv_alla_siffror, skriv_matt
from assets.report.excel_stil import Stilar, namnge_alla, rent, sidan
from assets.report.logotyp_bild import logotyp
from assets.report.mapp import skriv_hel
from assets.report.marken import marken
from assets.report.modell import Lista, Rapport, Tabell
from assets.tables.sexes import SEXES, together

_PLAIN = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
_LOGO_HIGH = 60
"""Height of the logo's row, in points (2 cm)."""
_LAS = (
    "Ett blad för varje tabell som är publicerad. En rad är ett mått och en grupp, med könen bredvid varandra.",
    "Talen är tal: de kan summeras och sorteras. Andelar är andelar (0,75 visas som 75,0 %).",
    "Rader som heter Totalt är totaler och står bredvid sina delar, liksom grupper som Under 18 år: summera dem aldrig "
    "med delarna. Mått som räknar personer kan inte summeras alls, för samma person kan finnas på flera rader.",
    "Noll är räknat: det fanns ingen. Rader där alla tal är noll, eller där ingenting är känt, står under tabellen.",
    "Kolumnen Ref. är radens referens. På bladet Alla siffror har varje siffra sin egen. Med den går det att få fram "
    "varifrån siffran kommer: kvinnofrid trace <referens>.",
    "Lägst och högst är ett 95 % intervall: hur mycket talet kunde ha blivit ett annat av slumpen.",
    "Boken har inga formler, dolda blad, dolda rader eller kommentarer.",
)


def skriv(rapport: Rapport, till: Path) -> None:
    """Write the workbook. It is put in place when it is whole; the same report gives the same bytes."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, _PLAIN) as book:
        front = rapport.framsida
        book.set_properties(
            {
                "title": rent(front.titel),
                "subject": rent(f"Utgåva {front.utgava}, {front.dnr}"),
                "author": rent(f"{front.namnd}, {front.kommun}"),
                "company": rent(front.kommun),
                "category": rent(front.sekretess or "Tabeller"),
                "comments": " · ".join(marken(front)),
                "created": datetime.combine(front.expedierad, time()),
            }
        )
        stilar = Stilar(book)
        groups = blad_av(rapport)
        taken = {"framsida", "innehåll", "så läser du", "alla siffror", "mått och koder", "ordlista"}
        names = namnge_alla([b.titel for b in groups], taken)
        words = [sak for _, sak in rapport.alla() if isinstance(sak, Lista)]
        sheets = {n: book.add_worksheet(n) for n in ("Framsida", "Innehåll", "Så läser du", *names)}
        last = ["Alla siffror", "Mått och koder", *(["Ordlista"] if words else [])]
        sheets |= {n: book.add_worksheet(n) for n in last}
        for sheet in sheets.values():
            sidan(sheet, front)
        _cover(sheets["Framsida"], rapport, stilar)
        counts = [
            skriv_blad(sheets[name], b, front, stilar, n)
            for n, (name, b) in enumerate(zip(names, groups, strict=True), 1)
        ]
        _contents(sheets["Innehåll"], list(zip(names, groups, counts, strict=True)), last, stilar)
        _guide(sheets["Så läser du"], rapport, stilar)
        skriv_alla_siffror(sheets["Alla siffror"], groups, front, stilar)
        skriv_matt(sheets["Mått och koder"], groups, stilar)
        if words:
            _words(sheets["Ordlista"], words, stilar)
        sheets["Framsida"].activate()
    skriv_hel(till, out.getvalue())


def blad_av(rapport: Rapport) -> list[Blad]:
    """What stands on which sheet: a released table on one, and apart what only a chapter shows.

    A table of a chapter whose cells all stand in the full tables is not written once more.
    """
    found: dict[str, list[Tabell]] = {}
    titles: dict[str, str] = {}
    rest: list[Tabell] = []
    seen: set[str] = set()
    for avsnitt, sak in rapport.alla():
        if isinstance(sak, Tabell) and sak.id not in seen:
            if avsnitt.slag == "tabeller":
                seen.add(sak.id)
                found.setdefault(sak.tabell, []).append(sak)
                titles.setdefault(sak.tabell, avsnitt.rubrik)
            elif sak not in rest:
                rest.append(sak)
    groups = [Blad(titles[name], name, _same_heads(tables)) for name, tables in found.items()]
    have = {r.ref for g in groups for t in g.tabeller for rad in t.rader for r in rad.rutor}
    for tabell in rest:
        refs = {r.ref for rad in tabell.rader for r in rad.rutor if r.ref}
        if tabell.id in seen or (refs and refs <= have):
            continue
        like = next((g for g in groups if not g.titel_av_avsnitt and _alike(g, tabell)), None)
        if like:
            groups[groups.index(like)] = Blad(like.titel, like.namn, (*like.tabeller, tabell), False)
        else:
            groups.append(Blad(tabell.rubrik.partition(":")[0], tabell.tabell, (tabell,), False))
    return groups


def _same_heads(tables: Sequence[Tabell]) -> tuple[Tabell, ...]:
    """Tables of one sheet under the same sexes: where adults, children and both are counted, in the words of both."""
    if len({frozenset(SEXES.intersection(t.kolumner)) for t in tables} - {frozenset()}) < 2:
        return tuple(tables)
    return tuple(replace(t, kolumner=tuple(together(k) for k in t.kolumner)) for t in tables)


def _alike(group: Blad, tabell: Tabell) -> bool:
    return group.namn == tabell.tabell and group.tabeller[0].kolumner == tabell.kolumner


def _cover(sheet: Worksheet, rapport: Rapport, s: Stilar) -> None:
    front = rapport.framsida
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 1, 78)
    at = 0
    if front.logotyp:
        _logo(sheet, front.logotyp)
        at += 1
    for mark in marken(front):
        sheet.write_string(at, 0, mark, s.av(bold=True, font_color=s.VARNING))
        at += 1
    sheet.write_string(at, 0, front.titel, s.titel)
    sheet.set_row(at, 30)
    sheet.write_string(at + 1, 0, f"{front.kommun}. Tabeller till kartläggningen.", s.underrubrik)
    facts = [
        ("Kommun", front.kommun),
        ("Skriven för", front.namnd),
        ("År", str(front.ar)),
        ("Utgåva", str(front.utgava)),
        ("Läge", front.laege),
        ("Diarienummer", front.dnr),
        ("Expedierad", front.expedierad.isoformat()),
        ("Fastställd", front.faststalld.isoformat() if front.faststalld else "nej"),
        ("Paragraf", front.paragraf or ""),
        ("Till läsaren", front.text),
        ("Uppgifter", "PÅHITTADE: bygger på syntetiska poster, inga verkliga personer" if front.pahittad else ""),
        ("Sekretess", front.sekretess),
    ]
    at += 3
    for name, value in facts:
        if value:
            sheet.write_string(at, 0, name, s.etikett)
            sheet.write_string(at, 1, value, s.text)
            hojd(sheet, at, [(value, 78)])
            at += 1
    at += 1
    at = _signs(sheet, at, "Tecken i tabellerna", {"0": "räknat: det fanns ingen", **rapport.forklaringar}, s) + 2
    sheet.write_url(at, 0, "internal:'Innehåll'!A1", s.lank, "Till innehållet")
    sheet.fit_to_pages(1, 1)


def _logo(sheet: Worksheet, path: str) -> None:
    """The logo in the first row, as high as the row, however wide that makes it."""
    picture = io.BytesIO(logotyp(path))
    drawn = Image(picture)
    sheet.set_row(0, _LOGO_HIGH)
    scale = (_LOGO_HIGH - 4) / 72 / (drawn.height / drawn.y_dpi)
    told = {"image_data": picture, "x_scale": scale, "y_scale": scale, "description": "Kommunens logotyp"}
    sheet.insert_image(0, 0, "logotyp.png", told | {"object_position": 1})


def _contents(sheet: Worksheet, listed: Sequence[tuple[str, Blad, int]], last: Sequence[str], s: Stilar) -> None:
    sheet.set_column(0, 0, 34)
    sheet.set_column(1, 1, 70)
    sheet.set_column(2, 2, 12)
    sheet.write_string(0, 0, "Innehåll", s.titel)
    for column, word in enumerate(("Blad", "Vad som finns där", "Rader")):
        sheet.write_string(2, column, word, s.huvud_tal if column == 2 else s.huvud)
    said = {
        "Så läser du": "Vad raderna, tecknen och referenserna betyder",
        "Alla siffror": "En rad för varje siffra, med referens: för den som vill räkna vidare",
        "Mått och koder": "Hur varje mått räknas, och koderna i CSV-filerna",
        "Ordlista": "Ord som används",
    }
    rows: list[tuple[str, str, int | None]] = [("Så läser du", said["Så läser du"], None)]
    rows += [(name, blad.titel, count) for name, blad, count in listed]
    rows += [(name, said[name], None) for name in last]
    for at, (name, what, count) in enumerate(rows, 3):
        sheet.write_url(at, 0, f"internal:'{name}'!A1", s.lank, name)
        sheet.write_string(at, 1, what, s.text)
        if count is not None:
            sheet.write_number(at, 2, count, s.tal("0"))
    sheet.freeze_panes(3, 0)
    sheet.repeat_rows(2)
    sheet.fit_to_pages(1, 0)


def _guide(sheet: Worksheet, rapport: Rapport, s: Stilar) -> None:
    sheet.set_column(0, 0, 12)
    sheet.set_column(1, 1, 92)
    sheet.write_string(0, 0, "Så läser du", s.titel)
    at = 2
    for number, said in enumerate(_LAS, 1):
        sheet.write_number(at, 0, number, s.nummer)
        sheet.write_string(at, 1, said, s.text)
        hojd(sheet, at, [(said, 92)])
        at += 1
    at += 1
    _signs(sheet, at, "Tecken", rapport.forklaringar, s)
    sheet.fit_to_pages(1, 0)


def _signs(sheet: Worksheet, at: int, heading: str, signs: Mapping[str, str], s: Stilar) -> int:
    """Symbols and what they mean, from a row on; the last row written."""
    sheet.write_string(at, 0, heading, s.rubrik)
    for sign, said in signs.items():
        at += 1
        sheet.write_string(at, 0, sign, s.tecken)
        sheet.write_string(at, 1, said, s.text)
    return at


def _words(sheet: Worksheet, lists: Sequence[Lista], s: Stilar) -> None:
    sheet.set_column(0, 0, 30)
    sheet.set_column(1, 1, 90)
    sheet.write_string(0, 0, "Ordlista", s.titel)
    for column, word in enumerate(("Ord", "Vad det betyder")):
        sheet.write_string(2, column, word, s.huvud)
    for at, (word, said) in enumerate((row for one in lists for row in one.rader), 3):
        sheet.write_string(at, 0, word, s.etikett)
        sheet.write_string(at, 1, said, s.text)
        hojd(sheet, at, [(word, 30), (said, 90)])
    sheet.freeze_panes(3, 0)
    sheet.repeat_rows(2)
    sheet.fit_to_pages(1, 0)
