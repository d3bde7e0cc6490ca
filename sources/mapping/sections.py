"""The sections ``filer`` and ``lokala`` of a mapping file, read and judged. The others are in ``_mapping_yaml``."""

import re
from collections.abc import Mapping as Dict
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from sources import _values
from sources._yaml import Entry
from sources.mapping.model import LOCAL_TABLE, File, Local
from warehouse.contracts.base import Contract
from warehouse.contracts.register import REGISTER, SLUG, LokalDeklaration

if TYPE_CHECKING:
    from sources.mapping.loader import Loader

MAPPED_TABLES: Final[Dict[str, type[Contract]]] = MappingProxyType(
    {c.table(): c for c in REGISTER if c.table() not in {"lokal_variabel", "lokal_deklaration"}}
)
"""The tables that a mapping may speak of: local variables are declared, not mapped."""

FILE_KEYS: Final = ("tabeller", "encoding", "separator", "blad", "rubrikrad", "hoppa_over")
LOCAL_KEYS: Final = ("titel", "tabell", "kolumn", "koder", "etiketter", "flera")
LOCAL_NEEDED: Final = ("titel", "kolumn", "koder", "etiketter")
FILE_NAME: Final = r"[^/\\]{1,100}"
SHEET_NAME: Final = r"[^\[\]:*?/\\]{1,31}"
MOST_CODES: Final = 50
"""More answers than this are not a code list but text."""

_PATTERNS: Final = {c.name: str(c.pattern) for c in LokalDeklaration.delivered()}
TITLE: Final = _PATTERNS["titel"]
LABEL: Final = _PATTERNS["etikett"]
DIGITS: Final = r"\d{5}"
"""What no title or label holds: they are printed in tables."""


def files(loader: "Loader", entry: Entry) -> tuple[File, ...]:
    """Which files there are: a name with ``*`` for what varies, and what holds for it."""
    return tuple(_file(loader, file) for file in loader.under(entry))


def _file(loader: "Loader", entry: Entry) -> File:
    if not re.fullmatch(FILE_NAME, entry.key.strip()):
        loader.fault(entry.line, "här ska stå ett filnamn utan mapp, till exempel arenden_*.csv")
    below = {e.key: e for e in loader.under(entry)}
    for key, found in below.items():
        if key not in FILE_KEYS:
            loader.fault(found.line, "okänd nyckel", key, FILE_KEYS)
    tabeller: list[str] = []
    if "tabeller" not in below:
        loader.fault(entry.line, "tabeller behövs: vilka tabeller filen fyller, till exempel [arende, insats]")
    else:
        tabeller = loader.texts(below["tabeller"])
        for name in tabeller:
            if name not in MAPPED_TABLES:
                loader.fault(below["tabeller"].line, "okänd tabell", name, MAPPED_TABLES)
        if len(set(tabeller)) < max(len(tabeller), 1):
            loader.fault(below["tabeller"].line, "här ska stå minst en tabell, och varje tabell en gång")
    row = _header_row(loader, below)
    blad = loader.text(below["blad"]) if "blad" in below else None
    if blad and not re.fullmatch(SHEET_NAME, blad):
        loader.fault(below["blad"].line, "så kan ett blad inte heta")
    workbook = entry.key.casefold().rpartition(".")[2]
    for key in {"encoding", "separator"} & below.keys() if workbook == "xlsx" else set():
        loader.fault(below[key].line, f"{key} gäller bara textfiler (CSV)")
    if "blad" in below and workbook in {"csv", "txt", "tsv"}:
        loader.fault(below["blad"].line, "blad gäller bara Excel (.xlsx)")
    return File(
        monster=entry.key.strip(),
        tabeller=tuple(tabeller),
        encoding=loader.setting(below["encoding"]) if "encoding" in below else None,
        separator=loader.setting(below["separator"]) if "separator" in below else None,
        blad=blad,
        rubrikrad=row,
    )


