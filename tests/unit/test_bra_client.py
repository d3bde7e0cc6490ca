"""The client of BRÅ's statistics database, against a server that answers as clients for it describe."""

import random
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import parse_qs

import pytest

from sources.base import Fetched
from sources.bra import client as bra_client
from sources.bra import read
from sources.bra.client import BY_MONTH, discover, fetch, notes
from sources.polite import Polite, Unavailable
from tests.replay import Asked, Replay, Reply
from tests.unit.bra_pages import page
from warehouse.contracts.errors import UserError
from warehouse.contracts.reference import bra_regioner, brottstyper

YEARS = {str(3000 - year): str(year) for year in range(2005, 2027)}
MONTHS = {"2900": ("2026 prel.", "Aug"), "2901": ("2026 prel.", "Kvartal 2"), "2902": ("2025", "Jan")}


def figure(region: str, crime: str, period: str) -> tuple[str | None, str | None]:
    """A figure of the server's, the same whenever it is asked; some are missing, some zero."""
    made = random.Random(f"{region} {crime} {period}")
    return (None, None) if made.random() < 0.1 else (str(made.choice([0, 7, 12345])), str(made.randint(0, 9999)))


@dataclass
class Database:
    """What the server does; ``spoil`` may change an answer before it is sent."""

    menus: dict[str, dict[str, tuple[str, str]]] = field(
        default_factory=lambda: {
            "101": {number: ("År", f"{year} prel." if year == "2026" else year) for number, year in YEARS.items()},
            "90": MONTHS,
        }
    )
    spoil: Callable[[Asked, Reply], Reply] = lambda _, reply: reply
    chosen: dict[str, list[str]] = field(default_factory=dict)
    queries: list[dict[str, list[str]]] = field(default_factory=list)
    menu: str = ""

    def __call__(self, asked: Asked) -> Reply:
        return self.spoil(asked, self.answer(asked))

    def answer(self, asked: Asked) -> Reply:
        what = asked.path.rpartition("/")[2]
        if what == "start":
            return Reply(b"<html>Start</html>", headers={"Set-Cookie": "JSESSIONID=1; Path=/"})
        if "JSESSIONID=1" not in asked.headers.get("cookie", ""):
            return Reply("<html>En obefintlig menyrad har valts</html>".encode("latin-1"))
        if what == "urval":
            self.menu = asked.query["menyid"][0]
            return Reply(self.form().encode("cp1252"), content_type="text/html")
        if what == "vantapopup":
            said = parse_qs(asked.body.decode(), keep_blank_values=True)
            self.chosen = {name: value[0].split("*") for name, value in said.items()}
            self.queries.append(self.chosen)
        if what == "soktabell":
            return Reply(self.result().encode("latin-1"), content_type="text/html")
        if what == "sokinfo":
            return Reply(
                "<div id='infotexter'><span> Heby </span><div> Bytte län\n 2007. </div></div>".encode("latin-1")
            )
        return Reply(b"<html>Klart</html>")

    def form(self) -> str:
        lines = [
            *(f'arrayNivaett[{i}]="{n}*\\xA0\\xA0{t.etikett}";' for i, (n, t) in enumerate(brottstyper().items())),
            *(f'arrayRegionNivaEtt[{i}]="{n}*Någon kommun";' for i, n in enumerate(bra_regioner())),
            'arrayRegionNivaEtt[291]="8291*Hela landet";',
        ]
        for i, (number, (group, text)) in enumerate(self.menus[self.menu].items()):
            kind, full = ("-1", text) if group == "År" else ("2", f"{group}, {text}")
            lines.append(f'arrayPeriod[{i}]="{number}*{text}*289*{full}*{kind}";')
        return "<html><script>\n" + "\n".join(lines) + "\n</script></html>"

    def year(self, period: str) -> int:
        return int(next(re.finditer(r"20\d\d", " ".join(self.menus[self.menu][period])))[0])

    def result(self) -> str:
        crimes, regions = self.chosen["brottstyp_id_string"], self.chosen["region_id_string"]
        periods = {number: self.menus[self.menu][number] for number in self.chosen["period_id_string"]}
        figures = {
            (region, crime, period): figure(region, crime, period)
            for region in regions
            for crime in crimes
            for period in periods
            if bra_regioner()[int(region)].covers(self.year(period))
        }
        missing = {(r, c, p): (None, None) for r in regions for c in crimes for p in periods}
        return page(missing | figures, periods, dict.fromkeys(regions, "Någon kommun"))


def collect(database: Database, **wanted: Any) -> list[Fetched]:
    with Replay(database) as server, Polite(server.url, per_second=10_000, attempts=3, sleep=lambda _: None) as polite:
        return list(fetch(polite, **wanted))


