"""SCB's client against a server that answers as PxWeb 2 does: faults first, then that nothing is lost or added.

The server keeps its own population and its own limits, and refuses what the real one refuses.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import product
from typing import Any
from urllib.parse import unquote

import pytest

from sources import scb
from sources.base import Fetched
from sources.foljesedel import facts_of
from sources.polite import Polite, Unavailable
from sources.scb.client import fetch
from tests.replay import Asked, Replay, Reply, json_reply
from tests.scb_tables import Pairs, table
from warehouse.contracts.errors import UserError
from warehouse.contracts.reference import kommuner

SINGLE: Pairs = [(str(i), f"{i} år") for i in range(100)]
OLD_AGES: Pairs = [*SINGLE, ("100+", "100+ år"), ("tot", "totalt ålder")]
NEW_AGES: Pairs = [
    ("0", "0 år"),
    ("TotSA", "totalt, samtliga åldrar"),
    ("-4", "0-4 år"),
    *SINGLE[1:],
    ("95-99", "95-99 år"),
    ("100+", "100+ år"),
    ("100+10", "100+ år"),
    ("100+5", "100+ år"),
]
GROUPS: Pairs = [("-49", "0-49 år"), ("50-99", "50-99 år"), ("100+", "100+ år")]
REGIONS: Pairs = [("00", "Riket"), ("01", "Stockholms län"), *list(kommuner().items())[:7]]
PLACES = [code for code, _ in REGIONS if len(code) == 4]
OLD: dict[str, Pairs] = {
    "Region": REGIONS,
    "Civilstand": [("OG", "ogifta"), ("G", "gifta"), ("SK", "skilda"), ("ÄNKL", "änkor/änklingar")],
    "Alder": OLD_AGES,
    "Kon": [("1", "män"), ("2", "kvinnor")],
    "ContentsCode": [("BE0101N1", "Folkmängd"), ("BE0101N2", "Folkökning")],
    "Tid": [(str(year), str(year)) for year in range(1968, 2025)],
}
NEW: dict[str, Pairs] = {
    "Region": REGIONS,
    "Civilstand": [("TotSa", "totalt, samtliga civilstånd"), ("OG", "ogifta")],
    "Alder": NEW_AGES,
    "Kon": [("TotSa", "totalt, samtliga män och kvinnor"), ("1", "män"), ("2", "kvinnor")],
    "ContentsCode": [("000007ME", "Folkmängd"), ("000007MF", "Folkökning")],
    "Tid": [("2025", "2025")],
}


def people(region: str, age: str, sex: str, year: str) -> int:
    """Persons by labels. From 2025 totals are a little off, as SCB's are."""
    if sex.startswith("totalt") or age.startswith("totalt"):
        ages = [label for _, label in SINGLE] + ["100+ år"] if age.startswith("totalt") else [age]
        sexes = ["män", "kvinnor"] if sex.startswith("totalt") else [sex]
        return sum(people(region, a, s, year) for a, s in product(ages, sexes)) + (int(year) >= 2025) * 2
    if "-" in age:
        low, high = (int(n) for n in age.removesuffix(" år").split("-"))
        return sum(people(region, f"{n} år", sex, year) for n in range(low, high + 1))
    years = int(age.split("+", maxsplit=1)[0].removesuffix(" år"))
    return int(region) % 97 + years * (3 if sex == "kvinnor" else 2) + int(year) % 10


