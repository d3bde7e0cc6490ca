"""The shapes that Öppna jämförelser has been printed in, each made to records of area x indicator. No file, no year.

One row an area and one column an indicator (the yearly workbook), one row an indicator and one column an area (the
tables of 2015), or one row an answer (the same, long). Descriptions may stand between the header and the first area.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from sources._values import fold
from sources.base import Unreadable
from sources.figures import number, text, value, whole
from sources.oj import answers as oj_answers
from sources.oj import header as oj_header
from sources.oj import names as oj_names
from sources.oj.header import BESIDE, Header, Sheet, cell
from sources.oj.places import Place, UnknownPlaceError, of_header, place
from sources.readers import letter
from warehouse.contracts.delivery import Fault


@dataclass(frozen=True, slots=True)
class Record:
    """One answer or share and where it stood; ``year`` only where its row says one."""

    rad: int
    bokstav: str
    place: Place
    namn: str
    column: str
    value: str
    year: str | None = None


@dataclass(slots=True)
class Found:
    """What one sheet gave. Rows with a fault have no records."""

    blad: str | None
    records: list[Record] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    warnings: list[Fault] = field(default_factory=list)
    above: list[str] = field(default_factory=list)
    """The texts above the header row: a title, and what year it is about."""
    named: dict[str, tuple[int, str]] = field(default_factory=dict)
    """Where each indicator is named: row and column, by its name without blanks and signs."""
    full_names: dict[str, str] = field(default_factory=dict)
    """Of a sheet that describes the indicators: short name -> full name."""
    is_table: bool = True
    """False for a sheet that only describes."""


def tables(sheet: Sheet) -> Found | None:
    """The records of one sheet, None where it has no header row of this source. Raises Unreadable."""
    header = oj_header.find(sheet)
    if header is None:
        return None
    found = Found(sheet.blad, above=oj_header.above(sheet, header), faults=list(sheet.faults))
    areas = {i: where for i, title in header.others.items() if (where := of_header(title))}
    if "indikator" in header.roles and ("svar" in header.roles or "varde" in header.roles):
        _long(sheet, header, found)
    elif "indikator" in header.roles and areas:
        _by_indicator(sheet, header, areas, found)
    elif "kortnamn" in header.roles:
        _descriptions(sheet, header, found)
    elif "indikator" in header.roles and not _AREA & set(header.roles):
        _by_indicator(sheet, header, areas, found)
    else:
        _by_area(sheet, header, found)
    _close(found)
    return found


def _close(found: Found) -> None:
    """Leaves out every record of a row that has a fault, and reads fractions as percent."""
    faulty = {fault.rad for fault in found.faults}
    found.records = [record for record in found.records if record.rad not in faulty]
    shares = [float(r.value) for r in found.records if r.column == "andel_procent"]
    if any(0 < share < 1 for share in shares) and max(shares) <= 1:
        found.warnings.append(Fault("oj_brak", None, "andel_procent", found.blad))
        found.records = [
            replace(r, value=oj_answers.hundredfold(r.value)) if r.column == "andel_procent" else r
            for r in found.records
        ]


_AREA = {"kommunkod", "kommun", "lan", "lanskod"}
_Placed = list[tuple[int, list[str], Place | str]]
"""Row number, cells, and the area or the rule that it breaks."""


def _by_area(sheet: Sheet, header: Header, found: Found) -> None:
    """One row an area. A row that names none describes (above the first area), is a note (below), or is at fault."""
    roles = header.roles
    rows = [(rad, row, _placed(row, roles)) for rad, row in oj_header.body(sheet, header)]
    indicators = _indicator_columns(header, rows, found)
    begun = False
    for rad, row, where in rows:
        if isinstance(where, str):
            named = any(cell(row, roles, role) for role in ("kommunkod", "kommun", "stadsdel", "lan", "lanskod"))
            figures = any(_figure(row[i]) for i in indicators)
            if figures and (named or begun):
                found.faults.append(_fault(where, rad, "kommun", found.blad, _place_column(roles)))
            elif figures or begun:
                found.warnings.append(Fault("oj_anmarkning", rad, None, found.blad))
            continue
        begun = True
        year = _year(found, rad, row, roles)
        for i, name in indicators.items():
            _add(found, rad, i, where, name, row, year)
        printed = whole(number(cell(row, roles, "antal_ja")))
        counted = sum(1 for r in found.records if r.rad == rad and r.value == "ja")
        if printed is not None and printed != counted and all(fault.rad != rad for fault in found.faults):
            found.warnings.append(_fault("oj_antal_ja", rad, "svar", found.blad, roles["antal_ja"]))


def _by_indicator(sheet: Sheet, header: Header, areas: dict[int, Place], found: Found) -> None:
    """One row an indicator, one column an area; a row of sums (``Antal ja``) is compared with what was counted."""
    rows = list(oj_header.body(sheet, header))
    others = {i: title for i, title in header.others.items() if i not in areas and fold(title) not in BESIDE}
    for i in others:
        if any(_is_answer(row[i]) for _, row in rows):
            raise Unreadable(_fault("oj_okant_omrade", header.rad, None, found.blad, i))
    _unknown(header, others, found)
    _twice([(i, where.omrade) for i, where in areas.items()], "dubbel_kolumn", header, found.blad)
    column = header.roles["indikator"]
    sums: list[tuple[int, list[str]]] = []
    for rad, row in rows:
        name = cell(row, header.roles, "indikator")
        if oj_header.role_of(next(t for c in row if (t := text(c)))) == "antal_ja":
            sums.append((rad, row))
        elif not any(text(row[i]) for i in areas):
            continue  # a heading over several indicators, or a note
        elif name is None:
            found.faults.append(_fault("saknas", rad, "indikator", found.blad, column))
        elif oj_names.compact(name) in found.named and "ar" not in header.roles:
            found.faults.append(_fault("dubblett", rad, "indikator", found.blad, column))
        else:
            found.named.setdefault(oj_names.compact(name), (rad, letter(column)))
            year = _year(found, rad, row, header.roles)
            for i, where in areas.items():
                _add(found, rad, i, where, name, row, year)
    for rad, row in sums:
        for i in areas:
            printed = whole(number(row[i]))
            counted = sum(1 for r in found.records if r.bokstav == letter(i) and r.value == "ja")
            if printed is not None and printed != counted and not found.faults:
                found.warnings.append(_fault("oj_antal_ja", rad, "svar", found.blad, i))


def _long(sheet: Sheet, header: Header, found: Found) -> None:
    """One row an answer. Where ``varde`` (2/1/0) and ``svar`` both stand they must say the same."""
    roles = header.roles
    if not _AREA & set(roles):
        raise Unreadable(Fault("saknad_kolumn", header.rad, "kommunkod", found.blad))
    _unknown(header, {i: title for i, title in header.others.items() if fold(title) not in BESIDE}, found)
    given = [roles[role] for role in ("svar", "varde") if role in roles]
    for rad, row in oj_header.body(sheet, header):
        name, where = cell(row, roles, "indikator"), _placed(row, roles)
        if name is None:
            found.faults.append(_fault("saknas", rad, "indikator", found.blad, roles["indikator"]))
            continue
        if isinstance(where, str):
            found.faults.append(_fault(where, rad, "kommun", found.blad, _place_column(roles)))
            continue
        said = {i: _read(where, row[i]) for i in given}
        if None not in said.values() and len(set(said.values())) > 1:
            found.faults.append(_fault("samma_nyckel_olika_nummer", rad, "svar", found.blad, max(given)))
            continue
        found.named.setdefault(oj_names.compact(name), (rad, letter(roles["indikator"])))
        # Where one of the two is no answer, that is the one to tell.
        column = next((i for i in given if said[i] is None), given[0])
        _add(found, rad, column, where, name, row, _year(found, rad, row, roles))


def _descriptions(sheet: Sheet, header: Header, found: Found) -> None:
    """The sheet that gives each short name its full one."""
    found.is_table = False
    full = header.roles.get("indikator", header.roles.get("kommun"))  # "Namn" is the name of an indicator here
    for _, row in oj_header.body(sheet, header):
        short, name = cell(row, header.roles, "kortnamn"), text(row[full]) if full is not None else None
        if short and name:
            found.full_names[oj_names.compact(short)] = name


def _indicator_columns(header: Header, rows: _Placed, found: Found) -> dict[int, str]:
    """The columns that are indicators: known ones, and those under which there are answers or shares."""
    others = {i: title for i, title in header.others.items() if fold(title) not in BESIDE}
    chosen = {
        i: title
        for i, title in others.items()
        if oj_names.known_id(title, None)
        or (not fold(title).startswith("antal") and any(_says(where, row[i]) for _, row, where in rows))
    }
    _unknown(header, {i: title for i, title in others.items() if i not in chosen}, found)
    _twice([(i, oj_names.compact(title)) for i, title in chosen.items()], "oj_indikator_dubbel", header, found.blad)
    if not chosen:
        raise Unreadable(Fault("saknad_kolumn", header.rad, "indikator", found.blad))
    found.named = {oj_names.compact(title): (header.rad, letter(i)) for i, title in chosen.items()}
    return chosen


def _says(where: Place | str, raw: str) -> bool:
    """Whether it is an answer, a share, or words for no answer; a blank says nothing of what column it stands in."""
    if text(raw) is None:
        return False
    said = _read(where, raw) if isinstance(where, Place) else oj_answers.answer(raw)
    return said is not None and (said[0] != "andel_procent" or 0 <= float(said[1]) <= 100)


def _add(found: Found, rad: int, i: int, where: Place, name: str, row: Sequence[str], year: str | None) -> None:
    said = _read(where, row[i])
    if said is None:
        regel, column = ("oj_svar", "svar") if where.answers else ("tal", "andel_procent")
        found.faults.append(_fault(regel, rad, column, found.blad, i))
    elif said[0] == "andel_procent" and not 0 <= float(said[1]) <= 100:
        found.faults.append(_fault("utanfor_granser", rad, said[0], found.blad, i))
    else:
        found.records.append(Record(rad, letter(i), where, name, *said, year))


def _year(found: Found, rad: int, row: Sequence[str], roles: dict[str, int]) -> str | None:
    """The year that a row says of itself."""
    year = number(cell(row, roles, "ar"))
    if year is not None and not (year.isdecimal() and len(year) == 4 and 1975 <= int(year) <= 2100):
        found.faults.append(_fault("utanfor_granser", rad, "ar", found.blad, roles["ar"]))
        return "0000"  # its row has a fault, and is left out
    return year


def _read(where: Place, raw: str) -> oj_answers.Answer | None:
    return oj_answers.answer(raw) if where.answers else oj_answers.share(raw)


def _placed(row: Sequence[str], roles: dict[str, int]) -> Place | str:
    """The row's kommun or stadsdel, or the län or riket that it names; else the rule that it breaks."""
    code, name, stadsdel = (cell(row, roles, role) for role in ("kommunkod", "kommun", "stadsdel"))
    county_code, county = cell(row, roles, "lanskod"), cell(row, roles, "lan")
    try:
        if code or name or not (county_code or county):
            return place(code, name, stadsdel)
        return place(county_code, county, counties=True)
    except UnknownPlaceError as error:
        return error.regel


def _place_column(roles: dict[str, int]) -> int:
    return next(
        roles[role] for role in ("kommunkod", "kommun", "lanskod", "lan", "indikator", "kortnamn") if role in roles
    )


def _unknown(header: Header, others: dict[int, str], found: Found) -> None:
    found.warnings.extend(_fault("okand_kolumn", header.rad, None, found.blad, i) for i in others)


def _twice(columns: list[tuple[int, str]], regel: str, header: Header, blad: str | None) -> None:
    keys = [key for _, key in columns]
    again = [i for at, (i, key) in enumerate(columns) if key in keys[:at]]
    if again:
        raise Unreadable(*(_fault(regel, header.rad, None, blad, i) for i in again))


def _is_answer(raw: str) -> bool:
    said = oj_answers.answer(raw)
    return said is not None and said[0] == "svar"


def _figure(raw: str) -> bool:
    """Whether it is an answer or any figure."""
    return _is_answer(raw) or value(number(raw)) is not None


def _fault(regel: str, rad: int | None, kolumn: str | None, blad: str | None, i: int) -> Fault:
    return Fault(regel, rad, kolumn or f"kolumn {letter(i)}", blad, bokstav=letter(i))
