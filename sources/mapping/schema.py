"""The JSON Schema of a mapping, made from the contracts: for editors that help while one writes. Judges nothing itself.

``python -m sources.mapping.schema > docs/mappning.schema.json`` writes it. What it cannot say, since it is about
several fields at once, the loader says alone: the list is ``ONLY_THE_LOADER``.
"""

import json
import sys
from collections.abc import Iterable, Mapping
from typing import Any, Final

from sources import _values
from sources.mapping.loader import ENCODINGS, SEPARATORS, allowed_in, columns_of
from sources.mapping.model import ALDER, LOCAL_TABLE, WITH_ALDER
from sources.mapping.sections import (
    FILE_NAME,
    LABEL,
    LOCAL_NEEDED,
    MAPPED_TABLES,
    MOST_CODES,
    SHEET_NAME,
    TITLE,
)
from warehouse.contracts.base import Column, Contract
from warehouse.contracts.register import SLUG

ID: Final = "https://kvinnofrid.example/mappning.schema.json"

ONLY_THE_LOADER: Final = (
    "samma kolumn i filen för flera kolumner eller lokala variabler",
    "kolumner som inte får samlas in (namn, adress, diagnos och annat)",
    "samma kod i filen med två betydelser när skiftläge och tecken inte räknas",
    "rubrikrad och hoppa_over för samma fil",
    "blad för en textfil, teckenkodning och skiljetecken för en arbetsbok",
    "etiketter som saknas eller inte hör till någon kod",
    "fem eller fler siffror i rad i titlar och etiketter",
    "nycklar som står två gånger, och text som inte är YAML",
)

_NAME: Final = "^[0-9A-Za-z_À-ɏ .-]{1,40}$"
_FILLED: Final = "[^ ]"
_FLAG: Final = {"enum": ["ja", "nej", True, False, "true", "false"]}


def schema() -> dict[str, Any]:
    """The schema, draft 2020-12, as plain data. Texts that YAML reads as numbers are allowed as such."""
    general = columns_of(MAPPED_TABLES.values())
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": ID,
        "title": "Mappning för kvinnofrid",
        "description": "Säger vad kommunens verksamhetssystem kallar det som formatet kallar något annat.",
        "type": "object",
        "additionalProperties": False,
        "required": ["namn", "version"],
        "properties": {
            "namn": _name("Mappningens namn, högst 40 bokstäver och siffror."),
            "version": _name("Ändra den när något ändras: den skrivs på leveransens kvitto."),
            "encoding": _word(ENCODINGS, "Filernas teckenkodning. Utan den prövas UTF-8, sedan Windows-1252."),
            "separator": _word(SEPARATORS, "Tecknet mellan fälten. Utan den tas det som rubrikraden har mest av."),
            "datumformat": _word(
                _values.DATE_FORMATS,
                "auto läser ÅÅÅÅ-MM-DD och ÅÅÅÅMMDD; excel och excel_1904 också Excels dagnummer; dag_manad_ar också "
                "31/12/2019.",
            ),
            "tomma": {
                "description": "Texter som systemet skriver när inget är ifyllt, till exempel NULL.",
                "type": "array",
                "items": {"type": ["string", "number"]},
            },
            **_part(general, "alla tabeller"),
            "tabeller": _section(
                "Det som gäller en tabell. Går före det som gäller alla.",
                {name: _table(contract) for name, contract in MAPPED_TABLES.items()},
            ),
            "filer": {
                "description": "Filernas namn, med * för det som skiftar. Den första som stämmer gäller.",
                "type": ["object", "null"],
                "propertyNames": {"pattern": f"^{FILE_NAME}$"},
                "additionalProperties": _file(),
            },
            "lokala": {
                "description": "Kommunens egna frågor: alltid med koder, aldrig fritext.",
                "type": ["object", "null"],
                "propertyNames": {"pattern": SLUG},
                "additionalProperties": _local(),
            },
        },
    }


def text() -> str:
    """The schema as it is stored."""
    return json.dumps(schema(), ensure_ascii=False, indent=2) + "\n"


def _table(contract: type[Contract]) -> dict[str, Any]:
    parts = _part(columns_of([contract]), f"tabellen {contract.table()}")
    repeated = "ja när samma post står på flera rader, till exempel ärendet på varje beslut: lika rader blir en post."
    return _section(contract.title(), parts | {"upprepas": _FLAG | {"description": repeated}})