def figures_of(fetched: Fetched) -> dict[tuple[str, str, str], tuple[str | None, str | None, str]]:
    (part,) = read(fetched.content, fetched.slip).parts
    assert part.table.faults == part.warnings == ()
    frame = part.table.frame.astype(object)
    return {
        (r["kommunkod"], r["period"], r["brott_id"]): (r["antal"], r["per_100000_inv"], r["preliminar"])
        for r in frame.where(frame.notna(), None).to_dict("records")
    }


def region_of(kommunkod: str, year: int) -> str:
    return next(str(n) for n, r in bra_regioner().items() if r.kommunkod == kommunkod and r.covers(year))


BODEN = {"kommuner": ["2582"], "perioder": [2024, 2025], "brott_ids": [5036, 12589]}


# What is wrong


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"kommuner": ["9999"]}, "9999"),
        ({"kommuner": []}, "minst en kommun"),
        ({"perioder": []}, "en period"),
        ({"brott_ids": []}, "ett brott"),
        ({"perioder": [1900]}, "1900"),
        ({"perioder": ["2025Q1"]}, "2025Q1"),
        ({"perioder": [2024, "202608"], "menyid": BY_MONTH}, "2024"),
        ({"brott_ids": [99999]}, "99999"),
        ({"brott_ids": [13197]}, "13197"),
        ({"brott_ids": [11130], "perioder": ["202608"], "menyid": BY_MONTH}, "11130"),
    ],
)
def test_what_the_database_does_not_have_is_not_asked_for(changes: dict[str, Any], word: str) -> None:
    database = Database()
    with pytest.raises(UserError, match=word):
        collect(database, **BODEN | changes)
    assert database.queries == []


def spoiled(what: str, change: Callable[[Reply], Reply]) -> Database:
    return Database(spoil=lambda asked, reply: change(reply) if asked.path.endswith(what) else reply)


def without(reply: Reply, word: bytes) -> Reply:
    return replace(reply, body=reply.body.replace(word, b""))


