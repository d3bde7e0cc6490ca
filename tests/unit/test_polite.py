"""The shared HTTP client against a real local server: what it waits for, tries again, remembers and refuses."""

import gzip
import itertools
import json
import stat
from collections.abc import Callable
from email.utils import formatdate
from pathlib import Path
from typing import Any

import pytest

from sources.polite import USER_AGENT, Polite, Unavailable
from tests.replay import Asked, Replay, Reply, json_reply

SECRET = b"hemligt svar"
GOOD = json_reply({"values": [1]})
NOON = 1_750_000_000.0


class Clock:
    """Time that passes only when somebody sleeps."""

    def __init__(self) -> None:
        self.now = NOON
        self.slept: list[float] = []

    def time(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(round(seconds, 6))
        self.now += seconds


def asking(server: Replay, clock: Clock, **more: Any) -> Polite:
    options = {"per_second": 1e6, "kalla": "Källan", "sleep": clock.sleep, "clock": clock.time} | more
    return Polite(server.url, **options)


def refused(server: Replay, ask: Callable[[Polite], object] = lambda p: p.json("a"), **more: Any) -> Unavailable:
    """What a client that gives up says: its source, what to do, and never the answer."""
    with asking(server, more.pop("clock", Clock()), **more) as polite, pytest.raises(Unavailable) as caught:
        ask(polite)
    text = str(caught.value)
    assert text.startswith("Källan ") and "Ingenting har hämtats." in text
    assert SECRET.decode() not in f"{text}{caught.value.args!r}" and caught.value.__cause__ is None
    return caught.value


def test_an_answer_comes_as_it_was_sent() -> None:
    with Replay(Reply(SECRET, content_type="Text/HTML; charset=utf-8")) as server, asking(server, Clock()) as polite:
        answer = polite.get("data/kpi/N1,U2", {"year": [2019, 2020], "lang": "sv"})

    assert (answer.content, answer.content_type) == (SECRET, "text/html")
    (asked,) = server.asked
    assert (asked.method, asked.path, asked.query) == (
        "GET",
        "/data/kpi/N1,U2",
        {"year": ["2019", "2020"], "lang": ["sv"]},
    )
    assert asked.headers["user-agent"] == USER_AGENT and "kvinnofrid/" in USER_AGENT


def test_forms_and_json_are_posted() -> None:
    with Replay(GOOD) as server, asking(server, Clock()) as polite:
        polite.post("form", data={"region": "1*2"})
        assert polite.post_json("json", json={"query": ["å"]}) == {"values": [1]}

    form, body = server.asked
    assert (form.method, form.body, form.headers["content-type"]) == (
        "POST",
        b"region=1%2A2",
        "application/x-www-form-urlencoded",
    )
    assert json.loads(body.body) == {"query": ["å"]}


@pytest.mark.parametrize(
    "passing",
    [
        *(Reply(SECRET, status=status) for status in (429, 500, 502, 503, 504)),
        Reply(hang_up=True),
        json_reply({"values": [1, 2, 3]}, cut=4),
        json_reply({"values": [1, 2, 3]}, cut=0),
        json_reply({"values": [1, 2, 3]}, cut=9, announced=False),
        Reply(b"", content_type="application/json"),
        Reply(b"not packed", content_type="application/json", headers={"Content-Encoding": "gzip"}),
        Reply(b"<html>Vi byter server</html>", content_type="text/html"),
        Reply(b'{"values": NaN}', content_type="application/json"),
        Reply(b'{"a": "\xe5"}', content_type="application/json"),
        Reply(b"[" * 100_000, content_type="application/json"),
    ],
    ids=[
        *("429", "500", "502", "503", "504", "hang up", "cut", "cut at once", "half json", "empty", "bad gzip", "html"),
        *("nan", "not utf-8", "too deep"),
    ],
)
def test_what_may_pass_is_tried_again_and_what_does_not_is_told(passing: Reply) -> None:
    clock = Clock()
    with Replay(passing, passing, GOOD) as server, asking(server, clock) as polite:
        assert polite.json("a") == {"values": [1]}
    assert [seconds for seconds in clock.slept if seconds >= 0.01] == [1, 2]

    with Replay(passing) as server:
        error = refused(server, attempts=3)
    assert "(3 försök)" in str(error) and len(server.asked) == 3
    assert error.status == (passing.status if passing.status != 200 else None)


def test_a_slow_answer_is_not_waited_for_and_tried_again() -> None:
    with Replay(json_reply({}, delay=5.0), GOOD) as server, asking(server, Clock(), timeout=0.2) as polite:
        assert polite.json("a") == {"values": [1]}
    with Replay(json_reply({}, delay=5.0)) as server:
        assert "svarade inte i tid (2 försök)" in str(refused(server, attempts=2, timeout=0.2))


def test_an_answer_that_trickles_on_is_given_up() -> None:
    ticks = itertools.count()
    with (
        Replay(Reply(b"x" * 1000)) as server,
        Polite(server.url, per_second=1, timeout=10.0, attempts=1, clock=lambda: NOON + 200 * next(ticks)) as polite,
        pytest.raises(Unavailable, match="för långsamt"),
    ):
        polite.get("a")


def test_nobody_there_is_told() -> None:
    with Replay(GOOD) as server:
        url = server.url
    clock = Clock()
    with (
        Polite(url, per_second=1e6, attempts=2, sleep=clock.sleep, clock=clock.time) as polite,
        pytest.raises(Unavailable, match=r"^127\.0\.0\.1 gick inte att nå \(2 försök\)\. Försök igen senare\."),
    ):
        polite.get("a")


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 418, 204 + 100])
def test_a_plain_no_is_taken_at_once(status: int) -> None:
    with Replay(Reply(SECRET, status=status)) as server:
        error = refused(server)
    assert (error.status, len(server.asked)) == (status, 1)
    assert f"felkod {status}" in str(error) and "Kontrollera frågan" in str(error)


