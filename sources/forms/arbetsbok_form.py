"""The workbook with a sheet for each register table: its layout, and writing it. Reading it is ``arbetsbok``.

The format is this project's own, modelled on what is publicly known of SUV and SU-Kvinnofrid, whose own file formats
are not known here: no compatibility is claimed.
"""

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from sources.forms import cover as _cover
from sources.forms.sheets import Field, form, write_answers, write_examples, write_help
from sources.mapping.model import ALDER, WITH_ALDER
from warehouse.contracts.base import Column, Contract, Kanslighet
from warehouse.contracts.errors import UserError
from warehouse.contracts.reference import kommuner
from warehouse.contracts.register import REGISTER

VERSION = "arbetsbok-1"

TABLES: Mapping[str, type[Contract]] = MappingProxyType(
    # What the kommun has declared of its own stands in its mapping, its columns after the common ones.
    {contract.table(): contract for contract in REGISTER if not contract.table().startswith("lokal_")}
)

AGE = Column(
    name=ALDER,
    title="Ålder",
    description="Ålder i hela år, om åldersgruppen inte är ifylld; bara gruppen sparas",
    kind="integer",
    sensitivity=Kanslighet.BEGRANSAD,
    nullable=True,
    codes=None,
    minimum=0,
    maximum=120,
    pattern=None,
    delivered=True,
)
"""May be given instead of the age group; grouped in the identity step and not kept."""

NOT_BEFORE: Mapping[str, Mapping[str, str]] = {
    "arende": {"slutdatum": "startdatum", "utredning_avslutad": "utredning_inledd"},
    "insats": {"slutdatum": "verkstalld"},
}
_EXAMPLES = {
    "person_id": "18900101-9802",
    "barn_id": "18900101-9802",
    "utforare_id": "jour_1",
    "manad": "2025-03",
    "period": "2025T1",
    "instrumentversion": "2.0",
    "alder": "34",
}
"""Invented: the numbers are from Skatteverket's test series, no person has them."""
_HELP = (
    "Ett blad för varje tabell. Bladen får lämnas tomma: ett tomt blad betyder att tabellen inte levereras.",
    "Har ni räknat och kommit fram till att det inte finns något, säg det på försättsbladet (Inget att redovisa). "
    "Då blir det en nolla, och inte en lucka.",
    "",
    "1. Börja med försättsbladet. Det säger vems uppgifter det är, när de togs ut och vilket år de gäller.",
    "2. Fyll i en rad per ärende, insats, mätning och så vidare. Kolumner med * måste fyllas i.",
    "3. Välj ur listorna där det finns en. Text som klistras in får stå som etikett (Kvinna) eller kod (kvinna).",
    "4. Datum skrivs ÅÅÅÅ-MM-DD. Vet ni inte: lämna tomt, gissa inte. Noll är ett svar, tomt är inget svar.",
    "5. Ärendets id ska vara detsamma i alla blad. Personens id (personnummer eller ert eget) skrivs bara i "
    "kolumnerna Person och Barn. Det görs om till en pseudonym innan något sparas.",
    "6. Skriv inga namn, adresser, telefonnummer eller fria texter någonstans i boken.",
    "7. Bladet Brukarenkät hör inte till något ärende. Skriv inget där som pekar på en person.",
    "8. Gul ruta: det saknas ett svar som behövs. Orange ruta: samma id står två gånger.",
    "9. Har kommunen egna kolumner ställs de sist i bladet. Bara de som står i kommunens mappning läses in.",
    "",
    "Bladet Exempel visar varje kolumn med ett påhittat svar. Det läses inte in.",
    "Kommer boken tillbaka med markerade rutor: rätta i den boken och skicka in den igen. Bladet Att rätta får ligga "
    "kvar.",
    "",
    "Formuläret är byggt efter det som är allmänt känt om uppföljning av våld i nära relationer. Det är inte SUV eller "
    "SU-Kvinnofrid.",
)


def write_register_form(
    path: Path,
    *,
    kommun: str,
    avsandare: str | None = None,
    rows: int = 200,
    tables: Mapping[str, Sequence[Mapping[str, str | None]]] = MappingProxyType({}),
    stated: Mapping[str, str] = MappingProxyType({}),
    nothing: Collection[str] = (),
) -> None:
    """Writes the workbook, empty or with records.

    Args:
        path: The workbook to write.
        kommun: Kommunkod of the nämnd whose records it holds.
        avsandare: Who sends it; left to fill in where None.
        rows: Rows to fill in on each sheet.
        tables: Records by table, with contract columns, as codes and ISO dates.
        stated: More answers for the cover, by the keys of a följesedel.
        nothing: Tables that were looked through and hold nothing.

    Raises:
        UserError: where the kommunkod is not known.
    """
    if kommun not in kommuner():
        raise UserError("Kommunkoden finns inte. Skriv fyra siffror, till exempel 0114.")
    answers = {"namnd": kommun, "omfang": "periodutdrag", "syntetisk": "nej", **stated}
    if avsandare:
        answers["avsandare"] = avsandare
    with form(path, f"Registerarbetsbok {kommuner()[kommun]}") as book:
        write_help(book, "Så fyller ni i arbetsboken", _HELP)
        _cover.write(book, VERSION, answers, {n: c.title() for n, c in TABLES.items()}, nothing)
        parts = {contract.title(): fields(contract) for contract in TABLES.values()}
        write_examples(book, parts, _EXAMPLES)
        for name, contract in TABLES.items():
            titles = {column.name: column.title for column in columns(contract)}
            records = [{titles[k]: v for k, v in record.items() if k in titles} for record in tables.get(name, ())]
            write_answers(book, contract.title(), fields(contract), records, rows=rows)


def columns(contract: type[Contract]) -> tuple[Column, ...]:
    """The columns of a table's sheet: the contract's, and the age beside the age group."""
    out: list[Column] = []
    for column in contract.delivered():
        out.append(column)
        if column.name == "aldersgrupp" and contract.table() in WITH_ALDER:
            out.append(AGE)
    return tuple(out)


def fields(contract: type[Contract]) -> tuple[Field, ...]:
    """A table's sheet, column by column."""
    titles = {column.name: column.title for column in columns(contract)}
    before = NOT_BEFORE.get(contract.table(), {})
    return tuple(
        Field(
            title=column.title,
            help=column.description,
            column=column,
            required=not column.nullable and column.name != "aldersgrupp",
            not_before=titles.get(before.get(column.name, "")),
            unique=contract.key() == (column.name,),
        )
        for column in columns(contract)
    )
