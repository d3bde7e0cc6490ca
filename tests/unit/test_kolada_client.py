"""The client of Kolada against a local server that answers as the API is documented, and as it should not."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sources.base import Fetched
from sources.foljesedel import ALLOWED, facts_of
from sources.kolada import SOURCES, read
from sources.kolada.client import NoValues, connect, fetch
from sources.polite import Polite, Unavailable
from sources.recognition import recognise
from sources.registry import SOURCES as ALL
from tests.conftest import TODAY
from tests.replay import Asked, Replay, Reply, json_reply
from warehouse.contracts.errors import KvinnofridError, UserError
from warehouse.contracts.reference import kolada_nyckeltal, kommuner

Key = tuple[str, str, int]
Values = dict[Key, list[dict[str, Any]]]

AREAS = [
    {"id": "0000", "title": "Riket", "type": "L"},
    {"id": "0001", "title": "Region Stockholm", "type": "L"},
    {"id": "0009", "title": "Region Gotland", "type": "L"},
    {"id": "0114", "title": "Upplands Väsby", "type": "K"},
    {"id": "0115", "title": "Vallentuna", "type": "K"},
]
PLACES = ("0000", "0001", "0009", "0114")


def one(gender: str = "T", said: float | None = 1.5, **more: Any) -> dict[str, Any]:
    return {"gender": gender, "value": said, "count": 1, "status": "", "isdeleted": False} | more


def values(kpi: tuple[str, ...] = ("U30750", "N01460"), years: tuple[int, ...] = (2023, 2024)) -> Values:
    """A value for each of the areas: another number everywhere, by sex for one of the nyckeltal."""
    found: Values = {}
    for place, area in enumerate(PLACES):
        for year in years:
            for number, ident in enumerate(kpi):
                said = place * 100 + number * 10 + year - 2020
                sexes = "TKM" if ident == "N01460" else "T"
                found[ident, area, year] = [one(sex, said + nr / 4) for nr, sex in enumerate(sexes)]
    return found


class Kolada:
    """Answers as v3 does: lists, data by nyckeltal, area and year, pages with ``next_url``."""

    def __init__(self, held: Values, *, page: int = 5000, following: str = "next_url") -> None:
        self.held, self.page, self.following = held, page, following
        self.kpi = sorted({key[0] for key in held})
        self.wrong: Callable[[str, dict[str, Any]], Any] = lambda _, body: body
        known = {area["id"] for area in AREAS}
        more = sorted({key[1] for key in held} - known)
        self.areas = [*AREAS, *({"id": code, "title": kommuner()[code], "type": "K"} for code in more)]
        self.server: Replay

    def __call__(self, asked: Asked) -> Reply:
        kind, *rest = asked.path.strip("/").split("/")
        if kind == "municipality":
            entries: list[Any] = self.areas
        elif kind == "kpi":
            wanted = rest[0].split(",")
            assert len(wanted) <= 25
            entries = [self.about(ident) for ident in wanted if ident in self.kpi]
        else:
            entries = self.data(rest)
        start = int(asked.query.get("page", ["0"])[0])
        body: dict[str, Any] = {"values": entries[start : start + self.page], "count": len(entries)}
        body[self.following] = None
        if start + self.page < len(entries):
            body[self.following] = f"{self.server.url}{asked.path[1:]}?page={start + self.page}"
        answer = self.wrong(kind, body)
        return answer if isinstance(answer, Reply) else json_reply(answer)

    def data(self, path: list[str]) -> list[Any]:
        if not path:  # where a bad next_url leads
            return []
        assert path[::2] == ["kpi", "municipality", "year"]
        ids, areas, years = (set(part.split(",")) for part in path[1::2])
        assert max(map(len, (ids, areas, years))) <= 25
        return [
            {"kpi": k, "municipality": area, "period": year, "values": said}
            for (k, area, year), said in self.held.items()
            if k in ids and area in areas and str(year) in years
        ]

    @staticmethod
    def about(ident: str) -> dict[str, Any]:
        return {
            "id": ident,
            "title": f"Titel {ident}",
            "description": "Så räknas det.",
            "is_divided_by_gender": ident == "N01460",
            "publication_date": "2025-06-05",
            "publ_period": "2024",
            "prel_publication_date": None,
            "has_ou_data": False,
        }


def polite(server: Replay, **more: Any) -> Polite:
    return Polite(server.url, **({"per_second": 1e6, "kalla": "Kolada", "sleep": lambda _: None} | more))


def got(kolada: Kolada, client: Callable[[Replay], Polite] = polite, **more: Any) -> list[Fetched]:
    with Replay(kolada) as server, client(server) as asking:
        kolada.server = server
        asked = {"kommuner": ["0114"], "years": [2023, 2024], "kpi": ["U30750", "N01460"]} | more
        return list(fetch(asking, **asked))


def only(kolada: Kolada, **more: Any) -> Fetched:
    (delivery,) = got(kolada, **more)
    return delivery


def read_back(delivery: Fetched) -> dict[tuple[str, ...], float | None]:
    """Everything the reader makes of a delivery, which it must do without fault."""
    part = read(delivery.content, delivery.slip).parts[0]
    assert not part.table.faults
    frame = part.table.frame
    keys = zip(*(frame[name] for name in ("kpi", "omrade", "ar", "kon")), strict=True)
    return {key: float(v) if isinstance(v, str) else None for key, v in zip(keys, frame["varde"], strict=True)}


def expected(held: Values) -> dict[tuple[str, ...], float | None]:
    sexes = {"T": "totalt", "K": "kvinna", "M": "man"}
    return {
        (k, "riket" if area == "0000" else area, str(year), sexes[said["gender"]]): said["value"]
        for (k, area, year), several in held.items()
        for said in several
    }


def test_all_that_is_asked_for_becomes_one_delivery() -> None:
    held = values()
    delivery = only(Kolada(held))

    assert read_back(delivery) == expected(held) and len(expected(held)) == 4 * 2 * 4
    assert delivery.filnamn == "kolada_egna_nyckeltal_2023-2024.json"
    assert set(delivery.slip) <= set(ALLOWED)
    stated = read(delivery.content, delivery.slip).facts
    facts = facts_of(delivery.slip, stated, kommuner=kommuner(), today=TODAY, person_data=False)
    assert (facts.kalla, facts.namnd, facts.omfang, facts.period, facts.urval) == (
        *("kolada", "0000", "periodutdrag", "2023-2024"),
        "egna_nyckeltal",
    )
    assert recognise(delivery.content, delivery.filnamn, ALL, {}) is SOURCES[0]
    assert recognise(delivery.content, delivery.filnamn, ALL, delivery.slip) is SOURCES[0]
    about = read(delivery.content, delivery.slip).parts[1].table.frame
    assert list(zip(about["kpi"], about["konsuppdelad"], strict=True)) == [("N01460", "ja"), ("U30750", "nej")]


def test_regions_and_the_country_may_be_left_out() -> None:
    held = values()
    found = {key[1] for key in read_back(only(Kolada(held), regioner=False, riket=False))}
    assert found == {"0114"}
    assert {key[1] for key in read_back(only(Kolada(held), regioner=False))} == {"0114", "riket"}
    assert {key[1] for key in read_back(only(Kolada(held), kommuner=[], riket=False))} == {"0001", "0009"}


def test_by_default_the_nyckeltal_on_violence_are_asked_for() -> None:
    held = values(tuple(kolada_nyckeltal()))
    delivery = only(Kolada(held), kpi=None)
    assert {key[0] for key in read_back(delivery)} == set(kolada_nyckeltal())
    # Nyckeltal of one's own never replace these.
    assert (delivery.slip["urval"], only(Kolada(values())).slip["urval"]) == ("nyckeltal", "egna_nyckeltal")
    assert only(Kolada(values()), urval="pilot").slip["urval"] == "pilot"


def test_more_than_twentyfive_of_anything_is_asked_for_in_parts() -> None:
    codes = list(kommuner())[:60]
    years = range(1995, 2025)
    held: Values = {
        (k, area, year): [one("T", int(area) + year)]
        for k in kolada_nyckeltal()
        for area in codes
        for year in (1995, 2019, 2020, 2024)
    }
    asked: list[Asked] = []
    kolada = Kolada(held)
    kolada.wrong = lambda kind, body: body | {"kind": kind}
    with Replay(kolada) as server, polite(server) as asking:
        kolada.server = server
        (delivery,) = fetch(asking, kommuner=codes, years=years, regioner=False)
        asked = server.asked
    assert read_back(delivery) == expected(held)
    paths = [a.path for a in asked]
    assert len(paths) == len(set(paths)) == 1 + 2 + 2 * 3 * 2
    assert all(a.query == {"per_page": ["5000"]} for a in asked)


@pytest.mark.parametrize("following", ["next_url", "next_page"])
@pytest.mark.parametrize("size", [1, 3, 100])
def test_pages_are_followed_and_give_the_same_delivery(following: str, size: int) -> None:
    held = values()
    assert only(Kolada(held, page=size, following=following)) == only(Kolada(held))


@pytest.mark.parametrize("end", [None, ""])
def test_an_empty_next_url_is_the_end(end: Any) -> None:
    kolada = Kolada(values())
    kolada.wrong = lambda _, body: {"values": body["values"], "next_url": end}
    assert read_back(only(kolada)) == expected(values())


def test_the_same_facts_give_the_same_bytes_however_they_are_written() -> None:
    held = values()
    first = only(Kolada(held))
    shuffled = Kolada({key: list(reversed(held[key])) for key in reversed(held)}, page=2)

    def otherwise(_: str, body: dict[str, Any]) -> dict[str, Any]:
        body = json.loads(json.dumps(body))
        for entry in body["values"]:
            if "period" in entry:
                entry |= {"period": str(entry["period"]), "extra": "ny uppgift"}
                entry["values"] = [
                    {"gender": v["gender"], "value": float(v["value"]), "count": 1.0, "status": None, "is_deleted": 0}
                    for v in entry["values"]
                ]
                entry["values"] *= 2
            entry |= {"has_ou_data": True}
        return dict(reversed(body.items()))

    shuffled.wrong = otherwise
    assert only(shuffled) == first
    assert only(Kolada(held), kommuner=["0114", "0114"], years=[2024, 2023], kpi=["N01460", "U30750"]) == first
    assert b"2023" in first.content and not re.search(rb"\d\d:\d\d|202[56]-(?!06-05)", first.content)


def revise(held: Values, said: float | None) -> None:
    held["U30750", "0114", 2024] = [one("T", said)]


@pytest.mark.parametrize(
    ("change", "gone", "new"),
    [
        (lambda h: revise(h, 99.5), 1.5, {99.5}),
        (lambda h: revise(h, None), 1.5, {None}),
        (lambda h: h.pop(("U30750", "0114", 2024)), 1.5, set()),
        (lambda h: h["U30750", "0114", 2024].append(one("K", 77)), None, {77}),
        (lambda h: h["U30750", "0114", 2024][0].update(isdeleted=True), 1.5, set()),
    ],
    ids=["revised", "suppressed", "taken away", "added", "marked as deleted"],
)
def test_what_has_changed_gives_other_bytes_and_only_that_differs(
    change: Callable[[Values], object], gone: float | None, new: set[float | None]
) -> None:
    held = values()
    revise(held, 1.5)
    before = only(Kolada(held))
    again = only(Kolada(held))
    change(held)
    after = only(Kolada(held))

    assert before.content == again.content != after.content
    assert (before.slip, before.filnamn) == (after.slip, after.filnamn)
    old, now = read_back(before), read_back(after)
    changed = {key for key in old.keys() | now.keys() if old.get(key, "-") != now.get(key, "-")}
    assert len(changed) == 1
    assert {now[key] for key in changed & now.keys()} == new
    assert {old[key] for key in changed & old.keys()} == (set() if gone is None else {gone})


def test_a_nyckeltal_that_is_withdrawn_is_left_out_and_the_others_come() -> None:
    held = {key: said for key, said in values().items() if key[0] == "N01460"}
    assert {key[0] for key in read_back(only(Kolada(held)))} == {"N01460"}


def test_a_pause_asked_for_is_kept_and_a_bad_spell_is_survived() -> None:
    spells = iter(
        [
            Reply(status=429, headers={"Retry-After": "3"}),
            Reply(status=500),
            Reply(hang_up=True),
            json_reply({"values": []}, cut=3),
            Reply(b"<html>", content_type="text/html"),
        ]
    )
    kolada = Kolada(values())
    kolada.wrong = lambda kind, body: next(spells, body) if kind == "data" else body
    slept: list[float] = []
    (delivery,) = got(kolada, lambda server: polite(server, sleep=slept.append, attempts=6))
    assert read_back(delivery) == expected(values())
    assert [round(s) for s in slept if s > 0.5] == [3, 2, 4, 8, 16]


def on_data(make: Callable[[dict[str, Any]], Any]) -> Callable[[str, dict[str, Any]], Any]:
    return lambda kind, body: make(json.loads(json.dumps(body))) if kind == "data" else body


def on_value(**more: Any) -> Callable[[str, dict[str, Any]], Any]:
    """The last value of the answer is something else."""

    def make(body: dict[str, Any]) -> Any:
        body["values"][-1]["values"][-1] |= more
        return body

    return on_data(make)


def on_entry(**more: Any) -> Callable[[str, dict[str, Any]], Any]:
    def make(body: dict[str, Any]) -> Any:
        body["values"][-1] |= more
        return body

    return on_data(make)


def without(name: str) -> Callable[[str, dict[str, Any]], Any]:
    def make(body: dict[str, Any]) -> Any:
        del body["values"][-1]["values"][-1][name]
        return body

    return on_data(make)


def endless(_: str, body: dict[str, Any]) -> Any:
    endless.count += 1  # type: ignore[attr-defined]
    return body | {"next_url": f"data?page=0&nr={endless.count}"}  # type: ignore[attr-defined]


endless.count = 0  # type: ignore[attr-defined]

AGAIN, SAY = "Försök igen", "säg till den som sköter körningen"
BAD: dict[str, tuple[Callable[[str, dict[str, Any]], Any], str, str]] = {
    "a long pause": (
        on_data(lambda _: Reply(status=429, headers={"Retry-After": "7200"})),
        "ber om en paus",
        "Försök igen efter 20",
    ),
    "429 without end": (on_data(lambda _: Reply(status=429)), "felkod 429 (3 försök)", AGAIN),
    "500 repeated": (on_data(lambda _: Reply(status=500)), "felkod 500 (3 försök)", AGAIN),
    "404": (on_data(lambda _: Reply(b'{"detail": "hemligt"}', 404)), "felkod 404", "Kontrollera frågan"),
    "cut": (on_data(lambda b: json_reply(b, cut=50)), "avbröt förbindelsen", AGAIN),
    "hang up": (on_data(lambda _: Reply(hang_up=True)), "avbröt förbindelsen", AGAIN),
    "slow": (on_data(lambda b: json_reply(b, delay=3.0)), "svarade inte i tid", AGAIN),
    "half json": (on_data(lambda b: json_reply(b, cut=50, announced=False)), "inte är helt", AGAIN),
    "html": (on_data(lambda _: Reply(b"<html>hemligt</html>", content_type="text/html")), "annat än JSON", AGAIN),
    "huge": (on_data(lambda _: json_reply({"values": "x" * 3_000_000})), "mer än 2 MB", "färre år"),
    "a list": (on_data(lambda b: b["values"]), "listan data, sida 1): values", SAY),
    "values is a dict": (on_data(lambda _: {"values": {"U30750": 1}}), "listan data, sida 1): values", SAY),
    "no values": (on_data(lambda _: {"detail": "hemligt"}), "listan data, sida 1): values", SAY),
    "entry is text": (on_data(lambda b: {"values": [*b["values"], "hemligt"]}), "post 17): posten", SAY),
    "kpi of another shape": (on_entry(kpi="SE-30750"), "post 16): kpi", SAY),
    "kpi not asked for": (on_entry(kpi="U99999"), "post 16): kpi", SAY),
    "kpi is a list": (on_entry(kpi=["U30750"]), "post 16): kpi", SAY),
    "area not asked for": (on_entry(municipality="0180"), "post 16): municipality", SAY),
    "area is a number": (on_entry(municipality=114), "post 16): municipality", SAY),
    "period in words": (on_entry(period="läsåret 2024"), "post 16): period", SAY),
    "period not asked for": (on_entry(period=2019), "post 16): period", SAY),
    "no inner list": (on_entry(values={"T": 1}), "post 16): values", SAY),
    "inner list of numbers": (on_entry(values=[118.4]), "post 16): values", SAY),
    "nested value": (on_value(value={"hemligt": 1}), "post 16): values", SAY),
    "unknown gender": (on_value(gender="X"), "N01460, 0114, 2024: Det framgår inte vilket kön", SAY),
    "gender in words": (on_value(gender="kvinnor"), "N01460, 0114, 2024: Det framgår inte vilket kön", SAY),
    "missing gender": (without("gender"), "N01460, 0114, 2024: Det framgår inte vilket kön", SAY),
    "missing value": (without("value"), "N01460, 0114, 2024: Posten", SAY),
    "value as text": (on_value(value="118,4"), "N01460, 0114, 2024: Värdet från Kolada är inte ett tal", SAY),
    "value as ..": (on_value(value=".."), "inte ett tal", SAY),
    "count as text": (on_value(count="några"), "uppgiften antal saknas eller är av fel slag", SAY),
    "two values": (
        on_data(lambda b: {"values": [*b["values"], b["values"][0] | {"values": [one("T", 4711)]}]}),
        "olika innehåll",
        SAY,
    ),
    "nothing at all": (on_data(lambda _: {"values": []}), "inga värden", "Kontrollera nyckeltal"),
    "next_url is the same": (on_data(lambda b: b | {"next_url": "data"}), "utan slut", AGAIN),
    "next_url goes on and on": (endless, "utan slut", AGAIN),
    "next_url elsewhere": (
        on_data(lambda b: b | {"next_url": "https://kolada.example/v3/data"}),
        "annan server",
        "Försök igen",
    ),
    "next_url is a number": (on_data(lambda b: b | {"next_url": 2}), "next_url", SAY),
    "nyckeltal without id": (
        lambda kind, body: {"values": [{"title": "x"}]} if kind == "kpi" else body,
        "listan kpi, post 1): id",
        SAY,
    ),
    "nyckeltal without title": (
        lambda kind, body: {"values": [{"id": "N01460"}]} if kind == "kpi" else body,
        "om nyckeltalet N01460: Posten",
        SAY,
    ),
    "areas without id": (
        lambda kind, body: {"values": [{"title": "x"}]} if kind == "municipality" else body,
        "listan municipality, post 1): id",
        SAY,
    ),
    "no such kommun": (
        lambda kind, body: {"values": AREAS[:3]} if kind == "municipality" else body,
        "listan municipality)",
        SAY,
    ),
    "no regions": (
        lambda kind, body: {"values": [a | {"type": "K"} for a in AREAS]} if kind == "municipality" else body,
        "listan municipality)",
        SAY,
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_a_bad_answer_gives_no_delivery_and_says_where_and_what_to_do(case: str, monkeypatch: Any) -> None:
    monkeypatch.setattr("sources.kolada.client._MOST_PAGES", 20)
    wrong, place, remedy = BAD[case]
    kolada = Kolada(values())
    kolada.wrong = wrong
    with pytest.raises(Unavailable) as caught:
        got(kolada, lambda server: polite(server, attempts=3, timeout=0.5, most_bytes=2 << 20))
    text = str(caught.value)
    assert text.count("Ingenting har hämtats.") == 1 and place in text and remedy in text, text
    for told in ("hemligt", "example", "SE-30750", "4711", "118,4"):
        assert told not in text
    assert "  " not in text and ".." not in text


def test_an_answer_that_fails_in_the_middle_delivers_nothing() -> None:
    """The last of many questions fails: what was already got is not handed on."""
    kolada = Kolada(values(tuple(kolada_nyckeltal())))
    number = iter(range(100))
    kolada.wrong = lambda kind, body: Reply(status=500) if kind == "data" and next(number) > 0 else body
    delivered: list[Fetched] = []
    with Replay(kolada) as server, polite(server, attempts=2) as asking:
        kolada.server = server
        with pytest.raises(Unavailable):
            delivered.extend(fetch(asking, kommuner=["0114"], years=[2023, 2024]))
    assert delivered == [] and len([a for a in server.asked if a.path.startswith("/data")]) == 3


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"kommuner": ["9999"]}, "fyrsiffriga"),
        ({"kommuner": ["0001"]}, "fyrsiffriga"),
        ({"kommuner": ["114"]}, "fyrsiffriga"),
        ({"kpi": ["N1"]}, "U30750"),
        ({"kpi": ["U30750/../x"]}, "U30750"),
        ({"kpi": []}, "U30750"),
        ({"years": []}, "vilka år"),
        ({"years": [24]}, "vilka år"),
        ({"kommuner": [], "regioner": False, "riket": False}, "minst en kommun"),
    ],
)
def test_a_question_that_cannot_be_is_told(asked: dict[str, Any], told: str) -> None:
    with pytest.raises(UserError, match=told):
        got(Kolada(values()), **asked)


def test_the_second_fetch_is_answered_from_the_cache(tmp_path: Path) -> None:
    kolada = Kolada(values())
    with Replay(kolada) as server:
        kolada.server = server
        found = []
        for _ in range(2):
            with connect(tmp_path, base_url=server.url) as asking:
                found += list(fetch(asking, kommuner=["0114"], years=[2024], kpi=["U30750"]))
    assert found[0] == found[1] and len(server.asked) == 3


def test_having_nothing_is_told_apart_from_not_answering() -> None:
    with pytest.raises(NoValues):
        got(Kolada({}))
    kolada = Kolada(values())
    kolada.wrong = lambda *_: Reply(status=500)
    with pytest.raises(Unavailable) as caught:
        got(kolada)
    assert not isinstance(caught.value, NoValues)
    assert issubclass(Unavailable, KvinnofridError)  # may be shown


def test_the_years_between_are_asked_for_too() -> None:
    held = values(years=(2020, 2021, 2022, 2023))
    delivery = only(Kolada(held), years=[2023, 2021])
    assert delivery.slip["period"] == "2021-2023"
    assert {key[2] for key in read_back(delivery)} == {"2021", "2022", "2023"}
