"""BRÅ's yearly tables of handled offences in the whole country: text with tabs, keyed on labels since they have no ids.

Seen: the columns kategori, underkategori, handlagda, utredda, direktavskrivna, lagföringsprocent and
personuppklaringsprocent; ``-`` for zero; blanks for thousands that are sometimes absent (``1517 058``); a comma
missing in one label. Assumed: that headers may be absent, that a kategori may stand on its first row only, and ``..``
for missing. The year is not in the file: the följesedel says it.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sources._values import fold
from sources.base import Glimpse, Reading, Unreadable
from sources.bra.rows import AVSANDARE, NOBODY
from sources.bra.words import known_label
from sources.figures import Rows, columns, number, says_empty, text, value, whole
from sources.readers import BLANKS, decode, detect_separator, read_csv
from warehouse.contracts.delivery import Fault, TextTable

_FIGURES = ("handlagda", "utredda", "direktavskrivna", "lagforingsprocent", "personuppklaringsprocent")
_NAMES = ("kategori", "underkategori", *_FIGURES)
_ZERO = frozenset({"-", "–", "−"})
_CALLED = {
    **dict.fromkeys(("kategori", "brott", "brottstyp", "brottskategori"), "kategori"),
    **dict.fromkeys(("underkategori", "delkategori", "etikett"), "underkategori"),
}
_CONTRACT = ("ar", "brott", "etikett", "kon", "plats", "relation", *_FIGURES)

_KON = {
    "kvinna": frozenset({"kvinna", "kvinnor", "flicka", "flickor", "kvinnofridskrankning"}),
    "man": frozenset({"man", "pojke", "pojkar"}),
}
_PLATS = ("inomhus", "utomhus")


def tells(seen: Glimpse) -> bool:
    """Whether the headers are those of the table."""
    return all(any(header.startswith(name) for header in seen.headers) for name in _FIGURES[:3])


def read(content: bytes, slip: Mapping[str, Any]) -> Reading:
    """The handled offences of one year. Rows on other offences than those followed here are left out with a note.

    Raises:
        Unreadable: where the file cannot be read, a column is missing, or the följesedel says no single year.
    """
    table = _table(content, slip)
    year = str(slip.get("period", ""))
    if not re.fullmatch(r"(?:19|20)\d\d", year):
        raise Unreadable(Fault("bra_ar_saknas", kolumn="period"))
    picked = columns(table, _NAMES)
    at = {**picked.letters, **dict.fromkeys(("brott", "etikett"), picked.letters["underkategori"])}
    out = Rows(_CONTRACT, table, [at.get(name, "") for name in _CONTRACT])
    notes = list(picked.warnings)
    seen: dict[str, tuple[float | None, ...]] = {}
    group: str | None = None
    for rad, line in zip(table.rows, picked.records(), strict=True):
        group = text(line["kategori"]) or group
        label = ", ".join(filter(None, (group, text(line["underkategori"]))))
        if not label:
            out.refuse("saknas", rad, "brott")
            continue
        if not known_label(label):
            notes.append(Fault("bra_etikett", int(rad)))
            continue
        row = {"ar": year, **_meaning(label), **{name: _figure(line[name]) for name in _FIGURES}}
        parts = [whole(row[name]) for name in _FIGURES[:3]]
        if None not in parts and parts[0] != sum(part for part in parts[1:] if part is not None):
            out.refuse("summa", rad, "handlagda")
            continue
        figures = tuple(value(row[name]) for name in _FIGURES)
        if seen.setdefault(str(row["brott"]), figures) != figures:
            out.refuse("samma_nyckel_olika_nummer", rad, "handlagda")
            continue
        out.kept.append((rad, row))
    facts = {"kalla": "bra", "namnd": NOBODY, "avsandare": AVSANDARE, "omfang": "periodutdrag", "period": year}
    return Reading.of("bra_handlagda", out.table(), facts, tuple(notes))


def _table(content: bytes, slip: Mapping[str, Any]) -> TextTable:
    """The file under our own names for its columns, whether it has headers or not."""
    lines = decode(content)
    first = next((line for line in lines.splitlines() if line.strip(BLANKS)), "")
    separator = detect_separator(lines)
    fields = first.split(separator)
    if len(fields) == len(_NAMES) and any(_figure(field) is not None and _is_figure(field) for field in fields[2:]):
        table = read_csv((separator.join(_NAMES) + "\n" + lines.lstrip("\r\n\ufeff")).encode(), separator=separator)
        up = tuple(replace(fault, rad=fault.rad - 1 if fault.rad else None) for fault in table.faults)
        return replace(table, rows=table.rows - 1, faults=up)
    table = read_csv(content, allow_empty=says_empty(slip))
    return replace(table, frame=table.frame.rename(columns={str(n): _name(str(n)) for n in table.frame.columns}))


def _name(header: str) -> str:
    plain = fold(header)
    return _CALLED.get(plain) or next((name for name in _FIGURES if plain.startswith(name)), header)


def _is_figure(field: str) -> bool:
    return value(_figure(field)) is not None


def _figure(cell: Any) -> str | None:
    """``-`` is zero in these tables, and only here and in BRÅ's workbooks."""
    return "0" if text(cell) in _ZERO else number(cell)


def _meaning(label: str) -> dict[str, str | None]:
    """What a label says, and the same label without its signs as key: a comma more or less is the same offence."""
    words = fold(label).split("_")
    kon = [code for code, names in _KON.items() if names & set(words)]
    plats = [place for place in _PLATS if place in words]
    return {
        "brott": "_".join(words),
        "etikett": " ".join(label.split()),
        "kon": kon[0] if len(kon) == 1 else "totalt",
        "plats": plats[0] if len(plats) == 1 else None,
        "relation": _relation(set(words)),
    }


def _relation(words: set[str]) -> str | None:
    if "parrelation" in words:
        return "parrelation"
    if words & {"slaktskap", "familj"}:
        return "slaktskap_familj"
    if "annan" in words and "relation" in words:
        return "annan"
    return next((word for word in ("obekant", "bekant") if word in words), None)
