"""Kolada: what its API answers (v3, v2) as JSON, and the project's bundle of it. How it is fetched: ``kolada_client``.

The bundle is the answer's own shape with the lists of nyckeltal and areas beside it. Nothing is counted here, and what
Kolada leaves out or gives as null is missing, never zero.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from math import isfinite
from typing import Any

import pandas as pd

from sources.base import Glimpse, Part, Reading, Source, Unreadable
from sources.figures import Rows, says_empty, span
from warehouse.contracts.delivery import Fault, TextTable
from warehouse.contracts.reference import kommuner
from warehouse.contracts.swedish import STOCKHOLM

AVSANDARE = "Kolada (Rådet för främjande av kommunala analyser)"
FORM = "kolada"
MARK = "kvinnofrid-kolada-1"
"""The value of ``format`` in a bundle."""
NOBODY = "0000"

_VARDE = ("kpi", "omrade_typ", "omrade", "kommunkod", "ar", "kon", "varde", "antal", "status")
_NYCKELTAL = ("kpi", "titel", "beskrivning", "konsuppdelad", "publicerad")
_PAGES = ("next_url", "next_page", "previous_url", "previous_page")
_KON = {"T": "totalt", "K": "kvinna", "F": "kvinna", "M": "man"}
"""v2's text says F for women although its data say K."""
KPI = re.compile(r"[NU][0-9]{5}")
RIKET = "0000"
REGION = re.compile(r"00\d\d")
_OTHER = {"G": "grupp", "V": "enhet"}
_YEAR = re.compile(r"(?:19|20)\d\d")
_DAY = re.compile(r"[12]\d{3}-\d\d-\d\d(?:$|T)")
_STATUS = re.compile(r"[A-Za-z0-9.*-]{1,3}")
"""No status but the empty one has been seen. A mark this short is kept; a text could be anything, and is not."""
_MOST_DECIMALS = 9

Row = dict[str, str | None]


def read(content: bytes, slip: Mapping[str, Any]) -> Reading:
    """The values of one answer or bundle, and what its nyckeltal are where it says so.

    Shape: ``{"values": [{"kpi", "municipality" (or "ou"), "period", "values": [{"gender", "value", "count", "status",
    "isdeleted"}]}]}``; a bundle has ``format``, ``period``, ``urval``, ``kpi`` and ``municipality`` (lists) too. Row
    numbers count the innermost objects from 1, in ``kolada_nyckeltal`` the objects of ``kpi``.

    Raises:
        Unreadable: where the file is not JSON, is not such an answer, is one page of several, or has no values.
    """
    data = _loaded(content)
    entries = data.get("values")
    if not isinstance(entries, list):
        raise Unreadable(Fault("kolada_form", kolumn="values"))
    if any(data.get(name) for name in _PAGES):
        raise Unreadable(Fault("kolada_sida"))
    for name in ("kpi", "municipality"):
        if not isinstance(data.get(name, []), list):
            raise Unreadable(Fault("kolada_form", kolumn=name))
    values = _Values(_types(data.get("municipality", [])))
    for entry in entries:
        values.take(entry)
    if not values.rad and not says_empty(slip):
        raise Unreadable(Fault("kolada_inga_varden"))
    parts = [Part("kolada_varde", values.out.table(), tuple(values.warnings))]
    if data.get("kpi"):
        parts.append(Part("kolada_nyckeltal", _nyckeltal(data["kpi"], _last_day(slip))))
    return Reading(tuple(parts), _facts(data, values))