@dataclass
class PxWeb:
    """SCB's server, small: answers what it is asked, within its limits."""

    cells: int = 150_000
    tables: dict[str, dict[str, Pairs]] = field(default_factory=lambda: {"TAB638": OLD, "TAB5557": NEW})
    optional: tuple[str, ...] = ("Region", "Civilstand", "Kon")
    count: Callable[[str, str, str, str], Any] = people
    alter: Callable[[Asked, Any], Any] = lambda _asked, answer: answer
    sizes: list[int] = field(default_factory=list)

    def __call__(self, asked: Asked) -> Reply:
        """As a script for ``Replay``."""
        answer = self.answer(asked)
        return answer if isinstance(answer, Reply) else json_reply(self.alter(asked, answer))

    def answer(self, asked: Asked) -> Any:
        path = unquote(asked.path).strip("/").split("/")
        if path == ["config"]:
            return {"apiVersion": "2.2.0", "maxDataCells": self.cells, "maxCallsPerTimeWindow": 3, "timeWindow": 1}
        assert asked.query["lang"] == ["sv"]
        if path[0] == "codelists":
            values = [{"code": code, "label": label, "valueMap": []} for code, label in GROUPS]
            return {"id": path[1], "label": "grupper", "type": "Aggregation", "values": values}
        dimensions = self.tables.get(path[1])
        if dimensions is None:
            return Reply(status=404)
        if path[2] == "metadata":
            data = table(dimensions, [])
            for name, stated in data["dimension"].items():
                stated["extension"] = {"elimination": name in self.optional}
            return data
        return self.data(asked, dimensions)

    def data(self, asked: Asked, dimensions: dict[str, Pairs]) -> Any:
        assert asked.query["outputFormat"] == ["json-stat2"]
        if asked.method == "POST":
            said = json.loads(asked.body)["selection"]
            chosen = {s["variableCode"]: s["valueCodes"] for s in said}
            lists = {s["variableCode"]: s["codelist"] for s in said if "codelist" in s}
        else:
            chosen = {k[11:-1]: v[0].split(",") for k, v in asked.query.items() if k.startswith("valueCodes[")}
            lists = {k[9:-1]: v[0] for k, v in asked.query.items() if k.startswith("codelist[")}
        if set(dimensions) - set(chosen) - set(self.optional):
            return Reply(status=400)
        found: dict[str, Pairs] = {}
        for name, pairs in dimensions.items():
            if name in chosen:
                known = GROUPS if name in lists else pairs
                found[name] = [pair for pair in known if pair[0] in chosen[name]]
                if len(found[name]) != len(chosen[name]):
                    return Reply(status=400)
        cells = list(
            product(*([label if name != "Region" else code for code, label in p] for name, p in found.items()))
        )
        self.sizes.append(len(cells))
        if len(cells) > self.cells:
            return Reply(status=403)
        names = list(found)
        values = []
        for cell in cells:
            at = dict(zip(names, cell, strict=True))
            assert at["ContentsCode"] == "Folkmängd"
            assert at.get("Civilstand", "totalt").startswith("totalt")
            values.append(self.count(at["Region"], at.get("Alder", "totalt"), at.get("Kon", "totalt"), at["Tid"]))
        return table(found, values)


def fetched(script: Any, *, attempts: int = 1, waits: list[float] | None = None, **asked: Any) -> list[Fetched]:
    noted = waits if waits is not None else []
    with (
        Replay(script) as server,
        Polite(
            server.url, per_second=10_000, attempts=attempts, timeout=0.5, kalla="SCB", sleep=lambda _: None
        ) as polite,
    ):
        return list(fetch(polite, sleep=noted.append, **asked))


def rows(delivery: Fetched) -> dict[tuple[str, str, str, str], int]:
    reading = scb.read(delivery.content, {**delivery.slip, "_fil": delivery.filnamn})
    (part,) = reading.parts
    assert part.table.faults == part.warnings == ()
    frame = part.table.frame
    keys = zip(frame["kommunkod"], frame["ar"], frame["alder"], frame["kon"], strict=True)
    return dict(zip(keys, frame["antal"].astype(int), strict=True))


def expected(year: int, ages: dict[str, str], places: list[str] = PLACES) -> dict[tuple[str, str, str, str], int]:
    sexes = {"kvinna": "kvinnor", "man": "män", "totalt": "totalt"}
    return {
        (place, str(year), age, sex): people(place, label, word, str(year))
        for place in places
        for age, label in ages.items()
        for sex, word in sexes.items()
    }