@pytest.mark.parametrize(
    ("said", "waited"),
    [
        ("7", [7]),
        (formatdate(NOON + 9, usegmt=True), [9]),
        ("0", [1]),
        ("-5", [1]),
        ("strax", [1]),
        ("", [1]),
        ("٣", [1]),
        (formatdate(NOON - 3600, usegmt=True), [1]),
    ],
)
def test_the_pause_asked_for_is_kept(said: str, waited: list[float]) -> None:
    clock = Clock()
    busy = Reply(status=429, headers={"Retry-After": said} if said else {})
    if not said.isascii():
        busy = Reply(status=429, headers={"Retry-After": said.encode().decode("latin-1")})
    with Replay(busy, GOOD) as server, asking(server, clock) as polite:
        assert polite.json("a") == {"values": [1]}
    assert [seconds for seconds in clock.slept if seconds >= 0.01] == waited


@pytest.mark.parametrize("said", ["3600", formatdate(NOON + 3600, usegmt=True)])
def test_a_pause_longer_than_anybody_waits_ends_it_and_says_when_to_come_back(said: str) -> None:
    clock = Clock()
    with Replay(Reply(SECRET, status=429, headers={"Retry-After": said})) as server:
        error = refused(server, clock=clock)
    # 15:06:40 UTC and an hour, as clocks in Sweden show it in June.
    assert "ber om en paus. Försök igen efter 2025-06-15 kl. 18.06." in str(error)
    assert (clock.slept, len(server.asked), error.status) == ([], 1, 429)


def test_a_pause_beyond_all_calendars_is_no_crash() -> None:
    with Replay(Reply(status=503, headers={"Retry-After": "9" * 400})) as server:
        assert "Försök igen efter" in str(refused(server))


def test_no_wait_is_longer_than_the_longest() -> None:
    clock = Clock()
    with Replay(Reply(status=503)) as server:
        refused(server, clock=clock, attempts=8, most_wait=10.0)
    assert [seconds for seconds in clock.slept if seconds >= 0.01] == [1, 2, 4, 8, 10, 10, 10]