def _header_row(loader: "Loader", below: dict[str, Entry]) -> int | None:
    if "rubrikrad" in below and "hoppa_over" in below:
        loader.fault(below["hoppa_over"].line, "skriv rubrikrad eller hoppa_over, inte båda")
    if "rubrikrad" in below:
        return loader.number(below["rubrikrad"], 1)
    return loader.number(below["hoppa_over"], 0) + 1 if "hoppa_over" in below else None


def local_variables(loader: "Loader", entry: Entry) -> tuple[Local, ...]:
    """The kommun's own variables: coded, named and explained, never free text."""
    found = tuple(_local(loader, variable) for variable in loader.under(entry))
    heads = [_values.head(v.kolumn) for v in found if v.kolumn]
    if len(set(heads)) < len(heads):
        loader.fault(entry.line, "samma kolumn i filen används för flera lokala variabler")
    return found


def _local(loader: "Loader", entry: Entry) -> Local:
    if not re.fullmatch(SLUG, entry.key):
        loader.fault(entry.line, "namnet ska vara små bokstäver a till z, siffror och _, högst 40 tecken")
    below = {e.key: e for e in loader.under(entry)}
    for key, found in below.items():
        if key not in LOCAL_KEYS:
            loader.fault(found.line, "okänd nyckel", key, LOCAL_KEYS)
    for key in LOCAL_NEEDED:
        if key not in below:
            why = ": fritext samlas inte in" if key == "koder" else ""
            loader.fault(entry.line, f"{key} behövs för en lokal variabel{why}")
    titel = _shown(loader, below.get("titel"), TITLE)
    kolumn = loader.text(below["kolumn"]) if "kolumn" in below else ""
    loader.names += [(entry.line, entry.key)]
    loader.names += [(below[k].line, v) for k, v in (("titel", titel), ("kolumn", kolumn)) if v]
    if "tabell" in below and loader.text(below["tabell"]) != LOCAL_TABLE:
        loader.fault(below["tabell"].line, f"lokala variabler hör till tabellen {LOCAL_TABLE}")
    koder = _codes(loader, below["koder"]) if "koder" in below else {}
    etiketter = _labels(loader, below["etiketter"], set(koder.values())) if "etiketter" in below else {}
    return Local(
        namn=entry.key,
        titel=titel,
        kolumn=kolumn,
        koder=koder,
        etiketter=etiketter,
        flera="flera" in below and loader.flag(below["flera"]),
    )


def _codes(loader: "Loader", entry: Entry) -> dict[str, str]:
    out: dict[str, str] = {}
    seen: dict[str, str] = {}
    below = loader.under(entry)
    if not below:
        loader.fault(entry.line, "koder behövs för en lokal variabel: fritext samlas inte in")
    for code in below:
        target = loader.text(code)
        if not code.key.strip():
            loader.fault(code.line, "en tom ruta är ett uteblivet svar och får ingen kod")
        elif target and not re.fullmatch(SLUG, target):
            loader.fault(code.line, "koden ska vara små bokstäver a till z, siffror och _, högst 40 tecken")
        elif seen.setdefault(_values.local_key(code.key), target) != target:
            loader.fault(code.line, "samma kod i filen ges två betydelser")
        out[code.key] = target
    if len(set(out.values())) > MOST_CODES:
        loader.fault(entry.line, f"högst {MOST_CODES} koder: det här liknar fritext")
    return out


def _labels(loader: "Loader", entry: Entry, codes: set[str]) -> dict[str, str]:
    below = loader.under(entry)
    out = {label.key: _shown(loader, label, LABEL) for label in below}
    for label in below:
        if label.key not in codes:
            loader.fault(label.line, "etiketten hör inte till någon kod", label.key, codes)
    if codes - set(out):
        loader.fault(entry.line, "varje kod behöver en etikett som säger vad den betyder")
    return out


def _shown(loader: "Loader", entry: Entry | None, pattern: str) -> str:
    """A text that is printed in tables."""
    if entry is None:
        return ""
    text = loader.text(entry)
    if text and not re.fullmatch(pattern, text):
        loader.fault(entry.line, "texten är för kort eller för lång, eller har ; eller @")
    elif re.search(DIGITS, text):
        loader.fault(entry.line, "texten har för många siffror i rad: den skrivs ut i tabeller")
    return text
