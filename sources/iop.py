"""The IOP report: one jour's year, in the project's own Excel form and no other. Refuses a form that was rebuilt.

A form row becomes up to four contract rows (one a kon), all with the Excel row they came from.
"""

import re
from collections.abc import Mapping
from typing import Any

from sources.base import Reading, Source, Unreadable
from sources.figures import Rows, number, text, whole
from sources.iop_form import COVER, COVER_FIELDS, COVER_HEADERS, FIGURE_HEADERS, FIGURES, KON, VERSION, write_form
from sources.readers import read_sheet
from warehouse.contracts.codes import CODES
from warehouse.contracts.delivery import Fault, TextTable
from warehouse.contracts.omvarld import IopRapport
from warehouse.contracts.reference import kommuner

__all__ = ["SOURCES", "read", "write_form"]

_CONTRACT = {"namnd": "B", "ar": "B", "jour": "B", "post": "A", "kon": "B", "antal": "B", "saknas_orsak": "F"}
"""Contract column to the letter it stands under, in the cover or among the figures."""

_POSTS = {title.casefold(): code for code, title in CODES["iop_post"].items()}
_REASONS = {title.casefold(): code for code, title in CODES["saknas_orsak_jour"].items()}
_JOUR = next(re.compile(c.pattern) for c in IopRapport.columns() if c.name == "jour" and c.pattern)
_PARTS = tuple(kon for kon in KON if kon != "totalt")


def read(content: bytes, slip: Mapping[str, Any]) -> Reading:
    """The figures of one filled-in form; the cover says whose and which year.

    Raises:
        Unreadable: where a sheet is missing, the form is another version, cells were moved, or the cover is not
            filled in.
    """
    del slip  # the cover says everything
    cover = _cover(read_sheet(content, COVER, header_row=1))
    sheet = read_sheet(content, FIGURES, header_row=1)
    _same_headers(sheet, FIGURE_HEADERS)
    out = Rows(tuple(_CONTRACT), sheet, tuple(_CONTRACT.values()))
    found: set[str] = set()
    for rad, line in zip(sheet.rows, sheet.frame.to_dict("records"), strict=True):
        post = _POSTS.get((text(line["Post"]) or "").casefold())
        if post is None or post in found:
            raise Unreadable(Fault("filformat", rad, "post", FIGURES))
        found.add(post)
        cells = {kon: number(line[header]) for kon, header in KON.items()}
        if not _adds_up(cells):
            out.refuse("summa", rad, "antal")
            continue
        reason = text(line["Saknas, orsak"])
        code = _REASONS.get(reason.casefold(), reason) if reason else None
        out.kept.extend((rad, {**cover, "post": post, **answer}) for answer in _answers(cells, code))
    if len(found) < len(_POSTS):
        raise Unreadable(Fault("filformat", None, "post", FIGURES))
    facts = {
        "kalla": "iop",
        "tabell": "iop_rapport",
        "namnd": cover["namnd"],
        "avsandare": cover["jour"],
        "omfang": "periodutdrag",
        "period": cover["ar"],
    }
    return Reading(out.table(), facts)


def _answers(cells: Mapping[str, str | None], reason: str | None) -> list[dict[str, str | None]]:
    """One answer a kon. Where nothing is said of the parts (nights, volunteers) there is only the total."""
    split = reason is not None or any(cells[kon] is not None for kon in _PARTS)
    return [
        {"kon": kon, "antal": antal, "saknas_orsak": reason if antal is None else None}
        for kon, antal in cells.items()
        if split or kon == "totalt"
    ]


def _adds_up(cells: Mapping[str, str | None]) -> bool:
    """Judges only where the total and all the parts are given: a blank is not a zero."""
    figures = {kon: whole(antal) for kon, antal in cells.items()}
    parts = [figures[kon] for kon in _PARTS]
    total = figures["totalt"]
    if total is None or None in parts:
        return True
    return total == sum(part for part in parts if part is not None)


def _same_headers(sheet: TextTable, headers: tuple[str, ...], *, tips: int = 0) -> None:
    """The form as it was written: its headers in place, and nothing beside them but the form's own tips."""
    found = tuple(sheet.frame.columns)
    if found[: len(headers)] != headers or len(found) > len(headers) + tips:
        raise Unreadable(Fault("filformat", 1, blad=sheet.blad))


def _cover(sheet: TextTable) -> dict[str, str | None]:
    """Whose report it is. Every fault of the cover is told at once."""
    _same_headers(sheet, COVER_HEADERS, tips=1)
    titles = list(COVER_FIELDS.values())
    if list(sheet.frame["Uppgift"]) != titles:
        raise Unreadable(Fault("filformat", blad=COVER))
    answers = dict(zip(COVER_FIELDS, (text(cell) for cell in sheet.frame["Svar"]), strict=True))
    rows = dict(zip(COVER_FIELDS, sheet.rows, strict=True))
    if answers["formularversion"] != VERSION:
        raise Unreadable(Fault("filformat", rows["formularversion"], blad=COVER))
    blank = [Fault("foljesedel_saknas", rows[name], name, COVER) for name, answer in answers.items() if not answer]
    if blank:
        raise Unreadable(*blank)
    filled = {name: answer or "" for name, answer in answers.items()}
    filled["kommunkod"] = filled["kommunkod"].zfill(4)  # Excel takes the leading zero from a number
    faults = [Fault(rule, rows[name], name, COVER) for name, rule in _cover_faults(filled)]
    if faults:
        raise Unreadable(*faults)
    return {"namnd": filled["kommunkod"], "ar": filled["ar"], "jour": filled["jour"]}


def _cover_faults(answers: Mapping[str, str]) -> list[tuple[str, str]]:
    faults = []
    name = kommuner().get(answers["kommunkod"])
    if name is None:
        faults.append(("kommunkod", "okand_kommun"))
    elif answers["kommun"].casefold() != name.casefold():
        faults.append(("kommun", "foljesedel_fel"))  # name and code say different kommuner
    if not re.fullmatch(r"(19|20)\d\d", answers["ar"]):
        faults.append(("ar", "foljesedel_fel"))
    if not _JOUR.match(answers["jour"]):
        faults.append(("jour", "foljesedel_fel"))
    return faults


SOURCES: tuple[Source, ...] = (
    Source(kalla="iop", tabell="iop_rapport", suffixes=(".xlsx",), headers=frozenset(), read=read),
)
