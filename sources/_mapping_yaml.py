"""Reads a mapping file and says, line by line, what is wrong with it. What a mapping does stands in ``mappings``."""

import re
from collections.abc import Callable, Iterable, Sequence
from collections.abc import Mapping as Dict
from difflib import get_close_matches
from pathlib import Path
from types import MappingProxyType

from sources import _values
from sources._mapping import ALDER, WITH_ALDER, Mapping, Part
from sources._yaml import Entry, YamlError, entries
from warehouse.contracts.base import Column, Contract
from warehouse.contracts.errors import UserError
from warehouse.contracts.register import REGISTER

Refused = Callable[[Sequence[str]], list[tuple[int, str]]]
"""Of these column names, the index of each that must not be collected, with why."""

_TABLES = MappingProxyType({contract.table(): contract for contract in REGISTER})
_PART = ("kolumner", "koder", "standardvarden")
_PLAIN = ("namn", "version", "encoding", "separator", "datumformat")
_TOP = (*_PLAIN, "tomma", *_PART, "tabeller")
_SEPARATORS = MappingProxyType({";": ";", ",": ",", "tab": "\t", "\t": "\t"})
# What calls itself ISO-8859-1 in Sweden is Windows-1252 with another name.
_ENCODINGS = MappingProxyType(
    {"utf-8": "utf-8", "windows-1252": "cp1252", "cp1252": "cp1252", "iso-8859-1": "cp1252", "utf-16": "utf-16"}
)
_TEXT = re.compile(r"[\w .-]{1,40}")
_ALLOWED = MappingProxyType(
    {
        "namn": "högst 40 bokstäver och siffror",
        "version": "högst 40 bokstäver och siffror",
        "encoding": ", ".join(_ENCODINGS),
        "separator": "; , eller tab",
        "datumformat": ", ".join(_values.DATE_FORMATS),
    }
)


def load_mapping(source: Path | str, *, refused: Refused) -> Mapping:
    """A mapping from a file (Path) or its text (str). Raises UserError that names every line that is wrong.

    ``refused`` is the identity step's own judgement of column names: a mapping cannot collect past it.
    """
    name = source.name if isinstance(source, Path) else "mappning"
    try:
        text = source.read_text(encoding="utf-8-sig") if isinstance(source, Path) else source
    except (OSError, UnicodeDecodeError):
        raise UserError(f"Mappningen {name} går inte att läsa: finns filen, och är den UTF-8?") from None
    try:
        loader = _Loader(refused)
        mapping = loader.load(entries(text))
    except YamlError as error:
        raise UserError(f"Mappningen {name}, {error}.") from None
    if loader.wrong:
        lines = "\n".join(f"  rad {line}: {what}" for line, what in sorted(set(loader.wrong)))
        raise UserError(f"Mappningen {name} går inte att använda:\n{lines}")
    return mapping


