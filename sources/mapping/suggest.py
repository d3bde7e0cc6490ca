"""A first mapping for an extract, guessed from headers and the shapes of values. It is meant to be gone through.

What is shown of the file is shown in ``_mapping_words.may_be_shown``'s words only; a code besides only where its column
is a coded one with few texts that repeat. Identity's judgements are passed in.
"""

import csv
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Final

import pandas as pd

from sources import _values
from sources.mapping import Refused
from sources.mapping.model import ALDER, File, Mapping
from sources.mapping.sections import MAPPED_TABLES
from sources.mapping.words import NOTHING, TELLING, columns, may_be_shown
from sources.readers import decode, detect_separator, read_book
from sources.register import WORKBOOK, read_table
from warehouse.contracts.base import Column
from warehouse.contracts.delivery import TextTable
from warehouse.contracts.errors import UserError

Identifies = Callable[[list[str]], list[bool]]
"""Which of these texts may point to a person."""

MOST_CODES: Final = 30
LEAST_EACH: Final = 3
"""A code is shown only from a column of at most so many texts, and when it stands on at least so many rows."""

_LOOKED_AT: Final = 20
_NEEDED: Final = 2
"""So many headers must be known for a row to be believed to hold headers: else its texts may be values."""


@dataclass(frozen=True, slots=True)
class _Layout:
    """Where the headers are, and how the file is written."""

    row: int
    sheet: str | None = None
    encoding: str | None = None
    separator: str | None = None


def propose(content: bytes, name: str, *, refused: Refused, identifies: Identifies) -> str:
    """A mapping as YAML with comments in Swedish; what could not be guessed is left as a comment to fill in.

    ``name`` is the file's. Raises Unreadable for a file that cannot be read, UserError where no row of headers is
    found.
    """
    layout = _layout(content, name)
    file = File("*", (), layout.encoding, layout.separator, layout.sheet, layout.row)
    table = read_table(content, name, Mapping("", ""), file, allow_empty=True)
    return _Proposal(table, layout, name, refused, identifies).text()


def _layout(content: bytes, name: str) -> _Layout:
    found: list[tuple[int, _Layout]] = []
    if PurePath(name).suffix.casefold() == WORKBOOK:
        for sheet, grid in read_book(content).items():
            found += [(_score(row), _Layout(i, sheet)) for i, row in enumerate(grid[:_LOOKED_AT], start=1)]
    else:
        text = decode(content)
        encoding = "windows-1252" if not _is_utf8(content) else "utf-8"
        for i, line in enumerate(text[:200_000].splitlines()[:_LOOKED_AT], start=1):
            separator = detect_separator(line)
            try:
                row = next(csv.reader([line], delimiter=separator), [])
            except csv.Error:
                continue
            found.append((_score(row), _Layout(i, None, encoding, separator)))
    best = max(found, key=lambda f: f[0], default=(0, _Layout(1)))
    if best[0] < _NEEDED:
        raise UserError(
            "Det går inte att känna igen någon rubrikrad i filen, så inget kan föreslås utan att visa uppgifter ur "
            "den. Kontrollera att filen har rubriker, eller skriv mappningen för hand efter examples/mappningar."
        )
    return best[1]


def _is_utf8(content: bytes) -> bool:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return content.startswith((b"\xff\xfe", b"\xfe\xff"))
    return True


def _score(row: Iterable[str]) -> int:
    return sum(_values.head(cell.strip()) in columns() for cell in row if cell.strip())