TOTAL = {"totalt": "totalt"}
BY_YEAR = {str(i): f"{i} år" for i in range(100)} | {"100_plus": "100+ år"}


# What goes wrong on the way


def only_data(fault: Reply) -> Callable[[Asked], Reply]:
    pxweb = PxWeb()
    return lambda asked: fault if asked.path.endswith("/data") else pxweb(asked)


WHOLE = json.dumps({"class": "dataset", "version": "2.0", "value": [1] * 100}).encode()


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (Reply(status=429), "429"),
        (Reply(status=429, headers={"Retry-After": "86400"}), "paus"),
        (Reply(status=500, body=b"hemligt"), "500"),
        (Reply(status=503), "503"),
        (Reply(status=400, body=b"hemligt"), "400"),
        (Reply(status=403), "403"),
        (Reply(status=404), "404"),
        (Reply(WHOLE, content_type="application/json", cut=50), "helt"),
        (Reply(WHOLE[:50], content_type="application/json"), "helt"),
        (Reply(WHOLE[:50], content_type="application/json", announced=False), "helt"),
        (Reply(hang_up=True), "helt"),
        (Reply(WHOLE, content_type="application/json", delay=5), "i tid"),
        (Reply(b"<html>hemligt</html>", content_type="text/html"), "JSON"),
        (Reply(b"", content_type="application/json"), "helt"),
    ],
)
def test_a_server_that_fails_is_told_of_and_nothing_is_delivered(fault: Reply, words: str) -> None:
    with pytest.raises(Unavailable) as failed:
        fetched(only_data(fault), years=[2024])
    assert "SCB" in str(failed.value) and words in str(failed.value)
    assert "hemligt" not in str(failed.value)


@pytest.mark.parametrize("fault", [Reply(status=429), Reply(status=500), Reply(hang_up=True), Reply(WHOLE, cut=9)])
def test_a_server_that_fails_once_gives_the_same_delivery(fault: Reply) -> None:
    pxweb, first = PxWeb(), [True]

    def script(asked: Asked) -> Reply:
        if asked.path.endswith("/data") and first.pop() if first else False:
            return fault
        return pxweb(asked)

    assert fetched(script, attempts=2, years=[2024]) == fetched(PxWeb(), years=[2024])
    assert not first


def on(end: str, change: Callable[[Any], Any]) -> Callable[[Asked, Any], Any]:
    """Changes the answers whose path ends so."""
    return lambda asked, answer: change(answer) if asked.path.endswith(end) else answer


def put(*path: Any, to: Any) -> Callable[[Any], Any]:
    def change(data: Any) -> Any:
        place = data
        for key in path[:-1]:
            place = place[key]
        place[path[-1]] = to
        return data

    return change


def drop_region(data: Any) -> Any:
    """An answer without one of the kommuner that were asked for."""
    category = data["dimension"]["Region"]["category"]
    gone = next(iter(category["index"]))
    for name in ("index", "label"):
        del category[name][gone]
    category["index"] = {code: i for i, code in enumerate(category["index"])}
    share = len(data["value"]) // data["size"][0]
    return data | {"size": [data["size"][0] - 1, *data["size"][1:]], "value": data["value"][share:]}


