"""Reads a mapping file and says, line by line, what is wrong with it. What a mapping does stands in ``mappings``."""

import re
from collections.abc import Callable, Iterable, Sequence
from collections.abc import Mapping as Dict
from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path
from types import MappingProxyType

from sources import _values
from sources._yaml import Entry, YamlError, entries
from sources.mapping.model import ALDER, LOCAL_TABLE, WITH_ALDER, File, Local, Mapping, Part
from sources.mapping.sections import MAPPED_TABLES, files, local_variables
from warehouse.contracts.base import Column, Contract
from warehouse.contracts.errors import UserError

Refused = Callable[[Sequence[str]], list[tuple[int, str]]]
"""Of these column names, the index of each that must not be collected, with why."""

PART = ("kolumner", "koder", "standardvarden")
PLAIN = ("namn", "version", "encoding", "separator", "datumformat")
TOP = (*PLAIN, "tomma", *PART, "tabeller", "filer", "lokala")
UPPREPAS = "upprepas"
SEPARATORS = MappingProxyType({";": ";", ",": ",", "tab": "\t", "\t": "\t"})
# What calls itself ISO-8859-1 in Sweden is Windows-1252 with another name.
ENCODINGS = MappingProxyType(
    {"utf-8": "utf-8", "windows-1252": "cp1252", "cp1252": "cp1252", "iso-8859-1": "cp1252", "utf-16": "utf-16"}
)
_TRUTH = MappingProxyType({"ja": True, "true": True, "nej": False, "false": False})
_TEXT = re.compile(r"(?!.*\d{6})[\w .-]{1,40}")
_ALLOWED = MappingProxyType(
    {
        "namn": "högst 40 bokstäver och siffror, högst fem siffror i rad",
        "version": "högst 40 bokstäver och siffror, högst fem siffror i rad",
        "encoding": ", ".join(ENCODINGS),
        "separator": "; , eller tab",
        "datumformat": ", ".join(_values.DATE_FORMATS),
    }
)


def load_mapping(source: Path | str, *, refused: Refused, name: str | None = None) -> Mapping:
    """A mapping from a file (Path) or its text (str). Raises UserError that names every line that is wrong.

    ``refused`` is the identity step's own judgement of column names: a mapping cannot collect past it. ``name`` is
    what messages call it, where that is not the file's name.
    """
    name = name or (source.name if isinstance(source, Path) else "mappning")
    try:
        text = source.read_text(encoding="utf-8-sig") if isinstance(source, Path) else source
    except (OSError, UnicodeDecodeError):
        raise UserError(f"Mappningen {name} går inte att läsa: finns filen, och är den UTF-8?") from None
    try:
        loader = Loader(refused)
        mapping = loader.load(entries(text))
    except YamlError as error:
        raise UserError(f"Mappningen {name}, {error}.") from None
    if loader.wrong:
        lines = "\n".join(f"  rad {line}: {what}" for line, what in sorted(set(loader.wrong)))
        raise UserError(f"Mappningen {name} går inte att använda:\n{lines}")
    return mapping