def test_no_more_requests_a_second_than_said_also_when_trying_again() -> None:
    clock = Clock()
    times: list[float] = []

    def answer(_: Asked) -> Reply:
        times.append(clock.now)
        return Reply(status=503) if len(times) == 2 else GOOD

    with Replay(answer) as server, asking(server, clock, per_second=4) as polite:
        for _ in range(6):
            polite.json("a")
    gaps = [after - before for before, after in itertools.pairwise(times)]
    assert len(times) == 7 and min(gaps) >= 0.25 - 1e-6 and max(gaps) < 1.5


def test_a_clock_that_is_set_back_costs_no_more_than_the_gap() -> None:
    clock = Clock()
    with Replay(GOOD) as server, asking(server, clock, per_second=4) as polite:
        polite.json("a")
        clock.now -= 3600
        polite.json("a")
    assert clock.slept == [0.25]


@pytest.mark.parametrize("announced", [True, False])
def test_an_answer_that_is_too_large_is_left(announced: bool) -> None:
    with Replay(Reply(b"x" * 3000, announced=announced)) as server:
        error = refused(server, lambda p: p.get("a"), most_bytes=2000)
    assert "mer än" in str(error) and "färre år eller kommuner" in str(error) and len(server.asked) == 1


def test_a_packed_answer_counts_by_what_it_unpacks_to() -> None:
    packed = gzip.compress(b"x" * 1_000_000)
    assert len(packed) < 2000
    with Replay(Reply(packed, headers={"Content-Encoding": "gzip"})) as server:
        assert "mer än" in str(refused(server, lambda p: p.get("a"), most_bytes=2000))


def test_redirects_are_followed_on_the_same_host_only() -> None:
    with Replay(Reply(status=302, headers={"Location": "/ny?b=1"}), GOOD) as server, asking(server, Clock()) as polite:
        assert polite.json("gammal") == {"values": [1]}
    assert [(a.path, a.query) for a in server.asked] == [("/gammal", {}), ("/ny", {"b": ["1"]})]

    with Replay(GOOD) as other:
        for elsewhere in (other.url + "x", "http://kolada.example/", "//kolada.example/x", "ftp://127.0.0.1/x"):
            with Replay(Reply(status=307, headers={"Location": elsewhere})) as server:
                error = refused(server)
            assert "annan server" in str(error) and "example" not in str(error) and len(server.asked) == 1
    assert other.asked == []


@pytest.mark.parametrize(("status", "method", "body"), [(307, "POST", b"a=1"), (303, "GET", b""), (302, "GET", b"")])
def test_a_post_that_is_redirected(status: int, method: str, body: bytes) -> None:
    with Replay(Reply(status=status, headers={"Location": "ny"}), GOOD) as server, asking(server, Clock()) as polite:
        polite.post("svar/gammal", data={"a": "1"})
    asked = server.asked[1]
    assert (asked.method, asked.path, asked.body) == (method, "/svar/ny", body)


def test_a_redirect_to_nowhere_is_told() -> None:
    with Replay(Reply(status=301)) as server:
        assert "inte går att använda" in str(refused(server))
    with Replay(Reply(status=301, headers={"Location": "http://127.0.0.1:x/"})) as server:
        assert "avbröt förbindelsen" in str(refused(server))


@pytest.mark.parametrize("path", ["http://127.0.0.1:x/", "a\x00b", "http://[", "x" * 70_000])
def test_an_address_that_is_none_is_not_asked(path: str) -> None:
    with Replay(GOOD) as server:
        error = refused(server, lambda p: p.json(path))
    assert server.asked == [] and len(str(error)) < 200


def test_a_ring_of_redirects_ends() -> None:
    with Replay(Reply(status=301, headers={"Location": "/a"})) as server:
        assert "utan slut" in str(refused(server))
    assert len(server.asked) < 10


def test_an_address_of_another_host_is_not_asked() -> None:
    with Replay(GOOD) as server, Replay(GOOD) as other:
        error = refused(server, lambda p: p.json(other.url))
    assert "annan server" in str(error) and server.asked == other.asked == []