CHANGED: dict[str, tuple[str, Callable[[Any], Any], str]] = {
    "config is a list": ("config", lambda _: [], "inställningar"),
    "no limit of cells": ("config", put("maxDataCells", to=None), "inställningar"),
    "a limit of no cells": ("config", put("maxDataCells", to=0), "inställningar"),
    "a limit that is text": ("config", put("timeWindow", to="1 s"), "inställningar"),
    "a limit that is true": ("config", put("maxCallsPerTimeWindow", to=True), "inställningar"),
    "fewer cells than the sexes": ("config", put("maxDataCells", to=1), "för få värden"),
    "metadata of another class": ("metadata", put("class", to="collection"), "json-stat2"),
    "metadata without areas": ("metadata", put("dimension", "Region", to=None), "json-stat2"),
    "no total of ages": ("metadata", put("dimension", "Alder", "category", "label", "tot", to="alla"), "alla åldrar"),
    "sex in English": ("metadata", put("dimension", "Kon", "category", "label", "2", to="women"), "kön"),
    "no population": (
        "metadata",
        put("dimension", "ContentsCode", "category", "label", "BE0101N1", to="Befolkning"),
        "folkmängd",
    ),
    "civil status that must be chosen": ("metadata", put("dimension", "Civilstand", "extension", to={}), "utan totalt"),
    "an error as an answer": ("/data", lambda _: {"title": "Error", "status": 500}, "json-stat2"),
    "a value too few": ("/data", lambda data: data | {"value": data["value"][1:]}, "mått"),
    "a value that is a list": ("/data", put("value", 0, to=[1]), "json-stat2"),
    "months": (
        "/data",
        put("dimension", "Tid", "category", to={"index": {"2024M12": 0}, "label": {"2024M12": "2024M12"}}),
        "månader",
    ),
    "another year": (
        "/data",
        put("dimension", "Tid", "category", to={"index": {"2023": 0}, "label": {"2023": "2023"}}),
        "annat än",
    ),
    "the sexes renamed": ("/data", put("dimension", "Kon", "category", "label", "1", to="kvinnor"), "annat än"),
    "an unknown sex": ("/data", put("dimension", "Kon", "category", "label", "1", to="m"), "tolka"),
    "a kommun too few": ("/data", drop_region, "annat än"),
    "a kommun twice": (
        "/data",
        put("dimension", "Region", "category", "index", to=["0114"] * len(PLACES)),
        "två gånger",
    ),
}


@pytest.mark.parametrize("kind", CHANGED)
def test_a_source_that_has_changed_is_told_of_by_what_and_nothing_is_delivered(kind: str) -> None:
    end, change, words = CHANGED[kind]
    with pytest.raises(Unavailable) as failed:
        fetched(PxWeb(alter=on(end, change)), years=[2024])
    assert "SCB" in str(failed.value) and words in str(failed.value)
    assert "hämtningen" in str(failed.value)  # what to do


@pytest.mark.parametrize("dimension", ["Region", "Kon", "ContentsCode", "Tid"])
def test_a_table_without_a_dimension_is_told_of_by_its_name(dimension: str) -> None:
    fewer = {name: pairs for name, pairs in OLD.items() if name != dimension}
    with pytest.raises(Unavailable, match=dimension):
        fetched(PxWeb(tables={"TAB638": fewer}), years=[2024])


@pytest.mark.parametrize("dimension", ["Kon", "Civilstand", "Alder"])
def test_from_2025_what_has_no_published_total_is_not_added_by_anyone(dimension: str) -> None:
    without = [pair for pair in NEW[dimension] if not pair[1].startswith("totalt")]
    pxweb = PxWeb(tables={"TAB5557": NEW | {dimension: without}}, optional=(*PxWeb().optional, "Alder"))
    with pytest.raises(Unavailable, match="SCB"):
        fetched(pxweb, years=[2025], by_age=True)
    assert pxweb.sizes == []


def test_ages_with_a_gap_are_not_taken_for_all_ages() -> None:
    with pytest.raises(Unavailable, match="ettårsåldrar"):
        fetched(PxWeb(tables={"TAB638": OLD | {"Alder": OLD_AGES[1:]}}), years=[2024], by_age=True)


@pytest.mark.parametrize("codes", [["0114", "9999"], ["00"], []])
def test_a_kommun_that_is_none_is_refused_before_anything_is_asked(codes: list[str]) -> None:
    with Replay(PxWeb()) as server, Polite(server.url, per_second=1000) as polite:
        with pytest.raises(UserError, match=codes[-1] if codes else "minst en"):
            list(fetch(polite, years=[2024], kommuner=codes))
        assert server.asked == []


