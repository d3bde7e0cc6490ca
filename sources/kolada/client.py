"""Asks Kolada's API (v3) and makes one delivery of the answers, or none. How that is read stands in ``kolada``.

A fetch asks for everything again and writes it in one fixed way: the same facts give the same bytes, and what was
revised or taken away since gives others. An answer that cannot be trusted in any part gives no delivery at all, since
what is left out of one counts as taken away.
"""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import product
from pathlib import Path
from typing import Any, Final, NoReturn, TypeVar

from sources.base import Fetched, Unreadable
from sources.kolada import AVSANDARE, FORM, KPI, MARK, NOBODY, REGION, RIKET, is_text, read
from sources.polite import Polite, Unavailable
from warehouse.contracts.delivery import Fault
from warehouse.contracts.errors import UserError
from warehouse.contracts.faults import explain
from warehouse.contracts.omvarld import KoladaVarde
from warehouse.contracts.reference import kolada_nyckeltal
from warehouse.contracts.reference import kommuner as known_kommuner

BASE_URL: Final = "https://api.kolada.se/v3/"
PER_SECOND: Final = 4.0
"""Kolada asks its clients for five or fewer."""
URVAL: Final = "nyckeltal"
OWN_URVAL: Final = "egna_nyckeltal"

_MOST_IDS = 25
_PER_PAGE = 5000
_MOST_PAGES = 1000
_REGION_TYPES = frozenset({"L", "R"})
_ABOUT_KPI = ("id", "title", "description", "is_divided_by_gender", "publication_date", "publ_period")
_ABOUT_AREA = ("id", "title", "type")

_T = TypeVar("_T")
_AGAIN = "Försök igen. Kommer felet igen har Kolada ändrat formen: säg till den som sköter körningen"

_Key = tuple[str, str, int]


class NoValues(Unavailable):
    """Kolada answered as it should, and has nothing of what was asked for."""


def connect(cache: Path | None = None, *, fresh_seconds: float = 6 * 3600.0, base_url: str = BASE_URL) -> Polite:
    """A client for Kolada; ``cache`` is a folder where answers are kept for ``fresh_seconds``."""
    return Polite(base_url, per_second=PER_SECOND, cache=cache, fresh_seconds=fresh_seconds, kalla="Kolada")


def fetch(
    polite: Polite,
    *,
    kommuner: Collection[str],
    years: Iterable[int],
    kpi: Collection[str] | None = None,
    regioner: bool = True,
    riket: bool = True,
    urval: str | None = None,
) -> Iterator[Fetched]:
    """The values of the nyckeltal (by default those on violence), for all years from the first to the last given.

    ``urval`` names the selection (``nyckeltal``; ``egna_nyckeltal`` where others are given): a later delivery of the
    same name and period replaces it as a whole, so kommuner that are left out of it are taken away.

    Raises:
        UserError: for kommuner, nyckeltal or years that cannot be.
        NoValues: when there are none. Where there were some before, a person should look, so nothing is delivered.
        Unavailable: when Kolada could not be asked, or answered anything that cannot be used. Nothing is delivered.
    """
    ids = sorted(set(kolada_nyckeltal() if kpi is None else kpi))
    urval = urval or (URVAL if kpi is None else OWN_URVAL)
    span = _span(years)
    _check(ids, kommuner)
    areas = _areas(polite, kommuner, regioner=regioner, riket=riket)
    if not areas:
        raise UserError("Ange minst en kommun, eller hämta regioner eller riket från Kolada.")
    about = {entry["id"]: entry for part in _parts(ids) for entry in _about_kpi(polite, part)}
    values: dict[_Key, dict[str, Any]] = {}
    for asked in product(_parts(ids), _parts(list(areas)), _parts(span)):
        _gather(polite, *asked, values)
    period = str(span[0]) if len(span) == 1 else f"{span[0]}-{span[-1]}"
    bundle = {
        "format": MARK,
        "kpi": [about[one] for one in sorted(about)],
        "municipality": [areas[one] for one in sorted(areas)],
        "period": period,
        "urval": urval,
        "values": [
            {"kpi": k, "municipality": area, "period": year, "values": [said[one] for one in sorted(said)]}
            for (k, area, year), said in sorted(values.items())
        ],
    }
    content = _written(bundle)
    slip = {
        "kalla": "kolada",
        "tabell": FORM,
        "namnd": NOBODY,
        "avsandare": AVSANDARE,
        "omfang": "periodutdrag",
        "period": period,
        "urval": urval,
    }
    _prove(content, slip, bundle)
    yield Fetched(f"kolada_{urval}_{period}.json", content, slip)


