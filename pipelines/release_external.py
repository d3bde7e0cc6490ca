"""What left another way (Kolada, ÖJ, Länsstyrelsen, a journalist): checked against the plan and put in the system.

A share or a rate is turned into least and most of the count behind it. What is said to be wrong repeats no value.
"""

import csv
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from pipelines.plan import setup_of
from pipelines.release import Who, refuse_identifiers, signed
from pipelines.settings import Settings
from pipelines.work import up_to_date
from warehouse import editions
from warehouse.contracts.codes import CODES, TOTAL
from warehouse.contracts.errors import UserError
from warehouse.contracts.reference import kommuner
from warehouse.editions import External, Registered

KONEN = (*CODES["kon"], TOTAL)
COLUMNS = (
    *("kommun", "ar", "period", "mottagare", "datum", "vad", "dnr", "tabell", "matt", "kon", "kod"),
    *("varde", "decimaler", "fran", "till", "bas"),
)
"""Columns of a file; ``kod`` as ``dim=kod,dim=kod``. What a file leaves out is taken from the command line."""
_MOST = 10_000


class Fault(Exception):
    """What is wrong with a line, in Swedish. Holds no value."""


@dataclass(frozen=True, slots=True)
class Line:
    """A number that left, as it was written. All fields are text, empty where nothing is said."""

    kommun: str = ""
    ar: str = ""
    period: str = ""
    mottagare: str = ""
    datum: str = ""
    vad: str = ""
    dnr: str = ""
    tabell: str = ""
    matt: str = ""
    kon: str = ""
    kod: str = ""
    varde: str = ""
    decimaler: str = ""
    fran: str = ""
    till: str = ""
    bas: str = ""


def lines_of(path: Path, given: Line) -> list[Line]:
    """The lines of a CSV file (semicolons or commas, UTF-8), completed with what was given for all of them."""
    try:
        content = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        raise UserError("Filen kan inte läsas. Spara den som CSV i UTF-8, med rubriker på första raden.") from None
    first = content.partition("\n")[0]
    rows = csv.DictReader(content.splitlines(), delimiter=";" if ";" in first else ",")
    known = {str(name).strip().lower() for name in rows.fieldnames or ()}
    if not known or not known <= set(COLUMNS):
        raise UserError(f"Filens rubriker ska vara några av: {', '.join(COLUMNS)}.")
    found: list[Line] = []
    for row in rows:
        if len(found) == _MOST:
            raise UserError(f"Filen har fler än {_MOST} rader. Dela upp den.")
        said = {str(n).strip().lower(): (v or "").strip() for n, v in row.items() if n and isinstance(v, str)}
        found.append(replace(given, **{n: v for n, v in said.items() if v}))
    return found


def register(settings: Settings, lines: Sequence[Line], who: Who) -> list[Registered]:
    """Check all the lines and register them in one transaction: all or none. Raises ``UserError`` that lists faults."""
    if not lines:
        raise UserError("Filen har inga rader.")
    plan = setup_of(settings).plan
    with up_to_date(settings) as home:
        with home.database.begin() as conn:
            known = _Known(conn, plan)
            found: list[External] = []
            faults: list[str] = []
            for place, line in enumerate(lines, 2):
                try:
                    found += list(known.externals(line))
                except Fault as fault:
                    faults.append(f"Rad {place}: {fault}" if len(lines) > 1 else str(fault))
        if faults:
            more = [f"... och {len(faults) - 20} till."] if len(faults) > 20 else []
            raise UserError("\n  ".join(["Inget är registrerat.", *faults[:20], *more]))
        for one in found:
            refuse_identifiers(who.som, one.mottagare, one.vad, one.dnr or "")
        with signed(home), home.database.begin() as conn:
            numbers = set(editions.register_external(conn, found, who.som))
            return [r for r in editions.externals(conn) if r.extern_id in numbers]


def registered(settings: Settings, kommun: str | None, ar: int | None) -> list[Registered]:
    """What is registered, in order."""
    with up_to_date(settings) as home, home.database.begin() as conn:
        return editions.externals(conn, kommun, ar)