class _Proposal:
    """What is guessed of one table of text."""

    def __init__(self, table: TextTable, layout: _Layout, name: str, refused: Refused, identifies: Identifies) -> None:
        self.table, self.layout, self.name, self.identifies = table, layout, name, identifies
        self.headers = [str(h) for h in table.frame.columns]
        self.refused = dict(refused(self.headers))
        self.nothing = frozenset(n for n in NOTHING if any((table.frame[h] == n).any() for h in table.frame))
        self.tables = self._tables()
        self.found = self._columns()

    def _tables(self) -> list[str]:
        known = [place for h in self.headers for place in columns().get(_values.head(h), ())]
        hits = {t: {c for table, c in known if table == t} for t in MAPPED_TABLES}
        told = [t for t in MAPPED_TABLES if len(hits[t] & TELLING[t]) >= (1 if t == "arende" else 2)]
        if "arende" in told and not hits["arende"] & {"person_id", "roll"}:
            told.remove("arende")
        # What has an insats's id alone is an insats, unless it is something that only refers to one.
        if hits["insats"] & TELLING["insats"] and set(told) <= {"arende"}:
            told.append("insats")
        return told or [max(MAPPED_TABLES, key=lambda t: len(hits[t]))]

    def _columns(self) -> dict[tuple[str, str], int]:
        """(table, column) -> its place in the file. A column shared by tables (arende_id) stands under each."""
        found: dict[tuple[str, str], int] = {}
        for place, header in enumerate(self.headers):
            if place in self.refused:
                continue
            fits = [f for f in columns().get(_values.head(header), ()) if f[0] in self.tables and f not in found]
            shared = [f for f in fits if f[1] == "arende_id"]
            for one in shared or fits[:1]:
                found[one] = place
        for table in self.tables:
            if (table, "aldersgrupp") in found:
                found.pop((table, ALDER), None)
        return found

    def text(self) -> str:
        """The mapping."""
        lines = [
            "# Förslag, gissat ur filens rubriker och uppgifternas form. Gå igenom varje rad innan den används.",
            "# Pröva med: kvinnofrid mapping check DEN_HÄR_FILEN --against UTTAGET",
            "namn: min_kommun",
            'version: "1"',
        ]
        if self.layout.separator:
            shown = "tab" if self.layout.separator == "\t" else self.layout.separator
            lines += [f"encoding: {self.layout.encoding}", f'separator: "{shown}"']
        lines += [f"datumformat: {self._dates()}"]
        if self.nothing:
            lines.append(f"tomma: [{', '.join(_quoted(n) for n in sorted(self.nothing))}]")
        lines += ["", "filer:", "  # Byt mot filens namn, med * för det som skiftar (till exempel året)."]
        lines += [f'  "*{PurePath(self.name).suffix.casefold()}":', f"    tabeller: [{', '.join(self.tables)}]"]
        if self.layout.sheet is not None and may_be_shown(self.layout.sheet):
            lines.append(f"    blad: {_quoted(self.layout.sheet)}")
        elif self.layout.sheet is not None:
            lines.append('    # blad: ""   # skriv bladets namn, om det inte är det första')
        if self.layout.row > 1:
            lines.append(f"    rubrikrad: {self.layout.row}")
        lines += ["", "tabeller:"]
        for table in self.tables:
            lines += self._table(table)
        return "\n".join([*lines, *self._rest()]) + "\n"

    def _table(self, table: str) -> list[str]:
        lines = [f"  {table}:"]
        if len(self.tables) > 1 and table == "arende" and self._repeats():
            lines.append("    upprepas: ja   # samma ärende står på flera rader")
        lines.append("    kolumner:")
        delivered = {c.name: c for c in MAPPED_TABLES[table].delivered()}
        names = [*delivered, *([ALDER] if (table, ALDER) in self.found else [])]
        aged = bool({(table, ALDER), (table, "person_id")} & self.found.keys())
        for name in names:
            place, column = self.found.get((table, name)), delivered.get(name)
            if place is not None and may_be_shown(self.headers[place]):
                lines.append(f"      {name}: {_quoted(self.headers[place])}   # kolumn {self.table.letters[place]}")
            elif place is not None:
                lines.append(f'      # {name}: ""   # kolumn {self.table.letters[place]}: skriv rubriken')
            elif column and not column.nullable and not (name == "aldersgrupp" and aged):
                lines.append(f'      # {name}: ""   # behövs: {column.title}. Hittades inte{self._like(column)}')
        coded = [line for name, column in delivered.items() for line in self._codes(table, name, column)]
        if not coded:
            return lines
        filled = any(not line.lstrip().startswith("#") for line in coded)
        return [*lines, f"    {'' if filled else '# '}koder:   # filens kod till vänster, formatets till höger", *coded]

    def _codes(self, table: str, name: str, column: Column) -> list[str]:
        """What the column's texts mean, where the contract's words do not say it already."""
        place = self.found.get((table, name))
        if place is None or not column.codes:
            return []
        texts = self._values(place)
        if column.kind == "codes":
            texts = texts.str.split(r"[;,|]", regex=True).explode().str.strip()
        counts = texts.value_counts()
        known = _values.translations(column.codes, {})
        unknown = [str(t) for t in counts.index if _values.local_key(str(t)) not in known]
        if not unknown:
            return []
        points = dict(zip(unknown, self.identifies(unknown), strict=True))
        shown = [
            t
            for t in sorted(unknown)
            if len(counts) <= MOST_CODES and counts[t] >= LEAST_EACH and may_be_shown(t) and not points[t]
        ]
        guesses = {t: _guess(t, column) for t in shown}
        lines = [f"        {_quoted(t)}: {code}   # gissat" for t, code in guesses.items() if code]
        left = [f'        # {_quoted(t)}: ""   # fyll i' for t, code in guesses.items() if not code]
        if len(shown) < len(unknown):
            more = len(unknown) - len(shown)
            words = "kod till visas" if more == 1 else "koder till visas"
            left.append(f"        # {more} {words} inte här: se efter i systemet")
        head = f"      {'' if lines else '# '}{name}:   # {', '.join(column.allowed)}"
        return [head, *lines, *left]

    def _rest(self) -> list[str]:
        """The columns that nothing was guessed of, by letter."""
        lines = []
        for place in range(len(self.headers)):
            if place in set(self.found.values()):
                continue
            letter = self.table.letters[place]
            if place in self.refused:
                lines.append(f"# kolumn {letter}: får inte samlas in ({self.refused[place]}). Ta bort den ur uttaget.")
            else:
                shape = _shape(self._values(place), self.identifies)
                lines.append(f"# kolumn {letter}: {shape}")
        head = "# Det här lästes inte. En egen fråga med koder kan tas med under lokala, se docs/mappningar.md."
        return ["", head, *lines] if lines else []

    def _like(self, column: Column) -> str:
        """The letters of unread columns whose texts are this column's codes."""
        if not column.codes:
            return "."
        known = _values.translations(column.codes, {})
        used = set(self.found.values()) | set(self.refused)
        letters = []
        for place in set(range(len(self.headers))) - used:
            texts = [str(t) for t in self._values(place).unique()]
            if texts and sum(_values.local_key(t) in known for t in texts) * 5 >= len(texts) * 4:
                letters.append(self.table.letters[place])
        return f", men kolumn {' eller '.join(sorted(letters))} ser ut så." if letters else "."

    def _values(self, place: int) -> pd.Series:
        values = self.table.frame.iloc[:, place].dropna().astype("str")
        return values[~values.isin(list(self.nothing))]

    def _repeats(self) -> bool:
        place = self.found.get(("arende", "arende_id"))
        return place is not None and bool(self._values(place).duplicated().any())

    def _dates(self) -> str:
        """The form that reads most of the dates; ``auto`` where it does as well as any."""
        kinds = {(t, c.name): c.kind for t in self.tables for c in MAPPED_TABLES[t].delivered()}
        places = [p for key, p in self.found.items() if kinds.get(key) == "date"]
        texts = [str(v) for p in places for v in self._values(p).unique()]

        def read(form: str) -> int:
            done = [_values.iso_date(t, form) for t in texts]
            return sum(len(d) == 10 and d[4] == "-" and "1990" <= d[:4] <= "2100" for d in done)

        forms: Sequence[str] = [f for f in _values.DATE_FORMATS if f != "excel_1904"]
        return max(forms, key=read)


