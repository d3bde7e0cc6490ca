"""The case form as a workbook to fill in: which columns it asks for, and writing it. Reading: ``arendeblad``."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Final

from sources.forms import cover as _cover
from sources.forms.arendeblad_columns import ASSESSMENT, CASE, SUPPORT, TICKED, Wide, columns
from sources.forms.sheets import Field, form, write_answers, write_examples, write_help
from warehouse.contracts.errors import UserError
from warehouse.contracts.reference import kommuner

VERSION: Final = "arendeblad-1"
SHEET: Final = "Ärendeblad"

_EXAMPLES = {"person_id": "18900101-9802", "utforare_id": "jour_1", "instrumentversion": "2.0", "alder": "34"}
"""Invented: the number is from Skatteverket's test series, no person has it."""
_NOT_BEFORE = {
    "slutdatum": "startdatum",
    "utredning_avslutad": "utredning_inledd",
}
_HELP = (
    "En rad för varje ärende: först ärendet, sedan det som är känt före (grön), under (brun) och efter (lila).",
    "",
    "1. Börja med försättsbladet. Det säger vems uppgifter det är, när de togs ut och vilket år de gäller.",
    "2. Kolumner med * måste fyllas i. Vet ni inte: lämna tomt, gissa inte. Noll är ett svar, tomt är inget svar.",
    "3. Våldstyp: en kolumn för varje slag, Ja eller Nej.",
    "4. En mätning (trygghet, hälsa, våld de senaste tre månaderna) behöver ett datum och vem som svarade. Blev det "
    "inga svar: fyll i datum, vem som skulle ha svarat, och varför svar saknas.",
    "5. En insats behöver typ och beslut. Bifall, avslag och avböjd har beslutsdatum; utan behovsprövning har dagen då "
    "insatsen började (verkställd).",
    "6. Efter-delen fylls i när ärendet avslutas. Pågår ärendet lämnas den tom.",
    "7. Personens id (personnummer eller ert eget) skrivs bara i kolumnen Person. Det görs om till en pseudonym innan "
    "något sparas. Skriv inga namn, adresser, telefonnummer eller fria texter någonstans.",
    "8. Åldersgrupp eller ålder räcker. Är båda tomma räknas gruppen ut från personnumret.",
    "9. Gul ruta: det saknas ett svar som behövs. Orange ruta: samma ärende står två gånger.",
    "10. Har kommunen egna kolumner ställs de sist. Bara de som står i kommunens mappning läses in.",
    "",
    "Räcker inte platserna för insatser och bedömningar: använd arbetsboken med ett blad för varje tabell.",
    "Bladet Exempel visar varje kolumn med ett påhittat svar. Det läses inte in.",
    "Kommer boken tillbaka med markerade rutor: rätta i den boken och skicka in den igen. Bladet Att rätta får ligga "
    "kvar.",
    "",
    "Formuläret är byggt efter det som är allmänt känt om uppföljning av våld i nära relationer. Det är inte SUV eller "
    "SU-Kvinnofrid, och formatet är vårt eget.",
)


def asked(insatser: int, bedomningar: int) -> tuple[Wide, ...]:
    """The columns of the workbook: våldstyp by boxes, insatser by number."""
    most = {SUPPORT: insatser, ASSESSMENT: bedomningar}
    return tuple(
        wide
        for wide in columns()
        if wide.record != TICKED
        and not (wide.column.kind == "codes" and wide.code is None)
        and int(wide.which if wide.record in most else 0) <= most.get(wide.record, 0)
    )


def write_arendeblad_form(
    path: Path,
    *,
    kommun: str,
    avsandare: str | None = None,
    rows: int = 200,
    insatser: int = 3,
    bedomningar: int = 2,
    records: Sequence[Mapping[str, str | None]] = (),
    stated: Mapping[str, str] = MappingProxyType({}),
) -> None:
    """Writes the case form, empty or with cases.

    Args:
        path: The workbook to write.
        kommun: Kommunkod of the nämnd whose cases it holds.
        avsandare: Who sends it; left to fill in where None.
        rows: Rows to fill in.
        insatser: Insatser that a row has room for.
        bedomningar: Assessments that a row has room for.
        records: Cases by the form's column names, as codes (``1`` and ``0`` in boxes) and ISO dates.
        stated: More answers for the cover, by the keys of a följesedel.

    Raises:
        UserError: where the kommunkod is not known.
    """
    if kommun not in kommuner():
        raise UserError("Kommunkoden finns inte. Skriv fyra siffror, till exempel 0114.")
    answers = {"namnd": kommun, "omfang": "periodutdrag", "syntetisk": "nej", **stated}
    if avsandare:
        answers["avsandare"] = avsandare
    wides = asked(insatser, bedomningar)
    titles = {wide.name: wide.title for wide in wides}
    boxes = {wide.name for wide in wides if wide.code is not None}
    said = {"1": "ja", "0": "nej"}
    given = [
        {titles[k]: said.get(v, v) if v and k in boxes else v for k, v in record.items() if k in titles}
        for record in records
    ]
    with form(path, f"Ärendeblad {kommuner()[kommun]}") as book:
        write_help(book, "Så fyller ni i ärendebladet", _HELP)
        _cover.write(book, VERSION, answers, {"arende": SHEET})
        fields = [_field(wide, titles) for wide in wides]
        write_examples(book, {SHEET: fields}, _EXAMPLES)
        write_answers(book, SHEET, fields, given, rows=rows, frozen=2)


def _field(wide: Wide, titles: Mapping[str, str]) -> Field:
    """A column as it is filled in. What is needed of a record that may not be there has no star."""
    first = _NOT_BEFORE.get(wide.column.name, "") if wide.record == CASE else ""
    first = next((w.name for w in columns() if w.record == CASE and w.column.name == first), "")
    if wide.record == SUPPORT and wide.column.name == "slutdatum":
        first = wide.name.replace("slutdatum", "verkstalld")
    return Field(
        title=wide.title,
        help=wide.column.description,
        column=wide.column,
        required=wide.record == CASE and wide.needed,
        band=wide.band,
        not_before=titles.get(first),
        box=wide.code is not None,
        unique=wide.name == "arende_id",
    )