def test_a_kommun_that_the_table_lacks_is_told_of() -> None:
    with pytest.raises(Unavailable, match="kommuner"):
        fetched(PxWeb(), years=[2024], kommuner=["2584"])


def test_a_year_that_is_not_there_yet_does_not_cost_the_others() -> None:
    came = []
    with (
        Replay(PxWeb()) as server,
        Polite(server.url, per_second=1000) as polite,
        pytest.raises(Unavailable, match="2026, 2027"),
    ):
        came.extend(iterate(fetch(polite, years=[2027, 2025, 2026, 2024], sleep=lambda _: None), came))
    assert [delivery.slip["period"] for delivery in came] == ["2024", "2025"]


def iterate(deliveries: Iterator[Fetched], into: list[Fetched]) -> list[Fetched]:
    for delivery in deliveries:
        into.append(delivery)  # noqa: PERF402  what came before an error must be kept
    return []


# What comes


@pytest.mark.parametrize("year", [1968, 2019, 2024, 2025])
def test_every_published_figure_of_a_year_is_delivered_and_nothing_else(year: int) -> None:
    (delivery,) = fetched(PxWeb(), years=[year])
    assert rows(delivery) == expected(year, TOTAL)
    assert delivery.slip["urval"] == "kon"


@pytest.mark.parametrize("year", [2024, 2025])
def test_by_age_every_single_year_and_the_published_total_are_delivered(year: int) -> None:
    (delivery,) = fetched(PxWeb(), years=[year], by_age=True)
    assert rows(delivery) == expected(year, TOTAL | BY_YEAR)
    assert delivery.slip["urval"] == "kon_alder"


@pytest.mark.parametrize("year", [2024, 2025])
def test_by_the_groups_of_a_codelist_the_groups_and_the_total_are_delivered(year: int) -> None:
    (delivery,) = fetched(PxWeb(), years=[year], by_age=True, codelist="agg_Ålder5år")
    groups = {"0_49": "0-49 år", "50_99": "50-99 år", "100_plus": "100+ år"}
    assert rows(delivery) == expected(year, TOTAL | groups)
    assert delivery.slip["urval"] == "kon_aldersgrupp"


def test_to_2024_a_table_without_a_total_of_ages_may_leave_age_out() -> None:
    pxweb = PxWeb(tables={"TAB638": OLD | {"Alder": OLD_AGES[:-1]}}, optional=("Civilstand", "Alder"))
    (delivery,) = fetched(pxweb, years=[2024], by_age=True)
    assert rows(delivery) == expected(2024, TOTAL | BY_YEAR)


def test_a_total_that_is_added_says_so_and_a_published_one_does_not() -> None:
    added, published = fetched(PxWeb(), years=[2024, 2025])
    assert "summan av kvinnor och män" in added.content.decode()
    assert "summan" not in published.content.decode()


def test_a_total_is_not_added_where_a_part_is_not_known() -> None:
    pxweb = PxWeb(count=lambda r, a, s, y: None if (r, s) == ("0114", "män") else people(r, a, s, y))
    (delivery,) = fetched(pxweb, years=[2024], kommuner=["0114", "0115"])
    values = json.loads(delivery.content)["value"]
    assert values[:3] == [people("0114", "totalt", "kvinnor", "2024"), None, None]
    assert None not in values[3:]


@pytest.mark.parametrize("cells", [40, 305, 306, 307, 1000, 150_000])
@pytest.mark.parametrize("year", [2024, 2025])
def test_batches_keep_to_the_limit_and_change_nothing(cells: int, year: int) -> None:
    pxweb = PxWeb(cells=cells)
    places = PLACES[:3]
    assert fetched(pxweb, years=[year], by_age=True, kommuner=places) == fetched(
        PxWeb(), years=[year], by_age=True, kommuner=places
    )
    sexes = 2 if year < 2025 else 3
    assert max(pxweb.sizes) <= cells
    assert sum(pxweb.sizes) == len(places) * 102 * sexes


