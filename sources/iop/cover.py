"""The cover of an IOP report: whose it is, which year, which version of the form. Reads it; figures are ``iop``."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sources.iop.book import Sheet
from sources.iop.form import FIRST_YEAR, JOUR, LAST_YEAR
from sources.iop.layout import COVER, COVER_HEADERS, LATEST, LAYOUTS, Layout
from warehouse.contracts.delivery import Fault
from warehouse.contracts.reference import kommuner


@dataclass(slots=True)
class Cover:
    """Whose report it is, in which version of the form, and all that is wrong with the cover."""

    layout: Layout | None = None
    version: str = ""
    facts: dict[str, Any] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    @classmethod
    def of(cls, sheet: Sheet | None) -> "Cover":
        """The cover as it was filled in."""
        cover = cls()
        if sheet is None:
            cover.faults.append(Fault("bladet_saknas", blad=COVER))
            return cover
        titles = {sheet.cell(row, "A"): row for row in range(sheet.height, 0, -1)}
        row = titles.get(LATEST.cover["formularversion"])
        cover.version = (sheet.cell(row, "B") or "") if row else ""
        cover.layout = LAYOUTS.get(cover.version)
        if row is None:
            cover._fault("iop_ombyggd", None, None)
        elif cover.layout is None:
            cover._fault("iop_version", row, "formularversion")
        fields = (cover.layout or LATEST).cover
        if cover.layout is not None:
            expected = {("A", 1): COVER_HEADERS[0], ("B", 1): COVER_HEADERS[1]}
            expected |= {("A", n): title for n, title in enumerate(fields.values(), start=2)}
            for (letter, n), title in expected.items():
                if sheet.cell(n, letter) != title:
                    cover.faults.append(Fault("iop_ombyggd", n, blad=COVER, bokstav=letter))
        found = {name: titles[title] for name, title in fields.items() if title in titles}
        cover._judge({name: (n, sheet.cell(n, "B")) for name, n in found.items() if name != "formularversion"})
        return cover

    def _fault(self, regel: str, row: int | None, name: str | None) -> None:
        self.faults.append(Fault(regel, row, name, COVER, bokstav="B" if row else None))

    def _judge(self, answers: Mapping[str, tuple[int, str | None]]) -> None:
        """The facts that hold, and a fault for each answer that cannot be used."""
        said = {name: answer for name, (_, answer) in answers.items() if answer}
        for name, (row, answer) in answers.items():
            if answer is None:
                self._fault("iop_forsattsblad_tomt", row, name)
        code = said["kommunkod"].zfill(4) if "kommunkod" in said else ""  # Excel takes the leading zero from a number
        known = kommuner().get(code)
        right = {
            "kommunkod": known is not None,
            "kommun": known is None or said.get("kommun", "").casefold() == known.casefold(),
            "ar": bool(re.fullmatch(r"\d{4}", said.get("ar", "")) and FIRST_YEAR <= int(said["ar"]) <= LAST_YEAR),
            "jour": bool(JOUR.match(said.get("jour", ""))),
            "pahittad": said.get("pahittad", "").casefold() in ("ja", "nej"),
        }
        for name in said:
            if not right[name]:
                self._fault(f"iop_{name}", answers[name][0], name)
        self.facts["omfang"] = "periodutdrag"
        for name, fact, value in (
            ("kommunkod", "namnd", code),
            ("jour", "avsandare", said.get("jour")),
            ("ar", "period", said.get("ar")),
        ):
            if right[name]:
                self.facts[fact] = value
        if said.get("pahittad", "").casefold() == "ja":
            self.facts["syntetisk"] = True