def figure(value: Any) -> str | None:
    """A JSON number as plain digits with at most nine decimals, None where it is no number that can be written so."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not isfinite(value):
        return None
    text = f"{value:.{_MOST_DECIMALS}f}" if isinstance(value, float) else str(value)
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


@dataclass(slots=True)
class _Values:
    """Goes through the value objects of an answer, in order."""

    types: Mapping[str, str]
    out: Rows = field(default_factory=lambda: _rows(_VARDE))
    warnings: list[Fault] = field(default_factory=list)
    rad: int = 0
    years: set[str | None] = field(default_factory=set)
    _seen: dict[tuple[str | None, ...], tuple[float | str | None, ...]] = field(default_factory=dict)

    def take(self, entry: Any) -> None:
        """One entry of ``values``: a nyckeltal, an area and a year, with a value for each sex."""
        inner = entry.get("values") if isinstance(entry, dict) else None
        if not isinstance(inner, list):
            self.rad += 1
            self.out.refuse("kolada_post", self.rad, "varde")
            return
        about, fault = self._about(entry)
        for value in inner:
            self.rad += 1
            if fault:
                self.out.refuse(fault[0], self.rad, fault[1])
            elif not isinstance(value, dict):
                self.out.refuse("kolada_post", self.rad, "varde")
            else:
                self._value(about, value)

    def _about(self, entry: dict[str, Any]) -> tuple[Row, tuple[str, str] | None]:
        """What the values of an entry have in common, and what is wrong with it."""
        period = entry.get("period")
        ar = str(period) if isinstance(period, (int, str)) and not isinstance(period, bool) else ""
        if _YEAR.fullmatch(ar):
            self.years.add(ar)
        if not is_text(entry.get("kpi")):
            return {}, ("kolada_post", "kpi")
        if not _YEAR.fullmatch(ar):
            return {}, ("kolada_post", "ar")
        place = self._place(entry.get("municipality", entry.get("ou")))
        if place is None:
            return {}, ("kolada_omrade", "omrade")
        return {"kpi": entry["kpi"].strip(), "ar": ar} | place, None

    def _place(self, area: Any) -> Row | None:
        if not area or not is_text(area):
            return None
        if area == RIKET:
            return _place("riket", "riket")
        if area in kommuner():
            return _place("kommun", area, area)
        if REGION.fullmatch(area):
            return _place("region", area)
        if area[0] in _OTHER and len(area) > 1:
            return _place(_OTHER[area[0]], area)
        # A kommunkod that is no longer in use is for validation to tell of.
        return _place("kommun", area, area) if self.types.get(area) == "K" else None

    def _value(self, about: Row, value: dict[str, Any]) -> None:
        gone = value.get("isdeleted", value.get("is_deleted"))
        if gone not in (None, False, True):  # in a set a list would fail
            self.out.refuse("kolada_post", self.rad, "status")
            return
        if gone:
            self.warnings.append(Fault("kolada_borttaget", self.rad, "varde"))
            return
        gender, raw, count, status = (value.get(name) for name in ("gender", "value", "count", "status"))
        kon = _KON.get(gender.strip().upper()) if isinstance(gender, str) else None
        varde, antal = figure(raw), figure(count)
        if kon is None:
            self.out.refuse("kolada_kon", self.rad, "kon")
        elif "value" not in value:
            self.out.refuse("kolada_post", self.rad, "varde")
        elif raw is not None and varde is None:
            self.out.refuse("kolada_varde", self.rad, "varde")
        elif count is not None and antal is None:
            self.out.refuse("kolada_post", self.rad, "antal")
        elif status is not None and not is_text(status):
            self.out.refuse("kolada_post", self.rad, "status")
        else:
            said = (status or "").strip() or None
            if said and not _STATUS.fullmatch(said):
                self.warnings.append(Fault("kolada_status", self.rad, "status"))
                said = None
            self._keep(about | {"kon": kon, "varde": varde, "antal": antal, "status": said})

    def _keep(self, row: Row) -> None:
        """The same thing twice is once; two answers to one question are a fault."""
        key = tuple(row[name] for name in ("kpi", "omrade", "ar", "kon"))
        said = (row["varde"], row["antal"], row["status"])
        if key not in self._seen:
            self._seen[key] = said
            self.out.kept.append((self.rad, row))
        elif self._seen[key] != said:
            self.out.refuse("samma_nyckel_olika_nummer", self.rad, "varde")


def _place(typ: str, omrade: str, kommunkod: str | None = None) -> Row:
    return {"omrade_typ": typ, "omrade": omrade, "kommunkod": kommunkod}


def _rows(names: tuple[str, ...]) -> Rows:
    return Rows(names, TextTable(pd.DataFrame(), pd.Series(dtype="int64")))


def _loaded(content: bytes) -> dict[str, Any]:
    if not content.strip(b" \t\r\n\xef\xbb\xbf"):
        raise Unreadable(Fault("tom_fil"))
    try:
        data = json.loads(content, parse_constant=_no_constant)
    except (ValueError, RecursionError):  # also what is not UTF
        raise Unreadable(Fault("json_fel")) from None
    if not isinstance(data, dict):
        raise Unreadable(Fault("kolada_form", kolumn="values"))
    return data


def _no_constant(_: str) -> None:
    """NaN and Infinity are not JSON."""
    raise ValueError


def _types(areas: list[Any]) -> dict[str, str]:
    """Area to its type, as the bundle's list of areas says."""
    return {str(a.get("id")): str(a.get("type")) for a in areas if isinstance(a, dict)}


