"""The calendar of expected deliveries: ``forvantade.yaml``, read and held against what is current. No database.

Quick to import: it is asked by ``status`` and ``deliveries``. Days are Swedish calendar days; a delivery is late from
the day after its last one.
"""

import calendar
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final

import yaml

from warehouse.contracts.errors import UserError
from warehouse.contracts.reference import kommuner
from warehouse.contracts.yaml_text import YamlError, composed, line_of

NOBODY: Final = "0000"
KALLOR: Final = ("verksamhetssystem", "bra", "scb", "kolada", "oj", "undersokning", "iop", "aggregat")
FIELDS: Final[Mapping[str, str]] = {
    "kalla": f"någon av {', '.join(KALLOR)}",
    "tabell": "tabellens namn, till exempel insats",
    "form": "formens namn, för en fil som fyller flera tabeller, till exempel arbetsbok",
    "namnd": "kommunens fyrsiffriga kod, eller 0000 för offentlig statistik",
    "avsandare": "vem som lämnar uppgifterna, som det står i leveransen",
    "urval": "den del av källan som leveransen talar för",
    "period": "ar",
    "forsta": "första året som väntas, till exempel 2025",
    "sista": "sista året som väntas",
    "dagar_efter": "hur många dagar efter årets slut den ska ha kommit, till exempel 90",
    "senast": "dag och månad året efter, till exempel 31 mars",
    "beskrivning": "några ord om leveransen",
}
"""Every key of an entry with what may stand there."""

_MONTHS = ("jan", "feb", "mar", "apr", "maj", "jun", "jul", "aug", "sep", "okt", "nov", "dec")
_RECORDS = "verksamhetssystem"
_LONGEST = 1_000_000
_POINTS_OUT = re.compile(r"@|\d{6}|\d{2,4}[- ]\d{2,3} ?\d{2} ?\d{2}")
"""An address or a long number: no agency's code and no day of a calendar is that long."""


@dataclass(frozen=True, slots=True)
class Forvantan:
    """One delivery that is expected every year."""

    kalla: str
    namnd: str
    forsta: int
    tabell: str | None = None
    form: str | None = None
    avsandare: str | None = None
    urval: str | None = None
    sista: int | None = None
    dagar_efter: int | None = None
    manad: int | None = None
    """With ``dag``: the last day in the year after, where it is not counted in days."""
    dag: int | None = None
    beskrivning: str | None = None

    def due(self, year: int) -> date:
        """The last day on which the delivery for a year is in time."""
        if self.manad is None or self.dag is None:
            return date(year, 12, 31) + timedelta(days=self.dagar_efter or 0)
        return date(year + 1, self.manad, min(self.dag, calendar.monthrange(year + 1, self.manad)[1]))


@dataclass(frozen=True, slots=True)
class Vantad:
    """What has become of an expected delivery for one year."""

    kalla: str
    tabell: str | None
    form: str | None
    namnd: str
    avsandare: str | None
    urval: str | None
    beskrivning: str | None
    period: str
    senast: date
    lage: str
    """``aktuell``, ``delvis`` (rows set aside), ``avvisad`` (waits for correction), ``vantas`` or ``saknas`` (late)."""
    dagar_sen: int
    """Days since the last day, where nothing is current; else 0."""
    leverans_id: int | None = None

    def as_json(self) -> dict[str, Any]:
        """For programs."""
        return asdict(self)