class _Loader:
    """Collects what is wrong, so that all of it is mended at once."""

    def __init__(self, refused: Refused) -> None:
        self.refused = refused
        self.wrong: list[tuple[int, str]] = []
        self.names: list[tuple[int, str]] = []

    def load(self, top: list[Entry]) -> Mapping:
        """The whole mapping; what is wrong with it is in ``wrong``."""
        plain: dict[str, str] = {}
        tabeller: dict[str, Part] = {}
        tomma: frozenset[str] = frozenset()
        for entry in top:
            if entry.key in _PLAIN:
                plain[entry.key] = self.text(entry)
            elif entry.key == "tomma":
                tomma = frozenset(text.strip() for text in self.texts(entry) if text.strip())
            elif entry.key == "tabeller":
                tabeller = {table.key: self.table(table) for table in self.under(entry)}
            elif entry.key not in _PART:
                self.fault(entry.line, "okänd nyckel", entry.key, _TOP)
        general = self.part([e for e in top if e.key in _PART], _columns(REGISTER))
        if "namn" not in plain or "version" not in plain:
            self.fault(1, "namn och version behövs")
        self.check(top, plain)
        self.check_refused()
        return Mapping(
            name=plain.get("namn", ""),
            version=plain.get("version", ""),
            encoding=_ENCODINGS.get(plain.get("encoding", "").lower()),
            separator=_SEPARATORS.get(plain.get("separator", "").lower()),
            kolumner=general.kolumner,
            koder=general.koder,
            datumformat=plain.get("datumformat") or "auto",
            standardvarden=general.standardvarden,
            tomma=tomma,
            tabeller=tabeller,
        )

    def check(self, top: list[Entry], plain: Dict[str, str]) -> None:
        """The settings that are one text each."""
        lines = {entry.key: entry.line for entry in top}
        known = {"encoding": _ENCODINGS, "separator": _SEPARATORS, "datumformat": _values.DATE_FORMATS}
        for key, value in plain.items():
            right = value.lower() in known[key] if key in known else _TEXT.fullmatch(value) is not None
            if not right:
                self.fault(lines[key], f"{key} går inte att använda; tillåtet: {_ALLOWED[key]}")

    def check_refused(self) -> None:
        """The identity step's own judgement of every column name in the mapping."""
        for place, why in self.refused([name for _, name in self.names]):
            self.fault(self.names[place][0], f"kolumnen får inte samlas in ({why})")

    def table(self, entry: Entry) -> Part:
        """One table's own part."""
        contract = _TABLES.get(entry.key)
        if contract is None:
            self.fault(entry.line, "okänd tabell", entry.key, _TABLES)
            return Part()
        return self.part(self.under(entry), _columns([contract]))

    def part(self, found: list[Entry], columns: Dict[str, list[Column | None]]) -> Part:
        """Columns, codes and defaults, for all tables or for one."""
        kolumner: dict[str, str] = {}
        koder: dict[str, dict[str, str]] = {}
        defaults: dict[str, str] = {}
        for section in found:
            if section.key not in _PART:
                self.fault(section.line, "okänd nyckel", section.key, _PART)
                continue
            for entry in self.under(section):
                if entry.key not in columns:
                    self.names.append((entry.line, entry.key))
                    self.fault(entry.line, "okänd kolumn", entry.key, columns)
                elif section.key == "kolumner":
                    kolumner[entry.key] = name = self.text(entry)
                    self.names.append((entry.line, name))
                elif section.key == "koder":
                    koder[entry.key] = self.codes(entry, columns[entry.key])
                else:
                    defaults[entry.key] = value = self.text(entry)
                    self.default(entry.line, value, columns[entry.key])
        taken = [_head(name) for name in kolumner.values()]
        for entry in next((self.under(s) for s in found if s.key == "kolumner"), []):
            if taken.count(_head(kolumner.get(entry.key, ""))) > 1:
                self.fault(entry.line, "samma kolumn i filen används för flera av våra")
        return Part(kolumner, koder, defaults)

    def codes(self, entry: Entry, columns: list[Column | None]) -> dict[str, str]:
        """Outside code -> code, every target one that all the tables' columns of this name allow."""
        out: dict[str, str] = {}
        seen: dict[str, str] = {}
        allowed = _allowed(columns)
        if not allowed:
            self.fault(entry.line, "kolumnen har ingen kodlista")
            return out
        for code in self.under(entry):
            target = self.text(code)
            if not set(target.split(";")) <= set(allowed):
                self.fault(code.line, f"okänd kod; tillåtet: {', '.join(allowed)}")
            elif seen.setdefault(_values.local_key(code.key), target) != target:
                self.fault(code.line, "samma kod i filen ges två betydelser")
            out[code.key] = target
        return out

    def default(self, line: int, value: str, columns: list[Column | None]) -> None:
        """A default is a code or a local unit: never an id, a date or a figure that nobody has written."""
        allowed = _allowed(columns)
        if not all(column and column.kind in {"code", "codes", "text"} for column in columns):
            self.fault(line, "kolumnen kan inte ha ett standardvärde")
        elif allowed and not set(value.split(";")) <= set(allowed):
            self.fault(line, f"okänd kod; tillåtet: {', '.join(allowed)}")

    def under(self, entry: Entry) -> list[Entry]:
        """The keys below a key; none where it is left empty."""
        if entry.value is None:
            return []
        below = entry.value if isinstance(entry.value, list) else []
        found = [item for item in below if isinstance(item, Entry)]
        if not found and entry.value != []:
            self.fault(entry.line, "här ska stå nyckel: värde på raderna under")
        return found

    def text(self, entry: Entry) -> str:
        """The one text of a key."""
        if isinstance(entry.value, str) and entry.value.strip(" "):
            return entry.value.strip(" ")
        self.fault(entry.line, "här ska stå ett enda värde")
        return ""

    def texts(self, entry: Entry) -> list[str]:
        """The texts of a list."""
        if isinstance(entry.value, list) and all(isinstance(item, str) for item in entry.value):
            return [item for item in entry.value if isinstance(item, str)]
        self.fault(entry.line, "här ska stå en lista, till exempel [NULL, '-']")
        return []

    def fault(self, line: int, what: str, word: str = "", known: Iterable[str] = ()) -> None:
        """One thing wrong, with the known word that is nearest; the unknown word itself is not repeated."""
        near = get_close_matches(word.casefold(), list(known), n=1) if word else []
        self.wrong.append((line, what + (f"; menades {near[0]}?" if near else "")))


def _columns(contracts: Iterable[type[Contract]]) -> dict[str, list[Column | None]]:
    """Delivered column name -> the columns so called; None stands for ``alder``, which no contract keeps."""
    out: dict[str, list[Column | None]] = {}
    for contract in contracts:
        for column in contract.delivered():
            out.setdefault(column.name, []).append(column)
        if contract.table() in WITH_ALDER:
            out[ALDER] = [None]
    return out


def _allowed(columns: list[Column | None]) -> tuple[str, ...]:
    """The codes that every table's column of this name allows, in order."""
    lists = [column.allowed if column else () for column in columns]
    return tuple(code for code in lists[0] if all(code in other for other in lists))


def _head(name: str) -> str:
    return _values.fold(name).replace("_", "")
