"""The edition's tables as CSV for programs, with metadata by the W3C's CSV on the Web. No layout, no summaries.

Comma, decimal point, UTF-8 without a byte order mark: RFC 4180 and CSVW as they stand, so that no reader needs to be
told anything. Who wants to double-click has the workbook, where the same numbers are numbers.
"""

import csv
import io
import json
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from assets.report.marken import inte_galler, marken
from assets.report.modell import Rapport
from assets.report.underlag import Row, Underlag
from assets.tables.presentation import text_of
from assets.tables.spec import TableSpec
from warehouse.contracts.codes import label
from warehouse.contracts.errors import KvinnofridError
from warehouse.contracts.reference import kommuner

Json = dict[str, Any]

_CELL = ("ordning", "period", "kon", "matt", "varde", "fran", "till", "status")
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_STATUS = {
    "visas": "värdet står i varde",
    "intervall": "värdet ligger mellan fran och till",
    "skyddas": "siffran skyddas, så att ingen enskild kan kännas igen",
    "saknas": "uppgift saknas, eller för få svar för att visa",
    "ej_tillampligt": "kan inte förekomma",
}
_FORMS = (
    "Komma mellan fälten, decimalpunkt, UTF-8, radslut CRLF (RFC 4180). Tomt fält betyder att inget tal finns: "
    "status säger varför. Noll är ett tal. Excel: använd Data, Från text/CSV, eller öppna rapport.xlsx."
)
_SUMS = (
    "totalt i en dimension är totalen och står bredvid sina delar, liksom grupper av koder: summera dem aldrig med "
    "delarna. Andelar är tal mellan 0 och 1. varde är värdet som det publicerats, text är det som står i rapporten."
)
_QUOTED = "Text som börjar med =, +, -, @ eller tabb har fått ' framför sig, så att inget kalkylprogram kör den."
_RUN = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")
"""What makes a program that opens the file take text for something to run; some read the wide signs as the narrow."""


def skriv(rapport: Rapport, underlag: Underlag, mapp: Path) -> None:
    """Write ``<tabell>.csv`` and ``<tabell>.csv-metadata.json`` for each table, and ``metadata.json`` for all of them.

    Every released cell is a row, also those that are protected or missing; a value stands only where it is shown.
    The folder is made where there is none.
    """
    mapp.mkdir(parents=True, exist_ok=True)
    about = _about(rapport, underlag)
    tables: list[Json] = []
    for name, rows in sorted(underlag.utgiven.rader.items()):
        if not _NAME.fullmatch(name):
            raise KvinnofridError("En tabell har ett namn som inte kan bli ett filnamn. Inget skrevs för den.")
        spec = underlag.plan.get(name)
        content, schema, quoted = _table(rapport, underlag, name, spec, rows)
        table: Json = {
            "url": f"{name}.csv",
            "dc:title": spec.title if spec else name,
            "dc:description": spec.population if spec else "",
            "tableSchema": schema,
            "notes": _notes(*underlag.utgiven.noter.get(name, ()), *([_QUOTED] if quoted else [])),
        }
        (mapp / f"{name}.csv").write_bytes(content.encode())
        both = {"notes": about["notes"] + table["notes"]}
        _write(mapp / f"{name}.csv-metadata.json", _CONTEXT | table | about | both)
        tables.append(table)
    _write(mapp / "metadata.json", _CONTEXT | {"dc:title": rapport.framsida.titel} | about | {"tables": tables})


_CONTEXT: Json = {"@context": ["http://www.w3.org/ns/csvw", {"@language": "sv"}]}
_DIALECT: Json = {
    "encoding": "utf-8",
    "delimiter": ",",
    "quoteChar": '"',
    "doubleQuote": True,
    "header": True,
    "headerRowCount": 1,
    "lineTerminators": ["\r\n"],
}


def _about(rapport: Rapport, u: Underlag) -> Json:
    """What is true of all tables of the edition."""
    front = rapport.framsida
    marks = [front.sekretess] if front.sekretess else []
    marks += ["PÅHITTADE UPPGIFTER: siffrorna bygger på syntetiska poster."] if front.pahittad else []
    marks += [stands] if (stands := inte_galler(front)) else []
    signs = "; ".join(f"{sign} = {said}" for sign, said in rapport.forklaringar.items())
    found: Json = {
        "dialect": _DIALECT,
        "dc:publisher": f"{front.namnd}, {front.kommun}",
        "dc:issued": {"@value": front.expedierad.isoformat(), "@type": "xsd:date"},
        "dc:identifier": f"Utgåva {front.utgava}, {front.dnr}",
        "dc:source": f"{front.titel}, {front.kommun}: utgåva {front.utgava}, {front.laege}",
        "dc:temporal": str(front.ar),
        "dc:spatial": u.plats,
        "notes": _notes(*marks, _FORMS, _SUMS, f"I kolumnen text: {signs}." if signs else ""),
    }
    if front.sekretess:
        found["dc:accessRights"] = front.sekretess
    return found


def _notes(*said: str) -> list[Json]:
    return [{"dc:description": text} for text in said if text]