def _span(years: Iterable[int]) -> list[int]:
    given = sorted(set(years))
    if not given or given[0] < 1975 or given[-1] > 2100:
        raise UserError("Ange vilka år som ska hämtas från Kolada, till exempel 2019 till 2025.")
    return list(range(given[0], given[-1] + 1))


def _check(ids: Sequence[str], kommuner: Collection[str]) -> None:
    if not ids or not all(KPI.fullmatch(one) for one in ids):
        raise UserError("Nyckeltalen ska anges med Koladas id: N eller U och fem siffror, till exempel U30750.")
    if not set(kommuner) <= set(known_kommuner()):
        raise UserError("Kommunerna ska anges med sina fyrsiffriga koder, till exempel 0114.")


def _areas(polite: Polite, kommuner: Collection[str], *, regioner: bool, riket: bool) -> dict[str, dict[str, Any]]:
    """The areas to ask about, as Kolada's own list describes them."""
    listed: dict[str, dict[str, Any]] = {}
    for place, entry in _pages(polite, "municipality"):
        if not isinstance(entry, dict) or not is_text(entry.get("id")):
            _odd("id", place)
        listed[entry["id"]] = _picked(entry, _ABOUT_AREA)
    regions = {one for one, said in listed.items() if REGION.fullmatch(one) and said.get("type") in _REGION_TYPES}
    wanted = set(kommuner) | (regions - {RIKET} if regioner else set()) | ({RIKET} if riket else set())
    if not wanted <= set(listed) or (regioner and not regions - {RIKET}):
        _odd("en kommun, en region eller riket", "listan municipality")
    return {one: listed[one] for one in sorted(wanted)}


def _about_kpi(polite: Polite, ids: Sequence[str]) -> Iterator[dict[str, Any]]:
    """What the nyckeltal are. One that Kolada has withdrawn is not among them."""
    for place, entry in _pages(polite, f"kpi/{','.join(ids)}"):
        if not isinstance(entry, dict) or entry.get("id") not in ids:
            _odd("id", place)
        yield _picked(entry, _ABOUT_KPI)


def _gather(
    polite: Polite, ids: Sequence[str], areas: Sequence[str], years: Sequence[int], values: dict[_Key, dict[str, Any]]
) -> None:
    """Puts the values of one question with the others, each by how it is written so that the same one is there once."""
    path = f"data/kpi/{','.join(ids)}/municipality/{','.join(areas)}/year/{','.join(map(str, years))}"
    for place, entry in _pages(polite, path):
        if not isinstance(entry, dict):
            _odd("posten", place)
        if entry.get("kpi") not in ids:
            _odd("kpi", place)
        if entry.get("municipality") not in areas:
            _odd("municipality", place)
        if str(entry.get("period")) not in {str(year) for year in years}:
            _odd("period", place)
        if not isinstance(entry.get("values"), list):
            _odd("values", place)
        said = values.setdefault((entry["kpi"], entry["municipality"], int(entry["period"])), {})
        for value in entry["values"]:
            if not isinstance(value, dict) or not all(_is_single(one) for one in value.values()):
                _odd("values", place)
            plain = _plain(value)
            said[json.dumps(plain, sort_keys=True)] = plain