class Loader:
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
        filer: tuple[File, ...] = ()
        lokala: tuple[Local, ...] = ()
        for entry in top:
            if entry.key in PLAIN:
                plain[entry.key] = self.text(entry)
            elif entry.key == "tomma":
                tomma = frozenset(text.strip() for text in self.texts(entry) if text.strip())
            elif entry.key == "tabeller":
                tabeller = {table.key: self.table(table) for table in self.under(entry)}
            elif entry.key == "filer":
                filer = files(self, entry)
            elif entry.key == "lokala":
                lokala = local_variables(self, entry)
            elif entry.key not in PART:
                self.fault(entry.line, "okänd nyckel", entry.key, TOP)
        general = self.part([e for e in top if e.key in PART], columns_of(MAPPED_TABLES.values()))
        if "namn" not in plain or "version" not in plain:
            self.fault(1, "namn och version behövs")
        self.check(top, plain)
        self.check_refused()
        ours = {**general.kolumner, **tabeller.get(LOCAL_TABLE, Part()).kolumner}.values()
        if {_values.head(name) for name in ours} & {_values.head(v.kolumn) for v in lokala}:
            line = next(entry.line for entry in top if entry.key == "lokala")
            self.fault(line, "en lokal variabels kolumn används redan för en av våra")
        return Mapping(
            name=plain.get("namn", ""),
            version=plain.get("version", ""),
            encoding=ENCODINGS.get(plain.get("encoding", "").lower()),
            separator=SEPARATORS.get(plain.get("separator", "").lower()),
            kolumner=general.kolumner,
            koder=general.koder,
            datumformat=plain.get("datumformat", "auto").lower(),
            standardvarden=general.standardvarden,
            tomma=tomma,
            tabeller=tabeller,
            filer=filer,
            lokala=lokala,
        )

    def check(self, top: list[Entry], plain: Dict[str, str]) -> None:
        """The settings that are one text each."""
        lines = {entry.key: entry.line for entry in top}
        known = {"encoding": ENCODINGS, "separator": SEPARATORS, "datumformat": _values.DATE_FORMATS}
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
        contract = MAPPED_TABLES.get(entry.key)
        if contract is None:
            self.fault(entry.line, "okänd tabell", entry.key, MAPPED_TABLES)
            return Part()
        below = self.under(entry)
        part = self.part([e for e in below if e.key != UPPREPAS], columns_of([contract]))
        repeated = next((e for e in below if e.key == UPPREPAS), None)
        return replace(part, upprepas=repeated is not None and self.flag(repeated))

    def part(self, found: list[Entry], columns: Dict[str, list[Column | None]]) -> Part:
        """Columns, codes and defaults, for all tables or for one."""
        kolumner: dict[str, str] = {}
        koder: dict[str, dict[str, str]] = {}
        defaults: dict[str, str] = {}
        for section in found:
            if section.key not in PART:
                self.fault(section.line, "okänd nyckel", section.key, (*PART, UPPREPAS))
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
        taken = [_values.head(name) for name in kolumner.values()]
        for entry in next((self.under(s) for s in found if s.key == "kolumner"), []):
            if taken.count(_values.head(kolumner.get(entry.key, ""))) > 1:
                self.fault(entry.line, "samma kolumn i filen används för flera av våra")
        return Part(kolumner, koder, defaults)

    def codes(self, entry: Entry, columns: list[Column | None]) -> dict[str, str]:
        """Outside code -> code, every target one that all the tables' columns of this name allow."""
        out: dict[str, str] = {}
        seen: dict[str, str] = {}
        allowed = allowed_in(columns)
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
        allowed = allowed_in(columns)
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

    def flag(self, entry: Entry) -> bool:
        """Ja or nej."""
        said = _TRUTH.get(entry.value.strip().casefold()) if isinstance(entry.value, str) else None
        if said is None:
            self.fault(entry.line, "här ska stå ja eller nej")
        return bool(said)

    def number(self, entry: Entry, first: int) -> int:
        """A whole number from ``first`` to a thousand."""
        text = self.text(entry)
        if text.isascii() and text.isdigit() and len(text) <= 4 and first <= int(text) <= 1000:
            return int(text)
        self.fault(entry.line, f"här ska stå ett heltal från {first} till 1000")
        return first

    def setting(self, entry: Entry) -> str | None:
        """An encoding or a separator, as Python calls it."""
        known = ENCODINGS if entry.key == "encoding" else SEPARATORS
        value = self.text(entry).lower()
        if value and value not in known:
            self.fault(entry.line, f"{entry.key} går inte att använda; tillåtet: {_ALLOWED[entry.key]}")
        return known.get(value)

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


def columns_of(contracts: Iterable[type[Contract]]) -> dict[str, list[Column | None]]:
    """Delivered column name -> the columns so called; None stands for ``alder``, which no contract keeps."""
    out: dict[str, list[Column | None]] = {}
    for contract in contracts:
        for column in contract.delivered():
            out.setdefault(column.name, []).append(column)
        if contract.table() in WITH_ALDER:
            out[ALDER] = [None]
    return out


def allowed_in(columns: Sequence[Column | None]) -> tuple[str, ...]:
    """The codes that every table's column of this name allows, in order."""
    lists = [column.allowed if column else () for column in columns]
    return tuple(code for code in lists[0] if all(code in other for other in lists))