# --- checking a line --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Known:
    """What a line is checked against: the plan, and codes that come with the rows."""

    conn: Any
    plan: Mapping[str, Any]

    def externals(self, line: Line) -> Iterator[External]:
        """What a line tells: a count, and the base of a share where that is ours to protect. Raises ``Fault``."""
        from assets.publicering.plan import PUBLICERAS

        head = self._head(line)
        offentlig = PUBLICERAS.get(line.tabell)
        if offentlig is None or line.tabell not in self.plan:
            raise Fault(f"tabellen finns inte bland dem som publiceras: {', '.join(PUBLICERAS)}.")
        if offentlig.oppen:
            raise Fault("tabellens siffror är offentliga hos källan och behöver inte registreras.")
        if line.kon not in KONEN:
            raise Fault(f"kon ska vara något av {', '.join(KONEN)}.")
        codes = self._codes(line)
        derived = next((h for h in offentlig.harledda if h.namn == line.matt), None)
        count = offentlig.measure(line.matt)
        if derived is None and (count is None or count.slag == "oppen"):
            raise Fault(f"måttet publiceras inte. Välj något av {', '.join(_names(offentlig))}.")

        def one(matt: str, low: int, high: int) -> External:
            return External(
                head.kommun, int(head.ar), line.mottagare, date.fromisoformat(line.datum), line.vad, line.tabell,
                line.period or line.ar, line.kon, matt, float(low), float(high), codes, line.dnr or None,
            )  # fmt: skip

        if derived is None:
            low, high = span_of(line)
            yield one(line.matt, *within(low, high))
            return
        if derived.slag not in ("andel", "tal") or line.matt.endswith(("_lag", "_hog")):
            raise Fault(
                f"av det måttet går inte att räkna fram ett antal. Registrera antalen bakom i stället: "
                f"{', '.join(derived.delar)}."
            )
        if not line.bas.isdecimal() or not int(line.bas):
            raise Fault("ange basen (--bas) som mottagaren känner till: hur många andelen eller talet är av.")
        base, per = int(line.bas), 100 if derived.slag == "andel" else 10_000
        low, high = span_of(line)
        least, most = within(low * base / per, high * base / per)
        yield one(derived.delar[0], least, min(most, base))
        under = offentlig.measure(derived.delar[-1])
        if under is not None and under.slag != "oppen":  # who can use the share knows the base
            yield one(under.namn, base, base)

    def _head(self, line: Line) -> Line:
        missing = [n for n in ("kommun", "ar", "mottagare", "datum", "vad", "tabell", "matt", "kon")
                   if not getattr(line, n)]  # fmt: skip
        if missing:
            raise Fault(f"uppgift saknas: {', '.join(missing)}.")
        if line.kommun not in kommuner():
            raise Fault("kommunkoden finns inte. Skriv fyra siffror, till exempel 0114.")
        if not line.ar.isdecimal() or not 1975 <= int(line.ar) <= 2100:
            raise Fault("året ska skrivas med fyra siffror, till exempel 2019.")
        first, _, last = line.period.partition("_")
        if line.period and not (line.ar in (first, last) and first.isdecimal() and (not last or last.isdecimal())):
            raise Fault("perioden ska vara året, eller flera år som 2017_2019 där året ingår som första eller sista.")
        try:
            date.fromisoformat(line.datum)
        except ValueError:
            raise Fault("datum ska skrivas ÅÅÅÅ-MM-DD.") from None
        return line

    def _codes(self, line: Line) -> dict[str, str]:
        spec = self.plan[line.tabell]
        codes = {d.name: TOTAL for d in spec.dimensions if d.name in spec.view_columns}
        for pair in filter(None, (p.strip() for p in line.kod.split(","))):
            name, _, code = (part.strip() for part in pair.partition("="))
            dimension = next((d for d in spec.dimensions if d.name == name and name in codes), None)
            if dimension is None:
                raise Fault(f"tabellen delas inte in så. Dess indelningar: {', '.join(codes) or 'bara kön'}.")
            allowed = {*dimension.values, *(g.code for g in dimension.groups)} or self._occurring(line.tabell, name)
            if code not in allowed and code != TOTAL:
                raise Fault(f"koden finns inte för {name}. Välj någon av: {', '.join(sorted(allowed)) or 'totalt'}.")
            codes[name] = code
        return codes

    def _occurring(self, tabell: str, dimension: str) -> set[str]:
        """The codes that come with the rows, as the tables have them."""
        from sqlalchemy import text

        query = text("SELECT DISTINCT dimensioner ->> :d FROM tabell.cell WHERE tabell = :t")
        return {str(c) for c in self.conn.execute(query, {"d": dimension, "t": tabell}).scalars() if c is not None}


def _names(offentlig: Any) -> list[str]:
    return [m.namn for m in offentlig.matt if m.slag != "oppen"] + [
        h.namn for h in offentlig.harledda if h.slag in ("andel", "tal") and not h.namn.endswith(("_lag", "_hog"))
    ]


def span_of(line: Line) -> tuple[Decimal, Decimal]:
    """Least and most that a printed number stands for: half a unit of its last decimal each way, ends included."""
    if line.varde and (line.fran or line.till):
        raise Fault("ange antingen ett värde eller ett intervall, inte båda.")
    if line.varde:
        value = _number(line.varde)
        if line.decimaler and (not line.decimaler.isdecimal() or int(line.decimaler) > 9):
            raise Fault("decimaler ska vara ett helt tal från 0 till 9.")
        printed = line.varde.replace(",", ".").partition(".")[2]
        decimals = int(line.decimaler) if line.decimaler else len(printed)
        if decimals < len(printed):
            raise Fault("värdet har fler decimaler än det sägs ha tryckts med.")
        half = Decimal(1).scaleb(-decimals) / 2
        return max(Decimal(0), value - half), value + half
    if not line.fran or not line.till:
        raise Fault("ange ett värde (--varde) eller ett intervall (--mellan).")
    low, high = _number(line.fran), _number(line.till)
    if low > high:
        raise Fault("intervallets början är större än dess slut.")
    return low, high


def within(low: Decimal, high: Decimal) -> tuple[int, int]:
    """The whole numbers of a span. Raises ``Fault`` where there are none: the number cannot be of that base."""
    least, most = math.ceil(low), math.floor(high)
    if least > most:
        raise Fault("inget helt antal ger det värdet. Se efter värdet, antalet decimaler och basen.")
    return least, most


def _number(text: str) -> Decimal:
    try:
        value = Decimal(text.replace(",", ".").replace("\u00a0", "").replace(" ", ""))
    except InvalidOperation:
        value = Decimal(-1)
    if not value.is_finite() or not 0 <= value < 10**9:
        raise Fault("värdet ska vara ett tal som inte är negativt.")
    return value