def _pages(polite: Polite, path: str) -> Iterator[tuple[str, Any]]:
    """The entries of all pages, each with its place in words."""
    kind = path.partition("/")[0]
    page: Any = polite.json(path, {"per_page": _PER_PAGE})
    seen: set[str] = set()
    number = 0
    while True:
        if not isinstance(page, dict) or not isinstance(page.get("values"), list):
            _odd("values", f"listan {kind}, sida {len(seen) + 1}")
        for entry in page["values"]:
            number += 1
            yield f"listan {kind}, post {number}", entry
        following = page.get("next_url") or page.get("next_page")
        if not following:
            return
        if not isinstance(following, str):
            _odd("next_url", f"listan {kind}, sida {len(seen) + 1}")
        if following in seen or len(seen) >= _MOST_PAGES:
            _fail("Kolada hänvisade från sida till sida utan slut", "Försök igen senare")
        seen.add(following)
        page = polite.json(following)


def _is_single(value: Any) -> bool:
    return value is None or isinstance(value, (str, int, float))


def _plain(value: Mapping[str, Any]) -> dict[str, Any]:
    """A value in one fixed way of writing: without what says nothing, and 12.0 as 12."""
    gone = value.get("isdeleted", value.get("is_deleted"))
    said = {name: _number(value[name]) for name in ("gender", "value") if name in value}
    said |= {name: _number(value[name]) for name in ("count", "status") if value.get(name) not in (None, "")}
    return said | ({"isdeleted": gone} if gone not in (None, False) else {})


def _number(value: Any) -> Any:
    if not isinstance(value, float):
        return value
    return int(value) if value.is_integer() else round(value, 9)


def _picked(entry: Mapping[str, Any], names: Sequence[str]) -> dict[str, Any]:
    return {name: entry[name] for name in names if _is_single(entry.get(name)) and entry.get(name) not in {None, ""}}


def _parts(many: Sequence[_T]) -> list[Sequence[_T]]:
    return [many[start : start + _MOST_IDS] for start in range(0, len(many), _MOST_IDS)]


def _written(bundle: Mapping[str, Any]) -> bytes:
    text = json.dumps(bundle, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return (text + "\n").encode("utf-8", "replace")


def _prove(content: bytes, slip: Mapping[str, Any], bundle: Mapping[str, Any]) -> None:
    """Reads the delivery as it will be read: one value that does not hold stops it here."""
    try:
        reading = read(content, slip)
    except Unreadable as error:
        if error.faults[0].regel == "kolada_inga_varden":
            what, then = (
                "Kolada har inga värden för det som frågades",
                "Kontrollera nyckeltal, områden och år, eller vänta",
            )
            raise NoValues(f"{what}. {then}. Ingenting har hämtats.") from None
        _broken(error.faults[0], "svaret", 1)
    faults = [(part.tabell, fault) for part in reading.parts for fault in part.table.faults]
    if not faults:
        return
    tabell, first = faults[0]
    if tabell == "kolada_nyckeltal":
        places = [f"nyckeltalet {entry['id']}" for entry in bundle["kpi"]]
    else:
        entries = [(f"{e['kpi']}, {e['municipality']}, {e['period']}", e["values"]) for e in bundle["values"]]
        places = [place for place, values in entries for _ in values]
    _broken(first, places[(first.rad or 1) - 1], len(faults))


def _broken(fault: Fault, place: str, count: int) -> NoReturn:
    titles = {column.name: f"uppgiften {column.title.casefold()}" for column in KoladaVarde.columns()}
    what, _ = explain(fault.regel, titles.get(fault.kolumn or "", fault.kolumn))
    more = f" (och {count - 1} fel till)" if count > 1 else ""
    _fail(f"Det går inte att använda vad Kolada svarade om {place}{more}: {what.rstrip('.')}", _AGAIN)


def _odd(name: str, place: str) -> NoReturn:
    _fail(
        f"Kolada svarade i en annan form än väntat ({place}): {name} saknas eller är något annat än det som frågades",
        _AGAIN,
    )


def _fail(what: str, then: str) -> NoReturn:
    raise Unavailable(f"{what}. {then}. Ingenting har hämtats.")