def _part(columns: Mapping[str, list[Column | None]], where: str) -> dict[str, Any]:
    coded = {n: allowed_in(found) for n, found in columns.items() if allowed_in(found)}
    defaults = {
        name: _several(coded[name], "Värdet där filen saknar kolumnen.") if name in coded else _one("Värdet.")
        for name, found in columns.items()
        if all(c and c.kind in {"code", "codes", "text"} for c in found)
    }
    return {
        "kolumner": _section(
            f"Formatets kolumn till vänster, filens rubrik till höger. Gäller {where}.",
            {name: _one(_about(name, found)) for name, found in columns.items()},
        ),
        "koder": _section(
            f"För en kolumn: filens kod till vänster, formatets till höger. Gäller {where}.",
            {
                name: {
                    "description": _about(name, columns[name]),
                    "type": ["object", "null"],
                    "additionalProperties": _several(codes, "Formatets kod."),
                }
                for name, codes in coded.items()
            },
        ),
        "standardvarden": _section(f"Används när filen saknar kolumnen. Gäller {where}.", defaults),
    }


def _file() -> dict[str, Any]:
    row = {"type": ["integer", "string"], "maximum": 1000, "pattern": r"^ *([0-9]{1,3}|0[0-9]{3}|1000) *$"}
    first = {"pattern": r"^ *(0{0,3}[1-9]|0{0,2}[1-9][0-9]|0?[1-9][0-9]{2}|1000) *$", "minimum": 1}
    return {
        "type": "object",
        "additionalProperties": False,
        "required": ["tabeller"],
        "properties": {
            "tabeller": {
                "description": "Tabellerna som filens rader fyller, den viktigaste först.",
                "type": "array",
                "minItems": 1,
                "uniqueItems": True,
                "items": {"enum": list(MAPPED_TABLES)},
            },
            "encoding": _word(ENCODINGS, "När filen har en annan teckenkodning än de övriga."),
            "separator": _word(SEPARATORS, "När filen har ett annat skiljetecken än de övriga."),
            "blad": {"description": "Arbetsbokens blad; annars det första.", "type": "string", "pattern": _sheet()},
            "rubrikrad": {"description": "Raden som rubrikerna står på, den första är 1.", **(row | first)},
            "hoppa_over": {"description": "Hur många rader som står före rubrikerna.", "minimum": 0, **row},
        },
    }


def _local() -> dict[str, Any]:
    code = {"type": "string", "pattern": f"^ *{SLUG[1:-1]} *$"}
    return {
        "type": "object",
        "additionalProperties": False,
        "required": list(LOCAL_NEEDED),
        "properties": {
            "titel": {"description": "Vad frågan heter i tabellerna.", "type": "string", "pattern": TITLE},
            "tabell": {"description": "Svaren hör till ärenden.", "const": LOCAL_TABLE},
            "kolumn": _one("Rubriken i filen."),
            "koder": {
                "description": "Filens svar till vänster, koden till höger.",
                "type": "object",
                "minProperties": 1,
                "propertyNames": {"pattern": r"\S"},
                "additionalProperties": code,
            },
            "etiketter": {
                "description": "Vad varje kod betyder, så som det skrivs i tabellerna.",
                "type": "object",
                "minProperties": 1,
                "maxProperties": MOST_CODES,
                "propertyNames": {"pattern": SLUG},
                "additionalProperties": {"type": ["string", "number"], "pattern": LABEL},
            },
            "flera": _FLAG | {"description": "ja när en ruta kan ha flera svar, med ; , eller | emellan."},
        },
    }


def _section(description: str, properties: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "description": description,
        "type": ["object", "null"],
        "additionalProperties": False,
        "properties": dict(properties),
    }


def _one(description: str) -> dict[str, Any]:
    return {"description": description, "type": ["string", "number"], "pattern": _FILLED}


def _name(description: str) -> dict[str, Any]:
    return {"description": description, "type": ["string", "number"], "pattern": _NAME}


def _several(codes: Iterable[str], description: str) -> dict[str, Any]:
    one = "(" + "|".join(codes) + ")"
    return {"description": description, "type": "string", "pattern": f"^ *{one}(;{one})* *$"}


def _word(words: Iterable[str], description: str) -> dict[str, Any]:
    """One of some words, in capitals or not."""
    either = "|".join("".join(_either(sign) for sign in word) for word in words)
    return {"description": description, "type": "string", "pattern": f"^ *({either}) *$"}


def _either(sign: str) -> str:
    return f"[{sign.upper()}{sign.lower()}]" if sign.isalpha() else sign


def _sheet() -> str:
    return f"^{SHEET_NAME}$"


def _about(name: str, columns: list[Column | None]) -> str:
    first = columns[0]
    if name == ALDER or first is None:
        return f"Ålder i år, i stället för aldersgrupp ({', '.join(sorted(WITH_ALDER))}): grupperas och sparas inte."
    return f"{first.title}: {first.description}"


if __name__ == "__main__":
    sys.stdout.buffer.write(text().encode())