def _nyckeltal(entries: list[Any], last: date) -> TextTable:
    out = _rows(_NYCKELTAL)
    seen: dict[str, Row] = {}
    for rad, entry in enumerate(entries, start=1):
        if not isinstance(entry, dict) or not is_text(entry.get("id")):
            out.refuse("kolada_post", rad, "kpi")
            continue
        if not isinstance(entry.get("title"), str):
            out.refuse("kolada_post", rad, "titel")
            continue
        row = {
            "kpi": entry["id"].strip(),
            "titel": _line(entry["title"]),
            "beskrivning": _line(entry.get("description")),
            "konsuppdelad": _yes_or_no(entry.get("is_divided_by_gender")),
            "publicerad": _published(entry.get("publication_date"), last),
        }
        if seen.setdefault(entry["id"], row) != row:
            out.refuse("samma_nyckel_olika_nummer", rad, "titel")
        elif seen[entry["id"]] is row:
            out.kept.append((rad, row))
    return out.table()


def _yes_or_no(value: Any) -> str | None:
    """Kolada has written it as a truth value and as 1 and 0."""
    return ("ja" if value else "nej") if isinstance(value, (bool, int)) else None


def _line(text: Any) -> str | None:
    """Text on one line, with single blanks for whatever is no visible sign."""
    if not isinstance(text, str):
        return None
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split()) or None


def is_text(value: Any) -> bool:
    """Whether it is text that can be stored: JSON also allows signs that cannot."""
    return isinstance(value, str) and value.isprintable()


def _published(text: Any, last: date) -> str | None:
    """The day; None for one that is still to come, which Kolada gives too."""
    try:
        day = date.fromisoformat(text[:10]) if isinstance(text, str) and _DAY.match(text) else None
    except ValueError:
        return None
    return day.isoformat() if day and day <= last else None


def _last_day(slip: Mapping[str, Any]) -> date:
    """The day that the delivery was taken out, as far as it is known."""
    try:
        return date.fromisoformat(str(slip.get("uttagsdatum") or slip.get("_idag")))
    except ValueError:
        return datetime.now(STOCKHOLM).date()


def _facts(data: Mapping[str, Any], values: _Values) -> dict[str, Any]:
    facts: dict[str, Any] = {"kalla": "kolada", "namnd": NOBODY, "avsandare": AVSANDARE, "omfang": "periodutdrag"}
    period = span(values.years)
    facts |= {"period": period} if period else {}
    if data.get("format") == MARK:
        facts |= {name: data[name] for name in _stated(data)}
    return facts


def _stated(data: Mapping[str, Any]) -> Iterator[str]:
    """What a bundle says of itself: it speaks for all years that were asked for, also those without values."""
    return (name for name in ("period", "urval") if isinstance(data.get(name), str) and data[name])


def _tells(seen: Glimpse) -> bool:
    start = seen.start.lstrip("\ufeff \t\r\n")
    bare = start.startswith("{") and '"values"' in start and '"kpi"' in start and '"gender"' in start
    return seen.suffix == ".json" and (bare or f'"format":"{MARK}"' in start[:100])


SOURCES: tuple[Source, ...] = (Source(kalla="kolada", tabell=FORM, suffixes=(".json",), tells=_tells, read=read),)