def _guess(text: str, column: Column) -> str:
    """The one code whose code or label begins as the text does; nothing where it is not the only one."""
    wanted = _values.fold(text)
    if len(wanted) < 3:
        return ""
    names = {code: (code, _values.fold(_label(column, code))) for code in column.allowed}
    fits = [code for code, either in names.items() if any(n.startswith(wanted) or wanted.startswith(n) for n in either)]
    return fits[0] if len(fits) == 1 else ""


def _label(column: Column, code: str) -> str:
    from warehouse.contracts.codes import label

    return label(column.codes or "", code)


def _shape(values: pd.Series, identifies: Identifies) -> str:
    """What a column looks like, in words."""
    distinct = [str(v) for v in values.unique()]
    if not distinct:
        return "tom"
    if sum(identifies(distinct)) * 2 >= len(distinct):
        return "ser ut att peka ut personer. Är det klientens personnummer hör den till person_id, annars tas den bort."
    if any(identifies(distinct)):
        return "har uppgifter som kan peka ut personer. Ta bort den ur uttaget."
    if all(len(_values.iso_date(v, "dag_manad_ar")) == 10 and v[:1].isdigit() for v in distinct):
        return "ser ut som datum"
    if all(re.fullmatch(r"[345]\d{4}", v) for v in distinct):
        return "ser ut som Excels dagnummer (datumformat: excel)"
    if all(_values.plain_number(v, integer=False).replace(".", "", 1).lstrip("-").isdigit() for v in distinct):
        return "ser ut som tal"
    if len(distinct) <= MOST_CODES and len(values) >= LEAST_EACH * len(distinct):
        return f"ser ut som koder ({len(distinct)} olika)"
    if len(distinct) == len(values):
        return "ser ut som ett id eller fritext: olika på varje rad"
    return "ser ut som text. Fritext får inte samlas in: ta bort den ur uttaget om den inte behövs."


def _quoted(text: str) -> str:
    """A text as YAML has it between double quotes."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