BAD_ANSWERS: dict[str, tuple[str, Callable[[Reply], Reply]]] = {
    "the form is a stub": ("urval", lambda r: replace(r, body=b"<html>En obefintlig menyrad har valts</html>")),
    "the form has no periods": ("urval", lambda r: without(r, b"arrayPeriod")),
    "the form has no regions": ("urval", lambda r: without(r, b"arrayRegionNivaEtt")),
    "the search fails": ("/sok", lambda r: replace(r, body=b"<html>Fel/Error Felmeddelande: x hemligt</html>")),
    "no table": ("soktabell", lambda r: replace(r, body=b"<html>Vila hemligt</html>")),
    "nothing": ("soktabell", lambda r: replace(r, body=b"")),
    "half a table": ("soktabell", lambda r: replace(r, body=r.body[: len(r.body) // 2])),
    "cut": ("soktabell", lambda r: replace(r, cut=len(r.body) // 2)),
    "hung up": ("soktabell", lambda r: replace(r, hang_up=True)),
    "a crime is gone": ("soktabell", lambda r: replace(r, body=r.body.replace(b" 12589 ", b" 12591 "))),
    "another kommun": ("soktabell", lambda r: replace(r, body=r.body.replace(b"8441", b"8617"))),
    "a region of no kommun": ("soktabell", lambda r: replace(r, body=r.body.replace(b"8441", b"8291"))),
    "another year": ("soktabell", lambda r: replace(r, body=r.body.replace(b" 2025\n", b" 2023\n"))),
    "another class": ("soktabell", lambda r: replace(r, body=r.body.replace(b"resultatAntal", b"annat"))),
    "server error": ("vantapopup", lambda r: replace(r, status=500)),
    "not found": ("vantapopup", lambda r: replace(r, status=404)),
    "too many": ("start", lambda r: replace(r, status=429, headers={"Retry-After": "1"})),
}


@pytest.mark.parametrize("kind", BAD_ANSWERS)
def test_an_answer_that_is_not_what_was_asked_gives_no_delivery(kind: str) -> None:
    with pytest.raises(Unavailable) as refused:
        collect(spoiled(*BAD_ANSWERS[kind]), **BODEN)
    assert "hemligt" not in str(refused.value)
    assert refused.value.__cause__ is None
    assert str(refused.value).endswith(".")


def test_a_session_that_was_lost_is_opened_again() -> None:
    lost = [True]

    def spoil(asked: Asked, reply: Reply) -> Reply:
        if asked.path.endswith("soktabell") and lost:
            lost.clear()
            return Reply(b"<html>En obefintlig menyrad har valts</html>")
        return reply

    found = collect(Database(spoil=spoil), **BODEN)
    assert found == collect(Database(), **BODEN)


# What is right


def test_the_figures_that_the_server_gave_are_those_that_are_read() -> None:
    (fetched,) = collect(Database(), **BODEN)
    ids = {year: number for number, year in YEARS.items()}
    assert figures_of(fetched) == {
        ("2582", year, crime): (*figure("8441", crime, ids[year]), "nej")
        for year in ("2024", "2025")
        for crime in ("5036", "12589")
    }
    assert fetched.filnamn == "bra_2582_2024-2025.csv"
    assert fetched.slip == {
        "kalla": "bra",
        "tabell": "bra_brott",
        "namnd": "2582",
        "avsandare": "Brottsförebyggande rådet (BRÅ)",
        "omfang": "periodutdrag",
        "period": "2024-2025",
    }


def test_what_is_asked_is_joined_with_stars_in_one_session_for_both_measures() -> None:
    database = Database()
    with Replay(database) as server, Polite(server.url, per_second=10_000) as polite:
        list(fetch(polite, **BODEN))
        told = notes(polite)
        paths = [asked.path.rpartition("/")[2] for asked in server.asked]
    assert paths == ["start", "urval", "vantapopup", "sok", "soktabell", "sokinfo"]
    assert [(server.asked[1].query["menyid"], asked) for asked in database.queries] == [
        (
            ["101"],
            {
                "brottstyp_id_string": ["5036", "12589"],
                "region_id_string": ["8441"],
                "period_id_string": ["976", "975"],
                "fordelning_id_string": [""],
                "antal": ["1"],
                "antal_100k": ["1"],
            },
        )
    ]
    assert told == {"Heby": "Bytte län 2007."}


def test_months_and_quarters_have_a_menu_and_ids_of_their_own() -> None:
    wanted = {"kommuner": ["2582"], "perioder": ["202608", "2026Q2"], "brott_ids": [13197], "menyid": BY_MONTH}
    (fetched,) = collect(Database(), **wanted)
    assert figures_of(fetched) == {
        ("2582", "202608", "13197"): (*figure("8441", "13197", "2900"), "ja"),
        ("2582", "2026Q2", "13197"): (*figure("8441", "13197", "2901"), "ja"),
    }


@pytest.mark.parametrize("most", [1, 2, 7, 16, 40, 10_000])
def test_however_a_query_is_split_the_deliveries_are_the_same(monkeypatch: pytest.MonkeyPatch, most: int) -> None:
    wanted = {
        "kommuner": ["2582", "0114", "0331", "1440"],
        "perioder": [2006, 2007],
        "brott_ids": [5036, 11130, 12589],
    }
    whole = collect(Database(), **wanted)
    monkeypatch.setattr(bra_client, "MOST_FIGURES", most)
    database = Database()
    assert collect(database, **wanted) == whole
    assert [fetched.slip["namnd"] for fetched in whole] == ["0114", "0331", "1440", "2582"]
    sizes = [
        2 * len(q["brottstyp_id_string"]) * len(q["region_id_string"]) * len(q["period_id_string"])
        for q in database.queries
    ]
    assert most < 16 or max(sizes) <= most  # one offence of Heby's two regions over two years is eight figures
    heby = figures_of(whole[1])
    ids = {year: number for number, year in YEARS.items()}
    assert {key: found[:2] for key, found in heby.items()} == {
        ("0331", year, crime): figure(region_of("0331", int(year)), crime, ids[year])
        for year in ("2006", "2007")
        for crime in ("5036", "11130", "12589")
    }


def test_the_order_of_the_question_changes_nothing() -> None:
    one = collect(Database(), kommuner=["2582", "1440"], perioder=[2024, 2025], brott_ids=[12589, 5036])
    other = collect(Database(), kommuner=("1440", "2582", "2582"), perioder=["2025", "2024"], brott_ids={5036, 12589})
    assert one == other
    assert one[0].content.isascii() is False
    lines = [line.split(",") for line in one[0].content.decode().splitlines()]
    assert [(line[1], line[3]) for line in lines[1:]] == [
        ("2024", "5036"),
        ("2024", "12589"),
        ("2025", "5036"),
        ("2025", "12589"),
    ]


def test_what_can_be_chosen_is_read_from_the_form() -> None:
    with Replay(Database()) as server, Polite(server.url, per_second=10_000) as polite:
        assert discover(polite, BY_MONTH).periods == {"202608": "2900", "2026Q2": "2901", "202501": "2902"}
        form = discover(polite)
        assert form.periods["2026"] == "974"
        assert {"8441", "8291"} <= form.regions
        assert "12589" in form.crimes