@pytest.mark.parametrize("cells", [3, 4, 6, 20])
def test_batches_of_a_few_kommuner_change_nothing(cells: int) -> None:
    pxweb = PxWeb(cells=cells)
    assert fetched(pxweb, years=[2025]) == fetched(PxWeb(), years=[2025])
    assert max(pxweb.sizes) == cells // 3 * 3
    assert sum(pxweb.sizes) == len(PLACES) * 3


def test_a_long_question_is_posted_and_a_short_one_is_not() -> None:
    regions: Pairs = list(kommuner().items())
    pxweb = PxWeb(tables={"TAB638": OLD | {"Region": regions}})
    with Replay(pxweb) as server, Polite(server.url, per_second=10_000) as polite:
        (long,) = fetch(polite, years=[2024], sleep=lambda _: None)
        (short,) = fetch(polite, years=[2024], kommuner=["0114"], sleep=lambda _: None)
        methods = [asked.method for asked in server.asked if asked.path.endswith("/data")]
        lengths = [len(asked.path) + len(str(asked.query)) for asked in server.asked]
    assert methods == ["POST", "GET"]
    assert max(lengths) < 2_100
    assert len(rows(long)) == 290 * 3
    assert rows(short) == {key: n for key, n in rows(long).items() if key[0] == "0114"}


def test_questions_come_no_faster_than_the_server_allows() -> None:
    waits: list[float] = []
    fetched(PxWeb(cells=306), waits=waits, years=[2024], by_age=True)
    assert waits[0] == 0  # its settings are not known until they are asked for
    assert len(waits) > 5
    assert {round(w, 6) for w in waits[1:]} == {round(1 / 3, 6)}


def test_a_server_without_a_limit_of_calls_is_not_waited_for() -> None:
    waits: list[float] = []
    fetched(PxWeb(alter=on("config", put("maxCallsPerTimeWindow", to=0))), waits=waits, years=[2024])
    assert set(waits) == {0}


def test_the_same_facts_give_the_same_bytes_whatever_the_source_orders_and_other_facts_others() -> None:
    turned = {name: list(reversed(pairs)) for name, pairs in NEW.items()}
    first, second = fetched(PxWeb(), years=[2025]), fetched(PxWeb(tables={"TAB5557": turned}), years=[2025])
    assert first == second
    revised = PxWeb(count=lambda r, a, s, y: people(r, a, s, y) + (r == "0114"))
    assert fetched(revised, years=[2025])[0].content != first[0].content


def test_a_few_kommuner_speak_for_themselves_only() -> None:
    pxweb = PxWeb()
    stated = {
        fetched(pxweb, years=[2024], kommuner=codes)[0].slip["urval"]
        for codes in (None, ["0114"], ["0114", "0115"], ["0115", "0114", "0114"], PLACES[:5], PLACES[1:6])
    }
    assert {"kon", "kon_0114", "kon_0114_0115"} < stated
    assert len(stated) == 5


def test_the_note_is_a_whole_delivery_note_and_agrees_with_the_file() -> None:
    for delivery in fetched(PxWeb(), years=[2024, 2025], by_age=True, kommuner=PLACES[:4]):
        reading = scb.read(delivery.content, delivery.slip)
        facts = facts_of(
            delivery.slip, dict(reading.facts), kommuner=kommuner(), today=date(2026, 3, 1), person_data=False
        )
        assert (facts.kalla, facts.tabell, facts.namnd, facts.omfang) == ("scb", "befolkning", "0000", "periodutdrag")
        assert facts.period == reading.facts["period"] == delivery.slip["period"]
        assert facts.urval == "kon_alder_" + "_".join(PLACES[:4])
        assert not facts.syntetisk
        assert delivery.filnamn == f"scb_befolkning_{facts.period}_{facts.urval}.json"