def cached(server: Replay, folder: Path, clock: Clock, **more: Any) -> Polite:
    return asking(server, clock, cache=folder, fresh_seconds=100.0, **more)


def test_a_fresh_answer_is_not_asked_for_again(tmp_path: Path) -> None:
    clock, folder = Clock(), tmp_path / "a" / "svar"
    with Replay(GOOD, json_reply({"values": [2]})) as server:
        for seconds in (0, 99.9):
            clock.now = NOON + seconds
            with cached(server, folder, clock) as polite:
                assert polite.json("a", {"b": 1}) == {"values": [1]}
        assert len(server.asked) == 1
        for seconds in (100, -1):  # too old, or written by a clock that was ahead
            clock.now = NOON + seconds
            with cached(server, folder, clock) as polite:
                assert polite.json("a", {"b": 1}) == {"values": [2]}
    assert len(server.asked) == 3
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert [stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()] == [0o600]


def test_another_question_has_another_answer(tmp_path: Path) -> None:
    asks: list[Callable[[Polite], Any]] = [
        lambda p: p.json("a"),
        lambda p: p.json("b"),
        lambda p: p.json("a", {"x": 1}),
        lambda p: p.json("a", {"x": 2}),
        lambda p: p.post_json("a", json={"x": 1}),
        lambda p: p.post_json("a", json={"x": 2}),
    ]
    count = itertools.count()
    with Replay(lambda _: json_reply(next(count))) as server, cached(server, tmp_path, Clock()) as polite:
        first = [ask(polite) for ask in asks]
        assert first == list(range(6)) == [ask(polite) for ask in asks]
    assert len(server.asked) == 6


@pytest.mark.parametrize(
    "bad", [Reply(SECRET, status=404), Reply(SECRET, status=503), json_reply({}, cut=1), Reply(SECRET)]
)
def test_only_good_answers_are_kept(bad: Reply, tmp_path: Path) -> None:
    with Replay(bad) as server, cached(server, tmp_path, Clock(), attempts=1) as polite:
        with pytest.raises(Unavailable):
            polite.json("a")
        assert list(tmp_path.iterdir()) == []


def test_what_was_kept_as_anything_is_not_used_as_json(tmp_path: Path) -> None:
    with Replay(Reply(SECRET), GOOD) as server, cached(server, tmp_path, Clock()) as polite:
        assert polite.get("a").content == SECRET == polite.get("a").content
        assert polite.json("a") == {"values": [1]} == polite.json("a")
    assert len(server.asked) == 2


@pytest.mark.parametrize("damage", [b"", b"{}\n", b"x", b'{"hamtad": 1750000000.0, "typ": "application/json"', b"[]\n"])
def test_a_damaged_cache_is_as_none(damage: bytes, tmp_path: Path) -> None:
    with Replay(GOOD) as server, cached(server, tmp_path, Clock()) as polite:
        polite.json("a")
        (kept,) = tmp_path.iterdir()
        whole = kept.read_bytes()
        for content in (damage, whole[:-1]):
            kept.write_bytes(content)
            assert polite.json("a") == {"values": [1]}
    assert len(server.asked) == 3


def test_old_answers_are_thrown_away_and_other_files_left(tmp_path: Path) -> None:
    clock = Clock()
    (tmp_path / "annat.txt").write_text("x")
    with Replay(GOOD) as server:
        with cached(server, tmp_path, clock) as polite:
            polite.json("a")
        clock.now += 101
        with cached(server, tmp_path, clock):
            assert [path.name for path in tmp_path.iterdir()] == ["annat.txt"]


def test_without_fresh_seconds_nothing_is_written(tmp_path: Path) -> None:
    with Replay(GOOD) as server, asking(server, Clock(), cache=tmp_path / "svar") as polite:
        polite.json("a")
        polite.json("a")
    assert len(server.asked) == 2 and list(tmp_path.iterdir()) == []
