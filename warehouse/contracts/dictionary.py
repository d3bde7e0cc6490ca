"""The data dictionary, written from the contracts; in Swedish, for those who read the tables. No database.

``python -m warehouse.contracts.dictionary > docs/datakatalog.md`` makes it again.
"""

import sys
from collections.abc import Iterator

from warehouse.contracts.base import Column, Contract, Kanslighet
from warehouse.contracts.codes import CODES
from warehouse.contracts.registry import CONTRACTS

_SCHEMAS = {
    "register": "Uppgifter om enskilda, pseudonymiserade. Begränsad åtkomst.",
    "omvarld": "Uppgifter om världen utanför, till största delen offentliga.",
    "verksamhet": "Vad organisationen rapporterar om sig själv.",
}
_KINDS = {
    "text": "text",
    "code": "kod",
    "codes": "koder, åtskilda med semikolon",
    "date": "datum",
    "timestamp": "tidpunkt",
    "integer": "heltal",
    "number": "tal",
    "pseudonym": "pseudonym",
}
_SENSITIVITY = {
    Kanslighet.PSEUDONYM: "pseudonym",
    Kanslighet.KANSLIG: "känslig",
    Kanslighet.BEGRANSAD: "begränsad",
    Kanslighet.INTERN: "intern",
    Kanslighet.OPPEN: "öppen",
}
_HEAD = """\
# Datakatalog

Den här sidan är gjord av kontrakten i `warehouse/contracts/` och ändras inte för hand. Gör om den med:

    python -m warehouse.contracts.dictionary > docs/datakatalog.md

Nyckeln identifierar en post i en leverans. I registret gäller den inom nämnden: samma nyckel hos två nämnder är två
poster. Kolumner märkta *systemet* fylls i vid intaget och ingår inte i leveransen.

Känslighet: **pseudonym** är ett id som gjorts om med nämndens nyckel; **känslig** är uppgifter som avses i artikel 9
och 10 i dataskyddsförordningen, eller som avslöjar sådana; **begränsad** är andra uppgifter om en person; **intern**
rör verksamheten eller hanteringen; **öppen** är offentliga uppgifter.
"""


def markdown() -> str:
    """The dictionary as Markdown: each table with its columns, then each code list once."""
    return "\n".join([_HEAD, *_tables(), *_code_lists()])


def _tables() -> Iterator[str]:
    for schema in dict.fromkeys(c.schema_name() for c in CONTRACTS.values()):
        yield f"## Schema `{schema}`\n\n{_SCHEMAS[schema]}\n"
        for contract in CONTRACTS.values():
            if contract.schema_name() == schema:
                yield from _table(contract)


def _table(contract: type[Contract]) -> Iterator[str]:
    yield f"### {contract.title()} (`{contract.schema_name()}.{contract.table()}`)\n"
    yield f"Nyckel: {', '.join(f'`{k}`' for k in contract.key())}.\n"
    yield "| Kolumn | Rubrik | Beskrivning | Slag | Tillåtet | Känslighet | Får vara tom | Fylls i av |"
    yield "|---|---|---|---|---|---|---|---|"
    for c in contract.columns():
        cells = (
            f"`{c.name}`",
            _cell(c.title),
            _cell(c.description),
            _KINDS[c.kind],
            _allowed(c),
            _SENSITIVITY[c.sensitivity],
            "ja" if c.nullable else "nej",
            "avsändaren" if c.delivered else "systemet",
        )
        yield f"| {' | '.join(cells)} |"
    yield ""


def _allowed(column: Column) -> str:
    if column.codes:
        return f"[{column.codes}](#kodlista-{column.codes})"
    low, high = (f"{limit:.0f}" if limit is not None else None for limit in (column.minimum, column.maximum))
    if low and high:
        return f"{low}–{high}"
    if low or high:
        return f"minst {low}" if low else f"högst {high}"
    if column.pattern:
        return f"`{_cell(column.pattern)}`"
    return ""


def _code_lists() -> Iterator[str]:
    used = {c.codes for contract in CONTRACTS.values() for c in contract.columns() if c.codes}
    yield "## Kodlistor\n"
    for name in (n for n in CODES if n in used):
        yield f"### Kodlista {name}\n"
        yield "| Kod | Betydelse |"
        yield "|---|---|"
        yield from (f"| `{code}` | {_cell(label)} |" for code, label in CODES[name].items())
        yield ""


def _cell(text: str) -> str:
    return text.replace("|", r"\|")


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8", newline="\n")  # type: ignore[union-attr]
    sys.stdout.write(markdown())