def _table(
    rapport: Rapport, u: Underlag, name: str, spec: TableSpec | None, rows: Sequence[Row]
) -> tuple[str, Json, bool]:
    """The table as CSV text, its schema, and whether any text had to be quoted against spreadsheets."""
    names = _dimensions(spec, rows)
    words = {d.name: d for d in spec.dimensions} if spec else {}
    measures = {m.name: m for m in spec.shown_measures} if spec else {}
    edition = u.edition
    mark = " ".join(marken(rapport.framsida))
    lines: list[list[str]] = []
    for r in rows:
        measure = measures.get(r["matt"])
        shown = r["status"] == "visas"
        line = [str(edition.utgava), name, edition.namnd, u.plats, str(edition.ar), str(r["period"])]
        for d in names:
            line += [str(r[d]), words[d].word(str(r[d])) if d in words else str(r[d])]
        line += [str(r["kon"]), label("kon", r["kon"]), str(r["matt"]), measure.title if measure else str(r["matt"])]
        line += [_number(r["varde"] if shown else None)]
        line += [_number(r[end] if r["status"] == "intervall" else None) for end in ("fran", "till")]
        text = text_of(r, measure) if measure else ""
        lines.append([*line, r["status"], text, str(u.utgiven.ref(name, r)), mark])
    columns = _columns(u, spec, names, rows)
    plain = [at for at, c in enumerate(columns) if c["datatype"] == "string" or isinstance(c["datatype"], dict)]
    quoted = False
    for line in lines:
        for at in plain:
            written = _skrivs(line[at])
            line[at], quoted = written, quoted or written != line[at]
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerows([[c["name"] for c in columns], *lines])
    key = ["period", *names, "kon", "matt"]
    return out.getvalue(), {"aboutUrl": "#{referens}", "columns": columns, "primaryKey": key}, quoted


def _skrivs(text: str) -> str:
    """Text as it is written: with ' before it where it, or what follows blanks that are not seen, would be run."""
    seen = text.lstrip("".join({c for c in text if unicodedata.category(c)[0] in "ZC"}))
    return f"'{text}" if text.startswith(_RUN) or seen.startswith(_RUN) else text


def _dimensions(spec: TableSpec | None, rows: Iterable[Row]) -> list[str]:
    found = {n for r in rows for n in r if n not in _CELL}
    first = [n for n in spec.view_columns if n in found] if spec else []
    return [*first, *sorted(found - set(first))]


def _columns(u: Underlag, spec: TableSpec | None, names: Sequence[str], rows: Sequence[Row]) -> list[Json]:
    words = {d.name: d for d in spec.dimensions} if spec else {}
    found = [
        _column("utgava", "Utgåva", "integer", required=True),
        _column("tabell", "Tabell", required=True),
        _column("kommun", _level(u), required=True),
        _column("plats", "Namn", required=True),
        _column("ar", "År", "gYear", required=True),
        _column(
            "period", "Period", required=True, said="Året (2025) eller en del av det: 2025T1 till 2025T3 är tertial."
        ),
    ]
    for name in names:
        dimension = words.get(name)
        title = dimension.title if dimension else name
        codes = {c: dimension.word(c) if dimension else c for c in _codes(spec, name, rows)}
        found += [_column(name, f"{title}, kod", _one_of(codes), required=True, said=_said(codes))]
        found += [_column(f"{name}_titel", title)]
    sexes = {c: label("kon", c) for c in _codes(spec, "kon", rows)}
    measures = {m.name: m.title for m in spec.shown_measures} if spec else {}
    told = {m: measures.get(m, m) for m in dict.fromkeys(str(r["matt"]) for r in rows)}
    return [
        *found,
        _column("kon", "Kön, kod", _one_of(sexes), required=True, said=_said(sexes)),
        _column("kon_titel", "Kön"),
        _column("matt", "Mått, kod", _one_of(told), required=True, said=_said(told)),
        _column("matt_titel", "Mått"),
        _column("varde", "Värde", "double"),
        _column("fran", "Lägst", "double", said="Där värdet publicerats som ett spann."),
        _column("till", "Högst", "double", said="Där värdet publicerats som ett spann."),
        _column("status", "Status", _one_of(_STATUS), required=True, said=_said(_STATUS)),
        _column("text", "Som det skrivs i rapporten"),
        _column(
            "referens", "Referens", required=True, said="Siffrans referens: samma som i rapporten och i spårningen."
        ),
        _column(
            "markning",
            "Märkning",
            said="Sekretess, påhittade uppgifter, eller att utgåvan inte gäller längre. Annars tomt.",
        ),
    ]


def _codes(spec: TableSpec | None, name: str, rows: Iterable[Row]) -> list[str]:
    """The codes that occur, in the declared order and then as they come."""
    present = dict.fromkeys(str(r[name]) for r in rows if name in r)
    dimension = next((d for d in spec.dimensions if d.name == name), None) if spec else None
    order = {c: at for at, c in enumerate(dimension.values)} if dimension else {}
    return sorted(present, key=lambda c: order.get(c, len(order)))


def _column(name: str, title: str, datatype: str | Json = "string", *, required: bool = False, said: str = "") -> Json:
    # A header cell must be among the titles of its column, else a validator refuses the file.
    found: Json = {"name": name, "titles": [title, name], "datatype": datatype}
    if required:
        found["required"] = True
    if said:
        found["dc:description"] = said
    return found


def _one_of(codes: Mapping[str, str]) -> Json:
    """A string that is one of these codes; CSVW tells it with a pattern."""
    return {"base": "string", "format": "|".join(re.escape(_skrivs(c)) for c in codes)}


def _said(codes: Mapping[str, str]) -> str:
    return "; ".join(f"{_skrivs(code)} = {word}" for code, word in codes.items())


def _level(u: Underlag) -> str:
    return "Kommunkod" if u.edition.namnd in kommuner() else "Område"


def _number(value: float | None) -> str:
    """Exact: as many decimals as tell the number from every other, none where it is whole."""
    if value is None:
        return ""
    return str(int(value)) if float(value).is_integer() else repr(float(value))


def _write(path: Path, content: Json) -> None:
    path.write_bytes((json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode())