def load_calendar(path: Path) -> tuple[Forvantan, ...]:
    """The calendar; empty where there is no file. Raises UserError with all that is wrong, line by line."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return ()
    except (OSError, UnicodeDecodeError):
        raise UserError(f"{path.name} går inte att läsa. Spara filen som UTF-8.") from None
    wrong = [
        f"  rad {number}: innehåller något som kan peka ut en person; skriv en roll eller en organisation"
        for number, line in enumerate(text.splitlines(), start=1)
        if _POINTS_OUT.search(line)
    ]
    found: list[Forvantan] = []
    for line, entry in _entries(text, wrong):
        faults: list[str] = []
        made = _made(line, entry, faults)
        wrong += faults
        if made is not None:
            found.append(made)
    if wrong:
        raise UserError("\n".join([f"Kalendern {path.name} går inte att använda:", *wrong]))
    return tuple(found)


def follow_up(
    expected: Sequence[Forvantan],
    slots: Sequence[Mapping[str, Any]],
    refused: Sequence[Mapping[str, Any]],
    today: date,
) -> list[Vantad]:
    """Each expected delivery for each year until today's, in the calendar's order.

    Args:
        expected: The calendar.
        slots: What is current (``warehouse.reading.slots``).
        refused: What waits for correction (``warehouse.reading.waiting_for_correction``).
        today: The day in Sweden.
    """
    return [
        _state(one, year, slots, refused, today)
        for one in expected
        for year in range(one.forsta, min(one.sista or today.year, today.year) + 1)
    ]


def _state(
    one: Forvantan,
    year: int,
    slots: Sequence[Mapping[str, Any]],
    refused: Sequence[Mapping[str, Any]],
    today: date,
) -> Vantad:
    due = one.due(year)
    fits = [s for s in slots if _same(one, s) and _speaks_for(s, year)]
    waits = [r for r in refused if r["status"] == "avvisad" and _same(one, r) and r["period"] == str(year)]
    late = 0
    number = None
    if fits:
        newest = max(fits, key=lambda s: (s["uttagsdatum"], s["leverans_id"]))
        number = newest["leverans_id"]
        state = "delvis" if newest["rader_karantan"] else "aktuell"
    else:
        late = max((today - due).days, 0)
        number = max((r["leverans_id"] for r in waits), default=None)
        state = "avvisad" if waits else "saknas" if late else "vantas"
    about = (one.kalla, one.tabell, one.form, one.namnd, one.avsandare, one.urval, one.beskrivning)
    return Vantad(*about, str(year), due, state, late, number)


def _same(one: Forvantan, delivery: Mapping[str, Any]) -> bool:
    return (
        delivery["kalla"] == one.kalla
        and delivery["namnd"] == one.namnd
        and (one.tabell is None or delivery["tabell"] == one.tabell)
        and (one.form is None or delivery["form"] == one.form)
        and (one.urval is None or delivery["urval"] == one.urval)
        and (one.avsandare is None or (delivery["avsandare"] or "").casefold() == one.avsandare.casefold())
    )


def _speaks_for(slot: Mapping[str, Any], year: int) -> bool:
    """A periodutdrag speaks for its years; a helbild for those that had ended when it was taken out.

    Of public data a helbild must also reach the year: the newest figures are often a year old.
    """
    period = slot["period"]
    if period is not None:
        return int(period[:4]) <= year <= int(period[-4:])
    if slot["uttagsdatum"] <= date(year, 12, 31) or (slot["forsta_ar"] or 0) > year:
        return False
    return bool(slot["kalla"] == _RECORDS or (slot["sista_ar"] or 0) >= year)


def _entries(text: str, wrong: list[str]) -> Iterator[tuple[int, dict[str, tuple[int, str]]]]:
    """Line and fields (each with its own line) of every entry of the list."""
    try:
        node = composed(text, _LONGEST)
    except YamlError as error:
        wrong.append(f"Rad {error.line}: {error.what}.")
        return
    if node is None:
        return
    if not isinstance(node, yaml.SequenceNode):
        wrong.append("Rad 1: filen ska vara en lista: börja varje leverans med ett streck, till exempel - kalla: iop.")
        return
    for item in node.value:
        line = line_of(item)
        if not isinstance(item, yaml.MappingNode):
            wrong.append(f"Rad {line}: här ska stå nyckel: värde.")
            continue
        fields: dict[str, tuple[int, str]] = {}
        for key, value in item.value:
            at = line_of(key)
            name = str(key.value)
            if name not in FIELDS:
                near = get_close_matches(name, FIELDS, n=1)
                meant = f" Menade du {near[0]}?" if near else ""
                wrong.append(f"Rad {at}: {name} är ingen uppgift i kalendern.{meant}")
            elif name in fields:
                wrong.append(f"Rad {at}: {name} står två gånger.")
            elif not isinstance(value, yaml.ScalarNode):
                wrong.append(f"Rad {at}: {name} ska vara {FIELDS[name]}.")
            elif value.value.strip():
                fields[name] = (at, value.value.strip())
        yield line, fields


def _made(line: int, entry: Mapping[str, tuple[int, str]], wrong: list[str]) -> Forvantan | None:
    values = {name: value for name, (_, value) in entry.items()}

    def refuse(name: str, why: str = "") -> None:
        wrong.append(f"Rad {entry[name][0]}: {name} ska vara {FIELDS[name]}.{why}")

    needed = (name for name in ("kalla", "namnd", "forsta", "period") if name not in values)
    wrong.extend(f"Rad {line}: {name} saknas. Det ska vara {FIELDS[name]}." for name in needed)
    if ("tabell" in values) == ("form" in values):
        wrong.append(f"Rad {line}: ange antingen tabell eller form.")
    if ("dagar_efter" in values) == ("senast" in values):
        wrong.append(f"Rad {line}: ange antingen dagar_efter (till exempel 90) eller senast (till exempel 31 mars).")
    if values.get("kalla", KALLOR[0]) not in KALLOR:
        refuse("kalla")
    if values.get("namnd", NOBODY) not in {NOBODY, *kommuner()}:
        refuse("namnd")
    if values.get("period", "ar") != "ar":
        refuse("period", " Leveranser har hela år som period; tertial och månad går inte att följa upp än.")
    for name in ("tabell", "form", "urval"):
        if not re.fullmatch(r"[a-z0-9_]{1,40}", values.get(name, "x")):
            refuse(name)
    for name in ("avsandare", "beskrivning"):
        if len(values.get(name, "")) > 200 or not values.get(name, "").isprintable():
            refuse(name, " Högst 200 tecken på en rad.")
    years = {name: _whole(values.get(name), 1975, 2100) for name in ("forsta", "sista")}
    days = _whole(values.get("dagar_efter"), 0, 1000)
    day = _day(values["senast"]) if "senast" in values else None
    for name, made in (*years.items(), ("dagar_efter", days), ("senast", day)):
        if name in values and made is None:
            refuse(name)
    first, last = years["forsta"], years["sista"]
    if first is not None and last is not None and last < first:
        refuse("sista", " Det kan inte ligga före forsta.")
    if wrong or first is None:
        return None
    texts = {n: values.get(n) for n in ("tabell", "form", "avsandare", "urval", "beskrivning")}
    month, number = day or (None, None)
    return Forvantan(
        values["kalla"], values["namnd"], first, **texts, sista=last, dagar_efter=days, manad=month, dag=number
    )


def _whole(text: str | None, least: int, most: int) -> int | None:
    if text is None or not re.fullmatch(r"\d{1,4}", text):
        return None
    return int(text) if least <= int(text) <= most else None


def _day(text: str) -> tuple[int, int] | None:
    """Month and day of ``31 mars``, ``31/3`` or ``31 3``; None where there is no such day in any year."""
    match = re.fullmatch(r"(\d{1,2})\s*[/ .]\s*(\d{1,2}|[a-z]{3,9})", text.casefold())
    if match is None:
        return None
    named = match[2][:3]
    month = _MONTHS.index(named) + 1 if named in _MONTHS else int(match[2]) if match[2].isdigit() else 0
    if not 1 <= month <= 12 or not 1 <= int(match[1]) <= calendar.monthrange(2024, month)[1]:
        return None
    return month, int(match[1])
